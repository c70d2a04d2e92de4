//! The sparse form: runs of equal registers, a byte or two each.
//!
//! ```text
//! 00nnnnnn            n + 1 registers are 0                  1 to 64
//! 01nnnnnn nnnnnnnn   n + 1 registers are 0, high bits first  1 to 16384
//! 1vvvvvnn            n + 1 registers are v + 1              1 to 4 registers, values 1 to 32
//!
//! a new sketch: 7f ff            element at register 5, value 3: 04 88 7f f9
//! ```
//!
//! A sketch is sound if its runs add up to 16,384 registers. Where runs are split and joined
//! follows Redis step by step, since the bytes have to be the same.

use super::REGISTERS;
use super::sketch::{Corrupt, HEADER};
use engine::Blob;

/// Longest run of zeros that is one byte.
const SHORT_MAX: usize = 64;
/// Longest run of a value, and the largest value.
const VALUES_MAX: usize = 4;
const VALUE_MAX: u8 = 32;
/// Runs that are looked at after a change to be joined.
const JOIN_WINDOW: usize = 5;

/// Equal registers that follow each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Run {
    /// 0 to 32.
    pub(super) value: u8,
    /// How many registers.
    pub(super) len: usize,
    /// How many bytes.
    pub(super) bytes: usize,
}

impl Run {
    /// The run that `bytes` begin with; none if they end before it does.
    fn first_of(bytes: &[u8]) -> Option<Self> {
        let byte = *bytes.first()?;
        let low = usize::from(byte & 0x3f);
        Some(match byte {
            0x80.. => {
                let len = usize::from(byte & 3) + 1;
                Self { value: (byte >> 2 & 0x1f) + 1, len, bytes: 1 }
            }
            0x40.. => {
                let len = (low << 8 | usize::from(*bytes.get(1)?)) + 1;
                Self { value: 0, len, bytes: 2 }
            }
            _ => Self { value: 0, len: low + 1, bytes: 1 },
        })
    }

    /// Whether it is two bytes of zeros.
    pub(super) fn is_long(self) -> bool {
        self.bytes == 2
    }
}

/// Whether two runs of values lie at `at`, and the one run that they can be.
fn joined(bytes: &[u8], at: usize) -> Option<u8> {
    let [a, b] = [*bytes.get(at)?, *bytes.get(at + 1)?];
    let both_values = a & b & 0x80 != 0;
    let len = usize::from(a & 3) + usize::from(b & 3) + 2;
    let fits = both_values && (a ^ b) & 0x7c == 0 && len <= VALUES_MAX;
    fits.then(|| a & 0xfc | (len - 1) as u8)
}

/// The registers of a new sketch: one run of zeros.
pub(super) const EMPTY: [u8; 2] = [0x40 | ((REGISTERS - 1) >> 8) as u8, 0xff];

/// The runs in order, whatever they add up to; an error for one that is cut off.
pub(super) fn runs(mut bytes: &[u8]) -> impl Iterator<Item = Result<Run, Corrupt>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let run = Run::first_of(bytes);
        bytes = run.map_or(&[], |run| &bytes[run.bytes..]);
        Some(run.ok_or(Corrupt))
    })
}

/// Passes the runs of a sound sketch to `visit`, in order.
///
/// # Errors
/// The runs are not 16,384 registers; some may have been passed.
pub(super) fn each(bytes: &[u8], mut visit: impl FnMut(Run)) -> Result<(), Corrupt> {
    let mut registers = 0;
    for run in runs(bytes) {
        let run = run?;
        registers += run.len;
        if registers > REGISTERS {
            return Err(Corrupt);
        }
        visit(run);
    }
    if registers == REGISTERS { Ok(()) } else { Err(Corrupt) }
}

/// A place between runs: the byte, and the register that begins there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    at: usize,
    register: usize,
}

/// Where a search for a register may begin. After a change, later registers are found from close
/// by, so that setting many in ascending order is linear in all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hint(Place);

impl Hint {
    /// The first register.
    pub(super) fn start() -> Self {
        Self(Place { at: HEADER, register: 0 })
    }
}

/// What became of a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// It was as high before.
    Kept,
    /// It has the value.
    Raised,
    /// This form cannot hold it: the value or the sketch gets too big. Nothing was changed.
    TooBig,
}

/// The run that holds a register.
struct Found {
    place: Place,
    run: Run,
    /// The run before it, and the one before that, if the search came past them.
    previous: Option<Place>,
    before: Option<Place>,
}

/// The lengths of eight runs if each is one byte.
#[inline]
fn eight_runs(bytes: &[u8]) -> Option<[u8; 8]> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(bytes.try_into().ok()?);
    let long = word & !(word >> 1) & (ONES << 6);
    if long != 0 {
        return None;
    }
    // The low two bits are the length of a value's run, the low six that of zeros.
    let mask = (ONES * 0x3f) ^ ((word >> 7 & ONES) * 0x3c);
    Some(((word & mask) + ONES).to_le_bytes())
}

