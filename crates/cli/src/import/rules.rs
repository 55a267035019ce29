//! What was said on the command line and in the settings, for all rows of an import.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trackward_core::import::Terms;
use trackward_core::{Calendar, DateOrder, Fact, NewWatch, Ours, PageUrl, Target};
use trackward_fetch::AddressGate;
use url::Host;

use crate::args::ImportArgs;
use crate::context::Context;
use crate::failure::Failure;

/// Least time over which first checks are spread: a check a link a day is what is usual.
const LEAST_SPREAD: SignedDuration = SignedDuration::from_hours(24);

/// What holds for all rows of an import, whatever the file.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) zone: TimeZone,
    pub(crate) now: Timestamp,
    pub(crate) order: Option<DateOrder>,
    pub(crate) ours: Ours,
    pub(crate) target: Option<Target>,
    facts: Vec<(Fact, String)>,
    competitor: bool,
    pending: bool,
    /// Days for which a first check uses up the budget, 0 without a limit; none where they are not spread.
    days_a_check: Option<f64>,
    gate: AddressGate,
    /// Whether names may lie in networks that were opened.
    open_networks: bool,
}

impl Rules {
    /// Reads what was said.
    ///
    /// # Errors
    /// When a fact cannot be read.
    pub(crate) fn new(context: &Context, args: &ImportArgs) -> Result<Arc<Self>, Failure> {
        let settings = &context.settings;
        let (ours, budget) = (settings.ours(), settings.monitor_settings().cadence.budget_per_day);
        let rules = Self {
            zone: settings.zone.0.clone(),
            now: context.clock.now(),
            order: args.dates,
            target: args.target.clone().or_else(|| settings.only_target(args.facts.client.as_deref())),
            ours,
            facts: args.facts.said(),
            competitor: args.competitor,
            pending: args.as_state.is_some(),
            days_a_check: args.spread.then(|| budget.map_or(0.0, |a_day| 1.0 / a_day)),
            gate: settings.address_gate(&[]),
            open_networks: !settings.fetch.allow_networks.is_empty(),
        };
        rules.check_facts()?;
        Ok(Arc::new(rules))
    }

    /// Facts for all rows are read once before any row is.
    fn check_facts(&self) -> Result<(), Failure> {
        let page = PageUrl::parse("https://host.example/").expect("an address");
        let mut watch = NewWatch::new(page.clone(), Target::Page(page));
        let wrong = |wrong: String| Failure::usage(wrong, "see `trackward import --help`");
        self.facts.iter().try_for_each(|(fact, text)| watch.say(*fact, text, &self.calendar())).map_err(wrong)
    }

    fn calendar(&self) -> Calendar<'_> {
        Calendar { zone: &self.zone, now: self.now, order: self.order }
    }

    /// The time over which the first checks of so many pages are spread: a day, or as long as the budget takes for
    /// them. None where they are not.
    pub(crate) fn spread(&self, pages: u64) -> Option<SignedDuration> {
        let days = self.days_a_check? * pages as f64;
        let of_budget = SignedDuration::try_from_secs_f64(days * 86_400.0).unwrap_or(SignedDuration::MAX);
        Some(of_budget.max(LEAST_SPREAD))
    }

    /// The terms for the rows of a file; its day is the one in its name, or today. First checks are spread over
    /// `spread`.
    pub(crate) fn terms<'a>(
        &'a self,
        path: &Path,
        spread: Option<SignedDuration>,
        reach: &'a dyn Fn(&PageUrl) -> Result<(), String>,
    ) -> Terms<'a> {
        Terms {
            calendar: self.calendar(),
            ours: &self.ours,
            target: self.target.clone(),
            facts: self.facts.clone(),
            competitor: self.competitor,
            pending: self.pending,
            spread,
            day: day_in_name(path).unwrap_or_else(|| self.now.to_zoned(self.zone.clone()).date()),
            reach,
        }
    }

    /// Whether a page can be asked at all: an address of a network that is shut never can.
    pub(crate) fn reach(&self, page: &PageUrl) -> Result<(), String> {
        match page.as_url().host() {
            Some(Host::Domain(name)) if !self.open_networks && is_private_name(name) => {
                Err(format!("{name} is a name of a private network"))
            }
            Some(Host::Domain(_)) | None => Ok(()),
            Some(_) => self.gate.check_url(page).map_err(|trouble| trouble.to_string()),
        }
    }
}

/// Names that no public name server answers (RFC 6761, RFC 6762, RFC 8375, and `.internal`).
fn is_private_name(name: &str) -> bool {
    let endings = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid"];
    !name.contains('.') || endings.iter().any(|ending| name.ends_with(ending))
}

/// A day such as `2026-11-22` in the name of a file.
fn day_in_name(path: &Path) -> Option<Date> {
    let name = path.file_name()?.to_str()?;
    let days = name.as_bytes().windows(10).filter_map(|part| std::str::from_utf8(part).ok());
    let is_day = |text: &&str| text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    days.filter(is_day).filter_map(|text| text.parse().ok()).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_of_a_file_is_the_last_one_in_its_name() {
        let day = |name: &str| day_in_name(Path::new(name)).map(|day| day.to_string());
        assert_eq!(day("/x/ours.example-Latest links-2026-11-22.csv").as_deref(), Some("2026-11-22"));
        assert_eq!(day("2026-11-01_2026-11-07.csv").as_deref(), Some("2026-11-07"));
        assert_eq!(day("links-2026-13-40.csv"), None);
        assert_eq!(day("größe-2026-11-22.csv").as_deref(), Some("2026-11-22"));
    }

    #[test]
    fn names_of_private_networks_are_told_from_public_ones() {
        assert!(
            ["localhost", "nas.local", "wiki.corp.internal", "intranet"].into_iter().all(is_private_name)
        );
        assert!(!["local.example.com", "internal.com"].into_iter().any(is_private_name));
    }
}
