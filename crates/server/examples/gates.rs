//! Instructions of the hot paths, for `cargo xtask gates`: one case a run, counted by callgrind.
//!
//! `gates NAME OPERATIONS` builds a small data set, parses and runs requests for a while to warm
//! up, and then does the same in [`measured`], which is the only function whose instructions are
//! collected: bytes to arguments, dispatch, bytes of replies. No socket, no system call, a fixed
//! hash seed and a clock that stands still, so that counts repeat. `gates --list` names the cases.
//!
//! Each reply is checked once before anything is counted: what answers an error would look fast.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

use commands::offline::{Offline, Seat};
use commands::session::Session;
use commands::shared::Shared;
use commands::{Args, Output, dispatch};
use engine::Moment;
use resp::{Limits, Progress, RequestParser, Span, encode};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: alloc::Jemalloc = alloc::Jemalloc;

const NOW_MS: i64 = 1_700_000_000_000;

/// Keys, members or fields of a case: enough that tables have split, few enough to be built soon
/// under callgrind.
const SPREAD: usize = 1000;

/// One case.
struct Case {
    name: &'static str,
    /// Workers of the store: with one, locks are flags.
    workers: usize,
    /// Requests that build the data, run once for each number below `SPREAD`.
    setup: fn(usize) -> Vec<Vec<u8>>,
    request: fn(usize) -> Vec<Vec<u8>>,
    /// How each reply begins.
    reply: &'static str,
}

const CASES: &[Case] = &[
    case("get-hit", |n| words(&["SET", &key(n), VALUE]), |n| words(&["GET", &key(n)]), "$32\r\n"),
    case("get-miss", |n| words(&["SET", &key(n), VALUE]), |n| words(&["GET", &absent(n)]), "$-1"),
    case("set", |n| words(&["SET", &key(n), VALUE]), |n| words(&["SET", &key(n), VALUE]), "+OK"),
    Case {
        workers: 2,
        ..case(
            "set-2-workers",
            |n| words(&["SET", &key(n), VALUE]),
            |n| words(&["SET", &key(n), VALUE]),
            "+OK",
        )
    },
    case("set-new", |_| words(&["PING"]), |n| words(&["SET", &absent(n), VALUE]), "+OK"),
    case(
        "set-ex",
        |n| words(&["SET", &key(n), VALUE]),
        |n| words(&["SET", &key(n), VALUE, "EX", "3600"]),
        "+OK",
    ),
    case("incr", |n| words(&["SET", &key(n), "100000"]), |n| words(&["INCR", &key(n)]), ":100001"),
    case(
        "hset",
        |n| words(&["HSET", "h", &key(n), VALUE]),
        |n| words(&["HSET", "h", &key(n), VALUE]),
        ":0",
    ),
    case(
        "hget",
        |n| words(&["HSET", "h", &key(n), VALUE]),
        |n| words(&["HGET", "h", &key(n)]),
        "$32\r\n",
    ),
    case(
        "zadd",
        |n| words(&["ZADD", "z", &n.to_string(), &key(n)]),
        |n| words(&["ZADD", "z", &(n * 7 % SPREAD).to_string(), &key(n)]),
        ":0",
    ),
    case("sadd", |n| words(&["SADD", "s", &key(n)]), |n| words(&["SADD", "s", &key(n)]), ":0"),
    case("lpush", |_| words(&["LPUSH", "l", VALUE]), |_| words(&["LPUSH", "l", VALUE]), ":1001"),
    case("lrange-100", range_setup, |_| words(&["LRANGE", "l", "0", "99"]), "*100\r\n"),
    case("mset-10", |n| words(&["SET", &key(n), VALUE]), mset, "+OK"),
    case(
        "evalsha",
        script_setup,
        |n| words(&["EVALSHA", SCRIPT_DIGEST, "1", &key(n % 999 + 1)]),
        "$32\r\n",
    ),
];

/// A small script: what it costs is the way to it and back.
const SCRIPT: &str = "return redis.call('GET', KEYS[1])";
const SCRIPT_DIGEST: &str = "d3c21d0c2b9ca22f82737626a27bcaf5d288f99f";

const VALUE: &str = "abcdefghijklmnopqrstuvwxyz012345";

const fn case(
    name: &'static str,
    setup: fn(usize) -> Vec<Vec<u8>>,
    request: fn(usize) -> Vec<Vec<u8>>,
    reply: &'static str,
) -> Case {
    Case { name, workers: 1, setup, request, reply }
}

