//! The files in `ops/`: the default configuration is accepted line by line, what it shows in
//! comments is what holds anyway, and dashboard and alerts name metrics that exist.

use commands::config::{Config, Id, LoadHost};
use commands::offline::Offline;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ops").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

struct Nowhere;

impl LoadHost for Nowhere {
    fn read_included(&mut self, _: &[u8]) -> Result<Vec<u8>, (Vec<u8>, String)> {
        Ok(Vec::new())
    }

    fn change_dir(&mut self, path: &[u8]) -> Result<Vec<u8>, String> {
        Ok(path.to_vec())
    }

    fn command_exists(&self, _: &[u8]) -> bool {
        true
    }
}

fn load(text: &str) -> Config {
    let config = Config::new(2);
    if let Err(error) = config.load(text.as_bytes(), &mut Nowhere) {
        panic!("{error}\n{text}");
    }
    config
}

/// The lines that are in force, those that show a default, and the examples in prose.
fn lines(text: &str) -> [Vec<&str>; 3] {
    let mut lines = [Vec::new(), Vec::new(), Vec::new()];
    let is_directive = |line: &&str| {
        let name = line.split(' ').next().unwrap_or_default();
        Id::find(name.as_bytes()).is_some() && line.contains(' ')
    };
    let shows_directive = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
    for line in text.lines() {
        if let Some(example) = line.strip_prefix("# ").filter(is_directive) {
            lines[2].push(example);
        } else if let Some(shown) = line.strip_prefix('#').filter(shows_directive) {
            lines[1].push(shown);
        } else if !line.starts_with('#') && !line.is_empty() {
            lines[0].push(line);
        }
    }
    lines
}

#[test]
fn every_line_of_the_default_configuration_is_accepted() {
    let text = read("scrubjay.conf");
    load(&text);
    let [set, shown, examples] = lines(&text);
    assert!(set.len() >= 3 && shown.len() > 40 && examples.len() > 3, "{examples:?}");
    for line in set.iter().chain(&shown) {
        let name = line.split(' ').next().unwrap_or_default();
        let id = Id::find(name.as_bytes()).unwrap_or_else(|| panic!("{name} is no directive"));
        assert_eq!(load(line).inert_notice(id), None, "{line}");
    }
    examples.iter().for_each(|line| drop(load(line)));
    let defaults = Config::new(2);
    let all = load(&shown.join("\n"));
    for id in Id::all() {
        let (shown, default) = (all.print(id), defaults.print(id));
        let [shown, default] =
            [shown, default].map(|text| String::from_utf8_lossy(&text).into_owned());
        assert_eq!(shown, default, "{} is shown with another value", id.row().name);
    }
}

/// Names of our metrics in a text.
fn named(text: &str) -> BTreeSet<String> {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.match_indices("scrubjay_")
        .map(|(at, _)| text[at..].chars().take_while(|c| letter(*c)).collect())
        .collect()
}

#[test]
fn dashboard_and_alerts_name_metrics_that_exist() {
    let offline = Offline::new(1_700_000_000_000);
    let shared = offline.shared(2);
    let page = commands::metrics::render(&shared, 1, offline.now_ms());
    let mut exist = BTreeSet::new();
    for line in page.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').expect("a type");
        exist.insert(name.to_owned());
        if kind == "histogram" {
            exist.extend(["bucket", "sum", "count"].map(|part| format!("{name}_{part}")));
        }
    }
    for file in ["alerts.yml", "grafana-dashboard.json"] {
        let named = named(&read(file));
        assert!(named.len() > 15, "{file} names {named:?}");
        let unknown: Vec<_> = named.difference(&exist).collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
    let dashboard: serde_json::Value =
        serde_json::from_str(&read("grafana-dashboard.json")).expect("JSON");
    assert!(dashboard["panels"].as_array().is_some_and(|panels| panels.len() > 20));
}
