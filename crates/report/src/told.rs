//! What the events of the period tell, sorted into sections.

use std::collections::BTreeMap;

use trackward_core::{
    AttributeChange, Event, EventKind, EventName, EventSeq, Evidence, EvidenceHash, LinkId,
};

use crate::build::Input;
use crate::rows::{
    Approval, Change, Close, Correction, Find, FirstLook, Loss, LossGroup, Proof, Return, Row, Subject, Wait,
    seconds_between,
};

/// The sections that events fill, each in the order of its rows.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) approved: Vec<Row<Approval>>,
    pub(crate) lost: Vec<LossGroup>,
    pub(crate) appeared: Vec<Row<Find>>,
    pub(crate) changed: Vec<Row<Change>>,
    pub(crate) restored: Vec<Row<Return>>,
    pub(crate) no_answer: Vec<Row<Close>>,
    pub(crate) first_looks: Vec<Row<FirstLook>>,
    pub(crate) corrections: Vec<Row<Correction>>,
    /// Pages that can be checked again.
    pub(crate) readable_again: u64,
}

impl Told {
    pub(crate) fn of(input: &Input<'_>) -> Self {
        let mut told = Self::default();
        let mut losses = Vec::new();
        let flapping = flapping(input.events);
        let asked = |event: &Event| input.campaign.is_none_or(|name| event.campaign.as_deref() == Some(name));
        for (seq, event) in input.events.iter().filter(|(_, event)| asked(event)) {
            // What comes and goes is told once.
            let told_once = event.link.and_then(|link| flapping.get(&link)).is_some_and(|since| seq > since);
            if told_once && matches!(event.what.name(), EventName::Removed | EventName::Restored) {
                continue;
            }
            let blank = Blank { seq: *seq, event, evidence: input.evidence };
            match loss(&event.what) {
                Some(loss) => losses.push(blank.row(loss)),
                None => told.file(&blank),
            }
        }
        sort(&mut losses);
        told.lost = grouped(losses);
        told.sort();
        told
    }

    /// Files an event, a loss excepted, under its section.
    fn file(&mut self, blank: &Blank<'_>) {
        match &blank.event.what {
            EventKind::Approved { seen, sent, after } => self.approved.push(blank.row(Approval {
                look: seen.into(),
                sent: *sent,
                approved_after: *after,
                approved_before: seen.at,
                wait: Wait::between(*sent, *after, seen.at),
            })),
            EventKind::Appeared { seen } => {
                self.appeared.push(blank.row(Find { look: seen.into(), first_seen: seen.at }));
            }
            EventKind::Restored { seen, lost_at, reason } => self.restored.push(blank.row(Return {
                look: seen.into(),
                restored: seen.at,
                lost: *lost_at,
                reason: *reason,
            })),
            EventKind::Attributes { changes, first_seen, .. } => self.changed.push(blank.row(Change {
                effect: blank.event.what.name(),
                changes: changes.clone(),
                first_seen: Some(*first_seen),
            })),
            EventKind::Moved { to } => self.changed.push(blank.row(Change {
                effect: EventName::Moved,
                changes: vec![moved(blank.event, to.as_str())],
                first_seen: None,
            })),
            EventKind::Flapping { flips } => self.changed.push(blank.row(Change {
                effect: EventName::Flapping,
                changes: vec![AttributeChange {
                    attribute: "comes and goes".to_owned(),
                    before: String::new(),
                    after: format!("lost or back {flips} times within 30 days"),
                }],
                first_seen: None,
            })),
            EventKind::NoAnswer { sent, absences } => {
                self.no_answer.push(blank.close(Some(*sent), Some(*absences)));
            }
            EventKind::Rejected => self.no_answer.push(blank.close(None, None)),
            EventKind::Verified { seen } => {
                self.first_looks.push(blank.row(FirstLook {
                    outcome: EventName::Verified,
                    look: Some(seen.into()),
                    first_check: seen.at,
                }));
            }
            EventKind::NotFound { first_absent } => self.first_looks.push(blank.row(FirstLook {
                outcome: EventName::NotFound,
                look: None,
                first_check: *first_absent,
            })),
            EventKind::Overruled { by, note, from, to } => self.corrections.push(blank.row(Correction {
                reported_as: *from,
                truth: *to,
                by: by.clone(),
                note: note.clone(),
            })),
            EventKind::ReadableAgain { .. } => self.readable_again += 1,
            // Losses are filed by `of`, unreadable pages are listed as they are now, and a person's
            // archiving and resuming is no news of the web.
            _ => {}
        }
    }

