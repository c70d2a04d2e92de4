//! Append-only logs beside those of another server, a part of `cargo xtask files`.
//!
//! - [`upgrade`]: the single file of a server before 7, with and without an RDB preamble, becomes a
//!   directory.
//! - [`killed`]: what SIGKILL leaves of a log with `appendfsync always` under load, with sums and
//!   room at its end, loads there, and here again.
//! - [`streams`]: the same commands are run on both servers, and what each writes into its log is
//!   compared request by request: what is rewritten (expiries become instants, random choices their
//!   effect) has to be rewritten alike.
//!
//! Instants and ids made of the clock are blotted out before the comparison.

use crate::run::Tally;
use crate::server::{Options, Server};
use crate::transcript::Reply;
use crate::wire::Client;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is run, a line each: commands separated by `;`. One that begins with `&` is sent over a
/// connection of its own, and waits there until a later one serves it.
const STREAMS: &[&str] = &[
    "SET a 1",
    "SET a 1 EX 100",
    "SET a 1 PX 100000",
    "SET a 1 EXAT 4102444800",
    "SET a 1 PXAT 4102444800123 NX",
    "SET a 1 EX 100;SET a 2 KEEPTTL",
    "SET a 1 EX 100 GET",
    "SET a 1;SET a 2 NX;SET a 3 GET",
    "SETEX a 100 1",
    "PSETEX a 100000 1",
    "SETNX a 1;SETNX a 2",
    "MSET a 1 b 2",
    "MSETNX a 1 b 2;MSETNX a 3",
    "SET a 1;GETEX a EX 100",
    "SET a 1;GETEX a PX 100000",
    "SET a 1;GETEX a EXAT 4102444800",
    "SET a 1 EX 100;GETEX a PERSIST",
    "SET a 1;GETEX a;GETEX a PERSIST",
    "SET a 1;GETEX a PXAT 1",
    "SET a 1;GETDEL a;GETDEL a",
    "SET a 1;GETSET a 2",
    "SET a 1;EXPIRE a 100",
    "SET a 1;PEXPIRE a 100000",
    "SET a 1;EXPIREAT a 4102444800",
    "SET a 1;PEXPIREAT a 4102444800123",
    "SET a 1;EXPIRE a 100 NX;EXPIRE a 50 GT;EXPIRE a 200 GT",
    "SET a 1;EXPIRE a -1",
    "SET a 1;EXPIREAT a 1",
    "SET a 1 EX 100;PERSIST a;PERSIST a",
    "SET a 1;INCR a;INCRBY a 5;DECR a;DECRBY a 2",
    "INCRBYFLOAT a 0.1",
    "SET a 1 EX 100;INCRBYFLOAT a 1.5",
    "APPEND a xyz;SETRANGE a 5 q;SETRANGE nokey 0 ''",
    "SETBIT a 7 1;BITFIELD a SET u8 0 255 GET u8 0 INCRBY u2 100 1;BITFIELD a GET u8 0",
    "SET a x;SET b y;BITOP AND c a b",
    "PFADD a x y;PFADD a x;PFADD b z;PFMERGE c a b",
    "SET a 1;DEL a;DEL a;SET b 1;UNLINK b",
    "SET a 1;RENAME a b;RENAMENX b c;COPY c d;MOVE d 1",
    "SET a 1;SWAPDB 0 1;SWAPDB 0 1",
    "SET a 1;TOUCH a;OBJECT ENCODING a;TYPE a",
    "RPUSH a 1 2 3 4;LPOP a;RPOP a;LPOP a 2;LPOP a",
    "LPUSHX a 1;RPUSHX a 1;RPUSH a 1;LPUSHX a 2",
    "RPUSH a 1 2 3;LINSERT a BEFORE 2 x;LINSERT a BEFORE no x;LSET a 0 y;LREM a 0 x;LREM a 0 x",
    "RPUSH a 1 2 3;LTRIM a 0 0;LMOVE a b LEFT RIGHT;RPOPLPUSH b c",
    "RPUSH a 1 2 3;LMPOP 2 no a LEFT;LMPOP 1 a RIGHT COUNT 5",
    "RPUSH a 1;BLPOP a 0",
    "RPUSH a 1 2;BLMPOP 0 1 a LEFT COUNT 2",
    "RPUSH a 1;BLMOVE a b LEFT RIGHT 0;BRPOPLPUSH b c 0",
    "&BLPOP a 0;RPUSH a 1",
    "&BRPOP a 0;RPUSH a 1 2",
    "&BLMPOP 0 1 a LEFT COUNT 2;RPUSH a 1 2 3",
    "&BLMOVE a b LEFT RIGHT 0;RPUSH a 1",
    "&BRPOPLPUSH a b 0;RPUSH a 1",
    "&BLPOP a 0;MULTI;RPUSH a 1;RPUSH a 2;EXEC",
    "SADD a 1 2 3;SADD a 1;SREM a 1;SREM a 1;SMOVE a b 2;SMOVE a b 9",
    "SADD a x;SPOP a",
    "SADD a x y;SPOP a 2",
    "SADD a x;SPOP a 5;SPOP a 5",
    "SADD a 1 2;SADD b 2 3;SINTERSTORE c a b;SUNIONSTORE d a b;SDIFFSTORE e a a",
    "HSET a f 1;HSET a f 1;HINCRBY a f 5;HINCRBYFLOAT a f 0.5;HSETNX a f 2;HSETNX a g 2;HDEL a f h",
    "HMSET a f 1 g 2;HDEL a f g",
    "ZADD a 1 x 2 y;ZADD a NX 5 x;ZADD a GT CH 5 x;ZADD a INCR 1 x;ZINCRBY a 0.5 x;ZREM a y",
    "ZADD a 1 x 2 y 3 z;ZPOPMIN a;ZPOPMAX a;ZMPOP 1 a MIN COUNT 3",
    "ZADD a 1 x;BZPOPMIN a 0",
    "&BZPOPMIN a 0;ZADD a 1 x 2 y",
    "&BZPOPMAX a 0;ZADD a 1 x 2 y",
    "&BZMPOP 0 1 a MIN COUNT 2;ZADD a 1 x 2 y 3 z",
    "ZADD a 1 x 2 y 3 z;ZREMRANGEBYRANK a 0 0;ZREMRANGEBYSCORE a 2 2;ZREMRANGEBYLEX a - +",
    "ZADD a 1 x;ZADD b 2 y;ZUNIONSTORE c 2 a b;ZINTERSTORE d 2 a b;ZRANGESTORE e a 0 -1",
    "GEOADD a 13.4 52.5 berlin;GEOSEARCHSTORE b a FROMMEMBER berlin BYRADIUS 1 km",
    "GEOADD a 13.4 52.5 berlin;GEORADIUS a 13 52 500 km STORE b",
    "RPUSH a 3 1 2;SORT a STORE b;SORT a",
    "XADD a 1-1 f v;XADD a 1-2 f v;XDEL a 1-1;XDEL a 1-1;XTRIM a MAXLEN 0;XTRIM a MAXLEN 0",
    "XADD a * f v",
    "XADD a 7-* f v",
    "XADD a MAXLEN 2 1-1 f v;XADD a MAXLEN = 1 2-1 f v;XADD a NOMKSTREAM 3-1 f v;XADD b NOMKSTREAM * f v",
    "XADD a MAXLEN ~ 1 1-1 f v;XADD a MINID ~ 5 6-1 f v;XADD a MINID 2 7-1 f v",
    "XADD a 1-1 f v;XADD a 1-2 f v;XTRIM a MAXLEN ~ 1;XTRIM a MINID 1-2;XSETID a 9-9",
    "XADD a 1-1 f v;XGROUP CREATE a g 0;XGROUP CREATECONSUMER a g c;XGROUP SETID a g 0;XGROUP DELCONSUMER a g c;XGROUP DESTROY a g",
    "XGROUP CREATE a g $ MKSTREAM",
    "XADD a 1-1 f v;XADD a 1-2 f v;XGROUP CREATE a g 0;XREADGROUP GROUP g c COUNT 1 STREAMS a >;XREADGROUP GROUP g c STREAMS a 0;XACK a g 1-1;XACK a g 1-1",
    "XADD a 1-1 f v;XGROUP CREATE a g 0;XREADGROUP GROUP g c NOACK STREAMS a >;XREADGROUP GROUP g c NOACK STREAMS a >",
    "XADD a 1-1 f v;XGROUP CREATE a g 0;XREADGROUP GROUP g c STREAMS a >;XCLAIM a g d 0 1-1 JUSTID;XAUTOCLAIM a g e 0 0;XCLAIM a g f 0 1-1 RETRYCOUNT 7 FORCE",
    "XADD a 1-1 f v;XGROUP CREATE a g 0;XREADGROUP GROUP g c STREAMS a >;XDEL a 1-1;XCLAIM a g d 0 1-1;XAUTOCLAIM a g d 0 0",
    "XGROUP CREATE a g $ MKSTREAM;&XREADGROUP GROUP g c BLOCK 0 STREAMS a >;XADD a 5-1 f v",
    "MULTI;SET a 1;INCR a;EXEC",
    "MULTI;SET a 1;EXEC",
    "MULTI;GET a;EXEC",
    "MULTI;SET a 1;INCRBYFLOAT a 0.5;EXPIRE a 100;SADD s x;SPOP s;EXEC",
    "MULTI;SET a x;INCR a;SET b 1;EXEC",
    "MULTI;SELECT 1;SET a 1;SELECT 0;SET a 1;EXEC",
    "MULTI;SET a 1;DISCARD",
    "EVAL {redis.call('set',KEYS[1],'1')} 1 a",
    "EVAL {redis.call('set',KEYS[1],'1');redis.call('incr',KEYS[1])} 1 a",
    "EVAL {return redis.call('get',KEYS[1])} 1 a",
    "EVAL {redis.call('set',KEYS[1],'1','ex',100);redis.call('sadd',KEYS[2],'x');redis.call('spop',KEYS[2])} 2 a s",
    "EVAL {redis.call('set',KEYS[1],'1');error('x')} 1 a",
    "MULTI;SET b 1;EVAL {redis.call('set',KEYS[1],'1')} 1 a;EXEC",
    "SCRIPT LOAD {return 1};SCRIPT FLUSH",
    "PUBLISH c x;PING;SELECT 1;SET a 1;SELECT 0",
    "SET a 1;FLUSHDB;FLUSHDB ASYNC",
    "SET a 1;FLUSHALL",
    "SET a 1 PX 1;@wait;GET a",
    "RPUSH a 1;PEXPIRE a 1;@wait;RPUSH a 2",
    "SET a 1;@dump a;RESTORE b 0 @;RESTORE c 100000 @;RESTORE d 4102444800123 @ ABSTTL;RESTORE b 0 @ REPLACE",
];

