//! Check values, and pieces against the whole.

use super::{after_zeros, update};
use proptest::prelude::*;

/// One bit at a time.
fn naive(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u64::from(*byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ super::POLYNOMIAL_REFLECTED } else { sum >> 1 }
        })
    })
}

#[test]
fn check_values() {
    assert_eq!(update(0, b""), 0);
    assert_eq!(update(0, b"123456789"), 0xE9C6_D914_C4B8_D9CA);
}

proptest! {
    #[test]
    fn matches_naive_in_pieces(bytes in prop::collection::vec(any::<u8>(), 0..1500), cut: prop::sample::Index) {
        let cut = cut.index(bytes.len() + 1);
        let (head, tail) = bytes.split_at(cut);
        prop_assert_eq!(update(update(0, head), tail), naive(&bytes));
    }
}

#[test]
fn earlier_bytes_can_be_changed_later() {
    for len in [0_usize, 1, 7, 8, 9, 1000, 70_000] {
        let rest: Vec<u8> = (0..len).map(|at| (at * 7) as u8).collect();
        let (old, new) = (update(0, b"REDIS0011"), update(0, b"VALKEY080"));
        let changed = update(old, &rest) ^ after_zeros(old ^ new, len as u64);
        assert_eq!(changed, update(new, &rest));
    }
}
