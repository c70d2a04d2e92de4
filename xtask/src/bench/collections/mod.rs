//! Collection commands by size: operations per second of the server's CPU time beside the best
//! peer, one line a row.
//!
//! ```text
//! family -> keys of 10, 1,000 and 1,000,000 elements -> each row, in turns on each server
//! ```
//! Small keys are many, so that they do not all stay in the nearest cache. How many calls a
//! measurement has is found on the first server and the same for all. What a server does after
//! its reply (freeing in another thread) counts too: time is read when it has come to rest.

mod load;
mod rows;

use super::{Contender, Report, median};
use crate::args::Args;
use crate::rng::Rng;
use crate::server::Server;
use crate::wire::encode_into;
use load::{Load, Template, Words};
use rows::{FAMILIES, Family, Fill, Row};
use std::time::Duration;

/// Sizes, and how many keys there are of each.
const SIZES: [(u64, u64); 3] = [(10, 200), (1_000, 10), (1_000_000, 1)];

/// A server under load.
struct Runner {
    name: String,
    server: Server,
    load: Load,
}

impl Runner {
    fn start(contender: &Contender, cpu: u32) -> Result<Self, String> {
        let name = contender.name.clone();
        let server = Server::start_line(&contender.line, &format!("coll-{name}"), Some(cpu))?;
        let load = Load::connect(server.port)?;
        Ok(Self { name, server, load })
    }

    /// Waits until what filling the keys left to be done is done, for some seconds.
    fn settle(&self) {
        for _ in 0..50 {
            let before = self.server.cpu_seconds();
            std::thread::sleep(Duration::from_millis(100));
            if self.server.cpu_seconds() - before < 1.5e-3 {
                return;
            }
        }
    }

    /// The server's CPU time once it does nothing any more.
    fn resting_seconds(&self) -> f64 {
        let mut before = self.server.cpu_seconds();
        for _ in 0..500 {
            std::thread::sleep(Duration::from_millis(2));
            let now = self.server.cpu_seconds();
            if now - before < 100e-6 {
                return now;
            }
            before = now;
        }
        before
    }
}

/// One row at one size, ready to be run.
struct Task {
    calls: Vec<Template>,
    /// How many keys of how many elements.
    shape: (u64, u64),
    /// Makes every measurement use the same elements.
    seed: u64,
}

impl Task {
    /// CPU seconds of the server for `cycles` cycles.
    fn cost(&self, runner: &mut Runner, cycles: u64, ahead: u64) -> Result<f64, String> {
        let mut rng = Rng::new(self.seed, cycles);
        let batches = runner.load.encode(&self.calls, self.shape, cycles, &mut rng);
        let before = runner.resting_seconds();
        runner.load.run(&batches, ahead)?;
        Ok((runner.resting_seconds() - before).max(1e-9))
    }

    /// How many cycles take `seconds`, and how many calls may be under way meanwhile.
    fn calibrate(&self, runner: &mut Runner, seconds: f64) -> Result<(u64, u64), String> {
        let mut cycles = 1;
        loop {
            let cost = self.cost(runner, cycles, 256)?;
            if cost > seconds / 4.0 || cycles > 1 << 20 {
                let each = cost / cycles as f64;
                let ahead = if each > 100e-6 { 2 } else { 256 };
                return Ok(((seconds / each) as u64 + 1, ahead));
            }
            cycles *= 4;
        }
    }
}

pub(super) fn run(
    args: &Args,
    contenders: &[Contender],
    report: &mut Report,
) -> Result<(), String> {
    let cpu = args.number("server-cpu", 0)?;
    let load_cpu: u32 = args.number("load-cpu", 1)?;
    super::latency::pin(std::process::id(), &load_cpu.to_string());
    let has = super::wanted(args);
    let size: u64 = args.number("size", 0)?;
    let mut runners: Vec<Runner> =
        contenders.iter().map(|c| Runner::start(c, cpu)).collect::<Result<_, _>>()?;
    report.sample("row,size,server,round,ops_per_cpu_second");
    report.line(&format!(
        "{:24} {:>9} {:>12} {:>12} {:8} {:>6}",
        "row", "elements", "ops/cpu-s", "best peer", "", "ratio"
    ));
    for family in FAMILIES {
        let rows: Vec<&Row> = family.rows.iter().filter(|row| asked(&has, family, row)).collect();
        for shape in SIZES.into_iter().filter(|s| !rows.is_empty() && (size == 0 || s.0 == size)) {
            for runner in &mut runners {
                populate(&mut runner.load, family, shape)
                    .map_err(|e| format!("{} of {}: {e}", family.name, runner.name))?;
            }
            runners.iter().for_each(Runner::settle);
            for row in &rows {
                measure(&mut runners, row, shape, args, report)?;
            }
        }
    }
    Ok(())
}

