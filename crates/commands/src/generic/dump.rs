//! DUMP and RESTORE: a value as the bytes of an RDB object with a footer (`persist::dump`).
//!
//! Every payload is checked in full, whatever `sanitize-dump-payload` says: a value that was let
//! in unchecked would end the process later. The directive decides only whether it is counted.

use crate::config::{Id, choices};
use crate::shared::LogLevel;
use crate::spec::{Arg, Category, Command, Flags, Group, KeyFlags, KeySpec};
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use engine::Event;
use persist::dump::{self, Checksum, RestoreError};
use persist::rdb::Strings;
use std::sync::atomic::Ordering::Relaxed;

pub(super) const DUMP: Command = Command {
    name: "dump",
    run: dump,
    arity: 2,
    flags: Flags::READONLY,
    acl: Category::KEYSPACE,
    keys: &[KeySpec::at(1, KeyFlags::RO.and(KeyFlags::ACCESS))],
    since: "2.6.0",
    summary: "Returns a value in serialized form.",
    complexity: "O(1) to reach the key, plus O(N*M) for N elements of average size M",
    args: &[Arg::key("key")],
    tips: &["nondeterministic_output"],
    ..Command::DEFAULT
};

pub(super) const RESTORE: Command = Command {
    name: "restore",
    run: restore,
    arity: -4,
    flags: Flags::WRITE.and(Flags::DENYOOM),
    acl: Category::KEYSPACE.and(Category::DANGEROUS),
    keys: &[KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE))],
    since: "2.6.0",
    summary: "Creates a key from a value in serialized form.",
    complexity: "O(1) to create the key, plus O(N*M) for N elements of average size M",
    args: RESTORE_ARGS,
    ..Command::DEFAULT
};

pub(super) const RESTORE_ASKING: Command = Command {
    name: "restore-asking",
    run: restore,
    arity: -4,
    flags: Flags::WRITE.and(Flags::DENYOOM).and(Flags::ASKING),
    acl: Category::KEYSPACE.and(Category::DANGEROUS),
    keys: &[KeySpec::at(1, KeyFlags::OW.and(KeyFlags::UPDATE))],
    group: Group::Server,
    since: "3.0.0",
    summary: "Restores a dumped value during a slot migration (internal).",
    complexity: "O(1) to create the key, plus O(N*M) for N elements of average size M",
    args: RESTORE_ARGS,
    ..Command::DEFAULT
};

const RESTORE_ARGS: &[Arg] = &[
    Arg::key("key"),
    Arg::integer("ttl"),
    Arg::string("serialized-value"),
    Arg::flag("replace", "REPLACE").since("3.0.0").optional(),
    Arg::flag("absttl", "ABSTTL").since("5.0.0").optional(),
    Arg::integer("seconds").token("IDLETIME").since("5.0.0").optional(),
    Arg::integer("frequency").token("FREQ").since("5.0.0").optional(),
];

const BUSY: CommandError = CommandError::text("BUSYKEY Target key name already exists.");
const BAD_FOOTER: CommandError =
    CommandError::text("ERR DUMP payload version or checksum are wrong");
const BAD_OBJECT: CommandError = CommandError::text("ERR Bad data format");
const BAD_TTL: CommandError = CommandError::text("ERR Invalid TTL value, must be >= 0");
const BAD_IDLE_TIME: CommandError = CommandError::text("ERR Invalid IDLETIME value, must be >= 0");
const BAD_FREQUENCY: CommandError =
    CommandError::text("ERR Invalid FREQ value, must be >= 0 and <= 255");

/// `DUMP key` -> the payload; null without the key.
fn dump(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let strings = strings(cx);
    match cx.keys.read(args.at(1)) {
        Some(rec) => {
            let (dumper, reply) = (&mut cx.local.dumper, &mut cx.reply);
            dumper.with(&rec, strings, |payload| reply.bulk(payload));
        }
        None => cx.reply.null(),
    }
    Ok(Outcome::Replied)
}

/// Whether strings are compressed: `rdbcompression`.
pub fn strings(cx: &Cx<'_>) -> Strings {
    if cx.server.config.flag(Id::RDBCOMPRESSION) { Strings::Compressed } else { Strings::Plain }
}

/// The options of RESTORE.
#[derive(Default)]
struct Options {
    replace: bool,
    absolute: bool,
    idle_s: Option<i64>,
    frequency: Option<u8>,
}

