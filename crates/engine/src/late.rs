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
//!   argument). If neither is, the caller lets everything go and begins again behind the gate,
//!   if it has written nothing. If it has, [`Keys::hold_urgently`] waits for a bounded time.
//!
//! Who waits urgently holds stripes for which others may wait. Those who wait with stripes in
//! their hands (several keys, all keys, scripts that begin) see [`Store::urgent`] and put them
//! down until it is over, so they end the wait. What is left is a second script that has written
//! and waits as urgently for a stripe of the first: time runs out for one of the two, which ends
//! with an error. Callers make that rare: a script that was seen to touch other keys once runs
//! behind the gate ever after.
//!
//! With one worker nobody else holds anything: every further stripe is free.

use crate::keys::Keys;
use crate::store::{Held, More, Store, Stripe};
use crate::sync::{RwLockReadGuard, RwLockWriteGuard, yield_now};
use raw::Guard;
use std::sync::atomic::Ordering;
use std::sync::{PoisonError, TryLockError};

/// Tries of an urgent wait, with the thread handed to others in between: about a second.
const URGENT_TRIES: usize = 200_000;

/// Looks at a lock before the thread is handed to others.
const SPINS: usize = 64;

impl Store {
    /// Somebody who has written waits for a stripe: others put theirs down.
    fn is_urgent(&self) -> bool {
        self.urgent.load(Ordering::Acquire) != 0
    }

    fn wait_while_urgent(&self) {
        while self.is_urgent() {
            yield_now();
        }
    }

    /// Locks stripes one after the other, each waited for; `None` if all were put down because
    /// somebody is in need of them.
    fn lock_in_order(&self, wanted: &[usize]) -> Option<Vec<(usize, Guard<'_, Stripe>)>> {
        let mut guards = Vec::with_capacity(wanted.len());
        for index in wanted {
            guards.push((*index, self.lock_yielding(*index)?));
        }
        Some(guards)
    }

    /// Waits for one stripe while others are held; `None` if somebody else is in need of them.
    #[inline]
    pub(crate) fn lock_yielding(&self, index: usize) -> Option<Guard<'_, Stripe>> {
        self.try_lock_one(index).or_else(|| self.wait_yielding(index))
    }

    #[cold]
    fn wait_yielding(&self, index: usize) -> Option<Guard<'_, Stripe>> {
        loop {
            for _ in 0..SPINS {
                if let Some(guard) = self.try_lock_one(index) {
                    return Some(guard);
                }
                std::hint::spin_loop();
            }
            if self.is_urgent() {
                return None;
            }
            yield_now();
        }
    }

    /// Locks several stripes in ascending order under the shared gate.
    pub(crate) fn lock_several(&self, wanted: &[usize]) -> Held<'_> {
        loop {
            let gate = self.gate_shared();
            if let Some(guards) = self.lock_in_order(wanted) {
                drop(gate);
                return Held::many(guards, None);
            }
            drop(gate);
            self.wait_while_urgent();
        }
    }

    /// Locks everything behind the gate.
    pub(crate) fn lock_everything(&self) -> Held<'_> {
        loop {
            let gate = self.gate_exclusive();
            let guards = (0..self.stripe_count()).map(|index| self.lock_yielding(index));
            if let Some(guards) = guards.collect::<Option<Vec<_>>>() {
                return Held::More(Box::new(More::All(guards, gate)));
            }
            drop(gate);
            self.wait_while_urgent();
        }
    }

    /// Locks stripes behind the gate, which stays closed as long as they are held.
    fn lock_gated(&self, wanted: &mut Vec<usize>) -> Held<'_> {
        wanted.sort_unstable();
        wanted.dedup();
        loop {
            let gate = self.gate_exclusive();
            if let Some(guards) = self.lock_in_order(wanted) {
                return Held::many(guards, Some(gate));
            }
            drop(gate);
            self.wait_while_urgent();
        }
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

    /// The same as [`Self::hold`], for a call that has written: waits about a second. False is the
    /// end of the call.
    #[cold]
    pub fn hold_urgently(&mut self, key: &[u8]) -> bool {
        self.urgently(|keys| keys.hold(key))
    }

    /// The same for every stripe there is.
    #[cold]
    pub fn hold_all_urgently(&mut self) -> bool {
        self.urgently(Self::try_hold_all)
    }

    fn urgently(&mut self, mut hold: impl FnMut(&mut Self) -> bool) -> bool {
        self.store.urgent.fetch_add(1, Ordering::AcqRel);
        let held = (0..URGENT_TRIES).any(|_| {
            yield_now();
            hold(self)
        });
        self.store.urgent.fetch_sub(1, Ordering::AcqRel);
        held
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
