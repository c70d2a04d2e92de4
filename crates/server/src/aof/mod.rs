//! The append-only file as the server runs it: workers publish, one thread writes and syncs.
//!
//! ```text
//! worker    batch -> Aof::publish -> (always) replies held until their ticket is durable
//! scribe    lanes -> merge -> write -> fsync -> durable -> workers that hold replies
//! ```
//! With `appendfsync always` one fsync serves whatever all workers published before it began. While
//! syncs are short, a worker half of whose clients wait does it itself (`desk.rs`); else workers go
//! on with other connections meanwhile. While they follow each other the file is filled ahead of
//! what is written, and each write has a sum (`persist::aof::room`): a sync is two requests to the
//! disk then instead of four. With `everysec` a thread of its own syncs while writing goes on: the
//! oldest change that is not on disk is at most a second old when its fsync begins, and what the
//! process has not handed to the system yet is some ten milliseconds old. While changes are rare
//! the log thread is prompt: it sleeps until there is one, and the worker lets it write before the
//! replies are sent, so that even a kill loses nothing then. The stall rule: when an fsync takes
//! more than two seconds, workers wait for it between two batches, holding no lock; so a power cut
//! loses a second and what one fsync takes, at most three seconds. Files are exchanged by the log
//! thread itself (a few fsyncs, when a rewrite begins and ends): what comes meanwhile is written
//! after it, and workers wait when it is a second behind. So the end of the process alone never
//! loses more than a second of what was acknowledged, whatever the disk does. Workers wait too when
//! more than [`PENDING_MOST`] bytes wait to be written: memory is bounded. While writing fails
//! nobody waits: commands that write are refused then.

mod desk;
mod lanes;
mod scribe;
pub(crate) mod start;

use crate::aof::desk::Desk;
use crate::aof::lanes::Lanes;
use crate::host::System;
use crate::net::mailbox::Mail;
use crate::net::sync::Bell;
use commands::append::Notice;
use engine::journal::Journal;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub(crate) use scribe::Scribe;

/// Bytes that may wait to be written before workers let the log thread catch up.
pub(crate) const PENDING_MOST: u64 = 64 << 20;
/// An fsync that takes longer lets workers wait.
const STALL_MS: i64 = 2000;
/// And so does the log thread when what was published is not written for so long.
const BEHIND_MS: i64 = 1000;

/// So long at most a worker waits for a log thread that is prompt.
const PROMPT_WAIT_MOST: Duration = Duration::from_millis(200);

/// Where workers and the log thread meet.
pub(crate) struct Aof {
    lanes: Lanes,
    desk: Desk<Scribe, Notice>,
    /// When the sync under way began, Unix milliseconds; 0 for none.
    sync_began: AtomicI64,
    /// What was published before this Unix millisecond is written.
    written_since: AtomicI64,
    /// Writing fails: nobody waits for it.
    fails: AtomicBool,
    ends: AtomicBool,
    /// Changes up to this ticket were handed to the system.
    written: AtomicU64,
    /// What is published is written at once: it is waited for.
    prompt: AtomicBool,
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
            desk: Desk::new(workers),
            sync_began: AtomicI64::new(0),
            written_since: AtomicI64::new(0),
            fails: AtomicBool::new(false),
            ends: AtomicBool::new(false),
            written: AtomicU64::new(0),
            prompt: AtomicBool::new(false),
            gate: Mutex::new(()),
            room: Condvar::new(),
            thread: Mutex::default(),
        })
    }

    /// Publishes what a worker's journal has. May wait for the disk; no lock is held.
    pub(crate) fn publish(&self, worker: usize, journal: &mut Journal, now: i64) {
        let (pending, ticket) = self.lanes.publish(worker, journal);
        if self.prompt.load(Ordering::SeqCst) {
            self.wait_prompt(ticket);
        }
        if pending > PENDING_MOST || self.is_stalled(now) {
            self.wait_for_room(now);
        }
    }

    /// Lets the log thread write what was published up to a ticket, if it does at once. A disk that
    /// does not take it soon, or is being synced, is not waited for.
    #[cold]
    fn wait_prompt(&self, ticket: u64) {
        let end = Instant::now() + PROMPT_WAIT_MOST;
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let may_wait = || {
            self.written.load(Ordering::Acquire) < ticket
                && self.prompt.load(Ordering::Acquire)
                && self.sync_began.load(Ordering::Acquire) == 0
                && !self.fails.load(Ordering::Acquire)
                && !self.ends.load(Ordering::Acquire)
        };
        while may_wait() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // Nobody else waits as long in vain.
                return self.prompt.store(false, Ordering::SeqCst);
            }
            let waited = self.room.wait_timeout(gate, left);
            gate = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn is_stalled(&self, now: i64) -> bool {
        let began = self.sync_began.load(Ordering::Acquire);
        let is_behind = now - self.written_since.load(Ordering::Acquire) > BEHIND_MS;
        is_behind || (began != 0 && now - began > STALL_MS)
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

    /// Waits until everything up to a ticket is written; false if that takes too long.
    pub(crate) fn wait_written(&self, ticket: u64) -> bool {
        for _ in 0..10_000 {
            if self.written.load(Ordering::Acquire) >= ticket {
                return true;
            }
            self.lanes.bell().ring();
            std::thread::sleep(Duration::from_millis(1));
        }
        false
    }

    /// Lets workers go on that wait for room.
    fn make_room(&self) {
        drop(self.gate.lock().unwrap_or_else(PoisonError::into_inner));
        self.room.notify_all();
    }

    /// Has a worker told when more is durable. It looks once more after this.
    pub(crate) fn ask(&self, worker: usize) {
        self.desk.ask(worker);
    }

    /// Takes that back.
    pub(crate) fn unask(&self, worker: usize) {
        self.desk.unask(worker);
    }

    /// Whether workers write and sync themselves.
    pub(crate) fn is_shared(&self) -> bool {
        self.desk.is_shared()
    }

    /// Writes and syncs what all workers have published, for one that has asked and has nothing
    /// else to do. How long the sync took, or `None` if it is somebody else's now, who will tell.
    pub(crate) fn sync_here(&self, worker: usize, system: &System) -> Option<Duration> {
        let mut seat = self.desk.try_sit()?;
        let took = seat.as_mut().and_then(|scribe| scribe.sync_for_worker(system.now_ms()));
        drop(seat);
        if took.is_some() {
            self.tell_askers(system, Some(worker));
        }
        if took.is_none() || !self.is_shared() {
            self.lanes.bell().ring(); // the log thread tells the others then
        }
        took
    }

    /// Has the log thread look at once.
    pub(crate) fn ring(&self) {
        self.lanes.bell().ring();
    }

    /// Tells workers that hold replies that there is news.
    fn tell_askers(&self, system: &System, but: Option<usize>) {
        for worker in self.desk.askers(but) {
            system.mailbox(worker).post(Mail::Durable);
        }
    }

    /// Tells the log thread something.
    pub(crate) fn notify(&self, notice: Notice) {
        self.desk.notify(notice);
        self.lanes.wake();
        self.lanes.bell().ring();
    }

    /// Starts the log thread.
    ///
    /// # Errors
    /// No thread is left.
    pub(crate) fn start(&self, system: Arc<System>, scribe: Scribe) -> std::io::Result<()> {
        *self.desk.sit() = Some(scribe);
        let thread = std::thread::Builder::new().name("log".to_owned());
        let thread = thread.spawn(move || scribe::run(&system))?;
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
