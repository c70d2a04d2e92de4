use super::*;
use crate::value::encoding_of;
use proptest::prelude::*;
use std::collections::VecDeque;

#[derive(Clone, Debug)]
enum Step {
    Push(End, usize),
    PushMany(End, u16, usize),
    Pop(End),
    PopMany(End, u16),
    Set(usize, usize),
    Insert(usize, usize),
    InsertMany(usize, u16),
    Remove(usize),
    RemoveRange(usize, usize),
    Trim(usize, usize),
    RemoveValue(usize, usize, Direction),
    Copy,
}

fn step() -> impl Strategy<Value = Step> {
    let end = || prop_oneof![Just(End::Head), Just(End::Tail)];
    let direction = || prop_oneof![Just(Direction::Forward), Just(Direction::Backward)];
    let len = || prop_oneof![8 => 0usize..30, 2 => 230usize..250, 1 => 4_000usize..10_000];
    let at = || any::<usize>();
    prop_oneof![
        4 => (end(), len()).prop_map(|(e, l)| Step::Push(e, l)),
        2 => (end(), 0u16..2_000, 0usize..40).prop_map(|(e, n, l)| Step::PushMany(e, n, l)),
        3 => end().prop_map(Step::Pop),
        1 => (end(), 0u16..2_000).prop_map(|(e, n)| Step::PopMany(e, n)),
        2 => (at(), len()).prop_map(|(i, l)| Step::Set(i, l)),
        3 => (at(), len()).prop_map(|(i, l)| Step::Insert(i, l)),
        1 => (at(), 0u16..500).prop_map(|(i, n)| Step::InsertMany(i, n)),
        2 => at().prop_map(Step::Remove),
        2 => (at(), 0usize..2_000).prop_map(|(i, n)| Step::RemoveRange(i, n)),
        1 => (at(), 0usize..5_000).prop_map(|(i, n)| Step::Trim(i, n)),
        1 => (0usize..30, 0usize..100, direction())
            .prop_map(|(l, n, d)| Step::RemoveValue(l, n, d)),
        1 => Just(Step::Copy),
    ]
}

struct Twin {
    rec: Rec,
    limits: Limits,
    naive: VecDeque<Vec<u8>>,
    serial: usize,
}

impl Twin {
    fn list(&mut self) -> ListMut<'_> {
        ListMut::new(&mut self.rec, &self.limits)
    }

    /// A value of `len`; one in four repeats, for `remove_value`.
    fn value(&mut self, len: usize) -> Vec<u8> {
        self.serial += 1;
        let mut value = if self.serial.is_multiple_of(4) {
            vec![]
        } else {
            self.serial.to_string().into_bytes()
        };
        value.resize(len, b'.');
        value
    }

    fn push(&mut self, end: End, len: usize) {
        let value = self.value(len);
        self.list().push(end, &value);
        match end {
            End::Head => self.naive.push_front(value),
            End::Tail => self.naive.push_back(value),
        }
    }

    fn pop(&mut self, end: End) {
        let expected = match end {
            End::Head => self.naive.pop_front(),
            End::Tail => self.naive.pop_back(),
        };
        assert_eq!(self.list().pop(end), expected);
    }

    fn insert(&mut self, at: usize, len: usize) {
        let value = self.value(len);
        let at = at % (self.naive.len() + 1);
        self.list().insert(at, &value);
        self.naive.insert(at, value);
    }

    fn remove_range(&mut self, span: Range<usize>) {
        let end = span.end.min(self.naive.len());
        let start = span.start.min(end);
        assert_eq!(self.list().remove_range(span), end - start);
        self.naive.drain(start..end);
    }

    fn remove_value(&mut self, value: &[u8], limit: usize, direction: Direction) {
        let mut places: Vec<usize> =
            (0..self.naive.len()).filter(|&i| self.naive[i] == value).collect();
        if direction == Direction::Backward {
            places.reverse();
        }
        places.truncate(limit);
        assert_eq!(self.list().remove_value(value, limit, direction), places.len());
        places.sort_unstable();
        for at in places.into_iter().rev() {
            self.naive.remove(at);
        }
    }

    fn check(&self) {
        let list = ListRef::new(&self.rec);
        assert_eq!(list.len(), self.naive.len());
        assert!(list.iter().eq(self.naive.iter()));
        assert!(list.iter_rev().eq(self.naive.iter().rev()));
        let len = self.naive.len();
        for at in [0, 1, len / 3, len / 2, len.saturating_sub(1), len] {
            assert_eq!(list.get(at), self.naive.get(at).map(Vec::as_slice));
            assert!(list.iter_from(at, Direction::Forward).eq(self.naive.iter().skip(at)));
            if at < len {
                let backward = list.iter_from(at, Direction::Backward);
                assert!(backward.eq(self.naive.iter().take(at + 1).rev()));
            }
        }
        assert_eq!(list.peek(End::Head), self.naive.front().map(Vec::as_slice));
        assert_eq!(list.peek(End::Tail), self.naive.back().map(Vec::as_slice));
        assert_eq!(list.resolve(-1), len.checked_sub(1));
        assert_eq!(list.resolve(i64::MIN), None);
        if let View::Boxed(Object::List(deque)) = self.rec.view() {
            assert_eq!(
                deque.bytes(),
                self.naive.iter().map(|v| entry::size(v.len())).sum::<usize>()
            );
        }
    }
}

