//! Resident bytes an item, case by case, each on a server of its own.
//!
//! The data is the same to the byte for every server and every run (`keccak.rs` makes it).

use super::keccak::shake128_hex;
use super::{Contender, OURS, Report, wanted};
use crate::args::Args;
use crate::server::Server;
use crate::transcript::Reply;
use crate::wire::{Client, encode_into};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Appends the command or commands of one step; returns how many replies they get.
type Generate = fn(u64, &mut Vec<u8>) -> u64;

struct Case {
    name: &'static str,
    items: u64,
    /// Items that one step of the generator makes.
    step: u64,
    generate: Generate,
    must_bytes: f64,
}

const M: u64 = 1_000_000;

const CASES: &[Case] = &[
    Case { name: "string", items: M, step: 1, generate: string, must_bytes: 78.0 },
    Case { name: "string-ttl", items: M, step: 1, generate: string_ttl, must_bytes: 90.0 },
    Case { name: "counter", items: M, step: 1, generate: counter, must_bytes: 45.0 },
    Case { name: "session-hash", items: M / 5, step: 1, generate: session, must_bytes: 600.0 },
    Case { name: "session-json", items: M / 5, step: 1, generate: json, must_bytes: 620.0 },
    Case { name: "zset-big", items: M, step: 100, generate: zset_big, must_bytes: 60.0 },
    Case { name: "zset-small", items: M / 10, step: 1, generate: zset_small, must_bytes: 150.0 },
    Case { name: "list", items: M / 10, step: 1, generate: list, must_bytes: 500.0 },
    Case { name: "intset", items: M / 10, step: 1, generate: intset, must_bytes: 130.0 },
    Case { name: "set-big", items: M, step: 100, generate: set_big, must_bytes: 46.0 },
    Case { name: "hash-big", items: M, step: 100, generate: hash_big, must_bytes: 56.0 },
];

fn hex(i: u64, digits: usize) -> String {
    shake128_hex(i.to_string().as_bytes(), digits)
}

fn string(i: u64, out: &mut Vec<u8>) -> u64 {
    encode_into(out, &["SET".to_owned(), format!("user:{i:012}"), hex(i, 32)]);
    1
}

fn string_ttl(i: u64, out: &mut Vec<u8>) -> u64 {
    let ttl = (86_400 + i % 600).to_string();
    let key = format!("user:{i:012}");
    encode_into(out, &["SET".to_owned(), key, hex(i, 32), "EX".to_owned(), ttl]);
    1
}

fn counter(i: u64, out: &mut Vec<u8>) -> u64 {
    encode_into(out, &["SET".to_owned(), format!("c:{i}"), i.to_string()]);
    1
}

/// A tutorial's session: about 500 bytes in six fields, with a time to live.
fn session(i: u64, out: &mut Vec<u8>) -> u64 {
    let key = format!("sess:{}", hex(i, 32));
    let (id, csrf, cart) = (i.to_string(), hex(i, 64), hex(i, 128));
    let agent = format!("Mozilla/5.0 {}", hex(i, 180));
    let fields = [
        "HSET",
        &key,
        "user_id",
        &id,
        "created_at",
        "2026-11-22T10:00:00Z",
        "csrf",
        &csrf,
        "cart",
        &cart,
        "agent",
        &agent,
        "ip",
        "10.0.0.1",
    ];
    encode_into(out, &fields);
    encode_into(out, &["EXPIRE", &key, &(86_400 + i % 600).to_string()]);
    2
}

fn json(i: u64, out: &mut Vec<u8>) -> u64 {
    let value = format!("{{\"user_id\":{i},\"data\":\"{}\"}}", hex(i, 470));
    let key = format!("session:{}", hex(i, 36));
    encode_into(out, &["SET", &key, &value, "EX", "86400"]);
    1
}

/// One command with `per_item` of a hundred items.
fn hundred(
    out: &mut Vec<u8>,
    head: [&str; 2],
    i: u64,
    per_item: impl Fn(u64) -> Vec<String>,
) -> u64 {
    let mut args: Vec<String> = head.map(str::to_owned).into();
    (i..i + 100).for_each(|j| args.extend(per_item(j)));
    encode_into(out, &args);
    1
}

