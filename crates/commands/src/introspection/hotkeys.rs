//! HOTKEYS: which keys cost the most processor time and the most traffic, for as long as somebody
//! asks. The dialect is that of Redis 8.6; Valkey 9.2 has another command of this name, which is
//! driven by directives. Cases: tests/cases/hotkeys.t.
//!
//! Each worker counts its own calls in a [`Tally`]; its lock is contended by HOTKEYS alone, which
//! puts the workers' counts together when it shows them. While nobody counts, a call pays nothing:
//! counting lowers the threshold from which on calls are looked at (`measure.rs`), and whether to
//! is read once a turn.
//!
//! What counts is what Redis counts: calls with keys, each queued call of a transaction, but not
//! the calls of a script: EVAL itself counts, for the keys that it declares. Time and bytes are
//! shared evenly by the keys of a call. Bytes are those of the request as an array of bulk strings
//! and of the reply. Unlike there a key has its share to the tick, so what took less than a
//! microsecond is not lost, and what is shown of a key is no more than it had.

use super::space_saving::{Heavy, Merged, SpaceSaving};
use crate::cx::Rng;
use crate::keys_of::keys_of;
use crate::shared::Shared;
use crate::spec::{Arg, Command, Flags, Group};
use crate::table::Entry;
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counters for each key that is shown: those of Redis.
const SPARE: usize = 10;
/// Bytes of the longest key that is counted by itself; longer ones count in the sums alone.
const KEY_MAX: usize = 4096;
/// The last slot.
const SLOT_MAX: i64 = 16383;

const ADMIN: Flags = Flags::ADMIN.and(Flags::NOSCRIPT);
const METRICS: &[Arg] = &[
    Arg::integer("count"),
    Arg::flag("cpu", "CPU").optional(),
    Arg::flag("net", "NET").optional(),
];
const SLOTS: &[Arg] = &[Arg::integer("count"), Arg::integer("slot").multiple()];

pub(super) const HOTKEYS: Command = Command {
    name: "hotkeys",
    arity: -2,
    group: Group::Server,
    since: "8.6.0",
    summary: "Holds the subcommands on the keys that cost most.",
    complexity: "depends on the subcommand",
    subcommands: &[
        Command {
            name: "get",
            run: hotkeys_get,
            arity: 2,
            flags: ADMIN,
            group: Group::Server,
            since: "8.6.0",
            summary: "Returns the keys that cost most, and the sums.",
            complexity: "O(K), K the keys returned",
            ..Command::DEFAULT
        },
        Command {
            name: "help",
            run: hotkeys_help,
            arity: 2,
            flags: Flags::LOADING.and(Flags::STALE),
            group: Group::Server,
            since: "8.6.1",
            summary: "Prints the subcommands.",
            complexity: "O(1)",
            ..Command::DEFAULT
        },
        Command {
            name: "reset",
            run: hotkeys_reset,
            arity: 2,
            flags: ADMIN,
            group: Group::Server,
            since: "8.6.0",
            summary: "Drops what was counted.",
            complexity: "O(1)",
            ..Command::DEFAULT
        },
        Command {
            name: "start",
            run: hotkeys_start,
            arity: -2,
            flags: ADMIN,
            group: Group::Server,
            since: "8.6.0",
            summary: "Begins to count what keys cost.",
            complexity: "O(1)",
            args: &[
                Arg::block("metrics", METRICS).token("METRICS"),
                Arg::integer("k").token("COUNT").optional(),
                Arg::integer("seconds").token("DURATION").optional(),
                Arg::integer("ratio").token("SAMPLE").optional(),
                Arg::block("slots", SLOTS).token("SLOTS").optional(),
            ],
            ..Command::DEFAULT
        },
        Command {
            name: "stop",
            run: hotkeys_stop,
            arity: 2,
            flags: ADMIN,
            group: Group::Server,
            since: "8.6.0",
            summary: "Ends the counting; what was counted can still be read.",
            complexity: "O(1)",
            ..Command::DEFAULT
        },
    ],
    ..Command::DEFAULT
};

/// What is asked for, as HOTKEYS START says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Options {
    cpu: bool,
    net: bool,
    /// Keys shown.
    count: usize,
    /// Milliseconds after which it ends.
    duration: Option<i64>,
    /// One call of so many is counted by key.
    sample: u64,
}

