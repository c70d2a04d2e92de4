//! The order of a sorted set: a counted B+tree of 48-bit item handles, in safe code.
//!
//! ```text
//! Leaf   512 bytes: [base u64][len u16][shift u8][exact u8][pad] [slot u64] x 62
//! slot   [handle 48 bits][q 16 bits on top]    q = min(65535, (order(score) - base) >> shift)
//! Inner  up to 62 branches, as columns: least item's order | its handle | items below | node
//! ```
//!
//! Items are ordered by (score, member bytes). The tree stores neither: it asks an [`Items`] for
//! both, which in `ranked` follows the handle as a pointer. `q` is a rounding of the score that is
//! monotone within its leaf, so a search compares 62 neighbouring words and touches an item only
//! where `q` ties, which is rare: at most a cache miss or two. A score outside the range that
//! `base` and `shift` were chosen for saturates, which costs ties, not order. Where nothing was
//! rounded away (whole numbers, mostly), the leaf is `exact`, and a bound by score reads no item.
//!
//! Example: the scores 1.0 and 2.0 have orders 0xBFF0.. and 0xC000.., so a leaf of both has base
//! 0xBFF0.., shift 37.
//!
//! Invariants: slots ascend strictly by (score, member) and hence weakly by `q`; a branch holds
//! the exact least item and count of its subtree; no node but the root is empty; all leaves are
//! equally deep.

use crate::mem::{prefetch_lines, prefetch_lines_to_write};
use std::cmp::Ordering;
use std::ops::Range;

#[cfg(test)]
mod tests;

const LEAF_CAP: usize = 62;
const INNER_CAP: usize = 62;
/// Below this a node looks for a neighbour to merge with.
const LEAF_LOW: usize = LEAF_CAP / 4;
const INNER_LOW: usize = INNER_CAP / 4;
const HANDLE_BITS: u32 = 48;
pub(crate) const HANDLE_MASK: u64 = (1 << HANDLE_BITS) - 1;
const Q_MAX: u64 = 0xFFFF;
/// Items or branches in the nodes of a tree that is built at once: room for some more.
const FILL: usize = 56;

/// What a handle stands for.
pub(crate) trait Items {
    /// The score of a handle that is in the tree.
    fn score(&self, handle: u64) -> f64;
    /// The member of a handle that is in the tree.
    fn member(&self, handle: u64) -> &[u8];
}

/// Maps a score to an integer of the same order; -0.0 and 0.0 are one. NaN never arrives.
#[inline]
pub(crate) fn order(score: f64) -> u64 {
    let bits = (score + 0.0).to_bits(); // -0.0 + 0.0 = 0.0
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// A place in the order: before every item that is not less than (score, member).
#[derive(Clone, Copy)]
pub(crate) struct Probe<'a> {
    pub(crate) order: u64,
    pub(crate) member: &'a [u8],
}

impl<'a> Probe<'a> {
    pub(crate) fn new(score: f64, member: &'a [u8]) -> Self {
        Self { order: order(score), member }
    }

    /// How the item (order, handle) compares to the probe.
    #[inline]
    fn compare(&self, items: &impl Items, order: u64, handle: u64) -> Ordering {
        order.cmp(&self.order).then_with(|| items.member(handle).cmp(self.member))
    }
}

struct Leaf {
    base: u64,
    len: u16,
    shift: u8,
    /// Every `q` is the whole of `(order - base) >> shift`, with no bit lost.
    exact: bool,
    slots: [u64; LEAF_CAP],
}

const LEAF_LINES: usize = size_of::<Leaf>() / 64;

const _: () = assert!(size_of::<Leaf>() == 512, "a leaf fills its size class");

/// A subtree with its least item and its count: a row of an inner node.
struct Branch {
    order: u64,
    handle: u64,
    count: usize,
    node: Node,
}

