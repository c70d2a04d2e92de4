//! What a bystander feels: the latency of GET at half load while something large happens, the cost
//! of idle connections, and the fate of a client that does not read.
//!
//! The server has one CPU, everything else the other. Half load is half of what redis-benchmark
//! gets out of the server with 50 clients; a pacer keeps it up in small batches. A prober sends
//! one GET every half millisecond, at its due time whatever happened before (a late reply makes
//! the next ones late, and they count as late). The prober, and the worker of a server with one,
//! run with real-time priority where that is allowed, so that it measures the server and not the
//! wait for a CPU that another process or a daemon of the kernel has. What the machine itself holds
//! up is measured first, by threads that do nothing but look at the clock.

use super::memory::drain;
use super::{Report, line, wanted};
use crate::args::Args;
use crate::run::captured;
use crate::server::Server;
use crate::transcript::Reply;
use crate::wire::{Client, encode_into};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const PROBE_EVERY: Duration = Duration::from_micros(500);
const BATCH: u64 = 64;
/// Real-time priorities: a worker that is busy does not keep a prober from looking at the clock.
const PROBER: &str = "2";
const WORKER: &str = "1";
/// What 999 of 1,000 GETs are to be under, and how far a snapshot of all may raise that.
const MUST_US: u32 = 1000;
const MUST_US_SAVING: u32 = 2000;

pub(super) fn run(args: &Args, bin: &Path, report: &mut Report) -> Result<(), String> {
    crate::setup::redis_tools()?;
    let scale: u64 = args.number("scale", 1)?;
    let has = wanted(args);
    let (server_cpu, load_cpu): (u32, u32) =
        (args.number("server-cpu", 0)?, args.number("load-cpu", 1)?);
    pin(std::process::id(), &load_cpu.to_string());
    report.sample("case,samples,p50_us,p99_us,p999_us,max_us");
    let line = line(&bin.display().to_string(), 1);
    let start = |name: &str, more: &str| {
        Server::start_line(&format!("{line} {more}"), name, Some(server_cpu))
    };
    if has("floor") {
        floor(&[server_cpu, load_cpu], report);
    }
    if has("quiet") {
        bystander(&start("quiet", "")?, ("nothing else", MUST_US), report, |_| {
            std::thread::sleep(Duration::from_secs(5));
            Ok(())
        })?;
    }
    if has("insert") {
        let server = start("insert", "")?;
        let count = 10_000_000 / scale;
        let name = format!("{count} keys are inserted");
        bystander(&server, (&name, MUST_US), report, |client| insert(client, count))?;
    }
    if has("expire") {
        let count = 1_000_000 / scale;
        expire(&start("expire", "")?, count, report)?;
    }
    for (kind, head, each) in KINDS {
        if has("delete") || has(&format!("delete-{kind}")) {
            let server = start(&format!("delete-{kind}"), "")?;
            delete(&server, (kind, head, each), 10_000_000 / scale, report)?;
        }
    }
    if has("store") {
        let line = super::line(&bin.display().to_string(), 2);
        let server = Server::start_line(&line, "store", None)?;
        pin(server.pid(), &format!("{server_cpu},{load_cpu}"));
        store(&server, 1_000_000 / scale, report)?;
    }
    if has("bgsave") {
        let server = start("bgsave", "--enable-debug-command yes")?;
        bgsave(&server, 10_000_000 / scale, report)?;
    }
    if has("idle") {
        let count = (10_000 / scale) as usize;
        idle(&start("idle", "--maxclients 12000")?, count, report)?;
    }
    if has("deaf") {
        let limit = "--client-output-buffer-limit \"normal 32mb 0 0\"";
        deaf(start("deaf", limit)?, 1024 / scale, report)?;
    }
    Ok(())
}

