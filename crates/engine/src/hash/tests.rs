use super::*;
use crate::value::encoding_of;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
    Set(u16, usize),
    SetNx(u16, usize),
    Remove(u16),
    Many(u16, u16),
    Drop(u16, u16),
}

fn step() -> impl Strategy<Value = Step> {
    let field = || 0u16..700;
    let len = || prop_oneof![8 => 0usize..20, 2 => 50usize..300, 1 => 4_000usize..70_000];
    prop_oneof![
        5 => (field(), len()).prop_map(|(f, v)| Step::Set(f, v)),
        1 => (field(), len()).prop_map(|(f, v)| Step::SetNx(f, v)),
        3 => field().prop_map(Step::Remove),
        1 => (field(), 0u16..300).prop_map(|(f, n)| Step::Many(f, n)),
        1 => (field(), 0u16..300).prop_map(|(f, n)| Step::Drop(f, n)),
    ]
}

fn name(field: u16) -> Vec<u8> {
    format!("field:{field}").into_bytes()
}

struct Twin {
    rec: Rec,
    limits: Limits,
    naive: BTreeMap<Vec<u8>, Vec<u8>>,
    wide: bool,
}

impl Twin {
    fn hash(&mut self) -> HashMut<'_> {
        HashMut::new(&mut self.rec, &self.limits)
    }

    fn set(&mut self, field: u16, len: usize) {
        let (field, value) = (name(field), vec![b'v'; len]);
        assert_eq!(self.hash().set(&field, &value), !self.naive.contains_key(&field));
        self.naive.insert(field, value);
        self.wide |= len.max(9) > self.limits.hash_max_listpack_value
            || self.naive.len() > self.limits.hash_max_listpack_entries;
    }

    fn remove(&mut self, field: u16) {
        let field = name(field);
        let expected = self.naive.remove(&field);
        assert_eq!(self.hash().take(&field), expected);
    }

    fn check(&self) {
        let hash = HashRef::new(&self.rec);
        assert_eq!(hash.len(), self.naive.len());
        let all: BTreeMap<_, _> = hash.iter().map(|(f, v)| (f.to_vec(), v.to_vec())).collect();
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
        assert!(scanned.iter().map(|(f, v)| (f, v)).eq(&self.naive));
        for (field, value) in &self.naive {
            assert_eq!(hash.get(field), Some(&value[..]));
            assert_eq!(hash.value_len(field), value.len());
        }
        assert_eq!(hash.get(b"absent"), None);
        assert_eq!(hash.random(self.naive.len() as u64 * 7 + 3).is_some(), !self.naive.is_empty());
        let encoding = if self.wide { "hashtable" } else { "listpack" };
        assert_eq!(encoding_of(&self.rec), encoding);
    }
}

fn run(steps: Vec<Step>, limits: Limits) {
    let mut twin = Twin { rec: empty(b"k"), limits, naive: BTreeMap::new(), wide: false };
    for step in steps {
        match step {
            Step::Set(field, len) => twin.set(field, len),
            Step::SetNx(field, len) => {
                if twin.naive.contains_key(&name(field)) {
                    assert!(!twin.hash().set_nx(&name(field), b"other"));
                } else {
                    twin.set(field, len);
                }
            }
            Step::Remove(field) => twin.remove(field),
            Step::Many(from, count) => (from..from + count).for_each(|f| twin.set(f, 5)),
            Step::Drop(from, count) => (from..from + count).for_each(|f| twin.remove(f)),
        }
    }
    twin.check();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn matches_a_map(
        steps in prop::collection::vec(step(), 1..60),
        entries in 0usize..600,
        value in 0usize..100,
    ) {
        run(steps, Limits {
            hash_max_listpack_entries: entries,
            hash_max_listpack_value: value,
            ..Limits::DEFAULT
        });
    }
}

#[test]
fn a_session_stays_packed_but_reports_hashtable() {
    let mut rec = empty(b"sess:0123456789abcdef0123456789abcdef");
    let limits = Limits::DEFAULT;
    let mut session = HashMut::new(&mut rec, &limits);
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
    let mut hash = HashMut::new(&mut rec, &limits);
    for field in ["z", "a", "m"] {
        hash.set(field.as_bytes(), b"1");
    }
    hash.set(b"a", b"longer");
    let fields: Vec<_> = hash.read().iter().map(|(field, _)| field.to_vec()).collect();
    assert_eq!(fields, [b"z", b"a", b"m"]);
}
