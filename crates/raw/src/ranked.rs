//! `Ranked`: a big sorted set, found by member and by rank. A table of [`Scored`] entries and the
//! tree that orders them.
//!
//! ```text
//! table: Table<Scored>   member -> entry [score f64][..][member]
//! tree:  Tree            (score, member) order; its 48-bit handles are addresses of entries
//! ```
//!
//! Cost an item: the entry (24 bytes for a member of 13), some 10 bytes of table, some 12 of
//! tree.
//!
//! Invariant: the tree's handles are exactly the addresses of the entries in the table. An entry
//! is put into the table before it enters the tree and leaves the tree before it leaves the
//! table; no handle to it is ever given out, so it is never shared. It moves only in `relocate`,
//! which keeps the old one alive until the tree has the new address. Own design.

use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Range;
use std::ptr::{NonNull, with_exposed_provenance_mut};

use crate::Scored;
use crate::mem::prefetch;
use crate::relocate::Mover;
use crate::table::{Entry, Table};
use crate::ztree::{HANDLE_MASK, Items, Moved, Probe, Run, Tree, order};

#[cfg(test)]
mod tests;

/// A set of members ordered by (score, member bytes).
///
/// As with [`Table`], `hash` is the member's hash and `hash_of` computes it for members that have
/// to move; wrong ones lose members, but stay safe. Scores are never NaN.
#[derive(Default)]
pub struct Ranked {
    table: Table<Scored>,
    tree: Tree,
}

/// The entries behind handles, for as long as the table is borrowed.
#[derive(Clone, Copy)]
struct Live<'a>(PhantomData<&'a Table<Scored>>);

fn pointer(handle: u64) -> NonNull<u8> {
    NonNull::new(with_exposed_provenance_mut(handle as usize)).expect("handles are addresses")
}

impl<'a> Live<'a> {
    /// Only for handles of the tree beside `table`.
    fn of(_table: &'a Table<Scored>) -> Self {
        Self(PhantomData)
    }

    #[inline]
    #[expect(clippy::unused_self, reason = "carries the lifetime of the table's borrow")]
    fn name(self, handle: u64) -> &'a [u8] {
        // SAFETY: by the invariant the handle is the address of an entry in the table, which is
        // borrowed for 'a.
        unsafe { Scored::key_of_raw(pointer(handle)) }
    }

    #[inline]
    fn item(self, handle: u64) -> (&'a [u8], f64) {
        (self.name(handle), self.score(handle))
    }
}

/// Puts a new entry into a table; its handle.
fn add(
    table: &mut Table<Scored>,
    hash: u64,
    member: &[u8],
    score: f64,
    hash_of: impl Fn(&[u8]) -> u64,
) -> u64 {
    debug_assert!(table.get(hash, member).is_none(), "the member is absent");
    let raw = Scored::new(score, member).into_raw();
    let handle = raw.expose_provenance().get() as u64;
    // SAFETY: the pointer was just given up; the table becomes its owner.
    let entry = unsafe { Scored::from_raw(raw) };
    table.insert(hash, entry, hash_of);
    handle
}

impl Items for Live<'_> {
    #[inline]
    fn score(&self, handle: u64) -> f64 {
        // SAFETY: by the invariant the handle is the address of an entry in the table, which is
        // borrowed; the table stays its owner.
        ManuallyDrop::new(unsafe { Scored::from_raw(pointer(handle)) }).score()
    }

    #[inline]
    fn member(&self, handle: u64) -> &[u8] {
        self.name(handle)
    }
}

impl Ranked {
    /// An empty set; owns no memory.
    pub const fn new() -> Self {
        Self { table: Table::new(), tree: Tree::new() }
    }

    /// Number of members. O(1).
    #[inline]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// True when there are no members.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Bytes of table and tree; the entries' own are not counted.
    pub fn memory(&self) -> usize {
        self.table.memory() + self.tree.memory()
    }

    /// Asks the processor for what a lookup of `hash` reads first.
    #[inline]
    pub fn prefetch(&self, hash: u64) {
        self.table.prefetch(hash);
    }

    /// Asks the processor for the entry that this bucket names; as `Table::prefetch_entry`.
    #[inline]
    pub fn prefetch_entry(&self, hash: u64) {
        self.table.prefetch_entry(hash);
    }

