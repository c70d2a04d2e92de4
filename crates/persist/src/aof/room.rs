//! Room at the end of an increment that is filled before it is needed: what is written over it is
//! synced with one write of the disk, while a file that grows takes three (bytes, length, extents).
//!
//! ```text
//! ..requests | #SUM:<bytes, 8 hex digits>:<CRC-64, 16>\n | requests .. | ####..#\n ####..#\n ..
//!             a batch: what one sync makes last                          room
//! ```
//! Sums and room are annotations, which every reader of the format since Redis 7 skips. Room is
//! lines of 64 bytes at multiples of 64 in the file, so wherever a batch ends, what is left of it
//! is a line again; where only its end would be left, the batch takes that too.
//!
//! A line of room, synced, begins this way of writing, and the sum of no requests ends it.
//!
//! A power cut may leave any sectors of the last batch, and room for the others, even within a
//! value: hence the sum before it. A reader looks at the sum first and takes a batch in part never.

use crate::crc64;
use crate::storage::Storage;
use std::io::{self, Write as _};
use std::path::Path;

/// Bytes of a line of room.
const LINE: u64 = 64;
const MARK: &[u8] = b"#SUM:";
const LEN_DIGITS: usize = 8;
const CRC_DIGITS: usize = 16;
/// The line behind which requests have sums, and what is wrong is what a crash has left.
pub(super) const BEGIN: &[u8] = b"#\n";
/// The line behind which they have none.
pub(super) const END: &[u8] = b"#SUM:00000000:0000000000000000\n";
/// Bytes of a line with a sum.
pub(super) const SUM_BYTES: usize = END.len();

/// Room for the bytes of a file from `at` to a later line.
pub(super) fn fill(at: u64, least: u64) -> Vec<u8> {
    let len = (at + least).next_multiple_of(LINE) - at;
    let mut room = vec![b'#'; len as usize];
    room.iter_mut().rev().step_by(LINE as usize).for_each(|end| *end = b'\n');
    room
}

/// Whether a line, its end included, is room or what a batch has left of it.
pub(super) fn is_room(line: &[u8]) -> bool {
    line.strip_suffix(b"\n").is_some_and(|line| line.iter().all(|byte| *byte == b'#'))
}

/// Appends a batch that is to be written over room from `at` on. Its requests have less than 4 GiB.
/// The next one begins behind the requests, even if there is a byte more.
pub(super) fn push_batch(out: &mut Vec<u8>, at: u64, requests: &[u8]) {
    let (len, crc) = (requests.len(), crc64::update(0, requests));
    let sum = out.write_fmt(format_args!("#SUM:{len:08x}:{crc:016x}\n"));
    debug_assert!(sum.is_ok(), "memory takes all");
    out.extend_from_slice(requests);
    if (at + (SUM_BYTES + len) as u64) % LINE == LINE - 1 {
        out.push(b'#');
    }
}

/// What a line says of the requests behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sum {
    /// How many bytes they have.
    pub len: usize,
    crc: u64,
}

impl Sum {
    /// The sum that a line is, if it is one.
    pub fn of_line(line: &[u8]) -> Option<Self> {
        let text = line.strip_prefix(MARK)?.strip_suffix(b"\n")?;
        let (len, crc) = text.split_at_checked(LEN_DIGITS)?;
        let crc = crc.strip_prefix(b":").filter(|crc| crc.len() == CRC_DIGITS)?;
        Some(Self { len: hex(len)? as usize, crc: hex(crc)? })
    }

    /// Whether it is that of these requests.
    pub fn is_of(&self, requests: &[u8]) -> bool {
        requests.len() == self.len && crc64::update(0, requests) == self.crc
    }
}

/// Cuts a file to a length behind which there may be room or half a batch: what follows has no
/// sums.
///
/// # Errors
/// Those of the storage.
pub fn cut(storage: &dyn Storage, path: &Path, len: u64) -> io::Result<()> {
    storage.truncate(path, len)?;
    let mut sink = storage.append(path)?;
    sink.write_all(END)?;
    sink.sync()
}

/// Whether a line with a sum may begin in these bytes.
pub(super) fn may_have_sum(bytes: &[u8]) -> bool {
    bytes.windows(MARK.len()).any(|found| found == MARK)
}

fn hex(digits: &[u8]) -> Option<u64> {
    let lower = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    let text = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(lower))?;
    u64::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests;
