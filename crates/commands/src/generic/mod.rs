//! Commands on keys of any type.

use crate::spec::Command;

mod object;

pub(crate) const COMMANDS: &[Command] = &[object::OBJECT];
