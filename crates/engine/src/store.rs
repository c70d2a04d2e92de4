//! The data set: stripes, each with one table a database, and the order in which they are locked.
//!
//! ```text
//! Store -- gate: RwLock
//!       -- stripes[0..n]: Lock<Stripe>      n a power of two, chosen by the hash of a key's tag
//!            Stripe -- dbs[0..databases]: Database { table, expires }, orphans of a snapshot
//!                   -- waiters, watchers, counters
//! ```
//!
//! Locking rules, from which there is no deadlock:
//! 1. One key: one stripe, and nothing is waited for while it is held.
//! 2. Several keys: the gate shared, their stripes in ascending order, the gate released.
//! 3. Keys found late: the gate exclusively, stripes in any order. Nobody else is half-way then.
//! 4. Everything: the gate exclusively, all stripes.
//!
//! What scripts do beyond that is argued at the top of `late.rs`.

use crate::database::Database;
use crate::hash::next_expiry;
use crate::hasher;
use crate::sync::{RwLock, RwLockWriteGuard};
use crate::value::Rec;
use crate::wait::Waiter;
use hashbrown::{Equivalent, HashMap};
use raw::{Guard, Kept, Lock};
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Milliseconds per expiry tick, the unit of the hints in the tables' buckets.
pub(crate) const TICK_MS: i64 = 64;

/// How a store is laid out. Fixed for its life.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Number of databases.
    pub databases: usize,
    /// Number of worker threads that will lock stripes.
    pub workers: usize,
    /// When the process started: the origin of expiry ticks.
    pub start_ms: i64,
}

/// The whole data set, shared by the workers.
pub struct Store {
    stripes: Box<[Lock<Stripe>]>,
    pub(crate) gate: RwLock<()>,
    mask: usize,
    layout: Layout,
    tickets: AtomicU64,
}

/// Where a key lives: what its table and its lock are found by.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Spot {
    /// The key's hash.
    pub hash: u64,
    /// The stripe of the key, or of its tag.
    pub stripe: usize,
}

/// A stripe that stays locked between two calls of a worker, because others wait for it: each
/// change of hands costs both of them more than a call does.
#[derive(Debug)]
pub struct KeptStripe {
    stripe: usize,
    kept: Kept,
}

impl KeptStripe {
    /// Which one.
    pub fn stripe(&self) -> usize {
        self.stripe
    }
}

/// What one lock protects. The first line has the lock and what most calls touch; workers take it
/// from each other.
#[repr(C)]
pub(crate) struct Stripe {
    pub(crate) dbs: Vec<Database>,
    pub(crate) counters: Counters,
    /// Tables that were emptied while a snapshot was to walk them.
    pub(crate) orphans: Vec<Database>,
    pub(crate) waiters: HashMap<KeyId, VecDeque<Arc<Waiter>>>,
    pub(crate) watchers: HashMap<KeyId, Vec<Watcher>>,
}

/// A key of a database, owned: what side tables are indexed by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyId {
    /// The database.
    pub db: usize,
    /// The key.
    pub key: Box<[u8]>,
}

impl KeyId {
    /// An owned copy.
    pub fn new(db: usize, key: &[u8]) -> Self {
        Self { db, key: key.into() }
    }
}

impl Hash for KeyId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        KeyAt { db: self.db, key: &self.key }.hash(state);
    }
}

/// The same, borrowed, for lookups without an allocation.
#[derive(Hash)]
pub(crate) struct KeyAt<'a> {
    pub(crate) db: usize,
    pub(crate) key: &'a [u8],
}

impl Equivalent<KeyId> for KeyAt<'_> {
    fn equivalent(&self, other: &KeyId) -> bool {
        self.db == other.db && *self.key == *other.key
    }
}

/// One transaction's watch on one key.
#[derive(Clone, Debug)]
pub(crate) struct Watcher {
    /// Raised when the key changes.
    pub(crate) broken: Arc<AtomicBool>,
    /// The key's time was over already when it was watched: its removal is no change.
    pub(crate) was_expired: bool,
}

/// What a stripe has counted since the start or the last reset.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub struct Counters {
    /// Lookups that found a key.
    pub hits: u64,
    /// Lookups that did not.
    pub misses: u64,
    /// Changes.
    pub dirty: u64,
    /// Keys removed because their time had come.
    pub expired: u64,
    /// Fields of hashes removed because their time had come.
    pub expired_fields: u64,
    /// Keys evicted.
    pub evicted: u64,
}

impl Counters {
    /// Adds those of another stripe.
    pub(crate) fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.misses += other.misses;
        self.expired += other.expired;
        self.expired_fields += other.expired_fields;
        self.evicted += other.evicted;
        self.dirty += other.dirty;
    }
}

