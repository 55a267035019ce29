//! Which links a report is about.

use trackward_core::{Event, Link};

use crate::report::Edition;

/// Which links a report is about; all of them where nothing is said.
///
/// A client's report is about the links of one client: where none is named, about those of no client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only links of this client.
    pub client: Option<String>,
    /// Only links of this campaign.
    pub campaign: Option<String>,
    /// Whom the report is for.
    pub edition: Edition,
}

impl Scope {
    /// Whether every link is admitted.
    pub(crate) fn is_all(&self) -> bool {
        self.client.is_none() && self.campaign.is_none() && self.edition == Edition::Internal
    }

    pub(crate) fn admits_link(&self, link: &Link) -> bool {
        self.admits(link.client.as_ref(), link.campaign.as_ref())
    }

    pub(crate) fn admits_event(&self, event: &Event) -> bool {
        self.admits(event.client.as_ref(), event.campaign.as_ref())
    }

    fn admits(&self, client: Option<&String>, campaign: Option<&String>) -> bool {
        let of_client = match (&self.client, self.edition) {
            (None, Edition::Internal) => true,
            (asked, _) => asked.as_ref() == client,
        };
        of_client && (self.campaign.is_none() || self.campaign.as_ref() == campaign)
    }
}
