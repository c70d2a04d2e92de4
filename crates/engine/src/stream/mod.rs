//! Streams: entries in the order of their ids, and groups of consumers that read them.
//!
//! ```text
//! Record -> Object::Stream -> Stream -- blocks: Ordered<Block>     by first id       (`ordered`)
//!                                         Block: entries, packed                     (`block`)
//!                                    -- groups: by name                              (`group`)
//!                                         Group: pending by id, consumers by name
//! ```
//!
//! An entry is appended to the last block until that has stream-node-max-entries or would pass
//! stream-node-max-bytes as Redis counts them, so that blocks end where Redis's nodes end: XTRIM
//! with `~` removes whole blocks, and clients see how many. What is trimmed or destroyed is not
//! freed here but left in `debris` for the reaper.
//!
//! A stream may be empty; it stays a key until it is deleted.
//!
//! Invariants: `meta.len` is the number of entries in all blocks; no block is without entries, but
//! the first if a trim by id stopped in it (as Redis's nodes do, whose number clients see); every
//! id is at most `meta.last_id`; `meta.first_id` is the lowest id, 0-0 without entries.

mod block;
mod element;
mod group;
mod id;
mod keys;
mod ordered;
mod radix;
#[cfg(test)]
mod tests;

pub use block::{BlockLimits, Builder, Pairs, PairsIn, TooLarge};
pub use element::Element;
pub use group::{Consumer, ConsumerId, Group, Groups, Pending, UNKNOWN_READ};
pub use id::Id;
pub use keys::{Lookup, Told};
pub use ordered::Ordered;

use crate::value::{Object, Rec, Sub, wrong_type};
use block::{Block, BlockRef, EntryIn};
use ordered::Pos;
use raw::{Payload, View, ViewMut};

/// A stream.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// Counts and marks.
    pub meta: Meta,
    blocks: Ordered<Block>,
    groups: Option<Box<Groups>>,
    /// Large parts that were taken out and wait for the reaper.
    debris: Debris,
}

/// What is known of a stream without looking at its entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Meta {
    /// Number of entries.
    pub len: u64,
    /// The highest id that was given out.
    pub last_id: Id,
    /// The lowest id of an entry; 0-0 without entries.
    pub first_id: Id,
    /// The highest id that XDEL removed; 0-0 if it never did.
    pub max_deleted_id: Id,
    /// Entries ever added. Signed, as replies print it.
    pub entries_added: i64,
}

/// Parts of a stream that are freed elsewhere.
#[derive(Debug, Default)]
pub struct Debris {
    blocks: Vec<Ordered<Block>>,
    groups: Vec<Group>,
}

impl Debris {
    /// How many heap pieces freeing it touches, roughly. O(groups).
    pub(crate) fn weight(&self) -> usize {
        self.blocks.len() + self.groups.iter().map(Group::weight).sum::<usize>()
    }
}

impl Clone for Debris {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What a trim removes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trim {
    /// The oldest entries, until so many are left.
    MaxLen(u64),
    /// Entries with lower ids.
    MinId(Id),
}

/// How exactly a trim goes by its bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precision {
    /// To the entry.
    Exact,
    /// Whole blocks, and at most so many entries if that is not 0.
    Blocks {
        /// The most entries to be removed; 0 is no limit.
        limit: u64,
    },
}

/// What happens to the groups' references to a deleted entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum References {
    /// They stay.
    Keep,
    /// They are deleted too.
    Delete,
    /// An entry with references stays, as does one that a group has not read yet.
    Respect,
}

/// What became of an entry that was to be deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deleted {
    /// It is gone.
    Yes,
    /// There was none.
    Absent,
    /// References protect it.
    Referenced,
}

/// An empty stream under `key`.
pub fn empty(key: &[u8]) -> Rec {
    record(key, Stream::default())
}

/// A stream under `key`.
pub fn record(key: &[u8], stream: Stream) -> Rec {
    let object = Box::new(Object::Stream(Box::new(stream)));
    Rec::with_payload(key, Payload::Boxed(object), Sub::STREAM, None)
}

/// The stream that a record of that type holds.
pub fn of(rec: &Rec) -> &Stream {
    match rec.view() {
        View::Boxed(Object::Stream(stream)) => stream,
        _ => wrong_type(),
    }
}

