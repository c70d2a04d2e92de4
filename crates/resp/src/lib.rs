//! RESP2, RESP3 and inline commands: bytes in, frames out. No I/O, no clock, no dependencies.
//!
//! Reading order: [`RequestParser`] (client to server), [`encode`] (server to client),
//! [`ReplyParser`] (the other end: tests, benchmark tool, client), [`split_args`] (inline commands
//! and configuration lines), [`number`] (integers and doubles as text).
//!
//! Invariants: no input panics; memory follows the bytes received, never a length that the peer
//! claims; a frame given in pieces parses as the whole does, and no byte is scanned twice. Source:
//! the published RESP specification, and the replies of redis-server 7.0 wherever that is silent.
#![forbid(unsafe_code)]

pub mod encode;
mod inline;
pub mod number;
mod reply;
mod request;

pub use inline::split_args;
pub use reply::{ReplyError, ReplyParser, Value, reply_len};
pub use request::{Limits, Progress, ProtocolError, RequestParser, Span};

/// The protocol version that a connection speaks (`HELLO 2`, `HELLO 3`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proto {
    /// RESP2, what a connection starts with.
    #[default]
    Resp2,
    /// RESP3: maps, sets, doubles, booleans, pushes.
    Resp3,
}
