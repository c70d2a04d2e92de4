//! SLOWLOG and COMMANDLOG: the last calls that took long, had a large request or a large reply.
//!
//! An entry keeps at most 32 arguments of at most 128 bytes each, and no secret. The newest comes
//! first. SLOWLOG is COMMANDLOG's slow log under its old name.

use super::Which;
use crate::acl::secrets;
use crate::session::Card;
use crate::table::Entry;
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use std::collections::VecDeque;

/// Arguments that an entry keeps.
const ARGS_MAX: usize = 32;
/// Bytes that it keeps of each.
const ARG_BYTES_MAX: usize = 128;

/// A call that was noted.
#[derive(Debug)]
pub(super) struct Call {
    id: u64,
    /// Unix seconds.
    at: i64,
    /// Microseconds or bytes.
    value: u64,
    args: Vec<Box<[u8]>>,
    addr: Box<str>,
    name: Box<[u8]>,
}

/// Calls, newest first.
#[derive(Default, Debug)]
pub(super) struct Log {
    calls: VecDeque<Call>,
    next_id: u64,
}

impl Log {
    pub(super) fn add(&mut self, call: Call) {
        self.calls.push_front(Call { id: self.next_id, ..call });
        self.next_id += 1;
    }

    pub(super) fn trim(&mut self, room: usize) {
        self.calls.truncate(room);
    }
}

impl Call {
    pub(super) fn new(value: u64, now: i64, card: &Card, entry: &Entry, args: Args<'_>) -> Self {
        let kept = if args.len() > ARGS_MAX { ARGS_MAX - 1 } else { args.len() };
        let shown = secrets::shown(entry, args).take(kept);
        let mut words: Vec<Box<[u8]>> = shown.map(shortened).collect();
        if kept < args.len() {
            let rest = format!("... ({} more arguments)", args.len() - kept);
            words.push(rest.into_bytes().into());
        }
        let name = card.texts().name.clone();
        Self { id: 0, at: now / 1000, value, args: words, addr: card.addr.clone(), name }
    }
}

fn shortened(arg: &[u8]) -> Box<[u8]> {
    let Some((kept, rest)) = arg.split_at_checked(ARG_BYTES_MAX).filter(|(_, r)| !r.is_empty())
    else {
        return arg.into();
    };
    let more = format!("... ({} more bytes)", rest.len());
    [kept, more.as_bytes()].concat().into()
}

/// `SLOWLOG GET [count]` -> array of entries, newest first.
pub(super) fn slowlog_get(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if args.len() > 3 {
        let shown = crate::dispatch::printable(args.at(1), 128);
        return Err(CommandError::owned(format!(
            "ERR unknown subcommand or wrong number of arguments for '{shown}'. Try SLOWLOG HELP."
        )));
    }
    let count = args.get(2).map_or(Ok(Some(10)), parse_count)?;
    reply_entries(cx, Which::Slow, count);
    Ok(Outcome::Replied)
}

/// `COMMANDLOG GET count type` -> array of entries, newest first.
pub(super) fn commandlog_get(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let which = parse_which(args.at(3))?;
    let count = parse_count(args.at(2))?;
    reply_entries(cx, which, count);
    Ok(Outcome::Replied)
}

/// A number of entries; none means all.
fn parse_count(arg: &[u8]) -> Result<Option<usize>, CommandError> {
    match parse_i64(arg) {
        Some(-1) => Ok(None),
        Some(count @ 0..) => Ok(Some(count as usize)),
        _ => Err(CommandError::text("ERR count should be greater than or equal to -1")),
    }
}

fn parse_which(word: &[u8]) -> Result<Which, CommandError> {
    let all = [
        ("slow", Which::Slow),
        ("large-request", Which::LargeRequest),
        ("large-reply", Which::LargeReply),
    ];
    let found = all.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(word));
    found.map(|(_, which)| *which).ok_or(CommandError::text(
        "ERR type should be one of the following: slow, large-request, large-reply",
    ))
}

fn reply_entries(cx: &mut Cx<'_>, which: Which, count: Option<usize>) {
    let log = cx.server.notes.log(which);
    let count = count.unwrap_or(usize::MAX).min(log.calls.len());
    cx.reply.array(count);
    for call in log.calls.iter().take(count) {
        cx.reply.array(6);
        cx.reply.int(call.id as i64);
        cx.reply.int(call.at);
        cx.reply.int(call.value as i64);
        cx.reply.array(call.args.len());
        call.args.iter().for_each(|arg| cx.reply.bulk(arg));
        cx.reply.bulk(call.addr.as_bytes());
        cx.reply.bulk(&call.name);
    }
}

/// `SLOWLOG LEN` -> integer.
pub(super) fn slowlog_len(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    reply_len(cx, Which::Slow);
    Ok(Outcome::Replied)
}

/// `COMMANDLOG LEN type` -> integer.
pub(super) fn commandlog_len(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let which = parse_which(args.at(2))?;
    reply_len(cx, which);
    Ok(Outcome::Replied)
}

fn reply_len(cx: &mut Cx<'_>, which: Which) {
    let count = cx.server.notes.log(which).calls.len();
    cx.reply.count(count);
}

/// `SLOWLOG RESET` -> `OK`.
pub(super) fn slowlog_reset(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.server.notes.log(Which::Slow).trim(0);
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `COMMANDLOG RESET type` -> `OK`.
pub(super) fn commandlog_reset(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let which = parse_which(args.at(2))?;
    cx.server.notes.log(which).trim(0);
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `SLOWLOG HELP` -> lines.
pub(super) fn slowlog_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(&[
        "SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "GET [<count>]",
        "    Show the latest slow calls, 10 if not told otherwise, all for -1. Of each:",
        "    number, Unix time, microseconds, arguments, address and name of the client.",
        "LEN",
        "    Show how many slow calls are kept.",
        "RESET",
        "    Drop them.",
        "HELP",
        "    Show this text.",
    ]);
    Ok(Outcome::Replied)
}

/// `COMMANDLOG HELP` -> lines.
pub(super) fn commandlog_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(&[
        "COMMANDLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "GET <count> <type>",
        "    Show the latest calls of a log, all for -1. Of each: number, Unix time,",
        "    microseconds or bytes, arguments, address and name of the client.",
        "    Types: slow, large-request, large-reply.",
        "LEN <type>",
        "    Show how many calls a log keeps.",
        "RESET <type>",
        "    Drop the calls of a log.",
        "HELP",
        "    Show this text.",
    ]);
    Ok(Outcome::Replied)
}
