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
fn span_counts_as_over_one_hour_early() {
    for (minutes, told) in [(22 * 60 + 59, false), (23 * 60, true)] {
        let mut story = Story::live();
        story.look(Look::Absent, 24);
        let at = start() + hours(24) + jiff::SignedDuration::from_mins(minutes);
        let events = story.check(Look::Absent.visited(at));
        assert_eq!(events == [EventName::Removed], told, "after {minutes} min");
    }
}

#[test]
fn one_look_raises_no_loss_whatever_the_policy() {
    let mut story = Story::live();
    story.policy.confirm = Confirm { misses: 1, span: hours(0), long_span: hours(0), slack: hours(1) };
    assert!(story.look(Look::Absent, 24).is_empty());
    assert_eq!(story.look(Look::Absent, 25), [EventName::Removed]);
}

#[test]
fn long_span_that_is_set_shorter_than_the_span_confirms_as_the_span_does() {
    for look in [Look::Absent, Look::Gone] {
        let mut story = Story::live();
        story.policy.confirm = Confirm { long_span: hours(0), ..Confirm::default() };
        for at in [24, 36, 40] {
            assert!(story.look(look, at).is_empty(), "{look:?} after {at} h");
        }
        assert_eq!(story.look(look, 66), [EventName::Removed], "{look:?}");
    }
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
fn imported_link_is_not_found_after_two_absences_20_hours_apart() {
    let mut story = Story::of(link(LinkState::Imported { absent: None }));
    for at in [0, 1, 19] {
        assert!(story.look(Look::Absent, at).is_empty(), "after {at} h");
    }
    assert_eq!(story.look(Look::Absent, 20), [EventName::NotFound]);
}

#[test]
fn pending_link_is_given_up_after_30_days_and_5_absences_and_not_before_both() {
    let told_on = |days: &[i64]| {
        let mut story = Story::of(link(LinkState::Pending { absences: 0, last_absent: None }));
        let told = |day: &&i64| story.look(Look::Absent, 24 * **day).contains(&EventName::NoAnswer);
        days.iter().find(told).copied()
    };
    assert_eq!(told_on(&[1, 2, 3, 4, 5, 29, 30]), Some(30));
    assert_eq!(told_on(&[1, 31, 32, 33, 34, 35]), Some(34));
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
fn host_name_that_is_gone_for_15_days_and_4_checks_is_not_gone_yet() {
    let mut story = Story::live();
    for day in [1, 5, 9, 16] {
        assert!(!story.look(Look::NoSuchHost, 24 * day).contains(&EventName::Removed));
    }
    assert!(story.look(Look::NoSuchHost, 24 * 17).contains(&EventName::Removed));
}

#[test]
fn domain_that_is_for_sale_for_14_days_and_5_checks_loses_the_link() {
    let parked = |day: i64, seller: Option<&str>| {
        let mut page = extraction(vec![]);
        let class = SignatureClass::Parked;
        page.facts.signatures = vec![Signature { id: "row".into(), class, alone: true }];
        let mut visited = answered(start() + hours(24 * day), 200, Some(page));
        if let Some(seller) = seller {
            visited.chain = vec![Hop { from: visited.page.clone(), status: 302 }];
            visited.final_url = PageUrl::parse(seller).unwrap();
        }
        visited
    };
    for seller in [None, Some("https://seller.example/host")] {
        let mut story = Story::live();
        for day in [1, 5, 9, 13] {
            assert!(story.check(parked(day, seller)).is_empty());
        }
        assert!(story.check(parked(15, seller)).contains(&EventName::Removed));
        assert!(matches!(story.links[0].state, LinkState::Lost { reason: LossReason::HostGone, .. }));
    }
}

#[test]
fn looks_that_say_nothing_of_the_host_begin_its_14_days_anew() {
    let mut story = Story::live();
    for day in [1, 4, 7, 10] {
        story.look(Look::NoSuchHost, 24 * day);
    }
    story.look(Look::ServerError, 24 * 12);
    assert!(!story.look(Look::NoSuchHost, 24 * 16).contains(&EventName::Removed));
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
fn strong_miss_of_a_run_that_was_held_lends_no_weight_to_a_weak_one() {
    let weak = |at| {
        let mut page = extraction(vec![]);
        page.facts.entries.clear();
        answered(start() + hours(at), 200, Some(page))
    };
    let mut story = Story::live();
    story.look(Look::Absent, 24);
    let LinkState::Missing { missed, .. } = &mut story.links[0].state else { panic!() };
    (missed.checks, missed.strong, missed.run) = (2, 1, RunId(0));
    story.policy.held_runs = vec![RunId(0)];
    assert!(story.check(weak(48)).is_empty(), "two weak misses weigh 2 of 3");
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
    let third_flip = told.iter().enumerate().filter(|(_, name)| **name != EventName::Flapping).nth(2);
    assert_eq!(told.get(third_flip.unwrap().0 + 1), Some(&EventName::Flapping), "{told:?}");
    let flapping = told.iter().filter(|name| **name == EventName::Flapping).count();
    assert_eq!((flapping, told.len()), (1, 7), "{told:?}");
}

#[test]
fn flips_that_lie_months_apart_are_no_flapping() {
    let mut story = Story::live();
    let mut told = Vec::new();
    for round in 0..3 {
        for (day, look) in [(1, Look::Absent), (2, Look::Absent), (20, Look::Present)] {
            told.extend(story.look(look, 24 * (round * 40 + day)));
        }
    }
    assert_eq!(told.len(), 6, "{told:?}");
    assert!(!told.contains(&EventName::Flapping), "{told:?}");
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
fn doubtful_shape_is_the_new_normal_after_three_looks_over_a_week_and_not_before_both() {
    let rule_after = |days: &[i64]| {
        let mut story = Story::live();
        for day in days {
            let mut page = extraction(vec![]);
            page.facts.title = Some("New".into());
            page.facts.containers.clear();
            story.check(answered(start() + hours(24 * day), 200, Some(page)));
        }
        story.memory.last.map(|(_, rule)| rule)
    };
    assert_eq!(rule_after(&[1, 8]), Some(Rule::LandmarksGone));
    assert_eq!(rule_after(&[1, 2, 3, 7]), Some(Rule::LandmarksGone));
    assert_eq!(rule_after(&[1, 2, 8]), Some(Rule::NewNormal));
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
