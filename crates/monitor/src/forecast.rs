//! What a run would do now; asks nobody, changes nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use trackward_core::{HostKey, HostState, PageUrl, Reason, RobotsCopy, RunScope};
use trackward_fetch::shared_network;

use crate::access::Access;
use crate::leased::rests_too_long;
use crate::monitor::{Monitor, MonitorError};
use crate::settings::MonitorSettings;
use crate::timetable::rhythm_of_runs;
use crate::watched_hosts::{WatchedHosts, WatchedPage};

/// What a run would do now.
///
/// Requests that only show in the run are left out: redirects, further pages of comments, pages of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Pages it would come to.
    pub pages: u64,
    /// Pages by why they are due, named as in [`Reason`]'s JSON.
    pub reasons: BTreeMap<String, u64>,
    /// Their hosts, the one that takes longest first.
    pub hosts: Vec<HostForecast>,
    /// Requests it would make at least.
    pub requests: u64,
    /// Requests that the budget allows now, where one is set; pages beyond them wait for a later run.
    pub allowed: Option<u64>,
    /// Least time it takes: the longest host, or what the rates over all hosts and over one network allow.
    pub shortest: SignedDuration,
    /// Requests to the hosts of each public network.
    networks: HashMap<IpNet, u64>,
}

impl Forecast {
    /// Draws from the hosts what the run comes to.
    fn conclude(&mut self, settings: &MonitorSettings) {
        self.hosts.sort_by_key(|host| (Reverse(host.takes), host.host.clone()));
        self.requests = self.hosts.iter().map(|host| host.requests).sum();
        let longest_host = self.hosts.first().map_or(SignedDuration::ZERO, |host| host.takes);
        let busiest_network = self.networks.values().copied().max().unwrap_or(0);
        self.shortest = longest_host.max(at_rate(self.requests, settings.rate, settings.rate)).max(at_rate(
            busiest_network,
            settings.network_rate,
            1,
        ));
    }
}

/// What a run would do on one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostForecast {
    /// The host.
    pub host: HostKey,
    /// Pages that the run would come to.
    pub pages: u64,
    /// Requests for them and for robots.txt; none where the host is left alone.
    pub requests: u64,
    /// Time until the last of them is answered.
    pub takes: SignedDuration,
    /// Its owner asked not to be visited.
    pub opted_out: bool,
    /// The host is left alone until then, for longer than a run waits.
    pub left_alone_until: Option<Timestamp>,
}

impl Monitor {
    /// What a run over `scope` would do now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn forecast(&self, scope: &RunScope) -> Result<Forecast, MonitorError> {
        let now = self.clock.now();
        let access = self.access().await?;
        let mut forecast = Forecast::default();
        if *scope == RunScope::Due && self.store.next_due().await?.is_none_or(|next| next > now) {
            return Ok(forecast);
        }
        match scope {
            RunScope::Due | RunScope::All => self.count(&mut forecast, &access, None, scope, now).await?,
            RunScope::Discovery => {} // it looks at nothing that is due
            RunScope::Hosts(hosts) => {
                for host in hosts {
                    self.count(&mut forecast, &access, Some(host.clone()), scope, now).await?;
                }
            }
        }
        forecast.conclude(&self.settings);
        if *scope == RunScope::Due {
            forecast.allowed = self.allowance(now).await?;
        }
        Ok(forecast)
    }

    /// Requests that the budget would allow a run that begins now.
    async fn allowance(&self, now: Timestamp) -> Result<Option<u64>, MonitorError> {
        let rhythm = rhythm_of_runs(&*self.store, now, Some(now)).await?;
        let mut pricing = self.store.schedule().await?.pricing;
        pricing.keep_to(self.settings.cadence.budget_per_day, rhythm, now);
        Ok(pricing.budget.map(|mut budget| budget.left(now)))
    }

    /// Counts what is due on one host, or on all.
    async fn count(
        &self,
        forecast: &mut Forecast,
        access: &Access,
        host: Option<HostKey>,
        scope: &RunScope,
        now: Timestamp,
    ) -> Result<(), MonitorError> {
        let mut hosts = WatchedHosts::of(&*self.store, host);
        while let Some(host) = hosts.next().await? {
            let is_due = |page: &&WatchedPage| *scope != RunScope::Due || page.plan.at <= now;
            let due: Vec<&WatchedPage> = host.pages.values().filter(is_due).collect();
            if due.is_empty() {
                continue;
            }
            for page in &due {
                *forecast.reasons.entry(name_of(&page.plan.reason)).or_default() += 1;
            }
            forecast.pages += due.len() as u64;
            let network = host.state.peer.and_then(shared_network);
            let urls: Vec<PageUrl> = due.iter().map(|page| page.links[0].page.clone()).collect();
            let host = HostForecast::of(host.state.clone(), &urls, access, &self.settings, now);
            if let Some(network) = network {
                *forecast.networks.entry(network).or_default() += host.requests;
            }
            forecast.hosts.push(host);
        }
        Ok(())
    }
}