/// Rows as columns, so that a search reads neighbouring orders only. Rows behind `nodes.len()`
/// are unused.
struct Inner {
    orders: [u64; INNER_CAP],
    handles: [u64; INNER_CAP],
    counts: [usize; INNER_CAP],
    nodes: Vec<Node>,
}

const _: () = assert!(size_of::<Inner>() <= 1536, "an inner node fills its size class");

enum Node {
    Leaf(Box<Leaf>),
    Inner(Box<Inner>),
}

/// Where an item went when its score changed.
pub(crate) enum Moved {
    /// It stays between its neighbours; the tree is up to date.
    Stayed(u64),
    /// It was taken out, and has to be inserted again.
    Taken(u64),
}

/// The counted B+tree. An empty one owns no memory.
#[derive(Default)]
pub(crate) struct Tree {
    root: Option<Node>,
    len: usize,
}

impl Tree {
    pub(crate) const fn new() -> Self {
        Self { root: None, len: 0 }
    }

    /// Adds `handle` as (score, member) of `probe`, which must be absent.
    pub(crate) fn insert(&mut self, items: &impl Items, probe: Probe<'_>, handle: u64) {
        debug_assert!(handle <= HANDLE_MASK);
        self.len += 1;
        let Some(root) = &mut self.root else {
            self.root = Some(Node::Leaf(Leaf::single(probe.order, handle, 0)));
            return;
        };
        if let Some(right) = root.insert(items, probe, handle) {
            let left = self.root.take().expect("it was just used");
            let mut inner = Inner::new();
            inner.insert(0, Branch::over(items, left));
            inner.insert(1, right);
            self.root = Some(Node::Inner(inner));
        }
    }

    /// Takes out the item of `probe`; returns its handle.
    pub(crate) fn remove(&mut self, items: &impl Items, probe: Probe<'_>) -> Option<u64> {
        match self.reposition(items, probe, None)? {
            Moved::Stayed(handle) | Moved::Taken(handle) => Some(handle),
        }
    }

    /// Moves the item of `old` to the order `new` if it stays between its neighbours in its leaf,
    /// else takes it out.
    pub(crate) fn reposition(
        &mut self,
        items: &impl Items,
        old: Probe<'_>,
        new: Option<u64>,
    ) -> Option<Moved> {
        let moved = self.root.as_mut()?.reposition(items, old, new)?;
        if let Moved::Taken(_) = moved {
            self.len -= 1;
            self.lower_root();
        }
        Some(moved)
    }

    /// Puts the handle `new` in the place of `old`, the item of `probe`, for which both stand.
    pub(crate) fn rehandle(&mut self, items: &impl Items, probe: Probe<'_>, old: u64, new: u64) {
        let mut node = self.root.as_mut();
        while let Some(Node::Inner(inner)) = node {
            let at = inner.branch_of(items, probe);
            if inner.handles[at] == old {
                inner.handles[at] = new;
            }
            node = inner.nodes.get_mut(at);
        }
        let Some(Node::Leaf(leaf)) = node else { unreachable!("an item has a leaf") };
        let at = leaf.find(items, probe).expect("the item is in the tree");
        assert!(leaf.slots[at] & HANDLE_MASK == old, "the item has this handle");
        leaf.slots[at] = leaf.slots[at] & !HANDLE_MASK | new;
    }

    /// Takes out the items of these ranks, in O(log n + removed), telling each handle in order.
    pub(crate) fn remove_ranks(
        &mut self,
        items: &impl Items,
        ranks: Range<usize>,
        removed: &mut impl FnMut(u64),
    ) {
        let ranks = ranks.start..ranks.end.min(self.len);
        if ranks.is_empty() {
            return;
        }
        self.len -= ranks.len();
        if self.len == 0 {
            if let Some(root) = self.root.take() {
                root.each(removed);
            }
            return;
        }
        if let Some(root) = &mut self.root {
            root.remove_ranks(items, ranks, removed);
        }
        self.lower_root();
    }

