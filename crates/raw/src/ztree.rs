//! The order of a sorted set: a counted B+tree of 48-bit item handles, in safe code.
//!
//! ```text
//! Leaf   512 bytes: [base u64][len u16][shift u8][pad] [slot u64] x 62
//! slot   [handle 48 bits][q 16 bits on top]    q = min(65535, (order(score) - base) >> shift)
//! Inner  up to 25 branches: (least item's order, its handle, items below, node)
//! ```
//!
//! Items are ordered by (score, member bytes). The tree stores neither: it asks an [`Items`] for both, which in
//! `ranked` follows the handle as a pointer. `q` is a rounding of the score that is monotone within its leaf, so a search
//! compares 62 neighbouring words and touches an item only where `q` ties, which is rare: at most a cache miss
//! or two. A score outside the range that `base` and `shift` were chosen for saturates, which costs ties, not order.
//!
//! Example: the scores 1.0 and 2.0 have orders 0xBFF0.. and 0xC000.., so a leaf of both has base 0xBFF0.., shift 37.
//!
//! Invariants: slots ascend strictly by (score, member) and hence weakly by `q`; a branch holds the exact least item and
//! count of its subtree; no node but the root is empty; all leaves are equally deep.

use std::cmp::Ordering;
use std::ops::Range;

#[cfg(test)]
mod tests;

const LEAF_CAP: usize = 62;
const INNER_CAP: usize = 25;
/// Below this a node looks for a neighbour to merge with.
const LEAF_LOW: usize = LEAF_CAP / 4;
const INNER_LOW: usize = INNER_CAP / 4;
const HANDLE_BITS: u32 = 48;
const HANDLE_MASK: u64 = (1 << HANDLE_BITS) - 1;
const Q_MAX: u64 = 0xFFFF;

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
    slots: [u64; LEAF_CAP],
}

const _: () = assert!(size_of::<Leaf>() == 512, "a leaf fills its size class");

struct Branch {
    order: u64,
    handle: u64,
    count: usize,
    node: Node,
}

