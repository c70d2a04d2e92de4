//! Times the table with records, in nanoseconds an operation: `cargo run --release -p raw
//! --example bench -- [entries]`.
//!
//! Each line ends with a checksum of what was found, so that a wrong answer cannot look fast.
#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::hint::black_box;
use std::time::Instant;

use raw::{Lock, Payload, Record, Table, Verdict, View};

type Rec = Record<Vec<u8>>;

const STRIPES: usize = 64;

/// A good and cheap hash of short keys: folded multiplication of eight bytes at a time.
#[inline]
fn hash_of(key: &[u8]) -> u64 {
    let fold = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        wide as u64 ^ (wide >> 64) as u64
    };
    let mut state = 0x9e37_79b9_7f4a_7c15 ^ key.len() as u64;
    for chunk in key.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state = fold(state ^ u64::from_le_bytes(word), 0xd6e8_feb8_6659_fd93);
    }
    fold(state, 0xa076_1d64_78bd_642f)
}

/// `key:` and twelve hexadecimal digits; made anew each time, so that only the table's own memory
/// is touched.
#[inline]
fn key(n: u32) -> [u8; 16] {
    let mut key = *b"key:000000000000";
    for (i, byte) in key[8..].iter_mut().enumerate() {
        *byte = b"0123456789abcdef"[(n >> (4 * i)) as usize & 15];
    }
    key
}

/// Prints the time an operation took and a checksum.
fn report(name: &str, ops: usize, start: Instant, sum: u64) {
    let each = start.elapsed().as_nanos() as f64 / ops as f64;
    println!("{name:<34}{each:>8.1} ns   {sum:016x}");
}

struct Bench {
    stripes: Vec<Table<Rec>>,
    order: Vec<u32>,
}

