//! `MEMORY`: what keys and server occupy.
//!
//! Cases: tests/cases/memory.t. Field names are those of Redis; what we do not have is 0.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{CommandError, CommandResult, Outcome};
use crate::shared::{Allocator, Process};
use crate::spec::{Arg, Command, Flags, Group, KeyFlags, KeySpec};
use crate::text::int::parse_i64;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;

pub(super) const MEMORY: Command = Command {
    name: "memory",
    arity: -2,
    group: Group::Server,
    since: "4.0.0",
    summary: "Holds the subcommands on memory use.",
    subcommands: &[
        Command {
            name: "doctor",
            run: memory_doctor,
            arity: 2,
            flags: Flags::SWEEPS,
            group: Group::Server,
            since: "4.0.0",
            summary: "Explains memory problems, in plain words.",
            tips: &[
                "nondeterministic_output",
                "request_policy:all_shards",
                "response_policy:special",
            ],
            ..Command::DEFAULT
        },
        Command {
            name: "help",
            run: memory_help,
            arity: 2,
            flags: Flags::LOADING.and(Flags::STALE),
            group: Group::Server,
            since: "4.0.0",
            summary: "Prints the subcommands.",
            ..Command::DEFAULT
        },
        Command {
            name: "malloc-stats",
            run: memory_malloc_stats,
            arity: 2,
            flags: Flags::LOADING,
            group: Group::Server,
            since: "4.0.0",
            summary: "Returns the allocator's own report.",
            tips: &[
                "nondeterministic_output",
                "request_policy:all_shards",
                "response_policy:special",
            ],
            ..Command::DEFAULT
        },
        Command {
            name: "purge",
            run: memory_purge,
            arity: 2,
            flags: Flags::LOADING,
            group: Group::Server,
            since: "4.0.0",
            summary: "Asks the allocator to give unused pages back.",
            tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
            ..Command::DEFAULT
        },
        Command {
            name: "stats",
            run: memory_stats,
            arity: 2,
            flags: Flags::SWEEPS,
            group: Group::Server,
            since: "4.0.0",
            summary: "Returns what the memory is used for.",
            tips: &[
                "nondeterministic_output",
                "request_policy:all_shards",
                "response_policy:special",
            ],
            ..Command::DEFAULT
        },
        Command {
            name: "usage",
            run: memory_usage,
            arity: -3,
            flags: Flags::READONLY,
            keys: &[KeySpec::at(2, KeyFlags::RO)],
            group: Group::Server,
            since: "4.0.0",
            summary: "Estimates the bytes that a key and its value occupy.",
            complexity: "O(N), N the samples",
            args: &[Arg::key("key"), Arg::integer("count").token("SAMPLES").optional()],
            ..Command::DEFAULT
        },
    ],
    ..Command::DEFAULT
};

const HELP: &[&str] = &[
    "MEMORY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "DOCTOR",
    "    Return memory problems reports.",
    "MALLOC-STATS",
    "    Return internal statistics report from the memory allocator.",
    "PURGE",
    "    Attempt to purge dirty pages for reclamation by the allocator.",
    "STATS",
    "    Return information about the memory usage of the server.",
    "USAGE <key> [SAMPLES <count>]",
    "    Return memory in bytes used by <key> and its value. Nested values are",
    "    sampled up to <count> times (default: 5, 0 means sample all).",
    "HELP",
    "    Print this help.",
];

/// A table slot: its pointer and its share of the bucket's header and of the empty slots.
const SLOT_BYTES: usize = 9;

