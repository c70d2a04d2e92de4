//! Snapshots as the server runs them: one at a time, walked by the workers, saved by a thread.
//!
//! ```text
//! begin   a command or timer, everything locked: cut, saver thread, mail to all workers
//! walk    each worker in its loop, a slice at a time (net/walk.rs), until all stripes are done
//! end     the saver: file synced, `finish`; only then may another begin
//! ```

use crate::host::System;
use crate::net::mailbox::Mail;
use engine::{Keeper, Keys, Walk};
use persist::snapshot::{Finish, Order, Plan, Purpose, Refused, Shot};
use rustix::process::setpriority_process;
use rustix::thread::{gettid, set_current_timer_slack};
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The saver gives way to workers: this is as nice as a thread can be.
const NICE: i32 = 19;
/// The saver's rest after each piece, which is a tenth of a millisecond of work: on a processor
/// that it shares with a worker, the worker never waits for more than a piece.
const REST: Duration = Duration::from_micros(50);
/// The longest sleep of a saver that is slowed down for tests, between looks whether to go on.
const NAP: Duration = Duration::from_millis(20);

/// The snapshot under way, if any.
#[derive(Debug, Default)]
pub(crate) struct Snapshots {
    running: Mutex<Option<Arc<Running>>>,
    /// Its number; 0 for none. Asked by each worker each turn.
    current: AtomicU64,
    last: AtomicU64,
}

/// One snapshot.
#[derive(Debug)]
pub(crate) struct Running {
    /// Its number.
    pub(crate) number: u64,
    /// What was encoded.
    pub(crate) shot: Shot,
    /// What was walked.
    pub(crate) walk: Walk,
    purpose: Purpose,
}

/// The entries of a running snapshot that writers are about to change.
struct First(Arc<Running>);

impl Keeper for First {
    fn keep(&self, db: usize, rec: &engine::Rec) {
        self.0.shot.keep(db, rec);
    }
}

impl Snapshots {
    /// The number of the snapshot under way; 0 for none.
    pub(crate) fn current(&self) -> u64 {
        self.current.load(Ordering::Acquire)
    }

    /// The snapshot under way.
    pub(crate) fn running(&self) -> Option<Arc<Running>> {
        self.lock().clone()
    }

    /// What it is for.
    pub(crate) fn purpose(&self) -> Option<Purpose> {
        self.lock().as_ref().map(|running| running.purpose)
    }

    /// Gives it up, if it is for this; whether it was there.
    pub(crate) fn cancel(&self, purpose: Purpose) -> bool {
        let running = self.lock().clone().filter(|running| running.purpose == purpose);
        running.is_some_and(|running| {
            running.shot.cancel();
            true
        })
    }

    /// Lets it fail, as a disk would; whether it was there.
    pub(crate) fn fail(&self) -> bool {
        let running = self.running();
        running.is_some_and(|running| {
            running.shot.fail();
            true
        })
    }

    /// Entries saved, entries to save, bytes copied by writers.
    pub(crate) fn progress(&self) -> [u64; 3] {
        self.lock().as_ref().map_or([0; 3], |running| {
            let (saved, total) = running.shot.progress();
            [saved, total, running.shot.copied_bytes()]
        })
    }

    /// There is none any more.
    fn free(&self) {
        self.current.store(0, Ordering::Release);
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cuts a snapshot and starts its saver. Everything is locked.
    pub(crate) fn begin(
        &self,
        system: &Arc<System>,
        keys: &mut Keys<'_>,
        order: Order,
        plan: Plan,
        delay_us: u64,
    ) -> Result<(), Refused> {
        let mut running = self.lock();
        if let Some(running) = &*running {
            return Err(Refused::Busy(running.purpose));
        }
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let walk = Walk::new(keys.store());
        let Order { purpose, path, finish, .. } = order;
        let this = Arc::new(Running { number, shot: Shot::new(plan), walk, purpose });
        let saver = Saver { system: Arc::clone(system), this: Arc::clone(&this), path, delay_us };
        let (go, gone) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::Builder::new().name("saver".to_owned());
        let spawned = thread.spawn(move || {
            // Nothing was cut if this ends without a word.
            if gone.recv().is_ok() {
                saver.run(finish);
            }
        });
        if spawned.is_err() {
            return Err(Refused::NoDisk);
        }
        let keeper: Arc<dyn Keeper> = Arc::new(First(Arc::clone(&this)));
        this.shot.begin(keys.cut(&keeper));
        let _ = go.send(());
        *running = Some(this);
        self.current.store(number, Ordering::Release);
        drop(running);
        system.tell_workers(|| Mail::Walk);
        Ok(())
    }
}

/// What the saving thread has.
struct Saver {
    system: Arc<System>,
    this: Arc<Running>,
    path: PathBuf,
    delay_us: u64,
}

impl Saver {
    fn run(self, finish: Finish) {
        // If it is refused, the saver takes its share of the processor as everybody.
        let _ = setpriority_process(Some(gettid()), NICE);
        let _ = set_current_timer_slack(NonZeroU64::new(1000));
        let mut turn = |entries| {
            self.system.publish_saver_usage();
            std::thread::sleep(REST);
            self.delay(entries);
        };
        let result = self.this.shot.save(&self.system.files(), &self.path, &mut turn);
        let snapshots = self.system.snapshots();
        self.system.note_copied(self.this.shot.copied_bytes());
        // Who is told that the log is rewritten may ask for the next at once: it begins only when
        // the log thread is done with this one's file. A save gives its file the final name here.
        if self.this.purpose == Purpose::Rewrite {
            snapshots.free();
            finish(result);
        } else {
            finish(result);
            snapshots.free();
        }
        drop(self.this);
        alloc::flush_thread_cache();
        self.system.retire_saver_usage();
    }

    /// `rdb-key-save-delay`, in small steps: it may be given up meanwhile.
    fn delay(&self, entries: u64) {
        let mut left = Duration::from_micros(self.delay_us.saturating_mul(entries));
        while !left.is_zero() && !self.this.shot.is_over() {
            let step = left.min(NAP);
            std::thread::sleep(step);
            left -= step;
        }
    }
}
