//! The list of families. A new command does not touch it, a new family adds a line.

use crate::spec::Command;

/// The rows of every family.
pub fn all() -> [&'static [Command]; 17] {
    [
        crate::string::COMMANDS,
        crate::bitmap::COMMANDS,
        crate::hyperloglog::COMMANDS,
        crate::geo::COMMANDS,
        crate::generic::COMMANDS,
        crate::connection::COMMANDS,
        crate::acl::COMMANDS,
        crate::server::COMMANDS,
        crate::introspection::COMMANDS,
        crate::hash::COMMANDS,
        crate::list::COMMANDS,
        crate::set::COMMANDS,
        crate::zset::COMMANDS,
        crate::stream::COMMANDS,
        crate::subscribe::COMMANDS,
        crate::transactions::COMMANDS,
        crate::scripting::COMMANDS,
    ]
}
