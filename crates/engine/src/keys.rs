//! What a command sees of the data set: the stripes it holds, one current database, one instant.
//!
//! Every mutating call names its [`Event`]. This file is the only place that counts changes,
//! breaks watches, records notifications and finds out that a waiter can be served, so that no
//! command can forget one.
//!
//! A key whose time has come is absent: reads and writes remove it when they meet it.

mod locks;

use crate::WrongType;
pub(crate) use crate::access::Access;
use crate::event::{Class, Effects, Event, KeyEvent};
use crate::garbage::Garbage;
use crate::hash::{next_expiry, purge};
use crate::store::{Held, Spot, Store, Stripe};
use crate::stream::Told;
use crate::string::{IncrError, StringRef};
use crate::value::{self, Limits, Rec, Sub, Type};
use raw::{EntryMut, EntryRef, Payload, Slot, Table, View};
use std::cell::Cell;

/// Pieces from which on a value is handed to the reaper instead of being freed at once.
const LAZY_PIECES: usize = 1024;

/// The expiry that a write leaves behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expiry {
    /// As it was before.
    Keep,
    /// None.
    Never,
    /// At a Unix time in milliseconds.
    At(i64),
}

impl Expiry {
    /// What follows from it for something that expired at `before`.
    #[inline]
    pub fn after(self, before: Option<i64>) -> Option<i64> {
        match self {
            Self::Keep => before,
            Self::Never => None,
            Self::At(at) => Some(at),
        }
    }
}

/// Whether a write may create its key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Create {
    /// Only an existing key is written.
    No,
    /// An absent key is created.
    IfAbsent,
}

/// What a batch of calls shares: read once, passed in.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Unix time in milliseconds: what is due is judged by it. While a log is replayed it stands
    /// at 0, for the log says itself what has expired.
    pub now: i64,
    /// Unix time in milliseconds, always: what a time that is relative to now means.
    pub wall: i64,
    /// The clock that reads leave in a record: 24 bits.
    pub access: Access,
    /// The encoding thresholds in force.
    pub limits: Limits,
}

/// The view of one call (or of one transaction).
pub struct Keys<'s> {
    pub(crate) store: &'s Store,
    pub(crate) held: Held<'s>,
    pub(crate) db: usize,
    pub(crate) moment: &'s Moment,
    access: Access,
    pub(crate) effects: &'s mut Effects,
    /// What has expired is absent, but not removed.
    pub(crate) leaves_expired: bool,
    /// Another worker was waited for to lock the only stripe.
    is_sought: bool,
    known: Known<'s>,
}

/// The spots of a call's keys as they were found for its locks, so that no key is hashed twice.
/// Recognised by address: an argument stays where it is for as long as this view borrows it.
#[derive(Default)]
struct Known<'s> {
    /// The only key.
    first: Option<(&'s [u8], Spot)>,
    /// All of several.
    several: Vec<(&'s [u8], Spot)>,
    /// The one of `several` that was asked for last: handlers go through them in order.
    last: Cell<usize>,
}

impl Known<'_> {
    #[inline]
    fn spot(&self, key: &[u8]) -> Option<Spot> {
        if let Some((known, spot)) = self.first
            && std::ptr::eq(known, key)
        {
            return Some(spot);
        }
        if self.several.is_empty() { None } else { self.among_several(key) }
    }

    /// Looks at the one found last and at its successor.
    fn among_several(&self, key: &[u8]) -> Option<Spot> {
        let last = self.last.get();
        let near = self.several.get(last..)?.iter().take(2);
        let step = near.clone().position(|(known, _)| std::ptr::eq(*known, key))?;
        self.last.set(last + step);
        Some(self.several[last + step].1)
    }
}

/// What is due of a key that was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    /// Nothing.
    Live,
    /// Perhaps fields of it.
    Timed,
    /// All of it.
    Over,
}

impl Age {
    #[inline]
    fn of(rec: &Rec, now: i64) -> Self {
        if rec.expire_ms().is_some_and(|at| at <= now) {
            return Self::Over;
        }
        if rec.sub() & Sub::TIMED == 0 { Self::Live } else { Self::Timed }
    }
}

