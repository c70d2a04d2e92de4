//! All registers of a sketch, a byte each, for the time of one call.
//!
//! They lie in four rows, register `i` at place `i / 4` of row `i % 4`: four registers are three
//! bytes of the dense form, and rows let loops over them become vector code that moves no bytes
//! across.

use super::REGISTERS;
use super::estimate::Histogram;

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

    /// All values in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u8> {
        (0..REGISTERS).map(|index| self.get(index))
    }

    /// How often each value occurs.
    pub(super) fn histogram(&self) -> Histogram {
        // One a row: a counter that was just written is slow to be read again.
        let mut counts = [[0; 64]; ROWS];
        for place in 0..ROW {
            for (count, row) in counts.iter_mut().zip(&self.rows) {
                count[usize::from(row[place] & 63)] += 1;
            }
        }
        let mut histogram = [0; 64];
        for (value, total) in histogram.iter_mut().enumerate() {
            *total = counts.iter().map(|count| count[value]).sum();
        }
        histogram
    }
}
