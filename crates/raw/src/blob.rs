//! `Blob`: a counted byte string behind one pointer, for big values that replies, logs and tables
//! share.
//!
//! ```text
//! [refs u24 | class u8][len u32][bytes ..][slack ..]     worked example: "hello", one handle
//!  01 00 00   02        05 00 00 00  68 65 6c 6c 6f      class 2 = 16 bytes: 8 of header, 5 used,
//! 3 slack
//! ```
//!
//! Invariant: bytes are written only through a handle that is alone (`refs == 1`); a writer that is
//! not alone copies first. The class is stored because appends leave slack. Own design.

use std::ptr::NonNull;

use crate::mem;
use crate::refs;
use crate::relocate::Mover;
use crate::sync::{AtomicU32, Ordering};

const HEADER: usize = 8;

/// A counted byte string. A clone shares the bytes (O(1)); a change through a shared handle copies
/// them first.
#[repr(transparent)]
pub struct Blob(NonNull<u8>);

// SAFETY: the count is atomic, and bytes change only through an exclusive borrow of the only
// handle.
unsafe impl Send for Blob {}
// SAFETY: a shared handle only reads and counts.
unsafe impl Sync for Blob {}

impl Blob {
    /// The longest string in bytes; callers check it (the protocol's limit is far below).
    pub const MAX_LEN: usize = u32::MAX as usize - 4096;

    /// A copy of `bytes` with no slack beyond its size class.
    pub fn new(bytes: &[u8]) -> Blob {
        let mut blob = Blob::with_class(HEADER + bytes.len());
        // SAFETY: the class holds header and bytes, and the handle is new.
        unsafe { mem::copy_in(blob.0, HEADER, bytes) };
        blob.set_len(bytes.len());
        blob
    }

    /// `len` zero bytes.
    pub fn zeroed(len: usize) -> Blob {
        let mut blob = Blob::new(&[]);
        blob.reserve_exact(len);
        blob.zero_fill_to(len);
        blob
    }

    /// `len` bytes that `fill` writes, up to `block` of them at a time: it gets their place and
    /// zeroes to overwrite, which are still in the nearest cache.
    pub fn from_blocks(len: usize, block: usize, mut fill: impl FnMut(usize, &mut [u8])) -> Blob {
        assert!(block > 0, "a block holds at least one byte");
        let mut blob = Blob::with_class(HEADER + len);
        while blob.len() < len {
            let at = blob.len();
            blob.zero_fill_to(len.min(at + block));
            fill(at, &mut blob.as_mut_slice()[at..]);
        }
        blob
    }

