//! `Table<E>`: where keys, fields and members live. Extendible hashing over small segments of
//! 64-byte buckets.
//!
//! ```text
//! hash     [ depth bits: segment ][ next 24 bits: home bucket by fastrange ] ..   bits 12..20:
//! tag (0 reads as 1)
//! dir      2^global_depth segments by the hash's top bits; a segment of lower depth fills
//! 2^(global - depth) of them
//! segment  1 2 3 4 6 8 12 16 24 32 40 48 56 64 buckets, at most 7/8 full; then it splits in two
//! bucket   [8 tags][8 pointers of 48 bits][tick u32][kept u8][free u8][occupied u8]
//! [outbound u8]
//! ```
//!
//! Worked example: a segment of depth 2 with 24 buckets. A hash of top bits `10 1000..` goes to
//! `dir[0b10]`, and to bucket 12 of 24, since `.1000..` is one half. When bucket 12 is full the
//! entry goes to 13 (the last wraps to 0), and 12 counts one more in `outbound`; a lookup goes on
//! to 13 only while 12 counts any.
//!
//! Invariants: an entry's position is monotone in its hash, whatever the depth and size of its
//! segment, so a `scan` position (the top 48 bits of the hash) survives growth, splits and merges.
//! An operation moves at most one segment or two (a few hundred entries), unless hashes collide on
//! purpose. A bucket's tick is at most the tick of every entry in it, a segment's at most its
//! buckets', the table's at most its segments'. An empty table owns no memory. No unsafe code
//! trusts a hash, a count or a tick. Extendible hashing: Fagin 1979; outbound counts: F14 (Facebook
//! 2019).

mod bucket;
mod copy;
mod grow;
mod iter;
mod relocate;
mod sample;
mod scan;
mod segment;
mod slot;
mod sweep;
mod walk;

use std::marker::PhantomData;
use std::mem::forget;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use crate::mem::{prefetch, prefetch_lines, same};
use bucket::Bucket;
use segment::Segment;

pub use iter::{IntoIter, Iter};
pub use sample::Sample;
pub use slot::Slot;
pub use sweep::{Swept, Verdict};

/// No expiry.
const NEVER: u32 = u32::MAX;

/// A thin owner that a `Table` can keep as a 48-bit pointer.
///
/// # Safety
/// - `Self` is `repr(transparent)` over `NonNull<u8>` (beside zero-sized fields).
/// - The pointer is never null and below 2^48, and owns the entry wherever the handle itself is
///   moved.
/// - `key_of_raw` returns the same bytes as long as the entry is not changed.
pub unsafe trait Entry: Sized {
    /// The entry's key.
    ///
    /// # Safety
    /// - `raw` came from `into_raw` of the same type; the entry lives and does not change during
    ///   `'a`.
    unsafe fn key_of_raw<'a>(raw: NonNull<u8>) -> &'a [u8];

    /// Gives up the owner for its pointer.
    #[inline(always)]
    fn into_raw(self) -> NonNull<u8> {
        const { assert!(size_of::<Self>() == 8) };
        // SAFETY: the type is a transparent pointer; the original is forgotten below.
        let raw = unsafe { std::mem::transmute_copy::<Self, NonNull<u8>>(&self) };
        forget(self);
        raw
    }

    /// The owner again.
    ///
    /// # Safety
    /// - `raw` came from `into_raw` of the same type, and no other owner made from it is used.
    #[inline(always)]
    unsafe fn from_raw(raw: NonNull<u8>) -> Self {
        const { assert!(size_of::<Self>() == 8) };
        // SAFETY: the type is a transparent pointer.
        unsafe { std::mem::transmute_copy::<NonNull<u8>, Self>(&raw) }
    }
}

