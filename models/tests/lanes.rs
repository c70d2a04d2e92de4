//! The journals' way to the log thread: what workers publish is taken in the order of changes, all
//! of it, and the reader does not sleep over any.

#[path = "../../crates/server/src/aof/lanes.rs"]
mod lanes;

/// In the place of the server's own.
mod net {
    pub(crate) mod sync {
        pub(crate) use scrubjay_models::Bell;
        pub(crate) use shuttle::sync::Mutex;
        pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU64, Ordering};
        pub(crate) use std::sync::PoisonError;
    }
}

use lanes::{Lanes, Merge};
use net::sync::Bell;
use scrubjay_models::{Player, Stage, check};
use shuttle::thread;
use std::sync::Arc;

const SCHEDULES: usize = 3_000;

/// What a worker runs, and after how many requests it publishes each time.
type Part = (&'static [&'static str], usize);

/// The log that two workers write of so many groups.
fn logged(stage: &Stage, parts: [Part; 2], groups: u64) -> String {
    let lanes = Arc::new(Lanes::new(2, Bell::default()));
    let writers: Vec<_> = (0..)
        .zip(parts)
        .map(|(worker, part)| {
            let (player, lanes) = (stage.player(worker), Arc::clone(&lanes));
            thread::spawn(move || work(player, &lanes, worker, part))
        })
        .collect();
    let reader = thread::spawn(move || read(&lanes, 2, groups));
    for writer in writers {
        writer.join().unwrap();
    }
    reader.join().unwrap()
}

/// A worker: runs its requests, publishes after each so many.
fn work(mut player: Player, lanes: &Lanes, worker: usize, (requests, batch): Part) {
    player.write_journal();
    for some in requests.chunks(batch) {
        for request in some {
            player.call(request);
        }
        lanes.publish(worker, player.journal());
    }
}

/// The log thread: takes until it has so many groups; the log as text.
fn read(lanes: &Lanes, workers: usize, groups: u64) -> String {
    let (mut merge, mut out, mut selected) = (Merge::new(workers, 0), Vec::new(), None);
    loop {
        merge.collect(lanes);
        // A little at a time, as if each were written.
        loop {
            let full = out.len() + 16;
            if !merge.append(lanes, (&mut out, full), &mut selected, u64::MAX) {
                break;
            }
        }
        assert!(merge.last() <= groups);
        if merge.last() == groups {
            assert_eq!(lanes.pending(), 0, "all that was published is consumed");
            assert_eq!(merge.groups(), 0);
            return String::from_utf8(out).unwrap();
        }
        if lanes.sleep() {
            lanes.bell().sleep();
        }
        lanes.awake();
    }
}

/// What was appended to a key, in the order of the log.
fn appended(log: &str, key: &str) -> String {
    let lines: Vec<&str> = log.split("\r\n").collect();
    let is_append = |at: usize| lines[at] == "APPEND" && lines[at + 2] == key;
    (0..lines.len()).filter(|at| is_append(*at)).map(|at| lines[at + 4]).collect()
}

#[test]
fn the_log_has_the_order_of_every_key() {
    check(SCHEDULES, || {
        let stage = Stage::new(2);
        let one: Part = (&["APPEND k a", "APPEND j b"], 1);
        let other: Part = (&["APPEND k x", "APPEND k y", "APPEND j z"], 2);
        let log = logged(&stage, [one, other], 5);
        let mut asker = stage.player(0);
        for key in ["k", "j"] {
            asker.call(&format!("GET {key}"));
            let value = appended(&log, key);
            let wanted = format!("${}\r\n{value}\r\n", value.len());
            assert!(asker.received().ends_with(&wanted), "{key}: {value}");
        }
    });
}

/// A call on several keys is one group, whole and in one place.
#[test]
fn a_call_on_several_keys_is_one_group() {
    check(SCHEDULES, || {
        let stage = Stage::new(2);
        let log = logged(&stage, [(&["MSET k a j a"], 1), (&["MSET j b k b"], 1)], 2);
        let last = if log.rfind("\r\na\r\n") > log.rfind("\r\nb\r\n") { "a" } else { "b" };
        let mut asker = stage.player(0);
        asker.call("MGET k j");
        assert!(asker.received().ends_with(&format!("*2\r\n$1\r\n{last}\r\n$1\r\n{last}\r\n")));
    });
}
