//! What the schedule comes to over months: the simulation of `examples/schedule_sim`, and what is promised of it.
//!
//! Unoptimised, a small world is watched, in which chance plays a part; the promise is shown by `cargo test --release`.

#![allow(dead_code, reason = "the example prints more than is promised")]

#[path = "../examples/schedule_sim/links.rs"]
mod links;
#[path = "../examples/schedule_sim/seed.rs"]
mod seed;
#[path = "../examples/schedule_sim/tally.rs"]
mod tally;
#[path = "../examples/schedule_sim/watch.rs"]
mod watch;
#[path = "../examples/schedule_sim/world.rs"]
mod world;

use tally::{Tally, mean, percentile};
use watch::{Scheme, Setup, watch};
use world::{Parameters, World};

const FIXED: Scheme = Scheme::Fixed { misses: 3, at_once: true };
/// Links of a world, and how many worlds.
const SIZE: (usize, u64) = if cfg!(debug_assertions) { (250, 1) } else { (2_000, 3) };
/// By what a figure may be worse where chance plays a part.
const CHANCE: f64 = if cfg!(debug_assertions) { 1.5 } else { 1.0 };

/// What a setup comes to; no request is made that the budget did not allow.
fn over(worlds: &[World], setup: Setup) -> Tally {
    let mut sum = Tally::default();
    for world in worlds {
        let tally = watch(world, setup);
        let saved = if setup.runs_every.is_some() { setup.each * SIZE.0 as f64 } else { 50.0 };
        assert!(tally.requests <= tally.allowed + saved, "{} of {}", tally.requests, tally.allowed);
        sum.add(&tally);
    }
    sum
}

fn usual_worlds() -> Vec<World> {
    (0..SIZE.1).map(|seed| World::draw(Parameters::usual(SIZE.0), seed)).collect()
}

#[test]
fn approvals_are_seen_several_times_sooner_for_the_same_requests() {
    let worlds = usual_worlds();
    for (each, promised) in [(1.0, 0.30), (0.25, 0.25)] {
        let setup = |scheme| Setup { scheme, each, runs_every: None };
        let (ours, fixed) = (over(&worlds, setup(Scheme::Expected)), over(&worlds, setup(FIXED)));
        let part = mean(&ours.approvals) / mean(&fixed.approvals);
        assert!(part <= promised * CHANCE, "{part:.2} of the fixed delay at {each}");
        assert!(ours.used() >= 0.95 / CHANCE, "{:.3} of the budget used at {each}", ours.used());
        assert!(ours.longest <= 6.0 * 1.1, "a page was left alone for {:.1} days at {each}", ours.longest);
        assert!(ours.false_share() <= 0.10, "{:.2} of alarms false at {each}", ours.false_share());
        assert!(
            mean(&ours.alarms) < mean(&fixed.alarms),
            "removals are told no later than at fixed intervals"
        );
        // The longer span, and the checks that were late or failed.
        let latest = percentile(&ours.confirmed, 95);
        assert!(latest <= 72.0 + 12.0, "{latest:.0} hours from the first miss to the alarm at {each}");
    }
}

#[test]
fn daily_runs_see_no_less_than_a_fixed_interval_does() {
    let worlds = &usual_worlds()[..1];
    let setup = |scheme| Setup { scheme, each: 1.0, runs_every: Some(1.0) };
    let (ours, fixed) = (over(worlds, setup(Scheme::Expected)), over(worlds, setup(FIXED)));
    let part = mean(&ours.approvals) / mean(&fixed.approvals);
    assert!(part <= 1.1 * CHANCE, "{part:.2} of the fixed delay");
    assert!(ours.longest <= 6.0 * 1.1, "a page was left alone for {:.1} days", ours.longest);
}

#[test]
fn other_worlds_are_watched_better_than_at_fixed_intervals_too() {
    let drawn = if cfg!(debug_assertions) { 1 } else { 4 };
    for seed in 0..drawn {
        let world = [World::draw(Parameters::drawn(SIZE.0, seed), seed)];
        let setup = |scheme| Setup { scheme, each: 0.5, runs_every: None };
        let (ours, fixed) = (over(&world, setup(Scheme::Expected)), over(&world, setup(FIXED)));
        let part = ours.weighted / fixed.weighted;
        assert!(part <= 0.65 * CHANCE, "{part:.2} of the weighted delay in world {seed}");
        assert!(ours.false_share() <= 0.20, "{:.2} of alarms false in world {seed}", ours.false_share());
    }
}
