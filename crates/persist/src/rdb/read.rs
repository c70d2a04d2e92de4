//! Reading lengths, strings and numbers out of an object. Never reads past the end.

use super::{CUT_SHORT, Corrupt, STRING_MAX};
use crate::lzf;
use engine::value::IntText;
use std::ops::Deref;

/// A string of an object; derefs to its bytes.
pub(crate) enum Text<'a> {
    /// As it stands there.
    Bytes(&'a [u8]),
    /// A number, as text.
    Int(IntText),
    /// It was compressed.
    Unpacked(Vec<u8>),
}

impl Deref for Text<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Int(text) => text,
            Self::Unpacked(bytes) => bytes,
        }
    }
}

impl Text<'_> {
    /// A number, as text.
    pub(crate) fn int(value: i64) -> Self {
        Self::Int(IntText::new(value))
    }
}

const BAD_LENGTH: Corrupt = Corrupt("Unknown length encoding");
const BAD_STRING: Corrupt = Corrupt("Unknown string encoding");
const TOO_LONG: Corrupt = Corrupt("String longer than any can be");
const BAD_LZF: Corrupt = Corrupt("Invalid LZF compressed string");

/// What a length byte may say.
enum Length {
    Of(u64),
    Special(u8),
}

/// The bytes of an object that are still to be read.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    /// More bytes were asked for than there are.
    starved: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, starved: false }
    }

    /// Whether everything has been read.
    pub(crate) fn is_at_end(self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes that are left.
    pub(crate) fn left(self) -> usize {
        self.bytes.len()
    }

    /// The next `len` bytes.
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], Corrupt> {
        let Some((taken, rest)) = self.bytes.split_at_checked(len) else { return self.starve() };
        self.bytes = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        let Some((taken, rest)) = self.bytes.split_first_chunk() else { return self.starve() };
        self.bytes = rest;
        Ok(*taken)
    }

    #[cold]
    fn starve<T>(&mut self) -> Result<T, Corrupt> {
        self.starved = true;
        Err(CUT_SHORT)
    }

    /// Whether a read failed because there were not bytes enough: with more of them it may not.
    pub(crate) fn is_starved(self) -> bool {
        self.starved
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> Result<u8, Corrupt> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    fn length(&mut self) -> Result<Length, Corrupt> {
        let first = self.byte()?;
        let low = first & 0x3f;
        Ok(match first >> 6 {
            0 => Length::Of(u64::from(low)),
            1 => Length::Of(u64::from(low) << 8 | u64::from(self.byte()?)),
            2 => match low {
                0 => Length::Of(u64::from(u32::from_be_bytes(self.array()?))),
                1 => Length::Of(u64::from_be_bytes(self.array()?)),
                _ => return Err(BAD_LENGTH),
            },
            _ => Length::Special(low),
        })
    }

    /// A length, count or other unsigned number.
    pub(crate) fn number(&mut self) -> Result<u64, Corrupt> {
        match self.length()? {
            Length::Of(number) => Ok(number),
            Length::Special(_) => Err(BAD_LENGTH),
        }
    }

    /// A count of what follows, which is not 0. It is a claim: nothing may be allocated by it.
    pub(crate) fn count(&mut self) -> Result<u64, Corrupt> {
        match self.number()? {
            0 => Err(super::EMPTY),
            count => Ok(count),
        }
    }

    /// A string.
    pub(crate) fn string(&mut self) -> Result<Text<'a>, Corrupt> {
        match self.length()? {
            Length::Of(len) => self.take(string_len(len)?).map(Text::Bytes),
            Length::Special(0) => Ok(Text::int(i64::from(i8::from_le_bytes(self.array()?)))),
            Length::Special(1) => Ok(Text::int(i64::from(i16::from_le_bytes(self.array()?)))),
            Length::Special(2) => Ok(Text::int(i64::from(i32::from_le_bytes(self.array()?)))),
            Length::Special(3) => {
                let packed = string_len(self.number()?)?;
                let len = string_len(self.number()?)?;
                let packed = self.take(packed)?;
                lzf::decompress(packed, len).map(Text::Unpacked).ok_or(BAD_LZF)
            }
            Length::Special(_) => Err(BAD_STRING),
        }
    }

    /// A double as eight bytes.
    pub(crate) fn double(&mut self) -> Result<f64, Corrupt> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// A double as text behind its length, or as one byte for the three that have no digits.
    pub(crate) fn double_text(&mut self) -> Result<f64, Corrupt> {
        match self.byte()? {
            253 => Ok(f64::NAN),
            254 => Ok(f64::INFINITY),
            255 => Ok(f64::NEG_INFINITY),
            len => parse_double(self.take(usize::from(len))?),
        }
    }
}

/// The double that a text is from end to end.
pub(crate) fn parse_double(text: &[u8]) -> Result<f64, Corrupt> {
    let text = std::str::from_utf8(text).ok();
    text.and_then(|text| text.parse().ok()).ok_or(Corrupt("Score is not a number"))
}

fn string_len(len: u64) -> Result<usize, Corrupt> {
    usize::try_from(len).ok().filter(|len| *len <= STRING_MAX).ok_or(TOO_LONG)
}
