//! `scrubjay check aof [--fix] FILE`, and the name redis-check-aof: says whether an
//! append-only file, or all files of a manifest, can be loaded, and cuts the end off that cannot.
//! Texts and exit codes are those of redis-check-aof 7.0.15.

use crate::conf_file::reason;
use crate::files::Files;
use crate::tools::progress::Bar;
use commands::text::quote::{needs_quotes, push_quoted};
use persist::aof::log::{Log, OpenError, Place};
use persist::aof::room::Sum;
use persist::rdb::{self, Arrival, Loader, Reason};
use persist::storage::{Source, Storage as _};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest line of a count or length.
const LINE_MAX: u64 = 127;
/// Longest annotation.
const ANNOTATION_MAX: u64 = 1023;
/// Bytes between two looks at the progress bar.
const PROGRESS_BYTES: u64 = 1 << 20;

/// What the arguments ask for.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Wanted {
    file: PathBuf,
    fix: bool,
    /// Cut off what is later than this Unix second; 0 for nothing.
    timestamp: i64,
}

/// The end of the program, with what was printed so far in place.
struct Exit(u8);

/// How a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Found {
    Fine,
    Empty,
    Truncated,
    TimestampTruncated,
}

/// Runs the tool; `args` begin behind its name. Its exit code.
pub(super) fn run(program: &str, args: &[Vec<u8>]) -> u8 {
    print(program, args, &mut io::stdout().lock())
}

fn print(program: &str, args: &[Vec<u8>], out: &mut dyn Write) -> u8 {
    let wanted = match parse(args, out) {
        Ok(wanted) => wanted,
        Err(code) => {
            if let Some(code) = code {
                return code;
            }
            let _ = writeln!(
                out,
                "Usage: {program} [--fix|--truncate-to-timestamp $timestamp] \
                 <file.manifest|file.aof>"
            );
            return 1;
        }
    };
    let mut check = Check { wanted: &wanted, out };
    match check.all() {
        Ok(()) => 0,
        Err(Exit(code)) => code,
    }
}

/// Reads the arguments; an error is an exit code, or none for the usage.
fn parse(args: &[Vec<u8>], out: &mut dyn Write) -> Result<Wanted, Option<u8>> {
    let path = |arg: &[u8]| PathBuf::from(std::ffi::OsString::from_vec(arg.to_vec()));
    match args {
        [file] => Ok(Wanted { file: path(file), fix: false, timestamp: 0 }),
        [flag, file] if flag == b"--fix" => {
            Ok(Wanted { file: path(file), fix: true, timestamp: 0 })
        }
        [flag, at, file] if flag == b"--truncate-to-timestamp" => {
            let at = std::str::from_utf8(at).ok().and_then(|at| at.parse().ok());
            let Some(timestamp) = at else {
                let _ = writeln!(out, "Invalid timestamp, aborting...");
                return Err(Some(1));
            };
            Ok(Wanted { file: path(file), fix: false, timestamp })
        }
        _ => Err(None),
    }
}

struct Check<'a> {
    wanted: &'a Wanted,
    out: &'a mut dyn Write,
}

/// One file that is looked at.
struct One<'a> {
    /// Its name in messages.
    name: &'a str,
    path: &'a Path,
    is_last: bool,
    has_preamble: bool,
}

