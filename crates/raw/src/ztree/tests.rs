use super::*;
use proptest::prelude::*;

/// Items by index: a handle is a place in the vector.
#[derive(Default)]
struct Shelf(Vec<(f64, Vec<u8>)>);

impl Items for Shelf {
    fn score(&self, handle: u64) -> f64 {
        self.0[handle as usize].0
    }
    fn member(&self, handle: u64) -> &[u8] {
        &self.0[handle as usize].1
    }
}

/// The naive twin: a sorted vector of handles.
struct Twin {
    shelf: Shelf,
    tree: Tree,
    sorted: Vec<u64>,
}

impl Twin {
    fn new() -> Self {
        Self { shelf: Shelf::default(), tree: Tree::new(), sorted: Vec::new() }
    }

    fn place(&self, score: f64, member: &[u8]) -> usize {
        let probe = Probe::new(score, member);
        self.sorted.partition_point(|&h| {
            probe.compare(&self.shelf, order(self.shelf.score(h)), h) == Ordering::Less
        })
    }

    fn add(&mut self, score: f64, member: &[u8]) {
        let at = self.place(score, member);
        let handle = self.shelf.0.len() as u64;
        self.shelf.0.push((score, member.to_vec()));
        self.tree.insert(&self.shelf, Probe::new(score, member), handle);
        self.sorted.insert(at, handle);
    }

    fn remove_at(&mut self, rank: usize) {
        let handle = self.sorted.remove(rank);
        let (score, member) = self.shelf.0[handle as usize].clone();
        let taken = self.tree.remove(&self.shelf, Probe::new(score, &member));
        assert_eq!(taken, Some(handle));
    }

    fn rescore(&mut self, rank: usize, score: f64) {
        let handle = self.sorted.remove(rank);
        let (old, member) = self.shelf.0[handle as usize].clone();
        let probe = Probe::new(old, &member);
        let moved = self.tree.reposition(&self.shelf, probe, Some(order(score)));
        self.shelf.0[handle as usize].0 = score;
        match moved.expect("it is there") {
            Moved::Stayed(stayed) => assert_eq!(stayed, handle),
            Moved::Taken(taken) => {
                assert_eq!(taken, handle);
                self.tree.insert(&self.shelf, Probe::new(score, &member), handle);
            }
        }
        let at = self.place(score, &member);
        self.sorted.insert(at, handle);
    }

    fn remove_ranks(&mut self, ranks: Range<usize>) {
        let mut told = Vec::new();
        self.tree.remove_ranks(&self.shelf, ranks.clone(), &mut |h| told.push(h));
        let end = ranks.end.min(self.sorted.len());
        let expect: Vec<u64> = self.sorted.drain(ranks.start.min(end)..end).collect();
        assert_eq!(told, expect);
    }

    fn check(&self) {
        assert_eq!(self.tree.len, self.sorted.len());
        let mut seen = Vec::new();
        while let Some((run, at)) = self.tree.run_at(seen.len()) {
            seen.extend((at..run.len()).map(|i| run.handle(i)));
        }
        assert_eq!(seen, self.sorted);
        if let Some(root) = &self.tree.root {
            let mut depths = Vec::new();
            check_node(root, &self.shelf, 0, &mut depths);
            depths.dedup();
            assert_eq!(depths.len(), 1, "leaves are equally deep");
        }
        for (rank, &handle) in self.sorted.iter().enumerate() {
            let (score, member) = &self.shelf.0[handle as usize];
            assert_eq!(self.tree.lower_bound(&self.shelf, Probe::new(*score, member)), rank);
        }
    }
}

