//! Streams: entries under ascending ids, read by range, by waiting, or by groups of consumers.
//! Cases: `tests/cases/stream*.t`.
//!
//! A change of entries goes through `Keys::update_stream`, one of groups alone through
//! `Keys::update_groups`: as in Redis the latter counts as a change of the data set but breaks no
//! watch. Replies and errors are those of Redis 7.0; KEEPREF, DELREF and ACKED, XDELEX and XACKDEL
//! are those of 8.2.

mod add;
mod claim;
mod delete;
mod group;
mod id;
mod info;
mod log;
mod pending;
mod range;
mod read;
mod trim;

use crate::spec::{Arg, Begin, Category, Command, Find, Flags, Group, KeyFlags, KeySpec};
use add::{xadd, xsetid};
use claim::{xautoclaim, xclaim};
use delete::{xack, xackdel, xdel, xdelex};
use group::{
    xgroup_create, xgroup_createconsumer, xgroup_delconsumer, xgroup_destroy, xgroup_help,
    xgroup_setid,
};
use info::{xinfo_consumers, xinfo_groups, xinfo_help, xinfo_stream};
use pending::xpending;
use range::{xlen, xrange, xrevrange};
use read::{xread, xreadgroup};
use trim::xtrim;

pub(crate) use log::Handed;

