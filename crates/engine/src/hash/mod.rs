//! Hashes: packed pairs while small, a table of [`raw::Pair`] beyond.
//!
//! Reported as `hashtable` once there are more fields than hash-max-listpack-entries or a field
//! or value is longer than hash-max-listpack-value, while the layout may well stay packed (see
//! `crate::value`).
//!
//! Fields may expire. Such a hash has `Sub::TIMED` and is reported as `hashtable`, as in Valkey 9;
//! one without has no byte more for it. There is no index of expiries: the packed form keeps a
//! lower bound in its head, a table keeps one in each bucket, and [`purge`] takes out what is due
//! with a bounded number of steps: of a packed hash whenever it is used, of a table when the
//! sweep comes by. A field whose time has come is absent for every reader, purged or not; only
//! [`HashRef::len`] counts it until then, as in Redis 8 and Valkey 9.

use crate::hasher::hash;
use crate::keys::Expiry;
use crate::packed as codec;
use crate::value::{self, Limits, Object, PACKED_BYTES_MAX, Rec, Sub, wrong_type};
use packed::Form;
use raw::{Packed, Pair, Payload, Table, Verdict, View, ViewMut};

mod packed;
#[cfg(test)]
mod tests;

/// A hash without fields under `key`.
pub fn empty(key: &[u8]) -> Rec {
    value::empty_packed(key, Sub::HASH)
}

/// Ticks of the bounds in a table of fields count from here: 2026-01-01. By a clock before that no
/// table is swept; what has expired is absent nevertheless.
const TICK_ORIGIN_MS: i64 = 1_767_225_600_000;
/// Milliseconds a tick, as a power of two. 2^32 of them are 17 years; later instants share the
/// last tick, which is right but slower once it has come.
const TICK_BITS: u32 = 7;

/// Draws that may meet an expired field.
const RANDOM_TRIES: usize = 100;
/// Fields that are walked when the draws met none that is there.
const WALKED_FOR_ONE: usize = 4096;

/// The tick of an instant: never later than it.
fn tick(at_ms: i64) -> u32 {
    let ticks = at_ms.saturating_sub(TICK_ORIGIN_MS).max(0) >> TICK_BITS;
    u32::try_from(ticks).unwrap_or(u32::MAX).min(u32::MAX - 1)
}

/// When [`purge`] has to look at the hash again: the first instant at which a field expires, or
/// little before or after it; none if none does. O(1).
#[inline]
pub fn next_expiry(rec: &Rec) -> Option<i64> {
    if rec.sub() & Sub::TIMED == 0 {
        return None;
    }
    match rec.view() {
        View::Packed(packed) => {
            let soonest = Form { bytes: packed.as_slice(), timed: true }.soonest();
            (soonest != packed::NEVER).then_some(soonest)
        }
        View::Boxed(Object::Hash(table)) => {
            let tick = table.next_tick();
            (tick != u32::MAX).then_some(TICK_ORIGIN_MS + (i64::from(tick) << TICK_BITS))
        }
        _ => None,
    }
}

/// Takes out fields whose time has come at `now`, looking at about `budget` of them; how many
/// went, and their names into `gone` if somebody wants them. More are due if [`next_expiry`] still
/// says so.
pub fn purge(
    rec: &mut Rec,
    now: i64,
    budget: usize,
    mut gone: Option<&mut Vec<Box<[u8]>>>,
) -> usize {
    let (before, sub) = (value::element_count(rec), rec.sub());
    if sub & Sub::TIMED == 0 {
        return 0;
    }
    let timed = match rec.view_mut() {
        ViewMut::Packed(packed) => {
            if let Some(gone) = &mut gone {
                gone.extend(packed::due(packed, now).map(Box::from));
            }
            let timed;
            (*packed, timed) = packed::purge(packed, now);
            timed
        }
        ViewMut::Boxed(Object::Hash(table)) => {
            let due = tick(now);
            let mut judge = |pair: &Pair| match pair.expire_ms() {
                None => Verdict::Keep(u32::MAX),
                Some(at) if at <= now => Verdict::Remove,
                // Due later in this tick: looked at again when the next one begins.
                Some(at) => Verdict::Keep(tick(at).max((due + 1).min(u32::MAX - 1))),
            };
            let mut removed = |pair: Pair| {
                if let Some(gone) = &mut gone {
                    gone.push(pair.key().into());
                }
            };
            table.sweep(due, &mut 0, budget, hash, &mut judge, &mut removed);
            table.next_tick() != u32::MAX
        }
        _ => wrong_type(),
    };
    if !timed {
        rec.set_sub(sub & !Sub::TIMED);
    }
    before - value::element_count(rec)
}

