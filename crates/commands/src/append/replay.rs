//! Loading an append-only log: its requests are run again, as they were.
//!
//! Time stands still meanwhile: nothing expires, for the log says itself what has. Replies are not
//! looked at: what failed then fails now. A transaction is run when its EXEC is there, so that one
//! that was cut off leaves nothing. Texts in the log are those of Redis 7.0.

use crate::config::Id;
use crate::cx::{Cx, Local, Turn};
use crate::dispatch::dispatch;
use crate::reply::Output;
use crate::saving::{Base, LOADING, load_into};
use crate::session::{Card, CardAddress, Session};
use crate::shared::{Host, LogLevel, Shared, WorkerStats};
use crate::{Args, OwnedArgs};
use engine::{Access, Effects, Moment};
use persist::aof::log::Log;
use persist::aof::manifest::Part;
use persist::aof::read::{Broken, Reader, Request};
use persist::aof::room;
use persist::storage::{Source, Storage};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Requests between two looks around.
const STEP: usize = 256;

/// Runs requests of a log on a data set that nobody else changes.
pub struct Replay {
    session: Session,
    local: Local,
    effects: Effects,
    stats: WorkerStats,
    out: Output,
    moment: Moment,
    /// Why FUNCTION failed, where it did first.
    failure: Option<String>,
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replay").field("session", &self.session).finish_non_exhaustive()
    }
}

impl Replay {
    /// One that begins in database 0, on a worker.
    pub fn new(shared: &Shared, worker: usize, wall: i64) -> Self {
        let at = CardAddress { addr: "".into(), laddr: "".into(), fd: -1, unix: false };
        let card = Arc::new(Card::new(u64::MAX, 0, at, wall));
        let session = Session::replaying(card, &shared.acl);
        let access = if shared.config.uses_lfu() {
            Access::Untouched
        } else {
            Access::Recency((wall / 1000) as u32 & 0x00ff_ffff)
        };
        Self {
            session,
            local: Local::new(worker, 0, 1),
            effects: Effects::default(),
            stats: WorkerStats::new(shared.table.len()),
            out: Output::default(),
            moment: Moment { now: 0, wall, access, limits: shared.config.limits() },
            failure: None,
        }
    }

    /// Runs one request, whose command is known.
    pub fn run(&mut self, shared: &Shared, args: Args<'_>) {
        let mut turn = Turn {
            shared,
            local: &mut self.local,
            effects: &mut self.effects,
            stats: &self.stats,
            moment: self.moment,
            ticks: 0,
        };
        dispatch(&mut turn, &mut self.session, args, None, &mut self.out);
        if args.is(0, "function") && self.failure.is_none() {
            let error = self.out.bytes.strip_prefix(b"-").map(<[u8]>::trim_ascii_end);
            self.failure = error.map(|error| String::from_utf8_lossy(error).into_owned());
        }
        self.out.truncate(0);
    }

    /// Why FUNCTION failed since this was asked last, if it did: a library of an RDB file that
    /// cannot be loaded is an error, while what failed in a log failed before.
    pub fn failure(&mut self) -> Option<String> {
        self.failure.take()
    }
}

/// The request that loads a library of an RDB file, for [`Replay::run`].
pub fn library_request(code: &[u8]) -> OwnedArgs {
    [&b"FUNCTION"[..], b"LOAD", code].into_iter().collect()
}

/// What became of a file or of a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is loaded.
    Loaded,
    /// It is loaded up to where it was cut off.
    Truncated,
    /// There is none.
    Absent,
    /// It cannot be used; the log says why.
    Failed,
}

/// What loading needs of its surroundings.
pub struct Surroundings<'a> {
    /// The files.
    pub storage: &'a dyn Storage,
    /// Loads the RDB file that a source begins with; `bytes_before` were loaded before. How many
    /// bytes it has.
    pub load_rdb: &'a mut dyn FnMut(&mut dyn Source, u64) -> Option<u64>,
    /// Runs a request, whose command is known.
    pub run: &'a mut dyn FnMut(OwnedArgs),
    /// Told of bytes loaded now and then; false ends loading.
    pub progress: &'a mut dyn FnMut(u64) -> bool,
}