impl Bench {
    fn new(entries: usize) -> Bench {
        let mut random = 88_172_645_463_325_252u64;
        let order = (0..entries).map(|_| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random % entries as u64) as u32
        });
        let order = order.collect();
        Bench { stripes: (0..STRIPES).map(|_| Table::new()).collect(), order }
    }

    fn fill(&mut self) {
        let start = Instant::now();
        for n in 0..self.order.len() as u32 {
            let key = key(n);
            let hash = hash_of(&key);
            let record = Rec::text(&key, &key[4..], None);
            self.stripes[hash as usize % STRIPES].insert(hash, record, hash_of);
        }
        let len: usize = self.stripes.iter().map(Table::len).sum();
        report("insert", self.order.len(), start, len as u64);
        let memory: usize = self.stripes.iter().map(Table::memory).sum();
        println!("{:<34}{:>8.2} bytes", "table an entry", memory as f64 / len as f64);
    }

    fn get(&self, name: &str, first: u8) {
        let start = Instant::now();
        let mut sum = 0u64;
        for &n in &self.order {
            let mut key = key(n);
            key[0] = first;
            let hash = hash_of(&key);
            if let Some(record) = self.stripes[hash as usize % STRIPES].get(hash, &key)
                && let View::Text(text) = record.view()
            {
                sum = sum.wrapping_mul(31).wrapping_add(u64::from(text[4]));
            }
        }
        report(name, self.order.len(), start, sum);
    }

    fn get_ahead(&self, batch: usize) {
        let start = Instant::now();
        let (mut sum, mut hashes) = (0u64, Vec::new());
        for group in self.order.chunks(batch) {
            hashes.clear();
            hashes.extend(group.iter().map(|&n| hash_of(&key(n))));
            for &hash in &hashes {
                self.stripes[hash as usize % STRIPES].prefetch(hash);
            }
            for &hash in &hashes {
                self.stripes[hash as usize % STRIPES].prefetch_entry(hash);
            }
            for (&hash, &n) in hashes.iter().zip(group) {
                let record = self.stripes[hash as usize % STRIPES].get(hash, &key(n));
                if let Some(View::Text(text)) = record.map(|record| record.view()) {
                    sum = sum.wrapping_mul(31).wrapping_add(u64::from(text[4]));
                }
            }
        }
        report(&format!("get, {batch} prefetched"), self.order.len(), start, sum);
    }

    fn get_one(&self) {
        let start = Instant::now();
        let (key, hash) = (&key(0), hash_of(&key(0)));
        let mut sum = 0;
        for _ in 0..self.order.len() {
            let table = &self.stripes[black_box(hash) as usize % STRIPES];
            sum += u64::from(table.get(hash, black_box(key)).is_some());
        }
        report("get, one hot key", self.order.len(), start, sum);
    }

    fn set(&mut self) {
        let start = Instant::now();
        for &n in &self.order {
            let key = key(n);
            let hash = hash_of(&key);
            if let Some(mut record) = self.stripes[hash as usize % STRIPES].get_mut(hash, &key) {
                record.set_text(&key[2..14]);
            }
        }
        report("overwrite, same size", self.order.len(), start, 0);
    }

    fn count(&mut self) {
        let record = Rec::with_payload(b"counter", Payload::Int(0), 0, None);
        let hash = hash_of(b"counter");
        let table = &mut self.stripes[hash as usize % STRIPES];
        table.insert(hash, record, hash_of);
        let start = Instant::now();
        for _ in 0..self.order.len() {
            let mut record = table.get_mut(black_box(hash), b"counter").expect("inserted");
            if let raw::ViewMut::Int(number) = record.view_mut() {
                *number += 1;
            }
        }
        report("increment, one hot key", self.order.len(), start, 0);
        table.remove(hash, b"counter", hash_of);
    }

    fn scan_and_sweep(&mut self) {
        let start = Instant::now();
        let (mut seen, mut pos) = (0, 0);
        for table in &self.stripes {
            loop {
                pos = table.scan(pos, hash_of, &mut |_| seen += 1);
                if pos == 0 {
                    break;
                }
            }
        }
        report("scan", self.order.len(), start, seen);
        let start = Instant::now();
        let mut cursor = 0;
        for table in &mut self.stripes {
            let mut keep = |_: &Rec| Verdict::Keep(u32::MAX);
            table.sweep(5, &mut cursor, usize::MAX, hash_of, &mut keep, &mut |_| {});
        }
        report("sweep with nothing due, a table", STRIPES, start, 0);
    }

    fn iterate(&self) {
        let start = Instant::now();
        let sum =
            self.stripes.iter().flat_map(Table::iter).map(|record| record.key().len() as u64).sum();
        report("iterate", self.order.len(), start, sum);
    }

    fn remove(&mut self) {
        let start = Instant::now();
        let mut removed = 0;
        for n in 0..self.order.len() as u32 {
            let key = key(n);
            let hash = hash_of(&key);
            let record = self.stripes[hash as usize % STRIPES].remove(hash, &key, hash_of);
            removed += u64::from(record.is_some());
        }
        report("remove", self.order.len(), start, removed);
    }
}

fn records(entries: usize) {
    let start = Instant::now();
    let mut sum = 0;
    for n in 0..entries {
        let key = key(n as u32);
        sum += black_box(Rec::text(&key, &key, None)).key().len() as u64;
    }
    report("record made and dropped", entries, start, sum);
}

fn lock() {
    for solo in [false, true] {
        let lock = Lock::new(0u64, solo);
        let start = Instant::now();
        for _ in 0..10_000_000 {
            *black_box(&lock).lock() += 1;
        }
        report(if solo { "lock, solo" } else { "lock" }, 10_000_000, start, *lock.lock());
    }
}

fn main() {
    let entries = std::env::args().nth(1).and_then(|arg| arg.parse().ok()).unwrap_or(1_000_000);
    let mut bench = Bench::new(entries);
    bench.fill();
    bench.get("get", b'k');
    bench.get("get, absent", b'x');
    bench.get_ahead(16);
    bench.get_ahead(64);
    bench.get_one();
    bench.set();
    bench.count();
    bench.scan_and_sweep();
    bench.iterate();
    bench.remove();
    bench.fill();
    let start = Instant::now();
    drop(bench);
    report("drop", entries, start, 0);
    records(entries);
    lock();
}
