//! Reference counts in the low 24 bits of a word; the upper 8 belong to the owner and never change.
//!
//! Invariant: the count is the number of handles; whoever sees one while holding a handle is alone
//! with the data, and whoever brings it to zero frees. The orderings are those of Rust's `Arc`,
//! modelled in `tests/loom.rs`.

use crate::sync::{AtomicU32, Ordering, fence};

/// The bits that count.
const COUNT: u32 = 0x00ff_ffff;
/// More handles are refused: half the range is left for threads that race here.
const LIMIT: u32 = COUNT / 2;

/// Adds a handle; false (and no change) when there are too many.
#[inline]
pub(crate) fn retain(word: &AtomicU32) -> bool {
    if word.fetch_add(1, Ordering::Relaxed) & COUNT < LIMIT {
        return true;
    }
    word.fetch_sub(1, Ordering::Relaxed);
    false
}

/// Drops a handle; true when it was the last and the caller must free.
#[inline]
pub(crate) fn release(word: &AtomicU32) -> bool {
    if is_unique(word) {
        return true; // Nobody else can add a handle, so the decrement may be left out.
    }
    if word.fetch_sub(1, Ordering::Release) & COUNT != 1 {
        return false;
    }
    fence(Ordering::Acquire);
    true
}

/// True when the caller's handle is the only one; then all writes of former handles are visible.
#[inline]
pub(crate) fn is_unique(word: &AtomicU32) -> bool {
    word.load(Ordering::Acquire) & COUNT == 1
}
