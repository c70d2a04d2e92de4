use super::push_general;

fn text(value: f64, digits: usize) -> String {
    let mut out = Vec::new();
    push_general(&mut out, value, digits);
    String::from_utf8(out).expect("ASCII")
}

#[test]
fn prints_as_c_does() {
    let cases = [
        (0.0, "0", "0"),
        (-0.0, "-0", "-0"),
        (1e15, "1e+15", "1000000000000000"),
        (1e14, "1e+14", "100000000000000"),
        (123_456_789_012_345.0, "1.2345678901234e+14", "123456789012345"),
        (0.1 + 0.2, "0.3", "0.30000000000000004"),
        (10.0 / 3.0, "3.3333333333333", "3.3333333333333335"),
        (1e100, "1e+100", "1e+100"),
        (1e-5, "1e-05", "1.0000000000000001e-05"),
        (0.0001, "0.0001", "0.0001"),
        (-42.0, "-42", "-42"),
        (1.5, "1.5", "1.5"),
        (9_007_199_254_740_993.0, "9.007199254741e+15", "9007199254740992"),
        (f64::INFINITY, "inf", "inf"),
        (f64::NEG_INFINITY, "-inf", "-inf"),
        (99_999_999_999_999.9, "1e+14", "99999999999999.906"),
    ];
    for (value, short, long) in cases {
        assert_eq!(text(value, 14), short);
        assert_eq!(text(value, 17), long);
    }
}
