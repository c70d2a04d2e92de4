//! The append-only file as commands see it: BGREWRITEAOF, the figures of INFO, how far the log is
//! on disk, and how a rewrite is cut.
//!
//! ```text
//! worker   journal -> lanes -> log thread: write, fsync -> Append::durable      (server)
//! rewrite  log thread prepares a file -> a worker cuts, everything locked       [`cut`]
//!          -> snapshot -> log thread makes it the base
//! ```
//! Every change has a ticket; "up to ticket t" is how durability is told and asked for.

use crate::config::{Config, Id};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::shared::Shared;
use crate::{Args, Origin};
use engine::Keys;
use persist::snapshot::{Format, Order, Purpose, SnapshotError, Written};
use std::path::PathBuf;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub mod replay;
pub mod rewrite;

/// So long a client waits for files to be removed that are of no use any more.
const COLLECT_MOST: Duration = Duration::from_secs(1);

/// What is known of the append-only file. Written by the log thread, but for the requests.
#[derive(Debug)]
pub struct Append {
    /// Journals are written: each worker reads it when its turn begins.
    journals: AtomicBool,
    /// Raised with each change of `journals`.
    generation: AtomicU64,
    /// The generation that each worker has seen.
    seen: Box<[AtomicU64]>,
    /// Changes up to this ticket are on disk.
    durable: AtomicU64,
    /// Microseconds before each write (`DEBUG AOF-FLUSH-SLEEP`).
    pub flush_sleep_us: AtomicU64,
    figures: Mutex<Figures>,
}

/// Figures for INFO.
#[derive(Clone, Debug)]
pub struct Figures {
    /// On, or being turned on.
    pub is_enabled: bool,
    /// A rewrite is under way.
    pub is_rewriting: bool,
    /// One is to begin when it can.
    pub is_scheduled: bool,
    /// Seconds that the last one took; -1 before.
    pub last_took_s: i64,
    /// When the one under way began, Unix seconds; -1 if there is none.
    pub began_s: i64,
    /// The last one went well.
    pub last_ok: bool,
    /// How many began.
    pub rewrites: u64,
    /// How many failed since one went well.
    pub failures: u64,
    /// The last write went well.
    pub write_ok: bool,
    /// Bytes of base and increments.
    pub current_bytes: u64,
    /// The same after the last rewrite, or at the start.
    pub base_bytes: u64,
    /// Bytes that wait to be written.
    pub buffered_bytes: u64,
    /// Writers had to wait because a sync took too long, so many times.
    pub delayed_syncs: u64,
}

impl Append {
    /// Off; for so many workers.
    pub fn new(workers: usize) -> Self {
        Self {
            journals: AtomicBool::new(false),
            generation: AtomicU64::new(0),
            seen: (0..workers).map(|_| AtomicU64::new(0)).collect(),
            durable: AtomicU64::new(0),
            flush_sleep_us: AtomicU64::new(0),
            figures: Mutex::new(Figures {
                is_enabled: false,
                is_rewriting: false,
                is_scheduled: false,
                last_took_s: -1,
                began_s: -1,
                last_ok: true,
                rewrites: 0,
                failures: 0,
                write_ok: true,
                current_bytes: 0,
                base_bytes: 0,
                buffered_bytes: 0,
                delayed_syncs: 0,
            }),
        }
    }

    /// Whether a worker's journal is to be written in the turn that begins. That it has asked is
    /// noted: from then on it does as it was told.
    pub fn begin_turn(&self, worker: usize) -> bool {
        let generation = self.generation.load(Acquire);
        let seen = &self.seen[worker];
        let journals = self.journals.load(Acquire);
        if seen.load(Relaxed) != generation {
            seen.store(generation, Release);
        }
        journals
    }

    /// Has journals written from the workers' next turns on, or not any more.
    pub fn set_journals(&self, on: bool) {
        self.journals.store(on, Release);
        self.generation.fetch_add(1, Release);
    }

    /// Whether every worker does as it was told last.
    pub fn is_agreed(&self) -> bool {
        let generation = self.generation.load(Acquire);
        self.seen.iter().all(|seen| seen.load(Acquire) == generation)
    }

    /// Changes up to this ticket are on disk.
    #[inline]
    pub fn durable(&self) -> u64 {
        self.durable.load(Acquire)
    }

    /// Changes up to `ticket` are on disk now.
    pub fn set_durable(&self, ticket: u64) {
        self.durable.store(ticket, Release);
    }

