//! What all workers share: the data set, the configuration, the clients, the counters; and the
//! door to the operating system, which only the server opens.

use crate::append::{Append, Notice};
use crate::config::Config;
use crate::exchange::{Answers, Exchange};
use crate::introspection::hotkeys::Tally;
use crate::measure::{Durations, Histogram};
use crate::pubsub::PubSub;
use crate::saving::Saving;
use crate::session::Card;
use crate::table::{CommandId, CommandTable};
use engine::{Effects, Garbage, Keys, Store};
use persist::snapshot::{Order, Purpose, Refused};
use persist::storage::Storage;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One server.
pub struct Shared {
    /// The data set.
    pub store: Store,
    /// The directives.
    pub config: Arc<Config>,
    /// The commands by name.
    pub table: CommandTable,
    /// The connections.
    pub clients: Clients,
    /// Who listens to which channel.
    pub pubsub: PubSub,
    /// Counters of events that are rare.
    pub stats: Stats,
    /// Counters of each worker.
    pub workers: Box<[WorkerStats]>,
    /// The users.
    pub acl: crate::acl::Acl,
    /// `CLIENT PAUSE`.
    pub pause: crate::pause::Pause,
    /// What is known of saving and loading.
    pub saving: Arc<Saving>,
    /// What is on for the whole server.
    pub switches: crate::switches::Switches,
    /// Who caches what.
    pub tracking: crate::tracking::Tracking,
    /// Logs of calls, latency events, who monitors.
    pub notes: crate::introspection::Notes,
    /// What is known of the append-only file.
    pub append: Append,
    /// What runs scripts.
    pub scripts: Box<dyn crate::scripting::Scripts>,
    /// The scripts that run now.
    pub running: crate::scripting::Running,
    /// The operating system.
    pub host: Arc<dyn Host>,
    /// When it started, Unix milliseconds.
    pub start_ms: i64,
    /// Forty hexadecimal digits drawn at the start.
    pub run_id: Box<str>,
}

impl Shared {
    /// Memory of all connections. O(workers).
    pub fn client_bytes(&self) -> u64 {
        self.workers.iter().map(|worker| worker.client_bytes.load(Ordering::Relaxed)).sum()
    }

    /// What connections take beyond `maxmemory-clients` and are about to be ended for. O(workers).
    pub fn client_excess(&self) -> u64 {
        let limit = self.config.clients_limit();
        if limit == 0 {
            return 0;
        }
        let stays = self.stats.unevictable(limit);
        self.client_bytes().saturating_sub(limit.saturating_add(stays))
    }
}

/// What came of a worker's help to the thread that frees large values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reaping {
    /// Some memory is free, and there may be more.
    Freed,
    /// Memory is on its way back that no worker can free in a step.
    UnderWay,
    /// Nothing waits.
    Nothing,
}

/// What commands need of the operating system and of other workers.
pub trait Host: Send + Sync {
    /// Hands a message to a worker and wakes it if it sleeps.
    fn post(&self, worker: usize, message: Message);

    /// Frees large values on a thread of its own.
    fn reap(&self, garbage: Vec<Garbage>);

    /// Frees a step of what waits for that in the calling worker, which needs the room: some tens
    /// of microseconds.
    fn reap_some(&self, worker: usize) -> Reaping;

    /// Ends the server soon; `now` skips waiting for anything.
    fn shutdown(&self, options: Shutdown);

    /// Takes back a `shutdown` that has not begun; whether there was one.
    fn abort_shutdown(&self) -> bool;

    /// Lets what is done by the clock wait, the end that a signal asks for among it, or go on
    /// (`DEBUG PAUSE-CRON`).
    fn pause_clockwork(&self, pause: bool) {
        let _ = pause;
    }

    /// Makes changed directives true (ports, limits, directory).
    ///
    /// # Errors
    /// Why not, in words for the client; the old values are then restored, and this is called
    /// again.
    fn renew(&self, what: crate::config::Renewal) -> Result<(), String>;

    /// Reads the configuration file that the server was started with.
    ///
    /// # Errors
    /// In words for the client.
    fn read_config_file(&self) -> Result<Vec<u8>, String>;