/// A hash table of thin entries that carry their own keys.
///
/// Methods that may move entries take `hash_of`, the hash of a key. A wrong `hash_of` loses
/// entries, but stays safe.
pub struct Table<E: Entry> {
    dir: Vec<Segment>,
    len: usize,
    /// Buckets of all segments.
    buckets: usize,
    /// Segments whose depth is the directory's.
    deepest: u32,
    /// Lower bound of all expiry ticks.
    tick: u32,
    /// 63 - global depth, so that `hash >> 1 >> shift` is the index into `dir`.
    shift: u8,
    entries: PhantomData<E>,
}

// SAFETY: the table owns its entries; sending it sends them.
unsafe impl<E: Entry + Send> Send for Table<E> {}
// SAFETY: a shared table only hands out shared entries.
unsafe impl<E: Entry + Sync> Sync for Table<E> {}

/// Where an entry was found: directory index, bucket and slot.
struct Place {
    index: usize,
    bucket: usize,
    slot: usize,
    raw: NonNull<u8>,
}

impl<E: Entry> Table<E> {
    /// An empty table; owns no memory.
    pub const fn new() -> Table<E> {
        Table {
            dir: Vec::new(),
            len: 0,
            buckets: 0,
            deepest: 0,
            tick: NEVER,
            shift: 63,
            entries: PhantomData,
        }
    }

    /// Number of entries. O(1).
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of buckets and directory; the entries' own are not counted. O(1).
    pub fn memory(&self) -> usize {
        self.buckets * size_of::<Bucket>() + self.dir.capacity() * size_of::<Segment>()
    }

