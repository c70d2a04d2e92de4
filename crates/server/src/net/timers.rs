//! What a worker does by the clock: deadlines of blocked calls, the expiry sweep, checks of its
//! connections.

use crate::net::connection::Connection;
use crate::net::worker::Worker;
use commands::config::Id;
use commands::shared::{Message, Shared};
use commands::switches::Switches;
use commands::{Turn, blocking, notify, saving, tracking};
use engine::{Class, Keys, Progress, Swept};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Between two sweeps for expired keys, in milliseconds.
const SWEEP_EVERY_MS: i64 = 20;
/// A sweep's longest hold of the loop; it goes on after the next batch.
const SWEEP_SLICE: Duration = Duration::from_micros(200);
/// Entries beyond two a connection from which on the deadlines are made anew.
const DEADLINES_SPARE: usize = 1024;
/// Between two looks at the save points, in milliseconds.
const SAVE_EVERY_MS: i64 = 100;
/// Between two looks at all connections, in milliseconds.
const CHECK_EVERY_MS: i64 = 1000;

/// A worker's clockwork.
#[derive(Debug)]
pub(crate) struct Timers {
    deadlines: BinaryHeap<Reverse<(i64, u64)>>,
    next_sweep: i64,
    next_check: i64,
    next_save: i64,
    progress: Progress,
    /// When to look again whether memory has holes that are worth defragmentation.
    pub(super) next_defrag_look: i64,
    /// Bytes that the last half-received request still misses.
    pub(super) missing: usize,
}

impl Timers {
    /// Starts now.
    pub(crate) fn new(now: i64) -> Self {
        Self {
            deadlines: BinaryHeap::new(),
            next_sweep: now,
            next_check: now + CHECK_EVERY_MS,
            next_save: now + SAVE_EVERY_MS,
            progress: Progress::default(),
            next_defrag_look: now,
            missing: 0,
        }
    }

    /// Wakes a blocked client at an instant.
    pub(super) fn add_deadline(&mut self, at: i64, client: u64) {
        self.deadlines.push(Reverse((at, client)));
    }

    /// Milliseconds until something is to be done.
    pub(super) fn timeout(&self, now: i64) -> i64 {
        let deadline = self.deadlines.peek().map_or(i64::MAX, |Reverse((at, _))| *at);
        let next = self.next_sweep.min(self.next_check).min(self.next_save);
        (deadline.min(next) - now).clamp(0, 1000)
    }
}

impl Worker {
    /// Does what is due.
    pub(super) fn run_timers(&mut self, now: i64) {
        if self.timers.deadlines.len() > DEADLINES_SPARE + 2 * self.clients.slots() {
            // Most are of calls that were served long before.
            let end = self.shared.pause.end(&self.shared.switches, now).unwrap_or(now);
            self.timers.deadlines = self.clients.deadlines(end).map(Reverse).collect();
        }
        while let Some(Reverse((at, client))) = self.timers.deadlines.peek().copied() {
            if at > now {
                break;
            }
            self.timers.deadlines.pop();
            self.deadline(client, now);
            self.flush_touched(now);
        }
        if self.local.limit_changed {
            // Who lowered the limit finds it kept, if that is done within a slice.
            self.local.limit_changed = false;
            if !self.evict(now) {
                // What others are told of it has to be sent before memory is looked at again.
                self.timers.next_sweep = self.timers.next_sweep.max(now + SWEEP_EVERY_MS);
            }
        }
        if now >= self.timers.next_sweep {
            // One worker sweeps: it is never more than a slice at a time.
            let more = self.index == 0 && (self.evict(now) | self.sweep(now));
            let every = if self.index == 0 { SWEEP_EVERY_MS } else { CHECK_EVERY_MS };
            self.timers.next_sweep = if more { now } else { now + every };
        }
        if now >= self.timers.next_save {
            // One worker looks.
            self.timers.next_save = if self.index == 0 { now + SAVE_EVERY_MS } else { i64::MAX };
            if self.index == 0 {
                self.with_keys(saving::begin_due);
                self.look_for_holes(now);
            }
        }
        if now >= self.timers.next_check {
            self.timers.next_check = now + CHECK_EVERY_MS;
            self.check_connections(now);
        }
    }

