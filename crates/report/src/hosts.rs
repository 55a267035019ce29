//! What is known of each host: how it answers what is sent, and for how long links live there.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use trackward_core::{Domain, Hazards, HostKey, LinkId};

use crate::history::Approved;
use crate::percent::Percent;
use crate::rows::{HostRow, Rate, Wait};
use crate::stats::chance::{host_factor, usual_approvals};
use crate::stats::survival::{Life, Survival};
use crate::stats::turnbull::{Curve, Interval};
use crate::stats::wilson;
use crate::trends::{ApprovalTrend, SurvivalTrend, Trends, WaitPoint, WithinDays};
use crate::words::DAY;

/// Seconds of an hour: waits are reckoned in whole hours, outwards, so that an interval never gets narrower.
const HOUR: i64 = 3_600;
/// Days since sending within which a link counts as approved for the rate.
const RATE_DAYS: i64 = 30;
/// Days before the as-of instant between which links must have been sent to count for the rate.
const RATE_WINDOW_DAYS: (i64, i64) = (RATE_DAYS, 120);
/// Days within which nothing may have been sent to a host that is named for the next time.
const QUIET_DAYS: i64 = 60;
/// Hosts that are named for the next time.
const NEXT_BEST: usize = 20;

/// The first eight bytes of a link's id: those of its host.
pub(crate) type HostId = [u8; 8];

pub(crate) fn host_of(link: LinkId) -> HostId {
    let mut id = [0; 8];
    id.copy_from_slice(&link.to_bytes()[..8]);
    id
}

/// Counts links by host in one pass. Of each link sent within a year it keeps an interval, of each life two ages.
#[derive(Debug)]
pub(crate) struct Hosts {
    as_of: i64,
    places: HashMap<HostId, u32>,
    tallies: Vec<Tally>,
    waits: Vec<(u32, Interval)>,
    lives: Vec<(u32, Life)>,
    /// Ages of pending links, in seconds.
    ages: Vec<(u32, i64)>,
    /// Live links whose age is not known.
    pub(crate) ageless: u64,
    rate: RateCount,
}

/// What one host comes to.
#[derive(Debug)]
pub(crate) struct Tally {
    site: HostKey,
    pub(crate) sent: u32,
    pub(crate) approved: u32,
    pub(crate) rejected: u32,
    pub(crate) pending: u32,
    pub(crate) no_answer: u32,
    pub(crate) live: u32,
    last_sent: i64,
    pub(crate) last_approval: Option<i64>,
    rate: RateCount,
}

/// How a link that was sent went on, as far as it is known; times in seconds since the Unix epoch.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Course {
    /// Approved after the first and by the second.
    Approved(Option<i64>, i64),
    /// Not there at the last look.
    Open(i64),
    /// Declined then.
    Rejected(i64),
}

#[derive(Debug, Clone, Copy, Default)]
struct RateCount {
    approved: u32,
    failed: u32,
    undecided: u32,
}

impl Hosts {
    pub(crate) fn new(as_of: Timestamp) -> Self {
        Self {
            as_of: as_of.as_second(),
            places: HashMap::new(),
            tallies: Vec::new(),
            waits: Vec::new(),
            lives: Vec::new(),
            ages: Vec::new(),
            ageless: 0,
            rate: RateCount::default(),
        }
    }

