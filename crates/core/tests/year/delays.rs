//! How long it took until things were told.

use crate::time::HOUR;

/// Minutes from what happened to the event that told it; those never told are counted apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Delays {
    told: Vec<i64>,
    untold: usize,
}

impl Delays {
    pub(crate) fn note(&mut self, delay: Option<i64>) {
        match delay {
            Some(delay) => self.told.push(delay),
            None => self.untold += 1,
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.told.extend(other.told);
        self.untold += other.untold;
    }

    /// How many things happened, told or not.
    pub(crate) fn all(&self) -> usize {
        self.told.len() + self.untold
    }

    /// The share that was told within so many minutes, in percent; 100 when nothing happened.
    pub(crate) fn percent_within(&self, limit: i64) -> f64 {
        let within = self.told.iter().filter(|delay| **delay <= limit).count();
        if self.all() == 0 { 100.0 } else { within as f64 * 100.0 / self.all() as f64 }
    }

    /// Mean, 95th percentile and longest of those told, in hours.
    pub(crate) fn hours(&self) -> [f64; 3] {
        let mut sorted = self.told.clone();
        sorted.sort_unstable();
        let Some(longest) = sorted.last() else { return [0.0; 3] };
        let hours = |minutes: i64| minutes as f64 / HOUR as f64;
        let mean = hours(sorted.iter().sum()) / sorted.len() as f64;
        [mean, hours(sorted[(sorted.len() - 1) * 95 / 100]), hours(*longest)]
    }
}
