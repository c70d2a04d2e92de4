//! Eviction: hit rates of a cache under a zipf load, what a stream of SETs costs at the limit, and
//! that no policy lets memory pass it. `--cases rates,churn,bounds,stream` chooses.
//!
//! The load of the hit rates is the same to the key for every server: GET, and SET after a miss, of
//! keys whose popularity falls as `1 / rank^0.99`. Each server gets the same `maxmemory`, so who
//! needs less memory a key holds more of them; that is part of the result, and the keys are printed
//! too.

use super::{Contender, OURS, Report, median, wanted};
use crate::args::Args;
use crate::run::captured;
use crate::server::Server;
use crate::transcript::Reply;
use crate::wire::{Client, encode_into};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Different keys of the zipf load.
const KEYS: usize = 400_000;
const VALUE_BYTES: usize = 200;
const CACHE_LIMIT: &str = "24mb";
const PIPELINE: usize = 100;
const POLICIES: [&str; 2] = ["allkeys-lru", "allkeys-lfu"];

/// Those that evict; what is volatile evicts only keys that expire.
const ALL_POLICIES: [&str; 9] = [
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-lrm",
    "allkeys-random",
    "volatile-lru",
    "volatile-lfu",
    "volatile-lrm",
    "volatile-random",
    "volatile-ttl",
];

/// The limit under the stream of SETs, and how far resident memory may pass it.
const STREAM_LIMIT: u64 = 256 << 20;
const RESIDENT_MAX: f64 = 1.15;
const FASTER: f64 = 1.3;

pub(super) fn run(
    args: &Args,
    contenders: &[Contender],
    report: &mut Report,
) -> Result<(), String> {
    crate::setup::redis_tools()?;
    let has = wanted(args);
    if has("rates") {
        rates(args, contenders, report)?;
    }
    if has("churn") {
        churn(contenders, report)?;
    }
    if has("bounds") {
        bounds(args, contenders, report)?;
    }
    if has("stream") {
        stream(args, contenders, report)?;
    }
    Ok(())
}

fn rates(args: &Args, contenders: &[Contender], report: &mut Report) -> Result<(), String> {
    let gets = (2_000_000.0 * args.number("scale", 1.0)?) as usize;
    report.line(&format!("{:14} {:12} {:>9} {:>9}", "policy", "server", "hit rate", "keys"));
    report.sample("policy,server,hit_rate,keys");
    for policy in POLICIES {
        let mut rates: Vec<(String, f64)> = Vec::new();
        for contender in contenders {
            let (rate, keys) = hit_rate(contender, policy, gets)?;
            let best = rates.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
            let verdict = if contender.name == OURS { report.verdict(rate >= best) } else { "" };
            report.line(&format!(
                "{policy:14} {:12} {rate:>9.4} {keys:>9} {verdict}",
                contender.name
            ));
            report.sample(&format!("{policy},{},{rate:.5},{keys}", contender.name));
            rates.push((contender.name.clone(), rate));
        }
    }
    Ok(())
}

