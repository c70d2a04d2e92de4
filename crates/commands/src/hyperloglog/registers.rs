//! All registers of a sketch, a byte each, for the time of one call.
//!
//! They lie in four rows, register `i` at place `i / 4` of row `i % 4`: four registers are three
//! bytes of the dense form, and rows let loops over them become vector code that moves no bytes
//! across.

use super::REGISTERS;
use super::estimate::Histogram;
use engine::{Wide, wide};

/// Registers a row.
pub(super) const ROW: usize = REGISTERS / ROWS;
const ROWS: usize = 4;

/// The values of all registers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Registers {
    /// Row by row.
    pub(super) rows: [[u8; ROW]; ROWS],
}

impl Registers {
    /// All 0.
    pub(super) fn new() -> Self {
        Self { rows: [[0; ROW]; ROWS] }
    }

    /// The value of a register.
    pub(super) fn get(&self, index: usize) -> u8 {
        self.rows[index % ROWS][index / ROWS]
    }

    /// Raises a register to `value` if it is lower.
    pub(super) fn raise(&mut self, index: usize, value: u8) {
        let register = &mut self.rows[index % ROWS][index / ROWS];
        *register = (*register).max(value);
    }

    /// Passes the registers that are not 0, with their values, to `visit` until it says stop.
    pub(super) fn each_set<E>(
        &self,
        mut visit: impl FnMut(usize, u8) -> Result<bool, E>,
    ) -> Result<(), E> {
        const STEP: usize = 8;
        for start in (0..ROW).step_by(STEP) {
            if self.rows.iter().all(|row| row[start..start + STEP] == [0; STEP]) {
                continue;
            }
            for index in start * ROWS..(start + STEP) * ROWS {
                let value = self.get(index);
                if value > 0 && !visit(index, value)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The sum of all values.
    pub(super) fn total(&self) -> u64 {
        wide(Total(self.rows.as_flattened()))
    }

    /// All values in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u8> {
        (0..REGISTERS).map(|index| self.get(index))
    }

    /// How often each value occurs.
    pub(super) fn histogram(&self) -> Histogram {
        wide(Tally(self.rows.as_flattened()))
    }
}

/// Adds up values below 64.
struct Total<'a>(&'a [u8]);

impl Wide for Total<'_> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        /// So many do not overflow 16 bits.
        const PART: usize = 1024;
        let add = |part: &[u8]| part.iter().fold(0_u16, |sum, value| sum + u16::from(*value));
        self.0.chunks(PART).map(|part| u64::from(add(part))).sum()
    }
}

/// Counts one value after the other, each in all registers at once: they have few values, and
/// counters side by side are faster than one for each value.
struct Tally<'a>(&'a [u8]);

impl Wide for Tally<'_> {
    type Output = Histogram;

    #[inline(always)]
    fn run(self) -> Histogram {
        const LANES: usize = 64;
        /// Registers after which no counter of a byte has overflowed.
        const PART: usize = LANES * 128;
        let mut histogram = [0; 64];
        let mut left = self.0.len() as u32;
        for (value, total) in (0_u8..).zip(&mut histogram) {
            for part in self.0.chunks(PART) {
                let mut counters = [0_u8; LANES];
                for registers in part.chunks_exact(LANES) {
                    for (counter, register) in counters.iter_mut().zip(registers) {
                        *counter += u8::from(*register == value);
                    }
                }
                *total += counters.iter().map(|count| u32::from(*count)).sum::<u32>();
            }
            left -= *total;
            if left == 0 {
                break;
            }
        }
        histogram
    }
}
