//! Objects to values. Everything is checked on the way, whatever the source.
//!
//! Elements go one by one through the engine's inserting calls, so duplicates are found by them
//! and the layout is ours. Counts are claims: a loop over one ends at the first missing byte.

use super::read::{Reader, Text, parse_double};
use super::{
    Corrupt, Kind, NO_EXPIRY, NODE_PACKED, NODE_PLAIN, VERSION_VALKEY, intset, listpack, stream,
    ziplist, zipmap,
};
use engine::hash::{self, HashMut};
use engine::list::{self, ListMut};
use engine::set::{self, SetMut};
use engine::value::parse_int;
use engine::zset::{self, Added, ZsetMut};
use engine::{Expiry, Limits, Rec, string};

pub(super) const UNKNOWN_KIND: Corrupt = Corrupt("Unknown RDB encoding type");
const TRAILING: Corrupt = Corrupt("Object is followed by more bytes");
const HALF_A_PAIR: Corrupt = Corrupt("Last element has no partner");
const DUPLICATE_MEMBER: Corrupt = Corrupt("Duplicate set members detected");
const DUPLICATE_FIELD: Corrupt = Corrupt("Duplicate hash fields detected");
const DUPLICATE_ENTRY: Corrupt = Corrupt("Duplicate zset fields detected");
const BAD_EXPIRY: Corrupt = Corrupt("Hash field with an expiry that cannot be");
const NAN_SCORE: Corrupt = Corrupt("Zset with NAN score detected");
const BAD_NODE: Corrupt = Corrupt("Quicklist integrity check failed.");

/// What reading a value depends on.
#[derive(Clone, Copy, Debug)]
pub struct Decoder<'a> {
    /// The thresholds of the encodings.
    pub limits: &'a Limits,
    /// The version of the server that wrote the value: a kind can mean two things.
    pub version: u16,
}

/// The value in `bytes`, the byte of its kind first, as a record under `key`. O(n), for sorted
/// sets O(n log n).
///
/// # Errors
/// The bytes are not exactly one object of a kind that is known here.
pub fn decode(decoder: Decoder<'_>, key: &[u8], bytes: &[u8]) -> Result<Rec, Corrupt> {
    let mut reader = Reader::new(bytes);
    let kind = Kind::of(reader.byte()?).ok_or(UNKNOWN_KIND)?;
    let rec = decoder.value(key, kind, &mut reader)?;
    if reader.is_at_end() { Ok(rec) } else { Err(TRAILING) }
}

