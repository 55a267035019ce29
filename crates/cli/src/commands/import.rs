//! `trackward import`.

use std::collections::BTreeMap;

use serde_json::json;
use trackward_store::AddOutcome;

use crate::args::{ImportArgs, RunArgs};
use crate::commands::add::in_words;
use crate::commands::optout::{known, tell_unvisited};
use crate::context::Context;
use crate::csv_file::{CsvFile, Limits, Reject};
use crate::failure::{Ending, Failure};
use crate::output;

/// Rows given to the store at once.
const CHUNK: usize = 500;

/// Imports a CSV file; with `--run` its links are checked at once.
pub(crate) async fn import(context: &Context, args: &ImportArgs) -> Result<Ending, Failure> {
    let file = CsvFile::open(&args.file, Limits::default())?;
    let (watches, rejects) = file.read(&context.settings.zone.0, context.clock.now());
    let mut outcomes: BTreeMap<AddOutcome, u64> = BTreeMap::new();
    for chunk in watches.chunks(CHUNK) {
        for added in context.store.add(chunk.to_vec(), context.clock.now()).await? {
            *outcomes.entry(added.outcome).or_default() += 1;
        }
    }
    tell_unvisited(watches.iter().map(|watch| watch.page.host_key()), &known(context).await?);
    tell(context, &outcomes, &rejects, file.ignored())?;
    if watches.is_empty() && !rejects.is_empty() {
        return Ok(Ending::Usage);
    }
    if !args.run {
        return Ok(Ending::Done);
    }
    let run = RunArgs::default();
    let ending = super::run::run(context, &run).await?;
    super::report::baseline(context).await?;
    Ok(ending)
}

fn tell(
    context: &Context,
    outcomes: &BTreeMap<AddOutcome, u64>,
    rejects: &[Reject],
    ignored: &[String],
) -> Result<(), Failure> {
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
            "ignored_columns": ignored,
        }))?);
    }
    for (outcome, rows) in outcomes {
        output::line(format!("{rows:>7}  {}", in_words(*outcome)))?;
    }
    output::line(format!("{:>7}  rejected", rejects.len()))?;
    for reject in rejects {
        output::line(format!("         line {}: {}", reject.line, output::safe(&reject.reason)))?;
    }
    for column in ignored {
        output::line(format!(
            "         the column '{}' is not known and was left out",
            output::safe(column)
        ))?;
    }
    Ok(())
}
