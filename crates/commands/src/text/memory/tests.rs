//! Spellings recorded from `CONFIG SET maxmemory-clients` of redis-server 7.0.15.

use super::parse_memory;

#[test]
fn units() {
    for (text, bytes) in [
        ("100", 100),
        ("1k", 1000),
        ("1kb", 1024),
        ("1K", 1000),
        ("1m", 1_000_000),
        ("1MB", 1 << 20),
        ("1g", 1_000_000_000),
        ("1Gb", 1 << 30),
        ("1b", 1),
        ("1B", 1),
        ("", 0),
        ("k", 0),
        ("01k", 1000),
        ("18446744073709551615", u64::MAX),
    ] {
        assert_eq!(parse_memory(text.as_bytes()), Some(bytes), "{text}");
    }
    for bad in [
        "-1",
        "+1",
        " 1",
        "1 ",
        "1kk",
        "1.5k",
        "1tb",
        "18446744073709551616",
        "18446744073709551615k",
        "99999999999999gb",
    ] {
        assert_eq!(parse_memory(bad.as_bytes()), None, "{bad}");
    }
}
