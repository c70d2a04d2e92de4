//! Loading an RDB file: what is said in the log meanwhile, and DEBUG RELOAD.

use super::{path, reason};
use crate::config::{Config, Id};
use crate::shared::{Host, LogLevel, Shared};
use engine::{Access, Keys, Limits, Rec};
use persist::rdb::{self, Arrival, Entry, LoadError, Loaded, Loader, Reason};
use persist::storage::Source;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU64};

/// Keys without elements that the log names.
const EMPTY_NAMED: u64 = 10;

/// How far loading is, and what the last one found.
#[derive(Debug, Default)]
pub struct Loading {
    /// Unix seconds of its beginning.
    pub start_s: AtomicI64,
    /// Bytes of the files.
    pub total_bytes: AtomicU64,
    /// Bytes that were read.
    pub read_bytes: AtomicU64,
    /// `used_memory` of the server that wrote the file.
    pub used_memory: AtomicU64,
    /// Keys that were there.
    pub keys_loaded: AtomicU64,
    /// Keys whose time had come.
    pub keys_expired: AtomicU64,
}

impl Loading {
    /// Begins anew, with files of so many bytes.
    pub fn begin(&self, now_s: i64, total_bytes: u64) {
        self.start_s.store(now_s, Relaxed);
        self.total_bytes.store(total_bytes, Relaxed);
        self.read_bytes.store(0, Relaxed);
        self.used_memory.store(0, Relaxed);
        self.keys_loaded.store(0, Relaxed);
        self.keys_expired.store(0, Relaxed);
    }
}

/// What an RDB file is read for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Base {
    /// It is the data set: what has expired is left out.
    OfAll,
    /// A log goes on from it, so many bytes of which were read before: its requests expect what
    /// they found.
    OfLog {
        /// Bytes.
        before: u64,
    },
}

/// Takes what comes out of a file: facts to the log, libraries aside, entries to `insert`.
pub struct Collector<'a> {
    loading: &'a Loading,
    host: &'a dyn Host,
    config: &'a Config,
    /// What reads leave in a record: what a new one starts with.
    access: Access,
    now: i64,
    base: Base,
    libraries: Vec<Vec<u8>>,
    /// Keys without elements so far.
    empty: u64,
    insert: &'a mut dyn FnMut(Entry) -> Result<(), Reason>,
    goes_on: &'a dyn Fn() -> bool,
}

impl Loader for Collector<'_> {
    fn take(&mut self, arrival: Arrival<'_>) -> Result<(), Reason> {
        match arrival {
            Arrival::Entry(entry) => return self.entry(entry),
            Arrival::Aux(name, value) => self.aux(name, value),
            Arrival::Library(code) => self.libraries.push(code.to_vec()),
            Arrival::Size(..) | Arrival::Select(_) => {}
            Arrival::Empty(key) => {
                self.empty += 1;
                if self.empty <= EMPTY_NAMED {
                    let key = String::from_utf8_lossy(key);
                    let line = format!("rdbLoadObject skipping empty key: {key}");
                    self.host.log(LogLevel::Warning, &line);
                }
            }
        }
        Ok(())
    }

    fn has_database(&self, db: usize) -> bool {
        (db as u64) < self.config.int(Id::DATABASES) as u64
    }

    fn checks(&self) -> bool {
        self.config.flag(Id::RDBCHECKSUM)
    }

    fn progress(&mut self, bytes: u64) {
        let before = match self.base {
            Base::OfAll => 0,
            Base::OfLog { before } => before,
        };
        self.loading.read_bytes.store(before + bytes, Relaxed);
    }
}

impl<'a> Collector<'a> {
    /// Begins at an instant, Unix milliseconds. `insert` takes an entry, `goes_on` is asked now and
    /// then whether to go on.
    pub fn new(
        shared: &'a Shared,
        (access, now): (Access, i64),
        base: Base,
        insert: &'a mut dyn FnMut(Entry) -> Result<(), Reason>,
        goes_on: &'a dyn Fn() -> bool,
    ) -> Self {
        Self {
            loading: &shared.saving.loading,
            host: &*shared.host,
            config: &shared.config,
            access,
            now,
            base,
            libraries: Vec::new(),
            empty: 0,
            insert,
            goes_on,
        }
    }

