//! The key figures, in the words of people.

use crate::calendar::Calendar;
use crate::figures::{Amount, FigureName, Figures, KeyFigure};
use crate::report::Report;
use crate::sections::rate_in_words;
use crate::table::Value;
use crate::view::Tone;
use crate::words::{count, wait};

/// One key figure.
#[derive(Debug)]
pub(crate) struct Card {
    pub(crate) name: &'static str,
    pub(crate) value: Value,
    /// What to know beside it; may be empty.
    pub(crate) note: String,
    pub(crate) tone: Tone,
    /// What the change is to: "last week".
    pub(crate) before: &'static str,
    pub(crate) change: Option<i64>,
    pub(crate) change_to_mean_tenths: Option<i64>,
}

/// The key figures in the order they are shown.
pub(crate) fn cards(report: &Report) -> Vec<Card> {
    let before = Calendar::before(&report.header.period);
    report.key_figures.iter().map(|figure| card(figure, &report.figures, before)).collect()
}

fn card(figure: &KeyFigure, figures: &Figures, before: &'static str) -> Card {
    use FigureName as Name;
    let gain = |note: &str| (Tone::Good, note.to_owned());
    let (tone, note) = match figure.name {
        Name::Live => (Tone::Neutral, missing(figures)),
        Name::Pending => (Tone::Neutral, "sent, not seen yet".to_owned()),
        Name::Approved => gain("sent, now seen"),
        Name::Lost => (Tone::Bad, causes(figures)),
        Name::Found => gain("never sent"),
        Name::Restored => gain("lost before"),
        Name::Net => (if figures.net < 0 { Tone::Bad } else { Tone::Good }, "gained less lost".to_owned()),
        Name::Breached => (Tone::Bad, "against what was agreed".to_owned()),
        Name::Weakened => (Tone::Warn, "worth less than before".to_owned()),
        Name::CannotCheck => {
            (Tone::Warn, format!("with {}", count(figures.cannot_check_links, "link", "links")))
        }
        Name::ReferringDomains => (Tone::Neutral, "with live links".to_owned()),
        Name::Followed => (Tone::Neutral, format!("{} of {} live links", figures.followed, figures.live)),
        Name::ApprovalRate => (Tone::Neutral, rate_note(figure.value)),
        Name::MedianWait => (Tone::Neutral, "of those approved within 90 days".to_owned()),
    };
    // Nothing is neither good nor bad.
    let tone = if figure.value == Amount::Count(0) { Tone::Neutral } else { tone };
    Card {
        name: figure.name.in_words(),
        value: value(figure),
        note,
        tone,
        before,
        change: figure.change,
        change_to_mean_tenths: figure.change_to_mean_tenths,
    }
}

fn value(figure: &KeyFigure) -> Value {
    match figure.value {
        Amount::Count(n) if figure.name == FigureName::Net => Value::Change(n),
        Amount::Count(n) => Value::Count(n.unsigned_abs()),
        Amount::Share(percent) => Value::Percent(percent),
        Amount::Rate(rate) => match rate.percent {
            Some(percent) => Value::Percent(percent),
            None => Value::text(rate_in_words(&rate)),
        },
        Amount::Wait(interval) => Value::text(wait(interval)),
        Amount::Unknown(()) => Value::None,
    }
}

impl FigureName {
    /// The words for people.
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::Live => "Live",
            Self::Pending => "Pending",
            Self::Approved => "Approved",
            Self::Lost => "Lost",
            Self::Found => "New, found",
            Self::Restored => "Restored",
            Self::Net => "Net",
            Self::Breached => "Breached",
            Self::Weakened => "Weakened",
            Self::CannotCheck => "Can't check",
            Self::ReferringDomains => "Referring domains",
            Self::Followed => "Followed",
            Self::ApprovalRate => "Approval rate",
            Self::MedianWait => "Median wait",
        }
    }
}

fn missing(figures: &Figures) -> String {
    match figures.missing {
        0 => "seen at the last check".to_owned(),
        n => format!("{n} of them missing, unconfirmed"),
    }
}

fn causes(figures: &Figures) -> String {
    match figures.lost_causes {
        0 => "confirmed gone".to_owned(),
        n => format!("by {}", count(n, "cause", "causes")),
    }
}

/// "30.1–53.2; 12 of 29, 3 undecided".
fn rate_note(value: Amount) -> String {
    let Amount::Rate(rate) = value else { return "too few sent yet".to_owned() };
    let words = rate_in_words(&rate);
    let within = words.split_once(" (").and_then(|(_, rest)| rest.strip_suffix(')'));
    format!("{}; within 30 days", within.unwrap_or("too few for a rate"))
}
