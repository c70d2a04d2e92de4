//! Writing lengths, strings and numbers of an object.

use crate::lzf;
use engine::value::parse_int;

/// Shorter strings are not worth compressing.
const PACK_MIN: usize = 21;
/// What compression has to save.
const PACK_GAIN: usize = 4;
/// The longest text of a number that is kept as one.
const INT_TEXT_MAX: usize = 11;

/// Whether long strings are compressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strings {
    /// With LZF, where it saves something (`rdbcompression yes`).
    Compressed,
    /// Never.
    Plain,
}

/// Bytes of an object as they grow.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) out: Vec<u8>,
    strings: Strings,
    table: lzf::Table,
    packed: Vec<u8>,
}

impl Writer {
    pub(crate) fn new(strings: Strings) -> Self {
        let (out, table, packed) = (Vec::new(), lzf::Table::default(), Vec::new());
        Self { out, strings, table, packed }
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    /// A length, count or other unsigned number.
    pub(crate) fn number(&mut self, number: u64) {
        match number {
            0..0x40 => self.out.push(number as u8),
            0x40..0x4000 => self.out.extend([0x40 | (number >> 8) as u8, number as u8]),
            0x4000..=0xffff_ffff => {
                self.out.push(0x80);
                self.out.extend((number as u32).to_be_bytes());
            }
            _ => {
                self.out.push(0x81);
                self.out.extend(number.to_be_bytes());
            }
        }
    }

    /// A string: as a number, compressed, or as it is.
    pub(crate) fn string(&mut self, text: &[u8]) {
        if text.len() <= INT_TEXT_MAX
            && let Some(value) = parse_int(text)
            && self.small_int(value)
        {
            return;
        }
        if self.strings == Strings::Compressed && text.len() >= PACK_MIN && self.pack(text) {
            return;
        }
        self.number(text.len() as u64);
        self.out.extend_from_slice(text);
    }

    /// An integer as a string.
    pub(crate) fn int(&mut self, value: i64) {
        if !self.small_int(value) {
            let text = engine::value::IntText::new(value);
            self.number(text.len() as u64);
            self.out.extend_from_slice(&text);
        }
    }

    fn small_int(&mut self, value: i64) -> bool {
        if let Ok(value) = i8::try_from(value) {
            self.out.extend([0xc0, value as u8]);
        } else if let Ok(value) = i16::try_from(value) {
            self.out.push(0xc1);
            self.out.extend(value.to_le_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.out.push(0xc2);
            self.out.extend(value.to_le_bytes());
        } else {
            return false;
        }
        true
    }

    fn pack(&mut self, text: &[u8]) -> bool {
        let mut packed = std::mem::take(&mut self.packed);
        packed.clear();
        let gains = lzf::compress(text, text.len() - PACK_GAIN, &mut self.table, &mut packed);
        if gains {
            self.byte(0xc3);
            self.number(packed.len() as u64);
            self.number(text.len() as u64);
            self.out.extend_from_slice(&packed);
        }
        self.packed = packed;
        gains
    }

    /// A double as eight bytes.
    pub(crate) fn double(&mut self, value: f64) {
        self.out.extend(value.to_le_bytes());
    }
}
