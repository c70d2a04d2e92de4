//! A line on standard error that shows how far a tool is. Without a terminal there is none.

use std::io::{self, IsTerminal as _, Write as _};

/// Cells of the bar.
const WIDTH: usize = 25;

/// A bar that was drawn with so many percent, if at all.
#[derive(Debug)]
pub(super) struct Bar {
    is_seen: bool,
    shown: Option<(u64, String)>,
}

impl Bar {
    /// One that shows if standard error is a terminal.
    pub(super) fn new() -> Self {
        Self { is_seen: io::stderr().is_terminal(), shown: None }
    }

    /// Shows that `done` of `total` are done, with a text behind it. Draws only what is new.
    pub(super) fn show(&mut self, done: u64, total: u64, text: &str) {
        if !self.is_seen {
            return;
        }
        let percent = (u128::from(done) * 100 / u128::from(total.max(1))).min(100) as u64;
        if self.shown.as_ref().is_some_and(|(old, said)| *old == percent && said == text) {
            return;
        }
        self.shown = Some((percent, text.to_owned()));
        let full = percent as usize * WIDTH / 100;
        let (bar, rest) = ("#".repeat(full), " ".repeat(WIDTH - full));
        // Who cannot be shown it needs no bar.
        let _ = write!(io::stderr(), "\r[{bar}{rest}] {percent} %{text}\x1b[K");
    }

    /// Takes the line away.
    pub(super) fn clear(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
