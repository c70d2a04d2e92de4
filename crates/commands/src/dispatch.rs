//! The one way in: from a request to its effects. All policy is here, none in the commands.
//!
//! ```text
//! lookup -> arity -> authentication, permissions -> memory -> client state -> MULTI queue
//!        -> lock -> run -> journal -> serve waiters -> unlock -> notifications, garbage, counters
//! ```

use crate::acl;
use crate::args::Args;
use crate::blocking;
use crate::cx::{Cx, Origin, Turn};
use crate::error::{CommandError, CommandResult, Outcome};
use crate::introspection::hotkeys::{self, Ran};
use crate::introspection::monitor::{self, Caller};
use crate::introspection::{self, Cost};
use crate::journal;
use crate::kept;
use crate::keys_of::keys_of;
use crate::memory_limit;
use crate::notify;
use crate::pause;
use crate::reply::{Output, Reply, Traits};
use crate::saving;
use crate::session::{ReplyMode, Session};
use crate::shared::bump;
use crate::spec::Flags;
use crate::switches::Switches;
use crate::table::{CommandTable, Entry, KeyPlan};
use crate::tracking;

use engine::{Class, Keys, Spot};
use std::borrow::Cow;
use std::sync::Arc;

/// What the connection does next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Flow {
    /// The next request.
    Continue,
    /// Send what there is and end.
    Close,
    /// Nothing until the blocked call is served.
    Blocked,
    /// Nothing until a pause ends: the request was not run, and is to be offered again.
    Postponed,
}

/// Runs one request of a client and appends its reply to `out`. `spot` is that of the first
/// argument, if the caller knows it.
#[inline]
pub fn dispatch(
    turn: &mut Turn<'_>,
    session: &mut Session,
    args: Args<'_>,
    spot: Option<Spot>,
    out: &mut Output,
) -> Flow {
    if session.postponed {
        pause::resume(session, turn.shared);
    }
    if turn.local.kept.is_some() {
        kept::review(turn, spot);
    }
    let mark = out.bytes.len();
    let flow = match admit(turn, session, args) {
        Err(error) => {
            kept::let_go(turn.local, &turn.shared.store);
            reject(turn, session, args, out, &error);
            Flow::Continue
        }
        Ok(Admitted::Queue(entry)) => {
            if turn.shared.switches.has(Switches::TRACKED) {
                keep_tracking_limit(turn, session, out);
            }
            crate::transactions::enqueue(session, entry.id, args);
            out.bytes.extend_from_slice(b"+QUEUED\r\n");
            Flow::Continue
        }
        Ok(Admitted::Run(entry)) => run(turn, session, entry, args, spot, out),
        Ok(Admitted::Hold) => Flow::Postponed,
    };
    if flow == Flow::Postponed {
        pause::postpone(session, turn.shared);
        return flow;
    }
    if session.reply_mode != ReplyMode::On && flow != Flow::Blocked {
        silence(session, args, out, mark);
    }
    flow
}

enum Admitted<'t> {
    Run(&'t Entry),
    Queue(&'t Entry),
    /// A pause holds it back.
    Hold,
}

#[inline]
fn admit<'t>(
    turn: &mut Turn<'t>,
    session: &mut Session,
    args: Args<'_>,
) -> Result<Admitted<'t>, CommandError> {
    let shared = turn.shared;
    let entry = find(turn, args)?;
    let command = entry.command;
    if !command.takes(args.len()) {
        return Err(CommandError::Arity(entry.full_name.to_string().into()));
    }
    if !session.badge.passes(&shared.acl) {
        check_permission(turn, session, entry, args)?;
    }
    if session.multi.is_some() && command.flags.has(Flags::NO_MULTI) {
        return Err(NO_MULTI);
    }
    if (command.flags.has(Flags::DENYOOM.and(Flags::SCRIPT)) || session.multi.is_some())
        && memory_limit::is_set(shared)
        && memory_limit::refuses(turn, session, entry)
    {
        return Err(CommandError::text("OOM command not allowed when used memory > 'maxmemory'."));
    }
    if session.is_restricted() && !command.flags.has(Flags::IN_SUBSCRIBER) {
        return Err(restricted(entry));
    }
    let switches = shared.saving.switches();
    if switches != 0
        && !session.replays
        && let Some(refusal) = saving::refusal(shared, session, command, args, switches)
    {
        return Err(refusal);
    }
    let on = shared.switches.get();
    if on != 0 && is_held(turn, session, entry, args)? {
        return Ok(Admitted::Hold);
    }
    if session.multi.is_some() && !command.flags.has(Flags::IN_MULTI) {
        return Ok(Admitted::Queue(entry));
    }
    Ok(Admitted::Run(entry))
}

