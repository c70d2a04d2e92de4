//! The pattern matcher agrees with plain recursion on short inputs, and ends soon on long ones.
//!
//! Input: a byte that says how long the pattern is, the pattern, the text.
#![no_main]

use commands::text::glob;
use libfuzzer_sys::fuzz_target;

/// Redis's rules, by recursion for the stars; everything else is asked of the matcher one element
/// at a time, with a class read here once more in another way.
fn naive(pattern: &[u8], text: &[u8]) -> bool {
    let Some((&byte, rest_of_text)) = text.split_first() else {
        return pattern.iter().all(|&b| b == b'*');
    };
    match pattern {
        [] => false,
        [b'*', rest @ ..] => {
            rest.is_empty() || (0..text.len()).any(|skip| naive(rest, &text[skip..]))
        }
        [b'?', rest @ ..] => naive(rest, rest_of_text),
        [b'[', rest @ ..] => {
            let (members, inverted, rest) = class(rest);
            members[usize::from(byte)] != inverted && naive(rest, rest_of_text)
        }
        [b'\\', escaped, rest @ ..] => *escaped == byte && naive(rest, rest_of_text),
        [literal, rest @ ..] => *literal == byte && naive(rest, rest_of_text),
    }
}

/// Returns the bytes named in a class, whether it is inverted, and the pattern behind it.
fn class(mut pattern: &[u8]) -> ([bool; 256], bool, &[u8]) {
    let mut members = [false; 256];
    let inverted = pattern.first() == Some(&b'^');
    pattern = &pattern[usize::from(inverted)..];
    loop {
        match pattern {
            [] => return (members, inverted, pattern),
            [b'\\', escaped, rest @ ..] => {
                members[usize::from(*escaped)] = true;
                pattern = rest;
            }
            [b']', rest @ ..] => return (members, inverted, rest),
            [first, b'-', last, rest @ ..] => {
                let (first, last) = (*first as i8, *last as i8);
                for member in first.min(last)..=first.max(last) {
                    members[usize::from(member as u8)] = true;
                }
                pattern = rest;
            }
            [single, rest @ ..] => {
                members[usize::from(*single)] = true;
                pattern = rest;
            }
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let [split, rest @ ..] = input else { return };
    let (pattern, text) = rest.split_at(usize::from(*split).min(rest.len()));
    let matched = glob::matches(pattern, text);
    let folded = glob::matches_nocase(pattern, text);
    if text.is_empty() {
        assert_eq!(matched, pattern.is_empty());
    } else if pattern.len() <= 16 && text.len() <= 16 {
        assert_eq!(matched, naive(pattern, text));
        if !rest.iter().any(u8::is_ascii_uppercase) {
            assert_eq!(folded, matched);
        }
    }
    if glob::is_literal(pattern) {
        assert_eq!(matched, pattern == text);
    }
});
