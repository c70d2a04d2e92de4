//! XLEN, XRANGE, XREVRANGE, and how entries are written.

use super::id::{IdText, range_end, range_start};
use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::reply::Reply;
use engine::Type;
use engine::stream::{self, Element, Entry};

/// Writes an id.
pub(super) fn write_id(reply: &mut Reply<'_>, id: stream::Id) {
    reply.bulk(&IdText::new(id));
}

/// Writes an entry: an array of its id and an array of its names and values.
pub(super) fn write_entry(reply: &mut Reply<'_>, entry: Entry<'_>) {
    reply.array(2);
    write_id(reply, entry.id);
    let (count, pairs) = entry.pairs.read();
    reply.array(count * 2);
    for (name, value) in pairs {
        write_element(reply, name);
        write_element(reply, value);
    }
}

fn write_element(reply: &mut Reply<'_>, element: Element<'_>) {
    match element {
        Element::Text(text) => reply.bulk(text),
        Element::Int(value) => reply.bulk_int(value),
    }
}

/// Writes an array of entries.
pub(super) fn write_entries<'a>(reply: &mut Reply<'_>, entries: impl Iterator<Item = Entry<'a>>) {
    let mark = reply.mark();
    let mut count = 0;
    for entry in entries {
        write_entry(reply, entry);
        count += 1;
    }
    reply.array_at(mark, count);
}

/// `XLEN key` -> the number of entries.
pub(super) fn xlen(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Stream)?;
    let len = entry.map_or(0, |entry| stream::of(&entry).len());
    cx.reply.int(len as i64);
    Ok(Outcome::Replied)
}

/// `XRANGE key start end [COUNT count]` -> array of entries.
pub(super) fn xrange(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    range(cx, args, Order::Ascending)
}

/// `XREVRANGE key end start [COUNT count]` -> array of entries.
pub(super) fn xrevrange(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    range(cx, args, Order::Descending)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Ascending,
    Descending,
}

fn range(cx: &mut Cx<'_>, args: Args<'_>, order: Order) -> CommandResult {
    let (start, end) = match order {
        Order::Ascending => (args.at(2), args.at(3)),
        Order::Descending => (args.at(3), args.at(2)),
    };
    let (start, end) = (range_start(start)?, range_end(end)?);
    let mut count = usize::MAX;
    let mut at = 4;
    while at < args.len() {
        if !args.is(at, "COUNT") || at + 1 == args.len() {
            return Err(CommandError::Syntax);
        }
        count = int(args.at(at + 1))?.max(0) as usize;
        at += 2;
    }
    let entry = cx.keys.read_as(args.at(1), Type::Stream)?;
    let Some(entry) = entry else {
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let stream = stream::of(&entry);
    match order {
        _ if count == 0 => cx.reply.null_array(),
        Order::Ascending => write_entries(&mut cx.reply, stream.range(start, end).take(count)),
        Order::Descending => {
            write_entries(&mut cx.reply, stream.range_back(start, end).take(count));
        }
    }
    Ok(Outcome::Replied)
}
