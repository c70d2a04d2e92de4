//! Runs `tests/cases/*.t` over sockets: against our server (`cargo xtask cases`) and against the
//! reference server (`cargo xtask oracle`, which can also record its replies with `--bless`).

use crate::run::Tally;
use crate::server::{Options, Server};
use crate::transcript::{self, Case, Reply, Target};
use crate::wire::Client;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A server reached over sockets.
struct Sockets {
    port: u16,
    proto: u8,
    clients: BTreeMap<String, Client>,
}

impl Sockets {
    fn client(&mut self, name: &str) -> Result<&mut Client, String> {
        if !self.clients.contains_key(name) {
            let mut client = Client::connect(self.port)?;
            if self.proto == 3 {
                client.call(&["HELLO", "3"])?;
            }
            self.clients.insert(name.to_owned(), client);
        }
        self.clients.get_mut(name).ok_or_else(|| unreachable!("inserted above"))
    }
}

impl Target for Sockets {
    fn reset(&mut self) -> Result<(), String> {
        self.clients.clear();
        let mut client = Client::connect(self.port)?;
        // What a case leaves besides its keys; a server without scripts refuses.
        client.call(&["FUNCTION", "FLUSH"])?;
        client.call(&["SCRIPT", "FLUSH"])?;
        match client.call(&["FLUSHALL"])? {
            Reply::Status(_) => Ok(()),
            other => Err(format!("FLUSHALL: {}", other.render().join(" "))),
        }
    }

    fn send(&mut self, conn: &str, args: &[Vec<u8>]) -> Result<(), String> {
        self.client(conn)?.send(args)
    }

    fn send_raw(&mut self, conn: &str, bytes: &[u8]) -> Result<(), String> {
        self.client(conn)?.send_raw(bytes)
    }

    fn next(&mut self, conn: &str) -> Result<Option<Reply>, String> {
        self.client(conn)?.next(Duration::from_millis(1500))
    }

    fn advance(&mut self, ms: u64) {
        std::thread::sleep(Duration::from_millis(ms));
    }
}

/// One way to run the cases.
#[derive(Clone, Debug)]
struct Setup {
    label: String,
    bin: PathBuf,
    proto: u8,
    workers: Option<u32>,
    wants: Wants,
}

/// Which cases a setup runs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wants {
    All,
    /// Those that the reference server knows.
    Known,
    /// Those marked `@skip-oracle`.
    Newer,
}

impl Setup {
    fn runs(&self, case: &Case) -> bool {
        case.only_proto.is_none_or(|proto| proto == self.proto)
            && match self.wants {
                Wants::All => true,
                Wants::Known => case.skip_oracle.is_none(),
                Wants::Newer => case.skip_oracle.is_some(),
            }
    }
}

/// What one setup found.
#[derive(Default)]
struct Found {
    tally: Tally,
    report: String,
    /// Commands that cases wait for.
    waits: BTreeSet<String>,
}

/// `cargo xtask cases [--bin PATH] [FILTER]`: every case over sockets, RESP2 and RESP3, 1, 2, 4
/// workers.
///
/// # Errors
/// A text if the case files cannot be read.
pub(crate) fn cases(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &["bin"], &[])?;
    let bin = args.value("bin").map_or_else(crate::env::server_bin, PathBuf::from);
    let mut setups = Vec::new();
    for workers in [1, 2, 4] {
        for proto in [2, 3] {
            setups.push(Setup {
                label: format!("resp{proto}, {workers} workers"),
                bin: bin.clone(),
                proto,
                workers: Some(workers),
                wants: Wants::All,
            });
        }
    }
    run_setups(&setups, args.rest.first().map(String::as_str))
}

