//! The properties of `docs/states.md`, over random histories.

mod support;

use proptest::prelude::*;
use support::*;
use trackward_core::*;

fn looks() -> impl Strategy<Value = Vec<(Look, i64)>> {
    let look = prop::sample::select(Look::ALL.to_vec());
    prop::collection::vec((look, 1..100i64), 1..40)
}

/// One step of a history: the verdict, the link before and after, the events.
type Step = (Verdict, Link, Link, Vec<EventName>);

/// Runs a history from a pending link.
fn history(looks: &[(Look, i64)]) -> (Story, Vec<Step>) {
    let mut story = Story::of(link(LinkState::Pending { absences: 0, last_absent: None }));
    let mut at = 0;
    let mut steps = Vec::new();
    for (look, wait) in looks {
        at += wait;
        let before = story.links[0].clone();
        let events = story.look(*look, at);
        let (_, rule) = story.memory.last.expect("just checked");
        steps.push((rule.verdict(), before, story.links[0].clone(), events));
    }
    (story, steps)
}

proptest! {
    #[test]
    fn inconclusive_looks_never_change_a_link(looks in looks()) {
        for (verdict, before, after, events) in history(&looks).1 {
            if !verdict.is_conclusive() && !events.contains(&EventName::Removed) {
                prop_assert_eq!(before, after);
            }
        }
    }

    #[test]
    fn no_single_look_raises_a_loss(looks in looks()) {
        for (_, before, _, events) in history(&looks).1 {
            if events.contains(&EventName::Removed) {
                prop_assert_eq!(before.state.name(), StateName::Missing);
            }
        }
    }

    #[test]
    fn arrivals_and_removals_alternate(looks in looks()) {
        let (story, _) = history(&looks);
        let mut there = false;
        for event in &story.events {
            match event.what.name() {
                EventName::Approved | EventName::Restored => {
                    prop_assert!(!there);
                    there = true;
                }
                EventName::Removed => {
                    prop_assert!(there);
                    there = false;
                }
                _ => {}
            }
        }
    }

    #[test]
    fn replaying_the_events_gives_the_same_state(looks in looks()) {
        let (story, _) = history(&looks);
        let mut replayed = StateName::Pending;
        for event in &story.events {
            replayed = match event.what.name() {
                EventName::Approved | EventName::Restored => StateName::Live,
                EventName::Removed => StateName::Lost,
                EventName::NoAnswer => StateName::NoAnswer,
                _ => replayed,
            };
        }
        let told = match story.state() {
            StateName::Missing => StateName::Live,
            state => state,
        };
        prop_assert_eq!(replayed, told);
    }

    #[test]
    fn same_looks_give_the_same_events(looks in looks()) {
        prop_assert_eq!(history(&looks).0.events, history(&looks).0.events);
    }

    #[test]
    fn refusals_and_errors_alone_never_raise_a_loss(looks in looks()) {
        let mut story = Story::live();
        let mut at = 0;
        for (look, wait) in looks.into_iter().filter(|(look, _)| look.is_inconclusive() && *look != Look::NoSuchHost) {
            at += wait;
            prop_assert!(!story.look(look, at).contains(&EventName::Removed));
        }
        prop_assert_eq!(story.state(), StateName::Live);
    }

    #[test]
    fn next_check_keeps_the_least_gap_and_is_never_forgotten(looks in looks()) {
        let mut story = Story::of(link(LinkState::Pending { absences: 0, last_absent: None }));
        let cadence = Cadence::default();
        let mut at = 0;
        for (look, wait) in looks {
            at += wait;
            story.look(look, at);
            let now = start() + hours(at);
            let terms = Terms {
                policy: &story.policy,
                cadence: &cadence,
                hazards: &Hazards::default(),
                price: Price::default(),
                rhythm: RunRhythm::Unknown,
 longest: cadence.max_delay,
            };
            let plan = plan(&story.links, &story.memory, &HostMemory::default(), &terms, now, now);
            prop_assert!(plan.at >= now + Cadence::LEAST_GAP && plan.at <= now + cadence.max_delay);
        }
    }
}
