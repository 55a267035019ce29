//! The report as a workbook: one sheet a section, where people sort and filter.

use std::io::Write;

use jiff::Timestamp;
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, Workbook, Worksheet};
use trackward_core::PageUrl;

use crate::calendar::Calendar;
use crate::html::maker;
use crate::records::Records;
use crate::report::Report;
use crate::sections::sheets;
use crate::table::{Head, Table, Value};
use crate::view::in_words;
use crate::words::{DAY, count};

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written")]
pub struct XlsxError(#[from] rust_xlsxwriter::XlsxError);

/// Characters of a cell that a workbook holds, in UTF-16.
const CELL_CHARS: usize = 32_767;
/// Rows of a sheet, its header included.
const SHEET_ROWS: u32 = 1_048_576;
/// Addresses of a sheet that are clickable: each is kept in memory until the file is written.
const SHEET_LINKS: u32 = 10_000;
/// Characters of a clickable address.
const LINK_CHARS: usize = 2_000;

/// Writes the report as a workbook: typed cells, filters, a header that stays, clickable addresses, no formulas.
///
/// `records` are what the report was built from. The same report and records give the same bytes. Rows are written as
/// they come, so memory does not follow their number. The last sheet is the list of all links, which an import reads
/// again.
///
/// # Errors
/// When it cannot be written.
pub fn xlsx(report: &Report, records: &dyn Records, out: &mut (dyn Write + Send)) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(report));
    let pen = Pen::new(report);
    workbook.add_worksheet_with_constant_memory()?.set_name("Summary")?;
    let mut left_out = Vec::new();
    for table in sheets(report, Some(records)) {
        let title = table.title;
        let rows = pen.table(table, workbook.add_worksheet_with_constant_memory()?)?;
        left_out.extend((rows > 0).then(|| left_out_of(title, rows)));
    }
    pen.summary(report, &left_out, workbook.worksheet_from_index(0)?)?;
    workbook.save_to_writer(out)?;
    Ok(())
}

/// What is said of rows that a sheet has no room for.
fn left_out_of(title: &str, rows: u64) -> String {
    format!("{} of {title} that a sheet has no room for: they stand in the CSV", count(rows, "row", "rows"))
}

/// No user name, and no time but that of the report.
fn properties(report: &Report) -> DocProperties {
    let calendar = Calendar::of(&report.header.period);
    let properties = DocProperties::new()
        .set_title(format!("Link report: {}", calendar.title(&report.header.period)))
        .set_creation_datetime(&calendar.civil(report.header.as_of));
    match &report.brand.name {
        Some(name) => properties.set_company(text_of(name)),
        None => properties,
    }
}

/// Writes cells in the formats of their types.
struct Pen {
    calendar: Calendar,
    head: Format,
    text: Format,
    link: Format,
    whole: Format,
    tenth: Format,
    time: Format,
    day: Format,
    money: Format,
}

impl Pen {
    fn new(report: &Report) -> Self {
        let plain = || Format::new().set_align(FormatAlign::Top);
        Self {
            calendar: Calendar::of(&report.header.period),
            head: plain().set_bold().set_text_wrap(),
            text: plain(),
            link: plain().set_font_color("#1d4f80").set_underline(rust_xlsxwriter::FormatUnderline::Single),
            whole: plain().set_num_format("0"),
            tenth: plain().set_num_format("0.0"),
            day: plain().set_num_format("yyyy-mm-dd"),
            money: plain().set_num_format("#,##0.00"),
            time: plain().set_num_format("yyyy-mm-dd hh:mm"),
        }
    }

    /// The first sheet: what the report is about, in a few lines.
    fn summary(&self, report: &Report, left_out: &[String], sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let header = &report.header;
        let span = format!("{}, {}", self.calendar.span(&header.period), self.calendar.zone());
        let mut lines = vec![
            ("Report", maker(&report.brand)),
            ("Period", format!("{}: {span}", self.calendar.title(&header.period))),
            ("As of", self.calendar.instant(header.as_of)),
            ("Times", format!("in {}", self.calendar.zone())),
        ];
        lines.extend(report.client().map(|name| ("Client", name.to_owned())));
        lines.extend(header.campaign.iter().map(|name| ("Campaign", name.clone())));
        lines.extend(header.events.map(|range| ("Events", format!("{}–{}", range.first, range.last))));
        lines.extend((!header.policies.is_empty()).then(|| ("Rules", header.policies.join(", "))));
        lines.extend(report.coverage.notice().map(|notice| (notice.word, notice.text)));
        lines.push(("Coverage", report.coverage.in_words()));
        lines.push(("Summary", report.summary.clone()));
        lines.extend(left_out.iter().map(|told| ("Left out", told.clone())));
        lines.extend(report.brand.footer.iter().map(|footer| ("", footer.clone())));
        sheet.set_column_width(0, 14)?.set_column_width(1, 110)?;
        let wrapped = self.text.clone().set_text_wrap();
        for (row, (name, text)) in (0_u32..).zip(lines) {
            sheet.write_string_with_format(row, 0, name, &self.head)?;
            sheet.write_string_with_format(row, 1, text_of(&text), &wrapped)?;
        }
        Ok(())
    }

