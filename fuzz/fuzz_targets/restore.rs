//! Objects from any bytes: what is taken is whole, and survives being written and read again.
//!
//! The first byte picks thresholds, so that both layouts of a collection are met, and whether the
//! object is the input itself or a good one that the input describes and then damages. A value
//! that was decoded is changed a little, which would trip over anything that decoding let through.
#![no_main]

use engine::hash::{HashMut, HashRef};
use engine::list::{ListMut, ListRef};
use engine::set::{SetMut, SetRef};
use engine::stream::{self, BlockLimits, Id, Pairs, Precision, References, Stream, Trim};
use engine::string::StringRef;
use engine::value::{Type, element_count, type_of};
use engine::zset::{ZsetMut, ZsetRef};
use engine::{Limits, Rec};
use libfuzzer_sys::fuzz_target;
use persist::rdb::{Decoder, Encoder, Strings, VERSION_VALKEY, VERSION_WRITTEN, decode};

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
    let version = if first & 8 == 0 { VERSION_WRITTEN } else { VERSION_VALKEY };
    let decoder = Decoder { limits: &limits, version };
    let object = if first & 4 == 0 { object.to_vec() } else { damaged(object, &limits) };
    let Ok(mut rec) = decode(decoder, b"key", &object) else { return };
    assert!(element_count(&rec) > 0 || type_of(&rec) == Type::Stream);
    let mut encoder = Encoder::new(strings);
    let decoder = Decoder { version: encoder.value(&rec), ..decoder };
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
    encoder.value(&match kind % 6 {
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
        4 => stream_of(elements),
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

#[derive(Clone)]
struct OnePair<'a>([&'a [u8]; 2]);

impl Pairs for OnePair<'_> {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.into_iter()
    }

    fn count(&self) -> usize {
        1
    }
}

/// An entry for each element, and a group that has every second one pending.
fn stream_of<'a>(elements: impl Iterator<Item = &'a [u8]>) -> Rec {
    let mut stream = Stream::default();
    stream.create_group(b"group", Id::MIN, 1);
    for (place, element) in elements.enumerate() {
        let id = Id::new(place as u64 / 3, place as u64 + 1);
        let (name, value) = element.split_at(element.len().min(1));
        let limits = BlockLimits { bytes: 200, entries: 7 };
        stream.append(id, &OnePair([name, value]), limits).expect("small");
        if place % 2 == 0 {
            let group = stream.group_mut(b"group").expect("made");
            let (consumer, _) = group.call(value, place as i64);
            group.hand_over(id, consumer, place as i64, 1);
        }
    }
    stream::record(b"key", stream)
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
        Type::Stream => stream_content(stream::of(rec)),
    };
    if matches!(type_of(rec), Type::Set | Type::Hash) {
        parts.sort();
    }
    parts
}

/// Copies it, as COPY does, and trims, deletes and acknowledges in the copy.
fn change_stream(rec: &mut Rec) {
    let mut stream = stream::of(rec).clone();
    let ids: Vec<Id> = stream.range(Id::MIN, Id::MAX).map(|entry| entry.id).collect();
    let back: Vec<Id> = stream.range_back(Id::MIN, Id::MAX).map(|entry| entry.id).collect();
    assert!(ids.iter().eq(back.iter().rev()));
    for id in ids.iter().step_by(3) {
        stream.delete(*id, References::Delete);
    }
    if let Some(next) = stream.meta.last_id.next() {
        let limits = BlockLimits { bytes: 4096, entries: 100 };
        stream.append(next, &OnePair([b"new", b"value"]), limits).expect("small");
    }
    stream.trim(Trim::MaxLen(2), Precision::Exact, References::Keep);
    assert!(stream.len() <= 2);
    let names: Vec<Box<[u8]>> =
        stream.groups().into_iter().flatten().map(|(n, _)| n.clone()).collect();
    for name in names {
        let group = stream.group_mut(&name).expect("listed");
        let pending: Vec<Id> = group.pending().iter().map(|(id, _)| id).collect();
        for id in pending {
            assert!(group.acknowledge(id));
        }
        assert!(group.consumers().all(|consumer| consumer.pending().is_empty()));
        stream.destroy_group(&name);
    }
}

fn stream_content(stream: &Stream) -> Vec<Vec<u8>> {
    let mut lines = vec![format!("{:?}", stream.meta)];
    for entry in stream.range(Id::MIN, Id::MAX) {
        let pairs: Vec<_> = entry.pairs.read().1.map(|pair| format!("{pair:?}")).collect();
        lines.push(format!("{:?} {pairs:?}", entry.id));
    }
    for (name, group) in stream.groups().into_iter().flatten() {
        lines.push(format!("{name:?} {:?} {}", group.last_id, group.entries_read));
        for (id, pending) in group.pending().iter() {
            let owner = &group.owner(pending).name;
            let (at, times) = (pending.delivered_ms, pending.deliveries);
            lines.push(format!("{id:?} {at} {times} {owner:?}"));
        }
        for consumer in group.consumers() {
            let ids: Vec<Id> = consumer.pending().iter().map(|(id, ())| id).collect();
            lines.push(format!("{:?} {} {ids:?}", consumer.name, consumer.seen_ms));
        }
    }
    lines.into_iter().map(String::into_bytes).collect()
}

fn change(rec: &mut Rec, limits: &Limits) {
    match type_of(rec) {
        Type::String => {}
        Type::Stream => change_stream(rec),
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
