//! From an observation to states and events.

use jiff::Timestamp;

use crate::agreed::Agreed;
use crate::attributes::follow_attributes;
use crate::discovery::{Provenance, is_at_home};
use crate::event::{Basis, Event, EventKind, EventName};
use crate::evidence::Evidence;
use crate::extraction::Reference;
use crate::ids::{LinkId, RunId};
use crate::link::{Link, LinkState, LossReason, Missed, Origin, Sighting};
use crate::matching::match_references;
use crate::memory::PageMemory;
use crate::observation::Observation;
use crate::ours::Ours;
use crate::policy::Policy;
use crate::rule::Verdict;
use crate::sight::{Sight, absence_in_words};
use crate::tags::Tags;
use crate::target::Target;

/// What follows from one observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciled {
    /// The known links of the page as they are now, in the order given.
    pub links: Vec<Link>,
    /// Links that were found, in document order.
    pub appeared: Vec<Link>,
    /// What happened: link by link in that order, then the page itself.
    pub events: Vec<Event>,
    /// The texts that events name by hash.
    pub evidence: Vec<Evidence>,
    /// What is remembered of the page now.
    pub memory: PageMemory,
}

impl Reconciled {
    /// Gives links that were found the client that their target belongs to.
    pub fn assign_clients(&mut self, ours: &Ours) {
        for link in &mut self.appeared {
            link.client = ours.client_of(&link.target).map(str::to_owned);
            let of_link = self.events.iter_mut().filter(|event| event.link == Some(link.id));
            of_link.for_each(|event| event.client.clone_from(&link.client));
        }
    }
}

/// Draws new states and events from one observation of a page with its known links.
///
/// Pure and total: every state meets every observation (`docs/states.md`, transitions). An inconclusive
/// observation leaves every state as it is, but a reference that was seen counts all the same.
pub fn reconcile(
    links: &[Link],
    memory: &PageMemory,
    seen: &Observation,
    policy: &Policy,
    run: RunId,
) -> Reconciled {
    let (mut known, mut memory) = (links.to_vec(), memory.clone());
    for link in &mut known {
        link.forget_the_future(seen.at);
    }
    memory.forget_the_future(seen.at);
    let links = &known[..];
    let matched = match_references(links, &seen.references);
    let host_gone = memory.after(seen, links, policy).proves_host_gone(policy, seen.at);
    let mut ledger = Ledger { seen, run, events: Vec::new(), evidence: Vec::new() };

    let mut now: Vec<Link> = Vec::with_capacity(links.len());
    for (link, slot) in links.iter().zip(&matched.of_link) {
        let reference = slot.map(|n| &seen.references[n]);
        let sight = Sight::of(link, reference, seen, host_gone);
        now.push(advance(link, &sight, policy, &mut ledger));
    }
    let first_look = memory.landmarks.is_none();
    let found = matched.left_over.iter().map(|&n| &seen.references[n]);
    let appeared: Vec<Link> = found
        .filter(|reference| !is_known(links, reference, seen))
        .map(|reference| appear(reference, Origin::Found, !first_look, &mut ledger))
        .collect();
    absorb_site_watches(&mut now, &appeared, &mut ledger);

    let memory_now = memory.after(seen, &now, policy);
    if let Some((to, 2)) = &memory_now.moved {
        for link in now.iter().filter(|link| matches!(link.state, LinkState::Live { .. })) {
            ledger.record(link, EventKind::Moved { to: to.clone() }, "");
        }
    }
    if let Some(news) = memory.news(&memory_now, &now) {
        ledger.record_page(news);
    }
    Reconciled { links: now, appeared, events: ledger.events, evidence: ledger.evidence, memory: memory_now }
}

/// What a page comes to that nobody told us of: the references that belong to it are news, whatever their age. Where none
/// does, nothing is to be watched there.
pub fn discover(seen: &Observation, found: &Provenance, policy: &Policy, run: RunId) -> Reconciled {
    let mut ledger = Ledger { seen, run, events: Vec::new(), evidence: Vec::new() };
    let references = match_references(&[], &seen.references).left_over.into_iter();
    let at_home = references
        .map(|n| &seen.references[n])
        .filter(|reference| is_at_home(reference.placement, &seen.final_url));
    let appeared: Vec<Link> = at_home
        .map(|reference| appear(reference, Origin::Discovered(found.clone()), true, &mut ledger))
        .collect();
    let memory = PageMemory::default().after(seen, &appeared, policy);
    Reconciled { links: Vec::new(), appeared, events: ledger.events, evidence: ledger.evidence, memory }
}

