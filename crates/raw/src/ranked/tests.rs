use super::*;
use crate::MoveEach;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// FNV-1a: any hash will do.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
    })
}

#[derive(Default)]
struct Twin {
    set: Ranked,
    naive: BTreeMap<Vec<u8>, f64>,
}

impl Twin {
    fn sorted(&self) -> Vec<(Vec<u8>, f64)> {
        let mut all: Vec<_> = self.naive.iter().map(|(m, s)| (m.clone(), *s)).collect();
        all.sort_by(|a, b| order(a.1).cmp(&order(b.1)).then_with(|| a.0.cmp(&b.0)));
        all
    }

    fn put(&mut self, member: &[u8], score: f64) {
        let old = self.set.rescore(hash(member), member, score);
        if old.is_none() {
            self.set.insert(hash(member), member, score, hash);
        }
        assert_eq!(old, self.naive.insert(member.to_vec(), score));
    }

    fn remove(&mut self, member: &[u8]) {
        let removed = self.set.remove(hash(member), member, hash);
        assert_eq!(removed, self.naive.remove(member));
    }

    fn remove_ranks(&mut self, ranks: Range<usize>) {
        let sorted = self.sorted();
        let end = ranks.end.min(sorted.len());
        let gone = sorted.get(ranks.start..end).unwrap_or_default();
        assert_eq!(self.set.remove_ranks(ranks, hash), gone.len());
        for (member, _) in gone {
            self.naive.remove(member);
        }
    }

    fn relocate(&mut self, each: u64) {
        let (mut mover, mut pos) = (MoveEach::new(each), 0);
        loop {
            pos = self.set.relocate(pos, &mut mover);
            if pos == 0 {
                break;
            }
        }
    }

    fn check(&self) {
        let sorted = self.sorted();
        let of = |(m, s): (&[u8], f64)| (m.to_vec(), s);
        assert_eq!(self.set.len(), sorted.len());
        assert_eq!(self.set.iter(0..usize::MAX).map(of).collect::<Vec<_>>(), sorted);
        let mut backward: Vec<_> = self.set.iter(0..usize::MAX).rev().map(of).collect();
        backward.reverse();
        assert_eq!(backward, sorted);
        for (rank, (member, score)) in sorted.iter().enumerate() {
            assert_eq!(self.set.lower_bound(*score, member), rank);
            assert_eq!(self.set.score(hash(member), member), Some(*score));
            let upper = sorted.iter().filter(|(_, s)| s <= score).count();
            assert_eq!(self.set.upper_bound(*score), upper);
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(u16, i8),
    Many(u16, u8),
    Remove(u16),
    RemoveRanks(u16, u8),
    Relocate(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let member = || 0u16..400;
    prop_oneof![
        4 => (member(), any::<i8>()).prop_map(|(m, s)| Step::Put(m, s)),
        2 => (member(), any::<u8>()).prop_map(|(m, n)| Step::Many(m, n)),
        3 => member().prop_map(Step::Remove),
        1 => (member(), any::<u8>()).prop_map(|(r, n)| Step::RemoveRanks(r, n)),
        1 => (1u64..4).prop_map(Step::Relocate),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn matches_naive(steps in prop::collection::vec(step(), 1..50)) {
        let mut twin = Twin::default();
        for step in steps {
            match step {
                Step::Put(member, score) => twin.put(format!("m:{member}").as_bytes(), f64::from(score)),
                Step::Many(from, count) => {
                    for i in from..from + u16::from(count) {
                        twin.put(format!("m:{i}").as_bytes(), f64::from(i * 7 % 50) / 4.0);
                    }
                }
                Step::Relocate(each) => twin.relocate(each),
                Step::Remove(member) => twin.remove(format!("m:{member}").as_bytes()),
                Step::RemoveRanks(rank, count) => {
                    twin.remove_ranks(rank as usize..rank as usize + count as usize);
                }
            }
        }
        twin.check();
    }
}

#[test]
fn scan_and_random_see_the_members() {
    let mut twin = Twin::default();
    for i in 0..3_000 {
        twin.put(format!("member:{i}").as_bytes(), f64::from(i % 17));
    }
    let (mut pos, mut seen) = (0, BTreeMap::new());
    loop {
        pos = twin.set.scan(pos, hash, &mut |m, s| {
            assert_eq!(seen.insert(m.to_vec(), s), None);
        });
        if pos == 0 {
            break;
        }
    }
    assert_eq!(seen, twin.naive);
    for r in 0..100 {
        let (member, score) = twin.set.random(r).expect("there are members");
        assert_eq!(twin.naive.get(member), Some(&score));
    }
    twin.remove_ranks(0..3_000);
    assert_eq!(twin.set.memory(), 0);
}

#[test]
fn signed_zeros_are_one_score() {
    let mut twin = Twin::default();
    twin.put(b"b", 0.0);
    twin.put(b"a", -0.0);
    twin.put(b"b", -0.0);
    assert_eq!(twin.set.iter(0..2).map(|(m, _)| m.to_vec()).collect::<Vec<_>>(), [b"a", b"b"]);
    let negative = |name: &[u8]| twin.set.score(hash(name), name).map(f64::is_sign_negative);
    assert_eq!((negative(b"a"), negative(b"b")), (Some(true), Some(false)));
}

#[test]
fn members_move_and_keep_their_order() {
    let mut twin = Twin::default();
    // Many of one score, so that only members tell them apart.
    for i in 0..5_000 {
        twin.put(format!("member:{i}").as_bytes(), f64::from(i % 3));
    }
    twin.relocate(1);
    twin.remove_ranks(100..4_000);
    twin.relocate(2);
    twin.check();
}