impl HostForecast {
    /// What its pages take: each request its usual time, and a rest between one and the next.
    fn of(
        mut state: HostState,
        pages: &[PageUrl],
        access: &Access,
        settings: &MonitorSettings,
        now: Timestamp,
    ) -> Self {
        state.clamp_rest(now);
        let pages_due = pages.len() as u64;
        let opted_out = access.refuses(&state.host);
        if opted_out || rests_too_long(&state, now) {
            let left_alone_until = (!opted_out).then_some(state.free_at);
            return Self {
                host: state.host,
                pages: pages_due,
                requests: 0,
                takes: SignedDuration::ZERO,
                opted_out,
                left_alone_until,
            };
        }
        let mut asked: BTreeMap<String, u64> = BTreeMap::new();
        for page in pages {
            let copy = fresh_copy(&state, &page.origin(), now);
            let is_shut = copy.is_some_and(|copy| !access.decide(&copy.answer, page).allowed);
            // The first page of an origin whose robots.txt is not known brings a request for it.
            let requests = asked.entry(page.origin()).or_insert(u64::from(copy.is_none()));
            *requests += u64::from(!is_shut);
        }
        let usual = SignedDuration::from_millis(state.latency_ms.into());
        let mut takes = state.free_at.duration_since(now).max(SignedDuration::ZERO);
        let mut longest_rest = SignedDuration::ZERO;
        for (origin, requests) in &asked {
            let rest = rest_between(&state, fresh_copy(&state, origin, now), settings);
            takes += times(usual + rest, *requests);
            longest_rest = longest_rest.max(rest);
        }
        let requests = asked.values().sum();
        let takes = if requests == 0 { SignedDuration::ZERO } else { takes - longest_rest };
        Self { host: state.host, pages: pages_due, requests, takes, opted_out, left_alone_until: None }
    }
}

fn fresh_copy<'a>(state: &'a HostState, origin: &str, now: Timestamp) -> Option<&'a RobotsCopy> {
    state.robots_of(origin).filter(|copy| copy.is_fresh(now))
}

/// The rest between two requests to an origin.
fn rest_between(state: &HostState, copy: Option<&RobotsCopy>, settings: &MonitorSettings) -> SignedDuration {
    let mut rested = HostState::new(state.host.clone());
    let asked = rested.free_at;
    let crawl_delay = copy.and_then(|copy| copy.answer.crawl_delay());
    rested.rest(asked, settings.rest_of(&state.host), crawl_delay, None);
    rested.free_at.duration_since(asked)
}

fn times(length: SignedDuration, n: u64) -> SignedDuration {
    length.saturating_mul(i32::try_from(n).unwrap_or(i32::MAX))
}

/// Least time for so many requests at a rate a second, the first `burst` of which are made at once.
fn at_rate(requests: u64, rate: u32, burst: u32) -> SignedDuration {
    let milliseconds = requests.saturating_sub(burst.into()).saturating_mul(1_000) / u64::from(rate.max(1));
    SignedDuration::from_millis(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}

/// A reason without its numbers, so that pages can be counted by it.
fn name_of(reason: &Reason) -> String {
    match serde_json::to_value(reason) {
        Ok(Value::String(name)) => name,
        Ok(Value::Object(fields)) => fields.into_iter().next().map_or_else(String::new, |(name, _)| name),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use trackward_fetch::robots;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-16T06:00:00Z".parse().unwrap()
    }

    fn pages(n: usize) -> Vec<PageUrl> {
        (0..n).map(|n| PageUrl::parse(&format!("https://h.example/{n}")).unwrap()).collect()
    }

    fn of(state: HostState, n: usize) -> HostForecast {
        HostForecast::of(state, &pages(n), &Access::default(), &MonitorSettings::default(), now())
    }

    fn host(robots: Option<&str>) -> HostState {
        let mut state = HostState::new(pages(1)[0].host_key());
        if let Some(text) = robots {
            let answer = robots::parse(text.as_bytes());
            state.keep_robots(RobotsCopy::learn(None, pages(1)[0].origin(), answer, None, now()));
        }
        state
    }

    fn seconds(n: i64) -> SignedDuration {
        SignedDuration::from_secs(n)
    }

    #[test]
    fn requests_are_the_pages_and_robots_txt_where_it_is_not_known_with_rests_between() {
        let unknown = of(host(None), 4);
        assert_eq!((unknown.requests, unknown.takes), (5, seconds(12)));
        let known = of(host(Some("")), 4);
        assert_eq!((known.requests, known.takes), (4, seconds(9)));
        let slow = of(HostState { latency_ms: 2_000, ..host(Some("")) }, 4);
        assert_eq!(slow.takes, seconds(4 * 2 + 9));
    }

    #[test]
    fn crawl_delay_and_a_rest_that_is_not_over_make_it_longer_and_shut_pages_shorter() {
        assert_eq!(of(host(Some("User-agent: *\nCrawl-delay: 20")), 4).takes, seconds(60));
        let resting = HostState { free_at: now() + seconds(100), ..host(Some("")) };
        assert_eq!(of(resting, 4).takes, seconds(109));
        let shut = of(host(Some("User-agent: *\nDisallow: /0\nDisallow: /1")), 4);
        assert_eq!((shut.pages, shut.requests, shut.takes), (4, 2, seconds(3)));
        let all_shut = of(host(Some("User-agent: *\nDisallow: /")), 4);
        assert_eq!((all_shut.requests, all_shut.takes), (0, SignedDuration::ZERO));
    }

    #[test]
    fn host_that_rests_for_longer_than_a_run_waits_is_left_alone() {
        let until = now() + seconds(301);
        let left = of(HostState { free_at: until, ..host(None) }, 4);
        assert_eq!((left.pages, left.requests, left.left_alone_until), (4, 0, Some(until)));
        assert_eq!(of(HostState { free_at: now() + seconds(300), ..host(None) }, 4).left_alone_until, None);
    }

    #[test]
    fn rate_lets_a_burst_through_and_then_one_after_another() {
        assert_eq!([0, 20, 21, 41].map(|n| at_rate(n, 20, 20).as_millis()), [0, 0, 50, 1_050]);
        assert_eq!([0, 1, 2, 6].map(|n| at_rate(n, 5, 1).as_millis()), [0, 0, 200, 1_000]);
    }
}