    /// Writes a table; answers how many of its rows the sheet has no room for.
    fn table(&self, mut table: Table<'_>, sheet: &mut Worksheet) -> Result<u64, XlsxError> {
        let shown: Vec<usize> = (0..table.columns.len()).filter(|n| table.columns[*n].in_sheets).collect();
        sheet.set_name(table.title)?.set_freeze_panes(1, 0)?;
        for (place, column) in (0_u16..).zip(&shown) {
            let head = table.columns[*column];
            sheet.set_column_width(place, width(head))?;
            sheet.write_string_with_format(0, place, head.name, &self.head)?;
        }
        let (mut rows, mut links) = (0, 0);
        for row in table.rows.by_ref().take(SHEET_ROWS as usize - 1) {
            rows += 1;
            for (place, column) in (0_u16..).zip(&shown) {
                self.cell(&row.cells[*column], rows, place, &mut links, sheet)?;
            }
        }
        let last = u16::try_from(shown.len()).unwrap_or(u16::MAX).saturating_sub(1);
        sheet.autofilter(0, 0, rows, last)?;
        Ok(table.rows.count() as u64)
    }

    fn cell(
        &self,
        value: &Value,
        row: u32,
        column: u16,
        links: &mut u32,
        sheet: &mut Worksheet,
    ) -> Result<(), XlsxError> {
        match value {
            Value::None => {}
            Value::Page(page) | Value::Address(page) if *links < SHEET_LINKS && is_clickable(page) => {
                *links += 1;
                sheet.write_url_with_format(row, column, page.as_str(), &self.link)?;
            }
            Value::Instant(at) => self.instant(*at, row, column, sheet)?,
            Value::Count(n) | Value::Bytes(n) => {
                sheet.write_number_with_format(row, column, *n as f64, &self.whole)?;
            }
            Value::Change(n) => {
                sheet.write_number_with_format(row, column, *n as f64, &self.whole)?;
            }
            Value::Tenths(n) => {
                sheet.write_number_with_format(row, column, *n as f64 / 10.0, &self.tenth)?;
            }
            Value::TenthsChange(n) => {
                sheet.write_number_with_format(row, column, *n as f64 / 10.0, &self.tenth)?;
            }
            Value::Percent(percent) => {
                sheet.write_number_with_format(row, column, percent.value(), &self.tenth)?;
            }
            Value::Seconds(seconds) => {
                let hundredths = seconds.max(&0) * 100 / DAY;
                sheet.write_number_with_format(row, column, hundredths as f64 / 100.0, &self.tenth)?;
            }
            Value::Money(money) => {
                sheet.write_number_with_format(row, column, money.number(), &self.money)?;
            }
            Value::Day(day) => {
                sheet.write_datetime_with_format(row, column, *day, &self.day)?;
            }
            words => {
                let text = in_words(words, &self.calendar);
                sheet.write_string_with_format(row, column, text_of(&text), &self.text)?;
            }
        }
        Ok(())
    }

    /// A time in the zone of the report; as text where a workbook knows no such day.
    fn instant(&self, at: Timestamp, row: u32, column: u16, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let civil = self.calendar.civil(at);
        if (1_900..=9_999).contains(&civil.year()) {
            let whole = civil.with().subsec_nanosecond(0).build().unwrap_or(civil);
            sheet.write_datetime_with_format(row, column, whole, &self.time)?;
        } else {
            sheet.write_string_with_format(row, column, at.to_string(), &self.text)?;
        }
        Ok(())
    }
}

fn is_clickable(page: &PageUrl) -> bool {
    page.as_str().chars().count() <= LINK_CHARS
}

fn width(head: Head) -> f64 {
    match head.name {
        "Linking page" | "Target" | "Your page" | "Leads to" | "Evidence" | "Reason in words" | "Cause" => {
            44.0
        }
        "Anchor" | "Because" | "What to do" | "Suggested step" | "Reason" | "Note" | "Held"
        | "What is wrong" => 30.0,
        "Site" | "Before" | "After" | "In words" | "Called elsewhere" => 24.0,
        _ => 15.0,
    }
}

/// Text as a cell holds it: without control characters, cut where it is too long.
fn text_of(text: &str) -> String {
    let mut left = CELL_CHARS;
    let fits = |c: &char| {
        let units = c.len_utf16();
        let fits = left >= units;
        left = left.saturating_sub(units);
        fits
    };
    text.chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .take_while(fits)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_at_the_limit_of_a_cell_is_whole_and_one_above_is_cut() {
        let text = |n: usize| "a".repeat(n);
        assert_eq!(text_of(&text(CELL_CHARS)).len(), CELL_CHARS);
        assert_eq!(text_of(&text(CELL_CHARS + 1)).len(), CELL_CHARS);
        assert_eq!(text_of(&format!("{}👍", text(CELL_CHARS - 1))).len(), CELL_CHARS - 1);
        assert_eq!(text_of("a\u{0}\u{1b}[31m\nb\u{85}"), "a[31mb");
    }

    #[test]
    fn address_at_the_limit_is_clickable_and_one_above_is_not() {
        let page = |n: usize| PageUrl::parse(&format!("https://h.example/{}", "a".repeat(n - 18))).unwrap();
        assert!(is_clickable(&page(LINK_CHARS)) && !is_clickable(&page(LINK_CHARS + 1)));
    }
}
