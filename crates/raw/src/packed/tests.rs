use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn splice_matches_naive(
        start in proptest::collection::vec(any::<u8>(), 0..200),
        edits in proptest::collection::vec((any::<u16>(), any::<u16>(), proptest::collection::vec(any::<u8>(), 0..90)), 0..40),
    ) {
        let (mut packed, mut naive) = (Packed::from_slice(&start), start);
        for (at, remove, insert) in edits {
            let at = usize::from(at) % (naive.len() + 1);
            let remove = usize::from(remove) % (naive.len() - at + 1);
            packed.splice(at, remove, &insert);
            naive.splice(at..at + remove, insert);
            assert_eq!(packed.as_slice(), &naive[..]);
            let size = if naive.is_empty() { 0 } else { mem::size_class(4 + naive.len()) };
            assert_eq!(packed.alloc_size(), size);
            if let Some(byte) = packed.as_mut_slice().last_mut() {
                *byte ^= 1;
                *naive.last_mut().expect("as long") ^= 1;
            }
        }
        assert_eq!(packed.clone().as_slice(), &naive[..]);
    }
}

#[test]
fn empty_ones_own_nothing() {
    let mut packed = Packed::default();
    assert!(packed.is_empty() && packed.alloc_size() == 0 && packed.as_mut_slice().is_empty());
    packed.push(b"ab");
    packed.push(b"");
    packed.push(b"c");
    assert_eq!((packed.as_slice(), packed.len()), (&b"abc"[..], 3));
    packed.splice(0, 3, b"");
    assert_eq!(packed.alloc_size(), 0);
    assert_eq!(Packed::from_parts(&[b"x", b"", b"yz"]).as_slice(), b"xyz");
}
