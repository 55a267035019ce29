//! The table of `docs/states.md`: every state meets every observation, and the rows with a history.

mod support;

use support::*;
use trackward_core::*;

/// Every lifecycle state, as it stands 40 days and 6 absences after the start.
fn every_state() -> Vec<LinkState> {
    let missed = Missed {
        first: start(),
        last: start() + hours(24 * 39),
        checks: 2,
        strong: 0,
        unconditional: true,
        reason: LossReason::LinkRemoved,
        run: RunId(1),
        host_wide: false,
    };
    vec![
        LinkState::Imported { absent: Some((start(), 1)) },
        LinkState::Pending { absences: 6, last_absent: Some(start()) },
        LinkState::Live { since: start() },
        LinkState::Missing { live_since: start(), missed },
        LinkState::Lost { since: start(), live_since: start(), reason: LossReason::LinkRemoved },
        LinkState::NotFound { since: start() },
        LinkState::NoAnswer { since: start(), last_absent: Some(start()) },
        LinkState::Rejected { since: start() },
        LinkState::Archived { since: start() },
    ]
}

/// The state after one look 40 days later, and the event it makes.
fn expected(state: StateName, look: Look) -> (StateName, Option<EventName>) {
    use EventName as E;
    use StateName as S;
    if look.is_inconclusive() || !state.is_watched() {
        return (state, None);
    }
    match (state, look) {
        (S::Imported, Look::Present) => (S::Live, Some(E::Verified)),
        (S::NotFound, Look::Present) => (S::Live, Some(E::Appeared)),
        (S::Pending | S::NoAnswer, Look::Present) => (S::Live, Some(E::Approved)),
        (S::Live | S::Missing, Look::Present) => (S::Live, None),
        (S::Lost, Look::Present) => (S::Live, Some(E::Restored)),
        (S::Imported, Look::Absent | Look::Gone) => (S::NotFound, Some(E::NotFound)),
        (S::Pending, Look::Absent | Look::Gone) => (S::NoAnswer, Some(E::NoAnswer)),
        // A miss of another kind than those before begins anew.
        (S::Live, Look::Absent | Look::Gone) | (S::Missing, Look::Gone) => (S::Missing, None),
        (S::Missing, Look::Absent) => (S::Lost, Some(E::Removed)),
        (same, _) => (same, None),
    }
}

#[test]
fn every_state_meets_every_observation() {
    for state in every_state() {
        for look in Look::ALL {
            let mut story = Story::of(link(state.clone()));
            let events = story.look(look, 24 * 40);
            let (name, event) = expected(state.name(), look);
            assert_eq!(
                (story.state(), events),
                (name, event.into_iter().collect()),
                "{} × {look:?}",
                state.name()
            );
        }
    }
}

#[test]
fn live_link_missed_once_is_not_lost() {
    let mut story = Story::live();
    assert!(story.look(Look::Absent, 24).is_empty());
    assert_eq!(story.state(), StateName::Missing);
}

#[test]
fn strong_misses_need_two_checks_and_the_span() {
    let mut story = Story::live();
    story.look(Look::Absent, 24);
    assert!(story.look(Look::Absent, 25).is_empty(), "two strong misses within the span");
    assert_eq!(story.look(Look::Absent, 48), [EventName::Removed]);
}

#[test]
fn weak_misses_need_three_checks() {
    let weak = |at| {
        let mut page = extraction(vec![]);
        page.facts.entries.clear();
        answered(start() + hours(at), 200, Some(page))
    };
    let mut story = Story::live();
    story.check(weak(24));
    assert!(story.check(weak(48)).is_empty(), "two weak misses weigh 2 of 3");
    assert_eq!(story.check(weak(49)), [EventName::Removed]);
}

#[test]
fn gone_page_takes_three_days() {
    let mut story = Story::live();
    for at in [24, 48, 72] {
        assert!(story.look(Look::Gone, at).is_empty(), "after {at} h");
    }
    assert_eq!(story.look(Look::Gone, 96), [EventName::Removed]);
    assert!(matches!(story.links[0].state, LinkState::Lost { reason: LossReason::PageGone, .. }));
}

