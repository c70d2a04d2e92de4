//! Blocks of PEM files: label, headers of old encrypted keys, bytes.
//!
//! Source: RFC 7468, and RFC 1421 for the headers. What stands between blocks is skipped.

/// One block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// As in `BEGIN CERTIFICATE`.
    pub(super) label: &'a str,
    /// `Name: value` lines.
    pub(super) headers: Vec<(&'a str, &'a str)>,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
}

/// The whole blocks of a file. One that is broken is left out.
pub(super) fn blocks(text: &[u8]) -> Vec<Block<'_>> {
    let (mut found, mut open) = (Vec::new(), None);
    for line in text.split(|&byte| byte == b'\n') {
        let Ok(line) = std::str::from_utf8(line) else { continue };
        let line = line.trim();
        if let Some(label) = marked(line, "-----BEGIN ") {
            open = Some((label, Vec::new(), String::new()));
        } else if let Some(end) = marked(line, "-----END ") {
            if let Some((label, headers, body)) = open.take()
                && label == end
                && let Some(bytes) = decode(&body)
            {
                found.push(Block { label, headers, bytes });
            }
        } else if let Some((_, headers, body)) = &mut open {
            match line.split_once(':') {
                Some((name, value)) => headers.push((name.trim(), value.trim())),
                None => body.push_str(line),
            }
        }
    }
    found
}

fn marked<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    line.strip_prefix(mark)?.strip_suffix("-----")
}

/// Base64 with or without the signs at its end.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    for group in text.chunks(4) {
        let mut word = 0_u32;
        for &sign in group {
            let value = match sign {
                b'A'..=b'Z' => sign - b'A',
                b'a'..=b'z' => sign - b'a' + 26,
                b'0'..=b'9' => sign - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            word = word << 6 | u32::from(value);
        }
        word <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&word.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}
