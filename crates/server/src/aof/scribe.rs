//! The log thread's work: it puts the journals in order, writes them, syncs, and exchanges files
//! when the log is rewritten, turned on or turned off. A worker may lend a hand (`desk.rs`).
//!
//! ```text
//! Off --Start--> Starting --agreed, prepared, cut, settled--> On --Stop--> Off
//! ```
//! While the log is being turned on, workers write their journals first, each from a turn of its
//! own; once all do, everything is locked for an instant and the snapshot cut. What was drawn up to
//! the cut is in the snapshot and thrown away here; what follows is the first increment.

use crate::aof::Aof;
use crate::aof::lanes::Merge;
use crate::host::System;
use crate::net::mailbox::Mail;
use commands::append::{Figures, Notice};
use commands::config::{Id, choices};
use commands::shared::{Message, Shared};
use persist::aof::log::{Failure, Log, WriteError};
use persist::snapshot::{Purpose, SnapshotError, Written};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::thread::set_current_timer_slack;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Bytes written at once.
const WRITE_BYTES: usize = 1 << 20;
/// Between two writes when nobody waits for them.
const WRITE_EVERY_MS: i64 = 10;
/// So many writes in a row, each sooner behind the one before than that, are done at once all the
/// same; with `always`, room is filled for more of them.
const STREAK_MOST: u32 = 100;
/// The age of the oldest change that is not on disk when it is synced, `everysec`.
const SYNC_AFTER_MS: i64 = 900;
/// With `always`: between two looks whether the clients are back whose changes the last sync made
/// last, and for how long in all. It is not more than what that sync took.
const GATHER_STEP: Duration = Duration::from_micros(50);
const GATHER_MOST: Duration = Duration::from_micros(500);
/// Syncs of at most this length in a row let workers sync themselves; a longer one ends that.
const SHORT_SYNC: Duration = Duration::from_millis(1);
const SHORT_SYNCS: u32 = 16;
/// Between two tries of a write that failed.
const RETRY_MS: i64 = 200;
/// Room in the file that was not written over for so long is given back.
const IDLE_MS: i64 = 1000;
/// Between two looks whether a rewrite is due.
const LOOK_EVERY_MS: i64 = 100;
/// A write that fails is told of once in so many milliseconds.
const COMPLAIN_EVERY_MS: i64 = 30_000;
/// Rewrites that failed in a row from which on they are put off.
const FAILURES_MOST: u64 = 3;
/// And for how long at most, in minutes.
const DELAY_MINUTES_MOST: i64 = 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Off,
    /// Journals are to be written by all workers, and then there is to be a base.
    Starting,
    On,
}

/// The snapshot of a rewrite that ended.
struct Ended {
    temp: PathBuf,
    suffix: &'static str,
    outcome: Result<Written, SnapshotError>,
}

/// How far a rewrite is.
#[derive(Default)]
enum Rewrite {
    #[default]
    None,
    /// A worker is asked to cut.
    Prepared,
    /// The snapshot is written.
    Running,
    /// It is there; the switch is not.
    Ended(Box<Ended>),
}

/// A sync whose clients may be back soon.
struct LastSync {
    ended: Instant,
    took: Duration,
    /// Changes that it made last, and those that had come meanwhile.
    groups: u64,
}

/// The thread's state.
pub(crate) struct Scribe {
    system: Arc<System>,
    shared: Arc<Shared>,
    log: Log,
    merge: Merge,
    state: State,
    rewrite: Rewrite,
    /// Bytes to be written.
    out: Vec<u8>,
    /// The database that is selected behind `out`.
    selected: Option<u32>,
    /// Behind this ticket the next increment is written.
    switch_at: Option<u64>,
    /// The switch failed: the rewrite comes to nothing.
    is_void: bool,
    /// Behind this ticket nothing is written.
    stop_at: Option<u64>,
    /// Another thread syncs, and since when.
    is_syncing: bool,
    sync_began: i64,
    /// When the oldest bytes were written that are not synced.
    unsynced_since: Option<i64>,
    /// A batch with a sum is among them: it is synced before there is another.
    has_batch: bool,
    /// What the last sync with `always` made last, when it ended and what it took.
    last_sync: Option<LastSync>,
    /// How many syncs in a row were short.
    short_syncs: u32,
    /// When the last write was, and how many there were in a row without a pause.
    wrote_at: i64,
    streak: u32,
    /// Why the last write failed, and when it is tried again.
    failure: Option<(String, i64)>,
    complained_at: i64,
    /// The second of the last annotation.
    stamped_s: i64,
    next_look: i64,
    /// Rewrites are put off until then, and for how long.
    delay: Option<(i64, i64)>,
    delay_minutes: i64,
}