/// Collects events and the texts that prove them.
struct Ledger<'a> {
    seen: &'a Observation,
    run: RunId,
    events: Vec<Event>,
    evidence: Vec<Evidence>,
}

impl Ledger<'_> {
    fn record(&mut self, link: &Link, what: EventKind, proof: &str) {
        let evidence = (!proof.is_empty()).then(|| Evidence {
            page: self.seen.final_url.clone(),
            at: self.seen.at,
            text: proof.to_owned(),
        });
        self.events.push(Event {
            run: Some(self.run),
            basis: Some(self.basis()),
            evidence: evidence.as_ref().map(Evidence::hash),
            ..Event::about(link, self.seen.at, what)
        });
        self.evidence.extend(evidence);
    }

    /// Gives a link its new state, with what is to be told of it; a link that is lost and back again too
    /// often is told to be flapping, once.
    fn turn(
        &mut self,
        link: &mut Link,
        state: LinkState,
        what: Option<EventKind>,
        proof: &str,
        policy: &Policy,
    ) {
        link.state = state;
        let Some(what) = what else { return };
        let flips = matches!(what.name(), EventName::Removed | EventName::Restored);
        self.record(link, what, proof);
        if !flips {
            return;
        }
        let at = self.seen.at;
        link.flips.retain(|flip| at.duration_since(*flip) < policy.flapping_within);
        link.flips.push(at);
        if link.flips.len() == policy.flapping_flips as usize {
            self.record(link, EventKind::Flapping { flips: policy.flapping_flips }, "");
        }
    }

    fn basis(&self) -> Basis {
        Basis { on: self.seen.final_url.clone(), rule: self.seen.rule, detail: self.seen.detail.clone() }
    }

    fn record_page(&mut self, what: EventKind) {
        self.events.push(Event {
            at: self.seen.at,
            run: Some(self.run),
            page: self.seen.page.clone(),
            link: None,
            target: None,
            kind: None,
            client: None,
            campaign: None,
            what,
            basis: Some(self.basis()),
            evidence: None,
        });
    }
}

/// One link, one sight: its new state, and what is to be told.
fn advance(link: &Link, sight: &Sight<'_>, policy: &Policy, ledger: &mut Ledger<'_>) -> Link {
    if matches!(sight, Sight::Unknown) || !link.state.name().is_watched() {
        return link.clone();
    }
    let mut next = link.clone();
    let at = ledger.seen.at;
    match sight {
        Sight::Unknown => {}
        Sight::Carried => {
            next.checked = Some(at);
            next.seen = next.seen.map(|seen| Sighting { at, ..seen });
        }
        Sight::Present(reference) => {
            next.checked = Some(at);
            next.undisplayed = None;
            if next.target.page().is_none() {
                next.target = Target::Page(reference.url.clone());
            }
            let sighting = Sighting::of(reference, ledger.seen, link.seen.as_ref());
            next.seen = Some(sighting.clone());
            let proof = proof_of(reference);
            let (state, what) = when_present(link, at, sighting);
            ledger.turn(&mut next, state, what, &proof, policy);
            if let Some(what) = follow_attributes(&mut next, policy, at) {
                ledger.record(&next, what, &proof);
            }
        }
        Sight::Undisplayed => {
            let (first, looks) = link.undisplayed.unwrap_or((at, 0));
            next.undisplayed = Some((first, looks + 1));
            let long = at.duration_since(first) >= policy.undisplayed_after;
            if long && looks + 1 >= policy.undisplayed_looks {
                next.seen = next.seen.map(|seen| seen.not_displayed());
            }
            if let Some(what) = follow_attributes(&mut next, policy, at) {
                ledger.record(&next, what, &absence_in_words(link, ledger.seen));
            }
        }
        Sight::Delinked => {
            next.checked = Some(at);
            next.seen = next.seen.map(|seen| seen.delinked(ledger.seen));
            if let LinkState::Missing { live_since, .. } = link.state {
                next.state = LinkState::Live { since: live_since };
            }
            if let Some(what) = follow_attributes(&mut next, policy, at) {
                ledger.record(&next, what, &absence_in_words(link, ledger.seen));
            }
        }
        Sight::Absent { .. } | Sight::HostGone => {
            next.checked = Some(at);
            next.shift = None;
            let (state, what) = when_absent(link, sight, ledger, policy);
            ledger.turn(&mut next, state, what, &absence_in_words(link, ledger.seen), policy);
        }
    }
    next
}

