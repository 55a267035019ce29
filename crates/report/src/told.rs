//! What the events of the period tell, sorted into sections.

use std::collections::BTreeMap;

use trackward_core::{Event, EventKind, EventName, EventSeq, Evidence, EvidenceHash, LinkId, StateName};

use crate::history::is_reversal;
use crate::report::{Edition, Report};
use crate::rows::{
    Altered, Approval, Change, Close, Correction, Find, FirstLook, FoundBy, Loss, LossGroup, Proof, Return,
    Row, Subject, Wait, seconds_between,
};
use crate::top::Top;
use crate::view::cut;

/// The sections that events fill, each in the order of its rows.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) approved: Vec<Row<Approval>>,
    pub(crate) lost: Vec<LossGroup>,
    pub(crate) appeared: Vec<Row<Find>>,
    pub(crate) changed: Vec<Row<Change>>,
    pub(crate) restored: Vec<Row<Return>>,
    pub(crate) no_answer: Vec<Row<Close>>,
    pub(crate) first_looks: FirstLooks,
    pub(crate) corrections: Vec<Row<Correction>>,
    /// Everything that was told, by name, first looks included.
    pub(crate) by_name: BTreeMap<EventName, u64>,
}

/// First looks: an import may bring any number of them, so that only the first are kept.
#[derive(Debug)]
pub(crate) struct FirstLooks {
    rows: Top<(Subject, EventSeq), Row<FirstLook>>,
    pub(crate) verified: u64,
    pub(crate) not_found: u64,
}

/// What answers the text that an event names by hash; none when it was erased.
pub(crate) type Texts<'a> = &'a dyn Fn(EvidenceHash) -> Option<Evidence>;

impl FirstLooks {
    pub(crate) fn new() -> Self {
        Self { rows: Top::new(Report::KEPT), verified: 0, not_found: 0 }
    }

    /// Takes in an event if it tells of a first look.
    pub(crate) fn take(&mut self, seq: EventSeq, event: &Event, texts: Texts<'_>) -> bool {
        match event.what {
            EventKind::Verified { .. } => self.verified += 1,
            EventKind::NotFound { .. } => self.not_found += 1,
            _ => return false,
        }
        let key = (Blank { seq, event, texts }.subject(), seq);
        self.rows.offer(key, || first_look(seq, event, texts).expect("it tells of one"));
        true
    }

    pub(crate) fn into_rows(self) -> Vec<Row<FirstLook>> {
        self.rows.into_rows()
    }
}

/// The row of an event that tells of a first look; none of another.
pub(crate) fn first_look(seq: EventSeq, event: &Event, texts: Texts<'_>) -> Option<Row<FirstLook>> {
    let outcome = event.what.name();
    let facts = match &event.what {
        EventKind::Verified { seen } => FirstLook { outcome, look: Some(seen.into()), first_check: seen.at },
        EventKind::NotFound { first_absent } => FirstLook { outcome, look: None, first_check: *first_absent },
        _ => return None,
    };
    Some(Blank { seq, event, texts }.row(facts))
}

