//! One worker: an epoll loop that owns its connections and runs their requests where they arrive.
//!
//! ```text
//! wait -> connections with input, in batches (batch.rs) -> mail
//!      -> output that others left -> timers: deadlines, expiry sweep, client checks
//! ```

use crate::host::System;
use crate::net::batch::{Batch, Others};
use crate::net::clients::Clients;
use crate::net::connection::Connection;
use crate::net::crowd::{self, Crowd};
use crate::net::defrag::Defrag;
use crate::net::durable::Gather;
use crate::net::listen::Listener;
use crate::net::lobby::{Lobby, lobby_of};
use crate::net::mailbox::{Mail, Mailbox};
use crate::net::timers::Timers;
use crate::net::walk::Walking;
use crate::tls::handshakes::Secured;
use commands::shared::{Message, Shared, bump};
use commands::switches::Switches;
use commands::{Local, Output, append, blocking, pause, session_end, tracking};
use engine::{Access, Effects, Moment};
use rustix::event::epoll::{self, EventData, EventFlags};
use std::os::fd::OwnedFd;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Events taken from the kernel at once.
const EVENTS: usize = 256;

/// Connections that are sent to between two looks at what others have sent, if it was no request of
/// theirs that has made their output.
const FLUSH_MOST: usize = 64;
pub(super) const BELL: u64 = 0;
pub(super) const LISTENERS: u64 = 1;
pub(super) const CONNECTIONS: u64 = 1 << 32;

