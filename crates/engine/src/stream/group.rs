//! Consumer groups: how far a group has read, what it has pending, and who of it has that.
//!
//! ```text
//! Group -- pending: Ordered<Pending { delivered_ms, deliveries, consumer }>
//!       -- names: BTreeMap<name, ConsumerId> -> consumers[..]
//!            Consumer { name, seen_ms, pending: Ordered<()> }
//! ```
//!
//! Invariant: an id is in a group's `pending` exactly if it is in that of the one consumer it
//! names, so all changes of either go through `Group`.

use super::{Id, Meta, Ordered};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Groups by name, in the order of their bytes.
pub type Groups = BTreeMap<Box<[u8]>, Box<Group>>;

/// `entries_read` of a group of which that is not known.
pub const UNKNOWN_READ: i64 = -1;

/// A consumer of a group; good until it is deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConsumerId(u32);

/// One group.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The highest id it has handed out.
    pub last_id: Id,
    /// How many entries it has read since the stream began, or [`UNKNOWN_READ`].
    pub entries_read: i64,
    pending: Ordered<Pending>,
    names: BTreeMap<Arc<[u8]>, ConsumerId>,
    consumers: Vec<Option<Consumer>>,
    /// Slots of deleted consumers.
    free: Vec<ConsumerId>,
}

/// An entry that was handed out and not acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pending {
    /// When it was handed out last, in Unix milliseconds.
    pub delivered_ms: i64,
    /// How often. Wraps, and is printed as a signed number, as in Redis.
    pub deliveries: u64,
    /// To whom.
    consumer: ConsumerId,
}

/// One consumer.
#[derive(Clone, Debug)]
pub struct Consumer {
    /// Its name.
    pub name: Arc<[u8]>,
    /// When it called last, in Unix milliseconds.
    pub seen_ms: i64,
    pending: Ordered<()>,
}

impl Consumer {
    /// The ids it has pending.
    pub fn pending(&self) -> &Ordered<()> {
        &self.pending
    }
}

impl Group {
    pub(super) fn new(last_id: Id, entries_read: i64) -> Self {
        Self { last_id, entries_read, ..Self::default() }
    }

    /// What is pending, by id.
    pub fn pending(&self) -> &Ordered<Pending> {
        &self.pending
    }

    /// Its consumers by name, in the order of their bytes.
    pub fn consumers(&self) -> impl ExactSizeIterator<Item = &Consumer> {
        self.names.values().map(|id| self.of_id(*id))
    }

    /// A consumer.
    pub fn consumer(&self, name: &[u8]) -> Option<&Consumer> {
        self.names.get(name).map(|id| self.of_id(*id))
    }

    /// Who has a pending entry.
    pub fn owner(&self, pending: &Pending) -> &Consumer {
        self.of_id(pending.consumer)
    }

    fn of_id(&self, id: ConsumerId) -> &Consumer {
        self.consumers[id.0 as usize].as_ref().expect("an id names a consumer")
    }

    fn of_id_mut(&mut self, id: ConsumerId) -> &mut Consumer {
        self.consumers[id.0 as usize].as_mut().expect("an id names a consumer")
    }

    /// Finds or makes a consumer that calls now; true if it is new.
    pub fn call(&mut self, name: &[u8], now_ms: i64) -> (ConsumerId, bool) {
        match self.names.get(name) {
            Some(id) => {
                let id = *id;
                self.of_id_mut(id).seen_ms = now_ms;
                (id, false)
            }
            None => (self.create(name, now_ms), true),
        }
    }

    /// Makes a consumer; whether there was none of that name.
    pub fn create_consumer(&mut self, name: &[u8], now_ms: i64) -> bool {
        let is_new = !self.names.contains_key(name);
        if is_new {
            self.create(name, now_ms);
        }
        is_new
    }

    fn create(&mut self, name: &[u8], now_ms: i64) -> ConsumerId {
        let name: Arc<[u8]> = name.into();
        let pending = Ordered::default();
        let consumer = Some(Consumer { name: Arc::clone(&name), seen_ms: now_ms, pending });
        let id = self.free.pop().unwrap_or_else(|| {
            self.consumers.push(None);
            ConsumerId(self.consumers.len() as u32 - 1)
        });
        self.consumers[id.0 as usize] = consumer;
        self.names.insert(name, id);
        id
    }

