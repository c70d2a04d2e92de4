//! jemalloc as Rust's global allocator, and what it counts. The second place with unsafe code,
//! beside `raw`.
//!
//! jemalloc is built with a quantum of 8 bytes (`.cargo/config.toml`), so that small records waste
//! little. The price: it aligns to 8 only, so every larger alignment is passed explicitly.
//!
//! Invariant: `raw::size_class` agrees with jemalloc's size classes (tested here up to 1 MiB), so
//! the bytes that the engine derives from its lengths are the bytes that the process pays. Sources:
//! jemalloc(3), version 5.3.

mod mover;

pub use mover::Mover;

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::NonNull;

use tikv_jemalloc_sys as sys;

/// jemalloc's quantum: alignments up to this come for free.
const QUANTUM: usize = 8;

/// Options at start: freed pages return to the system after 5 seconds, lazily freed ones at once;
/// no background thread until `set_background_thread` asks for it.
///
/// Slabs of 512 bytes get eight pages instead of one: the book-keeping of a slab is 128 bytes,
/// which is 16 a session of that size with one page, and 2 with eight (measured: 610 to 596 bytes a
/// session hash). Those of 448 bytes, which a list of 20 names takes, get 28 instead of seven (501
/// to 500 bytes a list). Larger slabs for all sizes cost more in halves that stay empty.
///
/// Large pieces lie with the others: a reply of 20 MiB that was sent is the room for the next one,
/// where jemalloc would give pieces of 8 MiB and more back at once, to be faulted in again (a fifth
/// of the time of HVALS of a million fields).
const CONF: &CStr = c"dirty_decay_ms:5000,muzzy_decay_ms:0,background_thread:false,\
                        slab_sizes:448-448:28|512-512:8,oversize_threshold:0";

/// Read by jemalloc when it starts; overrides the weak symbol of its library.
#[used]
// SAFETY: jemalloc declares this symbol as `const char *`, for the program to define.
#[unsafe(export_name = "_rjem_malloc_conf")]
pub static MALLOC_CONF: Option<&'static c_char> = {
    // SAFETY: a C string has at least its terminating zero.
    Some(unsafe { &*CONF.as_ptr() })
};

/// The allocator, for `#[global_allocator]`.
pub struct Jemalloc;

/// Flags for a layout: none when the quantum aligns enough.
#[inline(always)]
fn flags(align: usize) -> c_int {
    if align <= QUANTUM { 0 } else { sys::MALLOCX_ALIGN(align) }
}

// SAFETY: jemalloc returns unique memory of the wanted size and alignment, or null; nothing here
// unwinds.
unsafe impl GlobalAlloc for Jemalloc {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let flags = flags(layout.align());
        if flags == 0 {
            // SAFETY: any size is allowed.
            return unsafe { sys::malloc(layout.size()) }.cast();
        }
        // SAFETY: the caller never asks for zero bytes.
        unsafe { sys::mallocx(layout.size(), flags) }.cast()
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let flags = flags(layout.align());
        if flags == 0 {
            // SAFETY: any size is allowed.
            return unsafe { sys::calloc(1, layout.size()) }.cast();
        }
        // SAFETY: the caller never asks for zero bytes.
        unsafe { sys::mallocx(layout.size(), flags | sys::MALLOCX_ZERO) }.cast()
    }

    #[inline]
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the caller passes the layout that the memory was asked for with.
        unsafe { sys::sdallocx(ptr.cast(), layout.size(), flags(layout.align())) }
    }

    #[inline]
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let flags = flags(layout.align());
        if flags == 0 {
            // SAFETY: the memory is ours, and the new size is not zero.
            return unsafe { sys::realloc(ptr.cast(), new_size) }.cast();
        }
        // SAFETY: as above.
        unsafe { sys::rallocx(ptr.cast(), new_size, flags) }.cast()
    }
}

/// Bytes of the whole process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// In live allocations, by size class.
    pub allocated: usize,
    /// In pages that hold live allocations.
    pub active: usize,
    /// In physical memory, as far as the allocator knows.
    pub resident: usize,
    /// For the allocator's own structures.
    pub metadata: usize,
    /// In mapped extents.
    pub mapped: usize,
    /// Unmapped but kept as address space.
    pub retained: usize,
}

