//! `cargo xtask conformance`: Redis's own Tcl suite, unit by unit, with our binary in the place of
//! its server, compared with what Redis itself passes.
//!
//! The suite is a source package that is fetched, never committed. What is committed is three facts
//! in `tests/conformance/`: `reference.json` (tests that Redis 7.0.15 passes, a unit),
//! `expected.txt` (units that must pass in full: `unit`, or `unit | directive | reason` where the
//! server needs a directive) and `skip.txt` (`unit | test name | reason`). `tls unit` in their
//! place is the unit in the suite's TLS mode; it is held against the same number and skips the same
//! tests, unless the lists have lines for it. A unit passes if nothing failed, nothing was thrown,
//! and as many tests passed as the reference has, less those that were skipped.

use crate::env;
use crate::run::{Tally, captured, logged};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// Tests for machines that are larger or runs that are longer.
const TAGS: &str = "-slow -large-memory";
const UNIT_SECONDS: u32 = 300;

/// In front of the name of a unit that runs in TLS mode.
const TLS: &str = "tls ";

fn is_tls(unit: &&str) -> bool {
    unit.starts_with(TLS)
}

/// The unit's name in the suite.
fn plain_unit(unit: &str) -> &str {
    unit.strip_prefix(TLS).unwrap_or(unit)
}

/// What one unit printed, counted.
#[derive(Debug, Default)]
struct Counts {
    passed: u64,
    skipped: u64,
    failures: Vec<String>,
    seconds: f64,
}

/// Runs `--units a,b` (in the suite's TLS mode with `--tls`), `--all`, or those of `expected.txt`.
///
/// # Errors
/// A text if the suite cannot be fetched or a unit is not known.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &["units", "bin", "jobs", "baseport"], &["all", "tls"])?;
    let bin = args.value("bin").map_or_else(env::server_bin, PathBuf::from);
    let reference = reference()?;
    let units: Vec<String> = if let Some(units) = args.value("units") {
        let mode = if args.has("tls") { TLS } else { "" };
        units.split(',').map(|unit| format!("{mode}{unit}")).collect()
    } else if args.has("all") {
        reference.keys().cloned().collect()
    } else {
        expected()?.into_iter().map(|(unit, _)| unit).collect()
    };
    let directives: BTreeMap<_, _> = expected()?.into_iter().collect();
    let skips = skips()?;
    crate::setup::redis_tools()?;
    let source = crate::setup::redis_source()?;
    if units.iter().any(|unit| unit.starts_with(TLS)) {
        crate::setup::tls_tools()?;
        crate::setup::suite_certificates(&source)?;
    }
    let base = 21_000 + (std::process::id() % 40) as u16 * 250;
    let base: u16 = args.number("baseport", base)?;
    let jobs: u16 = args.number("jobs", 2)?;
    let queue = Mutex::new(units.clone().into_iter().rev().collect::<Vec<_>>());
    let total = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for job in 0..jobs {
            let (queue, total, reference) = (&queue, &total, &reference);
            let (source, bin, skips, directives) = (&source, &bin, &skips, &directives);
            scope.spawn(move || {
                let tree = match tree(source, bin, job) {
                    Ok(tree) => tree,
                    Err(e) => return println!("{e}"),
                };
                while let Some(unit) = queue.lock().ok().and_then(|mut q| q.pop()) {
                    let lists = [Some(plain_unit(&unit)), Some(&*unit).filter(is_tls)];
                    let skip = lists.iter().flatten().filter_map(|unit| skips.get(*unit));
                    let skip: Vec<String> = skip.flatten().cloned().collect();
                    let directive = directives.get(&unit).map_or("", String::as_str);
                    let counts = configure(&tree, source, directive)
                        .and_then(|()| run_unit(&tree, &unit, &skip, base + job * 120));
                    let wanted = reference.get(&unit).or(reference.get(plain_unit(&unit))).copied();
                    let tally = judge(&unit, &counts, wanted);
                    if let Ok(mut total) = total.lock() {
                        total.add(&tally);
                    }
                }
                let _ = fs::remove_dir_all(&tree);
            });
        }
    });
    let mut total = total.into_inner().map_err(|e| e.to_string())?;
    let left = queue.into_inner().map_err(|e| e.to_string())?.len() as u64;
    total.failed += left;
    Ok(total)
}

fn file(name: &str) -> Result<String, String> {
    let path = env::root().join("tests/conformance").join(name);
    fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
}

