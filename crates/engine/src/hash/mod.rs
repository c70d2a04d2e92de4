//! Hashes: packed pairs while small, a table of [`raw::Pair`] beyond.
//!
//! Reported as `hashtable` once there are more fields than hash-max-listpack-entries or a field
//! or value is longer than hash-max-listpack-value, while the layout may well stay packed (see
//! `crate::value`).

use crate::hasher::hash;
use crate::packed as codec;
use crate::value::{self, Limits, Object, PACKED_BYTES_MAX, Rec, Sub, wrong_type};
use raw::{Pair, Payload, Table, View, ViewMut};

mod packed;
#[cfg(test)]
mod tests;

/// A hash without fields under `key`.
pub fn empty(key: &[u8]) -> Rec {
    value::empty_packed(key, Sub::HASH)
}

pub(crate) fn copy_table(table: &Table<Pair>) -> Table<Pair> {
    let mut copied = Table::new();
    for pair in table {
        let entry = Pair::with_expire(pair.key(), pair.value(), pair.expire_ms());
        copied.insert(hash(pair.key()), entry, hash);
    }
    copied
}

/// A hash to read.
#[derive(Clone, Copy)]
pub struct HashRef<'a> {
    rec: &'a Rec,
}

enum Layout<'a> {
    Packed(&'a [u8]),
    Table(&'a Table<Pair>),
}

impl<'a> HashRef<'a> {
    /// Reads `rec`, which holds a hash.
    #[inline]
    pub fn new(rec: &'a Rec) -> Self {
        Self { rec }
    }

    #[inline]
    fn layout(self) -> Layout<'a> {
        match self.rec.view() {
            View::Packed(packed) => Layout::Packed(packed.as_slice()),
            View::Boxed(Object::Hash(table)) => Layout::Table(table),
            _ => wrong_type(),
        }
    }

    /// Number of fields. O(1).
    #[inline]
    pub fn len(self) -> usize {
        match self.layout() {
            Layout::Packed(bytes) => codec::count(bytes),
            Layout::Table(table) => table.len(),
        }
    }

    /// True when there are no fields.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The value of a field. O(1).
    #[inline]
    pub fn get(self, field: &[u8]) -> Option<&'a [u8]> {
        match self.layout() {
            Layout::Packed(bytes) => packed::find(bytes, field).map(|place| place.value(bytes)),
            Layout::Table(table) => table.get(hash(field), field).map(|pair| pair.value()),
        }
    }

    /// Whether a field is there. O(1).
    #[inline]
    pub fn contains(self, field: &[u8]) -> bool {
        self.get(field).is_some()
    }

    /// The length of a field's value in bytes; 0 without the field. O(1).
    pub fn value_len(self, field: &[u8]) -> usize {
        self.get(field).map_or(0, <[u8]>::len)
    }

    /// The fields with their values: in order of insertion while packed.
    pub fn iter(self) -> Iter<'a> {
        match self.layout() {
            Layout::Packed(bytes) => Iter::Packed(packed::Pairs::of(bytes)),
            Layout::Table(table) => Iter::Table(table.iter()),
        }
    }

    /// A field drawn by the random number `r`, with its value.
    pub fn random(self, r: u64) -> Option<(&'a [u8], &'a [u8])> {
        match self.layout() {
            Layout::Packed(bytes) => {
                let at = (r % codec::count(bytes).max(1) as u64) as usize;
                packed::Pairs::of(bytes).nth(at)
            }
            Layout::Table(table) => table.random(r).map(|pair| (pair.key(), pair.value())),
        }
    }

    /// Emits the pairs at `cursor` and returns the next cursor, 0 at the end. A packed hash comes
    /// all at once.
    pub fn scan(self, cursor: u64, mut emit: impl FnMut(&[u8], &[u8])) -> u64 {
        match self.layout() {
            Layout::Packed(bytes) => {
                packed::Pairs::of(bytes).for_each(|(field, value)| emit(field, value));
                0
            }
            Layout::Table(table) => {
                table.scan(cursor, hash, &mut |pair| emit(pair.key(), pair.value()))
            }
        }
    }

    /// Asks the processor for what a lookup of `field` reads first.
    #[inline]
    pub fn prefetch(self, field: &[u8]) {
        if let Layout::Table(table) = self.layout() {
            table.prefetch(hash(field));
        }
    }
}

