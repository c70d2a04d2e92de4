//! Calls that a script makes: the rules that dispatch has for clients, as they are for scripts.
//!
//! ```text
//! lookup -> arity -> allowed in scripts -> may it write -> memory -> locks -> run
//! ```
//! A script's declared keys are locked when it begins. For another key the locks are asked for
//! here; if they cannot be had without waiting, the script is begun again ([`Refusal::Again`]) with
//! other locks. It has done nothing yet then: before it does, the gate is closed, unless it is
//! known to keep to its keys ([`Rules::is_open`]). Texts are those of Redis 7.0.

use crate::acl;
use crate::args::Args;
use crate::cx::Cx;
use crate::error::CommandError;
use crate::introspection;
use crate::introspection::monitor::{self, Caller};
use crate::journal;
use crate::keys_of::keys_of;
use crate::memory_limit;
use crate::saving;
use crate::shared::bump;
use crate::spec::Flags;
use crate::switches::Switches;
use crate::table::{Entry, KeyPlan};
use crate::tracking;

/// What a running script may do, and what it has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rules {
    /// Nothing may be written.
    pub read_only: bool,
    /// Memory may be over its limit.
    pub allow_oom: bool,
    /// Memory was over its limit when it began.
    pub is_over_memory: bool,
    /// It has written: from here on it goes to its end.
    pub wrote: bool,
    /// It has done something that cannot be done again.
    pub acted: bool,
    /// It touched a key whose lock it did not hold.
    pub strayed: bool,
    /// Others hold the gate or wait for it, and nothing shows that it keeps to its keys: it closes
    /// the gate before it acts.
    pub is_open: bool,
    /// What it writes does not go to the append-only file (`redis.set_repl`).
    pub is_unlogged: bool,
}

impl Rules {
    /// What every script may do at this moment.
    pub fn of(server: &crate::shared::Shared, worker: usize) -> Self {
        Self { is_over_memory: memory_limit::is_over(server, worker), ..Self::default() }
    }
}

/// Why a call was not run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The rules forbid it: the text, without a code word where the client shall see `ERR`.
    Error(CommandError),
    /// The script has to be begun again behind the gate.
    Again,
    /// It was killed.
    Killed,
}

/// Runs one call of a script; its reply, an error too, is appended to the context's output.
///
/// # Errors
/// It was not run.
pub fn call(cx: &mut Cx<'_>, args: Args<'_>, rules: &mut Rules) -> Result<(), Refusal> {
    let entry = find(cx, args)?;
    let refused = check(cx, entry, args, rules);
    if let Err(error) = refused {
        return Err(refuse(cx, Some(entry), error));
    }
    if !cx.session.badge.passes(&cx.server.acl) {
        let (call, now) = (acl::Call { entry, args, db: cx.keys.db() }, cx.now());
        acl::check(cx.server, cx.session, call, acl::Place::Script, now).map_err(Refusal::Error)?;
    }
    let flags = entry.command.flags;
    let writes = flags.has(Flags::WRITE);
    if writes && !rules.wrote && !cx.server.running.writes(cx.local.index) {
        return Err(Refusal::Killed);
    }
    // Still to be begun again if its locks cannot be had.
    lock(cx, entry, args, rules)?;
    if !rules.acted && flags.has(ACTS) && !flags.has(Flags::READONLY) {
        if rules.is_open && !cx.keys.try_close_gate() {
            return Err(Refusal::Again);
        }
        rules.acted = true;
    }
    rules.wrote |= writes;
    let outer = std::mem::replace(&mut cx.entry, entry);
    if rules.is_unlogged && cx.journals() {
        let mark = cx.keys.effects().journal.mark();
        run(cx, args);
        cx.keys.effects().journal.forget(mark);
    } else {
        run(cx, args);
    }
    cx.entry = outer;
    Ok(())
}

/// Calls that do more than read, though they are no writes.
const ACTS: Flags =
    Flags::WRITE.and(Flags::PUBSUB).and(Flags::ADMIN).and(Flags::MAY_REPLICATE).and(Flags::SCRIPT);

/// Runs the command of the context: its reply is appended, an error too, and it is counted.
fn run(cx: &mut Cx<'_>, args: Args<'_>) {
    // An error of a call is the script's to deal with: it is no failure of EVAL.
    let (mark, traits) = (cx.reply.mark(), cx.reply.traits);
    let entry = cx.entry;
    let begun = engine::ticks();
    let result = (entry.command.run)(cx, args);
    journal::after_call(cx, args);
    let stats = cx.server.workers[cx.local.index].call(entry.id);
    bump(&stats.calls, 1);
    if let Err(error) = result {
        cx.reply.truncate(mark);
        cx.reply.error(&error);
        bump(&stats.failed, 1);
        cx.server.stats.count_error(&error.to_string());
    }
    if cx.server.switches.has(Switches::TRACKED) {
        tracking::inner_call(cx, entry);
    }
    if cx.server.switches.has(Switches::MONITORED) {
        monitor::feed(cx, entry, Caller::Script, args);
    }
    introspection::account(cx, entry, args, engine::ticks().wrapping_sub(begun), mark);
    cx.reply.traits = traits;
}

