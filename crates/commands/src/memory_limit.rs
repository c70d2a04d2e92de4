//! `maxmemory`: room is made by evicting keys before a command runs, and commands that would need
//! more are refused when there is nothing to evict.
//!
//! A worker evicts for the calls it runs, holding one stripe at a time; how long at once is
//! `maxmemory-eviction-tenacity`. What that leaves is done between batches.

use crate::config::choices::{
    ALLKEYS_LFU, ALLKEYS_LRM, ALLKEYS_LRU, ALLKEYS_RANDOM, VOLATILE_LFU, VOLATILE_LRM,
    VOLATILE_LRU, VOLATILE_RANDOM, VOLATILE_TTL,
};
use crate::config::{Config, Id};
use crate::cx::{Cx, Origin, Turn};
use crate::dispatch::finish;
use crate::kept;
use crate::reply::{Output, Reply};
use crate::session::Session;
use crate::shared::{Reaping, Shared};
use crate::spec::Flags;
use crate::switches::Switches;
use crate::table::Entry;
use engine::{Access, Class, Eviction, Keys, Rank};

/// Keys evicted between two looks at the clock.
const CLOCK_EVERY: u64 = 16;

/// What came of making room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Room {
    /// Memory is within its limit.
    Enough,
    /// Not yet, but time was up.
    Later,
    /// There is nothing to evict.
    None,
}

/// The policy in force; none evicts nothing.
fn eviction(config: &Config) -> Option<Eviction> {
    let (rank, volatile) = match config.int(Id::MAXMEMORY_POLICY) {
        ALLKEYS_LRU | ALLKEYS_LRM => (Rank::Idle, false),
        VOLATILE_LRU | VOLATILE_LRM => (Rank::Idle, true),
        ALLKEYS_LFU => (Rank::Rare, false),
        VOLATILE_LFU => (Rank::Rare, true),
        VOLATILE_TTL => (Rank::Short, true),
        ALLKEYS_RANDOM => (Rank::Random, false),
        VOLATILE_RANDOM => (Rank::Random, true),
        _ => return None,
    };
    let samples = config.int(Id::MAXMEMORY_SAMPLES).clamp(1, 64) as usize;
    let decay_minutes = config.int(Id::LFU_DECAY_TIME).clamp(0, 255) as u8;
    Some(Eviction { rank, volatile, samples, decay_minutes })
}

/// What reads and writes leave in records for the policy to go by. `random` is for the counters of
/// the frequency.
pub fn access(config: &Config, now: i64, random: u32) -> Access {
    let seconds = (now / 1000) as u32 & 0x00ff_ffff;
    match config.int(Id::MAXMEMORY_POLICY) {
        ALLKEYS_LFU | VOLATILE_LFU => Access::Frequency {
            minutes: (now / 60_000) as u16,
            log_factor: config.int(Id::LFU_LOG_FACTOR).clamp(0, 255) as u8,
            decay_minutes: config.int(Id::LFU_DECAY_TIME).clamp(0, 255) as u8,
            random,
        },
        ALLKEYS_LRM | VOLATILE_LRM => Access::Modification(seconds),
        _ => Access::Recency(seconds),
    }
}

/// Whether each value needs a clock of its own, so that other servers share none.
pub(crate) fn keeps_clocks(config: &Config) -> bool {
    let ranks = matches!(eviction(config).map(|how| how.rank), Some(Rank::Idle | Rank::Rare));
    ranks && config.int(Id::MAXMEMORY) != 0
}

/// Whether there is a limit at all. One load.
#[inline]
pub(crate) fn is_set(shared: &Shared) -> bool {
    shared.config.int(Id::MAXMEMORY) != 0
}

/// Whether memory is over its limit at this moment.
pub(crate) fn is_over(shared: &Shared, worker: usize) -> bool {
    excess(shared, worker) != 0
}

/// Bytes in use beyond the limit, but for those that connections are about to be ended for: clients
/// go before keys.
fn excess(shared: &Shared, worker: usize) -> u64 {
    if !is_set(shared) {
        return 0;
    }
    let used = shared.host.memory_now(worker);
    let over = used.saturating_sub(shared.config.size(Id::MAXMEMORY));
    if over == 0 { 0 } else { over.saturating_sub(shared.client_excess()) }
}

/// Whether a call that is let in otherwise has to be refused for want of memory, after as much was
/// evicted as may be. Inside MULTI every call is: the queue grows.
#[cold]
pub(crate) fn refuses(turn: &mut Turn<'_>, session: &mut Session, entry: &Entry) -> bool {
    let table = &turn.shared.table;
    let needs = match &session.multi {
        // Room is made before a script runs; what it may do then is looked at call by call.
        None if entry.command.flags.has(Flags::SCRIPT) => {
            make_room(turn, session, entry);
            false
        }
        None => entry.command.flags.has(Flags::DENYOOM),
        Some(_) if ["discard", "quit", "reset"].contains(&entry.command.name) => false,
        Some(multi) if entry.command.flags.has(Flags::RUNS_QUEUE) => {
            let denies = |id| table.entry(id).command.flags.has(Flags::DENYOOM);
            multi.queue.iter().any(|(id, _)| denies(*id))
        }
        Some(_) => true,
    };
    // What is loaded from a log was let in before.
    needs && !session.replays && make_room(turn, session, entry) == Room::None
}

