//! The words of a script: just what `proof.rs` needs to know of the grammar.

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Word<'a> {
    /// A name, keyword or operator.
    Text(&'a [u8]),
    /// A string in quotes; what it says, if that is what is written.
    Quoted(Option<&'a [u8]>),
    /// A number.
    Number(&'a [u8]),
}

/// Operators of more than one character, longer ones first.
const LONG: &[&[u8]] = &[
    b"...", b"..=", b"//=", b"..", b"==", b"~=", b"<=", b">=", b"+=", b"-=", b"*=", b"/=", b"%=",
    b"^=", b"//", b"::", b"->",
];

/// The words of a text without its comments. `None` if something is not understood.
pub(super) fn words(code: &[u8]) -> Option<Vec<Word<'_>>> {
    let (mut words, mut rest) = (Vec::new(), code);
    while let Some(first) = rest.first() {
        if first.is_ascii_whitespace() || *first == 0x0B {
            rest = &rest[1..];
        } else if rest.starts_with(b"--") {
            rest = behind_comment(&rest[2..])?;
        } else {
            let (word, len) = word(rest)?;
            words.push(word);
            rest = &rest[len..];
        }
    }
    Some(words)
}

fn behind_comment(rest: &[u8]) -> Option<&[u8]> {
    if let Some(level) = long_bracket(rest) {
        return rest.get(long_len(rest, level)?..);
    }
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    Some(&rest[end..])
}

/// The first word and its length in bytes.
fn word(rest: &[u8]) -> Option<(Word<'_>, usize)> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let first = rest[0];
    let follows = |at: usize, is: fn(&u8) -> bool| rest.get(at).is_some_and(is);
    if first.is_ascii_digit() || first == b'.' && follows(1, u8::is_ascii_digit) {
        let len = number_len(rest);
        return Some((Word::Number(&rest[..len]), len));
    }
    if is_part(&first) {
        let len = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        return Some((Word::Text(&rest[..len]), len));
    }
    if first == b'"' || first == b'\'' {
        return quoted(rest);
    }
    if let Some(level) = long_bracket(rest) {
        return Some((Word::Quoted(None), long_len(rest, level)?));
    }
    if let Some(operator) = LONG.iter().find(|operator| rest.starts_with(operator)) {
        return Some((Word::Text(&rest[..operator.len()]), operator.len()));
    }
    let is_known = b"+-*/%^#<>=(){}[];:,.~&|?!".contains(&first);
    is_known.then(|| (Word::Text(&rest[..1]), 1))
}

fn number_len(rest: &[u8]) -> usize {
    let mut len = 1;
    while let Some(byte) = rest.get(len) {
        let is_exponent = matches!(rest[len - 1] | 0x20, b'e' | b'p') && !is_hex(rest);
        let is_sign = is_exponent && matches!(byte, b'+' | b'-');
        if !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b'_') && !is_sign {
            break;
        }
        len += 1;
    }
    len
}

fn is_hex(number: &[u8]) -> bool {
    number.len() > 1 && number[1] | 0x20 == b'x'
}

fn quoted(rest: &[u8]) -> Option<(Word<'_>, usize)> {
    let (mut at, mut is_plain) = (1, true);
    loop {
        match *rest.get(at)? {
            b'\\' => {
                is_plain = false;
                at += 2;
            }
            b'\n' if is_plain => return None,
            byte if byte == rest[0] => break,
            _ => at += 1,
        }
    }
    Some((Word::Quoted(is_plain.then_some(&rest[1..at])), at + 1))
}

/// How many `=` are in the bracket that begins here, if one does.
fn long_bracket(rest: &[u8]) -> Option<usize> {
    let inner = rest.strip_prefix(b"[")?;
    let level = inner.iter().take_while(|byte| **byte == b'=').count();
    (inner.get(level) == Some(&b'[')).then_some(level)
}

/// Length of what is in long brackets, these included.
fn long_len(rest: &[u8], level: usize) -> Option<usize> {
    let end = [&b"]"[..], &b"=".repeat(level), b"]"].concat();
    let inside = &rest[level + 2..];
    let at = inside.windows(end.len()).position(|window| window == end)?;
    Some(level + 2 + at + end.len())
}
