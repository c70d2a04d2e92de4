//! What it costs to keep data: the log under a load of SETs, and snapshots.
//! `--cases everysec,always,save,load` chooses.
//!
//! ```text
//! everysec   operations a second with the log, as a part of those without it
//! always     operations a second, as a ratio to the first peer
//! save       CPU seconds of a BGSAVE at rest, its child's included
//! load       seconds from the start of a process to its first answer, on all CPUs
//! ```
//! `--scale` divides the keys of the last two.

use super::pollers;
use super::speed::{Sample, measure};
use super::{Contender, OURS, Report, median, median_ratio, wanted};
use crate::args::Args;
use crate::server::Server;
use crate::wire::Client;
use std::time::{Duration, Instant};

/// Part of the throughput that `everysec` must leave.
const EVERYSEC_MUST: f64 = 0.85;
/// Throughput with `always`, as a ratio to Valkey 9.1.
const ALWAYS_MUST: f64 = 1.5;
/// Speed of loading, as a ratio to Valkey 9.1.
const LOAD_MUST: f64 = 1.5;

/// Connections of a load.
const CLIENTS: usize = 50;

const KEYS: u64 = 10_000_000;
const VALUE_BYTES: &str = "32";
/// How long a save may take before the bench gives up.
const SAVE_MOST: Duration = Duration::from_mins(2);

pub(super) fn run(
    args: &Args,
    contenders: &[Contender],
    report: &mut Report,
) -> Result<(), String> {
    crate::setup::redis_tools()?;
    let has = wanted(args);
    if has("everysec") {
        everysec(args, contenders, report)?;
    }
    if has("always") {
        always(args, contenders, report)?;
    }
    if has("save") || has("load") {
        snapshots(args, contenders, (has("save"), has("load")), report)?;
    }
    Ok(())
}

/// Rounds of a load on several servers, which take turns: the samples of each. `load` is what
/// redis-benchmark is asked for, or none for [`pollers`].
fn rounds(args: &Args, lines: &[String], load: Option<&str>) -> Result<Vec<Vec<Sample>>, String> {
    let server_cpu = args.number("server-cpu", 0)?;
    let load_cpu: u32 = args.number("load-cpu", 1)?;
    let seconds: f64 = args.number("seconds", 3.0)?;
    let start = |line: &String| Server::start_line(line, "durability", Some(server_cpu));
    let servers = lines.iter().map(start).collect::<Result<Vec<_>, _>>()?;
    let mut samples = vec![Vec::new(); servers.len()];
    for _ in 0..args.number("rounds", 3)? {
        for (server, samples) in servers.iter().zip(&mut samples) {
            samples.push(match load {
                Some(load) => measure(server, load, seconds, Some(load_cpu))?,
                None => pollers::sets(server, CLIENTS, seconds, load_cpu)?,
            });
        }
    }
    Ok(samples)
}

fn everysec(args: &Args, contenders: &[Contender], report: &mut Report) -> Result<(), String> {
    for contender in contenders {
        let line = &contender.line;
        let lines = [line.clone(), format!("{line} --appendonly yes --appendfsync everysec")];
        let samples = rounds(args, &lines, Some("-t set -c 50 -P 16 -d 64 -r 100000"))?;
        let kept = median_ratio(&samples[1], &samples[0], |s| s.ops);
        let cpu = median_ratio(&samples[1], &samples[0], |s| s.ops_per_cpu);
        let goal = report.goal(&contender.name, kept, EVERYSEC_MUST);
        report.line(&format!(
            "everysec, SET pipeline 16  {:12} {kept:.2} of the operations a second without, \
             {cpu:.2} per CPU second{goal}",
            contender.name
        ));
        report.sample(&format!("everysec,{},{kept:.4},{cpu:.4}", contender.name));
    }
    Ok(())
}

fn always(args: &Args, contenders: &[Contender], report: &mut Report) -> Result<(), String> {
    let with_log = |c: &Contender| format!("{} --appendonly yes --appendfsync always", c.line);
    let lines: Vec<String> = contenders.iter().map(with_log).collect();
    let loads = [
        ("pipeline 1", Some("-t set -c 50 -P 1 -d 64 -r 100000")),
        // redis-benchmark is busier than the server there.
        ("polling clients", None),
        ("pipeline 16", Some("-t set -c 50 -P 16 -d 64 -r 100000")),
    ];
    for (name, load) in loads {
        let samples = rounds(args, &lines, load)?;
        for (contender, own) in contenders.iter().zip(&samples) {
            let faster = median_ratio(own, &samples[0], |s| s.ops);
            let cpu = median_ratio(own, &samples[0], |s| s.ops_per_cpu);
            let goal = report.goal(&contender.name, faster, ALWAYS_MUST);
            let ops = median(own.iter().map(|s| s.ops).collect());
            report.line(&format!(
                "always, SET, {name:15}  {:12} {ops:>9.0} ops/s ({faster:.2} x), \
                 per CPU second {cpu:.2} x{goal}",
                contender.name
            ));
            report.sample(&format!("always {name},{},{ops:.0},{cpu:.4}", contender.name));
        }
    }
    Ok(())
}

