//! When a page is tried again that could not be checked.

use jiff::{SignedDuration, Timestamp};

use super::age::after;
use super::plan::{Plan, Terms};
use super::reason::Reason;
use super::settings::{Cadence, Mode};
use crate::memory::PageMemory;
use crate::rule::Verdict;

/// The longest wait for a host that does not answer, and the first for one whose robots.txt forbids us, where no
/// interval is fixed.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// Doublings after which every wait has reached its longest.
const DOUBLINGS: u32 = 10;

/// A page that could not be checked at `last` is tried again after a wait that doubles, whatever waits on it, and
/// once more before it is announced as unreadable.
pub(super) fn retry(memory: &PageMemory, terms: &Terms<'_>, last: Timestamp) -> Option<Plan> {
    let (_, rule) = memory.last?;
    let unreadable = memory.unreadable.as_ref()?;
    let cadence = terms.cadence;
    let usual = match cadence.mode {
        Mode::Fixed(every) => every,
        Mode::Expected => A_DAY,
    };
    let (first, most) = match rule.verdict() {
        Verdict::Unreachable | Verdict::ServerError => (SignedDuration::from_mins(15), usual),
        Verdict::Refused | Verdict::Unusable | Verdict::Doubtful => {
            (SignedDuration::from_hours(1), cadence.max_delay)
        }
        Verdict::Disallowed => (usual, cadence.max_delay),
        _ => (cadence.max_delay, cadence.max_delay),
    };
    let doublings = memory.failures.saturating_sub(1).min(DOUBLINGS);
    let wait = first.saturating_mul(1 << doublings).min(most);
    let backed_off = after(last, wait - Cadence::EARLY.min(wait / 24));
    let announced = after(unreadable.since, terms.policy.unreadable_after);
    let at = if announced > last { backed_off.min(announced) } else { backed_off };
    Some(Plan { at, reason: Reason::Retry { rule, failures: memory.failures } })
}
