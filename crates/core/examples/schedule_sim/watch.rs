//! Watches a world: the real plan, price, budget, learning and confirmation, or a schedule to compare them with.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;
use trackward_core::{
    Budget, Cadence, Class, Hazards, HostMemory, Link, LinkState, Missed, Mode, PageMemory, Plan, Policy,
    Price, Reason, Rule, RunRhythm, Signal, Stake, StateName, Terms, Turnover, Utilisation, control_for,
    is_worth_a_check, learn, plan, wants_control,
};

use crate::links::{after, day, first_known, instant, remember};
use crate::tally::{COUNTED, Tally, Told, is_counted};
use crate::world::{DAYS, Seen, World};

/// How checks are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// The same interval for all; a removal is told at so many misses in a row. The first check is made when a link
    /// is sent (`at_once`), as trackward does, or somewhere within the first interval.
    Fixed { misses: u32, at_once: bool },
    /// Pending links seven times as often as the others; a second look half an hour after a miss tells.
    Tiers,
    /// By what is likely to happen.
    Expected,
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) scheme: Scheme,
    /// Checks a link a day.
    pub(crate) each: f64,
    /// Days between two runs; none for a service.
    pub(crate) runs_every: Option<f64>,
}

/// Days between two looks at price and budget.
const HOUR: f64 = 1.0 / 24.0;
/// Days of a second: nothing happens sooner after something else.
const SECOND: f64 = 1.0 / 86_400.0;

/// Watches a world from the first day to the last.
pub(crate) fn watch(world: &World, setup: Setup) -> Tally {
    let mut watch = Watch::new(world, setup);
    watch.go_on();
    let mut tally = std::mem::take(&mut watch.tally);
    for (truth, told) in world.links.iter().zip(&watch.told) {
        tally.count(truth, told);
    }
    tally.bind(world);
    tally
}

struct Watch<'a> {
    world: &'a World,
    setup: Setup,
    policy: Policy,
    cadence: Cadence,
    hazards: Hazards,
    price: Price,
    utilisation: Utilisation,
    budget: Budget,
    rhythm: RunRhythm,
    starts: Vec<Timestamp>,
    /// Hours passed.
    hours: u32,
    /// Links and the memory of their pages, in the order of the world.
    links: Vec<Link>,
    memories: Vec<PageMemory>,
    plans: Vec<Plan>,
    hosts: Vec<HostMemory>,
    /// Links not sent yet, the last first.
    unsent: Vec<usize>,
    watched: BTreeSet<usize>,
    waiting: BTreeSet<(Timestamp, usize)>,
    ready: BTreeSet<(Class, Timestamp, usize)>,
    /// Requests made in this hour.
    used: f64,
    told: Vec<Told>,
    tally: Tally,
}

impl<'a> Watch<'a> {
    fn new(world: &'a World, setup: Setup) -> Self {
        let links: Vec<Link> = (0..world.links.len()).map(|n| first_known(world, n)).collect();
        let read = |n: usize| world.links[n].is_old().then(|| (instant(0.0), Rule::Complete));
        let memory = |n| PageMemory { last: read(n), ..PageMemory::default() };
        let mut unsent: Vec<usize> = (0..links.len()).collect();
        unsent.sort_by(|a, b| world.links[*b].sent.total_cmp(&world.links[*a].sent));
        let rhythm = if setup.runs_every.is_some() { RunRhythm::Unknown } else { RunRhythm::Service };
        Self {
            world,
            setup,
            policy: Policy::default(),
            cadence: Cadence { mode: Mode::Expected, ..Cadence::default() },
            hazards: Hazards::default(),
            price: Price::default(),
            utilisation: Utilisation::default(),
            budget: Budget::new(0.0, rhythm, instant(0.0)),
            rhythm,
            starts: Vec::new(),
            hours: 0,
            memories: (0..links.len()).map(memory).collect(),
            plans: vec![Plan::added(instant(0.0)); links.len()],
            hosts: vec![HostMemory::default(); world.hosts.len()],
            unsent,
            watched: BTreeSet::new(),
            waiting: BTreeSet::new(),
            ready: BTreeSet::new(),
            used: 0.0,
            told: vec![Told::default(); links.len()],
            tally: Tally::default(),
            links,
        }
    }

    fn go_on(&mut self) {
        let mut now = 0.0;
        while now < DAYS {
            self.add_sent(now);
            if now >= self.next_hour() {
                self.pass_hour(now);
            }
            self.take_due(instant(now));
            if self.next_run().is_none_or(|at| now >= at) {
                if self.setup.runs_every.is_some() {
                    self.begin_run(now);
                }
                self.check_ready(now);
            }
            now = self.next_turn().max(now + SECOND);
        }
    }

