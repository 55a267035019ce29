//! The truth: when each link was really there, and what a look at it shows. Time is in days since the start.

use std::ops::Range;

use trackward_core::{LossReason, Rule};

use crate::seed::Seed;

/// Days that are simulated.
pub(crate) const DAYS: f64 = 180.0;
/// Spread of approval delays on hosts of one kind (σ of a log-normal).
const APPROVAL_SIGMA: f64 = 1.3;
/// Shape of the removal hazard: it falls with age.
const REMOVAL_SHAPE: f64 = 0.58;
/// Largest number of links on a host.
const HOST_LINKS: u32 = 60;

/// How hosts behave.
#[derive(Debug, Clone)]
pub(crate) struct Parameters {
    /// Links in the world.
    pub(crate) links: usize,
    /// Kinds of hosts.
    pub(crate) kinds: [HostKind; 4],
    /// Links removed in their first year, by themselves.
    pub(crate) removed: f64,
    /// Clean-ups of a host in a year; each takes [`Parameters::cleaned`] of its links.
    pub(crate) clean_ups: f64,
    /// See [`Parameters::clean_ups`].
    pub(crate) cleaned: f64,
    /// Hosts that die in a year.
    pub(crate) deaths: f64,
    /// Removed links that come back, two weeks later in the mean.
    pub(crate) restored: f64,
    /// Days between two outages of a host.
    pub(crate) outage_every: f64,
    /// Outages that lie: the page answers 404, or 200 without the link.
    pub(crate) outage_lies: f64,
    /// Checks that fail by themselves.
    pub(crate) fails: f64,
    /// Checks that lie by themselves.
    pub(crate) lies: f64,
}

/// How hosts of a kind approve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HostKind {
    /// Its share of all hosts.
    pub(crate) share: f64,
    /// The share of links it approves.
    pub(crate) approves: f64,
    /// The median delay of that, in days.
    pub(crate) median: f64,
}

impl Parameters {
    /// The world of the tables in `docs/schedule.md`.
    pub(crate) fn usual(links: usize) -> Self {
        let kind = |share, approves, median| HostKind { share, approves, median };
        Self {
            links,
            kinds: [
                kind(0.15, 0.85, 0.5 / 24.0),
                kind(0.35, 0.55, 0.5),
                kind(0.25, 0.35, 4.0),
                kind(0.25, 0.15, 14.0),
            ],
            removed: 0.13,
            clean_ups: 0.05,
            cleaned: 0.6,
            deaths: 0.01,
            restored: 0.1,
            outage_every: 60.0,
            outage_lies: 0.15,
            fails: 0.005,
            lies: 0.001,
        }
    }

    /// A world of its own: every parameter is drawn around the usual one.
    pub(crate) fn drawn(links: usize, seed: u64) -> Self {
        let mut seed = Seed::of(seed, &[7]);
        let usual = Self::usual(links);
        let mut near = |value: f64, most: f64| seed.log_normal(value, 0.5).min(most);
        let kinds = usual.kinds.map(|kind| HostKind {
            share: near(kind.share, 1.0),
            approves: near(kind.approves, 0.95),
            median: near(kind.median, 60.0),
        });
        let all: f64 = kinds.iter().map(|kind| kind.share).sum();
        Self {
            kinds: kinds.map(|kind| HostKind { share: kind.share / all, ..kind }),
            removed: near(usual.removed, 0.6),
            clean_ups: near(usual.clean_ups, 1.0),
            deaths: near(usual.deaths, 0.2),
            restored: near(usual.restored, 0.5),
            outage_every: near(usual.outage_every, 365.0),
            outage_lies: near(usual.outage_lies, 0.5),
            fails: near(usual.fails, 0.05),
            lies: near(usual.lies, 0.005),
            ..usual
        }
    }

    /// Removal hazard of a link with `frailty` from its first day to an age, added up.
    fn removal_so_far(&self, frailty: f64, age: f64) -> f64 {
        -(-self.removed).ln_1p() * frailty * (age.max(0.0) / 365.0).powf(REMOVAL_SHAPE)
    }

