//! XPENDING: what a group has handed out and not got back.

use super::id::{range_end, range_start};
use super::range::write_id;
use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::dispatch::printable;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::reply::Reply;
use engine::Type;
use engine::stream::{self, Group, Id, Pending};

/// The error for a key or a group that is not there.
pub(super) fn no_key_or_group(key: &[u8], group: &[u8]) -> CommandError {
    CommandError::owned(format!(
        "NOGROUP No such key '{}' or consumer group '{}'",
        printable(key, key.len()),
        printable(group, group.len())
    ))
}

/// `[IDLE min-idle-ms] start end count [consumer]`
struct Filter<'a> {
    min_idle_ms: i64,
    start: Id,
    end: Id,
    count: usize,
    consumer: Option<&'a [u8]>,
}

impl<'a> Filter<'a> {
    /// Parses the arguments behind the group.
    fn parse(mut args: Args<'a>) -> Result<Self, CommandError> {
        if !(3..=6).contains(&args.len()) {
            return Err(CommandError::Syntax);
        }
        let mut min_idle_ms = 0;
        if args.is(0, "IDLE") {
            min_idle_ms = int(args.at(1))?;
            if args.len() < 5 {
                return Err(CommandError::Syntax);
            }
            args = args.from(2);
        }
        let count = int(args.at(2))?.max(0) as usize;
        let (start, end) = (range_start(args.at(0))?, range_end(args.at(1))?);
        Ok(Self { min_idle_ms, start, end, count, consumer: args.get(3) })
    }
}

/// `XPENDING key group [[IDLE min-idle-ms] start end count [consumer]]` -> number of pending
/// entries, lowest and highest id, consumers with their numbers; or with a range for each entry
/// its id, its consumer, ms since it was handed out and how often it was.
pub(super) fn xpending(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (key, name) = (args.at(1), args.at(2));
    let filter = if args.len() == 3 { None } else { Some(Filter::parse(args.from(3))?) };
    let now = cx.now();
    let entry = cx.keys.read_as(key, Type::Stream)?;
    let group = entry.as_ref().and_then(|entry| stream::of(entry).group(name));
    let Some(group) = group else { return Err(no_key_or_group(key, name)) };
    match filter {
        None => write_summary(&mut cx.reply, group),
        Some(filter) => write_pending(&mut cx.reply, group, &filter, now),
    }
    Ok(Outcome::Replied)
}

fn write_summary(reply: &mut Reply<'_>, group: &Group) {
    let pending = group.pending();
    reply.array(4);
    reply.count(pending.len());
    let (Some((first, _)), Some((last, _))) = (pending.first(), pending.last()) else {
        reply.null();
        reply.null();
        reply.null_array();
        return;
    };
    write_id(reply, first);
    write_id(reply, last);
    let mark = reply.mark();
    let mut count = 0;
    for consumer in group.consumers().filter(|consumer| !consumer.pending().is_empty()) {
        reply.array(2);
        reply.bulk(&consumer.name);
        reply.bulk_int(consumer.pending().len() as i64);
        count += 1;
    }
    reply.array_at(mark, count);
}

fn write_pending(reply: &mut Reply<'_>, group: &Group, filter: &Filter<'_>, now: i64) {
    let is_idle = |pending: &Pending| {
        filter.min_idle_ms == 0 || now.wrapping_sub(pending.delivered_ms) >= filter.min_idle_ms
    };
    let mark = reply.mark();
    let mut written = 0;
    let mut write = |(id, pending): (Id, &Pending)| {
        reply.array(4);
        write_id(reply, id);
        reply.bulk(&group.owner(pending).name);
        reply.int(now.wrapping_sub(pending.delivered_ms).max(0));
        reply.int(pending.deliveries as i64);
        written += 1;
    };
    let inside = |id: Id| id <= filter.end;
    match filter.consumer.map(|name| group.consumer(name)) {
        None => group
            .pending()
            .iter_from(filter.start)
            .take_while(|(id, _)| inside(*id))
            .filter(|(_, pending)| is_idle(pending))
            .take(filter.count)
            .for_each(&mut write),
        Some(None) => {}
        Some(Some(consumer)) => consumer
            .pending()
            .iter_from(filter.start)
            .take_while(|(id, ())| inside(*id))
            .filter_map(|(id, ())| group.pending().get(id).map(|pending| (id, pending)))
            .filter(|(_, pending)| is_idle(pending))
            .take(filter.count)
            .for_each(&mut write),
    }
    reply.array_at(mark, written);
}