/// The stripes a call holds.
pub(crate) enum Held<'s> {
    /// None: calls that touch no key, and sweeps, which lock one at a time.
    None,
    /// One.
    One(usize, Guard<'s, Stripe>),
    /// Others. Boxed, so that the usual two are cheap to move and to let go.
    More(Box<More<'s>>),
}

/// The stripes a call holds, when they are more than one.
pub(crate) enum More<'s> {
    /// Several, ascending, and the place of the one asked for last: calls go key by key. With the
    /// gate, if it is closed for them.
    Many(Vec<(usize, Guard<'s, Stripe>)>, usize, Option<RwLockWriteGuard<'s, ()>>),
    /// All of them, by index, behind the closed gate.
    All(Vec<Guard<'s, Stripe>>, RwLockWriteGuard<'s, ()>),
}

impl Store {
    /// An empty store.
    pub fn new(layout: Layout) -> Self {
        let count = (64 * layout.workers).next_power_of_two().clamp(64, 4096);
        let solo = layout.workers == 1;
        let stripe = || Lock::new(Stripe::new(layout.databases), solo);
        let stripes: Box<[_]> = (0..count).map(|_| stripe()).collect();
        let tickets = AtomicU64::new(0);
        Self { stripes, gate: RwLock::new(()), mask: count - 1, layout, tickets }
    }

    /// Its layout.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Number of databases.
    pub fn databases(&self) -> usize {
        self.layout.databases
    }

    /// Number of stripes.
    pub fn stripe_count(&self) -> usize {
        self.stripes.len()
    }

    /// Where a key lives. Hashes it: callers keep the answer instead of asking again.
    #[inline]
    pub fn spot(&self, key: &[u8]) -> Spot {
        let hash = hasher::hash(key);
        let tag = hasher::tag(key);
        let placed = if tag.len() == key.len() { hash } else { hasher::hash(tag) };
        Spot { hash, stripe: placed as usize & self.mask }
    }

    /// The expiry tick of an instant: never later than it.
    pub(crate) fn tick(&self, at_ms: i64) -> u32 {
        let ticks = at_ms.saturating_sub(self.layout.start_ms).max(0) / TICK_MS;
        u32::try_from(ticks).unwrap_or(u32::MAX - 1).min(u32::MAX - 1)
    }

    /// The tick at which the sweep has to look at a record: for its own expiry, or for that of a
    /// field in it.
    #[inline]
    pub(crate) fn tick_of(&self, rec: &Rec) -> Option<u32> {
        let own = rec.expire_ms();
        let at =
            next_expiry(rec).map_or(own, |field| Some(own.map_or(field, |own| own.min(field))));
        at.map(|at| self.tick(at))
    }

    /// The next ticket of the journals. The stripes of what was changed are held.
    #[inline]
    pub(crate) fn draw_ticket(&self) -> u64 {
        self.tickets.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// The last ticket that was drawn.
    pub fn last_ticket(&self) -> u64 {
        self.tickets.load(Ordering::Acquire)
    }

    /// The guard of a stripe that a call kept.
    #[inline]
    pub(crate) fn resume(&self, kept: KeptStripe) -> Held<'_> {
        Held::One(kept.stripe, self.stripes[kept.stripe].resume(kept.kept))
    }

    /// The lock of a stripe.
    #[inline]
    pub(crate) fn stripe_lock(&self, index: usize) -> &Lock<Stripe> {
        &self.stripes[index]
    }

    /// Locks one stripe.
    #[inline]
    pub(crate) fn lock_one(&self, index: usize) -> Guard<'_, Stripe> {
        self.stripes[index].lock()
    }

    /// Waits for a stripe that another worker keeps, and keeps it.
    pub fn keep(&self, stripe: usize) -> KeptStripe {
        KeptStripe { stripe, kept: self.stripes[stripe].lock_at_rest().keep() }
    }

    /// Lets go a stripe that is kept.
    pub fn let_go(&self, kept: KeptStripe) {
        drop(self.stripes[kept.stripe].resume(kept.kept));
    }

    /// Locks one stripe if nobody holds it now.
    #[inline]
    pub(crate) fn try_lock_one(&self, index: usize) -> Option<Guard<'_, Stripe>> {
        self.stripes[index].try_lock()
    }

    /// Locks several stripes; `wanted` is sorted and deduplicated here.
    pub(crate) fn lock_many(&self, wanted: &mut Vec<usize>) -> Held<'_> {
        wanted.sort_unstable();
        wanted.dedup();
        match wanted[..] {
            [] => Held::None,
            [only] => Held::One(only, self.lock_one(only)),
            _ => self.lock_several(wanted),
        }
    }

    /// Locks everything.
    pub(crate) fn lock_all(&self) -> Held<'_> {
        self.lock_everything()
    }

    /// Figures of each database. Locks each stripe for an instant: not for calls that hold any,
    /// which ask [`Keys::keyspace`](crate::Keys::keyspace).
    pub fn keyspace(&self) -> Vec<Keyspace> {
        let mut sums = KeyspaceSums::new(self.layout.databases);
        self.stripes.iter().for_each(|stripe| sums.add(&stripe.lock()));
        sums.finish()
    }
}

/// Figures of the databases while stripes are added up.
pub(crate) struct KeyspaceSums {
    sums: Vec<Keyspace>,
    /// Sum and count of sampled remaining times.
    samples: Vec<(i64, i64)>,
}