    /// The age at which that has added up to an amount.
    fn age_of(&self, frailty: f64, amount: f64) -> f64 {
        365.0 * (amount / self.removal_so_far(frailty, 365.0)).powf(1.0 / REMOVAL_SHAPE)
    }
}

/// All that really happens.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) parameters: Parameters,
    pub(crate) hosts: Vec<Host>,
    /// Links in the order of their hosts.
    pub(crate) links: Vec<Truth>,
    seed: u64,
}

/// One host.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) links: Range<usize>,
    kind: HostKind,
    frailty: f64,
    dies: f64,
    clean_ups: Vec<f64>,
    outages: Vec<Outage>,
}

#[derive(Debug)]
struct Outage {
    from: f64,
    until: f64,
    lie: Option<LossReason>,
}

/// One link, alone on its page.
#[derive(Debug)]
pub(crate) struct Truth {
    pub(crate) host: usize,
    pub(crate) weight: f32,
    /// When it was sent; before the start for those that were live then.
    pub(crate) sent: f64,
    /// From when until when it is there; the first stay begins with its approval.
    pub(crate) stays: Vec<(f64, f64)>,
}

impl Truth {
    /// Whether it was live when the simulation began.
    pub(crate) fn is_old(&self) -> bool {
        self.sent < 0.0
    }

    /// Whether it is there.
    pub(crate) fn is_there(&self, at: f64) -> bool {
        self.stays.iter().any(|(from, until)| *from <= at && at < *until)
    }
}

/// What a check of a link's page sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    Present,
    Absent(LossReason),
    Trouble(Rule),
}

impl World {
    /// Draws a world.
    pub(crate) fn draw(parameters: Parameters, seed: u64) -> Self {
        let mut world = Self { parameters, hosts: Vec::new(), links: Vec::new(), seed };
        while world.links.len() < world.parameters.links {
            let number = world.hosts.len();
            let mut draw = Seed::of(seed, &[1, number as u64]);
            let host = world.draw_host(&mut draw);
            for _ in host.links.clone() {
                let link = world.draw_link(&host, number, &mut draw);
                world.links.push(link);
            }
            world.hosts.push(host);
        }
        world
    }

    fn draw_host(&self, draw: &mut Seed) -> Host {
        // Pareto, of mean 3.
        let size = draw.unit().powf(-1.0 / 1.5);
        let links = (1..HOST_LINKS).take_while(|n| f64::from(*n) < size).count().max(1);
        let first = self.links.len();
        let mut left = draw.unit();
        let kinds = &self.parameters.kinds;
        let kind = kinds.iter().find(|kind| {
            left -= kind.share;
            left <= 0.0
        });
        let lies = self.parameters.outage_lies;
        let outage = |from: f64, draw: &mut Seed| Outage {
            from,
            until: from + draw.log_normal(1.5 / 24.0, 1.2),
            lie: draw
                .chance(lies)
                .then(|| if draw.chance(0.5) { LossReason::PageGone } else { LossReason::LinkRemoved }),
        };
        Host {
            links: first..(first + links).min(self.parameters.links),
            kind: *kind.unwrap_or(&kinds[3]),
            frailty: draw.log_normal(0.8, 0.7),
            dies: 365.0 / self.parameters.deaths * draw.wait(),
            clean_ups: draw.times(365.0 / self.parameters.clean_ups, DAYS),
            outages: draw
                .times(self.parameters.outage_every, DAYS)
                .into_iter()
                .map(|from| outage(from, draw))
                .collect(),
        }
    }

