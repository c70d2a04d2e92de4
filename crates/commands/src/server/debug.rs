//! DEBUG: helpers for tests, behind `enable-debug-command`. One row, as in Redis: its subcommands
//! are not part of what COMMAND describes.

use super::config::{is_local, rewrite};
use super::digest::Digest;
use crate::append::replay;
use crate::config::{Id, Scope};
use crate::saving::{self, Reload, Unreloaded};
use crate::scripting::Policy;
use crate::shared::LogLevel;
use crate::text::double::parse_double;
use crate::text::int::parse_i64;
use crate::{Args, CommandError, CommandResult, Cx, Outcome};
use engine::value::encoding_of;
use engine::{Event, Expiry};
use persist::rdb::Encoder;
use resp::encode;
use std::sync::atomic::Ordering::Relaxed;

const NOT_ALLOWED: CommandError = CommandError::text(
    "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you \
     can run it from a local connection, otherwise you need to set this option in the \
     configuration file, and then restart the server.",
);
const BAD_LOG: CommandError =
    CommandError::text("ERR Error trying to load the AOF files, check server logs");
const BAD_TYPE: CommandError = CommandError::text(
    "ERR Wrong protocol type name. Please use one of the following: \
     string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
);

/// Largest value that DEBUG POPULATE makes.
const POPULATE_MAX: usize = 512 << 20;

/// `DEBUG subcommand ...`.
pub(super) fn debug(cx: &mut Cx<'_>, args: Args<'_>) -> CommandResult {
    cx.log_nothing_more();
    let local = is_local(&cx.session.card);
    if !cx.server.config.allows(Id::ENABLE_DEBUG_COMMAND, local) {
        return Err(NOT_ALLOWED);
    }
    let name = args.at(1).to_ascii_lowercase();
    match (&name[..], args.len()) {
        (b"help", 2) => help(cx),
        (b"sleep", 3) => sleep(cx, args),
        (b"set-active-expire", 3) => {
            let on = parse_i64(args.at(2)).unwrap_or(0) != 0;
            cx.server.stats.expire_off.store(u64::from(!on), Relaxed);
            cx.reply.ok();
        }
        (b"pause-cron", 3) => {
            let pause = parse_i64(args.at(2)).unwrap_or(0) != 0;
            cx.server.host.pause_clockwork(pause);
            cx.reply.ok();
        }
        (b"set-skip-checksum-validation", 3) => {
            let skip = parse_i64(args.at(2)).unwrap_or(0) != 0;
            cx.server.stats.checksum_off.store(u64::from(skip), Relaxed);
            cx.reply.ok();
        }
        (b"object", 3 | 4) => object(cx, args.at(2))?,
        (b"digest", 2) => digest(cx),
        (b"digest-value", _) => digest_values(cx, args.from(2)),
        (b"populate", 3..=5) => populate(cx, args)?,
        (b"protocol", 3) => protocol(cx, args.at(2))?,
        (b"error", 3) => {
            let text = String::from_utf8_lossy(args.at(2)).into_owned();
            return Err(CommandError::owned(text));
        }
        (b"log", 3) => {
            let text = String::from_utf8_lossy(args.at(2));
            cx.server.host.log(LogLevel::Warning, &format!("DEBUG LOG: {text}"));
            cx.reply.ok();
        }
        // A connection has no reply buffer between its replies that could be resized.
        (b"replybuffer", 4) if args.is(2, "resizing") => cx.reply.ok(),
        (b"htstats", 3) => table_stats(cx, args.at(2))?,
        (b"config-rewrite-force-all", 2) => return rewrite(cx, Scope::All),
        (b"reload", _) => reload(cx, args)?,
        (b"loadaof", 2) => load_log(cx)?,
        (b"fail-snapshot", 2) => {
            let failed = cx.server.host.fail_snapshot();
            cx.reply.int(i64::from(failed));
        }
        (b"aof-flush-sleep", 3) => {
            let us = parse_i64(args.at(2)).and_then(|us| u64::try_from(us).ok());
            let us = us.ok_or(CommandError::NotInteger)?;
            cx.server.append.flush_sleep_us.store(us, Relaxed);
            cx.reply.ok();
        }
        (b"set-disable-deny-scripts", 3) => {
            cx.server.running.let_ask(parse_i64(args.at(2)).is_some_and(|on| on != 0));
            cx.reply.ok();
        }
        (b"mallctl", 3) => allocator_number(cx, args.at(2))?,
        // Of what has no value, only this is without danger.
        (b"mallctl-str", 4) if args.is(2, "thread.tcache.flush") && args.is(3, "void") => {
            cx.server.host.flush_thread_cache();
            cx.reply.ok();
        }
        (b"segfault" | b"panic" | b"assert" | b"oom", 2) => {
            cx.server.host.crash(&format!("DEBUG {}", String::from_utf8_lossy(&name)))
        }
        _ => return Err(unknown(args)),
    }
    Ok(Outcome::Replied)
}

