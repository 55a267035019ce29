//! The report for a terminal: the summary, the key figures and short tables.

use crate::calendar::Calendar;
use crate::cards::{Card, cards};
use crate::escape::terminal_text;
use crate::report::Report;
use crate::sections::sections;
use crate::table::Value;
use crate::view::{Cell, Line, Shown, ShownTable, Tone, cut, in_words, shown, shown_address};
use crate::words::signed;

/// Rows of a table that are shown; spreadsheets hold all.
const ROWS: usize = 10;
/// Columns that a cell keeps however narrow the terminal is.
const LEAST_CELL: usize = 8;
/// Narrowest width that is laid out for.
const LEAST_WIDTH: usize = 40;

/// How the terminal is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colour. Nothing is told by colour alone.
    pub colour: bool,
    /// Characters in a line; less than 40 counts as 40.
    pub width: usize,
}

impl Style {
    /// Without colour.
    pub const fn plain(width: usize) -> Self {
        Self { colour: false, width }
    }

    /// With colour.
    pub const fn coloured(width: usize) -> Self {
        Self { colour: true, width }
    }
}

/// Renders the report for a terminal. Without colour it holds no control character but line breaks.
pub fn terminal(report: &Report, style: Style) -> String {
    let mut pen = Pen { style: Style { width: style.width.max(LEAST_WIDTH), ..style }, out: String::new() };
    pen.header(report);
    let calendar = Calendar::of(&report.header.period);
    pen.cards(&cards(report), &calendar);
    // What is not of the period is looked up in the files.
    let of_files = ["figures", "sites", "money", "runs"];
    for section in sections(report, None).into_iter().filter(|section| !of_files.contains(&section.id)) {
        pen.section(&shown(section, &calendar, ROWS));
    }
    pen.out
}

/// Writes to a terminal; whatever it writes has gone through [`terminal_text`].
struct Pen {
    style: Style,
    out: String,
}

impl Pen {
    fn header(&mut self, report: &Report) {
        let calendar = Calendar::of(&report.header.period);
        self.painted(BOLD, &calendar.title(&report.header.period));
        self.end();
        let events = match report.header.events {
            Some(range) => format!("events {}–{}", range.first, range.last),
            None => "no events".to_owned(),
        };
        let span = calendar.span(&report.header.period);
        let as_of = calendar.instant(report.header.as_of);
        self.wrapped(&format!("{span}, {} · as of {as_of} · {events}", calendar.zone()));
        let about = [("Client", report.client()), ("Campaign", report.header.campaign.as_deref())];
        for (what, name) in about.iter().filter_map(|(what, name)| Some((what, (*name)?))) {
            self.wrapped(&format!("{what} {name}; coverage is counted over all links"));
        }
        if let Some(notice) = report.coverage.notice() {
            self.end();
            self.wrapped(&format!("{}: {}", notice.word, notice.text));
        }
        self.end();
        self.wrapped(&report.summary);
    }

    fn cards(&mut self, cards: &[Card], calendar: &Calendar) {
        self.heading("Key figures");
        let values: Vec<String> = cards.iter().map(|card| in_words(&card.value, calendar)).collect();
        let changes: Vec<String> =
            cards.iter().map(|card| card.change.map_or_else(String::new, signed)).collect();
        let widest =
            |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or_default();
        let (value, change) = (widest(&values), widest(&changes));
        let width = cards.iter().map(|card| card.name.chars().count()).max().unwrap_or_default();
        for ((card, shown), by) in cards.iter().zip(values).zip(changes) {
            self.plain(&format!("  {:width$}  ", card.name));
            let shown = if card.value == Value::None { "–".to_owned() } else { shown };
            self.painted(colour(card.tone), &format!("{shown:>value$}"));
            self.plain(&format!("  {by:>change$}"));
            let room = self.style.width.saturating_sub(width + value + change + 8);
            self.painted(DIM, &format!("  {}", cut(&card.note, room)));
            self.end();
        }
    }

