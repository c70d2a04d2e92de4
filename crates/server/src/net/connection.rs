//! One connection: its socket, what it sent and was not run yet, what it has still to be sent.
//!
//! An idle connection holds no buffer: input that is complete is run where it was read, output
//! goes into a buffer lent by the worker and is given back when it is all sent.

use crate::tls::stream::{CHUNK, ROOM_MIN, Received, Sending, Stream};
use commands::config::OutputClass;
use commands::session::Session;
use commands::{Output, session::Card};
use engine::Blob;
use resp::RequestParser;
use rustix::io::Errno;
use rustix::net::SendFlags;
use std::io::IoSlice;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::sync::atomic::Ordering::Relaxed;

/// Pieces that one `writev` takes.
const PIECES_MAX: usize = 64;

/// A client's connection, owned by one worker.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The socket.
    pub(crate) fd: OwnedFd,
    /// Its keys, if it speaks TLS.
    pub(crate) tls: Option<Box<Stream>>,
    /// What commands see.
    pub(crate) session: Session,
    /// Bytes received and not run.
    pub(crate) input: Vec<u8>,
    /// Where the request that is half there stands.
    pub(crate) parser: RequestParser,
    /// Replies to be sent.
    pub(crate) output: Output,
    /// Bytes of `output` that are sent already.
    pub(crate) sent: usize,
    /// Waits for room in the socket.
    pub(crate) wants_write: bool,
    /// In the list of connections with output of this turn.
    pub(crate) is_touched: bool,
    /// Was read in the batch that is being gathered: its next read has to wait for that one.
    pub(crate) in_batch: bool,
    /// In the list of those to be read again in the next turn.
    pub(crate) is_unread: bool,
    /// Its output waits until this ticket of the log is on disk; 0 for none.
    pub(crate) held: u64,
    /// Ends as soon as the output is sent.
    pub(crate) closes: bool,
    /// Somebody asked for its end.
    pub(crate) is_doomed: bool,
    /// Where its own replies begin in the output that the running batch writes to.
    pub(crate) own_output: usize,
    /// Its memory when it was weighed last; 0 before its worker has it.
    pub(crate) weight: usize,
    /// It had more than a connection that rests then, so it is weighed whenever it was served.
    pub(crate) is_heavy: bool,
    /// Bytes received.
    pub(crate) net_in: u64,
    /// Bytes sent.
    pub(crate) net_out: u64,
    /// When it last had input or room for output, Unix milliseconds.
    pub(crate) active_ms: i64,
    /// The kernel tells each news of the socket once (TCP).
    pub(crate) is_edge: bool,
    /// Since when the output has been over its soft limit, Unix milliseconds.
    pub(crate) over_soft_since: Option<i64>,
}

/// What came of sending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sent {
    /// Everything.
    All(usize),
    /// A part: the socket is full.
    Part(usize),
    /// The connection is broken.
    Broken,
}

impl Connection {
    /// A new connection.
    pub(crate) fn new(fd: OwnedFd, session: Session) -> Self {
        let is_edge = !session.card.has(Card::UNIX);
        Self {
            is_edge,
            tls: None,
            fd,
            session,
            input: Vec::new(),
            parser: RequestParser::default(),
            output: Output::default(),
            sent: 0,
            wants_write: false,
            is_touched: false,
            in_batch: false,
            is_unread: false,
            held: 0,
            closes: false,
            is_doomed: false,
            own_output: 0,
            weight: 0,
            is_heavy: false,
            net_in: 0,
            net_out: 0,
            active_ms: 0,
            over_soft_since: None,
        }
    }

    /// Puts the traffic on the card.
    pub(crate) fn show_traffic(&self) {
        self.session.card.net_in.store(self.net_in, Relaxed);
        self.session.card.net_out.store(self.net_out, Relaxed);
    }

    /// Whether its next request may be run: it neither ends nor waits for anything.
    pub(crate) fn may_run(&self) -> bool {
        !self.closes
            && !self.is_doomed
            && self.session.blocked.is_none()
            && !self.session.postponed
            && self.held == 0
    }

