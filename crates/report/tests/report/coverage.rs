//! When a report warns that not everything was checked.

use trackward_core::{HostKey, RunId, RunScope};
use trackward_report::{Completeness, Unfinished, html};

use crate::weeks::{Week, daily_runs, empty, quiet};

fn level(week: &Week) -> &'static str {
    match week.report().coverage.completeness {
        Completeness::Complete => "complete",
        Completeness::Note => "note",
        Completeness::Warning => "warning",
        Completeness::Incomplete { .. } => "incomplete",
        Completeness::NoRun => "no run",
    }
}

fn covered(checked: u64) -> Week {
    Week { runs: daily_runs(checked, 100), ..empty() }
}

#[test]
fn share_that_was_checked_decides_how_loud_the_notice_is() {
    for (checked, expected) in
        [(100, "complete"), (95, "complete"), (94, "note"), (80, "note"), (79, "warning"), (0, "warning")]
    {
        assert_eq!(level(&covered(checked)), expected, "{checked} %");
    }
    assert!(html(&covered(79).report()).contains("WARNING"));
    assert!(!html(&covered(100).report()).contains("role=\"note\""));
}

#[test]
fn link_checked_in_several_runs_is_covered_once_and_never_more_than_watched() {
    let mut week = covered(100);
    // Every later run looked again at links that had been checked within the week.
    for run in &mut week.runs[1..] {
        run.covered = [(trackward_core::RunRecord::quarter_hour(Some(crate::weeks::at(0))), 100)].into();
    }
    week.runs[0].covered.insert(i64::MIN, 3);
    let coverage = week.report().coverage;
    assert_eq!((coverage.checked, coverage.watched), (Some(100), Some(100)));
}

#[test]
fn week_without_a_run_is_incomplete() {
    assert_eq!(level(&empty()), "no run");
    assert!(html(&empty().report()).contains("INCOMPLETE"));
}

#[test]
fn unfinished_runs_are_named_until_a_whole_run_made_up_for_them() {
    let mut week = quiet();
    week.runs[2].ended = None;
    assert_eq!(level(&week), "complete", "four whole runs came after it");
    week.runs[5].left = 12;
    week.runs[6].scope = RunScope::Hosts(vec![HostKey::parse("one.example").unwrap()]);
    let expected = Unfinished { run: RunId(36), left: Some(12), held: None };
    let completeness = week.report().coverage.completeness;
    assert_eq!(completeness, Completeness::Incomplete { unfinished: vec![expected] });
    week.runs[6].ended = None;
    let page = html(&week.report());
    assert!(page.contains("Run 36 stopped with 12 due pages left; Run 37 did not come to its end."));
}

#[test]
fn run_that_was_held_makes_the_report_incomplete_and_says_why() {
    let mut week = quiet();
    let last = week.runs.last_mut().unwrap();
    last.held = Some("12 of 40 live links went missing at once".into());
    let report = week.report();
    assert!(matches!(report.coverage.completeness, Completeness::Incomplete { .. }));
    assert!(html(&report).contains("was held: 12 of 40 live links went missing at once"));
}
