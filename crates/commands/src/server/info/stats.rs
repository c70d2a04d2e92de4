//! INFO's sections that count: what happened since the start or since CONFIG RESETSTAT.

use super::Text;
use crate::Cx;
use crate::config::Id;
use crate::introspection::spread_of;
use crate::pubsub::Kind;
use crate::shared::{Shared, WorkerStats};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Shortest time between two samples of the rates.
const SAMPLE_MS: i64 = 100;

/// Samples whose average is shown.
const SAMPLES: usize = 16;

/// What the rates per second are made of.
#[derive(Default, Debug)]
pub struct Rates {
    last_ms: i64,
    last: [u64; 3],
    samples: [[u64; 3]; SAMPLES],
    taken: usize,
}

impl Rates {
    fn sample(&mut self, now_ms: i64, totals: [u64; 3]) {
        let passed = now_ms - self.last_ms;
        if passed < SAMPLE_MS {
            return;
        }
        if self.last_ms > 0 {
            let slot = &mut self.samples[self.taken % SAMPLES];
            for (index, total) in totals.iter().enumerate() {
                // CONFIG RESETSTAT makes totals smaller.
                slot[index] = total.saturating_sub(self.last[index]) * 1000 / passed as u64;
            }
            self.taken += 1;
        }
        self.last_ms = now_ms;
        self.last = totals;
    }

    fn average(&self, index: usize) -> u64 {
        let taken = self.taken.min(SAMPLES);
        let sum: u64 = self.samples[..taken].iter().map(|sample| sample[index]).sum();
        sum / taken.max(1) as u64
    }
}

/// Takes a sample of commands and bytes per second if the last is old enough. The server calls it
/// every 100 ms; without that the rates are averages since the INFO before.
pub(crate) fn sample_rates(shared: &Shared, now_ms: i64) {
    let totals = [
        commands_run(shared),
        total(shared, |worker| &worker.net_in),
        total(shared, |worker| &worker.net_out),
    ];
    let mut rates = shared.stats.rates.lock().unwrap_or_else(PoisonError::into_inner);
    rates.sample(now_ms, totals);
}

fn commands_run(shared: &Shared) -> u64 {
    shared.workers.iter().map(WorkerStats::commands).sum()
}

fn total(shared: &Shared, of: fn(&WorkerStats) -> &AtomicU64) -> u64 {
    shared.workers.iter().map(|worker| of(worker).load(Relaxed)).sum()
}

fn defragmentation(cx: &Cx<'_>, text: &mut Text) {
    let defrag = &cx.server.stats.defrag;
    let (total, current) = defrag.times(cx.now());
    text.field("active_defrag_hits", defrag.hits.load(Relaxed));
    text.field("active_defrag_misses", defrag.misses.load(Relaxed));
    text.field("active_defrag_key_hits", defrag.key_hits.load(Relaxed));
    text.field("active_defrag_key_misses", defrag.key_misses.load(Relaxed));
    text.field("total_active_defrag_time", total);
    text.field("current_active_defrag_time", current);
}

pub(super) fn section(cx: &mut Cx<'_>, text: &mut Text) {
    traffic(cx, text);
    keys(cx, text);
    let stats = &cx.server.stats;
    text.field("migrate_cached_sockets", cx.server.host.kept_connections());
    text.zeros(&["latest_fork_usec"]);
    // Nothing is forked: snapshots are counted, which monitoring takes it for.
    let server = cx.server;
    let snapshots = server.saving.saves.load(Relaxed) + server.append.figures().rewrites;
    text.field("total_forks", snapshots);
    text.zeros(&["slave_expires_tracked_keys"]);
    defragmentation(cx, text);
    let tracked = cx.server.tracking.figures();
    text.field("tracking_total_keys", tracked.keys);
    text.field("tracking_total_items", tracked.items);
    text.field("tracking_total_prefixes", tracked.prefixes);
    text.field("unexpected_error_replies", 0);
    let errors: u64 = stats.errors.lock().unwrap_or_else(PoisonError::into_inner).values().sum();
    text.field("total_error_replies", errors);
    text.field("dump_payload_sanitizations", stats.sanitizations.load(Relaxed));
    let (reads, writes) =
        (total(cx.server, |worker| &worker.reads), total(cx.server, |worker| &worker.writes));
    let threaded = cx.server.workers.len() > 1;
    text.field("total_reads_processed", reads);
    text.field("total_writes_processed", writes);
    text.field("io_threaded_reads_processed", if threaded { reads } else { 0 });
    text.field("io_threaded_writes_processed", if threaded { writes } else { 0 });
    let query_limit = stats.query_limit_disconnections.load(Relaxed);
    text.field("client_query_buffer_limit_disconnections", query_limit);
    let output_limit = stats.output_limit_disconnections.load(Relaxed);
    text.field("client_output_buffer_limit_disconnections", output_limit);
    text.zeros(&["reply_buffer_shrinks", "reply_buffer_expands"]);
    text.field("eventloop_cycles", total(cx.server, |worker| &worker.turns));
    let denied = &cx.server.acl.denied;
    text.field("acl_access_denied_auth", denied.auth.load(Relaxed));
    text.field("acl_access_denied_cmd", denied.command.load(Relaxed));
    text.field("acl_access_denied_key", denied.key.load(Relaxed));
    text.field("acl_access_denied_channel", denied.channel.load(Relaxed));
    text.field("acl_access_denied_tls_cert", denied.certificate.load(Relaxed));
    text.field("acl_access_denied_db", denied.database.load(Relaxed));
}

