//! Holds what was told against what was true, and counts.

use std::collections::{BTreeMap, BTreeSet};

use trackward_core::{Event, EventKind, EventName, Rule};

use crate::delays::Delays;
use crate::history::history;
use crate::lies::{Defence, Lie};
use crate::time::{DAY, YEAR, minute};
use crate::walk::{Cron, Walk};
use crate::world::{End, Page, Spell, Stay, Truth};

/// What a year came to.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) pages: usize,
    pub(crate) links: usize,
    pub(crate) looks: usize,
    pub(crate) lies: BTreeMap<Lie, LieCount>,
    pub(crate) removals: BTreeMap<(Sight, End), Delays>,
    pub(crate) approvals: Delays,
    pub(crate) restored: Delays,
    /// Removals told while the link was there, with their history.
    pub(crate) false_removals: Vec<String>,
    /// Those of them that a lie is to blame for that outlasted what defeats it.
    pub(crate) deceived: usize,
    /// Removals on checkable pages that were not told in time, with their history.
    pub(crate) late: Vec<String>,
    /// Other promises that were broken.
    pub(crate) faults: Vec<String>,
}

/// What was seen of one kind of lie.
#[derive(Debug, Default, Clone)]
pub(crate) struct LieCount {
    pub(crate) told: usize,
    /// Those that outlasted what defeats them.
    pub(crate) longer: usize,
    pub(crate) looks: usize,
    /// The rules that decided those looks.
    pub(crate) rules: BTreeSet<Rule>,
    /// The longest, in minutes.
    pub(crate) longest: i64,
}

/// Whether it could be seen that a link was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sight {
    /// The page told nothing but the truth, and kept its face.
    Checkable,
    /// The host said "unchanged" whatever happened.
    Sticky,
    /// A lie was told, or the whole page got a new face or went away as well.
    Obscured,
}

impl Tally {
    /// Counts one page's year.
    pub(crate) fn of(page: &Page, walk: &Walk, cron: Cron) -> Self {
        let mut tally =
            Self { pages: 1, links: page.links.len(), looks: walk.looks.len(), ..Self::default() };
        tally.count_lies(page, walk);
        tally.faults.extend(walk.faults.iter().map(|fault| history(page, walk, None, fault)));
        tally.check_looks(page, walk, cron);
        for link in &page.links {
            let events = walk.events.get(&link.target.to_string()).map_or(&[][..], Vec::as_slice);
            tally.check_turns(page, walk, link, events);
            tally.check_removals(page, walk, link, events);
            for stay in &link.there {
                tally.measure_arrival(page, walk, link, stay, events);
                tally.measure_removal(page, walk, link, stay, events);
            }
        }
        tally
    }