    /// The place of a link's host.
    pub(crate) fn place(&mut self, link: LinkId, site: impl FnOnce() -> HostKey) -> u32 {
        let next = u32::try_from(self.tallies.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(host_of(link)).or_insert(next);
        if place == next {
            self.tallies.push(Tally::new(site()));
        }
        place
    }

    /// The tally of the host at a place that [`Hosts::place`] gave.
    pub(crate) fn of(&mut self, place: u32) -> &mut Tally {
        &mut self.tallies[place as usize]
    }

    /// Approvals of the year: each is known as an interval. Those of hosts without a link are left out.
    pub(crate) fn take_approvals(&mut self, approvals: &[Approved]) {
        for approved in approvals {
            if let Some(place) = self.places.get(&host_of(approved.link)).copied() {
                // What was approved later than the report knows was open then.
                let course = if approved.first <= self.as_of {
                    Course::Approved(approved.after, approved.first)
                } else {
                    Course::Open(approved.after.unwrap_or(approved.sent).min(self.as_of))
                };
                self.take_course(place, approved.sent, course);
            }
        }
    }

    /// A link that was sent, and how it went on.
    pub(crate) fn take_course(&mut self, place: u32, sent: i64, course: Course) {
        if sent > self.as_of || sent < self.as_of - Trends::COHORT_DAYS * DAY {
            return;
        }
        let interval = match course {
            Course::Approved(after, by) => {
                let after = hours_down(after.unwrap_or(sent) - sent);
                Interval { after, by: Some(hours_up(by - sent).max(after + 1)) }
            }
            Course::Open(last) | Course::Rejected(last) => {
                Interval { after: hours_down(last.min(self.as_of) - sent), by: None }
            }
        };
        self.waits.push((place, interval));
        let (to, from) = RATE_WINDOW_DAYS;
        let age = self.as_of - sent;
        if (to * DAY..=from * DAY).contains(&age) {
            let verdict = RateCount::of(sent, course);
            self.rate.add(verdict);
            self.tallies[place as usize].rate.add(verdict);
        }
    }

    /// A pending link, by its age in seconds.
    pub(crate) fn take_age(&mut self, place: u32, age: i64) {
        self.ages.push((place, age));
    }

    /// A link's first life, in seconds: when it began at the latest, its first sight, and its end or last sight.
    pub(crate) fn take_life(&mut self, place: u32, born: i64, first_seen: i64, end: i64, lost: bool) {
        let entry = days_down(first_seen - born);
        let exit = if lost { days_up(end - born).max(entry + 1) } else { days_down(end - born).max(entry) };
        self.lives.push((place, Life { entry, exit, lost }));
    }

    /// Sorts what was kept, so that the order in which links came leaves no trace.
    pub(crate) fn close(mut self, hazards: &Hazards) -> Closed {
        self.waits.sort_unstable();
        self.lives.sort_unstable_by_key(|(place, life)| (*place, life.entry, life.exit, life.lost));
        self.ages.sort_unstable();
        let factors = (0_u32..).zip(&self.tallies).map(|(place, _)| {
            let waits = of_host(&self.waits, place);
            let approvals = waits.iter().filter(|(_, wait)| wait.by.is_some()).count() as u64;
            let usual = waits.iter().map(|(_, wait)| usual_approvals(hazards, 0.0, days(wait))).sum();
            host_factor(approvals, usual)
        });
        let factors = factors.collect();
        Closed { hosts: self, factors }
    }
}

/// What all links come to by host.
#[derive(Debug)]
pub(crate) struct Closed {
    hosts: Hosts,
    factors: Vec<f64>,
}

impl Closed {
    /// How much sooner than usual each host with pending links approves.
    pub(crate) fn factors(&self) -> HashMap<HostId, f64> {
        let pending = |place: u32| self.hosts.tallies[place as usize].pending > 0;
        let of = |(id, place): (&HostId, &u32)| (*id, self.factors[*place as usize]);
        self.hosts.places.iter().filter(|(_, place)| pending(**place)).map(of).collect()
    }

    /// The pending links: age in seconds and factor of their host.
    pub(crate) fn pending(&self) -> impl Iterator<Item = (i64, f64)> {
        let mut all: Vec<_> =
            self.hosts.ages.iter().map(|(place, age)| (*age, self.factors[*place as usize])).collect();
        // Sums of fractions depend on their order.
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        all.into_iter()
    }

    /// Registrable domains with live links.
    pub(crate) fn domains(&self) -> BTreeSet<Domain> {
        self.hosts.tallies.iter().filter(|tally| tally.live > 0).map(|tally| tally.site.domain()).collect()
    }

    /// How many links are approved, and after how long, over all hosts.
    pub(crate) fn approval(&self) -> ApprovalTrend {
        let waits = || self.hosts.waits.iter().map(|(_, wait)| *wait);
        let mut approved: Vec<Interval> = waits().filter(|wait| wait.by.is_some()).collect();
        let curve = Curve::fit(waits().collect());
        let enough = approved.len() >= Trends::LEAST_APPROVALS;
        approved.sort_unstable();
        ApprovalTrend {
            sent: self.hosts.waits.len() as u64,
            approved: approved.len() as u64,
            rate: self.hosts.rate.rate(),
            within: Trends::WAIT_DAYS.map(|days| within(&curve, days)).to_vec(),
            median: median(&curve, approved.len()),
            curve: if enough { points(&curve) } else { Vec::new() },
            waits: if enough { Vec::new() } else { approved.into_iter().filter_map(wait_of).collect() },
        }
    }

