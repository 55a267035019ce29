//! Checking a store: every record, every index entry both ways, every number, and the journal against them.

mod against;
mod records;

pub(crate) use against::{check_journal, check_lines};
pub(crate) use records::check_records;

/// Faults that are named; more are only counted.
const NAMED: usize = 1_000;

/// What is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    pub(crate) named: Vec<String>,
    pub(crate) count: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, what: impl Into<String>) {
        self.count += 1;
        if self.named.len() < NAMED {
            self.named.push(what.into());
        }
    }

    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.add(what());
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_beyond_the_limit_are_counted_and_not_named() {
        let mut faults = Faults::default();
        for n in 0..=NAMED {
            faults.add(n.to_string());
        }
        assert_eq!((faults.named.len(), faults.count), (NAMED, 1 + NAMED as u64));
    }
}
