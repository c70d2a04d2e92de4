//! MONITOR: every call that clients run, as a line to each client that asked for it.
//!
//! A line is made once a call and shared by all who read it. The calls of one client come in its
//! order, since they run on one worker and mail is a queue; those of clients on different workers
//! come as they arrive. Administrative calls are not shown, and of others no secret.

use crate::acl::secrets;
use crate::session::Card;
use crate::shared::{Message, Shared};
use crate::spec::Flags;
use crate::switches::Switches;
use crate::table::Entry;
use crate::text::quote::push_quoted;
use crate::{Args, CommandResult, Cx, Outcome, cx::Local};
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// How many monitors each worker has.
#[derive(Default, Debug)]
pub struct Monitors(Mutex<Vec<usize>>);

impl Monitors {
    fn change(&self, shared: &Shared, worker: usize, by: isize) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() <= worker {
            counts.resize(shared.workers.len(), 0);
        }
        counts[worker] = counts[worker].saturating_add_signed(by);
        if counts.iter().any(|count| *count > 0) {
            shared.switches.set(Switches::MONITORED);
        } else {
            shared.switches.clear(Switches::MONITORED);
        }
    }

    fn workers(&self) -> Vec<usize> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (0..counts.len()).filter(|worker| counts[*worker] > 0).collect()
    }
}

/// `MONITOR` -> `OK`, then a line for each call.
pub(super) fn monitor(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    if !cx.session.monitors {
        cx.session.monitors = true;
        cx.local.monitors.push(cx.session.id());
        cx.server.notes.monitors.change(cx.server, cx.local.index, 1);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// Ends a client's monitoring, if it does.
pub(crate) fn stop(shared: &Shared, local: &mut Local, session: &mut crate::session::Session) {
    if std::mem::take(&mut session.monitors) {
        local.monitors.retain(|client| *client != session.id());
        shared.notes.monitors.change(shared, local.index, -1);
    }
}

/// Who makes a call, for the line.
#[derive(Clone, Copy)]
pub(crate) enum Caller<'a> {
    /// A client.
    Client(&'a Card),
    /// A script.
    Script,
}

/// Shows a call to all who monitor. Cost: a line made, and a copy for each of them.
#[cold]
pub(crate) fn feed(cx: &mut Cx<'_>, entry: &Entry, caller: Caller<'_>, args: Args<'_>) {
    if entry.command.flags.has(Flags::ADMIN) {
        return;
    }
    let now_us = cx.server.host.now_us();
    let line: Arc<[u8]> = line(now_us, cx.keys.db(), caller, entry, args).into();
    for worker in cx.server.notes.monitors.workers() {
        if worker == cx.local.index {
            cx.local.show(&line);
        } else {
            cx.server.host.post(worker, Message::Monitor(Arc::clone(&line)));
        }
    }
}

fn line(now_us: i64, db: usize, caller: Caller<'_>, entry: &Entry, args: Args<'_>) -> Vec<u8> {
    let mut line = Vec::with_capacity(64 + args.total_bytes() + 3 * args.len());
    let (seconds, rest) = (now_us / 1_000_000, now_us % 1_000_000);
    // Writing to a vector cannot fail.
    let _ = match caller {
        Caller::Client(card) if card.has(Card::UNIX) => {
            let path = card.addr.strip_suffix(":0").unwrap_or(&card.addr);
            write!(line, "+{seconds}.{rest:06} [{db} unix:{path}]")
        }
        Caller::Client(card) => write!(line, "+{seconds}.{rest:06} [{db} {}]", card.addr),
        Caller::Script => write!(line, "+{seconds}.{rest:06} [{db} lua]"),
    };
    for arg in secrets::shown(entry, args) {
        line.push(b' ');
        push_quoted(&mut line, arg);
    }
    line.extend_from_slice(b"\r\n");
    line
}