/// Lines whose requests differ and may: each with what differs.
const KNOWN: &[(&str, &str)] = &[
    (
        "RPUSH a 1 2 3;LMPOP 2 no a LEFT;LMPOP 1 a RIGHT COUNT 5",
        "the count that was asked for, not the one that was there",
    ),
    (
        "ZADD a 1 x 2 y 3 z;ZPOPMIN a;ZPOPMAX a;ZMPOP 1 a MIN COUNT 3",
        "the count that was asked for, not the one that was there",
    ),
    (
        "GEOADD a 13.4 52.5 berlin;GEOSEARCHSTORE b a FROMMEMBER berlin BYRADIUS 1 km",
        "GEOADD, not the ZADD that it comes to",
    ),
    (
        "GEOADD a 13.4 52.5 berlin;GEORADIUS a 13 52 500 km STORE b",
        "GEOADD, not the ZADD that it comes to",
    ),
];

/// Turns single files of both servers before 7 into directories of ours.
///
/// # Errors
/// A text if a server does not start or answer.
pub(crate) fn upgrade(ours: &Path, peer: &Path) -> Result<Tally, String> {
    let mut total = Tally::default();
    for preamble in ["yes", "no"] {
        let from = folder("logs-from")?;
        let wanted = {
            let server = start(peer, &from, &["--aof-use-rdb-preamble", preamble])?;
            let mut client = Client::connect(server.port)?;
            for line in ["SET a 1 EX 1000", "RPUSH b 1 2 3", "SADD c x y", "ZADD d 1 x 2.5 y"] {
                let words: Vec<&str> = line.split(' ').collect();
                client.call(&words)?;
            }
            client.call(&["BGREWRITEAOF"])?;
            crate::files::wait_while(&mut client, "aof_rewrite_in_progress:1")?;
            client.call(&["HSET", "e", "f", "v"])?;
            contents(&mut client)?
        };
        let to = folder("logs-to")?;
        let mut single = read_parts(&from, |name| name.contains(".base."))?;
        single.extend(read_parts(&from, |name| name.contains(".incr."))?);
        fs::write(to.join("appendonly.aof"), &single).map_err(|error| error.to_string())?;
        let (found, again) = {
            let server = start(ours, &to, &[])?;
            let mut client = Client::connect(server.port)?;
            let found = contents(&mut client)?;
            client.call(&["SET", "later", "1"])?;
            client.call(&["DEL", "later"])?;
            drop((client, server));
            let server = start(ours, &to, &[])?;
            let mut client = Client::connect(server.port)?;
            (found, contents(&mut client)?)
        };
        let is_taken = !to.join("appendonly.aof").exists()
            && to.join("appendonlydir/appendonly.aof.manifest").exists();
        let fine = found == wanted && again == wanted && is_taken;
        if !fine {
            println!("FAIL single file, preamble {preamble}: {wanted} {found} {again} {is_taken}");
        }
        total.add(&Tally::one(fine));
        for dir in [from, to] {
            let _ = fs::remove_dir_all(dir);
        }
    }
    println!("single files of {}: {total}", peer.display());
    Ok(total)
}

