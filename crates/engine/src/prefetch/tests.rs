use super::{Depth, Prefetch};
use crate::event::{Effects, Event};
use crate::hasher;
use crate::keys::{Access, Create, Keys, Moment};
use crate::store::{Layout, Store};
use crate::value::Limits;

/// A store for two workers with one big sorted set.
fn store() -> Store {
    let store = Store::new(Layout { databases: 1, workers: 2, start_ms: 0 });
    let moment = Moment { now: 1, wall: 1, access: Access::Untouched, limits: Limits::DEFAULT };
    let mut effects = Effects::default();
    let mut keys = Keys::new(&store, 0, &moment, &mut effects);
    keys.lock_key(b"board");
    let filled = keys.update_zset(b"board", Create::IfAbsent, Event::ZADD, |board| {
        for n in 0..1000 {
            board.add(format!("member:{n}").as_bytes(), f64::from(n));
        }
        ((), 1000)
    });
    assert!(filled.is_ok_and(|made| made.is_some()));
    drop(keys);
    store
}

#[test]
fn looks_at_what_is_free_or_kept() {
    let store = store();
    let spot = store.spot(b"board");
    let mut kept = None;
    assert!(Prefetch { store: &store, kept: &mut kept }.bucket(0, spot));
    kept = Some(store.keep(spot.stripe));
    // Another worker passes it over; this one looks, and keeps it still.
    assert!(!Prefetch { store: &store, kept: &mut None }.bucket(0, spot));
    let mut prefetch = Prefetch { store: &store, kept: &mut kept };
    assert!(prefetch.bucket(0, spot));
    prefetch.record(0, spot);
    let depth = prefetch.value(0, spot, Some((b"12.5", b"member:7")));
    assert_eq!(depth, Depth::Element(hasher::hash(b"member:7")), "the last argument, not a score");
    prefetch.element(0, spot, hasher::hash(b"member:7"));
    assert_eq!(prefetch.value(0, store.spot(b"absent"), None), Depth::Record);
    let kept = kept.expect("it is kept still");
    assert_eq!(kept.stripe(), spot.stripe);
    store.let_go(kept);
    assert!(Prefetch { store: &store, kept: &mut None }.bucket(0, spot));
}
