//! Growth, splits, shrinking and merges: the only code that moves entries between buckets.
//!
//! Every move gathers a segment's entries with their hashes first (the only step that calls foreign
//! code, and it changes nothing), then builds the new segments, then replaces the old ones in the
//! directory. An entry takes its bucket's tick along, which is a lower bound of its own, and its
//! own mark.

use std::ptr::NonNull;

use super::bucket::SLOTS;
use super::segment::{MAX_BUCKETS, MAX_DEPTH, MERGE_LEN, Segment, fitting_size, next_size};
use super::{Entry, Table};
use crate::mem::prefetch;

/// How many entries ahead their memory is asked for.
const AHEAD: usize = 12;

#[derive(Clone, Copy)]
struct Item {
    raw: NonNull<u8>,
    hash: u64,
    tick: u32,
    kept: bool,
}

impl<E: Entry> Table<E> {
    /// Makes sure that the segment of `hash` takes one more entry.
    #[inline]
    pub(super) fn make_room(&mut self, hash: u64, hash_of: &impl Fn(&[u8]) -> u64) {
        loop {
            let index = self.index_of(hash);
            if index < self.dir.len() {
                let canon = self.canonical(index);
                if !self.dir[canon].is_full() {
                    return;
                }
                self.grow(canon, hash_of);
            } else {
                self.dir.reserve_exact(1);
                self.dir.push(Segment::new(1, 0));
                (self.buckets, self.deepest) = (1, 1);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, canon: usize, hash_of: &impl Fn(&[u8]) -> u64) {
        let segment = &self.dir[canon];
        let (size, depth) = (segment.size(), segment.depth());
        // Hashes that agree in far more bits than chance allows must not double the directory
        // again and again.
        let depth_limit = MAX_DEPTH.min((self.len / (MAX_BUCKETS * 4) + 1).ilog2() + 6);
        if size >= MAX_BUCKETS && depth < depth_limit {
            self.split(canon, hash_of);
        } else {
            self.resize(canon, next_size(size), hash_of);
        }
    }

    /// After a removal: frees, merges or shrinks the segment when it holds too little.
    #[cold]
    #[inline(never)]
    pub(super) fn shrink(&mut self, canon: usize, hash_of: &impl Fn(&[u8]) -> u64) {
        let segment = &self.dir[canon];
        let (len, size, depth) = (segment.len(), segment.size(), segment.depth());
        if self.len == 0 {
            return self.clear();
        }
        if depth > 0 {
            let sibling = &self.dir[canon ^ self.span(canon)];
            if sibling.depth() == depth && sibling.len() + len <= MERGE_LEN {
                return self.merge(canon, hash_of);
            }
        }
        let fitting = fitting_size(len);
        if len < size * SLOTS / 4 && fitting < size {
            self.resize(canon, fitting, hash_of);
        }
    }

    fn resize(&mut self, canon: usize, size: usize, hash_of: &impl Fn(&[u8]) -> u64) {
        let old = self.dir[canon];
        let mut items = Vec::with_capacity(old.len());
        gather::<E>(&old, hash_of, &mut items);
        let new = build(&items, size, old.depth());
        self.buckets = self.buckets + new.size() - old.size();
        let span = self.span(canon);
        self.dir[canon..canon + span].fill(new);
        // SAFETY: all directory entries have been replaced.
        unsafe { old.free() };
    }

    fn split(&mut self, canon: usize, hash_of: &impl Fn(&[u8]) -> u64) {
        let old = self.dir[canon];
        let depth = old.depth();
        let mut items = Vec::with_capacity(old.len());
        gather::<E>(&old, hash_of, &mut items);
        let (high, low): (Vec<Item>, Vec<Item>) =
            items.into_iter().partition(|item| item.hash << depth >> 63 == 1);
        let mut canon = canon;
        if depth == self.global_depth() {
            self.double_directory();
            canon *= 2;
        }
        let halves = [low, high].map(|half| build(&half, fitting_size(half.len()), depth + 1));
        self.buckets = self.buckets + halves[0].size() + halves[1].size() - old.size();
        let half_span = self.span(canon) / 2;
        self.dir[canon..canon + half_span].fill(halves[0]);
        self.dir[canon + half_span..canon + 2 * half_span].fill(halves[1]);
        if half_span == 1 {
            self.deepest += 2;
        }
        // SAFETY: all directory entries have been replaced.
        unsafe { old.free() };
    }

    /// Joins a segment and its sibling of the same depth.
    fn merge(&mut self, canon: usize, hash_of: &impl Fn(&[u8]) -> u64) {
        let span = self.span(canon);
        let first = canon & !span;
        let (low, high) = (self.dir[first], self.dir[first + span]);
        let mut items = Vec::with_capacity(low.len() + high.len());
        gather::<E>(&low, hash_of, &mut items);
        gather::<E>(&high, hash_of, &mut items);
        let new = build(&items, fitting_size(items.len()), low.depth() - 1);
        self.buckets = self.buckets + new.size() - low.size() - high.size();
        self.dir[first..first + 2 * span].fill(new);
        // SAFETY: all directory entries of the lower half have been replaced.
        unsafe { low.free() };
        // SAFETY: and those of the upper half.
        unsafe { high.free() };
        if span == 1 {
            self.deepest -= 2;
            self.halve_directory();
        }
    }

    fn double_directory(&mut self) {
        let mut dir = Vec::with_capacity(self.dir.len() * 2);
        for segment in &self.dir {
            dir.extend([*segment; 2]);
        }
        self.dir = dir;
        self.shift -= 1;
        self.deepest = 0;
    }

    /// Halves the directory while no segment needs its last bit.
    fn halve_directory(&mut self) {
        while self.deepest == 0 && self.global_depth() > 0 {
            self.dir = self.dir.iter().step_by(2).copied().collect();
            self.shift += 1;
            let depth = self.global_depth();
            self.deepest =
                self.dir.iter().filter(|segment| segment.depth() == depth).count() as u32;
        }
    }
}

/// Adds a segment's entries and their hashes to `items`.
fn gather<E: Entry>(segment: &Segment, hash_of: &impl Fn(&[u8]) -> u64, items: &mut Vec<Item>) {
    let from = items.len();
    for bucket in segment.buckets() {
        for slot in bucket.slots() {
            let (raw, kept) = (bucket.pointer(slot), bucket.is_kept(slot));
            items.push(Item { raw, hash: 0, tick: bucket.tick(), kept });
        }
    }
    for at in from..items.len() {
        if let Some(ahead) = items.get(at + AHEAD) {
            prefetch(ahead.raw.as_ptr());
        }
        // SAFETY: the pointers are those of live entries in a borrowed table.
        items[at].hash = hash_of(unsafe { E::key_of_raw(items[at].raw) });
    }
}

fn build(items: &[Item], size: usize, depth: u32) -> Segment {
    let mut segment = Segment::new(size, depth);
    for item in items {
        let (bucket, slot) = segment.place(item.hash, item.raw, item.tick);
        if item.kept {
            segment.keep(bucket, slot);
        }
    }
    segment
}
