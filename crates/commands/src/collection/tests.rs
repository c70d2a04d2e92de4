use super::*;

#[test]
fn spans_are_cut_to_the_elements() {
    let cases: &[(i64, i64, usize, std::ops::Range<usize>)] = &[
        (0, -1, 3, 0..3),
        (1, 1, 3, 1..2),
        (-2, -1, 3, 1..3),
        (-9, 9, 3, 0..3),
        (2, 1, 3, 0..0),
        (3, 5, 3, 0..0),
        (0, -9, 3, 0..0),
        (0, -1, 0, 0..0),
        (i64::MIN, i64::MAX, 3, 0..3),
        (i64::MAX, i64::MIN, 3, 0..0),
    ];
    for (start, stop, len, expected) in cases {
        assert_eq!(span(*start, *stop, *len), *expected, "{start} {stop} of {len}");
    }
}

#[test]
fn timeouts_become_instants() {
    assert_eq!(deadline(b"0", 1000), Ok(None));
    assert_eq!(deadline(b"0.1", 1000), Ok(Some(1100)));
    assert_eq!(deadline(b"0.0001", 1000), Ok(Some(1001)));
    assert_eq!(deadline(b"9223372036854774", i64::MAX), Ok(Some(i64::MAX)));
    for text in [&b"-1"[..], b"inf", b"1e30", b"1e400"] {
        let error = deadline(text, 0).expect_err("refused");
        assert_eq!(error.to_string(), "ERR timeout is negative");
    }
    for text in [&b"nan"[..], b"", b"1s"] {
        let error = deadline(text, 0).expect_err("refused");
        assert_eq!(error.to_string(), "ERR timeout is not a float or out of range");
    }
}

/// Draws from the numbers below `len`.
fn draw(sample: Sample, len: u64, seed: u64) -> Vec<u64> {
    let mut found = Vec::new();
    let random = |r: u64| Some(r % len);
    let emit = |number| {
        found.push(number);
        0
    };
    let drawn = sample.draw(&mut Rng(seed), len as usize, 0..len, random, |n| *n, emit);
    assert_eq!(drawn, Ok(()));
    found
}

#[test]
fn distinct_samples_have_no_repeats() {
    for len in [1, 5, 512, 513, 2000] {
        for count in [0, 1, len / 3, len / 2, len - 1, len, len * 2] {
            let mut found = draw(Sample::Distinct(count as usize), len, count);
            assert_eq!(found.len() as u64, count.min(len), "{count} of {len}");
            found.sort_unstable();
            found.dedup();
            assert_eq!(found.len() as u64, count.min(len), "repeats in {count} of {len}");
        }
    }
}

#[test]
fn every_element_is_as_likely() {
    let mut seen = [0; 10];
    for seed in 0..10_000 {
        for n in draw(Sample::Distinct(3), 10, seed) {
            seen[n as usize] += 1;
        }
    }
    assert!(seen.iter().all(|&count| (2700..3300).contains(&count)), "{seen:?}");
}

#[test]
fn a_sample_without_end_is_refused() {
    let endless = Sample::parse(b"-9223372036854775807", false).expect("a count");
    let mut size = 0;
    let emit = |()| {
        size += 64 << 20;
        size
    };
    let drawn = endless.draw(&mut Rng(1), 1, std::iter::once(()), |_| Some(()), |()| 0, emit);
    assert!(drawn.is_err());
    assert!(Sample::parse(b"-9223372036854775808", false).is_err());
    assert!(Sample::parse(b"-4611686018427387904", true).is_err());
}
