//! Commands on keys of any type: rows. [`keys`] has those that take, move and remove whole keys,
//! [`expire`] those about time, [`scan`] those that look through a database.

mod dump;
mod expire;
mod keys;
mod migrate;
mod object;
mod scan;
mod sort;
mod wait;

use crate::spec::{Arg, Category, Command, Flags, KeyFlags, KeySpec};
pub use dump::strings;
use expire::{expire, expireat, expiretime, persist, pexpire, pexpireat, pexpiretime, pttl, ttl};
use keys::{copy, del, exists, move_key, rename, renamenx, touch, type_of, unlink};
pub(crate) use sort::makes_keys;
pub(crate) use wait::{log_has_come, nothing_came};

use scan::{keys, randomkey, scan};

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "copy",
        run: copy,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::KEYSPACE,
        keys: &[
            KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS)),
            KeySpec::at(2, KeyFlags::OW.and(KeyFlags::UPDATE)),
        ],
        since: "6.2.0",
        summary: "Copies a value to another key.",
        complexity: "O(N), N the elements of the value",
        args: &[
            Arg::key("source"),
            Arg::key("destination").spec(1),
            Arg::integer("destination-db").token("DB").optional(),
            Arg::flag("replace", "REPLACE").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "del",
        run: del,
        arity: -2,
        flags: Flags::WRITE,
        acl: Category::KEYSPACE,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RM.and(KeyFlags::DELETE))],
        summary: "Deletes keys.",
        complexity: "O(N), N the keys; freeing a collection is O(M), M its elements",
        args: &[Arg::key("key").multiple()],
        tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
        ..Command::DEFAULT
    },
    dump::DUMP,
    Command {
        name: "exists",
        run: exists,
        arity: -2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO)],
        summary: "Counts how many of the keys exist.",
        complexity: "O(N), N the keys",
        args: &[Arg::key("key").multiple()],
        tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
        ..Command::DEFAULT
    },
    Command {
        name: "expire",
        run: expire,
        arity: -3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        summary: "Sets the time to live of a key in seconds.",
        args: &[
            Arg::key("key"),
            Arg::integer("seconds"),
            Arg::one_of("condition", CONDITION).since("7.0.0").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "expireat",
        run: expireat,
        arity: -3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        since: "1.2.0",
        summary: "Sets the Unix time, in seconds, at which a key expires.",
        args: &[
            Arg::key("key"),
            Arg::unix_time("unix-time-seconds"),
            Arg::one_of("condition", CONDITION).since("7.0.0").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "expiretime",
        run: expiretime,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        since: "7.0.0",
        summary: "Returns the Unix time, in seconds, at which a key expires.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "keys",
        run: keys,
        arity: 2,
        flags: Flags::READONLY.and(Flags::SWEEPS),
        acl: Category::KEYSPACE.and(Category::DANGEROUS),
        summary: "Returns the keys that match a pattern.",
        complexity: "O(N), N the keys of the database",
        args: &[Arg::pattern("pattern")],
        tips: &["request_policy:all_shards", "nondeterministic_output_order"],
        ..Command::DEFAULT
    },
    migrate::MIGRATE,
    Command {
        name: "move",
        run: move_key,
        arity: 3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        summary: "Moves a key to another database.",
        args: &[Arg::key("key"), Arg::integer("db")],
        ..Command::DEFAULT
    },
    object::OBJECT,
    Command {
        name: "persist",
        run: persist,
        arity: 2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        since: "2.2.0",
        summary: "Removes the time to live of a key.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "pexpire",
        run: pexpire,
        arity: -3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        since: "2.6.0",
        summary: "Sets the time to live of a key in milliseconds.",
        args: &[
            Arg::key("key"),
            Arg::integer("milliseconds"),
            Arg::one_of("condition", CONDITION).since("7.0.0").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "pexpireat",
        run: pexpireat,
        arity: -3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        since: "2.6.0",
        summary: "Sets the Unix time, in milliseconds, at which a key expires.",
        args: &[
            Arg::key("key"),
            Arg::unix_time("unix-time-milliseconds"),
            Arg::one_of("condition", CONDITION).since("7.0.0").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "pexpiretime",
        run: pexpiretime,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        since: "7.0.0",
        summary: "Returns the Unix time, in milliseconds, at which a key expires.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "pttl",
        run: pttl,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        since: "2.6.0",
        summary: "Returns the time to live of a key in milliseconds.",
        args: &[Arg::key("key")],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "randomkey",
        run: randomkey,
        arity: 1,
        flags: Flags::READONLY.and(Flags::SWEEPS),
        acl: Category::KEYSPACE,
        summary: "Returns a random key of the database.",
        tips: &["request_policy:all_shards", "response_policy:special", "nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "rename",
        run: rename,
        arity: 3,
        flags: Flags::WRITE,
        acl: Category::KEYSPACE,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
            KeySpec::at(2, KeyFlags::OW.and(KeyFlags::UPDATE)),
        ],
        summary: "Renames a key, replacing the new name's value.",
        complexity: "O(1), plus freeing what it overwrites",
        args: &[Arg::key("key"), Arg::key("newkey").spec(1)],
        ..Command::DEFAULT
    },
    Command {
        name: "renamenx",
        run: renamenx,
        arity: 3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
            KeySpec::at(2, KeyFlags::OW.and(KeyFlags::INSERT)),
        ],
        summary: "Renames a key if the new name is free.",
        args: &[Arg::key("key"), Arg::key("newkey").spec(1)],
        ..Command::DEFAULT
    },
    dump::RESTORE,
    dump::RESTORE_ASKING,
    Command {
        name: "scan",
        run: scan,
        arity: -2,
        flags: Flags::READONLY.and(Flags::SWEEPS),
        acl: Category::KEYSPACE,
        since: "2.8.0",
        summary: "Iterates over the keys of the database.",
        complexity: "O(1) a call, O(N) for a full iteration, N the keys",
        args: &[
            Arg::integer("cursor"),
            Arg::pattern("pattern").token("MATCH").optional(),
            Arg::integer("count").token("COUNT").optional(),
            Arg::string("type").token("TYPE").since("6.0.0").optional(),
        ],
        tips: &["nondeterministic_output", "request_policy:special", "response_policy:special"],
        ..Command::DEFAULT
    },
    sort::SORT,
    sort::SORT_RO,
    Command {
        name: "touch",
        run: touch,
        arity: -2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO)],
        since: "3.2.1",
        summary: "Marks keys as used and counts those that exist.",
        complexity: "O(N), N the keys",
        args: &[Arg::key("key").multiple()],
        tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
        ..Command::DEFAULT
    },
    Command {
        name: "ttl",
        run: ttl,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        summary: "Returns the time to live of a key in seconds.",
        args: &[Arg::key("key")],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "type",
        run: type_of,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        summary: "Returns the type of a value.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "unlink",
        run: unlink,
        arity: -2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::KEYSPACE,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RM.and(KeyFlags::DELETE))],
        since: "4.0.0",
        summary: "Deletes keys without waiting for their memory to be freed.",
        complexity: "O(1) for each key; memory is freed in the background",
        args: &[Arg::key("key").multiple()],
        tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
        ..Command::DEFAULT
    },
    wait::WAIT,
    wait::WAITAOF,
];

const CONDITION: &[Arg] =
    &[Arg::flag("nx", "NX"), Arg::flag("xx", "XX"), Arg::flag("gt", "GT"), Arg::flag("lt", "LT")];
