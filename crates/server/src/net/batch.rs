//! A batch: connections with input at the same time, served in four phases over all of them. The
//! last one may wait for the batches that follow in the same turn.
//!
//! ```text
//! read and parse each  ->  prefetch for all  ->  run each  ->  one write each
//! input    [ bytes of a | bytes of b | ...        ]   of the kernel, borrowed by the requests
//! output   [ replies to a | replies to b | ...    ]   sent from where they were written
//! ```
//! So an idle connection holds no buffer, what one batch touches fits into the cache, and a client
//! is woken once for replies that follow each other closely. A connection whose input is half a
//! request, or whose socket is full, keeps the rest in buffers of its own.

use crate::net::ahead::{Ahead, Keeping, Part, Rest};
use crate::net::clients::Clients;
use crate::net::connection::{Connection, Sent};
use crate::net::lobby::{self, lobby_of};
use crate::net::worker::Worker;
use crate::tls::stream::Received;
use commands::config::Id;
use commands::shared::{Shared, bump};
use commands::switches::Switches;
use commands::{Args, Flow, Output, OwnedArgs, Turn, dispatch, kept};
use engine::{Class, Spot};
use resp::{Limits, ProtocolError, RequestParser};
use rustix::event::epoll::EventFlags;
use rustix::net::RecvFlags;
use std::ops::Range;
use std::sync::atomic::Ordering;

/// Bytes read of a connection in one turn.
const READ_BYTES: usize = 64 * 1024;
/// Output of a batch from which on it is sent, and capacity above which its buffer is given back.
const KEEP_OUTPUT: usize = 4 * READ_BYTES;
/// Output of a batch from which on each reply is held against its client's hard limit.
const CHECK_OUTPUT: usize = 8 << 10;
/// Bytes of a long argument read of a connection in one turn.
const GULP_BYTES: usize = 4 * 1024 * 1024;
/// Largest step by which an input buffer grows for one argument.
const GROW_BYTES: usize = 16 * 1024 * 1024;
/// First room for an argument, whatever length is announced; then up to four times what arrived.
const FIRST_BYTES: usize = 16 * 1024;
/// How long a batch may keep a stripe that others wait for, in microseconds.
const KEEP_STRIPE_US: u64 = 50;
/// How long replies may wait for others of the same turn, in microseconds: who reads them all is
/// woken once for them.
const GATHER_REPLIES_US: u64 = 100;
/// Output of a client that has not authenticated.
const STRANGER_OUTPUT: usize = 64 * 1024;

/// What was read and is to be run, and the replies.
#[derive(Default)]
pub(super) struct Batch {
    input: Vec<u8>,
    filled: usize,
    ahead: Ahead,
    members: Vec<Member>,
    /// Members that were run, or run at this moment.
    run: usize,
    /// Members whose replies were sent, of these.
    sent: usize,
    /// When the first one whose replies wait began to run, in ticks.
    began: u64,
    output: Output,
    /// For a member that has sent more requests than are parsed ahead.
    more: Ahead,
    limits: Limits,
}

/// One connection of a batch.
pub(super) struct Member {
    pub(super) slot: usize,
    source: Source,
    /// Its requests among those ahead.
    requests: Range<usize>,
    /// Its input is parsed up to here.
    parsed: usize,
    rest: Rest,
    /// Its replies: bytes and pins of the batch's output.
    bytes: Range<usize>,
    pins: Range<usize>,
    /// Whether the connection goes on.
    alive: bool,
}

/// Where a member's input is.
#[derive(Clone)]
enum Source {
    /// Read in this batch.
    Batch(Range<usize>),
    /// In the connection's own buffer.
    Own,
}

impl Member {
    fn part<'a>(&self, input: &'a [u8], clients: &'a Clients) -> Option<Part<'a>> {
        let conn = clients.get(self.slot)?;
        let input = match &self.source {
            Source::Batch(range) => &input[range.clone()],
            Source::Own => &conn.input,
        };
        let (first, last) = (self.requests.start, self.requests.end);
        Some(Part { input, db: conn.session.db, first, last })
    }
}

/// The other members of a batch, lent to a request that may run a script.
#[derive(Default)]
pub(super) struct Others<'w> {
    members: &'w mut [Member],
    run: usize,
    input: &'w [u8],
    output: Option<&'w Output>,
}

