//! Ids as clients write and read them.

use crate::error::CommandError;
use crate::text::int::{parse_i64, parse_u64_lenient};
use engine::stream::Id;

const INVALID: CommandError =
    CommandError::text("ERR Invalid stream ID specified as stream command argument");
/// Longer ones are not looked at.
const LEN_MAX: usize = 127;

/// An id of XADD: `ms-*` leaves the sequence number to the stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NewId {
    /// `*`
    Auto,
    /// `ms-*`
    Ms(u64),
    /// `ms-seq`
    Given(Id),
}

/// Returns the id that an argument is; what it leaves out is `seq`. `-` and `+` are none.
pub(super) fn strict_id(arg: &[u8], seq: u64) -> Result<Id, CommandError> {
    match arg {
        b"-" | b"+" => Err(INVALID),
        _ => id(arg, seq),
    }
}

/// The same, but `-` and `+` are the lowest and the highest id.
pub(super) fn id(arg: &[u8], seq: u64) -> Result<Id, CommandError> {
    match arg {
        b"-" => Ok(Id::MIN),
        b"+" => Ok(Id::MAX),
        _ => parse(arg, seq).ok_or(INVALID),
    }
}

/// Returns the id that an argument of XADD is.
pub(super) fn new_id(arg: &[u8]) -> Result<NewId, CommandError> {
    if let Some(ms) = text_of(arg).and_then(|text| text.strip_suffix(b"-*"))
        && !ms.contains(&b'-')
    {
        return part(ms).map(NewId::Ms).ok_or(INVALID);
    }
    strict_id(arg, 0).map(NewId::Given)
}

/// Returns the first id of a range: `(id` is the one after it.
pub(super) fn range_start(arg: &[u8]) -> Result<Id, CommandError> {
    match arg {
        [b'(', rest @ ..] if !rest.is_empty() => strict_id(rest, 0)?
            .next()
            .ok_or(CommandError::text("ERR invalid start ID for the interval")),
        _ => id(arg, 0),
    }
}

/// Returns the last id of a range: `(id` is the one before it.
pub(super) fn range_end(arg: &[u8]) -> Result<Id, CommandError> {
    match arg {
        [b'(', rest @ ..] if !rest.is_empty() => strict_id(rest, u64::MAX)?
            .previous()
            .ok_or(CommandError::text("ERR invalid end ID for the interval")),
        _ => id(arg, u64::MAX),
    }
}

/// An argument up to its first zero byte, as the C library sees it; none if it is too long.
fn text_of(arg: &[u8]) -> Option<&[u8]> {
    let end = arg.iter().position(|byte| *byte == 0).unwrap_or(arg.len());
    (arg.len() <= LEN_MAX).then_some(&arg[..end])
}

fn parse(arg: &[u8], seq: u64) -> Option<Id> {
    let text = text_of(arg)?;
    let Some(dash) = text.iter().position(|byte| *byte == b'-') else {
        return Some(Id::new(part(text)?, seq));
    };
    Some(Id::new(part(&text[..dash])?, part(&text[dash + 1..])?))
}

/// One of the numbers of an id. Redis reads what is not a plain integer by `strtoull`, which takes
/// leading blanks, zeros and a sign, and wraps a negative number.
fn part(text: &[u8]) -> Option<u64> {
    if let Some(value) = parse_i64(text) {
        return u64::try_from(value).ok();
    }
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    match text[blanks..] {
        [b'-', ref digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => {
            parse_u64_lenient(digits).map(u64::wrapping_neg)
        }
        _ => parse_u64_lenient(text),
    }
}

/// The text of an id; derefs to its bytes.
pub(super) struct IdText {
    bytes: [u8; 41],
    len: usize,
}

impl IdText {
    /// `ms-seq`
    pub(super) fn new(id: Id) -> Self {
        let (mut ms, mut seq) = (itoa::Buffer::new(), itoa::Buffer::new());
        let mut text = Self { bytes: [0; 41], len: 0 };
        for part in [ms.format(id.ms), "-", seq.format(id.seq)] {
            text.bytes[text.len..text.len + part.len()].copy_from_slice(part.as_bytes());
            text.len += part.len();
        }
        text
    }
}

impl std::ops::Deref for IdText {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
