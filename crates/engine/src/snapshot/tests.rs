use super::{Keeper, Walk, Walked};
use crate::event::Effects;
use crate::keys::{Access, Create, Expiry, Keys, Moment};
use crate::store::{Layout, Store};
use crate::string::StringRef;
use crate::value::element_count;
use crate::value::{Limits, Rec};
use crate::{Course, Event, Garbage, MoveEach};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What an entry shows: enough to tell one state of it from another.
type Seen = (String, Option<i64>);
type Contents = BTreeMap<(usize, Vec<u8>), Seen>;

const MOMENT: Moment =
    Moment { now: 1_000_000, wall: 1_000_000, access: Access::Untouched, limits: Limits::DEFAULT };

#[derive(Default)]
struct Kept(Mutex<Contents>);

fn see(rec: &Rec) -> Seen {
    let text = match StringRef::of_rec(rec) {
        Some(text) => text.with(|text| String::from_utf8_lossy(text).into_owned()),
        None => format!("{} elements", element_count(rec)),
    };
    (text, rec.expire_ms())
}

impl Kept {
    fn add(&self, db: usize, rec: &Rec) {
        let before = self.0.lock().expect("no panic").insert((db, rec.key().to_vec()), see(rec));
        assert!(before.is_none(), "shown twice: {:?}", rec.key());
    }
}

impl Keeper for Kept {
    fn keep(&self, db: usize, rec: &Rec) {
        self.add(db, rec);
    }
}

#[derive(Clone, Debug)]
enum Op {
    Set(u32, usize),
    SetMany(u32, u32),
    Incr(u32),
    Push(u32),
    Expire(u32),
    Delete(u32),
    DeleteMany(u32, u32),
    Rename(u32, u32),
    Move(u32),
    Copy(u32, u32),
    Flush(usize),
    Swap,
    Select(usize),
    Walk(usize),
    Relocate(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let key = || 0..600_u32;
    prop_oneof![
        8 => (key(), 0..80_usize).prop_map(|(key, len)| Op::Set(key, len)),
        4 => (key(), 0..400_u32).prop_map(|(key, count)| Op::SetMany(key, count)),
        6 => key().prop_map(Op::Incr),
        6 => key().prop_map(Op::Push),
        4 => key().prop_map(Op::Expire),
        6 => key().prop_map(Op::Delete),
        4 => (key(), 0..400_u32).prop_map(|(key, count)| Op::DeleteMany(key, count)),
        4 => (key(), key()).prop_map(|(from, to)| Op::Rename(from, to)),
        4 => key().prop_map(Op::Move),
        4 => (key(), key()).prop_map(|(from, to)| Op::Copy(from, to)),
        1 => (0..2_usize).prop_map(Op::Flush),
        1 => Just(Op::Swap),
        2 => (0..2_usize).prop_map(Op::Select),
        12 => (1..40_usize).prop_map(Op::Walk),
        4 => (1..4_u64).prop_map(Op::Relocate),
    ]
}

/// Keys of one tag, so that all of them share a stripe, and others.
fn name(number: u32) -> Vec<u8> {
    match number % 3 {
        0 => format!("key:{number}").into_bytes(),
        _ => format!("{{t}}{number}").into_bytes(),
    }
}

struct World {
    store: Store,
    db: usize,
    walk: Option<(Walk, Option<usize>, Arc<Kept>)>,
}

impl World {
    fn new(workers: usize) -> Self {
        let store = Store::new(Layout { databases: 2, workers, start_ms: 0 });
        Self { store, db: 0, walk: None }
    }