impl Others<'_> {
    /// Those that ran before, whose replies wait for the end of the batch.
    pub(super) fn before(&mut self) -> &mut [Member] {
        let end = self.run.saturating_sub(1);
        &mut self.members[..end]
    }

    /// Those that have not been run: each gets its input back, once.
    pub(super) fn after(&mut self, mut take: impl FnMut(usize, Option<&[u8]>)) {
        for member in std::mem::take(&mut self.members).iter_mut().skip(self.run) {
            let input = match &member.source {
                Source::Batch(range) => Some(&self.input[range.clone()]),
                Source::Own => None,
            };
            take(member.slot, input);
            member.source = Source::Own;
            member.requests = 0..0;
            (member.parsed, member.rest) = (0, Rest::More);
        }
    }

    /// Where the replies of those before are: with those of the one that runs, unless these go to
    /// a buffer of its own.
    pub(super) fn output<'a>(&'a self, own: &'a Output) -> &'a Output {
        self.output.filter(|output| !output.bytes.is_empty()).unwrap_or(own)
    }
}

impl Member {
    /// Its replies, which are sent now and not again.
    pub(super) fn take_replies(&mut self) -> (Range<usize>, Range<usize>) {
        (std::mem::take(&mut self.bytes), std::mem::take(&mut self.pins))
    }

    /// Whether it has replies, and goes on.
    pub(super) fn has_replies(&self) -> bool {
        self.alive && !self.bytes.is_empty()
    }
}

impl Batch {
    /// An empty batch.
    pub(super) fn new() -> Self {
        Self { input: vec![0; 2 * READ_BYTES], ..Self::default() }
    }
}

impl Worker {
    /// Reads what goes for a whole turn.
    pub(super) fn begin_turn(&mut self, now: i64) {
        self.effects.record = self.shared.config.int(Id::NOTIFY_KEYSPACE_EVENTS) as u32;
        if self.shared.switches.has(Switches::TRACKED) {
            self.effects.record |= Class::CHANGE;
        }
        self.local.read_thresholds(&self.shared, now);
        self.begin_journal();
        let max_bulk = self.shared.config.size(Id::PROTO_MAX_BULK_LEN);
        self.batch.limits = Limits { max_bulk, ..Limits::DEFAULT };
        self.moment = self.moment_at(now);
        self.crowd.begin(now);
    }

    /// A connection has input, room for output, or an end.
    pub(super) fn ready(&mut self, slot: usize, flags: EventFlags, now: i64) {
        if self.clients.get(slot).is_some_and(|conn| conn.in_batch) {
            self.finish_batch(now); // what it sent before has to be run before more is read
        }
        let Some(mut conn) = self.clients.take(slot) else { return };
        self.crowd.see(&mut conn.active_ms);
        let mut alive = true;
        if flags.contains(EventFlags::OUT) && conn.wants_write {
            alive = self.send(&mut conn, slot);
        }
        let readable = EventFlags::IN | EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR;
        // One that is to be read in the next turn anyway has had its share of this one.
        if alive && flags.intersects(readable) && !conn.is_unread {
            let ends = flags.intersects(EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR);
            alive = self.read(&mut conn, slot, ends);
        }
        if alive {
            self.clients.put(slot, conn);
        } else {
            self.settle(conn, slot, false, now);
        }
        if self.batch.ahead.is_full() || self.batch.filled > READ_BYTES {
            self.run_batch(now);
            let waited = engine::ticks().wrapping_sub(self.batch.began);
            if waited > GATHER_REPLIES_US * self.local.ticks_per_us {
                self.finish_batch(now);
            }
        }
    }

