//! How long calls take and how much they carry: the histogram of each command, and the thresholds
//! from which on a call is worth a note.
//!
//! Time is counted in ticks of the cycle counter; it becomes microseconds only where it is shown
//! or noted. A histogram has 32 steps for each doubling, so that a value is told to within 3 %. The
//! step is read off the value as a floating-point number, which is where a processor finds the
//! highest bit and those below it soonest:
//!
//! ```text
//! f64   seeeeeee eeeeffff fxxxxxxx ...       sign, exponent, fraction
//!            [6 bits-----]                   the low six of the exponent: 2^0 to 2^63
//!                    [five]                  and the fraction's first five: 2048 steps
//! ```

use crate::config::{Config, Id};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Bits below the highest that tell steps apart.
const FINE: u32 = 5;
const STEPS: usize = 64 << FINE;

/// How often calls of one command took how long on one worker, which alone counts. Empty until the
/// first call.
#[derive(Default, Debug)]
pub struct Histogram(OnceLock<Box<[AtomicU32; STEPS]>>);

impl Histogram {
    /// Counts a call.
    #[inline]
    pub fn count(&self, ticks: u64) {
        let steps = self.0.get_or_init(|| Box::new([const { AtomicU32::new(0) }; STEPS]));
        let step = &steps[step_of(ticks)];
        step.store(step.load(Relaxed).wrapping_add(1), Relaxed);
    }

    /// Forgets all. Racing additions of the owner may survive.
    pub fn reset(&self) {
        if let Some(steps) = self.0.get() {
            steps.iter().for_each(|step| step.store(0, Relaxed));
        }
    }
}

#[inline]
fn step_of(ticks: u64) -> usize {
    let bits = ((ticks | 1) as i64 as f64).to_bits();
    (bits >> (f64::MANTISSA_DIGITS - 1 - FINE)) as usize % STEPS
}

/// The steps from the shortest on: the exponent of 1 is 1023, of which six bits are all ones.
fn in_order() -> impl Iterator<Item = usize> {
    (0..STEPS).map(|rank| (rank + STEPS - (1 << FINE)) % STEPS)
}

/// The highest number of ticks in the step of this rank.
fn top_of(rank: usize) -> u64 {
    let (doublings, fine) = (rank >> FINE, (rank % (1 << FINE)) as u128);
    let end = (((1 << FINE) + fine + 1) << doublings).div_ceil(1 << FINE);
    u64::try_from(end.saturating_sub(1).max(1)).unwrap_or(u64::MAX)
}

/// The histograms of one command on all workers, in nanoseconds.
#[derive(Default, Debug)]
pub struct Spread {
    /// Highest nanoseconds and count of each step with a call, ascending.
    steps: Vec<(u64, u64)>,
    /// Calls.
    pub calls: u64,
}

impl Spread {
    /// Adds histograms up. O(steps) for each.
    pub fn of<'a>(histograms: impl Iterator<Item = &'a Histogram>, ticks_per_us: u64) -> Self {
        let mut sums = vec![0_u64; STEPS];
        for counts in histograms.filter_map(|histogram| histogram.0.get()) {
            for (sum, count) in sums.iter_mut().zip(&**counts) {
                *sum += u64::from(count.load(Relaxed));
            }
        }
        let calls = sums.iter().sum();
        let ns = |rank| top_of(rank).saturating_mul(1000) / ticks_per_us.max(1);
        let ranked = in_order().enumerate().filter(|(_, step)| sums[*step] > 0);
        Self { steps: ranked.map(|(rank, step)| (ns(rank), sums[step])).collect(), calls }
    }

    /// The nanoseconds that `percent` of the calls took at most; 0 without calls.
    pub fn percentile(&self, percent: f64) -> u64 {
        let wanted = (self.calls as f64 * percent / 100.0).round().max(1.0) as u64;
        let mut seen = 0;
        let reached = |&&(_, count): &&(u64, u64)| {
            seen += count;
            seen >= wanted
        };
        self.steps.iter().find(reached).or(self.steps.last()).map_or(0, |(ns, _)| *ns)
    }

    /// The calls up to each of [`BOUNDS_NS`], and all.
    pub fn within_bounds(&self) -> Cumulative {
        let up_to = |bound: u64| {
            let within = self.steps.iter().take_while(|(ns, _)| *ns <= bound);
            within.map(|(_, count)| count).sum::<u64>()
        };
        let mut counts = [self.calls; BOUNDS_NS.len() + 1];
        counts.iter_mut().zip(BOUNDS_NS).for_each(|(count, bound)| *count = up_to(bound));
        counts
    }

    /// Doubling bounds from a microsecond to a second, and how many calls took at most that long;
    /// without bounds that add no call. Microseconds, as LATENCY HISTOGRAM has them.
    pub fn doublings(&self) -> Vec<(u64, u64)> {
        let mut all: Vec<(u64, u64)> = Vec::new();
        let (mut at, mut seen) = (0, 0);
        for doubling in 0..=20 {
            // Redis keeps two digits: the end of the step in which the bound lies.
            let bound = (1024_u64 << doubling) + (8_u64 << doubling) - 1;
            let before = seen;
            while let Some((ns, count)) = self.steps.get(at)
                && (*ns <= bound || doubling == 20)
            {
                (at, seen) = (at + 1, seen + count);
            }
            if seen > before {
                all.push((bound / 1000, seen));
            }
        }
        all
    }
}

