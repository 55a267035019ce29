//! What it takes to understand a failure, and the table of a year.

use std::fmt;
use std::fmt::Write as _;

use crate::delays::Delays;
use crate::lies::LIES;
use crate::tally::Tally;
use crate::time::{DAY, minute};
use crate::walk::Walk;
use crate::world::{Page, Truth};

/// The page, the truth, the looks around the largest minute that `what` names, and the events of the link.
pub(crate) fn history(page: &Page, walk: &Walk, link: Option<&Truth>, what: &str) -> String {
    let numbers = what.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<i64>().ok());
    let about = numbers.max().filter(|at| *at > DAY);
    let near = |at: i64| about.is_none_or(|about| (about - 12 * DAY..about + 4 * DAY).contains(&at));
    let mut told = format!("page {} ({:?}): {what}\n", page.url, page.kind);
    let mut add = |text: fmt::Arguments<'_>| writeln!(told, "  {text}").expect("a string takes all");
    add(format_args!("end {:?}, themes {:?}, etag {}", page.end, page.themes, page.etag));
    if let Some(link) = link {
        add(format_args!("{} {:?} {:?} there {:?}", link.target, link.kind, link.told, link.there));
        for event in walk.events.get(&link.target.to_string()).into_iter().flatten() {
            add(format_args!("event {:>7} {}", minute(event.at), event.what.name()));
        }
    }
    for lie in page.spells.iter().filter(|spell| near(spell.from) || near(spell.until)) {
        add(format_args!("lie {:?} {}..{}", lie.lie, lie.from, lie.until));
    }
    for look in walk.looks.iter().filter(|look| near(look.minute)) {
        add(format_args!(
            "look {:>7} {} lie {:?} seen {} wronged {}",
            look.minute, look.rule, look.lie, look.seen, look.wronged
        ));
    }
    told
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} links on {} pages, {} looks", self.links, self.pages, self.looks)?;
        writeln!(
            f,
            "{:<17}{:>6}{:>8}{:>8}{:>11}  defeated by",
            "lie", "told", "longer", "looks", "longest h"
        )?;
        for row in LIES {
            let count = self.lies.get(&row.lie).cloned().unwrap_or_default();
            let (lie, longest) = (format!("{:?}", row.lie), count.longest / 60);
            let (told, longer, looks) = (count.told, count.longer, count.looks);
            writeln!(
                f,
                "{lie:<17}{told:>6}{longer:>8}{looks:>8}{longest:>11}  {}, {:?}",
                row.rule, row.defence
            )?;
        }
        writeln!(
            f,
            "{:<26}{:>6}{:>9}{:>8}{:>8}{:>9}",
            "told", "all", "in time", "mean h", "p95 h", "longest"
        )?;
        for ((sight, end), delays) in &self.removals {
            row(f, &format!("{sight:?} {end:?}"), delays, end.limit_days() * DAY)?;
        }
        row(f, "arrived", &self.approvals, 26 * 60)?;
        row(f, "restored", &self.restored, 26 * 60)?;
        writeln!(f, "false removals {}, by longer lies {}", self.false_removals.len(), self.deceived)
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, delays: &Delays, limit: i64) -> fmt::Result {
    let ([mean, p95, longest], share) = (delays.hours(), delays.percent_within(limit));
    writeln!(f, "{name:<26}{:>6}{share:>8.1}%{mean:>8.1}{p95:>8.1}{longest:>9.1}", delays.all())
}
