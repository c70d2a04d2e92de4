//! XCLAIM and XAUTOCLAIM: pending entries change hands.
//!
//! An entry that is not in the stream any more is taken off what is pending when a claim meets it.

use super::id::{range_start, strict_id};
use super::log::{self, Handed};
use super::pending::no_key_or_group;
use super::range::{write_entry, write_id};
use crate::args::Args;
use crate::collection::int_from;
use crate::cx::Cx;
use crate::dispatch::printable;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::text::int::parse_i64;
use engine::stream::{ConsumerId, Id, Lookup, Pending, Stream, Told};
use engine::{Event, Type};

/// What is claimed, and how.
struct Claim<'a> {
    group: &'a [u8],
    consumer: &'a [u8],
    min_idle_ms: i64,
    now_ms: i64,
    /// The time of delivery to be noted.
    delivered_ms: i64,
    /// The number of deliveries to be noted.
    deliveries: Option<u64>,
    /// Entries that are not pending become so.
    force: bool,
    just_id: bool,
    /// What was done is noted for the append-only file.
    logs: bool,
}

/// What a claim did so far.
#[derive(Default)]
struct Done {
    consumer: Option<ConsumerId>,
    claimed: Vec<Id>,
    deleted: Vec<Id>,
    told: Told,
    /// What is written to the append-only file.
    handed: Vec<Handed>,
}

impl Claim<'_> {
    /// Claims one entry, if it can be had.
    fn claim(&self, stream: &mut Stream, id: Id, done: &mut Done) {
        let exists = stream.get(id).is_some();
        let Some(group) = stream.group_mut(self.group) else { return };
        let pending: Option<Pending> = group.pending().get(id).copied();
        if !exists {
            if let Some(pending) = pending.filter(|_| self.logs) {
                done.handed.push(Handed::of(group, id, &pending));
            }
            if group.acknowledge(id) {
                done.deleted.push(id);
                done.told.changes += 1;
            }
            return;
        }
        let before = match pending {
            Some(pending) => {
                let idle = self.now_ms.wrapping_sub(pending.delivered_ms);
                if self.min_idle_ms > 0 && idle < self.min_idle_ms {
                    return;
                }
                pending.deliveries
            }
            None if self.force => 1,
            None => return,
        };
        let consumer = *done.consumer.get_or_insert_with(|| {
            let (consumer, is_new) = group.call(self.consumer, self.now_ms);
            if is_new {
                done.told.changes += 1;
                done.told.event = Some(Event::XGROUP_CREATECONSUMER);
            }
            consumer
        });
        let deliveries = match self.deliveries {
            Some(deliveries) => deliveries,
            None => before.wrapping_add(u64::from(!self.just_id)),
        };
        group.hand_over(id, consumer, self.delivered_ms, deliveries);
        if let Some(pending) = group.pending().get(id).copied().filter(|_| self.logs) {
            done.handed.push(Handed::of(group, id, &pending));
        }
        done.claimed.push(id);
        done.told.changes += 1;
    }
}

/// The options of XCLAIM behind the ids.
#[derive(Default)]
struct Options {
    delivered_ms: Option<i64>,
    deliveries: Option<u64>,
    force: bool,
    just_id: bool,
    last_id: Id,
}

impl Options {
    fn parse(args: Args<'_>, now: i64) -> Result<Self, CommandError> {
        let number = |at: usize, text| parse_i64(args.at(at)).ok_or(CommandError::text(text));
        let mut options = Self::default();
        let mut at = 0;
        while at < args.len() {
            let has_value = at + 1 < args.len();
            if args.is(at, "FORCE") {
                options.force = true;
            } else if args.is(at, "JUSTID") {
                options.just_id = true;
            } else if has_value && args.is(at, "IDLE") {
                at += 1;
                let idle = number(at, "ERR Invalid IDLE option argument for XCLAIM")?;
                options.delivered_ms = Some(now.wrapping_sub(idle));
            } else if has_value && args.is(at, "TIME") {
                at += 1;
                let time = number(at, "ERR Invalid TIME option argument for XCLAIM")?;
                options.delivered_ms = Some(time);
            } else if has_value && args.is(at, "RETRYCOUNT") {
                at += 1;
                let count = number(at, "ERR Invalid RETRYCOUNT option argument for XCLAIM")?;
                options.deliveries = u64::try_from(count).ok();
            } else if has_value && args.is(at, "LASTID") {
                at += 1;
                options.last_id = strict_id(args.at(at), 0)?;
            } else {
                return Err(CommandError::owned(format!(
                    "ERR Unrecognized XCLAIM option '{}'",
                    printable(args.at(at), usize::MAX)
                )));
            }
            at += 1;
        }
        // Times that cannot be are taken for now: clients reckon with clocks of their own.
        options.delivered_ms = options.delivered_ms.filter(|ms| (0..=now).contains(ms));
        Ok(options)
    }
}

