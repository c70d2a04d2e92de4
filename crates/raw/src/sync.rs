//! The atomics and waiting hints that `lock` and `refs` use. `tests/loom.rs` compiles those two
//! files against loom's instead, by naming a module of its own `sync`.
//!
//! Built with `--cfg shuttle`, the lock alone uses shuttle's: the models of the whole data set
//! (`models/`) decide then who runs at each of its steps. Reference counts stay real, since they
//! lie in memory that `raw` lays out itself.

pub(crate) use crate::mem::prefetch_to_write;
pub(crate) use std::sync::atomic::{AtomicU32, Ordering, fence};

#[cfg(not(shuttle))]
mod lock {
    pub(crate) use std::hint::spin_loop;
    pub(crate) use std::sync::atomic::{AtomicU32 as LockWord, AtomicUsize};

    /// A waiter looks this often, for about two microseconds, before it rests.
    pub(crate) const SPINS: u32 = 100;

    /// Gives up the core for a while. A lock that stays held is held for a batch, most of a tenth
    /// of a millisecond: to look on all the time would cost as much as the work that is waited
    /// for, and to be woken three times while it lasts a tenth of that.
    pub(crate) fn rest() {
        std::thread::sleep(std::time::Duration::from_micros(60));
    }
}

#[cfg(shuttle)]
mod lock {
    pub(crate) use shuttle::hint::spin_loop;
    pub(crate) use shuttle::sync::atomic::{AtomicU32 as LockWord, AtomicUsize};
    pub(crate) use shuttle::thread::yield_now as rest;
    pub(crate) const SPINS: u32 = 1;
}

pub(crate) use lock::{AtomicUsize, LockWord, SPINS, rest, spin_loop};
