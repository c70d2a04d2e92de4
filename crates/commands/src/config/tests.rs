use super::*;
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;

const VALKEY_9: &str = include_str!("../../tests/data/config-valkey-9.1.2.json");
const REDIS_8: &str = include_str!("../../tests/data/config-redis-8.2.3.json");
const REDIS_7: &str = include_str!("../../tests/data/config-redis-7.0.15.json");

/// The files hold one `"name": "value",` a line, without escapes.
fn reference(json: &str) -> BTreeMap<&str, &str> {
    json.lines()
        .filter_map(|line| line.trim_end_matches(',').split_once(": "))
        .map(unquote)
        .collect()
}

fn unquote<'a>((name, value): (&'a str, &'a str)) -> (&'a str, &'a str) {
    (name.trim_matches('"'), value.trim_matches('"'))
}

fn words_of(id: Id, printed: &[u8]) -> Vec<&[u8]> {
    let several = id.row().flags.has(Flags::MULTI_ARG);
    if several { special::words(printed).collect() } else { vec![printed] }
}

fn set(config: &Config, name: &str, value: &str) -> String {
    let permit = Permit { protected: false, loading: false };
    match config.change(&[(name.as_bytes(), value.as_bytes())], permit, &NothingToApply) {
        Ok(_) => "OK".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn get(config: &Config, name: &str) -> String {
    String::from_utf8(config.print(Id::find(name.as_bytes()).expect("a known name"))).unwrap()
}

#[derive(Default)]
struct Host {
    files: BTreeMap<&'static str, &'static str>,
}

impl LoadHost for Host {
    fn read_included(&mut self, pattern: &[u8]) -> Result<Vec<u8>, (Vec<u8>, String)> {
        let name = str::from_utf8(pattern).unwrap();
        let text = self.files.get(name).map(|text| text.as_bytes().to_vec());
        text.ok_or_else(|| (pattern.to_vec(), "No such file or directory".to_owned()))
    }

    fn change_dir(&mut self, path: &[u8]) -> Result<Vec<u8>, String> {
        if path == b"/missing" {
            return Err("No such file or directory".to_owned());
        }
        let relative = !path.starts_with(b"/");
        Ok(if relative { [b"/abs/", path].concat() } else { path.to_vec() })
    }

    fn command_exists(&self, name: &[u8]) -> bool {
        name.eq_ignore_ascii_case(b"get") || name.eq_ignore_ascii_case(b"set")
    }
}

fn load(text: &str) -> (Config, Result<Loaded, LoadError>) {
    let config = Config::new(2);
    let loaded = config.load(text.as_bytes(), &mut Host::default());
    (config, loaded)
}

fn load_error(text: &str) -> String {
    load(text).1.expect_err("a configuration with an error").to_string()
}

#[test]
fn names_are_unique_and_found_in_any_case() {
    let mut names: Vec<&str> =
        DIRECTIVES.iter().flat_map(|row| [Some(row.name), row.alias]).flatten().collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    for id in Id::all() {
        assert_eq!(Id::find(id.row().name.to_uppercase().as_bytes()), Some(id));
        assert!(!id.row().name.bytes().any(|byte| byte.is_ascii_uppercase()));
    }
    assert_eq!(Id::find(b"slaveof"), Some(Id::REPLICAOF));
    assert_eq!(Id::find(b"no-such"), None);
}

#[test]
fn defaults_parse_and_print_the_same() {
    let config = Config::new(3);
    for id in Id::all().filter(|&id| id != Id::REPLICAOF) {
        let printed = config.print(id);
        assert_eq!(config.set(id, &words_of(id, &printed)), Ok(()), "{}", id.row().name);
        assert_eq!(config.print(id), printed, "{}", id.row().name);
        assert!(config.is_default(id), "{}", id.row().name);
    }
}

#[test]
fn every_directive_of_the_reference_servers_is_known() {
    for (json, origins) in [
        (VALKEY_9, &[Origin::Common, Origin::Newer, Origin::Valkey][..]),
        (REDIS_8, &[Origin::Common, Origin::Newer, Origin::Redis, Origin::Redis8]),
        (REDIS_7, &[Origin::Common, Origin::Redis, Origin::Redis7]),
    ] {
        let names = reference(json);
        assert!(names.len() > 180, "the file is read");
        for name in names.keys() {
            let id = Id::find(name.as_bytes()).unwrap_or_else(|| panic!("{name} is missing"));
            assert!(origins.contains(&id.row().origin), "{name} has another origin");
        }
        for row in DIRECTIVES.iter().filter(|row| !row.flags.has(Flags::HIDDEN)) {
            let known = names.contains_key(row.name)
                || row.alias.is_some_and(|alias| names.contains_key(alias));
            assert_eq!(known, origins.contains(&row.origin), "{}", row.name);
        }
    }
}

#[test]
fn defaults_are_those_of_the_reference_servers() {
    // Ours on purpose: the port and save of the recorded run, the name in the system log, all
    // cores, and lazy freeing, which costs nothing here (Valkey's default, but not Redis's). Small
    // sets are reported as 7.0 does.
    let ours = [
        "port",
        "save",
        "syslog-ident",
        "io-threads",
        "repl-backlog-size",
        "set-max-listpack-entries",
    ];
    let config = Config::new(5);
    let (valkey, redis) = (reference(VALKEY_9), reference(REDIS_7));
    for (name, value) in valkey.iter().filter(|(name, _)| !ours.contains(name)) {
        assert_eq!(get(&config, name), *value, "{name} of Valkey");
    }
    for (name, value) in redis.iter().filter(|(name, _)| !ours.contains(name)) {
        if !name.contains("lazy") {
            assert_eq!(get(&config, name), *value, "{name} of Redis");
        }
    }
    assert_eq!(get(&config, "io-threads"), "5");
    assert_eq!(get(&config, "save"), "3600 1 300 100 60 10000");
}

/// Name, value, the complaint.
const REFUSED: &[(&str, &str, &str)] = &[
    ("appendonly", "maybe", "argument must be 'yes' or 'no'"),
    ("proto-max-bulk-len", "2gb", "argument must be between 1048576 and 1072693248 inclusive"),
    ("maxclients", "0", "argument must be between 1 and 4294967295 inclusive"),
    ("maxclients", "-1", "argument must be between 1 and 4294967295 inclusive"),
    ("timeout", "010", "argument couldn't be parsed into an integer"),
    ("timeout", "-1", "argument must be between 0 and 2147483647 inclusive"),
    ("maxmemory", "1x", "argument must be a memory value"),
    ("maxmemory", "-1", "argument must be a memory value"),
    ("maxmemory-clients", "200%", "percentage argument must be less or equal to 100"),
    ("maxmemory-clients", "x", "argument must be a memory or percent value"),
    (
        "loglevel",
        "loud",
        "argument(s) must be one of the following: debug, verbose, notice, warning, nothing",
    ),
    (
        "shutdown-on-sigint",
        "save nosave",
        "shutdown options SAVE and NOSAVE can't be used simultaneously",
    ),
    ("daemonize", "yes", "can't set immutable config"),
    ("dir", "/", "can't set protected config"),
    ("save", "60", "Invalid save parameters"),
    ("save", "0 1", "Invalid save parameters"),
    ("save", "10  20", "Invalid save parameters"),
    ("notify-keyspace-events", "KEy", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."),
    (
        "client-output-buffer-limit",
        "normal 1 1",
        "Wrong number of arguments in buffer limit configuration.",
    ),
    (
        "client-output-buffer-limit",
        "master 1 1 1",
        "Invalid client class specified in buffer limit configuration.",
    ),
    (
        "client-output-buffer-limit",
        "normal 1 1 x",
        "Error in hard, soft or soft_seconds setting in buffer limit configuration.",
    ),
    ("oom-score-adj-values", "1 2", "wrong number of arguments"),
    (
        "oom-score-adj-values",
        "1 2 3000",
        "Invalid oom-score-adj-values, elements must be between -2000 and 2000.",
    ),
    (
        "latency-tracking-info-percentiles",
        "50 101",
        "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]",
    ),
    (
        "latency-tracking-info-percentiles",
        "x",
        "Invalid latency-tracking-info-percentiles parameters",
    ),
    ("slave-read-only", "x", "argument must be 'yes' or 'no'"),
    (
        "proc-title-template",
        "{title} {x}",
        "template format is invalid or contains unknown variables",
    ),
    (
        "cluster-announce-hostname",
        "a_b",
        "Hostnames may only contain alphanumeric characters, hyphens or dots",
    ),
];

#[test]
fn values_are_refused_in_the_words_of_redis() {
    let config = Config::new(2);
    for (name, value, reason) in REFUSED {
        let expected =
            format!("CONFIG SET failed (possibly related to argument '{name}') - {reason}");
        let before = config.value(Id::find(name.as_bytes()).unwrap());
        assert_eq!(set(&config, name, value), expected);
        assert_eq!(config.value(Id::find(name.as_bytes()).unwrap()), before, "{name} kept");
    }
    assert_eq!(
        set(&config, "nope", "1"),
        "Unknown option or number of arguments for CONFIG SET - 'nope'"
    );
}

/// Name, value, what `CONFIG GET` prints then.
const PRINTED: &[(&str, &str, &str)] = &[
    ("maxmemory", "2GB", "2147483648"),
    ("maxmemory", "1k", "1000"),
    ("maxmemory", "18446744073709551615", "18446744073709551615"),
    ("maxmemory-clients", "5%", "5%"),
    ("maxmemory-clients", "1mb", "1048576"),
    ("hz", "5000", "500"),
    ("hz", "0", "1"),
    ("shutdown-on-sigterm", "force nosave now", "nosave now force"),
    ("shutdown-on-sigterm", "default", "default"),
    ("oom-score-adj", "relative", "yes"),
    ("notify-keyspace-events", "KA", "AK"),
    ("notify-keyspace-events", "Ag$lshzxeKEtmdn", "AKEmn"),
    ("notify-keyspace-events", "KEgxe", "gxeKE"),
    ("notify-keyspace-events", "", ""),
    ("save", "3000 5 10 2", "3000 5 10 2"),
    ("save", "", ""),
    ("bind", "127.0.0.1 -::1", "127.0.0.1 -::1"),
    ("bind", "", ""),
    ("latency-tracking-info-percentiles", "0.0 50.10 100", "0 50.1 100"),
    ("latency-tracking-info-percentiles", "", ""),
    ("slave-serve-stale-data", "NO", "no"),
    (
        "client-output-buffer-limit",
        "replica 1mb 2 3",
        "normal 0 0 0 slave 1048576 2 3 pubsub 33554432 8388608 60",
    ),
];

#[test]
fn values_are_printed_in_their_normal_form() {
    let config = Config::new(2);
    for (name, value, printed) in PRINTED {
        assert_eq!(set(&config, name, value), "OK", "{name} {value}");
        assert_eq!(get(&config, name), *printed, "{name} {value}");
    }
    let limit = OutputLimit { hard_bytes: 1 << 20, soft_bytes: 2, soft_seconds: 3 };
    assert_eq!(config.output_limit(OutputClass::Replica), limit);
}

/// Refuses one port, and keeps what it was called with.
struct Stubborn {
    calls: RefCell<Vec<(Renewal, u64)>>,
}

impl Apply for Stubborn {
    fn renew(&self, what: Renewal, config: &Config) -> Result<(), String> {
        self.calls.borrow_mut().push((what, config.size(Id::MAXMEMORY)));
        if what == Renewal::Listeners && config.int(Id::PORT) == 1 {
            return Err("Unable to listen on this port. Check server logs.".into());
        }
        Ok(())
    }
}

#[test]
fn a_change_is_all_or_nothing() {
    let config = Config::new(2);
    let permit = Permit { protected: true, loading: false };
    let apply = Stubborn { calls: RefCell::default() };
    let pairs: [(&[u8], &[u8]); 6] = [
        (b"maxmemory", b"10mb"),
        (b"port", b"1"),
        (b"timeout", b"0"),
        (b"tls-port", b"2"),
        (b"bind", b"::1"),
        (b"maxclients", b"7"),
    ];
    let error = config.change(&pairs, permit, &apply).expect_err("the port is refused");
    assert_eq!(
        error.to_string(),
        "CONFIG SET failed (possibly related to argument 'port') - \
         Unable to listen on this port. Check server logs."
    );
    assert_eq!((config.size(Id::MAXMEMORY), config.int(Id::PORT)), (0, 6379));
    // Renewed in order, refused, and renewed again with the old values.
    let wanted = [Renewal::OpenFiles, Renewal::FirstTls, Renewal::Listeners];
    let calls: Vec<_> = [10 << 20, 0].iter().flat_map(|&m| wanted.map(|what| (what, m))).collect();
    assert_eq!(apply.calls.take(), calls);

    let malformed: [(&[u8], &[u8]); 2] = [(b"maxmemory", b"10mb"), (b"timeout", b"x")];
    assert!(config.change(&malformed, permit, &apply).is_err());
    assert_eq!(config.size(Id::MAXMEMORY), 0);
    assert_eq!(apply.calls.take(), [], "a malformed change is not applied");

    let twice: [(&[u8], &[u8]); 2] = [(b"maxmemory", b"1"), (b"MaxMemory", b"2")];
    let error = config.change(&twice, permit, &apply).expect_err("named twice");
    assert!(error.to_string().ends_with("'MaxMemory') - duplicate parameter"), "{error}");
    let loading = Permit { loading: true, ..permit };
    let error = config.change(&[(b"dir", b"/")], loading, &apply);
    assert_eq!(error, Err(SetError::Loading));
}

#[test]
fn get_takes_names_and_patterns() {
    let config = Config::new(2);
    let names = |patterns: &[&str]| -> Vec<String> {
        let patterns: Vec<&[u8]> = patterns.iter().map(|pattern| pattern.as_bytes()).collect();
        let found = config.matching(&patterns);
        found.into_iter().map(|(name, _)| String::from_utf8(name).unwrap()).collect()
    };
    assert_eq!(names(&["MaxMemory", "maxmemory"]), ["MaxMemory"]);
    assert_eq!(names(&["*of"]), ["replicaof", "slaveof"]);
    assert_eq!(names(&["tim[c-f]out", "nosuch", "TIMEOU?"]), ["timeout"]);
    assert_eq!(names(&["key-load-delay"]), ["key-load-delay"]);
    let all = names(&["*"]);
    assert!(!all.contains(&"key-load-delay".to_owned()) && all.contains(&"save".to_owned()));
    assert_eq!(names(&["*", "save", "s*"]).len(), all.len());
}

#[test]
fn a_file_is_read_line_by_line() {
    let text = "# comment\n\n  PORT 7000\r\nrequirepass \"a b\\x41\"\nmaxmemory 1mb\n\
                save 60 1\nsave 300 10\ndir './x'\nbind 127.0.0.1 ::1\nshutdown-on-sigint \"now force\"\n\
                user alice on >pw\nrename-command GET \"\"\nlua-replicate-commands no\nport 7001";
    let (config, loaded) = load(text);
    let loaded = loaded.unwrap();
    assert_eq!(config.int(Id::PORT), 7001);
    assert_eq!(&*config.text(Id::REQUIREPASS), b"a bA");
    assert_eq!(get(&config, "save"), "60 1 300 10");
    assert_eq!(get(&config, "dir"), "/abs/./x");
    assert_eq!(config.bind_addresses(), ["127.0.0.1", "::1"]);
    assert_eq!(get(&config, "shutdown-on-sigint"), "now force");
    assert_eq!(loaded.users, [[b"alice".to_vec(), b"on".to_vec(), b">pw".to_vec()]]);
    assert_eq!(loaded.renames, [Rename { from: b"GET".to_vec(), to: Vec::new() }]);
    assert_eq!(get(&load("save \"60 1\"\nsave ''\n").0, "save"), "");
    assert_eq!(get(&load("save ''\nsave 1 2\n").0, "save"), "1 2");
    assert_eq!(get(&load("port 1").0, "save"), "3600 1 300 100 60 10000");
}

#[test]
fn a_wrong_line_is_named_as_redis_does() {
    for (text, expected) in [
        (
            "port 1\n foo bar \n",
            "Reading the configuration file, at line 2\n>>> 'foo bar'\nBad directive or wrong number of arguments",
        ),
        (
            "port",
            "Reading the configuration file, at line 1\n>>> 'port'\nwrong number of arguments",
        ),
        (
            "port \"1",
            "Reading the configuration file, at line 1\n>>> 'port \"1'\nUnbalanced quotes in configuration line",
        ),
        (
            "port x",
            "Reading the configuration file, at line 1\n>>> 'port x'\nargument couldn't be parsed into an integer",
        ),
        (
            "shutdown-on-sigint",
            "Reading the configuration file, at line 1\n>>> 'shutdown-on-sigint'\nargument(s) must be one of the following: default, save, nosave, now, force, safe, failover",
        ),
        (
            "replicaof 127.0.0.1 abc",
            "Reading the configuration file, at line 1\n>>> 'replicaof 127.0.0.1 abc'\nInvalid master port",
        ),
        (
            "replicaof --a",
            "Reading the configuration file, at line 1\n>>> 'replicaof --a'\nwrong number of arguments",
        ),
        (
            "rename-command FOO BAR",
            "Reading the configuration file, at line 1\n>>> 'rename-command FOO BAR'\nNo such command in rename-command",
        ),
        (
            "rename-command GET SET",
            "Reading the configuration file, at line 1\n>>> 'rename-command GET SET'\nTarget command name already exists",
        ),
        (
            "loadmodule /x.so",
            "Reading the configuration file, at line 1\n>>> 'loadmodule /x.so'\nModules are not supported: can't load '/x.so'",
        ),
        (
            "dir /missing",
            "Reading the configuration file, at line 1\n>>> 'dir /missing'\nNo such file or directory",
        ),
        (
            "include a.conf",
            "Fatal error, can't open config file 'a.conf': No such file or directory",
        ),
        ("cluster-enabled yes\nreplicaof a 1", "replicaof directive not allowed in cluster mode"),
    ] {
        assert_eq!(load_error(text), expected);
    }
}

#[test]
fn included_files_are_read_in_place() {
    let files = [("a", "port 2\ninclude b"), ("b", "timeout 9"), ("loop", "include loop")];
    let mut host = Host { files: files.into() };
    let config = Config::new(1);
    config.load(b"port 1\ninclude a\ntcp-keepalive 5", &mut host).unwrap();
    let read = [Id::PORT, Id::TIMEOUT, Id::TCP_KEEPALIVE].map(|id| config.int(id));
    assert_eq!(read, [2, 9, 5]);
    let error = config.load(b"include loop", &mut host).unwrap_err().to_string();
    assert!(error.ends_with("include lines are nested too deep"), "{error}");
}

fn rewritten(old: &str, changes: &[(&str, &str)]) -> String {
    let (config, loaded) = load(old);
    loaded.unwrap();
    for (name, value) in changes {
        assert_eq!(set(&config, name, value), "OK");
    }
    String::from_utf8(config.rewritten(old.as_bytes(), Scope::Changed)).unwrap()
}

#[test]
fn a_rewrite_keeps_what_it_does_not_change() {
    // `latency-tracking-info-percentiles` and `save` are always written, as by Redis.
    let tail = "latency-tracking-info-percentiles 50 99 99.9\n";
    let old =
        format!("# my server\nport 7000\n\n\n\nsave 60 1\nsave 300 10\nslave-read-only no\n{tail}");
    let new = rewritten(&old, &[]);
    let kept = "# my server\nport 7000\n\nsave 60 1\nsave 300 10\nreplica-read-only no\n";
    assert_eq!(new, format!("{kept}{tail}"));

    let changes =
        [("port", "7001"), ("save", "5 5"), ("requirepass", "a b\""), ("maxmemory", "5gb")];
    let new = rewritten(&old, &changes);
    assert_eq!(
        new,
        "# my server\nport 7001\n\nsave 5 5\n\nreplica-read-only no\n\
         latency-tracking-info-percentiles 50 99 99.9\n# Generated by CONFIG REWRITE\n\
         requirepass \"a b\\\"\"\nmaxmemory 5gb\n"
    );
    // A second rewrite changes nothing, and an unset text leaves no line.
    let (config, _) = load(&new);
    assert_eq!(config.rewritten(new.as_bytes(), Scope::Changed), new.as_bytes());
    assert!(!rewritten(&new, &[("requirepass", "")]).contains("requirepass"));
    let limits = rewritten("", &[("client-output-buffer-limit", "slave 1mb 1 1"), ("save", "")]);
    assert!(limits.contains("client-output-buffer-limit replica 1mb 1 1\n"), "{limits}");
    assert!(limits.contains("save \"\"\n") && !limits.contains("normal"), "{limits}");
}

#[test]
fn aliases_and_strange_lines_survive_a_rewrite() {
    let old = "hash-max-ziplist-entries 20\nhash-max-listpack-entries 21\n";
    let new = rewritten(old, &[("hash-max-listpack-entries", "100")]);
    assert!(new.starts_with("hash-max-listpack-entries 100\n\n"), "{new}");
    let config = Config::new(1);
    let strange = config.rewritten(b"foo bar\nuser a on\nport \"1", Scope::Changed);
    let strange = String::from_utf8(strange).unwrap();
    assert!(strange.starts_with("# ??? foo bar\nuser a on\n# ??? port \"1\n"), "{strange}");
}

#[test]
fn a_complete_rewrite_reads_back_the_same() {
    let config = Config::new(4);
    for (name, value) in [
        ("requirepass", "q\"\\\n\u{e9}"),
        ("maxmemory-clients", "7%"),
        ("bind", ""),
        ("save", "1 2 3 4"),
        ("notify-keyspace-events", "KEx"),
        ("shutdown-on-sigterm", "nosave now"),
        ("latency-tracking-info-percentiles", ""),
    ] {
        assert_eq!(set(&config, name, value), "OK", "{name}");
    }
    let text = config.rewritten(b"", Scope::All);
    let again = Config::new(4);
    let loaded = again.load(&text, &mut Host::default());
    assert!(loaded.is_ok(), "{loaded:?}");
    for id in Id::all().filter(|&id| id != Id::DIR) {
        assert_eq!(config.value(id), again.value(id), "{}", id.row().name);
    }
}

#[test]
fn a_directive_without_effect_says_so_once() {
    let config = Config::new(2);
    assert_eq!(config.inert_notice(Id::MAXMEMORY_SAMPLES), None, "it is at its default");
    assert_eq!(set(&config, "repl-timeout", "9"), "OK");
    assert_eq!(
        config.inert_notice(Id::REPL_TIMEOUT).as_deref(),
        Some("The directive 'repl-timeout' has no effect in this version.")
    );
    assert_eq!(config.inert_notice(Id::REPL_TIMEOUT), None, "said before");
    assert_eq!(set(&config, "timeout", "9"), "OK");
    assert_eq!(config.inert_notice(Id::TIMEOUT), None);
}

/// With `SCRUBJAY_ORACLE=1`: the tables above against redis-server 7.0.
#[test]
fn redis_answers_the_same() {
    let Some(mut oracle) = crate::text::oracle::Oracle::start() else { return };
    // Values that 7.0 does not have yet, and a flag that it forgets to print.
    let newer = [("loglevel", "loud"), ("notify-keyspace-events", "Ag$lshzxeKEtmdn")];
    let rows = REFUSED.iter().chain(PRINTED);
    for (name, value, _) in rows.filter(|row| !newer.contains(&(row.0, row.1))) {
        let config = Config::new(1);
        let (name, value) = (name.as_bytes(), value.as_bytes());
        let permit = Permit { protected: false, loading: false };
        let ours = config.change(&[(name, value)], permit, &NothingToApply);
        // The sockets of the oracle stay where they are.
        if name == b"bind" {
            continue;
        }
        let replies = oracle.ask(&[&[b"CONFIG", b"SET", name, value], &[b"CONFIG", b"GET", name]]);
        let set = match ours {
            Ok(_) => resp::Value::Simple(b"OK".to_vec()),
            Err(error) => resp::Value::Error(format!("ERR {error}").into_bytes()),
        };
        assert_eq!(replies[0], set, "{}", String::from_utf8_lossy(name));
        let id = Id::find(name).unwrap();
        let resp::Value::Array(get) = &replies[1] else { panic!("{replies:?}") };
        let unlike = [Id::DIR, Id::CLIENT_OUTPUT_BUFFER_LIMIT];
        if set == resp::Value::Simple(b"OK".to_vec()) && !unlike.contains(&id) {
            assert_eq!(get[1], resp::Value::Bulk(config.print(id)), "{}", id.row().name);
        }
    }
}

fn any_line() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[0-9]{1,3}",
        "[0-9]{1,3}(kb|mb|gb|%)",
        Just("yes".to_owned()),
        Just("no".to_owned()),
        Just("default".to_owned()),
        Just("\"\"".to_owned()),
        "[\"'a-zA-Z*.\\\\ -]{1,8}",
    ];
    let name = (0..Id::COUNT).prop_map(|index| DIRECTIVES[index].name);
    (name, prop::collection::vec(word, 0..5))
        .prop_map(|(name, words)| format!("{name} {}", words.join(" ")))
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_harm(text: Vec<u8>) {
        let config = Config::new(1);
        let _ = config.load(&text, &mut Host::default());
        config.rewritten(&text, Scope::All);
        config.matching(&[&text]);
        for id in Id::all() {
            let _ = config.parse(id, &[&text]);
        }
    }

    #[test]
    fn what_was_read_survives_a_rewrite(lines in prop::collection::vec(any_line(), 0..40)) {
        let fits = |line: &&String| {
            Config::new(3).load(line.as_bytes(), &mut Host::default()).is_ok()
        };
        let lines: Vec<&str> = lines.iter().filter(fits).map(String::as_str).collect();
        let text = lines.join("\n");
        let config = Config::new(3);
        // One that is refused as a whole (a replica in cluster mode) is no example.
        let read = config.load(text.as_bytes(), &mut Host::default());
        prop_assume!(read.is_ok());
        for scope in [Scope::Changed, Scope::All] {
            let new = config.rewritten(text.as_bytes(), scope);
            let again = Config::new(3);
            let read = again.load(&new, &mut Host::default());
            prop_assert!(read.is_ok(), "{read:?}");
            for id in Id::all().filter(|&id| id != Id::DIR) {
                prop_assert_eq!(config.value(id), again.value(id), "{}", id.row().name);
            }
            prop_assert_eq!(again.rewritten(&new, scope), new);
        }
    }
}
