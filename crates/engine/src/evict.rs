//! Eviction: which key goes when memory is over its limit.
//!
//! As in Redis the worst of a few random keys are kept in a pool from round to round, and the worst
//! of the pool goes. Two things differ: a round looks at whole buckets of a random stripe, whose
//! keys come in one go, and a key of the pool that was used since it was seen is spared.
//!
//! One stripe is held at a time, by whoever needs the room; a pool belongs to one worker.

use crate::event::Event;
use crate::keys::{Access, Keys};
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

    fn add(&mut self, score: u64, db: usize, rec: &Rec) {
        let key = rec.key();
        if key.len() > POOL_KEY_BYTES || !self.takes(score) {
            return;
        }
        let is_it = |one: &Candidate| one.db == db && *one.key == *key;
        if self.seen.iter().any(is_it) {
            return;
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
    /// Removes one key as `how` says; whether there was one to remove. The caller holds nothing, and
    /// nothing is held afterwards. `random` yields random numbers.
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
        let (first, mut seen) = (random() as usize, 0);
        // A round in a stripe; where that has too little to offer, in the next one too.
        for step in 0..stripes {
            let stripe = first.wrapping_add(step) % stripes;
            let looked = look(self.store, stripe, pool, how, random(), self.now());
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
fn look(
    store: &Store,
    stripe: usize,
    pool: &mut Pool,
    how: Eviction,
    random: u64,
    now: i64,
) -> Looked {
    let held = store.lock_one(stripe);
    let (mut seen, mut worst) = (0, None::<(u64, usize, Box<[u8]>)>);
    // Databases that one policy cannot compare begin with another one each time.
    let count = held.dbs.len();
    for step in 0..count {
        let db = (step + (random >> 32) as usize) % count;
        let database = &held.dbs[db];
        if if how.volatile { database.expires == 0 } else { database.table().is_empty() } {
            continue;
        }
        let sample = |buckets| Sample {
            random,
            expiring: how.volatile,
            wanted: if how.rank == Rank::Random { 1 } else { how.samples },
            buckets,
        };
        let mut see = |rec: &Rec| {
            if !how.fits(rec) {
                return false;
            }
            let score = how.score(rec, now);
            let is_long = rec.key().len() > POOL_KEY_BYTES || how.rank == Rank::Random;
            if !is_long {
                pool.add(score, db, rec);
            } else if worst.as_ref().is_none_or(|(most, ..)| *most < score) {
                worst = Some((score, db, rec.key().into()));
            }
            true
        };
        let near = database.table().sample(sample(BUCKETS), &mut see);
        seen += near;
        if near == 0 {
            // The few that expire are far apart: ticks lead there.
            seen += database.table().sample(sample(usize::MAX), &mut see);
        }
        if how.rank == Rank::Random && worst.is_some() {
            break;
        }
    }
    let known = pool.seen.last().map_or(0, |one| one.score);
    let is_worst = |score| how.rank == Rank::Random || score >= known;
    let worst = worst.filter(|(score, ..)| is_worst(*score)).map(|(_, db, key)| (db, key));
    Looked { seen, worst }
}

#[cfg(test)]
mod tests;
