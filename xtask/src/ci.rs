//! `cargo xtask test` (and `ci`, the same): every check that there is, one after another, whatever
//! fails, with one closing line `N passed, N failed` that sums them all.
//!
//! Each step logs to `test-logs/` in the target folder; a failing one shows the end of its log.
//! Budget: 45 minutes on two cores from a cold cache.

use crate::env;
use crate::run::{Ended, Tally, logged, tail};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

type Step = fn() -> Result<Tally, String>;

const STEPS: &[(&str, Step)] = &[
    ("setup", setup),
    ("fmt", fmt),
    ("tidy", || crate::tidy::run(&[])),
    ("clippy", clippy),
    ("unit", unit),
    ("doc", doc),
    ("build", build),
    ("gates", || crate::gates::run(&[])),
    ("oracle", || crate::cases::oracle(&[])),
    ("cases", || crate::cases::cases(&[])),
    ("dumps", || crate::dumps::run(&[])),
    ("crash", || crate::crash::run(&[])),
    ("full", || crate::full::run(&[])),
    ("files", || crate::files::run(&[])),
    ("differential", || crate::differential::run(&["--seconds".to_owned(), "60".to_owned()])),
    ("history", || crate::history::run(&[])),
    ("storm", || crate::storm::run(&[])),
    ("e2e", || crate::e2e::run(&[])),
    ("conformance", || crate::conformance::run(&[])),
    ("loom", loom),
    ("models", models),
    ("asan", asan),
    ("fuzz", || fuzz(&["--seconds".to_owned(), "10".to_owned()])),
];

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Runs all steps, or those named by `--only a,b`, less those of `--skip a,b`.
///
/// # Errors
/// A text for a step that does not exist.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &["only", "skip"], &[])?;
    let names = |option: &str| -> Vec<String> {
        args.value(option).map(|v| v.split(',').map(str::to_owned).collect()).unwrap_or_default()
    };
    let (only, skip) = (names("only"), names("skip"));
    if let Some(name) = only.iter().chain(&skip).find(|n| STEPS.iter().all(|(s, _)| s != n)) {
        return Err(format!("no step is called {name:?}"));
    }
    let steps = STEPS.iter().filter(|(name, _)| {
        (only.is_empty() || only.iter().any(|n| n == name)) && skip.iter().all(|n| n != name)
    });
    let start = Instant::now();
    let mut total = Tally::default();
    let mut table = Vec::new();
    for (name, step) in steps {
        println!("--- {name}");
        let began = Instant::now();
        let tally = step().unwrap_or_else(|e| {
            println!("{e}");
            Tally::one(false)
        });
        let seconds = began.elapsed().as_secs();
        table.push(format!("{name:12} {seconds:5} s  {tally}"));
        println!("--- {name}: {tally} in {seconds} s");
        total.add(&tally);
    }
    println!("\n{}\ntotal {:11} s", table.join("\n"), start.elapsed().as_secs());
    Ok(total)
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(env::root()).args(args);
    command
}

/// One check that passes or fails as a whole.
fn whole(name: &str, command: &mut Command) -> Result<Tally, String> {
    let ended = logged(name, command)?;
    show_if_failed(&ended);
    Ok(Tally::one(ended.success))
}

fn show_if_failed(ended: &Ended) {
    if !ended.success {
        println!("{}\n(all of it: {})", tail(&ended.log, 80), ended.log.display());
    }
}

/// Installs what the later steps need, so that a registry's trouble is told apart from ours.
fn setup() -> Result<Tally, String> {
    use crate::setup;
    let mut total = Tally::default();
    for (name, result) in [
        ("C++ compiler", setup::cxx()),
        ("redis-tools", setup::redis_tools()),
        ("valgrind", setup::valgrind()),
        ("Python packages", setup::python_packages().map(|_| ())),
        ("Node packages", setup::node_packages().map(|_| ())),
        ("Redis source", setup::redis_source().map(|_| ())),
        ("TLS in Tcl", setup::tls_tools()),
    ] {
        println!("setup / {name} ... {}", result.as_ref().err().map_or("ok", String::as_str));
        total.add(&Tally::one(result.is_ok()));
    }
    Ok(total)
}

