//! One worker: an epoll loop that owns its connections and runs their requests where they arrive.
//!
//! ```text
//! wait -> mail, arrivals, readable sockets: read, parse ahead, prefetch, run
//!      -> one write a touched connection -> timers: deadlines, expiry sweep, client checks
//! ```
//! Every buffer has a bound: a turn reads at most [`READ_BYTES`] of a connection, so that one that
//! sends without end does not starve the others.

use crate::host::System;
use crate::net::accept::{Arrival, accept_batch};
use crate::net::connection::{Connection, Sent};
use crate::net::listen::Listener;
use crate::net::mailbox::{Mail, Mailbox};
use crate::net::timers::Timers;
use commands::config::Id;
use commands::session::Card;
use commands::shared::{Message, Shared, bump};
use commands::{
    Args, Flow, Local, Output, OwnedArgs, Turn, blocking, dispatch, pause, session_end,
};
use engine::{Access, Effects, ElementAt, Moment, PrefetchStep};
use resp::{Limits, Progress, ProtocolError, RequestParser, Span};
use rustix::event::epoll::{self, EventData, EventFlags};
use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Bytes read of a connection in one turn.
const READ_BYTES: usize = 64 * 1024;
/// Requests parsed ahead of running them, so that what they need is in the cache by then.
const AHEAD: usize = 64;
/// Events taken from the kernel at once.
const EVENTS: usize = 256;
/// Capacity above which a connection's empty buffer is given back.
const KEEP_BYTES: usize = 4 * 1024;
/// Largest step by which an input buffer grows for one argument.
const GROW_BYTES: usize = 16 * 1024 * 1024;
/// Output of a client that has not authenticated.
const STRANGER_OUTPUT: usize = 64 * 1024;

const BELL: u64 = 0;
const LISTENERS: u64 = 1;
const CONNECTIONS: u64 = 1 << 32;

/// A worker thread's whole state.
pub(crate) struct Worker {
    pub(super) index: usize,
    pub(super) shared: Arc<Shared>,
    pub(super) system: Arc<System>,
    pub(super) effects: Effects,
    pub(super) local: Local,
    pub(super) timers: Timers,
    pub(super) slots: Vec<Option<Box<Connection>>>,
    mail: Arc<Mailbox>,
    epoll: OwnedFd,
    listeners: Vec<Listener>,
    free: Vec<usize>,
    by_id: HashMap<u64, usize>,
    scratch: Vec<u8>,
    spans: Vec<Span>,
    ahead: Vec<Ahead>,
    spare: Output,
    touched: Vec<usize>,
    stopping: bool,
}

/// A parsed request that was not run yet.
#[derive(Debug)]
struct Ahead {
    /// Its bytes in the buffer.
    start: usize,
    end: usize,
    /// Its arguments among the spans.
    first: usize,
    last: usize,
}

/// What parsing ended with, after the requests it found.
enum Rest {
    /// More requests may follow.
    More,
    /// The last one is not whole; this many bytes are missing at least.
    Partial(usize),
    /// An inline request.
    Inline(usize, Vec<Vec<u8>>),
    /// The client does not speak the protocol.
    Broken(ProtocolError),
}

