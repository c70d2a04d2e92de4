//! Values there and back, damaged objects, and objects of old servers written by hand.

use super::listpack::{Builder, Entries};
use super::*;
use engine::hash::{self, HashMut, HashRef};
use engine::list::{self, ListMut, ListRef};
use engine::set::{self, SetMut, SetRef};
use engine::stream::{self, BlockLimits, Id, Pairs, References, Stream};
use engine::string::{self, StringRef};
use engine::value::{Type, encoding_of, type_of};
use engine::zset::{self, ZsetMut, ZsetRef};
use engine::{Limits, Rec};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

const LIMITS: Limits = Limits::DEFAULT;
/// Thresholds that are passed at once.
const LOW: Limits = Limits {
    hash_max_listpack_entries: 2,
    set_max_intset_entries: 2,
    set_max_listpack_entries: 2,
    zset_max_listpack_entries: 2,
    ..LIMITS
};

/// Everything that a client can see of a value.
#[derive(PartialEq, Debug)]
struct Seen {
    kind: Type,
    encoding: &'static str,
    parts: Vec<Vec<u8>>,
}

fn seen(rec: &Rec) -> Seen {
    let kind = type_of(rec);
    let mut parts: Vec<Vec<u8>> = match kind {
        Type::String => StringRef::of_rec(rec).map(StringRef::to_vec).into_iter().collect(),
        Type::List => ListRef::new(rec).iter().map(<[u8]>::to_vec).collect(),
        Type::Set => SetRef::new(rec).iter().map(|member| member.to_vec()).collect(),
        Type::Hash => HashRef::new(rec, 0).iter().map(|(f, v)| [f, b"=", v].concat()).collect(),
        Type::Zset => {
            let pairs = ZsetRef::new(rec).iter_all();
            pairs.map(|(member, score)| [member, &score.to_le_bytes()].concat()).collect()
        }
        Type::Stream => seen_stream(stream::of(rec)),
    };
    if matches!(kind, Type::Set | Type::Hash) {
        parts.sort();
    }
    Seen { kind, encoding: encoding_of(rec), parts }
}

fn seen_stream(stream: &Stream) -> Vec<Vec<u8>> {
    let mut lines = vec![format!("{:?}", stream.meta)];
    for entry in stream.range(Id::MIN, Id::MAX) {
        let pairs: Vec<_> = entry.pairs.read().1.map(|pair| format!("{pair:?}")).collect();
        lines.push(format!("{:?} {pairs:?}", entry.id));
    }
    for (name, group) in stream.groups().into_iter().flatten() {
        lines.push(format!("{name:?} {:?} {}", group.last_id, group.entries_read));
        for (id, pending) in group.pending().iter() {
            let owner = &group.owner(pending).name;
            lines.push(format!("{id:?} {} {} {owner:?}", pending.delivered_ms, pending.deliveries));
        }
        for consumer in group.consumers() {
            let ids: Vec<Id> = consumer.pending().iter().map(|(id, ())| id).collect();
            lines.push(format!("{:?} {} {ids:?}", consumer.name, consumer.seen_ms));
        }
    }
    lines.into_iter().map(String::into_bytes).collect()
}

fn encoded(rec: &Rec, strings: Strings) -> Vec<u8> {
    let mut encoder = Encoder::new(strings);
    assert_eq!(encoder.value(rec), VERSION_WRITTEN);
    encoder.take()
}

fn read(bytes: &[u8], limits: &Limits) -> Result<Rec, Corrupt> {
    decode(Decoder { limits, version: VERSION_VALKEY }, b"key", bytes)
}

/// Dumps and restores; cuts and damages the object on the way.
fn check(rec: &Rec, limits: &Limits) {
    for strings in [Strings::Compressed, Strings::Plain] {
        let bytes = encoded(rec, strings);
        let back = read(&bytes, limits).expect("what we write is read");
        assert_eq!(seen(&back), seen(rec));
    }
    let bytes = encoded(rec, Strings::Compressed);
    for len in (0..bytes.len()).rev().take(32) {
        assert!(read(&bytes[..len], limits).is_err(), "cut to {len}");
    }
    for at in (0..bytes.len()).step_by(bytes.len() / 32 + 1) {
        let mut damaged = bytes.clone();
        for bit in [0, 3, 7] {
            damaged[at] ^= 1 << bit;
            let _ = read(&damaged, limits);
        }
    }
}

