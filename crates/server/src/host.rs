//! The operating system as the commands see it, and what the threads of the server share.

use crate::aof::Aof;
use crate::conf_file::{self, DiskConfigFile, reason};
use crate::daemon;
use crate::exchange::Links;
use crate::files::{SyncTimes, Timed};
use crate::log::{Level, Log};
use crate::net::connection::Connection;
use crate::net::listen::{self, Kind, Listener};
use crate::net::mailbox::{Mail, Mailbox};
use crate::reaper::{Reaper, Task};
use crate::snapshots::Snapshots;
use crate::startup::Process as Started;
use crate::tls::Tls;
use crate::tls::handshakes::HELPERS_MAX;
use commands::Cx;
use commands::append::Notice;
use commands::config::{Config, ConfigFile as _, Id, Renewal, choices};
use commands::exchange::{Answers, Exchange, Failure};
use commands::measure::Durations;
use commands::saving::{self, Saving};
use commands::shared::{
    Allocator, Certificate, Host, LogLevel, Message, Process, Reaping, Shared, Shutdown,
};
use engine::{Effects, Garbage, Keys};
use persist::snapshot::{Order, Purpose, Refused};
use persist::storage::Storage;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Threads beside the workers whose use of the heap is counted.
const OTHERS: usize = 5 + HELPERS_MAX;

/// What `nice` gives the reaper's thread.
const LOWEST_PRIORITY: i32 = 19;
/// Bytes freed by the reaper after which their pages go back to the system at once; the allocator
/// would keep them for ten seconds, and longer where nothing is allocated meanwhile.
const PURGE_BYTES: u64 = 16 << 20;

/// Shortest time between two such gifts to the system after connections have gone: as long as the
/// allocator itself waits.
const PURGE_EVERY_MS: i64 = 10_000;

/// What all threads share of the operating system.
pub(crate) struct System {
    mailboxes: Vec<Arc<Mailbox>>,
    /// Heap bytes each thread has taken less those it gave back; behind the workers' the reaper's,
    /// the loader's, the saver's, those of all savers before, the log thread's, and those of the
    /// TLS helpers.
    usage: Vec<AtomicI64>,
    connected: AtomicU64,
    log: Log,
    config: Arc<Config>,
    reaper: Reaper,
    ending: Mutex<Option<Shutdown>>,
    ended: Condvar,
    /// What a signal asked for, until worker 0 takes it up.
    asked: Mutex<Option<Shutdown>>,
    /// It is not taken up for now.
    paused: AtomicBool,
    /// Worker 0 is at it.
    begun_to_end: AtomicBool,
    started: Started,
    listening: Mutex<Listening>,
    file: DiskConfigFile,
    executable: PathBuf,
    ticks_per_us: u64,
    /// Of the machine, in bytes.
    total_memory: u64,
    links: Links,
    snapshots: Snapshots,
    saving: Arc<Saving>,
    aof: Aof,
    syncs: Arc<SyncTimes>,
    tls: Tls,
    ebb: Ebb,
}

/// Memory that was in use and is no longer: what many connections leave behind when they go.
#[derive(Default, Debug)]
struct Ebb {
    /// The most in use since pages were last given back.
    high: AtomicU64,
    purged_ms: AtomicI64,
}

/// The TCP sockets that are listened on, and where the directives had put them: those of `port`,
/// those of `tls-port`.
#[derive(Debug, Default)]
struct Listening([Side; 2], Vec<Listener>);

#[derive(Debug, Default)]
struct Side {
    place: (i64, Arc<[u8]>),
    listeners: Vec<Listener>,
}

/// What [`System::new`] is made of.
pub(crate) struct Parts {
    /// What is known of saving and loading.
    pub(crate) saving: Arc<Saving>,
    /// TLS, configured.
    pub(crate) tls: Tls,
    /// Number of workers.
    pub(crate) workers: usize,
    /// The log.
    pub(crate) log: Log,
    /// The directives.
    pub(crate) config: Arc<Config>,
    /// The started process.
    pub(crate) started: Started,
    /// The configuration file.
    pub(crate) file: DiskConfigFile,
    /// The program.
    pub(crate) executable: PathBuf,
}

