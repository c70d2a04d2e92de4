//! What takes entries, or what is pending of them, away: XDEL, XDELEX, XACK, XACKDEL.

use super::id::strict_id;
use super::trim::references_of;
use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use engine::stream::{Deleted, Group, Id, Lookup, References, Stream, Told};
use engine::{Create, Event, Type};

/// All ids of a call, before the first of them has an effect.
fn ids(args: Args<'_>) -> Result<Vec<Id>, CommandError> {
    args.iter().map(|arg| strict_id(arg, 0)).collect()
}

/// The type of a key, which has to be a stream; false when it is absent.
fn is_stream(cx: &mut Cx<'_>, key: &[u8]) -> Result<bool, CommandError> {
    match cx.keys.type_of(key) {
        None => Ok(false),
        Some(Type::Stream) => Ok(true),
        Some(_) => Err(CommandError::WrongType),
    }
}

/// `XDEL key id [id ...]` -> how many entries it deleted.
pub(super) fn xdel(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(1);
    if !is_stream(cx, key)? {
        cx.reply.int(0);
        return Ok(Outcome::Replied);
    }
    let ids = ids(args.from(2))?;
    let deleted = cx.keys.update_stream(key, Create::No, Event::XDEL, |stream, _| {
        let delete = |id: &&Id| stream.delete(**id, References::Keep) == Deleted::Yes;
        let deleted = ids.iter().filter(delete).count() as u64;
        (deleted, deleted)
    })?;
    cx.reply.int(deleted.unwrap_or(0) as i64);
    Ok(Outcome::Replied)
}

/// `XACK key group id [id ...]` -> how many were pending.
pub(super) fn xack(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let acknowledged = cx.keys.update_groups(args.at(1), Lookup::Counted, |stream| {
        let Some(group) = stream.group_mut(args.at(2)) else { return (Ok(0), Told::default()) };
        let acknowledged = acknowledge(group, args.from(3));
        let changes = *acknowledged.as_ref().unwrap_or(&0) as u64;
        (acknowledged, Told { changes, ..Told::default() })
    })?;
    cx.reply.count(acknowledged.unwrap_or(Ok(0))?);
    Ok(Outcome::Replied)
}

/// Acknowledges entries, or none if one of the ids is no id. A single one needs no list.
fn acknowledge(group: &mut Group, args: Args<'_>) -> Result<usize, CommandError> {
    if args.len() == 1 {
        return strict_id(args.at(0), 0).map(|id| usize::from(group.acknowledge(id)));
    }
    Ok(ids(args)?.into_iter().filter(|id| group.acknowledge(*id)).count())
}

fn has_group(cx: &mut Cx<'_>, key: &[u8], name: &[u8]) -> Result<bool, CommandError> {
    let entry = cx.keys.read_as(key, Type::Stream)?;
    Ok(entry.is_some_and(|entry| engine::stream::of(&entry).group(name).is_some()))
}

/// `[KEEPREF|DELREF|ACKED] IDS numids id [id ...]`, in any order; of several IDS the last counts.
struct Chosen<'a> {
    references: References,
    ids: Args<'a>,
}

impl<'a> Chosen<'a> {
    fn parse(args: Args<'a>) -> Result<Self, CommandError> {
        let (mut references, mut ids, mut at) = (None, None, 0);
        while at < args.len() {
            if let (None, Some(found)) = (references, references_of(args, at)) {
                references = Some(found);
                at += 1;
            } else if args.is(at, "IDS") && at + 1 < args.len() {
                let count = int(args.at(at + 1)).unwrap_or(0);
                if count <= 0 {
                    return Err(CommandError::text("ERR Number of IDs must be a positive integer"));
                }
                let given = args.from(at + 2);
                if count as usize > given.len() {
                    return Err(CommandError::text(
                        "ERR The `numids` parameter must match the number of arguments",
                    ));
                }
                ids = Some(given.first(count as usize));
                at += 2 + count as usize;
            } else {
                return Err(CommandError::Syntax);
            }
        }
        let ids = ids.ok_or(CommandError::Syntax)?;
        Ok(Self { references: references.unwrap_or(References::Keep), ids })
    }
}

/// `XDELEX key [KEEPREF|DELREF|ACKED] IDS numids id [id ...]` -> for each id 1: deleted, -1: not
/// there, 2: still referenced.
pub(super) fn xdelex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(1);
    let there = is_stream(cx, key)?;
    let chosen = Chosen::parse(args.from(2))?;
    if !there {
        return none_there(cx, chosen.ids.len());
    }
    delete_each(cx, key, chosen, Stream::delete)
}

/// `XACKDEL key group [KEEPREF|DELREF|ACKED] IDS numids id [id ...]` -> for each id 1:
/// acknowledged and deleted, -1: not pending, 2: acknowledged but still referenced.
pub(super) fn xackdel(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (key, name) = (args.at(1), args.at(2));
    is_stream(cx, key)?;
    let chosen = Chosen::parse(args.from(3))?;
    if !has_group(cx, key, name)? {
        return none_there(cx, chosen.ids.len());
    }
    let mut acknowledges = false;
    let done = delete_each(cx, key, chosen, |stream, id, references| {
        if !stream.group_mut(name).is_some_and(|group| group.acknowledge(id)) {
            return Deleted::Absent;
        }
        acknowledges = true;
        match stream.delete(id, references) {
            Deleted::Absent => Deleted::Yes, // it was acknowledged at least
            deleted => deleted,
        }
    });
    if acknowledges && cx.journals() {
        // Also where no entry went.
        cx.log_as(&args.iter().collect::<Vec<_>>());
    }
    done
}

fn none_there(cx: &mut Cx<'_>, count: usize) -> CommandResult {
    cx.reply.array(count);
    (0..count).for_each(|_| cx.reply.int(-1));
    Ok(Outcome::Replied)
}

fn delete_each(
    cx: &mut Cx<'_>,
    key: &[u8],
    chosen: Chosen<'_>,
    mut delete: impl FnMut(&mut Stream, Id, References) -> Deleted,
) -> CommandResult {
    let ids = ids(chosen.ids)?;
    let done = cx.keys.update_stream(key, Create::No, Event::XDEL, |stream, _| {
        let done: Vec<_> = ids.iter().map(|id| delete(stream, *id, chosen.references)).collect();
        let changes = done.iter().filter(|done| **done == Deleted::Yes).count() as u64;
        (done, changes)
    })?;
    let done = done.unwrap_or_default();
    cx.reply.array(done.len());
    for done in done {
        cx.reply.int(match done {
            Deleted::Yes => 1,
            Deleted::Absent => -1,
            Deleted::Referenced => 2,
        });
    }
    Ok(Outcome::Replied)
}
