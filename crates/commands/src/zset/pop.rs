//! Pops from the ends of sorted sets, and their blocking forms.

use crate::args::Args;
use crate::collection::count;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::pops::{self, Family};
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
    ZSETS.pop_many(cx, args)
}

/// `BZMPOP timeout numkeys key [key ...] MIN|MAX [COUNT count]` -> key and array of pairs.
pub(super) fn bzmpop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    ZSETS.blocking_pop_many(cx, args)
}

const ZSETS: Family<End> = Family { kind: Type::Zset, end_of, take: pop_pairs, verb_of };

fn end_of(word: &[u8]) -> Result<End, CommandError> {
    match word {
        _ if word.eq_ignore_ascii_case(b"MIN") => Ok(End::Min),
        _ if word.eq_ignore_ascii_case(b"MAX") => Ok(End::Max),
        _ => Err(CommandError::Syntax),
    }
}

/// The command that pops at an end.
fn verb_of(end: End) -> &'static [u8] {
    if end == End::Min { b"ZPOPMIN" } else { b"ZPOPMAX" }
}

fn pop(cx: &mut Cx<'_>, args: Args<'_>, end: End) -> CommandResult {
    if args.len() > 3 {
        return Err(CommandError::Syntax);
    }
    let wanted = args.get(2).map(count).transpose()?;
    let nested = wanted.is_some() && cx.reply.is_resp3();
    let size = wanted.unwrap_or(1);
    if !pops::has(cx, args.at(1), Type::Zset)? {
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
/// as there will be, and says whether each is a pair.
fn take(
    cx: &mut Cx<'_>,
    key: &[u8],
    end: End,
    wanted: usize,
    open: impl FnOnce(&mut Cx<'_>, usize) -> bool,
) -> Result<bool, CommandError> {
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
    Ok(size > 0)
}

fn blocking_pop(cx: &mut Cx<'_>, args: Args<'_>, end: End) -> CommandResult {
    pops::blocking(cx, args, Type::Zset, |cx, key| {
        cx.log_as(&[verb_of(end), key]);
        take(cx, key, end, 1, |cx, _| {
            cx.reply.array(3);
            cx.reply.bulk(key);
            false
        })
    })
}

fn pop_pairs(cx: &mut Cx<'_>, key: &[u8], end: End, wanted: usize) -> Result<bool, CommandError> {
    take(cx, key, end, wanted, |cx, size| {
        cx.reply.array(size);
        true
    })
}