impl System {
    /// Starts the reaper thread and calibrates the cycle counter.
    ///
    /// # Errors
    /// No thread or descriptor is left.
    pub(crate) fn new(parts: Parts) -> std::io::Result<Arc<Self>> {
        let mailboxes: Result<Vec<_>, _> =
            (0..parts.workers).map(|_| Mailbox::new().map(Arc::new)).collect();
        let system = Arc::new(Self {
            mailboxes: mailboxes?,
            usage: (0..parts.workers + OTHERS).map(|_| AtomicI64::new(0)).collect(),
            connected: AtomicU64::new(0),
            log: parts.log,
            config: parts.config,
            reaper: Reaper::default(),
            ending: Mutex::new(None),
            ended: Condvar::new(),
            asked: Mutex::new(None),
            paused: AtomicBool::new(false),
            begun_to_end: AtomicBool::new(false),
            started: parts.started,
            listening: Mutex::default(),
            file: parts.file,
            executable: parts.executable,
            ticks_per_us: calibrate(),
            total_memory: total_memory(),
            links: Links::default(),
            snapshots: Snapshots::default(),
            saving: parts.saving,
            aof: Aof::new(parts.workers)?,
            syncs: Arc::default(),
            tls: parts.tls,
            ebb: Ebb::default(),
        });
        let shared = Arc::clone(&system);
        std::thread::Builder::new().name("reaper".to_owned()).spawn(move || {
            // It has the cores when the workers have nothing to do.
            let _ = rustix::process::setpriority_process(None, LOWEST_PRIORITY);
            shared.reap_for_ever();
        })?;
        Ok(system)
    }

    /// What the reaper's thread does.
    fn reap_for_ever(&self) {
        let freed = || alloc::thread_usage().1;
        let mut purged = freed();
        loop {
            let is_asked = match self.reaper.next() {
                Task::Purge => true,
                Task::Free(garbage) => {
                    self.reaper.free(garbage, || {
                        alloc::flush_thread_cache();
                        self.publish_usage(self.usage.len() - OTHERS);
                    });
                    false
                }
            };
            if is_asked || freed().wrapping_sub(purged) >= PURGE_BYTES {
                alloc::purge();
                purged = freed();
            }
        }
    }

    /// Publishes the calling thread's heap use as the loader's.
    pub(crate) fn publish_loader_usage(&self) {
        self.publish_usage(self.usage.len() - OTHERS + 1);
    }

    /// Publishes the calling thread's heap use as the saver's.
    pub(crate) fn publish_saver_usage(&self) {
        self.publish_usage(self.usage.len() - OTHERS + 2);
    }

    /// Adds the calling thread's heap use to that of former savers: it ends.
    pub(crate) fn retire_saver_usage(&self) {
        let (taken, given) = alloc::thread_usage();
        let (saver, former) = (self.usage.len() - OTHERS + 2, self.usage.len() - OTHERS + 3);
        self.usage[former].fetch_add(taken.wrapping_sub(given) as i64, Ordering::Relaxed);
        self.usage[saver].store(0, Ordering::Relaxed);
    }

    /// Publishes the calling thread's heap use as the log thread's: it frees what workers have
    /// taken for their journals.
    pub(crate) fn publish_log_usage(&self) {
        self.publish_usage(self.usage.len() - OTHERS + 4);
    }

    /// Publishes the calling thread's heap use as that of a TLS helper.
    pub(crate) fn publish_helper_usage(&self, helper: usize) {
        self.publish_usage(self.usage.len() - HELPERS_MAX + helper);
    }

    /// TLS.
    pub(crate) fn tls(&self) -> &Tls {
        &self.tls
    }

    /// The append-only file.
    pub(crate) fn aof(&self) -> &Aof {
        &self.aof
    }

    /// The file system.
    pub(crate) fn files(&self) -> Timed {
        Timed(Arc::clone(&self.syncs))
    }

    /// The snapshots.
    pub(crate) fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    /// Remembers how many bytes writers copied for a snapshot.
    pub(crate) fn note_copied(&self, bytes: u64) {
        self.saving.last_copied.store(bytes, Ordering::Relaxed);
        self.saving.peak_copied.fetch_max(bytes, Ordering::Relaxed);
    }

