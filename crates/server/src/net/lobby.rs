//! A worker's connections while it runs a script: what is lent to the script's ticks, so that a
//! script over its time can be stopped by clients of its own worker.
//!
//! Connections are accepted, here on every worker, and those with input get an answer to each
//! request: BUSY, or what the few commands answer that are allowed then. So are those that belong
//! to the batch of the script: what ran before it gets its replies, what would run after it is
//! answered from here. What waits, and every end of a connection, is left to the turns that follow:
//! such connections are read again.
//!
//! Another worker may wait for a key of the script, and its clients with it, however long that
//! takes. So whoever connects meanwhile comes to the worker that accepts, which answers.

use crate::host::System;
use crate::net::accept::{Arrival, accept_batch, places};
use crate::net::ahead::Ahead;
use crate::net::batch::Others;
use crate::net::clients::Clients;
use crate::net::connection::Connection;
use crate::net::listen::{Kind, Listener};
use crate::net::mailbox::Mail;
use crate::net::worker::{BELL, CONNECTIONS, LISTENERS, bump_any, interest};
use crate::tls::handshakes::{Newcomer, Secured};
use commands::acl::log::Denied;
use commands::session::{Card, CardAddress, Session};
use commands::shared::Shared;
use commands::{Cx, Flow, Turn, dispatch};
use engine::{Access, Effects, Moment};
use raw::{Family, Loan};
use resp::{Limits, RequestParser};
use rustix::event::epoll::{self, EventData};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Events that are looked at in one go.
const EVENTS: usize = 64;
/// Bytes read of a connection in one go.
const READ_BYTES: usize = 16 * 1024;
/// Output that a connection may leave unread while a script runs.
const OUTPUT_MAX: usize = 64 * 1024;

thread_local! {
    /// The lobby of the worker that runs a script on this thread.
    static LOBBY: Loan<Lobbies> = const { Loan::new() };
}

struct Lobbies;

impl Family for Lobbies {
    type Of<'a> = Lobby<'a>;
}

/// What of a worker is not in use while it runs a request.
pub(super) struct Lobby<'w> {
    pub(super) clients: &'w mut Clients,
    pub(super) unread: &'w mut Vec<usize>,
    pub(super) epoll: &'w OwnedFd,
    pub(super) listeners: &'w [Listener],
    pub(super) shared: &'w Arc<Shared>,
    pub(super) system: &'w Arc<System>,
    pub(super) index: usize,
    /// The batch that the request belongs to.
    pub(super) others: Others<'w>,
    /// Replies wait until what they tell of is on disk.
    pub(super) holds: bool,
}

/// The lobby of a worker: each part borrowed on its own, since a request that runs has the others.
macro_rules! lobby_of {
    ($worker:expr, $others:expr) => {
        $crate::net::lobby::Lobby {
            clients: &mut $worker.clients,
            unread: &mut $worker.unread,
            epoll: &$worker.epoll,
            listeners: &$worker.listeners,
            shared: &$worker.shared,
            system: &$worker.system,
            index: $worker.index,
            others: $others,
            holds: $worker.always,
        }
    };
}
pub(super) use lobby_of;

/// Runs a request that may run a script.
pub(super) fn lend<R>(mut lobby: Lobby<'_>, run: impl FnOnce() -> R) -> R {
    LOBBY.with(|loan| loan.lend(&mut lobby, run))
}

/// Serves the connections of the worker whose script this is.
pub(crate) fn serve(cx: &mut Cx<'_>) {
    LOBBY.with(|loan| loan.with(|lobby| lobby.serve(cx)));
}

