//! Rules of ACL users: any text is refused or read, and what a user says of itself reads back as
//! the same user.

#![no_main]

use commands::acl::file;
use commands::acl::rule::Grammar;
use commands::table::CommandTable;
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

static TABLE: OnceLock<CommandTable> = OnceLock::new();

fuzz_target!(|text: &[u8]| {
    let table = TABLE.get_or_init(|| CommandTable::new(commands::families()));
    let grammar = Grammar { table, all_channels: false };
    let line = [b"user jay ", text].concat();
    let Ok(users) = file::parse(&line, "f", grammar) else { return };
    for (name, rules) in &users {
        let line = [b"user ", &**name, b" ", rules.describe(table)].concat();
        // A first argument may hold what a file cannot: then it is refused, never misread.
        if let Ok(again) = file::parse(&line, "f", grammar) {
            assert_eq!(again[name].describe(table), rules.describe(table));
        }
    }
});