    /// Has worker 0 end the server.
    pub(crate) fn ask_for_end(&self, wanted: Shutdown) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(wanted);
        self.mailbox(0).post(Mail::End);
    }

    /// Whether that was asked for, and it is not over yet.
    pub(crate) fn is_asked_to_end(&self) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        asked || self.begun_to_end.load(Ordering::Relaxed)
    }

    /// The end that was asked for, unless it is to wait.
    pub(crate) fn take_asked_end(&self) -> Option<Shutdown> {
        if self.paused.load(Ordering::Relaxed) {
            return None;
        }
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.begun_to_end.store(asked.is_some(), Ordering::Relaxed);
        asked
    }

    /// The end did not come about.
    pub(crate) fn goes_on(&self) {
        self.begun_to_end.store(false, Ordering::Relaxed);
    }

    /// How the server ends on a signal, by the directive for it.
    pub(crate) fn on_signal(&self, directive: Id) -> Shutdown {
        let set = self.config.int(directive);
        let has = |bit| set & bit != 0;
        let save = has(choices::ON_SIGNAL_SAVE).then_some(true);
        Shutdown {
            save: save.or(has(choices::ON_SIGNAL_NOSAVE).then_some(false)),
            now: has(choices::ON_SIGNAL_NOW),
            force: has(choices::ON_SIGNAL_FORCE),
        }
    }

    /// Sends the same mail to every worker.
    pub(crate) fn tell_workers(&self, mail: impl Fn() -> Mail) {
        self.mailboxes.iter().for_each(|mailbox| mailbox.post(mail()));
    }

    /// Whether the end was asked for.
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// A worker's mailbox.
    pub(crate) fn mailbox(&self, worker: usize) -> &Arc<Mailbox> {
        &self.mailboxes[worker]
    }

    /// The log.
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Cycle-counter ticks in a microsecond.
    pub(crate) fn ticks_per_us(&self) -> u64 {
        self.ticks_per_us
    }

    /// Unix time in milliseconds.
    #[expect(clippy::unused_self, reason = "who has the host asks it, not the clock")]
    pub(crate) fn now_ms(&self) -> i64 {
        unix_us() / 1000
    }

    /// Open connections.
    pub(crate) fn connected(&self) -> u64 {
        self.connected.load(Ordering::Relaxed)
    }

    /// Counts a connection in (1) or out (-1).
    pub(crate) fn count_connection(&self, by: i64) {
        self.connected.fetch_add(by as u64, Ordering::Relaxed);
    }

    /// Publishes the calling thread's heap use as that of `thread`.
    pub(crate) fn publish_usage(&self, thread: usize) {
        self.usage[thread].store(taken(), Ordering::Relaxed);
    }

    /// Heap bytes in use, exact as of now for the calling worker.
    fn memory_now(&self, worker: usize) -> u64 {
        self.publish_usage(worker);
        self.sum_usage()
    }

    /// The line on a connection that is ended for its output.
    pub(crate) fn warn_of_output(&self, conn: &Connection) {
        let card = &conn.session.card;
        self.log.warning(format_args!(
            "Client id={} addr={} scheduled to be closed ASAP for overcoming of output buffer \
             limits.",
            card.id, card.addr
        ));
    }

    /// Remembers the highest use of memory.
    pub(crate) fn watch_peak(&self, shared: &Shared) {
        let used = self.sum_usage();
        shared.stats.peak_memory.fetch_max(used, Ordering::Relaxed);
        self.give_back(used);
    }

    /// Has the reaper give pages back when much less is in use than was: idle workers free nothing
    /// more, so the allocator would keep what a storm of connections took.
    fn give_back(&self, used: u64) {
        let ebb = &self.ebb;
        let high = ebb.high.fetch_max(used, Ordering::Relaxed).max(used);
        let (now, last) = (self.now_ms(), ebb.purged_ms.load(Ordering::Relaxed));
        if high - used >= PURGE_BYTES && now - last >= PURGE_EVERY_MS {
            ebb.high.store(used, Ordering::Relaxed);
            ebb.purged_ms.store(now, Ordering::Relaxed);
            self.give_back_now();
        }
    }

    /// Has the reaper give all free pages back: where nothing is allocated meanwhile, the allocator
    /// would keep them.
    pub(crate) fn give_back_now(&self) {
        self.reaper.purge();
    }

    fn sum_usage(&self) -> u64 {
        let sum: i64 = self.usage.iter().map(|one| one.load(Ordering::Relaxed)).sum();
        sum.max(0) as u64
    }

    /// Waits until somebody asks for the end.
    pub(crate) fn wait_for_end(&self) -> Shutdown {
        let mut ending = self.ending.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(shutdown) = *ending {
                return shutdown;
            }
            ending = self.ended.wait(ending).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Where the server listens as it starts.
    pub(crate) fn listens(&self, listeners: &[Listener]) {
        let mut now = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        now.1 = listeners.iter().filter(|one| one.unix).cloned().collect();
        for (side, kind) in now.0.iter_mut().zip([Kind::Plain, Kind::Tls]) {
            let tcp = listeners.iter().filter(|one| !one.unix && one.kind == kind);
            *side = Side { place: self.place(kind), listeners: tcp.cloned().collect() };
        }
    }

    /// All that the server listens on.
    pub(crate) fn listeners(&self) -> Vec<Listener> {
        let now = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        now.0.iter().flat_map(|side| &side.listeners).chain(&now.1).cloned().collect()
    }

    fn place(&self, kind: Kind) -> (i64, Arc<[u8]>) {
        (self.config.int(kind.directive()), self.config.text(Id::BIND))
    }

    /// Listens where the directives say, unless it does. Another port is tried before the old one
    /// is let go; other addresses of the same port cannot be.
    ///
    /// # Errors
    /// In Redis's words; nothing is listened on then but what still was.
    fn listen_anew(&self) -> Result<(), String> {
        let mut now = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        // A side that gives up its port does so before the other takes it.
        let mut kinds = [(0, Kind::Plain), (1, Kind::Tls)];
        kinds.sort_by_key(|(_, kind)| self.config.int(kind.directive()) != 0);
        let moved = kinds.map(|(at, kind)| self.move_side(&mut now.0[at], kind));
        let all = now.0.iter().flat_map(|side| side.listeners.iter().cloned()).collect();
        self.mailbox(0).post(Mail::Listen(all));
        moved.into_iter().collect()
    }

    fn move_side(&self, now: &mut Side, kind: Kind) -> Result<(), String> {
        let place = self.place(kind);
        if now.place == place {
            return Ok(());
        }
        let is_other_port = now.place.0 != place.0;
        if !is_other_port {
            listen::stop(&now.listeners);
            *now = Side { place: (-1, place.1.clone()), listeners: Vec::new() };
        }
        let port = u16::try_from(place.0).unwrap_or(0);
        let (open, failed) = match port {
            0 => (Vec::new(), Vec::new()),
            port => listen::tcp(&self.config, port, kind),
        };
        for failure in &failed {
            self.log.warning(format_args!(
                "Warning: Could not create server TCP listening socket {}:{port}: {}",
                failure.address, failure.reason
            ));
        }
        if failed.iter().any(|failure| !failure.optional) {
            let port_text = "Unable to listen on this port. Check server logs.";
            let bind_text = "Failed to bind to specified addresses.";
            return Err(if is_other_port { port_text } else { bind_text }.to_owned());
        }
        listen::stop(&now.listeners);
        *now = Side { place, listeners: open };
        Ok(())
    }

    /// Tells every worker to stop.
    pub(crate) fn stop_workers(&self) {
        self.mailboxes.iter().for_each(|mailbox| mailbox.post(Mail::Stop));
    }

    /// Asks for the end. Nobody can connect from here on: whoever sees a connection end knows that.
    pub(crate) fn end(&self, shutdown: Shutdown) {
        listen::stop(&self.listeners());
        *self.ending.lock().unwrap_or_else(PoisonError::into_inner) = Some(shutdown);
        self.ended.notify_all();
    }
}

