//! The log: `PID:ROLE 22 Nov 2026 10:00:00.123 * text`, one line a call, as Redis writes it, or
//! logfmt or JSON as Valkey does.
//!
//! A [`Log`] is a handle that is passed to whoever writes; it reads `loglevel`, `logfile` and the
//! formats from the configuration at each line, so `CONFIG SET` takes effect at once. The file is
//! opened for each line, as in Redis: rotating it needs no signal. Control characters are escaped,
//! so nobody can forge a line, and a line is cut at [`LINE_MAX`] bytes. More than [`LINES_MAX`]
//! lines in a second are counted instead of written.

pub(crate) mod zone;

use commands::config::{Config, Id, choices};
use std::fmt::{Display, Write as _};
use std::fs::OpenOptions;
use std::io::{Write as _, stdout};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use zone::{Zone, civil};

/// Longest text of a line in bytes.
pub(crate) const LINE_MAX: usize = 1024;
/// Most lines in a second.
pub(crate) const LINES_MAX: u32 = 1000;

/// How important a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// `.`
    Debug,
    /// `-`
    Verbose,
    /// `*`
    Notice,
    /// `#`
    Warning,
}

impl Level {
    fn mark(self) -> char {
        [".", "-", "*", "#"][self as usize].chars().next().unwrap_or('*')
    }

    fn name(self) -> &'static str {
        ["debug", "info", "notice", "warning"][self as usize]
    }
}

/// Who writes, as the letter after the process id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Role {
    /// Not a server yet.
    Starting = b'C',
    /// A server that takes writes.
    Master = b'M',
    /// A replica.
    Replica = b'S',
}

/// A handle to the log. Cloning is cheap.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: Arc<Config>,
    zone: Zone,
    role: AtomicU8,
    window: Mutex<Window>,
}

/// Lines written and dropped in the current second.
#[derive(Debug, Default)]
struct Window {
    second: u64,
    lines: u32,
    dropped: u64,
}

impl Log {
    /// A log that goes where the configuration says.
    pub(crate) fn new(config: Arc<Config>) -> Log {
        let role = AtomicU8::new(Role::Starting as u8);
        let inner = Inner { config, zone: Zone::local(), role, window: Mutex::default() };
        Log { inner: Arc::new(inner) }
    }

    /// Changes the letter after the process id.
    pub(crate) fn set_role(&self, role: Role) {
        self.inner.role.store(role as u8, Relaxed);
    }

    /// Rarely useful, but not a flood.
    pub(crate) fn verbose(&self, text: impl Display) {
        self.write(Level::Verbose, text);
    }

    /// What an operator wants to see.
    pub(crate) fn notice(&self, text: impl Display) {
        self.write(Level::Notice, text);
    }

    /// What an operator must see.
    pub(crate) fn warning(&self, text: impl Display) {
        self.write(Level::Warning, text);
    }

    /// Whether a line of this level would be written.
    pub(crate) fn enabled(&self, level: Level) -> bool {
        level as i64 >= self.inner.config.int(Id::LOGLEVEL)
    }

