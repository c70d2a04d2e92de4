//! Blocked calls: each is answered exactly once, whoever comes first of the one who serves it, its
//! timeout and its lost connection; and no element is lost or handed out twice.

use scrubjay_models::{Stage, check};
use shuttle::thread;

const SCHEDULES: usize = 4_000;

/// How often a bulk string of this text is in a reply.
fn times(reply: &str, text: &str) -> usize {
    reply.matches(&format!("${}\r\n{text}\r\n", text.len())).count()
}

/// What is left of a list, as the reply of LRANGE.
fn rest(stage: &Stage, list: &str) -> String {
    let mut looker = stage.player(0);
    looker.call(&format!("LRANGE {list} 0 -1"));
    looker.received()
}

/// Pushed, waited for: served at once, or it was there already.
#[test]
fn a_push_serves_or_is_found() {
    check(SCHEDULES, || {
        let stage = Stage::new(2);
        let (mut popper, mut pusher) = (stage.player(0), stage.player(1));
        let push = thread::spawn(move || pusher.call("RPUSH l a"));
        popper.call("BLPOP l 0");
        push.join().unwrap();
        popper.take_mail();
        assert!(!popper.is_blocked(), "a pushed element is handed out");
        assert_eq!(popper.received(), "*2\r\n$1\r\nl\r\n$1\r\na\r\n");
        assert_eq!(rest(&stage, "l"), "*0\r\n");
    });
}

/// The server, the timeout and another client race for one waiting call.
#[test]
fn served_or_timed_out_never_both() {
    check(SCHEDULES, || {
        let stage = Stage::new(2);
        let (mut popper, mut pusher) = (stage.player(0), stage.player(1));
        popper.call("BLPOP l m 1");
        let push = thread::spawn(move || pusher.call("RPUSH m a"));
        let ended = popper.time_out();
        if !ended {
            popper.wait();
        }
        push.join().unwrap();
        popper.take_mail();
        let (reply, rest) = (popper.received(), rest(&stage, "m"));
        let served = times(&reply, "a");
        assert_eq!(served + usize::from(reply == "*-1\r\n"), 1, "one answer: {reply:?}");
        assert_eq!(served + times(&rest, "a"), 1, "one element: {reply:?} {rest:?}");
    });
}

/// A lost connection takes at most what it was about to get, and leaves no waiter behind.
#[test]
fn a_lost_client_takes_one_element_at_most() {
    check(SCHEDULES, || {
        let stage = Stage::new(2);
        let (mut lost, mut pusher, mut next) = (stage.player(0), stage.player(1), stage.player(1));
        lost.call("BLPOP l 0");
        let push = thread::spawn(move || pusher.call("RPUSH l a b"));
        lost.leave();
        push.join().unwrap();
        // Its reply is in the mail of a worker that has no such client any more.
        let taken = stage.offline.take_mail(0).len();
        let rest = rest(&stage, "l");
        assert_eq!(times(&rest, "b"), 1, "the second element stays: {rest:?}");
        assert_eq!(taken + times(&rest, "a"), 1, "{rest:?}");
        // Who pushes later finds nobody in the queue.
        assert!(next.call("RPUSH l c"));
        assert_eq!(stage.offline.take_mail(0).len(), 0);
    });
}

/// Two wait at crossed keys, two push: every element is answered once.
#[test]
fn crossed_keys_serve_each_once() {
    check(SCHEDULES, || {
        let stage = Stage::new(4);
        let mut players: Vec<_> = (0..4).map(|worker| stage.player(worker)).collect();
        let (mut d, mut c) = (players.pop().unwrap(), players.pop().unwrap());
        let popper = |mut player: scrubjay_models::Player, request: &'static str| {
            thread::spawn(move || {
                player.call(request);
                player.wait();
                player.received()
            })
        };
        let b = popper(players.pop().unwrap(), "BLPOP m l 0");
        let a = popper(players.pop().unwrap(), "BLPOP l m 0");
        let c = thread::spawn(move || c.call("RPUSH l x"));
        let d = thread::spawn(move || d.call("RPUSH m y"));
        let replies = a.join().unwrap() + &b.join().unwrap();
        assert!(c.join().unwrap() && d.join().unwrap());
        assert_eq!((times(&replies, "x"), times(&replies, "y")), (1, 1), "{replies:?}");
    });
}

/// Moves that wait in a ring, whose destinations are each other's sources: they lock upwards only
/// if that is free, and the element goes round once.
#[test]
fn moves_in_a_ring_come_to_an_end() {
    check(SCHEDULES, || {
        let stage = Stage::new(3);
        let mut threads = Vec::new();
        for (worker, request) in
            [(0, "BLMOVE a b LEFT RIGHT 0"), (1, "BLMOVE b c LEFT RIGHT 0")].into_iter()
        {
            let mut player = stage.player(worker);
            threads.push(thread::spawn(move || {
                player.call(request);
                player.wait();
                player.received()
            }));
        }
        let mut pusher = stage.player(2);
        pusher.call("RPUSH a e");
        for thread in threads {
            assert_eq!(thread.join().unwrap(), "$1\r\ne\r\n");
        }
        assert_eq!(rest(&stage, "c"), "*1\r\n$1\r\ne\r\n");
    });
}

/// A pipeline of transactions and blocking calls beside pushes: nothing is lost.
#[test]
fn transactions_serve_at_their_end() {
    check(SCHEDULES, || {
        let stage = Stage::new(2);
        let (mut popper, mut pusher) = (stage.player(0), stage.player(1));
        let push = thread::spawn(move || {
            ["MULTI", "RPUSH l a", "LPOP l", "RPUSH l b", "EXEC"].iter().all(|r| pusher.call(r))
        });
        popper.call("BLPOP l 0");
        popper.wait();
        assert!(push.join().unwrap());
        // What EXEC pushed and took away is never seen.
        assert_eq!(times(&popper.received(), "b"), 1);
    });
}
