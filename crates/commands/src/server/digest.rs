//! DEBUG DIGEST: a hash of content that does not depend on layout, table order or the process.
//!
//! What has an order is chained, what has none is added up; parts carry their lengths, so that
//! moving a byte from one to the next shows.

use crate::text::xxh3::xxh3_64;
use engine::Rec;
use engine::hash::HashRef;
use engine::list::ListRef;
use engine::set::SetRef;
use engine::stream::{self, Id};
use engine::string::StringRef;
use engine::value::{Type, type_of};
use engine::zset::ZsetRef;
use std::fmt;

/// Twenty bytes, printed as forty hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Digest([u64; 3]);

impl Digest {
    /// Of parts in their order.
    fn of(parts: &[&[u8]]) -> Self {
        let mut bytes = vec![0];
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        Self(std::array::from_fn(|lane| {
            bytes[0] = lane as u8;
            xxh3_64(&bytes)
        }))
    }

    /// Takes in one of several things whose order does not matter.
    pub(super) fn add(&mut self, other: Self) {
        for (lane, more) in self.0.iter_mut().zip(other.0) {
            *lane = lane.wrapping_add(more);
        }
    }

    fn bytes(self) -> Vec<u8> {
        self.0.iter().flat_map(|lane| lane.to_le_bytes()).collect()
    }

    /// Of a value, and whether it expires.
    pub(super) fn of_value(rec: &Rec, now: i64) -> Self {
        let kind = type_of(rec);
        let content = content_of(rec, kind, now);
        let expires: &[u8] = if rec.expire_ms().is_some() { b"expires" } else { b"" };
        Self::of(&[kind.name().as_bytes(), &content.bytes(), expires])
    }

    /// Of a key in a database, with its value.
    pub(super) fn of_key(db: usize, rec: &Rec, now: i64) -> Self {
        let db = (db as u64).to_le_bytes();
        Self::of(&[&db, rec.key(), &Self::of_value(rec, now).bytes()])
    }
}

fn content_of(rec: &Rec, kind: Type, now: i64) -> Digest {
    let mut sum = Digest::default();
    match kind {
        Type::String => {
            if let Some(text) = StringRef::of_rec(rec) {
                sum = text.with(|text| Digest::of(&[text]));
            }
        }
        Type::List => {
            for item in ListRef::new(rec) {
                sum = Digest::of(&[&sum.bytes(), item]);
            }
        }
        Type::Set => SetRef::new(rec).iter().for_each(|member| sum.add(Digest::of(&[&member]))),
        Type::Hash => {
            for (field, value, expire) in HashRef::new(rec, now).iter_timed() {
                let expires: &[u8] = if expire.is_some() { b"expires" } else { b"" };
                sum.add(Digest::of(&[field, value, expires]));
            }
        }
        Type::Zset => ZsetRef::new(rec).iter_all().for_each(|(member, score)| {
            // Adding zero makes the two zeros one.
            sum.add(Digest::of(&[member, &(score + 0.0).to_bits().to_le_bytes()]));
        }),
        Type::Stream => {
            for entry in stream::of(rec).range(Id::MIN, Id::MAX) {
                let id = [entry.id.ms.to_le_bytes(), entry.id.seq.to_le_bytes()];
                sum = Digest::of(&[&sum.bytes(), &id[0], &id[1]]);
                for (name, value) in entry.pairs.read().1 {
                    sum = name
                        .with(|name| value.with(|value| Digest::of(&[&sum.bytes(), name, value])));
                }
            }
        }
    }
    sum
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self.0;
        write!(f, "{a:016x}{b:016x}{:08x}", c as u32)
    }
}
