//! Key figures, and what needs action.

use crate::cards::{Card, cards};
use crate::report::Report;
use crate::rows::Action;
use crate::sections::link::target;
use crate::table::{Group, Part, Shape, Table, TableRow, Value, bare, column};
use crate::view::Tone;
use crate::words::count;

use Part::{Cell, Note};

pub(super) fn key_figures(report: &Report) -> Table<'_> {
    let shape = Shape {
        id: "figures",
        title: "Key figures",
        columns: vec![
            column("Figure", |card: &Card| Value::text(card.name)),
            column("Value", |card: &Card| card.value.clone()),
            column("Change to the period before", |card: &Card| Value::maybe(card.change, Value::Change)),
            column("Change to the mean of four before", |card: &Card| {
                Value::maybe(card.change_to_mean_tenths, Value::TenthsChange)
            }),
            column("Note", |card: &Card| Value::text(&card.note)),
        ],
        layout: &[
            Group { heading: "Figure", parts: &[Cell("Figure"), Note("", "Note")] },
            Group { heading: "Value", parts: &[Cell("Value")] },
            Group { heading: "Change to the period before", parts: &[Cell("Change to the period before")] },
            Group { heading: "To the mean of four", parts: &[Cell("Change to the mean of four before")] },
        ],
        row: bare,
    };
    Table::of(shape, report.is_for_client(), cards(report).into_iter())
}

pub(super) fn actions(report: &Report) -> Table<'_> {
    type R<'a> = &'a Action;
    let shape = Shape {
        id: "actions",
        title: "Needs action",
        columns: vec![
            column("Rank", |r: &R<'_>| Value::Count(r.rank)),
            column("What happened", |r: &R<'_>| Value::Pill(tone(r.what), r.what.to_owned())),
            column("Linking page", |r: &R<'_>| Value::Page(r.page.clone())),
            column("Target", |r: &R<'_>| Value::maybe(r.target.as_ref(), target)),
            column("Links", |r: &R<'_>| Value::Count(r.links)),
            column("Concerns", |r: &R<'_>| {
                let n = (r.links > 1).then(|| count(r.links, "link", "links"));
                Value::maybe(n, Value::Text)
            })
            .for_people(),
            column("Reason", |r: &R<'_>| Value::text(&r.reason)),
            column("Evidence", |r: &R<'_>| Value::maybe(r.evidence.clone(), Value::Text)),
            column("Suggested step", |r: &R<'_>| Value::text(r.step)),
            column("Since", |r: &R<'_>| Value::Instant(r.since)),
            column("Owner", |r: &R<'_>| Value::maybe(r.owner.clone(), Value::Text)).internal(),
        ],
        layout: &[
            Group { heading: "What happened", parts: &[Cell("What happened"), Note("", "Concerns")] },
            Group { heading: "Page", parts: &[Cell("Linking page"), Note("owner", "Owner")] },
            Group { heading: "Target", parts: &[Cell("Target")] },
            Group { heading: "Reason", parts: &[Cell("Reason"), Note("", "Evidence")] },
            Group { heading: "Suggested step", parts: &[Cell("Suggested step"), Note("since", "Since")] },
        ],
        row: |_| TableRow::default(),
    };
    Table::of(shape, report.is_for_client(), report.actions.iter())
}

fn tone(what: &str) -> Tone {
    match what {
        "lost" | "breached" => Tone::Bad,
        _ => Tone::Warn,
    }
}
