//! The one loop: leases hosts, spawns single requests, commits what was seen.

mod errand;
mod explore;
mod outcome;
mod signals;
mod watch;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};
use trackward_core::{
    Class, Hold, HostGuard, HostKey, Lesson, Ours, PageUrl, Policy, RunRecord, RunRhythm, RunScope,
};
use trackward_fetch::Request;
use trackward_store::{Batch, DuePages, HostWork, LeaseId, LeaseRequest};

use crate::access::Access;
use crate::ask::{Answer, Sought, ask};
use crate::doubts::Doubts;
use crate::explore::{Order, Orders};
use crate::frontier::{Frontier, VisitId};
use crate::leased::{LeasedHost, Pause};
use crate::monitor::{Monitor, MonitorError, RunRequest};
use crate::pace::{Pace, Wait};
use crate::progress::Progress;
use crate::run::errand::Errand;
use crate::run::explore::{Afford, Exploring};
use crate::run::outcome::Finished;
use crate::run::signals::Signals;
use crate::run::watch::{Watching, told_to_cut};
use crate::settings::Limits;
use crate::tally::count_request;
use crate::timetable::{Timetable, rhythm_of_runs};
use crate::visit::{Need, Taken, Visit};

/// A run under way.
pub(crate) struct Run<'a> {
    monitor: &'a Monitor,
    request: RunRequest,
    /// Set for a run that goes on with what becomes due meanwhile.
    watching: Option<Watching>,
    /// Set for a run that looks for new pages.
    exploring: Option<Exploring>,
    /// What it is asked to look at, as long as anybody may ask.
    orders: Option<Orders>,
    record: RunRecord,
    progress: &'a (dyn Fn(&Progress<'_>) + Send + Sync),
    ours: Ours,
    policy: Policy,
    /// The policy while the run distrusts itself.
    distrustful: Policy,
    doubts: Doubts,
    /// What went missing on each host in this run.
    guards: HashMap<HostKey, HostGuard>,
    /// Pages whose links are proven to be lost, if the run can be trusted.
    removing: Vec<Finished>,
    /// Visits that are no check of a due page.
    errands: HashMap<VisitId, Errand>,
    /// Hosts whose control page was asked for, and whether it reads well.
    controls: BTreeMap<HostKey, bool>,
    /// Pages of ours that were noted in this run ...
    targets: BTreeSet<PageUrl>,
    /// ... and not asked for yet.
    targets_to_ask: Vec<PageUrl>,
    pace: Pace,
    timetable: Timetable,
    /// The last page that the budget allows, where more are due.
    cut: Option<(Class, Timestamp)>,
    /// Visits that asked for a robots.txt: the budget is to hold their pages too.
    promised: HashSet<VisitId>,
    /// The budget is spent: the rest waits for a later run.
    is_spent: bool,
    /// What brings other checks forward.
    signals: Signals,
    /// What owners of hosts have told the team.
    access: Arc<Access>,
    frontier: Frontier,
    hosts: BTreeMap<HostKey, LeasedHost>,
    visits: HashMap<VisitId, Visit>,
    visits_begun: u64,
    /// Visits that wait until another has asked for the robots.txt of their origin.
    awaiting_robots: HashMap<String, Vec<VisitId>>,
    asked_hosts: BTreeSet<HostKey>,
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
    /// Simulated time stands still until the answer was taken, not only until it came.
    _hold: Hold,
}

/// What a run waited for.
enum Came {
    Answer(Box<Result<Flown, tokio::task::JoinError>>),
    /// None when nobody can ask any more.
    Order(Option<Order>),
    Time,
}

/// The next thing an explorer asks for.
async fn next_order(orders: &mut Option<Orders>) -> Option<Order> {
    match orders {
        Some(orders) => orders.0.recv().await,
        None => std::future::pending().await,
    }
}

/// Brings pages forward that only a wrong clock can have planned so late.
async fn pull_in(monitor: &Monitor, timetable: &Timetable, now: Timestamp) -> Result<(), MonitorError> {
    let longest = monitor.settings.longest_plan().max(timetable.terms(&monitor.settings.policy).longest);
    let moved = monitor.store.pull_in(now.saturating_add(longest).unwrap_or(Timestamp::MAX)).await?;
    if moved > 0 {
        warn!(pages = moved, "pages were planned too far ahead, the clock must have been wrong");
    }
    Ok(())
}

