//! What other threads want of a worker: an [`Inbox`] of mail whose bell is an eventfd.

use crate::loading::Credit;
use crate::net::accept::Arrival;
use crate::net::inbox::Inbox;
use crate::net::listen::Listener;
use crate::net::sync::Bell;
use crate::tls::handshakes::Secured;
use commands::OwnedArgs;
use commands::append::replay::Replay;
use commands::shared::Message;
use engine::Incoming;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex};

/// One item of mail.
#[derive(Debug)]
pub(crate) enum Mail {
    /// From a command on another worker.
    Message(Message),
    /// A new connection.
    Arrival(Arrival),
    /// A new connection that has shaken hands.
    Secured(Box<Secured>),
    /// Where to listen on TCP from now on.
    Listen(Vec<Listener>),
    /// The server ends.
    Stop,
    /// A snapshot was cut.
    Walk,
    /// The snapshot of a rewrite is to be cut.
    Cut,
    /// More of the log is durable.
    Durable,
    /// Requests that come out of a log, and whom to tell that they were run.
    Replay(Vec<OwnedArgs>, Arc<Mutex<Replay>>, Credit),
    /// Records that come out of a file, and whom to tell that they are in.
    Load(Vec<Incoming>, Credit),
    /// A signal asks for the end.
    End,
}

/// One worker's mailbox.
#[derive(Debug)]
pub(crate) struct Mailbox(Inbox<Mail>);

impl Mailbox {
    /// An empty one.
    ///
    /// # Errors
    /// No file descriptor is left.
    pub(crate) fn new() -> rustix::io::Result<Self> {
        Bell::new().map(|bell| Self(Inbox::new(bell)))
    }

    /// Puts an item in and wakes the worker if it sleeps.
    pub(crate) fn post(&self, mail: Mail) {
        self.0.post(mail);
    }

    /// Says that the worker is about to sleep; whether it may: the queue is empty.
    pub(crate) fn park(&self) -> bool {
        self.0.park()
    }

    /// Says that the worker is awake.
    pub(crate) fn unpark(&self) {
        self.0.unpark();
    }

    /// Takes all items.
    pub(crate) fn take(&self) -> Vec<Mail> {
        self.0.take()
    }

    /// Takes the new connections.
    pub(crate) fn take_newcomers(&self) -> Vec<Mail> {
        self.0.take_those(|mail| matches!(mail, Mail::Arrival(_) | Mail::Secured(_)))
    }

    /// Silences the bell after it rang.
    pub(crate) fn hush(&self) {
        self.0.bell().hush();
    }

    /// What to wait on.
    pub(crate) fn bell(&self) -> BorrowedFd<'_> {
        self.0.bell().fd()
    }
}