/// Whether `--cases` names the family, the row, or the command that the row begins with.
fn asked(has: impl Fn(&str) -> bool, family: &Family, row: &Row) -> bool {
    let command = row.0.split([' ', ',']).next().unwrap_or(row.0);
    [family.name, row.0, command].into_iter().any(has)
}

/// Fills an empty server with the family's keys.
fn populate(load: &mut Load, family: &Family, (size, keys): (u64, u64)) -> Result<(), String> {
    let mut out = Vec::new();
    encode_into(&mut out, &["FLUSHALL", "SYNC"]);
    load.send(&out, 1)?;
    load.receive(0)?;
    for Fill { head, each, step } in family.fills {
        let (head, each) =
            (Template::parse(head), (!each.is_empty()).then(|| Template::parse(each)));
        for key in 0..keys {
            let mut next = 0;
            while next < size {
                let end = next.saturating_add(*step).min(size);
                let words = |element| Words { key, element, another: 0, fresh: 0, size };
                let mut args = Vec::new();
                head.arguments(&words(next), &mut args);
                for element in next..end {
                    if let Some(each) = &each {
                        each.arguments(&words(element), &mut args);
                    }
                }
                out.clear();
                encode_into(&mut out, &args);
                load.send(&out, 1)?;
                load.receive(64)?;
                next = end;
            }
        }
    }
    load.receive(0)
}

/// Measures a row at one size on all servers in turn, and prints its line.
fn measure(
    runners: &mut [Runner],
    row: &Row,
    (size, keys): (u64, u64),
    args: &Args,
    report: &mut Report,
) -> Result<(), String> {
    let (rounds, seconds): (u64, f64) = (args.number("rounds", 3)?, args.number("seconds", 0.1)?);
    let calls: Vec<Template> = row.1.iter().map(|text| Template::parse(text)).collect();
    let task = Task { calls, shape: (keys, size), seed: size };
    let mut pace = None;
    let mut speeds: Vec<Vec<f64>> = vec![Vec::new(); runners.len()];
    for round in 0..=rounds {
        for (runner, speeds) in runners.iter_mut().zip(&mut speeds) {
            let place = format!("{} of {size} on {}", row.0, runner.name);
            let here = |e| format!("{place}: {e}");
            let (cycles, ahead) = match pace {
                Some(pace) => pace,
                None => *pace.insert(task.calibrate(runner, seconds).map_err(here)?),
            };
            if round == 0 {
                // Once for the caches, and for what the first run changes.
                task.cost(runner, cycles.div_ceil(10), ahead).map_err(here)?;
                continue;
            }
            let cost = task.cost(runner, cycles, ahead).map_err(here)?;
            let speed = (cycles * row.1.len() as u64) as f64 / cost;
            report.sample(&format!("{},{size},{},{round},{speed:.0}", row.0, runner.name));
            speeds.push(speed);
        }
    }
    let middles: Vec<f64> = speeds.into_iter().map(median).collect();
    let (ours, peers) = middles.split_last().expect("ours is the last");
    let best = (0..peers.len()).max_by(|a, b| peers[*a].total_cmp(&peers[*b]));
    let Some(best) = best else {
        report.line(&format!("{:24} {size:>9} {ours:>12.0}", row.0));
        return Ok(());
    };
    let ratio = ours / peers[best];
    let mark = if report.verdict(ratio >= 1.0) == "ok" { "" } else { "  SLOWER" };
    report.line(&format!(
        "{:24} {size:>9} {ours:>12.0} {:>12.0} {:8} {ratio:>6.2}{mark}",
        row.0, peers[best], runners[best].name
    ));
    Ok(())
}
