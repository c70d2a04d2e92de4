//! Registration of what hangs on keys: the watches of transactions, waiters of blocking calls.

use crate::keys::Keys;
use crate::store::{KeyAt, KeyId, Watcher};
use crate::wait::Waiter;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

impl Keys<'_> {
    /// Raises `broken` from now on whenever a key changes. Needs the key's stripe.
    pub fn watch(&mut self, key: &[u8], broken: &Arc<AtomicBool>) {
        let was_expired = self.is_expired_unmet(key);
        let id = KeyId::new(self.db, key);
        let stripe = self.stripe_holding(key);
        let watcher = Watcher { broken: Arc::clone(broken), was_expired };
        stripe.watchers.entry(id).or_default().push(watcher);
    }

    /// Ends a watch; `db` is the database it was made in.
    pub fn unwatch(&mut self, db: usize, key: &[u8], broken: &Arc<AtomicBool>) {
        let stripe = self.stripe_holding(key);
        if let Some(watchers) = stripe.watchers.get_mut(&KeyAt { db, key }) {
            watchers.retain(|watcher| !Arc::ptr_eq(&watcher.broken, broken));
            if watchers.is_empty() {
                stripe.watchers.remove(&KeyAt { db, key });
            }
        }
    }

    /// Whether a watched key's time has come since it was watched.
    pub fn watch_expired(&mut self, db: usize, key: &[u8], broken: &Arc<AtomicBool>) -> bool {
        let home = self.db;
        self.db = db;
        let expired = self.is_expired_unmet(key);
        self.db = home;
        expired
            && self.stripe_holding(key).watchers.get(&KeyAt { db, key }).is_some_and(|watchers| {
                watchers.iter().any(|w| Arc::ptr_eq(&w.broken, broken) && !w.was_expired)
            })
    }

    /// Puts a blocked call at the end of a key's queue. Needs the key's stripe.
    pub fn enqueue_waiter(&mut self, key: &[u8], waiter: &Arc<Waiter>) {
        let id = KeyId::new(self.db, key);
        let queue = self.stripe_holding(key).waiters.entry(id).or_default();
        if !queue.iter().any(|other| Arc::ptr_eq(other, waiter)) {
            queue.push_back(Arc::clone(waiter));
        }
    }

    /// Takes a blocked call out of a key's queue.
    pub fn dequeue_waiter(&mut self, db: usize, key: &[u8], waiter: &Arc<Waiter>) {
        let stripe = self.stripe_holding(key);
        if let Some(queue) = stripe.waiters.get_mut(&KeyAt { db, key }) {
            queue.retain(|other| !Arc::ptr_eq(other, waiter));
            if queue.is_empty() {
                stripe.waiters.remove(&KeyAt { db, key });
            }
        }
    }

    /// The calls that wait for a key, oldest first; those that ended are dropped.
    pub fn waiters(&mut self, db: usize, key: &[u8]) -> VecDeque<Arc<Waiter>> {
        let stripe = self.stripe_holding(key);
        let Some(queue) = stripe.waiters.get_mut(&KeyAt { db, key }) else {
            return VecDeque::new();
        };
        queue.retain(|waiter| !waiter.is_done());
        let live = queue.clone();
        if live.is_empty() {
            stripe.waiters.remove(&KeyAt { db, key });
        }
        live
    }
}
