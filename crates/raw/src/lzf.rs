//! The compressing half of LZF: byte oriented, no entropy coding.
//!
//! ```text
//! 000nnnnn                    n + 1 bytes follow as they are (1 to 32)
//! lllooooo oooooooo           copy l + 2 bytes (3 to 8) from o + 1 bytes back
//! 111ooooo llllllll oooooooo  copy l + 9 bytes (9 to 264)
//! ```
//! Example: "aaaaaaaaaaaa" (twelve) is `00 61  e0 02 00`: one "a", then eleven from one back.
//!
//! A place is looked up by the three bytes that begin there; the last place with the same number
//! is the only one tried. Where nothing is found for long, steps grow. The last eight bytes
//! begin no copy, so that eight may be read at each place.
//!
//! Invariant: a copy starts at least one and at most [`OFFSET_MAX`] bytes back, inside of the
//! text. Measured beside the same in safe code, on listpacks and JSON: half the time.

const OFFSET_MAX: usize = 1 << 13;
const COPY_MIN: usize = 3;
const COPY_MAX: usize = 264;
const RUN_MAX: usize = 32;
/// Bytes that are read at a place.
const WORD: usize = 8;
/// What a step beyond its run may write: a copy's three bytes, and a word in place of a short run.
const SLACK: usize = 16;
const TABLE_BITS: u32 = 14;
/// Bytes without a copy after which steps grow by one.
const PATIENCE_BITS: u32 = 6;

/// Compresses texts; keeps the places of three-byte beginnings from call to call. Those of former
/// calls lie more than [`OFFSET_MAX`] below `base`, so that nothing has to be cleared.
#[derive(Default)]
pub struct Lzf {
    /// None before the first text; then 64 KiB.
    places: Option<Box<[u32; 1 << TABLE_BITS]>>,
    base: u32,
}

impl std::fmt::Debug for Lzf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lzf").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Lzf {
    /// Appends the compressed form of `text` to `out` if that is at most `limit` bytes; else `out`
    /// is as before. Whether it was appended. O(n); reserves at most a thirtieth more than `limit`
    /// or the text, whichever is less.
    pub fn compress(&mut self, text: &[u8], limit: usize, out: &mut Vec<u8>) -> bool {
        if text.len() > u32::MAX as usize / 4 {
            return false;
        }
        let limit = limit.min(text.len() + text.len() / RUN_MAX + 1);
        out.reserve(limit + limit / RUN_MAX + SLACK);
        let base = self.begin(text.len());
        let places = self.places.get_or_insert_with(empty);
        let written = match pack(text, base, places, limit, out) {
            Some(written) if written <= limit => written,
            _ => return false,
        };
        debug_assert!(out.capacity() - out.len() >= written, "no more than was reserved");
        // SAFETY: `pack` has written so many bytes behind the end, within the capacity.
        unsafe { out.set_len(out.len() + written) };
        true
    }

    /// Prepares for a text of `len` bytes; what stands for its beginning.
    fn begin(&mut self, len: usize) -> u32 {
        let step = (len + OFFSET_MAX + 1) as u32;
        let base = self.base.max(OFFSET_MAX as u32 + 1);
        if let Some(next) = base.checked_add(step) {
            self.base = next;
            return base;
        }
        self.places = None;
        self.base = OFFSET_MAX as u32 + 1 + step;
        OFFSET_MAX as u32 + 1
    }
}

fn empty() -> Box<[u32; 1 << TABLE_BITS]> {
    let places = vec![0; 1 << TABLE_BITS].into_boxed_slice();
    places.try_into().expect("as long as the array")
}

