//! For tests only: asks a real `redis-server`, started on a free port of 127.0.0.1 and ended with
//! the test.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use resp::{ReplyParser, Value, encode};

/// A connection to a server of our own.
pub(crate) struct Oracle {
    server: Child,
    stream: TcpStream,
}

impl Oracle {
    /// Returns `None` unless `SCRUBJAY_ORACLE=1` and the server is installed.
    pub(crate) fn start() -> Option<Oracle> {
        if std::env::var_os("SCRUBJAY_ORACLE").is_none_or(|v| v != "1") {
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).ok()?.port();
        let mut server = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--port", &port.to_string()])
            .stdout(Stdio::null())
            .spawn()
            .ok()?;
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
                stream.set_nodelay(true).unwrap();
                return Some(Oracle { server, stream });
            }
            if Instant::now() > deadline {
                let _ = server.kill();
                panic!("redis-server does not answer on port {port}");
            }
            std::thread::yield_now();
        }
    }

    /// Sends commands together and returns their replies.
    pub(crate) fn ask(&mut self, commands: &[&[&[u8]]]) -> Vec<Value> {
        let mut out = Vec::new();
        for command in commands {
            encode::request(&mut out, command);
        }
        self.stream.write_all(&out).unwrap();
        let mut parser = ReplyParser::default();
        let (mut buf, mut replies) = (Vec::new(), Vec::new());
        let mut chunk = vec![0; 1 << 16];
        while replies.len() < commands.len() {
            let got = self.stream.read(&mut chunk).unwrap();
            assert!(got > 0, "redis-server closed the connection");
            buf.extend_from_slice(&chunk[..got]);
            while let Some((value, used)) = parser.parse(&buf).unwrap() {
                replies.push(value);
                buf.drain(..used);
            }
        }
        replies
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A small generator (xorshift64*), so that a failing case comes back.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A number's text: of many shapes and sizes, valid most of the time.
    pub(super) fn number(&mut self) -> String {
        let sign = ["", "", "-", "+"][self.below(4) as usize];
        let digits = |random: &mut Random, most: u64| -> String {
            (0..random.below(most)).map(|_| char::from(b'0' + random.below(10) as u8)).collect()
        };
        match self.below(10) {
            0 => format!("{sign}{}", self.below(100_000)),
            1 => format!("{sign}{}.{}", self.below(1000), self.below(1000)),
            2 => format!("{sign}{}.{}", digits(self, 25), digits(self, 25)),
            3 => format!(
                "{sign}{}.{}e{}",
                digits(self, 3),
                digits(self, 22),
                self.next() as i64 % 40
            ),
            4 => format!("{sign}{}e{}", digits(self, 20), self.next() as i64 % 330),
            5 => format!("{sign}{:e}", f64::from_bits(self.next())),
            6 => format!(
                "{sign}0x{:x}.{:x}p{}",
                self.next() >> 20,
                self.next(),
                self.next() as i64 % 80
            ),
            7 => format!("{sign}{}e{}", digits(self, 60), self.next() as i64 % 5000),
            8 => format!("{sign}0.{}{}", "0".repeat(self.below(20) as usize), digits(self, 22)),
            _ => format!("{sign}{}.{}5", self.below(100), digits(self, 17)),
        }
    }
}
