//! Operations on whole keys and whole databases: rename, copy, move, scan, flush, swap.

use crate::database::Database;
use crate::event::Event;
use crate::hasher;
use crate::keys::Keys;
use crate::store::{Counters, Held, Keyspace, KeyspaceSums, More, Stripe};
use crate::value::{self, Rec, Type};

/// Bits of a SCAN cursor that name the stripe; the others are a position in hash order.
const STRIPE_BITS: u32 = 12;

impl Keys<'_> {
    /// Gives the value of `from` the name `to`, replacing what was there; whether `from` existed.
    pub fn rename(&mut self, from: &[u8], to: &[u8]) -> bool {
        let Some(rec) = self.extract(from) else { return false };
        let (before, after) = (self.delete_quietly(to), value::type_of(&rec));
        self.place_record(to, None, rec.rename(to));
        self.signal(from, Event::RENAME_FROM, 1);
        self.signal(to, Event::RENAME_TO, 1);
        if let Some(before) = before {
            self.note_overwritten(to, before, after);
        }
        true
    }

    /// Copies a key to a name in a database; false when the source is absent, or when the target
    /// exists and is not to be replaced.
    pub fn copy(&mut self, from: &[u8], to: &[u8], db: usize, replace: bool) -> bool {
        let Some(entry) = self.peek(from) else { return false };
        let copied = value::copy(&entry, to);
        let home = self.db();
        self.select(db);
        let free = replace || self.peek(to).is_none();
        if free {
            let (before, after) = (self.delete_quietly(to), value::type_of(&copied));
            self.put(copied, Event::COPY_TO);
            if let Some(before) = before {
                self.note_overwritten(to, before, after);
            }
        }
        self.select(home);
        free
    }

    /// Moves a key to another database; false when it is absent here or present there.
    pub fn move_to(&mut self, key: &[u8], db: usize) -> bool {
        let home = self.db();
        self.select(db);
        let taken = self.peek(key).is_some();
        self.select(home);
        if taken {
            return false;
        }
        let Some(rec) = self.extract(key) else { return false };
        self.select(db);
        self.place_record(key, None, rec);
        self.select(home);
        self.signal(key, Event::MOVE_FROM, 1);
        self.select(db);
        self.signal(key, Event::MOVE_TO, 1);
        self.select(home);
        true
    }

    /// Removes what is to be replaced; its type.
    fn delete_quietly(&mut self, key: &[u8]) -> Option<Type> {
        let rec = self.extract(key)?;
        let before = value::type_of(&rec);
        self.discard(rec);
        Some(before)
    }

    /// Visits the stripes in order until `visit` says stop (false). With everything locked it
    /// uses that, else it locks one stripe at a time: the sweep as a whole is not atomic.
    pub fn each_stripe(&mut self, mut visit: impl FnMut(&mut Database) -> bool) {
        for index in 0..self.store.stripe_count() {
            if !self.visit(index, |stripe, db| visit(&mut stripe.dbs[db])) {
                return;
            }
        }
    }

    fn visit<R>(&mut self, index: usize, run: impl FnOnce(&mut Stripe, usize) -> R) -> R {
        let db = self.db;
        match &mut self.held {
            Held::None => run(&mut self.store.lock_one(index), db),
            Held::More(more) if matches!(**more, More::All(..)) => run(self.held.stripe(index), db),
            Held::One(..) | Held::More(..) => {
                unreachable!("a sweep inside a transaction holds everything")
            }
        }
    }

    /// Number of keys in the current database.
    pub fn len(&mut self) -> usize {
        let mut sum = 0;
        self.each_stripe(|db| {
            sum += db.len();
            true
        });
        sum
    }

    /// Figures of each database.
    pub fn keyspace(&mut self) -> Vec<Keyspace> {
        let mut sums = KeyspaceSums::new(self.databases());
        for index in 0..self.store.stripe_count() {
            self.visit(index, |stripe, _| sums.add(stripe));
        }
        sums.finish()
    }

    /// Sums the stripes' counters.
    pub fn counters(&mut self) -> Counters {
        let mut sum = Counters::default();
        for index in 0..self.store.stripe_count() {
            self.visit(index, |stripe, _| sum.add(&stripe.counters));
        }
        sum
    }

    /// Sets all counters but the number of changes to zero.
    pub fn reset_counters(&mut self) {
        for index in 0..self.store.stripe_count() {
            self.visit(index, |stripe, _| {
                stripe.counters = Counters { dirty: stripe.counters.dirty, ..Counters::default() };
            });
        }
    }

    /// How many keys are waited for and how many are watched.
    pub fn awaited_and_watched(&mut self) -> (usize, usize) {
        let (mut awaited, mut watched) = (0, 0);
        for index in 0..self.store.stripe_count() {
            self.visit(index, |stripe, _| {
                awaited += stripe.waiters.len();
                watched += stripe.watchers.len();
            });
        }
        (awaited, watched)
    }

    /// Whether the current database has no key.
    pub fn is_empty(&mut self) -> bool {
        self.len() == 0
    }

    /// Goes on with a scan of the current database from `cursor`, for about `count` keys. `found`
    /// sees every live record whose key is wanted once; returns the next cursor, 0 at the end.
    ///
    /// A key that stays is seen exactly once, whatever is inserted or deleted meanwhile. Wanted
    /// ones whose time is over are removed, unless this view leaves such keys.
    pub fn scan(
        &mut self,
        cursor: u64,
        count: usize,
        is_wanted: impl Fn(&[u8]) -> bool,
        mut found: impl FnMut(&Rec),
    ) -> u64 {
        let mut over: Vec<Box<[u8]>> = Vec::new();
        let (now, leaves_expired) = (self.moment.now, self.leaves_expired);
        let next = self.scan_on(cursor, count, |rec| {
            if !is_wanted(rec.key()) {
                return;
            }
            if rec.expire_ms().is_none_or(|at| at > now) {
                found(rec);
            } else if !leaves_expired {
                over.push(rec.key().into());
            }
        });
        over.iter().for_each(|key| self.expire_met(key));
        next
    }

    /// Removes a key that a sweep met, if its time is over.
    fn expire_met(&mut self, key: &[u8]) {
        if matches!(self.held, Held::None) {
            self.lock_key(key);
            self.peek(key);
            self.let_go();
        } else {
            self.peek(key);
        }
    }

    fn scan_on(&mut self, cursor: u64, count: usize, mut found: impl FnMut(&Rec)) -> u64 {
        let mut stripe = (cursor & ((1 << STRIPE_BITS) - 1)) as usize;
        let mut position = cursor >> STRIPE_BITS;
        let (mut seen, mut steps) = (0_usize, 0_usize);
        while stripe < self.store.stripe_count() {
            while seen < count && steps < count.saturating_mul(10) {
                let step;
                (position, step) = self.visit(stripe, |stripe, db| {
                    let table = stripe.dbs[db].table();
                    if table.is_empty() {
                        return (0, 0); // costs next to nothing: a small database is one call
                    }
                    let next = table.scan(position, hasher::hash, &mut |rec: &Rec| {
                        seen += 1;
                        found(rec);
                    });
                    (next, 1)
                });
                steps += step;
                if position == 0 {
                    break;
                }
            }
            if position != 0 {
                return position << STRIPE_BITS | stripe as u64;
            }
            stripe += 1;
            if seen >= count || steps >= count.saturating_mul(10) {
                break;
            }
        }
        if stripe < self.store.stripe_count() { stripe as u64 } else { 0 }
    }

    /// A random key of the current database; `random` draws 64 bits. Those met whose time is over
    /// are removed, unless this view leaves such keys.
    pub fn random_key(&mut self, mut random: impl FnMut() -> u64) -> Option<Box<[u8]>> {
        let now = self.moment.now;
        for _ in 0..100 {
            let total = self.len();
            if total == 0 {
                return None;
            }
            let mut skip = random() as usize % total;
            let (mut key, mut expired) = (None::<Box<[u8]>>, false);
            self.each_stripe(|db| {
                if skip >= db.len() {
                    skip -= db.len();
                    return true;
                }
                if let Some(entry) = db.table().random(random()) {
                    expired = entry.expire_ms().is_some_and(|at| at <= now);
                    key = Some(entry.key().into());
                }
                false
            });
            match key {
                Some(key) if expired => self.expire_met(&key),
                Some(key) => return Some(key),
                None => {}
            }
        }
        None
    }

    /// Empties one database. Needs everything locked. Its memory is given back elsewhere.
    pub fn flush_db(&mut self, db: usize) -> usize {
        let (mut removed, now) = (0, self.now());
        for index in 0..self.store.stripe_count() {
            let stripe = self.held.stripe(index);
            stripe.touch_watched_of(db, None, now);
            let old = std::mem::take(&mut stripe.dbs[db]);
            removed += old.len();
            let waited = stripe.waiters.keys().filter(|id| id.db == db);
            self.effects.ready.extend(waited.map(|id| (db, id.key.clone())));
            self.effects.garbage.extend(stripe.dispose(old));
        }
        self.effects.dirty += removed as u64;
        self.held.stripe(0).counters.dirty += removed as u64;
        self.note(b"", Event::FLUSH);
        removed
    }

    /// Exchanges two databases. Needs everything locked. All waiters of both must look again: a
    /// key may have come to exist, or a stream may be gone.
    pub fn swap_dbs(&mut self, a: usize, b: usize) {
        let now = self.now();
        for index in 0..self.store.stripe_count() {
            let stripe = self.held.stripe(index);
            stripe.touch_watched_of(a, Some(b), now);
            stripe.touch_watched_of(b, Some(a), now);
            stripe.dbs.swap(a, b);
            let waited = stripe.waiters.keys().filter(|id| id.db == a || id.db == b);
            self.effects.ready.extend(waited.map(|id| (id.db, id.key.clone())));
        }
        self.note(b"", Event::FLUSH);
        self.effects.dirty += 1;
    }
}

impl Stripe {
    /// Breaks the watches on keys of `db` that go, or that come in from `from` in its place. A key
    /// whose time is over does not exist: its going is no change, and it comes unseen.
    fn touch_watched_of(&mut self, db: usize, from: Option<usize>, now: i64) {
        let Self { dbs, watchers, .. } = self;
        for (id, watchers) in watchers.iter_mut().filter(|(id, _)| id.db == db) {
            let hash = hasher::hash(&id.key);
            let find = |db: usize| {
                let entry = dbs[db].table().get(hash, &id.key)?;
                Some(entry.expire_ms().is_some_and(|at| at <= now))
            };
            let (gone, new) = (find(db), from.and_then(find));
            if gone.is_none() && new.is_none() {
                continue;
            }
            for watcher in watchers {
                match (watcher.was_expired, new) {
                    (true, None) => watcher.was_expired = false,
                    (true, Some(true)) => {}
                    (false, Some(true)) if gone.is_none() => watcher.was_expired = true,
                    _ => watcher.broken.store(true, std::sync::atomic::Ordering::Release),
                }
            }
        }
    }
}