fn fmt() -> Result<Tally, String> {
    whole("fmt", &mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<Tally, String> {
    let args = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    whole("clippy", &mut cargo(&args))
}

fn build() -> Result<Tally, String> {
    whole("build", &mut cargo(&["build", "--release", "--quiet", "--package", "scrubjay"]))
}

fn unit() -> Result<Tally, String> {
    let has_nextest = logged("nextest-version", &mut cargo(&["nextest", "--version"]))?.success;
    if !has_nextest {
        return counted("unit", &mut cargo(&["test", "--workspace", "--no-fail-fast"]));
    }
    let args = ["nextest", "run", "--workspace", "--no-fail-fast", "--color", "never"];
    counted("unit", &mut cargo(&args))
}

fn doc() -> Result<Tally, String> {
    let args = ["test", "--workspace", "--exclude", "xtask", "--exclude", "scrubjay", "--doc"];
    let ended = logged("doc", &mut cargo(&args))?;
    show_if_failed(&ended);
    let mut tally = count(&ended.output());
    tally.failed += u64::from(!ended.success && tally.failed == 0);
    Ok(tally)
}

/// Runs a test runner and reads its counts; failing without a count is one failure.
fn counted(name: &str, command: &mut Command) -> Result<Tally, String> {
    let ended = logged(name, command)?;
    let output = ended.output();
    let mut tally = count(&output);
    if !ended.success {
        for line in output.lines().filter(|l| l.trim_start().starts_with("FAIL ")) {
            println!("{line}");
        }
        show_if_failed(&ended);
        tally.failed = tally.failed.max(1);
    } else if tally.passed == 0 {
        println!("{name}: no test ran");
        tally.failed = 1;
    }
    println!("{name}: {tally}");
    Ok(tally)
}

/// Counts of nextest (`Summary [...] 9 tests run: 8 passed, 1 failed`) and of `cargo test`
/// (`test result: ok. 8 passed; 1 failed; ...`).
fn count(output: &str) -> Tally {
    let mut tally = Tally::default();
    // nextest quotes the output of failed tests, which has lines of the other kind.
    let is_nextest = output.contains(" Summary [");
    let start = if is_nextest { "Summary [" } else { "test result:" };
    for line in output.lines().map(str::trim).filter(|line| line.starts_with(start)) {
        let words: Vec<&str> = line.split([' ', ',', ';', '(', ')']).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" => tally.passed += number,
                "failed" => tally.failed += number,
                "timed" => tally.failed += number,
                "skipped" | "ignored" => tally.skipped += number,
                _ => {}
            }
        }
    }
    tally
}

/// The models of the atomic protocols in `raw`.
pub(crate) fn loom() -> Result<Tally, String> {
    let mut command = cargo(&["test", "--release", "--package", "raw", "--test", "loom"]);
    command.env("RUSTFLAGS", "--cfg loom").env("CARGO_TARGET_DIR", env::target_dir().join("loom"));
    counted("loom", &mut command)
}

/// The models of blocking, of the locks and of the workers' inboxes, under shuttle: a workspace of
/// its own, in which locks and claim words are shuttle's.
pub(crate) fn models() -> Result<Tally, String> {
    let mut command = cargo(&["test", "--manifest-path", "models/Cargo.toml", "--no-fail-fast"]);
    command.env("RUSTFLAGS", "--cfg shuttle");
    command.env("CARGO_TARGET_DIR", env::target_dir().join("models"));
    counted("models", &mut command)
}

/// The tests of `raw` under AddressSanitizer. The sanitizer is in the stable toolchain, behind a
/// flag that only the compiler's own build may use; this variable says we are it.
pub(crate) fn asan() -> Result<Tally, String> {
    let mut command = cargo(&["test", "--package", "raw", "--lib", "--target", TARGET]);
    command.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Zsanitizer=address");
    command.env("CARGO_TARGET_DIR", env::target_dir().join("asan"));
    if std::env::var_os("PROPTEST_CASES").is_none() {
        command.env("PROPTEST_CASES", "64");
    }
    counted("asan", &mut command)
}

