//! A snapshot: all entries as they were at one instant, written to a file while they change.
//!
//! ```text
//! order   Host::begin_snapshot(keys, order), with everything locked: this is the cut
//! walk    workers encode what is left, a slice at a time; a writer encodes first what it changes
//! save    one thread writes the pieces to `Order::path` and syncs it
//! end     Order::finish, on that thread
//! ```
//! One runs at a time. Who orders one names the file, says how an entry is written, and does the
//! rest at the end: the temporary file has its final name given by `finish`.

mod shot;

use crate::rdb::{Header, SaveOptions, Style};
use engine::Rec;
use std::fmt;
use std::path::PathBuf;

/// What a snapshot is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// SAVE, BGSAVE, save points.
    Save,
    /// BGREWRITEAOF.
    Rewrite,
    /// A replica's first copy.
    Sync,
}

/// How entries are written.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    /// An RDB file.
    Rdb {
        /// It is the base of an append-only file.
        aof_base: bool,
    },
    /// Requests that make the entries.
    Commands {
        /// The Unix second that stands at the beginning as an annotation; 0 for none.
        stamp_s: i64,
        /// Appends the request that selects a database.
        select: fn(usize, &mut Vec<u8>),
        /// Appends the requests that make an entry with its expiry. Runs under a stripe's lock.
        entry: fn(&Rec, &mut Vec<u8>),
    },
}

pub use shot::{Gathering, Shot, save_all};

/// How a snapshot's file is written.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How entries are written.
    pub format: Format,
    /// What of them.
    pub style: Style,
    /// How the file is written.
    pub options: SaveOptions,
    /// What stands before the entries of an RDB file.
    pub header: Header,
    /// The saver is slowed down, for tests: entries are handed to it one by one.
    pub slow: bool,
}

/// What to do at the end of a snapshot: on the saving thread, the file synced, no lock held.
pub type Finish = Box<dyn FnOnce(Result<Written, SnapshotError>) + Send>;

/// A snapshot that is asked for.
pub struct Order {
    /// For what.
    pub purpose: Purpose,
    /// The file to write, made or emptied first. After an error it is removed.
    pub path: PathBuf,
    /// How.
    pub format: Format,
    /// What to do then.
    pub finish: Finish,
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order")
            .field("purpose", &self.purpose)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Bytes of the file.
    pub bytes: u64,
    /// Entries in it.
    pub entries: u64,
    /// Changes of the data set that had been made by the cut (`Counters::dirty`, all stripes).
    pub dirty_at_cut: u64,
}

/// Why there is no file.
#[derive(Debug)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It was taken back.
    Cancelled,
    /// The storage failed, doing this.
    Storage {
        /// What was tried: `open`, `write`, `fsync`.
        step: &'static str,
        /// How it failed.
        error: std::io::Error,
    },
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("cancelled"),
            Self::Storage { step, error } => write!(f, "{step}: {error}"),
        }
    }
}

impl std::error::Error for SnapshotError {}

/// Why a snapshot cannot begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// One is under way, for this.
    Busy(Purpose),
    /// This host has no disk.
    NoDisk,
}