/// Loads a log: what it was, and the bytes of its base and of all of it.
pub fn load(shared: &Shared, log: &Log, around: &mut Surroundings<'_>) -> (Outcome, u64, u64) {
    let host = &shared.host;
    let parts: Vec<&Part> = log.manifest().loaded().collect();
    if parts.is_empty() {
        return (Outcome::Absent, 0, 0);
    }
    let (mut total, mut base) = (0, 0);
    for part in &parts {
        let Some(len) = log.len_of(&part.name) else {
            let name = String::from_utf8_lossy(&part.name);
            let text = format!(
                "Unable to obtain the AOF file {name} length. stat: No such file or directory"
            );
            host.log(LogLevel::Warning, &text);
            return (Outcome::Failed, 0, 0);
        };
        total += len;
        if log.manifest().base.as_ref() == Some(*part) {
            base = len;
        }
    }
    let mut before = 0;
    let mut outcome = Outcome::Loaded;
    for (index, part) in parts.iter().enumerate() {
        let kind = if log.manifest().base.as_ref() == Some(*part) { "base" } else { "incr" };
        let begun = host.now_us();
        let name = String::from_utf8_lossy(&part.name).into_owned();
        let file = File { shared, name: &name, path: &log.path(&part.name), before };
        outcome = file.load(around);
        let is_last = index + 1 == parts.len();
        if outcome == Outcome::Truncated && !is_last {
            let text = "Fatal error: the truncated file is not the last file";
            host.log(LogLevel::Warning, text);
            return (Outcome::Failed, base, total);
        }
        if !matches!(outcome, Outcome::Loaded | Outcome::Truncated) {
            return (Outcome::Failed, base, total);
        }
        let seconds = (host.now_us() - begun) as f64 / 1e6;
        let text = format!("DB loaded from {kind} file {name}: {seconds:.3} seconds");
        host.log(LogLevel::Notice, &text);
        before += log.len_of(&part.name).unwrap_or(0);
    }
    (outcome, base, total)
}

/// One file on its way in.
struct File<'a> {
    shared: &'a Shared,
    name: &'a str,
    path: &'a Path,
    /// Bytes of the files before it.
    before: u64,
}

