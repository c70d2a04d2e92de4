//! The manifest: which files an append-only log is made of, and in which order.
//!
//! ```text
//! file appendonly.aof.1.base.rdb seq 1 type b     at most one base
//! file appendonly.aof.1.incr.aof seq 1 type h     history: replaced, to be removed
//! file appendonly.aof.2.incr.aof seq 2 type i     increments, ascending; the last is written
//! ```
//! The format is that of Redis 7. Lines that begin with `#` are comments; unknown pairs of words
//! are skipped.

use std::fmt;

/// One file of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Its name in the directory.
    pub name: Vec<u8>,
    /// Its number among those of its kind.
    pub seq: i64,
}

/// The files of a log.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// Everything up to an instant.
    pub base: Option<Part>,
    /// What is not needed any more: what became so last comes first.
    pub history: Vec<Part>,
    /// What changed since, oldest first.
    pub increments: Vec<Part>,
    /// Numbers given last.
    base_seq: i64,
    increment_seq: i64,
}

/// Why a manifest cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable {
    /// The number of the line, from 1, and the line, if it is about one.
    pub line: Option<(usize, Vec<u8>)>,
    /// What is wrong, in Redis's words.
    pub reason: &'static str,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for Unreadable {}

const BAD_FORMAT: &str = "Invalid AOF manifest file format";
/// Longest line, its end included.
const LINE_MAX: usize = 1024;

impl Manifest {
    /// Reads a manifest. `split` splits a line into words as configuration files have them quoted.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn parse(
        text: &[u8],
        split: fn(&[u8]) -> Option<Vec<Vec<u8>>>,
    ) -> Result<Self, Unreadable> {
        if text.is_empty() {
            return Err(Unreadable { line: None, reason: "Found an empty AOF manifest" });
        }
        let mut manifest = Self::default();
        for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            if line.starts_with(b"#") {
                continue;
            }
            if line.len() > LINE_MAX || !line.ends_with(b"\n") {
                let reason = "The AOF manifest file contains too long line";
                return Err(Unreadable { line: None, reason });
            }
            let line = line.trim_ascii();
            manifest.take(line, split).map_err(|reason| Unreadable {
                line: (!line.is_empty()).then(|| (index + 1, line.to_vec())),
                reason,
            })?;
        }
        Ok(manifest)
    }

    fn take(
        &mut self,
        line: &[u8],
        split: fn(&[u8]) -> Option<Vec<Vec<u8>>>,
    ) -> Result<(), &'static str> {
        let words = split(line).filter(|words| words.len() >= 6 && words.len() % 2 == 0);
        let words = words.ok_or(BAD_FORMAT)?;
        let (mut name, mut seq, mut kind) = (None, 0, None);
        for pair in words.chunks_exact(2) {
            let [key, value] = pair else { continue };
            match key.to_ascii_lowercase().as_slice() {
                b"file" if value.contains(&b'/') || value.contains(&b'\\') => {
                    return Err("File can't be a path, just a filename");
                }
                b"file" => name = Some(value.clone()),
                b"seq" => seq = std::str::from_utf8(value).ok().and_then(leading).unwrap_or(0),
                b"type" => kind = value.first().copied(),
                _ => {}
            }
        }
        let (Some(name), true, Some(kind)) = (name, seq != 0, kind) else {
            return Err(BAD_FORMAT);
        };
        let part = Part { name, seq };
        match kind {
            b'b' if self.base.is_some() => return Err("Found duplicate base file information"),
            b'b' => {
                self.base_seq = seq;
                self.base = Some(part);
            }
            b'h' => self.history.push(part),
            b'i' if seq <= self.increment_seq => {
                return Err("Found a non-monotonic sequence number");
            }
            b'i' => {
                self.increment_seq = seq;
                self.increments.push(part);
            }
            _ => return Err("Unknown AOF file type"),
        }
        Ok(())
    }

    /// The text of the manifest.
    pub fn text(&self, quote: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let mut text = Vec::new();
        let base = self.base.iter().map(|part| (part, 'b'));
        let history = self.history.iter().map(|part| (part, 'h'));
        let increments = self.increments.iter().map(|part| (part, 'i'));
        for (part, kind) in base.chain(history).chain(increments) {
            text.extend_from_slice(b"file ");
            text.extend_from_slice(&quote(&part.name));
            text.extend_from_slice(format!(" seq {} type {kind}\n", part.seq).as_bytes());
        }
        text
    }

    /// Whether there is nothing to load.
    pub fn is_empty(&self) -> bool {
        self.base.is_none() && self.increments.is_empty()
    }

    /// The files to load, in order.
    pub fn loaded(&self) -> impl Iterator<Item = &Part> {
        self.base.iter().chain(&self.increments)
    }

    /// Puts a new base in the place of what there is, which becomes history; its name. `suffix` is
    /// `.rdb` or `.aof`.
    pub fn new_base(&mut self, prefix: &[u8], suffix: &str) -> Vec<u8> {
        if let Some(old) = self.base.take() {
            self.history.insert(0, old);
        }
        self.base_seq += 1;
        let name = name(prefix, self.base_seq, ".base", suffix);
        self.base = Some(Part { name: name.clone(), seq: self.base_seq });
        name
    }

    /// Makes a file the base under its own name: that of an older server.
    pub fn adopt_base(&mut self, name: &[u8]) {
        self.base_seq = 1;
        self.base = Some(Part { name: name.to_vec(), seq: 1 });
    }

    /// Adds an increment; its name. Without others they are counted anew, as one who reads the
    /// manifest would.
    pub fn new_increment(&mut self, prefix: &[u8]) -> Vec<u8> {
        let is_increment = |part: &Part| part.name.windows(6).any(|part| part == b".incr.");
        if self.increments.is_empty() && !self.history.iter().any(is_increment) {
            self.increment_seq = 0;
        }
        self.increment_seq += 1;
        let name = name(prefix, self.increment_seq, ".incr", ".aof");
        self.increments.push(Part { name: name.clone(), seq: self.increment_seq });
        name
    }

    /// Makes history of all increments but the last `kept`.
    pub fn retire_increments(&mut self, kept: usize) {
        let gone = self.increments.len().saturating_sub(kept);
        for part in self.increments.drain(..gone).rev() {
            self.history.insert(0, part);
        }
    }
}

fn name(prefix: &[u8], seq: i64, kind: &str, suffix: &str) -> Vec<u8> {
    let mut name = prefix.to_vec();
    name.extend_from_slice(format!(".{seq}{kind}{suffix}").as_bytes());
    name
}

/// The number that a text begins with.
fn leading(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests;
