//! LATENCY GRAPH: a column a sample, and below it how long ago it was, downwards.
//!
//! ```text
//! command - high 100 ms, low 12 ms (all time high 100 ms)
//! ----------------------------------------------------------------------- (80)
//!    #
//!    |       four rows of three heights each: _ o #, | where a column goes on above
//!  # |
//! _|o|
//!
//! 3312
//! 548s       33s, 15s, 14s, 28s
//! sss
//! ```

use super::latency::{Sample, Series};
use std::fmt::Write as _;

const COLUMNS: usize = 80;
const ROWS: usize = 4;
const HEIGHTS: &[u8; 3] = b"_o#";
const STEPS: usize = ROWS * HEIGHTS.len();

/// The drawing of an event as of `now`, Unix seconds.
pub(super) fn draw(event: &str, series: &Series, now: i64) -> String {
    let lengths = || series.samples.iter().map(|sample| sample.ms);
    let (low, high) = (lengths().min().unwrap_or(0), lengths().max().unwrap_or(0));
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{event} - high {high} ms, low {low} ms (all time high {} ms)",
        series.max_ms
    );
    text.push_str(&"-".repeat(COLUMNS));
    text.push('\n');
    let samples: Vec<Sample> = series.samples.iter().copied().collect();
    for (number, part) in samples.chunks(COLUMNS).enumerate() {
        if number > 0 {
            text.push('\n');
        }
        draw_part(&mut text, part, (low, high), now);
    }
    text
}

fn draw_part(text: &mut String, part: &[Sample], (low, high): (u64, u64), now: i64) {
    let range = (high - low).max(1) as usize;
    let step = |sample: &Sample| ((sample.ms - low) as usize * STEPS / range).min(STEPS - 1);
    let steps: Vec<usize> = part.iter().map(step).collect();
    for row in (0..ROWS).rev() {
        let base = row * HEIGHTS.len();
        line(
            text,
            steps.iter().map(|step| match step.checked_sub(base) {
                None => ' ',
                Some(height) => HEIGHTS.get(height).map_or('|', |shape| char::from(*shape)),
            }),
        );
    }
    line(text, part.iter().map(|_| ' '));
    let labels: Vec<String> = part.iter().map(|sample| age(now - sample.at)).collect();
    let longest = labels.iter().map(String::len).max().unwrap_or(0);
    for row in 0..longest {
        line(text, labels.iter().map(|label| label.chars().nth(row).unwrap_or(' ')));
    }
}

fn line(text: &mut String, chars: impl Iterator<Item = char>) {
    text.extend(chars);
    text.push('\n');
}

fn age(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}
