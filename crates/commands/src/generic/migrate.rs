//! MIGRATE: keys to another server, by RESTORE there and DEL here for each that it took.
//!
//! The worker waits for the other server, as Redis's only thread does, but holds no lock
//! meanwhile: the keys are watched instead. One that was written to in between stays here, and
//! the caller is told. A transaction cannot let its locks go, so MIGRATE is refused in one.

use crate::exchange::{Answers, Exchange, Failure};
use crate::spec::{Arg, Begin, Category, Command, Find, Flags, KeyFlags, KeySpec};
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Origin, Outcome};
use engine::Event;
use resp::encode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) const MIGRATE: Command = Command {
    name: "migrate",
    run: migrate,
    arity: -6,
    flags: Flags::WRITE.and(Flags::MOVABLEKEYS),
    acl: Category::KEYSPACE.and(Category::DANGEROUS),
    keys: &[
        KeySpec::at(3, KeyFlags::RW.and(KeyFlags::ACCESS).and(KeyFlags::DELETE)),
        KeySpec {
            flags: KeyFlags::RW
                .and(KeyFlags::ACCESS)
                .and(KeyFlags::DELETE)
                .and(KeyFlags::INCOMPLETE),
            begin: Begin::Keyword("KEYS", -2),
            find: Find::Range { last: -1, step: 1, limit: 0 },
            notes: "",
        },
    ],
    since: "2.6.0",
    summary: "Moves keys to another server.",
    complexity: "O(N) for each key, N its elements",
    args: &[
        Arg::string("host"),
        Arg::integer("port"),
        Arg::one_of("key-selector", &[Arg::key("key"), Arg::flag("empty-string", "")]),
        Arg::integer("destination-db"),
        Arg::integer("timeout"),
        Arg::flag("copy", "COPY").since("3.0.0").optional(),
        Arg::flag("replace", "REPLACE").since("3.0.0").optional(),
        Arg::one_of(
            "authentication",
            &[
                Arg::string("auth").token("AUTH").display("password").since("4.0.7"),
                Arg::block("auth2", &[Arg::string("username"), Arg::string("password")])
                    .token("AUTH2")
                    .since("6.0.0"),
            ],
        )
        .optional(),
        Arg::key("keys").spec(1).token("KEYS").display("key").since("3.0.6").optional().multiple(),
    ],
    tips: &["nondeterministic_output"],
    ..Command::DEFAULT
};

const TIMEOUT_MS: u64 = 1000;

const KEY_AND_KEYS: CommandError = CommandError::text(
    "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string",
);
const IN_TRANSACTION: CommandError =
    CommandError::text("ERR MIGRATE cannot run inside a transaction: it waits for another server");
const NOT_CONNECTED: CommandError =
    CommandError::text("IOERR error or timeout connecting to the client");
const NOT_WRITTEN: CommandError =
    CommandError::text("IOERR error or timeout writing to target instance");
const NOT_READ: CommandError =
    CommandError::text("IOERR error or timeout reading to target instance");
const CHANGED: CommandError = CommandError::text(
    "TRYAGAIN A key was written to while it was copied: it is on both servers now",
);

/// The options of a call.
struct Query<'a> {
    db: i64,
    timeout_ms: u64,
    copy: bool,
    replace: bool,
    /// What follows AUTH.
    login: Vec<&'a [u8]>,
    keys: Args<'a>,
}

impl<'a> Query<'a> {
    fn parse(args: Args<'a>) -> Result<Self, CommandError> {
        let (mut copy, mut replace, mut login) = (false, false, Vec::new());
        let mut keys = args.from(3).first(1);
        let mut at = 6;
        while at < args.len() {
            let left = args.len() - at - 1;
            at += match () {
                () if args.is(at, "COPY") => {
                    copy = true;
                    1
                }
                () if args.is(at, "REPLACE") => {
                    replace = true;
                    1
                }
                () if args.is(at, "AUTH") && left >= 1 => {
                    login = vec![args.at(at + 1)];
                    2
                }
                () if args.is(at, "AUTH2") && left >= 2 => {
                    login = vec![args.at(at + 1), args.at(at + 2)];
                    3
                }
                () if args.is(at, "KEYS") && !args.at(3).is_empty() => return Err(KEY_AND_KEYS),
                () if args.is(at, "KEYS") => {
                    keys = args.from(at + 1);
                    break;
                }
                () => return Err(CommandError::Syntax),
            };
        }
        let timeout = parse_i64(args.at(5)).ok_or(CommandError::NotInteger)?;
        let db = parse_i64(args.at(4)).ok_or(CommandError::NotInteger)?;
        let timeout_ms = u64::try_from(timeout).ok().filter(|ms| *ms > 0).unwrap_or(TIMEOUT_MS);
        Ok(Self { db, timeout_ms, copy, replace, login, keys })
    }
}