/// Unix time in milliseconds.
pub(crate) fn now_ms() -> i64 {
    unix_us() / 1000
}

/// Unix time in microseconds.
fn unix_us() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as i64)
}

/// Counts cycle-counter ticks against the clock for ten milliseconds.
fn calibrate() -> u64 {
    let (begun, ticks) = (Instant::now(), engine::ticks());
    std::thread::sleep(Duration::from_millis(10));
    let passed = engine::ticks().wrapping_sub(ticks);
    (passed / begun.elapsed().as_micros().max(1) as u64).max(1)
}

/// The door that commands knock at.
pub(crate) struct HostOf(pub(crate) Arc<System>);

/// Heap bytes that this thread has taken, less those that it has given back.
#[inline]
fn taken() -> i64 {
    let (taken, given) = alloc::thread_usage();
    taken.wrapping_sub(given) as i64
}

impl Host for HostOf {
    fn post(&self, worker: usize, message: Message) {
        self.0.mailbox(worker).post(Mail::Message(message));
    }

    fn reap(&self, garbage: Vec<Garbage>) {
        self.0.reaper.push(garbage);
    }

    fn reap_some(&self, worker: usize) -> Reaping {
        self.0.reaper.help(|| self.0.publish_usage(worker))
    }

    fn shutdown(&self, options: Shutdown) {
        self.0.end(options);
    }

