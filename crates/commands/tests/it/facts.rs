//! Rows and recorded answers in one comparable form.

use commands::keys_of::legacy_range;
use commands::spec::{Arg, ArgKind, Begin, Command, Find, KeySpec};
use commands::table::CommandTable;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Commands that neither of the two servers has, and where they come from.
pub(crate) const NEWER: &[(&str, &str)] = &[
    ("blmovem", "Redis 8.10"),
    ("delex", "Redis 8.4"),
    ("digest", "Redis 8.4"),
    ("hotkeys", "Redis 8.6"),
    ("increx", "Redis 8.8"),
    ("lmovem", "Redis 8.10"),
    ("sdiffcard", "Redis 8.10"),
    ("sunioncard", "Redis 8.10"),
];

/// What is compared of a command; lists of words are sorted.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Row {
    pub(crate) categories: Vec<String>,
    arity: i64,
    flags: Vec<String>,
    pub(crate) group: String,
    since: String,
    tips: Vec<String>,
    key_specs: Value,
    range: Value,
    arguments: Value,
    subcommands: Vec<String>,
}

impl Row {
    /// The fields that differ: name, ours, theirs. Subcommands of ours must be among theirs.
    pub(crate) fn compare(&self, fact: &Self) -> Vec<(&'static str, String, String)> {
        let mut all = Vec::new();
        let mut add = |name, ours: Value, theirs: Value| {
            if ours != theirs {
                all.push((name, ours.to_string(), theirs.to_string()));
            }
        };
        add("arity", json!(self.arity), json!(fact.arity));
        add("flags", json!(self.flags), json!(fact.flags));
        add("categories", json!(self.categories), json!(fact.categories));
        add("group", json!(self.group), json!(fact.group));
        add("since", json!(self.since), json!(fact.since));
        add("tips", json!(self.tips), json!(fact.tips));
        add("key_specs", self.key_specs.clone(), fact.key_specs.clone());
        add("range", self.range.clone(), fact.range.clone());
        add("arguments", self.arguments.clone(), fact.arguments.clone());
        let strange = self.subcommands.iter().filter(|sub| !fact.subcommands.contains(sub));
        add("subcommands", json!(strange.collect::<Vec<_>>()), json!([]));
        all
    }
}

/// All rows of the table by full name.
pub(crate) fn rows(table: &CommandTable) -> BTreeMap<String, Row> {
    table.iter().map(|entry| (entry.full_name.to_string(), row(entry.command))).collect()
}

fn row(command: &Command) -> Row {
    let sorted = |words: Vec<String>| {
        let mut words = words;
        words.sort();
        words
    };
    let owned = |word: &str| word.to_owned();
    let (first, last, step) = legacy_range(command);
    Row {
        categories: sorted(command.categories().words().map(|word| format!("@{word}")).collect()),
        arity: i64::from(command.arity),
        flags: sorted(command.flags.words().map(owned).collect()),
        group: owned(command.group.word()),
        since: owned(command.since),
        tips: command.tips.iter().map(|tip| owned(tip)).collect(),
        key_specs: command.keys.iter().map(key_spec).collect(),
        range: json!([first, last, step]),
        arguments: command.args.iter().map(argument).collect(),
        subcommands: sorted(command.subcommands.iter().map(|sub| owned(sub.name)).collect()),
    }
}

/// A key spec as the recorded answers have it.
pub(crate) fn key_spec(spec: &KeySpec) -> Value {
    let (begin, find) = match spec.begin {
        Begin::Index(index) => ("index", json!({ "index": index })),
        Begin::Keyword(word, from) => ("keyword", json!({ "keyword": word, "startfrom": from })),
        Begin::Unknown => ("unknown", json!({})),
    };
    let (how, keys) = match spec.find {
        Find::Range { last, step, limit } => {
            ("range", json!({ "lastkey": last, "keystep": step, "limit": limit }))
        }
        Find::KeyNum { count_at, first, step } => {
            ("keynum", json!({ "keynumidx": count_at, "firstkey": first, "keystep": step }))
        }
        Find::Unknown => ("unknown", json!({})),
    };
    let mut flags: Vec<_> = spec.flags.words().collect();
    flags.sort_unstable();
    let mut value = json!({
        "flags": flags,
        "begin_search": { "type": begin, "spec": find },
        "find_keys": { "type": how, "spec": keys },
    });
    if !spec.notes.is_empty() {
        value["notes"] = json!(spec.notes);
    }
    value
}

