use super::*;
use crate::value::encoding_of;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
    Add(u16, f64),
    Remove(u16),
    Many(u16, u16),
    RemoveRanks(u16, u16),
    RemoveByScore(Bound<f64>, Bound<f64>),
    PopMin,
    PopMax,
    Copy,
    Rebuild,
}

fn score() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (-10i32..300).prop_map(f64::from),
        2 => any::<f64>().prop_filter("scores are numbers", |s| !s.is_nan()),
        1 => prop_oneof![
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
            Just(-0.0),
            Just(0.0),
            Just(3.5)
        ],
    ]
}

fn bound() -> impl Strategy<Value = Bound<f64>> {
    prop_oneof![
        Just(Bound::Lowest),
        score().prop_map(Bound::Inclusive),
        score().prop_map(Bound::Exclusive),
        Just(Bound::Highest),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let member = || 0u16..300;
    prop_oneof![
        8 => (member(), score()).prop_map(|(m, s)| Step::Add(m, s)),
        4 => member().prop_map(Step::Remove),
        1 => (member(), 0u16..200).prop_map(|(m, n)| Step::Many(m, n)),
        1 => (member(), 0u16..50).prop_map(|(r, n)| Step::RemoveRanks(r, n)),
        1 => (bound(), bound()).prop_map(|(min, max)| Step::RemoveByScore(min, max)),
        1 => Just(Step::PopMin),
        1 => Just(Step::PopMax),
        1 => Just(Step::Copy),
        1 => Just(Step::Rebuild),
    ]
}

struct Twin {
    rec: Rec,
    limits: Limits,
    naive: BTreeMap<Vec<u8>, f64>,
}

impl Twin {
    fn set(&mut self) -> ZsetMut<'_> {
        // The twin keeps every sign; that stored small sets drop it is a case in tests/cases.
        ZsetMut::new(&mut self.rec, &self.limits).with_signed_zeros()
    }

    fn sorted(&self) -> Vec<(Vec<u8>, f64)> {
        let mut all: Vec<_> = self.naive.iter().map(|(m, s)| (m.clone(), *s)).collect();
        all.sort_by(|a, b| a.1.partial_cmp(&b.1).expect("no NaN").then_with(|| a.0.cmp(&b.0)));
        all
    }

    fn add(&mut self, member: u16, score: f64) {
        let member = format!("m{member}").into_bytes();
        let old = self.naive.get(&member).copied();
        if old != Some(score) {
            self.naive.insert(member.clone(), score); // an equal score leaves a zero's sign
        }
        let expected = old.map_or(Added::New, Added::Had);
        assert_eq!(self.set().add(&member, score), expected);
    }

    fn forget(&mut self, span: Range<usize>) -> usize {
        let sorted = self.sorted();
        let end = span.end.min(sorted.len());
        let gone = sorted.get(span.start..end).unwrap_or_default();
        for (member, _) in gone {
            self.naive.remove(member);
        }
        gone.len()
    }

    fn check(&self, min: Bound<f64>, max: Bound<f64>) {
        let set = ZsetRef::new(&self.rec);
        let sorted = self.sorted();
        let own = |(m, s): (&[u8], f64)| (m.to_vec(), s);
        let bits = |all: &[(Vec<u8>, f64)]| {
            all.iter().map(|(m, s)| (m.clone(), s.to_bits())).collect::<Vec<_>>()
        };
        assert_eq!(set.len(), sorted.len());
        assert_eq!(bits(&set.iter_all().map(own).collect::<Vec<_>>()), bits(&sorted));
        let mut backward: Vec<_> = set.iter_all().rev().map(own).collect();
        backward.reverse();
        assert_eq!(bits(&backward), bits(&sorted));
        for (rank, (member, score)) in sorted.iter().enumerate() {
            assert_eq!(set.rank(member), Some((rank, *score)));
            assert_eq!(set.score(member), Some(*score));
        }
        assert_eq!(set.score(b"absent"), None);
        let (first, last) = (sorted.len() / 3, sorted.len() * 2 / 3);
        assert_eq!(set.iter(first..last).map(own).collect::<Vec<_>>(), sorted[first..last]);
        let within: Vec<_> = sorted.iter().filter(|(_, s)| inside(*s, min, max)).cloned().collect();
        let ranks = set.ranks_by_score(min, max);
        assert_eq!(set.iter(ranks).map(own).collect::<Vec<_>>(), within, "{min:?} {max:?}");
        let (mut scanned, mut cursor) = (BTreeMap::new(), 0);
        loop {
            cursor = set.scan(cursor, |m, s| assert_eq!(scanned.insert(m.to_vec(), s), None));
            if cursor == 0 {
                break;
            }
        }
        assert_eq!(scanned, self.naive);
        assert_eq!(set.random(99).is_some(), !sorted.is_empty());
    }
}

fn inside(score: f64, min: Bound<f64>, max: Bound<f64>) -> bool {
    let above = match min {
        Bound::Lowest => true,
        Bound::Inclusive(least) => score >= least,
        Bound::Exclusive(least) => score > least,
        Bound::Highest => false,
    };
    above
        && match max {
            Bound::Lowest => false,
            Bound::Inclusive(most) => score <= most,
            Bound::Exclusive(most) => score < most,
            Bound::Highest => true,
        }
}

