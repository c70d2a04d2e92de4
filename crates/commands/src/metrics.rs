//! The server's figures as Prometheus reads them: text, a line a sample, each family under its HELP
//! and TYPE.
//!
//! ```text
//! # HELP scrubjay_commands_total Calls that ran.
//! # TYPE scrubjay_commands_total counter
//! scrubjay_commands_total{command="get"} 17
//! ```
//! Whoever asks is another thread, which must not touch stripes: what comes from them is taken by a
//! worker once a second ([`sample`]) while somebody wants it. All else is read where it is counted.
//! Labels are names of our own rows, numbers and fixed words: nothing that a client chose, and no
//! secret. Format: prometheus.io, "exposition formats", version 0.0.4.

mod families;

use crate::measure::{BOUNDS_NS, Durations};
use crate::shared::Shared;
use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// What a worker takes for the metrics.
#[derive(Default, Debug)]
pub struct Sampled {
    wanted: AtomicBool,
    figures: Mutex<(i64, engine::Figures)>,
}

impl Sampled {
    /// Somebody wants figures from now on.
    pub fn want(&self) {
        self.wanted.store(true, Relaxed);
    }

    fn last(&self) -> engine::Figures {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

/// Takes what is taken by the clock: rates for INFO, and figures for the metrics. Called by a
/// worker that holds nothing, about once a second.
pub fn sample_rates(shared: &Shared, now: i64) {
    crate::server::info::sample_rates(shared, now);
    sample(shared, now);
}

/// Takes the figures of the data set if they are wanted and the last are half a second old.
fn sample(shared: &Shared, now: i64) {
    let sampled = &shared.stats.sampled;
    if !sampled.wanted.load(Relaxed) {
        return;
    }
    let mut last = sampled.figures.lock().unwrap_or_else(PoisonError::into_inner);
    if now - last.0 < 500 {
        return;
    }
    // Any numbers that differ do: they choose what is measured.
    let mut random = now as u64;
    let mut draw = || {
        random = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (random ^ (random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 27)
    };
    if let Some(figures) = shared.store.figures(now, &mut draw) {
        *last = (now, figures);
    }
}

/// All metrics. `ticks_per_us` is the speed of the cycle counter. O(commands x workers).
pub fn render(shared: &Shared, ticks_per_us: u64, now_ms: i64) -> String {
    let mut page = Page::default();
    let figures = shared.stats.sampled.last();
    families::server(&mut page, shared, now_ms);
    families::clients(&mut page, shared);
    families::traffic(&mut page, shared);
    families::calls(&mut page, shared, ticks_per_us);
    families::keyspace(&mut page, shared, &figures);
    families::memory(&mut page, shared);
    families::persistence(&mut page, shared, &figures, now_ms);
    page.0
}

/// What a family is.
#[derive(Clone, Copy)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// The text as it grows.
#[derive(Default)]
struct Page(String);

impl Page {
    fn push(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.0.write_fmt(line);
        self.0.push('\n');
    }

    /// Begins a family.
    fn begin(&mut self, kind: Kind, name: &str, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.push(format_args!("# HELP scrubjay_{name} {help}"));
        self.push(format_args!("# TYPE scrubjay_{name} {kind}"));
    }

    /// A sample of the family begun last.
    fn sample(&mut self, name: &str, label: (&str, &dyn Display), value: impl Display) {
        let (label, of) = label;
        self.push(format_args!("scrubjay_{name}{{{label}=\"{of}\"}} {value}"));
    }

    /// A family of one sample.
    fn one(&mut self, kind: Kind, name: &str, help: &str, value: impl Display) {
        self.begin(kind, name, help);
        self.push(format_args!("scrubjay_{name} {value}"));
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.one(Kind::Gauge, name, help, value);
    }

    fn counter(&mut self, name: &str, help: &str, value: impl Display) {
        self.one(Kind::Counter, name, help, value);
    }

    /// The samples of a histogram: `counts` of durations up to each of the bounds, then of all.
    fn durations(&mut self, name: &str, label: (&str, &str), counts: &[u64], seconds: f64) {
        let (label, of) = label;
        let all = counts.last().copied().unwrap_or(0);
        for (bound, count) in BOUNDS_NS.iter().zip(counts) {
            let le = *bound as f64 / 1e9;
            self.push(format_args!(
                "scrubjay_{name}_bucket{{{label}=\"{of}\",le=\"{le}\"}} {count}"
            ));
        }
        self.push(format_args!("scrubjay_{name}_bucket{{{label}=\"{of}\",le=\"+Inf\"}} {all}"));
        self.push(format_args!("scrubjay_{name}_sum{{{label}=\"{of}\"}} {seconds}"));
        self.push(format_args!("scrubjay_{name}_count{{{label}=\"{of}\"}} {all}"));
    }

    fn shared_durations(&mut self, name: &str, label: (&str, &str), durations: &Durations) {
        let (counts, seconds) = durations.cumulative();
        self.durations(name, label, &counts, seconds);
    }
}

#[cfg(test)]
mod tests;
