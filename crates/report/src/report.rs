//! The one value that every format renders.

use jiff::Timestamp;
use serde::Serialize;
use trackward_core::{EventSeq, Period, TargetHealth};

use crate::coverage::Coverage;
use crate::figures::Figures;
use crate::rows::{
    Approval, Change, Close, Correction, Find, FirstLook, LossGroup, Return, Row, Unread, Waiting,
};

/// What happened in a period, as one value that every format renders.
///
/// Sections hold all their rows; formats for people show the first of them and say how many are left.
/// Serialised it is the JSON format: times are RFC 3339 in UTC, waits and ages are seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Name and version of the JSON format, [`Report::SCHEMA`].
    pub schema: &'static str,
    /// What it is about.
    pub header: Header,
    /// How much of what is watched was checked.
    pub coverage: Coverage,
    /// The numbers as one paragraph.
    pub summary: String,
    /// The numbers.
    pub figures: Figures,
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
    /// Pending links that were given up or declined.
    pub no_answer: Vec<Row<Close>>,
    /// Links that were sent and not seen yet.
    pub pending: Pending,
    /// Pages that could not be checked for [`Report::CANNOT_CHECK_DAYS`] or longer, most links first.
    pub cannot_check: Vec<Unread>,
    /// Pages of ours that live links point to and that need a look, each once, as last asked for in the period.
    pub targets: Vec<TargetHealth>,
    /// First looks at imported links; in no other count.
    pub baseline: Baseline,
    /// What a person overruled.
    pub corrections: Vec<Row<Correction>>,
}

impl Report {
    /// Name and version of the JSON format. Within a version fields are only added.
    pub const SCHEMA: &str = "trackward.report/1";
    /// Days without a conclusive check from which a page is listed under *can't check*.
    pub const CANNOT_CHECK_DAYS: i64 = 7;
}

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Header {
    /// The span of time.
    pub period: Period,
    /// The campaign it is limited to.
    pub campaign: Option<String>,
    /// The last instant that anything in the period is known of: the end of its last run, or its last event.
    pub as_of: Timestamp,
    /// First and last event of the period, of all campaigns, so that consecutive reports tile.
    pub events: Option<SeqRange>,
}

/// A range of events, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SeqRange {
    /// The first.
    pub first: EventSeq,
    /// The last.
    pub last: EventSeq,
}

/// Links that were sent and not seen yet.
///
/// A picture of the store as it is when the report is built, not of the period's end: links that were
/// sent after the as-of instant are left out, links that have been answered since are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pending {
    /// How many, by age; always all four.
    pub by_age: Vec<AgeBucket>,
    /// Each, oldest first.
    pub links: Vec<Waiting>,
}

/// Pending links of an age, in whole days since they were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AgeBucket {
    /// From this age.
    pub from_days: i64,
    /// Up to this age, included; none for no end.
    pub to_days: Option<i64>,
    /// Links of this age.
    pub links: u64,
    /// Hosts that they are on.
    pub sites: u64,
}

/// First looks at imported links.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baseline {
    /// Each first look of the period.
    pub links: Vec<Row<FirstLook>>,
    /// Imported links that had no conclusive check yet when the report was built.
    pub to_verify: u64,
}
