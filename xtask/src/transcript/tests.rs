//! Tests of the transcript format.

use super::*;

#[test]
fn arguments_split_as_in_redis_cli() {
    let args = split_args(r#"SET "a b" 'c d' "\x00\n\"" plain"#).unwrap();
    assert_eq!(args, [&b"SET"[..], b"a b", b"c d", b"\0\n\"", b"plain"]);
    assert!(split_args("\"open").is_err());
    assert_eq!(split_args("SET k \"\"").unwrap()[2], b"");
}

#[test]
fn what_is_rendered_parses_and_accepts_itself() {
    let deep = Reply::Array(vec![
        Reply::Bulk(b"a => b".to_vec()),
        Reply::Array(vec![Reply::Integer(1), Reply::Array(vec![Reply::Nil, Reply::Bool(true)])]),
        Reply::Map(vec![
            (Reply::Bulk(b"k => \"".to_vec()), Reply::Array(vec![Reply::Integer(2); 11])),
            (Reply::Status(b"s".to_vec()), Reply::Map(Vec::new())),
        ]),
        Reply::Set(vec![Reply::Double(b"1.5".to_vec())]),
        Reply::Error(b"ERR no".to_vec()),
    ]);
    let lines = deep.render();
    let expect = Expect::parse(&lines).unwrap();
    assert!(expect.accepts(&deep, false), "{lines:#?}");
    assert!(!expect.accepts(&Reply::Nil, false));
}

#[test]
fn patterns() {
    let accepts = |text: &str, reply: Reply| {
        Expect::parse(&[text.to_owned()]).unwrap().accepts(&reply, false)
    };
    assert!(accepts("*any*", Reply::Nil));
    assert!(accepts("(integer) 95..100", Reply::Integer(99)));
    assert!(!accepts("(integer) 95..100", Reply::Integer(94)));
    assert!(accepts("~\"id=#*\"", Reply::Bulk(b"id=17 name".to_vec())));
    assert!(!accepts("~\"id=#\"", Reply::Bulk(b"id=x".to_vec())));
}

#[test]
fn unordered_is_a_multiset() {
    let lines = ["1) \"a\"", "2) \"a\"", "3) \"b\""].map(str::to_owned);
    let expect = Expect::parse(&lines).unwrap();
    let bulk = |s: &str| Reply::Bulk(s.as_bytes().to_vec());
    assert!(expect.accepts(&Reply::Array(vec![bulk("b"), bulk("a"), bulk("a")]), true));
    assert!(!expect.accepts(&Reply::Array(vec![bulk("b"), bulk("b"), bulk("a")]), true));
}

#[test]
fn decoding_byte_by_byte_is_incomplete_until_the_end() {
    let wire = b"*3\r\n$1\r\na\r\n%1\r\n+k\r\n:1\r\n=7\r\ntxt:abc\r\n";
    for cut in 0..wire.len() {
        assert_eq!(Reply::decode(&wire[..cut]), Ok(None), "at {cut}");
    }
    let (reply, used) = Reply::decode(wire).unwrap().unwrap();
    assert_eq!(used, wire.len());
    assert_eq!(reply.downgraded().render().len(), 4);
}

#[test]
fn bless_replaces_only_the_mismatch() {
    let text = "== c\n> GET a\n\"x\"\n> GET b\n1) \"x\"\n2) \"y\"\n# end\n";
    let cases = parse(text).unwrap();
    lint(&cases).unwrap();
    let step = &cases[0].steps[1];
    let wrong = Mismatch {
        line: step.line,
        expected: step.expect.clone(),
        actual: vec!["(nil)".to_owned()],
    };
    assert_eq!(bless(text, &[wrong]), "== c\n> GET a\n\"x\"\n> GET b\n(nil)\n# end\n");
}
