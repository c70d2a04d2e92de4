//! What a call holds: its stripes, taken from its keys, kept for the next call or let go.
//!
//! The order in which stripes are locked is that at the top of `store.rs`. A view holds nothing,
//! one stripe, several or all; the spots of the keys it was locked by are remembered, so that no
//! key is hashed twice.

use super::Keys;
use crate::store::{Held, KeptStripe, More, Spot, Store};

impl<'s> Keys<'s> {
    /// Locks the stripe of one key. Whatever was held is let go first.
    #[inline]
    pub fn lock_key(&mut self, key: &[u8]) {
        self.let_go();
        let stripe = self.spot(key).stripe;
        self.held = Held::One(stripe, self.store.lock_one(stripe));
    }

    /// Locks the stripe of a call's only key, whose spot may be known. Nothing is held yet, but
    /// what was resumed for it.
    #[inline]
    pub fn lock_only(&mut self, key: &'s [u8], spot: Option<Spot>) {
        let spot = spot.unwrap_or_else(|| self.store.spot(key));
        self.known.first = Some((key, spot));
        if !matches!(self.held, Held::One(held, _) if held == spot.stripe) {
            let (guard, waited) = self.store.stripe_lock(spot.stripe).lock_and_tell();
            self.held = Held::One(spot.stripe, guard);
            self.is_sought = waited;
        }
    }

    /// Takes over a stripe that the call before kept. Nothing is held yet.
    pub fn resume(&mut self, kept: KeptStripe) {
        self.held = self.store.resume(kept);
        self.is_sought = true;
    }

    /// Whether another worker was waited for to lock the only stripe: it will want it back, and as
    /// often.
    #[inline]
    pub fn is_sought(&self) -> bool {
        self.is_sought
    }

    /// Holds on to the only stripe for the next call; this view holds nothing then.
    pub fn keep(&mut self) -> Option<KeptStripe> {
        std::mem::replace(&mut self.held, Held::None).keep()
    }

    /// Locks the stripes of a call's keys and brings what lookups of them read into the cache:
    /// every bucket, then every record. Nothing is held yet.
    pub fn lock_several(&mut self, keys: impl Iterator<Item = &'s [u8]>) {
        self.known.several = keys.map(|key| (key, self.store.spot(key))).collect();
        let spots = self.known.several.iter().map(|(_, spot)| *spot);
        self.held = self.store.lock_many(&mut spots.clone().map(|spot| spot.stripe).collect());
        let mut tables = Vec::with_capacity(self.known.several.len());
        for spot in spots {
            if let Some(stripe) = self.held.get(spot.stripe) {
                let table = stripe.dbs[self.db].table();
                table.prefetch(spot.hash);
                tables.push((table, spot.hash));
            }
        }
        for (table, hash) in tables {
            table.prefetch_entry(hash);
        }
    }

    /// Locks the stripes of several keys. Whatever was held is let go first.
    pub fn lock_keys<'k>(&mut self, keys: impl IntoIterator<Item = &'k [u8]>) {
        self.let_go();
        let mut wanted = keys.into_iter().map(|key| self.spot(key).stripe).collect();
        self.held = self.store.lock_many(&mut wanted);
    }

    /// Where a key lives.
    #[inline]
    pub(crate) fn spot(&self, key: &[u8]) -> Spot {
        self.known.spot(key).unwrap_or_else(|| self.store.spot(key))
    }

    /// Locks everything. Whatever was held is let go first.
    pub fn lock_all(&mut self) {
        self.let_go();
        self.held = self.store.lock_all();
    }

    /// Whether the journal is written.
    pub fn journals(&self) -> bool {
        self.effects.journals()
    }

    /// Closes the journal's open group, before stripes are let go that were written.
    #[inline]
    pub fn close_group(&mut self) {
        if self.effects.journal.is_open() {
            let ticket = self.store.draw_ticket();
            self.effects.journal.close(ticket);
        }
    }

    /// With everything locked: a ticket that parts what was changed before from what comes after.
    /// No run of groups goes over it, in no journal; this worker's is to be published soon.
    pub fn part_log(&mut self) -> u64 {
        self.close_group();
        let ticket = self.store.draw_ticket();
        self.effects.journal.part(ticket);
        ticket
    }

    /// Closes the journal's group and lets everything go, in the midst of a call.
    pub fn let_go(&mut self) {
        self.close_group();
        self.held = Held::None;
    }

    /// Locks everything, unless it is locked already: inside a transaction nothing is let go.
    pub fn hold_all(&mut self) {
        if !matches!(&self.held, Held::More(more) if matches!(**more, More::All(..))) {
            self.lock_all();
        }
    }

    /// Lets everything go.
    #[inline]
    pub fn unlock(&mut self) {
        match std::mem::replace(&mut self.held, Held::None) {
            Held::None => {}
            Held::One(_, guard) => drop(guard),
            Held::More(more) => drop(more),
        }
        if !self.known.several.is_empty() {
            self.known.several = Vec::new(); // which leaves nothing to be freed with this view
        }
    }

    /// The store.
    pub fn store(&self) -> &'s Store {
        self.store
    }

    /// Whether this view holds the stripe of a key.
    pub fn holds(&mut self, key: &[u8]) -> bool {
        let stripe = self.spot(key).stripe;
        self.held.try_stripe(stripe).is_some()
    }

    /// Tries to hold the stripe of one more key without waiting; whether it is held now.
    pub fn try_hold(&mut self, key: &[u8]) -> bool {
        let stripe = self.spot(key).stripe;
        if self.held.try_stripe(stripe).is_some() {
            return true;
        }
        let Some(guard) = self.store.try_lock_one(stripe) else { return false };
        self.add_stripe(stripe, guard);
        true
    }
}
