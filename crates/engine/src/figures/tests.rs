use super::*;
use crate::{Access, Create, Effects, Event, Expiry, Keys, Layout, Limits, Moment};

const START: i64 = 1_800_000_000_000;

#[test]
fn figures_of_two_databases() {
    let store = Store::new(Layout { databases: 3, workers: 1, start_ms: START });
    let mut effects = Effects::default();
    let moment =
        Moment { now: START, wall: START, access: Access::Untouched, limits: Limits::DEFAULT };
    for (db, count) in [(0, 100), (2, 10)] {
        for n in 0..count {
            let key = format!("key:{n}");
            let mut keys = Keys::new(&store, db, &moment, &mut effects);
            keys.lock_key(key.as_bytes());
            let done = keys.update_hash(key.as_bytes(), Create::IfAbsent, Event::HSET, |hash| {
                hash.put(b"field", &[7; 200], Expiry::Never);
                ((), 1)
            });
            assert_eq!(done, Ok(Some(())));
            if n % 10 == 0 {
                keys.set_expiry(key.as_bytes(), Some(START + 5000), Event::EXPIRE);
            }
        }
    }
    let mut random = 1_u64;
    let mut draw = || {
        random = random.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        random
    };
    let figures = store.figures(START + 1000, &mut draw).expect("nobody holds a stripe");
    let keys: Vec<usize> = figures.databases.iter().map(|db| db.keys).collect();
    assert_eq!(keys, [100, 0, 10]);
    assert_eq!(figures.databases[0].expires, 10);
    // Each record takes about as much as the others.
    let [first, second, third] = figures.bytes[..] else { panic!("three") };
    assert!((22_000..50_000).contains(&first), "{first}");
    assert!(second == 0 && third < first / 4, "{second} {third}");
    assert_eq!(figures.expiry_lag_ms, 0);
    // Nobody sweeps.
    let lag = store.figures(START + 8000, &mut draw).expect("free").expiry_lag_ms;
    assert!((3000..3200).contains(&lag), "{lag}");
}
