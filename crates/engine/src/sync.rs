//! What threads meet at in this crate: the gate of the store and the claim word of waiters. Built
//! with `--cfg shuttle` they are those of shuttle, for the models in `models/`.

#[cfg(not(shuttle))]
mod real {
    pub(crate) use std::sync::atomic::AtomicU8;
    pub(crate) use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
    pub(crate) use std::thread::yield_now;
}

#[cfg(shuttle)]
mod real {
    pub(crate) use shuttle::sync::atomic::AtomicU8;
    pub(crate) use shuttle::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
    pub(crate) use shuttle::thread::yield_now;
}

pub(crate) use real::*;
