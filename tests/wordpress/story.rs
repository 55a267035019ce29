//! What is watched in one test, what was told of it, and what was expected.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use trackward_core::{
    Clock, Event, EventKind, Kind, Link, LinkState, NewWatch, PageUrl, Sighting, StateName, Target, Watched,
};
use trackward_discover::{Means, search};
use trackward_fetch::{AddressGate, FetchSettings, HttpFetch, UserAgent, robots};
use trackward_monitor::{
    ExploreRequest, Explored, Explorer, Monitor, MonitorSettings, Progress, RunRequest, SimulatedClock,
};
use trackward_store::{EventQuery, LinkQuery, MemoryStore, Store};
use trackward_tests::{hours, start};

/// Time between two runs: what is not due is not looked at.
const EVERY: SignedDuration = SignedDuration::from_hours(6);

/// A store, a monitor and simulated time, with everything that was told so far.
#[derive(Debug)]
pub(crate) struct Story {
    name: &'static str,
    clock: Arc<SimulatedClock>,
    store: Arc<MemoryStore>,
    monitor: Monitor,
    heard: usize,
    faults: Vec<String>,
}

impl Story {
    /// A story in which nothing is watched yet.
    pub(crate) fn new(name: &'static str) -> Self {
        let clock = Arc::new(SimulatedClock::new(start()));
        let store = Arc::new(MemoryStore::new());
        let gate = AddressGate::default().allow("127.0.0.0/8".parse().expect("a network"));
        let agent = UserAgent::new(Some("https://ours.example/bot")).expect("a contact");
        let fetch = HttpFetch::new(FetchSettings { agent, gate }).expect("a client");
        let sites = vec![Target::parse("127.0.0.2").expect("a target")];
        let settings = MonitorSettings { sites, own_pages: false, ..MonitorSettings::default() };
        let monitor = Monitor::new(store.clone(), Arc::new(fetch), clock.clone(), settings);
        Self { name, clock, store, monitor, heard: 0, faults: Vec::new() }
    }

    /// Watches a trackback that was sent to a page just now.
    pub(crate) async fn sent(&self, page: &str, target: &str) {
        let (page, target) =
            (PageUrl::parse(page).expect("a page"), Target::parse(target).expect("a target"));
        let now = self.clock.now();
        let watch = NewWatch { kind: Some(Kind::Trackback), sent: Some(now), ..NewWatch::new(page, target) };
        self.store.add(vec![watch], now).await.expect("the store works");
    }

    /// Lets so many days go by, with a run every six hours.
    pub(crate) async fn days(&self, days: i64) {
        let end = self.clock.now() + hours(24 * days);
        while self.clock.now() < end {
            self.clock.advance_to(self.clock.now() + EVERY);
            self.monitor.run(RunRequest::due(), &|_| ()).await.expect("the store works");
        }
    }

    /// Searches the host of a page by its feeds.
    pub(crate) async fn search_feeds(&self, page: &str) -> Explored {
        let front = PageUrl::parse(page).expect("a page").front_page();
        let (scout, orders) = Explorer::new();
        let request = ExploreRequest {
            budget: 100,
            pages_a_host: 100,
            clicks: 1,
            deny: robots::parse(b""),
            deadline: None,
            stop: CancellationToken::new(),
        };
        let means = Means { feeds: true, ..Means::NONE };
        let told = |_: &Progress<'_>| ();
        let exploring = self.monitor.explore(request, orders, &told);
        let (explored, ()) = tokio::join!(exploring, search(scout, vec![front], means));
        explored.expect("the store works")
    }

    /// Compares what was told since the last time; each line is `PATH OF OUR PAGE: EVENT`.
    pub(crate) async fn tells(&mut self, step: &str, expected: &[&str]) -> Vec<Event> {
        let query = EventQuery { limit: 10_000, ..EventQuery::default() };
        let events = self.store.events(query).await.expect("the store works");
        let new: Vec<Event> = events.rows.into_iter().map(|(_, event)| event).skip(self.heard).collect();
        self.heard += new.len();
        let told: Vec<String> = new.iter().map(in_short).collect();
        if told != expected {
            self.fault(step, &format!("expected {expected:?}, told {told:?}")).await;
        }
        new
    }

    /// The link to `target` on `page`.
    pub(crate) async fn link(&self, page: &str, target: &str) -> Link {
        let page = PageUrl::parse(page).expect("a page");
        let target = Target::parse(target).expect("a target");
        let mut links = self.links().await.into_iter().map(|watched| watched.link);
        links.find(|link| link.page == page && link.target == target).expect("it is watched")
    }

    /// Expects a link to be in one of these states.
    pub(crate) async fn is_in(&mut self, step: &str, page: &str, target: &str, states: &[StateName]) {
        let state = self.link(page, target).await.state.name();
        if !states.contains(&state) {
            self.fault(step, &format!("{target} on {page} is {state}, expected {states:?}")).await;
        }
    }

    /// Expects that a page cannot be checked: without it an outage would prove nothing.
    pub(crate) async fn is_unread(&mut self, step: &str, page: &str) {
        let page = PageUrl::parse(page).expect("a page");
        let unread = |watched: &Watched| watched.link.page == page && watched.memory.unreadable.is_some();
        if !self.links().await.iter().any(unread) {
            self.fault(step, "the page was read").await;
        }
    }

    /// Notes that something is not as it should be; the story goes on, so that one run shows all of it.
    pub(crate) async fn fault(&mut self, step: &str, what: &str) {
        let mut lines = vec![format!("{}, {step}: {what}", self.name)];
        lines.extend(self.links().await.iter().map(|watched| format!("    {}", in_one_line(watched))));
        self.faults.push(lines.join("\n"));
    }

    /// Ends the story: it must have gone as expected throughout.
    pub(crate) fn end(self) {
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
    }

    async fn links(&self) -> Vec<Watched> {
        let query = LinkQuery { limit: 10_000, ..LinkQuery::default() };
        self.store.links(query).await.expect("the store works").rows
    }
}

/// How a link was seen, of an event that says so.
pub(crate) fn sighting(event: &Event) -> Option<&Sighting> {
    match &event.what {
        EventKind::Approved { seen, .. } | EventKind::Appeared { seen } => Some(seen),
        _ => None,
    }
}

fn in_short(event: &Event) -> String {
    let target = event.target.as_ref().map(ToString::to_string).unwrap_or_default();
    let path = target.rsplit('/').next().unwrap_or_default();
    match &event.what {
        EventKind::Removed { reason, .. } => format!("{path}: removed {reason}"),
        other => format!("{path}: {}", other.name()),
    }
}

fn in_one_line(watched: &Watched) -> String {
    let Watched { link, memory, .. } = watched;
    let rule = memory.last.map(|(_, rule)| rule.to_string()).unwrap_or_default();
    let placed =
        link.seen.as_ref().map(|seen| (seen.placement.to_string(), &seen.placed_by, &seen.container));
    let reason = match &link.state {
        LinkState::Missing { missed, .. } => missed.reason.as_str(),
        _ => "",
    };
    format!("{} on {}: {} {reason} by {rule}, {placed:?}", link.target, link.page, link.state.name())
}