    fn with<R>(&self, run: impl FnOnce(&mut Keys<'_>) -> R) -> R {
        let mut effects = Effects::default();
        let mut keys = Keys::new(&self.store, self.db, &MOMENT, &mut effects);
        keys.lock_all();
        run(&mut keys)
    }

    fn contents(&self) -> Contents {
        let mut all = Contents::new();
        self.with(|keys| {
            keys.show_all(&mut |db, rec| {
                all.insert((db, rec.key().to_vec()), see(rec));
            });
        });
        all
    }

    fn apply(&mut self, op: &Op) {
        let many = |from: u32, count: u32| (from..from + count).map(name);
        match *op {
            Op::Select(db) => self.db = db,
            Op::Walk(buckets) => {
                self.walk(buckets);
            }
            Op::Relocate(each) => {
                let (mut course, mut mover) = (Course::default(), MoveEach::new(each));
                assert!(self.store.defragment(&mut course, &mut mover, 100, || false));
            }
            Op::Set(key, len) => {
                let expiry = if len % 2 == 0 { Expiry::Keep } else { Expiry::Never };
                let value = vec![b'a' + (len % 26) as u8; len];
                self.with(|keys| keys.set_string(&name(key), &value, expiry, Event::SET));
            }
            Op::SetMany(key, count) => self.with(|keys| {
                for key in many(key, count) {
                    keys.set_string(&key, b"many", Expiry::Keep, Event::SET);
                }
            }),
            Op::Incr(key) => {
                let _ = self.with(|keys| keys.incr_by(&name(key), 1));
            }
            Op::Push(key) => {
                let _ = self.with(|keys| {
                    keys.update_list(&name(key), Create::IfAbsent, Event::RPUSH, |list| {
                        list.push_back(b"element");
                        ((), 1)
                    })
                });
            }
            Op::Expire(key) => {
                let at = MOMENT.now + 1 + i64::from(key);
                self.with(|keys| keys.set_expiry(&name(key), Some(at), Event::EXPIRE));
            }
            Op::Delete(key) => {
                self.with(|keys| keys.delete(&name(key), Event::DEL));
            }
            Op::DeleteMany(key, count) => self.with(|keys| {
                for key in many(key, count) {
                    keys.delete(&key, Event::DEL);
                }
            }),
            Op::Rename(from, to) => {
                self.with(|keys| from == to || keys.rename(&name(from), &name(to)));
            }
            Op::Move(key) => {
                let other = 1 - self.db;
                self.with(|keys| keys.move_to(&name(key), other));
            }
            Op::Copy(from, to) => {
                let other = 1 - self.db;
                self.with(|keys| keys.copy(&name(from), &name(to), other, true));
            }
            Op::Flush(db) => {
                self.with(|keys| keys.flush_db(db));
            }
            Op::Swap => self.with(|keys| keys.swap_dbs(0, 1)),
        }
    }

    fn cut(&mut self) {
        let kept = Arc::new(Kept::default());
        let keeper: Arc<dyn Keeper> = Arc::<Kept>::clone(&kept);
        self.with(|keys| keys.cut(&keeper));
        self.walk = Some((Walk::new(&self.store), None, kept));
    }

    /// Walks some buckets; the whole when that was the end.
    fn walk(&mut self, mut buckets: usize) -> Option<Contents> {
        let (walk, mine, kept) = self.walk.as_mut()?;
        let mut garbage: Vec<Garbage> = Vec::new();
        let mut done = || {
            buckets = buckets.saturating_sub(1);
            buckets == 0
        };
        let show = &mut |db: usize, rec: &Rec| kept.add(db, rec);
        loop {
            match self.store.walk(walk, mine, show, &mut done, &mut garbage) {
                Walked::More => return None,
                Walked::Rest => unreachable!("one worker walks all"),
                Walked::Stripe if walk.finish_stripe() => {
                    let contents = std::mem::take(&mut *kept.0.lock().expect("no panic"));
                    self.walk = None;
                    return Some(contents);
                }
                Walked::Stripe => {}
            }
        }
    }
}

fn run(before: &[Op], during: &[Op]) {
    let mut world = World::new(2);
    before.iter().for_each(|op| world.apply(op));
    // Twice: the first one must leave no mark.
    for _ in 0..2 {
        let expected = world.contents();
        world.cut();
        let mut whole = None;
        for op in during {
            match op {
                Op::Walk(buckets) if whole.is_none() => whole = world.walk(*buckets),
                op => world.apply(op),
            }
        }
        let whole = whole.unwrap_or_else(|| world.walk(usize::MAX).expect("it ends"));
        assert_eq!(whole, expected);
    }
}

proptest! {
    #[test]
    fn a_snapshot_is_the_state_at_the_cut(
        before in proptest::collection::vec(op(), 0..60),
        during in proptest::collection::vec(op(), 0..120),
    ) {
        run(&before, &during);
    }
}

#[test]
fn splits_and_merges_lose_and_repeat_nothing() {
    let set = |from, count| Op::SetMany(from, count);
    let mut during = Vec::new();
    for step in 0..40 {
        during.extend([set(10_000 + step * 300, 300), Op::Walk(20), set(step * 50, 50)]);
    }
    for step in 0..40 {
        during.extend([Op::DeleteMany(step * 300, 300), Op::Walk(10)]);
    }
    run(&[set(0, 6000)], &during);
}
