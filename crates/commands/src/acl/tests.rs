//! Rules, users and checks without a server.

use super::check::{Call, Denial, Reason, may};
use super::file;
use super::log::{Denied, Log};
use super::rule::{Grammar, KeyPattern, Rule, RuleError, hash_password};
use super::secrets;
use super::selector::Selector;
use super::user::{Rules, join_selectors};
use super::{Acl, Place};
use crate::args::OwnedArgs;
use crate::config::Config;
use crate::table::{CommandId, CommandTable};
use proptest::prelude::*;

fn table() -> CommandTable {
    CommandTable::new(crate::families())
}

fn rules(table: &CommandTable, words: &[&str]) -> Rules {
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    let mut rules = Rules::new(false);
    for word in join_selectors(&words).expect("closed") {
        rules.apply_text(&word, Grammar { table, all_channels: false }).expect("a rule");
    }
    rules
}

/// Whether rules allow a call in database 0.
fn ask(rules: &Rules, table: &CommandTable, call: &str) -> Result<(), Denial> {
    let args: OwnedArgs = call.split(' ').map(str::as_bytes).collect();
    let args = args.args();
    let mut entry = table.find(args.at(0)).expect("a command");
    if !entry.command.subcommands.is_empty() {
        entry = table.find_sub(entry, args.at(1)).expect("a subcommand");
    }
    may(rules, Call { entry, args, db: 0 })
}

fn denied(reason: Reason, at: usize) -> Result<(), Denial> {
    Err(Denial { reason, at })
}

#[test]
fn every_command_has_a_bit() {
    assert!(table().len() < 1023, "the last bit stands for commands to come");
}

#[test]
fn passwords_are_hashed_as_everywhere() {
    let hash = hash_password(b"a");
    let wanted = b"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    assert_eq!(&hash, wanted);
    let table = table();
    let mut user = rules(&table, &["on", ">a", ">b"]);
    assert!(user.accepts(b"a") && user.accepts(b"b") && !user.accepts(b"c"));
    user.enabled = false;
    assert!(!user.accepts(b"a"));
}

#[test]
fn the_last_store_is_the_one_that_is_checked() {
    let table = table();
    let user = rules(&table, &["+@all", "%R~r*", "%W~w*"]);
    let call = "georadius r1 1 1 1 m store x1 store w1";
    assert_eq!(ask(&user, &table, call), Ok(()));
    let call = "georadius r1 1 1 1 m store w1 storedist x1";
    assert_eq!(ask(&user, &table, call), denied(Reason::Key, 9));
    assert_eq!(ask(&user, &table, "sort r1 store w1 store x1"), denied(Reason::Key, 5));
    assert_eq!(ask(&user, &table, "sort r1 by store store w1"), Ok(()));
    assert_eq!(ask(&user, &table, "sort_ro x1"), denied(Reason::Key, 1));
    assert_eq!(ask(&user, &table, "msetex 2 w1 v x1 v"), denied(Reason::Key, 4));
}

#[test]
fn calls_whose_keys_cannot_be_told_are_denied_to_users_of_patterns() {
    let table = table();
    let user = rules(&table, &["+@all", "~a"]);
    for call in ["zunionstore a x b", "zunionstore a 9 a", "xread block 0 a b", "lmpop 0 a left"] {
        let Err(denial) = ask(&user, &table, call) else { panic!("{call} was allowed") };
        assert_eq!(denial.reason, Reason::Key, "{call}");
    }
    assert_eq!(ask(&rules(&table, &["+@all", "~*"]), &table, "zunionstore a x b"), Ok(()));
}

