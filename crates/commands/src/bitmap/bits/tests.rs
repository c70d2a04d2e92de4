//! Words and blocks against single bits.

use super::*;
use proptest::prelude::*;

fn bit(bytes: &[u8], at: usize) -> bool {
    bytes.get(at / 8).is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0)
}

/// Strings of every kind of length: empty, words, several blocks; often of one byte alone.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => prop::collection::vec(any::<u8>(), 0..40),
        1 => prop::collection::vec(any::<u8>(), 500..1100),
        1 => prop::collection::vec(any::<u8>(), 2000..4200),
        1 => (0_usize..600, prop_oneof![Just(0), Just(0xff)]).prop_map(|(len, b)| vec![b; len]),
        1 => (1_usize..600, any::<usize>(), any::<u8>()).prop_map(|(len, at, byte)| {
            let mut bytes = vec![0xff; len];
            bytes[at % len] = byte;
            bytes
        }),
    ]
}

fn part(bytes: &[u8], a: usize, b: usize) -> Range<usize> {
    let bits = bytes.len() * 8 + 1;
    let (a, b) = (a % bits, b % bits);
    a.min(b)..a.max(b)
}

fn naive_word(operation: Operation, sources: &[Vec<u8>], at: usize) -> bool {
    let first = bit(&sources[0], at);
    let others = || sources[1..].iter().map(|source| bit(source, at));
    let any = others().any(|bit| bit);
    let ones = usize::from(first) + others().filter(|bit| *bit).count();
    match operation {
        Operation::And => ones == sources.len(),
        Operation::Or => ones > 0,
        Operation::Xor => ones % 2 == 1,
        Operation::Not => !first,
        Operation::Diff => first && !any,
        Operation::Diff1 => !first && any,
        Operation::AndOr => first && any,
        Operation::One => ones == 1,
    }
}

const OPERATIONS: [Operation; 8] = [
    Operation::And,
    Operation::Or,
    Operation::Xor,
    Operation::Not,
    Operation::Diff,
    Operation::Diff1,
    Operation::AndOr,
    Operation::One,
];

proptest! {
    #[test]
    fn counting_matches_single_bits(bytes in bytes(), a: usize, b: usize) {
        let range = part(&bytes, a, b);
        let naive = |range: Range<usize>| range.filter(|at| bit(&bytes, *at)).count() as u64;
        prop_assert_eq!(count(&bytes), naive(0..bytes.len() * 8));
        prop_assert_eq!(count_range(&bytes, range.clone()), naive(range));
    }

    #[test]
    fn searching_matches_single_bits(bytes in bytes(), a: usize, b: usize, wanted: bool) {
        let range = part(&bytes, a, b);
        let naive = range.clone().find(|at| bit(&bytes, *at) == wanted);
        prop_assert_eq!(find(&bytes, range, wanted), naive);
    }

    #[test]
    fn fields_match_single_bits(
        mut bytes in prop::collection::vec(any::<u8>(), 0..24),
        at in 0_u64..256,
        bits in 1_u32..=64,
        value: u64,
    ) {
        let span = Span { offset: at, bits };
        let naive = |bytes: &[u8]| {
            let field = at..at + u64::from(bits);
            field.fold(0, |value, at| value << 1 | u64::from(bit(bytes, at as usize)))
        };
        prop_assert_eq!(span.read(&bytes), naive(&bytes));
        bytes.resize(bytes.len().max(span.bytes().end), 0xff);
        let before = bytes.clone();
        span.write(&mut bytes, value);
        prop_assert_eq!(naive(&bytes), value & (u64::MAX >> (64 - bits)));
        for other in (0..bytes.len() * 8).filter(|at| {
            let at = *at as u64;
            at < span.offset || at >= span.offset + u64::from(bits)
        }) {
            prop_assert_eq!(bit(&bytes, other), bit(&before, other));
        }
    }

    #[test]
    fn combining_matches_single_bits(
        sources in prop::collection::vec(bytes(), 1..5),
        operation in 0_usize..8,
    ) {
        let operation = OPERATIONS[operation];
        let sources = if operation == Operation::Not { &sources[..1] } else { &sources[..] };
        let len = sources.iter().map(Vec::len).max().unwrap_or(0);
        let result = combine(operation, sources.iter().map(Vec::as_slice));
        prop_assert_eq!(result.len(), len);
        for at in 0..len * 8 {
            prop_assert_eq!(bit(result.as_slice(), at), naive_word(operation, sources, at), "bit {}", at);
        }
    }
}
