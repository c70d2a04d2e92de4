//! Tests of the binary as a process.

mod snapshots;
mod startup;
mod tls;
