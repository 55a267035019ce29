//! `trackward run`.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trackward_core::{Clock, EventName, HostKey, Rule, RunRecord, RunScope, StateName, TargetFault, Verdict};
use trackward_monitor::{Forecast, RunRequest, SystemClock};
use trackward_store::{LinkQuery, SledStore};

use crate::args::{Global, RunArgs};
use crate::commands::forget::forget_expired;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::output::{self, count};
use crate::progress::RunProgress;
use crate::settings::Settings;
use crate::{json, signals};

/// When the next page is due, where the store tells without being opened that none is now.
pub(crate) fn idle_until(settings: &Settings, args: &RunArgs) -> Option<Timestamp> {
    let next = SledStore::peek_next_due(&settings.store)?;
    let is_idle = is_idle(next, settings, SystemClock::new().now());
    (is_idle && !args.all && args.host.is_empty() && !args.dry_run).then_some(next)
}

/// Whether a run has nothing to do while the next page is due then; [`Timestamp::MAX`] for never.
pub(crate) fn is_idle(next: Timestamp, settings: &Settings, now: Timestamp) -> bool {
    // A plan beyond the longest one was made by a clock gone wrong, which a run sets right.
    let latest = now.saturating_add(settings.monitor_settings().longest_plan()).unwrap_or(Timestamp::MAX);
    next > now && (next <= latest || next == Timestamp::MAX)
}

/// Says that nothing is due until then.
pub(crate) fn tell_idle(global: &Global, next: Timestamp) -> Result<Ending, Failure> {
    let next = (next != Timestamp::MAX).then_some(next);
    if global.json {
        output::json(&json::idle(next))?;
    } else {
        output::line(next.map_or_else(
            || "nothing is watched: `trackward add` or `trackward import` begins".to_owned(),
            |next| format!("nothing is due before {next:.0}"),
        ))?;
    }
    Ok(Ending::Done)
}

/// Checks what is due, once.
pub(crate) async fn run(context: &Context, args: &RunArgs) -> Result<Ending, Failure> {
    let scope = match (args.all, args.host.as_slice()) {
        (true, _) => RunScope::All,
        (false, []) => RunScope::Due,
        (false, hosts) => RunScope::Hosts(known_hosts(context, hosts).await?),
    };
    if args.dry_run {
        return dry_run(context, &scope).await;
    }
    let deadline = (args.max_duration)
        .map(|longest| context.clock.now().saturating_add(longest.0).unwrap_or(Timestamp::MAX));
    let request = RunRequest { scope, deadline, stop: signals::stop_token() };
    let monitor = context.monitor()?;
    let progress = RunProgress::new(&*context.clock);
    let record = monitor.run(request, &|page| progress.show(page)).await?;
    drop(progress);
    let expired = forget_expired(context).await;
    summarise(&record, context.json)?;
    expired?; // only now: what the run found is told in any case
    if record.held.is_some() {
        return Ok(Ending::Failed);
    }
    let happened = args.fail_on.iter().any(|name| record.events.contains_key(name));
    Ok(if happened { Ending::Happened } else { Ending::Done })
}

/// Says what a run would do now.
async fn dry_run(context: &Context, scope: &RunScope) -> Result<Ending, Failure> {
    let forecast = context.monitor()?.forecast(scope).await?;
    if context.json {
        output::json(&json::forecast(&forecast))?;
    } else {
        foretell(&forecast, &context.settings.zone.0)?;
    }
    Ok(Ending::Done)
}

/// Hosts that a dry run names one by one.
const HOSTS_TOLD: usize = 10;

