//! The report as CSV, one file a section, and the list of all links.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use jiff::Timestamp;
use trackward_core::{Attributes, Link, LinkState, Money, Watched};

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
    ("kind", true, |w| w.link.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default()),
    ("sent", true, |w| maybe(w.link.sent())),
    ("client", true, |w| maybe(w.link.client.as_ref())),
    ("campaign", true, |w| maybe(w.link.campaign.as_ref())),
    ("owner", false, |w| maybe(w.link.owner.as_ref())),
    ("tags", false, |w| w.link.tags.to_string()),
    ("cost", false, |w| maybe(w.link.cost)),
    ("weight", false, |w| w.link.weight.to_string()),
    ("note", false, |w| maybe(w.link.note.as_ref())),
    ("agreed_rel", true, |w| maybe(w.link.agreed.rel.as_ref())),
    ("agreed_anchor", true, |w| maybe(w.link.agreed.anchor.as_ref())),
    ("agreed_target", true, |w| maybe(w.link.agreed.target.as_ref())),
    ("agreed_placement", true, |w| maybe(w.link.agreed.placement)),
    ("deadline", true, |w| maybe(w.link.agreed.deadline)),
    ("guaranteed_until", true, |w| maybe(w.link.agreed.guaranteed_until)),
    ("replaces", true, |w| maybe(w.link.agreed.replaces.as_ref())),
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
    let for_client = report.is_for_client();
    let shown = || LINK_COLUMNS.iter().filter(|(_, for_clients, _)| *for_clients || !for_client);
    let mut file = begin(out)?;
    file.write_record(shown().map(|(name, ..)| name))?;
    for watched in links.filter(|watched| report.scope.admits_link(&watched.link)) {
        for (_, _, cell) in shown() {
            file.write_field(&*guarded(&cell(&watched), raw))?;
        }
        file.write_record(None::<&[u8]>)?;
    }
    file.flush()
}

fn begin(out: &mut dyn Write) -> io::Result<Writer<&mut dyn Write>> {
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

/// Text that no spreadsheet evaluates: where its first visible character could begin a formula, `'` comes before it.
pub(crate) fn guarded(text: &str, raw: bool) -> Cow<'_, str> {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let invisible =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let evaluated = text.starts_with(['\t', '\r']) || text.trim_start_matches(invisible).starts_with(begins);
    if evaluated && !raw { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_could_be_evaluated_is_guarded_and_other_text_is_not() {
        for text in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "  =1", "\u{200b}=1", "\u{feff}-1", "＝1", "－2"]
        {
            assert_eq!(guarded(text, false), format!("'{text}"));
            assert_eq!(guarded(text, true), text);
        }
        for text in ["", "a=b", "https://h.example/?a=-1", "1", "ä", "'=1"] {
            assert_eq!(guarded(text, false), text);
        }
    }

    #[test]
    fn numbers_of_ours_stay_numbers() {
        assert_eq!(cell(&Value::Change(-3), false), "-3");
        assert_eq!(cell(&Value::TenthsChange(-5), false), "-0.5");
        assert_eq!(cell(&Value::Seconds(DAY * 3 / 2), false), "1.50");
        assert_eq!(cell(&Value::text("-3"), false), "'-3");
    }
}
