//! Writing lengths, strings and numbers of an object.

use engine::value::parse_int;
use engine::{Blob, Lzf};

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
    /// Later, by [`Writer::complete`] on another thread: here they are only set aside.
    Later,
}

/// Bytes from which on a string is set aside by reference.
const SHARED_MIN: usize = 16 * 1024;

/// A string that was set aside: where it belongs, with its length before it.
#[derive(Debug)]
pub(crate) struct Aside {
    at: usize,
    string: Text,
}

#[derive(Debug)]
enum Text {
    /// It stands there, so many bytes.
    Here(usize),
    /// It is still the value's own.
    Shared(Blob),
}

/// A place for a number that is known later, of one byte so far.
#[derive(Debug)]
pub(crate) struct Hole {
    at: usize,
    /// How many strings were set aside before it.
    asides: usize,
}

/// Bytes of an object as they grow.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) out: Vec<u8>,
    strings: Strings,
    lzf: Lzf,
    asides: Vec<Aside>,
}

impl Writer {
    pub(crate) fn new(strings: Strings) -> Self {
        Self { out: Vec::new(), strings, lzf: Lzf::default(), asides: Vec::new() }
    }

    /// Forgets what was written, for objects whose strings are to be written so. Of the memory for
    /// them, `spare` bytes are kept.
    pub(crate) fn restart(&mut self, strings: Strings, spare: usize) {
        self.strings = strings;
        self.asides.clear();
        self.out.clear();
        self.out.shrink_to(spare);
    }

    /// What was written, which is forgotten here, and the strings that were set aside.
    pub(crate) fn take(&mut self) -> (Vec<u8>, Vec<Aside>) {
        (std::mem::take(&mut self.out), std::mem::take(&mut self.asides))
    }

    /// Appends what a writer with [`Strings::Later`] left, its strings compressed or as they are.
    pub(crate) fn complete(&mut self, bytes: &[u8], asides: &[Aside]) {
        let mut from = 0;
        for aside in asides {
            self.out.extend_from_slice(&bytes[from..aside.at]);
            from = aside.at;
            match &aside.string {
                Text::Here(len) => {
                    from += len;
                    self.long_string(&bytes[aside.at..from]);
                }
                Text::Shared(blob) => self.long_string(blob.as_slice()),
            }
        }
        self.out.extend_from_slice(&bytes[from..]);
    }

    /// Leaves a place for a number that is known later, and is written by [`Writer::fill`].
    pub(crate) fn leave_number(&mut self) -> Hole {
        self.out.push(0);
        Hole { at: self.out.len() - 1, asides: self.asides.len() }
    }

    /// Writes a number where a place was left. O(1) below 64; else O(n) in what follows.
    pub(crate) fn fill(&mut self, hole: Hole, number: u64) {
        if number < 0x40 {
            self.out[hole.at] = number as u8;
            return;
        }
        let before = self.out.len();
        self.number(number);
        let len = self.out.len() - before;
        self.out[hole.at..].rotate_right(len);
        // The byte that was left stands behind the number now.
        self.out.remove(hole.at + len);
        for aside in &mut self.asides[hole.asides..] {
            aside.at += len - 1;
        }
    }

    /// A string that a value shares.
    pub(crate) fn blob(&mut self, blob: &Blob) {
        if self.strings == Strings::Later && blob.len() >= SHARED_MIN {
            self.asides.push(Aside { at: self.out.len(), string: Text::Shared(blob.clone()) });
        } else {
            self.string(blob.as_slice());
        }
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
        if self.strings == Strings::Later && text.len() >= PACK_MIN {
            self.asides.push(Aside { at: self.out.len(), string: Text::Here(text.len()) });
            return self.out.extend_from_slice(text);
        }
        self.long_string(text);
    }

    /// A string that is no number.
    fn long_string(&mut self, text: &[u8]) {
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
        // The length of what follows is known last: its place is that of the longest there can be.
        let (begin, limit) = (self.out.len(), text.len() - PACK_GAIN);
        self.pack_head(limit, text.len());
        let body = self.out.len();
        if !self.lzf.compress(text, limit, &mut self.out) {
            self.out.truncate(begin);
            return false;
        }
        let (packed, end) = (self.out.len() - body, self.out.len());
        self.pack_head(packed, text.len());
        let head = self.out.len() - end;
        self.out.copy_within(end.., begin);
        self.out.truncate(end);
        if head < body - begin {
            self.out.copy_within(body.., begin + head);
            self.out.truncate(begin + head + packed);
        }
        true
    }

    /// What stands before a compressed string.
    fn pack_head(&mut self, packed: usize, text: usize) {
        self.byte(0xc3);
        self.number(packed as u64);
        self.number(text as u64);
    }

    /// A double as eight bytes.
    pub(crate) fn double(&mut self, value: f64) {
        self.out.extend(value.to_le_bytes());
    }
}
