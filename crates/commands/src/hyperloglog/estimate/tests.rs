//! The hash's known values, and the estimate's edges.

use super::*;

const HASHES: &[(&str, u64)] = &[
    ("", 0xd8df_ea65_85bc_9732),
    ("a", 0x53d2_470a_9b43_b1a7),
    ("foo", 0xe646_09b8_b014_1cb4),
    ("abcdefg", 0x22fe_613b_b08c_9602),
    ("abcdefgh", 0xf3a6_5df5_5991_4567),
    ("abcdefghi", 0x834f_ba4d_9152_daf7),
    ("The quick brown fox jumps over the lazy dog", 0x5160_6c5c_5b56_1ace),
];

#[test]
fn hashes_are_those_of_the_original() {
    for (text, hash) in HASHES {
        assert_eq!(murmur64a(text.as_bytes(), SEED), *hash, "{text:?}");
    }
}

#[test]
fn estimates_at_the_edges() {
    let mut histogram = [0; 64];
    histogram[0] = REGISTERS as u32;
    assert_eq!(estimate(&histogram), 0);
    histogram[0] -= 1;
    histogram[1] = 1;
    assert_eq!(estimate(&histogram), 1);
    // Every register as high as it gets, or higher than elements make it.
    for value in [51, 52, 63] {
        let mut histogram = [0; 64];
        histogram[value] = REGISTERS as u32;
        assert!(estimate(&histogram) >= 1 << 62, "{value}");
    }
}
