//! The report's sections as tables of typed cells, in their order.

mod agreed;
mod events;
mod figures;
mod link;
mod state;
mod trends;

pub(crate) use link::target;

use crate::list;
use crate::records::Wanted;
use crate::report::Report;
use crate::rows::Rate;
use crate::table::{Section, Table, Value};
use crate::trends::Trends;
use crate::words::count;

/// All sections of a report that its reader may see, empty ones too; with the kept rows, or all where they are wanted.
pub(crate) fn sections<'a>(report: &'a Report, wanted: Wanted<'a>) -> Vec<Section<'a>> {
    let mut all = vec![key_figures(report)];
    if !report.is_for_client() {
        all.push(one("actions", "Needs action", figures::actions(report)));
    }
    all.extend([
        one("approved", "Approved", events::approved(report)),
        lost(report),
        one("new", "New, found", events::found(report)),
        one("changed", "Changed", events::changed(report)),
        one("breaches", "Agreements not kept", agreed::breaches(report, wanted)),
        one("restored", "Restored", events::restored(report)),
        pending(report, wanted),
        one("no-answer", "No answer", events::closed(report)),
    ]);
    if !report.is_for_client() {
        all.push(hosts(report));
    }
    all.extend([
        cannot_check(report, wanted),
        own_pages(report),
        baseline(report, wanted),
        corrections(report),
    ]);
    if !report.is_for_client() {
        all.push(one("money", "Money", agreed::money(report)));
        all.push(one("runs", "Run health", state::runs(report)));
    }
    all
}

/// The tables beside the charts.
pub(crate) fn trends(report: &Report) -> Section<'_> {
    let mut tables = vec![trends::periods(report)];
    if let Some(approval) = &report.trends.approval {
        tables.push(if approval.curve.is_empty() {
            trends::few_waits(approval)
        } else {
            trends::waits(approval)
        });
    }
    tables.extend(report.trends.survival.as_ref().map(|survival| trends::survival(&survival.at)));
    tables.extend([trends::loss_reasons(report), trends::rel_mix(report)]);
    Section {
        id: "trends",
        title: "Trends",
        total: report.trends.periods.len() as u64,
        lead: trends_in_words(&report.trends),
        tables,
    }
}

/// All tables as spreadsheets hold them, with all their rows where there are records; the list of all links is last.
pub(crate) fn sheets<'a>(report: &'a Report, wanted: Wanted<'a>) -> Vec<Table<'a>> {
    let parts = sections(report, wanted).into_iter().chain([trends(report)]);
    let approval = report.trends.approval.as_ref().map(trends::wait_curve);
    let survival = report.trends.survival.as_ref().map(trends::survival_curve);
    let tables = parts.flat_map(|section| section.tables).chain(approval).chain(survival);
    tables.chain([list::table(report, wanted)]).collect()
}

fn key_figures(report: &Report) -> Section<'_> {
    one("figures", "Key figures", figures::key_figures(report)).led_by(
        "Live, pending and can't check show the store as it is now; all else was confirmed in the period.",
    )
}

fn one<'a>(id: &'static str, title: &'static str, table: Table<'a>) -> Section<'a> {
    Section { id, title, total: table.total, lead: None, tables: vec![table] }
}

impl Section<'_> {
    /// Says something before the tables; an empty text says nothing.
    fn led_by(self, lead: &str) -> Self {
        let lead = lead.trim_end();
        Self { lead: (!lead.is_empty()).then(|| lead.to_owned()), ..self }
    }
}

fn lost(report: &Report) -> Section<'_> {
    let causes = report.lost.len() as u64;
    let links = report.figures.lost;
    let lead = if links > causes {
        format!("{} by {}.", count(links, "link", "links"), count(causes, "cause", "causes"))
    } else {
        String::new()
    };
    one("lost", "Lost", events::lost(report)).led_by(&lead)
}

fn pending<'a>(report: &'a Report, wanted: Wanted<'a>) -> Section<'a> {
    let links = state::pending(report, wanted);
    let lead = match links.total {
        0 => "",
        _ => "As the store is now; what may be given up first comes first.",
    };
    let total = links.total;
    let tables = vec![state::ages(report), links];
    Section { id: "pending", title: "Pending", total, lead: None, tables }.led_by(lead)
}

