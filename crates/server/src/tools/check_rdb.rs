//! `scrubjay check rdb FILE`, and the name redis-check-rdb: reads a file to its end and says what
//! is in it and where it is wrong, in the lines of redis-check-rdb 7.0. On a terminal a line on
//! standard error shows how far it is.

use crate::files::Files;
use crate::host::now_ms;
use crate::tools::progress::Bar;
use commands::config::REDIS_VERSION;
use commands::saving::reason;
use engine::Limits;
use persist::rdb::{Arrival, LoadError, Loaded, Loader, Reason, load};
use persist::storage::Storage as _;
use std::ffi::OsStr;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Names of kinds, as redis-check-rdb has them.
const KINDS: [&str; 26] = [
    "string",
    "list-linked",
    "set-hashtable",
    "zset-v1",
    "hash-hashtable",
    "zset-v2",
    "module-value",
    "",
    "",
    "hash-zipmap",
    "list-ziplist",
    "set-intset",
    "zset-ziplist",
    "hash-ziplist",
    "quicklist",
    "stream",
    "hash-listpack",
    "zset-listpack",
    "quicklist-v2",
    "stream-v2",
    "set-listpack",
    "stream-v3",
    "hash-ttl",
    "hash-ttl-listpack",
    "hash-ttl-v2",
    "hash-ttl-listpack-v2",
];

/// Checks the file that is the only argument; the exit code.
pub(super) fn run(_: &str, args: &[Vec<u8>]) -> u8 {
    let [file] = args else {
        let _ = writeln!(io::stderr(), "Usage: redis-check-rdb <rdb-file-name>");
        return 1;
    };
    let mut out = BufWriter::new(io::stdout().lock());
    if file == b"-v" || file == b"--version" {
        let _ = writeln!(out, "redis-check-rdb {REDIS_VERSION}");
        return 0;
    }
    let path = Path::new(OsStr::from_bytes(file));
    let _ = writeln!(out, "[offset 0] Checking RDB file {}", path.display());
    let mut source = match Files.open(path) {
        Ok(source) => source,
        Err(error) => {
            let _ = out.flush();
            let _ = writeln!(io::stderr(), "{}: {}", path.display(), reason(&error));
            return 1;
        }
    };
    let total = source.len();
    let bar = Bar::new();
    let mut check = Check { out, line: None, keys: 0, expires: 0, expired: 0, total, bar };
    let result = load(&mut *source, &Limits::DEFAULT, &mut check);
    check.finish(&result)
}

struct Check<'a> {
    out: BufWriter<StdoutLock<'a>>,
    /// What to say of the thing that was read, when its end is known.
    line: Option<String>,
    keys: u64,
    expires: u64,
    expired: u64,
    total: u64,
    bar: Bar,
}

impl Loader for Check<'_> {
    fn take(&mut self, arrival: Arrival<'_>) -> Result<(), Reason> {
        match arrival {
            Arrival::Aux(name, value) => {
                let (name, value) = (String::from_utf8_lossy(name), String::from_utf8_lossy(value));
                self.line = Some(format!("AUX FIELD {name} = '{value}'"));
            }
            Arrival::Select(db) => self.line = Some(format!("Selecting DB ID {db}")),
            Arrival::Entry(entry) => {
                self.keys += 1;
                if let Some(at) = entry.rec.expire_ms() {
                    self.expires += 1;
                    self.expired += u64::from(at < now_ms());
                }
            }
            Arrival::Empty(_) => self.keys += 1,
            Arrival::Library(_) | Arrival::Size(..) => {}
        }
        Ok(())
    }

    fn taken(&mut self, offset: u64) {
        if let Some(line) = self.line.take() {
            // Where nobody reads there is nobody to tell.
            let _ = writeln!(self.out, "[offset {offset}] {line}");
        }
    }

    fn progress(&mut self, bytes: u64) {
        self.bar.show(bytes, self.total, "");
    }
}

impl Check<'_> {
    /// Says what came of it; the exit code.
    fn finish(mut self, result: &Result<Loaded, LoadError>) -> u8 {
        self.bar.clear();
        let out = &mut self.out;
        let code = match result {
            Ok(loaded) => {
                let end = loaded.bytes;
                let _ = match (loaded.has_checksum, loaded.version >= 5) {
                    (true, _) => writeln!(out, "[offset {end}] Checksum OK"),
                    (false, true) => writeln!(
                        out,
                        "[offset {end}] RDB file was saved with checksum disabled: no check \
                         performed."
                    ),
                    (false, false) => Ok(()),
                };
                let _ = writeln!(out, "[offset {end}] \\o/ RDB looks OK! \\o/");
                0
            }
            Err(error) => {
                let _ = explain(out, error);
                1
            }
        };
        let _ = writeln!(out, "[info] {} keys read", self.keys);
        let _ = writeln!(out, "[info] {} expires", self.expires);
        let _ = writeln!(out, "[info] {} already expired", self.expired);
        let _ = out.flush();
        code
    }
}

fn explain(out: &mut impl Write, error: &LoadError) -> io::Result<()> {
    let (offset, place) = (error.offset, &error.place);
    writeln!(out, "--- RDB ERROR DETECTED ---")?;
    let inside = matches!(error.reason, Reason::Corrupt(_) | Reason::Kind(_) | Reason::Module(_));
    if inside {
        let reason = &error.reason;
        writeln!(out, "[offset {offset}] Internal error in RDB reading offset {offset}: {reason}")?;
    } else {
        writeln!(out, "[offset {offset}] {}", error.reason)?;
    }
    writeln!(out, "[additional info] While doing: {}", place.doing)?;
    if let Some(key) = &place.key {
        writeln!(out, "[additional info] Reading key '{}'", String::from_utf8_lossy(key))?;
    }
    if let Some(kind) = place.kind {
        let name = KINDS.get(usize::from(kind)).copied().unwrap_or("unknown");
        writeln!(out, "[additional info] Reading type {kind} ({name})")?;
    }
    Ok(())
}