    /// Replaces that file.
    ///
    /// # Errors
    /// In words for the client.
    fn write_config_file(&self, text: &[u8]) -> Result<(), String>;

    /// Reads a whole file.
    ///
    /// # Errors
    /// In the operating system's words.
    fn read_file(&self, path: &[u8]) -> Result<Vec<u8>, String>;

    /// Puts a text in a file's place, the whole or nothing of it.
    ///
    /// # Errors
    /// In the operating system's words.
    fn replace_file(&self, path: &[u8], text: &[u8]) -> Result<(), String>;

    /// Fills a buffer with random bytes that nobody can foresee.
    fn fill_random(&self, bytes: &mut [u8]);

    /// Figures of the process.
    fn process(&self) -> Process;

    /// Heap bytes in use, exact as of each worker's last batch.
    fn used_memory(&self) -> u64;

    /// The same, exact as of now for the calling worker.
    fn memory_now(&self, worker: usize) -> u64;

    /// Heap bytes that the calling thread has taken, less those that it has given back.
    fn taken(&self) -> i64;

    /// Values that another thread has still to free, and those it has freed so far.
    fn reaped(&self) -> (u64, u64);

    /// Figures of the allocator.
    fn allocator(&self) -> Allocator;

    /// A number that the allocator knows by name; `None` if it knows none (`DEBUG MALLCTL`).
    fn allocator_number(&self, _name: &str) -> Option<u64> {
        None
    }

    /// Empties the calling thread's cache of free memory.
    fn flush_thread_cache(&self) {}

    /// Asks the allocator to give free pages back.
    fn purge(&self);

    /// Writes a line to the log.
    fn log(&self, level: LogLevel, text: &str);

    /// The time now; only for commands that pass time themselves (`DEBUG SLEEP`).
    fn now_ms(&self) -> i64;

    /// Unix time in microseconds, for `TIME`.
    fn now_us(&self) -> i64;

    /// Holds the calling worker (`DEBUG SLEEP`).
    fn sleep_us(&self, us: u64);

    /// Sends requests to another server and waits for its answers (MIGRATE).
    fn exchange(&self, call: Exchange<'_>) -> Answers;

    /// How many connections to other servers are kept for later exchanges.
    fn kept_connections(&self) -> usize;

    /// Cuts a snapshot: the entries as they are now, with everything locked, go to a file while
    /// others change them. Returns at once.
    ///
    /// # Errors
    /// One is under way, or there is no disk.
    fn begin_snapshot(&self, keys: &mut Keys<'_>, order: Order) -> Result<(), Refused> {
        let _ = (keys, order);
        Err(Refused::NoDisk)
    }

    /// What the snapshot that is under way is for.
    fn snapshot(&self) -> Option<Purpose> {
        None
    }

    /// Takes the snapshot back that is under way, if it is for this; its `finish` is told. Whether
    /// there was one.
    fn cancel_snapshot(&self, purpose: Purpose) -> bool {
        let _ = purpose;
        false
    }

    /// Lets the snapshot fail that is under way, as a disk would (DEBUG). Whether there was one.
    fn fail_snapshot(&self) -> bool {
        false
    }

    /// Where files lie; `None` where there is no disk.
    fn storage(&self) -> Option<Arc<dyn Storage>> {
        None
    }

    /// Shows how long files took to come to the disk, by kind of file.
    fn syncs(&self, show: &mut dyn FnMut(&'static str, &Durations)) {
        let _ = show;
    }

    /// How far the snapshot is that is under way: entries saved, entries to save, bytes that
    /// writers copied because of it.
    fn snapshot_progress(&self) -> [u64; 3] {
        [0; 3]
    }

    /// Tells the log thread something.
    fn tell_log(&self, notice: Notice) {
        drop(notice);
    }

    /// Hands a worker's journal to the log thread and waits until everything up to `ticket` is
    /// written; whether it could be (DEBUG LOADAOF).
    fn flush_log(&self, worker: usize, effects: &mut Effects, ticket: u64) -> bool {
        let _ = (worker, effects, ticket);
        true
    }

    /// The process number.
    fn process_id(&self) -> u32 {
        0
    }

    /// The TLS certificates in use: the server's, that for its own connections, the authority's.
    fn certificates(&self) -> [Option<Certificate>; 3] {
        Default::default()
    }

    /// The working directory, for the log.
    fn working_dir(&self) -> String {
        "unknown".to_owned()
    }
    /// Serves connections of the calling worker from inside of a call that takes too long: each
    /// request gets its BUSY reply, or is run if it is allowed then. Returns soon.
    fn serve_while_busy(&self, _cx: &mut crate::Cx<'_>) {}

    /// Ends the process at once (`DEBUG SEGFAULT` and its kind).
    fn crash(&self, how: &str) -> !;
}

/// What is shown of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its number, hexadecimal.
    pub serial: String,
    /// Its last second, Unix time.
    pub expires: i64,
}

/// Severity of a log line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogLevel {
    /// `.`
    Debug,
    /// `-`
    Verbose,
    /// `*`
    Notice,
    /// `#`
    Warning,
}

/// How to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Shutdown {
    /// `NOSAVE` or `SAVE`, if given.
    pub save: Option<bool>,
    /// Do not wait for replicas.
    pub now: bool,
    /// End even if saving fails.
    pub force: bool,
}

