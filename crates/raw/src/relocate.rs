//! Moving what lies in nearly empty pages to fuller ones, so that the pages become free.
//!
//! ```text
//! Mover::replace(old)  None: it lies well            -> nothing changes
//!                      Some(new), of the same layout -> copied, owner told, old one freed
//! ```
//!
//! Every structure of this crate has one owner of each of its allocations, found by an exclusive
//! borrow of the whole: whoever has the borrow may move, since nobody else has an address. What is
//! counted (`Blob`, `Shared`) is moved only by a handle that is alone. Which allocations are worth
//! it only the allocator knows; it is asked through [`Mover`]. Own design.

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::NonNull;

/// The allocator, as far as moving is concerned.
///
/// # Safety
/// - What `replace` returns is a new allocation of this layout that the global allocator can free,
///   and nobody else has.
/// - `free` gives memory of the global allocator back, and does nothing else with it.
pub unsafe trait Mover {
    /// Where the allocation at `old` had better lie; `None` if it lies well.
    fn replace(&mut self, old: NonNull<u8>, layout: Layout) -> Option<NonNull<u8>>;

    /// How many allocations got a new place so far.
    fn moved(&self) -> u64;

    /// Gives an allocation back.
    ///
    /// # Safety
    /// - `old` was allocated with this layout by the global allocator, or by `replace`, and is not
    ///   used again.
    unsafe fn free(&mut self, old: NonNull<u8>, layout: Layout);
}

/// The allocation at `old`, or a copy of it in a better place; then the old one is freed.
///
/// # Safety
/// - `old` is a live allocation of this layout by the global allocator.
/// - Nobody reads, writes or frees it during the call, nor after it if another address is returned.
pub(crate) unsafe fn relocate(
    old: NonNull<u8>,
    layout: Layout,
    mover: &mut dyn Mover,
) -> NonNull<u8> {
    // SAFETY: the caller's promise.
    let Some(new) = (unsafe { copy_out(old, layout, mover) }) else { return old };
    // SAFETY: allocated with this layout, and the caller uses the copy from here on.
    unsafe { mover.free(old, layout) };
    new
}

/// A copy of the allocation at `old` in a better place, if there is one. The old one stays.
///
/// # Safety
/// - `old` is a live allocation of this layout that nobody writes during the call.
pub(crate) unsafe fn copy_out(
    old: NonNull<u8>,
    layout: Layout,
    mover: &mut dyn Mover,
) -> Option<NonNull<u8>> {
    let new = mover.replace(old, layout)?;
    // SAFETY: both are of this layout, and new memory overlaps nothing; bytes that were never
    // written are copied as they are.
    unsafe { std::ptr::copy_nonoverlapping(old.as_ptr(), new.as_ptr(), layout.size()) };
    Some(new)
}

/// Lets a box lie elsewhere.
pub fn relocate_box<T>(slot: &mut Box<T>, mover: &mut dyn Mover) {
    let layout = Layout::new::<T>();
    if layout.size() == 0 {
        return;
    }
    let old = NonNull::from(&mut **slot).cast::<u8>();
    // SAFETY: a box owns a live allocation of its type's layout, and is borrowed exclusively.
    let Some(new) = (unsafe { copy_out(old, layout, mover) }) else { return };
    // SAFETY: a copy of the value in an allocation of its layout, which this box owns now; the old
    // one is not dropped but overwritten below.
    let moved = unsafe { Box::from_raw(new.as_ptr().cast::<T>()) };
    std::mem::forget(std::mem::replace(slot, moved));
    // SAFETY: the allocation of the former box, which was forgotten.
    unsafe { mover.free(old, layout) };
}

/// A mover that knows nothing of pages: it moves each so many allocations. For tests of what is
/// moved.
#[derive(Debug)]
pub struct MoveEach {
    each: u64,
    asked: u64,
}

impl MoveEach {
    /// Moves every one for 1, every other for 2.
    ///
    /// # Panics
    /// For 0.
    pub fn new(each: u64) -> Self {
        assert!(each > 0);
        Self { each, asked: 0 }
    }
}

// SAFETY: memory of the global allocator, taken and given back as it is.
unsafe impl Mover for MoveEach {
    fn replace(&mut self, _: NonNull<u8>, layout: Layout) -> Option<NonNull<u8>> {
        self.asked += 1;
        if !self.asked.is_multiple_of(self.each) || layout.size() == 0 {
            return None;
        }
        // SAFETY: not zero bytes.
        NonNull::new(unsafe { alloc(layout) })
    }

    fn moved(&self) -> u64 {
        self.asked / self.each
    }

    unsafe fn free(&mut self, old: NonNull<u8>, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { dealloc(old.as_ptr(), layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::{MoveEach, relocate_box};

    #[test]
    fn a_box_moves_with_what_it_owns() {
        let mut text = Box::new(vec![String::from("one"), String::from("two")]);
        let before = &raw const *text;
        relocate_box(&mut text, &mut MoveEach::new(1));
        assert_ne!(&raw const *text, before);
        assert_eq!(*text, ["one", "two"]);
        relocate_box(&mut Box::new(()), &mut MoveEach::new(1));
    }
}
