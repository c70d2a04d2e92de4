//! Fields that expire: HEXPIRE and its kin, HTTL and its kin, HPERSIST, HGETEX, HSETEX; and
//! HGETDEL, which shares their grammar.
//!
//! The dialect is Valkey 9's: its grammar takes all that Redis 8 takes (beside it HSETEX's NX and
//! XX, and EXPIRE's mixed conditions), and its texts, order of checks and events are used. Redis
//! words some errors differently and says `hdel` where a time in the past says `hexpired` here.

use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::expire_options::{AlsoTakes, Condition, TimeKind, TimeToLive};
use engine::hash::{HashMut, HashRef};
use engine::{Create, Event, Expiry, Type};

/// The count of fields is not what follows it.
const WRONG_COUNT: CommandError = CommandError::text(
    "ERR numfields should be greater than 0 and match the provided number of fields",
);

/// `HEXPIRE key seconds [NX | XX | GT | LT] FIELDS numfields field [field ...]` -> for each field
/// 1, 0 when refused, 2 when the instant has come and the field is gone, -2 without the field.
pub(super) fn hexpire(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    expire_fields(cx, args, TimeKind::Ex)
}

/// `HPEXPIRE key milliseconds ...` -> as HEXPIRE.
pub(super) fn hpexpire(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    expire_fields(cx, args, TimeKind::Px)
}

/// `HEXPIREAT key unix-time-seconds ...` -> as HEXPIRE.
pub(super) fn hexpireat(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    expire_fields(cx, args, TimeKind::ExAt)
}

/// `HPEXPIREAT key unix-time-milliseconds ...` -> as HEXPIRE.
pub(super) fn hpexpireat(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    expire_fields(cx, args, TimeKind::PxAt)
}

fn expire_fields(cx: &mut Cx<'_>, args: Args<'_>, kind: TimeKind) -> CommandResult {
    let at_fields = fields_word(args, 3)?;
    let condition = Condition::parse(args.first(at_fields).from(3))?;
    let fields = counted(args, at_fields, 1)?;
    let at = kind.field_instant(args.at(2), cx.wall(), cx.entry.command.name)?;
    let has_come = at <= cx.now();
    let event = if has_come { Event::HEXPIRED } else { Event::HEXPIRE };
    let mut changed = Vec::new();
    let answered = answer_each(cx, args.at(1), event, fields, |hash, field, reply| {
        let Some((_, old)) = hash.read().get_timed(field) else {
            reply.int(-2);
            return false;
        };
        let met = condition.is_met_by(old, at);
        reply.int(if met { 1 + i64::from(has_come) } else { 0 });
        if met {
            set_instant(hash, field, at, has_come);
            changed.push(field);
        }
        met
    });
    log_fields(cx, args.at(1), if has_come { Logged::Gone } else { Logged::Until(at) }, &changed);
    answered
}

/// How a change of fields is written.
#[derive(Clone, Copy)]
enum Logged {
    /// They are gone.
    Gone,
    /// They expire then.
    Until(i64),
    /// They do not expire any more.
    Kept,
}

/// Has a call written as what it did to fields, if there are any.
fn log_fields(cx: &mut Cx<'_>, key: &[u8], what: Logged, fields: &[&[u8]]) {
    if fields.is_empty() || !cx.journals() {
        return;
    }
    let count = fields.len().to_string();
    let time = if let Logged::Until(at) = what { at.to_string() } else { String::new() };
    let head: &[&[u8]] = match what {
        Logged::Gone => &[b"HDEL", key],
        Logged::Until(_) => &[b"HPEXPIREAT", key, time.as_bytes(), b"FIELDS", count.as_bytes()],
        Logged::Kept => &[b"HPERSIST", key, b"FIELDS", count.as_bytes()],
    };
    cx.log_as(&head.iter().chain(fields).copied().collect::<Vec<_>>());
}

