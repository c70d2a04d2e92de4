//! `cargo xtask differential`: random command sequences on our server and on the reference server,
//! with every reply compared.
//!
//! ```text
//! docs/commands.json --grammar--> calls --script--> sequence --play--> first difference
//!                     words                                              |
//!                                                transcript <--shrink----+
//! ```
//! A sequence follows from the seed and its number alone: `--seed S --from N --count 1` plays it
//! again.

mod compare;
mod grammar;
mod json;
mod play;
mod script;
mod shrink;
mod words;

use crate::rng::Rng;
use crate::run::Tally;
use crate::server::{Options, Server};
use crate::transcript::Reply;
use crate::wire::Client;
use grammar::{Known, Row};
use play::{Difference, Ports, play};
use script::{Script, Step};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Workers of our servers: each sequence goes to one of them.
const WORKERS: [u32; 3] = [1, 2, 4];

/// `cargo xtask differential [--seconds N] [--seed S] [--bin REFERENCE] [--focus a,b]`: a focus is
/// a group of commands, a command, or `numbers` for those that print numbers of every size.
///
/// # Errors
/// A text if a server cannot be started or the rows cannot be read.
pub(crate) fn run(args: &[String]) -> Result<Tally, String> {
    let options = ["seconds", "seed", "bin", "from", "count", "differences", "focus"];
    let args = crate::args::parse(args, &options, &["show"])?;
    let seed: u64 = args.number("seed", 1)?;
    let from: u64 = args.number("from", 0)?;
    let count: u64 = args.number("count", u64::MAX)?;
    let wanted: usize = args.number("differences", 1)?;
    let end = Instant::now() + Duration::from_secs(args.number("seconds", 60)?);
    let bin = args.value("bin").map(PathBuf::from).or_else(crate::env::oracle_bin);
    let bin = bin.ok_or("no redis-server found: install it, or set SCRUBJAY_ORACLE")?;
    let mut field = Field::new(&bin)?;
    let mut rows = field.rows()?;
    let numbers = args.value("focus").is_some_and(|f| f.split(',').any(|one| one == "numbers"));
    if let Some(focus) = args.value("focus") {
        rows.retain(|row| {
            let of_numbers = numbers && words::NUMBER_COMMANDS.contains(&&*row.name[0]);
            of_numbers || focus.split(',').any(|one| one == row.group || one == row.name[0])
        });
    }
    let mut found = BTreeSet::new();
    let mut number = from;
    while number - from < count && Instant::now() < end && found.len() < wanted {
        let script = script::script(&rows, numbers, &mut Rng::new(seed, number));
        let workers = number as usize % WORKERS.len();
        if args.has("show") {
            println!("sequence {number}\n{}", calls(&script.steps));
        }
        if let Some(first) = field.play(workers, &script)? {
            let label = format!("seed {seed}, sequence {number}, {} workers", WORKERS[workers]);
            field.report(workers, script, &first, &label, &mut found)?;
        }
        number += 1;
    }
    println!(
        "differential: seed {seed}, {} commands known to both, {} sequences, {} replies compared, \
         {} differences, {} not seen again",
        rows.len(),
        number - from,
        field.calls,
        found.len(),
        field.unrepeated
    );
    let failed = found.len() as u64;
    Ok(Tally { passed: number - from - failed.min(number - from), failed, ..Tally::default() })
}

/// The servers.
struct Field {
    reference: Server,
    ours: Vec<Server>,
    /// Whether the reference is of a later level than 7.0, whose texts and encodings are ours.
    newer: bool,
    /// Replies compared.
    calls: u64,
    /// Differences that a second run did not show.
    unrepeated: u64,
}

impl Field {
    fn new(bin: &Path) -> Result<Self, String> {
        let reference = Server::start(bin, "differential-reference", &options(None))?;
        let ours: Result<_, _> = WORKERS.iter().map(|workers| start(*workers)).collect();
        let info = Client::connect(reference.port)?.call(&["INFO", "server"])?.render().concat();
        let newer = !info.contains("redis_version:7.0.");
        Ok(Self { reference, ours: ours?, newer, calls: 0, unrepeated: 0 })
    }

