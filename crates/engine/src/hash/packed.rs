//! Small hash: `[count u16]` and then `[code][field][code][value]` for each field, in order of
//! insertion. Once a field of it may expire, the timed form:
//!
//! ```text
//! plain   [count u16] ([code][field][code][value])*
//! timed   [count u16][soonest i64] ([code][field][code][value][0] or [..][8][expiry i64])*
//! ```
//!
//! Example: {a: "1"} is `01 00  01 61  01 31`. Codes are those of `crate::packed`. A lookup is
//! one walk that compares lengths first; a set is that same walk and one splice. `soonest` is a
//! lower bound of the expiries, in Unix milliseconds, `i64::MAX` for none: setting one lowers
//! it, [`purge`] makes it exact. The record's `Sub::TIMED` says which form it is, so that a hash
//! without expiring fields has no byte more.

use crate::packed::{
    COUNT_BYTES, COUNT_OF_ONE, Code, Needle, count, entry_len, read_code, set_count,
};
use raw::Packed;

/// Bytes of the bound in the timed form.
const SOONEST_BYTES: usize = 8;
/// No field expires.
pub(super) const NEVER: i64 = i64::MAX;

/// A packed hash to read.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) timed: bool,
}

/// Where a field stands: the offsets of the pair, of its value's code, of the value, behind it,
/// and behind the pair.
#[derive(Clone, Copy)]
pub(super) struct Place {
    start: usize,
    code: usize,
    value: usize,
    value_end: usize,
    end: usize,
}

impl Place {
    pub(super) fn value(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.value..self.value_end]
    }

    /// When the field expires.
    #[inline]
    pub(super) fn expire_ms(self, bytes: &[u8]) -> Option<i64> {
        let time = bytes.get(self.value_end + 1..self.end)?;
        Some(i64::from_le_bytes(time.try_into().ok()?))
    }
}

impl<'a> Form<'a> {
    /// The place of `field`. One walk, comparing bytes only where the lengths agree.
    #[inline]
    pub(super) fn find(self, field: &[u8]) -> Option<Place> {
        let needle = Needle::of(field);
        let mut at = self.begin();
        while at < self.bytes.len() {
            let (field_at, place) = self.place(at);
            if needle.is(self.bytes, field_at, place.code) {
                return Some(place);
            }
            at = place.end;
        }
        None
    }

    /// The fields, in order.
    pub(super) fn fields(self) -> Fields<'a> {
        Fields { form: self, at: self.begin() }
    }

    /// A lower bound of the instants at which fields expire.
    #[inline]
    pub(super) fn soonest(self) -> i64 {
        match self.bytes.get(COUNT_BYTES..COUNT_BYTES + SOONEST_BYTES) {
            Some(time) if self.timed => i64::from_le_bytes(time.try_into().expect("8 bytes")),
            _ => NEVER,
        }
    }

    #[inline(always)]
    fn begin(self) -> usize {
        COUNT_BYTES + if self.timed { SOONEST_BYTES } else { 0 }
    }

    /// The offset of the field's name, and the places of what starts at `at`.
    #[inline(always)]
    fn place(self, at: usize) -> (usize, Place) {
        let (field_len, size) = read_code(self.bytes, at);
        let field_at = at + size;
        let code = field_at + field_len;
        let (value_len, size) = read_code(self.bytes, code);
        let value = code + size;
        let value_end = value + value_len;
        let end = value_end + if self.timed { 1 + self.bytes[value_end] as usize } else { 0 };
        (field_at, Place { start: at, code, value, value_end, end })
    }
}

/// What follows a value in the timed form.
struct Time {
    bytes: [u8; 9],
    len: usize,
}

