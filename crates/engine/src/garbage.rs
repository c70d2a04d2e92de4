//! What was taken out of the keyspace whole, and is freed elsewhere: by a thread of its own, or a
//! piece at a time by a worker that needs the room.
//!
//! ```text
//! Database   a stripe's share of a database; once begun  ->  Records   what is left of its records
//! Value      one collection: freed whole, and `is_large` if that takes long
//! Stream     blocks and groups that a stream has lost: the same
//! ```
//! A piece is an allocation, or [`PIECE_BYTES`] of a long one: the system's pages cost as well.

use crate::database::Database;
use crate::stream::Debris;
use crate::value::{self, Rec};
use raw::IntoIter;

/// More pieces than this make large what can only be freed whole: a millisecond, or less.
const LARGE_PIECES: usize = 8 * 1024;
/// Bytes that cost as much to free as another allocation does.
const PIECE_BYTES: usize = 16 * 1024;

/// Something large whose memory is given back elsewhere.
pub enum Garbage {
    /// One value.
    Value(Rec),
    /// A whole database.
    Database(Box<Database>),
    /// What is left of one.
    Records(IntoIter<Rec>),
    /// Parts of a stream.
    Stream(Debris),
}

impl std::fmt::Debug for Garbage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Value(_) => "Value",
            Self::Database(_) => "Database",
            Self::Records(_) => "Records",
            Self::Stream(_) => "Stream",
        })
    }
}

impl Garbage {
    /// Whether it takes long to free and cannot be divided. O(1), but for lists O(elements /
    /// 20,000) and for streams O(groups).
    pub fn is_large(&self) -> bool {
        match self {
            Self::Value(rec) => value::weight(rec) > LARGE_PIECES,
            Self::Stream(debris) => debris.weight() > LARGE_PIECES,
            Self::Database(_) | Self::Records(_) => false,
        }
    }

    /// Whether it can be divided: it is a database.
    pub fn is_divisible(&self) -> bool {
        matches!(self, Self::Database(_) | Self::Records(_))
    }

    /// Frees about so many pieces of it, or all that cannot be divided; how many of them are
    /// not used up. `leave` gets what is left, large values that lay in it among that.
    pub fn free_some(self, mut pieces: usize, leave: &mut dyn FnMut(Self)) -> usize {
        let mut records = match self {
            Self::Database(database) => database.into_records(),
            Self::Records(records) => records,
            Self::Value(rec) => return pieces.saturating_sub(value::weight(&rec)),
            Self::Stream(debris) => return pieces.saturating_sub(debris.weight()),
        };
        loop {
            let Some(rec) = records.next() else { return pieces };
            let weight = value::weight(&rec);
            if weight > LARGE_PIECES {
                leave(Self::Value(rec));
            } else {
                pieces = pieces.saturating_sub(weight + rec.alloc_size() / PIECE_BYTES);
            }
            if pieces == 0 {
                leave(Self::Records(records));
                return 0;
            }
        }
    }
}

#[cfg(test)]
mod tests;
