use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Op {
    Append(Vec<u8>),
    SetRange(usize, Vec<u8>),
    Truncate(usize),
    Assign(Vec<u8>),
    Write(usize, u8),
    Share,
    Unshare,
}

fn op() -> impl Strategy<Value = Op> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..120);
    prop_oneof![
        3 => bytes().prop_map(Op::Append),
        3 => (0..400usize, bytes()).prop_map(|(at, bytes)| Op::SetRange(at, bytes)),
        1 => (0..400usize).prop_map(Op::Truncate),
        1 => bytes().prop_map(Op::Assign),
        1 => (0..400usize, any::<u8>()).prop_map(|(at, byte)| Op::Write(at, byte)),
        2 => Just(Op::Share),
        1 => Just(Op::Unshare),
    ]
}

fn apply(blob: &mut Blob, naive: &mut Vec<u8>, op: Op) {
    match op {
        Op::Append(bytes) => {
            blob.append(&bytes);
            naive.extend(bytes);
        }
        Op::SetRange(at, bytes) => {
            blob.set_range(at, &bytes);
            naive.resize(naive.len().max(at + bytes.len()), 0);
            naive[at..at + bytes.len()].copy_from_slice(&bytes);
        }
        Op::Truncate(len) => {
            blob.truncate(len);
            naive.truncate(len);
        }
        Op::Assign(bytes) => {
            blob.assign(&bytes);
            *naive = bytes;
        }
        Op::Write(at, byte) => {
            if let Some(slot) = blob.as_mut_slice().get_mut(at) {
                *slot = byte;
                naive[at] = byte;
            }
        }
        Op::Share | Op::Unshare => {}
    }
}

proptest! {
    #[test]
    fn matches_naive(start in proptest::collection::vec(any::<u8>(), 0..200), ops in proptest::collection::vec(op(), 0..60)) {
        let (mut blob, mut naive) = (Blob::new(&start), start);
        let mut shared: Vec<(Blob, Vec<u8>)> = vec![];
        for op in ops {
            match op {
                Op::Share => shared.push((blob.clone(), naive.clone())),
                Op::Unshare => drop(shared.pop()),
                _ => apply(&mut blob, &mut naive, op),
            }
            assert_eq!(blob.as_slice(), &naive[..]);
            assert!(blob.alloc_size() >= 8 + naive.len());
            assert!(shared.iter().all(|(blob, bytes)| blob.as_slice() == &bytes[..]));
        }
    }
}

#[test]
fn sizes() {
    assert_eq!(Blob::new(b"").alloc_size(), 8);
    assert_eq!(Blob::new(&[0; 504]).alloc_size(), 512);
    assert_eq!(Blob::zeroed(100).as_slice(), [0; 100]);
    let mut blob = Blob::new(b"abc");
    (0..1000).for_each(|_| blob.append(b"0123456789"));
    assert!(blob.alloc_size() < 16_000 && blob.len() == 10_003);
    blob.truncate(3);
    assert_eq!((blob.as_slice(), blob.alloc_size()), (&b"abc"[..], 16));
}

#[test]
fn too_many_handles_become_copies() {
    let blob = Blob::new(b"x");
    let class = u32::from(mem::class_index(9)) << 24;
    blob.word().store(class | 0x7f_ffff, Ordering::Relaxed);
    let copy = blob.clone();
    assert!(copy.is_unique() && copy.as_slice() == b"x");
    blob.word().store(class | 1, Ordering::Relaxed);
}

#[test]
fn handles_cross_threads() {
    let blob = Blob::new(&[7; 1000]);
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let mut mine = blob.clone();
            std::thread::spawn(move || {
                for _ in 0..100 {
                    let copy = mine.clone();
                    mine.append(&[n]);
                    drop(copy);
                }
                assert_eq!(mine.len(), 1100);
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    assert!(blob.is_unique() && blob.as_slice() == [7; 1000]);
}

#[test]
fn blocks_make_a_whole() {
    for (len, block) in [(0, 4), (1, 4), (4, 4), (9, 4), (9, 100), (100, 1)] {
        let mut ends = Vec::new();
        let blob = Blob::from_blocks(len, block, |at, bytes| {
            assert!(bytes.len() <= block && bytes.iter().all(|byte| *byte == 0));
            bytes.iter_mut().zip(at..).for_each(|(byte, at)| *byte = at as u8);
            ends.push(at + bytes.len());
        });
        let wanted: Vec<u8> = (0..len).map(|at| at as u8).collect();
        assert_eq!(blob.as_slice(), wanted);
        assert_eq!(ends.last().copied().unwrap_or(0), len);
    }
}