/// Writes until the server ends.
pub(super) fn run(system: &System) {
    // Else the kernel adds 50 microseconds to each short sleep.
    let _ = set_current_timer_slack(NonZeroU64::new(1000));
    let aof = system.aof();
    loop {
        let ends = aof.ends.load(Ordering::Acquire);
        let mut seat = aof.desk.sit();
        let Some(scribe) = &mut *seat else { return };
        scribe.turn(system.now_ms(), ends);
        let timeout = scribe.timeout(system.now_ms());
        if ends {
            scribe.finish();
            *seat = None;
        }
        drop(seat);
        aof.tell_askers(system, None);
        system.publish_log_usage();
        if ends {
            return;
        }
        wait(aof, timeout);
    }
}

/// Sleeps until the bell rings, or for so many milliseconds.
fn wait(aof: &Aof, timeout: i64) {
    let bell = aof.lanes.bell();
    let wait = Timespec { tv_sec: timeout / 1000, tv_nsec: timeout % 1000 * 1_000_000 };
    let mut fds = [PollFd::from_borrowed_fd(bell.fd(), PollFlags::IN)];
    if poll(&mut fds, Some(&wait)).is_ok_and(|ready| ready > 0) {
        bell.hush();
    }
    aof.lanes.awake();
}

impl Scribe {
    /// A thread's state: `log` is open if the server is to write it.
    pub(crate) fn new(system: Arc<System>, shared: Arc<Shared>, log: Log) -> Self {
        let merge = Merge::new(shared.workers.len(), shared.store.last_ticket());
        let state = if log.is_open() { State::On } else { State::Off };
        let scribe = Self {
            system,
            merge,
            state,
            log,
            rewrite: Rewrite::None,
            out: Vec::new(),
            selected: None,
            switch_at: None,
            is_void: false,
            stop_at: None,
            is_syncing: false,
            sync_began: 0,
            unsynced_since: None,
            has_batch: false,
            last_sync: None,
            short_syncs: 0,
            wrote_at: 0,
            streak: 0,
            failure: None,
            complained_at: i64::MIN / 2,
            stamped_s: 0,
            next_look: 0,
            delay: None,
            delay_minutes: 0,
            shared,
        };
        if state == State::On {
            scribe.shared.append.set_journals(true);
            scribe.shared.append.figures().is_enabled = true;
        }
        scribe
    }

    fn aof(&self) -> &Aof {
        self.system.aof()
    }

