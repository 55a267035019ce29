//! What a report is made from, read once more where it keeps but the first rows of a section.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use trackward_core::{Event, EventSeq, Evidence, EvidenceHash, PageUrl, Watched};

use crate::hosts::{HostId, host_of};
use crate::report::Report;
use crate::rows::{FirstLook, OpenBreach, Row, Unread, Waiting};
use crate::told::{edit, first_look};

/// What a report was built from, unchanged. Formats that hold all rows read it once more for each section of which
/// the report keeps but the first rows, so that memory does not follow their number.
pub trait Records {
    /// The events since [`Report::events_from`].
    fn events(&self) -> Box<dyn Iterator<Item = (EventSeq, Event)> + '_>;
    /// All links, those of a site one after another.
    fn links(&self) -> Box<dyn Iterator<Item = Watched> + '_>;
    /// The text that an event names by hash; none when it was erased.
    fn evidence(&self, hash: EvidenceHash) -> Option<Evidence>;
}

/// The rows of a section.
pub(crate) type Rows<'a, R> = Box<dyn Iterator<Item = R> + 'a>;

/// Records, where all rows are wanted; else those that the report keeps will do.
pub(crate) type Wanted<'a> = Option<&'a dyn Records>;

/// The kept rows where they are all or will do, else all of them from the records.
fn rows<'a, R: Clone>(
    kept: &'a [R],
    total: u64,
    wanted: Wanted<'a>,
    all: impl FnOnce(&'a dyn Records) -> Rows<'a, R>,
) -> Rows<'a, R> {
    match wanted {
        Some(records) if (kept.len() as u64) < total => all(records),
        _ => Box::new(kept.iter().cloned()),
    }
}

/// Pending links: the kept ones by the day from which on they may be given up, all by site.
pub(crate) fn pending<'a>(report: &'a Report, wanted: Wanted<'a>) -> Rows<'a, Waiting> {
    rows(&report.pending.links, report.figures.pending, wanted, |records| {
        Box::new(records.links().filter_map(|watched| report.outlook.row(&report.scope, &watched)))
    })
}

/// Agreements that are not kept: the kept rows by link, all by site.
pub(crate) fn breaches<'a>(report: &'a Report, wanted: Wanted<'a>) -> Rows<'a, OpenBreach> {
    rows(&report.breaches, report.figures.open_breaches, wanted, |records| {
        let header = &report.header;
        let zone = TimeZone::get(&header.period.zone).unwrap_or(TimeZone::UTC);
        let links = records.links().map(|watched| watched.link);
        let links = links.filter(|link| report.scope.admits_link(link));
        Box::new(links.filter_map(move |link| {
            OpenBreach::of(&link, link.agreement(header.as_of, &zone).breaches, header.edition)
        }))
    })
}

/// First looks: the kept ones by link, all as they were told.
pub(crate) fn first_looks<'a>(report: &'a Report, wanted: Wanted<'a>) -> Rows<'a, Row<FirstLook>> {
    let total = report.figures.verified + report.figures.not_found;
    rows(&report.baseline.links, total, wanted, |records| {
        let events = records
            .events()
            .filter(|(_, event)| report.header.period.contains(event.at) && report.scope.admits_event(event));
        Box::new(events.filter_map(|(seq, event)| {
            let mut row = first_look(seq, &event, &|hash| records.evidence(hash))?;
            edit(std::slice::from_mut(&mut row), report.header.edition);
            Some(row)
        }))
    })
}

/// Pages that cannot be checked: the kept ones by their links, all by site.
pub(crate) fn cannot_check<'a>(report: &'a Report, wanted: Wanted<'a>) -> Rows<'a, Unread> {
    rows(&report.cannot_check, report.figures.cannot_check_pages, wanted, |records| {
        let links = records.links().filter(|watched| report.scope.admits_link(&watched.link));
        Box::new(UnreadPages { report, links: Box::new(links), site: None, pages: BTreeMap::new() }.flatten())
    })
}

/// The pages of one site after another: the links of a site lie together, those of a page need not.
struct UnreadPages<'a> {
    report: &'a Report,
    links: Rows<'a, Watched>,
    site: Option<HostId>,
    pages: BTreeMap<PageUrl, Unread>,
}

impl Iterator for UnreadPages<'_> {
    type Item = std::collections::btree_map::IntoValues<PageUrl, Unread>;

    fn next(&mut self) -> Option<Self::Item> {
        for watched in self.links.by_ref() {
            let site = Some(host_of(watched.link.id));
            let of_last = (site != self.site).then(|| std::mem::take(&mut self.pages));
            self.site = site;
            Unread::count(&mut self.pages, &watched, self.report.header.as_of);
            if let Some(pages) = of_last.filter(|pages| !pages.is_empty()) {
                return Some(pages.into_values());
            }
        }
        let last = std::mem::take(&mut self.pages);
        (!last.is_empty()).then(|| last.into_values())
    }
}
