//! `--check-system` and `--test-memory`: is this machine fit for the server?

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

/// What a check found.
enum Finding {
    Fine,
    /// Not applicable or not readable here.
    Skipped,
    /// Works, but badly, for this reason.
    Warning(String),
}

/// The report of all checks, and whether none of them warns.
pub(crate) fn check() -> (String, bool) {
    let checks: [(&str, Finding); 3] = [
        ("slow-clocksource", slow_clock()),
        ("xen-clocksource", xen_clock()),
        ("THP", huge_pages()),
    ];
    let mut report = String::new();
    let mut fine = true;
    for (name, finding) in checks {
        let result = match finding {
            Finding::Fine => "OK".to_owned(),
            Finding::Skipped => "skipped".to_owned(),
            Finding::Warning(text) => {
                fine = false;
                format!("WARNING:\n{text}\n")
            }
        };
        writeln!(report, "[{name}]...{result}").expect("a string takes all");
    }
    (report, fine)
}

fn slow_clock() -> Finding {
    const READS: u32 = 20_000;
    let start = Instant::now();
    for _ in 0..READS {
        std::hint::black_box(Instant::now());
    }
    let each = start.elapsed() / READS;
    if each < Duration::from_nanos(1500) {
        return Finding::Fine;
    }
    let source = clock_source().unwrap_or_else(|| "unknown".to_owned());
    Finding::Warning(format!(
        "Reading the clock takes {} ns. The system's clock source, {source}, is slow; tsc is the \
         fast one where it is reliable.",
        each.as_nanos()
    ))
}

fn clock_source() -> Option<String> {
    let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

fn xen_clock() -> Finding {
    match clock_source().as_deref() {
        None => Finding::Skipped,
        Some("xen") => Finding::Warning(
            "The system uses the 'xen' clock source, which may be slow. Compare with \
             [slow-clocksource]."
                .to_owned(),
        ),
        Some(_) => Finding::Fine,
    }
}

/// Whether transparent huge pages are forced on all memory.
pub(crate) fn huge_pages_forced() -> Option<bool> {
    let text = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled").ok()?;
    Some(text.contains("[always]"))
}

fn huge_pages() -> Finding {
    match huge_pages_forced() {
        None => Finding::Skipped,
        Some(false) => Finding::Fine,
        Some(true) => Finding::Warning(
            "Transparent huge pages are always on, so the server may take more memory than it \
             needs. 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled' turns them off."
                .to_owned(),
        ),
    }
}

/// Writes patterns over so many megabytes and reads them back; whether all came back.
///
/// # Errors
/// The memory is not to be had.
pub(crate) fn test_memory(megabytes: u64) -> Result<bool, String> {
    let words = usize::try_from(megabytes.saturating_mul(1024 * 1024 / 8)).unwrap_or(usize::MAX);
    let mut memory: Vec<u64> = Vec::new();
    memory
        .try_reserve_exact(words)
        .map_err(|_| format!("Unable to allocate {megabytes} megabytes"))?;
    memory.resize(words, 0);
    // Solid bits, alternating bits, and the address itself and its complement.
    let patterns: [fn(u64) -> u64; 5] = [
        |_| u64::MAX,
        |_| 0,
        |index| if index.is_multiple_of(2) { 0xaaaa_aaaa_aaaa_aaaa } else { 0x5555_5555_5555_5555 },
        |index| index.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        |index| !index.wrapping_mul(0x9e37_79b9_7f4a_7c15),
    ];
    for pattern in patterns {
        for (index, word) in memory.iter_mut().enumerate() {
            *word = pattern(index as u64);
        }
        std::hint::black_box(&mut memory);
        let kept = |(index, word): (usize, &u64)| *word == pattern(index as u64);
        if !memory.iter().enumerate().all(kept) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
