//! What could not be used of a list that somebody gave us.

/// Entries that are named; all are counted.
pub const NAMED: usize = 1000;

/// Entries of a list that could not be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unusable {
    /// Number of the entry, from 1, and why; the first [`NAMED`] of them.
    pub named: Vec<(usize, String)>,
    /// All of them.
    pub count: u64,
}

impl Unusable {
    pub(crate) fn push(&mut self, number: usize, why: String) {
        self.count += 1;
        if self.named.len() < NAMED {
            self.named.push((number, why));
        }
    }
}