/// `DEBUG MALLCTL name` -> integer; of an unknown name Redis says what the system calls it.
fn allocator_number(cx: &mut Cx<'_>, name: &[u8]) -> Result<(), CommandError> {
    let number = cx.server.host.allocator_number(&String::from_utf8_lossy(name));
    let unknown = CommandError::text("ERR No such file or directory");
    cx.reply.int(number.ok_or(unknown)?.cast_signed());
    Ok(())
}

fn unknown(args: Args<'_>) -> CommandError {
    let shown = crate::dispatch::printable(args.at(1), 128);
    CommandError::owned(format!(
        "ERR unknown subcommand or wrong number of arguments for '{shown}'. Try DEBUG HELP."
    ))
}

/// Holds the stripe of a key; inside EXEC all of them are held already.
fn hold(cx: &mut Cx<'_>, key: &[u8]) {
    if !cx.keys.holds(key) {
        cx.keys.lock_key(key);
    }
}

fn sleep(cx: &mut Cx<'_>, args: Args<'_>) {
    let seconds = parse_double(args.at(2)).unwrap_or(0.0).clamp(0.0, 1e9);
    cx.server.host.sleep_us((seconds * 1e6) as u64);
    cx.reply.ok();
}

/// `DEBUG RELOAD [MERGE] [NOFLUSH] [NOSAVE]` -> `OK`.
fn reload(cx: &mut Cx<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let mut how = Reload { saves: true, flushes: true, merges: false };
    for index in 2..args.len() {
        if args.is(index, "merge") {
            how.merges = true;
        } else if args.is(index, "noflush") {
            how.flushes = false;
        } else if args.is(index, "nosave") {
            how.saves = false;
        } else {
            return Err(CommandError::text(
                "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.",
            ));
        }
    }
    let reloaded = saving::reload(cx.server, &mut cx.keys, how).and_then(|libraries| {
        let policy = match (how.flushes, how.merges) {
            (true, _) => Policy::Flush,
            (false, true) => Policy::Replace,
            (false, false) => Policy::Append,
        };
        cx.server.scripts.load_libraries(cx, &libraries, policy).map_err(|error| {
            replay::explain_library(&*cx.server.host, &error.to_string());
            Unreloaded::Unloaded
        })
    });
    // The files are about what is in them, not about reading them.
    cx.keys.effects().dirty = 0;
    cx.log_nothing_more();
    match reloaded {
        Ok(()) => {
            cx.server.host.log(LogLevel::Warning, "DB reloaded by DEBUG RELOAD");
            cx.reply.ok();
            Ok(())
        }
        Err(Unreloaded::Unsaved) => Err(CommandError::text("ERR")),
        Err(Unreloaded::Unloaded) => {
            Err(CommandError::text("ERR Error trying to load the RDB dump"))
        }
    }
}

/// `DEBUG LOADAOF` -> `OK`: empties the data set and loads it again from the append-only file.
fn load_log(cx: &mut Cx<'_>) -> Result<(), CommandError> {
    if !replay::reload(cx) {
        return Err(BAD_LOG);
    }
    cx.server.host.log(LogLevel::Warning, "Append Only File loaded by DEBUG LOADAOF");
    cx.reply.ok();
    Ok(())
}

