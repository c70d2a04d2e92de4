//! Names and values inside a block, and the lengths Redis would count for them.
//!
//! ```text
//! [len * 2 varint][bytes]                 text
//! [size * 2 + 1 varint][size bytes le]    a decimal integer, where that is shorter
//! ```
//!
//! An element has one encoding only, so equal encodings mean equal text. Varints are LEB128.
//!
//! Where a block ends decides what XTRIM with `~` removes, and Redis ends it by the length of its
//! own encoding (listpack.c). [`listpack_len`] and [`listpack_int`] give that length, so that the
//! same entries give the same blocks here.

use crate::int::{IntText, parse_int};

/// A field name or a value.
#[derive(Clone, Copy, Debug)]
pub enum Element<'a> {
    /// Its bytes.
    Text(&'a [u8]),
    /// The integer whose decimal form it is.
    Int(i64),
}

impl<'a> Element<'a> {
    /// What `text` is encoded as, and the bytes that takes.
    #[inline]
    pub(super) fn of(text: &'a [u8]) -> (Self, usize) {
        if let 2..=20 = text.len()
            && let Some(value) = parse_int(text)
            && int_size(value) < text.len()
        {
            return (Self::Int(value), 1 + int_size(value));
        }
        (Self::Text(text), varint_len(text.len() as u64 * 2) + text.len())
    }

    /// Appends the encoding.
    #[inline]
    pub(super) fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => {
                write_varint(out, text.len() as u64 * 2);
                out.extend_from_slice(text);
            }
            Self::Int(value) => {
                let size = int_size(value);
                out.push(size as u8 * 2 + 1);
                out.extend_from_slice(&value.to_le_bytes()[..size]);
            }
        }
    }

    /// Reads the element at `at` and moves behind it.
    #[inline]
    pub(super) fn read(bytes: &'a [u8], at: &mut usize) -> Self {
        let tag = read_varint(bytes, at);
        let (start, len) = (*at, (tag / 2) as usize);
        *at += len;
        if tag.is_multiple_of(2) {
            Self::Text(&bytes[start..start + len])
        } else {
            Self::Int(read_int(bytes, start, len))
        }
    }

    /// Whether its text is `text`.
    #[inline]
    pub fn is(self, text: &[u8]) -> bool {
        match self {
            Self::Text(mine) => *mine == *text,
            Self::Int(value) => parse_int(text) == Some(value),
        }
    }

    /// The integer whose decimal form it is, else its text.
    ///
    /// # Errors
    /// The text, when it is no integer's.
    #[inline]
    pub fn integer(self) -> Result<i64, &'a [u8]> {
        match self {
            Self::Int(value) => Ok(value),
            // The only ones that are as short as text.
            Self::Text([digit @ b'0'..=b'9']) => Ok(i64::from(digit - b'0')),
            Self::Text(text) => Err(text),
        }
    }

    /// Calls `run` with its text.
    pub fn with<R>(self, run: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Self::Text(text) => run(text),
            Self::Int(value) => run(&IntText::new(value)),
        }
    }
}

/// Bytes of the shortest two's complement of a value: 1 to 8.
#[inline]
fn int_size(value: i64) -> usize {
    let bits = 65 - (value ^ (value >> 63)).leading_zeros() as usize;
    bits.div_ceil(8).min(8)
}

/// Reads the integer of `len` bytes, 1 to 8, at `at`.
#[inline]
fn read_int(bytes: &[u8], at: usize, len: usize) -> i64 {
    if let Some(wide) = bytes[at..].first_chunk::<8>() {
        // Those behind it are shifted out, and the sign is shifted in.
        let spare = 64 - 8 * len as u32;
        return i64::from_le_bytes(*wide) << spare >> spare;
    }
    let data = &bytes[at..at + len];
    let negative = data.last().is_some_and(|byte| *byte >= 128);
    let mut wide = [if negative { 255 } else { 0 }; 8];
    wide[..data.len()].copy_from_slice(data);
    i64::from_le_bytes(wide)
}

/// Bytes of a varint.
#[inline]
pub(super) fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

/// Appends a varint.
#[inline]
pub(super) fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 128 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads the varint at `at` and moves behind it.
#[inline]
pub(super) fn read_varint(bytes: &[u8], at: &mut usize) -> u64 {
    let first = bytes[*at];
    *at += 1;
    if first < 128 { u64::from(first) } else { read_varint_rest(bytes, at, u64::from(first & 127)) }
}

fn read_varint_rest(bytes: &[u8], at: &mut usize, mut value: u64) -> u64 {
    for shift in (7..64).step_by(7) {
        let byte = bytes[*at];
        *at += 1;
        value |= u64::from(byte & 127) << shift;
        if byte < 128 {
            break;
        }
    }
    value
}

/// What an element takes in a listpack.
pub(super) fn listpack_len(text: &[u8]) -> usize {
    if let 1..=20 = text.len()
        && let Some(value) = parse_int(text)
    {
        return listpack_int(value);
    }
    let own = match text.len() {
        len @ 0..64 => 1 + len,
        len @ 64..4096 => 2 + len,
        len => 5 + len,
    };
    own + match own {
        0..=127 => 1,
        128..16_383 => 2,
        16_383..2_097_151 => 3,
        2_097_151..268_435_455 => 4,
        _ => 5,
    }
}

/// What an integer takes in a listpack.
pub(super) fn listpack_int(value: i64) -> usize {
    1 + match value {
        0..=127 => 1,
        -4096..=4095 => 2,
        -32_768..=32_767 => 3,
        -8_388_608..=8_388_607 => 4,
        -2_147_483_648..=2_147_483_647 => 5,
        _ => 9,
    }
}
