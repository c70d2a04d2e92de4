//! The active half of expiry: finds keys whose time has come without anybody asking for them.
//!
//! Buckets and segments keep a lower bound of the ticks in them, so a pass over a database in
//! which nothing is due reads one word a segment. A pass takes one stripe at a time and hands it
//! back after a bounded number of buckets: traffic never waits for it.

use crate::event::{Class, Event, Garbage, KeyEvent};
use crate::hasher;
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
    /// Classes whose events are recorded.
    pub record: u16,
}

impl Store {
    /// Removes keys that are due at `now`, at most about `limit` of them; goes round the stripes
    /// from where the last pass stopped. `done` is asked between lock holds whether time is up.
    pub fn sweep_expired(
        &self,
        progress: &mut Progress,
        now: i64,
        limit: usize,
        swept: &mut Swept,
        mut done: impl FnMut() -> bool,
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
                let mut stripe = self.lock_one(index);
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
            if stripe.dbs[db].expires == 0 {
                continue;
            }
            let mut gone: Vec<Rec> = Vec::new();
            let database = &mut stripe.dbs[db];
            let sample = &mut database.ttl_sample;
            let mut judge = |rec: &Rec| match rec.expire_ms() {
                None => Verdict::Keep(u32::MAX),
                Some(at) if at <= now => Verdict::Remove,
                Some(at) => {
                    *sample = ((sample.0 + (at - now)) >> 1, 1);
                    Verdict::Keep(self.tick(at))
                }
            };
            let swept_now = database.table.sweep(
                due,
                &mut database.sweep_at,
                BUDGET,
                hasher::hash,
                &mut judge,
                &mut |rec| gone.push(rec),
            );
            more |= !swept_now.done;
            database.expires -= gone.len();
            stripe.counters.expired += gone.len() as u64;
            removed += gone.len();
            for rec in gone {
                stripe.expire_watchers(db, rec.key());
                if swept.record & Class::Expired as u16 != 0 {
                    let key = rec.key().into();
                    swept.events.push(KeyEvent { db, event: Event::EXPIRED, key });
                }
                if value::weight(&rec) > 1 {
                    swept.garbage.push(Garbage::Value(rec));
                }
            }
        }
        (removed, more)
    }
}
