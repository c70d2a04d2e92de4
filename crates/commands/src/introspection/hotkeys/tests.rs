use super::{Counts, Options, Price, share};
use crate::introspection::space_saving::{Heavy, Merged};
use proptest::prelude::*;

const BOTH: Options = Options { cpu: true, net: true, count: 10, duration: None, sample: 1 };

fn price(ticks: u64, bytes: u64) -> Price {
    Price { ticks, bytes }
}

fn shown(found: &[Heavy]) -> Vec<(String, u64)> {
    let text = |heavy: &Heavy| String::from_utf8_lossy(&heavy.key).into_owned();
    found.iter().map(|heavy| (text(heavy), heavy.least)).collect()
}

fn merged(all: &[&super::SpaceSaving]) -> Merged {
    let mut merged = Merged::default();
    all.iter().for_each(|part| merged.add(part));
    merged
}

#[test]
fn keys_of_several_workers_are_added_up() {
    let mut workers = [Counts::new(&BOTH, 1), Counts::new(&BOTH, 2)];
    workers[0].count(price(10, 100), 1, [&b"a"[..]].into_iter());
    workers[1].count(price(7, 70), 1, [&b"b"[..]].into_iter());
    workers[1].count(price(5, 51), 2, [&b"a"[..], b"b"].into_iter());
    let net: Vec<_> = workers.iter().filter_map(|counts| counts.net.as_ref()).collect();
    let net = merged(&net);
    assert_eq!(net.sum(), 221);
    assert_eq!(shown(&net.heaviest(10)), [("a".to_owned(), 125), ("b".to_owned(), 96)]);
    let cpu: Vec<_> = workers.iter().filter_map(|counts| counts.cpu.as_ref()).collect();
    let cpu = merged(&cpu).heaviest(1);
    assert_eq!(shown(&cpu), [("a".to_owned(), 12)]);
}

#[test]
fn a_sample_is_about_its_part_and_the_sums_are_of_all() {
    let mut counts = Counts::new(&Options { sample: 10, ..BOTH }, 3);
    for _ in 0..10_000 {
        counts.count(price(1, 2), 1, [&b"k"[..]].into_iter());
    }
    assert_eq!((counts.sums.ticks, counts.sums.bytes), (10_000, 20_000));
    let sampled = counts.net.as_ref().map_or(0, |part| merged(&[part]).sum());
    assert!((1_600..2_400).contains(&sampled), "{sampled}");
}

#[test]
fn names_without_end_take_no_room() {
    let mut counts = Counts::new(&BOTH, 1);
    counts.count(price(4, 6), 2, [&[b'x'; super::KEY_MAX + 1][..], b"k"].into_iter());
    let net = counts.net.as_ref().map(|part| merged(&[part]).heaviest(10)).unwrap_or_default();
    assert_eq!(shown(&net), [("k".to_owned(), 3)]);
    assert_eq!(counts.sums.bytes, 6);
}

proptest! {
    #[test]
    fn shares_add_up(whole in 0..100_000_u64, of in 1..200_u64) {
        let all: Vec<u64> = (0..of).map(|rank| share(whole, rank, of)).collect();
        prop_assert_eq!(all.iter().sum::<u64>(), whole);
        prop_assert!(all.iter().all(|part| part.abs_diff(whole / of) <= 1));
    }
}
