//! Doubles: scores, `ZADD`, `INCRBYFLOAT`'s readers of scores, replies.
//!
//! Two ways to print: [`push_double`] gives 17 significant digits, as Redis up to 7.0 does
//! (`3.1000000000000001`); [`push_double_shortest`] the shortest text that reads back the same, as
//! Redis 7.2 and later and Valkey do (`3.1`).

use std::fmt::{self, Write};

use super::c_float::{Binary, Magnitude, scan};

pub use resp::number::push_double;

/// Returns the double that `text` is, read as C's `strtod` does: also `inf`, `+Infinity`,
/// `0x1.8p1`.
///
/// `None` for anything else in the text, for not-a-number, and for a number that is out of range
/// either way:
/// too big, or not zero but rounded to zero.
pub fn parse_double(text: &[u8]) -> Option<f64> {
    read(text).and_then(|(value, in_range)| in_range.then_some(value))
}

/// The same, but what is out of range becomes infinite or zero: bounds of score ranges, for which
/// Redis does not look at `errno`.
pub fn parse_double_saturating(text: &[u8]) -> Option<f64> {
    read(text).map(|(value, _)| value)
}

/// The value, and whether it is in range.
fn read(text: &[u8]) -> Option<(f64, bool)> {
    let (negative, magnitude) = scan(text)?;
    let (value, in_range) = match magnitude {
        Magnitude::Infinity => (f64::INFINITY, true),
        Magnitude::Hex(binary) => match from_binary(binary) {
            Some(value) => (value, true),
            None => (if binary.exponent > 0 { f64::INFINITY } else { 0.0 }, false),
        },
        Magnitude::Decimal { whole, fraction, .. } => {
            let unsigned = text.strip_prefix(b"-").unwrap_or(text);
            let value: f64 = std::str::from_utf8(unsigned).ok()?.parse().ok()?;
            let is_zero = whole.iter().chain(fraction).all(|&b| b == b'0');
            (value, value.is_finite() && (value != 0.0 || is_zero))
        }
    };
    Some((if negative { -value } else { value }, in_range))
}

fn from_binary(binary: Binary) -> Option<f64> {
    const PRECISION: u32 = 53;
    const EXPONENT_MIN: i64 = -1074;
    const EXPONENT_MAX: i64 = 971;
    let (mantissa, exponent) = binary.round(PRECISION, EXPONENT_MIN);
    if exponent > EXPONENT_MAX || (mantissa == 0 && binary.mantissa != 0) {
        return None;
    }
    // Two exact steps: one power of two cannot span the whole range.
    let half = exponent / 2;
    Some(mantissa as f64 * power_of_two(half) * power_of_two(exponent - half))
}

/// Returns 2^`exponent` for a normal result.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// Appends the shortest text that reads back as `value`: `0.1`, `1e-7`, `1e+21`, `inf`.
///
/// Plain notation is used while it costs at most seven zeros, as the newer servers do. Their
/// algorithm (Grisu2) misses the shortest text, or the nearest of two, for about one number in a
/// thousand; this one does not.
pub fn push_double_shortest(out: &mut Vec<u8>, value: f64) {
    /// Integers up to here are written plainly whatever their length.
    const INTEGER_MAX: f64 = (1u64 << 62) as f64;
    if !value.is_finite() || value == 0.0 {
        return push_double(out, value);
    }
    if value.abs() <= INTEGER_MAX && value.fract() == 0.0 {
        return resp::number::push_int(out, value as i64);
    }
    let mut text = Short::default();
    let wrote = write!(text, "{:e}", value.abs());
    debug_assert!(wrote.is_ok(), "17 digits, a point and an exponent fit");
    let text = &text.bytes[..text.len];
    let split = text.iter().position(|&b| b == b'e').unwrap_or(text.len());
    let exponent = text.get(split + 1..).and_then(resp::number::parse_len).unwrap_or(0);
    let mut digits = [0; 20];
    let mut count = 0;
    for &byte in text[..split].iter().filter(|b| b.is_ascii_digit()).take(digits.len()) {
        digits[count] = byte;
        count += 1;
    }
    if value < 0.0 {
        out.push(b'-');
    }
    push_digits(out, &digits[..count], exponent);
}

/// Writes `d.ddd * 10^exponent`.
fn push_digits(out: &mut Vec<u8>, digits: &[u8], exponent: i64) {
    let zeros = exponent - (digits.len() as i64 - 1);
    if zeros >= 0 && exponent < digits.len() as i64 + 7 {
        out.extend_from_slice(digits);
        out.resize(out.len() + zeros as usize, b'0');
    } else if zeros < 0 && (zeros > -7 || exponent.abs() < 4) {
        if exponent < 0 {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + (-exponent - 1) as usize, b'0');
            out.extend_from_slice(digits);
        } else {
            let (whole, fraction) = digits.split_at(exponent as usize + 1);
            out.extend_from_slice(whole);
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
    } else {
        out.push(digits[0]);
        if digits.len() > 1 {
            out.push(b'.');
            out.extend_from_slice(&digits[1..]);
        }
        out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
        resp::number::push_uint(out, exponent.unsigned_abs());
    }
}

/// A little text on the stack for `write!`.
#[derive(Default)]
struct Short {
    bytes: [u8; 32],
    len: usize,
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
