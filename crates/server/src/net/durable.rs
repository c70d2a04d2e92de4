//! What a worker has to do with the append-only file: its journal goes to the log thread, and with
//! `appendfsync always` replies wait until what they tell of is on disk.
//!
//! A connection whose output waits runs nothing more meanwhile; the worker goes on with the others.
//! All output waits that was made while something was not durable, that of reads too: nobody is
//! shown what may be lost. Such a read waits for the fsync under way and the one after it at most.
//!
//! While fsyncs are short the worker does them itself: when no request waits and half of the
//! clients that are active do, or when replies have waited for as long as a sync takes. With half
//! of them a sync serves many, and the others send meanwhile; with all, everybody would wait for
//! everybody.

use crate::net::connection::Connection;
use crate::net::crowd;
use crate::net::worker::Worker;
use commands::blocking;
use commands::config::{Id, choices};
use engine::Effects;
use std::time::{Duration, Instant};

/// For how long at most replies wait for others before they are made durable; no longer than the
/// sync before took either.
const GATHER_MOST: Duration = Duration::from_micros(500);

/// The replies that wait for a sync which this worker is to do.
#[derive(Default, Debug)]
pub(super) struct Gather {
    /// Since when.
    began: Option<Instant>,
    /// Nobody else is waited for.
    is_over: bool,
    /// Somebody else is at it, or has to publish first, and will tell.
    is_refused: bool,
    /// Something was published in this turn.
    has_published: bool,
    /// What the last sync took.
    took: Duration,
}

impl Gather {
    /// Whoever was waited for has told of it.
    pub(super) fn retry(&mut self) {
        self.is_refused = false;
    }

    fn is_overdue(&self) -> bool {
        self.began.is_some_and(|began| began.elapsed() >= self.took.min(GATHER_MOST))
    }
}

impl Worker {
    /// Whether this worker is to sync before it sleeps.
    pub(super) fn has_to_sync(&self) -> bool {
        self.always
            && !self.held.is_empty()
            && !self.gather.is_refused
            && self.system.aof().is_shared()
    }

    /// No request waits: others may come before it is time to sync.
    pub(super) fn gather_more(&mut self) {
        let is_few = 2 * self.held.len() < self.crowd.size() as usize;
        if is_few && !self.gather.is_overdue() {
            crowd::nap();
        } else {
            self.gather.is_over = true;
        }
    }

    /// Syncs, if this worker is to and it is time.
    fn sync_if_due(&mut self) {
        if !self.has_to_sync() {
            return;
        }
        if self.gather.began.is_none() {
            self.gather.began = Some(Instant::now());
        }
        if !self.gather.is_over && !self.gather.is_overdue() {
            return;
        }
        (self.gather.began, self.gather.is_over) = (None, false);
        self.gather.is_refused = true;
        if let Some(took) = self.system.aof().sync_here(self.index, &self.system) {
            self.gather.took = took;
            // What another worker has not published may go before what this one has: who syncs
            // that will tell.
            let durable = self.shared.append.durable();
            let is_durable =
                |slot: &usize| self.clients.get(*slot).is_none_or(|conn| conn.held <= durable);
            self.gather.is_refused = !self.held.iter().all(is_durable);
            if !self.gather.is_refused {
                self.system.aof().unask(self.index);
            }
        }
    }

    /// Reads what the turn that begins has to write.
    pub(super) fn begin_journal(&mut self) {
        let journals = self.shared.append.begin_turn(self.index);
        let config = &self.shared.config;
        if journals {
            self.effects.record |= Effects::JOURNAL;
            self.effects.journal.unlinks = config.flag(Id::LAZYFREE_LAZY_EXPIRE);
        }
        self.always = journals && config.int(Id::APPENDFSYNC) == choices::FSYNC_ALWAYS;
    }

    /// Hands the journal to the log thread. No lock is held.
    #[inline]
    pub(super) fn publish(&mut self) {
        if !self.effects.journal.is_empty() {
            let now = self.moment.now;
            self.gather.has_published = true;
            self.system.aof().publish(self.index, &mut self.effects.journal, now);
        }
    }

    /// At the end of a turn: the rest of the journal, and output whose time has come.
    pub(super) fn settle_journal(&mut self, now: i64) {
        self.publish();
        let has_published = std::mem::take(&mut self.gather.has_published);
        if !self.held.is_empty() || !self.log_waiters.is_empty() {
            self.system.aof().ask(self.index);
            self.sync_if_due();
            self.release(now);
            self.answer_log_waiters(now);
        } else if has_published && self.always && self.system.aof().is_shared() {
            // No reply waits for it here, but others' may.
            self.system.aof().ring();
        }
    }

    /// Ends the calls that wait for the log alone, as far as it has come.
    fn answer_log_waiters(&mut self, now: i64) {
        for client in std::mem::take(&mut self.log_waiters) {
            self.with_client(client, now, |worker, conn, slot| {
                let Some(blocked) = &conn.session.blocked else { return };
                if blocking::log_has_come(&worker.shared, blocked) {
                    worker.give_up(conn, slot, false, now);
                } else {
                    worker.log_waiters.push(client);
                }
            });
        }
        self.flush_touched(now);
    }

    /// Has a connection's output wait if something is not on disk; whether it does.
    pub(super) fn hold(&mut self, conn: &mut Connection, slot: usize) -> bool {
        if conn.held != 0 {
            return true;
        }
        let ticket = self.shared.store.last_ticket();
        if ticket <= self.shared.append.durable() {
            return false;
        }
        conn.held = ticket;
        self.held.push(slot);
        true
    }

    /// Sends output that waited for what is on disk now, and goes on with those connections.
    fn release(&mut self, now: i64) {
        let durable = self.shared.append.durable();
        let mut waiting = std::mem::take(&mut self.held);
        waiting.retain(|&slot| {
            let Some(conn) = self.clients.get_mut(slot) else { return false };
            if conn.held > durable {
                return true;
            }
            let was_held = std::mem::take(&mut conn.held) != 0;
            if was_held && let Some(mut conn) = self.clients.take(slot) {
                let alive = self.send_now(&mut conn, slot);
                if alive && !conn.input.is_empty() {
                    self.serve_input(&mut conn, slot, now);
                }
                self.settle(conn, slot, alive, now);
            }
            false
        });
        // What was served meanwhile may wait in turn.
        waiting.append(&mut self.held);
        self.held = waiting;
        self.publish();
        self.flush_touched(now);
    }
}
