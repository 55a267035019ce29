//! What changes about a link that stays: two looks confirm it, and its effect is named.

mod support;

use support::*;
use trackward_core::*;

#[test]
fn entry_approved_and_not_shown_for_five_looks_over_14_days_is_worth_nothing_and_no_loss() {
    let unshown = |story: &mut Story, day: i64| {
        let mut visited = Look::Absent.visited(start() + hours(24 * day));
        visited.testimony.push(Testimony { entry: "comment-7".into(), said: Said::Approved });
        story.check(visited)
    };
    for (days, told_on) in [(&[1, 4, 8, 12, 15, 16][..], 16), (&[1, 8, 15, 16, 17, 18], 18)] {
        let mut story = Story::live();
        let told: Vec<_> = (days.iter())
            .flat_map(|day| unshown(&mut story, *day).into_iter().map(|event| (*day, event)))
            .collect();
        assert_eq!(told, [(told_on, EventName::Weakened)]);
        assert_eq!(story.state(), StateName::Live);
        story.look(Look::Present, 24 * 20);
        assert_eq!(story.look(Look::Present, 24 * 21), [EventName::Strengthened]);
    }
}

#[test]
fn changed_rel_is_told_after_two_looks_and_names_its_effect() {
    let look = |rel: &str, at| {
        let reference = Reference { rel: Rel::parse(rel), ..reference() };
        answered(start() + hours(at), 200, Some(extraction(vec![reference])))
    };
    let mut story = Story::of(link(LinkState::Imported { absent: None }));
    story.check(look("external", 0));
    assert!(story.check(look("external nofollow", 24)).is_empty());
    assert!(story.check(look("external nofollow", 30)).is_empty(), "second look within 20 h");
    assert_eq!(story.check(look("external nofollow", 48)), [EventName::Weakened]);
    assert!(story.check(look("external", 72)).is_empty());
    assert_eq!(story.check(look("external", 96)), [EventName::Strengthened]);
}

#[test]
fn attribute_that_changes_back_before_the_second_look_says_nothing() {
    let look = |anchor: &str, at| {
        let reference = Reference { anchor: anchor.into(), ..reference() };
        answered(start() + hours(at), 200, Some(extraction(vec![reference])))
    };
    let mut story = Story::live();
    for (anchor, at) in [("New", 24), ("Our blog", 48), ("New", 72), ("Our blog", 96)] {
        assert!(story.check(look(anchor, at)).is_empty(), "{anchor} at {at} h");
    }
}

#[test]
fn agreed_rel_that_is_lost_is_a_breach_and_sponsored_as_agreed_is_none() {
    let look = |rel: &str, at| {
        let reference = Reference { rel: Rel::parse(rel), ..reference() };
        answered(start() + hours(at), 200, Some(extraction(vec![reference])))
    };
    let mut agreed = link(LinkState::Imported { absent: None });
    agreed.agreed.rel = Some(Rel::parse("sponsored"));
    let mut story = Story::of(agreed);
    assert_eq!(story.check(look("sponsored noopener", 0)), [EventName::Verified]);
    story.check(look("nofollow", 24));
    assert_eq!(story.check(look("nofollow", 48)), [EventName::Breached]);
    story.check(look("sponsored", 72));
    assert_eq!(story.check(look("sponsored", 96)), [EventName::AsAgreed]);
}

#[test]
fn noindex_of_the_page_weakens_and_names_its_mechanism() {
    let look = |noindex, at| {
        let mut page = extraction(vec![reference()]);
        page.facts.robots.noindex = noindex;
        answered(start() + hours(at), 200, Some(page))
    };
    let mut story = Story::live();
    story.check(look(Some(Mechanism::Header), 24));
    assert_eq!(story.check(look(Some(Mechanism::Header), 48)), [EventName::Weakened]);
    let EventKind::Attributes { changes, .. } = &story.events[0].what else { panic!() };
    assert_eq!((changes[0].attribute.as_str(), changes[0].after.as_str()), ("noindex", "header"));
}

#[test]
fn entry_that_stays_without_its_link_is_weakened_and_not_lost() {
    let delinked = |at| {
        let mut page = extraction(vec![]);
        page.facts.entries.push(Entry { id: "comment-7".into(), kind: None, href: None });
        answered(start() + hours(at), 200, Some(page))
    };
    let mut story = Story::live();
    assert!(story.check(delinked(24)).is_empty());
    assert_eq!(story.check(delinked(48)), [EventName::Weakened]);
    assert_eq!(story.state(), StateName::Live);
    assert_eq!(story.links[0].attributes.as_ref().unwrap().grade(), "none");
    story.look(Look::Present, 72);
    assert_eq!(story.look(Look::Present, 96), [EventName::Strengthened]);
}

