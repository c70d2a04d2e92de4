//! Writes that depend on the value: DELIFEQ, DELEX, MSETEX; and DIGEST, which they compare.

use super::basic::write;
use super::condition::Condition;
use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::expire_options::{AlsoTakes, TimeToLive};
use crate::text::int::parse_i64;
use crate::text::xxh3;
use engine::{Event, Expiry};

/// `DIGEST key` -> the digest of the string in hexadecimal, or no value.
pub(super) fn digest(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    match cx.keys.string(args.at(1))? {
        Some(value) => cx.reply.bulk(&value.with(xxh3::digest)),
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// `DELIFEQ key value` -> 1, or 0 when the key is absent or holds another string.
pub(super) fn delifeq(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    delete_if(cx, args.at(1), Condition::Equal(args.at(2)))
}

/// `DELEX key [IFEQ .. | IFNE .. | IFDEQ .. | IFDNE ..]` -> 1, or 0 when the key is absent or the
/// condition is not met.
pub(super) fn delex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let mut condition = Condition::Always;
    let taken = match args.len() {
        2 => 0,
        4 => condition.accept_comparison(args, 2)?,
        _ => return Err(cx.arity_error()),
    };
    if taken + 2 != args.len() {
        return Err(CommandError::text("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE"));
    }
    condition.check()?;
    delete_if(cx, args.at(1), condition)
}

fn delete_if(cx: &mut Cx<'_>, key: &[u8], condition: Condition<'_>) -> CommandResult {
    let met = match condition {
        Condition::Always => true,
        _ => match cx.keys.string(key)? {
            Some(value) => condition.is_met_by(Some(value)),
            None => false,
        },
    };
    let deleted = met && cx.keys.delete(key, Event::DEL);
    if deleted {
        cx.log_as(&[b"DEL", key]);
    }
    cx.reply.flag(deleted);
    Ok(Outcome::Replied)
}

/// `MSETEX numkeys key value [key value ...] [NX | XX] [EX .. | PX .. | EXAT .. | PXAT .. |
/// KEEPTTL]` -> 1 when all were set, 0 when none was.
pub(super) fn msetex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let count = parse_i64(args.at(1))
        .and_then(|count| i32::try_from(count).ok())
        .and_then(|count| usize::try_from(count).ok())
        .filter(|count| *count > 0)
        .ok_or(CommandError::text("ERR invalid numkeys value or out of range"))?;
    let end = 2 + 2 * count;
    if end > args.len() {
        return Err(CommandError::Syntax);
    }
    let (mut condition, mut ttl) = (Condition::Always, TimeToLive::Unsaid);
    let mut at = end;
    while at < args.len() {
        let mut taken = condition.accept_existence(args, at)?;
        if taken == 0 {
            taken = ttl.accept(args, at, AlsoTakes::Keep)?;
        }
        if taken == 0 {
            return Err(CommandError::Syntax);
        }
        at += taken;
    }
    let expiry = ttl.expiry(cx.wall(), "msetex")?;
    let pairs = args.first(end).from(2);
    let met = condition == Condition::Always
        || pairs
            .iter()
            .step_by(2)
            .all(|key| condition.is_met_by_presence(cx.keys.peek(key).is_some()));
    if met {
        for at in (0..pairs.len()).step_by(2) {
            write(cx, pairs.at(at), pairs.at(at + 1), expiry);
        }
        if let Expiry::At(at) = expiry
            && cx.journals()
        {
            let time = at.to_string();
            let until = [&b"PXAT"[..], time.as_bytes()];
            let all: Vec<&[u8]> = args.first(end).iter().chain(until).collect();
            cx.log_as(&all);
        }
    }
    cx.reply.flag(met);
    Ok(Outcome::Replied)
}
