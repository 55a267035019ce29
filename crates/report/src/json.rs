//! The report as JSON, for other programs.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::csv_files::cell;
use crate::list;
use crate::records::{self, Records, Rows};
use crate::report::{AgeBucket, Report};
use crate::rows::{FirstLook, OpenBreach, Row, Unread, Waiting};

/// A report with all rows of all sections, and the list of all links.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Report")]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a Report,
    /// Links that were sent and not seen yet.
    pending: Pending<'a>,
    /// Pages that could not be checked for a week or longer.
    #[schemars(with = "Vec<Unread>")]
    cannot_check: Each<'a, Unread>,
    /// First looks at imported links; in no other count.
    baseline: Baseline<'a>,
    /// Agreements that are not kept now.
    #[schemars(with = "Vec<OpenBreach>")]
    breaches: Each<'a, OpenBreach>,
    /// All links of the report's scope as `links.csv` has them, without what is empty: an import reads them again.
    #[schemars(with = "Vec<BTreeMap<String, String>>")]
    links: Each<'a, BTreeMap<&'static str, String>>,
}

/// Links that were sent and not seen yet.
///
/// A picture of the store as it is when the report is made, not of the period's end: links that were
/// sent after the as-of instant are left out, links that have been answered since are missing.
#[derive(Serialize, JsonSchema)]
struct Pending<'a> {
    /// How many, by age; always all four.
    by_age: &'a [AgeBucket],
    /// All of them.
    #[schemars(with = "Vec<Waiting>")]
    links: Each<'a, Waiting>,
}

/// First looks at imported links.
#[derive(Serialize, JsonSchema)]
struct Baseline<'a> {
    /// First looks of the period.
    #[schemars(with = "Vec<Row<FirstLook>>")]
    links: Each<'a, Row<FirstLook>>,
    /// Imported links that had no conclusive check yet when the report was built.
    to_verify: u64,
}

/// Rows that are written as they come.
struct Each<'a, R>(Cell<Option<Rows<'a, R>>>);

impl<'a, R> Each<'a, R> {
    fn of(rows: Rows<'a, R>) -> Self {
        Self(Cell::new(Some(rows)))
    }
}

impl<R: Serialize> Serialize for Each<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

/// Writes the report as indented JSON that ends with a line break. Its format is named by its `schema`.
///
/// `records` are what the report was built from. Rows are written as they come, so memory does not follow their number.
///
/// # Errors
/// When it cannot be written.
pub fn json(report: &Report, records: &dyn Records, mut out: &mut dyn Write) -> io::Result<()> {
    let wanted = Some(records);
    let links = list::table(report, wanted);
    let names: Vec<&'static str> = links.columns.iter().map(|head| head.name).collect();
    let links = links.rows.map(|row| {
        let texts = row.cells.iter().map(|value| cell(value, true).into_owned());
        names.iter().copied().zip(texts).filter(|(_, text)| !text.is_empty()).collect()
    });
    let whole = Whole {
        report,
        pending: Pending {
            by_age: &report.pending.by_age,
            links: Each::of(records::pending(report, wanted)),
        },
        cannot_check: Each::of(records::cannot_check(report, wanted)),
        baseline: Baseline {
            links: Each::of(records::first_looks(report, wanted)),
            to_verify: report.baseline.to_verify,
        },
        breaches: Each::of(records::breaches(report, wanted)),
        links: Each::of(Box::new(links)),
    };
    serde_json::to_writer_pretty(&mut out, &whole)?;
    out.write_all(b"\n")
}

/// The JSON Schema of [`json`], indented, ending with a line break.
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(Whole<'_>);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema has only string keys");
    text.push('\n');
    text
}
