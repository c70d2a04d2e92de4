//! `cargo xtask e2e`: the tutorials' snippets with the real clients, against a server with 1, 2 and
//! 4 workers. Each snippet is one line of output: `seed 004 / rate limiter / redis-py ... ok`.
//!
//! The job queues' workload (`jobs.mjs`, `jobs.py`) has 10,000 jobs where the server has the most
//! workers, and 1,000 elsewhere: its lines say how many.

use crate::authority::Certificates;
use crate::run::{Ended, Tally, logged};
use crate::server::{Options, Server, free_port};
use crate::setup;
use crate::transcript::{self, Action, Step};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PASSWORD: &str = "e2e-password";

/// Runs the suites; `--bin` names another server, `--workers` one count, a word filters names.
///
/// # Errors
/// A text if the clients cannot be installed.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &["bin", "workers"], &[])?;
    let bin = args.value("bin").map_or_else(crate::env::server_bin, PathBuf::from);
    let workers = match args.value("workers") {
        Some(_) => vec![args.number("workers", 1)?],
        None => vec![1, 2, 4],
    };
    let filter = args.rest.first().map_or("", String::as_str);
    let clients = Clients::install()?;
    let most = workers.iter().copied().max();
    let mut total = Tally::default();
    for count in workers {
        let jobs = if Some(count) == most { 10_000 } else { 1000 };
        let tally = clients.run(&bin, count, jobs, filter)?;
        println!("e2e ({count} workers): {tally}");
        total.add(&tally);
    }
    Ok(total)
}

/// Where the clients are installed.
struct Clients {
    python: PathBuf,
    node: PathBuf,
}

impl Clients {
    fn install() -> Result<Self, String> {
        setup::redis_tools()?;
        let clients = Self { python: setup::python_packages()?, node: setup::node_packages()? };
        // Node looks for packages beside the file that imports them.
        let source = crate::env::root().join("tests/e2e/node");
        for entry in fs::read_dir(source).map_err(|e| e.to_string())?.flatten() {
            if entry.path().extension().is_some_and(|e| e == "mjs") {
                fs::copy(entry.path(), clients.node.join(entry.file_name()))
                    .map_err(|e| e.to_string())?;
            }
        }
        Ok(clients)
    }

    fn run(&self, bin: &Path, workers: u32, jobs: u32, filter: &str) -> Result<Tally, String> {
        let options = |args: &[&str]| Options {
            workers: Some(workers),
            cpu: None,
            args: args.iter().map(|&a| a.to_owned()).collect(),
        };
        let open = Server::start(bin, &format!("e2e-{workers}"), &options(&[]));
        let secured = &options(&["--requirepass", PASSWORD]);
        let secured = Server::start(bin, &format!("e2e-auth-{workers}"), secured);
        let scratch = crate::env::scratch("e2e-tls").map_err(|e| e.to_string())?;
        let certificates = Certificates::make(&scratch)?;
        let tls_port = free_port()?;
        let mut tls = options(&["--requirepass", PASSWORD]);
        tls.args.extend(certificates.directives(tls_port));
        tls.args.extend(["--tls-auth-clients".to_owned(), "optional".to_owned()]);
        let _tls = Server::start(bin, &format!("e2e-tls-{workers}"), &tls)?;
        let (mut open, secured) = match (open, secured) {
            (Ok(open), Ok(secured)) => (open, secured),
            (Err(e), _) | (_, Err(e)) => {
                println!("{e}");
                return Ok(Tally::one(false));
            }
        };
        let mut python = Command::new("timeout");
        python.args(["-k", "5", "420", "python3", "-B", "run.py", filter]);
        python.current_dir(crate::env::root().join("tests/e2e/python"));
        python.env("PYTHONPATH", &self.python).env("PYTHONWARNINGS", "ignore");
        let mut node = Command::new("timeout");
        node.args(["-k", "5", "420", "node", "run.mjs", filter]).current_dir(&self.node);
        let mut total = Tally::default();
        for (name, command) in [("python", &mut python), ("node", &mut node)] {
            command.env("E2E_PORT", open.port.to_string());
            command.env("E2E_AUTH_PORT", secured.port.to_string());
            command.env("E2E_PASSWORD", PASSWORD).env("E2E_JOBS", jobs.to_string());
            command.env("E2E_TLS_DIR", &scratch).env("E2E_TLS_PORT", tls_port.to_string());
            total.add(&report(&logged(&format!("e2e-{name}-{workers}"), command)?));
        }
        total.add(&session(open.port, filter)?);
        total.add(&tls_session(tls_port, &certificates, filter));
        if !open.is_alive() {
            println!("the server died\n{}", open.log_tail());
            total.failed += 1;
        }
        Ok(total)
    }
}

