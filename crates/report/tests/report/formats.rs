//! Every format holds the same numbers.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use trackward_core::{EventKind, HostKey, Kind, Link};
use trackward_report::{Report, csv, csv_names, html, markdown, xlsx};

use crate::weeks::{Week, at, busy, empty, live, pending, quarter, quiet, unread};

/// One CSV file, without its mark.
pub(crate) fn csv_of(report: &Report, name: &str, week: &Week) -> String {
    let mut out = Vec::new();
    csv(report, name, false, week, &mut out).unwrap();
    String::from_utf8(out).unwrap().strip_prefix('\u{feff}').unwrap().to_owned()
}

/// All CSV files of a report, each under its name.
pub(crate) fn csv_of_all(report: &Report, week: &Week) -> String {
    let files = csv_names(report).into_iter().map(|name| (name, csv_of(report, name, week)));
    let files = files.map(|(name, text)| format!("--- {name}.csv\n{}", text.replace("\r\n", "\n")));
    files.collect::<Vec<_>>().concat()
}

pub(crate) fn workbook(report: &Report, week: &Week) -> Vec<u8> {
    let mut out = Vec::new();
    xlsx(report, week, &mut out).unwrap();
    out
}

/// The rows of each sheet, its header first.
pub(crate) fn sheets_of(workbook: &[u8]) -> BTreeMap<String, Vec<Vec<Data>>> {
    let mut read: Xlsx<_> = open_workbook_from_rs(Cursor::new(workbook)).unwrap();
    let sheets = read.worksheets();
    sheets.into_iter().map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect())).collect()
}

/// Rows of a CSV file, its header first.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn weeks() -> [Week; 4] {
    [empty(), quiet(), busy(), quarter()]
}

