//! Transactions: MULTI, EXEC, DISCARD, WATCH, UNWATCH.
//!
//! A queued call is checked when it is queued and again when it runs. EXEC holds the stripes of
//! every queued and every watched key at once, so that nothing comes between.

use crate::acl;
use crate::args::Args;
use crate::cx::{Cx, Origin, Turn};
use crate::error::{CommandError, CommandResult, Outcome};
use crate::keys_of::keys_of;
use crate::session::{Session, Transaction, Watch};
use crate::shared::bump;
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use crate::switches::Switches;
use crate::table::CommandId;
use crate::{dispatch, introspection};
use engine::{Class, Keys};
use std::sync::atomic::Ordering;

const CONTROL: Flags =
    Flags::NOSCRIPT.and(Flags::LOADING).and(Flags::STALE).and(Flags::FAST).and(Flags::ALLOW_BUSY);

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "discard",
        run: discard,
        arity: 1,
        flags: CONTROL.and(Flags::IN_MULTI),
        acl: Category::TRANSACTION,
        group: Group::Transactions,
        since: "2.0.0",
        summary: "Drops the queued calls of a transaction.",
        complexity: "O(N) where N is the number of queued calls",
        ..Command::DEFAULT
    },
    Command {
        name: "exec",
        run: exec,
        arity: 1,
        flags: Flags::NOSCRIPT
            .and(Flags::LOADING)
            .and(Flags::STALE)
            .and(Flags::SKIP_SLOWLOG)
            .and(Flags::RUNS_QUEUE)
            .and(Flags::IN_MULTI),
        acl: Category::TRANSACTION,
        group: Group::Transactions,
        since: "1.2.0",
        summary: "Runs the queued calls of a transaction, nothing coming between.",
        complexity: "depends on the queued calls",
        ..Command::DEFAULT
    },
    Command {
        name: "multi",
        run: multi,
        arity: 1,
        flags: CONTROL.and(Flags::IN_MULTI),
        acl: Category::TRANSACTION,
        group: Group::Transactions,
        since: "1.2.0",
        summary: "Begins a transaction: calls are queued from here on.",
        complexity: "O(1)",
        ..Command::DEFAULT
    },
    Command {
        name: "unwatch",
        run: unwatch,
        arity: 1,
        flags: CONTROL,
        acl: Category::TRANSACTION,
        group: Group::Transactions,
        since: "2.2.0",
        summary: "Forgets the watched keys.",
        complexity: "O(N) where N is the number of watched keys",
        ..Command::DEFAULT
    },
    Command {
        name: "watch",
        run: watch,
        arity: -2,
        flags: CONTROL.and(Flags::IN_MULTI),
        acl: Category::TRANSACTION,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO)],
        group: Group::Transactions,
        since: "2.2.0",
        summary: "Makes the next transaction fail if one of the keys changes before it runs.",
        complexity: "O(1) for every key",
        args: &[Arg::key("key").multiple()],
        ..Command::DEFAULT
    },
];

/// Bytes that a watched key takes beside its name, which its stripe keeps as well.
const WATCH_BYTES: usize = 96;