impl Check<'_> {
    fn say(&mut self, text: std::fmt::Arguments<'_>) {
        // Nobody is there to be told that nobody reads it.
        let _ = self.out.write_fmt(text);
    }

    fn fail(&mut self, text: std::fmt::Arguments<'_>) -> Exit {
        self.say(text);
        Exit(1)
    }

    fn all(&mut self) -> Result<(), Exit> {
        let path = &self.wanted.file;
        let name = path.display().to_string();
        let is_manifest = self.is_manifest(path, &name)?;
        if is_manifest {
            return self.parts(path);
        }
        let has_preamble = self.is_rdb(path, &name)?;
        self.say(format_args!("Start checking Old-Style AOF\n"));
        let found = self.one(&One { name: &name, path, is_last: true, has_preamble })?;
        self.tell("AOF", &name, found);
        Ok(())
    }

    fn tell(&mut self, kind: &str, name: &str, found: Found) {
        let timestamp = self.wanted.timestamp;
        match found {
            Found::Fine => self.say(format_args!("{kind} {name} is valid\n")),
            Found::Empty => self.say(format_args!("{kind} {name} is empty\n")),
            Found::Truncated => self.say(format_args!("Successfully truncated AOF {name}\n")),
            Found::TimestampTruncated => self
                .say(format_args!("Successfully truncated AOF {name} to timestamp {timestamp}\n")),
        }
    }

    /// Checks the files that a manifest names.
    fn parts(&mut self, manifest: &Path) -> Result<(), Exit> {
        self.say(format_args!("Start checking Multi Part AOF\n"));
        let log = self.open_log(manifest)?;
        let names: Vec<Vec<u8>> = log.manifest().loaded().map(|part| part.name.clone()).collect();
        let base = log.manifest().base.clone();
        let mut says_increments = false;
        for (index, raw) in names.iter().enumerate() {
            let path = log.path(raw);
            let name = String::from_utf8_lossy(raw).into_owned();
            let is_last = index + 1 == names.len();
            let is_base = base.as_ref().is_some_and(|base| base.name == *raw);
            let mut has_preamble = false;
            if is_base {
                has_preamble = self.is_rdb(&path, &path.display().to_string())?;
                let format = if has_preamble { "RDB" } else { "RESP" };
                self.say(format_args!("Start to check BASE AOF ({format} format).\n"));
            } else if !std::mem::replace(&mut says_increments, true) {
                self.say(format_args!("Start to check INCR files.\n"));
            }
            let found = self.one(&One { name: &name, path: &path, is_last, has_preamble })?;
            self.tell(if is_base { "BASE AOF" } else { "INCR AOF" }, &name, found);
        }
        self.say(format_args!("All AOF files and manifest are valid\n"));
        Ok(())
    }

    fn open_log(&mut self, manifest: &Path) -> Result<Log, Exit> {
        let name = manifest.file_name().unwrap_or_default().as_bytes();
        let place = Place {
            dir: manifest.parent().unwrap_or_else(|| Path::new("")).to_owned(),
            name: name.strip_suffix(b".manifest").unwrap_or(name).to_vec(),
            split: resp::split_args,
            quote,
        };
        match Log::open(Arc::new(Files), place) {
            Ok(log) => Ok(log),
            Err(OpenError::Storage(failure)) => Err(self.fail(format_args!("{failure}\n"))),
            Err(OpenError::Manifest(unreadable)) => {
                self.say(format_args!("\n*** FATAL AOF MANIFEST FILE ERROR ***\n"));
                if let Some((number, line)) = &unreadable.line {
                    let line = String::from_utf8_lossy(line);
                    self.say(format_args!("Reading the manifest file, at line {number}\n"));
                    self.say(format_args!(">>> '{line}'\n"));
                }
                Err(self.fail(format_args!("{}\n", unreadable.reason)))
            }
        }
    }

    fn open(&mut self, path: &Path, name: &str) -> Result<File, Exit> {
        File::open(path).map_err(|error| {
            self.fail(format_args!("Cannot open file {name}: {}\n", reason(&error)))
        })
    }

    fn is_manifest(&mut self, path: &Path, name: &str) -> Result<bool, Exit> {
        let file = self.open(path, name)?;
        let mut reader = BufReader::new(file).take(64 * 1024);
        let mut line = Vec::new();
        // A manifest is short; a line with other bytes in it is none of one.
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if line.starts_with(b"file") {
                return Ok(true);
            }
            if !line.starts_with(b"#") {
                return Ok(false);
            }
            line.clear();
        }
        Ok(false)
    }

    fn is_rdb(&mut self, path: &Path, name: &str) -> Result<bool, Exit> {
        let mut file = self.open(path, name)?;
        let mut magic = [0; 8];
        let is_read = file.read_exact(&mut magic).is_ok();
        Ok(is_read && (magic.starts_with(b"REDIS") || magic.starts_with(b"VALKEY")))
    }

    /// Checks one file, and cuts it if that is wanted.
    fn one(&mut self, one: &One<'_>) -> Result<Found, Exit> {
        let opened = OpenOptions::new().read(true).write(true).open(one.path);
        let file = opened.map_err(|error| {
            let why = reason(&error);
            self.fail(format_args!("Cannot open file {}: {why}, aborting...\n", one.name))
        })?;
        let Ok(size) = file.metadata().map(|meta| meta.len()) else {
            return Err(self.fail(format_args!("Cannot stat file: {}, aborting...\n", one.name)));
        };
        if size == 0 {
            return Ok(Found::Empty);
        }
        let start = if one.has_preamble { self.preamble(one)? } else { 0 };
        let mut scan = Scan::new(file, start).map_err(|_| Exit(1))?;
        let mut bar = Bar::new();
        let found = self.scan(one, &mut scan, &mut |at| bar.show(at, size, ""));
        bar.clear();
        if found? == Some(Found::TimestampTruncated) {
            return Ok(Found::TimestampTruncated);
        }
        self.report(one, &scan, size)
    }

    /// Checks the RDB file that the file begins with; its bytes.
    fn preamble(&mut self, one: &One<'_>) -> Result<u64, Exit> {
        self.say(format_args!("[offset 0] Checking RDB file {}\n", one.name));
        let mut source: Box<dyn Source> = Files.open(one.path).map_err(|_| Exit(1))?;
        let mut nobody = Nobody { total: source.len(), bar: Bar::new() };
        let loaded = rdb::load(&mut *source, &engine::Limits::DEFAULT, &mut nobody);
        nobody.bar.clear();
        match loaded {
            Ok(loaded) => {
                let bytes = loaded.bytes;
                self.say(format_args!("[offset {bytes}] \\o/ RDB looks OK! \\o/\n"));
                let text = "RDB preamble is OK, proceeding with AOF tail...\n";
                self.say(format_args!("{text}"));
                Ok(bytes)
            }
            Err(error) => {
                self.say(format_args!("--- RDB ERROR DETECTED ---\n"));
                self.say(format_args!("[offset {}] {}\n", error.offset, error.reason));
                let text = "RDB preamble of AOF file is not sane, aborting.\n";
                Err(self.fail(format_args!("{text}")))
            }
        }
    }

    /// Goes through the requests; how far is in `scan`, and told now and then.
    fn scan(
        &mut self,
        one: &One<'_>,
        scan: &mut Scan,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Option<Found>, Exit> {
        let path = one.path.display().to_string();
        let mut told = scan.at;
        loop {
            if scan.at - told >= PROGRESS_BYTES {
                told = scan.at;
                progress(told);
            }
            if scan.multi == 0 {
                scan.valid = scan.at;
            }
            match scan.peek() {
                None => break,
                Some(b'#') => {
                    let (at, line) = (scan.at, scan.line(ANNOTATION_MAX));
                    if let Some(sum) = Sum::of_line(&line)
                        && !scan.has_sum(sum)
                    {
                        self.say(format_args!("AOF {} checksum error\n", one.name));
                        break;
                    }
                    if self.is_too_late(one, &path, at, &line)? {
                        let cut = scan.file.get_ref().set_len(at);
                        return match cut {
                            Ok(()) => Ok(Some(Found::TimestampTruncated)),
                            Err(_) => Err(self.fail(format_args!(
                                "Failed to truncate AOF {path} to timestamp {}\n",
                                self.wanted.timestamp
                            ))),
                        };
                    }
                }
                Some(b'*') => {
                    if !scan.request(&path) {
                        break;
                    }
                }
                Some(_) => {
                    self.say(format_args!("AOF {} format error\n", one.name));
                    break;
                }
            }
        }
        Ok(None)
    }

    /// Whether an annotation says that all behind it is to go.
    fn is_too_late(
        &mut self,
        one: &One<'_>,
        path: &str,
        at: u64,
        line: &[u8],
    ) -> Result<bool, Exit> {
        let limit = self.wanted.timestamp;
        let Some(stamp) = line.strip_prefix(b"#TS:").filter(|_| limit != 0) else {
            return Ok(false);
        };
        let digits = stamp.strip_suffix(b"\r\n").and_then(|text| std::str::from_utf8(text).ok());
        let Some(stamp) = digits.and_then(|text| text.parse::<i64>().ok()) else {
            return Err(self.fail(format_args!("Invalid timestamp annotation\n")));
        };
        if stamp <= limit {
            return Ok(false);
        }
        if at == 0 {
            return Err(self.fail(format_args!(
                "AOF {path} has nothing before timestamp {limit}, aborting...\n"
            )));
        }
        if !one.is_last {
            self.say(format_args!(
                "Failed to truncate AOF {path} to timestamp {limit} to offset {at} because it is \
                 not the last file.\n"
            ));
            return Err(self.fail(format_args!(
                "If you insist, please delete all files after this file according to the \
                 manifest file and delete the corresponding records in manifest file manually. \
                 Then re-run redis-check-aof.\n"
            )));
        }
        Ok(true)
    }

    fn report(&mut self, one: &One<'_>, scan: &Scan, size: u64) -> Result<Found, Exit> {
        let mut error = scan.error.clone();
        if scan.at_end && scan.multi != 0 && error.is_none() {
            error = Some(located(scan.error_at, "Reached EOF before reading EXEC for MULTI"));
        }
        if let Some(error) = &error {
            self.say(format_args!("{error}\n"));
        }
        let (name, valid, limit) = (one.name, scan.valid, self.wanted.timestamp);
        let diff = size.saturating_sub(valid);
        if diff == 0 && limit != 0 {
            self.say(format_args!("Truncate nothing in AOF {name} to timestamp {limit}\n"));
            return Ok(Found::Fine);
        }
        self.say(format_args!(
            "AOF analyzed: filename={name}, size={size}, ok_up_to={valid}, ok_up_to_line={}, \
             diff={diff}\n",
            scan.lines
        ));
        if diff == 0 {
            return Ok(Found::Fine);
        }
        if !self.wanted.fix {
            return Err(self.fail(format_args!(
                "AOF {name} is not valid. Use the --fix option to try fixing it.\n"
            )));
        }
        if !one.is_last {
            return Err(self.fail(format_args!(
                "Failed to truncate AOF {name} because it is not the last file\n"
            )));
        }
        self.say(format_args!(
            "This will shrink the AOF {name} from {size} bytes, with {diff} bytes, to {valid} \
             bytes\nContinue? [y/N]: "
        ));
        let _ = self.out.flush();
        let mut answer = String::new();
        let _ = io::stdin().read_line(&mut answer);
        if !answer.starts_with(['y', 'Y']) {
            return Err(self.fail(format_args!("Aborting...\n")));
        }
        match scan.file.get_ref().set_len(valid) {
            Ok(()) => Ok(Found::Truncated),
            Err(_) => Err(self.fail(format_args!("Failed to truncate AOF {name}\n"))),
        }
    }
}