const NO_MULTI: CommandError = CommandError::text("ERR Command not allowed inside a transaction");

/// For all but those who are known to be allowed everything: whether the client has authenticated
/// and may make the call.
#[cold]
fn check_permission(
    turn: &Turn<'_>,
    session: &mut Session,
    entry: &Entry,
    args: Args<'_>,
) -> Result<(), CommandError> {
    let flags = entry.command.flags;
    if !session.authenticated && !flags.has(Flags::NO_AUTH) && !turn.shared.acl.is_open() {
        return Err(CommandError::text("NOAUTH Authentication required."));
    }
    if session.multi.is_some() && flags.has(Flags::NO_MULTI) {
        return Err(NO_MULTI);
    }
    let place = if session.multi.is_some() { acl::Place::Queue } else { acl::Place::Toplevel };
    let call = acl::Call { entry, args, db: session.db };
    acl::check(turn.shared, session, call, place, turn.moment.now)
}

/// Whether a pause holds a request back.
///
/// # Errors
/// A script is over its time; or the client monitors, and may not use the data set meanwhile.
#[cold]
fn is_held(
    turn: &Turn<'_>,
    session: &Session,
    entry: &Entry,
    args: Args<'_>,
) -> Result<bool, CommandError> {
    let shared = turn.shared;
    let is_nested = turn.local.is_serving;
    if is_nested || (shared.running.is_busy() && !entry.command.flags.has(Flags::ALLOW_BUSY)) {
        refuse_busy(turn, session, entry, args)?;
    }
    let uses_data = Flags::WRITE.and(Flags::READONLY).and(Flags::MAY_REPLICATE);
    if session.monitors && entry.command.flags.has(uses_data) {
        return Err(CommandError::text("ERR Replica can't interact with the keyspace"));
    }
    Ok(shared.pause.holds(shared, turn.moment.now, entry, args, session))
}

/// While a script is over its time others are refused, unless their keys are free: with one worker
/// they never are, since it runs the script.
fn refuse_busy(
    turn: &Turn<'_>,
    session: &Session,
    entry: &Entry,
    args: Args<'_>,
) -> Result<(), CommandError> {
    let store = &turn.shared.store;
    let flags = entry.command.flags;
    let is_served = if turn.local.is_serving {
        // Nothing may be waited for inside of the script's own worker.
        let locks = entry.plan != KeyPlan::None || session.watch.is_some();
        flags.has(Flags::ALLOW_BUSY) && !locks && !flags.has(Flags::RUNS_QUEUE)
    } else {
        store.layout().workers > 1
            && !flags.has(Flags::SWEEPS.and(Flags::SCRIPT))
            && match keys_of(entry.command, args) {
                _ if entry.plan == KeyPlan::None => true,
                Ok(found) if !found.has_more() && entry.plan != KeyPlan::All => {
                    store.are_free(found.iter().map(|found| args.at(found.index)))
                }
                _ => false,
            }
    };
    match turn.shared.running.busy_error() {
        Some(error) if !is_served => Err(error),
        _ => Ok(()),
    }
}

#[cold]
fn restricted(entry: &Entry) -> CommandError {
    CommandError::owned(format!(
        "ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET \
         are allowed in this context",
        entry.full_name
    ))
}