    /// The entry with this key. O(1), allocates nothing.
    #[inline]
    pub fn get(&self, hash: u64, key: &[u8]) -> Option<EntryRef<'_, E>> {
        self.lookup(hash, key).map(|place| EntryRef { raw: place.raw, table: PhantomData })
    }

    /// The entry with this key, for change; it may move. O(1).
    #[inline]
    pub fn get_mut(&mut self, hash: u64, key: &[u8]) -> Option<EntryMut<'_, E>> {
        let place = self.lookup(hash, key)?;
        Some(self.entry_mut(place))
    }

    /// Adds an entry whose key the caller knows to be absent. O(1) amortised; may move one segment.
    #[inline]
    pub fn insert(&mut self, hash: u64, entry: E, hash_of: impl Fn(&[u8]) -> u64) {
        self.insert_expiring(hash, entry, NEVER, hash_of);
    }

    /// `insert` with the entry's expiry tick (`u32::MAX` for none).
    #[inline]
    pub fn insert_expiring(
        &mut self,
        hash: u64,
        entry: E,
        tick: u32,
        hash_of: impl Fn(&[u8]) -> u64,
    ) {
        self.make_room(hash, &hash_of);
        self.place(hash, entry, tick);
    }

    /// `insert`, and the entry for further change.
    pub fn insert_mut(
        &mut self,
        hash: u64,
        entry: E,
        hash_of: impl Fn(&[u8]) -> u64,
    ) -> EntryMut<'_, E> {
        self.make_room(hash, &hash_of);
        let place = self.place(hash, entry, NEVER);
        self.entry_mut(place)
    }

    /// Takes the entry with this key out. O(1) amortised; may move two segments.
    #[inline]
    pub fn remove(&mut self, hash: u64, key: &[u8], hash_of: impl Fn(&[u8]) -> u64) -> Option<E> {
        let place = self.lookup(hash, key)?;
        Some(self.take_out(place, hash, &hash_of))
    }

    /// Drops all entries and gives the memory back. O(n).
    pub fn clear(&mut self) {
        *self = Table::new();
    }

    /// Asks the processor for the bucket that `hash` starts at.
    #[inline]
    pub fn prefetch(&self, hash: u64) {
        if let Some(segment) = self.dir.get(self.index_of(hash)) {
            prefetch(&raw const segment.buckets()[segment.home(hash)]);
        }
    }

    /// Asks the processor for the first three cache lines of what `likely` will find. Reads the
    /// bucket.
    #[inline]
    pub fn prefetch_entry(&self, hash: u64) {
        if let Some(entry) = self.likely(hash) {
            prefetch_lines(entry.raw.as_ptr(), 3);
        }
    }

    /// The first entry in the home bucket that may have this hash, by its tag: not read yet, and
    /// nearly always the one that `get` finds. For prefetching what it points to.
    #[inline]
    pub fn likely(&self, hash: u64) -> Option<EntryRef<'_, E>> {
        let segment = self.dir.get(self.index_of(hash))?;
        let bucket = &segment.buckets()[segment.home(hash)];
        let hits = bucket.matches(tag_of(hash));
        if hits == 0 {
            return None;
        }
        let raw = bucket.pointer(hits.trailing_zeros() as usize);
        Some(EntryRef { raw, table: PhantomData })
    }

    /// An entry drawn by the random number `r`; uniform over the entries. O(1) expected.
    pub fn random(&self, r: u64) -> Option<EntryRef<'_, E>> {
        let raw = self.draw(r)?;
        Some(EntryRef { raw, table: PhantomData })
    }

    /// All entries, in the order of `scan`'s buckets. The table cannot change meanwhile.
    pub fn iter(&self) -> Iter<'_, E> {
        Iter::new(self)
    }

    /// Takes all entries out, leaving an empty table.
    pub fn drain(&mut self) -> IntoIter<E> {
        std::mem::take(self).into_iter()
    }

    #[inline(always)]
    fn index_of(&self, hash: u64) -> usize {
        (hash >> 1 >> self.shift) as usize
    }

    #[inline(always)]
    fn global_depth(&self) -> u32 {
        63 - u32::from(self.shift)
    }

    /// The directory index that keeps a segment's counts: the first of those it fills.
    #[inline(always)]
    fn canonical(&self, index: usize) -> usize {
        index & !(self.span(index) - 1)
    }

    /// How many directory entries the segment at `index` fills.
    #[inline(always)]
    fn span(&self, index: usize) -> usize {
        1 << (self.global_depth() - self.dir[index].depth())
    }

    #[inline(always)]
    fn lookup(&self, hash: u64, key: &[u8]) -> Option<Place> {
        let index = self.index_of(hash);
        let segment = self.dir.get(index)?;
        let (buckets, tag) = (segment.buckets(), tag_of(hash));
        let mut at = segment.home(hash);
        for _ in 0..buckets.len() {
            let bucket = &buckets[at];
            let mut hits = bucket.matches(tag);
            while hits != 0 {
                let slot = hits.trailing_zeros() as usize;
                let raw = bucket.pointer(slot);
                // SAFETY: an occupied slot holds the pointer of a live entry, and the table is
                // borrowed.
                if same(unsafe { E::key_of_raw(raw) }, key) {
                    return Some(Place { index, bucket: at, slot, raw });
                }
                hits &= hits - 1;
            }
            if bucket.outbound() == 0 {
                return None;
            }
            at = if at + 1 == buckets.len() { 0 } else { at + 1 };
        }
        None
    }

    /// Takes an entry out. O(1) amortised; may move two segments.
    #[inline]
    fn take_out(&mut self, place: Place, hash: u64, hash_of: &impl Fn(&[u8]) -> u64) -> E {
        let canon = self.canonical(place.index);
        let segment = &mut self.dir[canon];
        let home = segment.home(hash);
        segment.unlink(home, place.bucket, place.slot);
        self.len -= 1;
        if segment.is_sparse() {
            self.shrink(canon, hash_of);
        }
        // SAFETY: the pointer came from `into_raw` and is no longer in the table.
        unsafe { E::from_raw(place.raw) }
    }

    /// Puts an entry into a segment that has room.
    #[inline]
    fn place(&mut self, hash: u64, entry: E, tick: u32) -> Place {
        let index = self.index_of(hash);
        let canon = self.canonical(index);
        let raw = entry.into_raw();
        let (bucket, slot) = self.dir[canon].place(hash, raw, tick);
        self.len += 1;
        self.tick = self.tick.min(tick);
        Place { index, bucket, slot, raw }
    }

    #[inline]
    fn entry_mut(&mut self, place: Place) -> EntryMut<'_, E> {
        let canon = self.canonical(place.index);
        let (bucket, segment_tick) = self.dir[canon].bucket_and_tick(place.bucket);
        let tag = bucket.take(place.slot);
        EntryMut {
            raw: place.raw,
            slot: place.slot,
            tag,
            bucket,
            segment_tick,
            table_tick: &mut self.tick,
            entry: PhantomData,
        }
    }
}

