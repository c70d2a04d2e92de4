//! Loading at the start: one thread reads and decodes, the workers put the records in while they
//! answer clients that there is nothing to see yet.

use crate::aof::start;
use crate::files::Files;
use crate::host::System;
use crate::net::mailbox::Mail;
use commands::OwnedArgs;
use commands::append::replay::{self, Replay, Surroundings};
use commands::config::{Config, Id};
use commands::saving::{self, Base, Collector, LOADING, reason};
use commands::shared::Shared;
use engine::{Access, Incoming};
use persist::aof::log::Log;
use persist::rdb::{Entry, LoadError, Place, Reason};
use persist::storage::{Source, Storage as _};
use std::cell::{Cell, RefCell};
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Records in one mail.
const BATCH: usize = 1024;
/// Bytes of requests in one mail.
const BATCH_BYTES: usize = 1 << 20;
/// Mails under way at the most, for each worker.
const AHEAD: usize = 16;

/// What came of loading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// The data set is there, or there was none.
    Fine,
    /// The end was asked for meanwhile.
    Ended,
    /// It is not whole; the log says why.
    Failed,
}

/// How many mails are under way.
#[derive(Debug, Default)]
struct Window {
    state: Mutex<Under>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Under {
    way: usize,
    /// The loader waits until no more are.
    wakes_at: usize,
    /// A key that was there already.
    twice: Option<(usize, Box<[u8]>)>,
}

impl Window {
    /// Waits if more than `most` mails are under way, and then until about half of them are not.
    fn wait<'a>(&'a self, mut state: MutexGuard<'a, Under>, most: usize) -> MutexGuard<'a, Under> {
        if state.way > most {
            state.wakes_at = most / 2;
            while state.way > state.wakes_at {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        state
    }
}

/// Tells the loader that a mail was dealt with.
#[derive(Clone, Debug)]
pub(crate) struct Credit(Arc<Window>);

impl Credit {
    /// Tells it, and of a key that was there already.
    pub(crate) fn give_back(self, twice: Option<(usize, Box<[u8]>)>) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.way -= 1;
        state.twice = state.twice.take().or(twice);
        if state.way <= state.wakes_at {
            self.0.changed.notify_one();
        }
    }
}

/// Hands records to the workers in turn.
struct Feeder<'a> {
    system: &'a System,
    shared: &'a Shared,
    window: Arc<Window>,
    batch: Vec<Incoming>,
    worker: usize,
    delay: Duration,
}

impl<'a> Feeder<'a> {
    fn new(system: &'a System, shared: &'a Shared) -> Self {
        let delay = shared.config.int(Id::KEY_LOAD_DELAY).max(0) as u64;
        Self {
            system,
            shared,
            window: Arc::default(),
            batch: Vec::with_capacity(BATCH),
            worker: 0,
            delay: Duration::from_micros(delay),
        }
    }

    fn insert(&mut self, entry: Entry) -> Result<(), Reason> {
        let Entry { db, rec, .. } = entry;
        let spot = self.shared.store.spot(rec.key());
        self.batch.push(Incoming { db, spot, rec });
        if !self.delay.is_zero() {
            std::thread::sleep(self.delay);
        }
        if self.batch.len() < BATCH { Ok(()) } else { self.send(AHEAD) }
    }

