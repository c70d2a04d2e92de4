//! How many clients a worker serves at a time, and the rest that it takes when they are many.
//!
//! ```text
//! few clients     wait, serve one, wait, serve one, ..       each wait is a sleep and a wake-up
//! a crowd         rest, serve what gathered, rest, ..        one sleep for many requests
//! ```
//! Going to sleep and being woken costs about as much as serving ten requests of a pipeline. A
//! worker that is faster than what its clients send would do so after every few requests. With a
//! crowd of clients it rests first, for a twentieth of a millisecond and longer the larger the
//! crowd is, and then serves at once what has come. Network cards moderate their interrupts for
//! the same reason.
//!
//! A crowd: so many connections sent something in the last millisecond. A client that asks one
//! thing after the other never waits for a rest.

use rustix::thread::{Timespec, nanosleep, set_current_timer_slack};
use std::num::NonZeroU64;

/// Connections with input within one millisecond that make a crowd.
const CROWD: u32 = 16;
/// How long a worker lets requests of a crowd gather, in nanoseconds.
const REST_NS: i64 = 50_000;
/// How long it waits for one more, in nanoseconds.
const NAP_NS: i64 = 20_000;
/// So many crowds in one, and more, get so many rests in one: 0.2 ms are the most that a request
/// may wait for others.
const CROWDS_MOST: u32 = 4;

/// Connections that were active, by milliseconds.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    now: i64,
    /// Connections seen in this millisecond.
    active: u32,
    /// The same of the one before.
    was_active: u32,
}

impl Crowd {
    /// A turn begins.
    #[inline]
    pub(super) fn begin(&mut self, now: i64) {
        if now != self.now {
            self.was_active = if now == self.now + 1 { self.active } else { 0 };
            (self.now, self.active) = (now, 0);
        }
    }

    /// A connection has input; `seen` is when it last had any.
    #[inline]
    pub(super) fn see(&mut self, seen: &mut i64) {
        self.active += u32::from(std::mem::replace(seen, self.now) != self.now);
    }

    /// Whether a worker with nothing to do should rest before it waits.
    #[inline]
    pub(super) fn is_large(&self) -> bool {
        self.crowds() > 0
    }

    /// Connections that are active at a time.
    #[inline]
    pub(super) fn size(&self) -> u32 {
        self.was_active.max(self.active)
    }

    /// How many crowds there are at a time.
    fn crowds(&self) -> u32 {
        self.size() / CROWD
    }

    /// Lets requests gather.
    pub(super) fn rest(&self) {
        let ns = REST_NS * i64::from(self.crowds().min(CROWDS_MOST));
        let _ = nanosleep(&Timespec { tv_sec: 0, tv_nsec: ns });
    }
}

/// Lets a request or two come.
pub(super) fn nap() {
    let _ = nanosleep(&Timespec { tv_sec: 0, tv_nsec: NAP_NS });
}

/// Has this thread's rests end when they should: the kernel else adds 50 microseconds to each.
pub(super) fn rest_exactly() {
    let _ = set_current_timer_slack(NonZeroU64::new(1000));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_in(crowd: &mut Crowd, now: i64, connections: &mut [i64]) {
        crowd.begin(now);
        for seen in connections {
            crowd.see(seen);
        }
    }

    #[test]
    fn a_crowd_is_many_connections_not_many_requests() {
        let (mut crowd, mut one) = (Crowd::default(), [0]);
        crowd.begin(7);
        for _ in 0..100 {
            crowd.see(&mut one[0]);
        }
        assert!(!crowd.is_large());
        seen_in(&mut crowd, 7, &mut [0; 15]);
        assert!(crowd.is_large());
    }

    #[test]
    fn it_is_gone_a_millisecond_later() {
        let mut crowd = Crowd::default();
        seen_in(&mut crowd, 7, &mut [0; 16]);
        crowd.begin(8);
        assert!(crowd.is_large());
        crowd.begin(9);
        assert!(!crowd.is_large());
        seen_in(&mut crowd, 10, &mut [0; 16]);
        crowd.begin(12); // nobody was active in between
        assert!(!crowd.is_large());
    }
}
