//! Sorted sets: packed in order while small, [`raw::Ranked`] (table and counted tree) beyond.
//!
//! Everything that concerns order comes down to ranks: a range by score or by member is first
//! turned into a span of ranks ([`ZsetRef::ranks_by_score`], [`ZsetRef::ranks_by_lex`]), then
//! read, counted or removed as such; each step is O(log n). Order is by score, then by member
//! bytes; -0.0 equals 0.0 (and loses its sign in small sets, as in Redis); NaN never arrives.
//!
//! Reported as `skiplist` once there are more members than zset-max-listpack-entries or one is
//! longer than zset-max-listpack-value, while the layout may well stay packed (see
//! `crate::value`).

use crate::hasher::hash;
use crate::packed as codec;
use crate::value::{self, Limits, Object, PACKED_BYTES_MAX, PACKED_ENTRIES, Rec, Sub, wrong_type};
use raw::{Payload, Ranked, View, ViewMut};
use std::iter::FusedIterator;
use std::ops::{Deref, Range};

mod packed;
#[cfg(test)]
mod tests;

/// A sorted set without members under `key`.
pub fn empty(key: &[u8]) -> Rec {
    value::empty_packed(key, Sub::ZSET)
}

pub(crate) fn copy_ranked(ranked: &Ranked) -> Ranked {
    ranked.copied(hash)
}

/// A set under `key` of `items`, which are in ascending order of (score, member) and all
/// different; -0.0 loses its sign where [`ZsetMut::add`] would take it. O(n).
pub fn of_sorted<M: Deref<Target = [u8]>>(key: &[u8], items: &[(f64, M)], limits: &Limits) -> Rec {
    let mut rec = empty(key);
    let entries_max = limits.zset_max_listpack_entries;
    if items.len() <= PACKED_ENTRIES.max(entries_max) {
        let mut zset = ZsetMut::new(&mut rec, limits).with_signed_zeros();
        for (score, member) in items {
            zset.add(member, *score);
        }
        ZsetMut::new(&mut rec, limits).drop_signs();
        return rec;
    }
    let members = items.iter().map(|(score, member)| (&**member, *score));
    let ranked = Ranked::of_sorted(items.len(), members, hash);
    let payload = Payload::Boxed(Box::new(Object::Zset(ranked)));
    Rec::with_payload(key, payload, Sub::ZSET | Sub::WIDE, None)
}

/// One end of a range.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Bound<T> {
    /// Below every value (`-` of the lexical ranges).
    Lowest,
    /// The value itself belongs to the range.
    Inclusive(T),
    /// The range starts behind, or ends before, the value.
    Exclusive(T),
    /// Above every value (`+` of the lexical ranges).
    Highest,
}

/// What an addition did.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Added {
    /// The member is new.
    New,
    /// The member was there with this score, which may be the same.
    Had(f64),
}

/// A sorted set to read.
#[derive(Clone, Copy)]
pub struct ZsetRef<'a> {
    rec: &'a Rec,
}