    fn draw_link(&self, host: &Host, number: usize, draw: &mut Seed) -> Truth {
        let old = draw.chance(0.5);
        let sent = if old { -draw.between(0.0, 730.0) } else { draw.between(0.0, DAYS) };
        let approved = match host.kind {
            _ if old => Some(sent),
            kind if draw.chance(kind.approves) => Some(sent + draw.log_normal(kind.median, APPROVAL_SIGMA)),
            _ => None,
        };
        let mut stays = Vec::new();
        if let Some(from) = approved.filter(|from| *from < host.dies) {
            let removed = self.draw_removal(host, from, draw);
            stays.push((from, removed));
            let back = removed + 14.0 * draw.wait();
            if draw.chance(self.parameters.restored) && back < host.dies {
                stays.push((back, host.dies));
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "a weight needs no more digits")]
        let weight = draw.log_normal(1.0, 1.0) as f32;
        Truth { host: number, weight, sent, stays }
    }

    /// When a link goes that is there since `from`, and was there at the start if that is before it.
    fn draw_removal(&self, host: &Host, from: f64, draw: &mut Seed) -> f64 {
        let so_far = self.parameters.removal_so_far(host.frailty, -from);
        let by_itself = from + self.parameters.age_of(host.frailty, so_far + draw.wait());
        let cleaned = host.clean_ups.iter().find(|at| **at > from && draw.chance(self.parameters.cleaned));
        by_itself.min(host.dies).min(cleaned.copied().unwrap_or(f64::INFINITY))
    }

    /// What a check of a link's page sees.
    pub(crate) fn look(&self, number: usize, at: f64) -> Seen {
        let (truth, mut noise) =
            (&self.links[number], Seed::of(self.seed, &[2, number as u64, at.to_bits()]));
        let host = &self.hosts[truth.host];
        if at >= host.dies {
            return Seen::Absent(LossReason::PageGone);
        }
        if let Some(outage) = host.outage_at(at) {
            return outage.lie.map_or(Seen::Trouble(Rule::ServerStatus), Seen::Absent);
        }
        if noise.chance(self.parameters.fails) {
            return Seen::Trouble(Rule::Timeout);
        }
        if truth.is_there(at) && !noise.chance(self.parameters.lies) {
            Seen::Present
        } else {
            Seen::Absent(LossReason::LinkRemoved)
        }
    }

    /// Whether the front page of a host reads well.
    pub(crate) fn reads_well(&self, host: usize, at: f64) -> bool {
        at < self.hosts[host].dies && self.hosts[host].outage_at(at).is_none()
    }

    /// The true hazard, a day, of the event that a link awaits.
    pub(crate) fn hazard(&self, truth: &Truth, at: f64) -> f64 {
        let host = &self.hosts[truth.host];
        let stay = truth.stays.iter().rfind(|(from, _)| *from <= at);
        match stay {
            _ if at >= host.dies => 0.0,
            None => approval_hazard(host.kind, at - truth.sent),
            Some((from, until)) if at < *until => {
                let age = (at - from).max(1e-3);
                let alone = self.parameters.removal_so_far(host.frailty, age) * REMOVAL_SHAPE / age;
                alone + (self.parameters.clean_ups * self.parameters.cleaned + self.parameters.deaths) / 365.0
            }
            Some((_, until)) => {
                let still = self.parameters.restored * (-(at - until) / 14.0).exp();
                still / 14.0 / (1.0 - self.parameters.restored + still)
            }
        }
    }
}

impl Host {
    fn outage_at(&self, at: f64) -> Option<&Outage> {
        self.outages.iter().find(|outage| outage.from <= at && at < outage.until)
    }
}

/// Hazard of an approval that comes with log-normal delay, or never.
fn approval_hazard(kind: HostKind, age: f64) -> f64 {
    let age = age.max(1e-4);
    let z = (age / kind.median).ln() / APPROVAL_SIGMA;
    let density = (-z * z / 2.0).exp() / (std::f64::consts::TAU.sqrt() * APPROVAL_SIGMA * age);
    kind.approves * density / (1.0 - kind.approves * normal(z))
}

/// The normal distribution (Abramowitz and Stegun 26.2.17, off by less than 10⁻⁷).
fn normal(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let series = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let sum = series.into_iter().rev().fold(0.0, |sum, part| (sum + part) * t);
    let tail = sum * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
    if z > 0.0 { 1.0 - tail } else { tail }
}
