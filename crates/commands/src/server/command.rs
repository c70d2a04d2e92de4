//! `COMMAND` and its subcommands: what the rows say, told to clients.
//!
//! Cases: tests/cases/command.t. Shapes and error texts are those of Redis 7.0; `display_text` in
//! `DOCS` is Valkey's.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::keys_of::{KeysError, has_keys, keys_of, legacy_range};
use crate::reply::Reply;
use crate::spec::{Arg, ArgKind, Begin, Category, Command, Find, Flags, Group, KeyFlags, KeySpec};
use crate::table::{CommandTable, Entry};
use crate::text::glob;

pub(super) const COMMAND: Command = Command {
    name: "command",
    run: command,
    arity: -1,
    flags: Flags::LOADING.and(Flags::STALE),
    acl: Category::CONNECTION,
    group: Group::Server,
    since: "2.8.13",
    summary: "Describes all commands.",
    complexity: "O(N), N the commands",
    tips: &["nondeterministic_output_order"],
    subcommands: &[
        Command {
            name: "count",
            run: command_count,
            arity: 2,
            flags: Flags::LOADING.and(Flags::STALE),
            acl: Category::CONNECTION,
            group: Group::Server,
            since: "2.8.13",
            summary: "Counts the commands.",
            ..Command::DEFAULT
        },
        Command {
            name: "docs",
            run: command_docs,
            arity: -2,
            flags: Flags::LOADING.and(Flags::STALE),
            acl: Category::CONNECTION,
            group: Group::Server,
            since: "7.0.0",
            summary: "Returns the documentation of commands.",
            complexity: "O(N), N the commands asked for",
            args: &[Arg::string("command-name").optional().multiple()],
            tips: &["nondeterministic_output_order"],
            ..Command::DEFAULT
        },
        Command {
            name: "getkeys",
            run: command_getkeys,
            arity: -3,
            flags: Flags::LOADING.and(Flags::STALE),
            acl: Category::CONNECTION,
            group: Group::Server,
            since: "2.8.13",
            summary: "Picks the key names out of a full command line.",
            complexity: "O(N), N the arguments",
            args: &[Arg::string("command"), Arg::string("arg").optional().multiple()],
            ..Command::DEFAULT
        },
        Command {
            name: "getkeysandflags",
            run: command_getkeysandflags,
            arity: -3,
            flags: Flags::LOADING.and(Flags::STALE),
            acl: Category::CONNECTION,
            group: Group::Server,
            since: "7.0.0",
            summary: "Picks the keys out of a full command line and says how each is used.",
            complexity: "O(N), N the arguments",
            args: &[Arg::string("command"), Arg::string("arg").optional().multiple()],
            ..Command::DEFAULT
        },
        Command {
            name: "help",
            run: command_help,
            arity: 2,
            flags: Flags::LOADING.and(Flags::STALE),
            acl: Category::CONNECTION,
            group: Group::Server,
            since: "5.0.0",
            summary: "Prints the subcommands.",
            ..Command::DEFAULT
        },
        Command {
            name: "info",
            run: command_info,
            arity: -2,
            flags: Flags::LOADING.and(Flags::STALE),
            acl: Category::CONNECTION,
            group: Group::Server,
            since: "2.8.13",
            summary: "Describes some or all commands.",
            complexity: "O(N), N the commands asked for",
            args: &[Arg::string("command-name").optional().multiple()],
            tips: &["nondeterministic_output_order"],
            ..Command::DEFAULT
        },
        Command {
            name: "list",
            run: command_list,
            arity: -2,
            flags: Flags::LOADING.and(Flags::STALE),
            acl: Category::CONNECTION,
            group: Group::Server,
            since: "7.0.0",
            summary: "Lists command names, all or by a filter.",
            complexity: "O(N), N the commands",
            args: &[Arg::one_of(
                "filterby",
                &[
                    Arg::string("module-name").token("MODULE"),
                    Arg::string("category").token("ACLCAT"),
                    Arg::pattern("pattern").token("PATTERN"),
                ],
            )
            .token("FILTERBY")
            .optional()],
            tips: &["nondeterministic_output_order"],
            ..Command::DEFAULT
        },
    ],
    ..Command::DEFAULT
};