    fn abort_shutdown(&self) -> bool {
        let taken = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
        if taken.is_some() {
            self.0.log.notice("Shutdown manually aborted.");
        }
        taken.is_some()
    }

    fn pause_clockwork(&self, pause: bool) {
        self.0.paused.store(pause, Ordering::Relaxed);
        self.0.mailbox(0).post(Mail::End);
    }

    fn renew(&self, what: Renewal) -> Result<(), String> {
        let (system, config, log) = (&self.0, &self.0.config, &self.0.log);
        match what {
            Renewal::Directory => Started::renew_directory(config),
            Renewal::OpenFiles => daemon::apply_max_clients(config, log),
            Renewal::OomScore => system.started.renew_oom_score(config),
            Renewal::Tls => system.tls.configure(config, log),
            Renewal::FirstTls => system.tls.configure_first(config, log),
            Renewal::Listeners => system.listen_anew(),
        }
    }

    fn read_config_file(&self) -> Result<Vec<u8>, String> {
        if !self.0.file.exists() {
            return Err("The server is running without a config file".to_owned());
        }
        self.0.file.read()
    }

    fn write_config_file(&self, text: &[u8]) -> Result<(), String> {
        self.0.file.replace(text)
    }

    fn read_file(&self, path: &[u8]) -> Result<Vec<u8>, String> {
        std::fs::read(OsStr::from_bytes(path)).map_err(|error| reason(&error))
    }

