//! Entries of packed lists: `[code][data][code backwards]`, walkable from both ends.
//!
//! Example: "ab" is `02 61 62 02`. A region is a run of entries and nothing else; it is what the
//! small list has behind its count and a chunk of the big list between its gaps.

use crate::packed::{Code, code_len, read_code, read_code_back};

/// Bytes of an entry of `len`.
#[inline(always)]
pub(super) const fn size(len: usize) -> usize {
    2 * code_len(len) + len
}

/// The entry that starts at `at`: (data, offset behind the entry).
#[inline(always)]
pub(super) fn forward(region: &[u8], at: usize) -> (&[u8], usize) {
    let (len, code) = read_code(region, at);
    let end = at + code + len;
    (&region[at + code..end], end + code)
}

/// The entry that ends before `end`: (data, offset of the entry).
#[inline(always)]
pub(super) fn backward(region: &[u8], end: usize) -> (&[u8], usize) {
    let (len, code) = read_code_back(region, end);
    let start = end - code - len;
    (&region[start..end - code], start - code)
}

/// The offset of entry `index` of `count`; the region's end for `index == count`. Walks from the
/// nearer end.
pub(super) fn offset(region: &[u8], count: usize, index: usize) -> usize {
    if index <= count / 2 {
        (0..index).fold(0, |at, _| forward(region, at).1)
    } else {
        (index..count).fold(region.len(), |end, _| backward(region, end).1)
    }
}

/// Runs `use_parts` on the three parts of an entry.
#[inline(always)]
pub(super) fn with_parts<R>(data: &[u8], use_parts: impl FnOnce([&[u8]; 3]) -> R) -> R {
    let (code, back) = (Code::of(data.len()), Code::back(data.len()));
    use_parts([code.as_slice(), data, back.as_slice()])
}

/// Writes an entry at the start of `out`.
#[inline(always)]
pub(super) fn write(out: &mut [u8], data: &[u8]) {
    with_parts(data, |parts| {
        let mut at = 0;
        for part in parts {
            out[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
    });
}

/// How many entries equal `data`.
pub(super) fn matches(region: &[u8], data: &[u8]) -> usize {
    let (mut at, mut found) = (0, 0);
    while at < region.len() {
        let (entry, next) = forward(region, at);
        found += usize::from(entry == data);
        at = next;
    }
    found
}

/// Closes up the region over the entries equal to `data`, sparing the first `skip` of them and
/// removing at most `limit`. Returns (removed entries, bytes of the region now).
pub(super) fn remove_matches(
    region: &mut [u8],
    data: &[u8],
    skip: usize,
    limit: usize,
) -> (usize, usize) {
    let (mut at, mut to, mut seen, mut removed) = (0, 0, 0, 0);
    while at < region.len() {
        let (entry, next) = forward(region, at);
        if entry == data && removed < limit {
            seen += 1;
            if seen > skip {
                removed += 1;
                at = next;
                continue;
            }
        }
        if to != at {
            region.copy_within(at..next, to);
        }
        to += next - at;
        at = next;
    }
    (removed, to)
}
