//! The key figures, in the words of people.

use crate::figures::Figures;
use crate::view::Tone;
use crate::words::{count, signed};

/// One key figure.
#[derive(Debug)]
pub(crate) struct Card {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// What to know beside it; may be empty.
    pub(crate) note: String,
    pub(crate) tone: Tone,
}

/// The key figures in the order they are shown.
pub(crate) fn cards(figures: &Figures) -> Vec<Card> {
    let gain = |name, n: u64, note: &str| card(name, signed(n.cast_signed()), note, tone(n, Tone::Good));
    let harm = |name, n: u64, note: &str| card(name, n.to_string(), note, tone(n, Tone::Bad));
    let now = |name, n: u64, note: &str| card(name, n.to_string(), note, Tone::Neutral);
    let net_tone = match figures.net {
        0 => Tone::Neutral,
        1.. => Tone::Good,
        _ => Tone::Bad,
    };
    vec![
        now("Live", figures.live, &missing(figures)),
        gain("Approved", figures.approved, "sent, now seen"),
        card("Lost", signed(-figures.lost.cast_signed()), &causes(figures), tone(figures.lost, Tone::Bad)),
        gain("New, found", figures.appeared, "never sent"),
        gain("Restored", figures.restored, "lost before"),
        card("Net", signed(figures.net), "gained less lost", net_tone),
        harm("Breached", figures.breached, "against what was agreed"),
        card(
            "Weakened",
            figures.weakened.to_string(),
            "worth less than before",
            tone(figures.weakened, Tone::Warn),
        ),
        now("Pending", figures.pending, "sent, not seen yet"),
        card(
            "Can't check",
            count(figures.cannot_check_pages, "page", "pages"),
            &format!("with {}", count(figures.cannot_check_links, "link", "links")),
            tone(figures.cannot_check_pages, Tone::Warn),
        ),
        now("Referring domains", figures.referring_domains, "with live links"),
        followed(figures),
    ]
}

fn card(name: &'static str, value: String, note: &str, tone: Tone) -> Card {
    Card { name, value, note: note.to_owned(), tone }
}

/// Nothing is neither good nor bad.
fn tone(n: u64, some: Tone) -> Tone {
    if n == 0 { Tone::Neutral } else { some }
}

fn missing(figures: &Figures) -> String {
    match figures.missing {
        0 => "seen at the last check".to_owned(),
        n => format!("and {n} missing, unconfirmed"),
    }
}

fn causes(figures: &Figures) -> String {
    match figures.lost_causes {
        0 => "confirmed gone".to_owned(),
        n => format!("by {}", count(n, "cause", "causes")),
    }
}

fn followed(figures: &Figures) -> Card {
    let of_all = format!("{} of {} live links", figures.followed, figures.live);
    match figures.followed_share {
        Some(share) => card("Followed", share.to_string(), &of_all, Tone::Neutral),
        None => card("Followed", figures.followed.to_string(), &of_all, Tone::Neutral),
    }
}
