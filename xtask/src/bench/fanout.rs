//! Publish and subscribe: one publisher, a thousand subscribers; deliveries per second of the
//! server's CPU time, as a ratio to the first peer.
//!
//! The publisher sends a pipeline of messages, waits for its replies, and the subscribers are read
//! before the next one: so nobody's output grows, and each is counted as delivered only when it has
//! arrived. What is sent of a pipeline to one subscriber may come in one piece.

use super::{Contender, OURS, Report, median};
use crate::args::Args;
use crate::server::Server;
use crate::wire::Client;
use std::io::{ErrorKind, Read as _};
use std::time::{Duration, Instant};

const SUBSCRIBERS: usize = 1000;
const BODY_BYTES: usize = 64;

/// Name, messages in a pipeline, the ratio to Valkey 9.1 that we must reach.
const CASES: &[(&str, usize, f64)] = &[("fanout-p1", 1, 1.0), ("fanout-p16", 16, 2.0)];

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
    for (case, pipeline, must) in CASES {
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
            let ratio = |get: fn(&Sample) -> f64| {
                let pairs = samples[i].iter().zip(&samples[0]);
                median(pairs.map(|(own, base)| get(own) / get(base)).collect())
            };
            let middle = |get: fn(&Sample) -> f64| median(samples[i].iter().map(get).collect());
            let cpu_ratio = ratio(|s| s.per_cpu);
            let goal = if contender.name == OURS {
                format!("  must {must:.2} {}", report.verdict(cpu_ratio >= *must))
            } else {
                String::new()
            };
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
    let publish = crate::wire::encode(&["PUBLISH", "news", &body]);
    let batch = publish.repeat(pipeline);
    let message = crate::wire::encode(&["message", "news", &body]).len();
    let (begun, cpu) = (Instant::now(), server.cpu_seconds());
    let mut sent = 0;
    while begun.elapsed().as_secs_f64() < seconds {
        publisher.send_raw(&batch)?;
        for _ in 0..pipeline {
            publisher.next(Duration::from_secs(10))?.ok_or("no reply to PUBLISH")?;
        }
        sent += pipeline;
        drain(&mut readers, pipeline * message)?;
    }
    let deliveries = (sent * SUBSCRIBERS) as f64;
    let per_second = deliveries / begun.elapsed().as_secs_f64();
    Ok(Sample { per_cpu: deliveries / (server.cpu_seconds() - cpu), per_second })
}

/// Reads `bytes` of each subscriber.
fn drain(readers: &mut [Client], bytes: usize) -> Result<(), String> {
    let mut chunk = vec![0; 64 * 1024];
    let until = Instant::now() + Duration::from_secs(10);
    for reader in readers {
        let mut missing = bytes;
        while missing > 0 {
            match reader.stream.read(&mut chunk[..missing.min(64 * 1024)]) {
                Ok(0) => return Err("a subscriber was cut off".to_owned()),
                Ok(count) => missing -= count,
                Err(e) if e.kind() == ErrorKind::WouldBlock && Instant::now() < until => {
                    std::thread::sleep(Duration::from_micros(50));
                }
                Err(e) => return Err(format!("a subscriber: {e}")),
            }
        }
    }
    Ok(())
}
