//! Neighbours by chance: entries that lie behind a random place.
//!
//! An entry's bucket is chosen by its hash, so the entries of one bucket are as random a choice as
//! any. Taking whole buckets costs one cache line for up to eight entries, which are then fetched
//! all at once.

use std::marker::PhantomData;

use super::bucket::Bucket;
use super::scan::mix;
use super::{Entry, EntryRef, NEVER, Table};
use crate::mem::prefetch;

/// What a sample is to be like.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Random bits: where to begin.
    pub random: u64,
    /// Only from buckets that may hold entries which expire.
    pub expiring: bool,
    /// After so many entries the bucket at hand is the last.
    pub wanted: usize,
    /// Most buckets to look at.
    pub buckets: usize,
}

impl<E: Entry> Table<E> {
    /// Shows entries from a random bucket on, whole buckets of them, wrapping round at the end;
    /// how many `see` counted. Reads at most `buckets` buckets, and of segments without expiries
    /// one word when only expiring entries are asked for.
    pub fn sample(&self, how: Sample, see: &mut dyn FnMut(&E) -> bool) -> usize {
        if self.is_empty() {
            return 0;
        }
        let (mut index, mut at) = self.place_for(how.random);
        let (mut seen, mut looked) = (0, 0);
        // Once round, and the first segment's front again.
        let mut left = self.dir.len() + self.span(index);
        while left > 0 && seen < how.wanted && looked < how.buckets {
            let segment = &self.dir[index];
            let skip = how.expiring && segment.tick() == NEVER;
            let buckets = if skip { &[] } else { &segment.buckets()[at..] };
            if let Some(first) = buckets.first() {
                first.prefetch_entries();
            }
            for (offset, bucket) in buckets.iter().enumerate() {
                if seen >= how.wanted || looked >= how.buckets {
                    break;
                }
                looked += 1;
                if how.expiring && bucket.tick() == NEVER {
                    continue;
                }
                if let Some(next) = buckets.get(offset + 1) {
                    next.prefetch_entries();
                }
                seen += show(bucket, see);
            }
            left = left.saturating_sub(self.span(index));
            index += self.span(index);
            index = if index >= self.dir.len() { 0 } else { index };
            at = 0;
        }
        seen
    }

    /// Asks the processor for the bucket that a sample of these random bits begins at.
    #[inline]
    pub fn prefetch_sample(&self, random: u64) {
        if !self.is_empty() {
            let (index, at) = self.place_for(random);
            prefetch(&raw const self.dir[index].buckets()[at]);
        }
    }

    /// Asks the processor for the entries of that bucket. Reads the bucket.
    #[inline]
    pub fn prefetch_sampled(&self, random: u64) {
        if !self.is_empty() {
            let (index, at) = self.place_for(random);
            self.dir[index].prefetch_entries(at);
        }
    }

    /// The segment and bucket that random bits stand for. The table is not empty.
    #[inline]
    fn place_for(&self, random: u64) -> (usize, usize) {
        let mut state = random;
        let random = mix(&mut state);
        let index = self.canonical(self.index_of(random));
        let size = self.dir[index].size() as u64;
        (index, (((random & 0xffff_ffff) * size) >> 32) as usize)
    }
}

fn show<E: Entry>(bucket: &Bucket, see: &mut dyn FnMut(&E) -> bool) -> usize {
    let mut seen = 0;
    for slot in bucket.slots() {
        let entry = EntryRef::<E> { raw: bucket.pointer(slot), table: PhantomData };
        seen += usize::from(see(&entry));
    }
    seen
}