    /// How many items come before `probe`.
    pub(crate) fn lower_bound(&self, items: &impl Items, probe: Probe<'_>) -> usize {
        let mut rank = 0;
        let mut node = self.root.as_ref();
        loop {
            match node {
                None => return rank,
                Some(Node::Leaf(leaf)) => return rank + leaf.lower_bound(items, probe),
                Some(Node::Inner(inner)) => {
                    let at = inner.branch_of(items, probe);
                    node = inner.nodes.get(at);
                    if let Some(Node::Leaf(leaf)) = node {
                        prefetch_lines(leaf.address(), LEAF_LINES);
                    }
                    rank += inner.counts[..at].iter().sum::<usize>();
                }
            }
        }
    }

    /// How many leading items `before` holds for; it must hold for a prefix of them.
    pub(crate) fn partition(&self, mut before: impl FnMut(u64) -> bool) -> usize {
        let mut rank = 0;
        let mut node = self.root.as_ref();
        loop {
            match node {
                None => return rank,
                Some(Node::Leaf(leaf)) => {
                    return rank + leaf.live().partition_point(|s| before(s & HANDLE_MASK));
                }
                Some(Node::Inner(inner)) => {
                    let least = &inner.handles[..inner.nodes.len()];
                    let at = least.partition_point(|handle| before(*handle)).saturating_sub(1);
                    rank += inner.counts[..at].iter().sum::<usize>();
                    node = inner.nodes.get(at);
                }
            }
        }
    }

    /// A tree of `count` items in their order, whose orders and handles are given by rank.
    pub(crate) fn of_sorted(count: usize, item: impl Fn(usize) -> (u64, u64)) -> Self {
        let leaves = count.div_ceil(FILL);
        // Evenly full, so that none is low.
        let mut level: Vec<Branch> = (0..leaves)
            .map(|at| Leaf::of_sorted(at * count / leaves..(at + 1) * count / leaves, &item))
            .collect();
        while level.len() > 1 {
            let (count, parents) = (level.len(), level.len().div_ceil(FILL));
            let mut rest = level.into_iter();
            let sizes = (0..parents).map(|at| (at + 1) * count / parents - at * count / parents);
            level = sizes.map(|size| Inner::of(rest.by_ref().take(size))).collect();
        }
        Self { root: level.pop().map(|branch| branch.node), len: count }
    }

    /// A tree of the same shape, whose handles `replace` puts in the place of those here: it gets
    /// the slots of a leaf at a time, in order, and keeps their highest 16 bits.
    pub(crate) fn copied(&self, replace: &mut impl FnMut(&mut [u64])) -> Self {
        Self { root: self.root.as_ref().map(|root| root.copied(replace)), len: self.len }
    }

    /// The run of slots that holds `rank`, and the place of `rank` in it. O(log n).
    pub(crate) fn run_at(&self, rank: usize) -> Option<(Run<'_>, usize)> {
        if rank >= self.len {
            return None;
        }
        let mut rest = rank;
        let mut node = self.root.as_ref()?;
        loop {
            match node {
                Node::Leaf(leaf) => return Some((Run(leaf.live()), rest)),
                Node::Inner(inner) => {
                    let mut at = 0;
                    while rest >= inner.counts[at] {
                        rest -= inner.counts[at];
                        at += 1;
                    }
                    node = &inner.nodes[at];
                }
            }
        }
    }

    /// Bytes of the nodes.
    pub(crate) fn memory(&self) -> usize {
        self.root.as_ref().map_or(0, Node::memory)
    }

    /// Drops single-branch roots.
    fn lower_root(&mut self) {
        if self.len == 0 {
            self.root = None;
        }
        while let Some(Node::Inner(inner)) = &mut self.root {
            if inner.nodes.len() > 1 {
                return;
            }
            self.root = inner.nodes.pop();
        }
    }
}

/// Neighbouring items, in order.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a>(&'a [u64]);

impl Run<'_> {
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    pub(crate) fn handle(self, at: usize) -> u64 {
        self.0[at] & HANDLE_MASK
    }
}

