//! `cargo xtask storm`: five thousand connections within a second, most of them up to no good,
//! beside clients that behave. Those must see no error and no long wait, and what the storm took
//! must be given back.
//!
//! | of ten | what they do |
//! |---|---|
//! | 5 | send garbage: random bytes, broken frames, endless lines, huge announced lengths |
//! | 2 | ask for much and never read |
//! | 2 | ask, then close their half at once |
//! | 1 | never say a word |

use crate::rng::Rng;
use crate::run::Tally;
use crate::server::{Options, Server};
use crate::transcript::Reply;
use crate::wire::{Client, encode_into};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Connections of the storm.
const STORM: usize = 5000;
/// Threads that make them.
const MAKERS: usize = 4;
/// How long they stay.
const STAY: Duration = Duration::from_secs(3);
/// Clients that behave, and what one of them waits between two requests.
const GOOD: usize = 8;
const PAUSE: Duration = Duration::from_millis(1);
/// What one in a hundred of their requests may take.
const P99_MS: f64 = 10.0;
/// What may be left of what it took, as a part of what there was.
const BACK_PERCENT: f64 = 10.0;
/// What the storm may take: it announces two hundred times as much.
const ANNOUNCED_MAX: u64 = 256 << 20;
/// Keys and bytes of a value: what memory is measured against.
const KEYS: usize = 60_000;
const VALUE: usize = 1000;

/// `cargo xtask storm [--seed S] [--workers N] [--bin PATH]`
///
/// # Errors
/// A text if the server cannot be started or asked.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    if let Some(tally) = with_more_files(args)? {
        return Ok(tally);
    }
    let args = crate::args::parse(args, &["seed", "workers", "bin"], &[])?;
    let bin = args.value("bin").map_or_else(crate::env::server_bin, PathBuf::from);
    let seed: u64 = args.number("seed", 1)?;
    let workers = match args.value("workers") {
        Some(_) => vec![args.number("workers", 1)?],
        None => vec![1, 2],
    };
    let mut total = Tally::default();
    for count in workers {
        let socket = std::env::temp_dir().join(format!("storm-{}-{count}", std::process::id()));
        let words = ["--maxclients", "6000", "--unixsocket", &socket.to_string_lossy()];
        let options = Options {
            workers: Some(count),
            args: words.map(str::to_owned).into(),
            ..Options::default()
        };
        let server = Server::start(&bin, &format!("storm-{count}"), &options)?;
        let tally = Field { server, socket, seed, workers: count }.play()?;
        total.add(&tally);
    }
    Ok(total)
}

/// Where too few files may be open: runs this in another process that may open more.
fn with_more_files(args: &[String]) -> Result<Option<Tally>, String> {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    if soft.is_none_or(|soft| soft > STORM + 1000) {
        return Ok(None);
    }
    let me = std::env::current_exe().map_err(|e| e.to_string())?;
    let raise = format!("ulimit -n {} && exec \"$0\" storm \"$@\"", STORM + 2000);
    let status = std::process::Command::new("sh").arg("-c").arg(raise).arg(me).args(args).status();
    Ok(Some(Tally::one(status.map_err(|e| e.to_string())?.success())))
}

struct Field {
    server: Server,
    socket: PathBuf,
    seed: u64,
    workers: u32,
}

/// Memory at an instant.
#[derive(Clone, Copy)]
struct Memory {
    used: u64,
    resident: u64,
}

