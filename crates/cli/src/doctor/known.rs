//! What the store knows, as far as findings are drawn from it.

use std::collections::HashMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use trackward_core::{HostKey, HostState, OptOuts, PageUrl, RunRecord};
use trackward_store::{LinkQuery, Maintenance, OpenOptions, Result, SledStore, Stats, Store};

use crate::doctor::schedule;

/// Hosts that are looked at one by one: those with the most watched links.
const HOSTS: usize = 10;

/// Links of one such host whose pages are looked at.
const LINKS_A_HOST: usize = 500;

/// What a store knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) stats: Stats,
    /// Whether its database takes much more room than it needs.
    pub(crate) is_worth_compacting: bool,
    /// The last runs, oldest first.
    pub(crate) runs: Vec<RunRecord>,
    /// The latest instant that links and runs name.
    pub(crate) newest: Option<Timestamp>,
    /// Watched links whose next check lies farther ahead than any plan reaches.
    pub(crate) planned_too_far: u64,
    /// The owners who asked not to be visited.
    pub(crate) opt_outs: OptOuts,
    /// The hosts with the most watched links, most first.
    pub(crate) hosts: Vec<KnownHost>,
    /// What is remembered of the hosts of our own sites.
    pub(crate) ours: Vec<HostState>,
}

/// What a store knows of a host.
#[derive(Debug, Clone)]
pub(crate) struct KnownHost {
    pub(crate) state: HostState,
    /// Watched links on it.
    pub(crate) links: u64,
    /// Watched pages of one origin of it.
    pub(crate) pages: Vec<PageUrl>,
}

/// Reads a store that may be opened and written to: a copy. `longest` is the farthest that a plan reaches, `ours` are
/// addresses of our own sites.
pub(crate) async fn read(
    copy: &Path,
    longest: SignedDuration,
    ours: &[PageUrl],
    now: Timestamp,
) -> Result<Known> {
    let counted = Maintenance::begin(copy, OpenOptions::default()).await?.stats().await?;
    let store = SledStore::open(copy, OpenOptions::default()).await?;
    let mut runs = store.runs(Timestamp::MIN, Timestamp::MAX).await?;
    runs.drain(..runs.len().saturating_sub(schedule::RUNS));
    let is_worth_compacting = store.is_worth_compacting().await?;
    let mut known = Known { stats: counted, is_worth_compacting, runs, ..Known::default() };
    known.opt_outs = store.opt_outs().await?.into_iter().collect();
    known.newest = known.runs.iter().map(|run| run.ended.unwrap_or(run.started)).max();
    let counts = known.read_links(&store, now.saturating_add(longest).unwrap_or(Timestamp::MAX)).await?;
    for (host, links) in most(counts) {
        let state = store.host(&host).await?.unwrap_or_else(|| HostState::new(host.clone()));
        known.hosts.push(KnownHost { state, links, pages: pages_of(&store, host).await? });
    }
    for page in ours {
        known.ours.extend(store.host(&page.host_key()).await?);
    }
    Ok(known)
}

impl Known {
    /// Reads all links; answers how many are watched on each host.
    async fn read_links(&mut self, store: &dyn Store, latest: Timestamp) -> Result<HashMap<HostKey, u64>> {
        let mut counts = HashMap::new();
        let mut query = LinkQuery::default();
        loop {
            let page = store.links(query.clone()).await?;
            for row in &page.rows {
                let said = [Some(row.link.added), row.link.checked, self.newest];
                self.newest = said.into_iter().flatten().max();
                if row.link.state.name().is_watched() {
                    *counts.entry(row.link.page.host_key()).or_default() += 1;
                    self.planned_too_far += u64::from(row.plan.at > latest);
                }
            }
            query.after = page.next;
            if query.after.is_none() {
                return Ok(counts);
            }
        }
    }
}

/// The hosts with the most links, by name where they have the same number.
fn most(counts: HashMap<HostKey, u64>) -> Vec<(HostKey, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(HOSTS);
    counts
}

/// Watched pages of a host that share an origin.
async fn pages_of(store: &dyn Store, host: HostKey) -> Result<Vec<PageUrl>> {
    let query = LinkQuery { host: Some(host), limit: LINKS_A_HOST, ..LinkQuery::default() };
    let links = store.links(query).await?.rows.into_iter().map(|row| row.link);
    let mut pages: Vec<PageUrl> =
        links.filter(|link| link.state.name().is_watched()).map(|link| link.page).collect();
    pages.sort();
    pages.dedup();
    let origin = pages.first().map(PageUrl::origin);
    pages.retain(|page| Some(page.origin()) == origin);
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use trackward_core::{NewWatch, Target};

    use super::*;

    #[tokio::test]
    async fn hosts_with_the_most_watched_links_are_known_with_their_pages() {
        let dir = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-25T06:00:00Z".parse().unwrap();
        {
            let store = SledStore::open(dir.path(), OpenOptions::default()).await.unwrap();
            let target = Target::parse("https://ours.example/a").unwrap();
            let hosts = (0..=HOSTS).flat_map(|host| (0..=host).map(move |page| (host, page)));
            let pages = hosts.map(|(host, page)| format!("https://h{host:02}.example/{page}"));
            let watches = pages.map(|page| NewWatch::new(PageUrl::parse(&page).unwrap(), target.clone()));
            store.add(watches.collect(), now).await.unwrap();
        }
        let known = read(dir.path(), SignedDuration::from_hours(1), &[], now).await.unwrap();
        let hosts: Vec<_> = known.hosts.iter().map(|host| (host.state.host.as_str(), host.links)).collect();
        assert_eq!((hosts.len(), hosts[0]), (HOSTS, ("h10.example", 11)));
        assert_eq!(known.hosts[0].pages.len(), 11);
        assert_eq!((known.newest, known.planned_too_far), (Some(now), 0));
        let early = now - SignedDuration::from_hours(2);
        let known = read(dir.path(), SignedDuration::from_hours(1), &[], early).await.unwrap();
        assert_eq!(known.planned_too_far, known.stats.all_links());
    }
}
