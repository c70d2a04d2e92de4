use super::Course;
use crate::event::Effects;
use crate::hash::HashRef;
use crate::keys::{Create, Expiry, Keys, Moment};
use crate::list::ListRef;
use crate::set::SetRef;
use crate::store::{Layout, Store};
use crate::string::StringRef;
use crate::value::{Limits, Rec, Type, type_of};
use crate::zset::ZsetRef;
use crate::{Access, Event};
use raw::MoveEach;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

const NOW: i64 = 1_800_000_000_000;
const MOMENT: Moment =
    Moment { now: NOW, wall: NOW, access: Access::Untouched, limits: Limits::DEFAULT };

/// Everything in a record that a client can see.
fn see(rec: &Rec) -> (Vec<String>, Option<i64>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut parts: Vec<String> = match type_of(rec) {
        Type::String => {
            let string = StringRef::of_rec(rec).expect("a string");
            vec![string.with(text)]
        }
        Type::Hash => {
            let fields = HashRef::new(rec, NOW).iter_timed();
            fields
                .map(|(field, value, at)| format!("{} {} {at:?}", text(field), text(value)))
                .collect()
        }
        Type::List => (0..ListRef::new(rec).len())
            .map(|index| text(ListRef::new(rec).get(index).expect("an element")))
            .collect(),
        Type::Set => SetRef::new(rec).iter().map(|member| text(&member)).collect(),
        Type::Zset => ZsetRef::new(rec)
            .iter_all()
            .map(|(member, score)| format!("{} {score}", text(member)))
            .collect(),
        Type::Stream => Vec::new(),
    };
    if matches!(type_of(rec), Type::Hash | Type::Set) {
        parts.sort();
    }
    (parts, rec.expire_ms())
}

type Contents = BTreeMap<(usize, Vec<u8>), (Vec<String>, Option<i64>)>;

fn contents(store: &Store) -> Contents {
    let mut effects = Effects::default();
    let mut keys = Keys::new(store, 0, &MOMENT, &mut effects);
    keys.lock_all();
    let mut all = Contents::new();
    keys.show_all(&mut |db, rec| {
        all.insert((db, rec.key().to_vec()), see(rec));
    });
    all
}

fn store(workers: usize) -> Store {
    Store::new(Layout { databases: 2, workers, start_ms: NOW })
}

/// Collections small and large of each type, strings of all layouts, some with an expiry.
fn fill(store: &Store) {
    let mut effects = Effects::default();
    for db in 0..2 {
        let mut keys = Keys::new(store, db, &MOMENT, &mut effects);
        keys.lock_all();
        for n in 0..2000_usize {
            let key = format!("string:{n}");
            let expiry = if n % 3 == 0 { Expiry::At(NOW + n as i64) } else { Expiry::Never };
            keys.set_string(key.as_bytes(), &vec![b'a'; n * 11 % 20_000], expiry, Event::SET);
        }
        for count in [3_usize, 200, 3000] {
            let (hash, list) = (format!("hash:{count}"), format!("list:{count}"));
            let (set, zset) = (format!("set:{count}"), format!("zset:{count}"));
            for n in 0..count {
                let item = format!("item:{n}:{}", "x".repeat(n % 40));
                let item = item.as_bytes();
                let at = if n % 5 == 0 { Expiry::At(NOW + 1 + n as i64) } else { Expiry::Never };
                let new = Create::IfAbsent;
                let put = keys.update_hash(hash.as_bytes(), new, Event::HSET, |hash| {
                    hash.put(item, item, at);
                    ((), 1)
                });
                let pushed = keys.update_list(list.as_bytes(), new, Event::RPUSH, |list| {
                    list.push_back(item);
                    ((), 1)
                });
                let added = keys.update_set(set.as_bytes(), new, Event::SADD, |set| {
                    set.add(item);
                    ((), 1)
                });
                let ranked = keys.update_zset(zset.as_bytes(), new, Event::ZADD, |zset| {
                    zset.add(item, (n % 100) as f64);
                    ((), 1)
                });
                assert!(put.is_ok() && pushed.is_ok() && added.is_ok() && ranked.is_ok());
            }
            // Its chunks are shared with the copy.
            keys.copy(list.as_bytes(), format!("copy:{count}").as_bytes(), db, true);
        }
        keys.copy(b"string:1500", b"copy", db, true);
    }
}

#[test]
fn all_moves_and_nothing_changes() {
    let store = store(1);
    fill(&store);
    let before = contents(&store);
    for (each, fields) in [(1, 1000), (1, 64), (2, 8), (3, 1)] {
        let (mut course, mut mover) = (Course::default(), MoveEach::new(each));
        // A lock hold a slice.
        let mut slices = 0;
        while !store.defragment(&mut course, &mut mover, fields, || true) {
            slices += 1;
        }
        assert!(slices > 100 && raw::Mover::moved(&mover) > 20_000 / each);
        assert_eq!(course.keys_moved + course.keys_stayed, before.len() as u64);
        assert!(course.keys_moved as usize > before.len() / (each as usize + 1));
        assert_eq!(contents(&store), before);
    }
}

/// Two threads change keys, a third moves them all the time: each key holds at the end what was
/// written last.
#[test]
fn traffic_goes_on_meanwhile() {
    let store = store(3);
    fill(&store);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let store = &store;
        let writers = [0_u64, 1].map(|writer| scope.spawn(move || write(store, writer)));
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let (mut course, mut mover) = (Course::default(), MoveEach::new(1));
                while !store.defragment(&mut course, &mut mover, 100, || false) {}
            }
        });
        let ended = writers.map(std::thread::ScopedJoinHandle::join);
        is_over.store(true, Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok));
    });
    let all = contents(&store);
    for writer in 0..2 {
        for n in 0..500_u64 {
            let key = format!("own:{writer}:{n}").into_bytes();
            let (value, expire) = all.get(&(0, key)).expect("it was written last");
            assert_eq!(value[0].len() as u64, (n * 7 + 39) % 700);
            assert_eq!(*expire, (n % 2 == 0).then_some(NOW + 40 + n as i64));
        }
    }
}

fn write(store: &Store, writer: u64) {
    let mut effects = Effects::default();
    for round in 0..40_u64 {
        for n in 0..500 {
            let key = format!("own:{writer}:{n}");
            let mut keys = Keys::new(store, 0, &MOMENT, &mut effects);
            keys.lock_key(key.as_bytes());
            let at = NOW + 1 + (round + n) as i64;
            let expiry = if n % 2 == 0 { Expiry::At(at) } else { Expiry::Never };
            let value = vec![b'v'; ((n * 7 + round) % 700) as usize];
            keys.set_string(key.as_bytes(), &value, expiry, Event::SET);
            let found = keys.string(key.as_bytes()).expect("a string").expect("just set");
            assert!(found.with(|text| text == value));
            drop(keys);
            let shared = format!("churn:{}", (n + round) % 300);
            let mut keys = Keys::new(store, 0, &MOMENT, &mut effects);
            keys.lock_key(shared.as_bytes());
            let done = keys.update_hash(shared.as_bytes(), Create::IfAbsent, Event::HSET, |hash| {
                hash.put(key.as_bytes(), &value, Expiry::Never);
                ((), 1)
            });
            assert!(done.is_ok());
            if n % 7 == 0 {
                keys.delete(shared.as_bytes(), Event::DEL);
            }
            drop(keys);
        }
    }
}