/// Looks for the run of a register from `hint` on. Most of what PFADD does.
fn find(sketch: &[u8], hint: Hint, register: usize) -> Result<Found, Corrupt> {
    let (mut place, mut previous, mut before) = (hint.0, hint.0, hint.0);
    let mut passed = 0;
    loop {
        if let Some(eight) = sketch.get(place.at..place.at + 8)
            && let Some(lens) = eight_runs(eight)
            && let sum = lens.iter().map(|len| usize::from(*len)).sum::<usize>()
            && register >= place.register + sum
        {
            let end = Place { at: place.at + 8, register: place.register + sum };
            let back = |place: Place, len: u8| Place {
                at: place.at - 1,
                register: place.register - usize::from(len),
            };
            previous = back(end, lens[7]);
            before = back(previous, lens[6]);
            place = end;
            passed += 8;
            continue;
        }
        let byte = *sketch.get(place.at).ok_or(Corrupt)?;
        let low = usize::from(byte & 0x3f);
        let (len, bytes) = match byte >> 6 {
            0 => (low + 1, 1),
            1 => ((low << 8 | usize::from(*sketch.get(place.at + 1).ok_or(Corrupt)?)) + 1, 2),
            _ => ((low & 3) + 1, 1),
        };
        if register < place.register + len {
            break;
        }
        (before, previous) = (previous, place);
        place = Place { at: place.at + bytes, register: place.register + len };
        passed += 1;
    }
    let run = Run::first_of(&sketch[place.at..]).ok_or(Corrupt)?;
    let previous = (passed > 0).then_some(previous);
    let before = (passed > 1).then_some(before);
    Ok(Found { place, run, previous, before })
}

/// Raises a register of a sparse sketch to `value`, at least 1. The sketch may grow up to
/// `len_max` bytes. `hint` comes from a call for a lower register or is [`Hint::start`].
///
/// # Errors
/// The sketch ends before the register; nothing was changed.
pub(super) fn raise(
    sketch: &mut Blob,
    hint: &mut Hint,
    register: usize,
    value: u8,
    len_max: usize,
) -> Result<Outcome, Corrupt> {
    if value > VALUE_MAX {
        return Ok(Outcome::TooBig);
    }
    let Found { place, run, previous, before } = find(sketch.as_slice(), *hint, register)?;
    if run.value >= value {
        *hint = previous.map_or(*hint, Hint);
        return Ok(Outcome::Kept);
    }
    let mut split = Split::default();
    split.push(run.value, register - place.register);
    split.push(value, 1);
    split.push(run.value, place.register + run.len - register - 1);
    let grown = split.len > run.bytes;
    if grown && sketch.len() + split.len - run.bytes > len_max {
        return Ok(Outcome::TooBig);
    }
    splice(sketch, place.at, run.bytes, split.as_slice());
    join(sketch, previous.map_or(HEADER, |previous| previous.at));
    *hint = before.map_or(*hint, Hint);
    Ok(Outcome::Raised)
}

/// The runs that take the place of one: at most two bytes, one, two.
#[derive(Default)]
struct Split {
    bytes: [u8; 5],
    len: usize,
}

impl Split {
    fn push(&mut self, value: u8, len: usize) {
        let low = (len.wrapping_sub(1) & 0xff) as u8;
        match (value, len) {
            (_, 0) => return,
            (0, ..=SHORT_MAX) => self.bytes[self.len] = low,
            (0, _) => {
                self.bytes[self.len] = 0x40 | ((len - 1) >> 8) as u8;
                self.len += 1;
                self.bytes[self.len] = low;
            }
            _ => self.bytes[self.len] = 0x80 | (value - 1) << 2 | low,
        }
        self.len += 1;
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Puts `new` in the place of `old` bytes at `at`.
fn splice(sketch: &mut Blob, at: usize, old: usize, new: &[u8]) {
    let len = sketch.len();
    if new.len() > old {
        sketch.append(&[0; 5][..new.len() - old]);
    }
    let bytes = sketch.as_mut_slice();
    bytes.copy_within(at + old..len, at + new.len());
    bytes[at..at + new.len()].copy_from_slice(new);
    if new.len() < old {
        sketch.truncate(len + new.len() - old);
    }
}

/// Joins runs of the same value among the next few from `at` on.
fn join(sketch: &mut Blob, mut at: usize) {
    for _ in 0..JOIN_WINDOW {
        let bytes = sketch.as_slice();
        let Some(run) = bytes.get(at..).and_then(Run::first_of) else { return };
        match joined(bytes, at) {
            Some(byte) => splice(sketch, at, 2, &[byte]),
            None => at += run.bytes,
        }
    }
}

#[cfg(test)]
mod tests;