/// `HPERSIST key FIELDS numfields field [field ...]` -> for each field 1, -1 when it has no
/// expiry, -2 without the field.
pub(super) fn hpersist(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let fields = plain_fields(args, WRONG_COUNT)?;
    answer_each(cx, args.at(1), Event::HPERSIST, fields, |hash, field, reply| {
        let old = hash.read().get_timed(field).map(|(_, old)| old.is_some());
        reply.int(old.map_or(-2, |expires| if expires { 1 } else { -1 }));
        old == Some(true) && hash.expire(field, None)
    })
}

/// `HGETDEL key FIELDS numfields field [field ...]` -> array of values, which are gone then.
pub(super) fn hgetdel(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let fields = plain_fields(args, WRONG_COUNT)?;
    answer_values(cx, args.at(1), (Event::HDEL, Logged::Gone), fields, take_out)
}

/// `HGETEX key [EX seconds | PX ms | EXAT s | PXAT ms | PERSIST] FIELDS numfields field [...]` ->
/// array of values or nulls.
pub(super) fn hgetex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let at_fields = fields_word(args, 2)?;
    let (options, key) = (args.first(at_fields), args.at(1));
    let (mut ttl, mut at) = (TimeToLive::Unsaid, 2);
    while at < at_fields {
        at += match ttl.accept(options, at, AlsoTakes::Persist)? {
            0 => return Err(CommandError::Syntax),
            taken => taken,
        };
    }
    let fields = counted(args, at_fields, 1)?;
    cx.keys.check_type(key, Type::Hash)?;
    match ttl.field_instant(cx.wall(), cx.entry.command.name)? {
        Some(at) if at <= cx.now() => {
            answer_values(cx, key, (Event::HEXPIRED, Logged::Gone), fields, take_out)
        }
        Some(at) => {
            let how = (Event::HEXPIRE, Logged::Until(at));
            answer_values(cx, key, how, fields, |hash, field| hash.expire(field, Some(at)))
        }
        None if ttl == TimeToLive::Persist => {
            answer_values(cx, key, (Event::HPERSIST, Logged::Kept), fields, |hash, field| {
                let expires = hash.read().get_timed(field).is_some_and(|(_, old)| old.is_some());
                expires && hash.expire(field, None)
            })
        }
        None => super::get_fields(cx, key, fields),
    }
}

/// `HSETEX key [NX | XX] [FNX | FXX] [EX seconds | PX ms | EXAT s | PXAT ms | KEEPTTL] FIELDS
/// numfields field value [field value ...]` -> 1 if all were set, 0 if none was.
pub(super) fn hsetex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let at_fields = fields_word(args, 2)?;
    let (options, key) = (args.first(at_fields), args.at(1));
    let (mut of_key, mut of_fields, mut ttl) = (None, None, TimeToLive::Unsaid);
    let mut at = 2;
    while at < at_fields {
        let taken = ttl.accept(options, at, AlsoTakes::Keep)?;
        let fits = match taken {
            0 => {
                says(&mut of_key, args, at, ["NX", "XX"])
                    || says(&mut of_fields, args, at, ["FNX", "FXX"])
            }
            _ => true,
        };
        if !fits {
            return Err(CommandError::Syntax);
        }
        at += taken.max(1);
    }
    let pairs = counted(args, at_fields, 2)?;
    let is_there = cx.keys.check_type(key, Type::Hash)?;
    if of_key.is_some_and(|wanted| wanted != is_there) {
        cx.reply.flag(false);
        return Ok(Outcome::Replied);
    }
    let at = ttl.field_instant(cx.wall(), cx.entry.command.name)?;
    let set = set_fields(cx, key, pairs, of_fields, ttl, at)?;
    if set {
        log_hsetex(cx, key, pairs, ttl, at);
    }
    cx.reply.flag(set);
    Ok(Outcome::Replied)
}

