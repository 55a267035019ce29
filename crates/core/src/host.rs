//! What is remembered of a host between runs: its rest and its robots.txt.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::fetched::Trouble;
use crate::limits::Limits;
use crate::page_url::HostKey;

/// What is remembered of a host: when it may be asked again, and what it allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostState {
    /// The host.
    pub host: HostKey,
    /// No request before this instant.
    pub free_at: Timestamp,
    /// Copies of its robots.txt, one an origin, sorted by origin.
    pub robots: Vec<RobotsCopy>,
    /// Mean time of a request, in milliseconds; 0 when unknown. Orders the frontier, heaviest host first.
    pub latency_ms: u32,
}

impl HostState {
    /// A host that nothing is known of: free at once.
    pub fn new(host: HostKey) -> Self {
        Self { host, free_at: Timestamp::UNIX_EPOCH, robots: Vec::new(), latency_ms: 0 }
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

/// What an origin's robots.txt said, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotsCopy {
    /// Scheme, host and port.
    pub origin: String,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// What it came to for our agent.
    pub answer: RobotsAnswer,
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
}

impl RobotsAnswer {
    /// The `Crawl-delay` of our group, as written.
    pub fn crawl_delay(&self) -> Option<SignedDuration> {
        match self {
            Self::Rules { crawl_delay_ms, .. } => {
                crawl_delay_ms.map(|ms| SignedDuration::from_millis(ms.into()))
            }
            _ => None,
        }
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
