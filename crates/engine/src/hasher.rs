//! Hashing of keys, fields and members: rapidhash under secrets drawn once a process.
//!
//! One process-wide seed instead of one per table: a value keeps its place when its key is
//! renamed, copied or moved between databases, and the hot path carries no pointer to a hasher.

use rapidhash::v3::{RapidSecrets, rapidhash_v3_inline};
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

static SECRETS: OnceLock<RapidSecrets> = OnceLock::new();

/// Fixes the seed; for tests and simulations that must repeat. Only the first call, before any
/// hashing, has an effect; returns whether it had.
pub fn fix_seed(seed: u64) -> bool {
    SECRETS.set(RapidSecrets::seed(seed)).is_ok()
}

/// 64 well-mixed bits of `bytes`. Never panics.
#[inline]
pub fn hash(bytes: &[u8]) -> u64 {
    let secrets = SECRETS.get_or_init(|| RapidSecrets::seed(RandomState::new().hash_one(0_u8)));
    rapidhash_v3_inline::<true, false, false>(bytes, secrets)
}

/// The part of a key that places it: what stands between the first `{` and the next `}` when
/// that is not empty, else the whole key.
#[inline]
pub fn tag(key: &[u8]) -> &[u8] {
    if has_brace(key) { braced(key) } else { key }
}

#[cold]
fn braced(key: &[u8]) -> &[u8] {
    let Some(open) = key.iter().position(|byte| *byte == b'{') else { return key };
    let rest = &key[open + 1..];
    match rest.iter().position(|byte| *byte == b'}') {
        None | Some(0) => key,
        Some(close) => &rest[..close],
    }
}

/// Whether a `{` is among the bytes: eight at a time, since every key is asked.
#[inline]
fn has_brace(key: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let Some(last) = key.last_chunk::<8>() else { return key.contains(&b'{') };
    // A byte that is zero after the exclusive or borrows into its high bit.
    let hit = |word: &[u8; 8]| {
        let differ = u64::from_le_bytes(*word) ^ (ONES * b'{' as u64);
        differ.wrapping_sub(ONES) & !differ & (ONES << 7)
    };
    let (words, _) = key.as_chunks::<8>();
    words.iter().fold(hit(last), |hits, word| hits | hit(word)) != 0
}
