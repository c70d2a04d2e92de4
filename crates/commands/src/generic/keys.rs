//! Whole keys: DEL, EXISTS, TYPE, RENAME, MOVE, COPY.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::text::int::parse_i64;
use engine::{Event, value};

const SAME_OBJECT: CommandError =
    CommandError::text("ERR source and destination objects are the same");

/// `DEL key [key ...]` -> how many there were.
pub(super) fn del(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let mut removed = 0;
    for key in args.from(1).iter() {
        removed += usize::from(cx.keys.delete(key, Event::DEL));
    }
    cx.reply.count(removed);
    Ok(Outcome::Replied)
}

/// `UNLINK key [key ...]` -> how many there were. Large values are never freed in the foreground,
/// so it is the same as DEL.
pub(super) fn unlink(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    del(cx, args)
}

/// `EXISTS key [key ...]` -> how many exist; one named twice counts twice.
pub(super) fn exists(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let found = args.from(1).iter().filter(|key| cx.keys.observe(key).is_some()).count();
    cx.reply.count(found);
    Ok(Outcome::Replied)
}

/// `TOUCH key [key ...]` -> how many exist.
pub(super) fn touch(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let found = args.from(1).iter().filter(|key| cx.keys.exists(key)).count();
    cx.reply.count(found);
    Ok(Outcome::Replied)
}

/// `TYPE key` -> the type's name, `none` without a key.
pub(super) fn type_of(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let kind = cx.keys.observe(args.at(1)).map(|entry| value::type_of(&entry));
    cx.reply.simple(kind.map_or("none", engine::Type::name));
    Ok(Outcome::Replied)
}

/// `RENAME key newkey` -> `OK`.
pub(super) fn rename(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (from, to) = (args.at(1), args.at(2));
    if cx.keys.peek(from).is_none() {
        return Err(CommandError::NoSuchKey);
    }
    if from != to {
        cx.keys.rename(from, to);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `RENAMENX key newkey` -> 1, or 0 when the new name is taken.
pub(super) fn renamenx(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (from, to) = (args.at(1), args.at(2));
    if cx.keys.peek(from).is_none() {
        return Err(CommandError::NoSuchKey);
    }
    let free = cx.keys.peek(to).is_none();
    if free {
        cx.keys.rename(from, to);
    }
    cx.reply.flag(free);
    Ok(Outcome::Replied)
}

/// `MOVE key db` -> 1, or 0 when the key is absent here or present there.
pub(super) fn move_key(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let db = database(cx, args.at(2))?;
    if db == cx.keys.db() {
        return Err(SAME_OBJECT);
    }
    let moved = cx.keys.move_to(args.at(1), db);
    cx.reply.flag(moved);
    Ok(Outcome::Replied)
}

/// `COPY source destination [DB destination-db] [REPLACE]` -> 1, or 0 when the source is absent
/// or the destination is taken.
pub(super) fn copy(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (from, to) = (args.at(1), args.at(2));
    let (mut db, mut replace) = (cx.keys.db(), false);
    let mut at = 3;
    while at < args.len() {
        if args.is(at, "REPLACE") {
            replace = true;
            at += 1;
        } else if args.is(at, "DB") && at + 1 < args.len() {
            db = database(cx, args.at(at + 1))?;
            at += 2;
        } else {
            return Err(CommandError::Syntax);
        }
    }
    if db == cx.keys.db() && from == to {
        return Err(SAME_OBJECT);
    }
    let copied = cx.keys.copy(from, to, db, replace);
    cx.reply.flag(copied);
    Ok(Outcome::Replied)
}

/// The database that `text` names.
fn database(cx: &Cx<'_>, text: &[u8]) -> Result<usize, CommandError> {
    let number = parse_i64(text).ok_or(CommandError::NotInteger)?;
    if i32::try_from(number).is_err() {
        return Err(CommandError::text(
            "ERR value is out of range, value must between -2147483648 and 2147483647",
        ));
    }
    let known = usize::try_from(number).ok().filter(|db| *db < cx.keys.databases());
    known.ok_or(CommandError::text("ERR DB index is out of range"))
}