fn traffic(cx: &Cx<'_>, text: &mut Text) {
    let (shared, stats) = (cx.server, &cx.server.stats);
    let rates = stats.rates.lock().unwrap_or_else(PoisonError::into_inner);
    let kilobytes = |index| format!("{:.2}", rates.average(index) as f64 / 1024.0);
    text.field("total_connections_received", stats.connections.load(Relaxed));
    text.field("total_commands_processed", commands_run(shared));
    text.field("instantaneous_ops_per_sec", rates.average(0));
    text.field("total_net_input_bytes", total(shared, |worker| &worker.net_in));
    text.field("total_net_output_bytes", total(shared, |worker| &worker.net_out));
    text.zeros(&["total_net_repl_input_bytes", "total_net_repl_output_bytes"]);
    text.field("instantaneous_input_kbps", kilobytes(1));
    text.field("instantaneous_output_kbps", kilobytes(2));
    text.field("instantaneous_input_repl_kbps", "0.00");
    text.field("instantaneous_output_repl_kbps", "0.00");
    text.field("rejected_connections", stats.rejected_connections.load(Relaxed));
    text.zeros(&["sync_full", "sync_partial_ok", "sync_partial_err"]);
}

fn keys(cx: &mut Cx<'_>, text: &mut Text) {
    let counters = cx.keys.counters();
    let (stats, pubsub) = (&cx.server.stats, &cx.server.pubsub);
    text.field("expired_subkeys", counters.expired_fields);
    text.field("expired_keys", counters.expired);
    text.field("expired_fields", counters.expired_fields);
    text.field("expired_stale_perc", "0.00");
    text.field("expired_time_cap_reached_count", stats.expire_cut_short.load(Relaxed));
    text.field("expire_cycle_cpu_milliseconds", 0);
    text.field("evicted_keys", counters.evicted);
    text.field("evicted_clients", stats.evicted_clients.load(Relaxed));
    text.field("evicted_scripts", stats.evicted_scripts.load(Relaxed));
    let since = stats.exceeding_since_ms.load(Relaxed);
    let current = if since == 0 { 0 } else { (cx.now() - since).max(0) as u64 };
    text.field("total_eviction_exceeded_time", stats.exceeded_ms.load(Relaxed) + current);
    text.field("current_eviction_exceeded_time", current);
    text.field("keyspace_hits", counters.hits);
    text.field("keyspace_misses", counters.misses);
    text.field("pubsub_channels", pubsub.len(Kind::Channel));
    text.field("pubsub_patterns", pubsub.len(Kind::Pattern));
    text.field("pubsubshard_channels", pubsub.len(Kind::Shard));
}

/// A line for each command that was called.
pub(super) fn commands(cx: &mut Cx<'_>, text: &mut Text) {
    let ticks_per_us = cx.local.ticks_per_us;
    for entry in cx.server.table.iter() {
        let mut sums = [0; 4];
        for worker in &cx.server.workers {
            let call = worker.call(entry.id);
            for (sum, counter) in
                sums.iter_mut().zip([&call.calls, &call.ticks, &call.rejected, &call.failed])
            {
                *sum += counter.load(Relaxed);
            }
        }
        let [calls, ticks, rejected, failed] = sums;
        if calls + rejected == 0 {
            continue;
        }
        let us = ticks / ticks_per_us;
        let each = if calls == 0 { 0.0 } else { us as f64 / calls as f64 };
        text.push(format_args!(
            "cmdstat_{}:calls={calls},usec={us},usec_per_call={each:.2},\
             rejected_calls={rejected},failed_calls={failed}",
            entry.full_name
        ));
    }
}

/// A line for each command with calls: percentiles of their microseconds.
pub(super) fn latencies(cx: &mut Cx<'_>, text: &mut Text) {
    if !cx.server.config.flag(Id::LATENCY_TRACKING) {
        return;
    }
    let percentiles = cx.server.config.percentiles();
    for entry in cx.server.table.iter() {
        let spread = spread_of(cx, entry);
        if spread.calls == 0 {
            continue;
        }
        let shown = percentiles.iter().map(|percent| {
            let us = spread.percentile(*percent) as f64 / 1000.0;
            format!("p{percent}={us:.3}")
        });
        let shown: Vec<_> = shown.collect();
        let name = &entry.full_name;
        text.push(format_args!("latency_percentiles_usec_{name}:{}", shown.join(",")));
    }
}

/// A line for each first word of an error reply.
pub(super) fn errors(cx: &mut Cx<'_>, text: &mut Text) {
    let errors = cx.server.stats.errors.lock().unwrap_or_else(PoisonError::into_inner);
    for (word, count) in &*errors {
        text.push(format_args!("errorstat_{word}:count={count}"));
    }
}
