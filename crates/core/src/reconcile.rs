//! From an observation to states and events.

use crate::event::Event;
use crate::evidence::Evidence;
use crate::ids::RunId;
use crate::link::Link;
use crate::memory::PageMemory;
use crate::observation::Observation;
use crate::policy::Policy;

/// What follows from one observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciled {
    /// All links of the page as they are now, in the order given, then those that appeared.
    pub links: Vec<Link>,
    /// What happened, in a fixed order.
    pub events: Vec<Event>,
    /// The texts that events name by hash.
    pub evidence: Vec<Evidence>,
    /// What is remembered of the page now.
    pub memory: PageMemory,
}

/// Draws new states and events from one observation of a page with its known links.
pub fn reconcile(
    _links: &[Link],
    _memory: &PageMemory,
    _observation: &Observation,
    _policy: &Policy,
    _run: RunId,
) -> Reconciled {
    unimplemented!()
}
