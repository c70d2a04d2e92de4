//! Who writes and syncs: the log thread, or, with `appendfsync always`, a worker whose clients wait
//! for nothing else.
//!
//! ```text
//! worker      publish, ask, try the seat -> write, sync -> rise, tell who asked
//! log thread  rung, or by the clock: take the seat -> whatever is due -> rise, tell who asked
//! ```
//! One thread at a time sits. A worker that finds the seat taken goes on with other things: it has
//! asked before it tried, and who sits looks who asked once it has risen, so it is told and tries
//! again. While syncs are long, workers leave them to the log thread, which is woken by what is
//! published; while they are short it sleeps through that. Two wake-ups for each sync are spared.
//!
//! What is to be done besides is told by notices, which the log thread alone takes: of a cut, say,
//! behind which changes go to another file. A worker that finds one leaves everything to it.
//! Modelled in `models/tests/desk.rs`, which compiles this file against shuttle.

use crate::aof::lanes::{Lanes, Merge};
use crate::net::sync::{AtomicBool, Mutex, MutexGuard, Ordering, PoisonError, TryLockError};
use std::collections::VecDeque;

/// The seat, who asked, and what the log thread was told.
pub(crate) struct Desk<S, N> {
    /// `None` before the log thread starts and after it has ended.
    seat: Mutex<Option<S>>,
    /// The workers that want to be told.
    asks: Box<[AtomicBool]>,
    /// Workers sync themselves.
    is_shared: AtomicBool,
    notices: Mutex<VecDeque<N>>,
}

impl<S, N> Desk<S, N> {
    /// For so many workers; nobody sits, and the seat is empty.
    pub(crate) fn new(workers: usize) -> Self {
        Self {
            seat: Mutex::new(None),
            asks: (0..workers).map(|_| AtomicBool::new(false)).collect(),
            is_shared: AtomicBool::new(false),
            notices: Mutex::new(VecDeque::new()),
        }
    }

    /// The seat, once whoever has it rises.
    pub(crate) fn sit(&self) -> MutexGuard<'_, Option<S>> {
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The seat if it is free.
    pub(crate) fn try_sit(&self) -> Option<MutexGuard<'_, Option<S>>> {
        match self.seat.try_lock() {
            Ok(seat) => Some(seat),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Has a worker told when more is durable. It looks once more after this.
    pub(crate) fn ask(&self, worker: usize) {
        self.asks[worker].store(true, Ordering::SeqCst);
    }

    /// Takes back what a worker has asked for.
    pub(crate) fn unask(&self, worker: usize) {
        self.asks[worker].store(false, Ordering::SeqCst);
    }

    /// Who asked, once each, but the worker that calls. To be called by who has risen.
    pub(crate) fn askers(&self, but: Option<usize>) -> impl Iterator<Item = usize> {
        let asks = self.asks.iter().enumerate().filter(move |(worker, _)| Some(*worker) != but);
        asks.filter(|(_, asks)| asks.swap(false, Ordering::SeqCst)).map(|(worker, _)| worker)
    }

    /// Whether a worker that has asked is to try the seat itself. Else the log thread will tell it.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared.load(Ordering::SeqCst)
    }

    /// Lets workers sync, or leaves it to the log thread: for who sits. A worker that leaves it
    /// rings for the log thread once it has risen.
    pub(crate) fn share(&self, is_shared: bool) {
        self.is_shared.store(is_shared, Ordering::SeqCst);
    }

    /// Gives the log thread a notice. One that concerns what is drawn from now on is given before
    /// that can be drawn.
    pub(crate) fn notify(&self, notice: N) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).push_back(notice);
    }

    /// The notices, for the log thread, once it has taken what was published: none of that is
    /// concerned by a notice that comes later.
    pub(crate) fn take_notices(&self) -> VecDeque<N> {
        std::mem::take(&mut *self.notices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a worker sits down to: takes what was published; whether it may write that, for there
    /// is no notice.
    pub(crate) fn collect_plain(&self, merge: &mut Merge, lanes: &Lanes) -> bool {
        merge.collect(lanes);
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}