#[test]
fn databases_are_checked_as_they_are_used() {
    let table = table();
    let user = rules(&table, &["+@all", "~*", "&*", "db=0,2"]);
    let other = rules(&table, &["+@all", "~*", "&*", "db=1"]);
    let table = &table;
    for call in ["get k", "select 2", "copy a b db 2", "move k 2", "swapdb 0 2", "dbsize", "ping"] {
        assert_eq!(ask(&user, table, call), Ok(()), "{call}");
    }
    assert_eq!(ask(&user, table, "select 1"), denied(Reason::Database, 1));
    assert_eq!(ask(&user, table, "copy a b db 1"), denied(Reason::Database, 4));
    assert_eq!(ask(&user, table, "copy a b replace db 1"), denied(Reason::Database, 5));
    assert_eq!(ask(&user, table, "move k 1"), denied(Reason::Database, 2));
    assert_eq!(ask(&user, table, "swapdb 0 1"), denied(Reason::Database, 2));
    assert_eq!(ask(&user, table, "flushall"), denied(Reason::Database, 0));
    for call in ["get k", "dbsize", "keys x", "scan 0", "randomkey", "flushdb", "watch k"] {
        assert_eq!(ask(&other, table, call), denied(Reason::Database, 0), "{call}");
    }
    assert_eq!(ask(&other, table, "ping"), Ok(()));
    assert!(ask(&rules(table, &["+@all", "~*", "resetdbs"]), table, "get k").is_err());
    assert!(!user.is_unrestricted());
}

#[test]
fn texts_of_users_read_back_as_they_were() {
    let table = table();
    let cases: [&[&str]; 6] = [
        &["on", ">a", "~a:*", "%R~r", "&c", "+@read", "-get", "+select|1"],
        &["nopass", "+@all", "-@dangerous", "+config|get", "~*", "&*"],
        &["(+get ~a)", "(%W~b", "+set)", "db=1,2"],
        &["+acl|whoami", "-@all", "+client", "-client|kill"],
        &["reset"],
        &["skip-sanitize-payload", "resetdbs", "+@all", "-memory|doctor"],
    ];
    for words in cases {
        let one = rules(&table, words);
        let text = String::from_utf8(one.describe(&table).to_vec()).expect("text");
        let two = rules(&table, &text.split(' ').collect::<Vec<_>>());
        assert_eq!(one.root, two.root, "{text}");
        assert_eq!(one.selectors, two.selectors, "{text}");
        assert_eq!(one.passwords, two.passwords, "{text}");
        assert_eq!(two.describe(&table), text.as_bytes());
    }
}

#[test]
fn malformed_selectors_are_refused() {
    let table = table();
    let grammar = Grammar { table: &table, all_channels: false };
    for text in ["(", ")", "(()", "(+get", "(~)~", "(%)", "(&a b", "( (", "(reset)", "(nopass)"] {
        let parsed = Rule::parse(text.as_bytes(), grammar);
        assert!(parsed.is_err(), "{text} was read as {parsed:?}");
    }
    assert_eq!(join_selectors(&[b"(a", b"b"]), Err(&b"(a"[..]));
    assert_eq!(join_selectors(&[b"(", b")"]).expect("closed"), [b"( )".to_vec()]);
}

#[test]
fn a_file_is_read_as_a_whole_or_not_at_all() {
    let (table, config) = (table(), Config::new(1));
    let acl = Acl::new(&table);
    let text =
        b"user jay on >pw ~a +get\r\n\n  user default on nopass ~* &* +@all\nuser kay (+get ~b)\n";
    assert!(acl.load(text, "f", &config, &table).expect("fine").is_empty());
    assert_eq!(acl.users().len(), 3);
    let saved = acl.save(&table);
    let former = acl.load(&saved, "f", &config, &table).expect("its own text");
    let names: Vec<_> = former.iter().map(|user| user.name.to_vec()).collect();
    assert_eq!(names, [b"jay".to_vec(), b"kay".to_vec()], "their connections end");
    assert!(!former[0].rules().enabled, "they may do nothing meanwhile");
    assert_eq!(acl.save(&table), saved);
    acl.load(b"user jay on >pw ~b +get", "f", &config, &table).expect("fine");
    for (text, wanted) in [
        ("x y", "f:1 should start with user keyword followed by the username. "),
        ("\nuser", "f:2 should start with user keyword followed by the username. "),
        ("user a on\nuser a off", "WARNING: Duplicate user 'a' found on line 2. "),
        ("user a +bogus", "f:1: Error in applying operation '+bogus': Unknown command or category"),
        ("user a bogus %x", "f:1: Syntax error. WARNING: ACL errors"),
        ("user a (+get", "f:1: Unmatched parenthesis in selector definition."),
    ] {
        let error = acl.load(text.as_bytes(), "f", &config, &table).expect_err("refused");
        assert!(error.starts_with(wanted), "{error}");
        assert_eq!(acl.users().len(), 2, "nothing changed");
    }
}