/// What stood where a value was overwritten.
struct Before {
    expire: Option<i64>,
}

/// Where a key was found; good until the next write.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    spot: Spot,
    slot: Slot,
}

impl<'s> Keys<'s> {
    /// A view that holds nothing yet.
    #[inline]
    pub fn new(store: &'s Store, db: usize, moment: &'s Moment, effects: &'s mut Effects) -> Self {
        let (held, access, known) = (Held::None, moment.access, Known::default());
        Self {
            store,
            held,
            db,
            moment,
            access,
            effects,
            leaves_expired: false,
            is_sought: false,
            known,
        }
    }

    /// Leaves no trace of its reads for eviction from here on.
    pub fn leave_untouched(&mut self) {
        self.access = Access::Untouched;
    }

    /// Removes nothing from here on because its time has come: writes are paused. For views that
    /// only read.
    pub fn leave_expired(&mut self) {
        self.leaves_expired = true;
    }

    /// The current database.
    pub fn db(&self) -> usize {
        self.db
    }

    /// Changes the current database. The caller has checked the index.
    pub fn select(&mut self, db: usize) {
        assert!(db < self.store.layout().databases, "the index was checked");
        self.db = db;
    }

    /// Number of databases.
    pub fn databases(&self) -> usize {
        self.store.layout().databases
    }

    /// The instant of this call.
    pub fn now(&self) -> i64 {
        self.moment.now
    }

    /// The time of this call on the wall.
    pub fn wall(&self) -> i64 {
        self.moment.wall
    }

    /// What reads of this view leave in a record.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The encoding thresholds in force.
    pub fn limits(&self) -> Limits {
        self.moment.limits
    }

    /// What this call left to be done.
    pub fn effects(&mut self) -> &mut Effects {
        self.effects
    }

    // ---- reads -----------------------------------------------------------------------------