impl File<'_> {
    fn warn(&self, text: &str) {
        self.shared.host.log(LogLevel::Warning, text);
    }

    fn load(&self, around: &mut Surroundings<'_>) -> Outcome {
        let name = self.name;
        let mut source = match around.storage.open(self.path) {
            Ok(source) => source,
            Err(error) => {
                self.warn(&format!(
                    "Fatal error: can't open the append log file {name} for reading: {error}"
                ));
                return Outcome::Failed;
            }
        };
        let mut start = 0;
        if begins_as_rdb(&mut *source) {
            let is_old = self.name.as_bytes() == &*self.shared.config.text(Id::APPENDFILENAME);
            let text = if is_old {
                "Reading RDB preamble from AOF file..."
            } else {
                "Reading RDB base file on AOF loading..."
            };
            self.shared.host.log(LogLevel::Notice, text);
            let Some(bytes) = self.load_rdb(around) else {
                let what = if is_old { "preamble of the AOF" } else { "base" };
                self.warn(&format!(
                    "Error reading the RDB {what} file {name}, AOF loading aborted"
                ));
                return self.refuse_short();
            };
            start = bytes;
            if is_old {
                self.shared.host.log(LogLevel::Notice, "Reading the remaining AOF tail...");
            }
        }
        let Some(mut source) = self.open_at(around, start) else { return Outcome::Failed };
        let outcome = self.replay(&mut *source, start, around);
        (around.progress)(self.before + source.len());
        outcome
    }

    fn load_rdb(&self, around: &mut Surroundings<'_>) -> Option<u64> {
        let mut source = around.storage.open(self.path).ok()?;
        (around.load_rdb)(&mut *source, self.before)
    }

    /// The file from an offset on.
    fn open_at(&self, around: &Surroundings<'_>, offset: u64) -> Option<Box<dyn Source>> {
        let mut source = around.storage.open(self.path).ok()?;
        let (mut left, mut buf) = (offset, vec![0; 64 * 1024]);
        while left > 0 {
            let most = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let read = source.read(&mut buf[..most]).ok()?;
            if read == 0 {
                break;
            }
            left -= read as u64;
        }
        Some(source)
    }

    fn replay(
        &self,
        source: &mut dyn Source,
        start: u64,
        around: &mut Surroundings<'_>,
    ) -> Outcome {
        let mut reader = Reader::new(source, start);
        let (mut valid, mut count, mut is_in_multi) = (start, 0_usize, false);
        loop {
            match reader.read() {
                Ok(Some(request)) => {
                    if self.shared.table.find(request.name()).is_none() {
                        return self.unknown(request);
                    }
                    match request.name().to_ascii_lowercase().as_slice() {
                        b"multi" => is_in_multi = true,
                        b"exec" | b"discard" => is_in_multi = false,
                        _ => {}
                    }
                    (around.run)(request.iter().collect());
                }
                Ok(None) if is_in_multi => {
                    self.warn(&format!(
                        "Revert incomplete MULTI/EXEC transaction in AOF file {}",
                        self.name
                    ));
                    return self.cut_short(valid, reader.has_sums());
                }
                Ok(None) => {
                    if let (true, Some(storage)) = (reader.has_sums(), self.shared.host.storage()) {
                        // Else the room stays: it is in nobody's way.
                        let _ = room::cut(&*storage, self.path, reader.end());
                    }
                    return Outcome::Loaded;
                }
                Err(Broken::Short) => return self.cut_short(valid, reader.has_sums()),
                Err(Broken::Storage(error)) => {
                    self.warn(&format!(
                        "Unrecoverable error reading the append only file {}: {error}",
                        self.name
                    ));
                    return Outcome::Failed;
                }
                Err(_) => return self.bad_format(),
            }
            if !is_in_multi {
                valid = reader.offset();
            }
            count += 1;
            if count.is_multiple_of(STEP) && !(around.progress)(self.before + reader.offset()) {
                return Outcome::Failed;
            }
        }
    }

    fn unknown(&self, request: Request<'_>) -> Outcome {
        let name = String::from_utf8_lossy(request.name());
        let file = self.name;
        self.warn(&format!("Unknown command '{name}' reading the append only file {file}"));
        Outcome::Failed
    }

    fn bad_format(&self) -> Outcome {
        self.warn(&format!(
            "Bad file format reading the append only file {}: make a backup of your AOF file, then \
             use ./redis-check-aof --fix <filename.manifest>",
            self.name
        ));
        Outcome::Failed
    }

    /// The file ends too early: behind `valid` there is nothing whole.
    fn cut_short(&self, valid: u64, has_sums: bool) -> Outcome {
        let name = self.name;
        if self.shared.config.flag(Id::AOF_LOAD_TRUNCATED) {
            self.warn(&format!("!!! Warning: short read while loading the AOF file {name}!!!"));
            self.warn(&format!("!!! Truncating the AOF {name} at offset {valid} !!!"));
            let cut = match self.shared.host.storage() {
                Some(storage) if has_sums => room::cut(&*storage, self.path, valid),
                Some(storage) => storage.truncate(self.path, valid),
                None => Ok(()),
            };
            match cut {
                Ok(()) => {
                    self.warn(&format!(
                        "AOF {name} loaded anyway because aof-load-truncated is enabled"
                    ));
                    return Outcome::Truncated;
                }
                Err(error) => {
                    self.warn(&format!("Error truncating the AOF file {name}: {error}"));
                }
            }
        }
        self.refuse_short()
    }

    fn refuse_short(&self) -> Outcome {
        let name = self.name;
        self.warn(&format!(
            "Unexpected end of file reading the append only file {name}. You can: 1) Make a backup \
             of your AOF file, then use ./redis-check-aof --fix <filename.manifest>. 2) \
             Alternatively you can set the 'aof-load-truncated' configuration option to yes and \
             restart the server."
        ));
        Outcome::Failed
    }
}

