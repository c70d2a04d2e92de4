//! Reference counts: 24 bits of a word (the upper 8 belong to the owner and never change), or one byte.
//!
//! Invariant: the count is the number of handles; whoever sees one while holding a handle is alone with the data,
//! and whoever brings it to zero frees. The orderings are those of Rust's `Arc`, modelled in `tests/loom.rs`.

use crate::sync::{AtomicU8, AtomicU32, Ordering, fence};

macro_rules! counts {
    ($name:ident, $atomic:ident, $int:ident, $mask:literal) => {
        pub(crate) mod $name {
            use super::{Ordering, fence, $atomic};

            /// The bits that count.
            const COUNT: $int = $mask;
            /// More handles are refused: half the range is left for threads that race here.
            const LIMIT: $int = COUNT / 2;

            /// Adds a handle; false (and no change) when there are too many.
            #[inline]
            pub(crate) fn retain(word: &$atomic) -> bool {
                if word.fetch_add(1, Ordering::Relaxed) & COUNT < LIMIT {
                    return true;
                }
                word.fetch_sub(1, Ordering::Relaxed);
                false
            }

            /// Drops a handle; true when it was the last and the caller must free.
            #[inline]
            pub(crate) fn release(word: &$atomic) -> bool {
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
            pub(crate) fn is_unique(word: &$atomic) -> bool {
                word.load(Ordering::Acquire) & COUNT == 1
            }
        }
    };
}

counts!(wide, AtomicU32, u32, 0x00ff_ffff);
counts!(narrow, AtomicU8, u8, 0xff);
