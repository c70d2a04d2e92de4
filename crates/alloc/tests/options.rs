//! The start options reach jemalloc in a program that only links the crate.

use std::ffi::c_void;

use scrubjay_alloc::Jemalloc;

#[global_allocator]
static GLOBAL: Jemalloc = Jemalloc;

#[test]
fn options_reach_a_linked_program() {
    let (mut decay, mut len) = (0isize, size_of::<isize>());
    let into = (&raw mut decay).cast::<c_void>();
    let name = c"opt.dirty_decay_ms".as_ptr();
    // SAFETY: room for the option's type, `ssize_t`, and its length.
    let code =
        unsafe { tikv_jemalloc_sys::mallctl(name, into, &raw mut len, std::ptr::null_mut(), 0) };
    assert_eq!((code, decay), (0, 5000));
}
