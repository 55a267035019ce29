//! The first page of a client's report: what is live, what was won, what was lost, what comes next.

use trackward_core::PageUrl;

use crate::figures::FigureName;
use crate::report::Report;
use crate::words::{count, signed};

/// The first page of a client's report, in words and lists.
#[derive(Debug)]
pub(crate) struct ClientPage {
    pub(crate) figures: Vec<Headline>,
    pub(crate) won: Listed,
    pub(crate) lost: Listed,
    pub(crate) next: Vec<String>,
}

/// A number with what belongs to it.
#[derive(Debug)]
pub(crate) struct Headline {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
}

/// The first links of a list, and how many follow in the sections.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) links: Vec<(PageUrl, String)>,
    pub(crate) more: usize,
}

/// Links that a list on the first page names.
const LISTED: usize = 12;

impl ClientPage {
    pub(crate) fn of(report: &Report) -> Self {
        Self { figures: figures(report), won: won(report), lost: lost(report), next: next(report) }
    }
}

fn figures(report: &Report) -> Vec<Headline> {
    let figures = &report.figures;
    let live = report.key_figures.iter().find(|figure| figure.name == FigureName::Live);
    let change =
        live.and_then(|live| live.change).map_or_else(String::new, |by| format!("{} · ", signed(by)));
    let domains = count(figures.referring_domains, "referring domain", "referring domains");
    let won = figures.approved + figures.appeared + figures.restored;
    let of_them =
        [(figures.approved, "approved"), (figures.appeared, "found"), (figures.restored, "restored")];
    let parts: Vec<String> =
        of_them.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let agreed =
        (figures.agreed > 0).then(|| format!("{} of {} agreed delivered", figures.delivered, figures.agreed));
    let won_note =
        [(!parts.is_empty()).then(|| parts.join(", ")), agreed].into_iter().flatten().collect::<Vec<_>>();
    let back = match figures.restored {
        0 => "confirmed by several checks".to_owned(),
        n => format!("{n} lost before {} back", if n == 1 { "is" } else { "are" }),
    };
    vec![
        Headline {
            name: "Live and verified",
            value: figures.live.to_string(),
            note: format!("{change}{domains}"),
        },
        Headline { name: "Won", value: won.to_string(), note: won_note.join(" · ") },
        Headline { name: "Lost", value: figures.lost.to_string(), note: back },
    ]
}

fn won(report: &Report) -> Listed {
    let approved = report.approved.iter().map(|row| (row.subject.page.clone(), "approved".to_owned()));
    let found = report.appeared.iter().map(|row| (row.subject.page.clone(), "found".to_owned()));
    let restored = report.restored.iter().map(|row| (row.subject.page.clone(), "restored".to_owned()));
    Listed::of(approved.chain(found).chain(restored).collect())
}

fn lost(report: &Report) -> Listed {
    let of_group = |group: &crate::rows::LossGroup| {
        let reason = group.reason_in_words.to_owned();
        group.links.iter().map(move |row| (row.subject.page.clone(), reason.clone())).collect::<Vec<_>>()
    };
    Listed::of(report.lost.iter().flat_map(of_group).collect())
}

impl Listed {
    fn of(mut links: Vec<(PageUrl, String)>) -> Self {
        let more = links.len().saturating_sub(LISTED);
        links.truncate(LISTED);
        Self { links, more }
    }
}

fn next(report: &Report) -> Vec<String> {
    let figures = &report.figures;
    let mut next = Vec::new();
    if figures.pending > 0 {
        next.push(format!(
            "{} for approval; each is checked until it is answered.",
            waiting(figures.pending)
        ));
    }
    if figures.missing > 0 {
        let links = count(figures.missing, "link was", "links were");
        next.push(format!("{links} not seen at the last check; further checks confirm or clear it."));
    }
    if figures.cannot_check_pages > 0 {
        let pages = count(figures.cannot_check_pages, "page", "pages");
        next.push(format!("{pages} can't be checked at present; their links keep their state."));
    }
    if figures.lost > 0 {
        next.push("Lost pages stay on the watch: what comes back is reported.".to_owned());
    }
    if next.is_empty() {
        next.push("Every live link is checked again.".to_owned());
    }
    next
}

fn waiting(pending: u64) -> String {
    count(pending, "link waits", "links wait")
}
