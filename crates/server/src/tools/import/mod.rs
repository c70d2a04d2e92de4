//! `scrubjay import redis://[user:password@]host:port[/db]`: copies the data set of a live server,
//! with the times at which keys expire, into one that runs here. `rediss://` is the same over TLS.
//!
//! ```text
//! source   SELECT db, SCAN cursor -> names; DUMP and PTTL of each, in one go
//! target   SELECT db, RESTORE name ttl payload of each, in one go; then the state file
//! ```
//! Both servers go on serving meanwhile. SCAN finds each key that is there from beginning to end;
//! what changes later at the source is not followed. The state file names the database and the
//! cursor up to which everything is copied: a run that was stopped goes on from there, and meets
//! some keys twice, which are there already then.

mod options;
mod peer;

use crate::tools::progress::Bar;
use options::Options;
use peer::Peer;
use resp::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::time::Instant;

/// Keys that SCAN is asked for at once.
const SCAN_KEYS: &str = "500";
/// Keys whose values are under way together.
const BATCH_KEYS: usize = 50;
/// Refused keys that are named; the others are counted.
const NAMED_MOST: u64 = 20;

/// Copies; the exit code.
pub(super) fn run(shown: &str, args: &[Vec<u8>]) -> u8 {
    let options = match Options::read(args) {
        Ok(options) => options,
        Err(why) => {
            let _ = writeln!(io::stderr(), "{why}\n\n{}", options::usage(shown));
            return 1;
        }
    };
    let mut import = match Import::open(&options) {
        Ok(import) => import,
        Err(why) => return failed(&why),
    };
    let copied = import.all();
    import.bar.clear();
    import.tell();
    match copied {
        Err(why) => {
            if let (Some(path), true) = (&options.resume, import.tally.seen > 0) {
                let path = path.display();
                let _ = writeln!(io::stderr(), "Go on with --resume {path} later.");
            }
            failed(&why)
        }
        Ok(()) => u8::from(import.tally.refused > 0),
    }
}

fn failed(why: &str) -> u8 {
    let _ = writeln!(io::stderr(), "{why}");
    1
}

/// What became of the keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Tally {
    /// Found at the source.
    seen: u64,
    /// Made at the target.
    copied: u64,
    /// There already.
    present: u64,
    /// Gone before they were read.
    gone: u64,
    /// Refused by the target.
    refused: u64,
}

struct Import<'a> {
    options: &'a Options,
    source: Peer,
    target: Peer,
    /// Databases of the source with the keys they hold.
    databases: BTreeMap<u32, u64>,
    tally: Tally,
    bar: Bar,
    began: Instant,
}

/// Where a run begins: in this database, at this cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Start {
    db: u32,
    cursor: Vec<u8>,
}

impl<'a> Import<'a> {
    fn open(options: &'a Options) -> Result<Self, String> {
        let mut source = Peer::connect("source", &options.source, &options.tls)?;
        let target = Peer::connect("target", &options.target, &options.tls)?;
        let mut databases = databases(&mut source)?;
        if let Some(db) = options.source.db {
            databases.retain(|number, _| *number == db);
        }
        Ok(Self {
            options,
            source,
            target,
            databases,
            tally: Tally::default(),
            bar: Bar::new(),
            began: Instant::now(),
        })
    }

    fn all(&mut self) -> Result<(), String> {
        let start = self.start()?;
        let numbers: Vec<u32> = self.databases.keys().copied().collect();
        for db in numbers {
            match &start {
                Some(start) if db < start.db => {
                    self.tally.seen += self.databases[&db];
                }
                Some(start) if db == start.db => self.database(db, start.cursor.clone())?,
                _ => self.database(db, b"0".to_vec())?,
            }
        }
        if let Some(path) = &self.options.resume {
            // All is done: nothing is left to go on with.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }

    /// Where the state file says that the run before was stopped.
    fn start(&self) -> Result<Option<Start>, String> {
        let Some(path) = &self.options.resume else { return Ok(None) };
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("Cannot read {}: {error}", path.display())),
        };
        let state = parse_state(&text);
        let is_ours = state.as_ref().is_some_and(|(of, _)| *of == self.options.source.shown());
        match state {
            Some((_, start)) if is_ours => Ok(Some(start)),
            Some((of, _)) => {
                Err(format!("{} is about {of}: remove it to begin anew", path.display()))
            }
            None => Err(format!("{} is not the state of an import", path.display())),
        }
    }

    fn keep_state(&self, db: u32, cursor: &[u8]) -> Result<(), String> {
        let Some(path) = &self.options.resume else { return Ok(()) };
        let cursor = String::from_utf8_lossy(cursor);
        let text = format!("import {}\ndb {db}\ncursor {cursor}\n", self.options.source.shown());
        let temp = path.with_extension("tmp");
        let written = fs::write(&temp, text).and_then(|()| fs::rename(&temp, path));
        written.map_err(|error| format!("Cannot write {}: {error}", path.display()))
    }

    /// Copies a database from a cursor on.
    fn database(&mut self, db: u32, mut cursor: Vec<u8>) -> Result<(), String> {
        let number = db.to_string();
        self.source.expect_ok(&[b"SELECT", number.as_bytes()])?;
        self.target.expect_ok(&[b"SELECT", number.as_bytes()])?;
        loop {
            let scan: [&[u8]; 4] = [b"SCAN", &cursor, b"COUNT", SCAN_KEYS.as_bytes()];
            let reply = self.source.call(&scan)?;
            let (next, names) = scanned(reply).ok_or("The source's answer to SCAN has no keys")?;
            for batch in names.chunks(BATCH_KEYS) {
                self.copy(db, batch)?;
                self.show();
            }
            if next == b"0" {
                return Ok(());
            }
            cursor = next;
            self.keep_state(db, &cursor)?;
        }
    }