fn quote(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if needs_quotes(name) {
        push_quoted(&mut out, name);
    } else {
        out.extend_from_slice(name);
    }
    out
}

fn located(at: u64, text: &str) -> String {
    format!("0x{at:>16x}: {text}")
}

/// Where the walk through a file is.
struct Scan {
    file: BufReader<File>,
    at: u64,
    /// Everything before this is whole.
    valid: u64,
    lines: u64,
    multi: i32,
    at_end: bool,
    error: Option<String>,
    error_at: u64,
}

impl Scan {
    fn new(mut file: File, start: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(start))?;
        Ok(Self {
            file: BufReader::with_capacity(1 << 20, file),
            at: start,
            valid: start,
            lines: 1,
            multi: 0,
            at_end: false,
            error: None,
            error_at: 0,
        })
    }

    fn peek(&mut self) -> Option<u8> {
        let next = self.file.fill_buf().ok().and_then(|buf| buf.first().copied());
        self.at_end |= next.is_none();
        next
    }

    /// The rest of a line, at most so many bytes, its end included.
    fn line(&mut self, most: u64) -> Vec<u8> {
        let mut line = Vec::new();
        let _ = self.file.by_ref().take(most).read_until(b'\n', &mut line);
        self.at_end |= (line.len() as u64) < most && !line.ends_with(b"\n");
        self.at += line.len() as u64;
        line
    }

    /// Whether what follows has this sum; it is gone over afterwards.
    fn has_sum(&mut self, sum: Sum) -> bool {
        let mut bytes = Vec::new();
        let read = self.file.by_ref().take(sum.len as u64).read_to_end(&mut bytes);
        let back = self.file.seek_relative(-(bytes.len() as i64));
        read.is_ok() && back.is_ok() && sum.is_of(&bytes)
    }

    fn wrong(&mut self, text: &str) -> bool {
        self.error = Some(located(self.error_at, text));
        false
    }

    fn ends_line(&mut self, rest: &[u8]) -> bool {
        if rest.starts_with(b"\r\n") {
            self.lines += 1;
            return true;
        }
        let byte = |at: usize| rest.get(at).copied().unwrap_or(0);
        self.wrong(&format!("Expected \\r\\n, got: {:02x}{:02x}", byte(0), byte(1)))
    }

    fn number(&mut self, prefix: u8) -> Option<i64> {
        self.error_at = self.at;
        let line = self.line(LINE_MAX);
        let first = *line.first()?;
        if first != prefix {
            let (wanted, got) = (char::from(prefix), char::from(first));
            self.wrong(&format!("Expected prefix '{wanted}', got: '{got}'"));
            return None;
        }
        let rest = &line[1..];
        let sign = usize::from(rest.starts_with(b"-") || rest.starts_with(b"+"));
        let digits = rest[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = std::str::from_utf8(&rest[..sign + digits]).unwrap_or_default();
        let number = text.parse().unwrap_or(if digits == 0 { 0 } else { i64::MAX });
        let end = if digits == 0 { 0 } else { sign + digits };
        self.ends_line(&rest[end..]).then_some(number)
    }

    /// Goes over one request; false when it is not whole.
    fn request(&mut self, path: &str) -> bool {
        let Some(count) = self.number(b'*') else { return false };
        for index in 0..count {
            let Some(len) = self.number(b'$') else { return false };
            if !(0..=i64::MAX - 2).contains(&len) {
                return self.wrong(&format!(
                    "Expected to read string of {len} bytes, which is not in the suitable range"
                ));
            }
            let Some(head) = self.string(len as u64 + 2) else { return false };
            if index > 0 {
                continue;
            }
            let before = self.multi;
            if head.eq_ignore_ascii_case(b"multi\r\n") {
                self.multi += 1;
                if before != 0 {
                    return self.wrong(&format!("Unexpected MULTI in AOF {path}"));
                }
            } else if head.eq_ignore_ascii_case(b"exec\r\n") {
                self.multi -= 1;
                if self.multi != 0 {
                    return self.wrong(&format!("Unexpected EXEC in AOF {path}"));
                }
            }
        }
        true
    }

    /// Goes over a string and its line end; a short one is returned whole.
    fn string(&mut self, len: u64) -> Option<Vec<u8>> {
        self.error_at = self.at;
        let (mut head, mut last, mut left) = (Vec::new(), [0_u8; 2], len);
        while left > 0 {
            let buf = self.file.fill_buf().ok()?;
            if buf.is_empty() {
                self.at_end = true;
                self.at += len - left;
                let text = format!("Expected to read {len} bytes, got {} bytes", len - left);
                self.wrong(&text);
                return None;
            }
            let taken = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            for byte in &buf[taken.saturating_sub(2)..taken] {
                last = [last[1], *byte];
            }
            if len <= 16 {
                head.extend_from_slice(&buf[..taken]);
            }
            self.file.consume(taken);
            left -= taken as u64;
        }
        self.at += len;
        self.ends_line(&last).then_some(head)
    }
}

/// Takes what comes out of an RDB file and forgets it.
struct Nobody {
    total: u64,
    bar: Bar,
}

impl Loader for Nobody {
    fn take(&mut self, _: Arrival<'_>) -> Result<(), Reason> {
        Ok(())
    }

    fn progress(&mut self, bytes: u64) {
        self.bar.show(bytes, self.total, "");
    }
}

#[cfg(test)]
mod tests;
