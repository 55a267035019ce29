//! What of a record is worth a line in the journal: all but what every look changes.
//!
//! Counts that only grow are kept by their order of magnitude: a line at 1, 2, 4, 8, … So a rebuilt store may
//! know of half the looks that were made, never of more, and asks for a look too many rather than too few.

use jiff::Timestamp;
use trackward_core::{Doubt, Landmarks, Link, LinkState, OptOut, PageMemory, Rule, RunRecord, Visits};

use crate::record::{PageRecord, Tally};

/// A record that is journaled when its cold part changes.
pub(crate) trait Cold: PartialEq + Clone {
    /// The record with all that every look changes made equal.
    fn cold(&self) -> Self {
        self.clone()
    }

    /// Whether only what every look changes tells the two apart.
    fn is_cold_equal(&self, other: &Self) -> bool {
        self == other || self.cold() == other.cold()
    }
}

impl Cold for Link {
    fn cold(&self) -> Self {
        let mut cold = Self { version: 0, checked: None, ..self.clone() };
        if let Some(seen) = &mut cold.seen {
            seen.at = Timestamp::UNIX_EPOCH;
        }
        match &mut cold.state {
            LinkState::Pending { absences, last_absent } => {
                *absences = magnitude(*absences);
                *last_absent = None;
            }
            LinkState::NoAnswer { last_absent, .. } => *last_absent = None,
            _ => {}
        }
        cold
    }
}

impl Cold for PageRecord {
    fn cold(&self) -> Self {
        let plan = trackward_core::Plan::added(Timestamp::UNIX_EPOCH);
        Self { plan, memory: cold_memory(&self.memory), joined: 0, ..self.clone() }
    }
}

fn cold_memory(memory: &PageMemory) -> PageMemory {
    let mut cold = PageMemory {
        landmarks: memory.landmarks.as_ref().map(cold_shape),
        unreadable: memory.unreadable.clone(),
        doubt: memory.doubt.as_ref().map(|doubt| Doubt {
            shape: cold_shape(&doubt.shape),
            checks: magnitude(doubt.checks),
            ..*doubt
        }),
        no_such_host: memory.no_such_host.map(|(since, checks)| (since, magnitude(checks))),
        moved: memory.moved.as_ref().map(|(to, checks)| (to.clone(), magnitude(*checks))),
        ..PageMemory::default()
    };
    if let Some(unreadable) = &mut cold.unreadable {
        unreadable.rule = Rule::ALL[0];
        unreadable.detail.clear();
    }
    cold
}

/// The shape by which a page is known again (`Landmarks::looks_like`), and its order of size.
fn cold_shape(shape: &Landmarks) -> Landmarks {
    let bytes = shape.bytes.checked_ilog2().map_or(0, |log| 1 << log);
    Landmarks { bytes, entries: Vec::new(), ..shape.clone() }
}

/// The largest power of two that is not larger.
fn magnitude(count: u32) -> u32 {
    count.checked_ilog2().map_or(0, |log| 1 << log)
}

/// A run is written when it begins and when it has ended.
impl Cold for RunRecord {
    fn cold(&self) -> Self {
        if self.ended.is_some() {
            return self.clone();
        }
        Self::begin(self.id, self.scope.clone(), self.started)
    }
}

/// A wish is journaled whenever it changes.
impl Cold for OptOut {}

/// Logs are rotated away: what was counted cannot be counted again.
impl Cold for Visits {}

impl Cold for Tally {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden;

    #[test]
    fn count_that_grows_is_worth_a_line_at_each_power_of_two() {
        let lines: Vec<u32> = (1..=40).filter(|count| magnitude(*count) != magnitude(count - 1)).collect();
        assert_eq!(lines, [1, 2, 4, 8, 16, 32]);
        assert_eq!(magnitude(0), 0);
    }

    #[test]
    fn look_that_finds_a_link_as_it_was_is_cold() {
        let link = golden::link();
        let mut later = Link { version: 9, checked: Some(Timestamp::MAX), ..link.clone() };
        if let Some(seen) = &mut later.seen {
            seen.at = Timestamp::MAX;
        }
        assert!(link.is_cold_equal(&later));
        later.undisplayed = None;
        assert!(!link.is_cold_equal(&later));
    }

    #[test]
    fn absences_of_a_pending_link_are_worth_few_lines() {
        let after = |absences, hour: i64| Link {
            state: LinkState::Pending { absences, last_absent: Timestamp::from_second(3600 * hour).ok() },
            ..golden::link()
        };
        assert!(after(5, 1).is_cold_equal(&after(7, 90)));
        assert!(!after(7, 90).is_cold_equal(&after(8, 90)));
    }

    #[test]
    fn look_that_finds_a_page_as_it_was_is_cold() {
        let page = golden::page_record();
        let mut later = page.clone();
        later.memory.checks += 1;
        later.memory.last = Some((Timestamp::MAX, Rule::ALL[0]));
        later.memory.conclusive_at = Some(Timestamp::MAX);
        later.memory.validators = None;
        later.plan = trackward_core::Plan::added(Timestamp::MAX);
        assert!(page.is_cold_equal(&later));
        let shape = later.memory.landmarks.as_mut().unwrap();
        shape.entries.push("comment-8".into());
        shape.bytes += 20;
        assert!(page.is_cold_equal(&later), "a longer list of comments");
        later.memory.landmarks.as_mut().unwrap().bytes *= 2;
        assert!(!page.is_cold_equal(&later));
    }

    #[test]
    fn shape_title_and_announcement_of_a_page_are_worth_a_line() {
        let page = golden::page_record();
        let changes: [fn(&mut PageMemory); 3] = [
            |memory| memory.landmarks = None,
            |memory| memory.unreadable = None,
            |memory| memory.moved = None,
        ];
        for change in changes {
            let mut later = page.clone();
            change(&mut later.memory);
            assert!(!page.is_cold_equal(&later));
        }
    }

    #[test]
    fn run_is_worth_a_line_when_it_begins_and_when_it_ended() {
        let ended = golden::run();
        let going = RunRecord { ended: None, pages: 7, ..ended.clone() };
        assert!(going.is_cold_equal(&RunRecord::begin(ended.id, ended.scope.clone(), ended.started)));
        assert!(!going.is_cold_equal(&ended));
    }
}
