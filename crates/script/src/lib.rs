//! Scripts and functions: EVAL, SCRIPT, FCALL and FUNCTION.
//!
//! The runtime is Luau (through `mlua`): a Lua 5.1 that is kept up, whose compiler and library are
//! built against hostile scripts, that can be stopped and held to a limit of memory. What differs
//! from 5.1 is adapted here. In reading order:
//!
//! ```text
//! engine.rs     Engine: EVAL and SCRIPT
//! cache.rs      sources of scripts, shared by all workers
//! kept.rs       scripts as an interpreter has them
//! functions.rs library.rs    FCALL and FUNCTION
//! proof.rs      which scripts are known to keep to their keys
//! run.rs        one run: locks, rules, the call, its end, its reply
//! machine.rs    Machine: one interpreter a worker, closed to changes
//! prelude.luau  what scripts find in it
//! link.rs       Link: how callbacks reach the call that runs; limits of time
//! api.rs        redis.*
//! reply.rs      replies to Lua values and back
//! json.rs pack.rs layout.rs    cjson, cmsgpack, struct
//! number.rs sha1.rs words.rs   texts of numbers, digests, errors
//! ```
//! Invariants: nothing a script does outlives it but what it writes through `redis.call` (globals
//! and libraries cannot be changed); source text is compiled here, never bytecode; the interpreter
//! of a worker is only used on its thread.
#![forbid(unsafe_code)]

mod engine;
mod functions;

mod run;

mod api;
mod cache;
mod fault;
mod json;
mod kept;
mod layout;
mod libraries;
mod library;
mod link;
mod machine;
mod number;
mod pack;
mod proof;
mod reply;
mod sha1;
mod source;
mod words;

pub use engine::Engine;
