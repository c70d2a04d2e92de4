//! The atomics and waiting hints that `lock` and `refs` use. `tests/loom.rs` compiles those two
//! files against loom's
//! instead, by naming a module of its own `sync`.

pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering, fence};
pub(crate) use std::thread::yield_now;

/// A waiter looks this often before it gives up its turn.
pub(crate) const SPINS: u32 = 100;
