//! Databases come apart piece by piece, and what is large in them comes out whole.

use super::Garbage;
use crate::hash::{self, HashMut};
use crate::{Access, Effects, Event, Expiry, Keys, Layout, Limits, Moment, Store};

const NOW: i64 = 1_700_000_000_000;
static LONG: &[u8] = &[b'x'; 80_000];

/// What a flush leaves of a database that `fill` has filled.
fn flushed(fill: impl FnOnce(&mut Keys<'_>)) -> Vec<Garbage> {
    let store = Store::new(Layout { databases: 1, workers: 1, start_ms: NOW });
    let mut effects = Effects::default();
    let moment = Moment { now: NOW, wall: NOW, access: Access::Untouched, limits: Limits::DEFAULT };
    let mut keys = Keys::new(&store, 0, &moment, &mut effects);
    keys.lock_all();
    fill(&mut keys);
    keys.flush_db(0);
    keys.unlock();
    drop(keys);
    std::mem::take(&mut effects.garbage)
}

/// In how many steps of so many pieces it is gone, and the large values that came out.
fn steps(mut garbage: Garbage, pieces: usize) -> (usize, usize) {
    let (mut steps, mut large) = (0, 0);
    loop {
        let mut rest = None;
        steps += 1;
        garbage.free_some(pieces, &mut |left| match left {
            Garbage::Value(_) => large += 1,
            left => assert!(rest.replace(left).is_none(), "one rest"),
        });
        match rest {
            Some(left) => garbage = left,
            None => return (steps, large),
        }
    }
}

#[test]
fn a_database_is_freed_in_steps() {
    let fill = |value: &'static [u8]| {
        move |keys: &mut Keys<'_>| {
            for key in 0..100 {
                // One tag, so one stripe has them all.
                let key = format!("{{t}}{key}");
                keys.set_string(key.as_bytes(), value, Expiry::Never, Event::SET);
            }
        }
    };
    let mut small = flushed(fill(b"v"));
    assert_eq!(small.len(), 1);
    let all = small.pop().expect("one stripe's");
    assert!(!all.is_large());
    assert_eq!(steps(all, 10), (11, 0)); // the last step finds nothing
    // Long values count for what they take.
    let long = flushed(fill(LONG)).pop().expect("one stripe's");
    assert!(steps(long, 10).0 > 40);
}

#[test]
fn a_large_value_is_left_whole() {
    let mut all = flushed(|keys| {
        keys.set_string(b"{t}a", b"v", Expiry::Never, Event::SET);
        let mut rec = hash::empty(b"{t}b");
        let mut fields = HashMut::new(&mut rec, &Limits::DEFAULT, NOW);
        for field in 0..20_000 {
            fields.set(field.to_string().as_bytes(), b"v");
        }
        keys.put(rec, Event::HSET);
    });
    assert_eq!(all.len(), 1);
    assert_eq!(steps(all.pop().expect("one stripe's"), 1000), (1, 1));
}
