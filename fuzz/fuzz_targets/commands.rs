//! Whatever bytes clients send, the server answers and lives: parser, dispatch and every handler on
//! a data set in memory.
//!
//! Input: lines. A line is a request of words between blanks, so that mutations reach the handlers;
//! in a word `#n;` stands for byte n, and `^n;` for n letters. A line that begins with `*` is sent
//! as it is, up to the end of the input, as RESP. `|` changes to the other client, `~n` moves the
//! clock on by n milliseconds.
#![no_main]

use commands::offline::{Offline, Seat};
use commands::session::Session;
use commands::shared::{Message, Shared};
use commands::{Args, Flow, Output, OwnedArgs, blocking, session_end};
use engine::Moment;
use libfuzzer_sys::fuzz_target;
use resp::{Limits, Progress, RequestParser};
use std::sync::Arc;

/// Requests of one input, at most.
const REQUESTS: usize = 200;
/// Letters that `^n;` stands for, at most.
const LETTERS: usize = 5000;

/// Commands that are meant to end or stall the process, or to pass time by themselves.
const LEFT_OUT: [&str; 2] = ["shutdown", "debug"];

/// Commands that do as much as a number tells them to, as Redis does; and what is not worth
/// fuzzing.
const DILIGENT: [&str; 6] =
    ["setrange", "setbit", "bitfield", "srandmember", "hrandfield", "zrandmember"];
const MANY: u64 = 100_000;

/// Whether a call would take its time, or the clients' memory.
fn is_long(args: Args<'_>) -> bool {
    let is_many = |arg: &[u8]| {
        let digits = arg.iter().filter(|byte| byte.is_ascii_digit()).copied().collect::<Vec<_>>();
        let number = std::str::from_utf8(&digits).ok().and_then(|text| text.parse::<u64>().ok());
        number.is_some_and(|number| number > MANY)
    };
    DILIGENT.iter().any(|name| args.is(0, name)) && args.from(2).iter().any(is_many)
}

struct World {
    offline: Arc<Offline>,
    shared: Shared,
    seat: Seat,
    clients: [Session; 2],
    current: usize,
    left: usize,
}

impl World {
    fn new() -> Self {
        let offline = Offline::new(1_700_000_000_000);
        let shared = offline.shared(1);
        let clients = [offline.connect(&shared, 0), offline.connect(&shared, 0)];
        Self { offline, shared, seat: Seat::new(0), clients, current: 0, left: REQUESTS }
    }

    fn moment(&self) -> Moment {
        self.offline.moment(&self.shared)
    }

    /// Runs a request of the current client and checks that what it answers is whole.
    fn call(&mut self, args: Args<'_>) {
        let moment = self.moment();
        let client = &mut self.clients[self.current];
        if self.left == 0 || args.is_empty() || LEFT_OUT.iter().any(|name| args.is(0, name)) {
            return;
        }
        if is_long(args) {
            return;
        }
        self.left -= 1;
        if let Some(blocked) = client.blocked.take() {
            // It gives up first: a blocked client's requests wait.
            assert!(blocking::end(&self.shared, &blocked, moment, &mut self.seat.effects));
        }
        let mut out = Output::default();
        let flow = self.seat.run(&self.shared, moment, client, args, &mut out);
        let flat = flat(&out);
        let mut at = 0;
        while at < flat.len() {
            at += resp::reply_len(&flat[at..]).expect("a reply").expect("a whole reply");
        }
        assert_eq!(flow == Flow::Blocked, client.blocked.is_some());
        self.seat.local.outbox.clear();
        if flow == Flow::Close {
            self.hang_up();
        }
        self.take_mail();
    }

    /// The current client goes, another comes.
    fn hang_up(&mut self) {
        let moment = self.moment();
        let fresh = self.offline.connect(&self.shared, 0);
        let mut gone = std::mem::replace(&mut self.clients[self.current], fresh);
        session_end::leave(
            &self.shared,
            &mut self.seat.local,
            &mut self.seat.effects,
            moment,
            &mut gone,
        );
        self.shared.clients.remove(gone.id());
    }

    fn take_mail(&mut self) {
        let moment = self.moment();
        for message in self.offline.take_mail(0) {
            let Message::Served { client, .. } = message else { continue };
            let Some(client) = self.clients.iter_mut().find(|one| one.id() == client) else {
                continue;
            };
            let blocked = client.blocked.take().expect("served while it waits");
            blocking::forget(&self.shared, &blocked, moment, &mut self.seat.effects);
        }
    }
}

/// The bytes of an output with its pinned values in their places.
fn flat(out: &Output) -> Vec<u8> {
    let (mut all, mut from) = (Vec::new(), 0);
    for (offset, blob) in &out.pins {
        all.extend_from_slice(&out.bytes[from..*offset]);
        all.extend_from_slice(blob.as_slice());
        from = *offset;
    }
    all.extend_from_slice(&out.bytes[from..]);
    all
}

/// A number in front of a semicolon, and what follows.
fn number(text: &[u8]) -> Option<(usize, &[u8])> {
    let end = text.iter().position(|byte| *byte == b';')?;
    let number = std::str::from_utf8(&text[..end]).ok()?.parse().ok()?;
    Some((number, &text[end + 1..]))
}

fn word(mut text: &[u8]) -> Vec<u8> {
    let mut word = Vec::new();
    while let Some((first, rest)) = text.split_first() {
        text = rest;
        match (first, number(rest)) {
            (b'#', Some((byte, rest))) => {
                word.push(byte as u8);
                text = rest;
            }
            (b'^', Some((count, rest))) if count <= LETTERS => {
                word.extend((0..count).map(|at| b'a' + (at % 26) as u8));
                text = rest;
            }
            _ => word.push(*first),
        }
    }
    word
}

/// Requests as a client would send them.
fn stream(world: &mut World, mut bytes: &[u8]) {
    let mut parser = RequestParser::default();
    let mut spans = Vec::new();
    while world.left > 0 {
        spans.clear();
        match parser.parse(bytes, &Limits::DEFAULT, &mut spans) {
            Ok(Progress::Complete { consumed }) => {
                world.call(Args::new(bytes, &spans));
                bytes = &bytes[consumed..];
            }
            Ok(Progress::Inline { consumed, args }) => {
                let owned: OwnedArgs = args.iter().map(Vec::as_slice).collect();
                world.call(owned.args());
                bytes = &bytes[consumed..];
            }
            Ok(Progress::Empty { consumed }) => bytes = &bytes[consumed..],
            Ok(Progress::Incomplete { .. }) | Err(_) => return,
        }
    }
}

fuzz_target!(|input: &[u8]| {
    engine::fix_seed(7);
    let mut world = World::new();
    let mut rest = input;
    while !rest.is_empty() && world.left > 0 {
        if rest.starts_with(b"*") {
            stream(&mut world, rest);
            break;
        }
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = &rest[..end];
        rest = &rest[(end + 1).min(rest.len())..];
        match line {
            [b'|', ..] => world.current ^= 1,
            [b'~', ms @ ..] => {
                let ms = std::str::from_utf8(ms).ok().and_then(|text| text.parse::<u32>().ok());
                world.offline.advance(u64::from(ms.unwrap_or(1)));
            }
            _ => {
                let words: Vec<Vec<u8>> = line.split(|byte| *byte == b' ').map(word).collect();
                let owned: OwnedArgs = words.iter().map(Vec::as_slice).collect();
                world.call(owned.args());
            }
        }
    }
});
