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

/// How many times longer a text can be than its compressed form.
pub const FACTOR_MAX: usize = 88;

const OFFSET_MAX: usize = 1 << 13;
const COPY_MIN: usize = 3;
const COPY_MAX: usize = 264;
const RUN_MAX: usize = 32;
const TABLE_BITS_MAX: u32 = 14;

/// Places of three-byte beginnings, kept from call to call; only as much of it is used and
/// cleared as the text is long.
#[derive(Default, Debug)]
pub struct Table(Vec<u32>);

/// Appends the compressed form of `text` to `out` if that is at most `limit` bytes; else `out`
/// is as before. Whether it was appended. O(n).
pub fn compress(text: &[u8], limit: usize, table: &mut Table, out: &mut Vec<u8>) -> bool {
    if text.len() <= COPY_MIN || u32::try_from(text.len()).is_err() {
        return false;
    }
    let begin = out.len();
    let bits = (usize::BITS - text.len().leading_zeros()).clamp(5, TABLE_BITS_MAX);
    table.0.clear();
    table.0.resize(1 << bits, u32::MAX);
    let (mut at, mut literal) = (0, 0);
    while at + COPY_MIN <= text.len() {
        if out.len() - begin + (at - literal) > limit {
            out.truncate(begin);
            return false;
        }
        let slot = &mut table.0[slot(text, at, bits)];
        let from = std::mem::replace(slot, at as u32) as usize;
        let near = from < at && at - from <= OFFSET_MAX;
        if !near || text[from..from + COPY_MIN] != text[at..at + COPY_MIN] {
            at += 1;
            continue;
        }
        let most = COPY_MAX.min(text.len() - at);
        let pairs = text[from..].iter().zip(&text[at..at + most]);
        let len = pairs.take_while(|(a, b)| a == b).count();
        push_runs(&text[literal..at], out);
        push_copy(at - from, len, out);
        // The end of what was copied is likely to begin a copy later.
        for inside in (at + len).saturating_sub(2)..at + len {
            if inside + COPY_MIN <= text.len() {
                table.0[self::slot(text, inside, bits)] = inside as u32;
            }
        }
        at += len;
        literal = at;
    }
    push_runs(&text[literal..], out);
    if out.len() - begin > limit {
        out.truncate(begin);
        return false;
    }
    true
}

fn slot(text: &[u8], at: usize, bits: u32) -> usize {
    let three = u32::from_le_bytes([text[at], text[at + 1], text[at + 2], 0]);
    (three.wrapping_mul(0x9E37_79B1) >> (32 - bits)) as usize
}

fn push_runs(text: &[u8], out: &mut Vec<u8>) {
    for run in text.chunks(RUN_MAX) {
        out.push(run.len() as u8 - 1);
        out.extend_from_slice(run);
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