enum Node {
    Leaf(Box<Leaf>),
    Inner(Vec<Branch>),
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
            let mut branches = Vec::with_capacity(INNER_CAP);
            branches.push(Branch::over(items, left));
            branches.push(right);
            self.root = Some(Node::Inner(branches));
        }
    }

    /// Takes out the item of `probe`; returns its handle.
    pub(crate) fn remove(&mut self, items: &impl Items, probe: Probe<'_>) -> Option<u64> {
        let handle = self.root.as_mut()?.remove(items, probe)?;
        self.len -= 1;
        self.lower_root();
        Some(handle)
    }

    /// Moves the item of `old` to `order` if it stays between its neighbours in its leaf; otherwise changes
    /// nothing and returns false.
    pub(crate) fn nudge(&mut self, items: &impl Items, old: Probe<'_>, order: u64) -> bool {
        let mut node = self.root.as_mut();
        loop {
            match node {
                None => return false,
                Some(Node::Inner(branches)) => {
                    let at = branch_of(branches, items, old);
                    node = Some(&mut branches[at].node);
                }
                Some(Node::Leaf(leaf)) => return leaf.nudge(items, old, order),
            }
        }
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
                Some(Node::Inner(branches)) => {
                    let at = branch_of(branches, items, probe);
                    rank += branches[..at].iter().map(|b| b.count).sum::<usize>();
                    node = Some(&branches[at].node);
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
                Some(Node::Inner(branches)) => {
                    let at = branches.partition_point(|b| before(b.handle)).saturating_sub(1);
                    rank += branches[..at].iter().map(|b| b.count).sum::<usize>();
                    node = Some(&branches[at].node);
                }
            }
        }
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
                Node::Inner(branches) => {
                    let mut at = 0;
                    while rest >= branches[at].count {
                        rest -= branches[at].count;
                        at += 1;
                    }
                    node = &branches[at].node;
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
        while let Some(Node::Inner(branches)) = &mut self.root {
            if branches.len() > 1 {
                return;
            }
            self.root = branches.pop().map(|branch| branch.node);
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

/// The branch that holds `probe`, or would: the last whose least item is not greater, or the first.
#[inline]
fn branch_of(branches: &[Branch], items: &impl Items, probe: Probe<'_>) -> usize {
    branches
        .partition_point(|b| probe.compare(items, b.order, b.handle) != Ordering::Greater)
        .saturating_sub(1)
}

impl Branch {
    fn over(items: &impl Items, node: Node) -> Self {
        let mut branch = Self { order: 0, handle: 0, count: 0, node };
        branch.recount();
        branch.handle = u64::MAX; // no handle: `refresh_least` must look
        branch.refresh_least(items);
        branch
    }

    fn recount(&mut self) {
        self.count = match &self.node {
            Node::Leaf(leaf) => leaf.len as usize,
            Node::Inner(branches) => branches.iter().map(|b| b.count).sum(),
        };
    }

    /// Copies the least item up. The items below must be at their present scores.
    fn refresh_least(&mut self, items: &impl Items) {
        (self.order, self.handle) = match &self.node {
            Node::Leaf(leaf) => {
                let handle = leaf.slots[0] & HANDLE_MASK;
                if handle == self.handle {
                    return;
                }
                (order(items.score(handle)), handle)
            }
            Node::Inner(branches) => (branches[0].order, branches[0].handle),
        };
    }
}

impl Node {
    fn insert(&mut self, items: &impl Items, probe: Probe<'_>, handle: u64) -> Option<Branch> {
        let branches = match self {
            Node::Leaf(leaf) => return leaf.insert(items, probe, handle),
            Node::Inner(branches) => branches,
        };
        let at = branch_of(branches, items, probe);
        let split = branches[at].node.insert(items, probe, handle);
        let branch = &mut branches[at];
        branch.count += 1;
        if probe.compare(items, branch.order, branch.handle) == Ordering::Greater {
            (branch.order, branch.handle) = (probe.order, handle);
        }
        let right = split?;
        branch.count -= right.count;
        branches.insert(at + 1, right);
        if branches.len() < INNER_CAP {
            return None;
        }
        let keep = if at + 2 == branches.len() { INNER_CAP - 2 } else { INNER_CAP / 2 };
        let mut upper = Vec::with_capacity(INNER_CAP);
        upper.extend(branches.drain(keep..));
        let (order, handle) = (upper[0].order, upper[0].handle);
        let count = upper.iter().map(|b| b.count).sum();
        Some(Branch { order, handle, count, node: Node::Inner(upper) })
    }

    fn remove(&mut self, items: &impl Items, probe: Probe<'_>) -> Option<u64> {
        let branches = match self {
            Node::Leaf(leaf) => {
                let at = leaf.find(items, probe)?;
                return Some(leaf.take(at));
            }
            Node::Inner(branches) => branches,
        };
        let at = branch_of(branches, items, probe);
        let handle = branches[at].node.remove(items, probe)?;
        let branch = &mut branches[at];
        branch.count -= 1;
        if branch.count == 0 {
            branches.remove(at);
            return Some(handle);
        }
        branch.refresh_least(items);
        if branch.node.is_low() {
            merge_around(items, branches, at);
        }
        Some(handle)
    }

    /// Removes a proper, non-empty part of the items.
    fn remove_ranks(
        &mut self,
        items: &impl Items,
        ranks: Range<usize>,
        removed: &mut impl FnMut(u64),
    ) {
        let branches = match self {
            Node::Leaf(leaf) => return leaf.take_range(ranks, removed),
            Node::Inner(branches) => branches,
        };
        let mut start = 0;
        let mut first_changed = None;
        let mut at = 0;
        while at < branches.len() && start < ranks.end {
            let end = start + branches[at].count;
            let lower = ranks.start.max(start) - start;
            let upper = ranks.end.min(end).saturating_sub(start);
            if lower < upper && upper - lower == end - start {
                first_changed = first_changed.or(Some(at));
                branches.remove(at).node.each(removed);
            } else {
                if lower < upper {
                    let branch = &mut branches[at];
                    branch.node.remove_ranks(items, lower..upper, removed);
                    branch.recount();
                    branch.refresh_least(items);
                    first_changed = first_changed.or(Some(at));
                }
                at += 1;
            }
            start = end;
        }
        // At most two branches were cut: the one before the removed run and the one behind it.
        if let Some(first) = first_changed {
            for at in [first + 1, first] {
                if at < branches.len() && branches[at].node.is_low() {
                    merge_around(items, branches, at);
                }
            }
        }
    }

    fn is_low(&self) -> bool {
        match self {
            Node::Leaf(leaf) => (leaf.len as usize) < LEAF_LOW,
            Node::Inner(branches) => branches.len() < INNER_LOW,
        }
    }

    fn each(&self, tell: &mut impl FnMut(u64)) {
        match self {
            Node::Leaf(leaf) => leaf.live().iter().for_each(|slot| tell(slot & HANDLE_MASK)),
            Node::Inner(branches) => branches.iter().for_each(|b| b.node.each(tell)),
        }
    }

    fn memory(&self) -> usize {
        match self {
            Node::Leaf(_) => size_of::<Leaf>(),
            Node::Inner(branches) => {
                branches.capacity() * size_of::<Branch>()
                    + branches.iter().map(|b| b.node.memory()).sum::<usize>()
            }
        }
    }
}

/// Merges the branch at `at` with the neighbour that leaves room to spare, if one does.
fn merge_around(items: &impl Items, branches: &mut Vec<Branch>, at: usize) {
    for left in [at.wrapping_sub(1), at] {
        if left < branches.len() && left + 1 < branches.len() {
            let fits = match (&branches[left].node, &branches[left + 1].node) {
                (Node::Leaf(a), Node::Leaf(b)) => (a.len + b.len) as usize <= LEAF_CAP * 3 / 4,
                (Node::Inner(a), Node::Inner(b)) => a.len() + b.len() <= INNER_CAP * 3 / 4,
                _ => unreachable!("all leaves are equally deep"),
            };
            if fits {
                let right = branches.remove(left + 1);
                let into = &mut branches[left];
                into.count += right.count;
                match (&mut into.node, right.node) {
                    (Node::Leaf(a), Node::Leaf(b)) => a.append(items, &b),
                    (Node::Inner(a), Node::Inner(b)) => a.extend(b),
                    _ => unreachable!("all leaves are equally deep"),
                }
                return;
            }
        }
    }
}

impl Leaf {
    fn single(order: u64, handle: u64, shift: u8) -> Box<Self> {
        let mut leaf = Box::new(Self { base: order, len: 1, shift, slots: [0; LEAF_CAP] });
        leaf.slots[0] = handle;
        leaf
    }

    #[inline]
    fn live(&self) -> &[u64] {
        &self.slots[..self.len as usize]
    }

    #[inline]
    fn slot(&self, order: u64, handle: u64) -> u64 {
        self.q(order) << HANDLE_BITS | handle
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
        let at = self.lower_bound(items, probe);
        let len = self.len as usize;
        if len < LEAF_CAP {
            self.put(at, probe.order, handle);
            return None;
        }
        if at == len {
            // Ascending keys: the old leaf stays full and the new one expects a similar span.
            let leaf = Self::single(probe.order, handle, self.shift);
            return Some(Branch { order: probe.order, handle, count: 1, node: Node::Leaf(leaf) });
        }
        // Descending keys: the mirror image.
        let keep = if at == 0 { 0 } else { len / 2 };
        let mut upper = Box::new(Self { base: 0, len: 0, shift: 0, slots: [0; LEAF_CAP] });
        upper.slots[..len - keep].copy_from_slice(&self.slots[keep..]);
        upper.len = (len - keep) as u16;
        self.len = keep as u16;
        upper.rescale(items);
        if keep == 0 {
            *self = *Self::single(probe.order, handle, self.shift);
            self.base = probe.order.saturating_sub((Q_MAX / 2) << self.shift);
            self.slots[0] = self.slot(probe.order, handle);
        } else {
            self.rescale(items);
            if at > keep {
                upper.put(at - keep, probe.order, handle);
            } else {
                self.put(at, probe.order, handle);
            }
        }
        let mut right = Branch {
            order: 0,
            handle: u64::MAX,
            count: upper.len as usize,
            node: Node::Leaf(upper),
        };
        right.refresh_least(items);
        Some(right)
    }

    fn put(&mut self, at: usize, order: u64, handle: u64) {
        let len = self.len as usize;
        self.slots.copy_within(at..len, at + 1);
        self.slots[at] = self.slot(order, handle);
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
        let len = self.len as usize;
        let order_of = |slot: &u64| order(items.score(slot & HANDLE_MASK));
        self.base = order_of(&self.slots[0]);
        let span = order_of(&self.slots[len - 1]) - self.base;
        self.shift = (64 - span.leading_zeros()).saturating_sub(16) as u8;
        for at in 0..len {
            let handle = self.slots[at] & HANDLE_MASK;
            self.slots[at] = self.slot(order_of(&handle), handle);
        }
    }

    fn nudge(&mut self, items: &impl Items, old: Probe<'_>, order: u64) -> bool {
        let Some(at) = self.find(items, old) else { return false };
        if at == 0 || at + 1 >= self.len as usize {
            return false;
        }
        let moved = Probe { order, member: old.member };
        let side = |slot: u64| {
            let handle = slot & HANDLE_MASK;
            let q = slot >> HANDLE_BITS;
            q.cmp(&self.q(order))
                .then_with(|| moved.compare(items, self::order(items.score(handle)), handle))
        };
        if side(self.slots[at - 1]) != Ordering::Less
            || side(self.slots[at + 1]) != Ordering::Greater
        {
            return false;
        }
        self.slots[at] = self.slot(order, self.slots[at] & HANDLE_MASK);
        true
    }
}