/// Measures GETs at half load while `work` runs on a connection of its own.
fn bystander(
    server: &Server,
    (name, must): (&str, u32),
    report: &mut Report,
    work: impl FnOnce(&mut Client) -> Result<(), String>,
) -> Result<(), String> {
    let half = half_load(server)?;
    for worker in workers(server) {
        run_at_once(&worker, WORKER);
    }
    let done = AtomicBool::new(false);
    let mut client = Client::connect(server.port)?;
    let began = Instant::now();
    let (worked, probed, paced) = std::thread::scope(|scope| {
        let prober = scope.spawn(|| probe(server.port, &done));
        let pacer = scope.spawn(|| pace(server.port, half, &done));
        std::thread::sleep(Duration::from_millis(500));
        let worked = work(&mut client);
        done.store(true, Ordering::Relaxed);
        (worked, prober.join(), pacer.join())
    });
    worked?;
    let mut micros = probed.map_err(|_| "the prober failed")??;
    let sent = paced.map_err(|_| "the pacer failed")??;
    let seconds = began.elapsed().as_secs_f64();
    micros.sort_unstable();
    let at = |share: f64| micros[((micros.len() - 1) as f64 * share) as usize];
    let (p50, p99, p999, max) = (at(0.5), at(0.99), at(0.999), at(1.0));
    report.sample(&format!("{name},{},{p50},{p99},{p999},{max}", micros.len()));
    let verdict = report.verdict(p999 < must);
    report.line(&format!(
        "GET while {name} ({seconds:.1} s, beside {:.0} GET/s): p50 {p50} p99 {p99} p99.9 {p999} \
         max {max} us  must p99.9 < {must} us {verdict}",
        sent as f64 / seconds
    ));
    Ok(())
}

/// Half of the operations a second that redis-benchmark gets.
fn half_load(server: &Server) -> Result<u64, String> {
    let port = server.port.to_string();
    let bench = |args: &str| {
        let mut command = Command::new("redis-benchmark");
        command.args(["-p", &port, "--csv"]).args(args.split_whitespace());
        captured(&mut command)
    };
    bench("-n 100000 -t set -P 32 -d 64 -r 10000")?;
    let output = bench("-n 150000 -t get -c 50 -d 64 -r 10000")?;
    let row = output.lines().last().unwrap_or_default();
    let rate = row.split("\",\"").nth(1).and_then(|f| f.trim_matches('"').parse::<f64>().ok());
    rate.map(|r| (r / 2.0) as u64).ok_or_else(|| format!("redis-benchmark: {output}"))
}

/// Sends `rate` GETs a second in a batch every 2 ms until `done`; returns how many.
fn pace(port: u16, rate: u64, done: &AtomicBool) -> Result<u64, String> {
    const EVERY: Duration = Duration::from_millis(2);
    const CLIENTS: u64 = 8;
    let mut clients: Vec<Client> =
        (0..CLIENTS).map(|_| Client::connect(port)).collect::<Result<_, _>>()?;
    let each = (rate / 500 / CLIENTS).max(1);
    let mut due = Instant::now();
    let (mut sent, mut out) = (0_u64, Vec::new());
    while !done.load(Ordering::Relaxed) {
        for client in &mut clients {
            out.clear();
            for _ in 0..each {
                sent += 1;
                encode_into(&mut out, &["GET", &format!("key:{:012}", sent * 7919 % 10_000)]);
            }
            client.send_raw(&out)?;
        }
        for client in &mut clients {
            drain(client, each)?;
        }
        due += EVERY;
        match due.checked_duration_since(Instant::now()) {
            Some(wait) => std::thread::sleep(wait),
            // Behind: load is what can be had, not a burst to catch up.
            None => due = Instant::now(),
        }
    }
    Ok(sent)
}

