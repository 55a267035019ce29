//! Times as people of the report's zone write them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use trackward_core::Period;

/// Prints times in the zone of a period, in English whatever the locale.
#[derive(Debug)]
pub(crate) struct Calendar {
    zone: TimeZone,
}

impl Calendar {
    /// The calendar of the period's zone; UTC when the zone is unknown here.
    pub(crate) fn of(period: &Period) -> Self {
        Self { zone: TimeZone::get(&period.zone).unwrap_or(TimeZone::UTC) }
    }

    /// The name of the zone that is printed in.
    pub(crate) fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// "Mon 16 Nov 2026, 07:00".
    pub(crate) fn instant(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%a %-d %b %Y, %H:%M").to_string()
    }

    /// "Mon 16 Nov 2026".
    pub(crate) fn day(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%a %-d %b %Y").to_string()
    }

    /// The days of a period, or its instants where it does not begin and end at midnight.
    pub(crate) fn span(&self, period: &Period) -> String {
        let midnight = |at: Timestamp| self.zoned(at).time() == jiff::civil::Time::midnight();
        if midnight(period.start) && midnight(period.end) {
            let last = period.end - SignedDuration::from_secs(1);
            format!("{} – {}", self.day(period.start), self.day(last))
        } else {
            format!("{} – {}", self.instant(period.start), self.instant(period.end))
        }
    }

    /// "Week 47, 2026", or the span of any other period.
    pub(crate) fn title(&self, period: &Period) -> String {
        match period.label.split_once("-W") {
            Some((year, week)) => format!("Week {}, {year}", week.trim_start_matches('0')),
            None if period.label.len() == "2026-11".len() => {
                self.zoned(period.start).strftime("%B %Y").to_string()
            }
            None => self.span(period),
        }
    }

    /// What the period before a period is called.
    pub(crate) fn before(period: &Period) -> &'static str {
        match period.label.len() {
            8 if period.label.contains("-W") => "last week",
            7 => "last month",
            _ => "the time before",
        }
    }

    /// The calendar year of an instant, and its first instant.
    pub(crate) fn year_of(&self, at: Timestamp) -> (i16, Timestamp) {
        let zoned = self.zoned(at);
        let first = zoned.first_of_year().and_then(|day| day.start_of_day());
        (zoned.year(), first.map_or(at, |day| day.timestamp()))
    }

    /// "2026-11-16", or "2026-11-16T07:00:00" with the time: ISO 8601 without its zone.
    pub(crate) fn civil(&self, at: Timestamp) -> jiff::civil::DateTime {
        self.zoned(at).datetime()
    }

    fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    #[test]
    fn week_is_named_and_its_last_day_is_inside() {
        let week = Period::week("2026-W07", &berlin()).unwrap();
        let calendar = Calendar::of(&week);
        assert_eq!(calendar.title(&week), "Week 7, 2026");
        assert_eq!(calendar.span(&week), "Mon 9 Feb 2026 – Sun 15 Feb 2026");
        assert_eq!(calendar.zone(), "Europe/Berlin");
    }

    #[test]
    fn span_that_ends_within_a_day_shows_its_instants() {
        let now = "2026-11-16T06:00:00Z".parse().unwrap();
        let period = Period::since("7d", now, &berlin()).unwrap();
        let span = "Mon 9 Nov 2026, 07:00 – Mon 16 Nov 2026, 07:00";
        assert_eq!(Calendar::of(&period).title(&period), span);
    }
}