fn begins_as_rdb(source: &mut dyn Source) -> bool {
    let mut magic = [0; 5];
    let mut have = 0;
    while have < magic.len() {
        match source.read(&mut magic[have..]) {
            Ok(read) if read > 0 => have += read,
            _ => return false,
        }
    }
    // Valkey's newer files begin with its own name.
    magic == *b"REDIS" || magic == *b"VALKE"
}

/// Loads the log into the data set in the place of what there is (DEBUG LOADAOF); whether it could.
pub(crate) fn reload(cx: &mut Cx<'_>) -> bool {
    let shared = cx.server;
    cx.keys.close_group();
    if !shared.host.flush_log(cx.local.index, cx.keys.effects(), shared.store.last_ticket()) {
        return false;
    }
    let Some(storage) = shared.host.storage() else { return false };
    let Ok(log) = Log::open(Arc::clone(&storage), place(shared)) else { return false };
    // Others are refused meanwhile, as at a start.
    shared.saving.switch(LOADING, true);
    cx.keys.lock_all();
    for db in 0..cx.keys.databases() {
        cx.keys.flush_db(db);
    }
    cx.keys.let_go();
    let mut replay = Replay::new(shared, cx.local.index, cx.wall());
    let flush: OwnedArgs = [&b"FUNCTION"[..], b"FLUSH"].into_iter().collect();
    replay.run(shared, flush.args());
    let keys = &mut cx.keys;
    let replay = RefCell::new(replay);
    let mut around = Surroundings {
        storage: &*storage,
        load_rdb: &mut |source, before| {
            keys.lock_all();
            let loaded = load_into(shared, keys, source, Base::OfLog { before }, false);
            keys.let_go();
            let (bytes, libraries) = loaded.ok()?;
            let mut replay = replay.borrow_mut();
            for code in &libraries {
                replay.run(shared, library_request(code).args());
            }
            match replay.failure() {
                Some(why) => {
                    explain_library(&*shared.host, &why);
                    None
                }
                None => Some(bytes),
            }
        },
        run: &mut |request| replay.borrow_mut().run(shared, request.args()),
        progress: &mut |_| true,
    };
    let outcome = load(shared, &log, &mut around).0;
    shared.saving.switch(LOADING, false);
    // The log has all of it.
    shared.saving.start_from(cx.keys.counters().dirty);
    cx.keys.effects().dirty = 0;
    outcome != Outcome::Failed
}

/// Says in the log that a library of an RDB file cannot be loaded.
pub fn explain_library(host: &dyn Host, why: &str) {
    host.log(LogLevel::Warning, &format!("Failed loading library, {why}"));
}

/// Where the log lies, as the directives say.
pub fn place(shared: &Shared) -> persist::aof::log::Place {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = shared.config.text(Id::APPENDDIRNAME);
    persist::aof::log::Place {
        dir: PathBuf::from(std::ffi::OsStr::from_bytes(&dir)),
        name: shared.config.text(Id::APPENDFILENAME).to_vec(),
        split: crate::text::split_args,
        quote: |name| {
            let mut out = Vec::new();
            if crate::text::quote::needs_quotes(name) {
                crate::text::quote::push_quoted(&mut out, name);
            } else {
                out.extend_from_slice(name);
            }
            out
        },
    }
}
