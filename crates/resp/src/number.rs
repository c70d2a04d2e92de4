//! Numbers as text: lengths in, integers and doubles out.
//!
//! Integers are written two digits at a time from a table of the 100 pairs. Doubles are written as
//! C's `printf("%.17g")` does, which is what redis-server 7.0 sends: `0.1` is
//! `0.10000000000000001`.

use std::fmt::{self, Write};

/// The longest text of an `i64`: `-9223372036854775808`.
const INT_LEN_MAX: usize = 20;

const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// Returns the integer that `text` is, strictly: no space, plus, leading zero or `-0`; `None` if
/// it does not fit.
///
/// This is the rule for lengths and for integer values alike.
#[inline]
pub fn parse_len(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [] => None,
        [b'0'] if !negative => Some(0),
        [b'0', ..] => None,
        _ if digits.len() > 19 => None,
        _ => {
            let mut value: u64 = 0;
            for &byte in digits {
                let digit = byte.wrapping_sub(b'0');
                if digit > 9 {
                    return None;
                }
                value = value * 10 + u64::from(digit); // 19 digits stay below 2^64
            }
            if negative { 0i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
        }
    }
}

/// Appends `value` in decimal.
#[inline]
pub fn push_int(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    push_uint(out, value.unsigned_abs());
}

/// Appends `value` in decimal.
#[inline]
pub fn push_uint(out: &mut Vec<u8>, value: u64) {
    if value < 10 {
        out.push(b'0' + value as u8);
    } else if value < 100 {
        out.extend_from_slice(&PAIRS[value as usize]);
    } else {
        push_long(out, value);
    }
}

fn push_long(out: &mut Vec<u8>, mut value: u64) {
    let mut text = [0u8; INT_LEN_MAX];
    let mut at = INT_LEN_MAX;
    while value >= 100 {
        at -= 2;
        text[at..at + 2].copy_from_slice(&PAIRS[(value % 100) as usize]);
        value /= 100;
    }
    if value >= 10 {
        at -= 2;
        text[at..at + 2].copy_from_slice(&PAIRS[value as usize]);
    } else {
        at -= 1;
        text[at] = b'0' + value as u8;
    }
    out.extend_from_slice(&text[at..]);
}

/// Returns how many decimal digits `value` has.
#[inline]
pub fn digits(value: u64) -> usize {
    value.checked_ilog10().map_or(1, |log| log as usize + 1)
}

/// Appends `value` as `%.17g` prints it; infinities as `inf` and `-inf`, every NaN as `nan`.
pub fn push_double(out: &mut Vec<u8>, value: f64) {
    /// Integers below this have at most 17 digits, so `%.17g` writes them plainly.
    const PLAIN_BELOW: f64 = 1e17;
    if !value.is_finite() {
        let text: &[u8] = match value {
            f64::INFINITY => b"inf",
            f64::NEG_INFINITY => b"-inf",
            _ => b"nan",
        };
        out.extend_from_slice(text);
    } else if value.abs() < PLAIN_BELOW && value.fract() == 0.0 {
        if value == 0.0 && value.is_sign_negative() {
            out.push(b'-');
        }
        push_int(out, value as i64);
    } else {
        push_g17(out, value);
    }
}

fn push_g17(out: &mut Vec<u8>, value: f64) {
    let mut text = Short::default();
    let wrote = write!(text, "{value:.16e}");
    debug_assert!(wrote.is_ok(), "24 bytes hold -d.16 digits e-308");
    push_scientific(out, text.as_slice());
}

/// Appends a `d.ddde-5` text, as Rust's `{:e}` gives, in the form of `%.17g`: plain if the exponent
/// is in -4..17, else with an exponent of two digits at least; without trailing zeros.
pub fn push_scientific(out: &mut Vec<u8>, text: &[u8]) {
    let (sign, text) = match text {
        [b'-', rest @ ..] => (&b"-"[..], rest),
        rest => (&b""[..], rest),
    };
    let split = text.iter().position(|&b| b == b'e').unwrap_or(text.len());
    let exponent = text.get(split + 1..).and_then(parse_len).unwrap_or(0);
    let mut digits = [b'0'; 17];
    let mut used = 0;
    for &byte in text[..split].iter().filter(|b| b.is_ascii_digit()).take(17) {
        digits[used] = byte;
        used += 1;
    }
    while used > 1 && digits[used - 1] == b'0' {
        used -= 1;
    }
    let digits = &digits[..used.max(1)];
    out.extend_from_slice(sign);
    if (-4..0).contains(&exponent) {
        out.extend_from_slice(b"0.");
        out.extend_from_slice(&b"000"[..(-exponent - 1) as usize]);
        out.extend_from_slice(digits);
    } else if (0..17).contains(&exponent) {
        let whole = exponent as usize + 1;
        out.extend_from_slice(&digits[..whole.min(digits.len())]);
        if whole >= digits.len() {
            out.resize(out.len() + whole - digits.len(), b'0');
        } else {
            out.push(b'.');
            out.extend_from_slice(&digits[whole..]);
        }
    } else {
        push_with_exponent(out, digits, exponent);
    }
}

fn push_with_exponent(out: &mut Vec<u8>, digits: &[u8], exponent: i64) {
    out.push(digits[0]);
    if digits.len() > 1 {
        out.push(b'.');
        out.extend_from_slice(&digits[1..]);
    }
    out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
    if exponent.unsigned_abs() < 10 {
        out.push(b'0');
    }
    push_uint(out, exponent.unsigned_abs());
}

/// A little text on the stack for `write!`.
#[derive(Default)]
struct Short {
    bytes: [u8; 32],
    len: usize,
}

impl Short {
    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
