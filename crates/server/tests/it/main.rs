//! Tests of the binary as a process.

mod functions;
mod snapshots;
mod startup;
mod tls;
