//! `trackward import`.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use csv::StringRecord;
use jiff::tz::TimeZone;
use serde_json::json;
use trackward_core::NewWatch;
use trackward_store::AddOutcome;

use crate::args::{FactArgs, ImportArgs, RunArgs};
use crate::commands::add::in_words;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output;
use crate::watch_input::read_watch;

/// Rows given to the store at once.
const CHUNK: usize = 500;

/// A row that was not taken, and why.
struct Reject {
    line: u64,
    reason: String,
}

/// Imports a CSV file; with `--run` its links are checked at once.
pub(crate) async fn import(context: &Context, args: &ImportArgs) -> Result<Ending, Failure> {
    let mut rows = Rows::open(&args.file, &context.settings.zone.0)?;
    let mut outcomes: BTreeMap<AddOutcome, u64> = BTreeMap::new();
    let mut rejects = Vec::new();
    loop {
        let watches = rows.next_chunk(&mut rejects);
        if watches.is_empty() {
            break;
        }
        for added in context.store.add(watches, context.clock.now()).await? {
            *outcomes.entry(added.outcome).or_default() += 1;
        }
    }
    tell(context, &outcomes, &rejects)?;
    if !args.run {
        return Ok(Ending::Done);
    }
    let run = RunArgs { all: false, host: Vec::new(), max_duration: None, fail_on: Vec::new() };
    let ending = super::run::run(context, &run).await?;
    super::report::baseline(context).await?;
    Ok(ending)
}

fn tell(context: &Context, outcomes: &BTreeMap<AddOutcome, u64>, rejects: &[Reject]) -> Result<(), Failure> {
    if context.json {
        let rejects: Vec<_> =
            rejects.iter().map(|reject| json!({ "line": reject.line, "reason": reject.reason })).collect();
        let of = |outcome| outcomes.get(&outcome).copied().unwrap_or(0);
        return Ok(output::json(&json!({
            "schema": "trackward.import/1",
            "new": of(AddOutcome::New),
            "updated": of(AddOutcome::Updated),
            "unchanged": of(AddOutcome::Unchanged),
            "archived": of(AddOutcome::Archived),
            "rejected": rejects,
        }))?);
    }
    for (outcome, rows) in outcomes {
        output::line(format!("{rows:>7}  {}", in_words(*outcome)))?;
    }
    output::line(format!("{:>7}  rejected", rejects.len()))?;
    for reject in rejects {
        output::line(format!("         line {}: {}", reject.line, output::safe(&reject.reason)))?;
    }
    Ok(())
}

/// The rows of a CSV file, its columns found by name.
struct Rows {
    records: csv::StringRecordsIntoIter<File>,
    columns: Columns,
    zone: TimeZone,
}

impl Rows {
    fn open(path: &Path, zone: &TimeZone) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| {
            Failure::usage(
                format!("cannot read {}: {error}", path.display()),
                "name a CSV file that can be read",
            )
        })?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(file);
        let header = reader.headers().map_err(|error| {
            Failure::usage(format!("{} is not a CSV file: {error}", path.display()), Columns::HELP)
        })?;
        let columns = Columns::find(header)
            .map_err(|wrong| Failure::usage(format!("{}: {wrong}", path.display()), Columns::HELP))?;
        Ok(Self { records: reader.into_records(), columns, zone: zone.clone() })
    }

    /// The next watches, at most a chunk; empty at the end of the file.
    fn next_chunk(&mut self, rejects: &mut Vec<Reject>) -> Vec<NewWatch> {
        let mut watches = Vec::new();
        while watches.len() < CHUNK
            && let Some(record) = self.records.next()
        {
            let read = match &record {
                Ok(row) => self.columns.read(row, &self.zone),
                Err(error) => Err(format!("cannot be read: {error}")),
            };
            let position = record.as_ref().map_or_else(csv::Error::position, StringRecord::position);
            match read {
                Ok(watch) => watches.push(watch),
                Err(reason) => rejects.push(Reject { line: position.map_or(0, csv::Position::line), reason }),
            }
        }
        watches
    }
}

/// Where the columns are.
struct Columns {
    source: usize,
    target: usize,
    facts: [Option<usize>; 8],
}

impl Columns {
    const HELP: &str = "its first line must name the columns: source,target and any of \
        kind,sent,campaign,owner,anchor,rel,weight,note";
    const FACTS: [&str; 8] = ["kind", "sent", "campaign", "owner", "anchor", "rel", "weight", "note"];

    /// Finds the columns by name, in any order and case.
    fn find(header: &StringRecord) -> Result<Self, String> {
        let normalised = |name: &str| name.trim_start_matches('\u{feff}').trim().to_ascii_lowercase();
        let find = |wanted: &str| header.iter().position(|name| normalised(name) == wanted);
        let must = |wanted: &str| find(wanted).ok_or_else(|| format!("there is no column '{wanted}'"));
        Ok(Self { source: must("source")?, target: must("target")?, facts: Self::FACTS.map(find) })
    }

    fn read(&self, row: &StringRecord, zone: &TimeZone) -> Result<NewWatch, String> {
        let must = |at: usize, name: &str| {
            row.get(at).filter(|text| !text.is_empty()).ok_or_else(|| format!("there is no {name}"))
        };
        let [kind, sent, campaign, owner, anchor, rel, weight, note] =
            self.facts.map(|at| at.and_then(|at| row.get(at)).map(str::to_owned));
        let facts = FactArgs { kind, sent, campaign, owner, anchor, rel, weight, note };
        read_watch(must(self.source, "source")?, must(self.target, "target")?, &facts, zone)
    }
}
