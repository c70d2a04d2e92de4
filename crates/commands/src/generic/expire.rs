//! Keys and time: EXPIRE, TTL, PERSIST and their kin.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::text::int::parse_i64;
use engine::Event;

/// How the number of an EXPIRE command is meant, and TTL's answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    Seconds,
    Milliseconds,
}

/// Where its time is counted from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Now,
    Epoch,
}

/// `EXPIRE key seconds [NX | XX | GT | LT]` -> 1, or 0 without a key or when refused.
pub(super) fn expire(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    set_expiry(cx, args, Scale::Seconds, Origin::Now)
}

/// `PEXPIRE key milliseconds [NX | XX | GT | LT]` -> as EXPIRE.
pub(super) fn pexpire(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    set_expiry(cx, args, Scale::Milliseconds, Origin::Now)
}

/// `EXPIREAT key unix-time-seconds [NX | XX | GT | LT]` -> as EXPIRE.
pub(super) fn expireat(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    set_expiry(cx, args, Scale::Seconds, Origin::Epoch)
}

/// `PEXPIREAT key unix-time-milliseconds [NX | XX | GT | LT]` -> as EXPIRE.
pub(super) fn pexpireat(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    set_expiry(cx, args, Scale::Milliseconds, Origin::Epoch)
}

fn set_expiry(cx: &mut Cx<'_>, args: Args<'_>, scale: Scale, origin: Origin) -> CommandResult {
    let key = args.at(1);
    let condition = Condition::parse(args.from(3))?;
    let base = if origin == Origin::Now { cx.now() } else { 0 };
    let number = parse_i64(args.at(2)).ok_or(CommandError::NotInteger)?;
    let factor = if scale == Scale::Seconds { 1000 } else { 1 };
    let at = number
        .checked_mul(factor)
        .and_then(|ms| ms.checked_add(base))
        .ok_or(CommandError::InvalidExpire(cx.entry.command.name))?;
    let changed = match cx.keys.expiry(key) {
        Some(old) if condition.is_met_by(old, at) => {
            // The last instant of all stands for "never" in a record.
            cx.keys.set_expiry(key, Some(at.min(i64::MAX - 1)), Event::EXPIRE)
        }
        _ => false,
    };
    cx.reply.flag(changed);
    Ok(Outcome::Replied)
}

/// What has to be true of the expiry that is there.
#[derive(Clone, Copy, Default)]
struct Condition {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
}

impl Condition {
    fn parse(words: Args<'_>) -> Result<Self, CommandError> {
        let mut condition = Self::default();
        for word in words.iter() {
            match word.to_ascii_uppercase().as_slice() {
                b"NX" => condition.nx = true,
                b"XX" => condition.xx = true,
                b"GT" => condition.gt = true,
                b"LT" => condition.lt = true,
                _ => {
                    let shown = String::from_utf8_lossy(&word[..word.len().min(128)]);
                    return Err(CommandError::owned(format!("ERR Unsupported option {shown}")));
                }
            }
        }
        let Self { nx, xx, gt, lt } = condition;
        if nx && (xx || gt || lt) {
            return Err(CommandError::text(
                "ERR NX and XX, GT or LT options at the same time are not compatible",
            ));
        }
        if gt && lt {
            return Err(CommandError::text(
                "ERR GT and LT options at the same time are not compatible",
            ));
        }
        Ok(condition)
    }

    /// Whether `at` may replace `old`; a key without an expiry counts as one that never expires.
    fn is_met_by(self, old: Option<i64>, at: i64) -> bool {
        let Self { nx, xx, gt, lt } = self;
        !(nx && old.is_some()
            || xx && old.is_none()
            || gt && old.is_none_or(|old| at <= old)
            || lt && old.is_some_and(|old| at >= old))
    }
}

/// `PERSIST key` -> 1, or 0 without a key or an expiry.
pub(super) fn persist(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(1);
    let expires = matches!(cx.keys.expiry(key), Some(Some(_)));
    if expires {
        cx.keys.set_expiry(key, None, Event::PERSIST);
    }
    cx.reply.flag(expires);
    Ok(Outcome::Replied)
}

/// `TTL key` -> seconds left, rounded; -1 without an expiry, -2 without a key.
pub(super) fn ttl(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    reply_time(cx, args, |at| (at - now).max(0).saturating_add(500) / 1000)
}

/// `PTTL key` -> milliseconds left; -1 without an expiry, -2 without a key.
pub(super) fn pttl(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    reply_time(cx, args, |at| (at - now).max(0))
}

/// `EXPIRETIME key` -> Unix time in seconds, rounded; -1 without an expiry, -2 without a key.
pub(super) fn expiretime(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_time(cx, args, |at| at.saturating_add(500) / 1000)
}

/// `PEXPIRETIME key` -> Unix time in milliseconds; -1 without an expiry, -2 without a key.
pub(super) fn pexpiretime(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_time(cx, args, |at| at)
}

fn reply_time(cx: &mut Cx<'_>, args: Args<'_>, show: impl FnOnce(i64) -> i64) -> CommandResult {
    let answer = match cx.keys.observe(args.at(1)) {
        None => -2,
        Some(entry) => entry.expire_ms().map_or(-1, show),
    };
    cx.reply.int(answer);
    Ok(Outcome::Replied)
}
