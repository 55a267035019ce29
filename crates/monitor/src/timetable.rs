//! The schedule as one run uses it: what was learned before it, the price, the budget, and what it teaches.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    Budget, Cadence, HazardDelta, HostKey, HostMemory, Lesson, Link, Mode, PageId, PageMemory, Plan, Policy,
    Pricing, RunRhythm, RunScope, Sample, Schedule, Stake, Terms, learn, plan,
};
use trackward_store::{LinkQuery, Result, Store};

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
    /// What the checks of this run taught so far.
    taught: HazardDelta,
}

impl Timetable {
    /// Reads what was learned so far; settles the price where that was long ago.
    pub(crate) async fn load(
        store: &dyn Store,
        cadence: &Cadence,
        policy: &Policy,
        rhythm: RunRhythm,
        now: Timestamp,
    ) -> Result<Self> {
        let counts = store.counts().await?;
        let links = counts.iter().filter(|(state, _)| state.is_watched()).map(|(_, links)| links).sum();
        let mut schedule = store.schedule().await?;
        schedule.pricing.budget =
            cadence.budget_per_day.map(|per_day| match schedule.pricing.budget.take() {
                None => Budget::new(per_day, rhythm, now),
                Some(mut budget) => {
                    budget.change(per_day, rhythm, now);
                    budget
                }
            });
        let taught = HazardDelta::default();
        let mut timetable = Self { schedule, rhythm, cadence: cadence.clone(), links, taught };
        if cadence.mode == Mode::Expected && timetable.schedule.pricing.is_to_settle(now) {
            let sample = timetable.sample(store, now).await?;
            timetable.settle(&sample, policy, now);
        }
        Ok(timetable)
    }

    /// Plans all pages again where checks have become much cheaper, and brings those forward that gain by it.
    pub(crate) async fn replan(&mut self, store: &dyn Store, policy: &Policy, now: Timestamp) -> Result<()> {
        if !self.schedule.pricing.takes_replanning() {
            return Ok(());
        }
        let terms = self.terms(policy);
        let mut sooner = Vec::new();
        each_host(store, |host| {
            for page in host.pages.into_values() {
                let plan = plan(&page.links, &page.memory, &host.memory, &terms, now, now);
                if plan.at < page.plan.at
                    && let Some(link) = page.links.first()
                {
                    sooner.push((link.page.clone(), plan));
                }
            }
            true
        })
        .await?;
        store.bring_forward(sooner).await
    }

    fn settle(&mut self, sample: &Sample, policy: &Policy, now: Timestamp) {
        let mut pricing = self.schedule.pricing.clone();
        pricing.pages = sample.pages();
        self.schedule.pricing.pages = pricing.pages;
        pricing.settle(sample, self.per_day(), &self.terms(policy), now);
        self.schedule.pricing = pricing;
    }

    /// What the pages of some hosts are worth checking for: hosts lie in the order of a hash, so the first of them
    /// stand for all.
    pub(crate) async fn sample(&self, store: &dyn Store, now: Timestamp) -> Result<Sample> {
        let share = (SAMPLE_LINKS as f64 / self.links.max(1) as f64).min(1.0);
        let mut sample = Sample { stakes: Vec::new(), share };
        each_host(store, |host| {
            if host.place < share {
                sample.stakes.extend(self.stakes(&host, now));
            }
            host.place < share
        })
        .await?;
        Ok(sample)
    }

    /// What the pages of a host are worth checking for.
    fn stakes(&self, host: &WatchedHost, now: Timestamp) -> Vec<Stake> {
        let (hazards, cadence) = (&self.schedule.hazards, &self.cadence);
        let stake = |page: &WatchedPage| Stake::of(&page.links, &host.memory, hazards, cadence, now);
        host.pages.values().map(stake).collect()
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

/// A host with all its watched pages.
#[derive(Debug)]
pub(crate) struct WatchedHost {
    pub(crate) host: HostKey,
    /// Where it lies among all, by its hash: from 0 to below 1.
    pub(crate) place: f64,
    pub(crate) memory: HostMemory,
    pub(crate) pages: HashMap<PageId, WatchedPage>,
}

/// A watched page with all its links.
#[derive(Debug)]
pub(crate) struct WatchedPage {
    pub(crate) links: Vec<Link>,
    pub(crate) memory: PageMemory,
    pub(crate) plan: Plan,
}

/// Goes through all hosts with watched pages, in the order of a hash, until `take` answers that it is enough.
pub(crate) async fn each_host(
    store: &dyn Store,
    mut take: impl FnMut(WatchedHost) -> bool + Send,
) -> Result<()> {
    let mut query = LinkQuery::default();
    let mut present: Option<WatchedHost> = None;
    loop {
        let rows = store.links(query.clone()).await?;
        for row in rows.rows.into_iter().filter(|row| row.link.state.name().is_watched()) {
            let host = row.link.page.host_key();
            if let Some(done) = present.take_if(|present| present.host != host)
                && !take(done)
            {
                return Ok(());
            }
            if present.is_none() {
                present = Some(WatchedHost {
                    place: place(&row.link),
                    memory: store.host(&host).await?.map(|state| state.schedule).unwrap_or_default(),
                    pages: HashMap::new(),
                    host,
                });
            }
            let Some(present) = &mut present else { continue };
            let page = present.pages.entry(PageId::of(&row.link.page));
            let page = page.or_insert(WatchedPage { links: Vec::new(), memory: row.memory, plan: row.plan });
            page.links.push(row.link);
        }
        query.after = rows.next;
        if query.after.is_none() {
            present.map(take);
            return Ok(());
        }
    }
}

/// Where a link's host lies among all, by its hash: from 0 to below 1.
fn place(link: &Link) -> f64 {
    let hash = link.id.to_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    hash as f64 / (u64::MAX as f64 + 1.0)
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
