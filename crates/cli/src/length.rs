//! Lengths of time as people write them.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::output::count;

/// A length of time such as `3s`, `50m`, `24h` or `6d`; a day is 24 hours. Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Length(pub(crate) SignedDuration);

impl Length {
    /// As the standard library has it.
    pub(crate) fn to_std(self) -> std::time::Duration {
        self.0.unsigned_abs()
    }
}

impl FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let days = SpanRelativeTo::days_are_24_hours();
        let length = text.trim().parse::<Span>().and_then(|span| span.to_duration(days));
        match length {
            Ok(length) if !length.is_negative() => Ok(Self(length)),
            _ => Err(format!("'{text}' is not a length of time, write it as 3s, 50m, 24h or 6d")),
        }
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Written;

        impl Visitor<'_> for Written {
            type Value = Length;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length of time in quotes, such as \"3s\", \"50m\", \"24h\" or \"6d\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Length, E> {
                text.parse().map_err(E::custom)
            }
        }

        from.deserialize_str(Written)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

/// A length of time in its largest unit, cut off: `3 days`, `47 hours`, `1 minute`.
pub(crate) fn in_words(length: SignedDuration) -> String {
    let seconds = length.unsigned_abs().as_secs();
    match seconds {
        0..120 => count(seconds, "second", "seconds"),
        120..7_200 => count(seconds / 60, "minute", "minutes"),
        7_200..172_800 => count(seconds / 3_600, "hour", "hours"),
        _ => count(seconds / 86_400, "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_in_words_is_told_in_its_largest_unit() {
        let told =
            [1, 119, 120, 7_199, 7_200, 172_799, 172_800].map(|s| in_words(SignedDuration::from_secs(s)));
        assert_eq!(
            told,
            ["1 second", "119 seconds", "2 minutes", "119 minutes", "2 hours", "47 hours", "2 days"]
        );
    }

    #[test]
    fn lengths_read_as_people_write_them() {
        for (text, seconds) in [("3s", 3), ("500ms", 0), ("50m", 3_000), ("24h", 86_400), ("6d", 518_400)] {
            assert_eq!(text.parse::<Length>().unwrap().0.as_secs(), seconds, "{text}");
        }
        for wrong in ["", "3", "soon", "-3s"] {
            assert!(wrong.parse::<Length>().unwrap_err().contains("write it as 3s"), "{wrong}");
        }
    }
}
