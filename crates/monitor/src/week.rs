//! What the schedule makes of the coming week; asks nobody, changes nothing.

use std::cmp::Reverse;

use jiff::SignedDuration;
use trackward_core::{Ahead, HostKey, Mode, Price, Terms};

use crate::monitor::{Monitor, MonitorError};
use crate::timetable::{Timetable, rhythm_of_runs};
use crate::watched_hosts::WatchedHosts;

/// What the schedule makes of the coming week if nothing happens in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Week {
    /// Links under watch.
    pub links: u64,
    /// Pages under watch.
    pub pages: u64,
    /// How the budget is spent; none for a fixed interval, which has none.
    pub spending: Option<Spending>,
    /// Longest time between two checks of a page.
    pub longest: SignedDuration,
    /// The checks as they are planned.
    pub ahead: Ahead,
    /// Hosts with the most checks in the week, the most first; at most [`Week::HOSTS`].
    pub hosts: Vec<(HostKey, u64)>,
}

/// How the budget is spent.
#[derive(Debug, Clone, PartialEq)]
pub struct Spending {
    /// Requests a day.
    pub per_day: f64,
    /// Whether they are a limit, and not only aimed at.
    pub is_limited: bool,
    /// The price of a check, in days by which an event is known sooner.
    pub price: Price,
    /// The week as these terms would plan it from the start.
    pub steady: Ahead,
    /// The same with twice the budget.
    pub twice: Ahead,
}

impl Week {
    /// Hosts that are named.
    pub const HOSTS: usize = 10;

    fn add(&mut self, host: HostKey, checks: u64) {
        self.hosts.push((host, checks));
        if self.hosts.len() >= 2 * Self::HOSTS {
            self.keep_the_most();
        }
    }

    fn keep_the_most(&mut self) {
        self.hosts.sort_by_key(|(host, checks)| (Reverse(*checks), host.clone()));
        self.hosts.retain(|(_, checks)| *checks > 0);
        self.hosts.truncate(Self::HOSTS);
    }
}

impl Monitor {
    /// What the schedule makes of the coming week.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn week(&self) -> Result<Week, MonitorError> {
        let (now, policy, cadence) = (self.clock.now(), &self.settings.policy, &self.settings.cadence);
        let rhythm = rhythm_of_runs(&*self.store, now, None).await?;
        let timetable = Timetable::load(&*self.store, &self.settings, rhythm, now).await?;
        let terms = timetable.terms(policy);
        let twice = match cadence.mode {
            Mode::Fixed(_) => None,
            Mode::Expected => {
                let sample = timetable.sample(&*self.store, &self.settings, now).await?.pages;
                let budget = 2.0 * timetable.per_day();
                let longest = cadence.longest_wait(sample.pages(), budget);
                let wider = Terms { longest, ..terms };
                let price = timetable.pricing().at_budget(&sample, budget, &wider);
                Some(Terms { price, ..wider })
            }
        };
        let spending = twice.map(|_| Spending {
            per_day: timetable.per_day(),
            is_limited: cadence.budget_per_day.is_some(),
            price: terms.price,
            steady: Ahead::default(),
            twice: Ahead::default(),
        });
        let mut week = Week {
            links: timetable.links(),
            pages: 0,
            spending,
            longest: terms.longest,
            ahead: Ahead::default(),
            hosts: Vec::new(),
        };
        let mut hosts = WatchedHosts::of(&*self.store, None);
        while let Some(host) = hosts.next().await? {
            let before = week.ahead.checks();
            for page in host.pages.values() {
                let memory = &host.state.schedule;
                let walk = |due, terms| Ahead::of(&page.links, &page.memory, memory, due, terms, now);
                week.ahead += walk(Some(page.plan.at), &terms);
                if let (Some(spending), Some(twice)) = (&mut week.spending, &twice) {
                    spending.steady += walk(None, &terms);
                    spending.twice += walk(None, twice);
                }
            }
            week.pages += host.pages.len() as u64;
            week.add(host.state.host, week.ahead.checks() - before);
        }
        week.keep_the_most();
        Ok(week)
    }
}
