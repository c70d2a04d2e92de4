//! The request parser: `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n` -> the spans of `SET`, `k`, `v`
//! in the buffer.
//!
//! ```text
//! *3\r\n $3\r\n SET \r\n $1\r\n k \r\n ...
//! ^      ^      ^span    ^pos: where the next piece goes on
//! ```
//! A request that is whole in the buffer leaves no state behind. Of one that is not, a boxed
//! [`Partial`] keeps the position, the arguments still to come and the spans so far: the next call
//! goes on from there, so a million arguments in small pieces cost linear time, and an idle
//! connection one null pointer. The limits, and what is not checked (the byte after a CR, the two
//! bytes after an argument), are Redis's; a line over the limit is refused however it is cut into
//! reads, where Redis accepts it if it came in one.

use std::fmt;

use crate::inline::split_args;
use crate::number::parse_len;

/// An argument's place in the buffer that was parsed: `buf[start..start + len]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte, counted from the start of the request.
    pub start: u32,
    /// Length in bytes.
    pub len: u32,
}

impl Span {
    /// Returns the bytes of the span in `buf`, the buffer that was parsed. Panics if it is
    /// another, shorter one.
    #[inline]
    pub fn of(self, buf: &[u8]) -> &[u8] {
        let start = self.start as usize;
        &buf[start..start + self.len as usize]
    }
}

/// What a connection may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest argument in bytes (`proto-max-bulk-len`).
    pub max_bulk: u64,
    /// Longest inline command or header line in bytes.
    pub max_inline: usize,
    /// False until a client that must authenticate has done so: it gets 10 arguments of 16 KiB.
    pub authenticated: bool,
}

impl Limits {
    /// Redis's defaults: arguments of 512 MiB, lines of 64 KiB, authenticated.
    pub const DEFAULT: Limits =
        Limits { max_bulk: 512 << 20, max_inline: 64 << 10, authenticated: true };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}

const UNAUTHENTICATED_ARGS_MAX: i64 = 10;
const UNAUTHENTICATED_BULK_MAX: i64 = 16 << 10;
/// Argument counts are an `int` in Redis.
const ARGS_MAX: i64 = i32::MAX as i64;
/// Room made for spans before any argument was seen.
const SPANS_AHEAD_MAX: u32 = 64;

/// What [`RequestParser::parse`] found at the start of the buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A whole request of `consumed` bytes; its arguments (at least one) were appended to `spans`.
    Complete {
        /// Length of the request in bytes.
        consumed: usize,
    },
    /// A whole inline command; the arguments (at least one) are copies, since quotes and escapes
    /// are resolved.
    Inline {
        /// Length of the line in bytes, with its end.
        consumed: usize,
        /// The arguments.
        args: Vec<Vec<u8>>,
    },
    /// The request goes on after the end of the buffer. Nothing was appended to `spans`.
    Incomplete {
        /// How many bytes are certainly missing; for an argument whose length is known all of it.
        wanted: usize,
    },
    /// Nothing to run: a blank line, `*0` or a negative count. Skip it.
    Empty {
        /// Length in bytes.
        consumed: usize,
    },
}

/// Why a connection must be closed. `Display` is Redis's text, to be sent after `-ERR `.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolError {
    /// A line without a line end in `max_inline` bytes.
    TooBigInline,
    /// A `*` line without an end in `max_inline` bytes.
    TooBigMultibulkCount,
    /// A `$` line without an end in `max_inline` bytes.
    TooBigBulkCount,
    /// The argument count is no integer, or over 2^31 - 1.
    InvalidMultibulkLength,
    /// Over 10 arguments before authentication.
    UnauthenticatedMultibulkLength,
    /// An argument starts with this byte and not with `$`.
    ExpectedDollar(u8),
    /// The argument's length is no integer, negative, or over `max_bulk`.
    InvalidBulkLength,
    /// An argument over 16 KiB before authentication.
    UnauthenticatedBulkLength,
    /// Quotes of an inline command are unbalanced.
    UnbalancedQuotes,
    /// The request passes 4 GiB, more than a [`Span`] can tell (Redis closes at its query buffer
    /// limit).
    TooBigRequest,
}