/// Each contender saves, and loads what it saved.
fn snapshots(
    args: &Args,
    contenders: &[Contender],
    (saves, loads): (bool, bool),
    report: &mut Report,
) -> Result<(), String> {
    let count = KEYS / args.number::<u64>("scale", 1)?;
    let (mut cpu, mut times) = (Vec::new(), Vec::new());
    for contender in contenders {
        let dir = crate::env::scratch("snapshots").map_err(|e| format!("scratch folder: {e}"))?;
        // The last `dir` counts: the file outlives the server's own folder.
        let more = format!("--enable-debug-command yes --dir {}", dir.display());
        let line = format!("{} {more}", contender.line);
        cpu.push(save(&line, count)?);
        if loads {
            // By itself it takes all CPUs, as do those who have threads to load with.
            let line = line.replace("--io-threads 1", "");
            let time = |_| {
                let begin = Instant::now();
                Server::start_line(&line, "load", None).map(|_| begin.elapsed().as_secs_f64())
            };
            times.push(median((0..3).map(time).collect::<Result<_, _>>()?));
        }
        let _ = std::fs::remove_dir_all(&dir);
    }
    for (at, contender) in contenders.iter().enumerate() {
        let (name, is_ours) = (&contender.name, contender.name == OURS);
        if saves {
            let least = contenders.iter().zip(&cpu).filter(|(other, _)| other.name != OURS);
            let least = least.map(|(_, cpu)| *cpu).fold(f64::INFINITY, f64::min);
            let verdict = if is_ours { report.verdict(cpu[at] <= least) } else { "" };
            report
                .line(&format!("BGSAVE of {count} keys  {name:12} {:.2} CPU s {verdict}", cpu[at]));
            report.sample(&format!("save,{name},{:.3},", cpu[at]));
        }
        if let Some(time) = times.get(at) {
            let faster = times[0] / time;
            let verdict = if is_ours { report.verdict(faster >= LOAD_MUST) } else { "" };
            report.line(&format!(
                "loading {count} keys  {name:12} {time:.2} s ({faster:.2} x) {verdict}"
            ));
            report.sample(&format!("load,{name},{time:.3},"));
        }
    }
    Ok(())
}

/// CPU seconds of a BGSAVE of so many keys, at rest.
fn save(line: &str, count: u64) -> Result<f64, String> {
    let server = Server::start_line(line, "save", None)?;
    let mut client = Client::connect(server.port)?;
    client.call(&["DEBUG", "POPULATE", &count.to_string(), "key", VALUE_BYTES])?;
    let before = cpu_of(&mut client)?;
    client.call(&["BGSAVE"])?;
    let begin = Instant::now();
    while info(&mut client, "persistence")?.contains("rdb_bgsave_in_progress:1") {
        if begin.elapsed() > SAVE_MOST {
            return Err("BGSAVE does not end".to_owned());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    // A child counts once it was waited for.
    std::thread::sleep(Duration::from_millis(300));
    let spent = cpu_of(&mut client)? - before;
    if !info(&mut client, "persistence")?.contains("rdb_last_bgsave_status:ok") {
        return Err("BGSAVE failed".to_owned());
    }
    Ok(spent)
}

fn info(client: &mut Client, section: &str) -> Result<String, String> {
    Ok(client.call(&["INFO", section])?.render().join("\n"))
}

/// CPU seconds of a server and the children that it has waited for.
fn cpu_of(client: &mut Client) -> Result<f64, String> {
    const FIELDS: [&str; 4] =
        ["used_cpu_sys", "used_cpu_user", "used_cpu_sys_children", "used_cpu_user_children"];
    let info = info(client, "cpu")?.replace("\\r\\n", "\n");
    let field = |name: &str| {
        let value = info.split(&format!("{name}:")).nth(1)?;
        let value: String = value.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        value.parse::<f64>().ok()
    };
    FIELDS.iter().map(|name| field(name).ok_or_else(|| format!("INFO has no {name}"))).sum()
}
