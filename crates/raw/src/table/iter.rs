//! Iteration over a table at rest, and over its former entries.

use std::marker::PhantomData;

use super::{Entry, EntryRef, Table};

/// How many buckets ahead entries are asked for.
pub(super) const AHEAD: usize = 2;

/// All entries of a borrowed table.
pub struct Iter<'a, E: Entry> {
    table: &'a Table<E>,
    at: Cursor,
}

impl<'a, E: Entry> Iter<'a, E> {
    pub(super) fn new(table: &'a Table<E>) -> Iter<'a, E> {
        Iter { table, at: Cursor::default() }
    }
}

impl<'a, E: Entry> Iterator for Iter<'a, E> {
    type Item = EntryRef<'a, E>;

    fn next(&mut self) -> Option<EntryRef<'a, E>> {
        loop {
            let segment = self.table.dir.get(self.at.index)?;
            if let Some(bucket) = segment.buckets().get(self.at.bucket) {
                if self.at.slot == 0 {
                    segment.prefetch_entries(self.at.bucket + AHEAD);
                }
                let rest = bucket.occupied() >> self.at.slot;
                if rest != 0 {
                    let slot = self.at.slot + rest.trailing_zeros();
                    (self.at.slot, self.at.bucket) = if slot == 7 {
                        (0, self.at.bucket + 1)
                    } else {
                        (slot + 1, self.at.bucket)
                    };
                    let raw = bucket.pointer(slot as usize);
                    return Some(EntryRef { raw, table: PhantomData });
                }
                (self.at.slot, self.at.bucket) = (0, self.at.bucket + 1);
            } else {
                let index = self.at.index + self.table.span(self.at.index);
                self.at = Cursor { index, ..Cursor::default() };
            }
        }
    }
}

impl<'a, E: Entry> IntoIterator for &'a Table<E> {
    type Item = EntryRef<'a, E>;
    type IntoIter = Iter<'a, E>;
    fn into_iter(self) -> Iter<'a, E> {
        self.iter()
    }
}

#[derive(Default)]
struct Cursor {
    index: usize,
    bucket: usize,
    slot: u32,
}

/// All entries of a table that is given up; dropping it drops the rest.
pub struct IntoIter<E: Entry> {
    table: Table<E>,
    index: usize,
    bucket: usize,
}

impl<E: Entry> Iterator for IntoIter<E> {
    type Item = E;

    fn next(&mut self) -> Option<E> {
        loop {
            let segment = self.table.dir.get_mut(self.index)?;
            if let Some(bucket) = segment.buckets_mut().get_mut(self.bucket) {
                if let Some(raw) = bucket.pop() {
                    self.table.len -= 1;
                    // SAFETY: the pointer came from `into_raw` and is no longer in the table.
                    return Some(unsafe { E::from_raw(raw) });
                }
                self.bucket += 1;
                segment.prefetch_entries(self.bucket + AHEAD);
            } else {
                (self.index, self.bucket) = (self.index + self.table.span(self.index), 0);
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.table.len, Some(self.table.len))
    }
}

impl<E: Entry> IntoIterator for Table<E> {
    type Item = E;
    type IntoIter = IntoIter<E>;
    fn into_iter(self) -> IntoIter<E> {
        IntoIter { table: self, index: 0, bucket: 0 }
    }
}

impl<E: Entry> Table<E> {
    /// The directory index of each segment, once.
    pub(super) fn segments(&self) -> impl Iterator<Item = usize> {
        let mut index = 0;
        std::iter::from_fn(move || {
            let canon = index;
            (canon < self.dir.len()).then(|| {
                index += self.span(canon);
                canon
            })
        })
    }
}
