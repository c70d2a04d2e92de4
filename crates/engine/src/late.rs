//! Locks of calls whose keys are not all known before they run: scripts.
//!
//! A script declares keys, but may touch others, and once it has written it cannot be begun again.
//! There are two ways to run one, and no way from which there is a deadlock:
//!
//! * **Behind the gate** ([`Keys::lock_gated`]): the gate is taken exclusively before any stripe.
//!   Nobody is half-way through several stripes then: whoever holds a stripe is complete and goes
//!   without waiting for anything. So any further stripe may be waited for, in any order.
//! * **On its declared keys** ([`Keys::lock_keys`]): rules 1 and 2 of the store; other stripes are
//!   not stopped. For a further stripe [`Keys::hold`] does not wait: it takes the stripe if it is
//!   free, else the gate if that is free (and is behind the gate from there on, with the same
//!   argument). If neither is, the caller lets everything go and begins again behind the gate.
//!
//! That is possible as long as it has done nothing. So before a script changes anything it closes
//! the gate ([`Keys::try_close_gate`], or it begins again), unless it is known to ask for no
//! further stripe. Whoever has changed something can have everything, or needs nothing more: no
//! script ends half-way.
//!
//! With one worker nobody else holds anything: every further stripe is free.

use crate::keys::Keys;
use crate::store::{Held, More, Store, Stripe};
use crate::sync::{RwLockReadGuard, RwLockWriteGuard};
use raw::Guard;
use std::sync::{PoisonError, TryLockError};

impl Store {
    /// Locks stripes one after the other, each waited for.
    fn lock_in_order(&self, wanted: &[usize]) -> Vec<(usize, Guard<'_, Stripe>)> {
        wanted.iter().map(|index| (*index, self.lock_one(*index))).collect()
    }

    /// Locks several stripes in ascending order under the shared gate.
    pub(crate) fn lock_several(&self, wanted: &[usize]) -> Held<'_> {
        let gate = self.gate_shared();
        let guards = self.lock_in_order(wanted);
        drop(gate);
        Held::many(guards, None)
    }

    /// Locks everything behind the gate.
    pub(crate) fn lock_everything(&self) -> Held<'_> {
        let gate = self.gate_exclusive();
        let guards = (0..self.stripe_count()).map(|index| self.lock_one(index)).collect();
        Held::More(Box::new(More::All(guards, gate)))
    }

    /// Locks stripes behind the gate, which stays closed as long as they are held.
    fn lock_gated(&self, wanted: &mut Vec<usize>) -> Held<'_> {
        wanted.sort_unstable();
        wanted.dedup();
        let gate = self.gate_exclusive();
        Held::many(self.lock_in_order(wanted), Some(gate))
    }

    /// Whether the stripes of all these keys, and the gate if they are several, can be had at
    /// this moment.
    pub fn are_free<'k>(&self, keys: impl Iterator<Item = &'k [u8]>) -> bool {
        let mut count = 0;
        for key in keys {
            count += 1;
            if self.try_lock_one(self.spot(key).stripe).is_none() {
                return false;
            }
        }
        count < 2 || self.gate.try_read().is_ok()
    }

    pub(crate) fn gate_shared(&self) -> RwLockReadGuard<'_, ()> {
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn gate_exclusive(&self) -> RwLockWriteGuard<'_, ()> {
        self.gate.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_gate(&self) -> Option<RwLockWriteGuard<'_, ()>> {
        match self.gate.try_write() {
            Ok(gate) => Some(gate),
            Err(TryLockError::Poisoned(gate)) => Some(gate.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// What [`Keys::held_parts`] takes apart: the stripes held, and the gate.
type Parts<'s> = (Vec<(usize, Guard<'s, Stripe>)>, Option<RwLockWriteGuard<'s, ()>>);

impl<'s> Keys<'s> {
    /// Closes the gate and locks the stripes of these keys: further ones may then be added with
    /// [`Self::hold`]. Whatever was held is let go first.
    pub fn lock_gated<'k>(&mut self, keys: impl IntoIterator<Item = &'k [u8]>) {
        self.unlock();
        let mut wanted = keys.into_iter().map(|key| self.spot(key).stripe).collect();
        self.held = self.store.lock_gated(&mut wanted);
    }

    /// Holds the stripe of one more key, if that is possible without a deadlock (top of this
    /// file); whether it is held now.
    #[inline]
    pub fn hold(&mut self, key: &[u8]) -> bool {
        let stripe = self.spot(key).stripe;
        self.held.try_stripe(stripe).is_some() || self.hold_stripe(stripe)
    }

    /// The same for every stripe there is.
    pub fn try_hold_all(&mut self) -> bool {
        if matches!(&self.held, Held::More(more) if matches!(**more, More::All(..))) {
            return true;
        }
        let (mut guards, gate) = self.held_parts();
        let Some(gate) = gate.or_else(|| self.store.try_gate()) else {
            self.held = Held::many(guards, None);
            return false;
        };
        for index in 0..self.store.stripe_count() {
            if let Err(at) = guards.binary_search_by_key(&index, |(held, _)| *held) {
                guards.insert(at, (index, self.store.lock_one(index)));
            }
        }
        let guards = guards.into_iter().map(|(_, guard)| guard).collect();
        self.held = Held::More(Box::new(More::All(guards, gate)));
        true
    }

    /// Closes the gate for what is held, if it is free or held already; whether it is closed now.
    pub fn try_close_gate(&mut self) -> bool {
        if matches!(&self.held, Held::More(more) if matches!(**more, More::All(..))) {
            return true;
        }
        let (guards, gate) = self.held_parts();
        let gate = gate.or_else(|| self.store.try_gate());
        let is_closed = gate.is_some();
        self.held = Held::many(guards, gate);
        is_closed
    }

    #[cold]
    fn hold_stripe(&mut self, stripe: usize) -> bool {
        let (guards, mut gate) = self.held_parts();
        let mut guard = self.store.try_lock_one(stripe);
        if guard.is_none() {
            gate = gate.or_else(|| self.store.try_gate());
            if gate.is_some() {
                guard = Some(self.store.lock_one(stripe));
            }
        }
        let found = guard.is_some();
        self.held = Held::many(guards, gate);
        if let Some(guard) = guard {
            self.add_stripe(stripe, guard);
        }
        found
    }

    /// Puts a stripe among those held.
    pub(crate) fn add_stripe(&mut self, stripe: usize, guard: Guard<'s, Stripe>) {
        let (mut guards, gate) = self.held_parts();
        let at = guards.partition_point(|(held, _)| *held < stripe);
        guards.insert(at, (stripe, guard));
        self.held = Held::many(guards, gate);
    }

    /// The stripes held, ascending, and the gate; nothing is held by the view meanwhile.
    fn held_parts(&mut self) -> Parts<'s> {
        match std::mem::replace(&mut self.held, Held::None) {
            Held::None => (Vec::new(), None),
            Held::One(index, guard) => (vec![(index, guard)], None),
            Held::More(more) => match *more {
                More::Many(guards, _, gate) => (guards, gate),
                More::All(guards, gate) => (guards.into_iter().enumerate().collect(), Some(gate)),
            },
        }
    }
}

#[cfg(test)]
mod tests;
