//! What other threads want of a worker: a queue, and an eventfd that is written only when the
//! worker may be asleep.
//!
//! ```text
//! sender:  push under the lock; if it was the first and `parked` is set, write the eventfd
//! worker:  set `parked`; look at the queue once more; sleep; clear `parked`; take the queue
//! ```

use crate::net::accept::Arrival;
use commands::shared::Message;
use rustix::event::{EventfdFlags, eventfd};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// One item of mail.
#[derive(Debug)]
pub(crate) enum Mail {
    /// From a command on another worker.
    Message(Message),
    /// A new connection.
    Arrival(Arrival),
    /// The server ends.
    Stop,
}

/// One worker's mailbox.
#[derive(Debug)]
pub(crate) struct Mailbox {
    queue: Mutex<Vec<Mail>>,
    parked: AtomicBool,
    bell: OwnedFd,
}

impl Mailbox {
    /// An empty one.
    ///
    /// # Errors
    /// No file descriptor is left.
    pub(crate) fn new() -> rustix::io::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { queue: Mutex::default(), parked: AtomicBool::new(false), bell })
    }

    /// Puts an item in and wakes the worker if it sleeps.
    pub(crate) fn post(&self, mail: Mail) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
        if self.parked.swap(false, Ordering::SeqCst) {
            // A full counter has woken the worker already.
            let _ = rustix::io::write(&self.bell, &1_u64.to_le_bytes());
        }
    }

    /// Says that the worker is about to sleep; whether it may: the queue is empty.
    pub(crate) fn park(&self) -> bool {
        self.parked.store(true, Ordering::SeqCst);
        let empty = self.queue.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        if !empty {
            self.parked.store(false, Ordering::SeqCst);
        }
        empty
    }

    /// Says that the worker is awake.
    pub(crate) fn unpark(&self) {
        self.parked.store(false, Ordering::SeqCst);
    }

    /// Takes all items.
    pub(crate) fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Empties the eventfd after it rang.
    pub(crate) fn hush(&self) {
        let _ = rustix::io::read(&self.bell, &mut [0_u8; 8]);
    }

    /// What to wait on.
    pub(crate) fn bell(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }
}
