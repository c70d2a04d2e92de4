//! Replies as bytes, appended to a `Vec<u8>`.
//!
//! Functions that take a [`Proto`] write what Redis writes in that protocol: a map is a flat array
//! in RESP2, a double a bulk string, a boolean an integer. Aggregates are a header here; the caller
//! then writes the elements. Text from users can reach [`error`] and [`simple`], so line ends in it
//! are blanked: a reply stays one frame.

use crate::Proto;
use crate::number::{digits, push_double, push_int, push_uint};

/// `+text`: a status such as `OK`.
#[inline]
pub fn simple(out: &mut Vec<u8>, text: &[u8]) {
    line(out, b'+', text);
}

/// `-text`: an error; `text` starts with its code, `ERR` or another.
#[inline]
pub fn error(out: &mut Vec<u8>, text: &[u8]) {
    line(out, b'-', text);
}

/// `:value`.
#[inline]
pub fn int(out: &mut Vec<u8>, value: i64) {
    if (0..10).contains(&value) {
        out.extend_from_slice(&[b':', b'0' + value as u8, b'\r', b'\n']);
    } else {
        out.push(b':');
        push_int(out, value);
        out.extend_from_slice(b"\r\n");
    }
}

/// `$len`, the bytes: a string.
#[inline]
pub fn bulk(out: &mut Vec<u8>, bytes: &[u8]) {
    out.reserve(bytes.len() + 16);
    bulk_header(out, bytes.len());
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

/// `$len` alone: the caller sends `len` bytes and `\r\n` after it, perhaps from another buffer.
#[inline]
pub fn bulk_header(out: &mut Vec<u8>, len: usize) {
    header(out, b'$', len);
}

/// A string that is the decimal text of `value`.
#[inline]
pub fn bulk_int(out: &mut Vec<u8>, value: i64) {
    bulk_header(out, digits(value.unsigned_abs()) + usize::from(value < 0));
    push_int(out, value);
    out.extend_from_slice(b"\r\n");
}

/// No value: `$-1` in RESP2, `_` in RESP3.
#[inline]
pub fn null(out: &mut Vec<u8>, proto: Proto) {
    out.extend_from_slice(match proto {
        Proto::Resp2 => b"$-1\r\n",
        Proto::Resp3 => b"_\r\n",
    });
}

/// No array: `*-1` in RESP2, `_` in RESP3.
#[inline]
pub fn null_array(out: &mut Vec<u8>, proto: Proto) {
    out.extend_from_slice(match proto {
        Proto::Resp2 => b"*-1\r\n",
        Proto::Resp3 => b"_\r\n",
    });
}

/// Starts an array of `len` elements.
#[inline]
pub fn array_header(out: &mut Vec<u8>, len: usize) {
    header(out, b'*', len);
}

/// Starts a map of `pairs` keys and values; an array of twice as many elements in RESP2.
#[inline]
pub fn map_header(out: &mut Vec<u8>, proto: Proto, pairs: usize) {
    match proto {
        Proto::Resp2 => header(out, b'*', pairs * 2),
        Proto::Resp3 => header(out, b'%', pairs),
    }
}

/// Starts a set of `len` elements; an array in RESP2.
#[inline]
pub fn set_header(out: &mut Vec<u8>, proto: Proto, len: usize) {
    header(out, if proto == Proto::Resp2 { b'*' } else { b'~' }, len);
}

/// Starts a push message of `len` elements; an array in RESP2.
#[inline]
pub fn push_header(out: &mut Vec<u8>, proto: Proto, len: usize) {
    header(out, if proto == Proto::Resp2 { b'*' } else { b'>' }, len);
}

/// Starts an attribute of `pairs` keys and values, which goes before the reply that it describes.
/// RESP3 only.
#[inline]
pub fn attribute_header(out: &mut Vec<u8>, pairs: usize) {
    header(out, b'|', pairs);
}

/// A double with 17 significant digits, as redis-server 7.0 sends it: a bulk string in RESP2, `,`
/// in RESP3.
pub fn double(out: &mut Vec<u8>, proto: Proto, value: f64) {
    match proto {
        Proto::Resp2 => {
            let mut text = Vec::with_capacity(32);
            push_double(&mut text, value);
            bulk(out, &text);
        }
        Proto::Resp3 => {
            out.push(b',');
            push_double(out, value);
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// A double whose text the caller has made: a bulk string in RESP2, `,` in RESP3.
#[inline]
pub fn double_text(out: &mut Vec<u8>, proto: Proto, text: &[u8]) {
    match proto {
        Proto::Resp2 => bulk(out, text),
        Proto::Resp3 => line(out, b',', text),
    }
}

/// A boolean: `:1` or `:0` in RESP2, `#t` or `#f` in RESP3.
#[inline]
pub fn bool(out: &mut Vec<u8>, proto: Proto, value: bool) {
    out.extend_from_slice(match (proto, value) {
        (Proto::Resp2, true) => b":1\r\n",
        (Proto::Resp2, false) => b":0\r\n",
        (Proto::Resp3, true) => b"#t\r\n",
        (Proto::Resp3, false) => b"#f\r\n",
    });
}

/// A big number from its decimal text: a bulk string in RESP2, `(` in RESP3.
pub fn big_number(out: &mut Vec<u8>, proto: Proto, text: &[u8]) {
    match proto {
        Proto::Resp2 => bulk(out, text),
        Proto::Resp3 => line(out, b'(', text),
    }
}

/// A text with a three-letter format (`txt`, `mkd`): a bulk string in RESP2, `=` in RESP3.
pub fn verbatim(out: &mut Vec<u8>, proto: Proto, format: [u8; 3], text: &[u8]) {
    match proto {
        Proto::Resp2 => bulk(out, text),
        Proto::Resp3 => {
            header(out, b'=', text.len() + 4);
            out.extend_from_slice(&format);
            out.push(b':');
            out.extend_from_slice(text);
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// A request as a client sends it: an array of bulk strings.
pub fn request(out: &mut Vec<u8>, args: &[&[u8]]) {
    array_header(out, args.len());
    for arg in args {
        bulk(out, arg);
    }
}

/// A type byte, a length and the line end. One and two digits, nearly all there are, are one copy.
#[inline]
fn header(out: &mut Vec<u8>, kind: u8, len: usize) {
    if len < 10 {
        out.extend_from_slice(&[kind, b'0' + len as u8, b'\r', b'\n']);
    } else if len < 100 {
        let (tens, ones) = ((len / 10) as u8, (len % 10) as u8);
        out.extend_from_slice(&[kind, b'0' + tens, b'0' + ones, b'\r', b'\n']);
    } else {
        out.push(kind);
        push_uint(out, len as u64);
        out.extend_from_slice(b"\r\n");
    }
}

/// A reply of one line. Line ends inside become spaces.
#[inline]
fn line(out: &mut Vec<u8>, kind: u8, text: &[u8]) {
    out.reserve(text.len() + 3);
    out.push(kind);
    let start = out.len();
    out.extend_from_slice(text);
    for byte in &mut out[start..] {
        if matches!(*byte, b'\r' | b'\n') {
            *byte = b' ';
        }
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests;
