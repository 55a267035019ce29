//! Numbers from a seed: splitmix64, so that a year is the same on every machine.

/// A stream of numbers that its seed decides.
#[derive(Debug, Clone)]
pub(crate) struct Seed(u64);

impl Seed {
    /// The stream of a seed and what tells it from others of the same seed.
    pub(crate) fn of(seed: u64, parts: &[i64]) -> Self {
        let mut mixed = Self(seed);
        for part in parts {
            mixed.0 = mixed.next() ^ part.cast_unsigned();
        }
        mixed
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + (self.next() % (most - least + 1).cast_unsigned()).cast_signed()
    }

    /// True in so many of a thousand cases.
    pub(crate) fn per_mille(&mut self, share: i64) -> bool {
        self.between(0, 999) < share
    }

    /// One of a table's rows, the heavier the likelier.
    pub(crate) fn pick<T: Copy>(&mut self, rows: &[T], weight: impl Fn(&T) -> i64) -> T {
        let mut left = self.between(1, rows.iter().map(&weight).sum());
        for row in rows {
            left -= weight(row);
            if left <= 0 {
                return *row;
            }
        }
        unreachable!("weights sum to at least what was drawn")
    }
}
