//! How links, events and runs look as JSON.

use jiff::Timestamp;
use serde_json::{Value, json};
use trackward_core::{Ahead, Event, EventSeq, LinkState, RunRecord, Watched};
use trackward_monitor::{Forecast, HostForecast, Week};

/// One link, flat.
pub(crate) fn link(watched: &Watched) -> Value {
    let link = &watched.link;
    let seen = link.seen.as_ref();
    json!({
        "link_id": link.id,
        "source": link.page,
        "target": link.target,
        "kind": link.kind,
        "state": link.state.name(),
        "reason": match &link.state { LinkState::Lost { reason, .. } => Some(*reason), _ => None },
        "sent": link.sent(),
        "added": link.added,
        "found_by": link.found().map(|found| found.source.as_str()),
        "found_on": link.found().and_then(|found| found.via.as_ref()),
        "last_seen": seen.map(|seen| seen.at),
        "last_checked": link.checked,
        "placement": seen.map(|seen| seen.placement.to_string()),
        "anchor": seen.map(|seen| &seen.attributes.anchor),
        "rel": seen.map(|seen| &seen.attributes.rel),
        "grade": seen.map(|seen| seen.attributes.grade()),
        "client": link.client,
        "campaign": link.campaign,
        "owner": link.owner,
        "tags": link.tags,
        "cost": link.cost,
        "weight": link.weight,
        "note": link.note,
        "agreed_rel": link.agreed.rel,
        "agreed_anchor": link.agreed.anchor,
        "agreed_target": link.agreed.target,
        "agreed_placement": link.agreed.placement,
        "deadline": link.agreed.deadline,
        "guaranteed_until": link.agreed.guaranteed_until,
        "replaces": link.agreed.replaces,
        "unreadable_since": watched.memory.unreadable.as_ref().map(|unreadable| unreadable.since),
        "next_check": watched.plan.at,
        "next_check_because": watched.plan.reason.to_string(),
    })
}

/// One event, with its number.
pub(crate) fn event(seq: EventSeq, event: &Event) -> Value {
    json!({ "seq": seq, "name": event.what.name(), "event": event })
}

/// What a run did that found nothing due until `next` and did not open the store.
pub(crate) fn idle(next: Option<Timestamp>) -> Value {
    json!({
        "schema": "trackward.run/1",
        "run": null,
        "pages": 0,
        "requests": 0,
        "next_due": next,
    })
}

/// What the schedule makes of the coming week.
pub(crate) fn week(week: &Week) -> Value {
    let delays = |ahead: &Ahead| {
        json!({
            "approval_days": ahead.approvals.mean_days(),
            "removal_days": ahead.removals.mean_days(),
        })
    };
    json!({
        "schema": "trackward.plan/1",
        "links": week.links,
        "pages": week.pages,
        "longest_wait_s": week.longest.as_secs(),
        "checks_a_day": week.ahead.days,
        "hosts": week.hosts.iter().map(|(host, checks)| json!({ "host": host, "checks": checks })).collect::<Vec<_>>(),
        "budget": week.spending.as_ref().map(|spending| json!({
            "requests_a_day": spending.per_day,
            "is_limit": spending.is_limited,
            "price_days": spending.price.per_check(),
            "seen_after": delays(&spending.steady),
            "seen_after_with_twice": delays(&spending.twice),
        })),
    })
}

/// What a run would do.
pub(crate) fn forecast(forecast: &Forecast) -> Value {
    let host = |host: &HostForecast| {
        json!({
            "host": host.host,
            "pages": host.pages,
            "requests": host.requests,
            "seconds": host.takes.as_secs_f64(),
            "opted_out": host.opted_out,
            "left_alone_until": host.left_alone_until,
        })
    };
    json!({
        "schema": "trackward.forecast/1",
        "pages": forecast.pages,
        "requests": forecast.requests,
        "budget_allows": forecast.allowed,
        "seconds": forecast.shortest.as_secs_f64(),
        "reasons": forecast.reasons,
        "hosts": forecast.hosts.iter().map(host).collect::<Vec<_>>(),
    })
}

/// What a run did.
pub(crate) fn run(record: &RunRecord) -> Value {
    json!({
        "schema": "trackward.run/1",
        "run": record.id,
        "started": record.started,
        "ended": record.ended,
        "pages": record.pages,
        "requests": record.requests,
        "bytes": record.bytes,
        "hosts": record.hosts,
        "verdicts": record.verdicts,
        "events": record.events,
        "links": record.links,
        "held": record.held,
        "left": record.left,
        "targets": record.targets,
        "policy": record.policy,
        "overrides": record.overrides,
    })
}
