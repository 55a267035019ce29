//! Charts as inline SVG: no script, no font of their own, told in words and by a table beside them.

mod bars;
mod lines;
mod periods;
mod scale;
mod svg;

use crate::report::Report;
use crate::words::count;

use svg::Svg;

/// Fewer points are told by the table alone.
const LEAST_POINTS: usize = 3;
/// Width of a drawing, in its own units.
const WIDTH: i64 = 640;
/// Height of a drawing.
const HEIGHT: i64 = 240;

/// A chart and the table that holds its numbers.
#[derive(Debug)]
pub(crate) struct Chart {
    /// The table beside it, by its name.
    pub(crate) table: &'static str,
    pub(crate) title: &'static str,
    /// What its colours and patterns mean: class and name.
    pub(crate) key: &'static [(&'static str, &'static str)],
    /// An `svg` element.
    pub(crate) svg: String,
}

/// The charts of a report, as far as there is enough to draw.
pub(crate) fn charts(report: &Report) -> Vec<Chart> {
    let trends = &report.trends;
    let checked = trends.periods.iter().filter(|period| period.checked).count();
    let mut all = Vec::new();
    if checked >= LEAST_POINTS {
        all.push(periods::changes("changes", &trends.periods));
        all.push(periods::live(&trends.periods));
    }
    if let Some(approval) = trends.approval.as_ref().filter(|approval| approval.curve.len() >= LEAST_POINTS) {
        all.push(lines::waits(approval));
    }
    if let Some(survival) = trends.survival.as_ref().filter(|survival| survival.curve.len() >= LEAST_POINTS) {
        all.push(lines::survival(survival));
    }
    if trends.loss_reasons.len() >= LEAST_POINTS {
        all.push(bars::loss_reasons(&trends.loss_reasons));
    }
    if trends.rel_mix.len() >= LEAST_POINTS {
        all.push(bars::rel_mix(&trends.rel_mix));
    }
    all
}

/// The chart of net changes alone: what a client sees first.
pub(crate) fn net(report: &Report) -> Option<Chart> {
    let periods = &report.trends.periods;
    let checked = periods.iter().filter(|period| period.checked).count();
    (checked >= LEAST_POINTS).then(|| periods::changes("net", periods))
}

/// "12 periods".
fn of_periods(n: usize) -> String {
    count(n as u64, "period", "periods")
}

impl Chart {
    /// Draws a chart; `id` tells it from the others of the page, `words` say what it shows.
    fn new(
        id: &'static str,
        table: &'static str,
        title: &'static str,
        words: &str,
        draw: impl FnOnce(&mut Svg),
    ) -> Self {
        Self::of_height(HEIGHT, id, table, title, words, draw)
    }

    /// The same in a drawing of another height.
    fn of_height(
        height: i64,
        id: &'static str,
        table: &'static str,
        title: &'static str,
        words: &str,
        draw: impl FnOnce(&mut Svg),
    ) -> Self {
        let mut svg = Svg::begin(WIDTH, height, title, words, id);
        draw(&mut svg);
        Self { table, title, key: &[], svg: svg.end() }
    }

    /// Says what its colours and patterns mean.
    fn with_key(self, key: &'static [(&'static str, &'static str)]) -> Self {
        Self { key, ..self }
    }
}
