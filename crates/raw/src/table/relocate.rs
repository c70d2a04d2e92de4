//! Moving a table's memory a piece at a time, from where the allocator wants it empty.
//!
//! The walk goes by position, as `scan` does, but takes the entries that lie in a bucket, whatever
//! their hashes: what growth moves meanwhile is met later, twice, or in the next walk.

use super::{Entry, EntryMut, Place, Table};
use crate::relocate::Mover;

impl<E: Entry> Table<E> {
    /// Lets the bucket at position `pos` be relocated: `each` gets its entries, and moves them. At
    /// the first bucket of a segment the buckets themselves may move. Returns the position that
    /// follows, 0 at the end of the table. O(1) but for what `each` does.
    ///
    /// `each` leaves the keys as they are.
    pub fn relocate(
        &mut self,
        pos: u64,
        mover: &mut dyn Mover,
        each: &mut dyn FnMut(&mut EntryMut<'_, E>, &mut dyn Mover),
    ) -> u64 {
        if self.dir.is_empty() || pos >> 48 != 0 {
            return 0;
        }
        let canon = self.canonical(self.index_of(pos << 16));
        let bucket = self.dir[canon].home(pos << 16);
        if bucket == 0 && self.dir[canon].relocate(mover) {
            let moved = self.dir[canon];
            let copies = canon + 1..canon + self.span(canon);
            self.dir[copies].iter_mut().for_each(|copy| copy.follow(&moved));
        }
        let segment = &self.dir[canon];
        let (_, next, _) = segment.positions(pos, bucket);
        segment.prefetch_entries(bucket + 1);
        for slot in segment.buckets()[bucket].slots() {
            let raw = self.dir[canon].buckets()[bucket].pointer(slot);
            each(&mut self.entry_mut(Place { index: canon, bucket, slot, raw }), mover);
        }
        if next >> 48 == 0 { next } else { 0 }
    }
}
