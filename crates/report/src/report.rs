//! The one value that every format renders.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use trackward_core::{EventName, EventSeq, Period};

use crate::brand::Brand;
use crate::coverage::Coverage;
use crate::figures::{Figures, KeyFigure};
use crate::outlook::Outlook;
use crate::rows::{
    Action, Approval, Change, Close, Correction, Find, FirstLook, HostRow, LossGroup, MoneyRow, OpenBreach,
    OwnPage, Return, Row, RunRow, Unread, Waiting,
};
use crate::scope::Scope;
use crate::trends::Trends;

/// What happened in a period, as one value that every format renders.
///
/// Sections hold all their rows, but for those of [`Report::KEPT`]; formats for people show the first of them and
/// say how many are left, formats for programs draw all of them from the [`crate::Records`] once more. As JSON, times
/// are RFC 3339 in UTC, waits and ages are seconds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Name and version of the JSON format.
    pub schema: &'static str,
    /// What it is about.
    pub header: Header,
    /// How much of what is watched was checked.
    pub coverage: Coverage,
    /// The numbers as one paragraph.
    pub summary: String,
    /// The numbers.
    pub figures: Figures,
    /// How often each event was told in the period, by its name.
    #[schemars(with = "std::collections::BTreeMap<String, u64>")]
    pub events: BTreeMap<EventName, u64>,
    /// The numbers that matter most, with what they were before.
    pub key_figures: Vec<KeyFigure>,
    /// What a person can do now, what is worth most first; at most [`Report::ACTIONS`].
    pub actions: Vec<Action>,
    /// What the numbers of the periods before this one show.
    pub trends: Trends,
    /// Pending links that are there now.
    pub approved: Vec<Row<Approval>>,
    /// Links that are confirmed gone, by host and cause.
    pub lost: Vec<LossGroup>,
    /// Links that nobody told us of.
    pub appeared: Vec<Row<Find>>,
    /// Links that changed, what matters most first.
    pub changed: Vec<Row<Change>>,
    /// Lost links that are back.
    pub restored: Vec<Row<Return>>,
    /// Links that were sent and not seen yet.
    #[serde(skip)]
    pub pending: Pending,
    /// Pending links that were given up or declined.
    pub no_answer: Vec<Row<Close>>,
    /// Hosts, the surest to approve first; empty in a client's report.
    pub hosts: Vec<HostRow>,
    /// Pages that could not be checked for [`Report::CANNOT_CHECK_DAYS`] or longer, most links first; at most
    /// [`Report::KEPT`].
    #[serde(skip)]
    pub cannot_check: Vec<Unread>,
    /// Pages of ours that live links point to and that need a look, each once, as last asked for in the period.
    pub targets: Vec<OwnPage>,
    /// First looks at imported links; in no other count.
    #[serde(skip)]
    pub baseline: Baseline,
    /// What had been told and was not so.
    pub corrections: Corrections,
    /// Agreements that are not kept now; at most [`Report::KEPT`].
    #[serde(skip)]
    pub breaches: Vec<OpenBreach>,
    /// What links cost and what became of them; empty in a client's report.
    pub money: Vec<MoneyRow>,
    /// What the runs of the period did; empty in a client's report.
    pub runs: Vec<RunRow>,
    /// How the report presents itself.
    #[serde(skip)]
    pub brand: Brand,
    /// Which links it is about.
    #[serde(skip)]
    pub(crate) scope: Scope,
    /// What every pending link can hope for, also those that are not kept.
    #[serde(skip)]
    pub(crate) outlook: Outlook,
}

impl Report {
    /// Name and version of the JSON format. Within a version fields are only added.
    pub const SCHEMA: &str = "trackward.report/1";
    /// The same where our name is to be hidden.
    pub const PLAIN_SCHEMA: &str = "report/1";
    /// Days without a conclusive check from which a page is listed under *can't check*.
    pub const CANNOT_CHECK_DAYS: i64 = 7;
    /// Rows that are kept of pending links, of pages that cannot be checked, of first looks and of agreements that are
    /// not kept.
    pub const KEPT: usize = 10_000;
    /// Most actions that are named.
    pub const ACTIONS: usize = 10;
    /// Days within which a link that is back shows that its loss had been told too soon.
    pub const REVERSED_DAYS: i64 = 7;
    /// Days of events before the end of a period that a report reads.
    pub const HISTORY_DAYS: i64 = 366;

