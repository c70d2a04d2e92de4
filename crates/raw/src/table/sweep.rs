//! Removal of expired entries, guided by the lower bounds that buckets, segments and the table keep.
//!
//! Nothing due costs one comparison. Otherwise only segments and buckets whose bound is due are entered, and what is
//! learnt there makes the bounds exact again.

use std::marker::PhantomData;

use super::bucket::Bucket;
use super::{Entry, EntryRef, NEVER, Table};

/// What the caller says about an entry in a bucket that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has expired: take it out.
    Remove,
    /// It stays, and expires at this tick (`u32::MAX` for never).
    Keep(u32),
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Entries looked at.
    pub visited: usize,
    /// Entries removed.
    pub removed: usize,
    /// True when nothing due is left; false when the budget ran out.
    pub done: bool,
}

impl<E: Entry> Table<E> {
    /// The lowest tick at which an entry may expire (a lower bound; `u32::MAX` for none). O(1).
    pub fn next_tick(&self) -> u32 {
        self.tick
    }

    /// Removes entries that are due at `tick`, starting at `cursor` (keep it between calls; starts at 0), until about
    /// `budget` entries were looked at. O(segments + due buckets); one comparison when nothing is due.
    pub fn sweep(
        &mut self,
        tick: u32,
        cursor: &mut usize,
        budget: usize,
        hash_of: impl Fn(&[u8]) -> u64,
        expired: &mut dyn FnMut(&E) -> Verdict,
        removed: &mut dyn FnMut(E),
    ) -> Swept {
        let mut swept = Swept { done: true, ..Swept::default() };
        if self.tick > tick {
            return swept;
        }
        let mut position = *cursor as u64 & 0xffff_ffff_ffff;
        let mut left = 1i64 << 48;
        while left > 0 && !self.dir.is_empty() {
            let canon = self.canonical(self.index_of(position << 16));
            let (start, _, end) = self.dir[canon].positions(position, 0);
            if self.dir[canon].tick() <= tick {
                if swept.visited >= budget {
                    (*cursor, swept.done) = (start as usize, false);
                    return swept;
                }
                let before = swept.removed;
                self.sweep_segment(canon, tick, budget, &hash_of, expired, removed, &mut swept);
                let due = self.dir[canon].tick() <= tick;
                if swept.removed > before && self.dir[canon].is_sparse() {
                    self.shrink(canon, &hash_of);
                }
                if due {
                    (*cursor, swept.done) = (start as usize, false);
                    return swept;
                }
            }
            left -= (end - position) as i64;
            position = if end >> 48 == 0 { end } else { 0 };
        }
        *cursor = position as usize;
        self.tick = self.segments().map(|canon| self.dir[canon].tick()).min().unwrap_or(NEVER);
        swept
    }

    #[expect(clippy::too_many_arguments, reason = "the inner loop of `sweep`, with its state")]
    fn sweep_segment(
        &mut self,
        canon: usize,
        tick: u32,
        budget: usize,
        hash_of: &impl Fn(&[u8]) -> u64,
        expired: &mut dyn FnMut(&E) -> Verdict,
        removed: &mut dyn FnMut(E),
        swept: &mut Swept,
    ) {
        let segment = &mut self.dir[canon];
        for at in 0..segment.size() {
            if segment.buckets()[at].tick() > tick {
                continue;
            }
            if swept.visited >= budget {
                break;
            }
            let mut next = NEVER;
            for slot in segment.buckets()[at].slots() {
                let raw = segment.buckets()[at].pointer(slot);
                let entry = EntryRef::<E> { raw, table: PhantomData };
                swept.visited += 1;
                match expired(&entry) {
                    Verdict::Keep(tick) => next = next.min(tick),
                    Verdict::Remove => {
                        let home = segment.home(hash_of(entry.key()));
                        segment.unlink(home, at, slot);
                        self.len -= 1;
                        swept.removed += 1;
                        // SAFETY: the pointer came from `into_raw` and is no longer in the table.
                        removed(unsafe { E::from_raw(raw) });
                    }
                }
            }
            segment.buckets_mut()[at].set_tick(next);
        }
        let next = segment.buckets().iter().map(Bucket::tick).min();
        segment.set_tick(next.unwrap_or(NEVER));
    }
}