    /// Phase 1: reads once and parses what is whole; false when the connection is over. With
    /// `ends` there is an end behind what is read.
    fn read(&mut self, conn: &mut Connection, slot: usize, ends: bool) -> bool {
        if conn.tls.is_some() {
            return self.read_sealed(conn, slot, ends);
        }
        let batch = &mut self.batch;
        let begin = batch.filled;
        let is_fresh = conn.input.is_empty();
        let (room, received) = if is_fresh {
            let room = &mut batch.input[begin..begin + READ_BYTES];
            let received = rustix::net::recv(&conn.fd, room, RecvFlags::DONTWAIT);
            (READ_BYTES, received.map(|(count, _)| count))
        } else {
            if conn.input.spare_capacity_mut().is_empty() {
                conn.input.reserve(READ_BYTES);
            }
            let room = conn.input.spare_capacity_mut().len();
            let into = rustix::buffer::spare_capacity(&mut conn.input);
            (room, rustix::io::read(&conn.fd, into))
        };
        let count = match received {
            Ok(0) => return false,
            Ok(count) => count,
            Err(rustix::io::Errno::AGAIN) => return true,
            Err(rustix::io::Errno::INTR) => {
                self.read_again(conn, slot);
                return true;
            }
            Err(_) => return false,
        };
        let mut is_full = count == room;
        self.enroll(conn, slot, is_fresh, count);
        if is_full && conn.parser.is_midway() {
            is_full = self.gulp(conn);
        }
        if conn.is_edge && (is_full || ends) {
            self.read_again(conn, slot);
        }
        true
    }

    /// Makes a connection a member of the batch that has sent so many bytes: behind those of the
    /// batch (`is_fresh`), or in its own input.
    #[inline]
    fn enroll(&mut self, conn: &mut Connection, slot: usize, is_fresh: bool, count: usize) {
        let batch = &mut self.batch;
        let begin = batch.filled;
        let stats = &self.shared.workers[self.index];
        bump(&stats.net_in, count as u64);
        bump(&stats.reads, 1);
        conn.net_in += count as u64;
        let source = if is_fresh { Source::Batch(begin..begin + count) } else { Source::Own };
        batch.filled += if is_fresh { count } else { 0 };
        let mut member = Member {
            slot,
            source,
            requests: batch.ahead.len()..batch.ahead.len(),
            parsed: 0,
            rest: Rest::More,
            bytes: 0..0,
            pins: 0..0,
            alive: true,
        };
        if conn.may_run() {
            let authenticated = conn.session.authenticated;
            let limits = Limits { authenticated, ..batch.limits };
            let own = std::mem::take(&mut conn.input);
            let input = match &member.source {
                Source::Batch(range) => &batch.input[range.clone()],
                Source::Own => &own,
            };
            member.rest = batch.ahead.parse(conn, input, &mut member.parsed, &limits);
            member.requests.end = batch.ahead.len();
            conn.input = own;
        }
        conn.in_batch = true;
        batch.members.push(member);
    }

    /// Reads on a request that is not whole, if nothing goes before it: what has arrived of a long
    /// argument is taken in before anybody's requests of this turn are run, so that they find it
    /// counted. Whether there may be more.
    #[cold]
    fn gulp(&mut self, conn: &mut Connection) -> bool {
        let (mut gulped, mut is_full) = (0, true);
        while is_full && gulped < GULP_BYTES {
            let batch = &mut self.batch;
            let Some(member) = batch.members.last_mut() else { break };
            let Rest::Partial(missing) = member.rest else { break };
            if member.parsed != 0 || !member.requests.is_empty() {
                break;
            }
            if let Source::Batch(range) = std::mem::replace(&mut member.source, Source::Own) {
                batch.filled = range.start;
                conn.input.extend_from_slice(&batch.input[range]);
            }
            make_room(conn, missing);
            self.weigh(conn);
            if conn.is_doomed {
                return is_full;
            }
            let batch = &mut self.batch;
            let Some(member) = batch.members.last_mut() else { break };
            let room = conn.input.spare_capacity_mut().len();
            let into = rustix::buffer::spare_capacity(&mut conn.input);
            let count = match rustix::io::read(&conn.fd, into) {
                Ok(count @ 1..) => count,
                Err(rustix::io::Errno::AGAIN) => {
                    is_full = false;
                    break;
                }
                // An end or an interruption, which the next read finds again.
                _ => break,
            };
            gulped += count;
            is_full = count == room;
            bump(&self.shared.workers[self.index].net_in, count as u64);
            conn.net_in += count as u64;
            let limits = Limits { authenticated: conn.session.authenticated, ..batch.limits };
            let own = std::mem::take(&mut conn.input);
            member.rest = batch.ahead.parse(conn, &own, &mut member.parsed, &limits);
            member.requests.end = batch.ahead.len();
            conn.input = own;
        }
        // Else its input may still be the batch's, which it is not weighed with.
        if gulped > 0 {
            self.weigh(conn);
        }
        is_full
    }

