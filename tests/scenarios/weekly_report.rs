//! The weekly report of the demo agrees with the store and with itself.

use jiff::tz::TimeZone;
use trackward_core::{EventName, Period};
use trackward_farm::Demo;
use trackward_report::{Input, Report, build, html, json};
use trackward_store::{EventQuery, LinkQuery};
use trackward_tests::{Stage, start};

async fn report(stage: &Stage, period: &Period) -> Report {
    let query = EventQuery {
        from: Some(period.start),
        to: Some(period.end),
        limit: 100_000,
        ..EventQuery::default()
    };
    let events = stage.store.events(query).await.expect("the store works").rows;
    let runs = stage.store.runs(period.start, period.end).await.expect("the store works");
    let links = LinkQuery { limit: 100_000, ..LinkQuery::default() };
    let links = stage.store.links(links).await.expect("the store works").rows;
    let input = Input { period, events: &events, runs: &runs, evidence: &|_| None, campaign: None };
    build(&input, &mut links.into_iter())
}

#[tokio::test(flavor = "multi_thread")]
async fn four_weekly_reports_hold_every_event_once_and_read_the_same_twice() {
    let demo = Demo::new(start());
    let stage = Stage::new(demo.world.clone()).await;
    stage.watch(demo.watches(&stage.farm)).await;
    stage.run_every(6, Demo::LENGTH.as_hours() - 1).await;

    let (mut approved, mut lost, mut appeared) = (0, 0, 0);
    for week in ["2026-W45", "2026-W46", "2026-W47", "2026-W48"] {
        let period = Period::week(week, &TimeZone::UTC).expect("a week");
        let report = report(&stage, &period).await;
        approved += report.approved.len();
        lost += report.lost.iter().map(|group| group.links.len()).sum::<usize>();
        appeared += report.appeared.len();
        assert!(report.coverage.checked > 0 && report.coverage.checked <= report.coverage.watched, "{week}");
        assert_eq!(html(&report), html(&self::report(&stage, &period).await), "{week}");
        assert_eq!(json(&report), json(&self::report(&stage, &period).await), "{week}");
    }
    let told = stage.told().await;
    let count = |name| told.iter().filter(|told| **told == name).count();
    assert_eq!(approved, count(EventName::Approved));
    assert_eq!(lost, count(EventName::Removed));
    assert_eq!(appeared, count(EventName::Appeared));
}