/// One GET every `PROBE_EVERY` until `done`; returns the latencies in microseconds.
pub(super) fn probe(port: u16, done: &AtomicBool) -> Result<Vec<u32>, String> {
    if let Some(thread) = this_thread() {
        run_at_once(&thread, PROBER);
    }
    let mut client = Client::connect(port)?;
    let mut micros = Vec::new();
    let mut due = Instant::now() + PROBE_EVERY;
    let mut behind = false;
    while !done.load(Ordering::Relaxed) {
        if let Some(wait) = due.checked_duration_since(Instant::now()) {
            std::thread::sleep(wait);
            behind = false;
        }
        // An alarm clock that rings late is not the server's fault; a late reply before is.
        let from = if behind { due } else { Instant::now() };
        client.call(&["GET", "key:000000000001"])?;
        micros.push(from.elapsed().as_micros() as u32);
        due += PROBE_EVERY;
        behind = due < Instant::now();
    }
    Ok(micros)
}

fn this_thread() -> Option<OsString> {
    let path = fs::read_link("/proc/thread-self").ok()?;
    path.file_name().map(OsStr::to_owned)
}

/// Has this thread run on one CPU alone.
pub(super) fn pin_this_thread(cpu: u32) {
    if let Some(thread) = this_thread() {
        let _ = captured(Command::new("taskset").args(["-p", "-c", &cpu.to_string()]).arg(thread));
    }
}

/// Gives a thread real-time priority, if that is allowed.
fn run_at_once(thread: &OsStr, priority: &str) {
    let _ = captured(Command::new("chrt").args(["-f", "-p", priority]).arg(thread));
}

/// The worker threads of a server.
fn workers(server: &Server) -> Vec<OsString> {
    let threads = fs::read_dir(format!("/proc/{}/task", server.pid()));
    let is_worker = |thread: &fs::DirEntry| {
        let name = fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
        name.starts_with("worker-")
    };
    let threads = threads.into_iter().flatten().flatten();
    threads.filter(is_worker).map(|thread| thread.file_name()).collect()
}

/// How long a thread of a server has run, in nanoseconds.
fn run_ns(server: &Server, thread: &OsStr) -> u64 {
    let path = Path::new("/proc").join(server.pid().to_string()).join("task").join(thread);
    let text = fs::read_to_string(path.join("schedstat")).unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or_default()
}

/// Has a process, with all its threads, run on these CPUs alone.
pub(super) fn pin(pid: u32, cpus: &str) {
    let _ = captured(Command::new("taskset").args(["-a", "-p", "-c", cpus, &pid.to_string()]));
}

/// Runs `command(i)` for each `i` below `count`, `BATCH` at a time.
fn batches(
    client: &mut Client,
    count: u64,
    mut command: impl FnMut(u64, &mut Vec<u8>),
) -> Result<(), String> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < count {
        let end = (i + BATCH).min(count);
        out.clear();
        (i..end).for_each(|n| command(n, &mut out));
        client.send_raw(&out)?;
        drain(client, end - i)?;
        i = end;
    }
    Ok(())
}

fn insert(client: &mut Client, count: u64) -> Result<(), String> {
    batches(client, count, |i, out| encode_into(out, &["SET", &format!("k:{i}"), "v"]))
}

