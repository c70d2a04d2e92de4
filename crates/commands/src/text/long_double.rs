//! x87 extended doubles in software: `INCRBYFLOAT`, `HINCRBYFLOAT` and coordinates must answer
//! digit for digit as Redis on x86-64 does, where it computes in C's `long double`.
//!
//! ```text
//! value = mantissa (64 bits, the top one set unless the exponent is at its least) * 2^exponent
//! ```
//! Reading and adding round once, to nearest, ties to even. Printing is `%.17Lf`, which is exact up
//! to the 17th digit after the point, without trailing zeros: 10.5 + 0.1 = `10.6`, 3.0e3 + 200 =
//! `3200`.

use super::big::Big;
use super::c_float::{Binary, Magnitude, scan, shift_right_even};

/// A finite extended double, or an infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongDouble {
    negative: bool,
    mantissa: u64,
    exponent: i32,
}

const PRECISION: u32 = 64;
const EXPONENT_MIN: i32 = -16445;
const EXPONENT_MAX: i32 = 16320;
const INFINITE: i32 = i32::MAX;
/// Longer texts are refused, as Redis does.
const TEXT_LEN_MAX: usize = 5 * 1024;
const TEN_POW_17: u128 = 100_000_000_000_000_000;

impl LongDouble {
    /// Zero, what a missing value counts as.
    pub const ZERO: LongDouble =
        LongDouble { negative: false, mantissa: 0, exponent: EXPONENT_MIN };

    /// Returns the number that `text` is, by the grammar of
    /// [`parse_double`](super::double::parse_double).
    ///
    /// `None` also for not-a-number and what is out of range; `inf` is read, but cannot be added
    /// to.
    pub fn parse(text: &[u8]) -> Option<LongDouble> {
        if text.len() >= TEXT_LEN_MAX {
            return None;
        }
        let (negative, magnitude) = scan(text)?;
        let binary = match magnitude {
            Magnitude::Infinity => {
                return Some(LongDouble { negative, mantissa: 0, exponent: INFINITE });
            }
            Magnitude::Hex(binary) => binary,
            Magnitude::Decimal { whole, fraction, exponent } => {
                from_decimal(whole, fraction, exponent)?
            }
        };
        let value = from_binary(negative, binary)?;
        (value.mantissa != 0 || binary.mantissa == 0).then_some(value)
    }

    /// Returns the same number as `value`; `None` if that is no number.
    pub fn from_f64(value: f64) -> Option<LongDouble> {
        let negative = value.is_sign_negative();
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(LongDouble { negative, mantissa: 0, exponent: INFINITE });
        }
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = match bits >> 52 & 0x7ff {
            0 => (fraction, -1074),
            biased => (fraction | 1 << 52, biased as i64 - 1075),
        };
        from_binary(negative, Binary { mantissa: u128::from(mantissa), exponent, sticky: false })
    }

    /// Tells whether this is no infinity.
    pub fn is_finite(self) -> bool {
        self.exponent != INFINITE
    }

    /// Returns the number with the other sign.
    #[must_use]
    pub fn negated(self) -> LongDouble {
        LongDouble { negative: !self.negative, ..self }
    }

    /// Tells whether it is less than `other`; both are finite.
    pub fn is_below(self, other: LongDouble) -> bool {
        self.checked_add(other.negated())
            .is_some_and(|difference| difference.negative && difference.mantissa != 0)
    }

    /// Returns the sum, or `None` if it is not a finite number.
    pub fn checked_add(self, other: LongDouble) -> Option<LongDouble> {
        if !self.is_finite() || !other.is_finite() {
            return None;
        }
        let (big, small) = if (self.exponent, self.mantissa) >= (other.exponent, other.mantissa) {
            (self, other)
        } else {
            (other, self)
        };
        // 63 bits of room below the larger one, one for the carry above: [carry][64][63].
        let distance = (i64::from(big.exponent) - i64::from(small.exponent)) as u32;
        let wide = u128::from(big.mantissa) << 63;
        let low = u128::from(small.mantissa) << 63;
        let aligned = low.checked_shr(distance).unwrap_or(0);
        // Bits shifted out only matter as "not zero", which the lowest bit of room can hold.
        let lost = low != aligned.checked_shl(distance).unwrap_or(0);
        let aligned = aligned | u128::from(lost);
        let (negative, mantissa) = if big.negative == small.negative {
            (big.negative, wide + aligned)
        } else if wide >= aligned {
            (big.negative && wide != aligned, wide - aligned)
        } else {
            (small.negative, aligned - wide)
        };
        let exponent = i64::from(big.exponent) - 63;
        from_binary(negative, Binary { mantissa, exponent, sticky: false })
    }

    /// Appends the number with up to 17 digits after the point and no zeros at the end; `inf` and
    /// `-inf`.
    pub fn push_human(self, out: &mut Vec<u8>) {
        if !self.is_finite() {
            out.extend_from_slice(if self.negative { b"-inf" } else { b"inf" });
            return;
        }
        let start = out.len();
        if self.negative {
            out.push(b'-');
        }
        if self.exponent >= 0 {
            Big::from_shifted(self.mantissa, self.exponent as u32).push_decimal(out);
        } else {
            // At most 64 + 57 bits.
            let scaled = u128::from(self.mantissa) * TEN_POW_17;
            let shift = u64::from(self.exponent.unsigned_abs());
            push_hundred_quadrillionths(out, shift_right_even(scaled, shift, false));
        }
        if &out[start..] == b"-0" {
            out.remove(start);
        }
    }
}

