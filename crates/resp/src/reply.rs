//! The reply parser, the client's side: bytes -> [`Value`] trees of both protocols.
//!
//! ```text
//! *2\r\n :1\r\n %1\r\n +a\r\n ...
//!        ^      ^      ^pos      stack: [array, 1 of 2 read][map, 0 of 2 read]
//! ```
//! Nesting is a stack on the heap, at most 256 high, so a hostile server cannot exhaust ours.
//! Parsing goes on where it stopped when more bytes come. Streamed RESP3 types (`$?`, `*?`) are
//! refused: no server of this family sends them.

use std::fmt;

use crate::number::parse_len;
use crate::{Proto, encode};

/// Deepest nesting that is accepted.
const DEPTH_MAX: usize = 256;
/// Longest string that is accepted, in bytes; replies hold values of 512 MiB by default, more if
/// configured.
const BULK_MAX: i64 = 1 << 40;
/// Room made for elements before any was seen.
const ITEMS_AHEAD_MAX: u64 = 64;

/// One reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `+text`.
    Simple(Vec<u8>),
    /// `-text`.
    Error(Vec<u8>),
    /// `:1`.
    Int(i64),
    /// `$3`, a string.
    Bulk(Vec<u8>),
    /// `$-1`, RESP2's missing string.
    NullBulk,
    /// `*-1`, RESP2's missing array.
    NullArray,
    /// `_`, RESP3's null.
    Null,
    /// `*2`.
    Array(Vec<Value>),
    /// `%1`: keys and values in the order received.
    Map(Vec<(Value, Value)>),
    /// `~2`.
    Set(Vec<Value>),
    /// `>2`: a message that answers no request.
    Push(Vec<Value>),
    /// `|1`: keys and values that describe the reply behind them.
    Attribute(Vec<(Value, Value)>, Box<Value>),
    /// `#t`.
    Bool(bool),
    /// `,1.5`.
    Double(f64),
    /// `(123`, as its text.
    BigNumber(Vec<u8>),
    /// `=7`, three letters of format and a text.
    Verbatim([u8; 3], Vec<u8>),
    /// `!5`, an error that may hold any bytes.
    BulkError(Vec<u8>),
}

impl Value {
    /// Tells whether this is a null of either protocol.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null | Value::NullBulk | Value::NullArray)
    }

    /// Returns the text of an error reply.
    pub fn as_error(&self) -> Option<&[u8]> {
        match self {
            Value::Error(text) | Value::BulkError(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the bytes of a string of any kind.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Simple(text)
            | Value::Bulk(text)
            | Value::Verbatim(_, text)
            | Value::BigNumber(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number of an integer reply.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the elements of an array, a set or a push.
    pub fn as_items(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) | Value::Set(items) | Value::Push(items) => Some(items),
            _ => None,
        }
    }

    /// Appends the bytes that parse to this value.
    pub fn encode(&self, out: &mut Vec<u8>) {
        const PROTO: Proto = Proto::Resp3;
        match self {
            Value::Simple(text) => encode::simple(out, text),
            Value::Error(text) => encode::error(out, text),
            Value::Int(value) => encode::int(out, *value),
            Value::Bulk(bytes) => encode::bulk(out, bytes),
            Value::NullBulk => encode::null(out, Proto::Resp2),
            Value::NullArray => encode::null_array(out, Proto::Resp2),
            Value::Null => encode::null(out, PROTO),
            Value::Array(items) => {
                encode::array_header(out, items.len());
                encode_items(out, items);
            }
            Value::Set(items) => {
                encode::set_header(out, PROTO, items.len());
                encode_items(out, items);
            }
            Value::Push(items) => {
                encode::push_header(out, PROTO, items.len());
                encode_items(out, items);
            }
            Value::Map(pairs) => {
                encode::map_header(out, PROTO, pairs.len());
                encode_pairs(out, pairs);
            }
            Value::Attribute(pairs, value) => {
                encode::attribute_header(out, pairs.len());
                encode_pairs(out, pairs);
                value.encode(out);
            }
            Value::Bool(value) => encode::bool(out, PROTO, *value),
            Value::Double(value) => encode::double(out, PROTO, *value),
            Value::BigNumber(text) => encode::big_number(out, PROTO, text),
            Value::Verbatim(format, text) => encode::verbatim(out, PROTO, *format, text),
            Value::BulkError(text) => {
                out.push(b'!');
                crate::number::push_uint(out, text.len() as u64);
                out.extend_from_slice(b"\r\n");
                out.extend_from_slice(text);
                out.extend_from_slice(b"\r\n");
            }
        }
    }
}

fn encode_items(out: &mut Vec<u8>, items: &[Value]) {
    for item in items {
        item.encode(out);
    }
}

fn encode_pairs(out: &mut Vec<u8>, pairs: &[(Value, Value)]) {
    for (key, value) in pairs {
        key.encode(out);
        value.encode(out);
    }
}

/// Why bytes are no reply. The connection is of no further use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyError {
    /// No reply starts with this byte.
    UnknownType(u8),
    /// A length or an integer is not one, or out of range.
    BadNumber,
    /// A line or a string does not end with CR LF.
    BadLineEnd,
    /// Nested over 256 deep.
    TooDeep,
    /// A verbatim string without its three letters and colon.
    BadVerbatim,
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReplyError::UnknownType(byte) => {
                write!(f, "no reply starts with '{}'", byte.escape_ascii())
            }
            ReplyError::BadNumber => f.write_str("a number in a reply is malformed"),
            ReplyError::BadLineEnd => f.write_str("a reply does not end with CR LF"),
            ReplyError::TooDeep => write!(f, "a reply is nested over {DEPTH_MAX} deep"),
            ReplyError::BadVerbatim => f.write_str("a verbatim string has no format"),
        }
    }
}

