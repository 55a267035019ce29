//! Sections that show the store as it is now: pending links, sites, pages, runs.

use trackward_core::TargetFault;

use crate::records::{self, Wanted};
use crate::report::{AgeBucket, Report};
use crate::rows::{HostRow, OwnPage, RunRow, Unread, Waiting};
use crate::sections::link::{PAGE, TARGET, all, ledger_columns, subject_columns};
use crate::sections::{percent, rate_in_words};
use crate::table::{Group, Part, Shape, Table, TableRow, Value, bare, column};
use crate::view::Tone;

use Part::{Cell, Note, Range};

pub(super) fn ages(report: &Report) -> Table<'_> {
    type R<'a> = &'a AgeBucket;
    let shape = Shape {
        id: "pending-ages",
        title: "Pending by age",
        columns: vec![
            column("Age", |r: &R<'_>| {
                Value::text(match r.to_days {
                    Some(last) => format!("{}–{last} days", r.from_days),
                    None => format!("over {} days", r.from_days - 1),
                })
            }),
            column("Links", |r: &R<'_>| Value::Count(r.links)),
            column("Sites", |r: &R<'_>| Value::Count(r.sites)),
            column("Expected approvals in 7 days", |r: &R<'_>| {
                Value::maybe(r.expected_tenths, Value::Tenths)
            })
            .internal(),
            column("No answer within 7 days", |r: &R<'_>| Value::Count(r.no_answer_soon)),
        ],
        layout: &[
            Group { heading: "Age", parts: &[Cell("Age")] },
            Group { heading: "Links", parts: &[Cell("Links")] },
            Group { heading: "Sites", parts: &[Cell("Sites")] },
            Group { heading: "Expected in 7 days", parts: &[Cell("Expected approvals in 7 days")] },
            Group { heading: "No answer in 7 days", parts: &[Cell("No answer within 7 days")] },
        ],
        row: bare,
    };
    Table::of(shape, report.is_for_client(), report.pending.by_age.iter())
}

pub(super) fn pending<'a>(report: &'a Report, wanted: Wanted<'a>) -> Table<'a> {
    let shape = Shape {
        id: "pending",
        title: "Pending",
        columns: all([
            subject_columns(),
            vec![
                column("Sent", |r: &Waiting| Value::Instant(r.sent)),
                column("Age (days)", |r: &Waiting| Value::Seconds(r.age_seconds)),
                column("Checks", |r: &Waiting| Value::Count(r.checks.into())),
                column("Last check", |r: &Waiting| Value::maybe(r.last_check, Value::Instant)),
                column("Chance left (%)", |r: &Waiting| percent(r.chance_left)).internal(),
                column("No answer from", |r: &Waiting| Value::Instant(r.no_answer_from)),
            ],
            ledger_columns(),
        ]),
        layout: &[
            PAGE,
            TARGET,
            Group { heading: "Sent", parts: &[Cell("Sent"), Note("no answer from", "No answer from")] },
            Group { heading: "Age", parts: &[Cell("Age (days)")] },
            Group { heading: "Checks", parts: &[Cell("Checks"), Note("last", "Last check")] },
            Group { heading: "Chance left", parts: &[Cell("Chance left (%)")] },
        ],
        row: |r| TableRow { site: Some(r.subject.site.to_string()), ..TableRow::default() },
    };
    let rows = records::pending(report, wanted);
    Table::streamed(shape, report.is_for_client(), report.figures.pending, rows)
}

