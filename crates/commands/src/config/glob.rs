//! Redis's glob patterns, ignoring case, for names of directives.
//!
//! `*` any run, `?` any byte, `[a-c]` and `[^a]` classes, `\x` the byte x. Backtracks to the last
//! `*` only, so the cost is bounded by pattern length times name length.

/// Whether `text` matches `pattern` in any case.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            retry = Some((p + 1, t));
            p += 1;
            continue;
        }
        if let Some(after) = match_one(pattern, p, text[t]) {
            p = after;
            t += 1;
            continue;
        }
        let Some((after_star, from)) = retry else { return false };
        retry = Some((after_star, from + 1));
        (p, t) = (after_star, from + 1);
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// Matches one byte at `p`; the position after that part of the pattern.
fn match_one(pattern: &[u8], p: usize, byte: u8) -> Option<usize> {
    let same = |other: u8| other.eq_ignore_ascii_case(&byte);
    match *pattern.get(p)? {
        b'?' => Some(p + 1),
        b'[' => match_class(pattern, p + 1, byte),
        b'\\' if p + 1 < pattern.len() => same(pattern[p + 1]).then_some(p + 2),
        literal => same(literal).then_some(p + 1),
    }
}

fn match_class(pattern: &[u8], start: usize, byte: u8) -> Option<usize> {
    let byte = byte.to_ascii_lowercase();
    let negated = pattern.get(start) == Some(&b'^');
    let mut p = start + usize::from(negated);
    let mut found = false;
    // A class that is not closed ends with the pattern.
    while p < pattern.len() && pattern[p] != b']' {
        if pattern[p] == b'\\' && p + 1 < pattern.len() {
            p += 1;
            found |= pattern[p].to_ascii_lowercase() == byte;
        } else if p + 2 < pattern.len() && pattern[p + 1] == b'-' {
            let (a, b) = (pattern[p].to_ascii_lowercase(), pattern[p + 2].to_ascii_lowercase());
            found |= (a.min(b)..=a.max(b)).contains(&byte);
            p += 2;
        } else {
            found |= pattern[p].to_ascii_lowercase() == byte;
        }
        p += 1;
    }
    (found != negated).then_some((p + 1).min(pattern.len()))
}
