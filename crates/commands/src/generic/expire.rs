//! Keys and time: EXPIRE, TTL, PERSIST and their kin.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::expire_options::Condition;
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
    let base = if origin == Origin::Now { cx.wall() } else { 0 };
    let number = parse_i64(args.at(2)).ok_or(CommandError::NotInteger)?;
    let factor = if scale == Scale::Seconds { 1000 } else { 1 };
    let at = number
        .checked_mul(factor)
        .and_then(|ms| ms.checked_add(base))
        .ok_or(CommandError::InvalidExpire(cx.entry.command.name))?;
    let changed = match cx.keys.expiry(key) {
        Some(old) if condition.is_met_by(old, at) => {
            cx.keys.set_expiry(key, Some(at), Event::EXPIRE)
        }
        _ => false,
    };
    if changed && cx.journals() {
        if at <= cx.now() {
            cx.log_removal(key);
        } else {
            let time = at.to_string();
            let head = [&b"PEXPIREAT"[..], key, time.as_bytes()];
            let all: Vec<&[u8]> = head.into_iter().chain(args.from(3).iter()).collect();
            cx.log_as(&all);
        }
    }
    cx.reply.flag(changed);
    Ok(Outcome::Replied)
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
    reply_time(cx, args, |at| at / 1000 + (at % 1000 + 500) / 1000)
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
