//! One page, now, without a store: what `trackward check` shows.

use std::sync::Arc;

use trackward_core::{
    Admission, Clock, Extraction, HostKey, HostState, Link, NewWatch, Observation, PageMemory, PageUrl, Plan,
    Target, TargetSet, VisitEnd, admit, judge,
};
use trackward_fetch::{Fetch, robots};
use trackward_store::DuePage;

use crate::ask::ask;
use crate::leased::{Pause, rests_too_long};
use crate::settings::MonitorSettings;
use crate::visit::{Need, Taken, Visit};

/// What one look at one page brought back.
#[derive(Debug)]
pub struct Look {
    /// What was seen, and the rule that decided.
    pub observation: Observation,
    /// Everything the page says, where it was read.
    pub extraction: Option<Extraction>,
    /// What robots.txt says of the address that was asked last.
    pub robots: Option<robots::Decision>,
    /// The targets that were looked for, and whether each was seen.
    pub targets: Vec<(Target, bool)>,
}

/// Looks at one page now, as politely as a run: robots.txt first, the rest of each host kept.
///
/// Without targets every link to another domain is a reference.
pub async fn look(
    fetch: Arc<dyn Fetch>,
    clock: Arc<dyn Clock>,
    settings: &MonitorSettings,
    page: PageUrl,
    targets: &[Target],
) -> Look {
    let ours = if targets.is_empty() { TargetSet::everything() } else { targets.iter().cloned().collect() };
    let ours = Arc::new(ours);
    let links: Vec<Link> = targets.iter().filter_map(|target| wanted(&page, target, &*clock)).collect();
    let due = DuePage { url: page, plan: Plan::added(clock.now()), memory: PageMemory::default(), links };
    let mut visit = Visit::new(due, &settings.policy, clock.now());
    let mut hosts: Vec<HostState> = Vec::new();
    let mut visited = loop {
        let host = visit.host();
        let state = state_of(&mut hosts, &host);
        let free_at = state.free_at;
        let request = match visit.need(state, clock.now()) {
            Need::Done(visited) => break *visited,
            Need::Request(_) if rests_too_long(state, clock.now()) => {
                break visit.host_rests(state, clock.now());
            }
            Need::Request(request) => request,
        };
        clock.sleep_until(free_at).await;
        let answer = ask(fetch.clone(), request, ours.clone(), targets.to_vec()).await;
        let now = clock.now();
        let pause = Pause::asked_by(&answer.fetched, now);
        let taken = visit.take(answer.purpose, answer.fetched, answer.read, now);
        if let Taken::Learned(learned) = &taken {
            state_of(&mut hosts, &learned.host).keep_robots(learned.copy.clone());
        }
        pause.rest(state_of(&mut hosts, &host), settings.rest_of(&host), now);
        if let Taken::Ended(visited) = taken {
            break *visited;
        }
    };
    let extraction = match &mut visited.end {
        VisitEnd::Answered { extraction, .. } => extraction.clone().map(|page| *page),
        _ => None,
    };
    let robots = visit.robots_said().cloned();
    let links = visit.page.links;
    let observation = judge(visited, &PageMemory::default(), &links, &settings.policy);
    let seen = |target: &Target| observation.references.iter().any(|r| target.covers(&r.url));
    let targets = targets.iter().map(|target| (target.clone(), seen(target))).collect();
    Look { observation, extraction, robots, targets }
}

/// The link that a target stands for, so that its absence is judged like that of a watched one.
fn wanted(page: &PageUrl, target: &Target, clock: &dyn Clock) -> Option<Link> {
    match admit(&[], NewWatch::new(page.clone(), target.clone()), clock.now()) {
        Admission::New(link) => Some(link),
        _ => None,
    }
}

fn state_of<'a>(hosts: &'a mut Vec<HostState>, host: &HostKey) -> &'a mut HostState {
    let at = hosts.iter().position(|state| state.host == *host).unwrap_or_else(|| {
        hosts.push(HostState::new(host.clone()));
        hosts.len() - 1
    });
    &mut hosts[at]
}