/// `DEBUG OBJECT key` -> a line, also of a key whose time is over and that nobody has met since.
/// The address is not told.
fn object(cx: &mut Cx<'_>, key: &[u8]) -> Result<(), CommandError> {
    hold(cx, key);
    let (now, mut encoder) = (cx.now(), Encoder::new(crate::generic::strings(cx)));
    let Some(rec) = cx.keys.look_at(key) else { return Err(CommandError::NoSuchKey) };
    let (encoding, clock) = (encoding_of(&rec), i64::from(rec.access()));
    let idle = (now / 1000 - clock) & 0x00ff_ffff;
    encoder.value(&rec);
    let length = encoder.take().len(); // its kind included
    let line = format!(
        "Value at:0x0 refcount:1 encoding:{encoding} serializedlength:{} lru:{clock} \
         lru_seconds_idle:{idle}",
        length.saturating_sub(1)
    );
    cx.reply.simple(&line);
    Ok(())
}

/// `DEBUG DIGEST` -> forty digits over all databases; zeros when they are empty.
fn digest(cx: &mut Cx<'_>) {
    let (home, now) = (cx.keys.db(), cx.now());
    let mut sum = Digest::default();
    for index in 0..cx.keys.databases() {
        cx.keys.select(index);
        cx.keys.each_stripe(|db| {
            db.for_each(|rec| {
                if rec.expire_ms().is_none_or(|at| at > now) {
                    sum.add(Digest::of_key(index, rec, now));
                }
            });
            true
        });
    }
    cx.keys.select(home);
    cx.reply.simple(&sum.to_string());
}

/// `DEBUG DIGEST-VALUE key ...` -> array of forty digits each; zeros for an absent key.
fn digest_values(cx: &mut Cx<'_>, keys: Args<'_>) {
    let now = cx.now();
    cx.reply.array(keys.len());
    for key in keys.iter() {
        hold(cx, key);
        let rec = cx.keys.peek(key);
        let digest = rec.map(|rec| Digest::of_value(&rec, now)).unwrap_or_default();
        cx.reply.simple(&digest.to_string());
    }
}

/// `DEBUG POPULATE count [prefix] [size]` -> `OK`. Keys that exist are left as they are.
fn populate(cx: &mut Cx<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let number =
        |arg| parse_i64(arg).filter(|number| *number >= 0).ok_or(CommandError::NotPositive);
    let count = number(args.at(2))?;
    let prefix = args.get(3).unwrap_or(b"key");
    let size = args.get(4).map(number).transpose()?.map(|size| size as usize);
    if size.is_some_and(|size| size > POPULATE_MAX) {
        return Err(CommandError::TooLong);
    }
    let mut key = Vec::new();
    for index in 0..count {
        key.clear();
        key.extend_from_slice(prefix);
        key.extend_from_slice(format!(":{index}").as_bytes());
        hold(cx, &key);
        if cx.keys.peek(&key).is_some() {
            continue;
        }
        let mut value = format!("value:{index}").into_bytes();
        value.resize(size.unwrap_or(value.len()), 0);
        cx.keys.set_string(&key, &value, Expiry::Never, Event::SET);
    }
    cx.reply.ok();
    Ok(())
}

