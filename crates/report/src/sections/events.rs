//! Sections that the events of the period fill.

use trackward_core::{EventName, StateName};

use crate::records::{self, Wanted};
use crate::report::Report;
use crate::rows::{
    Approval, Change, Close, Correction, Find, FirstLook, FoundBy, Look, Loss, LossGroup, Return, Row,
    Subject,
};
use crate::sections::link::{
    LINK, Looked, OfLink, PAGE, TARGET, WORTH, all, ledger_columns, look_columns, subject_columns,
};
use crate::summary::short;
use crate::table::{Column, Group, Part, Shape, Table, TableRow, Value, column};
use crate::view::Tone;
use crate::words::count;

use Part::{Cell, Note, Range};

/// The row of an event, with its proof below it.
fn proved<F>(row: &Row<F>) -> TableRow {
    TableRow { site: Some(row.subject.site.to_string()), proof: row.evidence.clone(), ..TableRow::default() }
}

/// A table of what events told of links: its id and title, the columns between those of the link and of the ledger,
/// and its rows.
fn told<'a, F>(
    report: &'a Report,
    (id, title): (&'static str, &'static str),
    own: Vec<Column<&'a Row<F>>>,
    layout: &'static [Group],
    rows: &'a [Row<F>],
) -> Table<'a> {
    let columns = all([subject_columns(), own, ledger_columns()]);
    let shape = Shape { id, title, columns, layout, row: |r| proved(r) };
    Table::of(shape, report.is_for_client(), rows.iter())
}

