//! The report's sections as tables, in their order.

use jiff::Timestamp;
use trackward_core::{EventName, TargetFault, TargetHealth};

use crate::calendar::Calendar;
use crate::cells::{age, before_after, effect, link, reason, state, verdict, with_subject, worth};
use crate::report::Report;
use crate::rows::{
    Approval, Change, Close, Correction, Find, FirstLook, Loss, LossGroup, Return, Row, Unread, Waiting,
};
use crate::view::{Cell, Line, Quoted, Section, Table, TableRow, Tone};
use crate::words::{count, days, wait};

/// All sections, empty ones too, each table with at most `limit` rows.
pub(crate) fn sections(report: &Report, limit: usize) -> Vec<Section> {
    let draw = Draw { calendar: Calendar::of(&report.header.period), limit };
    vec![
        draw.section("approved", "Approved", &report.approved, APPROVED, Draw::approval),
        draw.lost(&report.lost),
        draw.section("new", "New, found", &report.appeared, FOUND, Draw::find),
        draw.section("changed", "Changed", &report.changed, CHANGED, Draw::change),
        draw.section("restored", "Restored", &report.restored, RESTORED, Draw::restored),
        draw.pending(report),
        draw.section("no-answer", "No answer", &report.no_answer, CLOSED, Draw::close),
        draw.cannot_check(report),
        draw.targets(&report.targets),
        draw.baseline(report),
        draw.section("corrections", "Corrections", &report.corrections, CORRECTED, Draw::correction),
    ]
}

const APPROVED: &[&str] = &["Linking page", "Target", "Link", "Worth", "Approved", "Wait"];
const LOST: &[&str] = &["Linking page", "Target", "Link", "Reason", "Last seen", "Lived"];
const FOUND: &[&str] = &["Linking page", "Target", "Link", "Worth", "First seen"];
const CHANGED: &[&str] = &["Linking page", "Target", "Change", "Before → after", "Confirmed"];
const RESTORED: &[&str] = &["Linking page", "Target", "Link", "Worth", "Restored", "Had been lost"];
const PENDING: &[&str] = &["Linking page", "Target", "Sent", "Age", "Checks"];
const AGES: &[&str] = &["Age", "Links", "Sites"];
const CLOSED: &[&str] = &["Linking page", "Target", "Outcome", "Sent", "Checks"];
const UNREAD: &[&str] = &["Linking page", "Links", "What keeps it unread", "Since", "Tries", "What to do"];
const OURS: &[&str] = &["Your page", "What is wrong", "Leads to", "Seen"];
const BASELINE: &[&str] = &["Linking page", "Target", "Outcome", "Link", "Worth", "First check"];
const CORRECTED: &[&str] = &["Linking page", "Target", "Reported as", "In truth", "Said by"];

/// Draws rows with the times of one zone.
struct Draw {
    calendar: Calendar,
    limit: usize,
}