impl Decoder<'_> {
    pub(super) fn value(
        self,
        key: &[u8],
        kind: Kind,
        reader: &mut Reader<'_>,
    ) -> Result<Rec, Corrupt> {
        let value = match kind {
            Kind::String => Ok(string::record(key, &reader.string()?)),
            Kind::List | Kind::ListZiplist | Kind::Quicklist | Kind::Quicklist2 => {
                self.list(key, kind, reader)
            }
            Kind::Set | Kind::SetIntset | Kind::SetListpack => self.set(key, kind, reader),
            Kind::Hash | Kind::HashZipmap | Kind::HashZiplist | Kind::HashListpack => {
                self.hash(key, kind, reader)
            }
            // A release candidate of Redis 7.4 had another kind of that number.
            Kind::HashTimed if self.version < VERSION_VALKEY => Err(UNKNOWN_KIND),
            Kind::HashTimed | Kind::HashAfter | Kind::HashTimedListpack => {
                self.hash_timed(key, kind, reader)
            }
            Kind::Zset | Kind::ZsetText | Kind::ZsetZiplist | Kind::ZsetListpack => {
                self.zset(key, kind, reader)
            }
            Kind::Stream | Kind::Stream2 | Kind::Stream3 => {
                stream::read(kind, reader).map(|stream| engine::stream::record(key, stream))
            }
        };
        value.map_err(|why| in_words_of(kind, why))
    }

    fn list(self, key: &[u8], kind: Kind, reader: &mut Reader<'_>) -> Result<Rec, Corrupt> {
        let mut rec = list::empty(key);
        let mut list = ListMut::new(&mut rec, self.limits);
        if kind == Kind::ListZiplist {
            append_ziplist(&mut list, &reader.string()?)?;
        } else {
            for _ in 0..reader.count()? {
                match kind {
                    Kind::List => list.push_back(&reader.string()?),
                    Kind::Quicklist => append_ziplist(&mut list, &reader.string()?)?,
                    _ => append_node(&mut list, reader)?,
                }
            }
        }
        if list.is_empty() { Err(super::EMPTY) } else { Ok(rec) }
    }

    fn set(self, key: &[u8], kind: Kind, reader: &mut Reader<'_>) -> Result<Rec, Corrupt> {
        let mut rec = set::empty(key);
        let mut set = SetMut::new(&mut rec, self.limits);
        let mut add = |member: &[u8]| if set.add(member) { Ok(()) } else { Err(DUPLICATE_MEMBER) };
        match kind {
            Kind::Set => {
                for _ in 0..reader.count()? {
                    add(&reader.string()?)?;
                }
            }
            Kind::SetIntset => {
                for member in intset::read(&reader.string()?)? {
                    add(&Text::int(member))?;
                }
            }
            _ => {
                let pack = reader.string()?;
                let mut entries = listpack::Entries::new(&pack)?;
                while let Some(member) = entries.next()? {
                    add(&member)?;
                }
            }
        }
        if set.is_empty() { Err(super::EMPTY) } else { Ok(rec) }
    }

    fn hash(self, key: &[u8], kind: Kind, reader: &mut Reader<'_>) -> Result<Rec, Corrupt> {
        let mut rec = hash::empty(key);
        let mut hash = HashMut::new(&mut rec, self.limits, i64::MIN);
        let mut add = |field: &[u8], value: &[u8]| {
            if hash.set(field, value) { Ok(()) } else { Err(DUPLICATE_FIELD) }
        };
        match kind {
            Kind::Hash => {
                for _ in 0..reader.count()? {
                    add(&reader.string()?, &reader.string()?)?;
                }
            }
            Kind::HashZipmap => {
                let map = reader.string()?;
                let mut pairs = zipmap::Pairs::new(&map)?;
                while let Some((field, value)) = pairs.next()? {
                    add(&field, &value)?;
                }
            }
            _ => each_pair(kind, &reader.string()?, |field, value| add(field, value))?,
        }
        if hash.is_empty() { Err(super::EMPTY) } else { Ok(rec) }
    }

    fn hash_timed(self, key: &[u8], kind: Kind, reader: &mut Reader<'_>) -> Result<Rec, Corrupt> {
        let mut rec = hash::empty(key);
        let mut hash = HashMut::new(&mut rec, self.limits, i64::MIN);
        let mut add = |field: &[u8], value: &[u8], expire: Option<i64>| {
            if expire.is_some_and(|at| at < 0) {
                return Err(BAD_EXPIRY);
            }
            let expiry = expire.map_or(Expiry::Never, Expiry::At);
            if hash.put(field, value, expiry) { Ok(()) } else { Err(DUPLICATE_FIELD) }
        };
        if kind == Kind::HashTimed {
            for _ in 0..reader.count()? {
                let (field, value) = (reader.string()?, reader.string()?);
                let at = i64::from_le_bytes(reader.array()?);
                add(&field, &value, Some(at).filter(|at| *at != NO_EXPIRY))?;
            }
            return Ok(rec);
        }
        let first = i64::from_le_bytes(reader.array()?);
        if kind == Kind::HashAfter {
            for _ in 0..reader.count()? {
                let after = i64::try_from(reader.number()?).map_err(|_| BAD_EXPIRY)?;
                let at = match after.checked_sub(1) {
                    Some(after) if after >= 0 => Some(first.checked_add(after).ok_or(BAD_EXPIRY)?),
                    _ => None,
                };
                add(&reader.string()?, &reader.string()?, at)?;
            }
            return Ok(rec);
        }
        let pack = reader.string()?;
        let mut entries = listpack::Entries::new(&pack)?;
        while let Some(field) = entries.next()? {
            let value = entries.next()?.ok_or(HALF_A_PAIR)?;
            let at = parse_int(&entries.next()?.ok_or(HALF_A_PAIR)?).ok_or(BAD_EXPIRY)?;
            add(&field, &value, Some(at).filter(|at| *at != 0))?;
        }
        if hash.is_empty() { Err(super::EMPTY) } else { Ok(rec) }
    }

    fn zset(self, key: &[u8], kind: Kind, reader: &mut Reader<'_>) -> Result<Rec, Corrupt> {
        let mut rec = zset::empty(key);
        let mut zset = ZsetMut::new(&mut rec, self.limits).with_signed_zeros();
        let mut add = |member: &[u8], score: f64| {
            if score.is_nan() {
                return Err(NAN_SCORE);
            }
            match zset.add(member, score) {
                Added::New => Ok(()),
                Added::Had(_) => Err(DUPLICATE_ENTRY),
            }
        };
        match kind {
            Kind::Zset => {
                for _ in 0..reader.count()? {
                    add(&reader.string()?, reader.double()?)?;
                }
            }
            Kind::ZsetText => {
                for _ in 0..reader.count()? {
                    add(&reader.string()?, reader.double_text()?)?;
                }
            }
            _ => each_pair(kind, &reader.string()?, |member, score| {
                add(member, parse_double(score)?)
            })?,
        }
        zset.drop_signs();
        if zset.is_empty() { Err(super::EMPTY) } else { Ok(rec) }
    }
}

