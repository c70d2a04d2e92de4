//! Figures of the whole store for who watches it: taken by a worker about once a second, a stripe
//! at a time, so that traffic never waits for them and the sum is no snapshot.

use crate::store::{Counters, Keyspace, KeyspaceSums, Store, Stripe, TICK_MS};
use crate::value::alloc_size;
use raw::Guard;

/// Records measured in each table; they stand for the others of their stripe.
const MEASURED: usize = 2;

/// Entries measured of a collection.
const SAMPLES: usize = 3;

/// Tries for a stripe that somebody holds, with the thread handed to others in between.
const TRIES: usize = 2000;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// A row a database.
    pub databases: Vec<Keyspace>,
    /// Bytes of each database's tables and records. The records' are estimated from a few of each
    /// stripe.
    pub bytes: Vec<u64>,
    /// The stripes' counters, summed.
    pub counters: Counters,
    /// How far the sweep of expired keys is behind, in milliseconds: no key whose time came longer
    /// ago is still there. Up to a tick of 64 ms too much.
    pub expiry_lag_ms: u64,
}

impl Store {
    /// Takes them at `now`; `draw` gives random numbers. `None` if a stripe is held for long. Costs
    /// a lock and a few cache misses a stripe. Not for who holds any stripe.
    pub fn figures(&self, now: i64, draw: &mut dyn FnMut() -> u64) -> Option<Figures> {
        let databases = self.databases();
        let mut sums = KeyspaceSums::new(databases);
        let mut figures = Figures { bytes: vec![0; databases], ..Figures::default() };
        let mut next_tick = u32::MAX;
        for index in 0..self.stripe_count() {
            let stripe = self.lock_patiently(index)?;
            sums.add(&stripe);
            figures.counters.add(&stripe.counters);
            for (db, bytes) in stripe.dbs.iter().zip(&mut figures.bytes) {
                let table = db.table();
                if table.is_empty() {
                    continue;
                }
                next_tick = next_tick.min(table.next_tick());
                let measured = (0..MEASURED).filter_map(|_| table.random(draw()));
                let sum: usize = measured.map(|rec| alloc_size(&rec, SAMPLES)).sum();
                *bytes += (table.memory() + sum * table.len() / MEASURED) as u64;
            }
        }
        let behind = self.tick(now).saturating_sub(next_tick);
        figures.expiry_lag_ms = u64::from(behind) * TICK_MS as u64;
        figures.databases = sums.finish();
        Some(figures)
    }

    fn lock_patiently(&self, index: usize) -> Option<Guard<'_, Stripe>> {
        for _ in 0..TRIES {
            if let Some(guard) = self.try_lock_one(index) {
                return Some(guard);
            }
            crate::sync::yield_now();
        }
        None
    }
}

#[cfg(test)]
mod tests;
