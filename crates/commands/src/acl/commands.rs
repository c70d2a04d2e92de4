//! The commands on users: `ACL` with its subcommands.

use super::check::{Call, Place, Reason, may};
use super::registry::{DEFAULT, grammar};
use super::rule::{find_category, has_blank};
use super::selector::{Selector, members};
use super::user::{Rules, join_selectors};
use crate::args::Args;
use crate::config::Id;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::shared::Message;
use crate::spec::{Arg, Category, Command, Flags, Group};
use crate::table::{CommandTable, Entry};
use crate::text::int::parse_i64;
use crate::text::shown::shown;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// Most bits of a generated password.
const GENPASS_MAX_BITS: i64 = 4096;

pub(crate) const COMMANDS: &[Command] = &[Command {
    name: "acl",
    arity: -2,
    group: Group::Server,
    since: "6.0.0",
    summary: "Holds the subcommands on users and their permissions.",
    subcommands: &[
        Command {
            name: "cat",
            run: acl_cat,
            arity: -2,
            flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Lists the command categories, or the commands of one.",
            args: &[Arg::string("category").optional()],
            ..Command::DEFAULT
        },
        Command {
            name: "deluser",
            run: acl_deluser,
            arity: -3,
            flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Deletes users and closes their connections.",
            args: &[Arg::string("username").multiple()],
            tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
            ..Command::DEFAULT
        },
        Command {
            name: "dryrun",
            run: acl_dryrun,
            arity: -4,
            flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "7.0.0",
            summary: "Tells whether a user could run a command, without running it.",
            args: &[
                Arg::string("username"),
                Arg::string("command"),
                Arg::string("arg").optional().multiple(),
            ],
            ..Command::DEFAULT
        },
        Command {
            name: "genpass",
            run: acl_genpass,
            arity: -2,
            flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Returns a random hexadecimal password.",
            args: &[Arg::integer("bits").optional()],
            ..Command::DEFAULT
        },
        Command {
            name: "getuser",
            run: acl_getuser,
            arity: 3,
            flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Describes the rules of a user.",
            complexity: "O(N), N the rules of the user",
            args: &[Arg::string("username")],
            ..Command::DEFAULT
        },
        Command {
            name: "help",
            run: acl_help,
            arity: 2,
            flags: Flags::LOADING.and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Prints the subcommands.",
            ..Command::DEFAULT
        },
        Command {
            name: "list",
            run: acl_list,
            arity: 2,
            flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Lists all users as ACL file lines.",
            complexity: "O(N), N the users",
            ..Command::DEFAULT
        },
        Command {
            name: "load",
            run: acl_load,
            arity: 2,
            flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Reads the users again from the ACL file.",
            complexity: "O(N), N the users",
            ..Command::DEFAULT
        },
        Command {
            name: "log",
            run: acl_log,
            arity: -2,
            flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Shows or clears the latest denied attempts.",
            complexity: "O(N), N the entries shown",
            args: &[Arg::one_of(
                "operation",
                &[Arg::integer("count"), Arg::flag("reset", "RESET")],
            )
            .optional()],
            ..Command::DEFAULT
        },
        Command {
            name: "save",
            run: acl_save,
            arity: 2,
            flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Writes the users to the ACL file.",
            complexity: "O(N), N the users",
            tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
            ..Command::DEFAULT
        },
        Command {
            name: "setuser",
            run: acl_setuser,
            arity: -3,
            flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Creates a user or changes its rules.",
            complexity: "O(N), N the rules given",
            args: &[Arg::string("username"), Arg::string("rule").optional().multiple()],
            tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
            ..Command::DEFAULT
        },
        Command {
            name: "users",
            run: acl_users,
            arity: 2,
            flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Lists the user names.",
            complexity: "O(N), N the users",
            ..Command::DEFAULT
        },
        Command {
            name: "whoami",
            run: acl_whoami,
            arity: 2,
            flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE),
            group: Group::Server,
            since: "6.0.0",
            summary: "Returns the user name of this connection.",
            ..Command::DEFAULT
        },
    ],
    ..Command::DEFAULT
}];

/// `ACL CAT [category]` -> array of names.
fn acl_cat(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(name) = args.get(2) else {
        cx.reply.array(Category::WORDS.len());
        Category::WORDS.iter().for_each(|(_, word)| cx.reply.bulk(word.as_bytes()));
        return Ok(Outcome::Replied);
    };
    no_more_than(args, 3)?;
    let category = find_category(name).ok_or_else(|| {
        let shown = crate::dispatch::printable(name, 128);
        CommandError::owned(format!("ERR Unknown category '{shown}'"))
    })?;
    let names: Vec<&Entry> = members(&cx.server.table, category).collect();
    cx.reply.array(names.len());
    names.iter().for_each(|entry| cx.reply.bulk(entry.full_name.as_bytes()));
    Ok(Outcome::Replied)
}

