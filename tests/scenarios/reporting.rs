//! Reports of what a store holds.

use trackward_core::Period;
use trackward_report::{Brand, Input, Report, Scope, build};
use trackward_store::{EventQuery, LinkQuery, Store};

/// More rows than any scenario has.
const ALL: usize = 1_000_000;

/// The report of a period.
pub(crate) async fn report(store: &dyn Store, period: &Period, scope: &Scope) -> Report {
    let query = EventQuery { from: Some(Report::events_from(period)), limit: ALL, ..EventQuery::default() };
    let events = store.events(query).await.expect("the store works").rows;
    let runs = store.runs(Report::events_from(period), period.end).await.expect("the store works");
    let links =
        store.links(LinkQuery { limit: ALL, ..LinkQuery::default() }).await.expect("the store works").rows;
    let hazards = store.schedule().await.expect("the store works").hazards;
    let brand = Brand::default();
    let input = Input { period, runs: &runs, evidence: &|_| None, hazards: &hazards, scope, brand: &brand };
    build(&input, &mut events.into_iter(), &mut links.into_iter())
}