impl Field {
    fn play(mut self) -> Result<Tally, String> {
        self.fill()?;
        let before = self.memory()?;
        let storm = self.storm()?;
        let mut after = self.memory()?;
        // Pages go back to the system within seconds.
        let end = Instant::now() + Duration::from_secs(25);
        while !after.is_near(before) && Instant::now() < end {
            thread::sleep(Duration::from_millis(250));
            after = self.memory()?;
        }
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let percent = |now: u64, then: u64| (now as f64 / then as f64 - 1.0) * 100.0;
        let name = format!("storm ({} workers, seed {})", self.workers, self.seed);
        println!(
            "{name}: {} connections in {:.2} s, {} refused; well-behaved: {} requests, {} errors, \
             p50 {:.2} ms, p99 {:.2} ms, longest {:.1} ms; used {:.1} -> {:.1} -> {:.1} MiB \
             ({:+.1} %), resident {:.1} -> {:.1} MiB ({:+.1} %); goals: 0 errors, p99 {P99_MS} ms, \
             +{BACK_PERCENT} %",
            storm.connected,
            storm.took.as_secs_f64(),
            STORM - storm.connected,
            storm.waits_ms.len(),
            storm.errors.len(),
            storm.percentile(50.0),
            storm.percentile(99.0),
            storm.percentile(100.0),
            mib(before.used),
            mib(storm.used_at_height),
            mib(after.used),
            percent(after.used, before.used),
            mib(before.resident),
            mib(after.resident),
            percent(after.resident, before.resident),
        );
        storm.errors.iter().take(3).for_each(|error| println!("  {error}"));
        let checks = [
            ("no error for who behaves", storm.errors.is_empty()),
            ("one in a hundred waits less than 10 ms", storm.percentile(99.0) < P99_MS),
            ("what is announced and not sent takes no memory", {
                storm.used_at_height < before.used + ANNOUNCED_MAX
            }),
            ("memory returns to within a tenth", after.is_near(before)),
            ("all of the storm's connections are gone", self.clients()? <= 2),
            ("an administrator gets in when all places are taken", self.reserve()?),
            ("the server lives", self.server.is_alive()),
        ];
        let mut tally = Tally::default();
        for (what, fine) in checks {
            println!("{name} / {what} ... {}", if fine { "ok" } else { "FAILED" });
            tally.add(&Tally::one(fine));
        }
        Ok(tally)
    }

    fn fill(&self) -> Result<(), String> {
        let mut client = Client::connect(self.server.port)?;
        let value = "v".repeat(VALUE);
        for first in (0..KEYS).step_by(100) {
            let mut words = vec!["MSET".to_owned()];
            for n in first..first + 100 {
                words.extend([format!("key:{n}"), value.clone()]);
            }
            client.call(&words)?;
        }
        Ok(())
    }

    fn info(&self, field: &str) -> Result<u64, String> {
        let mut client = Client::connect(self.server.port)?;
        let Reply::Bulk(text) = client.call(&["INFO"])? else { return Err("no INFO".to_owned()) };
        let text = String::from_utf8_lossy(&text).into_owned();
        let value = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        value.and_then(|value| value.trim().parse().ok()).ok_or_else(|| format!("no {field}"))
    }

    fn memory(&self) -> Result<Memory, String> {
        Ok(Memory { used: self.info("used_memory")?, resident: self.server.rss_bytes() })
    }

