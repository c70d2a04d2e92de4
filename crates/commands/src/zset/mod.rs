//! Sorted sets. Cases: `tests/cases/zset.t`, `tests/cases/blocking.t`.
//!
//! The rows and the commands on single members are here; `add` gives scores, `range` reads and
//! removes spans of ranks, `pop` takes from the ends, `combine` makes one set out of several.

use crate::args::Args;
use crate::collection::{Sample, scan_until};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::scan_options::{ScanOptions, parse_cursor};
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use crate::text::double::push_double;
use engine::value::encoding_of;
use engine::zset::ZsetRef;
use engine::{Create, Event, Type};

mod add;
mod combine;
mod pop;
mod range;

use add::{zadd, zincrby};
use combine::{zdiff, zdiffstore, zinter, zintercard, zinterstore, zunion, zunionstore};
use pop::{bzmpop, bzpopmax, bzpopmin, zmpop, zpopmax, zpopmin};
use range::{
    zcount, zlexcount, zrange, zrangebylex, zrangebyscore, zrangestore, zremrangebylex,
    zremrangebyrank, zremrangebyscore, zrevrange, zrevrangebylex, zrevrangebyscore,
};

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "bzmpop",
        run: bzmpop,
        arity: -5,
        flags: Flags::WRITE.and(Flags::BLOCKING).and(Flags::MOVABLEKEYS),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::counted(2, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "7.0.0",
        summary: "Pops members from the first sorted set that has some, waiting if needed.",
        complexity: "O(K)+O(M*log(N)), K the keys, N the members, M those popped",
        args: &[
            Arg::double("timeout"),
            Arg::integer("numkeys"),
            Arg::key("key").multiple(),
            Arg::one_of("where", &[Arg::flag("min", "MIN"), Arg::flag("max", "MAX")]),
            Arg::integer("count").token("COUNT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "bzpopmax",
        run: bzpopmax,
        arity: -3,
        flags: Flags::WRITE.and(Flags::BLOCKING).and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::range(1, -2, 1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "5.0.0",
        summary: "Pops the member with the highest score, waiting if needed.",
        complexity: "O(log(N)), N the members",
        args: &[Arg::key("key").multiple(), Arg::double("timeout")],
        ..Command::DEFAULT
    },
    Command {
        name: "bzpopmin",
        run: bzpopmin,
        arity: -3,
        flags: Flags::WRITE.and(Flags::BLOCKING).and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::range(1, -2, 1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "5.0.0",
        summary: "Pops the member with the lowest score, waiting if needed.",
        complexity: "O(log(N)), N the members",
        args: &[Arg::key("key").multiple(), Arg::double("timeout")],
        ..Command::DEFAULT
    },
    Command {
        name: "zadd",
        run: zadd,
        arity: -4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::SortedSet,
        since: "1.2.0",
        summary: "Adds members or changes their scores.",
        complexity: "O(log(N)) for each member given, N the members",
        args: &[
            Arg::key("key"),
            Arg::one_of("condition", &[Arg::flag("nx", "NX"), Arg::flag("xx", "XX")])
                .since("3.0.2")
                .optional(),
            Arg::one_of("comparison", &[Arg::flag("gt", "GT"), Arg::flag("lt", "LT")])
                .since("6.2.0")
                .optional(),
            Arg::flag("change", "CH").since("3.0.2").optional(),
            Arg::flag("increment", "INCR").since("3.0.2").optional(),
            Arg::block("data", &[Arg::double("score"), Arg::string("member")]).multiple(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zcard",
        run: zcard,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        group: Group::SortedSet,
        since: "1.2.0",
        summary: "Counts the members of a sorted set.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "zcount",
        run: zcount,
        arity: 4,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "2.0.0",
        summary: "Counts the members within a score range.",
        complexity: "O(log(N)), N the members",
        args: &[Arg::key("key"), Arg::double("min"), Arg::double("max")],
        ..Command::DEFAULT
    },
    Command {
        name: "zdiff",
        run: zdiff,
        arity: -3,
        flags: Flags::READONLY.and(Flags::MOVABLEKEYS),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::counted(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "6.2.0",
        summary: "Returns the members of the first set that no other has.",
        complexity: "O(L + (N-K)log(N)), L all members, N of the first set, K of the result",
        args: &[
            Arg::integer("numkeys"),
            Arg::key("key").multiple(),
            Arg::flag("withscores", "WITHSCORES").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zdiffstore",
        run: zdiffstore,
        arity: -4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::MOVABLEKEYS),
        acl: Category::SORTEDSET,
        keys: &[
            KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE)),
            KeySpec::counted(2, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::SortedSet,
        since: "6.2.0",
        summary: "Stores the members of the first set that no other has.",
        complexity: "O(L + (N-K)log(N)), L all members, N of the first set, K of the result",
        args: &[
            Arg::key("destination"),
            Arg::integer("numkeys"),
            Arg::key("key").spec(1).multiple(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zincrby",
        run: zincrby,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::UPDATE))],
        group: Group::SortedSet,
        since: "1.2.0",
        summary: "Adds to the score of a member.",
        complexity: "O(log(N)), N the members",
        args: &[Arg::key("key"), Arg::integer("increment"), Arg::string("member")],
        ..Command::DEFAULT
    },
    Command {
        name: "zinter",
        run: zinter,
        arity: -3,
        flags: Flags::READONLY.and(Flags::MOVABLEKEYS),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::counted(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "6.2.0",
        summary: "Returns the members that all sets have.",
        complexity: "O(N*K)+O(M*log(M)), N the smallest set, K the sets, M the result",
        args: COMBINE_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "zintercard",
        run: zintercard,
        arity: -3,
        flags: Flags::READONLY.and(Flags::MOVABLEKEYS),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::counted(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "7.0.0",
        summary: "Counts the members that all sets have.",
        complexity: "O(N*K), N the smallest set, K the sets",
        args: &[
            Arg::integer("numkeys"),
            Arg::key("key").multiple(),
            Arg::integer("limit").token("LIMIT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zinterstore",
        run: zinterstore,
        arity: -4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::MOVABLEKEYS),
        acl: Category::SORTEDSET,
        keys: &[
            KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE)),
            KeySpec::counted(2, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::SortedSet,
        since: "2.0.0",
        summary: "Stores the members that all sets have.",
        complexity: "O(N*K)+O(M*log(M)), N the smallest set, K the sets, M the result",
        args: COMBINE_STORE_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "zlexcount",
        run: zlexcount,
        arity: 4,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "2.8.9",
        summary: "Counts the members within a lexical range.",
        complexity: "O(log(N)), N the members",
        args: &[Arg::key("key"), Arg::string("min"), Arg::string("max")],
        ..Command::DEFAULT
    },
    Command {
        name: "zmpop",
        run: zmpop,
        arity: -4,
        flags: Flags::WRITE.and(Flags::MOVABLEKEYS),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::counted(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "7.0.0",
        summary: "Pops members from the first sorted set that has some.",
        complexity: "O(K)+O(M*log(N)), K the keys, N the members, M those popped",
        args: &[
            Arg::integer("numkeys"),
            Arg::key("key").multiple(),
            Arg::one_of("where", &[Arg::flag("min", "MIN"), Arg::flag("max", "MAX")]),
            Arg::integer("count").token("COUNT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zmscore",
        run: zmscore,
        arity: -3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "6.2.0",
        summary: "Returns the scores of several members.",
        complexity: "O(N), N the members asked for",
        args: &[Arg::key("key"), Arg::string("member").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "zpopmax",
        run: zpopmax,
        arity: -2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "5.0.0",
        summary: "Pops the members with the highest scores.",
        complexity: "O(log(N)*M), N the members, M those popped",
        args: &[Arg::key("key"), Arg::integer("count").optional()],
        ..Command::DEFAULT
    },
    Command {
        name: "zpopmin",
        run: zpopmin,
        arity: -2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "5.0.0",
        summary: "Pops the members with the lowest scores.",
        complexity: "O(log(N)*M), N the members, M those popped",
        args: &[Arg::key("key"), Arg::integer("count").optional()],
        ..Command::DEFAULT
    },
    Command {
        name: "zrandmember",
        run: zrandmember,
        arity: -2,
        flags: Flags::READONLY,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "6.2.0",
        summary: "Returns random members.",
        complexity: "O(N), N the members returned",
        args: &[
            Arg::key("key"),
            Arg::block(
                "options",
                &[Arg::integer("count"), Arg::flag("withscores", "WITHSCORES").optional()],
            )
            .optional(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "zrange",
        run: zrange,
        arity: -4,
        flags: Flags::READONLY,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "1.2.0",
        summary: "Returns members by rank, score or lexical range.",
        complexity: "O(log(N)+M), N the members, M those returned",
        args: &[
            Arg::key("key"),
            Arg::string("start"),
            Arg::string("stop"),
            Arg::one_of("sortby", &[Arg::flag("byscore", "BYSCORE"), Arg::flag("bylex", "BYLEX")])
                .since("6.2.0")
                .optional(),
            Arg::flag("rev", "REV").since("6.2.0").optional(),
            Arg::block("limit", &[Arg::integer("offset"), Arg::integer("count")])
                .token("LIMIT")
                .since("6.2.0")
                .optional(),
            Arg::flag("withscores", "WITHSCORES").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zrangebylex",
        run: zrangebylex,
        arity: -4,
        flags: Flags::READONLY,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "2.8.9",
        summary: "Returns members within a lexical range.",
        complexity: "O(log(N)+M), N the members, M those returned",
        args: &[
            Arg::key("key"),
            Arg::string("min"),
            Arg::string("max"),
            Arg::block("limit", &[Arg::integer("offset"), Arg::integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zrangebyscore",
        run: zrangebyscore,
        arity: -4,
        flags: Flags::READONLY,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "1.0.5",
        summary: "Returns members within a score range.",
        complexity: "O(log(N)+M), N the members, M those returned",
        args: &[
            Arg::key("key"),
            Arg::double("min"),
            Arg::double("max"),
            Arg::flag("withscores", "WITHSCORES").since("2.0.0").optional(),
            Arg::block("limit", &[Arg::integer("offset"), Arg::integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zrangestore",
        run: zrangestore,
        arity: -5,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::SORTEDSET,
        keys: &[
            KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE)),
            KeySpec::at(2, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::SortedSet,
        since: "6.2.0",
        summary: "Stores the members of a range under another key.",
        complexity: "O(log(N)+M), N the members, M those stored",
        args: &[
            Arg::key("dst"),
            Arg::key("src").spec(1),
            Arg::string("min"),
            Arg::string("max"),
            Arg::one_of("sortby", &[Arg::flag("byscore", "BYSCORE"), Arg::flag("bylex", "BYLEX")])
                .optional(),
            Arg::flag("rev", "REV").optional(),
            Arg::block("limit", &[Arg::integer("offset"), Arg::integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zrank",
        run: zrank,
        arity: -3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "2.0.0",
        summary: "Returns the rank of a member, lowest score first.",
        complexity: "O(log(N)), N the members",
        args: &[
            Arg::key("key"),
            Arg::string("member"),
            Arg::flag("withscore", "WITHSCORE").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zrem",
        run: zrem,
        arity: -3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "1.2.0",
        summary: "Removes members.",
        complexity: "O(M*log(N)), N the members, M those removed",
        args: &[Arg::key("key"), Arg::string("member").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "zremrangebylex",
        run: zremrangebylex,
        arity: 4,
        flags: Flags::WRITE,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "2.8.9",
        summary: "Removes the members within a lexical range.",
        complexity: "O(log(N)+M), N the members, M those removed",
        args: &[Arg::key("key"), Arg::string("min"), Arg::string("max")],
        ..Command::DEFAULT
    },
    Command {
        name: "zremrangebyrank",
        run: zremrangebyrank,
        arity: 4,
        flags: Flags::WRITE,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "2.0.0",
        summary: "Removes the members between two ranks.",
        complexity: "O(log(N)+M), N the members, M those removed",
        args: &[Arg::key("key"), Arg::integer("start"), Arg::integer("stop")],
        ..Command::DEFAULT
    },
    Command {
        name: "zremrangebyscore",
        run: zremrangebyscore,
        arity: 4,
        flags: Flags::WRITE,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::SortedSet,
        since: "1.2.0",
        summary: "Removes the members within a score range.",
        complexity: "O(log(N)+M), N the members, M those removed",
        args: &[Arg::key("key"), Arg::double("min"), Arg::double("max")],
        ..Command::DEFAULT
    },
    Command {
        name: "zrevrange",
        run: zrevrange,
        arity: -4,
        flags: Flags::READONLY,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "1.2.0",
        summary: "Returns members by rank, highest score first.",
        complexity: "O(log(N)+M), N the members, M those returned",
        args: &[
            Arg::key("key"),
            Arg::integer("start"),
            Arg::integer("stop"),
            Arg::flag("withscores", "WITHSCORES").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zrevrangebylex",
        run: zrevrangebylex,
        arity: -4,
        flags: Flags::READONLY,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "2.8.9",
        summary: "Returns members within a lexical range, in reverse.",
        complexity: "O(log(N)+M), N the members, M those returned",
        args: &[
            Arg::key("key"),
            Arg::string("max"),
            Arg::string("min"),
            Arg::block("limit", &[Arg::integer("offset"), Arg::integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zrevrangebyscore",
        run: zrevrangebyscore,
        arity: -4,
        flags: Flags::READONLY,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "2.2.0",
        summary: "Returns members within a score range, highest first.",
        complexity: "O(log(N)+M), N the members, M those returned",
        args: &[
            Arg::key("key"),
            Arg::double("max"),
            Arg::double("min"),
            Arg::flag("withscores", "WITHSCORES").optional(),
            Arg::block("limit", &[Arg::integer("offset"), Arg::integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zrevrank",
        run: zrevrank,
        arity: -3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "2.0.0",
        summary: "Returns the rank of a member, highest score first.",
        complexity: "O(log(N)), N the members",
        args: &[
            Arg::key("key"),
            Arg::string("member"),
            Arg::flag("withscore", "WITHSCORE").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "zscan",
        run: zscan,
        arity: -3,
        flags: Flags::READONLY,
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "2.8.0",
        summary: "Iterates over members and scores.",
        complexity: "O(1) a call, O(N) for a full iteration, N the members",
        args: &[
            Arg::key("key"),
            Arg::integer("cursor"),
            Arg::pattern("pattern").token("MATCH").optional(),
            Arg::integer("count").token("COUNT").optional(),
            Arg::flag("noscores", "NOSCORES").optional(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "zscore",
        run: zscore,
        arity: 3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "1.2.0",
        summary: "Returns the score of a member.",
        args: &[Arg::key("key"), Arg::string("member")],
        ..Command::DEFAULT
    },
    Command {
        name: "zunion",
        run: zunion,
        arity: -3,
        flags: Flags::READONLY.and(Flags::MOVABLEKEYS),
        acl: Category::SORTEDSET,
        keys: &[KeySpec::counted(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::SortedSet,
        since: "6.2.0",
        summary: "Returns the members that any set has.",
        complexity: "O(N)+O(M*log(M)), N the members of all sets, M the result",
        args: COMBINE_ARGS,
        ..Command::DEFAULT
    },
    Command {
        name: "zunionstore",
        run: zunionstore,
        arity: -4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::MOVABLEKEYS),
        acl: Category::SORTEDSET,
        keys: &[
            KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE)),
            KeySpec::counted(2, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::SortedSet,
        since: "2.0.0",
        summary: "Stores the members that any set has.",
        complexity: "O(N)+O(M*log(M)), N the members of all sets, M the result",
        args: COMBINE_STORE_ARGS,
        ..Command::DEFAULT
    },
];

const COMBINE_ARGS: &[Arg] = &[
    Arg::integer("numkeys"),
    Arg::key("key").multiple(),
    Arg::integer("weight").token("WEIGHTS").optional().multiple(),
    Arg::one_of(
        "aggregate",
        &[Arg::flag("sum", "SUM"), Arg::flag("min", "MIN"), Arg::flag("max", "MAX")],
    )
    .token("AGGREGATE")
    .optional(),
    Arg::flag("withscores", "WITHSCORES").optional(),
];

const COMBINE_STORE_ARGS: &[Arg] = &[
    Arg::key("destination"),
    Arg::integer("numkeys"),
    Arg::key("key").spec(1).multiple(),
    Arg::integer("weight").token("WEIGHTS").optional().multiple(),
    Arg::one_of(
        "aggregate",
        &[Arg::flag("sum", "SUM"), Arg::flag("min", "MIN"), Arg::flag("max", "MAX")],
    )
    .token("AGGREGATE")
    .optional(),
];

/// `ZCARD key` -> number of members.
fn zcard(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Zset)?;
    cx.reply.count(entry.map_or(0, |entry| ZsetRef::new(&entry).len()));
    Ok(Outcome::Replied)
}

/// `ZSCORE key member` -> score or null.
fn zscore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Zset)?;
    match entry.and_then(|entry| ZsetRef::new(&entry).score(args.at(2))) {
        Some(score) => cx.reply.double(score),
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// `ZMSCORE key member [member ...]` -> array of scores or nulls.
fn zmscore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Zset)?;
    let zset = entry.as_ref().map(|entry| ZsetRef::new(entry));
    let members = args.from(2);
    cx.reply.array(members.len());
    for member in members.iter() {
        match zset.and_then(|zset| zset.score(member)) {
            Some(score) => cx.reply.double(score),
            None => cx.reply.null(),
        }
    }
    Ok(Outcome::Replied)
}

/// `ZRANK key member [WITHSCORE]` -> rank from the lowest score or null; with WITHSCORE rank and
/// score.
fn zrank(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    rank_of(cx, args, |rank, _| rank)
}

/// `ZREVRANK key member [WITHSCORE]` -> rank from the highest score or null; with WITHSCORE rank
/// and score.
fn zrevrank(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    rank_of(cx, args, |rank, len| len - 1 - rank)
}

fn rank_of(cx: &mut Cx<'_>, args: Args<'_>, place: fn(usize, usize) -> usize) -> CommandResult {
    let scored = args.len() > 3;
    if args.len() > 4 {
        return Err(cx.arity_error());
    }
    if scored && !args.is(3, "WITHSCORE") {
        return Err(CommandError::Syntax);
    }
    let entry = cx.keys.read_as(args.at(1), Type::Zset)?;
    let zset = entry.as_ref().map(|entry| ZsetRef::new(entry));
    match zset.and_then(|zset| Some((zset.rank(args.at(2))?, zset.len()))) {
        Some(((rank, score), len)) => {
            if scored {
                cx.reply.array(2);
            }
            cx.reply.count(place(rank, len));
            if scored {
                cx.reply.double(score);
            }
        }
        None if scored => cx.reply.null_array(),
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// `ZREM key member [member ...]` -> number of removed members.
fn zrem(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let removed = cx.keys.update_zset(args.at(1), Create::No, Event::ZREM, |zset| {
        let removed = args.from(2).iter().filter(|member| zset.remove(member).is_some()).count();
        (removed, removed as u64)
    })?;
    cx.reply.count(removed.unwrap_or(0));
    Ok(Outcome::Replied)
}

/// `ZRANDMEMBER key [count [WITHSCORES]]` -> bulk string or null; with a count an array of
/// members, or of members with their scores (pairs in RESP3).
fn zrandmember(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(count) = args.get(2) else {
        let entry = cx.keys.read_as(args.at(1), Type::Zset)?;
        let r = cx.local.rng.draw();
        match entry.as_ref().and_then(|entry| ZsetRef::new(entry).random(r)) {
            Some((member, _)) => cx.reply.bulk(member),
            None => cx.reply.null(),
        }
        return Ok(Outcome::Replied);
    };
    let scored = args.len() > 3;
    if args.len() > 4 || (scored && !args.is(3, "WITHSCORES")) {
        Sample::parse(count, false)?;
        return Err(CommandError::Syntax);
    }
    let sample = Sample::parse(count, scored)?;
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Zset)? else {
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let zset = ZsetRef::new(&entry);
    let nested = scored && cx.reply.is_resp3();
    let size = sample.size(zset.len());
    let mark = cx.reply.mark();
    cx.reply.array(if scored && !nested { size * 2 } else { size });
    let (rng, reply) = (&mut cx.local.rng, &mut cx.reply);
    let id = |pair: &(&[u8], f64)| engine::hash(pair.0);
    sample.draw(
        rng,
        zset.len(),
        zset.iter_all(),
        |r| zset.random(r),
        id,
        |(member, score)| {
            if nested {
                reply.array(2);
            }
            reply.bulk(member);
            if scored {
                reply.double(score);
            }
            reply.mark() - mark
        },
    )?;
    Ok(Outcome::Replied)
}

/// `ZSCAN key cursor [MATCH pattern] [COUNT count] [NOSCORES]` -> the next cursor and an array of
/// members with their scores, as text in both protocols.
fn zscan(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let cursor = parse_cursor(args.at(2))?;
    let mut scored = true;
    let options = ScanOptions::parse(args, 3, |at| {
        let bare = args.is(at, "NOSCORES");
        scored &= !bare;
        usize::from(bare)
    });
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Zset)? else {
        cx.reply.array(2);
        cx.reply.bulk(b"0");
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let options = options?;
    let zset = ZsetRef::new(&entry);
    let (mark, reply, mut found) = (cx.reply.mark(), &mut cx.reply, 0);
    // The small form has whole scores as integers, and ZSCAN replies what it finds there.
    const WHOLE_MAX: f64 = (1_u64 << 62) as f64;
    let small = encoding_of(&entry) == "listpack";
    let is_whole = |score: f64| small && score.fract() == 0.0 && score.abs() <= WHOLE_MAX;
    let mut text = Vec::with_capacity(32);
    let next = scan_until(cursor, options.count, |cursor| {
        let next = zset.scan(cursor, |member, score| {
            if options.selects(member) {
                reply.bulk(member);
                found += 1;
                if scored {
                    text.clear();
                    if is_whole(score) {
                        resp::number::push_int(&mut text, score as i64);
                    } else {
                        push_double(&mut text, score);
                    }
                    reply.bulk(&text);
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
