//! Segments: one file a month, named after it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::contract::Result;
use crate::directory::files_of;

/// Ending of a segment's file name.
const ENDING: &str = ".ndjson";

/// A month in UTC: year and number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Month(i16, i8);

impl Month {
    /// The month of an instant.
    pub(crate) fn of(at: Timestamp) -> Self {
        let date = at.to_zoned(TimeZone::UTC).date();
        Self(date.year(), date.month())
    }

    /// Where its segment lies.
    pub(crate) fn file(self, dir: &Path) -> PathBuf {
        dir.join(format!("{self}{ENDING}"))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0, self.1)
    }
}

impl FromStr for Month {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (year, month) = text.rsplit_once('-').ok_or(())?;
        let month = Self(year.parse().map_err(|_| ())?, month.parse().map_err(|_| ())?);
        if month.to_string() == text { Ok(month) } else { Err(()) }
    }
}

/// The end of a line: where the next one begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The segment of the line.
    pub(crate) month: Month,
    /// Bytes from the segment's beginning to the line's end.
    pub(crate) offset: u64,
    /// The line's number; 0 before the first.
    pub(crate) seq: u64,
}

/// The months of which there are segments, in order.
pub(crate) fn months_of(dir: &Path) -> Result<Vec<Month>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let month = |path: PathBuf| path.file_name()?.to_str()?.strip_suffix(ENDING)?.parse().ok();
    let mut months: Vec<Month> = files_of(dir)?.into_iter().filter_map(month).collect();
    months.sort_unstable();
    Ok(months)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segment_is_named_after_its_month_and_nothing_else_is_one() {
        let month = Month::of("2026-11-30T23:59:59Z".parse().unwrap());
        assert_eq!(month.file(Path::new("j")), Path::new("j/2026-11.ndjson"));
        assert_eq!("2026-11".parse(), Ok(month));
        for other in ["2026-1", "2026", "x-11", "2026-011", ""] {
            assert!(other.parse::<Month>().is_err(), "{other}");
        }
    }

    #[test]
    fn months_are_in_order_whatever_lies_beside_them() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["2027-01.ndjson", "2026-12.ndjson", "2026-12.ndjson.old", "notes.txt"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let names: Vec<String> = months_of(dir.path()).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["2026-12", "2027-01"]);
        assert_eq!(months_of(&dir.path().join("none")).unwrap(), []);
    }
}