impl std::error::Error for ReplyError {}

/// Parses replies that arrive in pieces.
#[derive(Debug, Default)]
pub struct ReplyParser {
    pos: usize,
    scanned: usize,
    stack: Vec<Frame>,
}

/// An aggregate that is being read.
#[derive(Debug)]
struct Frame {
    kind: Kind,
    /// Values still to come.
    left: u64,
    items: Vec<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Array,
    Set,
    Push,
    Map,
    Attribute,
}

/// What stands at one position.
enum Token<'a> {
    Leaf(Value),
    Text(Text, &'a [u8]),
    Open(Kind, u64),
}

/// A string with a length in front.
enum Text {
    Bulk,
    Verbatim,
    Error,
}

impl ReplyParser {
    /// Returns the reply at the start of `buf` and its length in bytes, or `None` if it goes on
    /// after the end:
    /// call again with the same bytes and more behind them. After a reply call with what follows
    /// it.
    ///
    /// # Errors
    /// The bytes are no reply; the parser is then as new.
    pub fn parse(&mut self, buf: &[u8]) -> Result<Option<(Value, usize)>, ReplyError> {
        let result = self.go_on(buf);
        if !matches!(result, Ok(None)) {
            *self = ReplyParser::default();
        }
        result
    }

    fn go_on(&mut self, buf: &[u8]) -> Result<Option<(Value, usize)>, ReplyError> {
        loop {
            let Some((token, next)) = token(buf, self.pos, &mut self.scanned)? else {
                return Ok(None);
            };
            self.pos = next;
            let mut value = match token {
                Token::Leaf(value) => value,
                Token::Text(kind, bytes) => text_value(&kind, bytes)?,
                Token::Open(kind, 0) => close(kind, Vec::new()),
                Token::Open(kind, left) => {
                    if self.stack.len() >= DEPTH_MAX {
                        return Err(ReplyError::TooDeep);
                    }
                    let ahead = left.min(ITEMS_AHEAD_MAX) as usize;
                    self.stack.push(Frame { kind, left, items: Vec::with_capacity(ahead) });
                    continue;
                }
            };
            loop {
                let Some(frame) = self.stack.last_mut() else {
                    return Ok(Some((value, self.pos)));
                };
                frame.items.push(value);
                frame.left -= 1;
                if frame.left > 0 {
                    break;
                }
                let Some(frame) = self.stack.pop() else { break };
                value = close(frame.kind, frame.items);
            }
        }
    }
}

/// Returns the length of the reply at the start of `buf` without making values of it, `None` if it
/// goes on.
///
/// For tools that only count replies. It starts again at each call, and allocates nothing.
///
/// # Errors
/// As [`ReplyParser::parse`], but nesting is not limited.
pub fn reply_len(buf: &[u8]) -> Result<Option<usize>, ReplyError> {
    let mut pos = 0;
    let mut left: u64 = 1;
    while left > 0 {
        let mut scanned = 0;
        let Some((kind, number, next)) = head(buf, pos, &mut scanned)? else {
            return Ok(None);
        };
        left -= 1;
        pos = next;
        match (kind, number) {
            (Head::Text(_), Some(len)) => {
                pos = next + len as usize + 2;
                if pos > buf.len() {
                    return Ok(None);
                }
            }
            (Head::Open(_), Some(count)) => {
                left = left.checked_add(count).ok_or(ReplyError::BadNumber)?;
            }
            _ => {}
        }
    }
    Ok(Some(pos))
}

enum Head<'a> {
    Line(u8, &'a [u8]),
    Text(Text),
    Open(Kind),
}

/// A head, the length or count it announces (none for a null), and the position behind its line.
type Headed<'a> = (Head<'a>, Option<u64>, usize);