    /// A copy. O(n), but faster than insertions: table and tree keep their shapes.
    #[must_use]
    pub fn copied(&self, hash_of: impl Fn(&[u8]) -> u64) -> Self {
        let mut table = self.table.hollow();
        let live = Live::of(&self.table);
        let tree = self.tree.copied(&mut |slots| {
            for slot in &*slots {
                prefetch(pointer(slot & HANDLE_MASK).as_ptr());
            }
            for slot in &*slots {
                table.prefetch(hash_of(live.name(slot & HANDLE_MASK)));
            }
            for slot in slots {
                let (member, score) = live.item(*slot & HANDLE_MASK);
                let handle = add(&mut table, hash_of(member), member, score, &hash_of);
                *slot = *slot & !HANDLE_MASK | handle;
            }
        });
        Self { table, tree }
    }

    /// The set of `items`, which are in ascending order of (score, member) and all different.
    /// O(n).
    pub fn of_sorted<'m>(
        count: usize,
        items: impl Iterator<Item = (&'m [u8], f64)>,
        hash_of: impl Fn(&[u8]) -> u64,
    ) -> Self {
        let mut table = Table::sized(count);
        let mut handles = Vec::with_capacity(count);
        for (member, score) in items {
            let handle = add(&mut table, hash_of(member), member, score, &hash_of);
            handles.push((order(score), handle));
        }
        let tree = Tree::of_sorted(handles.len(), |rank| handles[rank]);
        Self { table, tree }
    }

    /// The score of a member. O(1).
    #[inline]
    pub fn score(&self, hash: u64, member: &[u8]) -> Option<f64> {
        self.table.get(hash, member).map(|entry| entry.score())
    }

    /// Adds a member that the caller knows to be absent. O(log n).
    pub fn insert(&mut self, hash: u64, member: &[u8], score: f64, hash_of: impl Fn(&[u8]) -> u64) {
        let handle = add(&mut self.table, hash, member, score, hash_of);
        self.tree.insert(&Live::of(&self.table), Probe::new(score, member), handle);
    }

    /// Gives a member that is there another score; returns the former one, or none (and no
    /// change) without the member. An equal score changes nothing: -0.0 stays where 0.0 is given.
    /// O(log n), and O(1) entries touched when the member keeps its neighbours.
    pub fn rescore(&mut self, hash: u64, member: &[u8], score: f64) -> Option<f64> {
        let old = self.score(hash, member)?;
        let live = Live::of(&self.table);
        let new = order(score);
        if order(old) == new {
            return Some(old);
        }
        let moved = self.tree.reposition(&live, Probe::new(old, member), Some(new));
        match moved.expect("table and tree agree") {
            Moved::Stayed(handle) => self.set_score(handle, score),
            Moved::Taken(handle) => {
                self.set_score(handle, score);
                self.tree.insert(&Live::of(&self.table), Probe::new(score, member), handle);
            }
        }
        Some(old)
    }

    /// Overwrites the score of the entry behind a handle that the tree gave.
    #[expect(clippy::unused_self, reason = "the exclusive borrow is what makes it sound")]
    fn set_score(&mut self, handle: u64, score: f64) {
        // SAFETY: by the invariant the handle is the address of an entry in the table, which is
        // borrowed exclusively; the table stays its owner, and the entry, having one owner, is
        // changed in place.
        ManuallyDrop::new(unsafe { Scored::from_raw(pointer(handle)) }).set_score(score);
    }

    /// Takes a member out; returns its score. O(log n).
    pub fn remove(
        &mut self,
        hash: u64,
        member: &[u8],
        hash_of: impl Fn(&[u8]) -> u64,
    ) -> Option<f64> {
        let score = self.score(hash, member)?;
        let taken = self.tree.remove(&Live::of(&self.table), Probe::new(score, member));
        assert!(taken.is_some(), "table and tree agree");
        drop(self.table.remove(hash, member, hash_of));
        Some(score)
    }

    /// Takes out the members of these ranks (as far as they exist); returns how many. O(log n +
    /// removed).
    pub fn remove_ranks(&mut self, ranks: Range<usize>, hash_of: impl Fn(&[u8]) -> u64) -> usize {
        let mut gone = Vec::with_capacity(ranks.end.min(self.len()).saturating_sub(ranks.start));
        self.tree.remove_ranks(&Live::of(&self.table), ranks, &mut |handle| gone.push(handle));
        for &handle in &gone {
            // The entry outlives the search for it: `remove` gives it back before it is dropped.
            let hash = hash_of(Live::of(&self.table).name(handle));
            let entry = {
                // SAFETY: the handle has left the tree, but its entry is still in the table;
                // `remove` reads the key only while the entry lives, and does not change it.
                let key = unsafe { Scored::key_of_raw(pointer(handle)) };
                self.table.remove(hash, key, &hash_of)
            };
            assert!(entry.is_some(), "table and tree agree");
        }
        gone.len()
    }

