//! TLS: GET of 50 clients per second of the server's CPU time, as a ratio to the first peer; and
//! what other clients feel of a thousand handshakes a second.
//!
//! A handshake here is what a client without a pool does: connect, shake hands without resuming a
//! session, one PING, close. They are started at their due times, whatever became of those before.

use super::latency::{pin, probe};
use super::speed::measure;
use super::{Contender, OURS, Report, median, wanted};
use crate::args::Args;
use crate::authority::Certificates;
use crate::server::{Server, free_port};
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Operations per CPU second, against Redis with OpenSSL.
const MUST: f64 = 1.2;
const HANDSHAKES_A_SECOND: u64 = 1000;
/// What the 99th percentile of other clients must stay under, in microseconds.
const P99_US: u32 = 5000;
/// Threads that shake hands: one waits for an answer while others compute.
const SHAKERS: u64 = 8;

const CASES: &[(&str, &str)] = &[
    ("tls-get-p1", "-t get -c 50 -P 1 -d 64 -r 100000"),
    ("tls-get-p16", "-t get -c 50 -P 16 -d 64 -r 100000"),
    ("tls-set-p1", "-t set -c 50 -P 1 -d 64 -r 100000"),
];

pub(super) fn run(args: &Args, all: &[Contender], report: &mut Report) -> Result<(), String> {
    crate::setup::redis_tools()?;
    let scratch = crate::env::scratch("bench-tls").map_err(|e| e.to_string())?;
    let certificates = Certificates::make(&scratch)?;
    let has = wanted(args);
    let (server_cpu, load_cpu) = (args.number("server-cpu", 0)?, args.number("load-cpu", 1)?);
    let mut servers = Vec::new();
    for one in all {
        let port = free_port()?;
        let line = format!("{} {}", one.line, certificates.directives(port).join(" "));
        let server = Server::start_line(&line, &format!("tls-{}", one.name), Some(server_cpu))?;
        servers.push((one.name.clone(), server, port));
    }
    report.sample("case,server,round,ops,ops_per_cpu_second,p50_ms,p99_ms");
    let ca = certificates.path("ca-certificate.crt");
    for (case, load) in CASES.iter().filter(|(case, _)| has(case)) {
        let mut ratios: Vec<Vec<f64>> = vec![Vec::new(); servers.len()];
        let mut rates: Vec<Vec<f64>> = vec![Vec::new(); servers.len()];
        for round in 0..args.number("rounds", 3)? {
            let mut base = None;
            for (at, (name, server, port)) in servers.iter().enumerate() {
                let load = format!("{load} --tls --cacert {ca} -h localhost -p {port}");
                let seconds = args.number("seconds", 3.0)?;
                let sample = measure(server, &load, seconds, Some(load_cpu))?;
                let (ops, cpu) = (sample.ops, sample.ops_per_cpu);
                let (p50, p99) = (sample.p50_ms, sample.p99_ms);
                report.sample(&format!("{case},{name},{round},{ops:.0},{cpu:.0},{p50},{p99}"));
                ratios[at].push(cpu / *base.get_or_insert(cpu));
                rates[at].push(cpu);
            }
        }
        for (at, (name, ..)) in servers.iter().enumerate() {
            let (rate, ratio) = (median(rates[at].clone()), median(ratios[at].clone()));
            let goal = report.goal(name, ratio, MUST);
            report.line(&format!("{case:12} {name:12} {rate:>10.0}/cpu-s ({ratio:.2} x){goal}"));
        }
    }
    for (name, server, port) in servers.iter().filter(|_| has("handshakes")) {
        pin(std::process::id(), &load_cpu.to_string());
        storm(name, server, *port, &ca, args.number("seconds", 5.0)?, report)?;
    }
    Ok(())
}

