//! `scrubjay export FILE`: the entries of an RDB file as JSON, a line each, for people and scripts.
//!
//! ```text
//! {"db":0,"key":"k","type":"hash","expires_ms":1700000000000,"value":[["field","value"]]}
//! ```
//! A string's value is a text, a list's and a set's an array of texts, a hash's an array of pairs
//! (or of three, with the instant at which the field expires), a sorted set's one of member and
//! score, a stream's one of an id and pairs. Bytes that are no UTF-8 are `{"base64":"..."}`.

use crate::files::Files;
use commands::saving::reason;
use engine::hash::HashRef;
use engine::list::ListRef;
use engine::set::SetRef;
use engine::stream::{self, Id};
use engine::string::StringRef;
use engine::value::{Type, type_of};
use engine::zset::ZsetRef;
use engine::{Limits, Rec};
use persist::rdb::{Arrival, Loader, Reason, load};
use persist::storage::Storage as _;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Writes the entries of the file that is the only argument to standard output; the exit code.
pub(super) fn run(shown: &str, args: &[Vec<u8>]) -> u8 {
    let [file] = args else {
        let _ = writeln!(io::stderr(), "Usage: {shown} <rdb-file>");
        return 1;
    };
    let path = Path::new(OsStr::from_bytes(file));
    let fail = |text: String| {
        let _ = writeln!(io::stderr(), "{}: {text}", path.display());
        1
    };
    let mut source = match Files.open(path) {
        Ok(source) => source,
        Err(error) => return fail(reason(&error)),
    };
    let mut lines = Lines { out: BufWriter::new(io::stdout().lock()), line: String::new() };
    let loaded = load(&mut *source, &Limits::DEFAULT, &mut lines);
    let flushed = lines.out.flush();
    match (loaded, flushed) {
        (Ok(_), Ok(())) => 0,
        (Err(error), _) => fail(format!("{} at offset {}", error.reason, error.offset)),
        (_, Err(error)) => fail(reason(&error)),
    }
}

struct Lines<'a> {
    out: BufWriter<StdoutLock<'a>>,
    line: String,
}

impl Loader for Lines<'_> {
    fn take(&mut self, arrival: Arrival<'_>) -> Result<(), Reason> {
        let Arrival::Entry(entry) = arrival else { return Ok(()) };
        let line = &mut self.line;
        line.clear();
        // Writing to a string cannot fail.
        let _ = write!(line, "{{\"db\":{},\"key\":", entry.db);
        text(line, entry.rec.key());
        let kind = type_of(&entry.rec);
        let _ = write!(line, ",\"type\":\"{}\"", kind.name());
        if let Some(at) = entry.rec.expire_ms() {
            let _ = write!(line, ",\"expires_ms\":{at}");
        }
        line.push_str(",\"value\":");
        value(line, &entry.rec, kind);
        line.push_str("}\n");
        self.out.write_all(line.as_bytes()).map_err(Reason::Storage)
    }
}

fn value(line: &mut String, rec: &Rec, kind: Type) {
    match kind {
        Type::String => match StringRef::of_rec(rec) {
            Some(string) => string.with(|bytes| text(line, bytes)),
            None => line.push_str("null"),
        },
        Type::List => array(line, ListRef::new(rec), text),
        Type::Set => array(line, SetRef::new(rec).iter(), |line, member| text(line, &member)),
        Type::Hash => {
            let fields = HashRef::new(rec, i64::MIN);
            array(line, fields.iter_timed(), |line, (field, value, expire)| {
                line.push('[');
                text(line, field);
                line.push(',');
                text(line, value);
                if let Some(at) = expire {
                    let _ = write!(line, ",{at}");
                }
                line.push(']');
            });
        }
        Type::Zset => array(line, ZsetRef::new(rec).iter_all(), |line, (member, score)| {
            line.push('[');
            text(line, member);
            // JSON has no infinities.
            let _ = if score.is_finite() {
                write!(line, ",{score}]")
            } else {
                write!(line, ",\"{score}\"]")
            };
        }),
        Type::Stream => {
            let entries = stream::of(rec).range(Id::MIN, Id::MAX);
            array(line, entries, |line, entry| {
                let _ = write!(line, "[\"{}-{}\",", entry.id.ms, entry.id.seq);
                array(line, entry.pairs.read().1, |line, (name, value)| {
                    line.push('[');
                    name.with(|name| text(line, name));
                    line.push(',');
                    value.with(|value| text(line, value));
                    line.push(']');
                });
                line.push(']');
            });
        }
    }
}

fn array<T>(
    line: &mut String,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    line.push('[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        write(line, item);
    }
    line.push(']');
}

/// Bytes as a JSON string, or in base 64.
fn text(line: &mut String, bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        line.push_str("{\"base64\":\"");
        base64(line, bytes);
        return line.push_str("\"}");
    };
    line.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => line.extend(['\\', letter]),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            letter if letter < ' ' || letter == '\x7f' => {
                let _ = write!(line, "\\u{:04x}", letter as u32);
            }
            letter => line.push(letter),
        }
    }
    line.push('"');
}

fn base64(line: &mut String, bytes: &[u8]) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        let word = word << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize];
            line.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
}
