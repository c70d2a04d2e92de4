//! Tests of the binary as a process.

mod startup;
