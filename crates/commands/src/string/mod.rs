//! Strings: rows, and the helpers that the handlers share.
//!
//! [`basic`] reads and writes whole values, [`number`] counts, [`range`] edits and reads parts,
//! [`conditional`] writes or deletes by what is there, [`increx`] and [`lcs`] have one command
//! each.
//! Conditions are read in [`condition`], times in [`expire_options`](crate::expire_options).

mod basic;
mod condition;
mod conditional;
mod increx;
mod lcs;
mod number;
mod range;

use crate::reply::Reply;
use crate::spec::{Arg, Begin, Category, Command, Find, Flags, Group, KeyFlags, KeySpec};
use basic::{get, getdel, getex, getset, mget, mset, msetnx, psetex, set, setex, setnx};
use conditional::{delex, delifeq, digest, msetex};
use engine::string::StringRef;
use increx::increx;
use lcs::lcs;
use number::{decr, decrby, incr, incrby, incrbyfloat};
use range::{append, getrange, setrange, strlen, substr};

/// Replies with a stored string: large ones by reference.
#[inline]
pub(crate) fn reply_string(reply: &mut Reply<'_>, value: StringRef<'_>) {
    match value {
        StringRef::Text(text) => reply.bulk(text),
        StringRef::Int(number) => reply.bulk_int(number),
        StringRef::Blob(blob) => reply.blob(blob),
    }
}

