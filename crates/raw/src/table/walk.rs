//! The walk of a snapshot: every entry once, while others come, change and go.
//!
//! A walk goes by position, as `scan` does, and what lies behind it is done. Of what lies before
//! it, an entry that was taken out of turn, or that came later, is marked ([`Table::keep`]); the
//! walk takes the mark away instead of visiting the entry. The mark stays with the entry wherever
//! growth, splits and merges put it, and goes with it when it is removed. Without a walk there are
//! no marks.

use super::{Entry, EntryRef, Slot, Table};

use std::marker::PhantomData;

impl<E: Entry> Table<E> {
    /// Marks the entry in a slot; whether it had no mark before.
    ///
    /// # Panics
    /// If there is none: the slot is older than a change of the table.
    pub fn keep(&mut self, slot: Slot) -> bool {
        let place = self.place_of(slot);
        let canon = self.canonical(place.index);
        let bucket = &mut self.dir[canon].buckets_mut()[place.bucket];
        let is_new = !bucket.is_kept(place.slot);
        bucket.keep(place.slot);
        is_new
    }

    /// Visits the entries at positions from `pos` to the end of its home bucket, but those that are
    /// marked, which lose their mark; returns the position that follows, 0 at the end of the table.
    /// O(1) expected.
    pub fn walk(
        &mut self,
        pos: u64,
        hash_of: impl Fn(&[u8]) -> u64,
        visit: &mut dyn FnMut(&E),
    ) -> u64 {
        if self.dir.is_empty() || pos >> 48 != 0 {
            return 0;
        }
        let canon = self.canonical(self.index_of(pos << 16));
        let segment = &mut self.dir[canon];
        let home = segment.home(pos << 16);
        let (_, next, _) = segment.positions(pos, home);
        segment.prefetch_entries(home + 1);
        let buckets = segment.buckets_mut();
        let mut at = home;
        for _ in 0..buckets.len() {
            let bucket = &mut buckets[at];
            for slot in bucket.slots() {
                let entry = EntryRef::<E> { raw: bucket.pointer(slot), table: PhantomData };
                if !(pos..next).contains(&(hash_of(entry.key()) >> 16)) {
                    continue;
                }
                if bucket.is_kept(slot) {
                    bucket.unkeep(slot);
                } else {
                    visit(&entry);
                }
            }
            if bucket.outbound() == 0 {
                break;
            }
            at = if at + 1 == buckets.len() { 0 } else { at + 1 };
        }
        if next >> 48 == 0 { next } else { 0 }
    }
}
