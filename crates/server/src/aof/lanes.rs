//! The way of the journals to the log thread: one lane a worker, and the merge that puts their
//! groups in one order again.
//!
//! ```text
//! worker 0: [ 1 | 4 | 5 ] -- lane 0 --\
//! worker 1: [ 2 | 3 ]     -- lane 1 ---+-- merge --> 1 2 3 4 5 ...
//! ```
//! A worker publishes what it closed at the end of a batch, without waiting for anybody; only then
//! is what comes after it in the order of tickets of use. The reader takes lanes one after the
//! other: whatever was drawn before a group that it has is published already or will be, for a
//! worker publishes before it waits for anything. Nobody is woken but a reader that said it sleeps.
//! Modelled in `models/tests/lanes.rs`, which compiles this file against shuttle.

use crate::net::sync::{AtomicBool, AtomicU64, Bell, Mutex, Ordering, PoisonError};
use engine::journal::{Fetched, Journal, Run};
use std::collections::VecDeque;

/// Used-up buffers that a lane keeps for its worker.
const SPARE: usize = 8;

/// Published bytes that the reader is to take whatever it waits for: they are in the cache still.
const TAKE_BYTES: u64 = 256 << 10;

/// All lanes.
#[derive(Debug)]
pub(crate) struct Lanes {
    each: Box<[Mutex<Lane>]>,
    /// The reader sleeps until it is told of anything.
    asleep: AtomicBool,
    bell: Bell,
    /// Bytes published and not consumed.
    pending: AtomicU64,
}

#[derive(Default, Debug)]
struct Lane {
    published: VecDeque<Fetched>,
    spare: Vec<Fetched>,
}

impl Lanes {
    /// One for each worker.
    pub(crate) fn new(workers: usize, bell: Bell) -> Self {
        Self {
            each: (0..workers).map(|_| Mutex::default()).collect(),
            asleep: AtomicBool::new(false),
            bell,
            pending: AtomicU64::new(0),
        }
    }

    /// Publishes what a worker's journal has; bytes that wait for the reader then, and the last
    /// ticket.
    pub(crate) fn publish(&self, worker: usize, journal: &mut Journal) -> (u64, u64) {
        let mut lane = self.each[worker].lock().unwrap_or_else(PoisonError::into_inner);
        let empty = lane.spare.pop().unwrap_or_default();
        let fetched = journal.fetch(empty);
        let bytes = fetched.bytes.len() as u64;
        let ticket = fetched.runs.last().map_or(0, |run| run.last);
        // Before the reader can take it, and count it out.
        let pending = self.pending.fetch_add(bytes, Ordering::SeqCst) + bytes;
        lane.published.push_back(fetched);
        drop(lane);
        self.wake();
        if pending / TAKE_BYTES != (pending - bytes) / TAKE_BYTES {
            self.bell.ring();
        }
        (pending, ticket)
    }

    /// Wakes the reader if it sleeps.
    pub(crate) fn wake(&self) {
        if self.asleep.swap(false, Ordering::SeqCst) {
            self.bell.ring();
        }
    }

    /// Bytes that wait for the reader.
    pub(crate) fn pending(&self) -> u64 {
        self.pending.load(Ordering::SeqCst)
    }

    /// The reader is done with so many bytes.
    pub(crate) fn consumed(&self, bytes: u64) {
        self.pending.fetch_sub(bytes, Ordering::SeqCst);
    }

    /// Says that the reader is about to sleep; whether it may: nothing was published.
    pub(crate) fn sleep(&self) -> bool {
        self.asleep.store(true, Ordering::SeqCst);
        let may = self.is_empty();
        if !may {
            self.asleep.store(false, Ordering::SeqCst);
        }
        may
    }

    /// Whether nothing was published that was not taken.
    pub(crate) fn is_empty(&self) -> bool {
        let is_empty = |lane: &Mutex<Lane>| {
            lane.lock().unwrap_or_else(PoisonError::into_inner).published.is_empty()
        };
        self.each.iter().all(is_empty)
    }

