//! `cargo xtask history`: clients call at random at the same time and write down what they sent and
//! what was answered when; every history has to be one that a single-threaded server could have
//! answered too.
//!
//! ```text
//! play: six clients, a round of fresh keys --calls--> search: an order? --none--> the history
//!       MULTI, WATCH, EVAL, BLPOP, SET PX ...         model: one thread
//! ```
//! What is sent follows from the seed and the round; when it meets what the others sent does not,
//! so a history that was found is printed in full.

mod model;
mod play;
mod search;
#[cfg(test)]
mod tests;

use crate::run::Tally;
use crate::server::{Options, Server};
use crate::wire::Client;
use model::{Call, Us};
use play::{KEYS, Player};
use search::Verdict;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

const CLIENTS: usize = 6;
/// How far the server's clock, read once a batch, may be behind; more where the machine stood
/// still.
const SLACK_US: Us = 120_000;

/// `cargo xtask history [--seconds N] [--seed S] [--workers N] [--bin PATH]`: N seconds with each
/// number of workers.
///
/// # Errors
/// A text if a server cannot be started.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let args = crate::args::parse(args, &["seconds", "seed", "workers", "bin"], &[])?;
    let bin = args.value("bin").map_or_else(crate::env::server_bin, PathBuf::from);
    let seed: u64 = args.number("seed", 1)?;
    let length = Duration::from_secs(args.number("seconds", 7)?);
    let workers = match args.value("workers") {
        Some(_) => vec![args.number("workers", 1)?],
        None => vec![1, 2, 4],
    };
    let mut total = Tally::default();
    for count in workers {
        total.add(&against(&bin, count, seed, length)?);
    }
    Ok(total)
}

fn against(bin: &Path, workers: u32, seed: u64, length: Duration) -> Result<Tally, String> {
    let options = Options { workers: Some(workers), ..Options::default() };
    let mut server = Server::start(bin, &format!("history-{workers}"), &options)?;
    let (sender, receiver) = channel();
    let field = Arc::new(Field {
        barrier: Barrier::new(CLIENTS),
        over: AtomicBool::new(false),
        stalled_us: AtomicU64::new(0),
        end: Instant::now() + length,
        start: Instant::now(),
        seed,
    });
    let mut threads = Vec::new();
    for index in 0..CLIENTS {
        let player = Player::new(Client::connect(server.port)?, index, field.start);
        let (field, sender) = (Arc::clone(&field), sender.clone());
        threads.push(thread::spawn(move || field.play(player, &sender)));
    }
    drop(sender);
    let noise = Client::connect(server.port)?;
    let (quiet, watch) = (Arc::clone(&field), Arc::clone(&field));
    let helpers =
        [thread::spawn(move || quiet.make_noise(noise)), thread::spawn(move || watch.watch())];
    let mut tally = field.check_all(&receiver, workers);
    for thread in threads {
        if let Err(text) = thread.join().map_err(|_| "a client panicked".to_owned())? {
            println!("{text}");
            tally.failed += 1;
        }
    }
    field.over.store(true, Ordering::Relaxed);
    for helper in helpers {
        helper.join().map_err(|_| "a helper panicked".to_owned())?;
    }
    if !server.is_alive() {
        println!("the server died\n{}", server.log_tail());
        tally.failed += 1;
    }
    Ok(tally)
}

/// What the clients share.
struct Field {
    barrier: Barrier,
    over: AtomicBool,
    /// Longest time that this process stood still lately, in microseconds.
    stalled_us: AtomicU64,
    end: Instant,
    start: Instant,
    seed: u64,
}

impl Field {
    /// A client plays rounds until the time is over. All play as many rounds, whatever fails.
    fn play(&self, mut player: Player, sender: &Sender<(u64, Vec<Call>)>) -> Result<(), String> {
        let mut result = Ok(());
        for round in 0_u64.. {
            if self.barrier.wait().is_leader() && Instant::now() > self.end {
                self.over.store(true, Ordering::Relaxed);
            }
            self.barrier.wait();
            if self.over.load(Ordering::Relaxed) {
                break;
            }
            match player.play(self.seed, round) {
                Ok(calls) if result.is_ok() => {
                    let _ = sender.send((round, calls));
                }
                Ok(_) => {}
                Err(text) => {
                    result = Err(format!("client {}, round {round}: {text}", player.index));
                    self.over.store(true, Ordering::Relaxed);
                }
            }
        }
        result
    }

