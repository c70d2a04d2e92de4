//! `Lock<T>`: the word lock of a stripe. Held for a command or a batch, never over a system call.
//!
//! ```text
//! word   0 free, 1 held          solo   one thread only: plain load and store, no
//! read-modify-write
//! owner  token of the one thread that may take a solo lock, 0 while none has
//! ```
//!
//! Invariant: a guard exists only while `word` is 1, and at most one does. A solo lock panics in
//! any thread but its owner, so the missing read-modify-write cannot race. Modelled in
//! `tests/loom.rs`. Own design.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::mem::forget;
use std::ops::{Deref, DerefMut};

use crate::sync::{AtomicUsize, LockWord, Ordering, SPINS, prefetch_to_write, rest, spin_loop};

/// Mutual exclusion around `T` on cache lines of its own; not poisoned by a panic (the process
/// aborts). What the value begins with shares the word's line.
#[repr(C, align(64))]
pub struct Lock<T> {
    word: LockWord,
    solo: bool,
    owner: AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: sending the lock sends the value.
unsafe impl<T: Send> Send for Lock<T> {}
// SAFETY: the value is reached by one guard at a time, so sharing the lock sends it between
// threads.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    /// A free lock. With `solo` the first thread that takes it becomes its only user.
    pub fn new(value: T, solo: bool) -> Lock<T> {
        Lock {
            word: LockWord::new(0),
            solo,
            owner: AtomicUsize::new(0),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits for the lock and holds it until the guard is dropped.
    ///
    /// # Panics
    /// A solo lock: when held already, or taken by a second thread.
    #[inline]
    pub fn lock(&self) -> Guard<'_, T> {
        self.lock_and_tell().0
    }

    /// The same, and whether another thread had to be waited for.
    ///
    /// # Panics
    /// As `lock`.
    #[inline]
    pub fn lock_and_tell(&self) -> (Guard<'_, T>, bool) {
        let mut waited = false;
        if self.solo {
            assert!(self.take_solo(), "a solo lock is held twice");
        } else if !self.take() {
            self.wait();
            waited = true;
        }
        (Guard { lock: self, unsend: PhantomData }, waited)
    }

    /// The same, of a lock that is held for a while: each look at it would take its line from the
    /// one who works with it.
    ///
    /// # Panics
    /// As `lock`.
    pub fn lock_at_rest(&self) -> Guard<'_, T> {
        while !self.solo && self.word.load(Ordering::Relaxed) != 0 {
            rest();
        }
        self.lock()
    }

    /// The guard of a lock that was kept.
    ///
    /// # Panics
    /// Another lock was kept; a solo lock: in a second thread.
    #[inline]
    pub fn resume(&self, kept: Kept) -> Guard<'_, T> {
        assert!(kept.lock == std::ptr::from_ref(self).addr(), "another lock is kept");
        assert!(!self.solo || self.owner.load(Ordering::Relaxed) == thread_token());
        Guard { lock: self, unsend: PhantomData }
    }

    /// The guard, or `None` when the lock is held.
    ///
    /// # Panics
    /// A solo lock: when taken by a second thread.
    #[inline]
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        let taken = if self.solo { self.take_solo() } else { self.take() };
        taken.then(|| Guard { lock: self, unsend: PhantomData })
    }

    /// Asks for the line that taking the lock writes. Many of them arrive beside each other, where
    /// taking one lock after the other would wait for each that another thread had last.
    #[inline]
    pub fn prefetch(&self) {
        prefetch_to_write(std::ptr::from_ref(self));
    }

    /// The value, without locking: the exclusive borrow is proof enough.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Changes between solo and shared use; a solo lock forgets its owner.
    pub fn set_solo(&mut self, solo: bool) {
        self.solo = solo;
        self.owner = AtomicUsize::new(0);
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    #[inline]
    fn take(&self) -> bool {
        self.word.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    #[inline]
    fn take_solo(&self) -> bool {
        let me = thread_token();
        if self.owner.load(Ordering::Relaxed) != me {
            self.claim(me);
        }
        if self.word.load(Ordering::Relaxed) != 0 {
            return false;
        }
        self.word.store(1, Ordering::Relaxed);
        true
    }

    #[cold]
    fn claim(&self, me: usize) {
        let claimed = self.owner.compare_exchange(0, me, Ordering::AcqRel, Ordering::Relaxed);
        assert!(claimed.is_ok(), "a solo lock is used by a second thread");
    }

    #[cold]
    fn wait(&self) {
        loop {
            for _ in 0..SPINS {
                if self.word.load(Ordering::Relaxed) == 0 && self.take() {
                    return;
                }
                spin_loop();
            }
            rest();
        }
    }
}

/// The address of a thread-local byte: two instructions, and unique among live threads.
#[inline]
fn thread_token() -> usize {
    thread_local! { static TOKEN: u8 = const { 0 } }
    TOKEN.with(|token| std::ptr::from_ref(token).addr())
}

/// Exclusive access to the value of a held lock; frees it when dropped. Stays in its thread.
#[must_use = "the lock is free again when the guard is dropped"]
pub struct Guard<'a, T> {
    lock: &'a Lock<T>,
    unsend: PhantomData<*mut ()>,
}

/// A held lock without its guard: for who holds on to it where no borrow of it can be kept. It
/// stays held until `Lock::resume` makes a guard again; a `Kept` that is lost leaves it held for
/// ever.
#[must_use = "the lock is held until it is resumed"]
#[derive(Debug)]
pub struct Kept {
    /// Address of the lock. There is one guard or one of these a held lock, never both.
    lock: usize,
}

impl<T> Guard<'_, T> {
    /// Holds on to the lock without the guard.
    #[inline]
    pub fn keep(self) -> Kept {
        let kept = Kept { lock: std::ptr::from_ref(self.lock).addr() };
        forget(self);
        kept
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the lock is held by this guard, so nobody writes while it is borrowed.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held by this guard, which is borrowed exclusively.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.word.store(0, Ordering::Release);
    }
}

#[cfg(all(test, not(loom)))]
#[path = "lock/tests.rs"] // Named, since `tests/loom.rs` includes this file from elsewhere.
mod tests;
