//! Commands on the server itself: the table of the family.

pub(crate) mod config;

mod command;
mod lolwut;
mod memory;

use crate::spec::Command;

pub(crate) const COMMANDS: &[Command] =
    &[command::COMMAND, config::CONFIG, lolwut::LOLWUT, memory::MEMORY];
