//! Sets: integers in a frame while small and only integers, packed byte strings while small, a
//! table of [`raw::Member`] beyond (integers as text there).
//!
//! Reported as Redis 7.2 and later do: `intset` up to set-max-intset-entries, `listpack` up to
//! set-max-listpack-entries members of set-max-listpack-value bytes, else `hashtable`. With the
//! entries at 0, `listpack` never appears, as in 7.0.

use crate::hasher::hash;
use crate::int::{IntText, parse_int};
use crate::packed as codec;
use crate::value::{self, Limits, Object, PACKED_BYTES_MAX, PACKED_ENTRIES, Rec, Sub, wrong_type};
use raw::{Member, Packed, Payload, Table, View, ViewMut};
use std::ops::Deref;

pub(crate) mod intset;
mod packed;
#[cfg(test)]
mod tests;

/// A set without members under `key`.
pub fn empty(key: &[u8]) -> Rec {
    value::empty_packed(key, Sub::INTSET)
}

pub(crate) fn copy_table(table: &Table<Member>) -> Table<Member> {
    table.clone()
}

/// A set under `key` of `members`, which are all different. O(n).
pub fn of_distinct(key: &[u8], members: &[MemberRef<'_>], limits: &Limits) -> Rec {
    let mut rec = empty(key);
    if members.len() <= PACKED_ENTRIES.max(largest_compact(limits)) {
        let mut set = SetMut::new(&mut rec, limits);
        for member in members {
            set.add(member);
        }
        return rec;
    }
    let mut table = Table::sized(members.len());
    for member in members {
        table.insert(hash(member), Member::new(member), hash);
    }
    of_table(key, table)
}

/// A copy under `key` of a set that is a table and too large for a compact encoding: what a union
/// may begin with. O(n).
pub fn copy_large(set: SetRef<'_>, key: &[u8], limits: &Limits) -> Option<Rec> {
    match set.layout() {
        Layout::Table(table) if table.len() > largest_compact(limits) => {
            Some(of_table(key, copy_table(table)))
        }
        _ => None,
    }
}

fn of_table(key: &[u8], table: Table<Member>) -> Rec {
    let payload = Payload::Boxed(Box::new(Object::Set(table)));
    Rec::with_payload(key, payload, Sub::SET | Sub::WIDE, None)
}

/// Most members of a compact encoding of any kind.
fn largest_compact(limits: &Limits) -> usize {
    limits.set_max_intset_entries.max(limits.set_max_listpack_entries)
}

/// A member's bytes: borrowed, or the text of an integer. Derefs to the bytes.
#[derive(Clone, Copy)]
pub enum MemberRef<'a> {
    /// Bytes in the set.
    Bytes(&'a [u8]),
    /// An integer.
    Int(IntText),
}

impl Deref for MemberRef<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            MemberRef::Bytes(bytes) => bytes,
            MemberRef::Int(text) => text,
        }
    }
}

/// A set to read.
#[derive(Clone, Copy)]
pub struct SetRef<'a> {
    rec: &'a Rec,
}

