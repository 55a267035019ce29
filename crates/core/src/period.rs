//! The span of time a report is about.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// The span of time a report is about: `[start, end)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// Its name, also used for file names: `2026-W47`, `2026-11-01--2026-11-14`, `7d--2026-11-22T0600Z`.
    pub label: String,
    /// The zone its days begin in.
    pub zone: String,
}

/// Why a period could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// Not an ISO week.
    #[error("'{0}' is not a week, write it as 2026-W47")]
    NotAWeek(String),
    /// Not a date.
    #[error("'{0}' is not a date, write it as 2026-11-22")]
    NotADate(String),
    /// Not a length of time.
    #[error("'{0}' is not a length of time, write it as 7d or 36h")]
    NotALength(String),
    /// It ends before it begins.
    #[error("the period ends before it begins")]
    Backwards,
}

impl Period {
    /// An ISO 8601 week such as `2026-W47`, Monday to Sunday in `zone`.
    ///
    /// # Errors
    /// When the text names no week.
    pub fn week(text: &str, zone: &TimeZone) -> Result<Self, PeriodError> {
        let wrong = || PeriodError::NotAWeek(text.to_owned());
        let (year, week) = text.trim().split_once("-W").ok_or_else(wrong)?;
        let (year, week) = (year.parse().map_err(|_| wrong())?, week.parse().map_err(|_| wrong())?);
        let monday = ISOWeekDate::new(year, week, Weekday::Monday).map_err(|_| wrong())?.date();
        Self::days(monday, monday.saturating_add(7.days()), label_of_week(monday), zone)
    }

    /// The ISO week that `now` falls into.
    pub fn week_of(now: Timestamp, zone: &TimeZone) -> Self {
        let label = label_of_week(now.to_zoned(zone.clone()).date());
        Self::week(&label, zone).expect("a week that was just formatted reads back")
    }

    /// The last ISO week that was over at `now`.
    pub fn last_week(now: Timestamp, zone: &TimeZone) -> Self {
        let before = Self::week_of(now, zone).start - SignedDuration::from_hours(1);
        Self::week_of(before, zone)
    }

    /// Whole days, `from` and `to` included, such as `2026-11-01` and `2026-11-14`.
    ///
    /// # Errors
    /// When a date does not read, or `to` lies before `from`.
    pub fn between(from: &str, to: &str, zone: &TimeZone) -> Result<Self, PeriodError> {
        let date =
            |text: &str| text.trim().parse::<Date>().map_err(|_| PeriodError::NotADate(text.to_owned()));
        let (first, last) = (date(from)?, date(to)?);
        if last < first {
            return Err(PeriodError::Backwards);
        }
        Self::days(first, last.saturating_add(1.day()), format!("{first}--{last}"), zone)
    }

    /// The time up to `now`, as long as `length` says: `7d`, `36h`.
    ///
    /// # Errors
    /// When `length` does not read.
    pub fn since(length: &str, now: Timestamp, zone: &TimeZone) -> Result<Self, PeriodError> {
        let wrong = || PeriodError::NotALength(length.to_owned());
        let text = length.trim();
        let number = |digits: &str| digits.parse::<i64>().ok().filter(|n| (1..=36_600).contains(n));
        let hours = match (text.strip_suffix('d'), text.strip_suffix('h')) {
            (Some(days), _) => number(days).ok_or_else(wrong)? * 24,
            (_, Some(hours)) => number(hours).ok_or_else(wrong)?,
            _ => return Err(wrong()),
        };
        let start = now.checked_sub(SignedDuration::from_hours(hours)).map_err(|_| wrong())?;
        let label = format!("{text}--{}", now.strftime("%Y-%m-%dT%H%MZ"));
        Ok(Self { start, end: now, label, zone: name_of(zone) })
    }

    /// Whether the instant falls into the period.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    fn days(first: Date, after: Date, label: String, zone: &TimeZone) -> Result<Self, PeriodError> {
        let midnight = |date: Date| {
            date.to_zoned(zone.clone())
                .map(|zoned| zoned.timestamp())
                .map_err(|_| PeriodError::NotADate(date.to_string()))
        };
        Ok(Self { start: midnight(first)?, end: midnight(after)?, label, zone: name_of(zone) })
    }
}

fn label_of_week(date: Date) -> String {
    let week = date.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

fn name_of(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    #[test]
    fn week_runs_from_monday_to_monday_in_its_zone() {
        let week = Period::week("2026-W47", &berlin()).unwrap();
        assert_eq!(week.start.to_string(), "2026-11-15T23:00:00Z");
        assert_eq!(week.end.to_string(), "2026-11-22T23:00:00Z");
    }

    #[test]
    fn week_over_the_change_of_clocks_is_an_hour_longer_and_weeks_tile() {
        let week = Period::week("2026-W43", &berlin()).unwrap();
        assert_eq!(week.end.duration_since(week.start).as_hours(), 169);
        assert_eq!(Period::week("2026-W44", &berlin()).unwrap().start, week.end);
        assert!(!week.contains(week.end) && week.contains(week.start));
    }

    #[test]
    fn last_week_is_the_one_that_is_over() {
        let now = "2026-11-23T00:30:00Z".parse().unwrap();
        assert_eq!(Period::last_week(now, &TimeZone::UTC).label, "2026-W47");
        assert_eq!(Period::week_of(now, &TimeZone::UTC).label, "2026-W48");
    }

    #[test]
    fn bad_periods_say_how_to_write_them() {
        let zone = TimeZone::UTC;
        assert!(Period::week("2026-47", &zone).unwrap_err().to_string().contains("2026-W47"));
        assert!(Period::week("2026-W60", &zone).is_err());
        assert!(Period::since("week", Timestamp::UNIX_EPOCH, &zone).is_err());
        assert_eq!(Period::between("2026-11-14", "2026-11-01", &zone), Err(PeriodError::Backwards));
        assert!(Period::between("yesterday", "2026-11-01", &zone).is_err());
    }
}
