//! Links and pages as trackward would know them: a small likeness of `reconcile`, without the health gate.

use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    Admission, Attributes, Link, LinkState, LossReason, Missed, NewWatch, PageMemory, PageUrl, Placement,
    Rel, Rule, RunId, Sighting, Target, Unreadable, admit,
};

use crate::world::{Seen, World};

/// The instant of a day.
pub(crate) fn instant(day: f64) -> Timestamp {
    let start = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_000);
    start + SignedDuration::from_secs_f64((day * 86_400.0).round())
}

/// The day of an instant.
pub(crate) fn day(at: Timestamp) -> f64 {
    at.duration_since(instant(0.0)).as_secs_f64() / 86_400.0
}

/// A link as it is known at the start, or when it is sent.
pub(crate) fn first_known(world: &World, number: usize) -> Link {
    let truth = &world.links[number];
    let page = format!("https://host-{}.example/{number}", truth.host);
    let page = PageUrl::parse(&page).expect("it is an address");
    let target = Target::parse("https://ours.example/a").expect("it is an address");
    let sent = Some(instant(truth.sent));
    let watch = NewWatch { sent, weight: Some(truth.weight), ..NewWatch::new(page, target) };
    let Admission::New(link) = admit(&[], watch, instant(truth.sent.max(0.0))) else {
        unreachable!("nothing is known yet")
    };
    if truth.is_old() {
        let seen = Some(sighting(&link.page, instant(0.0)));
        let state = LinkState::Live { since: instant(truth.sent) };
        return Link { state, seen, checked: Some(instant(0.0)), ..link };
    }
    link
}

/// What is remembered of a page after a look.
pub(crate) fn remember(memory: &PageMemory, seen: Seen, at: Timestamp) -> PageMemory {
    let checks = memory.checks + 1;
    let Seen::Trouble(rule) = seen else {
        let last = Some((at, Rule::Complete));
        return PageMemory { checks, last, conclusive_at: Some(at), ..PageMemory::default() };
    };
    let since = memory.unreadable.as_ref().map_or(at, |unreadable| unreadable.since);
    PageMemory {
        checks,
        last: Some((at, rule)),
        failures: memory.failures + 1,
        unreadable: Some(Unreadable { since, rule, detail: String::new(), announced: false }),
        ..memory.clone()
    }
}

/// A link after a look; `proves` says whether misses prove a removal.
pub(crate) fn after(link: &Link, seen: Seen, at: Timestamp, proves: impl Fn(&Missed) -> bool) -> Link {
    let state = match seen {
        Seen::Trouble(_) => return link.clone(),
        Seen::Present => {
            let since = match &link.state {
                LinkState::Live { since } | LinkState::Missing { live_since: since, .. } => *since,
                _ => at,
            };
            let seen = Some(sighting(&link.page, at));
            return Link { state: LinkState::Live { since }, seen, checked: Some(at), ..link.clone() };
        }
        Seen::Absent(reason) => match &link.state {
            LinkState::Live { since } => missing(*since, None, reason, at, proves),
            LinkState::Missing { live_since, missed } => {
                missing(*live_since, Some(*missed), reason, at, proves)
            }
            LinkState::Pending { absences, .. } => {
                LinkState::Pending { absences: absences + 1, last_absent: Some(at) }
            }
            other => other.clone(),
        },
    };
    Link { state, checked: Some(at), ..link.clone() }
}

/// One more miss.
fn missing(
    live_since: Timestamp,
    before: Option<Missed>,
    reason: LossReason,
    at: Timestamp,
    proves: impl Fn(&Missed) -> bool,
) -> LinkState {
    let missed = Missed {
        first: before.map_or(at, |missed| missed.first),
        last: at,
        run: RunId(1),
        checks: before.map_or(0, |missed| missed.checks) + 1,
        strong: 0,
        unconditional: true,
        host_wide: before.is_some_and(|missed| missed.host_wide),
        reason: before.map_or(reason, |missed| missed.reason),
    };
    if proves(&missed) {
        LinkState::Lost { since: at, live_since, reason: missed.reason }
    } else {
        LinkState::Missing { live_since, missed }
    }
}

/// A sighting of a link: all alike, since only the time of it matters here.
fn sighting(on: &PageUrl, at: Timestamp) -> Sighting {
    Sighting {
        at,
        on: on.clone(),
        url: on.clone(),
        placement: Placement::Ping,
        placed_by: String::new(),
        entry: None,
        container: None,
        hidden: false,
        attributes: Attributes {
            rel: Rel::default(),
            anchor: String::new(),
            noindex: None,
            page_nofollow: None,
            noncanonical: None,
            placement: None,
            hidden: false,
            delinked: false,
            via_redirector: false,
            not_displayed: false,
            search_blocked: false,
        },
    }
}
