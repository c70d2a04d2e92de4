//! Bytes an item with jemalloc: `cargo run --release -p scrubjay-alloc --example footprint`.
#![expect(clippy::print_stdout, reason = "a bench prints")]

use raw::{Payload, Record, Table};
use scrubjay_alloc::{Jemalloc, purge, stats, thread_usage};

#[global_allocator]
static GLOBAL: Jemalloc = Jemalloc;

type Rec = Record<()>;
const STRIPES: u64 = 64;

fn hash_of(key: &[u8]) -> u64 {
    key.iter().fold(7u64, |hash, &byte| {
        let wide = u128::from(hash ^ u64::from(byte)) * 0x9e37_79b9_7f4a_7c15_d6e8_feb8_6659_fd93;
        (wide >> 64) as u64 ^ wide as u64
    })
}

fn measure(name: &str, items: u64, record: impl Fn(u64) -> Rec) {
    let used = || {
        let (allocated, freed) = thread_usage();
        allocated - freed
    };
    purge();
    let (before, used_before) = (stats(), used());
    let mut tables: Vec<Table<Rec>> = (0..STRIPES).map(|_| Table::new()).collect();
    for n in 0..items {
        let record = record(n);
        let hash = hash_of(record.key());
        tables[(hash % STRIPES) as usize].insert(hash, record, hash_of);
    }
    purge(); // As the decay would within seconds.
    let after = stats();
    let each = |bytes: usize| bytes as f64 / items as f64;
    let table: usize = tables.iter().map(Table::memory).sum();
    println!(
        "{name:<32} used {:>6.1}  active {:>6.1}  resident {:>6.1}  of it table {:>5.1}",
        each((used() - used_before) as usize),
        each(after.active - before.active),
        each(after.resident.saturating_sub(before.resident)),
        each(table),
    );
}

fn main() {
    let key = |n: u64| format!("key:{n:013}").into_bytes();
    measure("string, 17 + 32 bytes", 1_000_000, |n| Rec::text(&key(n), &[b'v'; 32], None));
    measure("the same with ttl", 1_000_000, |n| Rec::text(&key(n), &[b'v'; 32], Some(1)));
    measure("counter", 1_000_000, |n| {
        Rec::with_payload(format!("c:{n}").as_bytes(), Payload::Int(n as i64), 0, None)
    });
    measure("string, 17 + 500 bytes, ttl", 300_000, |n| Rec::text(&key(n), &[b'v'; 500], Some(1)));
}
