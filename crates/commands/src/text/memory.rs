//! Sizes with a unit, as configuration and `CLIENT` arguments give them: `100mb`, `1k`, `512`.

/// Returns the bytes that `text` names: digits, then nothing, `b`, `k` (1000), `kb` (1024), `m`,
/// `mb`, `g` or `gb` in either case. No digits count as 0, as in Redis.
///
/// `None` for anything else and for what does not fit 64 bits (where Redis wraps).
pub fn parse_memory(text: &[u8]) -> Option<u64> {
    let split = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, unit) = text.split_at(split);
    let mut value: u64 = 0;
    for &digit in digits {
        value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    let factor = match unit.to_ascii_lowercase().as_slice() {
        b"" | b"b" => 1,
        b"k" => 1000,
        b"kb" => 1 << 10,
        b"m" => 1_000_000,
        b"mb" => 1 << 20,
        b"g" => 1_000_000_000,
        b"gb" => 1 << 30,
        _ => return None,
    };
    value.checked_mul(factor)
}

#[cfg(test)]
mod tests;
