//! Keeps the arrows between crates.
