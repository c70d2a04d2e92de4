//! The families of metrics, a function a theme. Names are as Prometheus wants them: a base unit
//! (seconds, bytes) and `_total` on what only grows.

use super::{Kind, Page};
use crate::config::{Id, REDIS_VERSION, SCRUBJAY_VERSION};
use crate::measure::Spread;
use crate::pubsub;
use crate::saving::LOADING;
use crate::shared::{Shared, WorkerStats};
use crate::table::Entry;
use engine::Figures;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub(super) fn server(page: &mut Page, shared: &Shared, now_ms: i64) {
    page.begin(Kind::Gauge, "info", "What runs; always 1.");
    page.push(format_args!(
        "scrubjay_info{{version=\"{SCRUBJAY_VERSION}\",redis_version=\"{REDIS_VERSION}\"}} 1"
    ));
    let start = shared.start_ms as f64 / 1000.0;
    page.gauge("start_time_seconds", "When the server started, Unix time.", start);
    let uptime = (now_ms - shared.start_ms).max(0) as f64 / 1000.0;
    page.gauge("uptime_seconds", "How long it has been running.", uptime);
    page.gauge("workers", "Worker threads.", shared.workers.len());
    let [system, user, ..] = shared.host.process().cpu;
    page.begin(Kind::Counter, "cpu_seconds_total", "CPU time of the process.");
    page.sample("cpu_seconds_total", ("mode", &"system"), system);
    page.sample("cpu_seconds_total", ("mode", &"user"), user);
}

pub(super) fn clients(page: &mut Page, shared: &Shared) {
    let stats = &shared.stats;
    page.gauge("connected_clients", "Open connections.", shared.clients.len());
    page.gauge("max_clients", "Most connections that may be open.", {
        shared.config.int(Id::MAXCLIENTS)
    });
    let blocked = stats.blocked_clients.load(Relaxed);
    page.gauge("blocked_clients", "Clients that wait in a blocking call.", blocked);
    page.counter("connections_received_total", "Connections accepted.", {
        stats.connections.load(Relaxed)
    });
    page.counter("connections_rejected_total", "Connections refused for maxclients.", {
        stats.rejected_connections.load(Relaxed)
    });
    let name = "connections_cut_total";
    page.begin(Kind::Counter, name, "Connections ended by the server, by the limit they broke.");
    for (limit, count) in [
        ("output", &stats.output_limit_disconnections),
        ("query", &stats.query_limit_disconnections),
        ("memory", &stats.evicted_clients),
    ] {
        page.sample(name, ("limit", &limit), count.load(Relaxed));
    }
    page.begin(Kind::Gauge, "worker_clients", "Connections of each worker.");
    for (index, worker) in shared.workers.iter().enumerate() {
        page.sample("worker_clients", ("worker", &index), worker.clients.load(Relaxed));
    }
    page.begin(Kind::Gauge, "pubsub_subscriptions", "Channels and patterns somebody listens to.");
    for (what, kind) in [
        ("channels", pubsub::Kind::Channel),
        ("patterns", pubsub::Kind::Pattern),
        ("shard_channels", pubsub::Kind::Shard),
    ] {
        page.sample("pubsub_subscriptions", ("kind", &what), shared.pubsub.len(kind));
    }
    let denied = &shared.acl.denied;
    page.begin(Kind::Counter, "acl_denied_total", "What users were not allowed.");
    for (what, count) in [
        ("auth", &denied.auth),
        ("command", &denied.command),
        ("key", &denied.key),
        ("channel", &denied.channel),
        ("database", &denied.database),
    ] {
        page.sample("acl_denied_total", ("what", &what), count.load(Relaxed));
    }
}

fn total(shared: &Shared, of: fn(&WorkerStats) -> &AtomicU64) -> u64 {
    shared.workers.iter().map(|worker| of(worker).load(Relaxed)).sum()
}

