//! Values to objects that Redis 7.0 reads.
//!
//! The kind follows what OBJECT ENCODING reports, so that the reader ends up with the same:
//! listpacks and intsets for what is compact, plain runs of strings for the rest. Lists are always
//! pieces of listpacks; an element of more than a piece's bytes is a piece of its own.

use super::listpack::Builder;
use super::write::{Aside, Writer};
use super::{
    Kind, NO_EXPIRY, NODE_PACKED, NODE_PLAIN, VERSION_REDIS_MAX, VERSION_REDIS_TIMED,
    VERSION_VALKEY, VERSION_WRITTEN, intset, stream,
};
use engine::hash::HashRef;
use engine::list::ListRef;
use engine::set::SetRef;
use engine::string::StringRef;
use engine::value::{Type, encoding_of, parse_int, type_of};
use engine::zset::ZsetRef;
use engine::{Rec, View};

pub use super::write::Strings;

/// What is written of how an entry was used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Usage {
    /// Nothing.
    None,
    /// For how long it was not, by the clock of its record (seconds, 24 bits).
    Idle {
        /// The clock now.
        clock: u32,
    },
    /// How often, as its record has it.
    Frequency,
}

/// How entries are written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether long strings are compressed.
    pub strings: Strings,
    /// What is written of their use.
    pub usage: Usage,
    /// The newest version that is wanted: what it lacks is written as Valkey 9 does.
    pub version: u16,
}

/// Bytes from which on a piece of a list is full.
const NODE_BYTES: usize = 8 * 1024;

/// Writes objects one after another; keeps its buffers.
#[derive(Debug)]
pub struct Encoder {
    writer: Writer,
    pack: Builder,
    /// Whether the key follows the kind.
    named: bool,
    version: u16,
}

impl Encoder {
    /// An encoder with an empty output.
    pub fn new(strings: Strings) -> Self {
        let (writer, pack) = (Writer::new(strings), Builder::default());
        Self { writer, pack, named: false, version: VERSION_WRITTEN }
    }

    /// Forgets what was written, for objects whose strings are to be written so. Of the memory for
    /// them, `spare` bytes are kept.
    pub(crate) fn restart(&mut self, strings: Strings, spare: usize) {
        self.writer.restart(strings, spare);
        self.pack.restart(spare);
    }

    /// Bytes written so far.
    pub(crate) fn len(&self) -> usize {
        self.writer.out.len()
    }

    /// What was written, which is forgotten here, with the strings that were set aside.
    pub(crate) fn take_pieces(&mut self) -> (Vec<u8>, Vec<Aside>) {
        self.writer.take()
    }

