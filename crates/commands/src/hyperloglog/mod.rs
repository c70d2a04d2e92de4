//! `HyperLogLog`: how many distinct elements there were, in at most 12 KiB. Cases:
//! `tests/cases/hyperloglog.t`.
//!
//! A sketch is a string: [`sketch`] has its layout, [`sparse`] and [`dense`] the two forms of its
//! registers, [`registers`] a third for the time of a call, [`estimate`] the arithmetic,
//! [`selftest`] what PFSELFTEST does.

use crate::args::Args;
use crate::config::Id;
use crate::cx::Cx;
use crate::dispatch::printable;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use engine::string::StringRef;
use engine::{Create, EntryRef, Event, Rec};
use sketch::{Corrupt, Form};
use std::fmt::Write;

mod dense;
mod estimate;
mod registers;
mod selftest;
mod sketch;
mod sparse;

use registers::Registers;
use selftest::pfselftest;

/// Registers of a sketch.
const REGISTERS: usize = 1 << 14;

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "pfadd",
        run: pfadd,
        arity: -2,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::FAST),
        acl: Category::HYPERLOGLOG,
        keys: &[KeySpec::at(1, KeyFlags::RW.and(KeyFlags::INSERT))],
        group: Group::HyperLogLog,
        since: "2.8.9",
        summary: "Adds elements to a HyperLogLog.",
        complexity: "O(N), N the elements given",
        args: &[Arg::key("key"), Arg::string("element").optional().multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "pfcount",
        run: pfcount,
        arity: -2,
        flags: Flags::READONLY.and(Flags::MAY_REPLICATE),
        acl: Category::HYPERLOGLOG,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RW.and(KeyFlags::ACCESS)).notes(COUNT_NOTE)],
        group: Group::HyperLogLog,
        since: "2.8.9",
        summary: "Estimates how many distinct elements were added.",
        complexity: "O(N), N the keys",
        args: &[Arg::key("key").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "pfdebug",
        run: pfdebug,
        arity: 3,
        flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::ADMIN),
        acl: Category::HYPERLOGLOG,
        keys: &[KeySpec::at(2, KeyFlags::RW.and(KeyFlags::ACCESS))],
        group: Group::HyperLogLog,
        since: "2.8.9",
        summary: "Shows the inside of a HyperLogLog (internal).",
        complexity: "O(N), N the registers",
        args: &[Arg::string("subcommand"), Arg::key("key")],
        ..Command::DEFAULT
    },
    Command {
        name: "pfmerge",
        run: pfmerge,
        arity: -2,
        flags: Flags::WRITE.and(Flags::DENYOOM),
        acl: Category::HYPERLOGLOG,
        keys: &[
            KeySpec::at(1, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::INSERT)),
            KeySpec::range(2, -1, 1, KeyFlags::RO.and(KeyFlags::ACCESS)),
        ],
        group: Group::HyperLogLog,
        since: "2.8.9",
        summary: "Merges HyperLogLogs into one.",
        complexity: "O(N), N the keys",
        args: &[Arg::key("destkey"), Arg::key("sourcekey").spec(1).optional().multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "pfselftest",
        run: pfselftest,
        arity: 1,
        flags: Flags::ADMIN,
        acl: Category::HYPERLOGLOG,
        group: Group::HyperLogLog,
        since: "2.8.9",
        summary: "Tests the HyperLogLog code (internal).",
        complexity: "O(N), N the registers",
        ..Command::DEFAULT
    },
];

const COUNT_NOTE: &str = "RW because it may change the internal representation of the key, \
    and propagate to replicas";

impl From<Corrupt> for CommandError {
    fn from(_: Corrupt) -> Self {
        Self::text("INVALIDOBJ Corrupted HLL object detected")
    }
}

/// Returns the form of a stored sketch.
///
/// # Errors
/// The key holds another type, or a string that is no sketch.
fn form_of(entry: EntryRef<'_, Rec>) -> Result<Form, CommandError> {
    let form = StringRef::of(entry)?.with(Form::of);
    form.ok_or(CommandError::text("WRONGTYPE Key is not a valid HyperLogLog string value."))
}

fn sparse_max(cx: &Cx<'_>) -> usize {
    cx.server.config.size(Id::HLL_SPARSE_MAX_BYTES) as usize
}

/// `PFADD key [element ...]` -> 1 if the key is new or the estimate may have changed, else 0.
fn pfadd(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (key, sparse_max) = (args.at(1), sparse_max(cx));
    if let Some(entry) = cx.keys.peek(key) {
        form_of(entry)?;
    }
    let added = cx.keys.edit_string(key, Create::IfAbsent, Event::PFADD, |sketch| {
        let mut changes = 0;
        if sketch.is_empty() {
            sketch::create(sketch);
            changes = 1;
        }
        let mut result = Ok(());
        for element in args.from(2).iter() {
            match sketch::add(sketch, element, sparse_max) {
                Ok(raised) => changes += u64::from(raised),
                Err(corrupt) => {
                    result = Err(corrupt);
                    break;
                }
            }
        }
        if changes > 0 {
            sketch::forget_count(sketch);
        }
        (result.map(|()| changes > 0), changes)
    })?;
    cx.reply.flag(added.unwrap_or(Ok(false))?);
    Ok(Outcome::Replied)
}

