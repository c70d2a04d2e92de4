use super::*;
use crate::value::encoding_of;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
    Set(u16, usize),
    SetNx(u16, usize),
    Put(u16, usize, Expiry),
    Expire(u16, Option<i64>),
    Remove(u16),
    Many(u16, u16),
    Drop(u16, u16),
    ExpireMany(u16, u16, i64),
    Wait(i64),
    Purge(usize),
    Copy,
}

fn step() -> impl Strategy<Value = Step> {
    let field = || 0u16..700;
    let len = || prop_oneof![8 => 0usize..20, 2 => 50usize..300, 1 => 4_000usize..70_000];
    let ttl = || 1i64..1_000;
    let expiry = prop_oneof![Just(Expiry::Keep), Just(Expiry::Never), ttl().prop_map(Expiry::At)];
    prop_oneof![
        5 => (field(), len()).prop_map(|(f, v)| Step::Set(f, v)),
        1 => (field(), len()).prop_map(|(f, v)| Step::SetNx(f, v)),
        2 => (field(), len(), expiry).prop_map(|(f, v, e)| Step::Put(f, v, e)),
        2 => (field(), prop::option::of(ttl())).prop_map(|(f, at)| Step::Expire(f, at)),
        3 => field().prop_map(Step::Remove),
        1 => (field(), 0u16..300).prop_map(|(f, n)| Step::Many(f, n)),
        1 => (field(), 0u16..300).prop_map(|(f, n)| Step::Drop(f, n)),
        1 => (field(), 0u16..300, ttl()).prop_map(|(f, n, at)| Step::ExpireMany(f, n, at)),
        2 => ttl().prop_map(Step::Wait),
        1 => (0usize..400).prop_map(Step::Purge),
        1 => Just(Step::Copy),
    ]
}

fn is_timed(step: &Step) -> bool {
    let kind = matches!(step, Step::Put(_, _, Expiry::At(_)));
    kind || matches!(step, Step::Expire(_, Some(_)) | Step::ExpireMany(..))
}

fn name(field: u16) -> Vec<u8> {
    format!("field:{field}").into_bytes()
}

type Naive = BTreeMap<Vec<u8>, (Vec<u8>, Option<i64>)>;

struct Twin {
    rec: Rec,
    limits: Limits,
    now: i64,
    naive: Naive,
    wide: bool,
}

impl Twin {
    fn hash(&mut self) -> HashMut<'_> {
        HashMut::new(&mut self.rec, &self.limits, self.now)
    }

    /// Fields there may be in the record, expired ones included.
    fn resident(&self) -> usize {
        value::element_count(&self.rec)
    }

    fn put(&mut self, field: u16, len: usize, expiry: Expiry) {
        let (field, value) = (name(field), vec![b'v'; len]);
        let expiry = match expiry {
            Expiry::At(ms) => Expiry::At(self.now + ms),
            other => other,
        };
        self.wide |= matches!(expiry, Expiry::At(_));
        let old = self.naive.get(&field).cloned();
        assert_eq!(self.hash().put(&field, &value, expiry), old.is_none());
        let expire = expiry.after(old.and_then(|(_, at)| at));
        self.naive.insert(field, (value, expire));
        self.wide |= len.max(9) > self.limits.hash_max_listpack_value
            || self.resident() > self.limits.hash_max_listpack_entries;
    }

    fn expire(&mut self, field: u16, ms: Option<i64>) {
        let (field, at) = (name(field), ms.map(|ms| self.now + ms));
        let known = self.naive.get_mut(&field).map(|found| found.1 = at).is_some();
        assert_eq!(self.hash().expire(&field, at), known);
        self.wide |= known && at.is_some();
    }

    fn remove(&mut self, field: u16) {
        let field = name(field);
        let expected = self.naive.remove(&field).map(|(value, _)| value);
        assert_eq!(self.hash().take(&field), expected);
    }

    fn wait(&mut self, ms: i64) {
        self.now += ms;
        let now = self.now;
        self.naive.retain(|_, (_, expire)| expire.is_none_or(|at| at > now));
    }

    fn purge(&mut self, budget: usize) {
        let before = self.resident();
        let gone = purge(&mut self.rec, self.now, budget, None);
        assert_eq!(before - gone, self.resident());
        let rounds = before + 2;
        let due = |rec: &Rec, now| next_expiry(rec).is_some_and(|at| at <= now);
        for _ in 0..rounds {
            if due(&self.rec, self.now) {
                purge(&mut self.rec, self.now, 8, None);
            }
        }
        assert!(!due(&self.rec, self.now), "a purge comes to an end");
    }

    fn check(&self) {
        let hash = HashRef::new(&self.rec, self.now);
        assert!(hash.len() >= self.naive.len());
        assert_eq!(hash.live(), self.naive.len());
        let owned = |(f, v, at): (&[u8], &[u8], Option<i64>)| (f.to_vec(), (v.to_vec(), at));
        let all: Naive = hash.iter_timed().map(owned).collect();
        assert_eq!(all, self.naive);
        assert_eq!(hash.iter().count(), self.naive.len());
        let (mut scanned, mut cursor) = (Vec::new(), 0);
        loop {
            cursor =
                hash.scan(cursor, |field, value| scanned.push((field.to_vec(), value.to_vec())));
            if cursor == 0 {
                break;
            }
        }
        scanned.sort();
        assert!(scanned.iter().map(|(f, v)| (f, v)).eq(self.naive.iter().map(|(f, v)| (f, &v.0))));
        for (field, (value, expire)) in &self.naive {
            assert_eq!(hash.get_timed(field), Some((&value[..], *expire)));
            assert_eq!(hash.value_len(field), value.len());
        }
        assert_eq!(hash.get(b"absent"), None);
        assert_eq!(hash.random(self.naive.len() as u64 * 7 + 3).is_some(), !self.naive.is_empty());
        let encoding = if self.wide { "hashtable" } else { "listpack" };
        assert_eq!(encoding_of(&self.rec), encoding);
        // Nobody may have to wait for a field that is never looked at again.
        let soonest = self.naive.values().filter_map(|(_, at)| *at).min();
        assert!(
            soonest.is_none_or(|at| next_expiry(&self.rec).is_some_and(|next| next <= at + 128))
        );
    }
}