/// `MEMORY USAGE key [SAMPLES count]` -> bytes of key, value and slot; null without the key.
fn memory_usage(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let mut samples = 5;
    let mut index = 3;
    while index < args.len() {
        if !args.is(index, "samples") || index + 1 >= args.len() {
            return Err(CommandError::Syntax);
        }
        samples = parse_i64(args.at(index + 1)).ok_or(CommandError::NotInteger)?;
        if samples < 0 {
            return Err(CommandError::Syntax);
        }
        index += 2;
    }
    match cx.keys.peek(args.at(2)) {
        Some(rec) => {
            let bytes = engine::value::alloc_size(&rec, samples as usize);
            cx.reply.count(bytes + SLOT_BYTES);
        }
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// What `MEMORY STATS` and `MEMORY DOCTOR` speak of, in bytes.
struct Figures {
    used: u64,
    peak: u64,
    clients: u64,
    tables: u64,
    keys: u64,
    allocator: Allocator,
    process: Process,
}

impl Figures {
    fn gather(cx: &mut Cx<'_>) -> Self {
        let used = cx.server.host.used_memory();
        let databases = cx.keys.keyspace();
        let cards = cx.server.clients.all();
        Self {
            used,
            peak: cx.server.stats.peak_memory.load(Ordering::Relaxed).max(used),
            clients: cards.iter().map(|card| card.memory.load(Ordering::Relaxed)).sum(),
            tables: databases.iter().map(|db| db.table_bytes as u64).sum(),
            keys: databases.iter().map(|db| db.keys as u64).sum(),
            allocator: cx.server.host.allocator(),
            process: cx.server.host.process(),
        }
    }

    /// What is not the data set.
    fn overhead(&self) -> u64 {
        self.clients + self.tables
    }

    fn dataset(&self) -> u64 {
        self.used.saturating_sub(self.overhead())
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// `MEMORY STATS` -> map of figures, with a map for each database that has keys.
fn memory_stats(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let figures = Figures::gather(cx);
    let databases = cx.keys.keyspace();
    let mark = cx.reply.mark();
    let mut writer = Writer { cx, fields: 0 };
    writer.int("peak.allocated", figures.peak);
    writer.int("total.allocated", figures.used);
    for nothing in ["startup.allocated", "replication.backlog", "clients.slaves"] {
        writer.int(nothing, 0);
    }
    writer.int("clients.normal", figures.clients);
    for nothing in ["cluster.links", "aof.buffer", "lua.caches", "functions.caches"] {
        writer.int(nothing, 0);
    }
    for (index, db) in databases.iter().enumerate().filter(|(_, db)| db.keys > 0) {
        writer.database(index, db.table_bytes as u64);
    }
    writer.int("overhead.total", figures.overhead());
    writer.int("keys.count", figures.keys);
    writer.int("keys.bytes-per-key", figures.dataset() / figures.keys.max(1));
    writer.int("dataset.bytes", figures.dataset());
    writer.double("dataset.percentage", 100.0 * ratio(figures.dataset(), figures.used));
    writer.double("peak.percentage", 100.0 * ratio(figures.used, figures.peak));
    writer.allocator(&figures);
    let fields = writer.fields;
    cx.reply.map_at(mark, fields);
    Ok(Outcome::Replied)
}

struct Writer<'c, 'a> {
    cx: &'c mut Cx<'a>,
    fields: usize,
}

impl Writer<'_, '_> {
    fn name(&mut self, name: &str) {
        self.cx.reply.bulk(name.as_bytes());
        self.fields += 1;
    }

    fn int(&mut self, name: &str, value: u64) {
        self.name(name);
        self.cx.reply.int(value as i64);
    }

    fn double(&mut self, name: &str, value: f64) {
        self.name(name);
        self.cx.reply.double(value);
    }

    /// There is one table a database: expiry times stand in the records.
    fn database(&mut self, index: usize, table_bytes: u64) {
        self.name(&format!("db.{index}"));
        self.cx.reply.map(2);
        let parts =
            [("overhead.hashtable.main", table_bytes as i64), ("overhead.hashtable.expires", 0)];
        for (name, value) in parts {
            self.cx.reply.bulk(name.as_bytes());
            self.cx.reply.int(value);
        }
    }

    fn allocator(&mut self, figures: &Figures) {
        let Allocator { allocated, active, resident, .. } = figures.allocator;
        let rss = figures.process.resident;
        self.int("allocator.allocated", allocated);
        self.int("allocator.active", active);
        self.int("allocator.resident", resident);
        self.double("allocator-fragmentation.ratio", ratio(active, allocated));
        self.int("allocator-fragmentation.bytes", active.wrapping_sub(allocated));
        self.double("allocator-rss.ratio", ratio(resident, active));
        self.int("allocator-rss.bytes", resident.wrapping_sub(active));
        self.double("rss-overhead.ratio", ratio(rss, resident));
        self.int("rss-overhead.bytes", rss.wrapping_sub(resident));
        self.double("fragmentation", ratio(rss, figures.used));
        self.int("fragmentation.bytes", rss.wrapping_sub(figures.used));
    }
}

/// `MEMORY DOCTOR` -> a report in words.
fn memory_doctor(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let figures = Figures::gather(cx);
    let clients = cx.server.clients.len() as u64;
    cx.reply.verbatim(*b"txt", diagnosis(&figures, clients).as_bytes());
    Ok(Outcome::Replied)
}

fn diagnosis(figures: &Figures, clients: u64) -> String {
    const MB: u64 = 1024 * 1024;
    const LITTLE: u64 = 5 * MB;
    if figures.used < LITTLE {
        return "Too little memory is in use to tell anything. Ask again with more data.\n".into();
    }
    let Allocator { allocated, active, resident, .. } = figures.allocator;
    let rss = figures.process.resident;
    let per_client = figures.clients / clients.max(1);
    let findings = [
        (
            ratio(figures.peak, figures.used) > 1.5,
            "Peak: more than 1.5 times of today's memory was once in use. The allocator may still \
             hold pages of that time; MEMORY PURGE gives back those that are empty.",
        ),
        (
            ratio(active, allocated) > 1.4 && active - allocated > 10 * MB,
            "Fragmentation: pages in use are more than 1.4 times what was asked for. Values of \
             very different sizes that come and go leave holes.",
        ),
        (
            ratio(resident, active) > 1.1 && resident - active > 10 * MB,
            "Free pages: the allocator keeps pages that nothing uses. MEMORY PURGE gives them back.",
        ),
        (
            ratio(rss, resident) > 1.1 && rss - resident > 10 * MB,
            "Process: memory outside of the allocator is more than a tenth of the whole.",
        ),
        (
            per_client > 200 * 1024,
            "Clients: their buffers hold more than 200 KiB a connection. Look at CLIENT LIST for \
             large omem and qbuf, and at client-output-buffer-limit.",
        ),
    ];
    let mut report = String::new();
    for (_, text) in findings.iter().filter(|(found, _)| *found) {
        let _ = writeln!(report, " * {text}");
    }
    if report.is_empty() {
        return "No memory problem is to be seen.\n".into();
    }
    format!("What is to be seen:\n\n{report}")
}

/// `MEMORY MALLOC-STATS` -> the allocator's figures as text.
fn memory_malloc_stats(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let Allocator { allocated, active, resident, metadata, retained } = cx.server.host.allocator();
    let text = format!(
        "Allocated: {allocated}, active: {active}, metadata: {metadata}, resident: {resident}, \
         retained: {retained}\n"
    );
    cx.reply.verbatim(*b"txt", text.as_bytes());
    Ok(Outcome::Replied)
}

/// `MEMORY PURGE` -> OK, after the allocator gave empty pages back.
fn memory_purge(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.server.host.purge();
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// `MEMORY HELP` -> array of lines.
fn memory_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(HELP);
    Ok(Outcome::Replied)
}
