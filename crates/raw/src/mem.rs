//! Size classes and the few ways the other files touch memory.
//!
//! Every byte-shaped allocation of this crate has `Layout(size_class(need), 8)`: the size jemalloc
//! would round to anyway when its quantum is 8. So the allocation's size follows from what is
//! stored in it, and moving to another class is the only reason to reallocate.
//!
//! ```text
//! need   1..8  9..16  ..  57..64  65..80  81..96  97..112  113..128  129..160 ..
//! class  8     16         64      80      96      112      128       160      ..   four a doubling
//! ```

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error, realloc};
use std::ptr::NonNull;

use crate::relocate::Mover;

/// The bytes an allocation of `need` bytes really costs: multiples of 8 up to 64, then four steps
/// a doubling.
/// Zero counts as one. O(1).
#[inline]
pub const fn size_class(need: usize) -> usize {
    if need <= 64 {
        return if need == 0 { 8 } else { (need + 7) & !7 };
    }
    let spacing = 1usize << ((need - 1).ilog2() - 2);
    (need + spacing - 1) & !(spacing - 1)
}

/// The number of a class, 1.. in rising order; `class_size` is its inverse.
pub(crate) const fn class_index(need: usize) -> u8 {
    let size = size_class(need);
    if size <= 64 {
        return (size / 8) as u8;
    }
    let lg = (size - 1).ilog2();
    ((lg - 6) * 4 + 8 + ((size - (1 << lg)) >> (lg - 2)) as u32) as u8
}

/// The size of the class with this number.
pub(crate) const fn class_size(index: u8) -> usize {
    if index <= 8 {
        return index as usize * 8;
    }
    let (lg, step) = ((index as u32 - 9) / 4 + 6, (index as usize - 9) % 4 + 1);
    (1 << lg) + (step << (lg - 2))
}

pub(crate) const fn layout(need: usize) -> Layout {
    let Ok(layout) = Layout::from_size_align(size_class(need), 8) else {
        panic!("allocation larger than the address space")
    };
    layout
}

/// Uninitialised memory for `need` bytes.
pub(crate) fn allocate(need: usize) -> NonNull<u8> {
    let layout = layout(need);
    // SAFETY: a size class is never zero.
    let ptr = unsafe { alloc(layout) };
    NonNull::new(ptr).unwrap_or_else(|| handle_alloc_error(layout))
}

/// A copy of the first `need` bytes of an allocation.
///
/// # Safety
/// - `ptr` points to `need` initialised bytes that nobody writes meanwhile.
pub(crate) unsafe fn duplicate(ptr: NonNull<u8>, need: usize) -> NonNull<u8> {
    let copy = allocate(need);
    // SAFETY: the new allocation has as many bytes, and does not overlap the old one.
    unsafe { std::ptr::copy_nonoverlapping(ptr.as_ptr(), copy.as_ptr(), need) };
    copy
}

/// Gives memory back.
///
/// # Safety
/// - `ptr` came from `allocate` or `resize` with a need of the same size class, and is not used
///   again.
pub(crate) unsafe fn release(ptr: NonNull<u8>, need: usize) {
    // SAFETY: same class, hence the same layout.
    unsafe { dealloc(ptr.as_ptr(), layout(need)) }
}

/// An allocation, where `mover` would have it.
///
/// # Safety
/// - `ptr` came from `allocate` or `resize` with a need of the same size class; nobody else uses it
///   during the call, nor after it if another address is returned.
pub(crate) unsafe fn relocate(ptr: NonNull<u8>, need: usize, mover: &mut dyn Mover) -> NonNull<u8> {
    // SAFETY: same class, hence the same layout; the rest is the caller's promise.
    unsafe { crate::relocate::relocate(ptr, layout(need), mover) }
}

/// Moves an allocation to the class of `need`, keeping the first bytes.
///
/// # Safety
/// - `ptr` came from `allocate` or `resize` with a need of `old_need`'s class, and is not used
///   again.
pub(crate) unsafe fn resize(ptr: NonNull<u8>, old_need: usize, need: usize) -> NonNull<u8> {
    let new = layout(need);
    // SAFETY: the old layout is the allocation's; the new size is not zero and below isize::MAX.
    let moved = unsafe { realloc(ptr.as_ptr(), layout(old_need), new.size()) };
    NonNull::new(moved).unwrap_or_else(|| handle_alloc_error(new))
}

/// Shared view of `len` bytes at `at`.
///
/// # Safety
/// - the bytes are initialised, in one allocation, and nobody writes them during `'a`.
#[inline(always)]
pub(crate) unsafe fn slice<'a>(base: NonNull<u8>, at: usize, len: usize) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(base.as_ptr().wrapping_add(at), len) }
}

/// Exclusive view of `len` bytes at `at`.
///
/// # Safety
/// - the bytes are initialised, in one allocation, and nobody else reads or writes them during
///   `'a`.
#[inline(always)]
pub(crate) unsafe fn slice_mut<'a>(base: NonNull<u8>, at: usize, len: usize) -> &'a mut [u8] {
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts_mut(base.as_ptr().wrapping_add(at), len) }
}

/// The value of type `T` at `at`, at any alignment.
///
/// # Safety
/// - the bytes are an initialised `T` inside one allocation; a `T` that owns is not duplicated.
#[inline(always)]
pub(crate) unsafe fn get<T>(base: NonNull<u8>, at: usize) -> T {
    let ptr = base.as_ptr().wrapping_add(at).cast::<T>();
    // SAFETY: the caller's promise.
    unsafe { ptr.read_unaligned() }
}

