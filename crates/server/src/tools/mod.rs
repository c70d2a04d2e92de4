//! What the binary does with files, without a server: checks and exports.

pub(crate) mod check_rdb;
pub(crate) mod export;