pub(super) fn traffic(page: &mut Page, shared: &Shared) {
    for (name, help, of) in [
        (
            "net_input_bytes_total",
            "Bytes received from clients.",
            (|worker| &worker.net_in) as fn(&WorkerStats) -> &AtomicU64,
        ),
        ("net_output_bytes_total", "Bytes sent to clients.", |worker| &worker.net_out),
        ("net_reads_total", "Reads from sockets.", |worker| &worker.reads),
        ("net_writes_total", "Writes to sockets.", |worker| &worker.writes),
        ("loop_turns_total", "Turns of the workers' loops.", |worker| &worker.turns),
    ] {
        page.counter(name, help, total(shared, of));
    }
    page.begin(Kind::Counter, "error_replies_total", "Error replies by their first word.");
    let errors = shared.stats.errors.lock().unwrap_or_else(PoisonError::into_inner);
    for (word, count) in &*errors {
        // A script may make up any word.
        let word: String = word.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
        if word.chars().all(|letter| !letter.is_ascii_lowercase()) {
            page.sample("error_replies_total", ("error", &word), count);
        }
    }
}

/// The commands that were called.
fn called(shared: &Shared) -> impl Iterator<Item = (&Entry, [u64; 4])> {
    shared.table.iter().filter_map(|entry| {
        let mut sums = [0; 4];
        for worker in &shared.workers {
            let call = worker.call(entry.id);
            for (sum, counter) in
                sums.iter_mut().zip([&call.calls, &call.rejected, &call.failed, &call.ticks])
            {
                *sum += counter.load(Relaxed);
            }
        }
        (sums[0] + sums[1] > 0).then_some((entry, sums))
    })
}

pub(super) fn calls(page: &mut Page, shared: &Shared, ticks_per_us: u64) {
    for (which, name, help) in [
        (0, "commands_total", "Calls that ran."),
        (1, "commands_rejected_total", "Calls that were refused before they ran."),
        (2, "commands_failed_total", "Calls that ran and answered with an error."),
    ] {
        page.begin(Kind::Counter, name, help);
        for (entry, sums) in called(shared) {
            page.sample(name, ("command", &entry.full_name), sums[which]);
        }
    }
    if !shared.config.flag(Id::LATENCY_TRACKING) {
        return;
    }
    let name = "command_duration_seconds";
    page.begin(Kind::Histogram, name, "How long calls took.");
    for (entry, [calls, _, _, ticks]) in called(shared) {
        let workers = shared.workers.iter().map(|worker| &worker.call(entry.id).latency);
        let counts = Spread::of(workers, ticks_per_us).within_bounds();
        if calls > 0 {
            let seconds = ticks as f64 / ticks_per_us.max(1) as f64 / 1e6;
            page.durations(name, ("command", &entry.full_name), &counts, seconds);
        }
    }
}

pub(super) fn keyspace(page: &mut Page, shared: &Shared, figures: &Figures) {
    let filled = || figures.databases.iter().enumerate().filter(|(_, db)| db.keys > 0);
    page.begin(Kind::Gauge, "db_keys", "Keys of each database that has any.");
    for (index, db) in filled() {
        page.sample("db_keys", ("db", &index), db.keys);
    }
    page.begin(Kind::Gauge, "db_expiring_keys", "Keys with an expiry.");
    for (index, db) in filled() {
        page.sample("db_expiring_keys", ("db", &index), db.expires);
    }
    let name = "db_memory_bytes";
    page.begin(Kind::Gauge, name, "Bytes of tables and records, the latter by a sample.");
    for (index, _) in filled() {
        page.sample(name, ("db", &index), figures.bytes[index]);
    }
    let counters = &figures.counters;
    page.counter("keyspace_hits_total", "Lookups that found a key.", counters.hits);
    page.counter("keyspace_misses_total", "Lookups that did not.", counters.misses);
    page.counter("expired_keys_total", "Keys whose time had come.", counters.expired);
    page.counter("expired_fields_total", "Fields of hashes whose time had come.", {
        counters.expired_fields
    });
    page.counter("evicted_keys_total", "Keys evicted for maxmemory.", counters.evicted);
    let lag = figures.expiry_lag_ms as f64 / 1000.0;
    page.gauge("expiry_lag_seconds", "How far the removal of expired keys is behind.", lag);
    page.counter("expiry_cut_short_total", "Passes of that removal that ran out of time.", {
        shared.stats.expire_cut_short.load(Relaxed)
    });
    let tracking = shared.tracking.figures();
    page.gauge("tracking_clients", "Clients that are told of changes.", tracking.clients);
    page.gauge("tracking_keys", "Keys of which somebody is told.", tracking.keys);
}

