//! The report as CSV, one file a section, and the list of all links.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use jiff::Timestamp;
use trackward_core::{Attributes, Fact, Link, LinkState, Money, Watched};

use crate::report::Report;
use crate::sections::sheets;
use crate::table::{Table, Value};
use crate::words::{DAY, tenths};

/// A mark at the beginning of a file by which spreadsheets know UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The names of the CSV files of a report, without their ending.
pub fn csv_names(report: &Report) -> Vec<&'static str> {
    sheets(report, &mut std::iter::empty()).iter().map(|table| table.id).collect()
}

/// Writes one file of [`csv_names`]: UTF-8 with a mark, CRLF, RFC 4180, times in UTC.
///
/// `links` are all links of the store; only `pending` reads them. Text that a spreadsheet could take for a formula
/// begins with `'`, unless it is asked for raw.
///
/// # Errors
/// When it cannot be written, or there is no such file.
pub fn csv(
    report: &Report,
    name: &str,
    raw: bool,
    links: &mut dyn Iterator<Item = Watched>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let table = sheets(report, links).into_iter().find(|table| table.id == name);
    let missing = || io::Error::new(io::ErrorKind::NotFound, format!("no section is named '{name}'"));
    write_table(table.ok_or_else(missing)?, raw, out)
}

fn write_table(table: Table<'_>, raw: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut file = begin(out)?;
    let in_sheets: Vec<bool> = table.columns.iter().map(|head| head.in_sheets).collect();
    file.write_record(table.columns.iter().filter(|head| head.in_sheets).map(|head| head.name))?;
    for row in table.rows {
        let cells = row.cells.iter().zip(&in_sheets).filter(|(_, shown)| **shown);
        file.write_record(cells.map(|(value, _)| cell(value, raw).into_owned()))?;
    }
    file.flush()
}

/// A column of `links.csv`: its name, whether clients see it, and its cell.
type LinkColumn = (&'static str, bool, fn(&Watched) -> String);

/// The columns of `links.csv`: those that an import reads, then what is known.
const LINK_COLUMNS: [LinkColumn; 32] = [
    ("link_id", true, |w| w.link.id.to_string()),
    ("source", true, |w| w.link.page.to_string()),
    ("target", true, |w| w.link.target.to_string()),
    ("kind", true, |w| w.link.said(Fact::Kind)),
    ("sent", true, |w| w.link.said(Fact::Sent)),
    ("client", true, |w| w.link.said(Fact::Client)),
    ("campaign", true, |w| w.link.said(Fact::Campaign)),
    ("owner", false, |w| w.link.said(Fact::Owner)),
    ("tags", false, |w| w.link.said(Fact::Tags)),
    ("cost", false, |w| w.link.said(Fact::Cost)),
    ("weight", false, |w| w.link.said(Fact::Weight)),
    ("note", false, |w| w.link.said(Fact::Note)),
    ("agreed_rel", true, |w| w.link.said(Fact::AgreedRel)),
    ("agreed_anchor", true, |w| w.link.said(Fact::AgreedAnchor)),
    ("agreed_target", true, |w| w.link.said(Fact::AgreedTarget)),
    ("agreed_placement", true, |w| w.link.said(Fact::AgreedPlacement)),
    ("deadline", true, |w| w.link.said(Fact::Deadline)),
    ("guaranteed_until", true, |w| w.link.said(Fact::GuaranteedUntil)),
    ("replaces", true, |w| w.link.said(Fact::Replaces)),
    ("state", true, |w| w.link.state.name().as_str().to_owned()),
    ("since", true, |w| maybe(since(&w.link))),
    ("reason", true, |w| match w.link.state {
        LinkState::Lost { reason, .. } => reason.as_str().to_owned(),
        _ => String::new(),
    }),
    ("anchor", true, |w| maybe(attributes(&w.link).map(|seen| &seen.anchor))),
    ("rel", true, |w| maybe(attributes(&w.link).map(|seen| &seen.rel))),
    ("placement", true, |w| maybe(w.link.seen.as_ref().map(|seen| seen.placement))),
    ("grade", true, |w| maybe(attributes(&w.link).map(Attributes::grade))),
    ("added", true, |w| w.link.added.to_string()),
    ("last_seen", true, |w| maybe(w.link.seen.as_ref().map(|seen| seen.at))),
    ("last_checked", true, |w| maybe(w.link.checked)),
    // What nothing is watched on is never due.
    ("next_check", true, |w| maybe(Some(w.plan.at).filter(|at| *at != Timestamp::MAX))),
    ("cannot_check_since", true, |w| maybe(w.memory.unreadable.as_ref().map(|unreadable| unreadable.since))),
    ("cannot_check_because", true, |w| maybe(w.memory.unreadable.as_ref().map(|unreadable| unreadable.rule))),
];

/// Writes all links of the report's scope, a line each: what an import reads, and what is known. Clients are told no
/// owner, tags, cost, weight or note.
///
/// # Errors
/// When it cannot be written.
pub fn links_csv(
    report: &Report,
    raw: bool,
    links: &mut dyn Iterator<Item = Watched>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut list = LinkList::begin(out, report.is_for_client(), raw)?;
    for watched in links.filter(|watched| report.scope.admits_link(&watched.link)) {
        list.add(&watched)?;
    }
    list.finish()
}

/// A list of links as CSV: what an import reads of each, and what is known.
#[derive(Debug)]
pub struct LinkList<W: Write> {
    file: Writer<W>,
    columns: Vec<&'static LinkColumn>,
    raw: bool,
}

impl<W: Write> LinkList<W> {
    /// Begins a list with the names of its columns; clients are told no owner, tags, cost, weight or note.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(out: W, for_client: bool, raw: bool) -> io::Result<Self> {
        let columns: Vec<_> =
            LINK_COLUMNS.iter().filter(|(_, for_clients, _)| *for_clients || !for_client).collect();
        let mut file = begin(out)?;
        file.write_record(columns.iter().map(|(name, ..)| name))?;
        Ok(Self { file, columns, raw })
    }

    /// Adds a link.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, watched: &Watched) -> io::Result<()> {
        for (_, _, cell) in &self.columns {
            self.file.write_field(&*guarded(&cell(watched), self.raw))?;
        }
        Ok(self.file.write_record(None::<&[u8]>)?)
    }

    /// Ends the list.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn begin<W: Write>(mut out: W) -> io::Result<Writer<W>> {
    out.write_all(BOM)?;
    Ok(WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out))
}

