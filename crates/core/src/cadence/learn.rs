//! What one check teaches of hazards and of its host.

use std::iter::zip;

use jiff::Timestamp;

use super::age::{days_after, days_between};
use super::hazard::{BINS, HazardDelta, Hazards, Table};
use super::host_memory::HostMemory;
use super::interest::Interest;
use crate::link::{Link, LinkState};

/// Days within which a link that returns takes the loss of it back: it was none.
const TAKEN_BACK: f64 = 7.0;

/// Learns from one check at `at` of a page, its links `before` and `after`; call it after `reconcile`, which alone
/// moves states, and not for a run that distrusts itself.
///
/// Only conclusive looks teach. An event lies somewhere between two of them: it is spread over the bins between in
/// proportion to how likely it was in each, by `hazards`, which stay the same for a whole batch, so that the order of
/// checks does not matter. A removal is learned when it is confirmed.
pub fn learn(
    before: &[Link],
    after: &[Link],
    host: &mut HostMemory,
    hazards: &Hazards,
    at: Timestamp,
) -> HazardDelta {
    let mut lesson = Lesson { delta: HazardDelta::default(), host, hazards };
    let last_loss = lesson.host.last_loss;
    for (was, is) in zip(before, after).filter(|(_, is)| is.checked == Some(at)) {
        lesson.take(was, is, at);
        if let (Some(lost), LinkState::Live { .. }, Some(seen)) = (last_loss, &was.state, &was.seen)
            && seen.at < lost
            && lesson.host.lost_lately(at)
        {
            lesson.delta.siblings[0] += 1.0;
            lesson.delta.siblings[1] += f32::from(u8::from(matches!(is.state, LinkState::Missing { .. })));
        }
    }
    lesson.delta
}

struct Lesson<'a> {
    delta: HazardDelta,
    host: &'a mut HostMemory,
    hazards: &'a Hazards,
}

impl Lesson<'_> {
    /// One link, from its look before to this one.
    fn take(&mut self, was: &Link, is: &Link, at: Timestamp) {
        let last_seen = was.seen.as_ref().map(|seen| seen.at);
        match (&was.state, &is.state) {
            (LinkState::Pending { .. } | LinkState::NoAnswer { .. }, now) => {
                let sent = was.sent().unwrap_or(was.added);
                let from = was.checked.unwrap_or(sent);
                self.watched(Table::Pending, sent, (from, at), matches!(now, LinkState::Live { .. }));
            }
            (LinkState::Missing { live_since, missed }, LinkState::Lost { .. }) => {
                self.lose(was, *live_since, missed.first, at);
            }
            (LinkState::Live { since }, LinkState::Lost { .. }) => self.lose(was, *since, at, at),
            (
                LinkState::Live { since } | LinkState::Missing { live_since: since, .. },
                LinkState::Live { .. },
            ) => {
                let from = last_seen.unwrap_or(*since);
                self.watched(Table::Live, stands_since(was, *since), (from, at), false);
            }
            (LinkState::Lost { since, live_since, .. }, now) => {
                let back = matches!(now, LinkState::Live { .. });
                self.watched(Table::Lost, *since, (was.checked.unwrap_or(*since), at), back);
                if back && days_between(*since, at) <= TAKEN_BACK {
                    let from = last_seen.unwrap_or(*live_since);
                    self.take_back(stands_since(was, *live_since), (from, *since));
                }
            }
            _ => {}
        }
    }

    /// A removal was confirmed at `at`, of a link that was missed first at `missed`.
    fn lose(&mut self, was: &Link, live_since: Timestamp, missed: Timestamp, at: Timestamp) {
        let from = was.seen.as_ref().map_or(live_since, |seen| seen.at);
        self.watched(Table::Live, stands_since(was, live_since), (from, missed), true);
        self.host.last_loss = Some(at);
    }

    /// A link was watched from one instant to another, and its event came between them or not.
    fn watched(&mut self, table: Table, born: Timestamp, span: (Timestamp, Timestamp), came: bool) {
        let course = Course::of(table, born, span, self.hazards);
        for bin in table.bins() {
            let exposure = if came { course.days_before_event(bin) } else { course.days[bin] };
            self.delta.exposure[bin] += narrow(exposure);
            let expected = exposure * self.hazards.rate(bin);
            let event = if came { course.share(bin) } else { 0.0 };
            self.delta.events[bin] += narrow(event);
            if let Some(group) = HostMemory::group_of(bin) {
                self.host.counts.expected[group] += narrow(expected);
                self.host.counts.events[group] += narrow(event);
            }
        }
    }

    /// A removal that was learned was none.
    fn take_back(&mut self, born: Timestamp, span: (Timestamp, Timestamp)) {
        let course = Course::of(Table::Live, born, span, self.hazards);
        for bin in Table::Live.bins() {
            self.delta.events[bin] -= narrow(course.share(bin));
            if let Some(group) = HostMemory::group_of(bin) {
                self.host.counts.events[group] -= narrow(course.share(bin));
            }
        }
    }
}

/// Since when a live link is known to stand, or taken to: those imported or discovered for a year before they were first seen.
fn stands_since(link: &Link, live_since: Timestamp) -> Timestamp {
    if link.origin.hides_age() { days_after(live_since, -Interest::IMPORTED_DAYS) } else { live_since }
}

/// A stretch of a link's age, over the bins of a table.
struct Course {
    /// Days spent in each bin.
    days: [f64; BINS],
    /// Chance that the event comes in each bin of the stretch.
    chances: [f64; BINS],
    total: f64,
}

impl Course {
    /// Shortest stretch, in days, over which an event is spread.
    const SHORTEST: f64 = 1.0 / 86_400.0;

    fn of(table: Table, born: Timestamp, (from, to): (Timestamp, Timestamp), hazards: &Hazards) -> Self {
        let from = days_between(born, from).max(0.0);
        let to = days_between(born, to).max(from + Self::SHORTEST);
        let mut course = Self { days: [0.0; BINS], chances: [0.0; BINS], total: 0.0 };
        let mut survival = 1.0;
        for bin in table.bins() {
            let days = to.min(table.end_of(bin)) - from.max(Table::start_of(bin));
            if days > 0.0 {
                let chance = survival * -(-hazards.rate(bin) * days).exp_m1();
                course.days[bin] = days;
                course.chances[bin] = chance;
                course.total += chance;
                survival -= chance;
            }
        }
        course
    }

    /// The part of the one event that falls into a bin.
    fn share(&self, bin: usize) -> f64 {
        if self.total > 0.0 { self.chances[bin] / self.total } else { 0.0 }
    }

    /// Days spent in a bin before the event: half of them where it is the bin of the event.
    fn days_before_event(&self, bin: usize) -> f64 {
        let later: f64 = (bin + 1..BINS).map(|bin| self.share(bin)).sum();
        self.days[bin] * (later + self.share(bin) / 2.0)
    }
}

/// Sums of a batch are kept in single precision: they are added to sums in double precision soon.
#[expect(clippy::cast_possible_truncation, reason = "seven digits are more than the sums deserve")]
fn narrow(value: f64) -> f32 {
    value as f32
}
