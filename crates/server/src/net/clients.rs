//! The connections of one worker: by slot, which the kernel's events name, and by client number,
//! which messages name.
//!
//! A slot is empty while its connection is being served, and once it has ended.

use crate::net::connection::Connection;
use commands::Output;
use commands::acl::keeps_subscriptions;
use commands::session::Session;
use commands::shared::bump;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Connections of a worker.
#[derive(Default)]
pub(super) struct Clients {
    slots: Vec<Option<Box<Connection>>>,
    free: Vec<usize>,
    by_id: HashMap<u64, usize, BuildHasherDefault<IdHasher>>,
    /// Slots of connections that have output to be sent at the end of the turn.
    touched: VecDeque<usize>,
    /// Their memory together, each as it was weighed last: others read it, this worker writes.
    weight: Arc<AtomicU64>,
}

/// Messages that wait for a client are weighed from so many bytes on: most are sent in this turn.
const WEIGH_QUEUED: usize = 16 * 1024;

/// Spreads client numbers, which are ours and so need no secret: each delivery of a message looks
/// one up.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0 ^ id).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Counts a connection's memory anew.
fn reweigh(sum: &AtomicU64, before: usize, now: usize) {
    bump(sum, (now as u64).wrapping_sub(before as u64));
}

impl Clients {
    /// No connections; their memory will be found in `weight`.
    pub(super) fn new(weight: Arc<AtomicU64>) -> Self {
        Self { weight, ..Self::default() }
    }

    /// A slot for a new connection.
    pub(super) fn vacancy(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        })
    }

    /// Gives a slot back that was not filled, or whose connection has ended.
    pub(super) fn free(&mut self, slot: usize) {
        self.free.push(slot);
    }

    /// Fills a slot with a new connection.
    pub(super) fn admit(&mut self, slot: usize, mut conn: Box<Connection>) {
        self.weigh(&mut conn);
        self.by_id.insert(conn.session.id(), slot);
        self.slots[slot] = Some(conn);
    }

    /// Forgets a connection that was taken out and has ended.
    pub(super) fn forget(&mut self, slot: usize, conn: &Connection) {
        self.by_id.remove(&conn.session.id());
        reweigh(&self.weight, conn.weight, 0);
        self.free(slot);
    }

    /// Takes a connection out to be served.
    #[inline]
    pub(super) fn take(&mut self, slot: usize) -> Option<Box<Connection>> {
        self.slots[slot].take()
    }

    /// Puts it back.
    #[inline]
    pub(super) fn put(&mut self, slot: usize, conn: Box<Connection>) {
        self.slots[slot] = Some(conn);
    }

    /// Weighs a connection, which is taken out, anew.
    pub(super) fn weigh(&self, conn: &mut Connection) {
        reweigh(&self.weight, conn.weight, conn.weigh());
    }

    /// The connection in a slot.
    #[inline]
    pub(super) fn get(&self, slot: usize) -> Option<&Connection> {
        self.slots[slot].as_deref()
    }

    /// The same, for change.
    pub(super) fn get_mut(&mut self, slot: usize) -> Option<&mut Connection> {
        self.slots[slot].as_deref_mut()
    }

    /// The slot of a client.
    pub(super) fn slot_of(&self, client: u64) -> Option<usize> {
        self.by_id.get(&client).copied()
    }

    /// The slots of clients that listen where their users may no longer.
    pub(super) fn intruders(&self) -> Vec<usize> {
        let is_intruder = |conn: &Connection| !keeps_subscriptions(&conn.session);
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(slot, conn)| is_intruder(conn.as_ref()?).then_some(slot)).collect()
    }

    /// The clients whose requests a pause holds back.
    pub(super) fn postponed(&self) -> Vec<u64> {
        let sessions = self.slots.iter().flatten().map(|conn| &conn.session);
        sessions.filter(|session| session.postponed).map(Session::id).collect()
    }

    /// When each waiting call is to give up, and requests held back by a pause until `pause_end`
    /// are to be tried again.
    pub(super) fn deadlines(&self, pause_end: i64) -> impl Iterator<Item = (i64, u64)> {
        self.slots.iter().flatten().filter_map(move |conn| {
            let session = &conn.session;
            let blocked = session.blocked.as_ref().and_then(|blocked| blocked.deadline);
            let at = blocked.or(session.postponed.then_some(pause_end))?;
            Some((at, session.id()))
        })
    }

    /// Number of slots, empty ones included.
    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The slot whose connection has had output to be sent for the longest time, each once.
    pub(super) fn pop_touched(&mut self) -> Option<usize> {
        self.touched.pop_front()
    }

    /// Whether a connection has output to be sent.
    pub(super) fn has_touched(&self) -> bool {
        !self.touched.is_empty()
    }

    /// Notes that a connection, now taken out, has output to be sent at the end of the turn.
    pub(super) fn touch(&mut self, slot: usize, conn: &mut Connection) {
        if !std::mem::replace(&mut conn.is_touched, true) {
            self.touched.push_back(slot);
        }
    }

    /// Hands messages to the clients they name; those for `current`, whose connection is taken
    /// out, go to its output.
    pub(super) fn deliver(
        &mut self,
        outbox: Vec<(u64, Arc<[u8]>)>,
        mut current: Option<(u64, &mut Output)>,
    ) {
        for (client, bytes) in outbox {
            if let Some((id, out)) = &mut current
                && *id == client
            {
                out.bytes.extend_from_slice(&bytes);
                continue;
            }
            let Some(slot) = self.slot_of(client) else { continue };
            let Some(conn) = self.slots[slot].as_deref_mut() else { continue };
            conn.output.bytes.extend_from_slice(&bytes);
            if conn.output.bytes.len() > WEIGH_QUEUED {
                reweigh(&self.weight, conn.weight, conn.weigh());
            }
            if !std::mem::replace(&mut conn.is_touched, true) {
                self.touched.push_back(slot);
            }
        }
    }
}
