//! Streams: nodes of entries, marks, groups with what they have pending.
//!
//! ```text
//! object    count, node * count, entries, last id, [first id, highest deleted id, entries added],
//!           count, group * count
//! node      id of sixteen bytes (big endian) as a string, listpack as a string
//! group     name, last id, [entries read], count, pending * count, count, consumer * count
//! pending   id of sixteen bytes, time of delivery, number of deliveries
//! consumer  name, time seen, [time active], count, ids of sixteen bytes
//! ```
//! What stands in brackets came with the second kind, the time active with the third. Ids outside
//! of nodes and pending lists are two numbers; times are eight bytes.
//!
//! ```text
//! listpack  living, deleted, names, name * names, 0, entry ...
//! entry     flags, ms, seq (both from the node's id), [names], elements, pieces before this one
//! ```
//! An entry with flag 1 is deleted, one with flag 2 has the names of its node and values only.
//!
//! Invariant of a decoded stream: ids ascend over all nodes up to the last id, and every pending
//! id of a group belongs to exactly one of its consumers. A node becomes one block with the same
//! shared names, so a stream takes about the bytes that it was sent in.

use super::listpack::{Builder, Entries};
use super::read::{Reader, Text};
use super::write::Writer;
use super::{Corrupt, Kind};
use engine::stream::{Element, Group, Id, Names, Pairs, Stream, UNKNOWN_READ};
use engine::value::parse_int;
use std::collections::BTreeMap;

/// Entries and bytes from which on a node is full: the defaults of stream-node-max-entries and
/// stream-node-max-bytes.
const NODE_ENTRIES: usize = 100;
const NODE_BYTES: usize = 4096;

/// Bytes that both parts of a node count, those of an empty listpack without its end.
const EMPTY: usize = 6;

const DELETED: i64 = 1;
const SHARED_NAMES: i64 = 2;

const BROKEN: Corrupt = Corrupt("Stream listpack integrity check failed.");
const ORDER: Corrupt = Corrupt("Stream entries out of order");
const COUNTS: Corrupt = Corrupt("Stream length inconsistent with entries");
const SAME_GROUP: Corrupt = Corrupt("Duplicated consumer group name");
const SAME_PENDING: Corrupt = Corrupt("Duplicated global PEL entry loading stream consumer group");
const SAME_CONSUMER: Corrupt = Corrupt("Duplicate stream consumer detected");
const NOT_PENDING: Corrupt = Corrupt("Consumer entry not found in group global PEL");
const TWO_OWNERS: Corrupt = Corrupt("Stream consumer PEL entry already has a consumer assigned");
const NO_OWNER: Corrupt = Corrupt("Stream CG PEL entry without consumer");

// ---- writing -------------------------------------------------------------------------------

/// Appends the object of a stream, as the second kind. O(n).
pub(super) fn write(stream: &Stream, writer: &mut Writer, pack: &mut Builder) {
    let before = std::mem::take(&mut writer.out);
    let nodes = write_nodes(stream, writer, pack);
    let after = std::mem::replace(&mut writer.out, before);
    writer.number(nodes);
    writer.out.extend_from_slice(&after);
    let meta = &stream.meta;
    writer.number(meta.len);
    for id in [meta.last_id, meta.first_id, meta.max_deleted_id] {
        write_id(id, writer);
    }
    writer.number(meta.entries_added as u64);
    let groups = stream.groups();
    writer.number(groups.map_or(0, |groups| groups.len() as u64));
    for (name, group) in groups.into_iter().flatten() {
        write_group(name, group, writer);
    }
}

/// A node that is being filled.
struct Node {
    id: Id,
    names: Vec<Vec<u8>>,
    entries: usize,
    /// What follows the counts and names; the counts are known only at the end.
    body: Builder,
    /// Bytes before it, as long as the counts are small.
    head_len: usize,
}

/// Appends the nodes; how many.
fn write_nodes(stream: &Stream, writer: &mut Writer, pack: &mut Builder) -> u64 {
    let mut nodes = 0;
    let mut open: Option<Node> = None;
    for entry in stream.range(Id::MIN, Id::MAX) {
        let elements: Vec<(Element<'_>, Element<'_>)> = entry.pairs.read().1.collect();
        if let Some(node) = open.take_if(|node| node.is_full_for(&elements)) {
            close(node, writer, pack);
            nodes += 1;
        }
        let node = open.get_or_insert_with(|| Node::new(entry.id, &elements, pack));
        node.push(entry.id, &elements);
    }
    if let Some(node) = open {
        close(node, writer, pack);
        nodes += 1;
    }
    nodes
}

