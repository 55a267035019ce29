//! What one run did: kept so that the coverage of a past week is known later.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::EventName;
use crate::ids::RunId;
use crate::link::StateName;
use crate::page_url::HostKey;
use crate::rule::Verdict;
use crate::target_health::TargetHealth;

/// What one run did so far; written with every batch, so an unfinished run shows as unfinished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Its number.
    pub id: RunId,
    /// What it was asked to look at.
    pub scope: RunScope,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; none while it runs, or after it was killed.
    pub ended: Option<Timestamp>,
    /// Pages checked.
    pub pages: u64,
    /// Requests made: pages, robots.txt, redirects.
    pub requests: u64,
    /// Bytes read from the wire.
    pub bytes: u64,
    /// Hosts asked.
    pub hosts: u64,
    /// Pages by verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Events by name.
    pub events: BTreeMap<EventName, u64>,
    /// Links checked conclusively, by the quarter hour of their conclusive check before that; see
    /// [`RunRecord::quarter_hour`]. So links of any period are counted once.
    pub covered: BTreeMap<i64, u64>,
    /// Links by state when the run was last written.
    pub links: BTreeMap<StateName, u64>,
    /// Why its misses count for nothing: so much was missing at once that it distrusts itself.
    pub held: Option<String>,
    /// Due pages it did not come to: stopped, out of time, or their hosts asked for a long pause.
    pub left: u64,
    /// Pages of ours that live links point to and that need a look.
    #[serde(default)]
    pub targets: Vec<TargetHealth>,
    /// The rules by which it judged, as [`crate::Policy::fingerprint`] names them; empty for runs of before it was kept.
    #[serde(default)]
    pub policy: String,
    /// Hosts of which it asked what their robots.txt forbids, each with the owner's written permission.
    #[serde(default)]
    pub overrides: BTreeMap<HostKey, String>,
}

/// What a run was asked to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunScope {
    /// What is due.
    Due,
    /// Everything.
    All,
    /// Everything of these hosts.
    Hosts(Vec<HostKey>),
    /// Pages that nobody told us of.
    Discovery,
}

impl RunRecord {
    /// A run that begins.
    pub fn begin(id: RunId, scope: RunScope, started: Timestamp) -> Self {
        Self {
            id,
            scope,
            started,
            ended: None,
            pages: 0,
            requests: 0,
            bytes: 0,
            hosts: 0,
            verdicts: BTreeMap::new(),
            events: BTreeMap::new(),
            covered: BTreeMap::new(),
            links: BTreeMap::new(),
            held: None,
            left: 0,
            targets: Vec::new(),
            policy: String::new(),
            overrides: BTreeMap::new(),
        }
    }

    /// The key of [`RunRecord::covered`]: quarter hours since the Unix epoch, `i64::MIN` for never.
    /// Every time zone's midnight falls on one.
    pub fn quarter_hour(before: Option<Timestamp>) -> i64 {
        before.map_or(i64::MIN, |at| at.as_second().div_euclid(900))
    }

    /// Links whose first conclusive check since `start` fell into this run.
    pub fn newly_covered_since(&self, start: Timestamp) -> u64 {
        let first = Self::quarter_hour(Some(start));
        self.covered.range(..first).map(|(_, links)| links).sum()
    }

    /// Links that were watched.
    pub fn watched(&self) -> u64 {
        self.links.iter().filter(|(state, _)| state.is_watched()).map(|(_, links)| links).sum()
    }
}
