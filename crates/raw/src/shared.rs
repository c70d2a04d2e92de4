//! `Shared`: a value behind one pointer that copies share until one of them is changed.
//!
//! ```text
//! [refs u24 | 0][value T]
//! ```
//!
//! The parts of a large value are kept in these, so that a copy of it costs a count for each part,
//! and a change of a copy no more than the part that is changed. Unlike `Arc` it asks whether it
//! is alone by a plain load, as there are no weak handles.
//!
//! Invariant: the value is written only through a handle that is alone; a writer that is not alone
//! copies first. Own design.

use std::alloc::Layout;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use crate::refs;
use crate::relocate::{Mover, relocate};
use crate::sync::AtomicU32;

struct Inner<T> {
    refs: AtomicU32,
    value: T,
}

/// A value that its clones share. A clone is O(1), or O(value) when millions of others are there;
/// a change through a handle that is not alone copies the value first.
pub struct Shared<T>(NonNull<Inner<T>>);

// SAFETY: the count is atomic; handles read the value from several threads and the last one drops
// it on any.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: a shared handle reads the value and counts.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// A handle of its own.
    pub fn new(value: T) -> Self {
        let inner = Box::new(Inner { refs: AtomicU32::new(1), value });
        Self(NonNull::from(Box::leak(inner)))
    }

    /// The value, if no other handle shares it.
    #[inline]
    pub fn alone(&mut self) -> Option<&mut T> {
        if !refs::is_unique(&self.inner().refs) {
            return None;
        }
        // SAFETY: this handle is alone and borrowed exclusively.
        let inner = unsafe { self.0.as_mut() };
        Some(&mut inner.value)
    }

    /// Lets the value lie elsewhere, unless other handles share it.
    pub fn relocate(&mut self, mover: &mut dyn Mover) {
        if refs::is_unique(&self.inner().refs) {
            let layout = Layout::new::<Inner<T>>();
            // SAFETY: what a box owned has its type's layout; the only handle gets the address.
            self.0 = unsafe { relocate(self.0.cast(), layout, mover) }.cast();
        }
    }

    /// The value, copied if other handles share it.
    pub fn into_inner(self) -> T
    where
        T: Clone,
    {
        if !refs::is_unique(&self.inner().refs) {
            return T::clone(&self);
        }
        let inner = self.0;
        std::mem::forget(self);
        // SAFETY: the pointer came from a box, and the only handle to it was just forgotten.
        let inner = unsafe { Box::from_raw(inner.as_ptr()) };
        inner.value
    }

    #[inline]
    fn inner(&self) -> &Inner<T> {
        // SAFETY: what is behind the pointer lives as long as a handle, and nobody writes it while
        // one is borrowed.
        unsafe { self.0.as_ref() }
    }
}

impl<T: Clone> Clone for Shared<T> {
    #[inline]
    fn clone(&self) -> Self {
        if refs::retain(&self.inner().refs) { Self(self.0) } else { Self::new(T::clone(self)) }
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.inner().value
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        if !refs::is_unique(&self.inner().refs) {
            *self = Self::new(T::clone(self));
        }
        // SAFETY: this handle is alone and borrowed exclusively.
        let inner = unsafe { self.0.as_mut() };
        &mut inner.value
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        if refs::release(&self.inner().refs) {
            // SAFETY: the pointer came from a box; this was the last handle.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        T::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Shared;

    #[test]
    fn a_change_is_seen_by_its_handle_alone() {
        let mut one = Shared::new(vec![1, 2]);
        let mut two = one.clone();
        two.push(3);
        let three = two.clone();
        one.clear();
        two.push(4);
        assert_eq!((&*one, &*two, &*three), (&vec![], &vec![1, 2, 3, 4], &vec![1, 2, 3]));
        assert_eq!((two.into_inner(), three.into_inner()), (vec![1, 2, 3, 4], vec![1, 2, 3]));
    }

    #[test]
    fn only_what_is_alone_moves() {
        let mut one = Shared::new(vec![1, 2]);
        let before = &raw const *one;
        let two = one.clone();
        one.relocate(&mut crate::MoveEach::new(1));
        assert!(one.alone().is_none() && std::ptr::eq(&raw const *one, before));
        drop(two);
        one.relocate(&mut crate::MoveEach::new(1));
        assert_eq!(one.alone(), Some(&mut vec![1, 2]));
        assert!(!std::ptr::eq(&raw const *one, before));
    }

    #[test]
    fn threads_share_and_drop() {
        let all = Shared::new(vec![7; 1000]);
        std::thread::scope(|scope| {
            for n in 0..4 {
                let mut own = all.clone();
                scope.spawn(move || {
                    assert_eq!(own.iter().sum::<i32>(), 7000);
                    own[n] = 0;
                    assert_eq!(own.clone().into_inner().iter().sum::<i32>(), 6993);
                });
            }
        });
        assert_eq!(all.iter().sum::<i32>(), 7000);
    }
}