enum Layout<'a> {
    Packed(&'a [u8]),
    Ranked(&'a Ranked),
}

impl<'a> ZsetRef<'a> {
    /// Reads `rec`, which holds a sorted set.
    #[inline]
    pub fn new(rec: &'a Rec) -> Self {
        Self { rec }
    }

    #[inline]
    fn layout(self) -> Layout<'a> {
        match self.rec.view() {
            View::Packed(packed) => Layout::Packed(packed.as_slice()),
            View::Boxed(Object::Zset(ranked)) => Layout::Ranked(ranked),
            _ => wrong_type(),
        }
    }

    /// Number of members. O(1).
    #[inline]
    pub fn len(self) -> usize {
        match self.layout() {
            Layout::Packed(bytes) => codec::count(bytes),
            Layout::Ranked(ranked) => ranked.len(),
        }
    }

    /// True when there are no members.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The score of a member. O(1).
    #[inline]
    pub fn score(self, member: &[u8]) -> Option<f64> {
        match self.layout() {
            Layout::Packed(bytes) => packed::score(bytes, member),
            Layout::Ranked(ranked) => ranked.score(hash(member), member),
        }
    }

    /// The rank of a member (0 for the lowest) and its score. O(log n). The rank from the top is
    /// `len - 1 - rank`.
    pub fn rank(self, member: &[u8]) -> Option<(usize, f64)> {
        match self.layout() {
            Layout::Packed(bytes) => packed::Entries::of(bytes)
                .enumerate()
                .find(|(_, entry)| entry.member == member)
                .map(|(rank, entry)| (rank, entry.score)),
            Layout::Ranked(ranked) => {
                let score = ranked.score(hash(member), member)?;
                Some((ranked.lower_bound(score, member), score))
            }
        }
    }

    /// The member of a rank. O(log n).
    pub fn by_rank(self, rank: usize) -> Option<(&'a [u8], f64)> {
        self.iter(rank..rank.saturating_add(1)).next()
    }

    /// The member with the lowest score.
    pub fn first(self) -> Option<(&'a [u8], f64)> {
        self.by_rank(0)
    }

    /// The member with the highest score.
    pub fn last(self) -> Option<(&'a [u8], f64)> {
        self.by_rank(self.len().checked_sub(1)?)
    }

    /// The members of these ranks (as far as they exist) with their scores, from either end.
    /// O(log n) to start.
    pub fn iter(self, ranks: Range<usize>) -> Iter<'a> {
        let end = ranks.end.min(self.len());
        let ranks = ranks.start.min(end)..end;
        Iter(match self.layout() {
            Layout::Packed(bytes) => {
                let mut entries = packed::Entries::of(bytes);
                if ranks.start > 0 {
                    entries.nth(ranks.start - 1);
                }
                Walk::Packed { entries, left: ranks.len(), backward: Vec::new() }
            }
            Layout::Ranked(ranked) => Walk::Ranked(ranked.iter(ranks)),
        })
    }

    /// All members with their scores, ascending.
    pub fn iter_all(self) -> Iter<'a> {
        self.iter(0..usize::MAX)
    }

    /// The ranks of the members with a score from `min` to `max`; empty when there are none.
    /// O(log n).
    pub fn ranks_by_score(self, min: Bound<f64>, max: Bound<f64>) -> Range<usize> {
        let start = match min {
            Bound::Lowest => 0,
            Bound::Inclusive(score) => self.below(score),
            Bound::Exclusive(score) => self.up_to(score),
            Bound::Highest => self.len(),
        };
        let end = match max {
            Bound::Lowest => 0,
            Bound::Inclusive(score) => self.up_to(score),
            Bound::Exclusive(score) => self.below(score),
            Bound::Highest => self.len(),
        };
        start..end.max(start)
    }

    /// The ranks of the members from `min` to `max` by their bytes; empty when there are none.
    /// Defined only when all scores are the same, as in Redis. O(log n).
    pub fn ranks_by_lex(self, min: Bound<&[u8]>, max: Bound<&[u8]>) -> Range<usize> {
        let start = match min {
            Bound::Lowest => 0,
            Bound::Inclusive(least) => self.partition(|member| member < least),
            Bound::Exclusive(least) => self.partition(|member| member <= least),
            Bound::Highest => self.len(),
        };
        let end = match max {
            Bound::Lowest => 0,
            Bound::Inclusive(most) => self.partition(|member| member <= most),
            Bound::Exclusive(most) => self.partition(|member| member < most),
            Bound::Highest => self.len(),
        };
        start..end.max(start)
    }

    /// How many members have a lower score.
    fn below(self, score: f64) -> usize {
        match self.layout() {
            Layout::Packed(bytes) => packed::lower_bound(bytes, score, &[]),
            Layout::Ranked(ranked) => ranked.lower_bound(score, &[]),
        }
    }

    /// How many members have a score that is not higher.
    fn up_to(self, score: f64) -> usize {
        match self.layout() {
            Layout::Packed(bytes) => {
                packed::Entries::of(bytes).take_while(|entry| entry.score <= score).count()
            }
            Layout::Ranked(ranked) => ranked.upper_bound(score),
        }
    }

    fn partition(self, mut before: impl FnMut(&[u8]) -> bool) -> usize {
        match self.layout() {
            Layout::Packed(bytes) => {
                packed::Entries::of(bytes).take_while(|entry| before(entry.member)).count()
            }
            Layout::Ranked(ranked) => ranked.partition(before),
        }
    }

    /// A member drawn by the random number `r`, with its score.
    pub fn random(self, r: u64) -> Option<(&'a [u8], f64)> {
        match self.layout() {
            Layout::Packed(_) => self.by_rank((r % self.len().max(1) as u64) as usize),
            Layout::Ranked(ranked) => ranked.random(r),
        }
    }

    /// Emits the members at `cursor` and returns the next cursor, 0 at the end. A packed set
    /// comes all at once.
    pub fn scan(self, cursor: u64, mut emit: impl FnMut(&[u8], f64)) -> u64 {
        match self.layout() {
            Layout::Packed(bytes) => {
                packed::Entries::of(bytes).for_each(|entry| emit(entry.member, entry.score));
                0
            }
            Layout::Ranked(ranked) => ranked.scan(cursor, hash, &mut emit),
        }
    }

    /// Asks the processor for what a lookup of `member` reads first.
    #[inline]
    pub fn prefetch(self, member: &[u8]) {
        if let Layout::Ranked(ranked) = self.layout() {
            ranked.prefetch(hash(member));
        }
    }
}