pub(super) fn hosts(report: &Report) -> Table<'_> {
    type R<'a> = &'a HostRow;
    let shape = Shape {
        id: "sites",
        title: "Sites",
        columns: vec![
            column("Site", |r: &R<'_>| Value::text(r.site.to_string())),
            column("Sent", |r: &R<'_>| Value::Count(r.sent)),
            column("Approved", |r: &R<'_>| Value::Count(r.approved)),
            column("Rejected", |r: &R<'_>| Value::Count(r.rejected)),
            column("Pending", |r: &R<'_>| Value::Count(r.pending)),
            column("No answer", |r: &R<'_>| Value::Count(r.no_answer)),
            column("Rate (%)", |r: &R<'_>| percent(r.rate.percent)),
            column("Rate from (%)", |r: &R<'_>| percent(r.rate.low)),
            column("Rate to (%)", |r: &R<'_>| percent(r.rate.high)),
            column("Rate in words", |r: &R<'_>| match r.rate.decided {
                0 => Value::None,
                _ => Value::text(rate_in_words(&r.rate)),
            })
            .for_people(),
            column("Median wait from (days)", |r: &R<'_>| {
                Value::maybe(r.median_wait, |wait| Value::Seconds(wait.at_least_seconds))
            }),
            column("Median wait to (days)", |r: &R<'_>| {
                Value::maybe(r.median_wait, |wait| Value::Seconds(wait.at_most_seconds))
            }),
            column("Live", |r: &R<'_>| Value::Count(r.live)),
            column("Still live after 90 days (%)", |r: &R<'_>| percent(r.survival_90)),
            column("Last approval", |r: &R<'_>| Value::maybe(r.last_approval, Value::Instant)),
            column("Next best", |r: &R<'_>| Value::maybe(r.next_best, Value::Count)).internal(),
        ],
        layout: &[
            Group { heading: "Site", parts: &[Cell("Site"), Note("next best no.", "Next best")] },
            Group { heading: "Sent", parts: &[Cell("Sent"), Note("rejected", "Rejected")] },
            Group { heading: "Approved", parts: &[Cell("Approved"), Note("last", "Last approval")] },
            Group { heading: "Pending", parts: &[Cell("Pending"), Note("no answer", "No answer")] },
            Group { heading: "Rate", parts: &[Cell("Rate in words")] },
            Group {
                heading: "Median wait",
                parts: &[Range("Median wait from (days)", "Median wait to (days)")],
            },
            Group {
                heading: "Live",
                parts: &[Cell("Live"), Note("after 90 days", "Still live after 90 days (%)")],
            },
        ],
        row: bare,
    };
    Table::of(shape, report.is_for_client(), report.hosts.iter())
}

pub(super) fn unread<'a>(report: &'a Report, wanted: Wanted<'a>) -> Table<'a> {
    type R = Unread;
    let shape = Shape {
        id: "cannot-check",
        title: "Can't check",
        columns: vec![
            column("Site", |r: &R| Value::text(r.site.to_string())),
            column("Linking page", |r: &R| Value::Page(r.page.clone())),
            column("Links", |r: &R| Value::Count(r.links)),
            column("Verdict", |r: &R| Value::Pill(Tone::Warn, r.verdict.as_str().replace('_', " "))),
            column("Because", |r: &R| Value::text(r.because)),
            column("Detail", |r: &R| match r.detail.as_str() {
                "" => Value::None,
                detail => Value::text(detail),
            }),
            column("Unreadable since", |r: &R| Value::Instant(r.since)),
            column("Tries", |r: &R| Value::Count(r.tries.into())),
            column("Last try", |r: &R| Value::maybe(r.last_try, Value::Instant)),
            column("Next try", |r: &R| Value::Instant(r.next_try)),
            column("What to do", |r: &R| Value::text(r.what_to_do)),
        ],
        layout: &[
            Group { heading: "Linking page", parts: &[Cell("Linking page")] },
            Group { heading: "Links", parts: &[Cell("Links")] },
            Group {
                heading: "What keeps it unread",
                parts: &[Cell("Verdict"), Note("because", "Because"), Note("", "Detail")],
            },
            Group { heading: "Since", parts: &[Cell("Unreadable since")] },
            Group {
                heading: "Tries",
                parts: &[Cell("Tries"), Note("last", "Last try"), Note("next", "Next try")],
            },
            Group { heading: "What to do", parts: &[Cell("What to do")] },
        ],
        row: |r| TableRow { site: Some(r.site.to_string()), ..TableRow::default() },
    };
    let rows = records::cannot_check(report, wanted);
    Table::streamed(shape, report.is_for_client(), report.figures.cannot_check_pages, rows)
}

pub(super) fn own_pages(report: &Report) -> Table<'_> {
    type R<'a> = &'a OwnPage;
    let shape = Shape {
        id: "your-pages",
        title: "Your own pages",
        columns: vec![
            column("Your page", |r: &R<'_>| Value::Address(r.page.clone())),
            column("What is wrong", |r: &R<'_>| {
                Value::Pill(fault_tone(r.fault), r.fault_in_words.to_owned())
            }),
            column("Leads to", |r: &R<'_>| {
                let elsewhere = (r.leads_to != r.page).then(|| r.leads_to.clone());
                Value::maybe(elsewhere, Value::Address)
            }),
            column("Seen", |r: &R<'_>| Value::Instant(r.at)),
        ],
        layout: &[
            Group { heading: "Your page", parts: &[Cell("Your page")] },
            Group { heading: "What is wrong", parts: &[Cell("What is wrong")] },
            Group { heading: "Leads to", parts: &[Cell("Leads to")] },
            Group { heading: "Seen", parts: &[Cell("Seen")] },
        ],
        row: bare,
    };
    Table::of(shape, report.is_for_client(), report.targets.iter())
}

fn fault_tone(fault: TargetFault) -> Tone {
    match fault {
        TargetFault::Gone | TargetFault::LedHome => Tone::Bad,
        TargetFault::LongChain | TargetFault::Temporary => Tone::Warn,
        TargetFault::Moved => Tone::Neutral,
    }
}

pub(super) fn runs(report: &Report) -> Table<'_> {
    type R<'a> = &'a RunRow;
    let shape = Shape {
        id: "runs",
        title: "Run health",
        columns: vec![
            column("Run", |r: &R<'_>| Value::Count(r.run.0)),
            column("Started", |r: &R<'_>| Value::Instant(r.started)),
            column("Ended", |r: &R<'_>| Value::maybe(r.ended, Value::Instant)),
            column("Pages due", |r: &R<'_>| Value::Count(r.due)),
            column("Checked", |r: &R<'_>| Value::Count(r.checked)),
            column("Conclusive", |r: &R<'_>| Value::Count(r.conclusive)),
            column("Requests", |r: &R<'_>| Value::Count(r.requests)),
            column("Sites", |r: &R<'_>| Value::Count(r.hosts)),
            column("Bytes", |r: &R<'_>| Value::Bytes(r.bytes)),
            column("Not modified (%)", |r: &R<'_>| percent(r.not_modified_share)),
            column("Refused", |r: &R<'_>| Value::Count(r.refused)),
            column("Disallowed", |r: &R<'_>| Value::Count(r.disallowed)),
            column("Errors", |r: &R<'_>| Value::Count(r.errors)),
            column("Held", |r: &R<'_>| Value::maybe(r.held.clone(), Value::Text)),
            column("robots.txt overridden", |r: &R<'_>| {
                let told: Vec<String> =
                    r.overrides.iter().map(|(site, permission)| format!("{site} ({permission})")).collect();
                if told.is_empty() { Value::None } else { Value::Text(told.join(", ")) }
            }),
        ],
        layout: &[
            Group {
                heading: "Run",
                parts: &[
                    Cell("Run"),
                    Note("held:", "Held"),
                    Note("robots.txt overridden:", "robots.txt overridden"),
                ],
            },
            Group { heading: "Started", parts: &[Cell("Started"), Note("ended", "Ended")] },
            Group {
                heading: "Checked",
                parts: &[Cell("Checked"), Note("due", "Pages due"), Note("conclusive", "Conclusive")],
            },
            Group {
                heading: "Requests",
                parts: &[Cell("Requests"), Note("sites", "Sites"), Note("read", "Bytes")],
            },
            Group { heading: "Not modified", parts: &[Cell("Not modified (%)")] },
            Group {
                heading: "Trouble",
                parts: &[Cell("Errors"), Note("refused", "Refused"), Note("disallowed", "Disallowed")],
            },
        ],
        row: bare,
    };
    Table::of(shape, report.is_for_client(), report.runs.iter())
}