    /// The same through TLS.
    fn read_sealed(&mut self, conn: &mut Connection, slot: usize, ends: bool) -> bool {
        let begin = self.batch.filled;
        let room = &mut self.batch.input[begin..begin + READ_BYTES];
        let Some(tls) = &mut conn.tls else { return false };
        let (count, more) = match tls.receive(&conn.fd, room) {
            Received::Plain { count, is_full } => (count, is_full || ends || tls.is_over()),
            Received::Nothing => return true,
            Received::Interrupted => (0, true),
            Received::Over => return false,
        };
        if tls.is_waiting() {
            self.clients.touch(slot, conn); // what the library answers by itself
        }
        if count > 0 {
            let is_fresh = conn.input.is_empty();
            if !is_fresh {
                conn.input.extend_from_slice(&self.batch.input[begin..begin + count]);
            }
            self.enroll(conn, slot, is_fresh, count);
        }
        if more {
            self.read_again(conn, slot);
        }
        true
    }

    /// Has a connection read in the next turn, whatever the kernel tells.
    fn read_again(&mut self, conn: &mut Connection, slot: usize) {
        if !std::mem::replace(&mut conn.is_unread, true) {
            self.unread.push(slot);
        }
    }

    /// Phases 2 and 3 for what was read, and 4 when the replies are many.
    fn run_batch(&mut self, now: i64) {
        let first = self.batch.run;
        if first == self.batch.members.len() {
            return;
        }
        let mut ahead = std::mem::take(&mut self.batch.ahead);
        let input = std::mem::take(&mut self.batch.input);
        let clients = &self.clients;
        let members = self.batch.members[first..].iter();
        let parts = members.filter_map(|member| member.part(&input, clients));
        let keeping = Keeping { kept: &mut self.local.kept, is_allowed: true };
        ahead.prefetch(&self.shared, keeping, parts);
        self.ticks = engine::ticks();
        if self.batch.sent == first {
            self.batch.began = self.ticks;
        }
        self.local.keep_until = self.ticks + KEEP_STRIPE_US * self.local.ticks_per_us;
        for at in first..self.batch.members.len() {
            self.run_member(at, &ahead, &input, now);
            if self.batch.output.bytes.len() > KEEP_OUTPUT {
                kept::let_go(&mut self.local, &self.shared.store);
                self.publish();
                self.send_batch(now);
            }
        }
        self.local.keep_until = 0;
        kept::let_go(&mut self.local, &self.shared.store);
        self.publish();
        ahead.clear();
        self.batch.ahead = ahead;
        self.batch.input = input;
        self.batch.filled = 0;
    }

    /// Phases 2 to 4 for all that was read.
    pub(super) fn finish_batch(&mut self, now: i64) {
        self.run_batch(now);
        self.send_batch(now);
        self.batch.members.clear();
        (self.batch.run, self.batch.sent) = (0, 0);
    }

    /// Phase 3: runs a member's requests, and what it has sent beyond those ahead.
    fn run_member(&mut self, at: usize, ahead: &Ahead, input: &[u8], now: i64) {
        self.batch.run = at + 1;
        let member = &mut self.batch.members[at];
        let (slot, source, requests) = (member.slot, member.source.clone(), &member.requests);
        let requests = requests.clone();
        let (parsed, rest) = (member.parsed, std::mem::take(&mut member.rest));
        let Some(mut conn) = self.clients.take(slot) else { return };
        let own = std::mem::take(&mut conn.input);
        let buf = match &source {
            Source::Batch(range) => &input[range.clone()],
            Source::Own => &own,
        };
        // What waits in the connection's own output goes first.
        let lent = conn.output.is_empty();
        let mut out = std::mem::take(if lent { &mut self.batch.output } else { &mut conn.output });
        let (bytes, pins) = (out.bytes.len(), out.pins.len());
        let work = Work { buf, ahead, requests, batch: input };
        conn.own_output = if lent { bytes } else { 0 };
        let used = self.serve(&mut conn, &mut out, work, (parsed, rest));
        let waits = out.bytes.len().saturating_sub(bytes);
        let (bytes, pins) = (bytes.min(out.bytes.len()), pins.min(out.pins.len()));
        let member = &mut self.batch.members[at];
        if lent {
            (member.bytes, member.pins) = (bytes..out.bytes.len(), pins..out.pins.len());
            self.batch.output = out;
        } else {
            conn.output = out;
        }
        match &source {
            Source::Batch(_) => conn.input.extend_from_slice(&buf[used..]),
            Source::Own => {
                conn.input = own;
                conn.input.drain(..used);
            }
        }
        self.after_serving(&mut conn, now);
        let alive = self.may_go_on(&conn, waits) && !conn.is_doomed;
        self.batch.members[at].alive = alive;
        self.clients.put(slot, conn);
    }

