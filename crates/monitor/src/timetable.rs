//! The schedule as one run uses it: what was learned before it, the price, the budget, and what it teaches.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    Budget, Cadence, HazardDelta, HostKey, HostMemory, Lesson, Link, Mode, PageId, Policy, Pricing,
    RunRhythm, Sample, Schedule, Stake, Terms, learn,
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
        is_service: bool,
        now: Timestamp,
    ) -> Result<Self> {
        let counts = store.counts().await?;
        let links = counts.iter().filter(|(state, _)| state.is_watched()).map(|(_, links)| links).sum();
        let rhythm = if is_service { RunRhythm::Service } else { rhythm(store, now).await? };
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
        let mut query = LinkQuery::default();
        let mut of_host = HostLinks::default();
        loop {
            let links = store.links(query.clone()).await?;
            for row in links.rows {
                let host = row.link.page.host_key();
                if of_host.host.as_ref() != Some(&host) {
                    self.add_host(&mut sample, std::mem::take(&mut of_host), store, now).await?;
                    if place(&row.link) >= share {
                        return Ok(sample);
                    }
                    of_host.host = Some(host);
                }
                if row.link.state.name().is_watched() {
                    of_host.pages.entry(PageId::of(&row.link.page)).or_default().push(row.link);
                }
            }
            query.after = links.next;
            if query.after.is_none() {
                self.add_host(&mut sample, of_host, store, now).await?;
                return Ok(sample);
            }
        }
    }

    async fn add_host(
        &self,
        sample: &mut Sample,
        links: HostLinks,
        store: &dyn Store,
        now: Timestamp,
    ) -> Result<()> {
        let Some(host) = links.host else { return Ok(()) };
        let memory = store.host(&host).await?.map(|state| state.schedule).unwrap_or_default();
        let hazards = &self.schedule.hazards;
        let stakes = links.pages.values().map(|page| Stake::of(page, &memory, hazards, &self.cadence, now));
        sample.stakes.extend(stakes);
        Ok(())
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

    /// Until when no check may begin; none where one may.
    pub(crate) fn spent_until(&mut self, now: Timestamp) -> Option<Timestamp> {
        let budget = self.schedule.pricing.budget.as_mut()?;
        (!budget.allows(now)).then(|| budget.allows_at())
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

/// The links of one host, by page.
#[derive(Debug, Default)]
struct HostLinks {
    host: Option<HostKey>,
    pages: HashMap<PageId, Vec<Link>>,
}

/// Where a link's host lies among all, by its hash: from 0 to below 1.
fn place(link: &Link) -> f64 {
    let hash = link.id.to_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    hash as f64 / (u64::MAX as f64 + 1.0)
}

/// When runs over what is due happen, as the last of them tell, this one included.
async fn rhythm(store: &dyn Store, now: Timestamp) -> Result<RunRhythm> {
    let from = now.saturating_sub(RHYTHM).unwrap_or(Timestamp::MIN);
    let runs = store.runs(from, now).await?;
    let due = runs.iter().filter(|run| run.scope == trackward_core::RunScope::Due && run.started < now);
    let starts: Vec<Timestamp> = due.map(|run| run.started).chain([now]).collect();
    Ok(RunRhythm::learn(&starts))
}