/// A worker thread's whole state.
pub(crate) struct Worker {
    pub(super) index: usize,
    pub(super) shared: Arc<Shared>,
    pub(super) system: Arc<System>,
    pub(super) effects: Effects,
    pub(super) local: Local,
    pub(super) timers: Timers,
    pub(super) clients: Clients,
    pub(super) batch: Batch,
    /// The instant and thresholds of this turn.
    pub(super) moment: Moment,
    /// The cycle counter where the next call's time begins.
    pub(super) ticks: u64,
    /// Slots whose sockets may hold more than was read, which the kernel will not tell again.
    pub(super) unread: Vec<usize>,
    pub(super) crowd: Crowd,
    /// The generation of the users that the subscriptions were looked at with.
    users: u64,
    /// Replies wait until the log is on disk.
    pub(super) always: bool,
    /// Slots of connections whose output waits for that.
    pub(super) held: Vec<usize>,
    pub(super) gather: Gather,
    /// Clients whose calls wait for no key: some of them for the log.
    pub(super) log_waiters: Vec<u64>,
    mail: Arc<Mailbox>,
    pub(super) epoll: OwnedFd,
    pub(super) listeners: Vec<Listener>,
    stopping: bool,
    /// This worker's place in a snapshot.
    pub(super) walking: Option<Walking>,
    /// The defragmentation that is under way.
    pub(super) defrag: Option<Box<Defrag>>,
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
        let weight = Arc::clone(&shared.workers[index].client_bytes);
        Ok(Self {
            index,
            shared,
            system,
            effects: Effects::default(),
            local,
            timers: Timers::new(now),
            clients: Clients::new(weight),
            batch: Batch::new(),
            moment: Moment {
                now,
                wall: now,
                access: Access::Untouched,
                limits: engine::Limits::DEFAULT,
            },
            ticks: 0,
            unread: Vec::new(),
            crowd: Crowd::default(),
            users: 0,
            always: false,
            held: Vec::new(),
            gather: Gather::default(),
            log_waiters: Vec::new(),
            mail,
            epoll,
            listeners,
            stopping: false,
            walking: None,
            defrag: None,
        })
    }

    /// Serves until it is told to stop.
    pub(crate) fn run(mut self) {
        let mut events: Vec<epoll::Event> = Vec::with_capacity(EVENTS);
        crowd::rest_exactly();
        while !self.stopping {
            events.clear();
            self.wait(&mut events);
            self.turn(&events);
        }
    }

    /// Waits for events, or for the next thing to be done by the clock.
    fn wait(&mut self, events: &mut Vec<epoll::Event>) {
        let is_done = self.unread.is_empty() && !self.clients.has_touched();
        let may_wait = is_done && self.mail.park();
        if self.has_to_sync() {
            self.poll(events, Duration::ZERO);
            if events.is_empty() {
                self.gather_more();
            }
            return self.mail.unpark();
        }
        if may_wait && self.crowd.is_large() {
            self.poll(events, Duration::ZERO);
            if events.is_empty() {
                self.crowd.rest();
            }
        }
        if events.is_empty() {
            let timeout = if may_wait { self.timers.timeout(self.system.now_ms()) } else { 0 };
            let mut timeout = Duration::from_millis(timeout as u64);
            if let Some(until) = self.until_walk() {
                timeout = timeout.min(until);
            }
            if let Some(until) = self.until_defrag() {
                timeout = timeout.min(until);
            }
            self.poll(events, timeout);
        }
        self.mail.unpark();
    }

    /// Asks the kernel for events; an interrupted wait finds none.
    fn poll(&self, events: &mut Vec<epoll::Event>, timeout: Duration) {
        let wait = rustix::event::Timespec {
            tv_sec: timeout.as_secs() as i64,
            tv_nsec: i64::from(timeout.subsec_nanos()),
        };
        let room = rustix::buffer::spare_capacity(events);
        let _ = epoll::wait(&self.epoll, room, Some(&wait));
    }

    fn turn(&mut self, events: &[epoll::Event]) {
        let now = self.system.now_ms();
        bump(&self.shared.workers[self.index].turns, 1);
        self.begin_turn(now);
        let users = self.shared.acl.generation();
        if users != self.users {
            self.users = users;
            self.end_intruders(now);
        }
        if self.shared.switches.has(Switches::TRACKED) {
            // Who asks now may know of a change already, and is told of it first.
            self.open_mail(now);
            while self.clients.has_touched() {
                self.flush_touched(now);
            }
        }
        for slot in std::mem::take(&mut self.unread) {
            let Some(conn) = self.clients.get_mut(slot) else { continue };
            conn.is_unread = false;
            // Until there is nothing: an end may stand behind what is left.
            self.ready(slot, EventFlags::RDHUP, now);
        }
        self.finish_batch(now);
        for event in events {
            match event.data.u64() {
                BELL => self.mail.hush(),
                token if token < CONNECTIONS => {
                    self.lobby().accept((token - LISTENERS) as usize, now);
                }
                token => self.ready((token - CONNECTIONS) as usize, event.flags, now),
            }
        }
        self.finish_batch(now);
        self.open_mail(now);
        self.flush_touched(now);
        self.limit_clients(); // before keys are evicted
        self.run_timers(now);
        self.settle_journal(now);
        self.walk(events.is_empty());
        self.defragment(now);
        self.system.publish_usage(self.index);
    }

    /// Ends the clients that listen where they may no longer: before anything is published in this
    /// turn.
    #[cold]
    fn end_intruders(&mut self, now: i64) {
        for slot in self.clients.intruders() {
            self.end(slot, now);
        }
    }

    /// Listens on other TCP addresses than before. One that the kernel refuses to watch is dropped.
    fn listen(&mut self, new: Vec<Listener>) {
        for old in &self.listeners {
            let _ = epoll::delete(&self.epoll, &old.fd);
        }
        self.listeners.retain(|listener| listener.unix);
        self.listeners.extend(new);
        for (at, listener) in self.listeners.iter().enumerate() {
            let data = EventData::new_u64(LISTENERS + at as u64);
            let _ = epoll::add(&self.epoll, &listener.fd, data, EventFlags::IN);
        }
    }

    fn open_mail(&mut self, now: i64) {
        for mail in self.mail.take() {
            self.open(mail, now);
        }
    }

    /// The thresholds in force at an instant.
    pub(super) fn moment_at(&mut self, now: i64) -> Moment {
        let config = &self.shared.config;
        let random = if config.uses_lfu() { self.local.rng.draw() as u32 } else { 0 };
        let access = commands::access(config, now, random);
        Moment { now, wall: now, access, limits: config.limits() }
    }

    /// What of this worker is not in use while it runs a request.
    fn lobby(&mut self) -> Lobby<'_> {
        lobby_of!(self, Others::default())
    }

    /// Puts a connection back, or ends it.
    pub(super) fn settle(&mut self, conn: Box<Connection>, slot: usize, alive: bool, now: i64) {
        if alive && !conn.is_doomed {
            self.clients.put(slot, conn);
        } else {
            self.close(conn, slot, now);
        }
    }

    /// Ends a connection now.
    pub(super) fn end(&mut self, slot: usize, now: i64) {
        if let Some(conn) = self.clients.take(slot) {
            self.close(conn, slot, now);
        }
    }

    fn close(&mut self, mut conn: Box<Connection>, slot: usize, now: i64) {
        let moment = self.moment_at(now);
        let (shared, local) = (&*self.shared, &mut self.local);
        session_end::leave(shared, local, &mut self.effects, moment, &mut conn.session);
        shared.clients.remove(conn.session.id());
        self.clients.forget(slot, &conn);
        self.system.count_connection(-1);
        shared.workers[self.index].clients.fetch_sub(1, Ordering::Relaxed);
        if let Some(tls) = &mut conn.tls {
            tls.farewell(&conn.fd);
        }
        // Closing the descriptor takes it out of the epoll set.
    }

    /// Takes a connection that has shaken hands, and runs what it has sent already.
    fn adopt_secured(&mut self, secured: Secured, now: i64) {
        let client = self.lobby().adopt_secured(secured, now);
        self.with_client(client, now, |worker, conn, slot| worker.serve_input(conn, slot, now));
    }

    /// Opens one item of mail.
    fn open(&mut self, mail: Mail, now: i64) {
        match mail {
            Mail::Arrival(arrival) => self.lobby().adopt(arrival, now),
            Mail::Secured(secured) => self.adopt_secured(*secured, now),
            Mail::Listen(listeners) => self.listen(listeners),
            Mail::Stop => self.stopping = true,
            // It wakes the worker, who looks for itself.
            Mail::Walk => {}
            Mail::Durable => self.gather.retry(),
            Mail::Cut => self.with_keys(append::cut),
            Mail::Replay(requests, replay, credit) => {
                let mut replay = replay.lock().unwrap_or_else(PoisonError::into_inner);
                for request in requests {
                    replay.run(&self.shared, request.args());
                }
                credit.give_back(None);
            }
            Mail::Load(records, credit) => {
                let failed = self.shared.store.load(records).err();
                credit.give_back(failed.map(|one| (one.db, one.rec.key().into())));
            }
            Mail::End => self.end_server(),
            Mail::Message(Message::Publish(message)) => {
                let local = &mut self.local;
                let outbox = &mut local.outbox;
                local.subscribers.deliver(&message, |client, bytes| {
                    outbox.push((client, Arc::clone(bytes)));
                });
                let outbox = std::mem::take(outbox);
                self.clients.deliver(outbox, None);
            }
            Mail::Message(Message::Tell { client, bytes }) => {
                self.clients.deliver(vec![(client, bytes)], None);
            }
            Mail::Message(Message::Changed { client, keys }) => self.broadcast(client, &keys, now),
            Mail::Message(Message::Monitor(line)) => {
                self.local.show(&line);
                let outbox = std::mem::take(&mut self.local.outbox);
                self.clients.deliver(outbox, None);
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
                self.with_client(client, now, |worker, conn, slot| {
                    let _ = worker.send(conn, slot); // what the socket takes at once
                    conn.is_doomed = true;
                });
            }
            Mail::Message(Message::Unpaused) => {
                for client in self.clients.postponed() {
                    self.with_client(client, now, |worker, conn, slot| {
                        worker.try_again(conn, slot, now);
                    });
                }
            }
            // What the first did at the beginning of the turn; the second is read when needed.
            Mail::Message(Message::UserChanged | Message::ConfigChanged) => {}
        }
    }

    /// Tells a client that hears of all changes, or whom it redirects to: at once if that is a
    /// client of this worker.
    fn broadcast(&mut self, client: u64, keys: &[Box<[u8]>], now: i64) {
        let mut told = Vec::new();
        self.with_client(client, now, |worker, conn, _| {
            let Worker { shared, index, .. } = worker;
            tracking::broadcast(shared, &mut conn.session, keys, &mut |card, bytes| {
                if card.worker == *index {
                    told.push((card.id, bytes));
                } else {
                    tracking::post(shared, card, bytes);
                }
            });
        });
        self.clients.deliver(told, None);
    }

    /// Runs `act` on a client of this worker, if it is still there, and settles it.
    pub(super) fn with_client(
        &mut self,
        client: u64,
        now: i64,
        act: impl FnOnce(&mut Self, &mut Connection, usize),
    ) {
        let Some(slot) = self.clients.slot_of(client) else { return };
        let Some(mut conn) = self.clients.take(slot) else { return };
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
        let moment = self.moment;
        blocking::forget(&self.shared, &blocked, moment, &mut self.effects);
        self.clients.touch(slot, conn);
        if let Some(output) = output.filter(|_| conn.session.hears_late_reply()) {
            conn.output.append(output);
        }
        self.serve_input(conn, slot, now);
    }

    /// Ends a blocked call without an element: its time is over, or somebody unblocked it.
    pub(super) fn give_up(&mut self, conn: &mut Connection, slot: usize, error: bool, now: i64) {
        let moment = self.moment;
        let Some(blocked) = &conn.session.blocked else { return };
        if !blocking::end(&self.shared, blocked, moment, &mut self.effects) {
            // Somebody is serving it this very moment; if that comes to nothing, ask again.
            self.timers.add_deadline(now + 1, conn.session.id());
            return;
        }
        let Some(blocked) = conn.session.blocked.take() else { return };
        self.clients.touch(slot, conn);
        if conn.session.hears_late_reply() {
            blocking::reply_late(&self.shared, &blocked, error, &mut conn.output);
        } else {
            // CLIENT REPLY OFF or SKIP: nobody counts on it.
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

    /// Sends the output of connections that others' calls touched: of so many only, so that who
    /// publishes to a thousand is read again before all of them have been sent to, and what it
    /// publishes meanwhile goes to the rest with the same system call.
    pub(super) fn flush_touched(&mut self, now: i64) {
        for _ in 0..FLUSH_MOST {
            let Some(slot) = self.clients.pop_touched() else { return };
            let Some(mut conn) = self.clients.take(slot) else { continue };
            conn.is_touched = false;
            let alive = self.send(&mut conn, slot);
            self.settle(conn, slot, alive, now);
        }
    }

    /// Asks the kernel to tell of room in a socket, or no longer; false when it refuses.
    pub(super) fn watch_for_room(&self, conn: &Connection, slot: usize) -> bool {
        let data = EventData::new_u64(CONNECTIONS + slot as u64);
        conn.is_edge || epoll::modify(&self.epoll, &conn.fd, data, interest(conn)).is_ok()
    }
}

/// What the kernel shall tell of a connection. Of TCP only what is new, so that it does not look
/// at each socket a second time after it was served: a read that does not fill its room has taken
/// all there was. A Unix socket's read may stop earlier.
pub(super) fn interest(conn: &Connection) -> EventFlags {
    let input = EventFlags::IN | EventFlags::RDHUP;
    match (conn.is_edge, conn.wants_write) {
        (true, _) => input | EventFlags::OUT | EventFlags::ET,
        (false, true) => input | EventFlags::OUT,
        (false, false) => input,
    }
}

pub(super) fn bump_any(counter: &std::sync::atomic::AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