/// `XCLAIM key group consumer min-idle-ms id [id ...] [IDLE ms] [TIME unix-ms] [RETRYCOUNT count]
/// [FORCE] [JUSTID] [LASTID id]` -> array of the entries, or of the ids, that are the consumer's
/// now.
pub(super) fn xclaim(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (key, group, now) = (args.at(1), args.at(2), cx.wall());
    need_group(cx, key, group)?;
    let min_idle_ms = parse_i64(args.at(4))
        .ok_or(CommandError::text("ERR Invalid min-idle-time argument for XCLAIM"))?;
    let ids: Vec<Id> = args.from(5).iter().map_while(|arg| strict_id(arg, 0).ok()).collect();
    let options = Options::parse(args.from(5 + ids.len()), now)?;
    let claim = Claim {
        group,
        consumer: args.at(3),
        min_idle_ms,
        now_ms: now,
        delivered_ms: options.delivered_ms.unwrap_or(now),
        deliveries: options.deliveries,
        force: options.force,
        just_id: options.just_id,
        logs: cx.journals(),
    };
    let replays = cx.replays();
    let (reply, mut has_moved) = (&mut cx.reply, false);
    let handed = cx.keys.update_groups(key, Lookup::Quiet, |stream| {
        let mut done = Done::default();
        let moves = stream.group(group).is_some_and(|group| options.last_id > group.last_id);
        if replays && moves && ids == [options.last_id] {
            // So is a delivery written: the group has read this entry then.
            stream.note_read(group, options.last_id);
        }
        if moves && let Some(group) = stream.group_mut(group) {
            group.last_id = options.last_id;
            done.told.changes += 1;
            has_moved = true;
        }
        let mark = reply.mark();
        for id in &ids {
            claim.claim(stream, *id, &mut done);
        }
        write_claimed(reply, stream, &done.claimed, claim.just_id);
        reply.array_at(mark, done.claimed.len());
        (done.handed, done.told)
    })?;
    let handed = handed.unwrap_or_default();
    cx.log_nothing_more();
    log::claims(cx, key, group, &handed);
    if has_moved && handed.is_empty() {
        log::position(cx, key, group);
    }
    Ok(Outcome::Replied)
}

fn write_claimed(reply: &mut crate::reply::Reply<'_>, stream: &Stream, ids: &[Id], just_id: bool) {
    for id in ids {
        match stream.get(*id) {
            Some(entry) if !just_id => write_entry(reply, entry),
            _ => write_id(reply, *id),
        }
    }
}

fn need_group(cx: &mut Cx<'_>, key: &[u8], group: &[u8]) -> Result<(), CommandError> {
    let entry = cx.keys.read_as(key, Type::Stream)?;
    let there = entry.is_some_and(|entry| engine::stream::of(&entry).group(group).is_some());
    if there { Ok(()) } else { Err(no_key_or_group(key, group)) }
}

/// Entries that XAUTOCLAIM claims without a count.
const COUNT: usize = 100;
/// How many entries it looks at for one that it claims.
const ATTEMPTS: usize = 10;

/// `XAUTOCLAIM key group consumer min-idle-ms start [COUNT count] [JUSTID]` -> the id to go on
/// from, 0-0 at the end; the entries, or the ids, that are the consumer's now; the ids that were
/// not in the stream any more.
pub(super) fn xautoclaim(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    const BAD_COUNT: &str = "ERR COUNT must be > 0";
    let min_idle_ms = parse_i64(args.at(4))
        .ok_or(CommandError::text("ERR Invalid min-idle-time argument for XAUTOCLAIM"))?;
    let start = range_start(args.at(5))?;
    let (mut count, mut just_id, mut at) = (COUNT, false, 6);
    while at < args.len() {
        if args.is(at, "COUNT") && at + 1 < args.len() {
            count = int_from(args.at(at + 1), 1, BAD_COUNT)?;
            if count > i64::MAX as usize / size_of::<Id>() {
                return Err(CommandError::text(BAD_COUNT));
            }
            at += 1;
        } else if args.is(at, "JUSTID") {
            just_id = true;
        } else {
            return Err(CommandError::Syntax);
        }
        at += 1;
    }
    let (key, group, now) = (args.at(1), args.at(2), cx.wall());
    need_group(cx, key, group)?;
    let claim = Claim {
        group,
        consumer: args.at(3),
        min_idle_ms,
        now_ms: now,
        delivered_ms: now,
        deliveries: None,
        force: false,
        just_id,
        logs: cx.journals(),
    };
    let reply = &mut cx.reply;
    let handed = cx.keys.update_groups(key, Lookup::Quiet, |stream| {
        let (done, next) = claim.sweep(stream, start, count);
        reply.array(3);
        write_id(reply, next);
        reply.array(done.claimed.len());
        write_claimed(reply, stream, &done.claimed, just_id);
        reply.array(done.deleted.len());
        done.deleted.iter().for_each(|id| write_id(reply, *id));
        (done.handed, done.told)
    })?;
    cx.log_nothing_more();
    log::claims(cx, key, group, &handed.unwrap_or_default());
    Ok(Outcome::Replied)
}

impl Claim<'_> {
    /// Claims up to `count` entries from `start` on; also where to go on.
    fn sweep(&self, stream: &mut Stream, start: Id, count: usize) -> (Done, Id) {
        let mut done = Done::default();
        let mut from = Some(start);
        let pending_from = |stream: &Stream, from: Option<Id>| {
            let pending = stream.group(self.group)?.pending();
            pending.iter_from(from?).next().map(|(id, _)| id)
        };
        let mut attempts = count.saturating_mul(ATTEMPTS);
        while attempts > 0 && done.claimed.len() + done.deleted.len() < count {
            let Some(id) = pending_from(stream, from) else { break };
            self.claim(stream, id, &mut done);
            from = id.next();
            attempts -= 1;
        }
        let next = pending_from(stream, from).unwrap_or(Id::MIN);
        (done, next)
    }
}
