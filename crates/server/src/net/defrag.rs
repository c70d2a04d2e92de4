//! Active defragmentation by the clock: whether there is enough to gain, how much of the time it
//! may take, and slices of it between two batches.
//!
//! ```text
//! once a second, if `activedefrag` is on: pages in use / bytes in use
//!    below threshold-lower or ignore-bytes   nothing
//!    else                                    a pass, cycle-min .. cycle-max percent of the time
//! slice of cycle-us, rest, slice, rest ..    until the pass is over; then the figures again
//! ```
//!
//! One worker does it, and it alone waits for a slice; others only where they want the stripe that
//! is held for a few buckets. A pass that gained next to nothing is not followed by another at
//! once, as Redis's would be: what is left then is not for moving.

use crate::net::worker::Worker;
use commands::config::Id;
use commands::shared::Shared;
use engine::{Course, Mover as _};
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// Between two looks at the allocator, in milliseconds.
const LOOK_EVERY_MS: i64 = 1000;
/// The same after a pass in vain.
const REST_MS: i64 = 30_000;
/// A pass is in vain if it leaves all but so small a part of the holes.
const VAIN: u64 = 16;
/// Shorter slices would be spent on beginning them.
const SLICE_MIN: Duration = Duration::from_micros(50);
/// Elements of one collection that are walked under one lock hold, at the most.
const FIELDS_MAX: u64 = 1000;

/// A pass.
pub(super) struct Defrag {
    course: Course,
    mover: alloc::Mover,
    /// Bytes in holes when it began.
    holes: u64,
    not_before: Instant,
    /// What was told of so far: moved, stayed, keys moved, keys stayed.
    told: [u64; 4],
}

/// Holes in the pages that are in use: their bytes, and their part of the bytes in use in percent.
#[derive(Clone, Copy)]
struct Holes {
    bytes: u64,
    percent: u64,
}

impl Holes {
    /// Takes the locks of the allocator for an instant each.
    fn now() -> Self {
        let stats = alloc::stats();
        let bytes = stats.active.saturating_sub(stats.allocated) as u64;
        Self { bytes, percent: bytes * 100 / (stats.allocated as u64).max(1) }
    }

    /// Percent of the time that they are worth; 0 for none.
    fn effort(self, shared: &Shared) -> u64 {
        let number = |id| shared.config.int(id).max(0) as u64;
        let lower = number(Id::ACTIVE_DEFRAG_THRESHOLD_LOWER);
        let upper = number(Id::ACTIVE_DEFRAG_THRESHOLD_UPPER);
        let least = number(Id::ACTIVE_DEFRAG_CYCLE_MIN);
        let most = number(Id::ACTIVE_DEFRAG_CYCLE_MAX).max(least);
        let is_little = self.bytes < shared.config.size(Id::ACTIVE_DEFRAG_IGNORE_BYTES);
        if is_little || self.percent < lower {
            return 0;
        }
        let above = (self.percent - lower).min(upper.saturating_sub(lower));
        least + above * (most - least) / upper.saturating_sub(lower).max(1)
    }
}

impl Worker {
    /// Begins a pass if it is switched on and worth it, ends the one under way if it was switched
    /// off. Called by one worker, some times a second.
    pub(super) fn look_for_holes(&mut self, now: i64) {
        if !self.shared.config.flag(Id::ACTIVEDEFRAG) {
            self.timers.next_defrag_look = now;
            return self.end_pass(now);
        }
        if now < self.timers.next_defrag_look {
            return;
        }
        self.timers.next_defrag_look = now + LOOK_EVERY_MS;
        let holes = Holes::now();
        let effort = holes.effort(&self.shared);
        let running = &self.shared.stats.defrag.running;
        if self.defrag.is_some() {
            // What is gained meanwhile does not slow it down.
            running.fetch_max(effort, Relaxed);
        } else if effort > 0 {
            self.begin_pass(holes, effort, now);
        }
    }

