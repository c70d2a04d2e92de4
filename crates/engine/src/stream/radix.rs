//! How many nodes Redis's radix tree has over the first ids of a stream's blocks: XINFO STREAM
//! tells it, and it follows from the ids alone.
//!
//! Ids are 16 bytes. Each place where keys part is a node; the bytes between two partings, and
//! those behind a key's last one, are one node if there are any; each key ends in an empty node.
//! Source: what Redis replies.

use super::Id;

/// Bytes of a key.
const LEN: usize = 16;

/// The number of nodes over ids in ascending order. O(ids).
pub(super) fn nodes(ids: impl Iterator<Item = Id>) -> usize {
    let mut keys = ids.map(Id::to_be_bytes).peekable();
    if keys.peek().is_none() {
        return 1;
    }
    // Depths of the partings on the path to the current key, and between it and its neighbours.
    let mut path: Vec<usize> = Vec::with_capacity(LEN);
    let (mut count, mut before) = (0, None);
    while let Some(key) = keys.next() {
        let after = keys.peek().map(|next| common(&key, next));
        count += 1 + run(before.max(after), LEN);
        while let Some(depth) = path.pop_if(|depth| after.is_some_and(|common| *depth > common)) {
            count += 1 + run(path.last().copied().max(after), depth);
        }
        if let Some(common) = after
            && path.last() != Some(&common)
        {
            path.push(common);
        }
        before = after;
    }
    while let Some(depth) = path.pop() {
        count += 1 + run(path.last().copied(), depth);
    }
    count
}

/// How many bytes two keys begin with in common.
fn common(a: &[u8; LEN], b: &[u8; LEN]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// 1 if there are bytes behind a parting (or from the root) up to a depth.
fn run(parting: Option<usize>, depth: usize) -> usize {
    usize::from(parting.map_or(0, |parting| parting + 1) < depth)
}