    /// Calls that lock everything, in databases where nobody plays.
    fn make_noise(&self, mut client: Client) {
        let calls =
            [&["SWAPDB", "5", "6"][..], &["DBSIZE"], &["MSET", "a", "1", "b", "2", "c", "3"]];
        for call in calls.iter().cycle() {
            if self.over.load(Ordering::Relaxed) || client.call(call).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Notes how late a thread wakes up: a machine that stands still makes clocks look slow.
    fn watch(&self) {
        while !self.over.load(Ordering::Relaxed) {
            let before = Instant::now();
            thread::sleep(Duration::from_millis(5));
            let late = before.elapsed().as_micros() as u64 - 5000;
            self.stalled_us.fetch_max(late, Ordering::Relaxed);
        }
    }

    /// Puts the parts of each round together and checks them.
    fn check_all(&self, receiver: &Receiver<(u64, Vec<Call>)>, workers: u32) -> Tally {
        let mut rounds = std::collections::BTreeMap::<u64, Round>::new();
        let (mut tally, mut sums) = (Tally::default(), Sums::default());
        for (round, part) in receiver {
            let entry = rounds.entry(round).or_default();
            entry.parts += 1;
            entry.calls.extend(part);
            if entry.parts < CLIENTS {
                continue;
            }
            let Round { calls, .. } = rounds.remove(&round).unwrap_or_default();
            let stalled = self.stalled_us.load(Ordering::Relaxed);
            let slack = SLACK_US + 4 * stalled;
            sums.note(&calls);
            match search::check(&calls, KEYS, slack) {
                Verdict::Linearizable(looked_at) => {
                    tally.passed += 1;
                    sums.most_looked_at = sums.most_looked_at.max(looked_at);
                }
                Verdict::Undecided => tally.skipped += 1,
                Verdict::Impossible(part) => {
                    tally.failed += 1;
                    println!("no order explains round {round}:\n{}", text_of(&calls, &part));
                    self.over.store(true, Ordering::Relaxed);
                }
            }
            // What stood still is far enough behind after a while.
            if round.is_multiple_of(100) {
                self.stalled_us.store(stalled / 2, Ordering::Relaxed);
            }
        }
        println!(
            "history ({workers} workers, seed {}): {} rounds, {} calls of {} steps, {} beside \
             another, {} not linearizable, {} undecided, largest search {}",
            self.seed,
            tally.passed + tally.failed + tally.skipped,
            sums.calls,
            sums.steps,
            sums.concurrent,
            tally.failed,
            tally.skipped,
            sums.most_looked_at
        );
        tally
    }
}

/// A round as its parts come in.
#[derive(Default)]
struct Round {
    parts: usize,
    calls: Vec<Call>,
}

/// What was seen of histories.
#[derive(Default)]
struct Sums {
    calls: usize,
    steps: usize,
    /// Calls that were under way at the same time as another.
    concurrent: usize,
    most_looked_at: usize,
}

impl Sums {
    fn note(&mut self, calls: &[Call]) {
        self.calls += calls.len();
        self.steps += calls.iter().map(|call| call.steps.len()).sum::<usize>();
        let beside = |one: &Call| {
            let other = |two: &&Call| {
                two.client != one.client && two.sent <= one.answered && one.sent <= two.answered
            };
            calls.iter().any(|two| other(&two))
        };
        self.concurrent += calls.iter().filter(|call| beside(call)).count();
    }
}

/// The calls of a history that cannot be ordered, a line each.
fn text_of(calls: &[Call], part: &[usize]) -> String {
    let mut sorted: Vec<&Call> = part.iter().map(|index| &calls[*index]).collect();
    sorted.sort_by_key(|call| call.sent);
    let mut text = String::new();
    for call in sorted {
        let Call { client, sent, answered, steps } = call;
        let _ = writeln!(text, "  {sent:>10} {answered:>10} client {client}: {steps:?}");
    }
    text
}