impl ProtocolError {
    /// Appends the text to `out` byte for byte as Redis sends it. Line ends are blanked, so it
    /// stays one line.
    pub fn write_to(self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"Protocol error: ");
        match self {
            ProtocolError::ExpectedDollar(byte) => {
                out.extend_from_slice(b"expected '$', got '");
                out.push(harmless(byte));
                out.push(b'\'');
            }
            other => out.extend_from_slice(other.reason().as_bytes()),
        }
    }

    fn reason(self) -> &'static str {
        match self {
            ProtocolError::TooBigInline => "too big inline request",
            ProtocolError::TooBigMultibulkCount => "too big mbulk count string",
            ProtocolError::TooBigBulkCount => "too big bulk count string",
            ProtocolError::InvalidMultibulkLength => "invalid multibulk length",
            ProtocolError::UnauthenticatedMultibulkLength => "unauthenticated multibulk length",
            ProtocolError::ExpectedDollar(_) => "expected '$'",
            ProtocolError::InvalidBulkLength => "invalid bulk length",
            ProtocolError::UnauthenticatedBulkLength => "unauthenticated bulk length",
            ProtocolError::UnbalancedQuotes => "unbalanced quotes in request",
            ProtocolError::TooBigRequest => "too big request",
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProtocolError::ExpectedDollar(byte) => {
                write!(f, "Protocol error: expected '$', got '{}'", char::from(harmless(*byte)))
            }
            other => write!(f, "Protocol error: {}", other.reason()),
        }
    }
}

impl std::error::Error for ProtocolError {}

fn harmless(byte: u8) -> u8 {
    if matches!(byte, b'\r' | b'\n' | 0) { b' ' } else { byte }
}

/// Finds requests in a connection's bytes. One for each connection; 8 bytes while no request is
/// half read.
#[derive(Debug, Default)]
pub struct RequestParser {
    partial: Option<Box<Partial>>,
}

/// A request of which only the front has arrived.
#[derive(Debug)]
struct Partial {
    cursor: Cursor,
    spans: Vec<Span>,
    /// Bytes of the arguments in `spans`.
    whole: usize,
}

/// The bytes of the arguments.
fn total(spans: &[Span]) -> usize {
    spans.iter().map(|span| span.len as usize).sum()
}

impl RequestParser {
    /// Parses the request at the start of `buf`.
    ///
    /// After `Incomplete` call again with the same bytes and more behind them (the buffer may have
    /// moved); what was scanned is not scanned again. After any other result call again with the
    /// buffer from `consumed` on. Spans are appended to `spans`, counted from the start of `buf`,
    /// for `Complete` only: several requests of several connections may share one vector.
    ///
    /// # Errors
    /// The connection must be closed after sending the error; the parser is then as new.
    #[inline]
    pub fn parse(
        &mut self,
        buf: &[u8],
        limits: &Limits,
        spans: &mut Vec<Span>,
    ) -> Result<Progress, ProtocolError> {
        if self.partial.is_some() {
            return self.go_on(buf, limits, spans);
        }
        let first = spans.len();
        if let Some(consumed) = short_request(buf, limits, spans) {
            return Ok(Progress::Complete { consumed });
        }
        spans.truncate(first);
        let mut cursor = Cursor::default();
        let progress = cursor.advance(buf, limits, spans);
        match progress {
            Ok(Progress::Incomplete { .. }) => self.keep(cursor, spans, first),
            Err(_) => spans.truncate(first),
            Ok(_) => {}
        }
        progress
    }

    /// Tells whether a request is half read, for idle handling and statistics.
    pub fn is_midway(&self) -> bool {
        self.partial.is_some()
    }

    /// Bytes of the heap that a half read request holds here.
    pub fn memory(&self) -> usize {
        self.partial
            .as_ref()
            .map_or(0, |p| size_of::<Partial>() + p.spans.capacity() * size_of::<Span>())
    }

    /// Of a half read request, how many bytes at its front are parsed (header lines and whole
    /// arguments), and how many of these are of the arguments. O(1).
    pub fn parsed(&self) -> (usize, usize) {
        self.partial.as_ref().map_or((0, 0), |partial| (partial.cursor.pos, partial.whole))
    }

    #[cold]
    fn keep(&mut self, cursor: Cursor, spans: &mut Vec<Span>, first: usize) {
        let whole = total(&spans[first..]);
        let partial = Partial { cursor, spans: spans[first..].to_vec(), whole };
        spans.truncate(first);
        if cursor != Cursor::default() {
            self.partial = Some(Box::new(partial));
        }
    }

    #[cold]
    fn go_on(
        &mut self,
        buf: &[u8],
        limits: &Limits,
        spans: &mut Vec<Span>,
    ) -> Result<Progress, ProtocolError> {
        let Some(mut partial) = self.partial.take() else {
            return Ok(Progress::Incomplete { wanted: 1 });
        };
        let known = partial.spans.len();
        let progress = partial.cursor.advance(buf, limits, &mut partial.spans)?;
        match progress {
            Progress::Incomplete { .. } => {
                partial.whole += total(&partial.spans[known..]);
                self.partial = Some(partial);
            }
            _ => spans.append(&mut partial.spans),
        }
        Ok(progress)
    }
}