/// The command or subcommand that a request names.
#[inline]
fn find<'t>(turn: &Turn<'t>, args: Args<'_>) -> Result<&'t Entry, CommandError> {
    let table = &turn.shared.table;
    let entry = table.find(args.at(0)).ok_or_else(|| unknown(args))?;
    if entry.command.subcommands.is_empty() { Ok(entry) } else { find_sub(table, entry, args) }
}

fn find_sub<'t>(
    table: &'t CommandTable,
    entry: &'t Entry,
    args: Args<'_>,
) -> Result<&'t Entry, CommandError> {
    let Some(name) = args.get(1) else {
        return Ok(entry); // COMMAND; the arity of the others asks for a subcommand
    };
    table.find_sub(entry, name).ok_or_else(|| {
        let container = entry.full_name.to_ascii_uppercase();
        let shown = printable(name, 128);
        CommandError::owned(format!("ERR unknown subcommand '{shown}'. Try {container} HELP."))
    })
}

#[cold]
fn unknown(args: Args<'_>) -> CommandError {
    let name = printable(args.at(0), 128);
    let mut text = format!("ERR unknown command '{name}', with args beginning with: ");
    let begin = text.len();
    for arg in args.from(1).iter() {
        let used = text.len() - begin;
        if used >= 128 {
            break;
        }
        text.push('\'');
        text.push_str(&printable(arg, 128 - used));
        text.push_str("' ");
    }
    CommandError::owned(text)
}

/// At most `limit` bytes of what a client sent, up to the first zero, fit for an error text.
pub(crate) fn printable(bytes: &[u8], limit: usize) -> String {
    let end = bytes.iter().take(limit).take_while(|byte| **byte != 0).count();
    crate::text::shown::shown(&bytes[..end])
}

#[cold]
fn reject(
    turn: &mut Turn<'_>,
    session: &mut Session,
    args: Args<'_>,
    out: &mut Output,
    error: &CommandError,
) {
    let mut error = Cow::Borrowed(error);
    if let Ok(entry) = find(turn, args) {
        bump(&turn.stats.call(entry.id).rejected, 1);
        if entry.command.flags.has(Flags::RUNS_QUEUE) {
            error = Cow::Owned(crate::transactions::abort(turn, session, &error));
        }
    }
    if let Some(multi) = &mut session.multi {
        multi.broken = true;
    }
    turn.shared.stats.count_error(&error.to_string());
    Reply::new(out, session.proto).error(&error);
}

fn run(
    turn: &mut Turn<'_>,
    session: &mut Session,
    entry: &Entry,
    args: Args<'_>,
    spot: Option<Spot>,
    out: &mut Output,
) -> Flow {
    let mark = out.bytes.len();
    let (flow, traits) = execute(turn, session, entry, &args, spot, out);
    let now = engine::ticks();
    let ticks = now.wrapping_sub(std::mem::replace(&mut turn.ticks, now));
    let stats = turn.stats.call(entry.id);
    if flow >= Flow::Blocked {
        if flow == Flow::Blocked {
            // What it took is known when it is served.
            bump(&stats.calls, 1);
        }
        return flow;
    }
    let thresholds = &turn.local.thresholds;
    bump(&stats.calls, 1);
    bump(&stats.ticks, ticks);
    if thresholds.histograms {
        stats.latency.count(ticks);
    }
    // No less than either of the two lengths.
    let carried = args.extent() | out.bytes.len().wrapping_sub(mark);
    if ticks >= thresholds.slow || carried >= thresholds.large || traits != Traits::NONE {
        look_at(turn, session, entry, args, (ticks, traits), reply_len(out, mark));
    }
    flow
}