#[test]
fn reference_without_a_tree_keeps_what_only_a_tree_tells() {
    let mut story = Story::live();
    let bare = Reference {
        evidence: PlacementEvidence::default(),
        anchor: String::new(),
        entry: None,
        container: None,
        ..reference_to("https://ours.example/a", Placement::Unknown)
    };
    for at in [24, 48] {
        let page = extraction(vec![bare.clone()]);
        assert!(story.check(answered(start() + hours(at), 200, Some(page))).is_empty());
    }
    let seen = story.links[0].seen.as_ref().unwrap();
    assert_eq!((seen.placement, seen.attributes.anchor.as_str()), (Placement::Ping, "Our blog"));
}

#[test]
fn changed_attribute_of_a_link_that_goes_is_forgotten() {
    let mut story = Story::live();
    let changed = Reference { anchor: "New".into(), ..reference() };
    story.check(answered(start() + hours(24), 200, Some(extraction(vec![changed]))));
    assert!(story.links[0].shift.is_some());
    story.look(Look::Absent, 48);
    assert_eq!(story.links[0].shift, None);
}

#[test]
fn entry_without_its_link_is_told_though_the_host_approves_it() {
    let mut story = Story::live();
    let mut told = Vec::new();
    for day in [1, 2] {
        let mut page = extraction(vec![]);
        page.facts.entries.push(Entry { id: "comment-7".into(), kind: None, href: None });
        let mut visited = answered(start() + hours(24 * day), 200, Some(page));
        visited.testimony.push(Testimony { entry: "comment-7".into(), said: Said::Approved });
        told.extend(story.check(visited));
    }
    assert_eq!(told, [EventName::Weakened]);
}

#[test]
fn entry_approved_and_not_shown_for_two_weeks_is_weakened_and_strengthened_when_it_is_back() {
    let mut story = Story::live();
    let mut told = Vec::new();
    for day in 1..=18 {
        let mut visited = Look::Absent.visited(start() + hours(24 * day));
        visited.testimony.push(Testimony { entry: "comment-7".into(), said: Said::Approved });
        told.extend(story.check(visited).into_iter().map(|name| (day, name)));
    }
    assert_eq!(told, [(16, EventName::Weakened)], "five looks over 14 days, seen twice");
    assert_eq!(story.state(), StateName::Live);
    story.look(Look::Present, 24 * 19);
    assert_eq!(story.look(Look::Present, 24 * 20), [EventName::Strengthened]);
}

#[test]
fn page_closed_to_search_weakens_the_link() {
    let closed = |at| Visited { search_blocked: true, ..Look::Present.visited(start() + hours(at)) };
    let mut story = Story::live();
    story.check(closed(24));
    assert_eq!(story.check(closed(48)), [EventName::Weakened]);
}

#[test]
fn place_and_anchor_against_what_was_agreed_are_breaches_one_by_one() {
    let look = |anchor: &str, placement, at| {
        let reference = Reference { anchor: anchor.into(), placement, ..reference() };
        answered(start() + hours(at), 200, Some(extraction(vec![reference])))
    };
    let mut promised = link(LinkState::Imported { absent: None });
    promised.kind = None;
    promised.agreed.placement = Some(PlacementClass::Body);
    promised.agreed.anchor = Some("Our blog".into());
    let mut story = Story::of(promised);
    let mut told = Vec::new();
    for (anchor, placement, day) in [
        ("Our blog", Placement::Body, 0),
        ("Our blog", Placement::Navigation, 2),
        ("blog", Placement::Navigation, 4),
        ("Our blog", Placement::Navigation, 6),
        ("Our blog", Placement::Body, 8),
    ] {
        told.extend(story.check(look(anchor, placement, 24 * day)));
        told.extend(story.check(look(anchor, placement, 24 * day + 24)));
    }
    let breached = [EventName::Breached, EventName::Breached];
    let as_agreed = [EventName::AsAgreed, EventName::AsAgreed];
    assert_eq!(told, [&[EventName::Verified][..], &breached, &as_agreed].concat());
}

#[test]
fn sponsored_as_agreed_is_no_fault_while_another_term_stays_broken() {
    let look = |rel: &str, at| {
        let reference = Reference { rel: Rel::parse(rel), ..reference() };
        answered(start() + hours(at), 200, Some(extraction(vec![reference])))
    };
    let mut promised = link(LinkState::Imported { absent: None });
    promised.agreed.rel = Some(Rel::parse("sponsored"));
    promised.agreed.anchor = Some("never this".into());
    let mut story = Story::of(promised);
    story.check(look("", 0));
    story.check(look("sponsored", 24));
    assert_eq!(story.check(look("sponsored", 48)), [EventName::AsAgreed]);
}
