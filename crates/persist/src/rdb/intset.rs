//! Intsets: sets of integers in ascending order.
//!
//! ```text
//! [width u32: 2, 4 or 8][count u32] integers of that width        (little endian)
//! ```
//! Example: {1, 2} is `02 00 00 00  02 00 00 00  01 00  02 00`.

use super::Corrupt;

const HEADER: usize = 8;
const BROKEN: Corrupt = Corrupt("Intset integrity check failed.");

/// The integers of an intset, checked: at least one, ascending.
pub(crate) fn read(bytes: &[u8]) -> Result<impl Iterator<Item = i64>, Corrupt> {
    let (header, rest) = bytes.split_first_chunk::<HEADER>().ok_or(BROKEN)?;
    let [w0, w1, w2, w3, c0, c1, c2, c3] = *header;
    let width = u32::from_le_bytes([w0, w1, w2, w3]) as usize;
    let count = u32::from_le_bytes([c0, c1, c2, c3]) as usize;
    if !matches!(width, 2 | 4 | 8) || count == 0 || rest.len() != count * width {
        return Err(BROKEN);
    }
    let integers = move || rest.chunks_exact(width).map(integer);
    if integers().zip(integers().skip(1)).any(|(before, after)| after <= before) {
        return Err(BROKEN);
    }
    Ok(integers())
}

fn integer(bytes: &[u8]) -> i64 {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    let unused = 64 - 8 * bytes.len();
    i64::from_le_bytes(wide) << unused >> unused
}

/// Appends the intset of `values`, which ascend and are not empty.
pub(crate) fn write(values: &[i64], out: &mut Vec<u8>) {
    let fits = |bits: u32| {
        let ends = [values.first(), values.last()];
        ends.into_iter().flatten().all(|value| value << (64 - bits) >> (64 - bits) == *value)
    };
    let width = match () {
        () if fits(16) => 2,
        () if fits(32) => 4,
        () => 8,
    };
    out.extend((width as u32).to_le_bytes());
    out.extend((values.len() as u32).to_le_bytes());
    for value in values {
        out.extend_from_slice(&value.to_le_bytes()[..width]);
    }
}
