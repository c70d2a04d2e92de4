//! What is kept of numbers that do not fit, against arithmetic without bounds.

use super::*;
use proptest::prelude::*;

fn field(signed: bool, bits: u32) -> Field {
    let bits = if signed { bits } else { bits.min(63) };
    Field { signed, span: Span { offset: 3, bits } }
}

proptest! {
    #[test]
    fn what_fits_is_kept_and_what_does_not_is_bent(signed: bool, bits in 1_u32..=64, value: i64) {
        let field = field(signed, bits);
        let (min, max) = field.limits();
        prop_assert_eq!(max - min, (1_i128 << field.span.bits) - 1);
        for value in [i128::from(value), min - 1, min, max, max + 1, i128::from(value) * 2] {
            let fits = min <= value && value <= max;
            let wrapped = field.fit(value, Overflow::Wrap).map(i128::from).unwrap();
            prop_assert!((min..=max).contains(&wrapped));
            prop_assert_eq!((wrapped - value).rem_euclid(1 << field.span.bits), 0);
            let bent = field.fit(value, Overflow::Saturate).map(i128::from).unwrap();
            prop_assert_eq!(bent, value.clamp(min, max));
            prop_assert_eq!(field.fit(value, Overflow::Fail).is_some(), fits);
        }
    }

    #[test]
    fn what_is_written_is_read(signed: bool, bits in 1_u32..=64, at in 0_u64..40, value: i64) {
        let mut field = field(signed, bits);
        field.span.offset = at;
        let value = field.fit(i128::from(value), Overflow::Wrap).unwrap();
        let mut bytes = [0x5a; 16];
        field.span.write(&mut bytes, value as u64);
        prop_assert_eq!(field.read(&bytes), value);
    }
}