const HELP: &[&str] = &[
    "COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "(no subcommand)",
    "    Return details about all commands.",
    "COUNT",
    "    Return the total number of commands in this server.",
    "LIST",
    "    Return a list of all commands in this server.",
    "INFO [<command-name> ...]",
    "    Return details about multiple commands.",
    "    If no command names are given, documentation details for all",
    "    commands are returned.",
    "DOCS [<command-name> ...]",
    "    Return documentation details about multiple commands.",
    "    If no command names are given, documentation details for all",
    "    commands are returned.",
    "GETKEYS <full-command>",
    "    Return the keys from a full command.",
    "GETKEYSANDFLAGS <full-command>",
    "    Return the keys and the access flags from a full command.",
    "HELP",
    "    Print this help.",
];

/// The commands in the order of the table. Those that were renamed away are not among them.
fn all(table: &CommandTable) -> Vec<&Entry> {
    let mut all: Vec<_> = table.commands().collect();
    all.sort_unstable_by_key(|entry| entry.id.0);
    all
}

/// `COMMAND` -> array of command details.
fn command(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let all = all(&cx.server.table);
    cx.reply.array(all.len());
    for entry in all {
        details(&mut cx.reply, &entry.full_name, entry.command);
    }
    Ok(Outcome::Replied)
}

/// `COMMAND COUNT` -> number of commands, subcommands not counted.
fn command_count(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.count(cx.server.table.commands().count());
    Ok(Outcome::Replied)
}

/// `COMMAND INFO [name ...]` -> array of command details, null for an unknown name.
fn command_info(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let names = args.from(2);
    if names.is_empty() {
        return command(cx, args);
    }
    cx.reply.array(names.len());
    for name in names.iter() {
        match cx.server.table.find_full(name) {
            Some(entry) => details(&mut cx.reply, &entry.full_name, entry.command),
            None => cx.reply.null(),
        }
    }
    Ok(Outcome::Replied)
}

/// `COMMAND DOCS [name ...]` -> map of name to documentation; unknown names are left out.
fn command_docs(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let names = args.from(2);
    let server = cx.server;
    let table = &server.table;
    let asked: Vec<_> = if names.is_empty() {
        all(table)
    } else {
        names.iter().filter_map(|name| table.find_full(name)).collect()
    };
    cx.reply.map(asked.len());
    for entry in asked {
        cx.reply.bulk(entry.full_name.as_bytes());
        docs(&mut cx.reply, &entry.full_name, entry.command);
    }
    Ok(Outcome::Replied)
}

/// `COMMAND LIST [FILTERBY MODULE name|ACLCAT category|PATTERN glob]` -> array of names,
/// subcommands included.
fn command_list(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let wanted = Filter::parse(args)?;
    let mark = cx.reply.mark();
    let mut count = 0;
    for entry in all(&cx.server.table) {
        for_each_row(entry, |name, command| {
            if wanted.takes(name, command) {
                cx.reply.bulk(name.as_bytes());
                count += 1;
            }
        });
    }
    cx.reply.array_at(mark, count);
    Ok(Outcome::Replied)
}

