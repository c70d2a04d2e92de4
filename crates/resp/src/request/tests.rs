//! Requests whole and in pieces. Error texts were recorded from redis-server 7.0.15 over a socket.

use proptest::prelude::*;

use super::*;
use crate::encode;

const OPEN: Limits = Limits::DEFAULT;
const CLOSED: Limits = Limits { authenticated: false, ..Limits::DEFAULT };

/// What a request is, with its arguments as bytes.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Args(usize, Vec<Vec<u8>>),
    Incomplete(usize),
    Empty(usize),
    Error(ProtocolError),
}

fn seen(result: Result<Progress, ProtocolError>, buf: &[u8], spans: &[Span]) -> Seen {
    match result {
        Ok(Progress::Complete { consumed }) => {
            assert!(consumed <= buf.len());
            Seen::Args(consumed, spans.iter().map(|s| s.of(buf).to_vec()).collect())
        }
        Ok(Progress::Inline { consumed, args }) => {
            assert!(spans.is_empty());
            Seen::Args(consumed, args)
        }
        Ok(Progress::Incomplete { wanted }) => {
            assert!(spans.is_empty() && wanted > 0);
            Seen::Incomplete(wanted)
        }
        Ok(Progress::Empty { consumed }) => Seen::Empty(consumed),
        Err(error) => {
            assert!(spans.is_empty());
            Seen::Error(error)
        }
    }
}

fn parse_with(buf: &[u8], limits: &Limits) -> Seen {
    let mut parser = RequestParser::default();
    let mut spans = Vec::new();
    seen(parser.parse(buf, limits, &mut spans), buf, &spans)
}

fn parse(buf: &[u8]) -> Seen {
    parse_with(buf, &OPEN)
}

/// Feeds the bytes in pieces of `step`, each time in a fresh buffer.
fn parse_in_steps(buf: &[u8], step: usize, limits: &Limits) -> Seen {
    let mut parser = RequestParser::default();
    let mut end = 0;
    loop {
        end = (end + step).min(buf.len());
        let piece = buf[..end].to_vec();
        let mut spans = Vec::new();
        let result = seen(parser.parse(&piece, limits, &mut spans), &piece, &spans);
        if end == buf.len() || !matches!(result, Seen::Incomplete(_)) {
            return result;
        }
    }
}

#[track_caller]
fn check(buf: &[u8], args: &[&[u8]]) {
    let expected = Seen::Args(buf.len(), args.iter().map(|a| a.to_vec()).collect());
    assert_eq!(parse(buf), expected);
    for step in [1, 2, 3, 7] {
        assert_eq!(parse_in_steps(buf, step, &OPEN), expected);
    }
}

#[track_caller]
fn check_text(buf: &[u8], limits: &Limits, text: &str) {
    let Seen::Error(error) = parse_with(buf, limits) else { panic!("{}", buf.escape_ascii()) };
    let mut out = Vec::new();
    error.write_to(&mut out);
    assert_eq!(String::from_utf8_lossy(&out), text);
    assert_eq!(error.to_string(), text);
    assert_eq!(parse_in_steps(buf, 1, limits), Seen::Error(error));
}