    fn section(&mut self, section: &Shown) {
        self.heading(&format!("{} ({})", section.title, section.total));
        if section.tables.is_empty() {
            self.plain("  none");
            self.end();
        }
        for (n, table) in section.tables.iter().enumerate() {
            if n > 0 {
                self.end();
            }
            self.table(table);
        }
    }

    fn table(&mut self, table: &ShownTable) {
        let widths = self.widths(table);
        self.row(&widths, table.columns.iter().map(|column| (DIM, (*column).to_owned())));
        for row in &table.rows {
            if let Some(heading) = &row.heading {
                self.plain("  ");
                self.painted(BOLD, heading);
                self.end();
            }
            self.row(&widths, row.cells.iter().map(headline));
        }
        if table.more > 0 {
            self.painted(DIM, &format!("  {} more in the sheet", table.more));
            self.end();
        }
    }

    fn row(&mut self, widths: &[usize], cells: impl Iterator<Item = (Paint, String)>) {
        let last = widths.len() - 1;
        for (n, ((paint, text), width)) in cells.zip(widths).enumerate() {
            let text = cut(&terminal_text(&text), *width);
            let pad = if n == last { 0 } else { width - text.chars().count() };
            self.plain("  ");
            self.painted(paint, &text);
            self.plain(&" ".repeat(pad));
        }
        self.end();
    }

    /// As wide as their widest cell; the widest columns give way until a row fits the line.
    fn widths(&self, table: &ShownTable) -> Vec<usize> {
        let mut widths: Vec<usize> = table.columns.iter().map(|column| column.chars().count()).collect();
        for row in &table.rows {
            for (width, cell) in widths.iter_mut().zip(&row.cells) {
                *width = terminal_text(&headline(cell).1).chars().count().max(*width);
            }
        }
        let room = self.style.width.saturating_sub(2 * widths.len());
        while widths.iter().sum::<usize>() > room {
            let widest = widths.iter_mut().max().expect("a table has columns");
            if *widest <= LEAST_CELL {
                break;
            }
            *widest -= 1;
        }
        widths
    }

    fn heading(&mut self, text: &str) {
        self.end();
        self.painted(BOLD, text);
        self.end();
    }

    /// Writes words, broken into lines.
    fn wrapped(&mut self, text: &str) {
        let mut used = 0;
        for word in terminal_text(text).split(' ') {
            let chars = word.chars().count();
            if used > 0 && used + 1 + chars > self.style.width {
                self.end();
                used = 0;
            } else if used > 0 {
                self.plain(" ");
                used += 1;
            }
            self.plain(word);
            used += chars;
        }
        self.end();
    }

    fn plain(&mut self, text: &str) {
        self.out.push_str(&terminal_text(text));
    }

    fn painted(&mut self, paint: Paint, text: &str) {
        if self.style.colour && !paint.is_empty() {
            self.out.push_str(paint);
            self.plain(text);
            self.out.push_str(RESET);
        } else {
            self.plain(text);
        }
    }

    fn end(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }
}

/// A sequence of ECMA-48, 8.3.117 (SGR); empty for none.
type Paint = &'static str;
const BOLD: Paint = "\u{1b}[1m";
const DIM: Paint = "\u{1b}[2m";
const RESET: Paint = "\u{1b}[0m";

const fn colour(tone: Tone) -> Paint {
    match tone {
        Tone::Good => "\u{1b}[32m",
        Tone::Bad => "\u{1b}[31m",
        Tone::Warn => "\u{1b}[33m",
        Tone::Neutral => "",
    }
}

/// The first line of a cell, with its colour.
fn headline(cell: &Cell) -> (Paint, String) {
    match cell.first() {
        Some(Line::Page(page) | Line::Address(page)) => ("", shown_address(page)),
        Some(Line::Anchor(text)) if text.is_empty() => ("", "no text".to_owned()),
        Some(Line::Anchor(text)) => ("", format!("“{text}”")),
        Some(Line::Text(text) | Line::Note(text) | Line::Short(text) | Line::ShortNote(text)) => {
            ("", text.clone())
        }
        Some(Line::Pill(tone, text)) => (colour(*tone), text.clone()),
        None => ("", "–".to_owned()),
    }
}