/// Runs a call under its locks and what follows from it.
#[inline]
fn execute(
    turn: &mut Turn<'_>,
    session: &mut Session,
    entry: &Entry,
    args: &Args<'_>,
    spot: Option<Spot>,
    out: &mut Output,
) -> (Flow, Traits) {
    let mut cx = Cx {
        keys: Keys::new(&turn.shared.store, session.db, &turn.moment, turn.effects),
        reply: Reply::new(out, session.proto),
        session,
        server: turn.shared,
        local: turn.local,
        entry,
        origin: Origin::Client,
    };
    if cx.session.no_touch {
        cx.keys.leave_untouched();
    }
    if cx.local.kept.is_some() {
        kept::resume(cx.local, &mut cx.keys, entry);
    }
    lock_for(&mut cx.keys, entry, args, spot);
    let on = cx.server.switches.get();
    if on != 0 && !may_begin(&mut cx, *args, on) {
        return (Flow::Postponed, Traits::NONE);
    }
    let mark = cx.reply.mark();
    cx.session.last_command = Some(entry.id);
    cx.session.calls += 1;
    let flow = match (entry.command.run)(&mut cx, *args) {
        Ok(Outcome::Replied) => Flow::Continue,
        result => follow(&mut cx, *args, result, mark),
    };
    if on != 0 && flow != Flow::Postponed {
        has_run(&mut cx, *args, on);
    }
    finish(&mut cx, Some(*args));
    let traits = cx.reply.traits;
    // Nothing is held, and nothing is left in it that would have to be freed.
    std::mem::forget(cx);
    (flow, traits)
}

/// Looks at what is switched on before a call runs, under its locks; whether it may.
#[cold]
fn may_begin(cx: &mut Cx<'_>, args: Args<'_>, on: u32) -> bool {
    let (pause, switches, now) = (&cx.server.pause, &cx.server.switches, cx.now());
    if pause.end(switches, now).is_some() {
        if pause.holds(cx.server, now, cx.entry, args, cx.session) {
            return false;
        }
        cx.keys.leave_expired();
    }
    if on & Switches::TRACKED != 0 {
        cx.keys.effects().record |= Class::CHANGE;
        tell_first(cx);
    }
    // Scripts show what they call themselves, so they come first.
    if on & Switches::MONITORED != 0 && cx.entry.command.flags.has(Flags::SKIP_MONITOR) {
        show(cx, args);
    }
    true
}

/// What the client is told of keys that were evicted for its call goes before the reply.
fn tell_first(cx: &mut Cx<'_>) {
    let own = cx.session.id();
    let out = &mut cx.reply.output().bytes;
    cx.local.outbox.retain(|(client, bytes)| {
        let is_own = *client == own;
        if is_own {
            out.extend_from_slice(bytes);
        }
        !is_own
    });
}

/// The same after it ran.
#[cold]
pub(crate) fn has_run(cx: &mut Cx<'_>, args: Args<'_>, on: u32) {
    if on & Switches::MONITORED != 0 && !cx.entry.command.flags.has(Flags::SKIP_MONITOR) {
        show(cx, args);
    }
    if on & Switches::TRACKED != 0 {
        tracking::withdraw(cx);
        tracking::remember(cx, cx.entry, args);
        tracking::forget_caching(cx.session, cx.entry);
    }
}

/// Drops what is remembered of too many keys; what this client is told goes before its reply.
#[cold]
fn keep_tracking_limit(turn: &mut Turn<'_>, session: &Session, out: &mut Output) {
    let seed = turn.local.rng.draw();
    tracking::keep_limit(turn.shared, seed, &mut |card, bytes| {
        if card.id == session.id() {
            out.bytes.extend_from_slice(&bytes);
        } else {
            tracking::post(turn.shared, card, bytes);
        }
    });
}

/// Shows the call that runs to all who monitor.
fn show(cx: &mut Cx<'_>, args: Args<'_>) {
    let card = Arc::clone(&cx.session.card);
    monitor::feed(cx, cx.entry, Caller::Client(&card), args);
}

