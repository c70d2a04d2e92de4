//! The record layer of one connection: opens what the socket gives, seals what it is sent.
//!
//! ```text
//! receive   room [ headroom 16 KiB | half a record from before | bytes of the socket ]
//!                <- plain text grows from the front, and never reaches the record it comes from
//! send      plain text -> sealed, at most 64 KiB at a time -> socket; what it does not take stays
//! ```
//! Buffers are there only while something is in them. What is sealed counts as sent once the socket
//! has all of it, so whoever keeps the plain text keeps it until then.

use rustix::net::{RecvFlags, SendFlags};
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::server::{ServerConnectionData, UnbufferedServerConnection};
use rustls::unbuffered::{
    ConnectionState, EncodeError, EncodeTlsData, UnbufferedStatus, WriteTraffic,
};
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// The longest plain text of a record.
pub(crate) const RECORD_MAX: usize = 16 * 1024;
/// The least room that takes every record: headroom, a record, and something to read.
pub(crate) const ROOM_MIN: usize = 3 * RECORD_MAX;
/// Plain text that is sealed before it is sent.
pub(crate) const CHUNK: usize = 64 * 1024;
/// The first byte of a connection.
const HANDSHAKE: u8 = 22;
/// What a record takes beside its text, at most.
const RECORD_EXTRA: usize = 64;
/// Rough heap bytes of keys and state for each connection (measured; see ARCHITECTURE.md).
const STATE_BYTES: usize = 2 * 1024;

/// One connection's keys, and what is half read or half sent.
pub(crate) struct Stream {
    tls: UnbufferedServerConnection,
    /// Half a record.
    partial: Vec<u8>,
    /// Records on their way, and how much of them the socket has.
    sealed: Vec<u8>,
    flushed: usize,
    /// Bytes of the output whose seal is among `sealed`.
    covers: usize,
    /// The peer sends no more, or nothing that could be read.
    is_over: bool,
    /// What was wrong with what it sent.
    fault: Option<Box<rustls::Error>>,
    /// Something came that looks like TLS.
    has_begun: bool,
}

/// What a read has brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Received {
    /// So much plain text, at the front of the room.
    Plain {
        /// Its bytes; none if only half a record came, or one without text.
        count: usize,
        /// The socket may hold more.
        is_full: bool,
    },
    /// The socket is empty.
    Nothing,
    /// A signal came.
    Interrupted,
    /// The connection is over.
    Over,
}

/// How sending went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sending {
    /// Everything is sent.
    Done,
    /// The socket is full.
    Full,
    /// The connection is broken.
    Broken,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("sealed", &self.sealed.len()).finish_non_exhaustive()
    }
}

impl Stream {
    /// The server's side of a connection that begins.
    ///
    /// # Errors
    /// The library has no randomness or the like.
    pub(crate) fn new(config: Arc<ServerConfig>) -> Result<Self, rustls::Error> {
        Ok(Self {
            tls: UnbufferedServerConnection::new(config)?,
            partial: Vec::new(),
            sealed: Vec::new(),
            flushed: 0,
            covers: 0,
            is_over: false,
            fault: None,
            has_begun: false,
        })
    }

    /// Whether no requests may come yet.
    pub(crate) fn is_handshaking(&self) -> bool {
        self.tls.is_handshaking()
    }

