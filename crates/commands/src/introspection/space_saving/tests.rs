use super::{Heavy, Merged, SpaceSaving};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn all_of(parts: &[SpaceSaving]) -> Vec<Heavy> {
    let mut merged = Merged::default();
    parts.iter().for_each(|part| merged.add(part));
    merged.heaviest(usize::MAX)
}

#[test]
fn what_fits_is_exact() {
    let mut counts = SpaceSaving::new(3);
    for (key, weight) in [("a", 1), ("b", 5), ("c", 2), ("a", 3), ("b", 0), ("d", 0)] {
        counts.add(key.as_bytes(), weight);
    }
    let shown: Vec<_> = all_of(&[counts])
        .into_iter()
        .map(|heavy| (String::from_utf8_lossy(&heavy.key).into_owned(), heavy.least, heavy.most))
        .collect();
    let expected = [("b", 5, 5), ("a", 4, 4), ("c", 2, 2)];
    assert_eq!(shown, expected.map(|(key, least, most)| (key.to_owned(), least, most)));
}

#[test]
fn a_new_key_takes_the_place_of_the_lightest_and_its_debt() {
    let mut counts = SpaceSaving::new(2);
    for (key, weight) in [("a", 5), ("b", 3), ("c", 1)] {
        counts.add(key.as_bytes(), weight);
    }
    let found = all_of(&[counts]);
    assert_eq!(found[0], Heavy { key: (*b"a").into(), least: 5, most: 5 });
    assert_eq!(found[1], Heavy { key: (*b"c").into(), least: 1, most: 4 });
}

#[test]
fn weights_beyond_all_counting_stay_at_the_end() {
    let mut counts = SpaceSaving::new(1);
    counts.add(b"a", u64::MAX);
    counts.add(b"a", u64::MAX);
    counts.add(b"b", 7);
    let found = all_of(&[counts]);
    assert_eq!(found[0].most, u64::MAX);
}

/// Which of the parts a weight is added to, its key, itself.
fn weights() -> impl Strategy<Value = Vec<(usize, u8, u64)>> {
    // Few keys are many of the calls, as in life.
    let key = prop_oneof![0..4_u8, 0..64_u8, any::<u8>()];
    let weight = prop_oneof![1..4_u64, 1..1000_u64, Just(0)];
    prop::collection::vec((0..4_usize, key, weight), 0..600)
}

proptest! {
    #[test]
    fn bounds_hold_of_each_and_of_the_sum(
        weights in weights(), parts in 1..=4_usize, room in 1..40_usize,
    ) {
        let mut counts: Vec<SpaceSaving> = (0..parts).map(|_| SpaceSaving::new(room)).collect();
        let mut exact: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
        let mut sum = 0;
        for (part, key, weight) in weights {
            counts[part % parts].add(&[b'k', key], weight);
            *exact.entry(vec![b'k', key]).or_default() += weight;
            sum += weight;
            for part in &counts {
                prop_assert!(part.counters.len() <= room);
                prop_assert_eq!(part.places.len(), part.counters.len());
            }
        }
        prop_assert_eq!(counts.iter().map(|part| part.sum).sum::<u64>(), sum);
        let floors: u64 = counts.iter().map(SpaceSaving::floor).sum();
        prop_assert!(floors <= sum / room as u64);
        let found = all_of(&counts);
        for heavy in &found {
            let weight = exact[&*heavy.key];
            prop_assert!(heavy.least <= weight && weight <= heavy.most, "{heavy:?}, {weight}");
            prop_assert!(heavy.most - heavy.least <= sum / room as u64);
        }
        for (key, weight) in &exact {
            if *weight > sum / room as u64 {
                prop_assert!(found.iter().any(|heavy| *heavy.key == **key), "{key:?}");
            }
        }
        prop_assert!(found.is_sorted_by(|a, b| a.least >= b.least));
    }
}
