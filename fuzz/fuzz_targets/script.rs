//! Whatever bytes reach a script, the server answers and lives: cjson, cmsgpack and struct on
//! arbitrary texts, values that come back as replies, and sources that are no Lua.
//!
//! Input: the first byte chooses a script, the rest is its argument (up to a zero: the first one of
//! two). What is packed comes back the same.
#![no_main]

use commands::offline::{Offline, Seat};
use commands::session::Session;
use commands::shared::Shared;
use commands::{Output, OwnedArgs};
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use std::sync::Arc;

/// Longest input: the scripts' work is bounded by it.
const BYTES: usize = 4096;

/// Each gets the input as arguments.
const SCRIPTS: &[&str] = &[
    "return cjson.decode(ARGV[1])",
    "return cmsgpack.unpack(ARGV[1])",
    "return {cmsgpack.unpack_limit(ARGV[1], 5, #ARGV[2] % 7)}",
    "return {struct.unpack(ARGV[1], ARGV[2])}",
    "return struct.size(ARGV[1])",
    "return struct.pack(ARGV[1], ARGV[2], ARGV[2], 1, 2, 3)",
    "return cjson.encode(ARGV)",
    "local v = cjson.decode(ARGV[1]) local a = cjson.encode(v) \
     assert(cjson.encode(cjson.decode(a)) == a) return a",
    "local v = cmsgpack.pack(ARGV[1], {ARGV[2]}) local a, b = cmsgpack.unpack(v) \
     assert(a == ARGV[1] and b[1] == ARGV[2]) return v",
    "return redis.error_reply(ARGV[1])",
    "return redis.status_reply(ARGV[1])",
    "return {err = ARGV[1]}",
    "return {big_number = ARGV[1], verbatim_string = {format = ARGV[2], string = ARGV[1]}}",
    "return redis.pcall(ARGV[1], ARGV[2])",
    "return {pcall(string.format, ARGV[1], ARGV[2], 1.5)}",
    "return type(loadstring(ARGV[1]))",
    "error(ARGV[1])",
    "return bit.tohex(tonumber(ARGV[1]) or 0, tonumber(ARGV[2]) or 0)",
];

struct World {
    offline: Arc<Offline>,
    shared: Shared,
    seat: Seat,
    client: Session,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

impl World {
    fn new() -> Self {
        let offline = Offline::new(1_700_000_000_000);
        let mut shared = offline.shared(1);
        shared.scripts = Box::new(script::Engine::new(1));
        let client = offline.connect(&shared, 0);
        Self { offline, shared, seat: Seat::new(0), client }
    }

    fn eval(&mut self, script: &str, args: &[&[u8]]) {
        let mut call = OwnedArgs::default();
        for arg in [&b"EVAL"[..], script.as_bytes(), b"0"].iter().chain(args) {
            call.push(arg);
        }
        let moment = self.offline.moment(&self.shared);
        let mut out = Output::default();
        self.seat.run(&self.shared, moment, &mut self.client, call.args(), &mut out);
        // One whole reply, whatever the script made of the bytes.
        assert_eq!(resp::reply_len(&out.bytes), Ok(Some(out.bytes.len())), "{script}");
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    let rest = &rest[..rest.len().min(BYTES)];
    let cut = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
    let second = rest.get(cut + 1..).unwrap_or_default();
    let script = SCRIPTS[usize::from(*choice) % SCRIPTS.len()];
    WORLD.with(|world| world.borrow_mut().eval(script, &[&rest[..cut], second, rest]));
});
