//! Loading at the start: one thread reads and decodes, the workers put the records in while they
//! answer clients that there is nothing to see yet.

use crate::files::Files;
use crate::host::{HostOf, System};
use crate::net::mailbox::Mail;
use commands::config::Id;
use commands::saving::{self, Collector, LOADING, reason};
use commands::shared::Shared;
use engine::{Access, Incoming};
use persist::rdb::{self, Entry, LoadError, Reason};
use persist::storage::Storage as _;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Records in one mail.
const BATCH: usize = 512;
/// Mails under way at the most, for each worker.
const AHEAD: usize = 4;

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
    /// A key that was there already.
    twice: Option<(usize, Box<[u8]>)>,
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
        self.0.changed.notify_one();
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

impl Feeder<'_> {
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
        while state.way > most * workers {
            state = self.window.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        self.system.publish_loader_usage();
        match state.twice.take() {
            Some((db, key)) => Err(Reason::Duplicate { db, key }),
            None => Ok(()),
        }
    }
}

/// Loads the data set that the directives name. The workers run already, and refuse what needs it.
pub(crate) fn load(system: &Arc<System>, shared: &Arc<Shared>) -> Outcome {
    let begun = Instant::now();
    let host = HostOf(Arc::clone(system));
    let outcome = load_file(system, shared, &host, begun);
    if outcome == Outcome::Fine {
        shared.saving.switch(LOADING, false);
    }
    outcome
}

fn load_file(system: &Arc<System>, shared: &Arc<Shared>, host: &HostOf, begun: Instant) -> Outcome {
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
    let (config, now) = (&shared.config, system.now_ms());
    shared.saving.loading.begin(now / 1000, source.len());
    let access = if config.uses_lfu() {
        let minutes = (now / 60_000) as u16;
        Access::Frequency { minutes, log_factor: 0, decay_minutes: 0, random: 0 }
    } else {
        Access::Recency((now / 1000) as u32 & 0x00ff_ffff)
    };
    let mut feeder = Feeder {
        system,
        shared,
        window: Arc::default(),
        batch: Vec::with_capacity(BATCH),
        worker: 0,
        delay: Duration::from_micros(config.int(Id::KEY_LOAD_DELAY).max(0) as u64),
    };
    let mut insert = |entry| feeder.insert(entry);
    let mut collector = Collector {
        loading: &shared.saving.loading,
        host,
        config,
        access,
        now,
        keeps_expired: false,
        bytes_before: 0,
        libraries: Vec::new(),
        empty: 0,
        insert: &mut insert,
        goes_on: &|| !system.is_ending(),
    };
    let loaded = rdb::load(&mut *source, &config.limits(), &mut collector);
    if let Ok(loaded) = &loaded {
        collector.report(loaded.has_checksum, loaded.version);
        shared.saving.set_libraries(std::mem::take(&mut collector.libraries));
    }
    let offset = loaded.as_ref().map_or(0, |loaded| loaded.bytes);
    let settled = feeder.send(0).map_err(|reason| LoadError { offset, reason });
    match loaded.and_then(|_| settled) {
        Ok(()) => {
            let seconds = begun.elapsed().as_secs_f64();
            log.notice(format_args!("DB loaded from disk: {seconds:.3} seconds"));
            Outcome::Fine
        }
        Err(LoadError { reason: Reason::Stopped, .. }) => Outcome::Ended,
        Err(error) => {
            saving::explain(host, config.int(Id::DATABASES), &error);
            if matches!(error.reason, Reason::Signature | Reason::Version(_)) {
                let line = "Fatal error loading the DB: Invalid argument. Exiting.";
                log.warning(line);
            }
            Outcome::Failed
        }
    }
}
