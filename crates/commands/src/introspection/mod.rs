//! What the server tells about the calls it runs: logs of slow and large ones, latency events,
//! the keys that cost most, MONITOR. Cases: tests/cases/introspection.t.
//!
//! Calls are measured by dispatch (`measure.rs`); only those that pass a threshold come here, and
//! all while somebody monitors or counts keys.

mod command_log;
mod doctor;
mod graph;
pub(crate) mod hotkeys;
mod latency;
pub(crate) mod monitor;
mod space_saving;

use crate::cx::Origin;
use crate::session::Card;
use crate::shared::Shared;
use crate::shared::bump;
use crate::spec::{Arg, Command, Flags, Group};
use crate::table::Entry;
use crate::{Args, Cx, config::Id, dispatch};
use command_log::Log;
use latency::Events;
pub(crate) use latency::spread_of;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is noted of calls and events. Locked only for what is rare.
#[derive(Default, Debug)]
pub struct Notes {
    logs: [Mutex<Log>; 3],
    events: Mutex<Events>,
    /// Whether the keys of calls are counted.
    pub(crate) hotkeys: hotkeys::HotKeys,
    /// Who monitors.
    pub monitors: monitor::Monitors,
}

impl Notes {
    fn log(&self, which: Which) -> MutexGuard<'_, Log> {
        self.logs[which as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn events(&self) -> MutexGuard<'_, Events> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that something held a worker up for `ms` at `now`, if the threshold says so.
    pub fn held_up(&self, shared: &Shared, event: &'static str, ms: u64, now: i64) {
        let threshold = shared.config.size(Id::LATENCY_MONITOR_THRESHOLD);
        if threshold > 0 && ms >= threshold {
            self.events().add(event, ms, now);
        }
    }
}

/// A log of calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    Slow,
    LargeRequest,
    LargeReply,
}

impl Which {
    /// From where on a call is kept (none is if negative), and how many are.
    fn directives(self) -> (Id, Id) {
        match self {
            Self::Slow => (Id::SLOWLOG_LOG_SLOWER_THAN, Id::SLOWLOG_MAX_LEN),
            Self::LargeRequest => {
                (Id::COMMANDLOG_REQUEST_LARGER_THAN, Id::COMMANDLOG_LARGE_REQUEST_MAX_LEN)
            }
            Self::LargeReply => {
                (Id::COMMANDLOG_REPLY_LARGER_THAN, Id::COMMANDLOG_LARGE_REPLY_MAX_LEN)
            }
        }
    }
}

/// What a call took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Microseconds.
    pub(crate) us: u64,
    /// Bytes of the request.
    pub(crate) request: usize,
    /// Bytes of the reply.
    pub(crate) reply: usize,
}

/// Looks at a call that passed one of the thresholds.
#[cold]
pub(crate) fn look_at(
    shared: &Shared,
    entry: &Entry,
    card: &Card,
    args: Args<'_>,
    cost: Cost,
    now: i64,
) {
    let event = if entry.command.flags.has(Flags::FAST) { "fast-command" } else { "command" };
    shared.notes.held_up(shared, event, cost.us / 1000, now);
    if entry.command.flags.has(Flags::SKIP_SLOWLOG) {
        return;
    }
    let sizes = [
        (Which::Slow, cost.us),
        (Which::LargeRequest, cost.request as u64),
        (Which::LargeReply, cost.reply as u64),
    ];
    for (which, value) in sizes {
        let (threshold, max_len) = which.directives();
        let Ok(threshold) = u64::try_from(shared.config.int(threshold)) else { continue };
        let room = shared.config.size(max_len) as usize;
        let mut log = shared.notes.log(which);
        if value >= threshold && room > 0 {
            log.add(command_log::Call::new(value, now, card, entry, args));
        }
        log.trim(room);
    }
}

