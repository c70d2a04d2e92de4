//! Each reply kind in both protocols, byte for byte.

use super::*;

#[track_caller]
fn check(write: impl Fn(&mut Vec<u8>, Proto), resp2: &[u8], resp3: &[u8]) {
    for (proto, expected) in [(Proto::Resp2, resp2), (Proto::Resp3, resp3)] {
        let mut out = b"before".to_vec();
        write(&mut out, proto);
        assert_eq!(
            String::from_utf8_lossy(&out[6..]),
            String::from_utf8_lossy(expected),
            "{proto:?}"
        );
    }
}

#[track_caller]
fn same(write: impl Fn(&mut Vec<u8>), expected: &[u8]) {
    check(|out, _| write(out), expected, expected);
}

#[test]
fn lines_keep_their_frame() {
    same(|o| simple(o, b"OK"), b"+OK\r\n");
    same(|o| error(o, b"ERR no"), b"-ERR no\r\n");
    same(|o| error(o, b"ERR a\r\n+OK\r\nb"), b"-ERR a  +OK  b\r\n");
    same(|o| simple(o, b"a\nb\rc"), b"+a b c\r\n");
}

#[test]
fn numbers() {
    for value in [0, 1, 9, 10, 99, 100, -1, -10, 12345, i64::MAX, i64::MIN] {
        same(|o| int(o, value), format!(":{value}\r\n").as_bytes());
        let text = value.to_string();
        same(|o| bulk_int(o, value), format!("${}\r\n{text}\r\n", text.len()).as_bytes());
    }
    check(|o, p| double(o, p, 3.1), b"$18\r\n3.1000000000000001\r\n", b",3.1000000000000001\r\n");
    check(|o, p| double(o, p, f64::INFINITY), b"$3\r\ninf\r\n", b",inf\r\n");
    check(|o, p| double_text(o, p, b"3.1"), b"$3\r\n3.1\r\n", b",3.1\r\n");
    check(|o, p| big_number(o, p, b"123"), b"$3\r\n123\r\n", b"(123\r\n");
    check(|o, p| bool(o, p, true), b":1\r\n", b"#t\r\n");
    check(|o, p| bool(o, p, false), b":0\r\n", b"#f\r\n");
}

#[test]
fn strings() {
    for len in [0, 1, 9, 10, 99, 100, 101, 5000] {
        let body = vec![b'x'; len];
        let mut expected = format!("${len}\r\n").into_bytes();
        expected.extend_from_slice(&body);
        expected.extend_from_slice(b"\r\n");
        same(|o| bulk(o, &body), &expected);
    }
    same(|o| bulk_header(o, 70_000), b"$70000\r\n");
    check(|o, p| verbatim(o, p, *b"txt", b"hi"), b"$2\r\nhi\r\n", b"=6\r\ntxt:hi\r\n");
    check(null, b"$-1\r\n", b"_\r\n");
    check(null_array, b"*-1\r\n", b"_\r\n");
}

#[test]
fn aggregates() {
    same(|o| array_header(o, 12), b"*12\r\n");
    check(|o, p| map_header(o, p, 7), b"*14\r\n", b"%7\r\n");
    check(|o, p| set_header(o, p, 3), b"*3\r\n", b"~3\r\n");
    check(|o, p| push_header(o, p, 3), b"*3\r\n", b">3\r\n");
    same(|o| attribute_header(o, 1), b"|1\r\n");
    same(|o| request(o, &[b"GET", b"k"]), b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
}
