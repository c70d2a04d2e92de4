//! The digest of `DIGEST`, `SET IFDEQ` and `DELEX IFDEQ`: XXH3, 64 bits, seed 0, as 16 hexadecimal
//! digits.

/// Returns the hash of `bytes`. Stable across versions and machines: clients compute it too.
#[inline]
pub fn xxh3_64(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

/// Returns the 16 lower-case hexadecimal digits of the hash, most significant first.
pub fn digest(bytes: &[u8]) -> [u8; 16] {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let hash = xxh3_64(bytes);
    std::array::from_fn(|at| HEX[(hash >> (60 - 4 * at) & 15) as usize])
}

/// Returns the hash that 16 hexadecimal digits in either case spell.
pub fn parse_digest(text: &[u8]) -> Option<u64> {
    if text.len() != 16 {
        return None;
    }
    text.iter().try_fold(0, |hash, &byte| {
        char::from(byte).to_digit(16).map(|digit| hash << 4 | u64::from(digit))
    })
}

#[cfg(test)]
mod tests;
