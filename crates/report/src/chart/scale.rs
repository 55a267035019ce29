//! Axes: where a value lies, and at which values a line is drawn.

/// Maps values to a span of the drawing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// Values from `from` to `to` lie between `start` and `end`.
    pub(super) fn new(from: f64, to: f64, start: f64, end: f64) -> Self {
        Self { from, to: if to > from { to } else { from + 1.0 }, start, end }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        self.start + (value - self.from) / (self.to - self.from) * (self.end - self.start)
    }
}

/// Round values from `least` to `most` or just beyond, at most five: steps of 1, 2 or 5 times a power of ten.
pub(super) fn ticks(least: i64, most: i64) -> Vec<i64> {
    let span = (most - least).max(1);
    let steps = (0..18).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power)));
    let step = steps.into_iter().find(|step| span / step < 4).unwrap_or(span);
    let (bottom, top) = (least.div_euclid(step), (most + step - 1).div_euclid(step));
    (bottom..=top.max(bottom + 1)).map(|n| n * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_few_and_hold_all_values() {
        assert_eq!(ticks(0, 0), [0, 1]);
        assert_eq!(ticks(0, 3), [0, 1, 2, 3]);
        assert_eq!(ticks(0, 17), [0, 5, 10, 15, 20]);
        assert_eq!(ticks(-6, 9), [-10, -5, 0, 5, 10]);
        for (least, most) in [(0, 1), (-3, 12), (96, 104), (0, 999_999), (-1, 1)] {
            let ticks = ticks(least, most);
            assert!(ticks[0] <= least && *ticks.last().unwrap() >= most && ticks.len() <= 6, "{ticks:?}");
        }
    }

    #[test]
    fn scale_of_one_value_does_not_divide_by_nothing() {
        assert!(Scale::new(3.0, 3.0, 0.0, 10.0).at(3.0).is_finite());
    }
}