    /// Reads a file; how it ended, and the code of its function libraries, which are for the caller
    /// to load.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn read(
        mut self,
        source: &mut dyn Source,
        limits: &Limits,
    ) -> Result<(Loaded, Vec<Vec<u8>>), LoadError> {
        let loaded = rdb::load(source, limits, &mut self)?;
        self.report(loaded.has_checksum, loaded.version);
        Ok((loaded, self.libraries))
    }

    fn entry(&mut self, entry: Entry) -> Result<(), Reason> {
        let rec = &entry.rec;
        if self.base == Base::OfAll && rec.expire_ms().is_some_and(|at| at < self.now) {
            self.loading.keys_expired.fetch_add(1, Relaxed);
            return Ok(());
        }
        match (self.access, entry.idle_s, entry.frequency) {
            (Access::Recency(clock) | Access::Modification(clock), Some(idle), _) => {
                let idle = idle.min(0x00ff_ffff) as u32;
                rec.set_access(clock.wrapping_sub(idle) & 0x00ff_ffff);
            }
            (Access::Recency(clock) | Access::Modification(clock), None, _) => {
                rec.set_access(clock);
            }
            (Access::Frequency { minutes, .. }, _, frequency) => {
                let counter = frequency.unwrap_or(engine::LFU_START);
                rec.set_access(u32::from(minutes) << 8 | u32::from(counter));
            }
            (Access::Untouched, ..) => {}
        }
        self.loading.keys_loaded.fetch_add(1, Relaxed);
        if (self.goes_on)() { (self.insert)(entry) } else { Err(Reason::Stopped) }
    }

    fn aux(&mut self, name: &[u8], value: &[u8]) {
        let text = String::from_utf8_lossy(value);
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let notice = |line: String| self.host.log(LogLevel::Notice, &line);
        let number = text.parse::<i64>().unwrap_or(0);
        match &name[..] {
            "redis-ver" | "valkey-ver" => {
                notice(format!("Loading RDB produced by version {text}"));
            }
            "ctime" => notice(format!("RDB age {} seconds", (self.now / 1000 - number).max(0))),
            "used-mem" => {
                let megabytes = number as f64 / (1024.0 * 1024.0);
                self.loading.used_memory.store(number.max(0) as u64, Relaxed);
                notice(format!("RDB memory usage when created {megabytes:.2} Mb"));
            }
            "aof-preamble" if number != 0 => notice("RDB has an AOF tail".to_owned()),
            "aof-base" if number != 0 => notice("RDB is base AOF".to_owned()),
            name if name.starts_with('%') => notice(format!("RDB '{name}': {text}")),
            "aof-preamble" | "aof-base" | "redis-bits" | "repl-stream-db" | "repl-id"
            | "repl-offset" | "lua" => {}
            name => {
                let line = format!("Unrecognized RDB AUX field: '{name}'");
                self.host.log(LogLevel::Debug, &line);
            }
        }
    }

    /// Says that everything was loaded.
    fn report(&self, has_checksum: bool, version: u16) {
        if !has_checksum && version >= 5 && self.config.flag(Id::RDBCHECKSUM) {
            let line = "RDB file was saved with checksum disabled: no check performed.";
            self.host.log(LogLevel::Warning, line);
        }
        let loaded = self.loading.keys_loaded.load(Relaxed);
        let expired = self.loading.keys_expired.load(Relaxed);
        let line = format!("Done loading RDB, keys loaded: {loaded}, keys expired: {expired}");
        match self.empty {
            0 => self.host.log(LogLevel::Notice, &format!("{line}.")),
            empty => {
                let line = format!("{line}, empty keys skipped: {empty}.");
                self.host.log(LogLevel::Warning, &line);
            }
        }
    }
}