    /// Which of the output limits it has.
    pub(crate) fn output_class(&self) -> OutputClass {
        if self.session.subs.any() { OutputClass::PubSub } else { OutputClass::Normal }
    }

    /// Bytes that wait to be sent.
    pub(crate) fn pending(&self) -> usize {
        self.output.len() - self.sent
    }

    /// Sends what the socket takes of the output.
    pub(crate) fn send(&mut self) -> Sent {
        let before = self.sent;
        let Output { bytes, pins } = &self.output;
        let whole = Pieces { bytes, base: 0, pins };
        match whole.send(&self.fd, self.tls.as_deref_mut(), &mut self.sent) {
            Sending::Done => {
                let total = self.sent;
                self.sent = 0;
                self.output = Output::default();
                Sent::All(total - before)
            }
            Sending::Full => Sent::Part(self.sent - before),
            Sending::Broken => Sent::Broken,
        }
    }

    /// Sends what the socket takes of a part of `output`, replies that go before everything in the
    /// connection's own output; the rest is put there.
    pub(crate) fn send_part(
        &mut self,
        output: &Output,
        bytes: Range<usize>,
        pins: Range<usize>,
    ) -> Sent {
        let base = bytes.start;
        let part = Pieces { bytes: &output.bytes[bytes], base, pins: &output.pins[pins] };
        let mut sent = 0;
        match part.send(&self.fd, self.tls.as_deref_mut(), &mut sent) {
            Sending::Done => Sent::All(sent),
            Sending::Broken => Sent::Broken,
            Sending::Full => {
                self.keep(&part);
                self.sent = sent;
                Sent::Part(sent)
            }
        }
    }

    /// Whether there is nothing to be sent.
    pub(crate) fn is_sent(&self) -> bool {
        self.output.is_empty() && self.tls.as_ref().is_none_or(|tls| !tls.is_waiting())
    }

    /// Reads up to `count` bytes or a record behind the own input; whether that brought some.
    pub(crate) fn read_own(&mut self, count: usize) -> bool {
        let Some(tls) = &mut self.tls else {
            self.input.reserve(count);
            let room = rustix::buffer::spare_capacity(&mut self.input);
            return rustix::io::read(&self.fd, room).is_ok_and(|count| count > 0);
        };
        let mut room = vec![0; ROOM_MIN];
        match tls.receive(&self.fd, &mut room) {
            Received::Plain { count, .. } => {
                self.input.extend_from_slice(&room[..count]);
                count > 0
            }
            _ => false,
        }
    }

    /// Puts a part of `output`, replies that go before everything in the connection's own output,
    /// there to be sent later.
    pub(crate) fn keep_part(&mut self, output: &Output, bytes: Range<usize>, pins: Range<usize>) {
        let base = bytes.start;
        self.keep(&Pieces { bytes: &output.bytes[bytes], base, pins: &output.pins[pins] });
    }

    fn keep(&mut self, part: &Pieces<'_>) {
        let pins = part.pins.iter().map(|(offset, blob)| (offset - part.base, blob.clone()));
        let mut kept = Output { bytes: part.bytes.to_vec(), pins: pins.collect() };
        kept.append(std::mem::take(&mut self.output));
        self.output = kept;
    }

    /// Its memory now, noted here and on its card with what it consists of. Only while neither
    /// input nor output is lent to a run. O(values pinned).
    pub(crate) fn weigh(&mut self) -> usize {
        let rests =
            size_of::<Self>() + size_of::<Card>() + self.tls.as_ref().map_or(0, |tls| tls.memory());
        let pending = self.pending();
        let pinned = self.output.len() - self.output.bytes.len();
        self.weight = rests
            + self.input.capacity()
            + self.parser.memory()
            + self.output.bytes.capacity()
            + pinned
            + self.session.memory();
        self.is_heavy = self.weight != rests;
        let (parsed, whole) = self.parser.parsed();
        let waiting = self.session.blocked.as_ref();
        let waiting = waiting.map_or(0, |blocked| blocked.call.args.total_bytes());
        let card = &self.session.card;
        card.memory.store(self.weight as u64, Relaxed);
        card.query_bytes.store((self.input.len() - parsed) as u64, Relaxed);
        card.query_free.store((self.input.capacity() - self.input.len()) as u64, Relaxed);
        card.argv_bytes.store((whole + waiting) as u64, Relaxed);
        card.output_bytes.store(pending as u64, Relaxed);
        self.weight
    }
}

