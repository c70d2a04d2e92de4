//! Blocking calls: how they begin to wait, who serves them, how they end.
//!
//! A call that must wait is put, under the locks it ran with, into the queue of each of its keys.
//! A later change that makes such a key ready serves the queue before its own locks are let go
//! and before its own reply is sent, oldest waiter first: the waiting call is simply run again,
//! on the worker of whoever made the key ready, and its reply is posted to the client's worker.
//! A call that needs a key of another stripe (a move's destination) takes that lock only if it is
//! free; else it is run again right after, with its locks taken in order.

use crate::acl;
use crate::args::Args;
use crate::cx::{Cx, Origin, Turn};
use crate::dispatch::finish;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::introspection;
use crate::keys_of::keys_of;
use crate::reply::{Output, Reply};
use crate::session::{Blocked, BlockedCall, Session};
use crate::shared::{Message, Shared, bump};
use crate::spec::{Flags, KeyFlags};
use engine::{Effects, Keys, Moment, Waiter};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Puts the call that just ran into the queues of its keys. Its locks are still held.
pub(crate) fn wait(cx: &mut Cx<'_>, args: Args<'_>, deadline: Option<i64>) {
    let mut keys: Vec<Box<[u8]>> = Vec::new();
    for found in keys_of(cx.entry.command, args).unwrap_or_default().iter() {
        // A move waits for its source only: the destination is written, not read.
        let waited = found.flags.has(KeyFlags::ACCESS) || found.flags.has(KeyFlags::DELETE);
        if waited && !keys.iter().any(|key| **key == *args.at(found.index)) {
            keys.push(args.at(found.index).into());
        }
    }
    let waits_as = cx.session.waits_as.take();
    let call = Arc::new(BlockedCall {
        command: cx.entry.id,
        args: waits_as.unwrap_or_else(|| args.to_owned_args()),
        keys,
        ticket: cx.session.last_ticket,
        db: cx.keys.db(),
        proto: cx.session.proto,
        card: Arc::clone(&cx.session.card),
        badge: cx.session.badge.clone(),
    });
    let waiter =
        Arc::new(Waiter::new(cx.session.id(), cx.local.index, Box::new(Arc::clone(&call))));
    for key in &call.keys {
        cx.keys.enqueue_waiter(key, &waiter);
    }
    cx.server.stats.blocked_clients.fetch_add(1, Ordering::Relaxed);
    cx.session.blocked = Some(Blocked { waiter, call, deadline });
}

/// Serves the calls that wait for the keys which became ready, in the order they became so.
#[cold]
pub(crate) fn serve_ready(cx: &mut Cx<'_>) {
    let mut late = Vec::new();
    let home = cx.keys.db();
    while !cx.keys.effects().ready.is_empty() {
        let (db, key) = cx.keys.effects().ready.remove(0);
        if !cx.keys.holds(&key) {
            late.push((db, key));
            continue;
        }
        cx.keys.select(db);
        serve_key(cx, db, &key, &mut late);
    }
    cx.keys.select(home);
    // What could not be had without waiting: let everything go, take the locks in order.
    let mut tries = 0;
    while let Some((db, key)) = late.pop() {
        tries += 1;
        assert!(tries < 1_000_000, "serving one change must come to an end");
        cx.keys.let_go();
        let mut needed: Vec<Box<[u8]>> = vec![key.clone()];
        cx.keys.lock_key(&key);
        for waiter in cx.keys.waiters(db, &key) {
            if let Some(call) = call_of(&waiter) {
                needed.extend(written_keys(cx.server, call));
            }
        }
        cx.keys.lock_keys(needed.iter().map(|key| &**key));
        cx.keys.select(db);
        serve_key(cx, db, &key, &mut late);
        cx.keys.select(home);
        let ready = std::mem::take(&mut cx.keys.effects().ready);
        late.extend(ready);
    }
}

fn call_of(waiter: &Waiter) -> Option<&BlockedCall> {
    waiter.call.downcast_ref::<Arc<BlockedCall>>().map(|call| &**call)
}

/// Keys that a call writes besides those it waits for.
fn written_keys(server: &Shared, call: &BlockedCall) -> Vec<Box<[u8]>> {
    let command = server.table.entry(call.command).command;
    let args = call.args.args();
    let found = keys_of(command, args).unwrap_or_default();
    let all = found.iter().map(|found| Box::<[u8]>::from(args.at(found.index)));
    all.filter(|key| !call.keys.contains(key)).collect()
}

fn serve_key(cx: &mut Cx<'_>, db: usize, key: &[u8], late: &mut Vec<(usize, Box<[u8]>)>) {
    for waiter in cx.keys.waiters(db, key) {
        let Some(call) = call_of(&waiter) else { continue };
        let command = cx.server.table.entry(call.command).command;
        if !command.flags.has(Flags::ENDS_WITH_KEY) && cx.keys.peek(key).is_none() {
            continue;
        }
        let held = written_keys(cx.server, call).iter().all(|key| cx.keys.try_hold(key));
        if !held {
            late.push((db, key.into()));
            return;
        }
        if waiter.claim() {
            serve(cx, &waiter, call, key);
        }
    }
}