/// A key on its way, and whether it was written to since.
struct Moving<'a> {
    key: &'a [u8],
    changed: Arc<AtomicBool>,
}

/// `MIGRATE host port key|"" db timeout [COPY] [REPLACE] [AUTH password | AUTH2 user password]
/// [KEYS key ...]` -> `OK`; `NOKEY` when there is none of the keys.
fn migrate(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let query = Query::parse(args)?;
    if cx.origin != Origin::Client {
        return Err(IN_TRANSACTION);
    }
    let mut requests = Vec::new();
    let mut moving = Vec::new();
    for key in query.keys.iter() {
        if push_restore(cx, key, query.replace, &mut requests) {
            moving.push(Moving { key, changed: Arc::default() });
        }
    }
    if moving.is_empty() {
        cx.reply.simple("NOKEY");
        return Ok(Outcome::Replied);
    }
    for one in &moving {
        cx.keys.watch(one.key, &one.changed);
    }
    cx.keys.unlock();
    let answers = exchange(cx, args, &query, &requests, moving.len());
    cx.keys.lock_keys(moving.iter().map(|one| one.key));
    let changed = settle(cx, &query, &moving, &answers);
    if let Some(error) = error_of(&answers) {
        return Err(error);
    }
    if changed {
        return Err(CHANGED);
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

/// Appends the RESTORE of a key to the requests; whether there is such a key.
fn push_restore(cx: &mut Cx<'_>, key: &[u8], replace: bool, requests: &mut Vec<u8>) -> bool {
    let (now, strings) = (cx.now(), super::strings(cx));
    let Some(rec) = cx.keys.read(key) else { return false };
    let ttl = rec.expire_ms().map_or(0, |at| (at - now).max(1));
    let payload = persist::dump::dump(&rec, strings);
    encode::array_header(requests, if replace { 5 } else { 4 });
    encode::bulk(requests, b"RESTORE");
    encode::bulk(requests, key);
    encode::bulk_int(requests, ttl);
    encode::bulk(requests, &payload);
    if replace {
        encode::bulk(requests, b"REPLACE");
    }
    true
}

fn exchange(
    cx: &Cx<'_>,
    args: Args<'_>,
    query: &Query<'_>,
    requests: &[u8],
    count: usize,
) -> Answers {
    let host = std::str::from_utf8(args.at(1)).ok();
    let port = parse_i64(args.at(2)).and_then(|port| u16::try_from(port).ok());
    let (Some(host), Some(port)) = (host, port) else {
        return Answers { failure: Some(Failure::Connect), ..Answers::default() };
    };
    let (timeout_ms, db, login) = (query.timeout_ms, query.db, &query.login[..]);
    cx.server.host.exchange(Exchange { host, port, timeout_ms, login, db, requests, count })
}

/// Ends the watches and removes the keys that arrived, but for those that changed meanwhile;
/// whether there were such.
fn settle(cx: &mut Cx<'_>, query: &Query<'_>, moving: &[Moving<'_>], answers: &Answers) -> bool {
    let db = cx.keys.db();
    // Before anything is removed: a key that is named twice must not look changed by that.
    let changed = |one: &Moving<'_>| one.changed.load(Ordering::Acquire);
    let changed: Vec<bool> = moving.iter().map(changed).collect();
    for one in moving {
        cx.keys.unwatch(db, one.key, &one.changed);
    }
    if query.copy || answers.refused.is_some() {
        return false;
    }
    let mut any_changed = false;
    for ((one, line), changed) in moving.iter().zip(&answers.lines).zip(changed) {
        if line.starts_with(b"-") {
            continue;
        }
        any_changed |= changed;
        if !changed {
            cx.keys.delete(one.key, Event::DEL);
            cx.log_as(&[b"DEL", one.key]);
        }
    }
    any_changed
}

/// The first thing that went wrong there, else how the exchange ended early.
fn error_of(answers: &Answers) -> Option<CommandError> {
    let refusals = answers.lines.iter().filter_map(|line| line.strip_prefix(b"-"));
    if let Some(text) = answers.refused.as_deref().into_iter().chain(refusals).next() {
        let text = String::from_utf8_lossy(text);
        return Some(CommandError::owned(format!(
            "ERR Target instance replied with error: {text}"
        )));
    }
    answers.failure.map(|failure| match failure {
        Failure::Connect => NOT_CONNECTED,
        Failure::Write => NOT_WRITTEN,
        Failure::Read => NOT_READ,
    })
}