/// Whether the client of a script may make a call; nothing is run, noted or counted. `None`: there
/// is no such command.
pub fn may_call(cx: &mut Cx<'_>, args: Args<'_>) -> Option<bool> {
    let entry = look_up(cx, args)?;
    let acl = &cx.server.acl;
    if cx.session.badge.passes(acl) {
        return Some(true);
    }
    let known = cx.session.authenticated || acl.is_open();
    let call = acl::Call { entry, args, db: cx.keys.db() };
    Some(acl::may(cx.session.badge.refresh(acl, known), call).is_ok())
}

fn look_up<'a>(cx: &Cx<'a>, args: Args<'_>) -> Option<&'a Entry> {
    let table = &cx.server.table;
    let entry = table.find(args.at(0))?;
    match args.get(1) {
        Some(name) if !entry.command.subcommands.is_empty() => table.find_sub(entry, name),
        _ => Some(entry),
    }
}

fn find<'a>(cx: &mut Cx<'a>, args: Args<'_>) -> Result<&'a Entry, Refusal> {
    let Some(entry) = look_up(cx, args) else {
        let text = "ERR Unknown Redis command called from script";
        return Err(refuse(cx, None, CommandError::text(text)));
    };
    if !entry.command.takes(args.len()) {
        let text = "ERR Wrong number of args calling Redis command from script";
        return Err(refuse(cx, Some(entry), CommandError::text(text)));
    }
    Ok(entry)
}

#[cold]
fn refuse(cx: &mut Cx<'_>, entry: Option<&Entry>, error: CommandError) -> Refusal {
    if let Some(entry) = entry {
        bump(&cx.server.workers[cx.local.index].call(entry.id).rejected, 1);
    }
    cx.server.stats.count_error(&error.to_string());
    Refusal::Error(error)
}

fn check(cx: &Cx<'_>, entry: &Entry, args: Args<'_>, rules: &Rules) -> Result<(), CommandError> {
    let flags = entry.command.flags;
    let no = |text| Err(CommandError::text(text));
    if flags.has(Flags::NOSCRIPT) && !cx.server.running.may_ask(entry, args) {
        return no("ERR This Redis command is not allowed from script");
    }
    if rules.read_only && flags.has(Flags::WRITE.and(Flags::MAY_REPLICATE)) {
        return no("ERR Write commands are not allowed from read-only scripts.");
    }
    let switches = cx.server.saving.switches();
    if switches != 0
        && flags.has(Flags::WRITE)
        && !cx.replays()
        && let Some(error) = saving::no_writes(cx.server, switches)
    {
        return Err(error);
    }
    if flags.has(Flags::DENYOOM) && rules.is_over_memory && !rules.allow_oom && !rules.wrote {
        return no("OOM command not allowed when used memory > 'maxmemory'.");
    }
    Ok(())
}

/// Makes sure that the stripes of a call are held.
#[inline]
fn lock(cx: &mut Cx<'_>, entry: &Entry, args: Args<'_>, rules: &mut Rules) -> Result<(), Refusal> {
    match entry.plan {
        KeyPlan::None if entry.command.flags.has(Flags::SWEEPS) => lock_all(cx, rules),
        KeyPlan::None => Ok(()),
        KeyPlan::One(index) => match args.get(index) {
            Some(key) => lock_key(cx, key, rules),
            None => Ok(()),
        },
        KeyPlan::Several => match keys_of(entry.command, args) {
            Ok(found) if !found.has_more() => {
                found.iter().try_for_each(|found| lock_key(cx, args.at(found.index), rules))
            }
            _ => lock_all(cx, rules),
        },
        KeyPlan::All => lock_all(cx, rules),
    }
}

#[inline]
fn lock_key(cx: &mut Cx<'_>, key: &[u8], rules: &mut Rules) -> Result<(), Refusal> {
    if cx.keys.holds(key) {
        return Ok(());
    }
    rules.strayed = true;
    if cx.keys.hold(key) {
        return Ok(());
    }
    Err(stray(rules))
}

#[cold]
fn lock_all(cx: &mut Cx<'_>, rules: &mut Rules) -> Result<(), Refusal> {
    rules.strayed = true;
    if cx.keys.try_hold_all() {
        return Ok(());
    }
    Err(stray(rules))
}

#[cold]
fn stray(rules: &Rules) -> Refusal {
    if !rules.acted {
        return Refusal::Again;
    }
    // Who has acted holds the gate, and everything can be had, or was shown to keep to its keys.
    let text = "ERR Script needs a key that it was taken not to touch";
    Refusal::Error(CommandError::text(text))
}
