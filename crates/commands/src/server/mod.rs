//! Server commands: facts, flushing, ending, and helpers for tests. Cases: tests/cases/server.t.

mod command;
pub(crate) mod config;
mod debug;
mod digest;
mod flush;
pub(crate) mod info;
mod lolwut;
mod memory;
mod save;
mod shutdown;

use crate::spec::{Arg, Category, Command, Flags, Group};
use crate::{Args, CommandResult, Cx, Outcome};

pub(crate) const COMMANDS: &[Command] = &[
    command::COMMAND,
    config::CONFIG,
    lolwut::LOLWUT,
    memory::MEMORY,
    save::BGREWRITEAOF,
    save::BGSAVE,
    save::SAVE,
    Command {
        name: "dbsize",
        run: dbsize,
        arity: 1,
        flags: Flags::READONLY.and(Flags::FAST).and(Flags::SWEEPS),
        acl: Category::KEYSPACE,
        group: Group::Server,
        summary: "Counts the keys of the selected database.",
        tips: &["request_policy:all_shards", "response_policy:agg_sum"],
        ..Command::DEFAULT
    },
    Command {
        name: "debug",
        run: debug::debug,
        arity: -2,
        flags: Flags::ADMIN
            .and(Flags::NOSCRIPT)
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::SWEEPS),
        group: Group::Server,
        summary: "Holds helpers for tests and debugging.",
        complexity: "depends on the subcommand",
        ..Command::DEFAULT
    },
    Command {
        name: "flushall",
        run: flush::flushall,
        arity: -1,
        flags: Flags::WRITE.and(Flags::LOCK_ALL),
        acl: Category::KEYSPACE.and(Category::DANGEROUS),
        group: Group::Server,
        summary: "Deletes every key of every database.",
        complexity: "O(N), N the keys",
        args: FLUSH_ARGS,
        tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
        ..Command::DEFAULT
    },
    Command {
        name: "flushdb",
        run: flush::flushdb,
        arity: -1,
        flags: Flags::WRITE.and(Flags::LOCK_ALL),
        acl: Category::KEYSPACE.and(Category::DANGEROUS),
        group: Group::Server,
        summary: "Deletes every key of the selected database.",
        complexity: "O(N), N the keys of the database",
        args: FLUSH_ARGS,
        tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
        ..Command::DEFAULT
    },
    Command {
        name: "info",
        run: info::info,
        arity: -1,
        flags: Flags::LOADING.and(Flags::STALE).and(Flags::SWEEPS),
        acl: Category::DANGEROUS,
        group: Group::Server,
        summary: "Returns facts and statistics about the server.",
        args: &[Arg::string("section").optional().multiple()],
        tips: &["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
        ..Command::DEFAULT
    },
    save::LASTSAVE,
    Command {
        name: "role",
        run: role,
        arity: 1,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::FAST),
        acl: Category::ADMIN.and(Category::DANGEROUS),
        group: Group::Server,
        since: "2.8.12",
        summary: "Tells the replication role and its state.",
        ..Command::DEFAULT
    },
    Command {
        name: "shutdown",
        run: shutdown::shutdown,
        arity: -1,
        flags: Flags::ADMIN
            .and(Flags::NOSCRIPT)
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::ALLOW_BUSY)
            .and(Flags::NO_MULTI),
        group: Group::Server,
        summary: "Stops the server, saving first if so configured.",
        complexity: "O(N) when saving, N the keys",
        args: &[Arg::one_of(
            "abort-selector",
            &[
                Arg::block(
                    "save-selector-block",
                    &[
                        Arg::one_of(
                            "save-selector",
                            &[Arg::flag("nosave", "NOSAVE"), Arg::flag("save", "SAVE")],
                        )
                        .optional(),
                        Arg::flag("now", "NOW").since("7.0.0").optional(),
                        Arg::flag("force", "FORCE").since("7.0.0").optional(),
                        Arg::flag("safe", "SAFE").since("9.0.0").optional(),
                        Arg::flag("failover", "FAILOVER").since("9.0.0").optional(),
                    ],
                ),
                Arg::flag("abort", "ABORT").since("7.0.0"),
            ],
        )
        .optional()],
        ..Command::DEFAULT
    },
    Command {
        name: "swapdb",
        run: flush::swapdb,
        arity: 3,
        flags: Flags::WRITE.and(Flags::FAST).and(Flags::LOCK_ALL),
        acl: Category::KEYSPACE.and(Category::DANGEROUS),
        group: Group::Server,
        since: "4.0.0",
        summary: "Exchanges two databases.",
        complexity: "O(N), N the clients that watch or wait on keys",
        args: &[Arg::integer("index1"), Arg::integer("index2")],
        ..Command::DEFAULT
    },
    Command {
        name: "time",
        run: time,
        arity: 1,
        flags: Flags::LOADING.and(Flags::STALE).and(Flags::FAST),
        group: Group::Server,
        since: "2.6.0",
        summary: "Returns the server's clock.",
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
];

const FLUSH_ARGS: &[Arg] = &[Arg::one_of(
    "flush-type",
    &[Arg::flag("async", "ASYNC").since("4.0.0"), Arg::flag("sync", "SYNC").since("6.2.0")],
)
.optional()];

/// `DBSIZE` -> number of keys in the current database, those included whose time has come unmet.
fn dbsize(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let keys = cx.keys.len();
    cx.reply.count(keys);
    Ok(Outcome::Replied)
}

/// `TIME` -> array of seconds and microseconds.
fn time(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let now = cx.server.host.now_us();
    cx.reply.array(2);
    cx.reply.bulk_int(now / 1_000_000);
    cx.reply.bulk_int(now % 1_000_000);
    Ok(Outcome::Replied)
}

/// `ROLE` -> `master`, its offset, its replicas.
fn role(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.array(3);
    cx.reply.bulk(b"master");
    cx.reply.int(0);
    cx.reply.array(0);
    Ok(Outcome::Replied)
}