fn check_node(node: &Node, shelf: &Shelf, depth: usize, depths: &mut Vec<usize>) -> (usize, u64) {
    match node {
        Node::Leaf(leaf) => {
            depths.push(depth);
            assert!(leaf.len > 0);
            for slot in leaf.live() {
                let at = order(shelf.score(slot & HANDLE_MASK));
                assert_eq!(slot >> HANDLE_BITS, leaf.q(at));
            }
            (leaf.len as usize, leaf.slots[0] & HANDLE_MASK)
        }
        Node::Inner(inner) => {
            assert!(!inner.nodes.is_empty() && inner.nodes.len() < INNER_CAP);
            let mut total = 0;
            for (at, node) in inner.nodes.iter().enumerate() {
                let (count, least) = check_node(node, shelf, depth + 1, depths);
                assert_eq!((inner.counts[at], inner.handles[at]), (count, least));
                assert_eq!(inner.orders[at], order(shelf.score(least)));
                total += count;
            }
            (total, inner.handles[0])
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Add(f64, u16),
    AddMany { from: f64, by: f64, count: u16 },
    Remove(usize),
    Rescore(usize, f64),
    Nudge(usize, f64),
    RemoveRanks(usize, usize),
}

fn score() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (-50i32..50).prop_map(f64::from),
        3 => -1e3..1e3,
        1 => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(0.0), Just(-0.0),
                         Just(f64::MAX), Just(f64::MIN_POSITIVE), Just(-f64::MIN_POSITIVE)],
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (score(), any::<u16>()).prop_map(|(s, m)| Step::Add(s, m)),
        2 => (score(), prop_oneof![Just(0.0), Just(1.0), Just(-0.25)], 1u16..300)
            .prop_map(|(from, by, count)| Step::AddMany { from, by, count }),
        3 => any::<usize>().prop_map(Step::Remove),
        2 => (any::<usize>(), score()).prop_map(|(r, s)| Step::Rescore(r, s)),
        2 => (any::<usize>(), -1e-3..1e-3).prop_map(|(r, s)| Step::Nudge(r, s)),
        1 => (any::<usize>(), 0usize..400).prop_map(|(r, n)| Step::RemoveRanks(r, n)),
    ]
}

fn run(steps: &[Step]) {
    let mut twin = Twin::new();
    let mut serial = 0u32;
    for step in steps {
        let len = twin.sorted.len();
        match *step {
            Step::Add(score, member) => {
                serial += 1;
                twin.add(score, format!("{member}:{serial}").as_bytes());
            }
            Step::AddMany { from, by, count } => {
                for i in 0..count {
                    serial += 1;
                    twin.add(
                        from + by * f64::from(i),
                        format!("{:x}", u64::from(serial) * 2_654_435).as_bytes(),
                    );
                }
            }
            Step::Remove(rank) if len > 0 => twin.remove_at(rank % len),
            Step::Rescore(rank, score) if len > 0 => twin.rescore(rank % len, score),
            Step::Nudge(rank, by) if len > 0 => {
                let old = twin.shelf.score(twin.sorted[rank % len]);
                twin.rescore(rank % len, old + by);
            }
            Step::RemoveRanks(rank, count) if len > 0 => {
                twin.remove_ranks(rank % len..rank % len + count);
            }
            _ => {}
        }
    }
    twin.check();
    while !twin.sorted.is_empty() {
        let middle = twin.sorted.len() / 2;
        twin.remove_at(middle);
    }
    twin.check();
    assert_eq!(twin.tree.memory(), 0);
}

proptest! {
    #[test]
    fn matches_the_sorted_vector(steps in prop::collection::vec(step(), 1..60)) {
        run(&steps);
    }
}

#[test]
fn ascending_and_descending_leaves_are_full() {
    for sign in [1.0, -1.0] {
        let mut twin = Twin::new();
        for i in 0..10_000 {
            twin.add(sign * f64::from(i), b"m");
        }
        let per_item = twin.tree.memory() / 10_000;
        assert!(per_item <= 10, "{sign}: {per_item} bytes an item");
    }
}

#[test]
fn partition_agrees_with_ranks() {
    let mut twin = Twin::new();
    for i in 0..5_000u32 {
        twin.add(0.0, format!("{:05}", i * 7 % 5_000).as_bytes());
    }
    for cut in [0, 1, 61, 62, 63, 2_500, 4_999] {
        let text = format!("{cut:05}");
        assert_eq!(twin.tree.partition(|h| twin.shelf.member(h) < text.as_bytes()), cut);
    }
    assert_eq!(twin.tree.partition(|_| true), 5_000);
}

#[test]
fn order_follows_doubles() {
    let scores =
        [f64::NEG_INFINITY, -1e300, -1.0, -f64::MIN_POSITIVE, 0.0, 5e-324, 1.0, f64::INFINITY];
    assert!(scores.windows(2).all(|pair| order(pair[0]) < order(pair[1])));
    assert_eq!(order(-0.0), order(0.0));
}
