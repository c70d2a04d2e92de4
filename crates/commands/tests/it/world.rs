//! A server without an operating system: one worker and a clock that stands still.

use crate::transcript::{Reply, Target};
use commands::config::Id;
use commands::offline::Offline;
use commands::session::Session;
use commands::shared::{Message, Shared};
use commands::{Flow, Local, Output, OwnedArgs, Turn, blocking, dispatch, tracking};
use engine::journal::Fetched;
use engine::{Effects, Keys, Moment};
use persist::aof::read::Reader;
use persist::storage::Source;
use resp::Proto;
use std::collections::BTreeMap;
use std::sync::Arc;

const START_MS: i64 = 1_700_000_000_000;

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
    outside: Arc<Offline>,
    proto: Proto,
    connections: BTreeMap<String, Connection>,
    /// What the calls wrote to the log, if it is kept.
    log: Option<Log>,
}

#[derive(Default)]
struct Log {
    bytes: Vec<u8>,
    selected: Option<u32>,
    last_ticket: u64,
}

impl World {
    /// An empty server whose connections speak RESP2 or RESP3.
    pub(crate) fn new(proto: u8) -> Self {
        let outside = Offline::new(START_MS);
        let mut shared = outside.shared(1);
        shared.scripts = Box::new(script::Engine::new(1));
        Self {
            shared,
            local: Local::new(0, 1, 1),
            effects: Effects::default(),
            outside,
            proto: if proto == 3 { Proto::Resp3 } else { Proto::Resp2 },
            connections: BTreeMap::new(),
            log: None,
        }
    }

    /// The same, and what its calls change is kept as a log.
    pub(crate) fn logged(proto: u8) -> Self {
        let world = Self { log: Some(Log::default()), ..Self::new(proto) };
        world.shared.config.set(Id::ENABLE_DEBUG_COMMAND, &[b"yes"]).expect("it is allowed");
        world
    }

    /// The log so far.
    pub(crate) fn log(&self) -> &[u8] {
        self.log.as_ref().map_or(&[], |log| &log.bytes)
    }

    fn keep_log(&mut self) {
        let Some(log) = &mut self.log else { return };
        let fetched = self.effects.journal.fetch(Fetched::default());
        let mut from = 0;
        for run in &fetched.runs {
            assert_eq!(run.first, log.last_ticket + 1, "tickets are drawn in order");
            log.last_ticket = run.last;
            run.append_to(&mut log.bytes, &mut log.selected, &fetched.bytes[from..run.end]);
            from = run.end;
        }
    }

    /// Replays the log in a world of its own, of the same time and thresholds, and says in what
    /// that differs from this one.
    pub(crate) fn differs_from_replay(&mut self) -> Option<String> {
        let mut other = Self::new(2);
        other.outside.advance((self.now() - START_MS) as u64);
        for id in Id::all() {
            other.shared.config.store(id, self.shared.config.value(id));
        }
        other.replay(self.log());
        let (mine, theirs) = (self.picture(), other.picture());
        let keys = mine.keys().chain(theirs.keys());
        let wrong = keys.into_iter().find(|key| mine.get(*key) != theirs.get(*key))?;
        Some(format!(
            "{wrong:?} is {:?}, replayed it is {:?}; the log:\n{}",
            mine.get(wrong),
            theirs.get(wrong),
            String::from_utf8_lossy(self.log()).replace("\r\n", " ")
        ))
    }

    /// Runs a log as a server does that loads it.
    fn replay(&mut self, log: &[u8]) {
        let moment = Moment { now: 0, ..self.moment() };
        let mut session = self.outside.connect(&self.shared, 0);
        session.replays = true;
        let mut source = Bytes(log, 0);
        let mut reader = Reader::new(&mut source, 0);
        while let Some(request) = reader.read().expect("a log") {
            let args: OwnedArgs = request.iter().collect();
            let mut out = Output::default();
            let flow = self.run(moment, &mut session, &args, &mut out);
            let reply = String::from_utf8_lossy(&out.bytes).into_owned();
            assert!(flow == Flow::Continue && !reply.starts_with('-'), "{reply} {args:?}");
        }
    }

