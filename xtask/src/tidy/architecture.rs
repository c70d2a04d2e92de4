//! ARCHITECTURE.md names symbols and paths; each must exist, or the document has drifted.
//!
//! What stands between back-ticks is a path if it has a `/` or a known extension, a symbol if it
//! is made of names (`Store`, `Keys::update_hash`, `cx.now`, `drain()`); anything else, such as a
//! command line, is left alone.

use super::File;
use crate::env;
use std::collections::BTreeSet;

const LINES_MAX: usize = 300;
const NAME: &str = "ARCHITECTURE.md";

pub(super) fn check(files: &[File]) -> Vec<String> {
    let Some(file) = files.iter().find(|f| f.path == NAME) else { return Vec::new() };
    let mut complaints = Vec::new();
    let lines = file.text.lines().count();
    if lines > LINES_MAX {
        complaints.push(format!("{NAME}: {lines} lines, at most {LINES_MAX}"));
    }
    let words = words(files);
    for (line, quoted) in quotes(&file.text) {
        let exists = if is_path(quoted) {
            env::root().join(quoted.trim_end_matches('/')).exists()
        } else {
            symbol(quoted).is_none_or(|names| names.iter().all(|n| words.contains(n)))
        };
        if !exists {
            complaints.push(format!("{NAME}:{line}: `{quoted}` does not exist"));
        }
    }
    complaints
}

/// Everything between single back-ticks outside of code blocks, with its line number.
pub(super) fn quotes(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut inside_block = false;
    for (i, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            inside_block = !inside_block;
        } else if !inside_block {
            found.extend(line.split('`').skip(1).step_by(2).map(|quoted| (i + 1, quoted)));
        }
    }
    found
}

fn is_path(quoted: &str) -> bool {
    let extensions = [".rs", ".toml", ".md", ".t", ".txt", ".json"];
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    quoted.chars().all(plain)
        && !quoted.starts_with('/')
        && (quoted.contains('/') || extensions.iter().any(|e| quoted.ends_with(e)))
}

/// The names that a quoted symbol is made of; `None` if it is not a symbol.
pub(super) fn symbol(quoted: &str) -> Option<Vec<&str>> {
    let plain = quoted.trim_end_matches("()").trim_end_matches('!');
    let names: Vec<&str> = plain.split("::").flat_map(|part| part.split('.')).collect();
    let is_name = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    names.iter().all(is_name).then_some(names)
}

/// Every word of the sources and manifests.
fn words(files: &[File]) -> BTreeSet<&str> {
    let sources = files.iter().filter(|f| f.is_rust() || f.path.ends_with("Cargo.toml"));
    sources
        .flat_map(|f| f.text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .filter(|word| !word.is_empty())
        .collect()
}