/// Has HSETEX written without its conditions, and with the time on the wall.
fn log_hsetex(cx: &mut Cx<'_>, key: &[u8], pairs: Args<'_>, ttl: TimeToLive<'_>, at: Option<i64>) {
    if !cx.journals() {
        return;
    }
    let (count, time) = ((pairs.len() / 2).to_string(), at.unwrap_or(0).to_string());
    let mut all = vec![&b"HSETEX"[..], key];
    match at {
        Some(at) if at <= cx.now() => {
            let fields: Vec<&[u8]> = pairs.iter().step_by(2).collect();
            return log_fields(cx, key, Logged::Gone, &fields);
        }
        Some(_) => all.extend([&b"PXAT"[..], time.as_bytes()]),
        None if ttl == TimeToLive::Keep => all.push(b"KEEPTTL"),
        None => {}
    }
    all.extend([&b"FIELDS"[..], count.as_bytes()]);
    all.extend(pairs.iter());
    cx.log_as(&all);
}

/// Sets all fields, or none if one of them is not as wanted; whether it did.
fn set_fields(
    cx: &mut Cx<'_>,
    key: &[u8],
    pairs: Args<'_>,
    wanted: Option<bool>,
    ttl: TimeToLive<'_>,
    at: Option<i64>,
) -> Result<bool, CommandError> {
    let has_come = at.is_some_and(|at| at <= cx.now());
    let expiry = match at {
        Some(at) if !has_come => Expiry::At(at),
        None if ttl == TimeToLive::Keep => Expiry::Keep,
        _ => Expiry::Never,
    };
    let fields = || (0..pairs.len()).step_by(2);
    let set = cx.keys.update_hash(key, Create::IfAbsent, Event::HSET, |hash| {
        let fits = |at| wanted.is_none_or(|wanted| hash.read().contains(pairs.at(at)) == wanted);
        if !fields().all(fits) {
            return (false, 0);
        }
        for at in fields() {
            hash.put(pairs.at(at), pairs.at(at + 1), expiry);
        }
        (true, fields().len() as u64)
    })?;
    let set = set.unwrap_or(false);
    if set && at.is_some() {
        cx.keys.note(key, Event::HEXPIRE);
    }
    if set && has_come {
        cx.keys.update_hash(key, Create::No, Event::HEXPIRED, |hash| {
            let gone = fields().filter(|&at| hash.remove(pairs.at(at))).count();
            ((), gone as u64)
        })?;
    }
    Ok(set)
}

/// `HTTL key FIELDS numfields field [field ...]` -> for each field seconds left, rounded; -1
/// without an expiry, -2 without the field.
pub(super) fn httl(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    answer_times(cx, args, |at| at.saturating_sub(now).saturating_add(500) / 1000)
}

/// `HPTTL key FIELDS numfields field [field ...]` -> the same in milliseconds.
pub(super) fn hpttl(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    answer_times(cx, args, |at| at.saturating_sub(now))
}

/// `HEXPIRETIME key FIELDS numfields field [field ...]` -> for each field the Unix time in
/// seconds, rounded; -1 without an expiry, -2 without the field.
pub(super) fn hexpiretime(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    answer_times(cx, args, |at| at / 1000 + i64::from(at % 1000 >= 500))
}

/// `HPEXPIRETIME key FIELDS numfields field [field ...]` -> the same in milliseconds.
pub(super) fn hpexpiretime(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    answer_times(cx, args, |at| at)
}

fn answer_times(cx: &mut Cx<'_>, args: Args<'_>, show: impl Fn(i64) -> i64) -> CommandResult {
    let (fields, now) = (plain_fields(args, CommandError::Syntax)?, cx.now());
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    let hash = entry.as_ref().map(|entry| HashRef::new(entry, now));
    cx.reply.array(fields.len());
    for field in fields.iter() {
        let found = hash.and_then(|hash| hash.get_timed(field));
        cx.reply.int(found.map_or(-2, |(_, at)| at.map_or(-1, &show)));
    }
    Ok(Outcome::Replied)
}

// ---- grammar -------------------------------------------------------------------------------

