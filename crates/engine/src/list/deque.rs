//! The big list: groups of chunks, each with its count, so that an index is found without walking
//! elements.
//!
//! ```text
//! Deque -- groups: [Group{count} Group{count} ..]      a group has 1 to GROUP_MAX chunks
//!              Group -- chunks: [Chunk Chunk ..]       a chunk has 1 to CHUNK_BYTES / 2 elements
//! ```
//!
//! A list of a million elements of 20 bytes has some 5,400 chunks in 43 groups: an index costs at
//! most 22 + 64 additions and a walk inside one chunk. Invariants: no group and no chunk is
//! empty; `len` and `bytes` are the sums over the chunks.

use super::chunk::{CHUNK_BYTES, Chunk};
use super::{Direction, entry};
use raw::{Mover, Packed, Shared};
use std::collections::VecDeque;
use std::ops::Range;

const GROUP_MAX: usize = 128;
/// Neighbours that together are below this become one chunk.
const MERGE_BYTES: usize = CHUNK_BYTES / 2;

#[derive(Clone, Default)]
struct Group {
    /// Shared with copies of the list until one of them changes it.
    chunks: Shared<VecDeque<Chunk>>,
    count: usize,
}

/// A list of any length.
#[derive(Clone, Default)]
pub struct Deque {
    groups: VecDeque<Group>,
    len: usize,
    bytes: usize,
}

/// Where an element is: group, chunk in it, index in the chunk.
#[derive(Clone, Copy)]
pub(super) struct Place {
    group: usize,
    chunk: usize,
    index: usize,
}

