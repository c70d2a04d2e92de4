//! Calls on several keys: they come to an end whatever their keys and order, and none sees another
//! half done.

use scrubjay_models::{Player, Stage, check};
use shuttle::thread;

const SCHEDULES: usize = 4_000;

fn run(mut player: Player, requests: &'static [&'static str]) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        for request in requests {
            player.call(request);
        }
        player.received()
    })
}

/// Keys named in opposite orders: MSET is whole, MGET sees all of it or nothing.
#[test]
fn opposite_orders_neither_lock_up_nor_tear() {
    check(SCHEDULES, || {
        let stage = Stage::new(4);
        let writers = [
            run(stage.player(0), &["MSET a 1 b 1 c 1"]),
            run(stage.player(1), &["MSET c 2 b 2 a 2"]),
        ];
        let readers =
            [run(stage.player(2), &["MGET a b c"]), run(stage.player(3), &["MGET c a b"])];
        for writer in writers {
            assert_eq!(writer.join().unwrap(), "+OK\r\n");
        }
        for reader in readers {
            let reply = reader.join().unwrap();
            let whole = ["$-1\r\n", "$1\r\n1\r\n", "$1\r\n2\r\n"].map(|one| one.repeat(3));
            let body = reply.strip_prefix("*3\r\n").expect("an array");
            assert!(whole.iter().any(|whole| whole == body), "{reply:?}");
        }
    });
}

/// Calls that lock everything beside calls on several keys and on one.
#[test]
fn everything_beside_several_and_one() {
    check(SCHEDULES, || {
        let stage = Stage::new(4);
        let calls = [
            run(stage.player(0), &["MSET a 1 b 1", "RENAME a c"]),
            run(stage.player(1), &["FLUSHALL"]),
            run(stage.player(2), &["SWAPDB 0 1", "SWAPDB 0 1"]),
            run(stage.player(3), &["INCR n", "DEL b a", "INCR n"]),
        ];
        for call in calls {
            assert!(!call.join().unwrap().is_empty());
        }
    });
}

/// Sums that transactions keep: what one client takes of a key it gives to another key.
#[test]
fn transactions_keep_sums() {
    check(SCHEDULES, || {
        let stage = Stage::new(3);
        let mut setup = stage.player(0);
        setup.call("MSET a 5 b 5");
        let moves = [
            run(stage.player(0), &["MULTI", "DECR a", "INCR b", "EXEC"]),
            run(stage.player(1), &["MULTI", "DECR b", "INCR a", "EXEC"]),
        ];
        let look = run(stage.player(2), &["MGET a b"]).join().unwrap();
        let numbers: Vec<i64> = look.lines().filter_map(|line| line.parse().ok()).collect();
        assert_eq!(numbers.iter().sum::<i64>(), 10, "{look:?}");
        moves.into_iter().for_each(|one| {
            one.join().unwrap();
        });
    });
}

/// WATCH: of two that read, add one and write, at most one is carried out per value read.
#[test]
fn watched_keys_lose_no_update() {
    check(SCHEDULES, || {
        let stage = Stage::new(2);
        let mut players = [stage.player(0), stage.player(1)];
        players[0].call("SET n 0");
        players.iter_mut().for_each(|player| drop(player.received()));
        let threads = players.map(|mut player| {
            thread::spawn(move || {
                let mut done = 0;
                for _ in 0..2 {
                    player.call("WATCH n");
                    player.call("GET n");
                    let seen = player.received();
                    let value = seen.lines().last().and_then(|line| line.parse::<i64>().ok());
                    player.call("MULTI");
                    player.call(&format!("SET n {}", value.expect("a number") + 1));
                    player.received();
                    player.call("EXEC");
                    done += i64::from(player.received() == "*1\r\n+OK\r\n");
                }
                done
            })
        });
        let done: i64 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
        let mut looker = stage.player(0);
        looker.call("GET n");
        assert_eq!(looker.received(), format!("$1\r\n{done}\r\n"));
        assert!(done >= 1);
    });
}