    fn sort(&mut self) {
        sort(&mut self.approved);
        sort(&mut self.appeared);
        sort(&mut self.changed);
        self.changed.sort_by_key(|row| rank(row.facts.effect));
        sort(&mut self.restored);
        sort(&mut self.no_answer);
        sort(&mut self.first_looks);
        sort(&mut self.corrections);
    }
}

/// An event that becomes a row as soon as its facts are named.
struct Blank<'a> {
    seq: EventSeq,
    event: &'a Event,
    evidence: &'a dyn Fn(EvidenceHash) -> Option<Evidence>,
}

impl Blank<'_> {
    fn row<F>(&self, facts: F) -> Row<F> {
        Row {
            subject: Subject {
                campaign: self.event.campaign.clone(),
                site: self.event.page.host_key(),
                page: self.event.page.clone(),
                target: self.event.target.clone(),
                link: self.event.link,
                kind: self.event.kind,
            },
            seq: self.seq,
            confirmed: self.event.at,
            facts,
            evidence: self.event.evidence.map(|hash| self.proof(hash)),
        }
    }

    fn close(&self, sent: Option<jiff::Timestamp>, checks: Option<u32>) -> Row<Close> {
        self.row(Close { outcome: self.event.what.name(), sent, checks })
    }

    fn proof(&self, hash: EvidenceHash) -> Proof {
        let kept = (self.evidence)(hash);
        let read = kept.as_ref().map(|evidence| evidence.at);
        Proof { hash: hash.to_string(), text: kept.map(|evidence| evidence.text), read }
    }
}

fn loss(what: &EventKind) -> Option<Loss> {
    let EventKind::Removed { reason, seen, live_since, first_missed, misses, strong } = what else {
        return None;
    };
    let last_seen = seen.as_ref().map(|seen| seen.at);
    Some(Loss {
        look: seen.as_ref().map(Into::into),
        reason: *reason,
        last_seen,
        first_missed: *first_missed,
        lived_seconds: seconds_between(*live_since, last_seen.unwrap_or(*first_missed)),
        misses: *misses,
        strong_misses: *strong,
    })
}

fn moved(event: &Event, to: &str) -> AttributeChange {
    AttributeChange {
        attribute: "page address".to_owned(),
        before: event.page.as_str().to_owned(),
        after: to.to_owned(),
    }
}

/// By campaign, host, page and target, then by link, then as it happened.
fn sort<F>(rows: &mut [Row<F>]) {
    rows.sort_by(|a, b| a.subject.cmp(&b.subject).then(a.seq.cmp(&b.seq)));
}

/// Losses of one host and one cause are one group, by host and cause; rows keep their order.
fn grouped(losses: Vec<Row<Loss>>) -> Vec<LossGroup> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in losses {
        groups.entry((row.subject.site.clone(), row.facts.reason)).or_default().push(row);
    }
    let group =
        |((site, reason), links)| LossGroup { site, reason, reason_in_words: reason.in_words(), links };
    groups.into_iter().map(group).collect()
}

/// Links that were told to come and go, and by which event.
fn flapping(events: &[(EventSeq, Event)]) -> BTreeMap<LinkId, EventSeq> {
    let told = events.iter().filter(|(_, event)| event.what.name() == EventName::Flapping);
    told.filter_map(|(seq, event)| Some((event.link?, *seq))).collect()
}

/// What matters most comes first.
fn rank(effect: EventName) -> u8 {
    match effect {
        EventName::Breached => 0,
        EventName::AsAgreed => 1,
        EventName::Weakened => 2,
        EventName::Strengthened => 3,
        EventName::Flapping => 4,
        EventName::Moved => 5,
        _ => 6,
    }
}
