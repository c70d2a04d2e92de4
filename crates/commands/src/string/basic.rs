//! Whole values: GET, SET and their kin.

use super::condition::Condition;
use super::{reply_string, reply_string_or_null};
use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::expire_options::{AlsoTakes, TimeKind, TimeToLive};
use engine::string::StringRef;
use engine::{Event, Expiry};

/// `GET key` -> the string, or no value.
#[inline]
pub(super) fn get(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let reply = &mut cx.reply;
    cx.keys.read_with(args.at(1), |entry| {
        reply_string_or_null(reply, entry.map(StringRef::of).transpose()?);
        Ok(Outcome::Replied)
    })
}

/// `MGET key [key ...]` -> an array of strings; what is no string is no value.
pub(super) fn mget(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let keys = args.from(1);
    cx.reply.array(keys.len());
    for key in keys.iter() {
        match cx.keys.string(key) {
            Ok(Some(value)) => reply_string(&mut cx.reply, value),
            Ok(None) | Err(_) => cx.reply.null(),
        }
    }
    Ok(Outcome::Replied)
}

/// `SET key value [NX | XX | IFEQ .. | IFNE .. | IFDEQ .. | IFDNE ..] [GET] [EX .. | KEEPTTL]`
/// -> `OK`, no value when the condition is not met; with GET the old value.
#[inline]
pub(super) fn set(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if args.len() > 3 {
        return set_with_options(cx, args);
    }
    cx.keys.set_string(args.at(1), args.at(2), Expiry::Never, Event::SET);
    cx.reply.ok();
    Ok(Outcome::Replied)
}

#[derive(Default)]
struct SetOptions<'a> {
    condition: Condition<'a>,
    get: bool,
    ttl: TimeToLive<'a>,
}

impl<'a> SetOptions<'a> {
    fn parse(args: Args<'a>) -> Result<Self, CommandError> {
        let mut options = Self::default();
        let mut at = 3;
        while at < args.len() {
            let mut taken = options.condition.accept_existence(args, at)?;
            if taken == 0 {
                taken = options.ttl.accept(args, at, AlsoTakes::Keep)?;
            }
            if taken == 0 {
                taken = options.condition.accept_comparison(args, at)?;
            }
            if taken == 0 && args.is(at, "GET") {
                options.get = true;
                taken = 1;
            }
            if taken == 0 {
                return Err(CommandError::Syntax);
            }
            at += taken;
        }
        Ok(options)
    }
}

fn set_with_options(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (key, value) = (args.at(1), args.at(2));
    let SetOptions { condition, get, ttl } = SetOptions::parse(args)?;
    condition.check()?;
    let expiry = ttl.expiry(cx.wall(), "set")?;
    let met = if get || condition.compares() {
        let old = cx.keys.string(key)?;
        if get {
            reply_string_or_null(&mut cx.reply, old);
        }
        condition.is_met_by(old)
    } else {
        condition == Condition::Always || condition.is_met_by_presence(cx.keys.peek(key).is_some())
    };
    if met {
        write(cx, key, value, expiry);
        if cx.journals() {
            log_set(cx, args, ttl, expiry, get);
        }
    }
    match (get, met) {
        (true, _) => {}
        (false, true) => cx.reply.ok(),
        (false, false) => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// A time is written as that of the wall, GET not at all.
#[cold]
fn log_set(cx: &mut Cx<'_>, args: Args<'_>, ttl: TimeToLive<'_>, expiry: Expiry, get: bool) {
    match (ttl, expiry) {
        (_, Expiry::At(at)) => log_set_until(cx, args.at(1), args.at(2), at),
        (_, Expiry::Keep | Expiry::Never) if get => {
            let is_get = |arg: &&[u8]| arg.eq_ignore_ascii_case(b"GET");
            let options = args.from(3).iter().filter(|arg| !is_get(arg));
            let all: Vec<&[u8]> = args.first(3).iter().chain(options).collect();
            cx.log_as(&all);
        }
        _ => {}
    }
}

#[cold]
fn log_set_until(cx: &mut Cx<'_>, key: &[u8], value: &[u8], at: i64) {
    cx.log_as(&[b"SET", key, value, b"PXAT", at.to_string().as_bytes()]);
}

/// Sets a string with its event, and that of an expiry that came with it.
pub(super) fn write(cx: &mut Cx<'_>, key: &[u8], value: &[u8], expiry: Expiry) {
    cx.keys.set_string(key, value, expiry, Event::SET);
    if matches!(expiry, Expiry::At(_)) {
        cx.keys.note(key, Event::EXPIRE);
    }
}

/// `SETNX key value` -> 1, or 0 when the key exists.
pub(super) fn setnx(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let absent = cx.keys.peek(args.at(1)).is_none();
    if absent {
        write(cx, args.at(1), args.at(2), Expiry::Never);
    }
    cx.reply.flag(absent);
    Ok(Outcome::Replied)
}

/// `SETEX key seconds value` -> `OK`.
pub(super) fn setex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    set_for(cx, args, TimeKind::Ex)
}

/// `PSETEX key milliseconds value` -> `OK`.
pub(super) fn psetex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    set_for(cx, args, TimeKind::Px)
}