/// Calls `visit` with a command and its subcommands and their full names.
fn for_each_row(entry: &Entry, mut visit: impl FnMut(&str, &'static Command)) {
    visit(&entry.full_name, entry.command);
    for row in entry.command.subcommands {
        visit(&format!("{}|{}", entry.full_name, row.name), row);
    }
}

enum Filter<'a> {
    Nothing,
    Module,
    Category(Category),
    Pattern(&'a [u8]),
}

impl<'a> Filter<'a> {
    fn parse(args: Args<'a>) -> Result<Self, CommandError> {
        match args.len() {
            2 => Ok(Self::Nothing),
            5 if args.is(2, "filterby") && args.is(3, "module") => Ok(Self::Module),
            5 if args.is(2, "filterby") && args.is(3, "aclcat") => {
                let is_asked = |word: &str| args.is(4, word);
                let row = Category::WORDS.iter().find(|(_, word)| is_asked(word));
                Ok(Self::Category(row.map_or(Category::NONE, |(category, _)| *category)))
            }
            5 if args.is(2, "filterby") && args.is(3, "pattern") => Ok(Self::Pattern(args.at(4))),
            _ => Err(CommandError::Syntax),
        }
    }

    fn takes(&self, name: &str, command: &Command) -> bool {
        match self {
            Self::Nothing => true,
            Self::Module => false, // there are no modules
            Self::Category(category) => command.categories().has(*category),
            Self::Pattern(pattern) => glob::matches_nocase(pattern, name.as_bytes()),
        }
    }
}

/// `COMMAND GETKEYS command [arg ...]` -> array of keys.
fn command_getkeys(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let call = args.from(2);
    let keys = keys_of_call(&cx.server.table, call)?;
    cx.reply.array(keys.len());
    for (index, _) in keys {
        cx.reply.bulk(call.at(index));
    }
    Ok(Outcome::Replied)
}

/// `COMMAND GETKEYSANDFLAGS command [arg ...]` -> array of pairs of key and set of flags.
fn command_getkeysandflags(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let call = args.from(2);
    let keys = keys_of_call(&cx.server.table, call)?;
    cx.reply.array(keys.len());
    for (index, flags) in keys {
        cx.reply.array(2);
        cx.reply.bulk(call.at(index));
        words(&mut cx.reply, flags.words());
    }
    Ok(Outcome::Replied)
}

fn keys_of_call(
    table: &CommandTable,
    call: Args<'_>,
) -> Result<Vec<(usize, KeyFlags)>, CommandError> {
    let entry = call.get(0).and_then(|name| table.find(name));
    let entry = match (entry, call.get(1)) {
        (Some(entry), Some(sub)) if !entry.command.subcommands.is_empty() => {
            table.find_sub(entry, sub)
        }
        _ => entry,
    };
    let Some(Entry { command, .. }) = entry else {
        return Err(CommandError::text("ERR Invalid command specified"));
    };
    if !has_keys(command) {
        return Err(CommandError::text("ERR The command has no key arguments"));
    }
    if !command.takes(call.len()) {
        return Err(CommandError::text("ERR Invalid number of arguments specified for command"));
    }
    match keys_of(command, call) {
        Ok(uses) => Ok(uses.iter().map(|key| (key.index, key.flags)).collect()),
        Err(KeysError) if command.flags.has(Flags::NO_MANDATORY_KEYS) => Ok(Vec::new()),
        Err(KeysError) => Err(CommandError::text("ERR Invalid arguments specified for command")),
    }
}

/// `COMMAND HELP` -> array of lines.
fn command_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(HELP);
    Ok(Outcome::Replied)
}

/// One element of `COMMAND INFO`: an array of ten.
fn details(reply: &mut Reply<'_>, name: &str, command: &Command) {
    let (first, last, step) = legacy_range(command);
    reply.array(10);
    reply.bulk(name.as_bytes());
    reply.int(i64::from(command.arity));
    words(reply, command.flags.words());
    reply.int(first);
    reply.int(last);
    reply.int(step);
    let categories: Vec<_> = command.categories().words().collect();
    reply.set(categories.len());
    for category in categories {
        reply.simple(&format!("@{category}"));
    }
    reply.set(command.tips.len());
    for tip in command.tips {
        reply.bulk(tip.as_bytes());
    }
    reply.set(command.keys.len());
    for spec in command.keys {
        key_spec(reply, spec);
    }
    match command.subcommands {
        [] => reply.set(0),
        rows => reply.array(rows.len()),
    }
    for row in command.subcommands {
        details(reply, &format!("{name}|{}", row.name), row);
    }
}

fn words<'w>(reply: &mut Reply<'_>, words: impl Iterator<Item = &'w str>) {
    let words: Vec<_> = words.collect();
    reply.set(words.len());
    for word in words {
        reply.simple(word);
    }
}

/// A key spec as a map: `notes` if any, `flags`, `begin_search`, `find_keys`.
fn key_spec(reply: &mut Reply<'_>, spec: &KeySpec) {
    reply.map(3 + usize::from(!spec.notes.is_empty()));
    if !spec.notes.is_empty() {
        text(reply, "notes", spec.notes);
    }
    reply.bulk(b"flags");
    words(reply, spec.flags.words());
    reply.bulk(b"begin_search");
    match spec.begin {
        Begin::Index(index) => {
            let index = i64::from(index);
            search(reply, "index", &[("index", Part::Number(index))]);
        }
        Begin::Keyword(keyword, from) => {
            let from = Part::Number(i64::from(from));
            search(reply, "keyword", &[("keyword", Part::Word(keyword)), ("startfrom", from)]);
        }
        Begin::Unknown => search(reply, "unknown", &[]),
    }
    reply.bulk(b"find_keys");
    match spec.find {
        Find::Range { last, step, limit } => {
            let [last, step, limit] = [i64::from(last), i64::from(step), i64::from(limit)];
            let parts = [("lastkey", last), ("keystep", step), ("limit", limit)];
            search(reply, "range", &parts.map(|(name, value)| (name, Part::Number(value))));
        }
        Find::KeyNum { count_at, first, step } => {
            let parts = [("keynumidx", count_at), ("firstkey", first), ("keystep", step)];
            let parts = parts.map(|(name, value)| (name, Part::Number(i64::from(value))));
            search(reply, "keynum", &parts);
        }
        Find::Unknown => search(reply, "unknown", &[]),
    }
}

