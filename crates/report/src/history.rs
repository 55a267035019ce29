//! What the events of the past year come to, counted in one pass without keeping them.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use trackward_core::{Event, EventKind, EventSeq, LinkId, Period, RunRecord, StateName};

use crate::calendar::Calendar;
use crate::report::Report;
use crate::trends::{PeriodCount, Trends};

/// Counts events by period, and keeps of each approval and loss what waits and lives are reckoned from.
#[derive(Debug)]
pub(crate) struct History {
    /// The report's period and those before it, in order and without gaps.
    spans: Vec<Span>,
    year: Year,
    /// By how many the live links changed since the report's period.
    live_change_since: i64,
    /// Approvals of the year.
    pub(crate) approvals: Vec<Approved>,
    /// The first loss of each link that was lost within the year.
    pub(crate) first_losses: HashMap<LinkId, FirstLoss>,
    /// Links that nobody told us of, found within the year.
    pub(crate) found: HashSet<LinkId>,
    /// Each time a link was lost or came back, and where it was told to be flapping, by span.
    flips: Vec<(usize, LinkId, EventSeq, bool)>,
    flapping: BTreeMap<(usize, LinkId), EventSeq>,
}

/// An approval, in seconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Approved {
    pub(crate) link: LinkId,
    pub(crate) sent: i64,
    /// The last look that did not see it.
    pub(crate) after: Option<i64>,
    /// The first that did.
    pub(crate) first: i64,
}

/// The first loss of a link, in seconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FirstLoss {
    seq: EventSeq,
    pub(crate) live_since: i64,
    pub(crate) last_seen: i64,
    pub(crate) first_missed: i64,
}

#[derive(Debug)]
struct Span {
    period: Period,
    checked: bool,
    approved: u64,
    appeared: u64,
    breached: u64,
    weakened: u64,
    live_change: i64,
}

/// Losses told in the calendar year of the period's end, and those that were none.
#[derive(Debug)]
struct Year {
    number: i16,
    from: Timestamp,
    to: Timestamp,
    losses: u64,
    reversed: u64,
}

/// What a period came to; see [`PeriodCount`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) counts: PeriodCount,
    pub(crate) breached: u64,
    pub(crate) weakened: u64,
}

impl History {
    pub(crate) fn of(period: &Period, runs: &[RunRecord]) -> Self {
        let from = Report::events_from(period);
        let earlier = (0..Trends::PERIODS).map_while(|n| period.earlier(n).filter(|p| p.start >= from));
        let mut spans: Vec<Span> = earlier.map(|period| Span::of(period, runs)).collect();
        spans.reverse();
        Self {
            spans,
            year: Year::of(period),
            live_change_since: 0,
            approvals: Vec::new(),
            first_losses: HashMap::new(),
            found: HashSet::new(),
            flips: Vec::new(),
            flapping: BTreeMap::new(),
        }
    }

    /// Takes in an event; their order does not matter.
    pub(crate) fn take(&mut self, seq: EventSeq, event: &Event) {
        let change = live_change(&event.what);
        if let Some(n) = self.span_of(event.at) {
            self.spans[n].take(event, change);
            self.note_flip(n, seq, event);
        } else if self.spans.last().is_some_and(|last| event.at >= last.period.end) {
            self.live_change_since += change;
        }
        self.year.take(event);
        self.note_life(seq, event);
    }

    fn span_of(&self, at: Timestamp) -> Option<usize> {
        let n = self.spans.partition_point(|span| span.period.start <= at).checked_sub(1)?;
        self.spans[n].period.contains(at).then_some(n)
    }

    fn note_flip(&mut self, span: usize, seq: EventSeq, event: &Event) {
        let Some(link) = event.link else { return };
        match event.what {
            EventKind::Removed { .. } => self.flips.push((span, link, seq, true)),
            EventKind::Restored { .. } => self.flips.push((span, link, seq, false)),
            EventKind::Flapping { .. } => {
                let since = self.flapping.entry((span, link)).or_insert(seq);
                *since = seq.min(*since);
            }
            _ => {}
        }
    }

    fn note_life(&mut self, seq: EventSeq, event: &Event) {
        let Some(link) = event.link else { return };
        match &event.what {
            EventKind::Approved { seen, sent, after } => self.approvals.push(Approved {
                link,
                sent: sent.as_second(),
                after: after.map(Timestamp::as_second),
                first: seen.at.as_second(),
            }),
            EventKind::Appeared { .. } => drop(self.found.insert(link)),
            EventKind::Removed { seen, live_since, first_missed, .. } => {
                let loss = FirstLoss {
                    seq,
                    live_since: live_since.as_second(),
                    last_seen: seen.as_ref().map_or(*first_missed, |seen| seen.at).as_second(),
                    first_missed: first_missed.as_second(),
                };
                let first = self.first_losses.entry(link).or_insert(loss);
                if seq < first.seq {
                    *first = loss;
                }
            }
            _ => {}
        }
    }