fn list_of(elements: &[Vec<u8>]) -> Rec {
    let mut rec = list::empty(b"key");
    let mut list = ListMut::new(&mut rec, &LIMITS);
    for element in elements {
        list.push_back(element);
    }
    rec
}

/// Bytes that are often numbers, and at times long and compressible.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..30),
        any::<i64>().prop_map(|value| value.to_string().into_bytes()),
        (-200_i64..200).prop_map(|value| value.to_string().into_bytes()),
        (any::<i64>(), 0_u32..64).prop_map(|(v, bits)| (v >> bits).to_string().into_bytes()),
        vec(0_u8..3, 0..300),
        (60_usize..70).prop_map(|len| vec![b'a'; len]),
        (4090_usize..4100).prop_map(|len| vec![b'b'; len]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn strings_return(text in bytes()) {
        check(&string::record(b"key", &text), &LIMITS);
    }

    #[test]
    fn lists_return(elements in vec(bytes(), 1..60)) {
        check(&list_of(&elements), &LIMITS);
    }

    #[test]
    fn sets_return(members in btree_set(bytes(), 1..40), integers in btree_set(any::<i64>(), 1..40)) {
        for limits in [&LIMITS, &LOW] {
            let mut rec = set::empty(b"key");
            let mut set = SetMut::new(&mut rec, limits);
            for member in &members {
 set.add(member);
}
            check(&rec, limits);
            let mut rec = set::empty(b"key");
            let mut set = SetMut::new(&mut rec, limits);
            for member in &integers {
 set.add(member.to_string().as_bytes());
}
            check(&rec, limits);
        }
    }

    #[test]
    fn hashes_return(pairs in btree_map(bytes(), bytes(), 1..40)) {
        for limits in [&LIMITS, &LOW] {
            let mut rec = hash::empty(b"key");
            let mut hash = HashMut::new(&mut rec, limits, 0);
            for (field, value) in &pairs {
 hash.set(field, value);
}
            check(&rec, limits);
        }
    }

    #[test]
    fn sorted_sets_return(pairs in btree_map(bytes(), any::<f64>(), 1..40)) {
        for limits in [&LIMITS, &LOW] {
            let mut rec = zset::empty(b"key");
            let mut zset = ZsetMut::new(&mut rec, limits);
            for (member, score) in pairs.iter().filter(|(_, score)| !score.is_nan()) {
                zset.add(member, *score);
            }
            if !zset.is_empty() {
                check(&rec, limits);
            }
        }
    }

    #[test]
    fn streams_return(
        entries in vec((vec((0_u8..3, bytes()), 1..4), 0_u64..3, any::<bool>()), 0..250),
        pending in vec((any::<prop::sample::Index>(), 0_u8..3, any::<u32>(), any::<u64>()), 0..20),
    ) {
        check(&stream_of(&entries, &pending), &LIMITS);
    }

    #[test]
    fn listpacks_return(elements in vec(bytes(), 0..60)) {
        let mut pack = Builder::default();
        pack.clear();
        for element in &elements {
 pack.push(element);
}
        let bytes = pack.finish().to_vec();
        let mut entries = Entries::new(&bytes).expect("written");
        for element in &elements {
            prop_assert_eq!(&*entries.next().expect("written").expect("as many"), &element[..]);
        }
        prop_assert!(matches!(entries.next(), Ok(None)));
    }

    #[test]
    fn any_bytes(bytes: Vec<u8>) {
        let _ = read(&bytes, &LIMITS);
    }
}

type EntryPlan = (Vec<(u8, Vec<u8>)>, u64, bool);
type PendingPlan = (prop::sample::Index, u8, u32, u64);

#[derive(Clone)]
struct Owned(Vec<Vec<u8>>);