/// Counts a call that failed, and notes one that took long or carried much; counts its keys, if
/// anybody wants to know.
#[cold]
fn look_at(
    turn: &Turn<'_>,
    session: &Session,
    entry: &Entry,
    args: Args<'_>,
    (ticks, traits): (u64, Traits),
    reply: usize,
) {
    if traits.has(Traits::FAILED) {
        bump(&turn.stats.call(entry.id).failed, 1);
    }
    let thresholds = &turn.local.thresholds;
    if thresholds.counts_keys {
        let call = Ran { entry, args, ticks, reply };
        hotkeys::count(turn.shared, turn.local.index, &call, turn.moment.now);
    }
    if ticks < thresholds.notable && args.extent().max(reply) < thresholds.large {
        return;
    }
    let us = ticks / turn.local.ticks_per_us;
    let cost = Cost { us, request: args.extent(), reply };
    introspection::look_at(turn.shared, entry, &session.card, args, cost, turn.moment.now);
}

/// Bytes of the reply that begins at `mark`.
#[cold]
pub(crate) fn reply_len(out: &Output, mark: usize) -> usize {
    let pins = out.pins.iter().rev().take_while(|(offset, _)| *offset >= mark);
    out.bytes.len().saturating_sub(mark) + pins.map(|(_, blob)| blob.len()).sum::<usize>()
}

/// What follows from a call that did not simply reply.
#[cold]
fn follow(cx: &mut Cx<'_>, args: Args<'_>, result: CommandResult, mark: usize) -> Flow {
    match result {
        Ok(Outcome::Replied) => Flow::Continue,
        Ok(Outcome::Close) => Flow::Close,
        Ok(Outcome::Postponed) => Flow::Postponed,
        Ok(Outcome::Block { deadline }) => {
            blocking::wait(cx, args, deadline);
            Flow::Blocked
        }
        Err(error) => {
            cx.reply.truncate(mark);
            cx.reply.error(&error);
            cx.server.stats.count_error(&error.to_string());
            Flow::Continue
        }
    }
}

/// What follows every call or transaction: the journal, waiters, notifications, garbage.
#[inline]
pub(crate) fn finish(cx: &mut Cx<'_>, args: Option<Args<'_>>) {
    if cx.keys.journals() {
        journal::finish(cx, args);
    } else if !cx.keys.effects().ready.is_empty() {
        blocking::serve_ready(cx);
    } else if cx.keys.is_sought() {
        kept::keep(cx);
    }
    cx.keys.unlock();
    let effects = cx.keys.effects();
    effects.dirty = 0;
    if effects.garbage.is_empty() && effects.events.is_empty() {
        return;
    }
    if !effects.garbage.is_empty() {
        let garbage = std::mem::take(&mut effects.garbage);
        cx.server.host.reap(garbage);
    }
    if !cx.keys.effects().events.is_empty() {
        let events = std::mem::take(&mut cx.keys.effects().events);
        notify::publish(cx, &events);
        if cx.server.switches.has(Switches::TRACKED) {
            tracking::changed(cx, &events);
        }
    }
}

/// Locks the stripes that a call's row and arguments ask for. Nothing is held yet.
#[inline]
fn lock_for<'k>(keys: &mut Keys<'k>, entry: &Entry, args: &Args<'k>, spot: Option<Spot>) {
    match entry.plan {
        KeyPlan::None => {}
        KeyPlan::One(index) => {
            if let Some(key) = args.get(index) {
                keys.lock_only(key, spot.filter(|_| index == 1));
            }
        }
        KeyPlan::Several => match keys_of(entry.command, *args) {
            Ok(found) if !found.has_more() => {
                keys.lock_several(found.iter().map(|found| args.at(found.index)));
            }
            // Keys that the arguments do not name; or arguments that the handler refuses itself,
            // but it must not be trusted to do so before it touches a key.
            _ => keys.lock_all(),
        },
        KeyPlan::All => keys.lock_all(),
    }
}

/// Takes a reply back that the client does not want.
fn silence(session: &mut Session, args: Args<'_>, out: &mut Output, mark: usize) {
    let is_mode_change = args.is(0, "client") && args.is(1, "reply");
    match session.reply_mode {
        ReplyMode::On => {}
        ReplyMode::Off => out.truncate(mark),
        ReplyMode::SkipNext if is_mode_change => out.truncate(mark),
        ReplyMode::SkipNext => {
            out.truncate(mark);
            session.reply_mode = ReplyMode::On;
        }
    }
}
