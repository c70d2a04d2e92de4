//! Publish and subscribe commands. Who listens where is [`pubsub`](crate::pubsub).
//! Cases: tests/cases/pubsub.t.

use crate::pubsub::{Kind, Publication};
use crate::session::ReplyMode;
use crate::shared::Message;
use crate::spec::{Arg, Command, Flags, Group, KeyFlags, KeySpec};
use crate::{Args, CommandError, CommandResult, Cx, Outcome, Output, Reply};
use std::sync::Arc;

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "psubscribe",
        run: psubscribe,
        arity: -2,
        flags: Flags::PUBSUB
            .and(Flags::NOSCRIPT)
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::IN_SUBSCRIBER),
        group: Group::PubSub,
        since: "2.0.0",
        summary: "Subscribes to the channels that match patterns.",
        complexity: "O(N), N the patterns given",
        args: &[Arg::pattern("pattern").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "publish",
        run: publish,
        arity: 3,
        flags: Flags::PUBSUB
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::FAST)
            .and(Flags::MAY_REPLICATE),
        group: Group::PubSub,
        since: "2.0.0",
        summary: "Sends a message to a channel.",
        complexity: "O(N+M), N the subscribers of the channel, M all pattern subscriptions",
        args: &[Arg::string("channel"), Arg::string("message")],
        ..Command::DEFAULT
    },
    Command {
        name: "pubsub",
        arity: -2,
        group: Group::PubSub,
        since: "2.8.0",
        summary: "Holds the subcommands on channels and subscribers.",
        subcommands: &[
            Command {
                name: "channels",
                run: pubsub_channels,
                arity: -2,
                flags: Flags::PUBSUB.and(Flags::LOADING).and(Flags::STALE),
                group: Group::PubSub,
                since: "2.8.0",
                summary: "Lists the channels that have subscribers.",
                complexity: "O(N), N the channels",
                args: &[Arg::pattern("pattern").optional()],
                ..Command::DEFAULT
            },
            Command {
                name: "help",
                run: pubsub_help,
                arity: 2,
                flags: Flags::LOADING.and(Flags::STALE),
                group: Group::PubSub,
                since: "6.2.0",
                summary: "Prints the subcommands.",
                ..Command::DEFAULT
            },
            Command {
                name: "numpat",
                run: pubsub_numpat,
                arity: 2,
                flags: Flags::PUBSUB.and(Flags::LOADING).and(Flags::STALE),
                group: Group::PubSub,
                since: "2.8.0",
                summary: "Counts the patterns subscribed to.",
                ..Command::DEFAULT
            },
            Command {
                name: "numsub",
                run: pubsub_numsub,
                arity: -2,
                flags: Flags::PUBSUB.and(Flags::LOADING).and(Flags::STALE),
                group: Group::PubSub,
                since: "2.8.0",
                summary: "Counts the subscribers of channels.",
                complexity: "O(N), N the channels asked for",
                args: &[Arg::string("channel").optional().multiple()],
                ..Command::DEFAULT
            },
            Command {
                name: "shardchannels",
                run: pubsub_shardchannels,
                arity: -2,
                flags: Flags::PUBSUB.and(Flags::LOADING).and(Flags::STALE),
                group: Group::PubSub,
                since: "7.0.0",
                summary: "Lists the shard channels that have subscribers.",
                complexity: "O(N), N the shard channels",
                args: &[Arg::pattern("pattern").optional()],
                ..Command::DEFAULT
            },
            Command {
                name: "shardnumsub",
                run: pubsub_shardnumsub,
                arity: -2,
                flags: Flags::PUBSUB.and(Flags::LOADING).and(Flags::STALE),
                group: Group::PubSub,
                since: "7.0.0",
                summary: "Counts the subscribers of shard channels.",
                complexity: "O(N), N the shard channels asked for",
                args: &[Arg::string("shardchannel").optional().multiple()],
                ..Command::DEFAULT
            },
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "punsubscribe",
        run: punsubscribe,
        arity: -1,
        flags: Flags::PUBSUB
            .and(Flags::NOSCRIPT)
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::IN_SUBSCRIBER),
        group: Group::PubSub,
        since: "2.0.0",
        summary: "Ends subscriptions to patterns.",
        complexity: "O(N), N the patterns given",
        args: &[Arg::pattern("pattern").optional().multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "spublish",
        run: spublish,
        arity: 3,
        flags: Flags::PUBSUB
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::FAST)
            .and(Flags::MAY_REPLICATE),
        keys: &[KeySpec::at(1, KeyFlags::NOT_KEY)],
        group: Group::PubSub,
        since: "7.0.0",
        summary: "Sends a message to a shard channel.",
        complexity: "O(N), N the subscribers",
        args: &[Arg::string("shardchannel"), Arg::string("message")],
        ..Command::DEFAULT
    },
    Command {
        name: "ssubscribe",
        run: ssubscribe,
        arity: -2,
        flags: Flags::PUBSUB
            .and(Flags::NOSCRIPT)
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::IN_SUBSCRIBER),
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::NOT_KEY)],
        group: Group::PubSub,
        since: "7.0.0",
        summary: "Subscribes to shard channels.",
        complexity: "O(N), N the channels given",
        args: &[Arg::string("shardchannel").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "subscribe",
        run: subscribe,
        arity: -2,
        flags: Flags::PUBSUB
            .and(Flags::NOSCRIPT)
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::IN_SUBSCRIBER),
        group: Group::PubSub,
        since: "2.0.0",
        summary: "Subscribes to channels.",
        complexity: "O(N), N the channels given",
        args: &[Arg::string("channel").multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "sunsubscribe",
        run: sunsubscribe,
        arity: -1,
        flags: Flags::PUBSUB
            .and(Flags::NOSCRIPT)
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::IN_SUBSCRIBER),
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::NOT_KEY)],
        group: Group::PubSub,
        since: "7.0.0",
        summary: "Ends subscriptions to shard channels.",
        complexity: "O(N), N the channels given",
        args: &[Arg::string("shardchannel").optional().multiple()],
        ..Command::DEFAULT
    },
    Command {
        name: "unsubscribe",
        run: unsubscribe,
        arity: -1,
        flags: Flags::PUBSUB
            .and(Flags::NOSCRIPT)
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::IN_SUBSCRIBER),
        group: Group::PubSub,
        since: "2.0.0",
        summary: "Ends subscriptions to channels.",
        complexity: "O(N), N the channels given",
        args: &[Arg::string("channel").optional().multiple()],
        ..Command::DEFAULT
    },
];

