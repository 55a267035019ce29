//! Dates as spreadsheets and vendors write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::names::names;

/// The order of day and month in dates such as `3/4/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

names!(DateOrder {
    Dmy => "dmy",
    Mdy => "mdy",
});

/// A day, or an instant where the text says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day in whatever zone it is read.
    Day(Date),
    /// An instant.
    Instant(Timestamp),
}

impl Moment {
    /// The day, in the zone for an instant.
    pub fn day(&self, zone: &TimeZone) -> Date {
        match self {
            Self::Day(day) => *day,
            Self::Instant(at) => at.to_zoned(zone.clone()).date(),
        }
    }

    /// The instant, or the first of the day in the zone.
    pub fn start(&self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(day) => day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp()),
            Self::Instant(at) => *at,
        }
    }
}

/// Reads a date: ISO 8601 with or without a time, Unix seconds (10 digits) or milliseconds (13), `Sep 15, 2026`,
/// `15 Sep 2026`, `15.9.2026`, and with slashes where the order of day and month is clear. A time without an
/// offset is in UTC.
///
/// # Errors
/// A sentence that says how to write it.
pub fn read_moment(text: &str, order: Option<DateOrder>) -> Result<Moment, String> {
    let text = text.trim();
    let wrong = || format!("'{text}' is not a date, write it as 2026-11-20 or 2026-11-20T15:00Z");
    if let Some(parts) = slashed(text) {
        return match (parts.order(), order) {
            (Some(Ok(own)), _) => parts.date(own).map(Moment::Day).ok_or_else(wrong),
            (None, Some(order)) => parts.date(order).map(Moment::Day).ok_or_else(wrong),
            (None, None) => Err(format!(
                "'{text}' is the {} or the {}: say --dates dmy or --dates mdy",
                in_iso(parts.date(DateOrder::Dmy)),
                in_iso(parts.date(DateOrder::Mdy))
            )),
            (Some(Err(())), _) => Err(wrong()),
        };
    }
    iso(text)
        .or_else(|| unix(text))
        .or_else(|| dotted(text))
        .or_else(|| with_month_name(text))
        .ok_or_else(wrong)
}

fn in_iso(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

fn iso(text: &str) -> Option<Moment> {
    // Unix seconds would read as a date of the basic format.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let instant = |at: Timestamp| Moment::Instant(at);
    text.parse().map(instant).ok().or_else(|| {
        let clock = text.contains(':').then(|| text.parse::<DateTime>().ok()).flatten();
        let in_utc = clock.and_then(|clock| clock.to_zoned(TimeZone::UTC).ok());
        in_utc.map(|zoned| instant(zoned.timestamp())).or_else(|| text.parse().map(Moment::Day).ok())
    })
}

fn unix(text: &str) -> Option<Moment> {
    let number = || text.parse::<i64>().ok();
    let at = match text.len() {
        10 => Timestamp::from_second(number()?),
        13 => Timestamp::from_millisecond(number()?),
        _ => return None,
    };
    at.ok().map(Moment::Instant)
}

/// `15.9.2026`: with dots the day always comes first.
fn dotted(text: &str) -> Option<Moment> {
    numbers(text, '.')?.date(DateOrder::Dmy).map(Moment::Day)
}

/// `Sep 15, 2026`, `15 September 2026`.
fn with_month_name(text: &str) -> Option<Moment> {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let [first, second, year] = words.as_slice() else { return None };
    let (month, day) = match month(first) {
        Some(month) => (month, second),
        None => (month(second)?, first),
    };
    Date::new(year.parse().ok().filter(|_| year.len() == 4)?, month, day.parse().ok()?).ok().map(Moment::Day)
}

fn month(name: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(&name))?;
    i8::try_from(at + 1).ok()
}

/// Three numbers of a date whose year comes last.
#[derive(Clone, Copy)]
struct Parts {
    first: i8,
    second: i8,
    year: i16,
}

/// The parts of a date with slashes, a time behind it left out.
fn slashed(text: &str) -> Option<Parts> {
    numbers(text.split_once(' ').map_or(text, |(date, _)| date), '/')
}

fn numbers(text: &str, mark: char) -> Option<Parts> {
    let mut parts = text.split(mark);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Some(Parts { first: first.parse().ok()?, second: second.parse().ok()?, year: year.parse().ok()? })
}