/// Values of all sizes that come, go and grow, several times over: how much more is resident than
/// is used, what the empty server has not counted; then the same when active defragmentation has
/// filled the holes, where a server has it.
fn churn(contenders: &[Contender], report: &mut Report) -> Result<(), String> {
    const SLOTS: u64 = 400_000;
    const MOST: f64 = 1.2;
    report.line(&format!("{:14} {:12} {:>9}", "churn", "server", "resident / used"));
    for contender in contenders {
        let name = format!("churn-{}", contender.name);
        let server = Server::start_line(&contender.line, &name, Some(0))?;
        let mut client = Client::connect(server.port)?;
        let (resident_before, used_before) = (server.rss_bytes() as f64, used_memory(&mut client)?);
        let mut state = 7_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        // Each generation prefers other sizes, and deletes half of what it meets.
        for generation in 0..6_u64 {
            for _ in 0..SLOTS / 500 {
                let mut requests = Vec::new();
                for _ in 0..500 {
                    let key = format!("churn:{}", draw(SLOTS));
                    if draw(2) == 0 {
                        encode_into(&mut requests, &["DEL", &key]);
                    } else {
                        let bytes = 16 + draw(64 << generation) as usize;
                        encode_into(&mut requests, &["SET", &key, &"x".repeat(bytes)]);
                    }
                }
                client.send_raw(&requests)?;
                (0..500).try_for_each(|_| next(&mut client).map(drop))?;
            }
        }
        let ratio = |client: &mut Client| -> Result<f64, String> {
            let resident = server.rss_bytes() as f64 - resident_before;
            Ok(resident / (used_memory(client)? - used_before))
        };
        let left_alone = ratio(&mut client)?;
        report.line(&format!("{:14} {:12} {left_alone:>9.3}", "", contender.name));
        report.sample(&format!("churn,{},{left_alone:.4},", contender.name));
        let cpu = server.cpu_seconds();
        if !defragment(&mut client)? {
            continue;
        }
        let (ratio, cpu) = (ratio(&mut client)?, server.cpu_seconds() - cpu);
        let verdict = if contender.name == OURS { report.verdict(ratio <= MOST) } else { "" };
        report
            .line(&format!("{:14} {:12} {ratio:>9.3} activedefrag, {cpu:.2} s {verdict}", "", ""));
        report.sample(&format!("churn-activedefrag,{},{ratio:.4},{cpu:.3}", contender.name));
    }
    Ok(())
}

/// Switches active defragmentation on and waits until it has done what it can, and freed pages have
/// gone back to the system; false where there is none.
fn defragment(client: &mut Client) -> Result<bool, String> {
    const LONGEST: Duration = Duration::from_mins(1);
    client.call(&["CONFIG", "SET", "active-defrag-ignore-bytes", "1mb"])?;
    if matches!(client.call(&["CONFIG", "SET", "activedefrag", "yes"])?, Reply::Error(_)) {
        return Ok(false);
    }
    let (begun, mut has_run) = (Instant::now(), false);
    while begun.elapsed() < LONGEST {
        let info = client.call(&["INFO", "memory"])?.render().join(" ");
        let runs = !info.contains("active_defrag_running:0");
        if has_run && !runs {
            break;
        }
        has_run |= runs;
        std::thread::sleep(Duration::from_millis(20));
    }
    client.call(&["MEMORY", "PURGE"])?;
    Ok(has_run)
}

fn used_memory(client: &mut Client) -> Result<f64, String> {
    let info = client.call(&["INFO", "memory"])?.render().join(" ");
    let used = info.split("used_memory:").nth(1).unwrap_or_default();
    let used: String = used.chars().take_while(char::is_ascii_digit).collect();
    used.parse().map_err(|_| "INFO has no used_memory".to_owned())
}

/// A repeatable sequence of ranks whose popularity falls.
struct Zipf {
    sums: Vec<f64>,
    state: u64,
}

impl Zipf {
    fn new() -> Self {
        let mut sum = 0.0;
        let sums = (1..=KEYS).map(|rank| {
            sum += 1.0 / (rank as f64).powf(0.99);
            sum
        });
        Self { sums: sums.collect(), state: 42 }
    }

    fn draw(&mut self) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let unit = ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64;
        let wanted = unit * self.sums[KEYS - 1];
        self.sums.partition_point(|sum| *sum < wanted).min(KEYS - 1)
    }
}

