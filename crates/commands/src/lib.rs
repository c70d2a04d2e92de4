//! The commands of Scrubjay: rows, dispatch, and one file or folder a family.
//!
//! In reading order: [`spec`] (what a row says), [`dispatch`] (the way of a request), [`Cx`]
//! (what a handler sees), then any family. No sockets, no files, no clock: what a command needs
//! of the operating system goes through [`Host`](shared::Host).
#![forbid(unsafe_code)]

pub mod spec;
pub mod table;

mod dispatch;

mod args;
mod cx;
mod error;
mod reply;
pub mod session;
pub mod shared;

pub mod acl;
pub mod append;
pub mod blocking;
pub mod exchange;
pub mod journal;
pub mod kept;
pub mod keys_of;
pub mod measure;
mod memory_limit;
pub mod metrics;
pub mod notify;
pub mod pause;
pub mod pubsub;
pub mod saving;
pub mod session_end;
pub mod switches;
pub mod tracking;

pub mod offline;

pub mod config;
pub mod text;

mod collection;
mod expire_options;
mod families;
mod pops;
mod scan_options;
pub mod scripting;

mod bitmap;
mod connection;
mod generic;
mod geo;
mod hash;
mod hyperloglog;
pub mod introspection;
mod list;
mod server;
mod set;
mod stream;
mod string;
mod subscribe;
mod transactions;
mod zset;

pub use args::{Args, OwnedArgs};
pub use cx::{Cx, Local, Origin, Rng, Turn};
pub use dispatch::{Flow, dispatch};
pub use error::{CommandError, CommandResult, Outcome};
pub use families::all as families;
pub use generic::strings as dump_strings;
pub use memory_limit::{access, evict_between_batches};
pub use metrics::sample_rates;
pub use reply::{Output, PIN_BYTES, Reply};
