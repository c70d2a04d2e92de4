//! A block: the entries of a run of ids in one allocation, field names of the first one shared.
//!
//! ```text
//! header   [listpack bytes u32][begin u32][last ms u64][last seq u64]
//! fields   [count varint][name] * count                               of the first entry
//! entry    [body * 2 + own varint][ms varint][seq varint] ([count varint]) elements [back]
//! ```
//!
//! `begin` is where the first living entry stands: entries deleted at the front are stepped over,
//! those deleted elsewhere are cut out. `last` is the highest id the block ever had. `own` is 1 if
//! the entry names its own fields (`count`, then names and values in turn), else its elements are
//! the values of the shared fields. `ms` is the distance to the block's first id, `seq` too if
//! that is 0, else it is the sequence number itself. `body` counts from `ms` to the end of the
//! elements; `back` is the length of all before it in a code that is read backwards.
//!
//! Example: first id 5-1, fields `a`, entries 5-1 `a 7` and 6-0 `b xy`:
//! `.. 01 02 61 | 08 00 00 02 37 05 | 11 01 00 01 02 62 04 78 79 09`.
//!
//! Invariant: ids ascend; `live` counts the entries from `begin` on, `dead` those deleted.

use super::Id;
use super::element::{Element, listpack_int, listpack_len, read_varint, varint_len, write_varint};
use crate::packed::{Code, read_code_back};
use raw::Packed;

const LISTPACK_AT: usize = 0;
const BEGIN_AT: usize = 4;
const LAST_AT: usize = 8;
const HEADER: usize = 24;

/// Bytes of an empty listpack.
const LISTPACK_EMPTY: usize = 7;
/// Redis never lets a node grow beyond this, nor stores an entry with more bytes.
const LISTPACK_MAX: usize = 1 << 30;

/// One block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    bytes: Packed,
    /// Entries.
    pub(super) live: u32,
    /// Entries that were deleted since the block was begun.
    dead: u32,
}

/// The thresholds of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockLimits {
    /// `stream-node-max-bytes`; 0 is none.
    pub bytes: usize,
    /// `stream-node-max-entries`, living and deleted; 0 is none.
    pub entries: usize,
}

/// The names and values of an entry to be added, in turn.
pub trait Pairs: Clone {
    /// All of them: name, value, name, value.
    fn iter(&self) -> impl Iterator<Item = &[u8]>;
    /// Number of names.
    fn count(&self) -> usize;
}

/// An entry does not fit into a block of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLarge;

/// A block while its first entries are put into it.
#[derive(Clone, Debug)]
pub struct Builder {
    bytes: Vec<u8>,
    first: Id,
    last: Id,
    listpack: usize,
    live: u32,
    dead: u32,
}

impl Builder {
    /// A block whose first id is `first`, and whose entries share the names of `pairs`.
    pub fn new(first: Id, pairs: &impl Pairs) -> Self {
        let mut bytes = vec![0; HEADER];
        let mut listpack = LISTPACK_EMPTY + listpack_int(pairs.count() as i64) + listpack_int(0);
        write_varint(&mut bytes, pairs.count() as u64);
        for name in pairs.iter().step_by(2) {
            Element::of(name).0.write(&mut bytes);
            listpack += listpack_len(name);
        }
        let begin = bytes.len() as u32;
        bytes[BEGIN_AT..LAST_AT].copy_from_slice(&begin.to_le_bytes());
        Self { bytes, first, last: first, listpack, live: 0, dead: 0 }
    }

    /// Whether an id can come next: it is above the last one, or the first.
    pub fn takes(&self, id: Id) -> bool {
        id > self.last || (id == self.first && self.live + self.dead == 0)
    }

    /// Appends an entry that [`Self::takes`], with the block's names or its own.
    pub fn push(&mut self, id: Id, pairs: &impl Pairs, shares_names: bool) {
        assert!(self.takes(id), "ids ascend");
        self.listpack += write_entry(&mut self.bytes, self.first, id, pairs, shares_names);
        self.last = id;
        self.live += 1;
    }

    /// Notes an id that [`Self::takes`] and that was deleted; `listpack` is what it takes up.
    pub fn skip(&mut self, id: Id, listpack: usize) {
        assert!(self.takes(id), "ids ascend");
        self.listpack += listpack;
        self.last = id;
        self.dead += 1;
    }

    pub(super) fn build(mut self) -> Result<(Id, Block), TooLarge> {
        if self.bytes.len() > Packed::MAX_LEN {
            return Err(TooLarge);
        }
        set_last(&mut self.bytes, self.listpack, self.last);
        let bytes = Packed::from_slice(&self.bytes);
        Ok((self.first, Block { bytes, live: self.live, dead: self.dead }))
    }
}

/// Notes the last id of a block, and the length of it as a listpack.
fn set_last(bytes: &mut [u8], listpack: usize, id: Id) {
    bytes[LISTPACK_AT..BEGIN_AT].copy_from_slice(&(listpack as u32).to_le_bytes());
    bytes[LAST_AT..LAST_AT + 8].copy_from_slice(&id.ms.to_le_bytes());
    bytes[LAST_AT + 8..HEADER].copy_from_slice(&id.seq.to_le_bytes());
}

