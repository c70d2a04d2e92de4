//! `maxmemory-clients`: when connections together take more than they may, the largest are ended.
//!
//! While there is a limit each worker weighs a connection whenever it was served, so a turn costs
//! nothing for connections that rest. Who finds the sum too high ends the largest of all workers,
//! those with `CLIENT NO-EVICT` excepted.

use crate::net::worker::Worker;
use commands::session::Card;
use commands::shared::Message;
use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

impl Worker {
    /// At the end of a turn: sees to the limit. One load when there is none.
    #[inline]
    pub(super) fn limit_clients(&mut self, now: i64) {
        let limit = self.shared.config.clients_limit();
        if limit != 0 || self.weighs {
            self.weigh_clients(limit, now);
        }
    }

    #[cold]
    fn weigh_clients(&mut self, limit: u64, now: i64) {
        let workers = &self.shared.workers;
        let own = &workers[self.index].client_bytes;
        self.weighs = limit != 0;
        if limit == 0 {
            self.clients.weigh_none();
            own.store(0, Relaxed);
            return;
        }
        own.store(self.clients.weigh_all() as u64, Relaxed);
        let sum: u64 = workers.iter().map(|worker| worker.client_bytes.load(Relaxed)).sum();
        if sum > limit {
            self.end_largest(limit, now);
        }
    }

    /// Ends connections, the largest first, until the rest is within the limit.
    fn end_largest(&mut self, limit: u64, now: i64) {
        let mut cards = self.shared.clients.all();
        // Those that end already are as good as gone.
        cards.retain(|card| !card.doomed.load(Relaxed));
        let memory = |card: &Arc<Card>| card.memory.load(Relaxed);
        let mut sum: u64 = cards.iter().map(memory).sum();
        cards.retain(|card| !card.no_evict.load(Relaxed));
        cards.sort_by_key(|card| Reverse(memory(card)));
        for card in cards {
            if sum <= limit {
                break;
            }
            sum = sum.saturating_sub(memory(&card));
            if card.doomed.swap(true, Relaxed) {
                continue;
            }
            self.shared.stats.evicted_clients.fetch_add(1, Relaxed);
            self.system.log().notice(format_args!(
                "Evicting client: id={} addr={} tot-mem={}",
                card.id,
                card.addr,
                memory(&card)
            ));
            if card.worker != self.index {
                self.shared.host.post(card.worker, Message::Doomed { client: card.id });
            } else if let Some(slot) = self.clients.slot_of(card.id) {
                self.end(slot, now);
            }
        }
        let own = self.clients.weigh_all() as u64;
        self.shared.workers[self.index].client_bytes.store(own, Relaxed);
    }
}
