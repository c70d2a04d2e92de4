use proptest::prelude::*;

use super::*;
use crate::MoveEach;
use crate::naive::{NaiveRecord, NaiveValue};

type Rec = Record<Vec<u8>>;

#[derive(Clone, Debug)]
enum Op {
    SetText(Vec<u8>),
    SetTextSameLength(u8),
    Append(Vec<u8>),
    SetPayload(NaiveValue, u8),
    SetExpire(Option<i64>),
    SetAccess(u32),
    SetSub(u8),
    Change(u8),
    Rename(Vec<u8>),
    Rebuild,
    Relocate(u64),
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    let len = prop_oneof![
        8 => 0..80usize, 4 => 80..300usize, 3 => 300..3000usize, 1 => 16_000..17_000usize
    ];
    (len, any::<u8>()).prop_map(|(len, seed)| {
        (0..len).map(|i| (i as u8).wrapping_mul(17).wrapping_add(seed)).collect()
    })
}

fn value() -> impl Strategy<Value = NaiveValue> {
    prop_oneof![
        text().prop_map(NaiveValue::Text),
        any::<i64>().prop_map(NaiveValue::Int),
        text().prop_map(NaiveValue::Packed),
        text().prop_map(NaiveValue::Boxed),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let expire = proptest::option::of(0..i64::MAX);
    prop_oneof![
        3 => text().prop_map(Op::SetText),
        1 => any::<u8>().prop_map(Op::SetTextSameLength),
        2 => text().prop_map(Op::Append),
        3 => (value(), any::<u8>()).prop_map(|(value, sub)| Op::SetPayload(value, sub)),
        3 => expire.prop_map(Op::SetExpire),
        1 => any::<u32>().prop_map(Op::SetAccess),
        1 => any::<u8>().prop_map(Op::SetSub),
        2 => any::<u8>().prop_map(Op::Change),
        1 => text().prop_map(Op::Rename),
        1 => Just(Op::Rebuild),
        2 => (1..4u64).prop_map(Op::Relocate),
    ]
}

fn payload(value: &NaiveValue) -> Payload<Vec<u8>> {
    match value {
        NaiveValue::Text(text) => Payload::Blob(Blob::new(text)),
        NaiveValue::Int(number) => Payload::Int(*number),
        NaiveValue::Packed(bytes) => Payload::Packed(Packed::from_slice(bytes)),
        NaiveValue::Boxed(bytes) => Payload::Boxed(Box::new(bytes.clone())),
    }
}

fn look(record: &Rec) -> NaiveValue {
    match record.view() {
        View::Text(text) => NaiveValue::Text(text.to_vec()),
        View::Blob(blob) => NaiveValue::Text(blob.as_slice().to_vec()),
        View::Int(number) => NaiveValue::Int(number),
        View::Packed(packed) => NaiveValue::Packed(packed.as_slice().to_vec()),
        View::Boxed(bytes) => NaiveValue::Boxed(bytes.clone()),
    }
}

fn is_inline(record: &Rec) -> bool {
    matches!(record.view(), View::Text(_))
}

fn apply(mut record: Rec, naive: &mut NaiveRecord, op: Op) -> Rec {
    match op {
        Op::SetText(text) => {
            record.set_text(&text);
            (naive.value, naive.sub) = (NaiveValue::Text(text), 0);
        }
        Op::SetTextSameLength(byte) => {
            if let NaiveValue::Text(text) = &mut naive.value {
                text.fill(byte);
                record.set_text(text);
                naive.sub = 0;
            }
        }
        Op::Append(bytes) => {
            let appended = record.append_text(&bytes);
            assert_eq!(appended, matches!(naive.value, NaiveValue::Text(_)));
            if let NaiveValue::Text(text) = &mut naive.value {
                text.extend(bytes);
            }
        }
        Op::SetPayload(value, sub) => {
            let (inline, old) = (is_inline(&record), look(&record));
            let taken = record.replace_payload(payload(&value), sub);
            assert_eq!(taken.is_none(), inline);
            if let Some(taken) = taken {
                assert_eq!(look(&Record::with_payload(b"k", taken, 0, None)), old);
            }
            (naive.value, naive.sub) = (value, sub);
        }
        Op::SetExpire(expire_ms) => {
            record.set_expire(expire_ms);
            naive.expire_ms = expire_ms;
        }
        Op::SetAccess(access) => {
            record.set_access(access);
            naive.access = access & 0x00ff_ffff;
        }
        Op::SetSub(sub) => {
            record.set_sub(sub);
            naive.sub = if is_inline(&record) { 0 } else { sub };
        }
        Op::Relocate(each) => {
            // A blob that another handle shares stays where it is.
            let shared = match record.view() {
                View::Blob(blob) if each == 1 => Some(blob.clone()),
                _ => None,
            };
            record.relocate(&mut MoveEach::new(each));
            if let (Some(shared), View::Blob(blob)) = (shared, record.view()) {
                assert_eq!(shared.as_slice().as_ptr(), blob.as_slice().as_ptr());
            }
        }
        Op::Change(byte) => change(&mut record, naive, byte),
        Op::Rename(key) => {
            record = record.rename(&key);
            naive.key = key;
        }
        Op::Rebuild => {
            let (key, expire_ms, sub) = (record.key().to_vec(), record.expire_ms(), record.sub());
            let access = record.access();
            record = Record::with_payload(&key, record.into_payload(), sub, expire_ms);
            record.set_access(access);
        }
    }
    record
}

/// Changes the value in place.
fn change(record: &mut Rec, naive: &mut NaiveRecord, byte: u8) {
    match (record.view_mut(), &mut naive.value) {
        (ViewMut::Text(text), NaiveValue::Text(twin)) => {
            text.iter_mut().chain(twin).for_each(|b| *b ^= byte);
        }
        (ViewMut::Blob(blob), NaiveValue::Text(twin)) => {
            blob.append(&[byte]);
            twin.push(byte);
        }
        (ViewMut::Int(number), NaiveValue::Int(twin)) => {
            *number = number.wrapping_add(i64::from(byte));
            *twin = twin.wrapping_add(i64::from(byte));
        }
        (ViewMut::Packed(packed), NaiveValue::Packed(twin)) => {
            packed.push(&[byte; 9]);
            twin.extend([byte; 9]);
        }
        (ViewMut::Boxed(bytes), NaiveValue::Boxed(twin)) => {
            bytes.push(byte);
            twin.push(byte);
        }
        _ => panic!("value and twin differ in kind"),
    }
}

fn compare(record: &Rec, naive: &NaiveRecord) {
    let seen = NaiveRecord {
        key: record.key().to_vec(),
        value: look(record),
        sub: if is_inline(record) { naive.sub } else { record.sub() },
        expire_ms: record.expire_ms(),
        access: record.access(),
    };
    assert_eq!(&seen, naive);
    assert!(record.alloc_size() >= naive.key.len() + 6);
}

proptest! {
    #[test]
    fn matches_naive(
        key in text(), start in text(), expire_ms in proptest::option::of(0..i64::MAX),
        ops in proptest::collection::vec(op(), 0..40),
    ) {
        let mut record = Rec::text(&key, &start, expire_ms);
        let value = NaiveValue::Text(start);
        let mut naive = NaiveRecord { key, value, sub: 0, expire_ms, access: 0 };
        for op in ops {
            record = apply(record, &mut naive, op);
            if is_inline(&record) {
                naive.sub = 0;
            }
            compare(&record, &naive);
        }
    }

    #[test]
    fn text_costs_the_cheaper_form(key_len in 0..300usize, len in 0..20_000usize, ttl in any::<bool>()) {
        let record = Rec::text(&vec![1; key_len], &vec![2; len], ttl.then_some(5));
        let ttl = usize::from(ttl) * 8;
        let header = if key_len <= 255 && len <= 255 { 6 } else { 12 };
        let inline = size_class(header + ttl + key_len + len);
        let split = size_class(16 + ttl + key_len) + size_class(8 + len);
        match len {
            0..64 => assert_eq!(record.alloc_size(), inline),
            16384.. => assert_eq!(record.alloc_size(), split),
            _ => assert_eq!(record.alloc_size(), inline.min(split)),
        }
    }
}

#[test]
fn sizes_of_usual_records() {
    let key = [b'k'; 17];
    assert_eq!(Rec::text(&key, &[0; 32], None).alloc_size(), 56);
    assert_eq!(Rec::text(&key, &[0; 32], Some(1)).alloc_size(), 64);
    assert_eq!(Rec::text(&key, &[0; 500], None).alloc_size(), 40 + 512);
    assert_eq!(Rec::with_payload(b"c:123456", Payload::Int(1), 0, None).alloc_size(), 24);
    assert_eq!(Rec::text(b"", b"", None).alloc_size(), 8);
}

#[test]
fn keys_beyond_the_length_field() {
    for len in [KLEN_ESCAPE - 1, KLEN_ESCAPE, KLEN_ESCAPE + 1, KLEN_ESCAPE * 2] {
        let key: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        let mut record = Rec::with_payload(&key, Payload::Int(-3), 9, None);
        assert!(record.key() == key && matches!(record.view(), View::Int(-3)));
        record.set_expire(Some(77));
        assert!(record.key() == key && record.expire_ms() == Some(77) && record.sub() == 9);
        record.set_text(b"text");
        assert!(record.key() == key && matches!(record.view(), View::Text(b"text")));
        record = record.rename(b"short");
        assert!(record.key() == b"short" && record.expire_ms() == Some(77));
    }
}

#[test]
fn expiry_slots_are_kept() {
    let mut record = Rec::text(b"key", b"value", Some(5));
    let size = record.alloc_size();
    record.set_expire(None);
    assert_eq!((record.expire_ms(), record.alloc_size()), (None, size));
    record.set_text(b"another value that moves the record to another class");
    assert_eq!(record.expire_ms(), None);
    record.set_expire(Some(-1));
    assert_eq!(record.expire_ms(), Some(-1));
}

#[test]
fn boxes_are_dropped_once() {
    let shared = std::sync::Arc::new(());
    let boxed = || Payload::Boxed(Box::new(shared.clone()));
    let mut record = Record::with_payload(b"key", boxed(), 1, None);
    record.set_expire(Some(1));
    record = record.rename(b"other");
    record.set_payload(boxed(), 2);
    drop(record.replace_payload(boxed(), 3));
    assert_eq!(std::sync::Arc::strong_count(&shared), 2);
    record.set_text(b"text");
    assert_eq!(std::sync::Arc::strong_count(&shared), 1);
    record.set_payload(boxed(), 4);
    drop(record.into_payload());
    assert_eq!(std::sync::Arc::strong_count(&shared), 1);
}