    /// Writes a line if its level is enabled. Errors are ignored: there is nowhere to report them.
    pub(crate) fn write(&self, level: Level, text: impl Display) {
        if !self.enabled(level) {
            return;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (unix_ms, text) = (now.as_millis() as i64, text.to_string());
        let mut window = self.inner.window.lock().unwrap_or_else(PoisonError::into_inner);
        let mut page = String::new();
        if window.second != now.as_secs() {
            if window.dropped > 0 {
                let text = format!("{} log lines were dropped, too many a second", window.dropped);
                page.push_str(&self.line(Level::Warning, &text, unix_ms));
            }
            *window = Window { second: now.as_secs(), ..Window::default() };
        }
        if window.lines < LINES_MAX {
            window.lines += 1;
            page.push_str(&self.line(level, &text, unix_ms));
        } else {
            window.dropped += 1;
        }
        self.append(page.as_bytes());
    }

    /// Writes text as it is, for the logo. Shown at level notice.
    pub(crate) fn raw(&self, text: &str) {
        if self.enabled(Level::Notice) {
            let _window = self.inner.window.lock().unwrap_or_else(PoisonError::into_inner);
            self.append(text.as_bytes());
        }
    }

    fn append(&self, bytes: &[u8]) {
        let path = self.inner.config.text(Id::LOGFILE);
        if bytes.is_empty() {
            return;
        }
        let _ignored = if path.is_empty() {
            let mut out = stdout().lock();
            out.write_all(bytes).and_then(|()| out.flush())
        } else {
            let path = Path::new(std::ffi::OsStr::from_bytes(&path));
            let file = OpenOptions::new().append(true).create(true).open(path);
            file.and_then(|mut file| file.write_all(bytes))
        };
    }

    fn line(&self, level: Level, text: &str, unix_ms: i64) -> String {
        let inner = &*self.inner;
        let pid = std::process::id();
        let role = inner.role.load(Relaxed);
        let time = match inner.config.int(Id::LOG_TIMESTAMP_FORMAT) {
            choices::LOG_TIME_MILLISECONDS => unix_ms.to_string(),
            choices::LOG_TIME_ISO8601 => iso_time(&inner.zone, unix_ms),
            _ => legacy_time(&inner.zone, unix_ms),
        };
        let long_role = if role == Role::Replica as u8 { "replica" } else { "primary" };
        let name = level.name();
        match inner.config.int(Id::LOG_FORMAT) {
            choices::LOG_FORMAT_LOGFMT => format!(
                "pid={pid} role={long_role} timestamp=\"{time}\" level={name} message=\"{}\"\n",
                escaped(text, true)
            ),
            choices::LOG_FORMAT_JSON => format!(
                "{{\"pid\":{pid},\"role\":\"{long_role}\",\"timestamp\":\"{time}\",\
                 \"level\":\"{name}\",\"message\":\"{}\"}}\n",
                escaped(text, true)
            ),
            _ => {
                let (role, mark) = (char::from(role), level.mark());
                format!("{pid}:{role} {time} {mark} {}\n", escaped(text, false))
            }
        }
    }
}

/// Cuts the text to length and escapes control characters; in quotes also quotes and backslashes,
/// all in the way of JSON.
fn escaped(text: &str, in_quotes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if out.len() + character.len_utf8() > LINE_MAX {
            break;
        }
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' if in_quotes => out.extend(['\\', character]),
            control if control.is_control() => {
                write!(out, "\\u{:04x}", u32::from(control)).expect("a string takes all");
            }
            other => out.push(other),
        }
    }
    out
}

/// Local year, month, day, hour, minute, second and the offset.
fn local_parts(zone: &Zone, unix_ms: i64) -> ([i64; 6], i64) {
    let unix = unix_ms.div_euclid(1000);
    let offset = zone.offset_at(unix);
    let local = unix + offset;
    let (year, month, day) = civil(local.div_euclid(86_400));
    let of_day = local.rem_euclid(86_400);
    ([year, month, day, of_day / 3600, of_day / 60 % 60, of_day % 60], offset)
}

/// `22 Nov 2026 10:00:00.123`
fn legacy_time(zone: &Zone, unix_ms: i64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let ([year, month, day, hour, minute, second], _) = local_parts(zone, unix_ms);
    let (month, ms) = (MONTHS[month as usize - 1], unix_ms.rem_euclid(1000));
    format!("{day:02} {month} {year} {hour:02}:{minute:02}:{second:02}.{ms:03}")
}

/// `2026-11-22T10:00:00.123+00:00`
fn iso_time(zone: &Zone, unix_ms: i64) -> String {
    let ([year, month, day, hour, minute, second], offset) = local_parts(zone, unix_ms);
    let ms = unix_ms.rem_euclid(1000);
    let (sign, offset) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
    let (east_hours, east_minutes) = (offset / 3600, offset / 60 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}\
         {sign}{east_hours:02}:{east_minutes:02}"
    )
}

#[cfg(test)]
mod tests;