impl Pairs for Owned {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|text| &**text)
    }

    fn count(&self) -> usize {
        self.0.len() / 2
    }
}

/// Entries a few ids apart, some deleted again; two groups, of which one has all that is pending.
fn stream_of(entries: &[EntryPlan], pending: &[PendingPlan]) -> Rec {
    let mut stream = Stream::default();
    let limits = BlockLimits { bytes: 4096, entries: 100 };
    let mut ids = vec![Id::new(1, 1)];
    for (pairs, apart, stays) in entries {
        let last = stream.meta.last_id;
        let id = Id::new(last.ms + apart, if *apart == 0 { last.seq + 1 } else { 0 });
        let texts = pairs.iter().flat_map(|(name, value)| [vec![*name; 3], value.clone()]);
        stream.append(id, &Owned(texts.collect()), limits).expect("small");
        ids.push(id);
        if !stays {
            stream.delete(id, References::Keep);
            stream.meta.max_deleted_id = id;
        }
    }
    stream.create_group(b"empty", Id::MAX, -1);
    stream.create_group(b"group", ids[ids.len() / 2], 7);
    let group = stream.group_mut(b"group").expect("made");
    group.create_consumer(b"idle", 5);
    for (index, consumer, at, deliveries) in pending {
        let (consumer, _) = group.call(&[b'c', *consumer], i64::from(*at));
        group.hand_over(*index.get(&ids), consumer, i64::from(*at) * 1000, *deliveries);
    }
    stream::record(b"key", stream)
}

#[test]
fn streams_of_redis_5() {
    // XADD k 1-1 a 1, XADD k 1-2 b 2, XDEL k 1-2, as the first kind.
    let mut pack = Builder::default();
    pack.clear();
    for value in [1, 1, 1] {
        pack.push_int(value);
    }
    pack.push(b"a");
    for value in [0, 2, 0, 0, 1, 4, 1, 0, 1, 1] {
        pack.push_int(value);
    }
    for text in [&b"b"[..], b"2", b"6"] {
        pack.push(text);
    }
    let mut object = vec![15, 1, 16, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];
    let pack = pack.finish();
    object.push(pack.len() as u8);
    object.extend_from_slice(pack);
    object.extend([1, 1, 2, 1, 1, b'g', 1, 1, 0, 0]);
    let rec = read(&object, &LIMITS).expect("a good stream");
    let stream = stream::of(&rec);
    assert_eq!((stream.meta.len, stream.meta.last_id), (1, Id::new(1, 2)));
    assert_eq!(stream.meta.entries_added, 1);
    assert_eq!(stream.group(b"g").map(|group| group.last_id), Some(Id::new(1, 1)));
    // A last id below the entries, and counts that are not those of the entries.
    let tail = object.len() - 10;
    for (at, byte) in [(tail, 2), (tail + 2, 0), (26, 2), (27, 0)] {
        let mut damaged = object.clone();
        damaged[at] = byte;
        assert!(read(&damaged, &LIMITS).is_err(), "{at}");
    }
}

/// The string that an object of one string is made of, behind its kind.
fn of_string(kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut object = vec![kind, 0x40 | (bytes.len() >> 8) as u8, bytes.len() as u8];
    object.extend_from_slice(bytes);
    object
}

fn parts(object: &[u8]) -> Vec<String> {
    let rec = read(object, &LIMITS).expect("a good object");
    let text = |part: Vec<u8>| String::from_utf8_lossy(&part).into_owned();
    seen(&rec).parts.into_iter().map(text).collect()
}

#[test]
fn the_listpack_of_the_document() {
    let bytes = [0x0c, 0, 0, 0, 2, 0, 0x81, 0x61, 2, 1, 1, 0xff];
    let mut pack = Builder::default();
    pack.clear();
    pack.push(b"a");
    pack.push(b"1");
    assert_eq!(pack.finish(), bytes);
}

