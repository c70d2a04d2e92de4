//! Reads requests from an append-only file, one after the other.
//!
//! ```text
//! *3\r\n $3\r\nSET\r\n $1\r\nk\r\n $1\r\nv\r\n      a request
//! #TS:1700000000\r\n                                 an annotation, skipped
//! #SUM:..\n ####..#\n                              the sum of what follows, and room (`room.rs`)
//! ```
//! Numbers and line ends are looked at closely, unlike in Redis: zeros that a disk left between two
//! writes must not join them. A length is believed only as far as there are bytes: memory grows
//! with what was read. What is wrong where sums were is what a power cut has left of the last
//! batch, unless there is a sum behind it: the file ends short there, as it does where it ends in
//! the midst of a request.

use super::room::{self, Sum};
use crate::storage::Source;
use std::fmt;
use std::io;
use std::ops::Range;

/// Longest line of a count, a length or an annotation.
const LINE_MAX: usize = 1024;
/// Bytes read at once.
const STEP: usize = 64 * 1024;
/// Parts that a request may claim before any of them was read.
const PARTS_AHEAD: usize = 1024;

/// Why there is no further request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Broken {
    /// The file ends in the midst of a request.
    Short,
    /// What is there is no request.
    Format,
    /// The storage failed.
    Storage(io::Error),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str("unexpected end of file"),
            Self::Format => f.write_str("bad file format"),
            Self::Storage(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Broken {}

/// One request: its words.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    bytes: &'a [u8],
    parts: &'a [Range<usize>],
}

impl<'a> Request<'a> {
    /// How many words, the command's name included; at least one.
    pub fn len(self) -> usize {
        self.parts.len()
    }

    /// Never: a request has a name.
    pub fn is_empty(self) -> bool {
        self.parts.is_empty()
    }

    /// The words in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        self.parts.iter().map(move |part| &self.bytes[part.clone()])
    }

    /// The command's name.
    pub fn name(self) -> &'a [u8] {
        &self.bytes[self.parts[0].clone()]
    }
}

/// Reads a file from wherever its source stands.
pub struct Reader<'s> {
    source: &'s mut dyn Source,
    /// What was read and is not done with; `at` bytes of it are.
    buf: Vec<u8>,
    at: usize,
    /// Offset in the file of the first byte of `buf`.
    begin: u64,
    /// See [`Reader::offset`].
    offset: u64,
    /// Offset in the file behind the last batch that has a sum.
    batch_end: u64,
    parts: Vec<Range<usize>>,
    /// Requests have sums here.
    has_sums: bool,
    /// Offset in the file from which on there was nothing but room.
    room: Option<u64>,
}

impl<'s> Reader<'s> {
    /// A reader of what follows at `offset` in the file, where the source stands.
    pub fn new(source: &'s mut dyn Source, offset: u64) -> Self {
        let (buf, parts) = (Vec::new(), Vec::new());
        Self {
            source,
            buf,
            at: 0,
            begin: offset,
            offset,
            batch_end: 0,
            parts,
            has_sums: false,
            room: None,
        }
    }

    /// Offset in the file behind the last request or annotation; before a sum until all that has it
    /// was read.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the requests before this had sums: room may follow, or half a batch. Those that are
    /// written next have none unless [`super::room::cut`] says so.
    pub fn has_sums(&self) -> bool {
        self.has_sums
    }

    /// At the end of the file: where the room begins that it ends with, or its length.
    pub fn end(&self) -> u64 {
        self.room.unwrap_or(self.offset())
    }

