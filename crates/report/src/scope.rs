//! Which links a report is about.

use trackward_core::{Event, Link};

/// Which links a report is about; all of them where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only links of this campaign.
    pub campaign: Option<String>,
}

impl Scope {
    /// Whether every link is admitted.
    pub(crate) fn is_all(&self) -> bool {
        self.campaign.is_none()
    }

    pub(crate) fn admits_link(&self, link: &Link) -> bool {
        self.campaign.is_none() || self.campaign == link.campaign
    }

    pub(crate) fn admits_event(&self, event: &Event) -> bool {
        self.campaign.is_none() || self.campaign == event.campaign
    }
}
