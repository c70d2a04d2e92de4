//! XGROUP.

use super::id::{id, strict_id};
use crate::args::Args;
use crate::collection::int;
use crate::cx::Cx;
use crate::dispatch::printable;
use crate::error::{CommandError, CommandResult, Outcome};
use engine::stream::{Id, Lookup, Stream, Told, UNKNOWN_READ};
use engine::{Create, Event, Type};

const HELP: &[&str] = &[
    "XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "CREATE <key> <groupname> <id|$> [option]",
    "    Create a new consumer group. Options are:",
    "    * MKSTREAM",
    "      Create the empty stream if it does not exist.",
    "    * ENTRIESREAD entries_read",
    "      Set the group's entries_read counter (internal use).",
    "CREATECONSUMER <key> <groupname> <consumer>",
    "    Create a new consumer in the specified group.",
    "DELCONSUMER <key> <groupname> <consumer>",
    "    Remove the specified consumer.",
    "DESTROY <key> <groupname>",
    "    Remove the specified group.",
    "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
    "    Set the current group ID and entries_read counter.",
    "HELP",
    "    Prints this help.",
];

/// `XGROUP HELP` -> array of lines.
pub(super) fn xgroup_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(HELP);
    Ok(Outcome::Replied)
}

/// The error for a subcommand's arguments.
pub(super) fn subcommand_error(container: &str, args: Args<'_>) -> CommandError {
    CommandError::owned(format!(
        "ERR unknown subcommand or wrong number of arguments for '{}'. Try {container} HELP.",
        printable(args.at(1), 128)
    ))
}

/// The error for a group that is not there.
pub(super) fn no_group(key: &[u8], group: &[u8]) -> CommandError {
    CommandError::owned(format!(
        "NOGROUP No such consumer group '{}' for key name '{}'",
        printable(group, group.len()),
        printable(key, key.len())
    ))
}

/// `MKSTREAM` and `ENTRIESREAD count`.
struct Options {
    makes_stream: bool,
    entries_read: i64,
}

impl Options {
    fn parse(args: Args<'_>, may_make: bool) -> Result<Self, CommandError> {
        let mut options = Self { makes_stream: false, entries_read: UNKNOWN_READ };
        let mut at = 5;
        while at < args.len() {
            if may_make && args.is(at, "MKSTREAM") {
                options.makes_stream = true;
                at += 1;
            } else if args.is(at, "ENTRIESREAD") && at + 1 < args.len() {
                options.entries_read = int(args.at(at + 1))?;
                if options.entries_read < UNKNOWN_READ {
                    return Err(CommandError::text(
                        "ERR value for ENTRIESREAD must be positive or -1",
                    ));
                }
                at += 2;
            } else {
                return Err(subcommand_error("XGROUP", args));
            }
        }
        Ok(options)
    }
}

/// The key has to be a stream.
fn need_stream(cx: &mut Cx<'_>, key: &[u8]) -> Result<(), CommandError> {
    if has_stream(cx, key)? {
        return Ok(());
    }
    Err(CommandError::text(
        "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to \
         use the MKSTREAM option to create an empty stream automatically.",
    ))
}

fn has_stream(cx: &mut Cx<'_>, key: &[u8]) -> Result<bool, CommandError> {
    match cx.keys.type_of(key) {
        None => Ok(false),
        Some(Type::Stream) => Ok(true),
        Some(_) => Err(CommandError::WrongType),
    }
}

