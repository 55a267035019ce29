//! The memory store keeps every promise.

use std::future::{Ready, ready};

use trackward_store::{MemoryStore, conformance_tests};

fn fresh() -> Ready<(MemoryStore, ())> {
    ready((MemoryStore::new(), ()))
}

conformance_tests!(fresh);
