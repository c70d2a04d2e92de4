//! Removal of expired entries, guided by the lower bounds that buckets, segments and the table
//! keep.
//!
//! Nothing due costs one comparison. Otherwise only segments and buckets whose bound is due are
//! entered, and what is learnt there makes the bounds exact again.

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

/// A sweep under way.
struct Sweep<'a, E, H> {
    tick: u32,
    /// Entries and due buckets that may still be looked at.
    budget: usize,
    hash_of: H,
    expired: &'a mut dyn FnMut(&E) -> Verdict,
    removed: &'a mut dyn FnMut(E),
    swept: Swept,
}

impl<E: Entry> Table<E> {
    /// The lowest tick at which an entry may expire (a lower bound; `u32::MAX` for none). O(1).
    pub fn next_tick(&self) -> u32 {
        self.tick
    }

    /// Removes entries that are due at `tick`, starting at `cursor` (keep it between calls; starts
    /// at 0), until about `budget` entries and buckets were looked at. O(segments + due buckets);
    /// one comparison when nothing is due.
    pub fn sweep(
        &mut self,
        tick: u32,
        cursor: &mut usize,
        budget: usize,
        hash_of: impl Fn(&[u8]) -> u64,
        expired: &mut dyn FnMut(&E) -> Verdict,
        removed: &mut dyn FnMut(E),
    ) -> Swept {
        let swept = Swept { done: true, ..Swept::default() };
        if self.tick > tick {
            return swept;
        }
        let mut sweep = Sweep { tick, budget, hash_of, expired, removed, swept };
        let mut position = *cursor as u64 & 0xffff_ffff_ffff;
        let mut left = 1i64 << 48;
        while left > 0 && !self.dir.is_empty() {
            let canon = self.canonical(self.index_of(position << 16));
            let (start, _, end) = self.dir[canon].positions(position, 0);
            if self.dir[canon].tick() <= tick && !self.sweep_segment(canon, &mut sweep) {
                (*cursor, sweep.swept.done) = (start as usize, false);
                return sweep.swept;
            }
            left -= (end - position) as i64;
            position = if end >> 48 == 0 { end } else { 0 };
        }
        *cursor = position as usize;
        self.tick = self.segments().map(|canon| self.dir[canon].tick()).min().unwrap_or(NEVER);
        sweep.swept
    }

    /// False when the budget ran out before the segment was done.
    fn sweep_segment<H>(&mut self, canon: usize, sweep: &mut Sweep<'_, E, H>) -> bool
    where
        H: Fn(&[u8]) -> u64,
    {
        let (before, tick) = (sweep.swept.removed, sweep.tick);
        for at in 0..self.dir[canon].size() {
            if self.dir[canon].buckets()[at].tick() > tick {
                continue;
            }
            if sweep.budget == 0 {
                break;
            }
            self.sweep_bucket(canon, at, sweep);
        }
        let segment = &mut self.dir[canon];
        let next = segment.buckets().iter().map(Bucket::tick).min().unwrap_or(NEVER);
        segment.set_tick(next);
        if sweep.swept.removed > before && segment.is_sparse() {
            self.shrink(canon, &sweep.hash_of);
        }
        next > tick
    }

    fn sweep_bucket<H>(&mut self, canon: usize, at: usize, sweep: &mut Sweep<'_, E, H>)
    where
        H: Fn(&[u8]) -> u64,
    {
        let segment = &mut self.dir[canon];
        segment.buckets()[at].prefetch_entries();
        let mut next = NEVER;
        sweep.budget = sweep.budget.saturating_sub(1);
        for slot in segment.buckets()[at].slots() {
            let raw = segment.buckets()[at].pointer(slot);
            let entry = EntryRef::<E> { raw, table: PhantomData };
            sweep.swept.visited += 1;
            sweep.budget = sweep.budget.saturating_sub(1);
            match (sweep.expired)(&entry) {
                Verdict::Keep(tick) => next = next.min(tick),
                Verdict::Remove => {
                    let home = segment.home((sweep.hash_of)(entry.key()));
                    segment.unlink(home, at, slot);
                    self.len -= 1;
                    sweep.swept.removed += 1;
                    // SAFETY: the pointer came from `into_raw` and is no longer in the table.
                    (sweep.removed)(unsafe { E::from_raw(raw) });
                }
            }
        }
        segment.buckets_mut()[at].set_tick(next);
    }
}