/// What the keys of [`upgrade`] hold.
fn contents(client: &mut Client) -> Result<String, String> {
    let mut all = String::new();
    for line in [
        "GET a",
        "EXPIRETIME a",
        "LRANGE b 0 -1",
        "SORT c ALPHA",
        "ZRANGE d 0 -1 WITHSCORES",
        "HGETALL e",
        "DBSIZE",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        all.push_str(&client.call(&words)?.render().join(" "));
        all.push('\n');
    }
    Ok(all)
}

/// Kills ours in the midst of writes that are synced one by one, and loads what that leaves.
///
/// # Errors
/// A text if a server does not start or answer.
pub(crate) fn killed(ours: &Path, peer: &Path) -> Result<Tally, String> {
    const KEYS: usize = 400;
    let dir = folder("logs-killed")?;
    let all = |client: &mut Client| -> Result<String, String> {
        let keys: Vec<String> = (0..KEYS).map(|key| key.to_string()).collect();
        let words: Vec<&str> = std::iter::once("MGET").chain(keys.iter().map(|k| &**k)).collect();
        Ok(client.call(&words)?.render().join(" "))
    };
    let incr = || read_parts(&dir, |name| name.contains(".incr."));
    let mut server = start(ours, &dir, &["--appendfsync", "always", "--rdb-version", "10"])?;
    let mut client = Client::connect(server.port)?;
    for key in 0..KEYS {
        client.call(&["SET", &key.to_string(), &"#\r\n*1".repeat(key)])?;
    }
    let wanted = all(&mut client)?;
    server.kill()?;
    let left = incr()?;
    let has_room = left.windows(5).any(|w| w == b"#SUM:") && left.ends_with(b"####\n");
    let mut found = Vec::new();
    for bin in [peer, ours] {
        let server = start(bin, &dir, &[])?;
        found.push(all(&mut Client::connect(server.port)?)?);
    }
    let is_cut = !incr()?.ends_with(b"####\n");
    let fine = has_room && is_cut && found.iter().all(|one| *one == wanted);
    if !fine {
        let same: Vec<bool> = found.iter().map(|one| *one == wanted).collect();
        println!("FAIL killed: room {has_room}, there and here {same:?}, cut {is_cut}");
    }
    let _ = fs::remove_dir_all(&dir);
    println!("a killed log in {}: {}", peer.display(), Tally::one(fine));
    Ok(Tally::one(fine))
}

