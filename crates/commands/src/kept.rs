//! A stripe that a worker keeps locked from one call of a batch to the next, while others wait for
//! it.
//!
//! Workers whose clients all change one key take its lock from each other after every call, and
//! burn as much time waiting as working. Whoever had to wait keeps the stripe then: the calls that
//! follow and want it too run at once, and the others yield their core meanwhile.
//!
//! Invariants: only the server's batch opts in, by setting `Local::keep_until` or by keeping what
//! most of its calls want before the first one, and it lets go before it sends. Nothing else is
//! locked, waited for or sent while a stripe is kept: a call that wants another stripe, several or
//! none lets it go first, and a call with effects to be told does not keep.

use crate::config::Id;
use crate::cx::{Cx, Local, Turn};
use crate::table::{Entry, KeyPlan};

use engine::{Keys, Spot, Store};

/// Lets go what is kept.
#[inline]
pub fn let_go(local: &mut Local, store: &Store) {
    if let Some(kept) = local.kept.take() {
        store.let_go(kept);
    }
}

/// Before a call is looked at: lets go what it does not want.
#[cold]
pub(crate) fn review(turn: &mut Turn<'_>, spot: Option<Spot>) {
    let kept = turn.local.kept.as_ref().map(engine::KeptStripe::stripe);
    if kept != spot.map(|spot| spot.stripe) {
        let_go(turn.local, &turn.shared.store);
    }
}

/// Before a call locks: hands it what is kept, or lets that go.
#[cold]
pub(crate) fn resume(local: &mut Local, keys: &mut Keys<'_>, entry: &Entry) {
    match entry.plan {
        KeyPlan::One(1) => {
            if let Some(kept) = local.kept.take() {
                keys.resume(kept);
            }
        }
        _ => let_go(local, keys.store()),
    }
}

/// After a call: keeps its stripe, if it may and has nothing to tell.
#[cold]
pub(crate) fn keep(cx: &mut Cx<'_>) {
    let evicts = cx.server.config.int(Id::MAXMEMORY) > 0;
    let effects = cx.keys.effects();
    let tells = !effects.garbage.is_empty() || !effects.events.is_empty();
    if !evicts && !tells && engine::ticks() < cx.local.keep_until {
        cx.local.kept = cx.keys.keep();
    }
}
