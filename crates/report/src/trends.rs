//! What the numbers of earlier periods show: how many, how long, for how long.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use trackward_core::LossReason;

use crate::percent::Percent;
use crate::rows::{Rate, Wait};
use crate::stats::survival::Survival as Curve;

/// What the numbers of the periods before this one show.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Trends {
    /// Up to [`Trends::PERIODS`] periods in order; the last is the report's own.
    pub periods: Vec<PeriodCount>,
    /// How many links are approved, and after how long; none in a client's report.
    pub approval: Option<ApprovalTrend>,
    /// How long live links stay; none in a client's report.
    pub survival: Option<SurvivalTrend>,
    /// Why links of the period were lost, most first.
    pub loss_reasons: Vec<ReasonCount>,
    /// The `rel` of links that live now, most first.
    pub rel_mix: Vec<RelCount>,
}

impl Trends {
    /// Periods that are shown, the report's own included.
    pub const PERIODS: u16 = 12;
    /// Days before the as-of instant in which links must have been sent to be counted among the waits.
    pub const COHORT_DAYS: i64 = 365;
    /// Approvals below which a median wait says nothing and the waits themselves are listed.
    pub const LEAST_APPROVALS: usize = 10;
    /// Days since sending at which the share approved is told.
    pub const WAIT_DAYS: [u32; 7] = [1, 3, 7, 14, 30, 60, 90];
    /// Days of age at which survival is told.
    pub const SURVIVAL_DAYS: [u16; 5] = [7, 30, 90, 180, 365];
    /// The age at which survival is told of single hosts.
    pub const QUARTER: u16 = 90;
}

/// What happened in one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodCount {
    /// Its name.
    pub label: String,
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// Whether anything was checked in it.
    pub checked: bool,
    /// Pending links that were there.
    pub approved: u64,
    /// Links that nobody told us of.
    pub appeared: u64,
    /// Lost links that were back.
    pub restored: u64,
    /// Links confirmed gone.
    pub lost: u64,
    /// Approved, new and restored less lost.
    pub net: i64,
    /// Links that lived at its end.
    pub live: u64,
}

/// How many links are approved, and after how long.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ApprovalTrend {
    /// Links sent within [`Trends::COHORT_DAYS`] days that the waits are counted from.
    pub sent: u64,
    /// Those of them that were approved.
    pub approved: u64,
    /// Of links sent 30 to 120 days ago, those approved within 30 days.
    pub rate: Rate,
    /// Approved within [`Trends::WAIT_DAYS`], for certain.
    pub within: Vec<WithinDays>,
    /// The wait in the middle of those approved within 90 days; none below [`Trends::LEAST_APPROVALS`].
    pub median: Option<Wait>,
    /// The curve: the share approved by the end of each interval. Empty below [`Trends::LEAST_APPROVALS`].
    pub curve: Vec<WaitPoint>,
    /// Each wait, where there are too few for a curve.
    pub waits: Vec<Wait>,
}

/// A share that was reached within some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WithinDays {
    /// Days since sending.
    pub days: u32,
    /// The share of all sent.
    pub percent: Percent,
}

/// A step of the wait curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WaitPoint {
    /// The interval in which it rises.
    #[serde(flatten)]
    pub wait: Wait,
    /// The share approved by its end.
    pub percent: Percent,
}

/// How long live links stay.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SurvivalTrend {
    /// Links that it is counted from.
    pub links: u64,
    /// Live links whose age is not known: left out.
    pub left_out: u64,
    /// The shares still live at [`Trends::SURVIVAL_DAYS`], as far as links were watched so long.
    pub at: Vec<SurvivalPoint>,
    /// The curve, one point a day on which links were lost.
    pub curve: Vec<SurvivalPoint>,
}

/// The share still live at an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SurvivalPoint {
    /// Age in days since approval.
    pub days: u16,
    /// The share still live.
    pub percent: Percent,
    /// Its lower 95 % bound.
    pub low: Percent,
    /// Its upper 95 % bound.
    pub high: Percent,
    /// Links watched at that age.
    pub at_risk: u64,
}

/// Losses of one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReasonCount {
    /// The reason.
    #[schemars(with = "String")]
    pub reason: LossReason,
    /// The reason in words.
    pub in_words: &'static str,
    /// What Ahrefs and Linkody call it.
    pub elsewhere: &'static str,
    /// Links lost.
    pub links: u64,
    /// Hosts that they were on.
    pub sites: u64,
}

/// Live links of one `rel`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RelCount {
    /// What it asks of search engines: `followed`, `nofollow`, `ugc`, `sponsored` or several of these.
    pub rel: String,
    /// Live links.
    pub links: u64,
    /// Their share; none for a small base.
    pub percent: Option<Percent>,
}

impl SurvivalTrend {
    pub(crate) fn of(curve: &Curve, links: u64, left_out: u64) -> Self {
        let point = |step: &crate::stats::survival::Step| SurvivalPoint {
            days: step.day,
            percent: Percent::of_share(step.share),
            low: Percent::of_share(step.low),
            high: Percent::of_share(step.high),
            at_risk: step.at_risk,
        };
        Self {
            links,
            left_out,
            at: Trends::SURVIVAL_DAYS.iter().filter_map(|day| curve.at(*day)).map(|s| point(&s)).collect(),
            curve: curve.steps.iter().map(point).collect(),
        }
    }
}