/// The same to be changed.
pub(crate) fn of_mut(rec: &mut Rec) -> &mut Stream {
    match rec.view_mut() {
        ViewMut::Boxed(Object::Stream(stream)) => stream,
        _ => wrong_type(),
    }
}

/// One entry.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// Its id.
    pub id: Id,
    /// Its names and values.
    pub pairs: PairsIn<'a>,
}

impl Stream {
    /// Number of entries. O(1).
    pub fn len(&self) -> u64 {
        self.meta.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.meta.len == 0
    }

    /// Adds an entry whose id is above `last_id`. Amortised O(1), and O(size of the entry).
    ///
    /// # Errors
    /// [`TooLarge`]; nothing is changed then.
    pub fn append(
        &mut self,
        id: Id,
        pairs: &impl Pairs,
        limits: BlockLimits,
    ) -> Result<(), TooLarge> {
        assert!(id > self.meta.last_id, "ids ascend");
        let appended = match self.blocks.last_mut() {
            Some((first, block)) => block.append(first, id, pairs, limits),
            None => false,
        };
        if !appended {
            self.blocks.insert(id, Block::new(id, pairs)?);
        }
        self.meta.len += 1;
        self.meta.entries_added = self.meta.entries_added.wrapping_add(1);
        self.meta.last_id = id;
        if self.meta.len == 1 {
            self.meta.first_id = id;
        }
        Ok(())
    }