impl KeyspaceSums {
    pub(crate) fn new(databases: usize) -> Self {
        Self { sums: vec![Keyspace::default(); databases], samples: vec![(0, 0); databases] }
    }

    pub(crate) fn add(&mut self, stripe: &Stripe) {
        let databases = stripe.dbs.iter().zip(&mut self.sums).zip(&mut self.samples);
        for ((db, sum), sample) in databases {
            sum.keys += db.len();
            sum.expires += db.expires;
            sum.table_bytes += db.table().memory();
            sample.0 += db.ttl_sample.0;
            sample.1 += db.ttl_sample.1;
        }
    }

    pub(crate) fn finish(self) -> Vec<Keyspace> {
        let Self { mut sums, samples } = self;
        for (sum, (total, count)) in sums.iter_mut().zip(samples) {
            sum.avg_ttl_ms = if count > 0 && sum.expires > 0 { total / count } else { 0 };
        }
        sums
    }
}

/// Figures of one database.
#[derive(Clone, Copy, Default, Debug)]
pub struct Keyspace {
    /// Keys, expired ones that were not met yet included.
    pub keys: usize,
    /// Keys with an expiry.
    pub expires: usize,
    /// Sampled average remaining time.
    pub avg_ttl_ms: i64,
    /// Bytes of the tables, records not counted.
    pub table_bytes: usize,
}

impl Stripe {
    fn new(databases: usize) -> Self {
        Self {
            dbs: (0..databases).map(|_| Database::default()).collect(),
            orphans: Vec::new(),
            waiters: HashMap::new(),
            watchers: HashMap::new(),
            counters: Counters::default(),
        }
    }

    /// Marks the transactions that watch a key as broken.
    #[inline]
    pub(crate) fn touch_watchers(&mut self, db: usize, key: &[u8]) {
        if !self.watchers.is_empty()
            && let Some(watchers) = self.watchers.get(&KeyAt { db, key })
        {
            for watcher in watchers {
                watcher.broken.store(true, Ordering::Release);
            }
        }
    }

    /// The same for a key that goes because its time has come.
    pub(crate) fn expire_watchers(&mut self, db: usize, key: &[u8]) {
        if !self.watchers.is_empty()
            && let Some(watchers) = self.watchers.get_mut(&KeyAt { db, key })
        {
            for watcher in watchers {
                if !std::mem::take(&mut watcher.was_expired) {
                    watcher.broken.store(true, Ordering::Release);
                }
            }
        }
    }

    /// Whether a call waits for a key.
    #[inline]
    pub(crate) fn awaited(&self, db: usize, key: &[u8]) -> bool {
        !self.waiters.is_empty() && self.waiters.contains_key(&KeyAt { db, key })
    }
}

impl<'s> Held<'s> {
    /// Holds on to one stripe without its guard.
    pub(crate) fn keep(self) -> Option<KeptStripe> {
        match self {
            Self::One(stripe, guard) => Some(KeptStripe { stripe, kept: guard.keep() }),
            Self::None | Self::More(_) => None,
        }
    }

    /// Several stripes, ascending.
    pub(crate) fn many(
        guards: Vec<(usize, Guard<'s, Stripe>)>,
        gate: Option<RwLockWriteGuard<'s, ()>>,
    ) -> Self {
        Self::More(Box::new(More::Many(guards, 0, gate)))
    }

    /// A held stripe. Panics if it is not held: the row's key specs are wrong then.
    #[inline]
    pub(crate) fn stripe(&mut self, index: usize) -> &mut Stripe {
        self.try_stripe(index).expect("a command touched a key that its row does not name")
    }

    /// A stripe to read, if it is held.
    pub(crate) fn get(&self, index: usize) -> Option<&Stripe> {
        match self {
            Self::One(held, guard) if *held == index => Some(guard),
            Self::One(..) | Self::None => None,
            Self::More(more) => match &**more {
                More::Many(guards, last, _) => Some(&guards[find(guards, *last, index)?].1),
                More::All(guards, _) => Some(&guards[index]),
            },
        }
    }

    /// A stripe, if it is held.
    #[inline]
    pub(crate) fn try_stripe(&mut self, index: usize) -> Option<&mut Stripe> {
        match self {
            Self::One(held, guard) if *held == index => Some(guard),
            Self::One(..) | Self::None => None,
            Self::More(more) => more.stripe(index),
        }
    }
}

impl More<'_> {
    fn stripe(&mut self, index: usize) -> Option<&mut Stripe> {
        match self {
            Self::Many(guards, last, _) => {
                *last = find(guards, *last, index)?;
                Some(&mut guards[*last].1)
            }
            Self::All(guards, _) => Some(&mut guards[index]),
        }
    }
}

#[inline]
fn find(guards: &[(usize, Guard<'_, Stripe>)], last: usize, index: usize) -> Option<usize> {
    if guards.get(last).is_some_and(|(held, _)| *held == index) {
        return Some(last);
    }
    guards.binary_search_by_key(&index, |(held, _)| *held).ok()
}
