//! LZF, the compression of strings in RDB objects: byte oriented, no entropy coding.
//!
//! ```text
//! 000nnnnn                    n + 1 bytes follow as they are (1 to 32)
//! lllooooo oooooooo           copy l + 2 bytes (3 to 8) from o + 1 bytes back
//! 111ooooo llllllll oooooooo  copy l + 9 bytes (9 to 264)
//! ```
//! Example: "aaaaaaaaaaaa" (twelve) is `00 61  e0 02 00`: one "a", then eleven from one back.
//! Copies may overlap what they write.
//!
//! Three bytes make at most 264, so a text is never more than [`FACTOR_MAX`] times its
//! compressed form: [`decompress`] refuses a claim beyond that before it allocates.

use std::ops::Range;

/// How many times longer a text can be than its compressed form.
pub const FACTOR_MAX: usize = 88;

const OFFSET_MAX: usize = 1 << 13;
const COPY_MIN: usize = 3;
const COPY_MAX: usize = 264;
const RUN_MAX: usize = 32;
const TABLE_BITS: u32 = 14;

/// Places of three-byte beginnings, kept from call to call: those of former calls lie below `base`
/// and count for nothing, so that nothing has to be cleared.
#[derive(Default, Debug)]
pub struct Table {
    places: Vec<u32>,
    /// How many there are: 2 to this power. It grows with the texts.
    bits: u32,
    base: u32,
}

impl Table {
    /// Prepares for a text of `len` bytes; what stands for its beginning.
    fn begin(&mut self, len: u32) -> u32 {
        let bits = (u32::BITS - len.leading_zeros()).clamp(5, TABLE_BITS);
        if bits > self.bits || self.base.checked_add(len).is_none() {
            self.bits = self.bits.max(bits);
            self.places.clear();
            self.places.resize(1 << self.bits, 0);
            self.base = OFFSET_MAX as u32 + 1;
        }
        self.base += len;
        self.base - len
    }

    /// Notes that a beginning is `at` behind `base`; how far back the last one like it was.
    #[inline]
    fn swap(&mut self, three: u32, base: u32, at: usize) -> usize {
        let slot = &mut self.places[(three.wrapping_mul(0x9E37_79B1) >> (32 - self.bits)) as usize];
        let here = base + at as u32;
        (here - std::mem::replace(slot, here)) as usize
    }
}

/// Appends the compressed form of `text` to `out` if that is at most `limit` bytes; else `out`
/// is as before. Whether it was appended. O(n).
pub fn compress(text: &[u8], limit: usize, table: &mut Table, out: &mut Vec<u8>) -> bool {
    let Ok(size) = u32::try_from(text.len()) else { return false };
    if text.len() <= COPY_MIN || size > u32::MAX / 2 {
        return false;
    }
    let base = table.begin(size);
    let begin = out.len();
    out.reserve(limit.min(text.len() + text.len() / RUN_MAX) + RUN_MAX);
    let (mut at, mut literal) = (0, 0);
    while let Some(four) = text.get(at..at + 4) {
        let three = three_of(four);
        let back = table.swap(three, base, at);
        if back > OFFSET_MAX || back > at || three_of(&text[at - back..]) != three {
            at += 1;
            continue;
        }
        let most = COPY_MAX.min(text.len() - at);
        let len = COPY_MIN + common(&text[at - back + COPY_MIN..], &text[at + COPY_MIN..at + most]);
        if out.len() - begin + (at - literal) > limit {
            out.truncate(begin);
            return false;
        }
        push_runs(text, literal..at, out);
        push_copy(back, len, out);
        // The end of what was copied is likely to begin a copy later.
        for inside in at + len - 2..at + len {
            if let Some(four) = text.get(inside..inside + 4) {
                table.swap(three_of(four), base, inside);
            }
        }
        at += len;
        literal = at;
    }
    if out.len() - begin + (text.len() - literal) > limit {
        out.truncate(begin);
        return false;
    }
    push_runs(text, literal..text.len(), out);
    if out.len() - begin > limit {
        out.truncate(begin);
        return false;
    }
    true
}

/// The first three of at least four bytes.
#[inline]
fn three_of(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) & 0xff_ffff
}

/// How many bytes two texts begin with in common; the second is not the longer one.
#[inline]
fn common(a: &[u8], b: &[u8]) -> usize {
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let (ours, rest) = b.as_chunks::<8>();
    for (at, (x, y)) in a.as_chunks::<8>().0.iter().zip(ours).enumerate() {
        let differ = word(x) ^ word(y);
        if differ != 0 {
            return at * 8 + differ.trailing_zeros() as usize / 8;
        }
    }
    let from = b.len() - rest.len();
    from + a[from..].iter().zip(rest).take_while(|(x, y)| x == y).count()
}

fn push_runs(text: &[u8], range: Range<usize>, out: &mut Vec<u8>) {
    let mut at = range.start;
    while at < range.end {
        let len = RUN_MAX.min(range.end - at);
        out.push(len as u8 - 1);
        // Most runs are short: eight bytes are moved faster than a few.
        match text.get(at..at + 8) {
            Some(eight) if len <= 8 => {
                out.extend_from_slice(eight);
                out.truncate(out.len() + len - 8);
            }
            _ => out.extend_from_slice(&text[at..at + len]),
        }
        at += len;
    }
}

fn push_copy(back: usize, len: usize, out: &mut Vec<u8>) {
    let (offset, len) = (back - 1, len - 2);
    let high = (offset >> 8) as u8;
    if len < 7 {
        out.push((len as u8) << 5 | high);
    } else {
        out.extend([7 << 5 | high, (len - 7) as u8]);
    }
    out.push(offset as u8);
}

/// The text of `len` bytes that `packed` is the compressed form of; none if it is not. O(n).
pub fn decompress(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    if len.div_ceil(FACTOR_MAX) > packed.len() {
        return None;
    }
    let mut text = Vec::with_capacity(len);
    let mut rest = packed.iter();
    while let Some(&control) = rest.next() {
        if control < 32 {
            let run = rest.as_slice().get(..=usize::from(control))?;
            text.extend_from_slice(run);
            rest = rest.as_slice()[run.len()..].iter();
        } else {
            let mut copy = usize::from(control >> 5) + 2;
            if copy == 9 {
                copy += usize::from(*rest.next()?);
            }
            let back = (usize::from(control & 31) << 8 | usize::from(*rest.next()?)) + 1;
            let from = text.len().checked_sub(back)?;
            if copy > len - text.len() {
                return None;
            }
            copy_within(&mut text, from, copy);
        }
        if text.len() > len {
            return None;
        }
    }
    (text.len() == len).then_some(text)
}

/// Appends `len` bytes from `from` on; what is appended may be read again.
fn copy_within(text: &mut Vec<u8>, from: usize, len: usize) {
    let mut left = len;
    while left > 0 {
        // All there is repeats with the period of the distance, so it may be taken in one piece.
        let piece = left.min(text.len() - from);
        text.extend_from_within(from..from + piece);
        left -= piece;
    }
}

#[cfg(test)]
mod tests;
