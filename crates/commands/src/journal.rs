//! What is written of a call to the append-only file: its effect.
//!
//! A call that changed something is written with its own arguments, unless its handler names
//! another form ([`Cx::log_as`]): what is random, relative to now, or depends on the clock, is
//! written as what came of it. Keys that vanished because their time had come are written where
//! they were met (`engine`). All that one call, one transaction or one script writes is one group
//! of the [`Journal`](engine::journal::Journal), closed under the locks of the call; calls that
//! were served by it follow in the order in which they were.
//!
//! The forms are those that redis-server 7.0 writes; of newer commands those of the servers that
//! have them.

use crate::args::Args;
use crate::blocking;
use crate::cx::Cx;

impl Cx<'_> {
    /// Whether the append-only file is written: else there is no need to make up a form.
    #[inline]
    pub fn journals(&self) -> bool {
        self.keys.journals()
    }

    /// Has this call written as `args` instead of its own arguments. May be called several times;
    /// each is one operation more.
    #[inline]
    pub fn log_as(&mut self, args: &[&[u8]]) {
        if self.journals() {
            self.log_now(args);
        }
    }

    #[cold]
    fn log_now(&mut self, args: &[&[u8]]) {
        let db = self.keys.db();
        let journal = &mut self.keys.effects().journal;
        journal.replace();
        journal.write(db, args.iter().copied());
    }

    /// Has this call written as what it did to a key: given an expiry, or removed because that has
    /// come.
    pub fn log_expiry(&mut self, key: &[u8], at: i64) {
        if self.journals() {
            if at <= self.now() {
                self.log_removal(key);
            } else {
                self.log_as(&[b"PEXPIREAT", key, at.to_string().as_bytes()]);
            }
        }
    }

    /// Has this call written as the end of a key whose time has come.
    pub fn log_removal(&mut self, key: &[u8]) {
        let unlinks = self.keys.effects().journal.unlinks;
        self.log_as(&[if unlinks { b"UNLINK" } else { b"DEL" }, key]);
    }

    /// Has nothing written of this call beyond what [`Cx::log_as`] wrote.
    pub fn log_nothing_more(&mut self) {
        if self.journals() {
            self.keys.effects().journal.replace();
        }
    }
}

/// Writes what one call changed: for everyone who runs a handler, right after it and under its
/// locks. A script calls it for each of its calls.
pub fn after_call(cx: &mut Cx<'_>, args: Args<'_>) {
    let db = cx.keys.db();
    let effects = cx.keys.effects();
    if effects.journals() && effects.journal.wants_call(effects.dirty) {
        match args.request() {
            Some(request) => effects.journal.write_whole(db, request),
            None => effects.journal.write(db, args.iter()),
        }
    }
}

/// At the end of a call: its own operation, then those of the calls it serves.
pub(crate) fn finish(cx: &mut Cx<'_>, args: Option<Args<'_>>) {
    if let Some(args) = args {
        after_call(cx, args);
    }
    cx.keys.close_group();
    if !cx.keys.effects().ready.is_empty() {
        blocking::serve_ready(cx);
        cx.keys.close_group();
    }
    if let Some(ticket) = cx.keys.effects().journal.settle() {
        cx.session.last_ticket = ticket;
    }
}