/// A thousand handshakes a second beside a client that asks two thousand times a second.
fn storm(
    name: &str,
    server: &Server,
    port: u16,
    ca: &str,
    seconds: f64,
    report: &mut Report,
) -> Result<(), String> {
    let config = trust(ca)?;
    let (done, next, failed) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let count = (seconds * HANDSHAKES_A_SECOND as f64) as u64;
    let cpu = server.cpu_seconds();
    let begun = Instant::now();
    let (shaken, probed) = std::thread::scope(|scope| {
        let prober = scope.spawn(|| probe(server.port, &done));
        let shakers: Vec<_> = (0..SHAKERS)
            .map(|_| scope.spawn(|| shake(port, &config, &next, count, &failed)))
            .collect();
        let mut micros: Vec<u32> = Vec::new();
        for shaker in shakers {
            micros.extend(shaker.join().unwrap_or_default());
        }
        done.store(true, Ordering::Relaxed);
        (micros, prober.join())
    });
    let elapsed = begun.elapsed().as_secs_f64();
    let cpu_us = (server.cpu_seconds() - cpu) * 1e6 / shaken.len().max(1) as f64;
    let mut micros = probed.map_err(|_| "the prober failed")??;
    micros.sort_unstable();
    let at = |share: f64| micros[((micros.len() - 1) as f64 * share) as usize];
    let rate = shaken.len() as f64 / elapsed;
    let failed = failed.load(Ordering::Relaxed);
    let fine = failed == 0 && rate > 0.98 * HANDSHAKES_A_SECOND as f64 && at(0.99) < P99_US;
    let goal = if name == OURS {
        format!("  must 1,000/s and p99 < 5 ms {}", report.verdict(fine))
    } else {
        String::new()
    };
    report.sample(&format!("handshakes,{name},0,{rate:.0},,{},{}", at(0.5), at(0.99)));
    report.line(&format!(
        "handshakes   {name:12} {rate:>6.0}/s ({cpu_us:.0} us of CPU each, {failed} failed); others' \
         GET p50 {} p99 {} p99.9 {} max {} us{goal}",
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    ));
    Ok(())
}

fn trust(ca: &str) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_file(ca).map_err(|e| e.to_string())?;
    roots.add(ca).map_err(|e| e.to_string())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

/// Shakes hands at each due time, with others; how long each took, in microseconds.
fn shake(
    port: u16,
    config: &Arc<ClientConfig>,
    next: &AtomicU64,
    count: u64,
    failed: &AtomicU64,
) -> Vec<u32> {
    let begun = Instant::now();
    let mut micros = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count {
            return micros;
        }
        let due = begun + Duration::from_micros(number * 1_000_000 / HANDSHAKES_A_SECOND);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        match shake_once(port, config) {
            Ok(()) => micros.push(due.elapsed().as_micros() as u32),
            Err(_) => {
                failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

fn shake_once(port: u16, config: &Arc<ClientConfig>) -> std::io::Result<()> {
    let name = ServerName::try_from("localhost").map_err(std::io::Error::other)?;
    let mut tls = ClientConnection::new(Arc::clone(config), name).map_err(std::io::Error::other)?;
    let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut stream = rustls::Stream::new(&mut tls, &mut socket);
    stream.write_all(b"PING\r\n")?;
    let mut reply = [0; 7];
    stream.read_exact(&mut reply)?;
    if &reply == b"+PONG\r\n" { Ok(()) } else { Err(std::io::Error::other("no PONG")) }
}

/// Whether a peer's binary was built with TLS.
pub(super) fn speaks_tls(one: &Contender) -> bool {
    let bin = one.line.split_whitespace().next().unwrap_or_default();
    // It ends either way: it has nowhere to listen, or it does not know the directive.
    let output = Command::new(bin).args(["--port", "0", "--tls-auth-clients", "no"]).output();
    one.name == OURS
        || output.is_ok_and(|output| {
            !String::from_utf8_lossy(&output.stderr).contains("FATAL CONFIG FILE ERROR")
        })
}
