//! What follows a change of directives by `CONFIG SET`: their rows name it.

use super::Id;
use crate::{Cx, append};

/// `requirepass`: the password of the user `default`.
pub(super) fn password(cx: &mut Cx<'_>) {
    let config = &cx.server.config;
    let grammar = crate::acl::grammar(&cx.server.table, config);
    cx.server.acl.set_default_password(&config.text(Id::REQUIREPASS), grammar);
}

/// The worker that runs the call sees it from the next call on, others from their next batch on.
pub(super) fn thresholds(cx: &mut Cx<'_>) {
    cx.local.read_thresholds(cx.server, cx.keys.now());
}

/// Memory is looked at after the batch.
pub(super) fn memory(cx: &mut Cx<'_>) {
    cx.local.limit_changed = true;
}

/// `appendonly`
pub(super) fn append_only(cx: &mut Cx<'_>) {
    append::turn(cx.server);
}

/// `aof-disable-auto-gc`
pub(super) fn history(cx: &mut Cx<'_>) {
    append::collect(cx.server);
}
