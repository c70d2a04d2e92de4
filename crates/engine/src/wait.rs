//! Clients that wait for keys, and the one word that decides who serves them.
//!
//! A waiter hangs in the queue of each of its keys, maybe in several stripes. Whoever wants to
//! finish it (the pusher that serves it, its own worker on a timeout or a lost connection,
//! `CLIENT UNBLOCK`) must win the claim word first:
//!
//! ```text
//! WAITING --claim--> CLAIMED --release--> WAITING     the served call had to wait again
//!                       \-----finish----> DONE        it has its reply
//! ```
//! Entries that are DONE are dropped when a queue meets them.

use crate::sync::AtomicU8;
use std::any::Any;
use std::fmt;
use std::sync::atomic::Ordering;

const WAITING: u8 = 0;
const CLAIMED: u8 = 1;
const DONE: u8 = 2;

/// One blocked call.
pub struct Waiter {
    claim: AtomicU8,
    /// The blocked client.
    pub client: u64,
    /// The worker that owns its connection.
    pub worker: usize,
    /// What serves it: the call itself, as the commands keep it.
    pub call: Box<dyn Any + Send + Sync>,
}

impl Waiter {
    /// A waiting call.
    pub fn new(client: u64, worker: usize, call: Box<dyn Any + Send + Sync>) -> Self {
        Self { claim: AtomicU8::new(WAITING), client, worker, call }
    }

    /// Tries to become the only one who may finish it.
    pub fn claim(&self) -> bool {
        self.claim.compare_exchange(WAITING, CLAIMED, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Gives a claim back: the call goes on waiting.
    pub fn release(&self) {
        self.claim.store(WAITING, Ordering::Release);
    }

    /// Ends a claimed call.
    pub fn finish(&self) {
        self.claim.store(DONE, Ordering::Release);
    }

    /// Whether it ended.
    pub fn is_done(&self) -> bool {
        self.claim.load(Ordering::Acquire) == DONE
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter").field("client", &self.client).finish_non_exhaustive()
    }
}
