//! `cargo xtask bench speed|workers|collections|fanout|memory|evict|latency|durability|tls`: our
//! binary beside its peers on this machine.
//!
//! Peers are `--peer NAME=COMMAND LINE` with `{port}` and `{dir}` in it, or else what is found in
//! `PATH`. The first peer is the base of the ratios. `--record` writes what is printed to
//! `benches/record/MACHINE/DATE-NAME.md` and the raw samples to `.csv` beside it. Everything is
//! bounded, talks to 127.0.0.1 only, and ends by itself.

mod collections;
mod durability;
mod evict;
mod fanout;
mod keccak;
mod latency;
mod memory;
mod pollers;
mod speed;
mod tls;

use crate::args::Args;
use crate::env;
use crate::run::{Tally, captured};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A server and how to start it.
#[derive(Clone, Debug)]
pub(crate) struct Contender {
    pub(crate) name: String,
    pub(crate) line: String,
}

/// The name that our own server has in the tables.
pub(crate) const OURS: &str = "scrubjay";

/// What is printed, and kept for the record.
#[derive(Default)]
pub(crate) struct Report {
    text: String,
    csv: String,
    passed: u64,
    failed: u64,
}

impl Report {
    pub(crate) fn line(&mut self, line: &str) {
        println!("{line}");
        let _ = writeln!(self.text, "{line}");
    }

    pub(crate) fn sample(&mut self, row: &str) {
        let _ = writeln!(self.csv, "{row}");
    }

    /// What stands behind a figure of this server: of ours how much it must be at least, and
    /// whether it is.
    pub(crate) fn goal(&mut self, server: &str, figure: f64, must: f64) -> String {
        if server == OURS {
            format!("  must {must:.2} {}", self.verdict(figure >= must))
        } else {
            String::new()
        }
    }

    /// Counts a target that was met or not; returns the word for it.
    pub(crate) fn verdict(&mut self, met: bool) -> &'static str {
        if met {
            self.passed += 1;
            "ok"
        } else {
            self.failed += 1;
            "MISSED"
        }
    }
}

/// Runs one bench.
///
/// # Errors
/// A text if a server cannot be built or started.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let values = [
        "peer",
        "bin",
        "cases",
        "rounds",
        "seconds",
        "server-cpu",
        "load-cpu",
        "scale",
        "args",
        "size",
    ];
    let args = crate::args::parse(args, &values, &["record"])?;
    let kind = args.rest.first().map_or("", String::as_str);
    let mut report = Report::default();
    match kind {
        "speed" => speed::run(&args, &contenders(&args, &[])?, &mut report)?,
        "workers" => speed::workers(&args, &ours(&args)?, &mut report)?,
        "collections" => collections::run(&args, &contenders(&args, &[])?, &mut report)?,
        "fanout" => fanout::run(&args, &contenders(&args, &[])?, &mut report)?,
        "memory" => memory::run(&args, &contenders(&args, &[])?, &mut report)?,
        "evict" => evict::run(&args, &contenders(&args, &[])?, &mut report)?,
        "durability" => durability::run(&args, &contenders(&args, &[])?, &mut report)?,
        "latency" => latency::run(&args, &ours(&args)?, &mut report)?,
        "tls" => {
            let mut all = contenders(&args, &[])?;
            all.retain(tls::speaks_tls);
            tls::run(&args, &all, &mut report)?;
        }
        _ => {
            return Err("usage: cargo xtask bench \
                        speed|workers|collections|fanout|memory|evict|latency|durability|tls"
                .to_owned());
        }
    }
    if args.has("record") {
        record(kind, &report)?;
    }
    Ok(Tally { passed: report.passed, failed: report.failed, skipped: 0 })
}

/// The binary under test: `--bin`, `SCRUBJAY_BIN`, or a fresh build of profile `dist`.
fn ours(args: &Args) -> Result<PathBuf, String> {
    if let Some(bin) = args.value("bin") {
        return Ok(PathBuf::from(bin));
    }
    if let Some(bin) = std::env::var_os("SCRUBJAY_BIN") {
        return Ok(PathBuf::from(bin));
    }
    let mut build = Command::new("cargo");
    build.current_dir(env::root());
    build.args(["build", "--quiet", "--profile", "dist", "--package", "scrubjay"]);
    captured(&mut build)?;
    Ok(env::target_dir().join("dist/scrubjay"))
}

/// The usual command line of a server of this family: one thread, nothing saved.
pub(crate) fn line(bin: &str, workers: u32) -> String {
    format!(
        "{bin} --port {{port}} --bind 127.0.0.1 --save \"\" --dir {{dir}} --io-threads {workers}"
    )
}

/// Peers first, then ours.
fn contenders(args: &Args, extra: &[Contender]) -> Result<Vec<Contender>, String> {
    let mut all: Vec<Contender> = Vec::new();
    for peer in args.all("peer") {
        let (name, command) = peer.split_once('=').ok_or("--peer NAME=COMMAND LINE")?;
        let line = if command.contains("{port}") { command.to_owned() } else { line(command, 1) };
        all.push(Contender { name: name.to_owned(), line });
    }
    if all.is_empty() {
        let found = [("valkey", env::which("valkey-server")), ("redis", env::oracle_bin())];
        for (name, bin) in found {
            if let Some(bin) = bin {
                let line = line(&bin.display().to_string(), 1);
                all.push(Contender { name: name.to_owned(), line });
            }
        }
    }
    all.extend(extra.iter().cloned());
    let mut line = line(&ours(args)?.display().to_string(), 1);
    if let Some(more) = args.value("args") {
        let _ = write!(line, " {more}");
    }
    all.push(Contender { name: OURS.to_owned(), line });
    Ok(all)
}

fn record(kind: &str, report: &Report) -> Result<(), String> {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|l| l.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown", |(_, name)| name);
    let cores = cpu.lines().filter(|l| l.starts_with("processor")).count();
    let slug = |text: &str| {
        let text: String =
            text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        text.split('-').filter(|s| !s.is_empty()).collect::<Vec<_>>().join("-").to_lowercase()
    };
    let date = captured(Command::new("date").arg("+%Y-%m-%d"))?;
    let commit = captured(Command::new("git").args(["rev-parse", "--short", "HEAD"]));
    let kernel = captured(Command::new("uname").arg("-r")).unwrap_or_default();
    let dir = env::root().join(format!("benches/record/{cores}-{}", slug(model)));
    fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
    let stem = dir.join(format!("{}-{kind}", date.trim()));
    let head = format!(
        "# {kind}, {}\n\n{cores} x {model}, Linux {}, commit {}\n\n    cargo xtask bench {kind}\n\n",
        date.trim(),
        kernel.trim(),
        commit.unwrap_or_default().trim(),
    );
    let body: String = report.text.lines().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "    {line}");
        text
    });
    let write = |extension: &str, text: String| {
        let path = stem.with_extension(extension);
        fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
    };
    write("md", head + &body)?;
    write("csv", report.csv.clone())
}

/// Whether `--cases a,b` names a case, or is not given.
fn wanted(args: &Args) -> impl Fn(&str) -> bool {
    let cases: Option<Vec<&str>> = args.value("cases").map(|cases| cases.split(',').collect());
    move |name| cases.as_ref().is_none_or(|cases| cases.contains(&name))
}

/// The median ratio of one figure of two servers that took turns.
fn median_ratio<S>(own: &[S], base: &[S], figure: impl Fn(&S) -> f64) -> f64 {
    median(own.iter().zip(base).map(|(own, base)| figure(own) / figure(base)).collect())
}

/// The middle of `values`.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}