/// `SUBSCRIBE channel ...` -> a push for each: `subscribe`, the channel, the subscriptions so far.
fn subscribe(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    join_all(cx, args, Kind::Channel)
}

/// `PSUBSCRIBE pattern ...` -> a push for each, as SUBSCRIBE.
fn psubscribe(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    join_all(cx, args, Kind::Pattern)
}

/// `SSUBSCRIBE channel ...` -> a push for each, counting shard channels only.
fn ssubscribe(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    join_all(cx, args, Kind::Shard)
}

/// `UNSUBSCRIBE [channel ...]` -> a push for each; without channels for all there were.
fn unsubscribe(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    part_all(cx, args, Kind::Channel)
}

/// `PUNSUBSCRIBE [pattern ...]` -> a push for each, as UNSUBSCRIBE.
fn punsubscribe(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    part_all(cx, args, Kind::Pattern)
}

/// `SUNSUBSCRIBE [channel ...]` -> a push for each, as UNSUBSCRIBE.
fn sunsubscribe(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    part_all(cx, args, Kind::Shard)
}

/// The words that tell the client: joined, left.
fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Channel => ("subscribe", "unsubscribe"),
        Kind::Pattern => ("psubscribe", "punsubscribe"),
        Kind::Shard => ("ssubscribe", "sunsubscribe"),
    }
}

fn join_all(cx: &mut Cx<'_>, args: Args<'_>, kind: Kind) -> CommandResult {
    let (id, proto, worker) = (cx.session.id(), cx.session.proto, cx.local.index);
    for name in args.from(1).iter() {
        if cx.session.subs.insert(kind, name) {
            cx.local.subscribers.add(kind, name, id, proto);
            cx.server.pubsub.add(kind, name, worker);
            cx.session.card.show_reach(proto, true);
        }
        tell(cx, words(kind).0, Some(name), kind);
    }
    Ok(Outcome::Replied)
}

fn part_all(cx: &mut Cx<'_>, args: Args<'_>, kind: Kind) -> CommandResult {
    if args.len() > 1 {
        for name in args.from(1).iter() {
            part(cx, name, kind);
        }
        return Ok(Outcome::Replied);
    }
    let names: Vec<Box<[u8]>> = cx.session.subs.names(kind).map(Box::from).collect();
    for name in &names {
        part(cx, name, kind);
    }
    if names.is_empty() {
        tell(cx, words(kind).1, None, kind);
    }
    Ok(Outcome::Replied)
}

fn part(cx: &mut Cx<'_>, name: &[u8], kind: Kind) {
    if cx.session.subs.remove(kind, name) {
        cx.local.subscribers.remove(kind, name, cx.session.id());
        cx.server.pubsub.remove(kind, name, cx.local.index);
        cx.session.card.show_reach(cx.session.proto, cx.session.subs.any());
    }
    tell(cx, words(kind).1, Some(name), kind);
}

