//! Clients that look for their replies without ever sleeping: a load that costs less for a request
//! than redis-benchmark's, for where that is busier than the server.

use super::latency::pin_this_thread;
use super::speed::Sample;
use crate::server::Server;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Keys, as redis-benchmark's `-r` has them.
const KEYS: u64 = 100_000;
const KEY_AT: usize = "*3\r\n$3\r\nSET\r\n$16\r\nkey:".len();
const KEY_DIGITS: usize = 12;
const VALUE_BYTES: usize = 64;
const REPLY: &[u8] = b"+OK\r\n";
/// Rounds over all clients between two looks at the clock.
const ROUNDS: u32 = 256;
const WARM_UP: Duration = Duration::from_millis(300);

/// One connection, and how many bytes of its reply are missing.
struct Poller {
    stream: TcpStream,
    missing: usize,
}

/// SETs of random keys by so many clients, each with one request under way, from a CPU of its own.
pub(super) fn sets(
    server: &Server,
    clients: usize,
    seconds: f64,
    cpu: u32,
) -> Result<Sample, String> {
    let run = || {
        pin_this_thread(cpu);
        run(server, clients, seconds).map_err(|e| format!("a polling client: {e}"))
    };
    // The thread is pinned for good, so it is one of its own.
    let ended = std::thread::scope(|scope| scope.spawn(run).join());
    ended.map_err(|_| "a polling client's thread panicked".to_owned())?
}

fn run(server: &Server, clients: usize, seconds: f64) -> std::io::Result<Sample> {
    let open = |_| {
        let stream = TcpStream::connect(("127.0.0.1", server.port))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Poller { stream, missing: 0 })
    };
    let mut pollers = (0..clients).map(open).collect::<std::io::Result<Vec<_>>>()?;
    let value = "x".repeat(VALUE_BYTES);
    let request =
        format!("*3\r\n$3\r\nSET\r\n$16\r\nkey:{:012}\r\n${VALUE_BYTES}\r\n{value}\r\n", 0);
    let mut request = request.into_bytes();
    let (mut draw, mut done, mut buf) = (1_u64, 0_u64, [0; 64]);
    let (mut begin, mut before) = (Instant::now() + WARM_UP, None);
    loop {
        for _ in 0..ROUNDS {
            for poller in &mut pollers {
                if poller.missing > 0 {
                    let read = match poller.stream.read(&mut buf) {
                        Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                        read => read?,
                    };
                    let at = REPLY.len() - poller.missing;
                    if read == 0 || !REPLY[at..].starts_with(&buf[..read]) {
                        return Err(std::io::Error::other("an end or an error for a reply"));
                    }
                    poller.missing -= read;
                    if poller.missing > 0 {
                        continue;
                    }
                    done += 1;
                }
                draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let key = format!("{:012}", (draw >> 33) % KEYS);
                request[KEY_AT..KEY_AT + KEY_DIGITS].copy_from_slice(key.as_bytes());
                // A request is far shorter than the socket's buffer, which is empty.
                poller.stream.write_all(&request)?;
                poller.missing = REPLY.len();
            }
        }
        let now = Instant::now();
        match before {
            None if now >= begin => (begin, before) = (now, Some((done, server.cpu_seconds()))),
            Some((first, cpu)) if (now - begin).as_secs_f64() >= seconds => {
                let (ops, elapsed) = ((done - first) as f64, (now - begin).as_secs_f64());
                let spent = (server.cpu_seconds() - cpu).max(1e-9);
                let (ops, ops_per_cpu) = (ops / elapsed, ops / spent);
                return Ok(Sample { ops, ops_per_cpu, p50_ms: f64::NAN, p99_ms: f64::NAN });
            }
            _ => {}
        }
    }
}
