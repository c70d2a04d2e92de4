//! Transactions, scripts, blocked calls and expiry at the same time, by clients of one worker, of
//! two and of four. With one worker calls do not overlap; the schedule says whose is next.

use scrubjay_models::{Player, Stage, check};
use shuttle::sync::Mutex;
use shuttle::thread;
use std::sync::Arc;

const SCHEDULES: usize = 700;

/// What each client asks, one after the other, and what it got.
type Part = &'static [&'static str];

/// Runs the parts, client n on worker n modulo `workers`. A `!` moves the clock by ten
/// milliseconds.
fn play(stage: &Stage, workers: usize, parts: &[Part]) -> Vec<String> {
    // A worker runs one request at a time; which of its clients is next, the scheduler says.
    let seats: Vec<Worker> = (0..workers).map(|_| Worker::default()).collect();
    let mut threads = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let (worker, stage) = (Arc::clone(&seats[index % workers]), stage.clone());
        let place = {
            let mut clients = worker.lock().unwrap();
            clients.push(stage.player(index % workers));
            clients.len() - 1
        };
        threads.push((worker, place, *part, stage));
    }
    let threads: Vec<_> = threads
        .into_iter()
        .map(|(worker, place, part, stage)| {
            thread::spawn(move || serve(&stage, &worker, place, part))
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

/// A worker's clients.
type Worker = Arc<Mutex<Vec<Player>>>;

/// One client: its requests as it is its turn; what it got.
fn serve(stage: &Stage, worker: &Worker, place: usize, part: Part) -> String {
    let mut left = part.iter();
    loop {
        let mut clients = worker.lock().unwrap();
        if clients[place].is_blocked() {
            // All mail of a worker is taken by whom it is for.
            Player::take_mail_of(clients.iter_mut());
        }
        if clients[place].is_blocked() {
            drop(clients);
            thread::yield_now();
            continue;
        }
        match left.next() {
            None => return clients[place].received(),
            Some(&"!") => {
                stage.offline.advance(10);
            }
            Some(request) => {
                clients[place].call(request);
            }
        }
        drop(clients);
        thread::yield_now();
    }
}

fn each(model: fn(usize)) {
    for workers in [1, 2, 4] {
        check(SCHEDULES, move || model(workers));
    }
}

fn integers(reply: &str) -> Vec<i64> {
    reply.lines().filter_map(|line| line.strip_prefix(':')?.parse().ok()).collect()
}

fn value(stage: &Stage, request: &str) -> String {
    let mut looker = stage.player(0);
    looker.call(request);
    looker.received()
}

/// Sums over transactions, scripts on declared keys, scripts behind the gate and scripts that find
/// their keys as they go: each is whole, none is lost.
#[test]
fn transactions_and_scripts_are_whole() {
    each(|workers| {
        let stage = Stage::with(workers);
        let replies = play(
            &stage,
            workers,
            &[
                &["MULTI", "INCR a", "INCR b", "EXEC"],
                &["EVAL D;INCR_a;INCR_b 2 a b", "EVAL D;INCR_b;INCR_a 2 b a"],
                &["EVAL D;GET_b;INCR_a 1 a", "EVAL G;INCR_a;INCR_b 0"],
                &["EVAL D;GET_a;GET_b 0", "MGET a b", "EVAL D;INCR_b 0"],
            ],
        );
        assert_eq!(value(&stage, "MGET a b"), "*2\r\n$1\r\n5\r\n$1\r\n5\r\n", "{replies:?}");
        // The same step counts in both keys within a transaction or script that changes both, but
        // for who changes one of them alone.
        let both = integers(&replies[0]);
        assert!(both.len() == 2 && (both[0] - both[1]).abs() <= 1, "{both:?}");
        let errors = replies.iter().filter(|reply| reply.contains("-ERR")).count();
        assert_eq!(errors, 0, "{replies:?}");
    });
}

/// Scripts that come to want each other's keys when they have written: none ends half-way.
#[test]
fn scripts_that_want_each_others_keys_are_whole() {
    each(|workers| {
        let stage = Stage::with(workers);
        let replies = play(
            &stage,
            workers,
            &[
                &["EVAL D;INCR_a;INCR_b 1 a"],
                &["EVAL D;INCR_b;INCR_a 1 b"],
                &["EVAL D;INCR_a;GET_b;INCR_b 1 a", "MGET a b"],
                &["EVAL G;INCR_b;INCR_a 1 b"],
            ],
        );
        assert_eq!(value(&stage, "MGET a b"), "*2\r\n$1\r\n4\r\n$1\r\n4\r\n", "{replies:?}");
        assert!(!replies.iter().any(|reply| reply.contains("-ERR")), "{replies:?}");
    });
}

/// What blocked calls are served by: a transaction, a script, another blocked call.
#[test]
fn blocked_calls_are_served_once_by_whatever_pushes() {
    each(|workers| {
        let stage = Stage::with(workers);
        let replies = play(
            &stage,
            workers,
            &[
                &["BLPOP l m 0", "BLMOVE m n LEFT LEFT 0"],
                &["MULTI", "RPUSH l a", "LPOP l", "RPUSH l b", "EXEC"],
                &["EVAL D;RPUSH_m_c 1 m", "EVAL G;RPUSH_m_d 0"],
                &["BLPOP l n 0"],
            ],
        );
        // What was moved is in the last reply of the first client, and where it went.
        let end = replies[0].len() - "$1\r\nc\r\n".len();
        let mut all = replies[0][..end].to_owned() + &replies[3];
        for list in ["l", "m", "n"] {
            all += &value(&stage, &format!("LRANGE {list} 0 -1"));
        }
        for element in ["b", "c", "d"] {
            let times = all.matches(&format!("$1\r\n{element}\r\n")).count();
            assert_eq!(times, 1, "{element} in {replies:?} {all:?}");
        }
    });
}

/// A key whose time comes while transactions and scripts run is gone for all at the same time:
/// nobody sees it after another has missed it, and a counter begins anew just once.
#[test]
fn what_expires_does_not_come_back() {
    each(|workers| {
        let stage = Stage::with(workers);
        stage.player(0).call("SET k 5 PX 10");
        let replies = play(
            &stage,
            workers,
            &[
                &["!", "GET k"],
                &["MULTI", "GET k", "GET k", "EXEC", "GET k"],
                &["EVAL D;GET_k;INCR_k;GET_k 1 k"],
                &["EVAL G;EXISTS_k;EXISTS_k 0", "EXISTS k"],
            ],
        );
        // Within a transaction and within a script nothing changes.
        let inner = replies[1].split("*2\r\n").nth(1).expect("EXEC answers two");
        let values: Vec<&str> = inner.lines().collect();
        let first_two = match values[..] {
            ["$-1", "$-1", ..] => true,
            ["$1", one, "$1", two, ..] => one == two,
            _ => false,
        };
        assert!(first_two, "{replies:?}");
        let script: Vec<&str> = replies[2].lines().skip(1).collect();
        match script[..] {
            ["$-1", ":1", "$1", "1"] | ["$1", "5", ":6", "$1", "6"] => {}
            _ => panic!("{script:?}"),
        }
        let exists = integers(&replies[3]);
        assert!(exists.len() == 3 && exists[0] == exists[1], "{exists:?}");
        // After the clock has moved it is a counter that began anew, or gone; what was
        // incremented in time kept its time.
        let end = value(&stage, "GET k");
        assert!(["$1\r\n1\r\n", "$-1\r\n"].contains(&end.as_str()), "{end:?} {replies:?}");
    });
}

/// A watch is broken by a script's write, by expiry, and by nothing else.
#[test]
fn watches_beside_scripts_and_expiry() {
    each(|workers| {
        let stage = Stage::with(workers);
        stage.player(0).call("SET n 0");
        let replies = play(
            &stage,
            workers,
            &[
                &["WATCH n", "GET n", "MULTI", "SET n 7", "EXEC"],
                &["EVAL D;INCR_n 1 n"],
                &["EVAL G;GET_n 0", "GET other"],
            ],
        );
        let end = value(&stage, "GET n");
        let done = replies[0].ends_with("*1\r\n+OK\r\n");
        let read = replies[0].contains("$1\r\n1\r\n");
        match (done, read) {
            // The script came before the watch, or after EXEC.
            (true, true) => assert_eq!(end, "$1\r\n7\r\n"),
            (true, false) => assert_eq!(end, "$1\r\n8\r\n"),
            (false, _) => assert_eq!(end, "$1\r\n1\r\n", "{replies:?}"),
        }
    });
}
