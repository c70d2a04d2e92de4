//! Times the collections' hot paths: `cargo run --release -p engine --example collections [ops]
//! [size ..]`.
//!
//! Each line prints nanoseconds of processor time an operation and a checksum of what the
//! operations returned.

use engine::hash::{HashMut, HashRef};
use engine::list::{End, ListMut, ListRef};
use engine::set::{SetMut, SetRef};
use engine::zset::{Added, ZsetMut, ZsetRef};
use engine::{Limits, Rec, Type, value};
use std::hint::black_box;

const LIMITS: Limits = Limits::DEFAULT;

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Nanoseconds this thread has spent on a processor, so that a busy machine matters less.
fn cpu_nanos() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0.0)
}

fn time(name: &str, ops: u64, mut op: impl FnMut(u64) -> u64) {
    let start = cpu_nanos();
    let sum = (0..ops).fold(0_u64, |sum, i| sum.wrapping_add(op(i)));
    let nanos = (cpu_nanos() - start) / ops as f64;
    #[expect(clippy::print_stdout, reason = "this is a bench")]
    {
        println!("{name:40} {nanos:8.1} ns  [{sum}]");
    }
}

fn new(kind: Type) -> Rec {
    value::empty(kind).expect("a collection")(b"key:000000000001")
}

/// `prefix` and 12 digits, as redis-benchmark makes keys.
fn name(prefix: &[u8], number: u64, out: &mut [u8; 32]) -> usize {
    let mut rest = number;
    out[..prefix.len()].copy_from_slice(prefix);
    for at in (prefix.len()..prefix.len() + 12).rev() {
        out[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    prefix.len() + 12
}

fn hashes(ops: u64, size: u64) {
    let mut rec = new(Type::Hash);
    let (mut state, mut text) = (7, [0; 32]);
    time(&format!("HSET, {size} fields"), ops, |_| {
        let len = name(b"element:", next(&mut state) % size, &mut text);
        HashMut::new(&mut rec, &LIMITS, 0).set(&text[..len], &[b'v'; 64]).into()
    });
    time(&format!("HGET, {size} fields"), ops, |_| {
        let len = name(b"element:", next(&mut state) % size, &mut text);
        HashRef::new(black_box(&rec), 0).get(&text[..len]).map_or(0, <[u8]>::len) as u64
    });
}

fn sets(ops: u64, size: u64) {
    let mut rec = new(Type::Set);
    let (mut state, mut text) = (7, [0; 32]);
    time(&format!("SADD, {size} members"), ops, |_| {
        let len = name(b"element:", next(&mut state) % size, &mut text);
        SetMut::new(&mut rec, &LIMITS).add(&text[..len]).into()
    });
    time(&format!("SISMEMBER, {size} members"), ops, |_| {
        let len = name(b"element:", next(&mut state) % size, &mut text);
        SetRef::new(black_box(&rec)).contains(&text[..len]).into()
    });
    time(&format!("SPOP + SADD, {size} members"), ops, |_| {
        let mut set = SetMut::new(&mut rec, &LIMITS);
        let popped = set.pop_random(next(&mut state)).expect("not empty");
        set.add(&popped).into()
    });
    let mut ints = new(Type::Set);
    time(&format!("SADD, {size} integers"), ops, |_| {
        let len = name(b"1", next(&mut state) % size, &mut text);
        SetMut::new(&mut ints, &LIMITS).add(&text[..len]).into()
    });
}

fn zsets(ops: u64, size: u64) {
    let mut rec = new(Type::Zset);
    let (mut state, mut text) = (7, [0; 32]);
    let mut add = |name_of: &str, scores: u64| {
        time(&format!("{name_of}, {size} members"), ops, |_| {
            let r = next(&mut state);
            let len = name(b"element:", r % size, &mut text);
            let score = (r >> 32) % scores;
            let added = ZsetMut::new(&mut rec, &LIMITS).add(&text[..len], score as f64);
            u64::from(added == Added::New)
        });
    };
    add("ZADD score 0", 1);
    add("ZADD random score", 1_000_000);
    add("ZADD random score again", 1_000_000);
    time(&format!("ZINCRBY 1, {size} members"), ops, |_| {
        let len = name(b"element:", next(&mut state) % size, &mut text);
        let mut set = ZsetMut::new(&mut rec, &LIMITS);
        let score = set.score(&text[..len]).unwrap_or(0.0) + 1.0;
        u64::from(set.add(&text[..len], score) == Added::New)
    });
    time(&format!("ZSCORE, {size} members"), ops, |_| {
        let len = name(b"element:", next(&mut state) % size, &mut text);
        ZsetRef::new(black_box(&rec)).score(&text[..len]).map_or(0, |score| score as u64)
    });
    time(&format!("ZRANK, {size} members"), ops, |_| {
        let len = name(b"element:", next(&mut state) % size, &mut text);
        ZsetRef::new(black_box(&rec)).rank(&text[..len]).map_or(0, |(rank, _)| rank as u64)
    });
    time(&format!("ZRANGE of 100, {size} members"), ops / 50, |_| {
        let from = (next(&mut state) % size) as usize;
        let set = ZsetRef::new(black_box(&rec));
        set.iter(from..from + 100).map(|(member, _)| member[19] as u64).sum()
    });
}

fn lists(ops: u64, size: u64) {
    let mut rec = new(Type::List);
    let mut state = 7;
    time(&format!("LPUSH to {size}, 20 bytes"), size, |_| {
        ListMut::new(&mut rec, &LIMITS).push(End::Head, &[b'x'; 20]);
        1
    });
    time(&format!("RPUSH + LPOP, {size} elements"), ops, |_| {
        let mut list = ListMut::new(&mut rec, &LIMITS);
        list.push(End::Tail, &[b'x'; 20]);
        list.pop_with(End::Head, |element| element.len() as u64).unwrap_or(0)
    });
    time(&format!("LPUSH + LPOP, {size} elements"), ops, |_| {
        let mut list = ListMut::new(&mut rec, &LIMITS);
        list.push(End::Head, &[b'x'; 20]);
        list.pop_with(End::Head, |element| element.len() as u64).unwrap_or(0)
    });
    time(&format!("LINDEX, {size} elements"), ops, |_| {
        let at = next(&mut state) % size;
        ListRef::new(black_box(&rec)).get(at as usize).map_or(0, <[u8]>::len) as u64
    });
    time(&format!("LSET, {size} elements"), ops, |_| {
        let at = next(&mut state) % size;
        ListMut::new(&mut rec, &LIMITS).set(at as usize, &[b'y'; 20]).into()
    });
    time(&format!("LRANGE of 100, {size} elements"), ops / 50, |_| {
        let from = (next(&mut state) % size) as usize;
        let list = ListRef::new(black_box(&rec));
        list.range(from..from + 100).map(|element| element[0] as u64).sum()
    });
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|n| n.parse().ok());
    let ops = numbers.next().unwrap_or(1_000_000);
    let mut sizes: Vec<u64> = numbers.collect();
    if sizes.is_empty() {
        sizes = vec![10, 100, 1_000, 1_000_000];
    }
    for size in sizes {
        hashes(ops, size);
        sets(ops, size);
        zsets(ops, size);
        lists(ops, size);
    }
}
