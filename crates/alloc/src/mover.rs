//! `Mover`: tells which allocations lie in half-empty slabs, and gives them a place in fuller ones.
//!
//! jemalloc cuts slabs of one to a few pages into regions of one size class, and a slab's pages are
//! free only when all of its regions are. It says of an allocation how full its slab is, how full
//! all slabs of that class together, and where a new allocation would come to lie
//! (`experimental.utilization.query`). An allocation moves if its slab is less full than the
//! average, or little more: else slabs that are all alike would stay so for ever. Not if its slab
//! is the one that is filled next, and not where nothing is to be gained.
//!
//! Neither the new memory nor the old passes the thread's cache, which would hand the old place out
//! again. Sources: jemalloc 5.3, `ctl.c` on that query; Redis's rule of one eighth above the
//! average.

use super::{flags, sys};
use std::alloc::Layout;
use std::ffi::c_void;
use std::ptr::NonNull;

/// Slabs of a class that are full but for so small a part are left alone.
const FULL_BUT_FOR: usize = 32;

/// What jemalloc says of an allocation, in its order.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub(crate) struct Utilization {
    /// Address of the slab that the next allocation of the class comes from; 0 for none.
    target: usize,
    /// Regions of the slab that are free, and all of them: one in what is no slab.
    free: usize,
    regions: usize,
    /// The slab's bytes.
    bytes: usize,
    /// The same over all slabs of the class.
    pub(crate) class_free: usize,
    pub(crate) class_regions: usize,
}

impl Utilization {
    /// Whether an allocation at `address` had better lie elsewhere.
    fn wants_move(&self, address: usize) -> bool {
        let used = self.regions.saturating_sub(self.free);
        let class_used = self.class_regions.saturating_sub(self.class_free);
        let is_target = (self.target..self.target + self.bytes).contains(&address);
        self.free > 0
            && !is_target
            && self.class_free > self.regions
            && self.class_free * FULL_BUT_FOR > self.class_regions
            && used * self.class_regions * 8 <= class_used * self.regions * 9
    }
}

/// Moves allocations of the calling thread's arena and of others' into fuller slabs.
#[derive(Debug)]
pub struct Mover {
    query: [usize; 3],
    moved: u64,
    stayed: u64,
    bytes: u64,
}

impl Mover {
    /// `None` if this jemalloc does not answer the query.
    pub fn new() -> Option<Self> {
        let (mut query, mut len) = ([0; 3], 3);
        let name = c"experimental.utilization.query".as_ptr();
        // SAFETY: room for three numbers, and how many that is.
        let code = unsafe { sys::mallctlnametomib(name, query.as_mut_ptr(), &raw mut len) };
        (code == 0 && len == 3).then_some(Self { query, moved: 0, stayed: 0, bytes: 0 })
    }

    /// Allocations that were asked about and stayed where they are.
    pub fn stayed(&self) -> u64 {
        self.stayed
    }

    /// Bytes that were moved.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn ask(&self, old: NonNull<u8>) -> Option<Utilization> {
        let (mut answer, mut len) = (Utilization::default(), size_of::<Utilization>());
        let mut pointer = old.as_ptr();
        let (into, from) = ((&raw mut answer).cast::<c_void>(), (&raw mut pointer).cast());
        let mib = self.query.as_ptr();
        // SAFETY: the answer has the size that jemalloc asks for, else it refuses; it reads one
        // pointer, which it looks up and does not follow.
        let code =
            unsafe { sys::mallctlbymib(mib, 3, into, &raw mut len, from, size_of::<*mut u8>()) };
        (code == 0).then_some(answer)
    }
}

// SAFETY: memory comes from jemalloc, as the global allocator's does, and goes back to it.
unsafe impl raw::Mover for Mover {
    fn replace(&mut self, old: NonNull<u8>, layout: Layout) -> Option<NonNull<u8>> {
        let address = old.addr().get();
        if !self.ask(old).is_some_and(|answer| answer.wants_move(address)) {
            self.stayed += 1;
            return None;
        }
        let flags = flags(layout.align()) | sys::MALLOCX_TCACHE_NONE;
        // SAFETY: nothing of size zero is moved.
        let new = NonNull::new(unsafe { sys::mallocx(layout.size(), flags) }.cast())?;
        self.moved += 1;
        self.bytes += layout.size() as u64;
        Some(new)
    }

    unsafe fn free(&mut self, old: NonNull<u8>, layout: Layout) {
        let flags = flags(layout.align()) | sys::MALLOCX_TCACHE_NONE;
        // SAFETY: the caller passes the layout that the memory was asked for with.
        unsafe { sys::sdallocx(old.as_ptr().cast(), layout.size(), flags) }
    }

    fn moved(&self) -> u64 {
        self.moved
    }
}
