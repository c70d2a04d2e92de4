//! Saving the data set as an RDB file, and what the server knows of it: SAVE, BGSAVE, save points,
//! the last act of SHUTDOWN.
//!
//! ```text
//! SAVE, SHUTDOWN    everything locked -> temp file -> rename                    [`save`]
//! BGSAVE, points    everything locked -> cut; workers and a saver do the rest   [`begin`]
//!                   -> on the saver's thread: rename, figures                   [`finish`]
//! ```
//! The file has its name only when it is whole and on disk. Texts in the log are those of Redis
//! 7.0.

mod load;

use crate::args::Args;
use crate::config::{Config, Id, REDIS_VERSION};
use crate::error::CommandError;
use crate::scripting;
use crate::session::Session;
use crate::shared::{Host, LogLevel, Shared};
use crate::spec::{Command, Flags};
use engine::Keys;
use persist::rdb::{Header, SaveOptions, Strings, Style, Usage};
use persist::snapshot::{Format, Order, Plan, Purpose, Refused, SnapshotError, Written, save_all};
use persist::storage::{Storage, directory_of};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use load::load_into;
pub use load::{Base, Collector, Loading, Reload, Unreloaded, explain, reload};

/// After a failure the save points wait for so long.
const RETRY_S: i64 = 5;

/// Loading a data set: most commands are refused.
pub const LOADING: u32 = 1;
/// The last save failed: writes may be refused.
pub const SAVE_FAILED: u32 = 2;
/// The append-only file could not be written: writes are refused.
pub const LOG_FAILED: u32 = 4;

const IS_LOADING: CommandError =
    CommandError::text("LOADING Redis is loading the dataset in memory");
