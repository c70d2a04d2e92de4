//! A run of buckets for the hashes that share their top `depth` bits.
//!
//! ```text
//! tagged pointer   [size code u16][address of the buckets ..][depth: the low 6 bits, free since
//! buckets align to 64]
//! size code        up to 64: so many buckets; above: (code - 63) * 64, only for colliding hashes
//! ```
//!
//! Invariant: `len` and `tick` are kept in the first directory entry of a segment only; the others
//! repeat the pointer. A segment is 16 bytes, so that one never crosses a cache line.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::NonNull;

use super::bucket::{Bucket, SLOTS};
use super::{NEVER, tag_of};
use crate::relocate::{Mover, relocate};

/// Sizes of segments in buckets, in the order of growth; each is a size class of the allocator.
const SIZES: [usize; 14] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40, 48, 56, 64];
pub(super) const MAX_BUCKETS: usize = 64;
/// Two siblings that together hold no more than this merge: half of what makes a segment split.
pub(super) const MERGE_LEN: usize = MAX_BUCKETS * 7 / 2;
/// Depth and the bits of the home bucket together stay inside the 48 bits of a scan position.
pub(super) const MAX_DEPTH: u32 = 24;
const HOME_BITS: u32 = 24;
/// The bits of the tagged pointer that are the address.
const ADDRESS: usize = 0xffff_ffff_ffc0;

#[derive(Clone, Copy)]
pub(super) struct Segment {
    tagged: *mut Bucket,
    len: u32,
    tick: u32,
}

const _: () = assert!(size_of::<Segment>() == 16);

impl Segment {
    /// An empty segment. Whoever has the last copy calls `free`.
    pub(super) fn new(buckets: usize, depth: u32) -> Segment {
        let code = if buckets <= MAX_BUCKETS { buckets } else { buckets / 64 + 63 };
        assert!(code >> 16 == 0 && depth <= MAX_DEPTH);
        let layout = layout(buckets);
        // SAFETY: a segment has at least one bucket.
        let memory = unsafe { alloc_zeroed(layout) };
        if memory.is_null() {
            handle_alloc_error(layout)
        }
        let tagged = memory.map_addr(|address| address | code << 48 | depth as usize).cast();
        Segment { tagged, len: 0, tick: NEVER }
    }

    /// Gives the buckets back; entries in them are forgotten.
    ///
    /// # Safety
    /// - no copy of this segment is used again.
    pub(super) unsafe fn free(self) {
        // SAFETY: allocated by `new` with this size; not used again.
        unsafe { dealloc(self.base().cast(), layout(self.size())) }
    }

    /// Lets the buckets lie elsewhere; whether they do. The caller tells the other copies.
    pub(super) fn relocate(&mut self, mover: &mut dyn Mover) -> bool {
        let Some(old) = NonNull::new(self.base()) else { return false };
        // SAFETY: allocated by `new` with this size; the table is borrowed exclusively, and no copy
        // of this segment is used before it is told.
        let new = unsafe { relocate(old.cast(), layout(self.size()), mover) };
        let marks = self.tagged.addr() & !ADDRESS;
        self.tagged = new.as_ptr().map_addr(|address| address | marks).cast();
        new != old.cast()
    }

    /// Takes over where the buckets of a segment lie, of which this is a copy.
    pub(super) fn follow(&mut self, other: &Self) {
        self.tagged = other.tagged;
    }

    #[inline(always)]
    pub(super) fn depth(&self) -> u32 {
        self.tagged.addr() as u32 & 63
    }