impl<'a> IntoIterator for HashRef<'a> {
    type Item = (&'a [u8], &'a [u8]);
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Fields with their values.
pub enum Iter<'a> {
    /// Of a packed hash.
    #[doc(hidden)]
    Packed(PackedIter<'a>),
    /// Of a table.
    #[doc(hidden)]
    Table(raw::Iter<'a, Pair>),
}

/// Pairs of a packed hash.
pub type PackedIter<'a> = packed::Pairs<'a>;

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a [u8], &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Iter::Packed(pairs) => pairs.next(),
            Iter::Table(entries) => entries.next().map(|pair| (pair.key(), pair.value())),
        }
    }
}

/// A hash to change.
pub struct HashMut<'a> {
    rec: &'a mut Rec,
    limits: &'a Limits,
}

impl<'a> HashMut<'a> {
    /// Changes `rec`, which holds a hash.
    #[inline]
    pub fn new(rec: &'a mut Rec, limits: &'a Limits) -> Self {
        Self { rec, limits }
    }

    /// The same hash to read.
    #[inline]
    pub fn read(&self) -> HashRef<'_> {
        HashRef::new(self.rec)
    }

    /// Number of fields. O(1).
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// True when there are no fields.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a field. O(1).
    pub fn get(&self, field: &[u8]) -> Option<&[u8]> {
        self.read().get(field)
    }

    /// Gives a field a value; whether the field is new. O(1).
    #[inline]
    pub fn set(&mut self, field: &[u8], value: &[u8]) -> bool {
        let longest = field.len().max(value.len());
        if let ViewMut::Packed(packed) = self.rec.view_mut() {
            let place = packed::find(packed.as_slice(), field);
            if packed::len_with(packed, place, field, value) <= PACKED_BYTES_MAX {
                match place {
                    Some(place) => packed::replace(packed, place, value),
                    None => packed::push(packed, field, value),
                }
                let (entries, bytes) = (codec::count(packed.as_slice()), packed.len());
                self.settle(longest, entries, bytes);
                return place.is_none();
            }
            self.spread();
        }
        let ViewMut::Boxed(Object::Hash(table)) = self.rec.view_mut() else { wrong_type() };
        let bits = hash(field);
        let known = table.get_mut(bits, field).map(|mut pair| pair.set_value(value)).is_some();
        if !known {
            table.insert(bits, Pair::new(field, value), hash);
        }
        let entries = table.len();
        self.mark(longest, entries);
        !known
    }

    /// Gives a field a value if it is not there; whether it was not. O(1).
    pub fn set_nx(&mut self, field: &[u8], value: &[u8]) -> bool {
        !self.read().contains(field) && self.set(field, value)
    }

    /// Removes a field; whether it was there. O(1).
    pub fn remove(&mut self, field: &[u8]) -> bool {
        match self.rec.view_mut() {
            ViewMut::Packed(packed) => match packed::find(packed.as_slice(), field) {
                Some(place) => {
                    packed::remove(packed, place);
                    true
                }
                None => false,
            },
            ViewMut::Boxed(Object::Hash(table)) => table.remove(hash(field), field, hash).is_some(),
            _ => wrong_type(),
        }
    }

    /// Removes a field; its value.
    pub fn take(&mut self, field: &[u8]) -> Option<Vec<u8>> {
        let value = self.get(field)?.to_vec();
        self.remove(field);
        Some(value)
    }

    /// Remembers a passed threshold; whether any was ever passed.
    #[inline]
    fn mark(&mut self, longest: usize, entries: usize) -> bool {
        let passed = longest > self.limits.hash_max_listpack_value
            || entries > self.limits.hash_max_listpack_entries;
        value::mark_wide(self.rec, Sub::HASH, passed)
    }

    /// After an insertion into the packed hash: reported encoding and layout.
    #[inline]
    fn settle(&mut self, longest: usize, entries: usize, bytes: usize) {
        let wide = self.mark(longest, entries);
        let entries_max = self.limits.hash_max_listpack_entries;
        if !value::stays_packed(entries, bytes, entries_max, wide) {
            self.spread();
        }
    }

    /// Turns the packed hash into a table.
    #[cold]
    fn spread(&mut self) {
        let mut table = Table::new();
        for (field, value) in self.read() {
            table.insert(hash(field), Pair::new(field, value), hash);
        }
        let sub = self.rec.sub();
        self.rec.set_payload(Payload::Boxed(Box::new(Object::Hash(table))), sub);
    }
}
