//! What is remembered of a host between runs: its rest, its robots.txt, and the trouble it is in.

use std::fmt;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::cadence::HostMemory;
use crate::fetched::Trouble;
use crate::limits::Limits;
use crate::page_url::HostKey;
use crate::rule::{Rule, Verdict};

/// What is remembered of a host: when it may be asked again, and what it allows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostState {
    /// The host.
    pub host: HostKey,
    /// No request before this instant.
    pub free_at: Timestamp,
    /// Copies of its robots.txt, one an origin, sorted by origin.
    pub robots: Vec<RobotsCopy>,
    /// Mean time of a request, in milliseconds; 0 when unknown. Orders the frontier, heaviest host first.
    pub latency_ms: u32,
    /// The address that answered last, for the limit of its network.
    pub peer: Option<IpAddr>,
    /// The trouble it is in.
    pub down: Option<Down>,
    /// How it differs from others, as the schedule has learned.
    #[serde(default)]
    pub schedule: HostMemory,
}

impl HostState {
    /// A host that nothing is known of: free at once.
    pub fn new(host: HostKey) -> Self {
        let free_at = Timestamp::UNIX_EPOCH;
        Self {
            host,
            free_at,
            robots: Vec::new(),
            latency_ms: 0,
            peer: None,
            down: None,
            schedule: HostMemory::default(),
        }
    }

    /// Brings a rest to an end that a clock gone wrong has put too far ahead: none is longer than
    /// [`Limits::RETRY_AFTER_HOURS`].
    pub fn clamp_rest(&mut self, now: Timestamp) {
        let most = SignedDuration::from_hours(Limits::RETRY_AFTER_HOURS);
        self.free_at = self.free_at.min(now.saturating_add(most).unwrap_or(Timestamp::MAX));
    }

    /// Takes in how a check ended that asked the host last: trouble in a row makes it rest longer and longer
    /// ([`Down::rest`]), anything else ends that.
    pub fn observe(&mut self, rule: Rule, detail: &str, at: Timestamp) {
        match rule.verdict() {
            // Nothing was asked of the host but its robots.txt, or it has no address.
            Verdict::Disallowed | Verdict::Blocked => return,
            Verdict::Unreachable if rule == Rule::NoSuchHost => return,
            _ if rule.is_host_trouble() => {}
            _ => {
                self.down = None;
                return;
            }
        }
        let before = self.down.take();
        let (since, checks) = before.map_or((at, 1), |down| (down.since, down.checks.saturating_add(1)));
        let down = Down { since, checks, rule, detail: detail.to_owned() };
        if let Some(rest) = down.rest() {
            self.free_at = self.free_at.max(at.saturating_add(rest).unwrap_or(Timestamp::MAX));
        }
        self.down = Some(down);
    }

    /// The copy of robots.txt for an origin, fresh or not.
    pub fn robots_of(&self, origin: &str) -> Option<&RobotsCopy> {
        self.robots.iter().find(|copy| copy.origin == origin)
    }

    /// Keeps a copy of robots.txt in place of the origin's earlier one.
    pub fn keep_robots(&mut self, copy: RobotsCopy) {
        match self.robots.binary_search_by(|c| c.origin.as_str().cmp(&copy.origin)) {
            Ok(at) => self.robots[at] = copy,
            Err(at) => self.robots.insert(at, copy),
        }
    }

    /// Gives the host its rest after a request that ended at `ended`.
    ///
    /// The longest of: the configured rest, the origin's `Crawl-delay` (at most
    /// [`Limits::CRAWL_DELAY_SECONDS`]; no part of RFC 9309, read because hosts still set it), and a
    /// `Retry-After` (at most [`Limits::RETRY_AFTER_HOURS`]).
    pub fn rest(
        &mut self,
        ended: Timestamp,
        rest: SignedDuration,
        crawl_delay: Option<SignedDuration>,
        retry_after: Option<SignedDuration>,
    ) {
        let clamp =
            |wait: Option<SignedDuration>, most| wait.unwrap_or_default().clamp(SignedDuration::ZERO, most);
        let crawl_delay = clamp(crawl_delay, SignedDuration::from_secs(Limits::CRAWL_DELAY_SECONDS));
        let retry_after = clamp(retry_after, SignedDuration::from_hours(Limits::RETRY_AFTER_HOURS));
        let wait = rest.max(crawl_delay).max(retry_after);
        self.free_at = self.free_at.max(ended.saturating_add(wait).unwrap_or(Timestamp::MAX));
    }
}

