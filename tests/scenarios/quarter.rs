//! Twelve weeks of 2,000 links on 200 sites whose lives are known beforehand: what the weekly reports tell is what the
//! store counts, and what was true.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    BodyEnd, Cadence, Clock, EventName, Fetched, Kind, LinkState, Mode, NewWatch, PageUrl, Period, Response,
    StateName, Target,
};
use trackward_fetch::{Fetch, Request};
use trackward_monitor::{Monitor, MonitorSettings, RunRequest, SimulatedClock};
use trackward_report::{Report, Scope};
use trackward_store::{LinkQuery, MemoryStore, Store};
use trackward_tests::{hours, start};

use crate::reporting::report;

const SITES: u64 = 200;
const LINKS_A_SITE: u64 = 10;
const WEEKS: i64 = 12;
/// Hours between two runs.
const EVERY: i64 = 24;

/// When a link is there, in hours since the start.
#[derive(Debug, Clone, Copy)]
struct Life {
    /// None where it never is.
    from: Option<i64>,
    /// None where it stays.
    to: Option<i64>,
    /// From when on its rel is nofollow.
    weakened: Option<i64>,
    /// When it was sent; none where it was imported.
    sent: Option<i64>,
}

/// Numbers that look random, the same each time.
fn dice(site: u64, link: u64, what: u64) -> f64 {
    let mut z = (site << 40 | link << 20 | what).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[expect(clippy::cast_possible_truncation, reason = "hours of some weeks")]
fn life(site: u64, link: u64) -> Life {
    let whole = WEEKS * 7 * 24;
    let roll = |what| dice(site, link, what);
    let imported = roll(1) < 0.4;
    let sent = (!imported).then(|| (roll(2) * (whole - 48) as f64) as i64);
    let willing = dice(site, 0, 9);
    let from = match sent {
        None => (roll(3) < 0.9).then_some(-1),
        Some(sent) => (roll(3) < willing).then(|| sent + 1 + (-120.0 * (1.0 - roll(4)).ln()) as i64),
    };
    let lost = from.filter(|_| roll(5) < 0.15).map(|from| from.max(0) + 72 + (roll(6) * 1_200.0) as i64);
    let weakened = from.filter(|_| roll(7) < 0.03).map(|from| from.max(0) + 100 + (roll(8) * 900.0) as i64);
    Life { from, to: lost, weakened, sent }
}

/// Answers as each page is at the time.
#[derive(Debug)]
struct Web(Arc<SimulatedClock>);

impl Web {
    fn page(&self, url: &PageUrl) -> Option<String> {
        let site: u64 = url.host_key().as_str().strip_prefix("site")?.split('.').next()?.parse().ok()?;
        let link: u64 = url.as_url().path().strip_prefix("/post/")?.parse().ok()?;
        let hour = self.0.now().duration_since(start()).as_hours();
        let Life { from, to, weakened, .. } = life(site, link);
        let there = from.is_some_and(|from| from <= hour) && to.is_none_or(|to| hour < to);
        let rel = if weakened.is_some_and(|at| at <= hour) { " rel=\"nofollow\"" } else { "" };
        let ours = if there {
            format!(
                "<p>As told in <a href=\"https://ours.example/page/{}\"{rel}>the guide to {link}</a>.</p>",
                link % 4
            )
        } else {
            String::new()
        };
        let filler =
            "<p>Words about gardens, kettles and trains, as every post has them, day by day.</p>".repeat(6);
        Some(format!(
            "<html><head><title>Post {link} of {site}</title></head><body><article><h1>Post {link}</h1>{filler}{ours}\
             {filler}</article></body></html>"
        ))
    }
}

#[async_trait]
impl Fetch for Web {
    async fn fetch(&self, request: &Request) -> Fetched {
        let (status, body) = self.page(&request.url).map_or((404, String::new()), |body| (200, body));
        let response = Response {
            status,
            headers: [("content-type", "text/html; charset=utf-8")].into_iter().collect(),
            body: body.into_bytes(),
            ending: BodyEnd::Complete,
        };
        Fetched {
            url: request.url.clone(),
            outcome: Ok(response),
            took: Duration::ZERO,
            wire_bytes: 0,
            peer: None,
        }
    }
}

fn at(hour: i64) -> Timestamp {
    start() + hours(hour)
}

fn watch(site: u64, link: u64, sent: Option<i64>) -> NewWatch {
    let page = PageUrl::parse(&format!("https://site{site}.example/post/{link}")).expect("an address");
    let target = Target::parse(&format!("https://ours.example/page/{}", link % 4)).expect("a target");
    NewWatch {
        kind: Some(Kind::Editorial),
        sent: sent.map(at),
        campaign: Some(if site.is_multiple_of(2) { "spring" } else { "autumn" }.to_owned()),
        owner: Some("mia".to_owned()),
        ..NewWatch::new(page, target)
    }
}

/// Runs the twelve weeks: what was sent is added when it was sent.
async fn play() -> Arc<dyn Store> {
    let clock = Arc::new(SimulatedClock::new(start()));
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let settings = MonitorSettings {
        sites: vec![Target::parse("ours.example").expect("a target")],
        own_pages: false,
        rest: SignedDuration::ZERO,
        rate: 1_000_000,
        network_rate: 1_000_000,
        cadence: Cadence { mode: Mode::Fixed(SignedDuration::from_hours(144)), ..Cadence::default() },
        ..MonitorSettings::default()
    };
    let monitor = Monitor::new(store.clone(), Arc::new(Web(clock.clone())), clock.clone(), settings);
    let all = || (0..SITES).flat_map(|site| (0..LINKS_A_SITE).map(move |link| (site, link)));
    for hour in (0..WEEKS * 7 * 24).step_by(usize::try_from(EVERY).expect("small")) {
        clock.advance_to(at(hour));
        let due = |(site, link): &(u64, u64)| match life(*site, *link).sent {
            None => hour == 0,
            Some(sent) => (hour - EVERY..hour).contains(&sent) || (hour == 0 && sent == 0),
        };
        let new: Vec<NewWatch> =
            all().filter(due).map(|(site, link)| watch(site, link, life(site, link).sent)).collect();
        store.add(new, clock.now()).await.expect("the store works");
        monitor.run(RunRequest::due(), &|_| ()).await.expect("the store works");
    }
    store
}

async fn links_by_state(store: &dyn Store) -> BTreeMap<StateName, u64> {
    store.counts().await.expect("the store works")
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_weekly_reports_tell_what_the_store_counts_and_what_was_true() {
    let store = play().await;
    let scope = Scope::default();
    let first = Period::week_of(start(), &TimeZone::UTC);
    let mut reports: Vec<Report> = Vec::new();
    for n in 0..WEEKS {
        let period = Period::week_of(first.start + hours(n * 7 * 24 + 1), &TimeZone::UTC);
        reports.push(report(&*store, &period, &scope).await);
    }
    let last = reports.last().expect("twelve");

    // Consecutive weeks tile: each event is told once.
    let told: u64 = reports.iter().map(|report| report.figures.approved).sum();
    let runs = store.runs(Timestamp::MIN, Timestamp::MAX).await.expect("the store works");
    let counted = |name: EventName| runs.iter().filter_map(|run| run.events.get(&name)).sum::<u64>();
    assert_eq!(told, counted(EventName::Approved));
    assert_eq!(reports.iter().map(|report| report.figures.lost).sum::<u64>(), counted(EventName::Removed));
    let ranges: Vec<_> = reports.iter().filter_map(|report| report.header.events).collect();
    assert!(ranges.windows(2).all(|pair| pair[0].last.0 + 1 == pair[1].first.0), "{ranges:?}");

    // The figures of now are the store's own counts.
    let states = links_by_state(&*store).await;
    let of = |state| states.get(&state).copied().unwrap_or(0);
    assert_eq!(last.figures.live, of(StateName::Live) + of(StateName::Missing));
    assert_eq!(last.figures.pending, of(StateName::Pending));

    // The live total of each past week is what its last run counted, though only events tell of it now.
    assert_eq!(last.trends.periods.len(), 12);
    for period in &last.trends.periods {
        let run = runs.iter().rfind(|run| period.start <= run.started && run.started < period.end);
        let counts = &run.expect("a run in each week").links;
        let counted: u64 =
            [StateName::Live, StateName::Missing].iter().filter_map(|state| counts.get(state)).sum();
        assert_eq!(period.live, counted, "{}", period.label);
    }
    for (report, period) in reports.iter().zip(&last.trends.periods) {
        let figures = &report.figures;
        let told = (figures.approved, figures.appeared, figures.restored, figures.lost, figures.net);
        assert_eq!(told, (period.approved, period.appeared, period.restored, period.lost, period.net));
    }

    // What hosts add up to is the whole.
    let hosts = |of: fn(&trackward_report::HostRow) -> u64| last.hosts.iter().map(of).sum::<u64>();
    assert_eq!(hosts(|host| host.live), last.figures.live);
    assert_eq!(hosts(|host| host.pending), last.figures.pending);
    let sent = (0..SITES).flat_map(|site| (0..LINKS_A_SITE).map(move |link| life(site, link)));
    let sent = sent.filter(|life| life.sent.is_some_and(|sent| sent < WEEKS * 7 * 24 - EVERY)).count() as u64;
    assert_eq!(hosts(|host| host.sent), sent);

    // No link is told to be lost that is there, and none approved that never was.
    let links = store
        .links(LinkQuery { limit: 100_000, ..LinkQuery::default() })
        .await
        .expect("the store works")
        .rows;
    for watched in &links {
        let page = &watched.link.page;
        let number = |text: &str, from: &str| -> u64 {
            text.strip_prefix(from).and_then(|rest| rest.split('.').next()?.parse().ok()).expect("a number")
        };
        let truth = life(number(page.host_key().as_str(), "site"), number(page.as_url().path(), "/post/"));
        match watched.link.state {
            LinkState::Lost { .. } => assert!(truth.to.is_some(), "{page} was never taken off"),
            LinkState::Live { .. } => assert!(truth.from.is_some(), "{page} never was"),
            _ => {}
        }
    }

    // The estimators give back what the dice were thrown for.
    let approval = last.trends.approval.as_ref().expect("told to the team");
    assert!(
        approval.sent >= sent - 5 && approval.curve.len() > 10,
        "{} {}",
        approval.sent,
        approval.curve.len()
    );
    let survival = last.trends.survival.as_ref().expect("told to the team");
    assert!(survival.links > 300 && !survival.curve.is_empty());

    // The parts of a campaign add up to the whole.
    let period = Period::week_of(first.start + hours((WEEKS - 1) * 7 * 24 + 1), &TimeZone::UTC);
    let mut live = 0;
    for campaign in ["spring", "autumn"] {
        let scope = Scope { campaign: Some(campaign.to_owned()), ..Scope::default() };
        live += report(&*store, &period, &scope).await.figures.live;
    }
    assert_eq!(live, last.figures.live);

    if let Ok(folder) = std::env::var("TRACKWARD_KEEP_REPORTS") {
        write(last, &*store, &period, std::path::Path::new(&folder)).await;
    }
}

/// Keeps the last week's report to be looked at by eye.
async fn write(report_: &Report, store: &dyn Store, period: &Period, folder: &std::path::Path) {
    use trackward_report::{Edition, html, markdown};
    let keep =
        |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("the folder is there");
    keep("quarter.html", html(report_).as_bytes());
    keep("quarter.md", markdown(report_).as_bytes());
    let scope = Scope { edition: Edition::Client, ..Scope::default() };
    keep("client.html", html(&report(store, period, &scope).await).as_bytes());
}