/// Writes the compressed form into what `out` has reserved behind its end: for `limit` bytes, a
/// part in [`RUN_MAX`] more, and [`SLACK`]. How many bytes it has; none once they pass the limit.
fn pack(
    text: &[u8],
    base: u32,
    places: &mut [u32; 1 << TABLE_BITS],
    limit: usize,
    out: &mut Vec<u8>,
) -> Option<usize> {
    let room = out.spare_capacity_mut();
    let mut into = Output { to: room.as_mut_ptr().cast(), written: 0, room: room.len(), limit };
    let (mut at, mut literal) = (0, 0);
    let stop = text.len().saturating_sub(WORD);
    while at < stop {
        // SAFETY: there are `WORD` bytes from each place before `stop` on.
        let word = unsafe { u32_at(text, at) };
        let here = base + at as u32;
        let back = (here - std::mem::replace(&mut places[slot_of(word)], here)) as usize;
        // SAFETY: the place before is not behind this one: `back` is at most `at`.
        if back > OFFSET_MAX.min(at) || (unsafe { u32_at(text, at - back) } ^ word) << 8 != 0 {
            at += 1 + ((at - literal) >> PATIENCE_BITS);
            continue;
        }
        // SAFETY: three bytes at either place are alike, and the first one is before the other.
        let len = unsafe { common(text, at - back, at) };
        if !into.has_room(at - literal) {
            return None;
        }
        // SAFETY: the run ends at a place with `WORD` bytes behind it; there is room.
        unsafe { into.push_run(text, literal, at - literal) };
        // SAFETY: `has_room` allows for a copy too.
        unsafe { into.push_copy(back, len) };
        at += len;
        literal = at;
        if at < stop {
            // The end of what was copied is likely to begin a copy later.
            // SAFETY: `at` is at least three, and `WORD` bytes are behind it.
            let word = unsafe { u64_at(text, at - 2) };
            places[slot_of(word as u32)] = base + at as u32 - 2;
            places[slot_of((word >> 8) as u32)] = base + at as u32 - 1;
        }
    }
    if !into.has_room(text.len() - literal) {
        return None;
    }
    // SAFETY: there is room.
    unsafe { into.push_runs(&text[literal..]) };
    Some(into.written)
}

/// The slot of the three bytes that four begin with.
#[inline(always)]
fn slot_of(four: u32) -> usize {
    ((four << 8).wrapping_mul(0x9E37_79B1) >> (u32::BITS - TABLE_BITS)) as usize
}

