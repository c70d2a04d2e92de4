//! A server without an operating system: what tests, models, fuzz targets and instruction counts
//! run commands in.
//!
//! Mail to other workers is kept until it is asked for, the clock stands still until it is moved,
//! files lie in memory, a snapshot is saved at once, garbage is freed at once, and nobody ends it.

use crate::append::Append;
use crate::args::Args;
use crate::config::{Config, Renewal};
use crate::cx::{Local, Turn};
use crate::dispatch::{Flow, dispatch};
use crate::exchange::{Answers, Exchange, Failure};
use crate::introspection::Notes;
use crate::pause::Pause;
use crate::pubsub::PubSub;
use crate::reply::Output;
use crate::saving::{self, Saving};
use crate::session::{Card, CardAddress, Session};
use crate::shared::{
    Allocator, Clients, Host, LogLevel, Message, Process, Reaping, Shared, Shutdown, Stats,
    WorkerStats,
};
use crate::switches::Switches;
use crate::table::CommandTable;
use engine::{Effects, Keys, Moment};
use engine::{Garbage, Layout, Store};
use persist::snapshot::{Order, Refused, save_all};
use persist::storage::{Disk, Storage};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What stands in for the operating system.
#[derive(Debug, Default)]
pub struct Offline {
    mail: Mutex<VecDeque<(usize, Message)>>,
    now_ms: AtomicI64,
    disk: Disk,
    memory: Mutex<Memory>,
}

/// Memory as it is said to be.
#[derive(Debug)]
struct Memory {
    used: u64,
    /// What waits to be freed.
    garbage: VecDeque<Garbage>,
    freed: u64,
    /// What becomes of garbage; none frees it at once.
    held: Option<Reaping>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { used: 1 << 20, garbage: VecDeque::new(), freed: 0, held: None }
    }
}

/// What freeing one object gives back.
const OBJECT_BYTES: u64 = 512 << 10;

impl Offline {
    /// One whose clock stands at `now_ms`.
    pub fn new(now_ms: i64) -> Arc<Self> {
        Arc::new(Self { now_ms: AtomicI64::new(now_ms), ..Self::default() })
    }

    /// An empty server of this many workers and sixteen databases.
    pub fn shared(self: &Arc<Self>, workers: usize) -> Shared {
        let start_ms = self.now_ms();
        let table = CommandTable::new(crate::families());
        Shared {
            store: Store::new(Layout { databases: 16, workers, start_ms }),
            config: Arc::new(Config::new(1)),
            clients: Clients::default(),
            pubsub: PubSub::new(workers),
            stats: Stats::default(),
            pause: Pause::default(),
            switches: Switches::default(),
            tracking: crate::tracking::Tracking::default(),
            notes: Notes::default(),
            scripts: Box::new(crate::scripting::NoScripts),
            running: crate::scripting::Running::new(workers),
            workers: (0..workers).map(|_| WorkerStats::new(table.len())).collect(),
            acl: crate::acl::Acl::new(&table),
            table,
            saving: Arc::new(Saving::new(start_ms)),
            append: Append::new(workers),
            host: Arc::new(NoSystem(Arc::clone(self))),
            start_ms,
            run_id: "0123456789abcdef0123456789abcdef01234567".into(),
        }
    }

    /// A new client of a worker.
    pub fn connect(&self, shared: &Shared, worker: usize) -> Session {
        let id = shared.clients.next_id();
        let at = CardAddress {
            addr: format!("127.0.0.1:{}", 40_000 + id).into(),
            laddr: "127.0.0.1:6379".into(),
            fd: 7 + id as i32,
            unix: false,
        };
        let card = Arc::new(Card::new(id, worker, at, self.now_ms()));
        shared.clients.add(Arc::clone(&card));
        Session::connect(card, &shared.acl)
    }

    /// The time, Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    /// The instant and thresholds of a batch that begins now.
    pub fn moment(&self, shared: &Shared) -> Moment {
        let now = self.now_ms();
        let access = crate::memory_limit::access(&shared.config, now, u32::MAX / 2);
        Moment { now, wall: now, access, limits: shared.config.limits() }
    }

    /// Moves the clock on; the time then.
    pub fn advance(&self, ms: u64) -> i64 {
        self.now_ms.fetch_add(ms as i64, Ordering::Relaxed) + ms as i64
    }

    /// Sets the memory that is in use; a megabyte at first.
    pub fn use_memory(&self, bytes: u64) {
        self.memory().used = bytes;
    }

    /// From here on garbage waits: for a worker that needs the room ([`Reaping::Freed`]: it gets
    /// half a megabyte for an object), or for [`Offline::free_garbage`].
    pub fn hold_garbage(&self, how: Reaping) {
        self.memory().held = Some(how);
    }

