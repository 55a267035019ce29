//! Guards against mass error: when much is missing at once, distrust the host, or ourselves.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::LinkId;
use crate::link::{Link, LinkState};
use crate::memory::PageMemory;
use crate::page_url::HostKey;
use crate::rule::Verdict;

/// Counts what is missing on one host in one run, each link by its last look.
#[derive(Debug, Clone, Default)]
pub struct HostGuard {
    /// Links that were live or missing before, and whether they were missed.
    known: BTreeMap<LinkId, bool>,
    /// Those that were missed.
    missed: usize,
}

impl HostGuard {
    /// Links of a host that must be missed in one run for the loss to count as host-wide ...
    pub const LINKS: usize = 3;
    /// ... and their least share of its links that were there, in percent.
    pub const PERCENT: usize = 50;

    /// Takes in one checked page: its links before and after.
    pub fn count(&mut self, before: &[Link], after: &[Link]) {
        for (was, is) in before.iter().zip(after) {
            if matches!(was.state, LinkState::Live { .. } | LinkState::Missing { .. }) {
                let is_missed = matches!(is.state, LinkState::Missing { .. } | LinkState::Lost { .. });
                let was_missed = self.known.insert(is.id, is_missed).unwrap_or(false);
                self.missed = self.missed + usize::from(is_missed) - usize::from(was_missed);
            }
        }
    }

    /// Whether so much is missing at once that the host itself is in doubt: such losses take the long span.
    pub fn is_host_wide(&self) -> bool {
        self.missed >= Self::LINKS && self.missed * 100 >= self.known.len() * Self::PERCENT
    }
}

/// Counts what went wrong over all hosts in one run.
#[derive(Debug, Clone, Default)]
pub struct RunGuard {
    newly_missing: u64,
    hosts_missing: BTreeSet<HostKey>,
    hosts_fine: BTreeSet<HostKey>,
    hosts_unreachable: BTreeSet<HostKey>,
}

impl RunGuard {
    /// Links that must go missing in one run, on so many hosts, ...
    pub const LINKS: u64 = 10;
    /// See [`RunGuard::LINKS`].
    pub const HOSTS: usize = 3;
    /// ... and their share of all live links, in percent, above which the run distrusts itself.
    pub const LINKS_PERCENT: u64 = 5;
    /// Hosts that were fine and must be unreachable at once ...
    pub const UNREACHABLE: usize = 5;
    /// ... and their share of the hosts that were fine, in percent, above which our own network is in doubt.
    pub const UNREACHABLE_PERCENT: usize = 20;

    /// Takes in one checked page: what was remembered of it, what was found, its links before and after.
    pub fn count(
        &mut self,
        host: &HostKey,
        memory: &PageMemory,
        verdict: Verdict,
        before: &[Link],
        after: &[Link],
    ) {
        if memory.conclusive_at.is_some() && memory.failures == 0 {
            self.hosts_fine.insert(host.clone());
            if verdict == Verdict::Unreachable {
                self.hosts_unreachable.insert(host.clone());
            }
        }
        let newly = before.iter().zip(after).filter(|(was, is)| {
            matches!(was.state, LinkState::Live { .. }) && matches!(is.state, LinkState::Missing { .. })
        });
        let newly = newly.count() as u64;
        if newly > 0 {
            self.newly_missing += newly;
            self.hosts_missing.insert(host.clone());
        }
    }

    /// Why our own network is in doubt, in words.
    pub fn network_in_doubt(&self) -> Option<String> {
        let (gone, fine) = (self.hosts_unreachable.len(), self.hosts_fine.len());
        (gone >= Self::UNREACHABLE && gone * 100 > fine * Self::UNREACHABLE_PERCENT).then(|| {
            format!("{gone} of {fine} sites that were fine cannot be reached: is our own network down?")
        })
    }