    /// The sum of two.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.pages += other.pages;
        self.links += other.links;
        self.looks += other.looks;
        self.deceived += other.deceived;
        for (lie, count) in other.lies {
            let sum = self.lies.entry(lie).or_default();
            sum.told += count.told;
            sum.longer += count.longer;
            sum.looks += count.looks;
            sum.rules.extend(count.rules);
            sum.longest = sum.longest.max(count.longest);
        }
        for (key, delays) in other.removals {
            self.removals.entry(key).or_default().merge(delays);
        }
        self.approvals.merge(other.approvals);
        self.restored.merge(other.restored);
        self.false_removals.extend(other.false_removals);
        self.late.extend(other.late);
        self.faults.extend(other.faults);
        self
    }

    /// Removals that could be seen, for reasons that must be told within so many days.
    pub(crate) fn checkable(&self, limit_days: i64) -> Delays {
        let mut sum = Delays::default();
        for ((sight, end), delays) in &self.removals {
            if *sight == Sight::Checkable && end.limit_days() == limit_days {
                sum.merge(delays.clone());
            }
        }
        sum
    }

    fn count_lies(&mut self, page: &Page, walk: &Walk) {
        for spell in &page.spells {
            let count = self.lies.entry(spell.lie).or_default();
            count.told += 1;
            count.longer += usize::from(spell.outlasts());
            count.longest = count.longest.max(spell.until - spell.from);
        }
        for look in &walk.looks {
            let Some(lie) = look.lie else { continue };
            let count = self.lies.entry(lie).or_default();
            count.looks += 1;
            count.rules.insert(look.rule);
        }
    }

    /// No page is forgotten, and no lie that proves nothing makes a miss.
    fn check_looks(&mut self, page: &Page, walk: &Walk, cron: Cron) {
        for pair in walk.looks.windows(2) {
            let (before, look) = (pair[0], pair[1]);
            let longest =
                if before.rule.verdict().is_conclusive() { cron.longest() } else { 6 * DAY + cron.every() };
            if look.minute - before.minute > longest {
                let what = format!("no look for {} minutes until {}", longest, look.minute);
                self.faults.push(history(page, walk, None, &what));
            }
            let proves_nothing = look.lie.is_some_and(|lie| !lie.row().defence.may_be_missed());
            if proves_nothing && look.wronged > 0 {
                let what = format!("{:?} made a miss at {}", look.lie, look.minute);
                self.faults.push(history(page, walk, None, &what));
            }
        }
    }

    /// A link arrives and is removed in turns; it is approved once.
    fn check_turns(&mut self, page: &Page, walk: &Walk, link: &Truth, events: &[Event]) {
        let (mut there, mut arrived) = (false, false);
        for event in events {
            let name = event.what.name();
            let in_turn = match name {
                EventName::Approved | EventName::Verified | EventName::Appeared => !arrived,
                EventName::Restored => arrived && !there,
                EventName::Removed => there,
                _ => continue,
            };
            (there, arrived) = (name != EventName::Removed, true);
            if !in_turn {
                let what = format!("{name} out of turn at {}", minute(event.at));
                self.faults.push(history(page, walk, Some(link), &what));
            }
        }
    }

    /// No removal is told while the link is there, nor within the span after it was.
    fn check_removals(&mut self, page: &Page, walk: &Walk, link: &Truth, events: &[Event]) {
        for event in events {
            let EventKind::Removed { reason, .. } = &event.what else { continue };
            let at = minute(event.at);
            let defence = if reason.takes_long_span() { Defence::LongSpan } else { Defence::Span };
            if !link.was_there(at - defence.holds(), at) {
                continue;
            }
            if page.lies_between(at - 9 * DAY, at).any(Spell::outlasts) {
                self.deceived += 1;
                continue;
            }
            let what = format!("removed ({reason}) at {at} though it was there within the span");
            self.false_removals.push(history(page, walk, Some(link), &what));
        }
    }

    /// How long it took to tell that a link came or came back, where nothing stood in the way.
    fn measure_arrival(&mut self, page: &Page, walk: &Walk, link: &Truth, stay: &Stay, events: &[Event]) {
        let (from, until) = (stay.from - 7 * DAY, stay.from + 3 * DAY);
        let watched = walk.looks.first().is_some_and(|look| look.minute < stay.from);
        let clear = page.lies_between(from, until).next().is_none();
        if !watched || !clear || until > YEAR.min(stay.until) {
            return;
        }
        if stay.from == link.there[0].from {
            let names = [EventName::Approved, EventName::Verified, EventName::Appeared];
            self.approvals.note(delay(events, stay.from, &names));
        } else {
            self.restored.note(delay(events, stay.from, &[EventName::Restored]));
        }
    }

    /// How long it took to tell that a link was taken away.
    fn measure_removal(&mut self, page: &Page, walk: &Walk, link: &Truth, stay: &Stay, events: &[Event]) {
        let limit = stay.end.limit_days() * DAY;
        if stay.until + limit > YEAR || !was_known(stay, events) {
            return;
        }
        let sight = sight(page, stay);
        let delay = delay(events, stay.until, &[EventName::Removed]);
        if sight == Sight::Checkable && delay.is_none_or(|delay| delay > limit) {
            let what = format!("{:?} at {}, told after {delay:?} minutes", stay.end, stay.until);
            self.late.push(history(page, walk, Some(link), &what));
        }
        self.removals.entry((sight, stay.end)).or_default().note(delay);
    }
}

/// Minutes from something to the first event of these names.
fn delay(events: &[Event], from: i64, names: &[EventName]) -> Option<i64> {
    let told = events.iter().filter(|event| names.contains(&event.what.name()));
    told.map(|event| minute(event.at) - from).find(|delay| *delay >= 0)
}

/// Whether a link had been seen before it was taken away.
fn was_known(stay: &Stay, events: &[Event]) -> bool {
    let before = events.iter().filter(|event| (stay.from..stay.until).contains(&minute(event.at)));
    let names = [EventName::Approved, EventName::Verified, EventName::Appeared, EventName::Restored];
    before.filter(|event| names.contains(&event.what.name())).count() > 0
}

/// Whether it could be seen, while it had to be, that a link was taken away. A lie counts for a week more:
/// so long may the page not be looked at after it.
fn sight(page: &Page, stay: &Stay) -> Sight {
    let until = stay.until + stay.end.limit_days() * DAY;
    let new_theme = page.themes.iter().any(|at| (stay.until - 2 * DAY..until).contains(at));
    let ends_as_well = page.end.is_some_and(|(at, _)| stay.until < at && at < until);
    let new_face = new_theme || ends_as_well;
    let lies: Vec<Lie> = page.lies_between(stay.until - 7 * DAY, until).map(|spell| spell.lie).collect();
    match lies[..] {
        [] if !new_face => Sight::Checkable,
        [Lie::Sticky304] if !new_face => Sight::Sticky,
        _ => Sight::Obscured,
    }
}
