//! What is evicted, let in and refused while memory waits to be freed.

use super::time_limit_us;
use crate::args::OwnedArgs;
use crate::offline::{Offline, Seat};
use crate::reply::Output;
use crate::session::Session;
use crate::shared::{Reaping, Shared};
use std::sync::Arc;

const OOM: &str = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

#[test]
fn tenacity_goes_from_nothing_to_no_limit() {
    assert_eq!(time_limit_us(0), Some(0));
    assert_eq!(time_limit_us(10), Some(500));
    assert_eq!(time_limit_us(11), Some(575));
    assert!(time_limit_us(99).is_some_and(|us| us > 100_000_000));
    assert_eq!(time_limit_us(100), None);
}

struct World {
    system: Arc<Offline>,
    shared: Shared,
    seat: Seat,
    session: Session,
}

impl World {
    /// A server with a limit of two megabytes, of which one is in use, and its only client.
    fn new() -> Self {
        let system = Offline::new(1_700_000_000_000);
        let shared = system.shared(1);
        let session = system.connect(&shared, 0);
        let mut world = Self { system, shared, seat: Seat::new(0), session };
        assert_eq!(world.call("CONFIG SET maxmemory 2mb maxmemory-policy allkeys-lru"), "+OK\r\n");
        world
    }

    fn call(&mut self, line: &str) -> String {
        let args: OwnedArgs = line.split(' ').map(str::as_bytes).collect();
        let (mut out, moment) = (Output::default(), self.system.moment(&self.shared));
        self.seat.run(&self.shared, moment, &mut self.session, args.args(), &mut out);
        String::from_utf8_lossy(&out.bytes).into_owned()
    }

    /// Adds a set that is too large to be freed at once.
    fn add_large(&mut self, key: &str) {
        let members: Vec<String> = (0..2000).map(|member| format!("m{member}")).collect();
        let added = self.call(&format!("SADD {key} {}", members.join(" ")));
        assert_eq!(added, ":2000\r\n");
    }
}

#[test]
fn when_all_keys_wait_to_be_freed_calls_are_let_in() {
    let mut world = World::new();
    world.system.hold_garbage(Reaping::UnderWay);
    world.add_large("a");
    world.system.use_memory(3 << 20);
    // It is evicted, and with that as good as gone.
    assert_eq!(world.call("LPUSHX none v"), ":0\r\n");
    assert_eq!(world.call("DBSIZE"), ":0\r\n");
    // There is nothing more to evict, but memory is on its way back.
    assert_eq!(world.call("LPUSHX none v"), ":0\r\n");
    // It came back, and was not enough.
    world.system.free_garbage(1);
    assert_eq!(world.call("LPUSHX none v"), OOM);
    world.system.use_memory(1 << 20);
    assert_eq!(world.call("LPUSHX none v"), ":0\r\n");
}

#[test]
fn without_a_policy_nothing_is_waited_for() {
    let mut world = World::new();
    world.system.hold_garbage(Reaping::UnderWay);
    world.add_large("a");
    assert_eq!(world.call("CONFIG SET maxmemory-policy noeviction"), "+OK\r\n");
    assert_eq!(world.call("UNLINK a"), ":1\r\n");
    world.system.use_memory(3 << 20);
    assert_eq!(world.call("SET k v"), OOM);
}

#[test]
fn no_key_goes_for_what_waits_to_be_freed() {
    let mut world = World::new();
    world.system.hold_garbage(Reaping::Freed);
    for key in 0..20 {
        assert_eq!(world.call(&format!("SET k{key} v")), "+OK\r\n");
    }
    for key in ["a", "b", "c"] {
        world.add_large(key);
        assert_eq!(world.call(&format!("UNLINK {key}")), ":1\r\n");
    }
    // Each step of help gives half a megabyte back: the second is enough.
    world.system.use_memory((2 << 20) + (768 << 10));
    assert_eq!(world.call("SET another v"), "+OK\r\n");
    assert_eq!(world.call("DBSIZE"), ":21\r\n");
    assert_eq!(world.shared.host.reaped(), (1, 2));
    // When nothing waits any more it is the keys' turn.
    world.system.use_memory((2 << 20) + (640 << 10));
    assert_eq!(world.call("SET another v"), OOM);
    assert_eq!(world.shared.host.reaped(), (0, 3));
    assert_eq!(world.call("DBSIZE"), ":0\r\n");
}
