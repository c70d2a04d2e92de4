//! Lists: packed while at most 4 KiB, a [`Deque`] of chunks beyond.
//!
//! ```text
//! packed   [count u16] and then entries, walkable from both ends (`entry`)
//! Deque    groups of chunks of such entries (`deque`, `chunk`)
//! ```
//!
//! Reported as Redis 7.2 and later do: `listpack` until list-max-listpack-size is passed, then
//! `quicklist` until half of it is left after a removal; always `quicklist` without
//! `Limits::list_listpack`, as in 7.0.

use crate::packed as codec;
use crate::value::{self, Limits, Object, Rec, Sub, wrong_type};
use chunk::{CHUNK_BYTES, Chunk};
use codec::{COUNT_BYTES, COUNT_MAX, COUNT_OF_ONE, count, set_count};
use raw::{Packed, Payload, View, ViewMut};
use std::ops::Range;

mod chunk;
mod deque;
mod entry;
#[cfg(test)]
mod tests;

pub use deque::{Deque, Iter};

/// A big list this small becomes packed again.
const PACK_BELOW: usize = CHUNK_BYTES / 2;
/// What Redis counts for an empty listpack.
const LISTPACK_HEAD: usize = 7;

/// A list without elements under `key`.
pub fn empty(key: &[u8]) -> Rec {
    value::empty_packed(key, Sub::LIST)
}

/// Which way a walk goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// From head to tail.
    Forward,
    /// From tail to head.
    Backward,
}

/// An end of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Index 0: the left of LPUSH.
    Head,
    /// The last index: the right of RPUSH.
    Tail,
}

#[inline]
fn region(bytes: &[u8]) -> &[u8] {
    bytes.get(COUNT_BYTES..).unwrap_or_default()
}

/// A list to read.
#[derive(Clone, Copy)]
pub struct ListRef<'a> {
    rec: &'a Rec,
}

enum Layout<'a> {
    Packed(&'a [u8]),
    Deque(&'a Deque),
}

impl<'a> ListRef<'a> {
    /// Reads `rec`, which holds a list.
    #[inline]
    pub fn new(rec: &'a Rec) -> Self {
        Self { rec }
    }

    #[inline]
    fn layout(self) -> Layout<'a> {
        match self.rec.view() {
            View::Packed(packed) => Layout::Packed(packed.as_slice()),
            View::Boxed(Object::List(deque)) => Layout::Deque(deque),
            _ => wrong_type(),
        }
    }

    /// Number of elements. O(1).
    #[inline]
    pub fn len(self) -> usize {
        match self.layout() {
            Layout::Packed(bytes) => count(bytes),
            Layout::Deque(deque) => deque.len(),
        }
    }

    /// True when there are no elements.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The place of a client's index, where -1 is the last element; none outside the list.
    pub fn resolve(self, index: i64) -> Option<usize> {
        let len = self.len();
        let at = if index < 0 {
            len.checked_sub(index.unsigned_abs() as usize)?
        } else {
            index as usize
        };
        (at < len).then_some(at)
    }

    /// The element at `index`. O(elements / 100,000) over counts, and a walk of at most 4 KiB.
    pub fn get(self, index: usize) -> Option<&'a [u8]> {
        match self.layout() {
            Layout::Packed(bytes) => {
                if index >= count(bytes) {
                    return None;
                }
                let region = region(bytes);
                Some(entry::forward(region, entry::offset(region, count(bytes), index)).0)
            }
            Layout::Deque(deque) => deque.get(index),
        }
    }

    /// The element at an end. O(1).
    #[inline]
    pub fn peek(self, end: End) -> Option<&'a [u8]> {
        match self.layout() {
            Layout::Packed(bytes) => {
                let region = region(bytes);
                match end {
                    _ if region.is_empty() => None,
                    End::Head => Some(entry::forward(region, 0).0),
                    End::Tail => Some(entry::backward(region, region.len()).0),
                }
            }
            Layout::Deque(deque) => match end {
                End::Head => deque.front(),
                End::Tail => deque.back(),
            },
        }
    }

    /// The elements from `index` on, towards the tail or towards the head. Starts as `get` does.
    pub fn iter_from(self, index: usize, direction: Direction) -> Iter<'a> {
        match self.layout() {
            Layout::Packed(bytes) => Iter::over(region(bytes), count(bytes), index, direction),
            Layout::Deque(deque) => Iter::from(deque, index, direction),
        }
    }

    /// All elements from head to tail.
    pub fn iter(self) -> Iter<'a> {
        self.iter_from(0, Direction::Forward)
    }

    /// All elements from tail to head.
    pub fn iter_rev(self) -> Iter<'a> {
        self.iter_from(self.len().wrapping_sub(1), Direction::Backward)
    }

    /// The elements of a span of indexes.
    pub fn range(self, span: Range<usize>) -> std::iter::Take<Iter<'a>> {
        self.iter_from(span.start, Direction::Forward).take(span.len())
    }

    /// The index of the first element equal to `value`. O(n).
    pub fn find(self, value: &[u8]) -> Option<usize> {
        self.iter().position(|element| element == value)
    }
}