impl Deque {
    /// A list of the elements of one chunk.
    pub(super) fn of(chunk: Chunk) -> Self {
        let mut list = Self::default();
        if chunk.count() > 0 {
            list.len = chunk.count();
            list.bytes = chunk.bytes();
            list.groups
                .push_back(Group { count: list.len, chunks: Shared::new(VecDeque::from([chunk])) });
        }
        list
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Bytes of all entries.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Heap pieces, roughly.
    pub(crate) fn chunks(&self) -> usize {
        self.groups.iter().map(|group| group.chunks.len()).sum()
    }

    /// Bytes of all allocations.
    pub(crate) fn alloc_size(&self) -> usize {
        let group = |g: &Group| {
            g.chunks.capacity() * size_of::<Chunk>()
                + g.chunks.iter().map(Chunk::alloc_size).sum::<usize>()
        };
        self.groups.capacity() * size_of::<Group>() + self.groups.iter().map(group).sum::<usize>()
    }

    /// All entries as a small list: `[count u16]` before them. For lists of few bytes.
    pub(super) fn to_packed(&self) -> Packed {
        let mut packed = Packed::from_slice(&(self.len as u16).to_le_bytes());
        for chunk in self.groups.iter().flat_map(|group| &*group.chunks) {
            packed.push(chunk.region());
        }
        packed
    }

    /// Lets the chunks of a group lie elsewhere, unless a copy shares them; the position of the
    /// next group, 0 behind the last.
    pub(crate) fn relocate(&mut self, position: u64, mover: &mut dyn Mover) -> u64 {
        let Some(group) = self.groups.get_mut(position as usize) else { return 0 };
        group.chunks.relocate(mover);
        if let Some(chunks) = group.chunks.alone() {
            chunks.iter_mut().for_each(|chunk| chunk.relocate(mover));
        }
        let next = position + 1;
        if (next as usize) < self.groups.len() { next } else { 0 }
    }

    #[inline]
    pub(super) fn push_back(&mut self, value: &[u8]) {
        self.len += 1;
        self.bytes += entry::size(value.len());
        if let Some(group) = self.groups.back_mut() {
            let chunk = group.chunks.back_mut().expect("no group is empty");
            if chunk.has_room(value.len()) {
                group.count += 1;
                return chunk.push_back(value);
            }
            chunk.trim(); // it keeps no gap once it is not the end any more
        }
        if self.groups.back().is_none_or(|group| group.chunks.len() >= GROUP_MAX) {
            self.groups.push_back(Group::default());
        }
        let group = self.groups.back_mut().expect("just ensured");
        let mut chunk = Chunk::new();
        chunk.push_back(value);
        group.chunks.push_back(chunk);
        group.count += 1;
    }

    #[inline]
    pub(super) fn push_front(&mut self, value: &[u8]) {
        self.len += 1;
        self.bytes += entry::size(value.len());
        if let Some(group) = self.groups.front_mut() {
            let chunk = group.chunks.front_mut().expect("no group is empty");
            if chunk.has_room(value.len()) {
                group.count += 1;
                return chunk.push_front(value);
            }
            chunk.trim();
        }
        if self.groups.front().is_none_or(|group| group.chunks.len() >= GROUP_MAX) {
            self.groups.push_front(Group::default());
        }
        let group = self.groups.front_mut().expect("just ensured");
        let mut chunk = Chunk::new();
        chunk.push_front(value);
        group.chunks.push_front(chunk);
        group.count += 1;
    }

    pub(super) fn front(&self) -> Option<&[u8]> {
        Some(self.groups.front()?.chunks.front()?.front())
    }

    pub(super) fn back(&self) -> Option<&[u8]> {
        Some(self.groups.back()?.chunks.back()?.back())
    }

    /// Removes the first element, which exists.
    pub(super) fn drop_front(&mut self) {
        let group = self.groups.front_mut().expect("the list is not empty");
        let chunk = group.chunks.front_mut().expect("no group is empty");
        let before = chunk.bytes();
        chunk.drop_front();
        self.bytes -= before - chunk.bytes();
        self.len -= 1;
        group.count -= 1;
        if chunk.count() == 0 {
            group.chunks.pop_front();
            if group.chunks.is_empty() {
                self.groups.pop_front();
            }
        }
    }

    /// Removes the last element, which exists.
    pub(super) fn drop_back(&mut self) {
        let group = self.groups.back_mut().expect("the list is not empty");
        let chunk = group.chunks.back_mut().expect("no group is empty");
        let before = chunk.bytes();
        chunk.drop_back();
        self.bytes -= before - chunk.bytes();
        self.len -= 1;
        group.count -= 1;
        if chunk.count() == 0 {
            group.chunks.pop_back();
            if group.chunks.is_empty() {
                self.groups.pop_back();
            }
        }
    }

    /// The place of element `index`, which exists. Adds up counts from the nearer end.
    pub(super) fn locate(&self, index: usize) -> Place {
        debug_assert!(index < self.len);
        let (group, rest) = seek(&self.groups, self.len, index, |group| group.count);
        let inside = &self.groups[group];
        let (chunk, rest) = seek(&inside.chunks, inside.count, rest, Chunk::count);
        Place { group, chunk, index: rest }
    }

    pub(super) fn get(&self, index: usize) -> Option<&[u8]> {
        if index >= self.len {
            return None;
        }
        let place = self.locate(index);
        Some(self.groups[place.group].chunks[place.chunk].get(place.index))
    }

    /// Replaces element `index`, which exists.
    pub(super) fn set(&mut self, index: usize, value: &[u8]) {
        let place = self.locate(index);
        let chunk = &mut self.groups[place.group].chunks[place.chunk];
        let old = entry::size(chunk.get(place.index).len());
        if chunk.count() == 1 || chunk.bytes() - old + entry::size(value.len()) <= CHUNK_BYTES {
            chunk.replace(place.index..place.index + 1, Some(value));
            self.bytes = self.bytes - old + entry::size(value.len());
        } else {
            self.remove_range(index..index + 1);
            self.insert(index, value);
        }
    }

    /// Puts `value` before element `index`; at the end for `index == len`.
    pub(super) fn insert(&mut self, index: usize, value: &[u8]) {
        if index >= self.len {
            return self.push_back(value);
        }
        if index == 0 {
            return self.push_front(value);
        }
        let place = self.locate(index);
        let group = &mut self.groups[place.group];
        let chunk = &mut group.chunks[place.chunk];
        self.len += 1;
        self.bytes += entry::size(value.len());
        group.count += 1;
        if chunk.has_room(value.len()) {
            return chunk.replace(place.index..place.index, Some(value));
        }
        // The chunk is cut at the element; the new one joins the smaller half, or stands alone.
        let mut right = chunk.split_off(place.index);
        let mut alone = None;
        if chunk.count() > 0 && chunk.bytes() <= right.bytes() && chunk.has_room(value.len()) {
            chunk.replace(chunk.count()..chunk.count(), Some(value));
        } else if right.has_room(value.len()) {
            right.replace(0..0, Some(value));
        } else {
            let mut middle = Chunk::new();
            middle.replace(0..0, Some(value));
            alone = Some(middle);
        }
        let mut at = place.chunk + 1;
        if chunk.count() == 0 {
            group.chunks.remove(place.chunk);
            at -= 1;
        }
        group.chunks.insert(at, right);
        if let Some(middle) = alone {
            group.chunks.insert(at, middle);
        }
        self.split_group(place.group);
    }

    fn split_group(&mut self, at: usize) {
        let group = &mut self.groups[at];
        if group.chunks.len() <= GROUP_MAX {
            return;
        }
        let half = group.chunks.len() / 2;
        let chunks = group.chunks.split_off(half);
        let count = chunks.iter().map(Chunk::count).sum();
        group.count -= count;
        self.groups.insert(at + 1, Group { chunks: Shared::new(chunks), count });
    }

    /// Removes the elements of `range`, which exist; whole chunks and groups go without being
    /// walked.
    pub(super) fn remove_range(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let mut left = range.len();
        let Place { mut group, mut chunk, mut index } = self.locate(range.start);
        while left > 0 {
            let inside = &mut self.groups[group];
            if chunk == 0 && index == 0 && inside.count <= left {
                left -= inside.count;
                self.len -= inside.count;
                self.bytes -= inside.chunks.iter().map(Chunk::bytes).sum::<usize>();
                self.groups.remove(group);
                continue;
            }
            if chunk == inside.chunks.len() {
                (group, chunk) = (group + 1, 0);
                continue;
            }
            let here = &mut inside.chunks[chunk];
            let count = left.min(here.count() - index);
            let before = here.bytes();
            if count == here.count() {
                self.bytes -= before;
                inside.chunks.remove(chunk);
            } else {
                here.replace(index..index + count, None);
                self.bytes -= before - here.bytes();
                chunk += 1;
            }
            index = 0;
            left -= count;
            self.len -= count;
            inside.count -= count;
            if inside.chunks.is_empty() {
                self.groups.remove(group);
                chunk = 0;
            }
        }
        self.merge_near(range.start);
    }

    /// Joins the chunk at `index` with the one before it or behind it in its group when both are
    /// small.
    fn merge_near(&mut self, index: usize) {
        if self.len == 0 {
            return;
        }
        let place = self.locate(index.min(self.len - 1));
        let chunks = &mut *self.groups[place.group].chunks;
        for left in [place.chunk, place.chunk.wrapping_sub(1)] {
            if left < chunks.len() && left + 1 < chunks.len() {
                let together = chunks[left].bytes() + chunks[left + 1].bytes();
                if together <= MERGE_BYTES {
                    let right = chunks.remove(left + 1).expect("checked above");
                    chunks[left].append(&right);
                }
            }
        }
        self.merge_groups(place.group);
    }

    fn merge_groups(&mut self, at: usize) {
        for left in [at, at.wrapping_sub(1)] {
            if left < self.groups.len() && left + 1 < self.groups.len() {
                let together = self.groups[left].chunks.len() + self.groups[left + 1].chunks.len();
                if together <= GROUP_MAX / 4 {
                    let right = self.groups.remove(left + 1).expect("checked above");
                    self.groups[left].count += right.count;
                    self.groups[left].chunks.extend(right.chunks.into_inner());
                }
            }
        }
    }

    /// Removes up to `limit` elements equal to `value`, from the end that `from` starts at.
    pub(super) fn remove_value(&mut self, value: &[u8], limit: usize, from: Direction) -> usize {
        let mut left = limit;
        let groups = self.groups.len();
        for g in 0..groups {
            let group = match from {
                Direction::Forward => &mut self.groups[g],
                Direction::Backward => &mut self.groups[groups - 1 - g],
            };
            let chunks = group.chunks.len();
            let before = left;
            for c in 0..chunks {
                if left == 0 {
                    break;
                }
                let chunk = match from {
                    Direction::Forward => &mut group.chunks[c],
                    Direction::Backward => &mut group.chunks[chunks - 1 - c],
                };
                let found = entry::matches(chunk.region(), value);
                if found > 0 {
                    let skip = match from {
                        Direction::Forward => 0,
                        Direction::Backward => found.saturating_sub(left),
                    };
                    left -= chunk.remove_matches(value, skip, left);
                }
            }
            if left < before {
                group.count -= before - left;
                group.chunks.retain(|chunk| chunk.count() > 0);
            }
        }
        let removed = limit - left;
        if removed > 0 {
            self.groups.retain(|group| group.count > 0);
            self.len -= removed;
            self.bytes -= removed * entry::size(value.len());
        }
        removed
    }

    /// The region and count of the chunk at (group, chunk).
    fn chunk_at(&self, group: usize, chunk: usize) -> Option<&Chunk> {
        self.groups.get(group)?.chunks.get(chunk)
    }
}

/// Finds the part that holds `index`, from the nearer end: (its number, the index inside it).
fn seek<T>(
    parts: &VecDeque<T>,
    total: usize,
    index: usize,
    count: impl Fn(&T) -> usize,
) -> (usize, usize) {
    if index < total / 2 {
        let mut rest = index;
        for (at, part) in parts.iter().enumerate() {
            if rest < count(part) {
                return (at, rest);
            }
            rest -= count(part);
        }
    } else {
        let mut end = total;
        for (at, part) in parts.iter().enumerate().rev() {
            end -= count(part);
            if index >= end {
                return (at, index - end);
            }
        }
    }
    unreachable!("counts add up to the length")
}

/// Elements from one place on, in one direction.
#[derive(Clone)]
pub struct Iter<'a> {
    region: &'a [u8],
    at: usize,
    left: usize,
    direction: Direction,
    /// The list, and the group and chunk being walked.
    rest: Option<(&'a Deque, usize, usize)>,
}

impl<'a> Iter<'a> {
    /// The elements of a region of `count` from `index` on.
    pub(super) fn over(region: &'a [u8], count: usize, index: usize, direction: Direction) -> Self {
        if index >= count {
            return Self { region: &[], at: 0, left: 0, direction, rest: None };
        }
        let (at, left) = match direction {
            Direction::Forward => (entry::offset(region, count, index), count - index),
            Direction::Backward => (entry::offset(region, count, index + 1), index + 1),
        };
        Self { region, at, left, direction, rest: None }
    }