fn maybe(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn attributes(link: &Link) -> Option<&Attributes> {
    link.attributes.as_ref().or(link.seen.as_ref().map(|seen| &seen.attributes))
}

/// Since when a link is in its state, where that is known.
fn since(link: &Link) -> Option<Timestamp> {
    match &link.state {
        LinkState::Live { since }
        | LinkState::NotFound { since }
        | LinkState::Rejected { since }
        | LinkState::Archived { since }
        | LinkState::Lost { since, .. }
        | LinkState::NoAnswer { since, .. } => Some(*since),
        LinkState::Missing { missed, .. } => Some(missed.first),
        LinkState::Pending { .. } => link.sent(),
        LinkState::Imported { .. } => None,
    }
}

/// A value as programs read it; text is guarded, our own numbers stay numbers.
fn cell(value: &Value, raw: bool) -> Cow<'_, str> {
    Cow::Owned(match value {
        Value::None => return Cow::Borrowed(""),
        Value::Text(text) | Value::Anchor(text) | Value::Pill(_, text) => return guarded(text, raw),
        Value::Page(page) | Value::Address(page) => return guarded(page.as_str(), raw),
        Value::Instant(at) => at.to_string(),
        Value::Count(n) | Value::Bytes(n) => n.to_string(),
        Value::Change(n) => n.to_string(),
        Value::Tenths(n) => tenths(*n),
        Value::TenthsChange(n) => format!("{}{}", if *n < 0 { "-" } else { "" }, tenths(n.unsigned_abs())),
        Value::Percent(percent) => percent.bare(),
        Value::Seconds(seconds) => days(*seconds),
        Value::Money(money) => without_currency(*money),
        Value::Day(day) => day.to_string(),
        Value::Changes(changes) => {
            let all: Vec<String> = changes.iter().map(crate::actions::altered).collect();
            guarded(&all.join(" · "), raw).into_owned()
        }
    })
}

fn without_currency(money: Money) -> String {
    let text = money.to_string();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// Seconds as days, to a hundredth, rounded down.
fn days(seconds: i64) -> String {
    let hundredths = seconds.max(0) * 100 / DAY;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Text that no spreadsheet evaluates, or as it is.
pub(crate) fn guarded(text: &str, raw: bool) -> Cow<'_, str> {
    if raw { Cow::Borrowed(text) } else { trackward_core::guarded(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_ours_stay_numbers() {
        assert_eq!(cell(&Value::Change(-3), false), "-3");
        assert_eq!(cell(&Value::TenthsChange(-5), false), "-0.5");
        assert_eq!(cell(&Value::Seconds(DAY * 3 / 2), false), "1.50");
        assert_eq!(cell(&Value::text("-3"), false), "'-3");
    }
}
