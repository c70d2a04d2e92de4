//! The two ways, the example of the document, and hostile bytes.

use super::{FACTOR_MAX, decompress};
use engine::Lzf;
use proptest::prelude::*;

fn packed(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    assert!(Lzf::default().compress(text, usize::MAX, &mut out));
    out
}

#[test]
fn the_example() {
    let text = b"aaaaaaaaaaaa";
    assert_eq!(decompress(&[0, b'a', 0xe0, 2, 0], 12).as_deref(), Some(&text[..]));
}

#[test]
fn long_texts() {
    for len in [263, 264, 265, 8191, 8192, 8193, 8194, 100_000] {
        let same = vec![7; len];
        let words: Vec<u8> = (0..len).map(|at| (at * at / 7) as u8).collect();
        for text in [same, words] {
            assert_eq!(decompress(&packed(&text), len), Some(text));
        }
    }
    assert!(packed(&vec![7; 100_000]).len() < 100_000 / (FACTOR_MAX - 2));
}

#[test]
fn claims_are_checked() {
    assert_eq!(decompress(&[], 0), Some(Vec::new()));
    assert_eq!(decompress(&[], 1), None);
    assert_eq!(decompress(&[0, b'a'], 2), None);
    assert_eq!(decompress(&[0, b'a'], 0), None);
    assert_eq!(decompress(&[0, b'a'], usize::MAX), None);
    assert_eq!(decompress(&[31, b'a'], 32), None);
    assert_eq!(decompress(&[0x20, 0], 3), None);
    assert_eq!(decompress(&[0, b'a', 0x20, 1], 4), None);
    assert_eq!(decompress(&[0, b'a', 0xe0, 0], 10), None);
    assert_eq!(decompress(&[0, b'a', 0xe0], 10), None);
    assert_eq!(decompress(&[0, b'a', 0xe0, 255, 0], 100), None);
}

proptest! {
    #[test]
    fn there_and_back(text in prop::collection::vec(0_u8..4, 0..3000)) {
        let packed = packed(&text);
        prop_assert!(text.len() <= packed.len() * FACTOR_MAX);
        prop_assert_eq!(decompress(&packed, text.len()), Some(text));
    }

    #[test]
    fn any_bytes(packed: Vec<u8>, len in 0_usize..5000) {
        if let Some(text) = decompress(&packed, len) {
            prop_assert_eq!(text.len(), len);
        }
    }
}