#[test]
fn misses_without_one_unconditional_look_prove_nothing() {
    let mut story = Story::live();
    for at in [24, 48, 72] {
        let conditional = Visited { conditional: true, ..Look::Absent.visited(start() + hours(at)) };
        assert!(story.check(conditional).is_empty());
    }
    assert_eq!(story.look(Look::Absent, 73), [EventName::Removed]);
}

#[test]
fn link_seen_again_before_confirmation_says_nothing() {
    let mut story = Story::live();
    story.look(Look::Absent, 24);
    assert!(story.look(Look::Present, 25).is_empty());
    assert_eq!(story.links[0].state, LinkState::Live { since: start() });
}

#[test]
fn inconclusive_looks_between_misses_neither_count_nor_clear() {
    let mut story = Story::live();
    story.look(Look::Absent, 24);
    for at in 25..47 {
        assert!(story.look(Look::ServerError, at).is_empty());
    }
    assert_eq!(story.state(), StateName::Missing);
    assert_eq!(story.look(Look::Absent, 48), [EventName::Removed]);
}

#[test]
fn pending_link_is_approved_with_its_wait_as_an_interval() {
    let mut story = Story::of(link(LinkState::Pending { absences: 0, last_absent: None }));
    story.look(Look::Absent, 24);
    story.look(Look::Refused, 48);
    assert_eq!(story.look(Look::Present, 72), [EventName::Approved]);
    let EventKind::Approved { sent, after, .. } = &story.events[0].what else { panic!() };
    assert_eq!((*sent, *after), (start(), Some(start() + hours(24))));
    assert_eq!(story.events[0].at, start() + hours(72));
}

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
fn unreadable_page_is_told_once_after_14_days_and_once_when_it_is_back() {
    let mut story = Story::live();
    let mut told = Vec::new();
    for day in 1..=20 {
        told.extend(story.look(Look::Refused, 24 * day).into_iter().map(|event| (day, event)));
    }
    assert_eq!(told, [(15, EventName::Unreadable)]);
    assert_eq!(story.state(), StateName::Live);
    assert_eq!(story.look(Look::Present, 24 * 21), [EventName::ReadableAgain]);
}

#[test]
fn host_name_that_is_gone_for_14_days_and_5_checks_loses_the_link() {
    let mut story = Story::live();
    for day in [1, 5, 9, 13] {
        assert!(story.look(Look::NoSuchHost, 24 * day).is_empty());
    }
    assert!(story.look(Look::NoSuchHost, 24 * 15).contains(&EventName::Removed));
    assert!(matches!(story.links[0].state, LinkState::Lost { reason: LossReason::HostGone, .. }));
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
fn reasons_name_what_is_left_of_the_page() {
    let reason_after = |change: &dyn Fn(&mut Visited)| {
        let mut story = Story::live();
        for at in [24, 48, 72, 96, 120] {
            let mut visited = Look::Absent.visited(start() + hours(at));
            change(&mut visited);
            story.check(visited);
        }
        match &story.links[0].state {
            LinkState::Lost { reason, .. } => *reason,
            other => panic!("{other:?}"),
        }
    };
    let edit = |visited: &mut Visited, edit: fn(&mut PageFacts)| {
        if let VisitEnd::Answered { extraction: Some(page), .. } = &mut visited.end {
            edit(&mut page.facts);
        }
    };
    assert_eq!(reason_after(&|_| {}), LossReason::EntryRemoved);
    assert_eq!(reason_after(&|v| edit(v, |facts| facts.containers.clear())), LossReason::SectionRemoved);
    let retarget = |facts: &mut PageFacts| {
        let href = Some("https://other.example/".into());
        facts.entries.push(Entry { id: "comment-7".into(), kind: None, href });
    };
    assert_eq!(reason_after(&|v| edit(v, retarget)), LossReason::Retargeted);
    let migrate = |facts: &mut PageFacts| {
        facts.entries.clear();
        facts.containers = vec!["new-comments".into()];
    };
    assert_eq!(reason_after(&|v| edit(v, migrate)), LossReason::CommentsNotMigrated);
    let redirect = |to: &'static str| {
        move |v: &mut Visited| {
            v.chain = vec![Hop { from: page(), status: 301 }];
            v.final_url = PageUrl::parse(to).unwrap();
        }
    };
    assert_eq!(reason_after(&redirect("https://host.example/other")), LossReason::PageMovedWithoutLink);
    assert_eq!(reason_after(&redirect("https://casino.example/")), LossReason::SiteChangedHands);
    let testify =
        |said| move |v: &mut Visited| v.testimony.push(Testimony { entry: "comment-7".into(), said });
    assert_eq!(reason_after(&testify(Said::TakenDown)), LossReason::TakenDown);
    assert_eq!(reason_after(&testify(Said::Deleted)), LossReason::Deleted);
}

