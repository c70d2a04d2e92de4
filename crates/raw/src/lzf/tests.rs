//! What is compressed says the text again, in no more bytes than asked for, whatever came before.

use super::*;
use proptest::prelude::*;

/// Reads the format byte by byte.
fn unpack(packed: &[u8]) -> Vec<u8> {
    let (mut text, mut rest) = (Vec::new(), packed.iter().map(|byte| usize::from(*byte)));
    let mut next = || rest.next();
    while let Some(head) = next() {
        if head < RUN_MAX {
            text.extend((0..=head).map(|_| next().expect("a run is whole") as u8));
            continue;
        }
        let len = match head >> 5 {
            7 => next().expect("a length") + 9,
            short => short + 2,
        };
        let back = ((head & 31) << 8 | next().expect("an offset")) + 1;
        for _ in 0..len {
            text.push(text[text.len() - back]);
        }
    }
    text
}

/// Compresses with every limit that matters.
fn check(lzf: &mut Lzf, text: &[u8]) -> Result<usize, TestCaseError> {
    let mut out = vec![9];
    prop_assert!(lzf.compress(text, usize::MAX, &mut out));
    prop_assert_eq!(out[0], 9);
    prop_assert_eq!(unpack(&out[1..]), text);
    let len = out.len() - 1;
    for limit in [len, len + 1, text.len() + 100] {
        let mut again = Vec::new();
        prop_assert!(lzf.compress(text, limit, &mut again));
        prop_assert_eq!(&again[..], &out[1..]);
    }
    for limit in [0, len / 2, len.saturating_sub(1)].into_iter().filter(|limit| *limit < len) {
        let mut none = b"kept".to_vec();
        prop_assert!(!lzf.compress(text, limit, &mut none));
        prop_assert_eq!(&none[..], b"kept");
    }
    Ok(len)
}

#[test]
fn the_example() {
    let mut out = Vec::new();
    assert!(Lzf::default().compress(b"aaaaaaaaaaaa", 5, &mut out));
    assert_eq!(out, [0, b'a', 0xe0, 2, 0]);
}

#[test]
fn lengths_around_the_limits_of_copies() {
    let mut lzf = Lzf::default();
    for len in (0..70).chain(255..300).chain([8191, 8192, 8193, 8194, 8200, 16_400, 100_000]) {
        let same = vec![7; len];
        let words: Vec<u8> = (0..len).map(|at| (at * at / 7) as u8).collect();
        let far: Vec<u8> = (0..len).map(|at| (at % 8193 * 31 % 257) as u8).collect();
        let noise: Vec<u8> = (0..len as u64).map(|at| noise(at) as u8).collect();
        for text in [same, words, far, noise] {
            let packed = check(&mut lzf, &text).expect("there and back");
            assert!(packed <= len + len.div_ceil(RUN_MAX));
        }
    }
}

fn noise(at: u64) -> u64 {
    (at + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56
}

#[test]
fn a_table_that_is_full_of_places_begins_again() {
    let mut lzf = Lzf { base: u32::MAX - 30_000, places: None };
    for round in 0..8_u8 {
        let text: Vec<u8> = (0..5000_u32).map(|at| (at % 97) as u8 ^ round).collect();
        let packed = check(&mut lzf, &text).expect("there and back");
        assert!(packed < 300);
    }
    assert!(lzf.base < u32::MAX / 2);
}

proptest! {
    #[test]
    fn there_and_back(texts in prop::collection::vec(prop::collection::vec(0_u8..4, 0..3000), 1..4)) {
        let mut lzf = Lzf::default();
        for text in texts {
            check(&mut lzf, &text)?;
        }
    }

    #[test]
    fn any_bytes_with_repetitions(parts in prop::collection::vec((any::<[u8; 5]>(), 0_usize..80), 0..60)) {
        let text: Vec<u8> = parts.iter().flat_map(|(part, times)| part.repeat(*times)).collect();
        check(&mut Lzf::default(), &text)?;
    }

    #[test]
    fn any_limit(text in prop::collection::vec(0_u8..3, 0..400), limit in 0_usize..420) {
        let mut out = Vec::new();
        if Lzf::default().compress(&text, limit, &mut out) {
            prop_assert!(out.len() <= limit);
            prop_assert_eq!(unpack(&out), text);
        } else {
            prop_assert!(out.is_empty());
        }
    }
}