/// The trouble a host is in: checks in a row that found it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Down {
    /// The first of them.
    pub since: Timestamp,
    /// How many.
    pub checks: u32,
    /// What the last one found.
    pub rule: Rule,
    /// In the host's or library's words.
    pub detail: String,
}

impl Down {
    /// Checks in a row from which on the host is left alone but for one probe at a time.
    pub const CHECKS: u32 = 3;
    /// The first rest; it doubles with each probe that fails ...
    pub const FIRST: SignedDuration = SignedDuration::from_mins(15);
    /// ... up to this one.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);

    /// How long the host is left alone now; none while too few checks found it in trouble.
    pub fn rest(&self) -> Option<SignedDuration> {
        let doublings = self.checks.checked_sub(Self::CHECKS)?.min(10);
        Some(Self::FIRST.saturating_mul(1 << doublings).min(Self::LONGEST))
    }
}

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {} in a row since {:.0}: {}",
            self.rule.in_words(),
            self.checks,
            self.since,
            self.detail
        )
    }
}

/// What an origin's robots.txt said, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotsCopy {
    /// Scheme, host and port.
    pub origin: String,
    /// When the answer that holds was fetched.
    pub fetched_at: Timestamp,
    /// What holds for our agent.
    pub answer: RobotsAnswer,
    /// How long the answer may be used, in seconds.
    pub lifetime_s: u32,
    /// Since when its robots.txt cannot be had, and when it was last tried.
    pub failing: Option<(Timestamp, Timestamp)>,
}

impl RobotsCopy {
    /// Longest use of an answer (RFC 9309, 2.4), and what holds where the host says nothing.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(24);
    /// Least time between two requests for one robots.txt, whatever its `Cache-Control` says.
    pub const LEAST_LIFETIME: SignedDuration = SignedDuration::from_hours(1);
    /// Time after which one that cannot be had counts as not being there (RFC 9309, 2.3.1.4).
    pub const GIVEN_UP: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// The copy after an answer that came at `now`; `before` is the origin's earlier one, `max_age` what the host
    /// says of how long to use it.
    ///
    /// Where it cannot be had, the earlier rules go on to hold; after [`RobotsCopy::GIVEN_UP`] none do.
    pub fn learn(
        before: Option<Self>,
        origin: String,
        answer: RobotsAnswer,
        max_age: Option<SignedDuration>,
        now: Timestamp,
    ) -> Self {
        let lifetime = max_age.unwrap_or(Self::LIFETIME).clamp(Self::LEAST_LIFETIME, Self::LIFETIME);
        let lifetime_s = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
        let learned = |answer, failing| Self { origin, fetched_at: now, answer, lifetime_s, failing };
        let Some(why) = answer.failure() else { return learned(answer, None) };
        let since = before.as_ref().and_then(|copy| copy.failing).map_or(now, |(since, _)| since);
        let failing = Some((since, now));
        if now.duration_since(since) >= Self::GIVEN_UP {
            return learned(RobotsAnswer::GivenUp { why }, failing);
        }
        match before {
            Some(before) if before.answer.was_read() => Self { failing, ..before },
            _ => learned(answer, failing),
        }
    }

    /// Whether it holds without another request. A copy from the future, made by a clock gone wrong, does not.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let (asked, most) = match (&self.answer, self.failing) {
            // Our own gate may be opened at any time, so its refusal is not remembered.
            (RobotsAnswer::NoAnswer { trouble: Trouble::Blocked(_) }, _) => return false,
            (answer, Some((_, tried))) if answer.was_read() => (tried, Self::LIFETIME),
            (_, Some((_, tried))) => (tried, Self::LEAST_LIFETIME),
            (_, None) => (self.fetched_at, SignedDuration::from_secs(self.lifetime_s.into())),
        };
        let age = now.duration_since(asked);
        !age.is_negative() && age < most
    }
}

