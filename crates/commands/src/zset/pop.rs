//! Pops from the ends of sorted sets, and their blocking forms.

use crate::args::Args;
use crate::collection::{count, deadline, int_from};
use crate::cx::{Cx, Origin};
use crate::error::{CommandError, CommandResult, Outcome};
use engine::{Create, Event, Type};

/// An end of a sorted set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Min,
    Max,
}

impl End {
    fn event(self) -> Event {
        if self == Self::Min { Event::ZPOPMIN } else { Event::ZPOPMAX }
    }
}

/// `ZPOPMIN key [count]` -> array of members with their scores (pairs in RESP3 with a count).
pub(super) fn zpopmin(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    pop(cx, args, End::Min)
}

/// `ZPOPMAX key [count]` -> array of members with their scores (pairs in RESP3 with a count).
pub(super) fn zpopmax(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    pop(cx, args, End::Max)
}

/// `BZPOPMIN key [key ...] timeout` -> key, member and score; no array when the time is up.
pub(super) fn bzpopmin(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    blocking_pop(cx, args, End::Min)
}

/// `BZPOPMAX key [key ...] timeout` -> key, member and score; no array when the time is up.
pub(super) fn bzpopmax(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    blocking_pop(cx, args, End::Max)
}

/// `ZMPOP numkeys key [key ...] MIN|MAX [COUNT count]` -> key and array of pairs.
pub(super) fn zmpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let many = Many::parse(args.from(1))?;
    if !take_many(cx, many)? {
        cx.reply.null_array();
    }
    Ok(Outcome::Replied)
}

/// `BZMPOP timeout numkeys key [key ...] MIN|MAX [COUNT count]` -> key and array of pairs.
pub(super) fn bzmpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let many = Many::parse(args.from(2))?;
    let deadline = deadline(args.at(1), cx.now())?;
    if take_many(cx, many)? {
        return Ok(Outcome::Replied);
    }
    cx.block(deadline)
}

fn pop(cx: &mut Cx<'_>, args: Args<'_>, end: End) -> CommandResult {
    if args.len() > 3 {
        return Err(CommandError::Syntax);
    }
    let wanted = args.get(2).map(count).transpose()?;
    let nested = wanted.is_some() && cx.reply.is_resp3();
    let size = wanted.unwrap_or(1);
    if !has_zset(cx, args.at(1))? {
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    }
    take(cx, args.at(1), end, size, |cx, size| {
        cx.reply.array(if nested { size } else { size * 2 });
        nested
    })?;
    Ok(Outcome::Replied)
}

/// Pops up to `wanted` members of a sorted set that is there. `open` begins the reply for as many
/// as there will be; whether each is a pair.
fn take(
    cx: &mut Cx<'_>,
    key: &[u8],
    end: End,
    wanted: usize,
    open: impl FnOnce(&mut Cx<'_>, usize) -> bool,
) -> Result<(), CommandError> {
    let len = match cx.keys.peek(key) {
        Some(entry) => engine::zset::ZsetRef::new(&entry).len(),
        None => 0,
    };
    let size = wanted.min(len);
    let nested = open(cx, size);
    cx.keys.update_zset(key, Create::No, end.event(), |zset| {
        let ranks = if end == End::Min { 0..size } else { len - size..len };
        let reply = &mut cx.reply;
        let emit = |(member, score): (&[u8], f64)| {
            if nested {
                reply.array(2);
            }
            reply.bulk(member);
            reply.double(score);
        };
        let members = zset.read().iter(ranks.clone());
        if end == End::Min {
            members.for_each(emit);
        } else {
            members.rev().for_each(emit);
        }
        ((), zset.remove_ranks(ranks) as u64)
    })?;
    Ok(())
}

/// Whether a key has a sorted set to take from. Another type is an error, but not for a call that
/// waits already.
fn has_zset(cx: &mut Cx<'_>, key: &[u8]) -> Result<bool, CommandError> {
    match cx.keys.type_of(key) {
        None => Ok(false),
        Some(Type::Zset) => Ok(true),
        Some(_) if matches!(cx.origin, Origin::Ready(_)) => Ok(false),
        Some(_) => Err(CommandError::WrongType),
    }
}

fn blocking_pop(cx: &mut Cx<'_>, args: Args<'_>, end: End) -> CommandResult {
    let last = args.len() - 1;
    let deadline = deadline(args.at(last), cx.now())?;
    for key in cx.candidates(args.first(last).from(1)) {
        if !has_zset(cx, key)? {
            continue;
        }
        take(cx, key, end, 1, |cx, _| {
            cx.reply.array(3);
            cx.reply.bulk(key);
            false
        })?;
        return Ok(Outcome::Replied);
    }
    cx.block(deadline)
}

/// What ZMPOP and BZMPOP take.
#[derive(Clone, Copy)]
struct Many<'a> {
    keys: Args<'a>,
    end: End,
    size: usize,
}

impl<'a> Many<'a> {
    /// Parses `numkeys key [key ...] MIN|MAX [COUNT count]`.
    fn parse(args: Args<'a>) -> Result<Self, CommandError> {
        let keys = int_from(args.at(0), 1, "ERR numkeys should be greater than 0")?;
        let place = keys.checked_add(1).filter(|at| *at < args.len());
        let Some(place) = place else { return Err(CommandError::Syntax) };
        let end = match () {
            () if args.is(place, "MIN") => End::Min,
            () if args.is(place, "MAX") => End::Max,
            () => return Err(CommandError::Syntax),
        };
        let options = args.from(place + 1);
        let size = match options.len() {
            0 => 1,
            len if len >= 2 && options.is(0, "COUNT") => {
                let size = int_from(options.at(1), 1, "ERR count should be greater than 0")?;
                if len > 2 {
                    return Err(CommandError::Syntax);
                }
                size
            }
            _ => return Err(CommandError::Syntax),
        };
        Ok(Self { keys: args.from(1).first(keys), end, size })
    }
}

fn take_many(cx: &mut Cx<'_>, many: Many<'_>) -> Result<bool, CommandError> {
    for key in cx.candidates(many.keys) {
        if !has_zset(cx, key)? {
            continue;
        }
        take(cx, key, many.end, many.size, |cx, size| {
            cx.reply.array(2);
            cx.reply.bulk(key);
            cx.reply.array(size);
            true
        })?;
        return Ok(true);
    }
    Ok(false)
}