/// Text with values pinned between it: those of an output, or of a part that begins at `base`.
struct Pieces<'a> {
    bytes: &'a [u8],
    base: usize,
    pins: &'a [(usize, Blob)],
}

impl Pieces<'_> {
    fn len(&self) -> usize {
        self.bytes.len() + self.pins.iter().map(|(_, blob)| blob.len()).sum::<usize>()
    }

    /// Sends from `sent` on, which moves behind what the socket took.
    #[inline]
    fn send(&self, fd: &OwnedFd, tls: Option<&mut Stream>, sent: &mut usize) -> Sending {
        if let Some(tls) = tls {
            return self.send_sealed(fd, tls, sent);
        }
        let total = self.len();
        while *sent < total {
            let written = if self.pins.is_empty() {
                let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
                rustix::net::send(fd, &self.bytes[*sent..], flags)
            } else {
                self.send_pieces(fd, *sent)
            };
            match written {
                Ok(0) => return Sending::Broken,
                Ok(count) => *sent += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Sending::Full,
                Err(_) => return Sending::Broken,
            }
        }
        Sending::Done
    }

    /// The same through TLS: `sent` moves behind what the socket took the whole seal of.
    fn send_sealed(&self, fd: &OwnedFd, tls: &mut Stream, sent: &mut usize) -> Sending {
        let total = self.len();
        loop {
            match tls.settle(fd) {
                Ok(count) => *sent += count,
                Err(other) => return other,
            }
            if *sent >= total {
                return Sending::Done;
            }
            let is_sealed = if self.pins.is_empty() {
                tls.seal(&self.bytes[*sent..total.min(*sent + CHUNK)])
            } else {
                tls.seal(&self.chunk(*sent))
            };
            if !is_sealed {
                return Sending::Broken;
            }
        }
    }

    /// A chunk of text and pinned values, from `sent` on.
    fn chunk(&self, sent: usize) -> Vec<u8> {
        let mut chunk = Vec::with_capacity(CHUNK.min(self.len() - sent));
        let (mut skip, mut at) = (sent, 0);
        let mut add = |bytes: &[u8]| {
            let gone = skip.min(bytes.len());
            skip -= gone;
            let room = CHUNK - chunk.len();
            chunk.extend_from_slice(&bytes[gone..bytes.len().min(gone + room)]);
        };
        for (offset, blob) in self.pins {
            let offset = offset - self.base;
            add(&self.bytes[at..offset]);
            add(blob.as_slice());
            at = offset;
        }
        add(&self.bytes[at..]);
        chunk
    }

    /// One `writev` over text and pinned values, from `sent` on.
    fn send_pieces(&self, fd: &OwnedFd, sent: usize) -> rustix::io::Result<usize> {
        let mut pieces: Vec<IoSlice<'_>> = Vec::with_capacity(PIECES_MAX);
        let (mut skip, mut at) = (sent, 0);
        let mut add = |bytes: &mut &[u8]| {
            let gone = skip.min(bytes.len());
            skip -= gone;
            *bytes = &bytes[gone..];
            !bytes.is_empty()
        };
        for (offset, blob) in self.pins {
            let offset = offset - self.base;
            let mut text = &self.bytes[at..offset];
            if add(&mut text) {
                pieces.push(IoSlice::new(text));
            }
            let mut value = blob.as_slice();
            if add(&mut value) {
                pieces.push(IoSlice::new(value));
            }
            at = offset;
            if pieces.len() >= PIECES_MAX - 1 {
                return rustix::io::writev(fd, &pieces);
            }
        }
        let mut rest = &self.bytes[at..];
        if add(&mut rest) {
            pieces.push(IoSlice::new(rest));
        }
        rustix::io::writev(fd, &pieces)
    }
}
