//! Folding of long runs of bytes for a reflected CRC of 64 bits, by multiplication without carries.
//!
//! ```text
//! four blocks of 16 bytes at a time:   A[i]  <-  A[i].first * x^575 + A[i].last * x^511 + next[i]
//! then into one:                       A     <-  A.first * x^191 + A.last * x^127 + A[i]
//! ```
//! All modulo the polynomial. What is left stands for all the bytes: the CRC of these 16 bytes is
//! that of the run. The powers are one less than the distance in bits, since a product of two
//! reflected numbers is one bit off. Source: Intel, "Fast CRC Computation for Generic Polynomials
//! Using PCLMULQDQ Instruction" (2009).

/// The reflected powers of x that folding multiplies with: 575, 511, 191 and 127.
pub type FoldKeys = [u64; 4];

/// Bytes folded at a time.
const ROUND: usize = 64;

/// The keys of a reflected polynomial of degree 64.
pub const fn fold_keys(polynomial: u64) -> FoldKeys {
    [power(575, polynomial), power(511, polynomial), power(191, polynomial), power(127, polynomial)]
}

const fn power(exponent: u32, polynomial: u64) -> u64 {
    let (mut value, mut at) = (1 << 63, 0);
    while at < exponent {
        value = if value & 1 == 1 { value >> 1 ^ polynomial } else { value >> 1 };
        at += 1;
    }
    value
}

/// Sixteen bytes with the CRC, from 0, of `bytes` behind what has the CRC `sum`, and the bytes at
/// the end that are not among them. `None` when there are too few, or the processor cannot.
#[inline]
pub fn fold<'a>(sum: u64, bytes: &'a [u8], keys: &FoldKeys) -> Option<([u8; 16], &'a [u8])> {
    #[cfg(target_arch = "x86_64")]
    if bytes.len() >= 4 * ROUND && is_x86_feature_detected!("pclmulqdq") {
        // SAFETY: the processor has the instruction.
        return Some(unsafe { fold_rounds(sum, bytes, keys) });
    }
    _ = (sum, bytes, keys);
    None
}

/// There are at least [`ROUND`] bytes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "pclmulqdq")]
fn fold_rounds<'a>(sum: u64, bytes: &'a [u8], keys: &FoldKeys) -> ([u8; 16], &'a [u8]) {
    use core::arch::x86_64::{
        __m128i, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x, _mm_unpackhi_epi64,
        _mm_xor_si128,
    };
    let pair = |first: u64, last: u64| _mm_set_epi64x(last as i64, first as i64);
    let load = |block: &[u8], at: usize| {
        let word = |at: usize| u64::from_le_bytes(block[at..at + 8].try_into().expect("a word"));
        pair(word(at), word(at + 8))
    };
    let step = |state: __m128i, keys: __m128i, next: __m128i| {
        let first = _mm_clmulepi64_si128::<0x00>(state, keys);
        let last = _mm_clmulepi64_si128::<0x11>(state, keys);
        _mm_xor_si128(_mm_xor_si128(first, last), next)
    };
    let (rounds, rest) = bytes.as_chunks::<ROUND>();
    let (head, rounds) = rounds.split_first().expect("at least one round");
    let mut lanes = [0, 16, 32, 48].map(|at| load(head, at));
    lanes[0] = _mm_xor_si128(lanes[0], pair(sum, 0));
    let far = pair(keys[0], keys[1]);
    for round in rounds {
        for (at, lane) in lanes.iter_mut().enumerate() {
            *lane = step(*lane, far, load(round, at * 16));
        }
    }
    let near = pair(keys[2], keys[3]);
    let all = lanes[1..].iter().fold(lanes[0], |state, lane| step(state, near, *lane));
    let words = [_mm_cvtsi128_si64(all), _mm_cvtsi128_si64(_mm_unpackhi_epi64(all, all))];
    let mut folded = [0; 16];
    folded[..8].copy_from_slice(&words[0].to_le_bytes());
    folded[8..].copy_from_slice(&words[1].to_le_bytes());
    (folded, rest)
}
