//! XREAD and XREADGROUP: what is new in several streams, waiting for it if asked to.
//!
//! A call that waits is run again whenever one of its keys has changed, and then looks at that key
//! alone; `$` has become the id it stood for when the call began. All readers of a stream are
//! served by one change, while of a group the first to come takes what is new. A reader of a group
//! ends with an error when its stream or its group is gone.

use super::id::{IdText, strict_id};
use super::log::{self, Handed};
use super::range::{write_entries, write_entry, write_id};
use crate::args::{Args, OwnedArgs};
use crate::collection::int;
use crate::cx::{Cx, Origin};
use crate::dispatch::printable;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::reply::Reply;
use engine::stream::{self, Delivery, Id, Lookup, Stream, Told};
use engine::{Event, Type};

/// What a call that waited gets at most when it names no count.
const WAITED_COUNT: usize = 1000;

/// Which command it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Xread,
    Xreadgroup,
}

/// Whether a call waits when there is nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    Not,
    /// Until an instant, or for ever.
    Until(Option<i64>),
}

/// The arguments of a call.
#[derive(Clone, Copy)]
struct Request<'a> {
    keys: Args<'a>,
    ids: Args<'a>,
    /// 0: all.
    count: usize,
    wait: Wait,
    /// Group and consumer; empty for XREAD.
    group: &'a [u8],
    consumer: &'a [u8],
    /// Nothing becomes pending.
    noack: bool,
}

impl<'a> Request<'a> {
    fn parse(args: Args<'a>, caller: Caller, now: i64) -> Result<Self, CommandError> {
        let none = args.first(0);
        let mut request = Self {
            keys: none,
            ids: none,
            count: 0,
            wait: Wait::Not,
            group: b"",
            consumer: b"",
            noack: false,
        };
        let (mut has_group, mut at) = (false, 1);
        while at < args.len() {
            let more = args.len() - at - 1;
            if more >= 1 && args.is(at, "BLOCK") {
                request.wait = Wait::Until(deadline(args.at(at + 1), now)?);
                at += 2;
            } else if more >= 1 && args.is(at, "COUNT") {
                request.count = int(args.at(at + 1))?.max(0) as usize;
                at += 2;
            } else if more >= 1 && args.is(at, "STREAMS") {
                if !more.is_multiple_of(2) {
                    return Err(CommandError::text(
                        "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' \
                         must be specified.",
                    ));
                }
                (request.keys, request.ids) =
                    (args.from(at + 1).first(more / 2), args.from(at + 1 + more / 2));
                break;
            } else if more >= 2 && args.is(at, "GROUP") {
                only_group(caller, "GROUP")?;
                has_group = true;
                (request.group, request.consumer) = (args.at(at + 1), args.at(at + 2));
                at += 3;
            } else if args.is(at, "NOACK") {
                only_group(caller, "NOACK")?;
                request.noack = true;
                at += 1;
            } else {
                return Err(CommandError::Syntax);
            }
        }
        if request.keys.is_empty() {
            return Err(CommandError::Syntax);
        }
        if caller == Caller::Xreadgroup && !has_group {
            return Err(CommandError::text("ERR Missing GROUP option for XREADGROUP"));
        }
        Ok(request)
    }
}

/// Other blocking calls do not wait in a script; these are refused.
fn not_in_scripts(cx: &Cx<'_>, request: &Request<'_>) -> Result<(), CommandError> {
    if cx.origin == Origin::Script && request.wait != Wait::Not {
        let name = cx.name();
        return Err(CommandError::owned(format!(
            "ERR {name} command is not allowed with BLOCK option from scripts"
        )));
    }
    Ok(())
}

fn only_group(caller: Caller, option: &str) -> Result<(), CommandError> {
    if caller == Caller::Xreadgroup {
        return Ok(());
    }
    Err(CommandError::owned(format!(
        "ERR The {option} option is only supported by XREADGROUP. You called XREAD instead."
    )))
}