fn no_more_than(args: Args<'_>, most: usize) -> Result<(), CommandError> {
    if args.len() <= most {
        return Ok(());
    }
    let name = crate::dispatch::printable(args.at(1), 128);
    Err(CommandError::owned(format!(
        "ERR unknown subcommand or wrong number of arguments for '{name}'. Try ACL HELP."
    )))
}

/// `ACL SETUSER name [rule ...]` -> `OK`. Subscriptions that are no longer allowed end their
/// clients.
fn acl_setuser(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let name = args.at(2);
    if has_blank(name) {
        return Err(CommandError::text("ERR Usernames can't contain spaces or null characters"));
    }
    let words: Vec<&[u8]> = args.from(3).iter().collect();
    let grammar = grammar(&cx.server.table, &cx.server.config);
    let changed = cx.server.acl.set_user(name, &words, grammar);
    let changed = changed.map_err(|text| CommandError::owned(format!("ERR {text}")))?;
    if changed.is_some_and(|user| !user.rules().all().any(|one| one.all_channels)) {
        // They look at their clients at the latest before they run anything else.
        for worker in 0..cx.server.workers.len() {
            cx.server.host.post(worker, Message::UserChanged);
        }
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// Ends the connections of a user; whether the caller's is among them.
fn end_connections(cx: &Cx<'_>, name: &[u8]) -> bool {
    let mut self_too = false;
    for card in cx.server.clients.all() {
        if *card.texts().user != *name {
            continue;
        }
        if card.id == cx.session.id() {
            self_too = true;
        } else if !card.doomed.swap(true, Relaxed) {
            cx.server.host.post(card.worker, Message::Doomed { client: card.id });
        }
    }
    self_too
}

fn outcome(closes: bool) -> Outcome {
    if closes { Outcome::Close } else { Outcome::Replied }
}

/// `ACL DELUSER name ...` -> how many there were. Ends their connections.
fn acl_deluser(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if args.from(2).iter().any(|name| name == DEFAULT) {
        return Err(CommandError::text("ERR The 'default' user cannot be removed"));
    }
    let (mut deleted, mut closes) = (0, false);
    for name in args.from(2).iter() {
        if cx.server.acl.delete(name).is_some() {
            deleted += 1;
            closes |= end_connections(cx, name);
        }
    }
    cx.reply.count(deleted);
    Ok(outcome(closes))
}

/// `ACL GETUSER name` -> map of flags, passwords, permissions and selectors; null without the user.
/// `databases` is there only if not all are allowed: 7.0 does not know it.
fn acl_getuser(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let Some(user) = cx.server.acl.user(args.at(2)) else {
        cx.reply.null();
        return Ok(Outcome::Replied);
    };
    let rules = user.rules();
    cx.reply.map(6 + usize::from(rules.root.databases.is_some()));
    cx.reply.bulk(b"flags");
    let flags = rules.flags();
    cx.reply.set(flags.len());
    flags.iter().for_each(|flag| cx.reply.bulk(flag.as_bytes()));
    cx.reply.bulk(b"passwords");
    cx.reply.array(rules.passwords.len());
    rules.passwords.iter().for_each(|hash| cx.reply.bulk(hash));
    describe(cx, &rules.root);
    cx.reply.bulk(b"selectors");
    cx.reply.array(rules.selectors.len());
    for selector in &rules.selectors {
        cx.reply.map(3 + usize::from(selector.databases.is_some()));
        describe(cx, selector);
    }
    Ok(Outcome::Replied)
}

fn describe(cx: &mut Cx<'_>, selector: &Selector) {
    let table = &cx.server.table;
    cx.reply.bulk(b"commands");
    cx.reply.bulk(&selector.describe_commands(table));
    cx.reply.bulk(b"keys");
    cx.reply.bulk(&selector.describe_keys());
    cx.reply.bulk(b"channels");
    cx.reply.bulk(&selector.describe_channels());
    if selector.databases.is_some() {
        cx.reply.bulk(b"databases");
        cx.reply.bulk(&selector.describe_databases(table));
    }
}

/// `ACL LIST` -> array of lines, as in an ACL file.
fn acl_list(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let lines = cx.server.acl.lines(&cx.server.table);
    cx.reply.array(lines.len());
    lines.iter().for_each(|line| cx.reply.bulk(line));
    Ok(Outcome::Replied)
}

/// `ACL USERS` -> array of names.
fn acl_users(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let users = cx.server.acl.users();
    cx.reply.array(users.len());
    users.iter().for_each(|user| cx.reply.bulk(&user.name));
    Ok(Outcome::Replied)
}

/// `ACL WHOAMI` -> the name.
fn acl_whoami(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.bulk(&cx.session.badge.user.name);
    Ok(Outcome::Replied)
}

/// The path of the ACL file.
fn file_path(cx: &Cx<'_>) -> Result<Arc<[u8]>, CommandError> {
    let path = cx.server.config.text(Id::ACLFILE);
    if !path.is_empty() {
        return Ok(path);
    }
    Err(CommandError::text(
        "ERR This Redis instance is not configured to use an ACL file. You may want to specify \
         users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a \
         Redis configuration file set) in order to store users in the Redis configuration.",
    ))
}

/// `ACL LOAD` -> `OK`. Ends the connections of all users but `default`, as Redis 7.0 does.
fn acl_load(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let path = file_path(cx)?;
    let name = shown(&path);
    let failed = |text: String| CommandError::owned(format!("ERR {text}"));
    let text =
        cx.server.host.read_file(&path).map_err(|reason| {
            failed(format!("Error loading ACLs, opening file '{name}': {reason}"))
        })?;
    let server = cx.server;
    let former = server.acl.load(&text, &name, &server.config, &server.table).map_err(failed)?;
    let mut closes = false;
    for user in former {
        closes |= end_connections(cx, &user.name);
    }
    cx.reply.ok();
    Ok(outcome(closes))
}

/// `ACL SAVE` -> `OK`.
fn acl_save(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let path = file_path(cx)?;
    let text = cx.server.acl.save(&cx.server.table);
    cx.server.host.replace_file(&path, &text).map_err(|reason| {
        let text = format!("Writing the ACL file '{}': {reason}", String::from_utf8_lossy(&path));
        cx.server.host.log(crate::shared::LogLevel::Warning, &text);
        CommandError::text(
            "ERR There was an error trying to save the ACLs. Please check the server logs for \
             more information",
        )
    })?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `ACL GENPASS [bits]` -> hexadecimal digits.
fn acl_genpass(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    no_more_than(args, 3)?;
    let bits = match args.get(2) {
        None => 256,
        Some(text) => parse_i64(text).ok_or(CommandError::NotInteger)?,
    };
    if !(1..=GENPASS_MAX_BITS).contains(&bits) {
        return Err(CommandError::text(
            "ERR ACL GENPASS argument must be the number of bits for the output password, a \
             positive number up to 4096",
        ));
    }
    let digits = (bits as usize).div_ceil(4);
    let mut bytes = vec![0; digits];
    cx.server.host.fill_random(&mut bytes);
    for byte in &mut bytes {
        *byte = b"0123456789abcdef"[usize::from(*byte & 15)];
    }
    cx.reply.bulk(&bytes);
    Ok(Outcome::Replied)
}

/// `ACL LOG [count|RESET]` -> array of maps, newest first; `OK`.
fn acl_log(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    no_more_than(args, 3)?;
    if args.is(2, "reset") {
        cx.server.acl.log().clear();
        cx.reply.ok();
        return Ok(Outcome::Replied);
    }
    let count = match args.get(2) {
        None => 10,
        Some(text) => parse_i64(text).ok_or(CommandError::NotInteger)?.max(0),
    };
    let entries = cx.server.acl.log().latest(count as usize);
    let now = cx.now();
    cx.reply.array(entries.len());
    for entry in &entries {
        cx.reply.map(10);
        cx.reply.bulk(b"count");
        cx.reply.int(entry.count as i64);
        let texts = [
            ("reason", reason_word(entry.what.reason).as_bytes()),
            ("context", context_word(entry.what.place).as_bytes()),
            ("object", &entry.what.object),
            ("username", &entry.user),
        ];
        for (name, value) in texts {
            cx.reply.bulk(name.as_bytes());
            cx.reply.bulk(value);
        }
        cx.reply.bulk(b"age-seconds");
        cx.reply.double((now - entry.updated_ms) as f64 / 1000.0);
        cx.reply.bulk(b"client-info");
        cx.reply.bulk(&entry.client);
        let numbers = [
            ("entry-id", entry.id as i64),
            ("timestamp-created", entry.created_ms),
            ("timestamp-last-updated", entry.updated_ms),
        ];
        for (name, value) in numbers {
            cx.reply.bulk(name.as_bytes());
            cx.reply.int(value);
        }
    }
    Ok(Outcome::Replied)
}

fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Command => "command",
        Reason::Database => "database",
        Reason::Key => "key",
        Reason::Auth => "auth",
        Reason::Certificate => "tls-cert",
        Reason::Channel => "channel",
    }
}

fn context_word(place: Place) -> &'static str {
    match place {
        Place::Toplevel => "toplevel",
        Place::Queue | Place::Exec => "multi",
        Place::Script => "lua",
    }
}

