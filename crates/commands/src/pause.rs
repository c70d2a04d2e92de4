//! CLIENT PAUSE: requests are held back until a time, or until CLIENT UNPAUSE.
//!
//! Held are all requests, or those that may write. A held request is not run and not answered: its
//! connection keeps the bytes and offers the request again when the pause is over
//! ([`Flow::Postponed`](crate::Flow)). Whether there is a pause is asked before a request is
//! taken and again under its locks, and CLIENT PAUSE takes all locks once before it replies:
//! whatever comes after that reply sees no write until the pause ends.
//!
//! While paused nothing expires for good: what is over is absent, but stays where it is.

use crate::args::Args;
use crate::collection::wait_until;
use crate::cx::{Cx, Origin};
use crate::error::{CommandError, CommandResult, Outcome};
use crate::scripting;
use crate::session::Session;
use crate::shared::{Message, Shared};
use crate::spec::Flags;
use crate::switches::Switches;
use crate::table::Entry;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What is held back; the later the more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Held {
    Writes,
    All,
}

/// Both switches of a pause.
const BOTH: u32 = Switches::PAUSED_WRITES | Switches::PAUSED_ALL;

/// Until when the pause in force lasts. The server's switches tell whether there is one.
#[derive(Default, Debug)]
pub struct Pause {
    end_ms: AtomicI64,
    /// Held by who changes it and the switches.
    change: Mutex<()>,
}

impl Pause {
    /// When the pause in force at `now` ends, in Unix milliseconds.
    #[inline]
    pub fn end(&self, switches: &Switches, now: i64) -> Option<i64> {
        self.held(switches, now).map(|_| self.end_ms.load(Ordering::Relaxed))
    }

    #[inline]
    fn held(&self, switches: &Switches, now: i64) -> Option<Held> {
        let on = switches.get();
        let held = if on & Switches::PAUSED_ALL != 0 {
            Held::All
        } else if on & Switches::PAUSED_WRITES != 0 {
            Held::Writes
        } else {
            return None;
        };
        (now < self.end_ms.load(Ordering::Relaxed)).then_some(held)
    }

    /// Holds from now on until `end`; what is in force already is not made less.
    fn begin(&self, switches: &Switches, held: Held, end: i64, now: i64) {
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let (held, end) = match self.held(switches, now) {
            Some(before) => (held.max(before), end.max(self.end_ms.load(Ordering::Relaxed))),
            None => (held, end),
        };
        self.end_ms.store(end, Ordering::Relaxed);
        switches.clear(BOTH);
        switches.set(match held {
            Held::Writes => Switches::PAUSED_WRITES,
            Held::All => Switches::PAUSED_ALL,
        });
    }

    fn stop(&self, switches: &Switches) {
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        switches.clear(BOTH);
    }

    /// Whether a request of this client has to wait.
    #[inline]
    pub fn holds(
        &self,
        server: &Shared,
        now: i64,
        entry: &Entry,
        args: Args<'_>,
        session: &Session,
    ) -> bool {
        match self.held(&server.switches, now) {
            None => false,
            Some(Held::All) => true,
            Some(Held::Writes) => {
                may_write(server, entry, args) || (is_exec(entry) && queue_writes(server, session))
            }
        }
    }
}

fn may_write(server: &Shared, entry: &Entry, args: Args<'_>) -> bool {
    let flags = scripting::flags_of(server, entry.command, args);
    flags.has(Flags::WRITE.and(Flags::MAY_REPLICATE))
}

fn is_exec(entry: &Entry) -> bool {
    entry.command.flags.has(Flags::RUNS_QUEUE)
}

fn queue_writes(server: &Shared, session: &Session) -> bool {
    let mut queue = session.multi.iter().flat_map(|multi| &multi.queue);
    queue.any(|(command, args)| may_write(server, server.table.entry(*command), args.args()))
}

/// Marks a client as held, and counts it among the blocked ones.
pub(crate) fn postpone(session: &mut Session, shared: &Shared) {
    if !std::mem::replace(&mut session.postponed, true) {
        shared.stats.blocked_clients.fetch_add(1, Ordering::Relaxed);
    }
}

/// Takes the mark back: its request is about to be tried again, or it is gone.
pub fn resume(session: &mut Session, shared: &Shared) {
    if std::mem::take(&mut session.postponed) {
        shared.stats.blocked_clients.fetch_sub(1, Ordering::Relaxed);
    }
}

/// `CLIENT PAUSE timeout [WRITE|ALL]` -> `OK`.
pub(crate) fn client_pause(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let held = match args.len() {
        3 => Held::All,
        4 if args.is(3, "write") => Held::Writes,
        4 if args.is(3, "all") => Held::All,
        4 => return Err(CommandError::text("ERR CLIENT PAUSE mode must be WRITE or ALL")),
        _ => return Err(cx.arity_error()),
    };
    if let Some(end) = wait_until(args.at(2), cx.now())? {
        cx.server.pause.begin(&cx.server.switches, held, end, cx.now());
        if cx.origin == Origin::Client {
            // Whoever holds a lock ends; whoever takes one later sees the pause.
            cx.keys.lock_all();
            cx.keys.unlock();
        }
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `CLIENT UNPAUSE` -> `OK`.
pub(crate) fn client_unpause(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.server.pause.stop(&cx.server.switches);
    for worker in 0..cx.server.workers.len() {
        cx.server.host.post(worker, Message::Unpaused);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}
