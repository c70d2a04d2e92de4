//! `cargo xtask crash`: ends the server with SIGKILL at random instants under load, starts it again
//! on the same files, and looks for what was acknowledged.
//!
//! Writers count upwards, each in a key of its own, and move two counters in step inside of
//! transactions; somebody rewrites the log now and then. With `appendfsync always` no acknowledged
//! count may be missing, with `everysec` no more than a second of them; the two counters are never
//! apart. What the kill leaves is also what redis-check-aof calls valid.

use crate::run::Tally;
use crate::server::free_port;
use crate::transcript::Reply;
use crate::wire::Client;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

const WRITERS: usize = 8;
/// What `everysec` may lose, and a little for the writers' own delays.
const LOST_MOST: Duration = Duration::from_millis(1100);

/// What one writer knows of its keys.
#[derive(Clone, Debug, Default)]
struct Known {
    /// Counts that were sent last.
    sent: u64,
    pairs_sent: u64,
    /// Acknowledged counts with their instants, of this round.
    acked: Vec<(Instant, u64)>,
    pairs_acked: Vec<(Instant, u64)>,
}

/// `crash [--rounds N] [--policy always|everysec] [--bin PATH] [--seed S]`
///
/// # Errors
/// A text: the server could not be started.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    crate::setup::redis_tools()?;
    let args = crate::args::parse(args, &["rounds", "policy", "bin", "seed", "workers"], &[])?;
    let rounds: u64 = args.number("rounds", 24)?;
    let bin = match args.value("bin") {
        Some(bin) => PathBuf::from(bin),
        None => crate::env::server_bin(),
    };
    let mut tally = Tally::default();
    let policies: Vec<&str> = match args.value("policy") {
        Some(one) => vec![one],
        None => vec!["always", "everysec"],
    };
    for policy in policies {
        let workers: u32 = args.number("workers", 2)?;
        let mut random = Random(args.number("seed", 1)?);
        let found = rounds_of(&bin, policy, workers, rounds, &mut random)?;
        println!("crash / {policy}: {rounds} kills, {} wrong", found.len());
        found.iter().take(10).for_each(|line| println!("    {line}"));
        tally.add(&Tally::one(found.is_empty()));
    }
    Ok(tally)
}

fn rounds_of(
    bin: &Path,
    policy: &str,
    workers: u32,
    rounds: u64,
    random: &mut Random,
) -> Result<Vec<String>, String> {
    let dir = crate::env::scratch(&format!("crash-{policy}")).map_err(|e| e.to_string())?;
    let known: Vec<_> = (0..WRITERS).map(|_| Arc::new(Mutex::new(Known::default()))).collect();
    let mut wrong = Vec::new();
    for round in 0..rounds {
        let port = free_port()?;
        let mut child = start(bin, &dir, port, policy, workers)?;
        let mut client = wait_ready(port, &mut child)?;
        for (index, known) in known.iter().enumerate() {
            let known = &mut *known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(text) = look(&mut client, index, known)? {
                wrong.push(format!("round {round}, writer {index}: {text}"));
            }
        }
        let ends = Arc::new(AtomicBool::new(false));
        let mut threads: Vec<_> = known
            .iter()
            .enumerate()
            .map(|(index, known)| {
                let (known, ends) = (Arc::clone(known), Arc::clone(&ends));
                thread::spawn(move || write(port, index, &known, &ends))
            })
            .collect();
        let (stop, pause) = (Arc::clone(&ends), 50 + random.below(500));
        threads.push(thread::spawn(move || rewrite(port, pause, &stop)));
        let most = if policy == "always" { 500 } else { 2200 };
        sleep(Duration::from_millis(20 + random.below(most)));
        child.kill().map_err(|e| e.to_string())?;
        let _ = child.wait();
        ends.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().map_err(|_| "a writer panicked")?;
        }
        if let Some(text) = check(&dir)? {
            wrong.push(format!("round {round}: {text}"));
        }
        for known in &known {
            let known = &mut *known.lock().unwrap_or_else(PoisonError::into_inner);
            if policy != "always" {
                forget_last_second(&mut known.acked);
                forget_last_second(&mut known.pairs_acked);
            }
        }
    }
    let _ = std::fs::remove_dir_all(&dir);
    Ok(wrong)
}