/// `ACL DRYRUN user command [arg ...]` -> `OK`, or a text that says what is not allowed.
fn acl_dryrun(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let (name, call) = (args.at(2), args.from(3));
    let user = cx
        .server
        .acl
        .user(name)
        .ok_or_else(|| CommandError::owned(format!("ERR User '{}' not found", shown(name))))?;
    let entry = find(&cx.server.table, call).ok_or_else(|| {
        CommandError::owned(format!("ERR Command '{}' not found", shown(call.at(0))))
    })?;
    if !entry.command.takes(call.len()) {
        return Err(CommandError::Arity(entry.full_name.to_string().into()));
    }
    let rules = user.rules();
    let Err(denial) = may(&rules, Call { entry, args: call, db: cx.session.db }) else {
        cx.reply.ok();
        return Ok(Outcome::Replied);
    };
    let object = call.at(denial.at);
    let mut text = b"This user has no permissions to ".to_vec();
    match denial.reason {
        Reason::Command => {
            text.extend_from_slice(format!("run the '{}' command", entry.full_name).as_bytes());
        }
        Reason::Database => {
            text = [b"User ", name, b" has no permissions to access database ", object].concat();
        }
        reason => {
            let kind = if reason == Reason::Key { "key" } else { "channel" };
            text.extend_from_slice(b"access the '");
            text.extend_from_slice(object);
            text.extend_from_slice(format!("' {kind}").as_bytes());
        }
    }
    cx.reply.bulk(&text);
    Ok(Outcome::Replied)
}