/// The text of an id.
pub(crate) fn id_text(id: engine::stream::Id) -> Vec<u8> {
    id::IdText::new(id).to_vec()
}

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "xack",
        run: xack,
        arity: -4,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Acknowledges entries for a consumer group.",
        complexity: "O(N), N the ids given",
        args: &[Arg::key("key"), Arg::string("group"), Arg::string("id").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "xackdel",
        run: xackdel,
        arity: -6,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE).and(KeyFlags::DELETE))],
        group: Group::Stream,
        since: "8.2.0",
        summary: "Acknowledges entries for a consumer group and deletes them.",
        complexity: "O(N), N the ids given",
        args: &[
            Arg::key("key"),
            Arg::string("group"),
            REFERENCES,
            Arg::block("ids", &[Arg::integer("numids"), Arg::string("id").multiple()]).token("IDS"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "xadd",
        run: xadd,
        arity: -5,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE)).notes(TRIM_NOTE)],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Appends an entry to a stream.",
        complexity: "O(1), plus O(N) for N entries trimmed",
        args: &[
            Arg::key("key"),
            Arg::flag("nomkstream", "NOMKSTREAM").since("6.2.0").optional(),
            REFERENCES.since("8.2.0"),
            Arg::block("trim", TRIM.split_at(4).0).optional(),
            Arg::one_of("id-selector", &[Arg::flag("auto-id", "*"), Arg::string("id")]),
            Arg::block("data", &[Arg::string("field"), Arg::string("value")]).multiple(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "xautoclaim",
        run: xautoclaim,
        arity: -6,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::Stream,
        since: "6.2.0",
        summary: "Takes over entries that other consumers left pending too long.",
        complexity: "O(N), N the entries looked at",
        args: &[
            Arg::key("key"),
            Arg::string("group"),
            Arg::string("consumer"),
            Arg::string("min-idle-time"),
            Arg::string("start"),
            Arg::integer("count").token("COUNT").optional(),
            Arg::flag("justid", "JUSTID").optional(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "xclaim",
        run: xclaim,
        arity: -6,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Makes a consumer the owner of pending entries.",
        complexity: "O(log(N)), N the pending entries of the group",
        args: &[
            Arg::key("key"),
            Arg::string("group"),
            Arg::string("consumer"),
            Arg::string("min-idle-time"),
            Arg::string("id").multiple(),
            Arg::integer("ms").token("IDLE").optional(),
            Arg::unix_time("unix-time-milliseconds").token("TIME").optional(),
            Arg::integer("count").token("RETRYCOUNT").optional(),
            Arg::flag("force", "FORCE").optional(),
            Arg::flag("justid", "JUSTID").optional(),
            Arg::string("lastid").token("LASTID").optional(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "xdel",
        run: xdel,
        arity: -3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Deletes entries.",
        complexity: "O(N), N the ids given",
        args: &[Arg::key("key"), Arg::string("id").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "xdelex",
        run: xdelex,
        arity: -5,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::Stream,
        since: "8.2.0",
        summary: "Deletes entries with a say over their references in groups.",
        complexity: "O(N), N the ids given",
        args: &[
            Arg::key("key"),
            REFERENCES,
            Arg::block("ids", &[Arg::integer("numids"), Arg::string("id").multiple()]).token("IDS"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "xgroup",
        arity: -2,
        group: Group::Stream,
        since: "5.0.0",
        summary: "Holds the subcommands on consumer groups.",
        subcommands: &[
            Command {
                name: "create",
                run: xgroup_create,
                arity: -5,
                flags: Flags::WRITE.and(Flags::DENYOOM),
                acl: Category::STREAM,
                keys: &[KeySpec::at(2, KeyFlags::RW.and(KeyFlags::INSERT))],
                group: Group::Stream,
                since: "5.0.0",
                summary: "Creates a consumer group.",
                args: &[
                    Arg::key("key"),
                    Arg::string("group"),
                    Arg::one_of("id-selector", &[Arg::string("id"), Arg::flag("new-id", "$")]),
                    Arg::flag("mkstream", "MKSTREAM").optional(),
                    Arg::integer("entriesread")
                        .token("ENTRIESREAD")
                        .display("entries-read")
                        .optional(),
                ],
                ..Command::DEFAULT
            },
            Command {
                name: "createconsumer",
                run: xgroup_createconsumer,
                arity: 5,
                flags: Flags::WRITE.and(Flags::DENYOOM),
                acl: Category::STREAM,
                keys: &[KeySpec::at(2, KeyFlags::RW.and(KeyFlags::INSERT))],
                group: Group::Stream,
                since: "6.2.0",
                summary: "Creates a consumer in a group.",
                args: &[Arg::key("key"), Arg::string("group"), Arg::string("consumer")],
                ..Command::DEFAULT
            },
            Command {
                name: "delconsumer",
                run: xgroup_delconsumer,
                arity: 5,
                flags: Flags::WRITE,
                acl: Category::STREAM,
                keys: &[KeySpec::at(2, KeyFlags::RW.and(KeyFlags::DELETE))],
                group: Group::Stream,
                since: "5.0.0",
                summary: "Deletes a consumer from a group.",
                complexity: "O(N), N the pending entries of the consumer",
                args: &[Arg::key("key"), Arg::string("group"), Arg::string("consumer")],
                ..Command::DEFAULT
            },
            Command {
                name: "destroy",
                run: xgroup_destroy,
                arity: 4,
                flags: Flags::WRITE,
                acl: Category::STREAM,
                keys: &[KeySpec::at(2, KeyFlags::RW.and(KeyFlags::DELETE))],
                group: Group::Stream,
                since: "5.0.0",
                summary: "Deletes a consumer group.",
                complexity: "O(N), N the pending entries of the group",
                args: &[Arg::key("key"), Arg::string("group")],
                ..Command::DEFAULT
            },
            Command {
                name: "help",
                run: xgroup_help,
                arity: 2,
                flags: Flags::LOADING.and(Flags::STALE),
                acl: Category::STREAM,
                group: Group::Stream,
                since: "5.0.0",
                summary: "Prints the subcommands.",
                ..Command::DEFAULT
            },
            Command {
                name: "setid",
                run: xgroup_setid,
                arity: -5,
                flags: Flags::WRITE,
                acl: Category::STREAM,
                keys: &[KeySpec::at(2, KeyFlags::RW.and(KeyFlags::UPDATE))],
                group: Group::Stream,
                since: "5.0.0",
                summary: "Sets the id up to which a group has read.",
                args: &[
                    Arg::key("key"),
                    Arg::string("group"),
                    Arg::one_of("id-selector", &[Arg::string("id"), Arg::flag("new-id", "$")]),
                    Arg::integer("entriesread")
                        .token("ENTRIESREAD")
                        .display("entries-read")
                        .optional(),
                ],
                ..Command::DEFAULT
            },
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "xinfo",
        arity: -2,
        group: Group::Stream,
        since: "5.0.0",
        summary: "Holds the subcommands that describe streams.",
        subcommands: &[
            Command {
                name: "consumers",
                run: xinfo_consumers,
                arity: 4,
                flags: Flags::READONLY,
                acl: Category::STREAM,
                keys: &[KeySpec::at(2, KeyFlags::RO.and(KeyFlags::ACCESS))],
                group: Group::Stream,
                since: "5.0.0",
                summary: "Describes the consumers of a group.",
                complexity: "O(N), N the consumers",
                args: &[Arg::key("key"), Arg::string("group")],
                tips: &["nondeterministic_output"],
                ..Command::DEFAULT
            },
            Command {
                name: "groups",
                run: xinfo_groups,
                arity: 3,
                flags: Flags::READONLY,
                acl: Category::STREAM,
                keys: &[KeySpec::at(2, KeyFlags::RO.and(KeyFlags::ACCESS))],
                group: Group::Stream,
                since: "5.0.0",
                summary: "Describes the consumer groups of a stream.",
                complexity: "O(N), N the groups",
                args: &[Arg::key("key")],
                ..Command::DEFAULT
            },
            Command {
                name: "help",
                run: xinfo_help,
                arity: 2,
                flags: Flags::LOADING.and(Flags::STALE),
                acl: Category::STREAM,
                group: Group::Stream,
                since: "5.0.0",
                summary: "Prints the subcommands.",
                ..Command::DEFAULT
            },
            Command {
                name: "stream",
                run: xinfo_stream,
                arity: -3,
                flags: Flags::READONLY,
                acl: Category::STREAM,
                keys: &[KeySpec::at(2, KeyFlags::RO.and(KeyFlags::ACCESS))],
                group: Group::Stream,
                since: "5.0.0",
                summary: "Describes a stream.",
                complexity: "O(1), with FULL O(N), N the entries shown",
                args: &[
                    Arg::key("key"),
                    Arg::block(
                        "full-block",
                        &[
                            Arg::flag("full", "FULL"),
                            Arg::integer("count").token("COUNT").optional(),
                        ],
                    )
                    .optional(),
                ],
                ..Command::DEFAULT
            },
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "xlen",
        run: xlen,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Counts the entries.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "xpending",
        run: xpending,
        arity: -3,
        flags: Flags::READONLY,
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Describes the pending entries of a group.",
        complexity: "O(N), N the entries returned",
        args: &[
            Arg::key("key"),
            Arg::string("group"),
            Arg::block(
                "filters",
                &[
                    Arg::integer("min-idle-time").token("IDLE").since("6.2.0").optional(),
                    Arg::string("start"),
                    Arg::string("end"),
                    Arg::integer("count"),
                    Arg::string("consumer").optional(),
                ],
            )
            .optional(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "xrange",
        run: xrange,
        arity: -4,
        flags: Flags::READONLY,
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Returns the entries between two ids.",
        complexity: "O(N), N the entries returned",
        args: &[
            Arg::key("key"),
            Arg::string("start"),
            Arg::string("end"),
            Arg::integer("count").token("COUNT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "xread",
        run: xread,
        arity: -4,
        flags: Flags::READONLY.and(Flags::BLOCKING).and(Flags::MOVABLEKEYS),
        acl: Category::STREAM,
        keys: &[KeySpec {
            flags: KeyFlags::RO.and(KeyFlags::ACCESS),
            begin: Begin::Keyword("STREAMS", 1),
            find: Find::Range { last: -1, step: 1, limit: 2 },
            notes: "",
        }],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Returns the entries after given ids of several streams, waiting if needed.",
        complexity: "O(N), N the entries returned",
        args: &[
            Arg::integer("count").token("COUNT").optional(),
            Arg::integer("milliseconds").token("BLOCK").optional(),
            Arg::block("streams", &[Arg::key("key").multiple(), Arg::string("id").multiple()])
                .token("STREAMS"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "xreadgroup",
        run: xreadgroup,
        arity: -7,
        flags: Flags::WRITE.and(Flags::BLOCKING).and(Flags::MOVABLEKEYS).and(Flags::ENDS_WITH_KEY),
        acl: Category::STREAM,
        keys: &[KeySpec {
            flags: KeyFlags::RO.and(KeyFlags::ACCESS),
            begin: Begin::Keyword("STREAMS", 4),
            find: Find::Range { last: -1, step: 1, limit: 2 },
            notes: "",
        }],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Reads entries for a consumer of a group, waiting if needed.",
        complexity: "O(N), N the entries returned",
        args: &[
            Arg::block("group-block", &[Arg::string("group"), Arg::string("consumer")])
                .token("GROUP"),
            Arg::integer("count").token("COUNT").optional(),
            Arg::integer("milliseconds").token("BLOCK").optional(),
            Arg::flag("noack", "NOACK").optional(),
            Arg::block("streams", &[Arg::key("key").multiple(), Arg::string("id").multiple()])
                .token("STREAMS"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "xrevrange",
        run: xrevrange,
        arity: -4,
        flags: Flags::READONLY,
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Returns the entries between two ids, newest first.",
        complexity: "O(N), N the entries returned",
        args: &[
            Arg::key("key"),
            Arg::string("end"),
            Arg::string("start"),
            Arg::integer("count").token("COUNT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "xsetid",
        run: xsetid,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Sets the last id of a stream (internal).",
        args: &[
            Arg::key("key"),
            Arg::string("last-id"),
            Arg::integer("entries-added").token("ENTRIESADDED").since("7.0.0").optional(),
            Arg::string("max-deleted-id").token("MAXDELETEDID").since("7.0.0").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "xtrim",
        run: xtrim,
        arity: -4,
        flags: Flags::WRITE,
        acl: Category::STREAM,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::Stream,
        since: "5.0.0",
        summary: "Deletes the oldest entries.",
        complexity: "O(N), N the entries deleted",
        args: &[Arg::key("key"), Arg::block("trim", TRIM)],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
];

const TRIM: &[Arg] = &[
    Arg::one_of(
        "strategy",
        &[Arg::flag("maxlen", "MAXLEN"), Arg::flag("minid", "MINID").since("6.2.0")],
    ),
    Arg::one_of("operator", &[Arg::flag("equal", "="), Arg::flag("approximately", "~")]).optional(),
    Arg::string("threshold"),
    Arg::integer("count").token("LIMIT").since("6.2.0").optional(),
    REFERENCES.since("8.2.0"),
];

const TRIM_NOTE: &str = "UPDATE instead of INSERT because of the optional trimming feature";

const REFERENCES: Arg = Arg::one_of(
    "condition",
    &[Arg::flag("keepref", "KEEPREF"), Arg::flag("delref", "DELREF"), Arg::flag("acked", "ACKED")],
)
.optional();