/// What a robots.txt came to for our agent (RFC 9309, 2.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RobotsAnswer {
    /// Read: the rules of our group, and its `Crawl-delay` in milliseconds.
    Rules {
        /// Rules for our agent, in the order written.
        lines: Vec<RobotsLine>,
        /// `Crawl-delay` of our group, in milliseconds.
        crawl_delay_ms: Option<u32>,
        /// Rules for Google's crawler, in the order written: a page closed to it is worth less.
        search: Vec<RobotsLine>,
        /// Addresses of sitemaps, whichever group they stand in, at most [`crate::Limits::SITEMAPS`].
        sitemaps: Vec<String>,
    },
    /// There is none (a 4xx answer): everything is allowed.
    Absent {
        /// The status.
        status: u16,
    },
    /// The host did not answer at all: nothing is asked of it for now, and the page's trouble is this one.
    NoAnswer {
        /// What kept the answer away.
        trouble: Trouble,
    },
    /// The host answered, but it could not be had: everything is disallowed for now.
    Unreachable {
        /// Why, in words.
        why: String,
    },
    /// It could not be had for so long that it counts as not being there: everything is allowed.
    GivenUp {
        /// Why, in words.
        why: String,
    },
}

impl RobotsAnswer {
    /// The sitemaps that it names.
    pub fn sitemaps(&self) -> &[String] {
        match self {
            Self::Rules { sitemaps, .. } => sitemaps,
            _ => &[],
        }
    }

    /// The `Crawl-delay` of our group, as written.
    pub fn crawl_delay(&self) -> Option<SignedDuration> {
        match self {
            Self::Rules { crawl_delay_ms, .. } => {
                crawl_delay_ms.map(|ms| SignedDuration::from_millis(ms.into()))
            }
            _ => None,
        }
    }

    /// Why it cannot be had; a refusal of our own is no failure of theirs.
    fn failure(&self) -> Option<String> {
        match self {
            Self::NoAnswer { trouble: Trouble::Blocked(_) } => None,
            Self::NoAnswer { trouble } => Some(trouble.to_string()),
            Self::Unreachable { why } => Some(why.clone()),
            _ => None,
        }
    }

    /// Whether the host said what it allows.
    fn was_read(&self) -> bool {
        matches!(self, Self::Rules { .. } | Self::Absent { .. })
    }
}