/// `DEBUG PROTOCOL type` -> a reply of that type.
fn protocol(cx: &mut Cx<'_>, kind: &[u8]) -> Result<(), CommandError> {
    let proto = cx.reply.proto();
    match &kind.to_ascii_lowercase()[..] {
        b"string" => cx.reply.bulk(b"Hello World"),
        b"integer" => cx.reply.int(12345),
        b"double" => encode::double_text(&mut cx.reply.output().bytes, proto, b"3.141"),
        b"bignum" => {
            let digits = b"1234567999999999999999999999999999999";
            encode::big_number(&mut cx.reply.output().bytes, proto, digits);
        }
        b"null" => cx.reply.null(),
        b"array" => {
            cx.reply.array(3);
            (0..3).for_each(|number| cx.reply.int(number));
        }
        b"set" => {
            cx.reply.set(3);
            (0..3).for_each(|number| cx.reply.int(number));
        }
        b"map" => {
            cx.reply.map(3);
            for number in 0..3 {
                cx.reply.int(number);
                cx.reply.bool(number == 1);
            }
        }
        b"attrib" => {
            if cx.reply.is_resp3() {
                encode::attribute_header(&mut cx.reply.output().bytes, 1);
                cx.reply.bulk(b"key-popularity");
                cx.reply.array(2);
                cx.reply.bulk(b"key:123");
                cx.reply.int(90);
            }
            cx.reply.bulk(b"Some real reply following the attribute");
        }
        b"push" if !cx.reply.is_resp3() => {
            return Err(CommandError::text("ERR RESP2 is not supported by this command"));
        }
        b"push" => {
            cx.reply.push(2);
            cx.reply.bulk(b"server-cpu-usage");
            cx.reply.int(42);
            cx.reply.bulk(b"Some real reply following the push reply");
        }
        b"verbatim" => cx.reply.verbatim(*b"txt", b"This is a verbatim\nstring"),
        b"true" => cx.reply.bool(true),
        b"false" => cx.reply.bool(false),
        _ => return Err(BAD_TYPE),
    }
    Ok(())
}

/// `DEBUG HTSTATS db` -> text on the tables of a database.
fn table_stats(cx: &mut Cx<'_>, db: &[u8]) -> Result<(), CommandError> {
    let index = parse_i64(db).ok_or(CommandError::NotInteger)?;
    let keyspace = cx.keys.keyspace();
    let found = usize::try_from(index).ok().and_then(|index| keyspace.get(index));
    let db = found.ok_or(CommandError::text("ERR Out of range database"))?;
    let text = format!(
        "[Dictionary HT]\nnumber of elements: {}\nwith an expiry: {}\nbytes of tables: {}\n",
        db.keys, db.expires, db.table_bytes
    );
    cx.reply.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

fn help(cx: &mut Cx<'_>) {
    cx.reply.lines(&[
        "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "ASSERT | OOM | PANIC | SEGFAULT",
        "    End the process at once, as a defect would.",
        "CONFIG-REWRITE-FORCE-ALL",
        "    Write every directive to the configuration file.",
        "DIGEST",
        "    Show a hash of all databases.",
        "DIGEST-VALUE <key> [<key> ...]",
        "    Show a hash of each value.",
        "ERROR <text>",
        "    Answer with this error.",
        "FAIL-SNAPSHOT",
        "    Let the save or rewrite that is under way fail, as a disk would.",
        "HTSTATS <db>",
        "    Show figures of a database's tables.",
        "LOG <message>",
        "    Write a line to the log.",
        "LOADAOF",
        "    Write the append-only file out, empty the data set and load it from there.",
        "MALLCTL <name>",
        "    Show a number of the allocator.",
        "MALLCTL-STR thread.tcache.flush VOID",
        "    Give the worker's cached free memory back to the allocator.",
        "OBJECT <key>",
        "    Show how a value is kept.",
        "PAUSE-CRON (0|1)",
        "    Let the end that a signal asks for wait, or not.",
        "POPULATE <count> [<prefix>] [<size>]",
        "    Make keys `prefix:0`, `prefix:1` and so on.",
        "PROTOCOL <type>",
        "    Answer with a value of the type: string, integer, double, bignum, null, array, set,",
        "    map, attrib, push, verbatim, true, false.",
        "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
        "    Save the data set, empty it and load it again, or some of that.",
        "SET-DISABLE-DENY-SCRIPTS (0|1)",
        "    Let scripts call CLIENT LIST and DEBUG PROTOCOL.",
        "SET-ACTIVE-EXPIRE (0|1)",
        "    Stop or resume looking for expired keys.",
        "SET-SKIP-CHECKSUM-VALIDATION (0|1)",
        "    Let RESTORE take payloads with a wrong checksum, or not.",
        "SLEEP <seconds>",
        "    Hold the worker of this connection.",
        "HELP",
        "    Show this text.",
    ]);
}