pub(crate) fn copy_table(table: &Table<Pair>) -> Table<Pair> {
    table.clone()
}

/// Adds a field that is absent.
fn insert(table: &mut Table<Pair>, field: &[u8], value: &[u8], expire_ms: Option<i64>) {
    let pair = Pair::with_expire(field, value, expire_ms);
    table.insert_expiring(hash(field), pair, expire_ms.map_or(u32::MAX, tick), hash);
}

/// A hash to read, at one instant.
#[derive(Clone, Copy)]
pub struct HashRef<'a> {
    rec: &'a Rec,
    now: i64,
}

enum Layout<'a> {
    Packed(Form<'a>),
    Table(&'a Table<Pair>),
}

/// A field, its value and when it expires.
type Timed<'a> = (&'a [u8], &'a [u8], Option<i64>);

impl<'a> HashRef<'a> {
    /// Reads `rec`, which holds a hash, at `now` in Unix milliseconds.
    #[inline]
    pub fn new(rec: &'a Rec, now: i64) -> Self {
        Self { rec, now }
    }

    #[inline]
    fn layout(self) -> Layout<'a> {
        match self.rec.view() {
            View::Packed(packed) => {
                let timed = self.rec.sub() & Sub::TIMED != 0;
                Layout::Packed(Form { bytes: packed.as_slice(), timed })
            }
            View::Boxed(Object::Hash(table)) => Layout::Table(table),
            _ => wrong_type(),
        }
    }

    #[inline]
    fn is_there(self, expire_ms: Option<i64>) -> bool {
        expire_ms.is_none_or(|at| at > self.now)
    }

    /// Number of fields; of a table, expired ones count until they are purged. O(1).
    #[inline]
    pub fn len(self) -> usize {
        value::element_count(self.rec)
    }

    /// True when there are no fields.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether [`Self::len`] may count fields that are not there. O(1).
    #[inline]
    pub fn may_expire(self) -> bool {
        self.rec.sub() & Sub::TIMED != 0
    }

    /// Number of fields that [`Self::iter`] gives. O(1), but O(fields) if some of them may expire.
    #[inline]
    pub fn live(self) -> usize {
        if self.may_expire() { self.iter().count() } else { self.len() }
    }

    /// The value of a field. O(1).
    #[inline]
    pub fn get(self, field: &[u8]) -> Option<&'a [u8]> {
        self.get_timed(field).map(|(value, _)| value)
    }

    /// The value of a field, and when it expires in Unix milliseconds. O(1).
    #[inline]
    pub fn get_timed(self, field: &[u8]) -> Option<(&'a [u8], Option<i64>)> {
        let (value, expire) = match self.layout() {
            Layout::Packed(form) => {
                let place = form.find(field)?;
                (place.value(form.bytes), place.expire_ms(form.bytes))
            }
            Layout::Table(table) => {
                let pair = table.get(hash(field), field)?;
                (pair.value(), pair.expire_ms())
            }
        };
        self.is_there(expire).then_some((value, expire))
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
        Iter(self.iter_timed())
    }

    /// The same, each with the instant at which it expires.
    pub fn iter_timed(self) -> IterTimed<'a> {
        let rest = match self.layout() {
            Layout::Packed(form) => Rest::Packed(form.fields()),
            Layout::Table(table) => Rest::Table(table.iter()),
        };
        IterTimed { rest, now: self.now }
    }

    /// A field drawn by the random number `r`, with its value. O(1). None for a large hash of
    /// which nearly all fields have expired and are not purged yet.
    pub fn random(self, r: u64) -> Option<(&'a [u8], &'a [u8])> {
        let Layout::Table(table) = self.layout() else {
            return self.iter().nth((r % self.live().max(1) as u64) as usize);
        };
        let mut draw = r;
        for _ in 0..RANDOM_TRIES {
            let pair = table.random(draw)?;
            if self.is_there(pair.expire_ms()) {
                return Some((pair.key(), pair.value()));
            }
            draw = draw.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        }
        if table.len() <= WALKED_FOR_ONE { self.iter().next() } else { None }
    }

    /// Emits the pairs at `cursor` and returns the next cursor, 0 at the end. A packed hash comes
    /// all at once.
    pub fn scan(self, cursor: u64, mut emit: impl FnMut(&[u8], &[u8])) -> u64 {
        match self.layout() {
            Layout::Packed(_) => {
                self.iter().for_each(|(field, value)| emit(field, value));
                0
            }
            Layout::Table(table) => table.scan(cursor, hash, &mut |pair| {
                if self.is_there(pair.expire_ms()) {
                    emit(pair.key(), pair.value());
                }
            }),
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
pub struct Iter<'a>(IterTimed<'a>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a [u8], &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(field, value, _)| (field, value))
    }
}