    fn figures(&self) -> std::sync::MutexGuard<'_, Figures> {
        self.shared.append.figures()
    }

    fn turn(&mut self, now: i64, ends: bool) {
        self.merge.collect(&self.system.aof().lanes);
        if self.merge.groups() > 0
            && !self.aof().is_shared()
            && let Some(last) = self.last_sync.take()
        {
            self.gather(&last);
        }
        // What was collected and lies behind a cut was drawn after its notice was given.
        for notice in self.aof().desk.take_notices() {
            self.take(notice, now);
        }
        self.write_in_order(now);
        self.sync_if_due(now, ends);
        if now >= self.next_look {
            self.next_look = now + LOOK_EVERY_MS;
            self.look(now);
        }
        self.begin_when_agreed(now);
    }

    /// Writes and syncs, if that is all that is to be done; how long the sync took.
    pub(super) fn sync_for_worker(&mut self, now: i64) -> Option<Duration> {
        let is_plain = self.state == State::On
            && self.is_always()
            && self.switch_at.is_none()
            && self.stop_at.is_none()
            && self.failure.is_none();
        let aof = self.system.aof();
        let may_write = aof.desk.collect_plain(&mut self.merge, &aof.lanes);
        if !is_plain || !may_write {
            return None;
        }
        self.write_in_order(now);
        self.sync_if_due(now, false);
        Some(self.last_sync.as_ref().map_or(Duration::ZERO, |last| last.took))
    }

    /// Writes what is in order, as far as the storage takes it.
    fn write_in_order(&mut self, now: i64) {
        if self.failure.as_ref().is_none_or(|(_, at)| *at <= now) {
            self.write_all(now);
        }
        if self.out.is_empty() {
            self.aof().written.store(self.merge.last(), Ordering::Release);
            self.aof().written_since.store(now, Ordering::Release);
            self.aof().make_room();
        }
    }

    /// Lets the clients whose changes were synced last come back, so that one sync serves all: else
    /// they fall into two crowds, each of which waits for the sync of the other. Ends when as many
    /// are there, or when nobody comes any more.
    fn gather(&mut self, last: &LastSync) {
        let most = last.took.min(GATHER_MOST);
        let mut groups = self.merge.groups();
        while groups < last.groups && last.ended.elapsed() < most {
            std::thread::sleep(GATHER_STEP);
            self.merge.collect(&self.system.aof().lanes);
            let before = std::mem::replace(&mut groups, self.merge.groups());
            if groups == before {
                return;
            }
        }
    }

    /// Milliseconds until there is something to do unless the bell rings. The next that publishes
    /// rings it while nothing is to be gathered: with `always`, and after a pause.
    fn timeout(&mut self, now: i64) -> i64 {
        let aof = self.system.aof();
        if now - self.wrote_at >= WRITE_EVERY_MS {
            self.streak = 0;
        }
        let is_prompt = !self.is_always() && self.streak <= STREAK_MOST && self.out.is_empty();
        let was_prompt = aof.prompt.swap(is_prompt, Ordering::SeqCst);
        if self.state == State::Starting && matches!(self.rewrite, Rewrite::None) {
            return 1;
        }
        if self.is_always() && aof.is_shared() {
            return LOOK_EVERY_MS;
        }
        if is_prompt || self.is_always() {
            if aof.lanes.sleep() {
                return self.until_sync(now).clamp(0, LOOK_EVERY_MS);
            }
            return if self.failure.is_none() { 0 } else { WRITE_EVERY_MS };
        }
        // Who published when it was prompt waits.
        if was_prompt && !aof.lanes.is_empty() { 0 } else { WRITE_EVERY_MS }
    }

    /// Milliseconds until a sync is due for certain.
    fn until_sync(&self, now: i64) -> i64 {
        match self.unsynced_since {
            Some(since) if !self.is_syncing && self.policy() == choices::FSYNC_EVERYSEC => {
                since + SYNC_AFTER_MS - now
            }
            _ => LOOK_EVERY_MS,
        }
    }

    fn is_always(&self) -> bool {
        self.state != State::Off && self.policy() == choices::FSYNC_ALWAYS
    }

    fn policy(&self) -> i64 {
        self.shared.config.int(Id::APPENDFSYNC)
    }

    // ---- writing ---------------------------------------------------------------------------

    /// Writes what is in order, and exchanges files on the way where that is due.
    fn write_all(&mut self, now: i64) {
        loop {
            let most = self.switch_at.or(self.stop_at).unwrap_or(u64::MAX);
            let is_full = self.merge_until(most, now);
            if !self.write_out(now) {
                return;
            }
            if is_full {
                continue;
            }
            if self.merge.last() < most {
                return;
            }
            if self.switch_at.take().is_some() {
                self.switch();
            } else if self.stop_at.take().is_some() {
                self.stop();
            }
        }
    }

    /// Puts groups in order up to a ticket; whether there is more than is written at once.
    fn merge_until(&mut self, most: u64, now: i64) -> bool {
        let begin = self.out.len();
        let lanes = &self.system.aof().lanes;
        let out = (&mut self.out, WRITE_BYTES);
        let is_full = self.merge.append(lanes, out, &mut self.selected, most);
        if !self.log.is_open() {
            // Off, or before the cut: the snapshot has it.
            self.out.clear();
            self.selected = None;
        } else if self.out.len() > begin && self.shared.config.flag(Id::AOF_TIMESTAMP_ENABLED) {
            let second = now / 1000;
            if second > self.stamped_s {
                self.stamped_s = second;
                let stamp = format!("#TS:{second}\r\n");
                self.out.splice(begin..begin, stamp.into_bytes());
            }
        }
        is_full
    }

    /// Writes what is in order; false when it failed.
    fn write_out(&mut self, now: i64) -> bool {
        if self.out.is_empty() {
            return true;
        }
        let sleep_us = self.shared.append.flush_sleep_us.load(Ordering::Relaxed);
        if sleep_us > 0 {
            std::thread::sleep(Duration::from_micros(sleep_us));
        }
        if now - self.wrote_at >= WRITE_EVERY_MS {
            self.streak = 0;
        }
        let is_frequent = self.streak > STREAK_MOST || self.log.has_room();
        let is_batch = is_frequent && self.is_always() && !self.is_spared();
        self.has_batch |= is_batch;
        let written =
            if is_batch { self.log.write_batch(&self.out) } else { self.log.write(&self.out) };
        match written {
            Ok(()) => {
                self.out.clear();
                if self.out.capacity() > 4 * WRITE_BYTES {
                    self.out = Vec::new();
                }
                self.unsynced_since.get_or_insert(now);
                self.streak += 1;
                self.wrote_at = self.system.now_ms();
                self.recovered();
                self.system.aof().make_room();
                true
            }
            Err(error) => {
                self.failed_write(&error, now);
                false
            }
        }
    }

    fn failed_write(&mut self, failed: &WriteError, now: i64) {
        let log = self.system.log();
        let why = reason(&failed.error);
        let complains = now - self.complained_at > COMPLAIN_EVERY_MS;
        if complains {
            self.complained_at = now;
            if failed.was_short {
                log.warning(format_args!(
                    "Short write while writing to the AOF file: (nwritten={}, expected={})",
                    failed.taken,
                    self.out.len()
                ));
            } else {
                log.warning(format_args!("Error writing to the AOF file: {why}"));
            }
            if let Some(error) = &failed.cut {
                log.warning(format_args!(
                    "Could not remove short write from the append-only file.  Redis may refuse to \
                     load the AOF the next time it starts.  ftruncate: {}",
                    reason(error)
                ));
            }
        }
        if self.is_always() {
            log.warning(
                "Can't recover from AOF write error when the AOF fsync policy is 'always'. \
                 Exiting...",
            );
            std::process::exit(1);
        }
        self.out.drain(..failed.taken);
        self.fail(why, now);
    }

    /// Has commands that write refused until a write or sync goes well again.
    fn fail(&mut self, why: String, now: i64) {
        self.shared.saving.set_log_failure(Some(&why));
        self.figures().write_ok = false;
        self.aof().fails.store(true, Ordering::Release);
        self.aof().make_room();
        self.failure = Some((why, now + RETRY_MS));
    }

    fn recovered(&mut self) {
        if self.failure.take().is_some() {
            self.system.log().warning("AOF write error looks solved, Redis can write again.");
            self.shared.saving.set_log_failure(None);
            self.figures().write_ok = true;
            self.aof().fails.store(false, Ordering::Release);
        }
    }

    // ---- syncing ---------------------------------------------------------------------------

    fn sync_if_due(&mut self, now: i64, ends: bool) {
        let Some(since) = self.unsynced_since else {
            if self.out.is_empty() && !self.is_syncing {
                // Nothing was written for what was drawn since: it is as durable as what is.
                self.shared.append.set_durable(self.merge.last());
            }
            return;
        };
        let is_spared = self.is_spared();
        let policy = self.policy();
        let is_due = match policy {
            _ if ends || self.has_batch => true,
            _ if is_spared => false,
            choices::FSYNC_ALWAYS => true,
            choices::FSYNC_EVERYSEC => now - since >= SYNC_AFTER_MS,
            _ => false,
        };
        if is_due && policy == choices::FSYNC_EVERYSEC && !ends && !self.has_batch {
            self.sync_beside(now);
        } else if is_due {
            self.sync(now);
        } else if is_spared && policy == choices::FSYNC_ALWAYS {
            // The directive says so: replies do not wait for the disk meanwhile.
            self.shared.append.set_durable(self.merge.last());
        }
    }

    /// Whether nothing is synced while a snapshot is written.
    fn is_spared(&self) -> bool {
        self.shared.config.flag(Id::NO_APPENDFSYNC_ON_REWRITE)
            && self.shared.host.snapshot().is_some()
    }

    fn sync(&mut self, now: i64) {
        let ticket = self.merge.last();
        let begun = Instant::now();
        self.aof().sync_began.store(now, Ordering::Release);
        let synced = self.log.sync();
        let took = self.system.now_ms() - now;
        self.aof().sync_began.store(0, Ordering::Release);
        if took > super::STALL_MS && !self.is_always() {
            self.figures().delayed_syncs += 1;
            self.system.log().notice(
                "Asynchronous AOF fsync is taking too long (disk is busy?). Writers waited for it.",
            );
        }
        self.aof().make_room();
        match synced {
            Ok(()) => {
                (self.unsynced_since, self.has_batch) = (None, false);
                if self.out.is_empty() {
                    self.recovered();
                    if self.is_always() {
                        self.merge.collect(&self.system.aof().lanes);
                        let synced = ticket - self.shared.append.durable();
                        let groups = synced + self.merge.groups();
                        let (ended, took) = (Instant::now(), begun.elapsed());
                        self.last_sync = Some(LastSync { ended, took, groups });
                        self.judge_sync(took);
                    }
                    self.shared.append.set_durable(ticket);
                }
            }
            Err(error) if self.is_always() => {
                self.system.log().warning(format_args!(
                    "Can't persist AOF for fsync error when the AOF fsync policy is 'always': {}. \
                     Exiting...",
                    reason(&error)
                ));
                std::process::exit(1);
            }
            Err(error) => {
                let why = reason(&error);
                self.system.log().warning(format_args!("Fail to fsync the AOF file: {why}"));
                self.unsynced_since = Some(now);
                self.fail(why, now);
            }
        }
    }

    /// Lets workers sync themselves while that takes so little that their other clients can wait.
    fn judge_sync(&mut self, took: Duration) {
        self.short_syncs = if took <= SHORT_SYNC { self.short_syncs + 1 } else { 0 };
        self.aof().desk.share(self.short_syncs >= SHORT_SYNCS);
    }

    /// Has another thread sync what is written, unless it is at it still; writing goes on.
    fn sync_beside(&mut self, now: i64) {
        if self.is_syncing {
            return;
        }
        let ticket = if self.out.is_empty() { self.merge.last() } else { self.durable_at_most() };
        let (again, system) = (self.log.open_again(), Arc::clone(&self.system));
        self.aof().sync_began.store(now, Ordering::Release);
        let thread = std::thread::Builder::new().name("sync".to_owned()).spawn(move || {
            let synced = again.and_then(|sink| sink.map_or(Ok(()), |mut sink| sink.sync()));
            system.aof().sync_began.store(0, Ordering::Release);
            system.aof().make_room();
            system.aof().notify(Notice::Synced(ticket, synced));
        });
        if thread.is_err() {
            self.aof().sync_began.store(0, Ordering::Release);
            return self.sync(now);
        }
        (self.is_syncing, self.sync_began) = (true, now);
        self.unsynced_since = None;
    }

    /// What was written before the bytes that a write has left over.
    fn durable_at_most(&self) -> u64 {
        self.shared.append.durable()
    }

    fn synced_beside(&mut self, ticket: u64, synced: std::io::Result<()>, now: i64) {
        self.is_syncing = false;
        if now - self.sync_began > super::STALL_MS {
            self.figures().delayed_syncs += 1;
            self.system.log().notice(
                "Asynchronous AOF fsync is taking too long (disk is busy?). Writers waited for it.",
            );
        }
        match synced {
            Ok(()) => {
                if self.out.is_empty() {
                    self.recovered();
                }
                self.shared.append.set_durable(ticket.max(self.shared.append.durable()));
            }
            Err(error) => {
                let why = reason(&error);
                self.system.log().warning(format_args!("Fail to fsync the AOF file: {why}"));
                self.unsynced_since.get_or_insert(now);
                self.fail(why, now);
            }
        }
    }

    // ---- rewriting -------------------------------------------------------------------------

    fn take(&mut self, notice: Notice, now: i64) {
        match notice {
            Notice::Rewrite => {
                if self.stop_at.is_some() {
                    // The log was turned off before: that comes first.
                    self.write_all(now);
                }
                if self.stop_at.is_some() && self.failure.is_none() {
                    return self.aof().notify(Notice::Rewrite);
                }
                self.begin_rewrite(now);
            }
            Notice::Start => self.start(),
            Notice::Stop(ticket) => self.stop_at = Some(ticket),
            Notice::Cut(ticket) => {
                self.rewrite = Rewrite::Running;
                self.switch_at = (self.state != State::Off).then_some(ticket);
            }
            Notice::ForgetHistory(done) => {
                self.forget_history();
                // Who asked may have gone on.
                let _ = done.try_send(());
            }
            Notice::Synced(ticket, synced) => self.synced_beside(ticket, synced, now),
            Notice::NotCut => {
                self.switch_at = None;
                self.log.abandon();
                self.rewrite = Rewrite::None;
                let mut figures = self.figures();
                figures.is_rewriting = false;
                figures.is_scheduled = true;
            }
            Notice::Written { temp, suffix, outcome } => {
                self.rewrite = Rewrite::Ended(Box::new(Ended { temp, suffix, outcome }));
            }
        }
        self.settle_if_switched();
    }

    /// Turns the log on: workers are told, the rest follows when all have heard it.
    fn start(&mut self) {
        if self.state != State::Off {
            self.stop_at = None;
            return;
        }
        self.state = State::Starting;
        self.shared.append.set_journals(true);
        if self.failure.is_some() {
            self.system.log().warning("AOF reopen, just ignore the last error.");
            self.recovered();
        }
        self.system.tell_workers(|| Mail::Message(Message::ConfigChanged));
    }

    fn begin_when_agreed(&mut self, now: i64) {
        let is_waiting = self.state == State::Starting && matches!(self.rewrite, Rewrite::None);
        if !is_waiting || !self.shared.append.is_agreed() {
            return;
        }
        if !self.log.is_open() && self.shared.host.snapshot().is_none() {
            self.begin_rewrite(now);
        }
    }

    /// Prepares the next increment and asks a worker to cut.
    fn begin_rewrite(&mut self, now: i64) {
        if !matches!(self.rewrite, Rewrite::None) {
            return;
        }
        if self.state == State::Starting && !self.shared.append.is_agreed() {
            return; // it begins by itself
        }
        if self.shared.host.snapshot().is_some() {
            let mut figures = self.figures();
            figures.is_rewriting = false;
            figures.is_scheduled = true;
            return;
        }
        let prepared = match self.state {
            State::Off => self.log.make_dir().map(|()| None),
            State::Starting | State::On => self.log.prepare().map(Some),
        };
        match prepared {
            Err(failure) => self.not_prepared(&failure),
            Ok(name) => {
                let log = self.system.log();
                if let Some(name) = name {
                    log.notice(format_args!(
                        "Creating AOF incr file {} on background rewrite",
                        String::from_utf8_lossy(&name)
                    ));
                }
                log.notice(format_args!(
                    "Background append only file rewriting started by pid {}",
                    std::process::id()
                ));
                let mut figures = self.figures();
                figures.is_rewriting = true;
                figures.is_scheduled = false;
                figures.rewrites += 1;
                figures.began_s = now / 1000;
                drop(figures);
                self.rewrite = Rewrite::Prepared;
                self.system.mailbox(0).post(Mail::Cut);
            }
        }
    }

    fn not_prepared(&mut self, failure: &Failure) {
        self.system.log().warning(failure);
        let is_starting = self.state == State::Starting;
        let mut figures = self.figures();
        figures.is_rewriting = false;
        figures.is_scheduled = is_starting;
        figures.last_ok = false;
        figures.failures += 1;
    }

    /// All that was drawn up to the cut is written.
    fn switch(&mut self) {
        match self.log.switch() {
            Ok(()) => {
                self.selected = None;
                self.unsynced_since = None;
            }
            Err(failure) => {
                self.system.log().warning(failure);
                if self.is_always() {
                    std::process::exit(1);
                }
                // The old increment goes on, so the snapshot must not become the base.
                self.is_void = true;
                self.shared.host.cancel_snapshot(Purpose::Rewrite);
            }
        }
        self.settle_if_switched();
    }

    fn settle_if_switched(&mut self) {
        let has_failed = matches!(&self.rewrite, Rewrite::Ended(ended) if ended.outcome.is_err());
        if has_failed && self.failure.is_some() && self.state == State::On {
            // What is written up to the cut cannot be, for now: the old increment goes on.
            self.switch_at = None;
        }
        if self.switch_at.is_some() {
            return;
        }
        match std::mem::take(&mut self.rewrite) {
            Rewrite::Ended(ended) => self.settle(*ended),
            other => self.rewrite = other,
        }
    }

    /// The end of a rewrite.
    fn settle(&mut self, ended: Ended) {
        let log = self.system.log().clone();
        let now_s = self.system.now_ms() / 1000;
        let mut went_well = false;
        let is_void = std::mem::take(&mut self.is_void);
        match &ended.outcome {
            _ if is_void => log.warning("Background AOF rewrite terminated with error"),
            Ok(_) => {
                log.notice("Background AOF rewrite terminated with success");
                match self.log.settle(&ended.temp, ended.suffix) {
                    Ok(settled) => {
                        went_well = true;
                        log.notice(format_args!(
                            "Successfully renamed the temporary AOF base file {} into {}",
                            ended.temp.display(),
                            String::from_utf8_lossy(&settled.base)
                        ));
                        if let Some((from, to)) = &settled.increment {
                            log.notice(format_args!(
                                "Successfully renamed the temporary AOF incr file {} into {}",
                                String::from_utf8_lossy(from),
                                String::from_utf8_lossy(to)
                            ));
                        }
                    }
                    Err(failure) => log.warning(failure),
                }
            }
            Err(SnapshotError::Cancelled) => {
                log.warning("Background AOF rewrite terminated by signal 10");
            }
            Err(_) => log.warning("Background AOF rewrite terminated with error"),
        }
        let cancelled = matches!(ended.outcome, Err(SnapshotError::Cancelled)) && !is_void;
        if went_well {
            self.rewritten();
        } else {
            self.log.discard(&ended.temp);
            if let Some(name) = self.log.abandon() {
                let name = String::from_utf8_lossy(&name);
                let text = "Removing the temp incr aof file";
                log.notice(format_args!("{text} {name} in the background"));
            }
        }
        let is_starting = self.state == State::Starting;
        let mut figures = self.figures();
        figures.is_rewriting = false;
        figures.last_took_s = now_s - figures.began_s;
        figures.began_s = -1;
        if went_well {
            figures.last_ok = true;
            figures.failures = 0;
        } else if !cancelled {
            figures.last_ok = false;
            figures.failures += 1;
        }
        figures.is_scheduled |= is_starting;
    }

    fn rewritten(&mut self) {
        let log = self.system.log().clone();
        if self.state != State::Off {
            let base = self.log.manifest().base.as_ref().map(|part| part.name.clone());
            let base_bytes = base.and_then(|name| self.log.len_of(&name)).unwrap_or(0);
            let total = base_bytes + self.log.len();
            let mut figures = self.figures();
            figures.current_bytes = total;
            figures.base_bytes = total;
        }
        if !self.shared.config.flag(Id::AOF_DISABLE_AUTO_GC) {
            self.forget_history();
        }
        log.notice("Background AOF rewrite finished successfully");
        if self.state == State::Starting {
            self.state = State::On;
        }
    }

    fn forget_history(&mut self) {
        let log = self.system.log();
        match self.log.forget_history() {
            Ok(gone) => {
                for part in gone {
                    log.notice(format_args!(
                        "Removing the history file {} in the background",
                        String::from_utf8_lossy(&part.name)
                    ));
                }
            }
            Err(failure) => log.warning(failure),
        }
    }

    /// Turns the log off; everything up to the ticket is written.
    fn stop(&mut self) {
        if let Err(error) = self.log.sync() {
            let why = reason(&error);
            self.system.log().warning(format_args!("Fail to fsync the AOF file: {why}"));
        }
        if !matches!(self.rewrite, Rewrite::None) {
            self.system
                .log()
                .notice(format_args!("Killing running AOF rewrite child: {}", std::process::id()));
            self.shared.host.cancel_snapshot(Purpose::Rewrite);
        }
        self.log.abandon();
        self.log.close();
        self.state = State::Off;
        self.selected = None;
        self.unsynced_since = None;
        self.out.clear();
        self.shared.saving.set_log_failure(None);
        self.failure = None;
        self.aof().fails.store(false, Ordering::Release);
        let mut figures = self.figures();
        figures.is_scheduled = false;
    }

    /// Looks whether a rewrite is due, and keeps the figures.
    fn look(&mut self, now: i64) {
        if now - self.wrote_at > IDLE_MS {
            // If that fails, it is tried again.
            let _ = self.log.end_room();
        }
        let mut figures = self.shared.append.figures();
        figures.buffered_bytes = self.out.len() as u64 + self.system.aof().lanes.pending();
        if self.state == State::On && self.log.is_open() {
            let (current, base) = (self.log_bytes(), figures.base_bytes.max(1));
            figures.current_bytes = current;
            let config = &self.shared.config;
            let percentage = config.int(Id::AUTO_AOF_REWRITE_PERCENTAGE);
            let growth = (current as i64 * 100 / base as i64) - 100;
            let is_due = percentage > 0
                && current > config.size(Id::AUTO_AOF_REWRITE_MIN_SIZE)
                && growth >= percentage
                && matches!(self.rewrite, Rewrite::None)
                && self.shared.host.snapshot().is_none();
            let failures = figures.failures;
            if is_due && !figures.is_scheduled {
                drop(figures);
                if !self.is_put_off(failures, now) {
                    self.system.log().notice(format_args!(
                        "Starting automatic rewriting of AOF on {growth}% growth"
                    ));
                    self.begin_rewrite(now);
                }
                return;
            }
        }
        let begins = figures.is_scheduled && self.shared.host.snapshot().is_none();
        let failures = figures.failures;
        drop(figures);
        if begins && matches!(self.rewrite, Rewrite::None) && !self.is_put_off(failures, now) {
            self.begin_rewrite(now);
        }
    }

    /// Bytes of base and increments.
    fn log_bytes(&self) -> u64 {
        let manifest = self.log.manifest();
        let closed = manifest.loaded().count().saturating_sub(1);
        let closed = manifest.loaded().take(closed).filter_map(|part| self.log.len_of(&part.name));
        closed.sum::<u64>() + self.log.len()
    }

    /// Whether rewrites have failed so often that the next one is to wait.
    fn is_put_off(&mut self, failures: u64, now: i64) -> bool {
        if failures < FAILURES_MOST {
            (self.delay, self.delay_minutes) = (None, 0);
            return false;
        }
        if let Some((until, _)) = self.delay {
            if now < until {
                return true;
            }
            self.delay = None;
            return false;
        }
        self.delay_minutes = (self.delay_minutes * 2).clamp(1, DELAY_MINUTES_MOST);
        self.delay = Some((now + self.delay_minutes * 60_000, self.delay_minutes));
        self.system.log().warning(format_args!(
            "Background AOF rewrite has repeatedly failed and triggered the limit, will retry in \
             {} minutes",
            self.delay_minutes
        ));
        true
    }

    /// The last thing: all is written and synced.
    fn finish(&mut self) {
        if self.log.is_open() {
            self.system.log().notice("Calling fsync() on the AOF file.");
            if let Err(error) = self.log.sync() {
                let why = reason(&error);
                self.system.log().warning(format_args!("Fail to fsync the AOF file: {why}."));
            }
        }
        self.log.close();
    }
}

/// The system's words for an error, without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_owned()
}
