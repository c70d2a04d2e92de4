use super::element::{listpack_int, listpack_len};
use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Names and values as a test gives them.
#[derive(Clone, Debug)]
struct Given(Vec<Vec<u8>>);

impl Pairs for Given {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(Vec::as_slice)
    }

    fn count(&self) -> usize {
        self.0.len() / 2
    }
}

fn given(words: &[&str]) -> Given {
    Given(words.iter().map(|word| word.as_bytes().to_vec()).collect())
}

const LIMITS: BlockLimits = BlockLimits { bytes: 4096, entries: 100 };

fn id(ms: u64, seq: u64) -> Id {
    Id::new(ms, seq)
}

fn words(entry: Entry<'_>) -> Vec<Vec<u8>> {
    let (count, pairs) = entry.pairs.read();
    let all: Vec<_> = pairs.flat_map(|(name, value)| [name, value]).collect();
    assert_eq!(all.len(), count * 2);
    all.into_iter().map(|word| word.with(<[u8]>::to_vec)).collect()
}

#[test]
fn the_example_of_a_block() {
    let mut block = Block::new(id(5, 1), &given(&["a", "7"])).expect("small");
    assert!(block.append(id(5, 1), id(6, 0), &given(&["b", "xy"]), LIMITS));
    let view = block.view(id(5, 1));
    let first = view.entry_at(view.begin()).expect("an entry");
    assert_eq!((first.id, first.end - first.start), (id(5, 1), 6));
    let second = view.entry_at(first.end).expect("an entry");
    assert_eq!((second.id, second.end - second.start), (id(6, 0), 10));
    assert_eq!(second.end, view.end());
}

#[test]
fn lengths_as_a_listpack_counts_them() {
    let cases = [
        ("", 2),
        ("0", 2),
        ("127", 2),
        ("128", 3),
        ("-1", 3),
        ("4095", 3),
        ("4096", 4),
        ("32767", 4),
        ("32768", 5),
        ("8388608", 6),
        ("2147483648", 10),
        ("007", 5),
        ("-9223372036854775808", 10),
        ("9223372036854775808", 21),
    ];
    for (text, len) in cases {
        assert_eq!(listpack_len(text.as_bytes()), len, "{text}");
    }
    assert_eq!(listpack_len(&[b'x'; 63]), 65);
    assert_eq!(listpack_len(&[b'x'; 64]), 67);
    assert_eq!(listpack_len(&[b'x'; 125]), 128);
    assert_eq!(listpack_len(&[b'x'; 126]), 130);
    assert_eq!(listpack_len(&[b'x'; 4096]), 4103);
    assert_eq!(listpack_int(-4096), 3);
}

#[test]
fn blocks_end_at_their_limits() {
    let mut stream = Stream::default();
    for ms in 1..=250 {
        stream.append(id(ms, 0), &given(&["a", "b"]), LIMITS).expect("small");
    }
    assert_eq!((stream.block_count(), stream.len()), (3, 250));
    assert_eq!(
        stream.trim(Trim::MaxLen(120), Precision::Blocks { limit: 0 }, References::Keep),
        100
    );
    assert_eq!(stream.trim(Trim::MaxLen(0), Precision::Blocks { limit: 99 }, References::Keep), 0);
    assert_eq!(stream.trim(Trim::MaxLen(120), Precision::Exact, References::Keep), 30);
    assert_eq!(stream.meta.first_id, id(131, 0));
    let few = BlockLimits { bytes: 0, entries: 0 };
    let mut stream = Stream::default();
    for ms in 1..=2000 {
        stream.append(id(ms, 0), &given(&["a", "b"]), few).expect("small");
    }
    assert_eq!(stream.block_count(), 1);
}

#[test]
fn nodes_of_a_radix_tree() {
    let nodes = |ids: &[u64]| radix::nodes(ids.iter().map(|ms| id(*ms, 1)));
    assert_eq!(nodes(&[]), 1);
    assert_eq!(nodes(&[1]), 2);
    assert_eq!(nodes(&[1, 3, 5, 7, 9]), 12);
    assert_eq!(nodes(&[1, 256]), 6);
    assert_eq!(nodes(&[1, 256, 257]), 9);
    assert_eq!(nodes(&[1, 256, 257, 65_536, 1_000_000]), 14);
}