/// Appends `value / 10^17`.
fn push_hundred_quadrillionths(out: &mut Vec<u8>, value: u128) {
    let (whole, mut fraction) = ((value / TEN_POW_17) as u64, (value % TEN_POW_17) as u64);
    resp::number::push_uint(out, whole);
    if fraction == 0 {
        return;
    }
    let mut digits = [b'0'; 17];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (fraction % 10) as u8;
        fraction /= 10;
    }
    let used = digits.iter().rposition(|&d| d != b'0').map_or(0, |last| last + 1);
    out.push(b'.');
    out.extend_from_slice(&digits[..used]);
}

/// Rounds to an extended double; `None` if it is too big for one.
fn from_binary(negative: bool, binary: Binary) -> Option<LongDouble> {
    let (mantissa, exponent) = binary.round(PRECISION, i64::from(EXPONENT_MIN));
    if exponent > i64::from(EXPONENT_MAX) {
        return None;
    }
    Some(LongDouble { negative, mantissa: mantissa as u64, exponent: exponent as i32 })
}

/// Returns `whole.fraction * 10^exponent` in binary, with enough bits to round; `None` if far out
/// of range.
fn from_decimal(whole: &[u8], fraction: &[u8], exponent: i64) -> Option<Binary> {
    /// Decimal exponents outside leave the range of the type, whatever the digits.
    const MAGNITUDES: std::ops::Range<i64> = -4970..4940;
    let digits = || whole.iter().chain(fraction);
    let total = whole.len() + fraction.len();
    let leading = digits().take_while(|&&b| b == b'0').count();
    if leading == total {
        return Some(Binary { mantissa: 0, exponent: 0, sticky: false });
    }
    let trailing = digits().rev().take_while(|&&b| b == b'0').count();
    let used = total - leading - trailing;
    let power = exponent - fraction.len() as i64 + trailing as i64;
    if !MAGNITUDES.contains(&(power + used as i64)) {
        return None;
    }
    let significant = || digits().skip(leading).take(used);
    if used <= 19 && (-18..=19).contains(&power) {
        let value = significant().fold(0, |v: u64, &b| v * 10 + u64::from(b - b'0'));
        return Some(short_decimal(value, power));
    }
    let mut value = Big::from_digits(significant());
    if power >= 0 {
        value.scale(power as usize);
        let (mantissa, shift, sticky) = value.top();
        return Some(Binary { mantissa, exponent: shift as i64, sticky });
    }
    let mut divisor = Big::from_digits(b"1".iter());
    divisor.scale(power.unsigned_abs() as usize);
    Some(divide(value, divisor))
}

/// Returns `value * 10^power`; both factors fit 64 bits, a divisor 60.
fn short_decimal(value: u64, power: i64) -> Binary {
    if power >= 0 {
        let mantissa = u128::from(value) * 10u128.pow(power as u32);
        return Binary { mantissa, exponent: 0, sticky: false };
    }
    let divisor = 10u128.pow(power.unsigned_abs() as u32);
    let value = u128::from(value);
    let shift = value.leading_zeros();
    let wide = value << shift;
    // At least 128 - 60 bits: more than the precision and a bit to round by.
    Binary { mantissa: wide / divisor, exponent: -i64::from(shift), sticky: wide % divisor != 0 }
}

/// Returns `value / divisor`, neither of them zero, to 68 bits at least.
fn divide(mut value: Big, mut divisor: Big) -> Binary {
    const BITS: u32 = 70;
    let (ours, theirs) = (value.bits(), divisor.bits());
    value.shift_left(theirs.saturating_sub(ours));
    divisor.shift_left(ours.saturating_sub(theirs));
    let (mantissa, sticky) = value.divide_bits(&divisor, BITS);
    let exponent = ours as i64 - theirs as i64 - i64::from(BITS - 1);
    Binary { mantissa, exponent, sticky }
}

#[cfg(test)]
mod tests;