    /// The record of a key, touched and counted as a hit or a miss.
    #[inline]
    pub fn read(&mut self, key: &[u8]) -> Option<EntryRef<'_, Rec>> {
        self.read_leaving(key, self.access)
    }

    /// The record of a key, counted as a hit or a miss but not touched: for commands that ask
    /// about a key without using its value.
    pub fn observe(&mut self, key: &[u8]) -> Option<EntryRef<'_, Rec>> {
        self.read_leaving(key, Access::Untouched)
    }

    #[inline]
    fn read_leaving(&mut self, key: &[u8], access: Access) -> Option<EntryRef<'_, Rec>> {
        let spot = self.spot(key);
        let Some(slot) = self.find(spot, key, access) else {
            self.miss(spot, key);
            return None;
        };
        let stripe = self.held.stripe(spot.stripe);
        stripe.counters.hits += 1;
        Some(stripe.dbs[self.db].table().at(slot))
    }

    /// The same for a caller that is done with the record at once: `see` gets it where it is
    /// found, or `None`.
    #[inline]
    pub fn read_with<R>(
        &mut self,
        key: &[u8],
        see: impl FnOnce(Option<EntryRef<'_, Rec>>) -> R,
    ) -> R {
        let spot = self.spot(key);
        let (db, now, access) = (self.db, self.moment.now, self.access);
        let stripe = self.held.stripe(spot.stripe);
        let table = stripe.dbs[db].table();
        let mut see = Some(see);
        let found = table.find_with(spot.hash, key, |entry| {
            let is_live = Age::of(&entry, now) == Age::Live;
            let see = see.take_if(|_| is_live)?;
            access.leave_in(&entry);
            Some(see(Some(entry)))
        });
        if let Some((_, Some(result))) = found {
            stripe.counters.hits += 1;
            return result;
        }
        let see = see.take().expect("it was not called");
        see(self.read(key))
    }

    #[cold]
    fn miss(&mut self, spot: Spot, key: &[u8]) {
        self.held.stripe(spot.stripe).counters.misses += 1;
        self.note(key, Event::KEYMISS);
    }

    /// The record of a key, neither touched nor counted.
    pub fn peek(&mut self, key: &[u8]) -> Option<EntryRef<'_, Rec>> {
        let place = self.locate(key)?;
        Some(self.held.stripe(place.spot.stripe).dbs[self.db].table().at(place.slot))
    }

    /// The record of a key as it lies there, be its time over or not; neither touched nor counted.
    pub fn look_at(&self, key: &[u8]) -> Option<EntryRef<'_, Rec>> {
        let spot = self.spot(key);
        self.held.get(spot.stripe)?.dbs[self.db].table().get(spot.hash, key)
    }

    /// The records of several keys at once, each touched and counted; absent ones are `None`.
    pub fn read_all<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k [u8]> + Clone,
    ) -> Vec<Option<EntryRef<'_, Rec>>> {
        for key in keys.clone() {
            self.read(key);
        }
        keys.map(|key| {
            let spot = self.spot(key);
            let table = self.held.get(spot.stripe)?.dbs[self.db].table();
            // One whose time has come may still be there while writes are paused.
            let entry = table.get(spot.hash, key)?;
            (Age::of(&entry, self.moment.now) != Age::Over).then_some(entry)
        })
        .collect()
    }

    /// Whether a key exists; touched, and counted as a hit or a miss.
    pub fn exists(&mut self, key: &[u8]) -> bool {
        self.read(key).is_some()
    }

    /// The type of a key.
    pub fn type_of(&mut self, key: &[u8]) -> Option<Type> {
        self.peek(key).map(|entry| value::type_of(&entry))
    }

    /// The expiry of a key: none without a key, `Some(None)` without an expiry.
    pub fn expiry(&mut self, key: &[u8]) -> Option<Option<i64>> {
        self.peek(key).map(|entry| entry.expire_ms())
    }

    // ---- writes of whole values ------------------------------------------------------------

    /// Puts a string under a key, whatever was there. A decimal integer is kept as a number.
    #[inline]
    pub fn set_string(&mut self, key: &[u8], value: &[u8], expiry: Expiry, event: Event) {
        self.set_value(key, value, value::parse_int(value), expiry, event);
    }

    /// The same, but digits stay bytes: `INCRBYFLOAT`, whose result reports `embstr`.
    pub fn set_text(&mut self, key: &[u8], value: &[u8], expiry: Expiry, event: Event) {
        self.set_value(key, value, None, expiry, event);
    }

    #[inline]
    fn set_value(
        &mut self,
        key: &[u8],
        value: &[u8],
        int: Option<i64>,
        expiry: Expiry,
        event: Event,
    ) {
        let place = self.locate_used(key);
        if let Some(place) = place
            && let Some(before) = self.overwrite(place, value, int)
        {
            let expire = expiry.after(before.expire);
            if expire != before.expire {
                self.write_expiry(place, expire);
            }
            self.note_overwritten(key, Type::String, Type::String);
            self.changed(place.spot.stripe, key, event, 1);
            return;
        }
        let expire = self.resolve(expiry, place);
        let rec = match int {
            Some(number) => Rec::with_payload(key, Payload::Int(number), 0, expire),
            None => Rec::text(key, value, expire),
        };
        self.place_record(key, place, rec);
        self.changed(self.spot(key).stripe, key, event, 1);
    }

    /// Puts a string in the place of one of the same layout; the expiry that stands there, or
    /// `None` when it could not.
    #[inline]
    fn overwrite(&mut self, place: Place, value: &[u8], int: Option<i64>) -> Option<Before> {
        let table = self.change(place);
        match int {
            None => {
                if let Some(text) = table.text_mut(place.slot, value.len()) {
                    text.copy_from_slice(value);
                    return Some(Before { expire: table.at(place.slot).expire_ms() });
                }
                let mut entry = table.at_mut(place.slot);
                if !value::is_plain_text(&entry) {
                    return None;
                }
                entry.set_text(value);
                Some(Before { expire: entry.expire_ms() })
            }
            Some(new) => {
                *table.number_mut(place.slot)? = new;
                Some(Before { expire: table.at(place.slot).expire_ms() })
            }
        }
    }

    #[inline]
    fn change(&mut self, place: Place) -> &mut Table<Rec> {
        self.held.stripe(place.spot.stripe).dbs[self.db].change(place.spot.hash, place.slot)
    }

    /// The record at a place, to be changed.
    pub(crate) fn record_mut(&mut self, place: Place) -> EntryMut<'_, Rec> {
        self.change(place).at_mut(place.slot)
    }

    /// Puts a whole record under its own key, whatever was there.
    pub fn put(&mut self, rec: Rec, event: Event) {
        let key: Box<[u8]> = rec.key().into();
        self.put_as(&key, rec, event);
    }

    /// The same, for a caller that has the key at hand.
    pub(crate) fn put_as(&mut self, key: &[u8], rec: Rec, event: Event) {
        let place = self.locate(key);
        self.place_record(key, place, rec);
        self.changed(self.spot(key).stripe, key, event, 1);
    }

    /// Adds to the integer under a key (0 when absent); the sum.
    ///
    /// # Errors
    /// [`IncrError`]; nothing is changed then.
    pub fn incr_by(&mut self, key: &[u8], by: i64) -> Result<i64, IncrError> {
        let Some(place) = self.locate_used(key) else {
            let rec = Rec::with_payload(key, Payload::Int(by), 0, None);
            self.place_record(key, None, rec);
            self.changed(self.spot(key).stripe, key, Event::INCRBY, 1);
            return Ok(by);
        };
        let table = self.change(place);
        let sum = if let Some(number) = table.number_mut(place.slot) {
            *number = number.checked_add(by).ok_or(IncrError::Overflow)?;
            *number
        } else {
            let old = StringRef::of(table.at(place.slot));
            let old = old.map_err(|WrongType| IncrError::WrongType)?.as_int();
            let sum = old.ok_or(IncrError::NotInteger)?.checked_add(by);
            let sum = sum.ok_or(IncrError::Overflow)?;
            table.at_mut(place.slot).set_payload(Payload::Int(sum), 0);
            sum
        };
        self.changed(place.spot.stripe, key, Event::INCRBY, 1);
        Ok(sum)
    }

    /// Removes a key; whether it was there. Large values are freed elsewhere.
    pub fn delete(&mut self, key: &[u8], event: Event) -> bool {
        let Some(place) = self.locate(key) else { return false };
        let rec = self.take(place);
        self.discard(rec);
        self.changed(place.spot.stripe, key, event, 1);
        true
    }

    /// Removes a key and returns its record, without any effect: the caller goes on with it.
    pub(crate) fn extract(&mut self, key: &[u8]) -> Option<Rec> {
        let place = self.locate(key)?;
        Some(self.take(place))
    }

    // ---- writes in place -------------------------------------------------------------------

    /// Runs `change` on the record of a key that holds `kind` (or on a new one from `make`).
    ///
    /// `change` returns its result and how many changes it made; with any, the key is marked as
    /// changed by `event`, and an emptied collection is removed with its `del` event.
    ///
    /// # Errors
    /// The key holds another type.
    pub fn update<R>(
        &mut self,
        key: &[u8],
        kind: Type,
        event: Event,
        make: Option<fn(&[u8]) -> Rec>,
        change: impl FnOnce(&mut Rec, &Limits) -> (R, u64),
    ) -> Result<Option<R>, WrongType> {
        let (place, fresh) = match (self.locate_to_change(key), make) {
            (Some(place), _) => (place, false),
            (None, None) => return Ok(None),
            (None, Some(make)) => (self.insert_record(key, make(key)), true),
        };
        let limits = &self.moment.limits;
        let db = &mut self.held.stripe(place.spot.stripe).dbs[self.db];
        let mut entry = db.change(place.spot.hash, place.slot).at_mut(place.slot);
        if value::type_of(&entry) != kind {
            return Err(WrongType);
        }
        let (result, changes) = change(&mut entry, limits);
        if changes > 0
            && let Some(at) = next_expiry(&entry)
        {
            entry.note_expiry(self.store.tick(at));
        }
        // A stream may be empty, but not for a call that failed.
        let emptied = value::is_empty(&entry) || (fresh && changes == 0);
        drop(entry);
        if changes > 0 {
            if fresh && !emptied {
                self.note(key, Event::NEW);
            }
            self.changed(place.spot.stripe, key, event, changes);
        }
        if emptied {
            let rec = self.take(place);
            self.discard(rec);
            if !fresh {
                self.note(key, Event::DEL);
            }
        }
        Ok(Some(result))
    }

    /// Sets or removes the expiry of a key; whether the key exists. An instant that has come
    /// removes the key, with its `del` event.
    pub fn set_expiry(&mut self, key: &[u8], expire: Option<i64>, event: Event) -> bool {
        let Some(place) = self.locate(key) else { return false };
        if expire.is_some_and(|at| at <= self.moment.now) {
            return self.delete(key, Event::DEL);
        }
        self.write_expiry(place, expire);
        self.changed(place.spot.stripe, key, event, 1);
        true
    }

    fn write_expiry(&mut self, place: Place, expire: Option<i64>) {
        let tick = expire.map(|at| self.store.tick(at));
        let db = &mut self.held.stripe(place.spot.stripe).dbs[self.db];
        let mut entry = db.change(place.spot.hash, place.slot).at_mut(place.slot);
        let had = entry.expire_ms().is_some();
        entry.set_expire(expire);
        if let Some(tick) = tick {
            entry.note_expiry(tick);
        }
        drop(entry);
        db.expires = db.expires + usize::from(expire.is_some()) - usize::from(had);
    }

    // ---- shared by all of them -------------------------------------------------------------

    /// Marks a key as changed by hand: for commands whose change is more than one engine call.
    pub fn signal(&mut self, key: &[u8], event: Event, changes: u64) {
        self.changed(self.spot(key).stripe, key, event, changes);
    }

    /// Records an event alone, without a change (`keymiss`, a second event of one change).
    pub fn note(&mut self, key: &[u8], event: Event) {
        if self.effects.record & event.class as u32 != 0 {
            let key = key.into();
            self.effects.events.push(KeyEvent { db: self.db, event, key });
        }
    }

    /// Finds a key whose time has not come; removes one whose time has.
    #[inline]
    pub(crate) fn locate(&mut self, key: &[u8]) -> Option<Place> {
        let spot = self.spot(key);
        let slot = self.find(spot, key, Access::Untouched)?;
        Some(Place { spot, slot })
    }

    /// The same for a call that uses or changes the value.
    #[inline]
    fn locate_used(&mut self, key: &[u8]) -> Option<Place> {
        let spot = self.spot(key);
        let slot = self.find(spot, key, self.access.of_change())?;
        Some(Place { spot, slot })
    }

    /// The same for a change in place. A table's fields whose time has come are taken out first
    /// where the journal is written: they must not be there when the change is replayed.
    #[inline]
    fn locate_to_change(&mut self, key: &[u8]) -> Option<Place> {
        let place = self.locate_used(key)?;
        if !self.effects.journals() {
            return Some(place);
        }
        let (now, db) = (self.moment.now, self.db);
        let table = self.held.stripe(place.spot.stripe).dbs[db].table();
        let is_due = next_expiry(&table.at(place.slot)).is_some_and(|at| at <= now);
        (!is_due || !self.purge_all_fields(place, key)).then_some(place)
    }

    /// Finds a key and leaves a trace in it.
    #[inline]
    fn find(&mut self, spot: Spot, key: &[u8], access: Access) -> Option<Slot> {
        let table = self.held.stripe(spot.stripe).dbs[self.db].table();
        let (slot, age) = table.find_with(spot.hash, key, |entry| {
            access.leave_in(&entry);
            Age::of(&entry, self.moment.now)
        })?;
        (age == Age::Live || self.outlives(Place { spot, slot }, key, age)).then_some(slot)
    }

    /// Removes a key whose time has come, or fields whose time has; whether the key stays.
    #[cold]
    fn outlives(&mut self, place: Place, key: &[u8], age: Age) -> bool {
        match age {
            Age::Live => true,
            Age::Timed => self.leaves_expired || !self.purge_fields(place, key),
            Age::Over => {
                if !self.leaves_expired {
                    self.expire(place, key);
                }
                false
            }
        }
    }

    /// Whether a key is still in the table though its time has come, or that of a field in it.
    pub(crate) fn is_expired_unmet(&self, key: &[u8]) -> bool {
        let spot = self.spot(key);
        let stripe = self.held.get(spot.stripe).expect("the stripe is held");
        let Some(rec) = stripe.dbs[self.db].table().get(spot.hash, key) else { return false };
        let has_come = |at: Option<i64>| at.is_some_and(|at| at <= self.moment.now);
        has_come(rec.expire_ms()) || fields_are_due(&rec, self.moment.now)
    }

    /// The stripe of a key, which this view holds.
    pub(crate) fn stripe_holding(&mut self, key: &[u8]) -> &mut Stripe {
        let stripe = self.spot(key).stripe;
        self.held.stripe(stripe)
    }

    #[cold]
    fn expire(&mut self, place: Place, key: &[u8]) {
        let rec = self.take(place);
        if self.effects.journals() {
            self.effects.journal.write_expired(self.db, key);
        }
        let stripe = self.held.stripe(place.spot.stripe);
        stripe.counters.expired += 1;
        stripe.expire_watchers(self.db, key);
        self.wake(place.spot.stripe, key);
        self.discard(rec);
        self.note(key, Event::EXPIRED);
    }

    /// Takes fields out of a packed hash whose time has come; whether the key went with the last
    /// one. Of a table that is left to the sweep.
    #[cold]
    fn purge_fields(&mut self, place: Place, key: &[u8]) -> bool {
        let (now, db) = (self.moment.now, self.db);
        let stripe = self.held.stripe(place.spot.stripe);
        if !fields_are_due(&stripe.dbs[db].table().at(place.slot), now) {
            return false;
        }
        self.purge_all_fields(place, key)
    }

    #[cold]
    fn purge_all_fields(&mut self, place: Place, key: &[u8]) -> bool {
        let (now, db) = (self.moment.now, self.db);
        let stripe = self.held.stripe(place.spot.stripe);
        let mut gone = self.effects.journals().then(Vec::new);
        let mut entry = stripe.dbs[db].change(place.spot.hash, place.slot).at_mut(place.slot);
        let purged = purge(&mut entry, now, usize::MAX, gone.as_mut());
        if let Some(gone) = gone.filter(|gone| !gone.is_empty()) {
            self.effects.journal.write_expired_fields(db, key, &gone);
        }
        let emptied = value::is_empty(&entry);
        drop(entry);
        if purged > 0 {
            stripe.counters.expired_fields += purged as u64;
            stripe.expire_watchers(db, key);
            self.note(key, Event::HEXPIRED);
        }
        if emptied {
            let rec = self.take(place);
            self.discard(rec);
            self.note(key, Event::DEL);
        }
        emptied
    }

    fn resolve(&mut self, expiry: Expiry, place: Option<Place>) -> Option<i64> {
        let before = place.filter(|_| expiry == Expiry::Keep);
        expiry.after(before.and_then(|place| {
            let stripe = self.held.stripe(place.spot.stripe);
            stripe.dbs[self.db].table().at(place.slot).expire_ms()
        }))
    }

    pub(crate) fn place_record(&mut self, key: &[u8], place: Option<Place>, rec: Rec) {
        match place {
            None => {
                self.insert_record(key, rec);
                self.note(key, Event::NEW);
            }
            Some(place) => {
                let tick = self.store.tick_of(&rec);
                let access = self.access;
                let after = value::type_of(&rec);
                let db = &mut self.held.stripe(place.spot.stripe).dbs[self.db];
                let (hash, slot) = (place.spot.hash, place.slot);
                let had = db.table().at(slot).expire_ms().is_some();
                db.expires = db.expires + usize::from(rec.expire_ms().is_some()) - usize::from(had);
                let mut entry = db.change(hash, slot).at_mut(slot);
                let clock = entry.access();
                let old = std::mem::replace(&mut *entry, rec);
                entry.set_access(clock);
                access.renew(&mut entry);
                if let Some(tick) = tick {
                    entry.note_expiry(tick);
                }
                drop(entry);
                self.note_overwritten(key, value::type_of(&old), after);
                self.discard(old);
            }
        }
    }

    /// Notes that a value was put in the place of another.
    #[inline]
    pub(crate) fn note_overwritten(&mut self, key: &[u8], before: Type, after: Type) {
        const BOTH: u32 = Class::Overwritten as u32 | Class::TypeChanged as u32;
        if self.effects.record & BOTH != 0 {
            self.note(key, Event::OVERWRITTEN);
            if before != after {
                self.note(key, Event::TYPE_CHANGED);
            }
        }
    }

    fn insert_record(&mut self, key: &[u8], mut rec: Rec) -> Place {
        self.access.begin(&mut rec);
        let spot = self.spot(key);
        let tick = self.store.tick_of(&rec);
        if self.leaves_expired {
            self.remove_expired(key); // a call that was taken for one that only reads
        }
        let db = &mut self.held.stripe(spot.stripe).dbs[self.db];
        let slot = db.insert(spot.hash, rec, tick.unwrap_or(u32::MAX));
        Place { spot, slot }
    }

    #[cold]
    fn remove_expired(&mut self, key: &[u8]) {
        self.leaves_expired = false;
        self.locate(key);
        self.leaves_expired = true;
    }

    fn take(&mut self, place: Place) -> Rec {
        let db = &mut self.held.stripe(place.spot.stripe).dbs[self.db];
        db.take(place.spot.hash, place.slot)
    }

    pub(crate) fn discard(&mut self, rec: Rec) {
        if value::weight(&rec) >= LAZY_PIECES {
            self.effects.garbage.push(Garbage::Value(rec));
        }
    }

    #[inline]
    fn changed(&mut self, at: usize, key: &[u8], event: Event, changes: u64) {
        self.effects.dirty += changes;
        let (db, record) = (self.db, self.effects.record);
        let stripe: &mut Stripe = self.held.stripe(at);
        stripe.counters.dirty += changes;
        stripe.touch_watchers(db, key);
        if stripe.awaited(db, key) {
            self.wake(at, key);
        }
        if record & event.class as u32 != 0 {
            self.effects.events.push(KeyEvent { db, event, key: key.into() });
        }
    }
}

