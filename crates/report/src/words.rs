//! Numbers as words: counts, signs, days.

use crate::rows::Wait;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// "1 link", "2 links".
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// "+9", "−3", "0".
pub(crate) fn signed(n: i64) -> String {
    match n {
        0 => "0".to_owned(),
        1.. => format!("+{n}"),
        _ => format!("−{}", n.unsigned_abs()),
    }
}

/// "1.5".
pub(crate) fn tenths(n: u64) -> String {
    format!("{}.{}", n / 10, n % 10)
}

/// "+1.5", "−0.5", "0".
pub(crate) fn signed_tenths(n: i64) -> String {
    let sign = match n {
        0 => return "0".to_owned(),
        1.. => '+',
        _ => '−',
    };
    format!("{sign}{}", tenths(n.unsigned_abs()))
}

/// "512 B", "1.5 MB": powers of a thousand, rounded down.
pub(crate) fn bytes(n: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.iter().find(|(size, _)| n >= *size) {
        Some((size, unit)) => format!("{} {unit}", tenths(n / (size / 10))),
        None => format!("{n} B"),
    }
}

/// A length of time in whole days, rounded: "under a day", "1 day", "6 days".
pub(crate) fn days(seconds: i64) -> String {
    match rounded_days(seconds) {
        0 => "under a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// A wait in whole days: "6 days", or "2–3 days" where two checks lie that far apart.
pub(crate) fn wait(wait: Wait) -> String {
    range(wait.at_least_seconds, wait.at_most_seconds)
}

/// A length of time of which two bounds are known, in whole days.
pub(crate) fn range(from: i64, to: i64) -> String {
    let (least, most) = (rounded_days(from), rounded_days(to));
    if least == most { days(to) } else { format!("{least}–{most} days") }
}

fn rounded_days(seconds: i64) -> i64 {
    (seconds + DAY / 2) / DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_between_two_close_checks_is_one_number_and_else_a_range() {
        assert_eq!(range(6 * DAY - 100, 6 * DAY + 100), "6 days");
        assert_eq!(range(2 * DAY, 3 * DAY), "2–3 days");
        assert_eq!(range(0, DAY), "0–1 days");
        assert_eq!(range(0, DAY / 4), "under a day");
        assert_eq!(range(DAY, DAY), "1 day");
    }

    #[test]
    fn change_is_shown_with_its_sign() {
        assert_eq!([9, -3, 0].map(signed), ["+9", "−3", "0"]);
        assert_eq!([15, -5, 0].map(signed_tenths), ["+1.5", "−0.5", "0"]);
    }

    #[test]
    fn bytes_are_shown_in_the_unit_that_fits() {
        assert_eq!(
            [0, 999, 1_000, 1_560_000, 2_000_000_000].map(bytes),
            ["0 B", "999 B", "1.0 kB", "1.5 MB", "2.0 GB"]
        );
    }
}