/// The byte that tells entries of a bucket apart; never 0, which marks a free slot.
#[inline(always)]
fn tag_of(hash: u64) -> u8 {
    ((hash >> 12) as u8).max(1)
}

impl<E: Entry> Default for Table<E> {
    fn default() -> Table<E> {
        Table::new()
    }
}

impl<E: Entry> Drop for Table<E> {
    fn drop(&mut self) {
        let mut index = 0;
        while index < self.dir.len() {
            let span = self.span(index);
            let segment = &mut self.dir[index];
            for at in 0..segment.size() {
                segment.prefetch_entries(at + iter::AHEAD);
                while let Some(raw) = segment.buckets_mut()[at].pop() {
                    // SAFETY: the pointer came from `into_raw` and is no longer in the table.
                    drop(unsafe { E::from_raw(raw) });
                }
            }
            // SAFETY: the directory goes with the table; no other segment has these buckets.
            unsafe { segment.free() };
            index += span;
        }
    }
}

/// An entry borrowed from a table.
pub struct EntryRef<'a, E: Entry> {
    raw: NonNull<u8>,
    table: PhantomData<&'a E>,
}

impl<E: Entry> Clone for EntryRef<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Entry> Copy for EntryRef<'_, E> {}

impl<'a, E: Entry> EntryRef<'a, E> {
    /// The key, for as long as the table is borrowed.
    #[inline]
    pub fn key(&self) -> &'a [u8] {
        // SAFETY: the table is borrowed for 'a, so the entry lives and does not change.
        unsafe { E::key_of_raw(self.raw) }
    }
}

impl<E: Entry> Deref for EntryRef<'_, E> {
    type Target = E;
    #[inline(always)]
    fn deref(&self) -> &E {
        let entry = (&raw const self.raw).cast::<E>();
        // SAFETY: an entry is a transparent pointer, and the table that owns it is borrowed.
        unsafe { &*entry }
    }
}

/// An entry borrowed for change. Dropping it puts the entry, which may have moved, back into its
/// slot.
pub struct EntryMut<'a, E: Entry> {
    raw: NonNull<u8>,
    slot: usize,
    tag: u8,
    bucket: &'a mut Bucket,
    segment_tick: &'a mut u32,
    table_tick: &'a mut u32,
    entry: PhantomData<&'a mut E>,
}

impl<E: Entry> EntryMut<'_, E> {
    /// Tells the table that the entry expires at `tick` (or later); without it `sweep` may
    /// overlook the entry.
    #[inline]
    pub fn note_expiry(&mut self, tick: u32) {
        self.bucket.lower_tick(tick);
        *self.segment_tick = tick.min(*self.segment_tick);
        *self.table_tick = tick.min(*self.table_tick);
    }
}

impl<E: Entry> Deref for EntryMut<'_, E> {
    type Target = E;
    #[inline(always)]
    fn deref(&self) -> &E {
        let entry = (&raw const self.raw).cast::<E>();
        // SAFETY: an entry is a transparent pointer; the slot is empty meanwhile, so this is its
        // only owner.
        unsafe { &*entry }
    }
}

impl<E: Entry> DerefMut for EntryMut<'_, E> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut E {
        let entry = (&raw mut self.raw).cast::<E>();
        // SAFETY: as in `deref`, and this borrow is exclusive.
        unsafe { &mut *entry }
    }
}

impl<E: Entry> Drop for EntryMut<'_, E> {
    #[inline(always)]
    fn drop(&mut self) {
        self.bucket.refill(self.slot, self.tag, self.raw);
    }
}

#[cfg(test)]
mod tests;