/// The lines of a list, without comments.
fn listed(name: &str) -> Result<Vec<String>, String> {
    let text = file(name)?;
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

/// Tests that Redis passes, by unit. The file is `{"unit": {"ok": 74}, ...}`.
pub(crate) fn reference() -> Result<BTreeMap<String, u64>, String> {
    let text = file("reference.json")?;
    let mut counts = BTreeMap::new();
    let mut unit = None;
    for token in text.split(['{', '}', ',', ':', '\n']).map(|t| t.trim().trim_matches('"')) {
        match token.parse() {
            Ok(count) => {
                let unit = unit.take().ok_or("reference.json: a count without a unit")?;
                counts.insert(unit, count);
            }
            Err(_) if token.is_empty() || token == "ok" => {}
            Err(_) => unit = Some(token.to_owned()),
        }
    }
    Ok(counts)
}

/// Units that must pass, each with the directive that its servers need, or an empty one.
///
/// # Errors
/// A text for a line that is not `unit` or `unit | directive | reason`.
pub(crate) fn expected() -> Result<Vec<(String, String)>, String> {
    let mut units = Vec::new();
    for line in listed("expected.txt")? {
        let fields: Vec<&str> = line.split(" | ").map(str::trim).collect();
        match fields[..] {
            [unit] => units.push((unit.to_owned(), String::new())),
            [unit, directive, reason] if !reason.is_empty() => {
                units.push((unit.to_owned(), directive.to_owned()));
            }
            _ => {
                return Err(format!("expected.txt: not `unit | directive | reason`: {line:?}"));
            }
        }
    }
    Ok(units)
}

/// Names of the tests that are skipped, by unit.
///
/// # Errors
/// A text for a line that is not `unit | test name | reason`.
pub(crate) fn skips() -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut skips: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in listed("skip.txt")? {
        let fields: Vec<&str> = line.split(" | ").map(str::trim).collect();
        match fields[..] {
            [unit, test, reason] if !unit.is_empty() && !test.is_empty() && !reason.is_empty() => {
                skips.entry(unit.to_owned()).or_default().push(test.to_owned());
            }
            _ => return Err(format!("skip.txt: not `unit | test name | reason`: {line:?}")),
        }
    }
    Ok(skips)
}

/// A copy of the suite with links to our binary where it looks for its server.
fn tree(source: &Path, bin: &Path, job: u16) -> Result<PathBuf, String> {
    let tree = env::scratch(&format!("conformance-{job}")).map_err(|e| e.to_string())?;
    let parts = ["tests", "redis.conf", "sentinel.conf", "utils"].map(|part| source.join(part));
    captured(Command::new("cp").arg("-r").args(&parts).arg(&tree))?;
    let certificates = crate::setup::suite_certificates_dir();
    if certificates.exists() {
        captured(Command::new("cp").arg("-r").arg(certificates).arg(tree.join("tests/tls")))?;
    }
    let src = tree.join("src");
    fs::create_dir_all(&src).map_err(|e| e.to_string())?;
    captured(Command::new("cp").arg("-r").arg(source.join("src/commands")).arg(&src))?;
    let bin = fs::canonicalize(bin).map_err(|e| format!("{}: {e}", bin.display()))?;
    for name in ["redis-server", "redis-sentinel", "redis-check-aof", "redis-check-rdb"] {
        symlink(&bin, src.join(name)).map_err(|e| e.to_string())?;
    }
    for name in ["redis-cli", "redis-benchmark"] {
        let tool = env::which(name).unwrap_or_else(|| PathBuf::from("/bin/true"));
        symlink(tool, src.join(name)).map_err(|e| e.to_string())?;
    }
    let util = tree.join("tests/support/util.tcl");
    let text = fs::read_to_string(&util).map_err(|e| e.to_string())?;
    fs::write(&util, text + CHILD).map_err(|e| e.to_string())?;
    Ok(tree)
}

/// The suite kills the process that was forked to save or to rewrite, in order to see that fail.
/// Here nothing is forked: who asks for the child's number lets the snapshot fail, waiting a little
/// for one that is about to begin, and gets a number that no process has.
const CHILD: &str = "
proc get_child_pid {idx} {
    for {set tries 0} {$tries < 50 && ![r $idx debug fail-snapshot]} {incr tries} { after 10 }
    return 99999999
}
";

/// Adds a directive to what the suite's servers are started with.
fn configure(tree: &Path, source: &Path, directive: &str) -> Result<(), String> {
    const CONF: &str = "tests/assets/default.conf";
    let text = fs::read_to_string(source.join(CONF)).map_err(|e| e.to_string())?;
    fs::write(tree.join(CONF), format!("{text}\n{directive}\n")).map_err(|e| e.to_string())
}

