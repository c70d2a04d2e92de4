//! A queue with one reader that may be asleep, and a bell that is rung only then.
//!
//! ```text
//! sender:  push under the lock; if `parked` is set, take it down and ring the bell
//! reader:  set `parked`; look at the queue once more; sleep until the bell; clear `parked`; take
//! the queue
//! ```
//! No item is left behind a sleeping reader: the lock orders the push and the last look. If the
//! look comes first, the push and what follows see `parked`, and ring; if the push does, the reader
//! sees the item and does not sleep. Modelled in `models/tests/inbox.rs`, which compiles this file
//! against shuttle by naming a module of its own `net::sync`.

use crate::net::sync::{AtomicBool, Bell, Mutex, Ordering, PoisonError};

/// The queue.
#[derive(Debug)]
pub(crate) struct Inbox<T> {
    queue: Mutex<Vec<T>>,
    parked: AtomicBool,
    bell: Bell,
}

impl<T> Inbox<T> {
    /// An empty one.
    pub(crate) fn new(bell: Bell) -> Self {
        Self { queue: Mutex::new(Vec::new()), parked: AtomicBool::new(false), bell }
    }

    /// Puts an item in and wakes the reader if it sleeps.
    pub(crate) fn post(&self, item: T) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).push(item);
        if self.parked.swap(false, Ordering::SeqCst) {
            self.bell.ring();
        }
    }

    /// Says that the reader is about to sleep; whether it may: the queue is empty.
    pub(crate) fn park(&self) -> bool {
        self.parked.store(true, Ordering::SeqCst);
        let empty = self.queue.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        if !empty {
            self.parked.store(false, Ordering::SeqCst);
        }
        empty
    }

    /// Says that the reader is awake.
    pub(crate) fn unpark(&self) {
        self.parked.store(false, Ordering::SeqCst);
    }

    /// Takes all items.
    pub(crate) fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the items that `wanted` picks; the others keep their order.
    pub(crate) fn take_those(&self, wanted: impl Fn(&T) -> bool) -> Vec<T> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.extract_if(.., |item| wanted(item)).collect()
    }

    /// What the reader sleeps on.
    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }
}