/// A whole request as most are: at most nine arguments of at most 999 bytes. Its length, or `None`
/// when it is another, or none; `spans` may have grown then.
#[inline]
fn short_request(buf: &[u8], limits: &Limits, spans: &mut Vec<Span>) -> Option<usize> {
    let [b'*', count @ b'1'..=b'9', b'\r', _, ..] = *buf else { return None };
    if limits.max_bulk < 999 || buf.len() > (u32::MAX / 2) as usize {
        return None;
    }
    spans.reserve(9);
    let mut at = 4;
    for _ in b'0'..count {
        let (start, len) = short_header(buf.get(at..)?)?;
        let span = Span { start: (at + start) as u32, len: len as u32 };
        at += start + len + 2;
        if at > buf.len() {
            return None;
        }
        spans.push(span);
    }
    Some(at)
}

/// Length of a `$` line of at most three digits, and the number in it.
#[inline]
fn short_header(rest: &[u8]) -> Option<(usize, usize)> {
    let &[b'$', a, b, c, d, _] = rest.first_chunk()? else { return None };
    let digit = |byte: u8| usize::from(byte.wrapping_sub(b'0'));
    let (a, tens, ones) = (digit(a), digit(b), digit(c));
    if b == b'\r' && a <= 9 {
        Some((4, a))
    } else if c == b'\r' && (1..=9).contains(&a) && tens <= 9 {
        Some((5, a * 10 + tens))
    } else if d == b'\r' && (1..=9).contains(&a) && tens <= 9 && ones <= 9 {
        Some((6, a * 100 + tens * 10 + ones))
    } else {
        None
    }
}

/// Where parsing stands. `advance` may be called again after `Incomplete`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cursor {
    /// Start of the header line or of the argument that comes next.
    pos: usize,
    /// Everything before this was searched for the line's end already.
    scanned: usize,
    /// Arguments still to come, with the current one.
    left: u32,
    /// The length of the argument at `pos`, when its `$` line has been read.
    bulk: Option<u32>,
}

/// A header line, or the bytes at least missing from it.
enum Line<'a> {
    Whole(&'a [u8]),
    Missing,
}

impl Cursor {
    #[inline]
    fn advance(
        &mut self,
        buf: &[u8],
        limits: &Limits,
        spans: &mut Vec<Span>,
    ) -> Result<Progress, ProtocolError> {
        if self.left == 0 {
            match buf.first() {
                Some(b'*') => {}
                Some(_) => return self.inline(buf, limits),
                None => return Ok(Progress::Incomplete { wanted: 1 }),
            }
            let count = match *buf {
                [_, digit @ b'1'..=b'9', b'\r', _, ..] => {
                    self.pos = 4;
                    i64::from(digit - b'0')
                }
                _ => match self.long_count(buf, limits)? {
                    Some(count) => count,
                    None => return Ok(Progress::Incomplete { wanted: 1 }),
                },
            };
            if count <= 0 {
                return Ok(Progress::Empty { consumed: self.pos });
            }
            self.left = count as u32;
            spans.reserve(self.left.min(SPANS_AHEAD_MAX) as usize);
        }
        self.bulks(buf, limits, spans)
    }

    /// Reads the arguments that are whole in the buffer.
    #[inline]
    fn bulks(
        &mut self,
        buf: &[u8],
        limits: &Limits,
        spans: &mut Vec<Span>,
    ) -> Result<Progress, ProtocolError> {
        loop {
            let len = match self.bulk {
                Some(len) => len as usize,
                None => match self.bulk_header(buf, limits)? {
                    Some(len) => len,
                    None => return Ok(Progress::Incomplete { wanted: 1 }),
                },
            };
            let end = self.pos + len + 2;
            if end > buf.len() {
                self.bulk = Some(len as u32);
                return Ok(Progress::Incomplete { wanted: end - buf.len() });
            }
            spans.push(Span { start: self.pos as u32, len: len as u32 });
            self.bulk = None;
            self.pos = end;
            self.left -= 1;
            if self.left == 0 {
                return Ok(Progress::Complete { consumed: end });
            }
        }
    }

