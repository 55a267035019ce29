//! Any text is nothing but text to whoever reads our output: a browser, a terminal, a JSON parser.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use scraper::{Html, Selector};
use trackward_core::{
    AttributeChange, Attributes, Effect, Event, EventKind, EventSeq, Evidence, EvidenceHash, Hazards,
    PageUrl, Period, Placement, Rel, Sighting, StateName, Watched,
};
use trackward_report::{
    Brand, Input, Records, Report, Scope, Style, build, html, json, terminal, terminal_text,
};

/// Longest text that is tried, in characters: enough for an address to hold it, escaped.
const CHARS: usize = 200;

/// Every element of a report with its attributes, for text that does no harm.
static HARMLESS: LazyLock<Vec<String>> =
    LazyLock::new(|| shape(&Html::parse_document(&html(&report("harmless")))));

/// Checks an input that is one text.
pub fn check(input: &[u8]) {
    let text: String = String::from_utf8_lossy(input).chars().take(CHARS).collect();
    let line = terminal_text(&text);
    assert_eq!(line.find(deceives), None, "{line:?}");
    assert_eq!(terminal_text(&line), line);
    // An empty text, or a rel without a word, is told in other words.
    if Rel::parse(&text).is_empty() {
        return;
    }
    let report = report(&text);
    check_html(&report, &text);
    check_terminal(&report);
    let mut written = Vec::new();
    json(&report, &Nothing, &mut written).expect("memory takes all");
    let read: serde_json::Value = serde_json::from_slice(&written).expect("JSON");
    assert_eq!(read["appeared"][0]["anchor"], text);
}

/// No more than the report holds.
struct Nothing;

impl Records for Nothing {
    fn events(&self) -> Box<dyn Iterator<Item = (EventSeq, Event)> + '_> {
        Box::new(std::iter::empty())
    }

    fn links(&self) -> Box<dyn Iterator<Item = Watched> + '_> {
        Box::new(std::iter::empty())
    }

    fn evidence(&self, _: EvidenceHash) -> Option<Evidence> {
        None
    }
}

fn check_html(report: &Report, text: &str) {
    let page = html(report);
    assert_eq!(page.find(|c: char| c != '\n' && is_control(c)), None, "{page}");
    let page = Html::parse_document(&page);
    assert_eq!(shape(&page), *HARMLESS);
    let anchor = Selector::parse("q bdi").expect("a selector");
    let shown: String = page.select(&anchor).next().expect("the anchor").text().collect();
    assert_eq!(shown, spelt_out(text));
}

fn check_terminal(report: &Report) {
    let page = terminal(report, Style::plain(80));
    assert_eq!(page.find(|c: char| c != '\n' && deceives(c)), None, "{page:?}");
}

/// Each element's name and attributes; of addresses only that they are of the web.
fn shape(page: &Html) -> Vec<String> {
    let elements = page.tree.nodes().filter_map(|node| node.value().as_element());
    let attribute = |(name, value): (&str, &str)| match name {
        "href" => format!(" href {}", value.starts_with("https://")),
        _ => format!(" {name}={value}"),
    };
    elements.map(|e| e.attrs().map(attribute).fold(e.name().to_owned(), |all, one| all + &one)).collect()
}

/// What a report writes in place of characters that would move, hide or turn others.
fn spelt_out(text: &str) -> String {
    let shown = |c: char| if is_control(c) { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

fn is_control(c: char) -> bool {
    let is_bidi =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || is_bidi
}

fn deceives(c: char) -> bool {
    is_control(c) || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}')
}

/// A report that holds the text wherever the web or a person fills one in.
fn report(text: &str) -> Report {
    let period = Period::week("2026-W47", &TimeZone::UTC).expect("a week");
    let page = |path: &str| PageUrl::parse(&format!("https://host.example/{path}")).expect("an address");
    let evidence = Evidence { page: page(text), at: period.start, text: format!("“{text}”") };
    let seen = Sighting {
        at: period.start,
        on: page(text),
        url: page(text),
        placement: Placement::Body,
        placed_by: text.to_owned(),
        entry: Some(text.to_owned()),
        container: Some(text.to_owned()),
        hidden: false,
        attributes: Attributes { rel: Rel::parse(text), anchor: text.to_owned(), ..Attributes::default() },
    };
    let change =
        AttributeChange { attribute: text.to_owned(), before: text.to_owned(), after: text.to_owned() };
    let (by, note) = (text.to_owned(), text.to_owned());
    let told = [
        EventKind::Appeared { seen },
        EventKind::Attributes { effect: Effect::Changed, changes: vec![change], first_seen: period.start },
        EventKind::Moved { to: page(text) },
        EventKind::Overruled { by, note, from: StateName::Lost, to: StateName::Live },
    ];
    let event = |what| Event {
        at: period.start,
        run: None,
        page: page(text),
        link: None,
        target: None,
        kind: None,
        client: Some(text.to_owned()),
        campaign: Some(text.to_owned()),
        what,
        basis: None,
        evidence: Some(evidence.hash()),
    };
    let events: Vec<_> = (1..).map(EventSeq).zip(told.map(event)).collect();
    let evidence = |_| Some(evidence.clone());
    let scope = Scope { client: Some(text.to_owned()), campaign: Some(text.to_owned()), ..Scope::default() };
    let (brand, hazards) = (Brand::default(), Hazards::default());
    let input = Input {
        period: &period,
        runs: &[],
        evidence: &evidence,
        hazards: &hazards,
        scope: &scope,
        brand: &brand,
    };
    build(&input, &mut events.into_iter(), &mut std::iter::empty())
}
