//! `OBJECT`: how a value is kept and when it was last used.
//!
//! Cases: tests/cases/object.t. None of these touches the key: asking does not make it younger.

use crate::args::Args;
use crate::config::Id;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::spec::{Arg, Category, Command, Flags, KeyFlags, KeySpec};

pub(super) const OBJECT: Command = Command {
    name: "object",
    arity: -2,
    since: "2.2.3",
    summary: "Holds the subcommands on the internals of a value.",
    subcommands: &[
        Command {
            name: "encoding",
            run: object_encoding,
            arity: 3,
            flags: Flags::READONLY,
            acl: Category::KEYSPACE,
            keys: &[KeySpec::at(2, KeyFlags::RO)],
            since: "2.2.3",
            summary: "Returns the encoding of a value.",
            args: &[Arg::key("key")],
            tips: &["nondeterministic_output"],
            ..Command::DEFAULT
        },
        Command {
            name: "freq",
            run: object_freq,
            arity: 3,
            flags: Flags::READONLY,
            acl: Category::KEYSPACE,
            keys: &[KeySpec::at(2, KeyFlags::RO)],
            since: "4.0.0",
            summary: "Returns the access counter of a key (LFU).",
            args: &[Arg::key("key")],
            tips: &["nondeterministic_output"],
            ..Command::DEFAULT
        },
        Command {
            name: "help",
            run: object_help,
            arity: 2,
            flags: Flags::LOADING.and(Flags::STALE),
            acl: Category::KEYSPACE,
            since: "6.2.0",
            summary: "Prints the subcommands.",
            ..Command::DEFAULT
        },
        Command {
            name: "idletime",
            run: object_idletime,
            arity: 3,
            flags: Flags::READONLY,
            acl: Category::KEYSPACE,
            keys: &[KeySpec::at(2, KeyFlags::RO)],
            since: "2.2.3",
            summary: "Returns the seconds since a key was last used.",
            args: &[Arg::key("key")],
            tips: &["nondeterministic_output"],
            ..Command::DEFAULT
        },
        Command {
            name: "refcount",
            run: object_refcount,
            arity: 3,
            flags: Flags::READONLY,
            acl: Category::KEYSPACE,
            keys: &[KeySpec::at(2, KeyFlags::RO)],
            since: "2.2.3",
            summary: "Returns the reference count of a value.",
            args: &[Arg::key("key")],
            tips: &["nondeterministic_output"],
            ..Command::DEFAULT
        },
    ],
    ..Command::DEFAULT
};

const HELP: &[&str] = &[
    "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "ENCODING <key>",
    "    Return the kind of internal representation used in order to store the value",
    "    associated with a <key>.",
    "FREQ <key>",
    "    Return the access frequency index of the <key>. The returned integer is",
    "    proportional to the logarithm of the recent access frequency of the key.",
    "IDLETIME <key>",
    "    Return the idle time of the <key>, that is the approximated number of",
    "    seconds elapsed since the last access to the key.",
    "REFCOUNT <key>",
    "    Return the number of references of the value associated with the specified",
    "    <key>.",
    "HELP",
    "    Print this help.",
];

/// `OBJECT ENCODING key` -> name of the encoding; null without the key.
fn object_encoding(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    match cx.keys.peek(args.at(2)) {
        Some(rec) => cx.reply.bulk(engine::value::encoding_of(&rec).as_bytes()),
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// `OBJECT REFCOUNT key` -> 1, or the reference count of shared small integers; null without the
/// key. We share no objects, but clients and tests know the number.
fn object_refcount(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    const SHARED: std::ops::Range<i64> = 0..10_000;
    let shares = !crate::memory_limit::keeps_clocks(&cx.server.config);
    match cx.keys.peek(args.at(2)) {
        Some(rec) => match rec.view() {
            engine::View::Int(value) if shares && SHARED.contains(&value) => {
                cx.reply.int(i32::MAX.into());
            }
            _ => cx.reply.int(1),
        },
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// `OBJECT IDLETIME key` -> seconds since the last use; null without the key.
fn object_idletime(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(clock) = cx.keys.peek(args.at(2)).map(|rec| rec.access()) else {
        cx.reply.null();
        return Ok(Outcome::Replied);
    };
    if counts_frequency(cx) {
        return Err(CommandError::text(
            "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when \
             switching between policies at runtime LRU and LFU data will take some time to adjust.",
        ));
    }
    cx.reply.int(i64::from(engine::idle_seconds(clock, cx.now())));
    Ok(Outcome::Replied)
}

/// `OBJECT FREQ key` -> logarithmic access counter, as decayed by now; null without the key.
fn object_freq(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(clock) = cx.keys.peek(args.at(2)).map(|rec| rec.access()) else {
        cx.reply.null();
        return Ok(Outcome::Replied);
    };
    if !counts_frequency(cx) {
        return Err(CommandError::text(
            "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please \
             note that when switching between policies at runtime LRU and LFU data will take some \
             time to adjust.",
        ));
    }
    let minutes = (cx.now() / 60_000) as u16;
    let decay_minutes = cx.server.config.int(Id::LFU_DECAY_TIME).clamp(0, 255) as u8;
    cx.reply.int(i64::from(engine::Access::frequency(clock, minutes, decay_minutes)));
    Ok(Outcome::Replied)
}

fn counts_frequency(cx: &Cx<'_>) -> bool {
    cx.server.config.uses_lfu()
}

/// `OBJECT HELP` -> array of lines.
fn object_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(HELP);
    Ok(Outcome::Replied)
}

#[cfg(test)]
mod tests {
    use engine::Access;

    fn decayed(clock: u32, minutes: u16, decay_minutes: u8) -> u8 {
        Access::frequency(clock, minutes, decay_minutes)
    }

    #[test]
    fn frequency_decays_with_the_minutes() {
        let clock = 100 * 256 + 20;
        assert_eq!(decayed(clock, 100, 1), 20);
        assert_eq!(decayed(clock, 105, 1), 15);
        assert_eq!(decayed(clock, 105, 2), 18);
        assert_eq!(decayed(clock, 105, 0), 20);
        assert_eq!(decayed(clock, 500, 1), 0);
        assert_eq!(decayed(0xffff * 256 + 20, 1, 1), 18, "the minutes wrap");
    }
}
