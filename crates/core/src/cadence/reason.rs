//! Why a page is due when it is: kept with the due time, and told in words.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::age::{DAY_SECONDS, Roughly, kept};
use super::hazard::Table;
use super::host_memory::HostMemory;
use super::interest::Interest;
use super::outlook::typical_approval;
use super::plan::Terms;
use super::signal::Signal;
use crate::link::Link;
use crate::rule::Rule;

/// Why a page is due when it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// Just added.
    Added,
    /// The fixed interval.
    Usual,
    /// A link was missed: confirm or clear it.
    Confirm {
        /// Checks that missed it so far.
        misses: u32,
    },
    /// A first absence or a changed attribute asks for a second look.
    SecondLook,
    /// The page could not be checked: tried again after a back-off.
    Retry {
        /// What kept it unread.
        rule: Rule,
        /// Inconclusive checks in a row.
        failures: u32,
    },
    /// Nothing on the page is watched any more.
    NothingWatched,
    /// Its host is left alone until then.
    HostRests,
    /// By how likely an event is, within the budget.
    Expected(Expected),
    /// Brought forward.
    Signal(Signal),
}

/// Who goes first when more is due than the budget allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A miss, or a first sight of a change, is confirmed or cleared.
    Confirm,
    /// Something says that an event has come.
    Signal,
    /// All others.
    Due,
}

impl Reason {
    /// Who goes first when more is due than the budget allows.
    pub const fn class(&self) -> Class {
        match self {
            Self::Confirm { .. } | Self::SecondLook => Class::Confirm,
            Self::Signal(_) => Class::Signal,
            _ => Class::Due,
        }
    }
}

/// Why a page is due by what is likely to happen: whole numbers, since it is kept with every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// What the link awaits that matters most.
    pub awaited: Awaited,
    /// Watched links on the page.
    pub links: u32,
    /// From the last check to the next, in seconds.
    pub wait_s: u32,
    /// Thousandths of a check a day that the page costs in the coming week.
    pub daily_milli: u32,
    /// Whether the next check is left to the run nearest to its best time.
    pub by_run: bool,
    /// Whether the longest wait decides, since nothing is likely to happen.
    pub longest: bool,
}

/// What a link awaits, for how long it has, and how that goes on hosts like its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaited {
    /// Nothing that can be expected: not found so far.
    Nothing,
    /// Approval.
    Approval {
        /// Pending for so many seconds.
        for_s: u32,
        /// Of those approved at all, half are after so many seconds.
        typical_s: u32,
    },
    /// Removal.
    Removal {
        /// Live for so many seconds.
        for_s: u32,
        /// Links removed in a year at the present rate, in thousandths.
        yearly_milli: u32,
    },
    /// Return.
    Return {
        /// Lost for so many seconds.
        for_s: u32,
        /// Links back in a month at the present rate, in thousandths.
        monthly_milli: u32,
    },
}

impl Awaited {
    /// What the link of a page awaits that is worth most at an instant.
    pub(super) fn first_of(links: &[Link], host: &HostMemory, terms: &Terms<'_>, at: Timestamp) -> Self {
        let rate = |interest: &Interest| {
            let bin = interest.table.bin(interest.age);
            terms.hazards.rate(bin) * host.factor(bin)
        };
        let interests = links.iter().filter_map(|link| Interest::of(link, terms.cadence, at));
        let ranked = interests.map(|interest| (interest, rate(&interest)));
        let Some((first, rate)) = ranked.max_by(|(a, at), (b, bt)| (at * a.worth).total_cmp(&(bt * b.worth)))
        else {
            return Self::Nothing;
        };
        let for_s = kept(first.age * DAY_SECONDS);
        let chance_in = |days: f64| kept(-(-rate * days).exp_m1() * 1_000.0);
        match first.table {
            Table::Pending => {
                let typical_s = kept(typical_approval(host, terms.hazards) * DAY_SECONDS);
                Self::Approval { for_s, typical_s }
            }
            Table::Live => Self::Removal { for_s, yearly_milli: chance_in(365.0) },
            Table::Lost => Self::Return { for_s, monthly_milli: chance_in(30.0) },
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added => f.write_str("first check"),
            Self::Usual => f.write_str("usual interval"),
            Self::Confirm { misses: 1 } => f.write_str("missed once, look again"),
            Self::Confirm { misses } => write!(f, "missed {misses} times, confirm or clear it"),
            Self::SecondLook => f.write_str("second look at what was seen once"),
            Self::Retry { rule, failures } => {
                write!(f, "try {} because {}", failures + 1, rule.in_words())
            }
            Self::HostRests => f.write_str("its site is left alone until then"),
            Self::NothingWatched => f.write_str("nothing on the page is watched"),
            Self::Expected(expected) => expected.fmt(f),
            Self::Signal(signal) => f.write_str(signal.in_words()),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = Roughly(self.wait_s);
        write!(f, "{}", self.awaited)?;
        match self.links {
            0 | 1 => {}
            2 => f.write_str("; 1 more link on the page")?,
            links => write!(f, "; {} more links on the page", links - 1)?,
        }
        match (self.by_run, self.longest) {
            (true, _) => write!(f, "; next check with the run in {when}")?,
            (false, true) => write!(f, "; next check in {when}, the longest wait")?,
            (false, false) => write!(f, "; next check in {when}")?,
        }
        write!(f, "; {} checks a day of your budget", Rounded(f64::from(self.daily_milli) / 1_000.0))
    }
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |milli: u32| Rounded(f64::from(milli) / 10.0);
        match *self {
            Self::Nothing => f.write_str("not found so far"),
            Self::Approval { for_s, typical_s } => {
                write!(f, "pending for {}; hosts like this approve in {}", Roughly(for_s), Roughly(typical_s))
            }
            Self::Removal { for_s, yearly_milli } => {
                let share = percent(yearly_milli);
                write!(f, "live for {}; {share} % of links like this are lost in a year", Roughly(for_s))
            }
            Self::Return { for_s, monthly_milli } => {
                let share = percent(monthly_milli);
                write!(f, "lost for {}; {share} % of links like this are back in a month", Roughly(for_s))
            }
        }
    }
}

/// A number in two digits: `12`, `0.8`, `0.17`.
struct Rounded(f64);

impl fmt::Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0 {
            ..0.995 => format!("{:.2}", self.0),
            0.995..9.95 => format!("{:.1}", self.0),
            _ => return write!(f, "{:.0}", self.0),
        };
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}
