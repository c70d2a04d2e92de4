//! The command table against facts, and the documents made from it.
//!
//! `tests/data/commands-*.json` hold what Valkey 9.1.2 and Redis 8.2.3 answer to `COMMAND` and
//! `COMMAND DOCS`, words sorted. Each row of ours must say the same; where both know a command
//! Valkey wins. Deliberate differences stand in [`EXCEPTIONS`], each with its reason.

use crate::facts::{self, NEWER, Row, facts, rows};
use commands::spec::{Arg, ArgKind, Begin, Category, Command, Find, Flags, KeyFlags, KeySpec};
use commands::table::CommandTable;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Command, field, why it differs.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("bitcount", "arguments", "a start without an end is refused, as in Redis"),
    ("bitop", "arguments", "takes DIFF, DIFF1, ANDOR and ONE too, as Redis 8.2"),
    ("multi", "flags", "no no_multi: nesting has an error of its own, as in Redis"),
    ("set", "arguments", "takes IFNE, IFDEQ and IFDNE too, as Redis 8.4"),
    ("xadd", "arguments", "takes KEEPREF, DELREF and ACKED too, as Redis 8.2"),
    ("xtrim", "arguments", "takes KEEPREF, DELREF and ACKED too, as Redis 8.2"),
    ("watch", "flags", "no no_multi: inside MULTI it has an error of its own, as in Redis"),
];

/// Commands whose documented arguments do not say how many words there may be.
const LOOSE_ARITY: &[(&str, &str)] = &[
    ("client|kill", "the old form takes one word, the new one pairs"),
    ("cluster|migrateslots", "documented looser than it is"),
    ("cluster|syncslots", "internal, undocumented"),
    ("debug", "internal, undocumented"),
    ("geosearch", "origin and shape are documented as optional to each other"),
    ("geosearchstore", "as GEOSEARCH"),
    ("hotkeys|start", "METRICS is asked for by an error of its own"),
    ("psync", "more words are for later protocols"),
    ("quit", "further words are ignored"),
    ("replconf", "internal, undocumented"),
];

/// Commands that change data without naming the keys, or name keys that they change in secret.
const ODD_WRITES: &[(&str, &str)] = &[
    ("cluster|flushslot", "a slot, not a key"),
    ("eval", "the script decides"),
    ("evalsha", "the script decides"),
    ("fcall", "the function decides"),
    ("flushall", "all keys"),
    ("flushdb", "all keys"),
    ("function|delete", "functions, not keys"),
    ("function|flush", "functions, not keys"),
    ("function|load", "functions, not keys"),
    ("function|restore", "functions, not keys"),
    ("pfdebug", "converts the representation"),
    ("swapdb", "all keys"),
    ("xreadgroup", "changes the group, not the stream"),
];

pub(crate) fn table() -> CommandTable {
    CommandTable::new(commands::families())
}

