//! The byte codec shared by every packed collection: length codes and entries.
//!
//! A packed collection is one byte string: `[count u16]` and then its entries, back to back. What
//! an entry is made of depends on the collection (its own file says so); all of them use this
//! length code:
//!
//! ```text
//! len < 240      [len]
//! len < 4080     [240 + hi][lo]        with len - 240 = hi * 256 + lo, hi in 0..15
//! longer         [255][len u32 le]
//! ```
//!
//! The first byte alone says how long the code is, so skipping an entry is one load and one
//! compare. Lists also write the code backwards after an entry (its marker byte last), which
//! makes them walkable from the tail. Example: a set of "a" and "bc" is `02 00  01 61  02 62 63`.
//!
//! Invariant: the bytes are only ever written by this crate, so reads index without fallible
//! parsing; a payload from outside (RESTORE) goes through the ordinary inserting calls.

use raw::Packed;

#[cfg(test)]
mod tests;

/// Bytes of the count that opens every packed collection.
pub(crate) const COUNT_BYTES: usize = 2;
/// The most entries a packed collection can count.
pub(crate) const COUNT_MAX: usize = u16::MAX as usize;

const ONE_BYTE_MAX: usize = 239;
const TWO_BYTE_MIN: usize = 240;
const TWO_BYTE_END: usize = TWO_BYTE_MIN + 15 * 256;
const LONG: u8 = 255;

/// Bytes the length code of `len` takes: 1, 2 or 5.
#[inline(always)]
pub(crate) const fn code_len(len: usize) -> usize {
    if len <= ONE_BYTE_MAX {
        1
    } else if len < TWO_BYTE_END {
        2
    } else {
        5
    }
}

/// Bytes of an entry of `len` with its code.
#[inline(always)]
pub(crate) const fn entry_len(len: usize) -> usize {
    code_len(len) + len
}

/// Reads the code at `at`: (length, bytes of the code).
#[inline(always)]
pub(crate) fn read_code(bytes: &[u8], at: usize) -> (usize, usize) {
    let first = bytes[at];
    if first as usize <= ONE_BYTE_MAX { (first as usize, 1) } else { read_code_long(bytes, at) }
}

#[cold]
#[inline(never)]
fn read_code_long(bytes: &[u8], at: usize) -> (usize, usize) {
    let first = bytes[at];
    if first == LONG {
        let b = &bytes[at + 1..at + 5];
        (u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize, 5)
    } else {
        (TWO_BYTE_MIN + (first as usize - TWO_BYTE_MIN) * 256 + bytes[at + 1] as usize, 2)
    }
}

/// Reads the backward code that ends before `end`: (length, bytes of the code).
#[inline(always)]
pub(crate) fn read_code_back(bytes: &[u8], end: usize) -> (usize, usize) {
    let last = bytes[end - 1];
    if last as usize <= ONE_BYTE_MAX {
        (last as usize, 1)
    } else if last == LONG {
        let b = &bytes[end - 5..end - 1];
        (u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize, 5)
    } else {
        (TWO_BYTE_MIN + (last as usize - TWO_BYTE_MIN) * 256 + bytes[end - 2] as usize, 2)
    }
}

/// A length code, ready to be spliced in.
#[derive(Clone, Copy)]
pub(crate) struct Code {
    bytes: [u8; 5],
    len: u8,
}

impl Code {
    /// The code of `len`.
    #[inline(always)]
    pub(crate) fn of(len: usize) -> Self {
        if len <= ONE_BYTE_MAX {
            Self { bytes: [len as u8, 0, 0, 0, 0], len: 1 }
        } else {
            Self::of_long(len)
        }
    }

    #[cold]
    #[inline(never)]
    fn of_long(len: usize) -> Self {
        if len < TWO_BYTE_END {
            let rest = len - TWO_BYTE_MIN;
            let first = (TWO_BYTE_MIN + rest / 256) as u8;
            return Self { bytes: [first, (rest % 256) as u8, 0, 0, 0], len: 2 };
        }
        let long = u32::try_from(len).expect("entries are far below 4 GiB").to_le_bytes();
        Self { bytes: [LONG, long[0], long[1], long[2], long[3]], len: 5 }
    }

    /// The code of `len` as `read_code_back` reads it.
    #[inline(always)]
    pub(crate) fn back(len: usize) -> Self {
        let mut code = Self::of(len);
        if code.len > 1 {
            code.bytes[..code.len as usize].reverse();
        }
        code
    }

    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len as usize]
    }
}

/// What a search compares entries with. Of entries of one length, those with another last byte are
/// passed over without a call: fields and members mostly differ at their end.
#[derive(Clone, Copy)]
pub(crate) struct Needle<'a> {
    data: &'a [u8],
    last: u8,
}

impl<'a> Needle<'a> {
    #[inline(always)]
    pub(crate) fn of(data: &'a [u8]) -> Self {
        Self { data, last: data.last().copied().unwrap_or(0) }
    }

    /// Whether the entry whose data is `bytes[start..end]` is the one.
    #[inline(always)]
    pub(crate) fn is(self, bytes: &[u8], start: usize, end: usize) -> bool {
        // The byte before an empty entry's end is its code, 0.
        end - start == self.data.len()
            && bytes[end - 1] == self.last
            && bytes[start..end] == *self.data
    }
}

/// The entry at `at`: (data, offset behind it).
#[inline(always)]
pub(crate) fn entry_at(bytes: &[u8], at: usize) -> (&[u8], usize) {
    let (len, code) = read_code(bytes, at);
    let end = at + code + len;
    (&bytes[at + code..end], end)
}

/// The count that opens the collection; an empty byte string counts zero.
#[inline(always)]
pub(crate) fn count(bytes: &[u8]) -> usize {
    match bytes {
        [low, high, ..] => u16::from_le_bytes([*low, *high]) as usize,
        _ => 0,
    }
}

/// Overwrites the count.
#[inline(always)]
pub(crate) fn set_count(packed: &mut Packed, count: usize) {
    debug_assert!(count <= COUNT_MAX);
    packed.as_mut_slice()[..COUNT_BYTES].copy_from_slice(&(count as u16).to_le_bytes());
}

/// The bytes of a count of one, which the first entry of a collection brings along.
pub(crate) const COUNT_OF_ONE: &[u8] = &[1, 0];

/// The entries from `at` on, each `[code][data]`.
#[derive(Clone)]
pub(crate) struct Entries<'a> {
    rest: &'a [u8],
}

impl<'a> Entries<'a> {
    /// All entries of a collection.
    #[inline]
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes.get(COUNT_BYTES..).unwrap_or_default() }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let (data, end) = entry_at(self.rest, 0);
        self.rest = &self.rest[end..];
        Some(data)
    }
}
