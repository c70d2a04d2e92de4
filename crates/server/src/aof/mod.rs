//! The append-only file as the server runs it: workers publish, one thread writes and syncs.
//!
//! ```text
//! worker    batch -> Aof::publish -> (always) replies held until their ticket is durable
//! scribe    lanes -> merge -> write -> fsync -> durable -> workers that hold replies
//! ```
//! With `appendfsync always` one fsync serves whatever all workers published before it began, and
//! workers go on with other connections meanwhile. With `everysec` the oldest change that is not on
//! disk is at most a second old when its fsync begins; when one takes more than two seconds,
//! workers wait for it between two batches, holding no lock. So they do when more than
//! [`PENDING_MOST`] bytes wait to be written: memory is bounded. While writing fails nobody waits:
//! commands that write are refused then.

mod lanes;
mod scribe;
pub(crate) mod start;

use crate::aof::lanes::Lanes;
use crate::net::sync::Bell;
use commands::append::Notice;
use engine::journal::Journal;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

pub(crate) use scribe::Scribe;

/// Bytes that may wait to be written before workers let the log thread catch up.
pub(crate) const PENDING_MOST: u64 = 64 << 20;
/// An fsync that takes longer lets workers wait.
const STALL_MS: i64 = 2000;

/// Where workers and the log thread meet.
#[derive(Debug)]
pub(crate) struct Aof {
    lanes: Lanes,
    notices: Mutex<VecDeque<Notice>>,
    /// Whether each worker wants to be told of progress.
    waits: Box<[AtomicBool]>,
    /// When the sync under way began, Unix milliseconds; 0 for none.
    sync_began: AtomicI64,
    /// Writing fails: nobody waits for it.
    fails: AtomicBool,
    ends: AtomicBool,
    gate: Mutex<()>,
    room: Condvar,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Aof {
    /// For so many workers.
    ///
    /// # Errors
    /// No file descriptor is left.
    pub(crate) fn new(workers: usize) -> rustix::io::Result<Self> {
        Ok(Self {
            lanes: Lanes::new(workers, Bell::new()?),
            notices: Mutex::default(),
            waits: (0..workers).map(|_| AtomicBool::new(false)).collect(),
            sync_began: AtomicI64::new(0),
            fails: AtomicBool::new(false),
            ends: AtomicBool::new(false),
            gate: Mutex::new(()),
            room: Condvar::new(),
            thread: Mutex::default(),
        })
    }

    /// Publishes what a worker's journal has. May wait for the disk; no lock is held.
    pub(crate) fn publish(&self, worker: usize, journal: &mut Journal, now: i64) {
        let pending = self.lanes.publish(worker, journal);
        if pending > PENDING_MOST || self.is_stalled(now) {
            self.wait_for_room(now);
        }
    }

    fn is_stalled(&self, now: i64) -> bool {
        let began = self.sync_began.load(Ordering::Acquire);
        began != 0 && now - began > STALL_MS
    }

    #[cold]
    fn wait_for_room(&self, now: i64) {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let must_wait = || {
            let is_full = self.lanes.pending() > PENDING_MOST || self.is_stalled(now);
            is_full && !self.fails.load(Ordering::Acquire) && !self.ends.load(Ordering::Acquire)
        };
        while must_wait() {
            let nap = Duration::from_millis(100);
            let waited = self.room.wait_timeout(gate, nap);
            gate = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Lets workers go on that wait for room.
    fn make_room(&self) {
        drop(self.gate.lock().unwrap_or_else(PoisonError::into_inner));
        self.room.notify_all();
    }

    /// Has a worker told when more is durable. It looks once more after this.
    pub(crate) fn tell_me(&self, worker: usize) {
        self.waits[worker].store(true, Ordering::SeqCst);
    }

    /// Tells the log thread something.
    pub(crate) fn notify(&self, notice: Notice) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).push_back(notice);
        self.lanes.wake();
        self.lanes.bell().ring();
    }

    fn take_notices(&self) -> VecDeque<Notice> {
        std::mem::take(&mut *self.notices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Starts the log thread.
    ///
    /// # Errors
    /// No thread is left.
    pub(crate) fn start(&self, scribe: Scribe) -> std::io::Result<()> {
        let thread = std::thread::Builder::new().name("log".to_owned());
        let thread = thread.spawn(move || scribe.run())?;
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(())
    }

    /// Has everything written and synced; the log thread has ended then.
    pub(crate) fn end(&self) {
        self.ends.store(true, Ordering::Release);
        self.lanes.bell().ring();
        self.make_room();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // One that panicked has aborted the process already.
            let _ = thread.join();
        }
    }
}