fn set_for(cx: &mut Cx<'_>, args: Args<'_>, kind: TimeKind) -> CommandResult {
    let at = kind.instant(args.at(2), cx.wall(), cx.entry.command.name)?;
    write(cx, args.at(1), args.at(3), Expiry::At(at));
    if cx.journals() {
        log_set_until(cx, args.at(1), args.at(3), at);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `GETSET key value` -> the old string, or no value.
pub(super) fn getset(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let old = cx.keys.string(args.at(1))?;
    reply_string_or_null(&mut cx.reply, old);
    write(cx, args.at(1), args.at(2), Expiry::Never);
    cx.log_as(&[b"SET", args.at(1), args.at(2)]);
    Ok(Outcome::Replied)
}

/// `GETDEL key` -> the string that was there, or no value.
pub(super) fn getdel(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let old = cx.keys.string(args.at(1))?;
    reply_string_or_null(&mut cx.reply, old);
    if cx.keys.delete(args.at(1), Event::DEL) {
        cx.log_as(&[b"DEL", args.at(1)]);
    }
    Ok(Outcome::Replied)
}

/// `GETEX key [EX .. | PX .. | EXAT .. | PXAT .. | PERSIST]` -> the string, or no value.
pub(super) fn getex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(1);
    let mut ttl = TimeToLive::Unsaid;
    let mut at = 2;
    while at < args.len() {
        match ttl.accept(args, at, AlsoTakes::Persist)? {
            0 => return Err(CommandError::Syntax),
            taken => at += taken,
        }
    }
    // A missing key answers before the time is looked at.
    let Some(value) = cx.keys.string(key)? else {
        cx.reply.null();
        return Ok(Outcome::Replied);
    };
    let mark = cx.reply.mark();
    reply_string(&mut cx.reply, value);
    match ttl {
        TimeToLive::Unsaid | TimeToLive::Keep => {}
        TimeToLive::Persist => persist(cx, key),
        TimeToLive::At(kind, text) => match kind.instant(text, cx.wall(), "getex") {
            Ok(at) => {
                cx.keys.set_expiry(key, Some(at), Event::EXPIRE);
                cx.log_expiry(key, at);
            }
            Err(error) => {
                cx.reply.truncate(mark);
                return Err(error);
            }
        },
    }
    Ok(Outcome::Replied)
}

/// Removes the expiry of a key, if it has one.
pub(super) fn persist(cx: &mut Cx<'_>, key: &[u8]) {
    if let Some(Some(_)) = cx.keys.expiry(key) {
        cx.keys.set_expiry(key, None, Event::PERSIST);
        cx.log_as(&[b"PERSIST", key]);
    }
}

/// `MSET key value [key value ...]` -> `OK`.
pub(super) fn mset(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    write_pairs(cx, args)?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `MSETNX key value [key value ...]` -> 1, or 0 when one of the keys exists.
pub(super) fn msetnx(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if args.len().is_multiple_of(2) {
        return Err(cx.arity_error());
    }
    let taken = args.from(1).iter().step_by(2).any(|key| cx.keys.peek(key).is_some());
    if !taken {
        write_pairs(cx, args)?;
    }
    cx.reply.flag(!taken);
    Ok(Outcome::Replied)
}

fn write_pairs(cx: &mut Cx<'_>, args: Args<'_>) -> Result<(), CommandError> {
    if args.len().is_multiple_of(2) {
        return Err(cx.arity_error());
    }
    for at in (1..args.len()).step_by(2) {
        cx.keys.set_string(args.at(at), args.at(at + 1), Expiry::Never, Event::SET);
    }
    Ok(())
}
