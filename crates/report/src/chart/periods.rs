//! What changed period by period, and how many links lived.

use crate::chart::scale::{Scale, ticks};
use crate::chart::svg::{Anchor, Svg};
use crate::chart::{Chart, HEIGHT, WIDTH, of_periods};
use crate::trends::PeriodCount;
use crate::words::signed;

const LEFT: f64 = 44.0;
const RIGHT: f64 = WIDTH as f64 - 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = HEIGHT as f64 - 26.0;

/// Approved, found and restored stacked above the line, lost below it, and the net of both.
pub(super) fn changes(id: &'static str, periods: &[PeriodCount]) -> Chart {
    let gained = |p: &PeriodCount| (p.approved + p.appeared + p.restored).cast_signed();
    let most = periods.iter().map(gained).max().unwrap_or(0);
    let least = periods.iter().map(|p| -p.lost.cast_signed()).min().unwrap_or(0);
    let net: i64 = periods.iter().map(|p| p.net).sum();
    let words = format!("Won and lost links over {}: {} in all.", of_periods(periods.len()), signed(net));
    let key = &[
        ("approved", "approved"),
        ("appeared", "new, found"),
        ("restored", "restored"),
        ("lost", "lost"),
        ("net", "net"),
    ];
    Chart::new(id, "periods", "Won and lost", &words, |svg| {
        let ticks = ticks(least, most);
        let y = axis(svg, &ticks);
        let (slot, width) = slots(periods.len());
        for (n, period) in periods.iter().enumerate() {
            let x = slot(n) - width / 2.0;
            let mut above = 0.0;
            for (class, links) in
                [("approved", period.approved), ("appeared", period.appeared), ("restored", period.restored)]
            {
                let (low, high) = (y.at(above), y.at(above + links as f64));
                if links > 0 {
                    svg.rect(class, x, high, width, low - high);
                }
                above += links as f64;
            }
            if period.lost > 0 {
                let (zero, low) = (y.at(0.0), y.at(-(period.lost as f64)));
                svg.rect("lost", x, zero, width, low - zero);
            }
        }
        svg.line("zero", (LEFT, y.at(0.0)), (RIGHT, y.at(0.0)));
        let points: Vec<_> = periods.iter().enumerate().map(|(n, p)| (slot(n), y.at(p.net as f64))).collect();
        svg.path("net", &points);
        svg.dots("net", &points);
        labels(svg, periods, slot);
    })
    .with_key(key)
}

/// Live links at the end of each period.
pub(super) fn live(periods: &[PeriodCount]) -> Chart {
    let live = || periods.iter().map(|p| p.live.cast_signed());
    let (first, last) = (live().next().unwrap_or(0), live().next_back().unwrap_or(0));
    let words = format!("Live links at the end of {}: from {first} to {last}.", of_periods(periods.len()));
    Chart::new("live", "periods", "Live links", &words, |svg| {
        // From nought: an area that begins higher up makes a small change look large.
        let ticks = ticks(0, live().max().unwrap_or(0));
        let y = axis(svg, &ticks);
        let (slot, _) = slots(periods.len());
        let points: Vec<_> = live().enumerate().map(|(n, live)| (slot(n), y.at(live as f64))).collect();
        let ends = [(slot(periods.len() - 1), BOTTOM), (slot(0), BOTTOM)];
        svg.area("area", &points.iter().copied().chain(ends).collect::<Vec<_>>());
        svg.path("total", &points);
        svg.dots("total", &points);
        labels(svg, periods, slot);
    })
}

/// Draws the lines of the vertical axis and answers where its values lie.
fn axis(svg: &mut Svg, ticks: &[i64]) -> Scale {
    let (least, most) = (ticks[0] as f64, ticks[ticks.len() - 1] as f64);
    let y = Scale::new(least, most, BOTTOM, TOP);
    for tick in ticks {
        let at = y.at(*tick as f64);
        svg.line("grid", (LEFT, at), (RIGHT, at));
        svg.text(Anchor::End, LEFT - 6.0, at + 4.0, &tick.to_string().replace('-', "−"));
    }
    y
}

/// The middle of each period's place, and the width of a bar.
fn slots(n: usize) -> (impl Fn(usize) -> f64 + Copy, f64) {
    let each = (RIGHT - LEFT) / n as f64;
    (move |place| LEFT + each * (place as f64 + 0.5), each * 0.62)
}

fn labels(svg: &mut Svg, periods: &[PeriodCount], slot: impl Fn(usize) -> f64) {
    for (n, period) in periods.iter().enumerate() {
        svg.text(Anchor::Middle, slot(n), BOTTOM + 18.0, short_label(&period.label));
    }
}

/// "W47" of "2026-W47", "11" of "2026-11", the first day without its year of others.
fn short_label(label: &str) -> &str {
    let after_year = label.split_once('-').map_or(label, |(_, rest)| rest);
    after_year.split("--").next().unwrap_or(after_year)
}
