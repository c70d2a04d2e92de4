//! Bringing what a batch of requests will read into the cache, a step at a time over all of them:
//! the loads of one step run beside each other, where the lookups would wait for them in turn.
//!
//! ```text
//! stripe -> bucket -> record -> value (text behind the record, or an element's bucket) -> element
//! ```
//! All of it is a hint: nothing is counted, touched or waited for; a stripe in use is passed over.
//! Group prefetching: Chen, Ailamaki, Gibbons, Mowry 2004.

use crate::database::Database;
use crate::hasher;
use crate::store::{Spot, Store};
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

impl Store {
    /// Step 1: asks for the stripe, to lock it.
    #[inline]
    pub fn prefetch_stripe(&self, spot: Spot) {
        self.stripe_lock(spot.stripe).prefetch();
    }

    /// Step 2: asks for the cache line that a lookup reads first.
    #[inline]
    pub fn prefetch_bucket(&self, db: usize, spot: Spot) {
        self.glance(db, spot, |database| database.table().prefetch(spot.hash));
    }

    /// Step 3: asks for the record that the bucket names.
    #[inline]
    pub fn prefetch_record(&self, db: usize, spot: Spot) {
        self.glance(db, spot, |database| database.table().prefetch_entry(spot.hash));
    }

    /// Step 4: asks for what the record points to; of a big collection for the bucket of
    /// `element`, whose hash step 5 takes. Tells what there was to ask for.
    #[inline]
    pub fn prefetch_value(&self, db: usize, spot: Spot, element: Option<&[u8]>) -> Depth {
        let mut depth = Depth::Record;
        self.glance(db, spot, |database| {
            let Some(record) = database.table().likely(spot.hash) else { return };
            if record.prefetch_value() {
                depth = Depth::Value;
            }
            let (View::Boxed(object), Some(element)) = (record.view(), element) else { return };
            let hash = hasher::hash(element);
            match object {
                Object::Set(table) => table.prefetch(hash),
                Object::Hash(table) => table.prefetch(hash),
                Object::Zset(ranked) => ranked.prefetch(hash),
                Object::List(_) | Object::Stream(_) => return,
            }
            depth = Depth::Element(hash);
        });
        depth
    }

    /// Step 5: asks for the element's entry.
    pub fn prefetch_element(&self, db: usize, spot: Spot, hash: u64) {
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
    fn glance(&self, db: usize, spot: Spot, look: impl FnOnce(&Database)) {
        if let Some(stripe) = self.try_lock_one(spot.stripe) {
            look(&stripe.dbs[db]);
        }
    }
}
