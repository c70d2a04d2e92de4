//! The grammar and the rounding.

use super::*;

#[test]
fn grammar() {
    for good in [
        "1",
        "+1",
        "-1",
        "1.",
        ".5",
        "1e5",
        "1E+5",
        "1e-5",
        "inf",
        "-INFINITY",
        "0x1",
        "0X.8p-1",
        "0x1.P+3",
    ] {
        assert!(scan(good.as_bytes()).is_some(), "{good}");
    }
    for bad in [
        "", "-", "+", ".", "e5", "1e", "1e+", "--1", "1 ", " 1", "nan", "NaN", "nan(1)", "infin",
        "0x", "0x.", "0xg", "0x1p", "1_0", "1f", "1.5.5", "1e5.0", "-0x",
    ] {
        assert!(scan(bad.as_bytes()).is_none(), "{bad}");
    }
}

#[test]
fn rounding_to_even() {
    let round = |mantissa, sticky| Binary { mantissa, exponent: 0, sticky }.round(4, -100);
    assert_eq!(round(0b1111, false), (0b1111, 0));
    assert_eq!(round(0b1_0001, false), (0b1000, 1));
    assert_eq!(round(0b1_0001, true), (0b1001, 1));
    assert_eq!(round(0b1_0011, false), (0b1010, 1));
    assert_eq!(round(0b1_1111, false), (0b1000, 2));
    assert_eq!(round(0b1, false), (0b1000, -3));
    assert_eq!(Binary { mantissa: 0b11, exponent: -2, sticky: false }.round(4, 0), (1, 0));
    assert_eq!(Binary { mantissa: 1, exponent: -1, sticky: false }.round(4, 0), (0, 0));
    assert_eq!(shift_right_even(u128::MAX, 128, false), 1);
    assert_eq!(shift_right_even(u128::MAX, 129, false), 0);
}

#[test]
fn huge_exponents_stay_in_range() {
    let digits = "9".repeat(40);
    for text in [format!("1e{digits}"), format!("0x1p{digits}"), format!("0x1p-{digits}")] {
        assert!(scan(text.as_bytes()).is_some());
    }
}