    /// Why the misses of the run are in doubt, in words; `live` counts the live links of the whole store
    /// before the run.
    pub fn misses_in_doubt(&self, live: u64) -> Option<String> {
        let missing = self.newly_missing;
        let many = missing >= Self::LINKS && self.hosts_missing.len() >= Self::HOSTS;
        (many && missing * 100 > live * Self::LINKS_PERCENT)
            .then(|| format!("{missing} of {live} live links went missing at once"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Admission, LossReason, Missed, NewWatch, PageUrl, RunId, Target, admit};

    /// Links of a host, all live before, so many of them missing after.
    fn host(live: usize, missing: usize) -> (Vec<Link>, Vec<Link>) {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let missed = Missed {
            first: now,
            last: now,
            run: RunId(1),
            checks: 1,
            strong: 0,
            unconditional: true,
            host_wide: false,
            reason: LossReason::LinkRemoved,
        };
        let link = |n: usize| {
            let page = PageUrl::parse(&format!("https://h.example/{n}")).unwrap();
            let watch = NewWatch::new(page, Target::parse("https://ours.example/").unwrap());
            let Admission::New(link) = admit(&[], watch, now) else { panic!("not new") };
            Link { state: LinkState::Live { since: now }, ..link }
        };
        let before: Vec<Link> = (0..live).map(link).collect();
        let mut after = before.clone();
        for link in &mut after[..missing] {
            link.state = LinkState::Missing { live_since: now, missed };
        }
        (before, after)
    }

    #[test]
    fn host_is_in_doubt_from_three_links_and_half_of_them_on() {
        let in_doubt = |live, missing| {
            let mut guard = HostGuard::default();
            let (before, after) = host(live, missing);
            guard.count(&before, &after);
            guard.is_host_wide()
        };
        assert!(in_doubt(3, 3) && in_doubt(6, 3));
        assert!(!in_doubt(2, 2) && !in_doubt(7, 3));
    }

    #[test]
    fn link_that_is_looked_at_twice_in_a_run_counts_once_as_it_was_seen_last() {
        let mut guard = HostGuard::default();
        let (before, one_missing) = host(4, 1);
        guard.count(&before, &one_missing);
        guard.count(&one_missing, &one_missing);
        guard.count(&one_missing, &one_missing);
        assert!(!guard.is_host_wide(), "one link that was missed three times");
        let (_, three_missing) = host(4, 3);
        guard.count(&one_missing, &three_missing);
        assert!(guard.is_host_wide());
        guard.count(&three_missing, &before);
        assert!(!guard.is_host_wide(), "they are there again");
    }

    fn held(hosts: usize, missing_each: usize, live: u64) -> bool {
        let mut guard = RunGuard::default();
        for n in 0..hosts {
            let name = HostKey::parse(&format!("h{n}.example")).unwrap();
            let (before, after) = host(missing_each, missing_each);
            guard.count(&name, &PageMemory::default(), Verdict::Readable, &before, &after);
        }
        guard.misses_in_doubt(live).is_some()
    }

    #[test]
    fn run_is_held_when_more_than_five_percent_on_three_hosts_go_missing() {
        assert!(held(5, 2, 199));
        assert!(!held(5, 2, 200), "five percent and not more");
        assert!(!held(3, 3, 10), "nine links");
        assert!(!held(2, 5, 10), "two hosts");
    }

    #[test]
    fn run_is_held_when_too_many_hosts_that_were_fine_are_unreachable() {
        let network = |fine: usize, unreachable: usize| {
            let mut guard = RunGuard::default();
            let memory =
                PageMemory { conclusive_at: Some(jiff::Timestamp::UNIX_EPOCH), ..PageMemory::default() };
            for n in 0..fine {
                let name = HostKey::parse(&format!("h{n}.example")).unwrap();
                let verdict = if n < unreachable { Verdict::Unreachable } else { Verdict::Readable };
                guard.count(&name, &memory, verdict, &[], &[]);
            }
            guard.network_in_doubt().is_some()
        };
        assert!(network(24, 5));
        assert!(!network(25, 5), "twenty percent and not more");
        assert!(!network(4, 4), "four hosts");
    }
}
