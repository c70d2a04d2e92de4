//! Hashes: fields with values. Cases: `tests/cases/hash.t`.
//!
//! A handler reads through [`HashRef`] or changes through `Keys::update_hash`, which creates the
//! key, deletes an emptied one and records the event.

use crate::args::Args;
use crate::collection::{Sample, int, int_from, scan_until};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::scan_options::{ScanOptions, parse_cursor};
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use crate::text::int::parse_i64;
use crate::text::long_double::LongDouble;
use engine::hash::HashRef;
use engine::value::IntText;
use engine::{Create, Event, Type};

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "hdel",
        run: hdel,
        arity: -3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Deletes fields.",
        complexity: "O(N), N the fields given",
        args: &[Arg::key("key"), Arg::string("field").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "hexists",
        run: hexists,
        arity: 3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Tells whether a field exists.",
        args: &[Arg::key("key"), Arg::string("field")],
        ..Command::DEFAULT
    },
    Command {
        name: "hget",
        run: hget,
        arity: 3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Returns the value of a field.",
        args: &[Arg::key("key"), Arg::string("field")],
        ..Command::DEFAULT
    },
    Command {
        name: "hgetall",
        run: hgetall,
        arity: 2,
        flags: Flags::READONLY,
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Returns all fields and values.",
        complexity: "O(N), N the fields",
        args: &[Arg::key("key")],
        tips: &["nondeterministic_output_order"],
        ..Command::DEFAULT
    },
    Command {
        name: "hgetdel",
        run: hgetdel,
        arity: -5,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::Hash,
        since: "9.1.0",
        summary: "Returns the values of fields and deletes them.",
        complexity: "O(N), N the fields given",
        args: FIELDS_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "hincrby",
        run: hincrby,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Adds an integer to the number in a field.",
        args: &[Arg::key("key"), Arg::string("field"), Arg::integer("increment")],
        ..Command::DEFAULT
    },
    Command {
        name: "hincrbyfloat",
        run: hincrbyfloat,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "2.6.0",
        summary: "Adds a decimal number to the number in a field.",
        args: &[Arg::key("key"), Arg::string("field"), Arg::double("increment")],
        ..Command::DEFAULT
    },
    Command {
        name: "hkeys",
        run: hkeys,
        arity: 2,
        flags: Flags::READONLY,
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Returns all field names.",
        complexity: "O(N), N the fields",
        args: &[Arg::key("key")],
        tips: &["nondeterministic_output_order"],
        ..Command::DEFAULT
    },
    Command {
        name: "hlen",
        run: hlen,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Counts the fields.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "hmget",
        run: hmget,
        arity: -3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Returns the values of several fields.",
        complexity: "O(N), N the fields given",
        args: &[Arg::key("key"), Arg::string("field").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "hmset",
        run: hmset,
        arity: -4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Sets several fields (old form of HSET).",
        complexity: "O(N), N the fields given",
        args: &[
            Arg::key("key"),
            Arg::block("data", &[Arg::string("field"), Arg::string("value")]).multiple(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "hrandfield",
        run: hrandfield,
        arity: -2,
        flags: Flags::READONLY,
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "6.2.0",
        summary: "Returns random fields.",
        complexity: "O(N), N the fields returned",
        args: &[
            Arg::key("key"),
            Arg::block(
                "options",
                &[Arg::integer("count"), Arg::flag("withvalues", "WITHVALUES").optional()],
            )
            .optional(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "hscan",
        run: hscan,
        arity: -3,
        flags: Flags::READONLY,
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "2.8.0",
        summary: "Iterates over fields and values.",
        complexity: "O(1) a call, O(N) for a full iteration, N the fields",
        args: &[
            Arg::key("key"),
            Arg::integer("cursor"),
            Arg::pattern("pattern").token("MATCH").optional(),
            Arg::integer("count").token("COUNT").optional(),
            Arg::flag("novalues", "NOVALUES").optional(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "hset",
        run: hset,
        arity: -4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Sets fields, creating the hash if needed.",
        complexity: "O(N), N the fields given",
        args: &[
            Arg::key("key"),
            Arg::block("data", &[Arg::string("field"), Arg::string("value")]).multiple(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "hsetnx",
        run: hsetnx,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Sets a field if it is absent.",
        args: &[Arg::key("key"), Arg::string("field"), Arg::string("value")],
        ..Command::DEFAULT
    },
    Command {
        name: "hstrlen",
        run: hstrlen,
        arity: 3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        group: Group::Hash,
        since: "3.2.0",
        summary: "Returns the length of a field's value.",
        args: &[Arg::key("key"), Arg::string("field")],
        ..Command::DEFAULT
    },
    Command {
        name: "hvals",
        run: hvals,
        arity: 2,
        flags: Flags::READONLY,
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "2.0.0",
        summary: "Returns all values.",
        complexity: "O(N), N the fields",
        args: &[Arg::key("key")],
        tips: &["nondeterministic_output_order"],
        ..Command::DEFAULT
    },
];

const FIELDS_ARGS: &[Arg] = &[
    Arg::key("key"),
    Arg::block("fields", &[Arg::integer("numfields").spec(0), Arg::string("field").multiple()])
        .token("FIELDS"),
];

/// `HSET key field value [field value ...]` -> number of new fields.
fn hset(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let added = set_fields(cx, args)?;
    cx.reply.count(added);
    Ok(Outcome::Replied)
}

/// `HMSET key field value [field value ...]` -> `OK`.
fn hmset(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    set_fields(cx, args)?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

#[inline]
fn set_fields(cx: &mut Cx<'_>, args: Args<'_>) -> Result<usize, CommandError> {
    if !args.len().is_multiple_of(2) {
        return Err(cx.arity_error());
    }
    let added = cx.keys.update_hash(args.at(1), Create::IfAbsent, Event::HSET, |hash| {
        let fields = (2..args.len()).step_by(2);
        let pairs = fields.len() as u64;
        let new = fields.filter(|&at| hash.set(args.at(at), args.at(at + 1))).count();
        (new, pairs)
    })?;
    Ok(added.unwrap_or(0))
}

/// `HSETNX key field value` -> 1 if it was set.
fn hsetnx(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let set = cx.keys.update_hash(args.at(1), Create::IfAbsent, Event::HSET, |hash| {
        let set = hash.set_nx(args.at(2), args.at(3));
        (set, u64::from(set))
    })?;
    cx.reply.flag(set.unwrap_or(false));
    Ok(Outcome::Replied)
}

/// `HGET key field` -> bulk string or null.
fn hget(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    match entry.as_ref().and_then(|entry| HashRef::new(entry).get(args.at(2))) {
        Some(value) => cx.reply.bulk(value),
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// `HMGET key field [field ...]` -> array of bulk strings or nulls.
fn hmget(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    let hash = entry.as_ref().map(|entry| HashRef::new(entry));
    let fields = args.from(2);
    cx.reply.array(fields.len());
    if let Some(hash) = hash {
        fields.iter().for_each(|field| hash.prefetch(field));
    }
    for field in fields.iter() {
        match hash.and_then(|hash| hash.get(field)) {
            Some(value) => cx.reply.bulk(value),
            None => cx.reply.null(),
        }
    }
    Ok(Outcome::Replied)
}

/// `HGETALL key` -> map.
fn hgetall(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Hash)? else {
        cx.reply.map(0);
        return Ok(Outcome::Replied);
    };
    let hash = HashRef::new(&entry);
    cx.reply.map(hash.len());
    for (field, value) in hash {
        cx.reply.bulk(field);
        cx.reply.bulk(value);
    }
    Ok(Outcome::Replied)
}

/// `HKEYS key` -> array of fields.
fn hkeys(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    list_parts(cx, args, |(field, _)| field)
}

/// `HVALS key` -> array of values.
fn hvals(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    list_parts(cx, args, |(_, value)| value)
}

/// Picks the field or the value.
type Part = for<'a> fn((&'a [u8], &'a [u8])) -> &'a [u8];

fn list_parts(cx: &mut Cx<'_>, args: Args<'_>, part: Part) -> CommandResult {
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Hash)? else {
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let hash = HashRef::new(&entry);
    cx.reply.array(hash.len());
    for pair in hash {
        cx.reply.bulk(part(pair));
    }
    Ok(Outcome::Replied)
}

/// `HLEN key` -> number of fields.
fn hlen(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    cx.reply.count(entry.map_or(0, |entry| HashRef::new(&entry).len()));
    Ok(Outcome::Replied)
}

/// `HEXISTS key field` -> 1 or 0.
fn hexists(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    cx.reply.flag(entry.is_some_and(|entry| HashRef::new(&entry).contains(args.at(2))));
    Ok(Outcome::Replied)
}

/// `HSTRLEN key field` -> length of the value in bytes.
fn hstrlen(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    cx.reply.count(entry.map_or(0, |entry| HashRef::new(&entry).value_len(args.at(2))));
    Ok(Outcome::Replied)
}

/// `HDEL key field [field ...]` -> number of deleted fields.
fn hdel(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let deleted = cx.keys.update_hash(args.at(1), Create::No, Event::HDEL, |hash| {
        let deleted = args.from(2).iter().filter(|field| hash.remove(field)).count();
        (deleted, deleted as u64)
    })?;
    cx.reply.count(deleted.unwrap_or(0));
    Ok(Outcome::Replied)
}

/// `HGETDEL key FIELDS numfields field [field ...]` -> array of values, which are gone then.
fn hgetdel(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if !args.is(2, "FIELDS") {
        return Err(CommandError::text(
            "ERR Mandatory argument FIELDS is missing or not at the right position",
        ));
    }
    const NOT_POSITIVE: &str = "ERR Number of fields must be a positive integer";
    let (count, fields) = (int_from(args.at(3), 1, NOT_POSITIVE)?, args.from(4));
    if count != fields.len() {
        return Err(CommandError::text(
            "ERR The `numfields` parameter must match the number of arguments",
        ));
    }
    let mark = cx.reply.mark();
    let found = cx.keys.update_hash(args.at(1), Create::No, Event::HDEL, |hash| {
        cx.reply.array(fields.len());
        let mut deleted = 0;
        for field in fields.iter() {
            match hash.get(field) {
                Some(value) => cx.reply.bulk(value),
                None => cx.reply.null(),
            }
            deleted += u64::from(hash.remove(field));
        }
        ((), deleted)
    })?;
    if found.is_none() {
        cx.reply.truncate(mark);
        cx.reply.array(fields.len());
        fields.iter().for_each(|_| cx.reply.null());
    }
    Ok(Outcome::Replied)
}

/// `HINCRBY key field increment` -> the new value.
fn hincrby(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let increment = int(args.at(3))?;
    let result = cx.keys.update_hash(args.at(1), Create::IfAbsent, Event::HINCRBY, |hash| {
        let result = match hash.get(args.at(2)).map(parse_i64) {
            None => Ok(increment),
            Some(None) => Err(CommandError::text("ERR hash value is not an integer")),
            Some(Some(value)) => value.checked_add(increment).ok_or(CommandError::Overflow),
        };
        if let Ok(value) = result {
            hash.set(args.at(2), &IntText::new(value));
        }
        let changes = u64::from(result.is_ok());
        (result, changes)
    })?;
    if let Some(result) = result {
        cx.reply.int(result?);
    }
    Ok(Outcome::Replied)
}

/// `HINCRBYFLOAT key field increment` -> the new value, a bulk string.
fn hincrbyfloat(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let increment = LongDouble::parse(args.at(3)).ok_or(CommandError::NotFloat)?;
    if !increment.is_finite() {
        return Err(CommandError::text("ERR value is NaN or Infinity"));
    }
    let mut text = Vec::new();
    let event = Event::HINCRBYFLOAT;
    let result = cx.keys.update_hash(args.at(1), Create::IfAbsent, event, |hash| {
        let sum = match hash.get(args.at(2)).map(LongDouble::parse) {
            None => Ok(increment),
            Some(None) => Err(CommandError::text("ERR hash value is not a float")),
            Some(Some(value)) => value
                .checked_add(increment)
                .filter(|sum| sum.is_finite())
                .ok_or(CommandError::text("ERR increment would produce NaN or Infinity")),
        };
        if let Ok(sum) = sum {
            sum.push_human(&mut text);
            hash.set(args.at(2), &text);
        }
        let changes = u64::from(sum.is_ok());
        (sum.map(|_| ()), changes)
    })?;
    result.unwrap_or(Ok(()))?;
    cx.reply.bulk(&text);
    Ok(Outcome::Replied)
}

/// `HRANDFIELD key [count [WITHVALUES]]` -> bulk string or null; with a count an array of fields,
/// or of fields with their values (pairs in RESP3).
fn hrandfield(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(count) = args.get(2) else {
        let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
        let r = cx.local.rng.draw();
        match entry.as_ref().and_then(|entry| HashRef::new(entry).random(r)) {
            Some((field, _)) => cx.reply.bulk(field),
            None => cx.reply.null(),
        }
        return Ok(Outcome::Replied);
    };
    let paired = args.len() > 3;
    if args.len() > 4 || (paired && !args.is(3, "WITHVALUES")) {
        Sample::parse(count, false)?;
        return Err(CommandError::Syntax);
    }
    let sample = Sample::parse(count, paired)?;
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Hash)? else {
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let hash = HashRef::new(&entry);
    let nested = paired && cx.reply.is_resp3();
    let size = sample.size(hash.len());
    cx.reply.array(if paired && !nested { size * 2 } else { size });
    let mark = cx.reply.mark();
    let reply = &mut cx.reply;
    let rng = &mut cx.local.rng;
    let id = |pair: &(&[u8], &[u8])| engine::hash(pair.0);
    sample.draw(
        rng,
        hash.len(),
        hash.iter(),
        |r| hash.random(r),
        id,
        |(field, value)| {
            if nested {
                reply.array(2);
            }
            reply.bulk(field);
            if paired {
                reply.bulk(value);
            }
            reply.mark() - mark
        },
    )?;
    Ok(Outcome::Replied)
}

/// `HSCAN key cursor [MATCH pattern] [COUNT count] [NOVALUES]` -> the next cursor and an array of
/// fields with their values.
fn hscan(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let cursor = parse_cursor(args.at(2))?;
    let mut paired = true;
    let options = ScanOptions::parse(args, 3, |at| {
        let bare = args.is(at, "NOVALUES");
        paired &= !bare;
        usize::from(bare)
    });
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Hash)? else {
        cx.reply.array(2);
        cx.reply.bulk(b"0");
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let options = options?;
    let hash = HashRef::new(&entry);
    let (mark, reply, mut found) = (cx.reply.mark(), &mut cx.reply, 0);
    let next = scan_until(cursor, options.count, |cursor| {
        let next = hash.scan(cursor, |field, value| {
            if options.selects(field) {
                reply.bulk(field);
                found += 1;
                if paired {
                    reply.bulk(value);
                    found += 1;
                }
            }
        });
        (next, found)
    });
    cx.reply.array_at(mark, found);
    cx.reply.cursor_at(mark, next);
    Ok(Outcome::Replied)
}
