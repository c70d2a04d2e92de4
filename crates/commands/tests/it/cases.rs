//! `tests/cases/*.t` in process: no sockets, no threads, no clock.
//!
//! One worker, whose inbox is emptied after every call; time stands still but for `@at`. Cases
//! that need real connections (`@socket`, raw bytes) are left to `cargo xtask cases`, and cases
//! with a command that is not built yet wait for it.

use crate::facts;
use crate::transcript::{Action, Case, parse, run};
use crate::world::World;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn transcripts_pass_in_process() {
    let unbuilt = unbuilt();
    let (mut passed, mut waiting, mut failures) = (0, 0, Vec::new());
    for (name, case) in cases() {
        if calls(&case).any(|word| unbuilt.contains(&word)) {
            waiting += 1;
            continue;
        }
        for proto in [2, 3] {
            if case.only_proto.is_some_and(|only| only != proto) {
                continue;
            }
            match run(&case, proto, &mut World::new(proto)) {
                Ok(found) if found.is_empty() => passed += 1,
                Ok(found) => {
                    let all: Vec<_> = found.iter().map(|one| format!("  {one}")).collect();
                    let all = all.join("\n");
                    failures.push(format!("{name}, RESP{proto}, {}\n{all}", case.name));
                }
                Err(error) => failures.push(format!("{name}, {}: {error}", case.name)),
            }
        }
    }
    let failed = failures.len();
    let summary = format!("{passed} passed, {failed} failed, {waiting} wait for commands");
    assert!(failures.is_empty(), "{}\n{summary}", failures.join("\n"));
}

/// Whatever a case does: its log, replayed, makes the same data set.
#[test]
fn logs_of_transcripts_replay() {
    let (mut same, mut failures) = (0, Vec::new());
    for (name, case) in cases() {
        // It changes a threshold between two changes of a key: a log keeps no thresholds.
        if name == "hyperloglog.t" && case.name == "Forms" {
            continue;
        }
        let mut world = World::logged(2);
        // What it answers is another test's concern.
        let _ = run(&case, 2, &mut world);
        match world.differs_from_replay() {
            None => same += 1,
            Some(found) => failures.push(format!("{name}, {}: {found}", case.name)),
        }
    }
    assert!(failures.is_empty(), "{}\n{same} same, {}", failures.join("\n"), failures.len());
}

/// The cases that need no socket, with their files' names; `CASES` picks files.
fn cases() -> impl Iterator<Item = (String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let wanted = std::env::var("CASES").unwrap_or_default();
    let files = std::fs::read_dir(folder).expect("tests/cases");
    let paths = files.map(|file| file.expect("an entry").path());
    paths.filter(|path| path.extension().is_some_and(|ext| ext == "t")).flat_map(move |path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let is_wanted = name.contains(&wanted);
        let text = std::fs::read_to_string(&path).expect("a case file");
        let cases = parse(&text).expect("a case file that can be read");
        let cases = cases.into_iter().filter(move |case| is_wanted && runs_here(case));
        cases.map(move |case| (name.clone(), case))
    })
}

fn runs_here(case: &Case) -> bool {
    let is_raw = |action: &Action| matches!(action, Action::Raw(_));
    case.socket_only.is_none() && !case.steps.iter().any(|step| is_raw(&step.action))
}

/// The commands of a case in lower case, alone and with their first argument as subcommand. COMMAND
/// names others in its arguments.
fn calls(case: &Case) -> impl Iterator<Item = String> {
    case.steps.iter().flat_map(|step| match &step.action {
        Action::Command(words) | Action::Blocked(words) => {
            let lower = |word: &Vec<u8>| String::from_utf8_lossy(word).to_lowercase();
            let mut all: Vec<_> = words.iter().map(lower).collect();
            if let [name, sub, ..] = &all[..] {
                let full = format!("{name}|{sub}");
                all.truncate(if name == "command" { all.len() } else { 1 });
                all.push(full);
            }
            all
        }
        _ => Vec::new(),
    })
}

/// Commands that other servers have and ours has not yet.
fn unbuilt() -> BTreeSet<String> {
    let table = commands::table::CommandTable::new(commands::families());
    let built = facts::rows(&table);
    let known =
        facts::facts().into_keys().chain(facts::NEWER.iter().map(|(name, _)| name.to_string()));
    known.filter(|name| !built.contains_key(name)).collect()
}