    /// Sends what there is, then waits until no more than `most` mails a worker are under way.
    fn send(&mut self, most: usize) -> Result<(), Reason> {
        let workers = self.shared.workers.len();
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        let mut state = self.window.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !batch.is_empty() {
            state.way += 1;
            let mail = Mail::Load(batch, Credit(Arc::clone(&self.window)));
            self.system.mailbox(self.worker).post(mail);
            self.worker = (self.worker + 1) % workers;
        }
        let mut state = self.window.wait(state, most * workers);
        self.system.publish_loader_usage();
        match state.twice.take() {
            Some((db, key)) => Err(Reason::Duplicate { db, key }),
            None => Ok(()),
        }
    }
}

/// Whether there is anything to load.
pub(crate) fn has_data(config: &Config) -> bool {
    config.flag(Id::APPENDONLY) || saving::path(config).symlink_metadata().is_ok()
}

/// Loads the data set that the directives name. The workers run already, and refuse what needs it.
/// The log thread has begun then.
pub(crate) fn load(system: &Arc<System>, shared: &Arc<Shared>) -> Outcome {
    let begun = Instant::now();
    let storage = Arc::new(system.files());
    let Some(mut log) = start::open(system, shared, storage) else { return Outcome::Failed };
    let is_logged = shared.config.flag(Id::APPENDONLY);
    let outcome = if is_logged {
        load_log(system, shared, &mut log, begun)
    } else {
        load_file(system, shared, begun)
    };
    if outcome != Outcome::Fine {
        return outcome;
    }
    if !start::begin(system, shared, log, is_logged) {
        return Outcome::Failed;
    }
    shared.saving.switch(LOADING, false);
    Outcome::Fine
}

/// Loads the append-only file.
fn load_log(system: &Arc<System>, shared: &Arc<Shared>, log: &mut Log, begun: Instant) -> Outcome {
    if let Err(failure) = start::adopt(system, shared, log) {
        system.log().warning(failure);
        return Outcome::Failed;
    }
    let total: u64 = log.manifest().loaded().filter_map(|part| log.len_of(&part.name)).sum();
    shared.saving.loading.begin(system.now_ms() / 1000, total);
    let feeder = Feeder::new(system, shared);
    let player = Player::new(feeder);
    let mut around = Surroundings {
        storage: &Files,
        load_rdb: &mut |source, before| player.load_base(source, before),
        run: &mut |request| player.run(request),
        progress: &mut |bytes| {
            shared.saving.loading.read_bytes.store(bytes, Relaxed);
            !system.is_ending()
        },
    };
    let (outcome, base, all) = replay::load(shared, log, &mut around);
    player.finish();
    if system.is_ending() {
        return Outcome::Ended;
    }
    match outcome {
        replay::Outcome::Failed => return Outcome::Failed,
        replay::Outcome::Absent => {}
        replay::Outcome::Loaded | replay::Outcome::Truncated => {
            let seconds = begun.elapsed().as_secs_f64();
            let text = format_args!("DB loaded from append only file: {seconds:.3} seconds");
            system.log().notice(text);
        }
    }
    let mut figures = shared.append.figures();
    (figures.base_bytes, figures.current_bytes) = (base, all);
    Outcome::Fine
}

/// Has the first worker run the requests of a log, in their order.
struct Player<'a> {
    feeder: RefCell<Feeder<'a>>,
    replay: Arc<Mutex<Replay>>,
    batch: RefCell<Vec<OwnedArgs>>,
    bytes: Cell<usize>,
}

impl<'a> Player<'a> {
    fn new(feeder: Feeder<'a>) -> Self {
        let replay = Replay::new(feeder.shared, 0, feeder.system.now_ms());
        Self {
            feeder: RefCell::new(feeder),
            replay: Arc::new(Mutex::new(replay)),
            batch: RefCell::new(Vec::new()),
            bytes: Cell::new(0),
        }
    }

    fn run(&self, request: OwnedArgs) {
        let mut batch = self.batch.borrow_mut();
        self.bytes.set(self.bytes.get() + request.memory());
        batch.push(request);
        let delay = self.feeder.borrow().delay;
        if !delay.is_zero() {
            std::thread::sleep(delay);
        }
        if batch.len() >= BATCH || self.bytes.get() >= BATCH_BYTES {
            drop(batch);
            self.send(AHEAD);
        }
    }

    fn send(&self, most: usize) {
        self.bytes.set(0);
        let batch = std::mem::take(&mut *self.batch.borrow_mut());
        let feeder = self.feeder.borrow_mut();
        let mut state = feeder.window.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !batch.is_empty() {
            state.way += 1;
            let credit = Credit(Arc::clone(&feeder.window));
            let mail = Mail::Replay(batch, Arc::clone(&self.replay), credit);
            feeder.system.mailbox(0).post(mail);
        }
        drop(feeder.window.wait(state, most));
        feeder.system.publish_loader_usage();
    }

