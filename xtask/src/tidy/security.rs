//! SECURITY.md names a test for each class of weakness; each must exist.
//!
//! A test stands between back-ticks as `path#name`: the path of a file and the title of a case in
//! it (`== name`), the name of a function, or a text. A path under `fuzz/` stands alone.

use super::File;
use super::architecture::quotes;
use std::fs;

const NAME: &str = "SECURITY.md";
/// Fewer were never named.
const LEAST: usize = 60;

pub(super) fn check(files: &[File]) -> Vec<String> {
    let Some(file) = files.iter().find(|f| f.path == NAME) else {
        return vec![format!("{NAME} is missing")];
    };
    let (mut complaints, mut named) = (Vec::new(), 0);
    for (line, quoted) in quotes(&file.text) {
        let (path, name) = match quoted.split_once('#') {
            Some((path, name)) if !path.is_empty() => (path, Some(name)),
            None if quoted.starts_with("fuzz/") => (quoted, None),
            _ => continue,
        };
        named += 1;
        let text = fs::read_to_string(crate::env::root().join(path));
        let exists = text.is_ok_and(|text| name.is_none_or(|name| holds(path, &text, name)));
        if !exists {
            complaints.push(format!("{NAME}:{line}: no test `{quoted}`"));
        }
    }
    if named < LEAST {
        complaints.push(format!("{NAME}: names {named} tests, at least {LEAST} were"));
    }
    complaints
}

/// Whether the text of a file has a test of this name.
fn holds(path: &str, text: &str, name: &str) -> bool {
    if super::has_extension(path, "t") {
        let title = format!("== {name}");
        return text.lines().any(|line| line == title);
    }
    if path.ends_with("tests.rs") || path.contains("/tests/") && super::has_extension(path, "rs") {
        return text.contains(&format!("fn {name}("));
    }
    text.contains(&format!("\"{name}\""))
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn names_are_looked_for_as_a_whole() {
        assert!(holds("a/b.t", "== A case\n> PING\n", "A case"));
        assert!(!holds("a/b.t", "== A case of it\n", "A case"));
        assert!(holds("a/x/tests.rs", "fn it_holds() {}", "it_holds"));
        assert!(!holds("a/x/tests.rs", "fn it_holds_not() {}", "it_holds"));
        assert!(holds("a/wire.py", "@snippet(\"wire\", \"one\")", "one"));
    }
}
