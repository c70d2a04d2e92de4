//! INCREX: a counter with bounds and a time to live of its own, as rate limiters need it.
//!
//! A result outside of the bounds (or of the type's range) leaves the key and its expiry alone and
//! is answered with `[current, 0]`; SATURATE stops at the bound instead.

use super::basic;
use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::expire_options::{AlsoTakes, TimeToLive};
use crate::text::int::parse_i64;
use crate::text::long_double::LongDouble;
use engine::string::StringRef;
use engine::{Event, Expiry};

/// What the arguments say; numbers are read once it is known of which kind they are.
#[derive(Default)]
struct Options<'a> {
    by: Option<&'a [u8]>,
    is_float: bool,
    lower: Option<&'a [u8]>,
    upper: Option<&'a [u8]>,
    saturate: bool,
    ttl: TimeToLive<'a>,
    only_if_none: bool,
}

impl<'a> Options<'a> {
    fn parse(args: Args<'a>) -> Result<Self, CommandError> {
        let mut options = Self::default();
        let mut at = 2;
        while at < args.len() {
            let value = args.get(at + 1);
            let slot = if args.is(at, "BYINT") || args.is(at, "BYFLOAT") {
                options.is_float = args.is(at, "BYFLOAT");
                Some(&mut options.by)
            } else if args.is(at, "LBOUND") {
                Some(&mut options.lower)
            } else if args.is(at, "UBOUND") {
                Some(&mut options.upper)
            } else {
                None
            };
            if let Some(slot) = slot {
                if slot.is_some() || value.is_none() {
                    return Err(CommandError::Syntax);
                }
                *slot = value;
                at += 2;
                continue;
            }
            at += match options.ttl.accept(args, at, AlsoTakes::Persist)? {
                0 if args.is(at, "SATURATE") => {
                    options.saturate = true;
                    1
                }
                0 if args.is(at, "ENX") => {
                    options.only_if_none = true;
                    1
                }
                0 => return Err(CommandError::Syntax),
                taken => taken,
            };
        }
        if options.only_if_none && !matches!(options.ttl, TimeToLive::At(..)) {
            return Err(CommandError::Syntax);
        }
        Ok(options)
    }
}

const BOUNDS_CROSS: CommandError = CommandError::text("ERR LBOUND can't be greater than UBOUND");

/// `INCREX key [BYINT n | BYFLOAT n] [LBOUND n] [UBOUND n] [SATURATE] [EX .. | PX .. | EXAT .. |
/// PXAT .. | PERSIST] [ENX]` -> an array of the new number and what was added.
pub(super) fn increx(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(1);
    let options = Options::parse(args)?;
    let expiry = options.ttl.expiry(cx.wall(), "increx")?;
    let changed =
        if options.is_float { add_float(cx, key, &options)? } else { add_int(cx, key, &options)? };
    if changed {
        set_expiry(cx, key, &options, expiry);
    }
    Ok(Outcome::Replied)
}

fn set_expiry(cx: &mut Cx<'_>, key: &[u8], options: &Options<'_>, expiry: Expiry) {
    match (options.ttl, expiry) {
        (TimeToLive::Persist, _) => basic::persist(cx, key),
        (_, Expiry::At(at)) => {
            let has_one = matches!(cx.keys.expiry(key), Some(Some(_)));
            if !(options.only_if_none && has_one) {
                cx.keys.set_expiry(key, Some(at), Event::EXPIRE);
                cx.log_expiry(key, at);
            }
        }
        (_, Expiry::Keep | Expiry::Never) => {}
    }
}

/// Adds, replies, and tells whether the key was written.
fn add_int(cx: &mut Cx<'_>, key: &[u8], options: &Options<'_>) -> Result<bool, CommandError> {
    let read = |text: Option<&[u8]>, default| match text {
        Some(text) => parse_i64(text).ok_or(CommandError::NotInteger),
        None => Ok(default),
    };
    let by = read(options.by, 1)?;
    let (lower, upper) = (read(options.lower, i64::MIN)?, read(options.upper, i64::MAX)?);
    if lower > upper {
        return Err(BOUNDS_CROSS);
    }
    let old = match cx.keys.peek(key) {
        Some(entry) => StringRef::of(entry)?.as_int().ok_or(CommandError::NotInteger)?,
        None => 0,
    };
    let wanted = i128::from(old) + i128::from(by);
    let allowed = wanted.clamp(i128::from(lower), i128::from(upper));
    // Two numbers of 64 bits may lie further apart than 64 bits can tell.
    let applied = i64::try_from(allowed - i128::from(old));
    let (Ok(applied), true) = (applied, allowed == wanted || options.saturate) else {
        reply_ints(cx, old, 0);
        return Ok(false);
    };
    let sum = cx.keys.incr_by(key, applied)?;
    if cx.journals() {
        cx.log_as(&[b"INCRBY", key, applied.to_string().as_bytes()]);
    }
    reply_ints(cx, sum, applied);
    Ok(true)
}

fn reply_ints(cx: &mut Cx<'_>, value: i64, applied: i64) {
    cx.reply.array(2);
    cx.reply.int(value);
    cx.reply.int(applied);
}

fn add_float(cx: &mut Cx<'_>, key: &[u8], options: &Options<'_>) -> Result<bool, CommandError> {
    let finite = |text: &[u8]| {
        LongDouble::parse(text).filter(|number| number.is_finite()).ok_or(CommandError::NotFloat)
    };
    let read = |text: Option<&[u8]>| text.map(finite).transpose();
    let by = read(options.by)?.unwrap_or(LongDouble::ZERO);
    let (lower, upper) = (read(options.lower)?, read(options.upper)?);
    if let (Some(lower), Some(upper)) = (lower, upper)
        && upper.is_below(lower)
    {
        return Err(BOUNDS_CROSS);
    }
    let old = match cx.keys.peek(key) {
        Some(entry) => StringRef::of(entry)?.with(finite)?,
        None => LongDouble::ZERO,
    };
    let wanted = old.checked_add(by).filter(|sum| sum.is_finite());
    let allowed = wanted.map(|sum| match (lower, upper) {
        (Some(lower), _) if sum.is_below(lower) => lower,
        (_, Some(upper)) if upper.is_below(sum) => upper,
        _ => sum,
    });
    let new = allowed.filter(|_| allowed == wanted || options.saturate);
    let applied = match new {
        Some(new) if allowed != wanted => new.checked_add(old.negated()),
        Some(_) => Some(by),
        None => None,
    };
    let (Some(new), Some(applied)) = (new, applied) else {
        reply_floats(cx, old, LongDouble::ZERO);
        return Ok(false);
    };
    let mut text = Vec::with_capacity(32);
    new.push_human(&mut text);
    cx.keys.set_text(key, &text, Expiry::Keep, Event::INCRBYFLOAT);
    cx.log_as(&[b"SET", key, &text, b"KEEPTTL"]);
    reply_floats(cx, new, applied);
    Ok(true)
}

fn reply_floats(cx: &mut Cx<'_>, value: LongDouble, applied: LongDouble) {
    cx.reply.array(2);
    for number in [value, applied] {
        let mut text = Vec::with_capacity(32);
        number.push_human(&mut text);
        cx.reply.number_text(&text);
    }
}
