//! A chunk of a big list: entries in a buffer with a gap at either end.
//!
//! ```text
//! data   [gap .. head) [entries: head .. tail) [tail .. gap]
//! ```
//!
//! The gaps make pushing and popping at both ends a matter of the entry alone; only a chunk at an
//! end of the list has them, an inner chunk is trimmed. Invariants: `count` entries fill
//! `head..tail` exactly; with more than one entry, `tail - head <= CHUNK_BYTES`.

use super::entry;
use raw::{Mover, Packed};
use std::ops::Range;

/// The most bytes of entries in a chunk of several: with the length field it fills a size class.
pub(super) const CHUNK_BYTES: usize = 4092;
/// The first gap that a push opens, doubled from then on.
const GAP_MIN: usize = 60;

/// A run of neighbouring elements.
#[derive(Clone)]
pub(super) struct Chunk {
    data: Packed,
    head: u32,
    tail: u32,
    count: u32,
}

impl Chunk {
    pub(super) fn new() -> Self {
        Self { data: Packed::new(), head: 0, tail: 0, count: 0 }
    }

    /// Takes over `data`, whose entries start at `head` and number `count`.
    pub(super) fn adopt(data: Packed, head: usize, count: usize) -> Self {
        let tail = data.len() as u32;
        Self { data, head: head as u32, tail, count: count as u32 }
    }

    #[inline]
    pub(super) fn count(&self) -> usize {
        self.count as usize
    }

    /// Bytes of the entries.
    #[inline]
    pub(super) fn bytes(&self) -> usize {
        (self.tail - self.head) as usize
    }

    #[inline]
    pub(super) fn region(&self) -> &[u8] {
        &self.data.as_slice()[self.head as usize..self.tail as usize]
    }

    /// Whether an element of `len` may join.
    #[inline]
    pub(super) fn has_room(&self, len: usize) -> bool {
        self.count == 0 || self.bytes() + entry::size(len) <= CHUNK_BYTES
    }

    pub(super) fn alloc_size(&self) -> usize {
        self.data.alloc_size()
    }

    /// Lets the entries lie elsewhere.
    pub(super) fn relocate(&mut self, mover: &mut dyn Mover) {
        self.data.relocate(mover);
    }

    pub(super) fn get(&self, index: usize) -> &[u8] {
        let region = self.region();
        entry::forward(region, entry::offset(region, self.count(), index)).0
    }

    pub(super) fn push_back(&mut self, value: &[u8]) {
        let size = entry::size(value.len());
        let gap = self.data.len() - self.tail as usize;
        if gap < size {
            self.widen(self.data.len(), self.gap_for(size) - gap);
        }
        entry::write(&mut self.data.as_mut_slice()[self.tail as usize..], value);
        self.tail += size as u32;
        self.count += 1;
    }

    pub(super) fn push_front(&mut self, value: &[u8]) {
        let size = entry::size(value.len());
        if (self.head as usize) < size {
            let more = self.gap_for(size) - self.head as usize;
            self.widen(0, more);
            self.head += more as u32;
            self.tail += more as u32;
        }
        self.head -= size as u32;
        entry::write(&mut self.data.as_mut_slice()[self.head as usize..], value);
        self.count += 1;
    }

    /// The gap to have for an entry of `size`: as much again as there is, within a chunk's size.
    fn gap_for(&self, size: usize) -> usize {
        let free = CHUNK_BYTES.saturating_sub(self.bytes());
        size.max((self.bytes() + GAP_MIN).min(free))
    }

    /// Inserts `more` bytes of gap at `at`.
    fn widen(&mut self, at: usize, more: usize) {
        const ZEROS: [u8; CHUNK_BYTES] = [0; CHUNK_BYTES];
        match ZEROS.get(..more) {
            Some(zeros) => self.data.splice(at, 0, zeros),
            None => self.data.splice(at, 0, &vec![0; more]),
        }
    }

    pub(super) fn front(&self) -> &[u8] {
        entry::forward(self.region(), 0).0
    }

    pub(super) fn back(&self) -> &[u8] {
        let region = self.region();
        entry::backward(region, region.len()).0
    }

    pub(super) fn drop_front(&mut self) {
        self.head += entry::size(self.front().len()) as u32;
        self.count -= 1;
        if self.head as usize > self.data.len() / 2 {
            self.trim();
        }
    }

    pub(super) fn drop_back(&mut self) {
        self.tail -= entry::size(self.back().len()) as u32;
        self.count -= 1;
        if (self.tail as usize) < self.data.len() / 2 {
            self.trim();
        }
    }

    /// Gives the gaps back.
    pub(super) fn trim(&mut self) {
        let tail = self.tail as usize;
        self.data.splice(tail, self.data.len() - tail, &[]);
        self.data.splice(0, self.head as usize, &[]);
        self.tail -= self.head;
        self.head = 0;
    }

    /// Replaces the elements of `range` by `value`, or by nothing.
    pub(super) fn replace(&mut self, range: Range<usize>, value: Option<&[u8]>) {
        self.trim();
        let region = self.region();
        let start = entry::offset(region, self.count(), range.start);
        let old = (range.clone()).fold(start, |at, _| entry::forward(region, at).1) - start;
        match value {
            Some(value) => entry::with_parts(value, |parts| {
                self.data.splice_parts(start, old, parts);
            }),
            None => self.data.splice(start, old, &[]),
        }
        self.tail = self.data.len() as u32;
        self.count = self.count - range.len() as u32 + u32::from(value.is_some());
    }

    /// Cuts the chunk before `index`; returns the rest.
    pub(super) fn split_off(&mut self, index: usize) -> Self {
        self.trim();
        let region = self.region();
        let at = entry::offset(region, self.count(), index);
        let rest = Self::adopt(Packed::from_slice(&region[at..]), 0, self.count() - index);
        self.data.splice(at, self.data.len() - at, &[]);
        self.tail = at as u32;
        self.count = index as u32;
        rest
    }

    /// Appends all of `next`.
    pub(super) fn append(&mut self, next: &Self) {
        self.trim();
        self.data.push(next.region());
        self.tail = self.data.len() as u32;
        self.count += next.count;
    }

    /// Removes elements equal to `value`: see `entry::remove_matches`.
    pub(super) fn remove_matches(&mut self, value: &[u8], skip: usize, limit: usize) -> usize {
        let range = self.head as usize..self.tail as usize;
        let region = &mut self.data.as_mut_slice()[range];
        let (removed, bytes) = entry::remove_matches(region, value, skip, limit);
        self.tail = self.head + bytes as u32;
        self.count -= removed as u32;
        if removed > 0 {
            self.trim();
        }
        removed
    }
}
