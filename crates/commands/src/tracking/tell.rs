//! The messages of client-side caching, and whom they go to.
//!
//! ```text
//! RESP3                 > invalidate [key ...]        null instead of keys: everything
//! RESP2 subscriber      message __redis__:invalidate [key ...]      only by redirection
//! RESP3, target gone    > tracking-redir-broken id
//! ```

use super::Mode;
use crate::session::Card;
use crate::shared::Shared;
use resp::{Proto, encode};
use std::sync::Arc;

/// What is to be dropped.
#[derive(Clone, Copy)]
pub(super) enum Payload<'a> {
    /// These keys.
    Keys(&'a [&'a [u8]]),
    /// Everything.
    All,
}

/// Tells a tracking client, or whom it redirects to.
pub(super) fn send(
    shared: &Shared,
    card: &Arc<Card>,
    payload: Payload<'_>,
    tell: &mut dyn FnMut(&Arc<Card>, Arc<[u8]>),
) {
    let target = match card.redirect() {
        0 => None,
        id => match shared.clients.get(id) {
            Some(target) => Some(target),
            None => return break_redirect(card, tell),
        },
    };
    let to = target.as_ref().unwrap_or(card);
    if let Some(bytes) = message(to, target.is_some(), payload) {
        tell(to, bytes);
    }
}

/// Notes that nobody gets a client's messages any more, and tells it once.
pub(super) fn break_redirect(card: &Arc<Card>, tell: &mut dyn FnMut(&Arc<Card>, Arc<[u8]>)) {
    if card.tracking().has(Mode::BROKEN) {
        return;
    }
    let target = card.redirect();
    card.change_tracking(Mode::BROKEN, 0);
    if card.proto() == Proto::Resp3 {
        let mut out = Vec::new();
        encode::push_header(&mut out, Proto::Resp3, 2);
        encode::bulk(&mut out, b"tracking-redir-broken");
        encode::int(&mut out, target as i64);
        tell(card, out.into());
    }
}

fn message(to: &Card, is_redirected: bool, payload: Payload<'_>) -> Option<Arc<[u8]>> {
    let (mut out, proto) = (Vec::new(), to.proto());
    if proto == Proto::Resp3 {
        encode::push_header(&mut out, proto, 2);
        encode::bulk(&mut out, b"invalidate");
    } else if is_redirected && to.has(Card::SUBSCRIBED) {
        encode::push_header(&mut out, proto, 3);
        encode::bulk(&mut out, b"message");
        encode::bulk(&mut out, b"__redis__:invalidate");
    } else {
        return None;
    }
    match payload {
        Payload::All => encode::null(&mut out, proto),
        Payload::Keys(keys) => {
            encode::array_header(&mut out, keys.len());
            keys.iter().for_each(|key| encode::bulk(&mut out, key));
        }
    }
    Some(out.into())
}