    /// The instant from which on a report of this period reads events.
    pub fn events_from(period: &Period) -> Timestamp {
        let year = jiff::SignedDuration::from_hours(24 * Self::HISTORY_DAYS);
        period.end.checked_sub(year).unwrap_or(Timestamp::MIN).min(period.start)
    }

    /// What the client that it is limited to is called.
    pub(crate) fn client(&self) -> Option<&str> {
        let name = self.header.client.as_deref();
        name.map(|name| self.brand.client.as_deref().unwrap_or(name))
    }

    /// Whether it is a client's.
    pub fn is_for_client(&self) -> bool {
        self.header.edition == Edition::Client
    }
}

/// Whom a report is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edition {
    /// The team: all of it.
    #[default]
    Internal,
    /// A client: no owners, notes, costs, estimates, run numbers or quoted texts of other people.
    Client,
}

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Header {
    /// Whom it is for.
    pub edition: Edition,
    /// The span of time.
    #[schemars(with = "PeriodShape")]
    pub period: Period,
    /// The client it is limited to.
    pub client: Option<String>,
    /// The campaign it is limited to.
    pub campaign: Option<String>,
    /// The last instant that anything in the period is known of: the end of its last run, or its last event.
    pub as_of: Timestamp,
    /// First and last event of the period, of all campaigns, so that consecutive reports tile; not in a client's
    /// report.
    pub events: Option<SeqRange>,
    /// The program that made it; not in a client's report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<&'static str>,
    /// The rules by which the runs of the period judged, each named once by a hash of its settings; empty in a
    /// client's report.
    pub policies: Vec<String>,
}

/// A span of time: `[start, end)`.
#[derive(JsonSchema)]
#[schemars(rename = "Period")]
#[expect(dead_code, reason = "stands in the JSON Schema for the period of the domain")]
struct PeriodShape {
    /// Its first instant.
    start: Timestamp,
    /// The first instant after it.
    end: Timestamp,
    /// Its name: `2026-W47`, `2026-11`, `2026-11-01--2026-11-14`.
    label: String,
    /// The zone its days begin in.
    zone: String,
}

/// A range of events, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeqRange {
    /// The first.
    #[schemars(with = "u64")]
    pub first: EventSeq,
    /// The last.
    #[schemars(with = "u64")]
    pub last: EventSeq,
}

/// Links that were sent and not seen yet.
///
/// A picture of the store as it is when the report is built, not of the period's end: links that were
/// sent after the as-of instant are left out, links that have been answered since are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// How many, by age; always all four.
    pub by_age: Vec<AgeBucket>,
    /// The first of them by the day from which on they may be given up; at most [`Report::KEPT`].
    pub links: Vec<Waiting>,
}

/// Pending links of an age, in whole days since they were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AgeBucket {
    /// From this age.
    pub from_days: i64,
    /// Up to this age, included; none for no end.
    pub to_days: Option<i64>,
    /// Links of this age.
    pub links: u64,
    /// Hosts that they are on.
    pub sites: u64,
    /// Tenths of approvals to be expected of them within 7 days; none in a client's report.
    pub expected_tenths: Option<u64>,
    /// Links that may be given up within 7 days.
    pub no_answer_soon: u64,
}

/// First looks at imported links.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// First looks of the period; at most [`Report::KEPT`].
    pub links: Vec<Row<FirstLook>>,
    /// Imported links that had no conclusive check yet when the report was built.
    pub to_verify: u64,
}

/// What had been told and was not so.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Corrections {
    /// Each, as found out in the period.
    pub rows: Vec<Row<Correction>>,
    /// The year that the next two count, up to the end of the period.
    pub year: i16,
    /// Losses that were told in that year.
    pub losses: u64,
    /// How many of these were reversed: by a person, or because the link was back within
    /// [`Report::REVERSED_DAYS`] days.
    pub reversed: u64,
}
