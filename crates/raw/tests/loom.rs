//! Models of the atomic protocols: every order of steps that the memory model allows.
//!
//! Run: `RUSTFLAGS="--cfg loom" cargo test -p raw --test loom --release`. The two files under test
//! are compiled here against loom's atomics, through the module `sync` below; without `--cfg loom`
//! this file is empty.
#![cfg(loom)]
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "only part of the included files is modelled"
)]

#[path = "../src/lock.rs"]
mod lock;
#[path = "../src/refs.rs"]
mod refs;

mod sync {
    pub(crate) use loom::hint::spin_loop;
    pub(crate) use loom::sync::atomic::AtomicU32 as LockWord;
    pub(crate) use loom::sync::atomic::{AtomicU32, AtomicUsize, Ordering, fence};
    pub(crate) use loom::thread::yield_now as rest;

    /// Nothing to ask for in a model.
    pub(crate) fn prefetch_to_write<T>(_pointer: *const T) {}
    pub(crate) const SPINS: u32 = 1;
}

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use sync::AtomicU32;

/// Adds one to what the lock guards; loom's cell checks that nobody else is at it.
fn add(cell: &UnsafeCell<i32>) {
    // SAFETY: loom checks that the accesses exclude each other.
    cell.with_mut(|value| unsafe { *value += 1 });
}

/// Two threads wait for each other: no data race, no lost update.
#[test]
fn lock_excludes() {
    loom::model(|| {
        let lock = Arc::new(lock::Lock::new(UnsafeCell::new(0), false));
        let other = {
            let lock = Arc::clone(&lock);
            thread::spawn(move || add(&lock.lock()))
        };
        add(&lock.lock());
        other.join().unwrap();
        // SAFETY: as in `add`.
        lock.lock().with(|value| assert_eq!(unsafe { *value }, 2));
    });
}

/// Three threads that only try: those that succeed exclude each other.
#[test]
fn trying_excludes() {
    loom::model(|| {
        let lock = Arc::new(lock::Lock::new(UnsafeCell::new(0), false));
        let attempt =
            |lock: &lock::Lock<UnsafeCell<i32>>| lock.try_lock().map(|guard| add(&guard)).is_some();
        let others = [0; 2].map(|_| {
            let lock = Arc::clone(&lock);
            thread::spawn(move || i32::from(attempt(&lock)))
        });
        let mut taken = i32::from(attempt(&lock));
        for other in others {
            taken += other.join().unwrap();
        }
        // SAFETY: as in `add`.
        lock.lock().with(|value| assert_eq!(unsafe { *value }, taken));
    });
}

/// Handles dropped in two threads: exactly one frees, and it sees the other's use as over.
#[test]
fn last_handle_frees() {
    loom::model(|| {
        let shared = Arc::new((AtomicU32::new((5 << 24) | 2), UnsafeCell::new(true)));
        let drop_one = |shared: &(AtomicU32, UnsafeCell<bool>)| {
            // SAFETY: loom checks that no write races this read.
            shared.1.with(|alive| assert!(unsafe { *alive }));
            let last = refs::release(&shared.0);
            if last {
                // SAFETY: the last handle is alone; loom checks it.
                shared.1.with_mut(|alive| unsafe { *alive = false });
            }
            last
        };
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || drop_one(&shared))
        };
        let mine = drop_one(&shared);
        assert!(mine != other.join().unwrap());
    });
}

/// One thread writes in place when alone, else copies, while the other drops its handle after
/// reading.
#[test]
fn writes_in_place_only_when_alone() {
    loom::model(|| {
        let shared = Arc::new((AtomicU32::new(2), UnsafeCell::new(1)));
        let reader = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                // SAFETY: loom checks that no write races this read.
                shared.1.with(|value| assert_eq!(unsafe { *value }, 1));
                refs::release(&shared.0)
            })
        };
        if refs::is_unique(&shared.0) {
            // SAFETY: alone; loom checks it.
            shared.1.with_mut(|value| unsafe { *value = 2 });
        }
        reader.join().unwrap();
        assert!(refs::release(&shared.0) || refs::retain(&shared.0));
    });
}