    /// Number of buckets.
    #[inline(always)]
    pub(super) fn size(&self) -> usize {
        let code = self.tagged.addr() >> 48;
        if code <= MAX_BUCKETS { code } else { (code - 63) * 64 }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    #[inline]
    pub(super) fn tick(&self) -> u32 {
        self.tick
    }

    pub(super) fn set_tick(&mut self, tick: u32) {
        self.tick = tick;
    }

    /// Takes over what a segment with the same entries counts.
    pub(super) fn take_counts(&mut self, other: &Self) {
        (self.len, self.tick) = (other.len, other.tick);
    }

    /// The bucket where a search for this hash starts.
    #[inline(always)]
    pub(super) fn home(&self, hash: u64) -> usize {
        let fraction = (hash << self.depth()) >> (64 - HOME_BITS);
        ((fraction * self.size() as u64) >> HOME_BITS) as usize
    }

    /// Scan positions (48 bits) where this segment begins, its home bucket `home` ends, and it
    /// ends itself.
    pub(super) fn positions(&self, position: u64, home: usize) -> (u64, u64, u64) {
        let span = 1u64 << (48 - self.depth());
        let start = position & !(span - 1);
        let fraction = (((home as u64 + 1) << HOME_BITS) as usize).div_ceil(self.size()) as u64;
        (start, start + (fraction << (MAX_DEPTH - self.depth())), start + span)
    }

    #[inline(always)]
    pub(super) fn buckets(&self) -> &[Bucket] {
        // SAFETY: allocated with this size, zeroed (any bytes are a bucket); a table that is
        // borrowed lends its segments.
        unsafe { std::slice::from_raw_parts(self.base(), self.size()) }
    }

    #[inline(always)]
    pub(super) fn buckets_mut(&mut self) -> &mut [Bucket] {
        // SAFETY: as `buckets`, and the table is borrowed exclusively, so no other copy of this
        // segment is in use.
        unsafe { std::slice::from_raw_parts_mut(self.base(), self.size()) }
    }

    /// One bucket, and the segment's tick.
    #[inline(always)]
    pub(super) fn bucket_and_tick(&mut self, bucket: usize) -> (&mut Bucket, &mut u32) {
        let (base, size) = (self.base(), self.size());
        // SAFETY: as `buckets_mut`; the tick lies in the directory, not in the buckets.
        let buckets = unsafe { std::slice::from_raw_parts_mut(base, size) };
        (&mut buckets[bucket], &mut self.tick)
    }

    /// Asks the processor for the entries of a bucket, if there is one.
    #[inline]
    pub(super) fn prefetch_entries(&self, bucket: usize) {
        if let Some(bucket) = self.buckets().get(bucket) {
            bucket.prefetch_entries();
        }
    }

    /// True when one more entry would fill it beyond 7/8.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.len() >= self.size() * 7
    }

    /// True when `shrink` may find something to do: below a quarter, or small enough to merge.
    #[inline]
    pub(super) fn is_sparse(&self) -> bool {
        self.len() < self.size() * SLOTS / 4 || self.len() <= MERGE_LEN / 2
    }

    /// Puts an entry into its home bucket or the next that has a free slot; returns where.
    #[inline]
    pub(super) fn place(&mut self, hash: u64, raw: NonNull<u8>, tick: u32) -> (usize, usize) {
        let mut at = self.home(hash);
        let buckets = self.buckets_mut();
        for _ in 0..buckets.len() {
            let last = at + 1 == buckets.len();
            let bucket = &mut buckets[at];
            if let Some(slot) = bucket.vacancy() {
                bucket.fill(slot, tag_of(hash), raw);
                bucket.lower_tick(tick);
                self.len += 1;
                self.tick = self.tick.min(tick);
                return (at, slot);
            }
            bucket.raise_outbound();
            at = if last { 0 } else { at + 1 };
        }
        unreachable!("a segment is never full")
    }

    /// Marks the entry in a slot.
    pub(super) fn keep(&mut self, bucket: usize, slot: usize) {
        self.buckets_mut()[bucket].keep(slot);
    }

    /// Frees a slot of an entry whose search starts at `home`.
    #[inline]
    pub(super) fn unlink(&mut self, home: usize, bucket: usize, slot: usize) {
        let buckets = self.buckets_mut();
        buckets[bucket].take(slot);
        buckets[bucket].unkeep(slot);
        let mut at = home;
        while at != bucket {
            buckets[at].lower_outbound();
            at = if at + 1 == buckets.len() { 0 } else { at + 1 };
        }
        self.len -= 1;
    }

    #[inline(always)]
    fn base(&self) -> *mut Bucket {
        self.tagged.map_addr(|address| address & ADDRESS)
    }
}

/// The size after this one; multiples of 64 beyond the usual ones.
pub(super) fn next_size(buckets: usize) -> usize {
    let next = SIZES.into_iter().find(|&size| size > buckets);
    next.unwrap_or((buckets + (buckets / 4).max(64)).next_multiple_of(64))
}

/// The smallest size that holds `len` entries with some room to grow.
pub(super) fn fitting_size(len: usize) -> usize {
    let buckets = (len + len / 8 + 1).div_ceil(7);
    let size = SIZES.into_iter().find(|&size| size >= buckets);
    size.unwrap_or(buckets.next_multiple_of(64))
}

fn layout(buckets: usize) -> Layout {
    Layout::array::<Bucket>(buckets).expect("the size code limits the size")
}
