//! A map from ids to small values, filled mostly in ascending order: the directory of a stream's
//! blocks, and the lists of pending entries.
//!
//! ```text
//! VecDeque of  { from: Id, entries: Vec<(Id, V)> }       at most CHUNK entries each
//! ```
//!
//! A tree of two levels: the upper one is so wide (a chunk stands for up to 128 entries) that it
//! stays an array. Appending fills chunks to the brim, where a B-tree would leave its leaves half
//! empty; the front is dropped chunk by chunk.
//!
//! Invariants: no chunk is empty; ids ascend within and across chunks; `from` is above every id of
//! the chunks before it and not above any of its own.

use super::Id;
use raw::Shared;
use std::collections::VecDeque;

/// Most entries of a chunk.
const CHUNK: usize = 128;

/// Ids in ascending order, each with a value.
#[derive(Clone, Debug)]
pub struct Ordered<V> {
    chunks: VecDeque<Chunk<V>>,
    len: usize,
}

#[derive(Clone, Debug)]
struct Chunk<V> {
    from: Id,
    /// Shared with copies of the map until one of them changes it.
    entries: Shared<Vec<(Id, V)>>,
}

/// A place in an [`Ordered`]; good until its next change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pos {
    chunk: usize,
    at: usize,
}

impl<V> Default for Ordered<V> {
    fn default() -> Self {
        Self { chunks: VecDeque::new(), len: 0 }
    }
}

impl<V: Clone> Ordered<V> {
    /// Number of ids. O(1).
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Number of heap pieces of its own. O(1).
    pub(super) fn pieces(&self) -> usize {
        self.chunks.len()
    }

    /// The lowest id and its value.
    pub fn first(&self) -> Option<(Id, &V)> {
        self.chunks.front()?.entries.first().map(|(id, value)| (*id, value))
    }

    /// The highest id and its value.
    #[inline]
    pub fn last(&self) -> Option<(Id, &V)> {
        self.chunks.back()?.entries.last().map(|(id, value)| (*id, value))
    }

    /// The same to change the value.
    #[inline]
    pub(super) fn last_mut(&mut self) -> Option<(Id, &mut V)> {
        self.chunks.back_mut()?.entries.last_mut().map(|(id, value)| (*id, value))
    }

    /// The value of an id. O(log n).
    pub fn get(&self, id: Id) -> Option<&V> {
        self.find(id).ok().map(|pos| self.at(pos).1)
    }

    /// The value of an id, to be changed. O(log n).
    pub fn get_mut(&mut self, id: Id) -> Option<&mut V> {
        let pos = self.find(id).ok()?;
        Some(self.value_mut(pos))
    }

