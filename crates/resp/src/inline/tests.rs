//! Cases recorded from redis-server 7.0.15 over a socket.

use super::split_args;

fn split(line: &[u8]) -> Option<Vec<String>> {
    let args = split_args(line)?;
    Some(args.iter().map(|a| String::from_utf8_lossy(a).into_owned()).collect())
}

#[track_caller]
fn check(line: &[u8], expected: Option<&[&str]>) {
    let expected = expected.map(|args| args.iter().map(|&a| a.to_string()).collect::<Vec<_>>());
    assert_eq!(split(line), expected, "line {:?}", String::from_utf8_lossy(line));
}

#[test]
fn words_and_spaces() {
    check(b"", Some(&[]));
    check(b"   ", Some(&[]));
    check(b" \x0b\x0c\t ", Some(&[]));
    check(b"PING", Some(&["PING"]));
    check(b"  ECHO\t a  ", Some(&["ECHO", "a"]));
    check(b"ECHO a\x0bb", Some(&["ECHO", "a\x0bb"]));
    check(b"ECHO a\x0cb", Some(&["ECHO", "a\x0cb"]));
    check(b"ECHO \x0b a", Some(&["ECHO", "a"]));
    check(b"PING\rX", Some(&["PING", "X"]));
    check(b"ECHO a\r", Some(&["ECHO", "a"]));
    check(b"ECHO a\0b c", Some(&["ECHO", "a"]));
}

#[test]
fn quotes() {
    check(br#"ECHO """#, Some(&["ECHO", ""]));
    check(br#""" a"#, Some(&["", "a"]));
    check(br#"ECHO a"b""#, Some(&["ECHO", "ab"]));
    check(br#"ECHO "a\x41\n\q\xzz""#, Some(&["ECHO", "aA\nqxzz"]));
    check(br"ECHO 'a\'b\n'", Some(&["ECHO", "a'b\\n"]));
    check(br#"ECHO "\r\t\b\a\\\"""#, Some(&["ECHO", "\r\t\u{8}\u{7}\\\""]));
    check(b"ECHO \"a\"\x0bb", Some(&["ECHO", "a", "b"]));
}

#[test]
fn unbalanced() {
    check(br#"PING "abc"#, None);
    check(b"PING 'abc", None);
    check(br#"PING "abc"x"#, None);
    check(br"PING 'abc'x", None);
    check(br#"PING "abc"'x'"#, None);
    check(br#"PING "abc\"#, None);
    check(br#"PING "\x"#, None);
    check(b"PING \"a\0b\"", None);
}
