//! Footers, and that nothing but what a server dumps gets through.

use super::*;
use engine::Limits;
use engine::hash::HashRef;
use engine::string::StringRef;
use proptest::prelude::*;
use std::collections::BTreeMap;

const LIMITS: Limits = Limits::DEFAULT;

fn read(payload: &[u8], checksum: Checksum) -> Result<Rec, RestoreError> {
    restore(&LIMITS, b"key", payload, checksum)
}

/// An object with a footer of a version.
fn payload(object: &[u8], version: u16) -> Vec<u8> {
    let mut payload = object.to_vec();
    payload.extend(version.to_le_bytes());
    payload.extend(crc64::update(0, &payload).to_le_bytes());
    payload
}

fn text_of(rec: &Rec) -> Vec<u8> {
    StringRef::of_rec(rec).map(StringRef::to_vec).unwrap_or_default()
}

#[test]
fn the_example_of_redis_7() {
    let rec = engine::string::record(b"key", b"x");
    let bytes = [0, 1, b'x', 0x0a, 0, 0x22, 0x80, 0x86, 0x5f, 0xbd, 0xe8, 0x48, 0xd0];
    assert_eq!(dump(&rec, Strings::Compressed), bytes);
    let back = read(&bytes, Checksum::Checked).expect("what Redis dumps");
    assert_eq!(text_of(&back), b"x");
    assert_eq!(back.key(), b"key");
}

#[test]
fn footers() {
    let object = b"\0\x01x";
    for version in [0, 1, 9, 10, 11, 12, 80] {
        assert!(read(&payload(object, version), Checksum::Checked).is_ok(), "{version}");
    }
    for version in [13, 79, 81, 0xffff] {
        let refused = read(&payload(object, version), Checksum::Ignored).err();
        assert_eq!(refused, Some(RestoreError::Footer), "{version}");
    }
    let mut wrong = payload(object, 10);
    *wrong.last_mut().expect("not empty") ^= 1;
    assert_eq!(read(&wrong, Checksum::Checked).err(), Some(RestoreError::Footer));
    assert!(read(&wrong, Checksum::Ignored).is_ok());
    for len in 0..10 {
        assert_eq!(read(&vec![0; len], Checksum::Ignored).err(), Some(RestoreError::Footer));
    }
    let empty = read(&payload(b"", 10), Checksum::Checked).err();
    assert!(matches!(empty, Some(RestoreError::Corrupt(_))));
    let more = read(&payload(b"\0\x01xy", 10), Checksum::Checked).err();
    assert!(matches!(more, Some(RestoreError::Corrupt(_))));
}

proptest! {
    #[test]
    fn any_bytes(kind in 0_u8..32, object: Vec<u8>) {
        let mut bytes = vec![kind];
        bytes.extend(object);
        let _ = read(&payload(&bytes, 10), Checksum::Checked);
    }
}

/// Hashes with fields that expire: as Valkey 9.1.2 dumps them, and Redis 8.2.3 in both its forms.
#[test]
fn hashes_with_times_of_other_servers() {
    let timed = |payload: &[u8]| {
        let rec = read(payload, Checksum::Checked).expect("a server dumped it");
        let fields = |now| {
            let hash = HashRef::new(&rec, now);
            let shown = hash.iter_timed().map(|(field, value, at)| {
                let text = [field, b"=", value].concat();
                (String::from_utf8(text).expect("letters"), at)
            });
            shown.collect::<BTreeMap<_, _>>()
        };
        assert_eq!(fields(4_000_000_000_123).len(), 1 + fields(0).len() / 3);
        (fields(0), dump(&rec, Strings::Plain))
    };
    let field = |text: &str, at: Option<i64>| (text.to_owned(), at);
    let a = || field("a=1", Some(4_000_000_000_123));
    let c = || field("c=3", Some(4_000_000_000_125));
    let b = || field("b=two", None);

    let valkey: &[u8] = b"\x16\x02\x01a\xc0\x01{@\x94R\xa3\x03\0\0\x01b\x03two\xff\xff\xff\xff\xff\
        \xff\xff\xffP\0\xd2^\xef6\xd7<\xe5M";
    assert_eq!(timed(valkey), (BTreeMap::from([a(), b()]), valkey.to_vec()));
    let small = b"\x19{@\x94R\xa3\x03\0\0  \0\0\0\x06\0\x81a\x02\x01\x01\xf4{@\x94R\xa3\x03\0\0\t\
        \x81b\x02\x83two\x04\0\x01\xff\x0c\0\x87P\x81\xedL\xd5\x91\xdb";
    assert_eq!(timed(small), (BTreeMap::from([a(), b()]), valkey.to_vec()));
    let large =
        b"\x18{@\x94R\xa3\x03\0\0\x03\0\x01b\x03two\x01\x01a\xc0\x01\x03\x01c\xc0\x03\x0c\0\
        \x83\xaf\xc4N\x0e\x17\xc5\xf2";
    assert_eq!(timed(large).0, BTreeMap::from([a(), b(), c()]));
}
