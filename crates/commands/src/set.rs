//! Sets. Cases: `tests/cases/set.t`.
//!
//! Intersection, union and difference are one walk ([`combine`]) whose members go to a reply, a
//! count or a new set. Whatever is stored replaces its destination, whose type does not matter.

use crate::args::Args;
use crate::collection::{Sample, count, int_from, scan_until};
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::scan_options::{ScanOptions, parse_cursor};
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use engine::set::{self, MemberRef, SetMut, SetRef};
use engine::value::{Limits, type_of};
use engine::{Create, EntryRef, Event, Rec, Type};

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "sadd",
        run: sadd,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::SET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::Set,
        summary: "Adds members, creating the set if needed.",
        complexity: "O(N), N the members given",
        args: &[Arg::key("key"), Arg::string("member").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "scard",
        run: scard,
        arity: 2,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SET,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        group: Group::Set,
        summary: "Counts the members.",
        args: &[Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "sdiff",
        run: sdiff,
        arity: -2,
        flags: Flags::READONLY,
        acl: Category::SET,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        summary: "Returns the members of the first set that no other has.",
        complexity: "O(N), N the members of all sets",
        args: &[Arg::key("key").multiple()],
        tips: &["nondeterministic_output_order"],
        ..Command::DEFAULT
    },
    Command {
        name: "sdiffcard",
        run: sdiffcard,
        arity: -3,
        flags: Flags::READONLY.and(Flags::MOVABLEKEYS),
        acl: Category::SET,
        keys: &[KeySpec::counted(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        since: "8.10.0",
        summary: "Counts the members of the first set that no other has.",
        complexity: "O(N), N the members of all sets",
        args: &[
            Arg::integer("numkeys"),
            Arg::key("key").multiple(),
            Arg::integer("limit").token("LIMIT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "sdiffstore",
        run: sdiffstore,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::SET,
        keys: &[
            KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE)),
            KeySpec::range(2, -1, 1, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::Set,
        summary: "Stores the members of the first set that no other has.",
        complexity: "O(N), N the members of all sets",
        args: &[Arg::key("destination"), Arg::key("key").spec(1).multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "sinter",
        run: sinter,
        arity: -2,
        flags: Flags::READONLY,
        acl: Category::SET,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        summary: "Returns the members that all sets have.",
        complexity: "O(N*M), N the smallest set, M the sets",
        args: &[Arg::key("key").multiple()],
        tips: &["nondeterministic_output_order"],
        ..Command::DEFAULT
    },
    Command {
        name: "sintercard",
        run: sintercard,
        arity: -3,
        flags: Flags::READONLY.and(Flags::MOVABLEKEYS),
        acl: Category::SET,
        keys: &[KeySpec::counted(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        since: "7.0.0",
        summary: "Counts the members that all sets have.",
        complexity: "O(N*M), N the smallest set, M the sets",
        args: &[
            Arg::integer("numkeys"),
            Arg::key("key").multiple(),
            Arg::integer("limit").token("LIMIT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "sinterstore",
        run: sinterstore,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::SET,
        keys: &[
            KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE)),
            KeySpec::range(2, -1, 1, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::Set,
        summary: "Stores the members that all sets have.",
        complexity: "O(N*M), N the smallest set, M the sets",
        args: &[Arg::key("destination"), Arg::key("key").spec(1).multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "sismember",
        run: sismember,
        arity: 3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SET,
        keys: &[KeySpec::at(1, KeyFlags::RO)],
        group: Group::Set,
        summary: "Tells whether a member is in the set.",
        args: &[Arg::key("key"), Arg::string("member")],
        ..Command::DEFAULT
    },
    Command {
        name: "smembers",
        run: smembers,
        arity: 2,
        flags: Flags::READONLY,
        acl: Category::SET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        summary: "Returns all members.",
        complexity: "O(N), N the members",
        args: &[Arg::key("key")],
        tips: &["nondeterministic_output_order"],
        ..Command::DEFAULT
    },
    Command {
        name: "smismember",
        run: smismember,
        arity: -3,
        flags: Flags::READONLY.and(Flags::FAST),
        acl: Category::SET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        since: "6.2.0",
        summary: "Tells for several members whether each is in the set.",
        complexity: "O(N), N the members asked for",
        args: &[Arg::key("key"), Arg::string("member").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "smove",
        run: smove,
        arity: 4,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::SET,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
            KeySpec::at(2, KeyFlags::RW.and(KeyFlags::INSERT)),
        ],
        group: Group::Set,
        summary: "Moves a member from one set to another.",
        args: &[Arg::key("source"), Arg::key("destination").spec(1), Arg::string("member")],
        ..Command::DEFAULT
    },
    Command {
        name: "spop",
        run: spop,
        arity: -2,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::SET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE))],
        group: Group::Set,
        summary: "Removes random members and returns them.",
        complexity: "O(N), N the members popped",
        args: &[Arg::key("key"), Arg::integer("count").since("3.2.0").optional()],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "srandmember",
        run: srandmember,
        arity: -2,
        flags: Flags::READONLY,
        acl: Category::SET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        summary: "Returns random members.",
        complexity: "O(N), N the members returned",
        args: &[Arg::key("key"), Arg::integer("count").since("2.6.0").optional()],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "srem",
        run: srem,
        arity: -3,
        flags: Flags::WRITE.and(Flags::FAST),
        acl: Category::SET,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::DELETE))],
        group: Group::Set,
        summary: "Removes members.",
        complexity: "O(N), N the members given",
        args: &[Arg::key("key"), Arg::string("member").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "sscan",
        run: sscan,
        arity: -3,
        flags: Flags::READONLY,
        acl: Category::SET,
        keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        since: "2.8.0",
        summary: "Iterates over members.",
        complexity: "O(1) a call, O(N) for a full iteration, N the members",
        args: &[
            Arg::key("key"),
            Arg::integer("cursor"),
            Arg::pattern("pattern").token("MATCH").optional(),
            Arg::integer("count").token("COUNT").optional(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "sunion",
        run: sunion,
        arity: -2,
        flags: Flags::READONLY,
        acl: Category::SET,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        summary: "Returns the members that any set has.",
        complexity: "O(N), N the members of all sets",
        args: &[Arg::key("key").multiple()],
        tips: &["nondeterministic_output_order"],
        ..Command::DEFAULT
    },
    Command {
        name: "sunioncard",
        run: sunioncard,
        arity: -3,
        flags: Flags::READONLY.and(Flags::MOVABLEKEYS),
        acl: Category::SET,
        keys: &[KeySpec::counted(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
        group: Group::Set,
        since: "8.10.0",
        summary: "Counts the members that any set has.",
        complexity: "O(N), N the members of all sets",
        args: &[
            Arg::integer("numkeys"),
            Arg::key("key").multiple(),
            Arg::flag("approx", "APPROX").optional(),
            Arg::integer("limit").token("LIMIT").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "sunionstore",
        run: sunionstore,
        arity: -3,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::SET,
        keys: &[
            KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE)),
            KeySpec::range(2, -1, 1, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::Set,
        summary: "Stores the members that any set has.",
        complexity: "O(N), N the members of all sets",
        args: &[Arg::key("destination"), Arg::key("key").spec(1).multiple()],
        ..Command::DEFAULT
    },
];

/// `SADD key member [member ...]` -> number of new members.
fn sadd(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let added = cx.keys.update_set(args.at(1), Create::IfAbsent, Event::SADD, |set| {
        let added = args.from(2).iter().filter(|member| set.add(member)).count();
        (added, added as u64)
    })?;
    cx.reply.count(added.unwrap_or(0));
    Ok(Outcome::Replied)
}

/// `SREM key member [member ...]` -> number of removed members.
fn srem(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let removed = cx.keys.update_set(args.at(1), Create::No, Event::SREM, |set| {
        let removed = args.from(2).iter().filter(|member| set.remove(member)).count();
        (removed, removed as u64)
    })?;
    cx.reply.count(removed.unwrap_or(0));
    Ok(Outcome::Replied)
}

/// `SCARD key` -> number of members.
fn scard(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Set)?;
    cx.reply.count(entry.map_or(0, |entry| SetRef::new(&entry).len()));
    Ok(Outcome::Replied)
}

/// `SISMEMBER key member` -> 1 or 0.
fn sismember(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Set)?;
    cx.reply.flag(entry.is_some_and(|entry| SetRef::new(&entry).contains(args.at(2))));
    Ok(Outcome::Replied)
}

/// `SMISMEMBER key member [member ...]` -> array of 1 or 0.
fn smismember(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let entry = cx.keys.read_as(args.at(1), Type::Set)?;
    let set = entry.as_ref().map(|entry| SetRef::new(entry));
    let members = args.from(2);
    cx.reply.array(members.len());
    for member in members.iter() {
        cx.reply.flag(set.is_some_and(|set| set.contains(member)));
    }
    Ok(Outcome::Replied)
}

/// `SMEMBERS key` -> set.
fn smembers(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Set)? else {
        cx.reply.set(0);
        return Ok(Outcome::Replied);
    };
    let set = SetRef::new(&entry);
    cx.reply.set(set.len());
    cx.reply.each(set.len(), set, |reply, member| reply.bulk(&member));
    Ok(Outcome::Replied)
}

/// `SMOVE source destination member` -> 1 if it was moved.
fn smove(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (source, destination, member) = (args.at(1), args.at(2), args.at(3));
    let held = match cx.keys.type_of(source) {
        None => {
            cx.reply.flag(false);
            return Ok(Outcome::Replied);
        }
        Some(Type::Set) => {
            cx.keys.peek(source).is_some_and(|entry| SetRef::new(&entry).contains(member))
        }
        Some(_) => return Err(CommandError::WrongType),
    };
    if cx.keys.type_of(destination).is_some_and(|kind| kind != Type::Set) {
        return Err(CommandError::WrongType);
    }
    if held && source != destination {
        cx.keys.update_set(source, Create::No, Event::SREM, |set| {
            ((), u64::from(set.remove(member)))
        })?;
        cx.keys.update_set(destination, Create::IfAbsent, Event::SADD, |set| {
            ((), u64::from(set.add(member)))
        })?;
    }
    cx.reply.flag(held);
    Ok(Outcome::Replied)
}

/// `SPOP key [count]` -> bulk string or null; with a count a set.
fn spop(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if args.len() > 3 {
        return Err(CommandError::Syntax);
    }
    let key = args.at(1);
    let Some(wanted) = args.get(2).map(count).transpose()? else {
        let r = cx.local.rng.draw();
        let popped = cx.keys.update_set(key, Create::No, Event::SPOP, |set| {
            let popped = set.pop_random(r);
            let changes = u64::from(popped.is_some());
            (popped, changes)
        })?;
        match popped.flatten() {
            Some(member) => {
                cx.log_as(&[b"SREM", key, &member]);
                cx.reply.bulk(&member);
            }
            None => cx.reply.null(),
        }
        return Ok(Outcome::Replied);
    };
    match cx.keys.type_of(key) {
        Some(Type::Set) if wanted > 0 => pop_many(cx, key, wanted),
        Some(Type::Set) | None => {
            cx.reply.set(0);
            Ok(Outcome::Replied)
        }
        Some(_) => Err(CommandError::WrongType),
    }
}

fn pop_many(cx: &mut Cx<'_>, key: &[u8], wanted: usize) -> CommandResult {
    let Some(entry) = cx.keys.peek(key) else { return Ok(Outcome::Replied) };
    let set = SetRef::new(&entry);
    if wanted >= set.len() {
        cx.reply.set(set.len());
        set.iter().for_each(|member| cx.reply.bulk(&member));
        cx.keys.delete(key, Event::SPOP);
        cx.keys.note(key, Event::DEL);
        cx.log_as(&[b"DEL", key]);
        return Ok(Outcome::Replied);
    }
    cx.reply.set(wanted);
    let mut gone = cx.journals().then(Vec::new);
    cx.keys.update_set(key, Create::No, Event::SPOP, |set| {
        for _ in 0..wanted {
            if let Some(member) = set.pop_random(cx.local.rng.draw()) {
                cx.reply.bulk(&member);
                if let Some(gone) = &mut gone {
                    gone.push(member);
                }
            }
        }
        ((), wanted as u64)
    })?;
    for member in gone.iter().flatten() {
        cx.log_as(&[b"SREM", key, member]);
    }
    Ok(Outcome::Replied)
}

/// `SRANDMEMBER key [count]` -> bulk string or null; with a count an array.
fn srandmember(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if args.len() > 3 {
        return Err(CommandError::Syntax);
    }
    let Some(sample) = args.get(2).map(|count| Sample::parse(count, false)).transpose()? else {
        let entry = cx.keys.read_as(args.at(1), Type::Set)?;
        let r = cx.local.rng.draw();
        match entry.as_ref().and_then(|entry| SetRef::new(entry).random(r)) {
            Some(member) => cx.reply.bulk(&member),
            None => cx.reply.null(),
        }
        return Ok(Outcome::Replied);
    };
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Set)? else {
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let set = SetRef::new(&entry);
    let mark = cx.reply.mark();
    cx.reply.array(sample.size(set.len()));
    let (rng, reply) = (&mut cx.local.rng, &mut cx.reply);
    let id = |member: &MemberRef<'_>| engine::hash(member);
    sample.draw(
        rng,
        set.len(),
        set.iter(),
        |r| set.random(r),
        id,
        |member| {
            reply.bulk(&member);
            reply.mark() - mark
        },
    )?;
    Ok(Outcome::Replied)
}

/// How sets are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Inter,
    Union,
    Diff,
}

/// `SINTER key [key ...]` -> set.
fn sinter(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_members(cx, args, Operation::Inter)
}

/// `SUNION key [key ...]` -> set.
fn sunion(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_members(cx, args, Operation::Union)
}

/// `SDIFF key [key ...]` -> set.
fn sdiff(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_members(cx, args, Operation::Diff)
}

/// `SINTERSTORE destination key [key ...]` -> number of members stored.
fn sinterstore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    store_members(cx, args, Operation::Inter, Event::SINTERSTORE)
}

/// `SUNIONSTORE destination key [key ...]` -> number of members stored.
fn sunionstore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    store_members(cx, args, Operation::Union, Event::SUNIONSTORE)
}

/// `SDIFFSTORE destination key [key ...]` -> number of members stored.
fn sdiffstore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    store_members(cx, args, Operation::Diff, Event::SDIFFSTORE)
}

/// `SINTERCARD numkeys key [key ...] [LIMIT limit]` -> number of members, at most the limit.
fn sintercard(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    count_members(cx, args, Operation::Inter)
}

/// `SUNIONCARD numkeys key [key ...] [APPROX] [LIMIT limit]` -> number of members, at most the
/// limit. The count is exact with APPROX too.
fn sunioncard(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    count_members(cx, args, Operation::Union)
}

/// `SDIFFCARD numkeys key [key ...] [LIMIT limit]` -> number of members, at most the limit.
fn sdiffcard(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    count_members(cx, args, Operation::Diff)
}

/// Tables of a union in which members are looked up: more would cost more than noting members.
const TABLES_LOOKED_UP: usize = 4;

type Found<'k> = Vec<Option<EntryRef<'k, Rec>>>;

/// Reads the sets of these keys, absent ones as none.
fn read_sets<'c>(cx: &'c mut Cx<'_>, keys: Args<'_>) -> Result<Found<'c>, CommandError> {
    let found = cx.keys.read_all((0..keys.len()).map(|at| keys.at(at)));
    let fits = |entry: &EntryRef<'_, Rec>| type_of(entry) == Type::Set;
    if found.iter().flatten().all(fits) { Ok(found) } else { Err(CommandError::WrongType) }
}

/// Passes the members of the result to `emit` until it returns false.
fn combine<'a>(
    sets: &[Option<SetRef<'a>>],
    operation: Operation,
    limits: &Limits,
    mut emit: impl FnMut(MemberRef<'a>) -> bool,
) {
    let _ = match operation {
        Operation::Inter => {
            let Some(mut sets) = sets.iter().copied().collect::<Option<Vec<_>>>() else { return };
            sets.sort_by_key(|set| set.len());
            let (smallest, others) = (sets[0], &sets[1..]);
            smallest.iter().filter(|m| others.iter().all(|set| set.contains(m))).all(emit)
        }
        Operation::Union => {
            // In the first tables a member can be looked up; what is only elsewhere is noted.
            let (mut tables, mut others): (Vec<SetRef<'a>>, Vec<SetRef<'a>>) =
                sets.iter().flatten().copied().partition(|set| set.is_table());
            others.extend(tables.split_off(tables.len().min(TABLES_LOOKED_UP)));
            let mut rec = set::empty(b"");
            let mut seen = SetMut::new(&mut rec, limits);
            let in_tables = |count: usize, member: &[u8]| {
                tables[..count].iter().any(|table| table.contains(member))
            };
            tables.iter().enumerate().all(|(at, table)| {
                table.iter().filter(|member| !in_tables(at, member)).all(&mut emit)
            }) && others.into_iter().flat_map(SetRef::iter).all(|member| {
                in_tables(tables.len(), &member) || !seen.add(&member) || emit(member)
            })
        }
        Operation::Diff => {
            let Some(Some(first)) = sets.first() else { return };
            let is_in = |set: &SetRef<'_>, member: &[u8]| set.contains(member);
            let others: Vec<SetRef<'_>> = sets[1..].iter().flatten().copied().collect();
            first.iter().filter(|m| !others.iter().any(|set| is_in(set, m))).all(emit)
        }
    };
}

/// The sets that these keys hold.
fn as_sets<'a>(found: &'a Found<'_>) -> Vec<Option<SetRef<'a>>> {
    found.iter().map(|entry| entry.as_deref().map(SetRef::new)).collect()
}

fn reply_members(cx: &mut Cx<'_>, args: Args<'_>, operation: Operation) -> CommandResult {
    let limits = cx.keys.limits();
    let keys = args.from(1);
    let found = cx.keys.read_all((0..keys.len()).map(|at| keys.at(at)));
    if found.iter().flatten().any(|entry| type_of(entry) != Type::Set) {
        return Err(CommandError::WrongType);
    }
    let (mark, mut count) = (cx.reply.mark(), 0);
    combine(&as_sets(&found), operation, &limits, |member| {
        cx.reply.bulk(&member);
        count += 1;
        true
    });
    cx.reply.set_at(mark, count);
    Ok(Outcome::Replied)
}

fn store_members(
    cx: &mut Cx<'_>,
    args: Args<'_>,
    operation: Operation,
    event: Event,
) -> CommandResult {
    let limits = cx.keys.limits();
    let destination = args.at(1);
    let found = read_sets(cx, args.from(2))?;
    let sets = as_sets(&found);
    let rec = match operation {
        Operation::Union => unite(&sets, destination, &limits),
        Operation::Diff if is_taken_away(&sets, &limits) => take_away(&sets, destination, &limits),
        Operation::Inter | Operation::Diff => {
            let mut members = Vec::new();
            combine(&sets, operation, &limits, |member| {
                members.push(member);
                true
            });
            set::of_distinct(destination, &members, &limits)
        }
    };
    drop(found);
    let count = SetRef::new(&rec).len();
    if count == 0 {
        cx.keys.delete(destination, Event::DEL);
    } else {
        cx.keys.put(rec, event);
    }
    cx.reply.count(count);
    Ok(Outcome::Replied)
}

/// The union of sets as a record under `key`. It begins with a copy of the largest, if that is
/// large.
fn unite(sets: &[Option<SetRef<'_>>], key: &[u8], limits: &Limits) -> Rec {
    let largest = sets.iter().flatten().enumerate().max_by_key(|(_, set)| set.len());
    let begun = largest.and_then(|(at, set)| Some((at, set::copy_large(*set, key, limits)?)));
    let (skip, mut rec) = match begun {
        Some((at, rec)) => (Some(at), rec),
        None => (None, set::empty(key)),
    };
    let mut united = SetMut::new(&mut rec, limits);
    for (at, set) in sets.iter().flatten().enumerate() {
        if skip != Some(at) {
            set.iter().for_each(|member| {
                united.add(&member);
            });
        }
    }
    rec
}

/// Whether Redis takes the others' members out of a copy of the first set, rather than looking each
/// of its members up in them: the encoding tells. A table is one either way.
fn is_taken_away(sets: &[Option<SetRef<'_>>], limits: &Limits) -> bool {
    let Some(Some(first)) = sets.first() else { return false };
    let lens = || sets.iter().flatten().map(|set| set.len());
    let looked_up = first.len() * lens().count() / 2;
    let is_small =
        first.len() <= limits.set_max_intset_entries.max(limits.set_max_listpack_entries);
    is_small && !first.is_intset() && looked_up > lens().sum()
}

/// The difference of sets as a record under `key`, in the encoding of the first one's members.
fn take_away(sets: &[Option<SetRef<'_>>], key: &[u8], limits: &Limits) -> Rec {
    let mut rec = set::empty(key);
    let mut left = SetMut::new(&mut rec, limits);
    let mut sets = sets.iter().flatten();
    for member in sets.next().into_iter().flat_map(|first| first.iter()) {
        left.add(&member);
    }
    for member in sets.flat_map(|set| set.iter()) {
        left.remove(&member);
    }
    rec
}

fn count_members(cx: &mut Cx<'_>, args: Args<'_>, operation: Operation) -> CommandResult {
    let keys = int_from(args.at(1), 1, "ERR numkeys should be greater than 0")?;
    if keys > args.len() - 2 {
        return Err(CommandError::text("ERR Number of keys can't be greater than number of args"));
    }
    let options = args.from(2 + keys);
    let (mut limit, mut at) = (0, 0);
    while at < options.len() {
        match options.get(at + 1) {
            Some(value) if options.is(at, "LIMIT") => {
                limit = int_from(value, 0, "ERR LIMIT can't be negative")?;
                at += 2;
            }
            _ if operation == Operation::Union && options.is(at, "APPROX") => at += 1,
            _ => return Err(CommandError::Syntax),
        }
    }
    let limits = cx.keys.limits();
    let mut count = 0;
    let found = read_sets(cx, args.from(2).first(keys))?;
    combine(&as_sets(&found), operation, &limits, |_| {
        count += 1;
        count != limit
    });
    drop(found);
    cx.reply.count(count);
    Ok(Outcome::Replied)
}

/// `SSCAN key cursor [MATCH pattern] [COUNT count]` -> the next cursor and an array of members.
fn sscan(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let cursor = parse_cursor(args.at(2))?;
    let options = ScanOptions::parse(args, 3, |_| 0);
    let Some(entry) = cx.keys.read_as(args.at(1), Type::Set)? else {
        cx.reply.array(2);
        cx.reply.bulk(b"0");
        cx.reply.array(0);
        return Ok(Outcome::Replied);
    };
    let options = options?;
    let set = SetRef::new(&entry);
    let (mark, reply, mut found) = (cx.reply.mark(), &mut cx.reply, 0);
    let next = scan_until(cursor, options.count, |cursor| {
        let next = set.scan(cursor, |member| {
            if options.selects(member) {
                reply.bulk(member);
                found += 1;
            }
        });
        (next, found)
    });
    cx.reply.array_at(mark, found);
    cx.reply.cursor_at(mark, next);
    Ok(Outcome::Replied)
}
