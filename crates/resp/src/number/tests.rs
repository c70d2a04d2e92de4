//! Integers against Rust's own formatting; doubles against pairs recorded from redis-server 7.0.15.

use proptest::prelude::*;

use super::*;

fn int(value: i64) -> String {
    let mut out = Vec::new();
    push_int(&mut out, value);
    String::from_utf8(out).unwrap()
}

fn double(value: f64) -> String {
    let mut out = Vec::new();
    push_double(&mut out, value);
    String::from_utf8(out).unwrap()
}

#[test]
fn lengths_are_strict() {
    for good in ["0", "1", "-1", "10", "9223372036854775807", "-9223372036854775808"] {
        assert_eq!(parse_len(good.as_bytes()), Some(good.parse().unwrap()), "{good}");
    }
    for bad in [
        "",
        "-",
        "+1",
        " 1",
        "1 ",
        "01",
        "00",
        "-0",
        "-01",
        "1a",
        "a",
        "0x1",
        "1.0",
        "--1",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999",
    ] {
        assert_eq!(parse_len(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn doubles_as_redis_prints_them() {
    for (value, text) in [
        (3.1, "3.1000000000000001"),
        (0.1, "0.10000000000000001"),
        (1.5, "1.5"),
        (1e21, "1e+21"),
        (1e17, "1e+17"),
        (1e16, "10000000000000000"),
        (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
        (1e-7, "9.9999999999999995e-08"),
        (0.0001, "0.0001"),
        (0.00012, "0.00012"),
        (0.00001, "1.0000000000000001e-05"),
        (-0.0, "-0"),
        (0.0, "0"),
        (5e-324, "4.9406564584124654e-324"),
        (f64::MAX, "1.7976931348623157e+308"),
        (9_007_199_254_740_992.0, "9007199254740992"),
        (9_007_199_254_740_994.0, "9007199254740994"),
        (-2.5, "-2.5"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::NAN, "nan"),
    ] {
        assert_eq!(double(value), text);
    }
}

proptest! {
    #[test]
    fn ints(value: i64, shift in 0..64u32) {
        let value = value >> shift;
        prop_assert_eq!(int(value), value.to_string());
        prop_assert_eq!(parse_len(int(value).as_bytes()), Some(value));
        prop_assert_eq!(digits(value.unsigned_abs()), value.unsigned_abs().to_string().len());
    }

    #[test]
    fn doubles_read_back(bits: u64) {
        let value = f64::from_bits(bits);
        if !value.is_nan() {
            prop_assert_eq!(double(value).parse::<f64>().unwrap().to_bits(), bits);
        }
    }
}