/// Figures of the process.
#[derive(Clone, Debug, Default)]
pub struct Process {
    /// Process number.
    pub pid: u32,
    /// Resident bytes.
    pub resident: u64,
    /// Bytes of memory in the machine.
    pub total_memory: u64,
    /// Operating system, as `uname` says.
    pub os: String,
    /// Path of the binary.
    pub executable: String,
    /// Path of the configuration file, or empty.
    pub config_file: String,
    /// Port that is listened on.
    pub tcp_port: u16,
    /// CPU seconds: system, user, system of children, user of children.
    pub cpu: [f64; 4],
    /// Connection limit in force.
    pub maxclients: u64,
}

/// Figures of the allocator, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allocator {
    /// Handed out.
    pub allocated: u64,
    /// In active pages.
    pub active: u64,
    /// Resident.
    pub resident: u64,
    /// Book-keeping.
    pub metadata: u64,
    /// Kept for later.
    pub retained: u64,
}

/// What workers tell each other.
#[derive(Debug)]
pub enum Message {
    /// A blocked call was served: its reply.
    Served {
        /// The client that waits.
        client: u64,
        /// The reply.
        output: crate::Output,
        /// The call it answers.
        waiter: Arc<engine::Waiter>,
    },
    /// `CLIENT UNBLOCK`.
    Unblock {
        /// The client.
        client: u64,
        /// With an error instead of a timeout's reply.
        error: bool,
    },
    /// A message for this worker's subscribers.
    Publish(Arc<crate::pubsub::Publication>),
    /// Bytes for a client of this worker, behind its replies.
    Tell {
        /// The client.
        client: u64,
        /// The bytes.
        bytes: Arc<[u8]>,
    },
    /// Keys changed of which a client of this worker is told.
    Changed {
        /// The client.
        client: u64,
        /// The keys.
        keys: Arc<[Box<[u8]>]>,
    },
    /// A line for this worker's monitors.
    Monitor(Arc<[u8]>),
    /// The client's card says that it is to end.
    Doomed {
        /// The client.
        client: u64,
    },
    /// `CLIENT UNPAUSE`: requests that are held may be tried again.
    Unpaused,
    /// A user was changed: clients that may no longer listen where they do are to end.
    UserChanged,
    /// Directives changed: what the worker caches is stale.
    ConfigChanged,
}

/// The connections by number.
#[derive(Default)]
pub struct Clients {
    cards: Mutex<BTreeMap<u64, Arc<Card>>>,
    last_id: AtomicU64,
}

impl Clients {
    /// The next client number.
    pub fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Registers a connection.
    pub fn add(&self, card: Arc<Card>) {
        self.lock().insert(card.id, card);
    }

