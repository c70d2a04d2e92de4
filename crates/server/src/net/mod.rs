//! Sockets: who listens, who is connected, and the loop that serves them.

pub(crate) mod listen;

mod defrag;
mod walk;
pub(crate) mod worker;

pub(crate) mod connection;
mod crowd;
pub(crate) mod mailbox;

pub(crate) mod inbox;
pub(crate) mod sync;

pub(crate) mod accept;
mod ahead;
mod batch;
mod clients;
mod durable;
pub(crate) mod lobby;
mod timers;
mod weight;