impl Block {
    /// A block with one entry.
    pub(super) fn new(id: Id, pairs: &impl Pairs) -> Result<Self, TooLarge> {
        let text: usize = pairs.iter().map(<[u8]>::len).sum();
        if text > LISTPACK_MAX {
            return Err(TooLarge);
        }
        let mut builder = Builder::new(id, pairs);
        builder.push(id, pairs, true);
        builder.build().map(|(_, block)| block)
    }

    /// Appends an entry to the block that begins with `first`; false when it is full.
    pub(super) fn append(
        &mut self,
        first: Id,
        id: Id,
        pairs: &impl Pairs,
        limits: BlockLimits,
    ) -> bool {
        let text: usize = pairs.iter().map(<[u8]>::len).sum();
        let most = if limits.bytes == 0 { LISTPACK_MAX } else { limits.bytes.min(LISTPACK_MAX) };
        let counts = listpack_int(self.live.into()) + listpack_int(self.dead.into());
        let listpack = self.u32_at(LISTPACK_AT) as usize;
        let entries = self.live as usize + self.dead as usize;
        if listpack + counts + text >= most || (limits.entries > 0 && entries >= limits.entries) {
            return false;
        }
        let mut entry = Vec::with_capacity(text + 5 * pairs.count() + 32);
        let shares = self.shares_fields(pairs);
        let added = write_entry(&mut entry, first, id, pairs, shares);
        if self.bytes.len() + entry.len() > Packed::MAX_LEN {
            return false;
        }
        self.bytes.push(&entry);
        set_last(self.bytes.as_mut_slice(), listpack + added, id);
        self.live += 1;
        true
    }

    /// Whether an entry has the names of the block, in their order.
    fn shares_fields(&self, pairs: &impl Pairs) -> bool {
        let bytes = self.bytes.as_slice();
        let mut at = HEADER;
        let count = read_varint(bytes, &mut at);
        count == pairs.count() as u64
            && pairs.iter().step_by(2).all(|name| Element::read(bytes, &mut at).is(name))
    }

    /// The highest id that the block ever had.
    pub(super) fn last_ever(&self) -> Id {
        let bytes = self.bytes.as_slice();
        let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        Id::new(word(LAST_AT), word(LAST_AT + 8))
    }

    /// Bytes of its allocation.
    pub(super) fn alloc_size(&self) -> usize {
        self.bytes.alloc_size()
    }

    /// Its bytes, to be walked.
    #[inline]
    pub(super) fn view(&self, first: Id) -> BlockRef<'_> {
        BlockRef { bytes: self.bytes.as_slice(), first }
    }

    /// Removes the entry that stands at `at`.
    pub(super) fn remove(&mut self, at: usize) {
        let end = BlockRef { bytes: self.bytes.as_slice(), first: Id::MIN }.behind(at);
        if at == self.u32_at(BEGIN_AT) as usize {
            self.set_begin(end);
        } else {
            self.bytes.splice(at, end - at, &[]);
        }
        self.live -= 1;
        self.dead += 1;
    }

    /// Removes entries from the front until `wanted` accepts one; how many.
    pub(super) fn remove_front(&mut self, first: Id, mut wanted: impl FnMut(Id) -> bool) -> u32 {
        let view = self.view(first);
        let (mut at, mut count) = (view.begin(), 0);
        while let Some(entry) = view.entry_at(at) {
            if wanted(entry.id) {
                break;
            }
            at = entry.end;
            count += 1;
        }
        self.set_begin(at);
        self.live -= count;
        self.dead += count;
        count
    }

    fn set_begin(&mut self, begin: usize) {
        let begin = (begin as u32).to_le_bytes();
        self.bytes.as_mut_slice()[BEGIN_AT..LAST_AT].copy_from_slice(&begin);
    }

    fn u32_at(&self, at: usize) -> u32 {
        let bytes = &self.bytes.as_slice()[at..at + 4];
        u32::from_le_bytes(bytes.try_into().expect("4 bytes"))
    }
}

/// Appends an entry; the bytes it would take in a listpack.
fn write_entry(
    out: &mut Vec<u8>,
    first: Id,
    id: Id,
    pairs: &impl Pairs,
    shares_fields: bool,
) -> usize {
    let ms = id.ms - first.ms;
    let seq = if ms == 0 { id.seq - first.seq } else { id.seq };
    let count = pairs.count();
    let step = if shares_fields { 2 } else { 1 };
    let elements = || pairs.iter().skip(step - 1).step_by(step);
    let mut body = varint_len(ms) + varint_len(seq);
    let mut listpack = listpack_int(0)
        + listpack_int(ms as i64)
        + listpack_int(id.seq.wrapping_sub(first.seq) as i64);
    let mut pieces = count + 3;
    if !shares_fields {
        body += varint_len(count as u64);
        listpack += listpack_int(count as i64);
        pieces += count + 1;
    }
    for element in elements() {
        body += Element::of(element).1;
        listpack += listpack_len(element);
    }
    let start = out.len();
    write_varint(out, body as u64 * 2 + u64::from(!shares_fields));
    write_varint(out, ms);
    write_varint(out, seq);
    if !shares_fields {
        write_varint(out, count as u64);
    }
    elements().for_each(|element| Element::of(element).0.write(out));
    let code = Code::back(out.len() - start);
    out.extend_from_slice(code.as_slice());
    listpack + listpack_int(pieces as i64)
}