impl Parts {
    /// The order that the numbers themselves prove, where they do; an error where no order makes a date.
    fn order(self) -> Option<Result<DateOrder, ()>> {
        match (self.date(DateOrder::Dmy), self.date(DateOrder::Mdy)) {
            (None, None) => Some(Err(())),
            (Some(_), None) => Some(Ok(DateOrder::Dmy)),
            (None, Some(_)) => Some(Ok(DateOrder::Mdy)),
            (Some(dmy), Some(mdy)) if dmy == mdy => Some(Ok(DateOrder::Dmy)),
            _ => None,
        }
    }

    fn date(self, order: DateOrder) -> Option<Date> {
        let (day, month) = match order {
            DateOrder::Dmy => (self.first, self.second),
            DateOrder::Mdy => (self.second, self.first),
        };
        Date::new(self.year, month, day).ok()
    }
}

/// What the dates of a whole column say of the order of day and month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OrderSurvey {
    dmy: bool,
    mdy: bool,
    unclear: bool,
}

impl OrderSurvey {
    /// Looks at one more date of the column.
    pub(crate) fn look_at(&mut self, text: &str) {
        let Some(parts) = slashed(text.trim()) else { return };
        match parts.order() {
            Some(Ok(_)) if parts.first == parts.second => {}
            Some(Ok(DateOrder::Dmy)) => self.dmy = true,
            Some(Ok(DateOrder::Mdy)) => self.mdy = true,
            Some(Err(())) => {}
            None => self.unclear = true,
        }
    }

    /// The order of the column, where it has one date with slashes at least; an error where it cannot be told.
    pub(crate) fn order(self) -> Result<Option<DateOrder>, ()> {
        match (self.dmy, self.mdy) {
            (true, false) => Ok(Some(DateOrder::Dmy)),
            (false, true) => Ok(Some(DateOrder::Mdy)),
            _ if self.unclear => Err(()),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, order: Option<DateOrder>) -> String {
        match read_moment(text, order) {
            Ok(Moment::Day(day)) => day.to_string(),
            Ok(Moment::Instant(at)) => at.to_string(),
            Err(wrong) => wrong,
        }
    }

    #[test]
    fn dates_are_read_as_vendors_write_them() {
        for (text, date) in [
            ("2026-09-15", "2026-09-15"),
            ("2026-09-15 06:07:08", "2026-09-15T06:07:08Z"),
            ("2026-09-15T06:07:08+02:00", "2026-09-15T04:07:08Z"),
            ("1789452428", "2026-09-15T06:07:08Z"),
            ("1789452428000", "2026-09-15T06:07:08Z"),
            ("Sep 15, 2026", "2026-09-15"),
            ("15 September 2026", "2026-09-15"),
            ("15.9.2026", "2026-09-15"),
            ("15/9/2026", "2026-09-15"),
            ("9/15/2026", "2026-09-15"),
            ("9/9/2026", "2026-09-09"),
            ("2026-02-30", "'2026-02-30' is not a date, write it as 2026-11-20 or 2026-11-20T15:00Z"),
            ("31/31/2026", "'31/31/2026' is not a date, write it as 2026-11-20 or 2026-11-20T15:00Z"),
        ] {
            assert_eq!(read(text, None), date, "{text}");
        }
    }

    #[test]
    fn date_that_can_be_read_in_two_ways_needs_its_order() {
        assert!(read("3/4/2026", None).contains("2026-04-03 or the 2026-03-04"));
        assert_eq!(read("3/4/2026", Some(DateOrder::Dmy)), "2026-04-03");
        assert_eq!(read("3/4/2026 10:00", Some(DateOrder::Mdy)), "2026-03-04");
    }

    #[test]
    fn column_tells_its_order_by_one_date_that_is_clear() {
        let order = |dates: &[&str]| {
            let mut survey = OrderSurvey::default();
            for date in dates {
                survey.look_at(date);
            }
            survey.order()
        };
        assert_eq!(order(&["3/4/2026", "15/4/2026"]), Ok(Some(DateOrder::Dmy)));
        assert_eq!(order(&["3/4/2026", "4/15/2026"]), Ok(Some(DateOrder::Mdy)));
        assert_eq!(order(&["3/4/2026", "4/4/2026"]), Err(()));
        assert_eq!(order(&["3/4/2026", "15/4/2026", "4/15/2026"]), Err(()));
        assert_eq!(order(&["4/4/2026", "2026-01-02", "", "31/31/2026"]), Ok(None));
    }

    proptest! {
        #[test]
        fn no_text_is_read_as_a_date_by_a_panic(text in "\\PC{0,24}") {
            let _ = read_moment(&text, None);
        }
    }
}
