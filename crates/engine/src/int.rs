//! Decimal integers: reading the canonical form and writing it without a heap.

use std::ops::Deref;

/// The decimal text of an integer; derefs to its bytes.
#[derive(Clone, Copy)]
pub struct IntText {
    bytes: [u8; 20],
    start: u8,
}

impl IntText {
    /// Formats `value` as Redis prints integers.
    #[inline]
    pub fn new(value: i64) -> Self {
        let mut text = Self { bytes: [0; 20], start: 20 };
        let mut rest = value.unsigned_abs();
        loop {
            text.start -= 1;
            text.bytes[text.start as usize] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            text.start -= 1;
            text.bytes[text.start as usize] = b'-';
        }
        text
    }
}

impl Deref for IntText {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[self.start as usize..]
    }
}

/// The integer that `text` is the canonical decimal form of ("007", "+1", "-0" and " 1" are not).
#[inline]
pub fn parse_int(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut value: u64 = 0;
    for &digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + digit as u64; // at most 19 digits: below 10^19 < 2^64
    }
    if negative {
        (value <= 1 << 63).then(|| (value as i64).wrapping_neg())
    } else {
        i64::try_from(value).ok()
    }
}