impl Node {
    fn new(id: Id, elements: &[(Element<'_>, Element<'_>)], pack: &mut Builder) -> Self {
        let names = elements.iter().map(|(name, _)| name.with(<[u8]>::to_vec)).collect();
        let mut node = Self { id, names, entries: 0, body: Builder::default(), head_len: 0 };
        node.body.clear();
        node.push_head(pack);
        node.head_len = pack.len();
        node
    }

    /// Starts the listpack of the node in `pack`.
    fn push_head(&self, pack: &mut Builder) {
        pack.clear();
        pack.push_int(self.entries as i64);
        pack.push_int(0);
        pack.push_int(self.names.len() as i64);
        self.names.iter().for_each(|name| pack.push(name));
        pack.push_int(0);
    }

    /// Whether an entry goes into the next node: as the servers decide, by the bytes so far and
    /// those of its texts.
    fn is_full_for(&self, elements: &[(Element<'_>, Element<'_>)]) -> bool {
        let len = |element: &Element<'_>| element.with(<[u8]>::len);
        let text: usize = elements.iter().map(|(name, value)| len(name) + len(value)).sum();
        self.entries >= NODE_ENTRIES
            || self.head_len + self.body.len() - EMPTY + text + 1 >= NODE_BYTES
    }

    fn push(&mut self, id: Id, elements: &[(Element<'_>, Element<'_>)]) {
        let shares = self.names.len() == elements.len()
            && self.names.iter().zip(elements).all(|(name, (other, _))| other.is(name));
        let count = elements.len() as i64;
        self.body.push_int(if shares { SHARED_NAMES } else { 0 });
        self.body.push_int(id.ms.wrapping_sub(self.id.ms) as i64);
        self.body.push_int(id.seq.wrapping_sub(self.id.seq) as i64);
        if !shares {
            self.body.push_int(count);
        }
        for (name, value) in elements {
            if !shares {
                name.with(|name| self.body.push(name));
            }
            value.with(|value| self.body.push(value));
        }
        self.body.push_int(if shares { count + 3 } else { 2 * count + 4 });
        self.entries += 1;
    }
}

fn close(node: Node, writer: &mut Writer, pack: &mut Builder) {
    node.push_head(pack);
    pack.append(&node.body);
    writer.string(&wide(node.id));
    writer.string(pack.finish());
}

fn write_group(name: &[u8], group: &Group, writer: &mut Writer) {
    writer.string(name);
    write_id(group.last_id, writer);
    writer.number(group.entries_read as u64);
    writer.number(group.pending().len() as u64);
    for (id, pending) in group.pending().iter() {
        writer.out.extend(wide(id));
        writer.out.extend(pending.delivered_ms.to_le_bytes());
        writer.number(pending.deliveries);
    }
    writer.number(group.consumers().len() as u64);
    for consumer in group.consumers() {
        writer.string(&consumer.name);
        writer.out.extend(consumer.seen_ms.to_le_bytes());
        writer.number(consumer.pending().len() as u64);
        for (id, ()) in consumer.pending().iter() {
            writer.out.extend(wide(id));
        }
    }
}

fn write_id(id: Id, writer: &mut Writer) {
    writer.number(id.ms);
    writer.number(id.seq);
}

fn wide(id: Id) -> [u8; 16] {
    (u128::from(id.ms) << 64 | u128::from(id.seq)).to_be_bytes()
}

// ---- reading -------------------------------------------------------------------------------

/// The stream of an object of one of the three kinds.
pub(super) fn read(kind: Kind, reader: &mut Reader<'_>) -> Result<Stream, Corrupt> {
    let mut stream = Stream::default();
    for _ in 0..reader.number()? {
        let id = reader.string()?;
        let id = id.first_chunk().filter(|_| id.len() == 16).ok_or(BROKEN)?;
        read_node(narrow(*id), &reader.string()?, &mut stream)?;
    }
    let len = reader.number()?;
    let last_id = read_id(reader)?;
    if len != stream.meta.len {
        return Err(COUNTS);
    }
    if last_id < stream.meta.last_id {
        return Err(ORDER);
    }
    stream.meta.last_id = last_id;
    stream.meta.entries_added = len as i64;
    if kind != Kind::Stream {
        read_id(reader)?; // the first one is known from the entries
        stream.meta.max_deleted_id = read_id(reader)?;
        stream.meta.entries_added = reader.number()? as i64;
    }
    for _ in 0..reader.number()? {
        read_group(kind, reader, &mut stream)?;
    }
    Ok(stream)
}

fn read_id(reader: &mut Reader<'_>) -> Result<Id, Corrupt> {
    Ok(Id::new(reader.number()?, reader.number()?))
}

fn narrow(bytes: [u8; 16]) -> Id {
    let both = u128::from_be_bytes(bytes);
    Id::new((both >> 64) as u64, both as u64)
}