#[test]
fn a_consumer_takes_over() {
    let mut group = Group::new(Id::MIN, 0);
    let (a, new) = group.call(b"a", 1);
    assert!(new);
    let (b, _) = group.call(b"b", 2);
    group.deliver(id(1, 0), a, 10);
    group.deliver(id(2, 0), a, 10);
    group.deliver(id(1, 0), b, 20);
    assert_eq!(group.pending().get(id(1, 0)).map(|p| p.deliveries), Some(1));
    assert_eq!(group.consumer(b"a").map(|c| c.pending().len()), Some(1));
    assert_eq!(group.delete_consumer(b"b"), Some(1));
    assert_eq!(group.pending().len(), 1);
    assert!(group.acknowledge(id(2, 0)));
    assert!(!group.acknowledge(id(2, 0)));
    let (c, _) = group.call(b"c", 3);
    assert_eq!(c, b); // the slot is used again
    assert_eq!(group.consumers().len(), 2);
}

#[derive(Clone, Debug)]
enum Step {
    Add(u64, u64, Vec<Vec<u8>>),
    AddMany(u16),
    Delete(u64, u64, References),
    DeleteNth(u16),
    Trim(Trim, Precision, References),
    Range(u64, u64),
    Group(u8),
    Destroy(u8),
    Read(u8, u8, usize, bool),
    Ack(u8, u16),
    Claim(u8, u8, u16),
    DropConsumer(u8, u8),
    Copy,
}

fn word() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => (0u8..4).prop_map(|n| vec![b'a' + n]),
        3 => any::<i64>().prop_map(|n| n.to_string().into_bytes()),
        2 => (-200i64..200).prop_map(|n| n.to_string().into_bytes()),
        2 => prop::collection::vec(any::<u8>(), 0..80),
        1 => (0usize..5000).prop_map(|len| vec![b'x'; len]),
    ]
}

fn references() -> impl Strategy<Value = References> {
    prop_oneof![Just(References::Keep), Just(References::Delete), Just(References::Respect)]
}

fn trim() -> impl Strategy<Value = Step> {
    let bound = prop_oneof![
        (0u64..300).prop_map(Trim::MaxLen),
        (0u64..300, 0u64..3).prop_map(|(ms, seq)| Trim::MinId(id(ms, seq))),
    ];
    let precision = prop_oneof![
        2 => Just(Precision::Exact),
        1 => (0u64..150).prop_map(|limit| Precision::Blocks { limit }),
    ];
    (bound, precision, references()).prop_map(|(t, p, r)| Step::Trim(t, p, r))
}

fn step() -> impl Strategy<Value = Step> {
    let pairs = prop::collection::vec(word(), 1..6).prop_map(|mut words| {
        let values: Vec<_> = words.iter().rev().cloned().collect();
        words = words.into_iter().zip(values).flat_map(|(name, value)| [name, value]).collect();
        words
    });
    let edge = prop_oneof![6 => 0u64..5, 1 => Just(u64::MAX / 3)];
    prop_oneof![
        8 => (edge, 0u64..3, pairs).prop_map(|(ms, seq, p)| Step::Add(ms, seq, p)),
        2 => (1u16..260).prop_map(Step::AddMany),
        2 => (0u64..300, 0u64..3, references()).prop_map(|(ms, seq, r)| Step::Delete(ms, seq, r)),
        6 => any::<u16>().prop_map(Step::DeleteNth),
        2 => trim(),
        3 => (0u64..400, 0u64..400).prop_map(|(a, b)| Step::Range(a, b)),
        2 => (0u8..3).prop_map(Step::Group),
        1 => (0u8..3).prop_map(Step::Destroy),
        4 => (0u8..3, 0u8..4, 0usize..200, any::<bool>())
            .prop_map(|(g, c, n, pend)| Step::Read(g, c, n, pend)),
        4 => (0u8..3, any::<u16>()).prop_map(|(g, n)| Step::Ack(g, n)),
        2 => (0u8..3, 0u8..4, any::<u16>()).prop_map(|(g, c, n)| Step::Claim(g, c, n)),
        1 => (0u8..3, 0u8..4).prop_map(|(g, c)| Step::DropConsumer(g, c)),
        1 => Just(Step::Copy),
    ]
}

