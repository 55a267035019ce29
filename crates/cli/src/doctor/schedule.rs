//! How often runs begin, how they end, and whether that is often enough.

use jiff::{SignedDuration, Timestamp};
use trackward_core::{RunRecord, RunScope};

use crate::doctor::finding::{About, Finding};
use crate::length::in_words;
use crate::output::count;

const ABOUT: About = About::Schedule;

/// Runs that are looked at, the last ones.
pub(crate) const RUNS: usize = 30;

/// Runs in a row that leave pages undone from which on the time is too short.
const LEFT_IN_A_ROW: usize = 3;

/// How much later than every one before a run may begin before it is missed.
const SLACK: SignedDuration = SignedDuration::from_hours(1);

/// What there is to say of the last runs, oldest first; `every` is the usual time between two checks of a page.
pub(crate) fn findings(
    runs: &[RunRecord],
    every: SignedDuration,
    is_going: bool,
    now: Timestamp,
) -> Vec<Finding> {
    let due: Vec<&RunRecord> = runs.iter().filter(|run| run.scope == RunScope::Due).collect();
    let Some(last) = due.last() else {
        return vec![
            Finding::warning(ABOUT, "nothing that was due was ever checked")
                .advise("`trackward run`, and cron or the systemd timer to repeat it: docs/operating.md"),
        ];
    };
    let mut findings = vec![rhythm(usual_gap(&due), last.started, every, is_going, now)];
    findings.extend(endless(runs, is_going));
    findings.extend(short_of_time(&due));
    if let Some(why) = &last.held {
        let what = format!("the last run distrusted itself: {why}");
        findings.push(Finding::warning(ABOUT, what).advise("look whether this machine's network is up"));
    }
    findings
}

/// The gap between the beginnings of two runs that half of them keep; none for fewer than three runs.
fn usual_gap(runs: &[&RunRecord]) -> Option<SignedDuration> {
    let mut gaps: Vec<_> =
        runs.windows(2).map(|pair| pair[1].started.duration_since(pair[0].started)).collect();
    gaps.sort_unstable();
    (gaps.len() > 1).then(|| gaps[gaps.len() / 2])
}

fn rhythm(
    gap: Option<SignedDuration>,
    last: Timestamp,
    every: SignedDuration,
    is_going: bool,
    now: Timestamp,
) -> Finding {
    let ago = now.duration_since(last);
    let usual = gap.map_or_else(String::new, |gap| format!(", usually one every {}", in_words(gap)));
    let what = format!("the last run began {} ago{usual}", in_words(ago));
    if !is_going && ago > gap.unwrap_or(every).saturating_mul(2).saturating_add(SLACK) {
        let advice = "look whether cron, the timer or the service still starts it";
        return Finding::warning(ABOUT, what).advise(advice);
    }
    if gap.is_some_and(|gap| gap > every.saturating_add(SLACK)) {
        let what = format!("{what}; pages are to be looked at every {}", in_words(every));
        return Finding::warning(ABOUT, what)
            .advise("start runs more often, or set a longer `every` in [schedule]");
    }
    Finding::ok(ABOUT, what)
}

/// Runs that did not come to their end, the one that goes on not counted.
fn endless(runs: &[RunRecord], is_going: bool) -> Option<Finding> {
    let over = if is_going { &runs[..runs.len() - 1] } else { runs };
    let endless: Vec<_> = over.iter().filter(|run| run.ended.is_none()).collect();
    let last = endless.last()?;
    let of = count(over.len() as u64, "run", "runs");
    let what = format!(
        "{} of the last {of} did not come to an end, run {} of {:.0} last",
        endless.len(),
        last.id,
        last.started
    );
    Some(Finding::warning(ABOUT, what).advise("look into the log: what killed it?"))
}

fn short_of_time(runs: &[&RunRecord]) -> Option<Finding> {
    let over: Vec<_> = runs.iter().filter(|run| run.ended.is_some()).collect();
    let lately = &over[over.len().checked_sub(LEFT_IN_A_ROW)?..];
    let left = lately.last()?.left;
    lately.iter().all(|run| run.left > 0).then(|| {
        let what =
            format!("each of the last {LEFT_IN_A_ROW} runs left pages that were due, the last one {left}");
        Finding::warning(ABOUT, what).advise("give runs more time (--max-duration), or start them more often")
    })
}

#[cfg(test)]
mod tests {
    use trackward_core::RunId;

    use super::*;
    use crate::doctor::finding::Level;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn now() -> Timestamp {
        "2026-11-25T06:00:00Z".parse().unwrap()
    }

    /// Runs that began so many hours ago and ended.
    fn runs(hours_ago: &[i64]) -> Vec<RunRecord> {
        let runs = hours_ago.iter().zip(1..).map(|(hours, id)| {
            let started = now() - SignedDuration::from_hours(*hours);
            RunRecord { ended: Some(started), ..RunRecord::begin(RunId(id), RunScope::Due, started) }
        });
        runs.collect()
    }

    fn gravest(runs: &[RunRecord], is_going: bool) -> Finding {
        findings(runs, DAY, is_going, now()).into_iter().max_by_key(|finding| finding.level).unwrap()
    }

    #[test]
    fn hourly_runs_are_ok_and_their_rhythm_is_told() {
        let said = gravest(&runs(&[4, 3, 2, 1, 0]), false);
        assert_eq!(
            (said.level, said.what.contains("usually one every 60 minutes")),
            (Level::Ok, true),
            "{said:?}"
        );
    }

    #[test]
    fn runs_that_stopped_coming_are_a_warning_unless_one_goes_on() {
        let stopped = runs(&[12, 11, 10, 9]);
        assert!(gravest(&stopped, false).advice.unwrap().contains("cron"));
        assert_eq!(gravest(&stopped, true).level, Level::Ok);
        assert_eq!(gravest(&runs(&[6, 5, 4, 3]), false).level, Level::Ok, "twice the gap and the slack");
    }

    #[test]
    fn runs_that_come_too_seldom_for_the_schedule_are_a_warning() {
        let said = gravest(&runs(&[96, 48, 0]), false);
        assert!(said.what.contains("looked at every 24 hours"), "{said:?}");
        assert_eq!(gravest(&runs(&[50, 25, 0]), false).level, Level::Ok, "within the slack");
    }

    #[test]
    fn runs_that_did_not_end_are_told_and_the_going_one_is_none_of_them() {
        let mut runs = runs(&[3, 2, 1, 0]);
        runs[3].ended = None;
        assert_eq!(gravest(&runs, true).level, Level::Ok);
        let said = gravest(&runs, false);
        assert!(said.what.contains("1 of the last 4 runs did not come to an end, run 4"), "{said:?}");
    }

    #[test]
    fn three_runs_in_a_row_that_leave_pages_ask_for_more_time() {
        let mut runs = runs(&[3, 2, 1, 0]);
        for run in &mut runs[2..] {
            run.left = 7;
        }
        assert_eq!(gravest(&runs, false).level, Level::Ok, "two of them");
        runs[1].left = 7;
        assert!(gravest(&runs, false).advice.unwrap().contains("--max-duration"));
    }

    #[test]
    fn held_run_and_no_run_at_all_are_warnings() {
        let mut runs = runs(&[2, 1, 0]);
        runs[2].held = Some("5 of 5 sites cannot be reached".to_owned());
        assert!(gravest(&runs, false).what.contains("5 of 5 sites"));
        assert!(gravest(&[], false).advice.unwrap().contains("trackward run"));
    }
}
