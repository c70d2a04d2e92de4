//! Accepted and refused spellings; `parse_i64` has its property tests in `resp::number`.

use super::*;

#[test]
fn signed() {
    for (text, value) in [("0", 0), ("-1", -1), ("42", 42), ("-9223372036854775808", i64::MIN)] {
        assert_eq!(parse_i64(text.as_bytes()), Some(value));
    }
    for bad in ["", "+1", " 1", "1 ", "007", "-0", "1.0", "9223372036854775808"] {
        assert_eq!(parse_i64(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn unsigned() {
    for good in ["0", "1", "10", "18446744073709551615"] {
        assert_eq!(parse_u64(good.as_bytes()), Some(good.parse().unwrap()));
    }
    for bad in ["", "-1", "+1", " 1", "1 ", "01", "18446744073709551616", "99999999999999999999"] {
        assert_eq!(parse_u64(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn lenient() {
    for (text, value) in
        [("01", 1), ("+5", 5), (" 7", 7), ("\t\n+007", 7), ("18446744073709551615", u64::MAX)]
    {
        assert_eq!(parse_u64_lenient(text.as_bytes()), Some(value));
    }
    for bad in ["", " ", "+", "-1", "++1", "1 ", "+ 1", "0x20", "18446744073709551616"] {
        assert_eq!(parse_u64_lenient(bad.as_bytes()), None, "{bad}");
    }
}