fn hosts(report: &Report) -> Section<'_> {
    let lead = match report.hosts.iter().filter(|host| host.next_best.is_some()).count() {
        0 => "",
        _ => {
            "The surest to approve first, by the lower bound of their rate. Next best: known to approve, and \
             nothing sent within 60 days."
        }
    };
    one("sites", "Sites", state::hosts(report)).led_by(lead)
}

fn cannot_check<'a>(report: &'a Report, wanted: Wanted<'a>) -> Section<'a> {
    let listed = match report.cannot_check.len() {
        0 => String::new(),
        _ => format!(
            "Pages without a conclusive check for {} days or longer, as the store is now. Their links \
             keep their states; none of them counts as lost. ",
            Report::CANNOT_CHECK_DAYS
        ),
    };
    let again = match report.figures.readable_again {
        0 => String::new(),
        n => format!("{} announced earlier can be checked again.", count(n, "page", "pages")),
    };
    one("cannot-check", "Can't check", state::unread(report, wanted)).led_by(&format!("{listed}{again}"))
}

fn own_pages(report: &Report) -> Section<'_> {
    let lead = if report.targets.is_empty() {
        ""
    } else {
        "Pages of yours that live links point to: yours to mend."
    };
    one("your-pages", "Your own pages", state::own_pages(report)).led_by(lead)
}

fn baseline<'a>(report: &'a Report, wanted: Wanted<'a>) -> Section<'a> {
    let table = events::baseline(report, wanted);
    let lead = match report.baseline.to_verify {
        0 if table.total == 0 => String::new(),
        0 => "First looks, in no other count. No link is left to verify.".to_owned(),
        n => {
            let open = count(n, "link is still", "links are still");
            format!("First looks, in no other count. {open} to verify.")
        }
    };
    one("baseline", "Baseline after an import", table).led_by(&lead)
}

fn corrections(report: &Report) -> Section<'_> {
    let corrections = &report.corrections;
    let running = match corrections.losses {
        0 => String::new(),
        losses => format!(
            "Of {} told in {}, {} reversed.",
            count(losses, "loss", "losses"),
            corrections.year,
            count(corrections.reversed, "was", "were"),
        ),
    };
    one("corrections", "Corrections", events::corrections(report)).led_by(&running)
}

/// What the trends say, for those who read no charts.
fn trends_in_words(trends: &Trends) -> Option<String> {
    let approval = trends.approval.as_ref().filter(|approval| approval.sent > 0)?;
    let mut words = Vec::new();
    words.push(format!("Approval rate: {}.", rate_in_words(&approval.rate)));
    let told = approval.within.iter().filter(|w| [7, 30, 90].contains(&w.days));
    let within: Vec<String> = told.map(|w| format!("{} within {} days", w.percent, w.days)).collect();
    words.push(format!(
        "Of {} sent within a year, {} approved; for certain {}.",
        count(approval.sent, "link", "links"),
        count(approval.approved, "was", "were"),
        within.join(", ")
    ));
    if let Some(survival) = &trends.survival {
        for point in survival.at.iter().filter(|point| point.days >= Trends::QUARTER) {
            words.push(format!(
                "Still live after {} days: {} ({}–{}).",
                point.days,
                point.percent,
                point.low.bare(),
                point.high.bare()
            ));
        }
        if survival.left_out > 0 {
            words.push(format!(
                "{} of unknown age left out.",
                count(survival.left_out, "live link", "live links")
            ));
        }
        words.push("Links of one site fall together, so these bounds are too narrow.".to_owned());
    }
    Some(words.join(" "))
}

/// "41.0 % (30.1–53.2; 12 of 29, 3 undecided)", or "3 of 4".
pub(crate) fn rate_in_words(rate: &Rate) -> String {
    let of = format!("{} of {}", rate.approved, rate.decided);
    let undecided = match rate.undecided {
        0 => String::new(),
        n => format!(", {n} undecided"),
    };
    match (rate.percent, rate.low, rate.high) {
        (Some(percent), Some(low), Some(high)) => {
            format!("{percent} ({}–{}; {of}{undecided})", low.bare(), high.bare())
        }
        _ => format!("{of}{undecided}"),
    }
}

/// A share that may not be known.
fn percent(share: Option<crate::percent::Percent>) -> Value {
    Value::maybe(share, Value::Percent)
}
