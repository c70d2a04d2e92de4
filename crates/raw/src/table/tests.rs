use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use proptest::prelude::*;

use super::*;
use crate::naive::NaiveTable;
use crate::{MoveEach, Pair};

/// FNV-1a with a finish, so that all 64 bits are good.
fn good_hash(key: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325u64;
    let fnv = key.iter().fold(start, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let z = (fnv ^ (fnv >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (z ^ (z >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ (z >> 32)
}

/// Few distinct values: long overflow chains, segments that cannot be split.
fn bad_hash(key: &[u8]) -> u64 {
    match good_hash(key) % 16 {
        0..=6 => 0,
        7..=10 => u64::MAX,
        11..=13 => (good_hash(key) % 5) << 62,
        _ => good_hash(key) >> 8,
    }
}

/// Enough for several segments; miri is slow.
const LARGE: u32 = if cfg!(miri) { 600 } else { 5000 };

type HashFn = fn(&[u8]) -> u64;
const HASHES: [HashFn; 2] = [good_hash, bad_hash];

fn key(n: u32) -> Vec<u8> {
    format!("key:{n}").into_bytes()
}

/// Everything a table must satisfy between operations.
fn check(table: &Table<Pair>, hash_of: HashFn) {
    let (mut len, mut buckets, mut deepest) = (0, 0, 0);
    let mut tick = NEVER;
    for canon in table.segments() {
        let (segment, span) = (&table.dir[canon], table.span(canon));
        assert_eq!(canon % span, 0);
        let copies = &table.dir[canon..canon + span];
        assert!(copies.iter().all(|copy| std::ptr::eq(copy.buckets(), segment.buckets())));
        buckets += segment.size();
        deepest += u32::from(segment.depth() == table.global_depth());
        let entries = check_segment(table, canon, hash_of);
        assert_eq!(segment.len(), entries);
        assert!(entries <= segment.size() * 7);
        tick = tick.min(segment.tick());
        len += entries;
    }
    assert_eq!((len, buckets, deepest), (table.len, table.buckets, table.deepest));
    assert!(table.tick <= tick);
    assert_eq!(table.is_empty(), table.memory() == 0);
}

fn check_segment(table: &Table<Pair>, canon: usize, hash_of: HashFn) -> usize {
    let segment = &table.dir[canon];
    let mut outbound = vec![0usize; segment.size()];
    let mut entries = 0;
    for (at, bucket) in segment.buckets().iter().enumerate() {
        assert!(segment.tick() <= bucket.tick());
        assert_eq!(bucket.matches(0), !u32::from(bucket.occupied()) & 0xff);
        for slot in bucket.slots() {
            entries += 1;
            let entry = EntryRef::<Pair> { raw: bucket.pointer(slot), table: PhantomData };
            let hash = hash_of(entry.key());
            assert_eq!(bucket.matches(tag_of(hash)) >> slot & 1, 1);
            assert_eq!(table.canonical(table.index_of(hash)), canon);
            assert!(entry.expire_ms().is_none_or(|tick| i64::from(bucket.tick()) <= tick));
            let mut from = segment.home(hash);
            while from != at {
                outbound[from] += 1;
                from = (from + 1) % segment.size();
            }
        }
    }
    for (bucket, counted) in segment.buckets().iter().zip(outbound) {
        let stored = usize::from(bucket.outbound());
        assert!(stored == counted || stored == 255, "outbound {stored}, counted {counted}");
    }
    entries
}

#[derive(Clone, Debug)]
enum Op {
    Put { key: u32, value: u8, tick: Option<u16> },
    Resize { key: u32, len: usize, tick: Option<u16> },
    Remove { key: u32 },
    RemoveRange { from: u32, count: u32 },
    PutRange { from: u32, count: u32 },
    Sweep { tick: u16, budget: usize },
    Random { r: u64 },
    Relocate { pos: u64, each: u64 },
}

fn op(keys: u32) -> impl Strategy<Value = Op> {
    let (tick, most) = (|| proptest::option::of(0u16..1000), keys / 8 + 10);
    prop_oneof![
        4 => (0..keys, any::<u8>(), tick()).prop_map(|(key, value, tick)| Op::Put { key, value, tick }),
        2 => (0..keys, 0usize..200, tick()).prop_map(|(key, len, tick)| Op::Resize { key, len, tick }),
        4 => (0..keys).prop_map(|key| Op::Remove { key }),
        1 => (0..keys, 0..most).prop_map(|(from, count)| Op::RemoveRange { from, count }),
        1 => (0..keys, 0..most).prop_map(|(from, count)| Op::PutRange { from, count }),
        1 => (0u16..1000, 1usize..2000).prop_map(|(tick, budget)| Op::Sweep { tick, budget }),
        1 => any::<u64>().prop_map(|r| Op::Random { r }),
        1 => (any::<u64>(), 1..4u64).prop_map(|(pos, each)| Op::Relocate { pos, each }),
    ]
}

struct Twins {
    table: Table<Pair>,
    naive: NaiveTable,
    hash_of: HashFn,
    cursor: usize,
}

impl Twins {
    fn new(hash_of: HashFn) -> Twins {
        Twins { table: Table::new(), naive: NaiveTable::default(), hash_of, cursor: 0 }
    }

    fn put(&mut self, n: u32, value: &[u8], tick: Option<u16>) {
        let (key, hash_of) = (key(n), self.hash_of);
        let (hash, expire) = (hash_of(&key), tick.map(i64::from));
        let tick = tick.map_or(NEVER, u32::from);
        let known = self.naive.entries.insert(key.clone(), (value.to_vec(), tick)).is_some();
        if let Some(mut entry) = self.table.get_mut(hash, &key) {
            assert!(known);
            entry.set_value(value);
            entry.set_expire(expire);
            entry.note_expiry(tick);
        } else {
            assert!(!known);
            let pair = Pair::with_expire(&key, value, expire);
            self.table.insert_expiring(hash, pair, tick, hash_of);
        }
    }

    fn remove(&mut self, n: u32) {
        let key = key(n);
        let hash = (self.hash_of)(&key);
        let removed = match self.table.find(hash, &key) {
            Some(slot) if n.is_multiple_of(2) => {
                assert_eq!(self.table.at(slot).key(), key);
                assert_eq!(self.table.at_mut(slot).key(), key);
                Some(self.table.take(slot, hash, self.hash_of))
            }
            _ => self.table.remove(hash, &key, self.hash_of),
        };
        let value = removed.map(|pair| pair.value().to_vec());
        assert_eq!(value, self.naive.entries.remove(&key).map(|(value, _)| value));
    }

    fn sweep(&mut self, tick: u32, budget: usize) {
        let mut removed = BTreeSet::new();
        loop {
            let mut expired = |pair: &Pair| match pair.expire_ms() {
                Some(ms) if ms <= i64::from(tick) => Verdict::Remove,
                Some(ms) => Verdict::Keep(ms as u32),
                None => Verdict::Keep(NEVER),
            };
            let mut take = |pair: Pair| assert!(removed.insert(pair.key().to_vec()));
            let swept = self.table.sweep(
                tick,
                &mut self.cursor,
                budget,
                self.hash_of,
                &mut expired,
                &mut take,
            );
            assert!(swept.visited < budget + 8);
            if swept.done {
                break;
            }
        }
        assert!(self.table.next_tick() > tick);
        let due: BTreeSet<_> = self.naive.sweep(tick).into_iter().collect();
        assert_eq!(removed, due);
    }

    /// From a position to the end: no entry is met twice, and from 0 on each is met.
    fn relocate(&mut self, pos: u64, each: u64) {
        let (mut mover, mut met) = (MoveEach::new(each), BTreeSet::new());
        let mut pos = if pos.is_multiple_of(2) { 0 } else { pos };
        let from_start = pos == 0;
        loop {
            let next = self.table.relocate(pos, &mut mover, &mut |pair, mover| {
                assert!(met.insert(pair.key().to_vec()));
                pair.relocate(mover);
            });
            assert!(next == 0 || next > pos);
            pos = next;
            if pos == 0 {
                break;
            }
        }
        assert!(!from_start || met.iter().eq(self.naive.entries.keys()));
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Put { key, value, tick } => self.put(key, &[value], tick),
            Op::Resize { key, len, tick } => self.put(key, &vec![7; len], tick),
            Op::Remove { key } => self.remove(key),
            Op::RemoveRange { from, count } => (from..from + count).for_each(|n| self.remove(n)),
            Op::PutRange { from, count } => {
                (from..from + count).for_each(|n| self.put(n, b"range", Some(n as u16 % 1500)));
            }
            Op::Sweep { tick, budget } => self.sweep(u32::from(tick), budget),
            Op::Relocate { pos, each } => self.relocate(pos >> 16, each),
            Op::Random { r } => match self.table.random(r) {
                Some(entry) => assert!(self.naive.entries.contains_key(entry.key())),
                None => assert!(self.naive.entries.is_empty()),
            },
        }
    }

    fn compare(&self) {
        check(&self.table, self.hash_of);
        assert_eq!(self.table.len(), self.naive.entries.len());
        for (key, (value, _)) in &self.naive.entries {
            let found = self.table.get((self.hash_of)(key), key).expect("the twin has it");
            assert_eq!((found.key(), found.value()), (&key[..], &value[..]));
        }
        let iterated: BTreeSet<_> = self.table.iter().map(|entry| entry.key().to_vec()).collect();
        assert!(iterated.iter().eq(self.naive.entries.keys()));
    }
}

fn run(hash: usize, ops: Vec<Op>) {
    let mut twins = Twins::new(HASHES[hash]);
    for (step, op) in ops.into_iter().enumerate() {
        twins.apply(op);
        if step % 8 == 0 {
            check(&twins.table, HASHES[hash]);
        }
    }
    twins.compare();
    let drained: BTreeSet<_> = twins.table.drain().map(|pair| pair.key().to_vec()).collect();
    assert!(drained.iter().eq(twins.naive.entries.keys()));
    check(&twins.table, HASHES[hash]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.div_ceil(4)))]

    #[test]
    fn matches_naive_small(hash in 0..2usize, ops in proptest::collection::vec(op(40), 0..300)) {
        run(hash, ops);
    }

    #[test]
    fn matches_naive_large(hash in 0..2usize, ops in proptest::collection::vec(op(4000), 0..60)) {
        run(hash, ops);
    }
}

fn filled(range: RangeInclusive<u32>, hash_of: HashFn) -> Table<Pair> {
    let mut table = Table::new();
    for n in range {
        table.insert(hash_of(&key(n)), Pair::new(&key(n), b""), hash_of);
    }
    table
}

/// Walks the whole table, changing it between the steps; returns what was emitted.
fn scan_all(
    table: &mut Table<Pair>,
    hash_of: HashFn,
    mut change: impl FnMut(&mut Table<Pair>),
) -> Vec<Vec<u8>> {
    let (mut emitted, mut pos) = (Vec::new(), 0);
    loop {
        pos = table.scan(pos, hash_of, &mut |pair| emitted.push(pair.key().to_vec()));
        if pos == 0 {
            return emitted;
        }
        change(table);
    }
}

/// Of the keys `stay`, each was emitted once; no key twice unless it left and came back.
fn assert_once(emitted: &[Vec<u8>], stay: RangeInclusive<u32>) {
    let mut stay: BTreeSet<Vec<u8>> = stay.map(key).collect();
    let mut seen = BTreeSet::new();
    for key in emitted {
        assert!(seen.insert(key), "emitted twice");
        stay.remove(key);
    }
    assert!(stay.is_empty(), "not emitted: {}", stay.len());
}

#[test]
fn scan_during_growth() {
    for hash_of in HASHES {
        for start in [1, 7, 50, 400, 3000] {
            let mut table = filled(1..=start, hash_of);
            let mut n = start;
            let emitted = scan_all(&mut table, hash_of, |table| {
                for _ in 0..start.min(5000u32.saturating_sub(n)).min(300) {
                    n += 1;
                    table.insert(hash_of(&key(n)), Pair::new(&key(n), b""), hash_of);
                }
            });
            assert_once(&emitted, 1..=start);
            check(&table, hash_of);
        }
    }
}

#[test]
fn scan_during_shrink() {
    for hash_of in HASHES {
        let mut table = filled(1..=5000, hash_of);
        let mut n = 5000;
        let emitted = scan_all(&mut table, hash_of, |table| {
            for _ in 0..40 {
                if n > 300 {
                    assert!(table.remove(hash_of(&key(n)), &key(n), hash_of).is_some());
                    n -= 1;
                }
            }
        });
        assert_once(&emitted, 1..=300);
        check(&table, hash_of);
    }
}

#[test]
fn scan_at_rest_and_from_any_position() {
    for hash_of in HASHES {
        let mut table = filled(1..=5000, hash_of);
        let emitted = scan_all(&mut table, hash_of, |_| {});
        assert_eq!(emitted.len(), 5000);
        assert_once(&emitted, 1..=5000);
        for n in 1..500u64 {
            let pos = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;
            let next =
                table.scan(pos, hash_of, &mut |pair| assert!(hash_of(pair.key()) >> 16 >= pos));
            assert!(next == 0 || next > pos);
        }
        assert_eq!(table.scan(u64::MAX, hash_of, &mut |_| panic!("no such position")), 0);
    }
}

#[test]
fn shrinks_to_nothing() {
    for (hash_of, entries) in [(HASHES[0], 20_000), (HASHES[1], 3000)] {
        let mut table = filled(1..=entries, hash_of);
        let full = table.memory();
        for n in 1..=entries {
            assert!(table.remove(hash_of(&key(n)), &key(n), hash_of).is_some());
            if n % 500 == 0 {
                check(&table, hash_of);
            }
            if n == entries / 10 * 9 {
                assert!(table.memory() < full / 4, "{} of {full}", table.memory());
            }
        }
        assert_eq!(table.memory(), 0);
    }
}

#[test]
fn costs_about_ten_bytes_an_entry() {
    for n in [50_000, 60_000, 70_000, 85_000] {
        let table = filled(1..=n, good_hash);
        let each = table.memory() as f64 / f64::from(n);
        assert!((9.0..11.9).contains(&each), "{each} bytes an entry at {n}");
    }
}

#[test]
fn random_is_even() {
    for entries in [5, 100, 3000] {
        let table = filled(1..=entries, good_hash);
        let mut counts = std::collections::BTreeMap::<Vec<u8>, u32>::new();
        let draws = entries * 50;
        for r in 0..draws {
            let entry = table.random(u64::from(r)).expect("not empty");
            *counts.entry(entry.key().to_vec()).or_default() += 1;
        }
        let chi: f64 = (1..=entries)
            .map(|n| f64::from(counts.get(&key(n)).copied().unwrap_or(0)) - 50.0)
            .map(|off| off * off / 50.0)
            .sum();
        let freedom = f64::from(entries - 1);
        assert!(chi < freedom + 5.0 * (2.0 * freedom).sqrt(), "chi square {chi} for {freedom}");
    }
    assert!(Table::<Pair>::new().random(1).is_none());
}

#[test]
fn a_forgotten_handle_leaks_and_nothing_else() {
    let mut table = filled(1..=100, good_hash);
    let hash = good_hash(&key(5));
    let mut entry = table.get_mut(hash, &key(5)).expect("inserted");
    entry.set_value(&[1; 500]);
    let raw = entry.raw;
    forget(entry);
    assert!(table.get(hash, &key(5)).is_none());
    assert!((6..=100).all(|n| table.remove(good_hash(&key(n)), &key(n), good_hash).is_some()));
    assert_eq!(table.drain().count(), 4);
    // SAFETY: the table lost the entry above, so this is its only owner.
    drop(unsafe { Pair::from_raw(raw) });
}

#[test]
fn a_sweep_with_nothing_due_looks_at_nothing() {
    let mut table = filled(1..=LARGE, good_hash);
    let mut cursor = 0;
    let mut never = |_: &Pair| -> Verdict { panic!("nothing is due") };
    let swept = table.sweep(10, &mut cursor, 100, good_hash, &mut never, &mut |_| {});
    assert_eq!(swept, Swept { visited: 0, removed: 0, done: true });
    let mut entry = table.get_mut(good_hash(&key(7)), &key(7)).expect("inserted");
    entry.note_expiry(10);
    drop(entry);
    assert_eq!(table.next_tick(), 10);
    let mut keep = |_: &Pair| Verdict::Keep(12);
    let swept = table.sweep(10, &mut cursor, 100, good_hash, &mut keep, &mut |_| {});
    assert!(swept.done && swept.visited <= 8);
    assert_eq!(table.next_tick(), 12);
}

#[test]
fn prefetch_takes_any_hash() {
    for entries in [0, 1, LARGE] {
        let table = filled(1..=entries, good_hash);
        for n in 0..1000 {
            table.prefetch(good_hash(&key(n)));
            table.prefetch_entry(good_hash(&key(n)));
        }
    }
}

#[test]
fn slots_name_entries_until_the_table_changes() {
    let mut table = filled(0..=999, good_hash);
    for n in 0..1000 {
        let (name, hash) = (key(n), good_hash(&key(n)));
        let slot = table.find(hash, &name).expect("the key is there");
        assert_eq!(table.at(slot).key(), name);
        table.at_mut(slot).set_value(b"a value that makes the entry move to a larger allocation");
        assert_eq!(table.at(slot).key(), name);
        assert_eq!(table.take(slot, hash, good_hash).key(), name);
        assert!(table.find(hash, &name).is_none());
    }
    assert!(table.is_empty());
    check(&table, good_hash);
}

#[test]
fn tables_move_between_threads() {
    fn sends<T: Send>(_: &T) {}
    let table = Table::<crate::Record<Vec<u8>>>::new();
    sends(&table);
    sends(&crate::Lock::new(table, false));
}
