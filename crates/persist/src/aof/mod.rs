//! Append-only files: their names and order ([`manifest`]), what is in them ([`read`]), and
//! room that is filled in advance ([`room`]).
//!
//! ```text
//! appendonlydir/appendonly.aof.manifest      which files, in which order
//!               appendonly.aof.3.base.rdb    everything up to some instant
//!               appendonly.aof.5.incr.aof    what changed since, the last one is written
//! ```

pub mod log;

pub mod manifest;

pub mod read;

pub mod room;