impl Keys<'_> {
    /// What follows a change beside the value of a key proper (a stream's groups): it counts as a
    /// change, but no watch sees it.
    pub(crate) fn changed_aside(&mut self, place: Place, key: &[u8], told: Told) {
        self.effects.dirty += told.changes;
        let stripe = self.held.stripe(place.spot.stripe);
        stripe.counters.dirty += told.changes;
        if told.wakes {
            self.wake(place.spot.stripe, key);
        }
        if let Some(event) = told.event {
            self.note(key, event);
        }
    }

    /// Counts a lookup that reads as a hit or a miss.
    pub(crate) fn count_lookup(&mut self, key: &[u8], found: Option<Place>) {
        let counters = &mut self.stripe_holding(key).counters;
        if found.is_some() {
            counters.hits += 1;
        } else {
            counters.misses += 1;
            self.note(key, Event::KEYMISS);
        }
    }

    /// Marks a key as ready if a call waits for it.
    #[cold]
    fn wake(&mut self, stripe: usize, key: &[u8]) {
        let db = self.db;
        if self.held.stripe(stripe).awaited(db, key) {
            let ready = (db, key.into());
            if !self.effects.ready.contains(&ready) {
                self.effects.ready.push(ready);
            }
        }
    }
}

/// Whether a packed hash has fields whose time has come.
fn fields_are_due(rec: &Rec, now: i64) -> bool {
    next_expiry(rec).is_some_and(|at| at <= now) && matches!(rec.view(), View::Packed(_))
}