fn run_unit(tree: &Path, unit: &str, skip: &[String], port: u16) -> Result<Counts, String> {
    let mut command = Command::new("timeout");
    command.current_dir(tree).args(["-k", "5", &(UNIT_SECONDS + 20).to_string()]);
    command.args(["tclsh", "tests/test_helper.tcl", "--single", plain_unit(unit)]);
    command.args(["--clients", "1"]);
    if is_tls(&unit) {
        command.arg("--tls");
    }
    let (mut tags, mut untagged) = (TAGS.to_owned(), 0);
    for test in skip {
        // `tag:NAME COUNT`: a whole server of so many tests, which could not even be started.
        if let Some((tag, tests)) = test.strip_prefix("tag:").and_then(|t| t.split_once(' ')) {
            tags = format!("{tags} -{tag}");
            untagged += tests.parse::<u64>().map_err(|e| format!("skip.txt: {test}: {e}"))?;
        } else if let Some(line) = test.strip_prefix("line:") {
            cut_line(tree, unit, line)?;
        } else {
            command.args(["--skiptest", test]);
        }
    }
    command.args(["--timeout", &UNIT_SECONDS.to_string(), "--tags", &tags]);
    command.args(["--baseport", &port.to_string(), "--portcount", "100"]);
    let ended = logged(&format!("conformance-{}", unit.replace(['/', ' '], "_")), &mut command)?;
    let mut counts = count(&ended.output());
    counts.skipped += untagged;
    counts.seconds = ended.seconds;
    let tmp = tree.join("tests/tmp");
    let _ = fs::remove_dir_all(&tmp);
    let _ = fs::create_dir_all(&tmp);
    Ok(counts)
}

/// Takes a line out of a unit, wherever it stands: one outside of all tests, which cannot be
/// skipped and without which nothing of the unit would run.
fn cut_line(tree: &Path, unit: &str, line: &str) -> Result<(), String> {
    let path = tree.join("tests").join(unit).with_extension("tcl");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let kept: Vec<&str> = text.lines().filter(|other| other.trim() != line).collect();
    fs::write(&path, kept.join("\n") + "\n").map_err(|e| format!("{}: {e}", path.display()))
}

/// Reads the suite's own marks: `[ok]: name (3 ms)`, `[err]: ...`, `[exception]: ...`, `[skip]:
/// ...`.
fn count(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let line = plain(line);
        let Some((mark, rest)) = line.strip_prefix('[').and_then(|l| l.split_once(']')) else {
            continue;
        };
        match mark {
            "ok" => counts.passed += 1,
            "skip" => counts.skipped += 1,
            "err" | "exception" | "timeout" => {
                counts.failures.push(rest.trim_start_matches([':', ' ']).to_owned());
            }
            _ => {}
        }
    }
    counts
}

/// A line without colour codes.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(c);
        }
    }
    text
}

fn judge(unit: &str, counts: &Result<Counts, String>, wanted: Option<u64>) -> Tally {
    let counts = match counts {
        Ok(counts) => counts,
        Err(e) => {
            println!("{unit}: {e}");
            return Tally::one(false);
        }
    };
    let wanted = wanted.unwrap_or(0).saturating_sub(counts.skipped);
    let missing = wanted.saturating_sub(counts.passed);
    let failed = missing.max(counts.failures.len() as u64);
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    let Counts { passed, skipped, seconds, .. } = counts;
    println!("{unit} ... {verdict}: {passed} of {wanted}, {skipped} skipped, {seconds:.1} s");
    for failure in counts.failures.iter().take(10) {
        println!("    {failure}");
    }
    Tally { passed: counts.passed, failed, skipped: counts.skipped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted_without_their_colours() {
        let log = "\u{1b}[32m[ok]\u{1b}[0m: a (1 ms)\n[err]: b in x.tcl\n[skip]: c\nnoise [ok]\n";
        let counts = count(log);
        assert_eq!((counts.passed, counts.skipped), (1, 1));
        assert_eq!(counts.failures, ["b in x.tcl"]);
    }

    #[test]
    fn the_reference_is_whole() {
        let reference = reference().unwrap();
        assert_eq!(reference["unit/type/string"], 74);
        let plain = reference.iter().filter(|(unit, _)| !unit.starts_with(TLS));
        assert_eq!(plain.map(|(_, count)| count).sum::<u64>(), 2842);
    }

    #[test]
    fn every_skip_and_expectation_names_a_known_unit() {
        let reference = reference().unwrap();
        let (skips, expected) = (skips().unwrap(), expected().unwrap());
        for unit in skips.keys().chain(expected.iter().map(|(unit, _)| unit)) {
            assert!(reference.contains_key(plain_unit(unit)), "{unit}");
        }
    }
}
