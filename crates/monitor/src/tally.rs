//! Counts what a run does.

use trackward_core::{Event, Fetched, Link, Observation, RunRecord};

/// Adds one request to the record of its run.
pub(crate) fn count_request(run: &mut RunRecord, fetched: &Fetched) {
    run.requests += 1;
    run.bytes += fetched.wire_bytes;
}

/// Adds one checked page to the record of its run: verdict, events, and the links that were covered.
pub(crate) fn count_page(
    run: &mut RunRecord,
    seen: &Observation,
    before: &[Link],
    after: &[Link],
    events: &[Event],
) {
    run.pages += 1;
    *run.verdicts.entry(seen.verdict()).or_default() += 1;
    for event in events {
        *run.events.entry(event.what.name()).or_default() += 1;
    }
    for link in after.iter().filter(|link| link.checked == Some(seen.at)) {
        let known = before.iter().find(|known| known.id == link.id);
        let last = known.and_then(|known| known.checked);
        *run.covered.entry(RunRecord::quarter_hour(last)).or_default() += 1;
    }
}
