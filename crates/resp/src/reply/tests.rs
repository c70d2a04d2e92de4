//! Encode then parse is the identity, at every split; hostile replies neither panic nor allocate
//! what they claim.

use proptest::prelude::*;

use super::*;

fn parse(bytes: &[u8]) -> Result<Option<(Value, usize)>, ReplyError> {
    ReplyParser::default().parse(bytes)
}

#[track_caller]
fn check(bytes: &[u8], value: Value) {
    assert_eq!(parse(bytes), Ok(Some((value.clone(), bytes.len()))));
    assert_eq!(reply_len(bytes), Ok(Some(bytes.len())));
    let mut out = Vec::new();
    value.encode(&mut out);
    assert_eq!(out, bytes);
}

#[test]
fn every_type() {
    check(b"+OK\r\n", Value::Simple(b"OK".to_vec()));
    check(b"-ERR x\r\n", Value::Error(b"ERR x".to_vec()));
    check(b":-5\r\n", Value::Int(-5));
    check(b"$0\r\n\r\n", Value::Bulk(vec![]));
    check(b"$4\r\na\r\nb\r\n", Value::Bulk(b"a\r\nb".to_vec()));
    check(b"$-1\r\n", Value::NullBulk);
    check(b"*-1\r\n", Value::NullArray);
    check(b"_\r\n", Value::Null);
    check(b"*0\r\n", Value::Array(vec![]));
    check(b"*2\r\n:1\r\n*0\r\n", Value::Array(vec![Value::Int(1), Value::Array(vec![])]));
    check(b"%1\r\n+a\r\n:1\r\n", Value::Map(vec![(Value::Simple(b"a".to_vec()), Value::Int(1))]));
    check(b"~1\r\n:1\r\n", Value::Set(vec![Value::Int(1)]));
    check(b">1\r\n:1\r\n", Value::Push(vec![Value::Int(1)]));
    check(
        b"|1\r\n+k\r\n:1\r\n#t\r\n",
        Value::Attribute(
            vec![(Value::Simple(b"k".to_vec()), Value::Int(1))],
            Box::new(Value::Bool(true)),
        ),
    );
    check(b"#f\r\n", Value::Bool(false));
    check(b",1.5\r\n", Value::Double(1.5));
    check(b",-inf\r\n", Value::Double(f64::NEG_INFINITY));
    check(b"(123\r\n", Value::BigNumber(b"123".to_vec()));
    check(b"=6\r\ntxt:hi\r\n", Value::Verbatim(*b"txt", b"hi".to_vec()));
    check(b"!3\r\nERR\r\n", Value::BulkError(b"ERR".to_vec()));
}

#[test]
fn refused() {
    for (bytes, error) in [
        (&b"x"[..], ReplyError::UnknownType(b'x')),
        (b"*1\r\nx", ReplyError::UnknownType(b'x')),
        (b"$-2\r\n", ReplyError::BadNumber),
        (b"%-1\r\n", ReplyError::BadNumber),
        (b"$a\r\n", ReplyError::BadNumber),
        (b"$?\r\n", ReplyError::BadNumber),
        (b":1.5\r\n", ReplyError::BadNumber),
        (b"$1\r\nabc", ReplyError::BadLineEnd),
        (b"+OK\n", ReplyError::BadLineEnd),
        (b"\n", ReplyError::UnknownType(b'\n')),
        (b"=2\r\nab\r\n", ReplyError::BadVerbatim),
        (b"#x\r\n", ReplyError::BadNumber),
        (b"$9223372036854775807\r\n", ReplyError::BadNumber),
    ] {
        assert_eq!(parse(bytes), Err(error), "{}", bytes.escape_ascii());
    }
}

#[test]
fn hostile_counts_and_depth() {
    assert_eq!(parse(b"*1099511627776\r\n"), Ok(None));
    assert_eq!(parse(b"$1099511627776\r\nabc"), Ok(None));
    assert_eq!(reply_len(b"$1099511627776\r\nabc"), Ok(None));
    let deep = b"*1\r\n".repeat(DEPTH_MAX + 1);
    assert_eq!(parse(&deep), Err(ReplyError::TooDeep));
    let mut bottom = b"*1\r\n".repeat(DEPTH_MAX);
    bottom.extend_from_slice(b":1\r\n");
    assert!(matches!(parse(&bottom), Ok(Some(_))));
    assert_eq!(reply_len(&b"*1\r\n".repeat(100_000)), Ok(None));
}

#[test]
fn an_error_leaves_the_parser_as_new() {
    let mut parser = ReplyParser::default();
    assert_eq!(parser.parse(b"*2\r\n:1\r\n"), Ok(None));
    assert_eq!(parser.parse(b"*2\r\n:1\r\nx"), Err(ReplyError::UnknownType(b'x')));
    assert_eq!(parser.parse(b":7\r\n"), Ok(Some((Value::Int(7), 4))));
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>().prop_filter("line end", |b| !b"\r\n".contains(b)), 0..20)
}

fn value() -> impl Strategy<Value = Value> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..40);
    let leaf = prop_oneof![
        line().prop_map(Value::Simple),
        line().prop_map(Value::Error),
        any::<i64>().prop_map(Value::Int),
        bytes().prop_map(Value::Bulk),
        bytes().prop_map(Value::BulkError),
        Just(Value::NullBulk),
        Just(Value::NullArray),
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Double),
        line().prop_map(Value::BigNumber),
        (any::<[u8; 3]>(), bytes()).prop_map(|(format, text)| Value::Verbatim(format, text)),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..6);
        let pairs = || prop::collection::vec((inner.clone(), inner.clone()), 0..4);
        prop_oneof![
            items().prop_map(Value::Array),
            items().prop_map(Value::Set),
            items().prop_map(Value::Push),
            pairs().prop_map(Value::Map),
            (pairs(), inner.clone()).prop_map(|(pairs, v)| Value::Attribute(pairs, Box::new(v))),
        ]
    })
}

proptest! {
    #[test]
    fn encode_then_parse(value in value(), tail in prop::collection::vec(any::<u8>(), 0..9)) {
        let mut bytes = Vec::new();
        value.encode(&mut bytes);
        let whole = bytes.len();
        prop_assert_eq!(reply_len(&bytes), Ok(Some(whole)));
        bytes.extend_from_slice(&tail);
        prop_assert_eq!(parse(&bytes), Ok(Some((value.clone(), whole))));
        let mut parser = ReplyParser::default();
        for cut in 0..whole {
            prop_assert_eq!(parser.parse(&bytes[..cut]), Ok(None));
            if cut % 16 == 0 {
                prop_assert_eq!(reply_len(&bytes[..cut]), Ok(None));
            }
        }
        prop_assert_eq!(parser.parse(&bytes), Ok(Some((value, whole))));
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(
        prop_oneof![prop::sample::select(&b"*$:+-_%~>|=!#,(0123\r\n"[..]), any::<u8>()], 0..60))
    {
        let at_once = parse(&bytes);
        let mut parser = ReplyParser::default();
        let mut last = Ok(None);
        for cut in 0..=bytes.len() {
            last = parser.parse(&bytes[..cut]);
            if !matches!(last, Ok(None)) {
                break;
            }
        }
        // Lengths for values: a NaN differs from itself.
        let length = |result: Result<Option<(Value, usize)>, ReplyError>| {
            result.map(|reply| reply.map(|(_, len)| len))
        };
        prop_assert_eq!(length(at_once), length(last));
    }
}
