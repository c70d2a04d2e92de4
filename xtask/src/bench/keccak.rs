//! SHAKE128, for data that looks random, is the same every time, and does not compress.
//! Source: FIPS 202. Slow and short; it is only for generating test data.

const RATE: usize = 168;

const ROUND: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// Returns the first `digits` hexadecimal digits of SHAKE128 of `message` (shorter than a block).
pub(super) fn shake128_hex(message: &[u8], digits: usize) -> String {
    assert!(message.len() < RATE - 1, "one block is enough for the keys of the benches");
    let mut block = [0_u8; 200];
    block[..message.len()].copy_from_slice(message);
    block[message.len()] = 0x1f;
    block[RATE - 1] |= 0x80;
    let mut state = [0_u64; 25];
    for (lane, bytes) in state.iter_mut().zip(block.chunks_exact(8)) {
        *lane = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
    }
    let mut hex = String::with_capacity(digits);
    while hex.len() < digits {
        permute(&mut state);
        let bytes = state.iter().flat_map(|lane| lane.to_le_bytes()).take(RATE);
        for byte in bytes.take((digits - hex.len()).div_ceil(2)) {
            for nibble in [byte >> 4, byte & 15] {
                hex.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
            }
        }
    }
    hex
}

fn permute(state: &mut [u64; 25]) {
    for constant in ROUND {
        let mut columns = [0; 5];
        for (x, column) in columns.iter_mut().enumerate() {
            *column = (0..5).fold(0, |sum, y| sum ^ state[x + 5 * y]);
        }
        for x in 0..5 {
            let mix = columns[(x + 4) % 5] ^ columns[(x + 1) % 5].rotate_left(1);
            (0..5).for_each(|y| state[x + 5 * y] ^= mix);
        }
        let mut moved = *state;
        let (mut x, mut y) = (1, 0);
        for t in 0..24_u32 {
            let from = state[x + 5 * y];
            (x, y) = (y, (2 * x + 3 * y) % 5);
            moved[x + 5 * y] = from.rotate_left((t + 1) * (t + 2) / 2 % 64);
        }
        for y in 0..5 {
            for x in 0..5 {
                let row = |i: usize| moved[(x + i) % 5 + 5 * y];
                state[x + 5 * y] = row(0) ^ (!row(1) & row(2));
            }
        }
        state[0] ^= constant;
    }
}

#[cfg(test)]
mod tests {
    use super::shake128_hex;

    #[test]
    fn known_answers() {
        assert_eq!(shake128_hex(b"", 32), "7f9c2ba4e88f827d616045507605853e");
        // Longer than one block of output: its last digits come from the third permutation.
        assert!(shake128_hex(b"0", 700).ends_with("bd86283e0525"));
    }
}