    /// The entries from `start` to `end`, both included, in ascending order. O(log n) to begin.
    pub fn range(&self, start: Id, end: Id) -> Entries<'_> {
        let pos = self.blocks.floor(start).or_else(|| self.blocks.start());
        let mut entries = Entries { stream: self, pos, next: None, end };
        entries.next = pos.and_then(|pos| {
            let block = self.block(pos);
            block.seek(start).map_or_else(|| entries.enter(self.blocks.after(pos)), Some)
        });
        entries
    }

    /// The same in descending order.
    pub fn range_back(&self, start: Id, end: Id) -> EntriesBack<'_> {
        let pos = self.blocks.floor(end);
        let mut entries = EntriesBack { stream: self, pos, next: None, start };
        entries.next = pos.and_then(|pos| {
            let block = self.block(pos);
            let above = match end.next() {
                Some(above) if block_may_exceed(self, pos, end) => block.seek(above),
                _ => None,
            };
            let before = above.map_or(block.end(), |entry| entry.start);
            block.entry_before(before).or_else(|| entries.enter(self.blocks.before(pos)))
        });
        entries
    }

    /// The entry of an id. O(log n) and a walk in its block.
    pub fn get(&self, id: Id) -> Option<Entry<'_>> {
        self.locate(id).map(|(_, entry)| Entry { id, pairs: entry.pairs })
    }

    /// The lowest entry.
    pub fn first(&self) -> Option<Entry<'_>> {
        self.range(Id::MIN, Id::MAX).next()
    }

    /// The highest entry.
    pub fn last(&self) -> Option<Entry<'_>> {
        self.range_back(Id::MIN, Id::MAX).next()
    }

    /// Id of the highest entry, 0-0 without entries. O(1).
    pub fn last_entry_id(&self) -> Id {
        self.last().map_or(Id::MIN, |entry| entry.id)
    }

    /// Deletes one entry; O(log n) and a move of at most its block, and with references O(groups).
    pub fn delete(&mut self, id: Id, references: References) -> Deleted {
        match references {
            References::Keep => {}
            References::Respect if self.is_referenced(id) => return Deleted::Referenced,
            References::Respect => {}
            References::Delete => self.drop_references(id),
        }
        let Some((pos, entry)) = self.locate(id) else { return Deleted::Absent };
        self.remove_entry(pos, entry.start);
        self.meta.max_deleted_id = self.meta.max_deleted_id.max(id);
        if id == self.meta.first_id || self.is_empty() {
            self.find_first();
        }
        Deleted::Yes
    }

    /// Removes the oldest entries; how many. O(blocks removed), and O(entries looked at) where the
    /// references of each matter.
    pub fn trim(&mut self, trim: Trim, precision: Precision, references: References) -> u64 {
        let removed = match (precision, references) {
            (_, References::Keep) => self.trim_blocks(trim, precision),
            (Precision::Exact, _) => self.trim_entries(trim, references),
            // Redis 8.2 does not look inside of blocks when it trims by whole ones.
            (Precision::Blocks { .. }, _) => 0,
        };
        if removed > 0 {
            self.find_first();
        }
        removed
    }

    fn trim_blocks(&mut self, trim: Trim, precision: Precision) -> u64 {
        let (mut blocks, mut removed) = (0, 0);
        let mut here = self.blocks.start();
        while let Some(pos) = here {
            let (_, block) = self.blocks.at(pos);
            let (live, left) = (u64::from(block.live), self.meta.len - removed);
            let over_limit = match precision {
                Precision::Blocks { limit } => limit > 0 && removed + live > limit,
                Precision::Exact => false,
            };
            let is_whole = match trim {
                Trim::MaxLen(max) => left > max && left - live >= max,
                Trim::MinId(min) => self.is_below(pos, min),
            };
            if over_limit || !is_whole {
                break;
            }
            blocks += 1;
            removed += live;
            here = self.blocks.after(pos);
        }
        let taken = self.blocks.take_front(blocks);
        self.meta.len -= removed;
        if blocks > 1 {
            self.debris.blocks.push(taken);
        }
        if precision == Precision::Exact {
            removed += self.trim_first_block(trim);
        }
        removed
    }

    /// Whether all ids that a block ever had are below `min`.
    fn is_below(&self, pos: Pos, min: Id) -> bool {
        let next = self.blocks.after(pos).map(|next| self.blocks.at(next).0);
        next.is_some_and(|next| next <= min) || self.blocks.at(pos).1.last_ever() < min
    }

    fn trim_first_block(&mut self, trim: Trim) -> u64 {
        let Some(pos) = self.blocks.start() else { return 0 };
        let mut excess = match trim {
            Trim::MaxLen(max) => self.meta.len.saturating_sub(max),
            Trim::MinId(_) => u64::MAX,
        };
        let first = self.blocks.at(pos).0;
        let block = self.blocks.value_mut(pos);
        let removed = block.remove_front(first, |id| match trim {
            Trim::MaxLen(_) if excess == 0 => true,
            Trim::MaxLen(_) => {
                excess -= 1;
                false
            }
            Trim::MinId(min) => id >= min,
        });
        // A block that lost its last entry here stays, as it had higher ids that were deleted.
        self.meta.len -= u64::from(removed);
        u64::from(removed)
    }

    fn trim_entries(&mut self, trim: Trim, references: References) -> u64 {
        let (mut removed, mut from) = (0, Id::MIN);
        let mut batch = std::collections::VecDeque::new();
        loop {
            let is_done = match trim {
                Trim::MaxLen(max) => self.meta.len <= max,
                Trim::MinId(_) => false,
            };
            if batch.is_empty() {
                batch.extend(self.range(from, Id::MAX).take(256).map(|entry| entry.id));
            }
            let Some(id) = batch.pop_front() else { break };
            if is_done || matches!(trim, Trim::MinId(min) if id >= min) {
                break;
            }
            from = id.next().unwrap_or(Id::MAX);
            if references == References::Respect && self.is_referenced(id) {
                continue;
            }
            if references == References::Delete {
                self.drop_references(id);
            }
            if let Some((pos, entry)) = self.locate(id) {
                self.remove_entry(pos, entry.start);
                removed += 1;
            }
        }
        removed
    }

    /// Whether a group has an entry pending, or has not come to it yet. O(groups).
    pub fn is_referenced(&self, id: Id) -> bool {
        let mut groups = self.groups().into_iter().flat_map(|groups| groups.values());
        groups.any(|group| group.last_id < id || group.pending().get(id).is_some())
    }

    fn drop_references(&mut self, id: Id) {
        let groups = self.groups.iter_mut().flat_map(|groups| groups.values_mut());
        groups.for_each(|group| {
            group.acknowledge(id);
        });
    }

    fn remove_entry(&mut self, pos: Pos, at: usize) {
        let block = self.blocks.value_mut(pos);
        block.remove(at);
        if block.live == 0 {
            self.blocks.remove_at(pos);
        }
        self.meta.len -= 1;
    }

    fn find_first(&mut self) {
        self.meta.first_id = self.first().map_or(Id::MIN, |entry| entry.id);
    }

    fn locate(&self, id: Id) -> Option<(Pos, EntryIn<'_>)> {
        let pos = self.blocks.floor(id)?;
        let entry = self.block(pos).seek(id)?;
        (entry.id == id).then_some((pos, entry))
    }

    fn block(&self, pos: Pos) -> BlockRef<'_> {
        let (first, block) = self.blocks.at(pos);
        block.view(first)
    }

    /// The blocks as they are, for a copy that ends up with the same.
    pub fn blocks(&self) -> impl Iterator<Item = Run<'_>> {
        self.blocks.iter().map(|(first, block)| Run { first, block })
    }

    /// Appends a block and moves `last_id`; false, and nothing is changed, if an id is not above
    /// that or the block is too large.
    pub fn push_block(&mut self, builder: Builder) -> bool {
        let Ok((first, block)) = builder.build() else { return false };
        if first <= self.meta.last_id {
            return false;
        }
        self.meta.last_id = block.last_ever();
        let is_kept = block.live > 0 || self.blocks.is_empty();
        self.meta.len += u64::from(block.live);
        if is_kept {
            self.blocks.insert(first, block);
        }
        if self.blocks.len() <= 2 {
            self.find_first();
        }
        true
    }

    /// Number of blocks. O(1).
    pub fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// Number of nodes that Redis's radix tree over the blocks would have. O(blocks).
    pub fn radix_nodes(&self) -> usize {
        radix::nodes(self.blocks.iter().map(|(first, _)| first))
    }

    /// The groups by name, if there was ever one.
    pub fn groups(&self) -> Option<&Groups> {
        self.groups.as_deref()
    }

    /// A group.
    pub fn group(&self, name: &[u8]) -> Option<&Group> {
        self.groups.as_ref()?.get(name).map(|group| &**group)
    }

    /// A group to be changed.
    pub fn group_mut(&mut self, name: &[u8]) -> Option<&mut Group> {
        self.groups.as_mut()?.get_mut(name).map(|group| &mut **group)
    }

    /// Makes a group that has read up to `last_id`; whether there was none of that name.
    pub fn create_group(&mut self, name: &[u8], last_id: Id, entries_read: i64) -> bool {
        let groups = self.groups.get_or_insert_default();
        if groups.contains_key(name) {
            return false;
        }
        groups.insert(name.into(), Box::new(Group::new(last_id, entries_read)));
        true
    }

    /// Removes a group; whether it was there.
    pub fn destroy_group(&mut self, name: &[u8]) -> bool {
        let removed = self.groups.as_mut().and_then(|groups| groups.remove(name));
        removed.is_some_and(|group| {
            if group.weight() > 1 {
                self.debris.groups.push(*group);
            }
            true
        })
    }

    /// Counts an entry above all that a group has read as read by it.
    pub fn note_read(&mut self, group: &[u8], id: Id) {
        let group = self.groups.as_mut().and_then(|groups| groups.get_mut(group));
        if let Some(group) = group {
            group.advance(&self.meta, id);
        }
    }

    /// Hands entries that a group has not read to one of its consumers: at most `count`, if that
    /// is not 0. Without `pend` they count as acknowledged. `emit` sees each of them.
    pub fn read_new(
        &mut self,
        group: &[u8],
        to: Delivery,
        count: usize,
        mut emit: impl FnMut(Entry<'_>),
    ) -> usize {
        let Some(mut taken) =
            self.groups.as_mut().and_then(|groups| groups.get_mut(group)).map(std::mem::take)
        else {
            return 0;
        };
        let start = taken.last_id.next();
        let mut sent = 0;
        if let Some(start) = start {
            for entry in self.range(start, Id::MAX) {
                taken.advance(&self.meta, entry.id);
                if to.pend {
                    taken.deliver(entry.id, to.consumer, to.now_ms);
                }
                emit(entry);
                sent += 1;
                if count == sent {
                    break;
                }
            }
        }
        if let Some(place) = self.groups.as_mut().and_then(|groups| groups.get_mut(group)) {
            *place = taken;
        }
        sent
    }

    /// How many heap pieces freeing it touches, roughly. O(groups).
    pub(crate) fn weight(&self) -> usize {
        let groups = self.groups().into_iter().flat_map(|groups| groups.values());
        1 + self.blocks.len() + groups.map(|group| group.weight()).sum::<usize>()
    }

    /// Bytes of it with all it owns; of blocks `samples` are measured, 0 measures all.
    pub(crate) fn memory(&self, samples: usize) -> usize {
        let all = self.blocks.len();
        let taken = if samples == 0 { all } else { samples.min(all) };
        let bytes: usize = self.blocks.iter().take(taken).map(|(_, b)| b.alloc_size()).sum();
        let blocks = (bytes as u128 * all as u128 / taken.max(1) as u128) as usize;
        let groups = self.groups().into_iter().flatten();
        let groups: usize = groups.map(|(name, group)| name.len() + group.memory()).sum();
        size_of::<Self>() + self.blocks.memory() + blocks + groups
    }

    /// What was taken out since the last call.
    pub(crate) fn take_debris(&mut self) -> Option<Debris> {
        let debris = std::mem::take(&mut self.debris);
        (!debris.blocks.is_empty() || !debris.groups.is_empty()).then_some(debris)
    }
}