#[test]
fn requests() {
    check(b"*1\r\n$4\r\nPING\r\n", &[b"PING"]);
    check(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", &[b"GET", b"k"]);
    check(b"*3\r\n$3\r\nSET\r\n$0\r\n\r\n$10\r\n0123456789\r\n", &[b"SET", b"", b"0123456789"]);
    check(b"*1\r\n$4\r\na\r\nb\r\n", &[b"a\r\nb"]);
    let long = vec![b'x'; 300];
    let mut out = Vec::new();
    let args: Vec<&[u8]> = [&b"MSET"[..]].into_iter().chain([&long[..]; 11]).collect();
    encode::request(&mut out, &args);
    check(&out, &args);
}

#[test]
fn what_redis_does_not_check() {
    check(b"*1\rX$4\rXPINGxx", &[b"PING"]);
    check(b"PING\rX\n", &[b"PING", b"X"]);
}

#[test]
fn inline_lines() {
    check(b"PING\n", &[b"PING"]);
    check(b"SET k \"a b\"\r\n", &[b"SET", b"k", b"a b"]);
    check(b"\"\"\r\n", &[b""]);
    assert_eq!(parse(b"PING\r\nPING\r\n"), Seen::Args(6, vec![b"PING".to_vec()]));
    assert_eq!(parse(b"\r\nPING\r\n"), Seen::Empty(2));
    assert_eq!(parse(b"   \nPING\r\n"), Seen::Empty(4));
}

#[test]
fn nothing_to_run() {
    assert_eq!(parse(b"*0\r\nPING\r\n"), Seen::Empty(4));
    assert_eq!(parse(b"*-1\r\nPING\r\n"), Seen::Empty(5));
    assert_eq!(parse(b"*-500\r\n"), Seen::Empty(7));
}

#[test]
fn wanted_tells_the_missing_bytes() {
    assert_eq!(parse(b""), Seen::Incomplete(1));
    assert_eq!(parse(b"*1\r\n$100\r\nabc"), Seen::Incomplete(99));
    assert_eq!(parse(b"*1\r\n$3\r\nabc"), Seen::Incomplete(2));
    assert_eq!(parse(b"*1\r\n$536870912\r\n"), Seen::Incomplete(536_870_914));
}

#[test]
fn error_texts() {
    let cases: [(&[u8], &str); 20] = [
        (b"*abc\r\n", "Protocol error: invalid multibulk length"),
        (b"*\r\n$", "Protocol error: invalid multibulk length"),
        (b"*01\r\n", "Protocol error: invalid multibulk length"),
        (b"*+1\r\n", "Protocol error: invalid multibulk length"),
        (b"* 1\r\n", "Protocol error: invalid multibulk length"),
        (b"*1\n$4\r\n", "Protocol error: invalid multibulk length"),
        (b"*2147483648\r\n", "Protocol error: invalid multibulk length"),
        (b"*1\r\nPING\r\n", "Protocol error: expected '$', got 'P'"),
        (b"*1\r\n\r\n", "Protocol error: expected '$', got ' '"),
        (b"*1\r\n\n\r\n", "Protocol error: expected '$', got ' '"),
        (b"*1\r\n$abc\r\n", "Protocol error: invalid bulk length"),
        (b"*1\r\n$\r\n", "Protocol error: invalid bulk length"),
        (b"*1\r\n$-1\r\n", "Protocol error: invalid bulk length"),
        (b"*1\r\n$04\r\n", "Protocol error: invalid bulk length"),
        (b"*1\r\n$4\nPING\r\n", "Protocol error: invalid bulk length"),
        (b"*1\r\n$536870913\r\n", "Protocol error: invalid bulk length"),
        (b"*1\r\n$99999999999999999999\r\n", "Protocol error: invalid bulk length"),
        (b"PING \"abc\r\n", "Protocol error: unbalanced quotes in request"),
        (b"PING 'abc\r\n", "Protocol error: unbalanced quotes in request"),
        (b"PING \"abc\"x\r\n", "Protocol error: unbalanced quotes in request"),
    ];
    for (buf, text) in cases {
        check_text(buf, &OPEN, text);
    }
    check_text(b"*11\r\n", &CLOSED, "Protocol error: unauthenticated multibulk length");
    check_text(b"*1\r\n$16385\r\n", &CLOSED, "Protocol error: unauthenticated bulk length");
    assert_eq!(parse_with(b"*10\r\n$16384\r\n", &CLOSED), Seen::Incomplete(16_386));
}

#[test]
fn a_stray_byte_does_not_break_the_frame() {
    for byte in 0..=255u8 {
        let mut out = Vec::new();
        ProtocolError::ExpectedDollar(byte).write_to(&mut out);
        assert_eq!(out.len(), "Protocol error: expected '$', got 'x'".len());
        assert!(!out.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)));
    }
}

#[test]
fn long_lines() {
    let line = |head: &[u8], len: usize, tail: &[u8]| {
        let mut buf = head.to_vec();
        buf.resize(head.len() + len, b'1');
        buf.extend_from_slice(tail);
        buf
    };
    let max = OPEN.max_inline;
    let inline = "Protocol error: too big inline request";
    let count = "Protocol error: too big mbulk count string";
    let bulk = "Protocol error: too big bulk count string";
    check_text(&line(b"", max + 1, b""), &OPEN, inline);
    check_text(&line(b"", max + 1, b"\n"), &OPEN, inline);
    check_text(&line(b"*", max, b""), &OPEN, count);
    check_text(&line(b"*", max, b"\r\n"), &OPEN, count);
    check_text(&line(b"*1\r\n$", max, b""), &OPEN, bulk);
    check_text(&line(b"*1\r\n", max + 1, b"\r\n"), &OPEN, bulk);
    assert_eq!(parse(&line(b"", max, b"")), Seen::Incomplete(1));
    assert_eq!(parse(&line(b"*", max - 1, b"")), Seen::Incomplete(1));
    assert!(matches!(parse(&line(b"", max, b"\n")), Seen::Args(..)));
}

