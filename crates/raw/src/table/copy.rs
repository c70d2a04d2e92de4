//! Tables made in one piece: copies, and tables of a known size.
//!
//! A copy has the buckets of the original, so nothing is hashed and nothing grows; its entries lie
//! in memory in the order of the buckets, so walking it is faster than walking the original.

use super::segment::{MAX_BUCKETS, Segment, fitting_size};
use super::{Entry, EntryRef, NEVER, Table, iter};
use std::marker::PhantomData;

/// Entries that a segment of a table of known size is made for: below the 448 at which it splits,
/// as far as chance makes segments differ.
const SEGMENT_LEN: usize = MAX_BUCKETS * 5;

impl<E: Entry> Table<E> {
    /// An empty table with room for `len` entries without growing, as far as hashes spread evenly.
    /// O(len / 300).
    pub fn sized(len: usize) -> Self {
        let mut table = Self::new();
        if len == 0 {
            return table;
        }
        let depth = len.div_ceil(SEGMENT_LEN).next_power_of_two().ilog2();
        let each = len >> depth;
        let spread = if depth == 0 { 0 } else { 3 * each.isqrt() };
        let size = fitting_size(each + spread).min(MAX_BUCKETS);
        table.dir = (0..1 << depth).map(|_| Segment::new(size, depth)).collect();
        table.buckets = size << depth;
        table.deepest = 1 << depth;
        table.shift = 63 - depth as u8;
        table
    }

    /// An empty table with the buckets of this one, whose entries all fit without growth.
    pub(crate) fn hollow(&self) -> Self {
        let mut dir = Vec::with_capacity(self.dir.len());
        for index in self.segments() {
            let old = &self.dir[index];
            let new = Segment::new(old.size(), old.depth());
            dir.extend(std::iter::repeat_n(new, self.span(index)));
        }
        Self {
            dir,
            len: 0,
            buckets: self.buckets,
            deepest: self.deepest,
            tick: NEVER,
            shift: self.shift,
            entries: PhantomData,
        }
    }
}

impl<E: Entry + Clone> Clone for Table<E> {
    /// O(n), hashes nothing.
    fn clone(&self) -> Self {
        let mut copy = self.hollow();
        for index in self.segments() {
            let old = &self.dir[index];
            let new = &mut copy.dir[index];
            for (at, bucket) in old.buckets().iter().enumerate() {
                old.prefetch_entries(at + iter::AHEAD);
                let twin = &mut new.buckets_mut()[at];
                twin.set_tick(bucket.tick());
                twin.set_outbound(bucket.outbound());
                for slot in bucket.slots() {
                    let entry = EntryRef::<E> { raw: bucket.pointer(slot), table: PhantomData };
                    twin.fill(slot, bucket.tag(slot), E::clone(&entry).into_raw());
                }
            }
            new.take_counts(old);
        }
        (copy.len, copy.tick) = (self.len, self.tick);
        copy
    }
}
