//! Shares as bars, the longest first.

use crate::chart::scale::Scale;
use crate::chart::svg::{Anchor, Svg};
use crate::chart::{Chart, WIDTH};
use crate::summary::short;
use crate::trends::{ReasonCount, RelCount};
use crate::words::count;

const LEFT: f64 = 190.0;
const RIGHT: f64 = WIDTH as f64 - 60.0;
/// Bars that have room; the table holds all.
const MOST: usize = 8;
/// Height of a bar with the gap around it.
const EACH: i64 = 30;

pub(super) fn loss_reasons(reasons: &[ReasonCount]) -> Chart {
    let all: u64 = reasons.iter().map(|reason| reason.links).sum();
    let words = format!(
        "Why {}: most by {}.",
        count(all, "link was lost", "links were lost"),
        short(reasons[0].reason)
    );
    let bars: Vec<_> = reasons.iter().map(|reason| (short(reason.reason), reason.links)).collect();
    chart("reasons", "loss-reasons", "Why links were lost", &words, "lost", &bars)
}

pub(super) fn rel_mix(rels: &[RelCount]) -> Chart {
    let all: u64 = rels.iter().map(|rel| rel.links).sum();
    let words = format!("The rel of {}: most are {}.", count(all, "live link", "live links"), rels[0].rel);
    let bars: Vec<_> = rels.iter().map(|rel| (rel.rel.clone(), rel.links)).collect();
    chart("rels", "rel-mix", "Rel of live links", &words, "approved", &bars)
}

fn chart(
    id: &'static str,
    table: &'static str,
    title: &'static str,
    words: &str,
    class: &str,
    bars: &[(String, u64)],
) -> Chart {
    let bars = &bars[..bars.len().min(MOST)];
    let height = EACH * i64::try_from(bars.len()).unwrap_or(0);
    Chart::of_height(height, id, table, title, words, |svg| draw(svg, class, bars))
}

fn draw(svg: &mut Svg, class: &str, bars: &[(String, u64)]) {
    let most = bars.iter().map(|(_, links)| *links).max().unwrap_or(1);
    let (x, each) = (Scale::new(0.0, most as f64, LEFT, RIGHT), EACH as f64);
    for (n, (name, links)) in bars.iter().enumerate() {
        let y = each * n as f64;
        let end = x.at(*links as f64);
        svg.rect(class, LEFT, y + each * 0.18, end - LEFT, each * 0.64);
        svg.text(Anchor::End, LEFT - 8.0, y + each / 2.0 + 4.0, name);
        svg.text(Anchor::Start, end + 6.0, y + each / 2.0 + 4.0, &links.to_string());
    }
}
