//! Small set of byte strings: `[count u16]` and then `[code][member]` for each, in order of
//! insertion.
//!
//! Example: {"a", "bc"} is `02 00  01 61  02 62 63`. Codes are those of `crate::packed`.

use crate::packed::{
    COUNT_BYTES, COUNT_OF_ONE, Code, Needle, count, entry_at, entry_len, read_code, set_count,
};
use raw::Packed;

/// The offsets of a member's entry and of its end.
#[inline]
pub(super) fn find(bytes: &[u8], member: &[u8]) -> Option<(usize, usize)> {
    let needle = Needle::of(member);
    let mut at = COUNT_BYTES;
    while at < bytes.len() {
        let (len, size) = read_code(bytes, at);
        let end = at + size + len;
        if needle.is(bytes, at + size, end) {
            return Some((at, end));
        }
        at = end;
    }
    None
}

/// The member at `index`, which exists, and the offset of its entry.
pub(super) fn nth(bytes: &[u8], index: usize) -> (&[u8], usize) {
    let skip = |at, _| {
        let (len, size) = read_code(bytes, at);
        at + size + len
    };
    let at = (0..index).fold(COUNT_BYTES, skip);
    (entry_at(bytes, at).0, at)
}

/// Adds a member that is absent.
#[inline]
pub(super) fn push(packed: &mut Packed, member: &[u8]) {
    let code = Code::of(member.len());
    let len = packed.len();
    let head = if len == 0 { COUNT_OF_ONE } else { &[] };
    packed.splice_parts(len, 0, [head, code.as_slice(), member]);
    if len != 0 {
        set_count(packed, count(packed.as_slice()) + 1);
    }
}

/// Takes out the entry at (start, end).
pub(super) fn remove(packed: &mut Packed, (start, end): (usize, usize)) {
    packed.splice(start, end - start, &[]);
    set_count(packed, count(packed.as_slice()) - 1);
}

/// The length of the set once `member` is added.
pub(super) fn len_with(packed: &Packed, member: &[u8]) -> usize {
    packed.len().max(COUNT_BYTES) + entry_len(member.len())
}
