//! What was agreed and paid, and what became of it.

use crate::records::{self, Wanted};
use crate::report::Report;
use crate::rows::{MoneyRow, OpenBreach};
use crate::sections::link::{PAGE, TARGET, all, ledger_columns, subject_columns};
use crate::table::{Column, Group, Part, Shape, Table, TableRow, Value, bare, column};
use crate::view::Tone;

use Part::{Cell, Note};

pub(super) fn breaches<'a>(report: &'a Report, wanted: Wanted<'a>) -> Table<'a> {
    type R = OpenBreach;
    let shape = Shape {
        id: "breaches",
        title: "Agreements not kept",
        columns: all([
            subject_columns(),
            vec![
                column("Term", |r: &R| {
                    let terms: Vec<&str> = r.terms.iter().map(|term| term.in_words()).collect();
                    Value::Pill(Tone::Bad, terms.join(", "))
                }),
                column("Deadline", |r: &R| Value::maybe(r.deadline, Value::Day)),
                column("Guaranteed until", |r: &R| Value::maybe(r.guaranteed_until, Value::Day)),
                column("Last seen", |r: &R| Value::maybe(r.last_seen, Value::Instant)),
            ],
            ledger_columns(),
        ]),
        layout: &[
            PAGE,
            TARGET,
            Group { heading: "What is not kept", parts: &[Cell("Term")] },
            Group {
                heading: "Deadline",
                parts: &[Cell("Deadline"), Note("guaranteed until", "Guaranteed until")],
            },
            Group { heading: "Last seen", parts: &[Cell("Last seen")] },
        ],
        row: |r| TableRow { site: Some(r.subject.site.to_string()), ..TableRow::default() },
    };
    let rows = records::breaches(report, wanted);
    Table::streamed(shape, report.is_for_client(), report.figures.open_breaches, rows)
}

/// "12 of 14", nothing while it is known of none.
fn in_words(row: &MoneyRow, place: usize) -> Value {
    let still = row.still_live[place];
    if still.of == 0 { Value::None } else { Value::text(format!("{} of {}", still.live, still.of)) }
}

pub(super) fn money(report: &Report) -> Table<'_> {
    type R<'a> = &'a MoneyRow;
    let lived: [Column<R<'_>>; 9] = [
        column("Live after 3 months", |r: &R<'_>| Value::Count(r.still_live[0].live)),
        column("Known after 3 months", |r: &R<'_>| Value::Count(r.still_live[0].of)),
        column("Live after 6 months", |r: &R<'_>| Value::Count(r.still_live[1].live)),
        column("Known after 6 months", |r: &R<'_>| Value::Count(r.still_live[1].of)),
        column("Live after 12 months", |r: &R<'_>| Value::Count(r.still_live[2].live)),
        column("Known after 12 months", |r: &R<'_>| Value::Count(r.still_live[2].of)),
        column("3 months", |r: &R<'_>| in_words(r, 0)).for_people(),
        column("6 months", |r: &R<'_>| in_words(r, 1)).for_people(),
        column("12 months", |r: &R<'_>| in_words(r, 2)).for_people(),
    ];
    let shape = Shape {
        id: "money",
        title: "Money",
        columns: all([
            vec![
                column("Client", |r: &R<'_>| Value::maybe(r.client.clone(), Value::Text)),
                column("Campaign", |r: &R<'_>| Value::text(r.campaign.as_deref().unwrap_or("no campaign"))),
                column("Cost", |r: &R<'_>| Value::maybe(r.cost, Value::Money)),
                column("Currency", |r: &R<'_>| {
                    let currency = r.cost.and_then(|cost| cost.currency());
                    Value::maybe(currency, |currency| Value::text(currency.to_string()))
                }),
                column("Links agreed", |r: &R<'_>| Value::Count(r.agreed)),
                column("Delivered", |r: &R<'_>| Value::Count(r.delivered)),
                column("Live", |r: &R<'_>| Value::Count(r.live)),
                column("Cost per live link", |r: &R<'_>| Value::maybe(r.cost_per_live, Value::Money)),
            ],
            lived.into_iter().collect(),
        ]),
        layout: &[
            Group { heading: "Campaign", parts: &[Cell("Campaign"), Note("client", "Client")] },
            Group { heading: "Cost", parts: &[Cell("Cost")] },
            Group { heading: "Agreed", parts: &[Cell("Links agreed")] },
            Group { heading: "Delivered", parts: &[Cell("Delivered")] },
            Group { heading: "Live", parts: &[Cell("Live")] },
            Group { heading: "Cost per live link", parts: &[Cell("Cost per live link")] },
            Group { heading: "Still live after 3 months", parts: &[Cell("3 months")] },
            Group { heading: "6 months", parts: &[Cell("6 months")] },
            Group { heading: "12 months", parts: &[Cell("12 months")] },
        ],
        row: bare,
    };
    Table::of(shape, report.is_for_client(), report.money.iter())
}
