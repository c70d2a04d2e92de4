//! XADD and XSETID.

use super::id::{IdText, NewId, strict_id};
use super::trim::{self, Caller, Options};
use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use engine::stream::{BlockLimits, Id, Lookup, Pairs, Stream, Told};
use engine::{Create, Event, Limits};

/// Names and values of a new entry, as the client sent them.
#[derive(Clone, Copy)]
struct Given<'a>(Args<'a>);

impl Pairs for Given<'_> {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter()
    }

    fn count(&self) -> usize {
        self.0.len() / 2
    }
}

/// `XADD key [NOMKSTREAM] [KEEPREF|DELREF|ACKED] [MAXLEN|MINID [=|~] threshold [LIMIT count]] *|id
/// field value [field value ...]` -> the id; null when the key is absent and to stay so.
pub(super) fn xadd(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (limits, replays) = (cx.keys.limits(), cx.replays());
    let options = Options::parse(args.from(2), Caller::Xadd, &limits, replays)?;
    let pairs = args.from(2 + options.used + 1);
    if pairs.len() < 2 || pairs.len() % 2 == 1 {
        return Err(cx.arity_error());
    }
    if options.id == NewId::Given(Id::MIN) {
        return Err(CommandError::text("ERR The ID specified in XADD must be greater than 0-0"));
    }
    let create = if options.makes_no_stream { Create::No } else { Create::IfAbsent };
    let (key, now) = (args.at(1), cx.wall());
    let added = cx.keys.update_stream(key, create, Event::XADD, |stream, limits| {
        let added = add(stream, &options, Given(pairs), now, limits);
        let changes = u64::from(added.is_ok());
        (added, changes)
    })?;
    let Some((id, trimmed)) = added.transpose()? else {
        cx.reply.null();
        return Ok(Outcome::Replied);
    };
    if trimmed > 0 {
        cx.keys.note(key, Event::XTRIM);
    }
    cx.reply.bulk(&IdText::new(id));
    let is_given = matches!(options.id, NewId::Given(_));
    trim::log(cx, args, &options, (!is_given).then_some((2 + options.used, id)));
    Ok(Outcome::Replied)
}

const TOO_LARGE: CommandError = CommandError::text("ERR Elements are too large to be stored");

/// Adds an entry and trims; its id, and how many entries went.
fn add(
    stream: &mut Stream,
    options: &Options,
    pairs: Given<'_>,
    now: i64,
    limits: &Limits,
) -> Result<(Id, u64), CommandError> {
    let last = stream.meta.last_id;
    if last == Id::MAX {
        return Err(CommandError::text(
            "ERR The stream has exhausted the last possible ID, unable to add more items",
        ));
    }
    let id = match options.id {
        NewId::Auto if now as u64 > last.ms => Some(Id::new(now as u64, 0)),
        NewId::Auto => last.next(),
        // Redis names no reason of its own for a millisecond that is full.
        NewId::Ms(ms) if ms == last.ms && last.seq == u64::MAX => return Err(TOO_LARGE),
        NewId::Ms(ms) if ms == last.ms => last.next(),
        NewId::Ms(ms) => Some(Id::new(ms, 0)),
        NewId::Given(id) => Some(id),
    };
    let Some(id) = id.filter(|id| *id > last) else {
        return Err(CommandError::text(
            "ERR The ID specified in XADD is equal or smaller than the target stream top item",
        ));
    };
    let limits = BlockLimits {
        bytes: limits.stream_node_max_bytes,
        entries: limits.stream_node_max_entries,
    };
    let appended = stream.append(id, &pairs, limits);
    appended.map_err(|_| TOO_LARGE)?;
    let trim = |(trim, precision)| stream.trim(trim, precision, options.references);
    Ok((id, options.trim.map_or(0, trim)))
}

/// `XSETID key last-id [ENTRIESADDED entries-added] [MAXDELETEDID max-deleted-id]` -> OK
pub(super) fn xsetid(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let last_id = strict_id(args.at(2), 0)?;
    let (mut added, mut deleted, mut at) = (None, Id::MIN, 3);
    while at < args.len() {
        let Some(value) = args.get(at + 1) else { return Err(CommandError::Syntax) };
        if args.is(at, "ENTRIESADDED") {
            let count = int(value)?;
            if count < 0 {
                return Err(CommandError::text("ERR entries_added must be positive"));
            }
            added = Some(count);
        } else if args.is(at, "MAXDELETEDID") {
            deleted = strict_id(value, 0)?;
            if last_id < deleted {
                return Err(CommandError::text(
                    "ERR The ID specified in XSETID is smaller than the provided \
                     max_deleted_entry_id",
                ));
            }
        } else {
            return Err(CommandError::Syntax);
        }
        at += 2;
    }
    let changed = cx.keys.update_groups(args.at(1), Lookup::Quiet, |stream| {
        let changed = set_id(stream, last_id, added, deleted);
        let told = Told { changes: 1, event: Some(Event::XSETID), wakes: false };
        let told = if changed.is_ok() { told } else { Told::default() };
        (changed, told)
    })?;
    changed.ok_or(CommandError::NoSuchKey)??;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

fn set_id(
    stream: &mut Stream,
    last_id: Id,
    added: Option<i64>,
    deleted: Id,
) -> Result<(), CommandError> {
    if last_id < stream.last_entry_id() {
        return Err(CommandError::text(
            "ERR The ID specified in XSETID is smaller than the target stream top item",
        ));
    }
    if !stream.is_empty() && added.is_some_and(|added| stream.len() > added as u64) {
        return Err(CommandError::text(
            "ERR The entries_added specified in XSETID is smaller than the target stream length",
        ));
    }
    stream.meta.last_id = last_id;
    stream.meta.entries_added = added.unwrap_or(stream.meta.entries_added);
    if !deleted.is_zero() {
        stream.meta.max_deleted_id = deleted;
    }
    Ok(())
}
