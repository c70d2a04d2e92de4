use proptest::prelude::*;

use super::*;
use crate::Table;

fn length() -> impl Strategy<Value = usize> {
    prop_oneof![6 => 0..80usize, 2 => 100..300usize, 1 => 16_000..17_000usize]
}

fn bytes(len: usize, seed: u8) -> Vec<u8> {
    (0..len).map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed)).collect()
}

proptest! {
    #[test]
    fn pair_matches_naive(
        key_len in length(),
        edits in proptest::collection::vec((length(), any::<bool>(), proptest::option::of(any::<i64>())), 1..20),
    ) {
        let key = bytes(key_len, 3);
        let (mut pair, mut value, mut expire) = (Pair::new(&key, b""), vec![], None);
        for (seed, (len, change_expire, new_expire)) in edits.into_iter().enumerate() {
            if change_expire {
                expire = new_expire;
                pair.set_expire(expire);
            } else {
                value = bytes(len, seed as u8);
                pair.set_value(&value);
            }
            assert_eq!((pair.key(), pair.value(), pair.expire_ms()), (&key[..], &value[..], expire));
            let fresh = Pair::with_expire(&key, &value, expire);
            assert_eq!(pair.alloc_size(), fresh.alloc_size());
        }
    }

    #[test]
    fn members_of_every_length(len in 0..300usize) {
        let member = Member::new(&bytes(len, 9));
        assert_eq!(member.key(), bytes(len, 9));
        let header = if len % 8 == 0 && (8..=56).contains(&len) { 0 } else { varint_len(len) };
        assert_eq!(member.alloc_size(), mem::size_class(header + len));
    }

    #[test]
    fn scored_matches_naive(len in length(), scores in proptest::collection::vec(any::<f64>(), 1..20)) {
        let mut entry = Scored::new(0.0, &bytes(len, 1));
        for score in scores {
            entry.set_score(score);
            assert_eq!((entry.score().to_bits(), entry.key()), (score.to_bits(), &bytes(len, 1)[..]));
        }
        assert_eq!(entry.alloc_size(), mem::size_class(8 + varint_len(len) + len));
    }
}

#[test]
fn each_kind_lives_in_a_table() {
    let hash = |key: &[u8]| {
        key.iter().fold(7u64, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    };
    let (mut members, mut scores) = (Table::<Member>::new(), Table::<Scored>::new());
    for n in 0..2000usize {
        let key = bytes(n % 60, (n / 60) as u8);
        if members.get(hash(&key), &key).is_none() {
            members.insert(hash(&key), Member::new(&key), hash);
            scores.insert(hash(&key), Scored::new(n as f64, &key), hash);
        }
    }
    assert_eq!(members.len(), scores.len());
    for member in &members {
        let mut entry = scores.get_mut(hash(member.key()), member.key()).expect("the same keys");
        let score = entry.score();
        entry.set_score(-score);
    }
    assert!(scores.iter().all(|entry| entry.score() <= 0.0));
}

#[test]
fn members_of_all_lengths_move() {
    for len in 0..200 {
        let bytes: Vec<u8> = (0..len).collect();
        let mut member = Member::new(&bytes);
        let before = member.0;
        member.relocate(&mut crate::MoveEach::new(1));
        assert_ne!(member.0, before);
        assert_eq!(
            (member.key(), member.alloc_size()),
            (&bytes[..], Member::new(&bytes).alloc_size())
        );
    }
}