#[test]
fn editorial_link_that_goes_is_told_by_what_stands_in_its_place() {
    let reason_on = |page_of_link: &str, mention: bool| {
        let body = Reference {
            entry: None,
            container: None,
            ..reference_to("https://ours.example/a", Placement::Body)
        };
        let mut story = Story::of(link(LinkState::Imported { absent: None }));
        story.links[0].page = PageUrl::parse(page_of_link).unwrap();
        story.links[0].kind = Some(Kind::Editorial);
        let look = |references: Vec<Reference>, at: i64| {
            let mut seen = extraction(references);
            seen.facts.mentions = if mention { vec![target().page().unwrap().clone()] } else { vec![] };
            let mut visited = answered(start() + hours(at), 200, Some(seen));
            visited.page = PageUrl::parse(page_of_link).unwrap();
            visited.final_url = visited.page.clone();
            visited
        };
        story.check(look(vec![body], 0));
        for at in [24, 48, 72] {
            story.check(look(vec![], at));
        }
        match &story.links[0].state {
            LinkState::Lost { reason, .. } => *reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(reason_on("https://host.example/post", false), LossReason::LinkRemoved);
    assert_eq!(reason_on("https://host.example/post", true), LossReason::Unlinked);
    assert_eq!(reason_on("https://host.example/tag/roses/", false), LossReason::RolledOff);
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
fn entry_that_the_host_still_approves_is_no_miss() {
    let mut story = Story::live();
    for at in [24, 48, 72, 96] {
        let mut visited = Look::Absent.visited(start() + hours(at));
        visited.testimony.push(Testimony { entry: "comment-7".into(), said: Said::Approved });
        assert!(story.check(visited).is_empty());
    }
    assert_eq!(story.state(), StateName::Live);
}

#[test]
fn word_of_the_host_counts_beside_a_page_whose_comments_go_on_and_not_beside_a_wall() {
    let with_word = |mut visited: Visited| {
        visited.testimony.push(Testimony { entry: "comment-7".into(), said: Said::TakenDown });
        visited
    };
    let mut story = Story::live();
    story.check(with_word(Look::Doubtful.visited(start() + hours(24))));
    assert_eq!(story.state(), StateName::Missing);

    let mut wall = extraction(vec![]);
    wall.facts.signatures =
        vec![Signature { id: "challenge".into(), class: SignatureClass::Challenge, alone: true }];
    let mut story = Story::live();
    story.check(with_word(answered(start() + hours(24), 200, Some(wall))));
    assert_eq!(story.state(), StateName::Live);
}

#[test]
fn misses_of_a_run_that_was_held_count_for_nothing() {
    let mut story = Story::live();
    story.look(Look::Absent, 24);
    story.policy.held_runs = vec![RunId(1)];
    for at in [48, 72, 96] {
        assert!(story.look(Look::Absent, at).is_empty(), "after {at} h");
    }
    story.policy.held_runs.clear();
    assert_eq!(story.look(Look::Absent, 120), [EventName::Removed]);
}

#[test]
fn host_wide_misses_take_three_days() {
    let mut story = Story::live();
    story.look(Look::Absent, 24);
    if let LinkState::Missing { missed, .. } = &mut story.links[0].state {
        missed.host_wide = true;
    }
    for at in [48, 72] {
        assert!(story.look(Look::Absent, at).is_empty(), "after {at} h");
    }
    assert_eq!(story.look(Look::Absent, 96), [EventName::Removed]);
}

#[test]
fn link_lost_and_back_too_often_is_told_to_be_flapping_once() {
    let mut story = Story::live();
    let mut told = Vec::new();
    for round in 0..3 {
        for (day, look) in [(1, Look::Absent), (2, Look::Absent), (3, Look::Present)] {
            told.extend(story.look(look, 24 * (round * 3 + day)));
        }
    }
    let flapping = told.iter().filter(|name| **name == EventName::Flapping).count();
    assert_eq!((flapping, told.len()), (1, 7), "{told:?}");
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
fn removal_carries_what_was_seen_instead_as_evidence() {
    let mut story = Story::live();
    story.look(Look::Absent, 24);
    let visited = Look::Absent.visited(start() + hours(48));
    let seen = judge(visited, &story.memory, &story.links, &story.policy);
    let next = reconcile(&story.links, &story.memory, &seen, &story.policy, RunId(2));
    assert_eq!(next.events[0].evidence, Some(next.evidence[0].hash()));
    assert!(next.evidence[0].text.contains("comment-7 is not among them"), "{}", next.evidence[0].text);
}

#[test]
fn link_lost_on_a_page_that_moved_with_it_is_told_by_its_own_reason() {
    let moved = |look: Look, at| {
        let chain = vec![Hop { from: page(), status: 301 }];
        let final_url = PageUrl::parse("https://host.example/new-post").unwrap();
        Visited { chain, final_url, ..look.visited(start() + hours(at)) }
    };
    let mut story = Story::live();
    for day in [1, 2] {
        story.check(moved(Look::Present, 24 * day));
    }
    story.check(moved(Look::Absent, 72));
    assert_eq!(story.check(moved(Look::Absent, 96)), [EventName::Removed]);
    assert!(matches!(story.links[0].state, LinkState::Lost { reason: LossReason::EntryRemoved, .. }));
}

#[test]
fn gone_behind_a_temporary_redirect_proves_nothing_and_behind_a_permanent_one_it_does() {
    let gone_behind = |status, at| {
        let chain = vec![Hop { from: page(), status }];
        let to = PageUrl::parse("https://host.example/maintenance").unwrap();
        Visited { chain, final_url: to, ..Look::Gone.visited(start() + hours(at)) }
    };
    for (status, state) in [(302, StateName::Live), (301, StateName::Lost)] {
        let mut story = Story::live();
        for day in 1..=5 {
            story.check(gone_behind(status, 24 * day));
        }
        assert_eq!(story.state(), state, "{status}");
    }
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
fn changed_attribute_of_a_link_that_goes_is_forgotten() {
    let mut story = Story::live();
    let changed = Reference { anchor: "New".into(), ..reference() };
    story.check(answered(start() + hours(24), 200, Some(extraction(vec![changed]))));
    assert!(story.links[0].shift.is_some());
    story.look(Look::Absent, 48);
    assert_eq!(story.links[0].shift, None);
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

#[test]
fn misses_of_different_kinds_do_not_add_up() {
    let mut story = Story::live();
    story.look(Look::Gone, 24);
    story.look(Look::Gone, 25);
    assert!(story.look(Look::Absent, 50).is_empty(), "one look ever saw the page without the link");
    assert_eq!(story.look(Look::Absent, 74), [EventName::Removed]);
}

#[test]
fn misses_of_long_ago_do_not_count() {
    let mut story = Story::live();
    for at in [24, 48, 72] {
        story.look(Look::Gone, at);
    }
    for day in 4..30 {
        story.look(Look::Refused, 24 * day);
    }
    assert!(!story.look(Look::Gone, 24 * 30).contains(&EventName::Removed));
}

#[test]
fn doubtful_shape_that_did_not_last_is_no_new_normal() {
    let shaped = |title: &str, wall: bool, day: i64| {
        let mut page = extraction(vec![]);
        page.facts.title = Some(title.into());
        page.facts.containers.clear();
        if wall {
            let class = SignatureClass::Maintenance;
            page.facts.signatures = vec![Signature { id: "row".into(), class, alone: true }];
        }
        answered(start() + hours(24 * day), 200, Some(page))
    };
    let mut story = Story::live();
    for day in [1, 2] {
        story.check(shaped("New", false, day));
    }
    for day in 3..12 {
        story.check(shaped("Maintenance", true, day));
    }
    story.check(shaped("New", false, 12));
    assert_eq!(story.memory.last.map(|(_, rule)| rule), Some(Rule::LandmarksGone));
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
