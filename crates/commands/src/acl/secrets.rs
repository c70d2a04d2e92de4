//! Which arguments of a call are secrets: the one place that says so.
//!
//! For everything that shows calls to anybody but their client: MONITOR, SLOWLOG, logs.

use crate::args::Args;
use crate::config::Id;
use crate::table::Entry;

/// What is shown in the place of a secret.
pub const REDACTED: &[u8] = b"(redacted)";

/// Whether argument `index` of a call must not be shown.
pub fn is_secret(entry: &Entry, args: Args<'_>, index: usize) -> bool {
    match &*entry.full_name {
        "auth" => index >= 1,
        "hello" => of_hello(args, index),
        "acl|setuser" | "acl|deluser" | "acl|getuser" => index >= 2,
        "config|set" => index >= 3 && index % 2 == 1 && is_sensitive(args.at(index - 1)),
        "migrate" => of_migrate(args, index),
        _ => false,
    }
}

/// Whether any argument of a command may be a secret: others need not be looked at.
pub fn may_hold_secrets(entry: &Entry) -> bool {
    let all =
        ["auth", "hello", "acl|setuser", "acl|deluser", "acl|getuser", "config|set", "migrate"];
    all.contains(&&*entry.full_name)
}

/// The arguments of a call as they may be shown.
pub fn shown<'a>(entry: &Entry, args: Args<'a>) -> impl Iterator<Item = &'a [u8]> {
    let looks = may_hold_secrets(entry);
    let secret = (0..args.len()).map(move |index| looks && is_secret(entry, args, index));
    let secret: Vec<bool> = secret.collect();
    args.iter().zip(secret).map(|(arg, hide)| if hide { REDACTED } else { arg })
}

/// `HELLO version [AUTH user password] ...`: both words after AUTH.
fn of_hello(args: Args<'_>, index: usize) -> bool {
    let mut at = 2;
    while at < args.len() {
        if args.is(at, "auth") {
            if (at + 1..=at + 2).contains(&index) {
                return true;
            }
            at += 3;
        } else {
            at += if args.is(at, "setname") { 2 } else { 1 };
        }
    }
    false
}

fn is_sensitive(name: &[u8]) -> bool {
    Id::find(name).is_some_and(|id| id.row().flags.has(crate::config::Flags::SENSITIVE))
}

/// `MIGRATE ... AUTH password` and `AUTH2 user password`.
fn of_migrate(args: Args<'_>, index: usize) -> bool {
    let mut at = 6;
    while at < args.len() && !args.is(at, "keys") {
        let words = match () {
            () if args.is(at, "auth") => 1,
            () if args.is(at, "auth2") => 2,
            () => 0,
        };
        if (at + 1..=at + words).contains(&index) {
            return true;
        }
        at += 1 + words;
    }
    false
}
