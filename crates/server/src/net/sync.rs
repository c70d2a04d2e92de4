//! What the threads of the server meet at: the standard library's atomics and locks, and an eventfd
//! as the bell of a worker's inbox. The models in `models/` put a module of their own in this
//! place.

use rustix::event::{EventfdFlags, eventfd};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// A counter that a sleeping worker waits for along with its sockets.
#[derive(Debug)]
pub(crate) struct Bell(OwnedFd);

impl Bell {
    /// A silent one.
    ///
    /// # Errors
    /// No file descriptor is left.
    pub(crate) fn new() -> rustix::io::Result<Self> {
        eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map(Self)
    }

    /// Wakes who waits, now or later.
    pub(crate) fn ring(&self) {
        // A full counter has woken the worker already.
        let _ = rustix::io::write(&self.0, &1_u64.to_le_bytes());
    }

    /// Makes it silent after it rang.
    pub(crate) fn hush(&self) {
        let _ = rustix::io::read(&self.0, &mut [0_u8; 8]);
    }

    /// What to wait on.
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