/// `cargo xtask oracle [--bless] [FILTER]`: every case against the reference server; with `--newer
/// --bin PATH` instead the cases that are newer than it, against a server that has them.
///
/// # Errors
/// A text if there is no reference server or the files cannot be read.
pub(crate) fn oracle(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &["bin"], &["bless", "newer"])?;
    let bin = args.value("bin").map(PathBuf::from).or_else(crate::env::oracle_bin);
    let bin = bin.ok_or("no redis-server found: install it, or set SCRUBJAY_ORACLE")?;
    let setup = |proto| Setup {
        label: format!("oracle, resp{proto}"),
        bin: bin.clone(),
        proto,
        workers: None,
        wants: if args.has("newer") { Wants::Newer } else { Wants::Known },
    };
    let filter = args.rest.first().map(String::as_str);
    if args.has("bless") {
        bless(&setup(2), filter)?;
    }
    run_setups(&[setup(2), setup(3)], filter)
}

/// Writes the requests of each case into `dir`, as the fuzz target `commands` reads them: what the
/// cases know about the commands, its mutations begin with.
///
/// # Errors
/// A text if the case files cannot be read.
pub(crate) fn seed_corpus(dir: &Path) -> Result<(), String> {
    let escaped = |word: &[u8]| -> String {
        let is_plain = |byte: &u8| byte.is_ascii_graphic() && !b"#^".contains(byte);
        let one = |byte: &u8| {
            if is_plain(byte) { char::from(*byte).to_string() } else { format!("#{byte};") }
        };
        word.iter().map(one).collect()
    };
    for (path, text) in files(None)? {
        let cases = transcript::parse(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        for (at, case) in cases.iter().enumerate() {
            let mut lines = String::new();
            for step in &case.steps {
                if let transcript::Action::Command(words) | transcript::Action::Blocked(words) =
                    &step.action
                {
                    let words: Vec<String> = words.iter().map(|word| escaped(word)).collect();
                    lines.push_str(&words.join(" "));
                    lines.push('\n');
                }
            }
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            if lines.len() < 4096 {
                fs::write(dir.join(format!("{name}-{at}")), lines).map_err(|e| e.to_string())?;
            }
        }
    }
    Ok(())
}

/// The case files, with their text.
fn files(filter: Option<&str>) -> Result<Vec<(PathBuf, String)>, String> {
    let dir = crate::env::root().join("tests/cases");
    let entries = fs::read_dir(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut files = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|e| e == "t") && filter.is_none_or(|f| name.contains(f)) {
            let text = fs::read_to_string(&path).map_err(|e| format!("{name}: {e}"))?;
            files.push((path, text));
        }
    }
    files.sort();
    Ok(files)
}

fn run_setups(setups: &[Setup], filter: Option<&str>) -> Result<Tally, String> {
    let files = files(filter)?;
    let mut parsed = Vec::new();
    for (path, text) in &files {
        let cases = transcript::parse(text).and_then(|c| transcript::lint(&c).map(|()| c));
        parsed.push((path.as_path(), cases.map_err(|e| format!("{}: {e}", path.display()))?));
    }
    let parsed = &parsed;
    let found: Vec<Found> = std::thread::scope(|scope| {
        let run = |setup| scope.spawn(move || run_setup(setup, parsed));
        let threads: Vec<_> = setups.iter().map(run).collect();
        threads.into_iter().map(|t| t.join().unwrap_or_default()).collect()
    });
    let mut total = Tally::default();
    for (setup, found) in setups.iter().zip(&found) {
        print!("{}", found.report);
        if !found.waits.is_empty() {
            let waits: Vec<&str> = found.waits.iter().map(String::as_str).collect();
            println!("cases ({}): some wait for {}", setup.label, waits.join(", "));
        }
        println!("cases ({}): {}", setup.label, found.tally);
        total.add(&found.tally);
    }
    Ok(total)
}

fn start(setup: &Setup) -> Result<Server, String> {
    let args = ["--enable-debug-command", "yes", "--maxmemory", "0"].map(str::to_owned).into();
    let options = Options { workers: setup.workers, cpu: None, args };
    let slug: String = setup.label.replace(", ", "-").replace(' ', "-");
    Server::start(&setup.bin, &format!("cases-{slug}"), &options)
}