    /// The next request; `None` at the end of the file.
    ///
    /// # Errors
    /// [`Broken`]; [`Reader::offset`] is then still where the last whole request ends.
    pub fn read(&mut self) -> Result<Option<Request<'_>>, Broken> {
        let mut at = self.at;
        loop {
            if !self.has(at, 1)? {
                return Ok(None);
            }
            match self.buf[at] {
                b'#' => {
                    at = self.annotation(at)?;
                    self.at = at;
                }
                b'*' => break,
                _ => return Err(self.judge(at)),
            }
            self.forget();
            at = self.at;
        }
        self.forget();
        at = self.at;
        at = match self.request(at) {
            Err(Broken::Format) => return Err(self.judge(at)),
            other => other?,
        };
        (self.at, self.room) = (at, None);
        self.pass(at);
        Ok(Some(Request { bytes: &self.buf, parts: &self.parts }))
    }

    /// Looks at the line that starts at `at`, and at what it says of those behind it; its end.
    fn annotation(&mut self, at: usize) -> Result<usize, Broken> {
        let end = self.line(at)?.end;
        let is_room = room::is_room(&self.buf[at..end]);
        let begin = (self.begin + at as u64).max(self.batch_end);
        self.room = if is_room { self.room.or(Some(begin)) } else { None };
        self.has_sums |= is_room;
        if let Some(sum) = Sum::of_line(&self.buf[at..end]) {
            self.has_sums = sum.len > 0;
            if !self.has(end, sum.len)? {
                return Err(Broken::Short);
            }
            if !sum.is_of(&self.buf[end..end + sum.len]) {
                return Err(self.judge(end));
            }
            if sum.len > 0 {
                self.batch_end = self.begin + (end + sum.len) as u64;
            }
        }
        self.pass(end);
        Ok(end)
    }

    /// Everything before `at` was read, and is whole but for the batch that it may lie in.
    fn pass(&mut self, at: usize) {
        let here = self.begin + at as u64;
        if here >= self.batch_end {
            self.offset = here;
        }
    }

    /// How what is wrong at `at` is wrong.
    #[cold]
    fn judge(&mut self, at: usize) -> Broken {
        if !self.has_sums {
            return Broken::Format;
        }
        // Its first byte may be that of a sum which is wrong itself.
        let mut rest = self.buf[(at + 1).min(self.buf.len())..].to_vec();
        loop {
            if room::may_have_sum(&rest) {
                return Broken::Format;
            }
            // The beginning of one may be at the end.
            rest.drain(..rest.len().saturating_sub(room::SUM_BYTES));
            let before = rest.len();
            rest.resize(before + STEP, 0);
            match self.source.read(&mut rest[before..]) {
                Ok(0) => return Broken::Short,
                Ok(read) => rest.truncate(before + read),
                Err(error) => return Broken::Storage(error),
            }
        }
    }

    /// Finds the parts of the request at `at`; where it ends.
    fn request(&mut self, at: usize) -> Result<usize, Broken> {
        let line = self.line(at)?;
        let count = number(&self.buf[line.number.clone()]).filter(|count| *count >= 1);
        let count = usize::try_from(count.ok_or(Broken::Format)?).map_err(|_| Broken::Format)?;
        self.parts.clear();
        self.parts.reserve(count.min(PARTS_AHEAD));
        let mut at = line.end;
        for _ in 0..count {
            if !self.has(at, 1)? {
                return Err(Broken::Short);
            }
            if self.buf[at] != b'$' {
                return Err(Broken::Format);
            }
            let line = self.line(at)?;
            let len = number(&self.buf[line.number.clone()]).ok_or(Broken::Format)?;
            let len = usize::try_from(len).map_err(|_| Broken::Format)?;
            let whole = len.checked_add(2).ok_or(Broken::Format)?;
            if !self.has(line.end, whole)? {
                return Err(Broken::Short);
            }
            if self.buf[line.end + len..line.end + whole] != *b"\r\n" {
                return Err(Broken::Format);
            }
            self.parts.push(line.end..line.end + len);
            at = line.end + whole;
        }
        Ok(at)
    }

    /// The line that starts at `at`.
    fn line(&mut self, at: usize) -> Result<Line, Broken> {
        let mut seen = at;
        loop {
            if let Some(found) = self.buf[seen..].iter().position(|byte| *byte == b'\n') {
                return Ok(Line { number: at + 1..seen + found, end: seen + found + 1 });
            }
            seen = self.buf.len();
            if seen - at > LINE_MAX {
                return Err(Broken::Format);
            }
            if !self.has(seen, 1)? {
                return Err(Broken::Short);
            }
        }
    }

    /// Whether there are `count` bytes from `at` on; reads them if need be.
    fn has(&mut self, at: usize, count: usize) -> Result<bool, Broken> {
        let end = at.checked_add(count).ok_or(Broken::Format)?;
        while self.buf.len() < end {
            let before = self.buf.len();
            // Not ahead of what there is: a step, or as much again as was read.
            let step = (end - before).clamp(STEP, before.max(STEP));
            self.buf.resize(before + step, 0);
            let read = self.source.read(&mut self.buf[before..]);
            self.buf.truncate(before + *read.as_ref().unwrap_or(&0));
            if read.map_err(Broken::Storage)? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gives back what is done with, once that is much.
    fn forget(&mut self) {
        if self.at < STEP.max(self.buf.len() / 2) {
            return;
        }
        self.buf.drain(..self.at);
        self.begin += self.at as u64;
        self.at = 0;
    }
}

struct Line {
    /// What stands behind its first byte.
    number: Range<usize>,
    /// Where the next line starts.
    end: usize,
}

/// The number that a line consists of, up to its end.
fn number(line: &[u8]) -> Option<i64> {
    let digits = line.strip_suffix(b"\r")?;
    let mut sum = 0_i64;
    for digit in digits {
        let digit = i64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
        sum = sum.checked_mul(10)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests;