    fn next_hour(&self) -> f64 {
        f64::from(self.hours) * HOUR
    }

    fn next_run(&self) -> Option<f64> {
        self.setup.runs_every.map(|every| self.starts.len() as f64 * every)
    }

    /// When something happens next: an hour is over, a link is sent, a run begins, a page is due or may be checked.
    fn next_turn(&self) -> f64 {
        let sent = self.unsent.last().map_or(DAYS, |page| self.world.links[*page].sent);
        let checks = match self.next_run() {
            Some(run) => run,
            None if self.ready.is_empty() => self.waiting.first().map_or(DAYS, |(due, _)| day(*due)),
            None => day(self.budget.allows_at()),
        };
        self.next_hour().min(sent).min(checks)
    }

    /// Moves the pages that are due to those that are ready.
    fn take_due(&mut self, now: Timestamp) {
        while let Some((due, page)) = self.waiting.first().copied()
            && due <= now
        {
            self.waiting.pop_first();
            let (class, due) = self.plans[page].order();
            self.ready.insert((class, due, page));
        }
    }

    fn begin_run(&mut self, now: f64) {
        self.starts.push(instant(now));
        self.rhythm = RunRhythm::learn(&self.starts);
    }

    /// Adds the links sent by now; those live at the start are spread, as an import is.
    fn add_sent(&mut self, now: f64) {
        while let Some(page) = self.unsent.pop_if(|page| self.world.links[*page].sent <= now) {
            let truth = &self.world.links[page];
            let spread = (1.0 / self.setup.each).max(1.0) * (page % 997) as f64 / 997.0;
            let at_once =
                !matches!(self.setup.scheme, Scheme::Fixed { at_once: false, .. }) && !truth.is_old();
            let due = if at_once { now } else { now + spread };
            self.watched.insert(page);
            self.put(page, Plan::added(instant(due)));
        }
    }

    /// Follows the budget, and settles the price.
    fn pass_hour(&mut self, now: f64) {
        let pages = self.watched.len() as f64;
        let budget = self.setup.each * pages;
        let accrued = budget * HOUR;
        let turnover = Turnover { pages, budget, accrued, used: self.used, overdue: self.ready.len() as f64 };
        self.utilisation = self.utilisation.follow(&turnover);
        if is_counted(now) {
            self.tally.allowed += accrued;
            self.tally.link_days += HOUR * pages;
        }
        self.used = 0.0;
        self.budget.change(budget, self.rhythm, instant(now));
        if self.setup.scheme == Scheme::Expected {
            let stake = |page: &usize| {
                let (links, host) = (&self.links[*page..=*page], &self.hosts[self.world.links[*page].host]);
                Stake::of(links, host, &self.hazards, &self.cadence, instant(now))
            };
            let stakes: Vec<Stake> = self.watched.iter().map(stake).collect();
            let terms = self.terms();
            let given = self.utilisation.of(budget, terms.least_demand(stakes.len() as u64));
            let rounds = if self.hours == 0 { Price::COLD_ROUNDS } else { Price::ROUNDS };
            self.price = self.price.settle(&stakes, given, &terms, rounds);
        }
        self.hours += 1;
    }