fn expire(server: &Server, count: u64, report: &mut Report) -> Result<(), String> {
    let now_ms = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis());
    let mut client = Client::connect(server.port)?;
    let at = now_ms() + 12_000 + u128::from(count / 80);
    let at_text = at.to_string();
    batches(&mut client, count, |i, out| {
        encode_into(out, &["SET", &format!("e:{i}"), "v", "PXAT", &at_text]);
    })?;
    let mut gone_ms = 0;
    let name = format!("{count} keys expire at one instant");
    bystander(server, (&name, MUST_US), report, |client| {
        while now_ms() < at {
            std::thread::sleep(Duration::from_millis(1));
        }
        let start = Instant::now();
        // The keys of the load itself stay.
        loop {
            let Reply::Integer(left) = client.call(&["DBSIZE"])? else {
                return Err("DBSIZE failed".to_owned());
            };
            if left <= 10_000 || start.elapsed() > Duration::from_mins(1) {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        gone_ms = start.elapsed().as_millis();
        std::thread::sleep(Duration::from_secs(2));
        Ok(())
    })?;
    report
        .line(&format!("    the expired keys were gone {gone_ms} ms after their time, under load"));
    Ok(())
}

/// Collections: a name, the command that fills one, and its arguments for an element `#`.
const KINDS: [(&str, &str, &str); 4] = [
    ("list", "RPUSH", "element:#"),
    ("set", "SADD", "member:#"),
    ("hash", "HSET", "field:# value:#"),
    ("zset", "ZADD", "# member:#"),
];

/// Fills `key` with `count` elements, numbered from `from`.
fn fill(
    client: &mut Client,
    (head, each): (&str, &str),
    key: &str,
    from: u64,
    count: u64,
) -> Result<(), String> {
    batches(client, count / 100, |i, out| {
        let mut args = vec![head.to_owned(), key.to_owned()];
        for j in from + i * 100..from + i * 100 + 100 {
            args.extend(each.split(' ').map(|arg| arg.replace('#', &j.to_string())));
        }
        encode_into(out, &args);
    })
}

/// The longest that a thread which only looks at the clock was held up, in each half millisecond
/// of some seconds: no server on this machine can be better.
fn floor(cpus: &[u32], report: &mut Report) {
    let watch = |cpu: u32| {
        if let Ok(path) = fs::read_link("/proc/thread-self")
            && let Some(thread) = path.file_name().and_then(|name| name.to_str())
        {
            let cpu = cpu.to_string();
            let _ = captured(Command::new("taskset").args(["-p", "-c", &cpu, thread]));
        }
        let (mut gaps, mut worst) = (Vec::new(), Duration::ZERO);
        let (mut last, begin) = (Instant::now(), Instant::now());
        let mut due = begin + PROBE_EVERY;
        while begin.elapsed() < Duration::from_secs(5) {
            let now = Instant::now();
            worst = worst.max(now - last);
            if now >= due {
                gaps.push(worst.as_micros() as u32);
                (worst, due) = (Duration::ZERO, now + PROBE_EVERY);
            }
            last = now;
        }
        gaps
    };
    std::thread::scope(|scope| {
        let watches: Vec<_> =
            cpus.iter().map(|&cpu| (cpu, scope.spawn(move || watch(cpu)))).collect();
        for (cpu, gaps) in watches {
            let Ok(mut gaps) = gaps.join() else { continue };
            gaps.sort_unstable();
            let at = |share: f64| gaps[((gaps.len() - 1) as f64 * share) as usize];
            let (p99, p999, max) = (at(0.99), at(0.999), at(1.0));
            report.sample(&format!("floor of cpu {cpu},{},,{p99},{p999},{max}", gaps.len()));
            report.line(&format!(
                "floor: a bare loop on cpu {cpu} was held up p99 {p99} p99.9 {p999} max {max} us"
            ));
        }
    });
}

/// Two workers; one client unites two large sorted sets again and again. A prober on each worker:
/// the one whose worker is busy waits, the other must not.
fn store(server: &Server, count: u64, report: &mut Report) -> Result<(), String> {
    let mut client = Client::connect(server.port)?;
    let zset = ("ZADD", "# member:#");
    fill(&mut client, zset, "one", 0, count)?;
    fill(&mut client, zset, "two", count / 2, count)?;
    client.call(&["SET", "key:000000000001", "value"])?;
    // The one that is not busy: the kernel halts who has real-time priority and never sleeps, and
    // all that have it on the same CPU.
    let free = workers(server).into_iter().min_by_key(|worker| run_ns(server, worker));
    run_at_once(&free.ok_or("no worker")?, WORKER);
    let done = AtomicBool::new(false);
    let mut slowest = Duration::ZERO;
    let (worked, probed) = std::thread::scope(|scope| {
        // The next two connections go to different workers.
        let probers = [(); 2].map(|()| {
            let prober = scope.spawn(|| probe(server.port, &done));
            std::thread::sleep(Duration::from_millis(100));
            prober
        });
        let begin = Instant::now();
        let mut worked = Ok(());
        while begin.elapsed() < Duration::from_secs(5) && worked.is_ok() {
            let start = Instant::now();
            worked = client.call(&["ZUNIONSTORE", "both", "2", "one", "two"]).map(|_| ());
            slowest = slowest.max(start.elapsed());
        }
        done.store(true, Ordering::Relaxed);
        (worked, probers.map(std::thread::ScopedJoinHandle::join))
    });
    worked?;
    let mut free: Option<Vec<u32>> = None;
    for micros in probed {
        let mut micros = micros.map_err(|_| "a prober failed")??;
        micros.sort_unstable();
        if free.as_ref().is_none_or(|free| micros.len() > free.len()) {
            free = Some(micros);
        }
    }
    let micros = free.ok_or("no prober")?;
    let at = |share: f64| micros[((micros.len() - 1) as f64 * share) as usize];
    let (p50, p99, p999, max) = (at(0.5), at(0.99), at(0.999), at(1.0));
    let name = format!("ZUNIONSTORE of two sets of {count} on the other worker");
    report.sample(&format!("{name},{},{p50},{p99},{p999},{max}", micros.len()));
    let verdict = report.verdict(p999 < 1000);
    report.line(&format!(
        "GET beside {name} (at most {} ms each): p50 {p50} p99 {p99} p99.9 {p999} max {max} us  \
         must p99.9 < 1000 us {verdict}",
        slowest.as_millis()
    ));
    Ok(())
}

fn delete(
    server: &Server,
    (kind, head, each): (&str, &str, &str),
    count: u64,
    report: &mut Report,
) -> Result<(), String> {
    let mut client = Client::connect(server.port)?;
    fill(&mut client, (head, each), "big", 0, count)?;
    let before = server.rss_bytes();
    let name = format!("a {kind} of {count} elements is deleted");
    bystander(server, (&name, MUST_US), report, |client| {
        client.call(&["DEL", "big"])?;
        std::thread::sleep(Duration::from_secs(5));
        Ok(())
    })?;
    let after = server.rss_bytes();
    report.line(&format!("    resident: {} MiB before, {} MiB after", before >> 20, after >> 20));
    Ok(())
}

/// A snapshot is saved, while a client writes to the keys in it.
fn bgsave(server: &Server, count: u64, report: &mut Report) -> Result<(), String> {
    let mut client = Client::connect(server.port)?;
    client.call(&["DEBUG", "POPULATE", &count.to_string(), "key", "32"])?;
    let (before, cpu) = (server.rss_bytes(), server.cpu_seconds());
    let (mut most, mut took, mut writes) = (before, 0.0, Vec::new());
    let name = format!("{count} keys are saved");
    bystander(server, (&name, MUST_US_SAVING), report, |client| {
        let start = Instant::now();
        client.call(&["BGSAVE"])?;
        let mut number = 1_u64;
        loop {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let key = format!("key:{}", (number >> 33) % count);
            let asked = Instant::now();
            client.call(&["SET", &key, "another value of a key"])?;
            writes.push(asked.elapsed().as_micros());
            if writes.len() % 64 == 0 {
                most = most.max(server.rss_bytes());
                let info = client.call(&["INFO", "persistence"])?.render().join(" ");
                if !info.contains("rdb_bgsave_in_progress:1") {
                    break;
                }
            }
            std::thread::sleep(PROBE_EVERY);
        }
        took = start.elapsed().as_secs_f64();
        Ok(())
    })?;
    writes.sort_unstable();
    let at = |share: f64| writes[((writes.len() - 1) as f64 * share) as usize];
    let (p999, max) = (at(0.999), at(1.0));
    let grown = (most - before) as f64 * 100.0 / before as f64;
    let verdict = report.verdict(p999 < 2000 && max < 20_000 && grown < 10.0);
    report.line(&format!(
        "    saved in {took:.1} s ({:.1} CPU seconds with the load's); SET p99.9 {p999} max {max} us; \
         resident memory grew by {grown:.1} %  must < 2000, 20000, 10 % {verdict}",
        server.cpu_seconds() - cpu
    ));
    Ok(())
}

/// Connections that do nothing.
fn idle(server: &Server, count: usize, report: &mut Report) -> Result<(), String> {
    let files = format!("--nofile={0}:{0}", count + 1000);
    captured(Command::new("prlimit").args(["--pid", &std::process::id().to_string(), &files]))?;
    let mut first = Client::connect(server.port)?;
    first.call(&["PING"])?;
    std::thread::sleep(Duration::from_millis(500));
    let before = server.rss_bytes();
    let mut clients = Vec::new();
    for i in 0..count {
        let mut client =
            Client::connect(server.port).map_err(|e| format!("connection {i}: {e}"))?;
        client.call(&["PING"])?;
        clients.push(client);
    }
    std::thread::sleep(Duration::from_secs(2));
    let each = server.rss_bytes().saturating_sub(before) as f64 / count as f64;
    report.sample(&format!("idle connections,{count},{each:.0},,,"));
    let verdict = report.verdict(each < 1024.0);
    report.line(&format!(
        "{count} idle connections: {each:.0} bytes of resident memory each  must < 1024 {verdict}"
    ));
    Ok(())
}

/// A client that sends `mebibytes` MiB and reads nothing, beside one that is well-behaved.
fn deaf(mut server: Server, mebibytes: u64, report: &mut Report) -> Result<(), String> {
    let before = server.rss_bytes();
    let port = server.port;
    let done = AtomicBool::new(false);
    let (outcome, worst_us, peak) = std::thread::scope(|scope| {
        let deaf = scope.spawn(|| {
            let outcome = send_without_reading(port, mebibytes);
            done.store(true, Ordering::Relaxed);
            outcome
        });
        let (mut worst, mut peak) = (0, 0);
        let mut client = Client::connect(port)?;
        while !done.load(Ordering::Relaxed) {
            let start = Instant::now();
            client.call(&["PING"])?;
            worst = worst.max(start.elapsed().as_micros());
            peak = peak.max(server.rss_bytes());
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok::<_, String>((deaf.join(), worst, peak))
    })?;
    let (cut, text) = outcome.map_err(|_| "the deaf client failed")??;
    let grown = peak.saturating_sub(before) >> 20;
    let met = cut && server.is_alive() && worst_us < 100_000 && grown < 256;
    let verdict = report.verdict(met);
    report.line(&format!(
        "a client that sends {mebibytes} MiB and reads nothing: {text}; the other client waited \
         {worst_us} us at most; the server grew by {grown} MiB  {verdict}"
    ));
    Ok(())
}

/// Whether the server cut the connection off, and in words.
fn send_without_reading(port: u16, mebibytes: u64) -> Result<(bool, String), String> {
    let mut client = Client::connect(port)?;
    let limit = Some(Duration::from_secs(20));
    client.stream.set_write_timeout(limit).map_err(|e| e.to_string())?;
    let body = vec![b'x'; 1 << 20];
    let mut message = Vec::new();
    encode_into(&mut message, &[&b"ECHO"[..], &body]);
    for sent in 0..mebibytes {
        if let Err(e) = client.send_raw(&message) {
            let cut = !(e.contains("temporarily") || e.contains("timed out"));
            let word = if cut { "cut off" } else { "left to wait" };
            return Ok((cut, format!("{word} after {sent} MiB ({e})")));
        }
    }
    Ok((false, "not cut off".to_owned()))
}