impl Branch {
    fn over(items: &impl Items, node: Node) -> Self {
        let (order, handle) = node.least(items);
        let count = node.count();
        Self { order, handle, count, node }
    }
}

impl Inner {
    /// A branch over other branches.
    fn of(branches: impl Iterator<Item = Branch>) -> Branch {
        let mut inner = Self::new();
        for (at, branch) in branches.enumerate() {
            inner.insert(at, branch);
        }
        let (order, handle, count) = (inner.orders[0], inner.handles[0], inner.count());
        Branch { order, handle, count, node: Node::Inner(inner) }
    }

    fn new() -> Box<Self> {
        Box::new(Self {
            orders: [0; INNER_CAP],
            handles: [0; INNER_CAP],
            counts: [0; INNER_CAP],
            nodes: Vec::with_capacity(INNER_CAP),
        })
    }

    /// The branch that holds `probe`, or would: the last whose least item is not greater, or the
    /// first.
    #[inline]
    fn branch_of(&self, items: &impl Items, probe: Probe<'_>) -> usize {
        let orders = &self.orders[..self.nodes.len()];
        let at = orders.partition_point(|order| *order < probe.order);
        // Only items of the very same score are looked at.
        if orders.get(at) == Some(&probe.order) && items.member(self.handles[at]) <= probe.member {
            return self.last_tie(items, probe, at);
        }
        at.saturating_sub(1)
    }

    /// The last branch from `at` on whose least item has the probe's score and is not greater.
    fn last_tie(&self, items: &impl Items, probe: Probe<'_>, at: usize) -> usize {
        let orders = &self.orders[at..self.nodes.len()];
        let ties = orders.partition_point(|order| *order == probe.order);
        let members = &self.handles[at..at + ties];
        at + members.partition_point(|handle| items.member(*handle) <= probe.member) - 1
    }

    /// Asks the processor for a branch that is a leaf, to write it: all of its lines at once, which
    /// another worker may have had last.
    #[inline]
    fn prefetch_to_write(&self, at: usize) {
        if let Some(Node::Leaf(leaf)) = self.nodes.get(at) {
            prefetch_lines_to_write(leaf.address(), LEAF_LINES);
        }
    }

    fn insert(&mut self, at: usize, branch: Branch) {
        let len = self.nodes.len();
        self.orders.copy_within(at..len, at + 1);
        self.handles.copy_within(at..len, at + 1);
        self.counts.copy_within(at..len, at + 1);
        (self.orders[at], self.handles[at], self.counts[at]) =
            (branch.order, branch.handle, branch.count);
        self.nodes.insert(at, branch.node);
    }

    fn remove(&mut self, at: usize) -> Branch {
        let len = self.nodes.len();
        let (order, handle, count) = (self.orders[at], self.handles[at], self.counts[at]);
        self.orders.copy_within(at + 1..len, at);
        self.handles.copy_within(at + 1..len, at);
        self.counts.copy_within(at + 1..len, at);
        Branch { order, handle, count, node: self.nodes.remove(at) }
    }

    /// Moves the branches from `keep` on to the end of `into`, which has room.
    fn move_tail(&mut self, keep: usize, into: &mut Self) {
        let (len, at) = (self.nodes.len(), into.nodes.len());
        let moved = len - keep;
        into.orders[at..at + moved].copy_from_slice(&self.orders[keep..len]);
        into.handles[at..at + moved].copy_from_slice(&self.handles[keep..len]);
        into.counts[at..at + moved].copy_from_slice(&self.counts[keep..len]);
        into.nodes.extend(self.nodes.drain(keep..));
    }

    fn count(&self) -> usize {
        self.counts[..self.nodes.len()].iter().sum()
    }

    /// Copies the least item of a branch up. The items below must be at their present scores.
    #[inline]
    fn refresh_least(&mut self, items: &impl Items, at: usize) {
        if let Node::Leaf(leaf) = &self.nodes[at]
            && leaf.slots[0] & HANDLE_MASK == self.handles[at]
        {
            return;
        }
        (self.orders[at], self.handles[at]) = self.nodes[at].least(items);
    }