    /// Where an id is, or where it would be.
    pub(super) fn find(&self, id: Id) -> Result<Pos, Pos> {
        let chunk = self.chunks.partition_point(|chunk| chunk.from <= id).saturating_sub(1);
        let Some(found) = self.chunks.get(chunk) else { return Err(Pos { chunk: 0, at: 0 }) };
        match found.entries.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(at) => Ok(Pos { chunk, at }),
            Err(at) => Err(Pos { chunk, at }),
        }
    }

    /// The first place whose id is not below `id`.
    pub(super) fn seek(&self, id: Id) -> Option<Pos> {
        let (Ok(pos) | Err(pos)) = self.find(id);
        self.settle(pos)
    }

    /// The last place whose id is not above `id`.
    pub(super) fn floor(&self, id: Id) -> Option<Pos> {
        match self.find(id) {
            Ok(pos) => Some(pos),
            Err(pos) => self.before(pos),
        }
    }

    /// The first place.
    pub(super) fn start(&self) -> Option<Pos> {
        self.settle(Pos { chunk: 0, at: 0 })
    }

    /// The place after `pos`.
    #[inline]
    pub(super) fn after(&self, pos: Pos) -> Option<Pos> {
        self.settle(Pos { at: pos.at + 1, ..pos })
    }

    /// The place before `pos`, which may be the end of a chunk.
    #[inline]
    pub(super) fn before(&self, pos: Pos) -> Option<Pos> {
        if let Some(at) = pos.at.checked_sub(1) {
            return Some(Pos { at, ..pos });
        }
        let chunk = pos.chunk.checked_sub(1)?;
        Some(Pos { chunk, at: self.chunks[chunk].entries.len() - 1 })
    }

    /// A place at a chunk's end is the start of the next chunk.
    #[inline]
    fn settle(&self, pos: Pos) -> Option<Pos> {
        let chunk = self.chunks.get(pos.chunk)?;
        if pos.at < chunk.entries.len() {
            return Some(pos);
        }
        let next = pos.chunk + 1;
        (next < self.chunks.len()).then_some(Pos { chunk: next, at: 0 })
    }

    /// Id and value at a place.
    #[inline]
    pub(super) fn at(&self, pos: Pos) -> (Id, &V) {
        let (id, value) = &self.chunks[pos.chunk].entries[pos.at];
        (*id, value)
    }

    /// The value at a place, to be changed.
    pub(super) fn value_mut(&mut self, pos: Pos) -> &mut V {
        &mut self.chunks[pos.chunk].entries[pos.at].1
    }

    /// Ids and values from `id` on, ascending.
    pub fn iter_from(&self, id: Id) -> impl Iterator<Item = (Id, &V)> {
        let mut pos = self.seek(id);
        std::iter::from_fn(move || {
            let here = pos?;
            pos = self.after(here);
            Some(self.at(here))
        })
    }

    /// All ids and values, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (Id, &V)> {
        self.chunks.iter().flat_map(|chunk| chunk.entries.iter().map(|(id, value)| (*id, value)))
    }

    /// Puts a value under an id; whether the id is new. Amortised O(1) at the end, else O(log n)
    /// with a move of at most a chunk.
    pub fn insert(&mut self, id: Id, value: V) -> bool {
        let pos = match self.chunks.back().and_then(|chunk| chunk.entries.last()) {
            Some((last, _)) if *last >= id => match self.find(id) {
                Ok(pos) => {
                    *self.value_mut(pos) = value;
                    return false;
                }
                Err(pos) => pos,
            },
            _ => return self.push(id, value),
        };
        self.len += 1;
        let chunk = &mut self.chunks[pos.chunk];
        chunk.from = chunk.from.min(id);
        let Some(mut upper) = chunk.insert(pos.at, id, value) else { return true };
        upper.entries.shrink_to_fit();
        self.chunks.insert(pos.chunk + 1, upper);
        true
    }

    /// Appends an id above all others.
    fn push(&mut self, id: Id, value: V) -> bool {
        self.len += 1;
        match self.chunks.back_mut() {
            Some(chunk) if chunk.entries.len() < CHUNK => chunk.push(id, value),
            _ => {
                if self.chunks.len() < 4 && self.chunks.len() == self.chunks.capacity() {
                    self.chunks.reserve_exact(1); // most streams are small
                }
                let entries = Shared::new(vec![(id, value)]);
                self.chunks.push_back(Chunk { from: id, entries });
            }
        }
        true
    }

    /// Removes an id; its value. O(log n) and a move of at most a chunk.
    pub fn remove(&mut self, id: Id) -> Option<V> {
        let pos = self.find(id).ok()?;
        Some(self.remove_at(pos))
    }

    /// Removes what is at a place.
    pub(super) fn remove_at(&mut self, pos: Pos) -> V {
        self.len -= 1;
        let chunk = &mut self.chunks[pos.chunk];
        let (_, value) = chunk.entries.remove(pos.at);
        let left = chunk.entries.len();
        if left == 0 {
            self.chunks.remove(pos.chunk);
        } else if left * 4 <= chunk.entries.capacity() && chunk.entries.capacity() > 8 {
            chunk.entries.shrink_to(left * 2);
            self.join(pos.chunk);
        }
        value
    }

    /// Moves a thin chunk's successor into it if both are thin.
    fn join(&mut self, at: usize) {
        let thin = |chunk: Option<&Chunk<V>>| chunk.is_some_and(|c| c.entries.len() <= CHUNK / 4);
        if thin(self.chunks.get(at))
            && thin(self.chunks.get(at + 1))
            && let Some(next) = self.chunks.remove(at + 1)
        {
            self.chunks[at].entries.extend(next.entries.into_inner());
        }
    }

    /// Takes the first `count` ids out, with their values. O(chunks taken).
    pub(super) fn take_front(&mut self, count: usize) -> Self {
        let mut taken = Self::default();
        let mut left = count.min(self.len);
        self.len -= left;
        taken.len = left;
        while left > 0 {
            let Some(chunk) = self.chunks.front_mut() else { break };
            let size = chunk.entries.len();
            if size > left {
                let entries = Shared::new(chunk.entries.drain(..left).collect());
                taken.chunks.push_back(Chunk { from: chunk.from, entries });
                break;
            }
            left -= size;
            taken.chunks.extend(self.chunks.pop_front());
        }
        taken
    }

    /// Keeps the ids whose values `wanted` accepts. O(n).
    pub(super) fn retain(&mut self, mut wanted: impl FnMut(&V) -> bool) {
        for chunk in &mut self.chunks {
            chunk.entries.retain(|(_, value)| wanted(value));
            if chunk.entries.len() * 2 <= chunk.entries.capacity() {
                chunk.entries.shrink_to_fit();
            }
        }
        self.chunks.retain(|chunk| !chunk.entries.is_empty());
        self.len = self.chunks.iter().map(|chunk| chunk.entries.len()).sum();
    }

    /// Bytes of its allocations, what the values own not counted. O(chunks), sampled.
    pub(super) fn memory(&self) -> usize {
        let sampled = self.chunks.iter().take(16);
        let bytes: usize = sampled.map(|c| c.entries.capacity() * size_of::<(Id, V)>()).sum();
        let chunks = self.chunks.len();
        self.chunks.capacity() * size_of::<Chunk<V>>() + bytes * chunks / chunks.clamp(1, 16)
    }
}

impl<V: Clone> Chunk<V> {
    fn push(&mut self, id: Id, value: V) {
        let len = self.entries.len();
        if len == self.entries.capacity() {
            // 1, 2, 3, 4, 6, 9, 13, ...: what a small stream does not fill stays small.
            self.entries.reserve_exact((len / 2).max(1).min(CHUNK - len));
        }
        self.entries.push((id, value));
    }

    /// Inserts into a chunk; a full one is split, its upper half returned.
    fn insert(&mut self, at: usize, id: Id, value: V) -> Option<Self> {
        if self.entries.len() < CHUNK {
            self.entries.insert(at, (id, value));
            return None;
        }
        let mut upper = self.entries.split_off(CHUNK / 2);
        match at.checked_sub(CHUNK / 2) {
            Some(at) if at > 0 => upper.insert(at, (id, value)),
            _ => self.entries.insert(at, (id, value)),
        }
        Some(Self { from: upper[0].0, entries: Shared::new(upper) })
    }
}