/// How many bytes from `from` and from `at` on are alike, at most [`COPY_MAX`].
///
/// The first ones are compared one by one: a processor that has seen such texts foretells the
/// length from its branches, and need not wait for it.
///
/// # Safety
/// - `from < at`, and `at + WORD` is inside of the text.
/// - The first [`COPY_MIN`] are alike.
#[inline(always)]
unsafe fn common(text: &[u8], from: usize, at: usize) -> usize {
    const ONE_BY_ONE: usize = 20;
    let most = COPY_MAX.min(text.len() - at);
    let mut len = COPY_MIN;
    if most >= ONE_BY_ONE {
        macro_rules! compare {
            ($($place:literal)*) => {$(
                // SAFETY: `$place` is below `most`.
                if unsafe { differ(text, from + $place, at + $place) } {
                    return $place;
                }
            )*};
        }
        compare!(3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
        len = ONE_BY_ONE;
        while len + WORD <= most {
            // SAFETY: there are `WORD` bytes before `most`.
            let ours = unsafe { u64_at(text, at + len) };
            // SAFETY: as above; `from` is before `at`.
            let differ = ours ^ unsafe { u64_at(text, from + len) };
            if differ != 0 {
                return len + differ.trailing_zeros() as usize / 8;
            }
            len += WORD;
        }
    }
    // SAFETY: below `most`.
    while len < most && !unsafe { differ(text, from + len, at + len) } {
        len += 1;
    }
    len
}

/// Whether the bytes at two places differ.
///
/// # Safety
/// - Both places are inside of the text.
#[inline(always)]
unsafe fn differ(text: &[u8], one: usize, other: usize) -> bool {
    debug_assert!(one < text.len() && other < text.len(), "inside of the text");
    // SAFETY: the caller's promise.
    let one = unsafe { text.get_unchecked(one) };
    // SAFETY: the caller's promise.
    *one != *unsafe { text.get_unchecked(other) }
}

/// The four bytes at a place, the first one lowest.
///
/// # Safety
/// - They are inside of the text.
#[inline(always)]
unsafe fn u32_at(text: &[u8], at: usize) -> u32 {
    debug_assert!(at + 4 <= text.len(), "inside of the text");
    let place = text.as_ptr().wrapping_add(at).cast::<[u8; 4]>();
    // SAFETY: the caller's promise.
    u32::from_le_bytes(unsafe { place.read() })
}

/// The eight bytes at a place, the first one lowest.
///
/// # Safety
/// - They are inside of the text.
#[inline(always)]
unsafe fn u64_at(text: &[u8], at: usize) -> u64 {
    debug_assert!(at + WORD <= text.len(), "inside of the text");
    let place = text.as_ptr().wrapping_add(at).cast::<[u8; WORD]>();
    // SAFETY: the caller's promise.
    u64::from_le_bytes(unsafe { place.read() })
}

/// Memory that is filled from its beginning on.
struct Output {
    to: *mut u8,
    written: usize,
    /// Bytes that may be written, more than `limit`.
    room: usize,
    limit: usize,
}

impl Output {
    /// Whether a run of so many bytes and a copy may follow: the limit allows for the run, and
    /// there is room for both.
    #[inline(always)]
    fn has_room(&self, run: usize) -> bool {
        let fits = self.written + run <= self.limit;
        debug_assert!(
            !fits || self.written + run + run / RUN_MAX + SLACK <= self.room,
            "what was reserved is enough for each run within the limit"
        );
        fits
    }

    /// Writes `len` bytes of the text from `from` on as they are, behind their lengths.
    ///
    /// # Safety
    /// - [`WORD`] bytes of the text are behind the run's last place or later.
    /// - `has_room` said that there is room for them.
    #[inline(always)]
    unsafe fn push_run(&mut self, text: &[u8], from: usize, len: usize) {
        if len == 0 {
            return;
        }
        if len > WORD {
            // SAFETY: the caller's promise.
            return unsafe { self.push_runs(&text[from..from + len]) };
        }
        // SAFETY: the run begins before a place with so many bytes, or at one.
        let word = unsafe { u64_at(text, from) };
        // SAFETY: there is room for a length and a word, of which the run counts.
        unsafe { self.put(0, len as u8 - 1) };
        // SAFETY: as above.
        unsafe { self.put(1, word.to_le()) };
        self.written += 1 + len;
    }

    /// The same for any run.
    ///
    /// # Safety
    /// - `has_room` said that there is room for it.
    #[inline(never)]
    unsafe fn push_runs(&mut self, run: &[u8]) {
        for piece in run.chunks(RUN_MAX) {
            debug_assert!(self.written + 1 + piece.len() <= self.room, "inside of the room");
            // SAFETY: the caller's promise.
            unsafe { self.put(0, piece.len() as u8 - 1) };
            let to = self.to.wrapping_add(self.written + 1);
            // SAFETY: as above; what is being written is nobody's yet.
            unsafe { std::ptr::copy_nonoverlapping(piece.as_ptr(), to, piece.len()) };
            self.written += 1 + piece.len();
        }
    }

    /// Writes a copy of `len` bytes from `back` before.
    ///
    /// # Safety
    /// - There is room for three bytes.
    #[inline(always)]
    unsafe fn push_copy(&mut self, back: usize, len: usize) {
        let (offset, short) = (back - 1, len < 9);
        let head = if short { len - 2 } else { 7 } << 5 | offset >> 8;
        // SAFETY: the caller's promise.
        unsafe { self.put(0, head as u8) };
        if !short {
            // SAFETY: the caller's promise.
            unsafe { self.put(1, (len - 9) as u8) };
            self.written += 1;
        }
        // SAFETY: the caller's promise.
        unsafe { self.put(1, offset as u8) };
        self.written += 2;
    }

    /// Writes `value` so many bytes behind what is written.
    ///
    /// # Safety
    /// - There is room for it.
    #[inline(always)]
    unsafe fn put<T>(&mut self, behind: usize, value: T) {
        debug_assert!(self.written + behind + size_of::<T>() <= self.room, "inside of the room");
        let to = self.to.wrapping_add(self.written + behind).cast::<T>();
        // SAFETY: the caller's promise.
        unsafe { to.write_unaligned(value) };
    }
}

#[cfg(test)]
mod tests;
