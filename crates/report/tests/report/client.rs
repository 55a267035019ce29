//! What is not for a client reaches no format of a client's report.

use std::io::{Cursor, Read};

use trackward_core::{EventKind, Kind, Money, RunRecord, StateName, Tags};
use trackward_report::{Brand, Colour, Edition, Logo, Report, Style, html, markdown, terminal};

use crate::formats::{csv_of_all, workbook};
use crate::weeks::{Week, quarter};

const SECRET: &str = "xyzzy";

/// A quarter of a client, with a secret in every field that is not for them.
pub(crate) fn week() -> Week {
    let mut week = quarter();
    for (_, event) in &mut week.events {
        event.client = Some("Acme".to_owned());
    }
    for watched in &mut week.links {
        let link = &mut watched.link;
        link.client = Some("Acme".to_owned());
        link.owner = Some(format!("{SECRET} owner"));
        link.note = Some(format!("{SECRET} note"));
        link.tags = Tags::parse(&format!("{SECRET}-tag")).unwrap();
        link.cost = Some(Money::parse("98765.43 EUR").unwrap());
        link.weight = 77.125;
    }
    let overruled = EventKind::Overruled {
        by: format!("{SECRET} by"),
        note: format!("{SECRET} why"),
        from: StateName::Lost,
        to: StateName::Live,
    };
    week.tell(
        5,
        "https://pages.example/thread",
        Kind::Comment,
        overruled,
        Some(&format!("{SECRET} evidence")),
    );
    week.events.last_mut().unwrap().1.client = Some("Acme".to_owned());
    // Another client's, and one of nobody.
    for (n, client) in [(0, Some("Other")), (1, None)] {
        let (mut link, (seq, mut event)) = (week.links[n].clone(), week.events[n].clone());
        let page = format!("https://{SECRET}{n}.example/{SECRET}");
        link.link.page = trackward_core::PageUrl::parse(&page).unwrap();
        link.link.client = client.map(str::to_owned);
        event.page = link.link.page.clone();
        event.client = client.map(str::to_owned);
        week.links.push(link);
        week.events.push((trackward_core::EventSeq(seq.0 + 5_000), event));
    }
    for run in &mut week.runs {
        run.held = Some(format!("{SECRET} held"));
    }
    week.runs[0] = RunRecord { requests: 918_273, ..week.runs[0].clone() };
    week.scope.edition = Edition::Client;
    week.scope.client = Some("Acme".to_owned());
    week
}

/// Every format as text; a workbook unpacked.
fn all_formats(report: &Report, week: &Week) -> Vec<(&'static str, String)> {
    let mut sheets = String::new();
    let mut archive = zip(&workbook(report, week));
    for text in &mut archive {
        sheets.push_str(text);
    }
    vec![
        ("html", html(report)),
        ("markdown", markdown(report)),
        ("json", week.json()),
        ("terminal", terminal(report, Style::plain(120))),
        ("csv", csv_of_all(report, week)),
        ("xlsx", sheets),
    ]
}

/// The members of a zip archive, as text.
fn zip(bytes: &[u8]) -> Vec<String> {
    let mut archive = zip_archive(bytes);
    (0..archive.len())
        .map(|n| {
            let mut text = String::new();
            archive.by_index(n).unwrap().read_to_string(&mut text).unwrap();
            text
        })
        .collect()
}

fn zip_archive(bytes: &[u8]) -> zip::ZipArchive<Cursor<Vec<u8>>> {
    zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap()
}

#[test]
fn nothing_that_is_not_for_a_client_is_in_any_format() {
    let week = week();
    let report = week.report();
    assert!(report.figures.approved > 0 && report.figures.pending > 0, "there is something to report");
    for (format, text) in all_formats(&report, &week) {
        for secret in [SECRET, "98765", "77.125", "918273", "Other", "held"] {
            let found = text
                .find(secret)
                .map(|at| text[at.saturating_sub(200)..].chars().take(300).collect::<String>());
            assert_eq!(found, None, "{secret} is in {format}");
        }
    }
}

#[test]
fn the_same_secrets_stand_in_the_report_of_the_team() {
    let mut week = week();
    week.scope.edition = Edition::Internal;
    week.scope.client = None;
    let report = week.report();
    for (format, text) in all_formats(&report, &week) {
        assert!(text.contains(SECRET), "{format}");
    }
}

#[test]
fn report_of_a_client_names_no_estimate_run_or_number_of_an_event() {
    let week = week();
    let report = week.report();
    assert_eq!((&report.trends.approval, &report.trends.survival), (&None, &None));
    assert!(report.hosts.is_empty() && report.runs.is_empty() && report.money.is_empty());
    let read: serde_json::Value = serde_json::from_str(&week.json()).unwrap();
    assert!(read["approved"][0].get("seq").is_none() && read["header"]["events"].is_null());
    assert!(read["coverage"].get("checked").is_none());
    let page = html(&report);
    for id in ["sites", "runs", "money", "actions"] {
        assert!(!page.contains(&format!("<h2 id=\"{id}\">")), "{id}");
    }
    assert!(page.contains("At a glance") && page.contains("What happens next"));
}

#[test]
fn report_for_a_client_that_names_none_is_about_links_of_none() {
    let mut week = week();
    week.scope.client = None;
    let report = week.report();
    assert_eq!(report.figures.approved + report.figures.lost + report.figures.appeared, 1);
    assert!(!week.json().contains("Acme") && !week.json().contains("Other"));
}

#[test]
fn brand_takes_the_place_of_our_name_in_every_format() {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 2, 2);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&[0, 90, 180, 255]).unwrap();
    let mut week = week();
    week.brand = Brand {
        name: Some("Acme <Links>".to_owned()),
        logo: Some(Logo::read(png).unwrap()),
        colour: Some(Colour::parse("#ffff00").unwrap()),
        accent: Some(Colour::parse("#00aa55").unwrap()),
        footer: Some("Questions? <links@acme.example>".to_owned()),
        client: Some("Acme & Sons".to_owned()),
        hide_product: true,
    };
    for edition in [Edition::Client, Edition::Internal] {
        week.scope.edition = edition;
        let report = week.report();
        for (format, text) in all_formats(&report, &week) {
            assert!(!text.to_lowercase().contains("trackward"), "{format}");
            assert!(!text.contains("<Links>"), "{format}");
            let names_client = ["Acme & Sons", "Acme &amp; Sons", "Acme &#38; Sons", "Acme \\& Sons"];
            let is_named = names_client.iter().any(|name| text.contains(name));
            assert!(is_named || ["json", "csv"].contains(&format), "{format}");
        }
        let page = html(&report);
        assert!(
            page.contains("Acme &#60;Links&#62;")
                && page.contains("<img class=\"logo\" alt=\"\" src=\"data:image/png;base64,")
        );
        assert!(!page.contains("\n:root { --brand: #ffff00"), "yellow cannot be read on a light ground");
    }
}
