//! LZF, the compression of strings in RDB objects: reading what [`engine::Lzf`] writes, whose file
//! says how it looks. Copies may overlap what they write.
//!
//! Three bytes make at most 264, so a text is never more than [`FACTOR_MAX`] times its
//! compressed form: [`decompress`] refuses a claim beyond that before it allocates.

/// How many times longer a text can be than its compressed form.
pub const FACTOR_MAX: usize = 88;

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