fn foretell(forecast: &Forecast, zone: &TimeZone) -> std::io::Result<()> {
    if forecast.pages == 0 {
        return output::line("nothing would be checked");
    }
    output::line(format!(
        "would check {} on {} with at least {}, in {:#} or more",
        count(forecast.pages, "page", "pages"),
        count(forecast.hosts.len() as u64, "site", "sites"),
        count(forecast.requests, "request", "requests"),
        SignedDuration::from_secs(forecast.shortest.as_secs()),
    ))?;
    if let Some(allowed) = forecast.allowed.filter(|allowed| *allowed < forecast.requests) {
        let allowed = count(allowed, "request", "requests");
        output::line(format!("the budget allows {allowed} now: what goes beyond waits for a later run"))?;
    }
    let why = |(reason, n): (&String, &u64)| format!("{n} {}", reason.replace('_', " "));
    output::line(format!(
        "due because: {}",
        forecast.reasons.iter().map(why).collect::<Vec<_>>().join(" · ")
    ))?;
    for host in forecast.hosts.iter().take(HOSTS_TOLD) {
        let pages = count(host.pages, "page", "pages");
        output::line(match host.left_alone_until {
            _ if host.opted_out => {
                format!("- {}: {pages}, none asked for: {}", host.host, Rule::OptedOut.in_words())
            }
            Some(until) => {
                let until = until.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
                format!("- {}: {pages}, left alone until {until}", host.host)
            }
            None => {
                format!("- {}: {pages}, {:#}", host.host, SignedDuration::from_secs(host.takes.as_secs()))
            }
        })?;
    }
    let more = forecast.hosts.len().saturating_sub(HOSTS_TOLD) as u64;
    if more > 0 {
        output::line(format!("and {}, each sooner done", count(more, "more site", "more sites")))?;
    }
    output::line(
        "redirects, further pages of comments and pages of yours come on top; nothing was asked or changed",
    )
}

/// The hosts as they were typed, each with a watched page.
async fn known_hosts(context: &Context, hosts: &[HostKey]) -> Result<Vec<HostKey>, Failure> {
    for host in hosts {
        let query = LinkQuery { host: Some(host.clone()), limit: 1, ..LinkQuery::default() };
        if context.store.links(query).await?.rows.is_empty() {
            let help = "`trackward list` shows the watched pages; name a host as it stands there";
            return Err(Failure::usage(format!("no watched page is on {host}"), help));
        }
    }
    Ok(hosts.to_vec())
}

/// Tells of a run that has ended.
pub(crate) fn summarise(record: &RunRecord, json: bool) -> std::io::Result<()> {
    if json { output::json(&json::run(record)) } else { tell(record) }
}

/// The summary of a run: what was done, what changed, what could not be checked, what is left.
fn tell(record: &RunRecord) -> std::io::Result<()> {
    output::line(format!(
        "run {}: {} on {} checked with {}",
        record.id,
        count(record.pages, "page", "pages"),
        count(record.hosts, "site", "sites"),
        count(record.requests, "request", "requests"),
    ))?;
    let told: Vec<String> =
        record.events.iter().map(|(name, n)| format!("{n} {}", words_of(*name))).collect();
    output::line(if told.is_empty() { "nothing changed".to_owned() } else { told.join(" · ") })?;
    let unread: Vec<String> = (record.verdicts.iter())
        .filter(|(verdict, _)| !verdict.is_conclusive())
        .map(|(verdict, n)| format!("{n} {}", words_of_verdict(*verdict)))
        .collect();
    if !unread.is_empty() {
        output::line(format!("could not check: {}", unread.join(" · ")))?;
    }
    let links: Vec<String> = (record.links.iter())
        .filter(|(_, n)| **n > 0)
        .map(|(state, n): (&StateName, &u64)| format!("{n} {}", state.in_words()))
        .collect();
    if !links.is_empty() {
        output::line(format!("links now: {}", links.join(" · ")))?;
    }
    let broken = record.targets.iter().filter(|health| health.fault != TargetFault::Moved).count() as u64;
    if broken > 0 {
        output::line(format!(
            "{} a look: see the report",
            count(broken, "page of yours needs", "pages of yours need")
        ))?;
    }
    for (host, permission) in &record.overrides {
        output::line(format!("robots.txt of {host} overridden: {}", output::safe(permission)))?;
    }
    if let Some(why) = &record.held {
        output::line(format!("held: {why}; what was missed in this run counts for nothing"))?;
    }
    if record.left > 0 {
        let (left, next) = match record.scope {
            RunScope::Due => {
                (count(record.left, "page is still due", "pages are still due"), "a later run goes on")
            }
            _ => (count(record.left, "page is left", "pages are left"), "each is looked at when it is due"),
        };
        output::line(format!("{left}: stopped, or the site asked for a pause; {next}"))?;
    }
    Ok(())
}

/// An event's name in the words of the report.
pub(crate) fn words_of(name: EventName) -> String {
    match name {
        EventName::Appeared => "new, found".to_owned(),
        EventName::NotFound => "not found at first check".to_owned(),
        EventName::Removed => "lost".to_owned(),
        EventName::Unreadable => "can't check".to_owned(),
        other => other.as_str().replace('_', " "),
    }
}

fn words_of_verdict(verdict: Verdict) -> String {
    verdict.as_str().replace('_', " ")
}
