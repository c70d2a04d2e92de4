//! Objects from any bytes: what is taken is whole, and survives being written and read again.
//!
//! The first byte picks thresholds, so that both layouts of a collection are met, and whether the
//! object is the input itself or a good one that the input describes and then damages. A value
//! that was decoded is changed a little, which would trip over anything that decoding let through.
#![no_main]

use engine::hash::{HashMut, HashRef};
use engine::list::{ListMut, ListRef};
use engine::set::{SetMut, SetRef};
use engine::string::StringRef;
use engine::value::{Type, element_count, type_of};
use engine::zset::{ZsetMut, ZsetRef};
use engine::{Limits, Rec};
use libfuzzer_sys::fuzz_target;
use persist::rdb::{Decoder, Encoder, Strings, decode};

const LOW: Limits = Limits {
    hash_max_listpack_entries: 2,
    set_max_intset_entries: 2,
    set_max_listpack_entries: 2,
    zset_max_listpack_entries: 2,
    ..Limits::DEFAULT
};

fuzz_target!(|input: &[u8]| {
    let Some((&first, object)) = input.split_first() else { return };
    let limits = if first & 1 == 0 { Limits::DEFAULT } else { LOW };
    let strings = if first & 2 == 0 { Strings::Compressed } else { Strings::Plain };
    let decoder = Decoder { limits: &limits };
    let object = if first & 4 == 0 { object.to_vec() } else { damaged(object, &limits) };
    let Ok(mut rec) = decode(decoder, b"key", &object) else { return };
    assert!(element_count(&rec) > 0);
    let mut encoder = Encoder::new(strings);
    if encoder.value(&rec).is_none() {
        return;
    }
    let written = encoder.take();
    let again = decode(decoder, b"key", &written).expect("what we write is read");
    assert_eq!(content(&again), content(&rec));
    change(&mut rec, &limits);
});

/// A good object with some of its bytes replaced: `[kind][damages n][(place, byte) n][elements]`.
fn damaged(input: &[u8], limits: &Limits) -> Vec<u8> {
    let Some(([kind, damages], rest)) = input.split_first_chunk() else { return Vec::new() };
    let damages = usize::from(damages % 4) * 3;
    let Some((damages, rest)) = rest.split_at_checked(damages) else { return Vec::new() };
    let mut elements = rest.split(|byte| *byte == b',');
    let mut encoder = Encoder::new(Strings::Plain);
    encoder.value(&match kind % 5 {
        0 => engine::string::record(b"key", rest),
        1 => {
            let mut rec = engine::list::empty(b"key");
            let mut list = ListMut::new(&mut rec, limits);
            elements.for_each(|element| list.push_back(element));
            rec
        }
        2 => {
            let mut rec = engine::set::empty(b"key");
            let mut set = SetMut::new(&mut rec, limits);
            elements.for_each(|element| {
                set.add(element);
            });
            rec
        }
        3 => {
            let mut rec = engine::hash::empty(b"key");
            let mut hash = HashMut::new(&mut rec, limits, 0);
            while let Some(field) = elements.next() {
                hash.set(field, elements.next().unwrap_or_default());
            }
            rec
        }
        _ => {
            let mut rec = engine::zset::empty(b"key");
            let mut zset = ZsetMut::new(&mut rec, limits);
            for (place, element) in elements.enumerate() {
                zset.add(element, place as f64 / 2.0);
            }
            rec
        }
    });
    let mut object = encoder.take();
    for damage in damages.chunks(3) {
        let len = object.len();
        let place = usize::from(damage[0]) << 8 | usize::from(damage[1]);
        object[place % len] = damage[2];
    }
    object
}

fn content(rec: &Rec) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = match type_of(rec) {
        Type::String => StringRef::of_rec(rec).map(StringRef::to_vec).into_iter().collect(),
        Type::List => ListRef::new(rec).iter().map(<[u8]>::to_vec).collect(),
        Type::Set => SetRef::new(rec).iter().map(|member| member.to_vec()).collect(),
        Type::Hash => HashRef::new(rec, 0).iter().map(|(f, v)| [f, b"\0=\0", v].concat()).collect(),
        Type::Zset => {
            let pairs = ZsetRef::new(rec).iter_all();
            pairs.map(|(member, score)| [member, &score.to_le_bytes()].concat()).collect()
        }
        Type::Stream => Vec::new(),
    };
    if matches!(type_of(rec), Type::Set | Type::Hash) {
        parts.sort();
    }
    parts
}

fn change(rec: &mut Rec, limits: &Limits) {
    match type_of(rec) {
        Type::String | Type::Stream => {}
        Type::List => {
            let mut list = ListMut::new(rec, limits);
            list.push_front(b"new");
            list.set(1, b"other");
            list.remove(list.len() / 2);
        }
        Type::Set => {
            let mut set = SetMut::new(rec, limits);
            set.add(b"new");
            set.add(b"17");
            set.pop_random(3);
        }
        Type::Hash => {
            let mut hash = HashMut::new(rec, limits, 0);
            hash.set(b"new", b"value");
            hash.remove(b"a");
        }
        Type::Zset => {
            let mut zset = ZsetMut::new(rec, limits);
            zset.add(b"new", 0.5);
            zset.pop_min();
            zset.pop_max();
        }
    }
}
