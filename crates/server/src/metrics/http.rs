//! As much of HTTP/1.1 as a scraper needs: GET and HEAD without a body, one answer a connection.
//!
//! ```text
//! accept -> read until an empty line -> answer -> write all of it -> read to the end -> close
//! ```
//! One thread polls all sockets; none of its steps waits for a client. Limits: [`HEAD_MAX`] bytes
//! of request, [`CONNECTIONS_MAX`] connections, [`LIFE`] for each. When one more comes than fits,
//! the one that has not managed to send its request for longest has to go: who sends at once is
//! served whatever the others do. Source: RFC 9112, RFC 7617 (Basic), RFC 6750 (Bearer).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// With or without the signs at its end: visitors write both.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Longest request, its last empty line included.
const HEAD_MAX: usize = 8 * 1024;
/// Connections at once.
const CONNECTIONS_MAX: usize = 32;
/// Longest life of a connection.
const LIFE: Duration = Duration::from_secs(10);
/// How long a connection that is answered may take to close.
const FAREWELL: Duration = Duration::from_secs(1);
/// Requests answered in one turn, between two looks at the clock.
const ACCEPTS_MAX: usize = 16;

/// A request's line and what it is allowed by.
pub(super) struct Request<'a> {
    /// The path, without what follows a question mark.
    pub(super) path: &'a str,
    authorization: &'a str,
    is_head: bool,
}

impl<'a> Request<'a> {
    /// Reads a request whose head is complete.
    ///
    /// # Errors
    /// The answer to one that is not served.
    fn parse(head: &'a [u8]) -> Result<Self, Answer> {
        let refuse = |code| Answer::new(code, "text/plain", format!("{}\n", reason(code)));
        let text = std::str::from_utf8(head).map_err(|_| refuse(400))?;
        let mut lines = text.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let (method, target, version) = (words.next(), words.next(), words.next());
        let target = target.filter(|target| target.starts_with('/')).ok_or_else(|| refuse(400))?;
        if !version.is_some_and(|v| v.starts_with("HTTP/1.")) || words.next().is_some() {
            return Err(refuse(400));
        }
        let is_head = match method {
            Some("GET") => false,
            Some("HEAD") => true,
            _ => return Err(refuse(405)),
        };
        let authorization = lines
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            .map_or("", |(_, value)| value.trim());
        let path = target.split('?').next().unwrap_or(target);
        Ok(Self { path, authorization, is_head })
    }

    /// Whether it names this password: as Basic under any user name, or as Bearer.
    pub(super) fn knows(&self, password: &[u8]) -> bool {
        let Some((scheme, value)) = self.authorization.split_once(' ') else { return false };
        if scheme.eq_ignore_ascii_case("bearer") {
            return is_same(value.trim().as_bytes(), password);
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return false;
        }
        let Ok(pair) = BASE64.decode(value.trim()) else { return false };
        let colon = pair.iter().position(|byte| *byte == b':');
        colon.is_some_and(|at| is_same(&pair[at + 1..], password))
    }
}

/// Compares in a time that tells only the length.
fn is_same(given: &[u8], wanted: &[u8]) -> bool {
    let differences = given.iter().zip(wanted).fold(0, |sum, (one, two)| sum | (one ^ two));
    given.len() == wanted.len() && differences == 0
}

/// What is answered.
pub(super) struct Answer {
    code: u16,
    kind: &'static str,
    body: String,
}

impl Answer {
    pub(super) fn new(code: u16, kind: &'static str, body: String) -> Self {
        Self { code, kind, body }
    }

    /// A password is wanted.
    pub(super) fn unauthorized() -> Self {
        Self::new(401, "text/plain", "a password is needed\n".to_owned())
    }

    fn bytes(&self, is_head: bool) -> Vec<u8> {
        let Self { code, kind, body } = self;
        let (reason, len) = (reason(*code), body.len());
        let challenge = match code {
            401 => "WWW-Authenticate: Basic realm=\"metrics\"\r\n",
            405 => "Allow: GET, HEAD\r\n",
            _ => "",
        };
        let mut bytes = format!(
            "HTTP/1.1 {code} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {len}\r\n\
             {challenge}Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        .into_bytes();
        if !is_head {
            bytes.extend_from_slice(body.as_bytes());
        }
        bytes
    }
}

fn reason(code: u16) -> &'static str {
    match code {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        _ => "Service Unavailable",
    }
}

/// How far a connection is.
enum Stage {
    /// What was read of the request.
    Reading(Vec<u8>),
    /// The answer and how much of it is sent.
    Writing(Vec<u8>, usize),
    /// All is sent; the client closes.
    Closing,
}

struct Visitor {
    stream: TcpStream,
    stage: Stage,
    end: Instant,
}

/// What answers a request.
pub(super) type Responder<'a> = dyn Fn(&Request<'_>) -> Answer + 'a;

/// The sockets and who came.
pub(super) struct Door {
    listeners: Vec<TcpListener>,
    visitors: Vec<Visitor>,
}

impl Door {
    /// A door with nobody at it; the sockets do not block.
    pub(super) fn new(listeners: Vec<TcpListener>) -> Self {
        Self { listeners, visitors: Vec::new() }
    }