    fn copy(&mut self, db: u32, names: &[Vec<u8>]) -> Result<(), String> {
        let asked = names.iter().flat_map(|name| [[&b"DUMP"[..], name], [&b"PTTL"[..], name]]);
        let asked: Vec<Vec<&[u8]>> = asked.map(|words| words.to_vec()).collect();
        let mut answers = self.source.call_all(&asked)?.into_iter();
        let mut restored: Vec<&[u8]> = Vec::new();
        let mut values = Vec::new();
        for name in names {
            self.tally.seen += 1;
            let (payload, ttl) = (answers.next(), answers.next().and_then(|ttl| ttl.as_int()));
            match (payload, ttl) {
                // -2: it went between the two.
                (Some(Value::Bulk(payload)), Some(ttl)) if ttl != -2 => {
                    restored.push(name);
                    // 0 would be for ever.
                    let left = if ttl < 0 { 0 } else { ttl.max(1) };
                    values.push((left.to_string().into_bytes(), payload));
                }
                (Some(Value::Error(why)), _) => {
                    let why = String::from_utf8_lossy(&why).into_owned();
                    return Err(format!("The source refuses DUMP: {why}"));
                }
                _ => self.tally.gone += 1,
            }
        }
        let requests = restored.iter().zip(&values).map(|(name, (ttl, payload))| {
            let mut words = vec![&b"RESTORE"[..], name, ttl, payload];
            words.extend(self.options.replaces.then_some(&b"REPLACE"[..]));
            words
        });
        let requests: Vec<Vec<&[u8]>> = requests.collect();
        for (name, answer) in restored.iter().zip(self.target.call_all(&requests)?) {
            self.settle(db, name, &answer)?;
        }
        Ok(())
    }

    /// Notes what the target has done with a key.
    fn settle(&mut self, db: u32, name: &[u8], answer: &Value) -> Result<(), String> {
        let Some(error) = answer.as_error() else {
            self.tally.copied += 1;
            return Ok(());
        };
        let why = String::from_utf8_lossy(error);
        if error.starts_with(b"BUSYKEY") {
            self.tally.present += 1;
        } else if is_about_the_value(error) {
            self.tally.refused += 1;
            if self.tally.refused <= NAMED_MOST {
                self.bar.clear();
                let name = name.escape_ascii();
                let _ = writeln!(io::stderr(), "Refused: key \"{name}\" of database {db}: {why}");
            }
        } else {
            return Err(format!("The target refuses RESTORE: {why}"));
        }
        Ok(())
    }

    fn show(&mut self) {
        let total: u64 = self.databases.values().sum();
        let seen = self.tally.seen;
        let rate = seen as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        self.bar.show(seen, total, &format!("  {seen} of {total} keys, {rate:.0}/s"));
    }

    /// Says what was done.
    fn tell(&self) {
        let Tally { copied, present, gone, refused, .. } = self.tally;
        let seconds = self.began.elapsed().as_secs_f64();
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "{copied} keys copied in {seconds:.1} s");
        for (count, what) in [
            (present, "were there already and stay as they are (--replace takes the source's)"),
            (gone, "expired or were deleted at the source meanwhile"),
            (refused, "were refused by the target"),
        ] {
            if count > 0 {
                let _ = writeln!(out, "{count} keys {what}");
            }
        }
    }
}

/// Whether a refusal is about this value, so that others may be taken all the same.
fn is_about_the_value(error: &[u8]) -> bool {
    let texts: [&[u8]; 3] = [b"ERR DUMP payload", b"ERR Bad data format", b"ERR Invalid"];
    texts.iter().any(|text| error.starts_with(text))
}

/// The next cursor and the names of an answer to SCAN.
fn scanned(reply: Value) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let Value::Array(parts) = reply else { return None };
    let [cursor, Value::Array(names)] = <[Value; 2]>::try_from(parts).ok()? else { return None };
    let names = names.into_iter().map(|name| match name {
        Value::Bulk(name) => Some(name),
        _ => None,
    });
    Some((cursor.as_bytes()?.to_vec(), names.collect::<Option<_>>()?))
}

/// The databases that hold keys, as `INFO keyspace` tells.
fn databases(source: &mut Peer) -> Result<BTreeMap<u32, u64>, String> {
    let info = source.call(&[b"INFO", b"keyspace"])?;
    if let Some(error) = info.as_error() {
        return Err(format!("The source refuses INFO: {}", String::from_utf8_lossy(error)));
    }
    let text = String::from_utf8_lossy(info.as_bytes().unwrap_or_default()).into_owned();
    let line = |line: &str| {
        let (db, facts) = line.strip_prefix("db")?.split_once(":keys=")?;
        let digits = facts.split(',').next()?;
        Some((db.parse().ok()?, digits.parse().ok()?))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// Reads a state file: of which source, and where it was.
fn parse_state(text: &[u8]) -> Option<(String, Start)> {
    let text = std::str::from_utf8(text).ok()?;
    let mut lines = text.lines();
    let of = lines.next()?.strip_prefix("import ")?.to_owned();
    let db = lines.next()?.strip_prefix("db ")?.parse().ok()?;
    let cursor = lines.next()?.strip_prefix("cursor ")?;
    let is_number = !cursor.is_empty() && cursor.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (of, Start { db, cursor: cursor.as_bytes().to_vec() }))
}

#[cfg(test)]
mod tests;
