//! Pages built to be slow: refused by a budget before they can be, and never taken for an absence.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use rstest::rstest;
use trackward_core::{Extraction, Headers, Limits, PageUrl, Placement, Target, TargetSet, TreeUse};
use trackward_extract::{Page, extract};

const LINK: &str = "<a href=https://ours.example/reply>ours</a>";

fn read(text: &str) -> Extraction {
    let url = PageUrl::parse("https://host.example/post/").unwrap();
    let headers = Headers::from_iter([("content-type", "text/html; charset=utf-8")]);
    let known = [Target::parse("https://ours.example/reply").unwrap()];
    let ours = TargetSet::from_iter(known.clone());
    let page = Page { url: &url, headers: &headers, body: text.as_bytes(), complete: true, known: &known };
    extract(&page, &ours)
}

fn attributes(count: usize) -> String {
    let attributes: Vec<String> = (0..count).map(|n| format!(" a{n}")).collect();
    format!("<p{}>", attributes.concat())
}

/// Doublings far beyond each budget: work must stop at the budget, so these end at once.
#[rstest]
#[case::deep_blocks("depth", |n| "<div>".repeat(n))]
#[case::deep_lists("depth", |n| "<ul><li>".repeat(n))]
#[case::rebuilt_formatting("pending", |n| (0..n).map(|i| format!("<p><b class=c{i}>")).collect::<Vec<_>>().concat())]
#[case::attributes_of_one_tag("attributes", attributes)]
#[case::many_elements("elements", |n| "<br>".repeat(25 * n))]
#[case::stray_end_tags("nodes", |n| "</p>".repeat(50 * n))]
#[case::misread_tags("ambiguous", |n| format!("<select><xmp></select>{}", attributes(n)))]
fn hostile_page_is_refused_a_tree_and_keeps_its_reference(
    #[case] limit: &str,
    #[case] shape: fn(usize) -> String,
) {
    for doubling in [5_000, 10_000, 20_000] {
        let page = read(&(LINK.to_owned() + &shape(doubling)));
        assert_eq!(page.tree, TreeUse::Refused(limit.to_owned()));
        assert_eq!(page.references.len(), 1);
        assert_eq!(page.references[0].placement, Placement::Unknown);
        let warning = page.warnings.iter().find(|warning| warning.code == "tree_refused").unwrap();
        assert_eq!(warning.detail, limit);
    }
}

#[test]
fn known_link_missing_on_a_hostile_page_is_not_judged() {
    let page = read(&"<div>".repeat(1_000));
    assert!(page.references.is_empty());
    assert_eq!(page.tree, TreeUse::Refused("depth".to_owned()));
}

#[test]
fn finder_stops_at_its_memory_and_keeps_what_it_saw_before() {
    // Each open element takes room in the finder; a million of them do not fit.
    let page = read(&format!("{LINK}{}", "<i>".repeat(1_000_000)));
    assert_eq!(page.tree, TreeUse::Refused("stream_memory".to_owned()));
    assert_eq!(page.references.len(), 1);
}

#[test]
fn finder_stops_when_end_tags_search_too_many_open_elements() {
    let page = read(&format!("{LINK}{}{}", "<i>".repeat(20_000), "</q>".repeat(1_000_000)));
    assert_eq!(page.tree, TreeUse::Refused("stream_steps".to_owned()));
    assert_eq!(page.references.len(), 1);
}

#[test]
fn references_are_kept_up_to_their_limit_and_then_cut_with_a_warning() {
    let ours = TargetSet::from_iter([Target::parse("ours.example").unwrap()]);
    let url = PageUrl::parse("https://host.example/").unwrap();
    let headers = Headers::from_iter([("content-type", "text/html")]);
    let read = |count: usize| {
        let link = |n| format!("<a href=https://ours.example/{n}>{n}</a>");
        let links = (0..count).map(link).collect::<Vec<_>>().concat();
        let page = Page { url: &url, headers: &headers, body: links.as_bytes(), complete: true, known: &[] };
        extract(&page, &ours)
    };
    let (at, above) = (read(Limits::REFERENCES), read(Limits::REFERENCES + 1));
    assert_eq!((at.references.len(), at.tree), (Limits::REFERENCES, TreeUse::Built));
    assert_eq!(above.references.len(), Limits::REFERENCES);
    assert_eq!(above.tree, TreeUse::Refused("references".to_owned()));
}

#[test]
fn links_to_one_target_are_counted_up_to_their_limit_and_then_cut_with_a_warning() {
    let most = 10 * Limits::REFERENCES;
    let (at, above) = (read(&LINK.repeat(most)), read(&LINK.repeat(most + 1)));
    assert_eq!((at.references.len(), at.tree), (1, TreeUse::Built));
    assert_eq!((above.references.len(), above.tree), (1, TreeUse::Refused("references".to_owned())));
}

#[test]
fn names_around_links_are_read_up_to_their_limit_and_then_no_link_is_placed() {
    // Each link has 64 elements around it, of 500 tokens each.
    let above = format!("<div class='{}'>", "a ".repeat(500)).repeat(64);
    let page = |links: usize| read(&format!("{above}{}", LINK.repeat(links)));
    let a_link = 64 * 501;
    let most = 2_000_000 / a_link;
    assert_eq!(page(most).tree, TreeUse::Built);
    assert_eq!(page(most + 1).tree, TreeUse::Refused("place_names".to_owned()));
}

#[test]
fn deepest_admitted_page_is_read_on_a_small_stack() {
    let page = "<div>".repeat(500) + LINK;
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    let references = small.spawn(move || read(&page).references).unwrap().join().unwrap();
    assert_eq!(references.len(), 1);
}
