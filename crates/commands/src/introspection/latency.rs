//! LATENCY: what held the server up, by event, and how long the calls of each command take.
//!
//! An event keeps its worst sample of each of the last 160 seconds in which there was one.

use super::{doctor, graph};
use crate::measure::Spread;
use crate::spec::Command;
use crate::table::Entry;
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use std::collections::{BTreeMap, VecDeque};

/// Samples kept of an event.
const SAMPLES_MAX: usize = 160;

/// One second of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sample {
    /// Unix seconds.
    pub(super) at: i64,
    /// The longest, in milliseconds.
    pub(super) ms: u64,
}

/// What is known of one event.
#[derive(Default, Debug)]
pub(super) struct Series {
    /// Oldest first; never empty.
    pub(super) samples: VecDeque<Sample>,
    /// The longest ever, in milliseconds.
    pub(super) max_ms: u64,
}

/// All events that had a sample since they were reset.
#[derive(Default, Debug)]
pub(super) struct Events(BTreeMap<&'static str, Series>);

impl Events {
    pub(super) fn add(&mut self, event: &'static str, ms: u64, now: i64) {
        let series = self.0.entry(event).or_default();
        series.max_ms = series.max_ms.max(ms);
        let at = now / 1000;
        match series.samples.back_mut() {
            Some(last) if last.at == at => last.ms = last.ms.max(ms),
            _ => {
                series.samples.push_back(Sample { at, ms });
                if series.samples.len() > SAMPLES_MAX {
                    series.samples.pop_front();
                }
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &Series)> {
        self.0.iter().map(|(event, series)| (*event, series))
    }

    fn find(&self, event: &[u8]) -> Option<(&'static str, &Series)> {
        self.iter().find(|(name, _)| name.as_bytes() == event)
    }
}

/// `LATENCY LATEST` -> array of event, time and length of its last sample, longest ever.
pub(super) fn latency_latest(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let events = cx.server.notes.events();
    cx.reply.array(events.0.len());
    for (event, series) in events.iter() {
        let last = series.samples.back().copied().unwrap_or(Sample { at: 0, ms: 0 });
        cx.reply.array(4);
        cx.reply.bulk(event.as_bytes());
        cx.reply.int(last.at);
        cx.reply.int(last.ms as i64);
        cx.reply.int(series.max_ms as i64);
    }
    Ok(Outcome::Replied)
}

/// `LATENCY HISTORY event` -> array of times and lengths, oldest first.
pub(super) fn latency_history(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let events = cx.server.notes.events();
    let samples = events.find(args.at(2)).map(|(_, series)| &series.samples);
    cx.reply.array(samples.map_or(0, VecDeque::len));
    for sample in samples.into_iter().flatten() {
        cx.reply.array(2);
        cx.reply.int(sample.at);
        cx.reply.int(sample.ms as i64);
    }
    Ok(Outcome::Replied)
}

/// `LATENCY RESET [event ...]` -> how many events were forgotten.
pub(super) fn latency_reset(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let mut events = cx.server.notes.events();
    let before = events.0.len();
    let names = args.from(2);
    if names.is_empty() {
        events.0.clear();
    }
    for name in names.iter() {
        events.0.retain(|event, _| !event.as_bytes().eq_ignore_ascii_case(name));
    }
    cx.reply.count(before - events.0.len());
    Ok(Outcome::Replied)
}

/// `LATENCY GRAPH event` -> text.
pub(super) fn latency_graph(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let events = cx.server.notes.events();
    let Some((event, series)) = events.find(args.at(2)) else {
        let shown = crate::text::shown::shown(args.at(2));
        let text = format!("ERR No samples available for event '{shown}'");
        return Err(CommandError::owned(text));
    };
    let text = graph::draw(event, series, cx.now() / 1000);
    cx.reply.verbatim(*b"txt", text.as_bytes());
    Ok(Outcome::Replied)
}

/// `LATENCY DOCTOR` -> text.
pub(super) fn latency_doctor(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let text = doctor::report(&cx.server.notes.events(), &cx.server.config, cx.now() / 1000);
    cx.reply.verbatim(*b"txt", text.as_bytes());
    Ok(Outcome::Replied)
}

/// `LATENCY HISTOGRAM [command ...]` -> map of commands with calls to their calls and how many of
/// them took at most so many microseconds.
pub(super) fn latency_histogram(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let table = &cx.server.table;
    let mut entries: Vec<&Entry> = Vec::new();
    if args.len() == 2 {
        entries.extend(table.iter());
    }
    for name in args.from(2).iter() {
        if let Some(entry) = table.find_full(name) {
            entries.push(entry);
            let row: &Command = entry.command;
            let subs = row.subcommands.iter();
            entries.extend(subs.filter_map(|sub| table.find_sub(entry, sub.name.as_bytes())));
        }
    }
    let spreads = entries.iter().map(|entry| (*entry, spread_of(cx, entry)));
    let called: Vec<_> = spreads.filter(|(_, spread)| spread.calls > 0).collect();
    cx.reply.map(called.len());
    for (entry, spread) in called {
        cx.reply.bulk(entry.full_name.as_bytes());
        cx.reply.map(2);
        cx.reply.bulk(b"calls");
        cx.reply.int(spread.calls as i64);
        cx.reply.bulk(b"histogram_usec");
        let steps = spread.doublings();
        cx.reply.map(steps.len());
        for (us, calls) in steps {
            cx.reply.int(us as i64);
            cx.reply.int(calls as i64);
        }
    }
    Ok(Outcome::Replied)
}

/// How long the calls of a command took, on all workers.
pub(crate) fn spread_of(cx: &Cx<'_>, entry: &Entry) -> Spread {
    let workers = cx.server.workers.iter();
    Spread::of(workers.map(|worker| &worker.call(entry.id).latency), cx.local.ticks_per_us)
}

/// `LATENCY HELP` -> lines.
pub(super) fn latency_help(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    cx.reply.lines(&[
        "LATENCY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "DOCTOR",
        "    Explain what held the server up.",
        "GRAPH <event>",
        "    Draw the samples of an event.",
        "HISTORY <event>",
        "    Show the samples of an event.",
        "LATEST",
        "    Show the last sample of each event.",
        "RESET [<event> ...]",
        "    Forget the samples of these events, or of all.",
        "HISTOGRAM [<command> ...]",
        "    Show how long the calls of these commands took, or of all.",
        "HELP",
        "    Show this text.",
    ]);
    Ok(Outcome::Replied)
}
