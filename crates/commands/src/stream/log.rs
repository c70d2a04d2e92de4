//! How the deliveries of groups are written to the append-only file: as XCLAIM of each entry with
//! all that is known of it, and as XGROUP SETID where nothing became pending.

use super::id::IdText;
use crate::cx::Cx;
use engine::stream::{self, Group, Id, Pending};

/// A pending entry as it is to be again after a replay.
pub(crate) struct Handed {
    id: Id,
    consumer: Box<[u8]>,
    delivered_ms: i64,
    deliveries: u64,
    /// What the group had read by then.
    last_id: Id,
}

impl Handed {
    /// An entry that is pending, or was until now.
    pub(crate) fn of(group: &Group, id: Id, pending: &Pending) -> Self {
        Self {
            id,
            consumer: (*group.owner(pending).name).into(),
            delivered_ms: pending.delivered_ms,
            deliveries: pending.deliveries,
            last_id: group.last_id,
        }
    }

    /// An entry that was just read for the first time.
    pub(super) fn new(id: Id, consumer: &[u8], delivered_ms: i64) -> Self {
        Self { id, consumer: consumer.into(), delivered_ms, deliveries: 1, last_id: id }
    }

    /// Has the XCLAIM written that makes the entry pending again.
    pub(crate) fn claim(&self, key: &[u8], group: &[u8], write: impl FnOnce(&[&[u8]])) {
        let (id, last_id) = (IdText::new(self.id), IdText::new(self.last_id));
        let time = self.delivered_ms.to_string();
        let count = (self.deliveries as i64).to_string();
        write(&[
            b"XCLAIM",
            key,
            group,
            &self.consumer,
            b"0",
            &id,
            b"TIME",
            time.as_bytes(),
            b"RETRYCOUNT",
            count.as_bytes(),
            b"FORCE",
            b"JUSTID",
            b"LASTID",
            &last_id,
        ]);
    }
}

/// Writes XCLAIM for each.
pub(super) fn claims(cx: &mut Cx<'_>, key: &[u8], group: &[u8], handed: &[Handed]) {
    for one in handed {
        one.claim(key, group, |words| cx.log_as(words));
    }
}

/// Writes how far the group has read.
pub(super) fn position(cx: &mut Cx<'_>, key: &[u8], name: &[u8]) {
    let Some(entry) = cx.keys.peek(key) else { return };
    let Some(group) = stream::of(&entry).group(name) else { return };
    let (id, read) = (IdText::new(group.last_id), group.entries_read.to_string());
    cx.log_as(&[b"XGROUP", b"SETID", key, name, &id, b"ENTRIESREAD", read.as_bytes()]);
}

/// Writes that a consumer was made.
pub(super) fn consumer(cx: &mut Cx<'_>, key: &[u8], group: &[u8], name: &[u8]) {
    cx.log_as(&[b"XGROUP", b"CREATECONSUMER", key, group, name]);
}