/// What is wrong with a packed collection, as the other servers word it in their logs.
fn in_words_of(kind: Kind, why: Corrupt) -> Corrupt {
    match kind {
        // A file of an old server may have some: they are passed over, but not an empty zipmap.
        _ if why == super::EMPTY && kind != Kind::HashZipmap => why,
        Kind::ListZiplist => Corrupt("List ziplist integrity check failed."),
        Kind::SetIntset => Corrupt("Intset integrity check failed."),
        Kind::SetListpack => Corrupt("Set listpack integrity check failed."),
        Kind::HashZipmap => Corrupt("Zipmap integrity check failed."),
        Kind::HashZiplist => Corrupt("Hash ziplist integrity check failed."),
        Kind::HashListpack if why == DUPLICATE_FIELD => {
            Corrupt("Hash listpack integrity check failed: listpack with dup elements")
        }
        Kind::HashListpack => Corrupt("Hash listpack integrity check failed."),
        Kind::ZsetZiplist => Corrupt("Zset ziplist integrity check failed."),
        Kind::ZsetListpack => Corrupt("Zset listpack integrity check failed."),
        _ => why,
    }
}

/// A piece of a list: a listpack or one element.
fn append_node(list: &mut ListMut<'_>, reader: &mut Reader<'_>) -> Result<(), Corrupt> {
    let mark = reader.number()?;
    let node = reader.string()?;
    if node.is_empty() {
        return Err(BAD_NODE);
    }
    match mark {
        NODE_PLAIN => list.push_back(&node),
        NODE_PACKED => {
            let mut entries = listpack::Entries::new(&node)?;
            while let Some(element) = entries.next()? {
                list.push_back(&element);
            }
        }
        _ => return Err(BAD_NODE),
    }
    Ok(())
}

fn append_ziplist(list: &mut ListMut<'_>, bytes: &[u8]) -> Result<(), Corrupt> {
    let mut entries = ziplist::Entries::new(bytes)?;
    while let Some(element) = entries.next()? {
        list.push_back(&element);
    }
    Ok(())
}

/// The pairs of a hash or sorted set that is a ziplist or a listpack.
fn each_pair(
    kind: Kind,
    bytes: &[u8],
    mut visit: impl FnMut(&[u8], &[u8]) -> Result<(), Corrupt>,
) -> Result<(), Corrupt> {
    if matches!(kind, Kind::HashZiplist | Kind::ZsetZiplist) {
        let mut entries = ziplist::Entries::new(bytes)?;
        while let Some(first) = entries.next()? {
            visit(&first, &entries.next()?.ok_or(HALF_A_PAIR)?)?;
        }
    } else {
        let mut entries = listpack::Entries::new(bytes)?;
        while let Some(first) = entries.next()? {
            visit(&first, &entries.next()?.ok_or(HALF_A_PAIR)?)?;
        }
    }
    Ok(())
}