    /// What there is: of each key the digest and the instant it expires.
    fn picture(&mut self) -> BTreeMap<(usize, Vec<u8>), String> {
        let moment = self.moment();
        let mut found = BTreeMap::new();
        for db in 0..16 {
            let mut names: Vec<Vec<u8>> = Vec::new();
            let mut keys = Keys::new(&self.shared.store, db, &moment, &mut self.effects);
            keys.each_stripe(|db| {
                db.for_each(|rec| {
                    if rec.expire_ms().is_none_or(|at| at > moment.now) {
                        names.push(rec.key().to_vec());
                    }
                });
                true
            });
            drop(keys);
            for name in names {
                let questions = ["DEBUG DIGEST-VALUE", "PEXPIRETIME", "TYPE", "XINFO GROUPS"];
                let text = questions.map(|words| self.ask(db, words, &name));
                found.insert((db, name), text.join(" "));
            }
        }
        found
    }

    fn ask(&mut self, db: usize, words: &str, key: &[u8]) -> String {
        let moment = self.moment();
        let mut session = self.outside.connect(&self.shared, 0);
        session.db = db;
        let args: OwnedArgs = words.split(' ').map(str::as_bytes).chain([key]).collect();
        let mut out = Output::default();
        let record = std::mem::take(&mut self.effects.record);
        self.run(moment, &mut session, &args, &mut out);
        self.effects.record = record;
        String::from_utf8_lossy(&out.bytes).replace("\r\n", " ")
    }

    fn now(&self) -> i64 {
        self.outside.now_ms()
    }

    fn moment(&self) -> Moment {
        let config = &self.shared.config;
        let access = commands::access(config, self.now(), u32::MAX / 2);
        Moment { now: self.now(), wall: self.now(), access, limits: config.limits() }
    }

    fn connect(&mut self, name: &str) {
        if self.connections.contains_key(name) {
            return;
        }
        let mut session = self.outside.connect(&self.shared, 0);
        session.proto = self.proto;
        let connection = Connection { session, bytes: Vec::new(), is_closed: false };
        self.connections.insert(name.to_owned(), connection);
    }

    /// Runs one request.
    fn run(
        &mut self,
        moment: Moment,
        session: &mut Session,
        args: &OwnedArgs,
        out: &mut Output,
    ) -> Flow {
        let mut turn = Turn {
            shared: &self.shared,
            local: &mut self.local,
            effects: &mut self.effects,
            stats: &self.shared.workers[0],
            moment,
            ticks: 0,
        };
        dispatch(&mut turn, session, args.args(), None, out)
    }

    /// Runs one request, then whatever it caused for other connections.
    fn call(&mut self, conn: &str, args: &OwnedArgs) {
        let moment = self.moment();
        self.effects.record = self.shared.config.int(Id::NOTIFY_KEYSPACE_EVENTS) as u32;
        if self.log.is_some() {
            self.effects.record |= Effects::JOURNAL;
        }
        let mut out = Output::default();
        let mut connection = self.connections.remove(conn).expect("connected");
        let flow = self.run(moment, &mut connection.session, args, &mut out);
        connection.bytes.extend(flat(&out));
        connection.is_closed |= flow == Flow::Close;
        connection.session.publish(moment.now);
        self.connections.insert(conn.to_owned(), connection);
        self.keep_log();
        self.settle();
    }

    /// Hands out what was sent to other connections until nothing is left.
    fn settle(&mut self) {
        loop {
            let sent = std::mem::take(&mut self.local.outbox);
            for (client, bytes) in &sent {
                self.write(*client, bytes);
            }
            let messages = self.outside.take_mail(0);
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
            Message::UserChanged => {
                for connection in self.connections.values_mut() {
                    let keeps = commands::acl::keeps_subscriptions(&connection.session);
                    connection.is_closed |= !keeps;
                }
            }
            Message::Tell { client, bytes } => self.write(client, &bytes),
            Message::Changed { client, keys } => {
                let mut told = Vec::new();
                let shared = &self.shared;
                let mut all = self.connections.values_mut();
                if let Some(one) = all.find(|one| one.session.id() == client) {
                    tracking::broadcast(shared, &mut one.session, &keys, &mut |card, bytes| {
                        told.push((card.id, bytes));
                    });
                }
                told.iter().for_each(|(client, bytes)| self.write(*client, bytes));
            }
            Message::Monitor(line) => self.local.show(&line),
            Message::Unpaused | Message::ConfigChanged => {}
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
        let mut out = Output::default();
        blocking::reply_late(&self.shared, &blocked, error, &mut out);
        connection.bytes.extend(flat(&out));
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
        let now = self.outside.advance(ms);
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

/// A log in memory.
struct Bytes<'a>(&'a [u8], usize);

impl Source for Bytes<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = buf.len().min(self.0.len() - self.1);
        buf[..count].copy_from_slice(&self.0[self.1..self.1 + count]);
        self.1 += count;
        Ok(count)
    }

    fn len(&self) -> u64 {
        self.0.len() as u64
    }
}
