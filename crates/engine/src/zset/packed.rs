//! Small sorted set: `[count u16]` and then `[score][code][member]` for each, ascending by
//! (score, member).
//!
//! ```text
//! score   [0..8]      that many high bytes of the double follow; the others are zero
//!         [9..255]    the integer 0..246
//! ```
//!
//! Example: {a: 1, b: 3.5} is `02 00  0A 01 61  02 40 0C 01 62`. Ten members of 2 bytes take some
//! 55 bytes. Codes are those of `crate::packed`. -0.0 keeps its sign, and equals 0.0 in order.

use crate::packed::{
    COUNT_BYTES, COUNT_OF_ONE, Code, Needle, code_len, count, read_code, set_count,
};
use raw::Packed;
use std::cmp::Ordering;
use std::ops::Range;

const INT_TAG: u8 = 9;
const INT_MAX: f64 = (255 - INT_TAG) as f64;

/// A score ready to be spliced in.
struct ScoreCode {
    bytes: [u8; 9],
    len: u8,
}

impl ScoreCode {
    fn of(score: f64) -> Self {
        let mut code = Self { bytes: [0; 9], len: 1 };
        let int = score as u8;
        if (0.0..=INT_MAX).contains(&score) && f64::from(int).to_bits() == score.to_bits() {
            code.bytes[0] = int + INT_TAG;
            return code;
        }
        let bits = score.to_bits();
        code.bytes[0] = 8 - (bits.trailing_zeros() / 8) as u8;
        code.bytes[1..].copy_from_slice(&bits.to_be_bytes());
        code.len = 1 + code.bytes[0];
        code
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len as usize]
    }
}

/// Reads the score at `at`: (score, bytes of its code).
#[inline]
fn read_score(bytes: &[u8], at: usize) -> (f64, usize) {
    let tag = bytes[at];
    if tag >= INT_TAG {
        return (f64::from(tag - INT_TAG), 1);
    }
    let len = tag as usize;
    let mut wide = [0; 8];
    match bytes.get(at + 1..at + 9) {
        // Eight bytes are at hand: cut by a shift instead of a copy of varying length.
        Some(more) => {
            let bits = u64::from_be_bytes(more.try_into().expect("eight bytes"));
            let keep = if len == 0 { 0 } else { u64::MAX << (64 - 8 * len) };
            wide = (bits & keep).to_be_bytes();
        }
        None => wide[..len].copy_from_slice(&bytes[at + 1..at + 1 + len]),
    }
    (f64::from_bits(u64::from_be_bytes(wide)), 1 + len)
}

/// An entry with its offsets.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) score: f64,
    pub(super) member: &'a [u8],
    start: usize,
    end: usize,
}

#[inline]
fn entry_at(bytes: &[u8], start: usize) -> Entry<'_> {
    let (score, score_len) = read_score(bytes, start);
    let (len, code) = read_code(bytes, start + score_len);
    let at = start + score_len + code;
    Entry { score, member: &bytes[at..at + len], start, end: at + len }
}

/// The entries from offset `at` on.
#[derive(Clone)]
pub(super) struct Entries<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Entries<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: COUNT_BYTES }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    #[inline]
    fn next(&mut self) -> Option<Entry<'a>> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let entry = entry_at(self.bytes, self.at);
        self.at = entry.end;
        Some(entry)
    }
}

/// The score of a member.
#[inline]
pub(super) fn score(bytes: &[u8], member: &[u8]) -> Option<f64> {
    find(bytes, member).map(|entry| entry.score)
}

/// The entry of a member. Skips by length, decoding a score only at the hit.
#[inline]
pub(super) fn find<'a>(bytes: &'a [u8], member: &[u8]) -> Option<Entry<'a>> {
    let needle = Needle::of(member);
    let mut at = COUNT_BYTES;
    while at < bytes.len() {
        let tag = bytes[at];
        let score_len = if tag >= INT_TAG { 1 } else { 1 + tag as usize };
        let (len, code) = read_code(bytes, at + score_len);
        let member_at = at + score_len + code;
        if needle.is(bytes, member_at, member_at + len) {
            return Some(entry_at(bytes, at));
        }
        at = member_at + len;
    }
    None
}