#[test]
fn integers_of_all_widths_in_a_listpack() {
    let mut values = vec![0, 1, -1, 127, 128, 4095, 4096, -4096, -4097];
    for bits in [15, 23, 31, 63] {
        let edge = 1_i128 << bits;
        values.extend(
            [edge - 1, edge, -edge, -edge - 1].iter().filter_map(|v| i64::try_from(*v).ok()),
        );
    }
    let mut pack = Builder::default();
    pack.clear();
    for value in &values {
        pack.push_int(*value);
    }
    let bytes = pack.finish().to_vec();
    let mut entries = Entries::new(&bytes).expect("written");
    for value in values {
        let entry = entries.next().expect("written").expect("as many");
        assert_eq!(&*entry, value.to_string().as_bytes());
    }
}

/// The count of a list's pieces is known last: it may need more than the byte that was left for it,
/// and strings that are compressed later have to be found all the same.
#[test]
fn lists_of_many_pieces() {
    for pieces in [1, 2, 63, 64, 65, 300] {
        let elements: Vec<Vec<u8>> = (0..pieces).map(|at| vec![at as u8; 9000]).collect();
        let rec = list_of(&elements);
        check(&rec, &LIMITS);
        let mut at_once = Writer::new(Strings::Compressed);
        at_once.number(pieces as u64);
        for element in &elements {
            at_once.number(NODE_PLAIN);
            at_once.string(element);
        }
        let mut later = Encoder::new(Strings::Later);
        later.value(&rec);
        let (bytes, asides) = later.take_pieces();
        let mut completed = Writer::new(Strings::Compressed);
        completed.complete(&bytes, &asides);
        assert_eq!(completed.out[1..], at_once.out, "{pieces}");
    }
}

#[test]
fn lengths_of_compressed_strings() {
    // Their own length takes one byte or two where the limit would take two or five.
    for len in [21, 70, 80, 16_387, 16_400, 70_000] {
        let text = vec![b'x'; len];
        let mut writer = Writer::new(Strings::Compressed);
        writer.byte(7);
        writer.string(&text);
        writer.byte(9);
        let mut reader = Reader::new(&writer.out);
        assert_eq!(reader.byte(), Ok(7));
        assert_eq!(reader.string().as_deref(), Ok(&text[..]));
        assert_eq!(reader.byte(), Ok(9));
        assert!(reader.is_at_end());
        let packed = writer.out.len();
        assert!(packed < 12 + len / 80, "{packed} of {len}");
    }
}

#[test]
fn backward_lengths_of_long_entries() {
    for len in [125, 126, 127, 128, 16_377, 16_378, 16_379, 2_097_140, 2_097_150] {
        let rec = list_of(&[vec![b'x'; len], b"after".to_vec()]);
        let mut pack = Builder::default();
        pack.clear();
        ListRef::new(&rec).iter().for_each(|element| pack.push(element));
        let bytes = pack.finish().to_vec();
        let mut entries = Entries::new(&bytes).expect("written");
        assert!(matches!(entries.next(), Ok(Some(entry)) if entry.len() == len), "{len}");
        assert!(matches!(entries.next(), Ok(Some(entry)) if *entry == *b"after"), "{len}");
    }
}

/// A ziplist of "a" and the integers of every code.
fn ziplist() -> Vec<u8> {
    let entries: [&[u8]; 9] = [
        &[1, b'a'],
        &[0xfe, 0x80],
        &[0xc0, 0x2c, 0x01],
        &[0xf0, 0, 0, 0x80],
        &[0xd0, 0, 0, 0, 0x80],
        &[0xe0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        &[0xf1],
        &[0xfd],
        &[0x80, 0, 0, 0, 2, b'b', b'c'],
    ];
    let (mut bytes, mut before, mut tail) = (vec![0; 10], 0, 10);
    for entry in entries {
        tail = bytes.len();
        bytes.push(before);
        bytes.extend_from_slice(entry);
        before = 1 + entry.len() as u8;
    }
    bytes.push(0xff);
    let total = (bytes.len() as u32).to_le_bytes();
    bytes[..4].copy_from_slice(&total);
    bytes[4..8].copy_from_slice(&(tail as u32).to_le_bytes());
    bytes[8..10].copy_from_slice(&9_u16.to_le_bytes());
    bytes
}

#[test]
fn ziplists() {
    let bytes = ziplist();
    let expected =
        ["a", "-128", "300", "-8388608", "-2147483648", "9223372036854775807", "0", "12", "bc"];
    assert_eq!(parts(&of_string(10, &bytes)), expected);
    let mut quicklist = vec![14, 2];
    for _ in 0..2 {
        quicklist.extend_from_slice(&of_string(0, &bytes)[1..]);
    }
    assert_eq!(parts(&quicklist), [expected, expected].concat());
    // Nine entries make no pairs.
    assert!(read(&of_string(13, &bytes), &LIMITS).is_err());
    for at in (0..10).chain([bytes.len() - 1]) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(read(&of_string(10, &damaged), &LIMITS).is_err(), "{at}");
    }
}

