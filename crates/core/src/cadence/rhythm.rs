//! When runs happen: a check that is due between two runs waits for the later one.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::age::after;

/// When runs happen, as far as their starts tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunRhythm {
    /// Not known yet, or without any order: a check is made with the next run after it is due.
    #[default]
    Unknown,
    /// At all times: `trackward watch`, or runs that follow one another.
    Service,
    /// Regularly: a cron line.
    Every {
        /// Time between the starts of two runs.
        period: SignedDuration,
        /// The start of the latest that was on time.
        last: Timestamp,
    },
}

impl RunRhythm {
    /// Starts of runs that are looked at, the latest.
    pub const RUNS: usize = 8;
    /// Starts that it takes to see a rhythm.
    const LEAST_RUNS: usize = 3;
    /// Runs that follow one another faster than this are as good as a service.
    const SERVICE: SignedDuration = SignedDuration::from_mins(15);
    /// How far off, in parts of the period, a gap or a start may be and still count as on time.
    const ON_TIME: f64 = 0.15;
    /// A page is due so many parts of a period before the run that is to check it, since cron is not exact, days may
    /// have 23 hours, and a page's turn in a run varies (`docs/decisions/0002-an-hour-early.md`).
    const EARLY: i32 = 16;

    /// Learns the rhythm from the starts of the last runs, in order, this one included.
    ///
    /// Most gaps must be alike; runs by hand between two regular ones, and runs that were left out, do no harm.
    pub fn learn(starts: &[Timestamp]) -> Self {
        let starts = &starts[starts.len().saturating_sub(Self::RUNS)..];
        if starts.len() < Self::LEAST_RUNS {
            return Self::Unknown;
        }
        let mut gaps: Vec<_> = starts.windows(2).map(|pair| pair[1].duration_since(pair[0])).collect();
        gaps.sort_unstable();
        let period = gaps[gaps.len() / 2];
        if period < Self::SERVICE {
            return Self::Service;
        }
        let parts = |span: SignedDuration| span.as_secs_f64() / period.as_secs_f64();
        let alike = gaps.iter().filter(|gap| (parts(**gap) - 1.0).abs() <= Self::ON_TIME).count();
        let on_time = |start: &Timestamp| {
            let others = starts.iter().filter(|other| {
                let apart = parts(start.duration_since(**other));
                (apart - apart.round()).abs() <= Self::ON_TIME
            });
            2 * others.count() > starts.len()
        };
        match starts.iter().rfind(|start| on_time(start)) {
            Some(last) if 2 * alike > gaps.len() => Self::Every { period, last: *last },
            _ => Self::Unknown,
        }
    }

    /// Least time between two checks of a page for want of runs.
    pub(super) fn least_gap(self) -> SignedDuration {
        match self {
            Self::Every { period, .. } => period,
            Self::Unknown | Self::Service => SignedDuration::ZERO,
        }
    }

    /// When to be due so that the run nearest to `ideal` makes the check, and whether a run decides that: the run
    /// begins at or after `earliest`, and by `latest` where one does.
    pub(super) fn due_near(
        self,
        ideal: Timestamp,
        earliest: Timestamp,
        latest: Timestamp,
    ) -> (Timestamp, bool) {
        let Self::Every { period, last } = self else { return (ideal, false) };
        let period = period.max(Self::SERVICE);
        let runs_until = |at: Timestamp| at.duration_since(last).as_secs_f64() / period.as_secs_f64();
        let first = runs_until(earliest).ceil();
        let run = runs_until(ideal).round().min(runs_until(latest).floor()).max(first);
        let starts = after(last, period.mul_f64(run));
        (after(starts, -(period / Self::EARLY)).max(earliest), true)
    }

    /// When to be due so that the first run after `at` makes the check, even if it begins a little early: at most
    /// by `slack`.
    pub(super) fn due_after(self, at: Timestamp, slack: SignedDuration) -> Timestamp {
        match self {
            Self::Every { period, .. } => after(at, -slack.min(period / Self::EARLY)),
            Self::Unknown | Self::Service => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    fn at(hours: f64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs_f64(hours * 3_600.0)
    }

    fn starts(hours: &[f64]) -> Vec<Timestamp> {
        hours.iter().copied().map(at).collect()
    }

    fn learned(hours: &[f64]) -> RunRhythm {
        RunRhythm::learn(&starts(hours))
    }

    fn every(hours: i64, last: f64) -> RunRhythm {
        RunRhythm::Every { period: SignedDuration::from_secs(hours * HOUR), last: at(last) }
    }

    #[test]
    fn cron_lines_are_recognised() {
        assert_eq!(learned(&[6.0, 30.0, 54.0]), every(24, 54.0));
        assert_eq!(learned(&[1.0, 2.0, 3.0, 4.0, 5.0]), every(1, 5.0));
    }

    #[test]
    fn run_by_hand_and_run_left_out_do_not_disturb_the_rhythm() {
        assert_eq!(learned(&[6.0, 30.0, 54.0, 78.0, 86.0]), every(24, 78.0), "by hand, the latest");
        assert_eq!(learned(&[6.0, 30.0, 40.0, 54.0, 78.0, 102.0]), every(24, 102.0), "by hand, earlier");
        assert_eq!(learned(&[6.0, 30.0, 54.0, 126.0, 150.0]), every(24, 150.0), "two left out");
    }

    #[test]
    fn two_runs_or_runs_without_order_have_no_rhythm() {
        assert_eq!(learned(&[]), RunRhythm::Unknown);
        assert_eq!(learned(&[6.0, 30.0]), RunRhythm::Unknown);
        assert_eq!(learned(&[0.0, 5.0, 6.0, 60.0, 90.0, 91.0]), RunRhythm::Unknown);
    }

    #[test]
    fn runs_minutes_apart_are_a_service() {
        assert_eq!(learned(&[0.0, 0.2, 0.4, 0.6]), RunRhythm::Service);
    }

    #[test]
    fn rhythm_follows_the_runs_when_clocks_change() {
        assert_eq!(learned(&[6.0, 30.0, 54.0, 77.0, 101.0]), every(24, 101.0));
    }

    #[test]
    fn check_is_due_shortly_before_the_run_nearest_to_its_best_time() {
        let rhythm = every(24, 0.0);
        let due = |ideal: f64, earliest: f64| rhythm.due_near(at(ideal), at(earliest), at(144.0));
        assert_eq!(due(3.0, 0.2), (at(22.5), true), "no run between");
        assert_eq!(due(35.0, 0.2), (at(22.5), true));
        assert_eq!(due(37.0, 0.2), (at(46.5), true));
        assert_eq!(due(150.0, 0.2), (at(142.5), true), "the last one allowed");
        assert_eq!(due(3.0, 23.9), (at(23.9), true), "a run that went on until the next");
        assert_eq!(RunRhythm::Service.due_near(at(3.0), at(0.2), at(144.0)), (at(3.0), false));
    }

    #[test]
    fn span_may_end_with_a_run_that_begins_a_little_early() {
        let hour = SignedDuration::from_hours(1);
        assert_eq!(every(24, 0.0).due_after(at(72.0), hour), at(71.0));
        assert_eq!(every(1, 0.0).due_after(at(72.0), hour), at(72.0 - 1.0 / 16.0));
        assert_eq!(RunRhythm::Service.due_after(at(72.0), hour), at(72.0));
    }
}