    /// The periods in order, the report's own last, where so many links are live now.
    pub(crate) fn counts(&self, live_now: u64) -> Vec<Count> {
        let mut flips = vec![(0, 0); self.spans.len()];
        for (span, link, seq, lost) in &self.flips {
            // What comes and goes is told once.
            let told_once = self.flapping.get(&(*span, *link)).is_some_and(|since| seq > since);
            let (losses, returns) = &mut flips[*span];
            if !told_once {
                *(if *lost { losses } else { returns }) += 1;
            }
        }
        let mut live = live_now.cast_signed() - self.live_change_since;
        let mut counts = Vec::with_capacity(self.spans.len());
        for (span, (lost, restored)) in self.spans.iter().zip(flips).rev() {
            counts.push(span.count(lost, restored, live));
            live -= span.live_change;
        }
        counts.reverse();
        // Before the first run there is nothing to tell.
        let first = counts.iter().position(Count::is_told).unwrap_or(counts.len().saturating_sub(1));
        counts.split_off(first)
    }

    /// The year in which losses are counted, its losses, and how many of those were reversed.
    pub(crate) fn losses_of_the_year(&self) -> (i16, u64, u64) {
        (self.year.number, self.year.losses, self.year.reversed)
    }
}

impl Count {
    fn is_told(&self) -> bool {
        self.counts.checked || self.counts.net != 0 || self.counts.lost > 0
    }
}

impl Span {
    fn of(period: Period, runs: &[RunRecord]) -> Self {
        let checked = runs.iter().any(|run| period.contains(run.started));
        Self { period, checked, approved: 0, appeared: 0, breached: 0, weakened: 0, live_change: 0 }
    }

    fn take(&mut self, event: &Event, live_change: i64) {
        use trackward_core::EventName;
        self.live_change += live_change;
        match event.what.name() {
            EventName::Approved => self.approved += 1,
            EventName::Appeared => self.appeared += 1,
            EventName::Breached => self.breached += 1,
            EventName::Weakened => self.weakened += 1,
            _ => {}
        }
    }

    fn count(&self, lost: u64, restored: u64, live: i64) -> Count {
        let gained = self.approved + self.appeared + restored;
        Count {
            counts: PeriodCount {
                label: self.period.label.clone(),
                start: self.period.start,
                end: self.period.end,
                checked: self.checked,
                approved: self.approved,
                appeared: self.appeared,
                restored,
                lost,
                net: gained.cast_signed() - lost.cast_signed(),
                live: u64::try_from(live).unwrap_or(0),
            },
            breached: self.breached,
            weakened: self.weakened,
        }
    }
}

impl Year {
    fn of(period: &Period) -> Self {
        let last = period.end.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(period.end);
        let (number, from) = Calendar::of(period).year_of(last);
        Self { number, from, to: period.end, losses: 0, reversed: 0 }
    }

    fn take(&mut self, event: &Event) {
        if event.at < self.from || event.at >= self.to {
            return;
        }
        self.losses += u64::from(matches!(event.what, EventKind::Removed { .. }));
        self.reversed += u64::from(is_reversal(event));
    }
}

/// Whether an event shows that a loss had been told too soon.
pub(crate) fn is_reversal(event: &Event) -> bool {
    match &event.what {
        EventKind::Overruled { from: StateName::Lost, to: StateName::Live, .. } => true,
        EventKind::Restored { lost_at, .. } => {
            event.at.duration_since(*lost_at) <= SignedDuration::from_hours(24 * Report::REVERSED_DAYS)
        }
        _ => false,
    }
}

/// By how many links more live after an event, those missing and not confirmed gone counted as live.
fn live_change(what: &EventKind) -> i64 {
    let live = |state: &StateName| i64::from(matches!(state, StateName::Live | StateName::Missing));
    match what {
        EventKind::Verified { .. }
        | EventKind::Appeared { .. }
        | EventKind::Approved { .. }
        | EventKind::Restored { .. } => 1,
        EventKind::Removed { .. } => -1,
        EventKind::Archived { from } => -live(from),
        EventKind::Overruled { from, to, .. } => live(to) - live(from),
        _ => 0,
    }
}