/// Whether (score, member) comes before (other score, other member).
#[inline]
fn is_before(entry: &Entry<'_>, score: f64, member: &[u8]) -> bool {
    match entry.score.partial_cmp(&score) {
        Some(Ordering::Equal) => entry.member < member,
        order => order == Some(Ordering::Less),
    }
}

/// The offset at which (score, member) belongs.
fn place(bytes: &[u8], score: f64, member: &[u8]) -> usize {
    Entries::of(bytes)
        .find(|entry| !is_before(entry, score, member))
        .map_or(bytes.len(), |entry| entry.start)
}

/// Adds a member that is absent.
pub(super) fn insert(packed: &mut Packed, score: f64, member: &[u8]) {
    let (score_code, code) = (ScoreCode::of(score), Code::of(member.len()));
    let parts = [score_code.as_slice(), code.as_slice(), member];
    if packed.is_empty() {
        packed.splice_parts(0, 0, [COUNT_OF_ONE, parts[0], parts[1], parts[2]]);
        return;
    }
    let at = place(packed.as_slice(), score, member);
    packed.splice_parts(at, 0, parts);
    set_count(packed, count(packed.as_slice()) + 1);
}

/// Gives a member that is there another score, moving its entry to its new place; the former
/// score.
pub(super) fn rescore(packed: &mut Packed, member: &[u8], score: f64) -> Option<f64> {
    let bytes = packed.as_slice();
    let entry = find(bytes, member)?;
    let (old, start, end) = (entry.score, entry.start, entry.end);
    #[expect(clippy::float_cmp, reason = "an equal score changes nothing, not even the sign of 0")]
    if old == score {
        return Some(old);
    }
    let rises = old < score;
    let from = if rises { end } else { COUNT_BYTES };
    let target = Entries { bytes, at: from }
        .find(|entry| entry.start == start || !is_before(entry, score, member))
        .map_or(bytes.len(), |entry| entry.start);
    let code = ScoreCode::of(score);
    let old_code = read_score(bytes, start).1;
    packed.splice(start, old_code, code.as_slice());
    let size = end - start + code.as_slice().len() - old_code;
    if rises {
        let target = target + size - (end - start);
        packed.as_mut_slice()[start..target].rotate_left(size);
    } else {
        packed.as_mut_slice()[target..start + size].rotate_right(size);
    }
    Some(old)
}

/// Takes out the entry of a member; its score.
pub(super) fn remove(packed: &mut Packed, member: &[u8]) -> Option<f64> {
    let entry = find(packed.as_slice(), member)?;
    let (score, start, end) = (entry.score, entry.start, entry.end);
    packed.splice(start, end - start, &[]);
    set_count(packed, count(packed.as_slice()) - 1);
    Some(score)
}

/// Takes out the entries of these ranks, which exist.
pub(super) fn remove_ranks(packed: &mut Packed, ranks: Range<usize>) {
    let bytes = packed.as_slice();
    let mut entries = Entries::of(bytes);
    if ranks.start > 0 {
        entries.nth(ranks.start - 1);
    }
    let start = entries.at;
    if !ranks.is_empty() {
        entries.nth(ranks.len() - 1);
    }
    let end = entries.at;
    packed.splice(start, end - start, &[]);
    set_count(packed, count(packed.as_slice()) - ranks.len());
}

/// How many leading entries come before (score, member).
pub(super) fn lower_bound(bytes: &[u8], score: f64, member: &[u8]) -> usize {
    Entries::of(bytes).take_while(|entry| is_before(entry, score, member)).count()
}

/// The length of the collection once `member` is added, at most.
pub(super) fn len_with(packed: &Packed, member: &[u8]) -> usize {
    packed.len().max(COUNT_BYTES) + 9 + code_len(member.len()) + member.len()
}
