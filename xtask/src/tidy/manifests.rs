//! Rules over `Cargo.toml` files and what stands beside them.

use super::File;
use std::collections::BTreeMap;

/// Which crate of this workspace may use which. The tree is the architecture: an edge that is not
/// here needs a design note first.
const EDGES: &[(&str, &[&str])] = &[
    ("resp", &[]),
    ("raw", &[]),
    // It moves what `raw` has made.
    ("alloc", &["raw"]),
    ("engine", &["raw"]),
    ("persist", &["engine"]),
    // DUMP and RESTORE are commands whose payload is an object of a file: the same code.
    ("commands", &["engine", "persist", "raw", "resp"]),
    // FUNCTION DUMP is what a file holds of functions.
    ("script", &["commands", "engine", "persist", "raw", "resp"]),
    ("server", &["alloc", "commands", "engine", "persist", "raw", "resp", "script"]),
];

/// Crates that use nothing at all.
const NO_DEPENDENCIES: &[&str] = &["resp", "raw"];

/// At most this many crates of others in the server.
const SERVER_DEPENDENCIES_MAX: usize = 15;

/// The names under `[dependencies]` of a manifest: not those for development, nor those of the
/// models, which only exist under `--cfg shuttle`.
fn dependencies(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section == "dependencies"
                || (section.starts_with("target.") && section.ends_with(".dependencies"))
                    && !section.contains("cfg(shuttle)");
        } else if inside && !line.starts_with('#') {
            let name = line.split(['=', '.', ' ']).next().unwrap_or("");
            if !name.is_empty() {
                names.push(name.to_owned());
            }
        }
    }
    names
}

/// `crates/NAME/Cargo.toml` by `NAME`.
fn manifests(files: &[File]) -> BTreeMap<&str, &File> {
    files
        .iter()
        .filter_map(|file| {
            let name = file.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
            Some((name, file))
        })
        .collect()
}

pub(super) fn edges(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    let manifests = manifests(files);
    for (name, file) in &manifests {
        let Some((_, allowed)) = EDGES.iter().find(|(krate, _)| krate == name) else {
            complaints.push(format!("{}: a crate without a row in EDGES", file.path));
            continue;
        };
        let used = dependencies(&file.text);
        for other in used.iter().filter(|used| manifests.contains_key(used.as_str())) {
            if !allowed.contains(&other.as_str()) {
                complaints.push(format!("{}: {name} may not use {other}", file.path));
            }
        }
        if NO_DEPENDENCIES.contains(name) && !used.is_empty() {
            complaints.push(format!("{}: {name} has no dependencies, not {used:?}", file.path));
        }
        let foreign = used.iter().filter(|used| !manifests.contains_key(used.as_str())).count();
        if *name == "server" && foreign > SERVER_DEPENDENCIES_MAX {
            complaints.push(format!("{}: {foreign} crates of others", file.path));
        }
    }
    complaints
}

/// `deny.toml` has a line `# name: why` for each crate of others that we use directly.
pub(super) fn reasons(files: &[File]) -> Vec<String> {
    let deny = files.iter().find(|f| f.path == "deny.toml").map_or("", |f| f.text.as_str());
    let manifests = manifests(files);
    let mut used: Vec<String> = manifests.values().flat_map(|f| dependencies(&f.text)).collect();
    used.sort();
    used.dedup();
    used.retain(|name| !manifests.contains_key(name.as_str()));
    let missing = used.iter().filter(|name| {
        let start = format!("# {name}: ");
        !deny.lines().any(|line| line.starts_with(&start) && line.len() > start.len() + 10)
    });
    missing.map(|name| format!("deny.toml: no line `# {name}: why we do not write it`")).collect()
}

pub(super) fn licences(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (_, file) in manifests(files) {
        if !file.text.contains("license.workspace = true") {
            complaints.push(format!("{}: no `license.workspace = true`", file.path));
        }
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        if !files.iter().any(|f| f.path == name) {
            complaints.push(format!("{name} is missing"));
        }
    }
    complaints
}

pub(super) fn lock_files(files: &[File]) -> Vec<String> {
    let locks = files.iter().filter(|f| f.path.ends_with("package-lock.json"));
    let named = locks.filter(|f| f.text.contains("\"resolved\"") || f.text.contains("://"));
    named
        .map(|f| {
            format!("{}: made without `npm --omit-lockfile-registry-resolved`, or funding", f.path)
        })
        .collect()
}
