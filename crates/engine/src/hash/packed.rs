//! Small hash: `[count u16]` and then `[code][field][code][value]` for each field, in order of
//! insertion.
//!
//! Example: {a: "1"} is `01 00  01 61  01 31`. Codes are those of `crate::packed`. A lookup is
//! one walk that compares lengths first; a set is that same walk and one splice.

use crate::packed::{
    COUNT_BYTES, COUNT_OF_ONE, Code, Entries, Needle, count, entry_len, read_code, set_count,
};
use raw::Packed;

/// Where a field stands: the offsets of the pair, of its value's code, of the value, and behind
/// it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    start: usize,
    code: usize,
    value: usize,
    end: usize,
}

impl Place {
    pub(super) fn value(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.value..self.end]
    }
}

/// The place of `field`. One walk, comparing bytes only where the lengths agree.
#[inline]
pub(super) fn find(bytes: &[u8], field: &[u8]) -> Option<Place> {
    let needle = Needle::of(field);
    let mut at = COUNT_BYTES;
    while at < bytes.len() {
        let (field_len, size) = read_code(bytes, at);
        let field_at = at + size;
        let code = field_at + field_len;
        let (value_len, size) = read_code(bytes, code);
        let value = code + size;
        let end = value + value_len;
        if needle.is(bytes, field_at, code) {
            return Some(Place { start: at, code, value, end });
        }
        at = end;
    }
    None
}

/// Adds a field that is absent.
#[inline]
pub(super) fn push(packed: &mut Packed, field: &[u8], value: &[u8]) {
    let (field_code, value_code) = (Code::of(field.len()), Code::of(value.len()));
    let len = packed.len();
    let head = if len == 0 { COUNT_OF_ONE } else { &[] };
    let parts = [head, field_code.as_slice(), field, value_code.as_slice(), value];
    packed.splice_parts(len, 0, parts);
    if len != 0 {
        set_count(packed, count(packed.as_slice()) + 1);
    }
}

/// Replaces the value at `place`.
#[inline]
pub(super) fn replace(packed: &mut Packed, place: Place, value: &[u8]) {
    if value.len() == place.end - place.value {
        packed.as_mut_slice()[place.value..place.end].copy_from_slice(value);
        return;
    }
    let code = Code::of(value.len());
    packed.splice_parts(place.code, place.end - place.code, [code.as_slice(), value]);
}

/// Takes out the pair at `place`.
pub(super) fn remove(packed: &mut Packed, place: Place) {
    packed.splice(place.start, place.end - place.start, &[]);
    set_count(packed, count(packed.as_slice()) - 1);
}

/// The length of the collection once `field`, which is at `place` or absent, has `value`.
#[inline]
pub(super) fn len_with(packed: &Packed, place: Option<Place>, field: &[u8], value: &[u8]) -> usize {
    let rest = match place {
        Some(place) => packed.len() - (place.end - place.code),
        None => packed.len().max(COUNT_BYTES) + entry_len(field.len()),
    };
    rest + entry_len(value.len())
}

/// The pairs, in order.
#[derive(Clone)]
pub struct Pairs<'a>(Entries<'a>);

impl<'a> Pairs<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(Entries::of(bytes))
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a [u8], &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let field = self.0.next()?;
        Some((field, self.0.next()?))
    }
}
