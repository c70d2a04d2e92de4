//! Objects of RDB files: one value each, without its key.
//!
//! ```text
//! length   00nnnnnn | 01nnnnnn n8 | 10000000 n32 | 10000001 n64      (big endian)
//! string   length bytes | 11000000 i8 | 11000001 i16 | 11000010 i32  (little endian)
//!          | 11000011 length(packed) length(text) packed             (LZF)
//! object   its type is told apart, see `Kind`
//! ```
//! Format: the source of Redis 2.4 to 8.2 and Valkey 7.2 to 9.1, read, never pasted.
//!
//! [`encode`] writes what Redis 7.0 reads ([`VERSION_WRITTEN`]), but a hash with fields that expire
//! as Valkey 9 does, which older servers refuse; [`decode`] reads everything that the servers
//! above write. Both look at a value through the engine's own types, so the layouts
//! of the two never meet: a payload from outside goes through the ordinary inserting calls.

mod load;
mod save;

mod decode;
mod encode;

mod read;
mod write;

mod intset;
mod listpack;
mod stream;
mod ziplist;
mod zipmap;

pub use decode::{Decoder, decode};
pub use encode::{Encoder, Strings, Style, Usage};
pub(crate) use write::Aside;

pub use load::{Arrival, Entry, LoadError, Loaded, Loader, Place, Reason, load};
pub(crate) use read::Reader;
pub use save::{FileWriter, Header, SaveOptions};
pub(crate) use write::Writer;

/// The version that what we write belongs to: that of Redis 7.0, so that all later ones take it.
pub const VERSION_WRITTEN: u16 = 10;
/// The newest version of Redis that is read: 7.4 to 8.2.
pub const VERSION_REDIS_MAX: u16 = 12;
/// The version of Valkey 9; what lies between belongs to later versions of Redis.
pub const VERSION_VALKEY: u16 = 80;

/// The version of Redis 7.4, the first of Redis's own hashes with fields that expire.
const VERSION_REDIS_TIMED: u16 = 12;

// What stands between the entries of a file.
const OPCODE_SLOT: u8 = 244;
const OPCODE_LIBRARY: u8 = 245;
const OPCODE_LIBRARY_DRAFT: u8 = 246;
const OPCODE_MODULE: u8 = 247;
const OPCODE_IDLE: u8 = 248;
const OPCODE_FREQUENCY: u8 = 249;
const OPCODE_AUX: u8 = 250;
const OPCODE_RESIZE: u8 = 251;
const OPCODE_EXPIRE_MS: u8 = 252;
const OPCODE_EXPIRE_S: u8 = 253;
const OPCODE_SELECT: u8 = 254;
const OPCODE_END: u8 = 255;

/// The longest string that is read: the highest `proto-max-bulk-len`, beyond which no client can
/// have stored one.
pub(crate) const STRING_MAX: usize = 1023 << 20;

/// Whether values of this version are read.
pub const fn is_known(version: u16) -> bool {
    version <= VERSION_REDIS_MAX || version == VERSION_VALKEY
}

/// The object's bytes are not what a server writes; in words for the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Corrupt(pub &'static str);

impl std::fmt::Display for Corrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

pub(crate) const CUT_SHORT: Corrupt = Corrupt("Object is cut short");
pub(crate) const EMPTY: Corrupt = Corrupt("Collection without elements");

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $byte:literal;)*) => {
        /// What an object is and how it is written: the byte before it.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub(crate) enum Kind {
            $($(#[$doc])* $name = $byte,)*
        }

        impl Kind {
            /// The kind that a byte stands for.
            pub(crate) const fn of(byte: u8) -> Option<Self> {
                match byte {
                    $($byte => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// A string.
    String = 0;
    /// Count, elements.
    List = 1;
    /// Count, members.
    Set = 2;
    /// Count, members each with its score as text.
    ZsetText = 3;
    /// Count, fields each with its value.
    Hash = 4;
    /// Count, members each with its score as eight bytes.
    Zset = 5;
    /// A string that is a zipmap (2.4).
    HashZipmap = 9;
    /// A string that is a ziplist (up to 3.0).
    ListZiplist = 10;
    /// A string that is an intset.
    SetIntset = 11;
    /// A string that is a ziplist of members and scores (up to 6.2).
    ZsetZiplist = 12;
    /// A string that is a ziplist of fields and values (up to 6.2).
    HashZiplist = 13;
    /// Count, strings that are ziplists (3.2 to 6.2).
    Quicklist = 14;
    /// A stream (5.0).
    Stream = 15;
    /// A string that is a listpack of fields and values.
    HashListpack = 16;
    /// A string that is a listpack of members and scores.
    ZsetListpack = 17;
    /// Count, each a mark and a string: a listpack, or one element.
    Quicklist2 = 18;
    /// A stream with marks of what was added and deleted (7.0).
    Stream2 = 19;
    /// A string that is a listpack of members (7.2).
    SetListpack = 20;
    /// A stream whose consumers have a time of activity (7.2).
    Stream3 = 21;
    /// Count, fields each with its value and its expiry as eight bytes, -1 for none (Valkey 9).
    HashTimed = 22;
    /// The first expiry as eight bytes; count, fields each with its value behind what its expiry
    /// adds to the first, and one, 0 for none (Redis 7.4).
    HashAfter = 24;
    /// The first expiry as eight bytes, a string that is a listpack of fields, values and
    /// expiries, 0 for none (Redis 7.4).
    HashTimedListpack = 25;
}

/// What stands for a field's expiry in a [`Kind::HashTimed`] when it has none.
pub(crate) const NO_EXPIRY: i64 = -1;

/// Marks of the pieces of a [`Kind::Quicklist2`]: one element.
pub(crate) const NODE_PLAIN: u64 = 1;
/// A listpack.
pub(crate) const NODE_PACKED: u64 = 2;

#[cfg(test)]
mod tests;