impl Lobby<'_> {
    fn serve(&mut self, cx: &mut Cx<'_>) {
        let mut events: Vec<epoll::Event> = Vec::with_capacity(EVENTS);
        let at_once = rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 };
        let room = rustix::buffer::spare_capacity(&mut events);
        if epoll::wait(self.epoll, room, Some(&at_once)).is_err() {
            return;
        }
        let now = self.system.now_ms();
        cx.local.is_serving = true;
        self.part_batch(cx, now);
        if self.index != 0 {
            // The worker that listens may wait for a key of the script.
            for listener in self.system.listeners() {
                self.welcome(&listener, now);
            }
        }
        // Who came meanwhile, for which no bell rings. Other mail is opened after the script.
        for mail in self.system.mailbox(self.index).take_newcomers() {
            match mail {
                Mail::Arrival(arrival) => self.adopt(arrival, now),
                Mail::Secured(secured) => {
                    let client = self.adopt_secured(*secured, now);
                    self.answer_early(client, cx, now);
                }
                _ => {}
            }
        }
        for event in &events {
            match event.data.u64() {
                BELL => {}
                token if token < CONNECTIONS => self.accept((token - LISTENERS) as usize, now),
                token => self.answer((token - CONNECTIONS) as usize, cx, now),
            }
        }
        cx.local.is_serving = false;
    }

    /// Has the script's batch end for all others in it, the first time.
    fn part_batch(&mut self, cx: &mut Cx<'_>, now: i64) {
        let mut others = std::mem::take(&mut self.others);
        if !self.holds {
            self.send_before(&mut others, cx);
        }
        others.after(|slot, input| {
            let Some(mut conn) = self.clients.take(slot) else { return };
            conn.in_batch = false;
            conn.parser = RequestParser::default();
            conn.input.extend_from_slice(input.unwrap_or_default());
            if conn.may_run() && conn.pending() < OUTPUT_MAX {
                self.run(&mut conn, cx, now);
                if conn.held == 0 {
                    let _ = conn.send();
                }
            }
            self.clients.put(slot, conn);
        });
    }

    /// Sends the replies of those that ran before the script.
    fn send_before(&mut self, others: &mut Others<'_>, cx: &mut Cx<'_>) {
        let mut replies = Vec::new();
        for member in others.before().iter_mut().filter(|member| member.has_replies()) {
            let free = |conn: &Connection| {
                conn.in_batch && conn.held == 0 && conn.output.is_empty() && !conn.closes
            };
            if self.clients.get(member.slot).is_some_and(free) {
                replies.push((member.slot, member.take_replies()));
            }
        }
        let output = others.output(cx.reply.output());
        for (slot, (bytes, pins)) in replies {
            let Some(mut conn) = self.clients.take(slot) else { continue };
            conn.in_batch = false;
            // One that is broken is noticed at its next read.
            let _ = conn.send_part(output, bytes, pins);
            self.clients.put(slot, conn);
        }
    }

    /// Answers what a connection has sent.
    fn answer(&mut self, slot: usize, cx: &mut Cx<'_>, now: i64) {
        let Some(mut conn) = self.clients.take(slot) else { return };
        // Whatever is found here, the next turn looks at the connection too: it may have ended.
        if !std::mem::replace(&mut conn.is_unread, true) {
            self.unread.push(slot);
        }
        let may_read = !conn.in_batch && conn.may_run() && conn.pending() < OUTPUT_MAX;
        if may_read && conn.read_own(READ_BYTES) {
            self.run(&mut conn, cx, now);
            if conn.held == 0 {
                let _ = conn.send();
            }
            self.clients.weigh(&mut conn);
        }
        self.clients.put(slot, conn);
    }

    /// Answers what a connection sent with its handshake.
    fn answer_early(&mut self, client: u64, cx: &mut Cx<'_>, now: i64) {
        let Some(slot) = self.clients.slot_of(client) else { return };
        let Some(mut conn) = self.clients.take(slot) else { return };
        self.run(&mut conn, cx, now);
        let _ = conn.send();
        self.clients.put(slot, conn);
        self.answer(slot, cx, now);
    }

    /// Runs the whole requests in a connection's input.
    fn run(&mut self, conn: &mut Connection, cx: &mut Cx<'_>, now: i64) {
        let input = std::mem::take(&mut conn.input);
        let mut output = std::mem::take(&mut conn.output);
        conn.parser = RequestParser::default();
        let (mut ahead, mut parsed) = (Ahead::default(), 0);
        let authenticated = conn.session.authenticated;
        let limits = Limits { authenticated, ..Limits::DEFAULT };
        let _ = ahead.parse(conn, &input, &mut parsed, &limits);
        conn.parser = RequestParser::default();
        let mut effects = Effects::default();
        let limits = self.shared.config.limits();
        let moment = Moment { now, wall: now, access: Access::Untouched, limits };
        let mut turn = Turn {
            shared: cx.server,
            local: &mut *cx.local,
            effects: &mut effects,
            stats: &cx.server.workers[self.index],
            moment,
            ticks: engine::ticks(),
        };
        let mut used = 0;
        for request in ahead.requests(0..ahead.len()) {
            if !conn.may_run() {
                break;
            }
            let args = ahead.args(&input, request);
            match dispatch(&mut turn, &mut conn.session, args, None, &mut output) {
                Flow::Postponed => break,
                Flow::Close => conn.closes = true,
                Flow::Continue | Flow::Blocked => {}
            }
            used = request.end;
        }
        conn.input = input;
        conn.input.drain(..used);
        conn.output = output;
    }

    pub(super) fn accept(&mut self, at: usize, now: i64) {
        if let Some(listener) = self.listeners.get(at) {
            self.welcome(listener, now);
        }
    }

    /// Accepts who waits, and gives each to a worker. While a script is over its time that is this
    /// one: others may wait for what the script holds, and this one answers.
    fn welcome(&mut self, listener: &Listener, now: i64) {
        let is_busy = self.shared.running.is_busy();
        for arrival in accept_batch(listener, self.shared) {
            if self.system.connected() >= places(&self.shared.config, arrival.address.unix) {
                if listener.kind == Kind::Plain {
                    let text = b"-ERR max number of clients reached\r\n";
                    let _ = rustix::io::write(&arrival.fd, text);
                }
                self.shared.stats.rejected_connections.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            self.system.count_connection(1);
            self.shared.stats.connections.fetch_add(1, Ordering::Relaxed);
            let loads = self.shared.workers.iter().map(|w| w.clients.load(Ordering::Relaxed));
            let least = loads.enumerate().min_by_key(|(_, load)| *load).map_or(0, |(i, _)| i);
            let least = if is_busy { self.index } else { least };
            bump_any(&self.shared.workers[least].clients);
            if listener.kind == Kind::Tls {
                let who = Newcomer { arrival, worker: least };
                self.system.tls().welcome(self.system, self.shared, who);
            } else if least == self.index {
                self.adopt(arrival, now);
            } else {
                self.system.mailbox(least).post(Mail::Arrival(arrival));
            }
        }
    }

    pub(super) fn adopt(&mut self, arrival: Arrival, now: i64) {
        let session = self.session(arrival.address, now);
        self.register(Connection::new(arrival.fd, session));
    }

    /// Takes a connection that has shaken hands; the client's number. What it has sent already is
    /// in its input.
    pub(super) fn adopt_secured(&mut self, secured: Secured, now: i64) -> u64 {
        let mut session = self.session(secured.arrival.address, now);
        if let Some(name) = secured.user {
            self.recognize(&mut session, &name, now);
        }
        let mut connection = Connection::new(secured.arrival.fd, session);
        connection.wants_write = secured.stream.is_waiting();
        connection.tls = Some(secured.stream);
        connection.net_in = secured.early.len() as u64;
        connection.input = secured.early;
        let client = connection.session.id();
        self.register(connection);
        client
    }

    fn session(&self, address: CardAddress, now: i64) -> Session {
        let id = self.shared.clients.next_id();
        let card = Arc::new(Card::new(id, self.index, address, now));
        Session::connect(card, &self.shared.acl)
    }

    /// Has a client begin as the user that its certificate names.
    fn recognize(&self, session: &mut Session, name: &[u8], now: i64) {
        if let Some(badge) = self.shared.acl.recognize(name) {
            session.authenticated = true;
            session.badge = badge;
            let name = String::from_utf8_lossy(name);
            let log = self.system.log();
            log.verbose(format_args!("TLS: Auto-authenticated client as {name}"));
        } else {
            let denied = Denied::of_certificate(name);
            self.shared.acl.note(self.shared, session, &denied, now);
        }
    }

    fn register(&mut self, connection: Connection) {
        let card = Arc::clone(&connection.session.card);
        let connection = Box::new(connection);
        let slot = self.clients.vacancy();
        let data = EventData::new_u64(CONNECTIONS + slot as u64);
        let flags = interest(&connection);
        if epoll::add(self.epoll, &connection.fd, data, flags).is_err() {
            self.clients.free(slot);
            self.system.count_connection(-1);
            self.shared.workers[self.index].clients.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        self.shared.clients.add(card);
        self.clients.admit(slot, connection);
    }
}