impl<'a> IntoIterator for ListRef<'a> {
    type Item = &'a [u8];
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// A list to change.
pub struct ListMut<'a> {
    rec: &'a mut Rec,
    limits: &'a Limits,
}

impl<'a> ListMut<'a> {
    /// Changes `rec`, which holds a list.
    #[inline]
    pub fn new(rec: &'a mut Rec, limits: &'a Limits) -> Self {
        Self { rec, limits }
    }

    /// The same list to read.
    #[inline]
    pub fn read(&self) -> ListRef<'_> {
        ListRef::new(self.rec)
    }

    /// Number of elements. O(1).
    #[inline]
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// True when there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an element at an end. O(1) amortised, once the list is big.
    #[inline]
    pub fn push(&mut self, end: End, value: &[u8]) {
        self.make_room(value.len());
        match (self.rec.view_mut(), end) {
            (ViewMut::Packed(packed), End::Head) => insert_at(packed, COUNT_BYTES, value),
            (ViewMut::Packed(packed), End::Tail) => insert_at(packed, packed.len(), value),
            (ViewMut::Boxed(Object::List(deque)), End::Head) => deque.push_front(value),
            (ViewMut::Boxed(Object::List(deque)), End::Tail) => deque.push_back(value),
            _ => wrong_type(),
        }
        self.mark();
    }

    /// Adds an element at the head (LPUSH).
    #[inline]
    pub fn push_front(&mut self, value: &[u8]) {
        self.push(End::Head, value);
    }

    /// Adds an element at the tail (RPUSH).
    #[inline]
    pub fn push_back(&mut self, value: &[u8]) {
        self.push(End::Tail, value);
    }

    /// Removes the element at an end after showing it to `use_element`; none without elements.
    /// O(1).
    #[inline]
    pub fn pop_with<R>(&mut self, end: End, use_element: impl FnOnce(&[u8]) -> R) -> Option<R> {
        let element = self.read().peek(end)?;
        let size = entry::size(element.len());
        let result = use_element(element);
        match (self.rec.view_mut(), end) {
            (ViewMut::Packed(packed), _) => {
                let at = if end == End::Head { COUNT_BYTES } else { packed.len() - size };
                packed.splice(at, size, &[]);
                set_count(packed, count(packed.as_slice()) - 1);
            }
            (ViewMut::Boxed(Object::List(deque)), End::Head) => deque.drop_front(),
            (ViewMut::Boxed(Object::List(deque)), End::Tail) => deque.drop_back(),
            _ => wrong_type(),
        }
        self.shrunk();
        Some(result)
    }

    /// Removes and returns the element at an end. O(1).
    pub fn pop(&mut self, end: End) -> Option<Vec<u8>> {
        self.pop_with(end, <[u8]>::to_vec)
    }

    /// Removes and returns the element at the head.
    pub fn pop_front(&mut self) -> Option<Vec<u8>> {
        self.pop(End::Head)
    }

    /// Removes and returns the element at the tail.
    pub fn pop_back(&mut self) -> Option<Vec<u8>> {
        self.pop(End::Tail)
    }

    /// Replaces the element at `index`; false outside the list. Costs what `get` does.
    pub fn set(&mut self, index: usize, value: &[u8]) -> bool {
        let Some(old) = self.read().get(index) else { return false };
        let old = entry::size(old.len());
        if let ViewMut::Packed(packed) = self.rec.view_mut()
            && (packed.len() - old + entry::size(value.len()) <= CHUNK_BYTES
                || count(packed.as_slice()) == 1)
        {
            let inside = region(packed.as_slice());
            let at = COUNT_BYTES + entry::offset(inside, count(packed.as_slice()), index);
            entry::with_parts(value, |parts| packed.splice_parts(at, old, parts));
        } else {
            self.spread();
            self.deque().set(index, value);
            self.settle();
        }
        self.mark();
        true
    }

    /// Puts an element before the one at `index`; at the tail for `index >= len`.
    pub fn insert(&mut self, index: usize, value: &[u8]) {
        self.make_room(value.len());
        match self.rec.view_mut() {
            ViewMut::Packed(packed) => {
                let entries = count(packed.as_slice());
                let inside = region(packed.as_slice());
                let at = COUNT_BYTES + entry::offset(inside, entries, index.min(entries));
                insert_at(packed, at, value);
            }
            ViewMut::Boxed(Object::List(deque)) => deque.insert(index, value),
            _ => wrong_type(),
        }
        self.mark();
    }

    /// Removes the element at `index`; false outside the list.
    pub fn remove(&mut self, index: usize) -> bool {
        self.remove_range(index..index.saturating_add(1)) == 1
    }

    /// Removes the elements of a span of indexes, as far as they exist; how many. Whole chunks go
    /// without being walked.
    pub fn remove_range(&mut self, span: Range<usize>) -> usize {
        let end = span.end.min(self.len());
        let span = span.start.min(end)..end;
        let removed = span.len();
        if removed == 0 {
            return 0;
        }
        match self.rec.view_mut() {
            ViewMut::Packed(packed) => {
                let entries = count(packed.as_slice());
                let inside = region(packed.as_slice());
                let start = entry::offset(inside, entries, span.start);
                let end = entry::offset(inside, entries, span.end);
                packed.splice(COUNT_BYTES + start, end - start, &[]);
                set_count(packed, entries - removed);
            }
            ViewMut::Boxed(Object::List(deque)) => deque.remove_range(span),
            _ => wrong_type(),
        }
        self.shrunk();
        removed
    }

    /// Keeps only the elements of a span of indexes; how many were removed.
    pub fn trim(&mut self, keep: Range<usize>) -> usize {
        let len = self.len();
        if keep.start >= keep.end || keep.start >= len {
            return self.remove_range(0..len);
        }
        self.remove_range(keep.end..len) + self.remove_range(0..keep.start)
    }

    /// Removes up to `limit` elements equal to `value`, the first ones in `direction`; how many.
    /// O(n).
    pub fn remove_value(&mut self, value: &[u8], limit: usize, direction: Direction) -> usize {
        let removed = match self.rec.view_mut() {
            ViewMut::Packed(packed) if packed.is_empty() => 0,
            ViewMut::Packed(packed) => {
                let entries = count(packed.as_slice());
                let inside = &mut packed.as_mut_slice()[COUNT_BYTES..];
                let skip = match direction {
                    Direction::Forward => 0,
                    Direction::Backward => entry::matches(inside, value).saturating_sub(limit),
                };
                let (removed, bytes) = entry::remove_matches(inside, value, skip, limit);
                let gone = packed.len() - COUNT_BYTES - bytes;
                packed.splice(COUNT_BYTES + bytes, gone, &[]);
                set_count(packed, entries - removed);
                removed
            }
            ViewMut::Boxed(Object::List(deque)) => deque.remove_value(value, limit, direction),
            _ => wrong_type(),
        };
        if removed > 0 {
            self.shrunk();
        }
        removed
    }

    fn deque(&mut self) -> &mut Deque {
        match self.rec.view_mut() {
            ViewMut::Boxed(Object::List(deque)) => deque,
            _ => wrong_type(),
        }
    }

    /// Before an element of `len` joins: a packed list that would outgrow a chunk becomes a
    /// deque.
    #[inline]
    fn make_room(&mut self, len: usize) {
        if let View::Packed(packed) = self.rec.view() {
            let fits = packed.len() + entry::size(len) <= CHUNK_BYTES + COUNT_BYTES;
            if !fits && !packed.is_empty() {
                self.spread();
            }
        }
    }

    /// Turns a packed list into a deque of one chunk.
    #[cold]
    fn spread(&mut self) {
        let sub = self.rec.sub();
        if !matches!(self.rec.view(), View::Packed(_)) {
            return;
        }
        let former = self.rec.replace_payload(Payload::Int(0), sub);
        let Some(Payload::Packed(packed)) = former else { wrong_type() };
        let (entries, head) = (count(packed.as_slice()), COUNT_BYTES.min(packed.len()));
        let deque = Deque::of(Chunk::adopt(packed, head, entries));
        self.rec.set_payload(Payload::Boxed(Box::new(Object::List(deque))), sub);
    }

    /// Turns a deque of few bytes into a packed list.
    fn settle(&mut self) {
        let sub = self.rec.sub();
        let View::Boxed(Object::List(deque)) = self.rec.view() else { return };
        if deque.bytes() > PACK_BELOW || deque.len() > COUNT_MAX {
            return;
        }
        let packed = deque.to_packed();
        self.rec.set_payload(Payload::Packed(packed), sub);
    }

    /// Elements, and bytes as Redis counts them, roughly.
    #[inline]
    fn size(&self) -> (usize, usize) {
        let (entries, bytes) = match self.rec.view() {
            View::Packed(packed) => {
                (count(packed.as_slice()), packed.len().saturating_sub(COUNT_BYTES))
            }
            View::Boxed(Object::List(deque)) => (deque.len(), deque.bytes()),
            _ => wrong_type(),
        };
        (entries, bytes + LISTPACK_HEAD)
    }

    /// After growth: whether the reported encoding leaves listpack.
    #[inline]
    fn mark(&mut self) {
        if self.rec.sub() & Sub::WIDE == 0 {
            let (entries, bytes) = self.size();
            let passed = !self.limits.list_listpack
                || exceeds(self.limits.list_max_listpack_size, 1, entries, bytes);
            value::mark_wide(self.rec, Sub::LIST, passed);
        }
    }

    /// After removals: the layout, and whether the reported encoding returns to listpack.
    #[inline]
    fn shrunk(&mut self) {
        let sub = self.rec.sub();
        if sub & Sub::WIDE != 0 && self.limits.list_listpack {
            let (entries, bytes) = self.size();
            if !exceeds(self.limits.list_max_listpack_size, 2, entries, bytes) {
                self.rec.set_sub(sub & !Sub::WIDE);
            }
        }
        self.settle();
    }
}

/// Puts an entry at offset `at` of a packed list, which may be empty.
#[inline]
fn insert_at(packed: &mut Packed, at: usize, value: &[u8]) {
    entry::with_parts(value, |[code, data, back]| {
        if packed.is_empty() {
            packed.splice_parts(0, 0, [COUNT_OF_ONE, code, data, back]);
        } else {
            packed.splice_parts(at, 0, [code, data, back]);
            set_count(packed, count(packed.as_slice()) + 1);
        }
    });
}

/// Whether a list passes list-max-listpack-size divided by `share`. A positive size limits
/// elements (and bytes to 8 KiB), -1 to -5 limit bytes to 4 to 64 KiB.
fn exceeds(size: i64, share: usize, entries: usize, bytes: usize) -> bool {
    const SAFE_BYTES: usize = 8192;
    if size < 0 {
        let limit = 4096_usize << (size.unsigned_abs().min(5) - 1);
        return bytes > limit / share;
    }
    bytes > SAFE_BYTES || entries > (size as usize).max(1) / share
}