/// Until when `BLOCK ms` waits; 0 waits for ever.
fn deadline(arg: &[u8], now: i64) -> Result<Option<i64>, CommandError> {
    let ms = int(arg)
        .map_err(|_| CommandError::text("ERR timeout is not an integer or out of range"))?;
    match ms {
        0 => Ok(None),
        ..0 => Err(CommandError::text("ERR timeout is negative")),
        _ => match now.checked_add(ms) {
            Some(at) => Ok(Some(at)),
            None => Err(CommandError::text("ERR timeout is out of range")),
        },
    }
}

/// Opens the reply of `len` streams.
fn open(reply: &mut Reply<'_>, len: usize) {
    if reply.is_resp3() { reply.map(len) } else { reply.array(len) }
}

/// Writes the key that a stream's entries follow.
fn open_stream(reply: &mut Reply<'_>, key: &[u8]) {
    if !reply.is_resp3() {
        reply.array(2);
    }
    reply.bulk(key);
}

/// `XREAD [COUNT count] [BLOCK ms] STREAMS key [key ...] id [id ...]` -> for each stream with
/// entries above its id the key and those entries; no array without any.
pub(super) fn xread(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let mut request = Request::parse(args, Caller::Xread, cx.now())?;
    not_in_scripts(cx, &request)?;
    let waited = match &cx.origin {
        Origin::Ready(ready) => request.keys.iter().position(|key| *key == **ready),
        Origin::Client | Origin::Exec | Origin::Script => None,
    };
    let mut found = Vec::new();
    if let Some(at) = waited {
        let key = request.keys.at(at);
        if cx.keys.type_of(key) == Some(Type::Stream) {
            found.push((key, after(cx, key, request.ids.at(at))?));
        }
        request.count = if request.count == 0 { WAITED_COUNT } else { request.count };
    } else {
        for (key, id) in request.keys.iter().zip(request.ids.iter()) {
            found.push((key, after(cx, key, id)?));
        }
    }
    let mut new = found.clone();
    new.retain(|(key, after)| has_above(cx, key, *after));
    if !new.is_empty() {
        open(&mut cx.reply, new.len());
        for (key, after) in new {
            write_above(cx, key, after, request.count);
        }
        return Ok(Outcome::Replied);
    }
    if request.wait != Wait::Not
        && waited.is_none()
        && cx.may_block()
        && request.ids.iter().any(|id| *id == *b"$")
    {
        let fixed = args.len() - request.ids.len();
        let mut wait: OwnedArgs = args.first(fixed).iter().collect();
        for (id, (_, after)) in request.ids.iter().zip(&found) {
            match id {
                b"$" => wait.push(&IdText::new(*after)),
                _ => wait.push(id),
            }
        }
        cx.session.waits_as = Some(wait);
    }
    wait(cx, request.wait)
}

/// Ends a call that found nothing.
fn wait(cx: &mut Cx<'_>, wait: Wait) -> CommandResult {
    if let Wait::Until(deadline) = wait {
        return cx.block(deadline);
    }
    cx.reply.null_array();
    Ok(Outcome::Replied)
}

/// The id above which XREAD reads.
fn after(cx: &mut Cx<'_>, key: &[u8], id: &[u8]) -> Result<Id, CommandError> {
    let entry = cx.keys.read_as(key, Type::Stream)?;
    let stream = entry.as_ref().map(|entry| stream::of(entry));
    match id {
        b"$" => Ok(stream.map_or(Id::MIN, |stream| stream.meta.last_id)),
        b"+" => Ok(stream.map_or(Id::MIN, |stream| match stream.last_entry_id().previous() {
            Some(below) => below,
            None => stream.meta.last_id,
        })),
        b">" => Err(CommandError::text(
            "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> \
             <consumer> option.",
        )),
        _ => strict_id(id, 0),
    }
}

