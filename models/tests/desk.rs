//! Who syncs: whatever the log thread and the workers do, every worker hears that its changes are
//! durable, with no clock to help.

#[path = "../../crates/server/src/aof/desk.rs"]
mod desk;
#[expect(dead_code, reason = "the figures of the log are nothing to this model")]
#[path = "../../crates/server/src/aof/lanes.rs"]
mod lanes;

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

const SCHEDULES: usize = 3_000;
const WORKERS: usize = 2;

/// What the threads share.
struct Office {
    desk: Desk<Clerk>,
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
}

impl Office {
    fn new(shares: &'static [bool]) -> Self {
        let desk = Desk::new(WORKERS);
        *desk.sit() = Some(Clerk { merge: Merge::new(WORKERS, 0), syncs: 0, shares });
        Self {
            desk,
            lanes: Lanes::new(WORKERS, Bell::default()),
            mail: [Bell::default(), Bell::default()],
            durable: AtomicU64::new(0),
            ends: AtomicBool::new(false),
        }
    }

    fn sync(&self, clerk: &mut Clerk) {
        clerk.merge.collect(&self.lanes);
        let (mut out, before) = (Vec::new(), clerk.merge.last());
        clerk.merge.append(&self.lanes, (&mut out, usize::MAX), &mut None, u64::MAX);
        if clerk.merge.last() > before {
            clerk.syncs += 1;
            self.desk.share(clerk.shares[clerk.syncs % clerk.shares.len()]);
            self.durable.store(clerk.merge.last(), Ordering::SeqCst);
        }
    }

    fn tell_askers(&self) {
        self.desk.askers().for_each(|worker| self.mail[worker].ring());
    }

    /// The log thread.
    fn log(&self) {
        while !self.ends.load(Ordering::SeqCst) {
            let mut seat = self.desk.sit();
            self.sync(seat.as_mut().expect("it is there"));
            let sleeps = self.desk.is_shared() || self.lanes.sleep();
            drop(seat);
            self.tell_askers();
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
                self.sync(seat.as_mut().expect("it is there"));
                drop(seat);
                self.desk.unask(worker);
                self.tell_askers();
                if !self.desk.is_shared() {
                    self.lanes.bell().ring();
                }
                self.desk.ask(worker);
            }
            if self.durable.load(Ordering::SeqCst) >= ticket {
                return;
            }
            self.mail[worker].sleep();
        }
    }
}

fn work(office: &Office, mut player: Player, worker: usize, requests: usize) {
    player.write_journal();
    for _ in 0..requests {
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
            thread::spawn(move || work(&office, player, worker, 2))
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.join().unwrap();
        }
        assert_eq!(office.durable.load(Ordering::SeqCst), 4);
        office.ends.store(true, Ordering::SeqCst);
        office.lanes.bell().ring();
        log.join().unwrap();
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
