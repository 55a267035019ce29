//! Writes SVG: coordinates to a tenth, text through the escape function of HTML.

use std::fmt::Write;

use crate::html::escaped;

/// An `svg` element that is being written.
#[derive(Debug)]
pub(super) struct Svg {
    out: String,
}

/// Where a text begins, ends or has its middle.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    /// Begins a drawing with its title and description; `id` tells it from the others of the page.
    pub(super) fn begin(width: i64, height: i64, title: &str, words: &str, id: &str) -> Self {
        let mut svg = Self { out: String::new() };
        svg.write(&format!(
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            escaped(title),
            escaped(words)
        ));
        svg
    }

    pub(super) fn end(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }

    pub(super) fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        let (x, y, width, height) = (tenth(x), tenth(y), tenth(width), tenth(height));
        self.write(&format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        ));
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, y1, x2, y2) = (tenth(from.0), tenth(from.1), tenth(to.0), tenth(to.1));
        self.write(&format!("<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"));
    }

    /// A line through points.
    pub(super) fn path(&mut self, class: &str, points: &[(f64, f64)]) {
        self.drawn(class, points, "");
    }

    /// An area with these points around it.
    pub(super) fn area(&mut self, class: &str, points: &[(f64, f64)]) {
        self.drawn(class, points, "Z");
    }

    fn drawn(&mut self, class: &str, points: &[(f64, f64)], end: &str) {
        let mut path = String::new();
        for (n, (x, y)) in points.iter().enumerate() {
            let command = if n == 0 { 'M' } else { 'L' };
            // Writing to a string does not fail.
            let _ = write!(path, "{command}{} {}", tenth(*x), tenth(*y));
        }
        self.write(&format!("<path class=\"{class}\" d=\"{path}{end}\"/>"));
    }

    pub(super) fn dots(&mut self, class: &str, at: &[(f64, f64)]) {
        for (x, y) in at {
            let (x, y) = (tenth(*x), tenth(*y));
            self.write(&format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"3\"/>"));
        }
    }

    pub(super) fn text(&mut self, anchor: Anchor, x: f64, y: f64, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y) = (tenth(x), tenth(y));
        self.write(&format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>", escaped(text)));
    }

    fn write(&mut self, markup: &str) {
        self.out.push_str(markup);
    }
}

/// A coordinate to a tenth, half to even, without a needless ".0".
fn tenth(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "coordinates are small")]
    let tenths = (value * 10.0).round_ties_even() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    match tenths.unsigned_abs() {
        whole if whole % 10 == 0 => format!("{sign}{}", whole / 10),
        tenths => format!("{sign}{}.{}", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_rounded_to_a_tenth_half_to_even() {
        let printed = [0.0, -0.04, 12.25, 12.75, -3.5, 640.0].map(tenth);
        assert_eq!(printed, ["0", "0", "12.2", "12.8", "-3.5", "640"]);
    }

    #[test]
    fn text_is_escaped() {
        let mut svg = Svg::begin(1, 1, "<a>", "\"b\"", "x");
        svg.text(Anchor::Middle, 0.0, 0.0, "</text><script>");
        let out = svg.end();
        assert!(!out.contains("<script>") && !out.contains("<a>"), "{out}");
    }
}
