//! The links as they are now, counted in one pass without keeping them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    Breach, Hazards, Link, LinkId, LinkState, Money, Origin, PageUrl, Rule, StateName, TargetHealth, Verdict,
    Watched,
};

use crate::history::History;
use crate::hosts::{Closed, Course, HostId, Hosts, host_of};
use crate::outlook::Outlook;
use crate::percent::Percent;
use crate::purse::Purse;
use crate::report::{AgeBucket, Edition, Pending, Report};
use crate::rows::{MoneyRow, OpenBreach, Subject, Unread, Waiting, seconds_between};
use crate::scope::Scope;
use crate::stats::chance::chance;
use crate::top::Top;
use crate::trends::RelCount;
use crate::words::DAY;

/// What the stream of links comes to.
#[derive(Debug)]
pub(crate) struct Census {
    /// Live links, those included that are missing and not confirmed gone.
    pub(crate) live: u64,
    pub(crate) missing: u64,
    /// Live links of grade `full`.
    pub(crate) followed: u64,
    /// Registrable domains that carry live links.
    pub(crate) referring_domains: u64,
    pub(crate) to_verify: u64,
    pub(crate) pending: Pending,
    /// What every pending link can hope for.
    pub(crate) outlook: Outlook,
    /// All pending links, also those that [`Pending::links`] has no room for.
    pub(crate) pending_links: u64,
    pub(crate) cannot_check: Vec<Unread>,
    pub(crate) cannot_check_pages: u64,
    pub(crate) cannot_check_links: u64,
    pub(crate) rel_mix: Vec<RelCount>,
    pub(crate) hosts: Closed,
    pub(crate) breaches: Vec<OpenBreach>,
    /// All of them, also those that are not kept.
    pub(crate) open_breaches: u64,
    pub(crate) money: Vec<MoneyRow>,
    /// What the period's rows say nothing of, by link.
    pub(crate) mentions: HashMap<LinkId, Mention>,
    /// Which of the pages of ours that need a look a link of the scope points to.
    pub(crate) faulty_targets: BTreeSet<PageUrl>,
}

/// What the period's events do not say of a link that they are about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mention {
    pub(crate) owner: Option<String>,
    pub(crate) weight: f32,
    pub(crate) cost: Option<Money>,
    /// As it is now; none where the link is no more.
    pub(crate) state: Option<StateName>,
}

/// What is asked of the stream.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) edition: Edition,
    pub(crate) as_of: Timestamp,
    pub(crate) zone: TimeZone,
    pub(crate) hazards: &'a Hazards,
    pub(crate) history: &'a History,
    /// Links that the period's rows are about.
    pub(crate) mentioned: HashMap<LinkId, Mention>,
    pub(crate) targets: &'a [&'a TargetHealth],
}

impl Census {
    pub(crate) fn take(asked: Asked<'_>, links: &mut dyn Iterator<Item = Watched>) -> Self {
        let births = asked.history.approvals.iter().map(|approved| {
            let after = approved.after.unwrap_or(approved.sent);
            (approved.link, i64::midpoint(after, approved.first))
        });
        let mut tally = Tally {
            births: births.collect(),
            live: 0,
            missing: 0,
            followed: 0,
            rels: BTreeMap::new(),
            to_verify: 0,
            waiting: Top::new(Report::KEPT),
            buckets: AGES.map(|(from_days, to_days)| Bucket { from_days, to_days, ..Bucket::default() }),
            unread: BTreeMap::new(),
            hosts: Hosts::new(asked.as_of),
            breaches: Top::new(Report::KEPT),
            open_breaches: 0,
            purse: Purse::default(),
            faulty_targets: BTreeSet::new(),
            asked,
        };
        for watched in links {
            if tally.asked.scope.admits_link(&watched.link) {
                tally.add(&watched);
            }
        }
        tally.close()
    }
}

struct Tally<'a> {
    asked: Asked<'a>,
    /// When links that were approved within the year began to live: in the middle of what is known.
    births: HashMap<LinkId, i64>,
    live: u64,
    missing: u64,
    followed: u64,
    rels: BTreeMap<String, u64>,
    to_verify: u64,
    waiting: Top<(Timestamp, Subject), Waiting>,
    buckets: [Bucket; 4],
    unread: BTreeMap<PageUrl, Unread>,
    hosts: Hosts,
    breaches: Top<Subject, OpenBreach>,
    open_breaches: u64,
    purse: Purse,
    faulty_targets: BTreeSet<PageUrl>,
}

