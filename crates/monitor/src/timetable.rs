//! The schedule as one run uses it: what was learned before it, the price, the budget, and what it teaches.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    Cadence, HazardDelta, HostKey, HostMemory, Lesson, Link, Mode, PageId, PageUrl, Policy, Price, Pricing,
    RunRhythm, RunScope, Sample, Schedule, Stake, Terms, learn, plan,
};
use trackward_store::{Result, Store};

use crate::settings::MonitorSettings;
use crate::watched_hosts::{WatchedHosts, WatchedPage, place};

/// Links by which the price is settled: of more, those of some hosts stand for all.
const SAMPLE_LINKS: u64 = 100_000;

/// Age of the oldest run whose start tells of the rhythm of runs.
const RHYTHM: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The schedule as one run uses it.
#[derive(Debug)]
pub(crate) struct Timetable {
    schedule: Schedule,
    rhythm: RunRhythm,
    cadence: Cadence,
    /// Links under watch.
    links: u64,
    /// The hosts that were gone through, where the price was settled.
    walked: Option<Walked>,
    /// What the checks of this run taught so far.
    taught: HazardDelta,
}

/// Pages of some hosts, and the prices of those among them that may not be asked for what all prices make them.
#[derive(Debug)]
pub(crate) struct HostSample {
    pub(crate) pages: Sample,
    capped: HashMap<HostKey, Price>,
}

/// Hosts that were gone through: the first ones, by their hash.
#[derive(Debug)]
struct Walked {
    share: f64,
    capped: HashMap<HostKey, Price>,
}

impl Timetable {
    /// Reads what was learned so far; settles the price where that was long ago.
    pub(crate) async fn load(
        store: &dyn Store,
        settings: &MonitorSettings,
        rhythm: RunRhythm,
        now: Timestamp,
    ) -> Result<Self> {
        let mut timetable = Self::read(store, settings, rhythm, now).await?;
        if timetable.cadence.mode == Mode::Expected && timetable.schedule.pricing.is_to_settle(now) {
            timetable.settle(store, settings, now).await?;
        }
        Ok(timetable)
    }

    /// Reads what was learned so far, with the price as it was settled last.
    pub(crate) async fn read(
        store: &dyn Store,
        settings: &MonitorSettings,
        rhythm: RunRhythm,
        now: Timestamp,
    ) -> Result<Self> {
        let cadence = &settings.cadence;
        let counts = store.counts().await?;
        let links = counts.iter().filter(|(state, _)| state.is_watched()).map(|(_, links)| links).sum();
        let mut schedule = store.schedule().await?;
        schedule.pricing.keep_to(cadence.budget_per_day, rhythm, now);
        let taught = HazardDelta::default();
        Ok(Self { schedule, rhythm, cadence: cadence.clone(), links, walked: None, taught })
    }

    /// Plans all pages again where checks have become much cheaper, and brings those forward that gain by it.
    pub(crate) async fn replan(&mut self, store: &dyn Store, policy: &Policy, now: Timestamp) -> Result<()> {
        if !self.schedule.pricing.takes_replanning() {
            return Ok(());
        }
        let terms = self.terms(policy);
        let mut hosts = WatchedHosts::of(store, None);
        while let Some(host) = hosts.next().await? {
            let planned = host.pages.values().map(|page| {
                let plan = plan(&page.links, &page.memory, &host.state.schedule, &terms, now, now);
                (page, plan)
            });
            let sooner = planned.filter(|(page, plan)| plan.at < page.plan.at);
            let sooner: Vec<_> = sooner.map(|(page, plan)| (page.links[0].page.clone(), plan)).collect();
            if !sooner.is_empty() {
                store.bring_forward(sooner).await?;
            }
        }
        Ok(())
    }

    /// Settles the price, and that of hosts which would be asked for more than they may.
    async fn settle(&mut self, store: &dyn Store, settings: &MonitorSettings, now: Timestamp) -> Result<()> {
        let mut sample = self.sample(store, settings, now).await?;
        let capped = std::mem::take(&mut sample.capped);
        self.schedule.pricing.pages = sample.pages.pages();
        let mut pricing = self.schedule.pricing.clone();
        pricing.settle(&sample.pages, self.per_day(), &self.terms(&settings.policy), now);
        self.schedule.pricing = pricing;
        self.walked = Some(Walked { share: sample.pages.share, capped });
        Ok(())
    }

