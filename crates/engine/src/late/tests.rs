use crate::event::Effects;
use crate::keys::{Access, Keys, Moment};
use crate::store::{Layout, Store};
use crate::value::Limits;
use crate::{Event, Expiry};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn moment() -> Moment {
    Moment { now: 1, wall: 1, access: Access::Untouched, limits: Limits::DEFAULT }
}

fn store(workers: usize) -> Store {
    crate::fix_seed(7);
    Store::new(Layout { databases: 2, workers, start_ms: 0 })
}

/// Two keys of different stripes.
fn apart(store: &Store) -> (Vec<u8>, Vec<u8>) {
    let keys = (0..).map(|n| format!("key:{n}").into_bytes());
    let first = b"first".to_vec();
    let home = store.spot(&first).stripe;
    let other = keys.into_iter().find(|key| store.spot(key).stripe != home).expect("some differ");
    (first, other)
}

#[test]
fn a_further_key_is_held_if_its_stripe_is_free() {
    for workers in [1, 4] {
        let store = store(workers);
        let (first, other) = apart(&store);
        let (mut effects, moment) = (Effects::default(), moment());
        let mut keys = Keys::new(&store, 0, &moment, &mut effects);
        keys.lock_keys([&first[..]]);
        assert!(keys.hold(&first));
        assert!(keys.hold(&other));
        keys.set_string(&other, b"v", Expiry::Never, Event::SET);
        assert!(keys.try_hold_all());
        assert_eq!(keys.len(), 1);
        assert!(keys.hold(b"any"));
    }
}

#[test]
fn without_the_gate_nothing_is_waited_for() {
    let store = store(4);
    let (first, other) = apart(&store);
    let moment = moment();
    let (mut one, mut two) = (Effects::default(), Effects::default());
    let mut a = Keys::new(&store, 0, &moment, &mut one);
    let mut b = Keys::new(&store, 0, &moment, &mut two);
    a.lock_gated([&first[..]]);
    b.lock_keys([&other[..]]);
    // The gate is closed and the stripe is held: b is told to begin again.
    assert!(!b.hold(&first));
    assert!(!b.try_hold_all());
    b.unlock();
    assert!(a.hold(&other));
}

/// Threads take two of a few keys in either order, in every way there is; each pair is changed
/// together, and none waits for ever.
#[test]
fn all_ways_together_come_to_an_end() {
    let store = Arc::new(store(4));
    let inside = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..4_usize)
        .map(|seed| {
            let (store, inside) = (Arc::clone(&store), Arc::clone(&inside));
            std::thread::spawn(move || mixed(&store, &inside, seed))
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    let (mut effects, moment) = (Effects::default(), moment());
    let mut keys = Keys::new(&store, 0, &moment, &mut effects);
    keys.lock_all();
    let total: i64 = (0..8).map(|n| keys.incr_by(&name(n), 0).expect("a number")).sum();
    assert_eq!(total as usize, 2 * inside.load(Ordering::Relaxed));
}

fn name(n: usize) -> Vec<u8> {
    format!("key:{}", n % 8).into_bytes()
}

fn mixed(store: &Store, done: &AtomicUsize, seed: usize) {
    let (mut effects, moment) = (Effects::default(), moment());
    for round in 0..400 {
        let (a, b) = (name(round * 3 + seed), name(round * 5 + seed * 7 + 1));
        let mut keys = Keys::new(store, 0, &moment, &mut effects);
        let mut gated = false;
        match (round + seed) % 4 {
            0 => keys.lock_keys([&a[..], &b[..]]),
            1 if round % 16 == 1 => keys.lock_all(),
            _ => {
                while {
                    if gated {
                        keys.lock_gated([&a[..]]);
                    } else {
                        keys.lock_keys([&a[..]]);
                    }
                    !keys.hold(&b)
                } {
                    keys.unlock();
                    gated = true;
                }
            }
        }
        keys.incr_by(&a, 1).expect("a number");
        keys.incr_by(&b, 1).expect("a number");
        done.fetch_add(1, Ordering::Relaxed);
    }
}
