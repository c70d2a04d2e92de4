//! The only unsafe data structures of Scrubjay, one structure a file, each behind a safe API.
//!
//! Reading order: `mem` (size classes, byte access), the thin owners `Blob`, `Packed`, `Record`,
//! `Pair`, `Scored` and `Member`, then `Table` (where they live), `Ranked` over `ztree` (table and
//! order of a sorted set), `relocate` (moving all of these), `Lock` (what guards the tables),
//! `Loan` (a borrow for callbacks), and what is only faster here: `clmul`, `Lzf`, `wide`.
//!
//! Invariants of the crate: an owner is one non-null pointer to one allocation of exactly
//! `size_class(bytes needed)` bytes, so a capacity is derived and never stored; integers in memory
//! are little-endian; nothing here reads a clock, draws a random number or touches the operating
//! system.

mod blob;
mod clmul;
mod loan;
mod lock;
mod lzf;
mod mem;
#[cfg(test)]
mod naive;
mod packed;
mod pair;
mod ranked;
mod record;
mod refs;
mod relocate;
mod shared;
mod sync;
mod table;
mod ticks;
mod wide;
mod ztree;

pub use blob::Blob;
pub use clmul::{FoldKeys, fold, fold_keys};
pub use loan::{Family, Loan};
pub use lock::{Guard, Kept, Lock};
pub use lzf::Lzf;
pub use mem::size_class;
pub use packed::Packed;
pub use pair::{Member, Pair, Scored};
pub use ranked::{Iter as RankedIter, Ranked};
pub use record::{Payload, Record, View, ViewMut};
pub use relocate::{MoveEach, Mover, relocate_box};
pub use shared::Shared;
pub use table::{Entry, EntryMut, EntryRef, IntoIter, Iter, Sample, Slot, Swept, Table, Verdict};
pub use ticks::ticks;
pub use wide::{Wide, wide};

const _: () =
    assert!(size_of::<usize>() == 8, "48-bit pointers and 8-byte words: 64-bit targets only");
