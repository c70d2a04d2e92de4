//! Quoting and reading back.

use proptest::prelude::*;

use super::*;
use crate::text::split_args;

#[test]
fn forms() {
    assert_eq!(quoted(b""), r#""""#);
    assert_eq!(quoted(b"plain text"), r#""plain text""#);
    assert_eq!(quoted(b"a\"b\\c"), r#""a\"b\\c""#);
    assert_eq!(quoted(b"\n\r\t\x07\x08\0\x7f\xff"), r#""\n\r\t\a\b\x00\x7f\xff""#);
}

#[test]
fn when_to_quote() {
    for plain in ["a", "/var/lib", "1mb", "a:b,c"] {
        assert!(!needs_quotes(plain.as_bytes()));
    }
    for other in ["", "a b", "a\"", "a'b", "\\", "\n", "\u{e9}"] {
        assert!(needs_quotes(other.as_bytes()));
    }
}

proptest! {
    #[test]
    fn reads_back(bytes: Vec<u8>) {
        let text = quoted(&bytes);
        prop_assert!(text.bytes().all(|b| matches!(b, b' '..=b'~')));
        prop_assert_eq!(split_args(text.as_bytes()), Some(vec![bytes]));
    }
}
