//! Rules over the Rust sources.

use super::File;
use std::collections::BTreeSet;

const LINES_MAX: usize = 1000;
const COLUMNS_MAX: usize = 100;

/// The crates that may hold unsafe code: `raw` for the structures, `alloc` for the global
/// allocator.
const UNSAFE_CRATES: &[&str] = &["raw", "alloc"];

/// One thing that is not written, what is written instead, and the paths where it is.
struct Ban {
    text: &'static str,
    instead: &'static str,
    /// Path prefixes the ban does not reach; `tests` stands for all tests.
    allowed: &'static [&'static str],
}

const OS: &[&str] = &["crates/server/", "xtask/", "tests"];

const BANS: &[Ban] = &[
    Ban { text: "Instant::now", instead: "the `now` that is passed in", allowed: TIME },
    Ban { text: "SystemTime::now", instead: "the `now` that is passed in", allowed: OS },
    Ban { text: "println!", instead: "the log, or `write!` to the output", allowed: PRINTING },
    Ban { text: "print!", instead: "the log, or `write!` to the output", allowed: PRINTING },
    Ban { text: "dbg!", instead: "nothing: it is for debugging", allowed: &[] },
    Ban { text: "todo!", instead: "the code", allowed: &[] },
    Ban { text: "unimplemented!", instead: "the code", allowed: &[] },
    Ban { text: "FIXME", instead: "the fix, or an issue", allowed: &[] },
    Ban { text: "TODO", instead: "the code, or an issue", allowed: &[] },
    Ban { text: "std::collections::HashMap", instead: "`hashbrown`, seeded", allowed: OS },
    Ban { text: "std::collections::HashSet", instead: "`hashbrown`, seeded", allowed: OS },
    Ban { text: "thread_rng", instead: "the seeded generator that is passed in", allowed: &[] },
    Ban { text: "to_ne_bytes", instead: "`to_le_bytes`", allowed: OS },
    Ban { text: "from_ne_bytes", instead: "`from_le_bytes`", allowed: OS },
    Ban { text: "#[allow(", instead: "`#[expect(lint, reason = ...)]`", allowed: &[] },
    Ban { text: "#[ignore", instead: "an environment variable for slow tests", allowed: &[] },
    Ban { text: "#[should_panic", instead: "a test of the returned error", allowed: &[] },
];

/// `raw` has the one tick counter that is not the clock.
const TIME: &[&str] = &["crates/server/", "xtask/", "crates/raw/src/ticks.rs", "tests"];
const PRINTING: &[&str] = &["xtask/", "tests"];

fn rust(files: &[File]) -> impl Iterator<Item = &File> {
    files.iter().filter(|f| f.is_rust())
}

pub(super) fn forbid_unsafe(files: &[File]) -> Vec<String> {
    let root = |file: &&File| {
        let parts: Vec<&str> = file.path.split('/').collect();
        match parts[..] {
            ["crates", krate, "src", "lib.rs" | "main.rs"] => !UNSAFE_CRATES.contains(&krate),
            ["xtask", "src", "main.rs"] => true,
            _ => false,
        }
    };
    let without = rust(files).filter(root).filter(|f| !f.text.contains("#![forbid(unsafe_code)]"));
    without.map(|f| format!("{}: no `#![forbid(unsafe_code)]`", f.path)).collect()
}

pub(super) fn header(files: &[File]) -> Vec<String> {
    // `x/tests.rs` is what its name says.
    let files = rust(files).filter(|f| !f.path.ends_with("/tests.rs"));
    let without = files.filter(|f| !f.text.starts_with("//! "));
    without.map(|f| format!("{}: does not open with `//! what it is`", f.path)).collect()
}

pub(super) fn size(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in rust(files).filter(|f| !f.is_test()) {
        let code = file.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
        let lines = code.lines().count();
        if lines > LINES_MAX {
            complaints.push(format!("{}: {lines} lines, split it into a folder", file.path));
        }
    }
    complaints
}