/// Members with their scores, ascending; `rev()` descends.
#[derive(Clone)]
pub struct Iter<'a>(Walk<'a>);

#[derive(Clone)]
enum Walk<'a> {
    /// `backward` holds what is left once the walk has been asked for its end.
    Packed {
        entries: packed::Entries<'a>,
        left: usize,
        backward: Vec<(&'a [u8], f64)>,
    },
    Ranked(raw::RankedIter<'a>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a [u8], f64);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Walk::Packed { entries, left, backward } => {
                *left = left.checked_sub(1)?;
                let entry = entries.next().expect("counted");
                if !backward.is_empty() {
                    // Both ends are in use, which no command does: the front of the rest goes.
                    backward.remove(0);
                }
                Some((entry.member, entry.score))
            }
            Walk::Ranked(iter) => iter.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = match &self.0 {
            Walk::Packed { left, .. } => *left,
            Walk::Ranked(iter) => iter.len(),
        };
        (left, Some(left))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Walk::Packed { entries, left, backward } => {
                if *left == 0 {
                    return None;
                }
                if backward.is_empty() {
                    backward.extend(entries.clone().take(*left).map(|e| (e.member, e.score)));
                }
                *left -= 1;
                backward.pop()
            }
            Walk::Ranked(iter) => iter.next_back(),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}
impl FusedIterator for Iter<'_> {}

/// A sorted set to change.
pub struct ZsetMut<'a> {
    rec: &'a mut Rec,
    limits: &'a Limits,
    signed_zeros: bool,
}

impl<'a> ZsetMut<'a> {
    /// Changes `rec`, which holds a sorted set.
    #[inline]
    pub fn new(rec: &'a mut Rec, limits: &'a Limits) -> Self {
        Self { rec, limits, signed_zeros: false }
    }

    /// The same, but -0.0 keeps its sign in a small set too: for results that are not stored.
    #[must_use]
    pub fn with_signed_zeros(self) -> Self {
        Self { signed_zeros: true, ..self }
    }

    /// Has the set reported as `skiplist` from here on.
    pub fn report_large(&mut self) {
        value::mark_wide(self.rec, Sub::ZSET, true);
    }

