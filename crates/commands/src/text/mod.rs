//! Text to numbers and back, patterns, quoting: what the wire and the configuration file agree on.
//!
//! The rules are redis-server 7.0's, found by asking it. With `SCRUBJAY_ORACLE=1` the tests ask
//! again, over random values, if `redis-server` is installed; without it they check a table of
//! recorded answers.

pub mod int;

pub mod double;

pub mod long_double;

pub mod glob;

pub mod memory;

pub mod quote;

pub mod shown;

pub mod xxh3;

mod big;
mod c_float;
#[cfg(test)]
pub(crate) mod oracle;

pub use resp::split_args;