/// Replies with a stored string, or with no value.
#[inline]
pub(crate) fn reply_string_or_null(reply: &mut Reply<'_>, value: Option<StringRef<'_>>) {
    match value {
        Some(value) => reply_string(reply, value),
        None => reply.null(),
    }
}

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "append",
        run: append,
        arity: 3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::String,
        since: "2.0.0",
        summary: "Adds bytes at the end of a string, creating it if needed.",
        args: &[Arg::key("key"), Arg::string("value")],
        ..Command::DEFAULT
    },
    Command {
        name: "decr",
        run: decr,
        arity: 2,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::String,
        summary: "Subtracts one from a number; an absent key counts as 0.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "decrby",
        run: decrby,
        arity: 3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::String,
        summary: "Subtracts an integer from a number; an absent key counts as 0.",
        args: &[Arg::key("key"), Arg::integer("decrement")],
        ..Command::DEFAULT
    },
    Command {
        name: "delex",
        run: delex,
        arity: -2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::String,
        since: "8.4.0",
        summary: "Deletes a key if its string, or the digest of it, compares as asked.",
        complexity: "O(1), O(N) with a digest, N the bytes of the value",
        args: &[
            Arg::key("key"),
            Arg::one_of(
                "condition",
                &[
                    Arg::string("ifeq-value").token("IFEQ"),
                    Arg::string("ifne-value").token("IFNE"),
                    Arg::string("ifdeq-digest").token("IFDEQ"),
                    Arg::string("ifdne-digest").token("IFDNE"),
                ],
            )
            .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "delifeq",
        run: delifeq,
        arity: 3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RM.and(KeyFlags::DELETE))],
        group: Group::String,
        since: "9.0.0",
        summary: "Deletes a key if its string equals the given one.",
        args: &[Arg::key("key"), Arg::string("value")],
        ..Command::DEFAULT
    },
    Command {
        name: "digest",
        run: digest,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::String,
        since: "8.4.0",
        summary: "Returns the XXH3 digest of a string in hexadecimal.",
        complexity: "O(N), N the bytes of the value",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "get",
        run: get,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::String,
        summary: "Returns a string.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "getdel",
        run: getdel,
        arity: 2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::String,
        since: "6.2.0",
        summary: "Returns a string and deletes its key.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "getex",
        run: getex,
        arity: -2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))
            .notes("RW and UPDATE because it changes the TTL")],
        group: Group::String,
        since: "6.2.0",
        summary: "Returns a string and changes its time to live.",
        args: &[Arg::key("key"), Arg::one_of("expiration", EXPIRATION).optional()],
        ..Command::DEFAULT
    },
    Command {
        name: "getrange",
        run: getrange,
        arity: 4,
        flags: Flags::READONLY,
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::String,
        since: "2.4.0",
        summary: "Returns part of a string.",
        complexity: "O(N), N the bytes returned",
        args: &[Arg::key("key"), Arg::integer("start"), Arg::integer("end")],
        ..Command::DEFAULT
    },
    Command {
        name: "getset",
        run: getset,
        arity: 3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::String,
        summary: "Replaces a string and returns what it was.",
        args: &[Arg::key("key"), Arg::string("value")],
        ..Command::DEFAULT
    },
    Command {
        name: "incr",
        run: incr,
        arity: 2,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::String,
        summary: "Adds one to a number; an absent key counts as 0.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "incrby",
        run: incrby,
        arity: 3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::String,
        summary: "Adds an integer to a number; an absent key counts as 0.",
        args: &[Arg::key("key"), Arg::integer("increment")],
        ..Command::DEFAULT
    },
    Command {
        name: "incrbyfloat",
        run: incrbyfloat,
        arity: 3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::String,
        since: "2.6.0",
        summary: "Adds a decimal number to a number; an absent key counts as 0.",
        args: &[Arg::key("key"), Arg::double("increment")],
        ..Command::DEFAULT
    },
    Command {
        name: "increx",
        run: increx,
        arity: -2,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::String,
        since: "8.8.0",
        summary: "Adds to a number within bounds and sets its time to live.",
        args: &[
            Arg::key("key"),
            Arg::one_of(
                "increment",
                &[Arg::integer("integer").token("BYINT"), Arg::double("float").token("BYFLOAT")],
            )
            .optional(),
            Arg::double("lowerbound").token("LBOUND").optional(),
            Arg::double("upperbound").token("UBOUND").optional(),
            Arg::flag("saturate", "SATURATE").optional(),
            Arg::one_of("expiration", EXPIRATION).optional(),
            Arg::flag("enx", "ENX").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "lcs",
        run: lcs,
        arity: -3,
        flags: Flags::READONLY,
        acl: Category::STRING,
        keys: &[KeySpec::range(1, 1, 1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::String,
        since: "7.0.0",
        summary: "Finds the longest common subsequence of two strings.",
        complexity: "O(N*M), N and M the two lengths",
        args: &[
            Arg::key("key1"),
            Arg::key("key2"),
            Arg::flag("len", "LEN").optional(),
            Arg::flag("idx", "IDX").optional(),
            Arg::integer("min-match-len").token("MINMATCHLEN").optional(),
            Arg::flag("withmatchlen", "WITHMATCHLEN").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "mget",
        run: mget,
        arity: -2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::String,
        summary: "Returns the strings of several keys.",
        complexity: "O(N), N the keys",
        args: &[Arg::key("key").multiple()],
        tips: &["request_policy:multi_shard"],
        ..Command::DEFAULT
    },
    Command {
        name: "mset",
        run: mset,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::STRING,
        keys: &[KeySpec::range(1, -1, 2, KeyFlags::OW.and(KeyFlags::UPDATE))],
        group: Group::String,
        since: "1.0.1",
        summary: "Sets several keys at once.",
        complexity: "O(N), N the keys",
        args: &[Arg::block("data", &[Arg::key("key"), Arg::string("value")]).multiple()],
        tips: &["request_policy:multi_shard", "response_policy:all_succeeded"],
        ..Command::DEFAULT
    },
    Command {
        name: "msetex",
        run: msetex,
        arity: -4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::MOVABLEKEYS),
        acl: Category::STRING,
        keys: &[KeySpec {
            flags: KeyFlags::OW.and(KeyFlags::UPDATE),
            begin: Begin::Index(1),
            find: Find::KeyNum { count_at: 0, first: 1, step: 2 },
            notes: "",
        }],
        group: Group::String,
        since: "9.1.0",
        summary: "Sets several keys at once, all with one condition and one time to live.",
        complexity: "O(N), N the keys",
        args: &[
            Arg::integer("numkeys"),
            Arg::block("data", &[Arg::key("key"), Arg::string("value")]).multiple(),
            Arg::one_of("condition", &[Arg::flag("nx", "NX"), Arg::flag("xx", "XX")]).optional(),
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
        ],
        tips: &["request_policy:multi_shard", "response_policy:all_succeeded"],
        ..Command::DEFAULT
    },
    Command {
        name: "msetnx",
        run: msetnx,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::STRING,
        keys: &[KeySpec::range(1, -1, 2, KeyFlags::OW.and(KeyFlags::INSERT))],
        group: Group::String,
        since: "1.0.1",
        summary: "Sets several keys at once if none of them exists.",
        complexity: "O(N), N the keys",
        args: &[Arg::block("data", &[Arg::key("key"), Arg::string("value")]).multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "psetex",
        run: psetex,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE))],
        group: Group::String,
        since: "2.6.0",
        summary: "Sets a string with a time to live in milliseconds.",
        args: &[Arg::key("key"), Arg::integer("milliseconds"), Arg::string("value")],
        ..Command::DEFAULT
    },
    Command {
        name: "set",
        run: set,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::STRING,
        keys: &[KeySpec::at(
            1,
            KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE).and(KeyFlags::VARIABLE),
        )
        .notes("RW and ACCESS due to the optional `GET` argument")],
        group: Group::String,
        summary: "Sets a string, with optional conditions and time to live.",
        args: &[
            Arg::key("key"),
            Arg::string("value"),
            Arg::one_of(
                "condition",
                &[
                    Arg::flag("nx", "NX").since("2.6.12"),
                    Arg::flag("xx", "XX").since("2.6.12"),
                    Arg::string("comparison-value").token("IFEQ").since("8.1.0"),
                    Arg::string("ifne-value").token("IFNE").since("8.4.0"),
                    Arg::string("ifdeq-digest").token("IFDEQ").since("8.4.0"),
                    Arg::string("ifdne-digest").token("IFDNE").since("8.4.0"),
                ],
            )
            .optional(),
            Arg::flag("get", "GET").since("6.2.0").optional(),
            Arg::one_of(
                "expiration",
                &[
                    Arg::integer("seconds").token("EX").since("2.6.12"),
                    Arg::integer("milliseconds").token("PX").since("2.6.12"),
                    Arg::unix_time("unix-time-seconds").token("EXAT").since("6.2.0"),
                    Arg::unix_time("unix-time-milliseconds").token("PXAT").since("6.2.0"),
                    Arg::flag("keepttl", "KEEPTTL").since("6.0.0"),
                ],
            )
            .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "setex",
        run: setex,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE))],
        group: Group::String,
        since: "2.0.0",
        summary: "Sets a string with a time to live in seconds.",
        args: &[Arg::key("key"), Arg::integer("seconds"), Arg::string("value")],
        ..Command::DEFAULT
    },
    Command {
        name: "setnx",
        run: setnx,
        arity: 3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::OW.and(KeyFlags::INSERT))],
        group: Group::String,
        summary: "Sets a string if the key is absent.",
        args: &[Arg::key("key"), Arg::string("value")],
        ..Command::DEFAULT
    },
    Command {
        name: "setrange",
        run: setrange,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::String,
        since: "2.2.0",
        summary: "Overwrites part of a string, padding with zero bytes up to the offset.",
        complexity: "O(1) for short values, else O(N), N the bytes written",
        args: &[Arg::key("key"), Arg::integer("offset"), Arg::string("value")],
        ..Command::DEFAULT
    },
    Command {
        name: "strlen",
        run: strlen,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        group: Group::String,
        since: "2.2.0",
        summary: "Returns the length of a string in bytes.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "substr",
        run: substr,
        arity: 4,
        flags: Flags::READONLY,
        acl: Category::STRING,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::String,
        summary: "Returns part of a string (old name of GETRANGE).",
        complexity: "O(N), N the bytes returned",
        args: &[Arg::key("key"), Arg::integer("start"), Arg::integer("end")],
        ..Command::DEFAULT
    },
];

const EXPIRATION: &[Arg] = &[
    Arg::integer("seconds").token("EX"),
    Arg::integer("milliseconds").token("PX"),
    Arg::unix_time("unix-time-seconds").token("EXAT"),
    Arg::unix_time("unix-time-milliseconds").token("PXAT"),
    Arg::flag("persist", "PERSIST"),
];
