//! The reaper: a thread that frees what would hold a worker up, when the workers leave it a core.
//!
//! ```text
//! workers -> light: databases, and values that are freed in a millisecond   -> reaper, and
//!            large: values that take longer                                    workers in need
//! ```
//! It runs at the lowest priority, so on a busy machine it may fall behind. A worker that finds
//! memory over its limit takes from the queue itself then, a step at a time: no key has to go for
//! memory that is on its way back, and what waits is bounded. Only what is large stays with the
//! reaper, unless many such values wait.
//!
//! A small database that is flushed does not come here at all: who flushed it frees it at once, as
//! long as a slice of the expiry sweep takes, and its memory is back with the reply.
//!
//! Nothing is freed under the lock of the queue. Whoever frees publishes what it gave back after
//! each step.

use commands::shared::Reaping;
use engine::Garbage;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Heap pieces freed in a step: tens of microseconds.
const STEP_PIECES: usize = 256;
/// Heap pieces of databases that are freed by who hands them in.
const AT_ONCE_PIECES: usize = 4096;
/// Large values that may wait before workers in need free them too.
const LARGE_WAITING: usize = 16;

/// What the reaper has to do and has done.
#[derive(Default, Debug)]
pub(crate) struct Reaper {
    queue: Mutex<Queue>,
    filled: Condvar,
    pending: AtomicI64,
    freed: AtomicU64,
}

#[derive(Default, Debug)]
struct Queue {
    light: VecDeque<Garbage>,
    large: VecDeque<Garbage>,
    /// The reaper is freeing a large value.
    is_at_large: bool,
    /// Pages are to be given back to the system.
    purge: bool,
}

impl Queue {
    fn push(&mut self, garbage: Garbage) {
        let side = if garbage.is_large() { &mut self.large } else { &mut self.light };
        side.push_back(garbage);
    }
}

/// What the reaper is to do next.
pub(crate) enum Task {
    /// Free a step of this.
    Free(Garbage),
    /// Give pages back to the system.
    Purge,
}

impl Reaper {
    /// Takes garbage in, but for the first pieces of databases, which are freed here.
    pub(crate) fn push(&self, garbage: Vec<Garbage>) {
        let mut pieces = AT_ONCE_PIECES;
        let mut rest = Vec::new();
        for one in garbage {
            if pieces == 0 || !one.is_divisible() {
                rest.push(one);
                continue;
            }
            let mut is_whole = true;
            pieces = one.free_some(pieces, &mut |left| {
                is_whole &= !left.is_divisible();
                rest.push(left);
            });
            self.freed.fetch_add(u64::from(is_whole), Ordering::Relaxed);
        }
        if !rest.is_empty() {
            self.queue_up(rest);
        }
    }

    fn queue_up(&self, garbage: Vec<Garbage>) {
        self.pending.fetch_add(garbage.len() as i64, Ordering::Relaxed);
        let mut queue = self.lock();
        garbage.into_iter().for_each(|one| queue.push(one));
        drop(queue);
        self.filled.notify_one();
    }

    /// Has the reaper give pages back.
    pub(crate) fn purge(&self) {
        self.lock().purge = true;
        self.filled.notify_one();
    }

    /// Waits for something to do: the reaper's own.
    pub(crate) fn next(&self) -> Task {
        let mut queue = self.lock();
        queue.is_at_large = false;
        loop {
            if std::mem::take(&mut queue.purge) {
                return Task::Purge;
            }
            // Large values first: workers can help with the others.
            if let Some(garbage) = queue.large.pop_front() {
                queue.is_at_large = true;
                return Task::Free(garbage);
            }
            if let Some(garbage) = queue.light.pop_front() {
                return Task::Free(garbage);
            }
            queue = self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Frees a step of some garbage; `publish` is called when its memory is back, before it stops
    /// to count as pending.
    pub(crate) fn free(&self, garbage: Garbage, publish: impl FnOnce()) {
        let (mut rest, mut found) = (None, Vec::new());
        garbage.free_some(STEP_PIECES, &mut |left| match left {
            Garbage::Value(_) => found.push(left),
            left => rest = Some(left),
        });
        publish();
        if !found.is_empty() {
            self.queue_up(found);
        }
        match rest {
            Some(rest) => self.lock().light.push_front(rest),
            None => {
                // Freed counts up before pending goes down, so none is missed.
                self.freed.fetch_add(1, Ordering::Relaxed);
                self.pending.fetch_sub(1, Ordering::Release);
            }
        }
    }

    /// Frees a step of what waits, in a worker that needs the room.
    pub(crate) fn help(&self, publish: impl FnOnce()) -> Reaping {
        if self.pending.load(Ordering::Acquire) <= 0 {
            return Reaping::Nothing;
        }
        let mut queue = self.lock();
        let mut garbage = queue.light.pop_front();
        if garbage.is_none() && queue.large.len() > LARGE_WAITING {
            garbage = queue.large.pop_front();
        }
        let is_under_way = queue.is_at_large || !queue.large.is_empty();
        drop(queue);
        match garbage {
            Some(garbage) => {
                self.free(garbage, publish);
                Reaping::Freed
            }
            None if is_under_way => Reaping::UnderWay,
            None => Reaping::Nothing,
        }
    }

    /// Objects that wait, and objects freed.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let left = self.pending.load(Ordering::Acquire).max(0) as u64;
        (left, self.freed.load(Ordering::Relaxed))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