/// A block to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockRef<'a> {
    bytes: &'a [u8],
    first: Id,
}

/// An entry and where it stands in its block.
#[derive(Clone, Copy)]
pub(super) struct EntryIn<'a> {
    pub(super) id: Id,
    pub(super) pairs: PairsIn<'a>,
    /// Where it begins.
    pub(super) start: usize,
    /// Where the next one begins.
    pub(super) end: usize,
}

impl<'a> BlockRef<'a> {
    /// The names that entries share.
    pub(super) fn names(self) -> impl ExactSizeIterator<Item = Element<'a>> {
        let mut at = HEADER;
        let count = read_varint(self.bytes, &mut at) as usize;
        (0..count).map(move |_| Element::read(self.bytes, &mut at))
    }

    /// Where the first living entry stands.
    #[inline]
    pub(super) fn begin(self) -> usize {
        let begin = &self.bytes[BEGIN_AT..LAST_AT];
        u32::from_le_bytes(begin.try_into().expect("4 bytes")) as usize
    }

    /// Where an entry after the last one would stand.
    pub(super) fn end(self) -> usize {
        self.bytes.len()
    }

    /// Where the entry behind the one at `at` stands.
    fn behind(self, at: usize) -> usize {
        let mut body = at;
        let head = read_varint(self.bytes, &mut body);
        let back = body + (head / 2) as usize;
        back + Code::of(back - at).as_slice().len()
    }

    /// The entry at `at`; none at the end.
    #[inline]
    pub(super) fn entry_at(self, start: usize) -> Option<EntryIn<'a>> {
        if start >= self.bytes.len() {
            return None;
        }
        let mut at = start;
        let head = read_varint(self.bytes, &mut at);
        let back = at + (head / 2) as usize;
        let ms = read_varint(self.bytes, &mut at);
        let seq = read_varint(self.bytes, &mut at);
        let id = if ms == 0 {
            Id::new(self.first.ms, self.first.seq + seq)
        } else {
            Id::new(self.first.ms + ms, seq)
        };
        let names = if head.is_multiple_of(2) { HEADER } else { 0 };
        let pairs = PairsIn { bytes: self.bytes, names, values: at };
        let end = back + Code::of(back - start).as_slice().len();
        Some(EntryIn { id, pairs, start, end })
    }

    /// The entry that ends where `end` is; none at the first.
    pub(super) fn entry_before(self, end: usize) -> Option<EntryIn<'a>> {
        if end <= self.begin() {
            return None;
        }
        let (len, code) = read_code_back(self.bytes, end);
        self.entry_at(end - code - len)
    }

    /// The first entry whose id is not below `id`.
    pub(super) fn seek(self, id: Id) -> Option<EntryIn<'a>> {
        let mut entry = self.entry_at(self.begin())?;
        while entry.id < id {
            entry = self.entry_at(entry.end)?;
        }
        Some(entry)
    }
}

/// Names and values of an entry.
#[derive(Clone, Copy)]
pub struct PairsIn<'a> {
    bytes: &'a [u8],
    /// Where the shared names are; 0 when the entry has its own.
    names: usize,
    /// Where the entry's elements are, or their count if it has its own names.
    values: usize,
}

impl<'a> PairsIn<'a> {
    /// Whether the names are those of the block.
    pub fn shares_names(self) -> bool {
        self.names > 0
    }

    /// The number of pairs, and what the entry has of its own: the values if the names are those of
    /// the block, else names and values in turn.
    #[inline]
    pub fn elements(self) -> (usize, impl Iterator<Item = Element<'a>>) {
        let Self { bytes, mut names, mut values } = self;
        let shares = names > 0;
        let count = read_varint(bytes, if shares { &mut names } else { &mut values }) as usize;
        let own = if shares { count } else { 2 * count };
        (count, (0..own).map(move |_| Element::read(bytes, &mut values)))
    }

    /// Names and values in their order: the number of pairs, and the pairs.
    #[inline]
    pub fn read(self) -> (usize, impl Iterator<Item = (Element<'a>, Element<'a>)>) {
        let Self { bytes, mut names, mut values } = self;
        let shares = names > 0;
        let count = read_varint(bytes, if shares { &mut names } else { &mut values }) as usize;
        let pairs = (0..count).map(move |_| {
            let name = Element::read(bytes, if shares { &mut names } else { &mut values });
            (name, Element::read(bytes, &mut values))
        });
        (count, pairs)
    }
}