    /// The figures, locked.
    pub fn figures(&self) -> MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the log thread is told by commands and by the end of a snapshot.
#[derive(Debug)]
pub enum Notice {
    /// BGREWRITEAOF.
    Rewrite,
    /// `appendonly yes` while running.
    Start,
    /// `appendonly no`; changes up to this ticket are still written.
    Stop(u64),
    /// `aof-disable-auto-gc no` while running: what was kept goes. Who asked is told of the end.
    ForgetHistory(SyncSender<()>),
    /// The snapshot of a rewrite began: changes behind this ticket go to the new increment.
    Cut(u64),
    /// It did not.
    NotCut,
    /// A sync that ran beside the writes ended: everything up to this ticket was written before it
    /// began.
    Synced(u64, std::io::Result<()>),
    /// The snapshot of a rewrite ended.
    Written {
        /// Its temporary file.
        temp: PathBuf,
        /// How its base is to be named.
        suffix: &'static str,
        /// How it went.
        outcome: Result<Written, SnapshotError>,
    },
}

/// `appendonly` was changed: the log is turned on, or off behind what was changed until now.
pub(crate) fn turn(shared: &Shared) {
    let is_on = shared.config.flag(Id::APPENDONLY);
    let mut figures = shared.append.figures();
    // Who asks next sees that it has begun.
    figures.is_enabled = is_on;
    figures.is_scheduled = is_on && shared.host.snapshot().is_some();
    figures.is_rewriting |= is_on && !figures.is_scheduled;
    drop(figures);
    if is_on {
        shared.host.tell_log(Notice::Start);
    } else {
        shared.append.set_journals(false);
        shared.host.tell_log(Notice::Stop(shared.store.last_ticket()));
    }
}

/// `aof-disable-auto-gc` was changed: what was kept goes before the reply, unless the disk is very
/// slow.
pub(crate) fn collect(shared: &Shared) {
    if !shared.config.flag(Id::AOF_DISABLE_AUTO_GC) {
        let (done, end) = sync_channel(1);
        shared.host.tell_log(Notice::ForgetHistory(done));
        // What takes longer is done after the reply.
        let _ = end.recv_timeout(COLLECT_MOST);
    }
}

/// `BGREWRITEAOF` -> a line that says that it begins, or is put off.
pub(crate) fn bgrewriteaof(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let host = &cx.server.host;
    let mut figures = cx.server.append.figures();
    if figures.is_rewriting || host.snapshot() == Some(Purpose::Rewrite) {
        return Err(CommandError::text(
            "ERR Background append only file rewriting already in progress",
        ));
    }
    if host.storage().is_none() {
        return Err(CommandError::text(
            "ERR Can't execute an AOF background rewriting. Please check the server logs for more \
             information.",
        ));
    }
    let must_wait = host.snapshot().is_some() || cx.origin == Origin::Exec;
    if must_wait {
        figures.is_scheduled = true;
        figures.failures = 0;
    } else {
        figures.is_rewriting = true;
    }
    drop(figures);
    if must_wait {
        cx.reply.simple("Background append only file rewriting scheduled");
    } else {
        cx.server.host.tell_log(Notice::Rewrite);
        cx.reply.simple("Background append only file rewriting started");
    }
    Ok(Outcome::Replied)
}

/// Begins the snapshot of a rewrite that the log thread has prepared. On a worker that holds
/// nothing.
pub fn cut(shared: &Shared, keys: &mut Keys<'_>) {
    let host = std::sync::Arc::clone(&shared.host);
    let temp = PathBuf::from(format!("temp-rewriteaof-bg-{}.aof", host.process_id()));
    let (format, suffix) = format_of(&shared.config, host.now_ms() / 1000);
    keys.lock_all();
    let ticket = keys.part_log();
    let (teller, path) = (std::sync::Arc::clone(&host), temp.clone());
    let order = Order {
        purpose: Purpose::Rewrite,
        path: temp,
        format,
        finish: Box::new(move |outcome| {
            teller.tell_log(Notice::Written { temp: path, suffix, outcome });
        }),
    };
    // The log thread is told of the cut before it can be told of the end.
    host.tell_log(Notice::Cut(ticket));
    if host.begin_snapshot(keys, order).is_err() {
        host.tell_log(Notice::NotCut);
    }
    keys.let_go();
}

/// How a base is written, and the suffix of its name.
pub fn format_of(config: &Config, now_s: i64) -> (Format, &'static str) {
    if config.flag(Id::AOF_USE_RDB_PREAMBLE) {
        (Format::Rdb { aof_base: true }, ".rdb")
    } else {
        let stamp_s = if config.flag(Id::AOF_TIMESTAMP_ENABLED) { now_s } else { 0 };
        (Format::Commands { stamp_s, select: rewrite::select, entry: rewrite::entry }, ".aof")
    }
}
