//! `maxmemory-clients`: when connections together take more than they may, the largest are ended.
//!
//! A connection is weighed when its input, its output or what its session keeps has changed: so
//! its card, which CLIENT LIST shows, is true whenever it is asked for, and one whose requests are
//! whole and whose replies are taken at once costs nothing. Who finds the sum of all workers too
//! high ends the largest connections of all workers, those with `CLIENT NO-EVICT` excepted. Until
//! they are gone no key is evicted for what they take (`client_excess`).

use crate::net::connection::Connection;
use crate::net::worker::Worker;
use commands::session::Card;
use commands::shared::Message;
use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

impl Worker {
    /// At the end of a turn: sees to the limit. One load when there is none.
    #[inline]
    pub(super) fn limit_clients(&mut self) {
        if self.shared.client_excess() != 0 {
            self.doom_largest(None);
        }
    }

    /// Weighs a connection, which is taken out, and sees to the limit: who asks next finds it kept.
    pub(super) fn weigh(&mut self, conn: &mut Connection) {
        self.clients.weigh(conn);
        if self.shared.client_excess() != 0 {
            self.doom_largest(Some(conn));
        }
    }

    /// Has connections end, the largest first, until the rest is within the limit. They run nothing
    /// more; a batch may be under way, so their slots stay taken until the mail is opened.
    #[cold]
    fn doom_largest(&mut self, mut current: Option<&mut Connection>) {
        let limit = self.shared.config.clients_limit();
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
            if let Some(conn) = current.as_deref_mut().filter(|conn| conn.session.id() == card.id) {
                conn.is_doomed = true;
            } else if let Some(slot) = self.clients.slot_of(card.id)
                && let Some(conn) = self.clients.get_mut(slot)
            {
                conn.is_doomed = true;
            }
            self.shared.host.post(card.worker, Message::Doomed { client: card.id });
        }
        self.shared.stats.note_unevictable(sum.saturating_sub(limit), limit);
    }
}
