//! What a thread of the server sleeps on, for the models: an eventfd that is the only thing waited
//! for.

use shuttle::sync::{Condvar, Mutex};

/// A bell: who sleeps on it when nobody rings is a deadlock, which shuttle reports.
#[derive(Debug, Default)]
pub struct Bell {
    rang: Mutex<u64>,
    changed: Condvar,
}

impl Bell {
    /// Wakes who sleeps, or who sleeps next.
    pub fn ring(&self) {
        *self.rang.lock().unwrap() += 1;
        self.changed.notify_all();
    }

    /// Sleeps until it rings, as epoll does without a timeout.
    pub fn sleep(&self) {
        let mut rang = self.rang.lock().unwrap();
        while *rang == 0 {
            rang = self.changed.wait(rang).unwrap();
        }
        *rang = 0;
    }
}
