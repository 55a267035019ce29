//! Walks one page through its year: planned, asked, judged and reconciled by the real thing.

use std::collections::BTreeMap;

use trackward_core::{
    Admission, Cadence, Event, Hazards, HostMemory, Link, LinkState, Mode, NewWatch, PageMemory, PageUrl,
    Policy, Price, Rule, RunId, RunRhythm, StateName, Terms, VisitEnd, Visited, admit, judge, plan,
    reconcile,
};

use crate::answer::{Asked, answer};
use crate::lies::Lie;
use crate::seed::Seed;
use crate::time::{DAY, HOUR, YEAR, instant, minute};
use crate::world::{Page, Told, Truth};

/// How often the cron line runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cron {
    Daily,
    Hourly,
    /// No cron line: a service that plans by what is likely to happen, not at a fixed interval.
    Service,
}

impl Cron {
    /// Minutes between two runs.
    pub(crate) const fn every(self) -> i64 {
        match self {
            Self::Daily => DAY,
            Self::Hourly => HOUR,
            Self::Service => 1,
        }
    }

    /// By what checks are planned.
    fn cadence(self) -> Cadence {
        let mode = if self == Self::Service { Mode::Expected } else { Mode::Fixed(Cadence::EVERY) };
        Cadence { mode, ..Cadence::default() }
    }

    /// Minutes that a page which was read may wait at most.
    pub(crate) fn longest(self) -> i64 {
        match self {
            Self::Daily | Self::Hourly => DAY + self.every(),
            Self::Service => 6 * DAY,
        }
    }

    /// Minutes within a run until a page has its turn.
    fn turn(self, page: &Page, run: i64, seed: u64) -> i64 {
        Seed::of(seed, &[page.number, run, 1]).between(0, self.every().min(40) / 2)
    }
}

/// One look at a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) minute: i64,
    pub(crate) rule: Rule,
    pub(crate) lie: Option<Lie>,
    /// How many links were seen.
    pub(crate) seen: usize,
    /// How many it missed though they really are there.
    pub(crate) wronged: usize,
}

/// What came of a page's year.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    pub(crate) looks: Vec<Look>,
    /// Events of each target, in order.
    pub(crate) events: BTreeMap<String, Vec<Event>>,
    /// Promises that were broken on the way.
    pub(crate) faults: Vec<String>,
}

/// Walks a page through its year.
pub(crate) fn walk(page: &Page, cron: Cron, policy: &Policy, seed: u64) -> Walk {
    let cadence = cron.cadence();
    let terms = Terms {
        policy,
        cadence: &cadence,
        hazards: &Hazards::default(),
        price: Price::default(),
        rhythm: RunRhythm::Unknown,
        longest: cadence.max_delay,
    };
    let mut walk = Walk::default();
    let (mut links, mut memory) = (Vec::<Link>::new(), PageMemory::default());
    let mut untold = watches(page);
    let mut due = i64::MAX;
    loop {
        let told = untold.last().map_or(i64::MAX, |(at, _)| *at);
        if due.min(told) >= YEAR {
            return walk;
        }
        let run = (due.min(told) + cron.every() - 1).div_euclid(cron.every());
        let starts = run * cron.every();
        admit_told(&mut links, &mut untold, starts);
        let at = starts + cron.turn(page, run, seed);
        let etag = memory.validators_to_send(&links, policy, instant(at)).and_then(|v| v.etag.as_deref());
        let (visited, lie) = answer(page, Asked { minute: at, etag }, seed);
        let shown = references(&visited);
        let observed = judge(visited, &memory, &links, policy);
        let next = reconcile(&links, &memory, &observed, policy, RunId(run.cast_unsigned()));

        links = next.links.into_iter().chain(next.appeared).collect();
        memory = next.memory;
        due = minute(plan(&links, &memory, &HostMemory::default(), &terms, instant(at), instant(at)).at);
        let wronged = wronged(page, at, &links);
        walk.faults.extend(unseen(at, &shown, &links));
        walk.looks.push(Look { minute: at, rule: observed.rule, lie, seen: shown.len(), wronged });
        for event in next.events {
            let of = event.target.as_ref().map_or(String::new(), ToString::to_string);
            walk.events.entry(of).or_default().push(event);
        }
    }
}

/// Admits what we have been told of by a minute.
fn admit_told(links: &mut Vec<Link>, untold: &mut Vec<(i64, NewWatch)>, by: i64) {
    while let Some((_, watch)) = untold.pop_if(|(at, _)| *at <= by) {
        if let Admission::New(link) = admit(links, watch, instant(by)) {
            links.push(link);
        }
    }
}

/// What we are told of, the latest first.
fn watches(page: &Page) -> Vec<(i64, NewWatch)> {
    let told = |link: &Truth| {
        let watch =
            NewWatch { kind: Some(link.kind), ..NewWatch::new(page.url.clone(), link.target.clone()) };
        match link.told {
            Told::Never => None,
            Told::Imported(at) => Some((at, watch)),
            Told::Sent(at) => Some((at, NewWatch { sent: Some(instant(at)), ..watch })),
        }
    };
    let mut watches: Vec<_> = page.links.iter().filter_map(told).collect();
    watches.sort_by_key(|(at, _)| -at);
    watches
}

/// The addresses of ours that an answer shows.
fn references(visited: &Visited) -> Vec<PageUrl> {
    match &visited.end {
        VisitEnd::Answered { extraction: Some(page), .. } => {
            page.references.iter().map(|reference| reference.url.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// How many links a look missed though they really are there.
fn wronged(page: &Page, at: i64, links: &[Link]) -> usize {
    let missed_now = |link: &&Link| match &link.state {
        LinkState::Missing { missed, .. } => missed.last == instant(at),
        _ => false,
    };
    let truth = |link: &Link| page.links.iter().find(|truth| truth.target == link.target);
    let missed = links.iter().filter(missed_now);
    missed.filter(|link| truth(link).is_some_and(|truth| truth.is_there(at))).count()
}

/// The links that a look showed and that are not live after it.
fn unseen(at: i64, shown: &[PageUrl], links: &[Link]) -> Vec<String> {
    let dead = links.iter().filter(|link| link.state.name() != StateName::Live);
    let seen = dead.filter(|link| link.target.page().is_some_and(|ours| shown.contains(ours)));
    seen.map(|link| format!("{} is {:?} though it was seen at {at}", link.target, link.state)).collect()
}