/// Counts the time of a call that did not come straight from its client.
pub(crate) fn account(cx: &mut Cx<'_>, entry: &Entry, args: Args<'_>, ticks: u64, mark: usize) {
    let stats = cx.server.workers[cx.local.index].call(entry.id);
    let thresholds = cx.local.thresholds;
    bump(&stats.ticks, ticks);
    if thresholds.histograms {
        stats.latency.count(ticks);
    }
    let reply = dispatch::reply_len(cx.reply.output(), mark);
    // A script counts as a whole, for the keys it declares.
    if thresholds.counts_keys && cx.origin != Origin::Script {
        let call = hotkeys::Ran { entry, args, ticks, reply };
        hotkeys::count(cx.server, cx.local.index, &call, cx.now());
    }
    if ticks >= thresholds.notable || args.extent().max(reply) >= thresholds.large {
        let cost = Cost { us: ticks / cx.local.ticks_per_us, request: args.extent(), reply };
        look_at(cx.server, entry, &Arc::clone(&cx.session.card), args, cost, cx.now());
    }
}

const LOG: Flags = Flags::ADMIN.and(Flags::LOADING).and(Flags::STALE);
const HELP: Flags = Flags::LOADING.and(Flags::STALE);
const LATENCY: Flags = Flags::ADMIN.and(Flags::NOSCRIPT).and(Flags::LOADING).and(Flags::STALE);
const LATENCY_TIPS: &[&str] =
    &["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"];
const LEN_TIPS: &[&str] =
    &["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"];
