//! All automation of Scrubjay: `cargo xtask TASK`. No task needs anything but this crate and the
//! programs that a fresh machine has; what else is wanted is installed by `setup`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool prints")]

mod args;
mod authority;
mod bench;
mod cases;
mod ci;
mod conformance;
mod crash;
mod differential;
mod dumps;
mod e2e;
mod env;
mod files;
mod full;
mod gates;
mod history;
mod logs;
mod rng;
mod run;
mod server;
mod setup;
mod storm;
mod tidy;
mod transcript;
mod wire;

use run::Tally;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask TASK
  test [--only a,b] [--skip a,b]   everything below but the benches, in order; `ci` is the same
  cases [--bin PATH] [FILTER]      tests/cases over sockets against our server
  conformance [--units a,b|--all] [--bin PATH] [--jobs N]   Redis's own Tcl suite
  e2e [--bin PATH] [--workers N] [NAME]   the tutorials' snippets with the real clients
  differential [--seconds N] [--seed S] [--bin REFERENCE] [--from N --count N] [--focus a,b]
      [--show]                     random command sequences beside the reference server
  dumps [--bin PATH] [--peer BIN] [--seed S]   values cross over as DUMP payloads, both ways
  crash [--rounds N] [--policy always|everysec] [--bin PATH]   SIGKILL under load
  files [--bin PATH] [--peer BIN] [--seed S]   data sets cross over as files and logs
  full [--bin PATH]                a disk without room, and with room again
  gates [--bless] [CASE]...        instructions of the hot paths against benches/gates.txt
  history [--seconds N] [--seed S] [--workers N] [--bin PATH]   what clients saw at the same time,
                                   held against a model of one thread
  storm [--seed S] [--workers N] [--bin PATH]   5,000 connections in a second, most of them hostile
  tidy [--fix]                     the rules that no compiler holds
  loom | asan | valgrind           the unsafe crate under each of them
  models                           what threads do to each other, under shuttle
  fuzz [TARGET] [--seconds N]      the fuzz targets
  bench speed|workers|collections|memory|latency|tls [--peer NAME=CMD]... [--cases a,b] [--record]
  oracle [--bless] [--newer --bin PATH] [FILTER]
                                   tests/cases against the reference server; --bless records it";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((task, rest)) = args.split_first() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let result = match task.as_str() {
        "cases" => cases::cases(rest),
        "test" | "ci" => ci::run(rest),
        "loom" => ci::loom(),
        "models" => ci::models(),
        "asan" => ci::asan(),
        "valgrind" => ci::valgrind(),
        "fuzz" => ci::fuzz(rest),
        "bench" => bench::run(rest),
        "conformance" => conformance::run(rest),
        "e2e" => e2e::run(rest),
        "dumps" => dumps::run(rest),
        "crash" => crash::run(rest),
        "files" => files::run(rest),
        "full" => full::run(rest),
        "gates" => gates::run(rest),
        "history" => history::run(rest),
        "differential" => differential::run(rest),
        "storm" => storm::run(rest),
        "tidy" => tidy::run(rest),
        "oracle" => cases::oracle(rest),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(tally) => finish(&tally),
        Err(e) => {
            eprintln!("{e}");
            ExitCode::from(2)
        }
    }
}

fn finish(tally: &Tally) -> ExitCode {
    println!("{tally}");
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