enum Layout<'a> {
    Ints(&'a [u8]),
    Packed(&'a [u8]),
    Table(&'a Table<Member>),
}

impl<'a> SetRef<'a> {
    /// Reads `rec`, which holds a set.
    #[inline]
    pub fn new(rec: &'a Rec) -> Self {
        Self { rec }
    }

    #[inline]
    fn layout(self) -> Layout<'a> {
        match self.rec.view() {
            View::Packed(packed) if self.rec.sub() & Sub::KIND == Sub::INTSET => {
                Layout::Ints(packed.as_slice())
            }
            View::Packed(packed) => Layout::Packed(packed.as_slice()),
            View::Boxed(Object::Set(table)) => Layout::Table(table),
            _ => wrong_type(),
        }
    }

    /// Number of members. O(1).
    #[inline]
    pub fn len(self) -> usize {
        match self.layout() {
            Layout::Ints(bytes) => intset::len(bytes),
            Layout::Packed(bytes) => codec::count(bytes),
            Layout::Table(table) => table.len(),
        }
    }

    /// True when there are no members.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether all members are known to be integers, in ascending order of iteration.
    pub fn is_intset(self) -> bool {
        matches!(self.layout(), Layout::Ints(_))
    }

    /// Whether it is a table, where a lookup costs the same however many members there are.
    pub fn is_table(self) -> bool {
        matches!(self.layout(), Layout::Table(_))
    }

    /// Whether a member is there. O(1).
    #[inline]
    pub fn contains(self, member: &[u8]) -> bool {
        match self.layout() {
            Layout::Ints(bytes) => parse_int(member).is_some_and(|v| intset::contains(bytes, v)),
            Layout::Packed(bytes) => packed::find(bytes, member).is_some(),
            Layout::Table(table) => table.get(hash(member), member).is_some(),
        }
    }

    /// The members: integers ascending, others in order of insertion while packed.
    pub fn iter(self) -> Iter<'a> {
        Iter(match self.layout() {
            Layout::Ints(bytes) => Walk::Ints { bytes, at: 0, end: intset::len(bytes) },
            Layout::Packed(bytes) => Walk::Packed(codec::Entries::of(bytes)),
            Layout::Table(table) => Walk::Table(table.iter()),
        })
    }

    /// A member drawn by the random number `r`.
    pub fn random(self, r: u64) -> Option<MemberRef<'a>> {
        let below = |count: usize| (r % count.max(1) as u64) as usize;
        match self.layout() {
            Layout::Ints(bytes) => {
                let count = intset::len(bytes);
                let int = |at| MemberRef::Int(IntText::new(intset::get(bytes, at)));
                (count > 0).then(|| int(below(count)))
            }
            Layout::Packed(bytes) => {
                let at = below(codec::count(bytes));
                codec::Entries::of(bytes).nth(at).map(MemberRef::Bytes)
            }
            Layout::Table(table) => table.random(r).map(|entry| MemberRef::Bytes(entry.key())),
        }
    }

    /// Emits the members at `cursor` and returns the next cursor, 0 at the end. A packed set
    /// comes all at once.
    pub fn scan(self, cursor: u64, mut emit: impl FnMut(&[u8])) -> u64 {
        if let Layout::Table(table) = self.layout() {
            return table.scan(cursor, hash, &mut |entry| emit(entry.key()));
        }
        for member in self {
            emit(&member);
        }
        0
    }

    /// Asks the processor for what a lookup of `member` reads first.
    #[inline]
    pub fn prefetch(self, member: &[u8]) {
        if let Layout::Table(table) = self.layout() {
            table.prefetch(hash(member));
        }
    }
}

impl<'a> IntoIterator for SetRef<'a> {
    type Item = MemberRef<'a>;
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Members of a set.
pub struct Iter<'a>(Walk<'a>);

