//! Listpacks: strings and integers one after another, walkable from both ends.
//!
//! ```text
//! [bytes u32][entries u16, 65535: unknown] entry ... [FF]      (little endian)
//! entry   code, data, and the length of both backwards (1 to 5 bytes)
//! code    0nnnnnnn           0 to 127
//!         10llllll           string, up to 63 bytes
//!         110nnnnn n8        13 bits, signed
//!         1110llll l8        string, up to 4095 bytes
//!         F0 l32             string
//!         F1 F2 F3 F4        16, 24, 32, 64 bits, signed
//! ```
//! Example: "a" and "1" are `0c 00 00 00  02 00  81 61 02  01 01  ff`.
//!
//! The backward length is in groups of seven bits, the lowest last; all but the first carry a set
//! top bit.

use super::Corrupt;
use super::read::Text;
use engine::stream::Element;
use engine::value::parse_int;

const HEADER: usize = 6;
const END: u8 = 0xff;
const COUNT_UNKNOWN: u16 = u16::MAX;
/// What is wrong with a listpack, whatever it is.
pub(crate) const BROKEN: Corrupt = Corrupt("Listpack integrity check failed.");

/// The entries of a listpack, checked as they are read.
pub(crate) struct Entries<'a> {
    /// What is left, the end mark included.
    rest: &'a [u8],
    seen: usize,
    count: u16,
}

impl<'a> Entries<'a> {
    /// Opens a listpack.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, Corrupt> {
        let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else { return Err(BROKEN) };
        let [b0, b1, b2, b3, c0, c1] = *header;
        let total = u32::from_le_bytes([b0, b1, b2, b3]) as usize;
        if total != bytes.len() || rest.last() != Some(&END) {
            return Err(BROKEN);
        }
        Ok(Self { rest, seen: 0, count: u16::from_le_bytes([c0, c1]) })
    }

    /// The next entry; none at the end, where the count is checked.
    pub(crate) fn next(&mut self) -> Result<Option<Text<'a>>, Corrupt> {
        if let [END] = self.rest {
            let agrees = self.count == COUNT_UNKNOWN || usize::from(self.count) == self.seen;
            return if agrees { Ok(None) } else { Err(BROKEN) };
        }
        let (entry, len) = read(self.rest).ok_or(BROKEN)?;
        let mut back = [0; 5];
        let back = back_len(len, &mut back);
        let rest = self.rest[len..].strip_prefix(back).ok_or(BROKEN)?;
        if rest.is_empty() {
            return Err(BROKEN);
        }
        self.rest = rest;
        self.seen += 1;
        Ok(Some(entry))
    }
}

/// The entry that `bytes` begin with, and the length of its code and data.
fn read(bytes: &[u8]) -> Option<(Text<'_>, usize)> {
    let string = |head: usize, len: usize| {
        let end = head.checked_add(len)?;
        Some((Text::Bytes(bytes.get(head..end)?), end))
    };
    let at = |index: usize| bytes.get(index).copied();
    let (entry, len) = match at(0)? {
        first @ 0..0x80 => (i64::from(first), 1),
        first @ 0x80..0xc0 => return string(1, usize::from(first & 0x3f)),
        first @ 0xc0..0xe0 => {
            let bits = i16::from(first & 0x1f) << 8 | i16::from(at(1)?);
            (i64::from(bits << 3 >> 3), 2)
        }
        first @ 0xe0..0xf0 => {
            return string(2, usize::from(first & 0x0f) << 8 | usize::from(at(1)?));
        }
        0xf0 => {
            let len = u32::from_le_bytes(*bytes.get(1..5)?.first_chunk()?);
            return string(5, len as usize);
        }
        0xf1 => (i64::from(i16::from_le_bytes(*bytes.get(1..3)?.first_chunk()?)), 3),
        0xf2 => {
            let wide = i32::from_le_bytes([0, at(1)?, at(2)?, at(3)?]);
            (i64::from(wide >> 8), 4)
        }
        0xf3 => (i64::from(i32::from_le_bytes(*bytes.get(1..5)?.first_chunk()?)), 5),
        0xf4 => (i64::from_le_bytes(*bytes.get(1..9)?.first_chunk()?), 9),
        _ => return None,
    };
    Some((Text::int(entry), len))
}

/// The backward length of an entry of `len` bytes. The bounds are one short of what the groups
/// could hold, as in the servers.
fn back_len(len: usize, bytes: &mut [u8; 5]) -> &[u8] {
    let size = match len {
        0..=127 => 1,
        128..16_383 => 2,
        16_383..2_097_151 => 3,
        2_097_151..268_435_455 => 4,
        _ => 5,
    };
    for (place, byte) in bytes[..size].iter_mut().rev().enumerate() {
        let more = if place + 1 < size { 0x80 } else { 0 };
        *byte = (len >> (7 * place)) as u8 & 0x7f | more;
    }
    &bytes[..size]
}

/// The room that there has to be before an entry is written, but for a long string's bytes.
const CELL: usize = 80;
/// Strings up to here have a code of one byte, and so has their backward length.
const SHORT_MAX: usize = 63;

/// A listpack as it grows.
#[derive(Default, Debug)]
pub(crate) struct Builder {
    /// What was written, up to `end`; zeros or what an earlier one left behind it.
    bytes: Vec<u8>,
    end: usize,
    count: usize,
}

impl Builder {
    /// Forgets the entries.
    pub(crate) fn clear(&mut self) {
        if self.bytes.len() < HEADER {
            self.bytes.resize(HEADER, 0);
        }
        (self.end, self.count) = (HEADER, 0);
    }

