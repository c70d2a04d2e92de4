//! Requests to other servers (MIGRATE), over connections that are kept for a while.
//!
//! The calling worker waits. A connection is taken out of the cache while it is used, so two
//! workers never share one; it goes back when everything was answered. One that had been kept may
//! have been closed at the other end: if the first line does not come, it is tried once more over
//! a new one. With `tls-cluster` connections speak TLS; a kept one is not used again when that has
//! changed since, or the certificates have.

use crate::log::Log;
use crate::tls::outgoing::{self, Credentials};
use commands::exchange::{Answers, Exchange, Failure};
use resp::encode;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Kept at most this long without use.
const IDLE: Duration = Duration::from_secs(10);
/// Kept at most so many.
const KEPT_MAX: usize = 64;
/// The longest line of an answer.
const LINE_MAX: u64 = 1024;

/// A connection with what is known of it.
struct Link {
    host: String,
    port: u16,
    db: Option<i64>,
    /// Those that it was made with, through TLS; none in plain text.
    credentials: Option<Arc<Credentials>>,
    stream: BufReader<Wire>,
    used: Instant,
}

/// The way to another server.
enum Wire {
    Plain(Socket),
    Tls(Box<outgoing::Stream<Socket>>),
}

/// A connection on which reads end at a point in time.
struct Socket {
    tcp: TcpStream,
    end: Instant,
}

/// Connections to other servers that are not in use.
#[derive(Default)]
pub(crate) struct Links(Mutex<Vec<Link>>);

impl Links {
    /// How many are kept; idle ones are closed first.
    pub(crate) fn count(&self) -> usize {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|link| link.used.elapsed() < IDLE);
        kept.len()
    }

    /// Sends requests and collects their answers: through TLS if there are credentials for it.
    pub(crate) fn exchange(
        &self,
        call: Exchange<'_>,
        credentials: Option<&Arc<Credentials>>,
        log: &Log,
    ) -> Answers {
        if let Some(mut link) = self.take(call, credentials) {
            let answers = link.run(call);
            let unheard = answers.refused.is_none() && answers.lines.is_empty();
            if answers.failure.is_none() || !unheard || !link.was_closed {
                self.keep(link.link, &answers);
                return answers;
            }
        }
        let link = match Link::connect(call, credentials, log) {
            Ok(link) => link,
            Err(error) => {
                // There the refusal is met by the first write, and clients know its words; what TLS
                // writes belongs to connecting.
                let refused =
                    credentials.is_none() && error.kind() == io::ErrorKind::ConnectionRefused;
                let failure = Some(if refused { Failure::Write } else { Failure::Connect });
                return Answers { failure, ..Answers::default() };
            }
        };
        let mut link = Running { link, was_closed: false };
        let answers = link.run(call);
        self.keep(link.link, &answers);
        answers
    }

    fn take(&self, call: Exchange<'_>, credentials: Option<&Arc<Credentials>>) -> Option<Running> {
        self.count();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|link| {
            let is_way = link.credentials.as_ref().map(Arc::as_ptr) == credentials.map(Arc::as_ptr);
            is_way && link.host == call.host && link.port == call.port
        })?;
        Some(Running { link: kept.swap_remove(at), was_closed: false })
    }

    fn keep(&self, mut link: Link, answers: &Answers) {
        if answers.failure.is_some() {
            return;
        }
        link.used = Instant::now();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT_MAX {
            kept.push(link);
        }
    }
}

impl Link {
    fn connect(
        call: Exchange<'_>,
        credentials: Option<&Arc<Credentials>>,
        log: &Log,
    ) -> io::Result<Self> {
        let timeout = Duration::from_millis(call.timeout_ms);
        let mut failure = io::Error::from(io::ErrorKind::NotFound);
        for address in (call.host, call.port).to_socket_addrs()? {
            let tcp = match TcpStream::connect_timeout(&address, timeout) {
                Ok(tcp) => tcp,
                Err(error) => {
                    failure = error;
                    continue;
                }
            };
            tcp.set_nodelay(true)?;
            tcp.set_write_timeout(Some(timeout))?;
            let socket = Socket { tcp, end: Instant::now() + timeout };
            let wire = match credentials {
                None => Wire::Plain(socket),
                Some(credentials) => {
                    let stream = outgoing::shake(credentials, socket).inspect_err(|error| {
                        log.notice(format_args!("MIGRATE: no TLS with {address}: {error}"));
                    })?;
                    Wire::Tls(Box::new(stream))
                }
            };
            return Ok(Self {
                host: call.host.to_owned(),
                port: call.port,
                db: None,
                credentials: credentials.cloned(),
                stream: BufReader::new(wire),
                used: Instant::now(),
            });
        }
        Err(failure)
    }

    /// One line without its end. `timeout` is for the whole of it.
    fn line(&mut self, timeout: Duration) -> io::Result<Vec<u8>> {
        self.stream.get_mut().socket().end = Instant::now() + timeout;
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            let room = LINE_MAX - line.len() as u64;
            let read = self.stream.by_ref().take(room).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        line.truncate(line.trim_ascii_end().len());
        Ok(line)
    }
}

impl Wire {
    fn socket(&mut self) -> &mut Socket {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &mut stream.sock,
        }
    }
}

impl Read for Wire {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(room),
            Self::Tls(stream) => stream.read(room),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

impl Read for Socket {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.tcp.set_read_timeout(Some(left))?;
        self.tcp.read(room)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// A connection in use.
struct Running {
    link: Link,
    /// It broke for another reason than time.
    was_closed: bool,
}

impl Running {
    fn run(&mut self, call: Exchange<'_>) -> Answers {
        let mut answers = Answers::default();
        let timeout = Duration::from_millis(call.timeout_ms);
        let mut opening = Vec::new();
        let mut opened = 0;
        if !call.login.is_empty() {
            encode::array_header(&mut opening, 1 + call.login.len());
            encode::bulk(&mut opening, b"AUTH");
            call.login.iter().for_each(|part| encode::bulk(&mut opening, part));
            opened += 1;
        }
        if self.link.db != Some(call.db) {
            encode::array_header(&mut opening, 2);
            encode::bulk(&mut opening, b"SELECT");
            encode::bulk_int(&mut opening, call.db);
            opened += 1;
        }
        self.link.db = None; // until it is known that it was selected
        if let Err(error) = self.send(timeout, &[&opening, call.requests]) {
            self.was_closed = !timed_out(&error);
            answers.failure = Some(Failure::Write);
            return answers;
        }
        for index in 0..opened + call.count {
            match self.link.line(timeout) {
                Ok(line) if index < opened => {
                    let refusal = line.strip_prefix(b"-").map(<[u8]>::to_vec);
                    answers.refused = answers.refused.take().or(refusal);
                }
                Ok(line) => answers.lines.push(line),
                Err(error) => {
                    self.was_closed = !timed_out(&error);
                    answers.failure = Some(Failure::Read);
                    return answers;
                }
            }
        }
        let fine = answers.refused.is_none() && !answers.lines.iter().any(|l| l.starts_with(b"-"));
        self.link.db = fine.then_some(call.db);
        answers
    }

    fn send(&mut self, timeout: Duration, parts: &[&[u8]]) -> io::Result<()> {
        let wire = self.link.stream.get_mut();
        let socket = wire.socket();
        socket.tcp.set_write_timeout(Some(timeout))?;
        socket.end = Instant::now() + timeout;
        parts.iter().try_for_each(|part| wire.write_all(part))?;
        wire.flush()
    }
}

fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests;
