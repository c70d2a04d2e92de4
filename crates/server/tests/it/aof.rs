//! What is in the append-only file, and when.

use crate::snapshots::{Client, Server};
use std::fs;
use std::time::{Duration, Instant};

/// A call that changes nothing is not in the log; a change that comes after a pause is there before
/// its reply, unless the machine has something else to do for a while.
#[test]
fn rare_changes_are_in_the_file_before_their_replies() {
    const ROUNDS: usize = 40;
    let args = ["--appendonly", "yes", "--appendfsync", "no", "--io-threads", "2"];
    let server = Server::start("rare", &args);
    let file = server.dir().join("appendonlydir/appendonly.aof.1.incr.aof");
    let mut clients = [server.client(), server.client()];
    let mut prompt = 0;
    for round in 0..ROUNDS {
        let client = &mut clients[round % 2];
        let value = format!("value-{round}");
        assert_eq!(client.call(&["SET", "k", &value]), "+OK\r\n");
        let end = format!("$3\r\nSET\r\n$1\r\nk\r\n${}\r\n{value}\r\n", value.len());
        let is_there = || fs::read(&file).is_ok_and(|log| log.ends_with(end.as_bytes()));
        prompt += usize::from(is_there());
        let deadline = Instant::now() + Duration::from_secs(20);
        while !is_there() {
            assert!(Instant::now() < deadline, "{end} is not written");
        }
        let len = || fs::metadata(&file).expect("the log is there").len();
        let before = len();
        let read = format!("${}\r\n{value}\r\n", value.len());
        assert_eq!(client.call(&["GETEX", "k"]), read);
        assert_eq!(client.call(&["GETEX", "nosuch", "EX", "10"]), "$-1\r\n");
        std::thread::sleep(Duration::from_millis(15));
        assert_eq!(before, len());
    }
    assert!(prompt > ROUNDS / 2, "{prompt} of {ROUNDS}");
}

#[test]
fn what_is_logged_does_not_count_as_used() {
    let server = Server::start("aof-memory", &["--appendonly", "yes", "--appendfsync", "no"]);
    let mut client = server.client();
    let used = |client: &mut Client| -> u64 {
        let info = client.call(&["INFO", "memory"]);
        let used = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
        used.and_then(|used| used.trim().parse().ok()).expect("INFO tells it")
    };
    let (value, before) = ("v".repeat(10_000), used(&mut client));
    for _ in 0..5000 {
        assert_eq!(client.call(&["SET", "key", &value]), "+OK\r\n");
    }
    // 50 MB were logged; who frees them tells of it some moments later.
    let deadline = Instant::now() + Duration::from_secs(30);
    while used(&mut client) > before + (8 << 20) {
        assert!(Instant::now() < deadline, "{} bytes more", used(&mut client) - before);
        std::thread::sleep(Duration::from_millis(20));
    }
}