    /// Reads the `$` line at `pos`; `None` when it has no end yet. One and two digits take the
    /// short way.
    #[inline]
    fn bulk_header(&mut self, buf: &[u8], limits: &Limits) -> Result<Option<usize>, ProtocolError> {
        if let Some(&[b'$', a, b, c, _]) = buf.get(self.pos..).and_then(|rest| rest.first_chunk())
            && self.pos < (u32::MAX / 2) as usize
            && limits.max_bulk >= 99
        {
            let (tens, ones) = (a.wrapping_sub(b'0'), b.wrapping_sub(b'0'));
            if b == b'\r' && tens <= 9 {
                self.pos += 4;
                return Ok(Some(tens as usize));
            }
            if c == b'\r' && (1..=9).contains(&tens) && ones <= 9 {
                self.pos += 5;
                return Ok(Some(tens as usize * 10 + ones as usize));
            }
        }
        self.long_bulk_header(buf, limits)
    }

    #[inline(never)]
    fn long_bulk_header(
        &mut self,
        buf: &[u8],
        limits: &Limits,
    ) -> Result<Option<usize>, ProtocolError> {
        let Line::Whole(line) = self.header_line(buf, limits, ProtocolError::TooBigBulkCount)?
        else {
            return Ok(None);
        };
        let digits = match line.split_first() {
            Some((b'$', digits)) => digits,
            Some((&other, _)) => return Err(ProtocolError::ExpectedDollar(other)),
            None => return Err(ProtocolError::ExpectedDollar(b'\r')),
        };
        let len = match parse_len(digits) {
            Some(len) if len >= 0 && len as u64 <= limits.max_bulk => len,
            _ => return Err(ProtocolError::InvalidBulkLength),
        };
        if len > UNAUTHENTICATED_BULK_MAX && !limits.authenticated {
            return Err(ProtocolError::UnauthenticatedBulkLength);
        }
        self.pos += line.len() + 2;
        if self.pos as u64 + len as u64 > u64::from(u32::MAX) {
            return Err(ProtocolError::TooBigRequest);
        }
        Ok(Some(len as usize))
    }

    /// Reads the `*` line; `None` when it has no end yet.
    #[inline(never)]
    fn long_count(&mut self, buf: &[u8], limits: &Limits) -> Result<Option<i64>, ProtocolError> {
        let Line::Whole(line) =
            self.header_line(buf, limits, ProtocolError::TooBigMultibulkCount)?
        else {
            return Ok(None);
        };
        let count = match parse_len(&line[1..]) {
            Some(count) if count <= ARGS_MAX => count,
            _ => return Err(ProtocolError::InvalidMultibulkLength),
        };
        if count > UNAUTHENTICATED_ARGS_MAX && !limits.authenticated {
            return Err(ProtocolError::UnauthenticatedMultibulkLength);
        }
        self.pos += line.len() + 2;
        Ok(Some(count))
    }

    /// Returns the line at `pos` without its end, if the end and the byte behind the CR have
    /// arrived.
    fn header_line<'a>(
        &mut self,
        buf: &'a [u8],
        limits: &Limits,
        too_big: ProtocolError,
    ) -> Result<Line<'a>, ProtocolError> {
        let from = self.scanned.max(self.pos).min(buf.len());
        let Some(at) = buf[from..].iter().position(|&b| b == b'\r') else {
            self.scanned = buf.len();
            if buf.len().saturating_sub(self.pos) > limits.max_inline {
                return Err(too_big);
            }
            return Ok(Line::Missing);
        };
        self.scanned = from + at;
        if self.scanned - self.pos > limits.max_inline {
            return Err(too_big);
        }
        if self.scanned + 1 >= buf.len() {
            return Ok(Line::Missing);
        }
        Ok(Line::Whole(&buf[self.pos..self.scanned]))
    }

    #[cold]
    fn inline(&mut self, buf: &[u8], limits: &Limits) -> Result<Progress, ProtocolError> {
        let from = self.scanned.min(buf.len());
        let Some(at) = buf[from..].iter().position(|&b| b == b'\n') else {
            self.scanned = buf.len();
            if buf.len() > limits.max_inline {
                return Err(ProtocolError::TooBigInline);
            }
            return Ok(Progress::Incomplete { wanted: 1 });
        };
        let end = from + at;
        if end > limits.max_inline {
            return Err(ProtocolError::TooBigInline);
        }
        let args = split_args(&buf[..end]).ok_or(ProtocolError::UnbalancedQuotes)?;
        let consumed = end + 1;
        if args.is_empty() {
            return Ok(Progress::Empty { consumed });
        }
        Ok(Progress::Inline { consumed, args })
    }
}

#[cfg(test)]
mod tests;
