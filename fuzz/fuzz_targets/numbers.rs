//! Numbers from any bytes: what is read and printed reads back the same, and the readers agree
//! with each other.
#![no_main]

use commands::text::double::{parse_double, push_double, push_double_shortest};
use commands::text::int::{parse_i64, parse_u64, parse_u64_lenient};
use commands::text::long_double::LongDouble;
use commands::text::memory::parse_memory;
use commands::text::quote::push_quoted;
use commands::text::split_args;
use libfuzzer_sys::fuzz_target;

fn printed(print: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    print(&mut out);
    out
}

fuzz_target!(|text: &[u8]| {
    integers(text);
    doubles(text);
    long_doubles(text);
    let quoted = printed(|out| push_quoted(out, text));
    assert_eq!(split_args(&quoted), Some(vec![text.to_vec()]));
    let _ = split_args(text);
});

fn integers(text: &[u8]) {
    if let Some(value) = parse_i64(text) {
        assert_eq!(value.to_string().as_bytes(), text);
    }
    if let Some(value) = parse_u64(text) {
        assert_eq!(value.to_string().as_bytes(), text);
        assert_eq!(parse_u64_lenient(text), Some(value));
        assert_eq!(parse_memory(text), Some(value));
    }
    let _ = parse_u64_lenient(text);
    let _ = parse_memory(text);
}

fn doubles(text: &[u8]) {
    let Some(value) = parse_double(text) else { return };
    assert!(!value.is_nan());
    for text in
        [printed(|out| push_double(out, value)), printed(|out| push_double_shortest(out, value))]
    {
        assert_eq!(parse_double(&text).map(f64::to_bits), Some(value.to_bits()));
    }
}

fn long_doubles(text: &[u8]) {
    let Some(value) = LongDouble::parse(text) else { return };
    let shown = printed(|out| value.push_human(out));
    assert!(shown.len() < 5 * 1024);
    // A zero of any sign prints as 0; otherwise adding nothing changes nothing.
    if value.is_finite() {
        let same = value.checked_add(LongDouble::ZERO).expect("finite");
        assert_eq!(printed(|out| same.push_human(out)), shown);
        // Reading the printed text again is stable: what 17 digits lost is lost once.
        let again = LongDouble::parse(&shown).expect("printed");
        assert_eq!(printed(|out| again.push_human(out)), shown);
    }
    if let (Some(double), true) = (parse_double(text), value.is_finite()) {
        let from_double = LongDouble::from_f64(double).expect("a number");
        assert_eq!(from_double.is_finite(), value.is_finite());
    }
}
