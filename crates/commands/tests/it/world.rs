//! A server without an operating system: one worker and a clock that stands still.

use crate::transcript::{Reply, Target};
use commands::config::{Config, Id, choices};
use commands::pubsub::PubSub;
use commands::session::{Card, CardAddress, Session};
use commands::shared::{
    Allocator, Clients, Host, LogLevel, Message, Process, Shared, Shutdown, Stats, WorkerStats,
};
use commands::table::CommandTable;
use commands::{Flow, Local, Output, OwnedArgs, Turn, blocking, dispatch};
use engine::{Access, Effects, Garbage, Layout, Moment, Store};
use resp::Proto;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

const START_MS: i64 = 1_700_000_000_000;

/// What stands in for the operating system.
#[derive(Default)]
struct Outside {
    inbox: Mutex<Vec<Message>>,
    now_ms: AtomicI64,
}

struct TestHost(Arc<Outside>);

impl Host for TestHost {
    fn post(&self, _: usize, message: Message) {
        self.0.inbox.lock().expect("one thread").push(message);
    }

    fn reap(&self, _: Vec<Garbage>) {}

    fn shutdown(&self, _: Shutdown) {}

    fn abort_shutdown(&self) -> bool {
        false
    }

    fn apply(&self, _: &[Id]) -> Result<(), (Id, String)> {
        Ok(())
    }

    fn read_config_file(&self) -> Result<Vec<u8>, String> {
        Err("no file".to_owned())
    }

    fn write_config_file(&self, _: &[u8]) -> Result<(), String> {
        Err("no file".to_owned())
    }

    fn process(&self) -> Process {
        Process::default()
    }

    fn used_memory(&self) -> u64 {
        1 << 20
    }

    fn allocator(&self) -> Allocator {
        Allocator::default()
    }

    fn purge(&self) {}

    fn log(&self, _: LogLevel, _: &str) {}

    fn now_ms(&self) -> i64 {
        self.0.now_ms.load(Ordering::Relaxed)
    }

    fn now_us(&self) -> i64 {
        self.now_ms() * 1000
    }

    fn sleep_us(&self, us: u64) {
        self.0.now_ms.fetch_add(us.div_ceil(1000) as i64, Ordering::Relaxed);
    }

    fn crash(&self, how: &str) -> ! {
        panic!("asked to crash: {how}")
    }
}

struct Connection {
    session: Session,
    /// Bytes sent and not read by the case yet.
    bytes: Vec<u8>,
    is_closed: bool,
}

/// One server for one case.
pub(crate) struct World {
    shared: Shared,
    local: Local,
    effects: Effects,
    outside: Arc<Outside>,
    proto: Proto,
    connections: BTreeMap<String, Connection>,
}

impl World {
    /// An empty server whose connections speak RESP2 or RESP3.
    pub(crate) fn new(proto: u8) -> Self {
        let outside = Arc::new(Outside::default());
        outside.now_ms.store(START_MS, Ordering::Relaxed);
        let table = CommandTable::new(commands::families());
        let workers = Box::new([WorkerStats::new(table.len())]);
        let shared = Shared {
            store: Store::new(Layout { databases: 16, workers: 1, start_ms: START_MS }),
            config: Arc::new(Config::new(1)),
            table,
            clients: Clients::default(),
            pubsub: PubSub::new(1),
            stats: Stats::default(),
            workers,
            host: Box::new(TestHost(Arc::clone(&outside))),
            start_ms: START_MS,
            run_id: "0123456789abcdef0123456789abcdef01234567".into(),
        };
        Self {
            shared,
            local: Local::new(0, 1, 1),
            effects: Effects::default(),
            outside,
            proto: if proto == 3 { Proto::Resp3 } else { Proto::Resp2 },
            connections: BTreeMap::new(),
        }
    }

    fn now(&self) -> i64 {
        self.outside.now_ms.load(Ordering::Relaxed)
    }

    fn moment(&self) -> Moment {
        let config = &self.shared.config;
        let policy = config.int(Id::MAXMEMORY_POLICY);
        let access = if [choices::ALLKEYS_LFU, choices::VOLATILE_LFU].contains(&policy) {
            Access::Frequency {
                minutes: (self.now() / 60_000) as u16,
                log_factor: config.int(Id::LFU_LOG_FACTOR) as u8,
                decay_minutes: config.int(Id::LFU_DECAY_TIME) as u8,
                random: u32::MAX / 2,
            }
        } else {
            Access::Recency((self.now() / 1000) as u32 & 0x00ff_ffff)
        };
        Moment { now: self.now(), access, limits: config.limits() }
    }

    fn connect(&mut self, name: &str) {
        if self.connections.contains_key(name) {
            return;
        }
        let id = self.shared.clients.next_id();
        let at = CardAddress {
            addr: format!("127.0.0.1:{}", 40_000 + id).into(),
            laddr: "127.0.0.1:6379".into(),
            fd: 7 + id as i32,
            unix: false,
        };
        let card = Arc::new(Card::new(id, 0, at, self.now()));
        self.shared.clients.add(Arc::clone(&card));
        let is_open = self.shared.config.text(Id::REQUIREPASS).is_empty();
        let mut session = Session::new(card, is_open);
        session.proto = self.proto;
        let connection = Connection { session, bytes: Vec::new(), is_closed: false };
        self.connections.insert(name.to_owned(), connection);
    }