/// Code is rustfmt's business, and a string literal is as long as it is.
pub(super) fn width(files: &[File]) -> Vec<String> {
    per_line(files, |file, line| {
        let columns = line.chars().count();
        // rustfmt leaves what stands inside of a test macro.
        let is_free = line.contains('"') || file.is_test();
        let is_wide = columns > COLUMNS_MAX && (is_comment(line) || !is_free);
        is_wide.then(|| format!("{columns} columns (`cargo xtask tidy --fix` wraps comments)"))
    })
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Returns `text` with its wide comment lines wrapped: what a line has too much goes to the front
/// of the next one of its paragraph.
pub(super) fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    let mut is_code = false;
    while let Some(line) = lines.next() {
        is_code ^= is_comment(line) && body(line).starts_with("```");
        let mut rest = line.to_owned();
        while let Some((at, prefix)) = cut(&rest) {
            let mut more = prefix.clone() + rest[at..].trim_start();
            // Else what is too much is cut once more first.
            if !is_code
                && more.len() <= COLUMNS_MAX
                && let Some(next) = lines.next_if(|next| goes_on(next, &prefix))
            {
                more = more + " " + body(next);
            }
            out.push_str(rest[..at].trim_end());
            out.push('\n');
            rest = more;
        }
        out.push_str(&rest);
        out.push('\n');
    }
    out
}

/// What a comment line says.
fn body(line: &str) -> &str {
    line.trim_start().trim_start_matches(['/', '!']).trim_start()
}

/// Where a wide comment line is to be cut, and what its next line begins with.
fn cut(line: &str) -> Option<(usize, String)> {
    if !is_comment(line) || line.chars().count() <= COLUMNS_MAX {
        return None;
    }
    let text = body(line);
    let front = &line[..line.len() - text.len()];
    let prefix = front.to_owned() + &" ".repeat(bullet(text));
    let at = line.get(..=COLUMNS_MAX)?.rfind(' ').filter(|at| *at > prefix.len())?;
    Some((at, prefix))
}

/// Columns of the `- ` or `1. ` that an item of a list begins with.
fn bullet(text: &str) -> usize {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = digits > 0 && text[digits..].starts_with(". ");
    let is_item = text.starts_with("- ") || text.starts_with("* ");
    if is_number { digits + 2 } else { 2 * usize::from(is_item) }
}

/// Whether a line is of the paragraph whose lines begin so.
fn goes_on(line: &str, prefix: &str) -> bool {
    let text = line.strip_prefix(prefix).unwrap_or_default();
    !text.is_empty()
        && !text.starts_with([' ', '#', '|', '/', '!'])
        && !["```", "SAFETY"].iter().any(|begin| text.starts_with(begin))
        && bullet(text) == 0
}

pub(super) fn ascii(files: &[File]) -> Vec<String> {
    per_line(files, |_, line| (!line.is_ascii()).then(|| "not ASCII: use an escape".to_owned()))
}

pub(super) fn bans(files: &[File]) -> Vec<String> {
    per_line(files, |file, line| {
        if file.path.starts_with("xtask/src/tidy/") {
            return None;
        }
        let code = line.split("// ").next().unwrap_or("");
        let ban = BANS.iter().find(|ban| {
            let place = |p: &&str| file.path.starts_with(*p) || (*p == "tests" && file.is_test());
            let text = if ban.text.ends_with(char::is_alphabetic) { line } else { code };
            word(text, ban.text) && !ban.allowed.iter().any(place)
        })?;
        Some(format!("{}: write {}", ban.text, ban.instead))
    })
}

/// Whether `text` holds `needle`, not as the end of a longer name.
fn word(text: &str, needle: &str) -> bool {
    text.match_indices(needle).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Every file below `src/` is reached by a `mod` line of its crate.
pub(super) fn dead_files(files: &[File]) -> Vec<String> {
    let mut modules = BTreeSet::new();
    for file in rust(files) {
        for line in file.text.lines().map(str::trim) {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
            let line = line.strip_prefix("pub(super) ").unwrap_or(line);
            if let Some(name) = line.strip_prefix("mod ") {
                modules.insert((crate_of(&file.path), name.trim_end_matches([';', '{', ' '])));
            }
        }
    }
    let dead = rust(files).filter(|file| {
        let Some((_, inside)) = file.path.split_once("/src/") else { return false };
        let inside = inside.strip_suffix("/mod.rs").or_else(|| inside.strip_suffix(".rs"));
        let name = inside.unwrap_or("").rsplit('/').next().unwrap_or("");
        !["lib", "main"].contains(&name) && !modules.contains(&(crate_of(&file.path), name))
    });
    dead.map(|f| format!("{}: no `mod` line reaches it", f.path)).collect()
}

fn crate_of(path: &str) -> &str {
    path.split_once("/src/").map_or(path, |(krate, _)| krate)
}

fn per_line(files: &[File], check: impl Fn(&File, &str) -> Option<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in rust(files) {
        for (i, line) in file.text.lines().enumerate() {
            if let Some(complaint) = check(file, line) {
                complaints.push(format!("{}:{}: {complaint}", file.path, i + 1));
            }
        }
    }
    complaints
}
