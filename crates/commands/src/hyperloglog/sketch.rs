//! A `HyperLogLog` as a string.
//!
//! ```text
//! [HYLL][form u8][0 0 0][count u64 le][registers]
//!
//! form   0 dense (12,288 bytes of registers), 1 sparse
//! count  the estimate when it was last asked for; its top bit says that it is stale
//! ```
//!
//! Clients may read, copy and change these bytes, so nothing is taken for granted: what is not a
//! sketch by its first look is refused as a wrong type, what turns out not to add up is
//! [`Corrupt`]. The bytes are those of Redis after the same calls.

use super::dense;
use super::estimate::{Histogram, register_of};
use super::registers::Registers;
use super::sparse::{self, Hint, Outcome};
use engine::Blob;

/// Bytes before the registers.
pub(super) const HEADER: usize = 16;
const MAGIC: &[u8] = b"HYLL";
const FORM_AT: usize = 4;
const COUNT_AT: usize = 8;
/// In the last byte of the count.
const STALE: u8 = 0x80;

/// How the registers are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Dense = 0,
    Sparse = 1,
}

/// The registers are not what they should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Corrupt;

impl Form {
    /// The form of a string that looks like a sketch; none of any other.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < HEADER || !bytes.starts_with(MAGIC) {
            return None;
        }
        match bytes[FORM_AT] {
            0 if bytes.len() == HEADER + dense::BYTES => Some(Self::Dense),
            1 => Some(Self::Sparse),
            _ => None,
        }
    }

    /// The form of a string that is known to be a sketch.
    fn known(bytes: &[u8]) -> Self {
        if bytes[FORM_AT] == Self::Dense as u8 { Self::Dense } else { Self::Sparse }
    }
}

/// Makes an empty string a sketch of nothing.
pub(super) fn create(sketch: &mut Blob) {
    let mut bytes = [0; HEADER + sparse::EMPTY.len()];
    bytes[..MAGIC.len()].copy_from_slice(MAGIC);
    bytes[FORM_AT] = Form::Sparse as u8;
    bytes[HEADER..].copy_from_slice(&sparse::EMPTY);
    sketch.assign(&bytes);
}

/// The estimate, if it was kept and nothing has changed since.
pub(super) fn kept_count(bytes: &[u8]) -> Option<u64> {
    let count: [u8; 8] = bytes[COUNT_AT..HEADER].try_into().expect("eight bytes");
    (count[7] & STALE == 0).then_some(u64::from_le_bytes(count))
}

/// Keeps an estimate.
pub(super) fn keep_count(sketch: &mut Blob, count: u64) {
    sketch.as_mut_slice()[COUNT_AT..HEADER].copy_from_slice(&count.to_le_bytes());
}

/// Marks the estimate as stale.
pub(super) fn forget_count(sketch: &mut Blob) {
    sketch.as_mut_slice()[HEADER - 1] |= STALE;
}

/// Adds an element; whether a register rose. The sparse form may take up to `sparse_max` bytes.
///
/// # Errors
/// The sketch is corrupt; nothing was changed.
pub(super) fn add(sketch: &mut Blob, element: &[u8], sparse_max: usize) -> Result<bool, Corrupt> {
    let (register, value) = register_of(element);
    if Form::known(sketch.as_slice()) == Form::Sparse {
        match sparse::raise(sketch, &mut Hint::start(), register, value, sparse_max)? {
            Outcome::Kept => return Ok(false),
            Outcome::Raised => return Ok(true),
            Outcome::TooBig => make_dense(sketch)?,
        }
    }
    if dense::get(&sketch.as_slice()[HEADER..], register) >= value {
        return Ok(false);
    }
    dense::set(&mut sketch.as_mut_slice()[HEADER..], register, value);
    Ok(true)
}

/// Raises `registers` to those of a sketch, whichever are higher.
///
/// # Errors
/// The sketch is corrupt; some registers may have been raised.
pub(super) fn raise(registers: &mut Registers, bytes: &[u8]) -> Result<(), Corrupt> {
    let packed = &bytes[HEADER..];
    if Form::known(bytes) == Form::Dense {
        dense::raise(registers, packed);
        return Ok(());
    }
    let mut at = 0;
    sparse::each(packed, |run| {
        if run.value > 0 {
            (at..at + run.len).for_each(|index| registers.raise(index, run.value));
        }
        at += run.len;
    })
}

/// How often each value occurs.
///
/// # Errors
/// The sketch is corrupt.
pub(super) fn histogram(bytes: &[u8]) -> Result<Histogram, Corrupt> {
    if Form::known(bytes) == Form::Dense {
        let mut registers = Registers::new();
        raise(&mut registers, bytes)?;
        return Ok(registers.histogram());
    }
    let mut histogram = [0; 64];
    sparse::each(&bytes[HEADER..], |run| {
        histogram[usize::from(run.value)] += run.len as u32;
    })?;
    Ok(histogram)
}

/// Gives a sparse sketch the dense form; the count stays.
///
/// # Errors
/// The sketch is corrupt; nothing was changed.
pub(super) fn make_dense(sketch: &mut Blob) -> Result<(), Corrupt> {
    if Form::known(sketch.as_slice()) == Form::Dense {
        return Ok(());
    }
    let mut registers = Registers::new();
    raise(&mut registers, sketch.as_slice())?;
    let mut dense = Blob::zeroed(HEADER + dense::BYTES);
    let bytes = dense.as_mut_slice();
    bytes[..HEADER].copy_from_slice(&sketch.as_slice()[..HEADER]);
    bytes[FORM_AT] = Form::Dense as u8;
    dense::pack(&registers, &mut bytes[HEADER..]);
    *sketch = dense;
    Ok(())
}

/// Raises a sound sketch to `registers`, which are nowhere lower than its own.
///
/// # Errors
/// The sketch is corrupt after all.
pub(super) fn raise_all(
    sketch: &mut Blob,
    registers: &Registers,
    sparse_max: usize,
) -> Result<(), Corrupt> {
    if Form::known(sketch.as_slice()) == Form::Sparse {
        let mut hint = Hint::start();
        let mut fits = true;
        registers.each_set(|register, value| {
            let outcome = sparse::raise(sketch, &mut hint, register, value, sparse_max)?;
            fits = outcome != Outcome::TooBig;
            Ok(fits)
        })?;
        if fits {
            return Ok(());
        }
        make_dense(sketch)?;
    }
    dense::pack(registers, &mut sketch.as_mut_slice()[HEADER..]);
    Ok(())
}

#[cfg(test)]
mod tests;