    /// Runs one request, then whatever it caused for other connections.
    fn call(&mut self, conn: &str, args: &OwnedArgs) {
        let moment = self.moment();
        self.effects.record = self.shared.config.int(Id::NOTIFY_KEYSPACE_EVENTS) as u16;
        let mut out = Output::default();
        let connection = self.connections.get_mut(conn).expect("connected");
        let mut turn = Turn {
            shared: &self.shared,
            local: &mut self.local,
            effects: &mut self.effects,
            stats: &self.shared.workers[0],
            moment,
        };
        let flow = dispatch(&mut turn, &mut connection.session, args.args(), &mut out);
        connection.bytes.extend(flat(&out));
        connection.is_closed |= flow == Flow::Close;
        connection.session.publish(moment.now);
        self.settle();
    }

    /// Hands out what was sent to other connections until nothing is left.
    fn settle(&mut self) {
        loop {
            let sent = std::mem::take(&mut self.local.outbox);
            for (client, bytes) in &sent {
                self.write(*client, bytes);
            }
            let messages = std::mem::take(&mut *self.outside.inbox.lock().expect("one thread"));
            if sent.is_empty() && messages.is_empty() {
                return;
            }
            for message in messages {
                self.take(message);
            }
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Served { client, output, .. } => {
                self.write(client, &flat(&output));
                self.with_client(client, Self::finish_blocked);
            }
            Message::Unblock { client, error } => {
                self.with_client(client, |world, name| world.end_blocked(name, error));
            }
            Message::Publish(publication) => {
                let mut sent = Vec::new();
                let send = |client: u64, bytes: &Arc<[u8]>| sent.push((client, Arc::clone(bytes)));
                self.local.subscribers.deliver(&publication, send);
                for (client, bytes) in &sent {
                    self.write(*client, bytes);
                }
            }
            Message::Doomed { client } => {
                self.with_client(client, |world, name| {
                    world.connections.get_mut(name).expect("connected").is_closed = true;
                });
            }
            Message::ConfigChanged => {}
        }
    }

    fn with_client(&mut self, client: u64, act: impl FnOnce(&mut Self, &str)) {
        let mut names = self.connections.iter().filter(|(_, one)| one.session.id() == client);
        if let Some(name) = names.next().map(|(name, _)| name.clone()) {
            act(self, &name);
        }
    }

    fn write(&mut self, client: u64, bytes: &[u8]) {
        let mut all = self.connections.values_mut();
        if let Some(connection) = all.find(|one| one.session.id() == client) {
            connection.bytes.extend_from_slice(bytes);
        }
    }

    /// A blocked call was answered by another client's call.
    fn finish_blocked(&mut self, name: &str) {
        let moment = self.moment();
        let connection = self.connections.get_mut(name).expect("connected");
        if let Some(blocked) = connection.session.blocked.take() {
            blocking::forget(&self.shared, &blocked, moment, &mut self.effects);
        }
    }

    /// Goes to the deadline of a blocked call, if it is near.
    fn wait_for(&mut self, conn: &str) {
        const PATIENCE_MS: i64 = 1000;
        let blocked = self.connections[conn].session.blocked.as_ref();
        let rest = blocked.and_then(|blocked| blocked.deadline).map(|at| at - self.now());
        if let Some(rest) = rest.filter(|rest| (0..=PATIENCE_MS).contains(rest)) {
            self.advance(rest as u64);
        }
    }

    /// A blocked call ends without a value.
    fn end_blocked(&mut self, name: &str, error: bool) {
        let moment = self.moment();
        let connection = self.connections.get_mut(name).expect("connected");
        let Some(blocked) = connection.session.blocked.take() else { return };
        assert!(blocking::end(&self.shared, &blocked, moment, &mut self.effects));
        let reply: &[u8] = match (error, connection.session.proto) {
            (true, _) => b"-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n",
            (false, Proto::Resp2) => b"*-1\r\n",
            (false, Proto::Resp3) => b"_\r\n",
        };
        connection.bytes.extend_from_slice(reply);
    }
}

impl Target for World {
    fn reset(&mut self) -> Result<(), String> {
        Ok(())
    }

    fn send(&mut self, conn: &str, args: &[Vec<u8>]) -> Result<(), String> {
        self.connect(conn);
        let args: OwnedArgs = args.iter().map(Vec::as_slice).collect();
        self.call(conn, &args);
        Ok(())
    }

    fn send_raw(&mut self, _: &str, _: &[u8]) -> Result<(), String> {
        Err("raw bytes need a socket".to_owned())
    }

    fn next(&mut self, conn: &str) -> Result<Option<Reply>, String> {
        self.connect(conn);
        if self.connections[conn].bytes.is_empty() {
            self.wait_for(conn);
        }
        let connection = self.connections.get_mut(conn).expect("connected");
        match Reply::decode(&connection.bytes)? {
            Some((reply, used)) => {
                connection.bytes.drain(..used);
                Ok(Some(reply))
            }
            None if connection.is_closed => Ok(Some(Reply::Closed)),
            None => Ok(None),
        }
    }

    fn advance(&mut self, ms: u64) {
        let now = self.outside.now_ms.fetch_add(ms as i64, Ordering::Relaxed) + ms as i64;
        let is_over = |one: &Connection| {
            let deadline = one.session.blocked.as_ref().and_then(|blocked| blocked.deadline);
            deadline.is_some_and(|deadline| deadline <= now)
        };
        let over = self.connections.iter().filter(|(_, one)| is_over(one));
        let over: Vec<_> = over.map(|(name, _)| name.clone()).collect();
        for name in &over {
            self.end_blocked(name, false);
        }
    }
}

/// The bytes of an output with its pinned values in their places.
fn flat(out: &Output) -> Vec<u8> {
    let mut all = Vec::with_capacity(out.len());
    let mut from = 0;
    for (offset, blob) in &out.pins {
        all.extend_from_slice(&out.bytes[from..*offset]);
        all.extend_from_slice(blob.as_slice());
        from = *offset;
    }
    all.extend_from_slice(&out.bytes[from..]);
    all
}