#[test]
fn requirepass_outlives_a_file_without_default() {
    let (table, config) = (table(), Config::new(1));
    config.set(crate::config::Id::REQUIREPASS, &[b"secret"]).expect("a text");
    let acl = Acl::new(&table);
    acl.load(b"user jay on", "f", &config, &table).expect("fine");
    assert!(!acl.is_open());
    assert!(acl.log_in(b"default", b"secret").is_some());
    assert!(acl.log_in(b"default", b"other").is_none());
    assert!(acl.log_in(b"nobody", b"secret").is_none());
}

#[test]
fn a_deleted_user_may_do_nothing() {
    let table = table();
    let acl = Acl::new(&table);
    let grammar = Grammar { table: &table, all_channels: false };
    acl.set_user(b"jay", &[b"on", b"nopass", b"+@all", b"~*", b"&*"], grammar).expect("rules");
    let mut badge = acl.log_in(b"jay", b"x").expect("any password");
    badge.refresh(&acl, true);
    assert!(badge.passes(&acl));
    assert!(acl.delete(b"jay").is_some());
    assert!(!badge.passes(&acl));
    assert!(ask(badge.refresh(&acl, true), &table, "get k").is_err());
    assert!(acl.delete(b"default").is_none());
}

#[test]
fn like_entries_are_one_for_a_minute() {
    let mut log = Log::default();
    let denied = |name: &[u8]| Denied::of_login(b"auth", name, Place::Toplevel);
    log.add(denied(b"a"), b"a"[..].into(), Box::default(), 0, 3);
    log.add(denied(b"b"), b"b"[..].into(), Box::default(), 0, 3);
    log.add(denied(b"a"), b"a"[..].into(), Box::default(), 60_000, 3);
    let counts: Vec<u64> = log.latest(9).iter().map(|entry| entry.count).collect();
    assert_eq!(counts, [2, 1]);
    log.add(denied(b"a"), b"a"[..].into(), Box::default(), 120_001, 3);
    log.add(denied(b"c"), b"c"[..].into(), Box::default(), 120_001, 3);
    assert_eq!(log.latest(9).len(), 3, "the oldest went");
    log.add(denied(&[b'x'; 9999]), Box::default(), Box::default(), 120_001, 3);
    assert_eq!(log.latest(1)[0].what.user.as_ref().map(|name| name.len()), Some(1024));
    log.add(denied(b"d"), Box::default(), Box::default(), 120_001, 0);
    assert!(log.latest(9).is_empty());
}

#[test]
fn secrets_are_found_where_they_stand() {
    let table = table();
    for (call, wanted) in [
        ("auth pw", "auth (redacted)"),
        ("auth user pw", "auth (redacted) (redacted)"),
        ("hello 3 setname auth auth u p", "hello 3 setname auth auth (redacted) (redacted)"),
        ("acl setuser jay >pw", "acl setuser (redacted) (redacted)"),
        ("acl whoami", "acl whoami"),
        ("config set maxmemory 1 REQUIREPASS pw", "config set maxmemory 1 REQUIREPASS (redacted)"),
        ("config set masterauth pw port 1", "config set masterauth (redacted) port 1"),
        ("migrate h 1 k 0 9 AUTH pw KEYS a", "migrate h 1 k 0 9 AUTH (redacted) KEYS a"),
        ("migrate h 1 k 0 9 copy auth2 u p", "migrate h 1 k 0 9 copy auth2 (redacted) (redacted)"),
        ("set auth pw", "set auth pw"),
    ] {
        let args: OwnedArgs = call.split(' ').map(str::as_bytes).collect();
        let mut entry = table.find(args.args().at(0)).expect("a command");
        if !entry.command.subcommands.is_empty() {
            entry = table.find_sub(entry, args.args().at(1)).expect("a subcommand");
        }
        let shown: Vec<&[u8]> = secrets::shown(entry, args.args()).collect();
        assert_eq!(String::from_utf8_lossy(&shown.join(&b' ')), wanted);
    }
}

fn any_glob() -> impl Strategy<Value = Box<[u8]>> {
    prop::collection::vec(
        any::<u8>().prop_filter("no blank", |byte| {
            !super::rule::has_blank(&[*byte]) && !matches!(byte, b'(' | b')' | b'"' | b'\'' | b'\\')
        }),
        0..6,
    )
    .prop_map(Into::into)
}