    fn clients(&self) -> Result<u64, String> {
        let end = Instant::now() + Duration::from_secs(5);
        loop {
            let clients = self.info("connected_clients")?;
            if clients <= 2 || Instant::now() > end {
                return Ok(clients);
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// With all places taken TCP is refused and the unix socket is not.
    fn reserve(&self) -> Result<bool, String> {
        let mut first = Client::connect(self.server.port)?;
        first.call(&["CONFIG", "SET", "maxclients", "1"])?;
        let refused = Client::connect(self.server.port)?.next(Duration::from_secs(5))?;
        let is_refused = matches!(&refused, Some(Reply::Error(text))
            if text == b"ERR max number of clients reached");
        let mut admin = UnixStream::connect(&self.socket).map_err(|e| e.to_string())?;
        admin.set_read_timeout(Some(Duration::from_secs(5))).map_err(|e| e.to_string())?;
        admin.write_all(b"CONFIG SET maxclients 100\r\n").map_err(|e| e.to_string())?;
        let mut reply = [0; 5];
        let _ = admin.read(&mut reply);
        Ok(is_refused && &reply == b"+OK\r\n")
    }

    fn storm(&self) -> Result<Storm, String> {
        let (port, over) = (self.server.port, Arc::new(AtomicBool::new(false)));
        let good: Vec<_> = (0..GOOD)
            .map(|index| {
                let (over, seed) = (Arc::clone(&over), self.seed);
                thread::spawn(move || behave(port, index, seed, &over))
            })
            .collect();
        thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        let makers: Vec<_> = (0..MAKERS)
            .map(|maker| {
                let rng = Rng::new(self.seed, maker as u64);
                thread::spawn(move || misbehave(port, rng, begun))
            })
            .collect();
        thread::sleep(Duration::from_secs(2));
        let used_at_height = self.info("used_memory")?;
        let mut storm = Storm { used_at_height, ..Storm::default() };
        for maker in makers {
            let (connected, took) = maker.join().map_err(|_| "a maker panicked".to_owned())?;
            storm.connected += connected;
            storm.took = storm.took.max(took);
        }
        thread::sleep(Duration::from_millis(500));
        over.store(true, Ordering::Relaxed);
        for one in good {
            let (waits, error) = one.join().map_err(|_| "a client panicked".to_owned())?;
            storm.waits_ms.extend(waits);
            storm.errors.extend(error);
        }
        storm.waits_ms.sort_by(f64::total_cmp);
        Ok(storm)
    }
}

impl Memory {
    fn is_near(self, before: Self) -> bool {
        let near = |now: u64, then: u64| now as f64 <= then as f64 * (1.0 + BACK_PERCENT / 100.0);
        near(self.used, before.used) && near(self.resident, before.resident)
    }
}

/// What came of it.
#[derive(Default)]
struct Storm {
    connected: usize,
    took: Duration,
    used_at_height: u64,
    waits_ms: Vec<f64>,
    errors: Vec<String>,
}

impl Storm {
    fn percentile(&self, percent: f64) -> f64 {
        let last = self.waits_ms.len().saturating_sub(1) as f64;
        self.waits_ms.get((last * percent / 100.0) as usize).copied().unwrap_or(f64::MAX)
    }
}

/// A client that behaves: writes, reads what it wrote, waits a little. Its waits, and what went
/// wrong.
fn behave(port: u16, index: usize, seed: u64, over: &AtomicBool) -> (Vec<f64>, Option<String>) {
    let mut waits = Vec::new();
    let result = (|| {
        let mut client = Client::connect(port)?;
        let mut rng = Rng::new(seed, 1000 + index as u64);
        while !over.load(Ordering::Relaxed) {
            let (key, value) = (format!("good:{index}"), rng.next().to_string());
            for (request, wanted) in [
                (vec!["SET", &key, &value], Reply::Status(b"OK".to_vec())),
                (vec!["GET", &key], Reply::Bulk(value.clone().into_bytes())),
            ] {
                let begun = Instant::now();
                let reply = client.call(&request)?;
                waits.push(begun.elapsed().as_secs_f64() * 1000.0);
                if reply != wanted {
                    return Err(format!("{request:?}: {}", reply.render().concat()));
                }
                thread::sleep(PAUSE);
            }
        }
        Ok(())
    })();
    (waits, result.err())
}

/// A part of the storm. How many connections it made, and when it had the last.
fn misbehave(port: u16, mut rng: Rng, begun: Instant) -> (usize, Duration) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut streams = Vec::new();
    let share = STORM / MAKERS;
    for n in 0..share {
        // Spread over nine tenths of a second.
        let due = Duration::from_micros(900_000 * n as u64 / share as u64);
        thread::sleep(due.saturating_sub(begun.elapsed()));
        let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(2)) else {
            continue;
        };
        if stream.set_nonblocking(true).is_err() {
            continue;
        }
        match n % 10 {
            0..=4 => drop(stream.write(&garbage(&mut rng))),
            5 | 6 => {
                let mut bytes = Vec::new();
                (0..100)
                    .for_each(|i| encode_into(&mut bytes, &["GET".to_owned(), format!("key:{i}")]));
                let _ = stream.write(&bytes);
            }
            7 | 8 => {
                let _ = stream.write(b"*2\r\n$3\r\nGET\r\n$5\r\nkey:1\r\n*1\r\n$4\r\nPI");
                let _ = stream.shutdown(Shutdown::Write);
            }
            _ => {}
        }
        streams.push(stream);
    }
    let took = begun.elapsed();
    // Some go on sending what nobody wants.
    while begun.elapsed() < STAY {
        for stream in streams.iter_mut().step_by(20) {
            let _ = stream.write(&garbage(&mut rng));
        }
        thread::sleep(Duration::from_millis(100));
    }
    (streams.len(), took)
}

fn garbage(rng: &mut Rng) -> Vec<u8> {
    let len = 1 + rng.below(2000);
    let noise = |rng: &mut Rng| -> Vec<u8> { (0..len).map(|_| rng.next() as u8).collect() };
    match rng.below(8) {
        0 => b"*1000000\r\n$536870912\r\n".to_vec(),
        1 => b"*1\r\n$-7\r\n".to_vec(),
        2 => b"*2147483648\r\n".to_vec(),
        3 => vec![b'a'; 20_000],
        4 => b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        5 => [b"*2\r\n$3\r\nGET\r\n$900\r\n".to_vec(), noise(rng)].concat(),
        6 => b"\r\n".repeat(len),
        _ => noise(rng),
    }
}
