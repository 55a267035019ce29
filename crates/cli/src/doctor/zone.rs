//! The zone in which days and weeks of reports begin.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::doctor::finding::{About, Finding};

/// What there is to say of the zone; `machine` is the one that this machine is set to.
pub(crate) fn findings(zone: &TimeZone, machine: &TimeZone, now: Timestamp) -> Finding {
    let name = |zone: &TimeZone| zone.iana_name().unwrap_or("an unnamed zone").to_owned();
    let there = now.to_zoned(zone.clone());
    let what = format!(
        "days and weeks of reports begin by {}, where it is {}",
        name(zone),
        there.strftime("%A %H:%M")
    );
    if zone.to_offset(now) == machine.to_offset(now) {
        return Finding::ok(About::Zone, what);
    }
    Finding::note(About::Zone, format!("{what}; this machine is set to {}", name(machine)))
        .advise("if that is not meant so, set zone = \"…\", such as \"Europe/Berlin\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Level;

    #[test]
    fn zone_other_than_the_machines_is_noted() {
        let now = "2026-11-25T06:00:00Z".parse().unwrap();
        let zone = |name: &str| TimeZone::get(name).unwrap();
        let said = findings(&zone("Europe/Berlin"), &zone("Europe/Paris"), now);
        assert_eq!(
            (said.level, said.what.contains("Europe/Berlin, where it is Wednesday 07:00")),
            (Level::Ok, true)
        );
        let said = findings(&TimeZone::UTC, &zone("Europe/Berlin"), now);
        assert!(said.level == Level::Note && said.what.contains("set to Europe/Berlin"), "{said:?}");
    }
}
