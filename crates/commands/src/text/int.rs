//! Integers as arguments and values.

/// Returns the `i64` that `text` is: no space, plus sign, leading zero or `-0`. What `INCR`
/// accepts.
#[inline]
pub fn parse_i64(text: &[u8]) -> Option<i64> {
    resp::number::parse_len(text)
}

/// Returns the `u64` that `text` is, as strictly as [`parse_i64`].
pub fn parse_u64(text: &[u8]) -> Option<u64> {
    match text {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] => digits(text),
        _ => None,
    }
}

/// Returns the `u64` of a part of a stream id: leading blanks, one plus and leading zeros are let
/// through, as the C library does; a minus is not.
pub fn parse_u64_lenient(text: &[u8]) -> Option<u64> {
    let blanks = text.iter().take_while(|&&b| matches!(b, b' ' | b'\t'..=b'\r')).count();
    let text = &text[blanks..];
    digits(text.strip_prefix(b"+").unwrap_or(text))
}

/// Reads one digit or more, without overflow.
fn digits(text: &[u8]) -> Option<u64> {
    let mut value: u64 = 0;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    (!text.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests;