    /// How long live links stay, over all hosts.
    pub(crate) fn survival(&self) -> SurvivalTrend {
        let lives: Vec<Life> = self.hosts.lives.iter().map(|(_, life)| *life).collect();
        SurvivalTrend::of(&Survival::of(&lives), lives.len() as u64, self.hosts.ageless)
    }

    /// Every host that something was sent to, or that has a live link, the surest to approve first.
    pub(crate) fn rows(&self) -> Vec<HostRow> {
        let mut rows: Vec<HostRow> = (0_u32..)
            .zip(&self.hosts.tallies)
            .filter(|(_, tally)| tally.sent + tally.live > 0)
            .map(|(place, tally)| self.row(place, tally))
            .collect();
        let rank = |row: &HostRow| {
            (std::cmp::Reverse((row.rate.low, row.rate.approved, row.live)), row.site.clone())
        };
        rows.sort_by_cached_key(rank);
        self.name_next_best(&mut rows);
        rows
    }

    fn row(&self, place: u32, tally: &Tally) -> HostRow {
        let waits = of_host(&self.hosts.waits, place);
        let approvals = waits.iter().filter(|(_, wait)| wait.by.is_some()).count();
        let median = (approvals >= Trends::LEAST_APPROVALS)
            .then(|| median(&Curve::fit(waits.iter().map(|(_, wait)| *wait).collect()), approvals));
        let lives: Vec<Life> = of_host(&self.hosts.lives, place).iter().map(|(_, life)| *life).collect();
        HostRow {
            site: tally.site.clone(),
            sent: tally.sent.into(),
            approved: tally.approved.into(),
            rejected: tally.rejected.into(),
            pending: tally.pending.into(),
            no_answer: tally.no_answer.into(),
            rate: tally.rate.rate(),
            median_wait: median.flatten(),
            live: tally.live.into(),
            survival_90: Survival::of(&lives).at(Trends::QUARTER).map(|step| Percent::of_share(step.share)),
            last_approval: tally.last_approval.and_then(|at| Timestamp::from_second(at).ok()),
            next_best: None,
        }
    }

    /// Ranks the hosts to send to next: known to approve, and left in peace for a while.
    fn name_next_best(&self, rows: &mut [HostRow]) {
        let quiet_since = self.hosts.as_of - QUIET_DAYS * DAY;
        let busy: BTreeSet<&HostKey> =
            self.hosts.tallies.iter().filter(|t| t.last_sent > quiet_since).map(|t| &t.site).collect();
        let good = rows.iter_mut().filter(|row| row.rate.low.is_some() && row.rate.approved > 0);
        for (rank, row) in (1..).zip(good.filter(|row| !busy.contains(&row.site)).take(NEXT_BEST)) {
            row.next_best = Some(rank);
        }
    }
}

impl Tally {
    fn new(site: HostKey) -> Self {
        Self {
            site,
            sent: 0,
            approved: 0,
            rejected: 0,
            pending: 0,
            no_answer: 0,
            live: 0,
            last_sent: i64::MIN,
            last_approval: None,
            rate: RateCount::default(),
        }
    }

    pub(crate) fn note_sent(&mut self, at: i64) {
        self.sent += 1;
        self.last_sent = self.last_sent.max(at);
    }
}

impl RateCount {
    fn of(sent: i64, course: Course) -> Self {
        let limit = sent + RATE_DAYS * DAY;
        match course {
            Course::Approved(_, by) if by <= limit => Self { approved: 1, ..Self::default() },
            Course::Approved(Some(after), _) if after >= limit => Self { failed: 1, ..Self::default() },
            Course::Open(last) if last >= limit => Self { failed: 1, ..Self::default() },
            Course::Rejected(_) => Self { failed: 1, ..Self::default() },
            Course::Approved(..) | Course::Open(_) => Self { undecided: 1, ..Self::default() },
        }
    }

    fn add(&mut self, other: Self) {
        self.approved += other.approved;
        self.failed += other.failed;
        self.undecided += other.undecided;
    }

