//! Function libraries survive what keys survive: both kinds of files, and what is written behind
//! them.

use crate::snapshots::Server;

const FIRST: &str = "#!lua name=first\nredis.register_function('one', function() return 1 end)";
const SECOND: &str = "#!lua name=second\nredis.register_function('two', function() return 2 end)";
const CHANGED: &str = "#!lua name=second\nredis.register_function('two', function() return 3 end)";

#[test]
fn functions_are_in_an_rdb_file() {
    let mut server = Server::start("functions-rdb", &["--io-threads", "2"]);
    let mut client = server.client();
    assert_eq!(client.call(&["FUNCTION", "LOAD", FIRST]), "$5\r\nfirst\r\n");
    assert_eq!(client.call(&["FUNCTION", "LOAD", SECOND]), "$6\r\nsecond\r\n");
    assert_eq!(client.call(&["SAVE"]), "+OK\r\n");
    // Not in the file, so not there afterwards.
    assert_eq!(client.call(&["FUNCTION", "LOAD", "REPLACE", CHANGED]), "$6\r\nsecond\r\n");
    assert_eq!(client.call(&["FUNCTION", "DELETE", "first"]), "+OK\r\n");
    server.kill();
    server.restart(&["--io-threads", "2"]);
    let mut client = server.client();
    assert_eq!(client.call(&["FCALL", "one", "0"]), ":1\r\n");
    assert_eq!(client.call(&["FCALL", "two", "0"]), ":2\r\n");
    // And again: what was loaded is written too.
    assert_eq!(client.call(&["DEBUG", "RELOAD"]), "+OK\r\n");
    assert_eq!(client.call(&["FCALL", "two", "0"]), ":2\r\n");
    assert_eq!(client.call(&["FUNCTION", "DELETE", "first"]), "+OK\r\n");
    assert_eq!(client.call(&["DEBUG", "RELOAD", "NOSAVE"]), "+OK\r\n");
    assert_eq!(client.call(&["FCALL", "one", "0"]), ":1\r\n");
    let refused = client.call(&["DEBUG", "RELOAD", "NOSAVE", "NOFLUSH"]);
    assert_eq!(refused, "-ERR Error trying to load the RDB dump\r\n");
    assert_eq!(client.call(&["DEBUG", "RELOAD", "NOSAVE", "NOFLUSH", "MERGE"]), "+OK\r\n");
    assert_eq!(client.call(&["FCALL", "one", "0"]), ":1\r\n");
}