/// What redis-check-aof has against the files, if it has something.
fn check(dir: &Path) -> Result<Option<String>, String> {
    let manifest = dir.join("appendonlydir/appendonly.aof.manifest");
    let output = Command::new("redis-check-aof").arg(manifest).output();
    let output = output.map_err(|e| format!("redis-check-aof: {e}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    // The kill may come in the midst of a long write.
    let is_fine = output.status.success() || said.contains("Reached EOF before reading EXEC");
    Ok((!is_fine).then_some(said))
}

/// Leaves what was acknowledged more than a second before the last acknowledgement: when the disk
/// cannot keep up, there are none for a while.
fn forget_last_second(acked: &mut Vec<(Instant, u64)>) {
    let Some((last, _)) = acked.last().copied() else { return };
    acked.retain(|(at, _)| *at + LOST_MOST <= last);
}

fn start(bin: &Path, dir: &Path, port: u16, policy: &str, workers: u32) -> Result<Child, String> {
    let log = File::options().create(true).append(true).open(dir.join("server.log"));
    let log = log.map_err(|e| e.to_string())?;
    let errors = log.try_clone().map_err(|e| e.to_string())?;
    let (port, workers) = (port.to_string(), workers.to_string());
    let mut command = Command::new(bin);
    command.args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]);
    command.args(["--appendfsync", policy, "--io-threads", &workers]);
    // For what redis-check-aof of Redis 7.0 reads.
    command.args(["--auto-aof-rewrite-percentage", "0", "--rdb-version", "10"]);
    command.current_dir(dir).stdin(Stdio::null()).stdout(log).stderr(errors);
    command.spawn().map_err(|e| format!("{command:?}: {e}"))
}

fn wait_ready(port: u16, child: &mut Child) -> Result<Client, String> {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        if let Ok(mut client) = Client::connect(port)
            && client.call(&["PING"]).is_ok_and(|reply| reply == Reply::Status(b"PONG".to_vec()))
        {
            return Ok(client);
        }
        if child.try_wait().ok().flatten().is_some() || Instant::now() > end {
            return Err("the server did not start again".to_owned());
        }
        sleep(Duration::from_millis(10));
    }
}

fn number(client: &mut Client, key: &str) -> Result<u64, String> {
    match client.call(&["GET", key])? {
        Reply::Bulk(text) => {
            String::from_utf8_lossy(&text).parse().map_err(|_| format!("{key} is no number"))
        }
        _ => Ok(0),
    }
}

/// Compares a writer's keys with what it knows, which begins anew from them.
fn look(client: &mut Client, index: usize, known: &mut Known) -> Result<Option<String>, String> {
    let count = number(client, &format!("s:{index}"))?;
    let (a, b) =
        (number(client, &format!("{{{index}}}a"))?, number(client, &format!("b:{index}"))?);
    let last = |acked: &[(Instant, u64)]| acked.last().map_or(0, |(_, count)| *count);
    let (acked, pairs) = (last(&known.acked), last(&known.pairs_acked));
    let found = if count < acked || count > known.sent {
        Some(format!("count {count}, acknowledged {acked}, sent {}", known.sent))
    } else if a != b {
        Some(format!("half a transaction: {a} and {b}"))
    } else if a < pairs || a > known.pairs_sent {
        Some(format!("pairs {a}, acknowledged {pairs}, sent {}", known.pairs_sent))
    } else {
        None
    };
    *known = Known { sent: count, pairs_sent: a, ..Known::default() };
    Ok(found)
}

/// Counts until the connection breaks.
fn write(port: u16, index: usize, known: &Mutex<Known>, ends: &AtomicBool) {
    let Ok(mut client) = Client::connect(port) else { return };
    let (key, a, b) = (format!("s:{index}"), format!("{{{index}}}a"), format!("b:{index}"));
    let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
    while !ends.load(Ordering::Relaxed) {
        let next = {
            let mut known = lock();
            known.sent += 1;
            known.sent
        };
        match client.call(&["SET", &key, &next.to_string()]) {
            Ok(Reply::Status(_)) => lock().acked.push((Instant::now(), next)),
            _ => return,
        }
        if next % 3 != 0 {
            continue;
        }
        let next = {
            let mut known = lock();
            known.pairs_sent += 1;
            known.pairs_sent
        };
        let calls: [&[&str]; 4] = [&["MULTI"], &["INCR", &a], &["INCR", &b], &["EXEC"]];
        for (at, call) in calls.iter().enumerate() {
            match client.call(call) {
                Ok(Reply::Array(_)) if at == 3 => {
                    lock().pairs_acked.push((Instant::now(), next));
                }
                Ok(Reply::Status(_)) => {}
                _ => return,
            }
        }
    }
}

/// Rewrites the log again and again.
fn rewrite(port: u16, pause_ms: u64, ends: &AtomicBool) {
    let Ok(mut client) = Client::connect(port) else { return };
    while !ends.load(Ordering::Relaxed) {
        if client.call(&["BGREWRITEAOF"]).is_err() {
            return;
        }
        sleep(Duration::from_millis(pause_ms));
    }
}

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}
