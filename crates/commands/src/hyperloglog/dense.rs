//! The dense form: 16,384 registers of six bits, the first one lowest.
//!
//! ```text
//! byte        0        1        2
//!      11000000 22221111 33333322       register 0 is in the low bits of byte 0
//! ```
//!
//! Six bytes are eight registers: they are spread to a byte each, and packed again, by halving.

use super::REGISTERS;
use super::sketch::Registers;

/// Bytes of all registers.
pub(super) const BYTES: usize = REGISTERS / 4 * 3;
/// Registers that are unpacked at a time, and their bytes.
const GROUP: usize = 8;
const GROUP_BYTES: usize = 6;

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
    const ROUND: usize = 8;
    let rounds = registers.chunks_exact_mut(GROUP * ROUND);
    for (registers, packed) in rounds.zip(packed.chunks_exact(GROUP_BYTES * ROUND)) {
        let mut other = [0; GROUP * ROUND];
        let groups = other.chunks_exact_mut(GROUP).zip(packed.chunks_exact(GROUP_BYTES));
        groups.for_each(|(group, packed)| group.copy_from_slice(&unpack(packed)));
        for (mine, other) in registers.iter_mut().zip(other) {
            *mine = (*mine).max(other);
        }
    }
}

/// Passes the values of all registers to `visit`, in order.
pub(super) fn each(packed: &[u8], mut visit: impl FnMut(u8)) {
    for group in packed.chunks_exact(GROUP_BYTES) {
        unpack(group).into_iter().for_each(&mut visit);
    }
}

/// Packs all registers into their bytes.
pub(super) fn pack(registers: &Registers, packed: &mut [u8]) {
    let groups = registers.chunks_exact(GROUP).zip(packed.chunks_exact_mut(GROUP_BYTES));
    for (group, packed) in groups {
        let spread = u64::from_le_bytes(group.try_into().expect("a group of eight"));
        let pairs = spread & 0x003f_003f_003f_003f | spread >> 2 & 0x0fc0_0fc0_0fc0_0fc0;
        let fours = pairs & 0x0000_0fff_0000_0fff | pairs >> 4 & 0x00ff_f000_00ff_f000;
        let all = fours & 0x0000_0000_00ff_ffff | fours >> 8 & 0x0000_ffff_ff00_0000;
        packed.copy_from_slice(&all.to_le_bytes()[..GROUP_BYTES]);
    }
}

#[inline(always)]
fn unpack(packed: &[u8]) -> [u8; GROUP] {
    let mut bytes = [0; GROUP];
    bytes[..GROUP_BYTES].copy_from_slice(packed);
    let all = u64::from_le_bytes(bytes);
    let fours = all & 0x0000_0000_00ff_ffff | (all & 0x0000_ffff_ff00_0000) << 8;
    let pairs = fours & 0x0000_0fff_0000_0fff | (fours & 0x00ff_f000_00ff_f000) << 4;
    let spread = pairs & 0x003f_003f_003f_003f | (pairs & 0x0fc0_0fc0_0fc0_0fc0) << 2;
    spread.to_le_bytes()
}

#[cfg(test)]
mod tests;
