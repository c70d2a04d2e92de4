//! Values as bytes: the objects of RDB files, which DUMP and RESTORE send too.
//!
//! Bytes in, values out, and back; no files and no sockets here: what is written to a disk goes
//! through [`storage`]. In reading order: [`rdb`] (the objects), [`dump`] (one object with its
//! footer), [`snapshot`] (all of them at one instant), and what they rest on: [`lzf`], [`crc64`].
//!
//! Invariant: decoding takes any bytes. It returns an error or a value that is whole; it never
//! panics, and what it allocates is bounded by the bytes it was given (see [`lzf`] for the factor),
//! not by the counts and lengths that they claim.
#![forbid(unsafe_code)]

pub mod storage;

pub mod snapshot;

pub mod rdb;

pub mod aof;

pub mod dump;

pub mod crc64;
pub mod lzf;