pub(super) fn approved(report: &Report) -> Table<'_> {
    type R<'a> = &'a Row<Approval>;
    let own = all([
        look_columns(),
        vec![
            column("Sent", |r: &R<'_>| Value::Instant(r.facts.sent)),
            column("Approved after", |r: &R<'_>| Value::maybe(r.facts.approved_after, Value::Instant)),
            column("Approved before", |r: &R<'_>| Value::Instant(r.facts.approved_before)),
            column("Wait from (days)", |r: &R<'_>| Value::Seconds(r.facts.wait.at_least_seconds)),
            column("Wait to (days)", |r: &R<'_>| Value::Seconds(r.facts.wait.at_most_seconds)),
        ],
    ]);
    let layout = &[
        PAGE,
        TARGET,
        LINK,
        WORTH,
        Group { heading: "Approved", parts: &[Cell("Approved before"), Note("after", "Approved after")] },
        Group {
            heading: "Wait",
            parts: &[Range("Wait from (days)", "Wait to (days)"), Note("sent", "Sent")],
        },
    ];
    told(report, ("approved", "Approved"), own, layout, &report.approved)
}

/// A loss with its group, and its place in it.
pub(super) struct LossRow<'a> {
    group: &'a LossGroup,
    place: usize,
    row: &'a Row<Loss>,
}

impl OfLink for LossRow<'_> {
    fn subject(&self) -> &Subject {
        &self.row.subject
    }
}

impl Looked for LossRow<'_> {
    fn look(&self) -> Option<&Look> {
        self.row.facts.look.as_ref()
    }
}

pub(super) fn lost(report: &Report) -> Table<'_> {
    let rows: Vec<LossRow<'_>> = report
        .lost
        .iter()
        .flat_map(|group| {
            group.links.iter().enumerate().map(move |(place, row)| LossRow { group, place, row })
        })
        .collect();
    let shape = Shape {
        id: "lost",
        title: "Lost",
        columns: all([
            vec![column("Cause", |r: &LossRow<'_>| Value::text(cause(r.group)))],
            subject_columns(),
            look_columns().into_iter().filter(|c| matches!(c.head.name, "Placement" | "Anchor")).collect(),
            vec![
                column("Reason", |r: &LossRow<'_>| Value::Pill(Tone::Bad, short(r.row.facts.reason))),
                column("Reason in words", |r: &LossRow<'_>| Value::text(r.row.facts.reason.in_words())),
                column("Last seen", |r: &LossRow<'_>| Value::maybe(r.row.facts.last_seen, Value::Instant)),
                column("First missed", |r: &LossRow<'_>| Value::Instant(r.row.facts.first_missed)),
                column("Confirmed", |r: &LossRow<'_>| Value::Instant(r.row.confirmed)),
                column("Lived (days)", |r: &LossRow<'_>| Value::Seconds(r.row.facts.lived_seconds)),
                column("Misses", |r: &LossRow<'_>| Value::Count(r.row.facts.misses.into())),
                column("Strong misses", |r: &LossRow<'_>| Value::Count(r.row.facts.strong_misses.into())),
                column("Evidence", |r: &LossRow<'_>| {
                    Value::maybe(r.row.evidence.as_ref().and_then(|proof| proof.text.clone()), Value::Text)
                })
                .internal(),
                column("Cost", |r: &LossRow<'_>| Value::maybe(r.row.facts.cost, Value::Money)).internal(),
            ],
            ledger_columns(),
        ]),
        layout: &[
            PAGE,
            TARGET,
            Group { heading: "Link", parts: &[Cell("Anchor"), Note("", "Placement"), Note("cost", "Cost")] },
            Group { heading: "Reason", parts: &[Cell("Reason"), Note("", "Reason in words")] },
            Group {
                heading: "Last seen",
                parts: &[
                    Cell("Last seen"),
                    Note("first missed", "First missed"),
                    Note("confirmed", "Confirmed"),
                ],
            },
            Group {
                heading: "Lived",
                parts: &[Cell("Lived (days)"), Note("misses", "Misses"), Note("strong", "Strong misses")],
            },
        ],
        row: |r| TableRow {
            heading: (r.place == 0 && r.group.links.len() > 1).then(|| cause(r.group)),
            ..proved(r.row)
        },
    };
    Table::of(shape, report.is_for_client(), rows.into_iter())
}

/// "40 links on host.example: the site is gone".
fn cause(group: &LossGroup) -> String {
    let links = count(group.links.len() as u64, "link", "links");
    format!("{links} on {}: {}", group.site, group.reason_in_words)
}

pub(super) fn found(report: &Report) -> Table<'_> {
    type R<'a> = &'a Row<Find>;
    let own = all([
        look_columns(),
        vec![
            column("First seen", |r: &R<'_>| Value::Instant(r.facts.first_seen)),
            column("Found on", |r: &R<'_>| Value::text(r.facts.found_by)),
        ],
    ]);
    let layout = &[
        PAGE,
        TARGET,
        LINK,
        WORTH,
        Group { heading: "First seen", parts: &[Cell("First seen"), Note("found on", "Found on")] },
    ];
    told(report, ("new", "New, found"), own, layout, &report.appeared)
}

pub(super) fn changed(report: &Report) -> Table<'_> {
    type R<'a> = &'a Row<Change>;
    fn each(row: &Row<Change>, part: fn(&crate::rows::Altered) -> &str) -> Value {
        let parts: Vec<&str> = row.facts.changes.iter().map(part).collect();
        Value::text(parts.join(" · "))
    }
    let own = vec![
        column("Flag", |r: &R<'_>| each(r, |change| &change.attribute)),
        column("Before", |r: &R<'_>| each(r, |change| &change.before)),
        column("After", |r: &R<'_>| each(r, |change| &change.after)),
        column("First seen so", |r: &R<'_>| Value::maybe(r.facts.first_seen, Value::Instant)),
        column("Confirmed", |r: &R<'_>| Value::Instant(r.confirmed)),
        column("Event", |r: &R<'_>| effect(r.facts.effect)),
        column("Change", |r: &R<'_>| Value::Changes(r.facts.changes.clone())).for_people(),
    ];
    let layout = &[
        PAGE,
        TARGET,
        Group { heading: "Event", parts: &[Cell("Event")] },
        Group { heading: "Before → after", parts: &[Cell("Change")] },
        Group { heading: "Confirmed", parts: &[Cell("Confirmed"), Note("first seen so", "First seen so")] },
    ];
    told(report, ("changed", "Changed"), own, layout, &report.changed)
}

fn effect(effect: EventName) -> Value {
    let (tone, words) = match effect {
        EventName::Breached => (Tone::Bad, "breached"),
        EventName::Weakened => (Tone::Warn, "weakened"),
        EventName::AsAgreed => (Tone::Good, "as agreed again"),
        EventName::Strengthened => (Tone::Good, "strengthened"),
        EventName::Flapping => (Tone::Warn, "comes and goes"),
        EventName::Moved => (Tone::Neutral, "moved"),
        _ => (Tone::Neutral, "changed"),
    };
    Value::Pill(tone, words.to_owned())
}

pub(super) fn restored(report: &Report) -> Table<'_> {
    type R<'a> = &'a Row<Return>;
    let own = all([
        look_columns(),
        vec![
            column("Restored", |r: &R<'_>| Value::Instant(r.facts.restored)),
            column("Had been lost", |r: &R<'_>| Value::Instant(r.facts.lost)),
            column("Reason", |r: &R<'_>| Value::Pill(Tone::Neutral, short(r.facts.reason))),
        ],
    ]);
    let layout = &[
        PAGE,
        TARGET,
        LINK,
        WORTH,
        Group { heading: "Restored", parts: &[Cell("Restored")] },
        Group { heading: "Had been lost", parts: &[Cell("Reason"), Note("confirmed", "Had been lost")] },
    ];
    told(report, ("restored", "Restored"), own, layout, &report.restored)
}

pub(super) fn closed(report: &Report) -> Table<'_> {
    type R<'a> = &'a Row<Close>;
    let own = vec![
        column("Outcome", |r: &R<'_>| {
            let words = if r.facts.outcome == EventName::Rejected { "rejected" } else { "no answer" };
            Value::Pill(Tone::Neutral, words.to_owned())
        }),
        column("Sent", |r: &R<'_>| Value::maybe(r.facts.sent, Value::Instant)),
        column("Checks", |r: &R<'_>| Value::maybe(r.facts.checks, |n| Value::Count(n.into()))),
        column("Confirmed", |r: &R<'_>| Value::Instant(r.confirmed)),
    ];
    let layout = &[
        PAGE,
        TARGET,
        Group { heading: "Outcome", parts: &[Cell("Outcome"), Note("on", "Confirmed")] },
        Group { heading: "Sent", parts: &[Cell("Sent")] },
        Group { heading: "Checks", parts: &[Cell("Checks")] },
    ];
    told(report, ("no-answer", "No answer"), own, layout, &report.no_answer)
}

pub(super) fn baseline<'a>(report: &'a Report, wanted: Wanted<'a>) -> Table<'a> {
    type R = Row<FirstLook>;
    let shape = Shape {
        id: "baseline",
        title: "Baseline",
        columns: all([
            subject_columns(),
            vec![column("Outcome", |r: &R| match r.facts.outcome {
                EventName::Verified => Value::Pill(Tone::Good, "verified".to_owned()),
                _ => Value::Pill(Tone::Neutral, "not found".to_owned()),
            })],
            look_columns(),
            vec![column("First check", |r: &R| Value::Instant(r.facts.first_check))],
            ledger_columns(),
        ]),
        layout: &[
            PAGE,
            TARGET,
            Group { heading: "Outcome", parts: &[Cell("Outcome")] },
            LINK,
            WORTH,
            Group { heading: "First check", parts: &[Cell("First check")] },
        ],
        row: proved,
    };
    let total = report.figures.verified + report.figures.not_found;
    Table::streamed(shape, report.is_for_client(), total, records::first_looks(report, wanted))
}

pub(super) fn corrections(report: &Report) -> Table<'_> {
    type R<'a> = &'a Row<Correction>;
    fn state(tone: Tone, state: StateName) -> Value {
        Value::Pill(tone, state.in_words().to_owned())
    }
    let own = vec![
        column("Reported as", |r: &R<'_>| state(Tone::Neutral, r.facts.reported_as)),
        column("Reported on", |r: &R<'_>| Value::maybe(r.facts.reported, Value::Instant)),
        column("In truth", |r: &R<'_>| state(Tone::Good, r.facts.truth)),
        column("Found by", |r: &R<'_>| {
            Value::text(match r.facts.found_by {
                FoundBy::Person => "a person",
                FoundBy::LaterCheck => "a later check",
            })
        }),
        column("Said by", |r: &R<'_>| Value::maybe(r.facts.by.clone(), Value::Text)).internal(),
        column("Why", |r: &R<'_>| Value::maybe(r.facts.note.clone(), Value::Text)).internal(),
        column("Corrected", |r: &R<'_>| Value::Instant(r.confirmed)),
    ];
    let layout = &[
        PAGE,
        TARGET,
        Group { heading: "Reported as", parts: &[Cell("Reported as"), Note("on", "Reported on")] },
        Group { heading: "In truth", parts: &[Cell("In truth"), Note("on", "Corrected")] },
        Group { heading: "Found by", parts: &[Cell("Found by"), Note("", "Said by"), Note("", "Why")] },
    ];
    told(report, ("corrections", "Corrections"), own, layout, &report.corrections.rows)
}