    /// Forgets the entries, and the memory beyond `spare` bytes.
    pub(crate) fn restart(&mut self, spare: usize) {
        self.bytes.truncate(spare);
        self.bytes.shrink_to(spare);
        self.clear();
    }

    /// Whether there is no entry.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.end
    }

    /// Appends a string, as an integer where it is the text of one.
    #[inline]
    pub(crate) fn push(&mut self, text: &[u8]) {
        match parse_int(text) {
            Some(value) => self.push_int(value),
            None => self.push_bytes(text),
        }
    }

    /// Appends what a stream has: it knows the integers itself.
    #[inline]
    pub(crate) fn push_element(&mut self, element: Element<'_>) {
        match element.integer() {
            Ok(value) => self.push_int(value),
            Err(text) => self.push_bytes(text),
        }
    }

    /// Appends an integer.
    #[inline]
    pub(crate) fn push_int(&mut self, value: i64) {
        if let 0..=127 = value {
            self.put([value as u8]);
        } else {
            self.push_wide_int(value);
        }
    }

    /// Appends several integers, at most [`CELL`] / 2, that are likely to be small.
    #[inline]
    pub(crate) fn push_ints<const N: usize>(&mut self, values: [i64; N]) {
        if values.iter().all(|value| (0..=127).contains(value)) {
            let cells = self.cell().as_chunks_mut::<2>().0;
            for (cell, value) in cells.iter_mut().zip(values) {
                *cell = [value as u8, 1];
            }
            self.end += 2 * N;
            self.count += N;
        } else {
            values.into_iter().for_each(|value| self.push_int(value));
        }
    }

    fn push_wide_int(&mut self, value: i64) {
        let wide @ [a, b, c, d, ..] = value.to_le_bytes();
        match value {
            -4096..=4095 => self.put([0xc0 | b & 0x1f, a]),
            -0x8000..=0x7fff => self.put([0xf1, a, b]),
            -0x80_0000..=0x7f_ffff => self.put([0xf2, a, b, c]),
            -0x8000_0000..=0x7fff_ffff => self.put([0xf3, a, b, c, d]),
            _ => {
                let mut entry = [0xf4; 9];
                entry[1..].copy_from_slice(&wide);
                self.put(entry);
            }
        }
    }

    /// Appends an entry of a few bytes.
    #[inline]
    fn put<const N: usize>(&mut self, entry: [u8; N]) {
        let cell = self.cell();
        cell[..N].copy_from_slice(&entry);
        cell[N] = N as u8;
        self.end += N + 1;
        self.count += 1;
    }

    #[inline]
    fn push_bytes(&mut self, text: &[u8]) {
        let len = text.len();
        if len > SHORT_MAX {
            return self.push_long(text);
        }
        let [code, cell @ ..] = self.cell();
        *code = 0x80 | len as u8;
        copy_short(cell, text);
        cell[len] = len as u8 + 1;
        self.end += len + 2;
        self.count += 1;
    }

    #[inline(never)]
    fn push_long(&mut self, text: &[u8]) {
        self.make_room(CELL + text.len());
        let start = self.end;
        match text.len() {
            len @ ..0x1000 => self.append(&[0xe0 | (len >> 8) as u8, len as u8]),
            len => {
                self.append(&[0xf0]);
                self.append(&(len as u32).to_le_bytes());
            }
        }
        self.append(text);
        let mut back = [0; 5];
        self.append(back_len(self.end - start, &mut back));
        self.count += 1;
    }

    fn append(&mut self, bytes: &[u8]) {
        self.bytes[self.end..][..bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }

    /// The room for the next entry, and a byte behind it.
    #[inline]
    fn cell(&mut self) -> &mut [u8; CELL] {
        if self.bytes.len() - self.end < CELL {
            self.make_room(CELL);
        }
        self.bytes[self.end..].first_chunk_mut().expect("room was made")
    }

    #[cold]
    fn make_room(&mut self, need: usize) {
        if self.bytes.len() - self.end < need {
            let len = (self.end + need).max(self.bytes.len() * 2);
            self.bytes.resize(len, 0);
        }
    }

    /// The whole, ready to be written.
    pub(crate) fn finish(&mut self) -> &[u8] {
        self.cell()[0] = END;
        let whole = &mut self.bytes[..=self.end];
        let total = whole.len() as u32;
        let count = u16::try_from(self.count).unwrap_or(COUNT_UNKNOWN);
        whole[..4].copy_from_slice(&total.to_le_bytes());
        whole[4..HEADER].copy_from_slice(&count.to_le_bytes());
        whole
    }
}

/// Copies at most [`SHORT_MAX`] bytes: the first and the last ones, which may overlap, where a call
/// would take longer than they.
#[inline]
fn copy_short(to: &mut [u8; CELL - 1], text: &[u8]) {
    let len = text.len();
    if let (Some(first), Some(last), ..=32) =
        (text.first_chunk::<16>(), text.last_chunk::<16>(), len)
    {
        to[..16].copy_from_slice(first);
        to[len - 16..len].copy_from_slice(last);
    } else if let (Some(first), Some(last), ..=16) =
        (text.first_chunk::<8>(), text.last_chunk::<8>(), len)
    {
        to[..8].copy_from_slice(first);
        to[len - 8..len].copy_from_slice(last);
    } else if let (Some(first), Some(last), ..=8) =
        (text.first_chunk::<4>(), text.last_chunk::<4>(), len)
    {
        to[..4].copy_from_slice(first);
        to[len - 4..len].copy_from_slice(last);
    } else {
        to[..len].copy_from_slice(text);
    }
}
