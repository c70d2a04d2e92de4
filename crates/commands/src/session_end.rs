//! The end of a session: takes it out of every registry that names it.

use crate::blocking;
use crate::cx::Local;
use crate::pubsub::Kind;
use crate::session::{Session, Subscriptions};
use crate::shared::Shared;
use engine::{Effects, Keys, Moment};
use std::sync::atomic::Ordering;

/// Ends a closing client's blocked call, watches and subscriptions. Holds no stripe afterwards.
pub fn leave(
    shared: &Shared,
    local: &mut Local,
    effects: &mut Effects,
    moment: Moment,
    session: &mut Session,
) {
    if let Some(blocked) = session.blocked.take()
        && !blocking::end(shared, &blocked, moment, effects)
    {
        // It is being served right now: the reply will find nobody.
        shared.stats.blocked_clients.fetch_sub(1, Ordering::Relaxed);
    }
    if let Some(watch) = session.watch.take() {
        let mut keys = Keys::new(&shared.store, session.db, moment, effects);
        for (db, key) in &watch.keys {
            keys.lock_key(key);
            keys.unwatch(*db, key, &watch.broken);
        }
    }
    session.multi = None;
    unsubscribe_all(shared, local, session);
}

/// Ends all subscriptions, without replies.
pub fn unsubscribe_all(shared: &Shared, local: &mut Local, session: &mut Session) {
    let Subscriptions { channels, patterns, shards } = std::mem::take(&mut session.subs);
    for (kind, names) in
        [(Kind::Channel, channels), (Kind::Pattern, patterns), (Kind::Shard, shards)]
    {
        for name in names {
            shared.pubsub.remove(kind, &name, local.index);
            local.subscribers.remove(kind, &name, session.id());
        }
    }
}