fn words(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

/// A key of the size of the memory table's: spread by a multiplication, so that neighbours are not.
fn key(n: usize) -> String {
    format!("key:{:012}", n * 7_919 % SPREAD)
}

fn absent(n: usize) -> String {
    format!("new:{n:012}")
}

fn range_setup(n: usize) -> Vec<Vec<u8>> {
    if n < 200 { words(&["RPUSH", "l", VALUE]) } else { words(&["PING"]) }
}

fn script_setup(n: usize) -> Vec<Vec<u8>> {
    if n == 0 { words(&["SCRIPT", "LOAD", SCRIPT]) } else { words(&["SET", &key(n), VALUE]) }
}

fn mset(n: usize) -> Vec<Vec<u8>> {
    let mut all = words(&["MSET"]);
    (0..10).for_each(|at| all.extend(words(&[&key(n + at), VALUE])));
    all
}

/// A server and one client of it.
struct Bench {
    shared: Shared,
    session: Session,
    seat: Seat,
    parser: RequestParser,
    spans: Vec<Span>,
    output: Output,
    /// Read once a batch by the server, so once a case here.
    moment: Moment,
}

impl Bench {
    fn new(workers: usize) -> Self {
        let offline = Offline::new(NOW_MS);
        let mut shared = offline.shared(workers);
        shared.scripts = Box::new(script::Engine::new(workers));
        let session = offline.connect(&shared, 0);
        let moment = offline.moment(&shared);
        Self {
            moment,
            shared,
            session,
            seat: Seat::new(0),
            parser: RequestParser::default(),
            spans: Vec::new(),
            output: Output::default(),
        }
    }

    /// Parses and runs requests as one batch; the last reply is in the output then. Returns the
    /// sum of the replies' lengths, so that nothing is left out.
    #[inline(always)]
    fn run(&mut self, requests: &[Vec<u8>]) -> usize {
        let mut turn = self.seat.turn(&self.shared, self.moment);
        let mut sum = 0;
        for request in requests {
            self.spans.clear();
            self.output.bytes.clear();
            self.output.pins.clear();
            let parsed = self.parser.parse(request, &Limits::DEFAULT, &mut self.spans);
            assert!(matches!(parsed, Ok(Progress::Complete { .. })), "a whole request");
            let args = Args::new(request, &self.spans);
            dispatch(&mut turn, &mut self.session, args, None, &mut self.output);
            sum += self.output.bytes.len();
        }
        sum
    }
}

/// What is counted.
#[inline(never)]
fn measured(bench: &mut Bench, requests: &[Vec<u8>]) -> usize {
    bench.run(requests)
}

/// The codec alone: a request of three arguments parsed, a bulk of 32 bytes encoded.
#[inline(never)]
fn measured_codec(requests: &[Vec<u8>], out: &mut Vec<u8>) -> usize {
    let mut parser = RequestParser::default();
    let mut spans = Vec::with_capacity(8);
    let mut sum = 0;
    for request in requests {
        spans.clear();
        out.clear();
        let parsed = parser.parse(request, &Limits::DEFAULT, &mut spans);
        sum += usize::from(parsed.is_ok()) + spans.len();
        encode::bulk(out, VALUE.as_bytes());
        sum += out.len();
    }
    sum
}

fn encoded(request: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode::request(&mut bytes, &request.iter().map(Vec::as_slice).collect::<Vec<_>>());
    bytes
}

fn run_case(case: &Case, operations: usize) {
    let mut bench = Bench::new(case.workers);
    let setup: Vec<Vec<u8>> = (0..SPREAD).map(|n| encoded(&(case.setup)(n))).collect();
    bench.run(&setup);
    let requests: Vec<Vec<u8>> = (0..operations).map(|n| encoded(&(case.request)(n))).collect();
    bench.run(&requests[..1]);
    let reply = String::from_utf8_lossy(&bench.output.bytes).into_owned();
    assert!(reply.starts_with(case.reply), "{}: {reply:?}", case.name);
    println!("{} {}", case.name, measured(&mut bench, &requests[1..]));
}

fn main() -> ExitCode {
    engine::fix_seed(7);
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["--list"] => {
            for case in CASES {
                println!("{}", case.name);
            }
            println!("codec");
            return ExitCode::SUCCESS;
        }
        [name, operations] => {
            let operations: usize = operations.parse().unwrap_or(1) + 1;
            if name == "codec" {
                let request = encoded(&words(&["SET", "key:000000000001", VALUE]));
                let requests = vec![request; operations - 1];
                println!("codec {}", measured_codec(&requests, &mut Vec::with_capacity(64)));
                return ExitCode::SUCCESS;
            }
            if let Some(case) = CASES.iter().find(|case| case.name == name) {
                run_case(case, operations);
                return ExitCode::SUCCESS;
            }
        }
        _ => {}
    }
    eprintln!("usage: gates --list | gates NAME OPERATIONS");
    ExitCode::from(2)
}
