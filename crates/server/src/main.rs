//! The server's binary.
#![forbid(unsafe_code)]

mod cli;
mod conf_file;
mod daemon;
mod log;
mod startup;
mod system;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args = std::env::args_os().collect();
    let settings = match startup::parse_command_line(args) {
        Ok(settings) => settings,
        Err(exit) => return exit.leave(),
    };
    match settings.begin() {
        Ok(Some(_)) => settings.listens_nowhere().leave(),
        Ok(None) => ExitCode::SUCCESS,
        Err(exit) => exit.leave(),
    }
}