    /// Frees so many objects that wait. The memory in use stays what it was.
    pub fn free_garbage(&self, objects: usize) {
        let mut memory = self.memory();
        let freed = memory.garbage.drain(..objects).count();
        memory.freed += freed as u64;
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was posted to a worker since the last call, oldest first.
    pub fn take_mail(&self, worker: usize) -> Vec<Message> {
        let mut mail = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        let (own, others): (VecDeque<_>, _) = mail.drain(..).partition(|(to, _)| *to == worker);
        *mail = others;
        own.into_iter().map(|(_, message)| message).collect()
    }
}

/// A worker without sockets: what it keeps between requests.
pub struct Seat {
    /// Which worker.
    pub worker: usize,
    /// Its state.
    pub local: Local,
    /// Where the effects of a call are collected.
    pub effects: Effects,
}

impl Seat {
    /// That of worker `worker`, with random numbers that repeat.
    pub fn new(worker: usize) -> Self {
        Self { worker, local: Local::new(worker, 1, 1), effects: Effects::default() }
    }

    /// Runs one request of a client, as the server's workers do.
    pub fn run(
        &mut self,
        shared: &Shared,
        moment: Moment,
        session: &mut Session,
        args: Args<'_>,
        out: &mut Output,
    ) -> Flow {
        dispatch(&mut self.turn(shared, moment), session, args, None, out)
    }

    /// What one batch of requests runs in.
    #[inline]
    pub fn turn<'a>(&'a mut self, shared: &'a Shared, moment: Moment) -> Turn<'a> {
        Turn {
            shared,
            local: &mut self.local,
            effects: &mut self.effects,
            stats: &shared.workers[self.worker],
            moment,
            ticks: 0,
        }
    }
}

struct NoSystem(Arc<Offline>);

impl Host for NoSystem {
    fn post(&self, worker: usize, message: Message) {
        self.0.mail.lock().unwrap_or_else(PoisonError::into_inner).push_back((worker, message));
    }

    fn reap(&self, garbage: Vec<Garbage>) {
        let mut memory = self.0.memory();
        if memory.held.is_some() {
            memory.garbage.extend(garbage);
        }
    }

    fn reap_some(&self, _: usize) -> Reaping {
        let mut memory = self.0.memory();
        let how = memory.held.filter(|_| !memory.garbage.is_empty());
        if how == Some(Reaping::Freed) {
            memory.garbage.pop_front();
            memory.freed += 1;
            memory.used = memory.used.saturating_sub(OBJECT_BYTES);
        }
        how.unwrap_or(Reaping::Nothing)
    }

    fn exchange(&self, _: Exchange<'_>) -> Answers {
        Answers { failure: Some(Failure::Write), ..Answers::default() }
    }

    fn kept_connections(&self) -> usize {
        0
    }

    fn shutdown(&self, _: Shutdown) {}

    fn abort_shutdown(&self) -> bool {
        false
    }

    fn renew(&self, _: Renewal) -> Result<(), String> {
        Ok(())
    }

    fn read_config_file(&self) -> Result<Vec<u8>, String> {
        Err("no file".to_owned())
    }

    fn write_config_file(&self, _: &[u8]) -> Result<(), String> {
        Err("no file".to_owned())
    }

    fn read_file(&self, _: &[u8]) -> Result<Vec<u8>, String> {
        Err("No such file or directory".to_owned())
    }

    fn replace_file(&self, _: &[u8], _: &[u8]) -> Result<(), String> {
        Err("No such file or directory".to_owned())
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.iter_mut().enumerate().for_each(|(index, byte)| *byte = index as u8);
    }

    fn process(&self) -> Process {
        Process::default()
    }

    fn used_memory(&self) -> u64 {
        self.0.memory().used
    }

    fn memory_now(&self, _: usize) -> u64 {
        self.used_memory()
    }

    fn taken(&self) -> i64 {
        0
    }

    fn reaped(&self) -> (u64, u64) {
        let memory = self.0.memory();
        (memory.garbage.len() as u64, memory.freed)
    }

    fn allocator(&self) -> Allocator {
        Allocator::default()
    }

    fn purge(&self) {}

    fn log(&self, _: LogLevel, _: &str) {}

    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }

    fn now_us(&self) -> i64 {
        self.now_ms() * 1000
    }

    fn sleep_us(&self, us: u64) {
        self.0.advance(us.div_ceil(1000));
    }

    fn begin_snapshot(&self, keys: &mut Keys<'_>, order: Order) -> Result<(), Refused> {
        let (config, saving) = (Config::new(1), Saving::new(self.now_ms()));
        let plan = saving::plan(&config, &saving, self, order.format);
        (order.finish)(save_all(keys, &plan, &self.0.disk, &order.path, &mut || ()));
        Ok(())
    }

    fn storage(&self) -> Option<Arc<dyn Storage>> {
        Some(Arc::new(self.0.disk.clone()))
    }

    fn crash(&self, how: &str) -> ! {
        panic!("asked to crash: {how}")
    }
}