    /// Runs `act` on the keys outside of any call, and lets go what it locked.
    pub(super) fn with_keys<R>(&mut self, act: impl FnOnce(&Shared, &mut Keys<'_>) -> R) -> R {
        let shared = Arc::clone(&self.shared);
        let moment = self.moment;
        let mut keys = Keys::new(&shared.store, 0, &moment, &mut self.effects);
        let result = act(&shared, &mut keys);
        keys.unlock();
        result
    }

    /// A signal asked for the end: saves first, if that is wanted.
    pub(super) fn end_server(&mut self) {
        let Some(wanted) = self.system.take_asked_end() else { return };
        self.system.log().warning("User requested shutdown...");
        if self.with_keys(|shared, keys| saving::before_end(shared, keys, wanted)) {
            self.system.end(wanted);
        } else {
            self.system.goes_on();
        }
    }

    /// Evicts keys for a slice of time if memory is over its limit; whether more have to go.
    fn evict(&mut self, now: i64) -> bool {
        if self.shared.pause.end(&self.shared.switches, now).is_some() {
            return false;
        }
        let shared = Arc::clone(&self.shared);
        let more = commands::evict_between_batches(&mut Turn {
            shared: &shared,
            local: &mut self.local,
            effects: &mut self.effects,
            stats: &shared.workers[self.index],
            moment: self.moment,
            ticks: engine::ticks(),
        });
        let outbox = std::mem::take(&mut self.local.outbox);
        if !outbox.is_empty() {
            self.clients.deliver(outbox, None);
            self.flush_touched(now);
        }
        more
    }

    /// Removes expired keys for a slice of time; whether more are due.
    fn sweep(&mut self, now: i64) -> bool {
        let shared = Arc::clone(&self.shared);
        if shared.stats.expire_off.load(Ordering::Relaxed) != 0
            || shared.pause.end(&shared.switches, now).is_some()
        {
            return false;
        }
        let record = self.effects.record;
        let journal = std::mem::take(&mut self.effects.journal);
        let mut swept = Swept { record, journal, ..Swept::default() };
        let begun = Instant::now();
        let done = || begun.elapsed() >= SWEEP_SLICE;
        let progress = &mut self.timers.progress;
        let switched = || if shared.switches.has(Switches::TRACKED) { Class::CHANGE } else { 0 };
        shared.store.sweep_expired(progress, now, usize::MAX, &mut swept, done, switched);
        let ms = begun.elapsed().as_millis() as u64;
        shared.notes.held_up(&shared, "expire-cycle", ms, now);
        self.effects.journal = std::mem::take(&mut swept.journal);
        if !swept.garbage.is_empty() {
            shared.host.reap(std::mem::take(&mut swept.garbage));
        }
        if !swept.events.is_empty() {
            notify::publish_from(&shared, &swept.events, &mut |worker, message| {
                shared.host.post(worker, Message::Publish(Arc::clone(message)));
            });
            tracking::swept(&shared, &swept.events);
        }
        if !swept.ready.is_empty() {
            let moment = self.moment;
            let mut turn = Turn {
                shared: &shared,
                local: &mut self.local,
                effects: &mut self.effects,
                stats: &shared.workers[self.index],
                moment,
                ticks: engine::ticks(),
            };
            blocking::look_again(&mut turn, swept.ready);
        }
        self.timers.progress.more
    }

    /// Idle connections, output limits, figures of the cards.
    fn check_connections(&mut self, now: i64) {
        self.system.watch_peak(&self.shared);
        commands::sample_rates(&self.shared, now);
        if self.index == 0 {
            self.shared.host.kept_connections(); // closes idle ones
            self.shared.stats.forget_unevictable();
        }
        if self.index == 0 && self.shared.switches.has(Switches::TRACKED) {
            let (shared, seed) = (&self.shared, self.local.rng.draw());
            tracking::keep_limit(shared, seed, &mut |card, bytes| {
                tracking::post(shared, card, bytes);
            });
        }
        let timeout_ms = self.shared.config.int(Id::TIMEOUT) * 1000;
        for slot in 0..self.clients.slots() {
            let Some(mut conn) = self.clients.take(slot) else { continue };
            self.clients.weigh(&mut conn);
            let card = &conn.session.card;
            let idle = now - card.last_ms.load(Ordering::Relaxed);
            let session = &conn.session;
            let waits = session.subs.any() || session.blocked.is_some() || session.postponed;
            let expired = timeout_ms > 0 && idle > timeout_ms && !waits;
            if expired {
                self.system.log().verbose("Closing idle client");
            }
            let fine = !expired && self.judge_output(&mut conn, now);
            self.settle(conn, slot, fine, now);
        }
    }

    /// Whether a connection's output may stay as long as it is.
    pub(super) fn within_output_limits(&mut self, conn: &mut Connection) -> bool {
        let now = self.system.now_ms();
        self.judge_output(conn, now)
    }

    fn judge_output(&self, conn: &mut Connection, now: i64) -> bool {
        let limit = self.shared.config.output_limit(conn.output_class());
        let pending = conn.pending() as u64;
        let over = |limit: u64| limit > 0 && pending > limit;
        let mut fine = !over(limit.hard_bytes);
        if over(limit.soft_bytes) {
            let since = *conn.over_soft_since.get_or_insert(now);
            fine &= now - since <= limit.soft_seconds as i64 * 1000;
        } else {
            conn.over_soft_since = None;
        }
        if !fine {
            self.shared.stats.output_limit_disconnections.fetch_add(1, Ordering::Relaxed);
            self.system.warn_of_output(conn);
        }
        fine
    }
}
