//! Entries as the requests that make them: a base that is not an RDB file
//! (`aof-use-rdb-preamble no`).
//!
//! Collections are written some elements a request, so that none of them takes long to replay.

use crate::stream::{Handed, id_text};
use crate::text::double::push_double_shortest;
use engine::Rec;
use engine::hash::HashRef;
use engine::journal::{self, write_request};
use engine::list::ListRef;
use engine::set::SetRef;
use engine::stream::{self, Group, Id, Stream};
use engine::string::StringRef;
use engine::value::{Type, type_of};
use engine::zset::ZsetRef;

/// Elements of a collection that one request adds.
const ELEMENTS: usize = 64;

/// Appends the request that selects a database.
pub fn select(db: usize, out: &mut Vec<u8>) {
    journal::select(out, db as u32);
}

/// Appends the requests that make an entry with its expiry.
pub fn entry(rec: &Rec, out: &mut Vec<u8>) {
    let key = rec.key();
    match type_of(rec) {
        Type::String => {
            if let Some(text) = StringRef::of_rec(rec) {
                text.with(|text| write_request(out, [&b"SET"[..], key, text]));
            }
        }
        Type::List => {
            let elements: Vec<&[u8]> = ListRef::new(rec).iter().collect();
            several(out, b"RPUSH", key, &elements, 1);
        }
        Type::Set => {
            let members: Vec<_> = SetRef::new(rec).iter().collect();
            let members: Vec<&[u8]> = members.iter().map(|member| &**member).collect();
            several(out, b"SADD", key, &members, 1);
        }
        Type::Zset => {
            let members: Vec<_> = ZsetRef::new(rec).iter_all().collect();
            let scores: Vec<_> = members.iter().map(|(_, score)| score_text(*score)).collect();
            let pairs = scores.iter().zip(&members);
            let pairs: Vec<&[u8]> =
                pairs.flat_map(|(score, (member, _))| [&**score, *member]).collect();
            several(out, b"ZADD", key, &pairs, 2);
        }
        Type::Hash => hash(out, key, HashRef::new(rec, i64::MIN)),
        Type::Stream => stream_of(out, key, stream::of(rec)),
    }
    if let Some(at) = rec.expire_ms() {
        write_request(out, [&b"PEXPIREAT"[..], key, at.to_string().as_bytes()]);
    }
}

/// Requests of a verb and a key, each with some of the words, of which `step` belong together.
fn several(out: &mut Vec<u8>, verb: &[u8], key: &[u8], words: &[&[u8]], step: usize) {
    for some in words.chunks(ELEMENTS * step) {
        let all: Vec<&[u8]> = [verb, key].into_iter().chain(some.iter().copied()).collect();
        write_request(out, all);
    }
}

/// Digits that read back as the same number.
fn score_text(score: f64) -> Vec<u8> {
    let mut text = Vec::new();
    push_double_shortest(&mut text, score);
    text
}

fn hash(out: &mut Vec<u8>, key: &[u8], hash: HashRef<'_>) {
    let plain = hash.iter_timed().filter(|(.., at)| at.is_none());
    let plain: Vec<&[u8]> = plain.flat_map(|(field, value, _)| [field, value]).collect();
    several(out, b"HMSET", key, &plain, 2);
    for (field, value, at) in hash.iter_timed() {
        let Some(at) = at else { continue };
        let time = at.to_string();
        write_request(
            out,
            [&b"HSETEX"[..], key, b"PXAT", time.as_bytes(), b"FIELDS", b"1", field, value],
        );
    }
}

fn stream_of(out: &mut Vec<u8>, key: &[u8], stream: &Stream) {
    if stream.is_empty() {
        // What is trimmed at once leaves an empty stream.
        write_request(out, [&b"XADD"[..], key, b"MAXLEN", b"0", b"0-1", b"x", b"y"]);
    }
    for entry in stream.range(Id::MIN, Id::MAX) {
        let mut words: Vec<Vec<u8>> = Vec::new();
        for (name, value) in entry.pairs.read().1 {
            words.push(name.with(<[u8]>::to_vec));
            words.push(value.with(<[u8]>::to_vec));
        }
        let id = id_text(entry.id);
        let head = [&b"XADD"[..], key, &id];
        let all: Vec<&[u8]> = head.into_iter().chain(words.iter().map(Vec::as_slice)).collect();
        write_request(out, all);
    }
    let meta = &stream.meta;
    let (last, deleted) = (id_text(meta.last_id), id_text(meta.max_deleted_id));
    let added = meta.entries_added.to_string();
    write_request(
        out,
        [&b"XSETID"[..], key, &last, b"ENTRIESADDED", added.as_bytes(), b"MAXDELETEDID", &deleted],
    );
    for (name, group) in stream.groups().into_iter().flatten() {
        group_of(out, key, name, group);
    }
}

fn group_of(out: &mut Vec<u8>, key: &[u8], name: &[u8], group: &Group) {
    let (last, read) = (id_text(group.last_id), group.entries_read.to_string());
    write_request(
        out,
        [&b"XGROUP"[..], b"CREATE", key, name, &last, b"ENTRIESREAD", read.as_bytes()],
    );
    for consumer in group.consumers() {
        write_request(out, [&b"XGROUP"[..], b"CREATECONSUMER", key, name, &consumer.name]);
        for (id, ()) in consumer.pending().iter_from(Id::MIN) {
            let Some(pending) = group.pending().get(id) else { continue };
            Handed::of(group, id, pending).claim(key, name, |words| {
                write_request(out, words.iter().copied());
            });
        }
    }
}
