//! Tests of the binary as a process.

mod aof;
mod functions;
mod snapshots;
mod startup;
mod tls;
mod weights;