    /// Phase 4: sends the replies of members that have run.
    fn send_batch(&mut self, now: i64) {
        let which = std::mem::replace(&mut self.batch.sent, self.batch.run)..self.batch.run;
        if which.is_empty() {
            return;
        }
        let mut output = std::mem::take(&mut self.batch.output);
        let members = std::mem::take(&mut self.batch.members);
        for member in &members[which] {
            let Some(mut conn) = self.clients.take(member.slot) else { continue };
            conn.in_batch = false;
            let alive = member.alive && self.send_replies(&mut conn, member, &output);
            self.settle(conn, member.slot, alive, now);
        }
        self.batch.members = members;
        if output.bytes.capacity() > KEEP_OUTPUT {
            output = Output::default();
        }
        output.bytes.clear();
        output.pins.clear();
        self.batch.output = output;
    }

    /// Sends a member's part of the batch's output; what the socket does not take is kept.
    fn send_replies(&mut self, conn: &mut Connection, member: &Member, output: &Output) -> bool {
        if member.bytes.is_empty() {
            return self.send(conn, member.slot);
        }
        if self.always && self.hold(conn, member.slot) {
            conn.keep_part(output, member.bytes.clone(), member.pins.clone());
            self.weigh(conn);
            return true;
        }
        bump(&self.shared.workers[self.index].writes, 1);
        let (bytes, pins) = (member.bytes.clone(), member.pins.clone());
        let sent = conn.send_part(output, bytes, pins);
        self.after_send(conn, member.slot, sent)
            && (conn.output.is_empty() || conn.wants_write || self.send(conn, member.slot))
    }

    /// Runs what is whole in the connection's own input buffer; its output is sent at the end of
    /// the turn.
    pub(super) fn serve_input(&mut self, conn: &mut Connection, slot: usize, now: i64) {
        self.clients.touch(slot, conn);
        let own = std::mem::take(&mut conn.input);
        let mut out = std::mem::take(&mut conn.output);
        self.ticks = engine::ticks();
        let work = Work { buf: &own, ahead: &Ahead::default(), requests: 0..0, batch: &[] };
        conn.own_output = 0;
        let used = self.serve(conn, &mut out, work, (0, Rest::More));
        conn.output = out;
        conn.input = own;
        conn.input.drain(..used);
        self.after_serving(conn, now);
    }

    /// What is left of the input gets room to go on or none, and the card shows what is new.
    #[inline]
    fn after_serving(&mut self, conn: &mut Connection, now: i64) {
        let changed = conn.session.publish_changes(now);
        if changed {
            conn.show_traffic();
        }
        let keeps = || conn.session.memory() != 0;
        if conn.input.capacity() != 0 || conn.is_heavy || (changed && keeps()) {
            self.settle_input(conn);
        }
    }

    #[cold]
    fn settle_input(&mut self, conn: &mut Connection) {
        if conn.input.is_empty() {
            conn.input = Vec::new();
        } else if conn.parser.is_midway() {
            make_room(conn, self.timers.missing);
        }
        self.weigh(conn);
    }

    /// Runs requests that are parsed, then parses on while there are whole ones; how many bytes
    /// are done with.
    fn serve(
        &mut self,
        conn: &mut Connection,
        out: &mut Output,
        work: Work<'_>,
        (mut at, mut rest): (usize, Rest),
    ) -> usize {
        let (buf, batch) = (work.buf, work.batch);
        let mut stopped = self.run_parsed(conn, out, work);
        loop {
            if let Some(start) = stopped {
                conn.parser = RequestParser::default();
                return start;
            }
            match rest {
                Rest::More => {}
                Rest::Partial(missing) => {
                    self.timers.missing = missing;
                    return at;
                }
                Rest::Inline(consumed, args) => {
                    if self.run_inline(conn, out, &args, batch).is_some() {
                        conn.parser = RequestParser::default();
                        return at;
                    }
                    at += consumed;
                }
                Rest::Broken(_) if !conn.may_run() => {
                    conn.parser = RequestParser::default();
                    return at;
                }
                Rest::Broken(error) => {
                    self.refuse(conn, out, error);
                    return buf.len();
                }
            }
            if at >= buf.len() || !conn.may_run() {
                return at;
            }
            let mut more = std::mem::take(&mut self.batch.more);
            more.clear();
            let limits = Limits { authenticated: conn.session.authenticated, ..self.batch.limits };
            rest = more.parse(conn, buf, &mut at, &limits);
            let requests = 0..more.len();
            let part = Part { input: buf, db: conn.session.db, first: 0, last: requests.end };
            let is_allowed = self.local.keep_until != 0;
            let keeping = Keeping { kept: &mut self.local.kept, is_allowed };
            more.prefetch(&self.shared, keeping, std::iter::once(part));
            stopped = self.run_parsed(conn, out, Work { buf, ahead: &more, requests, batch });
            self.batch.more = more;
        }
    }