const SAVE_MISCONF: CommandError = CommandError::text(
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to \
     disk. Commands that may modify the data set are disabled, because this instance is \
     configured to report errors during writes if RDB snapshotting fails \
     (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB \
     error.",
);

/// What is known of saving and loading.
#[derive(Debug)]
pub struct Saving {
    /// Bits for reasons to refuse commands; asked on every request.
    switches: AtomicU32,
    /// Unix seconds of the last file, or of the start.
    pub(crate) last_save_s: AtomicI64,
    last_try_s: AtomicI64,
    pub(crate) last_ok: AtomicBool,
    pub(crate) last_took_s: AtomicI64,
    pub(crate) began_s: AtomicI64,
    /// The stripes' counts of changes that a file has.
    dirty_saved: AtomicU64,
    pub(crate) saves: AtomicU64,
    pub(crate) is_scheduled: AtomicBool,
    /// Bytes that writers copied during the last snapshot.
    pub last_copied: AtomicU64,
    /// The most of any.
    pub peak_copied: AtomicU64,
    /// What is being loaded, and was.
    pub loading: Loading,
    /// Why the log cannot be written.
    log_failure: Mutex<String>,
    /// The code of the function libraries in force, as files have it.
    libraries: Mutex<Vec<Arc<[u8]>>>,
}

impl Saving {
    /// Nothing saved yet.
    pub fn new(start_ms: i64) -> Self {
        Self {
            switches: AtomicU32::new(0),
            last_save_s: AtomicI64::new(start_ms / 1000),
            last_try_s: AtomicI64::new(0),
            last_ok: AtomicBool::new(true),
            last_took_s: AtomicI64::new(-1),
            began_s: AtomicI64::new(0),
            dirty_saved: AtomicU64::new(0),
            saves: AtomicU64::new(0),
            is_scheduled: AtomicBool::new(false),
            last_copied: AtomicU64::new(0),
            peak_copied: AtomicU64::new(0),
            loading: Loading::default(),
            log_failure: Mutex::default(),
            libraries: Mutex::default(),
        }
    }

    /// The reasons there are to refuse commands; 0 is none.
    #[inline]
    pub fn switches(&self) -> u32 {
        self.switches.load(Relaxed)
    }

    /// Sets or takes back a reason.
    pub fn switch(&self, reason: u32, on: bool) {
        if on {
            self.switches.fetch_or(reason, Relaxed);
        } else {
            self.switches.fetch_and(!reason, Relaxed);
        }
    }

    /// Says why the append-only file cannot be written, or that it can again.
    pub fn set_log_failure(&self, why: Option<&str>) {
        let mut failure = self.log_failure.lock().unwrap_or_else(PoisonError::into_inner);
        why.unwrap_or_default().clone_into(&mut failure);
        self.switch(LOG_FAILED, why.is_some());
    }

    /// The code of the function libraries in force, to be written into files.
    pub fn libraries(&self) -> Vec<Arc<[u8]>> {
        self.libraries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says which libraries are in force. Everything is locked: a snapshot has those of its cut.
    pub fn set_libraries(&self, libraries: Vec<Arc<[u8]>>) {
        *self.libraries.lock().unwrap_or_else(PoisonError::into_inner) = libraries;
    }

    /// Changes since the last save, of `dirty` in all.
    pub fn changes(&self, dirty: u64) -> u64 {
        dirty.saturating_sub(self.dirty_saved.load(Relaxed))
    }

    /// A file has everything up to `dirty` changes.
    fn saved(&self, dirty: u64, now_s: i64) {
        self.dirty_saved.store(dirty, Relaxed);
        self.last_save_s.store(now_s, Relaxed);
        self.set_status(true);
    }

    /// `dirty` changes are those of what was loaded.
    pub fn start_from(&self, dirty: u64) {
        self.dirty_saved.store(dirty, Relaxed);
    }

    fn set_status(&self, ok: bool) {
        self.last_ok.store(ok, Relaxed);
        self.switch(SAVE_FAILED, !ok);
    }
}

/// Why a command cannot run now, for `switches` that are not 0.
#[cold]
pub(crate) fn refusal(
    shared: &Shared,
    session: &Session,
    command: &Command,
    args: Args<'_>,
    switches: u32,
) -> Option<CommandError> {
    let queued = session.multi.as_ref().filter(|_| command.flags.has(Flags::RUNS_QUEUE));
    let any_queued = |test: &dyn Fn(&Command, Args<'_>) -> bool| {
        queued.is_some_and(|multi| {
            let mut queue = multi.queue.iter();
            queue.any(|(id, args)| test(shared.table.entry(*id).command, args.args()))
        })
    };
    let is_write = |command: &Command, args: Args<'_>| {
        scripting::flags_of(shared, command, args).has(Flags::WRITE)
    };
    if switches & (SAVE_FAILED | LOG_FAILED) != 0
        && (is_write(command, args) || command.name == "ping" || any_queued(&is_write))
        && let Some(error) = no_writes(shared, switches)
    {
        return Some(error);
    }
    let must_wait = |command: &Command, _: Args<'_>| !command.flags.has(Flags::LOADING);
    (switches & LOADING != 0 && (must_wait(command, args) || any_queued(&must_wait)))
        .then_some(IS_LOADING)
}

/// Why nothing may be written since the disk fails, for `switches` that are not 0.
#[cold]
pub(crate) fn no_writes(shared: &Shared, switches: u32) -> Option<CommandError> {
    if switches & SAVE_FAILED != 0
        && shared.config.flag(Id::STOP_WRITES_ON_BGSAVE_ERROR)
        && !shared.config.save_points().is_empty()
    {
        return Some(SAVE_MISCONF);
    }
    (switches & LOG_FAILED != 0).then(|| {
        let why = shared.saving.log_failure.lock().unwrap_or_else(PoisonError::into_inner);
        CommandError::owned(format!("MISCONF Errors writing to the AOF file: {why}"))
    })
}

/// Why saving could not begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotBegun {
    /// A snapshot is under way, for this.
    Busy(Purpose),
    /// It failed; the log says why.
    Failed,
}

/// How a snapshot's file is to be written.
pub fn plan(config: &Config, saving: &Saving, host: &dyn Host, format: Format) -> Plan {
    let now_s = host.now_ms() / 1000;
    let version = config.int(Id::RDB_VERSION) as u16;
    let aof_base = matches!(format, Format::Rdb { aof_base: true });
    let aux = vec![
        ("redis-ver", REDIS_VERSION.to_owned()),
        ("redis-bits", usize::BITS.to_string()),
        ("ctime", now_s.to_string()),
        ("used-mem", host.used_memory().to_string()),
        ("aof-base", u8::from(aof_base).to_string()),
    ];
    let usage = match config.eviction_clock() {
        None => Usage::None,
        Some(true) => Usage::Frequency,
        Some(false) => Usage::Idle { clock: now_s as u32 & 0x00ff_ffff },
    };
    let sync_often = match format {
        Format::Rdb { aof_base: false } => Id::RDB_SAVE_INCREMENTAL_FSYNC,
        _ => Id::AOF_REWRITE_INCREMENTAL_FSYNC,
    };
    Plan {
        format,
        style: Style { strings: Strings::Later, usage, version },
        options: SaveOptions {
            compress: config.flag(Id::RDBCOMPRESSION),
            checksum: config.flag(Id::RDBCHECKSUM),
            sync_often: config.flag(sync_often),
        },
        header: Header { version, aux, libraries: saving.libraries() },
        slow: config.int(Id::RDB_KEY_SAVE_DELAY) > 0,
    }
}