fn run(steps: Vec<Step>, limits: Limits, min: Bound<f64>, max: Bound<f64>) {
    let mut twin = Twin { rec: empty(b"k"), limits, naive: BTreeMap::new() };
    for step in steps {
        match step {
            Step::Add(member, score) => twin.add(member, score),
            Step::Remove(member) => {
                let member = format!("m{member}").into_bytes();
                let expected = twin.naive.remove(&member);
                assert_eq!(twin.set().remove(&member), expected);
            }
            Step::Many(from, count) => {
                (from..from + count).for_each(|m| twin.add(m, f64::from(m * 13 % 40) / 8.0));
            }
            Step::RemoveRanks(rank, count) => {
                let span = rank as usize..(rank + count) as usize;
                let expected = twin.forget(span.clone());
                assert_eq!(twin.set().remove_ranks(span), expected);
            }
            Step::RemoveByScore(min, max) => {
                let before = twin.naive.len();
                twin.naive.retain(|_, score| !inside(*score, min, max));
                let expected = before - twin.naive.len();
                assert_eq!(twin.set().remove_by_score(min, max), expected);
            }
            Step::Copy => twin.rec = value::copy(&twin.rec, b"copy"),
            Step::Rebuild => {
                let members = twin.sorted();
                let members = members.iter().map(|(member, score)| (*score, &member[..]));
                let members: Vec<(f64, &[u8])> = members.collect();
                let rec = of_sorted(b"k", &members, &twin.limits);
                // As above: signs of small sets are another matter.
                if members.iter().all(|(score, _)| score.to_bits() != (-0.0_f64).to_bits()) {
                    twin.rec = rec;
                }
            }
            Step::PopMin => {
                let expected = twin.sorted().first().cloned();
                assert_eq!(twin.set().pop_min(), expected);
                twin.forget(0..1);
            }
            Step::PopMax => {
                let expected = twin.sorted().last().cloned();
                assert_eq!(twin.set().pop_max(), expected);
                let len = twin.naive.len();
                twin.forget(len.saturating_sub(1)..len);
            }
        }
    }
    twin.check(min, max);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn matches_a_sorted_map(
        steps in prop::collection::vec(step(), 1..60),
        entries in 0usize..300,
        (min, max) in (bound(), bound()),
    ) {
        run(steps, Limits { zset_max_listpack_entries: entries, ..Limits::DEFAULT }, min, max);
    }

    #[test]
    fn lex_ranges_match(count in 0u32..400, from in 0u32..400, to in 0u32..400) {
        let mut rec = empty(b"k");
        let limits = Limits::DEFAULT;
        let name = |i: u32| format!("{i:04}").into_bytes();
        for i in 0..count {
            ZsetMut::new(&mut rec, &limits).add(&name(i), 0.0);
        }
        let (low, high) = (name(from), name(to));
        let set = ZsetRef::new(&rec);
        let len = |min, max| set.ranks_by_lex(min, max).len() as u32;
        let end = (to + 1).min(count);
        let inclusive = len(Bound::Inclusive(&low), Bound::Inclusive(&high));
        prop_assert_eq!(inclusive, end.saturating_sub(from));
        let exclusive = len(Bound::Exclusive(&low), Bound::Exclusive(&high));
        prop_assert_eq!(exclusive, to.min(count).saturating_sub(from + 1));
        prop_assert_eq!(len(Bound::Lowest, Bound::Highest), count);
        prop_assert_eq!(len(Bound::Highest, Bound::Lowest), 0);
        let mut set = ZsetMut::new(&mut rec, &limits);
        let removed = set.remove_by_lex(Bound::Inclusive(&low), Bound::Inclusive(&high));
        prop_assert_eq!(removed as u32, end.saturating_sub(from));
    }
}

#[test]
fn ten_small_members_take_64_bytes() {
    let mut rec = empty(b"board:99999");
    let limits = Limits::DEFAULT;
    for j in 0..10 {
        ZsetMut::new(&mut rec, &limits).add(format!("m{j}").as_bytes(), f64::from(j) * 3.5);
    }
    let View::Packed(packed) = rec.view() else { panic!("it must be packed") };
    assert_eq!(packed.alloc_size(), 64);
    assert_eq!(encoding_of(&rec), "listpack");
}

#[test]
fn a_million_members_take_less_than_60_bytes_each() {
    let count = 200_000_u64; // a fifth, for time: the sizes do not depend on it
    let mut rec = empty(b"leaderboard");
    let limits = Limits::DEFAULT;
    for j in 0..count {
        let score = (j * 7919 % 1_000_003) as f64;
        ZsetMut::new(&mut rec, &limits).add(format!("player:{j:06}").as_bytes(), score);
    }
    let per_item = value::alloc_size(&rec, 0) as u64 / count;
    assert!(per_item <= 50, "{per_item} bytes an item");
    assert_eq!(encoding_of(&rec), "skiplist");
}
