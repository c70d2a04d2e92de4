//! Splits a line into arguments as Redis does for inline commands and configuration files.
//!
//! `SET key "a b\x00\n" 'it\'s'` -> four arguments. In double quotes `\xHH`, `\n \r \t \b \a` and
//! `\c` (= c) are escapes; in single quotes only `\'`. A closing quote must be followed by a space
//! or the end. An opening quote inside a word is allowed (`a"b"` is `ab`). A NUL byte ends the
//! line.

/// Returns the arguments of `line`, or `None` when quotes are unbalanced or text touches a closing
/// quote.
///
/// An empty or blank line has no arguments. O(n).
pub fn split_args(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let line = match line.iter().position(|&b| b == 0) {
        Some(end) => &line[..end],
        None => line,
    };
    let mut args = Vec::new();
    let mut pos = 0;
    loop {
        while line.get(pos).is_some_and(|&b| is_space(b)) {
            pos += 1;
        }
        if pos >= line.len() {
            return Some(args);
        }
        let (arg, next) = word(line, pos)?;
        args.push(arg);
        pos = next;
    }
}

/// Reads one argument that starts at `pos`; returns it and the position after it.
fn word(line: &[u8], mut pos: usize) -> Option<(Vec<u8>, usize)> {
    let mut arg = Vec::new();
    while let Some(&byte) = line.get(pos) {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => break,
            b'"' => {
                pos = double_quoted(line, pos + 1, &mut arg)?;
                return ends_word(line, pos).then_some((arg, pos));
            }
            b'\'' => {
                pos = single_quoted(line, pos + 1, &mut arg)?;
                return ends_word(line, pos).then_some((arg, pos));
            }
            _ => arg.push(byte),
        }
        pos += 1;
    }
    Some((arg, pos))
}

fn double_quoted(line: &[u8], mut pos: usize, arg: &mut Vec<u8>) -> Option<usize> {
    loop {
        match *line.get(pos)? {
            b'"' => return Some(pos + 1),
            b'\\' => {
                let escaped = *line.get(pos + 1)?;
                if escaped == b'x'
                    && let Some(byte) = hex_pair(line, pos + 2)
                {
                    arg.push(byte);
                    pos += 4;
                } else {
                    arg.push(unescape(escaped));
                    pos += 2;
                }
            }
            byte => {
                arg.push(byte);
                pos += 1;
            }
        }
    }
}

fn single_quoted(line: &[u8], mut pos: usize, arg: &mut Vec<u8>) -> Option<usize> {
    loop {
        match *line.get(pos)? {
            b'\'' => return Some(pos + 1),
            b'\\' if line.get(pos + 1) == Some(&b'\'') => {
                arg.push(b'\'');
                pos += 2;
            }
            byte => {
                arg.push(byte);
                pos += 1;
            }
        }
    }
}

fn ends_word(line: &[u8], pos: usize) -> bool {
    line.get(pos).is_none_or(|&b| is_space(b))
}

/// C's `isspace` in the "C" locale; vertical tab and form feed do separate, but do not end a bare
/// word.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

fn unescape(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 0x08,
        b'a' => 0x07,
        other => other,
    }
}

fn hex_pair(line: &[u8], pos: usize) -> Option<u8> {
    let high = char::from(*line.get(pos)?).to_digit(16)?;
    let low = char::from(*line.get(pos + 1)?).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

#[cfg(test)]
mod tests;