    /// The bytes written so far, to be appended to.
    pub(crate) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.writer.out
    }

    /// Appends an entry as it stands in a file: expiry, use, kind, key, object; the version that a
    /// reader has to know. O(n).
    pub fn entry(&mut self, rec: &Rec, style: &Style) -> u16 {
        if let Some(at) = rec.expire_ms() {
            self.writer.byte(super::OPCODE_EXPIRE_MS);
            self.writer.out.extend_from_slice(&at.to_le_bytes());
        }
        match style.usage {
            Usage::None => {}
            Usage::Idle { clock } => {
                self.writer.byte(super::OPCODE_IDLE);
                self.writer.number(u64::from(clock.wrapping_sub(rec.access()) & 0x00ff_ffff));
            }
            Usage::Frequency => {
                self.writer.out.extend([super::OPCODE_FREQUENCY, rec.access() as u8]);
            }
        }
        (self.named, self.version) = (true, style.version);
        let version = self.value(rec);
        self.named = false;
        version
    }

    /// What was written, which is forgotten here.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.writer.out)
    }

    /// Appends the kind and the object of a value; the version that a reader has to know. O(n).
    pub fn value(&mut self, rec: &Rec) -> u16 {
        match type_of(rec) {
            Type::String => self.text(rec),
            Type::List => self.list(rec),
            Type::Set => self.set(rec),
            Type::Hash => {
                // At the first of all instants nothing has expired: what the count says follows.
                let hash = HashRef::new(rec, i64::MIN);
                if hash.may_expire() && hash.iter_timed().any(|(.., expire)| expire.is_some()) {
                    return self.hash_timed(rec, hash);
                }
                self.hash(rec, hash);
            }
            Type::Zset => self.zset(rec),
            Type::Stream => {
                self.kind(Kind::Stream2, rec);
                stream::write(engine::stream::of(rec), &mut self.writer, &mut self.pack);
            }
        }
        VERSION_WRITTEN
    }

    fn kind(&mut self, kind: Kind, rec: &Rec) {
        self.writer.byte(kind as u8);
        if self.named {
            self.writer.string(rec.key());
        }
    }

    fn text(&mut self, rec: &Rec) {
        self.kind(Kind::String, rec);
        match StringRef::of_rec(rec) {
            Some(StringRef::Int(value)) => self.writer.int(value),
            Some(StringRef::Blob(blob)) => self.writer.blob(blob),
            Some(text) => text.with(|text| self.writer.string(text)),
            None => unreachable!("a record of type string holds one"),
        }
    }

    fn list(&mut self, rec: &Rec) {
        self.kind(Kind::Quicklist2, rec);
        // The number of pieces comes first and is known last.
        let hole = self.writer.leave_number();
        let mut nodes = 0;
        self.pack.clear();
        for element in ListRef::new(rec) {
            if self.pack.len() + element.len() > NODE_BYTES {
                if !self.pack.is_empty() {
                    self.close_node();
                    nodes += 1;
                }
                if element.len() > NODE_BYTES {
                    self.writer.number(NODE_PLAIN);
                    self.writer.string(element);
                    nodes += 1;
                    continue;
                }
            }
            self.pack.push(element);
        }
        if !self.pack.is_empty() {
            self.close_node();
            nodes += 1;
        }
        self.writer.fill(hole, nodes);
    }

    fn close_node(&mut self) {
        self.writer.number(NODE_PACKED);
        self.writer.string(self.pack.finish());
        self.pack.clear();
    }

    fn set(&mut self, rec: &Rec) {
        let set = SetRef::new(rec);
        if encoding_of(rec) == "intset" && set.is_intset() {
            self.kind(Kind::SetIntset, rec);
            let integers: Vec<i64> = set.iter().filter_map(|member| parse_int(&member)).collect();
            let mut bytes = Vec::new();
            intset::write(&integers, &mut bytes);
            return self.writer.string(&bytes);
        }
        self.kind(Kind::Set, rec);
        self.writer.number(set.len() as u64);
        set.iter().for_each(|member| self.writer.string(&member));
    }

    fn hash(&mut self, rec: &Rec, hash: HashRef<'_>) {
        if is_compact(rec) {
            self.kind(Kind::HashListpack, rec);
            self.pack.clear();
            for (field, value) in hash {
                self.pack.push(field);
                self.pack.push(value);
            }
            return self.writer.string(self.pack.finish());
        }
        self.kind(Kind::Hash, rec);
        self.writer.number(hash.len() as u64);
        for (field, value) in hash {
            self.writer.string(field);
            self.writer.string(value);
        }
    }

    /// A hash with fields that expire, as Redis 7.4 has it where that is wanted, else as Valkey 9.
    fn hash_timed(&mut self, rec: &Rec, hash: HashRef<'_>) -> u16 {
        if (VERSION_REDIS_TIMED..=VERSION_REDIS_MAX).contains(&self.version) {
            self.hash_after(rec, hash);
            return VERSION_REDIS_TIMED;
        }
        self.kind(Kind::HashTimed, rec);
        self.writer.number(hash.len() as u64);
        for (field, value, expire) in hash.iter_timed() {
            self.writer.string(field);
            self.writer.string(value);
            self.writer.out.extend_from_slice(&expire.unwrap_or(NO_EXPIRY).to_le_bytes());
        }
        VERSION_VALKEY
    }

    fn hash_after(&mut self, rec: &Rec, hash: HashRef<'_>) {
        self.kind(Kind::HashAfter, rec);
        let first = hash.iter_timed().filter_map(|(.., expire)| expire).min().unwrap_or(0);
        self.writer.out.extend_from_slice(&first.to_le_bytes());
        self.writer.number(hash.len() as u64);
        for (field, value, expire) in hash.iter_timed() {
            self.writer.number(expire.map_or(0, |at| at.saturating_sub(first) as u64 + 1));
            self.writer.string(field);
            self.writer.string(value);
        }
    }

    fn zset(&mut self, rec: &Rec) {
        let zset = ZsetRef::new(rec);
        if is_compact(rec) {
            self.kind(Kind::ZsetListpack, rec);
            self.pack.clear();
            for (member, score) in zset.iter_all() {
                self.pack.push(member);
                push_score(&mut self.pack, score);
            }
            return self.writer.string(self.pack.finish());
        }
        self.kind(Kind::Zset, rec);
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
