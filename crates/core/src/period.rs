//! The span of time a report is about.

use jiff::civil::{Date, ISOWeekDate, Time, Weekday};
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
    /// Its name, also used for file names: `2026-W47`, `2026-11`, `2026-11-01--2026-11-14`, `7d--2026-11-22T0600Z`.
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
    /// Not a month.
    #[error("'{0}' is not a month, write it as 2026-11")]
    NotAMonth(String),
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

    /// A month such as `2026-11`.
    ///
    /// # Errors
    /// When the text names no month.
    pub fn month(text: &str, zone: &TimeZone) -> Result<Self, PeriodError> {
        let wrong = || PeriodError::NotAMonth(text.to_owned());
        let (year, month) = text.trim().split_once('-').ok_or_else(wrong)?;
        let (year, month) = (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?);
        let first = Date::new(year, month, 1).map_err(|_| wrong())?;
        Self::days(first, first.saturating_add(1.month()), label_of_month(first), zone)
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

    /// The period of the same kind, `n` of them earlier: weeks before a week, months before a month, otherwise
    /// as many days or hours. None where the calendar has no such time.
    pub fn earlier(&self, n: u16) -> Option<Self> {
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let (start, end) = (self.start.to_zoned(zone.clone()), self.end.to_zoned(zone.clone()));
        if start.time() != Time::midnight() || end.time() != Time::midnight() {
            let length = self.end.duration_since(self.start).checked_mul(i32::from(n))?;
            let (start, end) = (self.start.checked_sub(length).ok()?, self.end.checked_sub(length).ok()?);
            let label = format!("{} earlier than {}", n, self.label);
            return Some(Self { start, end, label, zone: self.zone.clone() });
        }
        let (first, after, n) = (start.date(), end.date(), i64::from(n));
        let back = match whole_months(first, after) {
            Some(months) => (n * months).months(),
            None => (n * i64::from((after - first).get_days())).days(),
        };
        let (from, to) = (first.checked_sub(back).ok()?, after.checked_sub(back).ok()?);
        let label = if self.label.contains("-W") {
            label_of_week(from)
        } else if whole_months(from, to) == Some(1) {
            label_of_month(from)
        } else {
            format!("{from}--{}", to.yesterday().ok()?)
        };
        Self::days(from, to, label, &zone).ok()
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

fn label_of_month(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

/// How many months lie between two days, where each is the first of one.
fn whole_months(first: Date, after: Date) -> Option<i64> {
    let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
    (first.day() == 1 && after.day() == 1).then(|| months(after) - months(first))
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
    fn month_begins_on_its_first_day_and_months_tile() {
        let month = Period::month("2026-10", &berlin()).unwrap();
        assert_eq!(month.start.to_string(), "2026-09-30T22:00:00Z");
        assert_eq!(month.end, Period::month("2026-11", &berlin()).unwrap().start);
        for wrong in ["2026-13", "2026", "November", "2026-11-01"] {
            let told = Period::month(wrong, &berlin()).unwrap_err().to_string();
            assert!(told.contains("write it as 2026-11"), "{told}");
        }
    }

    #[test]
    fn earlier_periods_are_of_the_same_kind_and_tile() {
        let label = |period: Period, n: u16| period.earlier(n).unwrap().label;
        let week = |text: &str| Period::week(text, &berlin()).unwrap();
        assert_eq!(label(week("2026-W02"), 3), "2025-W51");
        assert_eq!(label(Period::month("2026-03", &berlin()).unwrap(), 3), "2025-12");
        let days = Period::between("2026-11-11", "2026-11-20", &berlin()).unwrap();
        assert_eq!(label(days, 1), "2026-11-01--2026-11-10");
        for period in [week("2026-W45"), Period::month("2026-11", &berlin()).unwrap()] {
            for n in 0..12 {
                let (this, before) = (period.earlier(n).unwrap(), period.earlier(n + 1).unwrap());
                assert_eq!(before.end, this.start, "over the change of clocks too");
            }
        }
        let now = "2026-11-16T06:30:00Z".parse().unwrap();
        let hours = Period::since("36h", now, &berlin()).unwrap();
        assert_eq!(hours.earlier(1).unwrap().end, hours.start);
        assert_eq!(Period::week("-9998-W01", &berlin()).map_or(None, |week| week.earlier(60)), None);
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