/// Prints what a suite printed, and counts its lines.
fn report(ended: &Ended) -> Tally {
    let output = ended.output();
    let mut tally = Tally::default();
    let mut closed = false;
    for line in output.lines() {
        tally.passed += u64::from(line.ends_with(" ... ok"));
        tally.failed += u64::from(line.ends_with(" ... FAILED"));
        closed |= line.ends_with(" failed");
    }
    print!("{output}");
    if !closed || (!ended.success && tally.failed == 0) {
        println!("the suite did not end by itself (crash or time-out): {}", ended.log.display());
        tally.failed += 1;
    }
    tally
}

/// The lines that the tutorial types into redis-cli, through redis-cli.
fn session(port: u16, filter: &str) -> Result<Tally, String> {
    let path = crate::env::root().join("tests/e2e/cli/session.t");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let cases = transcript::parse(&text).and_then(|c| transcript::lint(&c).map(|()| c))?;
    let mut tally = Tally::default();
    for case in cases {
        let name = format!("seed {} / redis-cli", case.name);
        if !name.contains(filter) {
            continue;
        }
        ask(port, &[b"FLUSHALL".to_vec()])?;
        let mut wrong = String::new();
        for step in &case.steps {
            let Action::Command(args) = &step.action else {
                return Err(format!("line {}: commands only", step.line));
            };
            let lines = ask(port, args)?;
            if !fits(step, &lines) {
                let _ = writeln!(wrong, "line {}: {:?}, got {lines:?}", step.line, step.expect);
            }
        }
        println!("{name} ... {}", if wrong.is_empty() { "ok" } else { "FAILED" });
        print!("{wrong}");
        tally.add(&Tally::one(wrong.is_empty()));
    }
    Ok(tally)
}

/// redis-cli over TLS: with the authority, with another one, with a certificate of its own.
fn tls_session(port: u16, certificates: &Certificates, filter: &str) -> Tally {
    let name = "seed 000 / rediss:// / redis-cli";
    if !name.contains(filter) {
        return Tally::default();
    }
    let cli = |authority: &str, own: &[&str], words: &[&str]| {
        let mut command = Command::new("redis-cli");
        command.args(["-h", "localhost", "-p", &port.to_string(), "--tls", "--no-auth-warning"]);
        command.args(["--cacert", &certificates.path(authority), "-a", PASSWORD]);
        command.args(own).args(words);
        crate::run::captured(&mut command)
    };
    let (cert, key) = (certificates.path("client.crt"), certificates.path("client.key"));
    let own: &[&str] = &["--cert", &cert, "--key", &key];
    let right = "ca-certificate.crt";
    let fine = cli(right, &[], &["SETEX", "tls", "1800", "user"]).is_ok_and(|out| out == "OK\n")
        && cli(right, own, &["GET", "tls"]).is_ok_and(|out| out == "user\n")
        && cli("stranger.crt", &[], &["GET", "tls"]).is_err();
    println!("{name} ... {}", if fine { "ok" } else { "FAILED" });
    Tally::one(fine)
}

fn ask(port: u16, args: &[Vec<u8>]) -> Result<Vec<String>, String> {
    let mut command = Command::new("redis-cli");
    command.args(["--no-raw", "-p", &port.to_string()]);
    command.args(args.iter().map(|arg| String::from_utf8_lossy(arg).into_owned()));
    let output = crate::run::captured(&mut command)?;
    Ok(output.trim_end().lines().map(str::to_owned).collect())
}

/// Compares text with text: redis-cli has rendered the reply already.
fn fits(step: &Step, lines: &[String]) -> bool {
    if let [pattern] = &step.expect[..]
        && let Some(pattern) = pattern.strip_prefix('~')
    {
        return pattern.split('*').all(|part| lines.join("\n").contains(part));
    }
    if !step.unordered {
        return step.expect == lines;
    }
    let sorted = |lines: &[String]| {
        let mut items: Vec<String> =
            lines.iter().filter_map(|l| Some(l.split_once(") ")?.1.to_owned())).collect();
        items.sort();
        items
    };
    sorted(&step.expect) == sorted(lines)
}
