//! Eviction: which key goes when memory is over its limit.
//!
//! As in Redis the worst of a few random keys are kept in a pool from round to round, and the worst
//! of the pool goes. Two things differ: a round looks at whole buckets of a random stripe, whose
//! keys come in one go, and a key of the pool that was used since it was seen is spared.
//!
//! One stripe is held at a time, by whoever needs the room; a pool belongs to one worker.

use crate::access::Access;
use crate::database::Database;
use crate::event::Event;
use crate::keys::Keys;
use crate::store::Store;
use crate::value::Rec;
use raw::Sample;

/// Keys a pool remembers.
const POOL: usize = 16;
/// Longer keys are judged in their own round only.
const POOL_KEY_BYTES: usize = 255;
/// Buckets looked at under one lock hold.
const BUCKETS: usize = 64;

/// What makes a key worth less than others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rank {
    /// Long not used, or with `maxmemory-policy *-lrm` long not changed.
    Idle,
    /// Seldom used.
    Rare,
    /// Soon expired.
    Short,
    /// Nothing.
    Random,
}

/// How to choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Eviction {
    /// What counts.
    pub rank: Rank,
    /// Only keys that expire.
    pub volatile: bool,
    /// Keys to look at in a round, at least.
    pub samples: usize,
    /// `lfu-decay-time`, in minutes.
    pub decay_minutes: u8,
}

/// Keys seen in earlier rounds, worst last.
#[derive(Default, Debug)]
pub struct Pool {
    seen: Vec<Candidate>,
    /// Used up entries, whose memory is used again.
    spare: Vec<Candidate>,
    /// What the pool was filled by.
    by: Option<Eviction>,
    /// Where the next rounds look: the first's entries and the second's bucket were asked for.
    ahead: [Option<Spotlight>; 2],
    /// Databases that had keys when all were looked at.
    busy: Vec<usize>,
    turn: usize,
}

/// A place to look at.
#[derive(Clone, Copy, Debug)]
struct Spotlight {
    stripe: usize,
    /// Random bits for the place in each table.
    random: u64,
}

#[derive(Default, Debug)]
struct Candidate {
    /// The higher, the sooner it goes.
    score: u64,
    db: usize,
    key: Vec<u8>,
}

impl Pool {
    /// Whether a key of this score finds a place.
    fn takes(&self, score: u64) -> bool {
        self.seen.len() < POOL || self.seen[0].score < score
    }

    /// Takes a key that is worth it; whether it is the worst of all now.
    fn add(&mut self, score: u64, db: usize, rec: &Rec) -> bool {
        let key = rec.key();
        if key.len() > POOL_KEY_BYTES || !self.takes(score) {
            return false;
        }
        let is_it = |one: &Candidate| one.db == db && *one.key == *key;
        if self.seen.iter().any(is_it) {
            return false;
        }
        if self.seen.len() == POOL {
            let least = self.seen.remove(0);
            self.spare.push(least);
        }
        let mut candidate = self.spare.pop().unwrap_or_default();
        candidate.score = score;
        candidate.db = db;
        candidate.key.clear();
        candidate.key.extend_from_slice(key);
        let at = self.seen.partition_point(|one| one.score < score);
        self.seen.insert(at, candidate);
        at + 1 == self.seen.len()
    }

    /// The databases to look at, taken out. To look for keys in all the empty ones each time would
    /// cost more than the keys; what is new is found when the list is made anew.
    fn busy_databases(&mut self) -> Vec<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(256) {
            self.busy.clear();
        }
        std::mem::take(&mut self.busy)
    }

    /// Where to look now. What the next two rounds will read is asked for: a call later it is
    /// there.
    fn next_place(&mut self, store: &Store, random: &mut dyn FnMut() -> u64) -> Spotlight {
        let mut draw =
            || Spotlight { stripe: random() as usize % store.stripe_count(), random: random() };
        let now = self.ahead[0].take().unwrap_or_else(&mut draw);
        if let Some(next) = self.ahead[1].take() {
            let held = store.lock_one(next.stripe);
            self.busy.iter().for_each(|db| held.dbs[*db].table().prefetch_sampled(next.random));
            self.ahead[0] = Some(next);
        }
        let later = draw();
        let held = store.lock_one(later.stripe);
        self.busy.iter().for_each(|db| held.dbs[*db].table().prefetch_sample(later.random));
        self.ahead[1] = Some(later);
        now
    }

    /// Forgets everything if it was chosen by another rule.
    fn begin(&mut self, by: Eviction) {
        if self.by != Some(by) {
            self.spare.append(&mut self.seen);
            self.by = Some(by);
        }
    }
}

impl Eviction {
    /// How soon a key may go.
    fn score(&self, rec: &Rec, now: i64) -> u64 {
        match self.rank {
            Rank::Idle => u64::from(idle_seconds(rec.access(), now)),
            Rank::Rare => {
                let minutes = (now / 60_000) as u16;
                u64::from(255 - Access::frequency(rec.access(), minutes, self.decay_minutes))
            }
            Rank::Short => rec.expire_ms().map_or(0, |at| u64::MAX - at.max(0) as u64),
            Rank::Random => 0,
        }
    }

    fn fits(&self, rec: &Rec) -> bool {
        !self.volatile || rec.expire_ms().is_some()
    }
}