    /// The bytes. O(1).
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` bytes behind the header are initialised, and stay while a handle is
        // borrowed.
        unsafe { mem::slice(self.0, HEADER, self.len()) }
    }

    /// The bytes for writing; copies them first when they are shared.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        self.reserve_exact(self.len());
        // SAFETY: initialised, and after `reserve_exact` this borrowed handle is the only one.
        unsafe { mem::slice_mut(self.0, HEADER, self.len()) }
    }

    /// Length in bytes. O(1).
    #[inline]
    pub fn len(&self) -> usize {
        // SAFETY: every blob has an initialised header.
        u32::from_le(unsafe { mem::get::<u32>(self.0, 4) }) as usize
    }

    /// True when there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True when no other handle shares the bytes.
    pub fn is_unique(&self) -> bool {
        refs::is_unique(self.word())
    }

    /// Bytes of the allocation behind this handle. O(1).
    pub fn alloc_size(&self) -> usize {
        mem::class_size((self.word().load(Ordering::Relaxed) >> 24) as u8)
    }

    /// Becomes a copy of `bytes`, in place when the handle is alone and the size class stays.
    pub fn assign(&mut self, bytes: &[u8]) {
        if self.is_unique() && mem::size_class(HEADER + bytes.len()) == self.alloc_size() {
            // SAFETY: the class holds header and bytes; a `&mut self` cannot overlap `bytes`.
            unsafe { mem::copy_in(self.0, HEADER, bytes) };
            self.set_len(bytes.len());
        } else {
            *self = Blob::new(bytes);
        }
    }

    /// Adds bytes at the end. Amortised O(bytes): growth leaves slack.
    ///
    /// # Panics
    /// If the result is longer than `MAX_LEN`.
    pub fn append(&mut self, bytes: &[u8]) {
        let len = self.len();
        self.reserve_growing(len + bytes.len());
        // SAFETY: room was reserved and the handle is unique; a `&mut self` cannot overlap `bytes`.
        unsafe { mem::copy_in(self.0, HEADER + len, bytes) };
        self.set_len(len + bytes.len());
    }

    /// Overwrites bytes from `at` on, growing with zeroes as needed.
    ///
    /// # Panics
    /// If the result is longer than `MAX_LEN`.
    pub fn set_range(&mut self, at: usize, bytes: &[u8]) {
        let end =
            at.checked_add(bytes.len()).expect("offsets are checked against the string limit");
        if end > self.len() {
            self.reserve_growing(end);
            self.zero_fill_to(end);
        }
        self.as_mut_slice()[at..end].copy_from_slice(bytes);
    }

    /// Cuts to the first `len` bytes; no effect when there are fewer. The allocation shrinks with
    /// its class.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len() {
            return;
        }
        if self.is_unique() && mem::size_class(HEADER + len) == self.alloc_size() {
            self.set_len(len);
        } else {
            *self = Blob::new(&self.as_slice()[..len]);
        }
    }

    /// Lets the bytes lie elsewhere, unless other handles share them.
    pub fn relocate(&mut self, mover: &mut dyn Mover) {
        if self.is_unique() {
            // SAFETY: the stored class is the allocation's, and the only handle gets the address.
            self.0 = unsafe { mem::relocate(self.0, self.alloc_size(), mover) };
        }
    }

    /// Gives up the handle without counting down.
    pub(crate) fn into_raw(self) -> NonNull<u8> {
        let raw = self.0;
        std::mem::forget(self);
        raw
    }

    fn with_class(need: usize) -> Blob {
        assert!(need <= Blob::MAX_LEN + HEADER, "string longer than Blob::MAX_LEN");
        let base = mem::allocate(need);
        let word = (u32::from(mem::class_index(need)) << 24) | 1;
        // SAFETY: the smallest class holds the header.
        unsafe { mem::put(base, 0, word.to_le()) };
        // SAFETY: as above.
        unsafe { mem::put(base, 4, 0u32) };
        Blob(base)
    }

    #[inline]
    fn word(&self) -> &AtomicU32 {
        // SAFETY: bytes 0..4 are the word, aligned to 8, and only ever reached as an atomic once
        // shared.
        unsafe { self.0.cast::<AtomicU32>().as_ref() }
    }

    fn set_len(&mut self, len: usize) {
        debug_assert!(self.is_unique() && HEADER + len <= self.alloc_size());
        // SAFETY: the header is ours to write while the handle is unique.
        unsafe { mem::put(self.0, 4, (len as u32).to_le()) };
    }

    /// Makes the handle unique with room for `len` bytes, and slack when it has to grow.
    fn reserve_growing(&mut self, len: usize) {
        assert!(len <= Blob::MAX_LEN, "string longer than Blob::MAX_LEN");
        if HEADER + len <= self.alloc_size() || self.is_empty() {
            return self.reserve_exact(len);
        }
        let slack = if len < 1 << 20 { len / 2 } else { len / 8 };
        self.reserve_exact((len + slack).min(Blob::MAX_LEN));
    }

    /// Makes the handle unique with room for `len` bytes.
    fn reserve_exact(&mut self, len: usize) {
        let (old, need) = (self.alloc_size(), HEADER + len);
        if !self.is_unique() {
            let mut copy = Blob::with_class(need.max(HEADER + self.len()));
            // SAFETY: the class holds all present bytes and the copy is new.
            unsafe { mem::copy_in(copy.0, HEADER, self.as_slice()) };
            copy.set_len(self.len());
            *self = copy;
        } else if need > old {
            assert!(len <= Blob::MAX_LEN, "string longer than Blob::MAX_LEN");
            // SAFETY: `old` is the allocation's class, and the only handle gets the new address.
            self.0 = unsafe { mem::resize(self.0, old, need) };
            let word = (u32::from(mem::class_index(need)) << 24) | 1;
            // SAFETY: the header is ours while the handle is unique.
            unsafe { mem::put(self.0, 0, word.to_le()) };
        }
    }

    /// Lengthens to `end` with zeroes; room is reserved and the handle unique.
    fn zero_fill_to(&mut self, end: usize) {
        let len = self.len();
        assert!(len <= end && HEADER + end <= self.alloc_size() && self.is_unique());
        let from = self.0.as_ptr().wrapping_add(HEADER + len);
        // SAFETY: checked above: inside the allocation, written by the only handle.
        unsafe { from.write_bytes(0, end - len) };
        self.set_len(end);
    }
}

impl Clone for Blob {
    #[inline]
    fn clone(&self) -> Blob {
        if refs::retain(self.word()) { Blob(self.0) } else { Blob::new(self.as_slice()) }
    }
}

impl Drop for Blob {
    #[inline]
    fn drop(&mut self) {
        if refs::release(self.word()) {
            let size = self.alloc_size();
            // SAFETY: the last handle; the stored class is the allocation's.
            unsafe { mem::release(self.0, size) };
        }
    }
}

impl std::fmt::Debug for Blob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", self.as_slice().escape_ascii())
    }
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

#[cfg(test)]
mod tests;
