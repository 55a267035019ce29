//! What must hold of any input: a module for each fuzz target, with one function `check` that panics when
//! it does not hold.
//!
//! The targets feed them made-up input; `tests/fuzzed.rs` feeds them the inputs of `fuzz/corpus/`.

pub mod charset;
pub mod extract;
pub mod imports;
mod input;
pub mod retry_after;
pub mod robots;
pub mod sinks;
pub mod urls;
