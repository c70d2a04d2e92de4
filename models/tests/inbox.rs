//! The inbox of a worker: whatever is posted is taken, and no reader sleeps over it. All schedules
//! of small cases are tried, then many of larger ones.

#[path = "../../crates/server/src/net/inbox.rs"]
mod inbox;

/// In the place of the server's own.
mod net {
    pub(crate) mod sync {
        pub(crate) use scrubjay_models::Bell;
        pub(crate) use shuttle::sync::Mutex;
        pub(crate) use shuttle::sync::atomic::{AtomicBool, Ordering};
        pub(crate) use std::sync::PoisonError;
    }
}

use inbox::Inbox;
use net::sync::Bell;
use std::sync::Arc;

/// The worker's loop: park, sleep if it may, unpark, take; until it has `wanted` items.
fn read(inbox: &Inbox<u32>, wanted: usize) -> Vec<u32> {
    let mut items = Vec::new();
    while items.len() < wanted {
        if inbox.park() {
            inbox.bell().sleep();
        }
        inbox.unpark();
        items.extend(inbox.take());
    }
    items
}

fn model(senders: u32, each: u32) {
    let inbox = Arc::new(Inbox::new(Bell::default()));
    let threads: Vec<_> = (0..senders)
        .map(|sender| {
            let inbox = Arc::clone(&inbox);
            shuttle::thread::spawn(move || (0..each).for_each(|n| inbox.post(sender * each + n)))
        })
        .collect();
    let mut items = read(&inbox, (senders * each) as usize);
    // Each sender's items arrive in its order.
    for sender in 0..senders {
        let own: Vec<u32> = items.iter().copied().filter(|item| item / each == sender).collect();
        assert!(own.is_sorted());
    }
    items.sort_unstable();
    assert_eq!(items, (0..senders * each).collect::<Vec<_>>());
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn one_item_every_schedule() {
    shuttle::check_dfs(|| model(1, 1), None);
}

#[test]
fn two_items_first_schedules() {
    shuttle::check_dfs(|| model(1, 2), Some(20_000));
}

#[test]
fn two_senders_first_schedules() {
    shuttle::check_dfs(|| model(2, 1), Some(20_000));
}

#[test]
fn many_senders() {
    shuttle::check_random(|| model(4, 5), 3_000);
    shuttle::check_pct(|| model(3, 4), 3_000, 4);
}