/// `XGROUP CREATE key group id|$ [MKSTREAM] [ENTRIESREAD entries-read]` -> OK
pub(super) fn xgroup_create(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let options = Options::parse(args, true)?;
    let key = args.at(2);
    let there = has_stream(cx, key)?;
    if !options.makes_stream {
        need_stream(cx, key)?;
    }
    if args.len() > 8 {
        return Err(subcommand_error("XGROUP", args));
    }
    let given = if *args.at(4) == *b"$" { None } else { Some(strict_id(args.at(4), 0)?) };
    let create = |stream: &mut Stream| {
        let start = given.unwrap_or(stream.meta.last_id);
        stream.create_group(args.at(3), start, options.entries_read)
    };
    let event = Event::XGROUP_CREATE;
    let created = if there {
        cx.keys.update_groups(key, Lookup::Quiet, |stream| {
            let created = create(stream);
            let told = Told { changes: 1, event: Some(event), wakes: false };
            (created, if created { told } else { Told::default() })
        })
    } else {
        cx.keys.update_stream(key, Create::IfAbsent, event, |stream, _| (create(stream), 1))
    }?;
    if created != Some(true) {
        return Err(CommandError::text("BUSYGROUP Consumer Group name already exists"));
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `XGROUP SETID key group id|$ [ENTRIESREAD entries-read]` -> OK
pub(super) fn xgroup_setid(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let options = Options::parse(args, false)?;
    let (key, name) = (args.at(2), args.at(3));
    need_group(cx, key, name)?;
    if args.len() != 5 && args.len() != 7 {
        return Err(subcommand_error("XGROUP", args));
    }
    let given = if *args.at(4) == *b"$" { None } else { Some(id(args.at(4), 0)?) };
    cx.keys.update_groups(key, Lookup::Quiet, |stream| {
        let last: Id = given.unwrap_or(stream.meta.last_id);
        if let Some(group) = stream.group_mut(name) {
            group.last_id = last;
            group.entries_read = options.entries_read;
        }
        ((), Told { changes: 1, event: Some(Event::XGROUP_SETID), wakes: false })
    })?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

fn need_group(cx: &mut Cx<'_>, key: &[u8], name: &[u8]) -> Result<(), CommandError> {
    need_stream(cx, key)?;
    let entry = cx.keys.peek(key);
    let there = entry.is_some_and(|entry| engine::stream::of(&entry).group(name).is_some());
    if there { Ok(()) } else { Err(no_group(key, name)) }
}

/// `XGROUP DESTROY key group` -> 1 or 0
pub(super) fn xgroup_destroy(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    need_stream(cx, args.at(2))?;
    let destroyed = cx.keys.update_groups(args.at(2), Lookup::Quiet, |stream| {
        let destroyed = stream.destroy_group(args.at(3));
        // Readers that wait for the group end with an error.
        let told = Told { changes: 1, event: Some(Event::XGROUP_DESTROY), wakes: true };
        (destroyed, if destroyed { told } else { Told::default() })
    })?;
    cx.reply.flag(destroyed == Some(true));
    Ok(Outcome::Replied)
}

/// `XGROUP CREATECONSUMER key group consumer` -> 1 or 0
pub(super) fn xgroup_createconsumer(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (key, name, now) = (args.at(2), args.at(3), cx.wall());
    need_group(cx, key, name)?;
    let created = cx.keys.update_groups(key, Lookup::Quiet, |stream| {
        let group = stream.group_mut(name);
        let created = group.is_some_and(|group| group.create_consumer(args.at(4), now));
        let told = Told { changes: 1, event: Some(Event::XGROUP_CREATECONSUMER), wakes: false };
        (created, if created { told } else { Told::default() })
    })?;
    cx.reply.flag(created == Some(true));
    Ok(Outcome::Replied)
}

/// `XGROUP DELCONSUMER key group consumer` -> how many entries it had pending
pub(super) fn xgroup_delconsumer(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (key, name) = (args.at(2), args.at(3));
    need_group(cx, key, name)?;
    let pending = cx.keys.update_groups(key, Lookup::Quiet, |stream| {
        let group = stream.group_mut(name);
        let pending = group.and_then(|group| group.delete_consumer(args.at(4)));
        let told = Told { changes: 1, event: Some(Event::XGROUP_DELCONSUMER), wakes: false };
        (pending, if pending.is_some() { told } else { Told::default() })
    })?;
    cx.reply.count(pending.flatten().unwrap_or(0));
    Ok(Outcome::Replied)
}