    /// How many members come before (score, member), which need not be there. O(log n).
    pub fn lower_bound(&self, score: f64, member: &[u8]) -> usize {
        self.tree.lower_bound(&Live::of(&self.table), Probe::new(score, member))
    }

    /// How many members have a score that is at most `score`. O(log n).
    pub fn upper_bound(&self, score: f64) -> usize {
        // The integers of `order` are dense: nothing lies between this score and the next.
        let probe = Probe { order: order(score) + 1, member: &[] };
        self.tree.lower_bound(&Live::of(&self.table), probe)
    }

    /// How many leading members `before` holds for; it must hold for a prefix of them. O(log n).
    pub fn partition(&self, mut before: impl FnMut(&[u8]) -> bool) -> usize {
        let live = Live::of(&self.table);
        self.tree.partition(|handle| before(live.name(handle)))
    }

    /// The members of these ranks, in order, from either end. O(log n) to start.
    pub fn iter(&self, ranks: Range<usize>) -> Iter<'_> {
        let end = ranks.end.min(self.len());
        Iter { set: self, ranks: ranks.start.min(end)..end, front: None, back: None }
    }

    /// A member drawn by the random number `r`.
    pub fn random(&self, r: u64) -> Option<(&[u8], f64)> {
        self.table.random(r).map(|entry| (entry.key(), entry.score()))
    }

    /// Bytes of the entries' allocations, in no order.
    pub fn entry_sizes(&self) -> impl Iterator<Item = usize> {
        self.table.iter().map(|entry| entry.alloc_size())
    }

    /// Lets the entries of one bucket lie elsewhere: see [`Table::relocate`]. Nodes of the tree
    /// stay. O(log n) an entry that moves.
    pub fn relocate(&mut self, pos: u64, mover: &mut dyn Mover) -> u64 {
        let Self { table, tree } = self;
        // Entries keep their memory until the tree has the new handle, so all of its handles stand
        // for live entries while it is asked.
        let live = Live(PhantomData);
        table.relocate(pos, mover, &mut |entry, mover| {
            let Some(copy) = entry.copy_out(mover) else { return };
            let new = copy.handle();
            let old = std::mem::replace(&mut **entry, copy);
            let probe = Probe::new(old.score(), old.key());
            tree.rehandle(&live, probe, old.handle(), new);
            old.free_by(mover);
        })
    }

    /// Emits members by hash position: see [`Table::scan`].
    pub fn scan(
        &self,
        pos: u64,
        hash_of: impl Fn(&[u8]) -> u64,
        emit: &mut dyn FnMut(&[u8], f64),
    ) -> u64 {
        self.table.scan(pos, hash_of, &mut |entry| emit(entry.key(), entry.score()))
    }
}

/// Members of a span of ranks, with their scores.
#[derive(Clone)]
pub struct Iter<'a> {
    set: &'a Ranked,
    ranks: Range<usize>,
    /// The leaf of the next item at either end, and the item's place in it.
    front: Option<(Run<'a>, usize)>,
    back: Option<(Run<'a>, usize)>,
}

impl<'a> Iter<'a> {
    fn item(&self, handle: u64) -> (&'a [u8], f64) {
        Live::of(&self.set.table).item(handle)
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a [u8], f64);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rank = self.ranks.next()?;
        let (run, at) = match self.front {
            Some((run, at)) if at < run.len() => (run, at),
            _ => self.set.tree.run_at(rank)?,
        };
        self.front = Some((run, at + 1));
        Some(self.item(run.handle(at)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ranks.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        let rank = self.ranks.next_back()?;
        let (run, at) = match self.back {
            Some((run, at)) if at > 0 => (run, at - 1),
            _ => self.set.tree.run_at(rank)?,
        };
        self.back = Some((run, at));
        Some(self.item(run.handle(at)))
    }
}

impl ExactSizeIterator for Iter<'_> {}
impl FusedIterator for Iter<'_> {}
