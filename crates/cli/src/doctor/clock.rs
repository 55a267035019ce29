//! The machine's clock, against what the store remembers.

use jiff::{SignedDuration, Timestamp};
use trackward_core::RunRecord;

use crate::doctor::finding::{About, Finding};
use crate::doctor::known::Known;
use crate::length::in_words;
use crate::output::count;

const ABOUT: About = About::Clock;

/// No clock that is right shows an earlier time: trackward is younger.
const EARLIEST: Timestamp = Timestamp::constant(1_767_225_600, 0); // 2026-01-01T00:00:00Z

/// How far records may lie ahead: a clock is set by so much without harm.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// What there is to say of the clock.
pub(crate) fn findings(now: Timestamp, known: Option<&Known>) -> Vec<Finding> {
    if now < EARLIEST {
        let what = format!("the clock shows {now:.0}, which is long over");
        return vec![Finding::fault(ABOUT, what).advise("set the clock, and let NTP keep it")];
    }
    let Some(known) = known else { return vec![Finding::ok(ABOUT, format!("it is {now:.0}"))] };
    let mut findings = vec![match known.newest {
        Some(newest) if newest.duration_since(now) > AHEAD => {
            let ahead = in_words(newest.duration_since(now));
            Finding::fault(
                ABOUT,
                format!("it is {now:.0}, and the store's newest record is {ahead} ahead of that"),
            )
            .advise("look whether the clock is right; it is slow now, or was fast when that was written")
        }
        Some(newest) => {
            let age = in_words(now.duration_since(newest));
            Finding::ok(ABOUT, format!("it is {now:.0}, {age} after the store's newest record"))
        }
        None => Finding::ok(ABOUT, format!("it is {now:.0}")),
    }];
    findings.extend(set_back(&known.runs));
    if known.planned_too_far > 0 {
        let pages = count(known.planned_too_far, "page is", "pages are");
        let what = format!("{pages} planned too far ahead, by a clock that was fast");
        findings.push(Finding::note(ABOUT, what).advise("the next run brings them forward"));
    }
    findings
}

/// A run that began before the one it follows.
fn set_back(runs: &[RunRecord]) -> Option<Finding> {
    let back = runs.windows(2).rfind(|pair| pair[1].started < pair[0].started)?;
    let by = in_words(back[0].started.duration_since(back[1].started));
    let what = format!("run {} began {by} before run {}, which it follows", back[1].id, back[0].id);
    Some(Finding::warning(ABOUT, what).advise("let NTP keep the clock; no link changed its state by that"))
}

#[cfg(test)]
mod tests {
    use trackward_core::{RunId, RunScope};

    use super::*;
    use crate::doctor::finding::Level;

    fn now() -> Timestamp {
        "2026-11-25T06:00:00Z".parse().unwrap()
    }

    fn run(id: u64, hours_ago: i64) -> RunRecord {
        RunRecord::begin(RunId(id), RunScope::Due, now() - SignedDuration::from_hours(hours_ago))
    }

    fn level(known: &Known) -> Level {
        findings(now(), Some(known)).into_iter().map(|finding| finding.level).max().unwrap()
    }

    #[test]
    fn record_ahead_of_the_clock_is_a_fault_from_the_limit_on() {
        let newest = |ahead: SignedDuration| Known { newest: Some(now() + ahead), ..Known::default() };
        assert_eq!(level(&newest(-SignedDuration::from_hours(1))), Level::Ok);
        assert_eq!(level(&newest(AHEAD)), Level::Ok);
        assert_eq!(level(&newest(AHEAD + SignedDuration::from_secs(1))), Level::Fault);
    }

    #[test]
    fn clock_from_before_trackward_is_a_fault_without_a_store_too() {
        assert_eq!(findings(Timestamp::UNIX_EPOCH, None)[0].level, Level::Fault);
        assert_eq!(findings(EARLIEST, None)[0].level, Level::Ok);
    }

    #[test]
    fn run_that_began_before_its_predecessor_tells_that_the_clock_was_set_back() {
        assert_eq!(level(&Known { runs: vec![run(1, 2), run(2, 1)], ..Known::default() }), Level::Ok);
        let back = Known { runs: vec![run(1, 2), run(2, 5), run(3, 1)], ..Known::default() };
        let said = findings(now(), Some(&back)).pop().unwrap();
        assert!(
            said.level == Level::Warning && said.what.contains("run 2 began 3 hours before run 1"),
            "{said:?}"
        );
    }

    #[test]
    fn pages_planned_too_far_ahead_are_noted() {
        assert_eq!(level(&Known { planned_too_far: 3, ..Known::default() }), Level::Note);
    }
}