/// One block.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The id that it begins with; its entry may be deleted.
    pub first: Id,
    block: &'a Block,
}

impl<'a> Run<'a> {
    /// Number of entries.
    pub fn len(self) -> usize {
        self.block.live as usize
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.block.live == 0
    }

    /// The names that entries share.
    pub fn names(self) -> impl ExactSizeIterator<Item = Element<'a>> {
        self.block.view(self.first).names()
    }

    /// Its entries in ascending order.
    pub fn entries(self) -> impl Iterator<Item = Entry<'a>> {
        let block = self.block.view(self.first);
        let mut at = block.begin();
        std::iter::from_fn(move || {
            let entry = block.entry_at(at)?;
            at = entry.end;
            Some(Entry { id: entry.id, pairs: entry.pairs })
        })
    }
}

/// To whom new entries go.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    /// The consumer.
    pub consumer: ConsumerId,
    /// Whether they become pending.
    pub pend: bool,
    /// When.
    pub now_ms: i64,
}

/// Whether a block can have entries above `end`.
fn block_may_exceed(stream: &Stream, pos: Pos, end: Id) -> bool {
    stream.blocks.at(pos).1.last_ever() > end
}

/// Entries in ascending order.
pub struct Entries<'a> {
    stream: &'a Stream,
    pos: Option<Pos>,
    next: Option<EntryIn<'a>>,
    end: Id,
}

