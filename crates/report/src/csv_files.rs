//! The report as CSV, one file a section, and the list of all links.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use jiff::Timestamp;
use trackward_core::{Link, LinkState, Watched};

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

/// The columns of `links.csv`: those that an import reads, then what is known.
const LINK_COLUMNS: [&str; 22] = [
    "link_id",
    "source",
    "target",
    "kind",
    "sent",
    "campaign",
    "owner",
    "agreed_anchor",
    "agreed_rel",
    "weight",
    "note",
    "state",
    "since",
    "reason",
    "anchor",
    "rel",
    "placement",
    "grade",
    "first_known",
    "last_seen",
    "last_checked",
    "cannot_check_since",
];

/// Writes all links of the report's scope, a line each: what an import reads, and what is known. Clients are told no
/// owner, weight or note.
///
/// # Errors
/// When it cannot be written.
pub fn links_csv(
    report: &Report,
    raw: bool,
    links: &mut dyn Iterator<Item = Watched>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let hidden = |name: &str| report.is_for_client() && matches!(name, "owner" | "weight" | "note");
    let shown: Vec<bool> = LINK_COLUMNS.iter().map(|name| !hidden(name)).collect();
    let mut file = begin(out)?;
    let kept = |cells: &[String; 22]| -> Vec<String> {
        cells.iter().zip(&shown).filter(|(_, shown)| **shown).map(|(cell, _)| cell.clone()).collect()
    };
    file.write_record(kept(&LINK_COLUMNS.map(str::to_owned)))?;
    for watched in links.filter(|watched| report.scope.admits_link(&watched.link)) {
        file.write_record(kept(&link_cells(&watched, raw)))?;
    }
    file.flush()
}

fn begin(out: &mut dyn Write) -> io::Result<Writer<&mut dyn Write>> {
    out.write_all(BOM)?;
    Ok(WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out))
}

fn link_cells(watched: &Watched, raw: bool) -> [String; 22] {
    let Watched { link, memory, .. } = watched;
    let text = |text: &str| guarded(text, raw).into_owned();
    let maybe = |value: &Option<String>| value.as_deref().map(text).unwrap_or_default();
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let seen = link.seen.as_ref();
    let attributes = link.attributes.as_ref().or(seen.map(|seen| &seen.attributes));
    let (since, reason) = since(link);
    [
        link.id.to_string(),
        text(link.page.as_str()),
        text(&link.target.to_string()),
        link.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        time(link.sent()),
        maybe(&link.campaign),
        maybe(&link.owner),
        maybe(&link.agreed.anchor),
        link.agreed.rel.as_ref().map(|rel| text(&rel.to_string())).unwrap_or_default(),
        link.weight.to_string(),
        maybe(&link.note),
        link.state.name().as_str().to_owned(),
        time(since),
        reason.to_owned(),
        attributes.map(|seen| text(&seen.anchor)).unwrap_or_default(),
        attributes.map(|seen| text(&seen.rel.to_string())).unwrap_or_default(),
        seen.map(|seen| seen.placement.to_string()).unwrap_or_default(),
        attributes.map(|seen| seen.grade().to_owned()).unwrap_or_default(),
        time(Some(link.added)),
        time(seen.map(|seen| seen.at)),
        time(link.checked),
        time(memory.unreadable.as_ref().map(|unreadable| unreadable.since)),
    ]
}

/// Since when a link is in its state, where that is known, and why it was lost.
fn since(link: &Link) -> (Option<Timestamp>, &'static str) {
    match &link.state {
        LinkState::Live { since }
        | LinkState::NotFound { since }
        | LinkState::Rejected { since }
        | LinkState::Archived { since }
        | LinkState::NoAnswer { since, .. } => (Some(*since), ""),
        LinkState::Missing { missed, .. } => (Some(missed.first), ""),
        LinkState::Lost { since, reason, .. } => (Some(*since), reason.as_str()),
        LinkState::Pending { .. } => (link.sent(), ""),
        LinkState::Imported { .. } => (None, ""),
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
        Value::Changes(changes) => {
            let all: Vec<String> = changes.iter().map(crate::actions::altered).collect();
            guarded(&all.join(" · "), raw).into_owned()
        }
    })
}

/// Seconds as days, to a hundredth, rounded down.
fn days(seconds: i64) -> String {
    let hundredths = seconds.max(0) * 100 / DAY;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Text that no spreadsheet evaluates: where its first visible character could begin a formula, `'` comes before it.
pub(crate) fn guarded(text: &str, raw: bool) -> Cow<'_, str> {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let invisible = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let evaluated = text.starts_with(['\t', '\r']) || text.trim_start_matches(invisible).starts_with(begins);
    if evaluated && !raw { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_could_be_evaluated_is_guarded_and_other_text_is_not() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "  =1", "\u{200b}=1", "\u{feff}-1", "＝1", "－2"] {
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
