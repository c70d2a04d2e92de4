//! LATENCY DOCTOR: the events in figures, and what may be done about them.
//!
//! The line of an event has the form that tools know; the advice is for people, and ours.

use super::latency::{Events, Series};
use crate::config::{Config, Id};
use std::fmt::Write as _;

/// The report as of `now`, Unix seconds.
pub(super) fn report(events: &Events, config: &Config, now: i64) -> String {
    let threshold_ms = config.size(Id::LATENCY_MONITOR_THRESHOLD);
    let mut text = String::new();
    let (mut number, mut advice) = (0, Vec::new());
    for (event, series) in events.iter() {
        number += 1;
        if number == 1 {
            text.push_str("Something held this server up:\n\n");
        }
        describe(&mut text, number, event, series, now);
        for line in advice_on(event, config, threshold_ms) {
            if !advice.contains(&line) {
                advice.push(line);
            }
        }
    }
    if number == 0 {
        return if threshold_ms == 0 {
            "Nothing is known: latency is not monitored. CONFIG SET latency-monitor-threshold \
             <milliseconds> turns it on.\n"
        } else {
            "Nothing held this server up for as long as latency-monitor-threshold says.\n"
        }
        .to_owned();
    }
    if !advice.is_empty() {
        text.push_str("\nWhat may help:\n\n");
    }
    for line in advice {
        let _ = writeln!(text, "- {line}");
    }
    text
}

fn describe(text: &mut String, number: usize, event: &str, series: &Series, now: i64) {
    let count = series.samples.len().max(1) as u64;
    let average = series.samples.iter().map(|sample| sample.ms).sum::<u64>() / count;
    let off = series.samples.iter().map(|sample| sample.ms.abs_diff(average)).sum::<u64>() / count;
    let oldest = series.samples.front().map_or(now, |sample| sample.at);
    let period = (now - oldest).max(1) as f64 / count as f64;
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{number}. {event}: {count} latency spikes (average {average}ms, mean deviation {off}ms, \
         period {period:.2} sec). Worst all time event {}ms.",
        series.max_ms
    );
}

fn advice_on(event: &str, config: &Config, threshold_ms: u64) -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |text: &str| all.push(text.to_owned());
    match event {
        "command" => {
            let slower_than = config.int(Id::SLOWLOG_LOG_SLOWER_THAN);
            let limit_us = threshold_ms.saturating_mul(1000);
            if slower_than < 0 {
                add(&format!(
                    "Slow calls are not logged. CONFIG SET slowlog-log-slower-than {limit_us} \
                     has them logged."
                ));
            } else if slower_than as u64 / 1000 > threshold_ms {
                add(&format!(
                    "Fewer calls are logged than are seen here. CONFIG SET \
                     slowlog-log-slower-than {limit_us} has the others logged too."
                ));
            }
            add("SLOWLOG GET -1 shows which calls were slow: those that go over large values or \
                 over the whole keyspace (KEYS, SMEMBERS, LRANGE 0 -1, SORT) are the usual ones.");
        }
        "fast-command" => add(
            "Calls that do little took long, so the machine did not let the server run: look at \
             its load, at its neighbours if it is virtual, and at swapping.",
        ),
        "command-unblocking" => add(
            "Blocked calls took long to be served: they take large values, or many wait for one \
             key.",
        ),
        "expire-cycle" => add(
            "Many keys expire at the same time, or large ones do: spread their times by a random \
             part.",
        ),
        "eviction-cycle" | "eviction-del" => {
            add("Memory is at its limit, and much had to be evicted at once: raise maxmemory, or \
                 write smaller values.");
        }
        event if event.starts_with("aof") || event.starts_with("rdb") => {
            add("The disk was slow: use a local one that nobody else writes to.");
            if event == "aof-fsync-always" {
                add("appendfsync always waits for the disk with every write; everysec does not.");
            }
        }
        _ => {}
    }
    all
}
