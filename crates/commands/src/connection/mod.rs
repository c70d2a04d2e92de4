//! Connection commands. The container CLIENT is in [`client`], AUTH and HELLO in [`auth`].
//! Cases: tests/cases/connection.t.

mod auth;
mod client;
mod client_list;

use crate::session::{Card, ReplyMode};
use crate::session_end;
use crate::shared::Shared;
use crate::spec::{Arg, Category, Command, Flags, Group};
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use resp::Proto;
use std::sync::atomic::Ordering::Relaxed;

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "auth",
        run: auth::auth,
        arity: -2,
        flags: Flags::NOSCRIPT
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::FAST)
            .and(Flags::NO_AUTH)
            .and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        summary: "Authenticates the connection.",
        complexity: "O(N), N the passwords of the user",
        args: &[Arg::string("username").since("6.0.0").optional(), Arg::string("password")],
        ..Command::DEFAULT
    },
    Command {
        name: "client",
        arity: -2,
        group: Group::Connection,
        since: "2.4.0",
        summary: "Holds the subcommands on connections.",
        subcommands: client::SUBCOMMANDS,
        ..Command::DEFAULT
    },
    Command {
        name: "echo",
        run: echo,
        arity: 2,
        flags: Flags::LOADING.and(Flags::STALE).and(Flags::FAST),
        acl: Category::CONNECTION,
        group: Group::Connection,
        summary: "Returns its argument.",
        args: &[Arg::string("message")],
        ..Command::DEFAULT
    },
    Command {
        name: "hello",
        run: auth::hello,
        arity: -1,
        flags: Flags::NOSCRIPT
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::FAST)
            .and(Flags::NO_AUTH)
            .and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "6.0.0",
        summary: "Switches the protocol version, and may authenticate and name the connection.",
        args: &[Arg::block(
            "arguments",
            &[
                Arg::integer("protover"),
                Arg::block("auth", &[Arg::string("username"), Arg::string("password")])
                    .token("AUTH")
                    .optional(),
                Arg::string("clientname").token("SETNAME").optional(),
            ],
        )
        .optional()],
        ..Command::DEFAULT
    },
    Command {
        name: "ping",
        run: ping,
        arity: -1,
        flags: Flags::FAST.and(Flags::IN_SUBSCRIBER),
        acl: Category::CONNECTION,
        group: Group::Connection,
        summary: "Answers PONG, or its argument.",
        args: &[Arg::string("message").optional()],
        tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
        ..Command::DEFAULT
    },
    Command {
        name: "quit",
        run: quit,
        arity: -1,
        flags: Flags::NOSCRIPT
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::FAST)
            .and(Flags::NO_AUTH)
            .and(Flags::ALLOW_BUSY)
            .and(Flags::IN_MULTI)
            .and(Flags::IN_SUBSCRIBER),
        acl: Category::CONNECTION,
        group: Group::Connection,
        summary: "Closes the connection after the reply.",
        ..Command::DEFAULT
    },
    Command {
        name: "reset",
        run: reset,
        arity: 1,
        flags: Flags::NOSCRIPT
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::FAST)
            .and(Flags::NO_AUTH)
            .and(Flags::ALLOW_BUSY)
            .and(Flags::IN_MULTI)
            .and(Flags::IN_SUBSCRIBER),
        acl: Category::CONNECTION,
        group: Group::Connection,
        since: "6.2.0",
        summary: "Puts the connection back into its first state.",
        ..Command::DEFAULT
    },
    Command {
        name: "select",
        run: select,
        arity: 2,
        flags: Flags::LOADING.and(Flags::STALE).and(Flags::FAST).and(Flags::ALLOW_BUSY),
        acl: Category::CONNECTION,
        group: Group::Connection,
        summary: "Chooses the database of the connection.",
        args: &[Arg::integer("index")],
        ..Command::DEFAULT
    },
];

/// A connection as `CLIENT INFO` shows it, with its line end, for the log of what was denied.
pub(crate) fn client_line(card: &Card, shared: &Shared, now: i64) -> Vec<u8> {
    let mut line = Vec::new();
    client_list::push_line(&mut line, card, shared, now, None);
    line.pop();
    line
}

/// `PING [message]` -> `PONG` or the message; to a RESP2 subscriber an array of both.
fn ping(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if args.len() > 2 {
        return Err(cx.arity_error());
    }
    if cx.session.is_restricted() {
        cx.reply.array(2);
        cx.reply.bulk(b"pong");
        cx.reply.bulk(args.get(1).unwrap_or_default());
        return Ok(Outcome::Replied);
    }
    match args.get(1) {
        Some(message) => cx.reply.bulk(message),
        None => cx.reply.simple("PONG"),
    }
    Ok(Outcome::Replied)
}

/// `ECHO message` -> the message.
fn echo(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    cx.reply.bulk(args.at(1));
    Ok(Outcome::Replied)
}

/// `QUIT` -> `OK`, then the connection ends.
fn quit(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.ok();
    Ok(Outcome::Close)
}

/// `SELECT index` -> `OK`.
fn select(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let index = parse_i64(args.at(1)).ok_or(CommandError::NotInteger)?;
    if i32::try_from(index).is_err() {
        return Err(CommandError::text(
            "ERR value is out of range, value must between -2147483648 and 2147483647",
        ));
    }
    let db = usize::try_from(index).ok().filter(|db| *db < cx.keys.databases());
    let db = db.ok_or(CommandError::text("ERR DB index is out of range"))?;
    cx.keys.select(db);
    cx.session.db = db;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `RESET` -> `RESET`: the connection is as it was when it began, its number and address apart.
fn reset(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.session.multi = None;
    crate::transactions::forget_watches(cx);
    session_end::unsubscribe_all(cx.server, cx.local, cx.session);
    crate::introspection::monitor::stop(cx.server, cx.local, cx.session);
    crate::tracking::stop(cx.server, cx.session);
    cx.keys.select(0);
    let (open, badge) = (cx.server.acl.is_open(), cx.server.acl.badge());
    let session = &mut *cx.session;
    session.db = 0;
    session.proto = Proto::Resp2;
    session.card.show_reach(Proto::Resp2, false);
    session.reply_mode = ReplyMode::On;
    session.no_touch = false;
    session.authenticated = open;
    session.badge = badge;
    session.card.no_evict.store(false, Relaxed);
    cx.server.stats.forget_unevictable();
    let mut texts = session.card.texts();
    texts.name = Box::default();
    texts.user = b"default"[..].into();
    drop(texts);
    cx.reply.set_proto(Proto::Resp2);
    cx.reply.simple("RESET");
    Ok(Outcome::Replied)
}
