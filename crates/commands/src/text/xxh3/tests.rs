//! Vectors of the published reference implementation.

use super::*;

#[test]
fn vectors() {
    assert_eq!(digest(b""), *b"2d06800538d394c2");
    assert_eq!(xxh3_64(b"a"), 0xe6c6_32b6_1e96_4e1f);
    assert_eq!(xxh3_64(b"abc"), 0x78af_5f94_892f_3950);
    assert_eq!(parse_digest(&digest(b"abc")), Some(xxh3_64(b"abc")));
    assert_eq!(parse_digest(b"2D06800538D394C2"), Some(xxh3_64(b"")));
    assert_eq!(parse_digest(b"2d06800538d394c"), None);
    assert_eq!(parse_digest(b"+d06800538d394c2"), None);
}