#[test]
fn requests_beyond_a_span_are_refused() {
    let limits = Limits { max_bulk: u64::MAX, ..OPEN };
    assert_eq!(
        parse_with(b"*1\r\n$4294967296\r\n", &limits),
        Seen::Error(ProtocolError::TooBigRequest)
    );
    assert_eq!(
        parse_with(b"*1\r\n$9223372036854775807\r\n", &limits),
        Seen::Error(ProtocolError::TooBigRequest)
    );
}

#[test]
fn a_claimed_count_allocates_little() {
    let mut parser = RequestParser::default();
    let mut spans = Vec::new();
    let _ = parser.parse(b"*2147483647\r\n$1\r\na\r\n", &OPEN, &mut spans);
    assert!(spans.capacity() <= 128);
    assert!(parser.memory() <= 128);
    assert!(parser.is_midway());
    assert_eq!(size_of::<RequestParser>(), 8);
}

#[test]
fn requests_share_a_vector_of_spans() {
    let mut parser = RequestParser::default();
    let mut spans = Vec::new();
    let buf = b"*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPI";
    let first = parser.parse(buf, &OPEN, &mut spans);
    assert_eq!(first, Ok(Progress::Complete { consumed: 14 }));
    let second = parser.parse(&buf[14..], &OPEN, &mut spans);
    assert_eq!(second, Ok(Progress::Complete { consumed: 20 }));
    assert_eq!(spans.len(), 3);
    assert_eq!(spans[2].of(&buf[14..]), b"k");
    let third = parser.parse(&buf[34..], &OPEN, &mut spans);
    assert_eq!(third, Ok(Progress::Incomplete { wanted: 4 }));
    assert_eq!(spans.len(), 3);
    let rest = b"*1\r\n$4\r\nPING\r\n";
    assert_eq!(parser.parse(rest, &OPEN, &mut spans), Ok(Progress::Complete { consumed: 14 }));
    assert_eq!(spans.len(), 4);
    assert!(!parser.is_midway());
}

#[test]
fn a_million_arguments_in_pieces() {
    let mut buf = b"*1000000\r\n".to_vec();
    for _ in 0..1_000_000 {
        encode::bulk(&mut buf, b"abc");
    }
    let mut parser = RequestParser::default();
    let mut spans = Vec::new();
    let mut end = 0;
    loop {
        end = (end + (16 << 10)).min(buf.len());
        match parser.parse(&buf[..end], &OPEN, &mut spans) {
            Ok(Progress::Incomplete { .. }) => assert!(end < buf.len()),
            other => {
                assert_eq!(other, Ok(Progress::Complete { consumed: buf.len() }));
                break;
            }
        }
    }
    assert_eq!(spans.len(), 1_000_000);
    assert!(spans.iter().all(|s| s.of(&buf) == b"abc"));
}

fn protocol_soup() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => prop::sample::select(&b"*$0123456789-\r\n"[..]),
        1 => any::<u8>(),
    ];
    prop_oneof![
        prop::collection::vec(byte.clone(), 0..40),
        prop::collection::vec(byte, 0..20).prop_map(|tail| [&b"*2\r\n$1\r\n"[..], &tail].concat()),
    ]
}

proptest! {
    #[test]
    fn encoded_requests_parse(
        args in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..150), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let slices: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
        let mut buf = Vec::new();
        encode::request(&mut buf, &slices);
        let expected = Seen::Args(buf.len(), args.clone());
        prop_assert_eq!(parse(&buf), expected.clone());
        prop_assert_eq!(parse_in_steps(&buf, cut.index(buf.len()) + 1, &OPEN), expected.clone());
        prop_assert_eq!(parse_in_steps(&buf, 1, &OPEN), expected);
    }

    #[test]
    fn pieces_as_the_whole(buf in protocol_soup(), authenticated: bool) {
        let limits = Limits { authenticated, max_inline: 16, ..OPEN };
        let whole = parse_with(&buf, &limits);
        for step in 1..=buf.len() {
            prop_assert_eq!(parse_in_steps(&buf, step, &limits), whole.clone());
        }
    }
}

#[test]
fn of_a_half_read_request_the_parsed_front_is_known() {
    let whole = b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n";
    let fronts =
        [(0, 0, 0), (2, 0, 0), (6, 4, 0), (10, 8, 0), (13, 13, 3), (22, 22, 6), (30, 26, 6)];
    let (mut parser, mut spans) = (RequestParser::default(), Vec::new());
    for (arrived, parsed, arguments) in fronts {
        parser.parse(&whole[..arrived], &OPEN, &mut spans).expect("a front");
        assert_eq!(parser.parsed(), (parsed, arguments), "{arrived} bytes");
    }
    parser.parse(whole, &OPEN, &mut spans).expect("a request");
    assert_eq!(parser.parsed(), (0, 0));
}