    /// Deletes a consumer with all it has pending; how many that was. O(pending of it).
    pub fn delete_consumer(&mut self, name: &[u8]) -> Option<usize> {
        let id = self.names.remove(name)?;
        let gone = self.consumers[id.0 as usize].take().expect("an id names a consumer");
        if gone.pending.len() * 8 > self.pending.len() {
            self.pending.retain(|pending| pending.consumer != id);
        } else {
            for (entry, ()) in gone.pending.iter() {
                self.pending.remove(entry);
            }
        }
        self.free.push(id);
        Some(gone.pending.len())
    }

    /// Takes an entry off what is pending; whether it was. O(log n).
    pub fn acknowledge(&mut self, id: Id) -> bool {
        let Some(pending) = self.pending.remove(id) else { return false };
        self.of_id_mut(pending.consumer).pending.remove(id);
        true
    }

    /// Makes an entry pending at a consumer for the first time, whoever had it.
    pub(super) fn deliver(&mut self, id: Id, consumer: ConsumerId, now_ms: i64) {
        self.assign(id, Pending { delivered_ms: now_ms, deliveries: 1, consumer });
    }

    /// Gives a pending entry to a consumer, or makes it pending.
    pub fn hand_over(&mut self, id: Id, consumer: ConsumerId, delivered_ms: i64, deliveries: u64) {
        self.assign(id, Pending { delivered_ms, deliveries, consumer });
    }

    fn assign(&mut self, id: Id, pending: Pending) {
        if self.pending.last().is_some_and(|(last, _)| last >= id)
            && let Some(before) = self.pending.get_mut(id)
        {
            let old = std::mem::replace(before, pending).consumer;
            if old == pending.consumer {
                return;
            }
            self.of_id_mut(old).pending.remove(id);
        } else {
            self.pending.insert(id, pending);
        }
        self.of_id_mut(pending.consumer).pending.insert(id, ());
    }

    /// Notes that a pending entry was handed out once more.
    pub fn deliver_again(&mut self, id: Id, now_ms: i64) {
        if let Some(pending) = self.pending.get_mut(id) {
            pending.delivered_ms = now_ms;
            pending.deliveries = pending.deliveries.wrapping_add(1);
        }
    }

    /// Moves what the group has read up to an entry above `last_id`.
    pub(super) fn advance(&mut self, stream: &Meta, id: Id) {
        if self.entries_read != UNKNOWN_READ && !stream.has_gaps_from(id) {
            self.entries_read = self.entries_read.wrapping_add(1);
        } else if stream.entries_added != 0 {
            self.entries_read = stream.estimate_read(id);
        }
        self.last_id = id;
    }

    /// How many entries of the stream it has not read; none if that cannot be told.
    pub fn lag(&self, stream: &Meta) -> Option<i64> {
        if stream.entries_added == 0 {
            return Some(0);
        }
        let read = match self.entries_read {
            UNKNOWN_READ => stream.estimate_read(self.last_id),
            _ if stream.has_gaps_from(self.last_id) => stream.estimate_read(self.last_id),
            read => read,
        };
        (read != UNKNOWN_READ).then(|| stream.entries_added.wrapping_sub(read))
    }

    /// How many heap pieces freeing it touches, roughly.
    pub(super) fn weight(&self) -> usize {
        1 + self.pending.pieces() * 2 + self.names.len()
    }

    /// Bytes of it with all it owns. O(consumers).
    pub(super) fn memory(&self) -> usize {
        let of = |consumer: &Consumer| {
            size_of::<Consumer>() + 40 + consumer.name.len() + consumer.pending.memory()
        };
        size_of::<Self>() + self.pending.memory() + self.consumers().map(of).sum::<usize>()
    }
}

impl Meta {
    /// Whether an entry at or above `start` may have been deleted by XDEL.
    fn has_gaps_from(&self, start: Id) -> bool {
        let deleted = self.max_deleted_id;
        self.len > 0 && !deleted.is_zero() && self.first_id <= deleted && start <= deleted
    }

    /// How many entries there were up to an id since the stream began, if that can be told, else
    /// [`UNKNOWN_READ`].
    pub fn estimate_read(&self, id: Id) -> i64 {
        let (added, len) = (self.entries_added, self.len as i64);
        if added == 0 {
            return 0;
        }
        if id == self.last_id || (self.len == 0 && id < self.last_id) {
            return added;
        }
        let whole = self.max_deleted_id.is_zero() || self.max_deleted_id < self.first_id;
        if id < self.last_id && whole && id <= self.first_id {
            return added.wrapping_sub(len).wrapping_add(i64::from(id == self.first_id));
        }
        UNKNOWN_READ
    }
}
