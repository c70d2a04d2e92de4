use super::*;

#[test]
fn digests_of_the_standard() {
    let cases: [(&[u8], &str); 4] = [
        (b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (b"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (b"return 1", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
        ),
    ];
    for (bytes, digits) in cases {
        assert_eq!(hex(&sha1(bytes)), *digits.as_bytes());
    }
    let million = vec![b'a'; 1_000_000];
    assert_eq!(hex(&sha1(&million)), *b"34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

#[test]
fn digits_are_read_in_either_case() {
    let digest = sha1(b"x");
    assert_eq!(parse_hex(&hex(&digest)), Some(digest));
    assert_eq!(parse_hex(&hex(&digest).to_ascii_uppercase()), Some(digest));
    assert_eq!(parse_hex(&hex(&digest)[1..]), None);
    assert_eq!(parse_hex(&[b'g'; 40]), None);
}
