//! The weekly report of the demo agrees with the store and with itself.

use jiff::tz::TimeZone;
use trackward_core::{EventName, Period};
use trackward_farm::Demo;
use trackward_report::{Report, Scope, html};
use trackward_tests::{Stage, start};

use crate::reporting;

async fn report(stage: &Stage, period: &Period) -> Report {
    reporting::report(&*stage.store, period, &Scope::default()).await
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
        let (checked, watched) = (report.coverage.checked.expect("counted"), report.coverage.watched);
        assert!(checked > 0 && Some(checked) <= watched, "{week}");
        assert_eq!(html(&report), html(&self::report(&stage, &period).await), "{week}");
        assert!(report == self::report(&stage, &period).await, "{week}");
    }
    let told = stage.told().await;
    let count = |name| told.iter().filter(|told| **told == name).count();
    assert_eq!(approved, count(EventName::Approved));
    assert_eq!(lost, count(EventName::Removed));
    assert_eq!(appeared, count(EventName::Appeared));
}
