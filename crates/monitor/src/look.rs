//! One page, now, without a store: what `trackward check` shows.

use std::sync::Arc;

use jiff::SignedDuration;
use trackward_core::{
    Admission, Clock, Extraction, HostKey, HostState, Link, NewWatch, Observation, OptOuts, PageMemory,
    PageUrl, Plan, RobotsAnswer, RobotsCopy, Target, TargetSet, VisitEnd, Visited, admit, judge,
};
use trackward_fetch::{Fetch, robots};
use trackward_store::DuePage;

use crate::access::Access;
use crate::ask::{Sought, ask};
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
    opt_outs: OptOuts,
) -> Look {
    let ours = if targets.is_empty() { TargetSet::everything() } else { targets.iter().cloned().collect() };
    let links: Vec<Link> = targets.iter().filter_map(|target| wanted(&page, target, &*clock)).collect();
    let due = DuePage { url: page, plan: Plan::added(clock.now()), memory: PageMemory::default(), links };
    let mut visit = Visit::new(due, access_of(settings, opt_outs), &settings.policy, clock.now());
    let mut walk = Walk { fetch, clock, settings, hosts: Vec::new(), ours, known: targets.to_vec() };
    let mut visited = loop {
        if let Some(visited) = walk.step(&mut visit).await {
            break visited;
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

/// What a host's robots.txt comes to for one address.
#[derive(Debug)]
pub struct RobotsLook {
    /// Where robots.txt was read in the end: redirects may lead elsewhere.
    pub read_from: PageUrl,
    /// What holds for our agent.
    pub copy: RobotsCopy,
    /// Whether we may ask for the address, and by which line.
    pub decision: robots::Decision,
    /// Whether Google's crawler may not, though we may.
    pub closed_to_search: bool,
    /// The least pause of the host between two requests of ours.
    pub rest: SignedDuration,
}

/// Asks a host for its robots.txt now, and for nothing else; none where its owner asked not to be visited.
pub async fn look_at_robots(
    fetch: Arc<dyn Fetch>,
    clock: Arc<dyn Clock>,
    settings: &MonitorSettings,
    page: PageUrl,
    opt_outs: OptOuts,
) -> Option<RobotsLook> {
    let host = page.host_key();
    let due = DuePage {
        url: page.clone(),
        plan: Plan::added(clock.now()),
        memory: PageMemory::default(),
        links: Vec::new(),
    };
    let access = access_of(settings, opt_outs);
    if access.refuses(&host) {
        return None;
    }
    let mut visit = Visit::new(due, access.clone(), &settings.policy, clock.now());
    let mut walk =
        Walk { fetch, clock, settings, hosts: Vec::new(), ours: TargetSet::default(), known: Vec::new() };
    let mut read_from = page.robots_url();
    let origin = page.origin();
    let copy = loop {
        let ended = walk.step(&mut visit).await;
        if let Some(copy) = state_of(&mut walk.hosts, &host).robots_of(&origin) {
            break copy.clone();
        }
        if ended.is_some() {
            let why = "robots.txt took too long".to_owned();
            let answer = RobotsAnswer::Unreachable { why };
            break RobotsCopy::learn(None, origin, answer, None, walk.clock.now());
        }
        read_from = visit.asks_robots_at().unwrap_or(read_from);
    };
    let mut state = HostState::new(host);
    let asked = state.free_at;
    state.rest(asked, settings.rest_of(&state.host), copy.answer.crawl_delay(), None);
    let rest = state.free_at.duration_since(asked);
    Some(RobotsLook {
        read_from,
        decision: access.decide(&copy.answer, &page),
        closed_to_search: robots::is_closed_to_search(&copy.answer, &page),
        copy,
        rest,
    })
}

fn access_of(settings: &MonitorSettings, opt_outs: OptOuts) -> Arc<Access> {
    Arc::new(Access { opt_outs, ignore_robots: settings.ignore_robots.clone() })
}

/// One visit, request by request, at the rest of each host.
struct Walk<'a> {
    fetch: Arc<dyn Fetch>,
    clock: Arc<dyn Clock>,
    settings: &'a MonitorSettings,
    hosts: Vec<HostState>,
    ours: TargetSet,
    known: Vec<Target>,
}

impl Walk<'_> {
    /// Makes the next request of a visit; answers what the visit came to when it is over.
    async fn step(&mut self, visit: &mut Visit) -> Option<Visited> {
        let host = visit.host();
        let now = self.clock.now();
        let state = state_of(&mut self.hosts, &host);
        let free_at = state.free_at;
        let request = match visit.need(state, now) {
            Need::Done(visited) => return Some(*visited),
            Need::Request(_) if rests_too_long(state, now) => return Some(visit.host_rests(state, now)),
            Need::Request(request) => request,
        };
        self.clock.sleep_until(free_at).await;
        let sought = Sought { targets: self.ours.clone(), known: self.known.clone(), outlinks: false };
        let answer = ask(self.fetch.clone(), request, sought).await;
        let now = self.clock.now();
        let pause = Pause::asked_by(&answer.fetched, now);
        let taken = visit.take(answer.purpose, answer.fetched, answer.read, now);
        if let Taken::Learned(learned) = &taken {
            state_of(&mut self.hosts, &learned.host).keep_robots(learned.copy.clone());
        }
        pause.rest(state_of(&mut self.hosts, &host), self.settings.rest_of(&host), now);
        if let Taken::Ended(visited) = taken { Some(*visited) } else { None }
    }
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
