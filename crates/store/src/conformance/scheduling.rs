//! What the schedule keeps, which pages go first, and what is brought forward.

use jiff::Timestamp;
use trackward_core::{Class, HazardDelta, Lesson, Plan, Pricing, Reason, Schedule, Signal};

use super::scene::{add, hour, lease, lease_one, ok, request, unchanged, url};
use crate::{Batch, HostBatch, LeaseRequest, Store};

fn lesson(used: u64) -> Lesson {
    let mut hazards = HazardDelta::default();
    hazards += &serde_json::from_value(taught()).expect("a delta");
    Lesson { hazards, pricing: Pricing { used, ..Pricing::default() } }
}

/// One event in each bin, and nothing else.
fn taught() -> serde_json::Value {
    let mut delta = serde_json::to_value(HazardDelta::default()).expect("plain numbers");
    for event in delta["events"].as_array_mut().expect("a list") {
        *event = 1.0.into();
    }
    delta
}

/// What checks taught adds up; the price is as it was written last.
pub async fn lessons_add_up_and_the_last_price_holds(store: &dyn Store) {
    assert_eq!(ok(store.schedule().await), Schedule::default());
    for used in [1, 2] {
        let lesson = Some(lesson(used));
        ok(store.commit(Batch { hosts: Vec::new(), run: None, lesson }).await);
    }
    let mut expected = Schedule { pricing: lesson(2).pricing, ..Schedule::default() };
    expected.hazards += &lesson(1).hazards;
    expected.hazards += &lesson(2).hazards;
    assert_eq!(ok(store.schedule().await), expected);
}

/// Pages that are planned for so many hours and reasons, one a host.
async fn planned(store: &dyn Store, plans: &[(i64, Reason)]) {
    let pages: Vec<String> = (0..plans.len()).map(|n| format!("https://h{n}.example/")).collect();
    add(store, &pages.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for work in lease(store, hour(0)).await {
        let n: usize = work.lease.host.as_str()[1..2].parse().expect("a number");
        let (hours, reason) = plans[n].clone();
        let page = crate::CheckedPage {
            plan: Plan { at: hour(hours), reason },
            ..unchanged(&work.pages[0], hour(0))
        };
        let part = HostBatch {
            lease: work.lease,
            last: true,
            state: work.state,
            pages: vec![page],
            candidates: Vec::new(),
        };
        ok(store.commit(Batch { hosts: vec![part], run: None, lesson: None }).await);
    }
}

/// Of more due pages than may be checked, confirmations go first, then signals, then the others by due time.
pub async fn pages_are_cut_by_class_and_then_by_due_time(store: &dyn Store) {
    let (usual, signal) = (Reason::Usual, Reason::Signal(Signal::Sibling));
    let confirm = Reason::Confirm { misses: 1 };
    planned(store, &[(1, usual.clone()), (2, usual.clone()), (3, signal), (4, confirm), (50, usual)]).await;
    let now = request(hour(9));
    let cuts = [
        (0, Some((Class::Confirm, Timestamp::MIN))),
        (1, Some((Class::Signal, Timestamp::MIN))),
        (2, Some((Class::Due, Timestamp::MIN))),
        (3, Some((Class::Due, hour(1)))),
        (4, None),
    ];
    for (pages, expected) in cuts {
        let cut = ok(store.cut(&now, pages).await);
        assert_eq!(cut, expected, "{pages} pages");
        let request = LeaseRequest { cut, ..request(hour(9)) };
        let works = ok(store.lease_hosts(request).await);
        assert_eq!(works.len() as u64, pages, "{pages} pages");
        let leases: Vec<_> = works.into_iter().map(|work| work.lease).collect();
        ok(store.release(&leases).await);
    }
}

/// A plan is only ever brought forward, and only where something is watched.
pub async fn page_is_brought_forward_and_never_put_off(store: &dyn Store) {
    planned(store, &[(40, Reason::Usual)]).await;
    let plan = |hours| Plan { at: hour(hours), reason: Reason::Signal(Signal::Sibling) };
    let bring = async |hours| {
        let pages =
            vec![(url("https://h0.example/"), plan(hours)), (url("https://unknown.example/"), plan(0))];
        ok(store.bring_forward(pages).await);
    };
    bring(60).await;
    assert_eq!(ok(store.next_due().await), Some(hour(40)));
    bring(20).await;
    assert_eq!(ok(store.next_due().await), Some(hour(20)));
    assert_eq!(lease_one(store, hour(20)).await.pages[0].plan, plan(20));
}