    /// Removes one.
    pub fn remove(&self, id: u64) {
        self.lock().remove(&id);
    }

    /// One by number.
    pub fn get(&self, id: u64) -> Option<Arc<Card>> {
        self.lock().get(&id).cloned()
    }

    /// All, oldest first.
    pub fn all(&self) -> Vec<Arc<Card>> {
        self.lock().values().cloned().collect()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Card>>> {
        self.cards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counters of rare events, shared by all workers.
#[derive(Default, Debug)]
pub struct Stats {
    /// Connections accepted.
    pub connections: AtomicU64,
    /// Connections refused for `maxclients`.
    pub rejected_connections: AtomicU64,
    /// Error replies by their first word.
    pub errors: Mutex<BTreeMap<Box<str>, u64>>,
    /// Calls that wait.
    pub blocked_clients: AtomicI64,
    /// Connections closed for their output limits.
    pub output_limit_disconnections: AtomicU64,
    /// Connections closed for the query buffer limit.
    pub query_limit_disconnections: AtomicU64,
    /// Time of the last `CONFIG RESETSTAT` in milliseconds.
    pub reset_ms: AtomicI64,
    /// Highest `used_memory` seen.
    pub peak_memory: AtomicU64,
    /// Values that the reaper had freed when the counters were reset.
    pub lazyfree_before: AtomicU64,
    /// Since when memory has been over its limit, Unix milliseconds; 0 while it is not.
    pub exceeding_since_ms: AtomicI64,
    /// How long it was over its limit before, in milliseconds.
    pub exceeded_ms: AtomicU64,
    /// What connections took beyond `maxmemory-clients` when the last was ended that may be, and
    /// the limit then.
    unevictable: [AtomicU64; 2],
    /// Connections ended for `maxmemory-clients`.
    pub evicted_clients: AtomicU64,
    /// Scripts that left the cache since there were too many.
    pub evicted_scripts: AtomicU64,
    /// Active expiry is on (`DEBUG SET-ACTIVE-EXPIRE`): 0 on, 1 off.
    pub expire_off: AtomicU64,
    /// Checksums of RESTORE are looked at (`DEBUG SET-SKIP-CHECKSUM-VALIDATION`): 0 yes, 1 no.
    pub checksum_off: AtomicU64,
    /// Payloads of RESTORE that were checked because `sanitize-dump-payload` asks for it.
    pub sanitizations: AtomicU64,
    /// Commands and bytes per second.
    pub rates: Mutex<crate::server::info::Rates>,
    /// Passes of the expiry sweep that ran out of time.
    pub expire_cut_short: AtomicU64,
    /// Figures for the metrics.
    pub sampled: crate::metrics::Sampled,
    /// What active defragmentation does and has done.
    pub defrag: Defrag,
}

/// Figures of active defragmentation. One worker writes them.
#[derive(Default, Debug)]
pub struct Defrag {
    /// Its share of the worker's time in percent; 0 while none is under way.
    pub running: AtomicU64,
    /// Allocations that were moved.
    pub hits: AtomicU64,
    /// Allocations that were looked at and stayed.
    pub misses: AtomicU64,
    /// Keys of which something was moved.
    pub key_hits: AtomicU64,
    /// Keys of which nothing was moved.
    pub key_misses: AtomicU64,
    /// How long it was under way before, in milliseconds.
    pub past_ms: AtomicU64,
    /// Since when it is under way, Unix milliseconds; 0 while it is not.
    pub since_ms: AtomicI64,
}

impl Defrag {
    /// For how long it has been under way, all in all and since it last began, in milliseconds.
    pub fn times(&self, now_ms: i64) -> (u64, u64) {
        let since = self.since_ms.load(Ordering::Relaxed);
        let current = if since == 0 { 0 } else { (now_ms - since).max(0) as u64 };
        (self.past_ms.load(Ordering::Relaxed) + current, current)
    }
}

/// Counters of one worker: it alone writes them.
#[derive(Debug)]
pub struct WorkerStats {
    /// Bytes received.
    pub net_in: AtomicU64,
    /// Bytes sent.
    pub net_out: AtomicU64,
    /// Read events.
    pub reads: AtomicU64,
    /// Write calls.
    pub writes: AtomicU64,
    /// Connections it owns.
    pub clients: AtomicU64,
    /// Memory of its connections, each as it was weighed last.
    pub client_bytes: Arc<AtomicU64>,
    /// Turns of its loop.
    pub turns: AtomicU64,
    /// What its calls cost by key, while that is counted.
    pub hot: Tally,
    calls: Box<[CallStats]>,
}

/// Counters of one command on one worker: a cache line.
#[derive(Default, Debug)]
#[repr(align(64))]
pub struct CallStats {
    /// Calls that ran.
    pub calls: AtomicU64,
    /// Time they took, in ticks of the cycle counter.
    pub ticks: AtomicU64,
    /// Calls refused before they ran.
    pub rejected: AtomicU64,
    /// Calls that ran and answered with an error.
    pub failed: AtomicU64,
    /// How long they took.
    pub latency: Histogram,
}

/// Adds to a counter that only the calling thread writes: no locked instruction.
#[inline]
pub fn bump(counter: &AtomicU64, by: u64) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
}

impl WorkerStats {
    /// Zeros, with a row a command.
    pub fn new(commands: usize) -> Self {
        Self {
            net_in: AtomicU64::new(0),
            net_out: AtomicU64::new(0),
            reads: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            clients: AtomicU64::new(0),
            client_bytes: Arc::default(),
            turns: AtomicU64::new(0),
            hot: Tally::default(),
            calls: (0..commands).map(|_| CallStats::default()).collect(),
        }
    }

    /// The counters of one command.
    #[inline]
    pub fn call(&self, id: CommandId) -> &CallStats {
        &self.calls[id.0 as usize]
    }

    /// How many commands ran. Adds up all counters.
    pub fn commands(&self) -> u64 {
        self.calls.iter().map(|call| call.calls.load(Ordering::Relaxed)).sum()
    }

    /// Back to zero. Racing additions of the owner may survive.
    pub fn reset(&self) {
        for counter in [&self.net_in, &self.net_out, &self.reads, &self.writes] {
            counter.store(0, Ordering::Relaxed);
        }
        for call in &self.calls {
            for counter in [&call.calls, &call.ticks, &call.rejected, &call.failed] {
                counter.store(0, Ordering::Relaxed);
            }
            call.latency.reset();
        }
    }
}

impl Stats {
    /// Notes what connections take beyond a limit, though all have ended that may be.
    pub fn note_unevictable(&self, bytes: u64, limit: u64) {
        let [stays, known] = &self.unevictable;
        known.store(limit, Ordering::Relaxed);
        stays.store(bytes, Ordering::Relaxed);
    }

    /// Has it found out anew: who may not be ended has changed, or what they take.
    pub fn forget_unevictable(&self) {
        self.note_unevictable(0, 0);
    }

    fn unevictable(&self, limit: u64) -> u64 {
        let [stays, known] = self.unevictable.each_ref().map(|one| one.load(Ordering::Relaxed));
        if known == limit { stays } else { 0 }
    }

    /// Memory is over its limit.
    pub(crate) fn begin_exceeding(&self, now: i64) {
        if self.exceeding_since_ms.load(Ordering::Relaxed) == 0 {
            self.exceeding_since_ms.store(now, Ordering::Relaxed);
        }
    }

    /// Memory is within its limit.
    #[inline]
    pub(crate) fn end_exceeding(&self, now: i64) {
        if self.exceeding_since_ms.load(Ordering::Relaxed) != 0 {
            let since = self.exceeding_since_ms.swap(0, Ordering::Relaxed);
            if since != 0 {
                self.exceeded_ms.fetch_add((now - since).max(0) as u64, Ordering::Relaxed);
            }
        }
    }

    /// Counts an error reply by its first word.
    pub fn count_error(&self, text: &str) {
        let word = text.split(' ').next().unwrap_or_default();
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = errors.get_mut(word) {
            *count += 1;
        } else if errors.len() < 128 {
            errors.insert(word.into(), 1);
        }
    }
}
