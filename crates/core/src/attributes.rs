//! Changes of a link that stays: two looks confirm one, and its effect is named.

use jiff::Timestamp;

use crate::agreed::Agreed;
use crate::event::{AttributeChange, Effect, EventKind};
use crate::extraction::Mechanism;
use crate::link::{Attributes, Link};
use crate::page_url::PageUrl;
use crate::placement::PlacementClass;
use crate::policy::Policy;

/// Compares what was just seen with what was confirmed; the first sight is the baseline.
///
/// A difference must be seen twice, [`Policy::second_look`] apart, before it is told.
pub(crate) fn follow_attributes(link: &mut Link, policy: &Policy, at: Timestamp) -> Option<EventKind> {
    let seen = link.seen.as_ref()?.attributes.clone();
    let Some(confirmed) = &link.attributes else {
        link.attributes = Some(seen);
        return None;
    };
    if *confirmed == seen {
        link.shift = None;
        return None;
    }
    let first_seen = match &link.shift {
        Some((shifted, first)) if *shifted == seen => *first,
        _ => at,
    };
    if at.duration_since(first_seen) < policy.second_look {
        link.shift = Some((seen, first_seen));
        return None;
    }
    let what = EventKind::Attributes {
        effect: effect(&link.agreed, confirmed, &seen),
        changes: changes(confirmed, &seen),
        first_seen,
    };
    link.attributes = Some(seen);
    link.shift = None;
    Some(what)
}

/// A change of what was agreed comes first; else what the link is worth decides.
fn effect(agreed: &Agreed, before: &Attributes, after: &Attributes) -> Effect {
    let (broken, still) = (agreed.broken(before), agreed.broken(after));
    if still.iter().any(|term| !broken.contains(term)) {
        return Effect::Breached;
    }
    if still.len() < broken.len() {
        return Effect::AsAgreed;
    }
    match after.worth().cmp(&before.worth()) {
        std::cmp::Ordering::Less => Effect::Weakened,
        std::cmp::Ordering::Greater => Effect::Strengthened,
        std::cmp::Ordering::Equal => Effect::Changed,
    }
}

fn changes(before: &Attributes, after: &Attributes) -> Vec<AttributeChange> {
    let said = |mechanism: Option<Mechanism>| mechanism.map_or(String::new(), |m| m.as_str().to_owned());
    let yes = |flag: bool| if flag { "yes".to_owned() } else { String::new() };
    let page = |page: &Option<PageUrl>| page.as_ref().map_or(String::new(), ToString::to_string);
    let place = |class: Option<PlacementClass>| class.map_or(String::new(), |class| class.to_string());
    let rows = [
        ("rel", before.rel.to_string(), after.rel.to_string()),
        ("anchor", before.anchor.clone(), after.anchor.clone()),
        ("noindex", said(before.noindex), said(after.noindex)),
        ("page nofollow", said(before.page_nofollow), said(after.page_nofollow)),
        ("canonical", page(&before.noncanonical), page(&after.noncanonical)),
        ("placement", place(before.placement), place(after.placement)),
        ("hidden", yes(before.hidden), yes(after.hidden)),
        ("delinked", yes(before.delinked), yes(after.delinked)),
        ("redirector", yes(before.via_redirector), yes(after.via_redirector)),
        ("not displayed", yes(before.not_displayed), yes(after.not_displayed)),
        ("closed to search", yes(before.search_blocked), yes(after.search_blocked)),
    ];
    rows.into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(attribute, before, after)| AttributeChange { attribute: attribute.to_owned(), before, after })
        .collect()
}

impl Attributes {
    /// Steps of worth: followed and indexable, one of them, neither; nothing when nobody can see or follow it.
    fn worth(&self) -> u8 {
        if self.delinked || self.hidden || self.not_displayed {
            return 0;
        }
        1 + u8::from(self.is_followed()) + u8::from(self.is_indexable())
    }
}