impl<'a> Run<'a> {
    /// A run that begins: reads which runs before it were held, and how much is live.
    pub(crate) async fn begin(
        monitor: &'a Monitor,
        request: RunRequest,
        is_service: bool,
        progress: &'a (dyn Fn(&Progress<'_>) + Send + Sync),
    ) -> Result<Self, MonitorError> {
        let now = monitor.clock.now();
        let policy = &monitor.settings.policy;
        let begun = monitor.store.begin_run(request.scope.clone(), now).await?;
        let record = RunRecord { policy: policy.fingerprint(), ..begun };
        let doubts = Doubts::load(&*monitor.store, now).await?;
        let rhythm = if is_service {
            RunRhythm::Service
        } else {
            rhythm_of_runs(&*monitor.store, now, Some(now)).await?
        };
        let mut timetable = Timetable::load(&*monitor.store, &monitor.settings, rhythm, now).await?;
        if request.scope != RunScope::Discovery {
            timetable.replan(&*monitor.store, policy, now).await?;
            pull_in(monitor, &timetable, now).await?;
        }
        Ok(Self {
            monitor,
            request,
            watching: None,
            exploring: None,
            orders: None,
            progress,
            ours: Ours::new(monitor.settings.sites.iter().cloned(), monitor.settings.clients.clone()),
            policy: doubts.policy(policy, None),
            distrustful: doubts.policy(policy, Some(record.id)),
            record,
            doubts,
            guards: HashMap::new(),
            removing: Vec::new(),
            errands: HashMap::new(),
            controls: BTreeMap::new(),
            targets: BTreeSet::new(),
            targets_to_ask: Vec::new(),
            pace: Pace::new(monitor.settings.rate, monitor.settings.network_rate, monitor.clock.clone()),
            timetable,
            cut: None,
            promised: HashSet::new(),
            is_spent: false,
            signals: Signals::default(),
            access: monitor.access().await?,
            frontier: Frontier::default(),
            hosts: BTreeMap::new(),
            visits: HashMap::new(),
            visits_begun: 0,
            awaiting_robots: HashMap::new(),
            asked_hosts: BTreeSet::new(),
            flying: JoinSet::new(),
            drained: false,
            unwritten_since: None,
            renewed_at: now,
        })
    }

    /// Goes on with what becomes due until an instant, unless nothing does before; or until it is cut short.
    pub(crate) fn watch(mut self, until: Timestamp, cut: CancellationToken) -> Self {
        self.watching = Some(Watching::new(until, cut, self.now()));
        self
    }

    /// Goes on until nothing is due, or it is told to stop.
    pub(crate) async fn finish(mut self) -> Result<RunRecord, MonitorError> {
        loop {
            let mut paced_until = None;
            if !self.is_stopping() {
                self.keep_watch();
                let was_over = self.is_over();
                if was_over {
                    self.put_back_waiting();
                } else {
                    self.lease().await?;
                    self.ask_targets().await?;
                }
                paced_until = self.launch();
                if self.is_over() && !was_over {
                    continue; // the budget was just spent: nothing waits for more of it
                }
            }
            if self.flying.is_empty() {
                if !self.is_stopping() && self.visits.is_empty() {
                    if self.wait_for_more().await? {
                        continue;
                    }
                    if self.ask_controls().await? {
                        continue;
                    }
                }
                if self.is_stopping() || self.visits.is_empty() {
                    self.decide_removals();
                }
                self.flush().await?;
                if self.is_stopping() {
                    break;
                }
                if self.visits.is_empty() {
                    self.follow_signals().await?;
                    if !self.is_over() && (!self.targets_to_ask.is_empty() || self.lease_again().await?) {
                        continue;
                    }
                    break;
                }
            }
            self.wait(paced_until).await?;
            self.flush_in_time().await?;
        }
        self.record.left = self.monitor.store.count_due(&self.left_request()).await?;
        let (left, is_trusted) = (self.record.left, self.doubts.hold().is_none());
        let lesson = self.timetable.lesson(left, is_trusted);
        self.close(Some(lesson)).await
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
        loop {
            let wanted = most.saturating_sub(self.hosts.values().filter(|host| host.open > 0).count());
            if self.drained || wanted == 0 {
                return Ok(());
            }
            self.cut_to_budget().await?;
            let works = self.monitor.store.lease_hosts(self.lease_request(wanted)).await?;
            self.drained = works.len() < wanted;
            for work in works {
                self.take_up(work);
            }
        }
    }

    /// Finds out which of the due pages go first where the budget does not allow all.
    async fn cut_to_budget(&mut self) -> Result<(), MonitorError> {
        let now = self.now();
        if self.is_scheduled()
            && let Some(allowed) = self.timetable.allowance(now)
        {
            let in_hand = self.visits.len() as u64;
            let request = LeaseRequest { cut: None, ..self.lease_request(0) };
            // A page may take a request for its robots.txt too; what is left over is leased for later.
            let pages = allowed.saturating_sub(in_hand).div_ceil(2);
            self.cut = self.monitor.store.cut(&request, pages).await?;
        }
        Ok(())
    }

    /// Whether the schedule decides what is checked, and its budget holds: not where a person asks for it.
    fn is_scheduled(&self) -> bool {
        self.request.scope == RunScope::Due
    }

    /// Asks once more when everything is done: pages may be left of a large host or became due meanwhile.
    async fn lease_again(&mut self) -> Result<bool, MonitorError> {
        self.drained = false;
        self.lease().await?;
        Ok(!self.visits.is_empty())
    }

    fn lease_request(&self, hosts: usize) -> LeaseRequest {
        let (due, only) = match &self.request.scope {
            RunScope::Due | RunScope::Discovery => (DuePages::Planned, Vec::new()),
            RunScope::All => (DuePages::NotCheckedSince(self.record.started), Vec::new()),
            RunScope::Hosts(hosts) => (DuePages::NotCheckedSince(self.record.started), hosts.clone()),
        };
        LeaseRequest {
            now: self.now(),
            hold: Limits::LEASE,
            hosts,
            pages_a_host: Limits::PAGES_A_HOST,
            due,
            cut: self.cut,
            only,
            even_idle: false,
        }
    }

    /// What the run should have come to: one that was cut short by its time leaves what became due in it to the next.
    fn left_request(&self) -> LeaseRequest {
        let due_before = if self.is_over() && !self.is_stopping() { self.record.started } else { self.now() };
        LeaseRequest { now: due_before, ..self.lease_request(0) }
    }

    /// Takes a leased host into the frontier, with a visit for each of its due pages.
    fn take_up(&mut self, mut work: HostWork) {
        let now = self.now();
        let host = work.lease.host.clone();
        let rest = self.monitor.settings.rest_of(&host);
        let mut leased = LeasedHost::new(Some(work.lease), work.state);
        leased.state.clamp_rest(now);
        if work.unclean {
            leased.state.rest(now, rest, None, None);
        }
        leased.more = work.pages.len() == Limits::PAGES_A_HOST;
        leased.turn_to_another_probe(&mut work.pages);
        self.frontier.know(&host, leased.state.free_at, leased.request_ms(rest));
        self.hosts.insert(host.clone(), leased);
        for page in work.pages {
            let id = self.open(Visit::new(page, self.access.clone(), &self.policy, now));
            self.frontier.enqueue(&host, id);
        }
        self.park(&host);
    }

    /// Opens a visit: its hosts are needed from now on.
    fn open(&mut self, visit: Visit) -> VisitId {
        let id = VisitId(self.visits_begun);
        self.visits_begun += 1;
        self.pin(&visit.hosts());
        self.visits.insert(id, visit);
        id
    }

    /// Spawns requests to rested hosts while slots are free; answers from when on the rate allows more.
    fn launch(&mut self) -> Option<Timestamp> {
        let is_scheduled = self.is_scheduled();
        while self.flying.len() < self.monitor.settings.slots {
            let now = self.now();
            let Some((host, id)) = self.frontier.next(now) else { break };
            let state = &self.hosts.get(&host).expect("named hosts are in hand").state;
            let visit = self.visits.get_mut(&id).expect("waiting visits are open");
            let lacks_robots = visit.lacks_robots_of(state, now);
            if is_scheduled && !visit.has_asked() && !self.promised.contains(&id) {
                let needed = 1 + u64::from(lacks_robots.is_some()) + self.promised.len() as u64;
                if let Some(until) = self.timetable.spent_until(needed, now) {
                    self.frontier.requeue(&host, id);
                    self.frontier.answered(&host, until);
                    self.is_spent = self.watching.is_none();
                    continue;
                }
            }
            if let Some(exploring) = &self.exploring {
                match exploring.afford(id, 1 + u64::from(lacks_robots.is_some())) {
                    Afford::Yes => {}
                    Afford::Later => {
                        self.frontier.requeue(&host, id);
                        self.frontier.answered(&host, now + Limits::BATCH_AGE);
                        continue;
                    }
                    Afford::No => {
                        self.frontier.answered(&host, now);
                        self.put_off(id);
                        continue;
                    }
                }
            }
            if let Some(origin) = lacks_robots {
                if let Some(waiting) = self.awaiting_robots.get_mut(&origin) {
                    waiting.push(id);
                    self.frontier.answered(&host, now);
                    continue;
                }
                self.awaiting_robots.insert(origin, Vec::new());
            }
            match visit.need(state, now) {
                Need::Request(request) => match self.pace.take(state.peer) {
                    Ok(()) => self.spawn(id, host, request, now),
                    Err(wait) => {
                        self.frontier.requeue(&host, id);
                        match wait {
                            Wait::Network(until) => self.frontier.answered(&host, until),
                            Wait::All(until) => {
                                self.frontier.answered(&host, now);
                                return Some(until);
                            }
                        }
                    }
                },
                Need::Done(visited) => {
                    let asked_robots_of = visit.asks_robots_of();
                    self.frontier.answered(&host, now);
                    self.end(id, *visited);
                    self.wake_those_awaiting(asked_robots_of);
                }
            }
        }
        None
    }

    fn spawn(&mut self, visit: VisitId, host: HostKey, request: Request, began: Timestamp) {
        if self.is_scheduled() {
            self.timetable.spend();
        }
        if let Some(exploring) = &mut self.exploring {
            exploring.spend(visit, request.purpose);
        }
        if self.visits[&visit].has_asked() {
            self.promised.remove(&visit);
        } else {
            self.promised.insert(visit);
        }
        self.tell_override(visit);
        let visited = &self.visits[&visit];
        let known: Vec<_> = visited.targets().cloned().collect();
        let mut targets = self.ours.sought_on(visited.page());
        targets.extend(known.iter().cloned());
        let hold = self.monitor.clock.hold();
        let sought = Sought { targets, known, outlinks: self.exploring.is_some() };
        let asking = ask(self.monitor.fetch.clone(), request, sought);
        self.flying.spawn(async move { Flown { visit, host, began, answer: asking.await, _hold: hold } });
    }

    /// Warns, and notes once a run and host, that a robots.txt is not obeyed, and by which permission.
    fn tell_override(&mut self, visit: VisitId) {
        let Some((host, permission)) = self.visits[&visit].overrides() else { return };
        if let Entry::Vacant(noted) = self.record.overrides.entry(host) {
            let host = noted.key();
            warn!(%host, permission, "robots.txt is overridden, as its owner permitted in writing");
            noted.insert(permission.to_owned());
        }
    }

    /// Waits for whatever comes first: an answer, a rested host, the rate, or the order to stop.
    async fn wait(&mut self, paced_until: Option<Timestamp>) -> Result<(), MonitorError> {
        let slot_free = self.flying.len() < self.monitor.settings.slots && !self.is_stopping();
        let wake = if slot_free { paced_until.or_else(|| self.frontier.wakes_at()) } else { None };
        let wake = [wake, self.request.deadline, self.watch_wakes_at()].into_iter().flatten().min();
        let stopping = self.is_stopping();
        if stopping && self.flying.is_empty() {
            return Ok(()); // it was told to stop only now
        }
        let came = tokio::select! {
            biased;
            Some(flown) = self.flying.join_next() => Came::Answer(Box::new(flown)),
            order = next_order(&mut self.orders), if !stopping => Came::Order(order),
            () = self.request.stop.cancelled(), if !stopping => Came::Time,
            () = told_to_cut(self.watching.as_ref()), if !stopping => Came::Time,
            () = self.monitor.clock.sleep_until(wake.unwrap_or(Timestamp::MAX)), if wake.is_some() && !stopping => Came::Time,
        };
        match came {
            // The task that fetches contains the parser's panics: one here is a defect of the fetcher itself.
            Came::Answer(flown) => match *flown {
                Ok(flown) => self.take(flown).await,
                Err(fault) => std::panic::resume_unwind(fault.into_panic()),
            },
            Came::Order(Some(order)) => self.take_order(order).await,
            Came::Order(None) => {
                self.orders = None;
                Ok(())
            }
            Came::Time => Ok(()),
        }
    }

    /// Takes an answer: rests its host, and sends the visit on or ends it.
    async fn take(&mut self, flown: Flown) -> Result<(), MonitorError> {
        let Flown { visit: id, host, began, answer, _hold } = flown;
        let now = self.now();
        count_request(&mut self.record, &answer.fetched);
        let Answer { purpose, fetched, read, outlinks } = answer;
        if let Some(exploring) = &mut self.exploring {
            exploring.keep_outlinks(id, outlinks);
        }
        let pause = Pause::asked_by(&fetched, now);
        let visit = self.visits.get_mut(&id).expect("flying visits are open");
        let peer = fetched.peer;
        let (pinned, asked_robots_of) = (visit.hosts(), visit.asks_robots_of());
        let taken = visit.take(purpose, fetched, read, now);
        if let Taken::Learned(learned) = &taken {
            // Before the host rests: its robots.txt may ask for a longer pause.
            let leased = self.hosts.get_mut(&learned.host).expect("hosts of open visits are in hand");
            leased.state.keep_robots(learned.copy.clone());
        }
        self.rest(&host, &pause, peer, (began, now));
        match taken {
            Taken::Ended(visited) => self.end(id, *visited),
            Taken::GoesOn | Taken::Learned(_) => self.send_on(id, &pinned).await?,
        }
        let still_asks = self.visits.get(&id).and_then(Visit::asks_robots_of);
        if still_asks.is_none() {
            self.wake_those_awaiting(asked_robots_of);
        }
        self.park(&host);
        Ok(())
    }

    fn rest(
        &mut self,
        host: &HostKey,
        pause: &Pause,
        peer: Option<IpAddr>,
        (began, now): (Timestamp, Timestamp),
    ) {
        let rest = self.monitor.settings.rest_of(host);
        self.asked_hosts.insert(host.clone());
        let leased = self.hosts.get_mut(host).expect("asked hosts are in hand");
        leased.asked(began, now);
        leased.state.peer = peer.or(leased.state.peer);
        pause.rest(&mut leased.state, rest, now);
        self.frontier.know(host, leased.state.free_at, leased.request_ms(rest));
        self.frontier.answered(host, leased.state.free_at);
    }

    /// Lets a visit wait for the host of its next request, which a redirect may have changed; `pinned` are the
    /// hosts that it needed so far.
    async fn send_on(&mut self, id: VisitId, pinned: &[HostKey]) -> Result<(), MonitorError> {
        let visit = &self.visits[&id];
        let (needed, to) = (visit.hosts(), visit.host());
        for host in &needed {
            self.hold(host).await?;
        }
        self.pin(&needed);
        self.unpin(pinned);
        self.frontier.requeue(&to, id);
        self.park(&to);
        Ok(())
    }

    /// Counts one more visit that needs these hosts.
    fn pin(&mut self, hosts: &[HostKey]) {
        for host in hosts {
            self.hosts.get_mut(host).expect("needed hosts are in hand").open += 1;
        }
    }

    /// Counts one visit less that needs these hosts.
    fn unpin(&mut self, hosts: &[HostKey]) {
        for host in hosts {
            self.hosts.get_mut(host).expect("hosts of open visits are in hand").open -= 1;
        }
    }

    /// Puts the visits that waited for an origin's robots.txt back to their hosts.
    fn wake_those_awaiting(&mut self, origin: Option<String>) {
        let waiting = origin.and_then(|origin| self.awaiting_robots.remove(&origin)).unwrap_or_default();
        for id in waiting {
            let host = self.visits[&id].host();
            self.frontier.enqueue(&host, id);
            self.park(&host);
        }
    }

    /// Ends the visits that wait for a host which is to be left alone for longer than a run waits.
    fn park(&mut self, host: &HostKey) {
        let now = self.now();
        if !self.hosts.get(host).is_some_and(|leased| leased.is_parked(now)) {
            return;
        }
        for id in self.frontier.take_waiting(host) {
            let visit = self.visits.get_mut(&id).expect("waiting visits are open");
            let asked_robots_of = visit.asks_robots_of();
            let state = &self.hosts[host].state;
            let visited = match visit.need(state, now) {
                Need::Done(visited) => *visited,
                Need::Request(_) => visit.host_rests(state, now),
            };
            self.end(id, visited);
            self.wake_those_awaiting(asked_robots_of);
        }
    }

    /// Closes a visit: its hosts are no longer needed for it.
    fn leave(&mut self, id: VisitId) -> Visit {
        let visit = self.visits.remove(&id).expect("it was open");
        self.promised.remove(&id);
        if let Some(exploring) = &mut self.exploring {
            exploring.forget(id);
        }
        self.unpin(&visit.hosts());
        visit
    }

    /// Makes sure that a host is in hand: leased, or asked as a stranger where another worker holds it.
    async fn hold(&mut self, host: &HostKey) -> Result<(), MonitorError> {
        if self.hosts.contains_key(host) {
            return Ok(());
        }
        // Without pages: those that are due there come with a lease of their own.
        let request = LeaseRequest {
            only: vec![host.clone()],
            even_idle: true,
            pages_a_host: 0,
            ..self.lease_request(1)
        };
        if let Some(work) = self.monitor.store.lease_hosts(request).await?.pop() {
            self.take_up(work);
        } else {
            debug!(%host, "host is in another hand");
            self.hosts.insert(host.clone(), LeasedHost::stranger(host.clone()));
        }
        self.hosts.get_mut(host).expect("it was just taken").more = true;
        Ok(())
    }

    async fn flush_in_time(&mut self) -> Result<(), MonitorError> {
        self.note_elsewhere().await?;
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
        let worth = self.hosts.iter_mut().filter(|(_, leased)| leased.has_news() || leased.is_done());
        let is_in_doubt = |host| self.guards.get(host).is_some_and(HostGuard::is_host_wide);
        let hosts: Vec<_> = worth.filter_map(|(host, leased)| leased.batch(is_in_doubt(host))).collect();
        for (host, done) in self.hosts.extract_if(.., |_, host| host.is_done()) {
            self.frontier.forget(&host);
            self.drained &= !done.more;
        }
        if hosts.is_empty() {
            return Ok(());
        }
        let (run, lesson) = (Some(self.record.clone()), Some(self.timetable.so_far()));
        let committed = self.monitor.store.commit(Batch { hosts, run, lesson }).await?;
        for lease in &committed.lost {
            warn!(host = %lease.host, "lease was lost, what was seen there is dropped");
        }
        Ok(())
    }

    /// Gives back what was not come to, and writes down how the run ended and what it taught.
    async fn close(mut self, lesson: Option<Lesson>) -> Result<RunRecord, MonitorError> {
        self.record.hosts = self.asked_hosts.len() as u64;
        let leases: Vec<LeaseId> = self.hosts.values().filter_map(|host| host.lease.clone()).collect();
        self.monitor.store.release(&leases).await?;
        self.record.held = self.doubts.hold();
        self.record.ended = Some(self.now());
        let run = Some(self.record.clone());
        self.monitor.store.commit(Batch { hosts: Vec::new(), run, lesson }).await?;
        let links = self.monitor.store.counts().await?;
        Ok(RunRecord { links, ..self.record })
    }
}
