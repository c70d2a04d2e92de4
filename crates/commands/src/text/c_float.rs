//! The texts that C's `strtod` takes whole: decimal, `0x` hexadecimal, infinity. Not-a-number is
//! refused.
//!
//! ```text
//! [+-] (inf | infinity | digits [. digits] [e [+-] digits] | 0x hex [. hex] [p [+-] digits])
//! ```
//! At least one digit must stand before or after the point. Letters are accepted in both cases.

/// A scanned number, without its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Magnitude<'a> {
    Infinity,
    /// `whole.fraction * 10^exponent`, digits only.
    Decimal {
        whole: &'a [u8],
        fraction: &'a [u8],
        exponent: i64,
    },
    /// A binary number; see [`Binary`].
    Hex(Binary),
}

/// `mantissa * 2^exponent`, and a little more if `sticky`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Binary {
    pub(super) mantissa: u128,
    pub(super) exponent: i64,
    pub(super) sticky: bool,
}

/// Exponents are cut here: far beyond every format, and sums of two stay in range.
const EXPONENT_MAX: i64 = 1 << 40;

/// Returns the sign (true if negative) and magnitude, or `None` if `text` is not a number from end
/// to end.
pub(super) fn scan(text: &[u8]) -> Option<(bool, Magnitude<'_>)> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let magnitude = match rest {
        [b'0', b'x' | b'X', digits @ ..] => Magnitude::Hex(hex(digits)?),
        _ if rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity") => {
            Magnitude::Infinity
        }
        _ => decimal(rest)?,
    };
    Some((negative, magnitude))
}

fn decimal(text: &[u8]) -> Option<Magnitude<'_>> {
    let (whole, rest) = split_while(text, u8::is_ascii_digit);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => split_while(rest, u8::is_ascii_digit),
        rest => (&[][..], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = match rest {
        [] => 0,
        [b'e' | b'E', rest @ ..] => exponent(rest)?,
        _ => return None,
    };
    Some(Magnitude::Decimal { whole, fraction, exponent })
}

fn hex(text: &[u8]) -> Option<Binary> {
    let (whole, rest) = split_while(text, u8::is_ascii_hexdigit);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => split_while(rest, u8::is_ascii_hexdigit),
        rest => (&[][..], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let given = match rest {
        [] => 0,
        [b'p' | b'P', rest @ ..] => exponent(rest)?,
        _ => return None,
    };
    let mut binary = Binary { mantissa: 0, exponent: given, sticky: false };
    for (digits, is_fraction) in [(whole, false), (fraction, true)] {
        for &byte in digits {
            let digit = char::from(byte).to_digit(16)?;
            if binary.mantissa >> 124 == 0 {
                binary.mantissa = binary.mantissa << 4 | u128::from(digit);
                binary.exponent -= if is_fraction { 4 } else { 0 };
            } else {
                binary.sticky |= digit != 0;
                binary.exponent += if is_fraction { 0 } else { 4 };
            }
        }
    }
    Some(binary)
}

fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value: i64 = 0;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = (value * 10 + i64::from(byte - b'0')).min(EXPONENT_MAX);
    }
    Some(if negative { -value } else { value })
}

fn split_while(text: &[u8], keep: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|b| keep(b)).count())
}

impl Binary {
    /// Returns `(m, e)`, the value rounded to nearest, ties to even, as `m * 2^e` with `m <
    /// 2^precision`, `e` not below `exponent_min`. `m` has all its bits if `e` is above
    /// `exponent_min`; it is 0 for what rounds away.
    pub(super) fn round(self, precision: u32, exponent_min: i64) -> (u128, i64) {
        if self.mantissa == 0 {
            return (0, exponent_min);
        }
        let bits = i64::from(u128::BITS - self.mantissa.leading_zeros());
        let exponent = (self.exponent + bits - i64::from(precision)).max(exponent_min);
        let drop = exponent - self.exponent;
        if drop <= 0 {
            // Lengthening is exact: callers give more bits than the precision if there is a sticky
            // rest.
            return (self.mantissa << -drop, exponent);
        }
        let kept = shift_right_even(self.mantissa, drop as u64, self.sticky);
        if kept >> precision != 0 { (kept >> 1, exponent + 1) } else { (kept, exponent) }
    }
}

/// Returns `value / 2^shift` rounded to nearest, ties to even; `sticky` tells of a rest below
/// `value`.
pub(super) fn shift_right_even(value: u128, shift: u64, sticky: bool) -> u128 {
    match shift {
        0 => value,
        1..=127 => {
            let kept = value >> shift;
            let rest = value & ((1 << shift) - 1);
            let half = 1 << (shift - 1);
            let up = rest > half || rest == half && (sticky || kept & 1 == 1);
            kept + u128::from(up)
        }
        128 => {
            let half = 1 << 127;
            u128::from(value > half || value == half && sticky)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