impl Draw {
    fn section<F>(
        &self,
        id: &'static str,
        title: &'static str,
        rows: &[Row<F>],
        columns: &'static [&'static str],
        cells: impl Fn(&Self, &Row<F>) -> Vec<Cell>,
    ) -> Section {
        let table = Table::of(columns, rows.iter(), self.limit, |row| self.row(row, cells(self, row)));
        section(id, title, rows.len(), [table])
    }

    /// A row begins with its page and target and ends with its evidence.
    fn row<F>(&self, row: &Row<F>, facts: Vec<Cell>) -> TableRow {
        let read = |at| format!("read {}", self.calendar.instant(at));
        let proof = row.evidence.as_ref();
        TableRow {
            heading: None,
            cells: with_subject(&row.subject, facts),
            proof: proof.map(|proof| Quoted::of(proof, proof.read.map(read).unwrap_or_default())),
        }
    }

    fn approval(&self, row: &Row<Approval>) -> Vec<Cell> {
        let approval = &row.facts;
        let after = approval.approved_after.map(|at| self.note("after", at));
        vec![
            link(&approval.look),
            worth(&approval.look),
            [self.day(approval.approved_before)].into_iter().chain(after).collect(),
            vec![Line::Short(wait(approval.wait)), self.note("sent", approval.sent)],
        ]
    }

    fn lost(&self, groups: &[LossGroup]) -> Section {
        let rows: Vec<_> = groups
            .iter()
            .flat_map(|group| group.links.iter().enumerate().map(move |(n, row)| (group, n, row)))
            .collect();
        let table = Table::of(LOST, rows.into_iter(), self.limit, |(group, n, row)| TableRow {
            heading: (n == 0 && group.links.len() > 1).then(|| in_words(group)),
            ..self.row(row, self.loss(row))
        });
        let total = groups.iter().map(|group| group.links.len()).sum();
        section("lost", "Lost", total, [table])
    }

    fn loss(&self, row: &Row<Loss>) -> Vec<Cell> {
        let loss = &row.facts;
        let seen = match loss.last_seen {
            Some(at) => self.day(at),
            None => Line::Note("not kept".to_owned()),
        };
        let misses = count(loss.misses.into(), "miss", "misses");
        vec![
            loss.look.as_ref().map(link).unwrap_or_default(),
            vec![reason(Tone::Bad, loss.reason), Line::Note(loss.reason.in_words().to_owned())],
            vec![seen, self.note("first missed", loss.first_missed), self.note("confirmed", row.confirmed)],
            vec![
                Line::Short(days(loss.lived_seconds)),
                Line::ShortNote(format!("{misses}, {} strong", loss.strong_misses)),
            ],
        ]
    }

    fn find(&self, row: &Row<Find>) -> Vec<Cell> {
        let find = &row.facts;
        vec![link(&find.look), worth(&find.look), vec![self.day(find.first_seen)]]
    }

    fn change(&self, row: &Row<Change>) -> Vec<Cell> {
        let change = &row.facts;
        let first_seen = change.first_seen.map(|at| self.note("first seen so", at));
        vec![
            vec![effect(change.effect)],
            change.changes.iter().map(before_after).collect(),
            [self.day(row.confirmed)].into_iter().chain(first_seen).collect(),
        ]
    }

    fn restored(&self, row: &Row<Return>) -> Vec<Cell> {
        let back = &row.facts;
        vec![
            link(&back.look),
            worth(&back.look),
            vec![self.day(back.restored)],
            vec![reason(Tone::Neutral, back.reason), self.note("confirmed", back.lost)],
        ]
    }

    fn pending(&self, report: &Report) -> Section {
        let ages = Table::of(AGES, report.pending.by_age.iter(), usize::MAX, age);
        let links = Table::of(PENDING, report.pending.links.iter(), self.limit, |row| self.waiting(row));
        let lead = if report.pending.links.is_empty() { "" } else { "As the store is now, oldest first." };
        section("pending", "Pending", report.pending.links.len(), [ages, links]).led_by(lead)
    }

    fn waiting(&self, waiting: &Waiting) -> TableRow {
        let last = waiting.last_check.map(|at| self.note("last", at));
        let checks = Line::Short(waiting.checks.to_string());
        let facts = vec![
            vec![self.day(waiting.sent)],
            vec![Line::Short(days(waiting.age_seconds))],
            [checks].into_iter().chain(last).collect(),
        ];
        TableRow { cells: with_subject(&waiting.subject, facts), ..TableRow::default() }
    }

    fn close(&self, row: &Row<Close>) -> Vec<Cell> {
        let close = &row.facts;
        let words = if close.outcome == EventName::Rejected { "rejected" } else { "no answer" };
        vec![
            vec![Line::Pill(Tone::Neutral, words.to_owned()), self.note("on", row.confirmed)],
            close.sent.map(|at| self.day(at)).into_iter().collect(),
            close.checks.map(|checks| Line::Short(checks.to_string())).into_iter().collect(),
        ]
    }

    fn cannot_check(&self, report: &Report) -> Section {
        let pages = Table::of(UNREAD, report.cannot_check.iter(), self.limit, |page| self.unread(page));
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
        section("cannot-check", "Can't check", report.cannot_check.len(), [pages])
            .led_by(&format!("{listed}{again}"))
    }

    fn unread(&self, page: &Unread) -> TableRow {
        let last = page.last_try.map(|at| self.note("last", at));
        let tries = Line::Short(page.tries.to_string());
        let mut why = vec![
            Line::Pill(Tone::Warn, verdict(page.verdict)),
            Line::Note(format!("because {}", page.because)),
        ];
        if !page.detail.is_empty() {
            why.push(Line::Note(page.detail.clone()));
        }
        let cells = vec![
            vec![Line::Page(page.page.clone())],
            vec![Line::Short(page.links.to_string())],
            why,
            vec![self.day(page.since)],
            [tries].into_iter().chain(last).chain([self.note("next", page.next_try)]).collect(),
            vec![Line::Text(page.what_to_do.to_owned())],
        ];
        TableRow { cells, ..TableRow::default() }
    }

    fn targets(&self, targets: &[TargetHealth]) -> Section {
        let table = Table::of(OURS, targets.iter(), self.limit, |health| {
            let tone = match health.fault {
                TargetFault::Gone | TargetFault::LedHome => Tone::Bad,
                TargetFault::LongChain | TargetFault::Temporary => Tone::Warn,
                TargetFault::Moved => Tone::Neutral,
            };
            let leads_to = (health.leads_to != health.page).then(|| Line::Address(health.leads_to.clone()));
            let cells = vec![
                vec![Line::Address(health.page.clone())],
                vec![Line::Pill(tone, health.fault.in_words().to_owned())],
                leads_to.into_iter().collect(),
                vec![self.day(health.at)],
            ];
            TableRow { cells, ..TableRow::default() }
        });
        let lead =
            if targets.is_empty() { "" } else { "Pages of yours that live links point to: yours to mend." };
        section("your-pages", "Your own pages", targets.len(), [table]).led_by(lead)
    }

    fn baseline(&self, report: &Report) -> Section {
        let looks = &report.baseline.links;
        let section = self.section("baseline", "Baseline after an import", looks, BASELINE, Draw::first_look);
        let lead = match report.baseline.to_verify {
            0 if looks.is_empty() => String::new(),
            0 => "First looks, in no other count. No link is left to verify.".to_owned(),
            n => {
                let open = count(n, "link is still", "links are still");
                format!("First looks, in no other count. {open} to verify.")
            }
        };
        section.led_by(&lead)
    }

    fn first_look(&self, row: &Row<FirstLook>) -> Vec<Cell> {
        let first = &row.facts;
        let outcome = match first.outcome {
            EventName::Verified => Line::Pill(Tone::Good, "verified".to_owned()),
            _ => Line::Pill(Tone::Neutral, "not found".to_owned()),
        };
        vec![
            vec![outcome],
            first.look.as_ref().map(link).unwrap_or_default(),
            first.look.as_ref().map(worth).unwrap_or_default(),
            vec![self.day(first.first_check)],
        ]
    }

    fn correction(&self, row: &Row<Correction>) -> Vec<Cell> {
        let correction = &row.facts;
        vec![
            vec![state(Tone::Neutral, correction.reported_as)],
            vec![state(Tone::Good, correction.truth)],
            vec![
                Line::Text(correction.by.clone()),
                Line::Note(correction.note.clone()),
                self.note("on", row.confirmed),
            ],
        ]
    }

    fn day(&self, at: Timestamp) -> Line {
        Line::Short(self.calendar.day(at))
    }

    fn note(&self, label: &str, at: Timestamp) -> Line {
        Line::ShortNote(format!("{label} {}", self.calendar.day(at)))
    }
}

fn section(
    id: &'static str,
    title: &'static str,
    total: usize,
    tables: impl IntoIterator<Item = Table>,
) -> Section {
    let tables = if total == 0 { Vec::new() } else { tables.into_iter().collect() };
    Section { id, title, total: total as u64, lead: None, tables }
}

/// "40 links on host.example: the site is gone".
fn in_words(group: &LossGroup) -> String {
    let links = count(group.links.len() as u64, "link", "links");
    format!("{links} on {}: {}", group.site, group.reason_in_words)
}