    fn finish(&self) {
        self.send(0);
    }

    /// Loads the RDB file that a base is or begins with; its bytes.
    fn load_base(&self, source: &mut dyn Source, before: u64) -> Option<u64> {
        self.finish();
        let (shared, system) = {
            let feeder = self.feeder.borrow();
            (feeder.shared, feeder.system)
        };
        match self.load_rdb(source, Base::OfLog { before }) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                if !system.is_ending() {
                    saving::explain(&*shared.host, shared.config.int(Id::DATABASES), &error);
                }
                None
            }
        }
    }

    /// Loads an RDB file with its libraries; how long it is.
    fn load_rdb(&self, source: &mut dyn Source, base: Base) -> Result<u64, LoadError> {
        let (bytes, libraries) = load_rdb(&mut self.feeder.borrow_mut(), source, base)?;
        for code in &libraries {
            self.run(replay::library_request(code));
        }
        self.finish();
        let mut replay = self.replay.lock().unwrap_or_else(PoisonError::into_inner);
        match replay.failure() {
            Some(why) => {
                let reason = Reason::Library(why);
                Err(LoadError { offset: bytes, reason, place: Place::default() })
            }
            None => Ok(bytes),
        }
    }
}

/// Reads an RDB file; how long it is, and the code of its libraries.
fn load_rdb(
    feeder: &mut Feeder<'_>,
    source: &mut dyn Source,
    base: Base,
) -> Result<(u64, Vec<Vec<u8>>), LoadError> {
    let (shared, system) = (feeder.shared, feeder.system);
    let (config, now) = (&shared.config, system.now_ms());
    let access = if config.uses_lfu() {
        let minutes = (now / 60_000) as u16;
        Access::Frequency { minutes, log_factor: 0, decay_minutes: 0, random: 0 }
    } else {
        Access::Recency((now / 1000) as u32 & 0x00ff_ffff)
    };
    let mut insert = |entry| feeder.insert(entry);
    let instant = (access, now);
    let goes_on = || !system.is_ending();
    let collector = Collector::new(shared, instant, base, &mut insert, &goes_on);
    let loaded = collector.read(source, &config.limits());
    let offset = loaded.as_ref().map_or(0, |(loaded, _)| loaded.bytes);
    let settled =
        feeder.send(0).map_err(|reason| LoadError { offset, reason, place: Place::default() });
    let (loaded, libraries) = loaded?;
    settled.map(|()| (loaded.bytes, libraries))
}

fn load_file(system: &Arc<System>, shared: &Arc<Shared>, begun: Instant) -> Outcome {
    let log = system.log();
    let mut source = match Files.open(&saving::path(&shared.config)) {
        Ok(source) => source,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Outcome::Fine,
        Err(error) => {
            let reason = reason(&error);
            log.warning(format_args!("Fatal error loading the DB: {reason}. Exiting."));
            return Outcome::Failed;
        }
    };
    let config = &shared.config;
    shared.saving.loading.begin(system.now_ms() / 1000, source.len());
    let player = Player::new(Feeder::new(system, shared));
    match player.load_rdb(&mut *source, Base::OfAll) {
        Ok(_) => {
            let seconds = begun.elapsed().as_secs_f64();
            log.notice(format_args!("DB loaded from disk: {seconds:.3} seconds"));
            Outcome::Fine
        }
        Err(LoadError { reason: Reason::Stopped, .. }) => Outcome::Ended,
        Err(error) => {
            saving::explain(&*shared.host, config.int(Id::DATABASES), &error);
            if matches!(error.reason, Reason::Signature | Reason::Version(_)) {
                let line = "Fatal error loading the DB: Invalid argument. Exiting.";
                log.warning(line);
            }
            Outcome::Failed
        }
    }
}
