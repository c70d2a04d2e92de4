//! Strings that are numbers: INCR and its kin.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::text::int::parse_i64;
use crate::text::long_double::LongDouble;
use engine::string::IncrError;
use engine::{Event, Expiry};

impl From<IncrError> for CommandError {
    fn from(error: IncrError) -> Self {
        match error {
            IncrError::WrongType => Self::WrongType,
            IncrError::NotInteger => Self::NotInteger,
            IncrError::Overflow => Self::Overflow,
        }
    }
}

/// `INCR key` -> the new number.
pub(super) fn incr(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    add(cx, args.at(1), 1)
}

/// `DECR key` -> the new number.
pub(super) fn decr(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    add(cx, args.at(1), -1)
}

/// `INCRBY key increment` -> the new number.
pub(super) fn incrby(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let by = parse_i64(args.at(2)).ok_or(CommandError::NotInteger)?;
    add(cx, args.at(1), by)
}

/// `DECRBY key decrement` -> the new number.
pub(super) fn decrby(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let by = parse_i64(args.at(2)).ok_or(CommandError::NotInteger)?;
    let by = by.checked_neg().ok_or(CommandError::text("ERR decrement would overflow"))?;
    add(cx, args.at(1), by)
}

fn add(cx: &mut Cx<'_>, key: &[u8], by: i64) -> CommandResult {
    let sum = cx.keys.incr_by(key, by)?;
    cx.reply.int(sum);
    Ok(Outcome::Replied)
}

/// `INCRBYFLOAT key increment` -> the new number as a bulk string.
pub(super) fn incrbyfloat(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(1);
    let old = match cx.keys.string(key)? {
        None => LongDouble::ZERO,
        Some(value) => value.with(LongDouble::parse).ok_or(CommandError::NotFloat)?,
    };
    let by = LongDouble::parse(args.at(2)).ok_or(CommandError::NotFloat)?;
    let sum = old
        .checked_add(by)
        .filter(|sum| sum.is_finite())
        .ok_or(CommandError::text("ERR increment would produce NaN or Infinity"))?;
    let mut text = Vec::with_capacity(32);
    sum.push_human(&mut text);
    cx.keys.set_text(key, &text, Expiry::Keep, Event::INCRBYFLOAT);
    cx.log_as(&[b"SET", key, &text, b"KEEPTTL"]);
    cx.reply.bulk(&text);
    Ok(Outcome::Replied)
}
