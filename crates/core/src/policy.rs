//! How much it takes to change a state.

use jiff::SignedDuration;

use crate::ids::RunId;
use crate::link::Missed;

/// How much it takes to change a state; the defaults are those of `docs/states.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What confirms a removal.
    pub confirm: Confirm,
    /// Least time between the two looks that confirm an attribute or a first absence.
    pub second_look: SignedDuration,
    /// Age from which a pending link may be given up.
    pub no_answer_after: SignedDuration,
    /// Readable absences that takes besides.
    pub no_answer_absences: u32,
    /// Time without a conclusive check after which a page is announced as unreadable.
    pub unreadable_after: SignedDuration,
    /// Looks in a row over [`Policy::host_gone_after`] that prove a host gone: NXDOMAIN, or a domain for sale.
    pub host_gone_checks: u32,
    /// See [`Policy::host_gone_checks`].
    pub host_gone_after: SignedDuration,
    /// Doubtful looks of one shape over [`Policy::new_normal_after`] that make it the new normal.
    pub new_normal_checks: u32,
    /// See [`Policy::new_normal_checks`].
    pub new_normal_after: SignedDuration,
    /// Looks over [`Policy::undisplayed_after`] at which a host approves an entry and does not show it.
    pub undisplayed_looks: u32,
    /// See [`Policy::undisplayed_looks`].
    pub undisplayed_after: SignedDuration,
    /// Runs that were held: their misses count for nothing.
    pub held_runs: Vec<RunId>,
    /// Flips within [`Policy::flapping_within`] that make a link flapping.
    pub flapping_flips: u32,
    /// See [`Policy::flapping_flips`].
    pub flapping_within: SignedDuration,
    /// Conditional checks in a row before the body is asked for again.
    pub conditional_checks: u8,
    /// Age of a body up to which conditional checks are made.
    pub conditional_age: SignedDuration,
}

/// What confirms a removal: misses over a span; a miss on strong evidence counts twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// What the misses must weigh.
    pub misses: u32,
    /// Least time from the first miss to the one that confirms.
    pub span: SignedDuration,
    /// The same for losses that a host's other links can be expected to share.
    pub long_span: SignedDuration,
    /// How much early a span counts as over, so that a daily cron whose order varies needs no extra day.
    pub slack: SignedDuration,
}

impl Confirm {
    /// Checks that must have missed a link, however strong the evidence.
    pub const CHECKS: u32 = 2;

    /// Least time that a miss counts for later ones, whatever the spans: looks may lie days apart.
    const LEAST_MEMORY: SignedDuration = SignedDuration::from_hours(6 * 24);

    /// Time after which a miss counts for later ones no more: twice the longest span, at least six days.
    pub(crate) fn stale_after(&self) -> SignedDuration {
        self.span.max(self.long_span).saturating_mul(2).max(Self::LEAST_MEMORY)
    }

    /// The span that these misses take.
    pub fn span_of(&self, missed: &Missed) -> SignedDuration {
        let long = missed.host_wide || missed.reason.takes_long_span();
        if long { self.long_span.max(self.span) } else { self.span }
    }

    /// Whether the misses prove a removal.
    pub fn proves(&self, missed: &Missed) -> bool {
        missed.checks >= Self::CHECKS
            && missed.score() >= self.misses
            && missed.unconditional
            && missed.last.duration_since(missed.first) >= self.span_of(missed) - self.slack
    }
}

impl Default for Confirm {
    fn default() -> Self {
        Self {
            misses: 3,
            span: SignedDuration::from_hours(24),
            long_span: SignedDuration::from_hours(72),
            slack: SignedDuration::from_hours(1),
        }
    }
}

impl Policy {
    /// A name of these rules: 12 hex digits, the same wherever the same rules hold. Which runs were held is no rule.
    pub fn fingerprint(&self) -> String {
        // Each rule is named, so that one that is added is not forgotten here.
        let Self {
            confirm: Confirm { misses, span, long_span, slack },
            second_look,
            no_answer_after,
            no_answer_absences,
            unreadable_after,
            host_gone_checks,
            host_gone_after,
            new_normal_checks,
            new_normal_after,
            undisplayed_looks,
            undisplayed_after,
            held_runs: _,
            flapping_flips,
            flapping_within,
            conditional_checks,
            conditional_age,
        } = self;
        let spans = [
            span,
            long_span,
            slack,
            second_look,
            no_answer_after,
            unreadable_after,
            host_gone_after,
            new_normal_after,
            undisplayed_after,
            flapping_within,
            conditional_age,
        ];
        let counts = [
            misses,
            no_answer_absences,
            host_gone_checks,
            new_normal_checks,
            undisplayed_looks,
            flapping_flips,
            &u32::from(*conditional_checks),
        ];
        let mut hasher = blake3::Hasher::new();
        for span in spans {
            hasher.update(&span.as_secs().to_be_bytes());
        }
        for count in counts {
            hasher.update(&count.to_be_bytes());
        }
        hasher.finalize().to_hex()[..12].to_owned()
    }
}

impl Default for Policy {
    fn default() -> Self {
        let days = |n: i64| SignedDuration::from_hours(24 * n);
        Self {
            confirm: Confirm::default(),
            second_look: SignedDuration::from_hours(20),
            no_answer_after: days(30),
            no_answer_absences: 5,
            unreadable_after: days(14),
            host_gone_checks: 5,
            host_gone_after: days(14),
            new_normal_checks: 3,
            new_normal_after: days(7),
            undisplayed_looks: 5,
            undisplayed_after: days(14),
            held_runs: Vec::new(),
            flapping_flips: 3,
            flapping_within: days(30),
            conditional_checks: 4,
            conditional_age: days(14),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprint_names_the_rules_and_not_what_happened() {
        let usual = Policy::default();
        assert_eq!(usual.fingerprint().len(), 12);
        let held = Policy { held_runs: vec![RunId(3)], ..Policy::default() };
        assert_eq!(held.fingerprint(), usual.fingerprint());
        let confirm = Confirm { misses: 2, ..Confirm::default() };
        let eager = Policy { confirm, ..Policy::default() };
        let longer = Policy { conditional_age: SignedDuration::from_hours(1), ..Policy::default() };
        let names = [usual, eager, longer].map(|policy| policy.fingerprint());
        assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2]);
    }
}