impl Told {
    pub(crate) fn of(events: &[(EventSeq, Event)], first_looks: FirstLooks, texts: Texts<'_>) -> Self {
        let mut told = Self {
            approved: Vec::new(),
            lost: Vec::new(),
            appeared: Vec::new(),
            changed: Vec::new(),
            restored: Vec::new(),
            no_answer: Vec::new(),
            first_looks,
            corrections: Vec::new(),
            by_name: BTreeMap::new(),
        };
        let looks = [
            (EventName::Verified, told.first_looks.verified),
            (EventName::NotFound, told.first_looks.not_found),
        ];
        told.by_name.extend(looks.into_iter().filter(|(_, n)| *n > 0));
        let mut losses = Vec::new();
        let flapping = flapping(events);
        for (seq, event) in events {
            // What comes and goes is told once.
            let told_once = event.link.and_then(|link| flapping.get(&link)).is_some_and(|since| seq > since);
            if told_once && matches!(event.what.name(), EventName::Removed | EventName::Restored) {
                continue;
            }
            *told.by_name.entry(event.what.name()).or_default() += 1;
            let blank = Blank { seq: *seq, event, texts };
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

    /// The subjects of all rows.
    pub(crate) fn subjects(&mut self) -> impl Iterator<Item = &mut Subject> {
        fn of<F>(rows: &mut [Row<F>]) -> impl Iterator<Item = &mut Subject> {
            rows.iter_mut().map(|row| &mut row.subject)
        }
        let lost = self.lost.iter_mut().flat_map(|group| &mut group.links).map(|row| &mut row.subject);
        of(&mut self.approved)
            .chain(lost)
            .chain(of(&mut self.appeared))
            .chain(of(&mut self.changed))
            .chain(of(&mut self.restored))
            .chain(of(&mut self.no_answer))
            .chain(of(&mut self.corrections))
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
            EventKind::Appeared { seen } => self.appeared.push(blank.row(Find {
                look: seen.into(),
                first_seen: seen.at,
                found_by: "a watched page",
            })),
            EventKind::Restored { seen, lost_at, reason } => {
                let facts = Return { look: seen.into(), restored: seen.at, lost: *lost_at, reason: *reason };
                self.restored.push(blank.row(facts));
                if is_reversal(blank.event) {
                    self.corrections.push(blank.row(Correction {
                        reported_as: StateName::Lost,
                        reported: Some(*lost_at),
                        truth: StateName::Live,
                        found_by: FoundBy::LaterCheck,
                        by: None,
                        note: None,
                    }));
                }
            }
            EventKind::Attributes { changes, first_seen, .. } => self.changed.push(blank.row(Change {
                effect: blank.event.what.name(),
                changes: changes.iter().map(Into::into).collect(),
                first_seen: Some(*first_seen),
            })),
            EventKind::Moved { to } => self.changed.push(blank.row(Change {
                effect: EventName::Moved,
                changes: vec![moved(blank.event, to.as_str())],
                first_seen: None,
            })),
            EventKind::Flapping { flips } => self.changed.push(blank.row(Change {
                effect: EventName::Flapping,
                changes: vec![Altered {
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
            EventKind::Overruled { by, note, from, to } => self.corrections.push(blank.row(Correction {
                reported_as: *from,
                reported: None,
                truth: *to,
                found_by: FoundBy::Person,
                by: Some(by.clone()),
                note: Some(note.clone()),
            })),
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
        sort(&mut self.corrections);
    }
}

/// An event that becomes a row as soon as its facts are named.
struct Blank<'a> {
    seq: EventSeq,
    event: &'a Event,
    texts: Texts<'a>,
}

impl Blank<'_> {
    fn subject(&self) -> Subject {
        Subject {
            client: self.event.client.clone(),
            campaign: self.event.campaign.clone(),
            site: self.event.page.host_key(),
            page: self.event.page.clone(),
            target: self.event.target.clone(),
            link: self.event.link,
            kind: self.event.kind,
            owner: None,
        }
    }

    fn row<F>(&self, facts: F) -> Row<F> {
        Row {
            subject: self.subject(),
            seq: Some(self.seq),
            confirmed: self.event.at,
            facts,
            evidence: self.event.evidence.map(|hash| self.proof(hash)),
        }
    }

    fn close(&self, sent: Option<jiff::Timestamp>, checks: Option<u32>) -> Row<Close> {
        self.row(Close { outcome: self.event.what.name(), sent, checks })
    }

    /// The first line of a text is in words; the markup of the entry that may follow is for `trackward show`.
    fn proof(&self, hash: EvidenceHash) -> Proof {
        let kept = (self.texts)(hash);
        let read = kept.as_ref().map(|evidence| evidence.at);
        let words = kept.map(|evidence| cut(evidence.text.lines().next().unwrap_or_default(), Proof::CHARS));
        Proof { hash: hash.to_string(), text: words, read }
    }
}

/// Leaves out what is not for a client: who does what, what a run is called, and texts of other people.
pub(crate) fn edit<F>(rows: &mut [Row<F>], edition: Edition) {
    if edition == Edition::Client {
        for row in rows {
            (row.subject.owner, row.seq, row.evidence) = (None, None, None);
        }
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
        cost: None,
    })
}

fn moved(event: &Event, to: &str) -> Altered {
    Altered {
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
