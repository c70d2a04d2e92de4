//! A worker's share of a snapshot's walk, and of loading a file: slices between two batches.
//!
//! A slice is short, and while clients are served the next begins only after twice its time: a
//! client waits for one slice at the most, and two thirds of the processor are its own. An idle
//! worker walks on at once.

use crate::net::worker::Worker;
use crate::snapshots::Running;
use engine::Walked;
use persist::snapshot::Gathering;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A slice's longest hold of a stripe and of the loop.
const SLICE: Duration = Duration::from_micros(200);
/// How many times a slice's length clients are served before the next.
const SERVE_FACTOR: u32 = 2;
/// How long a walker waits for the saver to catch up.
const CATCH_UP: Duration = Duration::from_millis(1);

/// A worker's place in a snapshot.
pub(super) struct Walking {
    running: Arc<Running>,
    /// The stripe that this worker has.
    mine: Option<usize>,
    gathering: Gathering,
    not_before: Instant,
    /// Others have the rest.
    is_done: bool,
}

impl Worker {
    /// How long a wait may be at the most, if a snapshot wants something of this worker: not at
    /// all, but for a saver that is behind.
    pub(super) fn until_walk(&self) -> Option<Duration> {
        let walking = self.walking.as_ref().filter(|walking| !walking.is_done)?;
        let has_room = walking.running.shot.has_room();
        Some(if has_room { Duration::ZERO } else { CATCH_UP })
    }

    /// Walks a slice of the snapshot that is under way, if it is time. `idle`: nobody is served.
    #[inline]
    pub(super) fn walk(&mut self, idle: bool) {
        let current = self.system.snapshots().current();
        if current != 0 {
            self.walk_snapshot(current, idle);
        } else if self.walking.is_some() {
            self.walking = None;
        }
    }

    #[cold]
    fn walk_snapshot(&mut self, current: u64, idle: bool) {
        let fits = |walking: &Walking| walking.running.number == current;
        let mut walking = match self.walking.take().filter(fits) {
            Some(walking) => walking,
            None => match self.system.snapshots().running() {
                Some(running) => Walking {
                    running,
                    mine: None,
                    gathering: Gathering::default(),
                    not_before: Instant::now(),
                    is_done: false,
                },
                None => return,
            },
        };
        let now = Instant::now();
        if !walking.is_done && (idle || now >= walking.not_before) {
            self.slice(&mut walking, now);
        }
        if walking.running.shot.is_behind() {
            // The disk is slower than the writers: they wait here, where nothing is locked.
            std::thread::sleep(CATCH_UP);
        }
        self.walking = Some(walking);
    }

    fn slice(&self, walking: &mut Walking, begun: Instant) {
        let running = Arc::clone(&walking.running);
        let (shot, walk) = (&running.shot, &running.walk);
        if !shot.has_room() {
            return;
        }
        let end = engine::ticks() + SLICE.as_micros() as u64 * self.system.ticks_per_us();
        let done = || engine::ticks() >= end || !shot.has_room();
        let mut garbage = Vec::new();
        let gathering = &mut walking.gathering;
        loop {
            let mut show = |db: usize, rec: &engine::Rec| {
                if !shot.is_over() {
                    shot.gather(gathering, db, rec);
                }
            };
            let walked =
                self.shared.store.walk(walk, &mut walking.mine, &mut show, done, &mut garbage);
            if walked == Walked::More && !done() {
                continue;
            }
            shot.hand_over(gathering);
            match walked {
                Walked::Stripe => {
                    if walk.finish_stripe() {
                        shot.close();
                        walking.is_done = true;
                    } else if !done() {
                        continue;
                    }
                }
                Walked::Rest => walking.is_done = true,
                Walked::More => {}
            }
            break;
        }
        if !garbage.is_empty() {
            self.shared.host.reap(garbage);
        }
        walking.not_before = begun + begun.elapsed() * (1 + SERVE_FACTOR);
    }
}
