//! Bytes of clients inside of error texts, which are strings: what is not UTF-8 stands as a
//! character of the last private plane until the text is put on the wire, where it is the byte
//! again.
//!
//! Byte `b` that is not part of a character is U+10FF00 + b. A client's own characters of that
//! range are taken apart into their bytes, so that every text comes back as it was.

use std::fmt::Write as _;

const FIRST: u32 = 0x0010_FF00;
/// What the UTF-8 of all these characters begins with.
const LEAD: u8 = 0xF4;

/// `bytes` as a string, without loss.
pub fn shown(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for one in chunk.valid().chars() {
            if (one as u32) < FIRST {
                text.push(one);
            } else {
                one.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| push_byte(&mut text, byte));
            }
        }
        chunk.invalid().iter().for_each(|byte| push_byte(&mut text, *byte));
    }
    text
}

fn push_byte(text: &mut String, byte: u8) {
    let one = char::from_u32(FIRST + u32::from(byte)).expect("below the last character");
    let _ = text.write_char(one);
}

/// The bytes of a text that [`shown`] may have had a part in.
pub fn to_bytes(text: String) -> Vec<u8> {
    if !text.as_bytes().contains(&LEAD) {
        return text.into_bytes();
    }
    let mut bytes = Vec::with_capacity(text.len());
    for one in text.chars() {
        if (one as u32) < FIRST {
            bytes.extend_from_slice(one.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            bytes.push(one as u32 as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{shown, to_bytes};

    #[test]
    fn every_text_comes_back() {
        let last = "\u{10FFFF}\u{10FF41}\u{10FEFF}z".as_bytes();
        for bytes in [&b""[..], b"plain", b"\xff\x00a\xc3\xa4\xc3", b"\xf4\x8f\xbf", last] {
            assert_eq!(to_bytes(shown(bytes)), bytes);
        }
        assert_eq!(shown(b"\xc3\xa4"), "\u{e4}");
    }
}
