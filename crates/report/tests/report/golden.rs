//! Golden files of every format.

use trackward_report::{Style, html, markdown, terminal};

use crate::formats as sheets;
use crate::hostile::hostile;
use crate::weeks::{Week, busy, empty, incomplete, quiet};

fn all_formats(name: &str, week: &Week) {
    let report = week.report();
    insta::assert_snapshot!(format!("{name}_html"), html(&report));
    insta::assert_snapshot!(format!("{name}_json"), week.json());
    insta::assert_snapshot!(format!("{name}_markdown"), markdown(&report));
    insta::assert_snapshot!(format!("{name}_csv"), sheets::csv_of_all(&report, week));
    insta::assert_snapshot!(format!("{name}_terminal"), terminal(&report, Style::plain(110)));
}

#[test]
fn week_without_a_run_is_incomplete_and_has_all_sections() {
    all_formats("empty", &empty());
}

#[test]
fn week_without_a_change_says_so_and_has_all_sections() {
    all_formats("quiet", &quiet());
}

#[test]
fn week_with_every_kind_of_event_shows_each() {
    all_formats("busy", &busy());
}

#[test]
fn week_whose_last_run_was_killed_names_it() {
    all_formats("incomplete", &incomplete());
}

#[test]
fn week_full_of_payloads_shows_them_as_text() {
    all_formats("hostile", &hostile("\"><script>alert('1')</script>\u{1b}[31m\u{202e}"));
}

#[test]
fn week_for_a_client_begins_with_its_one_page() {
    all_formats("client", &crate::client::week());
}
