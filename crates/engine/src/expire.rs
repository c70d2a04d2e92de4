//! The active half of expiry: finds keys whose time has come without anybody asking for them.
//!
//! Buckets and segments keep a lower bound of the ticks in them, so a pass over a database in
//! which nothing is due reads one word a segment. A pass takes one stripe at a time and hands it
//! back after a bounded number of buckets: traffic never waits for it. A hash with expiring
//! fields is due when one of its fields is; it is then swept in turn.

use crate::event::{Effects, Event, KeyEvent};
use crate::garbage::Garbage;
use crate::hash::{next_expiry, purge};
use crate::hasher;
use crate::journal::Journal;
use crate::store::{Store, Stripe};
use crate::value::{self, Rec};
use raw::Verdict;

/// Keys looked at under one lock hold.
const BUDGET: usize = 512;

/// Where the sweep of the whole store goes on, and what it found.
#[derive(Clone, Copy, Default, Debug)]
pub struct Progress {
    stripe: usize,
    /// Keys removed by the last pass.
    pub removed: usize,
    /// The last pass stopped at its limit: more is due.
    pub more: bool,
}

/// What a sweep hands on.
#[derive(Default, Debug)]
pub struct Swept {
    /// `expired` events to publish, if their class is recorded.
    pub events: Vec<KeyEvent>,
    /// Large values to be freed elsewhere.
    pub garbage: Vec<Garbage>,
    /// Keys that are gone and that calls wait for.
    pub ready: Vec<(usize, Box<[u8]>)>,
    /// Classes whose events are recorded, and [`Effects::JOURNAL`].
    pub record: u32,
    /// What is to be written to the append-only file.
    pub journal: Journal,
}

impl Store {
    /// Removes keys that are due at `now`, at most about `limit` of them; goes round the stripes
    /// from where the last pass stopped. `done` is asked between lock holds whether time is up,
    /// `record` under each of them for classes to be recorded.
    pub fn sweep_expired(
        &self,
        progress: &mut Progress,
        now: i64,
        limit: usize,
        swept: &mut Swept,
        mut done: impl FnMut() -> bool,
        record: impl Fn() -> u32,
    ) {
        progress.removed = 0;
        progress.more = false;
        for _ in 0..self.stripe_count() {
            let index = progress.stripe;
            let mut again = true;
            while again {
                if progress.removed >= limit || done() {
                    progress.more = true;
                    return;
                }
                // One that is held, perhaps by a script that runs for long, has its turn later.
                let Some(mut stripe) = self.try_lock_one(index) else { break };
                swept.record |= record();
                let (removed, more) = self.sweep_stripe(&mut stripe, now, swept);
                progress.removed += removed;
                again = more;
            }
            progress.stripe = (index + 1) % self.stripe_count();
        }
    }

    fn sweep_stripe(&self, stripe: &mut Stripe, now: i64, swept: &mut Swept) -> (usize, bool) {
        let due = self.tick(now);
        let (mut removed, mut more) = (0, false);
        for db in 0..stripe.dbs.len() {
            if stripe.dbs[db].table().next_tick() > due {
                continue;
            }
            let (mut gone, mut timed): (Vec<Rec>, Vec<Box<[u8]>>) = (Vec::new(), Vec::new());
            let mut judge = |rec: &Rec, sample: &mut (i64, i64)| match rec.expire_ms() {
                Some(at) if at <= now => Verdict::Remove,
                at => {
                    if let Some(at) = at {
                        *sample = ((sample.0 + (at - now)) >> 1, 1);
                    }
                    let fields = next_expiry(rec);
                    if fields.is_some_and(|at| at <= now) {
                        timed.push(rec.key().into());
                        return Verdict::Keep(at.map_or(u32::MAX, |at| self.next_look(at, due)));
                    }
                    let at = at.into_iter().chain(fields).min();
                    Verdict::Keep(at.map_or(u32::MAX, |at| self.next_look(at, due)))
                }
            };
            let swept_now =
                stripe.dbs[db].sweep(due, BUDGET, &mut judge, &mut |rec| gone.push(rec));
            more |= !swept_now.done;
            stripe.counters.expired += gone.len() as u64;
            removed += gone.len();
            for rec in gone {
                stripe.expire_watchers(db, rec.key());
                if swept.journals() {
                    swept.journal.write_expired(db, rec.key());
                    swept.journal.close(self.draw_ticket());
                }
                swept.publish(db, Event::EXPIRED, rec.key());
                if stripe.awaited(db, rec.key()) {
                    swept.ready.push((db, rec.key().into()));
                }
                if value::weight(&rec) > 1 {
                    swept.garbage.push(Garbage::Value(rec));
                }
            }
            let (fields, more_fields) = self.sweep_fields(stripe, db, &timed, now, swept);
            removed += fields;
            more |= more_fields;
        }
        (removed, more)
    }

    /// The tick at which to look at what is due at `at`: later than this one.
    fn next_look(&self, at: i64, due: u32) -> u32 {
        self.tick(at).max((due + 1).min(u32::MAX - 1))
    }

    /// Takes out fields of the hashes under `keys` whose time has come; how many, and whether the
    /// budget left any.
    fn sweep_fields(
        &self,
        stripe: &mut Stripe,
        db: usize,
        keys: &[Box<[u8]>],
        now: i64,
        swept: &mut Swept,
    ) -> (usize, bool) {
        let (mut total, mut more) = (0, false);
        for key in keys {
            let bits = hasher::hash(key);
            let database = &mut stripe.dbs[db];
            let Some(slot) = database.table().find(bits, key) else { continue };
            let mut entry = database.change(bits, slot).at_mut(slot);
            let mut gone = swept.journals().then(Vec::new);
            let budget = BUDGET.saturating_sub(total);
            let purged = purge(&mut entry, now, budget, gone.as_mut());
            if let Some(gone) = gone.filter(|gone| !gone.is_empty()) {
                swept.journal.write_expired_fields(db, key, &gone);
                swept.journal.close(self.draw_ticket());
            }
            if let Some(at) = next_expiry(&entry) {
                entry.note_expiry(self.tick(at));
                more |= at <= now;
            }
            let emptied = value::is_empty(&entry);
            drop(entry);
            if purged == 0 {
                continue;
            }
            total += purged;
            stripe.counters.expired_fields += purged as u64;
            stripe.expire_watchers(db, key);
            swept.publish(db, Event::HEXPIRED, key);
            if emptied {
                stripe.dbs[db].take(bits, slot);
                swept.publish(db, Event::DEL, key);
            }
        }
        (total, more)
    }
}

impl Swept {
    fn journals(&self) -> bool {
        self.record & Effects::JOURNAL != 0
    }

    fn publish(&mut self, db: usize, event: Event, key: &[u8]) {
        if self.record & event.class as u32 != 0 {
            self.events.push(KeyEvent { db, event, key: key.into() });
        }
    }
}

#[cfg(test)]
mod tests;
