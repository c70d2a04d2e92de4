//! Patterns against recorded answers, a plain recursive matcher, and redis-server itself when
//! asked to.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use resp::Value;

use super::*;
use crate::text::oracle::{Oracle, Random};

#[track_caller]
fn check(pattern: &[u8], text: &[u8], expected: bool) {
    let shown = (pattern.escape_ascii().to_string(), text.escape_ascii().to_string());
    assert_eq!(matches(pattern, text), expected, "{shown:?}");
}

#[test]
fn elements() {
    check(b"*", b"abc", true);
    check(b"a*", b"a", true);
    check(b"a**", b"a", true);
    check(b"*c", b"abc", true);
    check(b"a*c*e", b"abcde", true);
    check(b"a?c", b"abc", true);
    check(b"a?", b"a", false);
    check(b"h[ae]llo", b"hallo", true);
    check(b"h[^e]llo", b"hello", false);
    check(b"h[a-b]llo", b"hbllo", true);
    check(b"h\\*llo", b"h*llo", true);
    check(b"h\\*llo", b"hello", false);
    check(b"abc", b"abcd", false);
    check(b"abcd", b"abc", false);
    check(b"*ab", b"aab", true);
    check(b"*a*b?", b"xaxbxby", true);
}

#[test]
fn odd_corners_recorded() {
    check(b"", b"", true);
    check(b"*", b"", false);
    check(b"**", b"", false);
    check(b"", b"a", false);
    check(b"[abc", b"a", true);
    check(b"[", b"a", false);
    check(b"[^", b"a", true);
    check(b"[a-]", b"b", false);
    check(b"[a-]", b"_", true);
    check(b"[\\", b"\\", true);
    check(b"\\", b"\\", true);
    check(b"a\\", b"a\\", true);
    check(b"[]a]", b"a", false);
    check(b"[]", b"a", false);
    check(b"[^]", b"a", true);
    check(b"[z-a]", b"c", true);
    check(b"[a-\\z]", b"b", false);
    check(b"[\\a-c]", b"b", false);
    check(b"[a-c", b"b", true);
    check(b"[a-\xff]", b"b", false);
}

#[test]
fn case() {
    assert!(matches_nocase(b"MaxMem*", b"maxmemory"));
    assert!(matches_nocase(b"[A-C]x", b"bX"));
    assert!(!matches_nocase(b"[\\A]", b"a"));
    assert!(!matches(b"A", b"a"));
}

#[test]
fn literals() {
    assert!(is_literal(b"user:1"));
    for pattern in ["a*", "a?", "[a]", "a\\b"] {
        assert!(!is_literal(pattern.as_bytes()));
    }
}

#[test]
fn many_stars_end_soon() {
    let start = Instant::now();
    let text = b"a".repeat(20_000);
    let mut pattern = b"a*".repeat(1000);
    pattern.push(b'b');
    check(&pattern, &text, false);
    let mut classes = b"*[abc]".repeat(500);
    classes.extend_from_slice(b"?b");
    check(&classes, &text, false);
    check(&b"*".repeat(100_000), &text, true);
    check(&b"[".repeat(100_000), &text, false);
    assert!(start.elapsed() < Duration::from_secs(20));
}

/// Redis's rules written as plain recursion.
fn naive(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        (_, []) => pattern.iter().all(|&b| b == b'*'),
        ([], _) => false,
        ([b'*', rest @ ..], _) => {
            rest.is_empty() || (0..text.len()).any(|skip| naive(rest, &text[skip..]))
        }
        (_, [byte, text @ ..]) => {
            element(pattern, *byte, |b| b).is_some_and(|len| naive(&pattern[len..], text))
        }
    }
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(&b"**??abcab[]^-\\\xe9\xff"[..]), 0..10)
}

proptest! {
    #[test]
    fn as_the_naive_matcher(pattern in pieces(), text in prop::collection::vec(
        prop::sample::select(&b"abc[]-\\^\xe9"[..]), 1..10))
    {
        prop_assert_eq!(matches(&pattern, &text), naive(&pattern, &text));
        prop_assert_eq!(matches_nocase(&pattern, &text), naive(&pattern, &text));
    }
}

#[test]
fn keys_as_the_oracle() {
    const ALPHABET: &[u8] = b"ab*?[]^-\\\xe9";
    let Some(mut oracle) = Oracle::start() else { return };
    let mut random = Random(0x610b);
    let mut word = |letters: &[u8], most: u64| -> Vec<u8> {
        (0..=random.below(most))
            .map(|_| letters[random.below(letters.len() as u64) as usize])
            .collect()
    };
    let texts: Vec<Vec<u8>> = (0..60).map(|_| word(b"abAB-]\\^\xe9", 6)).collect();
    for text in &texts {
        oracle.ask(&[&[b"SET", text, b""]]);
    }
    for _ in 0..20_000 {
        let pattern = word(ALPHABET, 8);
        let reply = oracle.ask(&[&[b"KEYS", &pattern]]).remove(0);
        let theirs = reply.as_items().unwrap_or_default();
        for text in &texts {
            let matched = theirs.contains(&Value::Bulk(text.clone()));
            check(&pattern, text, matched);
        }
    }
}
