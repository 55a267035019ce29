//! `trackward report`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use trackward_core::{Period, RunScope};
use trackward_report::{
    Brand, Edition, Input, Records, Report, Scope, Trends, build, csv, csv_names, html, json as json_report,
    markdown, terminal, xlsx,
};
use trackward_store::Store;

use crate::args::{Format, ReportArgs, ReportFor};
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::files::{write_whole, write_whole_by};
use crate::output;
use crate::pdf::write_pdf;
use crate::streams::{Blocking, Source};

/// Reports on a period: a summary on stdout, the whole in files.
pub(crate) async fn report(context: &Context, args: ReportArgs) -> Result<Ending, Failure> {
    let period = period(context, &args)?;
    let edition = match args.edition {
        ReportFor::Internal => Edition::Internal,
        ReportFor::Client => Edition::Client,
    };
    let brand = context.settings.brand(args.client.as_deref())?;
    let scope = Scope { client: args.client, campaign: args.campaign, edition };
    let report = compile(&context.store, period, scope, brand).await?;
    let happened = args.fail_on.iter().any(|name| report.events.contains_key(name));
    let summary = terminal(&report, output::style());
    let out = args.out.as_deref().unwrap_or(&context.settings.report.out);
    if !context.json {
        output::block(&summary)?;
    }
    let files = write_files(&context.store, report, args.format, out, args.raw).await?;
    if context.json {
        output::json(&json!({ "schema": "trackward.files/1", "files": files }))?;
    } else {
        for file in &files {
            output::line(format!("wrote {}", file.display()))?;
        }
    }
    Ok(if happened { Ending::Happened } else { Ending::Done })
}

/// What a first run found, on stdout only: the end of `trackward import --run`.
pub(crate) async fn baseline(context: &Context) -> Result<(), Failure> {
    let period = Period::week_of(context.clock.now(), &context.settings.zone.0);
    let report = compile(&context.store, period, Scope::default(), Brand::default()).await?;
    if !context.json {
        output::block(&terminal(&report, output::style()))?;
    }
    Ok(())
}

/// The report of a period, from what the store holds.
pub(crate) async fn compile(
    store: &Arc<dyn Store>,
    period: Period,
    scope: Scope,
    brand: Brand,
) -> Result<Report, Failure> {
    let first = (0..Trends::PERIODS).filter_map(|n| period.earlier(n)).map(|earlier| earlier.start).min();
    let mut runs = store.runs(first.unwrap_or(period.start), period.end).await?;
    runs.retain(|run| run.scope != RunScope::Discovery); // a search checks nothing that is watched
    let hazards = store.schedule().await?.hazards;
    let store = Blocking::new(store);
    // The report reads plain streams; the store is asked from a blocking thread meanwhile.
    in_background("built", move || {
        let source = Source::new(store, Report::events_from(&period));
        let input = Input {
            period: &period,
            runs: &runs,
            evidence: &|hash| source.evidence(hash),
            hazards: &hazards,
            scope: &scope,
            brand: &brand,
        };
        let report = build(&input, &mut source.events(), &mut source.links());
        source.end()?;
        Ok(report)
    })
    .await
}

/// Writes the files of a report and answers where; of a folder of files, the folder.
pub(crate) async fn write_files(
    store: &Arc<dyn Store>,
    report: Report,
    mut formats: Vec<Format>,
    out: &Path,
    raw: bool,
) -> Result<Vec<PathBuf>, Failure> {
    formats.sort();
    formats.dedup();
    let name = out.join(file_name(&report));
    let store = Blocking::new(store);
    in_background("written", move || {
        let source = Source::new(store, Report::events_from(&report.header.period));
        let files: Result<_, Failure> =
            formats.into_iter().map(|format| write_file(&source, &report, format, &name, raw)).collect();
        source.end()?;
        files
    })
    .await
}

/// Only our own words and numbers: names of clients and campaigns are text of people.
fn file_name(report: &Report) -> String {
    let whose = if report.brand.hide_product { "report" } else { "trackward" };
    let edition = if report.is_for_client() { "-client" } else { "" };
    format!("{whose}-{}{edition}", report.header.period.label)
}

fn write_file(
    source: &Source,
    report: &Report,
    format: Format,
    name: &Path,
    raw: bool,
) -> Result<PathBuf, Failure> {
    let ending = |ending: &str| PathBuf::from(format!("{}{ending}", name.display()));
    let path = match format {
        Format::Html => ending(".html"),
        Format::Pdf => ending(".pdf"),
        Format::Markdown => ending(".md"),
        Format::Csv => ending("-csv"),
        Format::Xlsx => ending(".xlsx"),
        Format::Json => ending(".json"),
    };
    match format {
        Format::Html => write_whole(&path, &html(report))?,
        Format::Pdf => write_pdf(&html(report), &path)?,
        Format::Markdown => write_whole(&path, &markdown(report))?,
        Format::Json => write_whole_by(&path, |file| {
            json_report(report, source, file)?;
            source.is_whole()
        })?,
        Format::Csv => {
            for name in csv_names(report) {
                let path = path.join(format!("{name}.csv"));
                write_whole_by(&path, |file| {
                    csv(report, name, raw, source, file)?;
                    source.is_whole()
                })?;
            }
        }
        Format::Xlsx => write_whole_by(&path, |file| {
            xlsx(report, source, file).map_err(std::io::Error::other)?;
            source.is_whole()
        })?,
    }
    Ok(path)
}

/// Does work that reads the store in a blocking way.
async fn in_background<T: Send + 'static>(
    done: &str,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked.map_err(|fault| Failure::failed(format!("the report could not be {done}: {fault}")))?
}

fn period(context: &Context, args: &ReportArgs) -> Result<Period, Failure> {
    let (now, zone) = (context.clock.now(), &context.settings.zone.0);
    let period = match (&args.week, &args.month, &args.since, &args.from, &args.to) {
        (Some(week), ..) => Period::week(week, zone),
        (_, Some(month), ..) => Period::month(month, zone),
        (_, _, Some(length), ..) => Period::since(length, now, zone),
        (.., Some(from), Some(to)) => Period::between(from, to, zone),
        _ if args.last_week => Ok(Period::last_week(now, zone)),
        _ => Ok(Period::week_of(now, zone)),
    };
    period.map_err(|error| Failure::usage(error.to_string(), "see `trackward report --help`"))
}