/// Values with their names, or with nothing in the place of names that the node shares.
#[derive(Clone)]
struct PairsOf<'a>(&'a [Text<'a>], Names);

impl Pairs for PairsOf<'_> {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let shared = self.1 == Names::Shared;
        let name: Option<&[u8]> = shared.then_some(&[]);
        self.0.iter().flat_map(move |text| name.into_iter().chain([&**text]))
    }

    fn count(&self) -> usize {
        if self.1 == Names::Shared { self.0.len() } else { self.0.len() / 2 }
    }
}

/// The pieces of a node one after another.
struct Pieces<'a>(Entries<'a>);

impl<'a> Pieces<'a> {
    fn next(&mut self) -> Result<Text<'a>, Corrupt> {
        self.0.next().and_then(|piece| piece.ok_or(BROKEN)).map_err(|_| BROKEN)
    }

    fn int(&mut self) -> Result<i64, Corrupt> {
        parse_int(&self.next()?).ok_or(BROKEN)
    }

    fn count(&mut self) -> Result<usize, Corrupt> {
        usize::try_from(self.int()?).map_err(|_| BROKEN)
    }

    /// So many texts. The count is a claim: they are collected as they come.
    fn texts(&mut self, count: usize, into: &mut Vec<Text<'a>>) -> Result<(), Corrupt> {
        into.clear();
        for _ in 0..count {
            into.push(self.next()?);
        }
        Ok(())
    }
}

fn read_node(master: Id, pack: &[u8], stream: &mut Stream) -> Result<(), Corrupt> {
    let mut pieces = Pieces(Entries::new(pack).map_err(|_| BROKEN)?);
    let (living, deleted) = (pieces.count()?, pieces.count()?);
    let mut names = Vec::new();
    let count = pieces.count()?;
    pieces.texts(count, &mut names)?;
    let names: Vec<&[u8]> = names.iter().map(|name| &**name).collect();
    if pieces.int()? != 0 {
        return Err(BROKEN);
    }
    let (mut alive, mut begins, mut texts) = (0, Some(&names[..]), Vec::new());
    for _ in 0..living.checked_add(deleted).ok_or(BROKEN)? {
        let flags = pieces.int()?;
        let ms = master.ms.wrapping_add(pieces.int()? as u64);
        let seq = master.seq.wrapping_add(pieces.int()? as u64);
        let (shared, wanted) = match flags & SHARED_NAMES {
            0 => (Names::Own, pieces.count()?.checked_mul(2).ok_or(BROKEN)?),
            _ => (Names::Shared, names.len()),
        };
        pieces.texts(wanted, &mut texts)?;
        let fixed = if shared == Names::Own { 4 } else { 3 };
        if pieces.count()? != wanted + fixed || wanted == 0 {
            return Err(BROKEN);
        }
        if flags & DELETED != 0 {
            continue;
        }
        let id = Id::new(ms, seq);
        if id <= stream.meta.last_id {
            return Err(ORDER);
        }
        let pairs = PairsOf(&texts, shared);
        stream.adopt(id, &pairs, shared, begins.take()).map_err(|_| BROKEN)?;
        alive += 1;
    }
    let at_end = pieces.0.next().map_err(|_| BROKEN)?.is_none();
    if alive == living && at_end && living + deleted > 0 { Ok(()) } else { Err(BROKEN) }
}

fn read_group(kind: Kind, reader: &mut Reader<'_>, stream: &mut Stream) -> Result<(), Corrupt> {
    let name = reader.string()?;
    let last_id = read_id(reader)?;
    let read = match kind {
        Kind::Stream => stream.meta.estimate_read(last_id),
        _ => (reader.number()? as i64).max(UNKNOWN_READ),
    };
    if !stream.create_group(&name, last_id, read) {
        return Err(SAME_GROUP);
    }
    let group = stream.group_mut(&name).ok_or(SAME_GROUP)?;
    let mut waiting = BTreeMap::new();
    for _ in 0..reader.number()? {
        let id = narrow(reader.array()?);
        let delivered = (i64::from_le_bytes(reader.array()?), reader.number()?);
        if waiting.insert(id, Some(delivered)).is_some() {
            return Err(SAME_PENDING);
        }
    }
    let mut owned = 0;
    for _ in 0..reader.number()? {
        let name = reader.string()?;
        let (consumer, is_new) = group.call(&name, i64::from_le_bytes(reader.array()?));
        if !is_new {
            return Err(SAME_CONSUMER);
        }
        if kind == Kind::Stream3 {
            reader.array::<8>()?; // when it was last given something, which is not kept here
        }
        for _ in 0..reader.number()? {
            let id = narrow(reader.array()?);
            let (at, times) = waiting.get_mut(&id).ok_or(NOT_PENDING)?.take().ok_or(TWO_OWNERS)?;
            group.hand_over(id, consumer, at, times);
            owned += 1;
        }
    }
    if owned == waiting.len() { Ok(()) } else { Err(NO_OWNER) }
}