    /// Merges the branch at `at` with the neighbour that leaves room to spare, if one does.
    fn merge_around(&mut self, items: &impl Items, at: usize) {
        for left in [at.wrapping_sub(1), at] {
            if left >= self.nodes.len() || left + 1 >= self.nodes.len() {
                continue;
            }
            let fits = match (&self.nodes[left], &self.nodes[left + 1]) {
                (Node::Leaf(a), Node::Leaf(b)) => (a.len + b.len) as usize <= LEAF_CAP * 3 / 4,
                (Node::Inner(a), Node::Inner(b)) => {
                    a.nodes.len() + b.nodes.len() <= INNER_CAP * 3 / 4
                }
                _ => unreachable!("all leaves are equally deep"),
            };
            if fits {
                let right = self.remove(left + 1);
                self.counts[left] += right.count;
                match (&mut self.nodes[left], right.node) {
                    (Node::Leaf(a), Node::Leaf(b)) => a.append(items, &b),
                    (Node::Inner(a), Node::Inner(mut b)) => b.move_tail(0, a),
                    _ => unreachable!("all leaves are equally deep"),
                }
                return;
            }
        }
    }
}

impl Node {
    fn count(&self) -> usize {
        match self {
            Node::Leaf(leaf) => leaf.len as usize,
            Node::Inner(inner) => inner.count(),
        }
    }

    /// Order and handle of the least item.
    fn least(&self, items: &impl Items) -> (u64, u64) {
        match self {
            Node::Leaf(leaf) => {
                let handle = leaf.slots[0] & HANDLE_MASK;
                (order(items.score(handle)), handle)
            }
            Node::Inner(inner) => (inner.orders[0], inner.handles[0]),
        }
    }

    fn insert(&mut self, items: &impl Items, probe: Probe<'_>, handle: u64) -> Option<Branch> {
        let inner = match self {
            Node::Leaf(leaf) => return leaf.insert(items, probe, handle),
            Node::Inner(inner) => inner,
        };
        let at = inner.branch_of(items, probe);
        inner.prefetch_to_write(at);
        let split = inner.nodes[at].insert(items, probe, handle);
        inner.counts[at] += 1;
        if at == 0 && probe.compare(items, inner.orders[0], inner.handles[0]) == Ordering::Greater {
            (inner.orders[0], inner.handles[0]) = (probe.order, handle);
        }
        let right = split?;
        inner.counts[at] -= right.count;
        inner.insert(at + 1, right);
        let len = inner.nodes.len();
        if len < INNER_CAP {
            return None;
        }
        // Ascending keys fill the left node; others share evenly.
        let keep = if at + 2 == len { INNER_CAP - 2 } else { INNER_CAP / 2 };
        let mut upper = Inner::new();
        inner.move_tail(keep, &mut upper);
        Some(Branch::over(items, Node::Inner(upper)))
    }

    /// See `Tree::reposition`.
    fn reposition(
        &mut self,
        items: &impl Items,
        old: Probe<'_>,
        new: Option<u64>,
    ) -> Option<Moved> {
        let inner = match self {
            Node::Leaf(leaf) => return leaf.reposition(items, old, new),
            Node::Inner(inner) => inner,
        };
        let at = inner.branch_of(items, old);
        inner.prefetch_to_write(at);
        let moved = inner.nodes[at].reposition(items, old, new)?;
        if let Moved::Stayed(_) = moved {
            return Some(moved);
        }
        inner.counts[at] -= 1;
        if inner.counts[at] == 0 {
            inner.remove(at);
            return Some(moved);
        }
        inner.refresh_least(items, at);
        if inner.nodes[at].is_low() {
            inner.merge_around(items, at);
        }
        Some(moved)
    }

