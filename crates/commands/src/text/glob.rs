//! Patterns of `KEYS`, `SCAN MATCH`, `PSUBSCRIBE`, `CONFIG GET`, access rules.
//!
//! `*` any bytes, `?` one byte, `[a-z]` one of a class, `[^a-z]` one not of it, `\x` the byte x.
//! Every element but `*` matches one byte exactly, so it is enough to remember the last star: on a
//! mismatch it takes one byte more and matching goes on behind it. No recursion, at most O(text x
//! pattern) (CVE-2022-36021, CVE-2024-31228).
//!
//! Odd corners kept from Redis: nothing matches beyond a thousand stars; an empty text matches only
//! the empty pattern, not `*` (commands test for `*` themselves); a class without its `]` ends with
//! the pattern; in `[a-]` the `]` is the end of the range; range ends compare as signed bytes; an
//! escaped byte in a class always compares with its case.

/// Stars, each run of them counted once, that a match may need. Redis stops there to spare its
/// stack; its tests expect it.
const STARS_MAX: usize = 1000;

/// Tells whether the whole of `text` matches `pattern`.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    run(pattern, text, |byte| byte)
}

/// As [`matches`], but ASCII letters match in either case.
pub fn matches_nocase(pattern: &[u8], text: &[u8]) -> bool {
    run(pattern, text, |byte| byte.to_ascii_lowercase())
}

/// Tells whether `pattern` matches only the text equal to it, so that a lookup can replace a scan.
pub fn is_literal(pattern: &[u8]) -> bool {
    !pattern.iter().any(|b| matches!(b, b'*' | b'?' | b'[' | b'\\'))
}

fn run(pattern: &[u8], text: &[u8], fold: impl Fn(u8) -> u8 + Copy) -> bool {
    if text.is_empty() {
        return pattern.is_empty();
    }
    let (mut at, mut pos) = (0, 0);
    // Behind the last star, and the text position that what follows it is tried at.
    let mut retry: Option<(usize, usize)> = None;
    let mut stars = 0;
    while pos < text.len() {
        if pattern.get(at) == Some(&b'*') {
            at += 1;
            if at == pattern.len() {
                return true;
            }
            stars += usize::from(pattern[at] != b'*');
            if stars > STARS_MAX {
                return false;
            }
            retry = Some((at, pos));
            continue;
        }
        if let Some(next) = element(&pattern[at..], text[pos], fold) {
            at += next;
            pos += 1;
            continue;
        }
        let Some((behind_star, tried)) = retry else {
            return false;
        };
        retry = Some((behind_star, tried + 1));
        at = behind_star;
        pos = tried + 1;
    }
    pattern[at..].iter().all(|&b| b == b'*')
}

/// Matches `byte` with the first element of `pattern`, no star; returns that element's length.
#[inline]
fn element(pattern: &[u8], byte: u8, fold: impl Fn(u8) -> u8 + Copy) -> Option<usize> {
    match pattern {
        [] => None,
        [b'?', ..] => Some(1),
        [b'[', class_body @ ..] => class(class_body, byte, fold).map(|len| len + 1),
        [b'\\', escaped, ..] => (fold(*escaped) == fold(byte)).then_some(2),
        [literal, ..] => (fold(*literal) == fold(byte)).then_some(1),
    }
}

/// Matches `byte` with the class whose text, behind the `[`, is the front of `pattern`; returns
/// its length.
fn class(pattern: &[u8], byte: u8, fold: impl Fn(u8) -> u8) -> Option<usize> {
    let inverted = pattern.first() == Some(&b'^');
    let mut at = usize::from(inverted);
    let mut found = false;
    loop {
        match &pattern[at..] {
            [] => break,
            [b'\\', escaped, ..] => {
                found |= *escaped == byte;
                at += 2;
            }
            [b']', ..] => {
                at += 1;
                break;
            }
            [first, b'-', last, ..] => {
                let (low, high) =
                    if *first as i8 <= *last as i8 { (*first, *last) } else { (*last, *first) };
                found |= (fold(low) as i8..=fold(high) as i8).contains(&(fold(byte) as i8));
                at += 3;
            }
            [single, ..] => {
                found |= fold(*single) == fold(byte);
                at += 1;
            }
        }
    }
    (found != inverted).then_some(at)
}

#[cfg(test)]
mod tests;
