//! The data set of Scrubjay: stripes, databases, value types, expiry, events, watchers, waiters.
//!
//! No sockets, no files, no clock and no random numbers of its own: time and randomness come in
//! as arguments. Replies and the protocol are unknown here. In reading order: [`Store`] and its
//! locks, [`Keys`] (what a command sees), the value types, events.
#![forbid(unsafe_code)]

mod store;

mod access;
mod database;
mod defrag;

mod keys;

mod event;
mod evict;
mod expire;
mod figures;
mod garbage;
pub mod journal;
mod keyspace;
mod late;
mod load;
mod snapshot;
mod typed;
mod wait;
mod watch;

pub mod hash;
pub mod list;
pub mod set;
pub mod stream;
pub mod string;
pub mod value;
pub mod zset;

mod hasher;
mod int;
mod packed;
mod prefetch;
mod sync;

pub use access::{Access, LFU_START};
pub use database::Database;
pub use defrag::Course;
pub use event::{Class, Effects, Event, KeyEvent};
pub use evict::{Eviction, Pool, Rank, idle_seconds};
pub use expire::{Progress, Swept};
pub use figures::Figures;
pub use garbage::Garbage;
pub use hasher::{fix_seed, hash, tag};
pub use keys::{Create, Expiry, Keys, Moment};
pub use load::Incoming;
pub use prefetch::{Depth, Prefetch};
pub use raw::{
    Blob, EntryRef, FoldKeys, Lzf, MoveEach, Mover, Payload, View, Wide, fold, fold_keys, ticks,
    wide,
};
pub use snapshot::{AtCut, CutDatabase, Keeper, Walk, Walked};
pub use store::{Counters, KeptStripe, KeyId, Keyspace, Layout, Spot, Store};
pub use value::{Limits, Object, Rec, Type};
pub use wait::Waiter;

/// The key holds a value of another type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrongType;