/// The naive twin: what a stream is, without any thought of memory or time.
#[derive(Clone, Default)]
struct Naive {
    entries: BTreeMap<Id, Vec<Vec<u8>>>,
    last: Id,
    groups: BTreeMap<Vec<u8>, NaiveGroup>,
}

#[derive(Clone, Default)]
struct NaiveGroup {
    last: Id,
    pending: BTreeMap<Id, Vec<u8>>,
    consumers: BTreeSet<Vec<u8>>,
}

impl Naive {
    fn is_referenced(&self, id: Id) -> bool {
        self.groups.values().any(|g| g.last < id || g.pending.contains_key(&id))
    }

    fn delete(&mut self, id: Id, references: References) -> Deleted {
        if references == References::Respect && self.is_referenced(id) {
            return Deleted::Referenced;
        }
        if references == References::Delete {
            self.groups.values_mut().for_each(|group| {
                group.pending.remove(&id);
            });
        }
        if self.entries.remove(&id).is_some() { Deleted::Yes } else { Deleted::Absent }
    }

    /// An exact trim.
    fn trim(&mut self, trim: Trim, references: References) -> u64 {
        let mut removed = 0;
        for id in self.entries.keys().copied().collect::<Vec<_>>() {
            let done = match trim {
                Trim::MaxLen(max) => self.entries.len() as u64 <= max,
                Trim::MinId(min) => id >= min,
            };
            if done {
                break;
            }
            removed += u64::from(self.delete(id, references) == Deleted::Yes);
        }
        removed
    }
}

fn name(of: u8) -> Vec<u8> {
    vec![b'n', of]
}

struct Twin {
    stream: Stream,
    naive: Naive,
    limits: BlockLimits,
}

impl Twin {
    fn apply(&mut self, step: Step) {
        match step {
            Step::Add(ms, seq, pairs) => {
                let ms = self.naive.last.ms.saturating_add(ms);
                self.add(id(ms, seq), pairs);
            }
            Step::AddMany(count) => {
                for _ in 0..count {
                    let Some(next) = self.naive.last.next() else { return };
                    self.add(next, vec![b"f".to_vec(), b"v".to_vec()]);
                }
            }
            Step::Delete(ms, seq, references) => self.delete(id(ms, seq), references),
            Step::DeleteNth(nth) => {
                let nth = nth as usize % self.naive.entries.len().max(1);
                let found = self.naive.entries.keys().nth(nth).copied();
                if let Some(id) = found {
                    self.delete(id, References::Keep);
                }
            }
            Step::Trim(trim, Precision::Exact, references) => {
                let removed = self.stream.trim(trim, Precision::Exact, references);
                assert_eq!(removed, self.naive.trim(trim, references));
            }
            Step::Trim(trim, precision, references) => {
                self.trim_blocks(trim, precision, references);
            }
            Step::Range(a, b) => self.range(id(a, 0), id(b, 1)),
            Step::Copy => self.stream = self.stream.clone(),
            other => self.group(other),
        }
    }

    fn add(&mut self, id: Id, pairs: Vec<Vec<u8>>) {
        if id > self.naive.last {
            self.stream.append(id, &Given(pairs.clone()), self.limits).expect("small");
            self.naive.entries.insert(id, pairs);
            self.naive.last = id;
        }
    }

    fn delete(&mut self, id: Id, references: References) {
        assert_eq!(self.stream.delete(id, references), self.naive.delete(id, references));
    }

    fn trim_blocks(&mut self, trim: Trim, precision: Precision, references: References) {
        let before = self.stream.block_count();
        let removed = self.stream.trim(trim, precision, references);
        for _ in 0..removed {
            let (first, _) = self.naive.entries.pop_first().expect("as many entries");
            assert!(!matches!(trim, Trim::MinId(min) if first >= min));
        }
        let Precision::Blocks { limit } = precision else { unreachable!("checked") };
        assert!(limit == 0 || removed <= limit);
        assert!(self.stream.block_count() + usize::from(removed > 0) <= before);
        if let (Trim::MaxLen(max), true) = (trim, removed > 0) {
            assert!(self.stream.len() >= max);
        }
    }