    /// Removes a proper, non-empty part of the items.
    fn remove_ranks(
        &mut self,
        items: &impl Items,
        ranks: Range<usize>,
        removed: &mut impl FnMut(u64),
    ) {
        let inner = match self {
            Node::Leaf(leaf) => return leaf.take_range(ranks, removed),
            Node::Inner(inner) => inner,
        };
        let (mut at, mut start, mut first_changed) = (0, 0, None);
        while at < inner.nodes.len() && start < ranks.end {
            let end = start + inner.counts[at];
            let lower = ranks.start.max(start) - start;
            let upper = ranks.end.min(end).saturating_sub(start);
            if lower < upper && upper - lower == end - start {
                first_changed = first_changed.or(Some(at));
                inner.remove(at).node.each(removed);
            } else {
                if lower < upper {
                    inner.nodes[at].remove_ranks(items, lower..upper, removed);
                    inner.counts[at] -= upper - lower;
                    inner.refresh_least(items, at);
                    first_changed = first_changed.or(Some(at));
                }
                at += 1;
            }
            start = end;
        }
        // At most two branches were cut: the one before the removed run and the one behind it.
        if let Some(first) = first_changed {
            for at in [first + 1, first] {
                if inner.nodes.get(at).is_some_and(Node::is_low) {
                    inner.merge_around(items, at);
                }
            }
        }
    }

    fn is_low(&self) -> bool {
        match self {
            Node::Leaf(leaf) => (leaf.len as usize) < LEAF_LOW,
            Node::Inner(inner) => inner.nodes.len() < INNER_LOW,
        }
    }

    /// See `Tree::copied`.
    fn copied(&self, replace: &mut impl FnMut(&mut [u64])) -> Self {
        match self {
            Self::Leaf(leaf) => {
                let mut copy = Box::new(Leaf { slots: leaf.slots, ..**leaf });
                replace(&mut copy.slots[..leaf.len as usize]);
                Self::Leaf(copy)
            }
            Self::Inner(inner) => {
                let mut copy = Inner::new();
                (copy.orders, copy.counts) = (inner.orders, inner.counts);
                for (at, node) in inner.nodes.iter().enumerate() {
                    let node = node.copied(replace);
                    copy.handles[at] = match &node {
                        Self::Leaf(leaf) => leaf.slots[0] & HANDLE_MASK,
                        Self::Inner(below) => below.handles[0],
                    };
                    copy.nodes.push(node);
                }
                Self::Inner(copy)
            }
        }
    }

    fn each(&self, tell: &mut impl FnMut(u64)) {
        match self {
            Node::Leaf(leaf) => leaf.live().iter().for_each(|slot| tell(slot & HANDLE_MASK)),
            Node::Inner(inner) => inner.nodes.iter().for_each(|node| node.each(tell)),
        }
    }

    fn memory(&self) -> usize {
        match self {
            Node::Leaf(_) => size_of::<Leaf>(),
            Node::Inner(inner) => {
                size_of::<Inner>()
                    + inner.nodes.capacity() * size_of::<Node>()
                    + inner.nodes.iter().map(Node::memory).sum::<usize>()
            }
        }
    }
}

impl Leaf {
    /// A branch over the leaf of some ranks.
    fn of_sorted(ranks: Range<usize>, item: &impl Fn(usize) -> (u64, u64)) -> Branch {
        let (count, (order, handle)) = (ranks.len(), item(ranks.start));
        let mut leaf = Self::single(order, handle, 0);
        leaf.span_over(order, item(ranks.end - 1).0);
        leaf.len = count as u16;
        for (slot, rank) in ranks.enumerate() {
            let (order, handle) = item(rank);
            leaf.slots[slot] = leaf.slot(order, handle);
            leaf.exact &= leaf.is_exact(order);
        }
        Branch { order, handle, count, node: Node::Leaf(leaf) }
    }

    fn single(order: u64, handle: u64, shift: u8) -> Box<Self> {
        let slots = [0; LEAF_CAP];
        let mut leaf = Box::new(Self { base: order, len: 1, shift, exact: true, slots });
        leaf.slots[0] = handle;
        leaf
    }

