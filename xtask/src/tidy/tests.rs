//! The tree is tidy, and the rules see what they should.

use super::*;

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn the_tree_is_tidy() {
    assert_eq!(run(&[]).unwrap().failed, 0, "see above");
}

#[test]
fn a_new_edge_is_seen() {
    let manifest = |name: &str, uses: &str| {
        file(&format!("crates/{name}/Cargo.toml"), &format!("[dependencies]\n{uses}\n"))
    };
    let good = [manifest("raw", ""), manifest("engine", "raw.workspace = true")];
    assert!(manifests::edges(&good).is_empty());
    let bad = [manifest("engine", ""), manifest("raw", "engine = { path = \"../engine\" }")];
    assert_eq!(manifests::edges(&bad).len(), 2);
}

#[test]
fn bans_reach_code_but_not_where_they_are_allowed() {
    let bad = "//! x\nlet t = Instant::now();\n";
    assert_eq!(sources::bans(&[file("crates/engine/src/x.rs", bad)]).len(), 1);
    assert!(sources::bans(&[file("crates/server/src/x.rs", bad)]).is_empty());
    assert!(sources::bans(&[file("crates/engine/src/x/tests.rs", bad)]).is_empty());
    assert_eq!(sources::bans(&[file("crates/engine/src/y.rs", "// TODO later\n")]).len(), 1);
    assert!(sources::bans(&[file("crates/engine/src/y.rs", "eprint!(x); SNPRINTLN")]).is_empty());
}

#[test]
fn a_file_without_a_mod_line_is_dead() {
    let lib = file("crates/a/src/lib.rs", "//! x\npub mod used;\nmod folder;\n");
    let folder = file("crates/a/src/folder/mod.rs", "//! x\n");
    let used = file("crates/a/src/used.rs", "//! x\n");
    let dead = file("crates/a/src/dead.rs", "//! x\n");
    let complaints = sources::dead_files(&[lib, folder, used, dead]);
    assert_eq!(complaints, ["crates/a/src/dead.rs: no `mod` line reaches it"]);
}

#[test]
fn architecture_quotes_and_symbols() {
    let text = "a `Store` and `x.rs`\n```\n`not this`\n```\n`cargo run`\n";
    let quotes = architecture::quotes(text);
    assert_eq!(quotes, [(1, "Store"), (1, "x.rs"), (5, "cargo run")]);
    assert_eq!(architecture::symbol("Keys::update()"), Some(vec!["Keys", "update"]));
    assert_eq!(architecture::symbol("cargo run"), None);
}

#[test]
fn wide_comments_are_wrapped_and_code_is_not() {
    let wide = format!("    /// {}\nlet x = \"{}\";\n", "word ".repeat(30), "y".repeat(120));
    let wrapped = sources::wrapped(&wide);
    assert_eq!(wrapped.lines().count(), 3);
    assert!(wrapped.lines().nth(1).unwrap().starts_with("    /// word"));
}

#[test]
fn what_is_cut_off_goes_to_the_next_line_of_the_paragraph() {
    let words = |count: usize, last: &str| format!("{}{last}", "word ".repeat(count));
    for (text, wanted) in [
        // The paragraph is filled up to where a line has room; what follows stays as it is.
        (
            format!(
                "//! {}\n//! {}\n//! end.\n//!\n//! More.\n",
                words(19, "wide1"),
                words(18, "w")
            ),
            format!(
                "//! {}\n//! wide1 {}\n//! w end.\n//!\n//! More.\n",
                words(18, "word"),
                words(17, "word"),
            ),
        ),
        (
            format!("  // {}\n  // short\n  // short\n", words(18, "wide1 wide2")),
            format!("  // {}\n  // wide2 short\n  // short\n", words(18, "wide1")),
        ),
        // Other paragraphs: items, headings, code, tables, another comment.
        (
            format!("/// - {}\n///   more\n/// - next\n", words(18, "wide1 wide2")),
            format!("/// - {}\n///   wide1 wide2 more\n/// - next\n", words(17, "word")),
        ),
        (
            format!("/// - {}\n/// 2. next\n", words(19, "wide1")),
            format!("/// - {}\n///   wide1\n/// 2. next\n", words(18, "word")),
        ),
        (
            format!("// {}\n/// {}\n/// # Errors\n", words(19, "wide1"), words(19, "wide1")),
            format!(
                "// {}\n// wide1\n/// {}\n/// wide1\n/// # Errors\n",
                words(18, "word"),
                words(18, "word"),
            ),
        ),
        (
            format!("/// ```\n/// {}\n/// code\n/// ```\n", words(19, "wide1")),
            format!("/// ```\n/// {}\n/// wide1\n/// code\n/// ```\n", words(18, "word")),
        ),
        // One word alone is as long as it is.
        (
            format!("// {}\n// next\n", "x".repeat(120)),
            format!("// {}\n// next\n", "x".repeat(120)),
        ),
    ] {
        assert_eq!(sources::wrapped(&text), wanted);
        assert_eq!(sources::wrapped(&wanted), wanted);
    }
}
