//! Keyspace notifications: the drained events as messages on `__keyspace@db__` and
//! `__keyevent@db__` channels.

use crate::config::Id;
use crate::cx::Cx;
use crate::pubsub::Publication;
use crate::shared::{Message, Shared};
use engine::KeyEvent;
use std::sync::Arc;

/// `K`: a channel for each key.
pub const KEYSPACE: u32 = 1;
/// `E`: a channel for each event.
pub const KEYEVENT: u32 = 2;

/// Publishes the events of one call from the worker that ran it.
pub(crate) fn publish(cx: &mut Cx<'_>, events: &[KeyEvent]) {
    let local = &mut *cx.local;
    publish_from(cx.server, events, &mut |worker, message| {
        if worker == local.index {
            local.subscribers.deliver(message, |client, bytes| {
                local.outbox.push((client, Arc::clone(bytes)));
            });
        } else {
            cx.server.host.post(worker, Message::Publish(Arc::clone(message)));
        }
    });
}

/// Publishes events, handing each message to `send` for each worker that has receivers.
pub fn publish_from(
    shared: &Shared,
    events: &[KeyEvent],
    send: &mut dyn FnMut(usize, &Arc<Publication>),
) {
    let classes = shared.config.int(Id::NOTIFY_KEYSPACE_EVENTS) as u32;
    for KeyEvent { db, event, key } in events {
        if classes & event.class as u32 == 0 {
            continue;
        }
        if classes & KEYSPACE != 0 {
            let mut channel = format!("__keyspace@{db}__:").into_bytes();
            channel.extend_from_slice(key);
            post(shared, &channel, event.name.as_bytes(), send);
        }
        if classes & KEYEVENT != 0 {
            let channel = format!("__keyevent@{db}__:{}", event.name);
            post(shared, channel.as_bytes(), key, send);
        }
    }
}

fn post(
    shared: &Shared,
    channel: &[u8],
    body: &[u8],
    send: &mut dyn FnMut(usize, &Arc<Publication>),
) {
    let (_, workers) = shared.pubsub.receivers(channel, false);
    let message =
        Arc::new(Publication { channel: channel.into(), body: body.into(), shard: false });
    for (worker, _) in workers.iter().enumerate().filter(|(_, listens)| **listens) {
        send(worker, &message);
    }
}
