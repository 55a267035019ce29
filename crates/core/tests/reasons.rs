//! Why a link was lost: what stands in its place, and what the host says itself.

mod support;

use support::*;
use trackward_core::*;

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