/// The index of the word FIELDS, which something follows, from `start` on.
fn fields_word(args: Args<'_>, start: usize) -> Result<usize, CommandError> {
    let found = (start..args.len() - 1).find(|&at| args.is(at, "FIELDS"));
    found.ok_or(WRONG_COUNT)
}

/// The arguments behind FIELDS and its count, which counts groups of `step` of them.
fn counted(args: Args<'_>, at_fields: usize, step: usize) -> Result<Args<'_>, CommandError> {
    let (count, rest) = (int(args.at(at_fields + 1))?, args.from(at_fields + 2));
    let groups = (rest.len() / step) as i64;
    if count <= 0 || count != groups || !rest.len().is_multiple_of(step) {
        return Err(WRONG_COUNT);
    }
    Ok(rest)
}

/// The fields of a call that has nothing before FIELDS; `mismatch` is its error for a wrong count.
fn plain_fields(args: Args<'_>, mismatch: CommandError) -> Result<Args<'_>, CommandError> {
    if !args.is(2, "FIELDS") {
        return Err(CommandError::Syntax);
    }
    counted(args, 2, 1).map_err(|error| if error == WRONG_COUNT { mismatch } else { error })
}

/// Reads one of two words that exclude each other: whether argument `at` is one of them and
/// agrees with what was said before. The second word asks for what is there.
fn says(said: &mut Option<bool>, args: Args<'_>, at: usize, words: [&str; 2]) -> bool {
    let Some(asks) = words.iter().position(|word| args.is(at, word)) else { return false };
    let fits = said.is_none_or(|said| said == (asks == 1));
    *said = Some(asks == 1);
    fits
}

// ---- replies -------------------------------------------------------------------------------

/// Changes fields one by one, each with its part of the reply; without the key each is answered
/// with -2.
fn answer_each<'f>(
    cx: &mut Cx<'_>,
    key: &[u8],
    event: Event,
    fields: Args<'f>,
    mut change: impl FnMut(&mut HashMut<'_>, &'f [u8], &mut crate::Reply<'_>) -> bool,
) -> CommandResult {
    let (mark, reply) = (cx.reply.mark(), &mut cx.reply);
    let found = cx.keys.update_hash(key, Create::No, event, |hash| {
        let changed = fields.iter().filter(|field| change(hash, field, reply)).count();
        ((), changed as u64)
    })?;
    if found.is_none() {
        fields.iter().for_each(|_| cx.reply.int(-2));
    }
    cx.reply.array_at(mark, fields.len());
    Ok(Outcome::Replied)
}

/// The same with the fields' values as reply, nulls without the key.
fn answer_values(
    cx: &mut Cx<'_>,
    key: &[u8],
    (event, logged): (Event, Logged),
    fields: Args<'_>,
    mut change: impl FnMut(&mut HashMut<'_>, &[u8]) -> bool,
) -> CommandResult {
    let (mark, reply, mut changed) = (cx.reply.mark(), &mut cx.reply, Vec::new());
    let found = cx.keys.update_hash(key, Create::No, event, |hash| {
        for field in fields.iter() {
            match hash.get(field) {
                Some(value) => reply.bulk(value),
                None => reply.null(),
            }
            if change(hash, field) {
                changed.push(field);
            }
        }
        ((), changed.len() as u64)
    })?;
    log_fields(cx, key, logged, &changed);
    if found.is_none() {
        fields.iter().for_each(|_| cx.reply.null());
    }
    cx.reply.array_at(mark, fields.len());
    Ok(Outcome::Replied)
}

fn take_out(hash: &mut HashMut<'_>, field: &[u8]) -> bool {
    hash.remove(field)
}

/// Lets a field expire; one whose time has come goes at once.
fn set_instant(hash: &mut HashMut<'_>, field: &[u8], at: i64, has_come: bool) {
    if has_come {
        hash.remove(field);
    } else {
        hash.expire(field, Some(at));
    }
}
