//! Numbers add up, and nothing depends on the order of what comes in.

use trackward_core::Period;
use trackward_report::{Figures, Report, Style, html, terminal};

use crate::weeks::{Week, at, busy, live, pending, quiet, unread};

fn half(week: &Week, start: jiff::Timestamp, end: jiff::Timestamp) -> Figures {
    let period = Period { start, end, ..week.period.clone() };
    let mut half = Week { period: period.clone(), ..week.clone() };
    half.events.retain(|(_, event)| period.contains(event.at));
    half.report().figures
}

type Count = (&'static str, fn(&Figures) -> u64);

#[test]
fn two_half_weeks_add_up_to_the_week() {
    let (week, cut) = (busy(), at(3));
    let (first, second) = (half(&week, week.period.start, cut), half(&week, cut, week.period.end));
    let whole = week.report().figures;
    let counts: [Count; 16] = [
        ("approved", |f| f.approved),
        ("lost", |f| f.lost),
        ("appeared", |f| f.appeared),
        ("restored", |f| f.restored),
        ("breached", |f| f.breached),
        ("as agreed", |f| f.as_agreed),
        ("weakened", |f| f.weakened),
        ("strengthened", |f| f.strengthened),
        ("moved", |f| f.moved),
        ("changed", |f| f.changed),
        ("no answer", |f| f.no_answer),
        ("rejected", |f| f.rejected),
        ("readable again", |f| f.readable_again),
        ("verified", |f| f.verified),
        ("not found", |f| f.not_found),
        ("corrections", |f| f.corrections),
    ];
    for (name, count) in counts {
        assert_eq!(count(&first) + count(&second), count(&whole), "{name}");
    }
    assert_eq!(first.net + second.net, whole.net);
    assert!(first.approved > 0 && second.lost > 0, "both halves hold something");
}

#[test]
fn sections_add_up_to_the_key_figures() {
    let report = busy().report();
    let figures = &report.figures;
    let changes = figures.breached
        + figures.as_agreed
        + figures.weakened
        + figures.strengthened
        + figures.moved
        + figures.changed;
    let lost: usize = report.lost.iter().map(|group| group.links.len()).sum();
    let by_age: u64 = report.pending.by_age.iter().map(|bucket| bucket.links).sum();
    for (name, rows, figure) in [
        ("approved", report.approved.len(), figures.approved),
        ("lost", lost, figures.lost),
        ("causes", report.lost.len(), figures.lost_causes),
        ("appeared", report.appeared.len(), figures.appeared),
        ("restored", report.restored.len(), figures.restored),
        ("changed", report.changed.len(), changes),
        ("no answer", report.no_answer.len(), figures.no_answer + figures.rejected),
        ("baseline", report.baseline.links.len(), figures.verified + figures.not_found),
        ("corrections", report.corrections.rows.len(), figures.corrections),
        ("pending", report.pending.links.len(), figures.pending),
        ("pending by age", usize::try_from(by_age).unwrap(), figures.pending),
        ("can't check", report.cannot_check.len(), figures.cannot_check_pages),
    ] {
        assert_eq!(rows as u64, figure, "{name}");
    }
    assert_eq!(figures.net, 3 + 1 + 1 - 6);
}

#[test]
fn order_of_links_events_and_runs_changes_nothing() {
    let week = busy();
    let mut shuffled = week.clone();
    shuffled.links.reverse();
    shuffled.links.rotate_left(17);
    shuffled.events.reverse();
    shuffled.events.rotate_left(5);
    shuffled.runs.reverse();
    assert_eq!(shuffled.report(), week.report());
    assert_eq!(html(&shuffled.report()), html(&week.report()));
}

#[test]
fn campaign_report_leaves_out_other_campaigns_and_keeps_the_coverage() {
    let mut week = busy();
    for (_, event) in week.events.iter_mut().filter(|(seq, _)| seq.0 % 2 == 0) {
        event.campaign = Some("spring".to_owned());
    }
    for watched in week.links.iter_mut().step_by(2) {
        watched.link.campaign = None;
    }
    let all = week.report();
    week.scope.campaign = Some("spring".to_owned());
    let spring = week.report();
    assert!(spring.approved.iter().all(|row| row.subject.campaign.as_deref() == Some("spring")));
    assert!(!spring.approved.is_empty() && spring.approved.len() < all.approved.len());
    assert_eq!((spring.figures.live, spring.figures.pending), (0, 0));
    assert_eq!((spring.coverage.clone(), spring.header.events), (all.coverage, all.header.events));
    assert!(html(&spring).contains("counted over all campaigns"));
}

#[test]
fn link_sent_after_the_last_run_is_not_pending_yet() {
    let mut week = quiet();
    week.links = vec![pending("https://host.example/known", 0), pending("https://host.example/later", -1)];
    let pages: Vec<_> =
        week.report().pending.links.iter().map(|link| link.subject.page.to_string()).collect();
    assert_eq!(pages, ["https://host.example/known"]);
}

#[test]
fn page_is_listed_as_unreadable_from_the_seventh_day_on() {
    let mut week = quiet();
    week.links = vec![unread("https://seven.example/", 7), unread("https://six.example/", 6)];
    // The last run ends at 07:04 on Sunday; `six` became unreadable seven days before, at 07:05.
    let four_minutes = jiff::SignedDuration::from_mins(4);
    week.links[1].memory.unreadable.as_mut().unwrap().since =
        at(-1) + four_minutes + jiff::SignedDuration::from_secs(1);
    week.links[0].memory.unreadable.as_mut().unwrap().since = at(-1) + four_minutes;
    let pages: Vec<_> = week.report().cannot_check.iter().map(|page| page.site.to_string()).collect();
    assert_eq!(pages, ["seven.example"]);
}

#[test]
fn formats_for_people_show_the_first_rows_and_name_the_rest() {
    let mut week = quiet();
    week.links = (0..50).map(|n| pending(&format!("https://host{n}.example/"), 3)).collect();
    let pending_part = |report: &Report| {
        let page = html(report);
        let (_, rest) = page.split_once("<h2 id=\"pending\">").unwrap();
        rest.split_once("</section>").unwrap().0.to_owned()
    };
    assert!(!pending_part(&week.report()).contains("more in the sheet"));
    week.links.push(pending("https://host50.example/", 3));
    let report = week.report();
    assert!(pending_part(&report).contains("1 more in the sheet"));
    assert!(terminal(&report, Style::plain(80)).contains("41 more in the sheet"));
    assert_eq!(report.pending.links.len(), 51);
}

#[test]
fn one_site_fills_at_most_ten_rows() {
    let mut week = quiet();
    let one = (0..12).map(|n| pending(&format!("https://one.example/{n}"), 9));
    week.links = one.chain([pending("https://two.example/", 3)]).collect();
    let page = html(&week.report());
    assert!(page.contains("two.example") && page.contains("2 more in the sheet"));
}

#[test]
fn referring_domains_are_registrable_and_counted_once() {
    let mut week = quiet();
    week.links = [
        "https://a.blog.example/",
        "https://b.blog.example/",
        "https://blog.example/x",
        "https://other.example/",
    ]
    .map(live)
    .to_vec();
    assert_eq!(week.report().figures.referring_domains, 2);
}

#[test]
fn line_of_a_terminal_is_never_longer_than_asked() {
    for width in [60, 80, 200] {
        let text = terminal(&busy().report(), Style::plain(width));
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= width, "{longest} > {width}");
    }
}

#[test]
fn colour_changes_no_word() {
    let report = busy().report();
    let coloured = terminal(&report, Style::coloured(100));
    assert!(coloured.contains('\u{1b}'));
    let mut plain = String::new();
    for (n, part) in coloured.split('\u{1b}').enumerate() {
        let text = if n == 0 { part } else { part.split_once('m').unwrap().1 };
        plain.push_str(text);
    }
    let trimmed = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(trimmed(&plain), trimmed(&terminal(&report, Style::plain(100))));
}
