//! Key extraction against hand-written lists (replies of redis-server 7.0) and hostile counts.

use super::*;
use crate::args::OwnedArgs;
use proptest::prelude::*;

const fn row(name: &'static str, keys: &'static [KeySpec]) -> Command {
    Command { name, keys, ..Command::DEFAULT }
}

const fn keyword(word: &'static str, from: i16, last: i16, limit: u16) -> KeySpec {
    let find = Find::Range { last, step: 1, limit };
    KeySpec { flags: READ, begin: Begin::Keyword(word, from), find, notes: "" }
}

const UNKNOWN: KeySpec =
    KeySpec { flags: READ, begin: Begin::Unknown, find: Find::Unknown, notes: "" };

const PAIRS: KeySpec = KeySpec {
    flags: OVERWRITE,
    begin: Begin::Index(1),
    find: Find::KeyNum { count_at: 0, first: 1, step: 2 },
    notes: "",
};

const VARYING: KeyFlags = CHANGE.and(KeyFlags::VARIABLE);

const ROWS: &[Command] = &[
    row("ping", &[]),
    row("get", &[KeySpec::at(1, READ)]),
    row("spublish", &[KeySpec::at(1, KeyFlags::NOT_KEY)]),
    row("mset", &[KeySpec::range(1, -1, 2, OVERWRITE)]),
    row("blpop", &[KeySpec::range(1, -2, 1, MOVE)]),
    row("lcs", &[KeySpec::range(1, 1, 1, READ)]),
    row("eval", &[KeySpec::counted(2, CHANGE)]),
    row("zunionstore", &[KeySpec::at(1, OVERWRITE), KeySpec::counted(2, READ)]),
    row("msetex", &[PAIRS]),
    row("pfmerge", &[KeySpec::at(1, CHANGE), KeySpec::range(2, -1, 1, READ)]),
    row("set", &[KeySpec::at(1, VARYING)]),
    row("bitfield", &[KeySpec::at(1, VARYING)]),
    row("sort", &[KeySpec::at(1, READ), UNKNOWN, UNKNOWN]),
    row("sort_ro", &[KeySpec::at(1, READ), UNKNOWN]),
    row("georadius", &[KeySpec::at(1, READ), keyword("STORE", 6, 0, 0)]),
    row("georadiusbymember", &[KeySpec::at(1, READ), keyword("STORE", 5, 0, 0)]),
    row("xread", &[keyword("STREAMS", 1, -1, 2)]),
    row("xreadgroup", &[keyword("STREAMS", 4, -1, 2)]),
    row("migrate", &[KeySpec::at(3, MOVE), keyword("KEYS", -2, -1, 0)]),
];

fn find(line: &str) -> Result<KeyUses, KeysError> {
    let words = line.split(' ').map(|word| if word == "''" { "" } else { word });
    let args: OwnedArgs = words.map(str::as_bytes).collect();
    let name = line.split(' ').next().unwrap_or_default();
    let command = ROWS.iter().find(|row| row.name == name).expect("a row of the test");
    keys_of(command, args.args())
}

/// The found keys by index, or the error.
fn indexes(line: &str) -> String {
    match find(line) {
        Err(error) => format!("{error:?}"),
        Ok(uses) => {
            let all: Vec<_> = uses.iter().map(|key| key.index.to_string()).collect();
            assert_eq!(all.len(), uses.len(), "{line}");
            all.join(" ")
        }
    }
}

fn flags(line: &str) -> String {
    let uses = find(line).expect("keys");
    let all: Vec<_> =
        uses.iter().map(|key| key.flags.words().collect::<Vec<_>>().join(",")).collect();
    all.join(" ")
}

