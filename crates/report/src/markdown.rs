//! The report as Markdown with GitHub's tables.

use crate::calendar::Calendar;
use crate::client_page::{ClientPage, Listed};
use crate::escape::terminal_text;
use crate::html::maker;
use crate::report::Report;
use crate::sections::{sections, trends};
use crate::view::{Cell, Line, ROWS, Shown, ShownTable, shown};

/// Renders the report as Markdown: tables of at most 50 rows, text from the web as plain text.
pub fn markdown(report: &Report) -> String {
    let calendar = Calendar::of(&report.header.period);
    let mut page = Page { out: String::new() };
    page.header(report, &calendar);
    let mut parts = sections(report, None);
    let before_trends = if report.is_for_client() { 1 } else { 2 };
    for section in parts.drain(..before_trends) {
        page.section(&shown(section, &calendar, ROWS));
    }
    page.section(&shown(trends(report), &calendar, ROWS));
    for section in parts {
        page.section(&shown(section, &calendar, ROWS));
    }
    if let Some(footer) = &report.brand.footer {
        page.line(&format!("\n---\n\n{}", plain(footer)));
    }
    page.out
}

struct Page {
    out: String,
}

impl Page {
    fn header(&mut self, report: &Report, calendar: &Calendar) {
        let header = &report.header;
        self.line(&format!("# {}", plain(&calendar.title(&header.period))));
        self.line(&format!("\n{}", plain(&maker(&report.brand))));
        let (span, zone) = (calendar.span(&header.period), calendar.zone());
        self.line(&format!("\n{}, {} · as of {}", plain(&span), plain(zone), calendar.instant(header.as_of)));
        if let Some(range) = header.events {
            self.line(&format!("\nEvents {}–{}", range.first, range.last));
        }
        if !header.policies.is_empty() {
            self.line(&format!("\nRules {}", plain(&header.policies.join(", "))));
        }
        let about = [("Client", report.client()), ("Campaign", header.campaign.as_deref())];
        for (what, name) in about.iter().filter_map(|(what, name)| Some((what, (*name)?))) {
            self.line(&format!("\n{what}: {}", plain(name)));
        }
        if let Some(notice) = report.coverage.notice() {
            self.line(&format!("\n> **{}** {}", notice.word, plain(&notice.text)));
        }
        self.line(&format!("\n{}", plain(&report.summary)));
        if report.is_for_client() {
            self.client(&ClientPage::of(report));
        }
    }

    fn client(&mut self, page: &ClientPage) {
        self.line("\n## At a glance\n");
        for figure in &page.figures {
            self.line(&format!("- **{}** {}: {}", plain(&figure.value), figure.name, plain(&figure.note)));
        }
        self.listed("Won", &page.won);
        self.listed("Lost", &page.lost);
        self.line("\n### What happens next\n");
        for line in &page.next {
            self.line(&format!("- {}", plain(line)));
        }
    }

    fn listed(&mut self, title: &str, listed: &Listed) {
        self.line(&format!("\n### {title}\n"));
        if listed.links.is_empty() {
            self.line("none");
        }
        for (page, what) in &listed.links {
            self.line(&format!("- {}: {}", address(page.as_str()), plain(what)));
        }
        if listed.more > 0 {
            self.line(&format!("\n{} more below", listed.more));
        }
    }

    fn section(&mut self, section: &Shown) {
        let total = match (section.id, section.tables.is_empty()) {
            ("trends", _) => String::new(),
            (_, true) => " (none)".to_owned(),
            (_, false) => format!(" ({})", section.total),
        };
        self.line(&format!("\n## {}{total}", section.title));
        if let Some(lead) = &section.lead {
            self.line(&format!("\n{}", plain(lead)));
        }
        for table in &section.tables {
            if section.tables.len() > 1 {
                self.line(&format!("\n### {}", table.title));
            }
            self.table(table);
        }
    }

    fn table(&mut self, table: &ShownTable) {
        self.line("");
        self.line(&format!("| {} |", table.columns.join(" | ")));
        self.line(&format!("|{}", " --- |".repeat(table.columns.len())));
        for row in &table.rows {
            let cells: Vec<String> = row.cells.iter().map(cell).collect();
            self.line(&format!("| {} |", cells.join(" | ")));
        }
        if table.more > 0 {
            self.line(&format!("\n{} more in the sheet", table.more));
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }
}

/// The lines of a cell, one after another.
fn cell(cell: &Cell) -> String {
    let line = |line: &Line| match line {
        Line::Page(page) | Line::Address(page) => address(page.as_str()),
        Line::Anchor(text) if text.is_empty() => "no text".to_owned(),
        Line::Anchor(text) => format!("“{}”", plain(text)),
        Line::Text(text)
        | Line::Note(text)
        | Line::Short(text)
        | Line::ShortNote(text)
        | Line::Pill(_, text) => plain(text),
    };
    cell.iter().map(line).collect::<Vec<_>>().join("<br>")
}

/// An address as a code span: shown as it is, and a link to no one. GitHub still reads `|` in it as the end of a
/// cell, so that is written `%7C`, which means the same.
fn address(page: &str) -> String {
    let page = terminal_text(page).replace('|', "%7C");
    let longest = page.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if page.starts_with('`') || page.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{page}{pad}{fence}")
}

/// Plain text on one line: whatever means something to Markdown or HTML is written as itself, and no mention or
/// address becomes a link.
pub(crate) fn plain(text: &str) -> String {
    let text = terminal_text(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A backslash stops no autolink and no mention: an entity does.
            '@' => out.push_str("&#64;"),
            ':' if rest.as_str().starts_with("//") => out.push_str("&#58;"),
            '.' if out.ends_with("www") || out.ends_with("WWW") => out.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '+' | '-' | '=' if out.is_empty() => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_markdown_is_written_as_itself() {
        for (text, written) in [
            ("a|b", "a\\|b"),
            ("*b* _i_ `c`", "\\*b\\* \\_i\\_ \\`c\\`"),
            ("[x](javascript:alert(1))", "\\[x\\]\\(javascript:alert\\(1\\)\\)"),
            ("<script>", "&lt;script&gt;"),
            ("@channel <!here>", "&#64;channel &lt;\\!here&gt;"),
            ("see https://evil.example", "see https&#58;//evil.example"),
            ("www.evil.example", "www&#46;evil.example"),
            ("- item", "\\- item"),
            ("line\nbreak", "line\\\\u\\{a\\}break"),
        ] {
            assert_eq!(plain(text), written);
        }
    }

    #[test]
    fn address_is_fenced_longer_than_any_run_inside() {
        assert_eq!(address("https://h.example/a"), "`https://h.example/a`");
        assert_eq!(address("https://h.example/``x|y`"), "``` https://h.example/``x%7Cy` ```");
    }
}
