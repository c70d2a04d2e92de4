//! Which keys go, and which stay.

use crate::{
    Access, Effects, Event, Eviction, Expiry, Keys, Layout, Limits, Moment, Pool, Rank, Store,
};

const START: i64 = 1_700_000_000_000;

struct World {
    store: Store,
    effects: Effects,
    pool: Pool,
    state: u64,
}

impl World {
    fn new() -> Self {
        let layout = Layout { databases: 4, workers: 1, start_ms: START };
        Self {
            store: Store::new(layout),
            effects: Effects::default(),
            pool: Pool::default(),
            state: 7,
        }
    }

    /// Runs `act` at so many seconds after the start.
    fn at<R>(&mut self, seconds: i64, db: usize, act: impl FnOnce(&mut Keys<'_>) -> R) -> R {
        let now = START + seconds * 1000;
        let access = Access::Recency((now / 1000) as u32 & 0x00ff_ffff);
        self.with(now, access, db, act)
    }

    fn with<R>(
        &mut self,
        now: i64,
        access: Access,
        db: usize,
        act: impl FnOnce(&mut Keys<'_>) -> R,
    ) -> R {
        let moment = Moment { now, wall: now, access, limits: Limits::DEFAULT };
        act(&mut Keys::new(&self.store, db, &moment, &mut self.effects))
    }

    fn set(&mut self, seconds: i64, db: usize, key: &str, expiry: Expiry) {
        self.at(seconds, db, |keys| {
            keys.lock_key(key.as_bytes());
            keys.set_string(key.as_bytes(), b"v", expiry, Event::SET);
        });
    }

    fn has(&mut self, db: usize, key: &str) -> bool {
        self.at(9999, db, |keys| {
            keys.lock_key(key.as_bytes());
            keys.peek(key.as_bytes()).is_some()
        })
    }

    fn evict(&mut self, seconds: i64, how: Eviction) -> bool {
        let (mut pool, mut state) = (std::mem::take(&mut self.pool), self.state);
        let evicted = self.at(seconds, 0, |keys| {
            keys.evict(&mut pool, how, &mut || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state ^ state >> 29
            })
        });
        (self.pool, self.state) = (pool, state);
        evicted
    }
}

fn how(rank: Rank, volatile: bool) -> Eviction {
    Eviction { rank, volatile, samples: 10, decay_minutes: 1 }
}

#[test]
fn old_keys_go_before_young_ones() {
    let mut world = World::new();
    for index in 0..1000 {
        world.set(index / 10, 0, &format!("k:{index}"), Expiry::Never);
    }
    for _ in 0..300 {
        assert!(world.evict(200, how(Rank::Idle, false)));
    }
    let left = |world: &mut World, range: std::ops::Range<i64>| {
        range.filter(|index| world.has(0, &format!("k:{index}"))).count()
    };
    assert_eq!(left(&mut world, 0..1000), 700);
    assert!(left(&mut world, 0..250) < 50, "most of the oldest are gone");
    assert!(left(&mut world, 500..1000) > 480, "hardly any of the young ones");
}

#[test]
fn a_key_used_since_it_was_seen_is_spared() {
    let mut world = World::new();
    for index in 0..12 {
        world.set(0, 0, &format!("k:{index}"), Expiry::Never);
    }
    assert!(world.evict(100, how(Rank::Idle, false)), "the pool is filled");
    for index in 0..12 {
        if index % 2 == 0 {
            world.at(100, 0, |keys| {
                let key = format!("k:{index}");
                keys.lock_key(key.as_bytes());
                keys.read(key.as_bytes());
            });
        }
    }
    for _ in 0..4 {
        assert!(world.evict(101, how(Rank::Idle, false)));
    }
    let even = (0..12).step_by(2).filter(|index| world.has(0, &format!("k:{index}"))).count();
    assert!(even >= 5, "{even} of those used are there");
}

#[test]
fn only_keys_that_expire_go_if_so_asked() {
    let mut world = World::new();
    for index in 0..2000 {
        world.set(0, 0, &format!("k:{index}"), Expiry::Never);
    }
    world.set(0, 0, "late", Expiry::At(START + 9_999_000_000));
    world.set(0, 3, "soon", Expiry::At(START + 9_000_000_000));
    assert!(world.evict(1, how(Rank::Short, true)));
    assert!(!world.has(3, "soon") && world.has(0, "late"), "in whatever database it is");
    assert!(world.evict(1, how(Rank::Random, true)));
    assert!(!world.has(0, "late"));
    assert!(!world.evict(1, how(Rank::Idle, true)), "there is none left");
    assert_eq!(world.store.keyspace()[0].keys, 2000);
}

#[test]
fn seldom_used_keys_go_before_others() {
    let mut world = World::new();
    for index in 0..200 {
        world.set(0, 0, &format!("k:{index}"), Expiry::Never);
    }
    let access = |random| Access::Frequency {
        minutes: (START / 60_000) as u16,
        log_factor: 10,
        decay_minutes: 1,
        random,
    };
    for index in 0..100 {
        world.with(START, access(0), 0, |keys| {
            let key = format!("k:{index}");
            keys.lock_key(key.as_bytes());
            for _ in 0..20 {
                keys.read(key.as_bytes());
            }
        });
    }
    let often = |world: &mut World| (0..100).filter(|n| world.has(0, &format!("k:{n}"))).count();
    for _ in 0..90 {
        assert!(world.evict(0, how(Rank::Rare, false)));
    }
    assert!(often(&mut world) >= 90, "{}", often(&mut world));
}

#[test]
fn everything_goes_in_the_end_and_then_nothing() {
    for rank in [Rank::Idle, Rank::Rare, Rank::Random, Rank::Short] {
        let mut world = World::new();
        let long = "x".repeat(300);
        for index in 0..50 {
            let expiry = Expiry::At(START + 1_000_000_000 + index);
            world.set(0, index as usize % 4, &format!("{long}{index}"), expiry);
            world.set(0, index as usize % 4, &format!("k:{index}"), expiry);
        }
        for gone in 0..100 {
            assert!(world.evict(1, how(rank, rank == Rank::Short)), "{rank:?} after {gone}");
        }
        assert!(!world.evict(1, how(rank, false)));
    }
}

#[test]
fn reads_leave_no_trace_where_changes_count() {
    let mut world = World::new();
    let clock = |world: &mut World| {
        world.at(9, 0, |keys| {
            keys.lock_key(b"k");
            keys.peek(b"k").expect("it is there").access()
        })
    };
    for (second, changes) in [(1, true), (2, false), (3, true)] {
        world.with(START, Access::Modification(second), 0, |keys| {
            keys.lock_key(b"k");
            if changes {
                keys.set_string(b"k", b"v", Expiry::Keep, Event::SET);
            } else {
                keys.read(b"k");
            }
        });
        let wanted = if changes { second } else { second - 1 };
        assert_eq!(clock(&mut world), wanted);
    }
}

#[test]
fn a_key_that_is_gone_leaves_its_stripe_free() {
    let how = Eviction { rank: Rank::Idle, volatile: false, samples: 1, decay_minutes: 1 };
    for seed in 0..200 {
        let mut world = World::new();
        world.state = seed;
        // One goes, the other one is remembered, and is deleted.
        world.set(0, 0, "{t}a", Expiry::Never);
        world.set(0, 0, "{t}b", Expiry::Never);
        assert!(world.evict(10, how));
        for key in ["{t}a", "{t}b"] {
            world.at(11, 0, |keys| {
                keys.lock_key(key.as_bytes());
                keys.delete(key.as_bytes(), Event::DEL);
            });
        }
        // What is found is not as old, and too long to be remembered: the look goes round.
        world.set(11, 0, &"l".repeat(300), Expiry::Never);
        world.evict(12, how);
        assert!(world.evict(12, how) || !world.has(0, &"l".repeat(300)));
    }
}