    fn replace_file(&self, path: &[u8], text: &[u8]) -> Result<(), String> {
        let path = Path::new(OsStr::from_bytes(path));
        conf_file::replace_file(path, text).map_err(|error| reason(&error))
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        use std::io::Read as _;
        let filled =
            std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes));
        // A password that can be foreseen is worse than none.
        filled.expect("the system gives random bytes");
    }

    fn process(&self) -> Process {
        let uname = rustix::system::uname();
        let text = |part: &std::ffi::CStr| part.to_string_lossy().into_owned();
        let path = self.0.file.path.clone().unwrap_or_default();
        Process {
            pid: std::process::id(),
            resident: resident_bytes(),
            total_memory: self.0.total_memory,
            os: format!(
                "{} {} {}",
                text(uname.sysname()),
                text(uname.release()),
                text(uname.machine())
            ),
            executable: self.0.executable.display().to_string(),
            config_file: path.display().to_string(),
            tcp_port: match self.0.config.int(Id::PORT) {
                0 => self.0.config.int(Id::TLS_PORT) as u16,
                port => port as u16,
            },
            cpu: cpu_seconds(),
            maxclients: self.0.config.int(Id::MAXCLIENTS) as u64,
        }
    }

    fn used_memory(&self) -> u64 {
        self.0.sum_usage()
    }

    fn memory_now(&self, worker: usize) -> u64 {
        self.0.memory_now(worker)
    }

    fn taken(&self) -> i64 {
        taken()
    }

    fn reaped(&self) -> (u64, u64) {
        self.0.reaper.counts()
    }

    fn allocator(&self) -> Allocator {
        let stats = alloc::stats();
        Allocator {
            allocated: stats.allocated as u64,
            active: stats.active as u64,
            resident: stats.resident as u64,
            metadata: stats.metadata as u64,
            retained: stats.retained as u64,
        }
    }

    fn allocator_number(&self, name: &str) -> Option<u64> {
        alloc::number(&std::ffi::CString::new(name).ok()?)
    }

    fn flush_thread_cache(&self) {
        alloc::flush_thread_cache();
    }

    fn purge(&self) {
        alloc::purge();
    }

    fn log(&self, level: LogLevel, text: &str) {
        let level = match level {
            LogLevel::Debug => Level::Debug,
            LogLevel::Verbose => Level::Verbose,
            LogLevel::Notice => Level::Notice,
            LogLevel::Warning => Level::Warning,
        };
        self.0.log.write(level, text);
    }

    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }

    fn now_us(&self) -> i64 {
        unix_us()
    }

    fn sleep_us(&self, us: u64) {
        std::thread::sleep(Duration::from_micros(us));
    }

    fn exchange(&self, call: Exchange<'_>) -> Answers {
        let (config, log) = (&self.0.config, &self.0.log);
        match self.0.tls.outgoing(config, log) {
            Ok(credentials) => self.0.links.exchange(call, credentials.as_ref(), log),
            Err(()) => Answers { failure: Some(Failure::Connect), ..Answers::default() },
        }
    }

    fn serve_while_busy(&self, cx: &mut Cx<'_>) {
        crate::net::lobby::serve(cx);
    }

    fn kept_connections(&self) -> usize {
        self.0.links.count()
    }

    fn storage(&self) -> Option<Arc<dyn Storage>> {
        Some(Arc::new(self.0.files()))
    }

    fn syncs(&self, show: &mut dyn FnMut(&'static str, &Durations)) {
        show("snapshot", &self.0.syncs.snapshot);
        show("log", &self.0.syncs.log);
    }

    fn begin_snapshot(&self, keys: &mut Keys<'_>, order: Order) -> Result<(), Refused> {
        let system = &self.0;
        let plan = saving::plan(&system.config, &system.saving, self, order.format);
        let delay_us = system.config.int(Id::RDB_KEY_SAVE_DELAY).max(0) as u64;
        system.snapshots.begin(system, keys, order, plan, delay_us)
    }

    fn snapshot(&self) -> Option<Purpose> {
        self.0.snapshots.purpose()
    }

    fn cancel_snapshot(&self, purpose: Purpose) -> bool {
        self.0.snapshots.cancel(purpose)
    }

    fn fail_snapshot(&self) -> bool {
        self.0.snapshots.fail()
    }

    fn snapshot_progress(&self) -> [u64; 3] {
        self.0.snapshots.progress()
    }

    fn tell_log(&self, notice: Notice) {
        self.0.aof.notify(notice);
    }

    fn flush_log(&self, worker: usize, effects: &mut Effects, ticket: u64) -> bool {
        // A lane takes no chunk without a group: the merge would wait at it.
        if !effects.journal.is_empty() {
            self.0.aof.publish(worker, &mut effects.journal, self.0.now_ms());
        }
        self.0.aof.wait_written(ticket)
    }

    fn certificates(&self) -> [Option<Certificate>; 3] {
        self.0.tls.certificates()
    }

    fn process_id(&self) -> u32 {
        std::process::id()
    }

    fn working_dir(&self) -> String {
        let dir = std::env::current_dir();
        dir.map_or_else(|_| "unknown".to_owned(), |dir| dir.display().to_string())
    }

    fn crash(&self, how: &str) -> ! {
        let log = &self.0.log;
        log.warning(format_args!("Crashing on request: {how}"));
        log.warning("------ STACK TRACE ------");
        log.warning(std::backtrace::Backtrace::force_capture());
        std::process::abort()
    }
}

/// Bytes of this process that are in memory. `statm` costs a tenth of what `status` does, and INFO
/// asks each time.
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * rustix::param::page_size() as u64
}

/// Memory of the machine, which does not change.
fn total_memory() -> u64 {
    let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// System and user seconds of the process, then of its children.
fn cpu_seconds() -> [f64; 4] {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(11)
        .take(4)
        .map(|field| field.parse().unwrap_or(0.0))
        .collect();
    let hertz = rustix::param::clock_ticks_per_second() as f64;
    match fields[..] {
        [user, system, child_user, child_system] => {
            [system / hertz, user / hertz, child_system / hertz, child_user / hertz]
        }
        _ => [0.0; 4],
    }
}
