//! Publish and subscribe: one publisher, a thousand subscribers; deliveries per second of the
//! server's CPU time, as a ratio to the first peer.
//!
//! The publisher sends a pipeline of messages and waits for its replies, again and again; a thread
//! reads whatever has come for each subscriber. Counted is what has arrived. A server may send what
//! was published meanwhile to a subscriber in one piece.

use super::{Contender, Report, median, median_ratio};
use crate::args::Args;
use crate::server::Server;
use crate::wire::Client;
use std::io::{ErrorKind, Read as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const SUBSCRIBERS: usize = 1000;
const BODY_BYTES: usize = 64;

/// The ratio to Valkey 9.1 that we must reach.
const MUST: f64 = 2.0;
/// Name, messages in a pipeline.
const CASES: &[(&str, usize)] = &[("fanout-p1", 1), ("fanout-p16", 16)];

/// Deliveries a second of server CPU, and a second.
#[derive(Clone, Copy)]
struct Sample {
    per_cpu: f64,
    per_second: f64,
}

pub(super) fn run(
    args: &Args,
    contenders: &[Contender],
    report: &mut Report,
) -> Result<(), String> {
    let server_cpu = args.number("server-cpu", 0)?;
    let rounds: usize = args.number("rounds", 3)?;
    let seconds: f64 = args.number("seconds", 3.0)?;
    let mut servers = Vec::new();
    for c in contenders {
        servers.push(Server::start_line(&c.line, &format!("fanout-{}", c.name), Some(server_cpu))?);
    }
    report.sample("case,server,round,deliveries,deliveries_per_cpu_second");
    for (case, pipeline) in CASES {
        let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); servers.len()];
        for round in 0..rounds {
            for (i, server) in servers.iter().enumerate() {
                let sample = measure(server, *pipeline, seconds)?;
                let (each, cpu) = (sample.per_second, sample.per_cpu);
                let name = &contenders[i].name;
                report.sample(&format!("{case},{name},{round},{each:.0},{cpu:.0}"));
                samples[i].push(sample);
            }
        }
        for (i, contender) in contenders.iter().enumerate() {
            let ratio = |get: fn(&Sample) -> f64| median_ratio(&samples[i], &samples[0], get);
            let middle = |get: fn(&Sample) -> f64| median(samples[i].iter().map(get).collect());
            let cpu_ratio = ratio(|s| s.per_cpu);
            let goal = report.goal(&contender.name, cpu_ratio, MUST);
            report.line(&format!(
                "{case:12} {:12} {:>12.0}/s ({:>5.2} x) {:>12.0}/cpu-s ({cpu_ratio:>5.2} x){goal}",
                contender.name,
                middle(|s| s.per_second),
                ratio(|s| s.per_second),
                middle(|s| s.per_cpu),
            ));
        }
    }
    Ok(())
}

fn measure(server: &Server, pipeline: usize, seconds: f64) -> Result<Sample, String> {
    let mut readers = Vec::new();
    for _ in 0..SUBSCRIBERS {
        let mut client = Client::connect(server.port)?;
        client.call(&["SUBSCRIBE", "news"])?;
        client.stream.set_nonblocking(true).map_err(|e| e.to_string())?;
        readers.push(client);
    }
    let mut publisher = Client::connect(server.port)?;
    let body = "x".repeat(BODY_BYTES);
    let batch = crate::wire::encode(&["PUBLISH", "news", &body]).repeat(pipeline);
    let message = crate::wire::encode(&["message", "news", &body]).len() as u64;
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let read = read_all(&mut readers, &done);
            done.store(true, Ordering::Relaxed);
            read
        });
        let (begun, cpu) = (Instant::now(), server.cpu_seconds());
        let sent = (|| {
            while begun.elapsed().as_secs_f64() < seconds && !done.load(Ordering::Relaxed) {
                publisher.send_raw(&batch)?;
                for _ in 0..pipeline {
                    publisher.next(Duration::from_secs(10))?.ok_or("no reply to PUBLISH")?;
                }
            }
            Ok::<_, String>(())
        })();
        let (took, used) = (begun.elapsed().as_secs_f64(), server.cpu_seconds() - cpu);
        done.store(true, Ordering::Relaxed);
        let bytes = reader.join().map_err(|_| "the reader failed")??;
        sent?;
        let deliveries = (bytes / message) as f64;
        Ok(Sample { per_cpu: deliveries / used, per_second: deliveries / took })
    })
}

/// Reads what comes for any subscriber, until `done`; returns the bytes.
fn read_all(readers: &mut [Client], done: &AtomicBool) -> Result<u64, String> {
    let mut chunk = vec![0; 64 * 1024];
    let mut total = 0;
    while !done.load(Ordering::Relaxed) {
        let before = total;
        for reader in readers.iter_mut() {
            match reader.stream.read(&mut chunk) {
                Ok(0) => return Err("a subscriber was cut off".to_owned()),
                Ok(count) => total += count as u64,
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                Err(e) => return Err(format!("a subscriber: {e}")),
            }
        }
        if total == before {
            std::thread::sleep(Duration::from_micros(50));
        }
    }
    Ok(total)
}
