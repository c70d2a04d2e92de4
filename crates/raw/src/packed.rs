//! `Packed`: an owned byte vector behind one pointer, for small collections edited in place.
//!
//! ```text
//! [len u32][bytes ..]        an empty one owns no memory and points at a static zero length
//! ```
//!
//! Invariant: the allocation is exactly `size_class(4 + len)`, so an edit reallocates only when
//! the class changes.
//! What the bytes mean is the engine's business. Own design.

use std::ptr::NonNull;

use crate::mem;
use crate::relocate::Mover;

const HEADER: usize = 4;

#[repr(align(8))]
struct Empty([u8; 8]);
static EMPTY: Empty = Empty([0; 8]);

/// An owned byte vector of less than 1 GiB.
#[repr(transparent)]
pub struct Packed(NonNull<u8>);

// SAFETY: the pointer owns plain bytes.
unsafe impl Send for Packed {}
// SAFETY: a shared borrow only reads.
unsafe impl Sync for Packed {}

impl Packed {
    /// The longest vector in bytes; callers convert to another form long before.
    pub const MAX_LEN: usize = (1 << 30) - 1;

    /// An empty vector; allocates nothing.
    pub const fn new() -> Packed {
        Packed(NonNull::from_ref(&EMPTY.0).cast())
    }

    /// A copy of `bytes`.
    pub fn from_slice(bytes: &[u8]) -> Packed {
        Packed::from_parts(&[bytes])
    }

    /// The parts joined, in one allocation.
    ///
    /// # Panics
    /// If the result is longer than `MAX_LEN`.
    pub fn from_parts(parts: &[&[u8]]) -> Packed {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        assert!(len <= Packed::MAX_LEN, "packed vector longer than Packed::MAX_LEN");
        if len == 0 {
            return Packed::new();
        }
        let mut fill = mem::Fill::new(HEADER + len);
        fill.bytes(&(len as u32).to_le_bytes());
        for part in parts {
            fill.bytes(part);
        }
        Packed(fill.finish())
    }

    /// The bytes. O(1).
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` initialised bytes behind the length; borrowed from the owner.
        unsafe { mem::slice(self.0, HEADER, self.len()) }
    }

    /// The bytes for writing in place. O(1).
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as `as_slice`; the owner is borrowed exclusively (the static one has no bytes).
        unsafe { mem::slice_mut(self.0, HEADER, self.len()) }
    }

    /// Length in bytes. O(1).
    #[inline]
    pub fn len(&self) -> usize {
        // SAFETY: every vector starts with an initialised length.
        u32::from_le(unsafe { mem::get::<u32>(self.0, 0) }) as usize
    }

    /// True when there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the allocation; 0 for an empty vector.
    pub fn alloc_size(&self) -> usize {
        if self.is_empty() { 0 } else { mem::size_class(HEADER + self.len()) }
    }

    /// Replaces `remove` bytes at `at` by `insert`. O(len), allocates only when the size class
    /// changes.
    ///
    /// # Panics
    /// If `at + remove` is beyond the end, or the result longer than `MAX_LEN`.
    #[inline]
    pub fn splice(&mut self, at: usize, remove: usize, insert: &[u8]) {
        self.splice_parts(at, remove, [insert]);
    }

    /// Replaces `remove` bytes at `at` by the parts joined; otherwise as `splice`.
    ///
    /// # Panics
    /// If `at + remove` is beyond the end, or the result longer than `MAX_LEN`.
    #[inline]
    pub fn splice_parts<const N: usize>(&mut self, at: usize, remove: usize, parts: [&[u8]; N]) {
        let len = self.len();
        assert!(at <= len && remove <= len - at, "splice outside the vector");
        let insert: usize = parts.iter().map(|part| part.len()).sum();
        let (tail, new_len) = (at + remove, len - remove + insert);
        if len == 0 || new_len == 0 || mem::size_class(HEADER + new_len) != self.alloc_size() {
            return self.rebuild(at, tail, &parts, new_len);
        }
        let (from, to) = (HEADER + tail, HEADER + at + insert);
        if from != to {
            // SAFETY: old and new bytes both lie in this allocation's class; the owner is borrowed
            // exclusively.
            unsafe { mem::shift(self.0, from, to, len - tail) };
            // SAFETY: a non-empty vector owns its length field.
            unsafe { mem::put(self.0, 0, (new_len as u32).to_le()) };
        }
        let mut to = HEADER + at;
        for part in parts {
            // SAFETY: inside the hole; a part cannot overlap an exclusively borrowed owner.
            unsafe { mem::copy_in(self.0, to, part) };
            to += part.len();
        }
    }

    /// The bytes before `at`, the parts and the bytes from `tail` on, in a new allocation.
    #[inline(never)]
    fn rebuild(&mut self, at: usize, tail: usize, parts: &[&[u8]], new_len: usize) {
        assert!(new_len <= Packed::MAX_LEN, "packed vector longer than Packed::MAX_LEN");
        if new_len == 0 {
            *self = Packed::new();
            return;
        }
        let old = self.as_slice();
        let mut fill = mem::Fill::new(HEADER + new_len);
        fill.bytes(&(new_len as u32).to_le_bytes());
        fill.bytes(&old[..at]);
        for part in parts {
            fill.bytes(part);
        }
        fill.bytes(&old[tail..]);
        *self = Packed(fill.finish());
    }

    /// Adds bytes at the end.
    pub fn push(&mut self, bytes: &[u8]) {
        self.splice(self.len(), 0, bytes);
    }

    /// Lets the bytes lie elsewhere.
    pub fn relocate(&mut self, mover: &mut dyn Mover) {
        if !self.is_empty() {
            // SAFETY: a non-empty vector owns an allocation of this class, borrowed exclusively.
            self.0 = unsafe { mem::relocate(self.0, HEADER + self.len(), mover) };
        }
    }

    /// Gives up the allocation (or the static empty vector) without freeing it.
    pub(crate) fn into_raw(self) -> NonNull<u8> {
        let raw = self.0;
        std::mem::forget(self);
        raw
    }
}

impl Drop for Packed {
    fn drop(&mut self) {
        if !self.is_empty() {
            // SAFETY: a non-empty vector owns an allocation of this class.
            unsafe { mem::release(self.0, HEADER + self.len()) };
        }
    }
}

impl Clone for Packed {
    fn clone(&self) -> Packed {
        Packed::from_slice(self.as_slice())
    }
}

impl Default for Packed {
    fn default() -> Packed {
        Packed::new()
    }
}

impl std::fmt::Debug for Packed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Packed(\"{}\")", self.as_slice().escape_ascii())
    }
}

#[cfg(test)]
mod tests;
