//! Fields that expire: found by the sweep alone, and by whoever uses the key.

use super::*;
use crate::hash::HashRef;
use crate::{Access, Class, Create, Effects, Expiry, Keys, Layout, Limits, Moment};

const START: i64 = 1_800_000_000_000;

struct World {
    store: Store,
    effects: Effects,
    progress: Progress,
    moment: Moment,
}

impl World {
    fn new() -> Self {
        let layout = Layout { databases: 2, workers: 1, start_ms: START };
        let record = Class::Hash as u32 | Class::Generic as u32 | Class::Expired as u32;
        let effects = Effects { record, ..Effects::default() };
        let moment =
            Moment { now: START, wall: START, access: Access::Untouched, limits: Limits::DEFAULT };
        Self { store: Store::new(layout), effects, progress: Progress::default(), moment }
    }

    fn at(&mut self, now: i64, key: &[u8]) -> Keys<'_> {
        self.moment.now = now;
        let mut keys = Keys::new(&self.store, 0, &self.moment, &mut self.effects);
        keys.lock_key(key);
        keys
    }

    fn fill(&mut self, key: &[u8], fields: usize, expire: impl Fn(usize) -> Option<i64>) {
        let mut keys = self.at(START, key);
        let done = keys.update_hash(key, Create::IfAbsent, Event::HSET, |hash| {
            for i in 0..fields {
                let expiry = expire(i).map_or(Expiry::Never, Expiry::At);
                hash.put(format!("f{i}").as_bytes(), b"v", expiry);
            }
            ((), fields as u64)
        });
        assert_eq!(done, Ok(Some(())));
        drop(keys);
        self.effects.events.clear();
    }

    /// Sweeps once; the names of the events, and how often it took a lock.
    fn sweep(&mut self, now: i64) -> (Vec<&'static str>, usize) {
        let mut swept = Swept { record: self.effects.record, ..Swept::default() };
        let mut holds = 0;
        let mut done = || {
            holds += 1;
            assert!(holds < 100_000, "a sweep comes to an end");
            false
        };
        self.store.sweep_expired(&mut self.progress, now, usize::MAX, &mut swept, &mut done, || 0);
        (swept.events.iter().map(|event| event.event.name).collect(), holds)
    }

    fn resident(&mut self, key: &[u8]) -> Option<usize> {
        // Before anything has expired nobody removes a field on the way.
        let mut keys = self.at(START - 1, key);
        keys.peek(key).map(|rec| value::element_count(&rec))
    }
}

#[test]
fn a_sweep_takes_out_fields_in_their_time() {
    let mut world = World::new();
    world.fill(b"small", 3, |i| (i < 2).then_some(START + 100));
    world.fill(b"large", 3000, |i| (i % 3 != 0).then_some(START + 100 + (i as i64 % 2) * 10_000));
    assert_eq!(world.sweep(START + 99).0, Vec::<&str>::new());
    assert_eq!((world.resident(b"small"), world.resident(b"large")), (Some(3), Some(3000)));
    let (mut events, _) = world.sweep(START + 400);
    events.dedup();
    assert_eq!(events, ["hexpired"]);
    assert_eq!((world.resident(b"small"), world.resident(b"large")), (Some(1), Some(2000)));
    world.sweep(START + 10_500);
    assert_eq!(world.resident(b"large"), Some(1000));
    assert_eq!(expired_fields(&mut world), 2002);
}

#[test]
fn a_hash_goes_with_its_last_field() {
    let mut world = World::new();
    world.fill(b"small", 3, |_| Some(START + 100));
    world.fill(b"large", 2000, |_| Some(START + 100));
    let (events, holds) = world.sweep(START + 300);
    assert_eq!(events.iter().filter(|name| **name == "del").count(), 2);
    assert!(holds > 64 + 2, "a large hash is not swept in one go: {holds}");
    assert_eq!((world.resident(b"small"), world.resident(b"large")), (None, None));
    world.fill(b"small", 3, |_| Some(START + 100));
    let mut keys = world.at(START + 100, b"small");
    assert!(keys.peek(b"small").is_none(), "gone for whoever asks first");
    drop(keys);
    let events: Vec<_> = world.effects.events.iter().map(|event| event.event.name).collect();
    assert_eq!(events, ["hexpired", "del"]);
}

#[test]
fn copies_and_new_names_are_found_too() {
    let mut world = World::new();
    world.fill(b"{t}a", 3, |_| Some(START + 100));
    let mut keys = world.at(START, b"{t}a");
    assert!(keys.copy(b"{t}a", b"{t}b", 1, false));
    assert!(keys.copy(b"{t}a", b"{t}c", 0, false));
    assert!(keys.rename(b"{t}a", b"{t}d"));
    drop(keys);
    let (events, _) = world.sweep(START + 300);
    assert_eq!(events.iter().filter(|name| **name == "del").count(), 3);
}

#[test]
fn what_a_pause_leaves_is_absent_but_there() {
    let mut world = World::new();
    world.fill(b"h", 3, |i| (i < 2).then_some(START + 100));
    let mut keys = world.at(START + 200, b"h");
    keys.leave_expired();
    let rec = keys.peek(b"h").expect("one field does not expire");
    assert_eq!(HashRef::new(&rec, START + 200).iter().count(), 1);
    drop(keys);
    assert_eq!(world.resident(b"h"), Some(3));
}

fn expired_fields(world: &mut World) -> u64 {
    let mut keys = world.at(START, b"x");
    keys.unlock();
    keys.counters().expired_fields
}
