//! `Record<X>`: a key, its value and its metadata behind one pointer; the table's entry for every
//! kind of value.
//!
//! ```text
//! kind byte   bits 0-2 shape (0 text, 1 int, 2 blob, 3 packed, 4 boxed) | bit 3 has_ttl | bit 4
//! long lengths
//! short text  [kind][access u24][klen u8][vlen u8][ttl i64]?[key][value]
//! long text   [kind][access u24][klen u32][vlen u32][ttl i64]?[key][value]
//! word        [kind][access u24][klen u24][sub u8][word][ttl i64]?[klen u64 if long][key]
//!             word = i64 | Blob | Packed | Box<X>
//!
//! SET k v     00 | 00 00 00 | 01 | 01 | 6b | 76        8 bytes, class 8
//! ```
//!
//! Invariant: the lengths in the head decide the allocation's size class. A ttl slot that holds
//! `i64::MIN` means "none" (PERSIST keeps the slot). The access clock may be set through a shared
//! borrow, so a record is `Send` but not `Sync`. Own design; which values go inline is decided by
//! size class alone.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use crate::mem::{self, Fill, prefetch_lines, size_class};
use crate::relocate::{Mover, relocate_box};
use crate::table::{Entry, EntryRef, Slot, Table};
use crate::{Blob, Packed};

const SHAPE: u8 = 7;
const TEXT: u8 = 0;
const INT: u8 = 1;
const BLOB: u8 = 2;
const PACKED: u8 = 3;
const BOXED: u8 = 4;
const TTL: u8 = 8;
const LONG: u8 = 16;

const WORD_AT: usize = 8;
/// Key lengths from here on are stored in a field of their own.
const KLEN_ESCAPE: usize = 0x00ff_ffff;
/// No instant that anything expires at: all before the epoch have come long since.
const NO_EXPIRE: i64 = i64::MIN;

/// Values shorter than this are always inline.
const INLINE_BELOW: usize = 64;
/// Values from this length on are always blobs, so that replies can share them.
const BLOB_FROM: usize = 16 << 10;

/// A key with its value, expiry time and access clock. `X` is the engine's type for big
/// collections.
#[repr(transparent)]
pub struct Record<X>(NonNull<u8>, PhantomData<Box<X>>);

// SAFETY: the pointer owns bytes, and an `X` at most.
unsafe impl<X: Send> Send for Record<X> {}

/// A value that is not inline text, given to a record.
pub enum Payload<X> {
    /// A number that reads as decimal text.
    Int(i64),
    /// Shared text.
    Blob(Blob),
    /// A small collection.
    Packed(Packed),
    /// A big collection.
    Boxed(Box<X>),
}