#[test]
fn functions_are_in_the_append_only_file() {
    for preamble in ["yes", "no"] {
        let name = format!("functions-aof-{preamble}");
        let args = ["--appendonly", "yes", "--aof-use-rdb-preamble", preamble];
        let mut server = Server::start(&name, &args);
        let mut client = server.client();
        assert_eq!(client.call(&["FUNCTION", "LOAD", FIRST]), "$5\r\nfirst\r\n");
        assert_eq!(client.call(&["FUNCTION", "LOAD", SECOND]), "$6\r\nsecond\r\n");
        let begun = "+Background append only file rewriting started\r\n";
        assert_eq!(client.call(&["BGREWRITEAOF"]), begun);
        while client.call(&["INFO", "persistence"]).contains("aof_rewrite_in_progress:1") {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert_eq!(client.call(&["FUNCTION", "LOAD", "REPLACE", CHANGED]), "$6\r\nsecond\r\n");
        assert_eq!(client.call(&["DEBUG", "LOADAOF"]), "+OK\r\n");
        assert_eq!(client.call(&["FCALL", "two", "0"]), ":3\r\n");
        assert_eq!(client.call(&["FUNCTION", "DELETE", "first"]), "+OK\r\n");
        assert_eq!(client.call(&["SET", "k", "v"]), "+OK\r\n");
        assert_eq!(client.call(&["WAITAOF", "1", "0", "0"]), "*2\r\n:1\r\n:0\r\n");
        server.kill();
        server.restart(&args);
        let mut client = server.client();
        assert_eq!(client.call(&["FCALL", "two", "0"]), ":3\r\n");
        assert_eq!(client.call(&["FCALL", "one", "0"]), "-ERR Function not found\r\n");
        assert_eq!(client.call(&["FUNCTION", "FLUSH"]), "+OK\r\n");
        assert_eq!(client.call(&["DEBUG", "LOADAOF"]), "+OK\r\n");
        assert_eq!(client.call(&["FCALL", "two", "0"]), "-ERR Function not found\r\n");
    }
}

#[test]
fn a_library_that_cannot_be_loaded_is_an_error_of_the_file() {
    let mut server = Server::start("functions-bad", &["--rdbchecksum", "no"]);
    let mut client = server.client();
    assert_eq!(client.call(&["FUNCTION", "LOAD", FIRST]), "$5\r\nfirst\r\n");
    assert_eq!(client.call(&["CONFIG", "SET", "rdbcompression", "no"]), "+OK\r\n");
    assert_eq!(client.call(&["SAVE"]), "+OK\r\n");
    server.kill();
    let path = server.dir().join("dump.rdb");
    let bytes = std::fs::read(&path).expect("the file");
    let (word, other) = (b"register_function", b"register_nonsense");
    let at = bytes.windows(word.len()).position(|part| part == word).expect("the library");
    let mut bytes = bytes;
    bytes[at..at + word.len()].copy_from_slice(other);
    std::fs::write(&path, bytes).expect("the file");
    server.restart(&["--rdbchecksum", "no"]);
    let log = server.ended();
    assert!(log.contains("Failed loading library"), "{log}");
}

#[test]
fn scripts_of_eval_leave_the_cache() {
    let server = Server::start("scripts-cache", &["--io-threads", "2"]);
    let mut client = server.client();
    let digest = |client: &mut crate::snapshots::Client, script: &str| {
        let reply = client.call(&["SCRIPT", "LOAD", script]);
        reply.lines().nth(1).expect("a digest").to_owned()
    };
    let kept = digest(&mut client, "return 'kept'");
    for number in 0..520 {
        client.call(&["EVAL", &format!("return {number}"), "0"]);
    }
    assert_eq!(client.call(&["EVALSHA", &kept, "0"]), "$4\r\nkept\r\n");
    assert!(client.call(&["INFO", "stats"]).contains("evicted_scripts:20\r\n"));
    assert!(client.call(&["INFO", "memory"]).contains("number_of_cached_scripts:501\r\n"));
    // `return 0` was used longest ago.
    let first = "06d3d9b2060dd51343d5f19f0e531f15c507e3d1";
    assert!(client.call(&["EVALSHA", first, "0"]).starts_with("-NOSCRIPT"));
    assert_eq!(digest(&mut client, "return 0"), first);
    assert_eq!(client.call(&["EVALSHA", first, "0"]), ":0\r\n");
}

#[test]
fn a_script_is_held_to_its_memory_and_leaves_nothing() {
    let server = Server::start("scripts-memory", &["--io-threads", "1"]);
    let mut client = server.client();
    assert_eq!(client.call(&["CONFIG", "SET", "script-memory-max", "16mb"]), "+OK\r\n");
    let grows = "local t = {} for i = 1, 10000000 do t[i] = {} end return 1";
    let refused = client.call(&["EVAL", grows, "0"]);
    assert!(refused.starts_with("-ERR not enough memory script: "), "{refused}");
    assert_eq!(client.call(&["EVAL", "return #string.rep('x', 2000000)", "0"]), ":2000000\r\n");
    let mut held = || {
        for _ in 0..3_000 {
            client.call(&["EVAL", "return redis.call('incr', KEYS[1])", "1", "x"]);
        }
        let info = client.call(&["INFO", "memory"]);
        let line = info.lines().find_map(|line| line.strip_prefix("used_memory_lua:"));
        line.and_then(|bytes| bytes.parse::<u64>().ok()).expect("a figure")
    };
    let (before, after) = (held(), held());
    assert!(after < before + (512 << 10), "{before} bytes, then {after}");
}