/// Runs a claimed call again; it either gets its reply or goes on waiting. The context is lent to
/// it: session, output and command are exchanged and put back.
fn serve(cx: &mut Cx<'_>, waiter: &Arc<Waiter>, call: &BlockedCall, key: &[u8]) {
    let mut guest = Session::guest(call);
    let mut output = Output::default();
    std::mem::swap(cx.session, &mut guest);
    std::mem::swap(cx.reply.output(), &mut output);
    let proto = cx.reply.proto();
    let traits = cx.reply.traits;
    cx.reply.set_proto(call.proto);
    let entry = std::mem::replace(&mut cx.entry, cx.server.table.entry(call.command));
    let origin = std::mem::replace(&mut cx.origin, Origin::Ready(key.into()));
    let begun = engine::ticks();
    let outcome = run_again(cx, call);
    crate::journal::after_call(cx, call.args.args());
    if !matches!(outcome, Ok(Outcome::Block { .. })) {
        let ticks = engine::ticks().wrapping_sub(begun);
        introspection::account(cx, cx.entry, call.args.args(), ticks, 0);
        let ms = ticks / cx.local.ticks_per_us / 1000;
        cx.server.notes.held_up(cx.server, "command-unblocking", ms, cx.now());
    }
    if let Err(error) = &outcome {
        cx.reply.error(error);
        cx.server.stats.count_error(&error.to_string());
        bump(&cx.server.workers[cx.local.index].call(call.command).failed, 1);
    }
    cx.origin = origin;
    cx.entry = entry;
    cx.reply.set_proto(proto);
    cx.reply.traits = traits;
    std::mem::swap(cx.reply.output(), &mut output);
    std::mem::swap(cx.session, &mut guest);
    if matches!(outcome, Ok(Outcome::Block { .. })) {
        waiter.release();
        return;
    }
    waiter.finish();
    cx.keys.dequeue_waiter(call.db, key, waiter);
    let message = Message::Served { client: waiter.client, output, waiter: Arc::clone(waiter) };
    cx.server.host.post(waiter.worker, message);
}

/// The call again, unless its user may no longer make it.
fn run_again(cx: &mut Cx<'_>, call: &BlockedCall) -> CommandResult {
    let (args, now) = (call.args.args(), cx.now());
    let asked = acl::Call { entry: cx.entry, args, db: call.db };
    acl::check(cx.server, cx.session, asked, acl::Place::Toplevel, now)?;
    (cx.entry.command.run)(cx, args)
}

/// Lets the calls look again that wait for keys which the expiry sweep removed: those that end
/// with their key get their reply.
pub fn look_again(turn: &mut Turn<'_>, ready: Vec<(usize, Box<[u8]>)>) {
    for (db, key) in ready {
        let mut keys = Keys::new(&turn.shared.store, db, &turn.moment, turn.effects);
        keys.lock_key(&key);
        let waiters = keys.waiters(db, &key);
        let Some(call) = waiters.front().and_then(|waiter| call_of(waiter)) else { continue };
        keys.effects().ready.push((db, key));
        // Nobody calls: the first waiter's session stands in, and gets nothing of this.
        let (mut session, mut output) = (Session::guest(call), Output::default());
        let mut cx = Cx {
            keys,
            reply: Reply::new(&mut output, call.proto),
            session: &mut session,
            server: turn.shared,
            local: turn.local,
            entry: turn.shared.table.entry(call.command),
            origin: Origin::Client,
        };
        finish(&mut cx, None);
    }
}

/// Ends a blocked call on its own worker, if nobody is serving it right now: the entry is taken
/// out of the queues, the caller writes the reply. False: ask again soon, or its reply is on the
/// way.
pub fn end(shared: &Shared, blocked: &Blocked, moment: Moment, effects: &mut Effects) -> bool {
    if !blocked.waiter.claim() {
        return false;
    }
    blocked.waiter.finish();
    forget(shared, blocked, moment, effects);
    true
}

/// Appends the reply of a call whose time is up, or the error of one that somebody unblocked.
pub fn reply_late(shared: &Shared, blocked: &Blocked, error: bool, out: &mut Output) {
    if error {
        let text = "UNBLOCKED client unblocked via CLIENT UNBLOCK";
        shared.stats.count_error(text);
        bump(&shared.workers[blocked.waiter.worker].call(blocked.call.command).failed, 1);
        return Reply::new(out, blocked.call.proto).error(&CommandError::text(text));
    }
    crate::generic::nothing_came(shared, &blocked.call, &mut out.bytes);
}

/// Whether a call waits for the append-only file alone, and that has come so far.
pub fn log_has_come(shared: &Shared, blocked: &Blocked) -> bool {
    crate::generic::log_has_come(shared, &blocked.call)
}

/// Takes an ended call out of the queues that still name it.
pub fn forget(shared: &Shared, blocked: &Blocked, moment: Moment, effects: &mut Effects) {
    let mut keys = Keys::new(&shared.store, blocked.call.db, &moment, effects);
    for key in &blocked.call.keys {
        keys.lock_key(key);
        keys.dequeue_waiter(blocked.call.db, key, &blocked.waiter);
    }
    shared.stats.blocked_clients.fetch_sub(1, Ordering::Relaxed);
}