#[test]
fn sheets_and_csv_files_hold_the_same_rows_and_as_many_as_the_figures_say() {
    for week in weeks() {
        let report = week.report();
        let sheets = sheets_of(&workbook(&report, &week));
        let figures = &report.figures;
        for (sheet, name, rows) in [
            ("Approved", "approved", figures.approved),
            ("Lost", "lost", figures.lost),
            ("New, found", "new", figures.appeared),
            ("Restored", "restored", figures.restored),
            ("Pending", "pending", figures.pending),
            ("Can't check", "cannot-check", figures.cannot_check_pages),
            ("No answer", "no-answer", figures.no_answer + figures.rejected),
            ("Baseline", "baseline", figures.verified + figures.not_found),
            ("Corrections", "corrections", figures.corrections),
            ("Sites", "sites", report.hosts.len() as u64),
            ("Run health", "runs", report.runs.len() as u64),
            ("Key figures", "figures", report.key_figures.len() as u64),
            ("Needs action", "actions", report.actions.len() as u64),
            ("Periods", "periods", report.trends.periods.len() as u64),
        ] {
            let file = records(&csv_of(&report, name, &week));
            assert_eq!(file.len() as u64 - 1, rows, "{name}.csv");
            assert_eq!(sheets[sheet].len() as u64 - 1, rows, "sheet {sheet}");
            let heads: Vec<String> = sheets[sheet][0].iter().map(ToString::to_string).collect();
            assert_eq!(file[0], heads, "{name}");
            for (row, cells) in file.iter().zip(&sheets[sheet]).skip(1) {
                for (text, cell) in row.iter().zip(cells) {
                    if let Data::Float(number) = cell {
                        assert!(
                            (text.parse::<f64>().unwrap() - number).abs() < 1e-9,
                            "{name}: {text} {number}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn key_figures_are_the_same_in_every_format() {
    for week in weeks() {
        let report = week.report();
        let figures = records(&csv_of(&report, "figures", &week));
        let value = |name: &str| figures.iter().find(|row| row[0] == name).unwrap()[1].clone();
        let read: serde_json::Value = serde_json::from_str(&week.json()).unwrap();
        let (page, text) = (html(&report), markdown(&report));
        for (name, field) in [
            ("Live", "live"),
            ("Pending", "pending"),
            ("Approved", "approved"),
            ("Lost", "lost"),
            ("New, found", "appeared"),
            ("Restored", "restored"),
            ("Breached", "breached"),
            ("Weakened", "weakened"),
            ("Can't check", "cannot_check_pages"),
            ("Referring domains", "referring_domains"),
        ] {
            let n = read["figures"][field].as_u64().unwrap();
            assert_eq!(value(name), n.to_string(), "{name}");
            let shown = name.replace('\'', "&#39;");
            assert!(
                page.contains(&format!("<dt>{shown}</dt><dd><span class=\"value\">{n}</span>")),
                "{name} {n}"
            );
            assert!(
                text.lines()
                    .any(|line| line.starts_with(&format!("| {name}")) && line.contains(&format!("| {n} |"))),
                "{name}"
            );
        }
        let sum = |column: usize| -> u64 {
            records(&csv_of(&report, "sites", &week))
                .iter()
                .skip(1)
                .map(|row| row[column].parse::<u64>().unwrap())
                .sum()
        };
        assert_eq!((sum(4), sum(11)), (report.figures.pending, report.figures.live), "sites add up");
    }
}

#[test]
fn cells_of_a_workbook_have_types_and_none_is_a_formula() {
    let mut week = quarter();
    for (_, event) in &mut week.events {
        event.campaign = Some("=HYPERLINK(\"http://evil.example\")".to_owned());
    }
    let report = week.report();
    let bytes = workbook(&report, &week);
    let sheets = sheets_of(&bytes);
    let column = |sheet: &str, name: &str| -> Vec<Data> {
        let rows = &sheets[sheet];
        let place = rows[0].iter().position(|head| *head == *name).unwrap();
        rows[1..].iter().map(|row| row[place].clone()).collect()
    };
    assert!(column("Approved", "Sent").iter().all(|cell| matches!(cell, Data::DateTime(_))));
    assert!(column("Approved", "Wait to (days)").iter().all(|cell| matches!(cell, Data::Float(_))));
    assert!(column("Pending", "Checks").iter().all(|cell| matches!(cell, Data::Float(_))));
    assert!(column("Pending", "Chance left (%)").iter().all(|cell| matches!(cell, Data::Float(_))));
    for cell in column("Lost", "Campaign") {
        assert!(matches!(&cell, Data::String(text) if text.starts_with('=')), "{cell:?}");
    }
    let mut read: Xlsx<_> = open_workbook_from_rs(Cursor::new(&bytes)).unwrap();
    for name in read.sheet_names() {
        let formulas = read.worksheet_formula(&name).unwrap();
        assert!(formulas.used_cells().next().is_none(), "{name} holds a formula");
    }
}

#[test]
fn workbook_of_the_same_report_has_the_same_bytes_and_names_no_user() {
    let week = quarter();
    let report = week.report();
    let bytes = workbook(&report, &week);
    assert_eq!(bytes, workbook(&report, &week));
    // As of the report, in its zone: nothing is of the time it was made.
    assert!(bytes.len() > 10_000);
}

/// A week with a row more than is kept of pending links, pages that cannot be checked, agreements that are not kept
/// and first looks.
fn overfull() -> Week {
    let mut week = quiet();
    week.links.clear();
    for n in 0..=Report::KEPT {
        let page = format!("https://site{}.example/{n}", n / 1_000);
        let mut link = unread(&page, 10);
        let sent = pending(&page, 5).link;
        link.link =
            Link { state: sent.state, origin: sent.origin, seen: None, attributes: None, ..link.link };
        link.link.agreed.deadline = Some(jiff::civil::date(2026, 11, 1));
        let seen = live(&page).link.seen.unwrap();
        week.tell(
            1,
            &page,
            Kind::Comment,
            EventKind::Verified { seen },
            (n == Report::KEPT).then_some("words"),
        );
        week.links.push(link);
    }
    // Two links of one page lie together with those of their site only.
    let mut twin = week.links[0].clone();
    twin.link.target = trackward_core::Target::parse("https://ours.example/twin").unwrap();
    week.links.insert(3, twin);
    week
}

#[test]
fn rows_beyond_those_kept_are_counted_and_stand_in_every_format_for_programs() {
    let week = overfull();
    let report = week.report();
    let (kept, all) = (Report::KEPT, Report::KEPT + 1);
    assert_eq!((report.pending.links.len(), report.figures.pending), (kept, all as u64 + 1));
    assert_eq!((report.baseline.links.len(), report.breaches.len()), (kept, kept));
    assert_eq!((report.cannot_check.len(), report.figures.cannot_check_pages), (kept, all as u64));
    let read: serde_json::Value = serde_json::from_str(&week.json()).unwrap();
    let sheets = sheets_of(&workbook(&report, &week));
    for (name, sheet, pointer, rows) in [
        ("pending", "Pending", "/pending/links", all + 1),
        ("cannot-check", "Can't check", "/cannot_check", all),
        ("baseline", "Baseline", "/baseline/links", all),
        ("breaches", "Agreements not kept", "/breaches", all + 1),
        ("links", "Links", "/links", all + 1),
    ] {
        let csv = records(&csv_of(&report, name, &week));
        let of_json = read.pointer(pointer).unwrap().as_array().unwrap();
        assert_eq!((csv.len() - 1, sheets[sheet].len() - 1, of_json.len()), (rows, rows, rows), "{name}");
    }
    let links: u64 =
        read["cannot_check"].as_array().unwrap().iter().map(|page| page["links"].as_u64().unwrap()).sum();
    assert_eq!(links, all as u64 + 1);
    assert_eq!(read["baseline"]["links"][all - 1]["evidence"]["text"], "words");
    assert!(html(&report).contains("more in the sheet"));
}

#[test]
fn page_stays_below_its_limit_however_long_addresses_are() {
    let mut week = quarter();
    let long = "&".repeat(1_800);
    for n in 0..60 {
        week.links.push(pending(&format!("https://long{n}.example/?{long}"), 3));
        week.links.push(crate::weeks::unread(&format!("https://shut{n}.example/?{long}"), 10));
    }
    for (n, (_, event)) in week.events.iter_mut().enumerate() {
        event.page = trackward_core::PageUrl::parse(&format!("https://long{n}.example/?{long}")).unwrap();
    }
    let page = html(&week.report());
    assert!((200_000..=2 * 1024 * 1024).contains(&page.len()), "{} bytes", page.len());
}

#[test]
fn list_of_links_names_each_once_with_what_an_import_reads() {
    let week = quarter();
    let rows = records(&csv_of(&week.report(), "links", &week));
    assert_eq!(rows.len(), week.links.len() + 1);
    for name in
        ["link_id", "source", "target", "kind", "sent", "campaign", "owner", "weight", "note", "state"]
    {
        assert!(rows[0].iter().any(|head| head == name), "{name}");
    }
    let sent = rows[0].iter().position(|head| head == "sent").unwrap();
    assert!(rows.iter().any(|row| row[sent] == at(-3).to_string()));
}

#[test]
fn csv_file_that_a_report_has_not_is_refused() {
    let error = csv(&quiet().report(), "secrets", false, &quiet(), &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("no section is named 'secrets'"), "{error}");
}

#[test]
fn host_rows_name_every_site_with_a_link_once() {
    let week = quarter();
    let report = week.report();
    let mut sites: Vec<&HostKey> = report.hosts.iter().map(|host| &host.site).collect();
    let all = sites.len();
    sites.sort();
    sites.dedup();
    assert_eq!(sites.len(), all);
}