/// `PFCOUNT key [key ...]` -> the estimated number of elements, of several keys in all of them
/// together.
fn pfcount(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if args.len() == 2 {
        return count_one(cx, args.at(1));
    }
    let mut registers = Registers::new();
    raise_from(cx, args.from(1), &mut registers)?;
    cx.reply.int(estimate::estimate(&registers.histogram()) as i64);
    Ok(Outcome::Replied)
}

/// Replies the estimate of one key, and keeps it there.
fn count_one(cx: &mut Cx<'_>, key: &[u8]) -> CommandResult {
    let Some(entry) = cx.keys.read(key) else {
        cx.reply.int(0);
        return Ok(Outcome::Replied);
    };
    form_of(entry)?;
    let known = StringRef::of(entry)?.with(|bytes| match sketch::kept_count(bytes) {
        Some(count) => Ok((count, true)),
        None => sketch::histogram(bytes).map(|found| (estimate::estimate(&found), false)),
    });
    let (count, was_kept) = known?;
    if !was_kept {
        cx.keys.edit_string(key, Create::No, Event::PFCOUNT, |sketch| {
            sketch::keep_count(sketch, count);
            ((), 1)
        })?;
    }
    cx.reply.int(count as i64);
    Ok(Outcome::Replied)
}

/// Raises `registers` to those of all the keys; whether a sketch of them is dense.
fn raise_from(
    cx: &mut Cx<'_>,
    keys: Args<'_>,
    registers: &mut Registers,
) -> Result<bool, CommandError> {
    let mut any_dense = false;
    for key in keys.iter() {
        let Some(entry) = cx.keys.read(key) else { continue };
        any_dense |= form_of(entry)? == Form::Dense;
        StringRef::of(entry)?.with(|bytes| sketch::raise(registers, bytes))?;
    }
    Ok(any_dense)
}

/// `PFMERGE destination [source ...]` -> OK.
fn pfmerge(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let sparse_max = sparse_max(cx);
    let mut registers = Registers::new();
    let (own, others) = (args.from(1).first(1), args.from(2));
    let mut any_dense = raise_from(cx, own, &mut registers)?;
    let before = registers.total();
    any_dense |= raise_from(cx, others, &mut registers)?;
    let is_raised = registers.total() > before;
    let merged = cx.keys.edit_string(args.at(1), Create::IfAbsent, Event::PFADD, |sketch| {
        if sketch.is_empty() {
            sketch::create(sketch);
        }
        let widened = if any_dense { sketch::make_dense(sketch) } else { Ok(()) };
        let result = match widened {
            Ok(()) if is_raised => sketch::raise_all(sketch, &registers, sparse_max),
            other => other,
        };
        sketch::forget_count(sketch);
        (result, 1)
    })?;
    merged.unwrap_or(Ok(()))?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `PFDEBUG GETREG|DECODE|ENCODING|TODENSE key` -> registers, runs, form, whether it was changed.
fn pfdebug(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(2);
    let Some(entry) = cx.keys.peek(key) else {
        return Err(CommandError::text("ERR The specified key does not exist"));
    };
    let form = form_of(entry)?;
    let value = StringRef::of(entry)?;
    match () {
        () if args.is(1, "GETREG") => {
            let mut registers = Registers::new();
            value.with(|bytes| sketch::raise(&mut registers, bytes))?;
            widen(cx, key)?;
            cx.reply.array(REGISTERS);
            for value in registers.iter() {
                cx.reply.int(i64::from(value));
            }
        }
        () if args.is(1, "DECODE") && form == Form::Dense => {
            return Err(CommandError::text("ERR HLL encoding is not sparse"));
        }
        () if args.is(1, "DECODE") => {
            let text = value.with(decode)?;
            cx.reply.bulk(text.as_bytes());
        }
        () if args.is(1, "ENCODING") => cx.reply.simple(match form {
            Form::Dense => "dense",
            Form::Sparse => "sparse",
        }),
        () if args.is(1, "TODENSE") => {
            widen(cx, key)?;
            cx.reply.flag(form == Form::Sparse);
        }
        () => {
            let shown = printable(args.at(1), 128);
            return Err(CommandError::owned(format!("ERR Unknown PFDEBUG subcommand '{shown}'")));
        }
    }
    Ok(Outcome::Replied)
}

/// Gives a stored sketch the dense form.
fn widen(cx: &mut Cx<'_>, key: &[u8]) -> Result<(), CommandError> {
    let widened = cx.keys.edit_string(key, Create::No, Event::PFDEBUG, |sketch| {
        let was_sparse = Form::of(sketch.as_slice()) == Some(Form::Sparse);
        let result = sketch::make_dense(sketch);
        (result, u64::from(was_sparse && result.is_ok()))
    })?;
    Ok(widened.unwrap_or(Ok(()))?)
}

/// The runs of a sparse sketch, whatever they add up to: `z:` and `Z:` for zeros in one byte and
/// in two, `v:` for a value and how often it comes.
fn decode(bytes: &[u8]) -> Result<String, Corrupt> {
    let mut text = String::new();
    for run in sparse::runs(&bytes[sketch::HEADER..]) {
        let run = run?;
        let space = if text.is_empty() { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = match run.value {
            0 if run.is_long() => write!(text, "{space}Z:{}", run.len),
            0 => write!(text, "{space}z:{}", run.len),
            value => write!(text, "{space}v:{value},{}", run.len),
        };
    }
    Ok(text)
}