/// One `allow` or `disallow` line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotsLine {
    /// Whether it allows.
    pub allow: bool,
    /// The path pattern, escapes normalised; `*` is any run of octets, a final `$` the end.
    pub pattern: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        let start: Timestamp = "2026-11-16T06:00:00Z".parse().unwrap();
        start + SignedDuration::from_hours(hours)
    }

    fn host() -> HostState {
        HostState::new(HostKey::parse("h.example").unwrap())
    }

    fn rules() -> RobotsAnswer {
        RobotsAnswer::Rules {
            lines: Vec::new(),
            crawl_delay_ms: None,
            search: Vec::new(),
            sitemaps: Vec::new(),
        }
    }

    fn unreachable() -> RobotsAnswer {
        RobotsAnswer::Unreachable { why: "robots.txt answers 503".into() }
    }

    /// The copy after these answers, each with its hour.
    fn copy(answers: &[(i64, RobotsAnswer)]) -> RobotsCopy {
        let learn = |before, (hour, answer): &(i64, RobotsAnswer)| {
            Some(RobotsCopy::learn(before, "https://h.example".into(), answer.clone(), None, at(*hour)))
        };
        answers.iter().fold(None, learn).unwrap()
    }

    #[test]
    fn third_trouble_in_a_row_rests_the_host_and_each_more_twice_as_long_up_to_a_day() {
        let mut state = host();
        let mut rests = Vec::new();
        for _ in 0..11 {
            let now = state.free_at.max(at(0));
            state.observe(Rule::Timeout, "idle", now);
            rests.push(state.free_at.duration_since(now).as_mins());
        }
        let in_a_row = [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440];
        assert!(rests[..2].iter().all(|rest| *rest <= 0), "{rests:?}");
        assert_eq!(rests[2..], in_a_row);
        state.observe(Rule::Complete, "HTTP 200", state.free_at);
        assert_eq!(state.down, None);
    }

    #[test]
    fn trouble_of_a_page_is_not_the_hosts() {
        let mut state = host();
        for rule in [Rule::RefusedStatus, Rule::NoSuchHost, Rule::GoneStatus, Rule::TooLarge] {
            state.observe(rule, "", at(0));
        }
        assert_eq!(state, host());
    }

    #[test]
    fn trouble_lasts_until_a_page_is_answered_and_not_only_a_robots() {
        let mut state = host();
        for rule in [Rule::ServerStatus, Rule::RobotsUnreachable, Rule::RobotsDisallow, Rule::Timeout] {
            state.observe(rule, "", at(0));
        }
        assert_eq!(state.down.as_ref().map(|down| down.checks), Some(2));
        state.observe(Rule::RefusedStatus, "", at(0));
        assert_eq!(state.down, None);
    }

    #[test]
    fn rest_that_a_wrong_clock_wrote_ends_within_a_day() {
        let mut state = HostState { free_at: at(24 * 3_650), ..host() };
        state.clamp_rest(at(0));
        assert_eq!(state.free_at, at(24));
    }

    #[test]
    fn rules_read_before_go_on_to_hold_while_robots_cannot_be_had() {
        let stale = copy(&[(0, rules()), (24, unreachable()), (48, unreachable())]);
        assert_eq!((stale.answer, stale.failing), (rules(), Some((at(24), at(48)))));
        assert_eq!(copy(&[(0, unreachable()), (1, unreachable())]).answer, unreachable());
        let silent = RobotsAnswer::NoAnswer { trouble: Trouble::Connect("refused".into()) };
        assert_eq!(copy(&[(0, rules()), (24, silent), (25, unreachable())]).answer, rules());
    }

    #[test]
    fn refusal_of_our_own_gate_is_asked_about_again_at_once() {
        let blocked = RobotsAnswer::NoAnswer { trouble: Trouble::Blocked("10.0.0.1".into()) };
        let copy = copy(&[(0, blocked)]);
        assert!(!copy.is_fresh(at(0)) && copy.failing.is_none());
    }

    #[test]
    fn robots_that_cannot_be_had_for_thirty_days_count_as_absent() {
        let day = 24;
        let given_up = |until| {
            let copy = copy(&[(0, rules()), (day, unreachable()), (until, unreachable())]);
            matches!(copy.answer, RobotsAnswer::GivenUp { .. })
        };
        assert!(!given_up(31 * day - 1) && given_up(31 * day));
        assert_eq!(copy(&[(0, unreachable()), (30 * day, unreachable()), (31 * day, rules())]).failing, None);
    }

    #[test]
    fn copy_is_used_for_a_day_or_as_long_as_the_host_says_and_tried_again_hourly_while_it_fails() {
        let fresh_for = |copy: RobotsCopy, from: i64| (0..99).find(|hour| !copy.is_fresh(at(from + hour)));
        assert_eq!(fresh_for(copy(&[(0, rules())]), 0), Some(24));
        assert_eq!(fresh_for(copy(&[(0, unreachable())]), 0), Some(1));
        assert_eq!(
            fresh_for(copy(&[(0, rules()), (24, unreachable())]), 24),
            Some(24),
            "the old rules hold on"
        );
        let with = |hours| {
            let max_age = Some(SignedDuration::from_hours(hours));
            RobotsCopy::learn(None, String::new(), rules(), max_age, at(0))
        };
        assert_eq!([0, 1, 6, 24, 99].map(|hours| fresh_for(with(hours), 0)), [1, 1, 6, 24, 24].map(Some));
        assert!(!copy(&[(1, rules())]).is_fresh(at(0)), "from the future");
    }

    #[test]
    fn host_rests_for_the_longest_wait_and_both_waits_are_clamped() {
        let ended: Timestamp = "2026-11-16T06:00:00Z".parse().unwrap();
        let after = |crawl: Option<i64>, retry: Option<i64>| {
            let mut state = HostState::new(HostKey::parse("h.example").unwrap());
            let seconds = SignedDuration::from_secs;
            state.rest(ended, seconds(3), crawl.map(seconds), retry.map(seconds));
            state.free_at.duration_since(ended).as_secs()
        };
        assert_eq!(after(None, None), 3);
        assert_eq!(after(Some(10), None), 10);
        assert_eq!(after(Some(60), None), 60);
        assert_eq!(after(Some(61), None), 60);
        assert_eq!(after(Some(10), Some(600)), 600);
        assert_eq!(after(None, Some(86_400)), 86_400);
        assert_eq!(after(None, Some(86_401)), 86_400);
        assert_eq!(after(None, Some(-5)), 3);
    }
}
