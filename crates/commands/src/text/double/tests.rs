//! Reading and printing against recorded answers, and against redis-server itself when asked to.

use resp::Value;

use super::*;
use crate::text::oracle::{Oracle, Random};

fn long(value: f64) -> String {
    let mut out = Vec::new();
    push_double(&mut out, value);
    String::from_utf8(out).unwrap()
}

fn shortest(value: f64) -> String {
    let mut out = Vec::new();
    push_double_shortest(&mut out, value);
    String::from_utf8(out).unwrap()
}

#[test]
fn reading() {
    for (text, value) in [
        ("3.1", 3.1),
        ("+1", 1.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e+5", 100_000.0),
        ("0x10", 16.0),
        ("0x1p3", 8.0),
        ("0X1P+3", 8.0),
        ("0x1.8p1", 3.0),
        ("-0x.8", -0.5),
        ("0x1.fffffffffffff8p0", 2.0),
        ("0x1p-1074", 5e-324),
        ("0x1.8p-1075", 5e-324),
        ("0x1.fffffffffffffp1023", f64::MAX),
        ("5e-324", 5e-324),
        ("0e99999999999", 0.0),
        ("inf", f64::INFINITY),
        ("-Infinity", f64::NEG_INFINITY),
    ] {
        assert_eq!(parse_double(text.as_bytes()), Some(value), "{text}");
    }
    assert!(parse_double(b"-0").is_some_and(|v| v == 0.0 && v.is_sign_negative()));
    for bad in [
        "",
        "nan",
        "1e400",
        "-1e400",
        "1e-400",
        "2e-324",
        "0x1p1024",
        "0x1p-1075",
        "0x1p-9999",
        "0x1.fffffffffffff8p1023",
        " 1",
        "1 ",
        "1\0",
        "infin",
        "1_0",
        "0x",
    ] {
        assert_eq!(parse_double(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(parse_double("1".repeat(400).as_bytes()), None);
    assert_eq!(parse_double(b"1\xff"), None);
}

#[test]
fn printing_recorded() {
    // Columns: redis-server 7.0.15, valkey-server 9.1.2.
    for (value, long_text, short_text) in [
        (3.1, "3.1000000000000001", "3.1"),
        (0.1, "0.10000000000000001", "0.1"),
        (1e21, "1e+21", "1e+21"),
        (1e-7, "9.9999999999999995e-08", "1e-7"),
        (5e-324, "4.9406564584124654e-324", "5e-324"),
        (1e17, "1e+17", "100000000000000000"),
        (1e16, "10000000000000000", "10000000000000000"),
        (123_456_789_012_345_680.0, "1.2345678901234568e+17", "123456789012345680"),
        (9_007_199_254_740_992.0, "9007199254740992", "9007199254740992"),
        (0.0001, "0.0001", "0.0001"),
        (0.00001, "1.0000000000000001e-05", "0.00001"),
        (f64::MAX, "1.7976931348623157e+308", "1.7976931348623157e+308"),
        (1e308, "1e+308", "1e+308"),
        (f64::INFINITY, "inf", "inf"),
        (f64::NEG_INFINITY, "-inf", "-inf"),
        (-0.0, "-0", "-0"),
        (-2.5, "-2.5", "-2.5"),
    ] {
        assert_eq!(long(value), long_text);
        assert_eq!(shortest(value), short_text);
    }
}

#[test]
fn shortest_reads_back() {
    let mut random = Random(7);
    for _ in 0..20_000 {
        let value = f64::from_bits(random.next());
        if value.is_finite() {
            assert_eq!(parse_double(shortest(value).as_bytes()), Some(value));
            assert_eq!(parse_double(long(value).as_bytes()), Some(value));
        }
    }
}

#[test]
fn scores_as_the_oracle() {
    let Some(mut oracle) = Oracle::start() else { return };
    let mut random = Random(0x5eed);
    for _ in 0..400 {
        let texts: Vec<String> = (0..100).map(|_| random.number()).collect();
        let adds: Vec<[&[u8]; 4]> =
            texts.iter().map(|t| [&b"ZADD"[..], b"z", t.as_bytes(), b"m"]).collect();
        let (del, get): ([&[u8]; 2], [&[u8]; 3]) = ([b"DEL", b"z"], [b"ZSCORE", b"z", b"m"]);
        let mut commands: Vec<&[&[u8]]> = Vec::new();
        for add in &adds {
            commands.extend([&del[..], &add[..], &get[..]]);
        }
        let replies = oracle.ask(&commands);
        for (text, replies) in texts.iter().zip(replies.chunks(3)) {
            // A packed sorted set forgets the sign of zero, so it is added away.
            let ours =
                parse_double(text.as_bytes()).map(|v| Value::Bulk(long(v + 0.0).into_bytes()));
            assert_eq!(replies[2], ours.unwrap_or(Value::NullBulk), "{text}");
        }
    }
}