/// Fields with their values and expiries.
pub struct IterTimed<'a> {
    rest: Rest<'a>,
    now: i64,
}

enum Rest<'a> {
    Packed(packed::Fields<'a>),
    Table(raw::Iter<'a, Pair>),
}

impl<'a> Iterator for IterTimed<'a> {
    type Item = Timed<'a>;

    #[inline]
    fn next(&mut self) -> Option<Timed<'a>> {
        loop {
            let (field, value, expire) = match &mut self.rest {
                Rest::Packed(fields) => fields.next()?,
                Rest::Table(entries) => {
                    let pair = entries.next()?;
                    (pair.key(), pair.value(), pair.expire_ms())
                }
            };
            if expire.is_none_or(|at| at > self.now) {
                return Some((field, value, expire));
            }
        }
    }
}

/// A hash to change, at one instant.
pub struct HashMut<'a> {
    rec: &'a mut Rec,
    limits: &'a Limits,
    now: i64,
}

impl<'a> HashMut<'a> {
    /// Changes `rec`, which holds a hash, at `now` in Unix milliseconds.
    #[inline]
    pub fn new(rec: &'a mut Rec, limits: &'a Limits, now: i64) -> Self {
        Self { rec, limits, now }
    }

    /// The same hash to read.
    #[inline]
    pub fn read(&self) -> HashRef<'_> {
        HashRef::new(self.rec, self.now)
    }

    /// Number of fields. O(1) as [`HashRef::len`].
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

    /// Gives a field a value, which does not expire; whether the field is new. O(1).
    #[inline]
    pub fn set(&mut self, field: &[u8], value: &[u8]) -> bool {
        self.put(field, value, Expiry::Never)
    }

    /// Gives a field a value and says when it expires; whether the field is new. O(1). An instant
    /// that has come is for the caller to look after.
    #[inline]
    pub fn put(&mut self, field: &[u8], value: &[u8], expiry: Expiry) -> bool {
        if matches!(expiry, Expiry::At(_)) {
            self.make_timed();
        }
        let longest = field.len().max(value.len());
        let (now, timed) = (self.now, self.rec.sub() & Sub::TIMED != 0);
        if let ViewMut::Packed(packed) = self.rec.view_mut() {
            let form = Form { bytes: packed.as_slice(), timed };
            let place = form.find(field);
            if packed::len_with(packed, place, field, value) <= PACKED_BYTES_MAX {
                let before = place.and_then(|place| place.expire_ms(form.bytes));
                match place {
                    Some(place) => packed::replace(packed, place, value),
                    None if timed => packed::push_timed(packed, field, value, expiry.after(None)),
                    None => packed::push(packed, field, value),
                }
                let known = place.is_some() && before.is_none_or(|at| at > now);
                let after = expiry.after(before.filter(|_| known));
                if after != before && place.is_some() {
                    Self::retime(packed, field, after);
                }
                let (entries, bytes) = (codec::count(packed.as_slice()), packed.len());
                self.settle(longest, entries, bytes);
                return !known;
            }
            self.spread();
        }
        let new = self.put_in_table(field, value, expiry);
        let entries = value::element_count(self.rec);
        self.mark(longest, entries);
        new
    }

    #[inline]
    fn put_in_table(&mut self, field: &[u8], value: &[u8], expiry: Expiry) -> bool {
        let now = self.now;
        let ViewMut::Boxed(Object::Hash(table)) = self.rec.view_mut() else { wrong_type() };
        let Some(mut pair) = table.get_mut(hash(field), field) else {
            insert(table, field, value, expiry.after(None));
            return true;
        };
        let before = pair.expire_ms();
        let known = before.is_none_or(|at| at > now);
        let after = expiry.after(before.filter(|_| known));
        if before == after {
            pair.set_value(value);
        } else {
            *pair = Pair::with_expire(field, value, after);
            if let Some(at) = after {
                pair.note_expiry(tick(at));
            }
        }
        !known
    }

    /// Says when a field expires; whether it is there. O(1). An instant that has come is for the
    /// caller to look after.
    pub fn expire(&mut self, field: &[u8], expire_ms: Option<i64>) -> bool {
        if !self.read().contains(field) {
            return false;
        }
        if expire_ms.is_some() {
            self.make_timed();
        }
        if self.rec.sub() & Sub::TIMED == 0 {
            return true;
        }
        match self.rec.view_mut() {
            ViewMut::Packed(packed) => Self::retime(packed, field, expire_ms),
            ViewMut::Boxed(Object::Hash(table)) => {
                let mut pair = table.get_mut(hash(field), field).expect("the field was found");
                pair.set_expire(expire_ms);
                if let Some(at) = expire_ms {
                    pair.note_expiry(tick(at));
                }
            }
            _ => wrong_type(),
        }
        true
    }

    #[cold]
    fn retime(packed: &mut Packed, field: &[u8], expire_ms: Option<i64>) {
        let place = Form { bytes: packed.as_slice(), timed: true }.find(field);
        packed::retime(packed, place.expect("the field was found"), expire_ms);
    }

    /// Makes room for expiries.
    fn make_timed(&mut self) {
        if self.rec.sub() & Sub::TIMED == 0 {
            if let ViewMut::Packed(packed) = self.rec.view_mut() {
                *packed = packed::to_timed(packed);
            }
            self.rec.set_sub(Sub::HASH | Sub::WIDE | Sub::TIMED);
        }
    }

    /// Gives a field a value if it is not there; whether it was not. O(1).
    pub fn set_nx(&mut self, field: &[u8], value: &[u8]) -> bool {
        !self.read().contains(field) && self.set(field, value)
    }

    /// Removes a field; whether it was there. O(1).
    pub fn remove(&mut self, field: &[u8]) -> bool {
        let (now, timed) = (self.now, self.rec.sub() & Sub::TIMED != 0);
        let expire = match self.rec.view_mut() {
            ViewMut::Packed(packed) => {
                let form = Form { bytes: packed.as_slice(), timed };
                let Some(place) = form.find(field) else { return false };
                let expire = place.expire_ms(form.bytes);
                packed::remove(packed, place);
                expire
            }
            ViewMut::Boxed(Object::Hash(table)) => {
                let Some(pair) = table.remove(hash(field), field, hash) else { return false };
                pair.expire_ms()
            }
            _ => wrong_type(),
        };
        expire.is_none_or(|at| at > now)
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

    /// Turns the packed hash into a table, purged or not.
    #[cold]
    fn spread(&mut self) {
        let mut table = Table::new();
        for (field, value, expire) in HashRef::new(self.rec, i64::MIN).iter_timed() {
            insert(&mut table, field, value, expire);
        }
        let sub = self.rec.sub();
        self.rec.set_payload(Payload::Boxed(Box::new(Object::Hash(table))), sub);
    }
}