impl Tally<'_> {
    fn add(&mut self, watched: &Watched) {
        let link = &watched.link;
        let place = self.hosts.place(link.id, || link.page.host_key());
        match (link.sent(), &link.state) {
            (Some(sent), state) => {
                let host = self.hosts.of(place);
                host.note_sent(sent.as_second());
                match state {
                    LinkState::Live { .. } | LinkState::Missing { .. } | LinkState::Lost { .. } => {
                        host.approved += 1;
                    }
                    LinkState::Rejected { .. } => host.rejected += 1,
                    LinkState::NoAnswer { .. } => host.no_answer += 1,
                    _ => {}
                }
                self.add_course(place, sent, state);
            }
            (None, LinkState::Imported { .. }) => self.to_verify += 1,
            (None, _) => {}
        }
        match link.state {
            LinkState::Pending { absences, .. } => self.add_pending(place, link, absences),
            LinkState::Live { .. } => self.add_live(place, link),
            LinkState::Missing { .. } => {
                self.missing += 1;
                self.add_live(place, link);
            }
            _ => {}
        }
        let life = self.add_life(place, link);
        self.add_agreement(link, life);
        Unread::count(&mut self.unread, watched, self.asked.as_of);
        if let Some(mention) = self.asked.mentioned.get_mut(&link.id) {
            let (owner, state) = (link.owner.clone(), Some(link.state.name()));
            *mention = Mention { owner, weight: link.weight, cost: link.cost, state };
        }
    }

    fn add_live(&mut self, place: u32, link: &Link) {
        self.live += 1;
        self.hosts.of(place).live += 1;
        let attributes = link.attributes.as_ref().or(link.seen.as_ref().map(|seen| &seen.attributes));
        let discounts: Vec<&str> = attributes.map_or_else(Vec::new, |seen| seen.rel.discounts().collect());
        let rel = if discounts.is_empty() { "followed".to_owned() } else { discounts.join(" ") };
        *self.rels.entry(rel).or_default() += 1;
        self.followed += u64::from(attributes.is_some_and(|attributes| attributes.grade() == "full"));
        for health in self.asked.targets {
            let points_there = |page: &PageUrl| page.is_same(&health.page);
            if link.target.page().is_some_and(points_there)
                || link.seen.as_ref().is_some_and(|s| points_there(&s.url))
            {
                self.faulty_targets.insert(health.page.clone());
            }
        }
    }

    /// How a link went on that was sent: approvals are told by events, the rest by its state.
    fn add_course(&mut self, place: u32, sent: Timestamp, state: &LinkState) {
        let course = match state {
            LinkState::Pending { last_absent: Some(at), .. }
            | LinkState::NoAnswer { last_absent: Some(at), .. } => Course::Open(at.as_second()),
            LinkState::Rejected { since } => Course::Rejected(since.as_second()),
            _ => return,
        };
        self.hosts.take_course(place, sent.as_second(), course);
    }

    fn add_pending(&mut self, place: u32, link: &Link, checks: u32) {
        let Some(sent) = link.sent().filter(|sent| *sent <= self.asked.as_of) else { return };
        let age = seconds_between(sent, self.asked.as_of);
        self.hosts.take_age(place, age);
        self.hosts.of(place).pending += 1;
        let waiting = Outlook::waiting(link, sent, checks, self.asked.as_of, self.asked.edition);
        let bucket = self.buckets.iter_mut().find(|bucket| bucket.holds(age / DAY));
        let bucket = bucket.expect("the last bucket has no end");
        bucket.add(host_of(link.id), waiting.no_answer_from < self.asked.as_of + SOON);
        self.waiting.offer((waiting.no_answer_from, waiting.subject.clone()), || waiting);
    }

    /// How a link's agreement stands.
    fn add_agreement(&mut self, link: &Link, life: Option<(i64, bool)>) {
        let agreement = link.agreement(self.asked.as_of, &self.asked.zone);
        if agreement.agreed {
            self.purse.add(link, &agreement, life);
        }
        if let Some(breach) = OpenBreach::of(link, agreement.breaches, self.asked.edition) {
            self.open_breaches += 1;
            self.breaches.offer(breach.subject.clone(), || breach);
        }
    }

    /// The first life of a link; answers for how many seconds it was seen to live, and whether it was lost then.
    ///
    /// Survival counts it where its beginning is known: it was sent, or found on a watched page.
    fn add_life(&mut self, place: u32, link: &Link) -> Option<(i64, bool)> {
        let live_since = match link.state {
            LinkState::Live { since } => since,
            LinkState::Missing { live_since, .. } | LinkState::Lost { live_since, .. } => live_since,
            _ => return None,
        };
        let history = self.asked.history;
        let is_lost = matches!(link.state, LinkState::Lost { .. });
        let last_seen = link.seen.as_ref().map_or(live_since, |seen| seen.at).as_second();
        let (first_seen, end, lost) = match history.first_losses.get(&link.id) {
            Some(loss) => (loss.live_since, i64::midpoint(loss.last_seen, loss.first_missed), true),
            None if link.flips.is_empty() || is_lost => (live_since.as_second(), last_seen, is_lost),
            // It was lost and came back before the events that are read: how long its first life was is forgotten.
            None => return None,
        };
        let was_sent = matches!(link.origin, Origin::Sent(_));
        if was_sent {
            let host = self.hosts.of(place);
            host.last_approval = host.last_approval.max(Some(first_seen));
        }
        if was_sent || history.found.contains(&link.id) {
            let born = self.births.get(&link.id).copied().unwrap_or(first_seen).min(first_seen);
            self.hosts.take_life(place, born, first_seen, end, lost);
        } else {
            self.hosts.ageless += u64::from(!is_lost);
        }
        Some((end - first_seen, lost))
    }

    fn close(mut self) -> Census {
        self.hosts.take_approvals(&self.asked.history.approvals);
        let hazards = self.asked.hazards;
        let hosts = self.hosts.close(hazards);
        let pending_links = self.buckets.iter().map(|bucket| bucket.links).sum();
        let outlook = Outlook::new(self.asked.as_of, self.asked.edition, hazards.clone(), hosts.factors());
        let for_team = self.asked.edition == Edition::Internal;
        let mut links = self.waiting.into_rows();
        for waiting in &mut links {
            waiting.chance_left = outlook.chance_left(waiting);
        }
        let expected = expected(&hosts, hazards);
        let by_age = self
            .buckets
            .iter()
            .zip(expected)
            .map(|(bucket, expected)| bucket.close(for_team.then_some(expected)));
        let mut cannot_check: Vec<Unread> = self.unread.into_values().collect();
        cannot_check.sort_by_key(|unread| std::cmp::Reverse(unread.links));
        let (pages, unread_links) =
            (cannot_check.len() as u64, cannot_check.iter().map(|page| page.links).sum());
        cannot_check.truncate(Report::KEPT);
        Census {
            live: self.live,
            missing: self.missing,
            followed: self.followed,
            referring_domains: hosts.domains().len() as u64,
            to_verify: self.to_verify,
            pending: Pending { by_age: by_age.collect(), links },
            outlook,
            pending_links,
            cannot_check,
            cannot_check_pages: pages,
            cannot_check_links: unread_links,
            rel_mix: rel_mix(self.rels, self.live),
            breaches: self.breaches.into_rows(),
            open_breaches: self.open_breaches,
            money: self.purse.into_rows(),
            hosts,
            mentions: self.asked.mentioned,
            faulty_targets: self.faulty_targets,
        }
    }
}