/// The text that proves a presence: the markup of its entry where it has one, else the words around it.
fn proof_of(reference: &Reference) -> String {
    match (reference.entry_html.as_str(), reference.context.as_str()) {
        ("", context) => context.to_owned(),
        (markup, "") => markup.to_owned(),
        (markup, context) => format!("{context}\n{markup}"),
    }
}

/// The transitions of a link that is there.
fn when_present(link: &Link, at: Timestamp, seen: Sighting) -> (LinkState, Option<EventKind>) {
    let live = LinkState::Live { since: at };
    match &link.state {
        LinkState::Imported { .. } => (live, Some(EventKind::Verified { seen })),
        LinkState::NotFound { .. } => (live, Some(EventKind::Appeared { seen })),
        LinkState::Pending { last_absent, .. } | LinkState::NoAnswer { last_absent, .. } => {
            let sent = link.sent().unwrap_or(link.added);
            (live, Some(EventKind::Approved { seen, sent, after: *last_absent }))
        }
        LinkState::Missing { live_since, .. } => (LinkState::Live { since: *live_since }, None),
        LinkState::Lost { since, reason, .. } => {
            (live, Some(EventKind::Restored { seen, lost_at: *since, reason: *reason }))
        }
        same @ (LinkState::Live { .. } | LinkState::Rejected { .. } | LinkState::Archived { .. }) => {
            (same.clone(), None)
        }
    }
}

/// The transitions of a link that is not there.
fn when_absent(
    link: &Link,
    sight: &Sight<'_>,
    ledger: &Ledger<'_>,
    policy: &Policy,
) -> (LinkState, Option<EventKind>) {
    let at = ledger.seen.at;
    match &link.state {
        LinkState::Imported { absent: None } => (LinkState::Imported { absent: Some((at, 1)) }, None),
        LinkState::Imported { absent: Some((first, checks)) } => {
            if at.duration_since(*first) >= policy.second_look {
                (LinkState::NotFound { since: at }, Some(EventKind::NotFound { first_absent: *first }))
            } else {
                (LinkState::Imported { absent: Some((*first, checks + 1)) }, None)
            }
        }
        LinkState::Pending { absences, .. } => {
            // "Five readable absences": a page that says it is gone is no answer to what was sent.
            let read = u32::from(ledger.seen.verdict() == Verdict::Readable);
            let (sent, absences) = (link.sent().unwrap_or(link.added), absences + read);
            let given_up =
                at.duration_since(sent) >= policy.no_answer_after && absences >= policy.no_answer_absences;
            if given_up {
                let state = LinkState::NoAnswer { since: at, last_absent: Some(at) };
                (state, Some(EventKind::NoAnswer { sent, absences }))
            } else {
                (LinkState::Pending { absences, last_absent: Some(at) }, None)
            }
        }
        LinkState::NoAnswer { since, .. } => {
            (LinkState::NoAnswer { since: *since, last_absent: Some(at) }, None)
        }
        LinkState::Live { since } => miss(link, *since, None, sight, ledger, policy),
        LinkState::Missing { live_since, missed } => {
            miss(link, *live_since, uncounted(*missed, policy), sight, ledger, policy)
        }
        same @ (LinkState::Lost { .. }
        | LinkState::NotFound { .. }
        | LinkState::Rejected { .. }
        | LinkState::Archived { .. }) => (same.clone(), None),
    }
}

/// The earlier misses that one more may be added to: of the same kind, and not too long ago. Lies of different
/// kinds, or weeks apart, do not add up to a proof.
fn going_on(before: Option<Missed>, reason: LossReason, at: Timestamp, policy: &Policy) -> Option<Missed> {
    before.filter(|missed| {
        let is_stale = at.duration_since(missed.last) > policy.confirm.stale_after();
        missed.reason.kind() == reason.kind() && !is_stale
    })
}

/// The misses without the latest, where its run was held; none when it was the only one. Whether that one was
/// strong is not kept, so it is taken to have been.
fn uncounted(missed: Missed, policy: &Policy) -> Option<Missed> {
    if !policy.held_runs.contains(&missed.run) {
        return Some(missed);
    }
    let checks = missed.checks - 1;
    (checks > 0).then_some(Missed { checks, strong: missed.strong.saturating_sub(1), ..missed })
}