/// Compares what both servers write into their logs.
///
/// # Errors
/// A text if a server does not start or answer.
pub(crate) fn streams(ours: &Path, peer: &Path) -> Result<Tally, String> {
    let mine = written(ours)?;
    let theirs = written(peer)?;
    let mut total = Tally::default();
    for (index, line) in STREAMS.iter().enumerate() {
        let none = Vec::new();
        let mine = mine.get(index).unwrap_or(&none);
        let theirs = theirs.get(index).unwrap_or(&none);
        let known = KNOWN.iter().any(|(known, _)| known == line);
        if mine != theirs && !known {
            let shown = |requests: &[String]| requests.join(" | ");
            println!("FAIL {line}\n    ours   {}\n    theirs {}", shown(mine), shown(theirs));
        }
        total.add(&Tally::one((mine == theirs) != known));
    }
    println!("logs beside those of {}: {total}", peer.display());
    Ok(total)
}

/// Runs every line; the requests in the log, a line each.
fn written(bin: &Path) -> Result<Vec<Vec<String>>, String> {
    let dir = folder("logs-stream")?;
    {
        let server = start(bin, &dir, &["--auto-aof-rewrite-percentage", "0"])?;
        let mut client = Client::connect(server.port)?;
        client.call(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"])?;
        for (index, line) in STREAMS.iter().enumerate() {
            run_line(server.port, &mut client, line).map_err(|error| format!("{line}: {error}"))?;
            client.call(&["SELECT", "0"])?;
            client.call(&["SET", "mark", &index.to_string()])?;
            client.call(&["FLUSHALL"])?;
        }
    }
    let log = read_parts(&dir, |name| name.contains(".incr."))?;
    let _ = fs::remove_dir_all(&dir);
    let mut lines = vec![Vec::new()];
    let mut is_mark_gone = true;
    let mut db = "0".to_owned();
    for request in requests(&log)? {
        let words: Vec<String> = request.iter().map(|word| blotted(word)).collect();
        match words.first().map(String::as_str) {
            // Only which database a request is for counts, not when it was selected.
            Some(name) if name.eq_ignore_ascii_case("select") => db.clone_from(&words[1]),
            _ if words.get(1).is_some_and(|word| word == "mark") => {
                lines.push(Vec::new());
                is_mark_gone = false;
            }
            Some(name) if name.eq_ignore_ascii_case("flushall") && !is_mark_gone => {
                is_mark_gone = true;
            }
            Some(name) => {
                // Names in capitals or not, and who frees an expired key, is a matter of taste.
                let name = name.to_ascii_uppercase();
                let name = if name == "UNLINK" { "DEL" } else { &name };
                let db = if matches!(name, "MULTI" | "EXEC") { "" } else { &db };
                let rest = words[1..].join(" ").replace("left", "LEFT").replace("right", "RIGHT");
                let last = lines.last_mut().ok_or("no line")?;
                last.push(format!("{db}> {name} {rest}").trim_end().to_owned());
            }
            None => {}
        }
    }
    Ok(lines)
}

fn run_line(port: u16, client: &mut Client, line: &str) -> Result<(), String> {
    let mut waiting = Vec::new();
    let mut dump = Vec::new();
    for command in line.split(';').filter(|command| !command.is_empty()) {
        if command == "@wait" {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        }
        if let Some(key) = command.strip_prefix("@dump ") {
            if let Reply::Bulk(bytes) = client.call(&["DUMP", key])? {
                dump = bytes;
            }
            continue;
        }
        let is_apart = command.starts_with('&');
        let words = words(command.trim_start_matches('&'), &dump);
        if !is_apart {
            client.call(&words)?;
            continue;
        }
        let mut other = Client::connect(port)?;
        other.send(&words)?;
        // It has to wait before it is served.
        let end = std::time::Instant::now() + Duration::from_secs(10);
        loop {
            let info = client.call(&["INFO", "clients"])?.render().join(" ");
            let count = waiting.len() + 1;
            if info.contains(&format!("blocked_clients:{count}")) {
                break;
            }
            if std::time::Instant::now() > end {
                return Err("nobody waits".to_owned());
            }
        }
        waiting.push(other);
    }
    for mut other in waiting {
        other.next(Duration::from_secs(10))?.ok_or("a waiting client was not served")?;
    }
    Ok(())
}

/// Splits at spaces, but for what stands in braces; `@` is the dump.
fn words(command: &str, dump: &[u8]) -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    let mut rest = command;
    while !rest.is_empty() {
        let (word, behind) = match rest.strip_prefix('{').and_then(|rest| rest.rsplit_once('}')) {
            Some((word, behind)) => (word, behind.trim_start()),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(match word {
            "''" => Vec::new(),
            "@" => dump.to_vec(),
            word => word.as_bytes().to_vec(),
        });
        rest = behind;
    }
    words
}

/// A word with what the clock or the server's version is in it taken out.
fn blotted(word: &[u8]) -> String {
    let text = word.escape_ascii().to_string();
    let (head, tail) = text.split_once('-').unwrap_or((&text, ""));
    let is_number = head.len() == 13 && head.bytes().all(|byte| byte.is_ascii_digit());
    let rest = if tail.is_empty() { String::new() } else { format!("-{tail}") };
    if is_number && !head.starts_with("4102") {
        return format!("<ms>{rest}");
    }
    // A payload of DUMP has its version in it.
    if word.len() > 10 && !word.is_ascii() { "<payload>".to_owned() } else { text }
}

/// The requests of a log.
fn requests(log: &[u8]) -> Result<Vec<Vec<Vec<u8>>>, String> {
    let mut found = Vec::new();
    let mut rest = log;
    while !rest.is_empty() {
        let Some((Reply::Array(words), used)) = Reply::decode(rest)? else {
            return Err("a log ends in half a request".to_owned());
        };
        let words = words.into_iter().map(|word| match word {
            Reply::Bulk(bytes) => Ok(bytes),
            other => Err(format!("a log has {other:?} in it")),
        });
        found.push(words.collect::<Result<_, _>>()?);
        rest = &rest[used..];
    }
    Ok(found)
}

fn start(bin: &Path, dir: &Path, args: &[&str]) -> Result<Server, String> {
    let mut all = vec!["--dir".to_owned(), dir.display().to_string()];
    all.extend(["--appendonly", "yes", "--enable-debug-command", "yes"].map(str::to_owned));
    all.extend(args.iter().map(|arg| (*arg).to_owned()));
    Server::start(bin, "logs", &Options { args: all, ..Options::default() })
}

fn folder(name: &str) -> Result<PathBuf, String> {
    crate::env::scratch(name).map_err(|error| error.to_string())
}

/// The bytes of the files of a log whose names are so.
fn read_parts(dir: &Path, is_meant: impl Fn(&str) -> bool) -> Result<Vec<u8>, String> {
    let dir = dir.join("appendonlydir");
    let listed = fs::read_dir(&dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    let mut paths: Vec<PathBuf> = listed.filter_map(|one| Some(one.ok()?.path())).collect();
    paths.sort();
    let mut bytes = Vec::new();
    for path in paths.iter().filter(|path| is_meant(&path.display().to_string())) {
        bytes.extend(fs::read(path).map_err(|error| error.to_string())?);
    }
    Ok(bytes)
}