enum Walk<'a> {
    Ints { bytes: &'a [u8], at: usize, end: usize },
    Packed(codec::Entries<'a>),
    Table(raw::Iter<'a, Member>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = MemberRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<MemberRef<'a>> {
        match &mut self.0 {
            Walk::Ints { bytes, at, end } => {
                if *at == *end {
                    return None;
                }
                *at += 1;
                Some(MemberRef::Int(IntText::new(intset::get(bytes, *at - 1))))
            }
            Walk::Packed(entries) => entries.next().map(MemberRef::Bytes),
            Walk::Table(entries) => entries.next().map(|entry| MemberRef::Bytes(entry.key())),
        }
    }
}

/// A set to change.
pub struct SetMut<'a> {
    rec: &'a mut Rec,
    limits: &'a Limits,
}

impl<'a> SetMut<'a> {
    /// Changes `rec`, which holds a set.
    #[inline]
    pub fn new(rec: &'a mut Rec, limits: &'a Limits) -> Self {
        Self { rec, limits }
    }

    /// The same set to read.
    #[inline]
    pub fn read(&self) -> SetRef<'_> {
        SetRef::new(self.rec)
    }

    /// Number of members. O(1).
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// True when there are no members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a member is there. O(1).
    pub fn contains(&self, member: &[u8]) -> bool {
        self.read().contains(member)
    }

    /// Adds a member; whether it is new. O(1).
    #[inline]
    pub fn add(&mut self, member: &[u8]) -> bool {
        let kind = self.rec.sub() & Sub::KIND;
        match self.rec.view_mut() {
            ViewMut::Packed(packed) if kind == Sub::INTSET => {
                let int = parse_int(member);
                let lone = packed.is_empty() && self.limits.set_max_intset_entries == 0;
                match int.filter(|_| !lone) {
                    Some(int) if intset::len_after_add(packed.as_slice()) <= PACKED_BYTES_MAX => {
                        intset::add(packed, int) && self.settle_ints()
                    }
                    Some(int) if intset::contains(packed.as_slice(), int) => false,
                    int => {
                        self.leave_ints(int.is_some(), member.len());
                        self.add(member)
                    }
                }
            }
            ViewMut::Packed(packed) => {
                if packed::find(packed.as_slice(), member).is_some() {
                    return false;
                }
                if packed::len_with(packed, member) > PACKED_BYTES_MAX {
                    self.spread();
                    return self.add(member);
                }
                packed::push(packed, member);
                let (entries, bytes) = (codec::count(packed.as_slice()), packed.len());
                self.settle(member.len(), entries, bytes)
            }
            ViewMut::Boxed(Object::Set(table)) => {
                let bits = hash(member);
                if table.get(bits, member).is_some() {
                    return false;
                }
                table.insert(bits, Member::new(member), hash);
                let entries = table.len();
                self.mark_table(kind, member, entries)
            }
            _ => wrong_type(),
        }
    }

    /// Removes a member; whether it was there. O(1).
    #[inline]
    pub fn remove(&mut self, member: &[u8]) -> bool {
        let kind = self.rec.sub() & Sub::KIND;
        match self.rec.view_mut() {
            ViewMut::Packed(packed) if kind == Sub::INTSET => {
                parse_int(member).is_some_and(|int| intset::remove(packed, int))
            }
            ViewMut::Packed(packed) => match packed::find(packed.as_slice(), member) {
                Some(span) => {
                    packed::remove(packed, span);
                    true
                }
                None => false,
            },
            ViewMut::Boxed(Object::Set(table)) => {
                table.remove(hash(member), member, hash).is_some()
            }
            _ => wrong_type(),
        }
    }

    /// Removes and returns a member drawn by the random number `r`.
    pub fn pop_random(&mut self, r: u64) -> Option<Vec<u8>> {
        let kind = self.rec.sub() & Sub::KIND;
        if let ViewMut::Packed(packed) = self.rec.view_mut()
            && kind != Sub::INTSET
            && let count @ 1.. = codec::count(packed.as_slice()) as u64
        {
            let (member, start) = packed::nth(packed.as_slice(), (r % count) as usize);
            let (member, end) = (member.to_vec(), start + codec::entry_len(member.len()));
            packed::remove(packed, (start, end));
            return Some(member);
        }
        let member = self.read().random(r)?.to_vec();
        self.remove(&member);
        Some(member)
    }

    /// After an integer joined the frame: reported encoding and layout. Always true.
    fn settle_ints(&mut self) -> bool {
        let View::Packed(packed) = self.rec.view() else { wrong_type() };
        let (entries, bytes) = (intset::len(packed.as_slice()), packed.len());
        let entries_max = self.limits.set_max_intset_entries;
        let wide = value::mark_wide(self.rec, Sub::INTSET, entries > entries_max);
        if !value::stays_packed(entries, bytes, entries_max, wide) {
            self.spread();
        }
        true
    }

    /// After a member joined the packed strings: reported encoding and layout. Always true.
    #[inline]
    fn settle(&mut self, longest: usize, entries: usize, bytes: usize) -> bool {
        let entries_max = self.limits.set_max_listpack_entries;
        let passed = entries > entries_max || longest > self.limits.set_max_listpack_value;
        let wide = value::mark_wide(self.rec, Sub::SET, passed);
        if !value::stays_packed(entries, bytes, entries_max, wide) {
            self.spread();
        }
        true
    }

    /// After a member joined the table: reported encoding. Always true.
    #[inline]
    fn mark_table(&mut self, kind: u8, member: &[u8], entries: usize) -> bool {
        let limits = self.limits;
        if self.rec.sub() & Sub::WIDE == 0 {
            if kind == Sub::INTSET && parse_int(member).is_some() {
                value::mark_wide(self.rec, kind, entries > limits.set_max_intset_entries);
            } else {
                self.rec.set_sub(Sub::SET);
                let passed = entries > limits.set_max_listpack_entries
                    || member.len() > limits.set_max_listpack_value;
                value::mark_wide(self.rec, Sub::SET, passed);
            }
        }
        true
    }

    /// Turns the integers into packed strings, or into a table when they are many. `as_table` is
    /// set for a further integer, for which there is no room; otherwise a string of `longest`
    /// bytes will join.
    #[cold]
    fn leave_ints(&mut self, as_table: bool, longest: usize) {
        let entries = self.len();
        if as_table && entries > 0 {
            return self.spread();
        }
        let sub = Sub::SET | self.rec.sub() & Sub::WIDE;
        let mut strings = Packed::new();
        let mut bytes = 0;
        for member in self.read() {
            bytes += codec::entry_len(member.len());
            packed::push(&mut strings, &member);
        }
        self.rec.set_payload(Payload::Packed(strings), sub);
        if entries > 0 {
            // The integers' own text is at most 20 bytes; thresholds below that decide as for any
            // member.
            let widest = self.read().iter().map(|member| member.len()).max().unwrap_or(0);
            self.settle(widest.max(longest), entries + 1, bytes);
        }
    }

    /// Turns the set into a table.
    #[cold]
    fn spread(&mut self) {
        let mut table = Table::new();
        for member in self.read() {
            table.insert(hash(&member), Member::new(&member), hash);
        }
        let sub = self.rec.sub();
        self.rec.set_payload(Payload::Boxed(Box::new(Object::Set(table))), sub);
    }
}
