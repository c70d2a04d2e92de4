//! One connection: its socket, what it sent and was not run yet, what it has still to be sent.
//!
//! An idle connection holds no buffer: input that is complete is run where it was read, output
//! goes into a buffer lent by the worker and is given back when it is all sent.

use commands::session::Session;
use commands::{Output, session::Card};
use resp::RequestParser;
use rustix::io::Errno;
use std::io::IoSlice;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// Pieces that one `writev` takes.
const PIECES_MAX: usize = 64;

/// A client's connection, owned by one worker.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The socket.
    pub(crate) fd: OwnedFd,
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
    /// Ends as soon as the output is sent.
    pub(crate) closes: bool,
    /// Somebody asked for its end.
    pub(crate) is_doomed: bool,
    /// Bytes received.
    pub(crate) net_in: u64,
    /// Bytes sent.
    pub(crate) net_out: u64,
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
    pub(crate) fn new(fd: OwnedFd, card: Arc<Card>, authenticated: bool) -> Self {
        Self {
            fd,
            session: Session::new(card, authenticated),
            input: Vec::new(),
            parser: RequestParser::default(),
            output: Output::default(),
            sent: 0,
            wants_write: false,
            is_touched: false,
            closes: false,
            is_doomed: false,
            net_in: 0,
            net_out: 0,
            over_soft_since: None,
        }
    }

    /// Puts the traffic on the card.
    pub(crate) fn show_traffic(&self) {
        self.session.card.net_in.store(self.net_in, Relaxed);
        self.session.card.net_out.store(self.net_out, Relaxed);
    }

    /// Bytes that wait to be sent.
    pub(crate) fn pending(&self) -> usize {
        self.output.len() - self.sent
    }

    /// Sends what the socket takes.
    pub(crate) fn send(&mut self) -> Sent {
        let total = self.output.len();
        let before = self.sent;
        while self.sent < total {
            let written = if self.output.pins.is_empty() {
                rustix::io::write(&self.fd, &self.output.bytes[self.sent..])
            } else {
                self.send_pieces()
            };
            match written {
                Ok(0) => return Sent::Broken,
                Ok(count) => self.sent += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Sent::Part(self.sent - before),
                Err(_) => return Sent::Broken,
            }
        }
        self.sent = 0;
        self.output.bytes.clear();
        self.output.pins.clear();
        Sent::All(total - before)
    }

    /// One `writev` over text and pinned values, from `sent` on.
    fn send_pieces(&self) -> rustix::io::Result<usize> {
        let mut pieces: Vec<IoSlice<'_>> = Vec::with_capacity(PIECES_MAX);
        let (mut skip, mut at) = (self.sent, 0);
        let mut add = |bytes: &mut &[u8]| {
            let gone = skip.min(bytes.len());
            skip -= gone;
            *bytes = &bytes[gone..];
            !bytes.is_empty()
        };
        for (offset, blob) in &self.output.pins {
            let mut text = &self.output.bytes[at..*offset];
            if add(&mut text) {
                pieces.push(IoSlice::new(text));
            }
            let mut value = blob.as_slice();
            if add(&mut value) {
                pieces.push(IoSlice::new(value));
            }
            at = *offset;
            if pieces.len() >= PIECES_MAX - 1 {
                return rustix::io::writev(&self.fd, &pieces);
            }
        }
        let mut rest = &self.output.bytes[at..];
        if add(&mut rest) {
            pieces.push(IoSlice::new(rest));
        }
        rustix::io::writev(&self.fd, &pieces)
    }

    /// Heap bytes, the session's included.
    pub(crate) fn memory(&self) -> usize {
        let multi = self.session.multi.as_ref().map_or(0, |multi| multi.memory);
        size_of::<Self>()
            + size_of::<Card>()
            + self.input.capacity()
            + self.parser.memory()
            + self.output.bytes.capacity()
            + self.output.pins.iter().map(|(_, blob)| blob.len()).sum::<usize>()
            + multi
    }
}