/// Reads the line at `pos`.
fn head<'a>(
    buf: &'a [u8],
    pos: usize,
    scanned: &mut usize,
) -> Result<Option<Headed<'a>>, ReplyError> {
    check_type(buf, pos)?;
    let from = (*scanned).max(pos).min(buf.len());
    let Some(at) = buf[from..].iter().position(|&b| b == b'\n') else {
        *scanned = buf.len();
        return Ok(None);
    };
    let end = from + at;
    *scanned = end;
    let line = buf[pos..end].strip_suffix(b"\r").ok_or(ReplyError::BadLineEnd)?;
    let (&kind, rest) = line.split_first().ok_or(ReplyError::BadLineEnd)?;
    let next = end + 1;
    let head = match kind {
        b'$' => Head::Text(Text::Bulk),
        b'=' => Head::Text(Text::Verbatim),
        b'!' => Head::Text(Text::Error),
        b'*' => Head::Open(Kind::Array),
        b'~' => Head::Open(Kind::Set),
        b'>' => Head::Open(Kind::Push),
        b'%' => Head::Open(Kind::Map),
        b'|' => Head::Open(Kind::Attribute),
        b'+' | b'-' | b':' | b',' | b'(' | b'#' | b'_' => {
            return Ok(Some((Head::Line(kind, rest), None, next)));
        }
        other => return Err(ReplyError::UnknownType(other)),
    };
    let number = match parse_len(rest).ok_or(ReplyError::BadNumber)? {
        -1 if matches!(kind, b'$' | b'*') => None,
        len @ 0..=BULK_MAX if kind == b'%' => Some(len as u64 * 2),
        // The reply that an attribute describes is read as its last element.
        len @ 0..=BULK_MAX if kind == b'|' => Some(len as u64 * 2 + 1),
        len @ 0..=BULK_MAX => Some(len as u64),
        _ => return Err(ReplyError::BadNumber),
    };
    Ok(Some((head, number, next)))
}

/// Refuses a wrong first byte before its line is whole.
fn check_type(buf: &[u8], pos: usize) -> Result<(), ReplyError> {
    match buf.get(pos) {
        Some(&kind) if !b"+-:$*_,#(%~>|=!".contains(&kind) => Err(ReplyError::UnknownType(kind)),
        _ => Ok(()),
    }
}

fn token<'a>(
    buf: &'a [u8],
    pos: usize,
    scanned: &mut usize,
) -> Result<Option<(Token<'a>, usize)>, ReplyError> {
    let Some((head, number, next)) = head(buf, pos, scanned)? else {
        return Ok(None);
    };
    let token = match (head, number) {
        (Head::Line(kind, text), _) => Token::Leaf(line_value(kind, text)?),
        (Head::Text(kind), Some(len)) => {
            let end = next + len as usize;
            match buf.get(end..end + 2) {
                None => return Ok(None),
                Some(b"\r\n") => return Ok(Some((Token::Text(kind, &buf[next..end]), end + 2))),
                Some(_) => return Err(ReplyError::BadLineEnd),
            }
        }
        (Head::Text(_), None) => Token::Leaf(Value::NullBulk),
        (Head::Open(kind), Some(left)) => Token::Open(kind, left),
        (Head::Open(_), None) => Token::Leaf(Value::NullArray),
    };
    Ok(Some((token, next)))
}

fn line_value(kind: u8, text: &[u8]) -> Result<Value, ReplyError> {
    Ok(match kind {
        b'+' => Value::Simple(text.to_vec()),
        b'-' => Value::Error(text.to_vec()),
        b':' => Value::Int(parse_len(text).ok_or(ReplyError::BadNumber)?),
        b',' => Value::Double(parse_double(text).ok_or(ReplyError::BadNumber)?),
        b'(' => Value::BigNumber(text.to_vec()),
        b'#' if text == b"t" => Value::Bool(true),
        b'#' if text == b"f" => Value::Bool(false),
        b'_' if text.is_empty() => Value::Null,
        _ => return Err(ReplyError::BadNumber),
    })
}

fn parse_double(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn text_value(kind: &Text, bytes: &[u8]) -> Result<Value, ReplyError> {
    Ok(match kind {
        Text::Bulk => Value::Bulk(bytes.to_vec()),
        Text::Error => Value::BulkError(bytes.to_vec()),
        Text::Verbatim => match bytes {
            [a, b, c, b':', text @ ..] => Value::Verbatim([*a, *b, *c], text.to_vec()),
            _ => return Err(ReplyError::BadVerbatim),
        },
    })
}

/// Makes the value of a finished aggregate.
fn close(kind: Kind, mut items: Vec<Value>) -> Value {
    match kind {
        Kind::Array => Value::Array(items),
        Kind::Set => Value::Set(items),
        Kind::Push => Value::Push(items),
        Kind::Map => Value::Map(pairs(items)),
        Kind::Attribute => {
            let value = items.pop().unwrap_or(Value::Null);
            Value::Attribute(pairs(items), Box::new(value))
        }
    }
}

fn pairs(items: Vec<Value>) -> Vec<(Value, Value)> {
    let mut pairs = Vec::with_capacity(items.len() / 2);
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    pairs
}

#[cfg(test)]
mod tests;