    /// Runs parsed requests; where the first one starts that was not run, if not all were.
    #[inline]
    fn run_parsed(
        &mut self,
        conn: &mut Connection,
        out: &mut Output,
        work: Work<'_>,
    ) -> Option<usize> {
        let requests = work.ahead.requests(work.requests);
        let calls = requests
            .map(|request| (request.start, work.ahead.args(work.buf, request), request.spot));
        self.run_calls(conn, out, calls, work.batch)
    }

    #[cold]
    fn run_inline(
        &mut self,
        conn: &mut Connection,
        out: &mut Output,
        args: &[Vec<u8>],
        batch: &[u8],
    ) -> Option<usize> {
        let owned: OwnedArgs = args.iter().map(Vec::as_slice).collect();
        self.run_calls(conn, out, std::iter::once((0, owned.args(), None)), batch)
    }

    /// Runs calls: start, arguments and spot of each. Where the first one starts that was not run.
    #[inline]
    fn run_calls<'a>(
        &mut self,
        conn: &mut Connection,
        out: &mut Output,
        calls: impl Iterator<Item = (usize, Args<'a>, Option<Spot>)>,
        batch: &[u8],
    ) -> Option<usize> {
        let mut turn = Turn {
            shared: &self.shared,
            local: &mut self.local,
            effects: &mut self.effects,
            stats: &self.shared.workers[self.index],
            moment: self.moment,
            ticks: self.ticks,
        };
        let (mut stopped, begin) = (None, conn.own_output);
        for (start, args, spot) in calls {
            if !conn.may_run() {
                stopped = Some(start);
                break;
            }
            let flow = if self.shared.table.run_scripts().may_have(args.at(0)) {
                let others = Others {
                    members: if batch.is_empty() { &mut [] } else { &mut self.batch.members },
                    run: self.batch.run,
                    input: batch,
                    output: Some(&self.batch.output),
                };
                let lobby = lobby_of!(self, others);
                lobby::lend(lobby, || dispatch(&mut turn, &mut conn.session, args, spot, out))
            } else {
                dispatch(&mut turn, &mut conn.session, args, spot, out)
            };
            match flow {
                Flow::Continue => {}
                Flow::Close => conn.closes = true,
                Flow::Postponed => {
                    let now = turn.moment.now;
                    let end = turn.shared.pause.end(&turn.shared.switches, now).unwrap_or(now);
                    self.timers.add_deadline(end, conn.session.id());
                    stopped = Some(start);
                    break;
                }
                Flow::Blocked => {
                    let blocked = conn.session.blocked.as_ref();
                    if blocked.is_some_and(|blocked| blocked.call.keys.is_empty()) {
                        self.log_waiters.push(conn.session.id());
                    }
                    if let Some(deadline) = blocked.and_then(|blocked| blocked.deadline) {
                        self.timers.add_deadline(deadline, conn.session.id());
                    }
                }
            }
            if !turn.local.outbox.is_empty() {
                let outbox = std::mem::take(&mut turn.local.outbox);
                self.clients.deliver(outbox, Some((conn.session.id(), out)));
            }
            let is_long = out.bytes.len() > CHECK_OUTPUT || !out.pins.is_empty();
            if is_long && is_over_limit(turn.shared, conn, out, begin) {
                conn.is_doomed = true; // it is sent nothing of this, and may not run the next one
                conn.session.card.doomed.store(true, Ordering::Relaxed);
                self.system.warn_of_output(conn);
                out.truncate(begin);
                out.bytes.shrink_to(CHECK_OUTPUT);
            }
        }
        self.ticks = turn.ticks;
        stopped
    }

