//! Streams as objects: their blocks as the nodes of Redis's tree, then what is known of them, then
//! their groups.
//!
//! ```text
//! number of blocks, each: string (first id, 16 bytes big endian), string (listpack)
//! number of entries; last id      from 7.0 also: first id; highest deleted id; entries added
//! number of groups, each:
//!   name; last id; from 7.0: entries read (2^64 - 1: unknown)
//!   number pending, each: id (16 bytes big endian), delivered ms (8 bytes), deliveries
//!   number of consumers, each: name; seen ms (8 bytes); from 7.2: active ms (8 bytes);
//!     number pending, each: id (16 bytes big endian)
//! ```
//! An id that is not said to be big endian is two numbers. The listpack of a block:
//!
//! ```text
//! entries, deleted ones, number of names, names, 0
//! entry   flags (1: deleted, 2: has the block's names), ms and seq beyond the first id,
//!         (number of names, names and values in turn | values), how many elements these were
//! ```
//! Format: the source of Redis 5.0 to 8.2, read, never pasted.

use super::listpack::{BROKEN, Builder as Pack, Entries};
use super::read::{Reader, Text};
use super::write::Writer;
use super::{Corrupt, Kind};
use engine::stream::{Builder, Group, Groups, Id, Ordered, Pairs, Run, Stream, UNKNOWN_READ};
use engine::value::parse_int;

/// More names than a client can send in one entry: they are held for a moment, at many times the
/// bytes that they may have been compressed to.
const NAMES_MAX: i64 = 1 << 20;

const DELETED: i64 = 1;
const SHARES_NAMES: i64 = 2;
/// Numbers of an entry beside its names and values: flags, ms, seq.
const ENTRY_HEAD: i64 = 3;

/// Bytes of a pending entry that was delivered a few times, its reader's share included.
const PENDING_LEN: usize = 16 + 8 + 1 + 16;

const BAD_ID: Corrupt = Corrupt("Stream node key entry is not the size of a stream ID");
const BAD_NODE: Corrupt = Corrupt("Stream listpack integrity check failed.");
const BAD_ORDER: Corrupt = Corrupt("Stream ids that do not ascend");
const BAD_LENGTH: Corrupt = Corrupt("Stream length inconsistent with rax entries");
const BAD_LAST_ID: Corrupt = Corrupt("Stream with entries above its last id");
const TWO_GROUPS: Corrupt = Corrupt("Duplicated consumer group name");
const TWO_CONSUMERS: Corrupt = Corrupt("Duplicate stream consumer detected");
const TWO_PENDING: Corrupt = Corrupt("Duplicated global PEL entry loading stream consumer group");
const NOT_PENDING: Corrupt = Corrupt("Consumer entry not found in group global PEL");
const TWO_OWNERS: Corrupt = Corrupt("Stream consumer PEL entry already has a consumer assigned");
const NO_OWNER: Corrupt = Corrupt("NACK entry without consumer");

/// Appends a stream. O(n).
pub(super) fn write(stream: &Stream, out: &mut Writer, pack: &mut Pack) {
    out.number(stream.block_count() as u64);
    for run in stream.blocks() {
        out.string(&key_of(run.first));
        write_block(run, pack);
        out.string(pack.finish());
    }
    let meta = &stream.meta;
    out.number(meta.len);
    for id in [meta.last_id, meta.first_id, meta.max_deleted_id] {
        write_id(id, out);
    }
    out.number(meta.entries_added as u64);
    out.number(stream.groups().map_or(0, Groups::len) as u64);
    for (name, group) in stream.groups().into_iter().flatten() {
        out.string(name);
        write_group(group, out);
    }
}

fn write_block(run: Run<'_>, pack: &mut Pack) {
    pack.clear();
    pack.push_ints([run.len() as i64, 0, run.names().len() as i64]);
    run.names().for_each(|name| pack.push_element(name));
    pack.push_int(0);
    for entry in run.entries() {
        let shares = entry.pairs.shares_names();
        let (count, elements) = entry.pairs.elements();
        let flags = if shares { SHARES_NAMES } else { 0 };
        let ms = entry.id.ms.wrapping_sub(run.first.ms) as i64;
        let seq = entry.id.seq.wrapping_sub(run.first.seq) as i64;
        pack.push_ints([flags, ms, seq]);
        if !shares {
            pack.push_int(count as i64);
        }
        elements.for_each(|element| pack.push_element(element));
        pack.push_int(pieces(count as i64, shares));
    }
}