/// Whether there are entries above an id. Redis looks a key up once for its id and once here, and
/// counts both.
fn has_above(cx: &mut Cx<'_>, key: &[u8], after: Id) -> bool {
    let waited = matches!(cx.origin, Origin::Ready(_));
    let entry = if waited { cx.keys.peek(key) } else { cx.keys.read(key) };
    entry.is_some_and(|entry| stream::of(&entry).last_entry_id() > after)
}

fn write_above(cx: &mut Cx<'_>, key: &[u8], after: Id, count: usize) {
    let Some(entry) = cx.keys.peek(key) else { return };
    let most = if count == 0 { usize::MAX } else { count };
    let start = after.next().unwrap_or(Id::MAX);
    open_stream(&mut cx.reply, key);
    write_entries(&mut cx.reply, stream::of(&entry).range(start, Id::MAX).take(most));
}

/// `XREADGROUP GROUP group consumer [COUNT count] [BLOCK ms] [NOACK] STREAMS key [key ...] id
/// [id ...]` -> for each stream the key and its entries: with `>` those that the group has not
/// read, else those above the id that are pending at the consumer, without fields when deleted.
pub(super) fn xreadgroup(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let request = Request::parse(args, Caller::Xreadgroup, cx.now())?;
    not_in_scripts(cx, &request)?;
    cx.log_nothing_more();
    if let Origin::Ready(ready) = &cx.origin {
        let ready = ready.clone();
        return group_waited(cx, request, &ready);
    }
    let mut wanted = Vec::with_capacity(request.keys.len());
    for (key, id) in request.keys.iter().zip(request.ids.iter()) {
        wanted.push((key, group_after(cx, &request, key, id)?));
    }
    let mark = cx.reply.mark();
    let mut served = 0;
    for (key, after) in wanted {
        served += usize::from(match after {
            Some(after) => write_history(cx, &request, key, after)?,
            None => write_new(cx, &request, key, request.count)?,
        });
    }
    if served > 0 {
        if cx.reply.is_resp3() {
            cx.reply.map_at(mark, served);
        } else {
            cx.reply.array_at(mark, served);
        }
        return Ok(Outcome::Replied);
    }
    wait(cx, request.wait)
}

/// The id above which a consumer's history is read; none for what is new.
fn group_after(
    cx: &mut Cx<'_>,
    request: &Request<'_>,
    key: &[u8],
    id: &[u8],
) -> Result<Option<Id>, CommandError> {
    let entry = cx.keys.read_as(key, Type::Stream)?;
    if entry.is_none_or(|entry| stream::of(&entry).group(request.group).is_none()) {
        return Err(CommandError::owned(format!(
            "NOGROUP No such key '{}' or consumer group '{}' in XREADGROUP with GROUP option",
            printable(key, key.len()),
            printable(request.group, request.group.len()),
        )));
    }
    match id {
        b"$" => Err(CommandError::text(
            "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the \
             history of this consumer by specifying a proper ID, or use the > ID to get new \
             messages. The $ ID would just return an empty result set.",
        )),
        b"+" => Err(CommandError::text(
            "ERR The + ID is meaningless in the context of XREADGROUP: you want to read the \
             history of this consumer by specifying a proper ID, or use the > ID to get new \
             messages. The + ID would just return an empty result set.",
        )),
        b">" => Ok(None),
        // The highest id means the same as `>`.
        _ => strict_id(id, 0).map(|id| (id < Id::MAX).then_some(id)),
    }
}

/// A call that waited is run again because a key is ready.
fn group_waited(cx: &mut Cx<'_>, request: Request<'_>, key: &[u8]) -> CommandResult {
    if cx.keys.type_of(key) != Some(Type::Stream) {
        return Err(CommandError::text("UNBLOCKED the stream key no longer exists"));
    }
    let entry = cx.keys.peek(key);
    if entry.is_none_or(|entry| stream::of(&entry).group(request.group).is_none()) {
        return Err(CommandError::text(
            "NOGROUP the consumer group this client was blocked on no longer exists",
        ));
    }
    let count = if request.count == 0 { WAITED_COUNT } else { request.count };
    let mark = cx.reply.mark();
    if write_new(cx, &request, key, count)? {
        if cx.reply.is_resp3() {
            cx.reply.map_at(mark, 1);
        } else {
            cx.reply.array_at(mark, 1);
        }
        return Ok(Outcome::Replied);
    }
    wait(cx, request.wait)
}

