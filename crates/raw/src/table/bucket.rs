//! One cache line: eight tagged pointers and what a lookup or sweep must know without following
//! them.
//!
//! ```text
//! 0      8               56        60       61        62           63
//! [tags ][8 pointers x 6][!tick u32][kept u8][free u8][occupied u8][outbound u8]
//! ```
//!
//! Invariant: a slot's tag is non-zero exactly when its bit in `occupied` is set. The tick is
//! stored inverted, so that zeroed memory is an empty bucket. A bit of `kept` belongs to the entry
//! in its slot and is zero without one. A saturated `outbound` (255) stays.

use std::ptr::NonNull;

use crate::mem::prefetch;

const POINTERS_AT: usize = 8;
const TICK_AT: usize = 56;
const KEPT_AT: usize = 60;
const OCCUPIED_AT: usize = 62;
const OUTBOUND_AT: usize = 63;

/// Slots a bucket has.
pub(super) const SLOTS: usize = 8;

#[repr(C, align(64))]
pub(super) struct Bucket([u8; 64]);

const _: () = assert!(size_of::<Bucket>() == 64);

impl Bucket {
    /// A bit for each slot with this tag (which is not 0).
    #[inline(always)]
    pub(super) fn matches(&self, tag: u8) -> u32 {
        match_tags(self.word(0), tag)
    }

    /// The pointer in an occupied slot.
    #[inline(always)]
    pub(super) fn pointer(&self, slot: usize) -> NonNull<u8> {
        debug_assert!(self.occupied() >> slot & 1 == 1);
        let pointer = std::ptr::with_exposed_provenance_mut(self.address(slot) as usize);
        NonNull::new(pointer).expect("an occupied slot has a pointer")
    }

    /// Puts an entry into a free slot.
    #[inline(always)]
    pub(super) fn fill(&mut self, slot: usize, tag: u8, raw: NonNull<u8>) {
        let slot = slot & 7;
        let address = (raw.as_ptr().expose_provenance() as u64).to_le_bytes();
        let at = POINTERS_AT + 6 * slot;
        self.0[at..at + 6].copy_from_slice(&address[..6]);
        self.set_tag(slot, tag);
        self.0[OCCUPIED_AT] |= 1 << slot;
    }

    /// Puts an entry back into the slot it was taken from; cheaper than `fill` when it has not
    /// moved.
    #[inline(always)]
    pub(super) fn refill(&mut self, slot: usize, tag: u8, raw: NonNull<u8>) {
        let slot = slot & 7;
        if self.address(slot) == raw.as_ptr().expose_provenance() as u64 {
            self.set_tag(slot, tag);
            self.0[OCCUPIED_AT] |= 1 << slot;
        } else {
            self.fill(slot, tag, raw);
        }
    }

    /// Frees a slot and returns its tag. The pointer stays, unreachable.
    #[inline(always)]
    pub(super) fn take(&mut self, slot: usize) -> u8 {
        let slot = slot & 7;
        self.0[OCCUPIED_AT] &= !(1 << slot);
        let tag = self.0[slot];
        self.set_tag(slot, 0);
        tag
    }

    /// Takes any entry out.
    pub(super) fn pop(&mut self) -> Option<NonNull<u8>> {
        let slot = self.slots().next()?;
        let raw = self.pointer(slot);
        self.take(slot);
        Some(raw)
    }

    /// A free slot.
    #[inline(always)]
    pub(super) fn vacancy(&self) -> Option<usize> {
        let slot = self.occupied().trailing_ones() as usize;
        (slot < SLOTS).then_some(slot)
    }

    /// A bit for each slot in use.
    #[inline(always)]
    pub(super) fn occupied(&self) -> u8 {
        self.0[OCCUPIED_AT]
    }

