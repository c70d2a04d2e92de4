//! The heaviest keys of a stream of (key, weight), in bounded room: Space-Saving (Metwally,
//! Agrawal, El Abbadi 2005) with weights, and its merge (Agarwal et al. 2012).
//!
//! ```text
//! counters   most 9  most 4  most 7      by place; each knows its rank in the heap
//!            over 0  over 3  over 0
//! heap       1 2 0                       places, the smallest `most` first
//! places     key -> place                a hash table of places; the keys lie in the counters
//! ```
//!
//! A key that is not counted while there is no room takes the place of the smallest, and its
//! amount as a debt: `over` is what of `most` may not be its own. With room for 2: after a=5,
//! b=3, c=1 there are a (most 5, over 0) and c (most 4, over 3).
//!
//! With `sum` of all weights and `room` counters: `most - over <= true weight <= most`, no
//! `over` exceeds `sum / room`, and so a key of more than `sum / room` is always there. What is
//! kept follows from the order of the weights alone, not from hashes.

use engine::hash;
use hashbrown::{HashMap, HashTable};

#[derive(Debug)]
struct Counter {
    key: Box<[u8]>,
    most: u64,
    over: u64,
    rank: u32,
}

/// Counters of the heaviest keys.
#[derive(Debug)]
pub(super) struct SpaceSaving {
    counters: Vec<Counter>,
    heap: Vec<u32>,
    places: HashTable<u32>,
    room: usize,
    sum: u64,
}

impl SpaceSaving {
    /// None yet, and room for so many (one at least). Allocates nothing.
    pub(super) fn new(room: usize) -> Self {
        Self {
            counters: Vec::new(),
            heap: Vec::new(),
            places: HashTable::new(),
            room: room.max(1),
            sum: 0,
        }
    }

    /// Adds to the weight of a key. O(log room); copies the key when it takes a place.
    pub(super) fn add(&mut self, key: &[u8], weight: u64) {
        if weight == 0 {
            return;
        }
        self.sum = self.sum.saturating_add(weight);
        let bits = hash(key);
        let counters = &self.counters;
        let found = self.places.find(bits, |place| *counters[*place as usize].key == *key).copied();
        if let Some(place) = found {
            let counter = &mut self.counters[place as usize];
            counter.most = counter.most.saturating_add(weight);
            let rank = counter.rank as usize;
            return self.sink(rank);
        }
        if self.counters.len() < self.room {
            let place = self.counters.len() as u32;
            self.counters.push(Counter { key: key.into(), most: weight, over: 0, rank: place });
            self.heap.push(place);
            self.rise(place as usize);
            return self.place(bits, place);
        }
        let place = self.heap[0];
        let smallest = &mut self.counters[place as usize];
        let old = hash(&smallest.key);
        if let Ok(entry) = self.places.find_entry(old, |other| *other == place) {
            entry.remove();
        }
        smallest.key = key.into();
        smallest.over = smallest.most;
        smallest.most = smallest.most.saturating_add(weight);
        self.place(bits, place);
        self.sink(0);
    }

    /// The most that a key without a counter can have.
    fn floor(&self) -> u64 {
        match self.heap.first() {
            Some(place) if self.counters.len() == self.room => self.counters[*place as usize].most,
            _ => 0,
        }
    }

    fn place(&mut self, bits: u64, place: u32) {
        let counters = &self.counters;
        self.places.insert_unique(bits, place, |place| hash(&counters[*place as usize].key));
    }

    fn most_at(&self, rank: usize) -> u64 {
        self.counters[self.heap[rank] as usize].most
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        for rank in [a, b] {
            self.counters[self.heap[rank] as usize].rank = rank as u32;
        }
    }

    fn rise(&mut self, mut rank: usize) {
        while rank > 0 && self.most_at(rank) < self.most_at((rank - 1) / 2) {
            self.swap(rank, (rank - 1) / 2);
            rank = (rank - 1) / 2;
        }
    }

    fn sink(&mut self, mut rank: usize) {
        loop {
            let children =
                (2 * rank + 1..2 * rank + 3).take_while(|child| *child < self.heap.len());
            let Some(least) = children.min_by_key(|child| self.most_at(*child)) else { return };
            if self.most_at(rank) <= self.most_at(least) {
                return;
            }
            self.swap(rank, least);
            rank = least;
        }
    }
}

/// What is known of a key's weight.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Heavy {
    /// The key.
    pub(super) key: Box<[u8]>,
    /// No more than its weight.
    pub(super) least: u64,
    /// No less.
    pub(super) most: u64,
}

/// Several counts put together, as if one had seen all: what holds of one holds of the sum.
#[derive(Default, Debug)]
pub(super) struct Merged {
    /// Of each key what it has at least, and how much more than its floor in the parts it is in.
    keys: HashMap<Box<[u8]>, (u64, u64)>,
    floors: u64,
    sum: u64,
}

impl Merged {
    /// Adds a part. O(room); copies its keys.
    pub(super) fn add(&mut self, part: &SpaceSaving) {
        let floor = part.floor();
        self.floors = self.floors.saturating_add(floor);
        self.sum = self.sum.saturating_add(part.sum);
        for counter in &part.counters {
            let (least, above) = self.keys.entry_ref(&*counter.key).or_default();
            *least = least.saturating_add(counter.most - counter.over);
            *above = above.saturating_add(counter.most - floor);
        }
    }

    /// The sum of all weights.
    pub(super) fn sum(&self) -> u64 {
        self.sum
    }

    /// The `count` heaviest by what is certain of them, heaviest first.
    pub(super) fn heaviest(self, count: usize) -> Vec<Heavy> {
        let floors = self.floors;
        let bounds = |(key, (least, above)): (_, (u64, u64))| {
            let most = floors.saturating_add(above);
            Heavy { key, least, most }
        };
        let mut all: Vec<Heavy> = self.keys.into_iter().map(bounds).collect();
        all.sort_unstable_by(|a, b| {
            (b.least, b.most).cmp(&(a.least, a.most)).then_with(|| a.key.cmp(&b.key))
        });
        all.truncate(count);
        all
    }
}

#[cfg(test)]
mod tests;
