//! INFO: every section and field that says something true of this server.
//!
//! Sections and fields stand in the order of Redis. Fields of what does not exist here (a fork, a
//! replica, a script) are left at the value that says so, because tools look for them.

mod memory;
mod persistence;
mod stats;

pub(crate) use stats::Rates;
pub(crate) use stats::sample_rates;

use crate::config::{Id, REDIS_VERSION, SCRUBJAY_VERSION};
use crate::session::Card;
use crate::{Args, CommandResult, Cx, Outcome};
use std::fmt::{Display, Write};
use std::sync::atomic::Ordering::Relaxed;

type Section = fn(&mut Cx<'_>, &mut Text);

/// Name, title, whether it is shown without being asked for, content.
const SECTIONS: &[(&str, &str, bool, Section)] = &[
    ("server", "Server", true, server),
    ("tls", "TLS", true, tls),
    ("clients", "Clients", true, clients),
    ("memory", "Memory", true, memory::section),
    ("persistence", "Persistence", true, persistence::section),
    ("threads", "Threads", true, threads),
    ("stats", "Stats", true, stats::section),
    ("replication", "Replication", true, replication),
    ("cpu", "CPU", true, cpu),
    ("modules", "Modules", true, |_, _| ()),
    ("commandstats", "Commandstats", false, stats::commands),
    ("errorstats", "Errorstats", true, stats::errors),
    ("latencystats", "Latencystats", false, stats::latencies),
    ("cluster", "Cluster", true, |_, text| text.field("cluster_enabled", 0)),
    ("keyspace", "Keyspace", true, keyspace),
];

/// `INFO [section ...]` -> text, a `name:value` a line under `# Section` titles.
pub(super) fn info(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    sample_rates(cx.server, cx.now());
    let mut text = Text::default();
    for (name, title, common, write) in SECTIONS {
        if is_wanted(args.from(1), name, *common) {
            text.begin(title);
            write(cx, &mut text);
        }
    }
    cx.reply.verbatim(*b"txt", text.0.as_bytes());
    Ok(Outcome::Replied)
}

fn is_wanted(asked: Args<'_>, name: &str, common: bool) -> bool {
    if asked.is_empty() {
        return common;
    }
    (0..asked.len()).any(|index| {
        asked.is(index, name)
            || asked.is(index, "all")
            || asked.is(index, "everything")
            || common && asked.is(index, "default")
            || name == "modules" && asked.is(index, "module_list")
    })
}

/// The text as it grows.
#[derive(Default)]
struct Text(String);

impl Text {
    fn begin(&mut self, title: &str) {
        let gap = if self.0.is_empty() { "" } else { "\r\n" };
        self.push(format_args!("{gap}# {title}"));
    }

    fn push(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{line}\r\n");
    }

    fn field(&mut self, name: &str, value: impl Display) {
        self.push(format_args!("{name}:{value}"));
    }

    /// Fields that are zero as long as what they count does not exist.
    fn zeros(&mut self, names: &[&str]) {
        for name in names {
            self.field(name, 0);
        }
    }
}

fn server(cx: &mut Cx<'_>, text: &mut Text) {
    let (config, process) = (&cx.server.config, cx.server.host.process());
    let now_us = cx.server.host.now_us();
    let uptime = (now_us / 1000 - cx.server.start_ms).max(0) / 1000;
    text.field("redis_version", REDIS_VERSION);
    text.field("server_name", "scrubjay");
    text.field("scrubjay_version", SCRUBJAY_VERSION);
    text.field("redis_git_sha1", "00000000");
    text.field("redis_git_dirty", 0);
    let build = crate::text::xxh3::xxh3_64(SCRUBJAY_VERSION.as_bytes());
    text.field("redis_build_id", format_args!("{build:x}"));
    text.field("redis_mode", "standalone");
    text.field("os", &process.os);
    text.field("arch_bits", usize::BITS);
    text.field("monotonic_clock", "POSIX clock_gettime");
    text.field("multiplexing_api", "epoll");
    text.field("process_id", process.pid);
    let supervised = config.print(Id::SUPERVISED);
    text.field("process_supervised", String::from_utf8_lossy(&supervised));
    text.field("run_id", &cx.server.run_id);
    text.field("tcp_port", process.tcp_port);
    text.field("server_time_usec", now_us);
    text.field("uptime_in_seconds", uptime);
    text.field("uptime_in_days", uptime / 86_400);
    text.field("hz", config.int(Id::HZ));
    text.field("configured_hz", config.int(Id::HZ));
    text.field("lru_clock", (now_us / 1_000_000) & 0x00ff_ffff);
    text.field("executable", &process.executable);
    text.field("config_file", &process.config_file);
    text.field("io_threads_active", u8::from(cx.server.workers.len() > 1));
    let zone = config.text(Id::AVAILABILITY_ZONE);
    text.field("availability_zone", String::from_utf8_lossy(&zone));
    let bound = config.bind_addresses().iter().fold(String::new(), |sum, at| sum + ",bind=" + at);
    let ports = [("tcp", Id::PORT), ("tls", Id::TLS_PORT)].map(|(name, id)| (name, config.int(id)));
    for (at, (name, port)) in ports.iter().filter(|(_, port)| *port != 0).enumerate() {
        text.field(&format!("listener{at}"), format_args!("name={name}{bound},port={port}"));
    }
}

fn tls(cx: &mut Cx<'_>, text: &mut Text) {
    let now = cx.server.host.now_us() / 1_000_000;
    for (name, one) in ["server", "client", "ca"].iter().zip(cx.server.host.certificates()) {
        let serial = one.as_ref().map_or("none", |one| &one.serial);
        let left = one.as_ref().map_or(0, |one| (one.expires - now).max(0));
        text.field(&format!("tls_{name}_cert_serial"), serial);
        text.field(&format!("tls_{name}_cert_expires_in_seconds"), left);
    }
}

fn clients(cx: &mut Cx<'_>, text: &mut Text) {
    let cards = cx.server.clients.all();
    let count = |test: &dyn Fn(&Card) -> bool| cards.iter().filter(|card| test(card)).count();
    let most = |of: &dyn Fn(&Card) -> u64| cards.iter().map(|card| of(card)).max().unwrap_or(0);
    let (awaited, watched) = cx.keys.awaited_and_watched();
    text.field("connected_clients", cards.len());
    text.field("cluster_connections", 0);
    text.field("maxclients", cx.server.host.process().maxclients);
    text.field("client_recent_max_input_buffer", most(&|card| card.query_bytes.load(Relaxed)));
    text.field("client_recent_max_output_buffer", most(&|card| card.output_bytes.load(Relaxed)));
    text.field("blocked_clients", cx.server.stats.blocked_clients.load(Relaxed));
    text.field("tracking_clients", cx.server.tracking.figures().clients);
    text.field("pubsub_clients", count(&|card| card.has(Card::SUBSCRIBED)));
    text.field("watching_clients", count(&|card| card.watched.load(Relaxed) > 0));
    text.field("clients_in_timeout_table", 0);
    text.field("total_watched_keys", watched);
    text.field("total_blocking_keys", awaited);
    text.field("total_blocking_keys_on_nokey", 0);
    text.field("paused_reason", "none");
    text.field("paused_actions", "none");
    text.field("paused_timeout_milliseconds", 0);
}

fn threads(cx: &mut Cx<'_>, text: &mut Text) {
    for (index, worker) in cx.server.workers.iter().enumerate() {
        let (clients, reads) = (worker.clients.load(Relaxed), worker.reads.load(Relaxed));
        let writes = worker.writes.load(Relaxed);
        text.push(format_args!(
            "io_thread_{index}:clients={clients},reads={reads},writes={writes}"
        ));
    }
}

fn replication(cx: &mut Cx<'_>, text: &mut Text) {
    text.field("role", "master");
    text.field("connected_slaves", 0);
    text.field("master_failover_state", "no-failover");
    let id: String = cx.server.run_id.chars().rev().collect();
    text.field("master_replid", id);
    text.field("master_replid2", "0".repeat(40));
    text.field("master_repl_offset", 0);
    text.field("second_repl_offset", -1);
    text.field("repl_backlog_active", 0);
    text.field("repl_backlog_size", cx.server.config.int(Id::REPL_BACKLOG_SIZE));
    text.zeros(&["repl_backlog_first_byte_offset", "repl_backlog_histlen"]);
}

fn cpu(cx: &mut Cx<'_>, text: &mut Text) {
    let [system, user, system_children, user_children] = cx.server.host.process().cpu;
    text.field("used_cpu_sys", format_args!("{system:.6}"));
    text.field("used_cpu_user", format_args!("{user:.6}"));
    text.field("used_cpu_sys_children", format_args!("{system_children:.6}"));
    text.field("used_cpu_user_children", format_args!("{user_children:.6}"));
}

fn keyspace(cx: &mut Cx<'_>, text: &mut Text) {
    for (index, db) in cx.keys.keyspace().iter().enumerate().filter(|(_, db)| db.keys > 0) {
        let (keys, expires, ttl) = (db.keys, db.expires, db.avg_ttl_ms);
        text.push(format_args!("db{index}:keys={keys},expires={expires},avg_ttl={ttl}"));
    }
}