/// Part of the GETs of the load's second half that found their key, and the keys at the end.
fn hit_rate(contender: &Contender, policy: &str, gets: usize) -> Result<(f64, i64), String> {
    let server =
        Server::start_line(&contender.line, &format!("evict-{}", contender.name), Some(0))?;
    let mut client = Client::connect(server.port)?;
    client.call(&["CONFIG", "SET", "maxmemory-policy", policy])?;
    client.call(&["CONFIG", "SET", "maxmemory", CACHE_LIMIT])?;
    let (mut zipf, value) = (Zipf::new(), "v".repeat(VALUE_BYTES));
    let (mut hits, mut asked) = (0_u64, 0_u64);
    for round in 0..gets / PIPELINE {
        let keys: Vec<String> = (0..PIPELINE).map(|_| format!("key:{:08}", zipf.draw())).collect();
        let mut requests = Vec::new();
        keys.iter().for_each(|key| encode_into(&mut requests, &["GET", key]));
        client.send_raw(&requests)?;
        let mut fills = Vec::new();
        let mut missing = 0;
        for key in &keys {
            let found = matches!(next(&mut client)?, Reply::Bulk(_));
            if !found {
                missing += 1;
                encode_into(&mut fills, &["SET", key, &value]);
            }
            if round >= gets / PIPELINE / 2 {
                asked += 1;
                hits += u64::from(found);
            }
        }
        client.send_raw(&fills)?;
        (0..missing).try_for_each(|_| next(&mut client).map(drop))?;
    }
    let keys = match client.call(&["DBSIZE"])? {
        Reply::Integer(keys) => keys,
        other => return Err(format!("DBSIZE: {}", other.render().join(" "))),
    };
    Ok((hits as f64 / asked.max(1) as f64, keys))
}

fn next(client: &mut Client) -> Result<Reply, String> {
    client.next(Duration::from_secs(10))?.ok_or_else(|| "no reply for ten seconds".to_owned())
}

/// New keys without end under each policy in turn: the most that is resident, as a part of the
/// limit. Under `noeviction` the keys are refused.
fn bounds(args: &Args, contenders: &[Contender], report: &mut Report) -> Result<(), String> {
    let policies = ALL_POLICIES.iter().chain(&["noeviction"]);
    let seconds = args.number("seconds", 300.0)? / (ALL_POLICIES.len() + 1) as f64;
    report.line(&format!("{:16} {:>10}  resident at most, of the limit", "bounds", "ops/s"));
    report.sample("policy,ops,resident");
    for one in contenders.iter().filter(|one| one.name == OURS) {
        for policy in policies.clone() {
            let server = Server::start_line(&one.line, &format!("bounds-{policy}"), Some(0))?;
            let mut client = Client::connect(server.port)?;
            client.call(&["CONFIG", "SET", "maxmemory-policy", policy])?;
            client.call(&["CONFIG", "SET", "maxmemory", &STREAM_LIMIT.to_string()])?;
            let load = if policy.starts_with("volatile") { Load::Expires } else { Load::Stays };
            let filling = resident_while(&server, || burst(server.port, 900_000, load))?;
            let (ops, _, resident) = measure(&server, seconds, load)?;
            let resident = resident.max(filling);
            let answer = client.call(&["SET", "one", "more"])?;
            let is_refused = matches!(answer, Reply::Error(text) if text.starts_with(b"OOM "));
            let met = resident <= RESIDENT_MAX && is_refused == (*policy == "noeviction");
            let verdict = report.verdict(met);
            report.line(&format!("{policy:16} {ops:>10.0}  {resident:.3} {verdict}"));
            report.sample(&format!("{policy},{ops:.0},{resident:.4}"));
        }
    }
    Ok(())
}

