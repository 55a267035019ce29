//! Visits that a link brought to our own pages.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::limits::Limits;

/// Visits by week: each week is named by its Monday, the latest [`Limits::VISIT_WEEKS`] that had any are kept.
///
/// A week that is not there had none, or no log of it was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Visits(BTreeMap<Date, u64>);

impl Visits {
    /// Adds visits of a day, whichever of its week.
    pub fn add(&mut self, day: Date, visits: u64) {
        if visits == 0 {
            return;
        }
        let week = self.0.entry(monday_of(day)).or_default();
        *week = week.saturating_add(visits);
        while self.0.len() > Limits::VISIT_WEEKS {
            self.0.pop_first();
        }
    }

    /// Adds visits of several days or weeks.
    pub fn extend(&mut self, more: impl IntoIterator<Item = (Date, u64)>) {
        more.into_iter().for_each(|(day, visits)| self.add(day, visits));
    }

    /// Weeks with visits, by their Mondays, the latest first.
    pub fn latest(&self) -> impl Iterator<Item = (Date, u64)> {
        self.0.iter().rev().map(|(monday, visits)| (*monday, *visits))
    }

    /// Whether no visit was ever counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn monday_of(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn days_of_a_week_count_together_under_its_monday() {
        let mut visits = Visits::default();
        for (counted, times) in [("2026-11-23", 1), ("2026-11-29", 2), ("2026-11-30", 4), ("2026-12-01", 0)] {
            visits.add(day(counted), times);
        }
        assert_eq!(visits.latest().collect::<Vec<_>>(), [(day("2026-11-30"), 4), (day("2026-11-23"), 3)]);
    }

    #[test]
    fn only_so_many_weeks_are_kept_the_latest() {
        let mut visits = Visits::default();
        let first = day("2024-01-01");
        for week in 0..=i64::try_from(Limits::VISIT_WEEKS).unwrap() {
            visits.add(first + week.weeks(), 1);
        }
        assert_eq!(visits.latest().count(), Limits::VISIT_WEEKS);
        visits.add(first, 9);
        assert_eq!(
            visits.latest().last(),
            Some((first + 1.week(), 1)),
            "the oldest is dropped, whenever it comes"
        );
    }

    #[test]
    fn absurd_days_and_counts_are_no_panic() {
        let mut visits = Visits::default();
        for (day, times) in [(Date::MIN, 1), (Date::MAX, u64::MAX), (Date::MAX, 2)] {
            visits.add(day, times);
        }
        assert_eq!(visits.latest().map(|(_, times)| times).collect::<Vec<_>>(), [u64::MAX, 1]);
    }
}