/// A counting under way, or the last one.
#[derive(Clone, Copy, Debug)]
struct Session {
    options: Options,
    /// Unix milliseconds.
    begun: i64,
    /// When it ends, or has ended.
    until: i64,
    /// Processor milliseconds of the process when it began: user, system.
    cpu: [i64; 2],
}

impl Session {
    fn is_active(&self, now: i64) -> bool {
        now < self.until
    }
}

/// Whether calls are counted, and since when.
#[derive(Default, Debug)]
pub(crate) struct HotKeys {
    /// Calls are counted that come before it, Unix milliseconds.
    until: AtomicI64,
    session: Mutex<Option<Session>>,
}

impl HotKeys {
    /// Whether calls are counted now.
    #[inline]
    pub(crate) fn counts(&self, now: i64) -> bool {
        now < self.until.load(Ordering::Acquire)
    }

    fn session(&self) -> MutexGuard<'_, Option<Session>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one worker has counted, if anything is.
#[derive(Default, Debug)]
pub struct Tally(Mutex<Option<Box<Counts>>>);

impl Tally {
    fn lock(&self) -> MutexGuard<'_, Option<Box<Counts>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Counts {
    /// Of all calls with keys.
    sums: Price,
    /// Ticks by key.
    cpu: Option<SpaceSaving>,
    /// Bytes by key.
    net: Option<SpaceSaving>,
    sample: u64,
    rng: Rng,
}

/// What calls cost.
#[derive(Clone, Copy, Default, Debug)]
struct Price {
    ticks: u64,
    bytes: u64,
}

impl Counts {
    fn new(options: &Options, seed: u64) -> Self {
        let room = options.count * SPARE;
        Self {
            sums: Price::default(),
            cpu: options.cpu.then(|| SpaceSaving::new(room)),
            net: options.net.then(|| SpaceSaving::new(room)),
            sample: options.sample,
            rng: Rng(seed),
        }
    }

    /// Counts a call with keys, of which there are `all`.
    fn count<'k>(&mut self, price: Price, all: usize, keys: impl Iterator<Item = &'k [u8]>) {
        self.sums.ticks += price.ticks;
        self.sums.bytes += price.bytes;
        if self.sample > 1 && self.rng.below(self.sample) != 0 {
            return;
        }
        for (rank, key) in (0..).zip(keys) {
            if key.len() > KEY_MAX {
                continue;
            }
            for (counts, whole) in [(&mut self.cpu, price.ticks), (&mut self.net, price.bytes)] {
                if let Some(counts) = counts {
                    counts.add(key, share(whole, rank, all as u64));
                }
            }
        }
    }
}

/// The part of a whole that one of several equals gets: no unit is lost.
fn share(whole: u64, rank: u64, of: u64) -> u64 {
    let (each, rest) = (whole / of, whole % of);
    // The rest goes to some of them, spread over all.
    each + (rest * (rank + 1) / of - rest * rank / of)
}

/// A call that ran.
pub(crate) struct Ran<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) args: Args<'a>,
    /// What it took.
    pub(crate) ticks: u64,
    /// Bytes of its reply.
    pub(crate) reply: usize,
}

/// Counts a call of a worker. O(keys x log of the counters).
#[cold]
pub(crate) fn count(shared: &Shared, worker: usize, call: &Ran<'_>, now: i64) {
    if !shared.notes.hotkeys.counts(now) {
        return;
    }
    let Ok(found) = keys_of(call.entry.command, call.args) else { return };
    if found.is_empty() {
        return;
    }
    let price = Price { ticks: call.ticks, bytes: (call.args.request_bytes() + call.reply) as u64 };
    if let Some(counts) = &mut *shared.workers[worker].hot.lock() {
        let keys = found.iter().map(|found| call.args.at(found.index));
        counts.count(price, found.len(), keys);
    }
}