    #[cold]
    fn refuse(&mut self, conn: &mut Connection, out: &mut Output, error: ProtocolError) {
        out.bytes.extend_from_slice(b"-ERR ");
        error.write_to(&mut out.bytes);
        out.bytes.extend_from_slice(b"\r\n");
        conn.closes = true;
        self.system.log().verbose(format_args!(
            "Protocol error ({error}) from client: id={} addr={}",
            conn.session.id(),
            conn.session.card.addr
        ));
    }

    /// Limits on what a connection may leave unparsed, and on what a stranger may be sent.
    #[inline]
    fn may_go_on(&self, conn: &Connection, replies: usize) -> bool {
        if !conn.session.authenticated && conn.pending() + replies > STRANGER_OUTPUT {
            return false;
        }
        let limit = self.shared.config.int(Id::CLIENT_QUERY_BUFFER_LIMIT) as usize;
        let fits = conn.input.len() <= limit;
        if !fits {
            let stats = &self.shared.stats;
            stats.query_limit_disconnections.fetch_add(1, Ordering::Relaxed);
        }
        fits
    }

    /// Sends what waits in the connection's own output; false when the connection is over.
    pub(super) fn send(&mut self, conn: &mut Connection, slot: usize) -> bool {
        if conn.is_sent() {
            return !conn.closes;
        }
        if conn.held != 0 || (self.always && self.hold(conn, slot)) {
            return true;
        }
        self.send_now(conn, slot)
    }

    /// The same for output that waits for nothing.
    pub(super) fn send_now(&mut self, conn: &mut Connection, slot: usize) -> bool {
        if conn.is_sent() {
            return !conn.closes;
        }
        bump(&self.shared.workers[self.index].writes, 1);
        let sent = conn.send();
        self.after_send(conn, slot, sent)
    }

    /// What follows from a write: counters, waiting for room, limits, the end.
    fn after_send(&mut self, conn: &mut Connection, slot: usize, sent: Sent) -> bool {
        let (sent, full) = match sent {
            Sent::All(sent) => (sent, false),
            Sent::Part(sent) => (sent, true),
            Sent::Broken => return false,
        };
        bump(&self.shared.workers[self.index].net_out, sent as u64);
        conn.net_out += sent as u64;
        if full || conn.is_heavy {
            self.weigh(conn);
        }
        if full != conn.wants_write {
            conn.wants_write = full;
            if !self.watch_for_room(conn, slot) {
                return false;
            }
        }
        if !full {
            return !conn.closes || !conn.output.is_empty();
        }
        conn.session.card.last_ms.store(self.moment.now, Ordering::Relaxed);
        self.within_output_limits(conn)
    }
}

/// Makes room for an argument of which so many bytes are on their way, in steps that follow from
/// what has arrived: a thousand clients that announce much and send nothing cost next to nothing.
fn make_room(conn: &mut Connection, missing: usize) {
    let earned = conn.input.len().saturating_mul(4).clamp(FIRST_BYTES, GROW_BYTES);
    let missing = missing.clamp(1, earned);
    if conn.input.capacity() - conn.input.len() < missing {
        // What was announced, if that is less than was earned.
        conn.input.reserve_exact(missing);
    }
}

/// Whether replies that were not sent yet pass a client's hard limit.
#[cold]
fn is_over_limit(shared: &Shared, conn: &Connection, out: &Output, begin: usize) -> bool {
    let hard = shared.config.output_limit(conn.output_class()).hard_bytes;
    let pinned = out.pins.iter().filter(|(at, _)| *at >= begin).map(|(_, blob)| blob.len());
    // Output of its own has been taken for the run, with what of it is sent.
    let waits = (out.bytes.len() - begin + pinned.sum::<usize>()).saturating_sub(conn.sent);
    let over = hard > 0 && waits as u64 > hard;
    if over {
        shared.stats.output_limit_disconnections.fetch_add(1, Ordering::Relaxed);
    }
    over
}

/// Requests to be run and the input they lie in.
struct Work<'a> {
    buf: &'a [u8],
    ahead: &'a Ahead,
    requests: Range<usize>,
    /// The input of the batch that this belongs to, if it does.
    batch: &'a [u8],
}