fn run_setup(setup: &Setup, files: &[(&Path, Vec<Case>)]) -> Found {
    let mut found = Found::default();
    let mut server = match start(setup) {
        Ok(server) => server,
        Err(e) => {
            found.tally.failed = files.iter().map(|(_, cases)| cases.len() as u64).sum();
            let _ = writeln!(found.report, "{}: {e}", setup.label);
            return found;
        }
    };
    for (path, case) in files.iter().flat_map(|(path, cases)| cases.iter().map(move |c| (path, c)))
    {
        if !setup.runs(case) {
            found.tally.skipped += 1;
            continue;
        }
        let failures = match run_case(setup, server.port, case) {
            Verdict::Waits(command) => {
                found.tally.skipped += 1;
                found.waits.insert(command);
                continue;
            }
            Verdict::Ran(failures) => failures,
        };
        found.tally.add(&Tally::one(failures.is_empty()));
        for failure in failures {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let _ =
                writeln!(found.report, "FAIL {file} ({}) {}: {failure}", setup.label, case.name);
        }
        if !server.is_alive() {
            let _ = writeln!(found.report, "the server died\n{}", server.log_tail());
            match start(setup) {
                Ok(fresh) => server = fresh,
                Err(e) => {
                    let _ = writeln!(found.report, "{e}");
                    return found;
                }
            }
        }
    }
    found
}

/// How a case ended.
enum Verdict {
    /// It uses a command that this server does not have yet.
    Waits(String),
    /// The mismatches, none if it passed.
    Ran(Vec<String>),
}

fn run_case(setup: &Setup, port: u16, case: &Case) -> Verdict {
    let mut target = Sockets { port, proto: setup.proto, clients: BTreeMap::new() };
    let mismatches = match transcript::run(case, setup.proto, &mut target) {
        Ok(mismatches) => mismatches,
        Err(e) => return Verdict::Ran(vec![e]),
    };
    if setup.wants == Wants::All
        && let Some(command) = mismatches.iter().find_map(|m| unbuilt(case, m))
    {
        return Verdict::Waits(command);
    }
    Verdict::Ran(mismatches.iter().map(ToString::to_string).collect())
}

/// The command that was refused as unknown where another answer was expected.
fn unbuilt(case: &Case, mismatch: &transcript::Mismatch) -> Option<String> {
    let unknown = |lines: &[String]| {
        let starts = ["(error) ERR unknown command ", "(error) ERR unknown subcommand "];
        lines.first().is_some_and(|line| starts.iter().any(|start| line.starts_with(start)))
    };
    if unknown(&mismatch.expected) || !unknown(&mismatch.actual) {
        return None;
    }
    let step = case.steps.iter().find(|step| step.line == mismatch.line)?;
    let transcript::Action::Command(words) = &step.action else { return None };
    let is_container = mismatch.actual[0].contains("subcommand");
    let words = words.iter().take(if is_container { 2 } else { 1 });
    let words: Vec<_> = words.map(|w| String::from_utf8_lossy(w).to_uppercase()).collect();
    Some(words.join(" "))
}

/// Rewrites the expectations that the reference server does not meet.
fn bless(setup: &Setup, filter: Option<&str>) -> Result<(), String> {
    let server = start(setup)?;
    for (path, text) in files(filter)? {
        let cases = transcript::parse(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut mismatches = Vec::new();
        let setup = |case: &Case| {
            let proto = case.only_proto.unwrap_or(setup.proto);
            Setup { proto, ..setup.clone() }
        };
        for case in cases.iter().filter(|c| setup(c).runs(c)) {
            let proto = setup(case).proto;
            let mut target = Sockets { port: server.port, proto, clients: BTreeMap::new() };
            let found = transcript::run(case, proto, &mut target);
            mismatches.extend(found.map_err(|e| format!("{}: {e}", path.display()))?);
        }
        if !mismatches.is_empty() {
            println!("{}: {} replies recorded", path.display(), mismatches.len());
            fs::write(&path, transcript::bless(&text, &mismatches)).map_err(|e| e.to_string())?;
        }
    }
    Ok(())
}
