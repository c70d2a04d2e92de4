//! Times the request parser and the encoders: `cargo run --release -p resp --example parse_speed
//! [rounds]`.
//! Prints nanoseconds a request, with the number of arguments found as proof of work.

use std::hint::black_box;
use std::time::Instant;

use resp::{Limits, Progress, RequestParser, encode};

fn main() {
    let rounds = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000);
    for (name, args) in [
        ("GET, key of 16", vec![&b"GET"[..], b"key:000000000001"]),
        ("SET, value of 64", vec![&b"SET"[..], b"key:000000000001", &[b'v'; 64]]),
        ("SET, value of 512", vec![&b"SET"[..], b"key:000000000001", &[b'v'; 512]]),
        ("MSET, 20 arguments", vec![&b"key:0001"[..]; 20]),
    ] {
        parse(name, &args, rounds);
    }
    replies(rounds);
}

fn parse(name: &str, args: &[&[u8]], rounds: usize) {
    const DEPTH: usize = 16;
    let mut buf = Vec::new();
    for _ in 0..DEPTH {
        encode::request(&mut buf, args);
    }
    let mut spans = Vec::new();
    let mut parser = RequestParser::default();
    let mut found = 0;
    let start = Instant::now();
    for _ in 0..rounds {
        spans.clear();
        let mut pos = 0;
        while let Ok(Progress::Complete { consumed }) =
            parser.parse(black_box(&buf[pos..]), &Limits::DEFAULT, &mut spans)
        {
            pos += consumed;
        }
        found += spans.len();
    }
    report(name, start, rounds * DEPTH, found);
}

fn replies(rounds: usize) {
    let value = [b'v'; 64];
    let mut out = Vec::with_capacity(4096);
    let mut bytes = 0;
    let start = Instant::now();
    for round in 0..rounds {
        out.clear();
        encode::bulk(&mut out, black_box(&value));
        encode::int(&mut out, black_box(round as i64));
        encode::simple(&mut out, black_box(b"OK"));
        bytes += out.len();
    }
    report("bulk of 64, int, OK", start, rounds, bytes);
}

#[expect(clippy::print_stdout, reason = "a program that reports to a terminal")]
fn report(name: &str, start: Instant, count: usize, proof: usize) {
    let nanos = start.elapsed().as_nanos() as f64 / count as f64;
    println!("{name:22} {nanos:7.1} ns   ({proof})");
}
