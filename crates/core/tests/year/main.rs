//! A year of thousands of links on hundreds of hosts, planned by the real `plan`, judged by the real `judge`
//! and `reconcile`. Of the web there is only its script: a truth table of when each link was really there
//! (`world.rs`), and the lies that are told about it (`lies.rs`: how long each lasts, what defeats it).
//!
//! `cargo test -p trackward-core --test year -- --nocapture` prints what came of it.

mod answer;
mod delays;
mod history;
mod lies;
mod seed;
mod sowing;
#[path = "../support/mod.rs"]
mod support;
mod tally;
mod time;
mod walk;
mod world;

use std::collections::BTreeSet;

use jiff::SignedDuration;
use trackward_core::{Confirm, Policy};

use lies::LIES;
use sowing::Sowing;
use tally::Tally;
use time::{DAY, HOUR};
use walk::{Cron, walk};

/// Walks every page of a world through its year, on as many threads as there are.
fn year(sowing: Sowing, cron: Cron, policy: &Policy) -> Tally {
    let pages = sowing.pages();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let shares: Vec<_> = pages
            .chunks(pages.len().div_ceil(threads))
            .map(|pages| {
                scope.spawn(move || {
                    let one = |page| Tally::of(page, &walk(page, cron, policy, sowing.seed), cron);
                    pages.iter().map(one).fold(Tally::default(), Tally::merge)
                })
            })
            .collect();
        let tallies = shares.into_iter().map(|share| share.join().expect("a walk does not panic"));
        tallies.fold(Tally::default(), Tally::merge)
    })
}

fn assert_none(what: &str, sowing: Sowing, found: &[String]) {
    let first = found.iter().take(3).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(found.is_empty(), "{} {what} with {sowing:?}, the first:\n{first}", found.len());
}

/// What the year promises, whatever the rhythm of the runs.
fn assert_kept(tally: &Tally, sowing: Sowing) {
    assert_none("false removals", sowing, &tally.false_removals);
    assert_none("broken promises", sowing, &tally.faults);
    assert_eq!(tally.deceived, 0, "no lie outlasts what defeats it");
    for limit_days in [4, 6, 17] {
        let removals = tally.checkable(limit_days);
        let share = removals.percent_within(limit_days * DAY);
        let late = tally.late.join("\n");
        assert!(share >= 99.0, "{share:.1} % told within {limit_days} days with {sowing:?}:\n{late}");
        assert!(removals.all() >= 10, "{} removals to be told within {limit_days} days", removals.all());
    }
    for (what, delays) in [("arrived", &tally.approvals), ("came back", &tally.restored)] {
        let share = delays.percent_within(26 * HOUR);
        assert!(share >= 98.0, "{share:.1} % of links that {what} told at the first look, with {sowing:?}");
        assert!(delays.all() >= 20, "{} links {what}", delays.all());
    }
    let none = BTreeSet::new();
    for row in LIES {
        let rules = tally.lies.get(&row.lie).map_or(&none, |count| &count.rules);
        assert!(rules.contains(&row.rule), "{:?} was decided by {rules:?}", row.lie);
    }
}

#[test]
fn year_of_daily_runs_raises_no_false_removal_and_confirms_true_ones_in_time() {
    let sowing = Sowing { seed: 2_026, hosts: 180, longer: 0 };
    let tally = year(sowing, Cron::Daily, &Policy::default());
    println!("daily runs\n{tally}");
    assert!(tally.links >= 2_000, "{} links", tally.links);
    assert_kept(&tally, sowing);
}

#[test]
fn year_of_hourly_runs_raises_no_false_removal_and_confirms_true_ones_in_time() {
    let sowing = Sowing { seed: 11, hosts: 60, longer: 0 };
    let tally = year(sowing, Cron::Hourly, &Policy::default());
    println!("hourly runs\n{tally}");
    assert_kept(&tally, sowing);
}

#[test]
fn year_of_a_service_that_plans_by_what_is_likely_raises_no_false_removal() {
    let sowing = Sowing { seed: 12, hosts: 60, longer: 0 };
    let tally = year(sowing, Cron::Service, &Policy::default());
    println!("service\n{tally}");
    assert_none("false removals", sowing, &tally.false_removals);
    assert_none("broken promises", sowing, &tally.faults);
    assert_eq!(tally.deceived, 0, "no lie outlasts what defeats it");
    for limit_days in [4, 6, 17] {
        let removals = tally.checkable(limit_days);
        let share = removals.percent_within((limit_days + 6) * DAY);
        assert!(share >= 99.0, "{share:.1} % told within {limit_days} days of the longest wait");
    }
    let soon = tally.approvals.percent_within(26 * HOUR);
    assert!(soon >= 90.0, "{soon:.1} % of links that arrived were told within 26 hours");
}

#[test]
fn each_rule_against_false_removals_is_needed() {
    let hours = SignedDuration::from_hours;
    let usual = Policy::default();
    let confirm = |confirm: Confirm| Policy { confirm, ..Policy::default() };
    let weaker = [
        ("span", confirm(Confirm { span: hours(6), ..usual.confirm.clone() })),
        ("long span", confirm(Confirm { long_span: hours(24), ..usual.confirm.clone() })),
        ("new normal", Policy { new_normal_after: hours(24), ..usual.clone() }),
        ("host gone", Policy { host_gone_after: hours(48), ..usual.clone() }),
    ];
    let sowing = Sowing { seed: 5, hosts: 12, longer: 0 };
    for (rule, policy) in weaker {
        let tally = year(sowing, Cron::Hourly, &policy);
        println!("weaker {rule}: {} false removals", tally.false_removals.len());
        assert!(!tally.false_removals.is_empty(), "a weaker rule for {rule} deceives nobody");
    }
}

#[test]
fn only_lies_that_outlast_the_span_deceive() {
    let sowing = Sowing { seed: 7, hosts: 16, longer: 200 };
    let tally = year(sowing, Cron::Daily, &Policy::default());
    println!("daily runs, one in five lies longer than the span\n{tally}");
    assert_none("false removals without a longer lie", sowing, &tally.false_removals);
    assert!(tally.deceived > 0, "the year tells a false removal when there is one");
}

#[test]
fn every_lie_of_the_table_is_shorter_than_what_defeats_it_holds() {
    for row in LIES {
        let (least, most) = row.lasts;
        assert!(least < most && most < row.defence.holds(), "{:?}", row.lie);
        assert!(LIES.iter().filter(|other| other.lie == row.lie).count() == 1, "{:?}", row.lie);
    }
}