/// Evicts keys until memory is within its limit, at most as long as the tenacity permits. Nothing
/// is held before or after. O(1) for each key that goes, but for the freeing of large ones.
fn make_room(turn: &mut Turn<'_>, session: &mut Session, entry: &Entry) -> Room {
    let (shared, worker) = (turn.shared, turn.local.index);
    if !is_over(shared, worker) {
        shared.stats.end_exceeding(turn.moment.now);
        return Room::Enough;
    }
    kept::let_go(turn.local, &shared.store);
    shared.stats.begin_exceeding(turn.moment.now);
    let until = time_limit_us(shared.config.int(Id::MAXMEMORY_EVICTION_TENACITY))
        .map(|limit| shared.host.now_us() + limit);
    let is_time_up = || until.is_some_and(|until| shared.host.now_us() >= until);
    // What is gone already goes first: no key is evicted for memory that only waits to be freed.
    let is_under_way = loop {
        match shared.host.reap_some(worker) {
            Reaping::Freed => {}
            Reaping::UnderWay => break true,
            Reaping::Nothing => break false,
        }
        if !is_over(shared, worker) {
            shared.stats.end_exceeding(turn.moment.now);
            return Room::Enough;
        }
        if is_time_up() {
            return Room::Later;
        }
    };
    let Some(how) = eviction(&shared.config) else { return Room::None };
    // What others are told of evicted keys takes memory too, here and in other workers. It must not
    // evict further keys: what counts is what the keys gave back.
    let wanted = excess(shared, worker) as i64;
    let kept = |turn: &Turn<'_>| shared.host.taken() - turn.local.told_bytes;
    let before = kept(turn);
    let mut evicted = 0;
    loop {
        let waits = shared.host.reaped().0;
        if !evict_one(turn, session, entry, how) {
            // All keys may have gone to the reaper.
            return if shared.host.reaped().0 > 0 { Room::Later } else { Room::None };
        }
        evicted += 1;
        if before - kept(turn) >= wanted || !is_over(shared, worker) {
            shared.stats.end_exceeding(turn.moment.now);
            return Room::Enough;
        }
        // What the reaper was handed is as good as gone.
        if is_under_way || shared.host.reaped().0 > waits {
            return Room::Later;
        }
        if evicted % CLOCK_EVERY == 0 && is_time_up() {
            return Room::Later;
        }
    }
}

/// Evicts one key with all that follows: journal, waiters, notifications.
fn evict_one(turn: &mut Turn<'_>, session: &mut Session, entry: &Entry, how: Eviction) -> bool {
    let mut pool = std::mem::take(&mut turn.local.eviction);
    let mut rng = turn.local.rng.clone();
    let lazy = turn.shared.config.flag(Id::LAZYFREE_LAZY_EVICTION);
    let mut output = Output::default();
    let mut cx = Cx {
        keys: Keys::new(&turn.shared.store, 0, &turn.moment, turn.effects),
        reply: Reply::new(&mut output, session.proto),
        session,
        server: turn.shared,
        local: turn.local,
        entry,
        origin: Origin::Client,
    };
    if cx.server.switches.has(Switches::TRACKED) {
        cx.keys.effects().record |= Class::CHANGE;
    }
    let evicted = cx.keys.evict(&mut pool, how, &mut || rng.draw());
    if !lazy {
        cx.keys.effects().garbage.clear();
    }
    finish(&mut cx, None);
    cx.local.rng = rng;
    cx.local.eviction = pool;
    evicted
}

/// How long eviction may hold up a call, in microseconds; none has no limit.
fn time_limit_us(tenacity: i64) -> Option<i64> {
    match tenacity {
        ..=10 => Some(50 * tenacity.max(0)),
        11..=99 => Some((500.0 * 1.15_f64.powi((tenacity - 10) as i32)) as i64),
        _ => None,
    }
}

/// What calls have left to be evicted, and what a lower limit makes too much: for a worker's timer.
/// Whether there is more.
pub fn evict_between_batches(turn: &mut Turn<'_>) -> bool {
    let shared = turn.shared;
    if !is_over(shared, turn.local.index) {
        return false;
    }
    let Some(entry) = shared.table.find(b"ping").or_else(|| shared.table.iter().next()) else {
        return false;
    };
    let mut nobody = Session::nobody(&shared.acl);
    make_room(turn, &mut nobody, entry) == Room::Later
}

#[cfg(test)]
mod tests;
