//! The data set of Scrubjay: value types.
#![forbid(unsafe_code)]

pub mod hash;
mod hasher;
mod int;
pub mod list;
mod packed;
pub mod set;
pub mod value;
pub mod zset;

pub use hasher::{fix_seed, hash, tag};
pub use value::{Limits, Object, Rec, Type};
