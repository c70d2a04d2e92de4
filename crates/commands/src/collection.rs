//! What the families of collections share: counts, timeouts, random samples.
//!
//! Counts come from clients. None of them is allocated for: replies are written as elements are
//! drawn, and end in an error where a sample with repeats would not end in a sane time.

use crate::cx::Rng;
use crate::error::CommandError;
use crate::text::double::parse_double;
use crate::text::int::parse_i64;
use crate::text::long_double::LongDouble;
use hashbrown::HashSet;

/// Replies of a sample with repeats may grow to this; its count is the client's wish.
const SAMPLE_BYTES_MAX: usize = 512 << 20;

/// Returns the integer that an argument is.
#[inline]
pub(crate) fn int(arg: &[u8]) -> Result<i64, CommandError> {
    parse_i64(arg).ok_or(CommandError::NotInteger)
}

/// Returns the integer that an argument is, from `min` on; `text` is the error for any other.
pub(crate) fn int_from(arg: &[u8], min: i64, text: &'static str) -> Result<usize, CommandError> {
    let found = parse_i64(arg).filter(|value| *value >= min);
    found.map(|value| value as usize).ok_or(CommandError::text(text))
}

/// Returns the count that an argument is, 0 included.
#[inline]
pub(crate) fn count(arg: &[u8]) -> Result<usize, CommandError> {
    let found = parse_i64(arg).filter(|value| *value >= 0);
    found.map(|value| value as usize).ok_or(CommandError::NotPositive)
}

/// Returns the instant, in Unix milliseconds, until which a call of this timeout waits; none
/// waits for ever.
pub(crate) fn deadline(arg: &[u8], now: i64) -> Result<Option<i64>, CommandError> {
    const NEGATIVE: CommandError = CommandError::text("ERR timeout is negative");
    let Some(seconds) = parse_double(arg) else {
        return Err(match LongDouble::parse(arg) {
            Some(_) => NEGATIVE,
            None => CommandError::text("ERR timeout is not a float or out of range"),
        });
    };
    let ms = (seconds * 1000.0).ceil();
    if ms < 0.0 || ms >= i64::MAX as f64 {
        return Err(NEGATIVE);
    }
    Ok((ms > 0.0).then(|| now.saturating_add(ms as i64)))
}

/// Returns the instant until which a call waits whose timeout is in milliseconds; none for 0.
///
/// # Errors
/// No integer, negative, or beyond the last instant.
pub(crate) fn wait_until(arg: &[u8], now: i64) -> Result<Option<i64>, CommandError> {
    let Some(ms) = parse_i64(arg) else {
        return Err(CommandError::text("ERR timeout is not an integer or out of range"));
    };
    if ms < 0 {
        return Err(CommandError::text("ERR timeout is negative"));
    }
    let until = now.checked_add(ms).ok_or(CommandError::text("ERR timeout is out of range"))?;
    Ok((ms > 0).then_some(until))
}

/// Returns the span of indexes that a client's `start` and `stop` mean in `len` elements, where
/// -1 is the last one; empty when there is nothing between them.
#[inline]
pub(crate) fn span(start: i64, stop: i64, len: usize) -> std::ops::Range<usize> {
    let len = len as i64;
    let start = if start < 0 { start.saturating_add(len).max(0) } else { start };
    let stop = if stop < 0 { stop.saturating_add(len) } else { stop.min(len - 1) };
    if start > stop || start >= len {
        return 0..0;
    }
    start as usize..stop as usize + 1
}

/// Steps through a collection until about `count` elements are found; the next cursor, 0 at the
/// end. A step returns its next cursor and the elements found so far. Few matches end it too, so
/// that a call's time is bounded.
pub(crate) fn scan_until(
    mut cursor: u64,
    count: usize,
    mut step: impl FnMut(u64) -> (u64, usize),
) -> u64 {
    for _ in 0..count.saturating_mul(10) {
        let found;
        (cursor, found) = step(cursor);
        if cursor == 0 || found >= count {
            break;
        }
    }
    cursor
}

/// How many elements a random draw is to give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sample {
    /// Different ones, as far as there are.
    Distinct(usize),
    /// Each drawn anew.
    Repeats(usize),
}

/// The lowest integer, where its negation is wanted.
pub(crate) const OUT_OF_RANGE: CommandError = CommandError::text(
    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
);

impl Sample {
    /// Returns what a count argument asks for; `paired` when each element brings a value.
    pub(crate) fn parse(arg: &[u8], paired: bool) -> Result<Self, CommandError> {
        let count = int(arg)?;
        if count == i64::MIN {
            return Err(OUT_OF_RANGE);
        }
        let size = count.unsigned_abs() as usize;
        if paired && size > i64::MAX as usize / 2 {
            return Err(CommandError::text("ERR value is out of range"));
        }
        Ok(if count < 0 { Self::Repeats(size) } else { Self::Distinct(size) })
    }

    /// Returns how many elements come of a collection of `len`.
    pub(crate) fn size(self, len: usize) -> usize {
        match self {
            Self::Distinct(count) => count.min(len),
            Self::Repeats(count) => count,
        }
    }

    /// Whether a draw from a collection of `len` walks all of it.
    pub(crate) fn walks(self, len: usize) -> bool {
        matches!(self, Self::Distinct(count) if len <= SCAN_BELOW || count > len / 3)
    }

    /// Emits the elements of a collection of `len`, not 0. `emit` returns the size of the reply
    /// so far. Fewer come if `random` and `all` have fewer than `len`.
    pub(crate) fn draw<T>(
        self,
        rng: &mut Rng,
        len: usize,
        all: impl Iterator<Item = T>,
        random: impl Fn(u64) -> Option<T>,
        id: impl Fn(&T) -> u64,
        mut emit: impl FnMut(T) -> usize,
    ) -> Result<(), CommandError> {
        match self {
            Self::Repeats(count) => {
                for _ in 0..count {
                    let Some(element) = random(rng.draw()) else { break };
                    if emit(element) > SAMPLE_BYTES_MAX {
                        return Err(CommandError::text("ERR value is out of range"));
                    }
                }
            }
            Self::Distinct(count) if count >= len => all.for_each(|element| {
                emit(element);
            }),
            Self::Distinct(count) if self.walks(len) => choose(rng, len, count, all, emit),
            Self::Distinct(count) => {
                let mut seen = HashSet::with_capacity(count);
                for _ in 0..count.saturating_mul(DRAWS_EACH) {
                    let Some(element) = random(rng.draw()) else { break };
                    if seen.insert(id(&element)) {
                        emit(element);
                    }
                    if seen.len() == count {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Draws that an element may take when it has to be another than those before: they end should
/// most of a collection turn out to be gone.
const DRAWS_EACH: usize = 100;
/// A collection this small is walked rather than drawn from again and again.
const SCAN_BELOW: usize = 512;

/// Emits `count` of `len` elements, every choice as likely as any other: each element is taken
/// with the odds of what is wanted to what is left.
fn choose<T>(
    rng: &mut Rng,
    len: usize,
    count: usize,
    all: impl Iterator<Item = T>,
    mut emit: impl FnMut(T) -> usize,
) {
    let (mut left, mut wanted) = (len as u64, count as u64);
    for element in all {
        if wanted == 0 || left == 0 {
            return;
        }
        if rng.below(left) < wanted {
            emit(element);
            wanted -= 1;
        }
        left -= 1;
    }
}

#[cfg(test)]
mod tests;
