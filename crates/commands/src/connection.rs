//! To be filled by its family.

use crate::spec::Command;

pub(crate) const COMMANDS: &[Command] = &[];