enum Part {
    Number(i64),
    Word(&'static str),
}

fn search(reply: &mut Reply<'_>, kind: &str, parts: &[(&str, Part)]) {
    reply.map(2);
    text(reply, "type", kind);
    reply.bulk(b"spec");
    reply.map(parts.len());
    for (name, part) in parts {
        match part {
            Part::Number(value) => number(reply, name, *value),
            Part::Word(word) => text(reply, name, word),
        }
    }
}

fn text(reply: &mut Reply<'_>, name: &str, value: &str) {
    reply.bulk(name.as_bytes());
    reply.bulk(value.as_bytes());
}

fn number(reply: &mut Reply<'_>, name: &str, value: i64) {
    reply.bulk(name.as_bytes());
    reply.int(value);
}

/// One value of `COMMAND DOCS`: a map of what is known.
fn docs(reply: &mut Reply<'_>, name: &str, command: &Command) {
    let mark = reply.mark();
    let mut fields = 4;
    text(reply, "summary", command.summary);
    text(reply, "since", command.since);
    text(reply, "group", command.group.word());
    text(reply, "complexity", command.complexity);
    let doc_flags = [
        ("deprecated", command.deprecated.is_some()),
        ("syscmd", command.flags.has(Flags::INTERNAL)),
    ];
    if doc_flags.iter().any(|(_, on)| *on) {
        reply.bulk(b"doc_flags");
        words(reply, doc_flags.iter().filter(|(_, on)| *on).map(|(word, _)| *word));
        fields += 1;
    }
    if let Some((since, instead)) = command.deprecated {
        text(reply, "deprecated_since", since);
        text(reply, "replaced_by", instead);
        fields += 2;
    }
    if !command.args.is_empty() {
        reply.bulk(b"arguments");
        arguments(reply, command.args);
        fields += 1;
    }
    if !command.subcommands.is_empty() {
        reply.bulk(b"subcommands");
        reply.map(command.subcommands.len());
        for row in command.subcommands {
            let name = format!("{name}|{}", row.name);
            reply.bulk(name.as_bytes());
            docs(reply, &name, row);
        }
        fields += 1;
    }
    reply.map_at(mark, fields);
}

fn arguments(reply: &mut Reply<'_>, args: &[Arg]) {
    reply.array(args.len());
    for arg in args {
        argument(reply, arg);
    }
}

/// One argument: a map of what differs from nothing.
fn argument(reply: &mut Reply<'_>, arg: &Arg) {
    let flags = [
        ("optional", arg.optional),
        ("multiple", arg.multiple),
        ("multiple_token", arg.multiple_token),
    ];
    let has_flags = flags.iter().any(|(_, on)| *on);
    let is_leaf = !matches!(arg.kind, ArgKind::OneOf | ArgKind::Block);
    let shown = if arg.display.is_empty() { arg.name } else { arg.display };
    // MIGRATE has a choice that is the empty word.
    let has_token = !arg.token.is_empty() || arg.kind == ArgKind::PureToken;
    let optional =
        [is_leaf, arg.key_spec.is_some(), has_token, !arg.since.is_empty(), has_flags, !is_leaf];
    reply.map(2 + optional.iter().filter(|there| **there).count());
    text(reply, "name", arg.name);
    text(reply, "type", arg.kind.word());
    if is_leaf {
        text(reply, "display_text", shown);
    }
    if let Some(index) = arg.key_spec {
        number(reply, "key_spec_index", i64::from(index));
    }
    if has_token {
        text(reply, "token", arg.token);
    }
    if !arg.since.is_empty() {
        text(reply, "since", arg.since);
    }
    if has_flags {
        reply.bulk(b"flags");
        words(reply, flags.iter().filter(|(_, on)| *on).map(|(word, _)| *word));
    }
    if !is_leaf {
        reply.bulk(b"arguments");
        arguments(reply, arg.args);
    }
}
