//! `trackward store`: what is done to the store as a whole.

use serde_json::{Value, json};
use trackward_store::{Maintenance, OpenOptions, Stats, StoreError, Verified};

use crate::args::{Global, StoreCommand};
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::length::Length;
use crate::output::{self, bytes, count};
use crate::settings::Settings;

/// Does what was asked for, while nobody else has the store open.
pub(crate) async fn store(global: &Global, command: &StoreCommand) -> Result<Ending, Failure> {
    let settings = Settings::load(global)?;
    let options = OpenOptions { wait_lock: global.wait_lock.map(Length::to_std) };
    let store = Maintenance::begin(&settings.store, options).await?;
    let (json, lines) = match command {
        StoreCommand::Verify => return tell_verified(&store.verify().await?, global.json),
        StoreCommand::Rebuild => rebuild(&store).await?,
        StoreCommand::Compact => compact(&store).await?,
        StoreCommand::Export { file } => {
            let done = store.export(file).await?;
            let said = format!("{} exported to {}", records(done.records), file.display());
            (
                json!({ "schema": "trackward.export/1", "records": done.records, "blake3": done.hash }),
                vec![said],
            )
        }
        StoreCommand::Import { file } => {
            let done = store.import(file).await?;
            let said = format!("{} imported from {}", records(done.records), file.display());
            (
                json!({ "schema": "trackward.export/1", "records": done.records, "blake3": done.hash }),
                vec![said],
            )
        }
        StoreCommand::Stats => tell_stats(&store.stats().await?),
    };
    if global.json {
        output::json(&json)?;
    } else {
        for line in lines {
            output::line(line)?;
        }
    }
    Ok(Ending::Done)
}

fn records(n: u64) -> String {
    count(n, "record", "records")
}

/// Names what is wrong; exit code 74 says that something is.
fn tell_verified(verified: &Verified, json: bool) -> Result<Ending, Failure> {
    let Verified { records: read, lines, faults, fault_count } = verified;
    if json {
        output::json(&json!({
            "schema": "trackward.verify/1",
            "records": read,
            "journal_lines": lines,
            "faults": faults,
            "fault_count": fault_count,
        }))?;
    } else {
        for fault in faults {
            output::line(output::safe(fault))?;
        }
        let read = format!("{} and {} read", records(*read), count(*lines, "journal line", "journal lines"));
        output::line(match fault_count {
            0 => format!("{read}: all is well"),
            n => format!("{read}, {}: `trackward store rebuild` mends them", count(*n, "fault", "faults")),
        })?;
    }
    Ok(if *fault_count == 0 { Ending::Done } else { Ending::CannotWrite })
}

async fn rebuild(store: &Maintenance) -> Result<(Value, Vec<String>), StoreError> {
    let rebuilt = store.rebuild().await?;
    let mut lines = vec![if rebuilt.journal {
        "the journal was damaged: written anew from the database".to_owned()
    } else {
        "database rebuilt from the journal".to_owned()
    }];
    let aside: Vec<String> = rebuilt.set_aside.iter().map(|path| path.display().to_string()).collect();
    lines.extend(aside.iter().map(|path| format!("what was damaged is kept in {path}")));
    let from = if rebuilt.journal { "database" } else { "journal" };
    Ok((json!({ "schema": "trackward.rebuild/1", "rebuilt_from": from, "set_aside": aside }), lines))
}

async fn compact(store: &Maintenance) -> Result<(Value, Vec<String>), StoreError> {
    let done = store.compact().await?;
    let json = json!({ "schema": "trackward.compact/1", "before": done.before, "after": done.after });
    Ok((json, vec![format!("the database took {}, now {}", bytes(done.before), bytes(done.after))]))
}

fn tell_stats(stats: &Stats) -> (Value, Vec<String>) {
    let json = json!({
        "schema": "trackward.stats/1",
        "links": stats.links,
        "pages": stats.pages,
        "hosts": stats.hosts,
        "events": stats.events,
        "runs": stats.runs,
        "evidence": stats.evidence,
        "journal_lines": stats.journal_lines,
        "journal_months": stats.journal_months,
        "journal_bytes": stats.journal_bytes,
        "database_bytes": stats.sled_bytes,
        "live_bytes": stats.live_bytes,
    });
    let by_state: Vec<String> =
        stats.links.iter().map(|(state, n)| format!("{n} {}", state.in_words())).collect();
    let months = count(stats.journal_months, "month", "months");
    let lines = vec![
        format!("links     {}  {}", stats.all_links(), by_state.join(" · ")),
        format!("pages     {}", stats.pages),
        format!("sites     {}", stats.hosts),
        format!("events    {}", stats.events),
        format!("runs      {}", stats.runs),
        format!("evidence  {}", count(stats.evidence, "text", "texts")),
        format!(
            "journal   {} in {months}, {}",
            count(stats.journal_lines, "line", "lines"),
            bytes(stats.journal_bytes)
        ),
        format!("database  {}, {} of it in use", bytes(stats.sled_bytes), bytes(stats.live_bytes)),
    ];
    (json, lines)
}

/// Compacts the database after a run when that gives much space back; what goes wrong there spoils no run.
pub(crate) async fn compact_where_worth_it(context: Context) {
    let path = context.settings.store.clone();
    let is_worth = context.sled.is_worth_compacting().await;
    drop(context);
    let done = match is_worth {
        Ok(false) => return,
        Ok(true) => match Maintenance::begin(&path, OpenOptions::default()).await {
            Err(held) if held.is_held() => return,
            Err(error) => Err(error),
            Ok(store) => store.compact().await.map(drop),
        },
        Err(error) => Err(error),
    };
    if let Err(error) = done {
        tracing::warn!(%error, "the database could not be compacted; it is as it was");
    }
}
