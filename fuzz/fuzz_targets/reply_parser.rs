//! Replies in pieces parse as they do whole; a reply that parses is encoded and parsed again to the
//! same value; counting agrees with parsing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp::{ReplyError, ReplyParser, Value, reply_len};

fn in_steps(bytes: &[u8], step: usize) -> Result<Option<(Value, usize)>, ReplyError> {
    let mut parser = ReplyParser::default();
    let mut end = 0;
    loop {
        end = (end + step).min(bytes.len());
        let piece = bytes[..end].to_vec();
        let result = parser.parse(&piece);
        if end == bytes.len() || !matches!(result, Ok(None)) {
            return result;
        }
    }
}

/// As text, so that a NaN equals itself.
fn shown(result: &Result<Option<(Value, usize)>, ReplyError>) -> String {
    format!("{result:?}")
}

fuzz_target!(|input: &[u8]| {
    let [step, bytes @ ..] = input else { return };
    let whole = ReplyParser::default().parse(bytes);
    assert_eq!(shown(&in_steps(bytes, usize::from(*step).max(1))), shown(&whole));
    assert_eq!(shown(&in_steps(bytes, 1)), shown(&whole));
    if let Ok(Some((value, used))) = &whole {
        assert_eq!(reply_len(bytes), Ok(Some(*used)));
        let mut encoded = Vec::new();
        value.encode(&mut encoded);
        let again = ReplyParser::default().parse(&encoded);
        match value {
            // Line replies blank a lone CR inside, so only the frame must agree.
            _ if bytes[..*used].windows(2).any(|w| w[0] == b'\r' && w[1] != b'\n')
                || bytes[..*used].starts_with(b"\r") =>
            {
                assert!(matches!(again, Ok(Some((_, len))) if len == encoded.len()));
            }
            _ => {
                let expected = Ok(Some((value.clone(), encoded.len())));
                assert_eq!(shown(&again), shown(&expected));
            }
        }
    }
});