/// A record's value, borrowed.
pub enum View<'a, X> {
    /// Inline text.
    Text(&'a [u8]),
    /// A number that reads as decimal text.
    Int(i64),
    /// Shared text.
    Blob(&'a Blob),
    /// A small collection.
    Packed(&'a Packed),
    /// A big collection.
    Boxed(&'a X),
}

/// A record's value, borrowed for change in place.
pub enum ViewMut<'a, X> {
    /// Inline text; its length is fixed (`set_text` and `append_text` change it).
    Text(&'a mut [u8]),
    /// A number that reads as decimal text.
    Int(&'a mut i64),
    /// Shared text.
    Blob(&'a mut Blob),
    /// A small collection.
    Packed(&'a mut Packed),
    /// A big collection.
    Boxed(&'a mut X),
}

impl<X> Record<X> {
    /// The longest key in bytes.
    pub const MAX_KEY_LEN: usize = u32::MAX as usize - 4096;

    /// A text value: inline or as a blob, whichever costs less by size class.
    pub fn text(key: &[u8], value: &[u8], expire_ms: Option<i64>) -> Record<X> {
        if inline_is_cheaper(key.len(), value.len(), expire_ms.is_some()) {
            return Record(build_text(key, &[value], expire_ms, 0), PhantomData);
        }
        Record::with_payload(key, Payload::Blob(Blob::new(value)), 0, expire_ms)
    }

    /// Any other value. `sub` is the caller's byte (logical type and layout).
    pub fn with_payload(
        key: &[u8],
        payload: Payload<X>,
        sub: u8,
        expire_ms: Option<i64>,
    ) -> Record<X> {
        let (shape, word) = payload.into_word();
        Record(build_word(shape, sub, word, key, expire_ms, 0), PhantomData)
    }

    /// The key. O(1).
    #[inline]
    pub fn key(&self) -> &[u8] {
        // SAFETY: the record is alive and borrowed.
        unsafe { Record::<X>::key_of_raw(self.0) }
    }

    /// The expiry time in ms since 1970, if any. O(1).
    #[inline]
    pub fn expire_ms(&self) -> Option<i64> {
        let head = self.head();
        if head.kind() & TTL == 0 {
            return None;
        }
        // SAFETY: the flag says that the slot is there.
        let ms = i64::from_le(unsafe { mem::get::<i64>(self.0, head.ttl_at()) });
        (ms != NO_EXPIRE).then_some(ms)
    }

    /// Sets or removes the expiry time. The record moves when it had no slot for one; removing
    /// keeps the slot.
    pub fn set_expire(&mut self, expire_ms: Option<i64>) {
        let head = self.head();
        if head.kind() & TTL != 0 {
            let ms = expire_ms.unwrap_or(NO_EXPIRE);
            // SAFETY: the flag says that the slot is there; the owner is borrowed exclusively.
            unsafe { mem::put(self.0, head.ttl_at(), ms.to_le()) };
        } else if expire_ms.is_some() {
            let new = match self.view() {
                View::Text(value) => build_text(self.key(), &[value], expire_ms, self.access()),
                _ => self.rebuild_word(self.key(), expire_ms),
            };
            self.replace_allocation(new);
        }
    }

    /// The access clock (24 bits). O(1).
    #[inline]
    pub fn access(&self) -> u32 {
        (self.head().0 >> 8) as u32 & 0x00ff_ffff
    }

    /// Sets the access clock; the upper 8 bits are cut. Needs no exclusive borrow: reads touch it.
    /// O(1).
    #[inline]
    pub fn set_access(&self, access: u32) {
        let word = (access << 8) | u32::from(self.head().kind());
        // SAFETY: a record is not `Sync` and no reference to its first four bytes is ever given
        // out.
        unsafe { mem::put(self.0, 0, word.to_le()) };
    }

    /// The caller's byte; 0 for inline text.
    #[inline]
    pub fn sub(&self) -> u8 {
        let head = self.head();
        if head.shape() == TEXT { 0 } else { (head.0 >> 56) as u8 }
    }

    /// Sets the caller's byte; ignored for inline text.
    #[inline]
    pub fn set_sub(&mut self, sub: u8) {
        if self.head().shape() != TEXT {
            // SAFETY: every record but text has the byte here; the owner is borrowed exclusively.
            unsafe { mem::put(self.0, 7, sub) };
        }
    }

    /// The value. O(1).
    #[inline]
    pub fn view(&self) -> View<'_, X> {
        // SAFETY: the record is borrowed as long as the view.
        unsafe { self.view_for() }
    }

    /// Asks the processor for the front of a value that does not lie in the record's first three
    /// cache lines: at most eight lines. Reads the record. Whether there is such a value.
    #[inline]
    pub fn prefetch_value(&self) -> bool {
        match self.head().shape() {
            TEXT => {
                let (at, len) = self.text_span();
                let line = |offset: usize| (self.0.addr().get() + offset) / 64;
                let behind = line(at + len).saturating_sub(line(128)).min(8);
                prefetch_lines(self.0.as_ptr().wrapping_add(192), behind);
                behind > 0
            }
            BLOB | PACKED => {
                // SAFETY: both shapes' words are the address of an allocation, copied, not owned.
                let text = unsafe { *self.word::<*const u8>().as_ref() };
                prefetch_lines(text, 4);
                true
            }
            INT => false,
            _ => true,
        }
    }

    /// The value for a lifetime of the caller's choice.
    ///
    /// # Safety
    /// - the record stays where it is, unchanged but for its access clock, during `'a`.
    #[inline(always)]
    unsafe fn view_for<'a>(&self) -> View<'a, X> {
        let head = self.head();
        match head.shape() {
            TEXT => {
                let (at, len) = self.text_span();
                // SAFETY: initialised bytes of a live record.
                View::Text(unsafe { mem::slice(self.0, at, len) })
            }
            // SAFETY: the shape says that the word is a number.
            INT => View::Int(unsafe { *self.word::<i64>().as_ref() }),
            // SAFETY: the shape says that the word is a blob, owned by this record.
            BLOB => View::Blob(unsafe { self.word::<Blob>().as_ref() }),
            // SAFETY: the same with a packed vector.
            PACKED => View::Packed(unsafe { self.word::<Packed>().as_ref() }),
            // SAFETY: the only other shape is a box.
            _ => View::Boxed(unsafe { self.boxed().as_ref() }),
        }
    }

    /// The value for change in place. O(1).
    #[inline]
    pub fn view_mut(&mut self) -> ViewMut<'_, X> {
        match self.head().shape() {
            TEXT => {
                let (at, len) = self.text_span();
                // SAFETY: initialised bytes of a live record whose owner is borrowed exclusively.
                ViewMut::Text(unsafe { mem::slice_mut(self.0, at, len) })
            }
            // SAFETY: the shape says that the word is a number; exclusively borrowed.
            INT => ViewMut::Int(unsafe { self.word::<i64>().as_mut() }),
            // SAFETY: the same with a blob.
            BLOB => ViewMut::Blob(unsafe { self.word::<Blob>().as_mut() }),
            // SAFETY: the same with a packed vector.
            PACKED => ViewMut::Packed(unsafe { self.word::<Packed>().as_mut() }),
            // SAFETY: the only other shape is a box, owned by this record.
            _ => ViewMut::Boxed(unsafe { self.boxed().as_mut() }),
        }
    }

    /// Replaces the value by text; key, expiry time and access clock stay. In place when the size
    /// class stays.
    pub fn set_text(&mut self, value: &[u8]) {
        let head = self.head();
        let (klen, has_ttl) = (self.key().len(), head.kind() & TTL != 0);
        if !inline_is_cheaper(klen, value.len(), has_ttl) {
            if let ViewMut::Blob(blob) = self.view_mut() {
                blob.assign(value);
                return self.set_sub(0);
            }
            return self.set_payload(Payload::Blob(Blob::new(value)), 0);
        }
        if head.shape() == TEXT && self.resize_text(value.len()) {
            let (at, len) = self.text_span();
            // SAFETY: the text was given this length inside the same class; `value` is borrowed
            // elsewhere.
            unsafe { mem::copy_in(self.0, at, &value[..len]) };
            return;
        }
        let new = build_text(self.key(), &[value], self.ttl_slot(), self.access());
        self.replace_by_text(new);
    }

    /// Adds bytes to the end of inline text or a blob, keeping the cheaper of the two. False (and
    /// no change) for other values.
    pub fn append_text(&mut self, bytes: &[u8]) -> bool {
        let klen = self.key().len();
        match self.view_mut() {
            ViewMut::Blob(blob) => {
                blob.append(bytes);
                return true;
            }
            ViewMut::Text(_) => {}
            _ => return false,
        }
        let (at, len) = self.text_span();
        let has_ttl = self.head().kind() & TTL != 0;
        if self.resize_text(len + bytes.len()) {
            // SAFETY: the text was lengthened by these bytes inside the same class.
            unsafe { mem::copy_in(self.0, at + len, bytes) };
            return true;
        }
        let View::Text(old) = self.view() else { unreachable!("checked above") };
        if inline_is_cheaper(klen, len + bytes.len(), has_ttl) {
            let new = build_text(self.key(), &[old, bytes], self.ttl_slot(), self.access());
            self.replace_by_text(new);
        } else {
            let mut blob = Blob::new(old);
            blob.append(bytes);
            self.set_payload(Payload::Blob(blob), 0);
        }
        true
    }

    /// Replaces the value; key, expiry time and access clock stay.
    pub fn set_payload(&mut self, payload: Payload<X>, sub: u8) {
        drop(self.replace_payload(payload, sub));
    }

    /// Replaces the value and returns the former one; `None` when it was inline text.
    pub fn replace_payload(&mut self, payload: Payload<X>, sub: u8) -> Option<Payload<X>> {
        let (shape, word) = payload.into_word();
        let head = self.head();
        if head.shape() == TEXT {
            let new = build_word(shape, sub, word, self.key(), self.ttl_slot(), self.access());
            self.replace_allocation(new);
            return None;
        }
        let old = self.take_word();
        // SAFETY: the record has a word; the former one was taken out.
        unsafe { mem::put(self.0, WORD_AT, word) };
        // SAFETY: the kind byte is the owner's; only the shape changes.
        unsafe { mem::put(self.0, 0, head.kind() & !SHAPE | shape) };
        self.set_sub(sub);
        Some(old)
    }

    /// The value without the record: text as a blob.
    pub fn into_payload(self) -> Payload<X> {
        if let View::Text(text) = self.view() {
            return Payload::Blob(Blob::new(text));
        }
        let this = ManuallyDrop::new(self);
        let payload = this.take_word();
        let need = this.need();
        // SAFETY: the word was moved out, and nobody uses the record again.
        unsafe { mem::release(this.0, need) };
        payload
    }

    /// The same value, expiry time and clock under another key.
    #[must_use]
    pub fn rename(mut self, key: &[u8]) -> Record<X> {
        let new = match self.view() {
            View::Text(value) => build_text(key, &[value], self.expire_ms(), self.access()),
            _ => self.rebuild_word(key, self.expire_ms()),
        };
        self.replace_allocation(new);
        self
    }

    /// Bytes of the record's allocation and of what it owns directly (blob, packed vector, the box
    /// itself).
    pub fn alloc_size(&self) -> usize {
        let payload = match self.view() {
            View::Text(_) | View::Int(_) => 0,
            View::Blob(blob) => blob.alloc_size(),
            View::Packed(packed) => packed.alloc_size(),
            View::Boxed(_) => size_class(size_of::<X>()),
        };
        size_class(self.need()) + payload
    }

    /// Lets the record lie elsewhere, and what it owns directly: blob, packed vector, the box
    /// itself but not what is in it. O(bytes).
    pub fn relocate(&mut self, mover: &mut dyn Mover) {
        // SAFETY: the class follows from the need; the owner is borrowed exclusively.
        self.0 = unsafe { mem::relocate(self.0, self.need(), mover) };
        match self.head().shape() {
            // SAFETY: the shape says that the word is a blob; exclusively borrowed.
            BLOB => unsafe { self.word::<Blob>().as_mut() }.relocate(mover),
            // SAFETY: the same with a packed vector.
            PACKED => unsafe { self.word::<Packed>().as_mut() }.relocate(mover),
            // SAFETY: the same with a box.
            BOXED => relocate_box(unsafe { self.word::<Box<X>>().as_mut() }, mover),
            _ => {}
        }
    }

    #[inline(always)]
    fn head(&self) -> Head {
        // SAFETY: the record is alive.
        unsafe { Head::of(self.0) }
    }

    /// The expiry slot as it is: `Some(NO_EXPIRE)` for one that is empty.
    fn ttl_slot(&self) -> Option<i64> {
        let has_slot = self.head().kind() & TTL != 0;
        has_slot.then(|| self.expire_ms().unwrap_or(NO_EXPIRE))
    }

    /// Offset and length of inline text.
    #[inline]
    fn text_span(&self) -> (usize, usize) {
        let head = self.head();
        // SAFETY: the record is alive.
        let (key_at, klen) = unsafe { head.key_span(self.0) };
        let vlen = if head.kind() & LONG == 0 {
            usize::from((head.0 >> 40) as u8)
        } else {
            // SAFETY: long text has its value length here.
            u32::from_le(unsafe { mem::get::<u32>(self.0, 8) }) as usize
        };
        (key_at + klen, vlen)
    }

    /// Bytes needed, from which the size class follows.
    fn need(&self) -> usize {
        let head = self.head();
        if head.shape() == TEXT {
            let (at, len) = self.text_span();
            return at + len;
        }
        // SAFETY: the record is alive.
        let (at, len) = unsafe { head.key_span(self.0) };
        at + len
    }

    /// Gives inline text another length if form and size class stay; new bytes are for the caller
    /// to write.
    fn resize_text(&mut self, len: usize) -> bool {
        let (at, old_len) = self.text_span();
        let long = self.head().kind() & LONG != 0;
        if size_class(at + len) != size_class(at + old_len) || (!long && len > 255) {
            return false;
        }
        if long {
            // SAFETY: long text has its value length here; the owner is borrowed exclusively.
            unsafe { mem::put(self.0, 8, (len as u32).to_le()) };
        } else {
            // SAFETY: the same for short text.
            unsafe { mem::put(self.0, 5, len as u8) };
        }
        true
    }

    #[inline(always)]
    fn word<T>(&self) -> NonNull<T> {
        const { assert!(size_of::<T>() == 8) };
        let at = self.0.as_ptr().wrapping_add(WORD_AT).cast::<T>();
        // SAFETY: not null, since it is inside the allocation.
        unsafe { NonNull::new_unchecked(at) }
    }

    #[inline(always)]
    fn boxed(&self) -> NonNull<X> {
        let word = self.word::<NonNull<X>>();
        // SAFETY: callers checked that the word is a box, that is, a valid pointer.
        unsafe { word.read() }
    }

    /// Moves the word out; the caller overwrites or frees the record.
    fn take_word(&self) -> Payload<X> {
        match self.head().shape() {
            // SAFETY: the shape says what the word is, and the caller will not use it again.
            INT => Payload::Int(unsafe { self.word::<i64>().read() }),
            // SAFETY: as above.
            BLOB => Payload::Blob(unsafe { self.word::<Blob>().read() }),
            // SAFETY: as above.
            PACKED => Payload::Packed(unsafe { self.word::<Packed>().read() }),
            // SAFETY: as above; the pointer came from `Box::into_raw`.
            _ => Payload::Boxed(unsafe { Box::from_raw(self.boxed().as_ptr()) }),
        }
    }

    /// A copy of this word record's allocation with another key and expiry; the word then has two
    /// owners, so the old allocation must go without dropping it.
    fn rebuild_word(&self, key: &[u8], expire_ms: Option<i64>) -> NonNull<u8> {
        // SAFETY: not text, so there is a word.
        let word = unsafe { self.word::<*mut u8>().read() };
        build_word(self.head().shape(), self.sub(), word, key, expire_ms, self.access())
    }

    /// Takes over `new`, and frees the old allocation but not what its word owns.
    fn replace_allocation(&mut self, new: NonNull<u8>) {
        let need = self.need();
        // SAFETY: the class follows from the need; `new` takes its place.
        unsafe { mem::release(self.0, need) };
        self.0 = new;
    }

    /// Takes over `new`, a text record, and drops all of the old one.
    fn replace_by_text(&mut self, new: NonNull<u8>) {
        drop(std::mem::replace(self, Record(new, PhantomData)));
    }
}

/// The first eight bytes of a record as one little-endian word.
#[derive(Clone, Copy)]
struct Head(u64);

impl Head {
    /// # Safety
    /// - `raw` points to a live record.
    #[inline(always)]
    unsafe fn of(raw: NonNull<u8>) -> Head {
        // SAFETY: a record has at least eight initialised bytes.
        Head(u64::from_le(unsafe { mem::get::<u64>(raw, 0) }))
    }

    #[inline(always)]
    fn kind(self) -> u8 {
        self.0 as u8
    }

    #[inline(always)]
    fn shape(self) -> u8 {
        self.kind() & SHAPE
    }

    #[inline]
    fn ttl_at(self) -> usize {
        match (self.shape() == TEXT, self.kind() & LONG == 0) {
            (true, true) => 6,
            (true, false) => 12,
            (false, _) => 16,
        }
    }

    /// Offset and length of the key.
    ///
    /// # Safety
    /// - `raw` is the live record this head was read from.
    #[inline(always)]
    unsafe fn key_span(self, raw: NonNull<u8>) -> (usize, usize) {
        let kind = self.kind();
        let at = usize::from(kind & TTL); // The flag's value is the slot's size.
        if kind & (SHAPE | LONG) == 0 {
            (6 + at, usize::from((self.0 >> 32) as u8))
        } else if kind & SHAPE == TEXT {
            (12 + at, (self.0 >> 32) as usize)
        } else if kind & LONG == 0 {
            (16 + at, (self.0 >> 32) as usize & KLEN_ESCAPE)
        } else {
            // SAFETY: the flag says that the length field is there.
            (24 + at, u64::from_le(unsafe { mem::get::<u64>(raw, 16 + at) }) as usize)
        }
    }
}

impl<X> Payload<X> {
    /// Shape and word; the word takes over what the payload owns.
    fn into_word(self) -> (u8, *mut u8) {
        match self {
            Payload::Int(number) => (INT, std::ptr::without_provenance_mut(number as usize)),
            Payload::Blob(blob) => (BLOB, blob.into_raw().as_ptr()),
            Payload::Packed(packed) => (PACKED, packed.into_raw().as_ptr()),
            Payload::Boxed(value) => (BOXED, Box::into_raw(value).cast()),
        }
    }
}

/// True when text costs no more inside the record than as a blob beside it.
fn inline_is_cheaper(klen: usize, vlen: usize, has_ttl: bool) -> bool {
    if !(INLINE_BELOW..BLOB_FROM).contains(&vlen) {
        return vlen < INLINE_BELOW;
    }
    let ttl = if has_ttl { 8 } else { 0 };
    let inline = size_class(text_header(klen, vlen) + ttl + klen + vlen);
    inline <= size_class(16 + ttl + klen) + size_class(8 + vlen)
}

fn text_header(klen: usize, vlen: usize) -> usize {
    if klen <= 255 && vlen <= 255 { 6 } else { 12 }
}

fn build_text(key: &[u8], value: &[&[u8]], expire_ms: Option<i64>, access: u32) -> NonNull<u8> {
    let vlen: usize = value.iter().map(|part| part.len()).sum();
    let header = text_header(key.len(), vlen);
    let ttl = if expire_ms.is_some() { TTL } else { 0 };
    check_key(key);
    let mut fill = Fill::new(header + usize::from(ttl) + key.len() + vlen);
    if header == 6 {
        let access = u64::from(access & 0x00ff_ffff) << 8;
        let lengths = (key.len() as u64) << 32 | (vlen as u64) << 40;
        fill.bytes(&(u64::from(TEXT | ttl) | access | lengths).to_le_bytes()[..6]);
    } else {
        fill.bytes(&((access << 8) | u32::from(TEXT | ttl | LONG)).to_le_bytes());
        fill.bytes(&(key.len() as u32).to_le_bytes());
        fill.bytes(&(vlen as u32).to_le_bytes());
    }
    if let Some(ms) = expire_ms {
        fill.u64(ms as u64);
    }
    fill.bytes(key);
    for part in value {
        fill.bytes(part);
    }
    fill.finish()
}

fn build_word(
    shape: u8,
    sub: u8,
    word: *mut u8,
    key: &[u8],
    expire_ms: Option<i64>,
    access: u32,
) -> NonNull<u8> {
    let ttl = if expire_ms.is_some() { TTL } else { 0 };
    let long = if key.len() >= KLEN_ESCAPE { LONG } else { 0 };
    check_key(key);
    let mut fill = Fill::new(16 + usize::from(ttl) + usize::from(long / 2) + key.len());
    let klen = key.len().min(KLEN_ESCAPE) as u64;
    let kind = u64::from(shape | ttl | long);
    fill.u64(kind | u64::from(access & 0x00ff_ffff) << 8 | klen << 32 | u64::from(sub) << 56);
    fill.word(word);
    if let Some(ms) = expire_ms {
        fill.u64(ms as u64);
    }
    if long != 0 {
        fill.u64(key.len() as u64);
    }
    fill.bytes(key);
    fill.finish()
}

fn check_key(key: &[u8]) {
    assert!(key.len() <= Record::<()>::MAX_KEY_LEN, "key longer than Record::MAX_KEY_LEN");
}

impl<X> Drop for Record<X> {
    fn drop(&mut self) {
        let need = self.need();
        if self.head().shape() != TEXT {
            drop(self.take_word());
        }
        // SAFETY: the owner frees its allocation; the head decides the class.
        unsafe { mem::release(self.0, need) };
    }
}

// SAFETY: a transparent pointer, below 2^48 (user space), that owns the record.
unsafe impl<X> Entry for Record<X> {
    #[inline(always)]
    unsafe fn key_of_raw<'a>(raw: NonNull<u8>) -> &'a [u8] {
        // SAFETY: the caller says that the record is alive.
        let head = unsafe { Head::of(raw) };
        // SAFETY: as above.
        let (at, len) = unsafe { head.key_span(raw) };
        // SAFETY: these are its key bytes.
        unsafe { mem::slice(raw, at, len) }
    }
}

impl<X> Table<Record<X>> {
    /// The number in a slot, for change in place: the record stays where it is.
    ///
    /// # Panics
    /// If there is no entry: the slot is older than a change of the table.
    #[inline]
    pub fn number_mut(&mut self, slot: Slot) -> Option<&mut i64> {
        let entry = self.at(slot);
        if entry.head().shape() != INT {
            return None;
        }
        // SAFETY: the shape says that the word is a number; the table, which owns it, is borrowed
        // exclusively.
        Some(unsafe { entry.word::<i64>().as_mut() })
    }

    /// The inline text in a slot, for change in place, if it has this length.
    ///
    /// # Panics
    /// If there is no entry: the slot is older than a change of the table.
    #[inline]
    pub fn text_mut(&mut self, slot: Slot, len: usize) -> Option<&mut [u8]> {
        let entry = self.at(slot);
        if entry.head().shape() != TEXT {
            return None;
        }
        let (at, found) = entry.text_span();
        // SAFETY: initialised bytes of a live record; the table, which owns it, is borrowed
        // exclusively.
        (found == len).then(|| unsafe { mem::slice_mut(entry.0, at, len) })
    }
}

impl<'a, X> EntryRef<'a, Record<X>> {
    /// The record's value, for as long as the table is borrowed.
    #[inline]
    pub fn view(&self) -> View<'a, X> {
        let record: &Record<X> = self;
        // SAFETY: the table that owns the record is borrowed for 'a.
        unsafe { record.view_for() }
    }
}

#[cfg(test)]
mod tests;