impl Time {
    fn of(expire_ms: Option<i64>, timed: bool) -> Self {
        let mut time = Self { bytes: [0; 9], len: usize::from(timed) };
        if let Some(at) = expire_ms {
            debug_assert!(timed);
            time.bytes[0] = 8;
            time.bytes[1..].copy_from_slice(&at.to_le_bytes());
            time.len = 9;
        }
        time
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Adds a field that is absent.
#[inline]
pub(super) fn push(packed: &mut Packed, field: &[u8], value: &[u8]) {
    append(packed, field, value, &[]);
}

/// The same in the timed form.
pub(super) fn push_timed(packed: &mut Packed, field: &[u8], value: &[u8], expire: Option<i64>) {
    append(packed, field, value, Time::of(expire, true).as_slice());
    lower(packed, expire);
}

#[inline(always)]
fn append(packed: &mut Packed, field: &[u8], value: &[u8], time: &[u8]) {
    let (field_code, value_code) = (Code::of(field.len()), Code::of(value.len()));
    let len = packed.len();
    let head = if len == 0 { COUNT_OF_ONE } else { &[] };
    let parts = [head, field_code.as_slice(), field, value_code.as_slice(), value, time];
    packed.splice_parts(len, 0, parts);
    if len != 0 {
        set_count(packed, count(packed.as_slice()) + 1);
    }
}

/// Replaces the value at `place`, in either form; the field's expiry stays.
#[inline]
pub(super) fn replace(packed: &mut Packed, place: Place, value: &[u8]) {
    if value.len() == place.value_end - place.value {
        packed.as_mut_slice()[place.value..place.value_end].copy_from_slice(value);
        return;
    }
    let code = Code::of(value.len());
    packed.splice_parts(place.code, place.value_end - place.code, [code.as_slice(), value]);
}

/// Replaces the expiry of the field at `place`, in the timed form.
pub(super) fn retime(packed: &mut Packed, place: Place, expire: Option<i64>) {
    let time = Time::of(expire, true);
    packed.splice(place.value_end, place.end - place.value_end, time.as_slice());
    lower(packed, expire);
}

fn lower(packed: &mut Packed, expire: Option<i64>) {
    let soonest = Form { bytes: packed.as_slice(), timed: true }.soonest();
    if let Some(at) = expire
        && at < soonest
    {
        packed.as_mut_slice()[COUNT_BYTES..][..SOONEST_BYTES].copy_from_slice(&at.to_le_bytes());
    }
}

/// Takes out the field at `place`.
pub(super) fn remove(packed: &mut Packed, place: Place) {
    packed.splice(place.start, place.end - place.start, &[]);
    set_count(packed, count(packed.as_slice()) - 1);
}

/// The same fields in the timed form.
pub(super) fn to_timed(plain: &Packed) -> Packed {
    write(Form { bytes: plain.as_slice(), timed: false }.fields(), true)
}

/// The fields of the timed form that are there at `now`; in the plain form, as the flag says, if
/// none of them expires.
/// The fields whose time has come.
pub(super) fn due(packed: &Packed, now: i64) -> impl Iterator<Item = &[u8]> {
    let fields = Form { bytes: packed.as_slice(), timed: true }.fields();
    fields.filter(move |(.., at)| at.is_some_and(|at| at <= now)).map(|(field, ..)| field)
}

pub(super) fn purge(packed: &Packed, now: i64) -> (Packed, bool) {
    let fields = Form { bytes: packed.as_slice(), timed: true }.fields();
    let alive = fields.filter(|(.., expire)| expire.is_none_or(|at| at > now));
    let timed = alive.clone().any(|(.., expire)| expire.is_some());
    (write(alive, timed), timed)
}

fn write<'a>(
    fields: impl Iterator<Item = (&'a [u8], &'a [u8], Option<i64>)>,
    timed: bool,
) -> Packed {
    let (mut count, mut soonest) = (0_u16, NEVER);
    let mut bytes = vec![0; COUNT_BYTES + if timed { SOONEST_BYTES } else { 0 }];
    for (field, value, expire) in fields {
        bytes.extend_from_slice(Code::of(field.len()).as_slice());
        bytes.extend_from_slice(field);
        bytes.extend_from_slice(Code::of(value.len()).as_slice());
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(Time::of(expire, timed).as_slice());
        soonest = soonest.min(expire.unwrap_or(NEVER));
        count += 1;
    }
    bytes[..COUNT_BYTES].copy_from_slice(&count.to_le_bytes());
    if timed {
        bytes[COUNT_BYTES..][..SOONEST_BYTES].copy_from_slice(&soonest.to_le_bytes());
    }
    Packed::from_slice(&bytes)
}

/// The length of the collection once `field`, which is at `place` or absent, has `value`. Room
/// for expiries is not counted: there are at most a few KiB of them.
#[inline]
pub(super) fn len_with(packed: &Packed, place: Option<Place>, field: &[u8], value: &[u8]) -> usize {
    let rest = match place {
        Some(place) => packed.len() - (place.value_end - place.code),
        None => packed.len().max(COUNT_BYTES) + entry_len(field.len()),
    };
    rest + entry_len(value.len())
}

/// The fields with their values and expiries, in order.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    form: Form<'a>,
    at: usize,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8], Option<i64>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.form.bytes;
        if self.at >= bytes.len() {
            return None;
        }
        let (field_at, place) = self.form.place(self.at);
        self.at = place.end;
        Some((&bytes[field_at..place.code], place.value(bytes), place.expire_ms(bytes)))
    }
}
