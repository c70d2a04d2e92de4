//! The end of a session: takes it out of every registry that names it.
//!
//! Invariant: after [`leave`] no registry of the data set or of publish and subscribe names the
//! client, so that its session may be dropped.

use crate::blocking;
use crate::cx::Local;
use crate::introspection::monitor;
use crate::pause;
use crate::pubsub::Kind;
use crate::session::Session;
use crate::shared::Shared;
use crate::tracking;
use engine::{Effects, Keys, Moment};
use resp::Proto;

/// Ends a closing client's blocked call, watches and subscriptions. Holds no stripe afterwards.
pub fn leave(
    shared: &Shared,
    local: &mut Local,
    effects: &mut Effects,
    moment: Moment,
    session: &mut Session,
) {
    if let Some(blocked) = session.blocked.take() {
        while !blocking::end(shared, &blocked, moment, effects) {
            if blocked.waiter.is_done() {
                // Served this instant: the reply will find nobody, but other keys queue it still.
                blocking::forget(shared, &blocked, moment, effects);
                break;
            }
            std::thread::yield_now();
        }
    }
    pause::resume(session, shared);
    if let Some(watch) = session.watch.take() {
        let mut keys = Keys::new(&shared.store, session.db, &moment, effects);
        for (db, key) in &watch.keys {
            keys.lock_key(key);
            keys.unwatch(*db, key, &watch.broken);
        }
    }
    session.multi = None;
    monitor::stop(shared, local, session);
    tracking::leave(shared, session);
    unsubscribe_all(shared, local, session);
}

/// Ends all subscriptions, without replies.
pub fn unsubscribe_all(shared: &Shared, local: &mut Local, session: &mut Session) {
    let subs = std::mem::take(&mut session.subs);
    for kind in Kind::ALL {
        for name in subs.names(kind) {
            shared.pubsub.remove(kind, name, local.index);
            local.subscribers.remove(kind, name, session.id());
        }
    }
}

/// Changes the protocol of a session; what is published to it follows.
pub(crate) fn change_proto(local: &mut Local, session: &mut Session, proto: Proto) {
    if session.proto == proto {
        return;
    }
    session.proto = proto;
    session.card.show_reach(proto, session.subs.any());
    let id = session.id();
    for kind in Kind::ALL {
        for name in session.subs.names(kind) {
            local.subscribers.remove(kind, name, id);
            local.subscribers.add(kind, name, id, proto);
        }
    }
}
