use super::*;
use crate::value::encoding_of;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Step {
    AddInt(i64),
    AddText(u16, usize),
    Remove(u16),
    Ints { from: i64, by: i64, count: u16 },
    Pop(u64),
    Copy,
}

fn step() -> impl Strategy<Value = Step> {
    let int = || {
        prop_oneof![
            4 => -300i64..300,
            2 => any::<i64>(),
            1 => prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0), Just(-1), Just(1 << 40)],
        ]
    };
    let len = || prop_oneof![8 => 0usize..20, 2 => 60usize..70, 1 => 4_000usize..70_000];
    prop_oneof![
        6 => int().prop_map(Step::AddInt),
        1 => (0u16..300, len()).prop_map(|(m, l)| Step::AddText(m, l)),
        3 => any::<u16>().prop_map(Step::Remove),
        1 => (int(), 1i64..100_000, 0u16..300)
            .prop_map(|(from, by, count)| Step::Ints { from, by, count }),
        2 => any::<u64>().prop_map(Step::Pop),
        1 => Just(Step::Copy),
    ]
}

struct Twin {
    rec: Rec,
    limits: Limits,
    naive: BTreeSet<Vec<u8>>,
}

impl Twin {
    fn set(&mut self) -> SetMut<'_> {
        SetMut::new(&mut self.rec, &self.limits)
    }

    fn add(&mut self, member: &[u8]) {
        let new = self.naive.insert(member.to_vec());
        assert_eq!(self.set().add(member), new, "{}", member.escape_ascii());
    }

    fn check(&self) {
        let set = SetRef::new(&self.rec);
        assert_eq!(set.len(), self.naive.len());
        let all: BTreeSet<_> = set.iter().map(|m| m.to_vec()).collect();
        assert_eq!(all, self.naive);
        let (mut scanned, mut cursor) = (Vec::new(), 0);
        loop {
            cursor = set.scan(cursor, |member| scanned.push(member.to_vec()));
            if cursor == 0 {
                break;
            }
        }
        scanned.sort();
        assert!(scanned.iter().eq(&self.naive));
        for member in &self.naive {
            assert!(set.contains(member));
        }
        assert!(!set.contains(b"absent") && !set.contains(b"007"));
        if set.is_intset() {
            let ints: Vec<i64> = set.iter().map(|m| parse_int(&m).expect("an integer")).collect();
            assert!(ints.is_sorted());
        }
    }
}

fn run(steps: Vec<Step>, limits: Limits) {
    let mut twin = Twin { rec: empty(b"k"), limits, naive: BTreeSet::new() };
    for step in steps {
        match step {
            Step::AddInt(int) => twin.add(int.to_string().as_bytes()),
            Step::AddText(member, len) => {
                let mut member = format!("m:{member}").into_bytes();
                member.resize(member.len().max(len), b'x');
                twin.add(&member);
            }
            Step::Remove(at) if !twin.naive.is_empty() => {
                let at = at as usize % twin.naive.len();
                let member = twin.naive.iter().nth(at).expect("it exists").clone();
                twin.naive.remove(&member);
                assert!(twin.set().remove(&member));
                assert!(!twin.set().remove(&member));
            }
            Step::Ints { from, by, count } => {
                for i in 0..i64::from(count) {
                    twin.add(from.wrapping_add(i * by).to_string().as_bytes());
                }
            }
            Step::Pop(r) => {
                let popped = twin.set().pop_random(r);
                assert_eq!(popped.is_some(), !twin.naive.is_empty());
                if let Some(member) = popped {
                    assert!(twin.naive.remove(&member));
                }
            }
            Step::Copy => twin.rec = value::copy(&twin.rec, b"copy"),
            Step::Remove(_) => assert!(!twin.set().remove(b"1")),
        }
    }
    twin.check();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn matches_a_set(
        steps in prop::collection::vec(step(), 1..60),
        ints in 0usize..700,
        entries in 0usize..300,
        value in 0usize..100,
    ) {
        run(steps, Limits {
            set_max_intset_entries: ints,
            set_max_listpack_entries: entries,
            set_max_listpack_value: value,
            ..Limits::DEFAULT
        });
    }
}

fn encoding_after(limits: &Limits, members: &[&[u8]]) -> &'static str {
    let mut rec = empty(b"k");
    for member in members {
        SetMut::new(&mut rec, limits).add(member);
    }
    encoding_of(&rec)
}

#[test]
fn encodings_follow_the_thresholds() {
    let new = Limits::DEFAULT;
    let old = Limits { set_max_listpack_entries: 0, ..new };
    assert_eq!(encoding_after(&new, &[b"1", b"2"]), "intset");
    assert_eq!(encoding_after(&new, &[b"1", b"x"]), "listpack");
    assert_eq!(encoding_after(&old, &[b"1", b"x"]), "hashtable");
    assert_eq!(encoding_after(&old, &[b"x"]), "hashtable");
    assert_eq!(encoding_after(&new, &[&[b'x'; 65]]), "hashtable");
    let texts: Vec<String> = (0..513).map(|i| i.to_string()).collect();
    let ints: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    assert_eq!(encoding_after(&new, &ints[..512]), "intset");
    assert_eq!(encoding_after(&new, &ints), "hashtable");
}

#[test]
fn twenty_neighbours_take_32_bytes() {
    let mut rec = empty(b"tags:99999");
    let limits = Limits::DEFAULT;
    for i in 99_999..100_019 {
        SetMut::new(&mut rec, &limits).add(i.to_string().as_bytes());
    }
    let View::Packed(packed) = rec.view() else { panic!("it must be packed") };
    assert_eq!(packed.alloc_size(), 32);
}

#[test]
fn a_set_made_at_once_is_as_one_that_grew() {
    let limits = Limits::DEFAULT;
    for count in [0_usize, 1, 128, 129, 512, 513, 2000] {
        for prefix in ["", "m"] {
            let members: Vec<String> = (0..count).map(|n| format!("{prefix}{n}")).collect();
            let mut grown = empty(b"k");
            members
                .iter()
                .for_each(|m| assert!(SetMut::new(&mut grown, &limits).add(m.as_bytes())));
            let refs: Vec<MemberRef<'_>> =
                members.iter().map(|m| MemberRef::Bytes(m.as_bytes())).collect();
            let whole = of_distinct(b"k", &refs, &limits);
            let large = copy_large(SetRef::new(&grown), b"k", &limits);
            assert_eq!(large.is_some(), count > 512, "{count} of {prefix}");
            for rec in large.iter().chain([&whole]) {
                assert_eq!(encoding_of(rec), encoding_of(&grown), "{count} of {prefix}");
                let set = SetRef::new(rec);
                assert_eq!(set.len(), count);
                assert!(members.iter().all(|m| set.contains(m.as_bytes())));
                assert_eq!(set.iter().count(), count);
            }
        }
    }
}
