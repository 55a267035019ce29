//! Cells that several sections share.

use trackward_core::{AttributeChange, EventName, Kind, LossReason, StateName, Target, Verdict};

use crate::report::AgeBucket;
use crate::rows::{Look, Subject};
use crate::summary::short;
use crate::view::{Cell, Line, TableRow, Tone};

/// A row's cells: first its page and target, then the facts.
pub(crate) fn with_subject(subject: &Subject, facts: Vec<Cell>) -> Vec<Cell> {
    let campaign = subject.campaign.as_ref().map(|name| Line::Note(format!("campaign {name}")));
    let kind = subject.kind.map(|kind| Line::Note(kind_in_words(kind).to_owned()));
    let page = [Line::Page(subject.page.clone())].into_iter().chain(campaign).collect();
    let target = subject.target.iter().map(target).chain(kind).collect();
    [page, target].into_iter().chain(facts).collect()
}

fn kind_in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Editorial => "editorial link",
        other => other.as_str(),
    }
}

fn target(target: &Target) -> Line {
    match target.page() {
        Some(page) => Line::Address(page.clone()),
        None => Line::Text(target.to_string()),
    }
}

pub(crate) fn link(look: &Look) -> Cell {
    let rel = if look.rel.is_empty() { String::new() } else { format!(" · rel {}", look.rel) };
    vec![Line::Anchor(look.anchor.clone()), Line::Note(format!("{}{rel}", look.placement))]
}

pub(crate) fn worth(look: &Look) -> Cell {
    let tone = match look.grade {
        "full" => Tone::Good,
        _ => Tone::Neutral,
    };
    vec![Line::Pill(tone, look.grade.to_owned())]
}

pub(crate) fn reason(tone: Tone, reason: LossReason) -> Line {
    Line::Pill(tone, short(reason))
}

pub(crate) fn state(tone: Tone, state: StateName) -> Line {
    Line::Pill(tone, state.in_words().to_owned())
}

pub(crate) fn verdict(verdict: Verdict) -> String {
    verdict.as_str().replace('_', " ")
}

pub(crate) fn effect(effect: EventName) -> Line {
    let (tone, words) = match effect {
        EventName::Breached => (Tone::Bad, "breached"),
        EventName::Weakened => (Tone::Warn, "weakened"),
        EventName::AsAgreed => (Tone::Good, "as agreed again"),
        EventName::Strengthened => (Tone::Good, "strengthened"),
        EventName::Flapping => (Tone::Warn, "comes and goes"),
        EventName::Moved => (Tone::Neutral, "moved"),
        _ => (Tone::Neutral, "changed"),
    };
    Line::Pill(tone, words.to_owned())
}

pub(crate) fn before_after(change: &AttributeChange) -> Line {
    let shown = |value: &str| if value.is_empty() { "none".to_owned() } else { format!("“{value}”") };
    Line::Text(format!("{}: {} → {}", change.attribute, shown(&change.before), shown(&change.after)))
}

pub(crate) fn age(bucket: &AgeBucket) -> TableRow {
    let ages = match bucket.to_days {
        Some(last) => format!("{}–{last} days", bucket.from_days),
        None => format!("over {} days", bucket.from_days - 1),
    };
    let cells = [ages, bucket.links.to_string(), bucket.sites.to_string()];
    TableRow { cells: cells.map(|text| vec![Line::Short(text)]).into(), ..TableRow::default() }
}
