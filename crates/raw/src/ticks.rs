//! A cheap counter for measuring short spans: the processor's time stamp, or nanoseconds elsewhere.

/// A number that rises at a steady rate; only differences mean something, and the rate is the
/// caller's to find out.
#[inline]
#[cfg(target_arch = "x86_64")]
pub fn ticks() -> u64 {
    // SAFETY: every x86_64 processor has the instruction, and it touches no memory.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// A number that rises at a steady rate; only differences mean something, and the rate is the
/// caller's to find out.
#[cfg(not(target_arch = "x86_64"))]
pub fn ticks() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}