/// Counters of the whole process, refreshed. Takes locks of every arena; for reports, not for hot
/// paths.
pub fn stats() -> Stats {
    write(c"epoch", 1u64);
    let size = |name: &CStr| read::<usize>(name).unwrap_or(0);
    Stats {
        allocated: size(c"stats.allocated"),
        active: size(c"stats.active"),
        resident: size(c"stats.resident"),
        metadata: size(c"stats.metadata"),
        mapped: size(c"stats.mapped"),
        retained: size(c"stats.retained"),
    }
}

type Counters = (NonNull<u64>, NonNull<u64>);

thread_local! {
    static COUNTERS: Cell<Option<Counters>> = const { Cell::new(None) };
}

/// Bytes that the calling thread has ever allocated and freed, by size class. Exact; a few
/// instructions.
#[inline]
pub fn thread_usage() -> (u64, u64) {
    let Some((allocated, freed)) = COUNTERS.get().or_else(find_counters) else { return (0, 0) };
    // SAFETY: the counter belongs to this thread and lives as long as it; only this thread writes
    // it.
    let allocated = unsafe { allocated.read() };
    // SAFETY: as above.
    let freed = unsafe { freed.read() };
    (allocated, freed)
}

#[cold]
fn find_counters() -> Option<Counters> {
    let allocated = NonNull::new(read::<*mut u64>(c"thread.allocatedp")?)?;
    let freed = NonNull::new(read::<*mut u64>(c"thread.deallocatedp")?)?;
    COUNTERS.set(Some((allocated, freed)));
    Some((allocated, freed))
}

/// Returns all unused pages to the system now. Slow: walks every arena.
pub fn purge() {
    flush_thread_cache();
    call(c"arena.4096.purge"); // 4096 is MALLCTL_ARENAS_ALL.
}

/// Gives the calling thread's cached free memory back to the arenas.
pub fn flush_thread_cache() {
    call(c"thread.tcache.flush");
}

/// Starts or stops the thread that returns unused pages in the background. False when it cannot.
pub fn set_background_thread(on: bool) -> bool {
    write(c"background_thread", on)
}

/// A number of jemalloc's control tree by name, of whatever width; `None` if there is none.
pub fn number(name: &CStr) -> Option<u64> {
    let narrow = || read::<u32>(name).map(u64::from).or_else(|| read::<u8>(name).map(u64::from));
    read::<u64>(name).or_else(narrow)
}

/// jemalloc's version, such as "5.3.0-...".
pub fn version() -> &'static str {
    let Some(text) = read::<*const c_char>(c"version").filter(|text| !text.is_null()) else {
        return "";
    };
    // SAFETY: a constant string of the library.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("")
}

/// A number or pointer of jemalloc's control tree. The type must be the documented one: only its
/// size is checked.
fn read<T: Copy>(name: &CStr) -> Option<T> {
    let mut value = std::mem::MaybeUninit::<T>::zeroed();
    let mut len = size_of::<T>();
    let (into, len_into) = (value.as_mut_ptr().cast::<c_void>(), &raw mut len);
    // SAFETY: room and its length belong together; jemalloc refuses another length than the
    // value's.
    let code = unsafe { sys::mallctl(name.as_ptr(), into, len_into, std::ptr::null_mut(), 0) };
    // SAFETY: written on success; integers and pointers, the only types used, are valid as zeroes
    // too.
    (code == 0 && len == size_of::<T>()).then(|| unsafe { value.assume_init() })
}

fn write<T: Copy>(name: &CStr, mut value: T) -> bool {
    let from = (&raw mut value).cast::<c_void>();
    let (no_value, no_len) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: value and its length belong together; jemalloc refuses another length than it wants.
    let code = unsafe { sys::mallctl(name.as_ptr(), no_value, no_len, from, size_of::<T>()) };
    code == 0
}

fn call(name: &CStr) -> bool {
    let (none, no_len) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: nothing is passed and nothing returned.
    let code = unsafe { sys::mallctl(name.as_ptr(), none, no_len, none, 0) };
    code == 0
}

#[cfg(test)]
mod tests;