/// An argument as the recorded answers have it.
pub(crate) fn argument(arg: &Arg) -> Value {
    let mut value = json!({ "name": arg.name, "type": arg.kind.word() });
    if arg.args.is_empty() {
        let is_other = !arg.display.is_empty();
        value["display_text"] = json!(if is_other { arg.display } else { arg.name });
    } else {
        value["arguments"] = arg.args.iter().map(argument).collect();
    }
    if let Some(index) = arg.key_spec {
        value["key_spec_index"] = json!(index);
    }
    if !arg.token.is_empty() || arg.kind == ArgKind::PureToken {
        value["token"] = json!(arg.token);
    }
    if !arg.since.is_empty() {
        value["since"] = json!(arg.since);
    }
    let flags = [
        ("optional", arg.optional),
        ("multiple", arg.multiple),
        ("multiple_token", arg.multiple_token),
    ];
    let mut flags: Vec<_> = flags.iter().filter(|(_, on)| *on).map(|(word, _)| *word).collect();
    flags.sort_unstable();
    if !flags.is_empty() {
        value["flags"] = json!(flags);
    }
    value
}

/// The recorded answers by full name: Valkey's, and Redis's where Valkey has none.
pub(crate) fn facts() -> BTreeMap<String, Row> {
    let mut all = BTreeMap::new();
    for file in ["commands-redis-8.2.3.json", "commands-valkey-9.1.2.json"] {
        let path = format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("recorded answers");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        add_facts(&mut all, &value);
    }
    all
}

fn add_facts(all: &mut BTreeMap<String, Row>, commands: &Value) {
    for (name, fact) in commands.as_object().expect("commands by name") {
        if let Some(subs) = fact.get("subcommands") {
            add_facts(all, subs);
        }
        let mut row = fact_row(fact);
        // A container of both servers holds the subcommands of both.
        if let Some(older) = all.get(name) {
            row.subcommands.extend(older.subcommands.iter().cloned());
        }
        all.insert(name.clone(), row);
    }
}

fn fact_row(fact: &Value) -> Row {
    let words = |name: &str| -> Vec<String> {
        let list = fact[name].as_array().into_iter().flatten();
        // Valkey's word for the flag; Redis says skip_slowlog.
        let word = |word: &Value| word.as_str().expect("a word").replace("slowlog", "commandlog");
        list.map(word).collect()
    };
    let text = |name: &str| fact[name].as_str().unwrap_or_default().to_owned();
    let list = |name: &str| match &fact[name] {
        Value::Null => json!([]),
        list => normal(list),
    };
    let subs = fact["subcommands"].as_object().into_iter().flatten();
    Row {
        categories: words("acl"),
        arity: fact["arity"].as_i64().expect("arity"),
        flags: words("flags"),
        group: text("group"),
        since: text("since"),
        tips: words("tips"),
        key_specs: list("key_specs"),
        range: json!([fact["first_key"], fact["last_key"], fact["step"]]),
        arguments: list("arguments"),
        subcommands: subs.map(|(name, _)| name.rsplit('|').next().unwrap_or(name).into()).collect(),
    }
}

/// The same with flags sorted, and without `deprecated_since` of arguments, which rows do not hold.
fn normal(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| *name != "deprecated_since");
            let normal = kept.map(|(name, part)| match part {
                Value::Array(words) if name == "flags" => (name.clone(), sorted(words)),
                _ => (name.clone(), normal(part)),
            });
            Value::Object(normal.collect())
        }
        other => other.clone(),
    }
}

fn sorted(words: &[Value]) -> Value {
    let mut words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
    words.sort_unstable();
    json!(words)
}