fn zset_big(i: u64, out: &mut Vec<u8>) -> u64 {
    let pair = |j: u64| vec![(j * 7919 % 1_000_003).to_string(), format!("player:{j}")];
    hundred(out, ["ZADD", "leaderboard"], i, pair)
}

fn zset_small(i: u64, out: &mut Vec<u8>) -> u64 {
    let mut args = vec!["ZADD".to_owned(), format!("board:{i}")];
    for j in 0..10_u32 {
        // "0.0", "3.5", "7.0": one decimal, always.
        args.extend([format!("{:.1}", f64::from(j) * 3.5), format!("m{j}")]);
    }
    encode_into(out, &args);
    1
}

fn list(i: u64, out: &mut Vec<u8>) -> u64 {
    let mut args = vec!["RPUSH".to_owned(), format!("recent:{i}")];
    args.extend((0..20).map(|j| hex(i * 20 + j, 20)));
    encode_into(out, &args);
    1
}

fn intset(i: u64, out: &mut Vec<u8>) -> u64 {
    let mut args = vec!["SADD".to_owned(), format!("tags:{i}")];
    args.extend((i..i + 20).map(|j| j.to_string()));
    encode_into(out, &args);
    1
}

fn set_big(i: u64, out: &mut Vec<u8>) -> u64 {
    hundred(out, ["SADD", "visitors"], i, |j| vec![hex(j, 24)])
}

fn hash_big(i: u64, out: &mut Vec<u8>) -> u64 {
    hundred(out, ["HSET", "h"], i, |j| vec![format!("field:{j}"), hex(j, 16)])
}

pub(super) fn run(
    args: &Args,
    contenders: &[Contender],
    report: &mut Report,
) -> Result<(), String> {
    let scale: u64 = args.number("scale", 1)?;
    let has = wanted(args);
    report.sample("case,server,items,bytes_per_item,load_seconds");
    for case in CASES.iter().filter(|case| has(case.name)) {
        let mut row = format!("{:13}", case.name);
        let mut base = f64::NAN;
        let items = (case.items / scale).max(case.step);
        for contender in contenders {
            let server = Server::start_line(&contender.line, "memory", None)?;
            let (bytes, seconds) = fill(&server, case, items)
                .map_err(|e| format!("{} {}: {e}", contender.name, case.name))?;
            if base.is_nan() {
                base = bytes;
            }
            let _ = write!(row, "  {} {bytes:.0} B ({:.2} x)", contender.name, bytes / base);
            if contender.name == OURS {
                let verdict = report.verdict(bytes <= case.must_bytes);
                let _ = write!(row, "  must {:.0} {verdict}", case.must_bytes);
            }
            report.sample(&format!(
                "{},{},{items},{bytes:.1},{seconds:.2}",
                case.name, contender.name
            ));
        }
        report.line(&row);
    }
    Ok(())
}

/// Loads the case; returns the growth of resident memory an item, and the seconds it took.
fn fill(server: &Server, case: &Case, items: u64) -> Result<(f64, f64), String> {
    let mut client = Client::connect(server.port)?;
    client.call(&["PING"])?;
    std::thread::sleep(Duration::from_millis(300));
    let before = server.rss_bytes();
    let start = Instant::now();
    let (mut out, mut replies) = (Vec::new(), 0);
    let mut i = 0;
    while i < items {
        replies += (case.generate)(i, &mut out);
        i += case.step;
        if replies >= 256 || i >= items {
            client.send_raw(&out)?;
            drain(&mut client, replies)?;
            out.clear();
            replies = 0;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    std::thread::sleep(Duration::from_secs(1));
    let grown = server.rss_bytes().saturating_sub(before);
    Ok((grown as f64 / items as f64, seconds))
}

/// Reads that many replies; none may be an error.
pub(super) fn drain(client: &mut Client, replies: u64) -> Result<(), String> {
    for _ in 0..replies {
        match client.next(Duration::from_mins(1))? {
            Some(Reply::Error(text)) => return Err(String::from_utf8_lossy(&text).into_owned()),
            Some(Reply::Closed) => return Err("the server closed the connection".to_owned()),
            Some(_) => {}
            None => return Err("no reply within a minute".to_owned()),
        }
    }
    Ok(())
}
