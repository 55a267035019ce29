//! One finding: how grave it is, what it is about, what to do.

use std::fmt;

use serde::Serialize;

use crate::failure::Ending;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) level: Level,
    pub(crate) about: About,
    /// What was found, in words.
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) advice: Option<String>,
}

/// How grave a finding is, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// Runs go on, and something is lost by it.
    Warning,
    /// Runs cannot go on so.
    Fault,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum About {
    Configuration,
    Store,
    Clock,
    Names,
    Reach,
    Robots,
    Schedule,
    Zone,
}

impl Finding {
    pub(crate) fn ok(about: About, what: impl Into<String>) -> Self {
        Self::new(Level::Ok, about, what)
    }

    pub(crate) fn note(about: About, what: impl Into<String>) -> Self {
        Self::new(Level::Note, about, what)
    }

    pub(crate) fn warning(about: About, what: impl Into<String>) -> Self {
        Self::new(Level::Warning, about, what)
    }

    pub(crate) fn fault(about: About, what: impl Into<String>) -> Self {
        Self::new(Level::Fault, about, what)
    }

    fn new(level: Level, about: About, what: impl Into<String>) -> Self {
        Self { level, about, what: what.into(), advice: None }
    }

    /// Says what to do about it.
    #[must_use]
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

/// How a run would end for the gravest of the findings, by the order of the exit codes.
pub(crate) fn ending(findings: &[Finding]) -> Ending {
    let faulty =
        |about| findings.iter().any(|finding| finding.level == Level::Fault && about == finding.about);
    if faulty(About::Configuration) {
        Ending::Usage
    } else if faulty(About::Store) {
        Ending::CannotWrite
    } else if findings.iter().any(|finding| finding.level == Level::Fault) {
        Ending::Failed
    } else {
        Ending::Done
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Fault => "fault",
        })
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Configuration => "configuration",
            Self::Store => "store",
            Self::Clock => "clock",
            Self::Names => "names",
            Self::Reach => "reach",
            Self::Robots => "robots.txt",
            Self::Schedule => "schedule",
            Self::Zone => "zone",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_decide_the_ending_in_the_order_of_the_exit_codes_and_warnings_do_not() {
        let ending_of = |faults: &[About]| {
            let faults = faults.iter().map(|about| Finding::fault(*about, "it is broken"));
            ending(&faults.chain([Finding::warning(About::Store, "it is full")]).collect::<Vec<_>>())
        };
        assert_eq!(ending_of(&[]), Ending::Done);
        assert_eq!(ending_of(&[About::Names]), Ending::Failed);
        assert_eq!(ending_of(&[About::Names, About::Store]), Ending::CannotWrite);
        assert_eq!(ending_of(&[About::Store, About::Configuration]), Ending::Usage);
    }
}
