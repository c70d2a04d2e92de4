//! Putting records in that come out of a file: no events, no counts, no waiters.

use crate::keys::Keys;
use crate::prefetch::Prefetch;
use crate::store::{Spot, Store};
use crate::value::Rec;

/// How many records ahead their places are asked for.
const AHEAD: usize = 8;

/// A record on its way in.
pub struct Incoming {
    /// Its database.
    pub db: usize,
    /// Where its key lives.
    pub spot: Spot,
    /// Itself.
    pub rec: Rec,
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming").field("spot", &self.spot).finish_non_exhaustive()
    }
}

impl Store {
    /// Puts records in, each under the lock of its stripe, as long as their keys are new.
    ///
    /// # Errors
    /// The first whose key is there already; those after it are dropped.
    pub fn load(&self, records: Vec<Incoming>) -> Result<(), Incoming> {
        let mut prefetch = Prefetch { store: self, kept: &mut None };
        for one in records.iter().take(AHEAD) {
            prefetch.bucket(one.db, one.spot);
        }
        let places: Vec<(usize, Spot)> = records.iter().map(|one| (one.db, one.spot)).collect();
        for (at, one) in records.into_iter().enumerate() {
            if let Some((db, spot)) = places.get(at + AHEAD) {
                prefetch.bucket(*db, *spot);
            }
            self.load_one(one)?;
        }
        Ok(())
    }

    fn load_one(&self, one: Incoming) -> Result<(), Incoming> {
        let Incoming { db, spot, rec } = one;
        let tick = self.tick_of(&rec).unwrap_or(u32::MAX);
        let database = &mut self.lock_one(spot.stripe).dbs[db];
        if database.table().find(spot.hash, rec.key()).is_some() {
            return Err(Incoming { db, spot, rec });
        }
        database.insert(spot.hash, rec, tick);
        Ok(())
    }
}

impl Keys<'_> {
    /// Puts a record in under its own key, in the current database; with `replaces` in the place of
    /// one that is there.
    ///
    /// # Errors
    /// The record, when its key is taken.
    pub fn load(&mut self, rec: Rec, replaces: bool) -> Result<(), Rec> {
        let spot = self.store.spot(rec.key());
        let tick = self.store.tick_of(&rec).unwrap_or(u32::MAX);
        let database = &mut self.held.stripe(spot.stripe).dbs[self.db];
        if let Some(slot) = database.table().find(spot.hash, rec.key()) {
            if !replaces {
                return Err(rec);
            }
            database.take(spot.hash, slot);
        }
        database.insert(spot.hash, rec, tick);
        Ok(())
    }
}