    /// The elements of a big list from `index` on.
    pub(super) fn from(list: &'a Deque, index: usize, direction: Direction) -> Self {
        if index >= list.len {
            return Self::over(&[], 0, 0, direction);
        }
        let Place { group, chunk, index } = list.locate(index);
        let here = &list.groups[group].chunks[chunk];
        let mut iter = Self::over(here.region(), here.count(), index, direction);
        iter.rest = Some((list, group, chunk));
        iter
    }

    #[cold]
    fn next_chunk(&mut self) -> Option<()> {
        let (list, mut group, mut chunk) = self.rest?;
        let here = match self.direction {
            Direction::Forward => {
                chunk += 1;
                if list.chunk_at(group, chunk).is_none() {
                    (group, chunk) = (group + 1, 0);
                }
                list.chunk_at(group, chunk)?
            }
            Direction::Backward => {
                if chunk == 0 {
                    group = group.checked_sub(1)?;
                    chunk = list.groups[group].chunks.len();
                }
                chunk -= 1;
                list.chunk_at(group, chunk)?
            }
        };
        self.rest = Some((list, group, chunk));
        self.region = here.region();
        self.left = here.count();
        self.at = match self.direction {
            Direction::Forward => 0,
            Direction::Backward => self.region.len(),
        };
        Some(())
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.left == 0 {
            self.next_chunk()?;
        }
        self.left -= 1;
        let (data, at) = match self.direction {
            Direction::Forward => entry::forward(self.region, self.at),
            Direction::Backward => entry::backward(self.region, self.at),
        };
        self.at = at;
        Some(data)
    }
}
