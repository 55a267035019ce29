//! Hosts whose owners asked not to be visited.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::page_url::HostKey;

/// The last word of a host's owner on visits, and who wrote it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOut {
    /// The host; of a whole domain, the registrable domain.
    pub host: HostKey,
    /// Whether it holds for all hosts of the domain.
    pub whole_domain: bool,
    /// Whether the wish was taken back: the host may be visited again.
    pub withdrawn: bool,
    /// Who wrote it down.
    pub by: String,
    /// How the owner said so.
    pub note: String,
    /// When it was written down.
    pub at: Timestamp,
}

/// The wishes that hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptOuts(BTreeMap<String, OptOut>);

impl FromIterator<OptOut> for OptOuts {
    fn from_iter<I: IntoIterator<Item = OptOut>>(all: I) -> Self {
        let held = all.into_iter().filter(|one| !one.withdrawn);
        Self(held.map(|one| (one.host.as_str().to_owned(), one)).collect())
    }
}

impl OptOuts {
    /// The wish that keeps us from a host: its own, or that of its whole domain.
    pub fn of(&self, host: &HostKey) -> Option<&OptOut> {
        let of_domain = || self.0.get(host.domain().as_str()).filter(|one| one.whole_domain);
        self.0.get(host.as_str()).or_else(of_domain)
    }

    /// All of them, by host.
    pub fn iter(&self) -> impl Iterator<Item = &OptOut> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> HostKey {
        HostKey::parse(name).unwrap()
    }

    fn wish(name: &str, whole_domain: bool) -> OptOut {
        let (by, note) = ("mia".to_owned(), "by mail".to_owned());
        OptOut { host: host(name), whole_domain, withdrawn: false, by, note, at: Timestamp::UNIX_EPOCH }
    }

    fn keeps_from(wishes: &[OptOut], name: &str) -> bool {
        wishes.iter().cloned().collect::<OptOuts>().of(&host(name)).is_some()
    }

    #[test]
    fn wish_of_a_host_holds_for_it_alone_and_that_of_a_domain_for_all_its_hosts() {
        for (whole_domain, below) in [(false, false), (true, true)] {
            let wishes = [wish("blog.co.uk", whole_domain)];
            assert!(keeps_from(&wishes, "blog.co.uk"));
            assert_eq!(keeps_from(&wishes, "www.blog.co.uk"), below);
            assert!(!keeps_from(&wishes, "other.co.uk") && !keeps_from(&wishes, "myblog.co.uk"));
        }
    }

    #[test]
    fn wish_taken_back_keeps_from_nothing_unless_the_domain_still_does() {
        let taken_back = OptOut { withdrawn: true, ..wish("a.blog.example", false) };
        assert!(!keeps_from(std::slice::from_ref(&taken_back), "a.blog.example"));
        assert!(keeps_from(&[taken_back, wish("blog.example", true)], "a.blog.example"));
    }
}
