//! The numbers as one paragraph.

use std::collections::BTreeMap;

use trackward_core::LossReason;

use crate::figures::Figures;
use crate::report::Report;
use crate::sections::rate_in_words;
use crate::words::{count, days, wait};

/// The summary of a report: what changed, what was checked, what is open.
pub(crate) fn of(report: &Report) -> String {
    let sentences = [
        Some(changes(report)),
        Some(format!("{}.", report.coverage.in_words())),
        approval(report),
        pending(report),
        cannot_check(&report.figures),
        baseline(&report.figures),
        corrections(&report.figures),
    ];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// "9 approved, 3 lost on 2 sites (2 page gone, 1 entry removed), 1 restored."
fn changes(report: &Report) -> String {
    let figures = &report.figures;
    let parts: Vec<String> = [
        (figures.approved, "approved"),
        (figures.lost, "lost"),
        (figures.appeared, "newly found"),
        (figures.restored, "restored"),
        (figures.breached, "breached"),
        (figures.as_agreed, "as agreed again"),
        (figures.weakened, "weakened"),
        (figures.strengthened, "strengthened"),
        (figures.changed, "changed"),
        (figures.moved, "moved"),
        (figures.no_answer, "without an answer"),
        (figures.rejected, "rejected"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| if what == "lost" { lost(report) } else { format!("{n} {what}") })
    .collect();
    if parts.is_empty() {
        "No change was confirmed: nothing approved, lost, found, restored or altered.".to_owned()
    } else {
        format!("{}.", parts.join(", "))
    }
}

fn lost(report: &Report) -> String {
    let mut reasons: BTreeMap<LossReason, usize> = BTreeMap::new();
    for group in &report.lost {
        *reasons.entry(group.reason).or_default() += group.links.len();
    }
    let reasons: Vec<String> = reasons.iter().map(|(reason, n)| format!("{n} {}", short(*reason))).collect();
    let mut sites: Vec<_> = report.lost.iter().map(|group| &group.site).collect();
    sites.dedup();
    let sites = count(sites.len() as u64, "site", "sites");
    format!("{} lost on {sites} ({})", report.figures.lost, reasons.join(", "))
}

/// A loss reason in two or three words, as its name has them.
pub(crate) fn short(reason: LossReason) -> String {
    reason.as_str().replace('_', " ")
}

/// "Approval rate 41.0 % (30.1–53.2; 12 of 29). Median wait 6 days."
fn approval(report: &Report) -> Option<String> {
    let approval = report.trends.approval.as_ref().filter(|approval| approval.rate.decided > 0)?;
    let median = approval.median.map_or_else(String::new, |median| format!(" Median wait {}.", wait(median)));
    Some(format!("Approval rate {}.{median}", rate_in_words(&approval.rate)))
}

fn pending(report: &Report) -> Option<String> {
    let n = report.figures.pending;
    let oldest = report.pending.links.iter().map(|link| link.age_seconds).max()?;
    let be = if n == 1 { "is" } else { "are" };
    Some(format!("{n} {be} pending, the oldest for {}.", days(oldest)))
}

fn cannot_check(figures: &Figures) -> Option<String> {
    let pages = count(figures.cannot_check_pages, "page", "pages");
    let links = count(figures.cannot_check_links, "link", "links");
    (figures.cannot_check_pages > 0).then(|| format!("{pages} with {links} can't be checked."))
}

fn baseline(figures: &Figures) -> Option<String> {
    let Figures { verified, not_found, to_verify, .. } = figures;
    (verified + not_found + to_verify > 0).then(|| {
        format!("Baseline of the import: {verified} verified, {not_found} not found, {to_verify} to verify.")
    })
}

fn corrections(figures: &Figures) -> Option<String> {
    let n = count(figures.corrections, "entry was", "entries were");
    (figures.corrections > 0).then(|| format!("{n} corrected."))
}