/// How many elements an entry is, the last one not counted.
fn pieces(count: i64, shares: bool) -> i64 {
    ENTRY_HEAD + if shares { count } else { 2 * count + 1 }
}

fn write_group(group: &Group, out: &mut Writer) {
    write_id(group.last_id, out);
    out.number(group.entries_read as u64);
    out.number(group.pending().len() as u64);
    out.out.reserve(group.pending().len() * PENDING_LEN);
    group.pending().iter().for_each(|(id, pending)| {
        let mut entry = [0; 24];
        entry[..16].copy_from_slice(&key_of(id));
        entry[16..].copy_from_slice(&pending.delivered_ms.to_le_bytes());
        out.out.extend_from_slice(&entry);
        out.number(pending.deliveries);
    });
    out.number(group.consumers().len() as u64);
    for consumer in group.consumers() {
        out.string(&consumer.name);
        out.out.extend(consumer.seen_ms.to_le_bytes());
        out.number(consumer.pending().len() as u64);
        out.out.reserve(consumer.pending().len() * 16);
        consumer.pending().iter().for_each(|(id, ())| out.out.extend_from_slice(&key_of(id)));
    }
}

fn write_id(id: Id, out: &mut Writer) {
    out.number(id.ms);
    out.number(id.seq);
}

fn key_of(id: Id) -> [u8; 16] {
    (u128::from(id.ms) << 64 | u128::from(id.seq)).to_be_bytes()
}

fn id_of(key: [u8; 16]) -> Id {
    let key = u128::from_be_bytes(key);
    Id::new((key >> 64) as u64, key as u64)
}

/// The stream that follows. O(n log n).
pub(super) fn read(kind: Kind, reader: &mut Reader<'_>) -> Result<Stream, Corrupt> {
    let mut stream = Stream::default();
    for _ in 0..reader.number()? {
        let first = reader.string()?;
        let first = id_of((&*first).try_into().map_err(|_| BAD_ID)?);
        let block = read_block(first, &reader.string()?, &mut stream);
        block.map_err(|why| if why == BROKEN { BAD_NODE } else { why })?;
    }
    if reader.number()? != stream.len() {
        return Err(BAD_LENGTH);
    }
    let (top, last_id) = (stream.meta.last_id, read_id(reader)?);
    if last_id < top {
        return Err(BAD_LAST_ID);
    }
    stream.meta.last_id = last_id;
    stream.meta.entries_added = stream.len() as i64;
    if kind != Kind::Stream {
        read_id(reader)?; // the first id, which the blocks tell too
        stream.meta.max_deleted_id = read_id(reader)?;
        stream.meta.entries_added = reader.number()? as i64;
    }
    for _ in 0..reader.number()? {
        let name = reader.string()?;
        read_group(&name, kind, reader, &mut stream)?;
    }
    Ok(stream)
}

fn read_id(reader: &mut Reader<'_>) -> Result<Id, Corrupt> {
    Ok(Id::new(reader.number()?, reader.number()?))
}

/// Names and values of an entry as they are read.
#[derive(Clone)]
struct Words<'a> {
    names: &'a [Text<'a>],
    values: &'a [Text<'a>],
}

impl Pairs for Words<'_> {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let pairs = self.names.iter().zip(self.values);
        pairs.flat_map(|(name, value)| [&**name, &**value])
    }

    fn count(&self) -> usize {
        self.names.len()
    }
}