    /// Serves for ever.
    pub(super) fn serve(mut self, answer: &Responder<'_>) {
        loop {
            self.turn(answer);
        }
    }

    fn turn(&mut self, answer: &Responder<'_>) {
        let ready = self.wait();
        let (at_listeners, at_visitors) = ready.split_at(self.listeners.len());
        let now = Instant::now();
        let mut index = 0;
        self.visitors.retain_mut(|visitor| {
            let is_ready = at_visitors.get(index).copied().unwrap_or(false);
            index += 1;
            (!is_ready || visitor.go_on(answer)) && now < visitor.end
        });
        for (listener, is_ready) in self.listeners.iter().zip(at_listeners) {
            for _ in 0..if *is_ready { ACCEPTS_MAX } else { 0 } {
                match listener.accept() {
                    Ok((stream, _)) => {
                        if stream.set_nonblocking(true).is_err() {
                            continue;
                        }
                        make_room(&mut self.visitors);
                        let stage = Stage::Reading(Vec::new());
                        let mut visitor = Visitor { stream, stage, end: now + LIFE };
                        // Most have sent their request already.
                        if visitor.go_on(answer) {
                            self.visitors.push(visitor);
                        }
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => {
                        if error.kind() != ErrorKind::WouldBlock {
                            // No descriptor is left, say: it may be better soon.
                            std::thread::sleep(Duration::from_millis(20));
                        }
                        break;
                    }
                }
            }
        }
    }

    /// Waits until a socket is ready or somebody's time is over; which are ready, listeners first.
    fn wait(&self) -> Vec<bool> {
        let listeners = self.listeners.iter().map(|l| PollFd::new(l, PollFlags::IN));
        let visitors = self.visitors.iter().map(|visitor| {
            let flags = match visitor.stage {
                Stage::Writing(..) => PollFlags::OUT,
                _ => PollFlags::IN,
            };
            PollFd::new(&visitor.stream, flags)
        });
        let mut sockets: Vec<PollFd<'_>> = listeners.chain(visitors).collect();
        let end = self.visitors.iter().map(|visitor| visitor.end).min();
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        let timeout = left.map(|left| Timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: i64::from(left.subsec_nanos()),
        });
        if poll(&mut sockets, timeout.as_ref()).is_err() {
            return vec![false; sockets.len()];
        }
        sockets.iter().map(|socket| !socket.revents().is_empty()).collect()
    }
}

/// Lets one go if there is no room: who has been there longest without a whole request, else who
/// has been there longest.
fn make_room(visitors: &mut Vec<Visitor>) {
    if visitors.len() < CONNECTIONS_MAX {
        return;
    }
    let reads = |visitor: &Visitor| matches!(visitor.stage, Stage::Reading(_));
    let oldest = visitors
        .iter()
        .enumerate()
        .min_by_key(|(_, visitor)| (!reads(visitor), visitor.end))
        .map(|(index, _)| index);
    if let Some(index) = oldest {
        visitors.swap_remove(index);
    }
}

impl Visitor {
    /// Reads and writes what the socket has and takes; whether the connection stays.
    fn go_on(&mut self, answer: &Responder<'_>) -> bool {
        if let Stage::Reading(head) = &mut self.stage {
            match read_head(&mut self.stream, head) {
                Head::Gone => return false,
                Head::More => return true,
                Head::TooLong => {
                    let refusal = Answer::new(431, "text/plain", "too long\n".to_owned());
                    self.stage = Stage::Writing(refusal.bytes(false), 0);
                }
                Head::Whole => {
                    let bytes = match Request::parse(head) {
                        Ok(request) => answer(&request).bytes(request.is_head),
                        Err(refusal) => refusal.bytes(false),
                    };
                    self.stage = Stage::Writing(bytes, 0);
                }
            }
        }
        if let Stage::Writing(bytes, sent) = &mut self.stage {
            while *sent < bytes.len() {
                match self.stream.write(&bytes[*sent..]) {
                    Ok(0) => return false,
                    Ok(count) => *sent += count,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return error.kind() == ErrorKind::WouldBlock,
                }
            }
            // Closing at once would take the answer back from a client that still sends.
            let _ = self.stream.shutdown(Shutdown::Write);
            self.end = self.end.min(Instant::now() + FAREWELL);
            self.stage = Stage::Closing;
        }
        self.drain()
    }

    /// Reads what nobody wants; whether there may be more.
    fn drain(&mut self) -> bool {
        let mut waste = [0; 4096];
        match self.stream.read(&mut waste) {
            Ok(0) => false,
            Ok(_) => true,
            Err(error) => {
                matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
            }
        }
    }
}

/// What came of a read.
enum Head {
    Whole,
    More,
    TooLong,
    Gone,
}

fn read_head(stream: &mut TcpStream, head: &mut Vec<u8>) -> Head {
    let mut chunk = [0; 2048];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => return Head::Gone,
            Ok(count) => head.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Head::More,
            Err(_) => return Head::Gone,
        }
        if head.windows(4).any(|four| four == b"\r\n\r\n") {
            return Head::Whole;
        }
        if head.len() > HEAD_MAX {
            return Head::TooLong;
        }
    }
}

#[cfg(test)]
mod tests;
