//! Who syncs: whatever the log thread and the workers do, every worker hears that its changes are
//! durable, with no clock to help; and what lies behind a cut goes to the next file.

#[path = "../../crates/server/src/aof/desk.rs"]
mod desk;
#[expect(dead_code, reason = "the figures of the log are nothing to this model")]
#[path = "../../crates/server/src/aof/lanes.rs"]
mod lanes;

/// Where the one finds the other.
mod aof {
    pub(crate) use crate::lanes;
}

/// In the place of the server's own.
mod net {
    pub(crate) mod sync {
        pub(crate) use scrubjay_models::Bell;
        pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU64, Ordering};
        pub(crate) use shuttle::sync::{Mutex, MutexGuard};
        pub(crate) use std::sync::{PoisonError, TryLockError};
    }
}

use desk::Desk;
use lanes::{Lanes, Merge};
use net::sync::{AtomicBool, AtomicU64, Bell, Ordering};
use scrubjay_models::{Player, Stage, check};
use shuttle::thread;
use std::sync::Arc;

const SCHEDULES: usize = 2_000;
const WORKERS: usize = 2;

/// What the threads share.
struct Office {
    desk: Desk<Clerk, u64>,
    lanes: Lanes,
    mail: [Bell; WORKERS],
    durable: AtomicU64,
    ends: AtomicBool,
}

/// Who sits writes with this. Each sync may be followed by one that is longer or shorter.
struct Clerk {
    merge: Merge,
    syncs: usize,
    /// Whether workers sync after each of the syncs, over and over.
    shares: &'static [bool],
    /// The file before the cut, and the one behind it once there is one.
    files: [Vec<u8>; 2],
    cut: Option<u64>,
}

impl Office {
    fn new(shares: &'static [bool]) -> Self {
        let desk = Desk::new(WORKERS);
        *desk.sit() = Some(Clerk {
            merge: Merge::new(WORKERS, 0),
            syncs: 0,
            shares,
            files: [Vec::new(), Vec::new()],
            cut: None,
        });
        Self {
            desk,
            lanes: Lanes::new(WORKERS, Bell::default()),
            mail: [Bell::default(), Bell::default()],
            durable: AtomicU64::new(0),
            ends: AtomicBool::new(false),
        }
    }

    /// Writes what was taken, and syncs.
    fn write(&self, clerk: &mut Clerk) {
        let before = clerk.merge.last();
        let ends = [clerk.cut.unwrap_or(u64::MAX), u64::MAX];
        for (file, end) in clerk.files.iter_mut().zip(ends) {
            clerk.merge.append(&self.lanes, (file, usize::MAX), &mut None, end);
        }
        if clerk.merge.last() > before {
            clerk.syncs += 1;
            self.desk.share(clerk.shares[clerk.syncs % clerk.shares.len()]);
            self.durable.store(clerk.merge.last(), Ordering::SeqCst);
        }
    }

    fn tell_askers(&self, but: Option<usize>) {
        self.desk.askers(but).for_each(|worker| self.mail[worker].ring());
    }

    /// The log thread.
    fn log(&self) {
        while !self.ends.load(Ordering::SeqCst) {
            let mut seat = self.desk.sit();
            let clerk = seat.as_mut().expect("it is there");
            clerk.merge.collect(&self.lanes);
            clerk.cut = self.desk.take_notices().pop_back().or(clerk.cut);
            self.write(clerk);
            let sleeps = self.desk.is_shared() || self.lanes.sleep();
            drop(seat);
            self.tell_askers(None);
            if sleeps {
                self.lanes.bell().sleep();
            }
            self.lanes.awake();
        }
    }

    /// A worker's way to have everything up to a ticket on disk.
    fn make_durable(&self, worker: usize, ticket: u64) {
        loop {
            self.desk.ask(worker);
            if self.desk.is_shared()
                && let Some(mut seat) = self.desk.try_sit()
            {
                let clerk = seat.as_mut().expect("it is there");
                let is_plain = self.desk.collect_plain(&mut clerk.merge, &self.lanes);
                if is_plain {
                    self.write(clerk);
                }
                drop(seat);
                if is_plain {
                    self.tell_askers(Some(worker));
                }
                if !is_plain || !self.desk.is_shared() {
                    self.lanes.bell().ring();
                }
            }
            if self.durable.load(Ordering::SeqCst) >= ticket {
                return self.desk.unask(worker);
            }
            self.mail[worker].sleep();
        }
    }
}

/// A worker: two requests, and a cut between them if it is the first one.
fn work(office: &Office, mut player: Player, worker: usize) {
    player.write_journal();
    for turn in 0..2 {
        if turn == 1 && worker == 0 {
            player.cut(b"k", |ticket| office.desk.notify(ticket));
            office.lanes.bell().ring();
            office.lanes.publish(worker, player.journal());
        }
        player.call("APPEND k x");
        let (_, ticket) = office.lanes.publish(worker, player.journal());
        office.make_durable(worker, ticket);
    }
}

fn everybody_is_told(shares: &'static [bool]) {
    check(SCHEDULES, move || {
        let (stage, office) = (Stage::new(WORKERS), Arc::new(Office::new(shares)));
        let log = thread::spawn({
            let office = Arc::clone(&office);
            move || office.log()
        });
        let workers = (0..WORKERS).map(|worker| {
            let (office, player) = (Arc::clone(&office), stage.player(worker));
            thread::spawn(move || work(&office, player, worker))
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.join().unwrap();
        }
        assert_eq!(office.durable.load(Ordering::SeqCst), 5, "four requests and the cut");
        office.ends.store(true, Ordering::SeqCst);
        office.lanes.bell().ring();
        log.join().unwrap();
        let clerk = office.desk.sit().take().expect("it is there");
        let requests = |file: &Vec<u8>| file.windows(6).filter(|word| word == b"APPEND").count();
        let before = clerk.cut.expect("it was told") as usize - 1;
        assert_eq!(clerk.files.each_ref().map(requests), [before, 4 - before]);
    });
}

#[test]
fn everybody_is_told_while_workers_sync() {
    everybody_is_told(&[true]);
}

#[test]
fn everybody_is_told_while_the_log_thread_syncs() {
    everybody_is_told(&[false]);
}

#[test]
fn everybody_is_told_when_that_changes() {
    everybody_is_told(&[false, true]);
    everybody_is_told(&[true, true, false]);
}