    /// The same set to read.
    #[inline]
    pub fn read(&self) -> ZsetRef<'_> {
        ZsetRef::new(self.rec)
    }

    /// Number of members. O(1).
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// True when there are no members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The score of a member. O(1).
    #[inline]
    pub fn score(&self, member: &[u8]) -> Option<f64> {
        self.read().score(member)
    }

    /// Gives a member a score, which is not NaN. O(log n).
    #[inline]
    pub fn add(&mut self, member: &[u8], score: f64) -> Added {
        debug_assert!(!score.is_nan());
        let score = self.sign_kept(member, score);
        if let ViewMut::Packed(packed) = self.rec.view_mut() {
            if let Some(old) = packed::rescore(packed, member, score) {
                return Added::Had(old);
            }
            if packed::len_with(packed, member) <= PACKED_BYTES_MAX {
                packed::insert(packed, score, member);
                let (entries, bytes) = (codec::count(packed.as_slice()), packed.len());
                let wide = self.mark(member.len(), entries);
                let entries_max = self.limits.zset_max_listpack_entries;
                if !value::stays_packed(entries, bytes, entries_max, wide) {
                    self.spread();
                }
                return Added::New;
            }
            self.spread();
        }
        let ViewMut::Boxed(Object::Zset(ranked)) = self.rec.view_mut() else { wrong_type() };
        let bits = hash(member);
        if let Some(old) = ranked.rescore(bits, member, score) {
            return Added::Had(old);
        }
        ranked.insert(bits, member, score, hash);
        let entries = ranked.len();
        self.mark(member.len(), entries);
        Added::New
    }

    /// Makes the set what it would be had it been built without
    /// [`with_signed_zeros`](Self::with_signed_zeros). O(n) for a small set, else nothing.
    pub fn drop_signs(&mut self) {
        if self.rec.sub() & Sub::WIDE != 0 {
            return;
        }
        let negative = |score: f64| score.to_bits() == (-0.0_f64).to_bits();
        let members = self.read().iter_all().filter(|(_, score)| negative(*score));
        let members: Vec<Vec<u8>> = members.map(|(member, _)| member.to_vec()).collect();
        for member in &members {
            self.remove(member);
            self.add(member, 0.0);
        }
    }

    /// Removes a member; its score. O(log n).
    pub fn remove(&mut self, member: &[u8]) -> Option<f64> {
        match self.rec.view_mut() {
            ViewMut::Packed(packed) => packed::remove(packed, member),
            ViewMut::Boxed(Object::Zset(ranked)) => ranked.remove(hash(member), member, hash),
            _ => wrong_type(),
        }
    }

    /// Removes the members of these ranks (as far as they exist); how many. O(log n + removed).
    pub fn remove_ranks(&mut self, ranks: Range<usize>) -> usize {
        let end = ranks.end.min(self.len());
        let ranks = ranks.start.min(end)..end;
        let count = ranks.len();
        match self.rec.view_mut() {
            _ if count == 0 => {}
            ViewMut::Packed(packed) => packed::remove_ranks(packed, ranks),
            ViewMut::Boxed(Object::Zset(ranked)) => {
                ranked.remove_ranks(ranks, hash);
            }
            _ => wrong_type(),
        }
        count
    }

    /// Removes the members with a score from `min` to `max`; how many. O(log n + removed).
    pub fn remove_by_score(&mut self, min: Bound<f64>, max: Bound<f64>) -> usize {
        let ranks = self.read().ranks_by_score(min, max);
        self.remove_ranks(ranks)
    }

    /// Removes the members from `min` to `max` by their bytes; how many. O(log n + removed).
    pub fn remove_by_lex(&mut self, min: Bound<&[u8]>, max: Bound<&[u8]>) -> usize {
        let ranks = self.read().ranks_by_lex(min, max);
        self.remove_ranks(ranks)
    }

    /// Removes and returns the member with the lowest score. O(log n).
    pub fn pop_min(&mut self) -> Option<(Vec<u8>, f64)> {
        let (member, score) = self.read().first()?;
        let member = member.to_vec();
        self.remove(&member);
        Some((member, score))
    }

    /// Removes and returns the member with the highest score. O(log n).
    pub fn pop_max(&mut self) -> Option<(Vec<u8>, f64)> {
        let (member, score) = self.read().last()?;
        let member = member.to_vec();
        self.remove(&member);
        Some((member, score))
    }

    /// -0.0 is stored as 0.0 while the set reports the small encoding: Redis stores whole scores as
    /// integers there, and shows the sign of a zero only in its large form.
    #[inline]
    fn sign_kept(&self, member: &[u8], score: f64) -> f64 {
        if score.to_bits() != (-0.0_f64).to_bits()
            || self.signed_zeros
            || self.rec.sub() & Sub::WIDE != 0
        {
            return score;
        }
        let passes = member.len() > self.limits.zset_max_listpack_value
            || self.len() >= self.limits.zset_max_listpack_entries;
        if passes && self.score(member).is_none() { score } else { 0.0 }
    }

    /// Remembers a passed threshold; whether any was ever passed.
    #[inline]
    fn mark(&mut self, longest: usize, entries: usize) -> bool {
        let passed = longest > self.limits.zset_max_listpack_value
            || entries > self.limits.zset_max_listpack_entries;
        value::mark_wide(self.rec, Sub::ZSET, passed)
    }

    /// Turns the packed set into table and tree.
    #[cold]
    fn spread(&mut self) {
        let mut ranked = Ranked::new();
        for (member, score) in self.read().iter_all() {
            ranked.insert(hash(member), member, score, hash);
        }
        let sub = self.rec.sub();
        self.rec.set_payload(Payload::Boxed(Box::new(Object::Zset(ranked))), sub);
    }
}
