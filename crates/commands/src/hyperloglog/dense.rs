//! The dense form: 16,384 registers of six bits, the first one lowest.
//!
//! ```text
//! byte        0        1        2
//!      11000000 22221111 33333322       register 0 is in the low bits of byte 0
//! ```
//!
//! Three bytes are four registers. Both ways are written so that they become vector code: unpacking
//! byte by byte, packing by halving what 64 bits hold.

use super::REGISTERS;
use super::sketch::Registers;
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
        let groups = self.registers.chunks_exact_mut(4).zip(self.packed.chunks_exact(3));
        for (mine, packed) in groups {
            let (a, b, c) = (packed[0], packed[1], packed[2]);
            mine[0] = mine[0].max(a & 0x3f);
            mine[1] = mine[1].max((a >> 6 | b << 2) & 0x3f);
            mine[2] = mine[2].max((b >> 4 | c << 4) & 0x3f);
            mine[3] = mine[3].max(c >> 2);
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
        let rounds = self.registers.chunks_exact(32).zip(self.packed.chunks_exact_mut(24));
        for (registers, packed) in rounds {
            let mut words = [0; 4];
            for (word, registers) in words.iter_mut().zip(registers.chunks_exact(8)) {
                *word = squeezed(registers.try_into().expect("eight registers"));
            }
            let [a, b, c, d] = words;
            let whole = [a | b << 48, b >> 16 | c << 32, c >> 32 | d << 16];
            for (word, bytes) in whole.into_iter().zip(packed.chunks_exact_mut(8)) {
                bytes.copy_from_slice(&word.to_le_bytes());
            }
        }
    }
}

/// Eight registers as a number of 48 bits.
#[inline(always)]
fn squeezed(registers: [u8; 8]) -> u64 {
    let bytes = u64::from_le_bytes(registers);
    let pairs = bytes & 0x003f_003f_003f_003f | bytes >> 2 & 0x0fc0_0fc0_0fc0_0fc0;
    let fours = pairs & 0x0000_0fff_0000_0fff | pairs >> 4 & 0x00ff_f000_00ff_f000;
    fours & 0x0000_0000_00ff_ffff | fours >> 8 & 0x0000_ffff_ff00_0000
}

#[cfg(test)]
mod tests;
