//! What a record holds: logical types, layouts, reported encodings and thresholds.
//!
//! ```text
//! string   Text | Int | Blob                     sub 0
//! list     Packed | Boxed(Object::List)          sub LIST
//! set      Packed | Boxed(Object::Set)           sub SET, or INTSET for packed integers
//! hash     Packed | Boxed(Object::Hash)          sub HASH
//! zset     Packed | Boxed(Object::Zset)          sub ZSET
//! stream   Boxed(Object::Stream)                 sub STREAM
//! ```
//!
//! The layout follows our own limits: packed while entries and bytes are few. What `OBJECT
//! ENCODING` reports follows the configured thresholds of Redis 7.2 and later (small sets and
//! lists are `listpack` there; 7.0 had `hashtable` and `quicklist`: set-max-listpack-entries 0
//! and `Limits::list_listpack` false give its answers). The two are independent: the
//! [`Sub::WIDE`] bit remembers that a threshold was passed, and sticks as it does in Redis.
//!
//! Invariant: the low bits of a record's `sub` name the type of what its payload holds.

use crate::list::Deque;
use crate::set::intset;
use crate::stream::Stream;
use crate::{hash, list, packed, set, stream, zset};
use raw::{Member, Pair, Payload, Ranked, Record, Table, View};

pub use crate::int::{IntText, parse_int};

/// A key with its value.
pub type Rec = Record<Object>;

/// A big collection.
pub enum Object {
    /// Chunks of elements.
    List(Deque),
    /// Fields with their values.
    Hash(Table<Pair>),
    /// Members.
    Set(Table<Member>),
    /// Members in order of score.
    Zset(Ranked),
    /// Entries, and groups that read them.
    Stream(Box<Stream>),
}

/// Values of a record's `sub` byte: a kind, and flags.
pub struct Sub;

impl Sub {
    /// A list.
    pub const LIST: u8 = 1;
    /// A set of byte strings.
    pub const SET: u8 = 2;
    /// A packed set of integers.
    pub const INTSET: u8 = 3;
    /// A hash.
    pub const HASH: u8 = 4;
    /// A sorted set.
    pub const ZSET: u8 = 5;
    /// A stream.
    pub const STREAM: u8 = 6;
    /// Flag of a hash: fields of it may expire.
    pub const TIMED: u8 = 0x40;
    /// The bits that hold the kind.
    pub const KIND: u8 = 0x0f;
    /// Flag: Redis would have left its compact encoding.
    pub const WIDE: u8 = 0x80;
}

/// The logical type of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Bytes, or a number that reads as bytes.
    String,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set.
    Zset,
    /// A hash.
    Hash,
    /// A stream.
    Stream,
}

impl Type {
    /// The name that TYPE replies.
    #[inline]
    pub const fn name(self) -> &'static str {
        match self {
            Type::String => "string",
            Type::List => "list",
            Type::Set => "set",
            Type::Zset => "zset",
            Type::Hash => "hash",
            Type::Stream => "stream",
        }
    }
}

/// The configured thresholds of the compact encodings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// `hash-max-listpack-entries`.
    pub hash_max_listpack_entries: usize,
    /// `hash-max-listpack-value`, in bytes.
    pub hash_max_listpack_value: usize,
    /// `list-max-listpack-size`: elements, or -1 to -5 for 4 to 64 KiB.
    pub list_max_listpack_size: i64,
    /// Whether small lists are reported as listpack (Redis 7.2) or always as quicklist (7.0).
    pub list_listpack: bool,
    /// `set-max-intset-entries`.
    pub set_max_intset_entries: usize,
    /// `set-max-listpack-entries`.
    pub set_max_listpack_entries: usize,
    /// `set-max-listpack-value`, in bytes.
    pub set_max_listpack_value: usize,
    /// `zset-max-listpack-entries`.
    pub zset_max_listpack_entries: usize,
    /// `zset-max-listpack-value`, in bytes.
    pub zset_max_listpack_value: usize,
    /// `stream-node-max-bytes`; 0 is none.
    pub stream_node_max_bytes: usize,
    /// `stream-node-max-entries`; 0 is none.
    pub stream_node_max_entries: usize,
}