/// Tells the client. That it turned its replies off does not concern what it subscribes to.
fn tell(cx: &mut Cx<'_>, word: &str, name: Option<&[u8]>, kind: Kind) {
    let subs = &cx.session.subs;
    let count = if kind == Kind::Shard { subs.len(kind) } else { subs.count() };
    if cx.session.reply_mode == ReplyMode::On {
        return confirm(&mut cx.reply, word, name, count);
    }
    let mut output = Output::default();
    confirm(&mut Reply::new(&mut output, cx.session.proto), word, name, count);
    cx.local.outbox.push((cx.session.id(), output.bytes.into()));
}

fn confirm(reply: &mut Reply<'_>, word: &str, name: Option<&[u8]>, count: usize) {
    reply.push(3);
    reply.bulk(word.as_bytes());
    match name {
        Some(name) => reply.bulk(name),
        None => reply.null(),
    }
    reply.count(count);
}

/// `PUBLISH channel message` -> how many clients it went to.
fn publish(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let receivers = send(cx, args.at(1), args.at(2), false);
    cx.reply.count(receivers);
    Ok(Outcome::Replied)
}

/// `SPUBLISH channel message` -> how many clients it went to.
fn spublish(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let receivers = send(cx, args.at(1), args.at(2), true);
    cx.reply.count(receivers);
    Ok(Outcome::Replied)
}

/// Hands a message to each worker that has receivers. The caller's own copy, if it subscribes
/// itself, goes the way of all others and so follows the reply.
fn send(cx: &mut Cx<'_>, channel: &[u8], body: &[u8], shard: bool) -> usize {
    let (receivers, workers) = cx.server.pubsub.receivers(channel, shard);
    if receivers == 0 {
        return 0;
    }
    let message = Arc::new(Publication { channel: channel.into(), body: body.into(), shard });
    for (worker, _) in workers.iter().enumerate().filter(|(_, listens)| **listens) {
        if worker != cx.local.index {
            cx.server.host.post(worker, Message::Publish(Arc::clone(&message)));
            continue;
        }
        let outbox = &mut cx.local.outbox;
        cx.local.subscribers.deliver(&message, |client, bytes| {
            outbox.push((client, Arc::clone(bytes)));
        });
    }
    receivers
}

/// `PUBSUB CHANNELS [pattern]` -> array of channels with subscribers.
fn pubsub_channels(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_names(cx, args, Kind::Channel)
}

/// `PUBSUB SHARDCHANNELS [pattern]` -> array of shard channels with subscribers.
fn pubsub_shardchannels(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_names(cx, args, Kind::Shard)
}

fn reply_names(cx: &mut Cx<'_>, args: Args<'_>, kind: Kind) -> CommandResult {
    if args.len() > 3 {
        return Err(wrong_subcommand(args));
    }
    let names = cx.server.pubsub.names(kind, args.get(2));
    cx.reply.array(names.len());
    for name in &names {
        cx.reply.bulk(name);
    }
    Ok(Outcome::Replied)
}

fn wrong_subcommand(args: Args<'_>) -> CommandError {
    let shown = crate::dispatch::printable(args.at(1), 128);
    CommandError::owned(format!(
        "ERR unknown subcommand or wrong number of arguments for '{shown}'. Try PUBSUB HELP."
    ))
}

/// `PUBSUB NUMSUB [channel ...]` -> array of each channel and its subscribers.
fn pubsub_numsub(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_counts(cx, args, Kind::Channel)
}

/// `PUBSUB SHARDNUMSUB [channel ...]` -> array of each shard channel and its subscribers.
fn pubsub_shardnumsub(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    reply_counts(cx, args, Kind::Shard)
}

fn reply_counts(cx: &mut Cx<'_>, args: Args<'_>, kind: Kind) -> CommandResult {
    let names = args.from(2);
    cx.reply.array(2 * names.len());
    for name in names.iter() {
        cx.reply.bulk(name);
        cx.reply.count(cx.server.pubsub.count(kind, name));
    }
    Ok(Outcome::Replied)
}

/// `PUBSUB NUMPAT` -> how many different patterns are subscribed to.
fn pubsub_numpat(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.count(cx.server.pubsub.len(Kind::Pattern));
    Ok(Outcome::Replied)
}

/// `PUBSUB HELP` -> lines.
fn pubsub_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(&[
        "PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CHANNELS [<pattern>]",
        "    Show the channels that have subscribers, or those of them that match.",
        "NUMPAT",
        "    Show how many patterns are subscribed to.",
        "NUMSUB [<channel> ...]",
        "    Show how many subscribers channels have, patterns not counted.",
        "SHARDCHANNELS [<pattern>]",
        "    Show the shard channels that have subscribers, or those of them that match.",
        "SHARDNUMSUB [<shardchannel> ...]",
        "    Show how many subscribers shard channels have.",
        "HELP",
        "    Show this text.",
    ]);
    Ok(Outcome::Replied)
}