/// The file's path: in the working directory, which is `dir`.
pub fn path(config: &Config) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&config.text(Id::DBFILENAME)))
}

/// Removes what a save that will not end leaves.
pub fn remove_temp(host: &dyn Host) {
    if let Some(storage) = host.storage() {
        // Mostly there is none.
        let _ = storage.remove(&temp_path(host));
    }
}

fn temp_path(host: &dyn Host) -> PathBuf {
    PathBuf::from(format!("temp-{}.rdb", host.process_id()))
}

/// Saves at once, in the calling thread; whether it went well. Locks everything; the figures of
/// the data set are then those of the file. O(n).
pub fn save(shared: &Shared, keys: &mut Keys<'_>) -> bool {
    keys.hold_all();
    let saving = &*shared.saving;
    saving.saves.fetch_add(1, Relaxed);
    let Some(storage) = shared.host.storage() else { return false };
    let format = Format::Rdb { aof_base: false };
    let plan = plan(&shared.config, saving, &*shared.host, format);
    let (temp, path) = (temp_path(&*shared.host), path(&shared.config));
    let delay_us = shared.config.int(Id::RDB_KEY_SAVE_DELAY).max(0) as u64;
    let mut turn = || shared.host.sleep_us(delay_us);
    let written = save_all(keys, &plan, &*storage, &temp, &mut turn);
    let written = settle(written, &*storage, &*shared.host, &temp, &path);
    match written {
        Some(written) => saving.saved(written.dirty_at_cut, shared.host.now_ms() / 1000),
        None => return false,
    }
    true
}

/// Gives a file that was written its name, and says so in the log.
fn settle(
    written: Result<Written, SnapshotError>,
    storage: &dyn Storage,
    host: &dyn Host,
    temp: &Path,
    path: &Path,
) -> Option<Written> {
    let warn = |text: String| host.log(LogLevel::Warning, &text);
    let here = host.working_dir();
    let written = match written {
        Ok(written) => written,
        Err(SnapshotError::Storage { step: "open", error }) => {
            warn(format!(
                "Failed opening the temp RDB file {} (in server root dir {here}) for saving: {}",
                temp.display(),
                reason(&error)
            ));
            return None;
        }
        Err(SnapshotError::Storage { step, error }) => {
            let step = if step == "write" { "rdbSaveRio" } else { step };
            warn(format!("Write error saving DB on disk({step}): {}", reason(&error)));
            return None;
        }
        Err(_) => return None,
    };
    if let Err(error) = storage.rename(temp, path) {
        warn(format!(
            "Error moving temp DB file {} on the final destination {} (in server root dir \
             {here}): {}",
            temp.display(),
            path.display(),
            reason(&error)
        ));
        let _ = storage.remove(temp);
        return None;
    }
    if let Err(error) = storage.sync_dir(directory_of(path)) {
        warn(format!("Write error saving DB on disk(fsyncFileDir): {}", reason(&error)));
        return None;
    }
    host.log(LogLevel::Notice, "DB saved on disk");
    Some(written)
}

/// The system's words for an error, without its number.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Begins to save in the background. Everything is locked for the cut.
///
/// # Errors
/// Another snapshot is under way, or there is no disk.
pub fn begin(shared: &Shared, keys: &mut Keys<'_>) -> Result<(), NotBegun> {
    if let Some(purpose) = shared.host.snapshot() {
        return Err(NotBegun::Busy(purpose));
    }
    keys.hold_all();
    let Some(storage) = shared.host.storage() else { return Err(NotBegun::Failed) };
    let (saving, host) = (Arc::clone(&shared.saving), Arc::clone(&shared.host));
    let (temp, path) = (temp_path(&*shared.host), path(&shared.config));
    let order = Order {
        purpose: Purpose::Save,
        path: temp.clone(),
        format: Format::Rdb { aof_base: false },
        finish: Box::new(move |written| finish(&saving, &*host, &*storage, written, &temp, &path)),
    };
    let now_s = shared.host.now_ms() / 1000;
    shared.host.begin_snapshot(keys, order).map_err(|refused| match refused {
        Refused::Busy(purpose) => NotBegun::Busy(purpose),
        Refused::NoDisk => NotBegun::Failed,
    })?;
    let saving = &shared.saving;
    saving.saves.fetch_add(1, Relaxed);
    saving.last_try_s.store(now_s, Relaxed);
    saving.began_s.store(now_s, Relaxed);
    saving.is_scheduled.store(false, Relaxed);
    let pid = shared.host.process_id();
    let line = format!("Background saving started by pid {pid}");
    shared.host.log(LogLevel::Notice, &line);
    Ok(())
}