fn read_block(first: Id, bytes: &[u8], stream: &mut Stream) -> Result<(), Corrupt> {
    let mut pack = Entries::new(bytes)?;
    let (live, dead) = (number(&mut pack)?, number(&mut pack)?);
    let count = number(&mut pack)?;
    let names = texts(&mut pack, count)?;
    if number(&mut pack)? != 0 {
        return Err(BAD_NODE);
    }
    let mut builder = Builder::new(first, &Words { names: &names, values: &names });
    let (mut living, mut deleted) = (0, 0);
    while let Some(flags) = pack.next()? {
        let flags = parse_int(&flags).filter(|flags| (0..4).contains(flags)).ok_or(BAD_NODE)?;
        let (ms, seq) = (number(&mut pack)?, number(&mut pack)?);
        let id = Id::new(first.ms.wrapping_add(ms as u64), first.seq.wrapping_add(seq as u64));
        let shares = flags & SHARES_NAMES != 0;
        let own = if shares { count } else { number(&mut pack)? };
        let words = texts(&mut pack, if shares { own } else { own.saturating_mul(2) })?;
        if number(&mut pack)? != pieces(own, shares) {
            return Err(BAD_NODE);
        }
        if !builder.takes(id) {
            return Err(BAD_ORDER);
        }
        if flags & DELETED != 0 {
            deleted += 1;
            builder.skip(id, words.iter().map(|word| word.len() + 2).sum());
        } else if shares {
            living += 1;
            builder.push(id, &Words { names: &names, values: &words }, true);
        } else {
            living += 1;
            let (mut own_names, mut values) = (Vec::new(), Vec::new());
            for (at, word) in words.into_iter().enumerate() {
                if at % 2 == 0 { own_names.push(word) } else { values.push(word) }
            }
            builder.push(id, &Words { names: &own_names, values: &values }, false);
        }
    }
    if (living, deleted) != (live, dead) {
        return Err(BAD_NODE);
    }
    if stream.push_block(builder) { Ok(()) } else { Err(BAD_ORDER) }
}

fn number(pack: &mut Entries<'_>) -> Result<i64, Corrupt> {
    parse_int(&pack.next()?.ok_or(BAD_NODE)?).ok_or(BAD_NODE)
}

/// The next `count` elements. The count is a claim: nothing is allocated by it.
fn texts<'a>(pack: &mut Entries<'a>, count: i64) -> Result<Vec<Text<'a>>, Corrupt> {
    if !(0..=2 * NAMES_MAX).contains(&count) {
        return Err(BAD_NODE);
    }
    (0..count).map(|_| pack.next()?.ok_or(BAD_NODE)).collect()
}

fn read_group(
    name: &[u8],
    kind: Kind,
    reader: &mut Reader<'_>,
    stream: &mut Stream,
) -> Result<(), Corrupt> {
    let last_id = read_id(reader)?;
    let entries_read = match kind {
        Kind::Stream => stream.meta.estimate_read(last_id),
        _ => (reader.number()? as i64).max(UNKNOWN_READ),
    };
    if !stream.create_group(name, last_id, entries_read) {
        return Err(TWO_GROUPS);
    }
    let mut pending = Ordered::default();
    for _ in 0..reader.number()? {
        let id = id_of(reader.array()?);
        let delivered_ms = i64::from_le_bytes(reader.array()?);
        if !pending.insert(id, (delivered_ms, reader.number()?)) {
            return Err(TWO_PENDING);
        }
    }
    let Some(group) = stream.group_mut(name) else { return Err(TWO_GROUPS) };
    for _ in 0..reader.number()? {
        let name = reader.string()?;
        let seen_ms = i64::from_le_bytes(reader.array()?);
        if kind == Kind::Stream3 {
            reader.array::<8>()?; // when it was last active, which is not kept
        }
        let (consumer, is_new) = group.call(&name, seen_ms);
        if !is_new {
            return Err(TWO_CONSUMERS);
        }
        for _ in 0..reader.number()? {
            let id = id_of(reader.array()?);
            let Some((delivered_ms, deliveries)) = pending.remove(id) else {
                let is_owned = group.pending().get(id).is_some();
                return Err(if is_owned { TWO_OWNERS } else { NOT_PENDING });
            };
            group.hand_over(id, consumer, delivered_ms, deliveries);
        }
    }
    if pending.is_empty() { Ok(()) } else { Err(NO_OWNER) }
}