    fn range(&self, start: Id, end: Id) {
        let whole: Vec<_> = self.stream.range(start, end).map(|e| (e.id, words(e))).collect();
        let back: Vec<_> = self.stream.range_back(start, end).map(|e| (e.id, words(e))).collect();
        assert!(whole.iter().eq(back.iter().rev()));
        let inside = |(id, _): &(&Id, &Vec<Vec<u8>>)| (start..=end).contains(*id);
        let naive = self.naive.entries.iter().filter(inside);
        assert!(naive.eq(whole.iter().map(|(id, words)| (id, words))));
    }

    fn group(&mut self, step: Step) {
        match step {
            Step::Group(of) => {
                let made = self.stream.create_group(&name(of), self.naive.last, UNKNOWN_READ);
                assert_eq!(made, !self.naive.groups.contains_key(&name(of)));
                let last = self.naive.last;
                let fresh = NaiveGroup { last, ..NaiveGroup::default() };
                self.naive.groups.entry(name(of)).or_insert(fresh);
            }
            Step::Destroy(of) => {
                let there = self.naive.groups.remove(&name(of)).is_some();
                assert_eq!(self.stream.destroy_group(&name(of)), there);
            }
            Step::Read(of, consumer, count, pend) => self.read(of, &name(consumer), count, pend),
            Step::Ack(of, nth) => self.with_group(of, |group, naive| {
                let nth = nth as usize % naive.pending.len().max(1);
                let Some(id) = naive.pending.keys().nth(nth).copied() else { return };
                naive.pending.remove(&id);
                assert!(group.acknowledge(id));
            }),
            Step::Claim(of, consumer, at) => self.with_group(of, |group, naive| {
                let (to, _) = group.call(&name(consumer), 1);
                naive.consumers.insert(name(consumer));
                group.hand_over(id(u64::from(at) % 300, 0), to, 7, 9);
                naive.pending.insert(id(u64::from(at) % 300, 0), name(consumer));
            }),
            Step::DropConsumer(of, consumer) => self.with_group(of, |group, naive| {
                let had = naive.consumers.remove(&name(consumer));
                let before = naive.pending.len();
                naive.pending.retain(|_, owner| *owner != name(consumer));
                let gone = had.then(|| before - naive.pending.len());
                assert_eq!(group.delete_consumer(&name(consumer)), gone);
            }),
            _ => unreachable!("the others are no steps of groups"),
        }
    }

    fn with_group(&mut self, of: u8, run: impl FnOnce(&mut Group, &mut NaiveGroup)) {
        let naive = self.naive.groups.get_mut(&name(of));
        assert_eq!(naive.is_some(), self.stream.group(&name(of)).is_some());
        if let (Some(naive), Some(group)) = (naive, self.stream.group_mut(&name(of))) {
            run(group, naive);
        }
    }

    fn read(&mut self, of: u8, consumer: &[u8], count: usize, pend: bool) {
        let Some(naive) = self.naive.groups.get_mut(&name(of)) else { return };
        let (to, _) = self.stream.group_mut(&name(of)).expect("as the twin").call(consumer, 1);
        naive.consumers.insert(consumer.to_vec());
        let mut seen = Vec::new();
        let delivery = Delivery { consumer: to, pend, now_ms: 5 };
        let sent = self.stream.read_new(&name(of), delivery, count, |entry| seen.push(entry.id));
        assert_eq!(sent, seen.len());
        let new = self
            .naive
            .entries
            .range((std::ops::Bound::Excluded(naive.last), std::ops::Bound::Unbounded));
        let new: Vec<Id> =
            new.map(|(id, _)| *id).take(if count == 0 { usize::MAX } else { count }).collect();
        assert_eq!(seen, new);
        for id in new {
            naive.last = id;
            if pend {
                naive.pending.insert(id, consumer.to_vec());
            }
        }
    }

