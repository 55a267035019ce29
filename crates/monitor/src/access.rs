//! Whom we may ask at all: owners who asked not to be visited, and those who let us pass their robots.txt.

use std::collections::BTreeMap;

use trackward_core::{HostKey, OptOuts, PageUrl, RobotsAnswer};
use trackward_fetch::robots::{self, Decision};

/// What owners of hosts have told the team, apart from their robots.txt.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Whom nothing is asked of.
    pub opt_outs: OptOuts,
    /// Hosts whose robots.txt is not obeyed, each with the written permission to do so.
    pub ignore_robots: BTreeMap<HostKey, String>,
}

impl Access {
    /// Whether nothing may be asked of a host.
    pub(crate) fn refuses(&self, host: &HostKey) -> bool {
        self.opt_outs.of(host).is_some()
    }

    /// Whether we may ask for a page, by robots.txt or by the owner's written permission, which is then named.
    pub(crate) fn decide(&self, answer: &RobotsAnswer, page: &PageUrl) -> Decision {
        let said = robots::decide(answer, page);
        match self.overrides(answer, page) {
            Some(permission) => {
                Decision { allowed: true, rule: format!("{}, overridden by {permission}", said.rule) }
            }
            None => said,
        }
    }

    /// The permission by which a page may be asked for that robots.txt disallows.
    pub(crate) fn overrides(&self, answer: &RobotsAnswer, page: &PageUrl) -> Option<&str> {
        let permission = self.ignore_robots.get(&page.host_key())?;
        let is_silent = matches!(answer, RobotsAnswer::NoAnswer { .. });
        (!is_silent && !robots::decide(answer, page).allowed).then_some(permission)
    }
}