    /// How long a wait may be at the most, for the next slice.
    #[inline]
    pub(super) fn until_defrag(&self) -> Option<Duration> {
        let defrag = self.defrag.as_ref()?;
        Some(defrag.not_before.saturating_duration_since(Instant::now()))
    }

    /// Runs a slice if a pass is under way and it is time.
    #[inline]
    pub(super) fn defragment(&mut self, now: i64) {
        if self.defrag.is_some() {
            self.defrag_slice(now);
        }
    }

    fn begin_pass(&mut self, holes: Holes, effort: u64, now: i64) {
        let Some(mover) = alloc::Mover::new() else { return };
        alloc::flush_thread_cache();
        let figures = &self.shared.stats.defrag;
        figures.running.store(effort, Relaxed);
        let _ = figures.since_ms.compare_exchange(0, now, Relaxed, Relaxed);
        self.defrag = Some(Box::new(Defrag {
            course: Course::default(),
            mover,
            holes: holes.bytes,
            not_before: Instant::now(),
            told: [0; 4],
        }));
    }

    fn end_pass(&mut self, now: i64) {
        if let Some(defrag) = self.defrag.take() {
            if defrag.mover.moved() > 0 {
                self.system.give_back_now();
            }
            let figures = &self.shared.stats.defrag;
            figures.running.store(0, Relaxed);
            let since = figures.since_ms.swap(0, Relaxed);
            figures.past_ms.fetch_add((now - since).max(0) as u64, Relaxed);
        }
    }

    #[cold]
    fn defrag_slice(&mut self, now: i64) {
        let Some(defrag) = &mut self.defrag else { return };
        let begun = Instant::now();
        if begun < defrag.not_before {
            return;
        }
        let config = &self.shared.config;
        let slice_us = config.int(Id::ACTIVE_DEFRAG_CYCLE_US).max(0) as u64;
        let slice = Duration::from_micros(slice_us).max(SLICE_MIN);
        let fields = config.size(Id::ACTIVE_DEFRAG_MAX_SCAN_FIELDS).min(FIELDS_MAX) as usize;
        let Defrag { course, mover, .. } = &mut **defrag;
        let done = || begun.elapsed() >= slice;
        let is_over = self.shared.store.defragment(course, mover, fields, done);
        let figures = &self.shared.stats.defrag;
        defrag.tell(&self.shared);
        let spent = begun.elapsed();
        let percent = figures.running.load(Relaxed).clamp(1, 99) as u32;
        defrag.not_before = begun + spent + spent * (100 - percent) / percent;
        let ms = spent.as_millis() as u64;
        self.shared.notes.held_up(&self.shared, "active-defrag-cycle", ms, now);
        if is_over {
            self.next_pass(now);
        }
    }

    /// A pass is over: another, if it was worth it and there is more to gain.
    fn next_pass(&mut self, now: i64) {
        let Some(before) = self.defrag.as_ref().map(|defrag| defrag.holes) else { return };
        let holes = Holes::now();
        let effort = holes.effort(&self.shared);
        let in_vain = holes.bytes > before - before / VAIN;
        if effort == 0 || in_vain {
            self.timers.next_defrag_look = now + if in_vain { REST_MS } else { LOOK_EVERY_MS };
            return self.end_pass(now);
        }
        self.begin_pass(holes, effort, now);
    }
}

impl Defrag {
    /// Adds what was done since it last told.
    fn tell(&mut self, shared: &Shared) {
        let Self { course, mover, told, .. } = self;
        let figures = &shared.stats.defrag;
        let totals = [mover.moved(), mover.stayed(), course.keys_moved, course.keys_stayed];
        let sums = [&figures.hits, &figures.misses, &figures.key_hits, &figures.key_misses];
        for ((sum, total), told) in sums.into_iter().zip(totals).zip(told) {
            sum.fetch_add(total - std::mem::replace(told, total), Relaxed);
        }
    }
}