/// Puts a checked call into the queue of the open transaction.
pub(crate) fn enqueue(session: &mut Session, command: CommandId, args: Args<'_>) {
    let Some(multi) = &mut session.multi else { return };
    let broken = session.watch.as_ref().is_some_and(|w| w.broken.load(Ordering::Acquire));
    if multi.broken || broken {
        // It will not run: its arguments need not be kept.
        return;
    }
    let args = args.to_owned_args();
    multi.memory += args.memory() + size_of::<(CommandId, Args<'_>)>();
    multi.queue.push((command, args));
}

/// `MULTI` -> `OK`.
fn multi(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    if cx.session.multi.is_some() {
        return Err(CommandError::text("ERR MULTI calls can not be nested"));
    }
    cx.session.multi = Some(Transaction::default());
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `DISCARD` -> `OK`.
fn discard(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    if cx.session.multi.take().is_none() {
        return Err(CommandError::text("ERR DISCARD without MULTI"));
    }
    forget_watches(cx);
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `WATCH key [key ...]` -> `OK`.
fn watch(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    if cx.session.multi.is_some() {
        return Err(CommandError::text("ERR WATCH inside MULTI is not allowed"));
    }
    let db = cx.keys.db();
    let watch = cx.session.watch.get_or_insert_with(Watch::default);
    for key in args.from(1).iter() {
        if !watch.keys.iter().any(|(at, name)| *at == db && **name == *key) {
            cx.keys.watch(key, &watch.broken);
            watch.keys.push((db, key.into()));
            watch.memory += WATCH_BYTES + 2 * key.len();
        }
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `UNWATCH` -> `OK`.
fn unwatch(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    if cx.origin == Origin::Client {
        forget_watches(cx);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// Takes the session's watches out of the stripes. Holds nothing afterwards.
pub(crate) fn forget_watches(cx: &mut Cx<'_>) {
    unwatch_all(cx.session, &mut cx.keys);
}

fn unwatch_all(session: &mut Session, keys: &mut Keys<'_>) {
    let Some(watch) = session.watch.take() else { return };
    for (db, key) in &watch.keys {
        keys.lock_key(key);
        keys.unwatch(*db, key, &watch.broken);
    }
    keys.unlock();
}

/// An EXEC that is refused drops the transaction and the watches; what it answers.
pub(crate) fn abort(
    turn: &mut Turn<'_>,
    session: &mut Session,
    error: &CommandError,
) -> CommandError {
    session.multi = None;
    let mut keys = Keys::new(&turn.shared.store, session.db, &turn.moment, turn.effects);
    unwatch_all(session, &mut keys);
    let text = error.to_string();
    let reason = text.strip_prefix("ERR ").unwrap_or(&text);
    CommandError::owned(format!("EXECABORT Transaction discarded because of: {reason}"))
}

/// `EXEC` -> array of the calls' replies; null when a watched key changed.
fn exec(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let Some(transaction) = cx.session.multi.take() else {
        return Err(CommandError::text("ERR EXEC without MULTI"));
    };
    if transaction.broken {
        forget_watches(cx);
        return Err(CommandError::text(
            "EXECABORT Transaction discarded because of previous errors.",
        ));
    }
    lock_union(cx, &transaction);
    if cx.server.switches.has(Switches::TRACKED) {
        cx.keys.effects().record |= Class::CHANGE;
    }
    if is_held(cx, &transaction) {
        cx.keys.unlock();
        cx.session.multi = Some(transaction);
        return Ok(Outcome::Postponed);
    }
    if watch_is_broken(cx) {
        cx.keys.unlock();
        forget_watches(cx);
        cx.reply.null_array();
        return Ok(Outcome::Replied);
    }
    release_watches_held(cx);
    cx.reply.array(transaction.queue.len());
    let (entry, mut outcome) = (cx.entry, Outcome::Replied);
    let traits = cx.reply.traits;
    cx.origin = Origin::Exec;
    for (command, args) in &transaction.queue {
        cx.entry = cx.server.table.entry(*command);
        if run_queued(cx, args.args()) == Outcome::Close {
            outcome = Outcome::Close;
        }
    }
    cx.origin = Origin::Client;
    cx.entry = entry;
    cx.reply.traits = traits; // errors are those of the queued calls
    Ok(outcome)
}

fn run_queued(cx: &mut Cx<'_>, args: Args<'_>) -> Outcome {
    let mark = cx.reply.mark();
    let entry = cx.entry;
    let begun = engine::ticks();
    let call = acl::Call { entry, args, db: cx.session.db };
    let now = cx.now();
    let result = acl::check(cx.server, cx.session, call, acl::Place::Exec, now)
        .and_then(|()| (entry.command.run)(cx, args));
    crate::journal::after_call(cx, args);
    let stats = cx.server.workers[cx.local.index].call(entry.id);
    bump(&stats.calls, 1);
    let outcome = result.unwrap_or_else(|error| {
        cx.reply.truncate(mark);
        cx.reply.error(&error);
        bump(&stats.failed, 1);
        cx.server.stats.count_error(&error.to_string());
        Outcome::Replied
    });
    let on = cx.server.switches.get();
    if on != 0 {
        dispatch::has_run(cx, args, on);
    }
    introspection::account(cx, entry, args, engine::ticks().wrapping_sub(begun), mark);
    outcome
}

/// Whether a pause began since EXEC was let in.
fn is_held(cx: &Cx<'_>, transaction: &Transaction) -> bool {
    let pause = &cx.server.pause;
    let switches = &cx.server.switches;
    pause.end(switches, cx.now()).is_some()
        && transaction.queue.iter().any(|(command, args)| {
            let entry = cx.server.table.entry(*command);
            pause.holds(cx.server, cx.now(), entry, args.args(), cx.session)
        })
}

/// Queued calls for which everything is locked. A script may touch keys that it does not declare.
const NEEDS_ALL: Flags = Flags::LOCK_ALL.and(Flags::SWEEPS).and(Flags::SCRIPT);

/// Holds what the queued calls and the watches need.
fn lock_union(cx: &mut Cx<'_>, transaction: &Transaction) {
    let table = &cx.server.table;
    let mut keys: Vec<&[u8]> = Vec::new();
    for (command, args) in &transaction.queue {
        let command = table.entry(*command).command;
        let args = args.args();
        match keys_of(command, args) {
            Ok(found) if !found.has_more() && !command.flags.has(NEEDS_ALL) => {
                keys.extend(found.iter().map(|found| args.at(found.index)));
            }
            _ => return cx.keys.lock_all(),
        }
    }
    let watched = cx.session.watch.iter().flat_map(|watch| &watch.keys);
    keys.extend(watched.map(|(_, key)| &**key));
    cx.keys.lock_keys(keys);
}

fn watch_is_broken(cx: &mut Cx<'_>) -> bool {
    let Some(watch) = &cx.session.watch else { return false };
    watch.broken.load(Ordering::Acquire)
        || watch.keys.iter().any(|(db, key)| cx.keys.watch_expired(*db, key, &watch.broken))
}

/// Ends the watches under the locks that EXEC holds already.
fn release_watches_held(cx: &mut Cx<'_>) {
    if let Some(watch) = cx.session.watch.take() {
        for (db, key) in &watch.keys {
            cx.keys.unwatch(*db, key, &watch.broken);
        }
    }
}
