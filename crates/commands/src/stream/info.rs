//! XINFO.

use super::group::{no_group, subcommand_error};
use super::range::{write_entries, write_entry, write_id};
use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::reply::Reply;
use engine::Type;
use engine::stream::{self, Consumer, Group, Groups, Id, Meta, Stream, UNKNOWN_READ};

const HELP: &[&str] = &[
    "XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "CONSUMERS <key> <groupname>",
    "    Show consumers of <groupname>.",
    "GROUPS <key>",
    "    Show the stream consumer groups.",
    "STREAM <key> [FULL [COUNT <count>]",
    "    Show information about the stream.",
    "HELP",
    "    Prints this help.",
];

/// Entries that `FULL` shows without a count.
const COUNT: i64 = 10;

/// `XINFO HELP` -> array of lines.
pub(super) fn xinfo_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(HELP);
    Ok(Outcome::Replied)
}

/// `XINFO CONSUMERS key group` -> array of maps.
pub(super) fn xinfo_consumers(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    let entry = cx.keys.read_as(args.at(2), Type::Stream)?.ok_or(CommandError::NoSuchKey)?;
    let group = stream::of(&entry).group(args.at(3));
    let group = group.ok_or_else(|| no_group(args.at(2), args.at(3)))?;
    cx.reply.array(group.consumers().len());
    for consumer in group.consumers() {
        cx.reply.map(3);
        cx.reply.bulk(b"name");
        cx.reply.bulk(&consumer.name);
        cx.reply.bulk(b"pending");
        cx.reply.count(consumer.pending().len());
        cx.reply.bulk(b"idle");
        cx.reply.int(now.wrapping_sub(consumer.seen_ms).max(0));
    }
    Ok(Outcome::Replied)
}

/// `XINFO GROUPS key` -> array of maps.
pub(super) fn xinfo_groups(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(2), Type::Stream)?.ok_or(CommandError::NoSuchKey)?;
    let stream = stream::of(&entry);
    let reply = &mut cx.reply;
    reply.array(stream.groups().map_or(0, Groups::len));
    for (name, group) in stream.groups().into_iter().flatten() {
        reply.map(6);
        reply.bulk(b"name");
        reply.bulk(name);
        reply.bulk(b"consumers");
        reply.count(group.consumers().len());
        reply.bulk(b"pending");
        reply.count(group.pending().len());
        write_progress(reply, &stream.meta, group);
    }
    Ok(Outcome::Replied)
}

/// How far a group has read: three fields.
fn write_progress(reply: &mut Reply<'_>, meta: &Meta, group: &Group) {
    reply.bulk(b"last-delivered-id");
    write_id(reply, group.last_id);
    reply.bulk(b"entries-read");
    match group.entries_read {
        UNKNOWN_READ => reply.null(),
        read => reply.int(read),
    }
    reply.bulk(b"lag");
    match group.lag(meta) {
        Some(lag) => reply.int(lag),
        None => reply.null(),
    }
}

/// `XINFO STREAM key [FULL [COUNT count]]` -> map.
pub(super) fn xinfo_stream(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(2), Type::Stream)?.ok_or(CommandError::NoSuchKey)?;
    let stream = stream::of(&entry);
    let full = match args.len() {
        3 => None,
        4 if args.is(3, "FULL") => Some(COUNT),
        6 if args.is(3, "FULL") && args.is(4, "COUNT") => {
            Some(int(args.at(5))?).map(|count| if count < 0 { COUNT } else { count })
        }
        _ => return Err(subcommand_error("XINFO", args)),
    };
    let reply = &mut cx.reply;
    reply.map(if full.is_some() { 9 } else { 10 });
    write_figures(reply, stream);
    if let Some(count) = full {
        let most = if count == 0 { usize::MAX } else { count as usize };
        reply.bulk(b"entries");
        write_entries(reply, stream.range(Id::MIN, Id::MAX).take(most));
        reply.bulk(b"groups");
        reply.array(stream.groups().map_or(0, Groups::len));
        for (name, group) in stream.groups().into_iter().flatten() {
            write_group(reply, &stream.meta, name, group, most);
        }
        return Ok(Outcome::Replied);
    }
    reply.bulk(b"groups");
    reply.count(stream.groups().map_or(0, Groups::len));
    for (name, entry) in [("first-entry", stream.first()), ("last-entry", stream.last())] {
        reply.bulk(name.as_bytes());
        match entry {
            Some(entry) => write_entry(reply, entry),
            None => reply.null(),
        }
    }
    Ok(Outcome::Replied)
}

/// The fields that both forms begin with: seven.
fn write_figures(reply: &mut Reply<'_>, stream: &Stream) {
    let meta = &stream.meta;
    reply.bulk(b"length");
    reply.int(meta.len as i64);
    reply.bulk(b"radix-tree-keys");
    reply.count(stream.block_count());
    reply.bulk(b"radix-tree-nodes");
    reply.count(stream.radix_nodes());
    reply.bulk(b"last-generated-id");
    write_id(reply, meta.last_id);
    reply.bulk(b"max-deleted-entry-id");
    write_id(reply, meta.max_deleted_id);
    reply.bulk(b"entries-added");
    reply.int(meta.entries_added);
    reply.bulk(b"recorded-first-entry-id");
    write_id(reply, meta.first_id);
}

fn write_group(reply: &mut Reply<'_>, meta: &Meta, name: &[u8], group: &Group, most: usize) {
    reply.map(7);
    reply.bulk(b"name");
    reply.bulk(name);
    write_progress(reply, meta, group);
    reply.bulk(b"pel-count");
    reply.count(group.pending().len());
    reply.bulk(b"pending");
    reply.array(most.min(group.pending().len()));
    for (id, pending) in group.pending().iter().take(most) {
        reply.array(4);
        write_id(reply, id);
        reply.bulk(&group.owner(pending).name);
        reply.int(pending.delivered_ms);
        reply.int(pending.deliveries as i64);
    }
    reply.bulk(b"consumers");
    reply.array(group.consumers().len());
    for consumer in group.consumers() {
        write_consumer(reply, group, consumer, most);
    }
}

fn write_consumer(reply: &mut Reply<'_>, group: &Group, consumer: &Consumer, most: usize) {
    reply.map(4);
    reply.bulk(b"name");
    reply.bulk(&consumer.name);
    reply.bulk(b"seen-time");
    reply.int(consumer.seen_ms);
    reply.bulk(b"pel-count");
    reply.count(consumer.pending().len());
    reply.bulk(b"pending");
    reply.array(most.min(consumer.pending().len()));
    for (id, ()) in consumer.pending().iter().take(most) {
        reply.array(3);
        write_id(reply, id);
        let pending = group.pending().get(id);
        reply.int(pending.map_or(0, |pending| pending.delivered_ms));
        reply.int(pending.map_or(0, |pending| pending.deliveries as i64));
    }
}
