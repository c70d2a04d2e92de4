//! What DUMP sends and RESTORE takes: one object with a footer.
//!
//! ```text
//! [kind u8][object][version u16][checksum u64 of all before]      (little endian)
//! ```
//! Example: the string "x" is `00 01 78  0a 00  22 80 86 5f bd e8 48 d0`.

use crate::crc64;
use crate::rdb::{self, Corrupt, Decoder, Encoder, Strings};
use engine::{Limits, Rec};

const VERSION_LEN: usize = 2;
const CHECKSUM_LEN: usize = 8;

/// Whether the checksum of a payload is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Checksum {
    /// A wrong one is refused.
    Checked,
    /// Any will do (`DEBUG SET-SKIP-CHECKSUM-VALIDATION`).
    Ignored,
}

/// Why a payload was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestoreError {
    /// The footer: too short, a version from the future, a wrong checksum.
    Footer,
    /// The object.
    Corrupt(Corrupt),
}

impl From<Corrupt> for RestoreError {
    fn from(corrupt: Corrupt) -> Self {
        Self::Corrupt(corrupt)
    }
}

/// Bytes of buffers that are kept from one payload to the next.
const SPARE: usize = 64 * 1024;

/// Makes payloads one after another; keeps its buffers, at most some 200 KiB.
#[derive(Debug)]
pub struct Dumper(Encoder);

impl Default for Dumper {
    fn default() -> Self {
        Self(Encoder::new(Strings::Plain))
    }
}

impl Dumper {
    /// Runs `use_payload` on the payload of a value. O(n).
    pub fn with<R>(
        &mut self,
        rec: &Rec,
        strings: Strings,
        use_payload: impl FnOnce(&[u8]) -> R,
    ) -> R {
        let Self(encoder) = self;
        encoder.restart(strings, SPARE);
        let version = encoder.value(rec);
        let payload = encoder.out();
        payload.extend(version.to_le_bytes());
        payload.extend(crc64::update(0, payload).to_le_bytes());
        let result = use_payload(payload);
        encoder.restart(strings, SPARE);
        result
    }
}

/// The payload of a value. O(n).
pub fn dump(rec: &Rec, strings: Strings) -> Vec<u8> {
    Dumper::default().with(rec, strings, <[u8]>::to_vec)
}

/// The value of a payload as a record under `key`, without an expiry. O(n).
///
/// # Errors
/// [`RestoreError`]: the payload is not one that a server dumped.
pub fn restore(
    limits: &Limits,
    key: &[u8],
    payload: &[u8],
    checksum: Checksum,
) -> Result<Rec, RestoreError> {
    let split = payload.len().checked_sub(VERSION_LEN + CHECKSUM_LEN);
    let (object, footer) = payload.split_at(split.ok_or(RestoreError::Footer)?);
    let [v0, v1, sum @ ..] = footer else { return Err(RestoreError::Footer) };
    let version = u16::from_le_bytes([*v0, *v1]);
    if !rdb::is_known(version) {
        return Err(RestoreError::Footer);
    }
    let checked = &payload[..payload.len() - CHECKSUM_LEN];
    if checksum == Checksum::Checked && crc64::update(0, checked).to_le_bytes() != *sum {
        return Err(RestoreError::Footer);
    }
    Ok(rdb::decode(Decoder { limits, version }, key, object)?)
}

/// The byte before each library in the payload of FUNCTION DUMP.
const LIBRARY: u8 = 245;

/// Why a payload of libraries was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LibrariesError {
    /// The footer: too short, a version from the future, a wrong checksum.
    Footer,
    /// Something that is no library.
    NoLibrary,
    /// A library that cannot be read.
    Corrupt,
}

/// The payload of FUNCTION DUMP: each source behind its byte, then the footer. O(n).
pub fn dump_libraries<'a>(sources: impl Iterator<Item = &'a [u8]>, strings: Strings) -> Vec<u8> {
    let mut writer = rdb::Writer::new(strings);
    for source in sources {
        writer.byte(LIBRARY);
        writer.string(source);
    }
    let mut payload = writer.out;
    payload.extend(rdb::VERSION_WRITTEN.to_le_bytes());
    payload.extend(crc64::update(0, &payload).to_le_bytes());
    payload
}

/// The sources in a payload of FUNCTION DUMP. O(n).
///
/// # Errors
/// [`LibrariesError`]: the payload is not one that a server dumped.
pub fn restore_libraries(payload: &[u8]) -> Result<Vec<Vec<u8>>, LibrariesError> {
    let split = payload.len().checked_sub(VERSION_LEN + CHECKSUM_LEN);
    let (object, footer) = payload.split_at(split.ok_or(LibrariesError::Footer)?);
    let version = u16::from_le_bytes([footer[0], footer[1]]);
    let checked = &payload[..payload.len() - CHECKSUM_LEN];
    let sum = crc64::update(0, checked).to_le_bytes();
    if !rdb::is_known(version) || sum[..] != footer[VERSION_LEN..] {
        return Err(LibrariesError::Footer);
    }
    let mut reader = rdb::Reader::new(object);
    let mut sources = Vec::new();
    while !reader.is_at_end() {
        if reader.byte() != Ok(LIBRARY) {
            return Err(LibrariesError::NoLibrary);
        }
        sources.push(reader.string().map_err(|_| LibrariesError::Corrupt)?.to_vec());
    }
    Ok(sources)
}

#[cfg(test)]
mod tests;
