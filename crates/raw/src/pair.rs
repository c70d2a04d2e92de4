//! Entries of collections in one allocation each: `Pair` (hash field), `Scored` (sorted set),
//! `Member` (set).
//!
//! ```text
//! Pair    [varint key length * 2 + has_ttl][varint value length][ttl i64 if has_ttl][key][value]
//! Scored  [score f64][varint length][member]
//! Member  [varint length][member]; a member of 8, 16 .. 56 bytes has no length: the pointer's low
//! three bits say it
//! ```
//!
//! Invariant: lengths decide the size class; the low three bits of an allocation's address are
//! zero, so a `Member` may use them. Varints are LEB128. Own design.

use std::ptr::NonNull;

use crate::mem::{self, Fill, varint_len};
use crate::relocate::{self, Mover};
use crate::table::{Entry, EntryRef};

/// A key and a value with an optional expiry time; the entry of a big hash.
#[repr(transparent)]
pub struct Pair(NonNull<u8>);

// SAFETY: the pointer owns plain bytes.
unsafe impl Send for Pair {}
// SAFETY: a shared borrow only reads.
unsafe impl Sync for Pair {}

/// Where the parts of a pair lie.
struct PairParts {
    has_ttl: bool,
    ttl_at: usize,
    key_len: usize,
    value_len: usize,
}

impl PairParts {
    /// # Safety
    /// - `raw` points to a live pair.
    #[inline]
    unsafe fn of(raw: NonNull<u8>) -> PairParts {
        // SAFETY: a pair starts with this number.
        let (key_head, at) = unsafe { mem::varint(raw, 0) };
        // SAFETY: the second number follows.
        let (value_len, ttl_at) = unsafe { mem::varint(raw, at) };
        PairParts { has_ttl: key_head & 1 != 0, ttl_at, key_len: key_head >> 1, value_len }
    }

    fn key_at(&self) -> usize {
        self.ttl_at + 8 * usize::from(self.has_ttl)
    }

    fn value_at(&self) -> usize {
        self.key_at() + self.key_len
    }

    fn need(&self) -> usize {
        self.value_at() + self.value_len
    }
}

impl Pair {
    /// A pair that does not expire.
    pub fn new(key: &[u8], value: &[u8]) -> Pair {
        Pair::with_expire(key, value, None)
    }

    /// A pair that expires at `expire_ms`.
    pub fn with_expire(key: &[u8], value: &[u8], expire_ms: Option<i64>) -> Pair {
        let head = key.len() * 2 + usize::from(expire_ms.is_some());
        let ttl = 8 * usize::from(expire_ms.is_some());
        let lengths = varint_len(head) + varint_len(value.len());
        let mut fill = Fill::new(lengths + ttl + key.len() + value.len());
        fill.varint(head);
        fill.varint(value.len());
        if let Some(ms) = expire_ms {
            fill.u64(ms as u64);
        }
        fill.bytes(key);
        fill.bytes(value);
        Pair(fill.finish())
    }