    fn check(&self) {
        let meta = self.stream.meta;
        assert_eq!(meta.len, self.naive.entries.len() as u64);
        assert_eq!(meta.last_id, self.naive.last);
        let first = self.naive.entries.keys().next().copied().unwrap_or_default();
        assert_eq!(meta.first_id, first);
        let last = self.naive.entries.keys().next_back().copied().unwrap_or_default();
        assert_eq!(self.stream.last_entry_id(), last);
        for (name, naive) in &self.naive.groups {
            let group = self.stream.group(name).expect("as the twin");
            let owner = |pending| group.owner(pending).name.to_vec();
            let pending = group.pending().iter().map(|(id, pending)| (id, owner(pending)));
            assert!(pending.eq(naive.pending.iter().map(|(id, owner)| (*id, owner.clone()))));
            assert_eq!(group.pending().len(), naive.pending.len());
            for consumer in group.consumers() {
                let of = naive.pending.iter().filter(|(_, owner)| **owner == *consumer.name);
                assert!(of.map(|(id, _)| *id).eq(consumer.pending().iter().map(|(id, ())| id)));
            }
            let names = group.consumers().map(|consumer| consumer.name.to_vec());
            assert!(names.eq(naive.consumers.iter().cloned()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn matches_naive(
        steps in prop::collection::vec(step(), 1..80),
        entries in prop_oneof![Just(0usize), Just(3), Just(100)],
        bytes in prop_oneof![Just(0usize), Just(100), Just(4096)],
    ) {
        let limits = BlockLimits { bytes, entries };
        let mut twin = Twin { stream: Stream::default(), naive: Naive::default(), limits };
        for step in steps {
            twin.apply(step);
            twin.check();
        }
        twin.range(Id::MIN, Id::MAX);
        prop_assert!(twin.stream.memory(0) > 0);
    }

    #[test]
    fn ordered_matches_a_tree(steps in prop::collection::vec((0u8..10, 0u64..600), 1..800)) {
        let mut ordered = Ordered::default();
        let mut tree = BTreeMap::new();
        let mut copies = Vec::new();
        for (what, ms) in steps {
            let at = id(ms, 0);
            match what {
                0..3 => prop_assert_eq!(ordered.insert(at, ms), tree.insert(at, ms).is_none()),
                3 => for ms in ms..ms + 200 {
                    ordered.insert(id(ms, 0), ms);
                    tree.insert(id(ms, 0), ms);
                },
                4 => {
                    let taken = ordered.take_front(ms as usize / 4);
                    for (id, value) in taken.iter() {
                        prop_assert_eq!(tree.pop_first(), Some((id, *value)));
                    }
                }
                5 if ms % 8 == 0 => {
                    ordered.retain(|value| value % 3 != 0);
                    tree.retain(|_, value| *value % 3 != 0);
                }
                6 if ms % 4 == 0 => copies.push((ordered.clone(), tree.clone())),
                6 => for ms in (ms..ms + 100).step_by(3) {
                    prop_assert_eq!(ordered.remove(id(ms, 0)), tree.remove(&id(ms, 0)));
                },
                _ => prop_assert_eq!(ordered.remove(at), tree.remove(&at)),
            }
            prop_assert_eq!(ordered.len(), tree.len());
            prop_assert!(ordered.iter().eq(tree.iter().map(|(id, value)| (*id, value))));
            let from = ordered.iter_from(at).take(3);
            prop_assert!(from.eq(tree.range(at..).map(|(id, value)| (*id, value)).take(3)));
            prop_assert_eq!(ordered.get(at), tree.get(&at));
            let below = ordered.floor(at).map(|pos| ordered.at(pos).0);
            prop_assert_eq!(below, tree.range(..=at).next_back().map(|(id, _)| *id));
            prop_assert_eq!(ordered.first().map(|f| f.0), tree.keys().next().copied());
            prop_assert_eq!(ordered.last().map(|f| f.0), tree.keys().next_back().copied());
        }
        drop(ordered);
        for (ordered, tree) in copies {
            prop_assert!(ordered.iter().eq(tree.iter().map(|(id, value)| (*id, value))));
        }
    }
}