fn rule_in_selector(commands: u16) -> impl Strategy<Value = Rule> {
    use crate::spec::Category;
    let category = (0..Category::WORDS.len()).prop_map(|index| Category::WORDS[index].0);
    prop_oneof![
        any::<bool>().prop_map(Rule::AllKeys),
        any::<bool>().prop_map(Rule::AllChannels),
        any::<bool>().prop_map(Rule::AllDatabases),
        any::<bool>().prop_map(Rule::AllCommands),
        (any_glob(), 1..4u8)
            .prop_map(|(glob, how)| KeyPattern { glob, read: how & 1 > 0, write: how & 2 > 0 })
            .prop_map(Rule::Keys),
        any_glob().prop_map(Rule::Channels),
        prop::collection::btree_set(0..20u32, 1..4)
            .prop_map(|all| Rule::Databases(all.into_iter().collect())),
        (0..commands, any::<bool>()).prop_map(|(id, on)| Rule::Command(CommandId(id), on)),
        (category, any::<bool>()).prop_map(|(category, on)| Rule::Category(category, on)),
    ]
}

fn any_rule(commands: u16) -> impl Strategy<Value = Rule> {
    let words = vec![
        Rule::NoPass,
        Rule::ResetPass,
        Rule::Reset,
        Rule::ClearSelectors,
        Rule::Enabled(true),
        Rule::Enabled(false),
        Rule::Sanitize(true),
        Rule::Sanitize(false),
    ];
    prop_oneof![
        prop::sample::select(words),
        any::<[u8; 4]>().prop_map(|password| Rule::AddPassword(hash_password(&password))),
        any::<[u8; 4]>().prop_map(|password| Rule::RemovePassword(hash_password(&password))),
        prop::collection::vec(rule_in_selector(commands), 0..4).prop_map(Rule::Selector),
        rule_in_selector(commands),
    ]
}

/// `~*` and `&*` say the same as `allkeys` and `allchannels`.
fn normal(rule: Rule) -> Rule {
    match rule {
        Rule::Keys(KeyPattern { glob, read: true, write: true }) if *glob == *b"*" => {
            Rule::AllKeys(true)
        }
        Rule::Channels(glob) if *glob == *b"*" => Rule::AllChannels(true),
        Rule::Selector(rules) => Rule::Selector(rules.into_iter().map(normal).collect()),
        other => other,
    }
}

proptest! {
    #[test]
    fn a_rule_reads_back_from_its_text(rule in any_rule(table().len() as u16)) {
        let table = table();
        let mut text = Vec::new();
        rule.push_text(&mut text, &table);
        let read = Rule::parse(&text, Grammar { table: &table, all_channels: false });
        prop_assert_eq!(read, Ok(normal(rule)));
    }

    #[test]
    fn what_selectors_say_of_themselves_makes_the_same(
        all in prop::collection::vec(rule_in_selector(table().len() as u16), 0..12)
    ) {
        let table = table();
        let mut one = Selector::new(false);
        for rule in all.into_iter().map(normal) {
            let _: Result<(), RuleError> = one.apply(&rule, &table);
        }
        let text = one.describe(&table);
        let mut two = Selector::new(false);
        for word in text.split(|byte| *byte == b' ') {
            let rule = Rule::parse(word, Grammar { table: &table, all_channels: false });
            let rule = rule.expect("it was printed");
            prop_assert_eq!(two.apply(&rule, &table), Ok(()));
        }
        prop_assert_eq!(&one.keys, &two.keys);
        prop_assert_eq!(&one.channels, &two.channels);
        prop_assert_eq!(&one.databases, &two.databases);
        prop_assert_eq!(one.describe(&table), two.describe(&table));
    }

    #[test]
    fn any_text_is_read_or_refused(text in prop::collection::vec(any::<u8>(), 0..24)) {
        let table = table();
        let grammar = Grammar { table: &table, all_channels: true };
        if let Ok(rule) = Rule::parse(&text, grammar) {
            let mut rules = Rules::new(true);
            let _ = rules.apply(&rule, grammar);
            rules.describe(&table);
        }
        let _ = file::parse(&text, "f", grammar);
    }
}
