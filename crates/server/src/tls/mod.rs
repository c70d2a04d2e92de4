//! TLS: who the server is and whom it trusts, handshakes, and the record layer of a connection.
//!
//! ```text
//! listener -> accept -> handshake, on a helper thread -> worker
//!                       handshakes.rs                    net/batch.rs: reads and writes through
//! directives, files -> Context (context.rs)              Stream (stream.rs), once a batch
//!                      `-> Credentials (outgoing.rs) -> MIGRATE, with tls-cluster
//! ```
//! A worker never sees a handshake: signing takes up to a millisecond, and its other clients would
//! wait for it. All contexts come from here; one that cannot be built leaves the old one in force.

pub(crate) mod stream;

pub(crate) mod handshakes;

pub(crate) mod outgoing;

mod context;
mod sessions;
mod suites;

mod key;
mod stamps;

#[cfg(test)]
mod tests;

use crate::host::System;
use crate::log::Log;
use crate::tls::context::Context;
use crate::tls::handshakes::{Helpers, Newcomer};
use crate::tls::outgoing::Credentials;
use crate::tls::stamps::Stamps;
use commands::config::{Config, Id};
use commands::shared::{Certificate, Shared};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What `CONFIG SET` answers when a context cannot be built.
const REFUSED: &str = "Unable to update TLS configuration. Check server logs.";

/// The TLS of a server.
#[derive(Default)]
pub(crate) struct Tls {
    /// What new connections begin with, and the files it was made of.
    current: Mutex<Option<Current>>,
    helpers: OnceLock<Option<Helpers>>,
}

struct Current {
    context: Arc<Context>,
    stamps: Stamps,
}

impl Tls {
    /// Builds the context that the directives ask for, if they ask for one.
    ///
    /// # Errors
    /// What `CONFIG SET` says when it cannot be built; the log says why. The old one stays.
    pub(crate) fn configure(&self, config: &Config, log: &Log) -> Result<(), String> {
        if is_wanted(config) {
            return self.build(config, log).map_err(|()| REFUSED.to_owned());
        }
        Ok(())
    }

    /// The same, if there is none.
    ///
    /// # Errors
    /// As [`Tls::configure`].
    pub(crate) fn configure_first(&self, config: &Config, log: &Log) -> Result<(), String> {
        if self.context().is_none() { self.configure(config, log) } else { Ok(()) }
    }

    /// Looks whether the files of the context have changed, and builds it anew if so.
    pub(crate) fn look_at_files(&self, config: &Config, log: &Log) {
        let changed = |current: &Current| current.stamps != Stamps::of(config);
        if !self.lock().as_ref().is_some_and(changed) {
            return;
        }
        if self.build(config, log).is_ok() {
            log.notice("TLS certificates and keys were read anew: their files have changed.");
            return;
        }
        log.warning("The TLS files have changed and are no good. The old ones stay in use.");
        // They are looked at again when they have changed again.
        if let Some(current) = &mut *self.lock() {
            current.stamps = Stamps::of(config);
        }
    }

    fn build(&self, config: &Config, log: &Log) -> Result<(), ()> {
        // Taken before they are read: a change in between is seen the next time.
        let stamps = Stamps::of(config);
        let context = Context::build(config).map_err(|reason| log.warning(reason))?;
        *self.lock() = Some(Current { context: Arc::new(context), stamps });
        Ok(())
    }

    /// The certificates in use: the server's, that for its own connections, the authority's.
    pub(crate) fn certificates(&self) -> [Option<Certificate>; 3] {
        let current = self.lock();
        current.as_ref().map_or_else(Default::default, |current| current.context.shown.clone())
    }

    /// Starts the handshake threads, if there is a context.
    pub(crate) fn start(&self, system: &Arc<System>, shared: &Arc<Shared>) {
        if self.context().is_some() {
            self.helpers(system, shared);
        }
    }

    fn helpers(&self, system: &Arc<System>, shared: &Arc<Shared>) -> Option<&Helpers> {
        let start = || Helpers::start(system, shared).ok();
        self.helpers.get_or_init(start).as_ref()
    }

    /// Has a helper thread shake hands with a new connection; it is dropped if there is none.
    pub(crate) fn welcome(&self, system: &Arc<System>, shared: &Arc<Shared>, who: Newcomer) {
        match self.helpers(system, shared) {
            Some(helpers) => helpers.take(who),
            None => handshakes::forget(system, shared, who.worker),
        }
    }

    /// What connections to other servers are made with: nothing, in plain text, without
    /// `tls-cluster`.
    ///
    /// # Errors
    /// TLS is wanted and cannot be had: no connection may be made.
    pub(crate) fn outgoing(
        &self,
        config: &Config,
        log: &Log,
    ) -> Result<Option<Arc<Credentials>>, ()> {
        if !config.flag(Id::TLS_CLUSTER) {
            return Ok(None);
        }
        // Else a helper thread does.
        if self.helpers.get().is_none() {
            self.look_at_files(config, log);
        }
        self.context().and_then(|context| context.outgoing.clone()).map(Some).ok_or(())
    }

    /// What a new connection begins with.
    fn context(&self) -> Option<Arc<Context>> {
        self.lock().as_ref().map(|current| Arc::clone(&current.context))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_wanted(config: &Config) -> bool {
    config.int(Id::TLS_PORT) != 0
        || config.flag(Id::TLS_REPLICATION)
        || config.flag(Id::TLS_CLUSTER)
}