    /// Of its first line.
    #[inline]
    fn address(&self) -> *const u8 {
        (&raw const *self).cast()
    }

    #[inline]
    fn live(&self) -> &[u64] {
        &self.slots[..self.len as usize]
    }

    #[inline]
    fn slot(&self, order: u64, handle: u64) -> u64 {
        self.q(order) << HANDLE_BITS | handle
    }

    /// The least order that has this `q`.
    #[inline]
    fn order_of(&self, q: u64) -> u64 {
        self.base.saturating_add(q << self.shift)
    }

    #[inline]
    fn q(&self, order: u64) -> u64 {
        (order.saturating_sub(self.base) >> self.shift).min(Q_MAX)
    }

    /// The first place whose item is not less than `probe`.
    #[inline]
    fn lower_bound(&self, items: &impl Items, probe: Probe<'_>) -> usize {
        let q = self.q(probe.order);
        let live = self.live();
        let low = live.partition_point(|slot| slot >> HANDLE_BITS < q);
        let ties = live[low..].iter().take_while(|slot| *slot >> HANDLE_BITS == q);
        if ties.clone().next().is_none() {
            return low;
        }
        let ties = &live[low..low + ties.count()];
        if self.exact && probe.member.is_empty() {
            // No member comes before the empty one, so the score decides for all of them alike.
            let lost = probe.order > self.order_of(q);
            return if lost { low + ties.len() } else { low };
        }
        low + ties.partition_point(|slot| {
            let handle = slot & HANDLE_MASK;
            probe.compare(items, order(items.score(handle)), handle) == Ordering::Less
        })
    }

    fn find(&self, items: &impl Items, probe: Probe<'_>) -> Option<usize> {
        let at = self.lower_bound(items, probe);
        let handle = self.live().get(at)? & HANDLE_MASK;
        (items.member(handle) == probe.member && order(items.score(handle)) == probe.order)
            .then_some(at)
    }

    fn insert(&mut self, items: &impl Items, probe: Probe<'_>, handle: u64) -> Option<Branch> {
        let len = self.len as usize;
        if len < LEAF_CAP && self.saturates(probe.order) {
            self.widen(items, probe.order);
        }
        let at = self.lower_bound(items, probe);
        if len < LEAF_CAP {
            self.put(at, probe.order, handle);
            return None;
        }
        if at == len {
            // Ascending keys: the old leaf stays full, rounds as fits it, and the new one expects a
            // similar span.
            self.rescale(items);
            let leaf = Self::single(probe.order, handle, self.shift);
            return Some(Branch { order: probe.order, handle, count: 1, node: Node::Leaf(leaf) });
        }
        // Descending keys: the mirror image.
        let keep = if at == 0 { 0 } else { len / 2 };
        let slots = [0; LEAF_CAP];
        let mut upper = Box::new(Self { base: 0, len: 0, shift: 0, exact: true, slots });
        upper.slots[..len - keep].copy_from_slice(&self.slots[keep..]);
        upper.len = (len - keep) as u16;
        self.len = keep as u16;
        upper.rescale(items);
        if keep == 0 {
            *self = *Self::single(probe.order, handle, self.shift);
            self.base = probe.order.saturating_sub((Q_MAX / 2) << self.shift);
            self.slots[0] = self.slot(probe.order, handle);
            self.exact = self.is_exact(probe.order);
        } else {
            self.rescale(items);
            if at > keep {
                upper.put(at - keep, probe.order, handle);
            } else {
                self.put(at, probe.order, handle);
            }
        }
        Some(Branch::over(items, Node::Leaf(upper)))
    }

    fn put(&mut self, at: usize, order: u64, handle: u64) {
        let len = self.len as usize;
        self.slots.copy_within(at..len, at + 1);
        self.slots[at] = self.slot(order, handle);
        self.exact &= self.is_exact(order);
        self.len += 1;
    }

