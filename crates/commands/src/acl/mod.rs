//! Access control: users, what they may do, and the commands on them.
//!
//! In reading order: [`rule`] (one rule and its text), [`selector`] (a set of permissions),
//! [`user`], [`registry`] (all users), [`badge`] (what a connection knows of itself), [`check`]
//! (may this call be made). Cases: tests/cases/acl.t. Behaviour and texts: redis-server 7.0.15,
//! database rules Valkey 9.1.

pub mod rule;
pub mod selector;

pub mod registry;
pub mod user;

pub mod badge;
pub mod check;

pub mod file;
pub mod log;
pub mod secrets;

mod commands;

pub use badge::Badge;
pub use check::{Call, Denial, Place, Reason, check, may, may_reading_any_key};
pub(crate) use commands::COMMANDS;
pub use commands::check_declaration;
pub use registry::{Acl, grammar, keeps_subscriptions};
pub use user::{Rules, User};

#[cfg(test)]
mod tests;
