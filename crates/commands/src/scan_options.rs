//! Options of SCAN, HSCAN, SSCAN and ZSCAN: a cursor, MATCH, COUNT, and what each adds.

use crate::args::Args;
use crate::error::CommandError;
use crate::text::glob;
use crate::text::int::parse_i64;

/// Elements a call visits when COUNT is not given.
const COUNT_DEFAULT: usize = 10;

/// Options read so far; those of one command only are left to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanOptions<'a> {
    /// About how many elements to visit; at least 1.
    pub(crate) count: usize,
    /// What to return; none returns everything.
    pattern: Option<&'a [u8]>,
}

impl<'a> ScanOptions<'a> {
    /// Reads the options from index `from` on. `other` sees what is none of them and returns how
    /// many arguments it took, 0 for a word it does not know.
    ///
    /// # Errors
    /// An unknown word or a missing value; a COUNT that is no number, or below 1.
    pub(crate) fn parse(
        args: Args<'a>,
        from: usize,
        mut other: impl FnMut(usize) -> usize,
    ) -> Result<Self, CommandError> {
        let mut options = Self { count: COUNT_DEFAULT, pattern: None };
        let mut at = from;
        while at < args.len() {
            let value = args.get(at + 1);
            at += match value {
                Some(count) if args.is(at, "COUNT") => {
                    let count = parse_i64(count).ok_or(CommandError::NotInteger)?;
                    if count < 1 {
                        return Err(CommandError::Syntax);
                    }
                    options.count = usize::try_from(count).unwrap_or(usize::MAX);
                    2
                }
                Some(pattern) if args.is(at, "MATCH") => {
                    options.pattern = (pattern != b"*").then_some(pattern);
                    2
                }
                _ => match other(at) {
                    0 => return Err(CommandError::Syntax),
                    taken => taken,
                },
            };
        }
        Ok(options)
    }

    /// Whether an element is to be returned.
    #[inline]
    pub(crate) fn selects(&self, element: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| glob::matches(pattern, element))
    }
}

/// Reads a cursor as C's `strtoul` does, without blanks before it.
///
/// # Errors
/// Anything but digits behind an optional sign; more than 64 bits.
pub(crate) fn parse_cursor(text: &[u8]) -> Result<u64, CommandError> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let mut cursor: u64 = 0;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return Err(CommandError::InvalidCursor);
        }
        cursor = cursor
            .checked_mul(10)
            .and_then(|tens| tens.checked_add(u64::from(digit)))
            .ok_or(CommandError::InvalidCursor)?;
    }
    // An empty text reads as 0, a sign alone does not: `strtoul` stops before it.
    if digits.is_empty() && !text.is_empty() {
        return Err(CommandError::InvalidCursor);
    }
    Ok(if negative { cursor.wrapping_neg() } else { cursor })
}