impl<'a> Entries<'a> {
    /// The first entry from a block on.
    fn enter(&mut self, mut pos: Option<Pos>) -> Option<EntryIn<'a>> {
        loop {
            self.pos = pos;
            let block = self.stream.block(pos?);
            if let Some(entry) = block.entry_at(block.begin()) {
                return Some(entry);
            }
            pos = self.stream.blocks.after(pos?);
        }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    #[inline]
    fn next(&mut self) -> Option<Entry<'a>> {
        let entry = self.next.filter(|entry| entry.id <= self.end)?;
        let pos = self.pos?;
        let block = self.stream.block(pos);
        self.next = match block.entry_at(entry.end) {
            None => self.enter(self.stream.blocks.after(pos)),
            next => next,
        };
        Some(Entry { id: entry.id, pairs: entry.pairs })
    }
}

/// Entries in descending order.
pub struct EntriesBack<'a> {
    stream: &'a Stream,
    pos: Option<Pos>,
    next: Option<EntryIn<'a>>,
    start: Id,
}

impl<'a> EntriesBack<'a> {
    /// The last entry from a block back.
    fn enter(&mut self, mut pos: Option<Pos>) -> Option<EntryIn<'a>> {
        loop {
            self.pos = pos;
            let block = self.stream.block(pos?);
            if let Some(entry) = block.entry_before(block.end()) {
                return Some(entry);
            }
            pos = self.stream.blocks.before(pos?);
        }
    }
}

impl<'a> Iterator for EntriesBack<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let entry = self.next.filter(|entry| entry.id >= self.start)?;
        let pos = self.pos?;
        self.next = match self.stream.block(pos).entry_before(entry.start) {
            None => self.enter(self.stream.blocks.before(pos)),
            next => next,
        };
        Some(Entry { id: entry.id, pairs: entry.pairs })
    }
}