    /// The certificate that the client has shown and that was found good.
    pub(crate) fn peer_certificate(&self) -> Option<&CertificateDer<'static>> {
        self.tls.peer_certificates().and_then(<[_]>::first)
    }

    /// Heap bytes, roughly.
    pub(crate) fn memory(&self) -> usize {
        size_of::<Self>() + STATE_BYTES + self.partial.capacity() + self.sealed.capacity()
    }

    /// Reads once and opens what is whole, into the front of `room`, which has [`ROOM_MIN`] bytes
    /// at least.
    pub(crate) fn receive(&mut self, fd: &OwnedFd, room: &mut [u8]) -> Received {
        let begin = RECORD_MAX + self.partial.len();
        // Half a record is never as long as this; a handshake in pieces may try to be.
        if self.is_over || begin >= room.len() {
            return Received::Over;
        }
        let received = rustix::net::recv(fd, &mut room[begin..], RecvFlags::DONTWAIT);
        let count = match received.map(|(count, _)| count) {
            Ok(0) => return Received::Over,
            Ok(count) => count,
            Err(rustix::io::Errno::AGAIN) => return Received::Nothing,
            Err(rustix::io::Errno::INTR) => return Received::Interrupted,
            Err(_) => return Received::Over,
        };
        if !self.has_begun {
            if room[begin] != HANDSHAKE {
                // Who does not speak TLS would take an alert for a reply.
                self.is_over = true;
                return Received::Over;
            }
            self.has_begun = true;
        }
        room[RECORD_MAX..begin].copy_from_slice(&self.partial);
        self.partial = Vec::new();
        let end = begin + count;
        let is_full = end == room.len();
        match self.open(&mut room[..end]) {
            Some(count) => Received::Plain { count, is_full },
            None => Received::Over,
        }
    }

    /// Opens the records behind the headroom of `room`; how much plain text there is. `None`: they
    /// are not what they should be, and the alert that says so is sealed.
    fn open(&mut self, room: &mut [u8]) -> Option<usize> {
        let (mut at, mut plain) = (RECORD_MAX, 0);
        loop {
            let (front, records) = room.split_at_mut(at);
            let UnbufferedStatus { discard, state } = self.tls.process_tls_records(records);
            at += discard;
            match state {
                Ok(ConnectionState::ReadTraffic(mut traffic)) => {
                    while let Some(record) = traffic.next_record() {
                        let Ok(record) = record else { return None };
                        let text = record.payload;
                        front[plain..plain + text.len()].copy_from_slice(text);
                        plain += text.len();
                        at += record.discard;
                    }
                }
                Ok(ConnectionState::EncodeTlsData(data)) => encode(data, &mut self.sealed),
                Ok(ConnectionState::TransmitTlsData(data)) => data.done(),
                Ok(ConnectionState::PeerClosed) => self.is_over = true,
                Ok(ConnectionState::BlockedHandshake | ConnectionState::WriteTraffic(_)) => break,
                Ok(_) => {
                    self.is_over = true;
                    break;
                }
                Err(fault) => {
                    self.is_over = true;
                    self.fault = Some(Box::new(fault));
                    // The alert. Asked again, the library would find the next fault, which it
                    // takes for a fault of ours.
                    let UnbufferedStatus { state, .. } =
                        self.tls.process_tls_records(&mut room[at..]);
                    if let Ok(ConnectionState::EncodeTlsData(data)) = state {
                        encode(data, &mut self.sealed);
                    }
                    return None;
                }
            }
        }
        if at < room.len() && !self.is_over {
            self.partial = room[at..].to_vec();
        }
        Some(plain)
    }

    /// Whether records wait for the socket, or the peer for an answer to its end.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.sealed.is_empty()
    }

    /// Whether the peer has said that it sends no more.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// What was wrong with what the peer sent, if something was.
    pub(crate) fn fault(&self) -> Option<&rustls::Error> {
        self.fault.as_deref()
    }

    /// Sends what is sealed.
    pub(crate) fn flush(&mut self, fd: &OwnedFd) -> Sending {
        while self.flushed < self.sealed.len() {
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            match rustix::net::send(fd, &self.sealed[self.flushed..], flags) {
                Ok(0) => return Sending::Broken,
                Ok(count) => self.flushed += count,
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return Sending::Full,
                Err(_) => return Sending::Broken,
            }
        }
        self.flushed = 0;
        self.sealed = Vec::new();
        Sending::Done
    }

    /// Sends what is sealed; how much of the output it held, now that all of it is sent.
    pub(crate) fn settle(&mut self, fd: &OwnedFd) -> Result<usize, Sending> {
        match self.flush(fd) {
            Sending::Done => Ok(std::mem::take(&mut self.covers)),
            other => Err(other),
        }
    }

    /// Seals plain text, to be sent by [`Stream::settle`]; whether that is possible.
    pub(crate) fn seal(&mut self, plain: &[u8]) -> bool {
        let records = plain.len().div_ceil(RECORD_MAX);
        let room = plain.len() + (records + 1) * RECORD_EXTRA;
        self.covers += plain.len();
        self.write(room, |traffic, sealed| traffic.encrypt(plain, sealed).ok())
    }

    /// Takes leave, as far as the socket takes it at once.
    pub(crate) fn farewell(&mut self, fd: &OwnedFd) {
        let sent = self.flush(fd) == Sending::Done && !self.is_handshaking();
        if sent && self.write(2 * RECORD_EXTRA, |traffic, out| traffic.queue_close_notify(out).ok())
        {
            let _ = self.flush(fd);
        }
    }

    /// Has `write` put something behind what is sealed, in so much room; whether it did. What the
    /// library has to say by itself, new keys and the like, goes before.
    ///
    /// The library is shown what it has left of the input: it has places in it in mind, and panics
    /// where they are not.
    fn write(
        &mut self,
        room: usize,
        write: impl FnOnce(&mut Traffic<'_>, &mut [u8]) -> Option<usize>,
    ) -> bool {
        if self.fault.is_some() {
            return false;
        }
        let mut used = 0;
        loop {
            let rest = &mut self.partial[used..];
            let UnbufferedStatus { discard, state } = self.tls.process_tls_records(rest);
            used += discard;
            match state {
                Ok(ConnectionState::WriteTraffic(mut traffic)) => {
                    let begin = self.sealed.len();
                    self.sealed.resize(begin + room, 0);
                    let written = write(&mut traffic, &mut self.sealed[begin..]);
                    self.sealed.truncate(begin + written.unwrap_or(0));
                    self.partial.drain(..used);
                    return written.is_some();
                }
                Ok(ConnectionState::EncodeTlsData(data)) => encode(data, &mut self.sealed),
                Ok(ConnectionState::TransmitTlsData(data)) => data.done(),
                Ok(ConnectionState::PeerClosed) => self.is_over = true,
                Ok(_) => return false,
                Err(fault) => {
                    self.is_over = true;
                    self.fault = Some(Box::new(fault));
                    return false;
                }
            }
        }
    }
}

type Traffic<'t> = WriteTraffic<'t, ServerConnectionData>;

fn encode<Data>(mut data: EncodeTlsData<'_, Data>, sealed: &mut Vec<u8>) {
    if let Err(EncodeError::InsufficientSize(size)) = data.encode(&mut []) {
        let begin = sealed.len();
        sealed.resize(begin + size.required_size, 0);
        data.encode(&mut sealed[begin..]).expect("the room that it asked for");
    }
}