/// `HOTKEYS START METRICS n [CPU] [NET] [COUNT k] [DURATION s] [SAMPLE r]` -> `OK`.
fn hotkeys_start(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let now = cx.now();
    let hotkeys = &cx.server.notes.hotkeys;
    let mut session = hotkeys.session();
    if session.is_some_and(|session| session.is_active(now)) {
        return Err(CommandError::text("ERR hotkey tracking session already in progress"));
    }
    let options = parse(args)?;
    let until = options.duration.map_or(i64::MAX, |ms| now.saturating_add(ms));
    *session = Some(Session { options, begun: now, until, cpu: cpu_ms(cx.server) });
    for worker in &cx.server.workers {
        *worker.hot.lock() = Some(Box::new(Counts::new(&options, cx.local.rng.draw())));
    }
    hotkeys.until.store(until, Ordering::Release);
    drop(session);
    cx.local.read_thresholds(cx.server, now);
    cx.reply.ok();
    Ok(Outcome::Replied)
}

fn parse(args: Args<'_>) -> Result<Options, CommandError> {
    if args.len() < 4 || !args.is(2, "metrics") {
        return Err(CommandError::text("ERR METRICS parameter is required"));
    }
    let metrics = number(args.at(3), 1..=2, "ERR METRICS count must be > 0 and <= 2")?;
    let (mut cpu, mut net) = (false, false);
    let mut at = 4;
    while at < args.len().min(4 + metrics as usize) {
        if args.is(at, "cpu") && std::mem::replace(&mut cpu, true) {
            return Err(CommandError::text("ERR METRICS CPU defined more than once!"));
        }
        if args.is(at, "net") && std::mem::replace(&mut net, true) {
            return Err(CommandError::text("ERR METRICS NET defined more than once!"));
        }
        at += 1; // other words are metrics of the future
    }
    if at != 4 + metrics as usize {
        return Err(CommandError::text(
            "ERR METRICS count does not match number of metric types provided",
        ));
    }
    if !cpu && !net {
        return Err(CommandError::text("ERR METRICS no valid metrics passed. Supported: CPU|NET"));
    }
    let mut options = Options { cpu, net, count: 10, duration: None, sample: 1 };
    while let Some(value) = args.get(at + 1) {
        parse_option(&mut options, args.from(at), value)?;
        at += 2;
    }
    if at < args.len() { Err(CommandError::Syntax) } else { Ok(options) }
}

fn parse_option(options: &mut Options, args: Args<'_>, value: &[u8]) -> Result<(), CommandError> {
    if args.is(0, "count") {
        let text = "ERR COUNT must be between 1 and 64";
        options.count = number(value, 1..=64, text)? as usize;
    } else if args.is(0, "duration") {
        let text = "ERR DURATION must be between 1 and 1000000";
        options.duration = Some(number(value, 1..=1_000_000, text)? * 1000);
    } else if args.is(0, "sample") {
        let range = 1..=i64::from(i32::MAX);
        options.sample = number(value, range, "ERR SAMPLE ratio must be positive")? as u64;
    } else if args.is(0, "slots") {
        return Err(CommandError::text("ERR SLOTS parameter cannot be used in non-cluster mode"));
    } else {
        return Err(CommandError::Syntax);
    }
    Ok(())
}

fn number(
    word: &[u8],
    range: RangeInclusive<i64>,
    text: &'static str,
) -> Result<i64, CommandError> {
    parse_i64(word).filter(|value| range.contains(value)).ok_or(CommandError::text(text))
}

/// Processor milliseconds of the process: user, system.
fn cpu_ms(shared: &Shared) -> [i64; 2] {
    let [system, user, ..] = shared.host.process().cpu;
    [user, system].map(|seconds| (seconds * 1000.0).round() as i64)
}

/// `HOTKEYS STOP` -> `OK`, null if nothing is counted.
fn hotkeys_stop(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let now = cx.now();
    let hotkeys = &cx.server.notes.hotkeys;
    let mut session = hotkeys.session();
    match &mut *session {
        Some(session) if session.is_active(now) => {
            session.until = now;
            hotkeys.until.store(0, Ordering::Release);
            cx.reply.ok();
        }
        _ => cx.reply.null(),
    }
    drop(session);
    cx.local.read_thresholds(cx.server, now);
    Ok(Outcome::Replied)
}