#[test]
fn zipmaps() {
    let bytes = b"\x02\x03foo\x03\x00bar\x05hello\x05\x02world--\xff";
    assert_eq!(parts(&of_string(9, bytes)), ["foo=bar", "hello=world"]);
    let unknown = b"\xfe\x03foo\x03\x00bar\xff";
    assert_eq!(parts(&of_string(9, unknown)), ["foo=bar"]);
    for bad in [
        &b"\xff"[..],
        b"\0\xff",
        b"\x02\x03foo\x03\0bar\xff",
        b"\x01\x03foo\x03\0ba\xff",
        b"\x01\x03foo\xff",
        b"\x01\xfe\x03\0\0\0foo\x03\0bar\xff",
        b"\x02\x01a\x01\0b\x01a\x01\0b\xff",
    ] {
        assert!(read(&of_string(9, bad), &LIMITS).is_err(), "{bad:?}");
    }
}

#[test]
fn old_forms_of_collections() {
    assert_eq!(parts(b"\x01\x02\x01b\xc0\x05"), ["b", "5"]);
    assert_eq!(parts(b"\x02\x02\x01b\x01a"), ["a", "b"]);
    assert_eq!(parts(b"\x04\x01\x01f\x01v"), ["f=v"]);
    let rec = read(b"\x03\x03\x01a\x031.5\x01b\xfe\x01c\xff", &LIMITS).expect("scores as text");
    let pairs: Vec<_> =
        ZsetRef::new(&rec).iter_all().map(|(member, score)| (member[0], score)).collect();
    assert_eq!(pairs, [(b'c', f64::NEG_INFINITY), (b'a', 1.5), (b'b', f64::INFINITY)]);
}

#[test]
fn refused() {
    let cases: [(&[u8], &str); 16] = [
        (b"", "nothing"),
        (b"\x06\x00", "a module"),
        (b"\x63\x00", "no kind"),
        (b"\x01\x00", "an empty list"),
        (b"\x02\x00", "an empty set"),
        (b"\x04\x00", "an empty hash"),
        (b"\x05\x00", "an empty sorted set"),
        (b"\x0e\x01\x0b\x0b\0\0\0\x0a\0\0\0\0\0\xff", "a list of empty ziplists"),
        (b"\x02\x02\x01a\x01a", "a member twice"),
        (b"\x04\x02\x01f\x01v\x01f\x01w", "a field twice"),
        (b"\x05\x02\x01a\0\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\0", "a member twice"),
        (b"\x05\x01\x01a\0\0\0\0\0\0\xf8\x7f", "not a number"),
        (b"\x03\x01\x01a\xfd", "not a number"),
        (b"\x00\x81\xff\xff\xff\xff\xff\xff\xff\xf7", "a huge length"),
        (b"\x00\xc3\x01\x80\xff\xff\xff\xff\x00", "a huge claim of LZF"),
        (b"\x12\x01\x03\x01a", "an unknown piece of a list"),
    ];
    for (bytes, what) in cases {
        assert!(read(bytes, &LIMITS).is_err(), "{what}");
    }
}

#[test]
fn claims_allocate_nothing() {
    for kind in [1, 2, 3, 4, 5, 14, 18] {
        let bytes = [kind, 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, b'a'];
        assert!(read(&bytes, &LIMITS).is_err());
    }
}
