//! Lists. Cases: `tests/cases/list.t`, `tests/cases/blocking.t`.
//!
//! The rows and what works on one list in place are here; pops, moves and their blocking forms
//! are in `pop`.

use crate::args::Args;
use crate::collection::{OUT_OF_RANGE, int, int_from, span};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use engine::list::{Direction, End, ListMut, ListRef};
use engine::{Create, Event, Type};

mod pop;

use pop::{
    blmove, blmovem, blmpop, blpop, brpop, brpoplpush, lmove, lmovem, lmpop, lpop, rpop, rpoplpush,
};

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "blmove",
        run: blmove,
        arity: 6,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::BLOCKING),
        acl: Category::LIST,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
            KeySpec::at(2, KeyFlags::RW.and(KeyFlags::INSERT)),
        ],
        group: Group::List,
        since: "6.2.0",
        summary: "Moves an element between lists, waiting for one if needed.",
        args: &[
            Arg::key("source"),
            Arg::key("destination").spec(1),
            Arg::one_of("wherefrom", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
            Arg::one_of("whereto", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
            Arg::double("timeout"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "blmovem",
        run: blmovem,
        arity: -6,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::BLOCKING),
        acl: Category::LIST,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
            KeySpec::at(2, KeyFlags::RW.and(KeyFlags::INSERT)),
        ],
        group: Group::List,
        since: "8.10.0",
        summary: "Moves elements between lists, waiting for enough of them if needed.",
        complexity: "O(N), N the elements moved",
        args: &[
            Arg::key("source"),
            Arg::key("destination").spec(1),
            Arg::one_of("wherefrom", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
            Arg::one_of("whereto", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
            Arg::double("timeout"),
            HOW_MANY,
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "blmpop",
        run: blmpop,
        arity: -5,
        flags: Flags::WRITE.and(Flags::BLOCKING).and(Flags::MOVABLEKEYS),
        acl: Category::LIST,
        keys: &[KeySpec::counted(2, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::List,
        since: "7.0.0",
        summary: "Pops elements from the first list that has some, waiting if needed.",
        complexity: "O(N+M), N the keys, M the elements returned",
        args: &[
            Arg::double("timeout"),
            Arg::integer("numkeys"),
            Arg::key("key").multiple(),
            Arg::one_of("where", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
            Arg::integer("count").token("COUNT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "blpop",
        run: blpop,
        arity: -3,
        flags: Flags::WRITE.and(Flags::BLOCKING),
        acl: Category::LIST,
        keys: &[KeySpec::range(1, -2, 1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::List,
        since: "2.0.0",
        summary: "Pops from the head of the first list that has elements, waiting if needed.",
        complexity: "O(N), N the keys",
        args: &[Arg::key("key").multiple(), Arg::double("timeout")],
        ..Command::DEFAULT
    },
    Command {
        name: "brpop",
        run: brpop,
        arity: -3,
        flags: Flags::WRITE.and(Flags::BLOCKING),
        acl: Category::LIST,
        keys: &[KeySpec::range(1, -2, 1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::List,
        since: "2.0.0",
        summary: "Pops from the tail of the first list that has elements, waiting if needed.",
        complexity: "O(N), N the keys",
        args: &[Arg::key("key").multiple(), Arg::double("timeout")],
        ..Command::DEFAULT
    },
    Command {
        name: "brpoplpush",
        run: brpoplpush,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::BLOCKING),
        acl: Category::LIST,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
            KeySpec::at(2, KeyFlags::RW.and(KeyFlags::INSERT)),
        ],
        group: Group::List,
        since: "2.2.0",
        summary: "Moves the last element of one list to the head of another, waiting if needed.",
        args: &[Arg::key("source"), Arg::key("destination").spec(1), Arg::double("timeout")],
        ..Command::DEFAULT
    },
    Command {
        name: "lindex",
        run: lindex,
        arity: 3,
        flags: Flags::READONLY,
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::List,
        summary: "Returns the element at an index.",
        complexity: "O(N), N the elements passed on the way",
        args: &[Arg::key("key"), Arg::integer("index")],
        ..Command::DEFAULT
    },
    Command {
        name: "linsert",
        run: linsert,
        arity: 5,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::List,
        since: "2.2.0",
        summary: "Inserts an element before or after another.",
        complexity: "O(N), N the elements passed on the way",
        args: &[
            Arg::key("key"),
            Arg::one_of("where", &[Arg::flag("before", "BEFORE"), Arg::flag("after", "AFTER")]),
            Arg::string("pivot"),
            Arg::string("element"),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "llen",
        run: llen,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        group: Group::List,
        summary: "Returns the length of a list.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "lmove",
        run: lmove,
        arity: 5,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::LIST,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
            KeySpec::at(2, KeyFlags::RW.and(KeyFlags::INSERT)),
        ],
        group: Group::List,
        since: "6.2.0",
        summary: "Moves an element from an end of one list to an end of another.",
        args: &[
            Arg::key("source"),
            Arg::key("destination").spec(1),
            Arg::one_of("wherefrom", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
            Arg::one_of("whereto", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "lmovem",
        run: lmovem,
        arity: -5,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::LIST,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
            KeySpec::at(2, KeyFlags::RW.and(KeyFlags::INSERT)),
        ],
        group: Group::List,
        since: "8.10.0",
        summary: "Moves elements from an end of one list to an end of another.",
        complexity: "O(N), N the elements moved",
        args: &[
            Arg::key("source"),
            Arg::key("destination").spec(1),
            Arg::one_of("wherefrom", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
            Arg::one_of("whereto", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
            HOW_MANY,
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "lmpop",
        run: lmpop,
        arity: -4,
        flags: Flags::WRITE.and(Flags::MOVABLEKEYS),
        acl: Category::LIST,
        keys: &[KeySpec::counted(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::List,
        since: "7.0.0",
        summary: "Pops elements from the first list that has some.",
        complexity: "O(N+M), N the keys, M the elements returned",
        args: &[
            Arg::integer("numkeys"),
            Arg::key("key").multiple(),
            Arg::one_of("where", &[Arg::flag("left", "LEFT"), Arg::flag("right", "RIGHT")]),
            Arg::integer("count").token("COUNT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "lpop",
        run: lpop,
        arity: -2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::List,
        summary: "Pops from the head of a list.",
        complexity: "O(N), N the elements returned",
        args: &[Arg::key("key"), Arg::integer("count").since("6.2.0").optional()],
        ..Command::DEFAULT
    },
    Command {
        name: "lpos",
        run: lpos,
        arity: -3,
        flags: Flags::READONLY,
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::List,
        since: "6.0.6",
        summary: "Finds the indexes of elements that equal a value.",
        complexity: "O(N), N the elements",
        args: &[
            Arg::key("key"),
            Arg::string("element"),
            Arg::integer("rank").token("RANK").optional(),
            Arg::integer("num-matches").token("COUNT").optional(),
            Arg::integer("len").token("MAXLEN").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "lpush",
        run: lpush,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::List,
        summary: "Adds elements at the head of a list, creating it if needed.",
        complexity: "O(N), N the elements given",
        args: &[Arg::key("key"), Arg::string("element").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "lpushx",
        run: lpushx,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::List,
        since: "2.2.0",
        summary: "Adds elements at the head of a list that exists.",
        complexity: "O(N), N the elements given",
        args: &[Arg::key("key"), Arg::string("element").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "lrange",
        run: lrange,
        arity: 4,
        flags: Flags::READONLY,
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::List,
        summary: "Returns the elements between two indexes.",
        complexity: "O(S+N), S the distance to the start, N the elements returned",
        args: &[Arg::key("key"), Arg::integer("start"), Arg::integer("stop")],
        ..Command::DEFAULT
    },
    Command {
        name: "lrem",
        run: lrem,
        arity: 4,
        flags: Flags::WRITE,
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::List,
        summary: "Removes elements that equal a value.",
        complexity: "O(N+M), N the elements, M those removed",
        args: &[Arg::key("key"), Arg::integer("count"), Arg::string("element")],
        ..Command::DEFAULT
    },
    Command {
        name: "lset",
        run: lset,
        arity: 4,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::UPDATE))],
        group: Group::List,
        summary: "Replaces the element at an index.",
        complexity: "O(N), N the elements passed on the way",
        args: &[Arg::key("key"), Arg::integer("index"), Arg::string("element")],
        ..Command::DEFAULT
    },
    Command {
        name: "ltrim",
        run: ltrim,
        arity: 4,
        flags: Flags::WRITE,
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::List,
        summary: "Keeps only the elements between two indexes.",
        complexity: "O(N), N the elements removed",
        args: &[Arg::key("key"), Arg::integer("start"), Arg::integer("stop")],
        ..Command::DEFAULT
    },
    Command {
        name: "rpop",
        run: rpop,
        arity: -2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::List,
        summary: "Pops from the tail of a list.",
        complexity: "O(N), N the elements returned",
        args: &[Arg::key("key"), Arg::integer("count").since("6.2.0").optional()],
        ..Command::DEFAULT
    },
    Command {
        name: "rpoplpush",
        run: rpoplpush,
        arity: 3,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::LIST,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
            KeySpec::at(2, KeyFlags::RW.and(KeyFlags::INSERT)),
        ],
        group: Group::List,
        since: "1.2.0",
        summary: "Moves the last element of one list to the head of another.",
        args: &[Arg::key("source"), Arg::key("destination").spec(1)],
        ..Command::DEFAULT
    },
    Command {
        name: "rpush",
        run: rpush,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::List,
        summary: "Adds elements at the tail of a list, creating it if needed.",
        complexity: "O(N), N the elements given",
        args: &[Arg::key("key"), Arg::string("element").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "rpushx",
        run: rpushx,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::LIST,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::List,
        since: "2.2.0",
        summary: "Adds elements at the tail of a list that exists.",
        complexity: "O(N), N the elements given",
        args: &[Arg::key("key"), Arg::string("element").multiple()],
        ..Command::DEFAULT
    },
];

/// What LMOVEM may say of how much it moves.
const HOW_MANY: Arg = Arg::block(
    "how-many",
    &[
        Arg::one_of(
            "selector",
            &[Arg::integer("count").token("COUNT"), Arg::integer("exactly").token("EXACTLY")],
        ),
        Arg::one_of("ordering", &[Arg::flag("obo", "OBO"), Arg::flag("bulk", "BULK")]),
    ],
)
.optional();

/// `LPUSH key element [element ...]` -> length.
fn lpush(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    push(cx, args, End::Head, Create::IfAbsent)
}

/// `RPUSH key element [element ...]` -> length.
fn rpush(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    push(cx, args, End::Tail, Create::IfAbsent)
}

/// `LPUSHX key element [element ...]` -> length, 0 without the list.
fn lpushx(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    push(cx, args, End::Head, Create::No)
}

/// `RPUSHX key element [element ...]` -> length, 0 without the list.
fn rpushx(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    push(cx, args, End::Tail, Create::No)
}

#[inline]
fn push(cx: &mut Cx<'_>, args: Args<'_>, end: End, create: Create) -> CommandResult {
    let event = if end == End::Head { Event::LPUSH } else { Event::RPUSH };
    let len = cx.keys.update_list(args.at(1), create, event, |list| {
        let elements = args.from(2);
        elements.iter().for_each(|element| list.push(end, element));
        (list.len(), elements.len() as u64)
    })?;
    cx.reply.count(len.unwrap_or(0));
    Ok(Outcome::Replied)
}

/// `LLEN key` -> length.
fn llen(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::List)?;
    cx.reply.count(entry.map_or(0, |entry| ListRef::new(&entry).len()));
    Ok(Outcome::Replied)
}

/// `LINDEX key index` -> bulk string or null.
fn lindex(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(entry) = cx.keys.read_as(args.at(1), Type::List)? else {
        cx.reply.null();
        return Ok(Outcome::Replied);
    };
    let list = ListRef::new(&entry);
    match list.resolve(int(args.at(2))?).and_then(|at| list.get(at)) {
        Some(element) => cx.reply.bulk(element),
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// `LRANGE key start stop` -> array.
fn lrange(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (start, stop) = (int(args.at(2))?, int(args.at(3))?);
    let Some(entry) = cx.keys.read_as(args.at(1), Type::List)? else {
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let list = ListRef::new(&entry);
    let span = span(start, stop, list.len());
    cx.reply.array(span.len());
    if !span.is_empty() {
        cx.reply.each(span.len(), list.range(span), super::reply::Reply::bulk);
    }
    Ok(Outcome::Replied)
}

/// `LTRIM key start stop` -> `OK`.
fn ltrim(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (start, stop) = (int(args.at(2))?, int(args.at(3))?);
    cx.keys.update_list(args.at(1), Create::No, Event::LTRIM, |list| {
        let keep = span(start, stop, list.len());
        // A trim that removes nothing is reported all the same.
        ((), (list.trim(keep) as u64).max(1))
    })?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `LSET key index element` -> `OK`.
fn lset(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let set = cx.keys.update_list(args.at(1), Create::No, Event::LSET, |list| {
        let set = int(args.at(2)).map(|index| {
            let at = list.read().resolve(index);
            at.is_some_and(|at| list.set(at, args.at(3)))
        });
        let changes = u64::from(set == Ok(true));
        (set, changes)
    })?;
    if !set.ok_or(CommandError::NoSuchKey)?? {
        return Err(CommandError::IndexOutOfRange);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `LINSERT key BEFORE|AFTER pivot element` -> length; -1 without the pivot, 0 without the list.
fn linsert(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let behind = match () {
        () if args.is(2, "AFTER") => 1,
        () if args.is(2, "BEFORE") => 0,
        () => return Err(CommandError::Syntax),
    };
    let len = cx.keys.update_list(args.at(1), Create::No, Event::LINSERT, |list| {
        match list.read().find(args.at(3)) {
            Some(pivot) => {
                list.insert(pivot + behind, args.at(4));
                (list.len() as i64, 1)
            }
            None => (-1, 0),
        }
    })?;
    cx.reply.int(len.unwrap_or(0));
    Ok(Outcome::Replied)
}

/// `LREM key count element` -> number of removed elements.
fn lrem(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let count = int(args.at(2))?;
    let direction = if count < 0 { Direction::Backward } else { Direction::Forward };
    let limit = if count == 0 { usize::MAX } else { count.unsigned_abs() as usize };
    let remove = |list: &mut ListMut<'_>| {
        let removed = list.remove_value(args.at(3), limit, direction);
        (removed, removed as u64)
    };
    let removed = cx.keys.update_list(args.at(1), Create::No, Event::LREM, remove)?;
    cx.reply.count(removed.unwrap_or(0));
    Ok(Outcome::Replied)
}

/// What LPOS looks for.
struct Search {
    direction: Direction,
    /// Matches to pass over.
    skip: u64,
    /// Matches to reply; none for the plain form, 0 for all.
    count: Option<usize>,
    /// Elements to look at.
    depth: usize,
}

impl Search {
    fn parse(options: Args<'_>) -> Result<Self, CommandError> {
        let (mut rank, mut count, mut depth) = (1, None, usize::MAX);
        let mut at = 0;
        while at < options.len() {
            let Some(value) = options.get(at + 1) else { return Err(CommandError::Syntax) };
            if options.is(at, "RANK") {
                rank = int(value)?;
                if rank == i64::MIN {
                    return Err(OUT_OF_RANGE);
                }
                if rank == 0 {
                    return Err(CommandError::text(
                        "ERR RANK can't be zero: use 1 to start from the first match, 2 from \
                         the second ... or use negative to start from the end of the list",
                    ));
                }
            } else if options.is(at, "COUNT") {
                count = Some(int_from(value, 0, "ERR COUNT can't be negative")?);
            } else if options.is(at, "MAXLEN") {
                depth = int_from(value, 0, "ERR MAXLEN can't be negative")?;
                if depth == 0 {
                    depth = usize::MAX;
                }
            } else {
                return Err(CommandError::Syntax);
            }
            at += 2;
        }
        let direction = if rank < 0 { Direction::Backward } else { Direction::Forward };
        Ok(Self { direction, skip: rank.unsigned_abs() - 1, count, depth })
    }
}

/// `LPOS key element [RANK rank] [COUNT count] [MAXLEN len]` -> index or null; with COUNT an array
/// of indexes.
fn lpos(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let search = Search::parse(args.from(3))?;
    let mark = cx.reply.mark();
    let mut found = 0;
    if let Some(entry) = cx.keys.read_as(args.at(1), Type::List)? {
        let list = ListRef::new(&entry);
        let len = list.len();
        let start = if search.direction == Direction::Forward { 0 } else { len - 1 };
        let wanted = match search.count {
            None => 1,
            Some(0) => usize::MAX,
            Some(count) => count,
        };
        let mut skip = search.skip;
        for (at, element) in list.iter_from(start, search.direction).take(search.depth).enumerate()
        {
            if element != args.at(2) {
                continue;
            }
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let forward = search.direction == Direction::Forward;
            cx.reply.count(if forward { at } else { len - 1 - at });
            found += 1;
            if found == wanted {
                break;
            }
        }
    }
    match search.count {
        Some(_) => cx.reply.array_at(mark, found),
        None if found == 0 => cx.reply.null(),
        None => {}
    }
    Ok(Outcome::Replied)
}