#[test]
fn rows_say_what_the_servers_say() {
    let facts = facts();
    let mut excused = BTreeSet::new();
    let mut differences = Vec::new();
    for (name, row) in rows(&table()) {
        let Some(fact) = facts.get(&name) else {
            let first = name.split('|').next().unwrap_or(&name);
            let is_newer = NEWER.iter().any(|(newer, _)| *newer == first);
            assert!(is_newer, "{name} is in neither server");
            continue;
        };
        for (field, ours, theirs) in row.compare(fact) {
            if EXCEPTIONS.iter().any(|(at, what, _)| *at == name && *what == field) {
                excused.insert((name.clone(), field));
            } else {
                differences.push(format!("{name} {field}\n  ours   {ours}\n  theirs {theirs}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let here = rows(&table());
    for (name, field, _) in EXCEPTIONS.iter().filter(|(name, ..)| here.contains_key(*name)) {
        assert!(excused.contains(&((*name).to_owned(), *field)), "{name} {field} does not differ");
    }
}

/// Groups of commands on keys, which are to be complete.
const GROUPS: &[&str] = &[
    "string",
    "hash",
    "list",
    "set",
    "sorted-set",
    "stream",
    "bitmap",
    "hyperloglog",
    "geo",
    "generic",
];

#[test]
fn the_groups_of_data_types_are_complete() {
    let here = rows(&table());
    let wanted = facts().into_iter().filter(|(_, fact)| GROUPS.contains(&fact.group.as_str()));
    let missing: Vec<_> = wanted.map(|(name, _)| name).filter(|n| !here.contains_key(n)).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn rows_are_sane() {
    let table = table();
    let mut names = BTreeSet::new();
    for entry in table.iter() {
        let (name, row) = (&*entry.full_name, entry.command);
        assert!(names.insert(name.to_owned()), "two rows for {name}");
        assert_eq!(row.name, row.name.to_ascii_lowercase(), "{name}: lower case");
        assert!(row.summary.ends_with('.') && row.summary.len() < 100, "{name}: one sentence");
        assert!(!row.complexity.is_empty(), "{name}: what it costs");
        check_arity(name, entry.parent.is_some(), row);
        check_keys(name, row);
        check_flags(name, row);
    }
}

fn check_arity(name: &str, is_subcommand: bool, row: &Command) {
    if !row.subcommands.is_empty() || LOOSE_ARITY.iter().any(|(loose, _)| *loose == name) {
        return;
    }
    let before = 1 + usize::from(is_subcommand);
    let (least, most) = span_of_all(row.args);
    let arity = usize::from(row.arity.unsigned_abs());
    assert_eq!(before + least, arity, "{name}: arity and arguments");
    assert_eq!(row.arity < 0, most > least, "{name}: optional arguments and arity");
}

/// Fewest and most words that arguments take.
fn span_of_all(args: &[Arg]) -> (usize, usize) {
    let add = |(a, b): (usize, usize), (c, d): (usize, usize)| (a + c, b.saturating_add(d));
    args.iter().map(span).fold((0, 0), add)
}

fn span(arg: &Arg) -> (usize, usize) {
    let (mut least, mut most) = match arg.kind {
        ArgKind::OneOf => {
            let spans = arg.args.iter().map(span);
            spans.reduce(|(a, b), (c, d)| (a.min(c), b.max(d))).expect("a choice has parts")
        }
        ArgKind::Block => span_of_all(arg.args),
        _ => (1, 1),
    };
    if !arg.token.is_empty() && arg.kind != ArgKind::PureToken {
        (least, most) = (least + 1, most.saturating_add(1));
    }
    (if arg.optional { 0 } else { least }, if arg.multiple { usize::MAX } else { most })
}

fn check_keys(name: &str, row: &Command) {
    let arity = row.arity.unsigned_abs();
    let real = row.keys.iter().filter(|spec| !spec.flags.has(KeyFlags::NOT_KEY));
    for (number, spec) in real.enumerate() {
        if let Begin::Index(index) = spec.begin {
            // The sources of PFMERGE may be left out; the first spec's keys never.
            let end = arity + u16::from(number > 0);
            assert!((1..end).contains(&index), "{name}: key {index} is not always there");
        }
        if matches!(spec.begin, Begin::Keyword(..)) || matches!(spec.find, Find::KeyNum { .. }) {
            assert!(row.flags.has(Flags::MOVABLEKEYS), "{name}: keys move");
        }
    }
}

fn check_flags(name: &str, row: &Command) {
    let changing = KeyFlags::UPDATE.and(KeyFlags::INSERT).and(KeyFlags::DELETE);
    let changes = row.keys.iter().any(|spec: &KeySpec| spec.flags.has(changing));
    let is_odd = ODD_WRITES.iter().any(|(odd, _)| *odd == name);
    assert_eq!(changes != row.flags.has(Flags::WRITE), is_odd, "{name}: WRITE and its keys");
    let both = row.flags.has(Flags::WRITE) && row.flags.has(Flags::READONLY);
    assert!(!both, "{name}: reads only or writes");
    for sweeping in [Flags::LOCK_ALL, Flags::SWEEPS] {
        let is_both = row.flags.has(sweeping) && !row.keys.is_empty();
        assert!(!is_both, "{name}: locks all and names keys");
    }
}

#[test]
fn each_command_has_a_case() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases");
    let mut called = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("tests/cases") {
        let path = file.expect("an entry").path();
        if path.extension().is_some_and(|ext| ext == "t") {
            let text = std::fs::read(&path).expect("a case file");
            for line in String::from_utf8_lossy(&text).lines() {
                let Some(call) = line.strip_prefix("> ") else { continue };
                let mut words = call.split_whitespace().map(str::to_ascii_lowercase);
                let first = words.next().unwrap_or_default();
                if let Some(second) = words.next() {
                    called.insert(format!("{first}|{second}"));
                }
                called.insert(first);
            }
        }
    }
    let table = table();
    let without_case = table.iter().filter(|entry| !called.contains(&*entry.full_name));
    let names: Vec<_> = without_case.map(|entry| &*entry.full_name).collect();
    assert_eq!(names, NO_CASE.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

/// Commands without a case, in table order: to be emptied.
const NO_CASE: &[(&str, &str)] = &[];

#[test]
fn the_committed_documents_are_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/commands.json");
    let current = document(&table());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &current).expect("docs can be written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == current, "docs/commands.json is old: UPDATE=1 cargo test -p commands");
}

/// All rows as JSON, a command a line, in alphabetical order.
fn document(table: &CommandTable) -> String {
    let all: BTreeMap<_, _> = table
        .iter()
        .filter(|entry| entry.parent.is_none())
        .map(|entry| (entry.command.name, describe(entry.command)))
        .collect();
    let lines: Vec<_> = all.iter().map(|(name, row)| format!("{}: {row}", json!(name))).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

fn describe(row: &Command) -> Value {
    let categories: Vec<_> = row.categories().words().collect();
    let mut value = json!({
        "arity": row.arity,
        "flags": row.flags.words().collect::<Vec<_>>(),
        "acl": categories,
        "group": row.group.word(),
        "since": row.since,
        "summary": row.summary,
        "complexity": row.complexity,
    });
    let mut set = |name: &str, part: Value| value[name] = part;
    if !row.keys.is_empty() {
        set("key_specs", row.keys.iter().map(facts::key_spec).collect());
    }
    if !row.args.is_empty() {
        set("arguments", row.args.iter().map(facts::argument).collect());
    }
    if !row.tips.is_empty() {
        set("tips", json!(row.tips));
    }
    if let Some((since, instead)) = row.deprecated {
        set("deprecated", json!({ "since": since, "instead": instead }));
    }
    if !row.subcommands.is_empty() {
        let rows = row.subcommands.iter().map(|sub| (sub.name.to_owned(), describe(sub)));
        set("subcommands", Value::Object(rows.collect()));
    }
    value
}

#[test]
fn every_category_is_known() {
    let table = table();
    let known = Category::WORDS.iter().fold(Category::NONE, |all, (one, _)| all.and(*one));
    assert!(table.iter().all(|entry| known.has(entry.command.categories())));
    assert!(rows(&table).values().all(|row: &Row| !row.categories.is_empty()));
}

#[test]
fn commands_that_run_scripts_are_known_by_their_beginnings() {
    let mut table = CommandTable::new(commands::families());
    table.rename("evalsha", "Quickly");
    for name in ["eval", "EVAL_RO", "EvalSha_Ro", "fcall", "FCALL_RO", "quickly", "QUICKLY"] {
        assert!(table.scripts().may_have(name.as_bytes()), "{name}");
        assert!(table.run_scripts().may_have(name.as_bytes()), "{name}");
    }
    assert!(table.run_scripts().may_have(b"exec") && !table.scripts().may_have(b"exec"));
    for name in ["", "e", "get", "SET", "function", "xadd"] {
        assert!(!table.run_scripts().may_have(name.as_bytes()), "{name}");
    }
    for entry in table.commands().filter(|entry| entry.command.flags.has(Flags::SCRIPT)) {
        let name = if &*entry.full_name == "evalsha" { "quickly" } else { &entry.full_name };
        assert!(table.scripts().may_have(name.as_bytes()), "{name}");
    }
}
