//! The access clock of a record: what reads and changes leave for eviction to go by.
//!
//! ```text
//! recency     [seconds 24]                  of the last read or change, or of the last change only
//! frequency   [minutes 16][counter 8]       the counter is logarithmic and falls with time
//! ```
//! A clock is written only when it has moved. Layout and counting: redis-server 7.0.15.

use crate::value::Rec;
use raw::EntryMut;

/// What a read leaves in a record for eviction to go by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Nothing (`CLIENT NO-TOUCH`, `OBJECT`).
    Untouched,
    /// The least-recently-used clock, in seconds, 24 bits.
    Recency(u32),
    /// The same, left by changes only.
    Modification(u32),
    /// The frequency counter: minutes in 16 bits, a logarithmic counter in 8.
    Frequency {
        /// Unix time in minutes, 16 bits.
        minutes: u16,
        /// `lfu-log-factor`.
        log_factor: u8,
        /// `lfu-decay-time`, in minutes.
        decay_minutes: u8,
        /// Random bits for the counter.
        random: u32,
    },
}

impl Access {
    /// What a new record starts with.
    pub(crate) fn begin(self, rec: &mut Rec) {
        match self {
            Self::Untouched => {}
            Self::Recency(clock) | Self::Modification(clock) => rec.set_access(clock),
            Self::Frequency { minutes, .. } => {
                rec.set_access(u32::from(minutes) << 8 | u32::from(LFU_START));
            }
        }
    }

    /// The counter of a frequency clock (`[minutes 16][counter 8]`), less one for each decay time
    /// that has passed.
    #[inline]
    pub fn frequency(clock: u32, minutes: u16, decay_minutes: u8) -> u8 {
        let idle = minutes.wrapping_sub((clock >> 8) as u16);
        let periods = if decay_minutes == 0 { 0 } else { idle / u16::from(decay_minutes) };
        (clock as u8).saturating_sub(periods.min(255) as u8)
    }

    /// What a change leaves where reads leave nothing.
    #[inline]
    pub(crate) fn of_change(self) -> Self {
        if let Self::Modification(clock) = self { Self::Recency(clock) } else { self }
    }

    /// What a write leaves.
    #[inline]
    pub(crate) fn renew(self, entry: &mut EntryMut<'_, Rec>) {
        let next = self.of_change().next(entry.access());
        if next != entry.access() {
            entry.set_access(next);
        }
    }

    /// What a read leaves. A line is written only when the clock has moved.
    #[inline]
    pub(crate) fn leave_in(self, rec: &Rec) {
        let clock = rec.access();
        let next = self.next(clock);
        if next != clock {
            rec.set_access(next);
        }
    }

    #[inline]
    fn next(self, clock: u32) -> u32 {
        match self {
            Self::Untouched | Self::Modification(_) => clock,
            Self::Recency(now) => now,
            Self::Frequency { minutes, log_factor, decay_minutes, random } => {
                let counter = Self::frequency(clock, minutes, decay_minutes);
                u32::from(minutes) << 8 | u32::from(count_access(counter, log_factor, random))
            }
        }
    }
}

/// Counter of a key that was never counted.
pub const LFU_START: u8 = 5;

/// Counts one access on the logarithmic counter: the higher it is, the rarer it moves.
fn count_access(counter: u8, log_factor: u8, random: u32) -> u8 {
    if counter == u8::MAX {
        return counter;
    }
    let above = u64::from(counter.saturating_sub(LFU_START));
    let odds = above * u64::from(log_factor) + 1;
    if u64::from(random) * odds < u64::from(u32::MAX) { counter + 1 } else { counter }
}
