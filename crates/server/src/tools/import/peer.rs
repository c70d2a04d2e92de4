//! A connection of `scrubjay import`: blocking, requests in one go and their answers in order.

use crate::tls::outgoing;
use resp::{ReplyParser, Value, encode};
use std::fmt::Write as _;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// A server that does not answer for so long is given up.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes read at once.
const READ_BYTES: usize = 64 * 1024;
const DEFAULT_PORT: u16 = 6379;

/// Where a server is and who asks.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Endpoint {
    pub(super) host: String,
    pub(super) port: u16,
    /// It speaks TLS.
    pub(super) tls: bool,
    pub(super) user: String,
    pub(super) password: String,
    /// The only database that is meant.
    pub(super) db: Option<u32>,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The password is nobody's business.
        write!(f, "{}@{}:{}/{:?}", self.user, self.host, self.port, self.db)
    }
}

impl Endpoint {
    /// 127.0.0.1:6379.
    pub(super) fn local() -> Self {
        Self { host: "127.0.0.1".to_owned(), port: DEFAULT_PORT, ..Self::default() }
    }

    /// Where it is, in messages: without its password.
    pub(super) fn shown(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Reads `redis://[[user]:password@]host[:port][/db]`, the same with `rediss://`, or what
    /// stands behind `redis://`. User and password may be percent-encoded.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let (tls, rest) = match text.split_once("://") {
            Some(("redis", rest)) => (false, rest),
            Some(("rediss", rest)) => (true, rest),
            Some((scheme, _)) => return Err(format!("Unknown scheme {scheme}://")),
            None => (false, text),
        };
        let (who, place) = rest.rsplit_once('@').unwrap_or(("", rest));
        // As clients read it: one word alone is the password.
        let (user, password) = who.split_once(':').unwrap_or(("", who));
        let (place, db) = place.split_once('/').unwrap_or((place, ""));
        let db = match db {
            "" => None,
            db => Some(db.parse().map_err(|_| format!("Not the number of a database: {db}"))?),
        };
        let (host, port) = match place.rsplit_once(':') {
            // Without brackets colons belong to an IPv6 address.
            Some((host, _)) if host.contains(':') && !host.starts_with('[') => (place, ""),
            Some((_, port)) if port.ends_with(']') => (place, ""),
            Some((host, port)) => (host, port),
            None => (place, ""),
        };
        let port = match port {
            "" => DEFAULT_PORT,
            port => port.parse().map_err(|_| format!("Not a port: {port}"))?,
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(format!("No host in {text:?}"));
        }
        let (user, password) = (decoded(user)?, decoded(password)?);
        Ok(Self { host, port, tls, user, password, db })
    }
}

fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = behind.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(byte.ok_or("A % in user or password is not followed by two digits")?);
        rest = &behind[2..];
    }
    String::from_utf8(bytes).map_err(|_| "User or password is no text".to_owned())
}

/// Bytes to and from a server.
trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

/// A connection.
pub(super) struct Peer {
    /// What it is in messages.
    name: &'static str,
    stream: Box<dyn Stream>,
    parser: ReplyParser,
    input: Vec<u8>,
    /// Bytes of the input whose replies were taken.
    taken: usize,
}

impl Peer {
    /// Connects and authenticates.
    ///
    /// # Errors
    /// Why not, for people.
    pub(super) fn connect(
        name: &'static str,
        at: &Endpoint,
        tls: &outgoing::Options,
    ) -> Result<Self, String> {
        let shown = format!("{name} {}", at.shown());
        let cannot = |why: &dyn std::fmt::Display| format!("Cannot connect to the {shown}: {why}");
        let found = (&at.host[..], at.port).to_socket_addrs().map_err(|error| cannot(&error))?;
        let mut last = "no such host".to_owned();
        let mut open = None;
        for address in found {
            match TcpStream::connect_timeout(&address, Duration::from_secs(10)) {
                Ok(stream) => {
                    open = Some(stream);
                    break;
                }
                Err(error) => last = error.to_string(),
            }
        }
        let stream = open.ok_or_else(|| cannot(&last))?;
        let set = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| {
            stream.set_write_timeout(Some(PATIENCE))?;
            stream.set_nodelay(true)
        });
        set.map_err(|error| cannot(&error))?;
        let stream: Box<dyn Stream> = if at.tls {
            Box::new(outgoing::connect(tls, &at.host, stream).map_err(|why| cannot(&why))?)
        } else {
            Box::new(stream)
        };
        let (parser, input) = (ReplyParser::default(), Vec::new());
        let mut peer = Self { name, stream, parser, input, taken: 0 };
        if !at.password.is_empty() || !at.user.is_empty() {
            let (user, password) = (at.user.as_bytes(), at.password.as_bytes());
            if user.is_empty() {
                peer.expect_ok(&[b"AUTH", password])?;
            } else {
                peer.expect_ok(&[b"AUTH", user, password])?;
            }
        }
        let answer = peer.call(&[b"PING"])?;
        match answer.as_error() {
            Some(error) => Err(cannot(&String::from_utf8_lossy(error))),
            None => Ok(peer),
        }
    }

    /// Sends one request; its answer.
    ///
    /// # Errors
    /// The connection broke. An error of the server is an answer.
    pub(super) fn call(&mut self, words: &[&[u8]]) -> Result<Value, String> {
        let mut answers = self.call_all(&[words.to_vec()])?;
        answers.pop().ok_or_else(|| format!("The {} has not answered", self.name))
    }

    /// Sends one request that is to be answered without an error.
    ///
    /// # Errors
    /// The connection broke, or the server's words.
    pub(super) fn expect_ok(&mut self, words: &[&[u8]]) -> Result<(), String> {
        let answer = self.call(words)?;
        let Some(error) = answer.as_error() else { return Ok(()) };
        let mut text = format!("The {} refuses ", self.name);
        // Not the rest: it may be a password.
        let verb = words.first().copied().unwrap_or_default();
        let _ = write!(text, "{}: {}", verb.escape_ascii(), String::from_utf8_lossy(error));
        Err(text)
    }

    /// Sends requests in one go; their answers in order.
    ///
    /// # Errors
    /// The connection broke.
    pub(super) fn call_all(&mut self, requests: &[Vec<&[u8]>]) -> Result<Vec<Value>, String> {
        let mut out = Vec::new();
        for words in requests {
            encode::request(&mut out, words);
        }
        let sent = self.stream.write_all(&out).and_then(|()| self.stream.flush());
        sent.map_err(|error| format!("The connection to the {} broke: {error}", self.name))?;
        let mut answers = Vec::with_capacity(requests.len());
        while answers.len() < requests.len() {
            answers.push(self.next()?);
        }
        Ok(answers)
    }

    fn next(&mut self) -> Result<Value, String> {
        loop {
            let parsed = self.parser.parse(&self.input[self.taken..]);
            let wrong = |error| format!("The {} sends what is no reply: {error}", self.name);
            if let Some((value, used)) = parsed.map_err(wrong)? {
                self.taken += used;
                return Ok(value);
            }
            self.input.drain(..std::mem::take(&mut self.taken));
            let have = self.input.len();
            self.input.resize(have + READ_BYTES, 0);
            let read = self.stream.read(&mut self.input[have..]);
            self.input.truncate(have + read.as_ref().copied().unwrap_or(0));
            match read {
                Ok(0) => return Err(format!("The {} closed the connection", self.name)),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(format!("The connection to the {} broke: {error}", self.name));
                }
            }
        }
    }
}
