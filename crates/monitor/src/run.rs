//! The one loop: leases hosts, spawns single requests, commits what was seen.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tracing::{debug, warn};
use trackward_core::{HostKey, RunRecord, RunScope, TargetSet, Visited, judge, plan, reconcile};
use trackward_fetch::{Purpose, Request, retry_after};
use trackward_store::{Batch, CheckedPage, DuePages, HostWork, LeaseId, LeaseRequest};

use crate::ask::{Answer, ask};
use crate::frontier::{Frontier, VisitId};
use crate::leased::LeasedHost;
use crate::monitor::{Monitor, MonitorError, RunRequest};
use crate::pace::Pace;
use crate::progress::Progress;
use crate::settings::Limits;
use crate::tally::{count_page, count_request};
use crate::visit::{Need, Visit};

/// A run under way.
pub(crate) struct Run<'a> {
    monitor: &'a Monitor,
    request: RunRequest,
    record: RunRecord,
    progress: &'a (dyn Fn(&Progress<'_>) + Send + Sync),
    ours: TargetSet,
    pace: Pace,
    frontier: Frontier,
    hosts: BTreeMap<HostKey, LeasedHost>,
    visits: HashMap<VisitId, Visit>,
    visits_begun: u64,
    flying: JoinSet<Flown>,
    /// Nothing more is due for now, as the store said.
    drained: bool,
    /// When the oldest page was checked that is not committed yet.
    unwritten_since: Option<Timestamp>,
    renewed_at: Timestamp,
}

