//! One word that says what is switched on for the whole server, so that what is off costs a call
//! one branch on one load.
//!
//! Bits are set before and cleared after the state behind them is in use; who sees a bit looks at
//! that state for the truth.

use std::sync::atomic::{AtomicU32, Ordering};

/// The word.
#[derive(Default, Debug)]
pub struct Switches(AtomicU32);

impl Switches {
    /// `CLIENT PAUSE` holds requests that may write.
    pub const PAUSED_WRITES: u32 = 1;
    /// `CLIENT PAUSE` holds all requests.
    pub const PAUSED_ALL: u32 = 2;
    /// A client has called MONITOR.
    pub const MONITORED: u32 = 4;
    /// A client has turned tracking on.
    pub const TRACKED: u32 = 8;
    /// A script is over its time.
    pub const BUSY: u32 = 16;

    /// All that is on. What was written before a bit was set is seen by who sees the bit.
    #[inline]
    pub fn get(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }

    /// Whether any of `bits` is on.
    #[inline]
    pub fn has(&self, bits: u32) -> bool {
        self.get() & bits != 0
    }

    /// Switches `bits` on.
    pub fn set(&self, bits: u32) {
        self.0.fetch_or(bits, Ordering::AcqRel);
    }

    /// Switches `bits` off.
    pub fn clear(&self, bits: u32) {
        self.0.fetch_and(!bits, Ordering::AcqRel);
    }
}
