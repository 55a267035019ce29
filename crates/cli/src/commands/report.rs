//! `trackward report`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use trackward_core::{Event, EventSeq, Evidence, EvidenceHash, Period, Watched};
use trackward_report::{Input, Report, build, html, json as json_report, terminal};
use trackward_store::{EventQuery, LinkQuery, Store};

use crate::args::{Format, ReportArgs};
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::files::write_whole;
use crate::output;

/// Reports on a period: a summary on stdout, the whole in files.
pub(crate) async fn report(context: &Context, args: ReportArgs) -> Result<Ending, Failure> {
    let period = period(context, &args)?;
    let report = compile(&context.store, period, args.campaign.clone()).await?;
    let out = args.out.as_deref().unwrap_or(&context.settings.report.out);
    let files = write_files(&report, &args.format, out)?;
    if context.json {
        output::json(&json!({ "schema": "trackward.files/1", "files": files }))?;
    } else {
        output::block(&terminal(&report, output::style()))?;
        for file in &files {
            output::line(format!("wrote {}", file.display()))?;
        }
    }
    Ok(Ending::Done)
}

/// What a first run found, on stdout only: the end of `trackward import --run`.
pub(crate) async fn baseline(context: &Context) -> Result<(), Failure> {
    let period = Period::week_of(context.clock.now(), &context.settings.zone.0);
    let report = compile(&context.store, period, None).await?;
    if !context.json {
        output::block(&terminal(&report, output::style()))?;
    }
    Ok(())
}

/// The report of a period, from what the store holds.
pub(crate) async fn compile(
    store: &Arc<dyn Store>,
    period: Period,
    campaign: Option<String>,
) -> Result<Report, Failure> {
    let events = events_of(store, &period).await?;
    let proofs = proofs_of(store, &events).await?;
    let runs = store.runs(period.start, period.end).await?;
    let mut links = StoredLinks::new(store.clone(), campaign.clone());
    // The report reads its links as a plain stream; the store is asked from a blocking thread meanwhile.
    let compiled = tokio::task::spawn_blocking(move || {
        let evidence = |hash: EvidenceHash| proofs.get(&hash).cloned();
        let campaign = campaign.as_deref();
        let input = Input { period: &period, events: &events, runs: &runs, evidence: &evidence, campaign };
        let report = build(&input, &mut links);
        links.failure.map_or(Ok(report), Err)
    });
    compiled.await.map_err(|fault| Failure::failed(format!("the report could not be built: {fault}")))?
}

async fn events_of(store: &Arc<dyn Store>, period: &Period) -> Result<Vec<(EventSeq, Event)>, Failure> {
    let mut query = EventQuery { from: Some(period.start), to: Some(period.end), ..EventQuery::default() };
    let mut events = Vec::new();
    loop {
        let page = store.events(query.clone()).await?;
        events.extend(page.rows);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(events);
        }
    }
}

async fn proofs_of(
    store: &Arc<dyn Store>,
    events: &[(EventSeq, Event)],
) -> Result<HashMap<EvidenceHash, Evidence>, Failure> {
    let mut proofs = HashMap::new();
    for hash in events.iter().filter_map(|(_, event)| event.evidence) {
        if let Some(proof) = store.evidence(hash).await? {
            proofs.insert(hash, proof);
        }
    }
    Ok(proofs)
}

/// All links of the store as a plain stream, a page of them at a time.
struct StoredLinks {
    store: Arc<dyn Store>,
    query: LinkQuery,
    rows: std::vec::IntoIter<Watched>,
    more: bool,
    failure: Option<Failure>,
    runtime: tokio::runtime::Handle,
}

impl StoredLinks {
    fn new(store: Arc<dyn Store>, campaign: Option<String>) -> Self {
        let query = LinkQuery { campaign, ..LinkQuery::default() };
        let runtime = tokio::runtime::Handle::current();
        Self { store, query, rows: Vec::new().into_iter(), more: true, failure: None, runtime }
    }

    fn next_page(&mut self) -> Result<(), Failure> {
        let page = self.runtime.block_on(self.store.links(self.query.clone()))?;
        self.more = page.next.is_some();
        self.query.after = page.next;
        self.rows = page.rows.into_iter();
        Ok(())
    }
}

impl Iterator for StoredLinks {
    type Item = Watched;

    fn next(&mut self) -> Option<Watched> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(row);
            }
            if !self.more {
                return None;
            }
            if let Err(failure) = self.next_page() {
                self.more = false;
                self.failure = Some(failure);
            }
        }
    }
}

/// Writes the files of a report and answers where.
pub(crate) fn write_files(report: &Report, formats: &[Format], out: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for format in formats {
        let (ending, text) = match format {
            Format::Html => ("html", html(report)),
            Format::Json => ("json", json_report(report)),
        };
        let file = out.join(format!("trackward-{}.{ending}", report.header.period.label));
        write_whole(&file, &text)?;
        files.push(file);
    }
    Ok(files)
}

fn period(context: &Context, args: &ReportArgs) -> Result<Period, Failure> {
    let (now, zone) = (context.clock.now(), &context.settings.zone.0);
    let period = match (&args.week, &args.since, &args.from, &args.to) {
        (Some(week), ..) => Period::week(week, zone),
        (_, Some(length), ..) => Period::since(length, now, zone),
        (_, _, Some(from), Some(to)) => Period::between(from, to, zone),
        _ if args.last_week => Ok(Period::last_week(now, zone)),
        _ => Ok(Period::week_of(now, zone)),
    };
    period.map_err(|error| Failure::usage(error.to_string(), "see `trackward report --help`"))
}