impl Worker {
    /// A worker that listens on `listeners` (only one worker does) and takes mail.
    ///
    /// # Errors
    /// The kernel refuses an epoll instance.
    pub(crate) fn new(
        index: usize,
        shared: Arc<Shared>,
        system: Arc<System>,
        listeners: Vec<Listener>,
        seed: u64,
    ) -> rustix::io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mail = Arc::clone(system.mailbox(index));
        epoll::add(&epoll, mail.bell(), EventData::new_u64(BELL), EventFlags::IN)?;
        for (at, listener) in listeners.iter().enumerate() {
            let data = EventData::new_u64(LISTENERS + at as u64);
            epoll::add(&epoll, &listener.fd, data, EventFlags::IN)?;
        }
        let local = Local::new(index, seed, system.ticks_per_us());
        let now = system.now_ms();
        Ok(Self {
            index,
            shared,
            system,
            effects: Effects::default(),
            local,
            timers: Timers::new(now),
            slots: Vec::new(),
            mail,
            epoll,
            listeners,
            free: Vec::new(),
            by_id: HashMap::new(),
            scratch: vec![0; READ_BYTES],
            spans: Vec::new(),
            ahead: Vec::with_capacity(AHEAD),
            spare: Output::default(),
            touched: Vec::new(),
            stopping: false,
        })
    }

    /// Serves until it is told to stop.
    pub(crate) fn run(mut self) {
        let mut events: Vec<epoll::Event> = Vec::with_capacity(EVENTS);
        while !self.stopping {
            let timeout =
                if self.mail.park() { self.timers.timeout(self.system.now_ms()) } else { 0 };
            events.clear();
            let wait = rustix::event::Timespec {
                tv_sec: timeout / 1000,
                tv_nsec: timeout % 1000 * 1_000_000,
            };
            let room = rustix::buffer::spare_capacity(&mut events);
            // An interrupted wait is a turn without events.
            let _ = epoll::wait(&self.epoll, room, Some(&wait));
            self.mail.unpark();
            self.turn(&events);
        }
    }

    fn turn(&mut self, events: &[epoll::Event]) {
        let now = self.system.now_ms();
        bump(&self.shared.workers[self.index].turns, 1);
        self.begin_batch();
        for event in events {
            match event.data.u64() {
                BELL => self.mail.hush(),
                token if token < CONNECTIONS => self.accept((token - LISTENERS) as usize, now),
                token => self.ready((token - CONNECTIONS) as usize, event.flags, now),
            }
        }
        for mail in self.mail.take() {
            self.open(mail, now);
        }
        self.flush_touched(now);
        self.run_timers(now);
        self.system.publish_usage(self.index);
    }

    /// Reads what a batch goes by.
    fn begin_batch(&mut self) {
        self.effects.record = self.shared.config.int(Id::NOTIFY_KEYSPACE_EVENTS) as u16;
    }

    /// The instant and thresholds of a batch.
    pub(super) fn moment(&mut self, now: i64) -> Moment {
        let config = &self.shared.config;
        let access = if config.uses_lfu() {
            Access::Frequency {
                minutes: (now / 60_000) as u16,
                log_factor: config.int(Id::LFU_LOG_FACTOR).clamp(0, 255) as u8,
                decay_minutes: config.int(Id::LFU_DECAY_TIME).clamp(0, 255) as u8,
                random: self.local.rng.draw() as u32,
            }
        } else {
            Access::Recency((now / 1000) as u32 & 0x00ff_ffff)
        };
        Moment { now, access, limits: config.limits() }
    }

    fn accept(&mut self, at: usize, now: i64) {
        for arrival in accept_batch(&self.listeners[at], &self.shared.config) {
            let limit = self.shared.config.int(Id::MAXCLIENTS) as u64;
            if self.system.connected() >= limit {
                let text = b"-ERR max number of clients reached\r\n";
                let _ = rustix::io::write(&arrival.fd, text);
                self.shared.stats.rejected_connections.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            self.system.count_connection(1);
            self.shared.stats.connections.fetch_add(1, Ordering::Relaxed);
            let loads = self.shared.workers.iter().map(|w| w.clients.load(Ordering::Relaxed));
            let least = loads.enumerate().min_by_key(|(_, load)| *load).map_or(0, |(i, _)| i);
            bump_any(&self.shared.workers[least].clients);
            if least == self.index {
                self.adopt(arrival, now);
            } else {
                self.system.mailbox(least).post(Mail::Arrival(arrival));
            }
        }
    }

    fn adopt(&mut self, arrival: Arrival, now: i64) {
        let id = self.shared.clients.next_id();
        let card = Arc::new(Card::new(id, self.index, arrival.address, now));
        let open = self.shared.config.text(Id::REQUIREPASS).is_empty();
        let connection = Box::new(Connection::new(arrival.fd, Arc::clone(&card), open));
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        let data = EventData::new_u64(CONNECTIONS + slot as u64);
        let flags = EventFlags::IN | EventFlags::RDHUP;
        if epoll::add(&self.epoll, &connection.fd, data, flags).is_err() {
            self.free.push(slot);
            self.system.count_connection(-1);
            self.shared.workers[self.index].clients.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        self.shared.clients.add(card);
        self.by_id.insert(id, slot);
        self.slots[slot] = Some(connection);
    }

    /// A connection has input, room for output, or an end.
    fn ready(&mut self, slot: usize, flags: EventFlags, now: i64) {
        let Some(mut conn) = self.slots[slot].take() else { return };
        let mut alive = true;
        if flags.contains(EventFlags::OUT) && conn.wants_write {
            alive = self.send(&mut conn, slot);
        }
        if alive
            && flags
                .intersects(EventFlags::IN | EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR)
        {
            // Sent at once, so that the one lent buffer serves every connection of the turn while
            // it
            // is in the cache; what others add to this connection goes out at the end of the turn.
            alive = self.read(&mut conn, slot, now) && self.send(&mut conn, slot);
        }
        self.settle(conn, slot, alive, now);
    }

    /// Puts a connection back, or ends it.
    fn settle(&mut self, conn: Box<Connection>, slot: usize, alive: bool, now: i64) {
        if alive && (!conn.is_doomed || (conn.pending() > 0 && conn.closes)) {
            self.slots[slot] = Some(conn);
        } else {
            self.close(conn, slot, now);
        }
    }

    /// Ends a connection now.
    pub(super) fn end(&mut self, slot: usize, now: i64) {
        if let Some(conn) = self.slots[slot].take() {
            self.close(conn, slot, now);
        }
    }

    fn close(&mut self, mut conn: Box<Connection>, slot: usize, now: i64) {
        let moment = self.moment(now);
        let (shared, local) = (&*self.shared, &mut self.local);
        session_end::leave(shared, local, &mut self.effects, moment, &mut conn.session);
        shared.clients.remove(conn.session.id());
        self.by_id.remove(&conn.session.id());
        self.free.push(slot);
        self.system.count_connection(-1);
        shared.workers[self.index].clients.fetch_sub(1, Ordering::Relaxed);
        // Closing the descriptor takes it out of the epoll set.
    }

    /// Reads once and runs what is whole; false when the connection is over.
    fn read(&mut self, conn: &mut Connection, slot: usize, now: i64) -> bool {
        let received = if conn.input.is_empty() {
            rustix::io::read(&conn.fd, &mut self.scratch)
        } else {
            if conn.input.spare_capacity_mut().is_empty() {
                conn.input.reserve(READ_BYTES);
            }
            rustix::io::read(&conn.fd, rustix::buffer::spare_capacity(&mut conn.input))
        };
        let count = match received {
            Ok(0) => return false,
            Ok(count) => count,
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => return true,
            Err(_) => return false,
        };
        let stats = &self.shared.workers[self.index];
        bump(&stats.net_in, count as u64);
        bump(&stats.reads, 1);
        conn.net_in += count as u64;
        if conn.input.is_empty() {
            let scratch = std::mem::take(&mut self.scratch);
            let used = self.serve(conn, slot, &scratch[..count], now);
            conn.input.extend_from_slice(&scratch[used..count]);
            self.scratch = scratch;
            self.reserve_for(conn);
        } else {
            self.serve_input(conn, slot, now);
        }
        self.after_input(conn)
    }

    /// Runs what is whole in the connection's own input buffer.
    fn serve_input(&mut self, conn: &mut Connection, slot: usize, now: i64) {
        let mut input = std::mem::take(&mut conn.input);
        let used = self.serve(conn, slot, &input, now);
        if used == input.len() && input.capacity() > KEEP_BYTES {
            input = Vec::new();
        } else {
            input.drain(..used);
        }
        conn.input = input;
        self.reserve_for(conn);
    }

    /// Makes room for an argument that is on its way, in bounded steps.
    fn reserve_for(&mut self, conn: &mut Connection) {
        if conn.input.is_empty() {
            if conn.input.capacity() > 0 {
                conn.input = Vec::new();
            }
            return;
        }
        let missing = self.timers.missing.clamp(1, GROW_BYTES);
        if conn.parser.is_midway() && conn.input.capacity() - conn.input.len() < missing {
            conn.input.reserve(missing);
        }
    }

    /// Limits on what a connection may leave unparsed; false when it is over.
    fn after_input(&self, conn: &Connection) -> bool {
        let limit = self.shared.config.int(Id::CLIENT_QUERY_BUFFER_LIMIT) as usize;
        if conn.input.len() > limit {
            self.shared.stats.query_limit_disconnections.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        if !conn.session.authenticated && conn.pending() > STRANGER_OUTPUT {
            return false;
        }
        true
    }

    /// Runs the whole requests at the start of `buf`; how many bytes are done with.
    fn serve(&mut self, conn: &mut Connection, slot: usize, buf: &[u8], now: i64) -> usize {
        self.touch(conn, slot);
        let moment = self.moment(now);
        let mut at = 0;
        while at < buf.len() && !conn.closes && conn.session.blocked.is_none() {
            let rest = self.parse_ahead(conn, buf, &mut at);
            if let Some(left) = self.run_ahead(conn, buf, moment) {
                conn.parser = RequestParser::default();
                at = left;
                break;
            }
            match rest {
                Rest::More => {}
                Rest::Partial(missing) => {
                    self.timers.missing = missing;
                    break;
                }
                Rest::Inline(consumed, args) => {
                    at += consumed;
                    let owned: OwnedArgs = args.iter().map(Vec::as_slice).collect();
                    self.run_one(conn, owned.args(), moment);
                    if conn.session.postponed {
                        conn.parser = RequestParser::default();
                        at -= consumed;
                        break;
                    }
                }
                Rest::Broken(error) => {
                    at = buf.len();
                    self.refuse(conn, error);
                }
            }
        }
        if conn.session.publish_changes(now) {
            conn.show_traffic();
        }
        at
    }

    /// Parses requests from `at` on, which moves behind the whole ones.
    fn parse_ahead(&mut self, conn: &mut Connection, buf: &[u8], at: &mut usize) -> Rest {
        self.ahead.clear();
        self.spans.clear();
        let most = if conn.session.authenticated { AHEAD } else { 1 };
        let limits = Limits {
            max_bulk: self.shared.config.size(Id::PROTO_MAX_BULK_LEN),
            authenticated: conn.session.authenticated,
            ..Limits::DEFAULT
        };
        while self.ahead.len() < most && *at < buf.len() {
            let first = self.spans.len();
            match conn.parser.parse(&buf[*at..], &limits, &mut self.spans) {
                Ok(Progress::Complete { consumed }) => {
                    let (start, end) = (*at, *at + consumed);
                    self.ahead.push(Ahead { start, end, first, last: self.spans.len() });
                    *at = end;
                }
                Ok(Progress::Empty { consumed }) => *at += consumed,
                Ok(Progress::Incomplete { wanted }) => return Rest::Partial(wanted),
                Ok(Progress::Inline { consumed, args }) => return Rest::Inline(consumed, args),
                Err(error) => return Rest::Broken(error),
            }
        }
        Rest::More
    }

    /// Runs the parsed requests; where the first one starts that has to wait.
    fn run_ahead(&mut self, conn: &mut Connection, buf: &[u8], moment: Moment) -> Option<usize> {
        let spans = std::mem::take(&mut self.spans);
        let ahead = std::mem::take(&mut self.ahead);
        if ahead.len() > 1 {
            self.prefetch(conn.session.db, buf, &ahead, &spans);
        }
        let mut left = None;
        for request in &ahead {
            if conn.closes || conn.session.blocked.is_some() {
                left = Some(request.start);
                break;
            }
            let args =
                Args::new(&buf[request.start..request.end], &spans[request.first..request.last]);
            self.run_one(conn, args, moment);
            if conn.session.postponed {
                left = Some(request.start);
                break;
            }
        }
        self.spans = spans;
        self.ahead = ahead;
        left
    }

    /// Brings what the requests will read into the cache: every bucket, then every record, then
    /// the same inside of big collections. The first argument is taken for a key and the second
    /// for an element; where they are none, nothing is lost.
    fn prefetch(&self, db: usize, buf: &[u8], ahead: &[Ahead], spans: &[Span]) {
        let store = &self.shared.store;
        let args = |request: &Ahead| {
            Args::new(&buf[request.start..request.end], &spans[request.first..request.last])
        };
        let mut hashes = [0; AHEAD];
        for (request, hash) in ahead.iter().zip(&mut hashes) {
            if let Some(key) = args(request).get(1) {
                *hash = store.prefetch(db, key);
            }
        }
        for (request, hash) in ahead.iter().zip(hashes) {
            if let Some(key) = args(request).get(1) {
                store.prefetch_record(db, key, hash);
            }
        }
        for step in [PrefetchStep::Bucket, PrefetchStep::Entry] {
            for (request, hash) in ahead.iter().zip(hashes) {
                let args = args(request);
                if args.len() > 2 && !args.is(0, "set") {
                    let (key, element) = (args.at(1), args.at(2));
                    store.prefetch_element(ElementAt { db, key, hash, element }, step);
                }
            }
        }
    }

    fn run_one(&mut self, conn: &mut Connection, args: Args<'_>, moment: Moment) {
        let mut turn = Turn {
            shared: &self.shared,
            local: &mut self.local,
            effects: &mut self.effects,
            stats: &self.shared.workers[self.index],
            moment,
        };
        match dispatch(&mut turn, &mut conn.session, args, &mut conn.output) {
            Flow::Continue => {}
            Flow::Close => conn.closes = true,
            Flow::Postponed => {
                let end = self.shared.pause.end(moment.now).unwrap_or(moment.now);
                self.timers.add_deadline(end, conn.session.id());
            }
            Flow::Blocked => {
                let blocked = conn.session.blocked.as_ref();
                if let Some(deadline) = blocked.and_then(|blocked| blocked.deadline) {
                    self.timers.add_deadline(deadline, conn.session.id());
                }
            }
        }
        if !self.local.outbox.is_empty() {
            self.deliver(Some(conn));
        }
    }

    fn refuse(&mut self, conn: &mut Connection, error: ProtocolError) {
        conn.output.bytes.extend_from_slice(b"-ERR ");
        error.write_to(&mut conn.output.bytes);
        conn.output.bytes.extend_from_slice(b"\r\n");
        conn.closes = true;
        self.system.log().verbose(format_args!(
            "Protocol error ({error}) from client: id={} addr={}",
            conn.session.id(),
            conn.session.card.addr
        ));
    }

    /// Hands the outbox to the clients it names.
    fn deliver(&mut self, mut current: Option<&mut Connection>) {
        for (client, bytes) in std::mem::take(&mut self.local.outbox) {
            if let Some(conn) = current.as_deref_mut()
                && conn.session.id() == client
            {
                conn.output.bytes.extend_from_slice(&bytes);
                continue;
            }
            let Some(slot) = self.by_id.get(&client).copied() else { continue };
            if let Some(conn) = self.slots[slot].as_deref_mut() {
                if !conn.is_touched {
                    conn.is_touched = true;
                    self.touched.push(slot);
                }
                conn.output.bytes.extend_from_slice(&bytes);
            }
        }
    }

    /// Notes that a connection may have output at the end of the turn, and lends it a buffer.
    fn touch(&mut self, conn: &mut Connection, slot: usize) {
        if conn.output.is_empty() && conn.output.bytes.capacity() == 0 {
            std::mem::swap(&mut conn.output, &mut self.spare);
        }
        if !conn.is_touched {
            conn.is_touched = true;
            self.touched.push(slot);
        }
    }

    /// Opens one item of mail.
    fn open(&mut self, mail: Mail, now: i64) {
        match mail {
            Mail::Arrival(arrival) => self.adopt(arrival, now),
            Mail::Stop => self.stopping = true,
            Mail::Message(Message::Publish(message)) => {
                let local = &mut self.local;
                let outbox = &mut local.outbox;
                local.subscribers.deliver(&message, |client, bytes| {
                    outbox.push((client, Arc::clone(bytes)));
                });
                self.deliver(None);
            }
            Mail::Message(Message::Served { client, output, waiter }) => {
                self.with_client(client, now, |worker, conn, slot| {
                    worker.finish_blocked(conn, slot, Some(output), &waiter, now);
                });
            }
            Mail::Message(Message::Unblock { client, error }) => {
                self.with_client(client, now, |worker, conn, slot| {
                    worker.give_up(conn, slot, error, now);
                });
            }
            Mail::Message(Message::Doomed { client }) => {
                self.with_client(client, now, |_, conn, _| {
                    conn.is_doomed = true;
                    conn.closes = conn.pending() > 0;
                });
            }
            Mail::Message(Message::Unpaused) => {
                let held = |conn: &Connection| conn.session.postponed.then(|| conn.session.id());
                let slots = self.slots.iter().flatten();
                for client in slots.filter_map(|conn| held(conn)).collect::<Vec<_>>() {
                    self.with_client(client, now, |worker, conn, slot| {
                        worker.try_again(conn, slot, now);
                    });
                }
            }
            Mail::Message(Message::ConfigChanged) => {}
        }
    }

    /// Runs `act` on a client of this worker, if it is still there, and settles it.
    fn with_client(
        &mut self,
        client: u64,
        now: i64,
        act: impl FnOnce(&mut Self, &mut Connection, usize),
    ) {
        let Some(slot) = self.by_id.get(&client).copied() else { return };
        let Some(mut conn) = self.slots[slot].take() else { return };
        act(self, &mut conn, slot);
        self.settle(conn, slot, true, now);
    }

    /// A blocked call has its reply: goes on with what the client sent meanwhile.
    fn finish_blocked(
        &mut self,
        conn: &mut Connection,
        slot: usize,
        output: Option<Output>,
        waiter: &Arc<engine::Waiter>,
        now: i64,
    ) {
        let ours = conn.session.blocked.as_ref().is_some_and(|b| Arc::ptr_eq(&b.waiter, waiter));
        if !ours {
            return;
        }
        let Some(blocked) = conn.session.blocked.take() else { return };
        let moment = self.moment(now);
        blocking::forget(&self.shared, &blocked, moment, &mut self.effects);
        self.touch(conn, slot);
        if let Some(output) = output {
            conn.output.append(output);
        }
        self.serve_input(conn, slot, now);
    }

    /// Ends a blocked call without an element: its time is over, or somebody unblocked it.
    pub(super) fn give_up(&mut self, conn: &mut Connection, slot: usize, error: bool, now: i64) {
        let moment = self.moment(now);
        let Some(blocked) = &conn.session.blocked else { return };
        if !blocking::end(&self.shared, blocked, moment, &mut self.effects) {
            // Somebody is serving it this very moment; if that comes to nothing, ask again.
            self.timers.add_deadline(now + 1, conn.session.id());
            return;
        }
        let Some(blocked) = conn.session.blocked.take() else { return };
        self.touch(conn, slot);
        if error {
            let text = b"-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n";
            conn.output.bytes.extend_from_slice(text);
        } else {
            blocking::reply_late(&self.shared, &blocked, &mut conn.output);
        }
        self.serve_input(conn, slot, now);
    }

    /// Ends the blocked call of a client whose deadline has come, if it still has one.
    pub(super) fn deadline(&mut self, client: u64, now: i64) {
        self.with_client(client, now, |worker, conn, slot| {
            let due = conn.session.blocked.as_ref().and_then(|blocked| blocked.deadline);
            if due.is_some_and(|due| due <= now) {
                worker.give_up(conn, slot, false, now);
            }
            worker.try_again(conn, slot, now);
        });
    }

    /// Runs what a client sent during a pause; all of it waits on if there is one still.
    fn try_again(&mut self, conn: &mut Connection, slot: usize, now: i64) {
        if conn.session.postponed {
            pause::resume(&mut conn.session, &self.shared);
            self.serve_input(conn, slot, now);
        }
    }

    /// Sends the output of every connection that this turn touched.
    pub(super) fn flush_touched(&mut self, now: i64) {
        while let Some(slot) = self.touched.pop() {
            let Some(mut conn) = self.slots[slot].take() else { continue };
            conn.is_touched = false;
            let alive = self.send(&mut conn, slot);
            self.settle(conn, slot, alive, now);
        }
    }

    /// Sends what the socket takes; false when the connection is over.
    fn send(&mut self, conn: &mut Connection, slot: usize) -> bool {
        if conn.output.is_empty() {
            self.take_back(conn);
            return !conn.closes;
        }
        let stats = &self.shared.workers[self.index];
        bump(&stats.writes, 1);
        let (sent, full) = match conn.send() {
            Sent::All(sent) => (sent, false),
            Sent::Part(sent) => (sent, true),
            Sent::Broken => return false,
        };
        bump(&stats.net_out, sent as u64);
        conn.net_out += sent as u64;
        if full != conn.wants_write {
            conn.wants_write = full;
            let extra = if full { EventFlags::OUT } else { EventFlags::empty() };
            let flags = EventFlags::IN | EventFlags::RDHUP | extra;
            let data = EventData::new_u64(CONNECTIONS + slot as u64);
            if epoll::modify(&self.epoll, &conn.fd, data, flags).is_err() {
                return false;
            }
        }
        if full {
            return self.within_output_limits(conn);
        }
        self.take_back(conn);
        !conn.closes
    }

    /// Takes the lent buffer back from a connection that has sent everything.
    fn take_back(&mut self, conn: &mut Connection) {
        let capacity = conn.output.bytes.capacity();
        if capacity > 0 && self.spare.bytes.capacity() == 0 && capacity <= 4 * READ_BYTES {
            std::mem::swap(&mut conn.output, &mut self.spare);
        } else if capacity > 0 {
            conn.output = Output::default();
        }
    }
}

fn bump_any(counter: &std::sync::atomic::AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
