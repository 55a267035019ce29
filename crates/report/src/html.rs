//! The report as one self-contained HTML page without scripts.

use std::fmt;

use askama::Template;
use askama::filters::{Escaper, Html};

use crate::calendar::Calendar;
use crate::cards::{Card, cards};
use crate::coverage::Notice;
use crate::escape::shown_in_html;
use crate::report::Report;
use crate::sections::sections;
use crate::view::{Line, Section};

/// Rows of a table that the page shows; JSON holds all.
const ROWS: usize = 50;

/// Renders the report as one page: no script, nothing loaded from elsewhere, readable on a telephone and
/// in print, in a light and a dark scheme.
pub fn html(report: &Report) -> String {
    let page = Page::of(report);
    page.render().expect("the template has no fallible part, and writing to a string does not fail")
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    title: String,
    span: String,
    zone: String,
    as_of: String,
    notice: Option<Notice>,
    coverage: String,
    /// Tenths of a per cent.
    coverage_permille: u64,
    cards: Vec<Card>,
    sections: Vec<Section>,
}

impl<'a> Page<'a> {
    fn of(report: &'a Report) -> Self {
        let calendar = Calendar::of(&report.header.period);
        let coverage = &report.coverage;
        Self {
            report,
            title: calendar.title(&report.header.period),
            span: calendar.span(&report.header.period),
            zone: calendar.zone().to_owned(),
            as_of: calendar.instant(report.header.as_of),
            notice: coverage.notice(),
            coverage: coverage.in_words(),
            coverage_permille: (coverage.checked * 1_000).checked_div(coverage.watched).unwrap_or(0),
            cards: cards(&report.figures),
            sections: sections(report, ROWS),
        }
    }
}

/// The escape function of HTML templates (`askama.toml`): text and attribute values alike.
#[derive(Debug, Clone, Copy)]
struct Escape;

impl Escaper for Escape {
    fn write_escaped_str<W: fmt::Write>(&self, page: W, text: &str) -> fmt::Result {
        Html.write_escaped_str(page, &shown_in_html(text))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use scraper::{Html as Document, Selector};

    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        Escape.write_escaped_str(&mut out, text).unwrap();
        out
    }

    proptest! {
        #[test]
        fn html_parser_reads_back_a_plain_string(text in "([<>\"'&;=/! -]|\\PC|\\pC|script|--|&lt|]]>){0,24}") {
            let escaped = escaped(&text);
            let page = Document::parse_document(&format!(
                "<!DOCTYPE html><title>{escaped}</title><body><p title=\"{escaped}\">{escaped}</p>"
            ));
            let shown = shown_in_html(&text);
            prop_assert!(!shown.contains(char::is_control), "{shown:?}");
            let all = Selector::parse("*").unwrap();
            let elements: Vec<_> = page.select(&all).collect();
            let names: Vec<_> = elements.iter().map(|element| element.value().name()).collect();
            prop_assert_eq!(names, ["html", "head", "title", "body", "p"]);
            let (title, p) = (elements[2], elements[4]);
            prop_assert_eq!(title.text().collect::<String>(), &*shown);
            prop_assert_eq!(p.text().collect::<String>(), &*shown);
            prop_assert_eq!(p.value().attrs().collect::<Vec<_>>(), [("title", &*shown)]);
        }
    }
}