/// New keys without end at the limit: how fast, and how much is resident at most, from the first
/// key on. Each server is under load for `--seconds` in all, in `--rounds` that take turns.
fn stream(args: &Args, contenders: &[Contender], report: &mut Report) -> Result<(), String> {
    let seconds: f64 = args.number("seconds", 300.0)?;
    let rounds: usize = args.number("rounds", 5)?;
    let (mut servers, mut filling) = (Vec::new(), Vec::new());
    for one in contenders {
        let server = Server::start_line(&one.line, &format!("stream-{}", one.name), Some(0))?;
        let mut client = Client::connect(server.port)?;
        client.call(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"])?;
        client.call(&["CONFIG", "SET", "maxmemory", &STREAM_LIMIT.to_string()])?;
        filling.push(resident_while(&server, || burst(server.port, 900_000, Load::Stays))?);
        servers.push(server);
    }
    report.line(&format!(
        "{:12} {:>10} {:>14} {:>14}  resident at most, of the limit",
        "SET stream", "", "ops/s", "ops/cpu-s"
    ));
    report.sample("server,round,ops,ops_per_cpu,resident");
    let mut all: Vec<Vec<(f64, f64, f64)>> = vec![Vec::new(); servers.len()];
    for round in 0..rounds {
        for (index, server) in servers.iter().enumerate() {
            let one = measure(server, seconds / rounds as f64, Load::Stays)?;
            let name = &contenders[index].name;
            report.sample(&format!("{name},{round},{:.0},{:.0},{:.4}", one.0, one.1, one.2));
            all[index].push(one);
        }
    }
    let middle = |samples: &[(f64, f64, f64)], get: fn(&(f64, f64, f64)) -> f64| {
        median(samples.iter().map(get).collect())
    };
    let base = middle(&all[0], |one| one.1);
    for ((contender, samples), filling) in contenders.iter().zip(&all).zip(filling) {
        let (ops, per_cpu) = (middle(samples, |one| one.0), middle(samples, |one| one.1));
        let resident = samples.iter().map(|one| one.2).fold(filling, f64::max);
        let faster = report.goal(&contender.name, per_cpu / base, FASTER);
        let within = if contender.name == OURS {
            format!("  at most {RESIDENT_MAX} {}", report.verdict(resident <= RESIDENT_MAX))
        } else {
            String::new()
        };
        report.line(&format!(
            "{:12} {:>10} {ops:>14.0} {per_cpu:>14.0} ({:.2} x{faster})  {resident:.3}{within}",
            contender.name,
            "",
            per_cpu / base
        ));
    }
    Ok(())
}

/// Operations a second, operations a second of CPU time, and the most that was resident as a part
/// of the limit.
fn measure(server: &Server, seconds: f64, load: Load) -> Result<(f64, f64, f64), String> {
    let (cpu, start) = (server.cpu_seconds(), Instant::now());
    let mut count = 0_u64;
    let resident = resident_while(server, || {
        while start.elapsed().as_secs_f64() < seconds {
            burst(server.port, 400_000, load)?;
            count += 400_000;
        }
        Ok(())
    })?;
    let elapsed = start.elapsed().as_secs_f64();
    let used = (server.cpu_seconds() - cpu).max(1e-9);
    Ok((count as f64 / elapsed, count as f64 / used, resident))
}

/// The most that is resident during `run`, as a part of the limit; looked at twenty times a second.
fn resident_while(
    server: &Server,
    run: impl FnOnce() -> Result<(), String>,
) -> Result<f64, String> {
    let (most, ends) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ends.load(Ordering::Relaxed) {
                most.fetch_max(server.rss_bytes(), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let result = run();
        ends.store(true, Ordering::Relaxed);
        result
    })?;
    Ok(most.load(Ordering::Relaxed) as f64 / STREAM_LIMIT as f64)
}

/// What is set.
#[derive(Clone, Copy)]
enum Load {
    /// Keys that stay.
    Stays,
    /// Keys that expire after the run.
    Expires,
}

fn burst(port: u16, count: u64, load: Load) -> Result<(), String> {
    let value = "x".repeat(300);
    let words = match load {
        Load::Stays => "-t set".to_owned(),
        Load::Expires => format!("SET key:__rand_int__ {value} EX 10000"),
    };
    let args = format!("-p {port} -c 50 -P 16 -d 300 -r 100000000 -n {count} --csv {words}");
    let mut command = Command::new("taskset");
    command.args(["-c", "1", "redis-benchmark"]).args(args.split_whitespace());
    captured(&mut command).map(drop)
}
