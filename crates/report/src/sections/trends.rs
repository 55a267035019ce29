//! The numbers behind the charts.

use crate::report::Report;
use crate::rows::Wait;
use crate::sections::percent;
use crate::table::{Group, Part, Shape, Table, Value, bare, column};
use crate::trends::{
    ApprovalTrend, PeriodCount, ReasonCount, RelCount, SurvivalPoint, SurvivalTrend, WaitPoint, WithinDays,
};

use Part::{Cell, Note, Range};

pub(super) fn periods(report: &Report) -> Table<'_> {
    type R<'a> = &'a PeriodCount;
    let shape = Shape {
        id: "periods",
        title: "Periods",
        columns: vec![
            column("Period", |r: &R<'_>| Value::text(&r.label)),
            column("Approved", |r: &R<'_>| Value::Count(r.approved)),
            column("New, found", |r: &R<'_>| Value::Count(r.appeared)),
            column("Restored", |r: &R<'_>| Value::Count(r.restored)),
            column("Lost", |r: &R<'_>| Value::Count(r.lost)),
            column("Net", |r: &R<'_>| Value::Change(r.net)),
            column("Live", |r: &R<'_>| Value::Count(r.live)),
        ],
        layout: &[
            Group { heading: "Period", parts: &[Cell("Period")] },
            Group { heading: "Approved", parts: &[Cell("Approved")] },
            Group { heading: "Found", parts: &[Cell("New, found")] },
            Group { heading: "Restored", parts: &[Cell("Restored")] },
            Group { heading: "Lost", parts: &[Cell("Lost")] },
            Group { heading: "Net", parts: &[Cell("Net")] },
            Group { heading: "Live", parts: &[Cell("Live")] },
        ],
        row: bare,
    };
    Table::of(shape, report.is_for_client(), report.trends.periods.iter())
}

/// The share approved by some days, for people.
pub(super) fn waits(approval: &ApprovalTrend) -> Table<'_> {
    type R<'a> = &'a WithinDays;
    let shape = Shape {
        id: "waits",
        title: "Waits",
        columns: vec![
            column("Days since sending", |r: &R<'_>| Value::Count(r.days.into())),
            column("Approved by then (%)", |r: &R<'_>| Value::Percent(r.percent)),
        ],
        layout: &[
            Group { heading: "Days since sending", parts: &[Cell("Days since sending")] },
            Group { heading: "Approved by then", parts: &[Cell("Approved by then (%)")] },
        ],
        row: bare,
    };
    Table::of(shape, true, approval.within.iter())
}

/// Every step of the curve.
pub(super) fn wait_curve(approval: &ApprovalTrend) -> Table<'_> {
    type R<'a> = &'a WaitPoint;
    let shape = Shape {
        id: "wait-curve",
        title: "Wait curve",
        columns: vec![
            column("Wait from (days)", |r: &R<'_>| Value::Seconds(r.wait.at_least_seconds)),
            column("Wait to (days)", |r: &R<'_>| Value::Seconds(r.wait.at_most_seconds)),
            column("Approved by then (%)", |r: &R<'_>| Value::Percent(r.percent)),
        ],
        layout: &[],
        row: bare,
    };
    Table::of(shape, true, approval.curve.iter())
}

/// Too few for a curve: each wait by itself.
pub(super) fn few_waits(approval: &ApprovalTrend) -> Table<'_> {
    type R<'a> = &'a Wait;
    let shape = Shape {
        id: "waits",
        title: "Waits",
        columns: vec![
            column("Wait from (days)", |r: &R<'_>| Value::Seconds(r.at_least_seconds)),
            column("Wait to (days)", |r: &R<'_>| Value::Seconds(r.at_most_seconds)),
        ],
        layout: &[Group { heading: "Waits", parts: &[Range("Wait from (days)", "Wait to (days)")] }],
        row: bare,
    };
    Table::of(shape, true, approval.waits.iter())
}

/// The share still live at some ages, for people.
pub(super) fn survival(points: &[SurvivalPoint]) -> Table<'_> {
    Table::of(survival_shape("survival", "Survival"), true, points.iter())
}

/// Every step of the curve.
pub(super) fn survival_curve(survival: &SurvivalTrend) -> Table<'_> {
    Table::of(survival_shape("survival-curve", "Survival curve"), true, survival.curve.iter())
}

fn survival_shape<'a>(id: &'static str, title: &'static str) -> Shape<&'a SurvivalPoint> {
    type R<'a> = &'a SurvivalPoint;
    Shape {
        id,
        title,
        columns: vec![
            column("Days since approval", |r: &R<'_>| Value::Count(r.days.into())),
            column("Still live (%)", |r: &R<'_>| Value::Percent(r.percent)),
            column("From (%)", |r: &R<'_>| Value::Percent(r.low)),
            column("To (%)", |r: &R<'_>| Value::Percent(r.high)),
            column("Links watched so long", |r: &R<'_>| Value::Count(r.at_risk)),
        ],
        layout: &[
            Group { heading: "Days since approval", parts: &[Cell("Days since approval")] },
            Group {
                heading: "Still live",
                parts: &[Cell("Still live (%)"), Note("of", "Links watched so long")],
            },
            Group { heading: "95 % bounds", parts: &[Range("From (%)", "To (%)")] },
        ],
        row: bare,
    }
}

pub(super) fn loss_reasons(report: &Report) -> Table<'_> {
    type R<'a> = &'a ReasonCount;
    let shape = Shape {
        id: "loss-reasons",
        title: "Loss reasons",
        columns: vec![
            column("Reason", |r: &R<'_>| Value::text(crate::summary::short(r.reason))),
            column("In words", |r: &R<'_>| Value::text(r.in_words)),
            column("Called elsewhere", |r: &R<'_>| Value::text(r.elsewhere)),
            column("Links", |r: &R<'_>| Value::Count(r.links)),
            column("Sites", |r: &R<'_>| Value::Count(r.sites)),
        ],
        layout: &[
            Group {
                heading: "Reason",
                parts: &[Cell("Reason"), Note("", "In words"), Note("", "Called elsewhere")],
            },
            Group { heading: "Links", parts: &[Cell("Links")] },
            Group { heading: "Sites", parts: &[Cell("Sites")] },
        ],
        row: bare,
    };
    Table::of(shape, report.is_for_client(), report.trends.loss_reasons.iter())
}

pub(super) fn rel_mix(report: &Report) -> Table<'_> {
    type R<'a> = &'a RelCount;
    let shape = Shape {
        id: "rel-mix",
        title: "Rel of live links",
        columns: vec![
            column("Rel", |r: &R<'_>| Value::text(&r.rel)),
            column("Links", |r: &R<'_>| Value::Count(r.links)),
            column("Share (%)", |r: &R<'_>| percent(r.percent)),
        ],
        layout: &[
            Group { heading: "Rel", parts: &[Cell("Rel")] },
            Group { heading: "Links", parts: &[Cell("Links")] },
            Group { heading: "Share", parts: &[Cell("Share (%)")] },
        ],
        row: bare,
    };
    Table::of(shape, report.is_for_client(), report.trends.rel_mix.iter())
}