    fn rows(&self) -> Result<Vec<Row>, String> {
        let mut client = Client::connect(self.reference.port)?;
        let list = client.call(&["COMMAND", "LIST"])?;
        let docs = client.call(&["COMMAND", "DOCS"])?;
        let path = crate::env::root().join("docs/commands.json");
        let json =
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        grammar::rows(&json, &Known::new(&list, &docs))
    }

    fn play(&mut self, at: usize, script: &Script) -> Result<Option<Difference>, String> {
        let ports =
            Ports { reference: self.reference.port, ours: self.ours[at].port, newer: self.newer };
        let difference = play(ports, script, &mut self.calls)?;
        if difference.is_some() && !self.ours[at].is_alive() {
            println!("the server died\n{}", self.ours[at].log_tail());
            self.ours[at] = start(WORKERS[at])?;
        }
        Ok(difference)
    }

    /// Shrinks and prints a difference, unless it does not come again or its like was seen.
    fn report(
        &mut self,
        at: usize,
        script: Script,
        first: &Difference,
        label: &str,
        found: &mut BTreeSet<String>,
    ) -> Result<(), String> {
        let name = last_name(first);
        for _ in 0..2 {
            if self.play(at, &script)?.is_none_or(|again| last_name(&again) != name) {
                self.unrepeated += 1;
                println!("{label}: a difference at {name} that did not come again:");
                print!(
                    "{}",
                    transcript(&first.steps[first.steps.len().saturating_sub(4)..], first)
                );
                return Ok(());
            }
        }
        let like = format!("{name} {}", kind(&first.expected));
        if !found.insert(like) {
            return Ok(());
        }
        let shortest = shrink::shrink(script, |candidate| {
            let difference = self.play(at, candidate).ok().flatten();
            difference.is_some_and(|difference| last_name(&difference) == name)
        });
        let last = self.play(at, &shortest)?.unwrap_or_else(|| first.clone());
        println!("== {label}, RESP{}", shortest.proto);
        println!("{}", transcript(&last.steps, &last));
        Ok(())
    }
}

/// The command at which a difference showed.
fn last_name(difference: &Difference) -> String {
    difference.steps.last().map(Step::name).unwrap_or_default()
}

/// What tells two differences of one command apart.
fn kind(reply: &Reply) -> String {
    let text = reply.render().concat();
    let is_error = matches!(reply, Reply::Error(_));
    if is_error { text } else { text.chars().take_while(|c| !c.is_ascii_digit()).take(9).collect() }
}

/// The calls in the notation of the case files, the two answers below the last.
fn transcript(steps: &[Step], difference: &Difference) -> String {
    let mut text = calls(steps);
    for (who, reply) in [("reference", &difference.expected), ("scrubjay", &difference.actual)] {
        let _ = writeln!(text, "  {who}:");
        for line in reply.render().iter().take(40) {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

/// The calls alone.
fn calls(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        text.push_str(if step.conn == 0 { "> " } else { "2> " });
        let words: Vec<String> = step.args.iter().map(|arg| shown(arg)).collect();
        text.push_str(&words.join(" "));
        text.push('\n');
    }
    text
}

/// A word as the case files have it.
fn shown(arg: &[u8]) -> String {
    let is_plain = |b: &u8| b.is_ascii_graphic() && !b"\"'\\".contains(b);
    if !arg.is_empty() && arg.iter().all(is_plain) {
        String::from_utf8_lossy(arg).into_owned()
    } else {
        Reply::Bulk(arg.to_vec()).render().concat()
    }
}

fn options(workers: Option<u32>) -> Options {
    Options { workers, cpu: None, args: vec!["--databases".to_owned(), "16".to_owned()] }
}

fn start(workers: u32) -> Result<Server, String> {
    let bin = crate::env::server_bin();
    Server::start(&bin, &format!("differential-{workers}"), &options(Some(workers)))
}
