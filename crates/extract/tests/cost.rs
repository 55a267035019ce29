//! What a page may cost at most, shown on pages built to be slow.
//!
//! Promised for each shape, in doublings of its size up to the most that is decoded of a body:
//!
//! 1. twice the page takes at most [`GROWTH`] times as long;
//! 2. no page takes more than [`OF_ORDINARY`] times as long as an ordinary page of a blog of its size;
//! 3. and none needs [`MEMORY`].
//!
//! Time is that of this thread on the processor, so that a busy machine does not count, and the best of
//! [`ATTEMPTS`]. All is one test: the memory of others running beside it would be counted too.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "cost/ordinary.rs"]
mod ordinary;
#[path = "cost/shapes.rs"]
mod shapes;

use std::time::Duration;

use cpu_time::ThreadTime;
use peak_alloc::PeakAlloc;
use trackward_core::{Headers, PageUrl, Target, TargetSet};
use trackward_extract::{Page, extract};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Sizes of pages, in bytes. Unoptimised, all is many times slower, so there they are small and only what
/// runs away is seen: the promise is shown by `cargo test --release`.
const SIZES: [usize; 4] = if cfg!(debug_assertions) { kib(8) } else { kib(1024) };
/// Most that the time may grow when the page doubles.
const GROWTH: f64 = 2.5;
/// Most that a page may take, in times of an ordinary one.
const OF_ORDINARY: f64 = 20.0;
/// Shorter times are taken for this: there the clock and the caches decide.
const SHORTEST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 4_000 } else { 50 });
/// Memory that is never reached, the page itself counted, in MiB.
const MEMORY: f32 = 256.0;
/// How often a time is taken that is too long.
const ATTEMPTS: usize = 3;

const fn kib(least: usize) -> [usize; 4] {
    [least * 1024, 2 * least * 1024, 4 * least * 1024, 8 * least * 1024]
}

/// What it costs to read a page.
#[derive(Debug, Clone, Copy)]
struct Cost {
    time: Duration,
    peak: f32,
}

fn cost(body: &str) -> Cost {
    let url = PageUrl::parse("https://host.example/post/").unwrap();
    let headers = Headers::from_iter([("content-type", "text/html; charset=utf-8")]);
    // One link is missing, so that a tree is wanted in any case.
    let known = [Target::parse("https://ours.example/missing").unwrap()];
    let ours = TargetSet::from_iter([Target::parse("ours.example").unwrap()]);
    let page = Page { url: &url, headers: &headers, body: body.as_bytes(), complete: true, known: &known };
    ALLOCATOR.reset_peak_usage();
    let start = ThreadTime::now();
    let extraction = extract(&page, &ours);
    drop(extraction);
    Cost { time: start.elapsed(), peak: ALLOCATOR.peak_usage_as_mb() }
}

/// The cost of a page, the best of several if it takes longer than `most`.
fn best(body: &str, most: Duration) -> Cost {
    let mut best = cost(body);
    for _ in 1..ATTEMPTS {
        if best.time > most {
            let again = cost(body);
            best.time = best.time.min(again.time);
        }
    }
    best
}

/// The table is shown with `--nocapture`, and when it fails.
#[test]
fn page_built_to_be_slow_costs_what_its_size_explains() {
    let ordinary = SIZES.map(|size| best(&ordinary::page(size), Duration::ZERO).time);
    println!("ordinary {ordinary:?}");
    let mut faults = Vec::new();
    for (name, shape) in shapes::all() {
        let mut most_by_growth = Duration::MAX;
        for (size, ordinary) in SIZES.into_iter().zip(ordinary) {
            let body = shape(size);
            assert!(body.len() <= size, "{name} is too large");
            let most = at_least_shortest(ordinary).mul_f64(OF_ORDINARY).min(most_by_growth);
            let Cost { time, peak } = best(&body, most);
            println!("{name}, {} KiB: {time:.1?}, {peak:.0} MiB", size / 1024);
            if time > most || peak >= MEMORY {
                faults.push(format!("{name}, {} KiB: {time:.1?} of {most:.1?}, {peak:.0} MiB", size / 1024));
            }
            most_by_growth = at_least_shortest(time).mul_f64(GROWTH);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn at_least_shortest(time: Duration) -> Duration {
    time.max(SHORTEST)
}
