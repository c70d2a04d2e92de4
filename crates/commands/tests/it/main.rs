//! Tests of the whole crate: the table against facts, and the case files in process.

mod cases;
mod facts;
mod model;
mod ops;
mod rows;
mod strangers;
mod world;

#[expect(dead_code, reason = "the task runner uses all of it, these tests a part")]
#[path = "../../../../xtask/src/transcript/mod.rs"]
mod transcript;
