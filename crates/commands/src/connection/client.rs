//! CLIENT: what a connection says of itself and does to others. Which connections a call means is
//! [`client_list`](super::client_list).

use super::client_list::{self, Filter};
use crate::pause::{client_pause, client_unpause};
use crate::session::{Card, ReplyMode};
use crate::shared::Message;
use crate::spec::{Arg, Category, Command, Flags, Group};
use crate::text::int::parse_i64;
use crate::tracking::{client_caching, client_getredir, client_tracking, client_trackinginfo};
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use std::sync::atomic::Ordering::Relaxed;

pub(super) const SUBCOMMANDS: &[Command] = &[
    Command {
        name: "caching",
        run: client_caching,
        arity: 3,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "6.0.0",
        summary: "Says whether the keys of the next command are tracked.",
        args: &[Arg::one_of("mode", &[Arg::flag("yes", "YES"), Arg::flag("no", "NO")])],
        ..Command::DEFAULT
    },
    Command {
        name: "capa",
        run: client_capa,
        arity: -3,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "8.0.0",
        summary: "Tells the server what the client can handle.",
        args: &[Arg::string("capability").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "getname",
        run: client_getname,
        arity: 2,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "2.6.9",
        summary: "Returns the name of the connection.",
        ..Command::DEFAULT
    },
    Command {
        name: "getredir",
        run: client_getredir,
        arity: 2,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "6.0.0",
        summary: "Returns the id of the connection that gets our tracking messages.",
        ..Command::DEFAULT
    },
    Command {
        name: "help",
        run: client_help,
        arity: 2,
        flags: Flags::LOADING.and(Flags::STALE),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "5.0.0",
        summary: "Prints the subcommands.",
        ..Command::DEFAULT
    },
    Command {
        name: "id",
        run: client_id,
        arity: 2,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "5.0.0",
        summary: "Returns the id of the connection.",
        ..Command::DEFAULT
    },
    Command {
        name: "info",
        run: client_info,
        arity: 2,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "6.2.0",
        summary: "Describes this connection.",
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "kill",
        run: client_kill,
        arity: -3,
        flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "2.4.0",
        summary: "Closes connections.",
        complexity: "O(N), N the connections",
        args: &[Arg::one_of(
            "filter",
            &[
                Arg::string("old-format").display("ip:port"),
                Arg::one_of(
                    "new-format",
                    &[
                        Arg::integer("client-id").token("ID").since("2.8.12").optional().multiple(),
                        Arg::one_of(
                            "client-type",
                            &[
                                Arg::flag("normal", "NORMAL"),
                                Arg::flag("master", "MASTER").since("3.2.0"),
                                Arg::flag("primary", "PRIMARY").since("8.0.0"),
                                Arg::flag("slave", "SLAVE"),
                                Arg::flag("replica", "REPLICA").since("5.0.0"),
                                Arg::flag("pubsub", "PUBSUB"),
                            ],
                        )
                        .token("TYPE")
                        .since("2.8.12")
                        .optional(),
                        Arg::string("username").token("USER").optional(),
                        Arg::string("addr").token("ADDR").display("ip:port").optional(),
                        Arg::string("laddr")
                            .token("LADDR")
                            .display("ip:port")
                            .since("6.2.0")
                            .optional(),
                        Arg::one_of("skipme", &[Arg::flag("yes", "YES"), Arg::flag("no", "NO")])
                            .token("SKIPME")
                            .optional(),
                        Arg::integer("maxage").token("MAXAGE").since("8.0.0").optional(),
                        Arg::string("name").token("NAME").since("9.0.0").optional(),
                        Arg::integer("idle").token("IDLE").since("9.0.0").optional(),
                        Arg::string("flags").token("FLAGS").since("9.0.0").optional(),
                        Arg::string("lib-name").token("LIB-NAME").since("9.0.0").optional(),
                        Arg::string("lib-ver").token("LIB-VER").since("9.0.0").optional(),
                        Arg::integer("db").token("DB").since("9.0.0").optional(),
                        Arg::string("capa").token("CAPA").since("9.0.0").optional(),
                        Arg::string("ip").token("IP").since("9.0.0").optional(),
                        Arg::one_of(
                            "not-client-type",
                            &[
                                Arg::flag("normal", "NORMAL"),
                                Arg::flag("master", "MASTER"),
                                Arg::flag("primary", "PRIMARY"),
                                Arg::flag("slave", "SLAVE"),
                                Arg::flag("replica", "REPLICA"),
                                Arg::flag("pubsub", "PUBSUB"),
                            ],
                        )
                        .token("NOT-TYPE")
                        .since("9.0.0")
                        .optional(),
                        Arg::integer("not-client-id")
                            .token("NOT-ID")
                            .since("9.0.0")
                            .optional()
                            .multiple(),
                        Arg::string("not-username").token("NOT-USER").since("9.0.0").optional(),
                        Arg::string("not-addr")
                            .token("NOT-ADDR")
                            .display("ip:port")
                            .since("9.0.0")
                            .optional(),
                        Arg::string("not-laddr")
                            .token("NOT-LADDR")
                            .display("ip:port")
                            .since("9.0.0")
                            .optional(),
                        Arg::string("not-name").token("NOT-NAME").since("9.0.0").optional(),
                        Arg::string("not-flags").token("NOT-FLAGS").since("9.0.0").optional(),
                        Arg::string("not-lib-name").token("NOT-LIB-NAME").since("9.0.0").optional(),
                        Arg::string("not-lib-ver").token("NOT-LIB-VER").since("9.0.0").optional(),
                        Arg::integer("not-db").token("NOT-DB").since("9.0.0").optional(),
                        Arg::string("not-capa").token("NOT-CAPA").since("9.0.0").optional(),
                        Arg::string("not-ip").token("NOT-IP").since("9.0.0").optional(),
                    ],
                )
                .multiple(),
            ],
        )],
        ..Command::DEFAULT
    },
    Command {
        name: "list",
        run: client_list,
        arity: -2,
        flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "2.4.0",
        summary: "Describes open connections.",
        complexity: "O(N), N the connections",
        args: &[
            Arg::one_of("client-type", CLIENT_TYPE).token("TYPE").since("5.0.0").optional(),
            Arg::integer("client-id").token("ID").since("6.2.0").optional().multiple(),
            Arg::string("username").token("USER").since("8.1.0").optional(),
            Arg::string("addr").token("ADDR").display("ip:port").since("8.1.0").optional(),
            Arg::string("laddr").token("LADDR").display("ip:port").since("8.1.0").optional(),
            Arg::one_of("skipme", &[Arg::flag("yes", "YES"), Arg::flag("no", "NO")])
                .token("SKIPME")
                .since("8.1.0")
                .optional(),
            Arg::integer("maxage").token("MAXAGE").since("8.1.0").optional(),
            Arg::string("name").token("NAME").since("9.0.0").optional(),
            Arg::integer("idle").token("IDLE").since("9.0.0").optional(),
            Arg::string("flags").token("FLAGS").since("9.0.0").optional(),
            Arg::string("lib-name").token("LIB-NAME").since("9.0.0").optional(),
            Arg::string("lib-ver").token("LIB-VER").since("9.0.0").optional(),
            Arg::integer("db").token("DB").since("9.0.0").optional(),
            Arg::string("capa").token("CAPA").since("9.0.0").optional(),
            Arg::string("ip").token("IP").since("9.0.0").optional(),
            Arg::one_of("not-client-type", CLIENT_TYPE).token("NOT-TYPE").since("9.0.0").optional(),
            Arg::integer("not-client-id").token("NOT-ID").since("9.0.0").optional().multiple(),
            Arg::string("not-username").token("NOT-USER").since("9.0.0").optional(),
            Arg::string("not-addr").token("NOT-ADDR").display("ip:port").since("9.0.0").optional(),
            Arg::string("not-laddr")
                .token("NOT-LADDR")
                .display("ip:port")
                .since("9.0.0")
                .optional(),
            Arg::string("not-name").token("NOT-NAME").since("9.0.0").optional(),
            Arg::string("not-flags").token("NOT-FLAGS").since("9.0.0").optional(),
            Arg::string("not-lib-name").token("NOT-LIB-NAME").since("9.0.0").optional(),
            Arg::string("not-lib-ver").token("NOT-LIB-VER").since("9.0.0").optional(),
            Arg::integer("not-db").token("NOT-DB").since("9.0.0").optional(),
            Arg::string("not-capa").token("NOT-CAPA").since("9.0.0").optional(),
            Arg::string("not-ip").token("NOT-IP").since("9.0.0").optional(),
        ],
        tips: &["nondeterministic_output"],
        ..Command::DEFAULT
    },
    Command {
        name: "no-evict",
        run: client_no_evict,
        arity: 3,
        flags: Flags::ADMIN
            .and(Flags::NOSCRIPT)
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "7.0.0",
        summary: "Protects the connection from client eviction.",
        args: &[Arg::one_of("enabled", &[Arg::flag("on", "ON"), Arg::flag("off", "OFF")])],
        ..Command::DEFAULT
    },
    Command {
        name: "no-touch",
        run: client_no_touch,
        arity: 3,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "7.2.0",
        summary: "Keeps the connection's commands from refreshing the age of keys.",
        args: &[Arg::one_of("enabled", &[Arg::flag("on", "ON"), Arg::flag("off", "OFF")])],
        ..Command::DEFAULT
    },
    Command {
        name: "pause",
        run: client_pause,
        arity: -3,
        flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "3.0.0",
        summary: "Holds back the commands of clients for a while.",
        args: &[
            Arg::integer("timeout"),
            Arg::one_of("mode", &[Arg::flag("write", "WRITE"), Arg::flag("all", "ALL")])
                .since("6.2.0")
                .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "reply",
        run: client_reply,
        arity: 3,
        flags: Flags::NOSCRIPT
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::ALLOW_BUSY)
            .and(Flags::NO_MULTI),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "3.2.0",
        summary: "Turns the replies to this connection off or on.",
        args: &[Arg::one_of(
            "action",
            &[Arg::flag("on", "ON"), Arg::flag("off", "OFF"), Arg::flag("skip", "SKIP")],
        )],
        ..Command::DEFAULT
    },
    Command {
        name: "setinfo",
        run: client_setinfo,
        arity: 4,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "7.2.0",
        summary: "Records the client library's name or version.",
        args: &[Arg::one_of(
            "attr",
            &[Arg::string("libname").token("LIB-NAME"), Arg::string("libver").token("LIB-VER")],
        )],
        tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
        ..Command::DEFAULT
    },
    Command {
        name: "setname",
        run: client_setname,
        arity: 3,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "2.6.9",
        summary: "Names the connection.",
        args: &[Arg::string("connection-name")],
        tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
        ..Command::DEFAULT
    },
    Command {
        name: "tracking",
        run: client_tracking,
        arity: -3,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "6.0.0",
        summary: "Turns server-assisted client-side caching on or off.",
        args: &[
            Arg::one_of("status", &[Arg::flag("on", "ON"), Arg::flag("off", "OFF")]),
            Arg::integer("client-id").token("REDIRECT").optional(),
            Arg::string("prefix").token("PREFIX").optional().multiple_token(),
            Arg::flag("bcast", "BCAST").optional(),
            Arg::flag("optin", "OPTIN").optional(),
            Arg::flag("optout", "OPTOUT").optional(),
            Arg::flag("noloop", "NOLOOP").optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "trackinginfo",
        run: client_trackinginfo,
        arity: 2,
        flags: Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "6.2.0",
        summary: "Tells how the connection uses client-side caching.",
        ..Command::DEFAULT
    },
    Command {
        name: "unblock",
        run: client_unblock,
        arity: -3,
        flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "5.0.0",
        summary: "Wakes a blocked connection.",
        complexity: "O(log N), N the connections",
        args: &[
            Arg::integer("client-id"),
            Arg::one_of(
                "unblock-type",
                &[Arg::flag("timeout", "TIMEOUT"), Arg::flag("error", "ERROR")],
            )
            .optional(),
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "unpause",
        run: client_unpause,
        arity: 2,
        flags: Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "6.2.0",
        summary: "Ends CLIENT PAUSE.",
        complexity: "O(N), N the held clients",
        ..Command::DEFAULT
    },
];

const CLIENT_TYPE: &[Arg] = &[
    Arg::flag("normal", "NORMAL"),
    Arg::flag("master", "MASTER"),
    Arg::flag("replica", "REPLICA"),
    Arg::flag("pubsub", "PUBSUB"),
];

/// `CLIENT ID` -> integer.
fn client_id(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.int(cx.session.id() as i64);
    Ok(Outcome::Replied)
}

/// `CLIENT GETNAME` -> bulk string; null without a name.
fn client_getname(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let texts = cx.session.card.texts();
    if texts.name.is_empty() {
        cx.reply.null();
    } else {
        cx.reply.bulk(&texts.name);
    }
    drop(texts);
    Ok(Outcome::Replied)
}

/// `CLIENT SETNAME name` -> `OK`. An empty name takes it away.
fn client_setname(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let name = check_name(args.at(2), "Client names")?;
    cx.session.card.texts().name = name.into();
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `CLIENT SETINFO LIB-NAME|LIB-VER value` -> `OK`.
fn client_setinfo(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let option = crate::text::shown::shown(args.at(2));
    let is_name = args.is(2, "lib-name");
    if !is_name && !args.is(2, "lib-ver") {
        return Err(CommandError::owned(format!("ERR Unrecognized option '{option}'")));
    }
    let value = check_name(args.at(3), &option)?;
    let mut texts = cx.session.card.texts();
    let slot = if is_name { &mut texts.lib_name } else { &mut texts.lib_ver };
    *slot = value.into();
    drop(texts);
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// A name that shows in lists: printable, without spaces. `what` opens the error's text.
pub(super) fn check_name<'a>(name: &'a [u8], what: &str) -> Result<&'a [u8], CommandError> {
    if name.iter().all(|byte| (b'!'..=b'~').contains(byte)) {
        return Ok(name);
    }
    Err(CommandError::owned(format!(
        "ERR {what} cannot contain spaces, newlines or special characters."
    )))
}

/// `CLIENT INFO` -> one line of `CLIENT LIST`, this connection's.
fn client_info(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    refresh(cx);
    let mut text = Vec::new();
    client_list::push_line(&mut text, &cx.session.card, cx.server, cx.now(), Some(args));
    cx.reply.verbatim(*b"txt", &text);
    Ok(Outcome::Replied)
}

/// `CLIENT LIST [filters]` -> a line a connection, oldest first; in the order given after `ID`.
fn client_list(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let filter = Filter::parse_list(args.from(2))?;
    refresh(cx);
    let mut text = Vec::new();
    for card in filter.select(cx) {
        let request = (card.id == cx.session.id()).then_some(args);
        client_list::push_line(&mut text, &card, cx.server, cx.now(), request);
    }
    cx.reply.verbatim(*b"txt", &text);
    Ok(Outcome::Replied)
}

/// Makes this connection's own card show the present: others are shown as of their last batch.
fn refresh(cx: &mut Cx<'_>) {
    let now = cx.now();
    cx.session.publish(now);
    cx.session.card.command.store(cx.entry.id.0, Relaxed);
}

/// `CLIENT KILL addr` -> `OK`, or `CLIENT KILL filters` -> how many were ended.
fn client_kill(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let is_old_form = args.len() == 3;
    let filter = if is_old_form {
        Filter::of_address(args.at(2))
    } else {
        Filter::parse_kill(args.from(2))?
    };
    refresh(cx);
    let (mut killed, mut self_too) = (0, false);
    for card in filter.select(cx) {
        killed += 1;
        if card.id == cx.session.id() {
            self_too = true;
        } else if !card.doomed.swap(true, Relaxed) {
            cx.server.host.post(card.worker, Message::Doomed { client: card.id });
        }
    }
    if !is_old_form {
        cx.reply.count(killed);
    } else if killed > 0 {
        cx.reply.ok();
    } else {
        return Err(CommandError::text("ERR No such client"));
    }
    Ok(if self_too { Outcome::Close } else { Outcome::Replied })
}

/// `CLIENT UNBLOCK id [TIMEOUT|ERROR]` -> 1, or 0 if it does not wait.
fn client_unblock(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let error = match args.len() {
        3 => false,
        4 if args.is(3, "timeout") => false,
        4 if args.is(3, "error") => true,
        _ => {
            return Err(CommandError::text("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"));
        }
    };
    let id = parse_i64(args.at(2)).ok_or(CommandError::NotInteger)?;
    let card = u64::try_from(id).ok().and_then(|id| cx.server.clients.get(id));
    let blocked = card.filter(|card| card.has(Card::BLOCKED));
    if let Some(card) = &blocked {
        cx.server.host.post(card.worker, Message::Unblock { client: card.id, error });
    }
    cx.reply.flag(blocked.is_some());
    Ok(Outcome::Replied)
}

/// `CLIENT REPLY ON|OFF|SKIP` -> `OK` when replies are on, else nothing.
fn client_reply(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let mode = &mut cx.session.reply_mode;
    if args.is(2, "on") {
        *mode = ReplyMode::On;
        cx.reply.ok();
    } else if args.is(2, "off") {
        *mode = ReplyMode::Off;
    } else if !args.is(2, "skip") {
        return Err(CommandError::Syntax);
    } else if *mode != ReplyMode::Off {
        *mode = ReplyMode::SkipNext;
    }
    Ok(Outcome::Replied)
}

/// `CLIENT NO-EVICT ON|OFF` -> `OK`.
fn client_no_evict(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    cx.session.card.no_evict.store(on_or_off(args.at(2))?, Relaxed);
    cx.server.stats.forget_unevictable();
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `CLIENT NO-TOUCH ON|OFF` -> `OK`.
fn client_no_touch(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    cx.session.no_touch = on_or_off(args.at(2))?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

fn on_or_off(word: &[u8]) -> Result<bool, CommandError> {
    match word {
        on if on.eq_ignore_ascii_case(b"on") => Ok(true),
        off if off.eq_ignore_ascii_case(b"off") => Ok(false),
        _ => Err(CommandError::Syntax),
    }
}

/// `CLIENT CAPA capability ...` -> `OK`. None of them changes anything here: a redirect is only
/// ever sent in a cluster.
fn client_capa(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `CLIENT HELP` -> lines.
fn client_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(&[
        "CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CACHING (YES|NO)",
        "    Choose whether the keys of the next call are tracked (OPTIN, OPTOUT).",
        "CAPA <capability> [<capability> ...]",
        "    Announce what the client can handle.",
        "GETNAME",
        "    Show the name of this connection.",
        "GETREDIR",
        "    Show the client that gets the invalidations of this one.",
        "ID",
        "    Show the number of this connection.",
        "INFO",
        "    Show this connection's line of the list.",
        "KILL <ip:port>",
        "    End the connection that comes from there.",
        "KILL <filter> <value> [<filter> <value> ...]",
        "    End the connections that match; SKIPME NO spares not even this one.",
        "LIST [<filter> <value> ...]",
        "    Show the connections. Filters, of KILL too, each also with NOT-:",
        "    ID TYPE USER ADDR LADDR NAME IDLE FLAGS LIB-NAME LIB-VER DB CAPA IP; MAXAGE, SKIPME.",
        "NO-EVICT (ON|OFF)",
        "    Spare this connection when clients are evicted.",
        "NO-TOUCH (ON|OFF)",
        "    Keep reads of this connection from making keys look used.",
        "REPLY (ON|OFF|SKIP)",
        "    Choose whether replies are sent.",
        "SETINFO (LIB-NAME|LIB-VER) <value>",
        "    Name the client library.",
        "SETNAME <name>",
        "    Name this connection.",
        "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
        "         [OPTIN] [OPTOUT] [NOLOOP]",
        "    Have this client told when keys change that it has read.",
        "TRACKINGINFO",
        "    Show the state of client-side caching.",
        "UNBLOCK <id> [TIMEOUT|ERROR]",
        "    End the wait of a blocked client.",
        "HELP",
        "    Show this text.",
    ]);
    Ok(Outcome::Replied)
}
