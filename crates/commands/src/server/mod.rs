//! To be filled by its family.

pub(crate) mod config;

use crate::spec::Command;

pub(crate) const COMMANDS: &[Command] = &[config::CONFIG];
