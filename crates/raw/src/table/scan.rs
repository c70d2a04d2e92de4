//! Walks by position, and random draws.
//!
//! A position is the top 48 bits of a hash. `scan` covers the positions of one home bucket a call,
//! `[pos, next)`; the intervals of a full walk tile the whole range, so an entry that stays is
//! emitted exactly once, whatever moved meanwhile.

use std::ptr::NonNull;

use super::bucket::SLOTS;
use super::segment::{MAX_BUCKETS, Segment};
use super::{Entry, EntryRef, Table};

use std::marker::PhantomData;

/// Exact draws before `draw` settles for a slightly uneven one.
const DRAWS: usize = 100;

impl<E: Entry> Table<E> {
    /// Emits the entries at positions from `pos` to the end of its home bucket; returns the
    /// position that follows, 0 at the end of the table. O(1) expected.
    pub fn scan(&self, pos: u64, hash_of: impl Fn(&[u8]) -> u64, emit: &mut dyn FnMut(&E)) -> u64 {
        if self.dir.is_empty() || pos >> 48 != 0 {
            return 0;
        }
        let segment = &self.dir[self.index_of(pos << 16)];
        let home = segment.home(pos << 16);
        let (_, next, _) = segment.positions(pos, home);
        let buckets = segment.buckets();
        let mut at = home;
        for _ in 0..buckets.len() {
            let bucket = &buckets[at];
            bucket.prefetch_entries();
            for slot in bucket.slots() {
                let raw = bucket.pointer(slot);
                let entry = EntryRef::<E> { raw, table: PhantomData };
                if (pos..next).contains(&(hash_of(entry.key()) >> 16)) {
                    emit(&entry);
                }
            }
            if bucket.outbound() == 0 {
                break;
            }
            at = if at + 1 == buckets.len() { 0 } else { at + 1 };
        }
        if next >> 48 == 0 { next } else { 0 }
    }

    /// Draws a slot evenly from all that the segments could have, until it hits an entry.
    pub(super) fn draw(&self, r: u64) -> Option<NonNull<u8>> {
        if self.is_empty() {
            return None;
        }
        let mut state = r;
        for _ in 0..DRAWS {
            let random = mix(&mut state);
            let index = self.index_of(random);
            let segment = &self.dir[index];
            // A table of one segment has no others to be fair to.
            let size = if self.dir.len() == 1 { segment.size() } else { MAX_BUCKETS };
            let slot = (((random & 0xffff_ffff) * (size * SLOTS) as u64) >> 32) as usize;
            let in_first = index == self.canonical(index) || segment.size() > MAX_BUCKETS;
            if in_first
                && let Some(bucket) = segment.buckets().get(slot / SLOTS)
                && bucket.occupied() >> (slot % SLOTS) & 1 == 1
            {
                return Some(bucket.pointer(slot % SLOTS));
            }
        }
        let start = self.index_of(mix(&mut state));
        let segments = self.dir[start..].iter().chain(&self.dir[..start]);
        let bucket = segments.flat_map(Segment::buckets).find(|b| b.occupied() != 0)?;
        Some(bucket.pointer(bucket.slots().next()?))
    }
}

/// The next number of a splitmix64 sequence (Steele, Lea and Flood 2014).
pub(super) fn mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