    fn terms(&self) -> Terms<'_> {
        let pages = self.watched.len() as u64;
        Terms {
            policy: &self.policy,
            cadence: &self.cadence,
            hazards: &self.hazards,
            price: self.price,
            rhythm: self.rhythm,
            longest: self.cadence.longest_wait(pages, self.setup.each * pages as f64),
        }
    }

    fn check_ready(&mut self, now: f64) {
        while !self.ready.is_empty() && self.budget.allows(instant(now)) {
            let Some((_, _, page)) = self.ready.pop_first() else { return };
            self.check(page, now);
        }
    }

    /// Gives a page a plan in place of the one it has.
    fn put(&mut self, page: usize, plan: Plan) {
        let (class, due) = self.plans[page].order();
        self.ready.remove(&(class, due, page));
        self.waiting.remove(&(due, page));
        self.waiting.insert((plan.at, page));
        self.plans[page] = plan;
    }

    fn spend(&mut self, now: f64) {
        self.budget.spend(1);
        self.used += 1.0;
        if is_counted(now) {
            self.tally.requests += 1.0;
        }
    }

    /// Checks a page, and plans its next check.
    fn check(&mut self, page: usize, now: f64) {
        self.spend(now);
        if let Some((last, _)) = self.memories[page].last
            && now > COUNTED.0
        {
            self.tally.longest = self.tally.longest.max(now - day(last));
        }
        let before = self.links[page].clone();
        self.note(page, self.world.look(page, now), now);
        let host = self.world.links[page].host;
        let (was, is) = (std::slice::from_ref(&before), &self.links[page..=page]);
        let delta = learn(was, is, &mut self.hosts[host], &self.hazards, instant(now));
        self.hazards += &delta;
        if self.setup.scheme == Scheme::Expected {
            self.look_around(page, &before, now);
        }
        let plan = self.plan(page, now);
        self.put(page, plan);
    }

    /// What one look comes to.
    fn note(&mut self, page: usize, seen: Seen, now: f64) {
        let proves = |missed: &Missed| match self.setup.scheme {
            Scheme::Fixed { misses, .. } => missed.checks >= misses,
            Scheme::Tiers => missed.checks >= 2,
            Scheme::Expected => self.policy.confirm.proves(missed),
        };
        let before = self.links[page].state.name();
        let link = after(&self.links[page], seen, instant(now), proves);
        let told = &mut self.told[page];
        match (seen, before) {
            (Seen::Present, _) => told.seen.push(now),
            (Seen::Absent(_), StateName::Live | StateName::Missing) => told.missed.push(now),
            _ => {}
        }
        if before != StateName::Lost && link.state.name() == StateName::Lost {
            told.alarms.push(now);
        }
        self.memories[page] = remember(&self.memories[page], seen, instant(now));
        self.links[page] = link;
    }

    /// What a miss or a loss makes of the other links on the host.
    fn look_around(&mut self, page: usize, before: &Link, now: f64) {
        match self.links[page].state {
            LinkState::Lost { .. } if before.state.name() != StateName::Lost => {
                self.alert_siblings(page, now);
            }
            LinkState::Missing { missed, .. } => self.doubt_host(page, &missed, now),
            _ => {}
        }
    }

    /// Looks at the siblings of a link that was lost, where that is worth it.
    fn alert_siblings(&mut self, page: usize, now: f64) {
        let at = instant(now);
        for sibling in self.siblings(page).filter(|sibling| *sibling != page) {
            let (links, due) = (&self.links[sibling..=sibling], self.plans[sibling].at);
            let is_live = links[0].state.name() == StateName::Live;
            if is_live && is_worth_a_check(self.hazards.sibling_share(), links, &self.terms(), due, at) {
                self.bring_forward(sibling, Signal::Sibling, at);
            }
        }
    }

    /// Asks for a control at a second miss, and takes the longer span where more of the host is missing.
    fn doubt_host(&mut self, page: usize, missed: &Missed, now: f64) {
        let host = self.world.links[page].host;
        let missing = |n: &usize| self.links[*n].state.name() == StateName::Missing;
        let others_missing = self.siblings(page).filter(missing).count() > 1;
        let mut host_wide = others_missing || self.hosts[host].lost_lately(instant(now));
        if wants_control(missed) {
            let control =
                control_for(&self.links[page], &self.links[self.siblings(page)]).map(|link| link.id);
            if let Some(control) = self.siblings(page).find(|n| Some(self.links[*n].id) == control) {
                self.bring_forward(control, Signal::Control, instant(now));
            } else {
                self.spend(now);
                host_wide |= !self.world.reads_well(host, now);
            }
        }
        for sibling in self.siblings(page).filter(|_| host_wide) {
            if let LinkState::Missing { missed, .. } = &mut self.links[sibling].state {
                missed.host_wide = true;
            }
        }
    }

    /// The links of a page's host.
    fn siblings(&self, page: usize) -> Range<usize> {
        self.world.hosts[self.world.links[page].host].links.clone()
    }

    fn bring_forward(&mut self, page: usize, signal: Signal, at: Timestamp) {
        if let Some(plan) = self.plans[page].brought_forward(signal, at) {
            self.put(page, plan);
        }
    }

    fn plan(&self, page: usize, now: f64) -> Plan {
        let (links, at) = (&self.links[page..=page], instant(now));
        let missed_once =
            matches!(links[0].state, LinkState::Missing { missed: Missed { checks: 1, .. }, .. });
        let days = match self.setup.scheme {
            Scheme::Expected => {
                let host = &self.hosts[self.world.links[page].host];
                return plan(links, &self.memories[page], host, &self.terms(), at, at);
            }
            Scheme::Fixed { .. } => 1.0 / self.setup.each,
            Scheme::Tiers if missed_once => 0.5 * HOUR,
            Scheme::Tiers => {
                let often = |page: &&usize| matches!(self.links[**page].state, LinkState::Pending { .. });
                let (all, often) =
                    (self.watched.len() as f64, self.watched.iter().filter(often).count() as f64);
                let shortest = (often + (all - often) / 7.0) / (all * self.setup.each);
                if matches!(links[0].state, LinkState::Pending { .. }) { shortest } else { 7.0 * shortest }
            }
        };
        Plan { at: instant(now + days), reason: Reason::Usual }
    }
}