/// Seconds since the recency clock of a key was set.
pub fn idle_seconds(clock: u32, now: i64) -> u32 {
    ((now / 1000) as u32).wrapping_sub(clock) & 0x00ff_ffff
}

impl Keys<'_> {
    /// Removes one key as `how` says; whether there was one to remove. The caller holds nothing,
    /// and nothing is held afterwards. `random` yields random numbers.
    pub fn evict(
        &mut self,
        pool: &mut Pool,
        how: Eviction,
        random: &mut dyn FnMut() -> u64,
    ) -> bool {
        pool.begin(how);
        let home = self.db;
        let evicted = self.evict_some(pool, how, random);
        self.db = home;
        self.unlock();
        evicted
    }

    fn evict_some(
        &mut self,
        pool: &mut Pool,
        how: Eviction,
        random: &mut dyn FnMut() -> u64,
    ) -> bool {
        let stripes = self.store.stripe_count();
        let start = pool.next_place(self.store, random);
        let mut seen = 0;
        // A round in a stripe; where that has too little to offer, in the next one too.
        for step in 0..stripes {
            let stripe = (start.stripe + step) % stripes;
            let place = Spotlight { stripe, random: start.random };
            let looked = look(self.store, place, pool, how, self.now());
            if let Some((db, key)) = looked.worst
                && self.evict_key(db, &key, None)
            {
                return true;
            }
            seen += looked.seen;
            let enough = seen >= how.samples || step + 1 == stripes;
            while enough && let Some(worst) = pool.seen.pop() {
                let gone = self.evict_key(worst.db, &worst.key, Some((worst.score, how)));
                pool.spare.push(worst);
                if gone {
                    return true;
                }
            }
        }
        false
    }

    /// Removes a key, unless it was used or given another expiry since it was seen: all that lies
    /// idle only gets worse.
    fn evict_key(&mut self, db: usize, key: &[u8], seen: Option<(u64, Eviction)>) -> bool {
        self.db = db;
        self.lock_key(key);
        let now = self.now();
        let still = self.peek(key).is_some_and(|rec| {
            seen.is_none_or(|(score, how)| how.fits(&rec) && how.score(&rec, now) >= score)
        });
        if !still {
            self.unlock(); // the next look may be at this very stripe
            return false;
        }
        if self.journals() {
            self.effects().journal.write_removed(db, key);
        }
        self.stripe_holding(key).counters.evicted += 1;
        self.delete(key, Event::EVICTED);
        self.close_group();
        true
    }
}

/// What a look at a stripe brought.
struct Looked {
    /// Keys looked at.
    seen: usize,
    /// One that the pool cannot keep, if it is the worst of all.
    worst: Option<(usize, Box<[u8]>)>,
}

/// Looks at keys of one stripe. The pool gets what is worth it.
fn look(store: &Store, place: Spotlight, pool: &mut Pool, how: Eviction, now: i64) -> Looked {
    let held = store.lock_one(place.stripe);
    let mut found = Found::default();
    let mut busy = pool.busy_databases();
    let known = busy.len();
    for &db in &busy {
        look_in(&held.dbs[db], db, place.random, (pool, how, now), &mut found);
        if how.rank == Rank::Random && found.worst.is_some() {
            break;
        }
    }
    if found.seen == 0 {
        for db in 0..held.dbs.len() {
            if busy[..known].contains(&db) {
                continue;
            }
            if look_in(&held.dbs[db], db, place.random, (pool, how, now), &mut found) {
                busy.push(db);
            }
        }
    }
    pool.busy = busy;
    let known = pool.seen.last().map_or(0, |one| one.score);
    let is_worst = |score| how.rank == Rank::Random || score >= known;
    let worst = found.worst.filter(|(score, ..)| is_worst(*score));
    Looked { seen: found.seen, worst: worst.map(|(_, db, key)| (db, key)) }
}

/// What a round has found so far.
#[derive(Default)]
struct Found {
    seen: usize,
    /// The worst that the pool cannot keep: score, database, key.
    worst: Option<(u64, usize, Box<[u8]>)>,
}

/// Looks at keys of one database in a stripe; whether it has any to offer.
fn look_in(
    database: &Database,
    db: usize,
    random: u64,
    (pool, how, now): (&mut Pool, Eviction, i64),
    found: &mut Found,
) -> bool {
    if if how.volatile { database.expires == 0 } else { database.table().is_empty() } {
        return false;
    }
    let wanted = if how.rank == Rank::Random { 1 } else { how.samples };
    let sample = |buckets| Sample { random, expiring: how.volatile, wanted, buckets };
    let worst = &mut found.worst;
    let mut see = |rec: &Rec| {
        if !how.fits(rec) {
            return false;
        }
        let score = how.score(rec, now);
        if rec.key().len() <= POOL_KEY_BYTES && how.rank != Rank::Random {
            if pool.add(score, db, rec) {
                rec.prefetch_value();
            }
        } else if worst.as_ref().is_none_or(|(most, ..)| *most < score) {
            *worst = Some((score, db, rec.key().into()));
        }
        true
    };
    let mut near = database.table().sample(sample(BUCKETS), &mut see);
    if near == 0 {
        // The few that expire are far apart: ticks lead there.
        near = database.table().sample(sample(usize::MAX), &mut see);
    }
    found.seen += near;
    true
}

#[cfg(test)]
mod tests;
