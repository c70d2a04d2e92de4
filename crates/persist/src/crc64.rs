//! CRC-64 as RDB files and DUMP payloads end with: polynomial 0xAD93D23594C935A9, bits reflected
//! in and out, nothing added before or after. The check value of "123456789" is
//! 0xE9C6D914C4B8D9CA.
//!
//! Slicing by eight (Kounavis and Berry 2005): eight tables of 256 words, eight bytes a step.
//! Long runs are folded to sixteen bytes before ([`engine::fold`]).
//! `TABLES[k][b]` is the checksum of byte `b` followed by `k` zero bytes.

use engine::{FoldKeys, fold, fold_keys};

const POLYNOMIAL_REFLECTED: u64 = 0xAD93_D235_94C9_35A9_u64.reverse_bits();

static TABLES: [[u64; 256]; 8] = tables();

const fn tables() -> [[u64; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ POLYNOMIAL_REFLECTED } else { sum >> 1 };
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = before >> 8 ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

const KEYS: FoldKeys = fold_keys(POLYNOMIAL_REFLECTED);

/// The checksum of what came before (`sum`, 0 at the start) and `bytes` behind it.
pub fn update(sum: u64, bytes: &[u8]) -> u64 {
    match fold(sum, bytes, &KEYS) {
        Some((folded, rest)) => by_table(by_table(0, &folded), rest),
        None => by_table(sum, bytes),
    }
}

fn by_table(sum: u64, bytes: &[u8]) -> u64 {
    let mut sum = sum;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let word = (sum ^ u64::from_le_bytes(*word)).to_le_bytes();
        let of = |at: usize| TABLES[7 - at][usize::from(word[at])];
        sum = of(0) ^ of(1) ^ of(2) ^ of(3) ^ of(4) ^ of(5) ^ of(6) ^ of(7);
    }
    for byte in rest {
        sum = sum >> 8 ^ TABLES[0][usize::from(sum as u8 ^ *byte)];
    }
    sum
}

/// The checksum after `len` more zero bytes. Since the checksum is linear, this is what a change of
/// earlier bytes makes of a later one: `after(a ^ b, len)` is to be added (xor). O(log len).
pub fn after_zeros(sum: u64, len: u64) -> u64 {
    // Column n is what a zero bit, later 2^k zero bits, make of a checksum that has only bit n.
    let mut step: [u64; 64] = std::array::from_fn(|bit| match bit {
        0 => POLYNOMIAL_REFLECTED,
        bit => 1 << (bit - 1),
    });
    let (mut sum, mut bits) = (sum, u128::from(len) * 8);
    while bits != 0 {
        if bits & 1 == 1 {
            sum = apply(&step, sum);
        }
        step = step.map(|column| apply(&step, column));
        bits >>= 1;
    }
    sum
}

fn apply(matrix: &[u64; 64], vector: u64) -> u64 {
    (0..64).filter(|bit| vector >> bit & 1 == 1).fold(0, |sum, bit| sum ^ matrix[bit])
}

#[cfg(test)]
mod tests;
