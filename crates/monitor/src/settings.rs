//! How hard the monitor may work, and what is ours.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use trackward_core::{Cadence, Client, Confirm, HostKey, HostState, Policy, Target};

/// How hard the monitor may work, what is ours, and what it takes to change a state.
#[derive(Debug, Clone)]
pub struct MonitorSettings {
    /// What is ours: references to it are found on every watched page.
    pub sites: Vec<Target>,
    /// Clients, and what is theirs: looked for as well.
    pub clients: Vec<Client>,
    /// Least pause of a host, from the end of one request to the start of the next.
    pub rest: SignedDuration,
    /// The same for single hosts.
    pub rests: BTreeMap<HostKey, SignedDuration>,
    /// Hosts whose robots.txt is not obeyed, each with the written permission to do so; their rest and
    /// `Crawl-delay` hold all the same.
    pub ignore_robots: BTreeMap<HostKey, String>,
    /// Requests under way at once, over all hosts.
    pub slots: usize,
    /// Requests a second, over all hosts.
    pub rate: u32,
    /// Requests a second to all hosts of one public network: a /24 of IPv4, a /48 of IPv6.
    pub network_rate: u32,
    /// Whether pages of ours that live links point to are asked for too, each once a run.
    pub own_pages: bool,
    /// What it takes to change a state.
    pub policy: Policy,
    /// How often pages are checked.
    pub cadence: Cadence,
}

impl Default for MonitorSettings {
    fn default() -> Self {
        Self {
            sites: Vec::new(),
            clients: Vec::new(),
            rest: SignedDuration::from_secs(3),
            rests: BTreeMap::new(),
            ignore_robots: BTreeMap::new(),
            slots: 64,
            rate: 20,
            network_rate: 5,
            own_pages: true,
            policy: Policy::default(),
            cadence: Cadence::default(),
        }
    }
}

impl MonitorSettings {
    /// Least pause of this host.
    pub(crate) fn rest_of(&self, host: &HostKey) -> SignedDuration {
        self.rests.get(host).copied().unwrap_or(self.rest)
    }

    /// Requests that a host may be asked for in a day, one after another with its rest between.
    pub(crate) fn most_a_day(&self, host: &HostState) -> f64 {
        let delays = host.robots.iter().filter_map(|copy| copy.answer.crawl_delay());
        let rest = delays.chain([self.rest_of(&host.host)]).max().unwrap_or_default();
        let each = rest + SignedDuration::from_millis(host.latency_ms.into());
        SignedDuration::from_hours(24).as_secs_f64() / each.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// The farthest that any plan lies ahead; beyond it the clock must have been wrong.
    pub fn longest_plan(&self) -> SignedDuration {
        let Confirm { span, long_span, .. } = self.policy.confirm;
        self.cadence.longest().max(span).max(long_span)
    }
}

/// Limits of this crate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits;

impl Limits {
    /// Age up to which the misses of a held run are still to be left out.
    pub(crate) const HELD_RUNS: SignedDuration = SignedDuration::from_hours(24 * 30);
    /// Time after a held run from which on the next one is believed.
    pub(crate) const BELIEVED_AFTER: SignedDuration = SignedDuration::from_hours(24);
    /// How long a lease holds when its worker falls silent.
    pub(crate) const LEASE: SignedDuration = SignedDuration::from_hours(1);
    /// How often leases are renewed.
    pub(crate) const RENEW: SignedDuration = SignedDuration::from_mins(15);
    /// Hosts held for each slot: enough that a resting host leaves no slot idle.
    pub(crate) const HOSTS_A_SLOT: usize = 4;
    /// How often a watch that is busy asks for what has become due.
    pub(crate) const LOOK: SignedDuration = SignedDuration::from_secs(30);
    /// Pages of one host leased at once.
    pub(crate) const PAGES_A_HOST: usize = 500;
    /// Longest pause of a host that a run waits for; its pages stay due for a later run.
    pub(crate) const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
    /// Checked pages after which a batch is committed.
    pub(crate) const BATCH_PAGES: usize = 500;
    /// Pages with removals that wait for the end of the run at most; with so many it decides on them at once.
    pub(crate) const REMOVING_PAGES: usize = 500;
    /// Live links of a host among which a loss, or a miss, looks for others to check.
    pub(crate) const SIBLINGS: usize = 1_000;
    /// Part of the watched links, as `1 / GROWTH_SHARE`, that may appear in one search for new pages ...
    pub(crate) const GROWTH_SHARE: u64 = 5;
    /// ... and how many may, however few are watched.
    pub(crate) const GROWTH_FLOOR: u64 = 1_000;
    /// Pages of ours that one run asks for, about.
    pub(crate) const TARGETS: u64 = 1_000;
    /// Time after which a batch is committed.
    pub(crate) const BATCH_AGE: SignedDuration = SignedDuration::from_secs(1);
    /// Request time of a whole visit: all requests, decoding and parsing; rests are not counted.
    pub(crate) const VISIT: std::time::Duration = std::time::Duration::from_secs(45);
    /// Entries of one page that the host is asked about in one visit.
    pub(crate) const WORDS: usize = 5;
    /// Refreshes by meta or header that are followed in one visit.
    pub(crate) const REFRESHES: u8 = 2;
    /// Longest delay of a refresh that counts as a redirect, in seconds.
    pub(crate) const REFRESH_SECONDS: u32 = 5;
}
