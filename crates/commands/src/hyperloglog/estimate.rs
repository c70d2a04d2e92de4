//! From elements to registers, and from registers to a number of elements.
//!
//! An element's hash names a register with its low 14 bits; the register keeps the largest
//! position of the lowest bit that is 1 among the other 50, counted from 1 (51 if all are 0). How
//! often each value occurs decides the estimate: Otmar Ertl, "New cardinality estimation
//! algorithms for `HyperLogLog` sketches", arXiv 1702.01284, algorithm 6. The hash is Austin
//! Appleby's `MurmurHash64A`. Both with the constants of Redis, whose values must read the same
//! here.

use super::REGISTERS;

/// Bits of the hash that name the register.
const INDEX_BITS: u32 = REGISTERS.trailing_zeros();
/// Bits of the hash that are left.
const PATTERN_BITS: usize = 64 - INDEX_BITS as usize;
const SEED: u64 = 0xadc8_3b19;

/// How many registers have each value. Six bits can hold more than elements ever set.
pub(super) type Histogram = [u32; 64];

/// The register of an element, and the value it asks for: 1 to 51.
pub(super) fn register_of(element: &[u8]) -> (usize, u8) {
    let hash = murmur64a(element, SEED);
    let index = hash as usize & (REGISTERS - 1);
    let pattern = hash >> INDEX_BITS | 1 << PATTERN_BITS;
    (index, pattern.trailing_zeros() as u8 + 1)
}

fn murmur64a(bytes: &[u8], seed: u64) -> u64 {
    const M: u64 = 0xc6a4_a793_5bd1_e995;
    const R: u32 = 47;
    let mut hash = seed ^ (bytes.len() as u64).wrapping_mul(M);
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        let mut word = u64::from_le_bytes(word.try_into().expect("a chunk of eight bytes"));
        word = word.wrapping_mul(M);
        word ^= word >> R;
        hash = (hash ^ word.wrapping_mul(M)).wrapping_mul(M);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        hash = (hash ^ u64::from_le_bytes(last)).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> R)).wrapping_mul(M);
    hash ^ (hash >> R)
}

/// The estimated number of elements. Registers that no element can have set may give any number:
/// one beyond 63 bits is answered as the top bit alone, as the C library's rounding has it.
pub(super) fn estimate(histogram: &Histogram) -> u64 {
    /// 0.5 / ln 2
    const ALPHA: f64 = 0.721_347_520_444_481_7;
    let all = REGISTERS as f64;
    let full = f64::from(histogram[PATTERN_BITS + 1]);
    let mut sum = all * tau((all - full) / all);
    for value in (1..=PATTERN_BITS).rev() {
        sum = (sum + f64::from(histogram[value])) * 0.5;
    }
    sum += all * sigma(f64::from(histogram[0]) / all);
    let elements = (ALPHA * all * all / sum).round();
    if elements < (1_u64 << 63) as f64 { elements as u64 } else { 1 << 63 }
}

/// The share of registers that are 0, summed up over what may have been missed.
#[expect(clippy::float_cmp, reason = "the series ends when nothing is added any more")]
fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut weight, mut sum) = (1.0, x);
    loop {
        x *= x;
        let before = sum;
        sum += x * weight;
        weight += weight;
        if sum == before {
            return sum;
        }
    }
}

/// The same for the share of registers that are below the largest value.
#[expect(clippy::float_cmp, reason = "the series ends when nothing is taken away any more")]
fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut weight, mut sum) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = sum;
        weight *= 0.5;
        sum -= (1.0 - x) * (1.0 - x) * weight;
        if sum == before {
            return sum / 3.0;
        }
    }
}

#[cfg(test)]
mod tests;