/// A request that came back.
struct Flown {
    visit: VisitId,
    host: HostKey,
    began: Timestamp,
    answer: Answer,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        monitor: &'a Monitor,
        request: RunRequest,
        record: RunRecord,
        progress: &'a (dyn Fn(&Progress<'_>) + Send + Sync),
    ) -> Self {
        let now = monitor.clock.now();
        Self {
            monitor,
            request,
            record,
            progress,
            ours: monitor.settings.sites.iter().cloned().collect(),
            pace: Pace::new(monitor.settings.rate, monitor.clock.clone()),
            frontier: Frontier::default(),
            hosts: BTreeMap::new(),
            visits: HashMap::new(),
            visits_begun: 0,
            flying: JoinSet::new(),
            drained: false,
            unwritten_since: None,
            renewed_at: now,
        }
    }

    /// Goes on until nothing is due, or it is told to stop.
    pub(crate) async fn finish(mut self) -> Result<RunRecord, MonitorError> {
        loop {
            let mut paced_until = None;
            if !self.is_stopping() {
                self.lease().await?;
                paced_until = self.launch();
            }
            if self.flying.is_empty() {
                self.flush().await?;
                if self.is_stopping() {
                    break;
                }
                if self.visits.is_empty() {
                    if self.lease_again().await? {
                        continue;
                    }
                    break;
                }
            }
            self.wait(paced_until).await?;
            self.flush_in_time().await?;
        }
        self.close().await
    }

    fn now(&self) -> Timestamp {
        self.monitor.clock.now()
    }

    fn is_stopping(&self) -> bool {
        self.request.stop.is_cancelled()
            || self.request.deadline.is_some_and(|deadline| self.now() >= deadline)
    }

    /// Leases more hosts while slots might run idle.
    async fn lease(&mut self) -> Result<(), MonitorError> {
        let most = self.monitor.settings.slots * Limits::HOSTS_A_SLOT;
        while !self.drained && self.hosts.len() < most {
            let wanted = most - self.hosts.len();
            let works = self.monitor.store.lease_hosts(self.lease_request(wanted)).await?;
            self.drained = works.len() < wanted;
            for work in works {
                self.take_up(work);
            }
        }
        Ok(())
    }

    /// Asks once more when everything is done: pages may be left of a large host or became due meanwhile.
    async fn lease_again(&mut self) -> Result<bool, MonitorError> {
        self.drained = false;
        self.lease().await?;
        Ok(!self.visits.is_empty())
    }

    fn lease_request(&self, hosts: usize) -> LeaseRequest {
        let (due, only) = match &self.request.scope {
            RunScope::Due => (DuePages::Planned, Vec::new()),
            RunScope::All => (DuePages::NotCheckedSince(self.record.started), Vec::new()),
            RunScope::Hosts(hosts) => (DuePages::NotCheckedSince(self.record.started), hosts.clone()),
        };
        LeaseRequest {
            now: self.now(),
            hold: Limits::LEASE,
            hosts,
            pages_a_host: Limits::PAGES_A_HOST,
            due,
            only,
            even_idle: false,
        }
    }

    /// Takes a leased host into the frontier, with a visit for each of its due pages.
    fn take_up(&mut self, work: HostWork) {
        let now = self.now();
        let host = work.lease.host.clone();
        let mut leased = LeasedHost::new(Some(work.lease), work.state);
        if work.unclean {
            leased.state.rest(now, self.monitor.settings.rest, None, None);
        }
        leased.more = work.pages.len() == Limits::PAGES_A_HOST;
        if leased.is_parked(now) {
            leased.parked = work.pages.len();
            self.hosts.insert(host, leased);
            return;
        }
        leased.open = work.pages.len();
        self.record.hosts += 1;
        self.frontier.know(&host, leased.state.free_at, leased.request_ms(self.monitor.settings.rest));
        self.hosts.insert(host.clone(), leased);
        for page in work.pages {
            let id = VisitId(self.visits_begun);
            self.visits_begun += 1;
            self.visits.insert(id, Visit::new(page, &self.monitor.settings.policy, now));
            self.frontier.enqueue(&host, id);
        }
    }

    /// Spawns requests to rested hosts while slots are free; answers from when on the rate allows more.
    fn launch(&mut self) -> Option<Timestamp> {
        while self.flying.len() < self.monitor.settings.slots {
            let now = self.now();
            let Some((host, id)) = self.frontier.next(now) else { break };
            let state = &self.hosts.get(&host).expect("named hosts are in hand").state;
            let visit = self.visits.get_mut(&id).expect("waiting visits are open");
            match visit.need(state, now) {
                Need::Request(request) => {
                    if let Err(until) = self.pace.take() {
                        self.frontier.requeue(&host, id);
                        self.frontier.answered(&host, now);
                        return Some(until);
                    }
                    self.spawn(id, host, request, now);
                }
                Need::Done(visited) => {
                    self.frontier.answered(&host, now);
                    self.end(id, *visited, &host);
                }
            }
        }
        None
    }

    fn spawn(&mut self, visit: VisitId, host: HostKey, request: Request, began: Timestamp) {
        let known: Vec<_> = self.visits[&visit].targets().cloned().collect();
        let mut targets = self.ours.clone();
        targets.extend(known.iter().cloned());
        let hold = self.monitor.clock.hold();
        let asking = ask(self.monitor.fetch.clone(), request, Arc::new(targets), known, hold);
        self.flying.spawn(async move { Flown { visit, host, began, answer: asking.await } });
    }

    /// Waits for whatever comes first: an answer, a rested host, the rate, or the order to stop.
    async fn wait(&mut self, paced_until: Option<Timestamp>) -> Result<(), MonitorError> {
        let slot_free = self.flying.len() < self.monitor.settings.slots && !self.is_stopping();
        let wake = if slot_free { paced_until.or_else(|| self.frontier.wakes_at()) } else { None };
        let wake = [wake, self.request.deadline].into_iter().flatten().min();
        let stopping = self.is_stopping();
        let flown = tokio::select! {
            biased;
            Some(flown) = self.flying.join_next() => Some(flown),
            () = self.request.stop.cancelled(), if !stopping => None,
            () = self.monitor.clock.sleep_until(wake.unwrap_or(Timestamp::MAX)), if wake.is_some() && !stopping => None,
        };
        match flown {
            Some(Ok(flown)) => self.take(flown).await,
            Some(Err(fault)) => {
                // The task that fetches contains the parser's panics, so this is a defect of the fetcher itself.
                std::panic::resume_unwind(fault.into_panic())
            }
            None => Ok(()),
        }
    }

    /// Takes an answer: rests its host, and sends the visit on or ends it.
    async fn take(&mut self, flown: Flown) -> Result<(), MonitorError> {
        let Flown { visit: id, host, began, answer } = flown;
        let now = self.now();
        count_request(&mut self.record, &answer.fetched);
        let visit = self.visits.get_mut(&id).expect("flying visits are open");
        let wait = answer.fetched.outcome.as_ref().ok().and_then(|response| retry_after(response, now));
        let origin = answer.fetched.url.origin();
        let (visited, learned) = match answer.purpose {
            Purpose::Robots => (None, visit.take_robots(&answer.fetched, now)),
            Purpose::Page => (visit.take_page(answer.fetched, answer.read, now), None),
        };
        if let Some(learned) = learned
            && let Some(leased) = self.hosts.get_mut(&learned.host)
        {
            leased.state.keep_robots(learned.copy);
        }
        self.rest(&host, &origin, began, now, wait);
        match visited {
            Some(visited) => self.end(id, visited, &host),
            None => self.send_on(id, &host).await?,
        }
        self.park(&host);
        Ok(())
    }

    fn rest(
        &mut self,
        host: &HostKey,
        origin: &str,
        began: Timestamp,
        now: Timestamp,
        retry_after: Option<SignedDuration>,
    ) {
        let rest = self.monitor.settings.rest;
        let leased = self.hosts.get_mut(host).expect("asked hosts are in hand");
        leased.asked(began, now);
        let crawl_delay = leased.state.robots_of(origin).and_then(|copy| copy.answer.crawl_delay());
        leased.state.rest(now, rest, crawl_delay, retry_after);
        self.frontier.know(host, leased.state.free_at, leased.request_ms(rest));
        self.frontier.answered(host, leased.state.free_at);
    }

    /// Lets a visit wait for the host of its next request, which a redirect may have changed.
    async fn send_on(&mut self, id: VisitId, from: &HostKey) -> Result<(), MonitorError> {
        let visit = &self.visits[&id];
        let (home, to) = (visit.page.url.host_key(), visit.host());
        if to != *from {
            self.hold(&to).await?;
            self.needs(&to, &home, true);
            self.needs(from, &home, false);
        }
        self.frontier.requeue(&to, id);
        self.park(&to);
        Ok(())
    }

    /// Lets go of the visits that wait for a host which asked for a long pause.
    fn park(&mut self, host: &HostKey) {
        let now = self.now();
        if !self.hosts.get(host).is_some_and(|leased| leased.is_parked(now)) {
            return;
        }
        for id in self.frontier.take_waiting(host) {
            let visit = self.visits.get_mut(&id).expect("waiting visits are open");
            let leased = self.hosts.get_mut(host).expect("it was found above");
            if let Need::Done(visited) = visit.need(&leased.state, now) {
                self.end(id, *visited, host);
            } else if visit.page.url.host_key() == *host {
                self.visits.remove(&id);
                leased.open -= 1;
                leased.parked += 1;
            } else {
                let visited = visit.host_rests(now);
                self.end(id, visited, host);
            }
        }
    }

    /// Makes sure that a host is in hand: leased, or asked as a stranger where another worker holds it.
    async fn hold(&mut self, host: &HostKey) -> Result<(), MonitorError> {
        if self.hosts.contains_key(host) {
            return Ok(());
        }
        let request = LeaseRequest { only: vec![host.clone()], even_idle: true, ..self.lease_request(1) };
        if let Some(work) = self.monitor.store.lease_hosts(request).await?.pop() {
            self.take_up(work);
        } else {
            debug!(%host, "host is in another hand");
            self.hosts.insert(host.clone(), LeasedHost::stranger(host.clone()));
        }
        Ok(())
    }

    /// Counts a visit that a redirect led away from its home among those that need a host.
    fn needs(&mut self, host: &HostKey, home: &HostKey, need: bool) {
        if host == home {
            return;
        }
        let leased = self.hosts.get_mut(host).expect("hosts of open visits are in hand");
        leased.open = if need { leased.open + 1 } else { leased.open - 1 };
    }

    /// Judges a finished visit and draws states and events from it.
    fn end(&mut self, id: VisitId, visited: Visited, at: &HostKey) {
        let visit = self.visits.remove(&id).expect("finished visits were open");
        let page = visit.page;
        let policy = &self.monitor.settings.policy;
        let seen = judge(visited, &page.memory, &page.links, policy);
        let next = reconcile(&page.links, &page.memory, &seen, policy, self.record.id);
        let all: Vec<_> = next.links.iter().chain(&next.appeared).cloned().collect();
        let plan = plan(&all, &next.memory, policy, &self.monitor.settings.cadence, seen.at);
        count_page(&mut self.record, &seen, &page.links, &all, &next.events);
        (self.progress)(&Progress {
            page: &page.url,
            observation: &seen,
            events: &next.events,
            checked: self.record.pages,
            waiting: self.visits.len() as u64,
        });
        let changed = next.links.into_iter().zip(&page.links).filter(|(now, was)| now != *was);
        let checked = CheckedPage {
            links: changed.map(|(link, _)| link).collect(),
            url: page.url,
            memory: next.memory,
            plan,
            appeared: next.appeared,
            events: next.events,
            evidence: next.evidence,
        };
        let home = checked.url.host_key();
        self.needs(at, &home, false);
        let leased = self.hosts.get_mut(&home).expect("hosts of open visits are in hand");
        leased.open -= 1;
        leased.checked.push(checked);
        self.unwritten_since.get_or_insert(seen.at);
    }

    async fn flush_in_time(&mut self) -> Result<(), MonitorError> {
        let now = self.now();
        let pages: usize = self.hosts.values().map(|host| host.checked.len()).sum();
        let old = self.unwritten_since.is_some_and(|since| now.duration_since(since) >= Limits::BATCH_AGE);
        if pages >= Limits::BATCH_PAGES || old {
            self.flush().await?;
        }
        if now.duration_since(self.renewed_at) >= Limits::RENEW {
            self.renewed_at = now;
            let leases: Vec<LeaseId> = self.hosts.values().filter_map(|host| host.lease.clone()).collect();
            self.monitor.store.renew(&leases, now + Limits::LEASE).await?;
        }
        Ok(())
    }

    /// Commits what was seen since the last commit, and lets go of hosts that are done.
    async fn flush(&mut self) -> Result<(), MonitorError> {
        self.unwritten_since = None;
        let worth = self.hosts.values_mut().filter(|host| host.has_news() || host.is_done());
        let hosts: Vec<_> = worth.filter_map(LeasedHost::batch).collect();
        for (host, done) in self.hosts.extract_if(.., |_, host| host.is_done()) {
            self.frontier.forget(&host);
            self.drained &= !done.more;
        }
        if hosts.is_empty() {
            return Ok(());
        }
        let committed = self.monitor.store.commit(Batch { hosts, run: Some(self.record.clone()) }).await?;
        for lease in &committed.lost {
            warn!(host = %lease.host, "lease was lost, what was seen there is dropped");
        }
        Ok(())
    }

    /// Gives back what was not come to, and writes down how the run ended.
    async fn close(mut self) -> Result<RunRecord, MonitorError> {
        self.record.left = self.monitor.store.count_due(&self.lease_request(0)).await?;
        let leases: Vec<LeaseId> = self.hosts.values().filter_map(|host| host.lease.clone()).collect();
        self.monitor.store.release(&leases).await?;
        self.record.ended = Some(self.now());
        let batch = Batch { hosts: Vec::new(), run: Some(self.record.clone()) };
        self.monitor.store.commit(batch).await?;
        let links = self.monitor.store.counts().await?;
        Ok(RunRecord { links, ..self.record })
    }
}