fn find<'t>(table: &'t CommandTable, call: Args<'_>) -> Option<&'t Entry> {
    let entry = table.find(call.at(0))?;
    match call.get(1) {
        Some(sub) if !entry.command.subcommands.is_empty() => table.find_sub(entry, sub),
        _ => Some(entry),
    }
}

/// `ACL HELP` -> lines.
fn acl_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(&[
        "ACL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CAT [<category>]",
        "    Show the categories, or the commands of one.",
        "DELUSER <username> [<username> ...]",
        "    Delete users and end their connections.",
        "DRYRUN <username> <command> [<arg> ...]",
        "    Tell whether a user may run a command. It is not run.",
        "GETUSER <username>",
        "    Show what a user may do.",
        "GENPASS [<bits>]",
        "    Draw a password of 256 or another number of random bits.",
        "LIST",
        "    Show all users as lines of an ACL file.",
        "LOAD",
        "    Read the ACL file again.",
        "LOG [<count> | RESET]",
        "    Show or forget what was denied lately.",
        "SAVE",
        "    Write the ACL file.",
        "SETUSER <username> <rule> [<rule> ...]",
        "    Create or change a user.",
        "USERS",
        "    Show the names of all users.",
        "WHOAMI",
        "    Show the user of this connection.",
        "HELP",
        "    Show this text.",
    ]);
    Ok(Outcome::Replied)
}

/// Whether the arguments of a `user` directive are a name and rules, as far as can be told before
/// the server starts: names of commands are looked at later.
///
/// # Errors
/// The text for the message on the configuration.
pub fn check_declaration(args: &[&[u8]]) -> Result<(), String> {
    let fail = |word: &[u8], reason: &str| {
        Err(format!("Error in user declaration '{}': {reason}", String::from_utf8_lossy(word)))
    };
    let Some((_, words)) = args.split_first() else { return fail(b"user", "Wrong format") };
    let words = match join_selectors(words) {
        Ok(words) => words,
        Err(word) => return fail(word, "Wrong format"),
    };
    let table = CommandTable::new(crate::families());
    let grammar = super::rule::Grammar { table: &table, all_channels: false };
    let mut rules = Rules::new(false);
    for word in &words {
        match rules.apply_text(word, grammar) {
            Ok(()) | Err(super::rule::RuleError::Unknown) => {}
            Err(error) => return fail(word, &error.to_string()),
        }
    }
    Ok(())
}