fn run(steps: Vec<Step>, limits: Limits, now: i64) {
    let (rec, naive) = (empty(b"k"), BTreeMap::new());
    let mut twin = Twin { rec, limits, now, naive, wide: false };
    for step in steps {
        match step {
            Step::Set(field, len) => twin.put(field, len, Expiry::Never),
            Step::Put(field, len, expiry) => twin.put(field, len, expiry),
            Step::SetNx(field, len) => {
                if twin.naive.contains_key(&name(field)) {
                    assert!(!twin.hash().set_nx(&name(field), b"other"));
                } else {
                    twin.put(field, len, Expiry::Never);
                }
            }
            Step::Expire(field, ms) => twin.expire(field, ms),
            Step::Remove(field) => twin.remove(field),
            Step::Many(from, count) => {
                (from..from + count).for_each(|f| twin.put(f, 5, Expiry::Never));
            }
            Step::Drop(from, count) => (from..from + count).for_each(|f| twin.remove(f)),
            Step::ExpireMany(from, count, ms) => {
                (from..from + count).for_each(|f| twin.expire(f, Some(ms + i64::from(f % 7))));
            }
            Step::Wait(ms) => twin.wait(ms),
            Step::Purge(budget) => twin.purge(budget),
            Step::Copy => twin.rec = value::copy(&twin.rec, b"copy"),
        }
    }
    twin.check();
    twin.purge(1000);
    twin.check();
    assert_eq!(twin.resident(), twin.naive.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn matches_a_map(
        steps in prop::collection::vec(step(), 1..60),
        entries in 0usize..600,
        value in 0usize..100,
    ) {
        let limits = Limits {
            hash_max_listpack_entries: entries,
            hash_max_listpack_value: value,
            ..Limits::DEFAULT
        };
        run(steps.iter().filter(|step| !is_timed(step)).cloned().collect(), limits, 0);
        run(steps.clone(), limits, TICK_ORIGIN_MS);
        run(steps, limits, 1_800_000_000_000);
    }
}

#[test]
fn times_at_the_edges() {
    let mut rec = empty(b"k");
    let limits = Limits::DEFAULT;
    let mut hash = HashMut::new(&mut rec, &limits, 5);
    hash.put(b"never", b"1", Expiry::At(i64::MAX));
    hash.put(b"soon", b"1", Expiry::At(6));
    hash.put(b"plain", b"1", Expiry::Never);
    assert_eq!(hash.read().get_timed(b"never"), Some((&b"1"[..], Some(i64::MAX))));
    assert_eq!(next_expiry(&rec), Some(6));
    assert_eq!(purge(&mut rec, 6, 10, None), 1);
    let mut hash = HashMut::new(&mut rec, &limits, i64::MAX - 1);
    assert_eq!(hash.read().live(), 2);
    for i in 0..1000 {
        hash.put(format!("f{i}").as_bytes(), b"1", Expiry::At(i64::MAX));
    }
    assert_eq!(purge(&mut rec, i64::MAX - 1, 10_000, None), 0);
    assert_eq!(purge(&mut rec, i64::MAX, 10_000, None), 1001);
    assert_eq!(HashRef::new(&rec, i64::MAX).len(), 1);
}

#[test]
fn the_timed_form_ends_with_the_last_expiry() {
    let mut rec = empty(b"k");
    let limits = Limits::DEFAULT;
    let mut hash = HashMut::new(&mut rec, &limits, 0);
    hash.set(b"a", b"1");
    hash.put(b"b", b"2", Expiry::At(10));
    let View::Packed(packed) = rec.view() else { panic!("it must be packed") };
    assert_eq!(packed.len(), 2 + 8 + 4 + 1 + 4 + 9);
    purge(&mut rec, 10, 0, None);
    let View::Packed(packed) = rec.view() else { panic!("it must be packed") };
    assert_eq!((packed.len(), rec.sub() & Sub::TIMED), (2 + 4, 0));
}

#[test]
fn a_session_stays_packed_but_reports_hashtable() {
    let mut rec = empty(b"sess:0123456789abcdef0123456789abcdef");
    let limits = Limits::DEFAULT;
    let mut session = HashMut::new(&mut rec, &limits, 0);
    for (field, len) in
        [("user_id", 6), ("created_at", 20), ("csrf", 64), ("cart", 128), ("agent", 192), ("ip", 8)]
    {
        assert!(session.set(field.as_bytes(), &vec![b'x'; len]));
    }
    let View::Packed(packed) = rec.view() else { panic!("it must be packed") };
    assert_eq!(packed.alloc_size(), 512);
    assert_eq!(encoding_of(&rec), "hashtable");
}

#[test]
fn packed_fields_keep_their_order() {
    let mut rec = empty(b"k");
    let limits = Limits::DEFAULT;
    let mut hash = HashMut::new(&mut rec, &limits, 0);
    for field in ["z", "a", "m"] {
        hash.set(field.as_bytes(), b"1");
    }
    hash.set(b"a", b"longer");
    let fields: Vec<_> = hash.read().iter().map(|(field, _)| field.to_vec()).collect();
    assert_eq!(fields, [b"z", b"a", b"m"]);
}