fn run(steps: Vec<Step>, limits: Limits) {
    let mut twin = Twin { rec: empty(b"k"), limits, naive: VecDeque::new(), serial: 0 };
    let mut copied = Vec::new();
    for step in steps {
        let len = twin.naive.len();
        match step {
            Step::Push(end, size) => twin.push(end, size),
            Step::PushMany(end, count, size) => (0..count).for_each(|_| twin.push(end, size)),
            Step::Pop(end) => twin.pop(end),
            Step::PopMany(end, count) => (0..count).for_each(|_| twin.pop(end)),
            Step::Set(at, size) if len > 0 => {
                let value = twin.value(size);
                assert!(twin.list().set(at % len, &value));
                twin.naive[at % len] = value;
            }
            Step::Set(..) => assert!(!twin.list().set(0, b"")),
            Step::Insert(at, size) => twin.insert(at, size),
            Step::InsertMany(at, count) => (0..count).for_each(|_| twin.insert(at % (len + 1), 15)),
            Step::Remove(at) => {
                let at = at % (len + 1);
                assert_eq!(twin.list().remove(at), at < len);
                twin.naive.remove(at);
            }
            Step::RemoveRange(at, count) => {
                let at = at % (len + 1);
                twin.remove_range(at..at + count);
            }
            Step::Trim(at, count) => {
                let at = at % (len + 1);
                let keep: VecDeque<_> = twin.naive.iter().skip(at).take(count).cloned().collect();
                assert_eq!(twin.list().trim(at..at + count), len - keep.len());
                twin.naive = keep;
            }
            Step::RemoveValue(size, limit, direction) => {
                twin.remove_value(&vec![b'.'; size], limit, direction);
            }
            Step::Copy => {
                // What shares its chunks must not see later changes.
                let (rec, naive) = (value::copy(&twin.rec, b"copy"), twin.naive.clone());
                let rec = std::mem::replace(&mut twin.rec, rec);
                copied.push(Twin { rec, limits, naive, serial: 0 });
            }
        }
        assert_eq!(ListRef::new(&twin.rec).len(), twin.naive.len());
    }
    twin.check();
    drop(twin);
    copied.iter().for_each(Twin::check);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn matches_a_deque(steps in prop::collection::vec(step(), 1..60), size in -5i64..200) {
        run(steps, Limits { list_max_listpack_size: size, ..Limits::DEFAULT });
    }
}

#[test]
fn encodings_come_and_go() {
    let mut rec = empty(b"k");
    let limits = Limits { list_max_listpack_size: 4, ..Limits::DEFAULT };
    let mut list = ListMut::new(&mut rec, &limits);
    (0..4).for_each(|_| list.push_back(b"x"));
    assert_eq!(encoding_of(&rec), "listpack");
    let mut list = ListMut::new(&mut rec, &limits);
    list.push_back(b"x");
    list.pop_front();
    list.pop_front();
    assert_eq!(encoding_of(&rec), "quicklist");
    ListMut::new(&mut rec, &limits).pop_front();
    assert_eq!(encoding_of(&rec), "listpack");
    let old = Limits { list_listpack: false, ..limits };
    ListMut::new(&mut rec, &old).push_front(b"y");
    assert_eq!(encoding_of(&rec), "quicklist");
}

#[test]
fn twenty_elements_of_twenty_bytes_take_448() {
    let mut rec = empty(b"recent:99999");
    let limits = Limits::DEFAULT;
    (0..20).for_each(|_| ListMut::new(&mut rec, &limits).push_back(&[b'x'; 20]));
    let View::Packed(packed) = rec.view() else { panic!("it must be packed") };
    assert_eq!(packed.alloc_size(), 448);
}

#[test]
fn a_long_list_wastes_little() {
    let mut rec = empty(b"k");
    let limits = Limits::DEFAULT;
    for i in 0..100_000 {
        let end = if i % 2 == 0 { End::Head } else { End::Tail };
        ListMut::new(&mut rec, &limits).push(end, &[b'x'; 20]);
    }
    let per_element = value::alloc_size(&rec, 0) / 100_000;
    assert!(per_element <= 24, "{per_element} bytes an element");
}