    fn rate(self) -> Rate {
        let (approved, decided) = (u64::from(self.approved), u64::from(self.approved + self.failed));
        let bounds = wilson::interval(approved, decided).filter(|_| decided >= Rate::LEAST_BASE);
        Rate {
            approved,
            decided,
            undecided: self.undecided.into(),
            percent: bounds.map(|_| Percent::of_share(approved as f64 / decided as f64)),
            low: bounds.map(|(low, _)| Percent::of_share(low)),
            high: bounds.map(|(_, high)| Percent::of_share(high)),
        }
    }
}

impl Rate {
    /// Below so many decided links only the counts are given.
    pub const LEAST_BASE: u64 = 5;
}

/// What a host's rows are among those of all, which are sorted by host.
fn of_host<T>(all: &[(u32, T)], place: u32) -> &[(u32, T)] {
    let start = all.partition_point(|(host, _)| *host < place);
    let length = all[start..].partition_point(|(host, _)| *host == place);
    &all[start..start + length]
}

/// The age in days up to which a wait is known.
fn days(wait: &Interval) -> f64 {
    f64::from(wait.by.unwrap_or(wait.after)) / 24.0
}

fn within(curve: &Curve, days: u32) -> WithinDays {
    WithinDays { days, percent: Percent::of_share(curve.ended_by(days * 24)) }
}

fn median(curve: &Curve, approvals: usize) -> Option<Wait> {
    let enough = approvals >= Trends::LEAST_APPROVALS;
    let (after, by) = curve.median_of_ended_by(90 * 24).filter(|_| enough)?;
    wait_of(Interval { after, by: Some(by) })
}

fn points(curve: &Curve) -> Vec<WaitPoint> {
    let mut share = 0.0;
    let points = curve.cells.iter().filter_map(|cell| {
        let wait = wait_of(Interval { after: cell.after, by: cell.by })?;
        share += cell.mass;
        Some(WaitPoint { wait, percent: Percent::of_share(share) })
    });
    points.collect()
}

fn wait_of(interval: Interval) -> Option<Wait> {
    let seconds = |hours: u32| i64::from(hours) * HOUR;
    Some(Wait { at_least_seconds: seconds(interval.after), at_most_seconds: seconds(interval.by?) })
}

fn hours_down(seconds: i64) -> u32 {
    u32::try_from(seconds.div_euclid(HOUR).max(0)).unwrap_or(u32::MAX)
}

fn hours_up(seconds: i64) -> u32 {
    hours_down(seconds + HOUR - 1)
}

fn days_down(seconds: i64) -> u16 {
    // One less than the most, so that an end can lie a day later.
    u16::try_from(seconds.div_euclid(DAY).max(0)).unwrap_or(u16::MAX).min(u16::MAX - 1)
}

fn days_up(seconds: i64) -> u16 {
    days_down(seconds + DAY - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: i64 = 1_000_000 * HOUR;

    fn hosts(days_after: i64) -> Hosts {
        Hosts::new(Timestamp::from_second(SENT + days_after * DAY).unwrap())
    }

    fn link(n: u32) -> LinkId {
        let mut bytes = [7; 16];
        bytes[12..].copy_from_slice(&n.to_be_bytes());
        LinkId::from_bytes(bytes)
    }

    fn place(hosts: &mut Hosts) -> u32 {
        hosts.place(link(0), || HostKey::parse("host.example").unwrap())
    }

    #[test]
    fn rate_counts_what_is_decided_at_thirty_days_and_names_the_rest() {
        let mut hosts = hosts(60);
        let place = place(&mut hosts);
        let at = |days: i64| SENT + days * DAY;
        for course in [
            Course::Approved(Some(at(1)), at(2)),
            Course::Approved(None, at(30)),
            Course::Approved(Some(at(30)), at(31)),
            Course::Approved(Some(at(29)), at(31)),
            Course::Open(at(30)),
            Course::Open(at(12)),
            Course::Rejected(at(3)),
        ] {
            hosts.take_course(place, SENT, course);
        }
        let rate = hosts.rate.rate();
        assert_eq!((rate.approved, rate.decided, rate.undecided), (2, 5, 2));
        assert_eq!(rate.percent.unwrap().bare(), "40.0");
    }

    #[test]
    fn rate_of_fewer_than_five_gives_counts_only() {
        let mut hosts = hosts(60);
        let place = place(&mut hosts);
        for n in 0..5 {
            let rate = hosts.rate.rate();
            assert_eq!((rate.decided, rate.percent.is_some(), rate.low.is_some()), (n, false, false));
            hosts.take_course(place, SENT, Course::Approved(None, SENT + DAY));
        }
        assert!(hosts.rate.rate().percent.is_some());
    }

    #[test]
    fn rate_looks_at_links_sent_thirty_to_a_hundred_and_twenty_days_ago() {
        for (age, counted) in [(29, 0), (30, 1), (120, 1), (121, 0)] {
            let mut hosts = hosts(age);
            let place = place(&mut hosts);
            hosts.take_course(place, SENT, Course::Approved(None, SENT + DAY));
            assert_eq!(hosts.rate.rate().decided, counted, "{age} days");
        }
    }

    #[test]
    fn wait_is_rounded_outwards_to_whole_hours_and_is_never_empty() {
        let mut hosts = hosts(60);
        let place = place(&mut hosts);
        hosts.take_course(place, SENT, Course::Approved(Some(SENT + HOUR + 1), SENT + 2 * HOUR + 1));
        hosts.take_course(place, SENT, Course::Approved(None, SENT));
        hosts.take_course(place, SENT, Course::Open(SENT + 2 * HOUR - 1));
        let waits: Vec<_> = hosts.waits.iter().map(|(_, wait)| (wait.after, wait.by)).collect();
        assert_eq!(waits, [(1, Some(3)), (0, Some(1)), (1, None)]);
    }

    #[test]
    fn approval_later_than_the_report_knows_was_open_then() {
        let mut hosts = hosts(10);
        place(&mut hosts);
        let at = |days: i64| SENT + days * DAY;
        let approved = Approved { link: link(1), sent: SENT, after: Some(at(14)), first: at(15) };
        hosts.take_approvals(&[approved]);
        let waits: Vec<_> = hosts.waits.iter().map(|(_, wait)| (wait.after, wait.by)).collect();
        assert_eq!(waits, [(240, None)]);
    }

    #[test]
    fn few_approvals_are_listed_and_ten_give_a_median() {
        let mut hosts = hosts(100);
        let place = place(&mut hosts);
        for n in 0..9 {
            hosts.take_course(place, SENT, Course::Approved(Some(SENT + n * DAY), SENT + (n + 1) * DAY));
        }
        let few = hosts.close(&Hazards::default());
        let approval = few.approval();
        assert_eq!((approval.waits.len(), approval.curve.len(), approval.median), (9, 0, None));
        let mut hosts = few.hosts;
        hosts.take_course(place, SENT, Course::Approved(Some(SENT + 20 * DAY), SENT + 21 * DAY));
        let approval = hosts.close(&Hazards::default()).approval();
        assert_eq!((approval.waits.len(), approval.curve.len()), (0, 10));
        let middle = Wait { at_least_seconds: 4 * DAY, at_most_seconds: 5 * DAY };
        assert_eq!(approval.median, Some(middle));
        assert_eq!((approval.within[2].days, approval.within[2].percent.bare()), (7, "70.0".to_owned()));
    }

    #[test]
    fn host_left_in_peace_that_is_known_to_approve_is_named_for_the_next_time() {
        let mut hosts = hosts(100);
        let mut send = |n: u8, last_sent: i64, approved: bool| {
            let id = LinkId::from_bytes([n; 16]);
            let place = hosts.place(id, || HostKey::parse(&format!("host{n}.example")).unwrap());
            hosts.of(place).note_sent(SENT + last_sent * DAY);
            for _ in 0..6 {
                let end = SENT + 40 * DAY;
                let course = if approved { Course::Approved(None, SENT + DAY) } else { Course::Open(end) };
                hosts.take_course(place, SENT, course);
            }
        };
        send(1, 10, true);
        send(2, 90, true);
        send(3, 10, false);
        let rows = hosts.close(&Hazards::default()).rows();
        let named: Vec<_> = rows.iter().map(|row| (row.site.as_str(), row.next_best)).collect();
        assert_eq!(named, [("host1.example", Some(1)), ("host2.example", None), ("host3.example", None)]);
    }
}
