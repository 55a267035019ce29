//! The four weeks of `trackward demo` come out as its script says.

use std::sync::Arc;

use trackward_core::{Clock, EventKind, EventName, LossReason};
use trackward_farm::Demo;
use trackward_store::MemoryStore;
use trackward_tests::{Stage, rudeness, start};

/// What an event is compared by: page, target, name, reason.
type Told = (String, Option<String>, EventName, Option<LossReason>);

#[tokio::test(flavor = "multi_thread")]
async fn four_weeks_tell_exactly_what_happened_and_politely() {
    let demo = Demo::new(start());
    let stage = Stage::new(demo.world.clone()).await;
    stage.watch(demo.watches(&stage.farm)).await;
    stage.run_every(6, Demo::LENGTH.as_hours()).await;

    let mut told: Vec<(Told, jiff::Timestamp)> = Vec::new();
    for event in stage.events().await {
        let reason = match event.what {
            EventKind::Removed { reason, .. } => Some(reason),
            _ => None,
        };
        let target = event.target.map(|target| target.to_string());
        told.push(((event.page.to_string(), target, event.what.name(), reason), event.at));
    }
    let mut wrong = Vec::new();
    for expected in &demo.expected {
        let page = stage.farm.url(expected.blog, expected.path).to_string();
        let about_page = matches!(expected.event, EventName::Unreadable | EventName::ReadableAgain);
        let target = (!about_page).then(|| expected.target.to_owned());
        let key: Told = (page, target, expected.event, expected.reason);
        let found = told.iter().position(|(other, at)| {
            *other == key && *at >= start() + expected.from && *at <= start() + expected.by
        });
        match found {
            Some(at) => drop(told.remove(at)),
            None => wrong.push(format!("expected, not told: {expected:?}")),
        }
    }
    wrong.extend(told.iter().map(|(told, at)| format!("told, not expected: {at} {told:?}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let faults = rudeness(&stage.farm.log(), jiff::SignedDuration::from_secs(3));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn same_weeks_twice_tell_the_same_at_the_same_times() {
    let (mut stories, mut ports) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let demo = Demo::new(start());
        let stage = Stage::over(Arc::new(MemoryStore::new()), &ports, demo.world.clone()).await;
        stage.watch(demo.watches(&stage.farm)).await;
        stage.run_every(24, 14 * 24).await;
        stories.push((stage.events().await, stage.farm.log().len(), stage.clock.now()));
        ports = stage.leave().await;
    }
    let (first, second) = (&stories[0], &stories[1]);
    for (one, other) in first.0.iter().zip(&second.0) {
        assert_eq!(one, other);
    }
    assert_eq!((first.0.len(), first.1, first.2), (second.0.len(), second.1, second.2));
}