/// Writes `value` at `at`, at any alignment.
///
/// # Safety
/// - the bytes are inside one allocation that nobody else reads or writes meanwhile.
#[inline(always)]
pub(crate) unsafe fn put<T>(base: NonNull<u8>, at: usize, value: T) {
    let ptr = base.as_ptr().wrapping_add(at).cast::<T>();
    // SAFETY: the caller's promise.
    unsafe { ptr.write_unaligned(value) }
}

/// Copies `bytes` to `at`.
///
/// # Safety
/// - the target is inside one allocation that nobody else reads or writes meanwhile, and `bytes`
///   does not overlap it.
#[inline(always)]
pub(crate) unsafe fn copy_in(base: NonNull<u8>, at: usize, bytes: &[u8]) {
    let to = base.as_ptr().wrapping_add(at);
    // SAFETY: the caller's promise.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) }
}

/// Moves `len` bytes inside one allocation; the ranges may overlap.
///
/// # Safety
/// - both ranges are inside the allocation, the source is initialised, nobody else reads or writes
///   meanwhile.
pub(crate) unsafe fn shift(base: NonNull<u8>, from: usize, to: usize, len: usize) {
    let (from, to) = (base.as_ptr().wrapping_add(from), base.as_ptr().wrapping_add(to));
    // SAFETY: the caller's promise.
    unsafe { std::ptr::copy(from, to, len) }
}

/// `a == b`, without a call for the usual lengths of keys.
#[inline(always)]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() || !(8..=32).contains(&a.len()) {
        return a == b;
    }
    let word = |bytes: &[u8], at: usize| -> u64 {
        u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
    };
    let last = a.len() - 8;
    let mut at = 0;
    while at < last {
        if word(a, at) != word(b, at) {
            return false;
        }
        at += 8;
    }
    word(a, last) == word(b, last)
}

/// A LEB128 number at `at` and the offset behind it.
///
/// # Safety
/// - an initialised number written by `Fill::varint` starts at `at`.
#[inline(always)]
pub(crate) unsafe fn varint(base: NonNull<u8>, at: usize) -> (usize, usize) {
    // SAFETY: the number has at least one byte.
    let first = unsafe { get::<u8>(base, at) };
    if first < 0x80 {
        return (usize::from(first), at + 1);
    }
    // SAFETY: the caller's promise.
    unsafe { long_varint(base, at) }
}

/// The rest of `varint`, out of the hot path.
///
/// # Safety
/// - as `varint`.
unsafe fn long_varint(base: NonNull<u8>, mut at: usize) -> (usize, usize) {
    let (mut value, mut bits) = (0, 0);
    loop {
        // SAFETY: the caller's promise; the previous byte said that another follows.
        let byte = unsafe { get::<u8>(base, at) };
        value |= usize::from(byte & 0x7f) << bits;
        (at, bits) = (at + 1, bits + 7);
        if byte < 0x80 {
            return (value, at);
        }
    }
}

/// The bytes a number takes as LEB128.
pub(crate) const fn varint_len(value: usize) -> usize {
    if value < 0x80 { 1 } else { 1 + value.ilog2() as usize / 7 }
}

/// A new allocation being written from front to back; every write is checked against its size.
pub(crate) struct Fill {
    base: NonNull<u8>,
    at: usize,
    need: usize,
}

impl Fill {
    /// Memory for `need` bytes; the first eight read as zero until they are written.
    #[inline]
    pub(crate) fn new(need: usize) -> Fill {
        let base = allocate(need);
        // SAFETY: the smallest class has 8 bytes.
        unsafe { put::<u64>(base, 0, 0) };
        Fill { base, at: 0, need }
    }

    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        assert!(bytes.len() <= self.need - self.at);
        // SAFETY: checked above; the memory is new, so nothing overlaps it.
        unsafe { copy_in(self.base, self.at, bytes) };
        self.at += bytes.len();
    }

    /// Writes a word that may be a pointer, keeping its provenance.
    #[inline]
    pub(crate) fn word(&mut self, word: *mut u8) {
        assert!(8 <= self.need - self.at);
        // SAFETY: checked above; the memory is ours.
        unsafe { put(self.base, self.at, word) };
        self.at += 8;
    }

    #[inline]
    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes(&[value]);
    }

    #[inline]
    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn varint(&mut self, mut value: usize) {
        while value >= 0x80 {
            self.u8(value as u8 | 0x80);
            value >>= 7;
        }
        self.u8(value as u8);
    }

    /// The finished allocation; every needed byte has been written.
    #[inline]
    pub(crate) fn finish(self) -> NonNull<u8> {
        assert!(self.at == self.need);
        self.base
    }
}

/// Asks for the cache line at `pointer`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn prefetch<T>(pointer: *const T) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a prefetch never faults, whatever the address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(pointer.cast()) }
}

/// Asks for the cache line at `pointer`; nothing on this architecture.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn prefetch<T>(_pointer: *const T) {}

/// Asks for the cache line at `pointer`, taken from other cores.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn prefetch_to_write<T>(pointer: *const T) {
    use core::arch::x86_64::{_MM_HINT_ET0, _mm_prefetch};
    // SAFETY: a prefetch never faults, whatever the address.
    unsafe { _mm_prefetch::<_MM_HINT_ET0>(pointer.cast()) }
}

/// Asks for the cache line at `pointer`; nothing on this architecture.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn prefetch_to_write<T>(_pointer: *const T) {}

/// Asks for the first `lines` cache lines from `pointer` on.
#[inline]
pub(crate) fn prefetch_lines(pointer: *const u8, lines: usize) {
    for line in 0..lines {
        prefetch(pointer.wrapping_add(64 * line));
    }
}

#[cfg(test)]
mod tests;

/// The same, taken from other cores.
#[inline]
pub(crate) fn prefetch_lines_to_write(pointer: *const u8, lines: usize) {
    for line in 0..lines {
        prefetch_to_write(pointer.wrapping_add(64 * line));
    }
}