    /// The slots in use.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> + use<> {
        let occupied = self.occupied();
        (0..SLOTS).filter(move |slot| occupied >> slot & 1 == 1)
    }

    /// Asks the processor for all entries.
    #[inline]
    pub(super) fn prefetch_entries(&self) {
        for slot in self.slots() {
            // Of entries of up to 48 bytes, whatever line they begin in.
            let entry = self.pointer(slot).as_ptr();
            prefetch(entry);
            prefetch(entry.wrapping_add(40));
        }
    }

    /// Whether a slot's entry is marked.
    #[inline]
    pub(super) fn is_kept(&self, slot: usize) -> bool {
        self.0[KEPT_AT] >> (slot & 7) & 1 == 1
    }

    /// Marks a slot's entry.
    #[inline]
    pub(super) fn keep(&mut self, slot: usize) {
        self.0[KEPT_AT] |= 1 << (slot & 7);
    }

    /// Takes the mark of a slot's entry away.
    #[inline]
    pub(super) fn unkeep(&mut self, slot: usize) {
        self.0[KEPT_AT] &= !(1 << (slot & 7));
    }

    /// How many entries had to go past this bucket; 255 means "many, for ever".
    #[inline(always)]
    pub(super) fn outbound(&self) -> u8 {
        self.0[OUTBOUND_AT]
    }

    /// Takes over the count of another bucket.
    pub(super) fn set_outbound(&mut self, count: u8) {
        self.0[OUTBOUND_AT] = count;
    }

    /// The tag of a slot; 0 when it is free.
    pub(super) fn tag(&self, slot: usize) -> u8 {
        self.0[slot & 7]
    }

    #[inline]
    pub(super) fn raise_outbound(&mut self) {
        self.0[OUTBOUND_AT] = self.0[OUTBOUND_AT].saturating_add(1);
    }

    #[inline]
    pub(super) fn lower_outbound(&mut self) {
        let count = self.0[OUTBOUND_AT];
        if count != u8::MAX {
            self.0[OUTBOUND_AT] = count.saturating_sub(1);
        }
    }

    /// Lower bound of the entries' expiry ticks.
    #[inline(always)]
    pub(super) fn tick(&self) -> u32 {
        let bytes = self.0[TICK_AT..TICK_AT + 4].try_into().expect("four bytes");
        !u32::from_le_bytes(bytes)
    }

    #[inline]
    pub(super) fn set_tick(&mut self, tick: u32) {
        self.0[TICK_AT..TICK_AT + 4].copy_from_slice(&(!tick).to_le_bytes());
    }

    #[inline(always)]
    pub(super) fn lower_tick(&mut self, tick: u32) {
        if tick < self.tick() {
            self.set_tick(tick);
        }
    }

    /// Writes all eight tags at once: a lookup soon after loads them as one word, and would wait
    /// for a lone byte.
    #[inline(always)]
    fn set_tag(&mut self, slot: usize, tag: u8) {
        let tags = self.word(0) & !(0xff << (8 * slot)) | u64::from(tag) << (8 * slot);
        self.0[..8].copy_from_slice(&tags.to_le_bytes());
    }

    #[inline(always)]
    fn address(&self, slot: usize) -> u64 {
        self.word(POINTERS_AT + 6 * (slot & 7)) & 0xffff_ffff_ffff
    }

    #[inline(always)]
    fn word(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.0[at..at + 8].try_into().expect("eight bytes"))
    }
}

/// A bit for each of the eight tags that equals `tag`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn match_tags(tags: u64, tag: u8) -> u32 {
    // SAFETY: SSE2 is part of x86_64.
    unsafe { match_tags_sse2(tags, tag) }
}

/// `match_tags` in four vector instructions.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn match_tags_sse2(tags: u64, tag: u8) -> u32 {
    use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_cvtsi64_si128, _mm_movemask_epi8, _mm_set1_epi8};
    let equal = _mm_cmpeq_epi8(_mm_cvtsi64_si128(tags as i64), _mm_set1_epi8(tag as i8));
    _mm_movemask_epi8(equal) as u32 & 0xff
}

/// A bit for each of the eight tags that equals `tag`.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn match_tags(tags: u64, tag: u8) -> u32 {
    match_tags_swar(tags, tag)
}

/// `match_tags` on a plain word: finds the zero bytes of `tags ^ tag..tag` and gathers their bits.
#[cfg_attr(target_arch = "x86_64", cfg(test))]
fn match_tags_swar(tags: u64, tag: u8) -> u32 {
    const LOW7: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let differ = tags ^ (u64::from(tag) * 0x0101_0101_0101_0101);
    let zero = !(((differ & LOW7) + LOW7) | differ | LOW7);
    ((zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

#[cfg(test)]
mod tests;
