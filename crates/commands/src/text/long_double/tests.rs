//! Sums against recorded answers of redis-server 7.0.15, and against it itself when asked to.

use resp::Value;

use super::*;
use crate::text::oracle::{Oracle, Random};

/// `INCRBYFLOAT` of `value` by `step`; `None` for an error of either kind.
fn sum(value: &str, step: &str) -> Option<String> {
    let value = LongDouble::parse(value.as_bytes())?;
    let step = LongDouble::parse(step.as_bytes())?;
    let mut out = Vec::new();
    value.checked_add(step)?.push_human(&mut out);
    Some(String::from_utf8(out).unwrap())
}

#[track_caller]
fn check(value: &str, step: &str, expected: &str) {
    assert_eq!(sum(value, step).as_deref(), Some(expected), "{value} + {step}");
}

#[test]
fn recorded() {
    check("10.5", "0.1", "10.6");
    check("3.0e3", "200", "3200");
    check("5.0e3", "0", "5000");
    check("0", "0.1", "0.1");
    check("1", "1e-17", "1.00000000000000001");
    check("1", "1e-18", "1");
    check("0.1", "0.2", "0.3");
    check("1.1", "2.2", "3.3");
    check("-0.1", "0.1", "0");
    check("-1e-20", "0", "0");
    check("3.1", "-3.1", "0");
    check("1e18", "1", "1000000000000000001");
    check("1e20", "1", "100000000000000000000");
    check("18446744073709551616", "1", "18446744073709551616");
    check(
        "1e100",
        "0",
        "9999999999999999999669353532207342619498699019828496079271391541752018669482644324418977840117055488",
    );
    check("1e30", "-1e29", "900000000000000000001610612736");
    check("123456789.123456789", "0.000000001", "123456789.12345678999554366");
    check("0x1p3", "0x1.8p1", "11");
    check("+1", "-0x.8", "0.5");
    check("99999999999999999999", "0.5", "100000000000000000000");
    check("0.3", "-0.1", "0.2");
    check("3.3621e-4932", "0", "0");
    check("1e-4950", "0", "0");
    check("9007199254740993", "0.1", "9007199254740993.099609375");
    check("12345678901234567890.12345", "1", "12345678901234567891");
    check("-5.5", "-4.5", "-10");
    check("17179869184", "-1.5", "17179869182.5");
    check("1.5", "0x1p-64", "1.5");
    check("2.225e-308", "1", "1");
    check("0.00000000000000000500000001", "0", "0.00000000000000001");
    check("0.000000000000000005", "0", "0");
    check("0.000000000000000015", "0", "0.00000000000000002");
    check("1e-17", "0", "0.00000000000000001");
}

#[test]
fn refused() {
    for text in [
        "",
        "nan",
        "1e5000",
        "1e-5000",
        "1e99999999999",
        "abc",
        "1 ",
        " 1",
        "0x",
        "0x1p16384",
        "0x1p-16446",
    ] {
        assert_eq!(LongDouble::parse(text.as_bytes()), None, "{text}");
    }
    let infinite = LongDouble::parse(b"-inf").unwrap();
    assert!(!infinite.is_finite());
    assert_eq!(infinite.checked_add(LongDouble::ZERO), None);
    assert_eq!(sum("1e4932", "1e4932"), None);
    assert!(LongDouble::parse("0".repeat(5119).as_bytes()).is_some());
    assert_eq!(LongDouble::parse("0".repeat(5120).as_bytes()), None);
}

#[test]
fn from_doubles() {
    for (value, text) in [
        (0.1, "0.10000000000000001"),
        (13.361_389_338_970_184, "13.36138933897018433"),
        (-0.0, "0"),
        (5e-324, "0"),
        (2f64.powi(70), "1180591620717411303424"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        let mut out = Vec::new();
        LongDouble::from_f64(value).unwrap().push_human(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), text);
    }
    assert_eq!(LongDouble::from_f64(f64::NAN), None);
}

#[test]
fn hostile_lengths_end_soon() {
    let digits = "7".repeat(5000);
    assert_eq!(LongDouble::parse(digits.as_bytes()), None);
    for text in [format!("0.{digits}"), format!("{digits}e-4900"), format!(".{digits}e4900")] {
        assert!(LongDouble::parse(text.as_bytes()).is_some());
    }
}

#[test]
fn sums_as_the_oracle() {
    let Some(mut oracle) = Oracle::start() else { return };
    let mut random = Random(0xf10a7);
    for _ in 0..400 {
        let pairs: Vec<(String, String)> =
            (0..100).map(|_| (random.number(), random.number())).collect();
        let adds: Vec<[[&[u8]; 3]; 2]> = pairs
            .iter()
            .map(|(value, step)| {
                [
                    [&b"SET"[..], b"k", value.as_bytes()],
                    [&b"INCRBYFLOAT"[..], b"k", step.as_bytes()],
                ]
            })
            .collect();
        let commands: Vec<&[&[u8]]> = adds.iter().flatten().map(|c| &c[..]).collect();
        let replies = oracle.ask(&commands);
        for ((value, step), replies) in pairs.iter().zip(replies.chunks(2)) {
            let theirs = match &replies[1] {
                Value::Bulk(text) => Some(String::from_utf8_lossy(text).into_owned()),
                _ => None,
            };
            assert_eq!(sum(value, step), theirs, "{value} + {step}");
        }
    }
}
