//! Operations per second of the server's CPU time, as a ratio to the first peer.
//!
//! Server and load are pinned to a CPU each; the contenders take turns within a round, so that a
//! change of the machine's mood meets all of them; the median of the rounds' ratios counts. The
//! operations are counted by how many were asked for, not by the load generator's timer.

use super::{Contender, Report, line, median, median_ratio, wanted};
use crate::args::Args;
use crate::run::captured;
use crate::server::Server;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// A case: name, arguments of redis-benchmark, the ratio to Valkey 9.1 that we must reach.
type Case = (&'static str, &'static str, f64);

const CASES: &[Case] = &[
    ("get-p1", "-t get -c 50 -P 1 -d 64 -r 100000", 1.08),
    ("set-p1", "-t set -c 50 -P 1 -d 64 -r 100000", 1.10),
    ("get-p16", "-t get -c 50 -P 16 -d 64 -r 100000", 1.50),
    ("set-p16", "-t set -c 50 -P 16 -d 64 -r 100000", 1.50),
    ("get-p64", "-t get -c 50 -P 64 -d 64 -r 100000", 2.50),
    ("get-c1000", "-t get -c 1000 -P 1 -d 64 -r 100000", 1.08),
    ("incr-p16", "-t incr -c 50 -P 16 -r 100000", 1.45),
    ("hset-p16", "-t hset -c 50 -P 16 -d 64 -r 100000", 1.45),
    ("lpush-p16", "-t lpush -c 50 -P 16 -d 64", 1.45),
    ("zadd-p16", "-t zadd -c 50 -P 16 -r 100000", 1.65),
    ("sadd-p16", "-t sadd -c 50 -P 16 -r 100000", 1.65),
    ("lrange100-p1", "-t lrange_100 -c 50 -P 1 -d 64", 1.10),
    ("mset-p1", "-t mset -c 50 -P 1 -d 64 -r 100000", 1.20),
];

/// One measured run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) ops: f64,
    pub(super) ops_per_cpu: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
}

/// Cases chosen with `--cases a,b`, or all.
fn chosen(args: &Args) -> Vec<Case> {
    let has = wanted(args);
    CASES.iter().filter(|case| has(case.0)).copied().collect()
}

pub(super) fn run(
    args: &Args,
    contenders: &[Contender],
    report: &mut Report,
) -> Result<(), String> {
    crate::setup::redis_tools()?;
    let server_cpu = args.number("server-cpu", 0)?;
    let load_cpu: u32 = args.number("load-cpu", 1)?;
    let rounds: usize = args.number("rounds", 3)?;
    let seconds: f64 = args.number("seconds", 3.0)?;
    let mut servers = Vec::new();
    for c in contenders {
        servers.push(Server::start_line(&c.line, &format!("speed-{}", c.name), Some(server_cpu))?);
    }
    report.sample("case,server,round,ops,ops_per_cpu_second,p50_ms,p99_ms");
    report.line(&format!("{:13} {:12} {:>24} {:>24}", "case", "server", "ops/s", "ops/cpu-s"));
    for case in chosen(args) {
        let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); servers.len()];
        servers.iter().try_for_each(|server| populate(server.port, case))?;
        for round in 0..rounds {
            for (i, server) in servers.iter().enumerate() {
                let sample = measure(server, case.1, seconds, Some(load_cpu))?;
                let Sample { ops, ops_per_cpu, p50_ms, p99_ms } = sample;
                let name = &contenders[i].name;
                report.sample(&format!(
                    "{},{name},{round},{ops:.0},{ops_per_cpu:.0},{p50_ms},{p99_ms}",
                    case.0
                ));
                samples[i].push(sample);
            }
        }
        for (i, contender) in contenders.iter().enumerate() {
            print_row(case, &contender.name, &samples[i], &samples[0], report);
        }
    }
    Ok(())
}

fn print_row(case: Case, name: &str, own: &[Sample], base: &[Sample], report: &mut Report) {
    let middle = |get: fn(&Sample) -> f64| median(own.iter().map(get).collect());
    let ratio = |get: fn(&Sample) -> f64| median_ratio(own, base, get);
    let cpu_ratio = ratio(|s| s.ops_per_cpu);
    let goal = report.goal(name, cpu_ratio, case.2);
    report.line(&format!(
        "{:13} {name:12} {:>14.0} ({:>5.2} x) {:>14.0} ({cpu_ratio:>5.2} x)  p50 {:.3} p99 {:.3} ms\
         {goal}",
        case.0,
        middle(|s| s.ops),
        ratio(|s| s.ops),
        middle(|s| s.ops_per_cpu),
        middle(|s| s.p50_ms),
        middle(|s| s.p99_ms),
    ));
}

/// Fills what a reading case reads.
fn populate(port: u16, case: Case) -> Result<(), String> {
    let fill = if case.0.starts_with("get") {
        "-n 300000 -t set -P 32 -d 64 -r 100000"
    } else if case.0.starts_with("lrange") {
        "-n 1000 -t lpush -d 64"
    } else {
        return Ok(());
    };
    benchmark(port, fill, None).map(|_| ())
}

