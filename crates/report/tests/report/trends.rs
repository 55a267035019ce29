//! What earlier periods, waits and lives come to.

use trackward_core::{EventKind, Kind, LossReason, Placement};
use trackward_report::{FigureName, FoundBy, Report};

use crate::weeks::{Week, at, busy, quarter, quiet, sighting};

fn change(report: &Report, name: FigureName) -> Option<i64> {
    report.key_figures.iter().find(|figure| figure.name == name).unwrap().change
}

#[test]
fn key_figures_are_compared_with_the_weeks_before() {
    let report = quarter().report();
    assert_eq!(report.trends.periods.len(), 12);
    let [.., before, now] = &report.trends.periods[..] else { panic!("two weeks") };
    assert_eq!(
        change(&report, FigureName::Approved),
        Some(now.approved.cast_signed() - before.approved.cast_signed())
    );
    assert_eq!(change(&report, FigureName::Live), Some(now.live.cast_signed() - before.live.cast_signed()));
    assert_eq!(now.live, report.figures.live);
    assert_eq!(change(&busy().report(), FigureName::Approved), None, "nothing ran the week before");
}

#[test]
fn periods_tile_and_the_last_is_the_report_s() {
    let report = quarter().report();
    let periods = &report.trends.periods;
    assert!(periods.windows(2).all(|pair| pair[0].end == pair[1].start));
    assert_eq!(periods[11].label, report.header.period.label);
    let figures = &report.figures;
    let now = (periods[11].approved, periods[11].lost, periods[11].net);
    assert_eq!(now, (figures.approved, figures.lost, figures.net));
}

#[test]
fn live_total_goes_back_over_events_of_every_kind() {
    let mut week = quiet();
    for run in crate::weeks::daily_runs(40, 40) {
        let mut earlier = run;
        earlier.started -= jiff::SignedDuration::from_hours(24 * 7);
        week.runs.push(earlier);
    }
    let seen = || sighting(1, "", "", Placement::Body);
    let told = [
        EventKind::Verified { seen: seen() },
        EventKind::Appeared { seen: seen() },
        EventKind::Approved { seen: seen(), sent: at(-2), after: None },
        EventKind::Restored { seen: seen(), lost_at: at(-40), reason: LossReason::LinkRemoved },
        EventKind::Removed {
            reason: LossReason::LinkRemoved,
            seen: None,
            live_since: at(-9),
            first_missed: at(1),
            misses: 3,
            strong: 0,
        },
        EventKind::Archived { from: trackward_core::StateName::Missing },
        EventKind::Archived { from: trackward_core::StateName::Pending },
    ];
    for (n, what) in told.into_iter().enumerate() {
        week.tell(2, &format!("https://h{n}.example/"), Kind::Comment, what, None);
    }
    let report = week.report();
    let live: Vec<u64> = report.trends.periods.iter().map(|period| period.live).collect();
    assert_eq!(live, [40 - 4 + 1 + 1, 40]);
}

#[test]
fn rate_wait_and_survival_are_those_of_the_quarter() {
    let report = quarter().report();
    let approval = report.trends.approval.unwrap();
    assert!(approval.sent >= 80);
    assert!(approval.rate.decided >= 40 && approval.rate.percent.is_some());
    let median = approval.median.unwrap();
    assert!(median.at_least_seconds >= 3 * 86_400 && median.at_most_seconds <= 9 * 86_400, "{median:?}");
    let survival = report.trends.survival.unwrap();
    assert!(survival.links >= 30 && survival.left_out == 45, "{} {}", survival.links, survival.left_out);
    assert!(report.summary.contains("Approval rate") && report.summary.contains("Median wait"));
}

#[test]
fn link_that_is_back_within_a_week_corrects_its_loss_and_a_later_one_does_not() {
    let restored = |days: i64| {
        let mut week = quiet();
        let what = EventKind::Restored {
            seen: sighting(3, "", "", Placement::Body),
            lost_at: at(3 - days),
            reason: LossReason::PageGone,
        };
        week.tell(3, "https://back.example/", Kind::Comment, what, None);
        week.report().corrections
    };
    let soon = restored(7);
    assert_eq!((soon.rows.len(), soon.reversed, soon.year), (1, 1, 2026));
    assert_eq!(soon.rows[0].facts.found_by, FoundBy::LaterCheck);
    assert_eq!((restored(8).rows.len(), restored(8).reversed), (0, 0));
}

#[test]
fn losses_of_the_year_are_counted_up_to_the_end_of_the_period() {
    let mut week = quiet();
    let removed = || EventKind::Removed {
        reason: LossReason::LinkRemoved,
        seen: None,
        live_since: at(-400),
        first_missed: at(-340),
        misses: 3,
        strong: 0,
    };
    // 1 January 2026 is 319 days before that Monday.
    for (n, day) in [-330, -300, -10, 2, 8].into_iter().enumerate() {
        week.tell(day, &format!("https://h{n}.example/"), Kind::Comment, removed(), None);
    }
    let corrections = week.report().corrections;
    assert_eq!((corrections.year, corrections.losses), (2026, 3));
}

#[test]
fn what_can_be_done_comes_by_worth_and_ends_at_ten() {
    let mut week: Week = busy();
    for n in 0..20 {
        let page = format!("https://lost{n}.example/");
        let mut link = crate::weeks::live(&page);
        let what = EventKind::Removed {
            reason: if n == 7 { LossReason::HostGone } else { LossReason::EntryRemoved },
            seen: None,
            live_since: at(-9),
            first_missed: at(1),
            misses: 3,
            strong: 0,
        };
        week.tell(2, &page, Kind::Editorial, what, None);
        link.link.id = week.events.last().unwrap().1.link.unwrap();
        link.link.weight = if n == 13 { 50.0 } else { 1.0 };
        link.link.owner = Some("mia".to_owned());
        link.link.state = trackward_core::LinkState::Lost {
            since: at(2),
            live_since: at(-9),
            reason: LossReason::EntryRemoved,
        };
        week.links.push(link);
    }
    let actions = week.report().actions;
    assert_eq!(actions.len(), Report::ACTIONS);
    assert_eq!(actions[0].page.as_str(), "https://lost13.example/");
    assert_eq!((actions[0].step, actions[0].owner.as_deref()), ("ask the editor", Some("mia")));
    assert!(
        actions.iter().all(|action| action.page.as_str() != "https://lost7.example/"),
        "nobody is there to ask"
    );
}
