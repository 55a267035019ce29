//! The report as one self-contained HTML page without scripts.

use std::fmt;

use askama::Template;
use askama::filters::{Escaper, Html};

use crate::brand::{Brand, Colour, Logo};
use crate::calendar::Calendar;
use crate::cards::cards;
use crate::chart::{Chart, charts, net};
use crate::client_page::ClientPage;
use crate::coverage::Notice;
use crate::escape::shown_in_html;
use crate::report::Report;
use crate::sections::{sections, trends};
use crate::view::{Line, ROWS, Shown, ShownTable, Tone, in_words, shown};
use crate::words::{signed, signed_tenths};

/// Largest page, in bytes: it goes by mail.
pub(crate) const BYTES: usize = 2 * 1024 * 1024;
/// Rows of a table beside a chart.
const ROWS_BESIDE: usize = 14;

/// Renders the report as one page: no script, nothing loaded from elsewhere, readable on a telephone and
/// in print, in a light and a dark scheme. At most 2 MiB long: where addresses are long, fewer rows are shown.
pub fn html(report: &Report) -> String {
    let mut rows = ROWS;
    loop {
        let page = Page::of(report, rows).render();
        let page = page.expect("the template has no fallible part, and writing to a string does not fail");
        if page.len() <= BYTES || rows == 0 {
            return page;
        }
        rows /= 2;
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    title: String,
    /// Whose report it is, and what it is.
    maker: String,
    logo: Option<String>,
    /// Colours of the brand as a style sheet.
    colours: String,
    span: String,
    zone: String,
    as_of: String,
    notice: Option<Notice>,
    coverage: String,
    /// Whether the coverage counts more than the links of the report.
    counted_over_all: bool,
    /// Tenths of a per cent.
    coverage_permille: u64,
    client: Option<ClientPage>,
    /// The chart on a client's first page.
    net: Option<Chart>,
    cards: Vec<ShownCard>,
    figures_lead: Option<String>,
    /// What needs action comes before the trends.
    actions: Option<Shown>,
    trends: Vec<Trend>,
    trends_lead: Option<String>,
    sections: Vec<Shown>,
}

/// A key figure in words.
struct ShownCard {
    name: &'static str,
    value: String,
    note: String,
    tone: Tone,
    change: Option<String>,
    change_to_mean: Option<String>,
}

/// Charts with the table of their numbers.
struct Trend {
    charts: Vec<Chart>,
    table: ShownTable,
}

impl<'a> Page<'a> {
    fn of(report: &'a Report, rows: usize) -> Self {
        let calendar = Calendar::of(&report.header.period);
        let coverage = &report.coverage;
        let mut sections: Vec<Shown> =
            sections(report, None).into_iter().map(|section| shown(section, &calendar, rows)).collect();
        let figures = sections.remove(0);
        let actions = (!report.is_for_client()).then(|| sections.remove(0));
        let numbers = shown(trends(report), &calendar, ROWS_BESIDE.min(rows));
        Self {
            report,
            title: calendar.title(&report.header.period),
            maker: maker(&report.brand),
            logo: report.brand.logo.as_ref().map(Logo::data_uri),
            colours: colours(&report.brand),
            span: calendar.span(&report.header.period),
            zone: calendar.zone().to_owned(),
            as_of: calendar.instant(report.header.as_of),
            notice: coverage.notice(),
            coverage: coverage.in_words(),
            counted_over_all: !report.scope.is_all() && !report.is_for_client(),
            coverage_permille: coverage.permille(),
            client: report.is_for_client().then(|| ClientPage::of(report)),
            net: net(report).filter(|_| report.is_for_client()),
            cards: cards(report).into_iter().map(|card| shown_card(card, &calendar)).collect(),
            figures_lead: figures.lead,
            actions,
            trends_lead: numbers.lead.clone(),
            trends: beside(charts(report), numbers.tables),
            sections,
        }
    }
}

/// Each table with its charts; those without a chart come too.
fn beside(mut charts: Vec<Chart>, tables: Vec<ShownTable>) -> Vec<Trend> {
    let mut trends = Vec::new();
    for table in tables {
        let (own, rest) = charts.into_iter().partition(|chart| chart.table == table.id);
        trends.push(Trend { charts: own, table });
        charts = rest;
    }
    trends
}

fn shown_card(card: crate::cards::Card, calendar: &Calendar) -> ShownCard {
    let value = in_words(&card.value, calendar);
    ShownCard {
        name: card.name,
        value: if value.is_empty() { "–".to_owned() } else { value },
        note: card.note,
        tone: card.tone,
        change: card.change.map(|by| format!("{} to {}", signed(by), card.before)),
        change_to_mean: card
            .change_to_mean_tenths
            .map(|by| format!("{} to the mean of 4", signed_tenths(by))),
    }
}

/// "trackward · link report", or in the name of who sends it.
pub(crate) fn maker(brand: &Brand) -> String {
    match (&brand.name, brand.hide_product) {
        (Some(name), _) => format!("{name} · link report"),
        (None, false) => "trackward · link report".to_owned(),
        (None, true) => "Link report".to_owned(),
    }
}

/// The grounds that text stands on, light and dark; of each scheme the one with less contrast to its text.
const GROUNDS: [&str; 2] = ["#f6f6f3", "#1b1f24"];

/// The colours of a brand, each in a shade that can be read.
fn colours(brand: &Brand) -> String {
    let [light, dark] = GROUNDS.map(|ground| {
        let ground = Colour::parse(ground).expect("written here");
        let of = |name: &str, colour: Option<Colour>| {
            colour.map_or_else(String::new, |colour| format!(" --{name}: {};", colour.readable_on(ground)))
        };
        format!("{}{}", of("brand", brand.colour), of("accent", brand.accent))
    });
    if light.is_empty() {
        return String::new();
    }
    format!(":root {{{light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{{dark} }} }}")
}

/// Text as it stands in markup that is not drawn by a template.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    Escape.write_escaped_str(&mut out, text).expect("writing to a string does not fail");
    out
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