impl Options {
    fn parse(args: Args<'_>) -> Result<Self, CommandError> {
        let mut options = Self::default();
        let number = |at| args.get(at).and_then(parse_i64).ok_or(CommandError::NotInteger);
        let mut at = 4;
        while at < args.len() {
            let has_more = at + 1 < args.len();
            at += match () {
                () if args.is(at, "REPLACE") => {
                    options.replace = true;
                    1
                }
                () if args.is(at, "ABSTTL") => {
                    options.absolute = true;
                    1
                }
                () if args.is(at, "IDLETIME") && has_more && options.frequency.is_none() => {
                    let idle = number(at + 1)?;
                    options.idle_s = Some(idle).filter(|idle| *idle >= 0);
                    options.idle_s.ok_or(BAD_IDLE_TIME)?;
                    2
                }
                () if args.is(at, "FREQ") && has_more && options.idle_s.is_none() => {
                    let frequency = u8::try_from(number(at + 1)?).map_err(|_| BAD_FREQUENCY)?;
                    options.frequency = Some(frequency);
                    2
                }
                () => return Err(CommandError::Syntax),
            };
        }
        Ok(options)
    }
}

/// `RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME seconds | FREQ frequency]` -> `OK`. A
/// time that has come leaves no key.
fn restore(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    let options = Options::parse(args)?;
    let key = args.at(1);
    if !options.replace && cx.keys.peek(key).is_some() {
        return Err(BUSY);
    }
    let ttl = parse_i64(args.at(2)).ok_or(CommandError::NotInteger)?;
    if ttl < 0 {
        return Err(BAD_TTL);
    }
    let mut rec = decode(cx, key, args.at(3))?;
    let expire = match ttl {
        0 => None,
        _ if options.absolute => Some(ttl),
        // Past the end of time is the past, as there.
        _ => Some(ttl.wrapping_add(cx.wall())),
    };
    if expire.is_some_and(|at| at <= cx.now()) {
        if cx.keys.delete(key, Event::DEL) {
            cx.log_as(&[b"DEL", key]);
        }
    } else {
        rec.set_expire(expire);
        cx.keys.put(rec, Event::RESTORE);
        set_access(cx, key, &options);
        if let Some(at) = expire.filter(|_| !options.absolute && cx.journals()) {
            let time = at.to_string();
            let head = [args.at(0), key, time.as_bytes(), args.at(3)];
            let rest = args.from(4).iter().chain([&b"ABSTTL"[..]]);
            let all: Vec<&[u8]> = head.into_iter().chain(rest).collect();
            cx.log_as(&all);
        }
    }
    cx.reply.ok();
    Ok(Outcome::Replied)
}

fn decode(cx: &Cx<'_>, key: &[u8], payload: &[u8]) -> Result<engine::Rec, CommandError> {
    let limits = cx.keys.limits();
    let checksum = match cx.server.stats.checksum_off.load(Relaxed) {
        0 => Checksum::Checked,
        _ => Checksum::Ignored,
    };
    if cx.server.config.int(Id::SANITIZE_DUMP_PAYLOAD) != choices::SANITIZE_NO {
        cx.server.stats.sanitizations.fetch_add(1, Relaxed);
    }
    dump::restore(&limits, key, payload, checksum).map_err(|error| match error {
        RestoreError::Footer => BAD_FOOTER,
        RestoreError::Corrupt(why) => {
            let text = format!("RESTORE refused a payload: {why}");
            cx.server.host.log(LogLevel::Verbose, &text);
            BAD_OBJECT
        }
    })
}

/// Sets what eviction goes by, if the policy in force counts it.
fn set_access(cx: &mut Cx<'_>, key: &[u8], options: &Options) {
    const CLOCK: u32 = (1 << 24) - 1;
    let (now, by_frequency) = (cx.now(), cx.server.config.uses_lfu());
    let clock = match (options.frequency, options.idle_s) {
        (Some(frequency), _) if by_frequency => {
            u32::from((now / 60_000) as u16) << 8 | u32::from(frequency)
        }
        (_, Some(idle)) if !by_frequency => {
            (now / 1000 - idle.min(i64::from(CLOCK))) as u32 & CLOCK
        }
        _ => return,
    };
    if let Some(rec) = cx.keys.peek(key) {
        rec.set_access(clock);
    }
}