/// The end of a save in the background, on the saver's thread.
fn finish(
    saving: &Saving,
    host: &dyn Host,
    storage: &dyn Storage,
    written: Result<Written, SnapshotError>,
    temp: &Path,
    path: &Path,
) {
    let now_s = host.now_ms() / 1000;
    saving.last_took_s.store(now_s - saving.began_s.load(Relaxed), Relaxed);
    if matches!(written, Err(SnapshotError::Cancelled)) {
        return host.log(LogLevel::Warning, "Background saving cancelled");
    }
    if let Some(written) = settle(written, storage, host, temp, path) {
        host.log(LogLevel::Notice, "Background saving terminated with success");
        saving.saved(written.dirty_at_cut, now_s);
    } else {
        host.log(LogLevel::Warning, "Background saving error");
        saving.set_status(false);
    }
}

/// Begins what is due: a save that was put off, or one by the save points. Asked ten times a
/// second by one worker, which holds no lock.
pub fn begin_due(shared: &Shared, keys: &mut Keys<'_>) {
    let saving = &shared.saving;
    if shared.host.snapshot().is_some() || saving.switches() & LOADING != 0 {
        return;
    }
    if saving.is_scheduled.load(Relaxed) {
        let _ = begin(shared, keys);
        return;
    }
    let points = shared.config.save_points();
    if points.is_empty() {
        return;
    }
    let changes = saving.changes(keys.counters().dirty);
    let now_s = shared.host.now_ms() / 1000;
    let since_save = now_s - saving.last_save_s.load(Relaxed);
    let since_try = now_s - saving.last_try_s.load(Relaxed);
    let may_try = since_try > RETRY_S || saving.last_ok.load(Relaxed);
    for point in points {
        if changes as i64 >= point.changes && since_save > point.seconds && may_try {
            let line = format!("{} changes in {} seconds. Saving...", point.changes, point.seconds);
            shared.host.log(LogLevel::Notice, &line);
            let _ = begin(shared, keys);
            return;
        }
    }
}

/// What FLUSHALL does to the file: a save under way is taken back, and with save points the empty
/// data set is saved at once, so that a restart does not bring the old one back. Everything is
/// locked.
pub(crate) fn after_flush(shared: &Shared, keys: &mut Keys<'_>) {
    shared.host.cancel_snapshot(Purpose::Save);
    if !shared.config.save_points().is_empty() && shared.host.storage().is_some() {
        save(shared, keys);
    }
}

/// Saves before the end where that is wanted; whether the server may end.
pub fn before_end(shared: &Shared, keys: &mut Keys<'_>, wanted: crate::shared::Shutdown) -> bool {
    let host = &shared.host;
    if host.snapshot() == Some(Purpose::Save) {
        host.log(LogLevel::Warning, "There is a child saving an .rdb. Killing it!");
        host.cancel_snapshot(Purpose::Save);
        remove_temp(&**host);
    }
    let is_loading = shared.saving.switches() & LOADING != 0;
    let by_default = !shared.config.save_points().is_empty();
    if is_loading || !wanted.save.unwrap_or(by_default) {
        return true;
    }
    host.log(LogLevel::Notice, "Saving the final RDB snapshot before exiting.");
    if save(shared, keys) {
        return true;
    }
    if wanted.force {
        host.log(LogLevel::Warning, "Error trying to save the DB. Exit anyway.");
        return true;
    }
    host.log(LogLevel::Warning, "Error trying to save the DB, can't exit.");
    let line = "Errors trying to shut down the server. Check the logs for more information.";
    host.log(LogLevel::Warning, line);
    false
}
