//! What happens while it happens: for progress bars, logs and the demo.

use trackward_core::{Event, Observation, PageUrl};

/// One page was checked.
#[derive(Debug)]
pub struct Progress<'a> {
    /// The page.
    pub page: &'a PageUrl,
    /// What was seen.
    pub observation: &'a Observation,
    /// What follows from it.
    pub events: &'a [Event],
    /// Pages checked so far in this run.
    pub checked: u64,
    /// Pages that wait in the frontier.
    pub waiting: u64,
}