pub(super) fn memory(page: &mut Page, shared: &Shared) {
    let (host, process) = (&shared.host, shared.host.process());
    let used = host.used_memory();
    let peak = shared.stats.peak_memory.load(Relaxed).max(used);
    page.gauge("memory_used_bytes", "Heap in use.", used);
    page.gauge("memory_peak_bytes", "The most that was in use.", peak);
    page.gauge("memory_limit_bytes", "maxmemory; 0 is no limit.", {
        shared.config.size(Id::MAXMEMORY)
    });
    page.gauge("memory_resident_bytes", "Resident memory of the process.", process.resident);
    let cards = shared.clients.all();
    let clients: u64 = cards.iter().map(|card| card.memory.load(Relaxed)).sum();
    page.gauge("memory_clients_bytes", "Memory of the connections.", clients);
    let scripts = shared.scripts.figures();
    page.gauge("memory_scripts_bytes", "Memory of interpreters and sources.", {
        scripts.vm_bytes + scripts.script_bytes + scripts.function_bytes
    });
    let heap = host.allocator();
    page.begin(Kind::Gauge, "memory_allocator_bytes", "Figures of the allocator.");
    for (state, bytes) in [
        ("allocated", heap.allocated),
        ("active", heap.active),
        ("resident", heap.resident),
        ("retained", heap.retained),
    ] {
        page.sample("memory_allocator_bytes", ("state", &state), bytes);
    }
    page.gauge("lazyfree_pending_objects", "Values that wait to be freed.", host.reaped().0);
}

pub(super) fn persistence(page: &mut Page, shared: &Shared, figures: &Figures, now_ms: i64) {
    let saving = &*shared.saving;
    let is_loading = saving.switches() & LOADING != 0;
    page.gauge("loading", "1 while files are being loaded.", u8::from(is_loading));
    page.gauge("snapshot_in_progress", "1 while a snapshot is written.", {
        u8::from(shared.host.snapshot().is_some())
    });
    page.gauge("rdb_last_save_time_seconds", "When an RDB file was last written, Unix time.", {
        saving.last_save_s.load(Relaxed)
    });
    page.gauge("rdb_last_save_ok", "1 if the last attempt went well.", {
        u8::from(saving.last_ok.load(Relaxed))
    });
    page.gauge("rdb_last_save_duration_seconds", "How long it took; -1 before the first.", {
        saving.last_took_s.load(Relaxed)
    });
    let current = match shared.host.snapshot() {
        Some(_) => (now_ms / 1000 - saving.began_s.load(Relaxed)).max(0),
        None => 0,
    };
    page.gauge("rdb_current_save_duration_seconds", "How long the one under way takes.", current);
    page.counter("rdb_saves_total", "RDB files written.", saving.saves.load(Relaxed));
    page.gauge("rdb_changes_since_save", "Changes that no RDB file has.", {
        saving.changes(figures.counters.dirty)
    });
    let log = shared.append.figures().clone();
    page.gauge("aof_enabled", "1 if the append-only file is written.", u8::from(log.is_enabled));
    page.gauge("aof_last_write_ok", "1 if the last write went well.", u8::from(log.write_ok));
    page.gauge("aof_size_bytes", "Bytes of its files.", log.current_bytes);
    page.gauge("aof_buffered_bytes", "Bytes that wait to be written.", log.buffered_bytes);
    page.gauge("aof_rewrite_in_progress", "1 while it is rewritten.", u8::from(log.is_rewriting));
    page.gauge("aof_last_rewrite_ok", "1 if the last rewrite went well.", u8::from(log.last_ok));
    page.gauge("aof_last_rewrite_duration_seconds", "How long it took; -1 before the first.", {
        log.last_took_s
    });
    page.counter("aof_rewrites_total", "Rewrites begun.", log.rewrites);
    page.counter("aof_delayed_fsyncs_total", "Times that writers waited for a slow disk.", {
        log.delayed_syncs
    });
    let name = "fsync_duration_seconds";
    page.begin(Kind::Histogram, name, "How long it took to bring files to the disk.");
    shared
        .host
        .syncs(&mut |file, durations| page.shared_durations(name, ("file", file), durations));
}