/// Finds or makes the consumer; what to tell of that and of a delivery.
fn call_consumer(
    stream: &mut Stream,
    request: &Request<'_>,
    now_ms: i64,
) -> Option<(Delivery, Told)> {
    let group = stream.group_mut(request.group)?;
    let (consumer, is_new) = group.call(request.consumer, now_ms);
    let told = Told {
        changes: 1 + u64::from(is_new),
        event: is_new.then_some(Event::XGROUP_CREATECONSUMER),
        wakes: false,
    };
    Some((Delivery { consumer, pend: !request.noack, now_ms }, told))
}

/// Hands out what the group has not read; false if there is nothing.
fn write_new(
    cx: &mut Cx<'_>,
    request: &Request<'_>,
    key: &[u8],
    count: usize,
) -> Result<bool, CommandError> {
    let (now_ms, logs) = (cx.wall(), cx.journals());
    let (mut handed, mut makes_consumer) = (Vec::new(), false);
    let reply = &mut cx.reply;
    let served = cx.keys.update_groups(key, Lookup::Counted, |stream| {
        let last = stream.last_entry_id();
        let has_new = stream.group(request.group).is_some_and(|group| last > group.last_id);
        if !has_new {
            return (false, Told::default());
        }
        let Some((delivery, told)) = call_consumer(stream, request, now_ms) else {
            return (false, Told::default());
        };
        makes_consumer = told.event.is_some();
        open_stream(reply, key);
        let mark = reply.mark();
        let sent = stream.read_new(request.group, delivery, count, |entry| {
            write_entry(reply, entry);
            if logs && !request.noack {
                handed.push(Handed::new(entry.id, request.consumer, now_ms));
            }
        });
        reply.array_at(mark, sent);
        (true, told)
    })?;
    if served == Some(true) && logs {
        if makes_consumer && request.noack {
            log::consumer(cx, key, request.group, request.consumer);
        }
        log::claims(cx, key, request.group, &handed);
        if request.noack {
            log::position(cx, key, request.group);
        }
    }
    Ok(served == Some(true))
}

/// Hands out again what is pending at the consumer above an id.
fn write_history(
    cx: &mut Cx<'_>,
    request: &Request<'_>,
    key: &[u8],
    after: Id,
) -> Result<bool, CommandError> {
    let (now_ms, mut makes_consumer) = (cx.wall(), false);
    let reply = &mut cx.reply;
    let served = cx.keys.update_groups(key, Lookup::Counted, |stream| {
        let Some((_, told)) = call_consumer(stream, request, now_ms) else {
            return (false, Told::default());
        };
        makes_consumer = told.event.is_some();
        open_stream(reply, key);
        let most = if request.count == 0 { usize::MAX } else { request.count };
        let group = stream.group(request.group);
        let consumer = group.and_then(|group| group.consumer(request.consumer));
        let ids: Vec<Id> = match (consumer, after.next()) {
            (Some(consumer), Some(start)) => {
                consumer.pending().iter_from(start).map(|(id, ())| id).take(most).collect()
            }
            _ => Vec::new(),
        };
        reply.array(ids.len());
        for id in ids {
            if let Some(entry) = stream.get(id) {
                write_entry(reply, entry);
                if let Some(group) = stream.group_mut(request.group) {
                    group.deliver_again(id, now_ms);
                }
            } else {
                reply.array(2);
                write_id(reply, id);
                reply.null_array();
            }
        }
        (true, told)
    })?;
    if makes_consumer {
        log::consumer(cx, key, request.group, request.consumer);
    }
    Ok(served == Some(true))
}