impl Limits {
    /// The defaults of Redis 8 and Valkey 9.
    pub const DEFAULT: Self = Self {
        hash_max_listpack_entries: 512,
        hash_max_listpack_value: 64,
        list_max_listpack_size: -2,
        list_listpack: true,
        set_max_intset_entries: 512,
        set_max_listpack_entries: 128,
        set_max_listpack_value: 64,
        zset_max_listpack_entries: 128,
        zset_max_listpack_value: 64,
        stream_node_max_bytes: 4096,
        stream_node_max_entries: 100,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Entries that a packed collection may always have.
pub(crate) const PACKED_ENTRIES: usize = 128;
/// Bytes that a packed collection may always have.
const PACKED_BYTES: usize = 4096 - 4;
/// Bytes that no packed collection exceeds, whatever the thresholds say: edits move them all.
pub(crate) const PACKED_BYTES_MAX: usize = 128 * 1024;

/// Whether a collection of `entries` in `bytes` stays packed: while small by our limits, or by
/// the configured ones (`entries_max`, and `wide` unset).
#[inline]
pub(crate) fn stays_packed(entries: usize, bytes: usize, entries_max: usize, wide: bool) -> bool {
    (entries <= PACKED_ENTRIES || entries <= entries_max)
        && (bytes <= PACKED_BYTES || (!wide && bytes <= PACKED_BYTES_MAX))
}

/// Sets the flag of a passed threshold on a record of `kind`; whether it is set now.
#[inline]
pub(crate) fn mark_wide(rec: &mut Rec, kind: u8, passed: bool) -> bool {
    let wide = rec.sub() & Sub::WIDE != 0;
    if passed && !wide {
        rec.set_sub(rec.sub() & Sub::TIMED | kind | Sub::WIDE);
    }
    wide || passed
}

/// A record without elements; the first insertion gives it memory.
pub(crate) fn empty_packed(key: &[u8], sub: u8) -> Rec {
    Rec::with_payload(key, Payload::Packed(raw::Packed::new()), sub, None)
}

/// Ends in a panic: a handle was made for a record of another type.
#[cold]
pub(crate) fn wrong_type() -> ! {
    unreachable!("handles are made for records of their type")
}

/// The logical type of a record's value. O(1).
#[inline]
pub fn type_of(rec: &Rec) -> Type {
    match rec.sub() & Sub::KIND {
        Sub::LIST => Type::List,
        Sub::SET | Sub::INTSET => Type::Set,
        Sub::HASH => Type::Hash,
        Sub::ZSET => Type::Zset,
        Sub::STREAM => Type::Stream,
        _ => Type::String,
    }
}

/// Longest string that is reported as `embstr`.
pub(crate) const EMBSTR_MAX: usize = 44;

/// What OBJECT ENCODING replies for a record. O(1).
pub fn encoding_of(rec: &Rec) -> &'static str {
    let wide = rec.sub() & Sub::WIDE != 0;
    match (rec.sub() & Sub::KIND, wide) {
        (Sub::LIST, true) => "quicklist",
        (Sub::HASH | Sub::SET | Sub::INTSET, true) => "hashtable",
        (Sub::ZSET, true) => "skiplist",
        (Sub::LIST | Sub::SET | Sub::HASH | Sub::ZSET, false) => "listpack",
        (Sub::INTSET, false) => "intset",
        (Sub::STREAM, _) => "stream",
        _ => match rec.view() {
            View::Int(_) => "int",
            View::Text(text) if text.len() <= EMBSTR_MAX => "embstr",
            _ => "raw",
        },
    }
}

/// Whether a record is a string kept as bytes, which `set_text` may overwrite in place.
#[inline]
pub fn is_plain_text(rec: &Rec) -> bool {
    rec.sub() & Sub::KIND == 0 && !matches!(rec.view(), View::Int(_))
}

/// Number of elements; 1 for a string. O(1).
pub fn element_count(rec: &Rec) -> usize {
    match rec.view() {
        View::Text(_) | View::Int(_) | View::Blob(_) => 1,
        View::Packed(packed) => match rec.sub() & Sub::KIND {
            Sub::INTSET => intset::len(packed.as_slice()),
            _ => packed::count(packed.as_slice()),
        },
        View::Boxed(Object::List(list)) => list.len(),
        View::Boxed(Object::Hash(table)) => table.len(),
        View::Boxed(Object::Set(table)) => table.len(),
        View::Boxed(Object::Zset(ranked)) => ranked.len(),
        View::Boxed(Object::Stream(stream)) => stream.len() as usize,
    }
}

/// Whether a record is a collection without elements, which must not stay in a database. Streams
/// may. O(1).
#[inline]
pub fn is_empty(rec: &Rec) -> bool {
    element_count(rec) == 0 && rec.sub() & Sub::KIND != Sub::STREAM
}

/// How many heap pieces freeing a record touches, roughly: decides whether it is freed elsewhere.
/// O(1), but for lists O(elements / 20,000).
pub fn weight(rec: &Rec) -> usize {
    match rec.view() {
        View::Boxed(Object::List(list)) => list.chunks(),
        View::Boxed(Object::Hash(table)) => table.len(),
        View::Boxed(Object::Set(table)) => table.len(),
        View::Boxed(Object::Zset(ranked)) => ranked.len(),
        View::Boxed(Object::Stream(stream)) => stream.weight(),
        _ => 1,
    }
}

/// Bytes of a record with all it owns. Of big collections `samples` entries are measured and
/// stand for the rest; 0 measures all of them.
pub fn alloc_size(rec: &Rec, samples: usize) -> usize {
    rec.alloc_size()
        + match rec.view() {
            View::Boxed(Object::List(list)) => list.alloc_size(),
            View::Boxed(Object::Hash(table)) => {
                table.memory()
                    + sampled(table.len(), samples, table.iter().map(|pair| pair.alloc_size()))
            }
            View::Boxed(Object::Set(table)) => {
                table.memory()
                    + sampled(table.len(), samples, table.iter().map(|entry| entry.alloc_size()))
            }
            View::Boxed(Object::Zset(ranked)) => {
                ranked.memory() + sampled(ranked.len(), samples, ranked.entry_sizes())
            }
            View::Boxed(Object::Stream(stream)) => stream.memory(samples),
            _ => 0,
        }
}

/// The sum of `sizes`, of which there are `len`, estimated from the first `samples`.
fn sampled(len: usize, samples: usize, sizes: impl Iterator<Item = usize>) -> usize {
    if samples == 0 || samples >= len {
        return sizes.sum();
    }
    let measured: usize = sizes.take(samples).sum();
    (measured as u128 * len as u128 / samples as u128) as usize
}

/// A copy of the value and the expiry of `rec` under another key.
///
/// Long strings, lists and streams are shared, part by part, until one of the two changes a part:
/// O(parts). Tables are copied, O(elements), as COPY is said to cost: their entries have one owner
/// each, and a count in every entry would cost all tables what copies are seldom worth. To share a
/// table as a whole would only move its O(n) to the first write after, where nobody expects it.
pub fn copy(rec: &Rec, key: &[u8]) -> Rec {
    let payload = match rec.view() {
        View::Text(text) => return Rec::text(key, text, rec.expire_ms()),
        View::Int(number) => Payload::Int(number),
        View::Blob(blob) => Payload::Blob(blob.clone()),
        View::Packed(packed) => Payload::Packed(packed.clone()),
        View::Boxed(object) => Payload::Boxed(Box::new(match object {
            Object::List(deque) => Object::List(deque.clone()),
            Object::Hash(table) => Object::Hash(hash::copy_table(table)),
            Object::Set(table) => Object::Set(set::copy_table(table)),
            Object::Zset(ranked) => Object::Zset(zset::copy_ranked(ranked)),
            Object::Stream(stream) => Object::Stream(stream.clone()),
        })),
    };
    Rec::with_payload(key, payload, rec.sub(), rec.expire_ms())
}

/// A new record of a collection type, without elements; its first insertion must follow.
pub fn empty(kind: Type) -> Option<fn(&[u8]) -> Rec> {
    match kind {
        Type::List => Some(list::empty),
        Type::Set => Some(set::empty),
        Type::Hash => Some(hash::empty),
        Type::Zset => Some(zset::empty),
        Type::Stream => Some(stream::empty),
        Type::String => None,
    }
}

#[cfg(test)]
mod tests;