    /// What the pages of some hosts are worth checking for: hosts lie in the order of a hash, so the first of them
    /// stand for all.
    pub(crate) async fn sample(
        &self,
        store: &dyn Store,
        settings: &MonitorSettings,
        now: Timestamp,
    ) -> Result<HostSample> {
        let share = (SAMPLE_LINKS as f64 / self.links.max(1) as f64).min(1.0);
        let mut sample = HostSample { pages: Sample { stakes: Vec::new(), share }, capped: HashMap::new() };
        let (terms, hazards) = (self.terms(&settings.policy), &self.schedule.hazards);
        let mut hosts = WatchedHosts::of(store, None);
        while let Some(host) = hosts.next().await? {
            if host.pages.keys().next().is_some_and(|page| place(*page) >= share) {
                break;
            }
            let stake = |page: &WatchedPage| {
                Stake::of(&page.links, &host.state.schedule, hazards, &self.cadence, now)
            };
            let stakes: Vec<Stake> = host.pages.values().map(stake).collect();
            let most = settings.most_a_day(&host.state);
            if terms.price.demand(&stakes, &terms) > most {
                let price = terms.price.settle(&stakes, most, &terms, Price::COLD_ROUNDS);
                sample.capped.insert(host.state.host, price);
            }
            sample.pages.stakes.extend(stakes);
        }
        Ok(sample)
    }

    /// Takes over what the host's own price came to, where this run has found it out.
    pub(crate) fn cap(&self, host: &mut HostMemory, page: &PageUrl) {
        let walked = self.walked.as_ref().filter(|walked| place(PageId::of(page)) < walked.share);
        if let Some(walked) = walked {
            host.least_price = walked.capped.get(&page.host_key()).copied();
        }
    }

    /// Requests a day that the price goes by.
    pub(crate) fn per_day(&self) -> f64 {
        self.cadence.budget(self.links)
    }

    /// Links under watch.
    pub(crate) fn links(&self) -> u64 {
        self.links
    }

    /// The price, and how the budget was used.
    pub(crate) fn pricing(&self) -> &Pricing {
        &self.schedule.pricing
    }

    /// What all plans of the run have in common.
    pub(crate) fn terms<'a>(&'a self, policy: &'a Policy) -> Terms<'a> {
        let pages = self.schedule.pricing.pages.max(1);
        Terms {
            policy,
            cadence: &self.cadence,
            hazards: &self.schedule.hazards,
            price: self.schedule.pricing.price,
            rhythm: self.rhythm,
            longest: self.cadence.longest_wait(pages, self.per_day()),
        }
    }

    /// Learns from one check of a page on a host.
    pub(crate) fn learn(&mut self, before: &[Link], after: &[Link], host: &mut HostMemory, at: Timestamp) {
        self.taught += &learn(before, after, host, &self.schedule.hazards, at);
    }

    /// Requests that the budget allows now; none where it sets no limit.
    pub(crate) fn allowance(&mut self, now: Timestamp) -> Option<u64> {
        self.schedule.pricing.budget.as_mut().map(|budget| budget.left(now))
    }

    /// Until when so many requests may not be made; none where they may.
    pub(crate) fn spent_until(&mut self, requests: u64, now: Timestamp) -> Option<Timestamp> {
        self.schedule.pricing.budget.as_mut()?.wait_for(requests, now)
    }

    /// Counts a request.
    pub(crate) fn spend(&mut self) {
        self.schedule.pricing.used += 1;
        if let Some(budget) = &mut self.schedule.pricing.budget {
            budget.spend(1);
        }
    }

    /// What is to be written down while the run goes on: how much of the budget is left.
    pub(crate) fn so_far(&self) -> Lesson {
        Lesson { hazards: HazardDelta::default(), pricing: self.schedule.pricing.clone() }
    }

    /// What is to be written down at the end of the run; one that distrusts itself teaches nothing.
    pub(crate) fn lesson(&mut self, left: u64, is_trusted: bool) -> Lesson {
        self.schedule.pricing.overdue = left;
        let taught = std::mem::take(&mut self.taught);
        Lesson { hazards: if is_trusted { taught } else { HazardDelta::default() }, ..self.so_far() }
    }
}

/// When runs over what is due happen, as the starts of the last ones tell; `present` is one that begins now.
pub(crate) async fn rhythm_of_runs(
    store: &dyn Store,
    now: Timestamp,
    present: Option<Timestamp>,
) -> Result<RunRhythm> {
    let from = now.saturating_sub(RHYTHM).unwrap_or(Timestamp::MIN);
    let runs = store.runs(from, now).await?;
    let due = runs.iter().filter(|run| run.scope == RunScope::Due).map(|run| run.started);
    let starts: Vec<Timestamp> = due.filter(|start| Some(*start) != present).chain(present).collect();
    Ok(RunRhythm::learn(&starts))
}
