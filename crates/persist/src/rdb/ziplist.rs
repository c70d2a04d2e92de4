//! Ziplists: the packed lists of Redis up to 6.2.
//!
//! ```text
//! [bytes u32][offset of the last entry u32][entries u16, 65535: unknown] entry ... [FF]
//! entry   length of the one before (1 byte, or FE and u32), code, data
//! code    00llllll           string              (lengths big endian, integers little endian)
//!         01llllll l8        string
//!         10------ l32       string
//!         C0 D0 E0           16, 32, 64 bits     F0, FE    24, 8 bits
//!         F1 to FD           0 to 12
//! ```

use super::Corrupt;
use super::read::{Reader, Text};

const HEADER: usize = 10;
const END: u8 = 0xff;
const COUNT_UNKNOWN: u16 = u16::MAX;
const BROKEN: Corrupt = Corrupt("Ziplist integrity check failed.");

/// The entries of a ziplist, checked as they are read.
pub(crate) struct Entries<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the entry before begins, and its length; 0 for none.
    before: usize,
    before_len: usize,
    seen: usize,
}

impl<'a> Entries<'a> {
    /// Opens a ziplist.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, Corrupt> {
        let total = bytes.first_chunk().map(|total| u32::from_le_bytes(*total) as usize);
        if bytes.len() <= HEADER || total != Some(bytes.len()) || bytes.last() != Some(&END) {
            return Err(BROKEN);
        }
        Ok(Self { bytes, at: HEADER, before: 0, before_len: 0, seen: 0 })
    }

    /// The next entry; none at the end, where header and entries are compared.
    pub(crate) fn next(&mut self) -> Result<Option<Text<'a>>, Corrupt> {
        if self.at == self.bytes.len() - 1 {
            return if self.header_agrees() { Ok(None) } else { Err(BROKEN) };
        }
        let inside = &self.bytes[self.at..self.bytes.len() - 1];
        let mut reader = Reader::new(inside);
        let entry = read(&mut reader, self.before_len).map_err(|_| BROKEN)?;
        self.before = self.at;
        self.before_len = inside.len() - reader.left();
        self.at += self.before_len;
        self.seen += 1;
        Ok(Some(entry))
    }

    fn header_agrees(&self) -> bool {
        let tail = self.bytes[4..].first_chunk().map(|tail| u32::from_le_bytes(*tail) as usize);
        let count = self.bytes[8..].first_chunk().map(|count| u16::from_le_bytes(*count));
        let counted =
            count.is_some_and(|count| count == COUNT_UNKNOWN || usize::from(count) == self.seen);
        counted && (self.seen == 0 || tail == Some(self.before))
    }
}

fn read<'a>(reader: &mut Reader<'a>, before_len: usize) -> Result<Text<'a>, Corrupt> {
    let before = match reader.byte()? {
        0xfe => u32::from_le_bytes(reader.array()?) as usize,
        END => return Err(BROKEN),
        before => usize::from(before),
    };
    if before != before_len {
        return Err(BROKEN);
    }
    let first = reader.byte()?;
    let value = match first {
        0..0x40 => return reader.take(usize::from(first)).map(Text::Bytes),
        0x40..0x80 => {
            let len = usize::from(first & 0x3f) << 8 | usize::from(reader.byte()?);
            return reader.take(len).map(Text::Bytes);
        }
        0x80..0xc0 => {
            let len = u32::from_be_bytes(reader.array()?) as usize;
            return reader.take(len).map(Text::Bytes);
        }
        0xc0 => i64::from(i16::from_le_bytes(reader.array()?)),
        0xd0 => i64::from(i32::from_le_bytes(reader.array()?)),
        0xe0 => i64::from_le_bytes(reader.array()?),
        0xf0 => {
            let [a, b, c] = reader.array()?;
            i64::from(i32::from_le_bytes([0, a, b, c]) >> 8)
        }
        0xf1..=0xfd => i64::from(first - 0xf1),
        0xfe => i64::from(i8::from_le_bytes(reader.array()?)),
        _ => return Err(BROKEN),
    };
    Ok(Text::int(value))
}
