//! Checks that a vendor's word brings forward: where it says that live links are lost, and a check is worth its price.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use trackward_core::{Link, LinkId, PageUrl, Plan, Reason, RunRhythm, Signal, StateName, is_worth_a_check};
use trackward_store::{LinkQuery, Result, Store};

use crate::settings::MonitorSettings;
use crate::timetable::Timetable;

/// How often a claim of a loss is taken to be right: the mean of Beta(1, 4). What single vendors are worth is not
/// learned.
const TRUST: f64 = 0.2;

/// Brings forward the checks of pages on which links are claimed to be lost, where that is worth the price of a check
/// (`docs/schedule.md`, signals). Answers how many pages that were planned for later are due now.
///
/// # Errors
/// When the store fails.
pub async fn follow_claims(
    store: &dyn Store,
    settings: &MonitorSettings,
    claimed_lost: BTreeMap<PageUrl, BTreeSet<LinkId>>,
    now: Timestamp,
) -> Result<u64> {
    if claimed_lost.is_empty() {
        return Ok(0);
    }
    let timetable = Timetable::read(store, settings, RunRhythm::default(), now).await?;
    let terms = timetable.terms(&settings.policy);
    let mut forward = Vec::new();
    for (page, lost) in claimed_lost {
        let states = vec![StateName::Live];
        let query = LinkQuery { states, page: Some(page.clone()), ..LinkQuery::default() };
        let rows = store.links(query).await?.rows;
        let Some(due) = rows.first().map(|row| row.plan.at) else { continue };
        let links: Vec<Link> =
            rows.into_iter().map(|row| row.link).filter(|link| lost.contains(&link.id)).collect();
        if due > now && is_worth_a_check(TRUST, &links, &terms, due, now) {
            forward.push((page, Plan { at: now, reason: Reason::Signal(Signal::Claim) }));
        }
    }
    let pages = forward.len() as u64;
    store.bring_forward(forward).await?;
    Ok(pages)
}