/// Says in the log why a file could not be loaded, with the place.
pub fn explain(host: &dyn Host, databases: i64, error: &LoadError) {
    let warn = |text: &str| host.log(LogLevel::Warning, text);
    match &error.reason {
        Reason::Stopped => return,
        Reason::Signature | Reason::Version(_) => {
            return warn(&error.reason.to_string());
        }
        Reason::Database(_) => {
            return warn(&format!(
                "FATAL: Data file was created with a Redis server configured to handle more than \
                 {databases} databases. Exiting"
            ));
        }
        Reason::Short => {
            warn("Short read or OOM loading DB. Unrecoverable error, aborting now.");
        }
        Reason::Checksum { stored, counted } => warn(&format!(
            "Wrong RDB checksum expected: ({counted:x}) but got ({stored:x}). Aborting now."
        )),
        _ => {}
    }
    let text = match &error.reason {
        Reason::Storage(error) => reason(error),
        other => other.to_string(),
    };
    warn(&format!("Internal error in RDB reading offset {}: {text}", error.offset));
    let place = &error.place;
    if let Some(key) = &place.key {
        let key = String::from_utf8_lossy(key);
        warn(&format!("While doing: {}, reading key '{key}': {text}", place.doing));
    }
    warn("Terminating server after rdb file reading failure.");
}

/// What DEBUG RELOAD does beside loading.
#[derive(Clone, Copy, Debug)]
pub struct Reload {
    /// Saves first.
    pub saves: bool,
    /// Empties the databases.
    pub flushes: bool,
    /// A key of the file replaces one that is there.
    pub merges: bool,
}

/// Why the data set was not loaded again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreloaded {
    /// It could not be saved.
    Unsaved,
    /// There is no file, or it is not whole.
    Unloaded,
}

/// Loads the file into a data set, with everything locked. Returns the code of its function
/// libraries, which are for the caller to load.
///
/// # Errors
/// [`Unreloaded`]; the log says more.
pub fn reload(
    shared: &Shared,
    keys: &mut Keys<'_>,
    how: Reload,
) -> Result<Vec<Vec<u8>>, Unreloaded> {
    keys.hold_all();
    if how.saves && !super::save(shared, keys) {
        return Err(Unreloaded::Unsaved);
    }
    if how.flushes {
        (0..keys.databases()).for_each(|db| {
            keys.flush_db(db);
        });
    }
    let storage = shared.host.storage().ok_or(Unreloaded::Unloaded)?;
    let mut source = storage.open(&path(&shared.config)).map_err(|_| Unreloaded::Unloaded)?;
    shared.saving.loading.begin(keys.now() / 1000, source.len());
    let (_, libraries) = load_into(shared, keys, &mut *source, Base::OfAll, how.merges)
        .map_err(|()| Unreloaded::Unloaded)?;
    shared.saving.start_from(keys.counters().dirty);
    Ok(libraries)
}

/// Reads an RDB file into a data set, with everything locked; its bytes, and the code of its
/// libraries. The log says why if it cannot be used.
pub(crate) fn load_into(
    shared: &Shared,
    keys: &mut Keys<'_>,
    source: &mut dyn Source,
    base: Base,
    merges: bool,
) -> Result<(u64, Vec<Vec<u8>>), ()> {
    let (home, limits) = (keys.db(), keys.limits());
    let instant = (keys.access(), keys.now());
    let mut insert = |entry: Entry| {
        keys.select(entry.db);
        let taken = |rec: Rec| Reason::Duplicate { db: entry.db, key: rec.key().into() };
        keys.load(entry.rec, merges).map_err(taken)
    };
    let collector = Collector::new(shared, instant, base, &mut insert, &|| true);
    let loaded = collector.read(source, &limits);
    keys.select(home);
    match loaded {
        Ok((loaded, libraries)) => Ok((loaded.bytes, libraries)),
        Err(error) => {
            explain(&*shared.host, shared.config.int(Id::DATABASES), &error);
            Err(())
        }
    }
}
