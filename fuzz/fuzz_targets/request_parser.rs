//! A stream of requests in pieces parses as it does whole; spans stay in the buffer; encoding the
//! arguments and parsing again gives them back.
//!
//! Input: a byte for the limits, a byte for the size of the pieces, then the stream.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp::{Limits, Progress, ProtocolError, RequestParser, Span, encode};

/// What one call told, with the arguments as bytes.
#[derive(Debug, PartialEq)]
enum Seen {
    Args(usize, Vec<Vec<u8>>),
    Empty(usize),
    Error(ProtocolError),
}

/// Parses the stream as it grows by `step` bytes; each piece is in a buffer of its own.
fn requests(stream: &[u8], step: usize, limits: &Limits) -> Vec<Seen> {
    let mut parser = RequestParser::default();
    let mut spans = vec![Span::default(); 3];
    let (mut seen, mut pos, mut end) = (Vec::new(), 0, 0);
    while end < stream.len() {
        end = (end + step).min(stream.len());
        loop {
            let buf = stream[pos..end].to_vec();
            spans.truncate(3);
            let consumed = match parser.parse(&buf, limits, &mut spans) {
                Ok(Progress::Complete { consumed }) => {
                    let args = spans[3..].iter().map(|span| span.of(&buf).to_vec()).collect();
                    seen.push(Seen::Args(consumed, args));
                    consumed
                }
                Ok(Progress::Inline { consumed, args }) => {
                    seen.push(Seen::Args(consumed, args));
                    consumed
                }
                Ok(Progress::Empty { consumed }) => {
                    seen.push(Seen::Empty(consumed));
                    consumed
                }
                Ok(Progress::Incomplete { wanted }) => {
                    assert!(wanted > 0);
                    assert_eq!(spans.len(), 3);
                    break;
                }
                Err(error) => {
                    let mut text = Vec::new();
                    error.write_to(&mut text);
                    assert!(!text.contains(&b'\r') && !text.contains(&b'\n'));
                    seen.push(Seen::Error(error));
                    return seen;
                }
            };
            assert!(consumed > 0 && consumed <= buf.len());
            assert!(!parser.is_midway());
            pos += consumed;
        }
    }
    seen
}

fuzz_target!(|input: &[u8]| {
    let [mode, step, stream @ ..] = input else { return };
    let max_inline = if mode & 2 == 0 { 64 << 10 } else { 8 };
    let limits = Limits { authenticated: mode & 1 == 0, max_inline, ..Limits::DEFAULT };
    let whole = requests(stream, stream.len().max(1), &limits);
    assert_eq!(requests(stream, usize::from(*step).max(1), &limits), whole);
    assert_eq!(requests(stream, 1, &limits), whole);
    for seen in &whole {
        if let Seen::Args(_, args) = seen {
            assert!(!args.is_empty());
            let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
            let mut bytes = Vec::new();
            encode::request(&mut bytes, &args);
            let again = requests(&bytes, bytes.len(), &Limits::DEFAULT);
            let args = args.iter().map(|arg| arg.to_vec()).collect();
            assert_eq!(again, [Seen::Args(bytes.len(), args)]);
        }
    }
});
