use super::*;
use crate::hash::HashMut;
use crate::hash::HashRef;
use crate::list::{Direction, ListMut, ListRef};
use crate::set::{SetMut, SetRef};
use crate::zset::{ZsetMut, ZsetRef};

const LIMITS: Limits = Limits::DEFAULT;

fn filled(kind: Type, count: usize) -> Rec {
    let mut rec = empty(kind).expect("a collection")(b"key");
    for i in 0..count {
        let name = format!("element:{i}");
        let name = name.as_bytes();
        match kind {
            Type::List => ListMut::new(&mut rec, &LIMITS).push_back(name),
            Type::Set => assert!(SetMut::new(&mut rec, &LIMITS).add(name)),
            Type::Hash => assert!(HashMut::new(&mut rec, &LIMITS, 0).set(name, b"value")),
            Type::Zset => {
                ZsetMut::new(&mut rec, &LIMITS).add(name, i as f64);
            }
            Type::String | Type::Stream => unreachable!("not a collection"),
        }
    }
    rec
}

fn contents(rec: &Rec) -> Vec<(Vec<u8>, String)> {
    let mut all: Vec<(Vec<u8>, String)> = match type_of(rec) {
        Type::List => ListRef::new(rec)
            .iter_from(0, Direction::Forward)
            .enumerate()
            .map(|(i, e)| (e.to_vec(), i.to_string()))
            .collect(),
        Type::Set => SetRef::new(rec).iter().map(|m| (m.to_vec(), String::new())).collect(),
        Type::Hash => {
            HashRef::new(rec, 0).iter().map(|(f, v)| (f.to_vec(), format!("{v:?}"))).collect()
        }
        Type::Zset => {
            ZsetRef::new(rec).iter_all().map(|(m, s)| (m.to_vec(), s.to_string())).collect()
        }
        Type::String | Type::Stream => unreachable!("not a collection"),
    };
    all.sort();
    all
}

const KINDS: [Type; 4] = [Type::List, Type::Set, Type::Hash, Type::Zset];

#[test]
fn copies_are_equal_and_apart() {
    for kind in KINDS {
        for count in [1, 20, 5_000] {
            let mut rec = filled(kind, count);
            rec.set_expire(Some(77));
            let copied = copy(&rec, b"other");
            assert_eq!(copied.key(), b"other");
            assert_eq!(copied.expire_ms(), Some(77));
            assert_eq!(encoding_of(&copied), encoding_of(&rec));
            assert_eq!(element_count(&copied), count);
            let expected = contents(&rec);
            drop(rec);
            assert_eq!(contents(&copied), expected, "{kind:?} of {count}");
        }
    }
}

#[test]
fn weights_and_sizes_grow_with_the_elements() {
    for kind in KINDS {
        let (small, big) = (filled(kind, 10), filled(kind, 20_000));
        assert_eq!(weight(&small), 1);
        assert!(weight(&big) > 50, "{kind:?}: {}", weight(&big));
        assert!(alloc_size(&small, 5) < 512);
        let (exact, estimate) = (alloc_size(&big, 0), alloc_size(&big, 5));
        assert!(exact > 20_000 * 14 && exact < 20_000 * 80, "{kind:?}: {exact}");
        assert!(estimate.abs_diff(exact) < exact / 4, "{kind:?}: {estimate} for {exact}");
    }
}

#[test]
fn big_objects_may_be_sent_away() {
    fn sendable<T: Send>() {}
    sendable::<Object>();
    sendable::<Rec>();
}

#[test]
fn encodings_of_strings() {
    let text = |len: usize| Rec::text(b"k", &vec![b'x'; len], None);
    assert_eq!(encoding_of(&text(44)), "embstr");
    assert_eq!(encoding_of(&text(45)), "raw");
    assert_eq!(encoding_of(&text(100_000)), "raw");
    assert_eq!(encoding_of(&Rec::with_payload(b"k", Payload::Int(1), 0, None)), "int");
    assert!(is_plain_text(&text(1)) && type_of(&text(1)) == Type::String);
}