/// One more miss of a link that was live: silent until the misses prove a removal.
fn miss(
    link: &Link,
    live_since: Timestamp,
    before: Option<Missed>,
    sight: &Sight<'_>,
    ledger: &Ledger<'_>,
    policy: &Policy,
) -> (LinkState, Option<EventKind>) {
    let seen = ledger.seen;
    let Some((reason, strong)) = sight.loss() else { return (link.state.clone(), None) };
    let before = going_on(before, reason, seen.at, policy);
    let missed = Missed {
        first: before.map_or(seen.at, |missed| missed.first),
        last: seen.at,
        run: ledger.run,
        host_wide: before.is_some_and(|missed| missed.host_wide),
        checks: before.map_or(0, |missed| missed.checks) + 1,
        strong: before.map_or(0, |missed| missed.strong) + u32::from(strong),
        unconditional: before.is_some_and(|missed| missed.unconditional) || seen.unconditional,
        reason: settled(before, reason),
    };
    // A run that distrusts itself proves nothing; its misses are taken back at the next look.
    let distrusted = policy.held_runs.contains(&ledger.run);
    if distrusted || (!sight.is_proven() && !policy.confirm.proves(&missed)) {
        return (LinkState::Missing { live_since, missed }, None);
    }
    let removed = EventKind::Removed {
        reason: missed.reason,
        seen: link.seen.clone(),
        live_since,
        first_missed: missed.first,
        misses: missed.checks,
        strong: missed.strong,
    };
    (LinkState::Lost { since: seen.at, live_since, reason: missed.reason }, Some(removed))
}

/// The reason after one more miss: a new comment system is told by its first look only, when the old
/// entries were still remembered.
fn settled(before: Option<Missed>, reason: LossReason) -> LossReason {
    match (before.map(|missed| missed.reason), reason) {
        (Some(LossReason::CommentsNotMigrated), LossReason::SectionRemoved) => {
            LossReason::CommentsNotMigrated
        }
        (_, reason) => reason,
    }
}

/// Whether a left-over reference stands where a known link was first seen: that link has moved on the page,
/// and this is no other.
fn is_known(links: &[Link], reference: &Reference, seen: &Observation) -> bool {
    let target = Target::Page(reference.url.clone());
    let id = LinkId::mint(&seen.page, &target, reference.placement.class());
    links.iter().any(|link| link.id == id)
}

/// A reference that nobody told us of becomes a link; where it is no news it is baseline.
fn appear(reference: &Reference, origin: Origin, is_news: bool, ledger: &mut Ledger<'_>) -> Link {
    let page = ledger.seen.page.clone();
    let target = Target::Page(reference.url.clone());
    let seen = Sighting::of(reference, ledger.seen, None);
    let at = ledger.seen.at;
    let link = Link {
        id: LinkId::mint(&page, &target, reference.placement.class()),
        page,
        target,
        kind: reference.kind_hint,
        origin,
        added: at,
        client: None,
        campaign: None,
        owner: None,
        note: None,
        tags: Tags::default(),
        cost: None,
        weight: 1.0,
        agreed: Agreed::default(),
        version: 1,
        state: LinkState::Live { since: at },
        attributes: Some(seen.attributes.clone()),
        seen: Some(seen.clone()),
        shift: None,
        checked: Some(at),
        undisplayed: None,
        flips: Vec::new(),
    };
    let what = if is_news { EventKind::Appeared { seen } } else { EventKind::Verified { seen } };
    ledger.record(&link, what, &proof_of(reference));
    link
}

/// A watch on a whole site is fulfilled by a link to it that is live: it is archived, so nothing counts twice.
fn absorb_site_watches(links: &mut [Link], appeared: &[Link], ledger: &mut Ledger<'_>) {
    let live: Vec<(LinkId, Target)> = links
        .iter()
        .chain(appeared)
        .filter(|link| matches!(link.state, LinkState::Live { .. }))
        .map(|link| (link.id, link.target.clone()))
        .collect();
    for link in links.iter_mut().filter(|link| link.target.page().is_none()) {
        let covers = |target: &Target| target.page().is_some_and(|page| link.target.covers(page));
        let fulfilled = live.iter().find(|(_, target)| covers(target));
        if let (Some((into, _)), true) = (fulfilled, link.state.name().is_watched()) {
            link.state = LinkState::Archived { since: ledger.seen.at };
            ledger.record(link, EventKind::Absorbed { into: *into }, "");
        }
    }
}
