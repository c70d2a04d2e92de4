//! Values to objects that Redis 7.0 reads.
//!
//! The kind follows what OBJECT ENCODING reports, so that the reader ends up with the same:
//! listpacks and intsets for what is compact, plain runs of strings for the rest. Lists are always
//! pieces of listpacks; an element of more than a piece's bytes is a piece of its own.

use super::listpack::Builder;
use super::write::Writer;
use super::{
    Kind, NO_EXPIRY, NODE_PACKED, NODE_PLAIN, VERSION_VALKEY, VERSION_WRITTEN, intset, stream,
};
use engine::hash::HashRef;
use engine::list::ListRef;
use engine::set::SetRef;
use engine::string::StringRef;
use engine::value::{Type, encoding_of, parse_int, type_of};
use engine::zset::ZsetRef;
use engine::{Rec, View};

pub use super::write::Strings;

/// Bytes from which on a piece of a list is full.
const NODE_BYTES: usize = 8 * 1024;

/// Writes objects one after another; keeps its buffers.
#[derive(Debug)]
pub struct Encoder {
    writer: Writer,
    pack: Builder,
}

impl Encoder {
    /// An encoder with an empty output.
    pub fn new(strings: Strings) -> Self {
        Self { writer: Writer::new(strings), pack: Builder::default() }
    }

    /// What was written, which is forgotten here.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.writer.out)
    }

    /// Appends the kind and the object of a value; the version that a reader has to know. O(n).
    pub fn value(&mut self, rec: &Rec) -> u16 {
        match type_of(rec) {
            Type::String => self.text(rec),
            Type::List => self.list(ListRef::new(rec)),
            Type::Set => self.set(SetRef::new(rec), encoding_of(rec) == "intset"),
            Type::Hash => {
                // At the first of all instants nothing has expired: what the count says follows.
                let hash = HashRef::new(rec, i64::MIN);
                if hash.may_expire() && hash.iter_timed().any(|(.., expire)| expire.is_some()) {
                    self.hash_timed(hash);
                    return VERSION_VALKEY;
                }
                self.hash(hash, is_compact(rec));
            }
            Type::Zset => self.zset(ZsetRef::new(rec), is_compact(rec)),
            Type::Stream => {
                self.kind(Kind::Stream2);
                stream::write(engine::stream::of(rec), &mut self.writer, &mut self.pack);
            }
        }
        VERSION_WRITTEN
    }

    fn kind(&mut self, kind: Kind) {
        self.writer.byte(kind as u8);
    }

    fn text(&mut self, rec: &Rec) {
        self.kind(Kind::String);
        match StringRef::of_rec(rec) {
            Some(StringRef::Int(value)) => self.writer.int(value),
            Some(text) => text.with(|text| self.writer.string(text)),
            None => unreachable!("a record of type string holds one"),
        }
    }

    fn list(&mut self, list: ListRef<'_>) {
        self.kind(Kind::Quicklist2);
        // The number of pieces comes first and is known last: what follows is written aside.
        let before = std::mem::take(&mut self.writer.out);
        let mut nodes = 0;
        self.pack.clear();
        for element in list {
            if self.pack.len() + element.len() > NODE_BYTES && !self.pack.is_empty() {
                self.close_node();
                nodes += 1;
            }
            if element.len() > NODE_BYTES {
                self.writer.number(NODE_PLAIN);
                self.writer.string(element);
                nodes += 1;
            } else {
                self.pack.push(element);
            }
        }
        if !self.pack.is_empty() {
            self.close_node();
            nodes += 1;
        }
        let after = std::mem::replace(&mut self.writer.out, before);
        self.writer.number(nodes);
        self.writer.out.extend_from_slice(&after);
    }

    fn close_node(&mut self) {
        self.writer.number(NODE_PACKED);
        self.writer.string(self.pack.finish());
        self.pack.clear();
    }

    fn set(&mut self, set: SetRef<'_>, as_intset: bool) {
        if as_intset && set.is_intset() {
            self.kind(Kind::SetIntset);
            let integers: Vec<i64> = set.iter().filter_map(|member| parse_int(&member)).collect();
            let mut bytes = Vec::new();
            intset::write(&integers, &mut bytes);
            return self.writer.string(&bytes);
        }
        self.kind(Kind::Set);
        self.writer.number(set.len() as u64);
        set.iter().for_each(|member| self.writer.string(&member));
    }

    fn hash(&mut self, hash: HashRef<'_>, compact: bool) {
        if compact {
            self.kind(Kind::HashListpack);
            self.pack.clear();
            for (field, value) in hash {
                self.pack.push(field);
                self.pack.push(value);
            }
            return self.writer.string(self.pack.finish());
        }
        self.kind(Kind::Hash);
        self.writer.number(hash.len() as u64);
        for (field, value) in hash {
            self.writer.string(field);
            self.writer.string(value);
        }
    }

    fn hash_timed(&mut self, hash: HashRef<'_>) {
        self.kind(Kind::HashTimed);
        self.writer.number(hash.len() as u64);
        for (field, value, expire) in hash.iter_timed() {
            self.writer.string(field);
            self.writer.string(value);
            self.writer.out.extend_from_slice(&expire.unwrap_or(NO_EXPIRY).to_le_bytes());
        }
    }

    fn zset(&mut self, zset: ZsetRef<'_>, compact: bool) {
        if compact {
            self.kind(Kind::ZsetListpack);
            self.pack.clear();
            for (member, score) in zset.iter_all() {
                self.pack.push(member);
                push_score(&mut self.pack, score);
            }
            return self.writer.string(self.pack.finish());
        }
        self.kind(Kind::Zset);
        self.writer.number(zset.len() as u64);
        // From the top: the reader then always inserts at the front.
        for (member, score) in zset.iter_all().rev() {
            self.writer.string(member);
            self.writer.double(score);
        }
    }
}

/// Whether a hash or sorted set is written as a listpack: it is reported as one, and is small here.
fn is_compact(rec: &Rec) -> bool {
    encoding_of(rec) == "listpack" && matches!(rec.view(), View::Packed(_))
}

/// A score in a listpack: an integer, or the shortest text that reads back the same.
fn push_score(pack: &mut Builder, score: f64) {
    const WHOLE_MAX: f64 = (1_u64 << 53) as f64;
    const PLAIN: std::ops::Range<f64> = 1e-5..1e17;
    let negative_zero = score == 0.0 && score.is_sign_negative();
    if score.fract() == 0.0 && score.abs() <= WHOLE_MAX && !negative_zero {
        pack.push_int(score as i64);
    } else if PLAIN.contains(&score.abs()) || !score.is_finite() {
        pack.push(score.to_string().as_bytes());
    } else {
        pack.push(format!("{score:e}").as_bytes());
    }
}
