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
    let (least, most) = (rounded_days(wait.at_least_seconds), rounded_days(wait.at_most_seconds));
    if least == most { days(wait.at_most_seconds) } else { format!("{least}–{most} days") }
}

fn rounded_days(seconds: i64) -> i64 {
    (seconds + DAY / 2) / DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_between_two_close_checks_is_one_number_and_else_a_range() {
        let printed = |least, most| wait(Wait { at_least_seconds: least, at_most_seconds: most });
        assert_eq!(printed(6 * DAY - 100, 6 * DAY + 100), "6 days");
        assert_eq!(printed(2 * DAY, 3 * DAY), "2–3 days");
        assert_eq!(printed(0, DAY), "0–1 days");
        assert_eq!(printed(0, DAY / 4), "under a day");
        assert_eq!(printed(DAY, DAY), "1 day");
    }

    #[test]
    fn change_is_shown_with_its_sign() {
        assert_eq!([9, -3, 0].map(signed), ["+9", "−3", "0"]);
    }
}