/// Nanoseconds up to which the metrics count calls: fourfold from a microsecond to four seconds.
pub const BOUNDS_NS: [u64; 12] = {
    let mut bounds = [1000; 12];
    let mut at = 1;
    while at < bounds.len() {
        bounds[at] = bounds[at - 1] * 4;
        at += 1;
    }
    bounds
};

/// Counts of durations up to each of [`BOUNDS_NS`], and of all.
pub type Cumulative = [u64; BOUNDS_NS.len() + 1];

/// How long something rare took, counted by any thread.
#[derive(Default, Debug)]
pub struct Durations {
    counts: [AtomicU64; BOUNDS_NS.len() + 1],
    ns: AtomicU64,
}

impl Durations {
    /// Counts one.
    pub fn count(&self, took: Duration) {
        let ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let step = BOUNDS_NS.partition_point(|bound| *bound < ns);
        self.counts[step].fetch_add(1, Relaxed);
        self.ns.fetch_add(ns, Relaxed);
    }

    /// The counts up to each bound and of all, and the sum in seconds.
    pub fn cumulative(&self) -> (Cumulative, f64) {
        let mut counts = self.counts.each_ref().map(|count| count.load(Relaxed));
        for at in 1..counts.len() {
            counts[at] += counts[at - 1];
        }
        (counts, self.ns.load(Relaxed) as f64 / 1e9)
    }
}

/// From where on a call is looked at more closely. Read from the directives once a turn.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds {
    /// Ticks: from here on a call is looked at.
    pub slow: u64,
    /// Ticks: for the slow log or the latency monitor.
    pub notable: u64,
    /// Bytes of a request or reply: for the logs of large ones.
    pub large: usize,
    /// Whether histograms are kept.
    pub histograms: bool,
    /// Whether the keys of calls are counted, and so every call is looked at.
    pub counts_keys: bool,
}

impl Thresholds {
    /// Those in force. A few relaxed loads.
    pub fn of(config: &Config, ticks_per_us: u64, counts_keys: bool) -> Self {
        let log_us = u64::try_from(config.int(Id::SLOWLOG_LOG_SLOWER_THAN)).unwrap_or(u64::MAX);
        let monitor_ms = match config.size(Id::LATENCY_MONITOR_THRESHOLD) {
            0 => u64::MAX,
            ms => ms,
        };
        let bytes = |id| usize::try_from(config.int(id)).unwrap_or(usize::MAX);
        let notable = log_us.min(monitor_ms.saturating_mul(1000)).saturating_mul(ticks_per_us);
        Self {
            slow: if counts_keys { 0 } else { notable },
            notable,
            large: bytes(Id::COMMANDLOG_REQUEST_LARGER_THAN)
                .min(bytes(Id::COMMANDLOG_REPLY_LARGER_THAN)),
            histograms: config.flag(Id::LATENCY_TRACKING),
            counts_keys,
        }
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        let never = u64::MAX;
        Self {
            slow: never,
            notable: never,
            large: usize::MAX,
            histograms: true,
            counts_keys: false,
        }
    }
}

#[cfg(test)]
mod tests;
