//! Writing an RDB file.
//!
//! ```text
//! REDIS0011 | AUX name value ..  | LIBRARY code .. | SELECT n RESIZE keys expires ..
//! SELECT n | [EXPIRE_MS at] [IDLE n | FREQUENCY n] kind key object .. | SELECT m ..
//! END | checksum u64 of all before, 0 for none                        (little endian)
//! ```
//! The version in the first bytes is known at the end: it rises when an entry needs a newer one.
//! The bytes are then written over, and the checksum is corrected without reading the file again.

use super::write::{Aside, Strings, Writer};
use super::{OPCODE_AUX, OPCODE_END, OPCODE_LIBRARY, OPCODE_RESIZE, OPCODE_SELECT, VERSION_VALKEY};
use crate::crc64;
use crate::snapshot::SnapshotError;
use crate::storage::{Sink, Storage};
use engine::CutDatabase;
use engine::journal::write_request;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Bytes that are handed to the disk at once.
const WRITE_BYTES: usize = 256 * 1024;
/// Bytes after which the disk is asked to keep them, so that the end has little left to wait for.
const SYNC_BYTES: u64 = 4 * 1024 * 1024;
/// Length of the first bytes.
const MAGIC_LEN: usize = 9;

/// What stands before the entries.
#[derive(Clone, Default, Debug)]
pub struct Header {
    /// The version that is wanted.
    pub version: u16,
    /// Names and values of facts.
    pub aux: Vec<(&'static str, String)>,
    /// The code of function libraries.
    pub libraries: Vec<Arc<[u8]>>,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub struct SaveOptions {
    /// `rdbcompression`: what was set aside is compressed.
    pub compress: bool,
    /// `rdbchecksum`.
    pub checksum: bool,
    /// `rdb-save-incremental-fsync`.
    pub sync_often: bool,
}

/// A file that grows. Without [`FileWriter::begin`] it has no frame: then it is bytes alone.
pub struct FileWriter {
    sink: Box<dyn Sink>,
    writer: Writer,
    options: SaveOptions,
    /// Bytes that the sink has, and their checksum.
    written: u64,
    sum: u64,
    unsynced: u64,
    /// The first bytes as they were written.
    begun: [u8; MAGIC_LEN],
    version: u16,
    db: Option<usize>,
    framed: bool,
}

impl FileWriter {
    /// Makes the file.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn create(
        storage: &dyn Storage,
        path: &Path,
        options: SaveOptions,
    ) -> Result<Self, SnapshotError> {
        let sink = storage.create(path).map_err(|error| at("open", error))?;
        let strings = if options.compress { Strings::Compressed } else { Strings::Plain };
        Ok(Self {
            sink,
            writer: Writer::new(strings),
            options,
            written: 0,
            sum: 0,
            unsynced: 0,
            begun: [0; MAGIC_LEN],
            version: 0,
            db: None,
            framed: false,
        })
    }

    /// Writes what stands before the entries of databases that hold so much.
    pub fn begin(&mut self, header: &Header, databases: &[CutDatabase]) {
        self.framed = true;
        self.version = header.version;
        let out = &mut self.writer;
        self.begun = magic(header.version);
        out.out.extend_from_slice(&self.begun);
        for (name, value) in &header.aux {
            out.byte(OPCODE_AUX);
            out.string(name.as_bytes());
            out.string(value.as_bytes());
        }
        for code in &header.libraries {
            out.byte(OPCODE_LIBRARY);
            out.string(code);
        }
        for (number, db) in databases.iter().enumerate().filter(|(_, db)| db.keys > 0) {
            out.byte(OPCODE_SELECT);
            out.number(number as u64);
            out.byte(OPCODE_RESIZE);
            out.number(db.keys as u64);
            out.number(db.expires as u64);
            self.db = Some(number);
        }
    }

    /// Writes what stands before the entries of a file without a frame: an annotation with a Unix
    /// second, if it is not 0, and requests that load the function libraries.
    pub fn begin_requests(&mut self, header: &Header, second: i64) {
        let out = &mut self.writer.out;
        if second != 0 {
            out.extend_from_slice(format!("#TS:{second}\r\n").as_bytes());
        }
        for code in &header.libraries {
            write_request(out, [&b"FUNCTION"[..], b"LOAD", code]);
        }
    }

    /// Whether entries of this database may follow; if not, it is to be selected first.
    pub fn is_at(&self, db: usize) -> bool {
        self.db == Some(db)
    }

    /// Selects a database: in a file with a frame by itself, else by `select`.
    pub fn select(&mut self, db: usize, select: Option<fn(usize, &mut Vec<u8>)>) {
        self.db = Some(db);
        match select {
            Some(select) => select(db, &mut self.writer.out),
            None => {
                self.writer.byte(OPCODE_SELECT);
                self.writer.number(db as u64);
            }
        }
    }

    /// Writes entries of the database that is selected; `version` is what a reader has to know.
    ///
    /// # Errors
    /// Those of the storage.
    pub(crate) fn entries(
        &mut self,
        bytes: &[u8],
        asides: &[Aside],
        version: u16,
    ) -> Result<(), SnapshotError> {
        self.version = self.version.max(version);
        self.writer.complete(bytes, asides);
        if self.writer.out.len() >= WRITE_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes the end and waits until the disk has everything; the file's length.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn finish(mut self) -> Result<u64, SnapshotError> {
        if self.framed {
            self.writer.byte(OPCODE_END);
        }
        self.flush()?;
        if self.framed {
            self.correct_version()?;
            let sum = if self.options.checksum { self.sum } else { 0 };
            self.writer.out.extend_from_slice(&sum.to_le_bytes());
            self.flush()?;
        }
        self.sink.sync().map_err(|error| at("fsync", error))?;
        Ok(self.written)
    }

    fn correct_version(&mut self) -> Result<(), SnapshotError> {
        // The first bytes have reached the sink: everything was flushed.
        let (old, new) = (self.begun, magic(self.version));
        if old != new {
            self.sink.overwrite(0, &new).map_err(|error| at("write", error))?;
            let change = crc64::update(0, &old) ^ crc64::update(0, &new);
            self.sum ^= crc64::after_zeros(change, self.written - MAGIC_LEN as u64);
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), SnapshotError> {
        let bytes = std::mem::take(&mut self.writer.out);
        self.sink.write_all(&bytes).map_err(|error| at("write", error))?;
        if self.options.checksum && self.framed {
            self.sum = crc64::update(self.sum, &bytes);
        }
        self.written += bytes.len() as u64;
        self.unsynced += bytes.len() as u64;
        if self.options.sync_often && self.unsynced >= SYNC_BYTES {
            self.sink.sync().map_err(|error| at("fsync", error))?;
            self.unsynced = 0;
        }
        self.writer.out = bytes;
        self.writer.out.clear();
        Ok(())
    }
}

/// The first bytes of a file of a version.
fn magic(version: u16) -> [u8; MAGIC_LEN] {
    let text = if version >= VERSION_VALKEY {
        format!("VALKEY{version:03}")
    } else {
        format!("REDIS{version:04}")
    };
    let mut bytes = [b'0'; MAGIC_LEN];
    bytes.copy_from_slice(&text.as_bytes()[..MAGIC_LEN]);
    bytes
}

fn at(step: &'static str, error: io::Error) -> SnapshotError {
    SnapshotError::Storage { step, error }
}
