//! Which reference is which link: classes, whole sites, echoes, baselines, moves.

mod support;

use support::*;
use trackward_core::*;

#[test]
fn pending_trackback_is_not_approved_by_a_link_in_the_text() {
    let mut story = Story::of(link(LinkState::Pending { absences: 0, last_absent: None }));
    let body = extraction(vec![reference_to("https://ours.example/a", Placement::Body)]);
    assert_eq!(story.check(answered(start() + hours(1), 200, Some(body))), [EventName::Verified]);
    assert_eq!(story.state(), StateName::Pending);
    assert_eq!(story.links.len(), 2);
}

#[test]
fn widget_echo_neither_makes_nor_keeps_a_link() {
    let echo = |at| {
        let mut page = extraction(vec![reference_to("https://ours.example/a", Placement::WidgetEcho)]);
        page.facts.entries.retain(|entry| entry.id != "comment-7");
        answered(start() + hours(at), 200, Some(page))
    };
    let mut story = Story::live();
    story.check(echo(24));
    assert_eq!(story.check(echo(48)), [EventName::Removed]);
    assert_eq!(story.links.len(), 1);
}

#[test]
fn first_look_at_a_page_is_baseline_and_later_finds_are_new() {
    let mut story = Story::live();
    let with = |urls: &[&str], at| {
        let found = urls.iter().map(|url| reference_to(url, Placement::Ping));
        answered(start() + hours(at), 200, Some(extraction(found.collect())))
    };
    let more = with(&["https://ours.example/a", "https://ours.example/b"], 24);
    assert_eq!(story.check(more), [EventName::Appeared]);

    let mut fresh = Story::of(link(LinkState::Pending { absences: 0, last_absent: None }));
    assert_eq!(fresh.check(with(&["https://ours.example/b"], 0)), [EventName::Verified]);
}

#[test]
fn comment_and_trackback_to_one_target_do_not_hide_each_other() {
    let mut story = Story::live();
    let comment = reference_to("https://ours.example/a", Placement::Comment(CommentPart::Text));
    let both = extraction(vec![comment.clone(), reference()]);
    assert_eq!(story.check(answered(start() + hours(24), 200, Some(both))), [EventName::Appeared]);
    story.check(answered(start() + hours(48), 200, Some(extraction(vec![reference()]))));
    assert_eq!(story.links[0].state.name(), StateName::Live);
    assert_eq!(story.links[1].state.name(), StateName::Missing);
}

#[test]
fn link_that_moves_within_its_page_stays_the_same_link() {
    let mut story = Story::live();
    let moved = extraction(vec![reference_to("https://ours.example/a", Placement::Body)]);
    assert!(story.check(answered(start() + hours(24), 200, Some(moved))).is_empty());
    assert_eq!((story.links.len(), story.state()), (1, StateName::Live));
}

#[test]
fn watch_on_a_whole_site_becomes_the_link_that_is_found() {
    let mut wide = link(LinkState::Imported { absent: None });
    wide.target = Target::parse("ours.example").unwrap();
    let mut story = Story::of(wide);
    assert_eq!(story.look(Look::Present, 0), [EventName::Verified]);
    assert_eq!(story.links.len(), 1);
    assert_eq!(story.links[0].target, target());
}

#[test]
fn watch_on_a_whole_site_is_absorbed_by_a_link_that_is_watched_already() {
    let mut story = Story::live();
    let mut wide = link(LinkState::Imported { absent: None });
    wide.target = Target::parse("ours.example").unwrap();
    story.links.push(wide);
    assert_eq!(story.look(Look::Present, 24), [EventName::Absorbed]);
    assert_eq!(story.links[1].state.name(), StateName::Archived);
}

#[test]
fn permanent_redirect_with_the_link_is_told_as_moved_after_two_looks() {
    let moved = |at| {
        let to = PageUrl::parse("https://host.example/new-post").unwrap();
        let chain = vec![Hop { from: page(), status: 301 }];
        Visited { chain, final_url: to, ..Look::Present.visited(start() + hours(at)) }
    };
    let mut story = Story::live();
    assert!(story.check(moved(24)).is_empty());
    assert_eq!(story.check(moved(48)), [EventName::Moved]);
    assert!(story.check(moved(72)).is_empty());
}

#[test]
fn archived_watch_on_a_whole_site_does_not_swallow_new_links() {
    let mut story = Story::live();
    let mut wide = link(LinkState::Archived { since: start() });
    wide.target = Target::parse("ours.example").unwrap();
    story.links.push(wide);
    let more = extraction(vec![reference(), reference_to("https://ours.example/b", Placement::Ping)]);
    assert_eq!(story.check(answered(start() + hours(24), 200, Some(more))), [EventName::Appeared]);
}

#[test]
fn copy_of_a_moved_link_where_it_first_stood_is_no_new_link() {
    let body = || reference_to("https://ours.example/a", Placement::Body);
    let nav = || reference_to("https://ours.example/a", Placement::Navigation);
    let mut story = Story::of(link(LinkState::Pending { absences: 0, last_absent: None }));
    story.links.clear();
    story.check(answered(start(), 200, Some(extraction(vec![body()]))));
    story.check(answered(start() + hours(24), 200, Some(extraction(vec![nav()]))));
    let both = answered(start() + hours(48), 200, Some(extraction(vec![body(), nav()])));
    assert!(!story.check(both).contains(&EventName::Appeared));
    assert_eq!(story.links.len(), 1);
}

#[test]
fn first_look_that_broke_off_leaves_the_baseline_open() {
    let mut response = response(200);
    response.ending = BodyEnd::Cut(Cut::Truncated);
    let cut = VisitEnd::Answered { response, extraction: Some(Box::new(extraction(vec![reference()]))) };
    let mut story = Story::of(link(LinkState::Imported { absent: None }));
    assert_eq!(story.check(visited(start(), cut)), [EventName::Verified]);
    assert_eq!(story.memory.landmarks, None);
    let whole = extraction(vec![reference(), reference_to("https://ours.example/b", Placement::Ping)]);
    assert_eq!(story.check(answered(start() + hours(24), 200, Some(whole))), [EventName::Verified]);
}
