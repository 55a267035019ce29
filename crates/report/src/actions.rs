//! What a person can do now, what is worth most first.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use trackward_core::{Breach, EventName, LossReason, StateName, TargetFault};

use crate::census::{Census, Mention};
use crate::report::Report;
use crate::rows::{Action, Altered, Change, LossGroup, OpenBreach, OwnPage, Row, Subject, Unread};
use crate::told::Told;

/// Something that could be done, and what it is worth: the links' weights times the chance that it helps.
struct Candidate {
    worth: f64,
    action: Action,
}

/// The actions, by worth, then the latest first, then by page.
pub(crate) fn actions(told: &Told, census: &Census, targets: &[OwnPage]) -> Vec<Action> {
    let lost = told.lost.iter().filter_map(|group| after_loss(group, census));
    let changed = told.changed.iter().filter_map(|row| after_change(row, census));
    let unread = census.cannot_check.iter().filter_map(after_refusal);
    let overdue = census.breaches.iter().filter_map(after_deadline);
    let ours = targets.iter().filter_map(on_own_page);
    let mut all: Vec<Candidate> = lost.chain(changed).chain(overdue).chain(unread).chain(ours).collect();
    all.sort_by(|a, b| {
        b.worth
            .total_cmp(&a.worth)
            .then_with(|| b.action.since.cmp(&a.action.since))
            .then_with(|| a.action.page.as_str().cmp(b.action.page.as_str()))
            .then_with(|| a.action.target.cmp(&b.action.target))
    });
    let ranked = (1..).zip(all.into_iter().take(Report::ACTIONS));
    ranked.map(|(rank, candidate)| Action { rank, ..candidate.action }).collect()
}

/// Losses of one host and cause are one thing to do; those that are back already are none.
fn after_loss(group: &LossGroup, census: &Census) -> Option<Candidate> {
    let (step, chance) = step_after(group.reason)?;
    let open = |row: &&Row<_>| mention(&row.subject, census).state == Some(StateName::Lost);
    let links: Vec<_> = group.links.iter().filter(open).collect();
    let first = links.first()?;
    let weight: f64 = links.iter().map(|row| f64::from(mention(&row.subject, census).weight)).sum();
    let action = action(&first.subject, "lost", group.reason_in_words.to_owned(), step, first.confirmed);
    Some(Candidate {
        worth: weight * chance,
        action: Action {
            links: links.len() as u64,
            evidence: first.evidence.as_ref().and_then(|proof| proof.text.clone()),
            ..action
        },
    })
}

fn after_change(row: &Row<Change>, census: &Census) -> Option<Candidate> {
    let (what, step, chance) = match row.facts.effect {
        EventName::Breached => ("breached", "hold the site to what was agreed", 0.9),
        EventName::Weakened => ("weakened", "ask the editor to change it back", 0.4),
        _ => return None,
    };
    let Mention { weight, state, .. } = mention(&row.subject, census);
    if !matches!(state, Some(StateName::Live | StateName::Missing)) {
        return None;
    }
    let reason: Vec<String> = row.facts.changes.iter().map(altered).collect();
    let since = row.facts.first_seen.unwrap_or(row.confirmed);
    let action = action(&row.subject, what, reason.join(", "), step, since);
    let evidence = row.evidence.as_ref().and_then(|proof| proof.text.clone());
    Some(Candidate { worth: f64::from(weight) * chance, action: Action { evidence, ..action } })
}

/// A link that is not there by its deadline; other breaches are events of their own.
fn after_deadline(breach: &OpenBreach) -> Option<Candidate> {
    let deadline = breach.deadline.filter(|_| breach.terms.contains(&Breach::Overdue))?;
    let since = deadline.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let reason = Breach::Overdue.in_words().to_owned();
    Some(Candidate {
        worth: 0.8,
        action: action(&breach.subject, "overdue", reason, "remind the site", since),
    })
}

fn after_refusal(page: &Unread) -> Option<Candidate> {
    let asks = page.what_to_do.starts_with("ask") || page.what_to_do.starts_with("see");
    asks.then(|| Candidate {
        worth: page.links as f64 * 0.3,
        action: Action {
            rank: 0,
            what: "can't check",
            links: page.links,
            page: page.page.clone(),
            target: None,
            reason: page.because.to_owned(),
            evidence: None,
            step: page.what_to_do,
            since: page.since,
            owner: None,
        },
    })
}

fn on_own_page(ours: &OwnPage) -> Option<Candidate> {
    let (step, chance) = match ours.fault {
        TargetFault::Gone => ("bring your page back, or redirect it to its like", 2.0),
        TargetFault::LedHome => ("redirect your page to its like, not to the front page", 1.5),
        TargetFault::LongChain => ("shorten the redirects of your page", 0.5),
        TargetFault::Temporary => ("redirect your page for good (301)", 0.5),
        TargetFault::Moved => return None,
    };
    Some(Candidate {
        worth: chance,
        action: Action {
            rank: 0,
            what: "your own page",
            links: 1,
            page: ours.page.clone(),
            target: None,
            reason: ours.fault_in_words.to_owned(),
            evidence: None,
            step,
            since: ours.at,
            owner: None,
        },
    })
}

fn action(
    subject: &Subject,
    what: &'static str,
    reason: String,
    step: &'static str,
    since: Timestamp,
) -> Action {
    Action {
        rank: 0,
        what,
        links: 1,
        page: subject.page.clone(),
        target: subject.target.clone(),
        reason,
        evidence: None,
        step,
        since,
        owner: subject.owner.clone(),
    }
}

/// What to do about a loss, and the chance that it helps; none where nothing does.
fn step_after(reason: LossReason) -> Option<(&'static str, f64)> {
    Some(match reason {
        LossReason::Unlinked => ("ask the editor to make the address a link again", 0.8),
        LossReason::PageMovedWithoutLink => ("ask for the link on the new page", 0.7),
        LossReason::LinkRemoved | LossReason::EntryRemoved => ("ask the editor", 0.5),
        LossReason::Retargeted => ("ask the editor to link to you again", 0.5),
        LossReason::PageGone => ("offer a replacement", 0.4),
        LossReason::TakenDown => ("ask the site to show the entry again", 0.4),
        LossReason::CommentsNotMigrated => ("ask the site to bring its old comments over", 0.2),
        LossReason::Deleted | LossReason::SectionRemoved => ("ask for a link in the text", 0.2),
        // A site that is gone or sold, a listing that moved on, a person's word: nobody is there to ask.
        _ => return None,
    })
}

fn mention(subject: &Subject, census: &Census) -> Mention {
    subject.link.and_then(|link| census.mentions.get(&link)).cloned().unwrap_or_default()
}

/// "rel: none → nofollow".
pub(crate) fn altered(change: &Altered) -> String {
    let shown = |value: &str| if value.is_empty() { "none".to_owned() } else { format!("“{value}”") };
    format!("{}: {} → {}", change.attribute, shown(&change.before), shown(&change.after))
}
