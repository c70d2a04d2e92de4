//! Hashes: fields with values. Cases: `tests/cases/hash.t`, `hash_newer.t`, `hash_ttl.t`.
//!
//! A handler reads through [`HashRef`] or changes through `Keys::update_hash`, which creates the
//! key, deletes an emptied one and records the event. Commands of fields that expire are in
//! `fields.rs`; they speak Valkey's dialect.

mod fields;

use crate::args::Args;
use crate::collection::{Sample, int, scan_until};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::scan_options::{ScanOptions, parse_cursor};
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use crate::text::int::parse_i64;
use crate::text::long_double::LongDouble;
use engine::hash::HashRef;
use engine::value::IntText;
use engine::{Create, Event, Expiry, Type};
use fields::{
    hexpire, hexpireat, hexpiretime, hgetdel, hgetex, hpersist, hpexpire, hpexpireat, hpexpiretime,
    hpttl, hsetex, httl,
};

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
        name: "hexpire",
        run: hexpire,
        arity: -6,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Sets the time to live of fields in seconds.",
        complexity: "O(N), N the fields given",
        args: &[
            Arg::key("key"),
            Arg::integer("seconds"),
            Arg::one_of(
                "condition",
                &[
                    Arg::flag("nx", "NX"),
                    Arg::flag("xx", "XX"),
                    Arg::flag("gt", "GT"),
                    Arg::flag("lt", "LT"),
                ],
            )
            .optional(),
            Arg::block("fields", &[Arg::integer("numfields"), Arg::string("field").multiple()])
                .token("FIELDS"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "hexpireat",
        run: hexpireat,
        arity: -6,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Sets the Unix time, in seconds, at which fields expire.",
        complexity: "O(N), N the fields given",
        args: &[
            Arg::key("key"),
            Arg::integer("unix-time-seconds"),
            Arg::one_of(
                "condition",
                &[
                    Arg::flag("nx", "NX"),
                    Arg::flag("xx", "XX"),
                    Arg::flag("gt", "GT"),
                    Arg::flag("lt", "LT"),
                ],
            )
            .since("9.0.0")
            .optional(),
            Arg::block(
                "fields",
                &[Arg::integer("numfields").spec(0), Arg::string("field").multiple()],
            )
            .token("FIELDS"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "hexpiretime",
        run: hexpiretime,
        arity: -5,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Returns the Unix time, in seconds, at which fields expire.",
        complexity: "O(N), N the fields given",
        args: FIELDS_ARGS,
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
        name: "hgetex",
        run: hgetex,
        arity: -5,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Returns the values of fields and changes their time to live.",
        complexity: "O(N), N the fields given",
        args: &[
            Arg::key("key"),
            Arg::one_of(
                "expiration",
                &[
                    Arg::integer("seconds").token("EX"),
                    Arg::integer("milliseconds").token("PX"),
                    Arg::unix_time("unix-time-seconds").token("EXAT"),
                    Arg::unix_time("unix-time-milliseconds").token("PXAT"),
                    Arg::flag("persist", "PERSIST"),
                ],
            )
            .optional(),
            Arg::block(
                "fields",
                &[Arg::integer("numfields").spec(0), Arg::string("field").multiple()],
            )
            .token("FIELDS"),
        ],
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
        name: "hpersist",
        run: hpersist,
        arity: -5,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Removes the time to live of fields.",
        complexity: "O(N), N the fields given",
        args: FIELDS_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "hpexpire",
        run: hpexpire,
        arity: -6,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Sets the time to live of fields in milliseconds.",
        complexity: "O(N), N the fields given",
        args: &[
            Arg::key("key"),
            Arg::integer("milliseconds"),
            Arg::one_of(
                "condition",
                &[
                    Arg::flag("nx", "NX"),
                    Arg::flag("xx", "XX"),
                    Arg::flag("gt", "GT"),
                    Arg::flag("lt", "LT"),
                ],
            )
            .since("9.0.0")
            .optional(),
            Arg::block(
                "fields",
                &[Arg::integer("numfields").spec(0), Arg::string("field").multiple()],
            )
            .token("FIELDS"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "hpexpireat",
        run: hpexpireat,
        arity: -6,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Sets the Unix time, in milliseconds, at which fields expire.",
        complexity: "O(N), N the fields given",
        args: &[
            Arg::key("key"),
            Arg::integer("unix-time-milliseconds"),
            Arg::one_of(
                "condition",
                &[
                    Arg::flag("nx", "NX"),
                    Arg::flag("xx", "XX"),
                    Arg::flag("gt", "GT"),
                    Arg::flag("lt", "LT"),
                ],
            )
            .since("9.0.0")
            .optional(),
            Arg::block(
                "fields",
                &[Arg::integer("numfields").spec(0), Arg::string("field").multiple()],
            )
            .token("FIELDS"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "hpexpiretime",
        run: hpexpiretime,
        arity: -5,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Returns the Unix time, in milliseconds, at which fields expire.",
        complexity: "O(N), N the fields given",
        args: FIELDS_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "hpttl",
        run: hpttl,
        arity: -5,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Returns the time to live of fields in milliseconds.",
        complexity: "O(N), N the fields given",
        args: FIELDS_ARGS,
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
        name: "hsetex",
        run: hsetex,
        arity: -6,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Sets fields with conditions and a time to live.",
        complexity: "O(N), N the fields given",
        args: &[
            Arg::key("key"),
            Arg::one_of("key-condition", &[Arg::flag("nx", "NX"), Arg::flag("xx", "XX")])
                .optional(),
            Arg::one_of("fields-condition", &[Arg::flag("fnx", "FNX"), Arg::flag("fxx", "FXX")])
                .optional(),
            Arg::one_of(
                "expiration",
                &[
                    Arg::integer("seconds").token("EX"),
                    Arg::integer("milliseconds").token("PX"),
                    Arg::unix_time("unix-time-seconds").token("EXAT"),
                    Arg::unix_time("unix-time-milliseconds").token("PXAT"),
                    Arg::flag("keepttl", "KEEPTTL"),
                ],
            )
            .optional(),
            Arg::block(
                "fields",
                &[
                    Arg::integer("numfields").spec(0),
                    Arg::block("data", &[Arg::string("field"), Arg::string("value")]).multiple(),
                ],
            )
            .token("FIELDS"),
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
        name: "httl",
        run: httl,
        arity: -5,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::HASH,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Hash,
        since: "9.0.0",
        summary: "Returns the time to live of fields in seconds.",
        complexity: "O(N), N the fields given",
        args: FIELDS_ARGS,
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
    let now = cx.now();
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    match entry.as_ref().and_then(|entry| HashRef::new(entry, now).get(args.at(2))) {
        Some(value) => cx.reply.bulk(value),
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// `HMGET key field [field ...]` -> array of bulk strings or nulls.
fn hmget(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    get_fields(cx, args.at(1), args.from(2))
}

/// Replies with the values of fields, nulls for absent ones.
fn get_fields(cx: &mut Cx<'_>, key: &[u8], fields: Args<'_>) -> CommandResult {
    let now = cx.now();
    let entry = cx.keys.read_as(key, Type::Hash)?;
    let hash = entry.as_ref().map(|entry| HashRef::new(entry, now));
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
    let now = cx.now();
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Hash)? else {
        cx.reply.map(0);
        return Ok(Outcome::Replied);
    };
    let hash = HashRef::new(&entry, now);
    let live = hash.live();
    cx.reply.map(live);
    cx.reply.each(live, hash, |reply, (field, value)| {
        reply.bulk(field);
        reply.bulk(value);
    });
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
    let now = cx.now();
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Hash)? else {
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let hash = HashRef::new(&entry, now);
    let live = hash.live();
    cx.reply.array(live);
    cx.reply.each(live, hash, |reply, pair| reply.bulk(part(pair)));
    Ok(Outcome::Replied)
}

/// `HLEN key` -> number of fields.
fn hlen(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    cx.reply.count(entry.map_or(0, |entry| HashRef::new(&entry, now).len()));
    Ok(Outcome::Replied)
}

/// `HEXISTS key field` -> 1 or 0.
fn hexists(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    cx.reply.flag(entry.is_some_and(|entry| HashRef::new(&entry, now).contains(args.at(2))));
    Ok(Outcome::Replied)
}

/// `HSTRLEN key field` -> length of the value in bytes.
fn hstrlen(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
    cx.reply.count(entry.map_or(0, |entry| HashRef::new(&entry, now).value_len(args.at(2))));
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
            hash.put(args.at(2), &IntText::new(value), Expiry::Keep);
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
            hash.put(args.at(2), &text, Expiry::Keep);
        }
        let changes = u64::from(sum.is_ok());
        (sum.map(|_| ()), changes)
    })?;
    result.unwrap_or(Ok(()))?;
    cx.log_as(&[b"HSET", args.at(1), args.at(2), &text]);
    cx.reply.bulk(&text);
    Ok(Outcome::Replied)
}

/// `HRANDFIELD key [count [WITHVALUES]]` -> bulk string or null; with a count an array of fields,
/// or of fields with their values (pairs in RESP3).
fn hrandfield(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    let Some(count) = args.get(2) else {
        let entry = cx.keys.read_as(args.at(1), Type::Hash)?;
        let r = cx.local.rng.draw();
        match entry.as_ref().and_then(|entry| HashRef::new(entry, now).random(r)) {
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
    let hash = HashRef::new(&entry, now);
    let nested = paired && cx.reply.is_resp3();
    let (mark, mut drawn) = (cx.reply.mark(), 0);
    let reply = &mut cx.reply;
    let rng = &mut cx.local.rng;
    // A draw that walks all fields anyway can count those that are there.
    let len = if sample.walks(hash.len()) { hash.live() } else { hash.len() };
    let id = |pair: &(&[u8], &[u8])| engine::hash(pair.0);
    let emit = |(field, value): (&[u8], &[u8])| {
        drawn += 1;
        if nested {
            reply.array(2);
        }
        reply.bulk(field);
        if paired {
            reply.bulk(value);
        }
        reply.mark() - mark
    };
    sample.draw(rng, len, hash.iter(), |r| hash.random(r), id, emit)?;
    cx.reply.array_at(mark, if paired && !nested { drawn * 2 } else { drawn });
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
    let now = cx.now();
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Hash)? else {
        cx.reply.array(2);
        cx.reply.bulk(b"0");
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let options = options?;
    let hash = HashRef::new(&entry, now);
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