    /// Says that the reader is awake.
    pub(crate) fn awake(&self) {
        self.asleep.store(false, Ordering::SeqCst);
    }

    /// What the reader sleeps on.
    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }
}

/// What the reader has taken from the lanes and not put in order yet.
#[derive(Debug)]
pub(crate) struct Merge {
    taken: Vec<Taken>,
    /// The ticket that comes next.
    next: u64,
}

#[derive(Default, Debug)]
struct Taken {
    chunks: VecDeque<Fetched>,
    /// Runs, and bytes, of the first chunk that are done with.
    runs: usize,
    bytes: usize,
}

impl Merge {
    /// Of as many lanes, beginning behind `ticket`.
    pub(crate) fn new(workers: usize, ticket: u64) -> Self {
        Self { taken: (0..workers).map(|_| Taken::default()).collect(), next: ticket + 1 }
    }

    /// The ticket behind which the order goes on.
    pub(crate) fn last(&self) -> u64 {
        self.next - 1
    }

    /// Groups that were taken and not appended.
    pub(crate) fn groups(&self) -> u64 {
        let chunks = self.taken.iter().flat_map(|taken| &taken.chunks);
        let done = self.taken.iter().filter_map(|taken| {
            taken.chunks.front().map(|chunk| {
                chunk.runs[..taken.runs].iter().map(|run| run.last - run.first + 1).sum::<u64>()
            })
        });
        chunks.map(Fetched::groups).sum::<u64>() - done.sum::<u64>()
    }

    /// Takes what is published; whether there was anything.
    pub(crate) fn collect(&mut self, lanes: &Lanes) -> bool {
        let mut any = false;
        for (taken, lane) in self.taken.iter_mut().zip(&lanes.each) {
            let mut lane = lane.lock().unwrap_or_else(PoisonError::into_inner);
            any |= !lane.published.is_empty();
            taken.chunks.extend(lane.published.drain(..));
        }
        any
    }

    /// Appends runs of groups to `out` as long as they follow each other, begin at `most` or
    /// before, and `out` is shorter than `full`; whether it stopped for the last reason. Used-up
    /// buffers go back to their lanes.
    pub(crate) fn append(
        &mut self,
        lanes: &Lanes,
        (out, full): (&mut Vec<u8>, usize),
        selected: &mut Option<u32>,
        most: u64,
    ) -> bool {
        while self.next <= most {
            if out.len() >= full {
                return true;
            }
            let next = self.next;
            let mut all = self.taken.iter_mut().enumerate();
            let Some((worker, taken)) =
                all.find(|(_, taken)| taken.run().is_some_and(|run| run.first == next))
            else {
                return false;
            };
            while self.next <= most
                && out.len() < full
                && let Some(run) = taken.run().filter(|run| run.first == self.next)
            {
                taken.append(run, out, selected);
                self.next = run.last + 1;
            }
            if let Some(used) = taken.pop_used() {
                let bytes = used.bytes.len() as u64;
                let mut lane = lanes.each[worker].lock().unwrap_or_else(PoisonError::into_inner);
                if lane.spare.len() < SPARE {
                    lane.spare.push(used);
                }
                drop(lane);
                lanes.consumed(bytes);
            }
        }
        false
    }
}

impl Taken {
    /// What comes next of it.
    fn run(&self) -> Option<Run> {
        self.chunks.front()?.runs.get(self.runs).copied()
    }

    /// Appends that.
    fn append(&mut self, run: Run, out: &mut Vec<u8>, selected: &mut Option<u32>) {
        let Some(chunk) = self.chunks.front() else { return };
        run.append_to(out, selected, &chunk.bytes[self.bytes..run.end]);
        self.bytes = run.end;
        self.runs += 1;
    }

    fn pop_used(&mut self) -> Option<Fetched> {
        if self.chunks.front()?.runs.len() > self.runs {
            return None;
        }
        (self.runs, self.bytes) = (0, 0);
        self.chunks.pop_front()
    }
}
