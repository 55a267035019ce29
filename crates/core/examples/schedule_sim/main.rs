//! Compares the schedule with others over the same worlds, with the same budget.
//!
//! `cargo run --release -p trackward-core --example schedule_sim [--quick] [budgets|rhythms|worlds]…`

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

mod links;
mod seed;
mod tally;
mod watch;
mod world;

use std::process::ExitCode;

use tally::{Tally, mean, percentile};
use watch::{Scheme, Setup, watch};
use world::{Parameters, World};

/// Checks a link a day that are compared.
const BUDGETS: [f64; 3] = [1.0, 0.25, 0.07];
/// Worlds with parameters of their own, and checks a link a day in them.
const DRAWN: (u64, f64) = (6, 0.5);

const FIXED: Scheme = Scheme::Fixed { misses: 3, at_once: true };
const SCHEMES: [(&str, Scheme); 5] = [
    ("fixed, first miss tells", Scheme::Fixed { misses: 1, at_once: true }),
    ("fixed, third miss tells", FIXED),
    ("same, first check by chance", Scheme::Fixed { misses: 3, at_once: false }),
    ("tiers, second miss tells", Scheme::Tiers),
    ("trackward", Scheme::Expected),
];

/// How much is simulated.
#[derive(Debug, Clone, Copy)]
struct Size {
    links: usize,
    seeds: u64,
}

fn main() -> ExitCode {
    let mut size = Size { links: 2_000, seeds: 6 };
    let mut parts = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--quick" => size = Size { links: 1_000, seeds: 2 },
            "budgets" | "rhythms" | "worlds" => parts.push(argument),
            other => {
                eprintln!("'{other}' is none of: --quick, budgets, rhythms, worlds");
                return ExitCode::from(2);
            }
        }
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if wanted("budgets") {
        budgets(size);
    }
    if wanted("rhythms") {
        rhythms(size);
    }
    if wanted("worlds") {
        worlds(size);
    }
    ExitCode::SUCCESS
}

/// What a setup comes to over some worlds.
fn over(worlds: &[World], setup: Setup) -> Tally {
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let all: Vec<_> = worlds.iter().map(|world| scope.spawn(move || watch(world, setup))).collect();
        all.into_iter().map(|one| one.join().expect("a simulation does not panic")).collect()
    });
    tallies.iter().fold(Tally::default(), |mut sum, tally| {
        sum.add(tally);
        sum
    })
}

fn usual_worlds(size: Size) -> Vec<World> {
    (0..size.seeds).map(|seed| World::draw(Parameters::usual(size.links), seed)).collect()
}

fn budgets(size: Size) {
    let worlds = usual_worlds(size);
    println!(
        "{} links, 180 days, {} worlds; delays in hours: mean (median, 95 % within)\n",
        size.links, size.seeds
    );
    println!(
        "{:>6}  {:28} {:>5}  {:>21}  {:>7}  {:>22}  {:>10}  {:>11}  {:>7}",
        "budget",
        "schedule",
        "used",
        "approval seen",
        "missed",
        "removal told",
        "false",
        "longest gap",
        "÷ bound"
    );
    for each in BUDGETS {
        for (name, scheme) in SCHEMES {
            let tally = over(&worlds, Setup { scheme, each, runs_every: None });
            println!("{each:>6}  {name:28} {}", row(&tally));
        }
        println!();
    }
}

fn row(tally: &Tally) -> String {
    format!(
        "{:>4.1}%  {:>21}  {:>7.1}  {:>22}  {:>10}  {:>9.1} d  {:>7.2}",
        100.0 * tally.used(),
        spread(&tally.approvals),
        mean(&tally.misses),
        spread(&tally.alarms),
        format!("{} ({:.1}%)", tally.false_alarms, 100.0 * tally.false_share()),
        tally.longest,
        tally.off_bound()
    )
}

fn spread(hours: &[f64]) -> String {
    format!("{:.1} ({:.1}, {:.1})", mean(hours), percentile(hours, 50), percentile(hours, 95))
}

fn rhythms(size: Size) {
    let worlds = usual_worlds(size);
    println!("one check a link a day, by how often it runs; delays in hours\n");
    println!("{:>14}  {:>9}  {:>9}  {:>12}  {:>12}", "runs", "approval", "fixed", "removal told", "fixed");
    for (name, runs_every) in [
        ("as a service", None),
        ("hourly", Some(1.0 / 24.0)),
        ("every 4 hours", Some(1.0 / 6.0)),
        ("daily", Some(1.0)),
    ] {
        let tally = |scheme| over(&worlds, Setup { scheme, each: 1.0, runs_every });
        let (ours, fixed) = (tally(Scheme::Expected), tally(FIXED));
        println!(
            "{name:>14}  {:>9.1}  {:>9.1}  {:>12.1}  {:>12.1}",
            mean(&ours.approvals),
            mean(&fixed.approvals),
            mean(&ours.alarms),
            mean(&fixed.alarms)
        );
    }
    println!();
}

fn worlds(size: Size) {
    let (drawn, each) = DRAWN;
    println!("{drawn} worlds with drawn parameters, {each} checks a link a day, in parts of fixed\n");
    println!(
        "{:>5}  {:>8}  {:>14}  {:>12}  {:>10}  {:>5}",
        "world", "approval", "weighted delay", "removal told", "false/true", "used"
    );
    for seed in 0..drawn {
        let world = [World::draw(Parameters::drawn(size.links, seed), seed)];
        let tally = |scheme| over(&world, Setup { scheme, each, runs_every: None });
        let (ours, fixed) = (tally(Scheme::Expected), tally(FIXED));
        println!(
            "{seed:>5}  {:>8.2}  {:>14.2}  {:>12.2}  {:>10}  {:>4.1}%",
            mean(&ours.approvals) / mean(&fixed.approvals),
            ours.weighted / fixed.weighted,
            mean(&ours.alarms) / mean(&fixed.alarms),
            format!("{}/{}", ours.false_alarms, ours.alarms.len()),
            100.0 * ours.used()
        );
    }
}