/// `HOTKEYS RESET` -> `OK`.
fn hotkeys_reset(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let mut session = cx.server.notes.hotkeys.session();
    if session.is_some_and(|session| session.is_active(cx.now())) {
        return Err(CommandError::text(
            "ERR hotkey tracking session in progress, stop tracking first",
        ));
    }
    *session = None;
    for worker in &cx.server.workers {
        *worker.hot.lock() = None;
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// What all workers have counted.
#[derive(Default)]
struct Found {
    sums: Price,
    cpu: Option<Merged>,
    net: Option<Merged>,
}

impl Found {
    fn add(&mut self, counts: &Counts) {
        self.sums.ticks += counts.sums.ticks;
        self.sums.bytes += counts.sums.bytes;
        for (all, part) in [(&mut self.cpu, &counts.cpu), (&mut self.net, &counts.net)] {
            if let Some(part) = part {
                all.get_or_insert_default().add(part);
            }
        }
    }
}

/// `HOTKEYS GET` -> an array of one map (so that those of several nodes can be joined), null if
/// nothing was counted. The keys of a metric are an array of names and amounts in turn.
fn hotkeys_get(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let now = cx.now();
    let Some(session) = *cx.server.notes.hotkeys.session() else {
        cx.reply.null();
        return Ok(Outcome::Replied);
    };
    let mut found = Found::default();
    for worker in &cx.server.workers {
        if let Some(counts) = &*worker.hot.lock() {
            found.add(counts);
        }
    }
    let options = session.options;
    cx.reply.array(1);
    cx.reply.map(7 + if options.cpu { 3 } else { 0 } + if options.net { 2 } else { 0 });
    field(cx, "tracking-active", i64::from(session.is_active(now)));
    field(cx, "sample-ratio", options.sample as i64);
    cx.reply.bulk(b"selected-slots");
    cx.reply.array(1);
    cx.reply.array(2);
    cx.reply.int(0);
    cx.reply.int(SLOT_MAX);
    let ticks_per_us = cx.local.ticks_per_us;
    let us = |ticks: u64| ticks.div_ceil(ticks_per_us) as i64;
    field(cx, "all-commands-all-slots-us", us(found.sums.ticks));
    field(cx, "net-bytes-all-commands-all-slots", found.sums.bytes as i64);
    field(cx, "collection-start-time-unix-ms", session.begun);
    field(cx, "collection-duration-ms", now.min(session.until) - session.begun);
    if options.cpu {
        let [user, system] = cpu_ms(cx.server);
        field(cx, "total-cpu-time-user-ms", user - session.cpu[0]);
        field(cx, "total-cpu-time-sys-ms", system - session.cpu[1]);
    }
    if let Some(net) = &found.net {
        field(cx, "total-net-bytes", net.sum() as i64);
    }
    if let Some(cpu) = found.cpu {
        ranking(cx, "by-cpu-time-us", &cpu.heaviest(options.count), us);
    }
    if let Some(net) = found.net {
        ranking(cx, "by-net-bytes", &net.heaviest(options.count), |bytes| bytes as i64);
    }
    Ok(Outcome::Replied)
}

fn field(cx: &mut Cx<'_>, name: &str, value: i64) {
    cx.reply.bulk(name.as_bytes());
    cx.reply.int(value);
}

fn ranking(cx: &mut Cx<'_>, name: &str, keys: &[Heavy], shown: impl Fn(u64) -> i64) {
    cx.reply.bulk(name.as_bytes());
    cx.reply.array(2 * keys.len());
    for heavy in keys {
        cx.reply.bulk(&heavy.key);
        cx.reply.int(shown(heavy.least));
    }
}

/// `HOTKEYS HELP` -> lines.
fn hotkeys_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(&[
        "HOTKEYS <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "START METRICS <count> [CPU] [NET] [COUNT <k>] [DURATION <seconds>] [SAMPLE <ratio>]",
        "    Begin to count what keys cost, for so many metrics: processor time, traffic.",
        "    COUNT: how many keys are shown of each, 10 if not told otherwise.",
        "    DURATION: when to stop; at STOP if not told.",
        "    SAMPLE: one call of so many is counted by its keys, each if not told otherwise.",
        "STOP",
        "    Count no more. What was counted can still be read.",
        "GET",
        "    Show the keys that cost most, and what all calls cost.",
        "RESET",
        "    Drop what was counted. Stop first.",
        "HELP",
        "    Show this text.",
    ]);
    Ok(Outcome::Replied)
}

#[cfg(test)]
mod tests;