/// The tests of `raw` under valgrind's memcheck (slow; not part of `test`).
pub(crate) fn valgrind() -> Result<Tally, String> {
    let mut command = cargo(&["test", "--package", "raw", "--lib", "--", "--test-threads", "1"]);
    crate::setup::valgrind()?;
    let runner = "valgrind --quiet --error-exitcode=9 --leak-check=full \
                  --show-leak-kinds=definite --errors-for-leak-kinds=definite";
    command.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", runner);
    if std::env::var_os("PROPTEST_CASES").is_none() {
        command.env("PROPTEST_CASES", "4");
    }
    counted("valgrind", &mut command)
}

/// `cargo xtask fuzz [TARGET] [--seconds N]`: each fuzz target under AddressSanitizer for N
/// seconds. Built as `cargo fuzz` does, without needing it.
///
/// # Errors
/// A text if a target cannot be run.
pub(crate) fn fuzz(args: &[String]) -> Result<Tally, String> {
    const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
        -Cllvm-args=-sanitizer-coverage-pc-table -Zsanitizer=address --cfg fuzzing";
    let args = crate::args::parse(args, &["seconds"], &[])?;
    let seconds: u64 = args.number("seconds", 60)?;
    let sources = env::root().join("fuzz/fuzz_targets");
    let entries = std::fs::read_dir(&sources).map_err(|e| format!("{}: {e}", sources.display()))?;
    let mut targets: Vec<String> = entries
        .flatten()
        .filter_map(|e| Some(e.path().file_stem()?.to_string_lossy().into_owned()))
        .filter(|name| args.rest.is_empty() || args.rest.contains(name))
        .collect();
    targets.sort();
    let dir = env::target_dir().join("fuzz");
    let mut build = cargo(&["build", "--release", "--quiet", "--target", TARGET]);
    build.args(["--manifest-path", "fuzz/Cargo.toml"]).env("RUSTC_BOOTSTRAP", "1");
    build.env("RUSTFLAGS", FLAGS).env("CARGO_TARGET_DIR", &dir);
    let built = logged("fuzz-build", &mut build)?;
    show_if_failed(&built);
    if !built.success {
        return Ok(Tally::one(false));
    }
    let mut total = Tally::default();
    for target in &targets {
        let tally = fuzz_one(&dir, target, seconds)?;
        println!("fuzz / {target} / {seconds} s ... {}", verdict(&tally));
        total.add(&tally);
    }
    Ok(total)
}

fn verdict(tally: &Tally) -> &'static str {
    if tally.failed == 0 { "ok" } else { "FAILED" }
}

fn fuzz_one(dir: &Path, target: &str, seconds: u64) -> Result<Tally, String> {
    let corpus = dir.join("corpus").join(target);
    std::fs::create_dir_all(&corpus).map_err(|e| e.to_string())?;
    if target == "commands" {
        crate::cases::seed_corpus(&corpus)?;
    }
    let mut command = Command::new(dir.join(TARGET).join("release").join(target));
    command.current_dir(dir).arg(&corpus);
    command.args([&format!("-max_total_time={seconds}"), "-timeout=10", "-rss_limit_mb=4096"]);
    if target == "script" {
        // The C++ compiler shares tables among switches, which are no two definitions of one
        // global.
        command.env("ASAN_OPTIONS", "detect_odr_violation=0");
    }
    whole(&format!("fuzz-{target}"), &mut command)
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn counts_of_both_runners() {
        let nextest =
            "     Summary [   1.2s] 9 tests run: 8 passed (1 slow), 1 failed, 3 skipped\n";
        let tally = count(nextest);
        assert_eq!((tally.passed, tally.failed, tally.skipped), (8, 1, 3));
        let cargo = "test result: ok. 41 passed; 0 failed; 2 ignored; 0 measured\n";
        let tally = count(&cargo.repeat(2));
        assert_eq!((tally.passed, tally.failed, tally.skipped), (82, 0, 4));
    }
}
