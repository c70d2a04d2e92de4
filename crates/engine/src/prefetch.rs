//! Bringing what a batch of requests will read into the cache, a step at a time over all of them:
//! the loads of one step run beside each other, where the lookups would wait for them in turn.
//!
//! ```text
//! stripe -> bucket -> record -> value (text behind the record, or an element's bucket) -> element
//! ```
//! All of it is a hint: nothing is counted, touched or waited for; a stripe in use is passed over,
//! unless this worker keeps it.
//! Group prefetching: Chen, Ailamaki, Gibbons, Mowry 2004.

use crate::database::Database;
use crate::hasher;
use crate::store::{KeptStripe, Spot, Store};
use crate::value::Object;
use raw::View;

/// How far a lookup goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// To the record.
    Record,
    /// To a value outside of the record.
    Value,
    /// To an element of a big collection, which has this hash.
    Element(u64),
}

/// What looks at stripes: those that nobody holds, and the one that its worker keeps.
pub struct Prefetch<'a> {
    /// The data set.
    pub store: &'a Store,
    /// Kept by this worker.
    pub kept: &'a mut Option<KeptStripe>,
}

impl Prefetch<'_> {
    /// Step 1: asks for the stripe, to lock it.
    #[inline]
    pub fn stripe(&self, spot: Spot) {
        self.store.stripe_lock(spot.stripe).prefetch();
    }

    /// Step 2: asks for the cache line that a lookup reads first; whether the stripe could be
    /// looked at.
    #[inline]
    pub fn bucket(&mut self, db: usize, spot: Spot) -> bool {
        self.glance(db, spot, |database| database.table().prefetch(spot.hash)).is_some()
    }

    /// Step 3: asks for the record that the bucket names.
    #[inline]
    pub fn record(&mut self, db: usize, spot: Spot) {
        self.glance(db, spot, |database| database.table().prefetch_entry(spot.hash));
    }

    /// Step 4: asks for what the record points to; of a big collection for the bucket of the
    /// element among these arguments, whose hash step 5 takes. Tells what there was to ask
    /// for. The first argument after the key names an element of a set or hash; the last one of a
    /// sorted set, where scores come first.
    #[inline]
    pub fn value(&mut self, db: usize, spot: Spot, ends: Option<(&[u8], &[u8])>) -> Depth {
        let depth = self.glance(db, spot, |database| {
            let Some(record) = database.table().likely(spot.hash) else { return Depth::Record };
            let found = if record.prefetch_value() { Depth::Value } else { Depth::Record };
            let (View::Boxed(object), Some((first, last))) = (record.view(), ends) else {
                return found;
            };
            let hash = hasher::hash(if matches!(object, Object::Zset(_)) { last } else { first });
            match object {
                Object::Set(table) => table.prefetch(hash),
                Object::Hash(table) => table.prefetch(hash),
                Object::Zset(ranked) => ranked.prefetch(hash),
                Object::List(_) | Object::Stream(_) => return found,
            }
            Depth::Element(hash)
        });
        depth.unwrap_or(Depth::Record)
    }

    /// Step 5: asks for the element's entry.
    pub fn element(&mut self, db: usize, spot: Spot, hash: u64) {
        self.glance(db, spot, |database| {
            let Some(record) = database.table().likely(spot.hash) else { return };
            let View::Boxed(object) = record.view() else { return };
            match object {
                Object::Set(table) => table.prefetch_entry(hash),
                Object::Hash(table) => table.prefetch_entry(hash),
                Object::Zset(ranked) => ranked.prefetch_entry(hash),
                Object::List(_) | Object::Stream(_) => {}
            }
        });
    }

    #[inline]
    fn glance<R>(&mut self, db: usize, spot: Spot, look: impl FnOnce(&Database) -> R) -> Option<R> {
        let held = match self.kept.take_if(|kept| kept.stripe() == spot.stripe) {
            None => {
                return self.store.try_lock_one(spot.stripe).map(|stripe| look(&stripe.dbs[db]));
            }
            Some(kept) => self.store.resume(kept),
        };
        let seen = held.get(spot.stripe).map(|stripe| look(&stripe.dbs[db]));
        *self.kept = held.keep();
        seen
    }
}

#[cfg(test)]
mod tests;
