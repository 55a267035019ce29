//! What could go wrong with the runs to come: findings on each part, drawn from facts, without printing.

pub(crate) mod clock;
pub(crate) mod configuration;
pub(crate) mod finding;
pub(crate) mod known;
pub(crate) mod names;
pub(crate) mod robots;
pub(crate) mod schedule;
pub(crate) mod store;
pub(crate) mod zone;
