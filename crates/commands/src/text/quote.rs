//! Bytes in a quoted form that is one line of printable ASCII: `MONITOR`, logs, `CONFIG REWRITE`.
//!
//! [`split_args`](super::split_args) reads it back.

/// Appends `bytes` in double quotes, with `\n \r \t \a \b \\ \"` and `\xHH` for what is not
/// printable.
pub fn push_quoted(out: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    for &byte in bytes {
        match byte {
            b'\\' | b'"' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x07 => out.extend_from_slice(b"\\a"),
            0x08 => out.extend_from_slice(b"\\b"),
            b' '..=b'~' => out.push(byte),
            _ => {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                out.extend_from_slice(&[b'\\', b'x', high, low]);
            }
        }
    }
    out.push(b'"');
}

/// Returns [`push_quoted`]'s text.
pub fn quoted(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    push_quoted(&mut out, bytes);
    out.into_iter().map(char::from).collect()
}

/// Tells whether a value must be quoted to stand in a configuration line: empty, or with a space,
/// quote, backslash or unprintable byte in it.
pub fn needs_quotes(bytes: &[u8]) -> bool {
    bytes.is_empty()
        || bytes.iter().any(|&b| !b.is_ascii_graphic() || matches!(b, b'\\' | b'\'' | b'"'))
}

#[cfg(test)]
mod tests;
