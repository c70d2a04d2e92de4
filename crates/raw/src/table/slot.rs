//! Access in two steps: where an entry is, then the entry.
//!
//! A [`Slot`] borrows nothing, so that a caller can decide between finding and using an entry,
//! which a borrow returned from a branch does not allow.

use super::bucket::SLOTS;
use super::{Entry, EntryMut, EntryRef, Place, Table};

use std::marker::PhantomData;

/// Where an entry was found. Good until the next insertion into or removal from the table; after
/// that it may name another entry or none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    index: u32,
    /// Bucket times eight plus slot: colliding hashes make segments of up to four million buckets.
    place: u32,
}

impl<E: Entry> Table<E> {
    /// Where the entry with this key is. O(1), allocates nothing.
    #[inline]
    pub fn find(&self, hash: u64, key: &[u8]) -> Option<Slot> {
        self.lookup(hash, key).map(|place| Slot::of(&place))
    }

    /// `find`, and what `look` sees in the entry: for a caller that decides by the entry and then
    /// needs its slot.
    #[inline]
    pub fn find_with<R>(
        &self,
        hash: u64,
        key: &[u8],
        look: impl FnOnce(EntryRef<'_, E>) -> R,
    ) -> Option<(Slot, R)> {
        let place = self.lookup(hash, key)?;
        Some((Slot::of(&place), look(EntryRef { raw: place.raw, table: PhantomData })))
    }

    /// `insert_expiring`, and where the entry is now.
    #[inline]
    pub fn insert_at(
        &mut self,
        hash: u64,
        entry: E,
        tick: u32,
        hash_of: impl Fn(&[u8]) -> u64,
    ) -> Slot {
        self.make_room(hash, &hash_of);
        Slot::of(&self.place(hash, entry, tick))
    }

    /// The entry in a slot.
    ///
    /// # Panics
    /// If there is none: the slot is older than a change of the table.
    #[inline]
    pub fn at(&self, slot: Slot) -> EntryRef<'_, E> {
        EntryRef { raw: self.place_of(slot).raw, table: PhantomData }
    }

    /// The entry in a slot, for change; it may move.
    ///
    /// # Panics
    /// If there is none: the slot is older than a change of the table.
    #[inline]
    pub fn at_mut(&mut self, slot: Slot) -> EntryMut<'_, E> {
        let place = self.place_of(slot);
        self.entry_mut(place)
    }

    /// Takes the entry in a slot out; `hash` is that of its key. O(1) amortised; may move two
    /// segments.
    ///
    /// # Panics
    /// If there is none: the slot is older than a change of the table.
    #[inline]
    pub fn take(&mut self, slot: Slot, hash: u64, hash_of: impl Fn(&[u8]) -> u64) -> E {
        let place = self.place_of(slot);
        self.take_out(place, hash, &hash_of)
    }

    #[inline(always)]
    pub(super) fn place_of(&self, slot: Slot) -> Place {
        let (index, within) = (slot.index as usize, slot.place as usize);
        let (bucket, slot) = (within / SLOTS, within % SLOTS);
        let holder = &self.dir[index].buckets()[bucket];
        assert!(holder.occupied() >> slot & 1 == 1, "a slot is used before the table changes");
        Place { index, bucket, slot, raw: holder.pointer(slot) }
    }
}

impl Slot {
    #[inline(always)]
    fn of(place: &Place) -> Slot {
        let within = place.bucket * SLOTS + place.slot;
        Slot { index: place.index as u32, place: within as u32 }
    }
}
