//! Exchanges with a peer that plays a script: what it expects to read, and what it answers.

use super::{Answers, Exchange, Failure, Links};
use crate::log::Log;
use commands::config::Config;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread::{JoinHandle, spawn};

const PING: &[u8] = b"*1\r\n$4\r\nPING\r\n";
const SELECT_3: &[u8] = b"*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n";
const AUTH: &[u8] = b"*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n";

/// What a peer reads and then writes on one connection, step by step, before it closes it.
type Script = Vec<(Vec<u8>, &'static [u8])>;

/// A peer that serves one connection for each script.
fn peer(scripts: Vec<Script>) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let thread = spawn(move || {
        for script in scripts {
            let (mut stream, _) = listener.accept().expect("a connection");
            for (expected, answer) in script {
                let mut got = vec![0; expected.len()];
                stream.read_exact(&mut got).expect("the request");
                assert_eq!(got.escape_ascii().to_string(), expected.escape_ascii().to_string());
                stream.write_all(answer).expect("an answer");
            }
        }
    });
    (port, thread)
}

fn exchange(links: &Links, call: Exchange<'_>) -> Answers {
    links.exchange(call, None, &Log::new(Arc::new(Config::new(1))))
}

fn call(port: u16) -> Exchange<'static> {
    Exchange {
        host: "127.0.0.1",
        port,
        timeout_ms: 5000,
        login: &[],
        db: 3,
        requests: PING,
        count: 1,
    }
}

#[test]
fn a_connection_is_kept_with_its_database() {
    let first = [AUTH, SELECT_3, PING].concat();
    let second = [AUTH, PING].concat();
    let (port, thread) =
        peer(vec![vec![(first, b"+OK\r\n+OK\r\n+PONG\r\n"), (second, b"+OK\r\n+PONG\r\n")]]);
    let links = Links::default();
    let call = Exchange { login: &[b"secret"], ..call(port) };
    for _ in 0..2 {
        let answers = exchange(&links, call);
        assert_eq!((answers.refused, answers.failure), (None, None));
        assert_eq!(answers.lines, [b"+PONG"]);
        assert_eq!(links.count(), 1);
    }
    thread.join().expect("the peer is content");
}

#[test]
fn errors_are_told_and_forget_the_database() {
    let opening = [SELECT_3, PING].concat();
    let (port, thread) = peer(vec![vec![
        (opening.clone(), b"-ERR no such database\r\n+PONG\r\n"),
        (opening, b"+OK\r\n-BUSYKEY there\r\n"),
    ]]);
    let links = Links::default();
    let answers = exchange(&links, call(port));
    assert_eq!(answers.refused.as_deref(), Some(&b"ERR no such database"[..]));
    let answers = exchange(&links, call(port));
    assert_eq!((answers.refused, answers.lines), (None, vec![b"-BUSYKEY there".to_vec()]));
    thread.join().expect("the peer is content");
}

#[test]
fn a_kept_connection_that_was_closed_is_opened_again() {
    let script = vec![([SELECT_3, PING].concat(), &b"+OK\r\n+PONG\r\n"[..])];
    let (port, thread) = peer(vec![script.clone(), script]);
    let links = Links::default();
    for _ in 0..2 {
        let answers = exchange(&links, call(port));
        assert_eq!((answers.lines.len(), answers.failure), (1, None));
    }
    thread.join().expect("the peer is content");
}

#[test]
fn silence_ends_in_time_and_answers_so_far_count() {
    let requests = PING.repeat(2);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let links = Links::default();
    let silent = Exchange { timeout_ms: 50, ..call(port) };
    let answers = exchange(&links, silent);
    assert_eq!((answers.lines.len(), answers.failure), (0, Some(Failure::Read)));
    let half = Exchange { timeout_ms: 200, requests: &requests, count: 2, ..silent };
    let thread = spawn(move || {
        drop(listener.accept());
        let (mut stream, _) = listener.accept().expect("a connection");
        stream.write_all(b"+OK\r\n+PONG\r\n").expect("an answer");
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    });
    let answers = exchange(&links, half);
    assert_eq!((answers.lines.len(), answers.failure), (1, Some(Failure::Read)));
    assert_eq!(links.count(), 0);
    thread.join().expect("the peer is content");
}

#[test]
fn nobody_there_and_lines_without_end() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    drop(listener);
    let links = Links::default();
    assert_eq!(exchange(&links, call(port)).failure, Some(Failure::Write));
    let (port, thread) = peer(vec![vec![([SELECT_3, PING].concat(), &[b'x'; 5000])]]);
    assert_eq!(exchange(&links, call(port)).failure, Some(Failure::Read));
    thread.join().expect("the peer is content");
}
