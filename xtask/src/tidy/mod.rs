//! `cargo xtask tidy`: what the compiler and clippy do not hold, held here. Also run as a test.
//!
//! Each rule is a function from the tree to complaints. A complaint names the file, the line and
//! what to write instead. A rule has no switch to turn it off for one line: change the code or the
//! rule.

mod architecture;
mod manifests;
mod security;
mod sources;
#[cfg(test)]
mod tests;

use crate::env;
use crate::run::Tally;
use std::fs;
use std::path::Path;

/// A text file of the tree.
pub(crate) struct File {
    /// Path from the root of the workspace, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        has_extension(&self.path, "rs")
    }

    /// Whether the file holds tests, benches, examples or fuzz targets only.
    fn is_test(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        parts.iter().any(|p| {
            [
                "tests",
                "tests.rs",
                "oracle.rs",
                "benches",
                "examples",
                "fuzz",
                "naive.rs",
                "build.rs",
            ]
            .contains(p)
        })
    }
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e == extension)
}

type Rule = fn(&[File]) -> Vec<String>;

const RULES: &[(&str, Rule)] = &[
    ("crate edges", manifests::edges),
    ("each dependency has a reason", manifests::reasons),
    ("licences", manifests::licences),
    ("no download addresses in lock files", manifests::lock_files),
    ("unsafe code is forbidden", sources::forbid_unsafe),
    ("each file says what it is", sources::header),
    ("file size", sources::size),
    ("line width", sources::width),
    ("ASCII", sources::ascii),
    ("bans", sources::bans),
    ("no dead source files", sources::dead_files),
    ("case files", cases),
    ("skip list", skips),
    ("ARCHITECTURE.md", architecture::check),
    ("SECURITY.md", security::check),
];

/// Runs every rule, prints a line each; `--fix` refills wide comments first.
///
/// # Errors
/// A text if the tree cannot be read.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &[], &["fix"])?;
    if args.has("fix") {
        for file in tree()?.iter().filter(|f| f.is_rust()) {
            let wrapped = sources::wrapped(&file.text);
            if wrapped != file.text && file.text.is_ascii() {
                fs::write(env::root().join(&file.path), wrapped).map_err(|e| e.to_string())?;
            }
        }
    }
    let files = tree()?;
    let mut tally = Tally::default();
    for (name, rule) in RULES {
        let complaints = rule(&files);
        println!("tidy / {name} ... {}", if complaints.is_empty() { "ok" } else { "FAILED" });
        for complaint in &complaints {
            println!("    {complaint}");
        }
        tally.add(&Tally::one(complaints.is_empty()));
    }
    Ok(tally)
}

/// Every text file of the tree that a rule may want.
fn tree() -> Result<Vec<File>, String> {
    let root = env::root();
    let mut files = Vec::new();
    collect(&root, &root, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn collect(root: &Path, dir: &Path, files: &mut Vec<File>) -> Result<(), String> {
    const EXTENSIONS: [&str; 8] = ["rs", "toml", "md", "t", "txt", "json", "mjs", "py"];
    let entries = fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            let skipped = ["target", "node_modules", "__pycache__", "corpus", "artifacts"];
            if !skipped.contains(&name.as_str()) && !name.starts_with('.') {
                collect(root, &path, files)?;
            }
        } else if EXTENSIONS.iter().any(|e| has_extension(&name, e)) || name.starts_with("LICENSE")
        {
            let text = fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let relative = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            files.push(File { path: relative, text: String::from_utf8_lossy(&text).into_owned() });
        }
    }
    Ok(())
}

/// Case files parse, are not empty, and lie where the runners look.
fn cases(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|f| has_extension(&f.path, "t")) {
        let known = ["tests/cases/", "tests/e2e/cli/"]
            .iter()
            .any(|dir| file.path.strip_prefix(dir).is_some_and(|rest| !rest.contains('/')));
        if !known {
            complaints.push(format!("{}: no runner reads this folder", file.path));
        }
        let parsed = crate::transcript::parse(&file.text);
        match parsed.and_then(|cases| crate::transcript::lint(&cases).map(|()| cases)) {
            Err(e) => complaints.push(format!("{}: {e}", file.path)),
            Ok(cases) if cases.is_empty() => complaints.push(format!("{}: no case", file.path)),
            Ok(cases) => {
                for case in cases.iter().filter(|case| case.steps.is_empty()) {
                    complaints.push(format!("{}:{}: an empty case", file.path, case.line));
                }
            }
        }
    }
    complaints
}

/// Each line of the skip list is `unit | test name | reason`.
fn skips(_: &[File]) -> Vec<String> {
    crate::conformance::skips().err().into_iter().collect()
}
