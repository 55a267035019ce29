//! What planning costs: nothing is allocated, and a million links are planned in seconds.
//!
//! Time is that of this thread on the processor. Unoptimised it says nothing: it is promised by
//! `cargo test --release -p trackward-core --test cost`, which prints it. It has no harness: what that allocates
//! beside it would be counted too.

#![expect(clippy::print_stdout, reason = "it is a program")]

use std::time::Duration;

use cpu_time::ThreadTime;
use jiff::{SignedDuration, Timestamp};
use peak_alloc::PeakAlloc;
use trackward_core::{
    Admission, Cadence, Hazards, HostMemory, Link, LinkState, LossReason, Mode, NewWatch, Origin, PageMemory,
    PageUrl, Policy, Price, Rule, RunRhythm, Stake, Target, Terms, admit, plan,
};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const START: Timestamp = Timestamp::UNIX_EPOCH;
/// Links that are planned and priced.
const LINKS: u32 = if cfg!(debug_assertions) { 1_000 } else { 100_000 };
/// Most that a plan may take, a link.
const A_PLAN: Duration = Duration::from_micros(1);
/// Most that settling the price may take for 100,000 links.
const A_PRICE: Duration = Duration::from_millis(100);
/// How often a time is taken; the best counts.
const ATTEMPTS: usize = 5;

/// Links of all kinds and ages up to a year and a half, each on a page of its own.
fn links() -> Vec<Link> {
    let page = PageUrl::parse("https://host.example/post").expect("it is an address");
    let target = Target::parse("https://ours.example/a").expect("it is an address");
    let watch = NewWatch { sent: Some(START), ..NewWatch::new(page, target) };
    let Admission::New(one) = admit(&[], watch, START) else { unreachable!("nothing is known yet") };
    (0..LINKS)
        .map(|n| {
            let since = START + hours(n % 1_000 * 13);
            let state = match n % 4 {
                0 => one.state.clone(),
                1 => LinkState::Lost { since, live_since: START, reason: LossReason::LinkRemoved },
                _ => LinkState::Live { since },
            };
            Link { origin: Origin::Sent(since), state, ..one.clone() }
        })
        .collect()
}

fn read_at(at: Timestamp) -> PageMemory {
    PageMemory { checks: 7, last: Some((at, Rule::Complete)), ..PageMemory::default() }
}

fn hours(n: u32) -> SignedDuration {
    SignedDuration::from_hours(n.into())
}

/// The best time of several.
fn best(mut work: impl FnMut()) -> Duration {
    let mut timed = || {
        let start = ThreadTime::now();
        work();
        start.elapsed()
    };
    (0..ATTEMPTS).map(|_| timed()).min().expect("it is tried more than once")
}

fn main() {
    let (policy, hazards, host) = (Policy::default(), Hazards::default(), HostMemory::default());
    let cadence = Cadence { mode: Mode::Expected, ..Cadence::default() };
    let terms = Terms {
        policy: &policy,
        cadence: &cadence,
        hazards: &hazards,
        price: Price::default(),
        rhythm: RunRhythm::Service,
        longest: cadence.max_delay,
    };
    let now = START + hours(24 * 540);
    let (links, memory) = (links(), read_at(now));
    let plan_each = |on_a_page: usize| {
        let mut latest = Timestamp::MIN;
        for page in links.chunks(on_a_page) {
            latest = latest.max(plan(page, &memory, &host, &terms, now, now).at);
        }
        assert!(latest > now && latest <= now + cadence.max_delay);
    };

    for on_a_page in [1, 3, 1_000] {
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage();
        plan_each(on_a_page);
        assert_eq!(
            ALLOCATOR.peak_usage(),
            before,
            "bytes at most while {on_a_page} links a page were planned"
        );

        let a_link = best(|| plan_each(on_a_page)) / LINKS;
        println!("plan, {on_a_page} links a page: {a_link:.0?} a link");
        assert!(cfg!(debug_assertions) || a_link <= A_PLAN, "{a_link:?} a link, {on_a_page} on a page");
    }

    // The hourly one is given less than any price comes to, so that no round is spared.
    for (name, rounds, each) in [("hourly", Price::ROUNDS, 1e-3), ("first", Price::COLD_ROUNDS, 0.5)] {
        let settle = best(|| {
            let stake = |link| Stake::of(std::slice::from_ref(link), &host, &hazards, &cadence, now);
            let stakes: Vec<Stake> = links.iter().map(stake).collect();
            let price = terms.price.settle(&stakes, each * f64::from(LINKS), &terms, rounds);
            assert!(price > terms.price);
        });
        println!("price, {name}, {LINKS} links: {settle:.1?}");
        assert!(cfg!(debug_assertions) || settle <= A_PRICE, "{settle:?} to settle the price");
    }
}
