//! Strings: a view of the three layouts, and the changes in place.

use crate::WrongType;
use crate::event::Event;
use crate::keys::{Create, Expiry, Keys};
use crate::value::{self, IntText, Rec, Type};
use raw::{Blob, EntryRef, Payload, View, ViewMut};

/// A string value.
#[derive(Clone, Copy)]
pub enum StringRef<'a> {
    /// Bytes inside the record.
    Text(&'a [u8]),
    /// A number that reads as its decimal text.
    Int(i64),
    /// Bytes of their own, which replies may share.
    Blob(&'a Blob),
}

impl<'a> StringRef<'a> {
    /// The string in a record that holds one.
    ///
    /// # Errors
    /// The record holds a collection.
    #[inline]
    pub fn of(entry: EntryRef<'a, Rec>) -> Result<Self, WrongType> {
        match entry.view() {
            View::Text(text) => Ok(Self::Text(text)),
            View::Int(number) => Ok(Self::Int(number)),
            View::Blob(blob) => Ok(Self::Blob(blob)),
            View::Packed(_) | View::Boxed(_) => Err(WrongType),
        }
    }

    /// The same, of a record that somebody else found.
    pub fn of_rec(rec: &'a Rec) -> Option<Self> {
        match rec.view() {
            View::Text(text) => Some(Self::Text(text)),
            View::Int(number) => Some(Self::Int(number)),
            View::Blob(blob) => Some(Self::Blob(blob)),
            View::Packed(_) | View::Boxed(_) => None,
        }
    }

    /// Length in bytes of the text.
    pub fn len(self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Int(number) => IntText::new(number).len(),
            Self::Blob(blob) => blob.len(),
        }
    }

    /// Whether the text is empty.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Runs `read` on the bytes of the text; a number is formatted without an allocation.
    #[inline]
    pub fn with<R>(self, read: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Self::Text(text) => read(text),
            Self::Int(number) => read(&IntText::new(number)),
            Self::Blob(blob) => read(blob.as_slice()),
        }
    }

    /// A copy of the text.
    pub fn to_vec(self) -> Vec<u8> {
        self.with(<[u8]>::to_vec)
    }

    /// The integer that the text is, in canonical form.
    pub fn as_int(self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(number),
            other => other.with(value::parse_int),
        }
    }
}

/// A record with a string under `key`, kept as SET keeps it: a decimal integer as a number.
pub fn record(key: &[u8], text: &[u8]) -> Rec {
    match value::parse_int(text) {
        Some(number) => Rec::with_payload(key, Payload::Int(number), 0, None),
        None => Rec::text(key, text, None),
    }
}

/// Why an increment was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IncrError {
    /// The key holds another type.
    WrongType,
    /// The value is no integer.
    NotInteger,
    /// The result would leave 64 bits.
    Overflow,
}

impl Keys<'_> {
    /// The string under a key, touched and counted.
    ///
    /// # Errors
    /// The key holds another type.
    #[inline]
    pub fn string(&mut self, key: &[u8]) -> Result<Option<StringRef<'_>>, WrongType> {
        self.read(key).map(StringRef::of).transpose()
    }

    /// Appends to the string under a key (empty when absent); the new length.
    ///
    /// # Errors
    /// The key holds another type.
    pub fn append(&mut self, key: &[u8], bytes: &[u8]) -> Result<usize, WrongType> {
        if self.peek(key).is_none() {
            self.set_string(key, bytes, Expiry::Never, Event::APPEND);
            return Ok(bytes.len());
        }
        let len = self.update(key, Type::String, Event::APPEND, None, |rec, _| {
            if !rec.append_text(bytes) {
                let mut text = number_text(rec);
                text.extend_from_slice(bytes);
                rec.set_payload(Payload::Blob(Blob::new(&text)), 0);
            }
            keep_raw(rec);
            (value_len(rec), 1)
        })?;
        Ok(len.unwrap_or(bytes.len()))
    }

    /// Overwrites the string under a key from `offset` on, zeros before it where it was shorter;
    /// the new length. `bytes` is not empty, the caller has checked the size limit.
    ///
    /// # Errors
    /// The key holds another type.
    pub fn set_range(
        &mut self,
        key: &[u8],
        offset: usize,
        bytes: &[u8],
        event: Event,
    ) -> Result<usize, WrongType> {
        if self.peek(key).is_none() {
            let mut blob = Blob::new(b"");
            blob.set_range(offset, bytes);
            let len = blob.len();
            self.put_as(key, Rec::with_payload(key, Payload::Blob(blob), 0, None), event);
            return Ok(len);
        }
        let len = self.update(key, Type::String, event, None, |rec, _| {
            if !matches!(rec.view(), View::Blob(_)) {
                let text = number_text(rec);
                rec.set_payload(Payload::Blob(Blob::new(&text)), 0);
            }
            if let ViewMut::Blob(blob) = rec.view_mut() {
                blob.set_range(offset, bytes);
            }
            (value_len(rec), 1)
        })?;
        Ok(len.unwrap_or(0))
    }
}

impl Keys<'_> {
    /// Puts bytes under a key, whatever was there, without an expiry; they stay as they are.
    pub fn put_blob(&mut self, key: &[u8], blob: Blob, event: Event) {
        self.put_as(key, Rec::with_payload(key, Payload::Blob(blob), 0, None), event);
    }

    /// Runs `change` on the bytes of the string under a key (none when it is new), which have an
    /// allocation of their own from then on; it returns its result and how many changes it made.
    /// `None` when the key is absent and not to be created. The bytes move only when another
    /// handle shares them or they grow.
    ///
    /// # Errors
    /// The key holds another type.
    pub fn edit_string<R>(
        &mut self,
        key: &[u8],
        create: Create,
        event: Event,
        change: impl FnOnce(&mut Blob) -> (R, u64),
    ) -> Result<Option<R>, WrongType> {
        let make: Option<fn(&[u8]) -> Rec> = match create {
            Create::No => None,
            Create::IfAbsent => Some(empty),
        };
        self.update(key, Type::String, event, make, |rec, _| {
            if !matches!(rec.view(), View::Blob(_)) {
                let text = number_text(rec);
                rec.set_payload(Payload::Blob(Blob::new(&text)), 0);
            }
            let ViewMut::Blob(blob) = rec.view_mut() else { value::wrong_type() };
            change(blob)
        })
    }
}

/// A string without bytes.
fn empty(key: &[u8]) -> Rec {
    Rec::with_payload(key, Payload::Blob(Blob::new(b"")), 0, None)
}

/// Short text that was edited in place moves into a blob: `OBJECT ENCODING` tells it from text
/// that was set as a whole, and it is likely to be edited again.
fn keep_raw(rec: &mut Rec) {
    if let View::Text(text) = rec.view()
        && text.len() <= value::EMBSTR_MAX
    {
        let blob = Blob::new(text);
        rec.set_payload(Payload::Blob(blob), 0);
    }
}

fn number_text(rec: &Rec) -> Vec<u8> {
    match rec.view() {
        View::Text(text) => text.to_vec(),
        View::Int(number) => IntText::new(number).to_vec(),
        View::Blob(blob) => blob.as_slice().to_vec(),
        View::Packed(_) | View::Boxed(_) => Vec::new(),
    }
}

fn value_len(rec: &Rec) -> usize {
    match rec.view() {
        View::Text(text) => text.len(),
        View::Int(number) => IntText::new(number).len(),
        View::Blob(blob) => blob.len(),
        View::Packed(_) | View::Boxed(_) => 0,
    }
}
