//! When a miss is confirmed or cleared, and what else is asked for it.

use jiff::Timestamp;

use super::age::after;
use super::plan::{Plan, Terms};
use super::reason::Reason;
use super::settings::Cadence;
use crate::link::{Link, LinkState, Missed};
use crate::policy::Policy;

/// A missing link is looked at after 20 minutes, then at the end of its span, then every 6 hours.
pub(super) fn confirm(link: &Link, terms: &Terms<'_>, last: Timestamp) -> Option<Plan> {
    let LinkState::Missing { missed, .. } = &link.state else { return None };
    let confirm = &terms.policy.confirm;
    let at = if missed.checks == 1 {
        after(missed.last, Cadence::AFTER_MISS)
    } else {
        let end = terms.rhythm.due_after(after(missed.first, confirm.span_of(missed)), confirm.slack);
        if end > last { end } else { after(last, Cadence::STILL_WANTING) }
    };
    Some(Plan { at, reason: Reason::Confirm { misses: missed.checks } })
}

/// A first absence, and a changed attribute, are looked at a second time.
pub(super) fn second_look(link: &Link, policy: &Policy) -> Option<Plan> {
    let first = match (&link.state, &link.shift) {
        (LinkState::Imported { absent: Some((first, _)) }, _) | (_, Some((_, first))) => *first,
        _ => return None,
    };
    Some(Plan { at: after(first, policy.second_look), reason: Reason::SecondLook })
}

/// Whether it is time to look whether the host still shows other links of ours: at the second miss, unless the
/// evidence is strong, since then the page itself shows that the host reads well.
pub fn wants_control(missed: &Missed) -> bool {
    missed.checks == 2 && missed.strong == 0
}

/// The link that shows best whether its host reads well while `missing` is not seen on it: of those that are live on
/// other pages, the one seen longest ago. Without one, the host's front page has to do.
pub fn control_for<'a>(missing: &Link, siblings: &'a [Link]) -> Option<&'a Link> {
    let live = |link: &&Link| matches!(link.state, LinkState::Live { .. });
    let elsewhere = siblings.iter().filter(live).filter(|link| !link.page.is_same(&missing.page));
    elsewhere.min_by_key(|link| (link.seen.as_ref().map(|seen| seen.at), link.id))
}
