//! `cargo xtask gates`: instructions an operation of the hot paths against recorded budgets.
//!
//! `crates/server/examples/gates.rs` runs one case under callgrind, which counts what its measured
//! function and everything below it executes. Counts repeat exactly on one machine; between
//! machines the C library's choice of string functions differs a little. `benches/gates.txt` holds
//! the budgets, a case a line: more than [`OVER_PERCENT`] over it fails, more than
//! [`UNDER_PERCENT`] under it asks for `cargo xtask gates --bless`, which records what was counted.

use crate::env;
use crate::run::{Tally, captured, logged, tail};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OVER_PERCENT: f64 = 3.0;
const UNDER_PERCENT: f64 = 10.0;

/// Operations of a run: the fixed costs of a run are far below one instruction of each.
const OPERATIONS: u64 = 1000;

const HEAD: &str = "\
# Instructions an operation, counted by callgrind: see crates/server/examples/gates.rs.
# A case more than 3 % over its line fails `cargo xtask gates`. `cargo xtask gates --bless` records
# new ones; a commit that raises a line says why.
";

/// `cargo xtask gates [--bless] [CASE]...`
///
/// # Errors
/// A text if there is no valgrind, the cases do not build, or the budgets cannot be read.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &[], &["bless"])?;
    crate::setup::valgrind()?;
    let bin = build()?;
    let file = env::root().join("benches/gates.txt");
    let mut budgets = budgets(&file)?;
    let list = captured(Command::new(&bin).arg("--list"))?;
    let wanted = |name: &&str| args.rest.is_empty() || args.rest.iter().any(|one| one == name);
    let mut tally = Tally::default();
    for name in list.lines().filter(wanted) {
        let count = count(&bin, name)?;
        let verdict = judge(budgets.get(name).copied(), count);
        println!("gates / {name:14} {count:7} instructions, {}", verdict.1);
        tally.add(&Tally::one(verdict.0 || args.has("bless")));
        budgets.insert(name.to_owned(), count);
    }
    if args.has("bless") {
        let mut text = HEAD.to_owned();
        for name in list.lines() {
            if let Some(count) = budgets.get(name) {
                let _ = writeln!(text, "{name:14} {count:7}");
            }
        }
        fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(tally)
}

fn build() -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(env::root()).args(["build", "--release", "--quiet", "--package", "scrubjay"]);
    let built = logged("gates-build", cargo.args(["--example", "gates"]))?;
    if !built.success {
        return Err(format!("the cases do not build\n{}", tail(&built.log, 40)));
    }
    Ok(env::target_dir().join("release/examples/gates"))
}

fn budgets(file: &Path) -> Result<BTreeMap<String, u64>, String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next().unwrap_or_default().to_owned();
            let count = words.next().and_then(|word| word.parse().ok());
            count.map(|count| (name, count)).ok_or(format!("{}: {line:?}", file.display()))
        })
        .collect()
}

/// Instructions an operation of one case.
fn count(bin: &Path, name: &str) -> Result<u64, String> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg("--toggle-collect=*measured*").arg(bin).args([name, &OPERATIONS.to_string()]);
    let ended = logged(&format!("gates-{name}"), &mut command)?;
    let output = ended.output();
    let collected = output.lines().find_map(|line| line.split_once("Collected :"));
    let collected = collected.and_then(|(_, count)| count.trim().parse::<u64>().ok());
    match collected {
        Some(count) if ended.success && count > 0 => Ok(count.div_ceil(OPERATIONS)),
        _ => Err(format!("{name}: nothing counted\n{}", tail(&ended.log, 20))),
    }
}

/// Whether the count passes, and the words for it.
fn judge(budget: Option<u64>, count: u64) -> (bool, String) {
    let Some(budget) = budget else {
        return (false, "no budget is recorded: cargo xtask gates --bless".to_owned());
    };
    let percent = (count as f64 / budget as f64 - 1.0) * 100.0;
    if count as f64 > budget as f64 * (1.0 + OVER_PERCENT / 100.0) {
        (false, format!("{percent:+.1} % over its budget of {budget}: FAILED"))
    } else if percent < -UNDER_PERCENT {
        (true, format!("{percent:+.1} %: lower the budget of {budget} (cargo xtask gates --bless)"))
    } else {
        (true, format!("{percent:+.1} % ok"))
    }
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn budgets_have_a_margin_above_and_a_reminder_below() {
        assert!(judge(Some(1000), 1030).0);
        assert!(!judge(Some(1000), 1031).0);
        assert!(judge(Some(1000), 890).1.contains("lower"));
        assert!(!judge(Some(1000), 950).1.contains("lower"));
        assert!(!judge(None, 1).0);
    }
}