#[test]
fn finds_the_keys_that_the_reference_finds() {
    let cases = [
        ("ping", ""),
        ("spublish a b", ""),
        ("get a", "1"),
        ("get", "KeysError"),
        ("mset a b c d", "1 3"),
        ("mset a b c", "1 3"),
        ("blpop a b 0", "1 2"),
        ("blpop 0", "KeysError"),
        ("lcs a b", "1 2"),
        ("lcs a", "KeysError"),
        ("zunionstore d 2 a b weights 1 2", "1 3 4"),
        ("msetex 2 a 1 b 2 nx", "2 4"),
        ("pfmerge d a b", "1 2 3"),
        ("pfmerge d", "1"),
        ("set a b", "1"),
        ("sort a by b get c store d store e", "1 9"),
        ("sort a limit store b store limit store x store y", "1 10"),
        ("sort a get store", "1"),
        ("sort a store", "1"),
        ("sort_ro a by b store c", "1"),
        ("georadius k 1 2 3 m store a storedist b", "1 9"),
        ("georadius k 1 2 3 m store", "1"),
        ("georadiusbymember k m 3 m store a", "1 6"),
        ("xread streams a b 1 2", "2 3"),
        ("xread count 2 block 0 streams a b 1 2", "6 7"),
        ("xread streams a b 1", "2"),
        ("xread streams a", "KeysError"),
        ("xread count 1 a 1", "KeysError"),
        ("xreadgroup group streams streams streams k 1", "5"),
        ("xreadgroup count 1 group streams c streams k 1", "7"),
        ("migrate h 1 '' 0 100 keys a b", "7 8"),
        ("migrate h 1 '' 0 100 auth keys keys a b", "9 10"),
        ("migrate h 1 x 0 100 keys a b", "KeysError"),
        ("migrate h 1 x 0 100", "3"),
    ];
    for (line, want) in cases {
        assert_eq!(indexes(line), want, "{line}");
    }
}

#[test]
fn refuses_hostile_counts() {
    let counts = [
        "-1",
        "0",
        "3",
        "x",
        "",
        "2147483649",
        "-2147483647",
        "4294967297",
        "9223372036854775807",
        "-9223372036854775808",
        "99999999999999999999",
        " 1",
        "01",
        "+1",
        "1.0",
    ];
    for count in counts {
        for line in [
            format!("eval s {count} a b"),
            format!("zunionstore d {count} a b"),
            format!("msetex {count} a 1 b"),
        ] {
            assert_eq!(indexes(&line), "KeysError", "{line}");
        }
    }
    assert_eq!(indexes("eval s 2 a b"), "3 4");
    assert_eq!(indexes("eval s"), "KeysError");
}

#[test]
fn flags_follow_the_arguments() {
    let cases = [
        ("set a b", "OW,update"),
        ("set a b ex 1 get", "RW,access,update"),
        ("set a get", "OW,update"),
        ("bitfield a", "RO,access"),
        ("bitfield a get u8 0", "RO,access"),
        ("bitfield a overflow wrap get u8 0", "RO,access"),
        ("bitfield a get u8", "RW,access,update"),
        ("bitfield a set u8 0 1", "RW,access,update"),
        ("bitfield a foo", "RW,access,update"),
        ("sort a store b", "RO,access OW,update"),
    ];
    for (line, want) in cases {
        assert_eq!(flags(line), want, "{line}");
    }
}

proptest! {
    #[test]
    fn stays_inside_the_arguments(
        row in 0..ROWS.len(),
        words in proptest::collection::vec(
            prop_oneof![
                Just("store"), Just("get"), Just("limit"), Just("streams"), Just("group"),
                Just("count"), Just("keys"), Just("auth2"), Just(""), Just("0"), Just("1"),
                Just("2"), Just("5"), Just("-1"), Just("9223372036854775807"), Just("k"),
            ],
            0..12,
        ),
    ) {
        let args: OwnedArgs =
            std::iter::once(ROWS[row].name).chain(words).map(str::as_bytes).collect();
        if let Ok(uses) = keys_of(&ROWS[row], args.args()) {
            let count = args.args().len();
            prop_assert!(uses.iter().all(|key| (1..count).contains(&key.index)));
        }
    }
}