    /// The key (field name).
    #[inline]
    pub fn key(&self) -> &[u8] {
        // SAFETY: the pair is alive and borrowed.
        unsafe { Pair::key_of_raw(self.0) }
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> &[u8] {
        // SAFETY: the pair is borrowed as long as the slice.
        unsafe { self.value_for() }
    }

    /// The value for a lifetime of the caller's choice.
    ///
    /// # Safety
    /// - the pair stays where it is, unchanged, during `'a`.
    #[inline(always)]
    unsafe fn value_for<'a>(&self) -> &'a [u8] {
        let parts = self.parts();
        // SAFETY: initialised bytes of the pair; the caller keeps it.
        unsafe { mem::slice(self.0, parts.value_at(), parts.value_len) }
    }

    /// The expiry time in ms.
    pub fn expire_ms(&self) -> Option<i64> {
        let parts = self.parts();
        // SAFETY: the flag says that the time is there.
        parts.has_ttl.then(|| i64::from_le(unsafe { mem::get::<i64>(self.0, parts.ttl_at) }))
    }

    /// Replaces the value, in place when length field and size class stay. `value` cannot alias
    /// the pair.
    pub fn set_value(&mut self, value: &[u8]) {
        let parts = self.parts();
        let (old, new) = (parts.need(), parts.value_at() + value.len());
        let width = varint_len(value.len());
        let same_class = mem::size_class(old) == mem::size_class(new);
        if !same_class || width != varint_len(parts.value_len) {
            *self = Pair::with_expire(self.key(), value, self.expire_ms());
            return;
        }
        let mut field = [0; 10];
        let mut left = value.len();
        for (i, byte) in field[..width].iter_mut().enumerate() {
            *byte = left as u8 & 0x7f | if i + 1 < width { 0x80 } else { 0 };
            left >>= 7;
        }
        // SAFETY: the length field keeps its width and ends where the ttl or key starts.
        unsafe { mem::copy_in(self.0, parts.ttl_at - width, &field[..width]) };
        // SAFETY: the new value ends inside the same class.
        unsafe { mem::copy_in(self.0, parts.value_at(), value) };
    }

    /// Sets or removes the expiry time.
    pub fn set_expire(&mut self, expire_ms: Option<i64>) {
        let parts = self.parts();
        match expire_ms {
            // SAFETY: the flag says that the time is there, and the owner is borrowed exclusively.
            Some(ms) if parts.has_ttl => unsafe { mem::put(self.0, parts.ttl_at, ms.to_le()) },
            None if !parts.has_ttl => {}
            _ => *self = Pair::with_expire(self.key(), self.value(), expire_ms),
        }
    }

    /// Bytes of the allocation.
    pub fn alloc_size(&self) -> usize {
        mem::size_class(self.parts().need())
    }

    /// Lets the pair lie elsewhere.
    pub fn relocate(&mut self, mover: &mut dyn Mover) {
        let need = self.parts().need();
        // SAFETY: lengths decide the class; the owner is borrowed exclusively.
        self.0 = unsafe { mem::relocate(self.0, need, mover) };
    }

    #[inline]
    fn parts(&self) -> PairParts {
        // SAFETY: the pair is alive.
        unsafe { PairParts::of(self.0) }
    }
}

impl Clone for Pair {
    fn clone(&self) -> Self {
        let need = self.parts().need();
        // SAFETY: the pair is alive and has so many bytes.
        Pair(unsafe { mem::duplicate(self.0, need) })
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let need = self.parts().need();
        // SAFETY: the owner frees its allocation; lengths decide the class.
        unsafe { mem::release(self.0, need) };
    }
}

// SAFETY: a transparent pointer, below 2^48 (user space), that owns the pair.
unsafe impl Entry for Pair {
    #[inline(always)]
    unsafe fn key_of_raw<'a>(raw: NonNull<u8>) -> &'a [u8] {
        // SAFETY: the caller says that the pair is alive.
        let parts = unsafe { PairParts::of(raw) };
        // SAFETY: as above; these are its key bytes.
        unsafe { mem::slice(raw, parts.key_at(), parts.key_len) }
    }
}

impl<'a> EntryRef<'a, Pair> {
    /// The pair's value, for as long as the table is borrowed.
    #[inline]
    pub fn value(&self) -> &'a [u8] {
        let pair: &Pair = self;
        // SAFETY: the table that owns the pair is borrowed for 'a.
        unsafe { pair.value_for() }
    }
}

/// A sorted-set member with its score.
#[repr(transparent)]
pub struct Scored(NonNull<u8>);

// SAFETY: the pointer owns plain bytes.
unsafe impl Send for Scored {}
// SAFETY: a shared borrow only reads.
unsafe impl Sync for Scored {}

impl Scored {
    /// A member and its score.
    pub fn new(score: f64, member: &[u8]) -> Scored {
        let mut fill = Fill::new(8 + varint_len(member.len()) + member.len());
        fill.u64(score.to_bits());
        fill.varint(member.len());
        fill.bytes(member);
        Scored(fill.finish())
    }

    /// The member.
    #[inline]
    pub fn key(&self) -> &[u8] {
        // SAFETY: the entry is alive and borrowed.
        unsafe { Scored::key_of_raw(self.0) }
    }

    /// The score.
    #[inline]
    pub fn score(&self) -> f64 {
        // SAFETY: an entry starts with its score.
        f64::from_bits(u64::from_le(unsafe { mem::get::<u64>(self.0, 0) }))
    }

    /// Changes the score in place.
    #[inline]
    pub fn set_score(&mut self, score: f64) {
        // SAFETY: an entry starts with its score; the owner is borrowed exclusively.
        unsafe { mem::put(self.0, 0, score.to_bits().to_le()) };
    }

    /// Bytes of the allocation.
    pub fn alloc_size(&self) -> usize {
        mem::size_class(self.need())
    }

    /// The address, as trees of sorted sets keep it.
    pub(crate) fn handle(&self) -> u64 {
        self.0.as_ptr().expose_provenance() as u64
    }

    /// A copy in a better place, if there is one; this entry stays as it is.
    pub(crate) fn copy_out(&self, mover: &mut dyn Mover) -> Option<Scored> {
        // SAFETY: the length decides the class; the entry is borrowed.
        unsafe { relocate::copy_out(self.0, mem::layout(self.need()), mover) }.map(Scored)
    }

    /// Gives the entry's memory back through the mover that has copied it.
    pub(crate) fn free_by(self, mover: &mut dyn Mover) {
        let this = std::mem::ManuallyDrop::new(self);
        // SAFETY: the length decides the class; the owner is given up here.
        unsafe { mover.free(this.0, mem::layout(this.need())) };
    }

