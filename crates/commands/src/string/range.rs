//! Parts of strings: APPEND, SETRANGE, GETRANGE, STRLEN.

use crate::args::Args;
use crate::config::Id;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::text::int::parse_i64;
use engine::Event;
use engine::string::StringRef;

/// `STRLEN key` -> the length in bytes, 0 without a key.
pub(super) fn strlen(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let len = cx.keys.string(args.at(1))?.map_or(0, StringRef::len);
    cx.reply.count(len);
    Ok(Outcome::Replied)
}

/// `APPEND key value` -> the new length.
pub(super) fn append(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (key, bytes) = (args.at(1), args.at(2));
    let old = len_for_write(cx, key)?.unwrap_or(0);
    check_len(cx, old, bytes.len())?;
    let len = cx.keys.append(key, bytes)?;
    cx.reply.count(len);
    Ok(Outcome::Replied)
}

/// `SETRANGE key offset value` -> the new length.
pub(super) fn setrange(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (key, bytes) = (args.at(1), args.at(3));
    let offset = parse_i64(args.at(2)).ok_or(CommandError::NotInteger)?;
    let offset =
        usize::try_from(offset).map_err(|_| CommandError::text("ERR offset is out of range"))?;
    let old = len_for_write(cx, key)?;
    if bytes.is_empty() {
        cx.reply.count(old.unwrap_or(0));
        return Ok(Outcome::Replied);
    }
    check_len(cx, offset, bytes.len())?;
    let len = cx.keys.set_range(key, offset, bytes, Event::SETRANGE)?;
    cx.reply.count(len);
    Ok(Outcome::Replied)
}

/// Length of the string under a key; neither touched nor counted.
fn len_for_write(cx: &mut Cx<'_>, key: &[u8]) -> Result<Option<usize>, CommandError> {
    match cx.keys.peek(key) {
        None => Ok(None),
        Some(entry) => Ok(Some(StringRef::of(entry)?.len())),
    }
}

/// Refuses a string that would be too long to be sent.
fn check_len(cx: &Cx<'_>, old: usize, added: usize) -> Result<(), CommandError> {
    let max = cx.server.config.size(Id::PROTO_MAX_BULK_LEN);
    match old.checked_add(added) {
        Some(len) if len as u64 <= max => Ok(()),
        _ => Err(CommandError::TooLong),
    }
}

/// `GETRANGE key start end` -> the part, empty when it is outside of the string.
pub(super) fn getrange(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let start = parse_i64(args.at(2)).ok_or(CommandError::NotInteger)?;
    let end = parse_i64(args.at(3)).ok_or(CommandError::NotInteger)?;
    let reply = &mut cx.reply;
    match cx.keys.string(args.at(1))? {
        None => reply.bulk(b""),
        Some(value) => value.with(|bytes| reply.bulk(part(bytes, start, end))),
    }
    Ok(Outcome::Replied)
}

/// `SUBSTR key start end`: the old name of GETRANGE.
pub(super) fn substr(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    getrange(cx, args)
}

/// The bytes from `start` to `end`, both included, negative ones counted from the end.
fn part(bytes: &[u8], start: i64, end: i64) -> &[u8] {
    let len = bytes.len() as i64;
    if start < 0 && end < 0 && start > end {
        return b"";
    }
    let from_end = |at: i64| if at < 0 { at.saturating_add(len).max(0) } else { at };
    let (start, end) = (from_end(start), from_end(end).min(len - 1));
    if len == 0 || start > end {
        return b"";
    }
    &bytes[start as usize..=end as usize]
}
