//! `Loan<F>`: a borrowed value, reached from callbacks that can hold no borrow of it.
//!
//! ```text
//! lend(&mut value, run)     slot = pointer to value for as long as run() runs
//!   with(use)               slot = empty while use(&mut value) runs, then the pointer again
//! ```
//!
//! A script engine wants callbacks that live for ever; what they work on is borrowed for one call.
//! Invariant: the slot holds a pointer only while `lend` holds the exclusive borrow it was made
//! from, and nobody has the value from it. Both ends are restored by guards, so a panic changes
//! nothing. Own design.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A type with a lifetime, named without it.
pub trait Family: 'static {
    /// The type.
    type Of<'a>;
}

/// A slot for one borrowed value. Stays in its thread.
pub struct Loan<F: Family> {
    slot: Cell<Option<NonNull<()>>>,
    family: PhantomData<fn(F)>,
}

impl<F: Family> Loan<F> {
    /// An empty slot.
    pub const fn new() -> Self {
        Self { slot: Cell::new(None), family: PhantomData }
    }

    /// Runs `run`, during which [`Self::with`] finds `value`.
    pub fn lend<R>(&self, value: &mut F::Of<'_>, run: impl FnOnce() -> R) -> R {
        let before = self.slot.replace(Some(NonNull::from(value).cast()));
        let _restore = Restore { slot: &self.slot, to: before };
        run()
    }

    /// Runs `run` on the value that is lent now; `None` if there is none, or if it is in use
    /// further up.
    pub fn with<R>(&self, run: impl for<'a> FnOnce(&mut F::Of<'a>) -> R) -> Option<R> {
        let pointer = self.slot.take()?;
        let _restore = Restore { slot: &self.slot, to: Some(pointer) };
        // SAFETY: the pointer was made from an exclusive borrow of `F::Of<'x>` for some `'x`, which
        // `lend` holds until it empties the slot; the slot is empty while this borrow lives, so
        // there is no second one; `run` takes every lifetime, so it takes `'x` and keeps nothing.
        let value = unsafe { pointer.cast::<F::Of<'_>>().as_mut() };
        Some(run(value))
    }
}

impl<F: Family> Default for Loan<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: Family> std::fmt::Debug for Loan<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loan").field("is_lent", &self.slot.get().is_some()).finish()
    }
}

struct Restore<'s> {
    slot: &'s Cell<Option<NonNull<()>>>,
    to: Option<NonNull<()>>,
}

impl Drop for Restore<'_> {
    fn drop(&mut self) {
        self.slot.set(self.to);
    }
}

#[cfg(test)]
mod tests;
