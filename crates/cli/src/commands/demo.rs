//! `trackward demo`: four weeks on a small blog farm on this machine, in seconds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trackward_core::{Clock, Event, EventKind, HostKey, Period};
use trackward_farm::{Demo, Farm};
use trackward_fetch::{FetchSettings, HttpFetch};
use trackward_monitor::{Monitor, Progress, RunRequest, SimulatedClock};
use trackward_report::Scope;
use trackward_store::{OpenOptions, SledStore, Store};

use crate::args::{DemoArgs, Format, Global};
use crate::commands::report::{compile, write_files};
use crate::commands::run::words_of;
use crate::failure::{Ending, Failure};
use crate::files::write_whole;
use crate::output::{self, count, safe};
use crate::settings::{FILE_NAME, Settings};

/// Monday on which the demo's four weeks begin.
const START: &str = "2026-10-26T00:00:00Z";
/// Time between two runs: the cron line that the README recommends.
const EVERY: SignedDuration = SignedDuration::from_hours(6);
/// The first line of the configuration that a demo writes: its folder may be made anew.
const MARK: &str = "# Written by `trackward demo`; its folder is made anew each time.";
const CONFIGURATION: &str = "\nsites = [\"ours.example\"]\nstore = \"store\"\n\n\
    [fetch]\nallow_networks = [\"127.0.0.0/8\"]\n\n[schedule]\nown_pages = false\n\n[report]\nout = \"reports\"\n";

/// Runs the demo: real requests over loopback, the real store, simulated time.
pub(crate) async fn demo(global: &Global, args: &DemoArgs) -> Result<Ending, Failure> {
    let config = prepare(&args.out)?;
    let settings =
        Settings::load(&Global { config: Some(config.clone()), store: None, contact: None, ..*global })?;
    let start: Timestamp = START.parse().expect("a date that was written down here");
    let clock = Arc::new(SimulatedClock::new(start));
    let demo = Demo::new(start);
    let failed = |error: std::io::Error| Failure::failed(format!("the blog farm could not start: {error}"));
    let farm = Farm::start(demo.world.clone(), clock.clone()).await.map_err(failed)?;

    let store: Arc<dyn Store> = Arc::new(SledStore::open(&settings.store, OpenOptions::default()).await?);
    let watches = demo.watches(&farm);
    let links = watches.len() as u64;
    store.add(watches, clock.now()).await?;
    output::line(format!(
        "A small blog farm runs on this machine; {} watched there.",
        count(links, "link is", "links are")
    ))?;
    output::line("Four weeks pass in seconds: real requests, the pace of a real run, simulated time.\n")?;

    let FetchSettings { agent, gate } = settings.fetch_settings(&[]);
    let fetch =
        HttpFetch::new(FetchSettings { agent, gate }).map_err(|error| Failure::failed(error.to_string()))?;
    let monitor = Monitor::new(store.clone(), Arc::new(fetch), clock.clone(), settings.monitor_settings());
    let reports = pass_the_time(&monitor, &clock, &store, start, &settings).await?;
    farm.stop().await;
    say_what_next(&config, &reports)?;
    Ok(Ending::Done)
}

/// Runs every six hours for four weeks, telling what happens, with a report at the end of each week.
async fn pass_the_time(
    monitor: &Monitor,
    clock: &Arc<SimulatedClock>,
    store: &Arc<dyn Store>,
    start: Timestamp,
    settings: &Settings,
) -> Result<Vec<std::path::PathBuf>, Failure> {
    let (mut reports, teller) = (Vec::new(), Teller::default());
    let end = start + Demo::LENGTH;
    let (mut at, mut week) = (start, Period::week_of(start, &TimeZone::UTC));
    while at < end {
        clock.advance_to(at);
        monitor.run(RunRequest::due(), &|page| teller.tell(page)).await?;
        at = clock.now().max(at + EVERY);
        if at >= week.end || at >= end {
            let report = compile(store, week.clone(), Scope::default(), settings.brand(None)?).await?;
            let formats = vec![Format::Html, Format::Xlsx, Format::Json];
            output::line(format!("\n  {}: {}\n", week.label, report.summary))?;
            reports.extend(write_files(store, report, formats, &settings.report.out, false).await?);
            week = Period::week_of(at, &TimeZone::UTC);
        }
    }
    Ok(reports)
}

/// Says what happens, as it happens: each event, and when a site cannot be read or can be again.
#[derive(Debug, Default)]
struct Teller {
    in_trouble: Mutex<BTreeSet<HostKey>>,
}

impl Teller {
    fn tell(&self, progress: &Progress<'_>) {
        let host = progress.page.host_key();
        let seen = progress.observation;
        let mut in_trouble = self.in_trouble.lock().expect("no holder panics");
        let conclusive = seen.verdict().is_conclusive();
        if !conclusive && in_trouble.insert(host.clone()) {
            let why = format!("{}; its links stay as they are", seen.rule.in_words());
            say(seen.at, "could not look", host.as_str(), &why);
        } else if conclusive && in_trouble.remove(&host) {
            say(seen.at, "can look again", host.as_str(), "");
        }
        for event in progress.events {
            let name = words_of(event.what.name());
            say(event.at, &name, event.page.as_str(), &why(event));
        }
    }
}

fn say(at: Timestamp, what: &str, place: &str, why: &str) {
    let line = safe(format!("  {}  {what:<24} {place}  {why}", at.strftime("%a %e %b %H:%M")));
    // A reader that went away is noticed by the lines between the weeks.
    let _ = output::line(line.trim_end());
}

fn why(event: &Event) -> String {
    match &event.what {
        EventKind::Removed { reason, .. } => reason.in_words().to_owned(),
        EventKind::Unreadable { rule, .. } => rule.in_words().to_owned(),
        EventKind::Attributes { changes, .. } => {
            let told = changes.iter().map(|c| format!("{} \"{}\" -> \"{}\"", c.attribute, c.before, c.after));
            told.collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

/// Makes the demo's folder anew and writes its configuration; a folder that is not a demo's is left alone.
fn prepare(out: &Path) -> Result<std::path::PathBuf, Failure> {
    let config = out.join(FILE_NAME);
    if out.exists() {
        let ours = fs::read_to_string(&config).is_ok_and(|text| text.starts_with(MARK));
        if !ours {
            let message = format!("{} exists and was not made by a demo", out.display());
            return Err(Failure::usage(message, "name another folder with --out DIR"));
        }
        fs::remove_dir_all(out)
            .map_err(|error| Failure::cannot_write(format!("cannot remove {}: {error}", out.display())))?;
    }
    write_whole(&config, &format!("{MARK}\n{CONFIGURATION}"))?;
    Ok(config)
}

fn say_what_next(config: &Path, reports: &[std::path::PathBuf]) -> std::io::Result<()> {
    output::line("\nThe weekly reports:")?;
    for report in reports.iter().filter(|report| report.extension().is_some_and(|ending| ending == "html")) {
        output::line(format!("  {}", report.display()))?;
    }
    let config = config.display();
    output::line("\nOpen one in a browser. Then look around in what the demo left:")?;
    output::line(format!("  trackward --config {config} list --state lost"))?;
    output::line(format!("  trackward --config {config} list --state pending"))?;
    output::line("\nFor your own links:")?;
    output::line(
        "  trackward init                          # then set `contact` and `sites` in trackward.toml",
    )?;
    output::line("  trackward import links.csv --run        # columns: source,target and what else you know")
}