const RESET_TIPS: &[&str] = &["request_policy:all_nodes", "response_policy:all_succeeded"];
const LOG_KINDS: &[Arg] = &[
    Arg::flag("slow", "SLOW"),
    Arg::flag("large-request", "LARGE-REQUEST"),
    Arg::flag("large-reply", "LARGE-REPLY"),
];

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "commandlog",
        arity: -2,
        group: Group::Server,
        since: "8.1.0",
        summary: "Holds the subcommands on the logs of slow and large commands.",
        subcommands: &[
            Command {
                name: "get",
                run: command_log::commandlog_get,
                arity: 4,
                flags: LOG,
                group: Group::Server,
                since: "8.1.0",
                summary: "Returns the latest entries of one command log.",
                complexity: "O(N), N the entries returned",
                args: &[Arg::integer("count"), Arg::one_of("type", LOG_KINDS)],
                tips: &["request_policy:all_nodes", "nondeterministic_output"],
                ..Command::DEFAULT
            },
            Command {
                name: "help",
                run: command_log::commandlog_help,
                arity: 2,
                flags: HELP,
                group: Group::Server,
                since: "8.1.0",
                summary: "Prints the subcommands.",
                ..Command::DEFAULT
            },
            Command {
                name: "len",
                run: command_log::commandlog_len,
                arity: 3,
                flags: LOG,
                group: Group::Server,
                since: "8.1.0",
                summary: "Counts the entries of one command log.",
                args: &[Arg::one_of("type", LOG_KINDS)],
                tips: LEN_TIPS,
                ..Command::DEFAULT
            },
            Command {
                name: "reset",
                run: command_log::commandlog_reset,
                arity: 3,
                flags: LOG,
                group: Group::Server,
                since: "8.1.0",
                summary: "Empties one command log.",
                complexity: "O(N), N the entries dropped",
                args: &[Arg::one_of("type", LOG_KINDS)],
                tips: RESET_TIPS,
                ..Command::DEFAULT
            },
        ],
        ..Command::DEFAULT
    },
    hotkeys::HOTKEYS,
    Command {
        name: "latency",
        arity: -2,
        group: Group::Server,
        since: "2.8.13",
        summary: "Holds the subcommands on latency monitoring.",
        subcommands: &[
            Command {
                name: "doctor",
                run: latency::latency_doctor,
                arity: 2,
                flags: LATENCY,
                group: Group::Server,
                since: "2.8.13",
                summary: "Explains the latency spikes seen, in plain words.",
                tips: LATENCY_TIPS,
                ..Command::DEFAULT
            },
            Command {
                name: "graph",
                run: latency::latency_graph,
                arity: 3,
                flags: LATENCY,
                group: Group::Server,
                since: "2.8.13",
                summary: "Draws the latency history of an event.",
                args: &[Arg::string("event")],
                tips: LATENCY_TIPS,
                ..Command::DEFAULT
            },
            Command {
                name: "help",
                run: latency::latency_help,
                arity: 2,
                flags: HELP,
                group: Group::Server,
                since: "2.8.13",
                summary: "Prints the subcommands.",
                ..Command::DEFAULT
            },
            Command {
                name: "histogram",
                run: latency::latency_histogram,
                arity: -2,
                flags: LATENCY,
                group: Group::Server,
                since: "7.0.0",
                summary: "Returns latency distributions by command.",
                complexity: "O(N), N the commands asked for",
                args: &[Arg::string("command").optional().multiple()],
                tips: LATENCY_TIPS,
                ..Command::DEFAULT
            },
            Command {
                name: "history",
                run: latency::latency_history,
                arity: 3,
                flags: LATENCY,
                group: Group::Server,
                since: "2.8.13",
                summary: "Returns the samples of one latency event.",
                args: &[Arg::string("event")],
                tips: LATENCY_TIPS,
                ..Command::DEFAULT
            },
            Command {
                name: "latest",
                run: latency::latency_latest,
                arity: 2,
                flags: LATENCY,
                group: Group::Server,
                since: "2.8.13",
                summary: "Returns the latest sample of every latency event.",
                tips: LATENCY_TIPS,
                ..Command::DEFAULT
            },
            Command {
                name: "reset",
                run: latency::latency_reset,
                arity: -2,
                flags: LATENCY,
                group: Group::Server,
                since: "2.8.13",
                summary: "Forgets the samples of some or all latency events.",
                args: &[Arg::string("event").optional().multiple()],
                tips: &["request_policy:all_nodes", "response_policy:agg_sum"],
                ..Command::DEFAULT
            },
        ],
        ..Command::DEFAULT
    },
    Command {
        name: "monitor",
        run: monitor::monitor,
        arity: 1,
        flags: LATENCY,
        group: Group::Server,
        summary: "Streams every command that the server runs.",
        ..Command::DEFAULT
    },
    Command {
        name: "slowlog",
        arity: -2,
        group: Group::Server,
        since: "2.2.12",
        summary: "Holds the subcommands on the log of slow commands.",
        subcommands: &[
            Command {
                name: "get",
                run: command_log::slowlog_get,
                arity: -2,
                flags: LOG,
                group: Group::Server,
                since: "2.2.12",
                summary: "Returns the latest slow commands.",
                complexity: "O(N), N the entries returned",
                args: &[Arg::integer("count").optional()],
                tips: &["request_policy:all_nodes", "nondeterministic_output"],
                ..Command::DEFAULT
            },
            Command {
                name: "help",
                run: command_log::slowlog_help,
                arity: 2,
                flags: HELP,
                group: Group::Server,
                since: "6.2.0",
                summary: "Prints the subcommands.",
                ..Command::DEFAULT
            },
            Command {
                name: "len",
                run: command_log::slowlog_len,
                arity: 2,
                flags: LOG,
                group: Group::Server,
                since: "2.2.12",
                summary: "Counts the slow commands kept.",
                tips: LEN_TIPS,
                ..Command::DEFAULT
            },
            Command {
                name: "reset",
                run: command_log::slowlog_reset,
                arity: 2,
                flags: LOG,
                group: Group::Server,
                since: "2.2.12",
                summary: "Empties the log of slow commands.",
                complexity: "O(N), N the entries dropped",
                tips: RESET_TIPS,
                ..Command::DEFAULT
            },
        ],
        ..Command::DEFAULT
    },
];