/// Time within which approvals are expected and links given up, for the table of ages.
const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Tenths of approvals to be expected within [`SOON`] of the links of each age.
fn expected(hosts: &Closed, hazards: &Hazards) -> [u64; 4] {
    let mut sums = [0.0; 4];
    for (age, factor) in hosts.pending() {
        let days = age as f64 / DAY as f64;
        let place = AGES.iter().position(|(_, to)| to.is_none_or(|last| age / DAY <= last));
        sums[place.expect("the last age has no end")] +=
            chance(hazards, days, days + SOON.as_secs_f64() / DAY as f64, factor);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, below 2^53")]
    sums.map(|sum: f64| (sum * 10.0).round_ties_even() as u64)
}

fn rel_mix(rels: BTreeMap<String, u64>, live: u64) -> Vec<RelCount> {
    let count = |(rel, links)| RelCount { rel, links, percent: Percent::of(links, live) };
    let mut mix: Vec<RelCount> = rels.into_iter().map(count).collect();
    mix.sort_by_key(|count| std::cmp::Reverse(count.links));
    mix
}

/// Ages that pending links are counted by, in whole days, both ends included.
const AGES: [(i64, Option<i64>); 4] = [(0, Some(7)), (8, Some(30)), (31, Some(90)), (91, None)];

#[derive(Debug, Default)]
struct Bucket {
    from_days: i64,
    to_days: Option<i64>,
    links: u64,
    sites: BTreeSet<HostId>,
    no_answer_soon: u64,
}

impl Bucket {
    fn holds(&self, days: i64) -> bool {
        self.from_days <= days && self.to_days.is_none_or(|last| days <= last)
    }

    fn add(&mut self, site: HostId, given_up_soon: bool) {
        self.links += 1;
        self.sites.insert(site);
        self.no_answer_soon += u64::from(given_up_soon);
    }

    fn close(&self, expected_tenths: Option<u64>) -> AgeBucket {
        AgeBucket {
            from_days: self.from_days,
            to_days: self.to_days,
            links: self.links,
            sites: self.sites.len() as u64,
            expected_tenths,
            no_answer_soon: self.no_answer_soon,
        }
    }
}

impl OpenBreach {
    /// The terms of a link that are not kept; none where all are.
    pub(crate) fn of(link: &Link, terms: Vec<Breach>, edition: Edition) -> Option<Self> {
        (!terms.is_empty()).then(|| Self {
            subject: Subject::of(link, edition),
            terms,
            deadline: link.agreed.deadline,
            guaranteed_until: link.agreed.guaranteed_until,
            last_seen: link.seen.as_ref().map(|seen| seen.at),
        })
    }
}

impl Unread {
    /// Counts a watched link whose page cannot be checked for so long that it is told.
    pub(crate) fn count(pages: &mut BTreeMap<PageUrl, Self>, watched: &Watched, as_of: Timestamp) {
        let Some(unreadable) = &watched.memory.unreadable else { return };
        let least = SignedDuration::from_hours(24 * Report::CANNOT_CHECK_DAYS);
        let is_told = as_of.duration_since(unreadable.since) >= least;
        if !is_told || !watched.link.state.name().is_watched() {
            return;
        }
        let page = &watched.link.page;
        if let Some(unread) = pages.get_mut(page) {
            unread.links += 1;
            return;
        }
        let unread = Self {
            site: page.host_key(),
            page: page.clone(),
            links: 1,
            verdict: unreadable.rule.verdict(),
            rule: unreadable.rule,
            because: unreadable.rule.in_words(),
            detail: unreadable.detail.clone(),
            since: unreadable.since,
            tries: watched.memory.failures,
            last_try: watched.memory.last.map(|(at, _)| at),
            next_try: watched.plan.at,
            what_to_do: what_to_do(unreadable.rule),
        };
        pages.insert(page.clone(), unread);
    }
}

/// What a person can do about a page that cannot be read.
fn what_to_do(rule: Rule) -> &'static str {
    match (rule, rule.verdict()) {
        (Rule::NoSuchHost, _) => "see whether the site has a new name",
        (Rule::RobotsDisallow, _) => "ask the site to allow our agent in its robots.txt",
        (Rule::OptedOut, _) => "nothing: its links keep their state; `trackward archive` those that are over",
        (Rule::CommentPages, _) => "look at the further comment pages, then confirm by hand",
        (Rule::ParserFault, _) => "tell the makers of the program",
        (_, Verdict::Refused) => "ask the site to allow our agent",
        (_, Verdict::ServerError | Verdict::Unreachable | Verdict::Disallowed) => {
            "nothing, it is tried again; if it lasts, tell the site"
        }
        (_, Verdict::Blocked) => "allow its network in the settings, if it is yours",
        _ => "open the page and confirm by hand",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_goes_by_whole_days_and_each_lands_in_one_bucket() {
        for (days, place) in [(0, 0), (7, 0), (8, 1), (30, 1), (31, 2), (90, 2), (91, 3), (4_000, 3)] {
            let buckets = AGES.map(|(from_days, to_days)| Bucket { from_days, to_days, ..Bucket::default() });
            let holding: Vec<usize> = (0..4).filter(|n| buckets[*n].holds(days)).collect();
            assert_eq!(holding, [place], "{days} days");
        }
    }
}
