//! The dense form: 16,384 registers of six bits, the first one lowest.
//!
//! ```text
//! byte        0        1        2
//!      11000000 22221111 33333322       register 0 is in the low bits of byte 0
//! ```
//!
//! Three bytes are four registers, one of each row of [`Registers`].

use super::REGISTERS;
use super::registers::{ROW, Registers};
use engine::{Wide, wide};

/// Bytes of all registers.
pub(super) const BYTES: usize = REGISTERS / 4 * 3;
/// The value of a register.
pub(super) fn get(packed: &[u8], index: usize) -> u8 {
    let (at, shift) = place(index);
    let low = u16::from(packed[at]);
    let high = packed.get(at + 1).map_or(0, |byte| u16::from(*byte) << 8);
    ((low | high) >> shift) as u8 & 0x3f
}

/// Gives a register a value of six bits.
pub(super) fn set(packed: &mut [u8], index: usize, value: u8) {
    let (at, shift) = place(index);
    let (keep, value) = (!(0x3f_u16 << shift), u16::from(value) << shift);
    packed[at] = packed[at] & keep as u8 | value as u8;
    if let Some(next) = packed.get_mut(at + 1) {
        *next = *next & (keep >> 8) as u8 | (value >> 8) as u8;
    }
}

fn place(index: usize) -> (usize, usize) {
    (index * 6 / 8, index * 6 % 8)
}

/// Raises every register to the packed one's value.
pub(super) fn raise(registers: &mut Registers, packed: &[u8]) {
    wide(Raise { registers, packed });
}

struct Raise<'a> {
    registers: &'a mut Registers,
    packed: &'a [u8],
}

impl Wide for Raise<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        const BLOCK: usize = 32;
        let [first, second, third, fourth] = &mut self.registers.rows;
        let rows = first
            .chunks_exact_mut(BLOCK)
            .zip(second.chunks_exact_mut(BLOCK))
            .zip(third.chunks_exact_mut(BLOCK).zip(fourth.chunks_exact_mut(BLOCK)));
        for (((first, second), (third, fourth)), packed) in
            rows.zip(self.packed.chunks_exact(BLOCK * 3))
        {
            for at in 0..BLOCK {
                let (a, b, c) = (packed[3 * at], packed[3 * at + 1], packed[3 * at + 2]);
                first[at] = first[at].max(a & 0x3f);
                second[at] = second[at].max((a >> 6 | b << 2) & 0x3f);
                third[at] = third[at].max((b >> 4 | c << 4) & 0x3f);
                fourth[at] = fourth[at].max(c >> 2);
            }
        }
    }
}

/// Packs all registers into their bytes.
pub(super) fn pack(registers: &Registers, packed: &mut [u8]) {
    wide(Pack { registers, packed });
}

struct Pack<'a> {
    registers: &'a Registers,
    packed: &'a mut [u8],
}

impl Wide for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let [first, second, third, fourth] = &self.registers.rows;
        for (at, packed) in self.packed.chunks_exact_mut(3).take(ROW).enumerate() {
            packed[0] = first[at] | second[at] << 6;
            packed[1] = second[at] >> 2 | third[at] << 4;
            packed[2] = third[at] >> 4 | fourth[at] << 2;
        }
    }
}

#[cfg(test)]
mod tests;