fn benchmark(port: u16, args: &str, cpu: Option<u32>) -> Result<String, String> {
    let mut command = match cpu {
        Some(cpu) => {
            let mut command = Command::new("taskset");
            command.args(["-c", &cpu.to_string(), "redis-benchmark"]);
            command
        }
        None => Command::new("redis-benchmark"),
    };
    command.args(["-p", &port.to_string(), "--csv"]).args(args.split_whitespace());
    captured(&mut command)
}

/// Runs a case with one load generator, on `cpu`.
pub(super) fn measure(
    server: &Server,
    args: &str,
    seconds: f64,
    cpu: Option<u32>,
) -> Result<Sample, String> {
    // A short probe tells how many operations fill the time.
    const PROBE: u32 = 20_000;
    let start = Instant::now();
    benchmark(server.port, &format!("-n {PROBE} {args}"), cpu)?;
    let rate = f64::from(PROBE) / start.elapsed().as_secs_f64();
    let count = (rate * seconds).max(f64::from(PROBE)) as u64;
    let cpu_before = server.cpu_seconds();
    let start = Instant::now();
    let output = benchmark(server.port, &format!("-n {count} {args}"), cpu)?;
    let elapsed = start.elapsed().as_secs_f64();
    let cpu_seconds = (server.cpu_seconds() - cpu_before).max(1e-9);
    // "test","rps","avg_latency_ms","min","p50","p95","p99","max"
    let row = output.lines().rfind(|l| l.starts_with('"') && !l.starts_with("\"test\""));
    let row = row.ok_or_else(|| format!("redis-benchmark printed no row: {output}"))?;
    let fields: Vec<&str> = row.split("\",\"").map(|f| f.trim_matches('"')).collect();
    let number = |i: usize| fields.get(i).and_then(|f| f.parse().ok()).unwrap_or(f64::NAN);
    Ok(Sample {
        ops: count as f64 / elapsed,
        ops_per_cpu: count as f64 / cpu_seconds,
        p50_ms: number(4),
        p99_ms: number(6),
    })
}

/// Runs a case with two load generators, on any CPU; what they print is not read.
fn measure_twice_loaded(server: &Server, args: &str, seconds: f64) -> Result<Sample, String> {
    const PROBE: u64 = 20_000;
    let both = |count: u64| -> Result<f64, String> {
        let start = Instant::now();
        let args = &format!("-n {count} {args}");
        std::thread::scope(|scope| {
            let other = scope.spawn(|| benchmark(server.port, args, None));
            benchmark(server.port, args, None)?;
            other.join().map_err(|_| "a load generator's thread panicked")?
        })?;
        Ok(start.elapsed().as_secs_f64())
    };
    let rate = PROBE as f64 / both(PROBE)?;
    let count = ((rate * seconds) as u64).max(PROBE);
    let cpu_before = server.cpu_seconds();
    let elapsed = both(count)?;
    let cpu_seconds = (server.cpu_seconds() - cpu_before).max(1e-9);
    let count = 2.0 * count as f64;
    let (ops, ops_per_cpu) = (count / elapsed, count / cpu_seconds);
    Ok(Sample { ops, ops_per_cpu, p50_ms: f64::NAN, p99_ms: f64::NAN })
}

/// Two workers against one, on the same two CPUs, with the load beside them: of two generators,
/// since one of them is busier than one worker, and a second worker then has nothing to add.
pub(super) fn workers(args: &Args, bin: &Path, report: &mut Report) -> Result<(), String> {
    crate::setup::redis_tools()?;
    let rounds: usize = args.number("rounds", 3)?;
    let seconds: f64 = args.number("seconds", 3.0)?;
    let mut servers = Vec::new();
    for count in [1, 2] {
        let line = line(&bin.display().to_string(), count);
        servers.push(Server::start_line(&line, &format!("workers-{count}"), None)?);
    }
    report.sample("case,workers,round,ops,ops_per_cpu_second");
    for case in chosen(args).into_iter().filter(|c| !c.0.starts_with("lrange")) {
        let (mut faster, mut cost) = (Vec::new(), Vec::new());
        servers.iter().try_for_each(|server| populate(server.port, case))?;
        for round in 0..rounds {
            let one = measure_twice_loaded(&servers[0], case.1, seconds)?;
            let two = measure_twice_loaded(&servers[1], case.1, seconds)?;
            for (count, s) in [(1, one), (2, two)] {
                let Sample { ops, ops_per_cpu, .. } = s;
                report.sample(&format!("{},{count},{round},{ops:.0},{ops_per_cpu:.0}", case.0));
            }
            faster.push(two.ops / one.ops);
            cost.push(one.ops_per_cpu / two.ops_per_cpu);
        }
        let (faster, cost) = (median(faster), median(cost));
        let verdict = report.verdict(faster > 1.0 && cost <= 1.10);
        report.line(&format!(
            "{:13} 2 workers / 1: ops/s {faster:.2} x, CPU an operation {cost:.2} x  {verdict}",
            case.0
        ));
    }
    Ok(())
}