    fn need(&self) -> usize {
        // SAFETY: the length follows the score.
        let (len, at) = unsafe { mem::varint(self.0, 8) };
        at + len
    }
}

impl Clone for Scored {
    fn clone(&self) -> Self {
        // SAFETY: the entry is alive and has so many bytes.
        Scored(unsafe { mem::duplicate(self.0, self.need()) })
    }
}

impl Drop for Scored {
    fn drop(&mut self) {
        let need = self.need();
        // SAFETY: the owner frees its allocation; the length decides the class.
        unsafe { mem::release(self.0, need) };
    }
}

// SAFETY: a transparent pointer, below 2^48 (user space), that owns the entry.
unsafe impl Entry for Scored {
    #[inline(always)]
    unsafe fn key_of_raw<'a>(raw: NonNull<u8>) -> &'a [u8] {
        // SAFETY: the caller says that the entry is alive; the length follows the score.
        let (len, at) = unsafe { mem::varint(raw, 8) };
        // SAFETY: as above; these are the member's bytes.
        unsafe { mem::slice(raw, at, len) }
    }
}

/// A member of a big set.
#[repr(transparent)]
pub struct Member(NonNull<u8>);

// SAFETY: the pointer owns plain bytes.
unsafe impl Send for Member {}
// SAFETY: a shared borrow only reads.
unsafe impl Sync for Member {}

impl Member {
    /// A copy of `member`.
    pub fn new(member: &[u8]) -> Member {
        let len = member.len();
        if (8..=56).contains(&len) && len.is_multiple_of(8) {
            let mut fill = Fill::new(len);
            fill.bytes(member);
            return Member(fill.finish().map_addr(|addr| addr | (len / 8)));
        }
        let mut fill = Fill::new(varint_len(len) + len);
        fill.varint(len);
        fill.bytes(member);
        Member(fill.finish())
    }

    /// The member's bytes.
    #[inline]
    pub fn key(&self) -> &[u8] {
        // SAFETY: the member is alive and borrowed.
        unsafe { Member::key_of_raw(self.0) }
    }

    /// Bytes of the allocation.
    pub fn alloc_size(&self) -> usize {
        // SAFETY: the member is alive.
        let (base, at, len) = unsafe { Member::parts(self.0) };
        debug_assert!(base.cast::<u64>().is_aligned());
        mem::size_class(at + len)
    }

    /// Lets the member lie elsewhere.
    pub fn relocate(&mut self, mover: &mut dyn Mover) {
        // SAFETY: the member is alive.
        let (base, at, len) = unsafe { Member::parts(self.0) };
        let low_bits = self.0.addr().get() & 7;
        // SAFETY: the length decides the class; the owner is borrowed exclusively.
        let moved = unsafe { mem::relocate(base, at + len, mover) };
        self.0 = moved.map_addr(|addr| addr | low_bits);
    }

    /// Allocation, offset and length of the bytes.
    ///
    /// # Safety
    /// - `raw` belongs to a live member.
    #[inline(always)]
    unsafe fn parts(raw: NonNull<u8>) -> (NonNull<u8>, usize, usize) {
        let eights = raw.addr().get() & 7;
        if eights != 0 {
            let base = raw.as_ptr().wrapping_sub(eights);
            return (NonNull::new(base).expect("an allocation's address"), 0, eights * 8);
        }
        // SAFETY: without low bits the allocation starts with the length.
        let (len, at) = unsafe { mem::varint(raw, 0) };
        (raw, at, len)
    }
}

impl Clone for Member {
    fn clone(&self) -> Self {
        // SAFETY: the member is alive.
        let (base, at, len) = unsafe { Member::parts(self.0) };
        let low_bits = self.0.addr().get() & 7;
        // SAFETY: the allocation has so many bytes.
        let copy = unsafe { mem::duplicate(base, at + len) };
        Member(copy.map_addr(|addr| addr | low_bits))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // SAFETY: the member is alive until here.
        let (base, at, len) = unsafe { Member::parts(self.0) };
        // SAFETY: the owner frees its allocation; the length decides the class.
        unsafe { mem::release(base, at + len) };
    }
}

// SAFETY: a transparent pointer, below 2^48 (user space), that owns the member.
unsafe impl Entry for Member {
    #[inline(always)]
    unsafe fn key_of_raw<'a>(raw: NonNull<u8>) -> &'a [u8] {
        // SAFETY: the caller says that the member is alive.
        let (base, at, len) = unsafe { Member::parts(raw) };
        // SAFETY: as above; these are its bytes.
        unsafe { mem::slice(base, at, len) }
    }
}

#[cfg(test)]
mod tests;