    fn take(&mut self, at: usize) -> u64 {
        let handle = self.slots[at] & HANDLE_MASK;
        self.slots.copy_within(at + 1..self.len as usize, at);
        self.len -= 1;
        handle
    }

    fn take_range(&mut self, range: Range<usize>, removed: &mut impl FnMut(u64)) {
        self.slots[range.clone()].iter().for_each(|slot| removed(slot & HANDLE_MASK));
        self.slots.copy_within(range.end..self.len as usize, range.start);
        self.len -= range.len() as u16;
    }

    fn append(&mut self, items: &impl Items, other: &Self) {
        let (len, more) = (self.len as usize, other.len as usize);
        self.slots[len..len + more].copy_from_slice(other.live());
        self.len += other.len;
        self.rescale(items);
    }

    /// Chooses base and shift for the present items. Reads every item.
    fn rescale(&mut self, items: &impl Items) {
        let ends = [self.slots[0], self.slots[self.len as usize - 1]];
        let [least, most] = ends.map(|slot| order(items.score(slot & HANDLE_MASK)));
        self.span_over(least, most);
        self.round_all(items);
    }

    /// Base and shift so that orders from `least` to `most` do not saturate.
    fn span_over(&mut self, least: u64, most: u64) {
        self.base = least;
        self.shift = (64 - (most - least).leading_zeros()).saturating_sub(16) as u8;
    }

    /// Rounds every score anew. Reads every item.
    fn round_all(&mut self, items: &impl Items) {
        self.exact = true;
        for at in 0..self.len as usize {
            let handle = self.slots[at] & HANDLE_MASK;
            let order = order(items.score(handle));
            self.slots[at] = self.slot(order, handle);
            self.exact &= self.is_exact(order);
        }
    }

    /// Makes room in `q` for an order that would saturate, and for as much again on that side, so
    /// that scores which only rise do not have every item read for each of them.
    #[cold]
    fn widen(&mut self, items: &impl Items, new: u64) {
        let ends = [self.slots[0], self.slots[self.len as usize - 1]];
        let [first, last] = ends.map(|slot| order(items.score(slot & HANDLE_MASK)));
        let (least, most) = (first.min(new), last.max(new));
        let span = most - least;
        if new < first {
            self.span_over(least.saturating_sub(span), most);
        } else {
            self.span_over(least, most.saturating_add(span));
        }
        self.round_all(items);
    }

    /// Whether its `q` has all of an order.
    #[inline]
    fn is_exact(&self, order: u64) -> bool {
        self.order_of(self.q(order)) == order
    }

    /// Whether an order lies outside of what `q` tells apart.
    #[inline]
    fn saturates(&self, order: u64) -> bool {
        order < self.base || (order - self.base) >> self.shift > Q_MAX
    }

    /// See `Tree::reposition`.
    fn reposition(
        &mut self,
        items: &impl Items,
        old: Probe<'_>,
        new: Option<u64>,
    ) -> Option<Moved> {
        let at = self.find(items, old)?;
        let Some(new) = new.filter(|_| at > 0 && at + 1 < self.len as usize) else {
            return Some(Moved::Taken(self.take(at)));
        };
        let q = self.q(new);
        let moved = Probe { order: new, member: old.member };
        let side = |slot: u64| {
            let handle = slot & HANDLE_MASK;
            (slot >> HANDLE_BITS)
                .cmp(&q)
                .then_with(|| moved.compare(items, order(items.score(handle)), handle))
        };
        let stays = side(self.slots[at - 1]) == Ordering::Less
            && side(self.slots[at + 1]) == Ordering::Greater;
        if !stays {
            return Some(Moved::Taken(self.take(at)));
        }
        let handle = self.slots[at] & HANDLE_MASK;
        self.slots[at] = self.slot(new, handle);
        self.exact &= self.is_exact(new);
        Some(Moved::Stayed(handle))
    }
}
